"""Templates that mean harm: they are read in bounded time, break nothing, and tell nothing that they must not."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from ecslint import api, engine
from ecslint.adapters import recognise
from ecslint.ruleset.bundle import Ruleset

SECONDS = 5  # far more than any of these takes


def template(properties: Any, **sections: Any) -> dict[str, Any]:
    """A template with one task definition."""
    own = {"Family": "f", "ContainerDefinitions": [{"Name": "a", "Image": "a:1", "Memory": 128}], **properties}
    return {**sections, "Resources": {"T": {"Type": "AWS::ECS::TaskDefinition", "Properties": own}}}


PARAMETER = {"P": {"Type": "String"}}
EQUALS = {"Fn::Equals": [{"Ref": "P"}, "a"]}


def chain(length: int, function: str, times: int) -> dict[str, Any]:
    """Conditions of which each asks for the one before, so many times."""
    more = {f"C{i}": {function: [{"Condition": f"C{i - 1}"}] * times} for i in range(1, length)}
    return {"C0": EQUALS, **more}


def doubled(levels: int) -> Any:
    """A text that is twice the one inside it."""
    text: Any = "a"
    for _ in range(levels):
        text = {"Fn::Sub": ["${X}${X}", {"X": text}]}
    return text


def nested(levels: int) -> Any:
    """Joins in joins."""
    text: Any = "a"
    for _ in range(levels):
        text = {"Fn::Join": ["", [text]]}
    return text


BOMBS = {
    "a chain of conditions": template(
        {"Cpu": {"Fn::If": ["C1999", "256", "512"]}}, Parameters=PARAMETER, Conditions=chain(2000, "Fn::Not", 1)
    ),
    "conditions that double": template(
        {"Cpu": {"Fn::If": ["C59", "256", "512"]}}, Parameters=PARAMETER, Conditions=chain(60, "Fn::And", 2)
    ),
    "a condition of itself": template(
        {"Cpu": {"Fn::If": ["A", "256", "512"]}}, Conditions={"A": {"Fn::Not": [{"Condition": "A"}]}}
    ),
    "texts that double": template({"Family": doubled(60)}),
    "joins in joins": template({"Family": nested(90)}),
    "many conditions": template(
        {f"X{i}": {"Fn::If": [f"C{i}", "1", "2"]} for i in range(500)},
        Parameters={f"P{i}": {"Type": "String"} for i in range(500)},
        Conditions={f"C{i}": {"Fn::Equals": [{"Ref": f"P{i}"}, "a"]} for i in range(500)},
    ),
    "many choices": template(
        {f"X{i}": {"Ref": f"P{i}"} for i in range(60)},
        Parameters={f"P{i}": {"Type": "String", "AllowedValues": ["a", "b"]} for i in range(60)},
    ),
    "keys that are none": template(
        {"Cpu": {"Fn::FindInMap": [["a"], {"b": 1}, None]}}, Mappings={"a": {"b": {"c": 1}}}
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_what_is_read_is_bounded(name: str) -> None:
    start = time.process_time()
    readings = recognise(BOMBS[name])
    assert time.process_time() - start < SECONDS
    assert 0 < sum(1 + len(one.choices) for one in readings) <= 130


SILENT = {
    "a text without one of its parts": {"Family": {"Fn::Sub": ["${X}", {"X": {"Ref": "AWS::NoValue"}}]}},
    "a text of a map": {"Family": {"Fn::Sub": ["${X}", {"X": {"a": {"Ref": "B"}}}]}},
    "a join of an unknown list": {"Family": {"Fn::Join": ["-", {"Fn::Split": [".", {"Ref": "AWS::StackName"}]}]}},
    "a join of a parameter": {"Family": {"Fn::Join": ["-", {"Ref": "Names"}]}},
    "a function of a map": {"NetworkMode": {"Fn::Base64": {"Fn::Sub": "x-${P}"}}},
}


@pytest.mark.parametrize("name", SILENT)
def test_what_is_not_known_is_never_shown_or_judged(ruleset: Ruleset, name: str) -> None:
    text = json.dumps(template(SILENT[name]))
    found = api.lint_bytes(text.encode(), "x.json", True, ruleset, engine.Settings(ruleset.default)).findings
    assert [one.rule for one in found if one.severity != "info"] == []
    assert not any(word in one.message for one in found for word in ("object at", "Unknown(", "Absent"))


HIDDEN = [
    {"Type": "String", "NoEcho": True, "AllowedValues": ["Hunter2"]},
    {"Type": "String", "NoEcho": "True", "Default": "Hunter2"},
    {"Type": "String", "NoEcho": "yes", "Default": "Hunter2", "AllowedValues": ["Hunter2", "Hunter3"]},
]


@pytest.mark.parametrize("parameter", HIDDEN)
@pytest.mark.parametrize("member", ["NetworkMode", "Cpu", "Memory", "PidMode", "Family"])
def test_what_nobody_may_see_is_told_nowhere(ruleset: Ruleset, parameter: Any, member: str) -> None:
    made = template(
        {member: {"Ref": "Db"}, "IpcMode": {"Fn::FindInMap": ["M", {"Ref": "Db"}, "mode"]}},
        Parameters={"Db": parameter},
        Mappings={"M": {"Hunter2": {"mode": "wrong"}, "Hunter3": {"mode": "wrong"}}},
    )
    found = api.lint_bytes(
        json.dumps(made).encode(), "x.json", True, ruleset, engine.Settings(ruleset.default)
    ).findings
    assert not any("Hunter" in f"{one.message}{one.help}" for one in found)


def test_names_are_shown_without_credentials_and_in_moderate_number(ruleset: Ruleset) -> None:
    name = "https://u:pw99@h"
    names = [name, *(f"C{i}" for i in range(40))]
    containers = [{"Name": f"c{i}", "Image": "a:1", "Memory": {"Fn::If": [one, 1, 2]}} for i, one in enumerate(names)]
    made = template(
        {"ContainerDefinitions": containers},
        Parameters={f"P{i}": {"Type": "String"} for i in range(41)},
        Conditions={one: {"Fn::Equals": [{"Ref": f"P{i}"}, "a"]} for i, one in enumerate(names)},
    )
    found = api.lint_bytes(
        json.dumps(made).encode(), "x.json", True, ruleset, engine.Settings(ruleset.default)
    ).findings
    assert found
    assert not any("pw99" in one.message for one in found)
    assert max(len(one.message) for one in found) < 400


def parted(name: str, start: int) -> list[dict[str, Any]]:
    """Six variables or tags, each with one of two values, by conditions of their own."""
    return [{name: f"k{i}", "Value": {"Fn::If": [f"C{i}", "1", "2"]}} for i in range(start, start + 6)]


def test_two_resources_with_many_cases_meet_in_some_of_them(ruleset: Ruleset) -> None:
    task = {"Name": "a", "Image": "a:1", "Memory": 128, "Environment": parted("Name", 0)}
    made = template(
        {"ContainerDefinitions": [task]},
        Parameters={f"P{i}": {"Type": "String"} for i in range(12)},
        Conditions={f"C{i}": {"Fn::Equals": [{"Ref": f"P{i}"}, "a"]} for i in range(12)},
    )
    balancer = {"ContainerName": "b", "ContainerPort": 80, "TargetGroupArn": "x"}
    service = {"TaskDefinition": {"Ref": "T"}, "LoadBalancers": [balancer], "Tags": parted("Key", 6)}
    made["Resources"]["S"] = {"Type": "AWS::ECS::Service", "Properties": service}
    start = time.process_time()
    found = api.lint_bytes(
        json.dumps(made).encode(), "x.json", True, ruleset, engine.Settings(ruleset.default)
    ).findings
    assert time.process_time() - start < SECONDS
    assert [(one.rule, one.message.endswith(")")) for one in found if one.severity == "error"] == [("ECS951", False)]


def test_all_resources_together_have_a_bounded_number_of_cases() -> None:
    cpu: Any = "256"
    for i in range(6):
        cpu = {"Fn::If": [f"C{i}", cpu, "512"]}
    made = template(
        {"Cpu": cpu},
        Parameters={f"P{i}": {"Type": "String"} for i in range(6)},
        Conditions={f"C{i}": {"Fn::Equals": [{"Ref": f"P{i}"}, "a"]} for i in range(6)},
    )
    made["Resources"] = {f"T{i}": made["Resources"]["T"] for i in range(100)}
    assert 2_000 < len(recognise(made)) < 2_048 + 2 * 64 + 100
