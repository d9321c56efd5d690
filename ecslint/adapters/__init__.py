"""Lift ECS resources out of a document: the content decides, not the file's name."""

from __future__ import annotations

from ecslint.adapters import taskdef

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ecslint.document import Document
    from ecslint.engine import View
    from ecslint.model import Hit, Path


class Resource:
    """One task definition of a document, with ECS's own member names, whatever it was wrapped in.

    ``moved`` maps paths of ``data`` to source paths where the two differ; ``hits`` are the faults
    of the wrapping itself, by the slug of their rule, with source paths. ``whole`` says whether the
    members of ``data`` are the whole truth about the task, or the rest stands in some other file. ``tool`` is the
    deploy path of which the form tells, if it tells of one. ``parts`` are the documents and views of the resources of
    which this one is made.
    """

    __slots__ = ("data", "hits", "kind", "moved", "parts", "prefix", "tool", "whole")

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
    ) -> None:
        self.kind = kind
        self.data = data
        self.prefix = prefix
        self.moved = moved or {}
        self.hits = hits or []
        self.parts: dict[str, tuple[Document, View]] = {}
        self.tool = tool
        self.whole = whole


def recognise(data: Any, named: bool = False) -> list[Resource]:
    """The resources in a document's data; none when it is no ECS document. See ``taskdef`` and ``services``."""
    found = taskdef.recognise(data, named)
    if not found and type(data) is dict:
        from ecslint.adapters import agent, runs, services

        found = services.recognise(data) or runs.recognise(data) or agent.recognise(data)
    return [Resource(**fields) for fields in found]
