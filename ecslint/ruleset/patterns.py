"""Regular expressions become plain string operations where they do: importing ``re`` takes longer than a check.

A pattern is taken apart with Python's own parser. Alternatives of literal texts become ``startswith``,
``in`` and ``==``; a row of character classes becomes a look at each character. What is left over is
searched with ``re``, behind a cheap look for a character without which it cannot match.
"""

from __future__ import annotations

import re

from ecslint.regex.parsing import parser, sre

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

MOST_TEXTS = 24  # more alternatives than these are searched with re
MOST_NEEDED = 4
MOST_CHARACTERS = 1_000  # of a class that is written out


def expression(pattern: str, v: str) -> str:
    """A Python expression: the pattern occurs in the string variable ``v``, read as JSON Schema does."""
    tree = list(parser.parse(pattern, re.ASCII))
    alternatives = tree[0][1][1] if len(tree) == 1 and tree[0][0] is sre.BRANCH else [tree]
    parts = [_alternative(list(alternative), v) for alternative in alternatives]
    if None not in parts:
        return f"({' or '.join(map(str, parts))})"
    needed = _needed(tree)
    guard = "".join(f"{char!r} in {v} or " for char in needed)
    search = f"search({pattern!r}, {v})"
    return f"(({guard[:-4]}) and {search})" if guard else search


def _alternative(items: list[Any], v: str) -> str | None:
    """The expression of one alternative, or None when only ``re`` can tell."""
    begins = bool(items) and items[0] == (sre.AT, sre.AT_BEGINNING)
    ends = bool(items) and items[-1] == (sre.AT, sre.AT_END)
    items = items[int(begins) : len(items) - int(ends)]
    texts = _texts(items)
    if texts is not None:
        return _literal(texts, begins, ends, v)
    if begins and ends:
        inner = _optional(items)
        if inner is not None:
            rest = _classes(inner, v)
            return None if rest is None else f"(not {v} or {rest})"
        return _classes(items, v)
    return None


def _literal(texts: list[str], begins: bool, ends: bool, v: str) -> str:
    choice = repr(texts[0]) if len(texts) == 1 else repr(tuple(texts))
    if begins and ends:
        return f"{v} == {choice}" if len(texts) == 1 else f"{v} in {choice}"
    if begins or ends:
        return f"{v}.{'startswith' if begins else 'endswith'}({choice})"
    return "(" + " or ".join(f"{text!r} in {v}" for text in texts) + ")"


def _optional(items: list[Any]) -> list[Any] | None:
    """The items inside ``(...)?`` when that is all there is."""
    if len(items) == 1 and items[0][0] is sre.MAX_REPEAT and items[0][1][:2] == (0, 1):
        inner = list(items[0][1][2])
        if len(inner) == 1 and inner[0][0] is sre.SUBPATTERN:
            return list(inner[0][1][3])
        return inner
    return None


def _texts(items: list[Any]) -> list[str] | None:
    """All texts that the items can match, if they are few."""
    found = [""]
    for item in items:
        choices = _choices(item)
        if choices is None or len(found) * len(choices) > MOST_TEXTS:
            return None
        found = [text + choice for text in found for choice in choices]
    return found


def _choices(item: Any) -> list[str] | None:
    operation, argument = item
    if operation is sre.LITERAL:
        return [chr(argument)]
    if operation is sre.IN:
        characters = _class(argument)
        return list(characters) if characters is not None and len(characters) <= MOST_TEXTS else None
    if operation is sre.SUBPATTERN:
        return _texts(list(argument[3]))
    if operation is sre.BRANCH:
        branches = [_texts(list(branch)) for branch in argument[1]]
        return None if None in branches else [text for branch in branches for text in branch or ()]
    if operation is sre.MAX_REPEAT and argument[:2] == (0, 1):
        inner = _texts(list(argument[2]))
        return None if inner is None else ["", *inner]
    return None


def _class(argument: list[Any]) -> str | None:
    """The characters of a class such as ``[A-Za-z_]``; None for negated, named and very large ones."""
    characters = ""
    for operation, value in argument:
        if operation is sre.LITERAL:
            characters += chr(value)
        elif operation is sre.RANGE and value[1] - value[0] < MOST_CHARACTERS - len(characters):
            characters += "".join(map(chr, range(value[0], value[1] + 1)))
        else:
            return None
    return characters


def _classes(items: list[Any], v: str) -> str | None:
    """Single characters and classes, then one repeated class up to the end of the text."""
    if not items or items[-1][0] is not sre.MAX_REPEAT:
        return None
    *heads, (_, (least, most, repeated)) = items
    body = list(repeated)
    characters = _class(body[0][1]) if len(body) == 1 and body[0][0] is sre.IN else None
    if characters is None:
        return None
    size = len(heads)
    least_text = f"{size + least} <= " if size + least else ""
    most_text = "" if most is sre.MAXREPEAT else f" <= {size + most}"
    checks = [f"{least_text}len({v}){most_text}"] if least_text or most_text else []
    for index, head in enumerate(heads):
        choices = [chr(head[1])] if head[0] is sre.LITERAL else _class(head[1]) if head[0] is sre.IN else None
        if choices is None:
            return None
        checks.append(f"{v}[{index}] in {''.join(choices)!r}")
    rest = f"{v}[{size}:]" if size else v
    checks.append(f"not {rest}.strip({characters!r})")
    return f"({' and '.join(checks)})" if len(checks) > 1 else f"({checks[0]})"


def _needed(tree: list[Any]) -> list[str]:
    """Characters of which every match has at least one; none when there is no such small set."""
    sets = [needed for needed in _needed_sets(tree) if 0 < len(needed) <= MOST_NEEDED]
    return min(sets, key=len) if sets else []


def _needed_sets(items: list[Any]) -> Iterator[list[str]]:
    for operation, argument in items:
        if operation is sre.LITERAL:
            yield [chr(argument)]
        elif operation is sre.IN:
            yield list(_class(argument) or "")
        elif operation is sre.SUBPATTERN:
            yield from _needed_sets(list(argument[3]))
        elif operation is sre.MAX_REPEAT and argument[0] > 0:
            yield from _needed_sets(list(argument[2]))
