"""Task definitions as people keep them: register input, describe output, and bare lists of containers."""

from __future__ import annotations

from ecslint.model import Hit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ecslint.model import Path

KIND = "task-definition"

#: A document without containers is a task definition when it has a family and two of these.
TASK_MEMBERS = frozenset(
    ("requiresCompatibilities", "networkMode", "executionRoleArn", "taskRoleArn", "volumes", "cpu", "memory")
)

#: CloudFormation templates and Elastic Beanstalk's Dockerrun files, whose members are others.
FOREIGN_MEMBERS = frozenset(("Resources", "AWSTemplateFormatVersion", "AWSEBDockerrunVersion"))

#: Members that no other tool's list of objects with a name and an image has.
CONTAINER_MEMBERS = frozenset(
    (
        "containerPort",
        "dependsOn",
        "dockerLabels",
        "entryPoint",
        "essential",
        "healthCheck",
        "linuxParameters",
        "logConfiguration",
        "memoryReservation",
        "mountPoints",
        "portMappings",
        "readonlyRootFilesystem",
        "secrets",
        "volumesFrom",
    )
)


def recognise(data: Any) -> list[dict[str, Any]]:
    """Arguments of ``Resource``, one for each task definition in the data."""
    if type(data) is dict:
        if is_task_definition(data):
            inner = data.get("containerDefinitions")
            if type(inner) is list and inner and type(inner[0]) is dict and "containerDefinitions" in inner[0]:
                return in_list(inner, ("containerDefinitions",)) or [{"kind": KIND, "data": data}]
            return [{"kind": KIND, "data": data}]
        inner = data.get("taskDefinition")
        if is_task_definition(inner):
            at = ("taskDefinition",)
            return [{"kind": KIND, "data": inner, "prefix": at, "hits": [("describe-output", Hit(at, key=True))]}]
    if type(data) is list and data:
        found = in_list(data, ())
        if not found and all(type(item) is dict for item in data) and any(is_container(item) for item in data):
            containers = {"containerDefinitions": data}
            found = [{"kind": KIND, "data": containers, "moved": {("containerDefinitions",): ()}, "whole": False}]
        return found
    return []


def in_list(data: list[Any], at: Path) -> list[dict[str, Any]]:
    """Arguments of ``Resource`` for whole task definitions in a list ``at`` this place, where containers belong."""
    if not all(is_task_definition(item) for item in data):
        return []
    return [
        {"kind": KIND, "data": item, "prefix": (*at, i), "hits": [("task-definition-in-list", Hit((*at, i)))]}
        for i, item in enumerate(data)
    ]


def is_task_definition(data: Any) -> bool:
    """Whether an object is meant to be a task definition, even if it misspells or lacks its containers."""
    if type(data) is not dict or not FOREIGN_MEMBERS.isdisjoint(data):
        return False
    if "containerDefinitions" in data:
        return True
    names = {key.casefold().replace("_", "").replace("-", "") for key in data if type(key) is str}
    if "containerdefinitions" in names:
        return True
    return "family" in data and len(TASK_MEMBERS & data.keys()) >= 2


def is_container(data: dict[Any, Any]) -> bool:
    """Whether an object is a container definition: a name or an image, and a member that only ECS has."""
    named = "image" in data or "name" in data
    return named and (not CONTAINER_MEMBERS.isdisjoint(data) or {"name", "image", "environment"} <= data.keys())
