"""JSON Schema becomes Python: expressions that are true when a value certainly satisfies or violates a schema.

``good(S, v)`` is true when S holds for v whatever the unknown parts of v stand for, ``bad(S, v)``
when S fails for v likewise. Neither is the negation of the other: for an unknown value both are
false. That is Kleene's three-valued logic, written as two predicates that swap places at ``not``.
The subset of draft 2020-12 that rules may use is the keys of KEYWORDS.
"""

from __future__ import annotations

from ecslint.ruleset import patterns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any, TypeAlias

    Schema: TypeAlias = bool | Mapping[str, Any]
    Expression: TypeAlias = Callable[[Any, str, Mapping[str, Any], "Writer"], str]

TYPES = {
    "object": ("dict",),
    "array": ("list",),
    "string": ("str",),
    "integer": ("int",),  # 512.0 is none: botocore refuses it
    "number": ("int", "float"),
    "boolean": ("bool",),
    "null": ("NoneType",),
}


class Writer:
    """Makes fresh variable names, and says how a named condition is asked.

    ``conditions`` maps (name, want) to an expression that replaces the call of the condition's
    function: inside ``when`` the answers are at hand.
    """

    __slots__ = ("_count", "answers")

    def __init__(self) -> None:
        self._count = 0
        self.answers: dict[tuple[str, bool], str] = {}

    def fresh(self) -> str:
        """A variable name that is not in use."""
        self._count += 1
        return f"x{self._count}"


def good(schema: Schema, v: str, writer: Writer) -> str:
    """A Python expression: the value in the variable ``v`` certainly satisfies the schema."""
    if isinstance(schema, bool):
        return str(schema)
    return joined("and", [KEYWORDS[name][0](schema[name], v, schema, writer) for name in schema])


def bad(schema: Schema, v: str, writer: Writer) -> str:
    """A Python expression: the value in the variable ``v`` certainly violates the schema."""
    if isinstance(schema, bool):
        return str(not schema)
    return joined("or", [KEYWORDS[name][1](schema[name], v, schema, writer) for name in schema])


def joined(operator: str, parts: list[str]) -> str:
    """Parts joined by ``and`` or ``or``, shortened where a part is a constant."""
    neutral, decisive = ("True", "False") if operator == "and" else ("False", "True")
    parts = [part for part in parts if part != neutral]
    if decisive in parts:
        return decisive
    if not parts:
        return neutral
    return parts[0] if len(parts) == 1 else f"({f' {operator} '.join(parts)})"


def known(v: str) -> str:
    """The value is not unknown."""
    return f"type({v}) is not Unknown"


def is_type(v: str, *types: str) -> str:
    """The value has one of these Python types."""
    return f"type({v}) is {types[0]}" if len(types) == 1 else f"type({v}) in ({', '.join(types)})"


# --- assertions: each gives (good, bad) ------------------------------------------------------------


def _of(types: tuple[str, ...], fails: Callable[[Any, str], str]) -> tuple[Expression, Expression]:
    """An assertion about values of some types, which fails when ``fails`` is true of such a value."""

    def is_good(argument: Any, v: str, _schema: Any, _writer: Writer) -> str:
        return f"({known(v)} and not ({is_type(v, *types)} and {fails(argument, v)}))"

    def is_bad(argument: Any, v: str, _schema: Any, _writer: Writer) -> str:
        return f"({is_type(v, *types)} and {fails(argument, v)})"

    return is_good, is_bad


def _size(types: tuple[str, ...], most: bool) -> tuple[Expression, Expression]:
    """Sizes of lists and objects; an unknown part may stand for none or for many, so it can only add."""
    worse = ">" if most else "<"

    def is_good(argument: int, v: str, _schema: Any, _writer: Writer) -> str:
        size = f"len({v})" if most else f"known_parts({v})"
        closed = f" and not has_unknown({v})" if most else ""
        return f"({known(v)} and (not {is_type(v, *types)} or ({size} {'<=' if most else '>='} {argument}{closed})))"

    def is_bad(argument: int, v: str, _schema: Any, _writer: Writer) -> str:
        size = f"known_parts({v})" if most else f"len({v})"
        closed = "" if most else f" and not has_unknown({v})"
        return f"({is_type(v, *types)} and {size} {worse} {argument}{closed})"

    return is_good, is_bad


def _type_names(argument: str | list[str]) -> tuple[str, ...]:
    names = [argument] if isinstance(argument, str) else argument
    return tuple(dict.fromkeys(python for name in names for python in TYPES[name]))


def _good_type(argument: Any, v: str, _schema: Any, _writer: Writer) -> str:
    return is_type(v, *_type_names(argument))


def _bad_type(argument: Any, v: str, _schema: Any, _writer: Writer) -> str:
    return f"type({v}) not in ({', '.join((*_type_names(argument), 'Unknown'))})"


def _plain(value: Any) -> bool:
    """Whether ``==`` compares this value as JSON does, references to the resource aside."""
    return value is None or (isinstance(value, str) and not has_reference(value))


def _good_const(argument: Any, v: str, _schema: Any, _writer: Writer) -> str:
    if _plain(argument):
        return f"{v} == {argument!r}"
    if isinstance(argument, bool):
        return f"{v} is {argument}"
    if isinstance(argument, (int, float)):
        return f"({is_type(v, *NUMBERS)} and {v} == {argument})"
    return f"same({argument!r}, {v}, task) is True"


def _bad_const(argument: Any, v: str, schema: Any, writer: Writer) -> str:
    if _plain(argument):
        return f"({v} != {argument!r} and {known(v)})"
    if isinstance(argument, (bool, int, float)):
        return f"({known(v)} and not {_good_const(argument, v, schema, writer)})"
    return f"same({argument!r}, {v}, task) is False"


def _good_enum(argument: list[Any], v: str, _schema: Any, _writer: Writer) -> str:
    if all(map(_plain, argument)):
        return f"{v} in {tuple(argument)!r}"
    return joined("or", [f"same({item!r}, {v}, task) is True" for item in argument])


def _bad_enum(argument: list[Any], v: str, _schema: Any, _writer: Writer) -> str:
    if all(map(_plain, argument)):
        return f"({v} not in {tuple(argument)!r} and {known(v)})"
    return joined("and", [f"same({item!r}, {v}, task) is False" for item in argument])


def _good_pattern(argument: str, v: str, _schema: Any, _writer: Writer) -> str:
    return f"({known(v)} and (type({v}) is not str or {matches(argument, v, True)}))"


def _bad_pattern(argument: str, v: str, _schema: Any, _writer: Writer) -> str:
    return f"(type({v}) is str and {matches(argument, v, False)})"


def matches(pattern: str, v: str, want: bool) -> str:
    """The pattern matches (or not)."""
    if has_reference(pattern):
        return f"matches({pattern!r}, {v}, task) is {want}"
    found = patterns.expression(pattern, v)
    return found if want else f"not {found}"


def _good_required(argument: list[str], v: str, _schema: Any, _writer: Writer) -> str:
    return f"({known(v)} and (type({v}) is not dict or ({has_all(argument, v)})))"


def _bad_required(argument: list[str], v: str, _schema: Any, _writer: Writer) -> str:
    return f"(type({v}) is dict and not ({has_all(argument, v)}) and not has_unknown({v}))"


def has_all(names: list[str], v: str) -> str:
    """The object has all these members."""
    return " and ".join(f"{name!r} in {v}" for name in names) or "True"


def _good_dependent(argument: Mapping[str, list[str]], v: str, _schema: Any, _writer: Writer) -> str:
    parts = [f"({key!r} not in {v} or ({has_all(names, v)}))" for key, names in argument.items()]
    return f"({known(v)} and (type({v}) is not dict or {joined('and', parts)}))"


def _bad_dependent(argument: Mapping[str, list[str]], v: str, _schema: Any, _writer: Writer) -> str:
    parts = [f"({key!r} in {v} and not ({has_all(names, v)}))" for key, names in argument.items()]
    return f"(type({v}) is dict and {joined('or', parts)} and not has_unknown({v}))"


# --- applicators -----------------------------------------------------------------------------------


def _good_properties(argument: Mapping[str, Schema], v: str, _schema: Any, writer: Writer) -> str:
    parts = []
    for key, sub in argument.items():
        x = writer.fresh()
        parts.append(f"(({x} := {v}.get({key!r}, missing)) is missing or {good(sub, x, writer)})")
    return f"({known(v)} and (type({v}) is not dict or {joined('and', parts)}))"


def _bad_properties(argument: Mapping[str, Schema], v: str, _schema: Any, writer: Writer) -> str:
    parts = []
    for key, sub in argument.items():
        x = writer.fresh()
        parts.append(f"(({x} := {v}.get({key!r}, missing)) is not missing and {bad(sub, x, writer)})")
    return f"(type({v}) is dict and {joined('or', parts)})"


def _good_additional(argument: Schema, v: str, schema: Mapping[str, Any], writer: Writer) -> str:
    k, x = writer.fresh(), writer.fresh()
    rest = _rest(k, schema)
    return (
        f"({known(v)} and (type({v}) is not dict or all({known(k)} and {good(argument, x, writer)}"
        f" for {k}, {x} in {v}.items() if {rest})))"
    )


def _bad_additional(argument: Schema, v: str, schema: Mapping[str, Any], writer: Writer) -> str:
    k, x = writer.fresh(), writer.fresh()
    rest = _rest(k, schema)
    return (
        f"(type({v}) is dict and any({known(k)} and {bad(argument, x, writer)} for {k}, {x} in {v}.items() if {rest}))"
    )


def _rest(k: str, schema: Mapping[str, Any]) -> str:
    return f"{k} not in {tuple(schema.get('properties', ()))!r}"


def _good_names(argument: Schema, v: str, _schema: Any, writer: Writer) -> str:
    k = writer.fresh()
    return f"({known(v)} and (type({v}) is not dict or all({good(argument, k, writer)} for {k} in {v})))"


def _bad_names(argument: Schema, v: str, _schema: Any, writer: Writer) -> str:
    k = writer.fresh()
    return f"(type({v}) is dict and any({bad(argument, k, writer)} for {k} in {v}))"


def _good_items(argument: Schema, v: str, _schema: Any, writer: Writer) -> str:
    x = writer.fresh()
    return f"({known(v)} and (type({v}) is not list or all({good(argument, x, writer)} for {x} in {v})))"


def _bad_items(argument: Schema, v: str, _schema: Any, writer: Writer) -> str:
    x = writer.fresh()
    return f"(type({v}) is list and any({bad(argument, x, writer)} for {x} in {v}))"


def _good_contains(argument: Schema, v: str, _schema: Any, writer: Writer) -> str:
    x = writer.fresh()
    some = f"any({known(x)} and {good(argument, x, writer)} for {x} in {v})"
    return f"({known(v)} and (type({v}) is not list or {some}))"


def _bad_contains(argument: Schema, v: str, _schema: Any, writer: Writer) -> str:
    x = writer.fresh()
    return f"(type({v}) is list and all({known(x)} and {bad(argument, x, writer)} for {x} in {v}))"


def _branches(schema: Mapping[str, Any]) -> tuple[Schema, Schema]:
    return schema.get("then", True), schema.get("else", True)


def _good_if(argument: Schema, v: str, schema: Mapping[str, Any], writer: Writer) -> str:
    then, otherwise = (good(branch, v, writer) for branch in _branches(schema))
    met, unmet = good(argument, v, writer), bad(argument, v, writer)
    return joined(
        "or", [joined("and", [met, then]), joined("and", [unmet, otherwise]), joined("and", [then, otherwise])]
    )


def _bad_if(argument: Schema, v: str, schema: Mapping[str, Any], writer: Writer) -> str:
    then, otherwise = (bad(branch, v, writer) for branch in _branches(schema))
    met, unmet = good(argument, v, writer), bad(argument, v, writer)
    return joined(
        "or", [joined("and", [met, then]), joined("and", [unmet, otherwise]), joined("and", [then, otherwise])]
    )


def _reference(want: bool) -> Expression:
    def ask(argument: str, v: str, _schema: Any, writer: Writer) -> str:
        if v == "task" and (argument, want) in writer.answers:
            return writer.answers[argument, want]
        return f"{condition_name(argument, want)}({v})"

    return ask


def condition_name(name: str, want: bool) -> str:
    """The name of the generated function that says whether a condition certainly holds, or certainly fails."""
    return f"{'is' if want else 'not'}_{name.replace('-', '_')}"


REFERENCE = r"\{([A-Za-z][A-Za-z0-9.]*)\}"


def has_reference(text: str) -> bool:
    """Whether a string refers to a field of the resource, as in ``/ecs/{family}``."""
    import re

    return re.search(REFERENCE, text) is not None


NUMBERS = ("int", "float")

#: Keyword: (good, bad). ``then`` and ``else`` are judged with ``if``.
KEYWORDS: dict[str, tuple[Expression, Expression]] = {
    "$ref": (_reference(True), _reference(False)),
    "type": (_good_type, _bad_type),
    "const": (_good_const, _bad_const),
    "enum": (_good_enum, _bad_enum),
    "minimum": _of(NUMBERS, lambda bound, v: f"{v} < {bound}"),
    "maximum": _of(NUMBERS, lambda bound, v: f"{v} > {bound}"),
    "minLength": _of(("str",), lambda bound, v: f"len({v}) < {bound}"),
    "maxLength": _of(("str",), lambda bound, v: f"len({v}) > {bound}"),
    "pattern": (_good_pattern, _bad_pattern),
    "minItems": _size(("list",), most=False),
    "maxItems": _size(("list",), most=True),
    "minProperties": _size(("dict",), most=False),
    "maxProperties": _size(("dict",), most=True),
    "required": (_good_required, _bad_required),
    "dependentRequired": (_good_dependent, _bad_dependent),
    "properties": (_good_properties, _bad_properties),
    "additionalProperties": (_good_additional, _bad_additional),
    "propertyNames": (_good_names, _bad_names),
    "items": (_good_items, _bad_items),
    "contains": (_good_contains, _bad_contains),
    "allOf": (
        lambda subs, v, _schema, writer: joined("and", [good(sub, v, writer) for sub in subs]),
        lambda subs, v, _schema, writer: joined("or", [bad(sub, v, writer) for sub in subs]),
    ),
    "anyOf": (
        lambda subs, v, _schema, writer: joined("or", [good(sub, v, writer) for sub in subs]),
        lambda subs, v, _schema, writer: joined("and", [bad(sub, v, writer) for sub in subs]),
    ),
    "not": (
        lambda sub, v, _schema, writer: bad(sub, v, writer),
        lambda sub, v, _schema, writer: good(sub, v, writer),
    ),
    "if": (_good_if, _bad_if),
    "then": (lambda *_: "True", lambda *_: "False"),
    "else": (lambda *_: "True", lambda *_: "False"),
}


def walk(schema: Any) -> Iterator[Mapping[str, Any]]:
    """A schema and all schemas in it."""
    if isinstance(schema, dict):
        yield schema
        for keyword, argument in schema.items():
            if keyword == "properties":
                for sub in argument.values():
                    yield from walk(sub)
            elif keyword in ("allOf", "anyOf"):
                for sub in argument:
                    yield from walk(sub)
            elif keyword in ("items", "contains", "not", "if", "then", "else", "additionalProperties", "propertyNames"):
                yield from walk(argument)
