"""Resources that are made of two: one that names another, and the one that it names, perhaps in another file."""

from __future__ import annotations

from ecslint import deploy, document, engine, reading
from ecslint.adapters import Resource, recognise
from ecslint.kinds import LOCAL, may_be
from ecslint.ruleset import bundle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any, TypeAlias

    from ecslint.document import Document
    from ecslint.engine import Settings, View
    from ecslint.kinds import Kind, Name
    from ecslint.model import Path
    from ecslint.ruleset.bundle import Ruleset

    #: A resource, and the document in which it stands.
    Part: TypeAlias = tuple[Document, View]

MOST_MET = 64  # pairs of cases of two resources in a template


class Pairs:
    """The resources that those of one document name. ``read`` gives the document of each; None if there is none."""

    __slots__ = ("_known", "_read", "_ruleset")

    def __init__(self, ruleset: Ruleset, read: Callable[[Name], Document | None]) -> None:
        self._ruleset = ruleset
        self._read = read
        self._known: dict[Name, list[Part]] = {}

    def of(self, document: Document, views: Iterable[View], settings: Settings) -> Iterator[View]:
        """The views of all that is made of a resource of a document and of one that it names."""
        # What others may meet of a template are its cases, not choices in them.
        cases_of = [view for view in views if view.resource.local or view.resource.spell is None]
        within: dict[Name, list[Part]] = {}
        for view in cases_of:
            within.setdefault((view.resource.kind, view.resource.local), []).append((document, view))
        made: dict[tuple[str, Path, Name], list[View]] = {}
        for view in cases_of:
            for kind in bundle.joins(view.resource.kind):
                name = kind.named_by(view.data)
                if name is None:
                    continue
                others = within.get(name, []) if name[1].startswith(LOCAL) else self._partners(name, settings)
                cases = made.setdefault((kind.name, view.resource.prefix, name), [])
                cases += self._judged(kind, (document, view), others, settings)
        for cases in made.values():
            every = [case.resource.facts for case in cases]
            for case in cases:
                case.resource.every = every
                yield case

    def _judged(self, kind: Kind, one: Part, others: Iterable[Part], settings: Settings) -> Iterator[View]:
        """What the rules say of a resource in a case, and of another one in each case that may be at the same time."""
        here = one[1].resource
        met = [
            other
            for other in others
            if agree(here.facts, other[1].resource.facts) and may_be(one[1].data[kind.by], other[1].resource.data)
        ]
        # Of very many cases some will do: what they say is certain, too.
        some = met[: max(1, MOST_MET // len(here.every))]
        for other in some:
            parts = dict(zip(kind.joins, (one, other), strict=True))
            data = {member: view.data for member, (_, view) in parts.items()}
            resource = Resource(kind.name, data, facts={**here.facts, **other[1].resource.facts})
            resource.parts = parts
            size = sum(engine.most_bytes(document) for document, _ in parts.values())
            outcomes = self._ruleset.judge(kind.name, data, size, settings.enabled)
            yield engine.View(resource, data, None, outcomes)

    def _partners(self, name: Name, settings: Settings) -> list[Part]:
        """The documents and the views of the resource with a name in another file; several, if it is in a template."""
        if name not in self._known:
            found = self._read(name)
            self._known[name] = [] if found is None else self._found(found, name, settings)
        return self._known[name]

    def _found(self, document: Document, name: Name, settings: Settings) -> list[Part]:
        document.lift()
        found: list[Part] = []
        for resource in recognise(document.data, document.named, settings.parameters):
            if bundle.kind(resource.kind).name_of(resource.data) != name or (found and len(resource.every) == 1):
                continue
            if not resource.prefix and resource.whole:
                resource.data = deploy.context(document.name, settings.deploy_path, alone=settings.alone).fill(
                    resource.data
                )
            nothing = settings.without(settings.enabled)
            found.append((document, engine.judge(resource, engine.most_bytes(document), self._ruleset, nothing)))
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
        within = engine.refers_within(defines, refers)
        if self._places is None:
            self._places = {}
            for file in self._files:
                for name in self._defined(file):
                    self._places.setdefault(name, []).append(file)
        found = engine.partners(parsed.name, refers, self._places)
        return Pairs(ruleset, reader(found)) if found or within else None

    def _defined(self, file: str) -> list[Name]:
        try:
            other = document.parse(reading.read(file), file)
        except reading.Unreadable:
            return []
        return engine.links(other)[0]
