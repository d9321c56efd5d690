"""Configuration files: read, validated, and turned into the settings of each file."""

from __future__ import annotations

import os

from ecslint import adapters, baseline, discovery, document, engine, parameters, paths, reading
from ecslint.document import Document
from ecslint.marks import is_date
from ecslint.model import Mistakes, Misuse, Node
from ecslint.regex import globs
from ecslint.ruleset import bundle, select, validation
from ecslint.suppress import Entry, Silencing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any, TypeAlias

    from ecslint.baseline import Baseline
    from ecslint.engine import Settings
    from ecslint.model import Path, Rule
    from ecslint.ruleset.bundle import Ruleset

    #: A value, and its origin: the path in the configuration, COMMAND_LINE or DEFAULT.
    Said: TypeAlias = tuple[Any, Path | str]

    #: Where in a configuration file, whether the key is meant, and what is wrong.
    Mistake: TypeAlias = tuple[Path, bool, str]

#: Where a value comes from, if not from a configuration.
COMMAND_LINE = "command line"
DEFAULT = "default"

#: Kinds of resources to which others belong, and which a field of this name may name.
BESIDE = ("agent", "task-definition")

#: Fields that hold one value, and what counts without them.
SINGLE = {
    "profile": "default", "launch-type": None, "deploy-path": "auto", "fail-on": "error", **dict.fromkeys(BESIDE)
}  # fmt: skip


class Scope:
    """The settings of all files of a run. ``found`` maps folders to the path of their configuration, if there is one.

    ``ruleset`` holds the policies of all configurations beside the rules that are given; each file is judged by
    those of its own. ``given`` are the values that the command line gives to parameters of templates. ``excerpts`` and
    ``fixes`` are to be set as in Settings. Raises Mistakes with those of all configuration files.
    """

    __slots__ = ("_folders", "excerpts", "fixes", "given", "ruleset")

    def __init__(self, found: Mapping[str, str | None], ruleset: Ruleset, options: Mapping[str, Any]) -> None:
        options = parameters.resolved(options)
        self.ruleset, configs = load(set(found.values()), ruleset, options)
        self._folders = {folder: configs[path] for folder, path in found.items()}
        self.excerpts = False
        self.fixes = False
        self.given: Mapping[str, str] = options.get("given") or {}

    def config(self, name: str) -> Config:
        """The configuration that a file belongs to."""
        return self._folders[os.path.dirname(name)]

    def of(self, name: str) -> Settings | None:
        """The settings for a file; None if its configuration excludes it."""
        settings = self.config(name).settings(name)
        if settings is not None:
            settings.excerpts, settings.fixes = self.excerpts, self.fixes
        return settings

    def files(self) -> list[str]:
        """The names of the configuration files that are in force somewhere."""
        return sorted({config.document.name for config in self._folders.values()} - {""})

    def formats(self) -> list[tuple[str, str | None]]:
        """The formats that the configuration of the working folder names, for standard output."""
        return [(kind, None) for kind in self._folders[""].data.get("output", ())]

    @property
    def enabled(self) -> frozenset[int]:
        """The numbers of the rules that run on some file."""
        return frozenset().union(*(config.common.enabled for config in self._folders.values()))


class Config:
    """The fields of one configuration file, or of none, and the settings that it gives to files.

    Patterns start at the folder ``base``. ``own`` are the numbers of the rules that it knows.
    """

    __slots__ = (
        "_exclude",
        "_files",
        "_numbers",
        "_options",
        "_per_file",
        "_rules",
        "_settings",
        "base",
        "baseline",
        "data",
        "document",
        "entries",
        "own",
    )

    def __init__(
        self,
        base: str,
        written: Document,
        known: Baseline | None,
        ruleset: Ruleset,
        own: frozenset[int],
        options: Mapping[str, Any],
    ) -> None:
        self.base = base
        self.own = own
        self.document = written
        self.data: Mapping[str, Any] = written.data
        self.baseline = known
        self._options = options
        self._rules = ruleset.rules
        self._numbers = {self._rules[number].id: number for number in own}
        entries = [] if options.get("no_suppressions") else self.data.get("suppress", [])
        self._exclude = patterns_of(self.data.get("exclude", ()))
        self._per_file = patterns_of(self.data.get("per-file", ()))
        self._files = patterns_of(fields["files"] for fields in entries)
        self._settings: dict[tuple[str, ...], Settings] = {}
        here = [self._rules[number] for number in sorted(own)]
        self.entries = [
            Entry(index, select.find(fields["rule"], here).id, fields) for index, fields in enumerate(entries)
        ]

    @property
    def common(self) -> Settings:
        """The settings of files that no pattern fits."""
        return self._with(())

    def _with(self, patterns: tuple[str, ...]) -> Settings:
        """The settings of files that some patterns of ``per-file`` fit."""
        if patterns not in self._settings:
            force = in_force(self.data, self._options, patterns)
            found = self._settings[patterns] = settings(force, self._rules, self.own, self._options)
            found.beside = {kind: self._stated(*force[kind][0]) for kind in BESIDE if force[kind][0][0] is not None}
        return self._settings[patterns]

    def _stated(self, name: str, origin: Path | str) -> tuple[str, str]:
        """A file that is beside others, and where this configuration says so."""
        root = self.document.root()
        at = validation.start(self.document, origin) if root is not None and not isinstance(origin, str) else 0
        place = validation.place(self.document.name, self.document.text, at).rpartition(":")[0]
        return shown(os.path.join(self.base, name)), place

    def patterns(self, name: str) -> tuple[str, ...] | None:
        """The patterns of ``per-file`` that fit a file; None if the file is excluded."""
        if self.excluding(name) is not None:
            return None
        given = [*self.data.get("per-file", ())]
        return tuple(given[number] for number in self._per_file.covering(self.relative(name)))

    def excluding(self, name: str) -> int | None:
        """The index of the first pattern that excludes a file, if there is one."""
        return next(iter(self._exclude.covering(self.relative(name))), None)

    def relative(self, name: str) -> str:
        """A file name as patterns see it."""
        return os.path.relpath(name, self.base).replace(os.sep, "/")

    def settings(self, name: str) -> Settings | None:
        """The settings for a file; None if it is excluded."""
        patterns = self.patterns(name)
        if patterns is None:
            return None
        common = self._with(patterns)
        entries = [self.entries[index] for index in self._files.covering(self.relative(name))]
        known = self.baseline.of(name) if self.baseline is not None else {}
        if not (entries or known):
            return common
        enabled, silencing = common.enabled, common.silencing
        assert silencing is not None
        own = Silencing(
            entries=[entry for entry in entries if self._numbers[entry.rule] in enabled],
            baseline={key: count for key, count in known.items() if self._numbers.get(key[0]) in enabled},
            mandatory=silencing.mandatory,
            heed=silencing.heed,
            apart=silencing.apart,
        )
        found = common.without(())
        found.enabled, found.silencing = enabled, own
        return found


# --- what is in force -------------------------------------------------------------------------------


def in_force(
    data: Mapping[str, Any], options: Mapping[str, Any], patterns: Iterable[str] = ()
) -> dict[str, list[Said]]:
    """What the fields of a configuration and the options of the command line say together, by field.

    ``patterns`` are those of ``per-file`` that fit. ``--select`` replaces ``select``, ``ignore`` and what
    ``severity`` switches off, ``--profile`` replaces ``select`` and ``profile``; ``--ignore``, ``--severity`` and
    ``--parameter`` add to their fields.
    """
    chosen, profile = options.get("select"), options.get("profile")
    fields = {name: [(value, (name, i)) for i, value in each(data, name)] for name in ("select", "ignore", "mandatory")}
    given = {name: [(value, COMMAND_LINE) for value in options.get(name) or ()] for name in ("select", "ignore")}
    own = [(pattern, data["per-file"][pattern]) for pattern in patterns]
    ignored: list[Said] = [] if chosen else [*fields["ignore"]]
    for pattern, entry in own:
        ignored += [(name, ("per-file", pattern, "ignore", i)) for i, name in each(entry, "ignore")]
    levels: list[Said] = [
        ((name, level), ("severity", name))
        for name, level in each(data, "severity")
        if not (chosen and level == select.OFF)
    ]
    force: dict[str, list[Said]] = {
        "select": [*(given["select"] or ([] if profile else fields["select"]))],
        "ignore": [*ignored, *given["ignore"]],
        "severity": [*levels, *((tuple(text.split("=")), COMMAND_LINE) for text in options.get("severity") or ())],
        "mandatory": [*fields["mandatory"]],
    }
    force["parameters"] = parameters_of(data, own, options.get("given") or {})
    for name, default in SINGLE.items():
        said: list[Said] = [(default, DEFAULT)]
        said += [(data[name], (name,))] if name in data else []
        said += [(entry[name], ("per-file", pattern, name)) for pattern, entry in own if name in entry]
        option = options.get(name.replace("-", "_"))
        said += [(option, COMMAND_LINE)] if option else []
        force[name] = said[-1:]
    return force


def parameters_of(
    data: Mapping[str, Any], own: Iterable[tuple[str, Mapping[str, Any]]], given: Mapping[str, str]
) -> list[Said]:
    """The name and the value of each parameter; the last one that says something of a name counts."""
    said: dict[str, Said] = {name: ((name, value), ("parameters", name)) for name, value in each(data, "parameters")}
    for pattern, entry in own:
        for name, value in each(entry, "parameters"):
            said[name] = ((name, value), ("per-file", pattern, "parameters", name))
    return [*(said | {name: ((name, value), COMMAND_LINE) for name, value in given.items()}).values()]


def settings(
    force: Mapping[str, list[Said]], rules: Sequence[Rule], own: frozenset[int], options: Mapping[str, Any]
) -> Settings:
    """The settings that come of what is in force, where only some of the rules are known."""
    values = {name: [value for value, _ in said] for name, said in force.items()}
    levels = levels_of(force["severity"], rules)
    mandatory = numbers(values["mandatory"], rules) & own
    enabled = select.enabled(rules, profile=values["profile"][0], select=values["select"], ignore=values["ignore"]) - {
        number for number, rule in enumerate(rules) if levels.get(rule.id) == select.OFF
    }
    return engine.Settings(
        (enabled & own) | mandatory,
        {rule: level for rule, level in levels.items() if level != select.OFF},
        values["launch-type"][0],
        deploy_path=values["deploy-path"][0],
        fail_on=values["fail-on"][0],
        silencing=Silencing(
            mandatory=frozenset(rules[number].id for number in mandatory),
            heed=not options.get("no_suppressions"),
            apart=bool(options.get("recording")),
        ),
        parameters={name: parameters.text_of(value) or "" for name, value in values["parameters"]},
    )


def levels_of(severity: Iterable[Said], rules: Sequence[Rule]) -> dict[str, str]:
    """Severities by rule id. A name that stands for fewer rules wins, and the command line over all."""

    def weight(said: Said) -> tuple[bool, int]:
        (name, _), origin = said
        return (True, 0) if origin == COMMAND_LINE else (False, -len(select.matching(name, rules)))

    ordered = sorted(severity, key=weight)
    return select.severities((f"{name}={level}" for (name, level), _ in ordered), rules)


def numbers(names: Iterable[str], rules: Sequence[Rule]) -> frozenset[int]:
    """The numbers of all rules that some names stand for."""
    return frozenset().union(*(select.matching(name, rules) for name in names))


# --- reading ----------------------------------------------------------------------------------------


def load(
    found: Iterable[str | None], ruleset: Ruleset, options: Mapping[str, Any]
) -> tuple[Ruleset, dict[str | None, Config]]:
    """The configurations by path, None standing for the command line alone, and all rules that they know.

    Where there is no file, ``fields`` among the options may be a Document that holds what one would.
    Raises Mistakes with all mistakes of all files.
    """
    documents: dict[str | None, Document] = {}
    wrong: list[str] = []
    for path in sorted(found, key=str):
        try:
            alone = options.get("fields") or nothing()
            documents[path] = alone if path is None else read(path, path != options.get("config"))
        except reading.Unreadable as error:
            wrong.append(f"{shown(path or '')}: {error}")
    bases = {path: base_of(path, options) for path in documents}
    every, own = own_rules(documents, bases, ruleset, wrong)
    rules = every.rules
    for path, written in documents.items():
        wrong += mistakes(written, bases[path], None if wrong else [rules[number] for number in sorted(own[path])])
    if wrong:
        raise Mistakes("\n".join(wrong))
    try:
        for name in (*(options.get("select") or ()), *(options.get("ignore") or ())):
            select.matching(name, rules)
        select.severities(options.get("severity") or (), rules)
    except select.SelectionError as error:
        raise Misuse(str(error)) from None
    named = {path: baseline_of(written.data, bases[path], options) for path, written in documents.items()}
    known: dict[str | None, Baseline | None] = {None: None}
    for file in set(named.values()) - {None}:
        assert file is not None
        known[file] = baseline.read(file)
    return every, {
        path: Config(bases[path], written, known[named[path]], every, own[path], options)
        for path, written in documents.items()
    }


def known_rules(path: str | None, ruleset: Ruleset, wrong: list[str]) -> list[Rule]:
    """The bundled rules and the policies of a configuration without those that have mistakes, which go to ``wrong``."""
    try:
        written = nothing() if path is None else read(path, bounded=True)
    except reading.Unreadable as error:
        wrong.append(f"{shown(path or '')}: {error}")
        return ruleset.rules
    base = base_of(path, {})
    every, own = own_rules({path: written}, {path: base}, ruleset, wrong, partial=True)
    wrong += mistakes(written, base, None if wrong else every.rules)
    return [every.rule(number) for number in sorted(own[path])]


def own_rules(
    documents: Mapping[str | None, Document],
    bases: Mapping[str | None, str],
    ruleset: Ruleset,
    wrong: list[str],
    *,
    partial: bool = False,
) -> tuple[Ruleset, dict[str | None, frozenset[int]]]:
    """The rules of a run with the policies of all configurations, and the numbers of those that each one knows.

    All mistakes in policies are added to ``wrong``; then there are no policies, or, if ``partial``, those without any.
    """
    bundled = frozenset(range(ruleset.size))
    named = {path: [*each(written.data, "rules")] for path, written in documents.items()}
    if not any(named.values()):
        return ruleset, dict.fromkeys(documents, bundled)
    from ecslint.ruleset import policies

    groups: dict[str, policies.Policies] = {}
    known: dict[str | None, list[str]] = {path: [] for path in documents}
    before = len(wrong)
    for path, entries in named.items():
        root = discovery.repository(bases[path]) or bases[path]
        for index, name in entries:
            try:
                place = policies.located(name, bases[path], root) if type(name) is str else None
            except Mistakes as error:
                at = validation.start(documents[path], ("rules", index))
                wrong += validation.told(documents[path], [(at, str(error))])
                continue
            if place is not None and place not in groups:
                groups[place] = policies.read(place, place if name.startswith(policies.PACKAGE) else root, wrong)
            known[path] += [place] if place is not None else []
        wrong += policies.collisions([*ruleset.policies, *(groups[place] for place in known[path])])
    if len(wrong) > before and not partial:
        return ruleset, dict.fromkeys(documents, bundled)
    numbers: dict[str, range] = {}
    for place, group in groups.items():
        start = ruleset.size + sum(map(len, numbers.values()))
        numbers[place] = range(start, start + len(group.rules))
    own = {path: bundled.union(*(numbers[place] for place in places)) for path, places in known.items()}
    return ruleset.extended([*groups.values()]), own


def base_of(path: str | None, options: Mapping[str, Any]) -> str:
    """The folder where patterns start: that of the file; the working folder for a file of the command line."""
    return os.getcwd() if path is None or path == options.get("config") else os.path.dirname(path)


def baseline_of(data: Mapping[str, Any], base: str, options: Mapping[str, Any]) -> str | None:
    """The path of the baseline that counts, if any does."""
    if options.get("no_suppressions") or options.get("recording"):
        return None
    named: str | None = options.get("baseline")
    return named or (shown(os.path.join(base, data["baseline"])) if "baseline" in data else None)


def shown(path: str) -> str:
    """A file name as seen from the working folder."""
    try:
        return os.path.relpath(path)
    except ValueError:  # on another drive
        return path


def nothing(name: str = "", text: str = "") -> Document:
    """A configuration without fields."""
    return Document(name, text, len(text), "yaml", {}, (), Node(0, len(text)))


def read(path: str, bounded: bool) -> Document:
    """A configuration file. Raises Unreadable; also, if it is ``bounded``, for a link out of its repository."""
    folder = os.path.dirname(path)
    if bounded and not discovery.within(path, discovery.repository(folder) or folder):
        raise reading.Unreadable("a link that leads out of the repository")
    parsed = document.parse(reading.read(path), shown(path), language="yaml")
    if all(line.lstrip()[:1] in ("", "#") for line in parsed.text.splitlines()):
        return nothing(parsed.name, parsed.text)
    return parsed


# --- patterns ---------------------------------------------------------------------------------------


def patterns_of(texts: Iterable[str]) -> globs.Globs:
    """Patterns of file names, which have been validated."""
    found = [globs.parse(text) for text in texts]
    assert None not in found
    return globs.Globs(glob for glob in found if glob is not None)


# --- validation -------------------------------------------------------------------------------------


def mistakes(written: Document, base: str, rules: Sequence[Rule] | None) -> list[str]:
    """All mistakes in a configuration file as ``file:line:column: what is wrong``, in the order of the file.

    Names of rules are passed over when nobody knows which rules there are.
    """
    found = validation.errors(written, "config")
    root = written.root()
    if root is not None:
        names = wrong_names(written.data, rules) if rules is not None else ()
        checks = (names, wrong_patterns(written.data), wrong_values(written.data, base))
        for path, is_key, message in (mistake for check in checks for mistake in check):
            node = paths.locate(root, path)[0]
            found.append((node.key_start if is_key else node.start, message))
    return validation.told(written, found)


def wrong_names(data: Any, rules: Sequence[Rule]) -> Iterator[Mistake]:
    """Rules that do not exist, and suppressions of mandatory ones; what the schema refuses is passed over."""
    names: list[tuple[Path, bool, Any]] = []
    for field in ("select", "ignore", "mandatory"):
        names += [((field, i), False, name) for i, name in each(data, field)]
    names += [(("severity", name), True, name) for name, _ in each(data, "severity")]
    for pattern, entry in each(data, "per-file"):
        names += [(("per-file", pattern, "ignore", i), False, name) for i, name in each(entry, "ignore")]
    mandatory: set[int] = set()
    for path, is_key, name in names:
        try:
            found = select.matching(name, rules) if type(name) is str else set()
        except select.SelectionError as error:
            yield path, is_key, str(error)
            continue
        if path[0] == "mandatory":
            mandatory |= found
    for i, entry in each(data, "suppress"):
        name = entry.get("rule") if type(entry) is dict else None
        try:
            rule = select.find(name, rules) if type(name) is str else None
        except select.SelectionError as error:
            yield ("suppress", i, "rule"), False, str(error)
            continue
        if rule is not None and any(rules[number] is rule for number in mandatory):
            yield ("suppress", i, "rule"), False, f"{name} is mandatory: nothing silences it"


def wrong_patterns(data: Any) -> Iterator[Mistake]:
    """Patterns of file names that mean nothing."""
    patterns: list[tuple[Path, bool, Any]] = [(("exclude", i), False, text) for i, text in each(data, "exclude")]
    patterns += [(("per-file", pattern), True, pattern) for pattern, _ in each(data, "per-file")]
    for i, entry in each(data, "suppress"):
        patterns += [(("suppress", i, "files"), False, text) for name, text in each(entry) if name == "files"]
    for path, is_key, text in patterns:
        glob = globs.parse(text) if type(text) is str else None
        if type(text) is str and (glob is None or glob.negated or glob.groups is None):
            yield path, is_key, f"{text!r} is not a pattern of file names"


def wrong_values(data: Any, base: str) -> Iterator[Mistake]:
    """Days that do not exist, and a baseline elsewhere."""
    for i, entry in each(data, "suppress"):
        for name, text in each(entry):
            if name == "until" and type(text) is str and not is_date(text):
                yield ("suppress", i, "until"), False, f"{text!r} is not a date; write it as 2026-12-31"
    for name, text in each(data):
        if name == "baseline" and type(text) is str and not discovery.within(os.path.join(base, text), base):
            yield ("baseline",), False, "the baseline must lie in the folder of this file or below"
    own = [((), data), *((("per-file", pattern), entry) for pattern, entry in each(data, "per-file"))]
    for at, fields in own:
        for kind, text in each(fields):
            wrong = wrong_file(kind, text, base) if kind in BESIDE and type(text) is str and text else ""
            if wrong:
                yield (*at, kind), False, wrong


def wrong_file(kind: str, name: str, base: str) -> str:
    """Why a file is none that holds a resource of a kind; empty if it holds one."""
    path = os.path.join(base, name)
    if not discovery.within(path, discovery.repository(base) or base):
        return f"{name} lies outside of the repository"
    try:
        found = document.parse(reading.read(path), path)
    except reading.Unreadable as error:
        return f"{name}: {error}"
    found.named = True
    if any(resource.kind == kind for resource in adapters.recognise(found.data, named=True)):
        return ""
    return f"{name} holds no {bundle.kind(kind).title}"


def each(data: Any, *fields: str) -> Iterable[tuple[Any, Any]]:
    """The items of a value, or of a field of it, with their keys or indexes; none if it is no collection."""
    for field in fields:
        data = data.get(field) if type(data) is dict else None
    if type(data) is dict:
        return data.items()
    return enumerate(data) if type(data) is list else ()
