"""The baseline: the findings that were there when it was written, so that only new ones count.

A finding is known by its rule, its file, and its place in the words of reports, which name containers
instead of counting them. So it stays known when the file is formatted or its containers change places.
"""

from __future__ import annotations

import os

from ecslint import document, reading
from ecslint.model import Mistakes
from ecslint.ruleset import validation
from ecslint.syntax.writer import dumps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping
    from typing import TypeAlias

    from ecslint.document import Document
    from ecslint.model import Finding
    from ecslint.suppress import Key

    #: How often each finding is known, by file and by what tells it from others.
    Counts: TypeAlias = dict[str, dict[Key, int]]

FILE = ".ecslint-baseline.json"
VERSION = 1


class Baseline:
    """What is known. Files are relative to ``folder``, which is the one of the baseline, and written with ``/``."""

    __slots__ = ("counts", "document", "folder")

    def __init__(self, path: str, written: Document) -> None:
        self.folder = os.path.dirname(os.path.abspath(path))
        self.document = written
        self.counts: Counts = {}
        for entry in written.data["findings"]:
            known = self.counts.setdefault(entry["file"], {})
            key = (entry["rule"], entry["resource"], entry["path"])
            known[key] = known.get(key, 0) + entry["count"]

    def file(self, name: str) -> str:
        """What the baseline calls a file."""
        return file_in(self.folder, name)

    def of(self, name: str) -> Mapping[Key, int]:
        """What is known of a file."""
        return self.counts.get(self.file(name), {})


def file_in(folder: str, name: str) -> str:
    """What a baseline in a folder calls a file."""
    return os.path.relpath(name, folder).replace(os.sep, "/")


def read(path: str) -> Baseline:
    """A baseline from its file. Raises Mistakes with all of them."""
    try:
        written = document.parse(reading.read(path), path, language="json")
    except reading.Unreadable as error:
        raise Mistakes(f"{path}: {error}; `ecslint baseline create` writes a baseline") from None
    found = validation.told(written, validation.errors(written, "baseline"))
    if found:
        raise Mistakes("\n".join(found))
    return Baseline(path, written)


def text(counts: Counts) -> str:
    """The file of a baseline: JSON with one line for each entry, the same for the same findings."""
    lines = [
        ", ".join(f"{dumps(name)}: {dumps(value)}" for name, value in entry.items())
        for entry in sorted(_entries(counts), key=lambda entry: tuple(map(str, entry.values())))
    ]
    body = ",".join(f"\n    {{{line}}}" for line in lines)
    return f'{{\n  "version": {VERSION},\n  "findings": [{body}{chr(10) + "  " if lines else ""}]\n}}\n'


def _entries(counts: Counts) -> Iterable[dict[str, str | int]]:
    for file, known in counts.items():
        for (rule, resource, path), count in known.items():
            yield {"file": file, "resource": resource, "rule": rule, "path": path, "count": count}


def counted(found: Iterable[Finding], mandatory: Container[str]) -> dict[Key, int]:
    """How often each finding of a file occurs, without what is suppressed, and what no baseline may silence."""
    known: dict[Key, int] = {}
    for finding in found:
        if finding.suppressed is None and finding.rule not in mandatory:
            key = (finding.rule, finding.name, finding.breadcrumb)
            known[key] = known.get(key, 0) + 1
    return known


def updated(old: Counts, now: Counts, exists: Callable[[str], bool]) -> Counts:
    """The baseline that knows what is found ``now``, and of files that were not checked what it knew before."""
    kept = {file: known for file, known in old.items() if file not in now and exists(file)}
    return _without_empty({**kept, **now})


def pruned(old: Counts, now: Counts, exists: Callable[[str], bool]) -> Counts:
    """The baseline without what is no longer found, in files that were checked or that no longer exist."""
    left: Counts = {}
    for file, known in old.items():
        if file in now:
            left[file] = {key: min(count, now[file].get(key, 0)) for key, count in known.items()}
        elif exists(file):
            left[file] = known
    return _without_empty(left)


def _without_empty(counts: Counts) -> Counts:
    known = {file: {key: count for key, count in keys.items() if count} for file, keys in counts.items()}
    return {file: keys for file, keys in known.items() if keys}
