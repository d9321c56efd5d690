"""Checks over members of one object or list that serve many rules: uniqueness, references, comparisons."""

from __future__ import annotations

from ecslint import paths
from ecslint.checks import check, quick
from ecslint.masking import Quoted
from ecslint.model import Hit, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from ecslint.model import Path

PATH_OPTION = {"type": "string", "minLength": 1, "format": "path"}

#: How many names a suggestion is looked for among: comparing words is slow.
SUGGESTION_LIMIT = 50


@check(
    options={"items": PATH_OPTION},
    values=("first", "twin"),
    follows=("items",),
    more_than=1,
    passes=quick.differ,
    reads=("{items}",),
)
def unique(value: Any, *, items: str) -> Iterator[Hit]:
    """No two values that ``items`` reaches are equal; the later one is hit, the first is related.

    ``twin`` is where the first one stands if the objects around the two are equal, too. Empty texts are
    passed over: they stand for nothing, and rules of their own report them.
    """
    first: dict[tuple[type, Any], Path] = {}
    for path, item in paths.follow(value, items):
        if type(item) not in (str, int) or item == "":
            continue
        seen = first.setdefault((type(item), item), path)
        if seen != path:
            twin = paths.pointer(seen[:-1]) if around(value, path) == around(value, seen) else None
            values = {"first": paths.pointer(seen), "twin": twin}
            yield Hit(path, values, own=values, related=[(seen, "first here")])


def around(value: Any, path: Path) -> Any:
    """The object whose member a path leads to."""
    for part in path[:-1]:
        value = value[part]
    return value


@check(
    options={
        "items": PATH_OPTION,
        "targets": PATH_OPTION,
        "until": {"type": "string", "default": ""},
        "optional": {"type": "boolean", "default": False},
        "there": {"type": "string", "default": ""},
    },
    values=("name", "known", "suggestion", "meant"),
    follows=("items",),
    gathers=("targets",),
    passes=quick.all_found,
    reads=("{items}", "{targets}"),
)
def refers_to(
    value: Any, *, items: str, targets: str, until: str = "", optional: bool = False, there: str = ""
) -> Iterator[Hit]:
    """Each name that ``items`` reaches is among those that ``targets`` reaches; ``name`` is one that is not.

    A name ends before the text ``until``, where there is one; what has it twice or ends with it is no
    reference and passed over. So are empty names, which stand for nothing. Silent when something on
    the way to the targets is unknown, or a target is absent, since any name could then be declared; a target that is
    ``optional`` declares nothing where it is absent. The list of targets is related if there is something to say
    ``there``.
    """
    pattern = paths.parse(targets)
    targeted = paths.select(value, pattern)
    found = {name for _, name in targeted if type(name) is str}
    missing = []
    for path, item in paths.follow(value, items):
        name = before(item, until) if type(item) is str and until else item
        if type(name) is str and name and name not in found:
            missing.append((path, name))
    names = declared(value, pattern, optional=optional) if missing else None
    if names is None:
        return
    from ecslint import words

    for path, name in missing:
        meant = words.closest(name, names[:SUGGESTION_LIMIT])
        suggestion = f"; did you mean `{meant}`?" if meant else ""
        listed = words.listed(names[:SUGGESTION_LIMIT]) if names else "none"
        whole = around(value, path)[path[-1]] == name
        said = {"known": listed, "suggestion": suggestion, "meant": meant if whole else None}
        place = targeted[0][0] if targeted else ()
        values = {"name": name, **{key: text and Quoted(text, place) for key, text in said.items()}}
        yield Hit(path, values, related=[(pattern[: pattern.index(paths.EACH_ITEM)], there)] if there else ())


def before(text: str, mark: str) -> str:
    """What stands before the mark, or the whole text without one; empty if the mark stands twice or at the end."""
    name, found, rest = text.partition(mark)
    return "" if found and (not rest or mark in rest) else name


def declared(value: Any, pattern: tuple[str, ...], *, optional: bool = False) -> list[str] | None:
    """The names that a pattern reaches; None when there could be more of them than are to be seen.

    What is absent may come later, unless it is ``optional``.
    """
    for depth, segment in enumerate(pattern):
        for _, holder in paths.select(value, pattern[:depth]):
            absent = type(holder) is dict and segment not in holder
            if type(holder) is Unknown or (absent and is_open(holder)):
                return None
    names = [name for _, name in paths.select(value, pattern)]
    complete = optional or len(names) == sum(1 for _ in paths.select(value, pattern[:-1]))
    return names if complete and all(type(name) is str for name in names) else None


def is_open(holder: Mapping[Any, Any]) -> bool:
    """Whether an object holds a placeholder in the place of a member, so that any member may be there."""
    return any(type(key) is Unknown for key in holder)


@check(
    options={
        "left": PATH_OPTION,
        "operator": {"enum": ["==", "<=", ">="]},
        "right": PATH_OPTION,
        "unless": {"type": "array", "default": []},
    },
    values=("left", "right"),
    needs=("left", "right"),
    passes=quick.in_order,
    reads=("{left}", "{right}"),
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
        values = {"left": a, "right": Quoted(b, (right,))}
        yield Hit((left,), values, related=[((right,), Quoted(f"{b} here", (right,)))])


@check(
    options={"items": PATH_OPTION, "others": PATH_OPTION},
    values=("position",),
    follows=("items", "others"),
    passes=quick.share_none,
)
def disjoint(value: Any, *, items: str, others: str) -> Iterator[Hit]:
    """No text that ``items`` reaches is also reached by ``others``; the first such other is related.

    ``position`` is the last index on the way to it.
    """
    reached = paths.follow(value, others)
    taken = {other for _, other in reached if type(other) is str and other}
    for path, item in paths.follow(value, items):
        if type(item) is str and item in taken:
            first = next(place for place, other in reached if other == item)
            position = next((part for part in reversed(first) if type(part) is int), None)
            yield Hit(path, {"position": position}, own=("position",), related=[(first, "the same name here")])


@check(
    options={"service": {"type": "string"}, "resource": {"type": "string"}},
    values=("problem",),
    passes=quick.is_arn_of,
)
def arn(text: Any, *, service: str, resource: str) -> Iterator[Hit]:
    """A text that starts with ``arn:`` is the ARN of a resource of this service; the resource starts with ``resource``.

    Other texts are passed over: they may be names. So is an account that is no number: a word such
    as ``ACCOUNT_ID`` is replaced before the document is used.
    """
    if type(text) is not str or not text.startswith("arn:"):
        return
    parts = text.split(":", 5)
    if len(parts) < 6 or not parts[1].startswith("aws"):
        problem = "the form is arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE"
    elif parts[2] != service:
        problem = f"the service is `{parts[2]}`, not `{service}`"
    elif len(parts[4]) != 12 and (parts[4].isdigit() or not parts[4]):
        problem = f"an account number has 12 digits, not {len(parts[4])}"
    elif not parts[5].startswith(resource) or len(parts[5]) == len(resource):
        problem = f"the last part starts with `{resource}` and a name"
    elif not parts[5].isprintable() or " " in parts[5]:
        problem = "it contains a space"
    else:
        return
    yield Hit((), {"problem": problem})
