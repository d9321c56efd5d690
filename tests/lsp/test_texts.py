"""Positions of the protocol: lines and units of an encoding, against a slow and plain count."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol.types import Position, Range, TextDocumentContentChangePartial, TextDocumentContentChangeWholeDocument

from ecslint.lsp.texts import Text, lines

ENCODINGS = {"utf-8": lambda c: len(c.encode()), "utf-16": lambda c: 1 + (ord(c) > 0xFFFF), "utf-32": len}

characters = st.sampled_from('a"é中😀\n\r\t\u2028\x0b\x0c\x85 ')
texts = st.builds("".join, st.tuples(st.sampled_from(["", "\ufeff"]), st.text(characters, max_size=30)))
encodings = st.sampled_from(sorted(ENCODINGS))


def plain(whole: str, place: int, encoding: str) -> Position:
    """The position of a place that is not within CRLF, counted one character after the other."""
    before = re.split(r"\r\n|\r|\n", whole[:place])
    return Position(len(before) - 1, sum(map(ENCODINGS[encoding], before[-1])))


@given(texts, encodings)
def test_every_offset_has_its_position_and_comes_back(whole: str, encoding: str) -> None:
    text = Text(whole, encoding)
    skipped = len(whole) - len(text.body)
    for offset in range(len(text.body) + 1):
        place = offset + skipped
        if whole[place - 1 : place + 1] == "\r\n":
            assert text.position(offset) == text.position(offset - 1)
            continue
        assert text.position(offset) == plain(whole, place, encoding)
        assert text.offset(text.position(offset)) == offset


@given(texts, encodings, st.integers(0, 40), st.integers(0, 40))
def test_positions_beyond_the_end_mean_the_end(whole: str, encoding: str, line: int, column: int) -> None:
    text = Text(whole, encoding)
    offset = text.offset(Position(line, column))
    assert 0 <= offset <= len(text.body)
    found = text.position(offset)
    if line < len(text.starts) and offset:
        assert found.line == line
        assert found.character <= column


@given(texts, encodings, st.data())
def test_a_change_is_what_the_editor_has_done(whole: str, encoding: str, data: st.DataObject) -> None:
    text, expected = Text(whole, encoding), whole
    for _ in range(3):
        cuts = [i for i in range(len(expected) + 1) if expected[i - 1 : i + 1] != "\r\n"]
        start, end = sorted(data.draw(st.tuples(st.sampled_from(cuts), st.sampled_from(cuts))))
        new = data.draw(st.text(characters, max_size=5))
        place = Range(plain(expected, start, encoding), plain(expected, end, encoding))
        text = text.changed([TextDocumentContentChangePartial(place, new)])
        expected = expected[:start] + new + expected[end:]
        assert text.whole == expected
    assert text.changed([TextDocumentContentChangeWholeDocument(whole)]).whole == whole


@given(texts, st.text(characters, max_size=30), encodings)
def test_the_difference_makes_the_new_text(whole: str, new: str, encoding: str) -> None:
    text = Text(whole, encoding)
    edit = text.difference(new)
    if edit is None:
        assert new == text.body
        return
    made = text.changed([TextDocumentContentChangePartial(edit.range, edit.new_text)])
    assert made.whole == whole[: len(whole) - len(text.body)] + new


@pytest.mark.parametrize("text", ["", "a", "a\r\nb\rc\n", "\r\r\n\n"])
def test_lines_are_all_of_the_text(text: str) -> None:
    assert "".join(lines(text)) == text
