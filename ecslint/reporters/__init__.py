"""A Report becomes text: one module for each format.

Each has ``body(report)``, the findings of some files in parts, and ``assemble(parts, summary)``, the whole
text. Bodies are made as files are checked, so that no text of a file is kept longer than it is needed.
Where a format leaves something out, the gravest findings stay: its parts are (severity, text).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from ecslint.model import Fix, Report, Summary


def load(kind: str) -> Any:
    """The module of a format, imported when it is asked for."""
    return __import__(f"ecslint.reporters.{kind.replace('-', '')}", fromlist=["body"])


def ended(text: str) -> str:
    """A sentence with a full stop."""
    return text if text.endswith((".", "!", "?")) else text + "."


def remark(fix: Fix) -> str:
    """What is to be said behind the title of a fix: why it is not made, or that it is unsafe."""
    if fix.withheld:
        return f"; not made: {fix.withheld}"
    return " (unsafe)" if fix.applicability == "unsafe" else ""


def summary_of(report: Report) -> Summary:
    """What a report adds up to; files that only have findings count, too."""
    from ecslint.model import Summary

    summary = Summary()
    summary.add(report.findings, len({*report.files, *(finding.file for finding in report.findings)}))
    return summary


def gravest(parts: Sequence[tuple[str, str]], limit: int) -> list[tuple[str, str]]:
    """That many (severity, text) parts, of the highest severities, in the order in which they came."""
    from ecslint.model import SEVERITIES

    ranked = sorted(range(len(parts)), key=lambda index: -SEVERITIES.index(parts[index][0]))
    return [parts[index] for index in sorted(ranked[:limit])]
