"""A text in pieces: what of it stays, and what is new, after one change upon the other."""

from __future__ import annotations

from ecslint.model import Edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    #: A stretch of the text that stays, as its span, or a text that is new.
    Piece: TypeAlias = tuple[int, int] | str


def revised(pieces: list[Piece], changes: list[Edit]) -> list[Piece]:
    """The pieces of which a text consists after some more edits, which are sorted and disjoint."""
    revised: list[Piece] = []
    following = iter(changes)
    change = next(following, None)
    at = 0  # where the piece begins in the text that the pieces make up
    done = 0  # up to there it is in the new one, or left out
    for piece in pieces:
        end = at + (len(piece) if isinstance(piece, str) else piece[1] - piece[0])
        while change is not None and change.start < end:
            revised += _cut(piece, done - at, change.start - at)
            revised.append(change.text)
            done = change.end
            change = next(following, None)
        revised += _cut(piece, done - at, end - at)
        at = end
        done = max(done, at)
    while change is not None:  # at the end of the text
        revised.append(change.text)
        change = next(following, None)
    return revised


def _cut(piece: Piece, start: int, end: int) -> list[Piece]:
    """The part of a piece between two of its offsets; nothing if there is none."""
    if start >= end:
        return []
    return [piece[start:end] if isinstance(piece, str) else (piece[0] + start, piece[0] + end)]


def edits_between(pieces: list[Piece], text: str) -> list[Edit]:
    """The edits that leave of a text what is among the pieces, in its order, and add the rest."""
    found: list[Edit] = []
    done, new = 0, ""
    for piece in [*pieces, (len(text), len(text))]:
        if isinstance(piece, str):
            new += piece
            continue
        start, end = piece
        if text[done:start] != new:
            found.append(Edit(done, start, new))
        done, new = end, ""
    return found
