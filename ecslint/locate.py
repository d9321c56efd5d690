"""Where things stand: the ways from the data that rules judge to the texts that people read."""

from __future__ import annotations

from ecslint import masking, paths
from ecslint.kinds import TASK_DEFINITION
from ecslint.model import Place, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any, TypeAlias

    from ecslint.adapters import Resource
    from ecslint.document import Document
    from ecslint.engine import View
    from ecslint.model import Node, Path
    from ecslint.ruleset.bundle import Rules, Ruleset
    from ecslint.ruleset.structure import Structure

    #: The schema of a place, and the structure that it is of.
    Schema: TypeAlias = tuple[Structure, Mapping[str, Any]]


#: The words behind `!` in templates.
FUNCTIONS = frozenset(("FindInMap", "GetAtt", "If", "ImportValue", "Join", "Ref", "Select", "Split", "Sub"))
FUNCTIONS |= {f"!{name}" for name in FUNCTIONS}


#: Words of HCL with the signs behind them, and those that begin blocks.
WORDS = frozenset(("?", "false", "file(", "jsonencode(", "null", "templatefile(", "true"))
WORDS |= frozenset(("data", "dynamic", "lifecycle", "locals", "module", "output", "provider", "resource", "variable"))


def span(root: Node, path: Path, key: bool = False) -> tuple[str, int, int]:
    """(pointer, start, end) of the key or value at a document path, or of its nearest ancestor in the text."""
    node, depth = paths.locate(root, path)
    pointer = paths.shown_pointer(path[:depth])
    if key and node.key_start >= 0:
        return pointer, node.key_start, node.key_end
    return pointer, node.start, node.end


class Places:
    """What the schema says about the places of a document, worked out when somebody asks first."""

    __slots__ = ("_document", "_known", "_ruleset", "_views")

    def __init__(self, document: Document, views: list[View], ruleset: Ruleset) -> None:
        self._document = document
        self._views = views
        self._ruleset = ruleset
        self._known: masking.Places | None = None

    def known(self) -> masking.Places:
        """The places, for ``masking``."""
        if self._known is None:
            document = self._document
            root = document.root() if self._views else None
            aliases = document.language != "json"
            kinds = {view.resource.kind for view in self._views} or {TASK_DEFINITION}
            names = frozenset().union(*(self._ruleset.of(kind).structure.names() for kind in kinds))
            if any(view.resource.spell is not None for view in self._views):
                names |= FUNCTIONS | WORDS
            self._known = masking.Places(root, document.data, self._schemas(), below, names, aliases)
        return self._known

    def _schemas(self) -> dict[Path, Any]:
        """The schemas of certain places of the document."""
        schemas: dict[Path, Any] = {}
        for view in self._views:
            structure = self._ruleset.of(view.resource.kind).structure
            of_parts = view.resource.moved.items() or [((), view.resource.prefix)]
            meant = (
                {written: repaired for repaired, written in view.examination.moved.items()} if view.examination else {}
            )
            for inner, source in of_parts:
                repaired = _translated(inner, meant)
                schemas[source] = of(structure, inner if repaired is None else repaired)
            schemas |= dict.fromkeys(view.resource.names, (structure, {"type": "string"}))
            secret = [source for inner, source in of_parts if is_below(inner, view.resource.hidden)]
            schemas |= dict.fromkeys(secret)
            if view.examination is not None:
                located = Located(self._document, view, self._ruleset.of(view.resource.kind))
                moved = view.examination.moved.items()
                schemas |= {located.outer(source): of(structure, repaired) for repaired, source in moved}
        return schemas

    def hide(self, start: int, end: int) -> bool:
        """Whether any of the text between two offsets stands in a place that no output may show."""
        text = self._document.text
        hidden, _ = masking.spans(text, self.known(), masking.windows(text, [(start, end)]))
        return any(low < end and start < high for low, high in hidden)


def is_below(path: Path, heads: Iterable[Path]) -> bool:
    """Whether a path leads to one of some places, or into it."""
    return any(path[: len(head)] == head for head in heads)


def written(path: Path, data: Any) -> Path:
    """A path without its steps into the arguments of functions, which say nothing to people."""
    found: list[str | int] = []
    for part in path:
        if type(data) is Unknown:
            data = data.value[part] if type(data.value) is list and isinstance(part, int) else None
            continue
        found.append(part)
        inside = type(data) is dict or (type(data) is list and isinstance(part, int) and part < len(data))
        data = (data.get(part) if type(data) is dict else data[part]) if inside else None
    return tuple(found)


def of(structure: Structure, path: Path) -> Schema | None:
    """The schema of a place in a resource, or None where a report may show nothing."""
    found = structure.schema_of(path)
    return None if found is None else (structure, found)


def below(around: Schema | None, part: Any) -> Schema | None:
    """The schema of a member or item, or None where a report may show nothing."""
    if around is None:
        return None
    structure, schema = around
    found = structure.below(schema, part)
    return None if found is None else (structure, found)


class Located:
    """One resource with the ways from the repaired data to the document."""

    __slots__ = ("document", "rules", "view")

    def __init__(self, document: Document, view: View, rules: Rules) -> None:
        self.document = document
        self.view = view
        self.rules = rules

    @property
    def structure(self) -> Structure:
        """The structure of the resource."""
        return self.rules.structure

    def name(self) -> str:
        """The name of the resource; empty if it has none that is known."""
        label = self.rules.kind.label
        found = paths.follow(self.view.data, label) if label else []
        shown = found and type(found[0][1]) is str and not self.hides(found[0][0])
        return masking.veiled(found[0][1]) if shown else ""

    def shows(self, path: Path) -> bool:
        """Whether a report may show the value at a path in the repaired data."""
        return self.structure.shows(path) and not (self.is_secret and self.hides(path))

    @property
    def is_secret(self) -> bool:
        """Whether there are values that nobody may see, whatever the schema says."""
        return bool(self.view.resource.hidden)

    def hides(self, path: Path) -> bool:
        """Whether nobody may see the value at a path, whatever the schema says."""
        return is_below(path, self.view.resource.hidden)

    def breadcrumb(self, path: Path) -> str:
        """A path in the document, for people."""
        resource = self.view.resource
        if not resource.address or path[: len(resource.prefix)] != resource.prefix:
            return paths.breadcrumb(path, self.document.data)
        inner = written(path, self.document.data)[len(resource.prefix) :]
        inside = ""
        if (
            resource.encoded
            and len(inner) > 1
            and resource.spell is not None
            and inner[:1] == resource.spell((resource.encoded,))
        ):
            containers = None if self.hides((resource.encoded,)) else self.view.data.get(resource.encoded)
            inside, inner = paths.breadcrumb(inner[1:], containers), inner[:1]
        inside = f".{inside}" if inside[:1].isalnum() else inside  # of what an expression takes from elsewhere
        return ".".join(filter(None, (masking.veiled(resource.address), paths.breadcrumb(inner, None)))) + inside

    def containers(self) -> tuple[Path, list[Any]]:
        """The path of the list of containers, and the list; empty if there is none."""
        place = self.rules.kind.containers
        for path, value in paths.follow(self.view.data, place) if place else ():
            if type(value) is list:
                return path, value
        return (), []

    def place(self, path: Path) -> Place:
        """The place in a document, for a path in the repaired data."""
        return Place(self.document, self.source(path))

    def partner(self) -> tuple[Place, str] | None:
        """Where the other one of two resources has its name, and what to say there; None if there is no other one."""
        return None

    def form(self) -> Resource:
        """The resource in whose document findings stand."""
        return self.view.resource

    def spelled(self, name: str) -> str:
        """A member of the API by the name that it has in the form of the document; other words as they are."""
        spell, way = self.form().spell, self.structure.way_to(name)
        if spell is None or way is None:
            return name
        return str(spell(way[self.steps_to_form :])[-1])

    #: How many steps of a path lead to the resource that the form is of.
    steps_to_form = 0

    def key_of(self, path: Path) -> Path | None:
        """Where the key of a member stands, for a path in the repaired data; None if that is where its value does."""
        keys = self.view.resource.keys
        return keys.get(path) or keys.get(self.written(path))

    def written(self, path: Path) -> Path:
        """The path in the resource as it was written, for a path in the repaired data."""
        examination = self.view.examination
        moved = None if examination is None else _translated(path, examination.moved)
        return path if moved is None else moved

    def outer(self, path: Path) -> Path:
        """The path in the document, for a path in the resource as it was written."""
        resource = self.view.resource
        if resource.spell is not None:
            head = next((end for end in range(len(path), -1, -1) if path[:end] in resource.moved), 0)
            return resource.moved.get(path[:head], resource.prefix) + resource.spell(path)[head:]
        moved = _translated(path, resource.moved)
        return resource.prefix + path if moved is None else moved

    def source(self, path: Path) -> Path:
        """The path in the document, for a path in the repaired data."""
        return self.outer(self.written(path))


def _translated(path: Path, table: Mapping[Path, Path]) -> Path | None:
    """The path with its longest head that the table knows replaced; None when it knows none."""
    for end in range(len(path), -1, -1) if table else ():
        if path[:end] in table:
            return table[path[:end]] + path[end:]
    return None


class Joined(Located):
    """A resource that is made of others, each with its own document; its own document is that of the first one.

    All findings of it stand in the first document, at the latest at the member that names the other resource.
    """

    __slots__ = ("_parts",)

    steps_to_form = 1

    def __init__(self, view: View, rules: Rules, parts: Mapping[str, Located]) -> None:
        first = next(iter(parts.values()))
        super().__init__(first.document, view, rules)
        self._parts = parts

    def source(self, path: Path) -> Path:
        """The path in the first document, for a path in the repaired data."""
        first = next(iter(self._parts))
        by = self.rules.kind.by
        rest = path[1:] if path[:1] == (first,) else (by,) if by else ()
        return self._parts[first].source(rest)

    def outer(self, path: Path) -> Path:
        """The path in the first document; what is joined is joined as it was repaired."""
        return self.source(path)

    def breadcrumb(self, path: Path) -> str:
        """A path in the first document, for people."""
        return next(iter(self._parts.values())).breadcrumb(path)

    @property
    def is_secret(self) -> bool:
        """Whether one of the resources has values that nobody may see."""
        return any(part.is_secret for part in self._parts.values())

    def hides(self, path: Path) -> bool:
        """Whether nobody may see the value at a path in one of the resources."""
        return bool(path) and path[0] in self._parts and self._parts[str(path[0])].hides(path[1:])

    def place(self, path: Path) -> Place:
        """The place in the document of the resource into which a path leads."""
        return self._parts[str(path[0])].place(path[1:]) if path else super().place(path)

    def form(self) -> Resource:
        """The first resource."""
        return next(iter(self._parts.values())).view.resource

    def partner(self) -> tuple[Place, str] | None:
        """Where the other resource has its name."""
        *_, other = self._parts.values()
        kind = other.rules.kind
        return other.place((kind.label,) if kind.label else ()), f"the {kind.title}"


def located(document: Document, view: View, ruleset: Ruleset) -> Located:
    """A resource of a document with its ways back, or one that is made of it and others."""
    rules = ruleset.of(view.resource.kind)
    parts = view.resource.parts
    if not parts:
        return Located(document, view, rules)
    return Joined(view, rules, {name: located(*part, ruleset) for name, part in parts.items()})
