"""What was measured and what it has to be, as text or as Markdown."""

from __future__ import annotations

from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

HEAD = ("case", "measured", "must", "aim", "verdict")


class Bar(NamedTuple):
    """What a figure must be and what it should be: at most, or at least where more is better."""

    must: float
    aim: float
    at_least: bool = False

    def reached(self, figure: float, goal: float) -> bool:
        """Whether the figure is as good as the goal."""
        return figure >= goal if self.at_least else figure <= goal


class Row(NamedTuple):
    """One case. ``figure`` is None when it cannot be measured; ``note`` then says why.

    ``broken`` rows miss whatever the bar is: the program crashed.
    """

    case: str
    figure: float | None
    bar: Bar | None = None
    note: str = ""
    broken: bool = False


def verdict(row: Row) -> str:
    """``good`` (the aim is reached), ``ok`` (the must is), ``MISSED``, or nothing where there is no bar."""
    if row.broken:
        return "MISSED"
    if row.figure is None or row.bar is None:
        return ""
    if row.bar.reached(row.figure, row.bar.aim):
        return "good"
    return "ok" if row.bar.reached(row.figure, row.bar.must) else "MISSED"


def cells(row: Row) -> tuple[str, str, str, str, str]:
    """The texts of a row, in the order of ``HEAD``."""
    measured = number(row.figure) if row.figure is not None else "-"
    if row.note:
        measured += f" ({row.note})"
    sign = "≥ " if row.bar and row.bar.at_least else "≤ "
    must, aim = (sign + f"{row.bar.must:g}", sign + f"{row.bar.aim:g}") if row.bar else ("", "")
    return row.case, measured, must, aim, verdict(row)


def number(figure: float) -> str:
    """Three digits that mean something."""
    return f"{figure:.0f}" if abs(figure) >= 100 else f"{figure:.1f}" if abs(figure) >= 10 else f"{figure:.2f}"


def text(rows: Iterable[Row]) -> str:
    """Columns, as wide as they need to be."""
    lines = [HEAD, *map(cells, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    padded = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
    return "\n".join(line.rstrip() for line in padded) + "\n"


def markdown(rows: Iterable[Row]) -> str:
    """A table in Markdown."""
    lines = [HEAD, ("---",) * len(HEAD), *map(cells, rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
