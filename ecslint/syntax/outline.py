"""Where everything stands in a JSON text without faults, looked for when somebody asks."""

from __future__ import annotations

from ecslint.model import Node
from ecslint.syntax.json import Settings, loads, pattern, scanner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

# Everything up to the next bracket that stands in no string.
_TO_BRACKET = r'[^"{}\[\]]*(?:"[^"\\]*(?:\\.[^"\\]*)*"[^"{}\[\]]*)*'
_BETWEEN = " \t\n\r,"
_GAP = 64  # characters in which most gaps end
_SCALAR = r'"[^"\\]*(?:\\.[^"\\]*)*"|[^ \t\n\r,\]}]+'


class Skipping(Settings):
    """To read a value whose end is wanted, not the value."""

    object_pairs_hook = None  # type: ignore[assignment]  # a callable otherwise


_skip = scanner(Skipping)


class Outline(Node):
    """A node of a text without faults. Its end and its children are looked for when somebody asks for them first."""

    __slots__ = ("_begun", "_rest", "_text")

    _rest: Iterator[tuple[str | int, Node]]  # the children that are not known yet

    def __init__(self, text: str, start: int, key_start: int = -1, key_end: int = -1) -> None:
        self._text = text
        self.start = start
        self.key_start = key_start
        self.key_end = key_end
        self._begun: dict[str | int, Node] = {}  # those of the children that are known

    def __getattr__(self, name: str) -> Any:
        value: Any
        if name == "end":
            return self.find_end()
        if name == "children":
            value = dict(self.each())
        elif name == "_rest":
            value = _children(self._text, self.start)
        else:
            raise AttributeError(name)
        setattr(self, name, value)
        return value

    def child(self, part: str | int) -> Node | None:
        """The child at a key or index, or None. What stands behind it is not looked at."""
        begun = self._begun
        if part in begun:
            return begun[part]
        for key, child in self._rest:
            begun[key] = child
            if key == part:
                return child
        return None

    def each(self) -> Iterable[tuple[str | int, Node]]:
        """The keys or indexes and the nodes of the children.

        They are looked for one after the other; what ``child`` finds meanwhile is left out.
        """
        return self._each() if self._text[self.start] in "{[" else ()

    def _each(self) -> Iterator[tuple[str | int, Node]]:
        yield from [*self._begun.items()]
        for key, child in self._rest:
            self._begun[key] = child
            yield key, child

    def find_end(self) -> int:
        """The offset behind the value, which becomes ``end``."""
        if self._begun:  # what has been passed over is not read again
            *_, last = self.children.values()
            self.end = self._text.index("}" if self._text[self.start] == "{" else "]", last.end) + 1
        else:
            self.end = _end_of_value(self._text, self.start)
        return self.end


def find(text: str) -> Node:
    """The position tree of a text that ``loads`` accepts. What nobody looks into costs next to nothing."""
    return Outline(text, _behind_gap(text, 0))


def _children(text: str, start: int) -> Iterator[tuple[str | int, Node]]:
    """The keys or indexes and the nodes of the members or items of the value at an offset."""
    position = _behind_gap(text, start + 1)
    if text[start] == "{":
        while text[position] == '"':
            key_end = _end_of_value(text, position)
            colon = _behind_gap(text, key_end)
            child = Outline(text, _behind_gap(text, colon + 1), position, key_end)
            key = text[position + 1 : key_end - 1]
            yield key if "\\" not in key else loads(f'"{key}"'), child
            position = _behind_gap(text, child.find_end())
    elif text[start] == "[":
        index = 0
        while text[position] != "]":
            child = Outline(text, position)
            yield index, child
            index += 1
            position = _behind_gap(text, child.find_end())


def _behind_gap(text: str, position: int) -> int:
    """The offset behind the white space and commas that stand at an offset. To import re for them takes longer."""
    while True:
        gap = text[position : position + _GAP]
        behind = len(gap.lstrip(_BETWEEN))
        position += len(gap) - behind
        if behind or not gap:
            return position


def _end_of_value(text: str, start: int) -> int:
    """The offset behind the value that starts here."""
    if _skip is not None:
        return _skip(text, start)[1]
    if text[start] in "{[":
        return _end_of_container(text, start + 1)
    return pattern(_SCALAR).match(text, start).end()  # type: ignore[union-attr]  # the text is known to be JSON


def _end_of_container(text: str, position: int) -> int:
    """The offset behind the container in which this offset lies, outside of any string."""
    match = pattern(_TO_BRACKET).match
    depth = 1
    while depth:
        position = match(text, position).end() + 1  # type: ignore[union-attr]  # matches nothing, too
        depth += 1 if text[position - 1] in "{[" else -1
    return position
