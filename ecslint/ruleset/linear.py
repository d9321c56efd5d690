"""Regular expressions of policies, matched in bounded time: whoever writes a policy cannot make a run hang.

Python's own matcher tries one way after the other, which may take longer than the universe is old. This
one goes all ways at once. A set of positions in the text is a whole number, one bit each, so a step of
the pattern is an operation on numbers. Nothing is ever tried again; patterns that would need that (back
references, looking ahead or behind) are refused when the policy is read.
"""

from __future__ import annotations

import re

from ecslint.model import Unknown
from ecslint.ruleset.patterns import parser, sre
from ecslint.ruleset.runtime import fill, to_the_end

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Operations for one search; most patterns need fewer than a hundred. Long texts make each operation count more.
MOST_STEPS = 500_000
BITS_A_STEP = 1024

DIGITS = frozenset("0123456789")
SPACES = frozenset(" \t\n\r\f\v")
WORDS = DIGITS | frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")
CATEGORIES: dict[Any, tuple[frozenset[str], bool]] = {
    sre.CATEGORY_DIGIT: (DIGITS, True),
    sre.CATEGORY_NOT_DIGIT: (DIGITS, False),
    sre.CATEGORY_SPACE: (SPACES, True),
    sre.CATEGORY_NOT_SPACE: (SPACES, False),
    sre.CATEGORY_WORD: (WORDS, True),
    sre.CATEGORY_NOT_WORD: (WORDS, False),
}
REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT)
CHARACTERS = (sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN)
BORDERS = (sre.AT_BEGINNING, sre.AT_BEGINNING_STRING, sre.AT_END, sre.AT_END_STRING, sre.AT_BOUNDARY)

MOST_TREES = 1_000  # that are kept: patterns with references become others in each document

_trees: dict[str, list[Any]] = {}
_slow: set[str] = set()


class TooSlow(Exception):
    """A pattern needs more steps on a text than one search may take."""


def tree(pattern: str) -> list[Any]:
    """The pattern as Python's parser reads it. Raises ValueError with what is wrong with it, or not supported."""
    found = _trees.get(pattern)
    if found is None:
        try:
            parsed = parser.parse(to_the_end(pattern), re.ASCII)
        except (re.error, RecursionError, OverflowError) as error:
            raise ValueError(f"not a regular expression: {error}") from None
        if parsed.state.flags & ~re.ASCII:
            raise ValueError("flags such as (?i) are not supported; spell out what you mean, as in [Pp]rod")
        found = list(parsed)
        _check(found)
        if len(_trees) >= MOST_TREES:
            _trees.clear()
        _trees[pattern] = found
    return found


def _check(items: list[Any]) -> None:
    """Raise ValueError for what no set of positions can decide."""
    for operation, argument in items:
        if operation in REPEATS:
            _check(list(argument[2]))
        elif operation is sre.SUBPATTERN and not (argument[1] or argument[2]):
            _check(list(argument[3]))
        elif operation is sre.BRANCH:
            for branch in argument[1]:
                _check(list(branch))
        elif not (operation in CHARACTERS or (operation is sre.AT and argument in BORDERS)):
            name = str(operation).lower().replace("_", " ")
            raise ValueError(f"{name} is not supported in patterns of policies: it has no bound in time")


def search(pattern: str, text: str) -> bool:
    """Whether the pattern occurs in the text. Raises TooSlow."""
    if pattern in _slow:
        raise TooSlow
    try:
        return Search(text).ends(tree(pattern), (2 << len(text)) - 1) != 0
    except TooSlow:
        _slow.add(pattern)
        raise


def matches(pattern: str, text: str, task: Any) -> bool | None:
    """Whether a pattern occurs in the text, once its references are filled in; None when they are unknown."""
    filled = fill(pattern, task, escape=True)
    return None if type(filled) is Unknown else search(filled, text)


class Search:
    """One text. Bit i of a set of positions stands for the place before character i."""

    __slots__ = ("_cost", "_sets", "_steps", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._sets: dict[str, int] = {}
        self._steps = 0
        self._cost = 1 + len(text) // BITS_A_STEP

    def ends(self, items: list[Any], starts: int) -> int:
        """Where a match of these items in a row may end that begins at one of the positions ``starts``."""
        for operation, argument in items:
            self._steps += self._cost
            if self._steps > MOST_STEPS:
                raise TooSlow
            if not starts:
                return 0
            if operation in REPEATS:
                starts = self._repeated(starts, *argument)
            elif operation is sre.SUBPATTERN:
                starts = self.ends(argument[3], starts)
            elif operation is sre.BRANCH:
                found = 0
                for branch in argument[1]:
                    found |= self.ends(branch, starts)
                starts = found
            elif operation is sre.AT:
                starts &= self._border(argument)
            else:
                starts = (starts & self._set(operation, argument)) << 1
        return starts

    def _repeated(self, starts: int, least: int, most: Any, items: Any) -> int:
        """Where ``least`` to ``most`` matches of the items in a row may end."""
        for _ in range(least):
            starts = self.ends(items, starts)
            if not starts:
                return 0
        if most is sre.MAXREPEAT and len(items) == 1 and items[0][0] in CHARACTERS:
            inside = self._set(*items[0])
            return (((starts & inside) + inside) ^ inside) | starts  # the carry runs to the end of each row
        found = fresh = starts
        rounds = 0
        while fresh and (most is sre.MAXREPEAT or rounds < most - least):
            fresh = self.ends(items, fresh) & ~found
            found |= fresh
            rounds += 1
        return found

    def _border(self, kind: Any) -> int:
        """The positions at the beginning, at the end, or between a word and something else."""
        size = len(self._text)
        if kind in (sre.AT_BEGINNING, sre.AT_BEGINNING_STRING):
            return 1
        if kind is sre.AT_BOUNDARY:
            words = self._set(sre.IN, [(sre.CATEGORY, sre.CATEGORY_WORD)])
            return words ^ (words << 1)
        before_newline = kind is sre.AT_END and self._text.endswith("\n")
        return 1 << size | (1 << (size - 1) if before_newline else 0)

    def _set(self, operation: Any, argument: Any) -> int:
        """The positions of the characters that one item of a pattern means."""
        key = f"{operation} {argument}"
        found = self._sets.get(key)
        if found is None:
            self._steps += 4 * self._cost
            table = {ord(c): "1" if _means(operation, argument, c) else "0" for c in set(self._text)}
            found = self._sets[key] = int("0" + self._text[::-1].translate(table), 2)
        return found


def _means(operation: Any, argument: Any, character: str) -> bool:
    """Whether one item of a pattern means a character."""
    if operation is sre.LITERAL:
        return chr(argument) == character
    if operation is sre.NOT_LITERAL:
        return chr(argument) != character
    if operation is sre.ANY:
        return character != "\n"
    negated = argument[0][0] is sre.NEGATE
    return negated != any(_in_class(character, *part) for part in argument[negated:])


def _in_class(character: str, operation: Any, argument: Any) -> bool:
    """Whether one part of a character class means a character."""
    if operation is sre.RANGE:
        low, high = argument
        return bool(low <= ord(character) <= high)
    if operation is sre.CATEGORY:
        members, wanted = CATEGORIES[argument]
        return (character in members) is wanted
    return bool(chr(argument) == character)
