"""Whatever stands in a rule file, its mistakes are told; with none, the rule compiles and judges."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ecslint import document
from ecslint.model import Rule
from ecslint.ruleset import policies, rules
from tests.bundled import LIBRARY

RULE: dict[str, Any] = {
    "id": "ACME001",
    "slug": "odd-rule",
    "title": "Something of ours holds",
    "severity": "error",
    "when": ["fargate", {"properties": {"family": {"pattern": "^{networkMode}-"}}, "not": {"required": ["tags"]}}],
    "given": ["containerDefinitions[]", "containerDefinitions[].portMappings[]"],
    "then": {
        "schema": {
            "required": ["name"],
            "properties": {"name": {"enum": ["{container}", 1], "maxLength": 3}, "image": {"pattern": "{container}$"}},
            "if": {"$ref": "linux"},
            "then": {"allOf": [{"const": "{family}"}, {"type": ["string", "object"]}], "minItems": 2},
        }
    },
    "message": "this is {value} of {family}",
    "fix": {"title": "use `{same}`", "applicability": "safe", "steps": [{"set": "./name", "value": "{same}"}]},
    "examples": {"good": [{}], "bad": [{"code": {}, "at": "1:1"}, {}]},
}
CHECK = {
    "check": "refers_to",
    "options": {"items": "tags[].key", "targets": "volumes[].name", "until": {"$table": "regions"}},
}
WORDS = st.sampled_from(
    ["", "fargate", "$ref", "containerDefinitions[0]", "{container}", "{nobody}", "(", "a..b", "check", "{value", "*.*"]
)

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 300) | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(WORDS, inner, max_size=2),
    max_leaves=4,
)


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all values in a value."""
    inner = value.items() if type(value) is dict else enumerate(value) if type(value) is list else ()
    return [at, *(place for key, member in inner for place in places(member, (*at, key)))]


def put(value: Any, at: tuple[Any, ...], other: Any) -> Any:
    """A value with another one at a path; ``...`` takes out what is there."""
    if not at:
        return other
    kept = dict(value) if type(value) is dict else dict(enumerate(value))
    kept[at[0]] = put(kept[at[0]], at[1:], other)
    kept = {key: member for key, member in kept.items() if member is not ...}
    return kept if type(value) is dict else list(kept.values())


@st.composite
def odd(draw: st.DrawFn) -> Any:
    """A rule with some values in the place of others."""
    rule: Any = {**RULE, "then": draw(st.sampled_from([RULE["then"], CHECK]))}
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.sampled_from(places(rule)[1:] or [()]))
        others = st.dictionaries(WORDS, JSON, max_size=2) | st.lists(WORDS, max_size=2)
        rule = put(rule, at, draw(st.just(...) | WORDS | JSON | others) if at else {})
    return rule


@given(
    odd(), st.sampled_from([{}, {"family": "a", "containerDefinitions": [{"name": "b", "image": "b"}, {"name": []}]}])
)
def test_a_rule_is_refused_or_works(rule: Any, task: Any) -> None:
    text = json.dumps(rule)
    written = document.parse(text.encode(), "a.yaml", language="yaml")
    library = rules.Library(LIBRARY.conditions, LIBRARY.tables)
    found = policies.errors(written, library)
    assert all(0 <= at <= len(text) and type(message) is str and message for at, message in found)
    if not found:
        group = policies.Policies()
        group.rules = [Rule({**policies.DEFAULTS, **rules.normalised(written.data, library.tables)})]
        [kind] = group.rules[0].kinds
        group.conditions = {kind: dict(LIBRARY.conditions[kind])}
        [judge] = policies.judges([group], 0)[kind].values()
        said: list[Any] = []
        judge(task, 100, said)
