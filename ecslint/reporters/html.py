"""Findings as one page of HTML that needs nothing else: no server, no network.

The page is whole without its script, which filters the findings and groups them by rule.
"""

from __future__ import annotations

import os
from collections import Counter

from ecslint import __version__
from ecslint.catalogue.links import rule_url
from ecslint.escaping import markup, quoted_parts
from ecslint.model import SEVERITIES, Label
from ecslint.reporters import ended, remark
from ecslint.reporters.frame import FOLD, excerpt
from ecslint.reporters.hunk import rows_of
from ecslint.reporters.lines import Lines
from ecslint.words import counted, fixable_line, summary_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import TypeAlias

    from ecslint.model import Finding, Fix, Report, Source, Summary
    from ecslint.reporters.frame import Row

    #: The file of a finding, its rule as ``_rule`` names it, its severity and its HTML.
    Article: TypeAlias = tuple[str, str, str, str]

#: What the page may load and run: its own style and script, known by their hashes.
POLICY = (
    "default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; base-uri 'none'; form-action 'none'"
)

#: How many findings of a rule are shown in one group before the others fold.
SHOWN = 3


def body(report: Report) -> list[Article]:
    """Each finding with what it is grouped by."""
    lines = {name: Lines(source.text, source.first_line) for name, source in report.sources.items()}
    return [
        (
            finding.file,
            _rule(finding.rule, finding.slug),
            finding.severity,
            _article(report, finding, lines),
        )
        for finding in report.findings
    ]


def assemble(parts: Iterable[Article], summary: Summary) -> str:
    """The whole page. Without scripts all findings are shown by file, and no filter."""
    style, script = _text("html.css"), _text("html.js")
    policy = POLICY.format(style=_digest(style), script=_digest(script))
    title = summary_line(summary)
    sections = _skipped(summary) + _groups(parts)
    findings = f'<div class="page">\n{_filter(summary)}<main data-shown="{SHOWN}">\n{sections}</main>\n</div>\n'
    scripted = f"<script>{script}</script>\n" if summary.rules else ""
    head, _, tail = title.rpartition(" in ")
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>ecslint: {title}</title>
<style>{style}</style>
</head>
<body>
<header>
<p class="tool">ecslint {__version__}</p>
<h1>{head[:1].upper()}{head[1:]} <span>in {tail}</span></h1>
{_mended(summary)}</header>
{findings if sections else ""}{scripted}</body>
</html>
"""


def _mended(summary: Summary) -> str:
    """How many findings have a fix, and how it is made."""
    line = fixable_line(summary)
    return f"<p>{_prose(line)}</p>\n" if line else ""


def _text(name: str) -> str:
    with open(os.path.join(os.path.dirname(__file__), name), encoding="utf-8", newline="\n") as file:
        return file.read()


def _digest(text: str) -> str:
    """The hash by which a policy names an inline style or script."""
    from base64 import b64encode
    from hashlib import sha256

    return b64encode(sha256(text.encode()).digest()).decode()


def _filter(summary: Summary) -> str:
    """The form that the script shows and reads; empty when there is nothing to choose from."""
    if not summary.rules:
        return ""
    severities = [
        f'<label><input type="checkbox" name="severity" value="{severity}" checked> '
        f'<span class="{severity}">{severity}</span> <b>{count}</b></label>\n'
        for severity, count in summary.counts.items()
        if count
    ]
    rules = [
        f'<label><input type="radio" name="rule" value="{_rule(rule, slug)}"> '
        f"<code>{markup(rule)}</code> <span>{markup(slug)}</span> <b>{count}</b></label>\n"
        for (rule, slug), count in sorted(summary.rules.items())
    ]
    every = '<label><input type="radio" name="rule" value="" checked> <span>all</span></label>\n'
    groups = [
        f'<label><input type="radio" name="by" value="{by}"{checked}> <span>{by}</span></label>\n'
        for by, checked in (("file", " checked"), ("rule", ""))
    ]
    return f"""<form id="filter" hidden autocomplete="off" aria-label="Filter and group the findings">
<label><span class="label">Search</span><input type="search" name="text"></label>
<fieldset class="by"><legend>Group by</legend>
{"".join(groups)}</fieldset>
<fieldset><legend>Severity</legend>
{"".join(severities)}</fieldset>
<fieldset class="rules"><legend>Rule</legend><div>
{every}{"".join(rules)}</div></fieldset>
<p role="status"></p>
</form>
"""


def _skipped(summary: Summary) -> str:
    """The named files that were not checked."""
    if not summary.skipped:
        return ""
    items = "".join(f"<li><code>{markup(file)}</code> {markup(reason)}</li>\n" for _, file, reason in summary.skipped)
    title = f"{counted(len(summary.skipped), 'file')} not checked"
    return f'<section class="skipped">\n<h2>{title}</h2>\n<ul>\n{items}</ul>\n</section>\n'


def _groups(parts: Iterable[Article]) -> str:
    """An index of the files, and a section for each with its findings.

    The files of a folder stand together, in the index below its name if there are several and it is not the only one.
    """
    files: dict[str, list[Article]] = {}
    for article in parts:
        files.setdefault(article[0], []).append(article)
    folders = Counter(map(os.path.dirname, files))
    first: dict[str, int] = {}
    order = {file: first.setdefault(os.path.dirname(file) or file, number) for number, file in enumerate(files)}
    several = {folder for folder, count in folders.items() if folder and count > 1 and len(folders) > 1}
    entries = []
    sections = []
    above = ""
    for number, (file, articles) in enumerate(sorted(files.items(), key=lambda entry: order[entry[0]])):
        name = markup(file)
        folder = os.path.dirname(file)
        if folder in several and folder != above:
            entries.append(f'<li class="folder">{markup(folder)}</li>\n')
        above = folder
        inside = ' class="inside"' if folder in several else ""
        shown = markup(os.path.basename(file)) if inside else name
        entries.append(f'<li{inside}><a href="#file{number}">{shown}</a>{_tally(articles)}</li>\n')
        sections.append(f'<section class="group" id="file{number}">\n<h2>{name}</h2>\n{_folded(articles)}</section>\n')
    index = f'<nav aria-label="Index"><ul>\n{"".join(entries)}</ul></nav>\n' if entries else ""
    return index + "".join(sections)


def _tally(articles: list[Article]) -> str:
    """How many findings there are of each severity."""
    found = [severity for _, _, severity, _ in articles]
    return "".join(
        f' <span class="{severity}">{counted(found.count(severity), severity)}</span>'
        for severity in reversed(SEVERITIES)
        if severity in found
    )


def _folded(articles: list[Article]) -> str:
    """The findings in their order; of each rule the first few, and the others behind them in a fold.

    A fold holds two at least: to open one for a single finding is no gain. The script folds in the same way.
    """
    rules = Counter(rule for _, rule, _, _ in articles)
    shown: Counter[str] = Counter()
    pieces: list[list[str]] = []
    folds: dict[str, list[str]] = {}
    for _, rule, _, text in articles:
        shown[rule] += 1
        if shown[rule] <= SHOWN or rules[rule] == SHOWN + 1:
            pieces.append([text])
        elif rule in folds:
            folds[rule].append(text)
        else:
            folds[rule] = [f"<details><summary>{rules[rule] - SHOWN} more of {rule}</summary>\n", text]
            pieces.append(folds[rule])
    for fold in folds.values():
        fold.append("</details>\n")
    return "".join(text for piece in pieces for text in piece)


def _rule(rule: str, slug: str) -> str:
    """The name of a rule: policies of two configurations may share an id."""
    return f"{markup(rule)} {markup(slug)}"


def _article(report: Report, finding: Finding, indexes: Mapping[str, Lines]) -> str:
    """One finding: what, where, the source, how to mend it."""
    severity = finding.severity
    source, lines = report.sources.get(finding.file), indexes.get(finding.file)
    url = rule_url(finding.rule)
    rule = _rule(finding.rule, finding.slug)
    meta = [f'<a href="{url}" rel="noreferrer">{rule}</a>' if url else f"<span>{rule}</span>"]
    meta.append(f'<span class="place">{markup(finding.file)}</span>')
    frame = ""
    if source is not None and lines is not None:
        line, column = lines.position(finding.start)
        meta.append(f"<span>line {line}, column {column}</span>")
        label = Label(finding.pointer, "", finding.start, finding.end)
        frame = _frame(excerpt(source, lines, label, [one for one in finding.related if not one.file]), severity)
        for file in dict.fromkeys(one.file for one in finding.related if one.file in report.sources):
            labels = [one for one in finding.related if one.file == file]
            line, column = indexes[file].position(labels[0].start)
            place = f'<span class="place">{markup(file)}</span><span>line {line}, column {column}</span>'
            frame += f'<p class="meta">{place}</p>\n'
            frame += _frame(excerpt(report.sources[file], indexes[file], None, labels), severity)
    if finding.breadcrumb:
        meta.append(f"<code>{markup(finding.breadcrumb)}</code>")
    advice = " ".join(finding.help.split())
    help = f'<p class="help">{_prose(ended(advice[:1].upper() + advice[1:]))}</p>\n' if advice else ""
    return f"""<article data-severity="{severity}" data-rule="{rule}">
<h3><span class="severity {severity}">{severity}</span> {_prose(finding.message)}</h3>
<p class="meta">{"".join(meta)}</p>
{frame}{help}{_fix(finding.fix, source)}</article>
"""


def _fix(fix: Fix | None, source: Source | None) -> str:
    """What a fix does, and the lines that it changes."""
    if fix is None or source is None or (fix.edits is None and not fix.withheld):
        return ""
    title = f'<p class="fix">Fix: {_prose(fix.title)}{markup(remark(fix))}</p>\n'
    rows = rows_of(source, fix)
    if not rows:
        return title
    names = {"-": "del", "+": "ins"}
    lines = [f"<{names[sign]}>{sign} {markup(line)}</{names[sign]}>" if sign else markup(line) for sign, line in rows]
    return f'{title}<pre class="fix">' + "\n".join(lines) + "</pre>\n"


def _prose(text: str) -> str:
    """A sentence, in which what stands in backticks is code."""
    return "".join(f"<code>{markup(part)}</code>" if quoted else markup(part) for part, quoted in quoted_parts(text))


def _frame(rows: list[Row], severity: str) -> str:
    """The excerpt. Strokes are for the eye only; their labels are read out, too."""
    width = max(len(gutter) for gutter, _ in rows)
    lines = [f'<span class="n">{gutter if gutter == FOLD else f"{gutter:>{width}}"}</span>  ' for gutter, _ in rows]
    for index, (_, segments) in enumerate(rows):
        lines[index] += "".join(_segment(text, role, severity) for text, role in segments)
    return "<pre>" + "\n".join(lines) + "</pre>\n"


def _segment(text: str, role: str, severity: str) -> str:
    if not role:
        return markup(text)
    classes = f"primary {severity}" if role == "primary" else role
    hidden = "" if text.strip("^-") else ' aria-hidden="true"'
    return f'<span class="{classes}"{hidden}>{markup(text)}</span>'
