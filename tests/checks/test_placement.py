"""Placement expressions are read by the grammar of the cluster query language, and judged without a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint.checks.placement import (
    DEPTH_LIMIT,
    Comparison,
    Joined,
    TooDeep,
    Unreadable,
    comparisons,
    holds,
    parse,
    placement_operators,
    placement_possible,
    placement_syntax,
)
from ecslint.model import UNKNOWN, Unknown

if TYPE_CHECKING:
    from ecslint.checks.placement import Tree

FACTS = [
    {"member": "operatingSystemFamily", "prefix": "LINUX", "subject": "attribute:ecs.os-type", "value": "linux"},
    {"member": "cpuArchitecture", "prefix": "ARM64", "subject": "attribute:ecs.cpu-architecture", "value": "arm64"},
]

subjects = st.sampled_from(("attribute:a", "attribute:ecs.os-type", "task:group", "runningTasksCount"))
values = st.from_regex(r"[a-z0-9][a-z0-9.*:-]{0,8}", fullmatch=True).filter(lambda text: text not in ("and", "or"))
single = st.builds(
    Comparison, subjects, st.sampled_from(("==", "!=", "<", "<=", ">", ">=", "=~", "!~")), st.tuples(values)
)
lists = st.builds(
    Comparison, subjects, st.sampled_from(("in", "!in")), st.lists(values, min_size=1, max_size=3).map(tuple)
)
existing = st.builds(Comparison, subjects, st.sampled_from(("exists", "!exists")), st.just(()))
trees: st.SearchStrategy[Tree] = st.recursive(
    single | lists | existing,
    lambda parts: (
        st.builds(Joined, st.sampled_from(("and", "or")), st.lists(parts, min_size=2, max_size=3).map(tuple))
        | st.builds(Joined, st.just("not"), st.tuples(parts))
    ),
    max_leaves=6,
)


def written(tree: Tree) -> str:
    """A text that parses to this tree, with parentheses around every part."""
    if isinstance(tree, Comparison):
        arguments = f"[{', '.join(tree.arguments)}]" if tree.operator in ("in", "!in") else "".join(tree.arguments)
        return f"{tree.subject} {tree.operator} {arguments}"
    parts = [f"({written(part)})" for part in tree.parts]
    return f"not {parts[0]}" if tree.operator == "not" else f" {tree.operator} ".join(parts)


def fault(expression: Any) -> list[tuple[object, object, object]]:
    hits = placement_syntax(expression)
    return [(hit.values["column"], hit.values["expected"], hit.values["found"]) for hit in hits]


@given(trees)
def test_written_tree_is_read_back(tree: Tree) -> None:
    assert repr(parse(written(tree))) == repr(tree)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("attribute:a == b", "attribute:a == 'b'"),
        ("  attribute:a==b\n", "attribute:a == 'b'"),
        ("attribute:a equals 'b c'", "attribute:a == 'b c'"),
        ('attribute:a != "b"', "attribute:a != 'b'"),
        ("attribute:a exists", "attribute:a exists"),
        ("attribute:a not_exists", "attribute:a !exists"),
        ("attribute:a !in ['x y', z]", "attribute:a !in 'x y' 'z'"),
        ("attribute:a in[x]", "attribute:a in 'x'"),
        ("runningTasksCount<1", "runningTasksCount < '1'"),
        ("agentVersion >= 1.60.0", "agentVersion >= '1.60.0'"),
        ("attribute:a =~ ^(c5|m5)[.].*$", "attribute:a =~ '^(c5|m5)[.].*$'"),
        ("(attribute:a =~ t2.*)", "attribute:a =~ 't2.*'"),
        ("task:group == service:web", "task:group == 'service:web'"),
        ("not(task:group == db)", "(not task:group == 'db')"),
        ("!attribute:a exists", "(not attribute:a exists)"),
        ("attribute:a==b&&attribute:c==d||attribute:e==f", "(or (and attribute:a == 'b' attribute:c == 'd') "),
        ("attribute:a == b OR attribute:c == d", "(or attribute:a == 'b' attribute:c == 'd')"),
    ],
)
def test_expression_has_the_tree(expression: str, expected: str) -> None:
    assert repr(parse(expression)).startswith(expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (" ", (2, "a subject such as `attribute:NAME`", "the end")),
        ("attribute: == b", (1, "a subject such as `attribute:NAME`", "`attribute:`")),
        ("ecs.os-type == linux", (1, "a subject such as `attribute:NAME`", "`ecs.os-type`")),
        ("attribute:a = b", (13, "an operator such as `==` or `in`", "`=`")),
        ("attribute:a", (12, "an operator such as `==` or `in`", "the end")),
        ("attribute:a is b", (13, "an operator such as `==` or `in`", "`is`")),
        ("attribute:a ==", (15, "a value", "the end")),
        ("attribute:a == 'b", (16, "a closing quote", "none")),
        ("attribute:a in b", (16, "a list in brackets", "`b`")),
        ("attribute:a in []", (17, "a value", "`]`")),
        ("attribute:a in [b", (18, "`,` or `]`", "the end")),
        ("(attribute:a == b", (18, "`)`", "the end")),
        ("attribute:a == b)", (17, "`and`, `or` or the end", "`)`")),
        ("attribute:a == b c", (18, "`and`, `or` or the end", "`c`")),
        ("attribute:a == b and", (21, "a subject such as `attribute:NAME`", "the end")),
        ("x" * 99 + " == b", (1, "a subject such as `attribute:NAME`", f"`{'x' * 30}`")),
    ],
)
def test_fault_is_at_its_column(expression: str, expected: tuple[object, object, object]) -> None:
    assert fault(expression) == [expected]


@pytest.mark.parametrize("value", ["", None, 1, True, [], UNKNOWN, Unknown("${A} ==", "", " ==")])
def test_what_is_no_text_is_no_expression(value: Any) -> None:
    assert fault(value) == []
    assert list(placement_operators(value)) == []


@given(st.text() | st.text(alphabet="attribute:o nd()[]!=<>~&|'\","))
def test_any_text_has_at_most_one_fault_which_lies_in_it(text: str) -> None:
    assert all(1 <= column <= len(text) + 1 for column, _, _ in fault(text) if isinstance(column, int))
    assert len(fault(text)) in (0, 1)


@pytest.mark.parametrize("opening", ["(", "!", "not "])
def test_deep_nesting_is_left_alone(opening: str) -> None:
    with pytest.raises(TooDeep):
        parse(opening * 100_000)
    assert fault(opening * 100_000) == []
    with pytest.raises(Unreadable):
        parse(opening * DEPTH_LIMIT)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("runningTasksCount == 1 and agentVersion < 1.60", []),
        ("attribute:a < 1 or attribute:a exists", []),
        ("task:group in [a, b]", []),
        ("runningTasksCount =~ 1", [("runningTasksCount", "=~")]),
        ("not (task:group exists or ec2InstanceId > i)", [("task:group", "exists"), ("ec2InstanceId", ">")]),
        ("runningTasksCount =~", []),
    ],
)
def test_fields_have_operators_of_their_own(expression: str, expected: list[tuple[str, str]]) -> None:
    hits = placement_operators(expression)
    assert [(hit.values["subject"], hit.values["operator"]) for hit in hits] == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("attribute:a == x", True),
        ("attribute:a != x", False),
        ("attribute:a in [x, y]", True),
        ("attribute:a !in [y]", True),
        ("attribute:a == X", None),
        ("attribute:a =~ y", None),
        ("attribute:a exists", None),
        ("attribute:b == x", None),
        ("attribute:a == y and attribute:b == x", False),
        ("attribute:a == y or attribute:b == x", None),
        ("attribute:a == x or attribute:b == x", True),
        ("attribute:a == x and attribute:b == x", None),
        ("not attribute:a == x", False),
        ("not attribute:b == x", None),
    ],
)
def test_expression_holds_for_facts(expression: str, expected: bool | None) -> None:
    assert holds(parse(expression), {"attribute:a": "x"}) is expected


@given(trees, st.dictionaries(subjects, values))
def test_more_facts_never_overturn_a_verdict(tree: Tree, facts: dict[str, str]) -> None:
    certain = {subject: value for subject, value in facts.items() if subject == "attribute:a"}
    assert holds(tree, certain) in (None, holds(tree, facts))


@given(trees)
def test_negation_swaps_the_verdict(tree: Tree) -> None:
    facts = {comparison.subject: "a" for comparison in comparisons(tree)}
    verdict = holds(tree, facts)
    assert holds(Joined("not", (tree,)), facts) is (None if verdict is None else not verdict)


@pytest.mark.parametrize(
    ("platform", "expression", "expected"),
    [
        ({"operatingSystemFamily": "LINUX"}, "attribute:ecs.os-type == windows", ["`LINUX`"]),
        ({"operatingSystemFamily": "LINUX"}, "attribute:ecs.os-type == linux", []),
        ({"operatingSystemFamily": UNKNOWN}, "attribute:ecs.os-type == windows", []),
        ({"operatingSystemFamily": "LINUX"}, "attribute:ecs.os-type = windows", []),
        ({"operatingSystemFamily": "LINUX"}, UNKNOWN, []),
        ({}, "attribute:ecs.os-type == windows", []),
        (UNKNOWN, "attribute:ecs.os-type == windows", []),
        (
            {"operatingSystemFamily": "LINUX", "cpuArchitecture": "ARM64"},
            "not (attribute:ecs.os-type == linux or attribute:ecs.cpu-architecture == arm64)",
            ["`LINUX` or `ARM64`"],
        ),
    ],
)
def test_expression_contradicts_the_platform(platform: Any, expression: Any, expected: list[str]) -> None:
    task = {"runtimePlatform": platform, "placementConstraints": [{"expression": expression}]}
    hits = list(
        placement_possible(task, items="placementConstraints[].expression", platform="runtimePlatform", facts=FACTS)
    )
    assert [hit.values["stated"].text for hit in hits] == expected
    assert [hit.path for hit in hits] == [("placementConstraints", 0, "expression")] * len(expected)


@pytest.mark.parametrize("task", [None, [], UNKNOWN, "x", {"runtimePlatform": []}])
def test_no_task_contradicts_nothing(task: Any) -> None:
    options = {"items": "placementConstraints[].expression", "platform": "runtimePlatform", "facts": FACTS}
    assert list(placement_possible(task, **options)) == []
