"""Documents that ecslint does not read, by what they are: nobody shall take silence for approval.

Every test looks at the top of the document only; what lies deeper is another tool's business.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

#: Languages that are told by the end of a file's name.
LANGUAGES = {
    ".hcl": "an HCL file",
    ".jsonnet": "a Jsonnet file",
    ".libsonnet": "a Jsonnet file",
    ".tf": "a Terraform file",
    ".tofu": "an OpenTofu file",
}

#: What texts in these languages hold that speak of ECS: resources, lists of containers, and modules or groups of logs.
TELLING = ("aws_ecs_", "container_definition", "containerDefinitions", "/ecs")

#: Members of which every document below has one at its top.
MARKS = frozenset(
    (
        "AWSEBDockerrunVersion",
        "Resources",
        "autoScalingGroupProvider",
        "capacityProviders",
        "clusters",
        "containerOverrides",
        "desiredCount",
        "managedInstancesProvider",
        "overrides",
        "planned_values",
        "resource",
        "resources",
        "schedulingStrategy",
        "service",
        "serviceName",
        "services",
        "task_definition",
        "taskDefinition",
        "tasks",
        "values",
    )
)

#: The lists of describe and list outputs, and what their items have.
OUTPUTS = {
    "capacityProviders": "capacityProviderArn",
    "clusters": "clusterArn",
    "services": "serviceArn",
    "tasks": "taskArn",
}

ECS = "AWS::ECS::"
TERRAFORM = "aws_ecs_"


def language_of(suffix: str, text: str, named: bool) -> str:
    """What a text in one of the languages is, with its article; empty if nobody named it and it says nothing of ECS."""
    if not (named or any(word in text for word in TELLING)):
        return ""
    return LANGUAGES[suffix] + " with ECS resources" * (TERRAFORM in text)


def kind_of(data: Any) -> str:
    """What a document of ECS's surroundings is, with its article; empty for all others."""
    if type(data) is not dict or MARKS.isdisjoint(data):
        return ""
    if "AWSEBDockerrunVersion" in data:
        return "an Elastic Beanstalk Dockerrun file"
    for kind in (_template(data), _terraform(data), _request(data)):
        if kind:
            return kind
    return ""


def _template(data: dict[Any, Any]) -> str:
    """A CloudFormation template with resources of ECS, or an AppSpec file of CodeDeploy."""
    resources = data.get("Resources")
    if type(resources) is list:
        services = (value for item in resources if type(item) is dict for value in item.values())
        found = any(type(value) is dict and value.get("Type") == f"{ECS}Service" for value in services)
        return "a CodeDeploy AppSpec file" if found else ""
    if type(resources) is not dict:
        return ""
    types = {resource.get("Type") for resource in resources.values() if type(resource) is dict}
    ours = sorted(name for name in types if type(name) is str and name.startswith(ECS))
    return f"a CloudFormation template with {' and '.join(ours[:2])}{' and more' * (len(ours) > 2)}" if ours else ""


def _terraform(data: dict[Any, Any]) -> str:
    """A plan or a state of Terraform with resources of ECS."""
    planned = data.get("planned_values") or data.get("values")
    modules = [planned["root_module"]] if type(planned) is dict and type(planned.get("root_module")) is dict else []
    blocks = data.get("resource")
    if type(blocks) is dict and any(type(name) is str and name.startswith(TERRAFORM) for name in blocks):
        return "a Terraform file with ECS resources"
    versioned = "terraform_version" in data or "format_version" in data
    if not (versioned and (modules or type(data.get("resources")) is list)):
        return ""
    found = any(type(name) is str and name.startswith(TERRAFORM) for name in _types(modules, data.get("resources")))
    return f"a Terraform {'plan' if 'planned_values' in data else 'state'} with ECS resources" if found else ""


def _types(modules: list[Any], resources: Any) -> Iterator[Any]:
    """The types of all resources of modules, their children included, and of a list."""
    pending = [{"resources": resources}, *modules]
    while pending:
        module = pending.pop()
        if type(module) is not dict:
            continue
        listed, children = module.get("resources"), module.get("child_modules")
        yield from (item.get("type") for item in listed or () if type(item) is dict) if type(listed) is list else ()
        pending += children if type(children) is list else []


def _request(data: dict[Any, Any]) -> str:
    """Inputs and outputs of ECS's other operations."""
    for name, arn in OUTPUTS.items():
        items = data.get(name)
        if type(items) is list and items and type(items[0]) is dict and arn in items[0]:
            return f"a list of ECS {'capacity providers' if name == 'capacityProviders' else name}"
    service = data.get("service")
    if type(service) is dict and "serviceArn" in service:
        return "the output of an operation on an ECS service"
    overrides = data.get("overrides")
    if "containerOverrides" in data or (type(overrides) is dict and "containerOverrides" in overrides):
        return "the overrides of an ECS task"
    if "autoScalingGroupProvider" in data or "managedInstancesProvider" in data:
        return "an ECS capacity provider"
    return ""
