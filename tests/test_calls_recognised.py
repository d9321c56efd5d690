"""Documents of others are never taken for clusters, capacity providers, task sets, daemons or Express services."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from ecslint.adapters import calls, recognise, services
from ecslint.model import Unknown
from tests import test_services_recognised

ARN = "arn:aws:ecs:eu-west-1:123456789012:"

#: What repositories keep in files with such names as cluster.json, settings.json or capacity.json.
OTHERS: dict[str, Any] = {
    **{
        name: other for name, other in test_services_recognised.OTHERS.items()
        if not name.startswith(("run-task", "settings with a grace period"))
    },
    "kubeconfig": {
        "apiVersion": "v1", "clusters": [{"name": "a", "cluster": {"server": "x"}}], "contexts": [], "users": [],
    },
    "eksctl": {
        "apiVersion": "eksctl.io/v1alpha5", "kind": "ClusterConfig", "metadata": {"name": "main", "tags": {"a": "b"}},
        "nodeGroups": [{"name": "a", "desiredCapacity": 1}],
    },
    "eks": {"cluster": {"name": "main", "arn": "arn:aws:eks:eu-west-1:123456789012:cluster/main", "tags": {}}},
    "kind": {"kind": "Cluster", "apiVersion": "kind.x-k8s.io/v1alpha4", "nodes": [{"role": "control-plane"}]},
    "Karpenter": {"settings": {"clusterName": "main", "aws": {"defaultInstanceProfile": "x"}}, "replicas": 2},
    "Kafka": {"clusterArn": "arn:aws:kafka:eu-west-1:123456789012:cluster/a", "clusterName": "a", "tags": {}},
    "Kafka clusters": {"clusters": [{"clusterArn": "arn:aws:kafka:eu-west-1:123456789012:cluster/a"}]},
    "Elasticsearch": {"settings": {"number_of_shards": 1}, "mappings": {}, "cluster_name": "x"},
    "Elasticsearch state": {"clusterName": "x", "status": "green", "nodes": {}, "settings": [{"name": "a"}]},
    "Atlas": {"clusterName": "main", "configuration": {"replicationSpecs": []}, "tags": [], "settings": []},
    "Envoy": {"clusters": [{"name": "web", "connect_timeout": "1s"}], "listeners": []},
    "VS Code settings": {"settings": {"editor.tabSize": 2}, "extensions": ["a"]},
    "list of settings": {"settings": [{"name": "theme", "value": "dark"}], "cluster": "main"},
    "a setting": {"name": "fontSize", "value": "enabled"},
    "settings of an account, and more": {"name": "containerInsights", "value": "enabled", "comment": "x"},
    "outputs of a stack": {"clusterArn": f"{ARN}cluster/a", "clusterName": "a", "vpcId": "vpc-1"},
    "outputs of a stack alone": {"clusterArn": f"{ARN}cluster/a", "clusterName": "a"},
    "outputs of Terraform": {"clusterArn": {"value": "a"}, "clusterName": {"value": "b"}},
    "settings of a script": {"clusterName": "main", "capacityProviders": ["FARGATE"], "vpcId": "vpc-1"},
    "settings with insights": {
        "clusterName": "main", "settings": [{"name": "containerInsights", "value": "enabled"}], "vpc": "vpc-1",
    },
    "settings of several clusters": {"clusters": {"dev": {"clusterName": "a", "capacityProviders": ["FARGATE"]}}},
    "a list of clusters": {"clusters": [{"clusterName": "a", "capacityProviders": ["FARGATE"]}]},
    "something put together": {"cluster": {"clusterArn": f"{ARN}cluster/a", "clusterName": "a"}, "vpc": "vpc-1"},
    "CDK properties": {
        "clusterName": "main", "containerInsightsV2": "enabled", "enableFargateCapacityProviders": True,
        "capacityProviders": ["FARGATE"],
    },
    "CloudFormation cluster": {
        "ClusterName": "main", "ClusterSettings": [{"Name": "containerInsights", "Value": "enabled"}],
        "CapacityProviders": ["FARGATE"],
    },
    "CloudFormation provider": {"Name": "a", "AutoScalingGroupProvider": {"AutoScalingGroupArn": "a"}},
    "cluster resource": {"Resources": {"C": {"Type": "AWS::ECS::Gateway"}}, "settings": [{"name": "a"}]},
    "Terraform cluster": {"resource": {"aws_ecs_cluster": {"main": {"setting": {"name": "containerInsights"}}}}},
    "Pulumi state": {"version": 3, "deployment": {"resources": [{"type": "aws:ecs/cluster:Cluster", "outputs": {
        "settings": [{"name": "containerInsights", "value": "enabled"}]}}]}},
    "Pulumi project": {"name": "web", "runtime": "nodejs", "config": {"aws:region": "x", "web:clusterName": "a"}},
    "auto scaling group": {"AutoScalingGroupName": "a", "managedScaling": {"status": "ENABLED"}},
    "EMR scaling": {"ManagedScalingPolicy": {"ComputeLimits": {}}, "managedTerminationProtection": "ENABLED"},
    "SageMaker": {"ModelName": "a", "PrimaryContainer": {"Image": "a", "ModelDataUrl": "b"}},
    "primary container": {"primaryContainer": {"image": "a:1"}, "sidecars": [], "name": "web"},
    "Flyte": {"pod_spec": {"containers": []}, "primaryContainer": "main", "primary_container_name": "main"},
    "health": {"healthCheckPath": "/ping", "scalingTarget": {"cpu": 50}, "serviceName": "web"},
    "horizontal scaling": {"scalingTarget": 70, "minTaskCount": 1, "maxTaskCount": 3},
    "daemon.json of Docker": {"log-driver": "json-file", "storage-driver": "overlay2", "tags": []},
    "daemon set": {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "a"}, "spec": {}},
    "daemon": {"daemon": {"daemonName": "agent", "critical": True}, "name": "agent"},
    "scale of a service": {"service": "web", "taskDefinition": "web", "scale": {"min": 1, "max": 3}},
    "external id": {"service": "web", "externalId": "42", "taskDefinition": "web", "team": "a"},
    "role to assume": {"externalId": "42", "roleArn": "a", "service": "web"},
    "instances": {"containerInstances": [{"name": "a"}], "taskDefinition": "web"},
    "number of instances": {"containerInstances": 3, "taskDefinition": "web", "cluster": "main"},
    "providers of a cloud": {"capacityProviders": {"aws": {}, "gcp": {}}, "defaultCapacityProviderStrategy": "aws"},
    "list of providers": {"capacityProviders": ["a", "b"], "region": "eu-west-1"},
    "ecs-cli": {"version": "v1", "default": "main", "clusters": {"main": {"cluster": "main", "region": "x"}}},
    "Copilot environment": {"name": "test", "type": "Environment", "observability": {"container_insights": True}},
    "Service Connect": {"serviceConnectDefaults": {"namespace": "x"}, "replicas": 2, "image": "a"},
    "volumes": {"volumes": [{"logDriverVolumeConfiguration": {"driver": "json-file"}}], "name": "x"},
}  # fmt: skip

#: Members that such documents may have by chance; none of them makes anything of ECS of one.
NOISE: tuple[dict[str, Any], ...] = (
    {"tags": [{"key": "team", "value": "web"}]},
    {"cluster": "main"},
    {"settings": [{"name": "theme", "value": "dark"}]},
    {"settings": {"a": 1}},
    {"capacityProviders": {"a": 1}},
    {"capacityProviders": []},
    {"configuration": {"a": 1}},
    {"configuration": []},
    {"name": "web"},
    {"scale": {"unit": "percent of all"}},
    {"statistics": []},
    {"serviceConnectDefaults": {}},
    {"healthCheckPath": "/"},
    {"daemonName": "x"},
)

DOCUMENTS: dict[str, tuple[str, dict[str, Any]]] = {
    "create-cluster": ("cluster", {"clusterName": "main", "capacityProviders": ["FARGATE"]}),
    "create-cluster with insights": ("cluster", {"settings": [{"name": "containerInsights", "value": "enhanced"}]}),
    "create-cluster with a strategy": (
        "cluster",
        {"clusterName": "main", "defaultCapacityProviderStrategy": [{"capacityProvider": "FARGATE"}]},
    ),
    "update-cluster": ("cluster", {"cluster": "main", "configuration": {"executeCommandConfiguration": {}}}),
    "update-cluster with a namespace": ("cluster", {"cluster": "main", "serviceConnectDefaults": {"namespace": ""}}),
    "with a typing mistake": ("cluster", {"clusterName": "main", "capacityProviders": ["FARGATE"], "setings": []}),
    "a described cluster": (
        "cluster",
        {"clusterArn": "a", "clusterName": "main", "registeredContainerInstancesCount": 0, "futureMember": 1},
    ),
    "put-cluster-capacity-providers": (
        "cluster-providers",
        {"cluster": "main", "capacityProviders": ["a"], "defaultCapacityProviderStrategy": []},
    ),
    "providers without a cluster": (
        "cluster-providers",
        {"capacityProviders": ["a"], "defaultCapacityProviderStrategy": [{"capacityProvider": "a"}]},
    ),
    "a strategy alone": (
        "cluster-providers",
        {"cluster": "main", "defaultCapacityProviderStrategy": [{"capacityProvider": "a"}]},
    ),
    "create-capacity-provider": ("capacity-provider", {"autoScalingGroupProvider": {"autoScalingGroupArn": "a"}}),
    "update-capacity-provider": (
        "capacity-provider",
        {"name": "a", "autoScalingGroupProvider": {"managedDraining": "ENABLED"}},
    ),
    "Managed Instances": (
        "capacity-provider",
        {"name": "a", "cluster": "main", "managedInstancesProvider": {"infrastructureRoleArn": "a"}},
    ),
    "a described provider": ("capacity-provider", {"capacityProviderArn": "a", "name": "FARGATE", "type": "FARGATE"}),
    "create-task-set": ("task-set", {"service": "web", "taskDefinition": "web:1", "externalId": "a"}),
    "a share": ("task-set", {"taskDefinition": "web", "scale": {"value": 50, "unit": "PERCENT"}}),
    "a described task set": (
        "task-set",
        {"taskSetArn": "a", "taskDefinition": "b", "serviceArn": "c", "clusterArn": "d"},
    ),
    "start-task": ("start-task", {"taskDefinition": "web", "containerInstances": ["a"], "cluster": "main"}),
    "create-daemon": ("daemon", {"daemonTaskDefinitionArn": "a", "daemonName": "agent"}),
    "update-daemon": ("daemon", {"daemonTaskDefinitionArn": "a", "daemonArn": "b", "capacityProviderArns": ["c"]}),
    "a described daemon": ("daemon", {"daemonArn": "b", "currentRevisions": []}),
    "create-express-gateway-service": ("express-service", {"primaryContainer": {"image": "a:1"}}),
    "Express with a task definition": ("express-service", {"infrastructureRoleArn": "a", "taskDefinitionArn": "b"}),
    "Express with members of services": (
        "express-service",
        {"infrastructureRoleArn": "a", "primaryContainer": {"image": "a:1"}, "desiredCount": 1, "tags": []},
    ),
    "a described Express service": ("express-service", {"serviceArn": "a", "activeConfigurations": []}),
    "shared processes": ("daemon-task-definition", {"containerDefinitions": [], "pidMode": "shared"}),
    "no shared processes": ("daemon-task-definition", {"containerDefinitions": [], "pidMode": "none"}),
    "shared memory": ("daemon-task-definition", {"containerDefinitions": [], "ipcMode": "shared"}),
    "a volume of logs": (
        "daemon-task-definition",
        {"containerDefinitions": [], "volumes": [{"logDriverVolumeConfiguration": {"driver": "json-file"}}]},
    ),
    "a described daemon's": ("daemon-task-definition", {"containerDefinitions": [], "daemonTaskDefinitionArn": "a"}),
}

ANSWERS: dict[str, tuple[str, dict[str, Any], Any]] = {
    "describe-clusters": (
        "cluster",
        {"clusters": [{"clusterArn": f"{ARN}cluster/a"}, {"clusterArn": f"{ARN}cluster/b"}], "failures": []},
        [("clusters", 0), ("clusters", 1)],
    ),
    "create-cluster": ("cluster", {"cluster": {"clusterArn": f"{ARN}cluster/a"}}, [("cluster",)]),
    "describe-capacity-providers": (
        "capacity-provider",
        {"capacityProviders": [{"capacityProviderArn": f"{ARN}capacity-provider/a"}], "nextToken": "x"},
        [("capacityProviders", 0)],
    ),
    "describe-task-sets": ("task-set", {"taskSets": [{"taskSetArn": f"{ARN}task-set/a"}]}, [("taskSets", 0)]),
    "describe-daemon": ("daemon", {"daemon": {"daemonArn": f"{ARN}daemon/a"}}, [("daemon",)]),
    "describe-daemon-task-definition": (
        "daemon-task-definition",
        {"daemonTaskDefinition": {"containerDefinitions": []}},
        [("daemonTaskDefinition",)],
    ),
    "describe-express-gateway-service": (
        "express-service",
        {"service": {"serviceArn": f"{ARN}service/a", "activeConfigurations": []}},
        [("service",)],
    ),
}


@pytest.mark.parametrize("name", OTHERS)
def test_documents_of_others_are_nothing(name: str) -> None:
    for document in test_services_recognised.variants(OTHERS[name]):
        assert recognise(document) == [], document
        if isinstance(document, dict) and len(document) > 2:
            for one, other in itertools.combinations(NOISE, 2):
                more = {**one, **other}
                assert recognise({**more, **document}) == [], more


def test_noise_alone_is_nothing_unless_ecs_alone_has_it() -> None:
    for parts in itertools.combinations(NOISE, 3):
        document = {name: value for part in parts for name, value in part.items()}
        assert recognise(document) == [], document


@pytest.mark.parametrize("name", DOCUMENTS)
def test_inputs_are_what_they_are(name: str) -> None:
    kind, document = DOCUMENTS[name]
    for more in ({}, {"$schema": "x"}, {"_comment": "y"}):
        assert [found.kind for found in recognise({**document, **more})] == [kind]
    assert [(found.kind, found.prefix) for found in recognise([document] * 2)] in (
        [(kind, (0,)), (kind, (1,))],
        [("task-definition", (0,)), ("task-definition", (1,))],
    )


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_member_of_no_call_makes_an_input_something_else(name: str) -> None:
    _, document = DOCUMENTS[name]
    if "described" not in name and "containerDefinitions" not in document:
        assert recognise({**document, "vpcId": "vpc-1"}) == []
        assert recognise({**document, "Resources": {}}) == []


def test_what_is_not_known_may_be_a_name() -> None:
    text = Unknown("${NAME}")
    assert [found.kind for found in recognise({"clusterName": text, "capacityProviders": [text]})] == ["cluster"]
    assert recognise({"clusterName": text, "capacityProviders": text}) == []


@pytest.mark.parametrize("name", ANSWERS)
def test_answers_are_taken_out_of_their_wrapping(name: str) -> None:
    kind, document, places = ANSWERS[name]
    found = recognise(document)
    assert [(one.kind, one.prefix) for one in found] == [(kind, place) for place in places]
    assert [(rule, hit.path) for one in found for rule, hit in one.hits] == [("describe-output", at) for at in places]
    assert recognise({**document, "vpcId": "vpc-1"}) == []


def test_a_task_definition_with_members_that_those_of_daemons_lack_is_none_of_theirs() -> None:
    for member in ("networkMode", "requiresCompatibilities", "runtimePlatform", "placementConstraints"):
        document = {"containerDefinitions": [], "pidMode": "shared", member: "x"}
        assert [found.kind for found in recognise(document)] == ["task-definition"]


def test_lists_of_inputs_and_answers_are_read_item_by_item() -> None:
    service = test_services_recognised.SERVICES["create-service"]
    assert [(one.kind, one.prefix) for one in recognise([service, service])] == [("service", (0,)), ("service", (1,))]
    assert recognise([service, {"name": "x"}]) == []
    assert recognise([service, 1]) == []
    assert recognise([{"clusters": [{"clusterArn": f"{ARN}cluster/a"}]}]) == []


def test_answers_about_revisions_and_deployments_are_no_services() -> None:
    for member in ("serviceRevisionArn", "serviceDeploymentArn"):
        assert recognise({member: "a", "serviceArn": "b", "clusterArn": "c"}) == []


@pytest.mark.parametrize("kind", calls.OWN)
def test_the_known_members_are_those_of_the_schema(kind: str) -> None:
    schema = json.loads((Path(__file__).parent.parent / "schemas" / f"{kind}.json").read_text())
    members = set(schema["$defs"][schema["$ref"].rpartition("/")[2]]["properties"])
    assert members - services.KNOWN == calls.OWN[kind]
