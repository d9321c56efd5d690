"""Hypothesis strategies for the edit engine: JSON and YAML in the layouts of people, and operations upon them.

The writers share nothing with ecslint, so that they can be its judges.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from ecslint.model import Operation

Path = tuple[str | int, ...]
Owner = tuple[str | int | None, ...]

KEYS = st.sampled_from(
    ["a", "b", "name", "cpu", "image", "log-driver", "no", "12", "é", "a b", "x.y/z", "$ref", "it's"]
)
WORDS = ["web", "256", "no", "012", "1e3", "~", "null", "0x1F", "12:30", "2024-01-01", "<<", "x,y", "nginx:1.27"]
SIGNS = [
    "${IMAGE}:latest",
    "é",
    "😀",
    "it's",
    "\\d",
    "{a}",
    "[a]",
    "*a",
    "&a",
    "!a",
    "%a",
    "a//b",
    "arn:aws:iam::123:x",
]
SPACED = ["", "a: b", "a #b", "- a", "a\nb", "line\n", 'say "hi"', "\t", " a", "a ", "# a", "// a", "/* a */", "a,  b"]
UNPRINTABLE = ["\x07", "\x85", "\u2028", "\ufeff", "\xa0", "\x7f"]
STRINGS = st.sampled_from([*WORDS, *SIGNS, *SPACED, *UNPRINTABLE]) | st.text(max_size=5)
SCALARS = (
    st.none() | st.booleans() | st.integers(-5, 70_000) | st.sampled_from([0.5, 1.0, -0.0, 1e22, 2.5e-07]) | STRINGS
)


def values(*, max_leaves: int = 4) -> st.SearchStrategy[Any]:
    """Values of the kinds that a fix may write."""
    return st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
        max_leaves=max_leaves,
    )


def documents() -> st.SearchStrategy[Any]:
    """Objects and lists that have something in them."""
    inner = values(max_leaves=9)
    return st.dictionaries(KEYS, inner, min_size=1, max_size=5) | st.lists(inner, min_size=1, max_size=4)


def paths(data: Any, here: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every path of a value and what stands there."""
    yield here, data
    if isinstance(data, (dict, list)):
        for part in data if isinstance(data, dict) else range(len(data)):
            yield from paths(data[part], (*here, part))


@st.composite
def operations(draw: st.DrawFn, data: Any) -> Operation:
    """An operation that makes sense for the data."""
    every = list(paths(data))
    members = [path for path, _ in every if path]
    named = [path for path in members if isinstance(path[-1], str)]
    objects = [path for path, value in every if isinstance(value, dict)]
    lists = [path for path, value in every if isinstance(value, list)]
    strings = [(path, value) for path, value in every if isinstance(value, str) and path]
    moves = [
        (path, target) for path in named for target in objects if target != path[:-1] and target[: len(path)] != path
    ]
    kinds = ["set"]
    kinds += ["remove", "unwrap", "wrap"] if members else []
    kinds += ["rename"] if named else []
    kinds += ["add", "append-new"] if objects else []
    kinds += ["append"] if lists else []
    kinds += ["splice"] if strings else []
    kinds += ["move"] if moves else []
    kind = draw(st.sampled_from(kinds))
    if kind == "set":
        return Operation("set", draw(st.sampled_from(members or [()])), draw(values()))
    if kind in ("remove", "unwrap", "wrap"):
        path = draw(st.sampled_from(members))
        onto = path[: draw(st.integers(0, len(path) - 1))] if kind == "unwrap" else None
        return Operation(kind, path, onto)
    if kind == "rename":
        path = draw(st.sampled_from(named))
        return Operation(kind, path, draw(KEYS.filter(lambda name: name not in at(data, path[:-1]))))
    if kind in ("add", "append-new"):
        path = draw(st.sampled_from(objects))
        new = draw(KEYS.filter(lambda name: name not in at(data, path)))
        below = draw(st.lists(KEYS, max_size=2))
        return Operation("set" if kind == "add" else "append", (*path, new, *below), draw(values()))
    if kind == "append":
        return Operation(kind, draw(st.sampled_from(lists)), draw(values()))
    if kind == "splice":
        path, text = draw(st.sampled_from(strings))
        start = draw(st.integers(0, len(text)))
        return Operation(kind, path, (start, draw(st.integers(start, len(text))), draw(STRINGS)))
    path, target = draw(st.sampled_from(moves))
    name = draw(st.just(path[-1]) | KEYS)
    while name in at(data, target):
        name += "2"
    return Operation(kind, path, (*target, name))


def at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


# --- JSON ------------------------------------------------------------------------------------------------


class Document:
    """A generated text. ``comments`` tells the path of the member that each comment stands behind.

    For a comment on a line of its own it is the path of the container around it, with None at its end.
    """

    def __init__(self, text: str, comments: dict[str, Owner]) -> None:
        self.text = text
        self.comments = comments

    def __repr__(self) -> str:
        return f"Document({self.text!r})"


class _Writer:
    """What a text has in common: how it ends lines and indents, and the comments so far."""

    def __init__(self, draw: st.DrawFn, *, tolerant: bool) -> None:
        self.draw = draw
        self.tolerant = tolerant
        self.newline = draw(st.sampled_from(["\n", "\r\n", "\r"]))
        self.unit = draw(st.sampled_from(["  ", "    ", "\t", ""]))
        self.colon = draw(st.sampled_from([": ", ":", " : ", ":  "]))
        self.comma = draw(st.sampled_from([", ", ",", " , "]))
        self.pad = draw(st.sampled_from(["", "", " "]))
        self.layouts = draw(
            st.sampled_from([["lines"], ["line"], ["lines", "line"], ["lines", "line", "first", "mixed"]])
        )
        self.comments: dict[str, Owner] = {}

    def maybe(self, odds: int = 4) -> bool:
        return self.draw(st.integers(1, odds)) == odds

    def comment(self, owner: Owner, *, inline: bool = False) -> str:
        name = f"c{len(self.comments)}c"
        self.comments[name] = owner
        form = "/* {} */" if inline else self.draw(st.sampled_from(["// {}", "/* {} */", "# {}", '// {}, "x": 1']))
        return form.format(name)

    def string(self, value: str, *, key: bool = False) -> str:
        quote = '"'
        if self.tolerant and self.maybe(8):
            if key and value.isascii() and value.isidentifier():
                return value
            quote = "'"
        body = json.dumps(value, ensure_ascii=self.maybe(2))[1:-1]
        if self.maybe(6):
            body = body.replace("/", "\\/")
        if quote == "'":
            body = body.replace('\\"', '"').replace("'", "\\'")
        return quote + body + quote

    def scalar(self, value: Any) -> str:
        if isinstance(value, str):
            return self.string(value)
        if value == 1.0 and isinstance(value, float):
            return self.draw(st.sampled_from(["1.0", "1e0", "1.00", "10E-1"]))
        return json.dumps(value)

    def value(self, value: Any, indent: str, path: Path) -> str:
        if not isinstance(value, (dict, list)):
            return self.scalar(value)
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        if not value:
            empty = ["", "", " ", self.newline + indent]
            return opening + self.draw(st.sampled_from(empty)) + closing
        layout = self.draw(st.sampled_from(self.layouts))
        inner = indent + self.unit
        entries = [
            (f"{self.string(part, key=True)}{self.colon}" if isinstance(value, dict) else "")
            + self.value(value[part], inner if layout == "lines" else indent, (*path, part))
            for part in (value if isinstance(value, dict) else range(len(value)))
        ]
        names = [(*path, part) for part in (value if isinstance(value, dict) else range(len(value)))]
        trailing = "," if self.tolerant and self.maybe() else ""
        if layout == "lines":
            return opening + self.lines(entries, names, inner, trailing, path) + self.newline + indent + closing
        if layout == "first":  # commas at the beginning of lines
            return opening + f" {f'{self.newline}{indent}, '.join(entries)}{self.newline}{indent}{closing}"
        gaps = [self.comma, f",{self.newline}{inner}"] if layout == "mixed" else [self.comma]
        text = opening + self.pad
        for index, (entry, name) in enumerate(zip(entries, names, strict=True)):
            text += (self.draw(st.sampled_from(gaps)) if index else "") + entry
            if self.tolerant and self.maybe(8):
                text += f" {self.comment(name, inline=True)}"
        return text + trailing + self.pad + closing

    def lines(self, entries: list[str], names: list[Path], indent: str, trailing: str, path: Path) -> str:
        text = ""
        for index, (entry, name) in enumerate(zip(entries, names, strict=True)):
            if self.tolerant and self.maybe():
                text += self.newline + indent + self.comment((*path, None))
            if self.maybe(10):
                text += self.newline
            text += self.newline + indent + entry
            comma = "," if index < len(entries) - 1 else trailing
            if self.tolerant and self.maybe(10):
                text += f" {self.comment(name, inline=True)}"
            text += comma
            if self.tolerant and self.maybe():
                text += f"  {self.comment(name)}"
        if self.tolerant and self.maybe(6):
            text += self.newline + indent + self.comment((*path, None))
        return text


@st.composite
def json_documents(draw: st.DrawFn, *, tolerant: bool = False) -> Document:
    """JSON in some layout; with ``tolerant`` also with comments, trailing commas, other quotes and none."""
    data = draw(documents())
    writer = _Writer(draw, tolerant=tolerant)
    text = writer.value(data, "", ())
    if tolerant and writer.maybe(6):
        text = f"// {writer.newline}{text}"
    margin = st.sampled_from(["", writer.newline, writer.newline * 2, " "])
    return Document(draw(st.just("") | margin) + text + draw(margin), writer.comments)


# --- YAML ------------------------------------------------------------------------------------------------

PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*")
RESERVED = {"no", "null", "a", "b", "n", "y", "on", "off", "yes", "true", "false"}


class _YamlWriter:
    """What a YAML text has in common. ``anchors`` are names that an alias may use by now."""

    def __init__(self, draw: st.DrawFn, *, aliases: bool) -> None:
        self.draw = draw
        self.aliases = aliases
        self.newline = draw(st.sampled_from(["\n", "\n", "\r\n", "\r"]))
        self.unit = draw(st.sampled_from([2, 2, 4, 1]))
        self.offset = draw(st.sampled_from([0, self.unit]))
        self.dash = draw(st.sampled_from(["- ", "- ", "-   "]))
        self.quotes = draw(st.sampled_from([["plain"], ["plain", "single"], ["double"], ["plain", "single", "double"]]))
        self.busy = draw(st.booleans())  # comments, empty lines, block scalars, flow collections over lines
        self.flow = draw(st.sampled_from([0, 0, 3]))  # of so many collections, one is in brackets
        self.comments: dict[str, Owner] = {}
        self.anchors: set[str] = set()
        self.names = 0

    def maybe(self, odds: int = 4) -> bool:
        return self.draw(st.integers(1, odds)) == odds

    def comment(self, owner: Owner) -> str:
        name = f"c{len(self.comments)}c"
        self.comments[name] = owner
        return f"# {name}" + self.draw(st.sampled_from(["", ": x", " 'y", " - z"]))

    def own(self, owner: Owner) -> str:
        """Perhaps a comment at the end of a line."""
        return f"  {self.comment(owner)}" if self.busy and self.maybe() else ""

    def string(self, value: str) -> str:
        quote = self.draw(st.sampled_from(self.quotes))
        if quote == "plain" and PLAIN.fullmatch(value) and value.lower() not in RESERVED:
            return value
        if quote == "single" and value.isascii() and value.isprintable():
            return "'" + value.replace("'", "''") + "'"
        return re.sub("[\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]", escape, json.dumps(value, ensure_ascii=False))

    def scalar(self, value: Any) -> str:
        if isinstance(value, str):
            return self.string(value)
        if value is None:
            return self.draw(st.sampled_from(["null", "~"]))
        return "1.0e+22" if value == 1e22 else "2.5e-07" if value == 2.5e-07 else json.dumps(value)

    def brackets(self, value: Any, indent: str, path: Path, *, inner: bool = False) -> str:
        """The value as JSON or in flow style, over several lines now and then."""
        if not isinstance(value, (dict, list)):
            return self.scalar(value)
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        if not value:
            return opening + closing
        parts = [
            (f"{self.string(part)}: " if isinstance(value, dict) else "")
            + self.brackets(value[part], indent, (*path, part), inner=True)
            for part in (value if isinstance(value, dict) else range(len(value)))
        ]
        if inner or not self.busy or self.maybe(2):
            return f"{opening}{', '.join(parts)}{closing}"
        names = [(*path, part) for part in (value if isinstance(value, dict) else range(len(value)))]
        ends = [","] * (len(parts) - 1) + [self.draw(st.sampled_from(["", ","]))]
        lines = [part + end + self.own(name) for part, end, name in zip(parts, ends, names, strict=True)]
        margin = self.newline + indent + "  "
        return opening + margin + margin.join(lines) + f"{self.newline}{indent} {closing}"

    def block(self, value: Any, indent: str, path: Path) -> list[str]:
        """The lines of a collection in block style, indented but for the first."""
        lines: list[str] = []
        for part in value if isinstance(value, dict) else range(len(value)):
            if self.busy and lines and self.maybe():
                lines.append(f"{indent}{self.comment((*path, None))}")
            if self.busy and lines and self.maybe(8):
                lines.append("")
            head = f"{self.string(part)}:" if isinstance(value, dict) else self.dash.rstrip()
            lines += self.entry(head, value[part], indent, (*path, part))
        lines[0] = lines[0].removeprefix(indent)
        return lines

    def entry(self, head: str, value: Any, indent: str, path: Path) -> list[str]:
        """The lines of a member or item."""
        start = indent + head
        gap = " " * (len(self.dash) - 1) if head == "-" else " "
        if self.aliases and self.anchors and self.maybe(3):
            return [f"{start} *{self.draw(st.sampled_from(sorted(self.anchors)))}{self.own(path)}"]
        anchor = ""
        if self.aliases and self.maybe(3):
            self.names += 1
            name = f"x{self.names}"
            anchor = f" &{name}"
            lines = self.body(start + anchor, gap, value, indent, path, anchored=True)
            self.anchors.add(name)
            return lines
        return self.body(start, gap, value, indent, path, anchored=False)

    def body(self, start: str, gap: str, value: Any, indent: str, path: Path, *, anchored: bool) -> list[str]:
        if isinstance(value, str) and self.busy and self.maybe():
            return self.long_string(start + gap, indent + "  ")
        if value is None and self.maybe(3):
            return [start + self.own(path)]
        if not isinstance(value, (dict, list)) or not value or (self.flow and self.maybe(self.flow)):
            return [f"{start}{gap}{self.brackets(value, indent + '  ', path)}{self.own(path)}"]
        is_item = start.endswith("-")
        if is_item and not anchored and not self.maybe(6):
            below = indent + " " * (1 + len(gap))
            first, *rest = self.block(value, below, path)
            return [f"{start}{gap}{first}", *rest]
        width = self.unit if isinstance(value, dict) or isinstance(path[-1], int) else self.offset
        below = indent + " " * width
        first, *rest = self.block(value, below, path)
        header = [start + self.own(path)]
        if self.busy and self.maybe(6):
            header.append(f"{below}{self.comment((*path, None))}")
        return [*header, below + first, *rest]

    def long_string(self, start: str, indent: str) -> list[str]:
        """A string over several lines, whatever it says."""
        kinds = ["|", "|-", ">", ">-", "plain", "double"] + ([] if self.aliases else ["|+"])
        kind = self.draw(st.sampled_from(kinds))
        lines = self.draw(
            st.lists(st.sampled_from(["one", "# two", "'", "a: b", "- c", " d", ""]), min_size=1, max_size=4)
        )
        if kind == "plain":
            return [f"{start}one", f"{indent}two", "", f"{indent}three"]
        if kind == "double":
            return [f'{start}"one \\', f"{indent}\\  two: é", f'{indent}"']
        body = [f"{indent}{line}" if line else "" for line in ["one", *lines]]
        if kind != "|+":
            while not body[-1]:
                body.pop()
        return [f"{start}{kind}{self.draw(st.sampled_from(['', '', '  # how']))}", *body]


def escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


@st.composite
def yaml_documents(draw: st.DrawFn, *, aliases: bool = False) -> Document:
    """YAML in some layout, in block style at the top; with ``aliases`` also with anchors and aliases."""
    data = draw(documents())
    writer = _YamlWriter(draw, aliases=aliases)
    lines = writer.block(data, "", ())
    if writer.busy and writer.maybe():
        lines = [writer.comment((None,)), *lines]
    if writer.maybe(6):
        lines = ["---", *lines]
    if writer.busy and writer.maybe():
        lines.append(writer.comment((None,)))
    text = writer.newline.join(line.replace("\n", writer.newline) for line in lines)
    return Document(text + draw(st.sampled_from([writer.newline, ""])), writer.comments)


SIGNS_OF_JSON = ["[", "]", "{", "}", ",", ":", "'", '"', "/*", "*/", "//", "{{ a }}", "${A}", "<A>", "{% if %}", "1"]
SIGNS_OF_YAML = [
    ": ",
    "- ",
    "? ",
    "&a ",
    "*a",
    "!!str ",
    "!x ",
    "|\n",
    "<<: ",
    "---\n",
    "...\n",
    "#",
    "\n",
    "\r\n",
    "  ",
    "\t",
]
DAMAGE = st.sampled_from(SIGNS_OF_JSON + SIGNS_OF_YAML)


@st.composite
def damaged(draw: st.DrawFn, sound: st.SearchStrategy[Document]) -> str:
    """A text after a few random cuts and insertions; some stay sound."""
    text = draw(sound).text
    for _ in range(draw(st.integers(1, 2))):
        start = draw(st.integers(0, len(text)))
        text = text[:start] + draw(DAMAGE) + text[start + draw(st.integers(0, 2)) :]
    return text
