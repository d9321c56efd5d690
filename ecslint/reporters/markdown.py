"""Findings as a Markdown table, for the summary of a GitHub Actions job or a comment."""

from __future__ import annotations

from ecslint.catalogue.links import rule_url
from ecslint.escaping import quoted_parts, visible
from ecslint.model import SEVERITIES
from ecslint.reporters.lines import Lines, elsewhere
from ecslint.words import counted, summary_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ecslint.model import Finding, Report, Summary

#: Bytes. GitHub drops a job summary of more than 1024 KiB as a whole, and others may add to it.
LIMIT = 1_000_000

HEAD = "| severity | rule | where | what |\n| --- | --- | --- | --- |\n"

MARKS = frozenset("\\`*_{}[]<>|&~@:#$")
#: With these, GitHub makes mentions, references to issues, addresses, emoji and formulas, except in code.
SPECIAL = frozenset("@#:$")


def body(report: Report) -> list[tuple[str, str]]:
    """Each finding as its severity and a row of the table."""
    lines = {name: Lines(source.text, source.first_line) for name, source in report.sources.items()}
    return [(finding.severity, _row(finding, lines)) for finding in report.findings]


def assemble(parts: Iterable[tuple[str, str]], summary: Summary) -> str:
    """A heading, what was not checked, and the table with the gravest findings first; what is left out is counted."""
    skipped = [f"- {code(file)} was not checked: {prose(reason)}\n" for _, file, reason in summary.skipped]
    found = sorted(parts, key=lambda part: -SEVERITIES.index(part[0]))
    head = f"## ecslint: {summary_line(summary)}\n"
    room = LIMIT - len(head)
    skipped_kept = _fitting(skipped, room // 2)
    rows = _fitting([row for _, row in found], room - sum(map(_size, skipped_kept)) - 2 * len(HEAD))
    text = head
    if skipped_kept:
        text += "\n" + "".join(skipped_kept) + _more(len(skipped) - len(skipped_kept), "file")
    if found:
        text += "\n" + HEAD + "".join(rows) + _more(len(found) - len(rows), "finding")
    return text


def _more(count: int, noun: str) -> str:
    return f"\n{counted(count, f'more {noun}')}, for which there is no room here.\n" if count else ""


def _fitting(texts: list[str], room: int) -> list[str]:
    """As many of the first texts as there is room for, in bytes."""
    kept = []
    for text in texts:
        room -= _size(text)
        if room < 0:
            break
        kept.append(text)
    return kept


def _size(text: str) -> int:
    return len(text.encode())


def _row(finding: Finding, lines: Mapping[str, Lines]) -> str:
    place = visible(finding.file)
    if finding.file in lines:
        line, column = lines[finding.file].position(finding.start)
        place += f":{line}:{column}"
    url = rule_url(finding.rule)
    rule = f"[{finding.rule}]({url})" if url else code(finding.rule)
    where = "<br>".join(code(part) for part in (place, finding.breadcrumb) if part)
    what = "<br>".join(
        prose(part) for part in (finding.message, finding.help, elsewhere(finding, lines)) if part.strip()
    )
    severity = f"**{finding.severity}**" if finding.severity == "error" else finding.severity
    return f"| {severity} | {rule} {prose(finding.slug)} | {where} | {what} |\n"


def prose(text: str) -> str:
    """A sentence in which nothing is Markdown but what stands in backticks, which becomes code."""
    return "".join(
        code(piece) if quoted else " ".join(map(_word, piece.split(" ")))
        for piece, quoted in quoted_parts(" ".join(text.split()))
    )


def _word(word: str) -> str:
    """A word; one in which GitHub could see more than a word is code. Punctuation at its end stays outside."""
    core = word.rstrip(".,;:!?)")
    if SPECIAL.isdisjoint(core):
        return _escaped(word)
    return code(core) + _escaped(word[len(core) :])


def code(text: str) -> str:
    """Text as inline code that may stand in a table. In backticks, a bar would end the cell."""
    return f"<code>{_escaped(text)}</code>"


def _escaped(text: str) -> str:
    """Visible text with character references for what Markdown, HTML or GitHub could read as more than text."""
    shown = "".join(f"&#{ord(character)};" if character in MARKS else character for character in visible(text))
    return shown.replace("www.", "www&#46;")
