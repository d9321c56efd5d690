"""YAML that can be read only once a template engine has been at it: ``image: {{ x }}``, ``{% if y %}``, ``cpu: @CPU@``.

What the engine fills in is replaced by as many other characters, so that all offsets stay, and what stands there
becomes Unknown. A line that is nothing but a statement of the engine becomes a comment; one that writes text may bring
members and items, so whatever holds it is open.
"""

from __future__ import annotations

from ecslint.model import Fault, Node, Scan, Unknown
from ecslint.syntax import yaml

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator
    from typing import Any

#: Stands for each character of a placeholder. YAML takes it for a letter, and nobody writes it.
FILLER = "\ue000"

# No tag can end at two places and every quantifier is bounded, so that hostile texts cost linear time, too.
_TAG = (
    r"\{\{-?\s{0,100}/\*(?:[^*]|\*(?!/)){0,1000}\*/\s{0,100}-?\}\}|\{\{\{[^{}\r\n]{1,500}\}\}\}"
    r"|\{\{(?![{}]|-?\s{0,100}/\*)(?:[^}\r\n]|\}(?!\})){1,500}\}\}"
    r"|\{%(?:[^%\r\n]|%(?!\})){0,500}%\}|<%(?:[^%\r\n]|%(?!>)){0,500}%>"
)
#: One or more tags that have their lines to themselves.
_LINES = (
    rf"(?m:^)[ \t]*(?P<tags>(?:{_TAG}|\{{\#(?:[^\#\r\n]|\#(?!\}})){{0,500}}\#\}})(?:[ \t]*(?:{_TAG}))*)"
    r"(?=[ \t]*(?:\r|\n|\Z))"
)
_STATEMENT = (
    r"(?:\{\{|\{%|<%)[-~+]?\s*(?:[#/^!]|\}|\$\w+\s*:?=|(?:if|else|elif|elseif|elsif|end\w*|for|foreach|range|with|set"
    r"|unless|each|comment|raw|break|continue)\b)|\{#|<%#"
)
#: What YAML reads as something else where it is a whole value: a comment, a mapping, a list in a list.
_WHOLE = r"#\{[^{}\r\n]{1,200}\}#?|\{ ?[A-Za-z_][\w.]{0,100} ?\}|\[\[ ?\.?[A-Za-z_][\w .-]{0,100}\]\]"
_WHOLE_VALUE = rf"(?<=[:-] )(?:{_WHOLE})(?=[ \t]*(?:\r|\n|\Z))"
_VALUE = (
    rf"\$?(?:{_TAG})|{_WHOLE_VALUE}|\$\{{[^{{}}\r\n]{{0,500}}\}}"
    r"|(?<![\w@])@{1,2}[A-Za-z_][\w.-]{0,100}@{1,2}|(?<![\w%])%[A-Za-z_]\w{0,100}%"
)
_QUOTED = rf"(?<!\w)(?:\"(?:{_TAG}|[^\"\\\r\n]|\\.)*\"|'(?:[^'\r\n]|'')*')"
_COMMENT = r"(?:(?<=\s)|(?m:^))#[^\r\n]*"
_TOKEN = rf"(?P<value>{_VALUE})|(?P<quoted>{_QUOTED})|{_COMMENT}"
_NOTHING = r"(?:\s|#[^\r\n]*(?:\r|\n|\Z))*"


class _Filled:
    """A text without its placeholders: their spans, and those of the lines that became comments.

    ``open`` are the lines that write text, so that nobody knows what stands there.
    """

    def __init__(self, text: str) -> None:
        import re

        self.values: list[tuple[int, int]] = []
        self.lines: list[tuple[int, int]] = []
        self.open: list[tuple[int, int]] = []
        self.text = re.sub(_TOKEN, self._fill, re.sub(_LINES, self._comment_out, text))

    def _comment_out(self, found: re.Match[str]) -> str:
        import re

        span = found.span("tags")
        self.lines.append(span)
        if not all(re.match(_STATEMENT, tag) for tag in re.findall(rf"{_TAG}|\{{#", found["tags"])):
            self.open.append(span)
        indent = found[0][: found.start("tags") - found.start()]
        return indent + re.sub(r"\S[^\r\n]*", lambda line: "#" + FILLER * (len(line[0]) - 1), found[0].strip(" \t"))

    def _fill(self, found: re.Match[str]) -> str:
        import re

        if found["value"]:
            self.values.append(found.span())
            return FILLER * len(found[0])
        if not found["quoted"] or found[0][0] == "'":
            return found[0]

        def fill(tag: re.Match[str]) -> str:  # quotes in a tag end the text for YAML
            if '"' not in tag[0]:
                return tag[0]
            self.values.append((found.start() + tag.start(), found.start() + tag.end()))
            return FILLER * len(tag[0])

        return re.sub(_TAG, fill, found[0])

    def first(self) -> tuple[int, int]:
        """The span of the first placeholder."""
        return min(self.values + self.lines)

    def is_nothing(self, start: int, end: int) -> bool:
        """Whether only blanks and comments stand between two offsets."""
        import re

        return re.fullmatch(_NOTHING, self.text[start:end]) is not None


def scan(text: str) -> Scan:
    """What a text means to those who fill it in: as ``yaml.scan`` reads it, unless it is a template.

    A template has one ``unquoted-placeholder`` (placeholder), and Unknown where it is to be filled in. All of it stays
    unknown if even what is left cannot be read, because of the lines that are comments now.
    """
    found = yaml.scan(text)
    if found.root is not None:
        return _misread(text, found, found.root)
    if FILLER in text:
        return found
    filled = _Filled(text)
    if not (filled.values or filled.lines):
        return found
    rest = yaml.scan(filled.text)
    if rest.root is None:
        return Scan(None, None, [_note(text, filled.first())]) if filled.lines else found
    _restore(rest, text, filled)
    # the branches of a template may repeat a key
    kept = [fault for fault in rest.faults if fault.slug != "duplicate-key" or not filled.lines]
    return _noted(rest, kept, _note(text, filled.first()))


def _note(text: str, span: tuple[int, int]) -> Fault:
    return Fault("unquoted-placeholder", *span, placeholder=text[slice(*span)].partition("\n")[0])


def _noted(found: Scan, faults: Iterable[Fault], note: Fault) -> Scan:
    return Scan(found.data, found.root, sorted([note, *faults], key=lambda fault: fault.start))


def _misread(text: str, found: Scan, root: Node) -> Scan:
    """A reading in which what YAML takes for a comment, a mapping or a list in a list is unknown."""
    if "{" not in text and "[[" not in text:
        return found
    import re

    whole = re.compile(_WHOLE_VALUE)
    if whole.search(text) is None:
        return found
    spans = []
    for value, node in _collections(found.data, root):
        for key, child in node.children.items():
            start = child.start
            if value[key] is None and child.start == child.end:
                start += len(text[start : start + 100]) - len(text[start : start + 100].lstrip(" \t"))
            placeholder = whole.match(text, start)
            if placeholder and (value[key] is None or placeholder.end() == child.end):
                child.start, child.end = placeholder.span()
                value[key] = Unknown(placeholder[0])
                spans.append(placeholder.span())
    return _noted(found, found.faults, _note(text, min(spans))) if spans else found


def _restore(found: Scan, text: str, filled: _Filled) -> None:
    """Put back the text of the placeholders, as values that are unknown."""
    assert found.root is not None
    if type(found.data) is str and FILLER in found.data:
        found.data = Unknown(text[found.root.start : found.root.end])
    for value, node in _collections(found.data, found.root):
        children = node.children
        members = [(key, value[key], child) for key, child in children.items()]
        children.clear()
        value.clear()
        for key, member, child in members:
            if type(key) is str and FILLER in key:
                key = text[child.key_start : child.key_end]
            _add(value, children, key, _known(member, child, text, filled), child)
        for start, end in filled.open:
            if node.start < start and (start < node.end or filled.is_nothing(node.end, start)):
                name = text[start:end]
                key = name if type(value) is dict else len(value)
                _add(value, children, key, Unknown(name), Node(start, end, start, end))


def _add(value: Any, children: dict[str | int, Node], key: Any, member: Any, child: Node) -> None:
    if type(value) is dict:
        value[key] = member
    else:
        value.append(member)
    children[key] = child


def _known(value: Any, node: Node, text: str, filled: _Filled) -> Any:
    """The value as it is written; Unknown if only the engine knows it."""
    if value is None:
        follows = [span for span in filled.lines if span[0] >= node.end and filled.is_nothing(node.end, span[0])]
        return Unknown(text[slice(*follows[0])]) if follows else None
    raw = value.raw if type(value) is Unknown else value if type(value) is str else ""
    if FILLER not in raw:
        return value
    from ecslint.syntax import placeholders

    written = text[node.start : node.end]
    if type(value) is Unknown and type(value.value) is str:  # what is written behind the tag is a text
        inner = written.partition(" ")[2].strip().strip("\"'")
        return Unknown(written, tag=value.tag, value=placeholders.read(inner, placeholders.WEAK) or inner)
    written = written[1:-1] if written[0] == '"' else written
    return placeholders.read(written, placeholders.WEAK) or Unknown(written)


def _collections(data: Any, root: Node) -> Iterator[tuple[Any, Node]]:
    """Each mapping and list of a document with its node, once, whatever aliases repeat it."""
    seen: set[int] = set()
    pending = [(data, root)]
    while pending:
        value, node = pending.pop()
        if type(value) in (dict, list) and id(value) not in seen:
            seen.add(id(value))
            pending.extend((value[key], child) for key, child in node.children.items())
            yield value, node
