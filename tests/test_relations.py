"""What a resource of a template is wrong about in others that it refers to; nothing is said of what is not certain."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint import api, engine
from ecslint.adapters import recognise, relations
from ecslint.adapters.intrinsics import Evaluation
from ecslint.model import Finding
from ecslint.ruleset.bundle import Ruleset

RULES = {"ECS008", "ECS237", "ECS238", "ECS440", "ECS515", "ECS900"}
HEAD = {"AWSTemplateFormatVersion": "2010-09-09"}


def check(resources: dict[str, Any], ruleset: Ruleset, **sections: Any) -> list[Finding]:
    """The findings about relations in a template."""
    text = json.dumps({**HEAD, **sections, "Resources": resources})
    outcome = api.lint_bytes(text.encode(), "t.json", True, ruleset, engine.Settings(ruleset.default))
    return [found for found in outcome.findings if found.rule in RULES]


def rules(resources: dict[str, Any], ruleset: Ruleset, **sections: Any) -> list[str]:
    """The rules of these findings."""
    return [found.rule for found in check(resources, ruleset, **sections)]


CONTAINER = {"Name": "web", "Image": "web:1", "Memory": 128, "PortMappings": [{"ContainerPort": 80}]}
KEY = {"Fn::GetAtt": ["Role", "Arn"]}


def task(**more: Any) -> dict[str, Any]:
    """A task definition."""
    return {"Type": "AWS::ECS::TaskDefinition", "Properties": {"ContainerDefinitions": [CONTAINER], **more}}


def group(**properties: Any) -> dict[str, Any]:
    """A target group."""
    return {"Type": "AWS::ElasticLoadBalancingV2::TargetGroup", "Properties": {"Port": 80, **properties}}


def service(**properties: Any) -> dict[str, Any]:
    """A service behind the target group."""
    balancer = {"ContainerName": "web", "ContainerPort": 80, "TargetGroupArn": {"Ref": "Group"}}
    network = {"AwsvpcConfiguration": {"Subnets": ["subnet-0a1b2c3d"]}}
    own = {
        "TaskDefinition": {"Ref": "Task"},
        "LoadBalancers": [balancer],
        "NetworkConfiguration": network,
        **properties,
    }
    return {"Type": "AWS::ECS::Service", "Properties": own}


P = {"Ref": "P"}
PARAMETERS = {"P": {"Type": "String"}}
IF = {"Fn::If": ["C", "ip", "instance"]}


@pytest.mark.parametrize(
    ("mode", "kind", "expected"),
    [
        ("awsvpc", {}, ["ECS237"]),
        ("awsvpc", {"TargetType": "instance"}, ["ECS237"]),
        ("awsvpc", {"TargetType": "ip"}, []),
        ("awsvpc", {"TargetType": P}, []),
        ("awsvpc", {"TargetType": "lambda"}, []),
        ("awsvpc", {"Fn::Transform": {"Name": "AWS::Include"}}, []),
        ("bridge", {"TargetType": "ip"}, ["ECS238"]),
        ("bridge", {}, []),
        (P, {"TargetType": "ip"}, []),
        (P, {}, []),
        ("none", {}, []),
    ],
)
def test_targets_go_with_the_network_mode(ruleset: Ruleset, mode: Any, kind: Any, expected: list[str]) -> None:
    resources = {"Task": task(NetworkMode=mode), "Group": group(**kind), "Service": service()}
    assert rules(resources, ruleset, Parameters=PARAMETERS) == expected


def test_a_case_in_which_targets_fit_is_none_in_which_they_do_not(ruleset: Ruleset) -> None:
    resources = {
        "Task": task(NetworkMode={"Fn::If": ["C", "awsvpc", "bridge"]}),
        "Group": group(TargetType=IF),
        "Service": service(DesiredCount={"Fn::If": ["C", 1, 2]}),
    }
    conditions = {"C": {"Fn::Equals": [P, "a"]}}
    assert rules(resources, ruleset, Parameters=PARAMETERS, Conditions=conditions) == []
    resources["Group"] = group(TargetType={"Fn::If": ["C", "instance", "instance"]})
    [found] = check(resources, ruleset, Parameters=PARAMETERS, Conditions=conditions)
    assert (found.rule, found.message[-19:]) == ("ECS237", " (when `C` is true)")
    assert [label.message for label in found.related] == ["its targets are of the type instance"]


def trust(*statements: Any) -> dict[str, Any]:
    """A role whom some statements say who may assume."""
    return {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": [*statements]}}}


def allow(principal: Any, effect: Any = "Allow") -> dict[str, Any]:
    """A statement for a principal."""
    return {"Effect": effect, "Action": "sts:AssumeRole", "Principal": principal}


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (trust(allow({"Service": "ecs.amazonaws.com"})), ["ECS440"]),
        (trust(allow({"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]})), ["ECS440"]),
        (trust(allow({"AWS": "arn:aws:iam::111122223333:root"})), ["ECS440"]),
        (trust(allow({"Service": "ecs-tasks.amazonaws.com"}, "Deny")), ["ECS440"]),
        (trust(allow({"Service": "ecs-tasks.amazonaws.com"})), []),
        (trust(allow({"Service": "ecs.amazonaws.com"}), allow({"Service": "ecs-tasks.amazonaws.com.cn"})), []),
        (trust(allow({"Service": {"Fn::Sub": "ecs-tasks.${AWS::URLSuffix}"}})), []),
        (trust(allow({"Service": {"Fn::Sub": "ecs.${AWS::URLSuffix}"}})), []),
        (trust(allow({"Service": P})), []),
        (trust(allow({"Service": {"Ref": "AWS::NoValue"}})), []),
        (trust(allow({"Service": "*"})), []),
        (trust(allow("*")), []),
        (trust({"Effect": "Allow", "NotPrincipal": {"Service": "ec2.amazonaws.com"}}), []),
        (trust(P, allow({"Service": "ecs.amazonaws.com"})), []),
        (trust(), []),
        ({"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": P}}, []),
        ({"Type": "AWS::IAM::Role"}, []),
        ({"Type": "AWS::IAM::Role", "Properties": P}, []),
        ({"Type": "Custom::Role", "Properties": {}}, []),
    ],
)
def test_roles_trust_tasks(ruleset: Ruleset, role: Any, expected: list[str]) -> None:
    for name in ("TaskRoleArn", "ExecutionRoleArn"):
        resources = {"Role": role, "Task": task(**{name: KEY})}
        assert rules(resources, ruleset, Parameters=PARAMETERS) == expected


CLUSTER = {"Type": "AWS::ECS::Cluster"}
OWN = {"Type": "AWS::ECS::CapacityProvider", "Properties": {"Name": "own"}}


def strategy(*names: Any) -> dict[str, Any]:
    """A service with a strategy."""
    items = [{"CapacityProvider": name, "Weight": 1} for name in names]
    return {
        "Type": "AWS::ECS::Service",
        "Properties": {"Cluster": {"Ref": "Cluster"}, "TaskDefinition": "a", "CapacityProviderStrategy": items},
    }


def association(*names: Any, cluster: Any = None, **more: Any) -> dict[str, Any]:
    """What associates capacity providers with a cluster."""
    own = {
        "Cluster": cluster or {"Ref": "Cluster"},
        "CapacityProviders": [*names],
        "DefaultCapacityProviderStrategy": [],
    }
    return {"Type": "AWS::ECS::ClusterCapacityProviderAssociations", "Properties": own, **more}


@pytest.mark.parametrize(
    ("association", "names", "expected"),
    [
        (association("FARGATE"), ["FARGATE_SPOT"], ["ECS900"]),
        (association({"Ref": "Own"}), ["own"], []),
        (association("own"), [{"Ref": "Own"}], []),
        (association("other"), [{"Ref": "Own"}], ["ECS900"]),
        (association("other"), [P], []),
        (association(P), ["own"], []),
        (association("other", cluster="main"), ["own"], []),
        (association("other", cluster={"Ref": "Cluster2"}), ["own"], []),
        (association("other", Condition="C"), ["own"], []),
        (CLUSTER, ["own"], []),
    ],
)
def test_providers_are_those_of_the_cluster(ruleset: Ruleset, association: Any, names: Any, expected: Any) -> None:
    resources = {"Cluster": CLUSTER, "Cluster2": CLUSTER, "Own": OWN, "More": association, "Service": strategy(*names)}
    conditions = {"C": {"Fn::Equals": [P, "a"]}}
    assert rules(resources, ruleset, Parameters=PARAMETERS, Conditions=conditions) == expected


def test_references_lead_somewhere(ruleset: Ruleset) -> None:
    resources = {"Task": task(TaskRoleArn={"Fn::GetAtt": "Role.Arn"}, Family={"Ref": "AWS::StackName"})}
    assert rules(resources, ruleset) == ["ECS008"]
    assert rules({**resources, "Role": {"Type": "AWS::IAM::Role"}}, ruleset) == []
    assert rules(resources, ruleset, Parameters={"Role": {}}) == []
    assert rules(resources, ruleset, Transform="AWS::Serverless-2016-10-31") == []
    assert rules({**resources, "M": {"Type": "My::Own::Role::MODULE"}}, ruleset) == []
    assert rules({**resources, "Fn::ForEach::R": ["X", ["Role"], {"${X}": {"Type": "AWS::IAM::Role"}}]}, ruleset) == []


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.sampled_from(["Allow", "ecs-tasks.amazonaws.com", "*", "a"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Statement", "Principal", "Service", "Effect", "Ref", "Fn::If", "Fn::Transform", "AWS"]),
            inner,
            max_size=4,
        )
    ),
)


@given(JSON)
def test_any_policy_is_read_without_harm(document: Any) -> None:
    assert relations.trusts(document, Evaluation({}, {}, {})) in (True, False, None)


@given(JSON, JSON, JSON)
def test_any_other_resource_is_read_without_harm(first: Any, second: Any, third: Any) -> None:
    resources = {
        "Task": task(NetworkMode="awsvpc", TaskRoleArn=KEY, ExecutionRoleArn={"Ref": "Role"}),
        "Role": {"Type": "AWS::IAM::Role", "Properties": first},
        "Group": {"Type": "AWS::ElasticLoadBalancingV2::TargetGroup", "Properties": second},
        "Cluster": {"Type": "AWS::ECS::Cluster", "Properties": third},
        "More": {"Type": relations.ASSOCIATION, "Properties": {"Cluster": first, "CapacityProviders": second}},
        "Service": service(Cluster={"Ref": "Cluster"}, CapacityProviderStrategy=[{"CapacityProvider": "a"}]),
    }
    assert recognise({"Resources": resources})


@pytest.mark.parametrize("service", ["<SERVICE>", "{{ service }}", "<SERVICE>.${AWS::URLSuffix}"])
def test_what_another_tool_puts_into_a_text_of_sub_is_unknown(ruleset: Ruleset, service: str) -> None:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": {"Fn::Sub": service}}}
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": statement}}}
    assert rules({"Role": role, "Task": task(TaskRoleArn=KEY)}, ruleset) == []
    statement["Principal"] = {"Service": {"Fn::Sub": "lambda.${AWS::URLSuffix}x"}}
    assert rules({"Role": role, "Task": task(TaskRoleArn=KEY)}, ruleset) == []
    statement["Principal"] = {"Service": {"Fn::Sub": "lambda.amazonaws.com"}}
    assert rules({"Role": role, "Task": task(TaskRoleArn=KEY)}, ruleset) == ["ECS440"]
