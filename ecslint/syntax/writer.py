"""Write JSON in ASCII. Importing the standard library's json also imports re, which takes longer than a report."""

from __future__ import annotations

from ecslint.escaping import COMMANDS

try:
    import _json

    quoted, quoted_as_it_is = _json.encode_basestring_ascii, _json.encode_basestring
except ImportError:  # an interpreter without the C accelerator
    from json import encoder

    quoted, quoted_as_it_is = encoder.py_encode_basestring_ascii, encoder.py_encode_basestring

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CONSTANTS = {None: "null", True: "true", False: "false"}


class Raw(str):
    """A text that is JSON already and is written as it is."""

    __slots__ = ()


def dumps(value: Any, *, indent: int = 0, level: int = 0) -> str:
    """The JSON text of objects with string keys, lists, strings, integers, booleans and null.

    With ``indent`` as ``json.dumps`` writes it, for a value that stands ``level`` levels deep; without
    it on one line and without blanks. Raises TypeError for other values. Strings hold no command of a
    build server as it is: JSON has a second way to write its first character.
    """
    step = " " * indent
    text = _text(value, f"\n{step * level}" if indent else "", step)
    for command in COMMANDS:
        if command in text:
            text = text.replace(command, "\\u0023" + command[1:])
    return text


def _text(value: Any, newline: str, step: str) -> str:
    kind = type(value)
    if kind is str:
        return quoted(value)
    if kind is Raw:
        return str(value)
    if kind is int:
        return str(value)
    if value is None or kind is bool:
        return CONSTANTS[value]
    inner = newline + step
    if kind is dict:
        colon = ": " if newline else ":"
        parts = [f"{quoted(key)}{colon}{_text(item, inner, step)}" for key, item in value.items()]
        return "{" + inner + ("," + inner).join(parts) + newline + "}" if parts else "{}"
    if kind in (list, tuple):
        parts = [_text(item, inner, step) for item in value]
        return "[" + inner + ("," + inner).join(parts) + newline + "]" if parts else "[]"
    raise TypeError(f"{kind.__name__} has no JSON form")
