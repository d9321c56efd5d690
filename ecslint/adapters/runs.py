"""The input of run-task as people keep it: what to run, where, and what to override."""

from __future__ import annotations

from ecslint.adapters.services import FOREIGN, STRONG, WEAK, has_mark, strangers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

KIND = "run-task"

#: Members of inputs that look alike: services, task sets, start-task.
OTHERS = frozenset(
    (
        "maxResults",
        "nextToken",
        "service",
        "serviceName",
        "desiredCount",
        "externalId",
        "scale",
        "containerInstances",
        "taskArn",
        "taskSetArn",
    )
)


def recognise(data: Any) -> list[dict[str, Any]]:
    """Arguments of ``Resource`` for the input of run-task; none if the data is something else."""
    if type(data) is not dict or not is_input(data):
        return []
    allowed = len(data) if "overrides" in data else 0
    return [{"kind": KIND, "data": data}] if 4 * len(strangers(data, KNOWN)) <= allowed else []


#: All members of the input.
KNOWN = frozenset(
    (
        *WEAK,
        *("clientToken", "cluster", "count", "group", "overrides", "placementConstraints", "placementStrategy"),
        *(
            "platformVersion",
            "propagateTags",
            "referenceId",
            "startedBy",
            "tags",
            "taskDefinition",
            "volumeConfigurations",
        ),
    )
)


def is_input(data: dict[Any, Any]) -> bool:
    """Whether an object is the input of run-task."""
    if not (FOREIGN - {"count"}).isdisjoint(data) or not OTHERS.isdisjoint(data):
        return False
    if any(has_mark(data[name], values) for name, values in STRONG.items() if name in data):
        return False
    weak = sum(has_mark(data.get(name), values) for name, values in WEAK.items() if name in data)
    weak += type(data.get("platformVersion")) is str
    named = type(data.get("taskDefinition")) is str
    overrides = data.get("overrides")
    if type(overrides) is dict and type(overrides.get("containerOverrides")) is list and (named or weak):
        return True
    if named:
        return weak > 0 or (type(data.get("count")) is int and type(data.get("cluster")) is str)
    network = has_mark(data.get("networkConfiguration"), WEAK["networkConfiguration"])
    return "count" in data and network and not {"cluster", "launchType"}.isdisjoint(data)
