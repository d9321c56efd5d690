"""Lines of a text, indexed once so that each look-up is cheap."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate, count
from operator import add

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecslint.model import Finding


def elsewhere(finding: Finding, lines: Mapping[str, Lines]) -> str:
    """Where a finding points to in other files, ``see task.json:2:26``; empty if it does not."""
    places = []
    for label in finding.related:
        if label.file in lines:
            line, column = lines[label.file].position(label.start)
            places.append(f"{label.file}:{line}:{column}")
    return f"see {', '.join(places)}" if places else ""


class Lines:
    """Where the lines of a text start. They end at LF, CRLF or a lone CR; numbers count from ``first``."""

    __slots__ = ("first", "starts", "text")

    def __init__(self, text: str, first: int = 1) -> None:
        self.text = text
        self.first = first
        # Same length, one line feed per line end: the CR of a CRLF becomes a character of its line.
        unified = text.replace("\r\n", " \n").replace("\r", "\n") if "\r" in text else text
        lengths = map(len, unified.split("\n"))
        self.starts = [0, *map(add, accumulate(lengths), count(1))]  # a line end takes one character
        self.starts.pop()  # behind the last line nothing starts

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, as ``Source.position`` gives them."""
        number = bisect_right(self.starts, offset)
        return number - 1 + self.first, offset - self.starts[number - 1] + 1

    def bounds(self, number: int) -> tuple[int, int]:
        """Offsets of a line's first character and of its end, the line's terminator left out."""
        index = number - self.first
        start = self.starts[index]
        if index + 1 == len(self.starts):
            return start, len(self.text)
        end = self.starts[index + 1] - 1
        return start, end - (self.text[end - 1 : end + 1] == "\r\n")

    def first_line_part(self, start: int, end: int) -> tuple[int, int, int]:
        """(line, start, end) of a span clipped to the text and to the line that it starts in."""
        start = max(0, min(start, len(self.text)))
        number = bisect_right(self.starts, start) - 1 + self.first
        stop = self.bounds(number)[1]
        start = min(start, stop)
        return number, start, max(start, min(end, stop))
