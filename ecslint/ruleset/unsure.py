"""Whether an unknown value stands where somebody looks: what the ``perhaps`` functions of facts.py call."""

from __future__ import annotations

from ecslint import paths
from ecslint.model import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def is_unsure(value: Any, pattern: tuple[str, ...]) -> bool:
    """Whether anything to which the pattern leads, on the way or in it, is unknown."""
    if type(value) is Unknown:
        return True
    if not pattern:
        parts = (*value.keys(), *value.values()) if type(value) is dict else value if type(value) is list else ()
        return any(is_unsure(part, ()) for part in parts)
    segment, rest = pattern[0], pattern[1:]
    if type(value) is list:
        return segment == paths.EACH_ITEM and any(is_unsure(item, rest) for item in value)
    if type(value) is not dict:
        return False
    if any(type(key) is Unknown for key in value):
        return True
    if segment == paths.EACH_VALUE:
        return any(is_unsure(item, rest) for item in value.values())
    return segment in value and is_unsure(value[segment], rest)


def may_reach(value: Any, pattern: tuple[str, ...], more_than: int) -> bool:
    """Whether the pattern may lead to more values than that; an unknown value on the way may hold any number."""
    ways = [pattern[:depth] for depth in range(len(pattern))]
    around = [item for way in ways for _, item in paths.select(value, way)]
    if any(
        type(item) is Unknown or (type(item) is dict and any(type(key) is Unknown for key in item)) for item in around
    ):
        return True
    return len(paths.select(value, pattern)) > more_than
