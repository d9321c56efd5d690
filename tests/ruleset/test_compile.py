"""Compiled rules say what the interpreter in oracle.py says, and the interpreter agrees with jsonschema."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecslint import document as documents
from ecslint import hits, paths, testing
from ecslint.adapters import recognise
from ecslint.checks import load as load_checks
from ecslint.model import UNKNOWN, Rule, Unknown
from ecslint.ruleset.bundle import Ruleset, data_folder
from ecslint.ruleset.compile import compile_rules
from tests.bundled import LIBRARY, RULES
from tests.ruleset import oracle
from tests.strategies import JSON, from_schema

with open(os.path.join(data_folder("schemas"), "task-definition.json"), encoding="utf-8") as file:
    SCHEMA = json.load(file)
TASKS = from_schema({"$ref": SCHEMA["$ref"]}, SCHEMA)
KIND = "task-definition"
slow = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)


def judged(module_source: str, task: Any) -> list[Any]:
    """What the only rule of a generated module says of a task."""
    module: dict[str, Any] = {}
    exec(module_source, module)  # noqa: S102 - the code under test
    outcomes: list[Any] = []
    module["RULES"][0](task, sys.maxsize, outcomes)
    return outcomes


def interpreted(number: int, rule: Rule, task: Any) -> list[tuple[Any, ...]]:
    """The hits of one rule, by interpretation."""
    scope = oracle.Scope(LIBRARY.conditions[KIND], task)
    conditions = rule.when if isinstance(rule.when, list) else [] if rule.when is None else [rule.when]
    schemas = [LIBRARY.conditions[KIND][c] if isinstance(c, str) else c for c in conditions]
    if any(oracle.holds(schema, task, scope) is not True for schema in schemas):
        return []
    found: list[tuple[Any, ...]] = []
    for pattern in rule.given or ("$",):
        for path, value in paths.select(task, paths.parse(pattern)):
            if "check" in rule.then:
                check = load_checks()[rule.then["check"]].function
                hits = check(value, **rule.then.get("options", {}))
                found += [comparable((number, path, hit)) for hit in hits]
            else:
                for v in oracle.violations(rule.then["schema"], value, scope, path):
                    found.append((number, v.path, v.keyword, v.name))
    return found


def comparable(outcome: Any) -> tuple[Any, ...]:
    """An outcome of generated code in the form that ``interpreted`` gives."""
    if len(outcome) == 3:
        hit = hits.outcome_hit(outcome)
        assert not isinstance(hit, Exception), hit
        return (outcome[0], hit.path, hit.key, str(sorted(hit.values.items())))
    return (outcome[0], outcome[1], outcome[2], outcome[4])


def in_order(found: list[tuple[Any, ...]]) -> list[str]:
    return sorted(map(repr, found))


@slow
@given(TASKS | JSON.filter(lambda value: type(value) is dict))
def test_bundled_rules_hit_what_the_interpreter_hits(ruleset: Ruleset, task: Any) -> None:
    outcomes = ruleset.of(KIND).judge(task, sys.maxsize, range(ruleset.size))
    ours = [(number, rule) for number, rule in enumerate(RULES) if KIND in rule.kinds and "source" not in rule.then]
    expected = [hit for number, rule in ours for hit in interpreted(number, rule, task)]
    assert in_order([comparable(outcome) for outcome in outcomes]) == in_order(expected)


@slow
@given(TASKS, st.booleans())
def test_no_rule_hits_that_the_screen_does_not_suspect(ruleset: Ruleset, task: Any, in_part: bool) -> None:
    task = ruleset.of(KIND).structure.examine(task).data
    if in_part:
        task = {**dict.fromkeys(ruleset.of(KIND).structure.members(), UNKNOWN), **task}
    every = frozenset(range(ruleset.size))
    hit = {outcome[0] for outcome in ruleset.of(KIND).judge(task, sys.maxsize, every)}
    assert hit <= set(ruleset.suspects(KIND, task, sys.maxsize, every))


@slow
@given(TASKS)
def test_screen_can_read_whatever_is_known(ruleset: Ruleset, task: Any) -> None:
    task = without_unknowns(ruleset.of(KIND).structure.examine(task).data)
    ruleset.of(KIND).screen(task, sys.maxsize)


def without_unknowns(value: Any) -> Any:
    """The value without its unknown parts, of which the screen may make nothing."""
    if type(value) is dict:
        return {k: without_unknowns(v) for k, v in value.items() if type(k) is not Unknown and type(v) is not Unknown}
    return [without_unknowns(v) for v in value if type(v) is not Unknown] if type(value) is list else value


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_screen_suspects_every_rule_by_its_bad_examples_alone(ruleset: Ruleset, rule: Rule) -> None:
    """The property tests above hardly ever make a value that a rule about one format looks for."""
    number = RULES.index(rule)
    for example in rule.docs["examples"]["bad"]:
        document = documents.parse(testing.text_of(example["code"]).encode(), example.get("file", "task.json"))
        for resource in recognise(document.data):
            rules = ruleset.of(resource.kind)
            data = rules.structure.examine(resource.data).data
            if resource.whole and any(o[0] == number for o in rules.judge(data, sys.maxsize, [number])):
                assert number in ruleset.suspects(resource.kind, data, sys.maxsize, frozenset([number]))


@slow
@given(TASKS | JSON)
def test_fits_says_whether_the_examination_finds_something(ruleset: Ruleset, task: Any) -> None:
    assert ruleset.of(KIND).fits(task) == (ruleset.of(KIND).structure.examine(task).hits == [])


def kleene(schema: Any, value: Any) -> bool | None:
    return oracle.holds(schema, value, oracle.Scope({}, value))


LEAVES = st.sampled_from(
    [
        {"type": "string"},
        {"type": ["integer", "null"]},
        {"const": 1},
        {"const": "a"},
        {"const": [1, "a"]},
        {"enum": ["a", True, 0]},
        {"minimum": 1},
        {"maximum": 5},
        {"minLength": 1},
        {"maxLength": 3},
        {"minItems": 1},
        {"maxItems": 2},
        {"minProperties": 1},
        {"maxProperties": 1},
        {"pattern": "^[a-c0-9_-]{1,3}$"},
        {"pattern": "^ab"},
        {"pattern": "b+$"},
        {"required": ["a", "b"]},
        {"dependentRequired": {"a": ["b"]}},
        True,
        False,
    ]
)
SCHEMAS: st.SearchStrategy[Any] = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(lambda s: {"not": s}, inner)
        | st.builds(lambda a, b: {"allOf": [a, b]}, inner, inner)
        | st.builds(lambda a, b: {"anyOf": [a, b]}, inner, inner)
        | st.builds(lambda s: {"items": s}, inner)
        | st.builds(lambda s: {"contains": s}, inner)
        | st.builds(lambda s: {"propertyNames": s}, inner)
        | st.builds(lambda a, b: {"properties": {"a": a}, "additionalProperties": b}, inner, inner)
        | st.builds(lambda a, b, c: {"if": a, "then": b, "else": c}, inner, inner, inner)
    ),
    max_leaves=5,
)
NAMED = st.dictionaries(st.sampled_from(["a", "b", "c"]), JSON, max_size=3)


def policy(schema: Any, when: Any = None) -> Rule:
    fields = {"id": "ACME001", "slug": "x", "title": "x", "severity": "error", "category": "practice", "message": "x"}
    return Rule({**fields, "kind": ["task-definition"], "given": ["$"], "when": when, "then": {"schema": schema}})


@slow
@given(SCHEMAS, SCHEMAS | st.none(), JSON.filter(lambda v: type(v) is dict) | NAMED)
def test_any_schema_compiles_to_what_the_interpreter_says(schema: Any, when: Any, task: Any) -> None:
    rule = policy(schema, when if isinstance(when, dict) else None)
    outcomes = judged(compile_rules([(0, rule)], {}), task)
    scope = oracle.Scope({}, task)
    expected: list[Any] = []
    if rule.when is None or oracle.holds(rule.when, task, scope) is True:
        expected = [(0, v.path, v.keyword, v.name) for v in oracle.violations(schema, task, scope)]
    assert in_order([comparable(outcome) for outcome in outcomes]) == in_order(expected)


def known(value: Any) -> bool:
    if type(value) is dict:
        return all(type(key) is str and known(item) for key, item in value.items())
    if type(value) is list:
        return all(map(known, value))
    return type(value) is not Unknown


@slow
@given(SCHEMAS, JSON.filter(known) | NAMED.filter(known))
def test_interpreter_agrees_with_jsonschema_on_known_values(schema: Any, value: Any) -> None:
    checker = jsonschema.Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _, v: type(v) is int)
    validator = jsonschema.validators.extend(jsonschema.Draft202012Validator, type_checker=checker)
    assert kleene(schema, value) is validator(schema).is_valid(value)


@slow
@given(SCHEMAS, NAMED)
def test_a_verdict_about_unknown_values_holds_for_every_value(schema: Any, value: Any) -> None:
    verdict = kleene(schema, value)
    if verdict is not None:
        for replacement in (0, "ab", None, True, [], {}, [1, "a"], {"a": 1, "b": 2}):
            assert kleene(schema, replaced(value, replacement)) is verdict


def replaced(value: Any, replacement: Any) -> Any:
    """The value with every unknown (and every member that a placeholder stands for) filled in."""
    if type(value) is Unknown:
        return replacement
    if type(value) is list:
        return [replaced(item, replacement) for item in value]
    if type(value) is dict:
        filled = {key: replaced(item, replacement) for key, item in value.items() if type(key) is str}
        extra = replacement if type(replacement) is dict and any(type(key) is Unknown for key in value) else {}
        return {**extra, **filled}
    return value
