"""A finding is the same one after edits that do not touch it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecslint import document, engine
from ecslint.model import Finding, Report
from ecslint.reporters.identity import fingerprints
from ecslint.ruleset.bundle import Ruleset
from ecslint.suppress import Suppression
from tests.reporters.samples import MEMORY, reports, rule, sample

#: Members of a container, each of which is one fault there, whatever stands beside it.
FAULTS = {
    "memory": "128",
    "cpu": -1,
    "essential": "yes",
    "Image": "nginx:1.27",
    "healthChek": {"command": ["CMD", "true"]},
    "portMappings": [{"containerPort": 0}, {"containerPort": 80, "protocol": "icmp"}],
    "stopTimeout": None,  # all of these are one finding
}
CONTAINERS = st.lists(st.sets(st.sampled_from(sorted(FAULTS)), min_size=1), min_size=1, max_size=4)


def task(faults: list[set[str]]) -> dict[str, Any]:
    containers = [
        {"name": f"c{number}", "image": "nginx:1.27", "memory": 128} | {name: FAULTS[name] for name in sorted(chosen)}
        for number, chosen in enumerate(faults)
    ]
    return {"family": "web", "requiresCompatibilities": ["EC2"], "containerDefinitions": containers, "netwrkMode": "x"}


def found(text: str, ruleset: Ruleset, name: str = "td.json") -> dict[str, str]:
    """The findings of a text: breadcrumb and rule by fingerprint."""
    lint = engine.Settings(ruleset.default)
    parsed = document.parse(text.encode(), name)
    findings, _ = engine.lint(parsed, ruleset, lint)
    report = Report(findings, files=[name], sources={})
    pairs = zip(fingerprints(report), report.findings, strict=True)
    return {fingerprint: f"{finding.rule} {finding.breadcrumb}" for fingerprint, finding in pairs}


@settings(deadline=None, max_examples=50)
@given(CONTAINERS, st.data())
def test_findings_stay_the_same_while_the_file_is_edited(faults: list[set[str]], data: st.DataObject) -> None:
    from ecslint.ruleset import bundle

    ruleset = bundle.load()
    before = task(faults)
    known = found(json.dumps(before), ruleset)
    assert len(known) >= sum(len(chosen - {"stopTimeout"}) for chosen in faults)

    after = dict(before)
    after["containerDefinitions"] = data.draw(st.permutations(before["containerDefinitions"]))
    after["containerDefinitions"] = [
        dict(data.draw(st.permutations(list(container.items())))) for container in after["containerDefinitions"]
    ]
    after = dict(data.draw(st.permutations(list(after.items()))))
    text = json.dumps(after, indent=data.draw(st.sampled_from([None, 0, 1, 2, 4, "\t"])))
    text = text.replace("\n", data.draw(st.sampled_from(["\n", "\r\n", "\n\n"])))
    assert found(text, ruleset).keys() == known.keys()

    renamed = found(text.replace("netwrkMode", data.draw(st.sampled_from(["netMode", "x-team"]))), ruleset)
    assert {one for one, place in known.items() if not place.endswith("netwrkMode")} == {
        one for one, place in renamed.items() if not place.endswith(("netMode", "x-team"))
    }


def test_a_mended_finding_leaves_the_others_as_they_are(ruleset: Ruleset) -> None:
    known = found(json.dumps(task([{"memory", "cpu"}, {"memory"}])), ruleset)
    fewer = found(json.dumps(task([{"cpu"}, {"memory"}])), ruleset)
    assert fewer.items() < known.items()
    assert len(known) - len(fewer) == 1


def finding(file: str, breadcrumb: str, start: int = 0, message: str = "m") -> Finding:
    return Finding(MEMORY, "error", message, file=file, start=start, end=start, breadcrumb=breadcrumb)


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        (finding("f", "x"), finding("f", "x", 7, "other"), True),
        (finding("f", "x"), finding("f", "y"), False),
        (finding("f", "x"), finding("g", "x"), False),
        (finding("\udce9", "x"), finding("\udce8", "x"), False),
    ],
)
def test_rule_file_and_place_make_the_fingerprint(left: Finding, right: Finding, same: bool) -> None:
    prints = [fingerprints(Report([one], files=[], sources={})) for one in (left, right)]
    assert (prints[0] == prints[1]) is same


def test_the_path_in_the_repository_counts_not_the_name_that_was_typed() -> None:
    prints = [
        fingerprints(Report([finding(name, "x")], files=[], sources={}, paths={name: "deploy/td.json"}))
        for name in ("td.json", "deploy/td.json", "/repo/deploy/td.json")
    ]
    assert len({*map(tuple, prints)}) == 1


def test_a_suppressed_place_takes_no_number_of_what_stands_for_all() -> None:
    once = rule("ECS020", once=True)
    places = [
        Finding(once, "error", "m", file="f", start=at, end=at, breadcrumb=crumb, suppressed=why)
        for at, crumb, why in ((0, "x", Suppression("comment", "")), (1, "y", None))
    ]
    alone, both = (fingerprints(Report(found, files=[], sources={})) for found in (places[1:], places))
    assert both[1:] == alone


@given(reports(suppressed=True))
def test_fingerprints_are_unique_in_a_report(report: Report) -> None:
    prints = fingerprints(report)
    assert len(set(prints)) == len(report.findings)
    assert all(re.fullmatch(r"[0-9a-f]{16}:\d+", one) for one in prints)


def test_fingerprints_never_change() -> None:
    """Services know findings by these; a change would close all alerts and open them anew."""
    assert fingerprints(sample())[:2] == ["e62d2b86e8899248:1", "fc78a93a75ef688e:1"]
