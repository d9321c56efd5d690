"""Mend a file: apply the fixes of its findings, look again, and go on until there is nothing left to do."""

from __future__ import annotations

from collections import Counter

from ecslint import document, engine
from ecslint.syntax import edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecslint.engine import Settings
    from ecslint.model import Edit, Finding
    from ecslint.ruleset.bundle import Ruleset

ROUNDS = 10


class Mended:
    """What became of one file.

    ``text`` is the new text, ``fixed`` are the findings that were mended, ``left`` those of the new text, and
    ``suppressed`` those that do not count. ``withheld`` are findings of it with the reason why their fix is not made;
    ``refused`` are the ids of rules whose fix would bring another error, and what it would say.
    """

    __slots__ = ("fixed", "left", "refused", "suppressed", "text", "withheld")

    def __init__(self, text: str) -> None:
        self.text = text
        self.fixed: list[Finding] = []
        self.left: list[Finding] = []
        self.suppressed: list[Finding] = []
        self.withheld: list[tuple[Finding, str]] = []
        self.refused: dict[str, str] = {}


def mend(text: str, name: str, ruleset: Ruleset, settings: Settings, *, unsafe: bool = False) -> Mended:
    """Mend the text of a file with all safe fixes, or with ``unsafe`` ones, too.

    Fixes that overlap wait for the next round; the first in the text is made first, so the outcome is always the
    same. A fix after which the text cannot be read, means something else than it says, or has an error more than
    before is not made.
    """
    mended = Mended(text)
    mended.left, mended.suppressed = _lint(text, name, ruleset, settings)
    for _ in range(ROUNDS):
        mended.withheld = []
        chosen = list(_chosen(mended, name, unsafe))
        taken = _without_overlap(chosen)
        if not taken:
            break
        if _apply(mended, taken, name, ruleset, settings):
            # One of them is the reason; find out which.
            for one in taken:
                if one[0].rule in mended.refused:
                    continue
                news = _apply(mended, [one], name, ruleset, settings)
                if not news:
                    break  # the others have moved
                mended.refused[one[0].rule] = f"then there would be {news[0].rule}: {news[0].message}"
    return mended


def _lint(text: str, name: str, ruleset: Ruleset, settings: Settings) -> tuple[list[Finding], list[Finding]]:
    """The findings of a text that count, and those that are suppressed."""
    # The mark goes first, so that none is taken off the text, whose offsets count.
    parsed = document.parse(document.BOM + text.encode("utf-8", "surrogatepass"), name)
    found = engine.lint(parsed, ruleset, settings)[0]
    found.sort(key=lambda one: (one.start, one.rule))
    return [one for one in found if one.suppressed is None], [one for one in found if one.suppressed is not None]


def _chosen(mended: Mended, name: str, unsafe: bool) -> Iterable[tuple[Finding, list[Edit]]]:
    """The findings that are to be mended, each with the edits that do it."""
    reading = None
    for finding in mended.left:
        fix = finding.fix
        if fix is None or (fix.applicability == "unsafe" and not unsafe):
            continue
        if finding.rule in mended.refused:
            mended.withheld.append((finding, mended.refused[finding.rule]))
            continue
        try:
            reading = reading or edit.Reading(mended.text, document.language_of(name, mended.text))
            changes = edit.edits_of(reading, fix.operations)
        except edit.Withheld as reason:
            mended.withheld.append((finding, str(reason)))
            continue
        if changes:
            yield finding, changes


def _without_overlap(chosen: list[tuple[Finding, list[Edit]]]) -> list[tuple[Finding, list[Edit]]]:
    """As many of them as do not touch one another, the first ones first."""
    taken: list[tuple[Finding, list[Edit]]] = []
    spans: list[tuple[int, int]] = []
    for finding, changes in chosen:
        if all(one.end < start or end < one.start for one in changes for start, end in spans):
            taken.append((finding, changes))
            spans += [(one.start, one.end) for one in changes]
    return taken


def _apply(
    mended: Mended, taken: list[tuple[Finding, list[Edit]]], name: str, ruleset: Ruleset, settings: Settings
) -> list[Finding]:
    """Make the edits, unless the text would have an error more than before; what it would be."""
    changes = sorted((one for _, changes in taken for one in changes), key=lambda one: (one.start, one.end))
    text = edit.apply(mended.text, changes)
    found, suppressed = _lint(text, name, ruleset, settings)
    more = _errors(found) - _errors(mended.left)
    if more:
        return [finding for finding in found if finding.rule in more and finding.severity == "error"]
    mended.text = text
    mended.left, mended.suppressed = found, suppressed
    mended.fixed += [finding for finding, _ in taken]
    return []


def _errors(findings: list[Finding]) -> Counter[str]:
    """How many errors each rule has."""
    return Counter(finding.rule for finding in findings if finding.severity == "error")
