"""What silences a finding: a comment, a label or a tag of the document, an entry of the configuration, the baseline.

In documents all three say the same: ``ECS101 slug-of-another until 2026-12-31 -- the reason``.
"""

from __future__ import annotations

from bisect import bisect_right

from ecslint import paths
from ecslint.findings import member
from ecslint.locate import Located, located
from ecslint.masking import veiled
from ecslint.model import Fault, Fix, Operation
from ecslint.words import Candidates

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any, TypeAlias

    from ecslint.document import Document
    from ecslint.engine import Settings, View
    from ecslint.model import Finding, Hit, Node, Path, Rule
    from ecslint.ruleset.bundle import Ruleset

    #: What a baseline knows a finding by: rule, resource, and the place with names instead of indexes.
    Key: TypeAlias = tuple[str, str, str]

    #: An entry of a configuration or of a baseline, and what became of it.
    Trace: TypeAlias = tuple[int | Key, str]

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


class Suppression:
    """Why a finding does not count.

    ``by`` is ``comment``, ``label``, ``tag``, ``metadata``, ``config`` or ``baseline``. ``entry`` is the index in the
    configuration, or the key in the baseline.
    """

    __slots__ = ("by", "entry", "reason")

    def __init__(self, by: str, reason: str, entry: int | Key | None = None) -> None:
        self.by = by
        self.reason = reason
        self.entry = entry


class Entry:
    """An entry of ``suppress`` in a configuration. ``rule`` is an id, ``at`` a place of ``above``."""

    __slots__ = ("at", "index", "reason", "rule", "until")

    def __init__(self, index: int, rule: str, fields: Mapping[str, str]) -> None:
        self.index = index
        self.rule = rule
        self.at = fields.get("at", "").replace("[name=", "[")
        self.reason = veiled(" ".join(fields["reason"].split()))
        self.until = fields.get("until", "")


def above(pointer: str, breadcrumb: str) -> Iterator[str]:
    """How an entry may name a place, or one around it: not at all, as a pointer, or as reports show it."""
    yield ""
    for place, separators in ((pointer, "/"), (breadcrumb, ".[")):
        if place.startswith("/") is (separators == "/"):
            yield place
            yield from (place[:end] for end in range(1, len(place)) if place[end] in separators)


class Silencing:
    """What a configuration says about the suppressions of a file.

    ``entries`` and ``baseline`` may silence its findings. The findings of ``mandatory`` rules are silenced by
    nothing, and with ``heed`` false the suppressions in the document count for nothing. With ``apart``, hits
    of rules that report once for a resource stay apart, because a baseline counts them.
    """

    __slots__ = ("apart", "baseline", "entries", "heed", "mandatory")

    def __init__(
        self,
        *,
        entries: Sequence[Entry] = (),
        baseline: Mapping[Key, int] | None = None,
        mandatory: frozenset[str] = frozenset(),
        heed: bool = True,
        apart: bool = False,
    ) -> None:
        self.entries = entries
        self.baseline = baseline or {}
        self.mandatory = mandatory
        self.heed = heed
        self.apart = apart


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


class Suppressions:
    """All that may silence the findings of one document.

    ``hit`` and ``fault`` are asked about each of them in their order. ``leftovers`` then tells what is
    wrong with the suppressions in the text, and which of them have silenced nothing; ``leftover`` is asked
    about these.
    """

    __slots__ = (
        "_document",
        "_entries",
        "_known",
        "_marks",
        "_places",
        "_problems",
        "_ruleset",
        "_settings",
        "_silencing",
        "_starts",
        "_unasked",
    )

    def __init__(self, document: Document, views: Sequence[View], ruleset: Ruleset, settings: Settings) -> None:
        self._document = document
        self._ruleset = ruleset
        self._settings = settings
        self._silencing = settings.silencing or Silencing()
        self._known = dict(self._silencing.baseline)
        self._entries: dict[tuple[str, str], Entry] = {}
        for entry in self._silencing.entries:
            if not has_passed(entry.until):
                self._entries.setdefault((entry.rule, entry.at), entry)
        self._marks: list[Mark] = []
        self._problems: list[Fault] = []
        self._places: dict[int | Path, list[Mark]] = {}  # those that hold for a line, and those below a path
        self._starts = line_starts(document.text) if document.language in COMMENTED else []
        self._unasked = unasked(ruleset, any(view.resource.parts for view in views))
        if self._silencing.heed:
            own = [located(document, view, ruleset) for view in views if not view.resource.parts]
            self._take((*comments(document, self._starts), *labels(document, own), *metadata(document, own)))
            self._problems += [*misnamed(document, own), *unclear_metadata(document, own)]

    def _take(self, found: Iterable[tuple[Mark, str]]) -> None:
        """Read the suppressions of the text."""
        ids = {name: rule.id for rule in self._ruleset.rules for name in (rule.id, rule.slug)}
        names = Candidates(ids)
        for mark, text in found:
            self._problems += read(mark, text, ids, names, self._silencing.mandatory)
            self._marks.append(mark)
            if not has_passed(mark.until):
                self._places.setdefault(mark.line if mark.line >= 0 else mark.prefix, []).append(mark)

    def hit(self, located: Located, rule: Rule, hit: Hit) -> Suppression | None:
        """What silences a hit, if anything does."""
        root = self._document.root()
        assert root is not None
        node, depth = paths.locate(root, hit.path)
        key = (rule.id, located.name(), paths.breadcrumb(hit.path, self._document.data))
        pointer = paths.shown_pointer(hit.path[:depth])
        return self._marked(rule.id, hit.path, node.start, node.key_start) or self._outside(key, pointer)

    def fault(self, rule: Rule, fault: Fault) -> Suppression | None:
        """What silences a fault of the text, if anything does."""
        return self._marked(rule.id, (), fault.start) or self._outside((rule.id, "", ""), "")

    def leftover(self, rule: Rule, _fault: Fault) -> Suppression | None:
        """What silences a fault of a suppression: nothing in the text, or none would ever be told."""
        return self._outside((rule.id, "", ""), "")

    def _marked(self, rule: str, path: Path, *offsets: int) -> Suppression | None:
        """The suppression of the text that speaks of a rule at a path, or on the lines of some offsets."""
        if not self._places or rule in self._silencing.mandatory:
            return None
        places: list[int | Path] = [bisect_right(self._starts, offset) - 1 for offset in offsets if offset >= 0]
        places += [path[:length] for length in range(len(path), -1, -1)]
        for place in places:
            for mark in self._places.get(place, ()):
                if rule in mark.rules:
                    mark.used.add(rule)
                    return Suppression(mark.by, mark.reason)
        return None

    def _outside(self, key: Key, pointer: str) -> Suppression | None:
        """The entry of the configuration or the baseline that speaks of a finding."""
        rule, _, breadcrumb = key
        if rule in self._silencing.mandatory:
            return None
        places = above(pointer, breadcrumb) if self._entries else ()
        entries = [entry for place in places if (entry := self._entries.get((rule, place)))]
        if entries:
            first = min(entries, key=lambda entry: entry.index)
            return Suppression("config", first.reason, first.index)
        if self._known.get(key):
            self._known[key] -= 1
            return Suppression("baseline", "known when the baseline was written", key)
        return None

    def leftovers(self) -> list[Fault]:
        """What is wrong with the suppressions of the text, once all findings have been asked about."""
        enabled = {self._ruleset.rule(number).id for number in self._settings.enabled}
        for mark in self._marks:
            rules = [rule for rule in mark.rules if rule in enabled and rule not in self._unasked]
            expired = has_passed(mark.until)
            slug = "expired-suppression" if expired else "unused-suppression"
            useless = [rule for rule in rules if expired or rule not in mark.used]
            for rule in useless:
                problem = fault(slug, mark.start, mark.end, rule, mark.until)
                problem.fix = removed(mark, rule, whole=len(useless) == len(mark.rules))
                self._problems.append(problem)
            if mark.rules and not mark.reason:
                self._problems.append(fault("suppression-without-reason", mark.start, mark.end, mark.rules[0]))
        return sorted(self._problems, key=lambda problem: problem.start)


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


# --- suppressions in documents ----------------------------------------------------------------------


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


# --- suppressions outside of documents --------------------------------------------------------------


def unasked(ruleset: Ruleset, paired: bool) -> frozenset[str]:
    """The rules that nobody asked, since the other resource of a pair is not known. They may have something to say."""
    return frozenset() if paired else ruleset.joined


def traces(silencing: Silencing, found: Iterable[Finding], unasked: frozenset[str] = frozenset()) -> list[Trace]:
    """What became of the entries that speak of a file: ``used``, ``expired``, or ``idle`` with nothing to silence.

    Nothing is known of those for rules that were ``unasked``.
    """
    used: dict[Any, int] = {}
    for finding in found:
        if finding.suppressed is not None and finding.suppressed.entry is not None:
            used[finding.suppressed.entry] = used.get(finding.suppressed.entry, 0) + 1
    told: list[Trace] = []
    for entry in silencing.entries:
        if has_passed(entry.until):
            told.append((entry.index, "expired"))
        elif entry.index in used or entry.rule not in unasked:
            told.append((entry.index, "used" if entry.index in used else "idle"))
    idle = [key for key, count in silencing.baseline.items() if used.get(key, 0) < count]
    return told + [(key, "idle") for key in idle if key[0] not in unasked]
