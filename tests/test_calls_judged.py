"""What is found in clusters, capacity providers, daemons and Express services, from the text to the place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import botocore.session
import pytest
import yaml
from botocore.validate import ParamValidator

from ecslint import document, engine, fixing
from ecslint.adapters import calls, recognise
from ecslint.model import Finding, Report
from ecslint.reporters import text
from ecslint.ruleset.bundle import Ruleset
from ecslint.testing import lint_example
from tests.bundled import FOLDER, RULES

ARN = "arn:aws:ecs:eu-west-1:123456789012:"
ROLE = "arn:aws:iam::123456789012:role/x"
AGENT = {"name": "a", "image": "a:1"}


def found(data: Any, ruleset: Ruleset) -> set[tuple[str, str]]:
    """The rules that find something in a document, and where; informational ones are left out."""
    return {(one.rule, one.pointer) for one in lint_example(data, ruleset, {}) if one.severity != "info"}


JUDGED: dict[str, tuple[Any, set[tuple[str, str]]]] = {
    "a described cluster": (
        {"clusters": [{"clusterArn": f"{ARN}cluster/a", "clusterName": "a", "status": "ACTIVE"}], "failures": []},
        {("ECS020", "/clusters/0"), ("ECS021", "/clusters/0/clusterArn"), ("ECS021", "/clusters/0/status")},
    ),
    "a misspelt member of a cluster": (
        {"clusterName": "a", "capacityProviders": ["FARGATE"], "setings": []},
        {("ECS010", "/setings")},
    ),
    "members of a service in an Express service": (
        {"infrastructureRoleArn": ROLE, "primaryContainer": {"image": "a:1"}, "desiredCount": 2, "cpu": "256"},
        {("ECS010", "/desiredCount")},
    ),
    "a size that Fargate does not have": (
        {"infrastructureRoleArn": ROLE, "primaryContainer": {"image": "a:1"}, "cpu": "256", "memory": "4096"},
        {("ECS101", "/memory")},
    ),
    "a task set": (
        {"service": "web", "taskDefinition": "web", "externalId": "a", "launchType": "EC2", "platformVersion": "1.4",
         "loadBalancers": [{"containerPort": 80}], "scale": {"unit": "PERCENT", "value": 101.5}},
        {("ECS906", "/platformVersion"), ("ECS907", "/platformVersion"), ("ECS924", "/loadBalancers/0"),
         ("ECS016", "/scale/value")},
    ),
    "start-task": (
        {"taskDefinition": "web:", "containerInstances": ["a"], "count": 1},
        set(),  # no call takes both
    ),
    "ports of a daemon": (
        {"family": "a", "pidMode": "shared", "containerDefinitions": [{**AGENT, "portMappings": []}]},
        {("ECS010", "/containerDefinitions/0/portMappings")},
    ),
    "containers of a daemon": (
        {"family": "a.b", "pidMode": "shared", "containerDefinitions": [
            {"name": "a", "image": "a:1", "essential": False, "secrets": [{"name": "A", "valueFrom": "b"}]},
            {"name": "a", "image": "a:1", "essential": False},
        ]},
        {("ECS031", "/family"), ("ECS403", "/containerDefinitions/1/name"),
         ("ECS410", "/containerDefinitions/0/essential"),
         ("ECS431", "/containerDefinitions/0/secrets")},
    ),
    "the task definition of a daemon, described": (
        {"daemonTaskDefinition": {"family": "a", "revision": 1, "containerDefinitions": [AGENT]}},
        {("ECS020", "/daemonTaskDefinition"), ("ECS021", "/daemonTaskDefinition/revision")},
    ),
    "a described daemon": (
        {"daemon": {"daemonArn": f"{ARN}daemon/a", "clusterArn": f"{ARN}cluster/a", "currentRevisions": []}},
        {("ECS020", "/daemon"), ("ECS021", "/daemon/currentRevisions")},
    ),
    "a described Express service": (
        {"service": {"serviceArn": "a", "serviceName": "b", "cluster": "c", "infrastructureRoleArn": ROLE,
                     "activeConfigurations": [], "tags": []}},
        {("ECS020", "/service"), ("ECS021", "/service/activeConfigurations")},
    ),
    "a described capacity provider": (
        {"capacityProviders": [{"capacityProviderArn": f"{ARN}capacity-provider/FARGATE", "name": "FARGATE"}]},
        {("ECS020", "/capacityProviders/0"), ("ECS021", "/capacityProviders/0/capacityProviderArn")},
    ),
    "tags": (
        {"autoScalingGroupProvider": {"autoScalingGroupArn": "b"}, "tags": [{"key": "aws:a", "value": "b"}]},
        {("ECS040", "/tags/0/key")},
    ),
    "a list of services": (
        [{"serviceName": "a", "taskDefinition": "a", "desiredCount": 1, "launchType": "FARGATE"},
         {"serviceName": "b.c", "taskDefinition": "b", "desiredCount": 1, "launchType": "FARGATE"}],
        {("ECS905", "/1/serviceName")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", JUDGED)
def test_what_is_found(name: str, ruleset: Ruleset) -> None:
    data, wanted = JUDGED[name]
    got = found(data, ruleset)
    read_only = {one for one in wanted if one[0] == "ECS021"}
    assert got - read_only == wanted - read_only
    assert bool(got & read_only) == bool(read_only)  # one finding stands for all


def good_examples() -> list[tuple[str, Any]]:
    """The kind and the data of each good example of such a kind in which all is known."""
    known = [one for rule in RULES for one in rule.docs["examples"]["good"] if "launch" not in one]
    texts = {json.dumps(one) for one in known}
    found = [recognise(json.loads(text)) for text in sorted(texts) if "${" not in text and "null" not in text]
    return [(one.kind, one.data) for several in found for one in several if one.kind in calls.OWN]


def test_botocore_takes_the_good_examples_but_for_what_the_command_line_may_add() -> None:
    service = botocore.session.get_session().get_service_model("ecs")
    examples = good_examples()
    assert len(examples) > 30
    for kind, data in examples:
        fields = yaml.safe_load(Path(FOLDER, "kinds", f"{kind}.yaml").read_text())
        also = ["UpdateCapacityProvider"] if kind == "capacity-provider" else fields.get("also", [])
        reports = []
        for operation in (fields["operation"], *also):
            report = ParamValidator().validate(data, service.operation_model(operation).input_shape)
            lines = report.generate_report().splitlines()
            reports.append([line for line in lines if "Missing required parameter in input" not in line])
        assert [] in reports, (data, reports)


@pytest.mark.parametrize("kind", calls.MARKS)
def test_nothing_is_missing_in_what_is_known_by_its_content_alone(kind: str, ruleset: Ruleset) -> None:
    """Names and roles may come from the command line."""
    values: dict[Any, Any] = {str: "x", list: ["x"], dict: {"minTaskCount": 1}}
    for marks in calls.MARKS[kind]:
        data = {name: example(pattern, values) for name, pattern in marks.items()}
        assert [one for one in lint_example(data, ruleset, {}) if one.rule == "ECS014"] == [], data


def example(pattern: Any, values: dict[Any, Any]) -> Any:
    """A value that fits a pattern of ``calls``."""
    if isinstance(pattern, frozenset):
        word = sorted(pattern)[0]
        return {"CONTAINERINSIGHTS": "containerInsights"}.get(word, word if word.isupper() else {word: {}})
    if isinstance(pattern, dict):
        inner = {name: example(one, values) for name, one in pattern.items()}
        return inner if {"namespace", "image", "unit", "autoScalingMetric"} & inner.keys() else [inner]
    return ["x"] if isinstance(pattern, list) else values[pattern]


def test_values_that_may_be_secret_are_masked(ruleset: Ruleset) -> None:
    settings = engine.Settings(frozenset(range(ruleset.size)), excerpts=True)
    for data in (
        {"primaryContainer": {"image": "a:1", "environment": [{"name": "A", "value": "hush"}], "command": ["hush"]}},
        {"family": "a", "pidMode": "shared", "containerDefinitions": [
            {"name": "a", "image": "a:1", "command": ["hush"], "environment": [{"name": "A", "value": "hush"}]}]},
        {"taskDefinition": "a", "containerInstances": ["b"], "overrides": {"containerOverrides": [
            {"name": "a", "environment": [{"name": "A", "value": "hush"}], "command": ["hush"]}]}},
    ):  # fmt: skip
        written = json.dumps({**data, "tags": [{"key": "aws:x", "value": "hush"}]})
        findings, source = engine.lint(document.parse(written.encode(), "a.json"), ruleset, settings)
        assert findings
        assert source is not None
        shown = text.body(Report(findings, files=["a.json"], sources={source.name: source}))
        assert "hush" not in shown
        assert "•••" in shown


def test_what_only_ecs_writes_is_removed_from_a_description(ruleset: Ruleset) -> None:
    settings = engine.Settings(ruleset.default)
    written = '{"clusterArn": "a", "clusterName": "b", "registeredContainerInstancesCount": 0, "settings": []}'
    mended = fixing.mend(written, "cluster.json", ruleset, settings)
    assert mended.text == '{"clusterName": "b", "settings": []}'
    left: list[Finding] = list(mended.left)
    assert left == []
