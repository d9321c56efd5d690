"""Whether Terraform reads a file: its provider takes names in any case, and null for an absent member.

Looked up only for a finding that depends on it. Files are read as data, bounded in number and size.
"""

from __future__ import annotations

import os

from ecslint import discovery, reading
from ecslint.deploy.files import MOST_BYTES, MOST_BYTES_OF_ALL, MOST_FILES, folders, normal

SUFFIX = ".tf"

#: A file that a configuration names, and the folder of a module, which is that of the configuration.
NAMED = rb"\"((?:[^\"\n$]|\$\{path\.(?:module|root)\}){1,300})\""
FOLDERS = ("${path.module}/", "${path.root}/")

#: What the files of a repository's folders name, as paths from the root.
_named: dict[str, set[str]] = {}


def forget() -> None:
    """Look everything up anew: files may have changed."""
    _named.clear()


def reads(name: str) -> bool:
    """Whether a configuration in the folder of a file, or in one above it, names the file."""
    folder = os.path.dirname(os.path.abspath(name))
    root = discovery.repository(folder)
    if root is None:
        return False
    target = discovery.from_root(name, root)
    return any(target in names_in(root, above) for above in folders(folder, root))


def names_in(root: str, folder: str) -> set[str]:
    """The files that the configurations in a folder name."""
    if folder not in _named:
        try:
            found = sorted(name for name in os.listdir(folder) if name.endswith(SUFFIX))[:MOST_FILES]
        except OSError:
            found = []
        here = discovery.from_root(folder, root) if folder != root else ""
        _named[folder] = set()
        left = MOST_BYTES_OF_ALL
        for name in found:
            raw = read(root, os.path.join(folder, name))
            left -= len(raw)
            if left < 0:
                break
            _named[folder].update(files(raw, here))
    return _named[folder]


def read(root: str, path: str) -> bytes:
    """A file of the repository; nothing if it is too large, leads out, or cannot be read."""
    inside = os.path.join(os.path.realpath(root), "")
    try:
        return reading.read(path, MOST_BYTES) if os.path.realpath(path).startswith(inside) else b""
    except (OSError, reading.Unreadable):
        return b""


def files(raw: bytes, here: str) -> set[str]:
    """The paths from the root that a configuration in the folder ``here`` names, beside other texts."""
    import re

    found = set()
    for text in re.findall(NAMED, raw):
        name = text.decode("utf-8", "replace")
        for folder in FOLDERS:
            name = name.removeprefix(folder)
        found.add(normal(here, name))
    return found - {""}
