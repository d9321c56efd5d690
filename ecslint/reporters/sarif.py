"""Findings as SARIF 2.1.0, in the form that GitHub code scanning reads."""

from __future__ import annotations

import os

from ecslint import __version__
from ecslint.catalogue.descriptor import LEVELS, descriptor
from ecslint.catalogue.links import PROJECT_URL
from ecslint.escaping import visible
from ecslint.reporters.lines import Lines
from ecslint.syntax import writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from ecslint.model import Finding, Report, Rule

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

RELATED_LIMIT = 100  # GitHub shows no more

#: Suppressions that stand in the file itself.
IN_SOURCE = ("comment", "label", "tag")

#: Bytes that RFC 3986 allows in a path as they are.
PATH_BYTES = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/:!$&'()*+,;=@")


def render(report: Report, *, root: str = "") -> str:
    """The report as one line of ASCII JSON with a final newline."""
    return assemble(body(report, root=root), report.rules)


def body(report: Report, *, root: str = "") -> list[str]:
    """Each finding as a SARIF result in JSON.

    ``root`` is the absolute folder that relative file names start from. Files below it get relative
    URIs, others ``file`` URIs; without a root, names are taken as they are.
    """
    indexes = {rule.id: index for index, rule in enumerate(in_order(report.rules))}
    return [writer.dumps(result) for result in _results(report, indexes, root)]


def assemble(bodies: Iterable[str], rules: Iterable[Rule]) -> str:
    """The whole log, for results that are JSON already."""
    run = {
        "tool": {
            "driver": {
                "name": "ecslint",
                "semanticVersion": __version__,
                "informationUri": PROJECT_URL,
                "rules": [
                    writer.Raw(rule.descriptor) if rule.descriptor else descriptor(rule) for rule in in_order(rules)
                ],
            }
        },
        "invocations": [{"executionSuccessful": True}],
        "automationDetails": {"id": "ecslint/"},
        "columnKind": "unicodeCodePoints",
        "results": [writer.Raw(text) for text in bodies],
    }
    return writer.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}) + "\n"


def in_order(rules: Iterable[Rule]) -> list[Rule]:
    """Rules by id: the order of the log, to which results refer by number."""
    return sorted(rules, key=lambda rule: rule.id)


# --- results -------------------------------------------------------------------------------------


def _results(report: Report, indexes: dict[str, int], root: str) -> list[dict[str, Any]]:
    lines = {name: Lines(source.text, source.first_line) for name, source in report.sources.items()}
    seen: dict[str, int] = {}
    results = []
    for finding in report.findings:
        index = lines.get(finding.file, Lines(""))
        uri = file_uri(finding.file, root)
        identity = _fingerprint(finding, uri)
        seen[identity] = seen.get(identity, 0) + 1
        result = _result(finding, index, uri, f"{identity}:{seen[identity]}")
        if finding.rule in indexes:
            result["ruleIndex"] = indexes[finding.rule]
        results.append(result)
    return results


def _result(finding: Finding, lines: Lines, uri: str, fingerprint: str) -> dict[str, Any]:
    related = finding.related[:RELATED_LIMIT]
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": LEVELS[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [_location(uri, lines, finding.start, finding.end)],
        "partialFingerprints": {"ecslint/v1": fingerprint},
    }
    if related:
        result["relatedLocations"] = [
            {
                "id": number,
                **_location(uri, lines, label.start, label.end),
                "message": {"text": _escape_link(label.message)},
            }
            for number, label in enumerate(related, 1)
        ]
    if finding.suppressed is not None:
        kind = "inSource" if finding.suppressed.by in IN_SOURCE else "external"
        reason = visible(finding.suppressed.reason)
        result["suppressions"] = [{"kind": kind, "status": "accepted", **({"justification": reason} if reason else {})}]
    if _is_single_line(lines):
        # GitHub's hash of the line would be the same for all findings of a minified file.
        result["partialFingerprints"]["primaryLocationLineHash"] = fingerprint
    return result


def _message(finding: Finding) -> str:
    """The message, the help as a second sentence, and links to the related places."""
    advice = " ".join(finding.help.split())
    sentences = [finding.message, advice[:1].upper() + advice[1:]]
    text = " ".join(_sentence(_escape_link(sentence)) for sentence in sentences if sentence)
    links = [
        f"[{_escape_link(label.message)}]({number})" for number, label in enumerate(finding.related[:RELATED_LIMIT], 1)
    ]
    return f"{text} See {', '.join(links)}." if links else text


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else text + "."


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


def _fingerprint(finding: Finding, uri: str) -> str:
    """What stays the same while the file is edited: rule, file, and the place by names."""
    identity = "\0".join((finding.rule, uri, finding.name, finding.breadcrumb))
    return f"{fnv1a(identity.encode('utf-8', 'surrogatepass')):016x}"


def fnv1a(data: bytes) -> int:
    """The 64-bit FNV-1a hash: enough to tell findings apart, and importing hashlib takes longer than a report."""
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value


def _is_single_line(lines: Lines) -> bool:
    """Whether a text has one line, a final line end aside; an unread text has none."""
    text = lines.text
    return bool(text) and (len(lines.starts) == 1 or lines.starts[1:] == [len(text)])


def file_uri(name: str, root: str = "") -> str:
    """The RFC 3986 reference of a file name: relative, or a ``file`` URI when it lies outside the root."""
    if root:
        absolute = os.path.normpath(os.path.join(root, name))
        inside = os.path.join(os.path.normpath(root), "")
        name = absolute.removeprefix(inside)
    path = "".join(map(_uri_character, _name_bytes(name.replace(os.sep, "/"))))
    if os.path.isabs(name):
        return "file://" + ("" if path.startswith("/") else "/") + path
    return "./" + path if ":" in path.split("/", 1)[0] else path


def _uri_character(byte: int) -> str:
    return chr(byte) if byte in PATH_BYTES else f"%{byte:02X}"


def _name_bytes(name: str) -> bytes:
    """The bytes of a file name; those that are no UTF-8 were decoded with ``surrogateescape``."""
    try:
        return name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a surrogate that stands for no byte; Windows allows it in names
        return name.encode("utf-8", "surrogatepass")
