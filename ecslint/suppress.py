"""What silences a finding: a comment, a label or a tag of the document, an entry of the configuration, the baseline.

In documents all three say the same: ``ECS101 slug-of-another until 2026-12-31 -- the reason``.
"""

from __future__ import annotations

from bisect import bisect_right

from ecslint import paths
from ecslint.locate import Located, located
from ecslint.marks import (
    COMMENTED,
    Mark,
    comments,
    fault,
    has_passed,
    labels,
    line_starts,
    metadata,
    misnamed,
    read,
    removed,
    unclear_metadata,
)
from ecslint.masking import veiled
from ecslint.model import Fault
from ecslint.words import Candidates

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any, TypeAlias

    from ecslint.document import Document
    from ecslint.engine import Settings, View
    from ecslint.model import Finding, Hit, Path, Rule
    from ecslint.ruleset.bundle import Ruleset

    #: What a baseline knows a finding by: rule, resource, and the place with names instead of indexes.
    Key: TypeAlias = tuple[str, str, str]

    #: An entry of a configuration or of a baseline, and what became of it.
    Trace: TypeAlias = tuple[int | Key, str]


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
