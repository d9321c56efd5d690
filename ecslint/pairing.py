"""Which file holds the resource that another one names: only where that is sure, and said why."""

from __future__ import annotations

import os

from ecslint import deploy, discovery
from ecslint.kinds import BESIDE, FILE, NAMELESS, TASK_DEFINITION, UNCLEAR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ecslint.deploy.uses import Use
    from ecslint.engine import Settings
    from ecslint.kinds import Name

#: Words for environments. What lies in the folder of one is not that of another.
ENVIRONMENTS = frozenset(
    (
        *("dev", "develop", "development", "int", "integration", "live", "local", "preprod", "prod", "production"),
        *("qa", "sandbox", "stage", "staging", "test", "uat"),
    )
)

SERVICE = "service"
CLUSTER = "cluster"


class Match:
    """The file in which a named resource is looked for, empty if there is none, and why.

    ``any_name``: whoever says so knows, so the resource in it may have another name.
    """

    __slots__ = ("any_name", "file", "why")

    def __init__(self, file: str, why: str, *, any_name: bool = False) -> None:
        self.file = file
        self.why = why
        self.any_name = any_name


def matches(
    file: str, defines: Iterable[Name], refers: Iterable[Name], places: Mapping[Name, list[str]], settings: Settings
) -> dict[Name, Match]:
    """The match of each name to which a file refers; ``places`` are the files of the run that define names.

    The configuration counts most, then a file that alone defines the name, then what deploys the file, then the file
    beside it.
    """
    found: dict[Name, Match] = {}
    for name in dict.fromkeys(refers):
        stated = settings.beside.get(name[0])
        if stated is not None:
            found[name] = Match(stated[0], f"as {stated[1]} says", any_name=True)
            continue
        if name[1].startswith(FILE):
            found[name] = in_repository(file, name[1].removeprefix(FILE))
            continue
        by_name = named(file, name, places)
        alone = bool(by_name.file) and len(places.get(name, ())) == 1
        told = None if alone or name[0] != TASK_DEFINITION or settings.alone else deployed(file, defines)
        found[name] = told or by_name
    return found


def named(file: str, name: Name, places: Mapping[Name, list[str]]) -> Match:
    """The match by name alone: the only file of the run that defines it, or the only one beside.

    There is none if another one may define it, too.
    """
    kind = name[0].replace("-", " ")
    if name[1] == NAMELESS:
        return Match("", f"it names no {kind}")
    if name[1] == BESIDE:
        return only_one(file, name[0], places)
    shown = f"{kind} `{name[1]}`"
    folder, unclear = os.path.dirname(file), places.get((name[0], UNCLEAR), [])
    everywhere = [place for place in places.get(name, []) if not environments(folder) ^ environments(place)]
    if name[0] == CLUSTER:  # many accounts have a cluster of the same name
        everywhere = [place for place in everywhere if os.path.dirname(place) == folder]
    beside = [place for place in everywhere if os.path.dirname(place) == folder]
    perhaps = [place for place in unclear if not beside or os.path.dirname(place) == folder]
    if not everywhere:
        return Match("", f"no file of the run defines {shown}")
    several = beside or everywhere
    if len(several) > 1:
        return Match("", f"several files define {shown}: {', '.join(sorted(several))}")
    if perhaps:
        return Match("", f"{', '.join(sorted(perhaps))} may define {shown}, too")
    return Match(several[0], f"which defines {shown}" + (", beside it" if len(everywhere) > 1 else ""))


def environments(path: str) -> frozenset[str]:
    """The environments that the folders of a path name."""
    return ENVIRONMENTS.intersection(os.path.normpath(path).lower().split(os.sep))


def only_one(file: str, kind: str, places: Mapping[Name, list[str]]) -> Match:
    """The only file of the run in or below the folder of a file that defines a resource of a kind, if it lies in it."""
    folder = os.path.dirname(file)
    names = [name for name in places if name[0] == kind]
    below = os.path.join(folder, "")
    files = {place for name in names for place in places[name] if place.startswith(below)}
    if len(files) == 1 and os.path.dirname(*files) != folder:
        files = set()
    what = kind.replace("-", " ")
    if len(files) != 1:
        return Match(
            "", f"the folder holds {len(files) or 'no'} files with a {what}" if files else f"no {what} is beside it"
        )
    return Match(files.pop(), f"the only one with a {what} in the folder")


def in_repository(file: str, name: str) -> Match:
    """The file that a step of a workflow names by its path from the root of the repository."""
    root, known = deploy.known(file)
    target = os.path.normpath(name).replace(os.sep, "/")
    path = os.path.join(root, target)
    if not (root and os.path.isfile(path) and discovery.within(path, root)):
        return Match("", f"there is no file {name} in its repository")
    here = discovery.from_root(file, root)
    uses = [use for use in known if (use.file, use.target) == (here, target)]
    if not uses or any(use.changed for use in uses):
        return Match("", f"{name} may have been rewritten before")
    return Match(os.path.relpath(path, os.curdir), "which it names")


def deployed(file: str, defines: Iterable[Name]) -> Match | None:
    """The task definition that is deployed together with a file, if exactly one is; a workflow names the service."""
    root, known = deploy.known(file)
    services = {text for kind, text in defines if kind == SERVICE and text not in (UNCLEAR, NAMELESS)}
    together = [*_together(file, root, known)] or [use for use in known if use.service in services and use.service]
    targets = {(use.beside or use.target): use for use in together}
    if len(targets) != 1:
        return None
    [(target, use)] = targets.items()
    path = os.path.relpath(os.path.join(root, target), os.curdir)
    if not os.path.isfile(path):
        return None
    return Match(path, f"as {use.file}:{use.line} says")


def _together(file: str, root: str, known: Iterable[Use]) -> Iterator[Use]:
    """The uses of a file that name a task definition beside it."""
    target = discovery.from_root(file, root) if root else ""
    yield from (use for use in known if use.target == target and use.beside)
