"""The tables that ``compat`` rests on: places that exist, conditions that can be written, and lines that fit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ecslint import paths
from ecslint.compat import attributes, ordering
from ecslint.compat.attributes import Attribute
from ecslint.compat.knowledge import Knowledge
from ecslint.compat.recorded import day_of
from ecslint.model import Unknown
from ecslint.ruleset import rules
from ecslint.ruleset.expressions import KEYWORDS, walk
from ecslint.ruleset.facts import leads_to
from ecslint.ruleset.unsure import is_unsure, may_reach

CHECKOUT = Path(__file__).parents[2]
TABLES = rules.load_tables(str(CHECKOUT / "rules"))
CONDITIONS = rules.load_conditions(str(CHECKOUT / "rules"))["task-definition"]
SCHEMA = json.loads((CHECKOUT / "schemas" / "task-definition.json").read_text(encoding="utf-8"))
LEGACY, CURRENT = ordering.LEGACY, ordering.CURRENT


@pytest.fixture(scope="module")
def facts() -> Any:
    return Knowledge().facts


def exists(pattern: tuple[str, ...]) -> bool:
    """Whether task definitions have such a place."""
    schema = SCHEMA
    for segment in ("", *pattern):
        if segment == paths.EACH_ITEM:
            schema = schema.get("items", {})
        elif segment:
            schema = schema.get("properties", {}).get(segment) or schema.get("additionalProperties") or {}
        if "$ref" in schema:
            schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]
    return bool(schema)


@pytest.mark.parametrize("row", TABLES["attributes"], ids=lambda row: row["name"])
def test_every_demand_can_be_met(row: dict[str, Any]) -> None:
    assert row["name"].startswith((LEGACY, CURRENT))
    assert row.keys() <= {"name", "demand", "since", "confidence", "evidence"}
    for demand in row["demand"]:
        assert demand.keys() <= {"when", "given", "schema", "confidence", "evidence"}
        assert exists(paths.parse(demand["given"])), demand["given"]
        both = {**row, **demand}
        assert both["confidence"] in attributes.CONFIDENCE
        assert both["evidence"]
        when = demand.get("when", {})
        assert type(when) is not str or when in CONDITIONS
        for schema in [*walk(demand.get("schema", {})), *walk(when)]:
            assert schema.keys() <= KEYWORDS.keys()
    versions = row.get("since")
    for version in versions.values() if type(versions) is dict else [versions] if versions else []:
        assert version == attributes.NEVER or len(attributes.release(version)) == 3


def test_instances_speak_of_attributes_that_there_are() -> None:
    known = {row["name"] for row in TABLES["attributes"]}
    shapes = tuple(name.replace(attributes.VALUE, "") for name in known if attributes.VALUE in name)
    for row in TABLES["instances"]:
        assert row.keys() <= {"attributes", "optimized", "plain", "variable", "value", "unless", "external", "also"}
        assert bool(row.get("variable")) == bool(row.get("value"))
        assert row["optimized"] or not row["plain"], "what an agent has alone, it has on the AMI"
        for name in row["attributes"]:
            assert name in known or name.startswith(shapes), name


def attribute(name: str, template: str = "") -> Attribute:
    return Attribute(name, template or name, "1.0.0", "high", "")


def test_one_line_of_the_configuration_holds_what_all_attributes_need(facts: Any) -> None:
    template = f"{LEGACY}logging-driver.{{value}}"
    drivers = [attribute(f"{LEGACY}logging-driver.{name}", template) for name in ("awslogs", "splunk", "gelf")]
    variable = "ECS_AVAILABLE_LOGGING_DRIVERS"
    line = attributes.line(variable, [*drivers, attribute(f"{CURRENT}task-eni")], facts)
    assert line == f'{variable}=["json-file","syslog","awslogs","splunk","gelf"]'
    assert (
        attributes.line("ECS_ENABLE_TASK_ENI", [attribute(f"{CURRENT}task-eni")], facts) == "ECS_ENABLE_TASK_ENI=true"
    )
    assert attributes.line("ECS_VOLUME_PLUGIN_CAPABILITIES", [attribute(f"{CURRENT}efsAuth")], facts).endswith(
        '["efsAuth"]'
    )


def test_what_the_table_does_not_name_needs_an_agent_only(facts: Any) -> None:
    found = attributes.requirement(attribute(f"{CURRENT}env-files.s3"), facts)
    assert (found.optimized, found.plain, found.variable, found.external) == (True, True, "", True)


def test_versions_are_compared_by_number() -> None:
    old, new = attribute("a"), attribute("b")
    old.since, new.since = "1.9.0", "1.11.0"
    never, any_agent = attribute("c"), attribute("d")
    never.since, any_agent.since = attributes.NEVER, None
    assert attributes.minimum([new, old, never, any_agent]) == "1.11.0"
    assert attributes.minimum([never, any_agent]) is None


# --- the order of ECS -----------------------------------------------------------------------------------


def test_java_hashes_as_it_does() -> None:
    assert [ordering.buckets(size) for size in (0, 11, 12, 23, 24)] == [16, 16, 32, 32, 64]
    assert ordering.bucket("", 16) == ((59 * 59 + 43) ^ (59 * 59 + 43) >> 16) & 15


def test_lists_in_the_order_of_ecs_are_possible_and_others_are_not() -> None:
    names = [f"{LEGACY}docker-remote-api.1.{number}" for number in range(17, 30)]
    for size in range(len(names)):
        listed = ordering.ordered(names[:size])
        assert ordering.is_possible(listed)
        if size > 3:
            assert not ordering.is_possible(listed[::-1])
    assert ordering.is_possible([])


def test_inside_of_a_bucket_any_order_is_possible() -> None:
    same = [f"{LEGACY}ecr-auth", f"{LEGACY}docker-remote-api.1.19"]
    assert ordering.bucket(same[0], 16) == ordering.bucket(same[1], 16)
    assert ordering.ordered(same[::-1]) == same
    assert ordering.is_possible(same[::-1])


def test_a_set_of_twelve_may_not_have_grown_yet() -> None:
    names = [f"{CURRENT}{number}" for number in range(12)]
    assert ordering.is_possible(sorted(names, key=lambda name: ordering.bucket(name, 16)))
    assert ordering.is_possible(sorted(names, key=lambda name: ordering.bucket(name, 32)))
    assert not ordering.is_possible(sorted(names, key=lambda name: ordering.bucket(name, 64)))


@pytest.mark.parametrize(
    ("time", "day"),
    [
        ("2025-01-21T22:53:20.5+01:00", "2025-01-21"),
        (0, "1970-01-01"),
        (1737496400.5, "2025-01-21"),
        (951782400, "2000-02-29"),
        (4107542400, "2100-03-01"),
        ("yesterday", ""),
        ("2025-1-21", ""),
        (-1, ""),
        (True, ""),
        (None, ""),
        (1e300, ""),
    ],
)
def test_days(time: Any, day: str) -> None:
    assert day_of(time) == day


# --- values that are not known ----------------------------------------------------------------------------

UNKNOWN = Unknown("${A}")
TASK: dict[Any, Any] = {"a": [{"b": 1, "c": UNKNOWN}, {"b": [UNKNOWN]}], "d": {UNKNOWN: 1}, "e": UNKNOWN, "f": {"x": 1}}


@pytest.mark.parametrize(
    ("pattern", "unsure"),
    [
        ("a[].b", True),
        ("a[].c", True),
        ("a[].d", False),
        ("d.anything", True),
        ("e[].f", True),
        ("f.*", False),
        ("f.x.y", False),
        ("d.*", True),
        ("$", True),
        ("f", False),
        ("missing", False),
    ],
)
def test_where_unknown_values_make_a_difference(pattern: str, unsure: bool) -> None:
    assert is_unsure(TASK, paths.parse(pattern)) is unsure


def test_how_many_values_there_may_be() -> None:
    assert may_reach(TASK, paths.parse("a[].b"), 1)
    assert not may_reach(TASK, paths.parse("a[].b"), 2)
    assert may_reach(TASK, paths.parse("e[].f"), 9)
    assert may_reach(TASK, paths.parse("d.x"), 9)
    assert not may_reach(TASK, paths.parse("f.x"), 1)


def test_a_way_becomes_a_schema() -> None:
    inner = {"const": 1}
    assert leads_to((), inner) == inner
    assert leads_to(("a", "[]"), inner) == {"required": ["a"], "properties": {"a": {"contains": inner}}}
    assert leads_to(("*",), inner) == {"not": {"additionalProperties": {"not": inner}}}
