"""The lines that a fix changes: as they are, and as they would be."""

from __future__ import annotations

from ecslint.diff import changes
from ecslint.model import Source
from ecslint.reporters import frame
from ecslint.reporters.frame import FOLD, Mark, groups, masked, picture
from ecslint.reporters.lines import Lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import TypeAlias

    from ecslint.model import Fix
    from ecslint.reporters.frame import Span

    #: Start, end, and the text that takes the place of what is between them.
    Edit: TypeAlias = tuple[int, int, str]

LONGEST = 8  # rows of one sign in one place
LINE_ENDS = ("", "\n", "\r", "\r\n")
STRUCTURE = "{}[], \t\r\n"  # tells nothing about the values that it holds


def rows_of(source: Source, fix: Fix, room: int = frame.LONGEST) -> list[tuple[str, str]]:
    """The rows that show what a fix changes, in so many columns; none if it has no edits."""
    return hunk(source, [(edit.start, edit.end, edit.text) for edit in fix.edits or ()], room)


def hunk(source: Source, edits: Iterable[Edit], room: int = frame.LONGEST) -> list[tuple[str, str]]:
    """The rows (sign, line) that show disjoint edits of a text: ``-`` is a line that goes, ``+`` one that comes.

    Lines are escaped, masked and cut as in a frame. Where an edit touches a masked value, nobody knows what its
    texts are made of, and all that is new is masked. The row ("", "...") stands for further lines of its place.
    """
    ordered = sorted(edits, key=lambda edit: edit[:2])
    secret = any(any(True for _ in masked(source, start, end)) for start, end, _ in ordered)
    rows: list[tuple[str, str]] = []
    for low, high, nearby in _places(source.text, ordered):
        masks = tuple((start - low, end - low) for start, end in masked(source, low, high))
        old = Source(source.name, source.text[low:high], masks)
        inside = [(start - low, end - low, text) for start, end, text in nearby]
        new, spans = _after(old, inside, secret)
        rows += _difference(old, [edit[:2] for edit in inside], new, spans, room)
    return rows


def _places(text: str, edits: Sequence[Edit]) -> Iterator[tuple[int, int, list[Edit]]]:
    """Runs of whole lines, and the edits in each."""
    low = high = 0
    nearby: list[Edit] = []
    for edit in edits:
        start = 1 + max(text.rfind(character, 0, edit[0]) for character in "\r\n")
        if nearby and text[high:start] not in LINE_ENDS:
            yield low, high, nearby
            nearby = []
        low = low if nearby else start
        ends = [text.find(character, edit[1]) for character in "\r\n"]
        high = min((place for place in ends if place >= 0), default=len(text))
        nearby.append(edit)
    if nearby:
        yield low, high, nearby


def _after(old: Source, edits: Sequence[Edit], secret: bool) -> tuple[Source, list[Span]]:
    """The text after the edits, with the masks of what is left and of what is ``secret``; and where it is new."""
    text = ""
    masks: list[Span] = []
    spans = []
    done = 0
    for start, end, new in [*edits, (len(old.text), len(old.text), "")]:
        masks += [(left - done + len(text), right - done + len(text)) for left, right in masked(old, done, start)]
        text += old.text[done:start]
        spans.append((len(text), len(text) + len(new)))
        masks += _telling(new, len(text)) if secret else []
        text += new
        done = end
    return Source(old.name, text, _joined(masks)), spans[:-1]


def _telling(text: str, offset: int) -> Iterator[Span]:
    """The parts of the lines of a text that may tell something, ``offset`` added."""
    for start, end in _bounds(text):
        line = text[start:end]
        if line.strip(STRUCTURE):
            yield offset + end - len(line.lstrip(" \t")), offset + end


def _joined(masks: Sequence[Span]) -> tuple[Span, ...]:
    """Masks that touch, as one: an edit within a value leaves pieces of its mask."""
    joined: list[Span] = []
    for start, end in masks:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)


def _difference(
    old: Source, old_spans: Sequence[Span], new: Source, new_spans: Sequence[Span], room: int
) -> Iterator[tuple[str, str]]:
    goes, comes = _bounds(old.text), _bounds(new.text)
    texts = [old.text[start:end] for start, end in goes], [new.text[start:end] for start, end in comes]
    for old_start, old_end, new_start, new_end in changes(*texts):
        yield from _rows("-", old, old_spans, goes[old_start:old_end], room)
        yield from _rows("+", new, new_spans, comes[new_start:new_end], room)


def _bounds(text: str) -> list[Span]:
    lines = Lines(text)
    return [lines.bounds(number) for number in range(1, len(lines.starts) + 1)]


def _rows(sign: str, source: Source, spans: Sequence[Span], lines: Iterable[Span], room: int) -> list[tuple[str, str]]:
    """Some lines; of a long one, the surroundings of the spans."""
    rows = []
    for low, high in lines:
        marks = [
            Mark(0, max(start, low), min(end, high), "", "") for start, end in spans if start <= high and end >= low
        ]
        parts = groups(source, marks, (low, high), room)
        rows += [(sign, picture(source, group, (low, high), room)[0]) for group in parts]
    return rows if len(rows) <= LONGEST else [*rows[: LONGEST - 1], ("", FOLD)]
