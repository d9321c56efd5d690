"""Findings in the Reviewdog Diagnostic Format: reviewdog comments on changes with it."""

from __future__ import annotations

from ecslint.catalogue.links import PROJECT_URL, rule_url
from ecslint.escaping import readable, visible
from ecslint.reporters.lines import Lines
from ecslint.syntax import writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from ecslint.model import Finding, Report, Summary

SEVERITIES = {"error": "ERROR", "warning": "WARNING", "info": "INFO"}


def body(report: Report) -> list[str]:
    """Each finding as a diagnostic in JSON."""
    lines = {name: Lines(source.text, source.first_line) for name, source in report.sources.items()}
    return [writer.dumps(_diagnostic(finding, lines.get(finding.file))) for finding in report.findings]


def assemble(parts: Iterable[str], _summary: Summary) -> str:
    """The whole result, with one diagnostic a line."""
    source = writer.dumps({"name": "ecslint", "url": PROJECT_URL})
    return f'{{"source":{source},"diagnostics":[\n' + ",\n".join(parts) + "\n]}\n"


def _diagnostic(finding: Finding, lines: Lines | None) -> dict[str, Any]:
    advice = " ".join(finding.help.split())
    url = rule_url(finding.rule)
    location: dict[str, Any] = {"path": readable(finding.file)}
    if lines is not None:
        location["range"] = _range(lines, finding.start, finding.end)
    return {
        "message": visible(finding.message) + (f"\n{visible(advice)}" if advice else ""),
        "location": location,
        "severity": SEVERITIES[finding.severity],
        "code": {"value": finding.rule, **({"url": url} if url else {})},
    }


def _range(lines: Lines, start: int, end: int) -> dict[str, Any]:
    return {"start": _position(lines, start), "end": _position(lines, end)}


def _position(lines: Lines, offset: int) -> dict[str, int]:
    """Line and column from 1; the format counts columns in bytes of UTF-8."""
    line, column = lines.position(offset)
    before = lines.text[offset - column + 1 : offset]
    return {"line": line, "column": len(before.encode("utf-8", "surrogatepass")) + 1}
