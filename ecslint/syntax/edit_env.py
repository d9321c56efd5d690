"""Variables on lines of ``NAME=value``: set, renamed, added and removed, and all other bytes as they were."""

from __future__ import annotations

from ecslint.model import Edit
from ecslint.syntax.edit_lines import Withheld, line_start, newline_of, next_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from ecslint.model import Node
    from ecslint.syntax.edit_flow import Fragment
    from ecslint.syntax.edit_lines import Reading

BY_COMMAND = "a command writes the variable; its text is left alone"


def renamed(_reading: Reading, node: Node, name: str, _bracketed: bool) -> Edit:
    """The edit that gives a variable another name."""
    return Edit(node.key_start, node.key_end, name)


def spliced(reading: Reading, node: Node, old: Any, change: tuple[int, int, str], _bracketed: bool) -> Edit:
    """The edit that changes a part of a value."""
    start, end, text = change
    if reading.text[node.start : node.end] != old:
        raise Withheld(BY_COMMAND)
    return Edit(node.start + start, node.start + end, text)


def replace(_reading: Reading, _around: Sequence[Node], node: Node, _old: Any, value: Any) -> list[Edit]:
    """The edit that gives a variable another value."""
    return [Edit(node.start, node.end, _text(value))]


def remove(reading: Reading, _chain: Sequence[Node], node: Node) -> list[Edit]:
    """The edit that takes the line of a variable away."""
    start, end = _line(reading.text, node)
    return [Edit(start, next_line(reading.text, end), "")]


def add(reading: Reading, chain: Sequence[Node], key: str | int | None, value: Any) -> list[Edit]:
    """The edit that adds a line behind that of the last variable."""
    text, inner = reading.text, chain[-1]
    line = f"{key}={_text(value)}"
    last = max(inner.children.values(), key=lambda node: node.key_start, default=None)
    if last is None:
        at = len(text)
        indent = ""
    else:
        start, at = _line(text, last)
        indent = text[start : start + len(text[start:at]) - len(text[start:at].lstrip())]
        at = next_line(text, at)
    newline = newline_of(text)
    begins = not text[:at] or text[at - 1] in "\r\n"
    return [Edit(at, at, f"{indent}{line}{newline}" if begins else f"{newline}{indent}{line}")]


def fragment(_reading: Reading, _chain: Sequence[Node], _node: Node, _key: str) -> Fragment:
    """Raises Withheld: a variable has its place on a line, and no other object to move to."""
    raise Withheld("a variable has no other place")


def unwrap(_reading: Reading, _chain: Sequence[Node], _node: Node) -> list[Edit]:
    """Raises Withheld: a value is not a document."""
    raise Withheld("a value is not a document")


def _text(value: Any) -> str:
    """A value as a line holds it."""
    if type(value) is not str:
        raise Withheld("the value of a variable is a string")
    return value


def _line(text: str, node: Node) -> tuple[int, int]:
    """Where the line of a variable begins and ends, without its line end, if there is nothing else on it."""
    start, end = line_start(text, node.key_start), node.end
    while text[end : end + 1] not in ("", "\r", "\n"):
        end += 1
    if text[start : node.key_start].strip() not in ("", "export") or text[node.end : end].strip():
        raise Withheld(BY_COMMAND)
    return start, end
