"""Which files a run looks at: those that are named, and the JSON and YAML files of folders that git does not ignore.

And where the configuration of a folder is.
"""

from __future__ import annotations

import os

from ecslint import reading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeAlias

    from ecslint.regex.globs import Globs

    #: What could not be looked into, and why.
    Missed: TypeAlias = tuple[str, str]

STDIN = reading.STDIN
CONFIG_FILE = ".ecslint.yaml"

#: Names that people give a configuration by mistake. Those of the second kind may be files of another tool, so
#: they count only where a line begins with one of the fields.
MISNAMED = (".ecslint.yml", ".ecslint.json", ".ecslint.toml", ".ecslintrc")
PERHAPS_MISNAMED = ("ecslint.yaml", "ecslint.yml", "pyproject.toml")
REPOSITORY = ".git"  # a folder, or a file in a linked working tree
SUFFIXES = (".json", ".template", ".yaml", ".yml")

#: Files of one document a line, and other languages: they are found to be named, if they speak of ECS.
LINES = (".jsonl", ".ndjson")
OTHERS = (".hcl", ".jsonnet", ".libsonnet", ".tf", ".tofu")
FOUND = (*SUFFIXES, *LINES, *OTHERS)

#: The configuration of the ECS agent, and the user data that may write it. Of the latter only scripts and texts.
AGENT = "ecs.config"
USER_DATA = ("user-data", "user_data", "userdata")
SCRIPTS = ("", ".sh", ".bash", ".txt", ".tpl", ".tftpl")
IGNORE_FILE = ".gitignore"

OWN = ".ecslint"  # begins the names of configurations and baselines

#: Folders that hold no files of the user's own.
SKIPPED_FOLDERS = frozenset((".git", ".hg", ".svn", ".tox", ".venv", "venv", "node_modules", "__pycache__"))


class Ignore:
    """The patterns of one .gitignore. ``base`` is its folder; later patterns win over earlier ones."""

    __slots__ = ("_start", "base", "globs")

    def __init__(self, base: str, globs: Globs) -> None:
        self.base = base
        self.globs = globs
        self._start = len(os.path.join(base, ""))

    def verdict(self, path: str, is_folder: bool) -> bool | None:
        """True: ignored, False: taken back by ``!``, None: no pattern means it. ``path`` lies below ``base``."""
        glob = self.globs.last(path[self._start :].replace(os.sep, "/"), is_folder)
        return None if glob is None else not glob.negated


class NotListed(Exception):
    """A folder of which nobody knows what it holds. ``path`` names it, or the file that is to blame."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(reason)
        self.path = path


def discover(names: Iterable[str], missed: list[Missed]) -> Iterator[tuple[str, bool]]:
    """(file name, whether it was named itself), each file once, folders in the order of their names.

    What could not be looked into is added to ``missed``.
    """
    seen: set[str] = set()
    for name in names:
        folder = name != STDIN and os.path.isdir(name)
        for found in walk(name, missed) if folder else (name,):
            if found not in seen:
                seen.add(found)
                yield found, not folder


def walk(folder: str, missed: list[Missed]) -> Iterator[str]:
    """The JSON and YAML files below a folder, those of LINES and OTHERS, and those of the agent.

    Links to folders are not followed, so there are no loops. Folders that cannot be listed are added to ``missed``,
    and so are .gitignore files that cannot be read: nothing is known of the files for which they count.
    """

    def shown(path: str) -> str:
        return path.removeprefix(f".{os.sep}") if folder == os.curdir else path

    pending: list[tuple[str, list[Ignore] | None]] = [(folder, None)]
    while pending:
        current, above = pending.pop()
        try:
            entries, ignores = _listed(current, outer_ignores(folder) if above is None else above)
        except NotListed as error:
            missed.append((shown(error.path), str(error)))
            continue
        folders = []
        for name in sorted(entries):
            entry = entries[name]
            if name.startswith(OWN):
                continue
            if (name.lower().endswith(FOUND) or is_of_agent(name)) and _is_file(entry, shown(entry.path), missed):
                if not (ignores and is_ignored(entry.path, False, ignores)):
                    yield shown(entry.path)
            elif (
                name not in SKIPPED_FOLDERS
                and entry.is_dir(follow_symlinks=False)
                and not (ignores and is_ignored(entry.path, True, ignores))
            ):
                folders.append((entry.path, ignores))
        pending.extend(reversed(folders))


def is_of_agent(name: str) -> bool:
    """Whether a file is called as the configuration of the ECS agent is, or as user data that may write it."""
    if name.endswith(AGENT):
        return True
    return name.lower().startswith(USER_DATA) and os.path.splitext(name)[1].lower() in SCRIPTS


def _listed(folder: str, ignores: list[Ignore]) -> tuple[dict[str, os.DirEntry[str]], list[Ignore]]:
    """The entries of a folder by name, and what git ignores there. Raises NotListed."""
    try:
        with os.scandir(folder) as listing:
            entries = {entry.name: entry for entry in listing}
    except OSError as error:
        raise NotListed(folder, f"the folder cannot be listed: {error.strerror}") from None
    return entries, [*ignores, *read_ignore(folder)] if IGNORE_FILE in entries else ignores


def _is_file(entry: os.DirEntry[str], name: str, missed: list[Missed]) -> bool:
    """Whether an entry of a folder is a file or leads to one. What nobody may know is added to ``missed``."""
    try:
        return entry.is_file()
    except OSError as error:
        import errno

        if error.errno != errno.ELOOP:  # a link that leads to itself leads to nothing
            missed.append((name, error.strerror or str(error)))
        return False


def is_ignored(path: str, is_folder: bool, ignores: list[Ignore]) -> bool:
    """Whether git ignores a path; the innermost .gitignore that speaks of it decides."""
    absolute = os.path.abspath(path)
    for ignore in reversed(ignores):
        verdict = ignore.verdict(absolute, is_folder)
        if verdict is not None:
            return verdict
    return False


def outer_ignores(folder: str) -> list[Ignore]:
    """The .gitignore files above a folder, up to the root of its repository, outermost first; none outside of one.

    Raises NotListed.
    """
    root = repository(folder)
    current = os.path.abspath(folder)
    above: list[str] = []
    while root is not None and current != root:
        current = os.path.dirname(current)
        above.insert(0, current)
    return [ignore for place in above for ignore in read_ignore(place)]


def repository(folder: str) -> str | None:
    """The absolute root of the repository that a folder belongs to: the nearest folder that holds ``.git``."""
    current = os.path.abspath(folder)
    while not os.path.exists(os.path.join(current, REPOSITORY)):
        parent = os.path.dirname(current)
        if parent == current:
            return None
        current = parent
    return current


def within(path: str, folder: str) -> bool:
    """Whether a file or folder really lies in or below a folder, links followed."""
    root = os.path.realpath(folder)
    try:
        return os.path.join(os.path.realpath(path), "").startswith(os.path.join(root, ""))
    except ValueError:  # no file has a NUL in its name
        return False


def leads_out(path: str) -> bool:
    """Whether a path within a repository leads out of it, by links; false outside of one."""
    root = repository(os.path.dirname(os.path.abspath(path)))
    return root is not None and not within(path, root)


def from_root(name: str, root: str) -> str:
    """The path of a file below a root, with slashes; absolute when it lies elsewhere. Links are resolved."""
    inside = os.path.join(os.path.realpath(root), "")
    return os.path.realpath(name).removeprefix(inside).replace(os.sep, "/")


def read_ignore(folder: str) -> list[Ignore]:
    """The rules of a folder's .gitignore; none if there is no such file. Raises NotListed when it cannot be read."""
    path = os.path.join(folder, IGNORE_FILE)
    if not os.path.exists(path) or os.path.isdir(path):  # git takes a folder for none, too
        return []
    try:
        text = reading.read(path).decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    except reading.Unreadable as error:
        reason = f"{error}; its folder is left out, because what git ignores there is not known"
        raise NotListed(path, reason) from None
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    from ecslint.regex import globs

    return [Ignore(os.path.abspath(folder), globs.ignoring(lines))]


def nearest_config(folder: str, known: dict[str, str | None]) -> str | None:
    """The path of the configuration in force in an absolute folder, or None.

    The search ends at the root of the repository, at the user's home and at the root of the file system.
    ``known`` keeps what has been found for a folder.
    """
    passed = []
    while folder not in known:
        passed.append(folder)
        above, separator, _ = folder.rpartition(os.sep)  # quicker than dirname; a root is the empty text here
        path = f"{folder}{os.sep}{CONFIG_FILE}"
        if os.access(path, os.F_OK) or os.path.islink(path):  # a link to nothing is a mistake, and will be told
            known[folder] = path
        elif not separator or folder == os.environ.get("HOME") or os.access(f"{folder}{os.sep}{REPOSITORY}", os.F_OK):
            known[folder] = None
        else:
            folder = above
    for below in passed:
        known[below] = known[folder]
    return known[folder]
