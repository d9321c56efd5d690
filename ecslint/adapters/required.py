"""Members that CloudFormation's own schema demands, and the API of ECS does not."""

from __future__ import annotations

from ecslint import paths
from ecslint.model import Hit, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from ecslint.model import Path

LAUNCH = "managedInstancesProvider.instanceLaunchTemplate"

#: The members, in the names of the API, by the kind of resource and the object that must have them.
#: Source: the resource schemas of CloudFormation beside botocore's models. Names and images of containers, types of
#: constraints of task definitions and stages of hooks have rules of their own.
REQUIRED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "capacity-provider": {
        f"{LAUNCH}.networkConfiguration": ("securityGroups", "subnets"),
        f"{LAUNCH}.storageConfiguration": ("storageSizeGiB",),
    },
    "cluster-providers": {"$": ("cluster", "defaultCapacityProviderStrategy")},
    "daemon": {"tags[]": ("key",)},
    "express-service": {
        "primaryContainer.environment[]": ("name", "value"),
        "primaryContainer.repositoryCredentials": ("credentialsParameter",),
        "tags[]": ("key", "value"),
    },
    "service": {
        "loadBalancers[].advancedConfiguration": ("alternateTargetGroupArn",),
        "monitoring": ("metricConfigurations",),
        "placementConstraints[]": ("type",),
        "placementStrategy[]": ("type",),
    },
    "task-set": {"$": ("cluster", "service", "taskDefinition")},
}


def hits(
    kind: str, data: Mapping[Any, Any], place: Callable[[Path], Path], spell: Callable[[Path], Path]
) -> Iterator[tuple[str, Hit]]:
    """Each member that is missing in an object that is known."""
    for pattern, members in REQUIRED.get(kind, {}).items():
        for path, value in paths.follow(data, pattern):
            if type(value) is not dict or any(type(key) is Unknown for key in value):
                continue
            known = {key.lower() for key in value if type(key) is str}  # of a misspelt one, more is said elsewhere
            for name in members:
                if name.lower() not in known:
                    missing = spell((*path, name))[-1]
                    yield "missing-template-property", Hit(place(path), {"name": str(missing)}, key=True)
