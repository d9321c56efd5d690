"""Findings as JUnit XML, which CI systems show as tests: a suite for each file, a case for each finding."""

from __future__ import annotations

from ecslint.escaping import markup
from ecslint.model import fails
from ecslint.reporters.lines import Lines, elsewhere

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypeAlias

    from ecslint.model import Report, Summary

    #: The file, what became of the case (an element's name, or nothing), and its XML.
    Case: TypeAlias = tuple[str, str, str]

PASSED, FAILURE, ERROR, SKIPPED = "", "failure", "error", "skipped"
TOOL = "ecslint"


def body(report: Report) -> list[Case]:
    """A case for each finding: one that fails the run is a failure, another passes, and its output tells of it.

    The name of a case stays while the file is edited, and no two of a file have the same.
    """
    lines = {name: Lines(source.text, source.first_line) for name, source in report.sources.items()}
    seen: dict[tuple[str, str], int] = {}
    cases = []
    for finding in report.findings:
        named = (finding.rule, finding.slug, finding.breadcrumb, report.line(finding.file))
        name = " ".join(part for part in named if part)
        count = seen[finding.file, name] = seen.get((finding.file, name), 0) + 1
        line, column = lines.get(finding.file, Lines("")).position(finding.start)
        advice = f" ({' '.join(finding.help.split())})" if finding.help.strip() else ""
        there = elsewhere(finding, lines)
        more = f"; {there}" if there else ""
        told = f"{finding.file}:{line}:{column}: {finding.severity}: {finding.message}{advice}{more}"
        kind, inner = PASSED, f"<system-out>{markup(told)}</system-out>"
        if fails(finding.severity, report.fail_on):
            message = f'type="{finding.severity}" message="{markup(finding.message)}"'
            kind, inner = FAILURE, f"<{FAILURE} {message}>{markup(told)}</{FAILURE}>"
        unique = name if count == 1 else f"{name} ({count})"
        cases.append((finding.file, kind, _case(finding.file, unique, inner)))
    return cases


def assemble(parts: Iterable[Case], summary: Summary) -> str:
    """The whole document; named files that were not checked are cases, too."""
    suites: dict[str, list[tuple[str, str]]] = {}
    for file, kind, case in parts:
        suites.setdefault(file, []).append((kind, case))
    if not suites and summary.files:
        suites[TOOL] = [(PASSED, _case(TOOL, "no findings", ""))]
    for severity, file, reason in summary.skipped:
        kind = ERROR if severity == "error" else SKIPPED
        inner = f'<{kind} message="{markup(reason)}"/>'
        suites.setdefault(file, []).append((kind, _case(file, "not checked", inner)))
    counts = _counts([case for cases in suites.values() for case in cases])
    inner = "".join(_suite(file, cases) for file, cases in suites.items())
    return f'<?xml version="1.0" encoding="utf-8"?>\n<testsuites name="{TOOL}"{counts}>\n{inner}</testsuites>\n'


def _case(file: str, name: str, inner: str) -> str:
    return f'<testcase classname="{markup(file)}" name="{markup(name)}" file="{markup(file)}">{inner}</testcase>'


def _suite(file: str, cases: list[tuple[str, str]]) -> str:
    inner = "".join(f"    {text}\n" for _, text in cases)
    return f'  <testsuite name="{markup(file)}"{_counts(cases)}>\n{inner}  </testsuite>\n'


def _counts(cases: list[tuple[str, str]]) -> str:
    kinds = [kind for kind, _ in cases]
    tests, failures, errors, skipped = len(kinds), kinds.count(FAILURE), kinds.count(ERROR), kinds.count(SKIPPED)
    return f' tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skipped}"'
