"""Plans of Terraform for tests: what the provider would have for plain input of ECS."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from ecslint.adapters import recognise, terraform
from ecslint.ruleset import bundle

TYPES = {kind: name for name, kind in terraform.KINDS.items()}
SINGLE = (str, int, float, bool)


class Inexpressible(Exception):
    """The provider has no attribute for something."""


def attributes(data: dict[str, Any], around: str) -> dict[str, Any]:
    """The attributes, or the members of a block, for an object of ECS; ``around`` as ``Reader`` has it."""
    words = terraform.SPELLINGS.get(around, {})
    found: dict[str, Any] = {}
    for name, value in data.items():
        nested = {names[1]: word for word, names in words.items() if len(names) == 2 and names[0] == name}
        if nested and isinstance(value, dict):
            own = {key: item for key, item in value.items() if key not in nested}
            found |= {nested[key]: shaped(key, item) for key, item in value.items() if key in nested}
            if own:
                if name != "deploymentConfiguration":
                    raise Inexpressible(name)
                found[terraform.snake(name)] = shaped(name, own)
            continue
        known = {names[0]: word for word, names in words.items() if len(names) == 1}
        found[known.get(name, terraform.snake(name))] = shaped(name, value)
    return {
        key: ({"ENABLED": True, "DISABLED": False}[value] if key == "assign_public_ip" else value)
        for key, value in found.items()
    }


def shaped(name: str, value: Any) -> Any:
    """A value as an attribute or a block has it."""
    if name == terraform.CONTAINERS:
        return json.dumps(value)
    if name in terraform.PAIRS:
        first, second = terraform.PAIRS[name]
        pairs = {one.get(first): one.get(second) for one in value}
        if len(pairs) < len(value) or not all(isinstance(part, str) for pair in pairs.items() for part in pair):
            raise Inexpressible(name)
        return pairs
    if name in terraform.MAPS:
        return value
    if isinstance(value, dict):
        return [attributes(value, name)]
    if isinstance(value, list):
        return [attributes(item, name) if isinstance(item, dict) else item for item in value]
    return value


def expressible(examples: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any, str, dict[str, Any]]]:
    """Of named inputs of ECS those for which the provider has all attributes, with their kinds and these."""
    ruleset = bundle.load()
    for name, data in examples:
        kind = recognise(data)[0].kind
        if kind in TYPES and ruleset.of(kind).fits(data):
            with suppress(Inexpressible):
                yield name, data, kind, attributes(data, kind)


def resource(kind: str, values: dict[str, Any], name: str = "it", **more: Any) -> dict[str, Any]:
    """A resource as a plan has it."""
    address = f"{TYPES[kind]}.{name}"
    return {"address": address, "mode": "managed", "type": TYPES[kind], "name": name, "values": values, **more}


def plan(*resources: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A plan with some resources in its root module."""
    return {
        "format_version": "1.2",
        "terraform_version": "1.9.8",
        "planned_values": {"root_module": {"resources": [*resources]}},
        **more,
    }


def hcl(kind: str, values: dict[str, Any], name: str = "it") -> str:
    """A resource as a file of Terraform has it; its containers as what ``jsonencode`` takes."""
    return f'resource "{TYPES[kind]}" "{name}" {{\n{"".join(lines(values, "  "))}}}\n'


def lines(values: dict[str, Any], indent: str) -> Iterator[str]:
    """The attributes and blocks of a body."""
    for name, value in values.items():
        if name == terraform.TEXT:
            yield f"{indent}{name} = jsonencode({expression(json.loads(value))})\n"
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for block in value:
                yield f"{indent}{name} {{\n{''.join(lines(block, indent + '  '))}{indent}}}\n"
        else:
            yield f"{indent}{name} = {expression(value)}\n"


def expression(value: Any) -> str:
    """A value as an expression: HCL reads JSON, but fills in what a text asks for."""
    return json.dumps(value, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
