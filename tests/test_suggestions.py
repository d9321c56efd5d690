"""Reports carry fixes: what JSON, SARIF and rdjson say makes the text that `ecslint fix` makes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint import document, engine, suggestions, testing
from ecslint.model import Finding, Report, Rule, Source
from ecslint.reporters import json as json_reporter
from ecslint.reporters import rdjson, sarif
from ecslint.ruleset.bundle import Ruleset
from ecslint.syntax import edit
from ecslint.testing import example_name
from tests.bundled import RULES

MENDED = [
    pytest.param(rule, example, id=f"{rule.id}-{number}")
    for rule in RULES
    for number, example in enumerate(rule.docs["examples"]["bad"])
    if example.get("fixed", example["code"]) != example["code"] and not testing.others_of(example["code"])
]


def lint(text: str, name: str, rule: Rule, ruleset: Ruleset, launch_type: str | None) -> tuple[list[Finding], Source]:
    """The findings of one rule, with the edits of their fixes."""
    own = frozenset(number for number, other in enumerate(ruleset.rules) if other.id == rule.id)
    settings = engine.Settings(own, launch_type=launch_type)
    settings.fixes = True
    found, source = engine.lint(document.parse(text.encode(), name), ruleset, settings)
    return found, source or Source(name, text)


def report_of(finding: Finding, source: Source) -> Report:
    return Report([finding], files=[source.name], rules=[], sources={source.name: source})


def changed(text: str, edits: list[tuple[int, int, str]]) -> str:
    for start, end, new in reversed(edits):
        text = text[:start] + new + text[end:]
    return text


def offset(text: str, line: int, column: int) -> int:
    """Counted anew, with the line ends that Python knows of in tests: LF and CRLF."""
    return sum(map(len, text.splitlines(keepends=True)[: line - 1])) + column - 1


def by_json(finding: Finding, source: Source) -> str:
    (told,) = json.loads(json_reporter.render(report_of(finding, source)))["findings"]
    edits = [(one["start"]["offset"], one["end"]["offset"], one["text"]) for one in told["fix"]["edits"]]
    for one in told["fix"]["edits"]:
        for place in (one["start"], one["end"]):
            assert offset(source.text, place["line"], place["column"]) == place["offset"]
    return changed(source.text, edits)


def by_sarif(finding: Finding, source: Source) -> str:
    (result,) = json.loads(sarif.render(report_of(finding, source)))["runs"][0]["results"]
    (change,) = result["fixes"][0]["artifactChanges"]
    edits = []
    for one in change["replacements"]:
        region = one["deletedRegion"]
        start = offset(source.text, region["startLine"], region["startColumn"])
        end = offset(source.text, region["endLine"], region["endColumn"])
        edits.append((start, end, one.get("insertedContent", {"text": ""})["text"]))
    return changed(source.text, edits)


def by_rdjson(finding: Finding, source: Source) -> str | None:
    (told,) = (json.loads(part) for part in rdjson.body(report_of(finding, source)))
    if "suggestions" not in told:
        return None
    (one,) = told["suggestions"]
    lines = source.text.encode().splitlines(keepends=True)
    start, end = (
        sum(map(len, lines[: place["line"] - 1])) + place["column"] - 1
        for place in (one["range"]["start"], one["range"]["end"])
    )
    raw = source.text.encode()
    return (raw[:start] + one["text"].encode() + raw[end:]).decode()


@pytest.mark.parametrize(("rule", "example"), MENDED)
def test_reports_say_what_fix_does(rule: Rule, example: dict[str, Any], ruleset: Ruleset) -> None:
    text = testing.text_of(example["code"])
    found, source = lint(text, example_name(text, example), rule, ruleset, example.get("launch-type"))
    assert any(finding.fix for finding in found)
    for finding in found:
        fix = finding.fix
        if fix is None or fix.edits is None:
            continue
        wanted = edit.apply(text, edit.edits(text, source.language, fix.operations))
        if fix.telling:
            (told,) = json.loads(json_reporter.render(report_of(finding, source)))["findings"]
            assert (told["fix"]["edits"], told["fix"]["withheld"]) == (None, json_reporter.HIDDEN)
            continue
        assert by_json(finding, source) == wanted
        assert by_rdjson(finding, source) in (None, wanted)
        if fix.edits:
            assert by_sarif(finding, source) == wanted
        if len(found) == 1 and wanted != text:
            again, _ = lint(wanted, source.name, rule, ruleset, example.get("launch-type"))
            assert len(again) == 0, "the fix does not mend what it is for"


def test_most_fixes_of_the_rules_are_shown(ruleset: Ruleset) -> None:
    shown = hidden = 0
    for parameters in MENDED:
        rule, example = parameters.values
        assert isinstance(rule, Rule)
        assert isinstance(example, dict)
        text = testing.text_of(example["code"])
        for finding in lint(text, example_name(text, example), rule, ruleset, example.get("launch-type"))[0]:
            if finding.fix is not None and finding.fix.edits is not None:
                shown += not finding.fix.telling
                hidden += finding.fix.telling
    assert shown > 4 * hidden > 0


def test_a_fix_of_a_secret_value_is_not_told(ruleset: Ruleset) -> None:
    (rule,) = (rule for rule in RULES if rule.id == "ECS013")
    text = '{"family": "a", "containerDefinitions": [{"name": "a", "environment": [{"name": "b", "value": 80807777}]}]}'
    (finding,), source = lint(text, "a.json", rule, ruleset, None)
    assert finding.fix is not None
    assert finding.fix.edits
    report = report_of(finding, source)
    for shown in (json_reporter.render(report), sarif.render(report), "".join(rdjson.body(report))):
        assert "80807777" not in shown


def test_an_alias_keeps_a_fix_from_being_made_and_that_is_said(ruleset: Ruleset) -> None:
    (rule,) = (rule for rule in RULES if rule.id == "ECS013")
    text = "family: a\nx-web: &web {name: a, image: b, memory: '128'}\ncontainerDefinitions: [*web]\n"
    found, source = lint(text, "a.yaml", rule, ruleset, None)
    assert found
    for finding in found:
        (told,) = json.loads(json_reporter.render(report_of(finding, source)))["findings"]
        assert told["fix"]["edits"] is None
        assert "alias" in told["fix"]["withheld"]


def test_what_takes_long_to_work_out_is_left_to_fix(ruleset: Ruleset, monkeypatch: pytest.MonkeyPatch) -> None:
    (rule,) = (rule for rule in RULES if rule.id == "ECS013")
    text = '{"family": "a", "cpu": 256, "memory": 512, "containerDefinitions": [{"name": "a", "image": "b"}]}'
    monkeypatch.setattr(suggestions, "MOST_READ", len(text))
    first, second = lint(text, "a.json", rule, ruleset, None)[0]
    assert first.fix is not None
    assert second.fix is not None
    assert first.fix.edits
    assert (second.fix.edits, second.fix.withheld) == (None, suggestions.TOO_MUCH)


@given(st.lists(st.integers(0, 20), min_size=2, max_size=2), st.lists(st.integers(0, 20), max_size=6), st.booleans())
def test_a_fix_tells_if_it_touches_what_is_masked(place: list[int], ends: list[int], brings: bool) -> None:
    from ecslint.model import Edit, Fix

    start, end = sorted(place)
    ends.sort()
    masks = [(low, high) for low, high in zip(ends[::2], ends[1::2], strict=False) if low < high]
    fix = Fix("mend it", "safe", ())
    fix.edits = [Edit(start, end, "new" if brings else "")]
    suggestions.judge([Finding(RULES[0], "error", "", file="", start=0, end=0, fix=fix)], masks)
    hidden = {offset for low, high in masks for offset in range(low, high)}
    touched = not hidden.isdisjoint(range(start, end)) or any(low < start == end < high for low, high in masks)
    assert fix.telling is (brings and touched)
