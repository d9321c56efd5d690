"""Findings for programs: the versioned format that ``schemas/report.json`` describes."""

from __future__ import annotations

from ecslint import __version__
from ecslint.catalogue.links import rule_url
from ecslint.reporters.lines import Lines
from ecslint.syntax import writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ecslint.model import Finding, Report

VERSION = 1


def render(report: Report) -> str:
    """The report as JSON in ASCII, indented by two, with a final newline."""
    lines = {name: Lines(source.text) for name, source in report.sources.items()}
    files = {*report.files, *(finding.file for finding in report.findings)}
    counts = {severity: report.count(severity) for severity in ("error", "warning", "info")}
    data = {
        "version": VERSION,
        "tool": {"name": "ecslint", "version": __version__},
        "summary": {"files": len(files), **counts, "suppressed": 0, "fixable": 0},
        "findings": [_finding(finding, lines.get(finding.file, Lines(""))) for finding in report.findings],
    }
    return writer.dumps(data, indent=2) + "\n"


def _finding(finding: Finding, lines: Lines) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "slug": finding.slug,
        "severity": finding.severity,
        "category": finding.category,
        "message": finding.message,
        "help": finding.help,
        "file": finding.file,
        "resource": {"kind": finding.kind, "name": finding.name},
        "pointer": finding.pointer,
        "breadcrumb": finding.breadcrumb,
        "start": _place(lines, finding.start),
        "end": _place(lines, finding.end),
        "related": [
            {
                "pointer": label.pointer,
                "message": label.message,
                "start": _place(lines, label.start),
                "end": _place(lines, label.end),
            }
            for label in finding.related
        ],
        "fix": None,
        "url": rule_url(finding.rule),
        "suppressed": None,
    }


def _place(lines: Lines, offset: int) -> dict[str, int]:
    line, column = lines.position(offset)
    return {"line": line, "column": column, "offset": offset}
