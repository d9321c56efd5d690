"""Words for people: topics, lists, counts, and what a misspelt word was meant to be."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ecslint.model import Summary

#: What the first digits of an id speak of.
TOPICS: dict[str | tuple[str, ...], str] = {
    "ECS00": "document",
    "ECS06": "suppression",
    "ECS0": "structure",
    "ECS1": "size",
    "ECS2": "network",
    "ECS3": "storage",
    "ECS4": "containers",
    "ECS5": "logging",
    "ECS6": "platform",
    "ECS7": "security",
    **dict.fromkeys(("ECS81", "ECS82"), "clusters"),
    "ECS83": "services",
    **dict.fromkeys(("ECS85", "ECS86", "ECS87", "ECS88"), "agent"),
    "ECS89": "relations",
    "ECS8": "reliability",
    "ECS970": "services",
    **dict.fromkeys(("ECS97", "ECS98", "ECS99"), "clusters"),
    "ECS9": "services",
}


def topic(rule_id: str) -> str:
    """The topic of a rule; policies have none of ours."""
    return next((name for prefix, name in TOPICS.items() if rule_id.startswith(prefix)), "policy")


def plain(word: str) -> str:
    """A word without case and separators: ``port_mappings``, ``PortMappings`` and ``port-mappings`` are one."""
    folded = word.casefold()
    return folded if folded.isalnum() else folded.replace("_", "").replace("-", "").replace(" ", "")


def same_word(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that differs from ``word`` only in case and separators."""
    wanted = plain(word)
    return next((candidate for candidate in candidates if plain(candidate) == wanted), None)


def closest(word: str, candidates: Iterable[str]) -> str | None:
    """The one candidate that a typing mistake explains: one edit, or two in a word of six letters and more."""
    return Candidates(candidates).closest(word)


class Candidates:
    """Words that others may have been meant to be. What is found out about them and about others is remembered."""

    __slots__ = ("_by_size", "_candidates", "_known")

    def __init__(self, candidates: Iterable[str]) -> None:
        self._candidates = candidates
        self._by_size: dict[int, list[tuple[str, str]]] | None = None
        self._known: dict[str, str | None] = {}

    def closest(self, word: str) -> str | None:
        """The one that a typing mistake explains: one edit, or two in a word of six letters and more."""
        wanted = plain(word)
        if wanted not in self._known:
            self._known[wanted] = self._closest(wanted)
        return self._known[wanted]

    def _closest(self, wanted: str) -> str | None:
        if self._by_size is None:
            self._by_size = {}
            for candidate in self._candidates:
                form = plain(candidate)
                self._by_size.setdefault(len(form), []).append((form, candidate))
        limit = 2 if len(wanted) >= 6 else 1
        size, letters = len(wanted), set(wanted)
        ranked = sorted(
            (edits, candidate)
            for length in range(size - limit, size + limit + 1)
            for form, candidate in self._by_size.get(length, ())
            if len(letters.symmetric_difference(form)) <= 2 * limit
            and (edits := distance(wanted, form, limit)) <= limit
        )
        if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
            return None  # none, or two equally good ones
        return ranked[0][1]


def distance(left: str, right: str, limit: int) -> int:
    """Edits (insert, delete, replace, swap neighbours) between two words; ``limit + 1`` when there are more."""
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    while left[:1] == right[:1] and left:
        left, right = left[1:], right[1:]
    while left[-1:] == right[-1:] and left:
        left, right = left[:-1], right[:-1]
    before: list[int] = []
    above = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        row = [i]
        for j, b in enumerate(right, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and b == left[i - 2]:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
        before, above = above, row
    return min(above[-1], limit + 1)


def listed(words: Iterable[object], limit: int = 9) -> str:
    """``a, b or c``, each in backticks; longer lists than ``limit`` are cut with an ellipsis."""
    quoted = [f"`{word}`" for word in words]
    if len(quoted) > limit:
        return ", ".join(quoted[:limit]) + ", …"
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def worded(template: str, values: Mapping[str, object]) -> str:
    """A format string with values for the names in braces. A name with dots is one name, not the way into a value."""
    from _string import formatter_parser  # type: ignore[import-not-found]  # string.Formatter imports re for it

    return "".join(text if name is None else f"{text}{values[name]}" for text, name, _, _ in formatter_parser(template))


def summary_line(summary: Summary) -> str:
    """``2 errors, 1 warning in 1 of 3 files``, or ``no findings in 1 file, 3 suppressed (20 files passed over)``."""
    parts = [counted(count, severity) for severity, count in summary.counts.items() if count]
    suppressed = f", {summary.suppressed} suppressed" if summary.suppressed else ""
    some = f"{summary.faulty} of " if 0 < summary.faulty < summary.files else ""
    passed = f" ({counted(summary.passed, 'file')} passed over)" if summary.passed else ""
    own = f" and {counted(summary.settings, 'settings file')}" if summary.settings else ""
    files = f"{some}{counted(summary.files, 'file')}{own}"
    return f"{', '.join(parts) or 'no findings'} in {files}{suppressed}{passed}"


def fixable_line(summary: Summary) -> str:
    """``2 fixable with `ecslint fix`, 1 more with `ecslint fix --unsafe-fixes` ``; empty when none is."""
    safe, unsafe = summary.fixable["safe"], summary.fixable["unsafe"]
    parts = [f"{safe} fixable with `ecslint fix`"] if safe else []
    if unsafe:
        more = f"{unsafe} more" if safe else f"{unsafe} fixable"
        parts.append(f"{more} with `ecslint fix --unsafe-fixes`")
    return ", ".join(parts)


def counted(count: int, noun: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
