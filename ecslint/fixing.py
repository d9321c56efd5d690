"""Mend a file: apply the fixes of its findings, look again, and go on until there is nothing left to do."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter

from ecslint import document, engine, masking
from ecslint.escaping import harmless
from ecslint.syntax import edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeAlias

    from ecslint.engine import Settings
    from ecslint.model import Edit, Finding, Fix
    from ecslint.project import Pairs
    from ecslint.ruleset.bundle import Ruleset

    #: A finding and the edits that mend it.
    Choice: TypeAlias = tuple[Finding, list[Edit]]

    #: The rule of a finding, its pointer, and the text that it is about.
    Mark: TypeAlias = tuple[str, str, str]

    #: What gives the findings of a text that count, and those that are suppressed.
    Lint: TypeAlias = Callable[[str], tuple[list[Finding], list[Finding]]]

#: So many rounds in a row without fewer findings than ever only come of fixes that undo one another.
ROUNDS = 50

ENDLESS = "the fixes of this file undo one another"


class Mended:
    """What became of one file.

    ``text`` is the new text, ``fixed`` are the findings that were mended, ``left`` those of the new text, and
    ``suppressed`` those that do not count. ``withheld`` are findings of it with the reason why their fix is not made;
    ``paired`` says whether resources of other files were known.
    ``refused`` are those whose fix would bring another error (see ``_mark``), and what it would say.
    """

    __slots__ = ("fixed", "left", "paired", "refused", "suppressed", "text", "withheld")

    def __init__(self, text: str) -> None:
        self.text = text
        self.fixed: list[Finding] = []
        self.left: list[Finding] = []
        self.suppressed: list[Finding] = []
        self.withheld: list[tuple[Finding, str]] = []
        self.refused: dict[Mark, str] = {}
        self.paired = False


def mend(
    text: str,
    name: str,
    ruleset: Ruleset,
    settings: Settings,
    *,
    named: bool = False,
    unsafe: bool = False,
    pairs: Pairs | None = None,
) -> Mended:
    """Mend the text of a file with all safe fixes, or with ``unsafe`` ones, too.

    ``named`` says whether the user named the file, and so says what it is (see ``Document``); ``pairs`` knows the
    resources in other files that those of this one name.
    Fixes that overlap wait for the next round; the first in the text is made first, so the outcome is always the
    same. A fix after which the text cannot be read, means something else than it says, or has an error more than
    before is not made. It goes on as long as there is something to do, so that a second run finds nothing.
    """

    def lint(text: str) -> tuple[list[Finding], list[Finding]]:
        # The mark goes first, so that none is taken off the text, whose offsets count.
        parsed = document.parse(document.BOM + text.encode("utf-8", "surrogatepass"), name)
        parsed.named = named
        found, _ = engine.look(parsed, ruleset, settings, pairs) or ([], None)
        found.sort(key=lambda one: (one.start, one.rule))
        return [one for one in found if one.suppressed is None], [one for one in found if one.suppressed is not None]

    mended = Mended(text)
    mended.paired = pairs is not None
    mended.left, mended.suppressed = lint(text)
    least, idle, tried = len(mended.left), 0, mended.text
    while idle < ROUNDS:
        mended.withheld = []
        taken = _taken(mended, name, unsafe)
        if taken:
            _make(mended, taken, lint)
        elif mended.refused and mended.text != tried:
            # What was refused may go well now; what is left has been tried on the text as it is in the end.
            mended.refused.clear()
            tried = mended.text
        else:
            return mended
        idle = idle + 1 if len(mended.left) >= least else 0
        least = min(least, len(mended.left))
    mended.withheld = [(finding, ENDLESS) for finding in _wanted(mended, unsafe)]
    return mended


def patch(
    name: str, old: str, new: str, ruleset: Ruleset, settings: Settings | None, *, named: bool = False
) -> tuple[str, bool]:
    """The patch that makes ``new`` of ``old``, without what no output may show, and whether it is whole: it applies.

    Without ``settings`` it is a configuration, in which only credentials are masked.
    """
    from ecslint import diff

    whole = diff.unified(name, old, new)
    if not whole:
        return "", True
    shown = _shown(old, name, ruleset, settings, named), _shown(new, name, ruleset, settings, named)
    patch = diff.unified(name, old, new, shown)
    return patch, patch == whole


def _shown(text: str, name: str, ruleset: Ruleset, settings: Settings | None, named: bool) -> str:
    """A text without what no output may show, and without what acts in a terminal or a build log."""
    parsed = document.parse(text.encode("utf-8", "surrogatepass"), name)
    parsed.named = named
    before = text[: len(text) - len(parsed.text)]  # a byte order mark
    if settings is None:
        masks = masking.told_by_form(parsed.text, parsed.root(), parsed.data)
    else:
        masks = engine.masks(parsed, ruleset, settings)
    return before + harmless(masking.masked(parsed.text, masks))


def _mark(mended: Mended, finding: Finding) -> Mark:
    """What tells a finding of a text from others, wherever edits move it."""
    return finding.rule, finding.pointer, mended.text[finding.start : finding.end]


def _wanted(mended: Mended, unsafe: bool) -> list[Finding]:
    """The findings that have a fix of the kind that is asked for."""
    return [one for one in mended.left if one.fix and (unsafe or one.fix.applicability != "unsafe")]


def _taken(mended: Mended, name: str, unsafe: bool) -> list[Choice]:
    """The findings that are mended in one go, each with the edits that do it; they do not touch one another."""
    wanted = _wanted(mended, unsafe)
    if not wanted:
        return []
    try:
        reading = edit.Reading(mended.text, document.language_of(name, mended.text))
    except edit.Withheld as reason:
        mended.withheld += [(finding, str(reason)) for finding in wanted]
        return []
    chosen = list(_chosen(mended, reading, wanted))
    while chosen:
        good = _agreeing(mended, reading, _without_overlap(chosen))
        if good:
            return good
        withheld = {id(finding) for finding, _ in mended.withheld}
        chosen = [one for one in chosen if id(one[0]) not in withheld]  # none was good; others may have waited for them
    return []


def _chosen(mended: Mended, reading: edit.Reading, wanted: Iterable[Finding]) -> Iterable[Choice]:
    """The findings that are to be mended, each with the edits that may do it."""
    for finding in wanted:
        assert finding.fix is not None
        if (mark := _mark(mended, finding)) in mended.refused:
            mended.withheld.append((finding, mended.refused[mark]))
            continue
        try:
            changes = edit.drafted(reading, finding.fix.operations)
        except edit.Withheld as reason:
            mended.withheld.append((finding, str(reason)))
            continue
        if changes:
            yield finding, changes


def _without_overlap(chosen: list[Choice]) -> list[Choice]:
    """As many of them as do not touch one another, the first ones first."""
    taken: list[Choice] = []
    starts: list[int] = []  # of the edits taken, in order
    ends: list[int] = []
    for finding, changes in chosen:
        places = [bisect_right(starts, one.end) for one in changes]
        # The edits taken are disjoint, so the last one that does not begin behind an edit ends last.
        if any(place and ends[place - 1] >= one.start for place, one in zip(places, changes, strict=True)):
            continue
        taken.append((finding, changes))
        for one in changes:
            place = bisect_right(starts, one.end)
            starts.insert(place, one.start)
            ends.insert(place, one.end)
    return taken


def _agreeing(mended: Mended, reading: edit.Reading, taken: list[Choice]) -> list[Choice]:
    """Those that do together what they mean, found by halving; one that does not do it alone is withheld."""
    if len(taken) > 1:
        if edit.agree(reading, [(_fix(finding).operations, changes) for finding, changes in taken]):
            return taken
        middle = len(taken) // 2
        halves = [_agreeing(mended, reading, half) for half in (taken[:middle], taken[middle:])]
        both = [*halves[0], *halves[1]]
        fits = len(both) < len(taken) and all(halves)
        if fits and edit.agree(reading, [(_fix(finding).operations, changes) for finding, changes in both]):
            return both
        return halves[0] or halves[1]  # the others wait for the next round
    for finding, _ in taken:
        try:
            return [(finding, edit.edits_of(reading, _fix(finding).operations))]
        except edit.Withheld as reason:
            mended.withheld.append((finding, str(reason)))
    return []


def _fix(finding: Finding) -> Fix:
    assert finding.fix is not None
    return finding.fix


def _make(mended: Mended, taken: list[Choice], lint: Lint) -> None:
    """Make the edits of those that bring no error more than before, found by halving; the others are refused."""
    made: list[Choice] = []
    text, left, suppressed = mended.text, mended.left, mended.suppressed
    pending = [taken]
    while pending:
        some = pending.pop()
        changes = sorted(
            (one for _, changes in (*made, *some) for one in changes), key=lambda one: (one.start, one.end)
        )
        attempt = edit.apply(mended.text, changes)
        found, others = lint(attempt)
        more = _errors(found) - _errors(mended.left)
        if not more:
            made += some
            text, left, suppressed = attempt, found, others
        elif len(some) > 1:
            middle = len(some) // 2
            pending += [some[middle:], some[:middle]]
        else:
            news = next(one for one in found if one.rule in more and one.severity == "error")
            mended.refused[_mark(mended, some[0][0])] = f"then there would be {news.rule}: {news.message}"
    mended.text, mended.left, mended.suppressed = text, left, suppressed
    mended.fixed += [finding for finding, _ in made]


def _errors(findings: list[Finding]) -> Counter[str]:
    """How many errors each rule has."""
    return Counter(finding.rule for finding in findings if finding.severity == "error")
