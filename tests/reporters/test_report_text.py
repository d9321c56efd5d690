"""Text output: summaries, styles, and no way for a file to forge a line."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given

from ecslint.model import Finding, Label, Report, Source
from ecslint.reporters import summary_of, text
from ecslint.words import summary_line
from tests.reporters.samples import CANARY, MEMORY, OWN, PRIVILEGED, reports, sample

COMMAND = re.compile(r"^\s*::|##\[|##vso\[", re.MULTILINE)


def report_of(*severities: str, files: int = 1) -> Report:
    findings = [Finding(MEMORY, severity, "m", file="f0", start=0, end=0) for severity in severities]
    return Report(findings, files=[f"f{number}" for number in range(files)], rules=[MEMORY], sources={})


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (report_of(), "no findings in 1 file\n"),
        (report_of(files=0), "no findings in 0 files\n"),
        (report_of(files=2), "no findings in 2 files\n"),
    ],
)
def test_a_clean_report_is_one_line(report: Report, expected: str) -> None:
    assert expected == text.render(report)


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (report_of("error"), "1 error in 1 file"),
        (report_of("error", "error", "warning", files=3), "2 errors, 1 warning in 1 of 3 files"),
        (report_of("info", "warning", "info"), "1 warning, 2 infos in 1 file"),
        (report_of("error", files=0), "1 error in 1 file"),
    ],
)
def test_the_summary_counts_in_plain_english(report: Report, expected: str) -> None:
    assert expected == summary_line(summary_of(report))


def test_full_shows_both_fields_of_a_contradiction() -> None:
    source = Source("td.json", '{\n  "cpu": "256",\n  "memory": "8192"\n}\n', ())
    finding = Finding(
        MEMORY,
        "error",
        "memory 8192 MiB is not allowed with cpu 256",
        file="td.json",
        start=30,
        end=36,
        breadcrumb="memory",
        help="use 512,\n 1024 or 2048",
        related=[Label("/cpu", "cpu is 256 here", 11, 16)],
    )
    report = Report([finding], files=["td.json"], rules=[MEMORY], sources={"td.json": source})
    expected = """\
error[ECS101]: memory 8192 MiB is not allowed with cpu 256
  --> td.json:3:13  memory
    |
  2 |   "cpu": "256",
    |          ----- cpu is 256 here
  3 |   "memory": "8192"
    |             ^^^^^^
    |
    = help: use 512, 1024 or 2048
    = rule: fargate-cpu-memory; see `ecslint rule ECS101`

1 error in 1 file
"""
    assert expected == text.render(report)


def test_the_gutter_grows_with_the_line_number() -> None:
    source = Source("f", "\n" * 99_999 + "x", ())
    finding = Finding(OWN, "info", "m", file="f", start=99_999, end=100_000)
    report = Report([finding], files=["f"], rules=[OWN], sources={"f": source})
    assert text.render(report, summary=False).splitlines()[:-1] == [
        "info[ACME001]: m",
        "     --> f:100000:1",
        "       |",
        " 99999 |",
        "100000 | x",
        "       | ^",
        "       |",
        "       = rule: team-label; see `ecslint rule ACME001`",
    ]


def test_a_file_without_a_source_has_only_the_head() -> None:
    assert text.render(report_of("error"), summary=False) == "error[ECS101]: m\n  --> f0\n\n"


def test_concise_is_one_line_for_each_finding() -> None:
    lines = text.render(sample(), style="concise").splitlines()
    assert (
        "td.json:5:13: error ECS101 fargate-cpu-memory: memory 8192 MiB is not allowed with cpu 256 on Fargate" in lines
    )
    assert len(sample().findings) + 1 == len(lines)


def test_statistics_puts_the_most_frequent_rule_first() -> None:
    findings = [Finding(rule, "error", "m", file="f", start=0, end=0) for rule in (MEMORY, OWN, PRIVILEGED, OWN)]
    report = Report(findings, files=["f"], rules=[], sources={})
    assert text.render(report, statistics=True, summary=False).splitlines() == [
        "count  rule     slug",
        "    2  ACME001  team-label",
        "    1  ECS101   fargate-cpu-memory",
        "    1  ECS701   privileged-container",
        "",
    ]


def test_the_summary_can_be_left_out() -> None:
    assert text.render(report_of(), summary=False) == ""


@pytest.mark.parametrize("style", ["full", "concise"])
def test_color_and_links_add_escapes_and_nothing_else(style: str) -> None:
    colored = text.render(sample(), style=style, color=True, hyperlinks=True)
    bare = re.sub(r"\x1b\[[0-9;]*m|\x1b]8;;[!-~]*?\x1b\\", "", colored)
    assert text.render(sample(), style=style) == bare


def test_only_bundled_rules_are_linked() -> None:
    linked = text.render(sample(), hyperlinks=True)
    page = "https://github.com/ecslint/ecslint/blob/main/docs/rules/ECS101.md"
    assert f"error[\x1b]8;;{page}\x1b\\ECS101\x1b]8;;\x1b\\]" in linked
    assert "info[ACME001]" in linked


@given(reports(suppressed=True))
def test_no_text_of_a_file_acts_on_a_terminal_or_a_build_server(report: Report) -> None:
    for shown in (
        text.render(report),
        text.render(report, style="concise"),
        text.render(report, statistics=True),
    ):
        assert [c for c in shown if c != "\n" and not c.isprintable()] == []
        assert COMMAND.search(shown) is None
        assert CANARY not in shown
        shown.encode()


@given(reports(suppressed=True))
def test_concise_never_grows_a_line(report: Report) -> None:
    assert len(report.findings) + 1 == text.render(report, style="concise").count("\n")


def test_text_of_ascii_needs_no_heavy_module() -> None:
    program = """
import sys
before = set(sys.modules)
from ecslint.model import Finding, Report, Rule, Source
from ecslint.reporters import text
rule = Rule(dict(id="ECS101", slug="s", title="", severity="error", category="rejected", message=""))
finding = Finding(rule, "error", "m", file="f", start=3, end=4)
text.render(Report([finding], files=["f"], rules=[rule], sources={"f": Source("f", "a\\n\\tb\\n", ((2, 3),))}))
print(*sorted({"re", "json", "unicodedata", "rich", "click", "enum", "typing"} & (set(sys.modules) - before)))
"""
    root = Path(__file__).parents[2]
    run = subprocess.run(
        [sys.executable, "-S", "-E", "-c", program], cwd=root, capture_output=True, text=True, check=True
    )
    assert run.stdout == "\n"
