"""Findings as SARIF 2.1.0, in the form that GitHub code scanning reads."""

from __future__ import annotations

import os

from ecslint import __version__
from ecslint.catalogue.descriptor import LEVELS, descriptor
from ecslint.catalogue.links import PROJECT_URL
from ecslint.escaping import visible
from ecslint.reporters import ended, gravest, remark, summary_of
from ecslint.reporters.identity import fingerprints
from ecslint.reporters.lines import Lines
from ecslint.syntax import writer
from ecslint.words import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from ecslint.model import Finding, Fix, Report, Rule, Summary

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

# GitHub refuses a log with more results or bytes (compressed), and shows no more related places.
RESULT_LIMIT = 25_000
SIZE_LIMIT = 10_000_000
RELATED_LIMIT = 100

FAILURE = 2  # the exit code of a run that could not check everything

#: Suppressions that stand in the file itself.
IN_SOURCE = ("comment", "label", "metadata", "tag")

#: Bytes that RFC 3986 allows in a path as they are.
PATH_BYTES = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/:!$&'()*+,;=@")


def render(report: Report) -> str:
    """The report as one line of ASCII JSON with a final newline."""
    return assemble(body(report), summary_of(report), report.rules)


def body(report: Report) -> list[tuple[str, str]]:
    """Each finding as its severity and a SARIF result in JSON."""
    indexes = {rule.id: index for index, rule in enumerate(in_order(report.rules))}
    lines = {name: Lines(source.text, source.first_line) for name, source in report.sources.items()}
    crowded = _crowded_lines(report, lines)
    parts = []
    for finding, fingerprint in zip(report.findings, fingerprints(report), strict=True):
        index = lines.get(finding.file, Lines(""))
        result = _result(report, finding, lines)
        result["partialFingerprints"] = {"ecslint/v1": fingerprint}
        if _is_single_line(index) or _line(finding, index) in crowded:
            # GitHub's own hash is that of the line: findings of one rule on one line would be one alert.
            result["partialFingerprints"]["primaryLocationLineHash"] = fingerprint
        if finding.rule in indexes:
            result["ruleIndex"] = indexes[finding.rule]
        parts.append((finding.severity, writer.dumps(result)))
    return parts


def assemble(parts: Iterable[tuple[str, str]], summary: Summary, rules: Iterable[Rule]) -> str:
    """The whole log, for results that are JSON already. What GitHub would refuse it for is left out, and that said."""
    found = list(parts)
    described = [writer.Raw(rule.descriptor) if rule.descriptor else descriptor(rule) for rule in in_order(rules)]
    kept = gravest(found, RESULT_LIMIT)
    log = _log(kept, len(found) - len(kept), summary, described)
    while kept and len(log) > SIZE_LIMIT and (size := _compressed(log)) > SIZE_LIMIT:
        kept = gravest(kept, len(kept) * SIZE_LIMIT // size * 9 // 10)
        log = _log(kept, len(found) - len(kept), summary, described)
    return log


def _log(parts: list[tuple[str, str]], left_out: int, summary: Summary, rules: list[Any]) -> str:
    run = {
        "tool": {
            "driver": {
                "name": "ecslint",
                "semanticVersion": __version__,
                "informationUri": PROJECT_URL,
                "rules": rules,
            }
        },
        "invocations": [_invocation(summary, left_out)],
        "automationDetails": {"id": "ecslint/"},
        "columnKind": "unicodeCodePoints",
        "results": [writer.Raw(text) for _, text in parts],
    }
    return writer.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}) + "\n"


def _invocation(summary: Summary, left_out: int) -> dict[str, Any]:
    """How the run ended, which named files were not checked, and how many results the log does not hold."""
    notes = [(severity, f"{file} was not checked: {reason}") for severity, file, reason in summary.skipped]
    if left_out:
        kept = "GitHub takes no more; the gravest are kept"
        notes.append(("warning", f"{counted(left_out, 'finding')} left out of this log: {kept}"))
    invocation: dict[str, Any] = {
        "executionSuccessful": summary.exit_code != FAILURE,
        "exitCode": summary.exit_code,
    }
    if notes:
        invocation["toolExecutionNotifications"] = [
            {"level": LEVELS[severity], "message": {"text": ended(_escape_link(text))}} for severity, text in notes
        ]
    return invocation


def _compressed(text: str) -> int:
    """The bytes of a log as it is uploaded."""
    import zlib

    return len(zlib.compress(text.encode()))


def in_order(rules: Iterable[Rule]) -> list[Rule]:
    """Rules by id: the order of the log, to which results refer by number."""
    return sorted(rules, key=lambda rule: rule.id)


# --- results -------------------------------------------------------------------------------------


def _result(report: Report, finding: Finding, indexes: Mapping[str, Lines]) -> dict[str, Any]:
    lines, uri = indexes.get(finding.file, Lines("")), file_uri(report.path(finding.file))
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": LEVELS[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [_location(uri, lines, finding.start, finding.end)],
    }
    if finding.related:
        result["relatedLocations"] = [
            {
                "id": number,
                **_location(file_uri(report.path(file)), indexes.get(file, lines), label.start, label.end),
                "message": {"text": _escape_link(label.message)},
            }
            for number, label in enumerate(finding.related[:RELATED_LIMIT], 1)
            for file in (label.file or finding.file,)
        ]
    if finding.construct:
        result["properties"] = {"construct": visible(finding.construct)}
    if finding.fix is not None and finding.fix.edits and not finding.fix.telling:
        result["fixes"] = [_fix(finding.fix, lines, uri)]
    if finding.suppressed is not None:
        kind = "inSource" if finding.suppressed.by in IN_SOURCE else "external"
        reason = visible(finding.suppressed.reason)
        result["suppressions"] = [{"kind": kind, "status": "accepted", **({"justification": reason} if reason else {})}]
    return result


def _fix(fix: Fix, lines: Lines, uri: str) -> dict[str, Any]:
    """The edits of a fix as replacements; an unsafe one says so."""
    replacements = []
    for edit in fix.edits or ():
        (first, column), (last, after) = lines.position(edit.start), lines.position(edit.end)
        region = {"startLine": first, "startColumn": column, "endLine": last, "endColumn": after}
        content = {"insertedContent": {"text": edit.text}} if edit.text else {}
        replacements.append({"deletedRegion": region, **content})
    return {
        "description": {"text": _escape_link(fix.title) + remark(fix)},
        "artifactChanges": [{"artifactLocation": {"uri": uri}, "replacements": replacements}],
    }


def _message(finding: Finding) -> str:
    """The message, the help as a second sentence, and links to the related places."""
    advice = " ".join(finding.help.split())
    sentences = [finding.message, advice[:1].upper() + advice[1:]]
    text = " ".join(ended(_escape_link(sentence)) for sentence in sentences if sentence)
    links = [
        f"[{_escape_link(label.message)}]({number})" for number, label in enumerate(finding.related[:RELATED_LIMIT], 1)
    ]
    return f"{text} See {', '.join(links)}." if links else text


def _escape_link(text: str) -> str:
    """Visible text in which nothing reads as a SARIF link."""
    shown = visible(text)
    for character in "\\[]":
        shown = shown.replace(character, "\\" + character)
    return shown


def _location(uri: str, lines: Lines, start: int, end: int) -> dict[str, Any]:
    """A place on one line: GitHub annotates a change only where it holds all lines of the region."""
    number, start, end = lines.first_line_part(start, end)
    low, high = lines.bounds(number)
    if start == end < high:
        end += 1
    region = {
        "startLine": number,
        "startColumn": start - low + 1,
        "endLine": number,
        "endColumn": end - low + 1,
    }
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}


def _line(finding: Finding, lines: Lines) -> tuple[str, str, int]:
    """What GitHub's hash of a line tells apart."""
    return finding.rule, finding.file, lines.first_line_part(finding.start, finding.end)[0]


def _crowded_lines(report: Report, lines: Mapping[str, Lines]) -> set[tuple[str, str, int]]:
    """The lines on which a rule found more than one thing."""
    seen: set[tuple[str, str, int]] = set()
    crowded: set[tuple[str, str, int]] = set()
    for finding in report.findings:
        if finding.file in lines:
            line = _line(finding, lines[finding.file])
            (crowded if line in seen else seen).add(line)
    return crowded


def _is_single_line(lines: Lines) -> bool:
    """Whether a text has one line, a final line end aside; an unread text has none."""
    text, starts = lines.text, lines.starts
    return bool(text) and (len(starts) == 1 or (len(starts) == 2 and starts[1] == len(text)))


def file_uri(path: str) -> str:
    """The RFC 3986 reference of a path: relative, or a ``file`` URI when it is absolute."""
    uri = "".join(map(_uri_character, _name_bytes(path)))
    if os.path.isabs(path):
        return "file://" + ("" if uri.startswith("/") else "/") + uri
    return "./" + uri if ":" in uri.split("/", 1)[0] else uri


def _uri_character(byte: int) -> str:
    return chr(byte) if byte in PATH_BYTES else f"%{byte:02X}"


def _name_bytes(name: str) -> bytes:
    """The bytes of a file name; those that are no UTF-8 were decoded with ``surrogateescape``."""
    try:
        return name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a surrogate that stands for no byte; Windows allows it in names
        return name.encode("utf-8", "surrogatepass")
