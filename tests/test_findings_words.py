"""Findings: the place and the words, from the hit of a rule to what people read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ecslint.ruleset.bundle import Ruleset
from tests.test_engine import RAISING, TAGGED, lint, with_broken_options

TASK = {
    "family": "a",
    "containerDefinitions": [
        {"name": "web", "imagee": "nginx", "memory": "5", "essential": None},
        {"nam": "x", "portMappings": {"containerPort": 80}},
    ],
}


@pytest.mark.parametrize("indent", [None, 1, 4])
@pytest.mark.parametrize(
    ("rule", "marked", "breadcrumb", "message"),
    [
        ("ECS010", '"imagee"', "containerDefinitions[web].imagee", "`imagee`"),
        ("ECS010", '"nam"', "containerDefinitions[1].nam", "`nam`"),
        ("ECS013", '"5"', "containerDefinitions[web].memory", "`memory` must be an integer"),
        ("ECS022", "null", "containerDefinitions[web].essential", "`essential`"),
        ("ECS117", '"5"', "containerDefinitions[web].memory", "`memory` of container `web` is 5 MiB"),
    ],
)
def test_a_finding_marks_what_it_speaks_of(
    rule: str, marked: str, breadcrumb: str, message: str, indent: Any, ruleset: Ruleset
) -> None:
    text = json.dumps(TASK, indent=indent)
    found, _ = lint(text, ruleset)
    said = [
        one.message
        for one in found
        if (one.rule, text[one.start : one.end], one.breadcrumb) == (rule, marked, breadcrumb)
    ]
    assert any(message in one for one in said)


@pytest.mark.parametrize("case", RAISING)
def test_a_rule_that_breaks_down_is_told_with_what_to_do(case: str) -> None:
    rule, options = RAISING[case]
    found, _ = lint(TAGGED, with_broken_options(rule, **options))
    [internal] = [one for one in found if one.rule == "ECS000"]
    assert internal.message.startswith(f"{rule} broke down here (")
    assert internal.message.endswith("); the other rules were checked")
    assert internal.help == "please report it, with the document if you can share it"


def test_findings_come_in_the_order_of_the_text(ruleset: Ruleset) -> None:
    """What reports sort by: the file, the place, the rule, whatever the order in which rules were asked."""
    from ecslint.model import Report

    found, _ = lint(TASK, ruleset)
    made = Report(reversed(found), files=["td.json"], sources={})
    keys = [(one.file, one.start, one.rule, one.pointer) for one in made.findings]
    assert keys == sorted(keys)
    assert len({one.start for one in found}) > 2


def test_a_finding_knows_the_family(ruleset: Ruleset) -> None:
    found, _ = lint(json.dumps(TASK), ruleset)
    assert {one.name for one in found if one.kind == "task-definition"} == {"a"}


@pytest.mark.parametrize(
    ("family", "clean"),
    [("shop.front:12", "shop-front"), ("a b", "a-b"), (" a.b ", "a-b"), ("https://u:secret@h/", None)],
)
def test_a_family_is_cleaned_without_its_revision_and_never_of_a_password(
    family: str, clean: str | None, ruleset: Ruleset
) -> None:
    found, _ = lint(json.dumps({**TASK, "family": family}), ruleset)
    [invalid] = [one for one in found if one.rule == "ECS031"]
    assert (invalid.fix and invalid.fix.operations[0].value) == clean


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize(
    ("rule", "marked", "pointer"),
    [
        ("ECS409", '"nginx:latest"', "/ContainerDefinitions/0/Image"),
        ("ECS117", "5", "/ContainerDefinitions/0/Memory"),
        ("ECS016", "99999", "/ContainerDefinitions/0/PortMappings/ContainerPort"),
    ],
)
def test_what_was_meant_is_marked_where_it_is_written(
    rule: str, marked: str, pointer: str, indent: Any, ruleset: Ruleset
) -> None:
    """Below members whose names and lists are repaired, too."""
    ports = {"ContainerPort": 99999}
    task = {"ContainerDefinitions": [{"Name": "web", "Image": "nginx:latest", "Memory": 5, "PortMappings": ports}]}
    text = json.dumps({"family": "a", **task}, indent=indent)
    found, _ = lint(text, ruleset)
    assert (rule, marked, pointer) in [(one.rule, text[one.start : one.end], one.pointer) for one in found]
