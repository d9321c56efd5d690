"""Checks over what containers ask of the Linux kernel."""

from __future__ import annotations

from ecslint import paths
from ecslint.checks import check
from ecslint.masking import Quoted
from ecslint.model import Hit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from ecslint.model import Path

TEXT_OPTION = {"type": "string", "minLength": 1}


@check(
    options={
        "items": TEXT_OPTION,
        "name": TEXT_OPTION,
        "member": TEXT_OPTION,
        "prefix": {"type": "string", "default": ""},
    },
    values=("name",),
    follows=("items",),
    more_than=1,
)
def agreeing(value: Any, *, items: str, name: str, member: str, prefix: str = "") -> Iterator[Hit]:
    """Objects with the same text under ``name`` have the same text under ``member``; a later one that differs is hit.

    Names that do not start with ``prefix`` are passed over. The first object of the name is related.
    """
    first: dict[str, tuple[Path, str]] = {}
    for path, item in paths.follow(value, items):
        if type(item) is not dict:
            continue
        title, setting = item.get(name), item.get(member)
        if type(title) is not str or type(setting) is not str or not title.startswith(prefix):
            continue
        place, agreed = first.setdefault(title, (path, setting))
        if setting != agreed:
            values = {"name": Quoted(title, (*path, name))}
            yield Hit((*path, member), values, related=[((*place, member), "another value here")])
