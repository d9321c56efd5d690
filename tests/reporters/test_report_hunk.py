"""Hunks: the lines that a fix changes, and nothing that is masked."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint.model import Source
from ecslint.reporters import hunk as module
from ecslint.reporters.hunk import hunk
from tests.reporters.samples import MINIFIED

Edits = list[tuple[int, int, str]]


def rows(text: str, *edits: tuple[str, str], masks: tuple[str, ...] = ()) -> list[str]:
    """The hunk of edits that are given as (text before, text after), one for each place of the text before."""
    spans = tuple(sorted((text.index(mask), text.index(mask) + len(mask)) for mask in masks))
    places = [(text.index(old), text.index(old) + len(old), new) for old, new in edits]
    return [f"{sign} {line}" for sign, line in hunk(Source("f", text, spans), places)]


TASK = '{\n  "cpu": 256,\n  "privileged": true,\n  "memory": "512"\n}\n'


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (("256", '"256"'), ['-   "cpu": 256,', '+   "cpu": "256",']),
        (('\n  "privileged": true,', ""), ['-   "privileged": true,']),
        (('  "privileged": true,\n', ""), ['-   "privileged": true,']),
        ((',\n  "memory": "512"', ""), ['-   "privileged": true,', '-   "memory": "512"', '+   "privileged": true']),
        (('"512"', '"512",\n  "a": 1'), ['-   "memory": "512"', '+   "memory": "512",', '+   "a": 1']),
        (('true,\n', 'true,\n  "a": 1,\n'), ['+   "a": 1,']),
        (("{\n", "[{\n"), ["- {", "+ [{"]),
        (("256", "256"), []),
    ],
)  # fmt: skip
def test_changed_lines(newline: str, edit: tuple[str, str], expected: list[str]) -> None:
    before, after = (part.replace("\n", newline) for part in edit)
    assert rows(TASK.replace("\n", newline), (before, after)) == expected


def test_edits_of_neighbouring_lines_are_told_together_and_others_one_by_one() -> None:
    assert rows("a\nb\nc\n\nd\n", ("d", "D"), ("a", "A"), ("b", "B")) == ["- a", "- b", "+ A", "+ B", "- d", "+ D"]


def test_edits_of_one_line_are_told_together() -> None:
    assert rows('{"a": 1, "b": 2}', ("1", '"1"'), ("2", '"2"')) == ['- {"a": 1, "b": 2}', '+ {"a": "1", "b": "2"}']


def test_insertions_at_one_place_keep_their_order() -> None:
    assert hunk(Source("f", "ab", ()), [(1, 1, "x"), (1, 1, "y")]) == [("-", "ab"), ("+", "axyb")]
    assert hunk(Source("f", "ab", ()), [(1, 2, "B"), (1, 1, "x")]) == [("-", "ab"), ("+", "axB")]


def test_nothing_changes_without_edits() -> None:
    assert hunk(Source("f", TASK, ()), []) == []


def test_texts_without_lines() -> None:
    assert hunk(Source("f", "", ()), [(0, 0, "a\nb")]) == [("-", ""), ("+", "a"), ("+", "b")]
    assert hunk(Source("f", "a", ()), [(0, 1, "")]) == [("-", "a"), ("+", "")]


def test_a_long_line_is_cut_around_its_edits() -> None:
    before = '…erPort":80,"hostPort":8080}],"essential":true,"memory":'
    after = ',"command":["sh","-c","hunter2"],"dockerLabels":{"team…'
    assert rows(MINIFIED, ("128", "512")) == [f"- {before}128{after}", f"+ {before}512{after}"]


def test_far_edits_of_a_long_line_have_rows_of_their_own() -> None:
    assert rows("A" + "-" * 500 + "B", ("A", "a"), ("B", "")) == [
        f"- A{'-' * 112}…",
        f"- …{'-' * 111}B",
        f"+ a{'-' * 112}…",
        f"+ …{'-' * 112}",
    ]


def test_many_lines_are_folded() -> None:
    text = "".join(f"{number}\n" for number in range(100))
    assert rows(text, (text[2:], "")) == ["- 1", "- 2", "- 3", "- 4", "- 5", "- 6", "- 7", " ..."]
    assert rows("a\n", ("a\n", text))[-2:] == ["+ 6", " ..."]


def test_lines_are_escaped_like_those_of_a_frame() -> None:
    assert rows("\t\x1b[31m\u202ea##[x", ("a", "\x85##vso[")) == [
        "-     \\x1b[31m\\u202ea\\x23#[x",
        "+     \\x1b[31m\\u202e\\x85\\x23#vso[\\x23#[x",
    ]


# --- masks ------------------------------------------------------------------------------------------


def test_masked_values_stay_masked() -> None:
    line = '{"name": "A", "value": "hunter2", "x": 1}'
    masks = ('"hunter2"',)
    assert rows(line, ("1", "2"), masks=masks) == [
        '- {"name": "A", "value": "•••", "x": 1}',
        '+ {"name": "A", "value": "•••", "x": 2}',
    ]
    assert rows(line, ("name", "Name"), masks=masks)[1] == '+ {"Name": "A", "value": "•••", "x": 1}'


@pytest.mark.parametrize(
    ("edit", "after"),
    [
        (("hunter2", '"hunter2"'), '"value": "•••"'),
        (("unter2", "x"), '"value": •••'),
        (("hunter", ""), '"value": •••'),
        (('"value": hunter2', '"valueFrom": "hunter2"'), '"•••"'),
        (('"value": hunter2', "{}"), "{}"),
        (('"value": hunter2', '[{"value":\n    "hunter2"}]'), "•••\n+     •••"),
    ],
)
def test_what_takes_the_place_of_a_masked_value_is_masked(edit: tuple[str, str], after: str) -> None:
    assert rows('"value": hunter2', edit, masks=("hunter2",)) == ['- "value": •••', *f"+ {after}".split("\n")]


def test_what_is_new_beside_an_edit_of_a_masked_value_is_masked() -> None:
    text = "a: 1\nb: hunter2\nc: 2\nd: 3\n"
    assert rows(text, ("b: hunter2\n", ""), ("3", "hunter2"), masks=("hunter2",)) == ["- b: •••", "- d: 3", "+ d: •••"]


def test_quotes_around_a_masked_value_are_no_secret() -> None:
    assert hunk(Source("f", "value: hunter2", ((7, 14),)), [(7, 7, '"'), (14, 14, '"')]) == [
        ("-", "value: •••"),
        ("+", 'value: "•••"'),
    ]


def test_all_is_masked_where_nobody_has_looked_up_masks() -> None:
    assert hunk(Source("f", "a: 1\nb: 2"), [(3, 4, "2")]) == [("-", "•••"), ("+", "•••")]


# --- in general -------------------------------------------------------------------------------------

WORDS = st.text("ab \n\r,", max_size=12)


@st.composite
def edited(draw: st.DrawFn, words: st.SearchStrategy[str] = WORDS) -> tuple[str, Edits]:
    text, edits = "", []
    for kept, gone, new in draw(st.lists(st.tuples(words, words, words), max_size=5)):
        text += kept
        edits.append((len(text), len(text) + len(gone), new))
        text += gone
    return text + draw(words), edits


def applied(text: str, edits: Edits) -> str:
    for start, end, new in reversed(edits):
        text = text[:start] + new + text[end:]
    return text


def lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


@given(edited(st.text("ab \n,", max_size=12)))
def test_what_goes_and_comes_makes_the_new_lines_of_the_old(case: tuple[str, Edits]) -> None:
    text, edits = case
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "LONGEST", 1000)
        found = hunk(Source("f", text, ()), edits)
    goes, comes = (Counter(line for sign, line in found if sign == wanted) for wanted in "-+")
    assert Counter(lines(text)) - goes + comes == Counter(lines(applied(text, edits)))
    assert goes <= Counter(lines(text))


@st.composite
def with_secrets(draw: st.DrawFn) -> tuple[Source, Edits]:
    """Masked parts of a text consist of S; edits write S only if one of them touches a masked part."""
    text, edits = draw(edited(st.text("Sab\n\r,\"{", max_size=12)))  # fmt: skip
    masks = []
    for index, character in enumerate(text):
        if character == "S":
            start = masks.pop()[0] if masks and masks[-1][1] == index else index
            masks.append((start, index + 1))
    if not any(start < right and end > left for start, end, _ in edits for left, right in masks):
        edits = [(start, end, new.replace("S", "a")) for start, end, new in edits]
    return Source("f", text, tuple(masks)), edits


@given(with_secrets())
def test_no_hunk_shows_anything_masked(case: tuple[Source, Edits]) -> None:
    source, edits = case
    assert "S" not in "".join(line for _, line in hunk(source, edits))


@given(st.lists(st.text("ab ,:", max_size=90), min_size=2, max_size=6), st.data())
def test_a_hunk_does_not_tell_the_length_of_a_masked_value(parts: list[str], data: st.DataObject) -> None:
    chosen = data.draw(st.integers(0, len(parts) - 1))
    inside = data.draw(st.booleans())

    def of_size(size: int) -> list[tuple[str, str]]:
        text, masks, edits = "", [], []
        for number, part in enumerate(parts):
            text += part
            masks.append((len(text), len(text) + size))
            if number == chosen:
                edits.append((len(text), len(text) + size, "s" * size) if inside else (len(text), len(text), "new"))
            text += "s" * size
        return hunk(Source("f", text, tuple(masks)), edits)

    assert of_size(1) == of_size(data.draw(st.integers(2, 500)))
