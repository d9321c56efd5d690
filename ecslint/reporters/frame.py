"""The excerpt of a source below a finding: lines of the file with carets and labels under spans.

A shown line is built from the source line piece by piece, and the same walk notes at which column
each offset is shown. Carets therefore stand right under escapes, wide characters and masks.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import groupby

from ecslint.escaping import COMMANDS, escaped, visible, visible_character

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeAlias

    from ecslint.model import Label, Source
    from ecslint.reporters.lines import Lines

    Span: TypeAlias = tuple[int, int]
    #: How many characters of a line are shown whole, and how many on each side of a span in a longer line.
    Room: TypeAlias = tuple[int, int]
    #: Text and its role: ``primary``, ``secondary`` or nothing.
    Segment: TypeAlias = tuple[str, str]
    #: What stands in the gutter (a line number, nothing, or ``...``) and right of it.
    Row: TypeAlias = tuple[str, list[Segment]]

FOLD = "..."
CUT = "…"
MASK = "•••"  # of one width for all values, so that it does not tell their length
TAB = "    "
LONGEST = 114  # columns of a line that is shown whole; 120 with what stands left of it
STROKES = {"primary": "^", "secondary": "-"}


class Mark:
    """A span within one line, to be underlined."""

    __slots__ = ("end", "label", "line", "role", "start")

    def __init__(self, line: int, start: int, end: int, label: str, role: str) -> None:
        self.line = line
        self.start = start
        self.end = end
        self.label = label
        self.role = role


def excerpt(
    source: Source, lines: Lines, primary: Label | None, related: Iterable[Label] = (), room: int = LONGEST
) -> list[Row]:
    """The rows of a frame: the line of each label, one line before the primary one if there is one, ``...`` between.

    They take ``room`` columns, without the gutter.
    """
    marks = [_mark(source, lines, label, "secondary") for label in related]
    if primary is not None:
        marks.append(_mark(source, lines, primary, "primary"))
    shown: dict[int, list[Mark]] = {mark.line: [] for mark in marks}
    for mark in marks:
        shown[mark.line].append(mark)
    if primary is not None and marks[-1].line > lines.first:
        shown.setdefault(marks[-1].line - 1, [])
    rows: list[Row] = []
    previous = 0
    for number in sorted(shown):
        if previous and number > previous + 1:
            rows.append((FOLD, []))
        previous = number
        span = lines.bounds(number)
        for group in groups(source, shown[number], span, room):
            rows += _line_rows(source, number, span, group, room)
    return rows


def _mark(source: Source, lines: Lines, label: Label, role: str) -> Mark:
    """A label clipped to its first line; an end inside a mask moves to the mask's edge."""
    number, start, end = lines.first_line_part(label.start, label.end)
    stop = lines.bounds(number)[1]
    for left, right in _masks_from(source, start):
        if left >= end:
            break
        end = max(end, min(stop, right))
    return Mark(number, start, end, visible(label.message), role)


def _masks_from(source: Source, offset: int) -> Iterator[Span]:
    """The masks that end after an offset, in order."""
    first = bisect_right(source.masks, (offset, offset))
    if first and source.masks[first - 1][1] > offset:
        first -= 1
    for index in range(first, len(source.masks)):
        yield source.masks[index]


# --- the window of a long line -------------------------------------------------------------------


def groups(source: Source, marks: list[Mark], line: Span, room: int = LONGEST) -> list[list[Mark]]:
    """Marks of one line that share its picture: all of a short line, near ones of a long line."""
    groups: list[list[Mark]] = [[]]
    whole = _is_short(source, line, room)
    for mark in sorted(marks, key=lambda mark: mark.start):
        group = groups[-1]
        if group and not whole and mark.start > _forward(source, group[0].start, room // 2, line[1]):
            groups.append([])
        groups[-1].append(mark)
    return groups


def _window(source: Source, marks: list[Mark], line: Span, room: int) -> Span:
    """The part of a line to show in so many columns: all of a short one, else its marks with what is around them."""
    if _is_short(source, line, room):
        return line
    low, high = line
    room -= len(CUT)
    if not marks:
        return low, _forward(source, low, room, high)
    start = marks[0].start
    if start > low:
        taken = _columns(source, start, min(max(mark.end for mark in marks), _forward(source, start, room, high)))
        start = _backward(source, start, max(room // 8, (room - taken) // 2), low)
    room -= len(CUT) if start > low else 0
    end = _forward(source, start, room, high)
    return (_backward(source, end, room, low), end) if end == high else (start, end)


def _is_short(source: Source, line: Span, room: int) -> bool:
    return _forward(source, line[0], room, line[1]) == line[1]


def _parts(source: Source, low: int, high: int) -> Iterator[tuple[int, int, bool]]:
    """``text[low:high]`` in pieces that are masked or not; a mask at the edge is there as a whole."""
    for start, end in _masks_from(source, low):
        if start >= high:
            break
        if low < start:
            yield low, start, False
        yield start, end, True
        low = end
    if low < high:
        yield low, high, False


def _parts_back(source: Source, low: int, high: int) -> Iterator[tuple[int, int, bool]]:
    """The same from the end to the beginning."""
    for index in range(bisect_right(source.masks, (high, high)) - 1, -1, -1):
        start, end = source.masks[index]
        if end <= low:
            break
        if start < high:
            if end < high:
                yield end, high, False
            yield start, end, True
            high = start
    if low < high:
        yield low, high, False


def _columns(source: Source, low: int, high: int) -> int:
    """How many columns a part of a line takes."""
    return sum(
        len(_mask_text(source.text, start, end)) if mask else sum(_width_at(source.text, i) for i in range(start, end))
        for start, end, mask in _parts(source, low, high)
    )


def _forward(source: Source, offset: int, room: int, limit: int) -> int:
    """The offset up to which a line fits into that many columns; a mask is never cut."""
    text = source.text
    for start, end, mask in _parts(source, offset, limit):
        if mask:
            size = len(_mask_text(text, start, end))
            if room < size:
                return min(offset, limit)
            room -= size
            offset = end
            continue
        plain = text[start : min(end, start + room + 1)]
        if plain.isascii() and plain.isprintable() and "#" not in plain:
            offset = min(end, start + room)
            room -= offset - start
        else:
            while offset < end and (size := _width_at(text, offset)) <= room:
                room -= size
                offset += 1
        if offset < end:
            return offset
    return min(offset, limit)


def _backward(source: Source, offset: int, room: int, limit: int) -> int:
    """The offset from which a line fits into that many columns; a mask is never cut."""
    text = source.text
    for start, end, mask in _parts_back(source, limit, offset):
        if mask:
            size = len(_mask_text(text, start, end))
            if room < size:
                return offset
            room -= size
            offset = max(start, limit)
            continue
        while offset > start and (size := _width_at(text, offset - 1)) <= room:
            room -= size
            offset -= 1
        if offset > start:
            return offset
    return offset


def _width_at(text: str, index: int) -> int:
    """How many columns one character takes as the frame shows it."""
    return width(_piece(text, index))


# --- one line ------------------------------------------------------------------------------------


def _line_rows(source: Source, number: int, line: Span, marks: list[Mark], room: int) -> list[Row]:
    """A line of the source, and below it the rows that underline and explain its marks."""
    shown, low, columns = picture(source, marks, line, room)
    rows: list[Row] = [(str(number), [(shown, "")])]
    strokes = []
    for mark in marks:
        start = columns[mark.start - low]
        end = columns[min(mark.end - low, len(columns) - 1)]
        strokes.append(Mark(number, start, max(end, start + 1), mark.label, mark.role))
    return rows + _underlines(strokes, room) if strokes else rows


def picture(source: Source, marks: list[Mark], line: Span, room: int = LONGEST) -> tuple[str, int, list[int]]:
    """A line as it is shown, cut around its marks; an offset; and the columns of that offset and the ones after it."""
    low, high = _window(source, marks, line, room)
    shown, columns = _shown(source, low, high)
    left = CUT if low > line[0] else ""
    right = CUT if high < line[1] else ""
    return left + shown + right, low, [len(left) + column for column in columns] if left else columns


def _shown(source: Source, low: int, high: int) -> tuple[str, list[int]]:
    """The shown form of ``text[low:high]``, and the column of each offset from low to high."""
    text = source.text
    pieces: list[str] = []
    columns: list[int] = []
    column = 0
    offset = low
    for start, end in [*masked(source, low, high), (high, high)]:
        plain = text[offset:start]
        if plain.isascii() and plain.isprintable() and "#" not in plain:  # most lines are shown as they are
            pieces.append(plain)
            columns += range(column, column + len(plain))
            column += len(plain)
            offset = start
        for index in range(offset, start):
            piece = _piece(text, index)
            pieces.append(piece)
            columns.append(column)
            column += width(piece)
        if start < end:
            pieces.append(_mask_text(text, start, end))
            columns += [column] * (end - start)
            column += len(pieces[-1])
        offset = end
    return "".join(pieces), [*columns, column]


def _mask_text(text: str, start: int, end: int) -> str:
    """What stands for a masked part: bullets, in the quotes that it has."""
    quoted = end - start > 1 and text[start] == text[end - 1] == '"'
    return f'"{MASK}"' if quoted else MASK


def masked(source: Source, low: int, high: int) -> Iterator[Span]:
    """The masked parts of ``text[low:high]``; an empty span for a place inside a mask."""
    for start, end in _masks_from(source, low):
        if start >= high:
            break
        yield max(low, start), min(high, end)


def _piece(text: str, index: int) -> str:
    """One character of the source as the frame shows it."""
    character = text[index]
    if character == "\t":
        return TAB
    if character == "#" and text.startswith(COMMANDS, index):
        return escaped(character)
    return visible_character(character)


def width(text: str) -> int:
    """How many terminal columns a visible text takes: East Asian wide characters take two."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(
        0 if category(character) in ("Mn", "Me") else 2 if east_asian_width(character) in "WF" else 1
        for character in text
    )


def _underlines(marks: list[Mark], room: int) -> list[Row]:
    """The row of strokes with the label of the last mark, then a row for each other label, where there is room."""
    marks = sorted(marks, key=lambda mark: mark.role == "primary")  # the primary is drawn over the others
    cells = [" "] * max(mark.end for mark in marks)
    roles = [""] * len(cells)
    for mark in marks:
        size = mark.end - mark.start
        cells[mark.start : mark.end] = [STROKES[mark.role]] * size
        roles[mark.start : mark.end] = [mark.role] * size
    last = max(marks, key=lambda mark: (mark.end, bool(mark.label)))
    strokes = _segments(cells, roles)
    beside = last if last.end + 1 + width(last.label) <= room else None
    if last.label and beside:
        strokes.append((f" {last.label}", last.role))
    rows: list[Row] = [("", strokes)]
    for mark in sorted(marks, key=lambda mark: -mark.start):
        if mark.label and mark is not beside:
            start = max(0, min(mark.start, room - width(mark.label)))
            indent = [(" " * start, "")] if start else []
            rows.append(("", [*indent, (mark.label, mark.role)]))
    return rows


def _segments(cells: list[str], roles: list[str]) -> list[Segment]:
    """Neighbouring cells of the same role, joined."""
    segments: list[Segment] = []
    start = 0
    for role, run in groupby(roles):
        end = start + len([*run])
        segments.append(("".join(cells[start:end]), role))
        start = end
    return segments
