"""Documents of others, of many kinds and shapes, are never taken for services; those of ECS always are."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ecslint.adapters import recognise, runs, services

#: What repositories keep in files with such names as service.json, cluster.json, network-config.json or deploy.yaml.
OTHERS: dict[str, Any] = {
    "package.json": {
        "name": "service", "version": "1.0.0", "private": True, "scripts": {"deploy": "x"}, "dependencies": {"a": "^1"},
    },
    "tsconfig": {"compilerOptions": {"strict": True, "paths": {"a": ["b"]}}, "include": ["src"]},
    "Kubernetes deployment": {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "tags": []},
        "spec": {"replicas": 3, "strategy": {"type": "RollingUpdate"}, "template": {"spec": {"containers": []}}},
    },
    "Kubernetes service": {
        "apiVersion": "v1", "kind": "Service", "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]},
        "status": {"loadBalancer": {}},
    },
    "Knative": {"apiVersion": "serving.knative.dev/v1", "kind": "Service", "spec": {"template": {}}},
    "compose": {"services": {"web": {"image": "nginx", "deploy": {"replicas": 2}}}, "networks": {"a": {}}},
    "stack": {"version": "3", "service": "web", "services": [{"name": "web", "desiredCount": 2}]},
    "Hyperledger network": {
        "name": "net", "version": "1.0", "client": {"organization": "Org1"}, "channels": {}, "peers": {},
    },
    "Hyperledger caliper": {"caliper": {"blockchain": "fabric"}, "clients": {}, "monitoring": {"metrics": []}},
    "CDK tree": {
        "version": "tree-0.1",
        "tree": {"id": "App", "children": {"S": {"attributes": {"aws:cdk:cloudformation:props": {
            "cluster": "c", "desiredCount": 1, "launchType": "FARGATE",
            "deploymentConfiguration": {"maximumPercent": 200}}}}}},
    },
    "CDK manifest": {"version": "36.0.0", "artifacts": {"S": {"type": "aws:cloudformation:stack", "properties": {}}}},
    "CDK context": {"vpc-provider:account=1": {"vpcId": "vpc-1"}, "availability-zones": ["a"]},
    "CloudFormation": {"Resources": {"S": {"Type": "AWS::ECS::Gateway", "Properties": {"DesiredCount": 1}}}},
    "CloudFormation properties": {
        "ServiceName": "web", "TaskDefinition": "web", "DesiredCount": 1, "LaunchType": "FARGATE",
        "DeploymentConfiguration": {"MaximumPercent": 200}, "SchedulingStrategy": "REPLICA",
    },
    "parameters": [{"ParameterKey": "DesiredCount", "ParameterValue": "1"}],
    "parameters by name": {"DesiredCount": "1", "LaunchType": "FARGATE", "ClusterName": "main"},
    "Terraform variables": {"desired_count": 1, "launch_type": "FARGATE", "task_definition": "web"},
    "Terraform state": {"version": 4, "resources": [{"type": "aws_ecs_service", "instances": [{"attributes": {
        "desired_count": 1, "launch_type": "FARGATE"}}]}]},
    "Terraform plan": {"format_version": "1.2", "planned_values": {"root_module": {}}, "launchType": "FARGATE"},
    "Step Functions": {"StartAt": "Run", "States": {"Run": {"Type": "Task", "Parameters": {
        "Cluster": "c", "TaskDefinition": "t", "LaunchType": "FARGATE"}}}},
    "Databricks": {"cluster_name": "x", "spark_version": "14", "num_workers": 2, "autoscale": {"min_workers": 1}},
    "Snakemake": {"__default__": {"time": "00:10", "partition": "a", "cluster": "b"}, "map": {"cpus": 4}},
    "EMR": [{"InstanceGroupType": "MASTER", "InstanceType": "m5.xlarge", "InstanceCount": 1}],
    "Service Fabric": {"name": "cluster", "clusterConfigurationVersion": "1", "apiVersion": "10-2017", "nodes": []},
    "Azure template": {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0", "resources": [{"type": "Microsoft.ContainerService", "tags": {}}],
    },
    "Azure parameters": {"parameters": {"clusterName": {"value": "x"}, "desiredCount": {"value": 3}}},
    "Container Apps": {"properties": {"configuration": {"ingress": {"targetPort": 80}}, "template": {}}, "tags": {}},
    "serverless": {"service": "web", "provider": {"name": "aws", "runtime": "nodejs"}, "functions": {"a": {}}},
    "serverless with tags": {"service": "web", "frameworkVersion": "3", "plugins": [], "tags": {"a": "b"}},
    "Consul": {"service": {"name": "web", "port": 80, "tags": ["a"], "check": {"http": "x"}}},
    "Consul services": {"services": [{"id": "a", "name": "web", "port": 80}, {"name": "api"}]},
    "systemd-like": {"Unit": {"Description": "x"}, "Service": {"ExecStart": "y", "Restart": "always"}},
    "Nomad": {"Job": {"ID": "web", "TaskGroups": [{"Count": 1, "Networks": [], "Tasks": []}]}},
    "Marathon": {"id": "/web", "instances": 2, "container": {"type": "DOCKER"}, "upgradeStrategy": {}},
    "Swarm service": {"Name": "web", "TaskTemplate": {"ContainerSpec": {}}, "Mode": {"Replicated": {"Replicas": 1}}},
    "Copilot": {"name": "web", "type": "Load Balanced Web Service", "count": 1, "cpu": 256, "network": {"vpc": {}}},
    "GitHub workflow": {"on": "push", "jobs": {"deploy": {"steps": [{"with": {"service": "web", "cluster": "main"}}]}}},
    "action inputs": {"service": "web", "cluster": "main", "task-definition": "td.json", "wait": True},
    "service and region": {"service": "web", "cluster": "main", "taskDefinition": "web", "region": "eu-west-1"},
    "service and file": {"service": "web", "cluster": "main", "taskDefinition": "ecs/task.json"},
    "an image": {"service": "web", "cluster": "main", "taskDefinition": "web:3", "image": "web:3"},
    "no revision": {"service": "web", "cluster": "main", "taskDefinition": "web:next"},
    "configuration": {"cluster": "main", "service": "web", "region": "eu-west-1", "desiredCount": 2},
    "monitoring": {"monitoring": {"enabled": True}, "role": "admin", "tags": ["a"]},
    "Grafana": {"panels": [], "tags": [], "title": "ECS", "templating": {"list": [{"name": "service"}]}},
    "auto scaling": {"AutoScalingGroups": [{"DesiredCapacity": 1, "AvailabilityZones": ["a"]}]},
    "load balancers": {"LoadBalancers": [{"LoadBalancerArn": "a", "DNSName": "b"}]},
    "lower-case load balancers": {"loadBalancers": [{"name": "a", "port": 80}], "tags": []},
    "HAProxy": {"loadBalancers": [{"backend": "web"}], "deploymentConfiguration": {"replicas": 2}},
    "settings of a script": {
        "serviceName": "web", "cluster": "main", "taskDefinition": "web", "desiredCount": 2, "launchType": "FARGATE",
        "region": "eu-west-1", "image": "web:1",
    },
    "settings with a grace period": {
        "serviceName": "web", "desiredCount": 2, "healthCheckGracePeriodSeconds": 60, "image": "web:1", "vpc": "vpc-1",
    },
    "ecspresso configuration": {
        "region": "eu-west-1", "cluster": "main", "service": "web", "service_definition": "s.json", "timeout": "10m",
    },
    "deployment group": {"deploymentConfiguration": {"minimumHealthyHosts": {"type": "COUNT"}}, "serviceName": "x"},
    "network": {"awsvpcConfiguration": {"subnets": ["subnet-1"], "assignPublicIp": "ENABLED"}},
    "run-task": {"cluster": "main", "taskDefinition": "web", "launchType": "FARGATE", "count": 1,
                 "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}},
    "run-task without a count": {"cluster": "main", "taskDefinition": "web", "launchType": "FARGATE"},
    "capacity providers": {"capacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 1}]},
    "describe-clusters": {"clusters": [{"clusterArn": "a", "clusterName": "main"}], "failures": []},
    "describe-tasks": {"tasks": [{"taskArn": "a", "clusterArn": "b", "launchType": "FARGATE"}], "failures": []},
    "OpenAPI": {"openapi": "3.0.0", "info": {"title": "x"}, "paths": {"/": {"get": {"tags": ["a"]}}}, "tags": []},
    "ESLint": {"root": True, "env": {"node": True}, "rules": {"semi": "error"}},
    "VS Code": {"version": "0.2.0", "configurations": [{"type": "node", "request": "launch", "launchType": "x"}]},
    "Renovate": {"extends": ["config:base"], "schedule": ["daily"], "packageRules": []},
    "Firebase": {"project_id": "x", "hosting": {"public": "dist"}, "role": "owner"},
    "npm lock": {"name": "x", "lockfileVersion": 3, "packages": {"": {"dependencies": {}}}},
    "translations": {"service": "Dienst", "cluster": "Gruppe", "role": "Rolle", "tags": "Marken"},
    "numbers": [1, 2, 3],
    "text": "service",
    "nothing": None,
}  # fmt: skip

#: Members that such documents may have by chance; none of them makes a service of one.
NOISE: tuple[dict[str, Any], ...] = (
    {"tags": [{"key": "team", "value": "web"}]},
    {"cluster": "main"},
    {"role": "admin"},
    {"platformVersion": "14.2"},
    {"clientToken": "abc"},
    {"monitoring": {"metricConfigurations": []}},
    {"deploymentController": {"name": "argo"}},
    {"loadBalancers": []},
    {"serviceRegistries": {}},
    {"schedulingStrategy": "round-robin"},
    {"propagateTags": "NONE"},
)

SERVICES: dict[str, Any] = {
    "create-service": {"serviceName": "web", "taskDefinition": "web", "desiredCount": 1, "launchType": "FARGATE"},
    "with a remark and typing mistakes": {
        "$schema": "x",
        "_comment": "y",
        "service_name": "web",
        "taskDefinition": "web",
        "desiredCount": 1,
        "launchType": "FARGATE",
        "enableExecuteComand": True,
    },
    "lower case": {"serviceName": "web", "taskDefinition": "web", "desiredCount": 1, "launchType": "fargate"},
    "a daemon": {"serviceName": "web", "schedulingStrategy": "DAEMON"},
    "ecspresso": {"desiredCount": 1, "deploymentConfiguration": {"maximumPercent": 200}, "launchType": "FARGATE"},
    "update-service": {"service": "web", "cluster": "main", "forceNewDeployment": True},
    "update-service with a count": {"service": "web", "taskDefinition": "web", "desiredCount": 1},
    "both names": {"service": "web", "serviceName": "web", "taskDefinition": "web", "launchType": "EC2"},
    "two marks": {"availabilityZoneRebalancing": "ENABLED", "schedulingStrategy": "REPLICA"},
    "a grace period": {"serviceName": "web", "healthCheckGracePeriodSeconds": 0},
    "update-service with nothing but names": {"service": "web", "cluster": "main", "taskDefinition": "web:3"},
    "update-service with an ARN": {
        "service": "web",
        "cluster": "main",
        "taskDefinition": "arn:aws:ecs:eu-west-1:123456789012:task-definition/web",
    },
    "update-service with a load balancer": {"service": "web", "loadBalancers": [{"containerName": "web"}]},
    "Service Connect": {"serviceName": "web", "serviceConnectConfiguration": {"enabled": True}},
    "described": {"serviceArn": "a", "clusterArn": "b", "serviceName": "web"},
    "describe-services": {"services": [{"serviceArn": "a", "clusterArn": "b"}], "failures": []},
    "created": {"service": {"serviceArn": "a", "clusterArn": "b"}},
}


def variants(document: Any) -> Iterator[Any]:
    """A document, the same with further members, in a list and below another member."""
    yield document
    yield [document]
    yield {"config": document}
    if isinstance(document, dict):
        for more in NOISE:
            yield {**more, **document}
        for one, other in itertools.combinations(NOISE[:4], 2):
            yield {**document, **one, **other}


@pytest.mark.parametrize("name", OTHERS)
def test_documents_of_others_are_no_services(name: str) -> None:
    kinds = {"run-task"} if name.startswith("run-task") else set()
    for document in variants(OTHERS[name]):
        assert {found.kind for found in recognise(document)} <= kinds, document


def test_there_are_many_documents_of_others() -> None:
    assert sum(len(list(variants(document))) for document in OTHERS.values()) > 1000


@pytest.mark.parametrize("name", SERVICES)
def test_services_are_services_with_any_further_member(name: str) -> None:
    for more in ({}, *NOISE):
        assert [found.kind for found in recognise({**more, **SERVICES[name]})] == ["service"]


@pytest.mark.parametrize(("kind", "known"), [("service", services.KNOWN), ("run-task", runs.KNOWN)])
def test_the_known_members_are_those_of_the_schema(kind: str, known: frozenset[str]) -> None:
    schema = json.loads((Path(__file__).parent.parent / "schemas" / f"{kind}.json").read_text())
    assert set(known) == set(schema["$defs"][schema["$ref"].rpartition("/")[2]]["properties"])


@pytest.mark.parametrize(
    "name", ["Resources", "AWSTemplateFormatVersion", "StartAt", "planned_values", "format_version", "count"]
)
def test_one_member_of_another_document_is_enough(name: str) -> None:
    assert recognise({**SERVICES["create-service"], name: 1}) == []


def test_the_form_tells_of_ecspresso() -> None:
    assert [found.tool for found in recognise(SERVICES["ecspresso"])] == ["ecspresso"]
    for name in ("serviceName", "service", "cluster", "taskDefinition"):
        assert [found.tool for found in recognise({**SERVICES["ecspresso"], name: "web"})] == [""]


def test_a_description_is_taken_out_of_its_wrapping() -> None:
    for name, at in (("describe-services", ("services", 0)), ("created", ("service",))):
        [found] = recognise(SERVICES[name])
        [(rule, hit)] = found.hits
        assert (found.prefix, rule, hit.path, hit.key) == (at, "describe-output", at, True)


def test_one_mark_is_not_enough_and_neither_is_a_list_of_which_one_is_a_service() -> None:
    assert recognise({"schedulingStrategy": "DAEMON"}) == []
    assert recognise({"serviceArn": "a"}) == recognise({"clusterArn": "a"}) == []
    assert recognise({"services": [{"serviceArn": "a"}, {"name": "b"}]}) == []


def test_a_collection_of_inputs_is_no_answer() -> None:
    service = SERVICES["create-service"]
    assert recognise({"services": [service], "cluster": "main"}) == []
    assert [found.prefix for found in recognise({"services": [service], "failures": []})] == [("services", 0)]
    assert [found.prefix for found in recognise({"services": [{"serviceArn": "a"}], "x": 1})] == [("services", 0)]
