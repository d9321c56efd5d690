"""A Report becomes text: one module for each format. Here is the line that ends every text for people."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ecslint.model import Report


def summary_line(report: Report) -> str:
    """``2 errors, 1 warning in 1 file``, or ``no findings in 1 file``."""
    files = len({*report.files, *(finding.file for finding in report.findings)})
    counts = [(report.count(severity), severity) for severity in ("error", "warning", "info")]
    parts = [counted(count, severity) for count, severity in counts if count]
    return f"{', '.join(parts) or 'no findings'} in {counted(files, 'file')}"


def counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
