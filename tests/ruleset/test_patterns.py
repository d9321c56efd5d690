"""Patterns as string operations find what ``re`` finds."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint.ruleset import patterns, runtime
from ecslint.ruleset.expressions import walk
from tests.bundled import LIBRARY, RULES

BUNDLED = {
    schema["pattern"]
    for rule in RULES
    for source in (rule.then.get("schema"), *(rule.when if isinstance(rule.when, list) else [rule.when]))
    for schema in walk(source)
    if "pattern" in schema
} | {
    schema["pattern"]
    for source in LIBRARY.conditions["task-definition"].values()
    for schema in walk(source)
    if "pattern" in schema
}

OTHERS = [
    "^[A-Za-z0-9_-]{1,255}$",
    "^[a-z][a-z0-9]*$",
    "^([a-z0-9_][a-z0-9_-]{0,6})?$",
    "^(tcp|udp)$",
    "^arn:",
    "ab|^c",
    "(x|y)z$",
    "^a?b",
    "[aA][bB]",
    "^[^a]+$",
    "^a.c$",
    r"^\d+$",
    "",
    "^$",
    "a{2}",
    "(?!x)y",
]


def evaluated(pattern: str, text: str) -> bool:
    names: dict[str, Any] = {"v": text, "search": runtime.search}
    return bool(eval(patterns.expression(pattern, "v"), names))  # noqa: S307 - the code under test


@pytest.mark.parametrize("pattern", sorted(BUNDLED) + OTHERS)
@given(data=st.data())
def test_expression_agrees_with_re(pattern: str, data: st.DataObject) -> None:
    matching = st.from_regex(re.compile(pattern, re.ASCII)) if "(?!" not in pattern else st.nothing()
    text = data.draw(matching | st.text("abcxyzAB019_-.:/ \n", max_size=12) | st.text(max_size=8))
    assert evaluated(pattern, text) == runtime.search(pattern, text)
