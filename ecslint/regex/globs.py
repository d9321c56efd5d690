"""Patterns of file names as git reads them: ``**/`` any folders, ``*`` and ``?`` within a name, ``[...]`` one byte.

A star is never tried twice. What stands between two stars has a fixed length, so the first place where it fits is
as good as any other: a name takes time in proportion to its length times that of the pattern. A list of patterns
looks up the few that can mean a file by the fixed parts of its path, however long the list is.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from typing import Any, TypeAlias

    #: What may stand at one place of a name, by ``in``: a character, or a set of them.
    Places: TypeAlias = "str | list[str | frozenset[str]]"
    #: The name of a file or folder: what stands between its stars.
    Name: TypeAlias = Sequence[Places]
    #: Where the fixed parts of a glob end; those parts.
    Shape: TypeAlias = tuple[int, int, int]
    Key: TypeAlias = tuple[str, str, str]

BYTES = frozenset(map(chr, range(256)))
IN_A_NAME = BYTES - {"/"}

#: What makes a pattern more than a path.
SIGNS = frozenset("*?[\\")

#: The classes of ``[[:alpha:]]`` as git knows them, as ranges.
CLASSES = {
    "alnum": "azAZ09",
    "alpha": "azAZ",
    "blank": "  \t\t",
    "cntrl": "\0\x1f\x7f\x7f",
    "digit": "09",
    "graph": "!~",
    "lower": "az",
    "print": " ~",
    "punct": "!/:@[`{~",
    "space": "  \t\n\r\r",
    "upper": "AZ",
    "xdigit": "09afAF",
}


class Glob:
    """A pattern, relative to a folder. ``only_folders`` is set by a slash at its end, ``negated`` by a ``!`` before it.

    ``groups`` are names of folders and files: any folders may stand between two groups. None for one that means
    nothing, such as ``[a``.
    """

    __slots__ = ("groups", "negated", "only_folders")

    def __init__(self, groups: list[list[Name]] | None, *, only_folders: bool, negated: bool) -> None:
        self.groups = groups
        self.only_folders = only_folders
        self.negated = negated

    def fits(self, names: Sequence[str], is_folder: bool) -> bool:
        """Whether it means a file or folder; ``names`` are those of its path."""
        if self.groups is None or (self.only_folders and not is_folder):
            return False
        return fits(self.groups, names, name_fits)

    def key(self) -> tuple[Shape, Key]:
        """What every path has that it means: folders at the beginning, the beginning and the end of the last name.

        The shape says how many folders and characters these are; -1 characters are a whole name.
        """
        assert self.groups is not None
        folders: list[str] = []
        for name in self.groups[0] if len(self.groups) > 1 else self.groups[0][:-1]:
            if len(name) > 1 or type(name[0]) is not str:
                break
            folders.append(name[0])
        last = self.groups[-1][-1]
        head, tail = (run if type(run) is str else "" for run in (last[0], last[-1]))
        if last == [head]:
            return (len(folders), -1, 0), ("/".join(folders), head, "")
        return (len(folders), len(head), len(tail)), ("/".join(folders), head, tail)


class Globs:
    """A list of patterns, known by their numbers in it. Paths are relative, with ``/`` between their names."""

    __slots__ = ("_above", "_globs", "_shapes")

    def __init__(self, globs: Iterable[Glob]) -> None:
        self._globs = list(globs)
        self._shapes: dict[Shape, dict[Key, list[int]]] = {}
        self._above: dict[str, frozenset[int]] = {"": frozenset()}
        for number, glob in enumerate(self._globs):
            if glob.groups is not None:
                shape, key = glob.key()
                self._shapes.setdefault(shape, {}).setdefault(key, []).append(number)

    def last(self, path: str, is_folder: bool) -> Glob | None:
        """The last of the patterns that mean a file or folder."""
        names = octets(path).split("/")
        best = -1
        for numbers in self._candidates(names):
            for number in reversed(numbers):
                if number < best:
                    break
                if self._globs[number].fits(names, is_folder):
                    best = number
        return self._globs[best] if best >= 0 else None

    def covering(self, path: str) -> list[int]:
        """The numbers of the patterns that mean a file or a folder above it, from the first to the last."""
        folders = []
        folder = path.rpartition("/")[0]
        while folder not in self._above:
            folders.append(folder)
            folder = folder.rpartition("/")[0]
        found = self._above[folder]
        for folder in reversed(folders):
            found = self._above[folder] = found.union(self._all(folder, True))
        return sorted(found.union(self._all(path, False)))

    def _all(self, path: str, is_folder: bool) -> list[int]:
        names = octets(path).split("/")
        numbers = [number for some in self._candidates(names) for number in some]
        return [number for number in numbers if self._globs[number].fits(names, is_folder)]

    def _candidates(self, names: Sequence[str]) -> Iterator[list[int]]:
        """The numbers of the patterns whose fixed parts a path has."""
        name = names[-1]
        for (depth, head, tail), keys in self._shapes.items():
            if depth >= len(names) or head + tail > len(name):
                continue
            first, last = (name, "") if head < 0 else (name[:head], name[len(name) - tail :])
            numbers = keys.get(("/".join(names[:depth]), first, last))
            if numbers is not None:
                yield numbers


def fits(runs: Sequence[Any], names: Sequence[Any], test: Callable[[Any, Any], bool]) -> bool:
    """Whether a sequence is made of some runs in their order, with anything between two of them."""
    first, *middle = runs
    if not middle:
        return len(first) == len(names) and all(map(test, first, names))
    last = middle.pop()
    place, end = len(first), len(names) - len(last)
    if place > end or not (all(map(test, first, names)) and all(map(test, last, names[end:]))):
        return False
    for run in middle:
        place = found(run, names, place, end, test)
        if place < 0:
            return False
        place += len(run)
    return True


def found(run: Any, names: Any, place: int, end: int, test: Callable[[Any, Any], bool]) -> int:
    """The first place of a run in a part of a sequence; -1 if it has none."""
    if type(run) is str:
        return int(names.find(run, place, end))
    starts = range(place, end - len(run) + 1)
    return next((start for start in starts if all(map(test, run, names[start : start + len(run)]))), -1)


def name_fits(name: Name, text: str) -> bool:
    """Whether a name of a pattern means the name of a file or folder."""
    if len(name) == 1 and type(name[0]) is str:
        return name[0] == text
    return fits(name, text, is_among)


def is_among(places: Collection[str], character: str) -> bool:
    """Whether one place of a name allows a character."""
    return character in places


def octets(text: str) -> str:
    """A text with a character for each of its bytes, which are what git compares."""
    if text.isascii():
        return text
    try:
        return text.encode("utf-8", "surrogateescape").decode("latin-1")
    except UnicodeEncodeError:  # half of a pair, which no file name of this system has
        return text.encode("utf-8", "surrogatepass").decode("latin-1")


# --- reading --------------------------------------------------------------------------------------


def ignoring(lines: Iterable[str]) -> Globs:
    """The patterns of a .gitignore. Of lines that only differ in a ``!`` the last one counts."""
    kept: dict[str, Glob] = {}
    for line in lines:
        glob = parse(line)
        if glob is not None:
            text = line.removeprefix("!")
            kept.pop(text, None)
            kept[text] = glob
    return Globs(kept.values())


def parse(line: str) -> Glob | None:
    """The pattern of a line of .gitignore; None for a line without one."""
    if line.startswith("#"):
        return None
    text = octets(without_spaces(line))
    negated = text.startswith("!")
    text = text[1:] if negated else text
    only_folders = text.endswith("/")
    text = text.removesuffix("/")
    if not text:
        return None
    groups = groups_of(text.removeprefix("/"))
    if groups is not None and "/" not in text:
        groups.insert(0, [])
    return Glob(groups, only_folders=only_folders, negated=negated)


def without_spaces(line: str) -> str:
    """A line without the spaces at its end; a backslash keeps one."""
    if not line.endswith(" "):
        return line
    text = line.rstrip(" ")
    backslashes = len(text) - len(text.rstrip("\\"))
    return f"{text} " if backslashes % 2 else text


def groups_of(text: str) -> list[list[Name]] | None:
    """The groups of a pattern without the slashes around it; None if it means nothing."""
    if SIGNS.isdisjoint(text):
        return [[[name] for name in text.split("/")]]
    groups: list[list[Name]] = [[]]
    name: list[Places] = []
    run: list[Any] = []
    for token, places in tokens(text):
        if token == NOTHING:
            return None
        if token == PLACE:
            run.append(places)
            continue
        if token != FOLDERS:
            name.append(run if any(type(places) is not str for places in run) else "".join(run))
            run = []
        if token == SLASH:
            groups[-1].append(name)
            name = []
        elif token == FOLDERS:
            groups.append([])
    return groups


#: The tokens of a pattern. A slash stands at its end, too.
PLACE, STAR, SLASH, FOLDERS, NOTHING = range(5)


def tokens(text: str) -> Iterator[tuple[int, Any]]:
    """The tokens of a pattern, and what may stand at a place."""
    at, size = 0, len(text)
    while 0 <= at < size:
        start, letter = at, text[at]
        at += 1
        if letter == "*":
            while text.startswith("*", at):
                at += 1
            wide = at > start + 1 and text[start - 1 : start] in ("", "/") and text[at : at + 1] in ("", "/")
            if wide:
                yield FOLDERS, None
            if wide and at < size:
                at += 1  # the slash goes with it
            else:
                yield STAR, None
        elif letter == "?":
            yield PLACE, IN_A_NAME
        elif letter == "[":
            members, at = set_of(text, at)
            yield (NOTHING if at < 0 else PLACE), members
        else:
            if letter == "\\":
                letter = text[at : at + 1]
                at += 1
            yield SLASH if letter == "/" else PLACE if letter else NOTHING, letter
    yield SLASH, None


def set_of(text: str, at: int) -> tuple[frozenset[str], int]:
    """The characters that ``[...]`` means, and where it ends, or -1 if it means nothing; ``at`` is behind the bracket.

    This is git's own way to read it, with its corners: ``]`` may stand first, ``-`` first or last.
    """
    negated = text[at : at + 1] in ("!", "^")
    at += negated
    members: set[str] = set()
    before = ""  # what a range may begin with
    first, closing = at, -1
    while at == first or text[at : at + 1] != "]":
        letter = text[at : at + 1]
        named = text.startswith("[:", at)
        if named and closing < at + 2:
            closing = text.find("]", at + 2)
        if letter == "-" and before and text[at + 1 : at + 2] not in ("", "]"):
            at += 2 if text[at + 1] == "\\" else 1
            members |= ranges(before + (text[at : at + 1] or before))
            before = ""
        elif named and closing > at + 2 and text[closing - 1] == ":":
            name = text[at + 2 : closing - 1]
            if name not in CLASSES:
                return IN_A_NAME, -1
            members |= ranges(CLASSES[name])
            before, at = "", closing
        else:
            at += letter == "\\"
            before = text[at : at + 1]
            members.add(before)
        at += 1
        if at >= len(text):
            return IN_A_NAME, -1
    return (IN_A_NAME - members if negated else frozenset(members) - {"/"}), at + 1


def ranges(ends: str) -> set[str]:
    """The characters of ranges: ``azAZ`` are all letters."""
    pairs = zip(ends[::2], ends[1::2], strict=True)
    return {chr(code) for first, last in pairs for code in range(ord(first), ord(last) + 1)}
