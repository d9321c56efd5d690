"""Paths into JSON values: the ``given`` language of rules, RFC 6901 pointers, breadcrumbs.

A pattern is ``$`` (the value itself) or segments joined by dots: ``name`` (a member), ``name[]``
(each item of the array under ``name``) and ``*`` (each member's value). ``[]`` alone is each item.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    from ecslint.model import Node, Path

    Reached: TypeAlias = list[tuple[Path, Any]]

EACH_ITEM = "[]"
EACH_VALUE = "*"


_parsed: dict[str, tuple[str, ...]] = {"$": ()}


def parse(pattern: str) -> tuple[str, ...]:
    """Split a pattern: ``containerDefinitions[].image`` gives ``("containerDefinitions", "[]", "image")``.

    Raises ValueError when a segment is empty.
    """
    known = _parsed.get(pattern)
    if known is not None:
        return known
    segments: list[str] = []
    for part in pattern.removeprefix("$.").split("."):
        name = part
        while name.endswith(EACH_ITEM):
            name = name[: -len(EACH_ITEM)]
        if name:
            segments.append(name)
        elif not part:
            raise ValueError(f"empty segment in path {pattern!r}")
        segments.extend([EACH_ITEM] * ((len(part) - len(name)) // len(EACH_ITEM)))
    parsed = _parsed[pattern] = tuple(segments)
    return parsed


def select(value: Any, pattern: tuple[str, ...]) -> Reached:
    """All (path, value) that a parsed pattern reaches; a path that does not exist gives nothing."""
    if len(pattern) == 3 and pattern[1] == EACH_ITEM and EACH_VALUE not in pattern and pattern[2] != EACH_ITEM:
        return _members_of_items(value, pattern[0], pattern[2])
    found: Reached = [((), value)]
    for segment in pattern:
        if segment == EACH_ITEM:
            found = [((*p, i), item) for p, v in found if type(v) is list for i, item in enumerate(v)]
        elif segment == EACH_VALUE:
            found = [((*p, k), item) for p, v in found if type(v) is dict for k, item in v.items()]
        else:
            found = [((*p, segment), v[segment]) for p, v in found if type(v) is dict and segment in v]
    return found


def _members_of_items(value: Any, name: str, member: str) -> Reached:
    """What ``name[].member`` reaches: by far the most common form, in one loop."""
    items = value.get(name) if type(value) is dict else None
    if type(items) is not list:
        return []
    return [
        ((name, index, member), item[member])
        for index, item in enumerate(items)
        if type(item) is dict and member in item
    ]


def follow(value: Any, pattern: str) -> Reached:
    """All (path, value) that a pattern reaches."""
    return select(value, parse(pattern))


def pointer(path: Path) -> str:
    """The RFC 6901 pointer of a path: ``/containerDefinitions/0/image``."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def shown_pointer(path: Path) -> str:
    """The pointer of a path, without the credentials that keys hold."""
    from ecslint.masking import veiled

    return pointer(tuple(veiled(str(part)) for part in path))


def breadcrumb(path: Path, data: Any) -> str:
    """The path for people, with names instead of indexes: ``containerDefinitions[web].image``."""
    from ecslint.masking import veiled

    text = ""
    for part in path:
        if isinstance(part, int):
            item = data[part] if type(data) is list and part < len(data) else None
            name = item.get("name") if type(item) is dict else None
            text += f"[{veiled(name)}]" if type(name) is str and name else f"[{part}]"
            data = item
        else:
            shown = veiled(str(part))
            text += f".{shown}" if text else shown
            data = data.get(part) if type(data) is dict else None
    return text


def locate(root: Node, path: Path) -> tuple[Node, int]:
    """The node of a path, or of its nearest ancestor in the text, and how many parts led there."""
    node = root
    for depth, part in enumerate(path):
        child = node.child(part)
        if child is None:
            return node, depth
        node = child
    return node, len(path)
