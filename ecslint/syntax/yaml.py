"""YAML text becomes data and positions: parser events, composed by our own rules.

Plain scalars follow the YAML 1.2 core schema, so ``no`` and ``12:30`` are strings and ``012`` is
twelve. Limits are enforced while events arrive, before anything is expanded. PyYAML gives the events and
tells what YAML 1.1 makes of a number; its composer, which recurses, is not used.
"""

from __future__ import annotations

from ecslint.model import Fault, Node, Scan, Unknown
from ecslint.syntax import libyaml

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator
    from typing import Any

    from yaml import SafeLoader
    from yaml.error import MarkedYAMLError
    from yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, ScalarEvent

MAX_DEPTH = 200
MAX_ALIASES = 1_000
MAX_VALUES = 500_000
MAX_NUMBER = 1_000  # characters; Python itself refuses to print an integer of more than 4,300 digits
MAX_RAW = 80  # characters of an Unknown
MAX_OLD_NUMBER = 100  # characters; what is longer was not meant as a YAML 1.1 number

STANDARD_TAG = "tag:yaml.org,2002:"
MERGE_KEY = "<<"
LINE_ENDS = " \t\r\n\x85\u2028\u2029"
TAG_ENDS = LINE_ENDS + ",[]{}"

STANDARD_KINDS = ("str", "int", "float", "bool", "null", "map", "seq")
#: Tags of YAML 1.1 that readers know, too. What they make of a value is none of the types that ECS has.
OLD_KINDS = ("binary", "merge", "omap", "pairs", "set", "timestamp", "value", "yaml")
UNKNOWN_TAG = "unknown YAML tag; remove it, or quote a value that begins with `!`"
CORE_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
OLD_BOOLS = {
    form: word in ("yes", "on", "y")
    for word in ("yes", "on", "y", "no", "off", "n")
    for form in (word, word.capitalize(), word.upper())
}

NUMBER_START = frozenset("0123456789+-.")
NUMBER_SIGNS = frozenset("0123456789+-._:oxabcdefABCDEFinINF")  # what numbers of YAML 1.1 and 1.2 are made of
NUMBER_SIGNS_ALONE = NUMBER_SIGNS - frozenset("0123456789")
NUMBER = (
    r"(?P<based>0o[0-7]+|0x[0-9a-fA-F]+)|(?P<decimal>[-+]?[0-9]+)"
    r"|(?P<float>[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)"
    r"|(?P<special>[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))"
)

NOT_ALLOWED = r"[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
NEVER_CLOSED = "end of stream"
TOO_DEEP = f"nesting deeper than {MAX_DEPTH}"

#: Part of a message of libyaml or of PyYAML's own parser, and what we say instead.
PHRASES = (
    (NEVER_CLOSED, "a quote that is never closed"),
    ("maximum nesting depth", TOO_DEEP),
    ("could not find expected ':'", "a key without `:`"),
    ("mapping values are not allowed", "`:` is not allowed here; quote the value or check the indentation"),
    ("unexpected ':'", "`:` is not allowed here; quote the value or check the indentation"),
    ("mapping keys are not allowed", "a key is not allowed here; check the indentation"),
    ("sequence entries are not allowed", "a list item is not allowed here; check the indentation"),
    ("',' or ']'", "expected `,` or `]`"),
    ("',' or '}'", "expected `,` or `}`"),
    ("'-' indicator", "expected a list item `-`; check the indentation"),
    ("expected key", "expected a key; check the indentation"),
    ("<block end>", "expected a key or a list item; check the indentation"),
    ("node content", "expected a value"),
    ("<document start>", "content after the end of the document"),
    ("unexpected document", "`---` or `...` inside a quoted string"),
    ("unknown escape", "an unknown escape in a quoted string"),
    ("Unicode character escape", "an escape that is not a character; write the character itself"),
    ("hex", "an escape without its hexadecimal digits"),
    ("alphabetic or numeric", "an anchor or alias without a name"),
    ("undefined tag handle", "a tag whose prefix is not declared"),
    ("tab character", "a tab where only spaces may indent"),
    ("incompatible YAML", "a YAML version other than 1.1 and 1.2"),
)


class _StopError(Exception):
    """Nothing after this fault can be read."""

    def __init__(self, start: int, end: int, problem: str) -> None:
        super().__init__(problem)
        self.fault = Fault("syntax-error", start, end, problem=problem)


class _Target:
    """A finished value, ready to be put where it stands and wherever an alias repeats it.

    ``lexeme`` is the text of a scalar, None for a collection; ``size`` counts the values that it
    stands for, aliases filled in.
    """

    __slots__ = ("children", "lexeme", "size", "value")

    def __init__(self, value: Any, lexeme: str | None, size: int, children: dict[str | int, Node]) -> None:
        self.value = value
        self.lexeme = lexeme
        self.size = size
        self.children = children


class _Frame:
    """A collection whose end has not been read.

    ``value`` is a dict or a list; ``tag`` is what makes something else of it, if anything does; ``key`` is
    the key that waits for its value, None when a key comes next; ``merging`` is true between ``<<`` and
    its value; ``merged`` is that value and its node; ``firsts`` are the first spans of repeated keys.
    """

    __slots__ = (
        "anchor",
        "children",
        "end",
        "firsts",
        "key",
        "key_end",
        "key_start",
        "merged",
        "merging",
        "size",
        "start",
        "tag",
        "value",
    )

    def __init__(self, value: Any, start: int, anchor: str | None = None, tag: str = "") -> None:
        self.value = value
        self.tag = tag
        self.start = self.end = start
        self.anchor = anchor
        self.children: dict[str | int, Node] = {}
        self.size = 1
        self.key: str | None = None
        self.key_start = self.key_end = -1
        self.merging = False
        self.merged: tuple[Any, Node] | None = None
        self.firsts: dict[str, tuple[int, int]] = {}

    def wants_key(self) -> bool:
        return self.key is None and type(self.value) is dict


def scan(text: str) -> Scan:
    """Data, positions and faults of a YAML text without a byte order mark; never raises.

    Keys are strings, written as in the text. A node with a tag outside the core schema is an Unknown with
    that tag and value, and has the children of the value. The span of a node holds its tag and anchor;
    that of a block collection or block scalar ends with its last visible character; a missing value is
    an empty span after its ``:`` or ``-``, or after its key when there is no ``:``. An alias has its own span and the
    anchored node's data and children; a member merged by ``<<`` has the node it was written as.

    Faults: ``ambiguous-scalar`` (text, yaml11, yaml12), ``duplicate-key`` (key, first_start,
    first_end; the last value counts), ``unknown-tag`` (problem) and ``syntax-error``
    (problem). After a syntax error data and root are None, except that of several documents the first is kept.
    """
    faults: list[Fault] = []
    try:
        return _compose(text, faults)
    except _StopError as stop:
        faults.append(stop.fault)
        return Scan(None, None, faults)


def _compose(text: str, faults: list[Fault]) -> Scan:
    stream = _Frame([], 0)  # its items are the documents
    composer = _Composer(text, faults, stream)
    handlers: dict[str, Any] = {
        "ScalarEvent": composer.scalar,
        "AliasEvent": composer.alias,
        "MappingStartEvent": composer.open_mapping,
        "SequenceStartEvent": composer.open_list,
        "MappingEndEvent": composer.close,
        "SequenceEndEvent": composer.close,
    }
    for event, start, end in _events(text):
        handle = handlers.get(type(event).__name__)
        if handle is not None:
            handle(event, start, end)
        elif stream.value and type(event).__name__ == "DocumentStartEvent":
            end = max(end, min(start + 1, len(text)))  # no width when ``---`` is not written
            faults.append(Fault("syntax-error", start, end, problem="more than one document in the file"))
            break
    if not stream.value:
        raise _StopError(0, min(1, len(text)), "the file is empty")
    return Scan(stream.value[0], stream.children[0], faults)


def _events(text: str) -> Iterator[tuple[Any, int, int]]:
    """Each event with its start and end, by libyaml where PyYAML has it. Raises only _StopError."""
    if text.startswith("\ufeff"):  # libyaml would drop it without counting it
        raise _StopError(0, 1, "a second byte order mark")
    parser = libyaml.parser()
    from yaml.error import MarkedYAMLError, YAMLError

    read = 0
    try:
        next_event = parser(text).get_event
        while (event := next_event()) is not None:
            read = event.end_mark.index
            yield event, event.start_mark.index, read
    except MarkedYAMLError as error:
        raise _explain(text, error, read) from None
    except (YAMLError, ValueError, OverflowError):  # the latter two: escapes that are no text
        raise _find_not_allowed(text, read) from None


def _explain(text: str, error: MarkedYAMLError, read: int) -> _StopError:
    problem, mark = error.problem or "", error.problem_mark
    if NEVER_CLOSED in problem:
        mark = error.context_mark  # the opening quote; the end of the file helps nobody
    at = min(mark.index if mark is not None else read, max(len(text) - 1, 0))
    character = text[at : at + 1]
    if "cannot start any token" in problem and character != "\t":
        phrase = f"{character!r} cannot start a value; quote it"
    elif "cannot start any token" in problem:
        phrase = "a tab where only spaces may indent"
    else:
        phrase = next((ours for theirs, ours in PHRASES if theirs in problem), problem.lower())
    return _StopError(at, min(at + 1, len(text)), phrase)


def _find_not_allowed(text: str, read: int) -> _StopError:
    """The first character that YAML forbids, else a bad escape behind the last event that was read."""
    import re

    found = re.search(NOT_ALLOWED, text)
    if found is None:
        at = min(read, len(text))
        return _StopError(at, min(at + 1, len(text)), "an escape that is not a character")
    code = ord(found[0])
    kind = "half of a surrogate pair" if 0xD800 <= code <= 0xDFFF else "control character"
    return _StopError(found.start(), found.end(), f"{kind} U+{code:04X}")


class _Composer:
    """The state of one scan: collections that are open, anchors, and what the limits count."""

    def __init__(self, text: str, faults: list[Fault], stream: _Frame) -> None:
        self.text = text
        self.faults = faults
        self.frames = [stream]
        self.anchors: dict[str, _Target | _Frame] = {}
        self.aliases = 0
        self.values = 0
        self.scalars = _Scalars()

    def scalar(self, event: ScalarEvent, start: int, end: int) -> None:
        """Resolve a scalar and put it into the collection that is open."""
        frame = self.frames[-1]
        if event.style in ("|", ">"):
            end = start + len(self.text[start:end].rstrip(LINE_ENDS))
        elif start == end and frame.key is not None and self.text[start - 1] != ":":
            colon = self.text.find(":", frame.key_end, start)  # libyaml may point at the next token
            start = end = colon + 1 if colon >= 0 else frame.key_end
        lexeme = event.value
        wants_key = frame.key is None and type(frame.value) is dict
        value: Any = lexeme
        if event.tag is not None and event.tag != "!":
            value = self._tagged(event.tag, lexeme, start, end)
        elif not event.style:
            value = self._plain(lexeme, start, end)
            if wants_key:
                frame.merging = lexeme == MERGE_KEY
            else:
                self._judge(lexeme, value, start, end)
        if event.anchor:
            self.anchors[event.anchor] = _Target(value, lexeme, 1, {})
        self._count(1, start, end)
        if wants_key:
            self._take_key(lexeme, start, end)
        else:
            self._add(value, 1, None, start, end)

    def alias(self, event: AliasEvent, start: int, end: int) -> None:
        """Put the anchored value into the collection that is open, after counting all it stands for."""
        self.aliases += 1
        if self.aliases > MAX_ALIASES:
            raise _StopError(start, end, f"more than {MAX_ALIASES:,} aliases")
        target = self.anchors.get(event.anchor or "")
        if target is None:
            raise _StopError(start, end, "an alias to an anchor that is not defined before it")
        if isinstance(target, _Frame):
            raise _StopError(start, end, "an alias that refers to itself")
        self._count(target.size, start, end)
        if self.frames[-1].wants_key():
            self._take_key(target.lexeme, start, end)
        else:
            self._add(target.value, target.size, target.children, start, end)

    def open_mapping(self, event: CollectionStartEvent, start: int, end: int) -> None:
        """Start a mapping; what follows goes into it until it is closed."""
        self._open({}, "map", event, start, end)

    def open_list(self, event: CollectionStartEvent, start: int, end: int) -> None:
        """Start a list; what follows goes into it until it is closed."""
        self._open([], "seq", event, start, end)

    def _open(self, value: Any, kind: str, event: CollectionStartEvent, start: int, end: int) -> None:
        if len(self.frames) > MAX_DEPTH:
            raise _StopError(start, min(start + 1, len(self.text)), TOO_DEEP)
        self._count(1, start, end)
        tag = event.tag or "!"
        if tag in ("!", STANDARD_TAG + kind):
            frame = _Frame(value, start, event.anchor)
        else:
            wrong = _standard_kind(tag)
            if wrong:
                raise _mismatch(wrong, start, end)
            self._judge_tag(tag, start)
            frame = _Frame(value, start, event.anchor, tag)
        if event.anchor:
            self.anchors[event.anchor] = frame
        self.frames.append(frame)

    def close(self, _: CollectionEndEvent, start: int, end: int) -> None:
        """Finish a mapping or list and put it into the collection around it."""
        frame = self.frames.pop()
        if start == end:  # not a bracket but the end of a block, which lies at the next token
            end = frame.end
        if frame.merged is not None:
            _merge(frame, *frame.merged)
        if frame.tag:
            frame.value = Unknown(self.text[frame.start : end][:MAX_RAW], tag=frame.tag, value=frame.value)
        if frame.anchor and self.anchors[frame.anchor] is frame:  # else a value inside took the name over
            self.anchors[frame.anchor] = _Target(frame.value, None, frame.size, frame.children)
        if self.frames[-1].wants_key():
            self._take_key(None, frame.start, end)
        else:
            self._add(frame.value, frame.size, frame.children, frame.start, end)

    def _add(self, value: Any, size: int, children: dict[str | int, Node] | None, start: int, end: int) -> None:
        frame = self.frames[-1]
        frame.size += size
        frame.end = end
        node = Node(start, end, frame.key_start, frame.key_end)
        if children is not None:
            node.children = children
        if frame.merging:
            frame.merged = (value, node)
        elif frame.key is not None:
            frame.value[frame.key] = value
            frame.children[frame.key] = node
        elif type(frame.value) is list:
            frame.children[len(frame.value)] = node
            frame.value.append(value)
        frame.key = None
        frame.merging = False

    def _take_key(self, key: str | None, start: int, end: int) -> None:
        if key is None:
            if self.text[start - 1 : start + 1] == "{{":
                raise _StopError(start - 1, end, "a template in double braces without quotes around it")
            raise _StopError(start, end, "a key that is a mapping or list")
        frame = self.frames[-1]
        if frame.merging:
            previous = frame.merged[1] if frame.merged else None
        else:
            previous = frame.children.get(key)
        if previous is not None:
            first = frame.firsts.setdefault(key, (previous.key_start, previous.key_end))
            values = {"key": key, "first_start": first[0], "first_end": first[1]}
            self.faults.append(Fault("duplicate-key", start, end, **values))
        frame.size += 1
        frame.key, frame.key_start, frame.key_end = key, start, end

    def _count(self, size: int, start: int, end: int) -> None:
        self.values += size
        if self.values > MAX_VALUES:
            raise _StopError(start, end, f"more than {MAX_VALUES:,} values, counting what aliases repeat")

    def _tagged(self, tag: str, lexeme: str, start: int, end: int) -> Any:
        kind = _standard_kind(tag)
        if not kind:
            self._judge_tag(tag, start)
            return Unknown(self.text[start:end][:MAX_RAW], tag=tag, value=lexeme)
        if kind == "str":
            return lexeme
        value = self._plain(lexeme, start, end)
        if kind == "null" and value is None:
            return None
        if kind == "bool" and (type(value) is bool or lexeme in OLD_BOOLS):
            return OLD_BOOLS.get(lexeme, value)
        if kind == "int" and type(value) is int:
            return value
        if kind == "float" and type(value) is float:
            return value
        if kind == "float" and type(value) is int and lexeme[:2] not in ("0o", "0x"):
            return float(lexeme)  # float(value) may overflow
        raise _mismatch(kind, start, end)

    def _plain(self, lexeme: str, start: int, end: int) -> Any:
        if len(lexeme) > MAX_NUMBER and _as_number(lexeme):
            raise _StopError(start, end, f"a number of more than {MAX_NUMBER:,} characters")
        return self.scalars.read(lexeme)

    def _judge(self, lexeme: str, value: Any, start: int, end: int) -> None:
        old = self.scalars.read_old(lexeme)
        if old is None:
            return
        new = _spell(value)
        if old != new:
            self.faults.append(Fault("ambiguous-scalar", start, end, text=lexeme, yaml11=old, yaml12=new))

    def _judge_tag(self, tag: str, start: int) -> None:
        """Note a tag that readers refuse, ruamel.yaml among them, which the AWS CLI uses.

        What is written there stays unsaid: it may be half a password.
        """
        if tag.removeprefix(STANDARD_TAG) not in OLD_KINDS:
            at = self.text.index("!", start)  # an anchor may come first
            end = next((end for end in range(at, len(self.text)) if self.text[end] in TAG_ENDS), len(self.text))
            self.faults.append(Fault("unknown-tag", at, end, problem=UNKNOWN_TAG))


class _Scalars:
    """What plain scalars mean in YAML 1.2, and in YAML 1.1 as PyYAML reads it."""

    def __init__(self) -> None:
        self.old: SafeLoader | None = None

    def read(self, lexeme: str) -> Any:
        """The value under the core schema of YAML 1.2."""
        if lexeme[:1] not in NUMBER_START:
            return CORE_WORDS.get(lexeme, lexeme)
        if lexeme.isdigit() and lexeme.isascii():
            return int(lexeme)  # compiling the pattern takes longer than reading most files
        found = _as_number(lexeme) if _is_like_number(lexeme) else None
        if found is None:
            return lexeme
        if found.lastgroup == "decimal":
            return int(lexeme)
        if found.lastgroup == "based":
            return int(lexeme, 0)
        return float(lexeme.replace(".", "") if found.lastgroup == "special" else lexeme)

    def read_old(self, lexeme: str) -> str | None:
        """The spelling of the YAML 1.1 value, None when it is certainly the same as that of YAML 1.2.

        Dates are left out: they are strings to every reader that ends in JSON.
        """
        if lexeme in OLD_BOOLS:
            return _spell(OLD_BOOLS[lexeme])
        if lexeme[:1] not in NUMBER_START or len(lexeme) > MAX_OLD_NUMBER:
            return None
        if (lexeme[0] != "0" and lexeme.isdecimal()) or not _is_like_number(lexeme):
            return None
        from yaml import SafeLoader, ScalarNode

        if self.old is None:
            self.old = SafeLoader("")
        resolve: Callable[..., str] = self.old.resolve  # the stubs leave it untyped
        tag = resolve(ScalarNode, lexeme, (True, False))
        node = ScalarNode(tag, lexeme)
        try:
            if tag == STANDARD_TAG + "int":
                return _spell(self.old.construct_yaml_int(node))
            if tag == STANDARD_TAG + "float":
                return _spell(self.old.construct_yaml_float(node))
        except ValueError:  # 0x_ looks like a number to PyYAML and then is none
            return "an error"
        return _spell(lexeme)


def _is_like_number(lexeme: str) -> bool:
    """Whether a number of YAML 1.1 or 1.2 could be written like this; asked first, since ``re`` costs more."""
    return NUMBER_SIGNS.issuperset(lexeme) and ("." in lexeme or not NUMBER_SIGNS_ALONE.issuperset(lexeme))


def _as_number(lexeme: str) -> re.Match[str] | None:
    """The match of a number in the core schema of YAML 1.2."""
    import re

    return re.fullmatch(NUMBER, lexeme)


def _spell(value: Any) -> str:
    """A scalar as JSON would write it."""
    if type(value) is str:
        return f'"{value}"'
    return str(value).lower() if type(value) is bool else str(value)


def _standard_kind(tag: str) -> str:
    """``int`` for the tag of the core schema that ``!!int`` stands for, empty for any other tag."""
    kind = tag.removeprefix(STANDARD_TAG)
    return kind if kind != tag and kind in STANDARD_KINDS else ""


def _mismatch(kind: str, start: int, end: int) -> _StopError:
    return _StopError(start, end, f"a value that its tag `!!{kind}` does not allow")


def _merge(frame: _Frame, value: Any, node: Node) -> None:
    """Add what ``<<`` brings: keys that are written out win, then earlier mappings of a list."""
    sources = [(value, node)]
    if type(value) is list:
        sources = [(item, node.children[index]) for index, item in enumerate(value)]
    if any(type(source) is Unknown for source, _ in sources):
        frame.value[MERGE_KEY] = value  # what it brings is not known; it stays a member of its own
        frame.children[MERGE_KEY] = node
        return
    for source, place in sources:
        if type(source) is not dict:
            raise _StopError(place.start, place.end, "`<<` needs a mapping or a list of mappings")
        for key, member in source.items():
            if key not in frame.value:
                frame.value[key] = member
                frame.children[key] = place.children[key]
