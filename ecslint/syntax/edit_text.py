"""What one operation means for the text: its steps, and the edits of each."""

from __future__ import annotations

from ecslint.model import Edit, Operation, Unknown
from ecslint.syntax import edit_flow, edit_tokens
from ecslint.syntax.edit_flow import Fragment
from ecslint.syntax.edit_lines import BLANKS, Reading, Withheld, behind, first, holds, indent_at, is_line, next_line
from ecslint.syntax.operations import depth_of, found_at, nested, same

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import ModuleType
    from typing import Any

    from ecslint.model import Node, Path


def steps_of(operation: Operation, data: Any) -> Iterator[Operation]:
    """The steps of an operation: a move is a copy and a removal, unwrapping clears away what is around first."""
    path = operation.path
    if operation.kind == "move":
        yield Operation("copy", path, operation.value)
        yield Operation("remove", path)
    elif operation.kind == "unwrap":
        onto: Path = operation.value or ()
        data = found_at(data, onto)
        for part in path[len(onto) :]:
            for sibling in reversed([*data] if type(data) is dict else range(len(data))):
                if sibling != part:
                    yield Operation("remove", (*onto, sibling))
            yield Operation("unwrap", (*onto, part if type(part) is str else 0), onto)
            data = data[part]
    else:
        yield operation


def changes_of(reading: Reading, step: Operation) -> list[Edit]:
    """The edits of one step, sorted."""
    return sorted(_TEXT_CHANGES[step.kind](reading, step.path, step.value), key=span_of)


def span_of(change: Edit) -> tuple[int, int]:
    return change.start, change.end


def _chain(reading: Reading, path: Path) -> list[Node]:
    """The nodes from the document to a path, both included. Raises Withheld when what it names is not certain."""
    chain = [reading.root]
    data = reading.data
    for part in path:
        node = chain[-1]
        child = node.child(part)
        if child is None or not holds(node, child):
            raise Withheld("the value stands elsewhere and is shared by an alias or a merge")
        if child.key_start in reading.repeated:
            raise Withheld("the key stands there more than once")
        if type(data) is dict and _has_hole(reading, node, data):
            raise Withheld("a template may add properties there")
        chain.append(child)
        data = data[part]
    return chain


def _has_hole(reading: Reading, node: Node, data: Any) -> bool:
    """Whether a placeholder without quotes stands for members or items of a container."""
    if reading.language != "json" or not reading.faults:
        return False
    known = reading.holes.get(id(node))
    if known is None:
        found = any(
            type(data[part]) is Unknown and child.start == first(child) and reading.text[child.start] not in ("'", '"')
            for part, child in node.children.items()
        )
        known = reading.holes[id(node)] = (node, found)
    return known[1]


def _container(reading: Reading, chain: Sequence[Node], data: Any) -> ModuleType:
    """The module that edits the members of the last node of a chain."""
    node = chain[-1]
    if reading.repeated and any(child.key_start in reading.repeated for child in node.children.values()):
        raise Withheld("a key stands there more than once")
    if _has_hole(reading, node, data):
        raise Withheld("a template may add properties there")
    return _editor(reading, chain)


def _editor(reading: Reading, chain: Sequence[Node]) -> ModuleType:
    """The module that edits what the last node of a chain holds."""
    if reading.language == "env":
        return _tokens(reading)
    if reading.language == "json" or reading.in_brackets(chain[-1]):
        return edit_flow
    if any(map(reading.in_brackets, chain)):
        raise Withheld("an object without braces stands inside of brackets")
    from ecslint.syntax import edit_block

    return edit_block


def _tokens(reading: Reading) -> ModuleType:
    """The module that edits keys and strings."""
    if reading.language == "env":
        from ecslint.syntax import edit_env

        return edit_env
    return edit_tokens


def _removal(reading: Reading, path: Path, _: Any) -> list[Edit]:
    *chain, node = _chain(reading, path)
    editor = _container(reading, chain, found_at(reading.data, path[:-1]))
    changes: list[Edit] = editor.remove(reading, chain, node)
    return changes


def _setting(reading: Reading, path: Path, value: Any) -> list[Edit]:
    depth = depth_of(reading.data, path)
    chain = _chain(reading, path[:depth])
    old = found_at(reading.data, path[:depth])
    if depth < len(path) and old is not None:
        return _addition(reading, chain, old, path[depth], nested(path[depth + 1 :], value, None))
    return _replacement(reading, chain, old, nested(path[depth:], value, old))


def _addition(reading: Reading, chain: list[Node], old: Any, key: str | int | None, value: Any) -> list[Edit]:
    changes: list[Edit] = _container(reading, chain, old).add(reading, chain, key, value)
    return changes


def _replacement(reading: Reading, chain: list[Node], old: Any, value: Any) -> list[Edit]:
    if same(old, value):
        return []
    *around, node = chain
    if any(node.start <= start < node.end for start in reading.repeated):
        raise Withheld("a key stands more than once in what would be written anew")
    changes: list[Edit] = _editor(reading, around or chain).replace(reading, around, node, old, value)
    if _has_comment(reading, node, max(change.end for change in changes)):
        raise Withheld("a comment stands in what would be written anew")
    return changes


def _has_comment(reading: Reading, node: Node, end: int) -> bool:
    """Whether there is a comment between the keys and values inside of a value, or behind them up to ``end``."""
    pending: list[Node] = [*reading.own(node)]
    spans: list[tuple[int, int]] = []
    if not pending:
        return False  # a scalar, or nothing between brackets
    while pending:
        inner = pending.pop()
        children = reading.own(inner)
        pending += children
        spans += [(inner.key_start, inner.key_end)] if inner.key_start >= 0 else []
        spans += [] if children else [(inner.start, inner.end)]
    done = node.start
    for start, stop in sorted([*spans, (max(end, node.end),) * 2]):
        if any(sign in reading.text[done:start] for sign in ("#", "//", "/*")):
            return True
        done = max(done, stop)
    return False


def _renaming(reading: Reading, path: Path, name: str) -> list[Edit]:
    *chain, node = _chain(reading, path)
    return [_tokens(reading).renamed(reading, node, name, any(map(reading.in_brackets, chain)))]


def _appending(reading: Reading, path: Path, value: Any) -> list[Edit]:
    if depth_of(reading.data, path) == len(path) and (old := found_at(reading.data, path)) is not None:
        return _addition(reading, _chain(reading, path), old, None, value)
    return _setting(reading, path, [value])


def _splicing(reading: Reading, path: Path, value: Any) -> list[Edit]:
    *chain, node = _chain(reading, path)
    old = found_at(reading.data, path)
    return [_tokens(reading).spliced(reading, node, old, value, any(map(reading.in_brackets, chain)))]


def _unwrapping(reading: Reading, path: Path, _: Any) -> list[Edit]:
    *chain, node = _chain(reading, path)
    if reading.has_properties(node) and reading.has_properties(chain[-1]):
        raise Withheld("two anchors or tags would meet")
    changes: list[Edit] = _editor(reading, chain).unwrap(reading, chain, node)
    return changes


def _wrapping(reading: Reading, path: Path, _: Any) -> list[Edit]:
    *chain, node = _chain(reading, path)
    if _editor(reading, chain or [node]) is edit_flow:
        return edit_flow.wrap(reading, chain, node)
    old = found_at(reading.data, path)
    return _replacement(reading, [*chain, node], old, [old])


def _copying(reading: Reading, path: Path, target: Path) -> list[Edit]:
    """Edits that write a member a second time, where it is to go."""
    *chain, node = _chain(reading, path)
    there = _chain(reading, target[:-1])
    editor = _container(reading, there, found_at(reading.data, target[:-1]))
    here = _container(reading, chain, found_at(reading.data, path[:-1]))
    value = found_at(reading.data, path)
    key = reading.text[node.key_start : node.key_end]
    if path[-1] != target[-1]:
        key = edit_tokens.renamed(reading, node, str(target[-1]), editor is edit_flow).text
    piece = here.fragment(reading, chain, node, key)
    if here is not editor:
        if type(value) in (dict, list) and not reading.in_brackets(node):
            raise Withheld("a block has no place in brackets")
        if type(value) not in (dict, list) and not piece.comment.strip():
            return _addition(reading, there, found_at(reading.data, target[:-1]), target[-1], value)
        body = f": {reading.text[node.start : node.end]}"
        piece = Fragment(key, body, indent_at(reading.text, node.start), piece.comment)
    changes: list[Edit] = editor.insert(reading, there, piece)
    return changes


def _erasure(reading: Reading, _: Path, span: tuple[int, int]) -> list[Edit]:
    """The edit that takes a comment, a part of one or a comma away, with the blanks around it or its line."""
    text = reading.text
    start, end = span
    if text.startswith(("#", "/", ","), start) or (reading.language == "env" and is_line(text, start, end)):
        rest = behind(text, end, BLANKS)
        at_end = text[rest : rest + 1] in ("", "\n", "\r")
        gap = at_end or end < rest
        if at_end:
            end = rest
        while gap and start and text[start - 1] in BLANKS:
            start -= 1
        if at_end and text[start - 1 : start] in ("", "\n", "\r"):
            end = next_line(text, end)
    return [Edit(start, end, "")]


def _respelling(_reading: Reading, _: Path, value: tuple[int, int, str]) -> list[Edit]:
    return [Edit(*value)]


_TEXT_CHANGES: dict[str, Callable[[Reading, Path, Any], list[Edit]]] = {
    "append": _appending,
    "copy": _copying,
    "erase": _erasure,
    "remove": _removal,
    "rename": _renaming,
    "respell": _respelling,
    "set": _setting,
    "splice": _splicing,
    "unwrap": _unwrapping,
    "wrap": _wrapping,
}
