"""Checks over containers that refer to one another: cycles, and what a dependency must offer."""

from __future__ import annotations

from ecslint import paths
from ecslint.checks import check, quick
from ecslint.checks.fields import PATH_OPTION, before, is_open
from ecslint.masking import Quoted
from ecslint.model import Hit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any, TypeAlias

    from ecslint.model import Path

    #: For each name the names that it refers to, and where it does so first.
    Graph: TypeAlias = "dict[str, dict[str, Path]]"

#: How many names of a cycle a message shows, and how many of its edges are related.
RING_LIMIT = 6


@check(
    options={
        "nodes": PATH_OPTION,
        "edges": {"type": "array", "minItems": 1, "items": PATH_OPTION},
        "until": {"type": "string", "default": ""},
        "through": {"type": "string", "default": ""},
    },
    values=("cycle",),
    gathers=("nodes",),
    needs=("edges",),
    passes=quick.lead_nowhere_back,
    reads=("{nodes}.name", "{nodes}.{edges}"),
)
def acyclic(value: Any, *, nodes: str, edges: Sequence[str], until: str = "", through: str = "") -> Iterator[Hit]:
    """No chain of references leads back to where it started.

    ``nodes`` reaches objects with a ``name``, ``edges`` the names that such an object refers to; a
    name ends before the text ``until``. The reference that closes a cycle is hit, the others of the
    cycle are related. Names that are unknown, not declared or declared twice belong to no cycle. With
    ``through``, only cycles count that need a reference of this member; of two references between the
    same objects the one whose edge is listed first counts.
    """
    graph = _graph(value, paths.parse(nodes), [paths.parse(edge) for edge in edges], until)
    for cycle in _cycles(graph, through):
        related = [
            (graph[source][target], Quoted(f"`{source}` needs `{target}` here", graph[source][target]))
            for source, target in zip(cycle, cycle[1:], strict=False)  # noqa: RUF007 - itertools is one more import
            if target in graph.get(source, ())  # no step leads over an ellipsis
        ]
        yield Hit(graph[cycle[-1]][cycle[0]], {"cycle": " -> ".join([*cycle, cycle[0]])}, related=related)


@check(
    options={
        "containers": PATH_OPTION,
        "dependencies": PATH_OPTION,
        "conditions": {"type": "array", "minItems": 1, "items": {"type": "string"}},
        "member": PATH_OPTION,
        "values": {"type": "array", "default": []},
    },
    values=("target", "position"),
    follows=("dependencies",),
    gathers=("containers",),
    passes=quick.have_member,
)
def dependency_has(
    value: Any,
    *,
    containers: str,
    dependencies: str,
    conditions: Sequence[str],
    member: str,
    values: Sequence[object] = (),
) -> Iterator[Hit]:
    """A container that another one waits for with one of ``conditions`` has ``member``.

    Where ``values`` are given, it has one of them. ``dependencies`` reaches objects with a
    ``containerName`` and a ``condition``. The condition is hit; the member of the ``target`` is
    related, or its name when it lacks the member. ``position`` is its index.
    """
    for path, place, target in _awaited(value, containers, dependencies, conditions):
        if member not in target and not is_open(target):
            related = ((*place, "name"), f"no {member} here")
        elif values and type(target.get(member)) is type(values[0]) and target[member] not in values:
            related = ((*place, member), f"{member} here")
        else:
            continue
        said = {"target": Quoted(target["name"], (*place, "name")), "position": place[-1]}
        yield Hit(path, said, own=("position",), related=[related])


@check(
    options={
        "containers": PATH_OPTION,
        "dependencies": PATH_OPTION,
        "conditions": {"type": "array", "minItems": 1, "items": {"type": "string"}},
        "where": {"type": "object", "minProperties": 1, "additionalProperties": {"type": "array", "minItems": 1}},
    },
    values=("target",),
    follows=("dependencies",),
    gathers=("containers",),
    passes=quick.are_of_no_kind,
)
def dependency_is_not(
    value: Any,
    *,
    containers: str,
    dependencies: str,
    conditions: Sequence[str],
    where: Mapping[str, Sequence[object]],
) -> Iterator[Hit]:
    """A container that another one waits for with one of ``conditions`` is not one of a kind that never gets there.

    ``where`` describes the kind: paths in the container, and for each the values of which it has one.
    The condition is hit; what makes the ``target`` one of the kind is related.
    """
    for path, place, target in _awaited(value, containers, dependencies, conditions):
        found = [_first(target, paths.parse(member), values) for member, values in where.items()]
        if None not in found:
            related = [((*place, *member), "because of this") for member in found if member is not None]
            yield Hit(path, {"target": Quoted(target["name"], (*place, "name"))}, related=related)


def _first(value: Any, pattern: tuple[str, ...], values: Sequence[object]) -> Path | None:
    """Where a pattern first reaches one of the values; a list stands for those that begin like it."""
    for path, item in paths.select(value, pattern):
        for one in values:
            begun = item[: len(one)] if type(item) is list and type(one) is list else item
            if type(begun) is type(one) and begun == one:
                return path
    return None


def _awaited(
    value: Any, containers: str, dependencies: str, conditions: Sequence[str]
) -> Iterator[tuple[Path, Path, Mapping[Any, Any]]]:
    """For each dependency with one of the conditions, the place of its condition, and the container awaited.

    A container that waits for itself is left out: that is worse, and ``acyclic`` tells it.
    """
    targets = _named_once(value, paths.parse(containers))
    for path, entry in paths.follow(value, dependencies):
        name = entry.get("containerName") if type(entry) is dict else None
        if type(name) is str and name in targets and entry.get("condition") in conditions:
            place, target = targets[name]
            if path[: len(place)] != place:
                yield (*path, "condition"), place, target


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
                    targets.setdefault(before(target, until) if until else target, path + place)
    return graph


def _cycles(graph: Graph, through: str) -> Iterator[list[str]]:
    """The cycles that a walk in the order of the document closes, each from the name that closes it.

    Without the closing references the graph has no cycle left. A long cycle is shortened: the walk
    stays linear, however many cycles there are. ``through`` is the member that a cycle must use, if any.
    """
    done: set[str] = set()
    for root in graph:
        if root in done:
            continue
        trail, place, pending = [root], {root: 0}, [iter(graph[root])]
        uses = [0]  # how many references of the member ``through`` lead to each name of the trail
        while trail:
            target = next(pending[-1], None)
            if target is None:
                pending.pop()
                uses.pop()
                place.popitem()
                done.add(trail.pop())
            elif target in place:
                start = place[target]
                if not through or through in graph[trail[-1]][target] or uses[-1] > uses[start]:
                    yield _shortened(trail, start)
            elif target in graph and target not in done:
                uses.append(uses[-1] + (through in graph[trail[-1]][target]))
                place[target] = len(trail)
                trail.append(target)
                pending.append(iter(graph[target]))


def _shortened(trail: list[str], start: int) -> list[str]:
    """The end of a trail from ``start``; an ellipsis before the last name stands for those over the limit."""
    if len(trail) - start <= RING_LIMIT:
        return trail[start:]
    return [*trail[start : start + RING_LIMIT - 2], "…", trail[-1]]
