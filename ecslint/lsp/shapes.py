"""What the schema of the API says about a place of a document, in the words of the form that the document has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ecslint import paths
from ecslint.adapters import cloudformation, recognise
from ecslint.lsp.cursor import tokens
from ecslint.lsp.texts import parsed
from ecslint.ruleset import shapes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ecslint.adapters import Resource
    from ecslint.document import Document
    from ecslint.lsp.cursor import Cursor
    from ecslint.model import Path

TYPES = {
    "object": "object",
    "array": "list",
    "string": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "true or false",
}

UNWRITTEN = "x"  # stands for what is being typed


class Spot:
    """A place of a resource: the ``path`` in it, in the names of the API, and what may stand there.

    ``shape`` is None where nobody knows.
    """

    __slots__ = ("path", "resource", "shape")

    def __init__(self, resource: Resource, path: Path, shape: Mapping[str, Any] | None) -> None:
        self.resource = resource
        self.path = path
        self.shape = shape

    def spelt(self, name: str) -> str:
        """A member of the place, as the form spells it."""
        spell = self.resource.spell
        return name if spell is None else str(spell((*self.path, name))[-1])

    def members(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The members that a request may have here, and what may stand in them."""
        for name, member in (self.shape or {}).get("properties", {}).items():
            if not member.get("readOnly"):
                yield name, shapes.below(self.shape, name) or {}

    @property
    def pattern(self) -> str:
        """The path as rules write it."""
        return pattern_of(self.path)


def pattern_of(path: Path) -> str:
    """A path as rules write it: ``containerDefinitions[].image``."""
    text = ""
    for part in path:
        text += paths.EACH_ITEM if isinstance(part, int) else f".{part}" if text else part
    return text or "$"


def spot(parsed: Document, path: Path) -> Spot | None:
    """The place that a path of a document means; None if it is in no resource."""
    for resource in recognise(parsed.data, parsed.named):
        starts = resource.moved.items() if resource.moved else [((), resource.prefix)]
        for inner, outer in sorted(starts, key=lambda start: -len(start[1])):
            if path[: len(outer)] == outer:
                own = in_api(resource, inner, path[len(outer) :])
                return Spot(resource, own, shape_of(resource.kind, own))
    return None


def in_api(resource: Resource, inner: Path, rest: Path) -> Path:
    """A path in a resource, in the names of the API: a head that has them already, and a rest as the form spells it."""
    if resource.spell is None:
        return inner + rest
    found: list[str | int] = [*inner]
    around = next((part for part in reversed(inner) if isinstance(part, str)), resource.kind)
    for part in rest:
        name = part
        if isinstance(part, str) and around not in cloudformation.MAPS:
            name = cloudformation.api_name(part, cloudformation.spellings(resource.kind, around))
        found.append(name)
        around = name if isinstance(name, str) else around
    return tuple(found)


def shape_of(kind: str, path: Path) -> Mapping[str, Any] | None:
    """What may stand at a path of a resource; None where nobody knows."""
    shape = shapes.whole(kind)
    try:
        for part in path:
            shape = shapes.below(shape, paths.EACH_ITEM if isinstance(part, int) else part)
    except KeyError:
        return None
    return shape


def readings(text: str, name: str, cursor: Cursor) -> Iterator[Document]:
    """A text as it may have been meant, while somebody types in it, the most likely first."""
    yield parsed(text, name)
    start, end = cursor.start - len(cursor.quote), cursor.end
    end += cursor.quote != "" and text[end : end + 1] == cursor.quote
    if name.endswith((".yaml", ".yml")):
        line = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
        stop = text.find("\n", end)
        yield parsed(text[:line] + text[len(text) if stop < 0 else stop + 1 :], name)
        yield parsed(text[:line], name)
        return
    key = f'"{UNWRITTEN}"' if cursor.has_colon else f'"{UNWRITTEN}": 0'
    filled = key if cursor.is_key else f'"{UNWRITTEN}"'
    yield parsed(f"{text[:start]}{filled}{text[end:]}", name)
    yield parsed(f"{text[:start]}{filled},{text[end:]}", name)
    yield parsed(closed(f"{text[:start]}{filled}"), name)


def closed(text: str) -> str:
    """A text of JSON with all its brackets closed."""
    expected: list[str] = []
    for token in tokens(text, 0):
        if token[0] in "{[":
            expected.append("}" if token[0] == "{" else "]")
        elif token[0] in "}]" and expected:
            expected.pop()
    return text + "".join(reversed(expected))


def value_at(data: Any, path: Path) -> Any:
    """The value at a path in some data; None if there is none."""
    for part in path:
        if type(data) is dict:
            data = data.get(part)
        elif type(data) is list and type(part) is int and part < len(data):
            data = data[part]
        else:
            return None
    return data
