"""JSON in texts of Terraform, in which values may be filled in: ``"memory": ${var.memory}``."""

from __future__ import annotations

from ecslint.model import Node, Unknown
from ecslint.syntax import json, placeholders

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def containers(text: str, *, filled: bool = True) -> tuple[Any, Node | None]:
    """What a JSON text holds, and where; None if it is no list. Terraform has ``filled`` in its interpolations."""
    found = json.scan(text)
    if type(found.data) is not list or (filled and "%{" in text) or json.nests_too_deeply(text, found.data):
        return None, None
    placeholders.lift(found.data)
    if filled and found.root is not None:
        interpolate(found.data, found.root, text)
    return found.data, found.root


def interpolate(data: Any, root: Node, text: str) -> None:
    """Replace unknown values with interpolations by what they look like elsewhere in HCL."""
    pending = [(data, root)]
    while pending:
        value, at = pending.pop()
        for key, item in enumerate(value) if type(value) is list else [*value.items()]:
            child = at.child(key)
            if type(item) is Unknown and type(key) is not Unknown:
                value[key] = interpolated(item.raw, child is not None and text[child.start : child.start + 1] == '"')
            elif type(item) in (list, dict) and child is not None:
                pending.append((item, child))


def interpolated(raw: str, quoted: bool) -> Any:
    """A text with interpolations; without quotes it may be of any type."""
    first, *rest = raw.split("${")
    if first.endswith("$") or not rest:  # `$${` stands for `${`
        return Unknown(raw)
    parts: list[Any] = [first]
    for part in rest:
        name, _, behind = part.partition("}")
        known = name.startswith(("var.", "local.")) and name.count(".") == 1
        parts += [Unknown(f"<{name}>", tag="!Ref", value=name) if known else Unknown(f"<{name}>"), behind]
    parts = [part for part in parts if part != ""]
    if len(parts) == 1 and not quoted:
        return Unknown(raw, tag="!bare", value=parts)
    text = "".join(part.raw if type(part) is Unknown else part for part in parts)
    return Unknown(text, tag="!Join", value=["", parts])


def plain(text: str) -> str:
    """An interpolation of the same length that JSON may have in a text, and that stands for the same."""
    inner = "".join(sign if sign.isalnum() or sign in "_." else "_" for sign in text[2:-1].strip())
    return f"${{{inner.ljust(len(text) - 3, '_')}}}"


def moved(node: Node, by: int) -> Node:
    """A tree of positions in a part of a text, in the whole text."""
    found = Node(node.start + by, node.end + by)
    if node.key_start >= 0:
        found.key_start, found.key_end = node.key_start + by, node.key_end + by
    found.children = {key: moved(child, by) for key, child in node.each()}
    return found
