"""What a resource of a template has to do with others that it refers to, where both sides are certain.

Target groups, roles, log groups and capacity providers of a cluster are no resources that ecslint judges, but what
refers to them can be wrong about them. What is not written out is unknown, and then nothing is said.
"""

from __future__ import annotations

from ecslint.adapters.intrinsics import ABSENT
from ecslint.kinds import LOCAL
from ecslint.masking import veiled
from ecslint.model import Hit, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any, TypeAlias

    from ecslint.adapters.intrinsics import Evaluation
    from ecslint.model import Path

    #: The slug of a rule, and where it is hit.
    Said: TypeAlias = tuple[str, Hit]

    #: Gives the place in the template for a path in the data.
    Places: TypeAlias = Callable[[Path], Path]

RESOURCES = "Resources"
TASK_DEFINITION = "AWS::ECS::TaskDefinition"
TARGET_GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"
ROLE = "AWS::IAM::Role"
LOG_GROUP = "AWS::Logs::LogGroup"
CLUSTER = "AWS::ECS::Cluster"
PROVIDER = "AWS::ECS::CapacityProvider"
ASSOCIATION = "AWS::ECS::ClusterCapacityProviderAssociations"

#: The service for which the roles of tasks have to be, as policies name it; the ends differ between partitions.
TASKS = "ecs-tasks."

ROLES = {"taskRoleArn": "task role", "executionRoleArn": "execution role"}


class Related:
    """What is known of the resources of a template in one case."""

    __slots__ = ("evaluation", "resources")

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        found = evaluation.template.get(RESOURCES)
        self.resources: Mapping[Any, Any] = found if type(found) is dict else {}

    def named(self, reference: Any, kind: str) -> str:
        """The name of the resource of a kind to which a value refers; empty if it refers to none."""
        name = name_of(reference)
        resource = self.resources.get(name)
        return name if type(resource) is dict and resource.get("Type") == kind else ""

    def member(self, name: str, member: str) -> Any:
        """A property of a resource; ABSENT if it has none, unknown if that is not known."""
        properties, _ = self.evaluation.value(self.resources[name].get("Properties", {}), ())
        if type(properties) is not dict or any(type(key) is not str or key.startswith("Fn::") for key in properties):
            return Unknown(member)
        return self.evaluation.value(properties[member], ())[0] if member in properties else ABSENT

    def items(self, name: str, member: str) -> list[Any] | None:
        """The items of a property that is a list; none if there is none, None if one of them is not known."""
        found = self.member(name, member)
        if found is ABSENT:
            return []
        if type(found) is not list:
            return None
        values = [self.evaluation.value(item, ())[0] for item in found]
        return [value for value in values if value is not ABSENT]


def name_of(reference: Any) -> str:
    """The name of the resource in the same template to which a value refers, perhaps by an attribute; or empty."""
    if type(reference) is not Unknown or not reference.raw.startswith(LOCAL):
        return ""
    return reference.raw[len(LOCAL) :].removesuffix(">").partition(".")[0]


def hits(kind: str, data: Mapping[str, Any], evaluation: Evaluation, place: Places) -> list[Said]:
    """What is wrong with what a resource of a kind refers to."""
    related = Related(evaluation)
    if kind == "task-definition":
        return [*roles(data, related, place), *log_groups(data, related, place)]
    if kind == "service":
        return [*target_groups(data, related, place), *providers(data, related, place)]
    return []


def each(data: Mapping[str, Any], member: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The objects in a list of a resource, with their indexes."""
    found = data.get(member)
    for index, item in enumerate(found if type(found) is list else ()):
        if type(item) is dict:
            yield index, item


# --- target groups ------------------------------------------------------------------------------------


def target_groups(data: Mapping[str, Any], related: Related, place: Places) -> Iterator[Said]:
    """Target groups whose targets are other than the network mode of the task definition makes them."""
    task = related.named(data.get("taskDefinition"), TASK_DEFINITION)
    mode = related.member(task, "NetworkMode") if task else ABSENT
    if type(mode) is not str:
        return
    for index, balancer in each(data, "loadBalancers"):
        group = related.named(balancer.get("targetGroupArn"), TARGET_GROUP)
        kind = related.member(group, "TargetType") if group else ABSENT
        kind = "instance" if group and kind is ABSENT else kind
        if (mode, kind) in (("awsvpc", "instance"), ("bridge", "ip"), ("host", "ip")):
            slug = "targets-by-instance" if mode == "awsvpc" else "targets-by-address"
            values = {"group": veiled(group), "type": kind, "mode": mode}
            other = [((RESOURCES, group), f"its targets are of the type {kind}")]
            yield slug, Hit(place(("loadBalancers", index, "targetGroupArn")), values, related=other)


# --- roles --------------------------------------------------------------------------------------------


def roles(data: Mapping[str, Any], related: Related, place: Places) -> Iterator[Said]:
    """Roles that tasks cannot assume."""
    for member, what in ROLES.items():
        role = related.named(data.get(member), ROLE)
        if role and trusts(related.member(role, "AssumeRolePolicyDocument"), related.evaluation) is False:
            other = [((RESOURCES, role, "Properties", "AssumeRolePolicyDocument"), "whom the role trusts")]
            yield "role-not-for-tasks", Hit(place((member,)), {"role": veiled(role), "what": what}, related=other)


def trusts(document: Any, evaluation: Evaluation) -> bool | None:
    """Whether a policy lets tasks of ECS assume a role; None if that is not certain."""
    statements = evaluation.value(document.get("Statement"), ())[0] if type(document) is dict else None
    answers = [
        trusted(evaluation.value(statement, ())[0], evaluation)
        for statement in (statements if type(statements) is list else [statements])
    ]
    return True if True in answers else None if None in answers or not answers else False


def trusted(statement: Any, evaluation: Evaluation) -> bool | None:
    """Whether a statement is for tasks of ECS; None if that is not certain."""
    if type(statement) is not dict or "Principal" not in statement:
        return None
    effect = evaluation.value(statement.get("Effect"), ())[0]
    principal = evaluation.value(statement["Principal"], ())[0]
    if (
        type(effect) is not str
        or type(principal) is not dict
        or any(key.startswith("Fn::") for key in map(str, principal))
    ):
        return None
    if effect != "Allow":
        return False
    services = evaluation.value(principal.get("Service", []), ())[0]
    known = [evaluation.value(one, ())[0] for one in (services if type(services) is list else [services])]
    texts = [one.prefix if type(one) is Unknown else one for one in known]
    if any(type(text) is str and text.startswith(TASKS) for text in texts):
        return True
    return False if all(type(one) is str and one != "*" for one in known) else None


# --- log groups ---------------------------------------------------------------------------------------


def log_groups(data: Mapping[str, Any], related: Related, place: Places) -> Iterator[Said]:
    """Log groups that are named by their ARNs."""
    for index, container in each(data, "containerDefinitions"):
        configuration = container.get("logConfiguration")
        options = configuration.get("options") if type(configuration) is dict else None
        value = options.get("awslogs-group") if type(options) is dict else None
        group = related.named(value, LOG_GROUP)
        if group and value is not None and value.raw.endswith(".Arn>"):
            path: Path = ("containerDefinitions", index, "logConfiguration", "options", "awslogs-group")
            yield "log-group-by-arn", Hit(place(path), {"group": veiled(group)})


# --- capacity providers -------------------------------------------------------------------------------


def providers(data: Mapping[str, Any], related: Related, place: Places) -> Iterator[Said]:
    """Capacity providers that the template does not associate with the cluster of the service."""
    cluster = related.named(data.get("cluster"), CLUSTER)
    known = associated(cluster, related) if cluster and data.get("capacityProviderStrategy") else None
    if not known:
        return
    for index, item in each(data, "capacityProviderStrategy"):
        provider = provider_of(item.get("capacityProvider"), related)
        if provider and provider not in known:
            path: Path = ("capacityProviderStrategy", index, "capacityProvider")
            other = [((RESOURCES, cluster), "the cluster")]
            values = {"provider": veiled(provider.strip("<>")), "cluster": veiled(cluster)}
            yield "provider-outside-the-cluster", Hit(place(path), values, related=other)


def associated(cluster: str, related: Related) -> list[str] | None:
    """The capacity providers that a template associates with a cluster; None if they are not certain."""
    found = related.items(cluster, "CapacityProviders")
    for name, resource in related.resources.items():
        if type(resource) is not dict or resource.get("Type") != ASSOCIATION:
            continue
        owner = related.member(name, "Cluster")
        if related.named(owner, CLUSTER) not in ("", cluster):
            continue
        more = related.items(name, "CapacityProviders")
        sure = name_of(owner) == cluster and "Condition" not in resource and more is not None
        found = [*found, *more] if found is not None and sure and more is not None else None
    names = [provider_of(item, related) for item in found or ()]
    return [name for name in names if name] if found is not None and all(names) else None


def provider_of(value: Any, related: Related) -> str:
    """The name of a capacity provider, or what stands for it; empty if neither is known."""
    if type(value) is str:
        return value
    name = related.named(value, PROVIDER)
    if not name:
        return ""
    own = related.member(name, "Name")
    return own if type(own) is str else f"<{name}>" if own is ABSENT else ""
