"""AppSpec files, image definitions and steps of workflows are lifted where they are sure, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint.adapters import recognise
from ecslint.adapters.deployments import MOST_STEPS, RENDER
from ecslint.model import Unknown

SERVICE = {
    "Type": "AWS::ECS::Service",
    "Properties": {
        "TaskDefinition": "<TASK_DEFINITION>",
        "LoadBalancerInfo": {"ContainerName": "a", "ContainerPort": 1},
    },
}


def step(**given: Any) -> dict[str, Any]:
    return {"uses": f"{RENDER}v1", "with": {"task-definition": "td.json", "container-name": "a", **given}}


def job(*steps: Any, **more: Any) -> dict[str, Any]:
    return {"on": "push", "jobs": {"ship": {"steps": [*steps], **more}}}


NOTHING: list[Any] = [
    {"version": 0.0, "Resources": []},
    {"version": 0.0, "Resources": [{"Function": {"Type": "AWS::Lambda::Function", "Properties": {"Name": "a"}}}]},
    {"version": 0.0, "Resources": [{"TargetService": {"Type": "AWS::ECS::Service"}}]},
    {"Resources": ["a", None, {"a": None}]},
    [{"name": "a"}],
    [{"imageUri": "a"}],
    [{"name": "a", "imageUri": "b"}, {"name": "a"}],
    [{"name": "a", "imageUri": "b", "tag": "c"}],
    [{"name": 1, "imageUri": "b"}],
    {"jobs": []},
    {"jobs": {"a": None, "b": {"steps": "c"}, "d": {"steps": [None, {"uses": 3}]}}},
    job({"uses": "actions/checkout@v4"}),
    job({"uses": "aws-actions/amazon-ecs-deploy-task-definition@v2", "with": {"task-definition": "td.json"}}),
    job(step(**{"container-name": "${{ matrix.name }}"})),
    job(step(**{"task-definition": "${{ steps.none.outputs.task-definition }}"})),
    job(step(**{"container-name": ""})),
    job(*[step()] * (MOST_STEPS + 1)),
    {"jobs": [{"name": "build", "steps": []}], "pipeline": True},
]


@pytest.mark.parametrize("data", NOTHING, ids=range(len(NOTHING)))
def test_documents_that_say_nothing_sure_are_nothing(data: Any) -> None:
    assert recognise(data, named=True) == []


def test_an_appspec_is_lifted_in_the_words_of_ecs() -> None:
    [found] = recognise({"version": 0.0, "Resources": [{"TargetService": SERVICE}]})
    at = ("Resources", 0, "TargetService", "Properties")
    assert (found.kind, found.data) == ("appspec", {"loadBalancers": [{"containerName": "a", "containerPort": 1}]})
    assert found.moved["loadBalancers", 0, "containerPort"] == (*at, "LoadBalancerInfo", "ContainerPort")


def test_values_of_other_types_are_left_out() -> None:
    properties = {"TaskDefinition": 1, "LoadBalancerInfo": {"ContainerName": 3, "ContainerPort": "80"}}
    [found] = recognise({"Resources": [{"S": {"Type": "AWS::ECS::Service", "Properties": properties}}]})
    assert found.data == {"loadBalancers": [{}]}


def test_steps_fill_in_what_they_know() -> None:
    steps = (
        {**step(**{"task-definition": "${{ env.TD }}", "container-name": Unknown("${{ env.NAME }}")}), "id": "one"},
        step(**{"task-definition": "${{ steps.one.outputs.task-definition }}", "container-name": "b, c"}),
    )
    found = recognise({**job(*steps, env={"NAME": "a"}), "env": {"TD": "ecs/td.json", "NAME": "z"}})
    assert [one.data for one in found] == [
        {"taskDefinition": "ecs/td.json", "containers": ["a"]},
        {"taskDefinition": "ecs/td.json", "containers": ["b", "c"]},
    ]
    assert found[1].moved["containers", 1] == ("jobs", "ship", "steps", 1, "with", "container-name")


def test_account_settings_and_gateways() -> None:
    assert [one.kind for one in recognise({"name": "awsvpcTrunking", "value": "enabled"})] == ["account-setting"]
    gateway = {"name": "a", "configuration": {"hostSharedAlb": {}}}
    assert [one.kind for one in recognise(gateway)] == ["gateway"]
    arn = "arn:aws:ecs:eu-west-1:123456789012:gateway/a"
    [described] = recognise({"gateway": {"gatewayArn": arn, **gateway}})
    assert (described.kind, described.prefix) == ("gateway", ("gateway",))
    assert [one.kind for one in recognise({"cluster": "a", "service": "b", "taskDefinition": "c"})] == ["service"]


KEYS = st.sampled_from(
    ["Resources", "jobs", "steps", "uses", "with", "env", "id", "name", "imageUri", "Type", "Properties", "value"]
)
LEAVES = (
    st.none() | st.integers() | st.text(max_size=5) | st.sampled_from([f"{RENDER}v1", "AWS::ECS::Service", "${{ a"])
)
DATA = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=20
)


@given(DATA)
def test_recognition_never_raises(data: Any) -> None:
    recognise(data, named=True)
