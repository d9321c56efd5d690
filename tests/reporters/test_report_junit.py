"""JUnit XML that every parser reads, and that agrees with the exit code."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given

from ecslint.escaping import visible
from ecslint.model import Finding, Report, Summary
from ecslint.reporters import junit, summary_of
from tests.reporters.samples import CANARY, MEMORY, rendered, reports, sample


def parsed(text: str) -> ET.Element:
    return ET.fromstring(text.encode())  # noqa: S314 - our own text, without entities


def report_of(*severities: str) -> Report:
    findings = [Finding(MEMORY, severity, "m", file="f", start=0, end=0) for severity in severities]
    return Report(findings, files=[], sources={})


def counts(element: ET.Element) -> list[int]:
    return [int(element.attrib[name]) for name in ("tests", "failures", "errors", "skipped")]


def test_a_clean_run_is_one_case_that_passes() -> None:
    root = parsed(rendered("junit", Report([], files=["a", "b"], sources={})))
    assert counts(root) == [1, 0, 0, 0]
    assert [(case.attrib["name"], len(case)) for case in root.iter("testcase")] == [("no findings", 0)]


@pytest.mark.parametrize(
    ("bar", "failures"), [("error", ["a"]), ("warning", ["a", "b"]), ("info", ["a", "b", "c"]), ("never", [])]
)
def test_findings_fail_that_fail_the_run(bar: str, failures: list[str]) -> None:
    findings = [
        Finding(MEMORY, severity, name, file="f", start=0, end=0)
        for name, severity in (("a", "error"), ("b", "warning"), ("c", "info"))
    ]
    root = parsed(rendered("junit", Report(findings, files=["f"], sources={}, fail_on=bar)))
    assert [failure.attrib["message"] for failure in root.iter("failure")] == failures
    assert counts(root) == [3, len(failures), 0, 0]
    assert len(list(root.iter("system-out"))) == 3 - len(failures)


def test_a_finding_is_told_with_place_and_advice() -> None:
    root = parsed(rendered("junit", sample()))
    case = next(case for case in root.iter("testcase") if "ECS101" in case.attrib["name"])
    assert case.attrib == {"classname": "td.json", "name": "ECS101 fargate-cpu-memory memory", "file": "td.json"}
    failure = case[0]
    assert failure.attrib == {"type": "error", "message": "memory 8192 MiB is not allowed with cpu 256 on Fargate"}
    told = "memory 8192 MiB is not allowed with cpu 256 on Fargate (use 512, 1024 or 2048)"
    assert failure.text == f"td.json:5:13: error: {told}"


def test_files_that_were_not_checked_are_cases() -> None:
    summary = Summary()
    summary.skipped = [("error", "a<b>.json", "No such file"), ("info", "package.json", "no task definition")]
    root = parsed(junit.assemble([], summary))
    assert counts(root) == [2, 0, 1, 1]
    assert [(case.attrib["file"], case[0].tag, case[0].attrib["message"]) for case in root.iter("testcase")] == [
        ("a<b>.json", "error", "No such file"),
        ("package.json", "skipped", "no task definition"),
    ]


def test_cases_of_a_file_have_different_names() -> None:
    root = parsed(rendered("junit", report_of("error", "error", "error")))
    assert [case.attrib["name"][-4:] for case in root.iter("testcase")] == ["mory", " (2)", " (3)"]


@given(reports())
def test_every_report_is_xml_that_gives_the_texts_back(report: Report) -> None:
    shown = rendered("junit", report)
    assert CANARY not in shown
    root = parsed(shown)
    cases = list(root.iter("testcase"))
    if not report.findings:
        assert len(cases) == min(1, len(report.files))
        return
    assert counts(root)[:2] == [len(report.findings), summary_of(report).counts["error"]]
    assert [case.attrib["file"] for case in cases] == [visible(finding.file) for finding in report.findings]
    failures = [failure.attrib["message"] for failure in root.iter("failure")]
    assert failures == [visible(finding.message) for finding in report.findings if finding.severity == "error"]
    assert len({(case.attrib["classname"], case.attrib["name"]) for case in cases}) >= len(cases) - 1
