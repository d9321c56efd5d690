"""What operations mean for data, whatever text it stands in."""

from __future__ import annotations

import marshal

from ecslint.model import Operation, Unknown
from ecslint.syntax.edit_lines import Withheld

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, TypeAlias

    from ecslint.model import Path

    #: The containers that are copies, by id, and may be changed.
    Own: TypeAlias = dict[int, Any]


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


def found_at(data: Any, path: Path) -> Any:
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


def with_changed(data: Any, path: Path, change: Callable[[Any], Any], own: Own) -> Any:
    """The data with another value at a path."""
    if not path:
        return change(data)
    if not _has(data, path[0]):
        raise Withheld("the path is not in the document")
    copy = _mine(data, own)
    copy[path[0]] = with_changed(data[path[0]], path[1:], change, own)
    return copy


def _parent(path: Path) -> Path:
    if not path:
        raise Withheld("the document itself is not a property")
    return path[:-1]


def _remove(data: Any, path: Path, _: Any, own: Own) -> Any:
    found_at(data, path)

    def change(value: Any) -> Any:
        value = _mine(value, own)
        del value[path[-1]]
        return value

    return with_changed(data, _parent(path), change, own)


def _set(data: Any, path: Path, value: Any, own: Own) -> Any:
    depth = depth_of(data, path)
    return with_changed(data, path[:depth], lambda old: nested(path[depth:], value, old), own)


def depth_of(data: Any, path: Path) -> int:
    """How many parts of a path are in the data; null has nothing below it, and counts as missing."""
    for depth, part in enumerate(path):
        if not _has(data, part):
            return depth
        data = data[part]
    return len(path)


def nested(path: Path, value: Any, old: Any) -> Any:
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
    found_at(data, path)

    def change(value: Any) -> Any:
        if type(value) is not dict:
            raise Withheld("an item has no key")
        if name in value and name != path[-1]:
            raise Withheld("the name is taken")
        return {name if key == path[-1] else key: item for key, item in value.items()}

    return with_changed(data, _parent(path), change, own)


def _append(data: Any, path: Path, value: Any, own: Own) -> Any:
    depth = depth_of(data, path)
    present = depth == len(path)
    old = found_at(data, path) if present else None
    if old is None:
        return _set(data, path, [value], own)
    if type(old) is not list:
        raise Withheld("the value is not a list")

    def change(items: Any) -> Any:
        items = _mine(items, own)
        items.append(value)
        return items

    return with_changed(data, path, change, own)


def _splice(data: Any, path: Path, value: Any, own: Own) -> Any:
    start, end, text = value

    def change(old: Any) -> Any:
        if type(old) is not str or not 0 <= start <= end <= len(old):
            raise Withheld("the string is not as expected")
        return old[:start] + text + old[end:]

    return with_changed(data, path, change, own)


def _unwrap(data: Any, path: Path, onto: Path | None, own: Own) -> Any:
    onto = onto or ()
    if len(onto) >= len(path) or path[: len(onto)] != onto:
        raise Withheld("a value can only take the place of what is around it")
    value = found_at(data, path)
    return with_changed(data, onto, lambda _: value, own)


def _copy(data: Any, path: Path, target: Path, own: Own) -> Any:
    value = found_at(data, path)
    if type(found_at(data, _parent(path))) is not dict or type(found_at(data, _parent(target))) is not dict:
        raise Withheld("only properties move, and only into objects")
    if _has(found_at(data, target[:-1]), target[-1]) or type(target[-1]) is not str:
        raise Withheld("the name is taken")
    if target[: len(path)] == path:
        raise Withheld("a property cannot move into itself")
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
    "wrap": lambda data, path, _value, own: with_changed(data, path, lambda old: [old], own),
}


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
