"""Edits of objects and arrays in brackets: those of JSON, and those of YAML's flow style."""

from __future__ import annotations

import re
from itertools import pairwise

from ecslint.model import Edit
from ecslint.syntax.edit_lines import (
    BLANKS,
    NEWLINE,
    Withheld,
    before,
    behind,
    first,
    indent_at,
    line_start,
    newline_of,
    next_line,
    shift,
    shifted,
)
from ecslint.syntax.edit_tokens import key_quoting, value_quoting
from ecslint.syntax.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from ecslint.model import Node
    from ecslint.syntax.edit_lines import Reading
    from ecslint.syntax.edit_tokens import Quoting

COMMENTS = {"json": r"//[^\r\n]*|/\*.*?\*/|\#[^\r\n]*", "yaml": r"\#[^\r\n]*"}
GAPS = {
    language: pattern(rf"(?P<space>[ \t\r\n]+)|(?P<comment>{comment})|(?P<comma>,)", re.DOTALL)
    for language, comment in COMMENTS.items()
}
# Comments that follow on the same line and end there.
OWN_COMMENTS = {
    "json": pattern(r"(?:[ \t]*(?://[^\r\n]*|\#[^\r\n]*|/\*(?:(?!\*/)[^\r\n])*\*/))*"),
    "yaml": pattern(r"(?:[ \t]+\#[^\r\n]*)?"),
}
REST_OF_LINE = pattern(r"[ \t]*(?=[\r\n]|\Z)")
SPACE = " \t\r\n"


class Style:
    """How the members of one container are laid out.

    ``newline`` is empty when they share a line. ``indent`` stands before each of them, ``unit`` is what each
    level adds. ``comma`` separates members on one line and ``colon`` keys from values, blanks included.
    """

    __slots__ = ("colon", "comma", "indent", "keys", "newline", "unit", "values")

    def __init__(
        self, newline: str, indent: str, unit: str, comma: str, colon: str, keys: Quoting, values: Quoting
    ) -> None:
        self.newline = newline
        self.indent = indent
        self.unit = unit
        self.comma = comma
        self.colon = colon
        self.keys = keys
        self.values = values


class Fragment:
    """A member's text that moves to another place as it is.

    ``body`` is all behind the key, beginning with the colon; its lines are indented by ``indent``.
    ``comment`` follows it on its line, with the blanks before it.
    """

    __slots__ = ("body", "comment", "indent", "key")

    def __init__(self, key: str, body: str, indent: str, comment: str) -> None:
        self.key = key
        self.body = body
        self.indent = indent
        self.comment = comment


# --- removing ------------------------------------------------------------------------------------------


def remove(reading: Reading, chain: Sequence[Node], child: Node) -> list[Edit]:
    """Edits that take a member or item out of the last container of the chain, with its comma, lines and comment."""
    text = reading.text
    container = chain[-1]
    children = reading.own(container)
    commas = _commas(reading, container, children)
    index = reading.index(container, child)
    after, previous = commas[index], commas[index - 1] if index else -1
    if len(children) == 1 and (emptied := _emptied(reading, container, child, after)) is not None:
        return emptied
    whole = _own_lines(reading, child, after, previous)
    if whole is not None:
        lines = Edit(*whole, "")
        stays = after < 0 and 0 <= previous < lines.start  # the comma before it, which now is one too many
        return [Edit(previous, previous + 1, ""), lines] if stays else [lines]
    if after >= 0:
        return _inline_with_comma(text, child, after, previous, first_of_all=not index)
    if previous < 0:
        return [Edit(first(child), child.end, "")]
    if not text[previous + 1 : first(child)].strip(SPACE):
        return [Edit(previous, child.end, "")]
    return [Edit(previous, previous + 1, ""), Edit(first(child), child.end, "")]


def _emptied(reading: Reading, container: Node, child: Node, comma: int) -> list[Edit] | None:
    """The edit that leaves nothing between the brackets, or None when a comment has to stay there."""
    text = reading.text
    opening, closing = reading.content(container) + 1, container.end - 1
    end = max(child.end, comma + 1)
    if _own_lines(reading, child, comma, -1) is not None:
        found = OWN_COMMENTS[reading.language].match(text, end)
        end = found.end() if found else end
    around = text[opening : first(child)] + text[end:closing]
    if comma >= 0 and NEWLINE.search(text, child.end, comma):
        around += text[child.end : comma]
    return None if around.strip(SPACE) else [Edit(opening, closing, "")]


def _own_lines(reading: Reading, child: Node, after: int, previous: int) -> tuple[int, int] | None:
    """The lines that a member has to itself, its comma and its own comment included; None when it shares one."""
    text = reading.text
    lead = before(text, first(child))
    if lead.strip(BLANKS) and not (lead.strip(BLANKS) == "," and after < 0 <= previous):
        return None
    end = child.end
    if after >= 0:
        if NEWLINE.search(text, end, after):
            return None
        end = after + 1
    own = OWN_COMMENTS[reading.language].match(text, end)
    rest = REST_OF_LINE.match(text, own.end() if own else end)
    if rest is None or rest.end() == len(text):
        return None
    return line_start(text, first(child)), next_line(text, rest.end())


def _inline_with_comma(text: str, child: Node, after: int, previous: int, *, first_of_all: bool) -> list[Edit]:
    """Edits for a member that shares a line and has a comma behind it."""
    start, end = first(child), child.end
    if NEWLINE.search(text, end, after) and text[end:after].strip(SPACE):  # a comment on another line
        return [Edit(start, end, ""), Edit(after, after + 1, "")]
    if previous >= 0 and not text[previous + 1 : start].strip(BLANKS):
        return [Edit(previous + 1, after + 1, "")]
    spaces = SPACE if first_of_all and before(text, start).strip(BLANKS) else BLANKS
    return [Edit(start, behind(text, after + 1, spaces), "")]


# --- adding --------------------------------------------------------------------------------------------


def add(reading: Reading, chain: Sequence[Node], key: str | None, value: Any) -> list[Edit]:
    """Edits that put a member, or an item when ``key`` is None, at the end of the last container of the chain."""
    style = style_of(reading, chain)
    entry = _like_siblings(reading, chain, style, value)
    if key is not None:
        entry = f"{style.keys.string(key)}{style.colon}{entry}"
    return _inserted(reading, chain, style, entry, "")


def _like_siblings(reading: Reading, chain: Sequence[Node], style: Style, value: Any) -> str:
    """The text of a new value, laid out as the last sibling of its kind, or as the container itself."""
    text = reading.text
    bracket = "{" if type(value) is dict else "["
    for sibling in reversed(reading.own(chain[-1]) if value and type(value) in (dict, list) else []):
        if text[reading.content(sibling)] == bracket and reading.own(sibling):
            inner = style_of(reading, [*chain, sibling])
            return write(value, inner, style.indent if style.newline else indent_at(text, sibling.start))
    return write(value, style, style.indent)


def fragment(reading: Reading, chain: Sequence[Node], node: Node, key: str) -> Fragment:
    """A member of the last container of the chain, under the key token given, ready to be inserted elsewhere."""
    text = reading.text
    children = reading.own(chain[-1])
    index = reading.index(chain[-1], node)
    commas = _commas(reading, chain[-1], children)
    comment = ""
    end = commas[index] if commas[index] >= 0 and not NEWLINE.search(text, node.end, commas[index]) else node.end
    body = text[node.key_end : end].rstrip(BLANKS)
    if _own_lines(reading, node, commas[index], commas[index - 1] if index else -1) is not None:
        end = max(node.end, commas[index] + 1)
        comment = text[end : _behind_comments(reading, end)]
    return Fragment(key, body, indent_at(text, first(node)), comment)


def insert(reading: Reading, chain: Sequence[Node], fragment: Fragment) -> list[Edit]:
    """Edits that put a moved member at the end of the last container of the chain."""
    style = style_of(reading, chain)
    entry = fragment.key + shifted(fragment.body, fragment.indent, style.indent)
    if fragment.comment and not style.newline:
        raise Withheld("the property's comment has no place in an object on one line")
    return _inserted(reading, chain, style, entry, fragment.comment)


def _inserted(reading: Reading, chain: Sequence[Node], style: Style, entry: str, comment: str) -> list[Edit]:
    text = reading.text
    container = chain[-1]
    children = reading.own(container)
    commas = _commas(reading, container, children)
    if not children:
        return [_filled(reading, container, style, entry + comment)]
    last, comma = children[-1], commas[-1]
    end = comma + 1 if comma >= 0 else last.end
    at = _behind_comments(reading, end)
    if comment and not comment.endswith("*/") and REST_OF_LINE.match(text, at) is None:
        comment += style.newline  # what follows is no part of it
    lead = before(text, first(last))
    if style.newline and lead.lstrip(BLANKS).startswith(","):  # commas stand at the beginning of lines
        return [Edit(at, at, style.newline + lead + entry + comment)]
    if not style.newline and text[at : at + 1] in ("\r", "\n"):
        at = end  # not into a comment that ends with its line
    separator = f",{style.newline}{style.indent}" if style.newline else style.comma
    head, _, gap = separator.partition(",")
    if comma >= 0:
        return [Edit(at, at, f"{gap}{entry},{comment}")]
    return [Edit(end, end, f"{head},"), Edit(at, at, gap + entry + comment)]


def _filled(reading: Reading, container: Node, style: Style, entry: str) -> Edit:
    """The edit that puts the first member between empty brackets."""
    text = reading.text
    opening, closing = reading.content(container) + 1, container.end - 1
    inside = text[opening:closing]
    if inside.strip(SPACE):  # a comment
        return Edit(opening, opening, f"{style.newline}{style.indent}{entry}" if style.newline else f" {entry}")
    if style.newline:
        outer = indent_at(text, opening)
        return Edit(opening, closing, f"{style.newline}{style.indent}{entry}{style.newline}{outer}")
    return Edit(opening, closing, f"{inside}{entry}{inside}")


def _behind_comments(reading: Reading, at: int) -> int:
    """The offset behind the comments that follow on the same line."""
    found = OWN_COMMENTS[reading.language].match(reading.text, at)
    return found.end() if found else at


# --- replacing -----------------------------------------------------------------------------------------


def replaced(reading: Reading, chain: Sequence[Node], node: Node, old: Any, value: Any) -> str:
    """The text of a new value in the place of an old one, a child of the last container of the chain."""
    text = reading.text
    if type(value) not in (dict, list) or not value:
        others = reading.own(chain[-1]) if chain and type(old) is not str else []
        return value_quoting(reading, others, bracketed=True, nearest=node).word(value)
    if type(old) in (dict, list) and old and reading.in_brackets(node):
        return write(value, style_of(reading, [*chain, node]), indent_at(text, node.start))
    if not chain:
        return write(value, style_of(reading, [node]), "")
    return write(value, style_of(reading, chain, node), indent_at(text, node.start))


def replace(reading: Reading, chain: Sequence[Node], node: Node, old: Any, value: Any) -> list[Edit]:
    """Edits that write another value in the place of a child of the last container of the chain.

    An empty chain stands for the whole document.
    """
    start = reading.content(node)
    if "!" in reading.text[node.start : start]:  # a tag would change what the new value means
        start = node.start
    text = replaced(reading, chain, node, old, value)
    return [Edit(start, node.end, text if start < node.end else f" {text}")]


def wrap(reading: Reading, chain: Sequence[Node], node: Node) -> list[Edit]:
    """Edits that put brackets around a child of the last container of the chain; an empty one is the whole document."""
    start = reading.content(node)
    inside = bool(reading.own(node)) or not chain
    style = style_of(reading, [*chain, node]) if inside else style_of(reading, chain, node)
    if not style.newline:
        return [Edit(start, start, "["), Edit(node.end, node.end, "]")]
    indent = indent_at(reading.text, node.start)
    inner = style.newline + indent + style.unit
    return [
        Edit(start, start, f"[{inner}"),
        *shift(reading.text, start, node.end, indent, indent + style.unit),
        Edit(node.end, node.end, f"{style.newline}{indent}]"),
    ]


def unwrap(reading: Reading, chain: Sequence[Node], inner: Node) -> list[Edit]:
    """Edits that put a value in the place of the last container of the chain, whose only child it is.

    Comments between the brackets stay.
    """
    text = reading.text
    outer = chain[-1]
    newline = newline_of(text)
    lead = _comments(reading, reading.content(outer) + 1, first(inner))
    if inner.key_start >= 0:
        lead += _comments(reading, text.index(":", inner.key_end) + 1, inner.start)
    tail = [f" {word}" for word in _comments(reading, inner.end, outer.end - 1)]
    if tail and REST_OF_LINE.match(text, outer.end) is None:
        tail.append("")
    return [
        Edit(
            reading.content(outer), inner.start, "".join(word + (" " if word[:2] == "/*" else newline) for word in lead)
        ),
        *shift(text, inner.start, inner.end, indent_at(text, inner.start), indent_at(text, outer.start)),
        Edit(inner.end, outer.end, _joined(tail, newline + indent_at(text, outer.start))),
    ]


def _joined(comments: list[str], newline: str) -> str:
    """Comments one after the other, with a new line where one ends with its line."""
    return "".join(
        word + ("" if word.endswith("*/") or at == len(comments) else newline) for at, word in enumerate(comments, 1)
    )


def _comments(reading: Reading, start: int, end: int) -> list[str]:
    """The comments between two offsets. Raises Withheld when anything but them, white space and commas is there."""
    found = list(_gap_tokens(reading, start, end))
    return [token.group() for token in found if token.lastgroup == "comment"]


# --- style ----------------------------------------------------------------------------------------------


def style_of(reading: Reading, chain: Sequence[Node], like: Node | None = None) -> Style:
    """How the last container of the chain lays out its members, or how the member ``like`` of it is laid out.

    A container that is empty is laid out as the one around it.
    """
    text = reading.text
    container = chain[-1]
    children = reading.own(container)
    outer = indent_at(text, reading.content(container))
    if children:
        own_line = starts_line(text, like or children[-1])
        indent = indent_at(text, first(like or children[-1]))
    else:
        own_line = _is_spread(reading, chain)
        indent = outer + _unit(reading)
    unit = indent[len(outer) :] if own_line and children and indent.startswith(outer) else _unit(reading)
    comma, colon = _separators(reading, container, share_line=not own_line)
    siblings = children if any(child.key_start >= 0 for child in children) else _some_members(reading)
    keys = key_quoting(reading, siblings, bracketed=True)
    values = value_quoting(reading, children or siblings, bracketed=True)
    if reading.language == "yaml" and not keys.quote and colon.endswith(":"):
        colon += " "
    return Style(newline_of(text) if own_line else "", indent, unit, comma, colon, keys, values)


def starts_line(text: str, node: Node) -> bool:
    """Whether a member is the first on its line; a comma may stand before it."""
    return before(text, first(node)).strip(BLANKS) in ("", ",")


def _is_spread(reading: Reading, chain: Sequence[Node]) -> bool:
    """Whether members of an empty container go on lines of their own."""
    text = reading.text
    container = chain[-1]
    if NEWLINE.search(text, reading.content(container), container.end):
        return True
    if len(chain) < 2 or not reading.in_brackets(chain[-2]):
        return False
    return starts_line(text, container)


def _containers(reading: Reading) -> Iterator[Node]:
    """All containers in brackets that have members, from the outside in."""
    level = [reading.root]
    while level:
        yield from (node for node in level if reading.in_brackets(node) and reading.own(node))
        level = [child for node in level for child in reading.own(node)]


def _some_members(reading: Reading) -> list[Node]:
    """The members of the first object that has some."""
    for node in _containers(reading):
        children = reading.own(node)
        if children[0].key_start >= 0:
            return children
    return []


def _unit(reading: Reading) -> str:
    """What a level of nesting adds to the indentation: as in the first container that shows it."""
    text = reading.text
    for node in _containers(reading):
        child = reading.own(node)[0]
        outer, inner = indent_at(text, node.start), indent_at(text, first(child))
        if starts_line(text, child) and inner.startswith(outer):
            return inner[len(outer) :]
    return "  "


def _separators(reading: Reading, container: Node, *, share_line: bool) -> tuple[str, str]:
    """The comma between members that share a line, and the colon behind keys, with the blanks around them.

    As the container has them, else the first one that shows them; the comma matters only if they ``share_line``.
    """
    text = reading.text
    comma = colon = ""
    for node in (container, *_containers(reading)):
        children = reading.own(node)
        gaps = [text[one.end : first(two)] for one, two in pairwise(children)]
        comma = comma or min((gap for gap in gaps if gap.strip(BLANKS) == ","), key=len, default="")
        gaps = [text[child.key_end : child.start] for child in children if child.key_start >= 0]
        colon = colon or min((gap for gap in gaps if gap.strip(BLANKS) == ":"), key=len, default="")
        if colon and (comma or not share_line):
            break
    default = ":" if comma == "," and reading.language == "json" else ": "
    return comma or ("," if colon == ":" else ", "), colon or default


def write(value: Any, style: Style, indent: str) -> str:
    """The text of a value that stands on a line with this indentation."""
    if type(value) not in (dict, list) or not value:
        return style.values.word(value)
    inner = style.newline + indent + style.unit if style.newline else ""
    if type(value) is dict:
        parts = [
            f"{style.keys.string(key)}{style.colon}{write(item, style, indent + style.unit)}"
            for key, item in value.items()
        ]
    else:
        parts = [write(item, style, indent + style.unit) for item in value]
    joined = (f",{inner}" if style.newline else style.comma).join(parts)
    body = inner + joined + (style.newline + indent if style.newline else "")
    return f"{{{body}}}" if type(value) is dict else f"[{body}]"


def _commas(reading: Reading, container: Node, children: list[Node]) -> list[int]:
    """The offset of the comma behind each member, -1 where there is none.

    Raises Withheld when anything but white space, comments and single commas stands between the members.
    """
    if (known := reading.commas.get(id(container))) is not None:
        return known[1]
    ends = [reading.content(container) + 1, *(child.end for child in children)]
    starts = [*map(first, children), container.end - 1]
    _, *commas = [_gap(reading, end, start) for end, start in zip(ends, starts, strict=True)]
    if any(comma < 0 for comma in commas[:-1]):
        raise Withheld("a comma is missing there")
    reading.commas[id(container)] = (container, commas)
    return commas


def _gap(reading: Reading, start: int, end: int) -> int:
    """The offset of the comma between two offsets, or -1. Raises Withheld as ``_commas`` does."""
    return max((token.start() for token in _gap_tokens(reading, start, end) if token.lastgroup == "comma"), default=-1)


def _gap_tokens(reading: Reading, start: int, end: int) -> Iterator[re.Match[str]]:
    """White space, comments and commas between two offsets. Raises Withheld when there is anything else."""
    while start < end:
        found = GAPS[reading.language].match(reading.text, start, end)
        if found is None:
            raise Withheld("what is between the properties there is ambiguous")
        yield found
        start = found.end()
