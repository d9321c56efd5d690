"""The rules that ship with ecslint, compiled; in a checkout they are compiled again when a source is newer."""

from __future__ import annotations

import os

from ecslint.kinds import Kind
from ecslint.model import Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from typing import Any, TypeAlias

    from ecslint.ruleset.policies import Policies
    from ecslint.ruleset.structure import Structure

    #: A compiled rule: it appends a tuple for each hit in (resource, size in bytes).
    Judge: TypeAlias = Callable[[Any, int, list[Any]], None]

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Rules:
    """The compiled rules of one kind of resource.

    ``fits(data)`` says whether the schema accepts a resource as it is, ``screen(data, size)`` gives the numbers of the
    rules of the default profile that might hit it.
    """

    __slots__ = ("_judges", "_module", "_own", "_structure", "fits", "kind", "screen")

    def __init__(self, kind: Kind, judges: Mapping[int, Judge] | None, own: Mapping[int, Judge]) -> None:
        self.kind = kind
        self._module = _of_kind("fast", kind.name)
        self.fits: Callable[[Any], bool] = self._module.fits
        self.screen: Callable[[Any, int], set[int]] = self._module.suspects
        self._judges = judges
        self._own = own
        self._structure: Structure | None = None

    def judge(self, data: Any, size: int, numbers: Collection[int]) -> list[Any]:
        """What these rules say of a resource: a tuple (number, path, ...) for each hit."""
        outcomes: list[Any] = []
        if numbers:
            for number in sorted(numbers):
                if number in self._own:
                    self._ask(number, data, size, outcomes)
                    continue
                if self._judges is None:
                    self._judges = _of_kind("exact", self.kind.name).RULES
                judge = self._judges.get(number)
                if judge is not None:
                    judge(data, size, outcomes)
        return outcomes

    def _ask(self, number: int, data: Any, size: int, outcomes: list[Any]) -> None:
        """What a policy says; if it breaks down, the exception is its one outcome."""
        said: list[Any] = []
        try:
            self._own[number](data, size, said)
        except Exception as error:
            said = [(number, (), error)]
        outcomes += said

    @property
    def structure(self) -> Structure:
        """The structure of such resources, to explain what does not fit."""
        if self._structure is None:
            from ecslint.ruleset.structure import Structure

            generated = _of_kind("schema", self.kind.name)
            fits, members = self._module.FITS, self._module.MEMBERS
            self._structure = Structure(generated.SCHEMA, generated.VOCABULARY, fits, members, self.kind.title)
        return self._structure


class Ruleset:
    """Compiled rules. They are known by their number, and become Rule objects only when somebody asks.

    ``by_keyword`` maps kinds of structural mistakes to the number of the rule that reports them, ``by_fault`` the slugs
    of the parser and the adapters. ``size`` is the number of rules, ``default`` the numbers of those in the default
    profile. ``policies`` are those among the rules, file by file; ``joined`` are the ids of rules that judge only what
    is made of two resources.
    """

    __slots__ = (
        "_judges",
        "_kinds",
        "_own",
        "_rules",
        "_strict",
        "by_fault",
        "by_keyword",
        "default",
        "joined",
        "policies",
        "size",
    )

    def __init__(self, judges: Mapping[int, Judge] | None = None) -> None:
        index = generated("index")
        self.size: int = index.SIZE
        self.default: frozenset[int] = index.DEFAULT
        self.by_keyword: Mapping[str, int] = index.BY_KEYWORD
        self.by_fault: Mapping[str, int] = index.BY_FAULT
        self.joined: frozenset[str] = index.JOINED
        self._judges = judges
        self._kinds: dict[str, Rules] = {}
        self._strict: dict[frozenset[int], frozenset[int]] = {}  # what is enabled beyond the default profile
        self._rules: dict[int, Rule] = {}
        self._own: dict[str, Mapping[int, Judge]] = {}
        self.policies: Sequence[Policies] = ()

    def extended(self, policies: Sequence[Policies]) -> Ruleset:
        """These rules and policies, whose numbers come after them; no screen knows them, so they are always asked."""
        from ecslint.ruleset.policies import judges

        more = Ruleset(self._judges)
        rules = [rule for group in policies for rule in group.rules]
        more.size = self.size + len(rules)
        more._rules = {**self._rules, **dict(enumerate(rules, self.size))}
        more._own = {**self._own}
        for name, ours in judges(policies, self.size).items():
            more._own[name] = {**more._own.get(name, {}), **ours}
        more.policies = (*self.policies, *policies)
        more.joined = self.joined | {rule.id for rule in rules if all(kind(name).joins for name in rule.kinds)}
        return more

    def __reduce__(self) -> Any:
        """Other processes make the code of their own."""
        return _rebuilt, (self.policies,)

    def of(self, name: str) -> Rules:
        """The rules of a kind of resource."""
        found = self._kinds.get(name)
        if found is None:
            found = self._kinds[name] = Rules(kind(name), self._judges, self._own.get(name, {}))
        return found

    def judge(self, name: str, data: Any, size: int, enabled: frozenset[int]) -> list[Any]:
        """What the enabled rules say of a resource of a kind and of at most ``size`` bytes: a tuple for each hit."""
        return self.of(name).judge(data, size, self.suspects(name, data, size, enabled))

    def suspects(self, name: str, data: Any, size: int, enabled: frozenset[int]) -> Collection[int]:
        """The numbers of the enabled rules that might hit a resource of a kind and of at most ``size`` bytes."""
        if enabled not in self._strict:
            self._strict[enabled] = enabled - self.default
        try:
            return (self.of(name).screen(data, size) & enabled) | self._strict[enabled]
        except Exception:  # unknown values of which the screen can make nothing: all rules have to look
            return enabled

    def rule(self, number: int) -> Rule:
        """The rule with this number, without its documentation."""
        found = self._rules.get(number)
        if found is None:
            found = self._rules[number] = Rule(_fields(number))
        return found

    @property
    def rules(self) -> list[Rule]:
        """All rules in the order of their ids."""
        for number, head in enumerate(generated("heads").RULES):
            if number not in self._rules:
                self._rules[number] = Rule.headed(head, number, _fields)
        return [self._rules[number] for number in range(self.size)]


def load(judges: Mapping[int, Judge] | None = None, fields: Mapping[int, Mapping[str, Any]] | None = None) -> Ruleset:
    """The bundled rules, or others that only differ in what they say. Raises Mistakes for mistakes in rule files.

    ``fields`` are those of some rules, which need not be looked up then.
    """
    found = Ruleset(judges)
    found._rules = {number: Rule(known) for number, known in (fields or {}).items()}
    return found


def _fields(number: int) -> Any:
    """The fields of a bundled rule that a finding needs."""
    from ecslint.syntax import json

    return json.loads(generated("short").RULES[number])


def _rebuilt(policies: Sequence[Policies]) -> Ruleset:
    """A ruleset in another process."""
    return load().extended(policies) if policies else load()


def document(rules: Sequence[Rule]) -> None:
    """Give rules their documentation: why, evidence, references, examples."""
    docs = generated("text").DOCS
    for rule in rules:
        rule.docs = docs.get(rule.id, rule.docs)


def describe(rules: Sequence[Rule]) -> None:
    """Give rules their SARIF descriptors."""
    descriptors = generated("descriptors").DESCRIPTORS
    for rule in rules:
        rule.descriptor = descriptors.get(rule.id, "")


def kinds() -> Mapping[str, Kind]:
    """All kinds of resources by name, in the order of their names."""
    return {name: kind(name) for name in generated("index").KINDS}


def kind(name: str) -> Kind:
    """The kind of resource with this name."""
    found = _kinds.get(name)
    if found is None:
        found = _kinds[name] = Kind(name, generated("index").KINDS[name])
    return found


_kinds: dict[str, Kind] = {}


def joins(first: str) -> list[Kind]:
    """The kinds that are made of a resource of one kind and of one that it names."""
    known = _joins.get(first)
    if known is None:
        made = [kind for kind in kinds().values() if kind.joins]
        known = _joins[first] = [kind for kind in made if next(iter(kind.joins.values())) == first]
    return known


_joins: dict[str, list[Kind]] = {}


def conditions() -> Mapping[str, Mapping[str, Any]]:
    """The bundled conditions of each kind by name: JSON Schemas of such a resource."""
    found: Mapping[str, Mapping[str, Any]] = generated("library").CONDITIONS
    return found


def names() -> frozenset[str]:
    """The ids and slugs of all bundled rules."""
    found: frozenset[str] = generated("library").NAMES
    return found


def packs() -> Mapping[str, Mapping[str, Any]]:
    """The bundled packs by name: a title, and the names of rules that it selects."""
    found: Mapping[str, Mapping[str, Any]] = generated("library").PACKS
    return found


def data_folder(name: str) -> str:
    """The folder ``rules`` or ``schemas``: inside the installed package, or of the checkout."""
    installed = os.path.join(PACKAGE, "data", name)
    return installed if os.path.isdir(installed) else os.path.join(os.path.dirname(PACKAGE), name)


def schema_names() -> list[str]:
    """The names of the bundled schemas."""
    return sorted(file[: -len(".json")] for file in os.listdir(data_folder("schemas")) if file.endswith(".json"))


_fresh = False


def _of_kind(name: str, kind: str) -> Any:
    """A generated module that there is for each kind."""
    return generated(f"{name}_{kind.replace('-', '_')}")


def generated(name: str) -> Any:
    """A generated module. An installed package has it; a checkout makes it when it is missing or old."""
    global _fresh
    if not _fresh:
        _fresh = True
        if not os.path.isdir(os.path.join(PACKAGE, "data")):
            from ecslint.ruleset import build

            build.refresh(os.path.dirname(PACKAGE))
    return getattr(__import__("ecslint.compiled", fromlist=[name]), name)
