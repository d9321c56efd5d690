"""Lint files: what the command line does, without the command line."""

from __future__ import annotations

import os

from ecslint import document, engine
from ecslint.model import Finding, Report, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ecslint.engine import Settings
    from ecslint.ruleset.bundle import Ruleset

STDIN = "-"
SUFFIXES = (".json", ".yaml", ".yml")

#: Folders that hold no files of the user's own.
SKIPPED_FOLDERS = frozenset((".git", ".hg", ".svn", ".tox", ".venv", "venv", "node_modules", "__pycache__"))


class Run:
    """The outcome of a run: the report, and what was not linted.

    ``unreadable`` are (name, reason) of files that could not be read; ``foreign`` the names of files
    that were named and hold no ECS document.
    """

    __slots__ = ("foreign", "report", "unreadable")

    def __init__(self, report: Report, unreadable: list[tuple[str, str]], foreign: list[str]) -> None:
        self.report = report
        self.unreadable = unreadable
        self.foreign = foreign


def check(names: Iterable[str], ruleset: Ruleset, settings: Settings, *, stdin_name: str = "<stdin>") -> Run:
    """Lint files, all JSON and YAML files of folders, and standard input for ``-``.

    Files that are found in a folder and hold no ECS document are passed over in silence.
    """
    findings: list[Finding] = []
    files: list[str] = []
    sources: dict[str, Source] = {}
    unreadable: list[tuple[str, str]] = []
    foreign: list[str] = []
    for name, named in discover(names):
        shown = stdin_name if name == STDIN else name
        try:
            raw = document.read_standard_input() if name == STDIN else document.read(name)
        except document.Unreadable as error:
            unreadable.append((shown, str(error)))
            continue
        parsed = document.parse(raw, shown)
        if not engine.is_ecs(parsed) and not (named and parsed.data is None and parsed.faults):
            if named:
                foreign.append(shown)
            continue
        files.append(shown)
        found, source = engine.lint(parsed, ruleset, settings)
        findings.extend(found)
        if source is not None:
            sources[shown] = source
    return Run(Report(findings, files=files, sources=sources), unreadable, foreign)


def discover(names: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """(file name, whether it was named itself), each file once, folders in the order of their names."""
    seen: set[str] = set()
    for name in names:
        inside = name != STDIN and os.path.isdir(name)
        for found in walk(name) if inside else (name,):
            if found not in seen:
                seen.add(found)
                yield found, not inside


def walk(folder: str) -> Iterator[str]:
    """The JSON and YAML files below a folder. Links to folders are not followed; unreadable folders are skipped."""
    pending = [folder]
    while pending:
        current = pending.pop()
        try:
            with os.scandir(current) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError:
            continue
        folders = []
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in SKIPPED_FOLDERS:
                    folders.append(entry.path)
            elif entry.name.lower().endswith(SUFFIXES) and entry.is_file():
                path = entry.path
                yield path[2:] if folder == "." and path.startswith("./") else path
        pending.extend(reversed(folders))
