"""Findings as workflow commands, which GitHub Actions shows beside the changed lines."""

from __future__ import annotations

from ecslint.escaping import line_start, visible
from ecslint.reporters.lines import Lines, elsewhere
from ecslint.words import summary_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ecslint.model import Finding, Report, Summary

COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}
LIMIT = 10  # annotations of each severity that GitHub keeps of a step


def body(report: Report) -> list[tuple[str, str]]:
    """Each finding as its severity and a command."""
    lines = {name: Lines(source.text, source.first_line) for name, source in report.sources.items()}
    return [(finding.severity, _command(finding, report.path(finding.file), lines)) for finding in report.findings]


def assemble(parts: Iterable[tuple[str, str]], summary: Summary) -> str:
    """The commands that GitHub keeps, gravest first, and a line that counts all findings, also those left out."""
    skipped = [(severity, _message_only(severity, file, reason)) for severity, file, reason in summary.skipped]
    found = [*skipped, *parts]
    kept = [text for wanted in COMMANDS for text in [text for severity, text in found if severity == wanted][:LIMIT]]
    last = summary_line(summary)
    if len(kept) < len(found):
        last += f"; {len(found) - len(kept)} more: GitHub annotates {LIMIT} of each severity"
    return "".join(f"{text}\n" for text in [*kept, last])


def _command(finding: Finding, path: str, indexes: Mapping[str, Lines]) -> str:
    """``::error file=…,line=…::message``. Columns go with one line only, so a longer span has none."""
    properties = {"file": _harmless(path)}
    lines = indexes.get(finding.file)
    place = line_start(path)
    if lines is not None:
        line, column = lines.position(finding.start)
        end_line, end_column = lines.position(finding.end)
        properties |= {"line": str(line), "endLine": str(end_line)}
        if line == end_line:
            properties |= {"col": str(column), "endColumn": str(end_column)}
        place += f":{line}:{column}"
    properties["title"] = visible(f"{finding.rule} {finding.slug}")
    advice = visible(" ".join(finding.help.split()))
    notes = [note for note in (advice, visible(elsewhere(finding, indexes))) if note]
    message = "\n".join([f"{place}: {visible(finding.message)}", *notes])
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{COMMANDS[finding.severity]} {listed}::{_data(message)}"


def _message_only(severity: str, file: str, reason: str) -> str:
    """The command that says that a file was not checked."""
    return f"::{COMMANDS[severity]} title=ecslint::{_data(f'{line_start(file)} was not checked: {visible(reason)}')}"


def _harmless(path: str) -> str:
    """A path as it is; only line ends have an escape of their own, other hidden characters are made visible."""
    return "\n".join("\r".join(map(visible, part.split("\r"))) for part in path.split("\n"))


def _data(text: str) -> str:
    """Text as the runner unescapes it after the second ``::``."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Text as the runner unescapes it in a property."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
