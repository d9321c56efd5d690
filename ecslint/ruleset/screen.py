"""The screen: generated code that says in one quick walk which rules might hit, so that the others need not be asked.

``suspects(task, size)`` gives the numbers of all rules of the default profile that hit a task of at most
``size`` bytes, and perhaps of some that do not. It reads data that has been through the structural
pass, so it knows the type of each value, and it takes unknown values for known ones, unlike any other.
Where that cannot be done it raises an exception, and every rule is asked. Rules of the strict profile
are asked whenever they are enabled. ``fits(data)`` says whether the schema accepts a resource as it is.

Members are looked up by the keys that are there: a rule about an absent member costs nothing.
"""

from __future__ import annotations

from ecslint import paths
from ecslint.checks import CHECKS
from ecslint.checks import load as load_checks
from ecslint.ruleset.code import Module
from ecslint.ruleset.compile import conditions_of, write_conditions
from ecslint.ruleset.expressions import Writer, bad, condition_name, good, has_all, joined

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from ecslint.model import Rule
    from ecslint.ruleset.expressions import Schema

HEAD = '''"""Made by ecslint.ruleset.screen from the rules and schemas; do not edit."""

from ecslint.model import Unknown
from ecslint.ruleset.runtime import has_unknown, later, matches, missing, same, search
'''

#: What every generated function is handed: the answers to all ``when``, the task, the result.
SHARED = "when, task, out"

#: Places with more members than these that rules look at get a table of functions, the others plain lookups.
FEW = 4

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


def compile_screen(
    rules: Sequence[Rule], conditions: Mapping[str, Schema], structure: Mapping[str, Any]
) -> tuple[str, str]:
    """The sources of two modules: what most documents need, and the code for members that few of them have."""
    load_checks()
    module = Module(HEAD, Writer())
    write_structure(structure, module)
    module.writer = Writer(plain=True, defs=structure["$defs"])
    module.writer.shapes["task"] = module.writer.resolved(structure)
    write_conditions(conditions, module)
    write_suspects(rules, conditions, module)
    head = HEAD + "from ecslint.compiled.fast import *\n"
    return module.text(), "\n".join([head, *module.seldom]) + "\n"


# --- structure --------------------------------------------------------------------------------------


def write_structure(schema: Mapping[str, Any], module: Module) -> None:
    """``fits(data)``: every value has its type, its bounds and its enum, and every member is known."""
    defs = schema["$defs"]
    often = _often_used(schema)
    for name, definition in defs.items():
        start = module.size()
        write_definition(name, definition, module)
        if name not in often:
            module.set_aside(start)
            module.line(f"fits_{name} = later('ecslint.compiled.seldom', {f'fits_{name}'!r}, globals())")
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
        module.line(
            f"return ({has_all(required, 'data', module.writer)}) or has_unknown(data)" if required else "return True"
        )


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


# --- suspects ---------------------------------------------------------------------------------------


class Demand:
    """What one rule demands of the values at one place: a schema, or its check where the schema is None.

    ``when`` is an expression: the rule applies to the task.
    """

    __slots__ = ("number", "rule", "schema", "when")

    def __init__(self, number: int, rule: Rule, schema: Schema | None, when: str) -> None:
        self.number = number
        self.rule = rule
        self.schema = schema
        self.when = when


class Place:
    """A place in the data that rules look at: what is demanded there, and the places below."""

    __slots__ = ("below", "demands")

    def __init__(self) -> None:
        self.demands: list[Demand] = []
        self.below: dict[str, Place] = {}

    def at(self, segment: str) -> Place:
        """The place below."""
        return self.below.setdefault(segment, Place())

    def add(self, demand: Demand) -> None:
        """Add a demand. What a schema says of members and items is looked at where they are, if they are there."""
        schema = demand.schema
        if isinstance(schema, dict) and "additionalProperties" not in schema:
            for name, sub in schema.get("properties", {}).items():
                self.at(name).add(Demand(demand.number, demand.rule, sub, demand.when))
            if "items" in schema:
                self.at(paths.EACH_ITEM).add(Demand(demand.number, demand.rule, schema["items"], demand.when))
            schema = {name: schema[name] for name in schema if name not in ("properties", "items")}
            if not schema:
                return
        self.demands.append(Demand(demand.number, demand.rule, schema, demand.when))


def write_suspects(rules: Sequence[Rule], conditions: Mapping[str, Schema], module: Module) -> None:
    """``suspects(task, size)``, and the functions that it calls."""
    answers = {(name, want): f"{condition_name(name, want)}_" for name in conditions for want in (True, False)}
    top, walk = Place(), Walk(module)
    for number, rule in enumerate(rules):
        if "source" in rule.then or rule.profile != "default":
            continue
        for when, schema in _cases(rule):
            applies = walk.applies(when, answers)
            for pattern in rule.given or ("$",):
                place = top
                for segment in paths.parse(pattern):
                    place = place.at(segment)
                place.add(Demand(number, rule, schema, applies))
    walk.write_functions(top, ())
    module.line()
    with module.block("def suspects(task, size):"):
        for name in conditions:
            holds, fails = answers[name, True], answers[name, False]
            asked = [answer for answer in (holds, fails) if any(answer in when for when in walk.whens)]
            if asked:
                module.line(f"{holds} = {condition_name(name, True)}(task)")
            if fails in asked:
                module.line(f"{fails} = not {holds}")
        module.line(f"when = ({''.join(f'{expression}, ' for expression in walk.whens)})")
        module.line("present = set(task).union(*task.get('containerDefinitions', ()))")
        module.line("out = set()")
        walk.write_statements(top, (), "task")
        module.line("return out")


def _cases(rule: Rule) -> Iterator[tuple[list[Schema], Schema | None]]:
    """When the rule applies (all of these schemas hold for the task), and what it demands then.

    Conditions at the top of a schema about the whole task become part of ``when``.
    """
    when = conditions_of(rule)
    schema = rule.then.get("schema")
    parts = schema["allOf"] if isinstance(schema, dict) and schema.keys() == {"allOf"} else [schema]
    for part in parts:
        if isinstance(part, dict) and part.keys() <= {"if", "then", "else"} and tuple(rule.given) in ((), ("$",)):
            cases = ((part["if"], part.get("then", True)), ({"not": part["if"]}, part.get("else", True)))
            yield from (([*when, condition], then) for condition, then in cases if then is not True)
        else:
            yield when, part


class Walk:
    """Writes the walk over the data.

    ``whens`` are the conditions that are answered at once for all; those that have to look at every
    container become functions, which are asked last.
    """

    __slots__ = ("functions", "module", "whens")

    def __init__(self, module: Module) -> None:
        self.module = module
        self.functions: dict[tuple[str, ...], str] = {}
        self.whens: dict[str, str] = {}

    def applies(self, when: list[Schema], answers: Mapping[tuple[str, bool], str]) -> str:
        """An expression: these schemas hold for the task."""
        writer = self.module.writer
        writer.answers = dict(answers)
        expression = good({"allOf": when}, "task", writer)
        if expression == "True":
            return expression
        if " for " not in expression:
            return self.whens.setdefault(expression, f"when[{len(self.whens)}]")
        name = self.module.name("applies")
        self.module.line()
        writer.answers = {}
        with self.module.block(f"def {name}(task):"):
            self.module.line(f"return {good({'allOf': when}, 'task', writer)}")
        return f"{name}(task)"

    def write_functions(self, place: Place, pattern: tuple[str, ...]) -> None:
        """The functions for places below that are not looked at inline, and the tables that lead to them."""
        many = _has_table(place)
        for segment, below in place.below.items():
            inner = (*pattern, segment)
            seldom = _is_seldom(inner, below)
            start = self.module.size()
            self.write_functions(below, inner)
            if seldom or (many and segment not in (paths.EACH_ITEM, paths.EACH_VALUE)):
                name = self.functions[inner] = self.module.name("at_" + "_".join(inner))
                self.module.line()
                self.module.writer.members.clear()  # every function has a ``v`` of its own
                with self.module.block(f"def {name}(v, {SHARED}):"):
                    self.write_statements(below, inner, "v")
                if seldom:
                    self.module.set_aside(start)
                    self.module.line(f"{name} = later('ecslint.compiled.seldom', {name!r}, globals())")
        if many:
            entries = ", ".join(f"{name!r}: {self.functions[(*pattern, name)]}" for name in _members(place))
            self.module.line()
            self.module.line(f"{_table(pattern)} = {{{entries}}}.get")

    def write_statements(self, place: Place, pattern: tuple[str, ...], v: str) -> None:
        """What is demanded of the value in ``v``, and the way to the places below."""
        module, writer = self.module, self.module.writer
        shape = writer.shape_at(pattern)
        if shape is not None:
            writer.shapes[v] = shape
        self.look_up(place, v)
        for when in dict.fromkeys(demand.when for demand in place.demands):
            together = [demand for demand in place.demands if demand.when == when]
            if when in self.whens.values():
                with module.block(f"if {when}:"):
                    self.write_demands(together, v)
            else:
                self.write_demands(together, v)
        if _has_table(place):
            with module.block(f"for key, value in {v}.items():"):
                module.line(f"below = {_table(pattern)}(key)")
                # Of a bare list of containers, the members of the task are not known.
                known = "" if pattern else " and type(value) is not Unknown"
                with module.block(f"if below is not None{known}:"):
                    module.line(f"below(value, {SHARED})")
        else:
            for name in _members(place):
                x, found = writer.lookup(v, name)
                with module.block(f"if {found} is not missing:"):
                    self.write_below(place, pattern, name, x)
        for segment, values in ((paths.EACH_ITEM, v), (paths.EACH_VALUE, f"{v}.values()")):
            if segment in place.below:
                x = writer.fresh()
                with module.block(f"for {x} in {values}:"):
                    self.write_below(place, pattern, segment, x)

    def look_up(self, place: Place, v: str) -> None:
        """Members that several demands ask for are looked up once."""
        writer = self.module.writer
        writer.lookups.clear()
        for demand in place.demands:
            self.fails(demand, v)
        if not _has_table(place):
            for name in _members(place):
                writer.lookup(v, name)
        for (holder, name), count in list(writer.lookups.items()):
            if holder == v and count > 1:
                x = writer.inside(v, name)
                writer.members[v, name] = x
                self.module.line(f"{x} = {v}.get({name!r}, missing)")

    def write_below(self, place: Place, pattern: tuple[str, ...], segment: str, x: str) -> None:
        """What is to be done with one value below a place: call its function, or look at it here."""
        inner = (*pattern, segment)
        if inner in self.functions:
            self.module.line(f"{self.functions[inner]}({x}, {SHARED})")
        else:
            self.write_statements(place.below[segment], inner, x)

    def write_demands(self, demands: Iterable[Demand], v: str) -> None:
        """Statements that add the numbers of the rules whose demands may not be met."""
        alike: dict[str, list[Demand]] = {}
        for demand in demands:
            fails = self.fails(demand, v)
            if fails != "False":
                alike.setdefault(fails, []).append(demand)
        for fails, together in alike.items():
            self.module.line(f"# {', '.join(demand.rule.id for demand in together)}")
            self.module.line(f"if {fails}: out.update(({''.join(f'{demand.number}, ' for demand in together)}))")

    def fails(self, demand: Demand, v: str) -> str:
        """An expression: the demand may not be met."""
        rule, schema = demand.rule, demand.schema
        fails = self.may_hit(rule, v) if schema is None else bad(schema, v, self.module.writer)
        return fails if demand.when in self.whens.values() else joined("and", [fails, demand.when])

    def may_hit(self, rule: Rule, v: str) -> str:
        """An expression that is true wherever the rule's check can hit."""
        declared = CHECKS[rule.then["check"]]
        options = rule.then.get("options", {})
        at_root = v == "task"
        follows = [name for name in declared.follows if name in options]
        needs = [options[name] for name in declared.needs if name in options]
        guards = [self.has_one(pattern, at_root, v) for pattern in (*needs, *(options[name] for name in follows))]
        if declared.above:
            guards.append(f"size > {options[declared.above]}")
        texts = {
            name: self.module.constant(repr(value)) if isinstance(value, (list, dict)) else repr(value)
            for name, value in options.items()
        }
        for name in follows:
            x = texts[name] = self.module.writer.fresh()
            values = f"({x} := {self.values_of(v, options[name])})"
            fewest = options.get(declared.more_than, declared.more_than)
            guards.append(f"len({values}) > {fewest}" if fewest else values)
        if declared.passes is not None:
            words = "".join(f", {name}={text}" for name, text in texts.items())
            guards.append(f"not {self.module.imported(declared.passes)}({v}{words})")
        return joined("and", dict.fromkeys(guards))

    def has_one(self, patterns: str | list[str], at_root: bool, v: str) -> str:
        """An expression: the task, one of its containers, or the object ``v`` has a member that one path needs."""
        parsed = [paths.parse(pattern) for pattern in ([patterns] if isinstance(patterns, str) else patterns)]
        return joined("or", [self.has(pattern, at_root, v) for pattern in parsed])

    def has(self, pattern: tuple[str, ...], at_root: bool, v: str) -> str:
        """An expression: what leads to the first list or map of a path is there."""
        names = [name for name in pattern if name not in (paths.EACH_ITEM, paths.EACH_VALUE)]
        if at_root:
            names = [name for name in names[:2] if name != "containerDefinitions"]
            return f"{names[0]!r} in present" if names else "True"
        tests = []
        for name in pattern[: pattern.index(paths.EACH_ITEM)] if paths.EACH_ITEM in pattern else pattern:
            tests.append(self.module.writer.has(v, name))
            v = f"{v}[{name!r}]"
        return joined("and", tests)

    def values_of(self, v: str, patterns: str | list[str]) -> str:
        """An expression: a list of all values that a path, or each of some paths, reaches from ``v``."""
        if isinstance(patterns, str):
            return self.values(v, paths.parse(patterns))
        return f"[{', '.join('*' + self.values(v, paths.parse(pattern)) for pattern in patterns)}]"

    def values(self, v: str, pattern: tuple[str, ...]) -> str:
        """An expression: a list of all values that a pattern reaches from ``v``."""
        x, clauses = v, ""
        for number, segment in enumerate(pattern):
            following = pattern[number + 1] if number + 1 < len(pattern) else None
            if segment in (paths.EACH_ITEM, paths.EACH_VALUE):
                holder, x = x, self.module.writer.fresh()
                clauses += f" for {x} in {holder}" + (".values()" if segment == paths.EACH_VALUE else "")
            elif following in (paths.EACH_ITEM, paths.EACH_VALUE):
                x = f"{x}.get({segment!r}, {'()' if following == paths.EACH_ITEM else '{}'})"
            else:
                holder, x = x, self.module.writer.fresh()
                clauses += f" for {x} in ({holder}.get({segment!r}, missing),) if {x} is not missing"
        return f"[{x}{clauses}]"


def _members(place: Place) -> list[str]:
    """The members of a place that rules look at."""
    return [name for name in place.below if name not in (paths.EACH_ITEM, paths.EACH_VALUE)]


def _has_table(place: Place) -> bool:
    """Whether there are so many members that looking up the ones that are there takes less time."""
    return len(_members(place)) > FEW


def _table(pattern: tuple[str, ...]) -> str:
    return "_".join(("below_task", *(segment for segment in pattern if segment.isidentifier())))


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
