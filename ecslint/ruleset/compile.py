"""Rules, conditions and structure become one Python module. docs/compiler.md shows a rule and its code.

The module has ``fits(data)``, which says in one quick pass whether the schema accepts a resource as
it is, and ``judge(task, size, enabled, out)``, which appends a tuple for each hit to ``out``. Both
walk the data once and look members up by the keys that are there, so that a rule about an absent
member costs nothing.
"""

from __future__ import annotations

from ecslint import paths
from ecslint.checks import CHECKS
from ecslint.checks import load as load_checks
from ecslint.ruleset.expressions import Writer, bad, condition_name, good, has_all, joined, known, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from ecslint.model import Rule
    from ecslint.ruleset.expressions import Schema

HEAD = '''"""Made by ecslint.ruleset.compile from the rules and schemas; do not edit."""

from ecslint.model import Unknown
from ecslint.ruleset.runtime import Reach, call, has_unknown, is_object, known_parts, later
from ecslint.ruleset.runtime import matches, missing, same, search, select

NoneType = type(None)
'''


#: What every generated function is handed: the answers to all ``when``, the members that occur in the
#: task and its containers, what paths reach, the arguments of ``judge``.
SHARED = "when, present, reach, size, enabled, task, out"


#: Members of a task and of a container that many documents have. The code for the others lies in a
#: second module, which is imported when a document has one of them.
OFTEN = {
    "task": frozenset(
        [
            "family",
            "networkMode",
            "requiresCompatibilities",
            "cpu",
            "memory",
            "executionRoleArn",
            "taskRoleArn",
            "containerDefinitions",
            "runtimePlatform",
            "tags",
        ]
    ),
    "container": frozenset(
        [
            "name",
            "image",
            "essential",
            "cpu",
            "memory",
            "memoryReservation",
            "portMappings",
            "environment",
            "secrets",
            "command",
            "entryPoint",
            "logConfiguration",
            "healthCheck",
        ]
    ),
}


class Module:
    """The text of the generated module, in the order in which it is written.

    ``seldom`` holds what goes into the second module; None when all is to be in one.
    """

    __slots__ = ("_indent", "_lines", "_names", "seldom", "writer")

    def __init__(self, *, split: bool) -> None:
        self._lines: list[str] = []
        self.seldom: list[str] | None = [] if split else None
        self._indent = 0
        self._names: dict[str, int] = {}
        self.writer = Writer()

    def line(self, text: str = "") -> None:
        """One line at the current indentation."""
        self._lines.append("    " * self._indent + text if text else "")

    def block(self, head: str) -> Block:
        """``with module.block("if x:")``: the lines inside are indented."""
        return Block(self, head)

    def set_aside(self, start: int) -> None:
        """Move the lines from ``start`` on to the second module."""
        if self.seldom is not None:
            self.seldom += self._lines[start:]
            del self._lines[start:]

    def size(self) -> int:
        """How many lines have been written."""
        return len(self._lines)

    def name(self, stem: str) -> str:
        """A global name that is not in use: the stem, with a number if it is taken."""
        stem = "".join(char if char.isalnum() else "_" for char in stem)
        number = self._names[stem] = self._names.get(stem, 0) + 1
        return stem if number == 1 else f"{stem}_{number}"

    def text(self) -> str:
        """All lines."""
        return "\n".join(self._lines) + "\n"


class Block:
    """An indented block of a Module."""

    __slots__ = ("_head", "_module", "_start")

    def __init__(self, module: Module, head: str) -> None:
        self._module = module
        self._head = head

    def __enter__(self) -> None:
        self._module.line(self._head)
        self._module._indent += 1
        self._start = len(self._module._lines)

    def __exit__(self, *_: object) -> None:
        if all(line.lstrip().startswith("#") for line in self._module._lines[self._start :]):
            self._module.line("pass")
        self._module._indent -= 1


def compile_rules(
    rules: Sequence[Rule], conditions: Mapping[str, Schema], structure: Mapping[str, Any] | None = None
) -> str:
    """The source of the module. Rules are numbered in the order given; without a structure there is no ``fits``."""
    return _compiled(rules, conditions, structure, split=False).text()


def compile_apart(
    rules: Sequence[Rule], conditions: Mapping[str, Schema], structure: Mapping[str, Any]
) -> tuple[str, str]:
    """The sources of two modules: what most documents need, and the code for members that few of them have."""
    module = _compiled(rules, conditions, structure, split=True)
    head = HEAD.replace("NoneType", "from ecslint.compiled.fast import *\n\nNoneType", 1)
    return module.text(), "\n".join([head, *(module.seldom or ())]) + "\n"


def _compiled(
    rules: Sequence[Rule], conditions: Mapping[str, Schema], structure: Mapping[str, Any] | None, *, split: bool
) -> Module:
    for rule in rules:
        if rule.then.get("check", "") not in {"", *load_checks()}:
            raise ValueError(f"{rule.source}: no check is named {rule.then['check']!r}")
    module = Module(split=split)
    for line in HEAD.splitlines():
        module.line(line)
    write_conditions(conditions, module)
    if structure is not None:
        write_structure(structure, module)
    judging = [(number, rule) for number, rule in enumerate(rules) if "source" not in rule.then]
    write_judge(judging, conditions, module)
    return module


# --- conditions -------------------------------------------------------------------------------------


def write_conditions(conditions: Mapping[str, Schema], module: Module) -> None:
    """Two functions for each named condition: certainly holds, certainly fails."""
    for name, schema in conditions.items():
        for want, expression in ((True, good), (False, bad)):
            module.line()
            with module.block(f"def {condition_name(name, want)}(task):"):
                module.line(f"return {expression(schema, 'task', module.writer)}")


def when_expression(rule: Rule, writer: Writer) -> str:
    """The rule's ``when``, certainly satisfied by the variable ``task``."""
    when = rule.when
    parts = when if isinstance(when, list) else [] if when is None else [when]
    schemas = [{"$ref": part} if isinstance(part, str) else part for part in parts]
    return joined("and", [good(schema, "task", writer) for schema in schemas])


# --- structure --------------------------------------------------------------------------------------


def write_structure(schema: Mapping[str, Any], module: Module) -> None:
    """``fits(data)``: every value has its type, its bounds and its enum, and every member is known."""
    defs = schema["$defs"]
    often = _often_used(schema)
    for name, definition in defs.items():
        start = module.size()
        write_definition(name, definition, module)
        if name not in often and module.seldom is not None:
            module.set_aside(start)
            module.line(f"fits_{name} = later({f'fits_{name}'!r})")
    module.line()
    module.line(f"FITS = {{{', '.join(f'{name!r}: fits_{name}' for name in defs)}}}")
    module.line(f"fits = FITS[{schema['$ref'].rpartition('/')[2]!r}]")


def _often_used(schema: Mapping[str, Any]) -> set[str]:
    """The definitions that lie below members which many documents have."""
    defs = schema["$defs"]
    root = schema["$ref"].rpartition("/")[2]
    pending = [
        member
        for name, kind in ((root, "task"), ("ContainerDefinition", "container"))
        for key, member in defs.get(name, {"properties": {}})["properties"].items()
        if key in OFTEN[kind]
    ]
    found = {root, "ContainerDefinition"}
    while pending:
        member = pending.pop()
        name = member.get("items", member).get("$ref", "").rpartition("/")[2]
        if name and name not in found:
            found.add(name)
            pending.extend(defs[name]["properties"].values())
    return found


def write_definition(name: str, definition: Mapping[str, Any], module: Module) -> None:
    """One structure of the API: plain members by a table of types, the others by functions."""
    types: list[str] = []
    functions: list[str] = []
    for key, member in definition["properties"].items():
        if member.get("readOnly"):
            continue  # refused, like a member that does not exist
        plain = {"string": "str", "integer": "int", "boolean": "bool"}.get(member.get("type"))
        if plain and not member.keys() & {"enum", "minimum", "maximum", "pattern"}:
            types.append(f"{key!r}: {plain}")
        else:
            functions.append(f"{key!r}: lambda v: {fits_expression(member, 'v', module.writer)}")
    module.line()
    module.line(f"types_{name} = {{{', '.join(types)}}}.get")
    module.line(f"members_{name} = {{")
    for function in functions:
        module.line(f"    {function},")
    module.line("}.get")
    module.line()
    with module.block(f"def fits_{name}(data):"):
        with module.block("if type(data) is not dict:"):
            module.line("return type(data) is Unknown")
        with module.block("for key, value in data.items():"):
            module.line(f"wanted = types_{name}(key)")
            with module.block("if wanted is None:"):
                module.line(f"member = members_{name}(key)")
                with module.block("if type(key) is not Unknown and (member is None or not member(value)):"):
                    module.line("return False")
            with module.block("elif wanted is not type(value) and type(value) is not Unknown:"):
                module.line("return False")
        required = definition.get("required", ())
        module.line(f"return ({has_all(required, 'data')}) or has_unknown(data)" if required else "return True")


def fits_expression(member: Mapping[str, Any], v: str, writer: Writer) -> str:
    """An expression: the value fits the schema of a member; an unknown value fits anything."""
    if "$ref" in member:
        return f"fits_{member['$ref'].rpartition('/')[2]}({v})"
    x = writer.fresh()
    if member["type"] == "array":
        inner = fits_expression(member["items"], x, writer)
        return f"type({v}) is Unknown or (type({v}) is list and all([{inner} for {x} in {v}]))"
    if member["type"] == "object":
        inner = fits_expression(member["additionalProperties"], x, writer)
        return f"type({v}) is Unknown or (type({v}) is dict and all({inner} for {x} in {v}.values()))"
    checks = [good({"type": member["type"]}, v, writer)]
    if "enum" in member:
        checks = [f"{v} in {tuple(member['enum'])!r}"]
    checks += [f"{v} >= {member['minimum']}"] if "minimum" in member else []
    checks += [f"{v} <= {member['maximum']}"] if "maximum" in member else []
    return f"type({v}) is Unknown or ({' and '.join(checks)})"


# --- rules ------------------------------------------------------------------------------------------


class Judgement:
    """What one rule demands at one place: a schema, or its check when the schema is None.

    ``keyword`` is the keyword that a value violates by being there, if the schema is false.
    """

    __slots__ = ("keyword", "number", "rule", "schema")

    def __init__(self, number: int, rule: Rule, schema: Schema | None, keyword: str = "false") -> None:
        self.number = number
        self.rule = rule
        self.schema = schema
        self.keyword = keyword


class Place:
    """A place in the data that rules look at: what is judged there, and the places below."""

    __slots__ = ("below", "judgements")

    def __init__(self) -> None:
        self.judgements: list[Judgement] = []
        self.below: dict[str, Place] = {}

    def at(self, segment: str) -> Place:
        """The place below."""
        return self.below.setdefault(segment, Place())

    def add(self, number: int, rule: Rule, schema: Schema | None, keyword: str = "false") -> None:
        """Add a judgement. What a schema says of members and items is judged where they are, if they are there."""
        if isinstance(schema, dict) and "additionalProperties" not in schema:
            for name, sub in schema.get("properties", {}).items():
                self.at(name).add(number, rule, sub, "properties")
            if "items" in schema:
                self.at(paths.EACH_ITEM).add(number, rule, schema["items"], "items")
            schema = {name: schema[name] for name in schema if name not in ("properties", "items")}
            if not schema:
                return
        self.judgements.append(Judgement(number, rule, schema, keyword))


def write_judge(rules: Iterable[tuple[int, Rule]], conditions: Mapping[str, Schema], module: Module) -> None:
    """``judge(task, size, enabled, out)`` and a function for each place that some rule's ``given`` names."""
    top = Place()
    whens: dict[str, str] = {}  # distinct conditions, by their text
    numbered = list(rules)
    referred = sorted({name for _, rule in numbered for name in _conditions_of(rule)} & conditions.keys())
    asked = [(name, want) for name in referred for want in (True, False)]
    module.writer.answers = {(name, want): f"{condition_name(name, want)}_" for name, want in asked}
    for _, rule in numbered:
        if repr(rule.when) not in whens:
            whens[repr(rule.when)] = when_expression(rule, module.writer)
    for number, rule in numbered:
        for pattern in rule.given or ("$",):
            place = top
            for segment in paths.parse(pattern):
                place = place.at(segment)
            place.add(number, rule, rule.then.get("schema"))
    order = {id(rule): list(whens).index(repr(rule.when)) for _, rule in numbered}
    root = write_place(top, (), order, module)
    module.line()
    with module.block("def judge(task, size, enabled, out):"):
        for name, want in asked:
            if not any(f"{condition_name(name, want)}_" in expression for expression in whens.values()):
                continue  # nobody asks in this way
            module.line(f"{condition_name(name, want)}_ = {condition_name(name, want)}(task)")
        module.line(f"when = ({''.join(f'{expression}, ' for expression in whens.values())})")
        module.line("reach = Reach(task)")
        module.line("present = set(task)")
        module.line("containers = task.get('containerDefinitions')")
        module.line("if type(containers) is list: present.update(*filter(is_object, containers))")
        module.line(f"{root}(task, {SHARED})")


def _conditions_of(rule: Rule) -> set[str]:
    """The names of the conditions that a rule's ``when`` speaks of."""
    when = rule.when if isinstance(rule.when, list) else [rule.when]
    names = {part for part in when if isinstance(part, str)}
    return names | {sub["$ref"] for part in when for sub in walk(part) if "$ref" in sub}


def write_place(place: Place, pattern: tuple[str, ...], order: Mapping[int, int], module: Module) -> str:
    """The function that judges one place and goes on below it; its name."""
    tables: list[tuple[str, str]] = []
    inner: dict[str, str] = {}
    for segment, below in place.below.items():
        start = module.size()
        name = write_place(below, (*pattern, segment), order, module)
        if module.seldom is not None and _is_seldom((*pattern, segment), below):
            module.set_aside(start)
            module.line()
            module.line(f"{name} = later({name!r})")
        if segment in (paths.EACH_ITEM, paths.EACH_VALUE):
            inner[segment] = name
        else:
            tables.append((segment, name))
    name = module.name("at_" + "_".join(pattern) if pattern else "at_task")
    indexes = "".join(f", i{number}" for number in range(_indexes(pattern)))
    path = _path_text(pattern)
    if tables:
        module.line()
        module.line(f"below_{name} = {{{', '.join(f'{key!r}: {function}' for key, function in tables)}}}.get")
    module.line()
    with module.block(f"def {name}(v{indexes}, {SHARED}):"):
        for when in sorted({order[id(judgement.rule)] for judgement in place.judgements}):
            together = [judgement for judgement in place.judgements if order[id(judgement.rule)] == when]
            if together[0].rule.when is None:
                write_judgements(together, path, module)
            else:
                with module.block(f"if when[{when}]:"):
                    write_judgements(together, path, module)
        if tables:
            with module.block("if type(v) is dict:"), module.block("for key, value in v.items():"):
                module.line(f"below = below_{name}(key)")
                with module.block("if below is not None:"):
                    module.line(f"below(value{indexes}, {SHARED})")
        index = f"i{_indexes(pattern)}"
        if paths.EACH_ITEM in inner:
            with module.block("if type(v) is list:"), module.block(f"for {index}, value in enumerate(v):"):
                module.line(f"{inner[paths.EACH_ITEM]}(value{indexes}, {index}, {SHARED})")
        if paths.EACH_VALUE in inner:
            with module.block("if type(v) is dict:"), module.block(f"for {index}, value in v.items():"):
                module.line(f"{inner[paths.EACH_VALUE]}(value{indexes}, {index}, {SHARED})")
    return name


def _is_seldom(pattern: tuple[str, ...], place: Place) -> bool:
    """Whether the second module begins here: at a member that few documents have, or at the items of its list.

    Exports hold many empty lists, which are judged without the second module.
    """
    if pattern[-1] == paths.EACH_ITEM:
        return len(pattern) in (2, 4) and _is_member(pattern[:-1])
    return _is_member(pattern) and paths.EACH_ITEM not in place.below


def _is_member(pattern: tuple[str, ...]) -> bool:
    """Whether a pattern names a member of the task or of a container that few documents have."""
    if len(pattern) == 1:
        return pattern[0] not in OFTEN["task"]
    in_container = pattern[:2] == ("containerDefinitions", paths.EACH_ITEM)
    return len(pattern) == 3 and in_container and pattern[2] not in OFTEN["container"]


def _indexes(pattern: tuple[str, ...]) -> int:
    return sum(segment in (paths.EACH_ITEM, paths.EACH_VALUE) for segment in pattern)


def _path_text(pattern: tuple[str, ...]) -> str:
    """The elements of a path tuple, in Python, each followed by a comma."""
    count = 0
    text = ""
    for segment in pattern:
        if segment in (paths.EACH_ITEM, paths.EACH_VALUE):
            text += f"i{count}, "
            count += 1
        else:
            text += f"{segment!r}, "
    return text


def write_judgements(judgements: Iterable[Judgement], path: str, module: Module) -> None:
    """The code of judgements at one place whose condition is met."""
    for judgement in judgements:
        module.line(f"# {judgement.rule.id} {judgement.rule.slug}")
        if judgement.rule.profile == "default":
            write_judgement(judgement, path, module)
        else:  # not worth the time unless somebody asked for it
            with module.block(f"if {judgement.number} in enabled:"):
                write_judgement(judgement, path, module)


def write_judgement(judgement: Judgement, path: str, module: Module) -> None:
    """The code of one judgement."""
    number, schema = judgement.number, judgement.schema
    if schema is None:
        write_check(number, judgement.rule, path, module)
    elif schema is False and judgement.keyword != "false":
        last = path.rstrip(", ").rpartition(", ")[2]
        module.line(f"out.append(({number}, ({path}), {judgement.keyword!r}, None, str({last})))")
    else:
        explain(schema, "v", path, number, module)


def write_check(number: int, rule: Rule, path: str, module: Module) -> None:
    """A call of a check, unless it has nothing to look at."""
    declared = CHECKS[rule.then["check"]]
    options = dict(rule.then.get("options", {}))
    at_root = tuple(rule.given) in ((), ("$",))
    follows = [name for name in declared.follows if name in options]
    needs = [name for name in declared.needs if name in options]
    guards = [_has_one(options[name], at_root) for name in (*needs, *follows)]
    if declared.above:
        guards.append(f"size > {options[declared.above]}")
    texts = {name: repr(value) for name, value in options.items()}
    for name in follows:
        pattern = options[name]
        texts[name] = f"reach[{pattern!r}]" if at_root else module.writer.fresh()
        followed = texts[name] if at_root else f"({texts[name]} := select(v, {paths.parse(pattern)!r}))"
        fewest = options.get(declared.more_than, declared.more_than)
        guards.append(followed if fewest == 0 else f"len({followed}) > {fewest}")
    words = "".join(f", {name}={text}" for name, text in texts.items())
    function = declared.function
    line = f"call({number}, ({path}), {function.__module__!r}, {function.__name__!r}, v, out{words})"
    guards = [guard for guard in dict.fromkeys(guards) if guard != "True"]
    if not at_root and any(" in v" in guard for guard in guards):
        guards.insert(0, "type(v) is dict")
    module.line(f"if {' and '.join(guards)}: {line}" if guards else line)


def _has_one(patterns: str | list[str], at_root: bool) -> str:
    """An expression: the task, one of its containers, or the object ``v`` has a member that one of the paths needs."""
    names = []
    for pattern in [patterns] if isinstance(patterns, str) else patterns:
        words = [part for part in paths.parse(pattern) if part not in (paths.EACH_ITEM, paths.EACH_VALUE)]
        words = [word for word in words[:2] if word != "containerDefinitions"]
        if not words:
            return "True"
        names.append(words[0])
    holder = "present" if at_root else "v"
    found = " or ".join(f"{name!r} in {holder}" for name in names)
    return found if len(names) == 1 else f"({found})"


def explain(schema: Schema, v: str, path: str, rule: int, module: Module) -> None:
    """Statements that append a hit for every certain error, each at its own key or value."""
    if isinstance(schema, bool):
        if not schema:
            _hit(rule, path, "false", None, "", module)
        return
    for keyword, argument in schema.items():
        writer = EXPLAIN.get(keyword)
        if writer is not None:
            writer(argument, v, schema, path, rule, module)
        elif keyword not in ("then", "else"):
            with module.block(f"if {bad({keyword: argument}, v, module.writer)}:"):
                _hit(rule, path, keyword, argument, "", module)


def _hit(rule: int, path: str, keyword: str, expected: Any, name: str, module: Module) -> None:
    shown = expected if isinstance(expected, (str, int, float, list)) else None
    module.line(f"out.append(({rule}, ({path}), {keyword!r}, {shown!r}, {name!r}))")


def _explain_required(argument: list[str], v: str, _schema: Any, path: str, rule: int, module: Module) -> None:
    with module.block(f"if {bad({'required': argument}, v, module.writer)}:"):
        for name in argument:
            if len(argument) == 1:
                _hit(rule, path, "required", argument, name, module)
            else:
                with module.block(f"if {name!r} not in {v}:"):
                    _hit(rule, path, "required", argument, name, module)


def _explain_dependent(
    argument: Mapping[str, list[str]], v: str, schema: Any, path: str, rule: int, module: Module
) -> None:
    for key, names in argument.items():
        with module.block(f"if type({v}) is dict and {key!r} in {v}:"):
            _explain_required(names, v, schema, path, rule, module)


def _explain_properties(
    argument: Mapping[str, Schema], v: str, _schema: Any, path: str, rule: int, module: Module
) -> None:
    with module.block(f"if type({v}) is dict:"):
        for key, sub in argument.items():
            x = module.writer.fresh()
            module.line(f"{x} = {v}.get({key!r}, missing)")
            with module.block(f"if {x} is not missing:"):
                _explain_member(sub, x, f"{path}{key!r}, ", "properties", repr(key), rule, module)


def _explain_member(sub: Schema, x: str, path: str, keyword: str, name: str, rule: int, module: Module) -> None:
    if sub is False:
        module.line(f"out.append(({rule}, ({path}), {keyword!r}, None, str({name})))")
    else:
        explain(sub, x, path, rule, module)


def _explain_additional(
    argument: Schema, v: str, schema: Mapping[str, Any], path: str, rule: int, module: Module
) -> None:
    k, x = module.writer.fresh(), module.writer.fresh()
    rest = f"if {k} not in {tuple(schema.get('properties', ()))!r} and {known(k)}:"
    loop = f"for {k}, {x} in {v}.items():"
    with module.block(f"if type({v}) is dict:"), module.block(loop), module.block(rest):
        _explain_member(argument, x, f"{path}{k}, ", "additionalProperties", k, rule, module)


def _explain_items(argument: Schema, v: str, _schema: Any, path: str, rule: int, module: Module) -> None:
    i, x = module.writer.fresh(), module.writer.fresh()
    with module.block(f"if type({v}) is list:"), module.block(f"for {i}, {x} in enumerate({v}):"):
        _explain_member(argument, x, f"{path}{i}, ", "items", i, rule, module)


def _explain_all(argument: list[Schema], v: str, _schema: Any, path: str, rule: int, module: Module) -> None:
    for sub in argument:
        explain(sub, v, path, rule, module)


def _explain_if(argument: Schema, v: str, schema: Mapping[str, Any], path: str, rule: int, module: Module) -> None:
    with module.block(f"if {good(argument, v, module.writer)}:"):
        explain(schema.get("then", True), v, path, rule, module)
    if "else" in schema:
        with module.block(f"elif {bad(argument, v, module.writer)}:"):
            explain(schema["else"], v, path, rule, module)


EXPLAIN: dict[str, Any] = {
    "required": _explain_required,
    "dependentRequired": _explain_dependent,
    "properties": _explain_properties,
    "additionalProperties": _explain_additional,
    "items": _explain_items,
    "allOf": _explain_all,
    "if": _explain_if,
}
