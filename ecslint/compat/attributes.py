"""Which attributes a task definition demands of an instance, where it does, and which agents offer them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from ecslint.model import Path

VALUE = "{value}"
NEVER = "none"  # the ``since`` of an attribute that no agent offers
CONFIDENCE = ("low", "medium", "high")
LONGEST_VALUE = 100


class Attribute:
    """One attribute: its name, the paths in the resource that demand it, and what is known of it.

    ``template`` is its name in the table. ``since`` is the first agent that offers it: None if all agents do, or
    nobody knows; NEVER if none does. What ``confidence`` and ``evidence`` say holds for the surest of the places.
    """

    __slots__ = ("confidence", "evidence", "name", "paths", "since", "template")

    def __init__(self, name: str, template: str, since: str | None, confidence: str, evidence: str) -> None:
        self.name = name
        self.template = template
        self.since = since
        self.confidence = confidence
        self.evidence = evidence
        self.paths: list[Path] = []


def demanded(task: Any, facts: Any) -> dict[str, Attribute]:
    """The attributes that a task definition certainly demands, by name; ``facts`` is the generated module."""
    found: dict[str, Attribute] = {}
    places: list[tuple[int, Path, Any]] = []
    facts.demand(task, places)
    for number, path, value in places:
        template, since, confidence, evidence = facts.FACTS[number]
        name = named(template, value)
        known = found.get(name)
        if known is None:
            known = found[name] = Attribute(name, template, _since(since, value), confidence, evidence)
        elif CONFIDENCE.index(confidence) > CONFIDENCE.index(known.confidence):
            known.confidence, known.evidence = confidence, evidence
        if path not in known.paths:
            known.paths.append(path)
    return found


def undecided(task: Any, certain: Iterable[str], facts: Any, possible: Any) -> list[str]:
    """The attributes that unknown values may demand beyond those that are certain; ``*`` stands for such a value.

    ``possible`` is the generated module for what is not known.
    """
    may = [number for number, perhaps in enumerate(possible.DEMANDS) if perhaps(task)]
    return sorted({facts.FACTS[number][0].replace(VALUE, "*") for number in may}.difference(certain))


def named(template: str, value: Any) -> str:
    """The name of an attribute with the value of its place."""
    return template.replace(VALUE, str(value)[:LONGEST_VALUE].replace(":", "."))


def _since(since: Any, value: Any) -> str | None:
    """The ``since`` of a table, which may depend on the value in the name."""
    if type(since) is not dict:
        return None if since is None else str(since)
    found: str | None = since.get(value) if type(value) is str else None
    return found


def release(version: str) -> tuple[int, ...]:
    """A version for comparison."""
    return tuple(int(part) for part in version.split("."))


def minimum(attributes: Iterable[Attribute]) -> str | None:
    """The first agent that offers all attributes, as far as one does; None if any agent will do."""
    known = [attribute.since for attribute in attributes if attribute.since and attribute.since != NEVER]
    return max(known, key=release, default=None)


class Requirement:
    """What an instance must have for one attribute: see rules/tables/instances.yaml."""

    __slots__ = ("also", "external", "optimized", "plain", "value", "variable")

    def __init__(self, row: Mapping[str, Any]) -> None:
        self.optimized: bool = row.get("optimized", True)
        self.plain: bool = row.get("plain", True)
        self.variable: str = row.get("variable", "")
        self.value: str | list[str] = row.get("value", "")
        self.external: bool = row.get("external", True)
        self.also: str = row.get("also", "")


def requirement(attribute: Attribute, facts: Any) -> Requirement:
    """What an instance must have for an attribute; an agent of its age is enough if the table says nothing."""
    for row in facts.INSTANCES:
        if attribute.name in row["attributes"]:
            return Requirement(row)
    return Requirement(next((row for row in facts.INSTANCES if attribute.template in row["attributes"]), {}))


def line(variable: str, attributes: Sequence[Attribute], facts: Any) -> str:
    """The line of ecs.config that sets a variable for all attributes that need it."""
    values: list[str] = []
    for attribute in attributes:
        found = requirement(attribute, facts)
        if found.variable == variable and type(found.value) is str:
            return f"{variable}={found.value}"
        if found.variable == variable:
            added = attribute.name.rpartition(".")[2] if VALUE in attribute.template else ""
            values += [*found.value, added]
    from ecslint.syntax import writer

    return f"{variable}={writer.dumps([*dict.fromkeys(filter(None, values))])}"
