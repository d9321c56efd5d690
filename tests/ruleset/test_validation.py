"""The quick validator never accepts what jsonschema refuses, and accepts what is written as it should be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ecslint.model import Unknown
from ecslint.ruleset.bundle import data_folder
from ecslint.ruleset.validation import fits

SCHEMAS = {
    name: json.loads((Path(data_folder("schemas")) / f"{name}.json").read_text("utf-8"))
    for name in ("config", "baseline")
}
WORDS = st.sampled_from(["ECS101", "", " ", "x", "off", "error", "EC2", "strict", "full", "2026-12-31"])
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 3) | st.floats(allow_nan=False) | WORDS | st.just(Unknown("x")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)


def values(schema: dict[str, Any], definitions: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that a schema allows or nearly allows."""
    if "$ref" in schema:
        return values(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    kind = schema.get("type")
    if "enum" in schema:
        right: st.SearchStrategy[Any] = st.sampled_from(schema["enum"])
    elif "const" in schema:
        right = st.just(schema["const"])
    elif kind == "array":
        right = st.lists(values(schema["items"], definitions), max_size=3)
    elif kind == "object":
        known = {name: values(member, definitions) for name, member in schema.get("properties", {}).items()}
        others = schema.get("additionalProperties")
        extra = values(others, definitions) if isinstance(others, dict) else ANYTHING
        right = st.fixed_dictionaries({}, optional=known)
        if not known or isinstance(others, dict):
            right = st.builds(lambda a, b: {**a, **b}, right, st.dictionaries(WORDS, extra, max_size=2))
    else:
        right = st.integers(0, 3) if kind == "integer" else WORDS
    return st.integers(0, 30).flatmap(lambda dice: ANYTHING if dice == 0 else right)


@pytest.mark.parametrize("name", SCHEMAS)
@given(data=st.data())
def test_what_fits_is_valid(name: str, data: st.DataObject) -> None:
    schema = SCHEMAS[name]
    value = data.draw(values(schema, schema["$defs"]))
    if fits(value, schema, schema["$defs"]):
        assert Draft202012Validator(schema).is_valid(value)


@pytest.mark.parametrize("name", SCHEMAS)
@given(data=st.data())
def test_what_is_valid_and_written_plainly_fits(name: str, data: st.DataObject) -> None:
    schema = SCHEMAS[name]
    value = json.loads(json.dumps(data.draw(values(schema, schema["$defs"])), default=lambda unknown: unknown.raw))
    if Draft202012Validator(schema).is_valid(value) and not holds_float(value):
        assert fits(value, schema, schema["$defs"])


def holds_float(value: Any) -> bool:
    """Whether 1.0 stands somewhere: an integer to JSON Schema, none to the quick validator, which then asks."""
    parts = value.values() if type(value) is dict else value if type(value) is list else ()
    return type(value) is float or any(map(holds_float, parts))


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_use_only_keywords_that_the_quick_validator_knows(name: str) -> None:
    known = {"$schema", "$ref", "$defs", "title", "description", "default", "examples", "format"}
    known |= {"properties", "additionalProperties", "items", "type", "const", "enum", "required"}
    known |= {"minProperties", "minLength", "minimum", "pattern"}

    def keywords(schema: Any) -> set[str]:
        if not isinstance(schema, dict):
            return set()
        inner = [schema.get("items"), schema.get("additionalProperties")]
        inner += [*schema.get("properties", {}).values(), *schema.get("$defs", {}).values()]
        return set(schema).union(*map(keywords, inner))

    assert keywords(SCHEMAS[name]) <= known
