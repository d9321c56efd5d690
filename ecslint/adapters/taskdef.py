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
            hit = Hit(("taskDefinition",), wrapping(data), key=True)
            return [{"kind": KIND, "data": inner, "prefix": hit.path, "hits": [("describe-output", hit)]}]
    if type(data) is list and data:
        found = in_list(data, ())
        if not found and all(type(item) is dict for item in data) and any(is_container(item) for item in data):
            containers = {"containerDefinitions": data}
            found = [{"kind": KIND, "data": containers, "moved": {("containerDefinitions",): ()}, "whole": False}]
        return found
    return []


def wrapping(data: dict[Any, Any]) -> dict[str, str | None]:
    """What stands beside the task definition in the output of describe-task-definition.

    ``alone`` if there is nothing of use, ``tags`` if there are tags that belong into the task definition; neither if
    that is not all.
    """
    tags = data.get("tags")
    if not data.keys() <= {"taskDefinition", "tags", "ResponseMetadata"} or type(tags or []) is not list:
        return {}
    if not tags:
        return {"alone": "taskDefinition"}
    keys = [tag.get("key") if type(tag) is dict else None for tag in tags]
    fit = "tags" not in data["taskDefinition"] and not any(str(key).lower().startswith("aws:") for key in keys)
    return {"tags": "tags" if fit else None}


def in_list(data: list[Any], at: Path) -> list[dict[str, Any]]:
    """Arguments of ``Resource`` for whole task definitions in a list ``at`` this place, where containers belong."""
    if not all(is_task_definition(item) for item in data):
        return []
    alone = {"alone": "0" if len(data) == 1 and not at else None}
    return [
        {"kind": KIND, "data": item, "prefix": (*at, i), "hits": [("task-definition-in-list", Hit((*at, i), alone))]}
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
