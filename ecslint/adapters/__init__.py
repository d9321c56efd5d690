"""Lift ECS resources out of a document: the content decides, not the file's name."""

from __future__ import annotations

from ecslint.adapters import taskdef

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from ecslint.document import Document
    from ecslint.engine import View
    from ecslint.model import Fix, Hit, Path


#: Members of documents that may have ECS run tasks: of rules, schedules, pipes, state machines, and of one target.
TARGETS = frozenset(("Targets", "Target", "TargetParameters", "States", "EcsParameters"))


class Resource:
    """One task definition of a document, with ECS's own member names, whatever it was wrapped in.

    ``moved`` maps paths of ``data`` to source paths where the two differ; ``hits`` are the faults
    of the wrapping itself, by the slug of their rule, with source paths. ``whole`` says whether the
    members of ``data`` are the whole truth about the task, or the rest stands in some other file. ``tool`` is the
    deploy path of which the form tells, if it tells of one. ``parts`` are the documents and views of the resources of
    which this one is made. ``spell`` gives a path as the form spells it, if not as ECS does.

    One resource of a template is several of these, one for each case: ``facts`` are what is true in it, ``every`` are
    those of all its cases.
    Of a resource of Terraform, ``address`` is its name, ``encoded`` the member that is JSON in a text, which Go
    decodes, and ``hidden`` are the paths of values that nobody may see.
    ``local`` is how others in the same template refer to it, as the text of an unknown value; empty for choices.
    ``keys`` are the places of keys, by the paths of their members, ``names`` those of names that only the form has.
    ``choices`` are the same one with each value that is free in the case, ``assumed`` the one with all defaults, of
    which ``case`` tells in words, and ``certain`` is false of it. ``bound`` says that it hangs on values which somebody
    has given to parameters.
    """

    __slots__ = (
        "address",
        "assumed",
        "bound",
        "case",
        "certain",
        "choices",
        "data",
        "encoded",
        "every",
        "facts",
        "hidden",
        "hits",
        "keys",
        "kind",
        "local",
        "moved",
        "names",
        "parts",
        "prefix",
        "spell",
        "tool",
        "whole",
    )

    def __init__(
        self,
        kind: str,
        data: Any,
        *,
        prefix: Path = (),
        moved: dict[Path, Path] | None = None,
        hits: list[tuple[str, Hit]] | None = None,
        whole: bool = True,
        tool: str = "",
        spell: Callable[[Path], Path] | None = None,
        local: str = "",
        keys: Mapping[Path, Path] | None = None,
        names: Sequence[Path] = (),
        facts: Mapping[str, Any] | None = None,
        case: str = "",
        every: Sequence[Mapping[str, Any]] = (),
        choices: Sequence[Mapping[str, Any]] = (),
        assumed: Mapping[str, Any] | None = None,
        address: str = "",
        bound: bool = False,
        encoded: str = "",
        hidden: Sequence[Path] = (),
    ) -> None:
        self.address = address
        self.kind = kind
        self.data = data
        self.encoded = encoded
        self.hidden = hidden
        self.prefix = prefix
        self.moved = moved or {}
        self.hits = hits or []
        self.parts: dict[str, tuple[Document, View]] = {}
        self.tool = tool
        self.whole = whole
        self.spell = spell
        self.local = local
        self.keys = keys or {}
        self.names = names
        self.facts = facts or {}
        self.case = case
        self.every = every or [self.facts]
        self.certain = True
        self.bound = bound
        self.choices = [Resource(**choice) for choice in choices]
        self.assumed = Resource(**assumed) if assumed else None

    def spelt(self, fix: Fix, document: Any) -> Fix | None:
        """A fix in the words of the form.

        None where a function of the template stands in its way, or what it changes is right for another choice; and
        of what Terraform has made or reads.
        """
        if self.address:
            return None
        from ecslint.adapters import cloudformation

        renames = all(operation.kind == "rename" for operation in fix.operations)
        if not renames and (self.choices or self.bound or not self.certain):
            return None
        return cloudformation.spelt(fix, document)


def recognise(data: Any, named: bool = False, parameters: Mapping[str, str] | None = None) -> list[Resource]:
    """The resources in a document's data; none when it is no ECS document. See the modules of this package.

    ``parameters`` are values for those of a template.
    """
    found = taskdef.recognise(data, named)
    if not found and type(data) is dict:
        found = of_object(data, parameters)
    elif not found and type(data) is list:
        found = of_list(data)
    return [Resource(**fields) for fields in found]


def of_object(data: dict[Any, Any], parameters: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """Arguments of ``Resource`` for what an object is or wraps, if that is no task definition."""
    if type(data.get("Resources")) is list or "jobs" in data:
        from ecslint.adapters import deployments

        return deployments.steps(data) if "jobs" in data else deployments.appspecs(data)
    if "Resources" in data:
        from ecslint.adapters import cloudformation

        return cloudformation.recognise(data, parameters) if cloudformation.is_template(data) else []
    if "format_version" in data or "terraform_version" in data:
        from ecslint.adapters import plan

        return plan.recognise(data) if plan.is_plan(data) else []
    if "resource" in data:
        from ecslint.syntax.hcl import MARK

        if MARK in data:
            from ecslint.adapters import hcl

            return hcl.recognise(data)
    from ecslint.adapters import agent, calls, runs, services

    found = services.recognise(data) or runs.recognise(data) or calls.recognise(data) or agent.recognise(data)
    if not found and not TARGETS.isdisjoint(data):
        from ecslint.adapters import targets

        found = targets.recognise(data)
    return found


def of_list(data: list[Any]) -> list[dict[str, Any]]:
    """Arguments of ``Resource`` for a list, as jq takes it out of an answer; none unless every item is a resource."""
    if data and type(data[0]) is dict and "imageUri" in data[0]:
        from ecslint.adapters import deployments

        return deployments.images(data)
    if data and all(type(item) is dict and "EcsParameters" in item for item in data):
        from ecslint.adapters import targets

        return targets.in_list(data)
    resources = []
    for index, item in enumerate(data):
        found = of_object(item) if type(item) is dict else []
        if len(found) != 1 or "prefix" in found[0]:
            return []
        resources.append({**found[0], "prefix": (index,)})
    return resources
