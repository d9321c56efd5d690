"""Services as people keep them: the input of create-service and update-service, and what describe-services answers.

No member belongs to services alone, so members are marks: some only services have, others they share with run-task
input. A document is a service by one strong mark and any other, or by three others, of which one is its
name or count.
"""

from __future__ import annotations

from ecslint.model import Hit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ecslint.model import Path

KIND = "service"

#: What only a service has: a member, and values or members of its value (of its first item); none if any value will do.
STRONG: dict[str, frozenset[str]] = {
    "schedulingStrategy": frozenset(("REPLICA", "DAEMON")),
    "deploymentController": frozenset(("type",)),
    "deploymentConfiguration": frozenset(
        (
            "alarms",
            "bakeTimeInMinutes",
            "deploymentCircuitBreaker",
            "lifecycleHooks",
            "maximumPercent",
            "minimumHealthyPercent",
            "strategy",
        )
    ),
    "loadBalancers": frozenset(("containerName", "containerPort")),
    "serviceConnectConfiguration": frozenset(("enabled",)),
    "serviceRegistries": frozenset(("registryArn",)),
    "healthCheckGracePeriodSeconds": frozenset(),
    "vpcLatticeConfigurations": frozenset(("targetGroupArn",)),
    "gatewayConnectors": frozenset(("portName",)),
    "availabilityZoneRebalancing": frozenset(("ENABLED", "DISABLED")),
}

#: What services share with tasks that are run alone.
WEAK: dict[str, frozenset[str]] = {
    "networkConfiguration": frozenset(("awsvpcConfiguration", "awsVpcConfiguration")),
    "launchType": frozenset(("EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES")),
    "capacityProviderStrategy": frozenset(("capacityProvider",)),
    "enableExecuteCommand": frozenset(),
    "enableECSManagedTags": frozenset(),
}

#: Texts that are weak marks whatever they say.
TEXTS = ("taskDefinition", "platformVersion")

#: The other members of services, which are no marks.
UNMARKED = frozenset(
    (
        "clientToken",
        "cluster",
        "clusterArn",
        "createdAt",
        "createdBy",
        "currentServiceDeployment",
        "currentServiceRevisions",
        "deployments",
        "desiredCount",
        "events",
        "forceNewDeployment",
        "monitoring",
        "pendingCount",
        "placementConstraints",
        "placementStrategy",
        "platformFamily",
        "propagateTags",
        "resourceManagementType",
        "role",
        "roleArn",
        "runningCount",
        "service",
        "serviceArn",
        "serviceName",
        "status",
        "tags",
        "taskSets",
        "volumeConfigurations",
    )
)

MARKS = frozenset((*STRONG, *WEAK, *TEXTS))
KNOWN = frozenset((*STRONG, *WEAK, *TEXTS, *UNMARKED))

#: What ecspresso reads from its own configuration: its service files have none of them, others have some.
NAMES = frozenset(("service", "serviceName", "serviceArn", "cluster", "taskDefinition"))
ECSPRESSO = "ecspresso"

#: What stands beside the list in an answer.
BESIDE = frozenset(("failures", "nextToken", "ResponseMetadata"))

#: How members begin that are for readers and editors.
REMARKS = ("_", "$", "#", "//")

#: Members of documents that are something else, whatever else they have.
FOREIGN = frozenset(("Resources", "AWSTemplateFormatVersion", "StartAt", "planned_values", "format_version", "count"))
#: Members of the inputs of other calls of ECS.
OTHERS = frozenset(
    (
        "activeConfigurations",
        "externalId",
        "force",
        "maxResults",
        "nextToken",
        "primaryTaskSet",
        "scale",
        "serviceDeploymentArn",
        "serviceRevisionArn",
        "taskSetArn",
    )
)


def recognise(data: Any) -> list[dict[str, Any]]:
    """Arguments of ``Resource``, one for each service in the data; none if it is something else."""
    if type(data) is not dict:
        return []
    if is_service(data):
        return [{"kind": KIND, "data": data, "tool": "" if NAMES.intersection(data) else ECSPRESSO}]
    inner = data.get("service")
    if is_described(inner):
        return [described(inner, ("service",))]
    several = data.get("services")
    if type(several) is list and several and all(map(is_described, several)):
        if not (any("serviceArn" in item for item in several) or BESIDE.issuperset(data.keys() - {"services"})):
            return []  # somebody's own collection of inputs
        return [described(item, ("services", index)) for index, item in enumerate(several)]
    return []


def described(data: Any, at: Path) -> dict[str, Any]:
    """Arguments of ``Resource`` for a service in the answer of describe-services."""
    return {"kind": KIND, "data": data, "prefix": at, "hits": [("describe-output", Hit(at, {}, key=True))]}


def is_described(data: Any) -> bool:
    """Whether a value in the answer of a call is a service, even if what only ECS writes was taken out."""
    return type(data) is dict and (("serviceArn" in data and OTHERS.isdisjoint(data)) or is_service(data))


def is_service(data: dict[Any, Any]) -> bool:
    """Whether an object is the input of create-service or update-service, or a service as ECS describes it."""
    if not (FOREIGN | OTHERS).isdisjoint(data):
        return False
    if "serviceArn" in data and "clusterArn" in data:
        return True
    strong = sum(has_mark(data.get(name), values) for name, values in STRONG.items() if name in data)
    weak = sum(has_mark(data.get(name), values) for name, values in WEAK.items() if name in data)
    weak += sum(type(data.get(name)) is str for name in TEXTS)
    weak += "taskDefinition" in data and type(data.get("cluster")) is str
    names = ("serviceName" in data) + ("desiredCount" in data)
    if type(data.get("service")) is str and "serviceName" not in data:  # update-service
        strong += "forceNewDeployment" in data
        likely = bool(strong or ("desiredCount" in data and weak)) or names_revision(data)
    else:
        empty = sum(data[name] in ([], {}) for name in data.keys() & MARKS)
        likely = strong > 1 or bool(strong and (weak or names)) or bool(names and weak and names + weak + empty > 2)
    return likely and 4 * len(strangers(data)) <= (len(data) if strong else 0)


def names_revision(data: dict[Any, Any]) -> bool:
    """Whether the input of update-service names a cluster and, as ECS alone does, a revision of a task definition.

    If it has nothing else, a family is enough.
    """
    task = data.get("taskDefinition")
    if type(data.get("cluster")) is not str or type(task) is not str:
        return False
    family, _, revision = task.rpartition(":")
    alone = data.keys() <= {"cluster", "service", "taskDefinition"} and task.replace("-", "").replace("_", "").isalnum()
    return alone or ":task-definition/" in task or (family != "" and revision.isdecimal())


def strangers(data: dict[Any, Any], known: frozenset[str] = KNOWN) -> list[Any]:
    """The members that no service, or no other kind, has, but for remarks and misspelt ones.

    Settings of other tools, which say in which region and with which image they deploy, have marks of services, too.
    """
    unknown = [name for name in data if name not in known and not str(name).startswith(REMARKS)]
    if not unknown or len(unknown) > len(known):  # to compare words is slow
        return unknown
    from ecslint.words import closest, same_word

    return [n for n in unknown if type(n) is not str or not (same_word(n, known) or closest(n, known))]


def has_mark(value: Any, values: frozenset[str]) -> bool:
    """Whether the value of a member is as services have it, in whatever case: another case is a fault to report."""
    if not values:
        return True
    if type(value) is list:
        value = value[0] if value else None
    if type(value) is dict:
        return not values.isdisjoint(value)
    return type(value) is str and value.upper() in values
