"""Configuration files: read, validated, and turned into the settings of each file."""

from __future__ import annotations

import os

from ecslint import discovery, document, engine, paths
from ecslint.document import Document
from ecslint.model import Mistakes, Node
from ecslint.ruleset import select, validation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from ecslint.discovery import Glob
    from ecslint.engine import Settings
    from ecslint.model import Path, Rule
    from ecslint.ruleset.bundle import Ruleset


class Scope:
    """The settings of all files of a run. ``found`` maps folders to the path of their configuration, if there is one.

    Raises Mistakes with those of all configuration files.
    """

    __slots__ = ("_folders",)

    def __init__(self, found: Mapping[str, str | None], ruleset: Ruleset, options: Mapping[str, Any]) -> None:
        configs = load(set(found.values()), ruleset, options)
        self._folders = {folder: configs[path] for folder, path in found.items()}

    def of(self, name: str) -> Settings | None:
        """The settings for a file; None if its configuration excludes it."""
        return self._folders[os.path.dirname(name)].settings(name)

    def formats(self) -> list[tuple[str, str | None]]:
        """The formats that the configuration of the working folder names, for standard output."""
        return [(kind, None) for kind in self._folders[""].data.get("output", ())]

    @property
    def enabled(self) -> frozenset[int]:
        """The numbers of the rules that run on some file."""
        return frozenset().union(*(config.common.enabled for config in self._folders.values()))

    def show_excerpts(self) -> None:
        """Reports will show source lines."""
        for config in self._folders.values():
            config.common.excerpts = True


class Config:
    """The fields of one configuration file, or of none, and the settings that it gives to files.

    ``path`` is None where the command line stands alone. Patterns start at the folder ``base``.
    ``common`` are the settings of files that ``per-file`` does not name.
    """

    __slots__ = ("_exclude", "_per_file", "_varied", "base", "common", "data", "document", "path")

    def __init__(self, path: str | None, written: Document, ruleset: Ruleset, options: Mapping[str, Any]) -> None:
        self.path = path
        self.document = written
        self.data: Mapping[str, Any] = written.data
        self.base = base_of(path, options)
        self.common = settings(self.data, ruleset, options)
        self._exclude = [parse_glob(text) for text in self.data.get("exclude", ())]
        self._per_file = per_file(self.data, ruleset.rules, options)
        self._varied: dict[tuple[int, ...], Settings] = {}

    def settings(self, name: str) -> Settings | None:
        """The settings for a file; None if it is excluded."""
        relative = os.path.relpath(name, self.base).replace(os.sep, "/")
        if any(covers(glob, relative) for glob in self._exclude):
            return None
        fitting = tuple(i for i, (glob, _, _) in enumerate(self._per_file) if covers(glob, relative))
        if not fitting:
            return self.common
        if fitting not in self._varied:
            self._varied[fitting] = self._vary(fitting)
        return self._varied[fitting]

    def _vary(self, fitting: Iterable[int]) -> Settings:
        """The settings for files to which some entries of ``per-file`` apply."""
        enabled, launch_type = self.common.enabled, self.common.launch_type
        for index in fitting:
            _, ignored, instead = self._per_file[index]
            enabled -= ignored
            launch_type = instead or launch_type
        common = self.common
        return engine.Settings(
            enabled, common.severities, launch_type, excerpts=common.excerpts, fail_on=common.fail_on
        )


def base_of(path: str | None, options: Mapping[str, Any]) -> str:
    """The folder where patterns start: that of the file; the working folder for a file of the command line."""
    return os.getcwd() if path is None or path == options.get("config") else os.path.dirname(path)


# --- what is in force -------------------------------------------------------------------------------


def settings(data: Mapping[str, Any], ruleset: Ruleset, options: Mapping[str, Any]) -> Settings:
    """What the fields of a configuration and the options of the command line say together.

    ``--select`` replaces ``select``, ``ignore`` and what ``severity`` switches off, ``--profile`` replaces
    ``select`` and ``profile``; ``--ignore`` and ``--severity`` add to their fields.
    """
    rules = ruleset.rules
    chosen, profile = options.get("select"), options.get("profile")
    ignored = [*(data.get("ignore", ()) if not chosen else ()), *options.get("ignore", ())]
    levels = {
        rule: level
        for rule, level in levels_of(data.get("severity", {}), rules).items()
        if not (chosen and level == select.OFF)
    } | select.severities(options.get("severity", ()), rules)
    enabled = select.enabled(
        rules,
        profile=profile or data.get("profile", "default"),
        select=chosen or (() if profile else data.get("select", ())),
        ignore=ignored,
    )
    off = [number for number in enabled if levels.get(rules[number].id) == select.OFF]
    return engine.Settings(
        enabled.difference(off) | numbers(data.get("mandatory", ()), rules),
        {rule: level for rule, level in levels.items() if level != select.OFF},
        options.get("launch_type") or data.get("launch-type"),
        fail_on=options.get("fail_on") or data.get("fail-on", "error"),
    )


def levels_of(severity: Mapping[str, str], rules: Sequence[Rule]) -> dict[str, str]:
    """The field ``severity`` as {rule id: level}; a name that stands for fewer rules wins."""
    wide_first = sorted(severity, key=lambda name: -len(select.matching(name, rules)))
    return select.severities((f"{name}={severity[name]}" for name in wide_first), rules)


def numbers(names: Iterable[str], rules: Sequence[Rule]) -> frozenset[int]:
    """The numbers of all rules that some names stand for."""
    return frozenset().union(*(select.matching(name, rules) for name in names))


def per_file(
    data: Mapping[str, Any], rules: Sequence[Rule], options: Mapping[str, Any]
) -> list[tuple[Glob, frozenset[int], str | None]]:
    """The field ``per-file``: pattern, numbers of the rules to ignore, launch type unless the command line has one."""
    mandatory = numbers(data.get("mandatory", ()), rules)
    return [
        (
            parse_glob(pattern),
            numbers(entry.get("ignore", ()), rules) - mandatory,
            None if options.get("launch_type") else entry.get("launch-type"),
        )
        for pattern, entry in data.get("per-file", {}).items()
    ]


# --- reading ----------------------------------------------------------------------------------------


def load(found: Iterable[str | None], ruleset: Ruleset, options: Mapping[str, Any]) -> dict[str | None, Config]:
    """The configurations by path; None stands for the command line alone.

    Raises Mistakes with all mistakes of all files.
    """
    documents: dict[str | None, Document] = {}
    wrong: list[str] = []
    for path in sorted(found, key=str):
        try:
            documents[path] = nothing() if path is None else read(path, path != options.get("config"))
        except document.Unreadable as error:
            wrong.append(f"{shown(path)}: {error}")
            continue
        wrong += mistakes(documents[path], ruleset.rules)
    if wrong:
        raise Mistakes("\n".join(wrong))
    return {path: Config(path, written, ruleset, options) for path, written in documents.items()}


def shown(path: str | None) -> str:
    """A file name for people: relative to the working folder if it lies in it or above it."""
    assert path is not None
    relative = os.path.relpath(path)
    return path if relative.count(os.pardir) * len(os.pardir + os.sep) > len(path) else relative


def nothing(name: str = "", text: str = "") -> Document:
    """A configuration without fields."""
    return Document(name, text, len(text), "yaml", {}, (), Node(0, len(text)))


def read(path: str, bounded: bool) -> Document:
    """A configuration file. Raises Unreadable; also, if it is ``bounded``, for a link out of its repository."""
    if bounded and not within(path, repository(os.path.dirname(path))):
        raise document.Unreadable("a link that leads out of the repository")
    parsed = document.parse(document.read(path), shown(path), language="yaml")
    if all(line.lstrip()[:1] in ("", "#") for line in parsed.text.splitlines()):
        return nothing(parsed.name, parsed.text)
    return parsed


def within(path: str, folder: str) -> bool:
    """Whether a file really lies below a folder, links followed."""
    return os.path.realpath(path).startswith(os.path.join(os.path.realpath(folder), ""))


def repository(folder: str) -> str:
    """The root of the repository that an absolute folder belongs to; the folder itself outside of one."""
    current = folder
    while not os.path.exists(os.path.join(current, discovery.REPOSITORY)):
        above = os.path.dirname(current)
        if above == current:
            return folder
        current = above
    return current


# --- patterns ---------------------------------------------------------------------------------------


def parse_glob(text: str) -> Glob:
    """A pattern of file names, which has been validated."""
    found = discovery.parse_rule(text)
    assert found is not None
    return found


def covers(glob: Glob, path: str) -> bool:
    """Whether a pattern means a file or a folder above it. ``path`` is relative to the pattern's folder, with ``/``."""
    pattern, only_folders, _ = glob
    folder = path.rpartition("/")[0]
    while folder:
        if pattern.fullmatch(folder):
            return True
        folder = folder.rpartition("/")[0]
    return not only_folders and pattern.fullmatch(path) is not None


# --- validation -------------------------------------------------------------------------------------


def mistakes(written: Document, rules: Sequence[Rule]) -> list[str]:
    """All mistakes in a configuration file as ``file:line:column: what is wrong``, in the order of the file."""
    found = validation.errors(written, "config")
    root = written.root()
    if root is not None:
        for path, is_key, message in wrong_names(written.data, rules):
            node = paths.locate(root, path)[0]
            found.append((node.key_start if is_key else node.start, message))
    return [f"{validation.place(written.name, written.text, at)}: {message}" for at, message in sorted(found)]


def wrong_names(data: Any, rules: Sequence[Rule]) -> Iterator[tuple[Path, bool, str]]:
    """What the schema cannot see: (path, whether the key is meant, what is wrong). What it refuses is passed over."""
    names: list[tuple[Path, bool, Any]]
    names = [((field, i), False, name) for field in ("select", "ignore", "mandatory") for i, name in each(data, field)]
    names += [(("severity", name), True, name) for name, _ in each(data, "severity")]
    patterns: list[tuple[Path, bool, Any]]
    patterns = [(("exclude", i), False, text) for i, text in each(data, "exclude")]
    for pattern, entry in each(data, "per-file"):
        patterns.append((("per-file", pattern), True, pattern))
        names += [(("per-file", pattern, "ignore", i), False, name) for i, name in each(entry, "ignore")]
    for path, is_key, name in names:
        try:
            select.matching(name, rules) if type(name) is str else None
        except select.SelectionError as error:
            yield path, is_key, str(error)
    for path, is_key, text in patterns:
        if type(text) is str and (discovery.parse_rule(text) is None or text.startswith("!")):
            yield path, is_key, f"{text!r} is no pattern of file names"


def each(data: Any, field: str) -> Iterable[tuple[Any, Any]]:
    """The items of a field with their keys or indexes; none of a field that is no collection."""
    value = data.get(field) if type(data) is dict else None
    if type(value) is dict:
        return value.items()
    return enumerate(value) if type(value) is list else ()
