"""The difference of two texts as a patch that ``git apply`` and ``patch -p1`` take."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import TypeAlias

    #: Lines that change: from and to in the old text, from and to in the new one; from 0, ends exclusive.
    Change: TypeAlias = tuple[int, int, int, int]

CONTEXT = 3  # unchanged lines around a change
NO_NEWLINE = "\n\\ No newline at end of file\n"

# difflib takes minutes for a large file of similar lines, so it sees a window at a time.
WINDOW = 128  # lines at first; from 200 on, difflib may overlook lines that come often
WIDEST = 8192  # lines at last
SURE = 8  # equal lines in a row that end a window

ESCAPES = {7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}


def unified(name: str, old: str, new: str, shown: tuple[str, str] | None = None) -> str:
    """The patch that makes ``new`` of ``old`` in the file of that name; empty if they are equal.

    ``shown`` are the two texts as they may be shown, line by line: such a patch is for people.

    Lines end at LF and at nothing else, and everything in them is written as it is, so the patch has to
    reach its file in UTF-8 without any other change. It may hold escape codes and secret values: whoever
    shows it in a terminal escapes it first. An absolute name loses its first slash (``patch -p1 -d /``).
    """
    if old == new:
        return ""
    before, after = _lines(old), _lines(new)
    source, target = _quoted(f"a/{_relative(name)}"), _quoted(f"b/{_relative(name)}")
    parts = [f"diff --git {source} {target}\n", f"--- {_ended(source)}\n", f"+++ {_ended(target)}\n"]
    lines = (_lines(shown[0]), _lines(shown[1])) if shown is not None else (before, after)
    for hunk in _hunks(changes(before, after)):
        parts += _written(hunk, *lines)
    return "".join(parts)


def _lines(text: str) -> list[str]:
    """The lines with their line feeds. ``str.splitlines`` would split at form feeds and the like, too."""
    *ended, last = text.split("\n")
    lines = [f"{line}\n" for line in ended]
    return [*lines, last] if last else lines


# --- what differs -----------------------------------------------------------------------------------


def changes(old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    """The changes that make the new lines of the old ones, in order; few, but not always the fewest."""
    tail = 0
    while tail < min(len(old), len(new)) and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    old, new = old[: len(old) - tail], new[: len(new) - tail]
    at = to = 0
    while at < len(old) or to < len(new):
        if at < len(old) and to < len(new) and old[at] == new[to]:
            at, to = at + 1, to + 1
            continue
        for left, right, size in _matches(old, new, at, to):
            if at < left or to < right:
                yield at, left, to, right
            at, to = left + size, right + size


def _matches(old: Sequence[str], new: Sequence[str], at: int, to: int) -> list[tuple[int, int, int]]:
    """Runs of equal lines from there on (place in old, in new, count), up to a long one or the window's end."""
    from difflib import SequenceMatcher

    size = WINDOW
    while True:
        matcher = SequenceMatcher(None, old[at : at + size], new[to : to + size])
        matches = [(at + match.a, to + match.b, match.size) for match in matcher.get_matching_blocks()]
        for number in range(len(matches), 0, -1):
            if matches[number - 1][2] >= SURE:
                return matches[:number]
        if size >= WIDEST or (at + size >= len(old) and to + size >= len(new)):
            return matches
        size *= 4


def _hunks(found: Iterable[Change]) -> Iterator[list[Change]]:
    """Changes whose contexts touch, together."""
    hunk: list[Change] = []
    for change in found:
        if hunk and change[0] - hunk[-1][1] > 2 * CONTEXT:
            yield hunk
            hunk = []
        hunk.append(change)
    yield hunk


# --- the patch --------------------------------------------------------------------------------------


def _written(hunk: Sequence[Change], old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    before = min(CONTEXT, hunk[0][0])
    after = min(CONTEXT, len(old) - hunk[-1][1])
    low, high = hunk[0][0] - before, hunk[-1][1] + after
    yield f"@@ -{_range(low, high)} +{_range(hunk[0][2] - before, hunk[-1][3] + after)} @@\n"
    at = low
    for start, end, new_start, new_end in hunk:
        yield from _signed(" ", old[at:start])
        yield from _signed("-", old[start:end])
        yield from _signed("+", new[new_start:new_end])
        at = end
    yield from _signed(" ", old[at:high])


def _signed(sign: str, lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield f"{sign}{line}" if line.endswith("\n") else f"{sign}{line}{NO_NEWLINE}"


def _range(start: int, end: int) -> str:
    """Number of the first line and how many; of no lines, the number of the line before them."""
    return f"{start + (end > start)},{end - start}"


# --- the name ---------------------------------------------------------------------------------------


def _relative(name: str) -> str:
    name = name.replace(os.sep, "/").lstrip("/")
    while name.startswith("./"):
        name = name[2:].lstrip("/")
    return name


def _quoted(name: str) -> str:
    """A name as git writes it: in quotes, with the escapes of C, unless it is printable ASCII without any quotes.

    A blank at its end takes quotes, too, because ``patch`` would overlook it.
    """
    raw = os.fsencode(name)
    if all(_is_plain(byte) for byte in raw) and not name.endswith(" "):
        return name
    return '"' + "".join(chr(byte) if _is_plain(byte) else ESCAPES.get(byte) or f"\\{byte:03o}" for byte in raw) + '"'


def _is_plain(byte: int) -> bool:
    return 32 <= byte < 127 and byte not in ESCAPES


def _ended(name: str) -> str:
    """A name with a blank is ended by a tab, as git does, since what follows a blank could be a date."""
    return f"{name}\t" if " " in name and not name.startswith('"') else name
