"""Checks over log configurations: options that a log driver does not have, and patterns that it cannot read."""

from __future__ import annotations

from ecslint.checks import check, quick
from ecslint.model import Hit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
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
    passes=quick.has_other_driver,
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


@check(values=("problem",), passes=quick.is_plain_pattern)
def go_pattern(text: Any) -> Iterator[Hit]:
    """A text is a regular expression as Go reads it, where ``%`` and a letter stand for a part of a time.

    Only what can be no expression whatever is meant is hit; ``problem`` repeats nothing of the text.
    """
    problem = pattern_problem(text) if type(text) is str else ""
    if problem:
        yield Hit((), {"problem": problem}, own=("problem",))


def pattern_problem(text: str) -> str:
    """Why Go cannot compile an expression; empty if it can, or if that is not certain."""
    depth, position, repeatable = 0, 0, False
    while position < len(text):
        char, start = text[position], position
        if text.startswith(LOOK_AROUND, start):
            return "Go has no look-around (`(?=`, `(?!`)"
        if char == ")" and not depth:
            return "a `)` closes nothing"
        if char in "*+?" and not repeatable:
            return f"there is nothing before a `{char}` to repeat"
        position = token_end(text, start)
        if position < 0:
            return "a `[` is never closed" if char == "[" else "it ends with a backslash"
        if char == "\\" and text[start + 1] in "123456789":
            return "Go has no references to groups (`\\1`)"
        depth += (char == "(") - (char == ")")
        repeatable = char not in "(|"
    return "a `(` is never closed" if depth else ""


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
