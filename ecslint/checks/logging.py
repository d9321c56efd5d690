"""Checks over log configurations: options that a log driver does not have, and patterns that it cannot read."""

from __future__ import annotations

from ecslint.checks import check, quick
from ecslint.model import Hit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

LOOK_AROUND = ("(?=", "(?!", "(?<=", "(?<!")

NAMES = {"type": "array", "items": {"type": "string"}}


@check(
    options={
        "known": {
            "type": "object",
            "required": ["every", "drivers"],
            "properties": {"every": NAMES, "drivers": {"type": "object", "additionalProperties": NAMES}},
        }
    },
    values=("driver", "names", "suggestion", "meant"),
    passes=quick.are_known_options,
)
def unknown_log_options(value: Any, *, known: Mapping[str, Any]) -> Iterator[Hit]:
    """A log configuration has only options that its driver knows; the keys of others are hit.

    ``known`` holds the options of all drivers under ``every``, and those of each driver by its name
    under ``drivers``. Drivers that are not there are passed over.
    """
    driver = value.get("logDriver") if type(value) is dict else None
    if type(driver) is not str or driver not in known["drivers"] or type(value.get("options")) is not dict:
        return
    names = known["drivers"][driver]
    for option in value["options"]:
        if type(option) is str and option not in names and option not in known["every"]:
            from ecslint import words

            meant = words.same_word(option, names) or words.closest(option, names)
            suggestion = f"; did you mean `{meant}`?" if meant else ""
            listed = words.listed(names, limit=6)
            said = {"driver": driver, "names": listed, "suggestion": suggestion}
            values = {**said, "meant": None if meant in value["options"] else meant}
            yield Hit(("options", option), values, own=values, key=True)


@check(options={"patterns": NAMES, "formats": NAMES}, values=("problem",), passes=quick.are_plain_patterns)
def go_patterns(value: Any, *, patterns: Sequence[str], formats: Sequence[str]) -> Iterator[Hit]:
    """The members ``patterns`` and ``formats`` are regular expressions as Go reads them.

    In the latter, ``%`` and a letter stand for a part of a time. Only what can be no expression is hit; ``problem``
    repeats nothing of the text.
    """
    for name in (*patterns, *formats) if type(value) is dict else ():
        text = value.get(name)
        if type(text) is str and (problem := pattern_problem(with_times(text) if name in formats else text)):
            yield Hit((name,), {"problem": problem}, own=("problem",))


#: The parts of a time that begin or end with what makes a range in a class, as moby's awslogs driver writes them.
TIMES = {
    **dict.fromkeys("aAbBdHIjm", "(?:x)"),
    **dict.fromkeys("MSwp", "[0-5]"),
    **dict.fromkeys("Yyf", "\\d{4}"),
    "L": "\\.\\d{3}",
    "z": "[+-]\\d{4}",
    "Z": "[A-Z]{1,4}T",
}


def with_times(text: str) -> str:
    """A format with an expression for each part of a time."""
    first, *rest = text.split("%")
    return first + "".join(TIMES[part[0]] + part[1:] if part[:1] in TIMES else "%" + part for part in rest)


def pattern_problem(text: str) -> str:
    """Why Go cannot compile an expression; empty if it can, or if that is not certain."""
    depth, position, repeatable, repeated = 0, 0, False, False
    while position < len(text):
        char, start = text[position], position
        if char == ")" and not depth:
            return "a `)` closes nothing"
        if char in "*+?" and not repeatable:
            return f"there is nothing before a `{char}` to repeat"
        counted = repetition(text, start)
        if char in "*+?" or counted:
            if repeated or counted < 0:
                return "a repetition is repeated (Go has no `++`)" if repeated else "a `{…}` counts down, or above 1000"
            position = counted or start + 1
            position += text.startswith("?", position)
            repeated = True
            continue
        if problem := token_problem(text, start):
            return problem
        position = token_end(text, start)
        depth += (char == "(") - (char == ")")
        repeatable, repeated = char not in "(|", False
    return "a `(` is never closed" if depth else ""


def token_problem(text: str, start: int) -> str:
    """What Go does not take of a character, an escape, a class or the opening of a group."""
    if text.startswith(LOOK_AROUND, start):
        return "Go has no look-around (`(?=`, `(?!`)"
    if text.startswith("(?>", start):
        return "Go has no atomic groups (`(?>`)"
    end = token_end(text, start)
    if end < 0:
        return "a `[` is never closed" if text[start] == "[" else "it ends with a backslash"
    if text[start] == "\\" and text[start + 1] in "123456789":
        return "Go has no references to groups (`\\1`)"
    if text.startswith("\\Z", start):
        return "Go has no `\\Z`; it has `\\z`"
    return class_problem(text[start + 1 : end - 1]) if text[start] == "[" else ""


def token_end(text: str, start: int) -> int:
    """The offset behind a character, an escape, a class or the opening of a group; -1 if it never ends."""
    char = text[start]
    if char == "[":
        return class_end(text, start + 1)
    if char == "(":
        return start + 1 + text.startswith("?", start + 1)
    if text.startswith("\\Q", start):
        end = text.find("\\E", start)
        return len(text) if end < 0 else end + 2
    if char == "\\":
        return start + 2 if start + 1 < len(text) else -1
    return start + 1


def class_end(text: str, start: int) -> int:
    """The offset behind a class of characters whose ``[`` stands before ``start``; -1 if it is never closed."""
    position = start + (text[start : start + 1] == "^")
    position += text[position : position + 1] == "]"
    while position < len(text):
        if text[position] == "]":
            return position + 1
        named = text.find(":]", position) if text.startswith("[:", position) else -1
        position = named + 2 if named > 0 else position + 1 + (text[position] == "\\")
    return -1


def repetition(text: str, start: int) -> int:
    """The offset behind ``{2}``, ``{2,}`` or ``{2,3}``; 0 for other texts, and -1 if Go does not take the numbers."""
    end = text.find("}", start) if text[start] == "{" else -1
    low, _, high = text[start + 1 : max(end, start + 1)].partition(",")
    high = high or low
    if end < 0 or not (low + high).isascii() or not (low.isdigit() and high.isdigit()):
        return 0
    fits = len(low) < 5 and len(high) < 5 and int(low) <= int(high) <= 1000
    return end + 1 if fits else -1


CLASSES = frozenset(
    "alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit".split()  # noqa: SIM905
)


def class_problem(inside: str) -> str:
    """Why Go does not take what stands between the brackets of a class; empty if it does, or if that is not certain."""
    position = int(inside.startswith("^"))
    while position < len(inside):
        if inside.startswith("[:", position) and (end := inside.find(":]", position + 2)) > 0:
            if inside[position + 2 : end].removeprefix("^") not in CLASSES:
                return "it names a class of characters (`[:…:]`) that Go does not have"
            position = end + 2
            continue
        low, position = class_char(inside, position)
        if low and inside.startswith("-", position) and position + 1 < len(inside):
            high, position = class_char(inside, position + 1)
            if high and high < low:
                return "a range between `[` and `]` runs backwards"
    return ""


def class_char(inside: str, position: int) -> tuple[str, int]:
    """A character of a class, or nothing for an escape that may stand for any, and the offset behind it."""
    if inside[position] != "\\":
        return inside[position], position + 1
    escaped, position = inside[position + 1 : position + 2], position + 2
    if not escaped.isalnum():
        return escaped, position
    if escaped in "xpP" and inside.startswith("{", position):
        return "", inside.find("}", position) + 1 or len(inside)
    return "", position + (2 if escaped in "x0" else escaped in "pP")
