"""Findings for streams: each one as JSON on a line of its own."""

from __future__ import annotations

from ecslint.reporters.json import findings
from ecslint.syntax import writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecslint.model import Report, Summary


def body(report: Report) -> list[str]:
    """The lines of the findings."""
    return [writer.dumps(finding) + "\n" for finding in findings(report)]


def assemble(parts: Iterable[str], _summary: Summary) -> str:
    """All lines."""
    return "".join(parts)
