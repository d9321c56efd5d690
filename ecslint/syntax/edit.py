"""Operations on the data of a text become edits of the text, which change what the operations name and nothing else.

An operation is worked out on the text as the ones before it left it, and the result is read again: if its data is not
what ``applied`` makes of the data, the whole fix is withheld. Of many fixes in one text, ``drafted`` gives the edits
and ``agree`` reads the text again once for all, since to read it for each takes a time that grows with the square.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import pairwise

from ecslint.model import Edit, Fault, Operation, Scan
from ecslint.syntax import json
from ecslint.syntax.edit_lines import Reading, Withheld, patched
from ecslint.syntax.edit_text import changes_of, span_of, steps_of
from ecslint.syntax.operations import applied, same, with_changed
from ecslint.syntax.pieces import edits_between, revised

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from ecslint.model import Node, Path
    from ecslint.syntax.pieces import Piece

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
    return edits_between(pieces, text)


def _done(reading: Reading, operation: Operation, pieces: list[Piece]) -> tuple[list[Piece], Reading]:
    """The pieces of a text, and what it says, after one operation more."""
    before = reading
    wanted = applied(reading.data, [operation])
    for step in steps_of(operation, reading.data):
        changes = changes_of(reading, step)
        pieces = revised(pieces, changes)
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
    return edits_between(revised([(0, len(reading.text))], _sorted(found)), reading.text)


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
        return Reading(text, "json", Scan(with_changed(reading.data, inner, lambda _: value, {}), None, faults))
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
        pieces = revised(pieces, changes)
        before = reading
        now = [pending[at] for at in found]
        reading = _read_again(reading, changes, _shared([one.path for one in now]))
        _compare(before, reading, applied(before.data, now))
        pending = _moved_up([one for at, one in enumerate(pending) if at not in found], now)
    if not same(reading.data, applied(data, operations)):
        raise Withheld("the text would not say what the fix means")
    return edits_between(pieces, text)


def _drafts(reading: Reading, operations: Sequence[Operation]) -> dict[int, list[Edit]]:
    """The edits of as many operations as do not touch one another, the first ones first; by their index."""
    found: dict[int, list[Edit]] = {}
    starts: list[int] = []  # of the edits found, in order
    ends: list[int] = []
    reason: Withheld | None = None
    for at, operation in enumerate(operations):
        try:
            steps = [changes_of(reading, step) for step in steps_of(operation, reading.data)]
        except Withheld as error:
            reason = reason or error  # it may go when others are done
            continue
        changes = sorted((change for some in steps for change in some), key=span_of)
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
    return sorted((change for changes in found.values() for change in changes), key=span_of)


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
