"""Checks over volumes and the places where containers mount them."""

from __future__ import annotations

from ecslint import paths
from ecslint.checks import check, quick
from ecslint.checks.fields import PATH_OPTION, declared, is_open
from ecslint.masking import Quoted
from ecslint.model import Hit, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from ecslint.model import Path

NAMES = {"type": "array", "minItems": 1, "items": {"type": "string"}}


@check(
    options={"volumes": PATH_OPTION, "mounts": PATH_OPTION, "at_launch": {"type": "boolean"}},
    values=("name",),
    follows=("volumes",),
    passes=quick.are_other_kind,
)
def mounted(task: Any, *, volumes: str, mounts: str, at_launch: bool) -> Iterator[Hit]:
    """Each volume is named by a mount point; its name is hit.

    ``volumes`` reaches the volumes, of which either those are judged that are configured at launch or
    the others, and ``mounts`` the names in mount points. Silent when a mount point may be unknown.
    """
    pattern = paths.parse(mounts)
    used = {name for _, name in paths.select(task, pattern) if type(name) is str}
    unmounted = []
    for path, volume in paths.follow(task, volumes):
        if type(volume) is not dict or is_open(volume) or volume.get("configuredAtLaunch", False) is not at_launch:
            continue
        name = volume.get("name")
        if type(name) is str and name and name not in used:
            unmounted.append(Hit((*path, "name"), {"name": name}))
    if unmounted and declared(task, pattern) is not None:
        yield from unmounted


@check(options={"members": NAMES}, values=("first",), passes=quick.is_single)
def at_most_one(value: Any, *, members: Sequence[str]) -> Iterator[Hit]:
    """At most one of these members of an object is set; each further one is hit, the first is related.

    Empty objects, lists and texts count as not set, and so do ``false`` and unknown values.
    """
    if type(value) is not dict:
        return
    found = [name for name in value if name in members and type(value[name]) is not Unknown and value[name]]
    for name in found[1:]:
        yield Hit((name,), {"first": found[0]}, own=("first",), key=True, related=[((found[0],), "the first one here")])


@check(options={"items": PATH_OPTION, "value": {"type": "boolean"}}, follows=("items",), more_than=1)
def at_most_once(task: Any, *, items: str, value: bool) -> Iterator[Hit]:
    """At most one of the booleans that ``items`` reaches has this value; further ones are hit, the first is related."""
    found = [path for path, item in paths.follow(task, items) if item is value]
    for path in found[1:]:
        yield Hit(path, related=[(found[0], "the first one here")])


@check(options={"items": PATH_OPTION, "value": {"type": "boolean"}}, values=("only",), follows=("items",))
def at_least_once(task: Any, *, items: str, value: bool) -> Iterator[Hit]:
    """One of the booleans that ``items`` reaches has this value; else the first is hit.

    ``only`` is the value that it lacks, if it is the only one.
    """
    found = list(paths.follow(task, items))
    if found and all(type(item) is bool and item is not value for _, item in found):
        yield Hit(found[0][0], {"only": value if len(found) == 1 else None}, own=("only",))


@check(options={"items": NAMES}, values=("path",), follows=("items",), more_than=1, passes=quick.lie_apart)
def distinct_paths(value: Any, *, items: Sequence[str]) -> Iterator[Hit]:
    """No two directories that ``items`` reach are the same; the later one is hit, the first is related."""
    first: dict[str, Path] = {}
    for item in items:
        for path, text in paths.select(value, paths.parse(item)):
            if type(text) is not str or not text:
                continue
            seen = first.setdefault(normal(text), path)
            if seen != path:
                yield Hit(path, {"path": text}, related=[(seen, "first here")])


def normal(path: str) -> str:
    """One form for all spellings of an absolute directory: without ``.``, doubled and trailing separators.

    Drive letters make a path Windows', which knows neither case nor a difference between slashes.
    Paths with ``..`` are left as they are.
    """
    windows = drive(path) is not None
    parts = (path.replace("\\", "/").lower() if windows else path).split("/")
    if ".." in parts:
        return path
    kept = "/".join(part for part in parts if part not in ("", "."))
    return kept if windows else f"/{kept}"


def drive(path: str) -> str | None:
    """The drive letter of a Windows path in upper case; None for other paths."""
    return path[0].upper() if path[1:2] == ":" and path[0].isalpha() else None


@check(
    options={"volumes": PATH_OPTION, "mounts": PATH_OPTION, "sources": NAMES, "writable": {"type": "boolean"}},
    values=("source",),
    follows=("mounts",),
    needs=("volumes",),
)
def host_mount(task: Any, *, volumes: str, mounts: str, sources: Sequence[str], writable: bool) -> Iterator[Hit]:
    """No mount point brings one of these paths of the host into a container.

    With ``writable``, those that are read-only are passed over. The name of the volume is hit, the
    path of the host is related.
    """
    held = host_volumes(task, volumes)
    for path, mount in paths.follow(task, mounts) if held else ():
        place, source = host_source(mount, held)
        if source is None or normal(source) not in sources:
            continue
        if not writable or (mount.get("readOnly", is_open(mount)) is False):
            related = [(place, Quoted(f"{source} of the host here", place))]
            yield Hit((*path, "sourceVolume"), {"source": Quoted(source, place)}, related=related)


@check(
    options={"volumes": PATH_OPTION, "mounts": PATH_OPTION},
    values=("source", "target"),
    follows=("mounts",),
    gathers=("volumes",),
    needs=("volumes",),
    passes=quick.share_drive,
)
def same_drive(task: Any, *, volumes: str, mounts: str) -> Iterator[Hit]:
    """A directory of a Windows host is mounted on the drive on which it is; the path in the container is hit."""
    held = host_volumes(task, volumes)
    for path, mount in paths.follow(task, mounts) if held else ():
        place, source = host_source(mount, held)
        target = mount.get("containerPath") if source is not None else None
        if source is None or type(target) is not str:
            continue
        here, there = drive(source), drive(target)
        if here is not None and there is not None and here != there:
            related = [(place, f"drive {here} here")]
            yield Hit((*path, "containerPath"), {"source": here, "target": there}, related=related)


def host_volumes(task: Any, volumes: str) -> Mapping[str, tuple[Path, str]]:
    """Where the host paths of volumes stand, and what they are, by the volumes' names."""
    found = {}
    for path, volume in paths.select(task, paths.parse(volumes)):
        host = volume.get("host") if type(volume) is dict else None
        name = volume.get("name") if type(volume) is dict else None
        source = host.get("sourcePath") if type(host) is dict else None
        if type(name) is str and type(source) is str and source:
            found[name] = ((*path, "host", "sourcePath"), source)
    return found


def host_source(mount: Any, held: Mapping[str, tuple[Path, str]]) -> tuple[Path, str | None]:
    """The host path that a mount point mounts, and where it stands; None when it mounts none."""
    name = mount.get("sourceVolume") if type(mount) is dict else None
    return held.get(name, ((), None)) if type(name) is str else ((), None)
