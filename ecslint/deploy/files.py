"""Files of a repository that tell how something is deployed: read as data, and bounded."""

from __future__ import annotations

import os

from ecslint import document, paths, reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from ecslint.document import Document
    from ecslint.model import Path

SUFFIXES = (".yml", ".yaml")
MOST_FILES = 100  # in the folder of workflows
MOST_BYTES = 256 * 1024  # of one file
MOST_BYTES_OF_ALL = 1024 * 1024
MOST_STEPS = 2000  # of all jobs and actions, each time that they run
MOST_MEMBERS = 500  # variables or inputs of one place


class Repository:
    """The files of a repository that may be read, up to MOST_BYTES_OF_ALL, and the steps that may be followed."""

    __slots__ = ("_left", "_read", "_steps", "root")

    def __init__(self, root: str) -> None:
        self.root = root
        self._left = MOST_BYTES_OF_ALL
        self._read: dict[str, Document | None] = {}
        self._steps = MOST_STEPS

    def may_go_on(self) -> bool:
        """Whether one more step may be followed."""
        self._steps -= 1
        return self._steps >= 0

    def names(self, folder: str) -> list[str]:
        """The paths of the YAML files in a folder of the repository."""
        try:
            found = sorted(name for name in os.listdir(os.path.join(self.root, folder)) if name.endswith(SUFFIXES))
        except OSError:
            return []
        return [f"{folder}/{name}" for name in found[:MOST_FILES]]

    def read(self, name: str, words: Iterable[str]) -> Document | None:
        """A YAML file, by its path from the root, that holds one of some words; None as of ``read``."""
        if name not in self._read:
            parsed = read(self.root, os.path.join(self.root, name), words) if self._left > 0 else None
            self._left -= 0 if parsed is None else parsed.size
            self._read[name] = parsed if self._left >= 0 else None
        return self._read[name]


def folders(folder: str, root: str) -> Iterator[str]:
    """A folder and those above it up to the root of the repository."""
    yield folder
    while folder != root and (above := os.path.dirname(folder)) != folder:
        folder = above
        yield folder


def read(root: str, path: str, words: Iterable[str]) -> Document | None:
    """A YAML file of the repository that holds one of some words; None if there is none, or it tells nothing."""
    inside = os.path.join(os.path.realpath(root), "")
    try:
        if not os.path.realpath(path).startswith(inside):
            return None
        raw = reading.read(path, MOST_BYTES)
    except (OSError, ValueError, reading.Unreadable):
        return None
    if not any(word.encode() in raw for word in words):
        return None
    parsed = document.parse(raw, os.path.relpath(path, root).replace(os.sep, "/"), language="yaml")
    return parsed if type(parsed.data) is dict else None


def line(parsed: Document, path: Path) -> int:
    """The line of a value, from 1."""
    root = parsed.root()
    assert root is not None
    node = paths.locate(root, path)[0]
    return parsed.text.count("\n", 0, node.start if node.key_start < 0 else node.key_start) + 1


def member(value: Any, *names: str) -> Any:
    """A member of a member, or None."""
    for name in names:
        value = value.get(name) if type(value) is dict else None
    return value


def items(value: Any) -> list[Any]:
    """The items of a list; none of anything else."""
    return value if type(value) is list else []


def texts(value: Any) -> dict[str, str]:
    """The members of an object that are scalars, as strings."""
    pairs = list(value.items())[:MOST_MEMBERS] if type(value) is dict else ()
    return {key: str(item) for key, item in pairs if type(key) is str and type(item) in (str, int)}


def normal(*parts: str) -> str:
    """A path from the root; "" for one that is absolute or leads out."""
    path = os.path.normpath("/".join(part for part in parts if part)).replace(os.sep, "/")
    return "" if path.startswith(("/", "..")) else path
