"""What is known of how one file is deployed, and what becomes of a task definition on the way."""

from __future__ import annotations

from ecslint.model import SEVERITIES, UNKNOWN, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any, TypeAlias

    from ecslint.model import Rule

    #: The name of a container ("" for the task, EACH for any container), and the names that lead to the member in it.
    Filled: TypeAlias = tuple[str, tuple[str, ...]]

AUTO = "auto"
CLI = "aws-cli"
ACTION = "github-action"
ECSPRESSO = "ecspresso"
CODEDEPLOY = "codedeploy"

EACH = "*"  # any container
CONTAINERS = "containerDefinitions"

#: What the action that deploys puts back where it has dropped an empty string: of an item of a list, by its name.
PUT_BACK = {"environment": ("value",), "properties": ("name", "value")}

DROPPED = object()


class Use:
    """A place (``file`` from the root, ``line``) that uses a task definition, and what becomes of that.

    ``path`` is the deploy path, or "" if it is not known. ``target`` is the path of the task definition from the root.
    ``filled`` is what is put in on the way. ``changed``: something before may have rewritten the file. ``as_yaml``: it
    is read as YAML, whatever its name. ``containers``: it is sent as the list of containers. ``kept`` are the names of
    members that the GitHub action keeps although they are empty; None if nobody knows. ``service`` is the name of the
    service that gets it, if that is known. If the target is a service, ``beside`` is its task definition.
    """

    __slots__ = (
        "as_yaml",
        "beside",
        "changed",
        "containers",
        "file",
        "filled",
        "kept",
        "line",
        "path",
        "service",
        "target",
    )

    def __init__(
        self,
        path: str,
        target: str,
        file: str,
        line: int,
        filled: Iterable[Filled] = (),
        *,
        changed: bool = False,
        as_yaml: bool = False,
        containers: bool = False,
        kept: frozenset[str] | None = frozenset(),
    ) -> None:
        self.path = path
        self.target = target
        self.file = file
        self.line = line
        self.filled = frozenset(filled)
        self.changed = changed
        self.as_yaml = as_yaml
        self.containers = containers
        self.kept = kept
        self.service = ""
        self.beside = ""


class Context:
    """What is known of how one file is deployed: the deploy path that the settings state, or the places that use it."""

    __slots__ = ("_ways", "uses")

    def __init__(self, uses: Sequence[Use] = (), stated: str = "") -> None:
        self.uses = uses
        self._ways = {(stated, False)} if stated else {(use.path, use.changed) for use in uses}

    def filled(self, container: Any) -> set[tuple[str, ...]]:
        """The members of a container, or for "" of the task, that are put in on every way to ECS.

        A name that is not known may be that of any container.
        """
        names = (container, EACH) if container else ("",)
        of_uses = [
            {place for name, place in use.filled if name in names or (type(container) is Unknown and name)}
            for use in self.uses
        ]
        return set.intersection(*of_uses) if of_uses else set()

    def fill(self, task: dict[Any, Any]) -> dict[Any, Any]:
        """A task definition in which what is put in on the way is unknown; the very same where that is nothing."""
        filled = task
        for place in self.filled(""):
            filled = put(filled, place)
        containers = filled.get(CONTAINERS)
        for index, container in enumerate(containers if type(containers) is list else ()):
            places = self.filled(container.get("name") or EACH) if type(container) is dict else set()
            for place in places:
                container = put(container, place)
            if places:
                around = filled[CONTAINERS]
                filled = {**filled, CONTAINERS: [*around[:index], container, *around[index + 1 :]]}
        return filled

    def clean(self, task: dict[Any, Any]) -> dict[Any, Any]:
        """A task definition without what is empty, if all that register it drop that; otherwise the very same."""
        if {path for path, _ in self._ways} != {ACTION}:
            return task
        kept: set[str] = set()
        for use in self.uses:
            if use.kept is None:
                return task
            kept |= use.kept
        rest = cleaned(task, frozenset(kept))
        return task if rest is DROPPED or rest == task else rest

    def is_by(self, path: str) -> bool:
        """Whether the file reaches ECS by a deploy path, as far as is known."""
        return any(way == path for way, _ in self._ways)

    def reads_yaml(self) -> bool:
        """Whether all that use the file read it as YAML."""
        return bool(self.uses) and all(use.as_yaml for use in self.uses)

    def sends_containers(self) -> bool:
        """Whether the file is seen to be sent to ECS as a list of containers."""
        return any(use.containers for use in self.uses)

    def severity(self, rule: Rule, severity: str) -> str:
        """How grave a rule is here, if it is of a severity where nothing is known; the strictest path counts.

        Of a file that something may have rewritten, nothing is graver than elsewhere.
        """
        known = []
        for path, changed in self._ways:
            there = rule.deploy_path.get(path, severity)
            known.append(min(there, severity, key=SEVERITIES.index) if changed else there)
        return max(known, key=SEVERITIES.index, default=severity)


NOTHING_KNOWN = Context()


def put(value: Any, place: tuple[str, ...]) -> Any:
    """A value in which the member at a place is unknown; of a list, that of the items with the first name."""
    name, *rest = place
    if type(value) is list and rest:
        named = [type(item) is dict and item.get("name") == name for item in value]
        return [put(item, tuple(rest)) if fits else item for item, fits in zip(value, named, strict=True)]
    if type(value) is not dict:
        return value
    inner = value.get(name)
    return {**value, name: put(inner, tuple(rest)) if rest and inner is not None else UNKNOWN}


def cleaned(value: Any, kept: frozenset[str], key: Any = "", around: Any = "") -> Any:
    """A value without what the GitHub action drops, or DROPPED; ``key`` and ``around`` are the names that lead to it.

    An item that is dropped from a list is unknown, so that the others keep their places. What is null stays: it is
    taken for an absent member anyway.
    """
    if key in kept:
        return value
    if type(value) is dict:
        rest = {name: cleaned(inner, kept, name, key or around) for name, inner in value.items()}
        rest = {name: inner for name, inner in rest.items() if inner is not DROPPED}
        if all(inner is None for inner in rest.values()):
            return DROPPED
        return {**rest, **{name: "" for name in PUT_BACK.get(around, ()) if value.get(name) == ""}}
    if type(value) is list:
        items = [cleaned(item, kept, "", key) for item in value]
        if all(item is DROPPED or item is None for item in items):
            return DROPPED
        return [UNKNOWN if item is DROPPED else item for item in items]
    return DROPPED if value == "" and type(value) is str else value
