"""A judge of SARIF for GitHub: the official schema with its formats, and what neither it nor other judges see."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

SCHEMA = json.loads((Path(__file__).parent / "sarif-2.1.0.json").read_text("utf-8-sig"))
FORMATS = FormatChecker()
assert "uri-reference" in FORMATS.checkers, "jsonschema looks at no URI unless rfc3986-validator is installed"
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=FORMATS)

#: RFC 3986 without scheme, query and fragment: what can name a file of a repository.
CHARACTERS = r"(?:[A-Za-z0-9._~!$&'()*+,;=@:/-]|%[0-9A-F]{2})+"
RELATIVE = re.compile(rf"(?!/|[^/]*:|(?:.*/)?\.\./){CHARACTERS}")
OUTSIDE = re.compile(rf"file:///{CHARACTERS}")
LINK = re.compile(r"(?<!\\)\[(?:[^\[\]\\]|\\.)*\]\((\d+)\)")

RESULTS, TAGS, NAME, TEXT = 25_000, 20, 255, 1024
SECURITY_SEVERITY = re.compile(r"(?!0\.0$)(?:\d\.\d|10\.0)")


def objections(log: Any) -> list[str]:
    """All that is wrong with a log; no objections to a log that GitHub takes and shows as it is meant."""
    found = [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(log)]
    return found or [objection for run in log["runs"] for objection in _run(run)]


def _run(run: dict[str, Any]) -> Iterator[str]:
    driver = run["tool"]["driver"]
    rules = driver.get("rules", [])
    if not isinstance(run.get("results"), list):
        yield "a run has no results, not even an empty list"
        return
    if len(run["results"]) > RESULTS:
        yield "more results than GitHub takes"
    if "semanticVersion" not in driver:
        yield "the tool has no version"
    if run.get("columnKind") != "unicodeCodePoints":
        yield "columns are not said to be code points"
    if not run.get("automationDetails", {}).get("id", "").endswith("/"):
        yield "the run has no category"
    yield from _invocation(run)
    ids = [rule["id"] for rule in rules]
    if len(set(ids)) < len(ids):
        yield "a rule is described twice"
    for rule in rules:
        yield from (f"rule {rule['id']}: {objection}" for objection in _rule(rule))
    for number, result in enumerate(run["results"]):
        yield from (f"result {number}: {objection}" for objection in _result(result, rules))
    prints = [result.get("partialFingerprints", {}).get("ecslint/v1") for result in run["results"]]
    if len(set(prints)) < len(prints):
        yield "two results have the same fingerprint, or none"


def _invocation(run: dict[str, Any]) -> Iterator[str]:
    invocations = run.get("invocations", [])
    if len(invocations) != 1:
        yield "not one invocation"
        return
    failed = invocations[0].get("exitCode") == 2
    if invocations[0]["executionSuccessful"] is failed:
        yield "the exit code and the verdict contradict each other"


def _rule(rule: dict[str, Any]) -> Iterator[str]:
    for name in ("shortDescription", "fullDescription"):
        text = rule.get(name, {}).get("text", "")
        if not 0 < len(text) <= TEXT:
            yield f"{name} is empty or too long"
    if not rule.get("help", {}).get("text") or not rule["help"].get("markdown"):
        yield "no help"
    if len(rule.get("name", "")) > NAME:
        yield "the name is too long"
    properties = rule.get("properties", {})
    tags = properties.get("tags", [])
    if len(tags) > TAGS:
        yield "too many tags"
    security = properties.get("security-severity")
    if ("security" in tags) != (security is not None):
        yield "a security rule has a security-severity, and no other has one"
    if security is not None and not (isinstance(security, str) and SECURITY_SEVERITY.fullmatch(security)):
        yield "security-severity is no string between 0.0 and 10.0"
    if "defaultConfiguration" not in rule:
        yield "no default level"


def _result(result: dict[str, Any], rules: list[dict[str, Any]]) -> Iterator[str]:
    index = result.get("ruleIndex", -1)
    if not 0 <= index < len(rules) or rules[index]["id"] != result.get("ruleId"):
        yield "ruleIndex and ruleId do not name a described rule"
    if not result["message"].get("text"):
        yield "no message"
    if not result.get("partialFingerprints"):
        yield "no fingerprint"
    if len(result.get("locations", [])) != 1:
        yield "not one location"
    related = result.get("relatedLocations", [])
    for place in [*result.get("locations", []), *related]:
        yield from _place(place)
    linked = [int(number) for number in LINK.findall(result["message"].get("text", ""))]
    if sorted(linked) != sorted(place.get("id", 0) for place in related):
        yield "related locations and links in the message differ"


def _place(place: dict[str, Any]) -> Iterator[str]:
    physical = place.get("physicalLocation", {})
    artifact = physical.get("artifactLocation", {})
    if "uriBaseId" in artifact:
        yield "a base that GitHub does not know"
    uri = artifact.get("uri", "")
    if not RELATIVE.fullmatch(uri) and not OUTSIDE.fullmatch(uri):
        yield f"{uri!r} names no file of a repository"
    region = physical.get("region", {})
    if not {"startLine", "startColumn", "endLine", "endColumn"} <= region.keys():
        yield "no whole region"
    elif region["startLine"] != region["endLine"] or region["startColumn"] > region["endColumn"]:
        yield "a region that is not a part of one line"
