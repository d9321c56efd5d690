"""Edits of YAML's block style, where indentation tells what belongs to what."""

from __future__ import annotations

import re

from ecslint.model import Edit
from ecslint.syntax import edit_flow
from ecslint.syntax.edit_flow import Fragment
from ecslint.syntax.edit_lines import (
    NEWLINE,
    PROPERTIES,
    Withheld,
    before,
    column,
    holds,
    indent_at,
    line_start,
    newline_of,
    next_line,
    shift,
    shifted,
)
from ecslint.syntax.edit_tokens import Quoting, key_quoting, value_quoting
from ecslint.syntax.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from ecslint.model import Node
    from ecslint.syntax.edit_lines import Reading

OWN_COMMENT = pattern(r"(?:[ \t]+#[^\r\n]*|[ \t]*)(?=[\r\n]|\Z)")
DASH = pattern(r"(?:[ \t\r\n]|#[^\r\n]*(?=[\r\n]))*-")
COLON = pattern(r"[ \t]*:")
COMMENT_LINES = pattern(r"[ \t\r\n]*#")
EMPTY_LINES = pattern(r"(?:(?:\r\n|\n|\r)[ \t]*(?=[\r\n]|\Z))+")
KEEPING = pattern(r"[|>][1-9]?\+")  # a block scalar to which the empty lines behind it belong
LEAD = pattern(r" *(?:- +)*")


class Style:
    """How nested values are written: by what keys are indented, and dashes below a key; how strings are quoted."""

    __slots__ = ("keys", "offset", "unit", "values")

    def __init__(self, unit: str, offset: str, keys: Quoting, values: Quoting) -> None:
        self.unit = unit
        self.offset = offset
        self.keys = keys
        self.values = values


class Entry:
    """A member from its key, or an item from its dash.

    ``end`` is the end of its value, ``rest`` that of its own comment behind it.
    """

    __slots__ = ("end", "node", "rest", "start")

    def __init__(self, node: Node, start: int, end: int, rest: int) -> None:
        self.node = node
        self.start = start
        self.end = end
        self.rest = rest


def entries(reading: Reading, container: Node) -> list[Entry]:
    """The members or items of a block, in the order of the text.

    Raises Withheld when they are not written one below the other, each at the beginning of its lines.
    """
    if (known := reading.entries.get(id(container))) is not None:
        return known[1]
    text = reading.text
    found: list[Entry] = []
    end = reading.content(container)
    for child in reading.own(container):
        start = child.key_start
        if start < 0:
            dash = DASH.match(text, end)
            if dash is None:
                raise Withheld("the items there cannot be told apart")
            start = dash.end() - 1
        end = child.end
        rest = OWN_COMMENT.match(text, end)
        if rest is None:
            raise Withheld("the values there share their lines with something else")
        found.append(Entry(child, start, end, rest.end()))
    if not found:
        raise Withheld("its properties come from elsewhere")
    if len({column(text, entry.start) for entry in found}) > 1:
        raise Withheld("the properties there are not aligned")
    if LEAD.fullmatch(before(text, found[0].start)) is None or any(
        before(text, entry.start).strip(" ") for entry in found[1:]
    ):
        raise Withheld("the properties there do not begin their lines")
    reading.entries[id(container)] = (container, found)
    return found


def _entry(reading: Reading, container: Node, node: Node) -> Entry:
    """The entry of a member or item."""
    return entries(reading, container)[reading.index(container, node)]


# --- removing ------------------------------------------------------------------------------------------


def remove(reading: Reading, chain: Sequence[Node], child: Node) -> list[Edit]:
    """Edits that take a member or item out of the last block of the chain, with its lines and its own comment."""
    text = reading.text
    container = chain[-1]
    found = entries(reading, container)
    entry = _entry(reading, container, child)
    if len(found) == 1 and all(holds(container, node) for node in container.children.values()):
        empty = "[]" if child.key_start < 0 else "{}"
        return _in_place_of_block(reading, chain, entry.start, entry.end, entry.rest, empty)
    if not before(text, entry.start).strip(" "):
        return [_lines(reading, entry)]
    if len(found) == 1:
        raise Withheld("nothing but a merge would stay there")
    following = found[1].start  # it is the first one, on a line with the dash around it
    comment = COMMENT_LINES.match(text, entry.rest, following)
    return [Edit(entry.start, comment.end() - 1 if comment else following, "")]


def _lines(reading: Reading, entry: Entry) -> Edit:
    """The edit that deletes the lines of an entry."""
    text = reading.text
    start, end = line_start(text, entry.start), entry.rest
    if _is_kept_open(reading, entry.node):
        empty = EMPTY_LINES.match(text, end)
        end = empty.end() if empty else end
    if end == len(text) and not text.endswith(("\n", "\r")) and not _follows_block_scalar(reading, start):
        start = len(text[:start].rstrip(" \t\r\n"))  # no line end behind it: take those before
    return Edit(start, next_line(text, end), "")


def _in_place_of_block(
    reading: Reading, chain: Sequence[Node], start: int, end: int, rest: int, token: str
) -> list[Edit]:
    """Edits that write a token where a block stands that reaches from ``start`` to ``end``."""
    text = reading.text
    if len(chain) < 2 or before(text, start).strip(" "):
        return [Edit(start, rest, token)]
    at = _header(reading, chain)
    block = _lines(reading, Entry(chain[-1], start, end, rest))
    return [Edit(at, at, f" {token}"), block]


def _header(reading: Reading, chain: Sequence[Node]) -> int:
    """The offset behind the colon or dash before the last value of the chain, or behind its tag and anchor."""
    node = chain[-1]
    if node.key_start >= 0:
        before_it = COLON.match(reading.text, node.key_end)
    else:
        before_it = DASH.match(reading.text, _entry(reading, chain[-2], node).start)
    if reading.has_properties(node):
        before_it = PROPERTIES.match(reading.text, node.start, reading.content(node))
    if before_it is None:
        raise Withheld("the property has no colon after its key")
    return before_it.end()


def _is_kept_open(reading: Reading, node: Node) -> bool:
    """Whether a value ends with a block scalar to which the empty lines behind it belong."""
    while children := reading.own(node):
        node = children[-1]
    return KEEPING.match(reading.text, reading.content(node), node.end) is not None


def _follows_block_scalar(reading: Reading, at: int) -> bool:
    """Whether the last value before an offset is a block scalar, to which the line end behind it belongs."""
    node = reading.root
    while children := [child for child in reading.own(node) if child.start < at]:
        node = children[-1]
    return reading.text[reading.content(node) : node.end][:1] in ("|", ">")


# --- adding --------------------------------------------------------------------------------------------


def add(reading: Reading, chain: Sequence[Node], key: str | None, value: Any) -> list[Edit]:
    """Edits that put a member, or an item when ``key`` is None, at the end of the last block of the chain."""
    found = entries(reading, chain[-1])
    style = style_of(reading, chain[-1])
    if key is None:
        return _added(reading, found, _item(value, style, _dash(reading, found[-1])))
    return _added(reading, found, _member(key, value, style))


def fragment(reading: Reading, chain: Sequence[Node], node: Node, key: str) -> Fragment:
    """A member of the last block of the chain, under the key token given, ready to be inserted elsewhere."""
    text = reading.text
    entry = _entry(reading, chain[-1], node)
    indent = " " * column(text, entry.start)
    return Fragment(key, text[node.key_end : node.end], indent, text[entry.end : entry.rest])


def insert(reading: Reading, chain: Sequence[Node], fragment: Fragment) -> list[Edit]:
    """Edits that put a moved member at the end of the last block of the chain."""
    found = entries(reading, chain[-1])
    indent = " " * column(reading.text, found[0].start)
    body = shifted(fragment.body, fragment.indent, indent)
    return _added(reading, found, [fragment.key + body + fragment.comment])


def _added(reading: Reading, found: list[Entry], lines: list[str]) -> list[Edit]:
    """The edit that writes lines below the last entry."""
    text = reading.text
    newline = newline_of(text)
    indent = " " * column(text, found[0].start)
    at = found[-1].rest
    if _is_kept_open(reading, found[-1].node) and (empty := EMPTY_LINES.match(text, at)):
        at = empty.end()
        if at == len(text):  # behind it, a line of its own would follow the last line end
            at -= 2 if text.endswith("\r\n") else 1
    return [Edit(at, at, "".join(f"{newline}{indent}{line}" for line in lines))]


def _dash(reading: Reading, entry: Entry) -> str:
    """The dash of an item and the blanks behind it."""
    content = reading.text[entry.start : entry.node.start]
    return content if re.fullmatch("- +", content) else "- "


# --- replacing ------------------------------------------------------------------------------------------


def replace(reading: Reading, chain: Sequence[Node], node: Node, old: Any, value: Any) -> list[Edit]:
    """Edits that write another value in the place of a child of the last block of the chain.

    An empty chain stands for the whole document.
    """
    text = reading.text
    content = reading.content(node)
    nested = type(value) in (dict, list) and bool(value)
    if "!" in text[node.start : content]:  # a tag would change what the new value means
        if nested or NEWLINE.search(text, node.start, node.end):
            raise Withheld("the value has a tag")
        content = node.start
    in_block = type(old) in (dict, list) and bool(old) and text[content : content + 1] not in ("{", "[", "*")
    if in_block:
        return _replace_block(reading, [*chain, node], content, old, value)
    if reading.in_brackets(node) and type(old) in (dict, list) and nested:
        return [Edit(content, node.end, edit_flow.replaced(reading, chain, node, old, value))]
    if nested:
        return _nested_in_place(reading, chain, node, content, value)
    token = _quoting_of(reading, chain, node, old).word(value)
    return [Edit(content, node.end, token if content < node.end else f" {token}")]


def _quoting_of(reading: Reading, chain: Sequence[Node], node: Node, old: Any) -> Quoting:
    """Quoting of what takes the place of a value: as it had, or as its siblings have."""
    others = reading.own(chain[-1]) if chain and type(old) is not str else []
    return value_quoting(reading, others, bracketed=False, nearest=node)


def _replace_block(reading: Reading, chain: Sequence[Node], content: int, old: Any, value: Any) -> list[Edit]:
    """Edits for the last value of the chain, which is a block."""
    text = reading.text
    node = chain[-1]
    rest = OWN_COMMENT.match(text, node.end)
    if rest is None:
        raise Withheld("the value shares its lines with something else")
    style = style_of(reading, node)
    if type(value) not in (dict, list) or not value:
        token = _quoting_of(reading, chain[:-1], node, old).word(value)
        return _in_place_of_block(reading, chain, content, node.end, rest.end(), token)
    start, indent = _room(reading, node, content, type(value) is list)
    margin = indent[column(text, start) :]
    return [Edit(start, node.end, margin + f"{newline_of(text)}{indent}".join(_value(value, style)))]


def _room(reading: Reading, node: Node, content: int, is_list: bool) -> tuple[int, str]:
    """Where the text of another block in the place of a block begins, and its indentation."""
    text = reading.text
    indent = " " * column(text, content)
    if node.key_start < 0 or before(text, content).strip(" ") or (text[content] == "-") == is_list:
        return content, indent
    style = style_of(reading, node)
    indent = " " * column(text, node.key_start) + (style.offset if is_list else style.unit)
    return line_start(text, content), indent


def _nested_in_place(reading: Reading, chain: Sequence[Node], node: Node, content: int, value: Any) -> list[Edit]:
    """Edits that write a block where a scalar or an empty container stands; a comment stays on its line."""
    text = reading.text
    newline = newline_of(text)
    if not chain:
        return [Edit(content, node.end, newline.join(_value(value, style_of(reading, node))))]
    entry = _entry(reading, chain[-1], node)
    style = style_of(reading, chain[-1])
    header = _header(reading, [*chain, node])
    start = header if not text[header:content].strip() else content
    lines = _value(value, style)
    if node.key_start < 0 and content == node.start and not NEWLINE.search(text, entry.start, content):
        dash = _dash(reading, entry)
        indent = " " * (column(text, entry.start) + len(dash))
        head = Edit(entry.start, node.end, dash + lines.pop(0))
    else:
        margin = style.unit if type(value) is dict or node.key_start < 0 else style.offset
        indent = " " * column(text, entry.start) + margin
        head = Edit(start, node.end, "")
    tail = "".join(f"{newline}{indent}{line}" for line in lines)
    return [head, Edit(entry.rest, entry.rest, tail)]


def unwrap(reading: Reading, chain: Sequence[Node], inner: Node) -> list[Edit]:
    """Edits that put a value in the place of the last block of the chain, whose only child it is.

    Comments on lines of their own stay.
    """
    text = reading.text
    outer = chain[-1]
    begin = reading.content(outer)
    comments = [line for line in map(str.strip, NEWLINE.split(text[begin : inner.start])) if line[:1] == "#"]
    empty = "null" if inner.start == inner.end else ""
    is_block = bool(reading.own(inner)) and not reading.in_brackets(inner)
    if not is_block and len(chain) > 1:
        header = _header(reading, chain)
        if not comments and not text[header:begin].strip():
            return [Edit(header, inner.start, f" {empty}"), *_moved(reading, outer, inner, " " * column(text, begin))]
    start, indent = _room(reading, outer, begin, is_block and text[reading.content(inner)] == "-")
    lead = "".join(f"{line}{newline_of(text)}{indent}" for line in comments)
    margin = indent[column(text, start) :]
    return [Edit(start, inner.start, margin + lead + empty), *_moved(reading, outer, inner, indent)]


def _moved(reading: Reading, outer: Node, inner: Node, indent: str) -> list[Edit]:
    """Edits of the indentation of a value that takes the place of the block around it."""
    text = reading.text
    if reading.own(inner) and not reading.in_brackets(inner):
        return shift(text, inner.start, inner.end, " " * column(text, reading.content(inner)), indent)
    if line_start(text, reading.content(outer)) == line_start(text, inner.start):
        return []
    return shift(text, inner.start, inner.end, indent_at(text, inner.start), indent)


# --- writing --------------------------------------------------------------------------------------------


def style_of(reading: Reading, container: Node) -> Style:
    """How values below a block are to be written: quoted as it does itself, indented as the document does first."""
    text = reading.text
    widths: dict[bool, int] = {}  # by whether the block is a list
    for node in _nested_blocks(reading):
        content = reading.content(node)
        widths.setdefault(text[content] == "-", column(text, content) - column(text, node.key_start))
        if len(widths) == 2:
            break
    unit = widths.get(False, 2)
    siblings = reading.own(container)
    return Style(
        " " * unit,
        " " * widths.get(True, unit),
        key_quoting(reading, siblings, bracketed=False),
        value_quoting(reading, siblings, bracketed=False),
    )


def _nested_blocks(reading: Reading) -> Iterator[Node]:
    """Members whose values are blocks, from the outside in."""
    level = [reading.root]
    while level:
        level = [child for node in level if not reading.in_brackets(node) for child in reading.own(node)]
        for node in level:
            if node.key_start >= 0 and reading.own(node) and not reading.in_brackets(node):
                yield node


def _value(value: Any, style: Style) -> list[str]:
    """The lines of an object or list that is not empty."""
    if type(value) is dict:
        return [line for key, item in value.items() for line in _member(key, item, style)]
    return [line for item in value for line in _item(item, style, "- ")]


def _member(key: str, value: Any, style: Style) -> list[str]:
    token = style.keys.string(key)
    if type(value) not in (dict, list) or not value:
        return [f"{token}: {style.values.word(value)}"]
    margin = style.unit if type(value) is dict else style.offset
    return [f"{token}:", *(margin + line for line in _value(value, style))]


def _item(value: Any, style: Style, dash: str) -> list[str]:
    if type(value) not in (dict, list) or not value:
        return [dash + style.values.word(value)]
    head, *tail = _value(value, style)
    return [dash + head, *(" " * len(dash) + line for line in tail)]
