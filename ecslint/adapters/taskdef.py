"""Task definitions as people keep them: register input, describe output, and bare lists of containers."""

from __future__ import annotations

from ecslint.model import Hit
from ecslint.words import closest, plain, same_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ecslint.model import Path

KIND = "task-definition"

#: A document without containers is a task definition when it has a family and two of these.
TASK_MEMBERS = frozenset(
    ("requiresCompatibilities", "networkMode", "executionRoleArn", "taskRoleArn", "volumes", "cpu", "memory")
)

#: Members that no other document has at its top; three of them are a task definition, even without containers.
OWN_MEMBERS = frozenset(
    ("executionRoleArn", "family", "networkMode", "requiresCompatibilities", "runtimePlatform", "taskRoleArn")
)

#: A member that overrides of a task have, which share some of OWN_MEMBERS.
OVERRIDES = "containerOverrides"

CONTAINERS = "containerDefinitions"

DAEMON = "daemon-task-definition"

#: Members of task definitions that those of daemons lack.
NOT_OF_DAEMONS = frozenset(
    (
        "enableFaultInjection",
        "ephemeralStorage",
        "inferenceAccelerators",
        "networkMode",
        "placementConstraints",
        "proxyConfiguration",
        "requiresCompatibilities",
        "runtimePlatform",
        "trustedExecutionConfiguration",
    )
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

#: Members of a container that objects of other tools have, too. A number for its size tells them apart.
COMMON_MEMBERS = frozenset(
    ("command", "cpu", "environment", "hostname", "image", "links", "memory", "name", "privileged", "user")
)


def recognise(data: Any, named: bool = False) -> list[dict[str, Any]]:
    """Arguments of ``Resource``, one for each task definition in the data.

    A list of objects with a name and an image is read as containers where the user ``named`` the file.
    """
    if type(data) is dict:
        if is_task_definition(data):
            inner = data.get("containerDefinitions")
            if type(inner) is list and inner and type(inner[0]) is dict and "containerDefinitions" in inner[0]:
                return in_list(inner, ("containerDefinitions",)) or [{"kind": KIND, "data": data}]
            return [{"kind": DAEMON if is_of_daemon(data) else KIND, "data": data}]
        wrapper = wrapper_of(data)
        if wrapper is not None:
            hit = Hit((wrapper,), wrapping(data, wrapper), key=True)
            return [{"kind": KIND, "data": data[wrapper], "prefix": hit.path, "hits": [("describe-output", hit)]}]
    if type(data) is list and data:
        found = in_list(data, ())
        if not found and (are_containers(data) or (named and all(map(has_image, data)))):
            containers = {"containerDefinitions": data}
            found = [{"kind": KIND, "data": containers, "moved": {("containerDefinitions",): ()}, "whole": False}]
        return found
    return []


def wrapper_of(data: dict[Any, Any]) -> str | None:
    """The member that holds a task definition: ``taskDefinition``, or the same word in another spelling."""
    if is_task_definition(data.get("taskDefinition")):
        return "taskDefinition"
    for key, value in data.items():
        if type(key) is str and type(value) is dict and plain(key) == "taskdefinition" and is_task_definition(value):
            return key
    return None


def is_registered(data: Any) -> bool:
    """Whether data is a revision as ECS describes it, with its ARN."""
    if type(data) is not dict:
        return False
    wrapper = wrapper_of(data)
    return "taskDefinitionArn" in (data[wrapper] if wrapper else data)


def wrapping(data: dict[Any, Any], wrapper: str) -> dict[str, str | None]:
    """What stands beside the task definition in the output of describe-task-definition.

    ``alone`` if there is nothing of use, ``tags`` if there are tags that belong into the task definition; neither if
    that is not all.
    """
    tags = data.get("tags")
    if not data.keys() <= {wrapper, "tags", "ResponseMetadata"} or type(tags or []) is not list:
        return {}
    if not tags:
        return {"alone": wrapper}
    keys = [tag.get("key") if type(tag) is dict else None for tag in tags]
    fit = "tags" not in data[wrapper] and not any(str(key).lower().startswith("aws:") for key in keys)
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
    if CONTAINERS in data:
        return True
    names = [key for key in data if type(key) is str]
    if same_word(CONTAINERS, names):
        return True
    if "family" in data and len(TASK_MEMBERS & data.keys()) >= 2:
        return True
    own = len(OWN_MEMBERS & data.keys())
    if own >= 3 and OVERRIDES not in data:
        return True
    lists = [key for key in names if are_containers(data[key])]
    return any(closest(key, (CONTAINERS,)) or (own and "container" in key.lower()) for key in lists)


def is_of_daemon(data: dict[Any, Any]) -> bool:
    """Whether a task definition is that of a daemon: by values and members that no other one has.

    Most of those of daemons could as well be others, and are taken for them.
    """
    if not NOT_OF_DAEMONS.isdisjoint(data):
        return False
    if (
        "daemonTaskDefinitionArn" in data
        or data.get("pidMode") in ("shared", "none")
        or data.get("ipcMode") == "shared"
    ):
        return True
    volumes = data.get("volumes")
    return type(volumes) is list and any(type(v) is dict and "logDriverVolumeConfiguration" in v for v in volumes)


def are_containers(value: Any) -> bool:
    """Whether a value is a list of containers."""
    return type(value) is list and all(type(item) is dict for item in value) and any(map(is_container, value))


def is_container(data: dict[Any, Any]) -> bool:
    """Whether an object is a container definition: a name or an image, and a member that only ECS has.

    A number for ``memory`` or ``cpu`` is as good, if there is no member that ECS does not know.
    """
    if not CONTAINER_MEMBERS.isdisjoint(data):
        return "name" in data or "image" in data
    if not has_image(data):
        return False
    sized = any(type(data.get(size)) is int for size in ("memory", "cpu"))
    return "environment" in data or (sized and data.keys() <= COMMON_MEMBERS)


def has_image(data: Any) -> bool:
    """Whether a value may be a container definition: an object with a name and an image."""
    return type(data) is dict and "name" in data and "image" in data
