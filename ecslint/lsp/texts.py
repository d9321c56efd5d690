"""The text of an editor: offsets of ecslint become positions of the protocol, and back."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from lsprotocol.types import Position, PositionEncodingKind, Range, TextDocumentContentChangePartial, TextEdit

from ecslint import document
from ecslint.marks import line_starts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lsprotocol.types import TextDocumentContentChangeEvent

    from ecslint.document import Document

MARK = "\ufeff"  # a byte order mark

#: The bytes of one unit in the encoding whose length counts the units of a text.
UNITS = {PositionEncodingKind.Utf8: ("utf-8", 1), PositionEncodingKind.Utf16: ("utf-16-le", 2)}


class Text:
    """One state of a text. ``whole`` is what the editor holds, ``body`` the same without a byte order mark.

    Offsets count characters of the body, as everywhere in ecslint. Columns count what ``encoding`` says: bytes, units
    of UTF-16, or characters. Lines end at LF, CRLF or a lone CR, as the protocol demands.
    """

    __slots__ = ("_plain", "_skipped", "_starts", "body", "encoding", "whole")

    def __init__(self, whole: str, encoding: str = PositionEncodingKind.Utf16) -> None:
        self.whole = whole
        self.encoding = encoding
        self.body = whole.removeprefix(MARK)
        self._skipped = len(whole) - len(self.body)
        self._plain = encoding == PositionEncodingKind.Utf32 or whole.isascii()
        self._starts: list[int] | None = None

    @property
    def starts(self) -> list[int]:
        """Where the lines of the whole text start."""
        if self._starts is None:
            self._starts = line_starts(self.whole)
        return self._starts

    def position(self, offset: int) -> Position:
        """The position of an offset; between CR and LF, that of the end of the line."""
        place = max(0, min(offset, len(self.body))) + self._skipped
        line = bisect_right(self.starts, place) - 1
        if self.whole[place - 1 : place + 1] == "\r\n":
            place -= 1
        return Position(line, self._units(self.whole[self.starts[line] : place]))

    def range(self, start: int, end: int) -> Range:
        """The range of the text between two offsets."""
        return Range(self.position(start), self.position(end))

    def offset(self, position: Position) -> int:
        """The offset of a position. What is beyond the end of a line or of the text means that end."""
        return max(0, self._place(position) - self._skipped)

    def edit(self, start: int, end: int, text: str) -> TextEdit:
        """The text between two offsets becomes another one."""
        return TextEdit(self.range(start, end), text)

    def changed(self, changes: Iterable[TextDocumentContentChangeEvent]) -> Text:
        """The text after some changes, each of which speaks of what the ones before have made."""
        text = self
        for change in changes:
            whole = change.text
            if isinstance(change, TextDocumentContentChangePartial):
                start, end = sorted((text._place(change.range.start), text._place(change.range.end)))
                whole = text.whole[:start] + whole + text.whole[end:]
            text = Text(whole, self.encoding)
        return text

    def difference(self, new: str) -> TextEdit | None:
        """The edit that makes another body of this one, of whole lines; None if they are the same."""
        if new == self.body:
            return None
        old_lines, new_lines = lines(self.body), lines(new)
        most = min(len(old_lines), len(new_lines))
        head = next((i for i in range(most) if old_lines[i] != new_lines[i]), most)
        tail = next((i for i in range(most - head) if old_lines[-1 - i] != new_lines[-1 - i]), most - head)
        start = sum(map(len, old_lines[:head]))
        end = len(self.body) - sum(map(len, old_lines[len(old_lines) - tail :]))
        return self.edit(start, end, "".join(new_lines[head : len(new_lines) - tail]))

    def _units(self, piece: str) -> int:
        if self._plain:
            return len(piece)
        codec, size = UNITS[PositionEncodingKind(self.encoding)]
        return len(piece.encode(codec, "surrogatepass")) // size

    def _place(self, position: Position) -> int:
        """The place in the whole text."""
        if position.line >= len(self.starts):
            return len(self.whole)
        start = self.starts[position.line]
        end = self.starts[position.line + 1] if position.line + 1 < len(self.starts) else len(self.whole)
        content = self.whole[start:end].rstrip("\r\n")
        if self._plain:
            return start + min(position.character, len(content))
        codec, size = UNITS[PositionEncodingKind(self.encoding)]
        units = content.encode(codec, "surrogatepass")[: position.character * size]
        return start + len(units.decode(codec, "ignore"))


def lines(text: str) -> list[str]:
    """The lines of a text with their ends."""
    starts = line_starts(text)
    return [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


def parsed(text: str, name: str) -> Document:
    """A text as ecslint reads it. Half a character, which no file can hold, becomes a question mark."""
    return document.parse(text.encode("utf-8", "replace"), name)
