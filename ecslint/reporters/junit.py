"""Findings as JUnit XML, which CI systems show as tests: a suite for each file, a case for each finding."""

from __future__ import annotations

from ecslint.escaping import markup
from ecslint.model import reaches
from ecslint.reporters.lines import Lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypeAlias

    from ecslint.model import Report, Summary

    #: The file, the name of the case, the severity if it fails the run, the message, and all in one line.
    Case: TypeAlias = tuple[str, str, str, str, str]
    #: What became of a case (an element's name, or nothing) and its XML.
    Judged: TypeAlias = tuple[str, str]

PASSED, FAILURE, ERROR, SKIPPED = "", "failure", "error", "skipped"
TOOL = "ecslint"


def body(report: Report) -> list[Case]:
    """A case for each finding. Its name stays while the file is edited, and no two of a file have the same."""
    lines = {name: Lines(source.text, source.first_line) for name, source in report.sources.items()}
    seen: dict[tuple[str, str], int] = {}
    cases = []
    for finding in report.findings:
        name = " ".join(part for part in (finding.rule, finding.slug, finding.breadcrumb) if part)
        count = seen[finding.file, name] = seen.get((finding.file, name), 0) + 1
        line, column = lines.get(finding.file, Lines("")).position(finding.start)
        advice = f" ({' '.join(finding.help.split())})" if finding.help.strip() else ""
        told = f"{finding.file}:{line}:{column}: {finding.severity}: {finding.message}{advice}"
        unique = name if count == 1 else f"{name} ({count})"
        severity = finding.severity if reaches(finding.severity, report.fail_on) else ""
        cases.append((finding.file, unique, severity, finding.message, told))
    return cases


def assemble(parts: Iterable[Case], summary: Summary) -> str:
    """The whole document. What fails the run is a failure; a finding below that passes, and its output tells of it."""
    suites: dict[str, list[Judged]] = {}
    for case in parts:
        suites.setdefault(case[0], []).append(_judged(case))
    if not suites and summary.files:
        suites[TOOL] = [(PASSED, _case(TOOL, "no findings", ""))]
    for severity, file, reason in summary.skipped:
        kind = ERROR if severity == "error" else SKIPPED
        inner = f'<{kind} message="{markup(reason)}"/>'
        suites.setdefault(file, []).append((kind, _case(file, "not checked", inner)))
    counts = _counts([case for cases in suites.values() for case in cases])
    inner = "".join(_suite(file, cases) for file, cases in suites.items())
    return f'<?xml version="1.0" encoding="utf-8"?>\n<testsuites name="{TOOL}"{counts}>\n{inner}</testsuites>\n'


def _judged(case: Case) -> Judged:
    file, name, severity, message, told = case
    if severity:
        failure = f'<{FAILURE} type="{severity}" message="{markup(message)}">{markup(told)}</{FAILURE}>'
        return FAILURE, _case(file, name, failure)
    return PASSED, _case(file, name, f"<system-out>{markup(told)}</system-out>")


def _case(file: str, name: str, inner: str) -> str:
    return f'<testcase classname="{markup(file)}" name="{markup(name)}" file="{markup(file)}">{inner}</testcase>'


def _suite(file: str, cases: list[Judged]) -> str:
    inner = "".join(f"    {text}\n" for _, text in cases)
    return f'  <testsuite name="{markup(file)}"{_counts(cases)}>\n{inner}  </testsuite>\n'


def _counts(cases: list[Judged]) -> str:
    kinds = [kind for kind, _ in cases]
    tests, failures, errors, skipped = len(kinds), kinds.count(FAILURE), kinds.count(ERROR), kinds.count(SKIPPED)
    return f' tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skipped}"'
