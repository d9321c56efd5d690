"""What may be typed at a place: members and values of the schema, and names that the document defines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol.types import CompletionItem, CompletionItemKind, TextEdit

from ecslint import paths
from ecslint.adapters import recognise
from ecslint.lsp.cursor import Cursor, cursor
from ecslint.lsp.meaning import described, kind_of
from ecslint.lsp.shapes import readings, spot, value_at
from ecslint.ruleset import bundle

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ecslint.adapters import Resource
    from ecslint.lsp.shapes import Spot
    from ecslint.lsp.texts import Text
    from ecslint.model import Path

CONTAINERS, VOLUMES, PORTS = "container", "volume", "port"

#: What the value of a member names, by the end of its path as rules write it.
NAMES = {
    "dependsOn[].containerName": CONTAINERS,
    "links[]": CONTAINERS,
    "loadBalancers[].containerName": CONTAINERS,
    "mountPoints[].sourceVolume": VOLUMES,
    "proxyConfiguration.containerName": CONTAINERS,
    "serviceConnectConfiguration.services[].portName": PORTS,
    "volumesFrom[].sourceContainer": CONTAINERS,
}

#: Where a task definition defines names. Ports follow the list of containers.
DEFINED = {CONTAINERS: "name", PORTS: "portMappings[].name"}


def completions(text: Text, name: str, language: str, offset: int) -> list[CompletionItem]:
    """What may be typed at an offset of a text, which need not be whole."""
    here = cursor(text.body, offset, language)
    if here is None:
        return []
    found = next(_found(text, name, here), None)
    if found is None:
        return []
    place, shape, data = found
    is_yaml = language == "yaml"
    if here.is_key and shape.get("type") == "object":
        present = value_at(data, here.path)
        written = text.body[here.start : here.end]
        known = set(present) - {written} if type(present) is dict else set()
        return [*_members(text, here, place, known, is_yaml)]
    if here.is_key and not (is_yaml and here.path and isinstance(here.path[-1], int)):
        return []
    return [*_values(text, here, place, data, is_yaml)]


def _found(text: Text, name: str, here: Cursor) -> Iterator[tuple[Spot, Mapping[str, Any], Any]]:
    """The place that is meant, what may stand there, and the data of the text, as it may have been meant."""
    for parsed in readings(text.body, name, here):
        place = spot(parsed, here.path) if parsed.data is not None else None
        if place is not None and place.shape is not None:
            yield place, place.shape, parsed.data


def _members(text: Text, here: Cursor, place: Spot, known: set[Any], is_yaml: bool) -> Iterator[CompletionItem]:
    """The members that are not there yet."""
    for name, shape in place.members():
        label = place.spelt(name)
        if label in known:
            continue
        colon = "" if here.has_colon or (here.quote and not is_yaml) else ": "
        new = label + colon if is_yaml or here.quote else f'"{label}"{colon}'
        yield CompletionItem(
            label=label,
            kind=CompletionItemKind.Property,
            detail=kind_of(shape),
            documentation=described(shape) or None,
            filter_text=label,
            text_edit=TextEdit(text.range(here.start, here.end), new),
        )


def _values(text: Text, here: Cursor, place: Spot, data: Any, is_yaml: bool) -> Iterator[CompletionItem]:
    """The values that the schema lists, and the names that may be meant."""
    shape = place.shape or {}
    bare = is_yaml or here.quote != ""
    words = [("true", False), ("false", False)] if shape.get("type") == "boolean" and not here.quote else []
    words += [(str(value), True) for value in dict.fromkeys((*shape.get("examples", ()), *shape.get("enum", ())))]
    for word, is_text in words:
        new = word if bare or not is_text else f'"{word}"'
        yield _item(text, here, word, new, CompletionItemKind.EnumMember)
    for name in names(place, data):
        yield _item(text, here, name, name if bare else f'"{name}"', CompletionItemKind.Reference)


def _item(text: Text, here: Cursor, label: str, new: str, kind: CompletionItemKind) -> CompletionItem:
    return CompletionItem(
        label=label, kind=kind, filter_text=label, text_edit=TextEdit(text.range(here.start, here.end), new)
    )


def names(place: Spot, data: Any) -> list[str]:
    """The names that the value at a place may be: of its resource, or of those beside it that have such names."""
    wanted = next((kind for end, kind in NAMES.items() if place.pattern.endswith(end)), None)
    if wanted is None:
        return []
    own = own_name(place.resource.data, place.path) if wanted == CONTAINERS else None
    found = defined(place.resource, wanted) or [
        name for resource in recognise(data) for name in defined(resource, wanted)
    ]
    return [*dict.fromkeys(name for name in found if name != own)]


def defined(resource: Resource, wanted: str) -> list[str]:
    """The names of a kind that a resource defines."""
    containers = bundle.kind(resource.kind).containers
    where = "volumes[].name" if wanted == VOLUMES else f"{containers}[].{DEFINED[wanted]}" if containers else ""
    found = paths.follow(resource.data, where) if where else []
    return [name for _, name in found if type(name) is str and name]


def own_name(data: Any, path: Path) -> Any:
    """The name of the container that a path is in: it can depend on all the others only."""
    return value_at(data, (*path[:2], "name")) if len(path) > 2 and isinstance(path[1], int) else None
