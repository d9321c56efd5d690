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
    from collections.abc import Callable, Iterable, Iterator, Mapping
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
    """Makes variable names, and knows what is certain of the values in them.

    ``answers`` maps (condition, want) to an expression that replaces the call of the condition's
    function: inside ``when`` the answers are at hand.

    A ``plain`` writer writes for data that has been through the structural pass: ``shapes`` are the
    schemas of the API for variables, so that nobody asks for the type of a value that can have but
    one. It takes an unknown value for one unlike any other, which only makes more schemas fail; what
    cannot be done with it raises an exception. ``lookups`` counts how often (variable, key) is looked
    up; ``members`` are variables that hold what was looked up beforehand.

    ``containers`` are the parts of the path to the containers, as generated code writes them, and ``container`` is the
    variable of the container in which a rule looks; empty where there is none.
    """

    __slots__ = ("_count", "answers", "container", "containers", "defs", "lookups", "members", "plain", "shapes")

    def __init__(self, *, plain: bool = False, defs: Mapping[str, Any] | None = None) -> None:
        self._count = 0
        self.answers: dict[tuple[str, bool], str] = {}
        self.container = ""
        self.containers = ""
        self.defs = defs or {}
        self.plain = plain
        self.members: dict[tuple[str, str], str] = {}
        self.lookups: dict[tuple[str, str], int] = {}
        self.shapes: dict[str, Mapping[str, Any]] = {}

    def fresh(self) -> str:
        """A variable name that is not in use."""
        self._count += 1
        return f"x{self._count}"

    def inside(self, v: str, key: str | None = None) -> str:
        """A fresh variable for the member ``key`` of ``v``, or for any item or other member of it."""
        x = self.fresh()
        shape = self.below(self.shapes.get(v), key)
        if shape is not None:
            self.shapes[x] = shape
        return x

    def shape_at(self, pattern: Iterable[str]) -> Mapping[str, Any] | None:
        """The schema of all values that a parsed pattern reaches; None where the API has no such place."""
        shape = self.shapes.get("task")
        for segment in pattern:
            shape = self.below(shape, segment)
        return shape

    def below(self, shape: Mapping[str, Any] | None, key: str | None) -> Mapping[str, Any] | None:
        """The schema of the member ``key`` of a value with this schema, or of its items or other members."""
        if shape is None:
            return None
        inner = shape.get("properties", {}).get(key) or shape.get("items") or shape.get("additionalProperties")
        return self.resolved(inner) if inner else None

    def resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """The schema that a reference means."""
        found: Mapping[str, Any] = self.defs[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
        return found

    def lookup(self, v: str, key: str) -> tuple[str, str]:
        """A variable for the member ``key`` of the object ``v``, and an expression that gives it, or ``missing``."""
        self.lookups[v, key] = self.lookups.get((v, key), 0) + 1
        known = self.members.get((v, key))
        if known is not None:
            return known, known
        x = self.inside(v, key)
        return x, f"({x} := {v}.get({key!r}, missing))"

    def has(self, v: str, key: str, want: bool = True) -> str:
        """The object ``v`` has the member ``key``, or lacks it."""
        if (v, key) in self.members:
            return f"{self.members[v, key]} {'is not' if want else 'is'} missing"
        return f"{key!r} {'in' if want else 'not in'} {v}"

    def known(self, v: str) -> str:
        """The value is not unknown."""
        return "True" if self.plain else f"type({v}) is not Unknown"

    def of_type(self, v: str, *types: str) -> str:
        """The value has one of these Python types."""
        shape = self.shapes.get(v)
        if shape is not None and shape.get("type") != "number":
            return str(TYPES[shape["type"]][0] in types)
        return f"type({v}) is {types[0]}" if len(types) == 1 else f"type({v}) in ({', '.join(types)})"

    def closed(self, v: str) -> str:
        """A list or an object has no unknown part that may stand for more."""
        return "True" if self.plain else f"not has_unknown({v})"

    def parts(self, v: str) -> str:
        """How many items or members a value certainly has."""
        return f"len({v})" if self.plain else f"known_parts({v})"


def good(schema: Schema, v: str, writer: Writer) -> str:
    """A Python expression: the value in the variable ``v`` certainly satisfies the schema."""
    if isinstance(schema, bool):
        return str(schema)
    if writer.plain and writer.of_type(v, "dict") == "True":
        schema = _present(schema, writer)
    write = {**KEYWORDS, MEMBERS: (_good_members,)} if MEMBERS in schema else KEYWORDS
    return joined("and", [write[name][0](schema[name], v, schema, writer) for name in schema])


def _present(schema: Mapping[str, Any], writer: Writer) -> Mapping[str, Any]:
    """The schema with members that are both required and described under the keyword MEMBERS: one look-up does."""
    both = {
        name: sub
        for name, sub in schema.get("properties", {}).items()
        if name in schema.get("required", ()) and good(sub, "x", writer) != "True"
    }
    if not both or "additionalProperties" in schema:
        return schema
    rest = {
        "required": [name for name in schema["required"] if name not in both],
        "properties": {name: sub for name, sub in schema["properties"].items() if name not in both},
    }
    return {**{name: rest.get(name, argument) for name, argument in schema.items()}, MEMBERS: both}


def bad(schema: Schema, v: str, writer: Writer) -> str:
    """A Python expression: the value in the variable ``v`` certainly violates the schema."""
    if isinstance(schema, bool):
        return str(not schema)
    return joined("or", [KEYWORDS[name][1](schema[name], v, schema, writer) for name in schema])


def joined(operator: str, parts: Iterable[str]) -> str:
    """Parts joined by ``and`` or ``or``, shortened where a part is a constant."""
    neutral, decisive = ("True", "False") if operator == "and" else ("False", "True")
    kept = [part for part in parts if part != neutral]
    if decisive in kept:
        return decisive
    if not kept:
        return neutral
    return kept[0] if len(kept) == 1 else f"({f' {operator} '.join(kept)})"


def negated(expression: str) -> str:
    """The expression is false."""
    return {"True": "False", "False": "True"}.get(expression, f"not {expression}")


def unless_other(v: str, kind: str, holds: str, writer: Writer) -> str:
    """An assertion about one type of values holds: the value is known, and of another type or as demanded."""
    return joined("and", [writer.known(v), joined("or", [negated(writer.of_type(v, kind)), holds])])


def if_of(v: str, kind: str, fails: str, writer: Writer, closed: bool = False) -> str:
    """An assertion about one type of values fails; ``closed`` if an unknown part could mend it."""
    return joined("and", [writer.of_type(v, kind), fails, *([writer.closed(v)] if closed else [])])


# --- assertions: each gives (good, bad) ------------------------------------------------------------


def _of(types: tuple[str, ...], fails: Callable[[Any, str], str]) -> tuple[Expression, Expression]:
    """An assertion about values of some types, which fails when ``fails`` is true of such a value."""

    def is_good(argument: Any, v: str, _schema: Any, writer: Writer) -> str:
        return joined("and", [writer.known(v), negated(is_bad(argument, v, _schema, writer))])

    def is_bad(argument: Any, v: str, _schema: Any, writer: Writer) -> str:
        return joined("and", [writer.of_type(v, *types), fails(argument, v)])

    return is_good, is_bad


def _size(kind: str, most: bool) -> tuple[Expression, Expression]:
    """Sizes of lists and objects; an unknown part may stand for none or for many, so it can only add."""

    def is_good(argument: int, v: str, _schema: Any, writer: Writer) -> str:
        if most:
            return unless_other(v, kind, joined("and", [f"len({v}) <= {argument}", writer.closed(v)]), writer)
        return unless_other(v, kind, f"{writer.parts(v)} >= {argument}", writer)

    def is_bad(argument: int, v: str, _schema: Any, writer: Writer) -> str:
        if most:
            return if_of(v, kind, f"{writer.parts(v)} > {argument}", writer)
        return if_of(v, kind, f"len({v}) < {argument}", writer, closed=True)

    return is_good, is_bad


def _type_names(argument: str | list[str]) -> tuple[str, ...]:
    names = [argument] if isinstance(argument, str) else argument
    return tuple(dict.fromkeys(python for name in names for python in TYPES[name]))


def _good_type(argument: Any, v: str, _schema: Any, writer: Writer) -> str:
    return writer.of_type(v, *_type_names(argument))


def _bad_type(argument: Any, v: str, _schema: Any, writer: Writer) -> str:
    return joined("and", [negated(writer.of_type(v, *_type_names(argument))), writer.known(v)])


def _plain(value: Any) -> bool:
    """Whether ``==`` compares this value as JSON does, references to the resource aside."""
    return value is None or (isinstance(value, str) and not has_reference(value))


def _good_const(argument: Any, v: str, _schema: Any, writer: Writer) -> str:
    if _plain(argument):
        return f"{v} == {argument!r}"
    if isinstance(argument, bool):
        return f"{v} is {argument}"
    if isinstance(argument, (int, float)):
        return joined("and", [writer.of_type(v, *NUMBERS), f"{v} == {argument}"])
    return _is_same(argument, v, True, writer)


def _is_same(argument: Any, v: str, want: bool, writer: Writer) -> str:
    """A constant that may refer to the resource equals a value (or not)."""
    if writer.plain and has_container(argument):
        return "True"  # whoever takes values as they are does not know the container, and everything may be so
    return f"same({argument!r}, {v}, {_filled_from(argument, writer)}) is {want}"


def _filled_from(template: Any, writer: Writer) -> str:
    """The variables that the references in a text are looked up in."""
    return f"task, {writer.container}" if writer.container and has_container(template) else "task"


def _bad_const(argument: Any, v: str, schema: Any, writer: Writer) -> str:
    if _plain(argument):
        return joined("and", [f"{v} != {argument!r}", writer.known(v)])
    if isinstance(argument, (bool, int, float)):
        return joined("and", [writer.known(v), negated(_good_const(argument, v, schema, writer))])
    return _is_same(argument, v, False, writer)


def _choices(argument: list[Any], v: str, writer: Writer) -> str:
    """The values as a set, which is searched fast, where every value has a hash."""
    if writer.of_type(v, "str") == "True":
        return "{" + ", ".join(map(repr, argument)) + "}"
    return repr(tuple(argument))


def _good_enum(argument: list[Any], v: str, _schema: Any, writer: Writer) -> str:
    if all(map(_plain, argument)):
        return f"{v} in {_choices(argument, v, writer)}"
    if all(type(item) is int for item in argument):
        return joined("and", [writer.of_type(v, *NUMBERS), f"{v} in {tuple(argument)!r}"])
    return joined("or", [_is_same(item, v, True, writer) for item in argument])


def _bad_enum(argument: list[Any], v: str, schema: Any, writer: Writer) -> str:
    if all(map(_plain, argument)):
        return joined("and", [f"{v} not in {_choices(argument, v, writer)}", writer.known(v)])
    if all(type(item) is int for item in argument):
        return joined("and", [writer.known(v), negated(_good_enum(argument, v, schema, writer))])
    return joined("and", [_is_same(item, v, False, writer) for item in argument])


def _good_pattern(argument: str, v: str, _schema: Any, writer: Writer) -> str:
    return unless_other(v, "str", matches(argument, v, True, writer), writer)


def _bad_pattern(argument: str, v: str, _schema: Any, writer: Writer) -> str:
    return if_of(v, "str", matches(argument, v, False, writer), writer)


def matches(pattern: str, v: str, want: bool, writer: Writer) -> str:
    """The pattern matches (or not)."""
    if writer.plain and has_container(pattern):
        return "True"
    if has_reference(pattern):
        return f"matches({pattern!r}, {v}, {_filled_from(pattern, writer)}) is {want}"
    found = patterns.expression(pattern, v)
    return found if want else negated(found)


def _good_required(argument: list[str], v: str, _schema: Any, writer: Writer) -> str:
    return unless_other(v, "dict", has_all(argument, v, writer), writer)


def _bad_required(argument: list[str], v: str, _schema: Any, writer: Writer) -> str:
    return if_of(v, "dict", lacks_one(argument, v, writer), writer, closed=True)


def has_all(names: Iterable[str], v: str, writer: Writer) -> str:
    """The object has all these members."""
    return joined("and", [writer.has(v, name) for name in names])


def lacks_one(names: Iterable[str], v: str, writer: Writer) -> str:
    """The object lacks one of these members."""
    return joined("or", [writer.has(v, name, False) for name in names])


def _good_dependent(argument: Mapping[str, list[str]], v: str, _schema: Any, writer: Writer) -> str:
    parts = [joined("or", [writer.has(v, key, False), has_all(names, v, writer)]) for key, names in argument.items()]
    return unless_other(v, "dict", joined("and", parts), writer)


def _bad_dependent(argument: Mapping[str, list[str]], v: str, _schema: Any, writer: Writer) -> str:
    parts = [joined("and", [writer.has(v, key), lacks_one(names, v, writer)]) for key, names in argument.items()]
    return if_of(v, "dict", joined("or", parts), writer, closed=True)


# --- applicators -----------------------------------------------------------------------------------


def _members(
    argument: Mapping[str, Schema], v: str, writer: Writer, operator: str, test: str, judge: Callable[..., str]
) -> list[str]:
    """For each member: the look-up and its test, and what is asked of the value."""
    parts = []
    for key, sub in argument.items():
        x, found = writer.lookup(v, key)
        judged = judge(sub, x, writer)
        if operator == "and" and _fails_without(judged, x):
            parts.append(judged if found == x else f"{v}.get({key!r}){judged[len(x) :]}")
        else:
            parts.append(joined(operator, [f"{found} {test} missing", judged]))
    return parts


def _fails_without(judged: str, x: str) -> bool:
    """Whether an expression about a member is false, too, if there is no such member: it compares with a text."""
    compared = tuple(x + operator for operator in (" == '", ' == "', " in ", " is True", " is False"))
    return judged.startswith(compared) and judged.count(x) == 1 and "None" not in judged


def _good_properties(argument: Mapping[str, Schema], v: str, _schema: Any, writer: Writer) -> str:
    return unless_other(v, "dict", joined("and", _members(argument, v, writer, "or", "is", good)), writer)


def _bad_properties(argument: Mapping[str, Schema], v: str, _schema: Any, writer: Writer) -> str:
    return if_of(v, "dict", joined("or", _members(argument, v, writer, "and", "is not", bad)), writer)


def _good_members(argument: Mapping[str, Schema], v: str, _schema: Any, writer: Writer) -> str:
    return joined("and", _members(argument, v, writer, "and", "is not", good))


def _good_additional(argument: Schema, v: str, schema: Mapping[str, Any], writer: Writer) -> str:
    k, x = writer.fresh(), writer.inside(v)
    each = joined("and", [writer.known(k), good(argument, x, writer)])
    return unless_other(v, "dict", f"all({each} for {k}, {x} in {v}.items() if {_rest(k, schema)})", writer)


def _bad_additional(argument: Schema, v: str, schema: Mapping[str, Any], writer: Writer) -> str:
    k, x = writer.fresh(), writer.inside(v)
    one = joined("and", [writer.known(k), bad(argument, x, writer)])
    return if_of(v, "dict", f"any({one} for {k}, {x} in {v}.items() if {_rest(k, schema)})", writer)


def _rest(k: str, schema: Mapping[str, Any]) -> str:
    return f"{k} not in {tuple(schema.get('properties', ()))!r}"


def _good_names(argument: Schema, v: str, _schema: Any, writer: Writer) -> str:
    k = writer.fresh()
    return unless_other(v, "dict", f"all({good(argument, k, writer)} for {k} in {v})", writer)


def _bad_names(argument: Schema, v: str, _schema: Any, writer: Writer) -> str:
    k = writer.fresh()
    return if_of(v, "dict", f"any({bad(argument, k, writer)} for {k} in {v})", writer)


def _good_items(argument: Schema, v: str, _schema: Any, writer: Writer) -> str:
    x = writer.inside(v)
    return unless_other(v, "list", f"all({good(argument, x, writer)} for {x} in {v})", writer)


def _bad_items(argument: Schema, v: str, _schema: Any, writer: Writer) -> str:
    x = writer.inside(v)
    return if_of(v, "list", f"any({bad(argument, x, writer)} for {x} in {v})", writer)


def _good_contains(argument: Schema, v: str, _schema: Any, writer: Writer) -> str:
    text = _only_text(argument)
    if writer.plain and text is not None:
        return unless_other(v, "list", f"{text!r} in {v}", writer)
    x = writer.inside(v)
    one = joined("and", [writer.known(x), good(argument, x, writer)])
    return unless_other(v, "list", f"any({one} for {x} in {v})", writer)


def _bad_contains(argument: Schema, v: str, _schema: Any, writer: Writer) -> str:
    text = _only_text(argument)
    if writer.plain and text is not None:
        return if_of(v, "list", f"{text!r} not in {v}", writer)
    x = writer.inside(v)
    each = joined("and", [writer.known(x), bad(argument, x, writer)])
    return if_of(v, "list", f"all({each} for {x} in {v})", writer)


def _only_text(schema: Schema) -> str | None:
    """The one text that satisfies a schema, if that is all that it demands."""
    text = schema["const"] if isinstance(schema, dict) and schema.keys() == {"const"} else None
    return text if isinstance(text, str) and _plain(text) else None


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

#: The name of the container in which a rule looks.
CONTAINER = "{container}"


def has_reference(text: str) -> bool:
    """Whether a string refers to a field of the resource, as in ``/ecs/{family}``."""
    if "{" not in text:
        return False
    import re

    return re.search(REFERENCE, text) is not None


def has_container(text: Any) -> bool:
    """Whether a constant or a pattern refers to the container in which a rule looks."""
    return type(text) is str and CONTAINER in text


NUMBERS = ("int", "float")

#: No keyword of JSON Schema: members that must be there, and what must hold for them.
MEMBERS = "members"

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
    "minItems": _size("list", most=False),
    "maxItems": _size("list", most=True),
    "minProperties": _size("dict", most=False),
    "maxProperties": _size("dict", most=True),
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
