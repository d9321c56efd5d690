"""What of a text is masked: what the schema does not know, what no node holds, and what lies outside of its parts."""

from __future__ import annotations

from typing import Any

import pytest

from ecslint import document
from ecslint.masking import Places, Quoted, credentials, joined_spans, masked, masks, veiled, windows

TYPES = {"a": "string", "n": "integer", "l": "array", "o": "object", "e": "array"}
LINES = "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n"


def below(schema: Any, key: Any) -> Any:
    """The schema of a member or item: a small one."""
    if schema is None:
        return None
    kind = "string" if schema[1]["type"] == "array" else TYPES.get(key)
    return None if kind is None else (None, {"type": kind})


def shown(text: str, name: str = "x.json", *parts: tuple[int, int]) -> str:
    """A text as a report may show some parts of it, else all of it."""
    parsed = document.parse(text.encode(), name)
    known = {(): (None, {"type": "object"})}
    places = Places(parsed.root(), parsed.data, known, below, frozenset(TYPES), name != "x.json")
    return masked(text, masks(text, places, list(parts) or [(0, len(text))]))


JSON = {
    '{"a": "s", "n": 5}': '{"a": "s", "n": 5}',
    '{"x": "s", "y": 5}': '{"x": "•••", "y": •••}',
    '{"a": "https://bob:pw@h/x", "l": ["s", "bob:pw@h"]}': '{"a": "https://•••@h/x", "l": ["s", "bob:•••@h"]}',
    '{"o": {}, "e": [], "l": [], "x": {"a": "s"}}': '{"o": •••, "e": •••, "l": •••, "x": {"a": "•••"}}',
    '{"K=pw": "q", "bob:pw@h": 1}': '{"K=•••": "•••", "bob:•••@h": •••}',
    '{"a": "one", "a": "s"}': '{"a": "•••", "a": "s"}',
    '{"a": "s" // a remark of 5 words\n}': '{"a": "s" // a ••• ••• ••• •••\n}',
    '{"a": "bob:p\\u0077@h"}': '{"a": "•••"}',
    '{"a": {"x": 1}, "l": {"n": 5}}': '{"a": {"x": •••}, "l": {"n": 5}}',
}
YAML = {
    "a: s # a remark\nn: 5\n": "a: s # a •••\nn: 5\n",
    "a: bob:pw@h\nx: |\n  two\n\n  lines\n": "a: bob:•••@h\nx: •••\n•••\n\n•••\n",
    "l: [s, &z bob:pw@h]\ne: [*z, q]\n": "l: [s, &z bob:•••@h]\ne: [•••, q]\n",
    "o:\na: s\n": "o:\na: s\n",
}


@pytest.mark.parametrize("text", JSON)
def test_what_the_schema_knows_of_json_is_shown(text: str) -> None:
    assert shown(text) == JSON[text]


@pytest.mark.parametrize("text", YAML)
def test_what_the_schema_knows_of_yaml_is_shown(text: str) -> None:
    assert shown(text, "x.yaml") == YAML[text]


def test_what_cannot_be_read_is_hidden() -> None:
    places = Places(None, None, {}, below, frozenset(TYPES), False)
    assert masked("{a: pw, q", masks("{a: pw, q", places, [(0, 9)])) == "{a: •••, •••"


MEMBERS = '{\n"a": "s",\n"x": "q",\n"n": 5,\n"l": ["s"]\n}'


def test_what_lies_outside_of_the_parts_is_hidden() -> None:
    line = MEMBERS.index('"x"'), MEMBERS.index('"n"')
    assert shown(MEMBERS, "x.json", line) == '•••\n•••\n"x": "•••",\n•••\n•••\n•••'
    assert shown(MEMBERS, "x.json", (0, line[0]), (line[1], len(MEMBERS))) == MEMBERS.replace('"x": "q",', "•••")
    assert shown(MEMBERS, "x.json", (line[1], len(MEMBERS))) == '•••\n•••\n•••\n"n": 5,\n"l": ["s"]\n}'
    assert shown(MEMBERS, "x.json", (0, line[0])) == '{\n"a": "s",\n•••\n•••\n•••\n•••'


@pytest.mark.parametrize(
    ("text", "spans", "expected"),
    [
        (LINES, [(8, 9)], [(4, 15)]),
        (LINES, [(0, 1)], [(0, 7)]),
        (LINES, [(18, 19)], [(14, 20)]),
        (LINES, [(4, 11)], [(0, 17)]),
        (LINES, [(0, 1), (10, 11)], [(0, 17)]),
        (LINES, [(18, 19), (0, 1)], [(0, 7), (14, 20)]),
        ("\n1\n2\n3\n4", [(1, 2)], [(0, 8)]),
        ("\n\n\n\n", [(0, 0)], [(0, 3)]),
        ("a", [(0, 1)], [(0, 1)]),
        (LINES, [], []),
    ],
)
def test_a_window_is_lines_around(text: str, spans: list[tuple[int, int]], expected: list[tuple[int, int]]) -> None:
    assert windows(text, spans) == expected


def test_two_credentials_of_one_text() -> None:
    assert veiled("a https://bob:pw@h/x and `PW=pw` of ${A:-pw}") == "a https://•••@h/x and `PW=•••` of ${A•••}"
    assert credentials("${A} a=${B}") == [(7, 11)]


def test_quoted_texts_are_equal_if_text_and_place_are() -> None:
    assert Quoted("a", ("b",)) == Quoted("a", ("b",))
    assert len({Quoted("a", ("b",)), Quoted("a", ("b",)), Quoted("a", ("c",)), Quoted("b", ("b",))}) == 3
    assert Quoted("a", ()) != "a"


@pytest.mark.parametrize("name", ["API-KEY", "x_token", "SECRET", "password", "PASSWD", "passphrase", "pwd"])
@pytest.mark.parametrize(
    "around", ["{}: pw", "`{}`: pw", '"{}":pw', "'{}':pw", "a\n{}: pw", "a\t{}:\tpw", "{} ~= pw", "{} !~ pw"]
)
def test_names_that_leave_no_doubt(name: str, around: str) -> None:
    assert "pw" not in veiled(around.format(name)).replace(name, "")


def test_spans_that_overlap_are_joined_wherever_they_stand() -> None:
    assert joined_spans([(7, 9), (0, 2), (3, 6), (4, 5), (8, 12), (20, 21)]) == ((0, 2), (3, 6), (7, 12), (20, 21))
    assert joined_spans([(0, 5), (1, 2)]) == ((0, 5),)
    assert joined_spans([(0, 2), (2, 3)]) == ((0, 2), (2, 3))
