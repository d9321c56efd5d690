"""Frames: the right lines, carets under the right characters, nothing that is masked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint.model import Label, Source
from ecslint.reporters.frame import LONGEST, excerpt, width
from ecslint.reporters.lines import Lines
from tests.reporters.samples import HOSTILE


def frame(
    text: str,
    start: int,
    end: int,
    *related: Label,
    masks: tuple[tuple[int, int], ...] = (),
    label: str = "",
    room: int = LONGEST,
) -> list[str]:
    """The rows as ``gutter|text``."""
    rows = excerpt(Source("f", text, masks), Lines(text), Label("", label, start, end), related, room)
    return [gutter + "|" + "".join(part for part, _ in body) for gutter, body in rows]


def test_the_line_before_the_primary_line_is_shown() -> None:
    assert frame("a\nb\ncde\nf", 5, 6, label="here") == ["2|b", "3|cde", "| ^ here"]


def test_the_first_line_has_no_line_before_it() -> None:
    assert frame("abc\nd", 0, 2) == ["1|abc", "|^^"]


def test_far_lines_are_joined_by_dots() -> None:
    assert frame("a\nb\nc\nd\ne\nf\ng", 8, 9, Label("", "x", 0, 1), Label("", "y", 12, 13)) == [
        "1|a",
        "|- x",
        "...|",
        "4|d",
        "5|e",
        "|^",
        "...|",
        "7|g",
        "|- y",
    ]


def test_labels_on_one_line_share_it() -> None:
    left, right = Label("", "left", 0, 2), Label("", "right", 6, 8)
    assert frame("ab cd ef", 3, 5, left, right) == ["1|ab cd ef", "|-- ^^ -- right", "|left"]
    assert frame("ab cd ef", 6, 8, left, Label("", "middle", 3, 5)) == [
        "1|ab cd ef",
        "|-- -- ^^",
        "|   middle",
        "|left",
    ]


def test_the_primary_is_drawn_over_a_secondary_around_it() -> None:
    assert frame("abcdef", 1, 3, Label("", "around", 0, 6)) == ["1|abcdef", "|-^^--- around"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_span_of_several_lines_is_clipped_to_its_first(newline: str) -> None:
    text = newline.join(["x", "{a", "}"])
    start = text.index("{")
    assert frame(text, start, len(text)) == ["1|x", "2|{a", "|^^"]


def test_an_empty_span_gets_one_caret() -> None:
    assert frame("ab", 2, 2) == ["1|ab", "|  ^"]
    assert frame("", 0, 0) == ["1|", "|^"]
    assert frame("a\n", 2, 2) == ["1|a", "2|", "|^"]


@pytest.mark.parametrize(
    ("before", "shown"),
    [
        ("\t", "    "),
        ("\x1b", "\\x1b"),
        ("あ", "あ"),
        ("e\u0301", "e\u0301"),
        ("😀", "😀"),
        ("##[", "\\x23#["),
        ("é", "é"),
    ],
)
def test_carets_follow_what_is_shown_before_them(before: str, shown: str) -> None:
    columns = {"あ": 2, "e\u0301": 1, "😀": 2, "é": 1}.get(before, len(shown))
    assert [f"1|{shown}x", f"|{' ' * columns}^"] == frame(before + "x", len(before), len(before) + 1)


def test_carets_are_as_wide_as_what_is_shown_above_them() -> None:
    assert frame("あ\x1b", 0, 2) == ["1|あ\\x1b", "|^^^^^^"]


def test_a_mask_has_one_width_and_keeps_the_quotes_of_a_string() -> None:
    assert frame('{"a": "secret"} x', 6, 14, masks=((6, 14),)) == ['1|{"a": "•••"} x', "|      ^^^^^"]
    assert frame("a: secret x", 3, 9, masks=((3, 9),)) == ["1|a: ••• x", "|   ^^^"]


def test_a_span_that_ends_inside_a_mask_covers_the_mask() -> None:
    assert frame("a secret b", 4, 6, masks=((2, 8),)) == ["1|a ••• b", "|  ^^^"]


def test_a_mask_over_several_lines_hides_each() -> None:
    assert frame("a: one\ntwo b", 11, 12, masks=((3, 10),)) == ["1|a: •••", "2|••• b", "|    ^"]


def test_a_long_line_is_cut_around_the_span() -> None:
    text = "a" * 500 + "HERE" + "b" * 500
    assert [f"1|…{'a' * 54}HERE{'b' * 54}…", "|" + " " * 55 + "^^^^"] == frame(text, 500, 504)
    assert [f"1|…{'a' * 17}HERE{'b' * 17}…", "|" + " " * 18 + "^^^^"] == frame(text, 500, 504, room=40)


@pytest.mark.parametrize("filling", ["x", "あ", "\t", "\x1b", "e\u0301", "x#[y "])
@pytest.mark.parametrize("room", [30, 74, 114])
@given(st.integers(0, 400), st.integers(1, 30), st.integers(0, 40), st.booleans())
def test_no_row_is_wider_than_its_room(
    filling: str, room: int, start: int, size: int, label: int, hidden: bool
) -> None:
    text = filling * 400
    start, end = min(start, len(text) - 1), min(start + size, len(text))
    masks = ((start + 3, start + 90), (start + 95, start + 99)) if hidden and start + 99 < len(text) else ()
    other = Label("", "o" * min(label, room), max(0, start - 9), max(1, start - 7))
    shown = frame(text, start, end, other, masks=masks, label="l" * min(label, room), room=room)
    assert max(width(row.partition("|")[2]) for row in shown) <= room
    assert any("^" in row for row in shown)


def test_a_label_without_room_behind_its_mark_stands_below() -> None:
    text = "x" * 40
    assert frame(text, 30, 35, label="here it is", room=40)[1:] == [
        "|" + " " * 30 + "^^^^^",
        "|" + " " * 30 + "here it is",
    ]
    assert frame(text, 30, 35, label="this is the place", room=40)[2] == "|" + " " * 23 + "this is the place"


def test_a_mask_in_a_cut_line_counts_as_its_bullets_and_is_never_cut() -> None:
    near = "HERE" + "b" * 106 + "s" * 500 + "c" * 200
    assert frame(near, 0, 4, masks=((110, 610),))[0] == f"1|HERE{'b' * 106}•••…"
    far = "HERE" + "b" * 107 + "s" * 500 + "c" * 200
    assert frame(far, 0, 4, masks=((111, 611),))[0] == f"1|HERE{'b' * 107}…"
    before = "a" * 200 + "s" * 500 + "b" * 105 + "HERE"
    assert frame(before, 805, 809, masks=((200, 700),))[0] == f"1|…•••{'b' * 105}HERE"


def test_far_marks_of_a_long_line_have_pictures_of_their_own() -> None:
    text = "A" + "-" * 500 + "B"
    assert [f"1|A{'-' * 112}…", "|- first", f"1|…{'-' * 111}B", "|" + " " * 112 + "^"] == frame(
        text, 501, 502, Label("", "first", 0, 1)
    )


def test_a_long_span_is_cut_too() -> None:
    rows = frame("{" + "x" * 100_000 + "}", 0, 100_002)
    assert rows == ["1|{" + "x" * 112 + "…", "|" + "^" * 113]


OPEN = st.text("ab ,:", max_size=90)


@given(st.lists(OPEN, min_size=2, max_size=6), st.data())
def test_a_frame_does_not_tell_the_length_of_a_masked_value(parts: list[str], data: st.DataObject) -> None:
    chosen = data.draw(st.integers(0, len(parts) - 1))

    def with_secrets(size: int) -> list[str]:
        text, masks, places = "", [], []
        for part in parts:
            places.append((len(text), len(text) + len(part)))
            text += part
            masks.append((len(text), len(text) + size))
            text += "s" * size
        return frame(text, *places[chosen], masks=tuple(masks))

    assert with_secrets(1) == with_secrets(data.draw(st.integers(2, 500)))


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126) | st.just("\t"), min_size=1, max_size=400), st.data())
def test_the_span_is_what_stands_above_the_carets(text: str, data: st.DataObject) -> None:
    text = text.replace("#", "_")
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    shown, carets = (row.partition("|")[2] for row in frame(text, start, end))
    above = shown[carets.index("^") : len(carets)]
    expected = text[start:end].replace("\t", "    ")
    assert above == expected or (width(expected) > LONGEST // 2 and expected.startswith(above))


@given(HOSTILE)
def test_lines_agree_with_the_positions_of_a_source(text: str) -> None:
    lines = Lines(text)
    source = Source("", text)
    offsets = range(len(text) + 1)
    assert [source.position(offset) for offset in offsets] == [lines.position(offset) for offset in offsets]


@given(HOSTILE)
def test_lines_hold_all_of_a_text_but_its_line_ends(text: str) -> None:
    lines = Lines(text)
    cut = [text[slice(*lines.bounds(number))] for number in range(1, len(lines.starts) + 1)]
    assert text.replace("\r\n", "\n").replace("\r", "\n") == "\n".join(cut)


def test_width_counts_terminal_columns() -> None:
    assert [width(text) for text in ("", "abc", "日本", "e\u0301", "Ａ")] == [0, 3, 4, 1, 2]


def test_a_source_whose_secrets_nobody_has_looked_up_shows_nothing() -> None:
    source = Source("f", '{"password": "x"}')
    rows = excerpt(source, Lines(source.text), Label("", "", 1, 11))
    assert "".join(text for _, segments in rows for text, _ in segments).replace("^", "").strip() == "•••"
