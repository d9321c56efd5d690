"""Resources that are made of two: one that names another, and the one that it names, perhaps in another file."""

from __future__ import annotations

from ecslint import deploy, document, engine, reading
from ecslint.adapters import Resource, recognise
from ecslint.kinds import LOCAL, TASK_DEFINITION, is_plain, may_be
from ecslint.pairing import matches
from ecslint.ruleset import bundle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from typing import Any, TypeAlias

    from ecslint.document import Document
    from ecslint.engine import Settings, View
    from ecslint.kinds import Kind, Name
    from ecslint.model import Path
    from ecslint.pairing import Match
    from ecslint.ruleset.bundle import Ruleset

    #: A resource, and the document in which it stands.
    Part: TypeAlias = tuple[Document, View]

MOST_MET = 64  # pairs of cases of two resources in a template


class Pairs:
    """The resources that those of one document name. ``read`` gives the document of each; None if there is none.

    Those of ``stated``, and those that are not named by their own names, are the only ones of their kind in their
    documents.
    """

    __slots__ = ("_known", "_read", "_ruleset", "_stated")

    def __init__(
        self, ruleset: Ruleset, read: Callable[[Name], Document | None], stated: Collection[Name] = ()
    ) -> None:
        self._ruleset = ruleset
        self._read = read
        self._stated = stated
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
                name = kind.reference(view.data, settings.beside)
                if name is None:
                    continue
                others = within.get(name, []) if name[1].startswith(LOCAL) else self._partners(name, settings)
                cases = made.setdefault((kind.name, view.resource.prefix, name), [])
                one = filled(document, view, settings) if others else view
                cases += self._judged(kind, (document, one), others, settings)
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
            if agree(here.facts, other[1].resource.facts) and may_be(one[1].data.get(kind.by), other[1].resource.data)
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
        nothing = settings.without(settings.enabled)
        stated = name in self._stated or not is_plain(name[1])
        for resource in recognise(document.data, document.named, settings.parameters):
            any_name = stated and resource.kind == name[0]
            if not any_name and bundle.kind(resource.kind).name_of(resource.data) != name:
                continue
            if found and not any_name and len(resource.every) == 1:
                continue
            view = engine.judge(resource, engine.most_bytes(document), self._ruleset, nothing)
            found.append((document, filled(document, view, settings)))
        sure = not stated or len({view.resource.prefix for _, view in found}) == 1
        return found if sure else []


def filled(document: Document, view: View, settings: Settings) -> View:
    """A task definition in which what its deployment puts in is unknown; any other view as it is."""
    resource = view.resource
    if resource.kind != TASK_DEFINITION or resource.prefix or not resource.whole:
        return view
    data = deploy.context(document.name, settings.deploy_path, alone=settings.alone).fill(view.data)
    return view if data is view.data else engine.View(resource, data, view.examination, view.outcomes)


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


def pairs_of(found: Mapping[Name, Match], ruleset: Ruleset) -> Pairs | None:
    """The resources in the files that match names; None if there is no such file."""
    files = {name: match.file for name, match in found.items() if match.file}
    stated = frozenset(name for name in files if found[name].any_name)
    return Pairs(ruleset, reader(files), stated) if files else None


class Index:
    """Which files of a run define resources. They are read when a document names one first."""

    __slots__ = ("_files", "_places")

    def __init__(self, files: Iterable[str]) -> None:
        self._files = files
        self._places: dict[Name, list[str]] | None = None

    def pairs(self, parsed: Document, ruleset: Ruleset, settings: Settings) -> Pairs | None:
        """The resources that those of a document name; None if it names none that is known."""
        defines, refers = engine.links(parsed, settings)
        if not refers:
            return None
        if self._places is None:
            self._places = {}
            for file in self._files:
                for name in self._defined(file, settings):
                    self._places.setdefault(name, []).append(file)
        found = pairs_of(matches(parsed.name, defines, refers, self._places, settings), ruleset)
        if found is None and engine.refers_within(defines, refers):
            return Pairs(ruleset, lambda _: None)
        return found

    def _defined(self, file: str, settings: Settings) -> list[Name]:
        try:
            other = document.parse(reading.read(file), file)
        except reading.Unreadable:
            return []
        return engine.links(other, settings)[0]
