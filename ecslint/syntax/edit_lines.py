"""A text that is being edited: what was read from it, and its lines."""

from __future__ import annotations

from ecslint.model import Edit
from ecslint.syntax import json, outline, templates
from ecslint.syntax.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType
    from typing import Any

    from ecslint.model import Fault, Node, Scan

BLANKS = " \t"
NEWLINE = pattern(r"\r\n|\n|\r")

# A YAML node's tag and anchor, without and with what parts them from the value.
PROPERTY = r"(?:!<[^>\s]*>|[&!][^\s,\[\]{}]*)"
PROPERTIES = pattern(rf"{PROPERTY}(?:\s+{PROPERTY})*")
UP_TO_CONTENT = pattern(rf"(?:{PROPERTY}(?:\s+#[^\r\n]*)*\s*)+")


class Withheld(Exception):
    """An edit that must not be made; the text says why, and holds no value of the document."""


class Reading:
    """A text and what a scanner makes of it. ``repeated`` are the offsets of keys that their object has already.

    ``scan`` is what somebody has made of the text already; the positions may be missing. Raises Withheld when the
    text cannot be read, or not to its end.
    """

    __slots__ = (
        "_contents",
        "_indexes",
        "_own",
        "_root",
        "commas",
        "data",
        "entries",
        "faults",
        "holes",
        "language",
        "quotes",
        "repeated",
        "text",
        "usual_quote",
    )

    def __init__(self, text: str, language: str, scan: Scan | None = None) -> None:
        self.text = text
        self.language = language
        self.data: Any = None
        self.faults: Sequence[Fault] = ()
        self.repeated: set[int] = set()
        self._root: Node | None = None
        # What has been worked out of nodes, which are kept so that no other gets the id.
        self._contents: dict[int, tuple[Node, int]] = {}
        self._own: dict[int, tuple[Node, list[Node]]] = {}
        self._indexes: dict[int, dict[int, int]] = {}
        self.commas: dict[int, tuple[Node, list[int]]] = {}  # behind the members of a node
        self.entries: dict[int, tuple[Node, list[Any]]] = {}  # of a block
        self.holes: dict[int, tuple[Node, bool]] = {}  # whether a template may add members to a node
        self.usual_quote = ""
        self.quotes: dict[
            tuple[int, bool], tuple[list[Node], str | None]
        ] = {}  # how the last string of some siblings is quoted
        if scan is None and language == "json":
            try:
                self.data = json.loads(text)  # without faults, and much faster than a scan
                return
            except ValueError:
                pass
        self._take(scan or scanner(language).scan(text))

    def _take(self, scan: Scan) -> None:
        if scan.root is None and scan.data is None:
            raise Withheld("the document cannot be read")
        self.data = scan.data
        self._root = scan.root
        self.faults = scan.faults
        self.repeated = {fault.start for fault in scan.faults if fault.slug == "duplicate-key"}
        end = scan.root.end if scan.root is not None else len(self.text)
        if any(fault.slug == "syntax-error" and fault.start >= end for fault in scan.faults):
            raise Withheld("the text goes on behind the end of its document")

    @property
    def root(self) -> Node:
        """The position tree, built when it is needed first."""
        if self._root is None:
            self._root = json.scan(self.text).root if self.faults else outline.find(self.text)
        assert self._root is not None  # what has data has a root
        return self._root

    def content(self, node: Node) -> int:
        """Where a value begins, behind its tag and anchor."""
        if self.language != "yaml":
            return node.start
        known = self._contents.get(id(node))
        if known is None:
            # What stands before the first key or item may be a tag or an anchor of its own.
            end = min((first(child) for child in node.children.values() if holds(node, child)), default=node.end)
            found = UP_TO_CONTENT.match(self.text, node.start, end)
            known = self._contents[id(node)] = (node, found.end() if found else node.start)
        return known[1]

    def has_properties(self, node: Node) -> bool:
        """Whether a value has a tag or an anchor."""
        return self.content(node) > node.start

    def in_brackets(self, node: Node) -> bool:
        """Whether a value is an object or array in brackets."""
        return self.text[self.content(node) : node.end][:1] in ("{", "[") and not self.is_placeholder(node)

    def is_placeholder(self, node: Node) -> bool:
        """Whether brackets belong to a placeholder of a template, which has no members."""
        return self.language == "json" and self.text[node.start : node.start + 2] in ("{{", "{%")

    def own(self, node: Node) -> list[Node]:
        """The children that are written inside of a node, in the order of the text; not what an alias brings."""
        known = self._own.get(id(node))
        if known is None:
            children = [child for child in node.children.values() if holds(node, child)]
            known = self._own[id(node)] = (node, sorted(children, key=first))
        return known[1]

    def index(self, node: Node, child: Node) -> int:
        """Which of the own children of a node one is."""
        known = self._indexes.get(id(node))
        if known is None:
            known = self._indexes[id(node)] = {id(one): at for at, one in enumerate(self.own(node))}
        return known[id(child)]


def scanner(language: str) -> ModuleType:
    """The module that reads texts of a language."""
    if language == "env":
        from ecslint.syntax import env

        return env
    return templates if language == "yaml" else json


def first(node: Node) -> int:
    """Where a member or item begins: at its key, if it has one."""
    return node.key_start if node.key_start >= 0 else node.start


def holds(node: Node, child: Node) -> bool:
    """Whether a child is written inside of its parent, and not where an alias or ``<<`` has it from."""
    return node.start <= first(child) and child.end <= node.end


def line_start(text: str, at: int) -> int:
    """Where the line of an offset begins."""
    start = text.rfind("\n", 0, at) + 1
    return max(start, text.rfind("\r", start, at) + 1)


def column(text: str, at: int) -> int:
    """How many characters stand before an offset on its line."""
    return at - line_start(text, at)


def before(text: str, at: int) -> str:
    """What stands before an offset on its line."""
    return text[line_start(text, at) : at]


def indent_at(text: str, at: int) -> str:
    """The blanks with which the line of an offset begins."""
    start = line_start(text, at)
    end = start
    while text[end : end + 1] in (" ", "\t"):
        end += 1
    return text[start:end]


def behind(text: str, at: int, blanks: str) -> int:
    """The offset behind the blanks that stand at an offset."""
    while at < len(text) and text[at] in blanks:
        at += 1
    return at


def next_line(text: str, at: int) -> int:
    """The offset behind the line end that stands at an offset."""
    found = NEWLINE.match(text, at)
    return found.end() if found else at


def is_line(text: str, start: int, end: int) -> bool:
    """Whether there are only blanks on a line before and behind a part of it."""
    return not before(text, start).strip() and text[behind(text, end, BLANKS) :][:1] in ("", "\r", "\n")


def newline_of(text: str) -> str:
    """The line end that a text uses first; LF when it is one line."""
    found = NEWLINE.search(text)
    return found.group() if found else "\n"


def shift(text: str, start: int, end: int, old: str, new: str) -> list[Edit]:
    """Edits that change the indentation of the lines that begin between two offsets and have the old one."""
    if old == new:
        return []
    changes = []
    for found in NEWLINE.finditer(text, start, end):
        at = found.end()
        if not text.startswith(old, at, end):
            continue
        if old.startswith(new):
            changes.append(Edit(at + len(new), at + len(old), ""))
        elif not NEWLINE.match(text, at + len(old), end):  # an empty line stays empty
            changes.append(Edit(at, at + len(old), new))
    return changes


def patched(text: str, changes: list[Edit]) -> str:
    """The text after sorted and disjoint edits."""
    parts: list[str] = []
    done = 0
    for change in changes:
        if change.start < done:
            raise ValueError("edits overlap")
        parts += (text[done : change.start], change.text)
        done = change.end
    return "".join((*parts, text[done:]))


def shifted(text: str, old: str, new: str) -> str:
    """A text of several lines with another indentation; its first line stays."""
    return patched(text, shift(text, 0, len(text), old, new))
