"""What silences a finding: a comment, a label or a tag of the document, an entry of the configuration, the baseline.

In documents all three say the same: ``ECS101 slug-of-another until 2026-12-31 -- the reason``.
"""

from __future__ import annotations

from ecslint import paths
from ecslint.findings import Located, member
from ecslint.model import Fault, Source
from ecslint.words import closest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any, TypeAlias

    from ecslint.discovery import Glob
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

#: A comment that speaks to ecslint, with what it says.
COMMENT = r"(?:^|(?<=[ \t\r\n]))#[ \t]*ecslint:[ \t]*ignore\b([^\r\n]*)"

#: Lines without content.
EMPTY_LINES = r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\n|\r))*"

UNTIL = "until"
BEFORE_REASON = "--"


class Suppression:
    """Why a finding does not count.

    ``by`` is ``comment``, ``label``, ``tag``, ``config`` or ``baseline``. ``entry`` is the index in the
    configuration, or the key in the baseline.
    """

    __slots__ = ("by", "entry", "reason")

    def __init__(self, by: str, reason: str, entry: int | Key | None = None) -> None:
        self.by = by
        self.reason = reason
        self.entry = entry


class Entry:
    """An entry of ``suppress`` in a configuration. ``rule`` is an id."""

    __slots__ = ("at", "files", "index", "reason", "rule", "until")

    def __init__(self, index: int, rule: str, files: Glob, fields: Mapping[str, str]) -> None:
        self.index = index
        self.rule = rule
        self.files = files
        self.at = fields.get("at", "").replace("[name=", "[")
        self.reason = " ".join(fields["reason"].split())
        self.until = fields.get("until", "")

    def covers(self, rule: str, pointer: str, breadcrumb: str) -> bool:
        """Whether it means a finding of this rule at this place."""
        if rule != self.rule or has_passed(self.until):
            return False
        if not self.at:
            return True
        place, separators = (pointer, "/") if self.at.startswith("/") else (breadcrumb, ".[")
        return place.startswith(self.at) and (place == self.at or place[len(self.at)] in separators)


class Mark:
    """A suppression that stands in the document, at a span of its text.

    It holds for some lines of the text, or for the places below ``prefix``. ``used`` are the rules that
    it has silenced.
    """

    __slots__ = ("by", "end", "lines", "prefix", "reason", "rules", "start", "until", "used")

    def __init__(self, by: str, start: int, end: int, *, lines: Iterable[int] = (), prefix: Path | None = None) -> None:
        self.by = by
        self.start = start
        self.end = end
        self.lines = frozenset(lines)
        self.prefix = prefix
        self.rules: list[str] = []
        self.until = ""
        self.reason = ""
        self.used: set[str] = set()

    def covers(self, rule: str, path: Path | None, lines: set[int]) -> bool:
        """Whether it means a finding of this rule at this path, which stands on these lines."""
        if rule not in self.rules or has_passed(self.until):
            return False
        if self.prefix is None:
            return not self.lines.isdisjoint(lines)
        return path is not None and path[: len(self.prefix)] == self.prefix


class Suppressions:
    """All that may silence the findings of one document.

    ``hit`` and ``fault`` are asked about each of them in their order. ``leftovers`` then tells what is
    wrong with the suppressions in the text, and which of them have silenced nothing.
    """

    __slots__ = ("_document", "_known", "_marks", "_problems", "_ruleset", "_settings", "_source")

    def __init__(self, document: Document, views: Iterable[View], ruleset: Ruleset, settings: Settings) -> None:
        self._document = document
        self._ruleset = ruleset
        self._settings = settings
        self._source = Source(document.name, document.text)
        self._known = dict(settings.baseline)
        self._marks: list[Mark] = []
        self._problems: list[Fault] = []
        located = [Located(document, view, ruleset.structure) for view in views]
        for mark, text in (*comments(document), *labels(document, located)) if settings.heed else ():
            self._problems += read(mark, text, ruleset.rules, settings.mandatory)
            self._marks.append(mark)

    def hit(self, located: Located, rule: Rule, hit: Hit) -> Suppression | None:
        """What silences a hit, if anything does."""
        root = self._document.root()
        assert root is not None
        node, depth = paths.locate(root, hit.path)
        pointer = paths.pointer(hit.path[:depth])
        breadcrumb = paths.breadcrumb(hit.path, self._document.data)
        name = located.view.data.get("family")
        key = (rule.id, name if type(name) is str else "", breadcrumb)
        return self._first(key, pointer, hit.path, {node.start, node.key_start})

    def fault(self, rule: Rule, fault: Fault) -> Suppression | None:
        """What silences a fault of the text, if anything does; those of suppressions stay out of their own reach."""
        own = fault in self._problems
        return self._first((rule.id, "", ""), "", None if own else (), set() if own else {fault.start})

    def _first(self, key: Key, pointer: str, path: Path | None, offsets: set[int]) -> Suppression | None:
        rule, _, breadcrumb = key
        if rule in self._settings.mandatory:
            return None
        lines = {self._source.position(offset)[0] for offset in offsets if offset >= 0} if self._marks else set()
        for mark in self._marks:
            if mark.covers(rule, path, lines):
                mark.used.add(rule)
                return Suppression(mark.by, mark.reason)
        for entry in self._settings.entries:
            if entry.covers(rule, pointer, breadcrumb):
                return Suppression("config", entry.reason, entry.index)
        if self._known.get(key):
            self._known[key] -= 1
            return Suppression("baseline", "known when the baseline was written", key)
        return None

    def leftovers(self) -> list[Fault]:
        """What is wrong with the suppressions of the text, once all findings have been asked about."""
        enabled = {self._ruleset.rule(number).id for number in self._settings.enabled}
        for mark in self._marks:
            rules = [rule for rule in mark.rules if rule in enabled]
            if has_passed(mark.until):
                said = [("expired-suppression", rule) for rule in rules]
            else:
                said = [("unused-suppression", rule) for rule in rules if rule not in mark.used]
            if mark.rules and not mark.reason:
                said.append(("suppression-without-reason", mark.rules[0]))
            self._problems += [fault(slug, mark.start, mark.end, rule, mark.until) for slug, rule in said]
        return sorted(self._problems, key=lambda problem: problem.start)


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


def read(mark: Mark, text: str, rules: Sequence[Rule], mandatory: frozenset[str]) -> list[Fault]:
    """Fill in what the text of a mark says; a fault if there is a mistake in it."""
    head, _, reason = text.partition(BEFORE_REASON)
    words = head.replace(",", " ").split()
    mark.reason = " ".join(reason.split())
    problem = "" if words else "it names no rule"
    if UNTIL in words:
        at = words.index(UNTIL)
        mark.until = " ".join(words[at + 1 :])
        words = words[:at]
        if not is_date(mark.until):
            return [_invalid(mark, "`until` needs a date at the end, as in 2026-12-31")]
    for number, word in enumerate(words, 1):
        found = next((rule.id for rule in rules if word == rule.slug or word.upper() == rule.id), None)
        if found is None:
            problem = problem or _no_rule(word, number, rules)
        elif found in mandatory:
            problem = problem or f"`{found}` is mandatory"
        else:
            mark.rules.append(found)
    return [_invalid(mark, problem)] if problem else []


def _invalid(mark: Mark, problem: str) -> Fault:
    return Fault("invalid-suppression", mark.start, mark.end, problem=problem)


def _no_rule(word: str, number: int, rules: Sequence[Rule]) -> str:
    """What is wrong with a word. A text of a document may be secret; one that looks like an id certainly is not."""
    if len(word) < 14 and word.isascii() and word[:-3].isalpha() and word[-3:].isdecimal():
        return f"`{word}` is no rule"
    meant = closest(word, [rule.slug for rule in rules])
    return f"word {number} is no rule" + (f"; did you mean `{meant}`?" if meant else "")


def labels(document: Document, located: Iterable[Located]) -> Iterator[tuple[Mark, str]]:
    """The labels of containers and the tags of task definitions that speak to ecslint, with their texts."""
    root = document.root()
    for one in located:
        found: list[tuple[str, Path, Any, Path]] = []  # by, where in the document, value, prefix
        containers = one.view.data.get("containerDefinitions")
        for index, container in enumerate(containers if type(containers) is list else ()):
            path: Path = ("containerDefinitions", index)
            value = member(member(container, "dockerLabels"), LABEL)
            place = one.outer(one.written((*path, "dockerLabels", LABEL)))
            found.append(("label", place, value, one.outer(one.written(path))))
        prefix = one.view.resource.prefix
        lists = [(one.outer(one.written(("tags",))), one.view.data.get("tags"))]
        if prefix:  # describe-task-definition gives the tags beside the task definition
            lists.append((("tags",), member(document.data, "tags")))
        for above, tags in lists:
            for index, tag in enumerate(tags if type(tags) is list else ()):
                if member(tag, "key") == TAG:
                    found.append(("tag", (*above, index, "value"), member(tag, "value"), prefix))
        for by, place, value, below in found:
            if type(value) is str and root is not None:
                node = paths.locate(root, place)[0]
                yield Mark(by, node.start, node.end, prefix=below), value


def comments(document: Document) -> Iterator[tuple[Mark, str]]:
    """The comments of a YAML text that speak to ecslint, with what they say behind ``ignore``."""
    root = document.root()
    if document.language != "yaml" or root is None:
        return
    import re

    scalars = list(_scalars(root))
    for comment in re.finditer(COMMENT, document.text):
        start, end = comment.span()
        if not any(first <= start < last for first, last in scalars):
            yield Mark("comment", start, end, lines=_lines_of(document, start)), comment[1]


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


def _lines_of(document: Document, start: int) -> list[int]:
    """The lines that a comment speaks of: its own, or, if it stands alone, the next one with content."""
    import re

    text = document.text
    line_start = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    if not text[line_start:start].strip():
        empty = re.compile(EMPTY_LINES).match(text, line_start)
        start = empty.end() if empty else start
    return [Source(document.name, text).position(start)[0]]


# --- suppressions outside of documents --------------------------------------------------------------


def traces(settings: Settings, found: Iterable[Finding]) -> list[Trace]:
    """What became of the entries that speak of a file: ``used``, ``expired``, or ``idle`` with nothing to silence."""
    used: dict[Any, int] = {}
    for finding in found:
        if finding.suppressed is not None and finding.suppressed.entry is not None:
            used[finding.suppressed.entry] = used.get(finding.suppressed.entry, 0) + 1
    told: list[Trace] = []
    for entry in settings.entries:
        if has_passed(entry.until):
            told.append((entry.index, "expired"))
        else:
            told.append((entry.index, "used" if entry.index in used else "idle"))
    return told + [(key, "idle") for key, count in settings.baseline.items() if used.get(key, 0) < count]
