"""What the files around a document say of it: its settings, and the resources that its own ones name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ecslint import api, deploy, discovery, engine, pairing, reading, terraform
from ecslint.adapters import folder
from ecslint.kinds import LOCAL
from ecslint.lsp.texts import parsed
from ecslint.model import Mistakes
from ecslint.project import Pairs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from ecslint.api import Outcome
    from ecslint.config import Scope
    from ecslint.document import Document
    from ecslint.engine import Settings
    from ecslint.kinds import Name
    from ecslint.ruleset.bundle import Ruleset

    #: The path of a file, when it was changed, and its size.
    Stamp: TypeAlias = tuple[str, int, int]

MOST_BESIDE = 200  # files of a folder that may define what a document names


class Folders:
    """Reads what stands around documents, and keeps it until it changes. ``bundled`` are the rules of ecslint."""

    __slots__ = ("_bundled", "_defined", "_scopes")

    def __init__(self, bundled: Ruleset) -> None:
        self._bundled = bundled
        self._scopes: dict[str, tuple[Stamp, Settings | Scope | Mistakes]] = {}
        self._defined: dict[str, tuple[Stamp, list[Name]]] = {}

    def forget(self) -> None:
        """Read everything anew."""
        self._scopes.clear()
        self._defined.clear()
        for room in (deploy, folder, terraform):
            room.forget()

    def config(self, name: str) -> str | None:
        """The path of the configuration that is in force for a file. Raises Mistakes for one under a wrong name."""
        return api.configurations([name], {})[os.path.dirname(name)]

    def settings(self, name: str) -> tuple[Ruleset, Settings] | None:
        """The rules and the settings of a file; None if its configuration excludes it. Raises Mistakes."""
        scope = self._scope(name)
        settings = scope.of(name)
        if settings is None:
            return None
        return api.rules_of(scope, self._bundled), settings.without(())

    def alone(self) -> tuple[Ruleset, Settings]:
        """The rules and the settings of a text that is no file."""
        settings = engine.Settings(self._bundled.default)
        settings.alone = True
        return self._bundled, settings

    def _scope(self, name: str) -> Settings | Scope:
        """The settings of the folder of a file. Raises Mistakes."""
        folder, config = os.path.dirname(name), self.config(name)
        stamp = stamp_of(config or "")
        known = self._scopes.get(folder)
        if known is None or known[0] != stamp:
            found: Settings | Scope | Mistakes
            try:
                found = api.scope([name], self._bundled, {})
            except Mistakes as error:
                found = error
            known = self._scopes[folder] = stamp, found
        if isinstance(known[1], Mistakes):
            raise known[1]
        return known[1]

    def pairs(self, outcome: Outcome, opened: Mapping[str, str], ruleset: Ruleset, settings: Settings) -> Pairs | None:
        """The resources that those of a file name; None if none of them is known.

        They are looked for in the texts that are ``opened``, by the names of their files, and in the files beside it.
        """
        name = outcome.file
        places: dict[Name, list[str]] = {}
        for other in dict.fromkeys((*opened, *beside(name))):
            if other == name:
                continue
            of_text = other in opened
            for one in names_in(opened[other], other, settings) if of_text else self._names_of(other, settings):
                places.setdefault(one, []).append(other)
        found = pairing.matches(name, outcome.defines, outcome.refers, places, settings)
        files = {one: os.path.abspath(match.file) for one, match in found.items() if match.file}
        stated = frozenset(one for one in files if found[one].any_name)
        return Pairs(ruleset, reader(files, opened), stated) if files else None

    def _names_of(self, path: str, settings: Settings) -> list[Name]:
        """The names of the resources that a file defines."""
        stamp = stamp_of(path)
        known = self._defined.get(path)
        if known is None or known[0] != stamp:
            try:
                text = reading.read(path).decode("utf-8", "replace")
            except reading.Unreadable:
                text = ""
            known = self._defined[path] = stamp, names_in(text, path, settings)
        return known[1]


def stamp_of(path: str) -> Stamp:
    """What changes when a file does."""
    try:
        status = os.stat(path)
    except OSError:
        return path, 0, 0
    return path, status.st_mtime_ns, status.st_size


def beside(name: str) -> list[str]:
    """The JSON and YAML files in the folder of a file; none, if there are very many."""
    folder = os.path.dirname(name)
    try:
        found = sorted(entry.path for entry in os.scandir(folder) if entry.name.lower().endswith(discovery.SUFFIXES))
    except OSError:
        return []
    return found if len(found) <= MOST_BESIDE else []


def names_in(text: str, name: str, settings: Settings) -> list[Name]:
    """The names of the resources that a text defines."""
    return [found for found in engine.links(parsed(text, name), settings)[0] if not found[1].startswith(LOCAL)]


def reader(files: Mapping[Name, str], opened: Mapping[str, str]) -> Callable[[Name], Document | None]:
    """Reads the file of each name, as the editor holds it if it is open there; one that is gone is none."""

    def read(name: Name) -> Document | None:
        file = files.get(name)
        if file is None:
            return None
        try:
            found = parsed(opened[file] if file in opened else reading.read(file).decode("utf-8", "replace"), file)
        except reading.Unreadable:
            return None
        found.named = True
        return found

    return read
