"""What lies around a file of Terraform: the variables and local values of its folder, and the files that it names.

Files are read as data, bounded in number and size, and only inside the repository.
"""

from __future__ import annotations

import os

from ecslint import discovery, reading
from ecslint.model import Unknown
from ecslint.syntax import hcl
from ecslint.syntax.interpolation import containers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

MOST_FILES = 100
MOST_BYTES = 1_000_000  # of a file
MOST_BYTES_OF_ALL = 5_000_000

SUFFIXES = (".tf", ".tofu")

#: Files with the values of variables, which Terraform reads by itself.
VALUES = ("terraform.tfvars", ".auto.tfvars")

#: How a path begins that leads to a file of the folder.
HERE = ("<path.module>/", "<path.root>/", "./")

#: What the files of a folder say, and which variables are given a value.
_known: dict[str, tuple[list[tuple[str, dict[Any, Any]]], set[str]]] = {}


def forget() -> None:
    """Look everything up anew: files may have changed."""
    _known.clear()


def around(data: dict[Any, Any], name: str) -> dict[str, Any]:
    """What the folder of a file says besides: other files' data, given variables, and the texts that are named."""
    folder = os.path.dirname(os.path.abspath(name))
    if folder not in _known:
        _known[folder] = known(folder)
    files, given = _known[folder]
    others = [one for file, one in files if file != os.path.basename(name)]
    return {"files": others, "given": given, "texts": dict(texts(data, others, folder))}


def known(folder: str) -> tuple[list[tuple[str, dict[Any, Any]]], set[str]]:
    """The data of a folder's files, and the names of the variables that some of them give a value."""
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return [], set()
    left = MOST_BYTES_OF_ALL
    files: list[tuple[str, dict[Any, Any]]] = []
    given: set[str] = set()
    wanted = [name for name in names if name.endswith((*SUFFIXES, *VALUES))]
    for name in wanted[:MOST_FILES]:
        raw = read(folder, os.path.join(folder, name))
        left -= len(raw)
        if left < 0:
            break
        if name.endswith(VALUES):
            given.update(line.split(b"=")[0].strip().decode("utf-8", "replace") for line in raw.split(b"\n"))
        elif b"variable" in raw or b"locals" in raw:
            try:
                files.append((name, hcl.scan(raw.decode("utf-8")).data))
            except (UnicodeDecodeError, hcl.Unparsed):
                continue
    return files, given


def read(folder: str, path: str) -> bytes:
    """A file of the repository; nothing if it is too large, leads out, or cannot be read."""
    inside = os.path.join(os.path.realpath(discovery.repository(folder) or folder), "")
    try:
        return reading.read(path, MOST_BYTES) if os.path.realpath(path).startswith(inside) else b""
    except (OSError, reading.Unreadable, ValueError):  # no name of a file holds a NUL
        return b""


def texts(data: Any, others: list[dict[Any, Any]], folder: str) -> Iterator[tuple[str, Any]]:
    """The containers in the files that expressions name, by these expressions."""
    plain = [data.get("resource"), data.get("locals"), *(one.get("locals") for one in others)]
    pending = [(value, False) for value in plain] + [(data.get("data"), True)]
    left = MOST_FILES
    while pending and left:
        value, filled = pending.pop()
        if type(value) is dict:
            pending += [(item, filled) for item in value.values()]
        elif type(value) is list:
            pending += [(item, filled) for item in value]
        elif type(value) is Unknown and value.tag:
            pending.append((value.value, filled))
            if value.tag in ("!file", "!templatefile") and value.value:
                left -= 1
                path = path_of(value.value[0])
                raw = read(folder, os.path.join(folder, path)) if path else b""
                filled = filled or value.tag == "!templatefile"
                found, _ = containers(raw.decode("utf-8", "replace"), filled=filled) if raw else (None, None)
                if found is not None:
                    yield value.raw, found


def path_of(value: Any) -> str:
    """The path in its folder that an argument names; empty if that is not known."""
    if type(value) is Unknown and value.tag == "!Join":
        value = "".join(part.raw if type(part) is Unknown else str(part) for part in value.value[1])
    if type(value) is not str:
        return ""
    for begin in HERE:
        value = value.removeprefix(begin)
    return "" if "<" in value or os.path.isabs(value) else value
