"""What runs tasks of ECS for others: targets of EventBridge rules, of schedules and pipes, and tasks of state machines.

Each becomes the input of run-task. They stand in templates, and in plain files: the input of `put-targets`,
`create-schedule` and `create-pipe`, and the definition of a state machine. Every service has names of its own for
the members; what run-task does not know of them, or they do not tell, is left out or unknown.
"""

from __future__ import annotations

from functools import lru_cache, partial
from itertools import islice

from ecslint.adapters import cloudformation
from ecslint.adapters.intrinsics import ABSENT, Evaluation, reference
from ecslint.model import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any, TypeAlias

    from ecslint.model import Path

    #: What run-task is given: a value and its place, what is known of it, its dialect, and members that stand
    #: elsewhere, with their places.
    Input: TypeAlias = tuple[Any, Path, Evaluation, str, dict[str, tuple[Any, Path]]]

KIND = "run-task"

#: The dialects: of templates one for each service, of the AWS CLI one for all, and that of state machines.
EVENTS, SCHEDULER, PIPES, CALLS, STATES = "events", "scheduler", "pipes", "calls", "states"

#: What tells a resource, or a document, that runs tasks.
MEMBERS = ("EcsParameters", "EcsTaskParameters")
RUN_TASK = "ecs:runTask"

#: The members of states in which there are further ones.
BRANCHES = ("Branches", "Iterator", "ItemProcessor")

#: How a value begins that a pipe or a state machine computes.
COMPUTED = {PIPES: ("$.", "<$"), STATES: ("{%",)}

MOST_INPUTS = 256  # of one resource


def runs_tasks(resource: Mapping[Any, Any]) -> bool:
    """Whether a part of a resource says that it runs tasks of ECS."""
    pending: list[Any] = [resource]
    while pending:
        value = pending.pop()
        if type(value) is Unknown:
            pending.append(value.value if value.tag else value.raw)
        elif type(value) is dict:
            if any(name in value for name in MEMBERS):
                return True
            pending += value.values()
        elif type(value) is list:
            pending += value
        elif type(value) is str and RUN_TASK in value:
            return True
    return False


# --- where the inputs stand ---------------------------------------------------------------------------


def of_resource(resource: Mapping[Any, Any], at: Path, evaluation: Evaluation) -> Iterator[Input]:
    """What a resource of a template gives to run-task."""
    value, at = evaluation.value(resource.get("Properties", {}), at)
    if type(value) is not dict:
        return
    kind = resource["Type"]
    if kind == "AWS::Events::Rule":
        yield from of_rule(value, at, evaluation, EVENTS)
    elif kind == "AWS::Scheduler::Schedule":
        yield from of_target(*inside(value, at, evaluation, "Target"), evaluation, SCHEDULER)
    elif kind == "AWS::Pipes::Pipe":
        yield from of_pipe(value, at, evaluation, PIPES)
    else:
        yield from of_machine(value, at, evaluation)


def of_document(data: Mapping[Any, Any]) -> Iterator[Input]:
    """What a plain document gives to run-task."""
    evaluation = Evaluation({}, {}, {})
    if "States" in data:
        yield from of_states(data, (), Substituted(evaluation, {}))
    elif "Targets" in data:
        yield from of_rule(data, (), evaluation, CALLS)
    elif "TargetParameters" in data:
        yield from of_pipe(data, (), evaluation, CALLS)
    elif "Target" in data:
        yield from of_target(*inside(data, (), evaluation, "Target"), evaluation, CALLS)
    elif "Arn" in data:
        yield from of_target(data, (), evaluation, CALLS)


def inside(value: Mapping[Any, Any], at: Path, evaluation: Evaluation, name: str) -> tuple[Any, Path]:
    """A member of an object, and where it stands."""
    return evaluation.value(value.get(name), (*at, name))


def of_rule(value: Mapping[Any, Any], at: Path, evaluation: Evaluation, dialect: str) -> Iterator[Input]:
    """The targets of a rule of EventBridge."""
    targets, at = inside(value, at, evaluation, "Targets")
    for index, target in enumerate(targets if type(targets) is list else ()):
        yield from of_target(*evaluation.value(target, (*at, index)), evaluation, dialect)


def of_target(target: Any, at: Path, evaluation: Evaluation, dialect: str) -> Iterator[Input]:
    """A target: its ARN is the cluster, and the text of its input overrides what containers do."""
    if type(target) is not dict or "EcsParameters" not in target:
        return
    more = {"cluster": inside(target, at, evaluation, "Arn")} if "Arn" in target else {}
    if "Input" in target:
        text, where = inside(target, at, evaluation, "Input")
        more["overrides"] = overrides(text), where
    elif not {"InputPath", "InputTransformer"}.isdisjoint(target):
        more["overrides"] = Unknown("input"), at
    yield *inside(target, at, evaluation, "EcsParameters"), evaluation, dialect, more


def overrides(text: Any) -> Any:
    """What the input of a target overrides, as far as it is of use: which containers. The rest passes unseen."""
    data = parsed(text) if type(text) is str else None
    listed = data.get("containerOverrides") if type(data) is dict else None
    if type(listed) is not list:
        return ABSENT if type(data) is dict else Unknown("input")
    names = [item.get("name") if type(item) is dict else None for item in listed]
    return {"containerOverrides": [{"name": name if type(name) is str else Unknown("input")} for name in names]}


def of_pipe(value: Mapping[Any, Any], at: Path, evaluation: Evaluation, dialect: str) -> Iterator[Input]:
    """The target of a pipe."""
    target, where = inside(value, at, evaluation, "TargetParameters")
    if type(target) is dict and "EcsTaskParameters" in target:
        more = {"cluster": inside(value, at, evaluation, "Target")} if "Target" in value else {}
        yield *inside(target, where, evaluation, "EcsTaskParameters"), evaluation, dialect, more


def of_machine(value: Mapping[Any, Any], at: Path, evaluation: Evaluation) -> Iterator[Input]:
    """The tasks of a state machine, whose definition is an object, or the text of one."""
    found, where = inside(value, at, evaluation, "DefinitionSubstitutions")
    items = found.items() if type(found) is dict else ()
    known = {name: evaluation.value(item, (*where, name))[0] for name, item in items}
    if "Definition" in value:
        yield from of_states(value["Definition"], (*at, "Definition"), Substituted(evaluation, known))
    elif "DefinitionString" in value:
        text, where = inside(value, at, evaluation, "DefinitionString")
        data = parsed(text.raw if type(text) is Unknown else text)
        yield from of_states(data, where, Substituted(Evaluation({}, {}, {}), known))


def of_states(definition: Any, at: Path, evaluation: Evaluation) -> Iterator[Input]:
    """The tasks in a definition, those in branches and loops included."""
    pending: list[tuple[Any, Path]] = [(definition, at)]
    while pending:
        value, where = evaluation.value(*pending.pop())
        states, inner = inside(value, where, evaluation, "States") if type(value) is dict else (None, where)
        for name, item in states.items() if type(states) is dict else ():
            state, place = evaluation.value(item, (*inner, name))
            if type(state) is not dict:
                continue
            for branch in BRANCHES:
                found, there = inside(state, place, evaluation, branch)
                inner_ones = enumerate(found) if type(found) is list else ()
                pending += [(one, (*there, index)) for index, one in inner_ones] or [(found, there)]
            resource, _ = inside(state, place, evaluation, "Resource")
            resource = resource.raw if type(resource) is Unknown else resource
            service = resource.partition(":states:::")[2] if type(resource) is str else ""
            for argument in ("Parameters", "Arguments"):
                if argument in state and service.removeprefix("aws-sdk:").startswith(RUN_TASK):
                    yield *inside(state, place, evaluation, argument), evaluation, STATES, {}


class Substituted(Evaluation):
    """What is known in a definition, in whose texts names are substituted: `${Task}`."""

    __slots__ = ("known",)

    def __init__(self, around: Evaluation, known: Mapping[str, Any]) -> None:
        super().__init__(around.template, around.values, around.truths)
        self.names = around.names
        self.known = known

    def value(self, node: Any, source: Path) -> tuple[Any, Path]:
        """The value of a node; a text in which something is substituted is known as far as that is."""
        text = node.raw if type(node) is Unknown and not node.tag else node
        if type(text) is str and text.startswith("${") and text.endswith("}") and text.count("$") == 1:
            return self.known.get(text[2:-1], reference(text[2:-1])), source
        if type(text) is str and ("${" in text or ("<" in text and ">" in text)):
            start = min(text.find(sign) for sign in ("${", "<") if sign in text)
            end = max(text.rfind("}"), text.rfind(">")) + 1
            return Unknown(text, text[:start], text[end:]), source
        return super().value(node, source)


@lru_cache(8)
def parsed(text: Any) -> Any:
    """The data of a text in JSON, in which there may be placeholders; None if it is none."""
    if type(text) is not str or not text.lstrip().startswith("{"):
        return None
    from ecslint.syntax import json

    try:
        return json.loads_deep(text)
    except ValueError:
        return json.scan(text).data


# --- readings -----------------------------------------------------------------------------------------


def read(found: Input, is_open: bool = False) -> dict[str, Any] | None:
    """Arguments of ``Resource`` for an input; none if it is not known what is in it."""
    value, at, evaluation, dialect, more = found
    if type(value) is not dict:
        return None
    reader = Reader(dialect, evaluation, is_open)
    data = reader.read(value, at, (), dialect)
    for name, (item, where) in more.items():
        if name not in data and item is not ABSENT:
            reader.moved |= {(name, *inner): (*where, *inner) for inner in places(item)}
            data[name] = item
    if dialect != STATES:
        forgive(data)
    return {
        "kind": KIND,
        "data": data,
        "prefix": at,
        "moved": reader.moved,
        "keys": reader.keys,
        "names": reader.evaluation.names,
        "spell": partial(cloudformation.spell, dialect),
        "local": reference("/".join(map(str, at))).raw,
    }


def places(value: Any) -> Iterator[Path]:
    """The paths of a value and of all that is in it, from the value on."""
    yield ()
    inner = value.items() if type(value) is dict else enumerate(value) if type(value) is list else ()
    for key, item in inner:
        yield from ((key, *path) for path in places(item))


def forgive(data: dict[Any, Any]) -> None:
    """Take away what schedulers accept and do not use, and run-task refuses.

    Source: the API reference of EventBridge says of the platform version that it is used on Fargate only.
    """
    if data.get("launchType") == "EC2":
        data.pop("platformVersion", None)
    constraints = data.get("placementConstraints")
    for constraint in constraints if type(constraints) is list else ():
        if type(constraint) is dict and constraint.get("type") == "distinctInstance":
            constraint.pop("expression", None)


class Reader(cloudformation.Reader):
    """Reads an input of run-task in one of the dialects, which is its ``kind``."""

    def read(self, node: Any, source: Path, path: Path, around: str) -> Any:
        """A value in ECS's names; unknown if it is computed when the task is run."""
        if type(node) is str and node.startswith(COMPUTED.get(self.kind, "\0")):
            self.moved[path] = source
            return Unknown(node)
        if around == "tags" and self.kind in (SCHEDULER, CALLS):  # maps in one of the services
            node = Unknown("tags")
        return super().read(node, source, path, around)

    def _object(self, value: dict[Any, Any], source: Path, path: Path, around: str) -> dict[Any, Any]:
        if self.kind != STATES:
            return super()._object(value, source, path, around)
        computed = [key for key in value if type(key) is str and key.endswith(".$")]
        rest = {key: item for key, item in value.items() if key not in computed} if computed else value
        found = super()._object(rest, source, path, around)
        for key in computed:
            name = cloudformation.api_name(key[:-2], cloudformation.spellings(self.kind, around))
            self.keys.setdefault((*path, name), (*source, key))
            self.moved[(*path, name)] = (*source, key)
            found.setdefault(name, Unknown(str(value[key])))
        return found


def recognise(data: Mapping[Any, Any]) -> list[dict[str, Any]]:
    """Arguments of ``Resource`` for each task that a plain document has ECS run; none if it is something else."""
    found = map(read, islice(of_document(data), MOST_INPUTS))
    return [fields for fields in found if fields is not None]


def in_list(data: list[Any]) -> list[dict[str, Any]]:
    """The same for a list of targets, as `put-targets --targets` takes it."""
    evaluation = Evaluation({}, {}, {})
    found = [read(one) for index, item in enumerate(data) for one in of_target(item, (index,), evaluation, CALLS)]
    return [fields for fields in found[:MOST_INPUTS] if fields is not None]


def inputs(resource: Mapping[Any, Any], at: Path, evaluation: Evaluation, is_open: bool) -> list[dict[str, Any]]:
    """Arguments of ``Resource`` for each task that a resource of a template has ECS run."""
    found = [read(one, is_open) for one in islice(of_resource(resource, at, evaluation), MOST_INPUTS)]
    return [fields for fields in found if fields is not None]
