"""Workflow commands: what the runner reads is what was meant, and nothing else is a command."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from ecslint.escaping import visible
from ecslint.model import Finding, Report, Source, Summary
from ecslint.reporters import github
from tests.reporters.samples import CANARY, MEMORY, rendered, reports

Command = tuple[str, dict[str, str], str]
TITLE = "ECS101 fargate-cpu-memory"


def parse(line: str) -> Command | None:
    """What the runner of GitHub Actions makes of a line (ActionCommand.TryParseV2)."""
    line = line.lstrip()
    end = line.find("::", 2)
    if not line.startswith("::") or end < 0:
        return None
    name, _, listed = line[2:end].partition(" ")
    properties = dict(pair.split("=", 1) for pair in listed.strip().split(",") if pair)
    data = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
    return (
        name,
        {key: replaced(value, *data[:2], ("%3A", ":"), ("%2C", ","), data[2]) for key, value in properties.items()},
        replaced(line[end + 2 :], *data),
    )


def replaced(text: str, *pairs: tuple[str, str]) -> str:
    for escape, character in pairs:
        text = text.replace(escape, character)
    return text


def command_of(text: str, start: int, end: int, file: str = "td.json", message: str = "m", help: str = "") -> Command:
    finding = Finding(MEMORY, "error", message, file=file, start=start, end=end, help=help)
    report = Report([finding], files=[file], sources={file: Source(file, text)})
    parsed = parse(github.body(report)[0][1])
    assert parsed is not None
    return parsed


def test_a_finding_is_a_command() -> None:
    assert command_of('{"cpu":\n "x"}', 9, 12, message="no", help="use\n 256") == (
        "error",
        {
            "file": "td.json",
            "line": "2",
            "endLine": "2",
            "col": "2",
            "endColumn": "5",
            "title": TITLE,
        },
        "td.json:2:2: no\nuse 256",
    )


def test_a_span_of_several_lines_has_no_columns() -> None:
    assert command_of("a{\n\n}", 1, 5)[1] == {
        "file": "td.json",
        "line": "1",
        "endLine": "3",
        "title": TITLE,
    }


def test_a_file_that_could_not_be_read_has_no_line() -> None:
    report = Report([Finding(MEMORY, "info", "m", file="x", start=0, end=0)], files=[], sources={})
    assert parse(github.body(report)[0][1]) == ("notice", {"file": "x", "title": TITLE}, "x: m")


@pytest.mark.parametrize("name", ["a,b:c%0A.json", "a\r\n::error::x.json", "%", "::stop-commands::x", "a b"])
def test_the_runner_sees_the_file_name(name: str) -> None:
    assert command_of("{}", 0, 1, file=name)[1]["file"] == name


def test_the_path_is_that_in_the_repository() -> None:
    finding = Finding(MEMORY, "error", "m", file="td.json", start=0, end=1)
    report = Report([finding], files=[], sources={}, paths={"td.json": "deploy/td.json"})
    parsed = parse(github.body(report)[0][1])
    assert parsed is not None
    assert parsed[1]["file"] == "deploy/td.json"


@pytest.mark.parametrize(
    ("counts", "last"),
    [
        ({}, "no findings in 0 files"),
        ({"error": 10, "info": 1}, "10 errors, 1 info in 1 file"),
        (
            {"warning": 12, "error": 11},
            "11 errors, 12 warnings in 1 file; 3 more: GitHub annotates 10 of each severity",
        ),
    ],
)
def test_ten_of_each_severity_are_kept_and_the_rest_counted(counts: dict[str, int], last: str) -> None:
    findings = [
        Finding(MEMORY, severity, f"{number}", file="f", start=0, end=0)
        for severity, count in counts.items()
        for number in range(count)
    ]
    lines = rendered("github", Report(findings, files=[], sources={})).splitlines()
    assert lines[-1] == last
    names = [line[2:].partition(" ")[0] for line in lines[:-1]]
    assert names == [
        name for severity, name in github.COMMANDS.items() for _ in range(min(10, counts.get(severity, 0)))
    ]


def test_a_file_that_was_not_checked_is_said() -> None:
    summary = Summary()
    summary.skipped.append(("error", "a\n::x.json", "No such file or directory"))
    assert github.assemble([], summary).splitlines() == [
        "::error title=ecslint::a\\x0a::x.json was not checked: No such file or directory",
        "no findings in 0 files",
    ]


@given(reports())
def test_the_runner_reads_what_was_meant_and_no_more(report: Report) -> None:
    shown = rendered("github", report)
    assert CANARY not in shown
    lines = shown.split("\n")
    assert len(lines) == len(report.findings) + 2  # fewer than eleven; the last line, and its end
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]", shown)
    parsed = [parse(line) for line in lines]
    assert parsed[-2:] == [None, None]
    wanted = sorted((github.COMMANDS[f.severity], visible(f.message)) for f in report.findings)
    got = []
    for command in parsed[:-2]:
        assert command is not None
        assert set(command[1]) <= {"file", "line", "endLine", "col", "endColumn", "title"}
        got.append((command[0], command[2].split("\n")[0]))
    assert len(got) == len(wanted)
    for (name, message), (wanted_name, _) in zip(sorted(got), wanted, strict=True):
        assert name == wanted_name
        assert any(message.endswith(f": {text}") for _, text in wanted)
    assert "##[" not in shown
