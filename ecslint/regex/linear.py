"""Regular expressions of policies, matched in bounded time.

Python's own matcher tries one way after the other, which may take longer than the universe is old. This
one goes all ways at once. A set of positions in the text is a whole number, one bit each, so a step of
the pattern is an operation on numbers. Nothing is ever tried again; patterns that would need that (back
references, looking ahead or behind) are refused when the policy is read.
"""

from __future__ import annotations

import re

from ecslint.regex.parsing import parser, sre, to_the_end

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
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

_trees: dict[str, tuple[list[Any], Mapping[str, int]]] = {}


class TooSlow(Exception):
    """A pattern needs more steps on a text than one search may take."""


def tree(pattern: str) -> tuple[list[Any], Mapping[str, int]]:
    """The pattern as Python's parser reads it, and the numbers of its groups by their names.

    Raises ValueError with what is wrong with it, or not supported.
    """
    found = _trees.get(pattern)
    if found is None:
        try:
            parsed = parser.parse(to_the_end(pattern), re.ASCII)
        except (re.error, RecursionError, OverflowError) as error:
            raise ValueError(f"not a regular expression: {error}") from None
        if parsed.state.flags & ~re.ASCII:
            raise ValueError("flags such as (?i) are not supported; spell out what you mean, as in [Pp]rod")
        found = list(parsed), dict(parsed.state.groupdict)
        _check(found[0])
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
    return Search(text).reach(tree(pattern)[0], (2 << len(text)) - 1) != 0


def found(pattern: str, text: str, group: str) -> Iterator[str]:
    """What a pattern finds in a text, each time: the group of a name if it has a part in it, else all of it.

    What is empty does not count. Raises TooSlow.
    """
    if not search(pattern, text):
        return
    items, names = tree(pattern)
    one, everywhere = Search(text), (2 << len(text)) - 1
    starts = one.reach(items, everywhere, back=True)
    at = 0
    while starts >> at:
        at += _lowest(starts >> at)
        spans: dict[int | None, tuple[int, int]] = {}
        end = at + 1
        if ends := one.reach(items, 1 << at) & ~(1 << at):
            end = one.follow(items, at, ends, spans)
            start, stop = spans.get(names.get(group), (at, end))
            yield text[start:stop]
        at = end


def _lowest(positions: int) -> int:
    """The first of some positions."""
    return (positions & -positions).bit_length() - 1


class Search:
    """One text. Bit i of a set of positions stands for the place before character i."""

    __slots__ = ("_cost", "_sets", "_steps", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._sets: dict[str, int] = {}
        self._steps = 0
        self._cost = 1 + len(text) // BITS_A_STEP

    def _count(self, steps: int = 1) -> None:
        self._steps += steps * self._cost
        if self._steps > MOST_STEPS:
            raise TooSlow

    def reach(self, items: Any, starts: int, back: bool = False) -> int:
        """Where a match of these items in a row may end that begins at one of the positions ``starts``.

        With ``back``, where one may begin that ends there.
        """
        for operation, argument in reversed(list(items)) if back else items:
            self._count()
            if not starts:
                return 0
            if operation in REPEATS:
                starts = self._repeated(starts, argument, back)
            elif operation is sre.SUBPATTERN:
                starts = self.reach(argument[3], starts, back)
            elif operation is sre.BRANCH:
                found = 0
                for branch in argument[1]:
                    found |= self.reach(branch, starts, back)
                starts = found
            elif operation is sre.AT:
                starts &= self._border(argument)
            elif back:
                starts = (starts >> 1) & self._set(operation, argument)
            else:
                starts = (starts & self._set(operation, argument)) << 1
        return starts

    def _repeated(self, starts: int, repeat: Any, back: bool) -> int:
        """Where ``least`` to ``most`` matches of some items in a row may end, or begin."""
        least, most, items = repeat
        for _ in range(least):
            starts = self.reach(items, starts, back)
            if not starts:
                return 0
        if most is sre.MAXREPEAT and _is_character(items):
            inside = self._set(*items[0])
            if back:
                return self._run_back(starts, inside)
            return (((starts & inside) + inside) ^ inside) | starts  # the carry runs to the end of each row
        found = fresh = starts
        rounds = 0
        while fresh and (most is sre.MAXREPEAT or rounds < most - least):
            fresh = self.reach(items, fresh, back) & ~found
            found |= fresh
            rounds += 1
        return found

    def _run_back(self, ends: int, inside: int) -> int:
        """Where a row of characters may begin that ends at one of some positions: rows of 1, 2, 4, ... characters."""
        size = 1
        while inside:
            self._count()
            ends |= (ends >> size) & inside
            inside &= inside >> size
            size *= 2
        return ends

    def follow(self, items: Any, at: int, goals: int, spans: dict[int | None, tuple[int, int]]) -> int:
        """Where the match of these items ends that Python would find first: from a position to one of ``goals``.

        There must be one. ``spans`` get those of its groups by their numbers.
        """
        items = list(items)
        after = [goals]
        for item in reversed(items[1:]):
            after.append(self.reach([item], after[-1], back=True))
        for operation, argument in items:
            goals = after.pop()
            if operation in REPEATS:
                at = self._follow_repeated(operation, argument, at, goals, spans)
            elif operation is sre.SUBPATTERN:
                end = self.follow(argument[3], at, goals, spans)
                spans[argument[0]] = (at, end)
                at = end
            elif operation is sre.BRANCH:
                fitting = (branch for branch in argument[1] if self.reach(branch, 1 << at) & goals)
                at = self.follow(next(fitting), at, goals, spans)
            elif operation is not sre.AT:
                at += 1
        return at

    def _follow_repeated(
        self, operation: Any, argument: Any, at: int, goals: int, spans: dict[int | None, tuple[int, int]]
    ) -> int:
        """The same for a repeat: as often as possible, or as seldom for ``*?`` and its like."""
        least, most, items = argument
        greedy = operation is sre.MAX_REPEAT
        if _is_character(items):
            ends = self.reach([(operation, argument)], 1 << at) & goals
            return ends.bit_length() - 1 if greedy else _lowest(ends)
        count = 0
        while most is sre.MAXREPEAT or count < most:
            if not greedy and count >= least and goals >> at & 1:
                break
            count += 1
            left = (max(least - count, 0), most if most is sre.MAXREPEAT else most - count, items)
            again = self.reach([(operation, left)], goals, back=True)
            if count > least:  # Python takes a match of nothing, too, but only as the last one
                again = (again & ~(1 << at)) | (goals & 1 << at)
            if not self.reach(items, 1 << at) & again:
                break
            start, at = at, self.follow(items, at, again, spans)
            if count > least and at == start:
                break
        return at

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


def _is_character(items: Any) -> bool:
    """Whether some items are a single one that means a character."""
    return len(items) == 1 and items[0][0] in CHARACTERS


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
