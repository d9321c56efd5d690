"""Findings as SARIF 2.1.0, in the form that GitHub code scanning reads."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from urllib.parse import quote

from ecslint import __version__
from ecslint.reporters.escaping import visible
from ecslint.reporters.lines import Lines
from ecslint.reporters.links import PROJECT_URL, rule_url
from ecslint.words import topic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ecslint.model import Finding, Report, Rule

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {"error": "error", "warning": "warning", "info": "note"}
PROBLEM_SEVERITIES = {"error": "error", "warning": "warning", "info": "recommendation"}
SECURITY_SEVERITIES = {"error": "8.0", "warning": "5.5", "info": "2.0"}  # GitHub: high, medium, low

# GitHub refuses or cuts what is longer.
DESCRIPTION_LIMIT = 1024
HELP_LIMIT = 30_000  # bytes
RELATED_LIMIT = 100

#: Characters that RFC 3986 allows in a path besides letters, digits and ``-._``.
PATH_CHARACTERS = "/:~!$&'()*+,;=@"


def render(report: Report, *, root: str = "") -> str:
    """The report as one line of ASCII JSON with a final newline.

    ``root`` is the absolute folder that relative file names start from. Files below it get relative
    URIs, others ``file`` URIs; without a root, names are taken as they are.
    """
    rules = sorted(report.rules, key=lambda rule: rule.id)
    run = {
        "tool": {
            "driver": {
                "name": "ecslint",
                "semanticVersion": __version__,
                "informationUri": PROJECT_URL,
                "rules": [_descriptor(rule) for rule in rules],
            }
        },
        "invocations": [{"executionSuccessful": True}],
        "automationDetails": {"id": "ecslint/"},
        "columnKind": "unicodeCodePoints",
        "results": _results(report, {rule.id: index for index, rule in enumerate(rules)}, root),
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, separators=(",", ":")) + "\n"


# --- rules ---------------------------------------------------------------------------------------


def _descriptor(rule: Rule) -> dict[str, Any]:
    """All that GitHub shows about a rule."""
    url = rule_url(rule.id)
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.slug.split("-")),
        "shortDescription": {"text": _description(rule.title)},
        "fullDescription": {"text": _description(_why(rule).split("\n\n")[0])},
        "help": {"text": _help(rule, markdown=False), "markdown": _help(rule, markdown=True)},
        **({"helpUri": url} if url else {}),
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": _properties(rule),
    }


def _why(rule: Rule) -> str:
    """Why the rule exists; its title when its documentation is not at hand."""
    return str(rule.docs.get("why", "")).strip() or rule.title


def _description(text: str) -> str:
    """The text as one paragraph, cut to the length that GitHub accepts."""
    paragraph = visible(" ".join(text.split()))
    return paragraph if len(paragraph) <= DESCRIPTION_LIMIT else paragraph[: DESCRIPTION_LIMIT - 1] + "…"


def _properties(rule: Rule) -> dict[str, Any]:
    verified = rule.docs.get("evidence", {}).get("confidence") == "verified"
    properties: dict[str, Any] = {
        "tags": list(dict.fromkeys((rule.category, topic(rule.id)))),
        "precision": "medium" if rule.profile == "strict" else "very-high" if verified else "high",
    }
    if rule.category == "security":
        properties["security-severity"] = SECURITY_SEVERITIES[rule.severity]
    else:
        properties["problem.severity"] = PROBLEM_SEVERITIES[rule.severity]
    return properties


def _help(rule: Rule, *, markdown: bool) -> str:
    """Why the rule exists, what the API says, examples and references, as Markdown or as plain text."""
    docs = rule.docs
    parts = [_lines(_why(rule))]
    error = docs.get("evidence", {}).get("error")
    if error:
        parts.append(_section("AWS answers", _code(str(error), markdown), markdown))
    for kind, title in (("bad", "Wrong"), ("good", "Right")):
        for example in docs.get("examples", {}).get(kind, ())[:1]:
            parts.append(_section(title, _code(_example(example), markdown), markdown))
    references = [f"- {visible(str(reference))}" for reference in docs.get("references", ())]
    if references:
        parts.append(_section("References", "\n".join(references), markdown))
    text = "\n\n".join(parts)
    return text.encode()[:HELP_LIMIT].decode(errors="ignore")


def _section(title: str, body: str, markdown: bool) -> str:
    return f"## {title}\n\n{body}" if markdown else f"{title}:\n\n{body}"


def _code(code: str, markdown: bool) -> str:
    """A block of code, indented in plain text; a Markdown fence is longer than any in the code."""
    text = _lines(code)
    if not markdown:
        return "\n".join(f"    {line}" for line in text.split("\n"))
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}\n{text}\n{fence}"


def _example(example: Any) -> str:
    """The text of an example: as written, or the data of an inline one."""
    code = example.get("code", example) if isinstance(example, dict) else example
    return code if isinstance(code, str) else json.dumps(code, indent=2)


def _lines(text: str) -> str:
    return "\n".join(visible(line) for line in text.strip().splitlines())


# --- results -------------------------------------------------------------------------------------


def _results(report: Report, indexes: dict[str, int], root: str) -> list[dict[str, Any]]:
    lines = {name: Lines(source.text) for name, source in report.sources.items()}
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
    return sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:32]


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
    path = quote(_name_bytes(name.replace(os.sep, "/")), safe=PATH_CHARACTERS)
    if os.path.isabs(name):
        return "file://" + ("" if path.startswith("/") else "/") + path
    return "./" + path if ":" in path.split("/", 1)[0] else path


def _name_bytes(name: str) -> bytes:
    """The bytes of a file name; those that are no UTF-8 were decoded with ``surrogateescape``."""
    try:
        return name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a surrogate that stands for no byte; Windows allows it in names
        return name.encode("utf-8", "surrogatepass")
