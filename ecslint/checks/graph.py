"""Checks over containers that refer to one another: rings, and what a dependency must offer."""

from __future__ import annotations

from ecslint import paths
from ecslint.checks import check
from ecslint.checks.fields import PATH_OPTION, is_open
from ecslint.model import Hit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any, TypeAlias

    from ecslint.model import Path
    from ecslint.paths import Reached

    #: For each name the names that it refers to, and where it does so first.
    Graph: TypeAlias = "dict[str, dict[str, Path]]"

#: How many names of a ring a message shows, and how many of its edges are related.
RING_LIMIT = 6


def lead_one_way(value: Any, *, nodes: str, edges: Sequence[str], until: str = "") -> bool:
    """Whether all references lead to nodes that stand later, or all to nodes that stand earlier."""
    objects = [node for _, node in paths.select(value, paths.parse(nodes))]
    places = {node.get("name"): number for number, node in enumerate(objects)}
    ways = set()
    for number, node in enumerate(objects):
        for edge in edges:
            for _, target in paths.select(node, paths.parse(edge)):
                place = places.get(target.partition(until)[0] if until else target)
                if place is not None:
                    ways.add((place > number) - (place < number))
    return len(ways) <= 1 and 0 not in ways


@check(
    options={
        "nodes": PATH_OPTION,
        "edges": {"type": "array", "minItems": 1, "items": PATH_OPTION},
        "until": {"type": "string", "default": ""},
    },
    values=("ring",),
    needs=("nodes", "edges"),
    passes=lead_one_way,
)
def acyclic(value: Any, *, nodes: str, edges: Sequence[str], until: str = "") -> Iterator[Hit]:
    """No chain of references leads back to where it started.

    ``nodes`` reaches objects with a ``name``, ``edges`` the names that such an object refers to; a
    name ends before the text ``until``. The reference that closes a ring is hit, the others of the
    ring are related. Names that are unknown, not declared or declared twice belong to no ring.
    """
    graph = _graph(value, paths.parse(nodes), [paths.parse(edge) for edge in edges], until)
    for ring in _rings(graph):
        related = [
            (graph[source][target], f"`{source}` needs `{target}` here")
            for source, target in zip(ring, ring[1:], strict=False)  # noqa: RUF007 - itertools is one more import
            if target in graph.get(source, ())  # no step leads over an ellipsis
        ]
        yield Hit(graph[ring[-1]][ring[0]], {"ring": " -> ".join([*ring, ring[0]])}, related=related)


def lack_condition(_: Any, *, dependencies: Sequence[Any], conditions: Sequence[str], **__: Any) -> bool:
    """Whether no dependency has one of the conditions."""
    return not any(entry.get("condition") in conditions for entry in dependencies)


@check(
    options={
        "containers": PATH_OPTION,
        "dependencies": PATH_OPTION,
        "conditions": {"type": "array", "minItems": 1, "items": {"type": "string"}},
        "member": PATH_OPTION,
        "values": {"type": "array", "default": []},
    },
    values=("target",),
    follows=("dependencies",),
    passes=lack_condition,
)
def dependency_has(
    value: Any,
    *,
    containers: str,
    dependencies: str | Reached,
    conditions: Sequence[str],
    member: str,
    values: Sequence[object] = (),
) -> Iterator[Hit]:
    """A container that another one waits for with one of ``conditions`` has ``member``.

    Where ``values`` are given, it has one of them. ``dependencies`` reaches objects with a
    ``containerName`` and a ``condition``. The condition is hit; the member of the ``target`` is
    related, or its name when it lacks the member.
    """
    targets = _named_once(value, paths.parse(containers))
    for path, entry in paths.follow(value, dependencies):
        name = entry.get("containerName") if type(entry) is dict else None
        if type(name) is not str or name not in targets or entry.get("condition") not in conditions:
            continue
        place, target = targets[name]
        if path[: len(place)] == place:
            continue  # it waits for itself, which is worse
        if member not in target and not is_open(target):
            related = ((*place, "name"), f"no {member} here")
        elif values and type(target.get(member)) is type(values[0]) and target[member] not in values:
            related = ((*place, member), f"{member} here")
        else:
            continue
        yield Hit((*path, "condition"), {"target": name}, related=[related])


def _named_once(value: Any, pattern: tuple[str, ...]) -> dict[str, tuple[Path, Mapping[Any, Any]]]:
    """The objects that a pattern reaches by their ``name``, without names that two of them share."""
    found: dict[str, tuple[Path, Mapping[Any, Any]]] = {}
    shared: set[str] = set()
    for path, item in paths.select(value, pattern):
        name = item.get("name") if type(item) is dict else None
        if type(name) is str:
            if name in found:
                shared.add(name)
            found[name] = (path, item)
    return {name: entry for name, entry in found.items() if name not in shared}


def _graph(value: Any, nodes: tuple[str, ...], edges: Sequence[tuple[str, ...]], until: str) -> Graph:
    graph: Graph = {}
    for name, (path, node) in _named_once(value, nodes).items():
        targets: dict[str, Path] = {}
        graph[name] = targets
        for edge in edges:
            for place, target in paths.select(node, edge):
                if type(target) is str:
                    targets.setdefault(target.partition(until)[0] if until else target, path + place)
    return graph


def _rings(graph: Graph) -> Iterator[list[str]]:
    """The rings that a walk in the order of the document closes, each from the name that closes it.

    Without the closing references the graph has no ring left. A long ring is shortened: the walk
    stays linear, however many rings there are.
    """
    done: set[str] = set()
    for root in graph:
        if root in done:
            continue
        trail, place, pending = [root], {root: 0}, [iter(graph[root])]
        while trail:
            target = next(pending[-1], None)
            if target is None:
                pending.pop()
                place.popitem()
                done.add(trail.pop())
            elif target in place:
                yield _shortened(trail, place[target])
            elif target in graph and target not in done:
                place[target] = len(trail)
                trail.append(target)
                pending.append(iter(graph[target]))


def _shortened(trail: list[str], start: int) -> list[str]:
    """The end of a trail from ``start``; an ellipsis before the last name stands for those over the limit."""
    if len(trail) - start <= RING_LIMIT:
        return trail[start:]
    return [*trail[start : start + RING_LIMIT - 2], "…", trail[-1]]
