"""Generated code that says whether a resource fits the schema as it is.

``fits(data)``: every value has its type, its bounds and its enum, and every member is known.
"""

from __future__ import annotations

from ecslint.ruleset.expressions import good, has_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ecslint.ruleset.code import Module
    from ecslint.ruleset.expressions import Writer

#: The definition of what is made of two resources.
JOINED = "Joined"

#: Members of a task and of a container that many documents have. The code for the others lies in a
#: second module, which is imported when a document has one of them.
OFTEN = {
    "task": frozenset(
        [
            "family",
            "networkMode",
            "requiresCompatibilities",
            "cpu",
            "memory",
            "executionRoleArn",
            "taskRoleArn",
            "containerDefinitions",
            "runtimePlatform",
            "tags",
        ]
    ),
    "container": frozenset(
        [
            "name",
            "image",
            "essential",
            "cpu",
            "memory",
            "memoryReservation",
            "portMappings",
            "environment",
            "secrets",
            "command",
            "entryPoint",
            "logConfiguration",
            "healthCheck",
        ]
    ),
}


def write_structure(schema: Mapping[str, Any], module: Module) -> None:
    """``fits(data)``: every value has its type, its bounds and its enum, and every member is known.

    What is made of two resources fits: both have been looked at on their own, and repaired.
    """
    defs = schema["$defs"]
    if JOINED in defs:
        module.line("FITS, MEMBERS = {}, {}")
        module.line("fits = lambda _: True")
        return
    often = _often_used(schema)
    for name, definition in defs.items():
        start = module.size()
        write_definition(name, definition, module)
        if name not in often and module.second:
            module.set_aside(start)
            module.line(f"fits_{name} = later({module.second!r}, {f'fits_{name}'!r}, globals())")
    module.line()
    module.line(f"FITS = {{{', '.join(f'{name!r}: fits_{name}' for name in defs)}}}")
    members = [name for name in defs if name in often or not module.second]
    module.line(f"MEMBERS = {{{', '.join(f'{name!r}: (types_{name}, members_{name})' for name in members)}}}")
    module.line(f"fits = FITS[{schema['$ref'].rpartition('/')[2]!r}]")


def _often_used(schema: Mapping[str, Any]) -> set[str]:
    """The definitions that lie below members which many documents have."""
    defs = schema["$defs"]
    root = schema["$ref"].rpartition("/")[2]
    pending = [
        member
        for name, kind in ((root, "task"), ("ContainerDefinition", "container"))
        for key, member in defs.get(name, {"properties": {}})["properties"].items()
        if key in OFTEN[kind]
    ]
    found = {root, "ContainerDefinition"}
    while pending:
        member = pending.pop()
        name = member.get("items", member).get("$ref", "").rpartition("/")[2]
        if name and name not in found:
            found.add(name)
            pending.extend(defs[name]["properties"].values())
    return found


def write_definition(name: str, definition: Mapping[str, Any], module: Module) -> None:
    """One structure of the API: plain members by a table of types, the others by functions."""
    types: list[str] = []
    functions: list[str] = []
    for key, member in definition["properties"].items():
        if member.get("readOnly"):
            continue  # refused, like a member that does not exist
        plain = plain_type(member)
        if plain:
            types.append(f"{key!r}: {plain}")
        else:
            functions.append(f"{key!r}: lambda v: {fits_expression(member, 'v', module.writer)}")
    module.line()
    others = plain_type(definition.get("additionalProperties") or {})  # of members that nobody knows
    known = f"{{{', '.join(types)}}}"
    module.line(
        f"types_{name} = {f'lambda key, known={known}: known.get(key, {others})' if others else f'{known}.get'}"
    )
    module.line(f"members_{name} = {{")
    for function in functions:
        module.line(f"    {function},")
    module.line("}.get")
    module.line()
    with module.block(f"def fits_{name}(data):"):
        with module.block("if type(data) is not dict:"):
            module.line("return type(data) is Unknown")
        with module.block("for key, value in data.items():"):
            module.line(f"wanted = types_{name}(key)")
            with module.block("if wanted is None:"):
                module.line(f"member = members_{name}(key)")
                with module.block("if (member is None or not member(value)) and type(key) is not Unknown:"):
                    module.line("return False")
            with module.block("elif wanted is not type(value) and type(value) is not Unknown:"):
                module.line("return False")
        required = definition.get("required", ())
        module.line(
            f"return ({has_all(required, 'data', module.writer)}) or has_unknown(data)" if required else "return True"
        )


def plain_type(member: Mapping[str, Any]) -> str:
    """The Python type of a member of which nothing else is demanded; empty for others."""
    if member.keys() & {"enum", "minimum", "maximum", "pattern"}:
        return ""
    return {"string": "str", "integer": "int", "boolean": "bool"}.get(member.get("type", ""), "")


def pair_of(definition: Mapping[str, Any]) -> tuple[str, ...]:
    """The two members of which an object is made that holds two texts, such as an environment variable; or nothing."""
    members = definition.get("properties", {})
    plain = [not member.get("readOnly") and plain_type(member) for member in members.values()]
    return tuple(members) if plain == ["str", "str"] else ()


def fits_expression(member: Mapping[str, Any], v: str, writer: Writer) -> str:
    """An expression: the value fits the schema of a member; an unknown value fits anything."""
    if "$ref" in member:
        return f"fits_{member['$ref'].rpartition('/')[2]}({v})"
    if not member:
        return "True"  # anything may stand here
    x = writer.fresh()
    if member["type"] == "array":
        inner = fits_expression(member["items"], x, writer)
        every = f"all([{inner} for {x} in {v}])"
        pair = pair_of(writer.resolved(member["items"]))
        if pair:
            every = f"(hold_texts({v}, {', '.join(map(repr, pair))}) or {every})"
        return f"(type({v}) is list and {every}) or type({v}) is Unknown"
    if member["type"] == "object":
        inner = fits_expression(member["additionalProperties"], x, writer)
        return f"(type({v}) is dict and all([{inner} for {x} in {v}.values()])) or type({v}) is Unknown"
    checks = [good({"type": member["type"]}, v, writer)]
    if "enum" in member:
        checks = [f"{v} in {tuple(member['enum'])!r}"]
    checks += [f"{v} >= {member['minimum']}"] if "minimum" in member else []
    checks += [f"{v} <= {member['maximum']}"] if "maximum" in member else []
    return f"({' and '.join(checks)}) or type({v}) is Unknown"
