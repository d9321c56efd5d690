"""Where somebody is typing: the path in the data of a text that is seldom whole at that moment.

Nothing is parsed: the text before the cursor is read token by token, or, in the block style of YAML, line by line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    from ecslint.model import Path

    #: How deep a part of a path is indented, the part, and whether it is an item of a list.
    Frame: TypeAlias = tuple[int, str | int, bool]

#: A token of JSON, or of YAML's flow style. A string that is not closed ends with its line.
TOKEN = re.compile(
    r'"(?:[^"\\\r\n]|\\.)*"?|'
    r"'(?:[^'\r\n]|'')*'?|"
    r"//[^\r\n]*|/\*.*?(?:\*/|\Z)|(?<![^\s,\[{])#[^\r\n]*|"
    r"[{}\[\],]|:(?=[\s\"'\[{}\],]|\Z)|[^\s{}\[\],\"':]+(?:(?::(?!\s)| +(?![#\s]))[^\s{}\[\],\"':]+)*",
    re.DOTALL,
)

COMMENT = ("//", "/*", "#")

#: A key of YAML's block style, with what follows on its line.
KEY = re.compile(
    r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#&*!|>'"%@`{}\[\],-][^#]*?|-[^\s#][^#]*?)[ \t]*:(?:[ \t]+|$)"""
)

#: What begins a scalar that goes on in the lines below that are indented more.
BLOCK = re.compile(r"(?:[&!]\S*[ \t]+)*[|>][-+0-9]*[ \t]*(?:#.*)?$")

#: What begins a value in brackets, behind its tags and anchors.
BRACKET = re.compile(r"(?:[&!]\S*[ \t]+)*[{\[]")

#: The rest of a name.
REST = re.compile(r"[^\s\"'{}\[\],:]*")

#: A line with its end.
LINE = re.compile(r"([^\r\n]*)(?:\r\n?|\n)")


class Cursor:
    """What is being typed between ``start`` and ``end``: a key of the object at ``path``, or the value at it.

    ``quote`` is the quotation mark that it is in, or empty; ``has_colon`` says whether one follows a key already.
    In YAML, what seems to be a key may be the value of an item, too.
    """

    __slots__ = ("end", "has_colon", "is_key", "path", "quote", "start")

    def __init__(
        self, path: Path, start: int, end: int, *, is_key: bool, quote: str = "", has_colon: bool = False
    ) -> None:
        self.path = path
        self.start = start
        self.end = end
        self.is_key = is_key
        self.quote = quote
        self.has_colon = has_colon


def cursor(text: str, offset: int, language: str) -> Cursor | None:
    """What is being typed at an offset; None in comments, and where nobody can tell."""
    return in_block(text, offset) if language == "yaml" else in_flow(text, offset, 0, ())


# --- brackets ---------------------------------------------------------------------------------------


class Level:
    """An object or a list that is open. ``part`` is the key or the index of what comes next in it."""

    __slots__ = ("colon", "is_object", "part")

    def __init__(self, is_object: bool) -> None:
        self.is_object = is_object
        self.part: str | int | None = None if is_object else 0
        self.colon = False


def in_flow(text: str, offset: int, begin: int, above: Path) -> Cursor | None:
    """What is being typed within brackets, which begin at an offset; ``above`` is the path of the first of them."""
    levels: list[Level] = []
    for token in tokens(text, begin):
        start, end, word = token.start(), token.end(), token[0]
        if start >= offset:
            break
        if word.startswith(COMMENT):
            if offset < end or (offset == end and not word.endswith("*/")):
                return None
        elif is_scalar(word) and (offset < end or (offset == end and not is_closed(word))):
            return typed(text, offset, token, levels, above)
        elif not passed(levels, word):
            return None
    return blank(offset, levels, above)


def is_scalar(word: str) -> bool:
    """Whether a token is a key or a value."""
    return word[0] not in "{}[],:"


def passed(levels: list[Level], word: str) -> bool:
    """Pass a token; whether a bracket is still open then."""
    if word in "{[":
        levels.append(Level(word == "{"))
    elif word in "}]":
        if levels:
            levels.pop()
    elif levels:
        step(levels[-1], word)
    return bool(levels)


def tokens(text: str, begin: int) -> Iterator[re.Match[str]]:
    """The tokens of a text."""
    return TOKEN.finditer(text, begin)


def is_closed(word: str) -> bool:
    """Whether a string has its closing quotation mark."""
    return len(word) > 1 and word[0] in "\"'" and word[-1] == word[0]


def step(level: Level, word: str) -> None:
    """Pass a comma, a colon or a scalar in an object or a list."""
    if word == ",":
        level.colon = False
        level.part = level.part + 1 if isinstance(level.part, int) else None
    elif word == ":":
        level.colon = level.part is not None
    elif level.is_object:
        if not level.colon or level.part is None:
            level.part = unquoted(word)
        else:  # the value; what follows without a comma is the next key
            level.part, level.colon = None, False


def unquoted(word: str) -> str:
    """A scalar without its quotation marks."""
    if word[:1] in ("'", '"'):
        return word[1:-1] if is_closed(word) else word[1:]
    return word


def path_of(levels: list[Level], above: Path) -> Path:
    """The path of what is being typed in the innermost object or list."""
    return above + tuple(level.part for level in levels if level.part is not None)


def typed(text: str, offset: int, token: re.Match[str], levels: list[Level], above: Path) -> Cursor | None:
    """The scalar that somebody is in. A quotation mark that is not closed yet seems to reach to the next one."""
    start, end, word = token.start(), token.end(), token[0]
    quote = word[0] if word[0] in "\"'" else ""
    if not levels:
        return None
    if quote:
        rest = REST.match(text, offset)
        start, end = start + 1, min(end, rest.end() if rest else end)
    level = levels[-1]
    if level.is_object and not level.colon:
        level.part = None
        has_colon = re.compile(r"['\"]?\s*:").match(text, end) is not None
        return Cursor(path_of(levels, above), start, end, is_key=True, quote=quote, has_colon=has_colon)
    return Cursor(path_of(levels, above), start, end, is_key=False, quote=quote)


def blank(offset: int, levels: list[Level], above: Path) -> Cursor | None:
    """Between two tokens."""
    if not levels:
        return None
    level = levels[-1]
    if level.is_object and not level.colon:
        level.part = None
        return Cursor(path_of(levels, above), offset, offset, is_key=True)
    return Cursor(path_of(levels, above), offset, offset, is_key=False)


# --- indentation ------------------------------------------------------------------------------------


def in_block(text: str, offset: int) -> Cursor | None:
    """What is being typed in a text of YAML."""
    frames: list[Frame] = []
    scalar = -1  # how deep the key of a block scalar is indented
    start = text[: max(offset, 0)].rfind("\n") + 1
    start = max(start, text[: max(offset, 0)].rfind("\r") + 1)
    for line in LINE.finditer(text, 0, start):
        content = line[1]
        indent = len(content) - len(content.lstrip(" "))
        if not content.strip() or (scalar >= 0 and indent > scalar):
            continue
        scalar = -1
        if content.lstrip().startswith("#") or content.startswith("---"):
            continue
        found = enter(frames, content)
        if BLOCK.match(content, found):
            scalar = next((column for column, _, is_item in reversed(frames) if not is_item), 0)
            continue
        opening = BRACKET.match(content, found)
        inside = in_flow(text, offset, line.start() + opening.end() - 1, path(frames)) if opening else None
        if inside is not None:
            return inside
    content = text[start:offset]
    indent = len(content) - len(content.lstrip(" "))
    if (scalar >= 0 and indent > scalar) or content.lstrip().startswith("#"):
        return None
    return last_line(text, frames, content, start, offset)


def path(frames: list[Frame]) -> Path:
    """The path that frames make."""
    return tuple(part for _, part, _ in frames)


def enter(frames: list[Frame], content: str) -> int:
    """Open what a line opens: items and a key. How much of it that is."""
    at = len(content) - len(content.lstrip(" "))
    while content[at : at + 2] in ("- ", "-"):
        at = item(frames, content, at)
    match = KEY.match(content, at)
    if match is None:
        return at
    close(frames, at)
    frames.append((at, unquoted(match[1]), False))
    return match.end()


def item(frames: list[Frame], content: str, at: int) -> int:
    """Open the next item of a list; where its content begins."""
    while frames and frames[-1][0] > at:
        frames.pop()
    index = 0
    if frames and frames[-1][2] and frames[-1][0] == at:
        index = int(frames.pop()[1]) + 1
    frames.append((at, index, True))
    return at + 1 + len(content[at + 1 :]) - len(content[at + 1 :].lstrip(" "))


def close(frames: list[Frame], column: int) -> None:
    """Leave what is indented as much or more."""
    while frames and frames[-1][0] >= column:
        frames.pop()


def last_line(text: str, frames: list[Frame], content: str, position: int, offset: int) -> Cursor | None:
    """What is being typed at the end of the line that the cursor is in."""
    at = len(content) - len(content.lstrip(" "))
    while content[at : at + 2] == "- ":
        at = item(frames, content, at)
    match = KEY.match(content, at)
    if match is not None:
        close(frames, at)
        frames.append((at, unquoted(match[1]), False))
        at = match.end()
    rest = content[at:]
    if rest[:1] in ("{", "["):
        return in_flow(text, offset, position + at, path(frames))
    if re.search(r"(?:^|\s)#", rest) or BLOCK.match(rest):
        return None
    quote = rest[0] if rest[:1] in ("'", '"') else ""
    if quote and is_closed(rest):
        return None
    start = position + at + len(quote)
    if match is not None:
        end = re.compile(rf"[^\r\n{quote}]*" if quote else r"[^\r\n#]*").match(text, offset)
        stop = offset + (len(end[0].rstrip()) if end else 0)
        return Cursor(path(frames), start, stop, is_key=False, quote=quote)
    close(frames, at)
    after = re.compile(r"[\w.-]*").match(text, offset)
    stop = after.end() if after else offset
    has_colon = re.compile(r"['\"]?[ \t]*:").match(text, stop) is not None
    return Cursor(path(frames), start, stop, is_key=True, quote=quote, has_colon=has_colon)
