"""Operations on the data of a text become edits of the text, which change what the operations name and nothing else.

An operation is worked out on the text as the ones before it left it, and the result is read again: if its data is not
what ``applied`` makes of the data, the whole fix is withheld. Of many fixes in one text, ``drafted`` gives the edits
and ``agree`` reads the text again once for all, since to read it for each takes a time that grows with the square.
"""

from __future__ import annotations

import marshal
from bisect import bisect_left, bisect_right
from itertools import pairwise

from ecslint.model import Edit, Fault, Operation, Scan, Unknown
from ecslint.syntax import edit_flow, edit_tokens, json
from ecslint.syntax.edit_flow import Fragment
from ecslint.syntax.edit_lines import (
    BLANKS,
    Reading,
    Withheld,
    behind,
    first,
    holds,
    indent_at,
    is_line,
    next_line,
    patched,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from types import ModuleType
    from typing import Any, TypeAlias

    from ecslint.model import Node, Path

    #: A stretch of the text that stays, as its span, or a text that is new.
    Piece: TypeAlias = tuple[int, int] | str

    #: The containers that are copies, by id, and may be changed.
    Own: TypeAlias = dict[int, Any]

__all__ = ["Reading", "Withheld", "agree", "applied", "apply", "drafted", "edits", "edits_of"]


def edits(text: str, language: str, operations: Iterable[Operation]) -> list[Edit]:
    """The edits that do to a text what the operations, one after the other, do to its data; sorted and disjoint.

    ``language`` is ``json``, which may have the faults that ``json.scan`` tolerates, ``yaml`` or ``env``. Raises
    Withheld when the operations cannot be done without doing, or risking, anything else.
    """
    return edits_of(Reading(text, language), operations)


def edits_of(reading: Reading, operations: Iterable[Operation]) -> list[Edit]:
    """What ``edits`` gives, for a text that has been read; it can be used for several fixes."""
    operations = list(operations)
    if len(operations) > 1 and _are_apart(operations):
        try:
            return _in_layers(reading, operations)
        except Withheld:
            pass  # one after the other they may go, or tell why they do not
    text = reading.text
    pieces: list[Piece] = [(0, len(text))]
    for operation in operations:
        pieces, reading = _done(reading, operation, pieces)
    return _edits(pieces, text)


def _done(reading: Reading, operation: Operation, pieces: list[Piece]) -> tuple[list[Piece], Reading]:
    """The pieces of a text, and what it says, after one operation more."""
    before = reading
    wanted = applied(reading.data, [operation])
    for step in _steps(operation, reading.data):
        changes = _changes(reading, step)
        pieces = _revised(pieces, changes)
        around = _around(reading, step.value[:2]) if step.kind in ("erase", "respell") else step.path
        reading = _read_again(reading, changes, around)
    _compare(before, reading, wanted)
    if operation.kind == "respell" and len(reading.faults) >= len(before.faults):
        raise Withheld("the text would be as faulty as before")
    return pieces, reading


def _compare(before: Reading, after: Reading, wanted: Any) -> None:
    """Raise Withheld unless a text says what is wanted and has no new fault."""
    if not same(after.data, wanted):
        raise Withheld("the text would not say what the fix means: an alias or an unusual layout is in the way")
    if _has_new_fault(before, after):
        raise Withheld("the text would have a new fault")


def drafted(reading: Reading, operations: Sequence[Operation]) -> list[Edit]:
    """What ``edits_of`` gives, but what can be worked out on the text as it is, is left to ``agree``."""
    if operations[0].kind == "unwrap" or (len(operations) > 1 and not _are_apart(operations)):
        return edits_of(reading, operations)
    found = _drafts(reading, operations)
    if len(found) < len(operations):
        return edits_of(reading, operations)
    return _edits(_revised([(0, len(reading.text))], _sorted(found)), reading.text)


def agree(reading: Reading, fixes: Iterable[tuple[Sequence[Operation], list[Edit]]]) -> bool:
    """Whether a text with the edits of some fixes, which must be disjoint, says what their operations mean.

    What stands last is done first, so that the others keep their paths.
    """
    ordered = sorted(fixes, key=lambda fix: fix[1][0].start, reverse=True)
    changes = sorted((change for _, some in ordered for change in some), key=lambda change: (change.start, change.end))
    try:
        wanted = applied(reading.data, [operation for operations, _ in ordered for operation in operations])
        after = Reading(patched(reading.text, changes), reading.language)
    except Withheld:
        return False
    respelled = sum(operation.kind == "respell" for operations, _ in ordered for operation in operations)
    mended = len(reading.faults) - len(after.faults)
    return mended >= respelled and same(after.data, wanted) and not _has_new_fault(reading, after)


def apply(text: str, changes: Iterable[Edit]) -> str:
    """The text after some edits. Raises ValueError when they are not sorted and disjoint."""
    return patched(text, list(changes))


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal in type and value; members may be in any order."""
    while one is not other:
        part = _only_difference(one, other)
        if part is None:
            break
        one, other = one[part], other[part]
    try:
        # Most have their members in the same order. The second version of the format knows no references.
        return one is other or marshal.dumps(one, 2) == marshal.dumps(other, 2) or _same(one, other)
    except ValueError:  # an unknown value
        return _same(one, other)


def _only_difference(one: Any, other: Any) -> str | int | None:
    """The one key or index at which two values of one shape hold different objects; None when there is no such."""
    if type(one) is not type(other) or type(one) not in (dict, list) or len(one) != len(other):
        return None
    if type(one) is dict and one.keys() != other.keys():
        return None
    parts = [part for part in (one if type(one) is dict else range(len(one))) if one[part] is not other[part]]
    return parts[0] if len(parts) == 1 else None


def _same(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    if type(one) is dict:
        return one is other or (one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one))
    if type(one) is list:
        return one is other or (len(one) == len(other) and all(map(_same, one, other)))
    if type(one) is Unknown:  # its text may begin its lines elsewhere, and may be cut off
        texts = [" ".join(value.raw.split()) for value in (one, other)]
        shorter = min(map(len, texts))
        return texts[0][:shorter] == texts[1][:shorter]
    return one == other if type(one) is not float else repr(one) == repr(other)


def _read_again(reading: Reading, changes: list[Edit], path: Path) -> Reading:
    """The text after some edits on the way to a path, and what it says."""
    text = patched(reading.text, changes)
    inner, node = _innermost(reading, changes, path)
    if node is not None:
        part = text[node.start : node.end + len(text) - len(reading.text)]
        try:
            # There stands one value as before, and around it nothing has changed.
            value, faults = json.loads(part), _faults_around(reading, node, len(part))
        except ValueError:
            scan = json.scan(part)
            if not reading.faults or not _is_whole(scan, part):
                node = None  # a look at the whole tells what has gone wrong
            else:
                value, inside = scan.data, [_moved(fault, node.start) for fault in scan.faults]
                faults = sorted([*_faults_around(reading, node, len(part)), *inside], key=lambda fault: fault.start)
    if node is not None:
        return Reading(text, "json", Scan(_with(reading.data, inner, lambda _: value, {}), None, faults))
    try:
        return Reading(text, reading.language)
    except Withheld:
        raise Withheld("the text could not be read any more: an alias or an unusual layout is in the way") from None


def _innermost(reading: Reading, changes: list[Edit], path: Path) -> tuple[Path, Node | None]:
    """The innermost value on the way to a path inside of whose brackets or quotes all edits lie, and its path.

    Of JSON only; no node where even the outermost value does not hold all edits. In a text with faults, quotes may be
    among them, so it is the brackets that count.
    """
    if reading.language != "json" or not changes:
        return (), None
    found, depth = None, 0
    node: Node | None = reading.root
    while node is not None and node.start < changes[0].start and changes[-1].end < node.end:
        if not reading.faults or reading.in_brackets(node):
            found, reached = node, depth
        node = node.child(path[depth]) if depth < len(path) else None
        depth += 1
    return (path[:reached], found) if found is not None else ((), None)


def _has_new_fault(before: Reading, after: Reading) -> bool:
    """Whether a text has more faults of a kind than before."""
    faults = _count(before)
    return any(count > faults.get(slug, 0) for slug, count in _count(after).items())


def _around(reading: Reading, span: tuple[int, int]) -> Path:
    """The path of the innermost object or array that holds a part of the text."""
    path: list[str | int] = []
    node: Node | None = reading.root
    while node is not None:
        inner = None
        for part, child in node.children.items():
            if child.start < span[0] and span[1] < child.end and reading.in_brackets(child):
                path.append(part)
                inner = child
                break
        node = inner
    return tuple(path)


def _faults_around(reading: Reading, node: Node, size: int) -> list[Fault]:
    """The faults of a text that lie outside of a value, which now has another size."""
    by = size - (node.end - node.start)
    return [
        fault if fault.start <= node.start else _moved(fault, by)
        for fault in reading.faults
        if fault.start <= node.start or node.end <= fault.start
    ]


def _moved(fault: Fault, by: int) -> Fault:
    """A fault that stands elsewhere. Its values are those of the old place."""
    return Fault(fault.slug, fault.start + by, fault.end + by, **fault.values)


def _is_whole(scan: Scan, text: str) -> bool:
    """Whether a text is one value and nothing else."""
    return scan.root is not None and (scan.root.start, scan.root.end) == (0, len(text))


def _count(reading: Reading) -> dict[str, int]:
    """How many faults of each kind a text has."""
    counts: dict[str, int] = {}
    for fault in reading.faults:
        counts[fault.slug] = counts.get(fault.slug, 0) + 1
    return counts


# --- what operations mean for data ----------------------------------------------------------------------


def applied(data: Any, operations: Iterable[Operation]) -> Any:
    """The data after some operations. The data given is not changed, and shared in part.

    Raises Withheld when an operation makes no sense there: a path is not found, a name is taken.
    """
    own: Own = {}
    for operation in operations:
        data = _MEANINGS[operation.kind](data, operation.path, operation.value, own)
    return data


def _mine(value: Any, own: Own) -> Any:
    """A container that may be changed: a copy of the one given, unless that is one already."""
    if id(value) in own:
        return value
    value = value.copy()
    own[id(value)] = value
    return value


def _found(data: Any, path: Path) -> Any:
    """The value at a path."""
    for part in path:
        if not _has(data, part):
            raise Withheld("the path is not in the document")
        data = data[part]
    return data


def _has(value: Any, part: str | int) -> bool:
    """Whether a value is an object with this key or a list with this index."""
    if type(value) is list:
        return type(part) is int and 0 <= part < len(value)
    return type(value) is dict and part in value


def _with(data: Any, path: Path, change: Callable[[Any], Any], own: Own) -> Any:
    """The data with another value at a path."""
    if not path:
        return change(data)
    if not _has(data, path[0]):
        raise Withheld("the path is not in the document")
    copy = _mine(data, own)
    copy[path[0]] = _with(data[path[0]], path[1:], change, own)
    return copy


def _parent(path: Path) -> Path:
    if not path:
        raise Withheld("the document itself is no member")
    return path[:-1]


def _remove(data: Any, path: Path, _: Any, own: Own) -> Any:
    _found(data, path)

    def change(value: Any) -> Any:
        value = _mine(value, own)
        del value[path[-1]]
        return value

    return _with(data, _parent(path), change, own)


def _set(data: Any, path: Path, value: Any, own: Own) -> Any:
    depth = _depth(data, path)
    return _with(data, path[:depth], lambda old: _nested(path[depth:], value, old), own)


def _depth(data: Any, path: Path) -> int:
    """How many parts of a path are in the data; null has nothing below it, and counts as missing."""
    for depth, part in enumerate(path):
        if not _has(data, part):
            return depth
        data = data[part]
    return len(path)


def _nested(path: Path, value: Any, old: Any) -> Any:
    """What ``old``, the last value on a path that is found, becomes when the rest of the path leads to ``value``."""
    if not path:
        return value
    if old is not None and type(old) is not dict:
        raise Withheld("the path is not in the document")
    for part in reversed(path):
        if type(part) is not str:
            raise Withheld("the path is not in the document")
        value = {part: value}
    return {**(old or {}), **value}


def _rename(data: Any, path: Path, name: str, own: Own) -> Any:
    _found(data, path)

    def change(value: Any) -> Any:
        if type(value) is not dict:
            raise Withheld("an item has no key")
        if name in value and name != path[-1]:
            raise Withheld("the name is taken")
        return {name if key == path[-1] else key: item for key, item in value.items()}

    return _with(data, _parent(path), change, own)


def _append(data: Any, path: Path, value: Any, own: Own) -> Any:
    depth = _depth(data, path)
    present = depth == len(path)
    old = _found(data, path) if present else None
    if old is None:
        return _set(data, path, [value], own)
    if type(old) is not list:
        raise Withheld("the value is no list")

    def change(items: Any) -> Any:
        items = _mine(items, own)
        items.append(value)
        return items

    return _with(data, path, change, own)


def _splice(data: Any, path: Path, value: Any, own: Own) -> Any:
    start, end, text = value

    def change(old: Any) -> Any:
        if type(old) is not str or not 0 <= start <= end <= len(old):
            raise Withheld("the string is not as expected")
        return old[:start] + text + old[end:]

    return _with(data, path, change, own)


def _unwrap(data: Any, path: Path, onto: Path | None, own: Own) -> Any:
    onto = onto or ()
    if len(onto) >= len(path) or path[: len(onto)] != onto:
        raise Withheld("a value can only take the place of what is around it")
    value = _found(data, path)
    return _with(data, onto, lambda _: value, own)


def _copy(data: Any, path: Path, target: Path, own: Own) -> Any:
    value = _found(data, path)
    if type(_found(data, _parent(path))) is not dict or type(_found(data, _parent(target))) is not dict:
        raise Withheld("only members move, and only into objects")
    if _has(_found(data, target[:-1]), target[-1]) or type(target[-1]) is not str:
        raise Withheld("the name is taken")
    if target[: len(path)] == path:
        raise Withheld("a member cannot move into itself")
    return _set(data, target, value, own)


def _move(data: Any, path: Path, target: Path, own: Own) -> Any:
    return _remove(_copy(data, path, target, own), path, None, own)


_MEANINGS: dict[str, Callable[[Any, Path, Any, Own], Any]] = {
    "append": _append,
    "erase": lambda data, _path, _value, _own: data,
    "move": _move,
    "remove": _remove,
    "rename": _rename,
    "respell": lambda data, _path, _value, _own: data,
    "set": _set,
    "splice": _splice,
    "unwrap": _unwrap,
    "wrap": lambda data, path, _value, own: _with(data, path, lambda old: [old], own),
}


# --- what operations mean for the text ------------------------------------------------------------------


def _steps(operation: Operation, data: Any) -> Iterator[Operation]:
    """The steps of an operation: a move is a copy and a removal, unwrapping clears away what is around first."""
    path = operation.path
    if operation.kind == "move":
        yield Operation("copy", path, operation.value)
        yield Operation("remove", path)
    elif operation.kind == "unwrap":
        onto: Path = operation.value or ()
        data = _found(data, onto)
        for part in path[len(onto) :]:
            for sibling in reversed([*data] if type(data) is dict else range(len(data))):
                if sibling != part:
                    yield Operation("remove", (*onto, sibling))
            yield Operation("unwrap", (*onto, part if type(part) is str else 0), onto)
            data = data[part]
    else:
        yield operation


def _changes(reading: Reading, step: Operation) -> list[Edit]:
    """The edits of one step, sorted."""
    return sorted(_TEXT_CHANGES[step.kind](reading, step.path, step.value), key=_span)


def _span(change: Edit) -> tuple[int, int]:
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
            raise Withheld("a template may add members there")
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
        raise Withheld("a template may add members there")
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
    editor = _container(reading, chain, _found(reading.data, path[:-1]))
    changes: list[Edit] = editor.remove(reading, chain, node)
    return changes


def _setting(reading: Reading, path: Path, value: Any) -> list[Edit]:
    depth = _depth(reading.data, path)
    chain = _chain(reading, path[:depth])
    old = _found(reading.data, path[:depth])
    if depth < len(path) and old is not None:
        return _addition(reading, chain, old, path[depth], _nested(path[depth + 1 :], value, None))
    return _replacement(reading, chain, old, _nested(path[depth:], value, old))


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
    if _depth(reading.data, path) == len(path) and (old := _found(reading.data, path)) is not None:
        return _addition(reading, _chain(reading, path), old, None, value)
    return _setting(reading, path, [value])


def _splicing(reading: Reading, path: Path, value: Any) -> list[Edit]:
    *chain, node = _chain(reading, path)
    old = _found(reading.data, path)
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
    old = _found(reading.data, path)
    return _replacement(reading, [*chain, node], old, [old])


def _copying(reading: Reading, path: Path, target: Path) -> list[Edit]:
    """Edits that write a member a second time, where it is to go."""
    *chain, node = _chain(reading, path)
    there = _chain(reading, target[:-1])
    editor = _container(reading, there, _found(reading.data, target[:-1]))
    here = _container(reading, chain, _found(reading.data, path[:-1]))
    value = _found(reading.data, path)
    key = reading.text[node.key_start : node.key_end]
    if path[-1] != target[-1]:
        key = edit_tokens.renamed(reading, node, str(target[-1]), editor is edit_flow).text
    piece = here.fragment(reading, chain, node, key)
    if here is not editor:
        if type(value) in (dict, list) and not reading.in_brackets(node):
            raise Withheld("a block has no place in brackets")
        if type(value) not in (dict, list) and not piece.comment.strip():
            return _addition(reading, there, _found(reading.data, target[:-1]), target[-1], value)
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


# --- many operations at once -----------------------------------------------------------------------------


def _are_apart(operations: Sequence[Operation]) -> bool:
    """Whether operations make the same text in any order.

    None of them writes in the style of others, or names what another one changes, and of the items of a list the last
    one is removed first.
    """
    if any(operation.kind not in ("remove", "rename", "splice") for operation in operations):
        return False
    paths: set[Path] = set()
    lowest: dict[Path, Any] = {}  # of the items removed from a list
    for operation in operations:
        path = operation.path
        named = [path, (*path[:-1], operation.value)] if operation.kind == "rename" else [path]
        if any(one in paths for one in named):
            return False
        if any(path[:depth] in lowest and part >= lowest[path[:depth]] for depth, part in enumerate(path)):
            return False
        paths.update(named)
        if operation.kind == "remove" and path and type(path[-1]) is int:
            lowest[path[:-1]] = path[-1]
    return not any(path[:depth] in paths for path in paths for depth in range(len(path)))


def _in_layers(reading: Reading, operations: Sequence[Operation]) -> list[Edit]:
    """What ``edits_of`` gives for operations that are apart: as many at once as do not touch, and then the others."""
    text, data = reading.text, reading.data
    pieces: list[Piece] = [(0, len(text))]
    pending = list(operations)
    while pending:
        found = _drafts(reading, pending)
        if not found:
            pieces, reading = _done(reading, pending.pop(0), pieces)  # it touches itself, or tells why it does not go
            continue
        changes = _sorted(found)
        pieces = _revised(pieces, changes)
        before = reading
        now = [pending[at] for at in found]
        reading = _read_again(reading, changes, _shared([one.path for one in now]))
        _compare(before, reading, applied(before.data, now))
        pending = _moved_up([one for at, one in enumerate(pending) if at not in found], now)
    if not same(reading.data, applied(data, operations)):
        raise Withheld("the text would not say what the fix means")
    return _edits(pieces, text)


def _drafts(reading: Reading, operations: Sequence[Operation]) -> dict[int, list[Edit]]:
    """The edits of as many operations as do not touch one another, the first ones first; by their index."""
    found: dict[int, list[Edit]] = {}
    starts: list[int] = []  # of the edits found, in order
    ends: list[int] = []
    reason: Withheld | None = None
    for at, operation in enumerate(operations):
        try:
            steps = [_changes(reading, step) for step in _steps(operation, reading.data)]
        except Withheld as error:
            reason = reason or error  # it may go when others are done
            continue
        changes = sorted((change for some in steps for change in some), key=_span)
        if len(steps) > 1 and any(one.end >= two.start for one, two in pairwise(changes)):
            continue
        places = [bisect_right(starts, change.end) for change in changes]
        if any(place and ends[place - 1] >= one.start for place, one in zip(places, changes, strict=True)):
            continue
        found[at] = changes
        for change in changes:
            place = bisect_right(starts, change.end)
            starts.insert(place, change.start)
            ends.insert(place, change.end)
    if reason is not None and not found:
        raise reason
    return found


def _sorted(found: dict[int, list[Edit]]) -> list[Edit]:
    """All edits of some operations, in the order of the text."""
    return sorted((change for changes in found.values() for change in changes), key=_span)


def _shared(paths: list[Path]) -> Path:
    """The path that all paths begin with."""
    low, high = min(paths, key=_sortable), max(paths, key=_sortable)
    size = next(
        (at for at, (one, two) in enumerate(zip(low, high, strict=False)) if one != two), min(len(low), len(high))
    )
    return low[:size]


def _sortable(path: Path) -> list[str]:
    return list(map(str, path))


def _moved_up(operations: list[Operation], done: list[Operation]) -> list[Operation]:
    """Operations with the paths that they have when items before them have been removed."""
    removed: dict[Path, list[int]] = {}
    for one in done:
        if one.kind == "remove" and type(one.path[-1]) is int:
            removed.setdefault(one.path[:-1], []).append(one.path[-1])
    if not removed:
        return operations
    for some in removed.values():
        some.sort()

    def now(path: Path) -> Path:
        return tuple(
            part - bisect_left(removed.get(path[:depth], ()), part) if type(part) is int else part
            for depth, part in enumerate(path)
        )

    return [Operation(one.kind, now(one.path), one.value) for one in operations]


def _revised(pieces: list[Piece], changes: list[Edit]) -> list[Piece]:
    """The pieces of which a text consists after some more edits, which are sorted and disjoint."""
    revised: list[Piece] = []
    following = iter(changes)
    change = next(following, None)
    at = 0  # where the piece begins in the text that the pieces make up
    done = 0  # up to there it is in the new one, or left out
    for piece in pieces:
        end = at + (len(piece) if isinstance(piece, str) else piece[1] - piece[0])
        while change is not None and change.start < end:
            revised += _cut(piece, done - at, change.start - at)
            revised.append(change.text)
            done = change.end
            change = next(following, None)
        revised += _cut(piece, done - at, end - at)
        at = end
        done = max(done, at)
    while change is not None:  # at the end of the text
        revised.append(change.text)
        change = next(following, None)
    return revised


def _cut(piece: Piece, start: int, end: int) -> list[Piece]:
    """The part of a piece between two of its offsets; nothing if there is none."""
    if start >= end:
        return []
    return [piece[start:end] if isinstance(piece, str) else (piece[0] + start, piece[0] + end)]


def _edits(pieces: list[Piece], text: str) -> list[Edit]:
    """The edits that leave of a text what is among the pieces, in its order, and add the rest."""
    found: list[Edit] = []
    done, new = 0, ""
    for piece in [*pieces, (len(text), len(text))]:
        if isinstance(piece, str):
            new += piece
            continue
        start, end = piece
        if text[done:start] != new:
            found.append(Edit(done, start, new))
        done, new = end, ""
    return found
