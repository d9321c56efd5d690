"""What generated code calls: the few operations that are no one-liners."""

from __future__ import annotations

from ecslint.model import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable
    from typing import Any

#: Stands for a member that an object does not have; no document can hold it.
missing = object()


def later(module: str, name: str, names: dict[str, Any]) -> Any:
    """A function of another module, imported when it is called first; it then takes its place in ``names``."""
    function = None  # for those who keep what stood in ``names`` before

    def load(*arguments: Any, **options: Any) -> Any:
        nonlocal function
        if function is None:
            function = names[name] = getattr(__import__(module, fromlist=[name]), name)
        return function(*arguments, **options)

    return load


#: Characters of a field that a constant or a pattern refers to; no field that has a name in it is as long.
MOST_FILLED = 1_000

_checks: dict[str, Any] = {}


def call(number: int, path: Any, module: str, name: str, value: Any, out: list[Any], /, **options: Any) -> None:
    """Run a check, which is imported when it is needed first; an exception becomes an outcome of its own."""
    try:
        function = _checks.get(name)
        if function is None:
            function = _checks[name] = getattr(__import__(module, fromlist=[name]), name)
        for hit in function(value, **options):
            out.append((number, path, hit))
    except Exception as error:
        out.append((number, path, error))


_patterns: dict[str, re.Pattern[str]] = {}


def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, read as JSON Schema does: ``$`` is the very end, ``\\d`` and ``\\w`` are ASCII."""
    found = _patterns.get(pattern)
    if found is None:
        import re

        from ecslint.regex.parsing import to_the_end

        found = _patterns[pattern] = re.compile(to_the_end(pattern), re.ASCII)
    return found


def search(pattern: str, text: str) -> bool:
    """Whether the pattern occurs in the text."""
    return compiled(pattern).search(text) is not None


def hold_texts(items: list[Any], one: str, other: str) -> bool:
    """True only if all items are objects of exactly these two members, and both are texts."""
    try:
        for item in items:
            if len(item) != 2 or type(item[one]) is not str or type(item[other]) is not str or type(item) is not dict:
                return False
    except (KeyError, TypeError):
        return False
    return True


def known(items: list[Any], name: str) -> list[Any]:
    """The values of a member of those objects in a list that have it."""
    try:
        return [item[name] for item in items]
    except KeyError:
        return [item[name] for item in items if name in item]


def is_object(value: Any) -> bool:
    """Whether a value is a JSON object."""
    return type(value) is dict


def has_unknown(parts: Iterable[Any]) -> bool:
    """Whether a list holds an unknown item, or an object a placeholder in the place of a member."""
    return any(type(part) is Unknown for part in parts)


def known_parts(parts: Iterable[Any]) -> int:
    """How many items or members are not unknown."""
    return sum(type(part) is not Unknown for part in parts)


def same(expected: Any, value: Any, task: Any, container: Any = None) -> bool | None:
    """JSON equality of a constant, with its references filled in, and a value; None when an unknown decides."""
    return equal(fill(expected, task, container), value)


def equal(left: Any, right: Any) -> bool | None:
    """``1`` equals ``1.0``, ``true`` does not equal ``1``; None when an unknown decides."""
    if type(left) is Unknown or type(right) is Unknown:
        return True if left == right else None
    if type(left) is list and type(right) is list:
        pairs = list(zip(left, right, strict=False)) if len(left) == len(right) else None
    elif type(left) is dict and type(right) is dict:
        pairs = [(left[key], right[key]) for key in left] if left.keys() == right.keys() else None
    else:
        return bool(left == right and (type(left) is bool) is (type(right) is bool))
    if pairs is None:
        return False
    verdicts = [equal(one, other) for one, other in pairs]
    return False if False in verdicts else None if None in verdicts else True


def matches(
    pattern: str, text: str, task: Any, container: Any = None, search: Callable[[str, str], bool] = search
) -> bool | None:
    """Whether a pattern occurs in the text, once its references are filled in; None when they are unknown."""
    filled = fill(pattern, task, container, escape=True)
    return None if type(filled) is Unknown else search(filled, text)


def referred(name: str, task: Any) -> Any:
    """The field of the resource that a reference names: ``family``, ``runtimePlatform.cpuArchitecture``; or None."""
    value = task
    for part in name.split("."):
        value = value.get(part) if type(value) is dict else None
    return value


def fill(template: Any, task: Any, container: Any = None, *, escape: bool = False) -> Any:
    """Replace ``{field.of.resource}`` in a string by the resource's value; Unknown if that is no known scalar.

    ``{container}`` is the name of the container at hand, Unknown where there is none.
    """
    if type(template) is not str or "{" not in template:
        return template
    import re

    from ecslint.ruleset.expressions import CONTAINER, REFERENCE

    unknown = False

    def value_of(match: re.Match[str]) -> str:
        nonlocal unknown
        value = referred("name", container) if match[0] == CONTAINER else referred(match[1], task)
        if type(value) not in (str, int) or (type(value) is str and len(value) > MOST_FILLED):
            unknown = True
            return ""
        return re.escape(str(value)) if escape else str(value)

    filled = re.sub(REFERENCE, value_of, template)
    return Unknown(template) if unknown else filled
