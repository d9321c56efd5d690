"""Options of log drivers: only the unknown ones are hit, at their keys, and nothing makes the check raise."""

from __future__ import annotations

import re
import warnings
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint.checks import quick
from ecslint.checks.logging import go_patterns, pattern_problem, unknown_log_options
from ecslint.model import Unknown
from tests.strategies import JSON

KNOWN: dict[str, Any] = {"every": ["mode"], "drivers": {"json-file": ["max-size", "max-file"], "journald": ["tag"]}}


def problems(text: Any, name: str = "p") -> list[Any]:
    """What is wrong with the text as a pattern (``p``) or as the format of a time (``f``)."""
    return [hit.values["problem"] for hit in go_patterns({name: text}, patterns=["p"], formats=["f"])]


def hits(value: Any) -> list[tuple[Any, object]]:
    """(path, suggestion) of each hit."""
    return [(hit.path, hit.values["suggestion"]) for hit in unknown_log_options(value, known=KNOWN)]


def test_unknown_options_are_hit_at_their_keys() -> None:
    value = {"logDriver": "json-file", "options": {"max-size": "1m", "mode": "blocking", "tag": "x"}}
    found = list(unknown_log_options(value, known=KNOWN))
    assert [(hit.path, hit.key, hit.values["driver"]) for hit in found] == [(("options", "tag"), True, "json-file")]


@pytest.mark.parametrize("option", ["max_size", "maxSize", "MAX-SIZE", "max-siez"])
def test_misspelt_option_is_explained(option: str) -> None:
    found = hits({"logDriver": "json-file", "options": {option: "1m"}})
    assert found == [(("options", option), "; did you mean `max-size`?")]


def test_option_without_likeness_has_no_suggestion() -> None:
    assert hits({"logDriver": "journald", "options": {"awslogs-group": "x"}}) == [(("options", "awslogs-group"), "")]


def test_what_is_not_known_is_passed_over() -> None:
    assert hits({"logDriver": "awslogs", "options": {"x": "y"}}) == []
    assert hits({"logDriver": Unknown("${A}"), "options": {"x": "y"}}) == []
    assert hits({"logDriver": "journald", "options": {Unknown("${A}"): "y"}}) == []
    assert hits({"logDriver": "journald", "options": Unknown("${A}")}) == []


@given(st.sampled_from(["json-file", "journald"]), st.dictionaries(st.text(max_size=8) | st.just("mode"), st.text()))
def test_each_option_is_hit_unless_it_is_listed(driver: str, options: dict[str, str]) -> None:
    expected = [name for name in options if name not in KNOWN["drivers"][driver] and name != "mode"]
    assert expected == [path[1] for path, _ in hits({"logDriver": driver, "options": options})]


@given(JSON | st.fixed_dictionaries({"logDriver": JSON | st.just("journald"), "options": JSON}))
def test_any_value_is_taken(value: Any) -> None:
    assert all(path[0] == "options" for path, _ in hits(value))


@pytest.mark.parametrize(
    "text",
    [
        *("^[0-9", "[%Y-%m-%d", "(a", "a)", "*a", "a|*", "a\\", "[]", "[^]", "[[:alpha:]", "(?i", "[a\\]"),
        *("(?=a)", "(?!a)", "(?<=a)", "(?<!a)", "(a)\\1"),
        *("[z-a]", "a{2,1}", "a{1001}", "(?>x)", "a\\Z", "a++", "a{2}*", "[[:foo:]]", "[\\d{4}-(x)]"),
    ],
)
def test_what_go_cannot_compile_is_hit(text: str) -> None:
    assert [problem != "" for problem in problems(text)] == [True]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "a",
            "^\\[%Y",
            "[]a]",
            "[^]a]",
            "[[:alpha:]]+",
            "(?P<n>a)",
            "(?i:a)",
            "(?i)a",
            "a*?",
            "a{2,3}?",
            "^*",
            "{",
        ),
        *("\\Q[(*\\E", "\\Q[", "[(*+]", "[\\]]", "a]", "}", "(|a)", "()", "%b %d, %H:%M:%S", "\\pL\\z\\0"),
        *("[a-z-9]", "[\\x1f-A]", "[\\w-.]", "[^[:^alpha:]-]", "a{2,}?", "a{,3}{x}", "[\\p{Greek}-a]"),
    ],
)
def test_what_go_may_compile_is_passed_over(text: str) -> None:
    assert problems(text) == []


@given(st.text("ab[]()*+?|\\^$-", max_size=12))
def test_python_agrees_with_each_problem_that_is_not_go_s_own(text: str) -> None:
    problem = pattern_problem(text)
    assert not (problem and quick.are_plain_patterns({"p": text}, patterns=["p"], formats=[]))
    if problem and "Go has no" not in problem and "repeat" not in problem:
        assert not compiles(text)


def compiles(text: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return re.compile(text) is not None
        except re.error:
            return False


@given(JSON)
def test_patterns_may_be_any_value(value: Any) -> None:
    assert type(value) is str or problems(value) == []


@pytest.mark.parametrize("text", ["[%Y-%m-%d %H:%M:%S]", "[%Y-%d"])
def test_a_time_between_brackets_is_hit(text: str) -> None:
    assert problems(text, "f") != []


@pytest.mark.parametrize("text", ["\\[%Y-%m-%d %H:%M:%S\\]", "%b %d, %H:%M:%S%L", "%Y-%m-%dT%H:%M:%S%z", "%%"])
def test_a_time_as_it_should_be_is_passed_over(text: str) -> None:
    assert problems(text, "f") == []
