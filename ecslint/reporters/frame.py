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
ROOM = (120, 60)
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
    source: Source, lines: Lines, primary: Label, related: Iterable[Label] = (), *, room: Room = ROOM
) -> list[Row]:
    """The rows of a frame: the line of each label, one line before the primary one, ``...`` between."""
    marks = [_mark(source, lines, label, "secondary") for label in related]
    marks.append(_mark(source, lines, primary, "primary"))
    shown: dict[int, list[Mark]] = {mark.line: [] for mark in marks}
    for mark in marks:
        shown[mark.line].append(mark)
    if marks[-1].line > lines.first:
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


def groups(source: Source, marks: list[Mark], line: Span, room: Room = ROOM) -> list[list[Mark]]:
    """Marks of one line that share its picture: all of a short line, near ones of a long line."""
    groups: list[list[Mark]] = [[]]
    whole = _is_short(source, line, room)
    for mark in sorted(marks, key=lambda mark: mark.start):
        group = groups[-1]
        if group and not whole and mark.start > _forward(source, group[0].start, room[1], line[1]):
            groups.append([])
        groups[-1].append(mark)
    return groups


def _window(source: Source, marks: list[Mark], line: Span, room: Room) -> Span:
    """The part of a line to show: all of a short one, else the surroundings of its marks."""
    low, high = line
    if _is_short(source, line, room):
        return line
    longest, reach = room
    if not marks:
        return low, _forward(source, low, longest, high)
    near = _forward(source, max(mark.end for mark in marks), reach, high)
    far = _forward(source, marks[-1].start, 2 * reach, high)
    return _backward(source, marks[0].start, reach, low), min(near, far)


def _is_short(source: Source, line: Span, room: Room) -> bool:
    longest, _ = room
    # No mask takes more room than its bullets.
    return line[1] - line[0] <= longest // len(MASK) or _forward(source, line[0], longest, line[1]) == line[1]


def _forward(source: Source, offset: int, steps: int, limit: int) -> int:
    """The offset that many shown characters on; a mask counts as its bullets and is never cut."""
    for start, end in _masks_from(source, offset):
        if start - offset >= steps:
            break
        steps -= max(0, start - offset) + len(MASK)
        offset = end
    return min(offset + max(0, steps), limit)


def _backward(source: Source, offset: int, steps: int, limit: int) -> int:
    """The offset that many shown characters back; a mask counts as its bullets and is never cut."""
    for index in range(bisect_right(source.masks, (offset, offset)) - 1, -1, -1):
        start, end = source.masks[index]
        if offset - end >= steps:
            break
        steps -= max(0, offset - end) + len(MASK)
        offset = start
    return max(offset - max(0, steps), limit)


# --- one line ------------------------------------------------------------------------------------


def _line_rows(source: Source, number: int, line: Span, marks: list[Mark], room: Room) -> list[Row]:
    """A line of the source, and below it the rows that underline and explain its marks."""
    shown, low, columns = picture(source, marks, line, room)
    rows: list[Row] = [(str(number), [(shown, "")])]
    strokes = []
    for mark in marks:
        start = columns[mark.start - low]
        end = columns[min(mark.end - low, len(columns) - 1)]
        strokes.append(Mark(number, start, max(end, start + 1), mark.label, mark.role))
    return rows + _underlines(strokes) if strokes else rows


def picture(source: Source, marks: list[Mark], line: Span, room: Room = ROOM) -> tuple[str, int, list[int]]:
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
            quoted = end - start > 1 and text[start] == text[end - 1] == '"'
            pieces.append(f'"{MASK}"' if quoted else MASK)
            columns += [column] * (end - start)
            column += len(pieces[-1])
        offset = end
    return "".join(pieces), [*columns, column]


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


def _underlines(marks: list[Mark]) -> list[Row]:
    """The row of strokes with the label of the last mark, then a row for each other label."""
    marks = sorted(marks, key=lambda mark: mark.role == "primary")  # the primary is drawn over the others
    cells = [" "] * max(mark.end for mark in marks)
    roles = [""] * len(cells)
    for mark in marks:
        size = mark.end - mark.start
        cells[mark.start : mark.end] = [STROKES[mark.role]] * size
        roles[mark.start : mark.end] = [mark.role] * size
    last = max(marks, key=lambda mark: (mark.end, bool(mark.label)))
    strokes = _segments(cells, roles)
    if last.label:
        strokes.append((f" {last.label}", last.role))
    rows: list[Row] = [("", strokes)]
    for mark in sorted(marks, key=lambda mark: -mark.start):
        if mark.label and mark is not last:
            indent = [(" " * mark.start, "")] if mark.start else []
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
