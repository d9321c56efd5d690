"""What no output may show, and what is shown in its place. All texts of a document pass here on their way out.

Two questions decide. *Where does it come from?* A value is shown only if the schema knows its place and allows it
(``masks``, ``told``). *What does it look like?* A text that may be shown can still hold a credential: in a URL, behind
an equals sign, or as what a placeholder falls back to (``veiled``).
"""

from __future__ import annotations

from bisect import bisect_right

from ecslint.model import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import Any, TypeAlias

    from ecslint.model import Node, Path

    Span: TypeAlias = tuple[int, int]
    Kinds: TypeAlias = tuple[bool, bool, bool, bool]

MASK = "•••"  # of one width for all values, so that it does not tell their length

AROUND = 2  # lines; frames show one

LAYOUT = " \t\r\n{}[],:\"'"
WORD = r"[^ \t\r\n{}\[\],:\"']+"

#: Values of faults that are words of ecslint, or names, wherever the fault stands.
OWN = frozenset(("key", "more", "problem", "remedy", "rule", "until"))

# --- credentials that a text tells by its form ------------------------------------------------------

# Every quantifier that can meet its own beginning again is bounded, so that any text costs linear time.

NO_MOUNT = r"(?!(?:size|mode|uid|gid|nr_inodes|nr_blocks)=\w*(?:,|\Z))"
NAME = r"[A-Za-z](?:[A-Za-z0-9.-]|_(?!_)){0,100}"
QUOTED_NAME = r"[`'\"][\w.-]{1,200}[`'\"]"
QUOTED_VALUE = r"\"[^\"]*\"?|'[^']*'?|`[^`]*`?"
TELLING = r"(?i:passw(?:or)?d|passphrase|pwd|secret|token|(?:api|access|private)[_-]?key)"
ASSIGNS = r"[:?+]?=+(?!=)(?:[>~]|(?![>~]))"  # `=`, `==`, `:=`, `=>` and the like
SETS = rf"\s{{0,50}}(?:{ASSIGNS}|[!<>~]=+(?![=\s]))"  # a blank behind `!=` and the like: they compare
NO_DIGEST = r"(?!sha(?:256|512):)"  # NAME:TAG@sha256:DIGEST is an image
NO_PORT = r"(?!\d{1,5}/[^\s@]{1,500}@[$<{%])"  # HOST:5000/NAME@${DIGEST} is one, too
MORE_HOSTS = r"(?:@[^\s/?#@]{0,200}){0,20}"  # an `@` before the last one belongs to the password

#: The beginning of a comparison in a placement expression, which looks like an assignment. It is one if its name tells.
COMPARISON = (
    rf"(?:\A\s{{0,50}}|(?<![\w.:/\\-]))(?:attribute:(?![\w./\\:-]{{0,200}}{TELLING}(?![\w./\\:-]))"
    r"(?:[\w./\\:-]|\$?\{{1,2} ?[\w.]{1,100} ?\}{1,2}){1,200}|task:group"
    r"|agentConnected|agentVersion|ec2InstanceId|registeredAt|runningTasksCount)"
    r"\s{0,50}(?:==(?!=)|=~|[!<>]=|=(?=\s))"
)
#: The beginning of an ARN, in whose name an `@` may stand.
ARN = (
    r"(?<![\w.:/-])arn(?::(?:[\w-]|\$?\{{1,2} ?\w{1,100}(?:(?:\.|::)\w{1,100}){0,5} ?\}{1,2}){0,200}){4}"
    r":(?:secret:|parameter(?=/))?"
)

TEMPLATES = (
    # what a template falls back to; a placeholder that never ends goes on to the end
    r"(?P<template>\$?\{\{.{0,500}?\}\}|\{%.{0,500}?%\}|<%.{0,500}?%>|\[\[(?=[-~ ]{0,3}[\w.$]).{0,500}?\]\]"
    r"|[$%#@]\{[^{}]{0,500}(?:\{[^{}]{0,200}\}[^{}]{0,200}){0,5}\}"
    r"|\$\([^()]{0,500}(?:\([^()]{0,200}\)[^()]{0,200}){0,5}\)|\$\[[^\[\]]{0,500}\]"
    r"|(?:\{\{|\{%|<%|[$%#@]\{|\$\().*)"
    # placeholders that need a name, because their signs have other uses
    rf"|(?P<sign>%|(?<!\w)__|(?<![\w@])@@?|(?<![\w#])##?|(?<![\w$])\$\$){NAME}"
    r"(?P<signed>[:|?](?:(?!(?P=sign)).){1,200})?(?P=sign)"
    rf"|(?:\(\((?!attribute:|task:)|(?<![\w$])\{{) ?{NAME}"
    r"(?P<enclosed>(?: ?[|?]|:(?!\s))[^(){}]{1,200})(?:\)\)|\})"
    rf"|<<?\+? ?{NAME}(?P<pointed> ?(?::[-=?+]|\|)[^<>]{{1,200}})>"
)
URLS = (
    # user and password of a URL, up to the host; its query and fragment
    rf"://(?P<user>[^\s/?#]{{1,2000}}|[^\s@:]{{0,200}}:[^\s@]{{0,2000}}{MORE_HOSTS}"
    rf"|[^@:/?#`'\"]{{0,200}}:(?!//)[^@`'\"]{{0,500}}{MORE_HOSTS})@{NO_DIGEST}"
    r"|://[^\s?#]{0,500}[?#](?P<query>\S+)"
    # user:password@host, but not NAME:${TAG}@
    rf"|{ARN}"
    r"|\A(?!attribute:|task:)[\w.+-]{1,200}:(?!//)"
    rf"(?P<phrase>[^\s@`'\"{{$][^@`'\"{{$\n]{{0,500}}{MORE_HOSTS})@(?![\s$<{{%]){NO_DIGEST}"
    r"|(?:\A|(?<=[\w.+\-\]})>%$@#])):(?!//|\$?\{{1,2}[\w.]{1,100}\}{1,2}@"
    rf"|@@?{NAME}@@?(?!\w)){NO_PORT}(?P<password>\S{{1,2000}})@{NO_DIGEST}"
)
ASSIGNMENTS = (
    # NAME=value; at the beginning, all that follows belongs to it, or up to a quote.
    # Comparisons are none, and sizes and modes of mounts are no secrets.
    rf"{COMPARISON}"
    rf"|\A\s{{0,50}}{NO_MOUNT}(?:{QUOTED_NAME}|[\w.-]{{0,200}}){SETS}(?P<rest>.+)"
    rf"|{QUOTED_NAME}{SETS}\s{{0,50}}(?P<quoted>(?:{QUOTED_VALUE})[^\s&;,`]*|[^\s&;,]+)"
    rf"|(?:(?<=[`'\"])|(?<=-> )){NO_MOUNT}[\w.-]{{0,200}}{SETS}(?P<name>(?:(?![`'\"]| ->).)+)"
    rf"|(?:(?<![\w.-]){NO_MOUNT}[\w.-]{{1,200}}{SETS}\s{{0,50}}"
    rf"|(?<=[^\s=!<>~\w.`'\"-])(?!\s){SETS}(?![`'\"](?:[\s,.;)]|\Z)))(?P<value>(?:{QUOTED_VALUE})[^\s&;,`]*|[^\s&;,]+)"
)
FIELDS = (
    # NAME: value and NAME != value, where the name leaves no doubt; ARNs and images have no blank there
    rf"(?<![\w.-])[\w.-]{{0,100}}{TELLING}"
    r"(?:[`'\"]\s{0,20}:\s{0,20}|\s{0,20}:\s{1,20}|[`'\"]?\s{0,20}(?:[!<>~]=|=~|!~|<>)\s{0,20})"
    rf"(?P<secret>{QUOTED_VALUE}|[^\s`'\",;][^\n`'\",;]*)"
    # the same in a placement expression, which has words for comparing, too
    rf"|attribute:[\w./\\:-]{{0,200}}{TELLING}\s{{0,20}}(?:[!=<>~]{{1,3}}"
    r"|(?:!|not_)?(?:in|equals|matches)\s|(?:greater|less)_than(?:_equal)?\s)\s{0,20}(?P<compared>[^\n`'\"]+|['\"].*)"
)

#: The beginning of a template that is shown: its opening, and the name of what is put in.
REFERENCE = (
    r"(?P<opening>\$?\{\{|\{%|<%|\[\[|[$%#@]\{|\$[(\[])=?[-~=\s]{0,50}"
    r"(?:must_env\s{1,50}(?P<quote>\\?[`\"'])[A-Za-z_]\w{0,200}(?P=quote)|AWS::\w{1,100}|[$.\w]{0,200})\s{0,50}"
)

CLOSINGS = {"{{": "}}", "${{": "}}", "{%": "%}", "<%": "%>", "[[": "]]", "$(": ")", "$[": "]"}

_compiled: dict[str, re.Pattern[str]] = {}
_searched: dict[Kinds, re.Pattern[str]] = {}


def _pattern(text: str) -> re.Pattern[str]:
    found = _compiled.get(text)
    if found is None:
        import re

        found = _compiled[text] = re.compile(text, re.DOTALL)
    return found


def credentials(text: str) -> list[Span]:
    """The parts of a text that are credentials by their form, in order."""
    if text.isidentifier():  # most texts are names, and no name holds a sign of any kind
        return []
    kinds = _kinds(text)
    if not any(kinds):
        return []
    pattern = _searched.get(kinds)
    if pattern is None:
        parts = (TEMPLATES, URLS, ASSIGNMENTS, FIELDS)
        wanted = [part for part, may_be in zip(parts, kinds, strict=True) if may_be]
        pattern = _searched[kinds] = _pattern("|".join(wanted))
    found = []
    for match in pattern.finditer(text):
        kind = match.lastgroup
        if kind is None or kind == "sign":  # a comparison, or a placeholder that falls back to nothing
            continue
        start, end = match.span(kind)
        if kind == "template":
            start, end = _behind_reference(text, start, end)
        if start < end:
            found.append((start, end))
    return found


def _kinds(text: str) -> Kinds:
    """Whether there may be templates with a default, URLs, assignments and fields: searching takes far longer."""
    template = "{" in text or "$" in text or "<%" in text or "[[" in text
    if not template and (":" in text or "|" in text or "?" in text):
        template = "%" in text or "__" in text or "#" in text or "<" in text or "@" in text or "((" in text
    url = "@" in text or ("://" in text and ("?" in text or "#" in text))
    sets = "=" in text
    field = False
    if sets or " " in text or '"' in text or "'" in text or "`" in text or "\n" in text or "\t" in text or "~" in text:
        small = text.lower()
        field = "key" in small or "token" in small or "secret" in small or "pass" in small or "pwd" in small
    return template, url, sets, field


def _behind_reference(text: str, start: int, end: int) -> Span:
    """The part of a template behind the name of what is put in."""
    reference = _pattern(REFERENCE).match(text, start, end)
    assert reference is not None
    closing = CLOSINGS.get(reference["opening"], "}")
    if not text.endswith(closing, start, end):
        return reference.end(), end
    return reference.end(), len(text[: end - len(closing)].rstrip("-~ \t\r\n"))


def veiled(text: str) -> str:
    """A text that may be shown, with MASK for each credential in it."""
    for start, end in reversed(credentials(text)):
        text = text[:start] + MASK + text[end:]
    return text


# --- values of messages -----------------------------------------------------------------------------


class Quoted:
    """A text or number for a message that repeats what stands at ``path``, which is not where the fault is."""

    __slots__ = ("path", "text")

    def __init__(self, text: Any, path: Path) -> None:
        self.text = text
        self.path = path

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Quoted) and (self.text, self.path) == (other.text, other.path)

    def __hash__(self) -> int:
        return hash((self.text, self.path))

    def __repr__(self) -> str:
        return f"Quoted({self.text!r}, {self.path})"


def told(
    values: Mapping[str, Any], own: Iterable[str], value: Any, hidden: bool, shows: Callable[[Path], bool]
) -> dict[str, Any]:
    """The values of a hit as a message may tell them.

    They are made of ``value``, which stands where the hit is; where that is ``hidden``, so are they. ``own`` are the
    names of those that are words of ecslint instead, or names, and a Quoted tells where it comes from.
    """
    text = value.raw if type(value) is Unknown else value
    pieces = [text[start:end] for start, end in credentials(text)] if type(text) is str and not hidden else []
    shown: dict[str, Any] = {}
    for name, said in values.items():
        if said is None or name in own or type(said) is Quoted:
            shown[name] = quoted(said, shows)
        elif hidden:
            shown[name] = MASK
        else:
            shown[name] = said if type(said) in (int, float, bool) else _without(str(said), pieces)
    return shown


def quoted(said: Any, shows: Callable[[Path], bool]) -> Any:
    """A text as it may be shown: words of ecslint, or what repeats the text of another place."""
    if type(said) is Quoted:
        if not shows(said.path):
            return MASK
        said = said.text
    return veiled(said) if type(said) is str else said


def _without(text: str, pieces: Sequence[str]) -> str:
    """A text without credentials: by its own form, and those ``pieces`` of which a check may have taken a part."""
    text = veiled(text)
    if not pieces:
        return text
    import re

    smaller = (part.strip("-+>~") for piece in pieces for part in re.split("[:/@&;,\\s=?|`'\"]", piece))
    parts = sorted({part for part in (*pieces, *smaller) if part}, key=len)
    known = "|".join(rf"(?<!\w){re.escape(part)}(?!\w)" for part in reversed(parts))
    return re.sub(known, MASK, text, flags=re.IGNORECASE)


# --- places of a text -------------------------------------------------------------------------------


def windows(text: str, spans: Iterable[Span]) -> list[Span]:
    """The parts of a text that a report may show: the lines of some spans and AROUND lines before and after each."""
    wanted = []
    for start, end in spans:
        for _ in range(AROUND + 1):
            start = text.rfind("\n", 0, max(start, 0))
            end = text.find("\n", end + 1) if end >= 0 else end
        wanted.append((start + 1, len(text) if end < 0 else end))
    merged: list[Span] = []
    for start, end in sorted(wanted):
        if merged and start <= merged[-1][1]:
            start, end = merged[-1][0], max(end, merged.pop()[1])
        merged.append((start, end))
    return merged


class Places:
    """What the schema says about the places of a document.

    ``root`` and ``data`` are the document's. ``known`` are the schemas of some paths, each with the structure that it
    is of, and None where nothing may be shown; ``below`` gives that of a member or item from the one around it.
    ``names`` are those of all members. ``aliases`` says that a value may be written elsewhere.
    """

    __slots__ = ("aliases", "below", "data", "known", "names", "root")

    def __init__(
        self,
        root: Node | None,
        data: Any,
        known: Mapping[Path, Any],
        below: Callable[[Any, Any], Any],
        names: frozenset[str],
        aliases: bool,
    ) -> None:
        self.root = root
        self.data = data
        self.known = known
        self.below = below
        self.names = names
        self.aliases = aliases


def masks(text: str, places: Places, parts: list[Span]) -> tuple[Span, ...]:
    """The spans that must not be shown.

    Inside ``parts`` of the text that is all but layout, members' names, and values that the schema knows and
    allows, without their credentials; outside of them it is everything.
    """
    hidden, secrets = spans(text, places, parts)
    return joined_spans([*hidden, *secrets])


def told_by_form(text: str, root: Node | None, data: Any) -> tuple[Span, ...]:
    """The spans of credentials in a file of which all else may be shown: a configuration, or a baseline."""
    text_of_anything = (None, {"type": "string"})
    places = Places(root, data, {(): (None, {"type": "object"})}, lambda *_: text_of_anything, frozenset(), False)
    _, secrets = spans(text, places, [(0, len(text))])
    return joined_spans([*credentials(text), *secrets])  # comments are no nodes


def spans(text: str, places: Places, parts: list[Span]) -> tuple[list[Span], list[Span]]:
    """The spans that are hidden because of their places, and those of credentials in what is shown. See ``masks``."""
    shown, hidden, secrets = ([], [], []) if places.root is None else _known_spans(text, places, places.root, parts)
    ends = [0, *(edge for part in parts for edge in part), len(text)]
    outside = [(start, end) for start, end in zip(ends[::2], ends[1::2], strict=True) if start < end]
    # Between them stand comments, members that come twice, anchors; of a text that cannot be parsed, everything.
    position = 0
    between: list[Span] = []
    for start, end in [*sorted([*shown, *hidden, *outside]), (len(text), len(text))]:
        if start > position and text[position:start].strip(LAYOUT):
            between.extend(_words(text, position, start, places.names))
        position = max(position, end)
    return [*hidden, *between, *outside], secrets


def masked(text: str, masks: Iterable[Span]) -> str:
    """The text with MASK for each of some disjoint spans, in each of its lines, of which there are as many as before.

    The quotes around a span stay.
    """
    pieces = []
    position = 0
    for start, end in masks:
        if end - start > 1 and text[start] in "\"'" and text[end - 1] == text[start]:
            start, end = start + 1, end - 1
        inside = [MASK if line.strip() else line for line in text[start:end].split("\n")]
        pieces += [text[position:start], "\n".join(inside)]
        position = end
    return "".join([*pieces, text[position:]])


def joined_spans(spans: list[Span]) -> tuple[Span, ...]:
    """The spans in order, those that overlap made one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _known_spans(text: str, places: Places, root: Node, parts: list[Span]) -> tuple[list[Span], list[Span], list[Span]]:
    """The spans of keys and of scalars that may be shown, of scalars that may not, and of credentials in the former.

    They go as far as ``parts`` do.
    """
    shown: list[Span] = []
    hidden: list[Span] = []
    secrets: list[Span] = []
    if places.aliases:  # what an alias stands for is written elsewhere, so all has to be looked at
        parts = [(0, len(text))]
    starts, ends = [start for start, _ in parts], [end for _, end in parts]
    pending: list[tuple[Path, Node, Any, Any]] = [((), root, None, places.data)]
    while pending:
        path, node, schema, value = pending.pop()
        schema = places.known.get(path, schema)
        shown.append((node.key_start, node.key_end))
        if path:
            secrets += _credentials_in(text, node.key_start, node.key_end, path[-1])
        is_empty = True
        for key, child in node.each():
            is_empty = False
            begin = child.key_start if child.key_start >= 0 else child.start
            part = bisect_right(ends, begin)
            if part == len(ends):
                break  # what follows stands behind all parts
            if starts[part] <= begin or starts[part] < child.end:
                pending.append(((*path, key), child, places.below(schema, key), _member(value, key)))
        if is_empty and node.end > node.start:
            if schema is not None and schema[1]["type"] not in ("array", "object"):
                shown.append((node.start, node.end))
                secrets += _credentials_in(text, node.start, node.end, value)
            else:
                hidden.append((node.start, node.end))
    return shown, hidden, secrets


def _member(value: Any, key: Any) -> Any:
    """A member or item, as it was before placeholders became unknown values."""
    if type(value) is dict:
        return value.get(key)
    return value[key] if type(value) is list and type(key) is int and key < len(value) else None


def _credentials_in(text: str, start: int, end: int, value: Any) -> list[Span]:
    """The spans of the credentials in a token; all of it, where the token writes its ``value`` with escapes."""
    if start < 0:
        return []
    token = text[start:end]
    value = value.raw if type(value) is Unknown else value
    if type(value) is not str:  # a number, or a key with a placeholder
        value = token
        if "\\" in token:
            return [(start, end)]
    found = credentials(value)
    offset = token.find(value) if found else -1
    if offset < 0:
        return [(start, end)] if found else []
    return [(start + offset + low, start + offset + high) for low, high in found]


def _words(text: str, start: int, end: int, names: frozenset[str]) -> Iterator[Span]:
    """The spans of words in a part of a text, except for names of members."""
    for match in _pattern(WORD).finditer(text[start:end]):
        if match[0] not in names and any(map(str.isalnum, match[0])):
            yield start + match.start(), start + match.end()
