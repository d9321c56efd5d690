"""Findings for programs: the versioned format that ``schemas/report.json`` describes."""

from __future__ import annotations

from ecslint import __version__
from ecslint.catalogue.links import rule_url
from ecslint.reporters import summary_of
from ecslint.reporters.lines import Lines
from ecslint.syntax import writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from ecslint.model import Finding, Fix, Report, Summary

VERSION = 1

#: Why a fix that can be made has no edits in a report.
HIDDEN = "its text may contain a value that is not shown; `ecslint fix` applies it"


def render(report: Report) -> str:
    """The report as JSON in ASCII, indented by two, with a final newline."""
    return assemble(body(report), summary_of(report))


def body(report: Report) -> list[str]:
    """Each finding as JSON, indented as deep as it stands in the report."""
    return [writer.dumps(finding, indent=2, level=2) for finding in findings(report)]


def assemble(bodies: Iterable[str], summary: Summary) -> str:
    """The whole report, for findings that are JSON already."""
    data = {
        "version": VERSION,
        "tool": {"name": "ecslint", "version": __version__},
        "summary": {
            "files": summary.files,
            **summary.counts,
            "suppressed": summary.suppressed,
            "fixable": sum(summary.fixable.values()),
        },
        "findings": [writer.Raw(text) for text in bodies],
    }
    return writer.dumps(data, indent=2) + "\n"


def findings(report: Report) -> list[dict[str, Any]]:
    """Each finding as the schema describes it."""
    indexes = {name: Lines(source.text, source.first_line) for name, source in report.sources.items()}
    return [_finding(finding, indexes) for finding in report.findings]


def _finding(finding: Finding, indexes: Mapping[str, Lines]) -> dict[str, Any]:
    why = finding.suppressed
    lines = indexes.get(finding.file, Lines(""))
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
        "construct": finding.construct,
        "start": _place(lines, finding.start),
        "end": _place(lines, finding.end),
        "related": [
            {
                "file": label.file or finding.file,
                "pointer": label.pointer,
                "message": label.message,
                "start": _place(indexes.get(label.file, lines), label.start),
                "end": _place(indexes.get(label.file, lines), label.end),
            }
            for label in finding.related
        ],
        "fix": _fix(finding.fix, lines),
        "url": rule_url(finding.rule),
        "suppressed": why and {"by": why.by, "reason": why.reason},
    }


def _fix(fix: Fix | None, lines: Lines) -> dict[str, Any] | None:
    if fix is None:
        return None
    edits = None
    if fix.edits is not None and not fix.telling:
        edits = [
            {"start": _place(lines, edit.start), "end": _place(lines, edit.end), "text": edit.text}
            for edit in fix.edits
        ]
    return {
        "title": fix.title,
        "applicability": fix.applicability,
        "edits": edits,
        "withheld": HIDDEN if fix.telling else fix.withheld or None,
    }


def _place(lines: Lines, offset: int) -> dict[str, int]:
    line, column = lines.position(offset)
    return {"line": line, "column": column, "offset": offset}
