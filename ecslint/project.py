"""Resources that are made of two: one that names another, and the one that it names, perhaps in another file."""

from __future__ import annotations

from ecslint import deploy, document, engine, reading
from ecslint.adapters import Resource, recognise
from ecslint.kinds import LOCAL, may_be
from ecslint.ruleset import bundle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

    from ecslint.document import Document
    from ecslint.engine import Settings, View
    from ecslint.kinds import Kind, Name
    from ecslint.ruleset.bundle import Ruleset


class Pairs:
    """The resources that those of one document name. ``read`` gives the document of each; None if there is none."""

    __slots__ = ("_known", "_read", "_ruleset")

    def __init__(self, ruleset: Ruleset, read: Callable[[Name], Document | None]) -> None:
        self._ruleset = ruleset
        self._read = read
        self._known: dict[Name, list[tuple[Document, View]]] = {}

    def of(self, document: Document, views: Iterable[View], settings: Settings) -> Iterator[View]:
        """The views of all that is made of a resource of a document and of one that it names."""
        for view in views:
            if not view.resource.certain:
                continue
            for kind in bundle.joins(view.resource.kind):
                name = kind.named_by(view.data)
                for partner in self._partners(name, document, settings) if name is not None else ():
                    other = partner[1].resource
                    if agree(view.resource.facts, other.facts) and may_be(view.data[kind.by], other.data):
                        yield self._judged(kind, (document, view), partner, settings)

    def _judged(self, kind: Kind, one: tuple[Document, View], other: tuple[Document, View], settings: Settings) -> View:
        """What the rules say of a resource that is made of two."""
        parts = dict(zip(kind.joins, (one, other), strict=True))
        data = {member: view.data for member, (_, view) in parts.items()}
        first, second = (view.resource for _, view in parts.values())
        every = [{**here, **there} for here in first.every for there in second.every if agree(here, there)]
        resource = Resource(kind.name, data, facts={**first.facts, **second.facts}, every=every)
        resource.parts = parts
        size = sum(engine.most_bytes(document) for document, _ in parts.values())
        return engine.View(resource, data, None, self._ruleset.judge(kind.name, data, size, settings.enabled))

    def _partners(self, name: Name, within: Document, settings: Settings) -> list[tuple[Document, View]]:
        """The document and the view of the resource with a name; several in a template, one for each case."""
        if name not in self._known:
            found = within if name[1].startswith(LOCAL) else self._read(name)
            self._known[name] = [] if found is None else self._found(found, name, settings)
        return self._known[name]

    def _found(self, document: Document, name: Name, settings: Settings) -> list[tuple[Document, View]]:
        found: list[tuple[Document, View]] = []
        if not name[1].startswith(LOCAL):
            document.lift()
        for resource in recognise(document.data, document.named):
            if name in (bundle.kind(resource.kind).name_of(resource.data), (resource.kind, resource.local)):
                if not resource.prefix and resource.whole:
                    resource.data = deploy.context(document.name, settings.deploy_path, alone=settings.alone).fill(
                        resource.data
                    )
                nothing = settings.without(settings.enabled)
                view = engine.judge(resource, engine.most_bytes(document), self._ruleset, nothing)
                if not found or len(resource.every) > 1:
                    found.append((document, view))
        return found


def agree(facts: Mapping[str, Any], others: Mapping[str, Any]) -> bool:
    """Whether two cases may be one: nothing is true in one of them and false in the other."""
    return all(others.get(name, fact) == fact for name, fact in facts.items())


def reader(files: Mapping[Name, str]) -> Callable[[Name], Document | None]:
    """Reads the file of each name; a file that cannot be read any more is none."""

    def read(name: Name) -> Document | None:
        if name not in files:
            return None
        try:
            found = document.parse(reading.read(files[name]), files[name])
        except reading.Unreadable:
            return None
        found.named = True
        return found

    return read


class Index:
    """Which files of a run define resources. They are read when a document names one first."""

    __slots__ = ("_files", "_places")

    def __init__(self, files: Iterable[str]) -> None:
        self._files = files
        self._places: dict[Name, list[str]] | None = None

    def pairs(self, parsed: Document, ruleset: Ruleset) -> Pairs | None:
        """The resources that those of a document name; None if it names none that is known."""
        defines, refers = engine.links(parsed)
        if not refers:
            return None
        own = engine.own(defines, refers)
        if self._places is None:
            self._places = {}
            for file in self._files:
                for name in self._defined(file):
                    self._places.setdefault(name, []).append(file)
        found = engine.partners(parsed.name, refers, self._places)
        return Pairs(ruleset, reader(found)) if found or own else None

    def _defined(self, file: str) -> list[Name]:
        try:
            other = document.parse(reading.read(file), file)
        except reading.Unreadable:
            return []
        return engine.links(other)[0]
