"""CloudFormation templates, those of SAM and the CDK among them: each resource of ECS becomes plain input of ECS.

A template is not expanded. A value that it does not fix is unknown, and silences rules; one that a condition chooses is
read once for each case that can be (``cases``). The names are CloudFormation's: those of the API with a capital letter,
but for a few (``SPELLINGS``).
"""

from __future__ import annotations

from functools import partial

from ecslint.adapters import cases
from ecslint.adapters.intrinsics import ABSENT, intrinsic, reference, text_of
from ecslint.masking import veiled
from ecslint.model import Fix, Hit, Operation, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from ecslint.adapters.cases import Case
    from ecslint.adapters.intrinsics import Evaluation
    from ecslint.model import Path

TOOL = "cloudformation"

#: The kinds of resources that are read, by their types.
KINDS = {
    "AWS::ECS::CapacityProvider": "capacity-provider",
    "AWS::ECS::Cluster": "cluster",
    "AWS::ECS::ClusterCapacityProviderAssociations": "cluster-providers",
    "AWS::ECS::Daemon": "daemon",
    "AWS::ECS::DaemonTaskDefinition": "daemon-task-definition",
    "AWS::ECS::ExpressGatewayService": "express-service",
    "AWS::ECS::Service": "service",
    "AWS::ECS::TaskDefinition": "task-definition",
    "AWS::ECS::TaskSet": "task-set",
}

#: Resources that have tasks run, and the dialect in which they do (see ``targets``).
TARGETS = {
    "AWS::Events::Rule": "events",
    "AWS::Pipes::Pipe": "pipes",
    "AWS::Scheduler::Schedule": "scheduler",
    "AWS::Serverless::StateMachine": "states",
    "AWS::StepFunctions::StateMachine": "states",
}

#: The members that hold what is read, of resources, targets and tasks.
ROOTS = ("Properties", "EcsParameters", "EcsTaskParameters", "Parameters", "Arguments")

RESOURCES = "Resources"

#: The metadata in which the CDK says which construct has made a resource.
CDK_PATH = "aws:cdk:path"

LOOP = "Fn::ForEach::"

#: What all targets call the task definition, and how many tasks there shall be.
TASK = {"TaskCount": "count", "TaskDefinitionArn": "taskDefinition"}

#: Names in CloudFormation whose counterpart in the API is not the same with a small letter, by the member around them,
#: or the kind of resource; by both where kinds differ.
#: Source: the resource schemas of CloudFormation beside botocore's models, compared name by name.
SPELLINGS: Mapping[str, Mapping[str, str]] = {
    "service": {"PlacementStrategies": "placementStrategy"},
    "cluster": {"ClusterSettings": "settings"},
    "capacity-provider": {"ClusterName": "cluster"},
    "task-set networkConfiguration": {"AwsVpcConfiguration": "awsvpcConfiguration"},
    "volumes": {
        "EFSVolumeConfiguration": "efsVolumeConfiguration",
        "FSxWindowsFileServerVolumeConfiguration": "fsxWindowsFileServerVolumeConfiguration",
        "S3FilesVolumeConfiguration": "s3filesVolumeConfiguration",
    },
    "efsVolumeConfiguration": {"FilesystemId": "fileSystemId"},
    "authorizationConfig": {"IAM": "iam"},
    "proxyConfiguration": {"ProxyConfigurationProperties": "properties"},
    "events": {**TASK, "PlacementStrategies": "placementStrategy", "TagList": "tags"},
    "events networkConfiguration": {"AwsVpcConfiguration": "awsvpcConfiguration"},
    "pipes": TASK,
    "scheduler": TASK,
    "calls": TASK,
    "calls networkConfiguration": {"awsvpcConfiguration": "awsvpcConfiguration"},
    "calls capacityProviderStrategy": {name: name for name in ("base", "capacityProvider", "weight")},
    "calls environment": {name: name for name in ("name", "value")},
    "calls environmentFiles": {name: name for name in ("type", "value")},
    "calls ephemeralStorage": {"sizeInGiB": "sizeInGiB"},
    "calls inferenceAcceleratorOverrides": {name: name for name in ("deviceName", "deviceType")},
    "calls placementConstraints": {name: name for name in ("expression", "type")},
    "calls placementStrategy": {name: name for name in ("field", "type")},
    "calls resourceRequirements": {name: name for name in ("type", "value")},
}

#: Members whose value is a map; its keys are the user's own.
MAPS = frozenset(("dockerLabels", "driverOpts", "labels", "options"))

#: Lists of pairs, for which people write maps; their keys are the user's own, too.
LISTS = frozenset(("environment", "extraHosts", "secrets", "systemControls", "tags"))
#: What tells an item of such a list from a map.
ITEM = frozenset(("hostname", "ipaddress", "key", "name", "namespace", "value", "valuefrom"))

#: Transforms that change nothing in resources of ECS. Others may change everything.
TRANSFORMS = ("AWS::CodeDeployBlueGreen", "AWS::LanguageExtensions", "AWS::SecretsManager", "AWS::Serverless")

#: Members that CloudFormation alone has.
OWN = frozenset(("ForceNewDeployment",))


def is_template(data: Any) -> bool:
    """Whether data is a template with a resource of ECS that ecslint reads."""
    return type(data) is dict and type(data.get(RESOURCES)) is dict and any(True for _ in resources(data))


def resources(data: dict[Any, Any]) -> Iterator[tuple[Path, dict[Any, Any]]]:
    """The paths and the objects of the resources of ECS in a template, those in loops once."""
    for key, resource in data[RESOURCES].items():
        if type(resource) is dict and is_read(resource):
            yield (RESOURCES, written(key)), resource
        elif type(resource) is list and written(key).startswith(LOOP) and len(resource) > 2:
            for name, inner in resource[2].items() if type(resource[2]) is dict else ():
                if type(inner) is dict and is_read(inner):
                    yield (RESOURCES, written(key), 2, written(name)), inner


def is_read(resource: dict[Any, Any]) -> bool:
    """Whether a resource is one of ECS, or has ECS run tasks."""
    kind = resource.get("Type")
    if type(kind) is not str or kind in KINDS or kind not in TARGETS:
        return type(kind) is str and kind in KINDS
    from ecslint.adapters import targets

    return targets.runs_tasks(resource)


def recognise(data: dict[Any, Any], parameters: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Arguments of ``Resource``: for each resource in a template one for each case.

    ``parameters`` are the values that some of those of the template have.
    """
    if parameters:
        data = cases.given(data, parameters)
    made = [(resource, partial(reading, data, path, resource)) for path, resource in resources(data)]
    return cases.read(data, made, parameters)


def reading(data: dict[Any, Any], path: Path, resource: dict[Any, Any], case: Case) -> list[dict[str, Any]]:
    """Arguments of ``Resource`` for what a resource is with all that is known in a case."""
    transforms = data.get("Transform", ())
    names = transforms if type(transforms) is list else [transforms] if transforms else []
    is_open = not all(type(name) is str and name.startswith(TRANSFORMS) for name in names)
    at = (*path, "Properties")
    more = {"facts": case.facts, "tool": TOOL, "case": case.label}
    if resource["Type"] in TARGETS:
        from ecslint.adapters import targets

        return [{**fields, **more} for fields in targets.inputs(resource, at, case.evaluation(), is_open)]
    kind = KINDS[resource["Type"]]
    reader = Reader(kind, case.evaluation(), is_open)
    properties = reader.read(resource.get("Properties", {}), at, (), kind)
    if type(properties) is not dict:
        return []
    fill_in(kind, properties, "".join(letter for letter in str(path[-1]) if letter.isalnum()))
    hits = related(kind, properties, reader)
    fields: dict[str, Any] = {
        "kind": kind,
        "data": properties,
        "hits": hits,
        "prefix": at,
        "moved": reader.moved,
        "keys": reader.keys,
        "names": reader.evaluation.names,
        "spell": partial(spell, kind),
        "local": reference(str(path[-1])).raw,
    }
    return [{**fields, **more}]


#: What others can be wrong about, by the kind of the resource that refers to them: the members that do.
REFERRING = {
    "service": ("capacityProviderStrategy", "loadBalancers"),
    "task-definition": ("executionRoleArn", "taskRoleArn", "containerDefinitions"),
}


def related(kind: str, properties: Any, reader: Reader) -> list[tuple[str, Hit]]:
    """What is wrong with what a resource refers to."""
    evaluation = reader.evaluation
    missing = [(str(name), at) for name, at in evaluation.references if not is_known(name, evaluation.template)]
    hits = [
        ("unresolved-reference", Hit(at, {"name": veiled(name)}))
        for name, at in missing
        if is_closed(evaluation.template)
    ]
    if kind != "task-definition" and kind != "cluster":
        from ecslint.adapters import required

        hits += required.hits(kind, properties, lambda inner: placed(inner, kind, reader), partial(spell, kind))
    if any(member in properties for member in REFERRING.get(kind, ())):
        from ecslint.adapters import relations

        hits += relations.hits(kind, properties, evaluation, lambda inner: placed(inner, kind, reader))
    return hits


def placed(inner: Path, kind: str, reader: Reader) -> Path:
    """The place in the template for a path in a resource."""
    head = next(end for end in range(len(inner), -1, -1) if inner[:end] in reader.moved)
    return reader.moved[inner[:head]] + spell(kind, inner)[head:]


def is_known(name: Any, template: Mapping[Any, Any]) -> bool:
    """Whether a name is one that references may have: of a parameter, a resource, or something of AWS."""
    found = template[RESOURCES]
    return type(name) is not str or name.startswith("AWS::") or name in found or name in cases.parameters(template)


def is_closed(template: Mapping[Any, Any]) -> bool:
    """Whether all resources of a template stand in it: neither transforms, loops nor modules make further ones.

    One that does not say that it is a template may be a part of one, which some tool puts together.
    """
    found = template[RESOURCES]
    if "AWSTemplateFormatVersion" not in template:
        return False
    makes = any(type(one) is dict and str(one.get("Type")).endswith("::MODULE") for one in found.values())
    return not (makes or "Transform" in template or any(written(name).startswith("Fn::") for name in found))


def fill_in(kind: str, properties: dict[Any, Any], name: str) -> None:
    """Add what CloudFormation fills in: the family of a task definition, and how many tasks a service has.

    Source: CloudFormation's reference of AWS::ECS::TaskDefinition and AWS::ECS::Service.
    """
    if kind == "task-definition":
        properties.setdefault("family", reference(name))
    elif kind == "service" and properties.get("schedulingStrategy", "REPLICA") == "REPLICA":
        properties.setdefault("desiredCount", reference("AWS::DesiredCount"))


class Reader:
    """Reads the properties of one resource.

    ``moved`` maps paths of what it gives to paths of the template, ``keys`` those of members to where their keys stand.
    """

    def __init__(self, kind: str, evaluation: Evaluation, is_open: bool) -> None:
        self.kind = kind
        self.evaluation = evaluation
        self.is_open = is_open
        self.moved: dict[Path, Path] = {}
        self.keys: dict[Path, Path] = {}

    def read(self, node: Any, source: Path, path: Path, around: str) -> Any:
        """A value in ECS's names, or ABSENT; ``around`` is the member in which it stands, of a list the list's."""
        value, source = self.evaluation.value(node, source)
        self.moved[path] = source
        if type(value) is list:
            return self._list(value, source, path, around)
        if type(value) is not dict:
            return value
        is_map = around in MAPS or (around in LISTS and not isinstance(path[-1], int) and not is_item(value))
        return self._map(value, source, path) if is_map else self._object(value, source, path, around)

    def _list(self, value: list[Any], source: Path, path: Path, around: str) -> list[Any]:
        items: list[Any] = []
        for index, item in enumerate(value):
            read = self.read(item, (*source, index), (*path, len(items)), around)
            if read is not ABSENT:
                items.append(read)
        return items

    def _map(self, value: dict[Any, Any], source: Path, path: Path) -> dict[Any, Any]:
        found = {}
        for key, item in value.items():
            read = self.read(item, (*source, written(key)), (*path, key), "")
            if read is not ABSENT:
                found[key] = read
        return found

    def _object(self, value: dict[Any, Any], source: Path, path: Path, around: str) -> dict[Any, Any]:
        found: dict[Any, Any] = {Unknown("macro"): Unknown("macro")} if self.is_open else {}
        for key, item in value.items():
            at = (*source, key)
            if type(key) is not str or key.startswith(("Fn::", LOOP)):  # a macro, or a loop, adds members
                found[Unknown(written(key))] = Unknown("macro")
                continue
            if around == self.kind and key in OWN:
                continue
            name = api_name(key, spellings(self.kind, around))
            self.keys.setdefault((*path, name), at)
            read = self.read(item, at, (*path, name), name[:1].lower() + name[1:])
            if read is not ABSENT and name not in found:
                found[name] = read
        return found


def is_item(value: Mapping[Any, Any]) -> bool:
    """Whether an object is an item of a list of pairs, however it spells its members."""
    return ITEM.issuperset(str(key).lower() for key in value)


def spellings(kind: str, around: str) -> Mapping[str, str]:
    """The names that are not regular in a member of a resource of a kind."""
    return SPELLINGS.get(f"{kind} {around}", SPELLINGS.get(around, {}))


def api_name(key: str, words: Mapping[str, str]) -> str:
    """The name in the API for one of CloudFormation; a name that the API does not know if CloudFormation knows none.

    The latter begins with a capital letter, so that what was meant can still be told.
    """
    if key in words:
        return words[key]
    name = key[:1].lower() + key[1:]
    if name != key and name not in words.values():
        return name
    meant = key[:1].upper() + key[1:]
    meant = words.get(meant, meant)
    return meant[:1].upper() + meant[1:]


def spell(kind: str, path: Path) -> Path:
    """A path in a resource of a kind, in the names of the API, as CloudFormation spells it."""
    spelt: list[str | int] = []
    around = kind
    for part in path:
        if isinstance(part, int):
            spelt.append(part)
            continue
        known = {api: word for word, api in spellings(kind, around).items()}
        spelt.append(part if around in MAPS else known.get(part, part[:1].upper() + part[1:]))
        around = part[:1].lower() + part[1:]
    return tuple(spelt)


def spelt(fix: Fix, data: Any) -> Fix | None:
    """A fix with its keys as CloudFormation spells them.

    None where it would change what a function gives, or what the CDK has made and makes again.
    """
    operations = []
    for operation in fix.operations:
        touched = operation.path[:-1] if operation.kind == "rename" else operation.path
        if is_generated(operation.path, data) or leads_to_function(touched, data):
            return None
        kind, around = around_of(operation.path, data)
        value = operation.value
        if operation.kind == "rename":
            value = spelt_keys({value: None}, kind, around)
            value = next(iter(value))
        elif operation.kind in ("set", "append"):
            inside = around if operation.kind == "append" else around_of((*operation.path, ""), data)[1]
            value = spelt_keys(value, kind, inside)
        operations.append(Operation(operation.kind, operation.path, value))
    return Fix(fix.title, fix.applicability, operations)


def is_generated(path: Path, data: Any) -> bool:
    """Whether the resource in which a place lies was made by the CDK."""
    return bool(construct(path, data))


def construct(path: Path, data: Any) -> str:
    """The path of the construct of the CDK that has made the resource in which a place lies; empty if none has."""
    resource = data[RESOURCES].get(path[1]) if len(path) > 1 and is_template(data) else None
    metadata = resource.get("Metadata") if type(resource) is dict else None
    found = metadata.get(CDK_PATH) if type(metadata) is dict else None
    return text_of(found) if found is not None else ""


def leads_to_function(path: Path, data: Any) -> bool:
    """Whether a path in a template leads to a function, or through one."""
    for part in (*path, None):
        if type(data) is Unknown or intrinsic(data, ()) is not None:
            return True
        if type(data) is str and part is not None:  # what a text says
            return True
        if part is None or (type(data) is list) is not isinstance(part, int):
            return False
        inside = part in range(len(data)) if type(data) is list else type(data) is dict and part in data
        if not inside:
            return False
        data = data[part]
    return False


def around_of(path: Path, data: Any) -> tuple[str, str]:
    """The kind of resource in which a place of a template lies, and the member in the API, which may be the kind."""
    types = [one["Type"] for at, one in resources(data) if path[: len(at)] == at] if is_template(data) else []
    kind = {**KINDS, **TARGETS}[types[0]] if types else "states" if "States" in path else "calls"
    *_, name = ["Properties", *(part for part in path[:-1] if isinstance(part, str))]
    if name in ROOTS:
        return kind, kind
    outer = next((word for words in SPELLINGS.values() for key, word in words.items() if key == name), None)
    return kind, outer or name[:1].lower() + name[1:]


def spelt_keys(value: Any, kind: str, around: str) -> Any:
    """A value in the names of the API as CloudFormation spells it."""
    if type(value) is list:
        return [spelt_keys(item, kind, around) for item in value]
    if type(value) is not dict or around in MAPS:
        return value
    known = {api: word for word, api in spellings(kind, around).items()}
    return {known.get(key, key[:1].upper() + key[1:]): spelt_keys(item, kind, key) for key, item in value.items()}


def written(key: Any) -> str:
    """A key as it is written."""
    return key.raw if type(key) is Unknown else str(key)
