"""Whether names in rules lead anywhere: they are followed through the schema of the kind that a rule judges.

A path or a member that no resource of the kind has selects nothing, and its rule would be silent for ever.
"""

from __future__ import annotations

from ecslint import paths
from ecslint.ruleset import validation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any, TypeAlias

    from ecslint.model import Path

    #: A part of the schema of a kind; None where nobody knows what stands there.
    Shape: TypeAlias = "Mapping[str, Any] | None"

#: Keywords whose schemas judge the value itself, those that hold several such schemas, and those that judge items.
SAME = frozenset(("not", "if", "then", "else"))
JOINED = frozenset(("allOf", "anyOf"))
EACH = frozenset(("items", "contains"))


#: The definitions of the schemas of all kinds that somebody has asked for; those of one name are the same.
_definitions: dict[str, Any] = {}


def whole(kind: str) -> Shape:
    """The shape of a whole resource of a kind."""
    schema = validation.schema_of(kind)
    _definitions.update(schema["$defs"])
    return _resolved(schema)


def _resolved(shape: Shape) -> Shape:
    """The shape that a reference means; None where anything may stand."""
    if shape is None or "$ref" not in shape:
        return shape or None
    found: Mapping[str, Any] = _definitions[shape["$ref"].rpartition("/")[2]]
    return found


def below(shape: Shape, segment: str) -> Shape:
    """The shape of a member, of each item (``[]``) or of each value (``*``); None if nobody knows it.

    Raises KeyError if no value of this shape has such a part.
    """
    if shape is None:
        return None
    kind = shape["type"]
    if segment == paths.EACH_ITEM and kind == "array":
        return _resolved(shape.get("items"))
    if kind != "object" or segment == paths.EACH_ITEM:
        raise KeyError(segment)
    others = shape.get("additionalProperties")
    if segment == paths.EACH_VALUE:
        return _resolved(others or None)
    return _resolved(shape.get("properties", {}).get(segment) or others or _none(segment))


def _none(segment: str) -> Shape:
    raise KeyError(segment)


def lost(pattern: str, kind: str, start: str = "$") -> str | None:
    """Why a path leads to nothing in any resource of a kind, and what to write; None if it may lead somewhere.

    It begins at what the path ``start`` leads to.
    """
    if "[" in pattern.replace(paths.EACH_ITEM, ""):
        import re

        every = re.sub(r"\[[^]]*\]?", paths.EACH_ITEM, pattern)
        return f"{pattern!r}: write {every}; `[]` stands for each item, and a path can pick no other way"
    try:
        segments = paths.parse(pattern)
    except ValueError as error:
        return str(error)
    shape, here = reached(start, kind), "" if start == "$" else start
    for segment in segments:
        try:
            inner = below(shape, segment)
        except KeyError:
            assert shape is not None
            return _told(shape, segment, here or f"a {kind.replace('-', ' ')}", here)
        if segment == paths.EACH_ITEM:
            here += segment
        else:
            here += f".{segment}" if here else segment
        shape = inner
    return None


def _told(shape: Mapping[str, Any], segment: str, holder: str, here: str) -> str:
    """Why a value of this shape, which stands ``here``, has no such part."""
    kind = shape["type"]
    if kind == "array":
        return f"{holder} is a list; write {here}[] for each of its items"
    if kind != "object":
        return f"{holder} is {validation.TYPE_NAMES[kind]}; there is nothing in it"
    if segment == paths.EACH_ITEM:
        return f"{holder} is a mapping, not a list" + ("; `.*` stands for each of its values" if here else "")
    return unknown(segment, shape, holder)


def unknown(name: str, shape: Mapping[str, Any], holder: str = "") -> str:
    """That an object of this shape has no member of that name, and which one was meant."""
    told = f"{holder} has no property {name!r}" if holder else f"there is no property {name!r} here"
    return told + validation.near(name, shape["properties"], every=True)


def strangers(schema: Any, shape: Shape, at: Path = ()) -> Iterator[tuple[Path, str]]:
    """The members that a JSON Schema speaks of and that no value of a shape has, and where they stand."""
    if type(schema) is not dict or shape is None:
        return
    if shape["type"] == "object" and not shape.get("additionalProperties"):
        named: list[tuple[Path, str]] = [(("properties", name), name) for name in schema.get("properties", ())]
        named += [(("required", index), name) for index, name in enumerate(schema.get("required", ()))]
        for place, name in named:
            if type(name) is str and name not in shape["properties"]:
                yield (*at, *place), unknown(name, shape)
    for place, sub, inner in _inside(schema, shape):
        yield from strangers(sub, inner, (*at, *place))


def _inside(schema: Mapping[str, Any], shape: Mapping[str, Any]) -> Iterator[tuple[Path, Any, Shape]]:
    """The schemas in a schema, where they stand, and the shape of what they judge."""
    for keyword in SAME & schema.keys():
        yield (keyword,), schema[keyword], shape
    for keyword in JOINED & schema.keys():
        yield from (((keyword, index), sub, shape) for index, sub in enumerate(schema[keyword]))
    for keyword in EACH & schema.keys() if shape["type"] == "array" else ():
        yield (keyword,), schema[keyword], below(shape, paths.EACH_ITEM)
    for name, sub in schema.get("properties", {}).items() if shape["type"] == "object" else ():
        if name in shape.get("properties", ()) or shape.get("additionalProperties"):
            yield ("properties", name), sub, below(shape, name)


def unknown_members(schema: Any, given: Iterable[str], kind: str, at: Path) -> Iterator[tuple[Path, str]]:
    """The members that a schema speaks of and that stand in nothing to which one of the paths leads."""
    found = [dict(strangers(schema, reached(pattern, kind), at)) for pattern in given]
    for place in found[0] if found else ():
        if all(place in one for one in found):
            yield place, found[0][place]


def reached(pattern: str, kind: str) -> Shape:
    """The shape of what a path leads to that is not lost; None if nobody knows it."""
    shape = whole(kind)
    for segment in paths.parse(pattern):
        shape = below(shape, segment)
    return shape
