"""A rule as SARIF describes it. Bundled rules are described when the wheel is built."""

from __future__ import annotations

from ecslint.catalogue.links import rule_url
from ecslint.escaping import visible
from ecslint.words import topic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ecslint.model import Rule

LEVELS = {"error": "error", "warning": "warning", "info": "note"}
PROBLEM_SEVERITIES = {"error": "error", "warning": "warning", "info": "recommendation"}
SECURITY_SEVERITIES = {"error": "8.0", "warning": "5.5", "info": "2.0"}  # GitHub: high, medium, low

# GitHub refuses or cuts what is longer.
DESCRIPTION_LIMIT = 1024
HELP_LIMIT = 30_000  # bytes


def descriptor(rule: Rule) -> dict[str, Any]:
    """The ``reportingDescriptor`` of a rule: all that GitHub shows about it."""
    url = rule_url(rule.id)
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.slug.split("-")),
        "shortDescription": {"text": _description(rule.title) or rule.id},
        "fullDescription": {"text": _description(_why(rule).split("\n\n")[0])},
        "help": {"text": _help(rule, markdown=False), "markdown": _help(rule, markdown=True)},
        **({"helpUri": url} if url else {}),
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": _properties(rule),
    }


def _why(rule: Rule) -> str:
    """Why the rule exists; its title when its documentation is not at hand."""
    return str(rule.docs.get("why", "")).strip() or rule.title.strip() or rule.id


def _description(text: str) -> str:
    """The text as one paragraph, cut to the length that GitHub accepts."""
    paragraph = visible(" ".join(text.split()))
    return paragraph if len(paragraph) <= DESCRIPTION_LIMIT else paragraph[: DESCRIPTION_LIMIT - 1] + "…"


def _properties(rule: Rule) -> dict[str, Any]:
    verified = rule.docs.get("evidence", {}).get("basis") in ("recorded", "code")
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
    return code if isinstance(code, str) else json_text(code)


def json_text(data: Any) -> str:
    """An example that is data, as indented JSON."""
    import json

    return json.dumps(data, indent=2)


def _lines(text: str) -> str:
    return "\n".join(visible(line) for line in text.strip().splitlines())
