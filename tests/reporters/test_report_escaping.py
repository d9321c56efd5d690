"""What acts or hides is shown; the rest stays as it is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given

from ecslint.escaping import line_start, visible
from tests.reporters.samples import HOSTILE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain text, café, 日本, 😀", "plain text, café, 日本, 😀"),
        ("a\nb\tc\r", "a\\x0ab\\x09c\\x0d"),
        ("\x1b[31m\x7f\x9b", "\\x1b[31m\\x7f\\x9b"),
        ("\u200e\u200f\u061c\u202a\u202e\u2066\u2069", "\\u200e\\u200f\\u061c\\u202a\\u202e\\u2066\\u2069"),
        ("\u2028\u2029", "\\u2028\\u2029"),
        ("\u200b\u200d\ufeff\u2060\ufe0f\u3164", "\\u200b\\u200d\\ufeff\\u2060\\ufe0f\\u3164"),
        ("\ud800\udcff", "\\ud800\\udcff"),
        ("\U000e0041", "\\U000e0041"),
        ("a\u00a0b", "a\\xa0b"),
        ("x ##[error]y ###[", "x \\x23#[error]y #\\x23#["),
        ("##vso[task]", "\\x23#vso[task]"),
    ],
)
def test_each_dangerous_character_is_escaped(text: str, expected: str) -> None:
    assert expected == visible(text)


@given(HOSTILE)
def test_no_control_format_or_separator_character_remains(text: str) -> None:
    shown = visible(text)
    assert [c for c in shown if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")] == []
    assert "##[" not in shown


@given(HOSTILE)
def test_visible_text_stays_as_it_is(text: str) -> None:
    assert visible(text) == visible(visible(text))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("td.json", "td.json"),
        ("::error::x", "./::error::x"),
        ("  ::error::x", "./  ::error::x"),
        (":x", ":x"),
        (":", "./:"),
        ("\n::x", "\\x0a::x"),
    ],
)
def test_a_name_cannot_begin_a_line_as_a_workflow_command(name: str, expected: str) -> None:
    assert expected == line_start(name)
