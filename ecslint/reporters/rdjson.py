"""Findings in the Reviewdog Diagnostic Format: reviewdog comments on changes with it."""

from __future__ import annotations

from ecslint.catalogue.links import PROJECT_URL, rule_url
from ecslint.escaping import readable, visible
from ecslint.reporters.lines import Lines, elsewhere
from ecslint.syntax import writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from ecslint.model import Finding, Fix, Report, Source, Summary

SEVERITIES = {"error": "ERROR", "warning": "WARNING", "info": "INFO"}


def body(report: Report) -> list[str]:
    """Each finding as a diagnostic in JSON."""
    lines = {name: Lines(source.text, source.first_line) for name, source in report.sources.items()}
    return [writer.dumps(_diagnostic(finding, lines, report.sources.get(finding.file))) for finding in report.findings]


def assemble(parts: Iterable[str], _summary: Summary) -> str:
    """The whole result, with one diagnostic a line."""
    source = writer.dumps({"name": "ecslint", "url": PROJECT_URL})
    return f'{{"source":{source},"diagnostics":[\n' + ",\n".join(parts) + "\n]}\n"


def _diagnostic(finding: Finding, indexes: Mapping[str, Lines], source: Source | None) -> dict[str, Any]:
    advice = " ".join(finding.help.split())
    url = rule_url(finding.rule)
    lines, there = indexes.get(finding.file), visible(elsewhere(finding, indexes))
    location: dict[str, Any] = {"path": readable(finding.file)}
    if lines is not None:
        location["range"] = _range(lines, finding.start, finding.end)
    diagnostic: dict[str, Any] = {
        "message": "\n".join(filter(None, (visible(finding.message), visible(advice), there))),
        "location": location,
        "severity": SEVERITIES[finding.severity],
        "code": {"value": finding.rule, **({"url": url} if url else {})},
    }
    suggestion = _suggestion(finding.fix, source) if finding.fix is not None and source is not None else None
    if suggestion is not None and lines is not None:
        start, end, text = suggestion
        diagnostic["suggestions"] = [{"range": _range(lines, start, end), "text": text}]
    return diagnostic


def _suggestion(fix: Fix, source: Source) -> tuple[int, int, str] | None:
    """Start, end and new text of the one edit that does what a fix does; None if a report may not show it.

    The format knows suggestions of one edit only, so what stands between several belongs to it.
    """
    if not fix.edits or fix.telling:
        return None
    start, end = fix.edits[0].start, fix.edits[-1].end
    if len(fix.edits) > 1 and any(low < end and start < high for low, high in source.masks):
        return None
    text, done = "", start
    for edit in fix.edits:
        text += source.text[done : edit.start] + edit.text
        done = edit.end
    if any("\ud800" <= character <= "\udfff" for character in text):
        return None  # half of a surrogate pair: reviewdog would refuse all of the report
    return start, end, text


def _range(lines: Lines, start: int, end: int) -> dict[str, Any]:
    return {"start": _position(lines, start), "end": _position(lines, end)}


def _position(lines: Lines, offset: int) -> dict[str, int]:
    """Line and column from 1; the format counts columns in bytes of UTF-8."""
    line, column = lines.position(offset)
    before = lines.text[offset - column + 1 : offset]
    return {"line": line, "column": len(before.encode("utf-8", "surrogatepass")) + 1}
