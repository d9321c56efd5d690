"""JSON Schema over values that may be unknown: a verdict is True, False, or None for "cannot tell".

The subset of draft 2020-12 that conditions and ``then.schema`` may use is the keys of KEYWORDS;
``$ref`` names a condition of rules/conditions. An unknown value satisfies and violates
nothing for certain, so only True makes a condition hold and only False makes a finding.
"""

from __future__ import annotations

from ecslint.model import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any, TypeAlias

    from ecslint.model import Path

    Schema: TypeAlias = "bool | Mapping[str, Any]"
    Verdict: TypeAlias = "bool | None"


class Scope:
    """What a schema may refer to: the named conditions, and the resource for ``{field}`` references."""

    __slots__ = ("conditions", "resource")

    def __init__(self, conditions: Mapping[str, Schema], resource: Any = None) -> None:
        self.conditions = conditions
        self.resource = resource


class Violation:
    """One certain error: where, which keyword, what it demanded; ``name`` is the member that is missing or too much."""

    __slots__ = ("expected", "keyword", "name", "path")

    def __init__(self, path: Path, keyword: str, expected: Any, name: str = "") -> None:
        self.path = path
        self.keyword = keyword
        self.expected = expected
        self.name = name


def both(verdicts: Iterator[Verdict]) -> Verdict:
    """Kleene's and: False if any is False, else None if any is None, else True."""
    result: Verdict = True
    for verdict in verdicts:
        if verdict is False:
            return False
        if verdict is None:
            result = None
    return result


def negation(verdict: Verdict) -> Verdict:
    """Kleene's not."""
    return None if verdict is None else not verdict


def either(verdicts: Iterator[Verdict]) -> Verdict:
    """Kleene's or."""
    return negation(both(negation(verdict) for verdict in verdicts))


def holds(schema: Schema, value: Any, scope: Scope) -> Verdict:
    """Whether ``value`` satisfies ``schema``."""
    if isinstance(schema, bool):
        return schema
    return both(KEYWORDS[name](schema[name], value, schema, scope) for name in schema)


def violations(schema: Schema, value: Any, scope: Scope, path: Path = ()) -> Iterator[Violation]:
    """Every certain error of ``value``, each at its own key or value."""
    if schema is False:
        yield Violation(path, "false", None)
    if isinstance(schema, bool):
        return
    for keyword, argument in schema.items():
        explain = DESCEND.get(keyword)
        if explain is not None:
            yield from explain(argument, value, schema, scope, path)
        elif KEYWORDS[keyword](argument, value, schema, scope) is False:
            yield Violation(path, keyword, argument)


def is_open(value: Mapping[Any, Any]) -> bool:
    """Whether an object holds a placeholder in the place of a member, so that it can lack nothing."""
    return any(type(key) is Unknown for key in value)


def same(left: Any, right: Any) -> Verdict:
    """JSON equality: ``1`` equals ``1.0``, ``true`` does not equal ``1``; None when an unknown decides."""
    if type(left) is Unknown or type(right) is Unknown:
        return True if left == right else None
    if type(left) is list and type(right) is list:
        return len(left) == len(right) and both(map(same, left, right))
    if type(left) is dict and type(right) is dict:
        return left.keys() == right.keys() and both(same(left[key], right[key]) for key in left)
    return bool(left == right and (type(left) is bool) is (type(right) is bool))


# --- assertions: (argument, value, schema, scope) -> Verdict; they ignore values of other types ---

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),  # 512.0 is none: botocore refuses it
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def _type(argument: str | list[str], value: Any, _schema: Any, _scope: Scope) -> Verdict:
    if type(value) is Unknown:
        return None
    names = [argument] if isinstance(argument, str) else argument
    return any(type(value) in TYPES[name] for name in names)


def _const(argument: Any, value: Any, _schema: Any, scope: Scope) -> Verdict:
    return same(fill(argument, scope), value)


def _enum(argument: list[Any], value: Any, _schema: Any, scope: Scope) -> Verdict:
    return either(same(fill(item, scope), value) for item in argument)


def _bound(kind: tuple[type, ...], within: Callable[[Any, Any], bool]) -> Callable[..., Verdict]:
    def check(argument: Any, value: Any, _schema: Any, _scope: Scope) -> Verdict:
        if type(value) is Unknown:
            return None
        return within(value, argument) if type(value) in kind else True

    return check


def _size(kind: type[list[Any]] | type[dict[Any, Any]], within: Callable[[int, int], bool]) -> Callable[..., Verdict]:
    """Sizes of arrays and objects; an unknown part may stand for none or many, so it can only add."""

    def check(argument: int, value: Any, _schema: Any, _scope: Scope) -> Verdict:
        if type(value) is Unknown:
            return None
        if type(value) is not kind:
            return True
        unknown = sum(type(part) is Unknown for part in value)
        verdict = within(len(value) - unknown, argument)
        many = within(argument + 1 + len(value), argument)
        return verdict if not unknown or many is verdict else None

    return check


def _pattern(argument: str, value: Any, _schema: Any, scope: Scope) -> Verdict:
    if type(value) is Unknown:
        return None
    if type(value) is not str:
        return True
    filled = fill(argument, scope, escape=True)
    return None if type(filled) is Unknown else compiled(filled).search(value) is not None


def _required(argument: list[str], value: Any, _schema: Any, _scope: Scope) -> Verdict:
    if type(value) is Unknown:
        return None
    if type(value) is not dict or all(name in value for name in argument):
        return True
    return None if is_open(value) else False


def _dependent_required(argument: Mapping[str, list[str]], value: Any, schema: Any, scope: Scope) -> Verdict:
    if type(value) is Unknown:
        return None
    if type(value) is not dict:
        return True
    return both(_required(names, value, schema, scope) for key, names in argument.items() if key in value)


# --- applicators ---------------------------------------------------------------------------------


def _children(keyword: str, argument: Any, value: Any, schema: Any) -> Iterator[tuple[Any, Any, Schema]]:
    """(key, member, its schema) for the keywords that speak of members and items."""
    if keyword == "items" and type(value) is list:
        yield from ((index, item, argument) for index, item in enumerate(value))
    elif keyword == "properties" and type(value) is dict:
        yield from ((key, value[key], sub) for key, sub in argument.items() if key in value)
    elif keyword == "additionalProperties" and type(value) is dict:
        known = schema.get("properties", {})
        yield from ((key, item, argument) for key, item in value.items() if key not in known)


def _members(keyword: str) -> Callable[..., Verdict]:
    def check(argument: Any, value: Any, schema: Any, scope: Scope) -> Verdict:
        if type(value) is Unknown:
            return None
        return both(
            None if type(key) is Unknown else holds(sub, item, scope)
            for key, item, sub in _children(keyword, argument, value, schema)
        )

    return check


def _contains(argument: Schema, value: Any, _schema: Any, scope: Scope) -> Verdict:
    if type(value) is Unknown:
        return None
    if type(value) is not list:
        return True
    return either(None if type(item) is Unknown else holds(argument, item, scope) for item in value)


def _property_names(argument: Schema, value: Any, _schema: Any, scope: Scope) -> Verdict:
    if type(value) is Unknown:
        return None
    return both(holds(argument, key, scope) for key in value) if type(value) is dict else True


def _if(argument: Schema, value: Any, schema: Any, scope: Scope) -> Verdict:
    condition = holds(argument, value, scope)
    branches = [holds(schema.get(branch, True), value, scope) for branch in ("then", "else")]
    if condition is None:
        return branches[0] if branches[0] is branches[1] else None
    return branches[0] if condition else branches[1]


KEYWORDS: dict[str, Callable[..., Verdict]] = {
    "$ref": lambda name, value, _schema, scope: holds(scope.conditions[name], value, scope),
    "type": _type,
    "const": _const,
    "enum": _enum,
    "minimum": _bound((int, float), lambda value, bound: value >= bound),
    "maximum": _bound((int, float), lambda value, bound: value <= bound),
    "minLength": _bound((str,), lambda value, bound: len(value) >= bound),
    "maxLength": _bound((str,), lambda value, bound: len(value) <= bound),
    "minItems": _size(list, lambda size, bound: size >= bound),
    "maxItems": _size(list, lambda size, bound: size <= bound),
    "minProperties": _size(dict, lambda size, bound: size >= bound),
    "maxProperties": _size(dict, lambda size, bound: size <= bound),
    "pattern": _pattern,
    "required": _required,
    "dependentRequired": _dependent_required,
    "properties": _members("properties"),
    "additionalProperties": _members("additionalProperties"),
    "items": _members("items"),
    "contains": _contains,
    "propertyNames": _property_names,
    "allOf": lambda subs, value, _schema, scope: both(holds(sub, value, scope) for sub in subs),
    "anyOf": lambda subs, value, _schema, scope: either(holds(sub, value, scope) for sub in subs),
    "not": lambda sub, value, _schema, scope: negation(holds(sub, value, scope)),
    "if": _if,
    "then": lambda *_: True,  # judged with "if"
    "else": lambda *_: True,
}


# --- keywords whose errors have a place of their own -----------------------------------------------


def _explain_required(argument: list[str], value: Any, _s: Any, _scope: Scope, path: Path) -> Iterator[Violation]:
    if type(value) is dict and not is_open(value):
        yield from (Violation(path, "required", argument, name) for name in argument if name not in value)


def _explain_dependent(
    argument: Mapping[str, list[str]], value: Any, schema: Any, scope: Scope, path: Path
) -> Iterator[Violation]:
    for key, names in argument.items():
        if type(value) is dict and key in value:
            yield from _explain_required(names, value, schema, scope, path)


def _explain_members(keyword: str) -> Callable[..., Iterator[Violation]]:
    def explain(argument: Any, value: Any, schema: Any, scope: Scope, path: Path) -> Iterator[Violation]:
        for key, item, sub in _children(keyword, argument, value, schema):
            if type(key) is Unknown:
                continue
            if sub is False:
                yield Violation((*path, key), keyword, None, str(key))
            else:
                yield from violations(sub, item, scope, (*path, key))

    return explain


def _explain_all(argument: list[Schema], value: Any, _s: Any, scope: Scope, path: Path) -> Iterator[Violation]:
    for sub in argument:
        yield from violations(sub, value, scope, path)


def _explain_if(argument: Schema, value: Any, schema: Any, scope: Scope, path: Path) -> Iterator[Violation]:
    condition = holds(argument, value, scope)
    if condition is not None:
        yield from violations(schema.get("then" if condition else "else", True), value, scope, path)


DESCEND: dict[str, Callable[..., Iterator[Violation]]] = {
    "required": _explain_required,
    "dependentRequired": _explain_dependent,
    "properties": _explain_members("properties"),
    "additionalProperties": _explain_members("additionalProperties"),
    "items": _explain_members("items"),
    "allOf": _explain_all,
    "if": _explain_if,
}


# --- strings that refer to the resource, and patterns ----------------------------------------------

REFERENCE = r"\{([A-Za-z][A-Za-z0-9.]*)\}"

_compiled: dict[str, re.Pattern[str]] = {}


def compiled(pattern: str) -> re.Pattern[str]:
    """The compiled pattern, read as JSON Schema does: ``$`` is the very end, ``\\d`` and ``\\w`` are ASCII."""
    found = _compiled.get(pattern)
    if found is None:
        import re

        ends = pattern.endswith("$") and not pattern.endswith("\\$")
        found = _compiled[pattern] = re.compile(pattern[:-1] + r"\Z" if ends else pattern, re.ASCII)
    return found


def fill(template: Any, scope: Scope, *, escape: bool = False) -> Any:
    """Replace ``{field.of.resource}`` in a string by the resource's value; Unknown if that is no known scalar."""
    if type(template) is not str or "{" not in template:
        return template
    import re

    unknown = False

    def value_of(match: re.Match[str]) -> str:
        nonlocal unknown
        value = scope.resource
        for part in match[1].split("."):
            value = value.get(part) if type(value) is dict else None
        if type(value) not in (str, int):
            unknown = True
        return re.escape(str(value)) if escape else str(value)

    filled = re.sub(REFERENCE, value_of, template)
    return Unknown(template) if unknown else filled
