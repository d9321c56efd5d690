"""Files of Terraform in HCL: each resource of ECS becomes plain input, as far as its folder tells what it is.

Expressions look as functions of CloudFormation do (``syntax.hcl``), so a folder is made a template: variables become
its parameters, and what a conditional asks its conditions, of which each case is read. What is filled in by anything
else is unknown.
"""

from __future__ import annotations

from functools import partial

from ecslint.adapters import cases
from ecslint.adapters.intrinsics import SCALARS, intrinsic
from ecslint.adapters.terraform import CONTAINERS, KINDS, TOOL, Reader, complete, spell
from ecslint.model import Unknown
from ecslint.syntax import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ecslint.adapters.cases import Case
    from ecslint.adapters.intrinsics import Evaluation
    from ecslint.document import Document
    from ecslint.model import Path

RESOURCE = "resource"

#: What the other files of the folder say: their variables and local values, and the texts of files that are named.
AROUND = Unknown("around")

MOST_NESTED = 64  # local values in local values
MOST_VALUES = 20_000  # that local values may make of one resource

#: What Terraform takes the type of a default for.
TYPES = {bool: "bool", int: "number"}

#: Members of a body that say how many of a resource there are.
COUNT = "count"

#: Members of a body that are Terraform's own.
META = frozenset((COUNT, "for_each", "depends_on", "lifecycle", "provider", "provisioner", "connection"))


def surround(document: Document) -> None:
    """Add to the data of a file what its folder says."""
    if AROUND not in document.data:
        from ecslint.adapters import folder

        document.data[AROUND] = folder.around(document.data, document.name)


def recognise(data: dict[Any, Any]) -> list[dict[str, Any]]:
    """Arguments of ``Resource``: for each resource of ECS in a file one for each case."""
    types = data.get(RESOURCE)
    listed = [
        (name, label, body)
        for name, labelled in (types.items() if type(types) is dict else ())
        for label, body in (labelled.items() if name in KINDS and type(labelled) is dict else ())
        if type(body) is dict
    ]
    folder = Folder(data)
    made = []
    for name, label, body in listed:
        resource = folder.resource(body)
        made.append((resource, partial(reading, folder, name, label, resource["Properties"])))
    return cases.read(folder.template, made)


def reading(folder: Folder, name: str, label: str, properties: Mapping[str, Any], case: Case) -> list[dict[str, Any]]:
    """Arguments of ``Resource`` for a resource with all that is known in a case."""
    kind = KINDS[name]
    evaluation = case.evaluation()
    reader = Reader(kind, partial(value_of, folder, evaluation))
    prefix = (RESOURCE, name, label)
    found = reader.resource(properties, prefix)
    complete(kind, found)
    if type(found.get("taskDefinition")) is Unknown:
        found["taskDefinition"] = referred(found["taskDefinition"])
    fields = {
        "kind": kind,
        "data": found,
        "prefix": prefix,
        "moved": reader.moved,
        "facts": case.facts,
        "names": evaluation.names,
        "tool": TOOL,
        "case": case.label,
        "spell": partial(spell, kind),
        "local": f"<{name}/{label}>",
        "address": f"{name}.{label}",
        "encoded": CONTAINERS,
    }
    return [fields]


def referred(value: Unknown) -> Unknown:
    """A reference to a task definition; one of which all parts are of one resource means that resource."""
    first, *parts = value.raw.split("<")
    heads = {part.partition(".")[0] for part in parts}
    behind = {part.partition(">")[2] for part in parts}
    [head, *others] = heads or {""}
    if first or others or not behind <= {"", ":"} or "/" not in head:
        return Unknown("task definition")
    return Unknown(f"<{head}.arn>")


def value_of(folder: Folder, evaluation: Evaluation, node: Any, source: Path) -> tuple[Any, Path]:
    """The value of a node in a case, and where it stands."""
    value, at = evaluation.value(node, source)
    if type(value) is Unknown and value.tag:  # a branch of a conditional that is no function of CloudFormation
        node, source = value, at
    found = intrinsic(node, source)
    if found is None or type(node) is not Unknown:
        return value, at
    name, argument, _ = found
    if name == "Ref" and type(value) is str:
        return folder.typed(str(argument), value), at
    if name in ("Fn::jsonencode", "Fn::heredoc") and type(argument) is list and argument:
        return value_of(folder, evaluation, argument[0], (*source, 0))
    if name == "Fn::bare":
        inner, _ = value_of(folder, evaluation, argument[0], source)
        return bare(inner), source
    if name in ("Fn::file", "Fn::templatefile"):
        text = folder.texts.get(node.raw)
        return (value if text is None else text), source
    return value, at


class Folder:
    """A file and what the others of its folder say, as a template.

    ``texts`` are the contents of files, by the expressions that name them; ``left`` is how many values local values may
    still make. ``asked`` are the conditions that a resource asks for, ``open`` those whose branches are unknown.
    """

    __slots__ = ("asked", "left", "locals", "open", "rendered", "template", "texts", "variables")

    def __init__(self, data: Mapping[Any, Any]) -> None:
        around = data.get(AROUND)
        around = around if type(around) is dict else {}
        self.locals: dict[str, Any] = {}
        self.variables: dict[str, Any] = {}
        for one in (*around.get("files", ()), data):
            self.locals |= one["locals"] if type(one.get("locals")) is dict else {}
            self.variables |= one["variable"] if type(one.get("variable")) is dict else {}
        self.rendered = templates_of(data)
        self.texts: Mapping[str, Any] = around.get("texts", {})
        self.left = MOST_VALUES
        self.asked: set[str] = set()
        self.open: set[str] = set()
        given = around.get("given", ())
        parameters = {f"var.{name}": parameter(own, name in given) for name, own in self.variables.items()}
        self.template: dict[str, Any] = {"Parameters": parameters, "Conditions": {}}

    def resource(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """A resource as a template has it.

        Of conditions that are no comparisons of variables with values nobody knows what they say of each other, so of
        several conditions these are open.
        """
        self.open = set()
        found = self._resource(body)
        unclear = {name for name in self.asked if not is_clear(self.template["Conditions"].get(name))}
        if unclear and len(self.asked) > 1:
            self.open = unclear
            found = self._resource(body)
        return found

    def _resource(self, body: Mapping[str, Any]) -> dict[str, Any]:
        self.left = MOST_VALUES
        self.asked = set()
        properties = {key: self.bound(item) for key, item in body.items() if key not in META}
        return {"Properties": properties, "Condition": self._existence(body.get(COUNT))}

    def bound(self, value: Any, depth: int = 0) -> Any:
        """A value with those of local names in their places, and the names of conditions for what conditionals ask."""
        self.left -= 1
        if depth > MOST_NESTED or self.left < 0:
            return Unknown("<nested>")
        if type(value) is list:
            return [self.bound(item, depth + 1) for item in value]
        if type(value) is dict:
            return {key: self.bound(item, depth + 1) for key, item in value.items()}
        if type(value) is not Unknown or not value.tag:
            return value
        if value.tag == "!Ref":
            name = str(value.value).removeprefix("local.")
            known = name != value.value and name in self.locals
            return self.bound(self.locals[name], depth + 1) if known else value
        if value.tag == "!rendered":
            return self.bound(self.rendered[value.value], depth + 1) if value.value in self.rendered else value
        if value.tag == "!If":
            *asked, text = value.value
            asked = [self.bound(part, depth + 1) for part in asked]
            self.template["Conditions"][text] = condition(asked[0])
            self.asked.add(text)
            if text in self.open:
                return Unknown(value.raw)
            return Unknown(value.raw, tag=value.tag, value=[text, *asked[1:]])
        return Unknown(value.raw, tag=value.tag, value=self.bound(value.value, depth + 1))

    def _existence(self, count: Any) -> str:
        """The name of the condition on which a resource is made; empty if it is made always, or nobody knows."""
        asked = self.bound(count)
        if type(asked) is not Unknown or asked.tag != "!If" or len(asked.value) != 3:
            return ""
        name, one, other = asked.value
        if type(one) is int and other == 0 and one:
            return str(name)
        if type(other) is int and one == 0 and other:
            self.template["Conditions"][f"!({name})"] = {"Fn::Not": [{"Condition": name}]}
            return f"!({name})"
        return ""

    def typed(self, name: str, value: str) -> Any:
        """The value of a variable, of the type that it has in Terraform."""
        variable = self.variables.get(name.removeprefix("var."))
        if type(variable) is not dict:
            return value
        stated, default = variable.get("type"), variable.get("default")
        wanted = stated.raw if type(stated) is Unknown else f"<{TYPES.get(type(default), '')}>"
        return bare(value) if wanted in ("<number>", "<bool>") else value


def templates_of(data: Mapping[Any, Any]) -> dict[str, Any]:
    """The templates of a file's data sources of the type ``template_file``, by their names."""
    found = data.get("data")
    named = found.get("template_file") if type(found) is dict else None
    bodies = named.items() if type(named) is dict else ()
    return {name: body.get("template") for name, body in bodies if type(body) is dict}


def bare(value: Any) -> Any:
    """What a text is that stands in JSON without quotes."""
    if type(value) is not str:
        return value
    try:
        return json.loads_deep(value)
    except ValueError:
        return Unknown("<bare>")


def parameter(variable: Any, given: bool) -> dict[str, Any]:
    """A variable as a parameter; its default counts unless another value is ``given``."""
    default = variable.get("default") if type(variable) is dict else None
    if type(default) not in (str, int, bool) or given:
        return {"Type": "String"}
    return {"Type": "String", "Default": default, "NoEcho": variable.get("sensitive") is True}


def is_clear(condition: Any) -> bool:
    """Whether a condition compares variables with values, and nothing else."""
    if type(condition) is not dict:
        return False
    [(name, parts)] = condition.items()
    if name != "Fn::Equals":
        return all(map(is_clear, parts))
    return any(
        type(one) is Unknown and one.tag == "!Ref" and type(other) in SCALARS for one, other in (parts, parts[::-1])
    )


def condition(asked: Any) -> Any:
    """What a conditional asks, as CloudFormation would ask it."""
    if type(asked) is Unknown and asked.tag in ("!And", "!Or", "!Not"):
        name = f"Fn::{asked.tag[1:]}"
        return {name: [condition(part) for part in asked.value]}
    if type(asked) is Unknown and asked.tag == "!Equals":
        return {"Fn::Equals": asked.value}
    return {"Fn::Equals": [asked, True]}
