"""Plans and states of Terraform: what ``terraform show -json`` writes, and the file in which a state is kept.

Each instance of a resource of ECS becomes plain input. What is known after apply is unknown, and what Terraform marks
as sensitive is judged, but shown nowhere. In a plan the configuration tells what somebody has written, and to which
resource a service refers.
"""

from __future__ import annotations

from functools import partial

from ecslint.adapters.terraform import BLOCKS, CONTAINERS, KINDS, TOOL, Reader, complete, spell
from ecslint.model import Hit, Unknown
from ecslint.paths import pointer
from ecslint.words import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from ecslint.model import Path

#: Versions of the format whose members ecslint knows.
VERSIONS = ("0.", "1.")

#: The version of the file in which Terraform keeps a state.
STATE_VERSION = 4

MOST_MODULES = 64  # in one another
MOST_NESTED = 300  # parts of a path to a value, those of modules included
MOST_REFERENCES = 256  # that are followed for one service


class Instance:
    """One instance of a resource: its address, the place and the object of its attributes, and what is said of them.

    ``module`` are the names of the modules around it, ``keys`` the same with the keys of ``count`` and ``for_each``.
    """

    __slots__ = ("address", "attributes", "key", "keys", "module", "name", "path", "secret", "type")

    def __init__(self, item: Mapping[Any, Any], address: str, attributes: dict[Any, Any], path: Path) -> None:
        self.address = address
        self.attributes = attributes
        self.path = path
        self.type = str(item["type"])
        self.name = str(item.get("name", ""))
        self.key = item.get("index", item.get("index_key"))
        self.keys = address.removesuffix(address_of(self.type, self.name, self.key)).rstrip(".")
        self.module = modules(self.keys)
        self.secret: frozenset[Path] = frozenset()


def is_plan(data: Mapping[Any, Any]) -> bool:
    """Whether an object is a plan or a state of Terraform of a version that is known."""
    version = data.get("format_version")
    if type(version) is str and version.startswith(VERSIONS):
        return type(values_of(data)[1]) is dict
    return data.get("version") == STATE_VERSION and type(data.get("resources")) is list and "terraform_version" in data


def values_of(data: Mapping[Any, Any]) -> tuple[str, Any]:
    """The name of the member that holds the values of resources, and the root module in it."""
    name = "planned_values" if "planned_values" in data else "values"
    values = data.get(name)
    return name, values.get("root_module") if type(values) is dict else None


def recognise(data: dict[Any, Any]) -> list[dict[str, Any]]:
    """Arguments of ``Resource``, one for each instance of a resource of ECS."""
    found = [*(instances(data) if "format_version" in data else kept(data))]
    changes = changes_of(data)
    configuration = data.get("configuration")
    root = configuration.get("root_module") if type(configuration) is dict else None
    tasks = [one for one in found if KINDS[one.type] == "task-definition"]
    resources = [reading(one, changes.get(one.address, {}), root, tasks) for one in found]
    tell_unknown(resources)
    return resources


def instances(data: Mapping[Any, Any]) -> Iterator[Instance]:
    """The instances of resources of ECS that a plan or a state has."""
    name, root = values_of(data)
    pending: list[tuple[Path, Any]] = [((name, "root_module"), root)]
    while pending:
        path, module = pending.pop()
        if type(module) is not dict or len(path) > 2 * MOST_MODULES:
            continue
        for index, item in enumerate(items(module, "resources")):
            if is_ours(item) and type(item.get("values")) is dict and type(item.get("address")) is str:
                one = Instance(item, item["address"], item["values"], (*path, "resources", index, "values"))
                one.secret = frozenset(marked(item.get("sensitive_values"), one.path))
                yield one
        children = [*enumerate(items(module, "child_modules"))]
        pending += [((*path, "child_modules", index), child) for index, child in reversed(children)]


def kept(data: Mapping[Any, Any]) -> Iterator[Instance]:
    """The instances of resources of ECS in the file in which Terraform keeps a state."""
    for number, item in enumerate(items(data, "resources")):
        for index, one in enumerate(items(item, "instances") if is_ours(item) else ()):
            attributes = one.get("attributes") if type(one) is dict else None
            if type(attributes) is not dict or "deposed" in one:
                continue
            own = address_of(str(item["type"]), str(item.get("name", "")), one.get("index_key"))
            address = f"{item['module']}.{own}" if type(item.get("module")) is str else own
            path = ("resources", number, "instances", index, "attributes")
            made = Instance({**item, **one}, address, attributes, path)
            made.secret = frozenset((*path, *steps) for steps in steps_of(one.get("sensitive_attributes")))
            yield made


def is_ours(item: Any) -> bool:
    """Whether an object is a resource of ECS that is managed, not one that is looked up."""
    return type(item) is dict and type(item.get("type")) is str and item["type"] in KINDS and item.get("mode") != "data"


def items(around: Any, name: str) -> list[Any]:
    """The list that a member is; empty if it is none."""
    found = around.get(name) if type(around) is dict else None
    return found if type(found) is list else []


def address_of(kind: str, name: str, key: Any) -> str:
    """The address of an instance in its module."""
    return f"{kind}.{name}" + ("" if key is None else f"[{key}]" if type(key) is int else f'["{key}"]')


def modules(keys: str) -> tuple[str, ...]:
    """The names of the modules in an address: ``module.a["x.y"].module.b`` is in a and b."""
    names = []
    rest = keys
    while rest.startswith("module."):
        rest = rest.removeprefix("module.")
        end = next((index for index, sign in enumerate(rest) if sign in ".["), len(rest))
        names.append(rest[:end])
        rest = rest[end:]
        if rest.startswith("["):
            rest = rest[rest.find("]", rest.find('"', 2) if rest[1:2] == '"' else 0) + 1 :]
        rest = rest.removeprefix(".")
    return tuple(names)


def marked(marks: Any, path: Path) -> Iterator[Path]:
    """The places that marks of the form of the values make sensitive."""
    pending: list[tuple[Path, Any]] = [(path, marks)]
    while pending:
        at, mark = pending.pop()
        if mark is True:
            yield at
        elif type(mark) is dict:
            pending += [((*at, key), inner) for key, inner in mark.items()]
        elif type(mark) is list:
            pending += [((*at, index), inner) for index, inner in enumerate(mark)]


def steps_of(found: Any) -> Iterator[Path]:
    """The paths of sensitive attributes as a state keeps them, each a list of steps."""
    for steps in found if type(found) is list else ():
        parts: list[Any] = []
        for step in steps if type(steps) is list else ():
            value = step.get("value") if type(step) is dict else None
            value = value.get("value") if type(value) is dict else value
            if type(value) in (str, int):
                parts.append(value)
        if parts:
            yield tuple(parts)


def changes_of(data: Mapping[Any, Any]) -> dict[str, dict[Any, Any]]:
    """What a plan says of the change of each address; the last word, and none of objects that are only destroyed."""
    found = {}
    for item in items(data, "resource_changes"):
        change = item.get("change") if type(item) is dict else None
        if type(change) is dict and "deposed" not in item and change.get("actions") != ["delete"]:
            found[str(item.get("address"))] = change
    return found


def reading(one: Instance, change: Mapping[Any, Any], root: Any, tasks: list[Instance]) -> dict[str, Any]:
    """Arguments of ``Resource`` for one instance."""
    kind = KINDS[one.type]
    written = configured(root, one)
    attributes = merged(one.attributes, change.get("after_unknown"), one.path)
    if written is not None and type(attributes) is dict:
        attributes = {key: item for key, item in attributes.items() if key in BLOCKS or key in written}
    if type(attributes) is Unknown:
        attributes = {attributes: attributes}  # there may be anything in it
    secret = one.secret.union(marked(change.get("after_sensitive"), one.path))
    reader = Reader(kind, lambda node, source: (node, source), secret)
    found = reader.resource(attributes, one.path)
    complete(kind, found)
    if "taskDefinition" in found:
        task = partner(one, found["taskDefinition"], written, root, tasks)
        found["taskDefinition"] = found["taskDefinition"] if task is None else reference(task.address)
    return {
        "kind": kind,
        "data": found,
        "prefix": one.path,
        "moved": reader.moved,
        "tool": TOOL,
        "spell": partial(spell, kind),
        "local": reference(one.address).raw,
        "address": one.address,
        "encoded": CONTAINERS,
        "hidden": reader.hidden,
    }


def merged(value: Any, unknown: Any, path: Path) -> Any:
    """Values with unknown ones where they are known after apply; no two of them are known to be the same."""
    if unknown is True:
        return Unknown(f"<known after apply{pointer(path)}>")
    if len(path) > MOST_NESTED:
        return value
    if type(unknown) is dict and unknown and type(value) is dict:
        keys = [*value, *(key for key in unknown if key not in value)]
        return {key: merged(value.get(key), unknown.get(key), (*path, key)) for key in keys}
    if type(unknown) is list and type(value) is list and len(unknown) == len(value):
        return [merged(item, unknown[index], (*path, index)) for index, item in enumerate(value)]
    return value


def tell_unknown(resources: list[dict[str, Any]]) -> None:
    """Say once how many task definitions have containers that are known after apply."""
    later = [one for one in resources if type(one["data"].get(CONTAINERS)) is Unknown]
    if later:
        values = {"count": counted(len(later), "task definition")}
        later[0]["hits"] = [("known-after-apply", Hit(later[0]["prefix"][:1], values, key=True))]


# --- which task definition a service names ---------------------------------------------------------


def reference(address: str) -> Unknown:
    """What refers to an instance in the same document; a dot begins the name of an attribute."""
    return Unknown(f"<{address.replace('.', '/')}>")


def configured(root: Any, one: Instance) -> Mapping[Any, Any] | None:
    """The expressions of a resource in the configuration; None if it is not there."""
    module = module_at(root, one.module)
    for item in items(module, "resources"):
        if type(item) is dict and (item.get("type"), item.get("name")) == (one.type, one.name):
            found = item.get("expressions")
            if item.get("mode") != "data":
                return found if type(found) is dict else None
    return None


def module_at(root: Any, names: tuple[str, ...]) -> Any:
    """The configuration of the module that names lead to, from the root on."""
    for name in names:
        call = call_of(root, name)
        root = call.get("module") if type(call) is dict else None
    return root


def call_of(module: Any, name: str) -> Any:
    """The call of a module in another one."""
    calls = module.get("module_calls") if type(module) is dict else None
    return calls.get(name) if type(calls) is dict else None


def partner(
    one: Instance, value: Any, written: Mapping[Any, Any] | None, root: Any, tasks: list[Instance]
) -> Instance | None:
    """The task definition of the same document that a service or a task set names, if it is certain which one."""
    if type(value) is str:
        known = [task for task in tasks if value in names_of(task)]
        if known:
            return known[0] if len(known) == 1 else None
    found = targets(root, one.module, written.get("task_definition") if written else None)
    if found is None or len(found) != 1:
        return None
    [(module, name, key)] = found
    meant = [task for task in tasks if (task.module, task.name) == (module, name)]
    if module == one.module:
        meant = [task for task in meant if task.keys == one.keys]
    exact = [task for task in meant if address_of(task.type, task.name, task.key).endswith(key)] if key else []
    if not exact and len(meant) > 1 and one.key is not None:
        exact = [task for task in meant if task.key == one.key]
    meant = exact or meant
    return meant[0] if len(meant) == 1 else None


def names_of(task: Instance) -> Iterator[str]:
    """What a service may call a task definition that exists."""
    family, revision = task.attributes.get("family"), task.attributes.get("revision")
    arn = task.attributes.get("arn")
    if type(arn) is str and arn:
        yield arn
    if type(family) is str and type(revision) is int:
        yield f"{family}:{revision}"


def targets(root: Any, module: tuple[str, ...], expression: Any) -> set[tuple[tuple[str, ...], str, str]] | None:
    """The task definitions to which an expression refers: module, name, and the key if it gives one.

    Outputs of modules and variables are followed. None if it refers to anything else, too.
    """
    found: set[tuple[tuple[str, ...], str, str]] = set()
    pending = [(module, expression)]
    for _ in range(MOST_REFERENCES):
        if not pending:
            return found
        module, expression = pending.pop()
        if member(expression, "constant_value") not in (None, ""):
            return None
        names = [name for name in items(expression, "references") if type(name) is str]
        for name in names:
            head, _, rest = name.partition(".")
            if any(other != name and other.startswith((f"{name}.", f"{name}[")) for other in names):
                continue  # the same without its attribute
            if head == "aws_ecs_task_definition" and rest:
                own, bracket, key = rest.partition("[")
                found.add((module, own.partition(".")[0], f"[{key.partition(']')[0]}]" if bracket else ""))
            elif head == "var" and module:
                call = call_of(module_at(root, module[:-1]), module[-1])
                given = member(member(call, "expressions"), rest)
                default = member(member(module_at(root, module), "variables"), rest)
                pending.append((module[:-1], given or {"constant_value": member(default, "default")}))
            elif head == "module":
                called, _, output = rest.partition(".")
                inner = (*module, called.partition("[")[0])
                outputs = member(module_at(root, inner), "outputs")
                pending.append((inner, member(member(outputs, output.partition(".")[0]), "expression")))
            elif name not in ("count.index", "each.key"):
                return None
    return None


def member(around: Any, name: str) -> Any:
    """A member of an object; None if it has none, or is none."""
    return around.get(name) if type(around) is dict else None
