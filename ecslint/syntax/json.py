"""JSON: ``loads`` is strict and fast, ``scan`` tolerates what people write and knows where it stands."""

from __future__ import annotations

from ecslint.model import Fault, Node, Scan, Source, Unknown

try:
    import _json
except ImportError:  # an interpreter without the C accelerator: ``scan`` reads the same language
    _json = None  # type: ignore[assignment]  # mypy knows no optional modules

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Callable
    from typing import Any, NoReturn, TypeAlias

    #: A container that is being read, its node, and where its last hole ends (see ``_Scanner.hole``).
    _Frame: TypeAlias = tuple[dict[str, Any] | list[Any], Node, int]

MAX_DEPTH = 200

_SPACE = " \t\n\r"

#: All bytes but those of opening brackets.
_NO_BRACKETS = bytes({*range(256)} - {*b"{["})


def loads(text: str) -> Any:
    """The value of a strict JSON text, without positions.

    Raises ValueError for everything else, and also for duplicate keys, NaN and Infinity, nesting
    deeper than ``MAX_DEPTH`` and integers too long for ``int``. ``scan`` then says what is wrong.
    """
    value = loads_deep(text)
    if nests_too_deeply(text, value):
        raise ValueError("nested too deeply")
    return value


def loads_deep(text: str) -> Any:
    """What ``loads`` gives; nesting has only the limits of the interpreter."""
    if _scan_once is None:
        return _loads_by_scan(text)
    start = 0 if text[:1] in ("{", "[") else len(text) - len(text.lstrip(_SPACE))
    try:
        value, end = _scan_once(text, start)
    except StopIteration:
        raise ValueError("a value is missing") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except SystemError:  # CPython before 3.13 cannot make its JSONDecodeError unless json is imported
        raise ValueError("not JSON") from None
    if text[end:].strip(_SPACE):
        raise ValueError("content after the end of the document")
    return value


def nests_too_deeply(text: str, value: Any) -> bool:
    """Whether objects and arrays of a value and its text nest deeper than ``MAX_DEPTH``."""
    # Few brackets cannot nest deeply; to look at nothing but them costs far less than a walk, or than to count them.
    if len(text.encode("utf-8", "surrogatepass").translate(None, _NO_BRACKETS)) <= MAX_DEPTH:
        return False
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if type(outer) is dict else outer)
            if type(inner) is dict or type(inner) is list
        ]
    return level != []


def _loads_by_scan(text: str) -> Any:
    """What ``loads`` does, without the C scanner."""
    found = scan(text)
    if found.faults:
        raise ValueError(found.faults[0].slug)
    return found.data


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of these members. Raises ValueError when two have the same key."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("duplicate key")
    return members


def _refuse(constant: str) -> NoReturn:
    """Raises ValueError: NaN and Infinity are not JSON."""
    raise ValueError(f"{constant} is not a JSON number")


class Settings:
    """What the C scanner reads from its context."""

    strict = True
    object_hook = None
    object_pairs_hook = _without_duplicates
    parse_float = float
    parse_int = int
    parse_constant = _refuse


def scanner(settings: type[Settings]) -> Callable[[str, int], tuple[Any, int]] | None:
    """What gives the value that begins at an offset, and its end; None without the C scanner.

    It raises StopIteration where a value is missing.
    """
    return _json.make_scanner(settings) if _json else None  # type: ignore[arg-type]  # any object with these will do


_scan_once = scanner(Settings)

_LITERALS = {"null": None, "true": True, "false": False}
_PYTHON_LITERALS = {"None": "null", "True": "true", "False": "false"}
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}

_WS = r"[ \t\n\r]*"
_PLAIN_KEY = r'"([^"\\\x00-\x1f]*)"'
_PLAIN_STRING = r'"([^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*)"'
# Eighteen digits stay far below every limit of int; longer numbers and fractions are no less right, but rare.
_PLAIN_VALUE = (
    rf"(?:(?:{_PLAIN_STRING}|(-?(?:0|[1-9][0-9]{{0,17}})|true|false|null)){_WS}(?=[,}}\]])|(\{{(?! ?[{{%\w])|\[(?!\[)))"
)
# A member or item follows the opening bracket of its container or a comma, not both.
_LEAD = rf"(?:(?<=[{{\[])|(?<![{{\[]),){_WS}"
_PLAIN_ITEM = _LEAD + _PLAIN_VALUE
_PLAIN_MEMBER = rf"{_LEAD}{_PLAIN_KEY}{_WS}:{_WS}{_PLAIN_VALUE}"

_NUMBER = r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?"
_STRING_PIECE = (
    r"[\x00-\x1f]+|\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})"
    r"|\\u([0-9a-fA-F]{4})|\\(.)"
)
# Written so that no character can be matched in two ways: a string that never ends costs linear time.
_QUOTED = {quote: rf"{quote}[^{quote}\\]*(?:\\.[^{quote}\\]*)*{quote}" for quote in "\"'"}
_QUOTED_PIECE = r'\\.|"'
_REQUOTED = {"\\'": "'", '"': '\\"'}
_REST_OF_STRING = r'[^"\\]*(?:\\.[^"\\]*)*"'

_HASH_NAME = r"#\{[\w .:-]{1,100}\}#?"
_HASH_VALUE = r"\#{1,2}[A-Za-z_][\w.-]{0,100}\#{1,2}"
_HASH_VALUE_ALONE = rf"{_HASH_VALUE}(?=[ \t\r\n]*[,}}\]])"
_COMMENT = rf"//[^\n\r]*|/\*.*?\*/|(?!{_HASH_NAME})\#[^\n\r]*"
_BALANCED = r"\{(?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*\}"
# Bounded wherever many could begin and none end, which would cost quadratic time.
_PLACEHOLDER = "|".join(
    (
        r"\$?\{\{-?\s{0,100}/\*.{0,1000}?\*/\s{0,100}-?\}\}",  # {{/* a comment, which may span lines */}}
        r"\{\{\{[^}\r\n]{0,300}\}\}\}",
        r"\$?\{\{[^}\r\n]{0,300}(?:\}[^}\r\n]{1,300}){0,5}\}\}",
        rf"[$%]{_BALANCED}",
        r"\{%.{0,500}?%\}",
        _HASH_NAME,
        _HASH_VALUE,  # where ``skip`` has taken it for no comment
        r"<%.{0,500}?%>",
        r"<\+[^<>\r\n]{1,500}>",
        r"<{1,2} ?[A-Za-z_][\w .:/-]{0,100}>{1,2}",
        r"%[A-Za-z_]\w{0,100}%",
        r"@@[\w.-]{1,100}@@",
        r"@[A-Za-z_][\w.-]{0,100}@",
        r"\(\( ?[A-Za-z_][\w ./:-]{0,100}\)\)",
        r"\[\[ ?(?!(?:true|false|null)[ \]])\.?[A-Za-z_][\w .-]{0,100}\]\]",
        r"\{ ?[A-Za-z_][\w.]{0,100} ?\}",
        r"\$\([A-Za-z_][\w. -]{0,100}\)",
        r"__[A-Za-z0-9](?:\w{0,100}[A-Za-z0-9])?__",
        r"\${1,8}[A-Za-z_]\w*\${0,8}",  # $NAME, $$$$NAME$$$$
    )
)
_BARE_KEY = r"[\w$][\w$.-]*"
# A value without quotes: words, numbers and placeholders, glued together (``<REPOSITORY>:${TAG}``).
_BARE_VALUE = rf"(?:{_PLACEHOLDER}|[\w.+-][\w.+:@-]*)(?:{_PLACEHOLDER}|[\w.+:@-]+|/(?![/*]))*"
_QUOTE = "put it in double quotes"
_TORN = ('""', "''", "\"'", "'\"")  # how a string ends and another one begins
_AFTER_STRING = ",:}]/#"  # what may follow a string that ends where it seems to; / and # begin comments

_COMPILED: dict[str, re.Pattern[str]] = {}


def pattern(source: str) -> re.Pattern[str]:
    """The compiled pattern. Compiled when first needed: a sound text needs only a few."""
    found = _COMPILED.get(source)
    if found is None:
        import re

        found = _COMPILED[source] = re.compile(source, re.DOTALL)
    return found


def scan(text: str) -> Scan:
    """Read a text that should be JSON: its data, where each value stands, and all that is wrong with it.

    Gives the data of ``loads`` and no fault for all that ``loads`` accepts. What else people write
    is read for what it means, with a fault for each spot; values that only a template engine knows
    are ``Unknown``. A ``syntax-error`` may end the reading. Never raises. Takes linear time.
    """
    scanner = _Scanner(text)
    try:
        data, root = scanner.document()
    except _Stopped:
        data, root = None, None
    return Scan(data, root, sorted(scanner.faults, key=lambda fault: fault.start))


class _Stopped(Exception):
    """The scanner cannot make sense of the rest of the text; its last fault says why."""


class _Scanner:
    """One reading of one text. ``data`` and ``node`` are the innermost open container.

    ``hole`` is the offset behind the last placeholder that stands for whole members or items of
    that container, -1 when there is none. A template may put commas there, and may hold branches.
    """

    __slots__ = ("data", "faults", "first_keys", "hole", "match_item", "match_member", "node", "pos", "stack", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.pos = 0
        self.match_member = pattern(_PLAIN_MEMBER).match
        self.match_item = pattern(_PLAIN_ITEM).match
        self.faults: list[Fault] = []
        self.first_keys: dict[tuple[int, str], tuple[int, int]] = {}
        self.data: dict[str, Any] | list[Any] = []
        self.node = Node(0, len(text))
        self.hole = -1
        self.stack: list[_Frame] = []

    # The document

    def document(self) -> tuple[Any, Node]:
        """The one value of the text and its node. Templates may stand around it."""
        around = self.skip_around()
        if self.pos == len(self.text):
            if around is None:
                self.stop("the file is empty", 0, len(self.text))
            return Unknown(self.text[around.start : around.end]), around
        value, root = self.value()
        while self.stack:
            moved = self.members(self.data) if isinstance(self.data, dict) else self.items(self.data)
            if not moved:
                self.step()
        self.skip_around()
        if self.pos < len(self.text):
            self.fault(
                "syntax-error",
                self.pos,
                self.line_end(self.pos),
                problem="content after the end of the document",
            )
        return value, root

    def skip_around(self) -> Node | None:
        """Skip white space, comments and placeholders outside the document; the first placeholder's node."""
        first = None
        self.skip()
        while self.at_placeholder():
            node = Node(*self.placeholder())
            first = first or node
            self.skip()
        return first

    # Plain members and items: the common case, in few steps

    def members(self, data: dict[str, Any]) -> bool:
        """Read members of an object while they are plain; True when that opened or closed a container."""
        text, children, pos = self.text, self.node.children, self.pos
        match = self.match_member
        while (found := match(text, pos)) is not None:
            key, string, bare, opening = found.groups()
            if key in data:
                break
            key_start = found.start(1) - 1
            key_end = key_start + len(key) + 2
            if string is not None:
                start, end = found.span(2)
                data[key] = self.unescape(start, end) if "\\" in string else string
                children[key] = Node(start - 1, end + 1, key_start, key_end)
            elif bare is not None:
                data[key] = _LITERALS[bare] if bare in _LITERALS else int(bare)
                start, end = found.span(3)
                children[key] = Node(start, end, key_start, key_end)
            else:
                data[key], children[key] = self.open(opening, found.start(4), key_start, key_end)
                return True
            pos = found.end()
        return self.leave("}", pos)

    def items(self, data: list[Any]) -> bool:
        """Read items of an array while they are plain; True when that opened or closed a container."""
        text, children, pos = self.text, self.node.children, self.pos
        match = self.match_item
        while (found := match(text, pos)) is not None:
            string, bare, opening = found.groups()
            if string is not None:
                start, end = found.span(1)
                children[len(data)] = Node(start - 1, end + 1)
                data.append(self.unescape(start, end) if "\\" in string else string)
            elif bare is not None:
                start, end = found.span(2)
                children[len(data)] = Node(start, end)
                data.append(_LITERALS[bare] if bare in _LITERALS else int(bare))
            else:
                value, node = self.open(opening, found.start(3))
                children[len(data)] = node
                data.append(value)
                return True
            pos = found.end()
        return self.leave("]", pos)

    def leave(self, bracket: str, pos: int) -> bool:
        """Go on at ``pos``; if the container ends right there, leave it, and say so."""
        self.pos = pos
        if not self.text.startswith(bracket, pos):
            return False
        self.node.end = self.pos = pos + 1
        self.data, self.node, self.hole = self.stack.pop()
        if self.text[pos + 1 : pos + 2] not in (",", "}", "]"):
            self.pos = self.space_end(pos + 1)
        return True

    def open(
        self, opening: str, start: int, key_start: int = -1, key_end: int = -1
    ) -> tuple[dict[str, Any] | list[Any], Node]:
        """Enter a container; its value and node, both still empty."""
        if len(self.stack) == MAX_DEPTH:
            self.stop(f"nested deeper than {MAX_DEPTH} levels", start, start + 1)
        self.stack.append((self.data, self.node, self.hole))
        self.data = {} if opening == "{" else []
        self.node = Node(start, start + 1, key_start, key_end)
        self.hole = -1
        self.pos = start + 1
        return self.data, self.node

    # Everything else

    def step(self) -> None:
        """Read one member or item that is not plain, or the end of the container."""
        before = self.pos
        self.skip()
        comma = self.pos if self.text.startswith(",", self.pos) else -1
        if comma >= 0:
            if not self.node.children:
                self.unexpected("a key in double quotes" if isinstance(self.data, dict) else "a value")
            self.pos += 1
            self.skip()
        char = self.text[self.pos : self.pos + 1]
        if char in ("}", "]"):
            self.close(char, comma)
            return
        if not char:
            end = len(self.text.rstrip(_SPACE))
            self.stop(f"the text ends inside {self.container()}", end - 1, end)
        start = self.pos
        unseparated = comma < 0 and bool(self.node.children) and self.hole != before
        missing = unseparated and not self.at_placeholder()
        data = self.data  # what is read may be entered
        if isinstance(data, dict):
            self.member(data)
        else:
            self.item(data)
        if missing:  # said only now: what is no member or item at all needs no comma
            self.fault_of_comma(before, start, isinstance(data, list))

    def fault_of_comma(self, before: int, start: int, in_list: bool) -> None:
        """Note that a comma is missing between the value before the offset ``before`` and what begins at ``start``."""
        while self.text[before - 1] in _SPACE:
            before -= 1
        gap = self.text[before:start]
        # Quotes in a string that nobody has escaped look like two strings without a comma, too.
        torn = in_list and self.text[before - 1] + self.text[start] in _TORN
        sure = not torn or "\n" in gap or "\r" in gap
        how = {"spelling" if sure else "guess": (before, before, ",")}
        problem = "a comma is missing before this"
        self.fault("missing-comma", start, start + 1, problem=problem, remedy="add the comma", **how)

    def close(self, bracket: str, comma: int) -> None:
        """Leave the container. ``comma`` is the offset of a comma before the bracket, or -1."""
        wanted = "}" if isinstance(self.data, dict) else "]"
        if bracket != wanted:
            self.stop(f"expected '{wanted}' at the end of {self.container()}", self.pos, self.pos + 1)
        if comma >= 0:
            self.fault("trailing-comma", comma, comma + 1)
        self.leave(bracket, self.pos)

    def member(self, data: dict[str, Any]) -> None:
        """Read one member of an object, or a placeholder that stands for members."""
        key_start = self.pos
        key = self.key()
        key_end = self.pos
        self.skip()
        if not self.text.startswith(":", self.pos):
            if not isinstance(key, Unknown):
                self.stop("expected ':' after this key", key_start, key_end)
            self.pos = self.hole = key_end
            data[key.raw] = key
            self.node.children[key.raw] = Node(key_start, key_end, key_start, key_end)
            return
        self.pos += 1
        self.skip()
        name = key.raw if isinstance(key, Unknown) else key
        self.check_duplicate(name, key_start, key_end)
        children = self.node.children
        value, node = self.value(key_start, key_end)
        data[name], children[name] = value, node

    def check_duplicate(self, key: str, start: int, end: int) -> None:
        """Report a key that the object has already, unless the two may stand in branches of a template."""
        first = self.node.children.get(key)
        if first is not None and first.key_start > self.hole:
            first_start, first_end = self.first_keys.setdefault(
                (self.node.start, key), (first.key_start, first.key_end)
            )
            self.fault("duplicate-key", start, end, key=key, first_start=first_start, first_end=first_end)

    def item(self, data: list[Any]) -> None:
        """Read one item of an array; a placeholder may stand for any number of items."""
        children = self.node.children
        index = len(data)
        placeholder = self.at_placeholder()
        value, node = self.value()
        data.append(value)
        children[index] = node
        if placeholder:
            self.hole = self.pos

    # Tokens

    def key(self) -> str | Unknown:
        """Read a key, with or without quotes; Unknown when a placeholder stands in its place."""
        char = self.text[self.pos]
        if char == '"' or char == "'":
            return self.string()
        if self.at_placeholder():
            start, end = self.placeholder()
            return Unknown(self.text[start:end])
        word = pattern(_BARE_KEY).match(self.text, self.pos)
        if word is None:
            self.unexpected("a key in double quotes")
        self.misspelt("unquoted-key", *word.span(), f'"{word.group()}"', problem="JSON wants keys in double quotes")
        self.pos = word.end()
        return word.group()

    def value(self, key_start: int = -1, key_end: int = -1) -> tuple[Any, Node]:
        """Read a value and its node; a container is only entered, and still empty."""
        start = self.pos
        char = self.text[start : start + 1]
        value: Any
        if char == '"' or char == "'":
            value = self.string()
        elif (char == "{" or char == "[") and not self.at_placeholder():
            return self.open(char, start, key_start, key_end)
        else:
            value = self.word()
        return value, Node(start, self.pos, key_start, key_end)

    def word(self) -> Any:
        """Read a value that has neither quotes nor brackets: a number, a literal, a placeholder."""
        found = pattern(_BARE_VALUE).match(self.text, self.pos)
        if found is None:
            self.unexpected("a value")
        start, end = found.span()
        word = found.group()
        self.pos = end
        if word in _LITERALS:
            return _LITERALS[word]
        if word in _PYTHON_LITERALS:
            json = _PYTHON_LITERALS[word]
            self.misspelt("python-literal", start, end, json, f"write {json}", problem=f"JSON writes {json} for {word}")
            return _LITERALS[json]
        if (number := pattern(_NUMBER).fullmatch(word)) is not None:
            return self.number(number)
        if pattern(_PLACEHOLDER).search(word) is not None or _is_later_value(word):
            self.fault("unquoted-placeholder", start, end, placeholder=word)
        elif word in ("NaN", "Infinity", "-Infinity"):
            self.fault("syntax-error", start, end, problem=f"{word} is not a JSON number")
        elif word[0] in "+-." or word[0].isdigit():
            self.fault("syntax-error", start, end, problem="not a JSON number")
        else:
            self.stop("expected a value; strings stand in double quotes", start, end)
        return Unknown(word)

    def number(self, found: re.Match[str]) -> int | float | Unknown:
        """The value of a JSON number."""
        word, fraction, exponent = found.group(0, 1, 2)
        if fraction or exponent:
            return float(word)
        try:
            return int(word)
        except ValueError:
            self.fault("syntax-error", self.pos - len(word), self.pos, problem="a number with too many digits")
            return Unknown(word)

    def string(self) -> str | Unknown:
        """Read a string in double or single quotes; Unknown when a placeholder in it holds quotes itself."""
        start = self.pos
        quote = self.text[start]
        found = pattern(_QUOTED[quote]).match(self.text, start)
        if found is None:
            self.stop("this string never ends", start, self.line_end(start))
        end = found.end()
        after = self.space_end(end)
        if self.text[after : after + 1] not in _AFTER_STRING:
            if quote == '"' and (unknown := self.string_around_quotes(end)) is not None:
                return unknown
            if any(self.text.find(newline, start, end) >= 0 for newline in "\n\r"):
                # The first quote of the next string was taken for the last one of this.
                self.stop("this string never ends", start, self.line_end(start))
        if quote == "'":
            spelling = _in_double_quotes(found.group())
            self.misspelt("single-quoted", start, end, spelling, problem="JSON strings stand in double quotes")
        self.pos = end
        return self.unescape(start + 1, end - 1, quote)

    def string_around_quotes(self, end: int) -> Unknown | None:
        """Read a string whose placeholder holds quotes that end it for JSON: ``"{{ must_env "CPU" }}"``.

        ``end`` is the end that JSON sees. None, and nothing read, when it is no such string.
        """
        text = self.text
        holes: list[tuple[int, int]] = []
        behind = self.pos + 1
        while (opening := max(text.rfind(sign, behind, end) for sign in ("{{", "${", "<%"))) >= 0:
            hole = pattern(_PLACEHOLDER).match(text, opening)
            if hole is None or hole.end() <= end:
                break
            rest = pattern(_REST_OF_STRING).match(text, hole.end())
            if rest is None:
                return None
            holes.append(hole.span())
            behind, end = hole.end(), rest.end()
        if not holes:
            return None
        for start, stop in holes:
            self.fault("unquoted-placeholder", start, stop, placeholder=text[start:stop])
        first = self.pos + 1
        self.pos = end
        return Unknown(text[first : end - 1], text[first : holes[0][0]], text[holes[-1][1] : end - 1])

    def unescape(self, start: int, end: int, quote: str = '"') -> str:
        """The value of the string between two offsets."""

        def piece(found: re.Match[str]) -> str:
            high, low, single, char = found.groups()
            at = start + found.start()
            if char == "'" and quote == "'":
                return "'"
            if char is not None:
                return _ESCAPES[char] if char in _ESCAPES else self.invalid_escape(char, at)
            if single is not None:
                return chr(int(single, 16))
            if high is not None:
                return chr(0x10000 + ((int(high, 16) - 0xD800) << 10) + (int(low, 16) - 0xDC00))
            raw = found.group()
            escaped = (at, at + len(raw), "".join(map(_escape, raw)))
            how = {"guess" if "\n" in raw or "\r" in raw else "spelling": escaped}  # an editor may have broken the line
            problem = "a raw control character in a string; JSON escapes it"
            self.fault("control-character", at, at + 1, problem=problem, remedy=f"write {escaped[2]}", **how)
            return raw

        return pattern(_STRING_PIECE).sub(piece, self.text[start:end])

    def invalid_escape(self, char: str, at: int) -> NoReturn:
        """Stop at an escape that JSON does not know."""
        shown = char if char.isprintable() else f"U+{ord(char):04X}"
        self.stop(f"invalid escape \\{shown}", at, at + 2)

    def at_placeholder(self) -> bool:
        """Whether a placeholder begins here."""
        return pattern(_PLACEHOLDER).match(self.text, self.pos) is not None

    def placeholder(self) -> tuple[int, int]:
        """Read the placeholder that begins here; its span."""
        start = self.pos
        found = pattern(_PLACEHOLDER).match(self.text, start)
        if found is not None:
            self.pos = found.end()
            self.fault("unquoted-placeholder", start, self.pos, placeholder=found.group())
        return start, self.pos

    def skip(self) -> None:
        """Skip white space and comments."""
        while True:
            self.pos = self.space_end(self.pos)
            char = self.text[self.pos : self.pos + 1]
            if char not in ("/", "#"):
                return
            comment = None if self.at_hash_value() else pattern(_COMMENT).match(self.text, self.pos)
            if comment is None:
                if self.text.startswith("/*", self.pos):
                    self.stop("this comment never ends", self.pos, self.line_end(self.pos))
                return
            self.fault("json-comment", self.pos, comment.end())
            self.pos = comment.end()

    def at_hash_value(self) -> bool:
        """Whether ``#NAME#`` stands here as a whole value; elsewhere it is a comment in a frame."""
        if pattern(_HASH_VALUE_ALONE).match(self.text, self.pos) is None:
            return False
        before = self.pos
        while before and self.text[before - 1] in _SPACE:
            before -= 1
        return self.text[before - 1 : before] in (":", "[", ",")

    def space_end(self, pos: int) -> int:
        """Where the white space that begins at an offset ends."""
        found = pattern(_WS).match(self.text, pos)
        return found.end() if found else pos

    # What goes wrong

    def fault(self, slug: str, start: int, end: int, **values: object) -> None:
        """Note a fault and go on."""
        self.faults.append(Fault(slug, start, end, **values))

    def misspelt(
        self, slug: str, start: int, end: int, spelling: str | None, remedy: str = _QUOTE, **values: object
    ) -> None:
        """Note a fault that another spelling of the same mends, if there is one."""
        how = None if spelling is None else (start, end, spelling)
        self.fault(slug, start, end, remedy=remedy, spelling=how, **values)

    def stop(self, problem: str, start: int, end: int) -> NoReturn:
        """Note a syntax error that ends the reading."""
        self.fault("syntax-error", start, end, problem=problem)
        raise _Stopped

    def unexpected(self, wanted: str) -> NoReturn:
        """Stop at a character that cannot begin what is wanted here."""
        char = self.text[self.pos : self.pos + 1]
        invisible = f", not U+{ord(char):04X}" if char and (char.isspace() or not char.isprintable()) else ""
        self.stop(f"expected {wanted}{invisible}", self.pos, self.pos + len(char))

    def container(self) -> str:
        """The innermost container, for people."""
        kind = "object" if isinstance(self.data, dict) else "array"
        line, _ = Source("", self.text).position(self.node.start)
        return f"the {kind} that began at line {line}"

    def line_end(self, pos: int) -> int:
        """The end of the line that holds an offset."""
        ends = [end for end in (self.text.find("\n", pos), self.text.find("\r", pos)) if end >= 0]
        return min(ends, default=len(self.text))


def _is_later_value(word: str) -> bool:
    """Whether a word stands for a later value: ``MEMORY``, ``TASK_CPU``, not ``FARGATE``."""
    from ecslint.syntax.placeholders import is_word

    return is_word(word)


def _in_double_quotes(token: str) -> str | None:
    """The token of a string in single quotes as JSON writes it; None where a template would read the quotes in it."""
    if '"' in token and ("{{" in token or "${" in token):
        return None
    replaced = pattern(_QUOTED_PIECE).sub(lambda found: _REQUOTED.get(found.group(), found.group()), token[1:-1])
    return f'"{replaced}"'


def _escape(char: str) -> str:
    """How JSON writes a control character."""
    return next((f"\\{name}" for name, value in _ESCAPES.items() if value == char), f"\\u{ord(char):04x}")
