"""The table for job summaries: nothing from a file is Markdown, and GitHub never drops it for its size."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint.escaping import visible
from ecslint.model import Finding, Report, Summary
from ecslint.reporters import markdown, summary_of
from ecslint.words import summary_line
from tests.reporters.samples import CANARY, HOSTILE, MEMORY, OWN, rendered, reports, sample

#: What we write ourselves in a cell; all else is text, references, or no Markdown.
OURS = re.compile(r"</?code>|<br>|\*\*(?:error)\*\*|\[ECS\d{3}\]\(https://github\.com/[a-zA-Z0-9/.]+\)|&#\d+;")
LIVE = re.compile(r"[\\`*_{}\[\]<>|&~@:#$]|www\.")


def rows(text: str) -> list[list[str]]:
    """The cells of the table's rows, without its head."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [line.strip("|").split("|") for line in lines[2:]]


def text_of(cell: str) -> str:
    """What a reader of a rendered cell sees."""
    return unescape(re.sub(r"</?code>", "", cell)).strip()


def findings(count: int, severity: str, message: str = "m") -> list[Finding]:
    return [Finding(MEMORY, severity, message, file="f", start=0, end=0) for _ in range(count)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain words, and 1.5 GB", "plain words, and 1.5 GB"),
        ("`memory` is 1", "<code>memory</code> is 1"),
        ("ask @everyone.", "ask <code>&#64;everyone</code>."),
        ("see #12 and http://x.y/z", "see <code>&#35;12</code> and <code>http&#58;//x.y/z</code>"),
        ("a | b *c* _d_ <script>", "a &#124; b &#42;c&#42; &#95;d&#95; &#60;script&#62;"),
        ("`a|b`", "<code>a&#124;b</code>"),
        ("one ` backtick", "one &#96; backtick"),
        ("${A} costs", "<code>&#36;&#123;A&#125;</code> costs"),
        ("www.evil.org", "www&#46;evil.org"),
        ("a\n\x1b b", "a &#92;x1b b"),
        ("as follows: b", "as follows&#58; b"),
    ],
)
def test_prose_is_text_and_code(text: str, expected: str) -> None:
    assert expected == markdown.prose(text)


@given(HOSTILE)
def test_nothing_in_prose_is_live(text: str) -> None:
    shown = markdown.prose(text)
    assert not LIVE.search(OURS.sub("", shown))
    assert visible(" ".join(text.split())).replace("`", "").split() == text_of(shown).replace("`", "").split()
    for word in re.sub(r"<code>.*?</code>", "", shown).split():
        assert not set("@#$") & set(unescape(word))


def test_a_clean_run_is_one_line() -> None:
    assert rendered("markdown", Report([], files=["a"], sources={})) == "## ecslint: no findings in 1 file\n"


def test_the_gravest_come_first() -> None:
    severities = [row[0].strip(" *") for row in rows(rendered("markdown", sample()))]
    assert severities == ["error"] * 3 + ["warning"] + ["info"] * 2


def test_files_that_were_not_checked_are_listed() -> None:
    summary = Summary()
    summary.skipped.append(("error", "a_b.json", "No such file or directory"))
    assert markdown.assemble([], summary) == (
        "## ecslint: no findings in 0 files\n\n- <code>a&#95;b.json</code> was not checked: No such file or directory\n"
    )


def test_what_does_not_fit_is_counted() -> None:
    found = [*findings(3000, "info", "x" * 300), *findings(2000, "error", "y" * 300)]
    text = rendered("markdown", Report(found, files=["f"], sources={}))
    assert 0.99 * markdown.LIMIT < len(text.encode()) <= markdown.LIMIT
    assert text.count("**error**") == 2000
    assert text.endswith(f"\n{5000 - len(rows(text))} more findings, for which there is no room here.\n")


def test_many_skipped_files_leave_room_for_findings() -> None:
    summary = Summary()
    summary.skipped = [("error", "x" * 200, "é" * 100)] * 10_000
    parts = markdown.body(Report(findings(9000, "error"), files=["f"], sources={}))
    text = markdown.assemble(parts, summary)
    assert len(text.encode()) <= markdown.LIMIT
    assert rows(text)
    assert re.search(r"\n\d+ more files, for which", text)


@given(reports())
def test_every_report_is_a_table_of_its_findings(report: Report) -> None:
    text = rendered("markdown", report)
    assert CANARY not in text
    assert text.startswith(f"## ecslint: {summary_line(summary_of(report))}\n")
    cells = rows(text)
    assert len(cells) == len(report.findings)
    assert all(len(row) == 4 and not LIVE.search(OURS.sub("", "".join(row))) for row in cells)


@given(st.text())
def test_code_gives_its_text_back(text: str) -> None:
    assert text_of(markdown.code(text)) == visible(text).strip()


def test_a_rule_of_a_user_has_no_link() -> None:
    own = Finding(OWN, "info", "m", file="f", start=0, end=0)
    assert "](" not in rendered("markdown", Report([own], files=["f"], sources={}))
