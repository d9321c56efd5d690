"""Policies: rule files of a repository, or of an installed package, that are read and compiled when a run starts.

They are rules like the bundled ones, but nobody has looked at them: they may be wrong, or written by somebody
who wants to do harm. So all mistakes are told, with their places, before any code is made; texts get into
the code only as ``repr`` writes them; and everything that could grow or run without end has a bound.
"""

from __future__ import annotations

import os

from ecslint import discovery
from ecslint.checks import load as load_checks
from ecslint.kinds import TASK_DEFINITION
from ecslint.model import CATEGORIES, Mistakes, Misuse, Rule
from ecslint.regex import Foreign
from ecslint.ruleset import bundle, options, rules, validation
from ecslint.ruleset.compile import compile_rules, conditions_of
from ecslint.ruleset.expressions import walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from ecslint.document import Document
    from ecslint.model import Path
    from ecslint.ruleset.bundle import Judge
    from ecslint.ruleset.expressions import Schema

BUNDLED = "ECS"  # how the ids of bundled rules begin
OWN = "ACME001"  # how those of policies look
PACKAGE = "pkg:"
MANIFEST = "pack.yaml"
CONDITIONS = "conditions.yaml"
TABLES = "tables"

#: Where Python installs packages.
SITES = ("site-packages", "dist-packages")

#: Bounds of one rule.
MOST_NESTED = 8  # schemas in one another; steps of a path. Python nests no more than 20 loops.
MOST_PARTS = 2_000  # schemas that have to be looked at

NAME = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"

HEAD = '''"""Made by ecslint.ruleset.compile from policies."""

from ecslint.model import Unknown
from ecslint.regex import Foreign
from ecslint.regex.linear import search
from ecslint.ruleset import runtime
from ecslint.ruleset.runtime import call, has_unknown, known_parts, missing, same


def matches(pattern, text, task, container=None):
    return runtime.matches(pattern, text, task, container, search)


NoneType = type(None)
'''

#: What bundled rules have to say and policies need not.
DEFAULTS: dict[str, Any] = {"severity": "error", "category": "practice", "kind": ["task-definition"]}


class Policies:
    """The rules of one file or folder, in the order of their files, and the conditions that they refer to.

    ``places`` tells where each rule has its id and where its slug, as ``file:line:column``.
    """

    __slots__ = ("conditions", "places", "rules")

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self.places: list[tuple[str, str]] = []
        self.conditions: dict[str, dict[str, Schema]] = {}


def judges(groups: Iterable[Policies], first: int) -> dict[str, dict[int, Judge]]:
    """The compiled rules of all groups by kind and number, from ``first`` on."""
    found: dict[str, dict[int, Judge]] = {}
    for group in groups:
        numbered = list(enumerate(group.rules, first))
        first += len(numbered)
        for kind, conditions in group.conditions.items():
            ours = [(number, rule) for number, rule in numbered if kind in rule.kinds]
            source = compile_rules(ours, conditions, bundle.kind(kind).containers, HEAD)
            names: dict[str, Any] = {}
            exec(compile(source, "<policies>", "exec", dont_inherit=True), names)  # noqa: S102  # see the head of this file
            found.setdefault(kind, {}).update(names["RULES"])
    return found


# --- where they are -------------------------------------------------------------------------------


def located(named: str, base: str, root: str) -> str:
    """The path that an entry of ``rules`` means; ``base`` is the folder of the configuration.

    Raises Mistakes for what is not there, and for what lies outside of the folder ``root``.
    """
    if named.startswith(PACKAGE):
        return _package(named.removeprefix(PACKAGE))
    path = os.path.normpath(os.path.join(base, named))
    if "\0" in named or not discovery.within(path, root):
        raise Mistakes(f"{named!r} leads out of the repository")
    if not os.path.exists(path):
        raise Mistakes(f"there is no file or folder {named!r}")
    return path


def named(places: Iterable[str]) -> list[Policies]:
    """The policies of files, folders and packages that the user has named. Raises Mistakes."""
    wrong: list[str] = []
    groups = []
    for place in places:
        path = _package(place.removeprefix(PACKAGE)) if place.startswith(PACKAGE) else os.path.abspath(place)
        if not os.path.exists(path):
            raise Misuse(f"there is no file or folder {place}")
        folder = path if os.path.isdir(path) else os.path.dirname(path)
        groups.append(read(path, discovery.repository(folder) or folder, wrong))
    wrong += collisions(groups)
    if wrong:
        raise Mistakes("\n".join(wrong))
    return groups


def _package(name: str) -> str:
    """The folder of an installed package, found without importing anything. Raises Mistakes.

    Python also finds packages in the working folder and in folders that a repository may name. They do not count.
    """
    import sys

    if not (name.isidentifier() and name.isascii()):
        raise Mistakes(f"{PACKAGE}{name!r} is not the name of a Python package")
    for site in sys.path:
        folder = os.path.join(site, name)
        if os.path.basename(site) in SITES and os.path.isfile(os.path.join(folder, MANIFEST)):
            return folder
    raise Mistakes(f"no installed package {name!r} has a {MANIFEST}")


def files(place: str) -> list[str]:
    """The YAML files that a file or folder stands for, without the conditions, tables and manifest of a folder.

    Raises Mistakes for a folder that cannot be listed.
    """
    if not os.path.isdir(place):
        return [place]
    found = []
    for folder, folders, names in os.walk(place, onerror=_refuse):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "__pycache__")
        if folder == place:
            folders[:] = [name for name in folders if name != TABLES]
            names = [name for name in names if name not in (CONDITIONS, MANIFEST)]
        found += [os.path.join(folder, name) for name in sorted(names) if name.endswith(".yaml")]
    return found


def _refuse(error: OSError) -> None:
    raise Mistakes(f"{_shown(error.filename)}: the folder cannot be listed: {error.strerror}")


# --- reading --------------------------------------------------------------------------------------


def read(place: str, root: str, wrong: list[str]) -> Policies:
    """The policies of a file or folder. All mistakes are added to ``wrong``; what lies outside of ``root`` is one."""
    found = Policies()
    folder = place if os.path.isdir(place) else os.path.dirname(place)
    library = _library(folder, root, wrong)
    try:
        paths = files(place)
    except Mistakes as error:
        wrong.append(str(error))
        return found
    for path in paths:
        try:
            written = _read(path, root)
        except Mistakes as error:
            wrong.append(str(error))
            continue
        if path != place and not _is_rule(written.data):
            continue
        if "$table" in written.text:
            ours = rules.load_tables(bundle.data_folder("rules"))
            library.tables = {**ours, **library.tables}
            library.ours = frozenset(ours)
        wrong_here = errors(written, library)
        if wrong_here:
            wrong += validation.told(written, wrong_here)
            continue
        fields = {**DEFAULTS, **rules.normalised(written.data, library.tables)}
        fields["then"] = marked(fields["then"], foreign_patterns(written.data["then"], library))
        found.rules.append(Rule(fields, path))
        at = [validation.start(written, (name,)) for name in ("id", "slug")]
        found.places.append((_place(written, at[0]), _place(written, at[1])))
    for kind in dict.fromkeys(kind for rule in found.rules for kind in rule.kinds):
        of_kind = [rule for rule in found.rules if kind in rule.kinds]
        found.conditions[kind] = _needed(of_kind, library.conditions[kind])
    return found


def _read(path: str, root: str) -> Document:
    """A YAML file. Raises Mistakes; also when a link leads out of ``root``."""
    shown = _shown(path)
    if not discovery.within(path, root):
        raise Mistakes(f"{shown}: a link that leads out of the repository")
    return rules.read(path, shown)


def _shown(path: str) -> str:
    """A file name as seen from the working folder."""
    try:
        return os.path.relpath(path)
    except ValueError:  # on another drive
        return path


def _place(written: Document, offset: int) -> str:
    return validation.place(written.name, written.text, offset)


def _is_rule(data: Any) -> bool:
    """Whether a file of a folder means to be a rule."""
    return type(data) is dict and ("id" in data or "then" in data)


def _library(folder: str, root: str, wrong: list[str]) -> rules.Library:
    """What the rules of a folder may refer to: its own conditions and tables, and the bundled ones."""
    conditions = {kind: dict(known) for kind, known in bundle.conditions().items()}
    path = os.path.join(folder, CONDITIONS)
    if os.path.lexists(path):
        try:
            written = _read(path, root)
            wrong += validation.told(written, [*validation.text_errors(written), *_add_conditions(written, conditions)])
        except Mistakes as error:
            wrong.append(str(error))
    return rules.Library(conditions, _tables(folder, root, wrong))


def _add_conditions(written: Document, conditions: dict[str, dict[str, Schema]]) -> Iterator[tuple[int, str]]:
    """Add the conditions of a file, each of which may refer to those above it; mistakes are (offset, what is wrong).

    They are those of each kind that has all conditions to which they refer.
    """
    from ecslint.regex.linear import search

    if type(written.data) is not dict:
        yield 0, f"must be a mapping, not {validation.type_name(written.data)}"
        return
    library, bundled = rules.Library(conditions, {}), bundle.conditions()
    definitions = validation.schema_of("rule")["$defs"]
    for name, schema in written.data.items():
        here = validation.start(written, (name,), is_key=True)
        if type(name) is not str or not search(NAME, name):
            yield here, f"{name!r} is not the name of a condition; write it like log-router"
        elif any(name in known for known in bundled.values()):
            yield here, f"a bundled condition is named {name!r}, too"
        elif not validation.fits(schema, definitions["schema"], definitions):
            yield here, f"{name} is not a JSON Schema of the subset that rules may use"
        else:
            odd = list(odd_values(schema, (name,)))
            wrong = {kind: odd or list(condition_mistakes(name, schema, kind, library)) for kind in conditions}
            fits = [kind for kind, found in wrong.items() if not found]
            for kind in fits:
                conditions[kind][name] = schema
            for at, message in () if fits else wrong[TASK_DEFINITION]:
                yield validation.start(written, at), message


def condition_mistakes(name: str, schema: Schema, kind: str, library: rules.Library) -> Iterator[tuple[Path, str]]:
    """What is wrong with a condition of a kind."""
    found = list(rules.schema_mistakes(schema, (name,), library.conditions[kind], kind))
    yield from found or schema_mistakes(schema, (name,), library.conditions[kind])


def _tables(folder: str, root: str, wrong: list[str]) -> dict[str, Any]:
    """The tables of a folder by name; none may be named like a bundled one."""
    own = os.path.join(folder, TABLES)
    if not os.path.isdir(own):
        return {}
    if not discovery.within(own, root):
        wrong.append(f"{_shown(own)}: a link that leads out of the repository")
        return {}
    bundled = os.listdir(os.path.join(bundle.data_folder("rules"), TABLES))
    tables: dict[str, Any] = {}
    try:
        names = sorted(os.listdir(own))
    except OSError as error:
        wrong.append(f"{_shown(own)}: the folder cannot be listed: {error.strerror}")
        return {}
    for name in names:
        path = os.path.join(own, name)
        if not name.endswith(".yaml"):
            continue
        if name in bundled:
            wrong.append(f"{_shown(path)}: a bundled table is named {name[: -len('.yaml')]!r}, too")
            continue
        try:
            written = _read(path, root)
        except Mistakes as error:
            wrong.append(str(error))
            continue
        odd = [(validation.start(written, at), message) for at, message in odd_values(written.data, ())]
        odd += validation.text_errors(written)
        wrong += validation.told(written, odd)
        if not odd:
            tables[name[: -len(".yaml")]] = written.data
    return tables


def _needed(found: Iterable[Rule], conditions: Mapping[str, Schema]) -> dict[str, Schema]:
    """The conditions to which rules refer, and those to which they refer in turn."""
    names = set()
    pending = [schema for rule in found for schema in (*conditions_of(rule), rule.then.get("schema", True))]
    while pending:
        for schema in walk(pending.pop()):
            name = schema.get("$ref")
            if name is not None and name not in names:
                names.add(name)
                pending.append(conditions[name])
    return {name: schema for name, schema in conditions.items() if name in names}


def foreign_patterns(then: Mapping[str, Any], library: rules.Library) -> Iterator[tuple[Path, str]]:
    """The regular expressions in the options of a check, and where they are; those in bundled tables are ours.

    Checks and tables that do not exist have none.
    """
    check = load_checks().get(then.get("check", ""))
    for name, schema in check.options.items() if check is not None else ():
        value = then.get("options", {}).get(name)
        if type(value) is dict and "$table" in value:
            table = value["$table"]
            value = library.tables.get(table) if type(table) is str and table not in library.ours else None
        yield from options.patterns(value, schema, ("options", name))


def marked(value: Any, foreign: Iterable[tuple[Path, str]]) -> Any:
    """A copy of a value in which some patterns are known as foreign."""
    for (name, *rest), pattern in foreign:
        value = value.copy()
        value[name] = marked(value[name], [(tuple(rest), pattern)]) if rest else Foreign(pattern)
    return value


def collisions(groups: Iterable[Policies]) -> Iterator[str]:
    """Ids and slugs that two rules have, as ``file:line:column: what is wrong``."""
    taken = dict.fromkeys(bundle.names(), "a bundled rule")
    for group in groups:
        for rule, places in zip(group.rules, group.places, strict=True):
            for name, place in zip((rule.id, rule.slug), places, strict=True):
                if name in taken:
                    yield f"{place}: {name} is the name of {taken[name]}, too"
                taken.setdefault(name, f"the rule in {place.rpartition(':')[0]}")


# --- mistakes that only policies can make -----------------------------------------------------------


def errors(written: Document, library: rules.Library) -> list[tuple[int, str]]:
    """(offset, what is wrong) for all mistakes in a rule file that is not ours."""
    odd = list(odd_values(written.data, ()))
    data = validation.without(written.data, [at for at, _ in odd])
    if type(data) is dict and type(data.get("id")) is str and data["id"].startswith(BUNDLED):
        own = f"take a prefix of your own, as in {OWN}"
        odd.append((("id",), f"only bundled rules have ids that begin with {BUNDLED}; {own}"))
        data = {**data, "id": OWN}  # so that nobody asks for what bundled rules have to say
    found, sound = rules.judged(written, data, library)
    found += [(validation.start(written, at), message) for at, message in odd]
    told = {offset for offset, _ in found}
    more = mistakes(sound, library) if type(sound) is dict else ()
    return found + [(at, message) for place, message in more if (at := validation.start(written, place)) not in told]


def odd_values(value: Any, at: Path) -> Iterator[tuple[Path, str]]:
    """Values that no JSON has: those with a tag of their own, numbers without end."""
    if type(value) is dict:
        for key, member in value.items():
            if type(key) is not str:
                yield (*at, key), "a key must be a string"
            else:
                yield from odd_values(member, (*at, key))
    elif type(value) is list:
        for index, item in enumerate(value):
            yield from odd_values(item, (*at, index))
    elif type(value) is float and value - value != 0:
        yield at, f"{value} is not a JSON number"
    elif type(value) not in (str, int, float, bool, type(None)):
        yield at, "tags are not supported: rules are plain data"


def mistakes(rule: Mapping[str, Any], library: rules.Library) -> Iterator[tuple[Path, str]]:
    """What bundled rules may do and policies may not, and what is too much; refused fields are absent."""
    for name in ("id", "slug"):
        if rule.get(name, "") != rule.get(name, "").strip():
            yield (name,), "must be one line"
    if rule.get("slug") in CATEGORIES:
        yield ("slug",), f"{rule['slug']!r} is a category"
    for at, kind in rules.each(rule, "kind"):
        if kind in rules.FREE:
            yield at, f"policies judge resources: {', '.join(library.conditions)}"
    then = rule.get("then", {})
    if "source" in then:
        yield ("then", "source"), "only bundled rules word what an earlier pass has found"
    for at, pattern in rules.each(rule, "given"):
        if pattern.count(".") + pattern.count("[") >= MOST_NESTED:
            yield at, f"a path of more than {MOST_NESTED} steps"
    yield from _growing(rule, then, library)
    for at, pattern in foreign_patterns(then, library):
        yield from unbounded(pattern, ("then", *at))


def _growing(rule: Mapping[str, Any], then: Mapping[str, Any], library: rules.Library) -> Iterator[tuple[Path, str]]:
    """What may make the code of the schemas of a rule grow or run without end."""
    kinds = [kind for _, kind in rules.each(rule, "kind", TASK_DEFINITION) if kind in library.conditions]
    if kinds:
        conditions = library.conditions[kinds[0]]
        for at, condition in rules.each(rule, "when"):
            yield from schema_mistakes(condition, at, conditions)
        yield from schema_mistakes(then.get("schema"), ("then", "schema"), conditions)


def schema_mistakes(
    schema: Any, at: Path, conditions: Mapping[str, Schema], depth: int = 1
) -> Iterator[tuple[Path, str]]:
    """What may make the code of a schema grow or run without end."""
    if type(schema) is not dict:
        return
    if depth == 1 and parts(schema, conditions, {}) > MOST_PARTS:
        yield at, "too many schemas in one another; write several rules"
        return
    if depth > MOST_NESTED:
        yield at, f"schemas nested more than {MOST_NESTED} deep"
        return
    for keyword, argument in schema.items():
        if keyword == "pattern":
            yield from unbounded(argument, (*at, keyword))
        elif keyword in rules.SUBSCHEMAS:
            for place, sub in rules.SUBSCHEMAS[keyword](argument):
                yield from schema_mistakes(sub, (*at, keyword, *place), conditions, depth + 1)


def unbounded(pattern: str, at: Path) -> Iterator[tuple[Path, str]]:
    """A pattern that cannot be matched in bounded time."""
    from ecslint.regex import linear

    try:
        linear.tree(pattern)
    except ValueError as error:
        yield at, str(error)


def parts(schema: Any, conditions: Mapping[str, Schema], sizes: dict[str, int], depth: int = 1) -> int:
    """About how many expressions are evaluated for a schema: both branches of ``if`` twice, conditions each time.

    ``sizes`` remembers those of conditions.
    """
    if type(schema) is not dict or depth > MOST_NESTED + 1:
        return 1
    count = len(schema)
    for keyword, argument in schema.items():
        if keyword in rules.SUBSCHEMAS:
            times = 2 if keyword in ("if", "then", "else") else 1
            subs = rules.SUBSCHEMAS[keyword](argument)
            count += times * sum(parts(sub, conditions, sizes, depth + 1) for _, sub in subs)
        elif keyword == "$ref":
            if argument not in sizes:
                sizes[argument] = parts(conditions.get(argument), conditions, sizes)
            count += sizes[argument]
    return count
