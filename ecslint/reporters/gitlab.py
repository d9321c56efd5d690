"""Findings as GitLab's Code Quality report, which merge requests show."""

from __future__ import annotations

from ecslint.escaping import readable, visible
from ecslint.reporters.identity import fingerprints
from ecslint.reporters.lines import Lines, elsewhere
from ecslint.syntax import writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecslint.model import Finding, Report, Summary

SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}


def body(report: Report) -> list[str]:
    """Each finding as JSON."""
    lines = {name: Lines(source.text, source.first_line) for name, source in report.sources.items()}
    return [
        writer.dumps(
            {
                "description": _description(finding, elsewhere(finding, lines)),
                "check_name": finding.rule,
                "fingerprint": fingerprint,
                "severity": SEVERITIES[finding.severity],
                "location": {
                    "path": readable(report.path(finding.file)),
                    "lines": {"begin": lines.get(finding.file, Lines("")).position(finding.start)[0]},
                },
            }
        )
        for finding, fingerprint in zip(report.findings, fingerprints(report), strict=True)
    ]


def assemble(parts: Iterable[str], _summary: Summary) -> str:
    """The report: a list with one finding a line."""
    found = ",\n".join(parts)
    return f"[\n{found}\n]\n" if found else "[]\n"


def _description(finding: Finding, there: str) -> str:
    """What GitLab shows of a finding; it shows neither the rule nor more than one line."""
    advice = " ".join(finding.help.split())
    notes = "; ".join(filter(None, (advice, there)))
    return visible(f"{finding.rule}: {finding.message}" + (f" ({notes})" if notes else ""))
