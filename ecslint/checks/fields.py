"""Checks over members of one object or list that serve many rules: uniqueness, references, comparisons."""

from __future__ import annotations

from ecslint import paths, words
from ecslint.checks import check
from ecslint.model import Hit, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from ecslint.model import Path

PATH_OPTION = {"type": "string", "minLength": 1}


@check(options={"items": PATH_OPTION}, values=("first",), needs=("items",))
def unique(value: Any, *, items: str) -> Iterator[Hit]:
    """No two values that ``items`` reaches are equal; the later one is hit, the first is related.

    Empty texts are passed over: they stand for nothing, and rules of their own report them.
    """
    first: dict[tuple[type, Any], Path] = {}
    for path, item in paths.select(value, paths.parse(items)):
        if type(item) not in (str, int) or item == "":
            continue
        seen = first.setdefault((type(item), item), path)
        if seen != path:
            yield Hit(path, {"first": paths.pointer(seen)}, related=[(seen, "first here")])


@check(options={"items": PATH_OPTION, "targets": PATH_OPTION}, values=("known", "suggestion"), needs=("items",))
def refers_to(value: Any, *, items: str, targets: str) -> Iterator[Hit]:
    """Each string that ``items`` reaches is among those that ``targets`` reaches.

    Silent when a target is unknown or absent, since any name could then be declared.
    """
    known = [target for _, target in paths.select(value, paths.parse(targets))]
    if not known or any(type(target) is Unknown for target in known):
        return
    names = [target for target in known if type(target) is str]
    for path, item in paths.select(value, paths.parse(items)):
        if type(item) is str and item not in names:
            meant = words.closest(item, names)
            suggestion = f"did you mean `{meant}`?" if meant else ""
            yield Hit(path, {"known": words.listed(names), "suggestion": suggestion})


@check(
    options={
        "left": PATH_OPTION,
        "operator": {"enum": ["==", "<=", ">="]},
        "right": PATH_OPTION,
        "unless": {"type": "array", "default": []},
    },
    values=("left", "right"),
)
def compare(value: Any, *, left: str, operator: str, right: str, unless: Sequence[int] = ()) -> Iterator[Hit]:
    """Two integer members of one object compare as demanded; the left one is hit, the right one is related.

    Values of the left member that are listed in ``unless`` are passed over.
    """
    if type(value) is not dict or type(value.get(left)) is not int or type(value.get(right)) is not int:
        return
    a, b = value[left], value[right]
    fine = {"==": a == b, "<=": a <= b, ">=": a >= b}[operator]
    if not fine and a not in unless:
        yield Hit((left,), {"left": a, "right": b}, related=[((right,), f"{b} here")])


@check(options={"items": PATH_OPTION, "others": PATH_OPTION}, needs=("items", "others"))
def disjoint(value: Any, *, items: str, others: str) -> Iterator[Hit]:
    """No text that ``items`` reaches is also reached by ``others``; the first such other is related."""
    taken: dict[str, Path] = {}
    for path, other in paths.select(value, paths.parse(others)):
        if type(other) is str:
            taken.setdefault(other, path)
    for path, item in paths.select(value, paths.parse(items)):
        if type(item) is str and item and item in taken:
            yield Hit(path, related=[(taken[item], "the same name here")])
