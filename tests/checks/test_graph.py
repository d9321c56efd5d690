"""Rings among containers agree with plain reachability; dependencies offer what is waited for."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint.checks.fields import refers_to
from ecslint.checks.graph import acyclic, dependency_has, dependency_is_not
from ecslint.masking import Quoted
from ecslint.model import Hit, Unknown
from tests.strategies import JSON

NAMES = "abcde"
EDGES = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=12)


def cycles(containers: list[Any]) -> list[Hit]:
    """The hits of ``acyclic`` over links and volumesFrom."""
    edges = ["links[]", "volumesFrom[].sourceContainer"]
    return list(acyclic({"c": containers}, nodes="c[]", edges=edges, until=":"))


def linked(edges: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """Containers a to e with these links."""
    return [{"name": name, "links": [target for source, target in edges if source == name]} for name in NAMES]


def reaches_itself(edges: set[tuple[str, str]]) -> bool:
    """Whether some name can be reached from itself."""
    reached = set(edges)
    for _ in NAMES:
        reached |= {(a, d) for a, b in reached for c, d in edges if b == c}
    return any(source == target for source, target in reached)


@given(EDGES)
def test_rings_are_those_of_plain_reachability(edges: list[tuple[str, str]]) -> None:
    assert reaches_itself(set(edges)) == bool(cycles(linked(edges)))


@given(EDGES)
def test_nothing_is_left_to_report_without_the_closing_references(edges: list[tuple[str, str]]) -> None:
    closing = set()
    for hit in cycles(linked(edges)):
        names = str(hit.values["cycle"]).split(" -> ")
        closing.add((names[-2], names[-1]))
    assert not reaches_itself(set(edges) - closing)


@given(EDGES)
def test_a_ring_is_a_way_along_the_references(edges: list[tuple[str, str]]) -> None:
    for hit in cycles(linked(edges)):
        names = str(hit.values["cycle"]).split(" -> ")
        assert set(pairwise(names)) <= set(edges)
        assert len(names) - 2 == len(hit.related)


@given(JSON)
def test_any_json_is_judged_without_an_error(value: Any) -> None:
    task = {"containerDefinitions": [value, {"name": value, "links": value, "dependsOn": value, "essential": value}]}
    for document in value, task, {"containerDefinitions": value}:
        list(acyclic(document, nodes="containerDefinitions[]", edges=["links[]", "dependsOn[].containerName"]))
        waits(document)
        list(refers_to(document, items="containerDefinitions[].links[]", targets="containerDefinitions[].name"))


def test_ring_across_kinds_is_reported_where_it_closes() -> None:
    containers = [{"name": "a", "links": ["b:alias"]}, {"name": "b", "volumesFrom": [{"sourceContainer": "a"}]}]
    (hit,) = cycles(containers)
    assert hit.path == ("c", 1, "volumesFrom", 0, "sourceContainer")
    assert hit.values == {"cycle": "a -> b -> a"}
    place = ("c", 0, "links", 0)
    assert hit.related == ((place, Quoted("`a` needs `b` here", place)),)


def test_same_reference_twice_closes_one_ring() -> None:
    assert len(cycles([{"name": "a", "links": ["a", "a:b"], "volumesFrom": [{"sourceContainer": "a"}]}])) == 1


def test_names_that_are_unknown_or_shared_belong_to_no_ring() -> None:
    unknown = Unknown("${NAME}")
    assert cycles([{"name": unknown, "links": [unknown]}, {"name": "a", "links": [unknown, "b"]}]) == []
    assert cycles([{"name": "a", "links": ["a"]}, {"name": "a"}]) == []


def test_long_ring_is_shortened_and_needs_no_recursion() -> None:
    containers = [{"name": f"c{i}", "links": [f"c{(i + 1) % 10_000}"]} for i in range(10_000)]
    (hit,) = cycles(containers)
    assert hit.values == {"cycle": "c0 -> c1 -> c2 -> c3 -> … -> c9999 -> c0"}
    assert len(hit.related) == 3


def waits(value: Any, member: str = "essential", values: tuple[object, ...] = (False,)) -> list[Hit]:
    """The hits of ``dependency_has`` for the condition SUCCESS."""
    return list(
        dependency_has(
            value,
            containers="containerDefinitions[]",
            dependencies="containerDefinitions[].dependsOn[]",
            conditions=["SUCCESS"],
            member=member,
            values=values,
        )
    )


def pair(target: dict[Any, Any], condition: object = "SUCCESS") -> dict[str, Any]:
    """A task in which one container waits for another one."""
    waiting = {"name": "web", "dependsOn": [{"containerName": "init", "condition": condition}]}
    return {"containerDefinitions": [{"name": "init", **target}, waiting]}


@pytest.mark.parametrize(("target", "place"), [({}, "name"), ({"essential": True}, "essential")])
def test_dependency_without_the_demanded_value_is_hit_at_its_condition(target: dict[Any, Any], place: str) -> None:
    (hit,) = waits(pair(target))
    assert hit.path == ("containerDefinitions", 1, "dependsOn", 0, "condition")
    assert ("containerDefinitions", 0, place) == hit.related[0][0]
    target = Quoted("init", ("containerDefinitions", 0, "name"))
    assert hit.values == {"target": target, "position": 0}


@pytest.mark.parametrize(
    "task",
    [
        pair({"essential": False}),
        pair({"essential": Unknown("${ESSENTIAL}")}),
        pair({Unknown("${MORE}"): 1}),
        pair({}, "START"),
        pair({}, Unknown("${CONDITION}")),
        {"containerDefinitions": pair({})["containerDefinitions"][1:]},
        {"containerDefinitions": [{"name": "init"}, *pair({"essential": False})["containerDefinitions"]]},
    ],
)
def test_dependency_that_may_be_fine_is_passed_over(task: Any) -> None:
    assert waits(task) == []


def test_member_alone_suffices_where_no_values_are_given() -> None:
    assert waits(pair({"healthCheck": {}}), "healthCheck", ()) == []
    assert len(waits(pair({}), "healthCheck", ())) == 1


def references(volumes: Any, name: object = "data") -> list[tuple[object, object]]:
    """(name, known) of the hits of ``refers_to`` for one mounted volume."""
    value = {"mounts": [name], **({} if volumes is None else {"volumes": volumes})}
    hits = refers_to(value, items="mounts[]", targets="volumes[].name", until=":")
    return [(hit.values["name"], hit.values["known"].text) for hit in hits]


def test_reference_to_nothing_declared_is_hit() -> None:
    assert references([{"name": "logs"}]) == [("data", "`logs`")]
    assert references([]) == [("data", "none")]
    assert references(None) == [("data", "none")]


@pytest.mark.parametrize(
    "volumes",
    [
        Unknown("${VOLUMES}"),
        [Unknown("${VOLUME}")],
        [{"name": Unknown("${NAME}")}],
        [{"host": {}}],
        [{Unknown("${VOLUME}"): 1}],
        [{"name": "data"}],
    ],
)
def test_reference_that_may_be_declared_is_passed_over(volumes: Any) -> None:
    assert references(volumes) == []


def test_reference_ends_before_the_separator() -> None:
    assert references([{"name": "data"}], "data:alias") == []
    assert references([{"name": "data"}], ":alias") == []
    assert references([{"name": "data"}], "date:data") == [("date", "`data`")]


# --- cycles that need a link ---------------------------------------------------------------------------


def link_rings(containers: list[Any]) -> list[Hit]:
    """The hits of ``acyclic`` over volumesFrom and links, in that order, for cycles that need a link."""
    edges = ["volumesFrom[].sourceContainer", "links[]"]
    return list(acyclic({"c": containers}, nodes="c[]", edges=edges, until=":", through="links"))


def sharing(links: list[tuple[str, str]], volumes: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """Containers a to e with these links, which take the volumes of one another as told."""
    return [
        {**container, "volumesFrom": [{"sourceContainer": target} for source, target in volumes if source == name]}
        for name, container in zip(NAMES, linked(links), strict=True)
    ]


@given(EDGES, EDGES)
def test_ring_through_links_needs_one(links: list[tuple[str, str]], volumes: list[tuple[str, str]]) -> None:
    for hit in link_rings(sharing(links, volumes)):
        names = str(hit.values["cycle"]).split(" -> ")
        assert not set(pairwise(names)) <= set(volumes)


@given(EDGES)
def test_ring_of_links_alone_goes_through_links(edges: list[tuple[str, str]]) -> None:
    assert [hit.values for hit in link_rings(linked(edges))] == [hit.values for hit in cycles(linked(edges))]
    assert link_rings(sharing([], edges)) == []


@pytest.mark.parametrize("link", ["a:b:c", "a:", ":a"])
def test_text_that_is_no_link_refers_to_nothing(link: str) -> None:
    task = {"containerDefinitions": [{"name": "b", "links": [link]}]}
    items = "containerDefinitions[].links[]"
    assert list(refers_to(task, items=items, targets="containerDefinitions[].name", until=":")) == []
    assert cycles([{"name": "a", "links": [link]}]) == []


# --- what never gets there ------------------------------------------------------------------------------


def never(value: Any, where: dict[str, list[object]]) -> list[Hit]:
    """The hits of ``dependency_is_not`` for the condition SUCCESS."""
    return list(
        dependency_is_not(
            value,
            containers="containerDefinitions[]",
            dependencies="containerDefinitions[].dependsOn[]",
            conditions=["SUCCESS"],
            where=where,
        )
    )


WHERE: dict[str, list[object]] = {"essential": [False], "healthCheck.command[]": ["NONE", "NEVER"]}


def test_dependency_of_the_kind_is_hit_at_its_condition() -> None:
    (hit,) = never(pair({"essential": False, "healthCheck": {"command": ["x", "NEVER"]}}), WHERE)
    assert hit.path == ("containerDefinitions", 1, "dependsOn", 0, "condition")
    assert hit.values == {"target": Quoted("init", ("containerDefinitions", 0, "name"))}
    assert [place for place, _ in hit.related] == [
        ("containerDefinitions", 0, "essential"),
        ("containerDefinitions", 0, "healthCheck", "command", 1),
    ]


@pytest.mark.parametrize(
    "task",
    [
        pair({"essential": True, "healthCheck": {"command": ["NONE"]}}),
        pair({"essential": 0, "healthCheck": {"command": ["NONE"]}}),
        pair({"essential": False, "healthCheck": {"command": ["CMD"]}}),
        pair({"essential": False}),
        pair({"essential": Unknown("${ESSENTIAL}"), "healthCheck": {"command": ["NONE"]}}),
        pair({"essential": False, "healthCheck": {"command": ["NONE"]}}, "START"),
    ],
)
def test_dependency_of_another_kind_is_passed_over(task: Any) -> None:
    assert never(task, WHERE) == []


@given(JSON)
def test_any_json_is_no_kind(value: Any) -> None:
    for document in value, {"containerDefinitions": [value, pair({})["containerDefinitions"][1]]}:
        never(document, WHERE)
