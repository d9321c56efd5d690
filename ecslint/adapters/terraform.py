"""Resources of Terraform's provider for AWS, as plain input of ECS: the same for plans, states and HCL.

The provider has names of its own, gives what ECS takes as an object as a block, which is a list of one, and sends
nothing for an attribute that is null, empty or the zero of its type. The containers are JSON in a text, which Go
decodes: names in any case, nothing for null, and no scalar for one of another type.
"""

from __future__ import annotations

from ecslint.adapters.intrinsics import ABSENT
from ecslint.model import Unknown
from ecslint.syntax import json, placeholders

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from ecslint.model import Path


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


TOOL = "terraform"

#: How the types of all resources of ECS begin.
TELLING = "aws_ecs_"

#: The kinds of resources that are read, by their types.
KINDS = {
    "aws_ecs_capacity_provider": "capacity-provider",
    "aws_ecs_cluster": "cluster",
    "aws_ecs_cluster_capacity_providers": "cluster-providers",
    "aws_ecs_express_gateway_service": "express-service",
    "aws_ecs_service": "service",
    "aws_ecs_task_definition": "task-definition",
    "aws_ecs_task_set": "task-set",
}

#: The member that is JSON in a text, and the attribute for it.
CONTAINERS = "containerDefinitions"
TEXT = "container_definitions"

#: Where ECS has what an attribute gives, if not under the same name in camel case, by the member around it, or the kind
#: of resource. Source: the provider's schema beside botocore's models, compared name by name.
SPELLINGS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "task-definition": {"inference_accelerator": ("inferenceAccelerators",), "volume": ("volumes",)},
    "volumes": {"host_path": ("host", "sourcePath"), "configure_at_launch": ("configuredAtLaunch",)},
    "ephemeralStorage": {"size_in_gib": ("sizeInGiB",)},
    "service": {
        "name": ("serviceName",),
        "alarms": ("deploymentConfiguration", "alarms"),
        "deployment_circuit_breaker": ("deploymentConfiguration", "deploymentCircuitBreaker"),
        "deployment_maximum_percent": ("deploymentConfiguration", "maximumPercent"),
        "deployment_minimum_healthy_percent": ("deploymentConfiguration", "minimumHealthyPercent"),
        "enable_ecs_managed_tags": ("enableECSManagedTags",),
        "iam_role": ("role",),
        "load_balancer": ("loadBalancers",),
        "network_configuration": ("networkConfiguration", "awsvpcConfiguration"),
        "ordered_placement_strategy": ("placementStrategy",),
        "volume_configuration": ("volumeConfigurations",),
    },
    "task-set": {
        "load_balancer": ("loadBalancers",),
        "network_configuration": ("networkConfiguration", "awsvpcConfiguration"),
    },
    "deploymentConfiguration": {"lifecycle_hook": ("lifecycleHooks",)},
    "loadBalancers": {"elb_name": ("loadBalancerName",)},
    "logConfiguration": {
        "secret_option": ("secretOptions",),
        "s3_bucket_encryption_enabled": ("s3EncryptionEnabled",),
    },
    "serviceConnectConfiguration": {"service": ("services",)},
    "services": {"client_alias": ("clientAliases",)},
    "tls": {"issuer_cert_authority": ("issuerCertificateAuthority",)},
    "volumeConfigurations": {"managed_ebs_volume": ("managedEBSVolume",)},
    "managedEBSVolume": {"file_system_type": ("filesystemType",), "size_in_gb": ("sizeInGiB",)},
    "cluster": {"name": ("clusterName",), "setting": ("settings",)},
    "cluster-providers": {"cluster_name": ("cluster",)},
    "instanceRequirements": {
        "accelerator_total_memory_mib": ("acceleratorTotalMemoryMiB",),
        "memory_gib_per_vcpu": ("memoryGiBPerVCpu",),
        "memory_mib": ("memoryMiB",),
        "total_local_storage_gb": ("totalLocalStorageGB",),
        "vcpu_count": ("vCpuCount",),
    },
    "storageConfiguration": {"storage_size_gib": ("storageSizeGiB",)},
    "primaryContainer": {"secret": ("secrets",)},
}

#: Blocks of which ECS takes a list; of all others it takes one object.
LISTS = words(
    "capacityProviderStrategy clientAliases defaultCapacityProviderStrategy environment"
    " inferenceAccelerators lifecycleHooks loadBalancers placementConstraints placementStrategy secretOptions secrets"
    " serviceRegistries services settings tagSpecifications volumeConfigurations volumes vpcLatticeConfigurations"
)

#: Members whose value is a map in both; its keys are the user's own.
MAPS = frozenset(("driverOpts", "labels", "options"))

#: Maps of which ECS takes a list of pairs, and the names of the two.
PAIRS = {"tags": ("key", "value"), "properties": ("name", "value")}

#: Attributes at the top of a resource that the provider keeps to itself, or tells after the fact.
OWN = words(
    "arn arn_without_revision force_delete force_new_deployment id region revision service_arn service_revision_arn"
    " sigint_rollback skip_destroy stability_status status tags_all task_set_id timeouts track_latest triggers"
    " wait_for_steady_state wait_until_stable wait_until_stable_timeout current_deployment ingress_paths"
    " active_configurations"
)

#: Blocks at the top of a resource. What is not among them is an attribute, which the provider may compute.
BLOCKS = words(
    "alarms auto_scaling_group_provider capacity_provider_strategy configuration default_capacity_provider_strategy"
    " deployment_circuit_breaker deployment_configuration deployment_controller ephemeral_storage load_balancer"
    " managed_instances_provider network_configuration ordered_placement_strategy placement_constraints"
    " primary_container proxy_configuration runtime_platform scale scaling_target service_connect_configuration"
    " service_connect_defaults service_registries setting volume volume_configuration"
    " vpc_lattice_configurations"
)

#: Numbers that are not sent if they are 0.
NOT_ZERO = (
    "ingress_port_override",
    "instance_warmup_period",
    "iops",
    "maximum_scaling_step_size",
    "minimum_scaling_step_size",
    "size_in_gb",
    "target_capacity",
    "throughput",
    "transit_encryption_port",
    "volume_initialization_rate",
)

MOST_NESTED = 64  # blocks in one another

#: What the role of a service is if ECS has chosen it.
SERVICE_LINKED = "aws-service-role"


class Reader:
    """Reads the attributes of one resource.

    ``moved`` maps paths of what it gives to paths of the document, ``hidden`` are paths of what nobody may see.
    ``value`` gives the value of what stands in the document, ABSENT for none, and its place; ``secret`` are the places
    of values that are marked as sensitive.
    """

    def __init__(
        self, kind: str, value: Callable[[Any, Path], tuple[Any, Path]], secret: frozenset[Path] = frozenset()
    ) -> None:
        self.kind = kind
        self.value = value
        self.secret = secret
        self.moved: dict[Path, Path] = {}
        self.hidden: list[Path] = []

    def resource(self, attributes: Mapping[Any, Any], source: Path) -> dict[Any, Any]:
        """The resource as input of ECS."""
        self.moved[()] = source
        found: dict[Any, Any] = {}
        for key, item in attributes.items():
            if key in OWN:
                continue
            if type(key) is not str:
                found[key] = Unknown("more")
            elif self.kind == "task-definition" and key == TEXT:
                self._containers(item, (*source, key), found)
            else:
                self._member(key, item, (*source, key), (), self.kind, found)
        complete(self.kind, found)
        return found

    def _containers(self, item: Any, source: Path, found: dict[Any, Any]) -> None:
        value, source = self.value(item, source)
        if value in (ABSENT, None):
            return
        self._note((CONTAINERS,), source)
        found[CONTAINERS] = (
            decoded(value) if type(value) in (str, Unknown) else self._json(value, source, (CONTAINERS,))
        )

    def _json(self, value: Any, source: Path, path: Path) -> Any:
        """What is written as JSON, in which there may be values that are not known."""
        if type(value) not in (list, dict):
            return value
        found = []
        for key, item in enumerate(value) if type(value) is list else value.items():
            one, at = self.value(item, (*source, key))
            self._note((*path, key), at)
            found.append((key, self._json(one, at, (*path, key))))
        return [item for _, item in found] if type(value) is list else dict(found)

    def _note(self, path: Path, source: Path) -> None:
        self.moved.setdefault(path, source)
        if source in self.secret:
            self.hidden.append(path)

    def _member(self, key: str, item: Any, source: Path, path: Path, around: str, found: dict[Any, Any]) -> None:
        names = SPELLINGS.get(around, {}).get(key) or (camel(key),)
        read = self._read(key, item, source, (*path, *names), names[-1])
        if read is ABSENT:
            return
        for name in names[:-1]:
            path = (*path, name)
            self.moved.setdefault(path, source)
            found = found.setdefault(name, {})
        if names[-1] == "deploymentConfiguration" and "deploymentConfiguration" in found:
            known = found["deploymentConfiguration"]
            known |= read if type(read) is dict else {Unknown("block"): read}
        elif names[-1] == "deploymentConfiguration" and type(read) is Unknown:
            found["deploymentConfiguration"] = {read: read}
        else:
            found[names[-1]] = read

    def _read(self, key: str, item: Any, source: Path, path: Path, name: str) -> Any:
        """What ECS gets for an attribute or a block; ABSENT if nothing."""
        value, source = self.value(item, source)
        if value in (ABSENT, None) or (not (value or is_needed(key, source)) and type(value) in (str, list, dict)):
            return ABSENT
        self._note(path, source)
        if not value:
            return scalar(key, value, name, source)
        if type(value) is list and name not in LISTS and (key in BLOCKS or type(value[0]) is dict):
            value, source = self.value(value[0], (*source, 0))
            self.moved[path] = source
            return {} if value in (ABSENT, None) else self._inner(value, source, path, name)
        if type(value) is list:
            return self._items(value, source, path, name)
        if type(value) is dict:
            return self._inner(value, source, path, name)
        return scalar(key, value, name, source)

    def _items(self, value: list[Any], source: Path, path: Path, name: str) -> Any:
        items: list[Any] = []
        for index, one in enumerate(value):
            item, at = self.value(one, (*source, index))
            if item in (ABSENT, None):
                continue
            inside = (*path, len(items))
            self._note(inside, at)
            items.append(self._inner(item, at, inside, name) if type(item) is dict else item)
        return items or ABSENT

    def _inner(self, value: Any, source: Path, path: Path, name: str) -> Any:
        if type(value) is not dict:
            return value
        if len(path) > MOST_NESTED:
            return Unknown("nested")
        if name in PAIRS:
            return self._pairs(value, source, path, PAIRS[name])
        found: dict[Any, Any] = {}
        for key, item in value.items():
            if type(key) is Unknown:
                found[key] = item
            elif name in MAPS:
                one, at = self.value(item, (*source, key))
                if one not in (ABSENT, None):
                    self._note((*path, key), at)
                    found[key] = one
            else:
                self._member(str(key), item, (*source, key), path, name, found)
        return found

    def _pairs(self, value: dict[Any, Any], source: Path, path: Path, names: tuple[str, str]) -> list[Any]:
        items: list[Any] = []
        for key, item in value.items():
            one, at = self.value(item, (*source, key))
            if one in (ABSENT, None):
                continue
            inside = (*path, len(items))
            self._note(inside, at)
            for name in names:
                self._note((*inside, name), at)
            items.append({names[0]: key, names[1]: one})
        return items


def decoded(text: str | Unknown) -> Any:
    """The containers that are JSON in a text; unknown if that is not known, or is none."""
    written = text.raw if type(text) is Unknown else text
    assert type(written) is str
    try:
        value = json.loads_deep(written)
    except ValueError:
        return Unknown(written if type(text) is Unknown else "")
    if type(value) is not list or json.nests_too_deeply(written, value):
        return Unknown("")
    placeholders.lift(value)  # the text around it hid them
    return value


def scalar(key: str, value: Any, name: str, source: Path) -> Any:
    """A scalar as the provider sends it; ABSENT if it does not."""
    if key == "assign_public_ip" and value in (True, False, "true", "false"):
        return "ENABLED" if value in (True, "true") else "DISABLED"
    if key.endswith("bake_time_in_minutes") and type(value) is str and value.isascii() and value.isdigit():
        return int(value)
    if type(value) in (int, float) and value == 0 and (key in NOT_ZERO or is_port(key, source)):
        return ABSENT
    if name == "role" and type(value) is str and SERVICE_LINKED in value:
        return ABSENT
    return Unknown("") if name == "hookDetails" else value


def is_needed(key: str, source: Path) -> bool:
    """Whether the provider demands an attribute, and sends it though it is empty."""
    return key in ("alarm_names", "family", "subnets") or (key == "namespace" and "service_connect_defaults" in source)


def is_port(key: str, source: Path) -> bool:
    """Whether an attribute is a port of a registry, which is 0 in a state if there is none."""
    return key in ("port", "container_port") and "service_registries" in source


def complete(kind: str, found: dict[Any, Any]) -> None:
    """Make of a resource what the provider sends.

    Source: the provider's code, resourceServiceCreate and resourceClusterCapacityProvidersPut.
    """
    if kind == "cluster-providers":
        found.setdefault("capacityProviders", [])
        found.setdefault("defaultCapacityProviderStrategy", [])
    if kind != "service":
        return
    if found.get("schedulingStrategy", "REPLICA") == "REPLICA":
        found.setdefault("desiredCount", Unknown("desired_count"))
        return
    found.pop("desiredCount", None)
    deployment = found.get("deploymentConfiguration")
    if type(deployment) is dict:
        deployment.pop("maximumPercent", None)
        if deployment.get("minimumHealthyPercent") == -1:
            del deployment["minimumHealthyPercent"]
        if not deployment:
            del found["deploymentConfiguration"]


def camel(name: str) -> str:
    """A name in snake case as ECS would spell it."""
    first, *rest = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def snake(name: str) -> str:
    """A name of ECS as the provider would spell it."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def spell(kind: str, path: Path) -> Path:
    """A path in a resource of a kind, in the names of the API, as the provider spells it; in containers as it is."""
    if path[:1] == (CONTAINERS,):
        return (TEXT, *path[1:])
    spelt: list[str | int] = []
    around = kind
    for part in path:
        if isinstance(part, int):
            spelt.append(part)
            continue
        known = {names[-1]: word for word, names in SPELLINGS.get(around, {}).items()}
        spelt.append(part if around in MAPS else known.get(part, snake(part)))
        around = part
    return tuple(spelt)
