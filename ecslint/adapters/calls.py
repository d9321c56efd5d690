"""Inputs and answers of ECS's other calls: clusters, capacity providers, task sets, daemons, Express services.

None of them is often kept in a file, and many tools have files with a ``cluster``, ``settings`` or ``tags``. So a
document is one of them only by members that ECS alone has, and only if no member is a stranger to ECS.
"""

from __future__ import annotations

from ecslint.adapters import services
from ecslint.model import Hit, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TypeAlias

    #: What a value may be: of a type (an unknown value may be any text), a list of such values, a text or an object
    #: with one of these words, or an object, perhaps the first of a list, all of whose named members fit.
    Pattern: TypeAlias = type | list[type] | frozenset[str] | dict[str, "Pattern"]


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


PROVIDERS: Pattern = {"capacityProvider": str}
CLUSTER_CONFIGURATION = words("executeCommandConfiguration managedStorageConfiguration")

#: The kinds, in the order in which they are tried, and members that are enough to be one, all of a line together.
MARKS: dict[str, tuple[dict[str, Pattern], ...]] = {
    "cluster": (
        {"settings": {"name": words("CONTAINERINSIGHTS")}},
        {"serviceConnectDefaults": {"namespace": str}},
        {"clusterName": str, "configuration": CLUSTER_CONFIGURATION},
        {"cluster": str, "configuration": CLUSTER_CONFIGURATION},
        {"clusterName": str, "capacityProviders": [str]},
        {"clusterName": str, "defaultCapacityProviderStrategy": PROVIDERS},
    ),
    "cluster-providers": (
        {"cluster": str, "capacityProviders": [str], "defaultCapacityProviderStrategy": list},
        {"cluster": str, "defaultCapacityProviderStrategy": PROVIDERS},
        {"capacityProviders": [str], "defaultCapacityProviderStrategy": PROVIDERS},
    ),
    "capacity-provider": (
        {
            "autoScalingGroupProvider": words(
                "autoScalingGroupArn managedScaling managedTerminationProtection managedDraining"
            )
        },
        {"managedInstancesProvider": words("infrastructureRoleArn instanceLaunchTemplate infrastructureOptimization")},
    ),
    "task-set": (
        {"service": str, "taskDefinition": str, "externalId": str},
        {"taskDefinition": str, "scale": {"unit": words("PERCENT")}},
    ),
    "start-task": ({"taskDefinition": str, "containerInstances": [str]},),
    "daemon": (
        {"daemonTaskDefinitionArn": str, "daemonName": str},
        {"daemonTaskDefinitionArn": str, "daemonArn": str},
        {"daemonTaskDefinitionArn": str, "capacityProviderArns": [str]},
    ),
    "express-service": (
        {"primaryContainer": {"image": str}},
        {"infrastructureRoleArn": str, "scalingTarget": dict},
        {"infrastructureRoleArn": str, "healthCheckPath": str},
        {"infrastructureRoleArn": str, "taskDefinitionArn": str},
        {"scalingTarget": {"autoScalingMetric": words("AVERAGE_CPU AVERAGE_MEMORY REQUEST_COUNT_PER_TARGET")}},
    ),
    "gateway": ({"configuration": words("hostSharedAlb")},),
}

#: The names of account settings, by which an object with a name and a value is told to be one.
SETTINGS = words(
    "awsvpcTrunking containerInsights containerInstanceLongArnFormat defaultLogDriverMode fargateEventWindows"
    " fargateFIPSMode fargateTaskRetirementWaitPeriod guardDutyActivate serviceLongArnFormat tagResourceAuthorization"
    " taskLongArnFormat"
)
SETTING = "account-setting"

#: What only an answer has, where it is not wrapped.
DESCRIBED: dict[str, dict[str, Pattern]] = {
    "cluster": {"clusterArn": str, "clusterName": str, "registeredContainerInstancesCount": int},
    "capacity-provider": {"capacityProviderArn": str, "name": str},
    "task-set": {"taskSetArn": str, "taskDefinition": str},
    "daemon": {"daemonArn": str, "currentRevisions": list},
    "express-service": {"serviceArn": str, "activeConfigurations": list},
    "gateway": {"gatewayArn": str, "configuration": dict},
}

#: The members of an answer that hold one resource or several, and what each of these has for certain: an ARN, or what
#: ECS alone has. Kafka has clusters with ARNs, too.
WRAPPERS = {
    "cluster": ("cluster", "clusters", "clusterArn"),
    "capacity-provider": ("capacityProvider", "capacityProviders", "capacityProviderArn"),
    "task-set": ("taskSet", "taskSets", "taskSetArn"),
    "daemon": ("daemon", "", "daemonArn"),
    "daemon-task-definition": ("daemonTaskDefinition", "", "containerDefinitions"),
    "express-service": ("service", "", "activeConfigurations"),
    "gateway": ("gateway", "", "gatewayArn"),
}

#: What stands beside them. Other members make the document something that somebody has put together.
BESIDE = services.BESIDE | {"tags"}

#: Members of which all that is recognised here has one: those that wrap, and of each pattern the longest one, which is
#: the rarest.
TELLING = frozenset(
    (
        *(max(pattern, key=len) for patterns in (*MARKS.values(), DESCRIBED.values()) for pattern in patterns),
        *(member for one, several, _ in WRAPPERS.values() for member in (one, several) if member),
    )
)

#: The members of each kind that neither services nor inputs of run-task have.
OWN = {
    "cluster": words(
        "activeServicesCount attachments attachmentsStatus capacityProviders clusterName configuration"
        " defaultCapacityProviderStrategy pendingTasksCount registeredContainerInstancesCount runningTasksCount"
        " serviceConnectDefaults settings statistics"
    ),
    "cluster-providers": words("capacityProviders defaultCapacityProviderStrategy"),
    "capacity-provider": words(
        "autoScalingGroupProvider capacityProviderArn managedInstancesProvider name type updateStatus"
        " updateStatusReason"
    ),
    "task-set": words(
        "computedDesiredCount externalId fargateEphemeralStorage id scale stabilityStatus stabilityStatusAt startedBy"
        " taskSetArn updatedAt"
    ),
    "start-task": words("containerInstances group overrides referenceId startedBy"),
    "daemon": words(
        "capacityProviderArns critical currentRevisions daemonArn daemonName daemonTaskDefinitionArn deploymentArn"
        " updatedAt"
    ),
    "express-service": words(
        "activeConfigurations cpu cpuArchitecture currentDeployment executionRoleArn healthCheckPath"
        " infrastructureRoleArn memory primaryContainer scalingTarget taskDefinitionArn taskRoleArn updatedAt"
    ),
    "gateway": words(
        "accessType configuration deletionProtection failures gateway gatewayArn infrastructureRoleArn name"
        " statusReason updatedAt"
    ),
}


def recognise(data: dict[Any, Any]) -> list[dict[str, Any]]:
    """Arguments of ``Resource``, one for each resource in an object; none if it is something else."""
    if data.keys() <= {"name", "value", "principalArn", "type"} and is_setting(data):
        return [{"kind": SETTING, "data": data}]
    if TELLING.isdisjoint(data):
        return []
    kind = kind_of(data)
    return [{"kind": kind, "data": data}] if kind else list(described(data))


def is_setting(data: dict[Any, Any]) -> bool:
    """Whether an object is an account setting. One for Container Insights may be that of a cluster; both are alike."""
    return type(data.get("name")) is str and data["name"] in SETTINGS and type(data.get("value")) in (str, Unknown)


def kind_of(data: dict[Any, Any]) -> str:
    """The kind of which an object is an input or an answer; empty if it is something else."""
    if not services.FOREIGN.isdisjoint(data):
        return ""
    for kind, pattern in DESCRIBED.items():
        if fits(data, pattern):
            return kind
    for kind, patterns in MARKS.items():
        if any(fits(data, pattern) for pattern in patterns):
            return kind if not services.strangers(data, services.KNOWN | OWN[kind]) else ""
    return ""


def described(data: dict[Any, Any]) -> Iterator[dict[str, Any]]:
    """Arguments of ``Resource`` for what an answer wraps."""
    for kind, (one, several, mark) in WRAPPERS.items():
        for member in (one, several):
            inner = data.get(member)
            items = inner if member == several else [inner]
            if not (type(items) is list and items and BESIDE.issuperset(data.keys() - {member})):
                continue
            if all(type(item) is dict and is_marked(item.get(mark), mark) for item in items):
                for index, item in enumerate(items):
                    at = (member, index) if member == several else (member,)
                    hits = [("describe-output", Hit(at, {}, key=True))]
                    yield {"kind": kind, "data": item, "prefix": at, "hits": hits}


def is_marked(value: Any, mark: str) -> bool:
    """Whether the value of a mark is as in an answer of ECS."""
    return type(value) is (str if mark.endswith("Arn") else list) and (type(value) is list or ":ecs:" in value)


def fits(value: Any, pattern: Pattern) -> bool:
    """Whether a value is as a pattern says; see ``Pattern``."""
    if isinstance(pattern, type):
        return type(value) is pattern or (pattern is str and type(value) is Unknown)
    if isinstance(pattern, list):
        return type(value) is list and bool(value) and all(fits(item, pattern[0]) for item in value)
    if isinstance(pattern, frozenset):
        return services.has_mark(value, pattern)
    if type(value) is list and value:
        value = value[0]
    return type(value) is dict and all(fits(value.get(name), inner) for name, inner in pattern.items())
