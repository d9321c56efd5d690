"""Findings: the place and the words, from the hit of a rule to what people read."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from ecslint.findings import Values
from ecslint.masking import MASK
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
    assert internal.slug == "internal-error"  # by which reports and their readers know it
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


BLOCK = "family: a\ncontainerDefinitions:\n- name: web\n  image: nginx:1.27\n  memory: 128\n  environment:"
FLOW = '{"family": "a", "containerDefinitions": [{"name": "web", "memory": 128, "environment": {"A": %s}}]}'


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("a.yaml", f"{BLOCK}\n    A: ${{X}}\n", "${X}"),
        ("a.yaml", f"{BLOCK}\n    A: '${{X}}'\n", "${X}"),
        ("a.yaml", f"{BLOCK}\n    A: 0.10\n", "0.10"),
        ("a.json", FLOW % '"${X}"', "${X}"),
        ("a.json", FLOW % "'${X}'", "${X}"),
        ("a.json", FLOW % "0.10", "0.10"),
        ("a.json", FLOW % "${X}", None),  # what is put in may be more than a string
        ("a.yaml", f"{BLOCK}\n    A: &a 5\n", None),
        ("a.yaml", f"x-a: &a 5\n{BLOCK}\n    A: *a\n", None),
        ("a.yaml", f"{BLOCK}\n    A: !!int 5\n", None),
        ("a.yaml", f"{BLOCK}\n    A: !!str 5\n", "5"),
        ("a.yaml", f"{BLOCK}\n    A:\n", None),
        ("a.yaml", f"x-a: &a {{A: 5}}\n{BLOCK} *a\n", "5"),
        ("a.yaml", f"x-a: &a {{A: 5}}\n{BLOCK}\n    <<: *a\n", "5"),
    ],
)
def test_what_was_meant_is_written_as_the_values_are(name: str, text: str, value: str | None, ruleset: Ruleset) -> None:
    """The environment as an object: a fix makes a list of it, and no other value of what it cannot read for sure."""
    [found] = [one for one in lint(text, ruleset, name)[0] if one.rule == "ECS013" and "environment" in one.message]
    made = None if found.fix is None else found.fix.operations[0].value[0]["value"]
    assert made == value


def test_what_a_finding_has_to_do_with_is_marked_too(ruleset: Ruleset) -> None:
    variables = [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]
    containers = [{"name": "web", "image": "nginx:1.27"}, {"name": "web", "image": "b:1", "environment": variables}]
    text = json.dumps({"family": "a", "containerDefinitions": containers})
    found = {one.rule: one for one in lint(text, ruleset)[0] if one.related}
    for rule, marked in (("ECS403", '"web"'), ("ECS465", '"A"')):
        [label] = found[rule].related
        assert (text[label.start : label.end], label.message) == (marked, "first here")
        assert label.start == text.index(marked) < found[rule].start


def test_the_words_of_a_fault_in_a_hidden_place_are_shown(ruleset: Ruleset) -> None:
    """They are ecslint's own, not what stands there."""
    said = {}
    for value in ("9" * 5000, "'pw'", "pw"):
        [fault] = [one for one in lint(FLOW % value, ruleset)[0] if one.rule in ("ECS001", "ECS002", "ECS003")]
        said[value[0]] = fault.message
        assert "pw" not in fault.message + fault.help
    assert "a number with too many digits" in said["9"]
    assert "•••" not in said["9"] + said["'"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("known", 1),
        ("family", "web"),
        ("runtimePlatform.cpuArchitecture", "ARM64"),
        ("secret", MASK),
        ("runtimePlatform", MASK),  # what is in it may be secret
        ("containerDefinitions", MASK),
        ("nothing", "{nothing}"),
    ],
)
def test_a_field_in_a_message_is_told_if_it_may_be_shown(name: str, said: Any) -> None:
    task = {
        "family": "web",
        "runtimePlatform": {"cpuArchitecture": "ARM64"},
        "secret": "pw",
        "containerDefinitions": [],
    }
    located: Any = SimpleNamespace(view=SimpleNamespace(data=task), shows=lambda path: path != ("secret",))
    assert Values(located, {"known": 1})[name] == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("010", "`•••` is a number in YAML 1.2 and another number in YAML 1.1"),
        ("0o17", "`•••` is a number in YAML 1.2 and a string in YAML 1.1"),
        ("1_0", "`•••` is a string in YAML 1.2 and a number in YAML 1.1"),
        ("yes", '`yes` is "yes" in YAML 1.2 and true in YAML 1.1'),
        ("no", '`no` is "no" in YAML 1.2 and false in YAML 1.1'),
    ],
)
def test_a_hidden_value_that_yaml_reads_in_two_ways_is_told_by_its_kinds(
    value: str, said: str, ruleset: Ruleset
) -> None:
    found = lint(f"{BLOCK}\n    - {{name: A, value: {value}}}\n", ruleset, "a.yaml")[0]
    assert [one.message for one in found if one.rule == "ECS006"] == [said]
