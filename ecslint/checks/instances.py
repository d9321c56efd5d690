"""Checks of what a task definition asks of its instances against the configuration of the agent on them."""

from __future__ import annotations

from ecslint import paths
from ecslint.checks import check
from ecslint.checks.agent import FALSE, TRUE, decoded
from ecslint.checks.fields import PATH_OPTION
from ecslint.model import Hit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any, TypeAlias

    from ecslint.model import Path

    #: What rules/tables/instances.yaml says of an attribute.
    Row: TypeAlias = Mapping[str, Any]

TABLE = {"type": "array", "items": {"type": "object", "required": ["attributes"]}}

TASK, AGENT = "task", "agent"
VALUE = "{value}"

#: Sets that the agent of an external instance does not offer what lives on EC2.
EXTERNAL = "ECS_EXTERNAL"

#: The list of drivers, and those that every agent for Linux offers, whatever the list says.
DRIVERS = "ECS_AVAILABLE_LOGGING_DRIVERS"
ALWAYS = ("awsfirelens",)


def row_of(name: str, table: Sequence[Row]) -> Row:
    """The row of an attribute: that of its name, or of names that begin alike; empty if there is none."""
    for row in table:
        if name in row["attributes"]:
            return row
    begins = [(row, one.partition(VALUE)[0]) for row in table for one in row["attributes"] if VALUE in one]
    return next((row for row, beginning in begins if name.startswith(beginning)), {})


def keeps_off(agent: Mapping[Any, Any], name: str, row: Row) -> str:
    """The variable that, as it is set, keeps an agent from offering an attribute; empty if none does for certain.

    A variable that is not set may be set elsewhere, and one whose value the agent does not read counts for nothing.
    """
    if row.get("external") is False and boolean(agent.get(EXTERNAL)) is True:
        return EXTERNAL
    forbidding = row.get("unless", "")
    if forbidding and boolean(agent.get(forbidding)) is True:
        return str(forbidding)
    variable, wanted = row.get("variable", ""), row.get("value")
    if type(wanted) is str:
        return variable if boolean(agent.get(variable)) is False else ""
    listed = texts(agent.get(variable))
    if listed is None or (variable == DRIVERS and word_of(name) in ALWAYS):
        return ""
    return "" if needed(name, row) in listed else variable


def offers(agent: Mapping[Any, Any], name: str, row: Row) -> bool:
    """Whether an agent offers an attribute for certain because a variable is set."""
    variable, wanted = row.get("variable", ""), row.get("value")
    if keeps_off(agent, name, row) or not variable:
        return False
    if type(wanted) is str:
        return boolean(agent.get(variable)) is True
    return needed(name, row) in (texts(agent.get(variable)) or ())


def needed(name: str, row: Row) -> str:
    """What must stand in the list of a variable for an attribute: the last word of its name, or the table's own."""
    own: list[str] = row.get("value", [])
    return own[0] if len(own) == 1 else word_of(name)


def word_of(name: str) -> str:
    """The last word of an attribute."""
    return name.rpartition(".")[2]


def boolean(text: Any) -> bool | None:
    """A boolean as the agent reads it; None for what it does not read, and for what is not known."""
    word = text.strip() if type(text) is str else ""
    return True if word in TRUE else False if word in FALSE else None


def texts(text: Any) -> list[str] | None:
    """A list of texts as the agent reads it; None for what it does not read, and for what is not known."""
    found = decoded(text, whole=False) if type(text) is str and "$" not in text else None
    return found if type(found) is list and all(type(item) is str for item in found) else None


ATTRIBUTES = {"type": "object", "minProperties": 1, "additionalProperties": {"type": "string", "minLength": 1}}


@check(
    options={
        "items": PATH_OPTION,
        "attributes": ATTRIBUTES,
        "only": {"type": "array", "default": []},
        "unset": {"type": "boolean", "default": False},
        "table": TABLE,
    },
    values=("variable", "setting", "word"),
    follows=("items",),
)
def agent_offers(
    value: Any,
    *,
    items: str,
    attributes: Mapping[str, str],
    table: Sequence[Row],
    only: Sequence[Any] = (),
    unset: bool = False,
) -> Iterator[Hit]:
    """The agent offers the attribute that each value demands which ``items`` reaches.

    ``attributes`` gives it by the beginning of the value, ``{value}`` in it is the value; if there are values in
    ``only``, no others demand it. A hit needs a variable that is set and keeps the agent from offering it; with
    ``unset``, one that is not set and that no agent has by default.
    """
    agent = value.get(AGENT) if type(value) is dict else None
    if type(agent) is not dict or any(type(name) is not str for name in agent):
        return
    for path, item in paths.follow(value, items):
        if type(item) not in (str, bool) or item in ("", False) or (only and item not in only):
            continue
        name = next((one for start, one in attributes.items() if str(item).startswith(start)), "")
        name = name.replace(VALUE, str(item))
        row = row_of(name, table)
        variable = lacks(agent, row) if unset else keeps_off(agent, name, row)
        if name and variable:
            yield hit(path, variable, agent, word_of(name))


def lacks(agent: Mapping[Any, Any], row: Row) -> str:
    """The variable without which an agent does not offer an attribute, if it is not set; empty otherwise."""
    variable: str = row.get("variable", "")
    return variable if variable and row.get("optimized") is False and variable not in agent else ""


def hit(path: Path, variable: str, agent: Mapping[Any, Any], word: str) -> Hit:
    """A hit with the variable beside it, if it is set."""
    said = {"variable": variable, "setting": agent.get(variable, ""), "word": word}
    there = [((AGENT, variable), "the agent is told so here")] if variable in agent else []
    return Hit(path, said, own=("variable", "setting", "word"), related=there)


@check(
    options={"items": PATH_OPTION, "variable": {"type": "string"}, "only": {"type": "array"}},
    values=("variable", "setting", "word"),
    follows=("items",),
)
def agent_enables(value: Any, *, items: str, variable: str, only: Sequence[Any]) -> Iterator[Hit]:
    """If ``items`` reaches one of the values in ``only``, a variable of the agent is not set to false."""
    agent = value.get(AGENT) if type(value) is dict else None
    if type(agent) is dict and boolean(agent.get(variable)) is False:
        for path, item in paths.follow(value, items):
            if item in only:
                yield hit(path, variable, agent, str(item))


@check(options={"items": PATH_OPTION}, values=("port", "variable", "setting", "word"), follows=("items",))
def free_ports(value: Any, *, items: str) -> Iterator[Hit]:
    """No mapping that ``items`` reaches asks for a port of the instance that the agent keeps for others."""
    agent = value.get(AGENT) if type(value) is dict else None
    if type(agent) is not dict:
        return
    for path, mapping in paths.follow(value, items):
        port, protocol = (mapping.get("hostPort"), mapping.get("protocol", "tcp")) if type(mapping) is dict else (0, "")
        variable = RESERVED.get(protocol, "") if type(protocol) is str else ""
        text = agent.get(variable)
        found = decoded(text, whole=False) if type(text) is str and "$" not in text else None
        if type(port) is int and port > 0 and type(found) is list and port in found:
            told = hit((*path, "hostPort"), variable, agent, protocol)
            told.values = {**told.values, "port": port}
            yield told


#: The ports that the agent keeps for others, by protocol.
RESERVED = {"tcp": "ECS_RESERVED_PORTS", "udp": "ECS_RESERVED_PORTS_UDP"}
