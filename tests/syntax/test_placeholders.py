"""What counts as a placeholder, and what only looks like one."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecslint.model import Unknown
from ecslint.syntax import placeholders

WHOLE = [
    "${IMAGE}",
    "${var.image}",
    "${a${b}c}",
    "${{ env.IMAGE }}",
    "$IMAGE",
    "<IMAGE1_NAME>",
    "{{ must_env `IMAGE` }}",
    "{% if x %}",
    "%IMAGE%",
    "%{IMAGE}",
    "@@IMAGE@@",
    "__IMAGE__",
    "#{image}#",
    "$$$$IMAGE$$$$",
    "REPLACE_ME",
    "CHANGEME",
    "YOUR_ACCOUNT_ID",
    "xxxxxxxxxxxx",
]
LITERAL = ["nginx:1.27", "100%", "a<b", "$REGISTRY/app", "5$", "a_b", "{a}", "x-y", "YOURS", "<>", "%d %s", "$", ""]


@pytest.mark.parametrize("text", WHOLE)
def test_placeholder_is_unknown(text: str) -> None:
    found = placeholders.read(text)
    assert found == Unknown(text)
    assert (found.prefix, found.suffix) == ("", "")


@pytest.mark.parametrize("text", LITERAL)
def test_other_texts_are_known(text: str) -> None:
    assert placeholders.read(text) is None


def test_literal_text_around_is_kept() -> None:
    found = placeholders.read("repo/${APP}/x-${TAG}:latest")
    assert found is not None
    assert (found.prefix, found.suffix) == ("repo/", ":latest")


def lifted(value: Any) -> Any:
    placeholders.lift(value, json.dumps(value))
    return value


def test_commands_and_log_tags_are_left_alone() -> None:
    container = {"command": ["echo", "${HOME}"], "entryPoint": ["$X"], "options": {"tag": "{{.Name}}"}}
    assert lifted(container) == {"command": ["echo", "${HOME}"], "entryPoint": ["$X"], "options": {"tag": "{{.Name}}"}}


def test_key_may_stand_for_members() -> None:
    assert lifted({"${more}": 1, "a": ["<B>"]}) == {Unknown("${more}"): 1, "a": [Unknown("<B>")]}


@example("%{}")
@given(st.text("$<>%@#{}_AEx RPLC", max_size=20))
def test_quick_look_misses_no_placeholder(text: str) -> None:
    whole = re.compile(placeholders.PATTERN, re.DOTALL | re.ASCII).search(text)
    assert (placeholders.read(text) is not None) == (whole is not None)
    assert lifted([text]) == [text if whole is None else Unknown(text)]


@pytest.mark.parametrize("text", WHOLE)
def test_quick_look_sees_every_kind(text: str) -> None:
    assert lifted({"a": text}) == {"a": Unknown(text)}
    data = {"a": text}
    assert placeholders.lift(data, f"a: {text}\n")
    assert data == {"a": Unknown(text)}


def test_no_quantifier_is_unbounded() -> None:
    assert not re.search(r"(?<!\\)[*+]", placeholders.PATTERN), "a text full of openings would cost quadratic time"
