"""Suppressions that stand in a document: where they are, what they say, and what is wrong with them.

Comments, labels, tags and metadata say the same: ``ECS101 slug-of-another until 2026-12-31 -- the reason``.
"""

from __future__ import annotations

from bisect import bisect_right

from ecslint import paths
from ecslint.hits import member
from ecslint.locate import Located
from ecslint.masking import veiled
from ecslint.model import Fault, Fix, Operation
from ecslint.words import Candidates

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from ecslint.document import Document
    from ecslint.model import Node, Path

LABEL = "ecslint.ignore"
TAG = "ecslint:ignore"

#: The member of a resource in a template, the one in it that speaks to ecslint, and the one in that.
METADATA, OURS_THERE, IGNORE = "Metadata", "ecslint", "ignore"

#: Either, however it is spelt.
OURS = "ecslintignore"

#: A comment that speaks to ecslint, with what it says.
COMMENT = r"(?:^|(?<=[ \t\r\n]))#[ \t]*ecslint:[ \t]*ignore\b([^\r\n]*)"

#: The languages whose comments begin with ``#``.
COMMENTED = ("yaml", "env", "hcl")

#: What stands between the names of rules.
SEPARATORS = ", \t"

#: What the fix of a suppression that is of no use does.
REMOVAL = "remove the suppression"

UNTIL = "until"
BEFORE_REASON = "--"


class Mark:
    """A suppression that stands in the document, at a span of its text.

    It holds for one line of the text (from 0), or for the places below ``prefix``. ``used`` are the rules
    that it has silenced. ``text`` is what it says, and ``words`` are the spans of the words in it that name its rules.
    What stands in the data has the ``path`` of that text, and ``removal`` takes all of it away.
    """

    __slots__ = (
        "by",
        "end",
        "line",
        "path",
        "prefix",
        "reason",
        "removal",
        "rules",
        "start",
        "text",
        "until",
        "used",
        "words",
    )

    def __init__(
        self,
        by: str,
        start: int,
        end: int,
        removal: Operation,
        text: str,
        *,
        line: int = -1,
        prefix: Path = (),
        path: Path = (),
    ) -> None:
        self.by = by
        self.start = start
        self.end = end
        self.line = line
        self.prefix = prefix
        self.path = path
        self.removal = removal
        self.text = text
        self.words: list[tuple[int, int]] = []
        self.rules: list[str] = []
        self.until = ""
        self.reason = ""
        self.used: set[str] = set()


def removed(mark: Mark, rule: str, *, whole: bool) -> Fix:
    """The fix that takes a suppression away, or the name of one rule out of it."""
    if whole:
        return Fix(REMOVAL, "safe", [mark.removal])
    start, end = mark.words[mark.rules.index(rule)]
    before = mark.text[:start].rstrip(SEPARATORS)
    if before:
        start = len(before)
    else:  # the first word: what parts it from the next one goes with it
        end = len(mark.text) - len(mark.text[end:].lstrip(SEPARATORS))
    if mark.by == "comment":
        offset = mark.end - len(mark.text)
        return Fix(f"remove {rule} from it", "safe", [Operation("erase", (), (offset + start, offset + end))])
    return Fix(f"remove {rule} from it", "safe", [Operation("splice", mark.path, (start, end, ""))])


def fault(
    slug: str, start: int, end: int, rule: str, until: str = "", remedy: str = "remove it", more: str = ""
) -> Fault:
    """A fault of a suppression, with all values that the rules about them use."""
    return Fault(slug, start, end, rule=rule, until=until, remedy=remedy, more=more)


def has_passed(until: str) -> bool:
    """Whether a date, as in 2026-12-31, is over; none never is."""
    if not until:
        return False
    import time

    return until < time.strftime("%Y-%m-%d")


def is_date(text: str) -> bool:
    """Whether a text is a date as in 2026-12-31."""
    import datetime

    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def read(mark: Mark, text: str, ids: Mapping[str, str], names: Candidates, mandatory: frozenset[str]) -> list[Fault]:
    """Fill in what the text of a mark says; a fault if there is a mistake in it.

    ``ids`` are those of rules by name, ``names`` the same names, to guess what was meant.
    """
    head, _, reason = text.partition(BEFORE_REASON)
    words = head.replace(",", " ").split()
    mark.reason = veiled(" ".join(reason.split()))
    problem = "" if words else "it names no rule"
    if UNTIL in words:
        at = words.index(UNTIL)
        mark.until = " ".join(words[at + 1 :])
        words = words[:at]
        if not is_date(mark.until):
            mark.until = ""
            return [_invalid(mark, "`until` needs a date at the end, as in 2026-12-31")]
    position = 0
    for number, word in enumerate(words, 1):
        start = text.index(word, position)
        position = start + len(word)
        found = ids.get(word) or ids.get(word.upper())
        if found is None:
            problem = problem or _no_rule(word, number, names)
        elif found in mandatory:
            problem = problem or f"`{found}` is mandatory"
        elif found not in mark.rules:
            mark.rules.append(found)
            mark.words.append((start, position))
    return [_invalid(mark, problem)] if problem else []


def _invalid(mark: Mark, problem: str) -> Fault:
    return Fault("invalid-suppression", mark.start, mark.end, problem=problem)


def _no_rule(word: str, number: int, names: Candidates) -> str:
    """What is wrong with a word. A text of a document may be secret; one that looks like an id certainly is not."""
    if len(word) < 14 and word.isascii() and word[:-3].isalpha() and word[-3:].isdecimal():
        return f"`{word}` is not a rule"
    meant = names.closest(word) if len(word) < 60 else None
    return f"word {number} is not a rule" + (f"; did you mean `{meant}`?" if meant else "")


def labels(document: Document, located: Iterable[Located]) -> Iterator[tuple[Mark, str]]:
    """The labels of containers and the tags of task definitions that speak to ecslint, with their texts."""
    root = document.root()
    for one in located:
        found: list[tuple[str, Path, Path, Any, Path]] = []  # by, where in the document, what to remove, value, prefix
        above, containers = one.containers()
        for index, container in enumerate(containers):
            path: Path = (*above, index)
            value = member(member(container, "dockerLabels"), LABEL)
            place = one.outer(one.written((*path, "dockerLabels", LABEL)))
            found.append(("label", place, place, value, one.outer(one.written(path))))
        prefix = one.view.resource.prefix
        lists = [(one.outer(one.written(("tags",))), one.view.data.get("tags"))]
        if prefix:  # describe-task-definition gives the tags beside the task definition
            lists.append((("tags",), member(document.data, "tags")))
        for place, tags in lists:
            for index, tag in enumerate(tags if type(tags) is list else ()):
                if member(tag, "key") == TAG:
                    whole = (*place, index) if len(tags) > 1 else place  # an empty list would be another finding
                    found.append(("tag", (*place, index, "value"), whole, member(tag, "value"), prefix))
        for by, place, whole, value, below in found:
            if type(value) is str and root is not None:
                node = paths.locate(root, place)[0]
                removal = Operation("remove", whole)
                yield Mark(by, node.start, node.end, removal, value, prefix=below, path=place), value


def metadata(document: Document, located: Sequence[Located]) -> Iterator[tuple[Mark, str]]:
    """What the metadata of resources in a template says, in ``ecslint: {ignore: […]}``, each text of the list."""
    root = document.root()
    for at, known, own in metadata_of(document, located):
        said = own.get(IGNORE)
        said = said if type(said) is list else []
        place = (*at, METADATA, OURS_THERE, IGNORE)
        for index, text in enumerate(said):
            if type(text) is str and root is not None:
                whole: Path = (*place, index)
                for around in (said, own, known):  # what would be left is empty
                    if len(around) > 1:
                        break
                    whole = whole[:-1]
                node = paths.locate(root, (*place, index))[0]
                removal = Operation("remove", whole)
                yield Mark("metadata", node.start, node.end, removal, text, prefix=at, path=(*place, index)), text


def unclear_metadata(document: Document, located: Sequence[Located]) -> Iterator[Fault]:
    """Metadata that speaks to ecslint and is not understood."""
    root = document.root()
    for at, _, own in metadata_of(document, located):
        said = own.get(IGNORE)
        clear = own.keys() == {IGNORE} and type(said) is list and said and all(type(text) is str for text in said)
        if not clear and root is not None:
            node = paths.locate(root, (*at, METADATA, OURS_THERE))[0]
            problem = "metadata for ecslint is `{ignore: […]}` with texts in the list"
            yield Fault("invalid-suppression", node.start, node.end, problem=problem)


def metadata_of(document: Document, located: Sequence[Located]) -> Iterator[tuple[Path, Any, dict[Any, Any]]]:
    """The paths of resources in a template, their metadata, and what that has for ecslint, empty if it is no object."""
    if not any(one.view.resource.spell is not None for one in located):
        return
    from ecslint.adapters import cloudformation

    for at, resource in cloudformation.resources(document.data) if cloudformation.is_template(document.data) else ():
        known = resource.get(METADATA)
        if type(known) is dict and OURS_THERE in known:
            own = known[OURS_THERE]
            yield at, known, own if type(own) is dict else {}


def misnamed(document: Document, located: Iterable[Located]) -> Iterator[Fault]:
    """Labels and tags whose names are nearly those that speak to ecslint."""
    root = document.root()
    for one in located:
        found: list[tuple[Path, bool, Any, str]] = []
        above, containers = one.containers()
        for index, container in enumerate(containers):
            names = member(container, "dockerLabels")
            for name in names if type(names) is dict else ():
                place = one.outer(one.written((*above, index, "dockerLabels", name)))
                found.append((place, True, name, LABEL))
        tags = one.view.data.get("tags")
        for index, tag in enumerate(tags if type(tags) is list else ()):
            found.append((one.outer(one.written(("tags", index, "key"))), False, member(tag, "key"), TAG))
        for place, is_key, name, wanted in found:
            if root is None or type(name) is not str or name == wanted or _letters(name) != OURS:
                continue
            node = paths.locate(root, place)[0]
            start, end = (node.key_start, node.key_end) if is_key else (node.start, node.end)
            kind = "label" if is_key else "tag"
            yield Fault("invalid-suppression", start, end, problem=f"the {kind} is called `{wanted}`, not `{name}`")


def _letters(name: str) -> str:
    """The letters of a name, in lower case."""
    return "".join(filter(str.isalpha, name)).lower()


def comments(document: Document, starts: list[int]) -> Iterator[tuple[Mark, str]]:
    """The comments of YAML, or of lines of variables, that speak to ecslint, with what they say behind ``ignore``.

    ``starts`` are the offsets of the text's lines. A comment on a line of its own speaks of the next one
    with content.
    """
    root = document.root()
    if document.language not in COMMENTED or root is None:
        return
    import re

    scalars = sorted(_scalars(root))
    following = lines_with_content(document.text, starts)
    for comment in re.finditer(COMMENT, document.text):
        start, end = comment.span()
        before = bisect_right(scalars, (start, len(document.text)))
        if before and start < scalars[before - 1][1]:
            continue  # the text of a scalar
        line = bisect_right(starts, start) - 1
        if not document.text[starts[line] : start].strip():
            line = following[line]
        yield Mark("comment", start, end, Operation("erase", (), (start, end)), comment[1], line=line), comment[1]


def _scalars(root: Node) -> Iterator[tuple[int, int]]:
    """The spans of all keys and scalars."""
    pending = [root]
    seen: set[int] = set()
    while pending:
        node = pending.pop()
        if node.key_start >= 0:
            yield node.key_start, node.key_end
        if not node.children:
            yield node.start, node.end
        elif id(node.children) not in seen:  # aliases share their children
            seen.add(id(node.children))
            pending.extend(node.children.values())


def line_starts(text: str) -> list[int]:
    """The offset of each line. Lines end at LF, CRLF or a lone CR."""
    import re

    return [0, *(end.end() for end in re.finditer(r"\r\n?|\n", text))]


def lines_with_content(text: str, starts: list[int]) -> list[int]:
    """For each line the first one from there on that has content beside comments; their number when there is none."""
    following = [len(starts)] * (len(starts) + 1)
    for line in range(len(starts) - 1, -1, -1):
        end = starts[line + 1] if line + 1 < len(starts) else len(text)
        content = text[starts[line] : end].strip()
        following[line] = line if content and not content.startswith("#") else following[line + 1]
    return following
