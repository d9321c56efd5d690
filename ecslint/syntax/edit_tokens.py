"""Scalars as tokens: written in the style of the text around them, and strings changed in part."""

from __future__ import annotations

import re

from ecslint.model import Edit
from ecslint.syntax import yaml
from ecslint.syntax.edit_lines import Withheld
from ecslint.syntax.lazy import pattern
from ecslint.syntax.writer import CONSTANTS, quoted, quoted_as_it_is

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from ecslint.model import Node
    from ecslint.syntax.edit_lines import Reading

ESCAPED_LETTER = pattern(r"(?<!\\)(?:\\\\)*\\u(?!00[0-7])")  # one that needs its escape in ASCII only
SURROGATE = pattern(r"[\ud800-\udfff]")

# What double quotes escape in YAML: all that is not printable there, and what only looks like a line end or a space.
UNPRINTABLE = pattern(rf"{yaml.NOT_ALLOWED}|[\x7f-\xa0\u2028\u2029\ufeff]")
# The plain scalars that we write: no indicator, no comment, nothing that needs a second thought.
PLAIN = pattern(r"[\w/.$(](?:[\w/.,$()\[\]{}<>@%+=~;-]| (?=[\w/.$(@%+=~;-])|:(?=[\w:/.$({<@%+=~;-]))*")
PLAIN_IN_BRACKETS = pattern(r"[\w/.$(](?:[\w/.$()@%+=~;-]| (?=[\w/.$(@%+=~;-]))*")
BARE_KEY = pattern(r"[A-Za-z]\w*", re.ASCII)  # without quotes in a tolerated JSON object, and no placeholder
# Wider than any number, date or time of YAML 1.1 and 1.2.
NUMBER_LIKE = pattern(r"[-+.0-9][-+.:0-9a-fA-FoOxX_tTzZ ]*|[-+]?\.(?:inf|nan)", re.IGNORECASE)

JSON_PIECE = pattern(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL)
DOUBLE_PIECE = pattern(r"\\x[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}|\\.|.", re.DOTALL)
SINGLE_PIECE = pattern(r"''|.", re.DOTALL)


def scalar(value: Any) -> str:
    """Null, a boolean, a number or an empty container as JSON and YAML write it."""
    if type(value) is float and value - value != 0:
        raise Withheld("the new value is not a finite number")
    if value is None or type(value) in (bool, int, float):
        return CONSTANTS[value] if value is None or type(value) is bool else repr(value)
    if type(value) in (dict, list) and not value:
        return "{}" if type(value) is dict else "[]"
    raise Withheld("the new value is not known")


class Quoting:
    """How strings are written at one place of a text.

    ``quote`` is the quote wanted, empty for none in YAML; ``bracketed`` whether the place is in brackets.
    """

    __slots__ = ("bracketed", "quote", "reading")

    def __init__(self, reading: Reading, quote: str, bracketed: bool) -> None:
        self.reading = reading
        self.quote = quote
        self.bracketed = bracketed

    def string(self, value: str) -> str:
        """The token of a string."""
        text = self.reading.text
        if self.reading.language == "json":
            ascii_only = "\\" in text and text.isascii() and ESCAPED_LETTER.search(text) is not None
            return quoted(value) if ascii_only or SURROGATE.search(value) else quoted_as_it_is(value)
        if not self.quote and is_plain(value, self.bracketed):
            return value
        quote = self.quote or _usual_quote(self.reading)
        if quote == "'" and value.isprintable() and not UNPRINTABLE.search(value):
            return "'" + value.replace("'", "''") + "'"
        return _in_double_quotes(value)

    def word(self, value: Any) -> str:
        """The token of a scalar or an empty container."""
        if type(value) is str:
            return self.string(value)
        word = scalar(value)
        if type(value) is float and "." not in word and self.reading.language == "yaml":
            return word.replace("e", ".0e")  # to YAML 1.1 it would be a string
        return word


def is_plain(value: str, bracketed: bool) -> bool:
    """Whether a string may stand in YAML without quotes and is a string to readers of YAML 1.1, too."""
    form = PLAIN_IN_BRACKETS if bracketed else PLAIN
    if form.fullmatch(value) is None or NUMBER_LIKE.fullmatch(value):
        return False
    return value not in yaml.OLD_BOOLS and value not in yaml.CORE_WORDS


def _in_double_quotes(value: str) -> str:
    if SURROGATE.search(value):
        raise Withheld("YAML cannot hold half of a surrogate pair")

    def escape(found: re.Match[str]) -> str:
        code = ord(found.group())
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"

    return UNPRINTABLE.sub(escape, quoted_as_it_is(value))


def _usual_quote(reading: Reading) -> str:
    """The quote that a text uses first, a double one if none."""
    if not reading.usual_quote:
        reading.usual_quote = next(_quotes(reading), '"')
    return reading.usual_quote


def _quotes(reading: Reading) -> Iterator[str]:
    """The quotes of a text, key before value, in its order."""
    pending = [reading.root]
    while pending:
        node = pending.pop()
        for at in (node.key_start, reading.content(node)):
            if at >= 0 and quote_at(reading.text, at):
                yield reading.text[at]
        pending += reversed(reading.own(node))


def quote_at(text: str, at: int) -> str:
    """The quote that stands at an offset, or nothing."""
    return text[at] if text[at : at + 1] in ("'", '"') else ""


def value_quoting(reading: Reading, siblings: list[Node], bracketed: bool, nearest: Node | None = None) -> Quoting:
    """Quoting of new values: as the last of the siblings that is certainly a string, else as the last key.

    ``nearest`` counts as the last of the siblings.
    """
    quote = _quote_of_value(reading, nearest, bracketed) if nearest else None
    if quote is None:
        known = reading.quotes.get((id(siblings), bracketed))
        if known is None:
            found = (_quote_of_value(reading, node, bracketed) for node in reversed(siblings))
            known = reading.quotes[id(siblings), bracketed] = (
                siblings,
                next((one for one in found if one is not None), None),
            )
        quote = known[1]
    if quote is not None:
        return Quoting(reading, quote, bracketed)
    return key_quoting(reading, [nearest] if nearest and nearest.key_start >= 0 else siblings, bracketed)


def _quote_of_value(reading: Reading, node: Node, bracketed: bool) -> str | None:
    """The quote around a value, empty for a string that has none; None for what is no string for certain."""
    at = reading.content(node)
    if quote := quote_at(reading.text, at):
        return quote
    return "" if at < node.end and is_plain(reading.text[at : node.end], bracketed) else None


def key_quoting(reading: Reading, siblings: list[Node], bracketed: bool) -> Quoting:
    """Quoting of new keys: as the last of the siblings' keys."""
    key = next((node.key_start for node in reversed(siblings) if node.key_start >= 0), None)
    return Quoting(reading, "" if key is None else quote_at(reading.text, key), bracketed)


def renamed(reading: Reading, node: Node, name: str, bracketed: bool) -> Edit:
    """The edit that gives a member another key."""
    old = reading.text[node.key_start : node.key_end]
    quote = quote_at(old, 0)
    if old[:1] in ("&", "*", "!", "|", ">"):
        raise Withheld("the key has a tag, an anchor or an unusual style")
    if reading.language == "yaml":
        token = Quoting(reading, quote, bracketed).string(name)
    elif quote == "'":
        token = _in_single_quotes(name)
    elif not quote and BARE_KEY.fullmatch(name):
        token = name
    else:
        token = Quoting(reading, '"', True).string(name)
    return Edit(node.key_start, node.key_end, token)


def _in_single_quotes(value: str) -> str:
    """A string in the single quotes that JSON tolerates."""
    token = quoted(value) if SURROGATE.search(value) else quoted_as_it_is(value)
    body = token[1:-1].replace('\\"', '"')
    return "'" + body.replace("'", "\\'") + "'"


def spliced(reading: Reading, node: Node, old: str, value: Any, bracketed: bool) -> Edit:
    """The edit that changes part of a string; ``value`` is (start, end, text), counted in the string ``old``."""
    start, end, text = value
    at = reading.content(node)
    token = reading.text[at : node.end]
    if token[:1] == "*":
        raise Withheld("the value is an alias")
    if any(newline in token for newline in "\r\n"):
        raise Withheld("the string stands on several lines")
    quote = quote_at(token, 0)
    if not quote:
        if token != old:
            raise Withheld("the value is not a plain string")
        new = old[:start] + text + old[end:]
        if not is_plain(new, bracketed):
            return Edit(at, node.end, Quoting(reading, "", bracketed).string(new))
        return Edit(at + start, at + end, text)
    offsets = [*_offsets(reading.language, token, quote)]
    if len(offsets) != len(old) + 1:
        raise Withheld("the string holds a placeholder with quotes")
    body = _body(reading, text, quote)
    if body is None:
        return Edit(at, node.end, Quoting(reading, '"', bracketed).string(old[:start] + text + old[end:]))
    return Edit(at + offsets[start], at + offsets[end], body)


def _offsets(language: str, token: str, quote: str) -> Iterator[int]:
    """Where in a quoted token each of its characters begins, and where the last one ends."""
    piece = JSON_PIECE if language == "json" else DOUBLE_PIECE if quote == '"' else SINGLE_PIECE
    for found in piece.finditer(token, 1, len(token) - 1):
        yield found.start()
    yield len(token) - 1


def _body(reading: Reading, text: str, quote: str) -> str | None:
    """A text as part of a string in quotes; None when these quotes cannot hold it."""
    if quote == '"':
        return Quoting(reading, quote, True).string(text)[1:-1]
    if reading.language == "json":
        return _in_single_quotes(text)[1:-1]
    if not text.isprintable() or UNPRINTABLE.search(text):
        return None
    return text.replace("'", "''")
