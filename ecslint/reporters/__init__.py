"""A Report becomes text: one module for each format.

Each has ``body(report)``, the findings of some files, ``assemble(bodies, summary)``, the whole text,
and ``render(report)``, both at once. Bodies are made as files are checked, so that no text of a file
is kept longer than it is needed.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ecslint.model import Report, Summary


def summary_line(summary: Summary) -> str:
    """``2 errors, 1 warning in 1 file``, or ``no findings in 1 file, 3 suppressed``."""
    parts = [counted(count, severity) for severity, count in summary.counts.items() if count]
    suppressed = f", {summary.suppressed} suppressed" if summary.suppressed else ""
    return f"{', '.join(parts) or 'no findings'} in {counted(summary.files, 'file')}{suppressed}"


def counted(count: int, noun: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def summary_of(report: Report) -> Summary:
    """What a report adds up to; files that only have findings count, too."""
    from ecslint.model import Summary

    summary = Summary()
    summary.add(report.findings, len({*report.files, *(finding.file for finding in report.findings)}))
    return summary
