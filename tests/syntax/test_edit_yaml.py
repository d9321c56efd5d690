"""Laws of edits of YAML, held against ruamel.yaml and PyYAML."""

from __future__ import annotations

import re
from typing import Any

import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from ecslint.model import Operation
from ecslint.syntax.edit import Withheld, applied, apply, edits
from tests.syntax.edit_laws import allowing, check, check_composition, check_damaged
from tests.syntax.layouts import damaged, documents, operations, paths, yaml_documents

many = settings(max_examples=min(3 * settings().max_examples, settings().max_examples + 200), deadline=None)

ONE_LINE = "a block has no place in brackets|comment has no place"
AT_THE_END = "would not say what the fix means"  # a block scalar at the end of a text without a line end


def oracle(text: str) -> Any:
    """The data of a YAML 1.2 text, keys as strings."""
    return plain(YAML(typ="safe", pure=True).load(text))


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def at_the_end(text: str) -> str:
    """The reason for which nothing may be added behind a block scalar that ends with the text, or one that is none."""
    return AT_THE_END if not text.endswith(("\n", "\r")) and re.search("[|>]", text) else "(?!)"


@many
@given(st.data())
def test_documents(data: st.DataObject) -> None:
    document = data.draw(yaml_documents())
    operation = data.draw(operations(oracle(document.text)))
    last = at_the_end(document.text)
    anew = f"{last}|a comment stands"
    with allowing(operation, set=anew, wrap=anew, append=last, move=f"{ONE_LINE}|{last}", splice="several lines"):
        check(document, "yaml", operation, oracle)


@many
@given(st.data())
def test_documents_with_anchors(data: st.DataObject) -> None:
    document = data.draw(yaml_documents(aliases=True))
    operation = data.draw(operations(oracle(document.text)))
    last = at_the_end(document.text)
    anew = f"{last}|a comment stands"
    reasons = {"set": anew, "wrap": anew, "append": last, "move": f"{ONE_LINE}|{last}", "splice": "several lines"}
    reasons["unwrap"] = "two anchors|could not be read"  # an anchor on a line of its own
    if "*x" in document.text:
        reasons = dict.fromkeys(("set", "remove", "rename", "append", "splice", "unwrap", "wrap", "move"), "")
    with allowing(operation, **reasons):
        check(document, "yaml", operation, oracle)


def tame(value: Any) -> Any:
    """The value with words in the place of all strings, no two of which become the same."""
    if isinstance(value, dict):
        return {tame(key): tame(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map(tame, value))
    return f"w{value.encode().hex()}" if isinstance(value, str) else value


def dump(value: Any) -> str:
    return yaml.safe_dump(value, sort_keys=False, width=10_000)


@many
@given(documents(), st.data())
def test_what_a_program_wrote_looks_as_if_it_had_written_the_result(value: Any, data: st.DataObject) -> None:
    drawn = data.draw(operations(value))
    assume(drawn.kind != "splice")
    value, operation = tame(value), Operation(drawn.kind, tame(drawn.path), tame(drawn.value))
    into = operation.value if operation.kind == "move" else operation.path
    for path, part in paths(value):
        assume(part not in ({}, []) or into[: len(path)] != path)  # what is empty stays in brackets
    lists = [part for path, part in paths(value) if path and isinstance(path[-1], str) and isinstance(part, list)]
    assume(any(lists))  # else the text does not show that dashes stand right below their key
    wanted = applied(value, [operation])
    assume(isinstance(wanted, (dict, list)))
    text = dump(value)
    assert apply(text, edits(text, "yaml", [operation])) == dump(wanted)


@many
@given(st.data())
def test_composition(data: st.DataObject) -> None:
    text = data.draw(yaml_documents()).text
    value = oracle(text)
    several = []
    for _ in range(data.draw(st.integers(2, 4))):
        several.append(data.draw(operations(value)))
        value = applied(value, several[-1:])
    try:
        edits(text, "yaml", several)
    except Withheld:
        assume(False)
    check_composition(text, "yaml", several)


@many
@given(damaged(yaml_documents(aliases=True)), st.data())
def test_damaged_texts(text: str, data: st.DataObject) -> None:
    check_damaged(text, "yaml", data.draw)
