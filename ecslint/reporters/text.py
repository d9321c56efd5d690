"""Findings for people: ``full`` with an excerpt of the source, or ``concise`` with a line for each."""

from __future__ import annotations

import os

from ecslint.catalogue.links import rule_url
from ecslint.escaping import line_start, visible
from ecslint.model import Label
from ecslint.reporters import remark, summary_of
from ecslint.reporters.frame import FOLD, excerpt
from ecslint.reporters.lines import Lines, elsewhere
from ecslint.words import fixable_line, summary_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from ecslint.model import Finding, Report, Source, Summary
    from ecslint.reporters.frame import Row

#: ANSI codes (select graphic rendition) of the roles that a part of the text can have.
COLORS = {
    "error": "1;31",
    "warning": "1;33",
    "info": "1;34",
    "gutter": "1;34",
    "secondary": "36",
    "strong": "1",
    "-": "31",
    "+": "32",
}

COLUMNS = 120  # of a line where nobody knows the width of a terminal
NARROWEST = 30  # columns of a line in a frame, however narrow the terminal is

#: How many rows of a fix are shown.
LONGEST_FIX = 12


def render(
    report: Report,
    *,
    style: str = "full",
    color: bool = False,
    hyperlinks: bool = False,
    statistics: bool = False,
    summary: bool = True,
) -> str:
    """The report as text, with a summary at its end; ``style`` is ``full`` or ``concise``."""
    text = "" if statistics else body(report, style=style, color=color, hyperlinks=hyperlinks)
    fixes = style == "full" and not statistics
    return assemble([text], summary_of(report), statistics=statistics, summary=summary, fixes=fixes)


def body(
    report: Report, *, style: str = "full", color: bool = False, hyperlinks: bool = False, columns: int = COLUMNS
) -> str:
    """The findings as text. Escape codes are written only for ``color`` and ``hyperlinks`` (OSC 8).

    Frames take ``columns``.
    """
    palette = COLORS if color else {}
    lines = {name: Lines(source.text, source.first_line) for name, source in report.sources.items()}
    out: list[str] = []
    for finding in report.findings:
        if style == "concise":
            out.append(_concise(finding, lines, palette, hyperlinks))
        else:
            out += [*_full(report, finding, lines, palette, hyperlinks, columns), ""]
    return "".join(f"{line}\n" for line in out)


def assemble(
    bodies: Iterable[str], totals: Summary, *, statistics: bool = False, summary: bool = True, fixes: bool = False
) -> str:
    """The whole text; ``statistics`` puts tables of rules and of folders behind the findings.

    ``fixes`` says how many findings can be fixed, and how.
    """
    out = [*_table(_rules(totals)), *_table(_folders(totals))] if statistics else []
    if summary:
        out.append(summary_line(totals))
        fixable = fixable_line(totals) if fixes else ""
        out += [fixable] if fixable else []
    return "".join(bodies) + "".join(f"{line}\n" for line in out)


def _rules(totals: Summary) -> list[tuple[str, ...]]:
    """The rules that fired with their counts, most frequent first, below a head."""
    counts = {(visible(rule), visible(slug)): count for (rule, slug), count in totals.rules.items()}
    return [("count", "rule", "slug"), *((str(count), *rule) for rule, count in _most(counts))]


def _folders(totals: Summary) -> list[tuple[str, ...]]:
    """The folders with findings and their counts, most first, below a head; nothing if all are in one folder."""
    counts: dict[str, int] = {}
    for file, count in totals.by_file.items():
        folder = visible(os.path.dirname(file) or os.curdir)
        counts[folder] = counts.get(folder, 0) + count
    if len(counts) < 2:
        return []
    return [("count", "folder"), *((str(count), folder) for folder, count in _most(counts))]


def _most(counts: Mapping[Any, int]) -> list[tuple[Any, int]]:
    """Counts, the largest first."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    """A table of counts with its head, and a blank line behind it; nothing without rows."""
    if len(rows) < 2:
        return []
    first, *others = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [f"{count:>{first}}  " + "  ".join(map(str.ljust, names, others)) for count, *names in rows]
    return [line.rstrip() for line in lines] + [""]


def _concise(finding: Finding, lines: Mapping[str, Lines], palette: Mapping[str, str], links: bool) -> str:
    """``path:line:column: severity id slug: message``."""
    line, column = lines[finding.file].position(finding.start) if finding.file in lines else (1, 1)
    severity = _paint(palette, finding.severity, finding.severity)
    rule = _linked(finding.rule, links)
    why = f" (suppressed {_suppressed(finding)})" if finding.suppressed is not None else ""
    place = f"{line_start(finding.file)}:{line}:{column}"
    there = elsewhere(finding, lines)
    more = f" ({visible(there)})" if there else ""
    return f"{place}: {severity} {rule} {visible(finding.slug)}: {visible(finding.message)}{more}{why}"


def _suppressed(finding: Finding) -> str:
    """What suppresses a finding, and why: ``by config: the reason``; empty when nothing does."""
    if finding.suppressed is None:
        return ""
    reason = visible(finding.suppressed.reason)
    return f"by {finding.suppressed.by}" + (f": {reason}" if reason else "")


def _full(
    report: Report, finding: Finding, lines: Mapping[str, Lines], palette: Mapping[str, str], links: bool, columns: int
) -> list[str]:
    """The head of a finding and, when its file could be read, the frame and the help."""
    kind = _paint(palette, finding.severity, f"{finding.severity}[{_linked(finding.rule, links)}]")
    head = f"{kind}{_paint(palette, 'strong', ': ' + visible(finding.message))}"
    source = report.sources.get(finding.file)
    if source is None:
        return [head, f"  {_paint(palette, 'gutter', '-->')} {visible(finding.file)}"]
    index = lines[finding.file]
    here = [label for label in finding.related if not label.file]
    room = max(NARROWEST, columns - max(3, len(str(index.first + len(index.starts)))) - len(" | "))
    rows = excerpt(source, index, Label(finding.pointer, "", finding.start, finding.end), here, room)
    rows = [("", []), *rows, ("", [])]
    width = max(3, *(len(gutter) for gutter, _ in rows))
    line, column = index.position(finding.start)
    arrow = " " * (width - 1) + _paint(palette, "gutter", "-->")
    crumb = f"  {visible(finding.breadcrumb)}" if finding.breadcrumb else ""
    crumb += f"  (construct {visible(finding.construct)})" if finding.construct else ""
    advice = visible(" ".join(finding.help.split()))
    mending = _fix_title(finding)
    notes = {
        "help": "" if mending.startswith(advice) else advice,
        "fix": mending,
        "rule": f"{visible(finding.slug)}; see `ecslint rule {visible(finding.rule)}`",
        "suppressed": _suppressed(finding),
    }
    equals = " " * (width + 1) + _paint(palette, "gutter", "=")
    told = {name: [f"{equals} {_paint(palette, 'strong', name + ':')} {note}"] for name, note in notes.items() if note}
    if "fix" in told:
        told["fix"] += [" " * (width + 3) + row for row in _fix_rows(finding, source, palette, room - len("- "))]
    return [
        head,
        f"{arrow} {visible(finding.file)}:{line}:{column}{crumb}",
        *(_framed(row, width, finding.severity, palette) for row in rows),
        *_elsewhere(report, finding, lines, width, palette),
        *(row for rows in told.values() for row in rows),
    ]


def _elsewhere(
    report: Report, finding: Finding, lines: Mapping[str, Lines], width: int, palette: Mapping[str, str]
) -> list[str]:
    """The frames of related places in other files."""
    rows: list[str] = []
    for file in dict.fromkeys(label.file for label in finding.related if label.file in report.sources):
        labels = [label for label in finding.related if label.file == file]
        line, column = lines[file].position(labels[0].start)
        arrow = " " * (width - 1) + _paint(palette, "gutter", ":::")
        frame = [("", []), *excerpt(report.sources[file], lines[file], None, labels), ("", [])]
        rows.append(f"{arrow} {visible(file)}:{line}:{column}")
        rows += [_framed(row, width, finding.severity, palette) for row in frame]
    return rows


def _fix_title(finding: Finding) -> str:
    """What a fix does, and whether it is for ``ecslint fix`` alone; empty when there is none, or none was asked for."""
    fix = finding.fix
    if fix is None or (fix.edits is None and not fix.withheld):
        return ""
    return visible(fix.title + remark(fix))


def _fix_rows(finding: Finding, source: Source, palette: Mapping[str, str], room: int) -> list[str]:
    """The lines that a fix changes, as they are and as they would be."""
    if finding.fix is None or not finding.fix.edits:
        return []
    from ecslint.reporters.hunk import rows_of

    rows = rows_of(source, finding.fix, room)
    shown = rows if len(rows) <= LONGEST_FIX else [*rows[: LONGEST_FIX - 1], ("", FOLD)]
    return [_paint(palette, sign, f"{sign} {line}".strip()) for sign, line in shown]


def _framed(row: Row, width: int, severity: str, palette: Mapping[str, str]) -> str:
    """A row of the frame right of its gutter; the primary mark has the colour of the severity."""
    gutter, segments = row
    if gutter == FOLD:
        return _paint(palette, "gutter", FOLD)
    body = "".join([_paint(palette, severity if role == "primary" else role, text) for text, role in segments])
    return _paint(palette, "gutter", f"{gutter:>{width}} |") + (f" {body}" if body else "")


def _linked(rule: str, links: bool) -> str:
    """A rule's id, as a terminal hyperlink (OSC 8) to its page when links are wanted."""
    url = rule_url(rule) if links else None
    shown = visible(rule)
    return f"\x1b]8;;{url}\x1b\\{shown}\x1b]8;;\x1b\\" if url else shown


def _paint(palette: Mapping[str, str], role: str, text: str) -> str:
    code = palette.get(role)
    return f"\x1b[{code}m{text}\x1b[0m" if code and text else text
