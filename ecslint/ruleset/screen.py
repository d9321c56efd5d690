"""The screen: generated code that says in one quick walk which rules might hit, so that the others need not be asked.

``suspects(task, size)`` gives the numbers of all rules of the default profile that hit a task of at most
``size`` bytes, and perhaps of some that do not. It reads data that has been through the structural
pass, so it knows the type of each value, and it takes unknown values for known ones, unlike any other.
Where that cannot be done it raises an exception, and every rule is asked. Rules of the strict profile
are asked whenever they are enabled. ``fits(data)`` says whether the schema accepts a resource as it is.

Members are looked up by the keys that are there: a rule about an absent member costs nothing.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections import Counter

from ecslint import paths
from ecslint.checks import CHECKS
from ecslint.checks import load as load_checks
from ecslint.ruleset.code import Module
from ecslint.ruleset.compile import conditions_of, write_conditions
from ecslint.ruleset.expressions import Writer, bad, condition_name, good, has_all, joined

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any, TypeAlias

    from ecslint.model import Rule
    from ecslint.ruleset.expressions import Schema

    #: Conditions, and the demands that may not be met if all of them are true.
    Test: TypeAlias = "tuple[list[str], list[Demand]]"

HEAD = '''"""Made by ecslint.ruleset.screen from the rules and schemas; do not edit."""

from ecslint.model import UNKNOWN, Unknown
from ecslint.ruleset.runtime import has_unknown, later, matches, missing, same, search
'''

#: What every generated function is handed: the answers to all ``when``, the task, the result.
SHARED = "when, task, out"

#: Places with more members than these that rules look at get a table of functions, the others plain lookups.
FEW = 4

#: The definition of what is made of two resources.
JOINED = "Joined"

#: Objects with so many members at most are looked at as a whole, such as an environment variable.
FEW_TEXTS = 3

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
    rules: Iterable[tuple[int, Rule]],
    conditions: Mapping[str, Schema],
    structure: Mapping[str, Any],
    containers: str = "",
    second: str = "",
) -> tuple[str, str]:
    """The sources of two modules: what most documents need, and the code for members that few of them have.

    ``containers`` is the path of the containers, if the resource has them; ``second`` is the name of the second module.
    """
    load_checks()
    module = Module(HEAD, Writer(defs=structure["$defs"]), f"ecslint.compiled.{second}" if second else "")
    write_structure(structure, module)
    module.writer = Writer(plain=True, defs=structure["$defs"])
    module.writer.shapes["task"] = module.writer.resolved(structure)
    write_conditions(conditions, module)
    write_suspects(rules, conditions, containers, module)
    head = HEAD + f"from ecslint.compiled.{second.replace('seldom', 'fast')} import *\n"
    return module.text(), "\n".join([head, *module.seldom]) + "\n"


# --- structure --------------------------------------------------------------------------------------


def write_structure(schema: Mapping[str, Any], module: Module) -> None:
    """``fits(data)``: every value has its type, its bounds and its enum, and every member is known.

    What is made of two resources fits: both have been looked at on their own, and repaired.
    """
    defs = schema["$defs"]
    if JOINED in defs:
        module.line("FITS, MEMBERS = {}, {}")
        module.line("fits = lambda _: True")
        return
    often = _often_used(schema)
    for name, definition in defs.items():
        start = module.size()
        write_definition(name, definition, module)
        if name not in often and module.second:
            module.set_aside(start)
            module.line(f"fits_{name} = later({module.second!r}, {f'fits_{name}'!r}, globals())")
    module.line()
    module.line(f"FITS = {{{', '.join(f'{name!r}: fits_{name}' for name in defs)}}}")
    members = [name for name in defs if name in often or not module.second]
    module.line(f"MEMBERS = {{{', '.join(f'{name!r}: (types_{name}, members_{name})' for name in members)}}}")
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
        plain = plain_type(member)
        if plain:
            types.append(f"{key!r}: {plain}")
        else:
            functions.append(f"{key!r}: lambda v: {fits_expression(member, 'v', module.writer)}")
    module.line()
    others = plain_type(definition.get("additionalProperties") or {})  # of members that nobody knows
    known = f"{{{', '.join(types)}}}"
    module.line(
        f"types_{name} = {f'lambda key, known={known}: known.get(key, {others})' if others else f'{known}.get'}"
    )
    module.line(f"members_{name} = {{")
    for function in functions:
        module.line(f"    {function},")
    module.line("}.get")
    module.line()
    with module.block(f"def fits_{name}(data):"):
        with module.block("if type(data) is not dict:"):
            module.line("return type(data) is Unknown")
        whole = is_whole(definition, "data")
        if whole:
            with module.block(f"if {whole}:"):
                module.line("return True")
        with module.block("for key, value in data.items():"):
            module.line(f"wanted = types_{name}(key)")
            with module.block("if wanted is None:"):
                module.line(f"member = members_{name}(key)")
                with module.block("if (member is None or not member(value)) and type(key) is not Unknown:"):
                    module.line("return False")
            with module.block("elif wanted is not type(value) and type(value) is not Unknown:"):
                module.line("return False")
        required = definition.get("required", ())
        module.line(
            f"return ({has_all(required, 'data', module.writer)}) or has_unknown(data)" if required else "return True"
        )


def plain_type(member: Mapping[str, Any]) -> str:
    """The Python type of a member of which nothing else is demanded; empty for others."""
    if member.keys() & {"enum", "minimum", "maximum", "pattern"}:
        return ""
    return {"string": "str", "integer": "int", "boolean": "bool"}.get(member.get("type", ""), "")


def is_whole(definition: Mapping[str, Any], v: str) -> str:
    """An expression: an object has exactly the members that its definition knows; empty unless they are few texts."""
    members = definition.get("properties", {})
    if not members or len(members) > FEW_TEXTS or any(plain_type(member) != "str" for member in members.values()):
        return ""
    return " and ".join([f"len({v}) == {len(members)}", *(f"type({v}.get({key!r})) is str" for key in members)])


def fits_expression(member: Mapping[str, Any], v: str, writer: Writer) -> str:
    """An expression: the value fits the schema of a member; an unknown value fits anything."""
    if "$ref" in member:
        return f"fits_{member['$ref'].rpartition('/')[2]}({v})"
    if not member:
        return "True"  # anything may stand here
    x = writer.fresh()
    if member["type"] == "array":
        inner = fits_expression(member["items"], x, writer)
        whole = is_whole(writer.resolved(member["items"]), x)
        inner = f"(type({x}) is dict and {whole}) or {inner}" if whole else inner
        return f"(type({v}) is list and all([{inner} for {x} in {v}])) or type({v}) is Unknown"
    if member["type"] == "object":
        inner = fits_expression(member["additionalProperties"], x, writer)
        return f"(type({v}) is dict and all([{inner} for {x} in {v}.values()])) or type({v}) is Unknown"
    checks = [good({"type": member["type"]}, v, writer)]
    if "enum" in member:
        checks = [f"{v} in {tuple(member['enum'])!r}"]
    checks += [f"{v} >= {member['minimum']}"] if "minimum" in member else []
    checks += [f"{v} <= {member['maximum']}"] if "maximum" in member else []
    return f"({' and '.join(checks)}) or type({v}) is Unknown"


# --- suspects ---------------------------------------------------------------------------------------


class Demand:
    """What one rule demands of the values at one place: a schema, or its check where the schema is None.

    The rule applies if two expressions are true: ``when``, which is at hand, and ``applies``, which takes some time.
    """

    __slots__ = ("applies", "number", "rule", "schema", "when")

    def __init__(self, number: int, rule: Rule, schema: Schema | None, when: str, applies: str) -> None:
        self.number = number
        self.rule = rule
        self.schema = schema
        self.when = when
        self.applies = applies

    def of(self, schema: Schema | None) -> Demand:
        """The same rule's demand of other values."""
        return Demand(self.number, self.rule, schema, self.when, self.applies)


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
                self.at(name).add(demand.of(sub))
            if "items" in schema:
                self.at(paths.EACH_ITEM).add(demand.of(schema["items"]))
            schema = {name: schema[name] for name in schema if name not in ("properties", "items")}
            if not schema:
                return
        self.demands.append(demand.of(schema))


def write_suspects(
    rules: Iterable[tuple[int, Rule]], conditions: Mapping[str, Schema], containers: str, module: Module
) -> None:
    """``suspects(task, size)``, and the functions that it calls."""
    answers = {(name, want): f"{condition_name(name, want)}_" for name in conditions for want in (True, False)}
    top, walk = Place(), Walk(module)
    for number, rule in rules:
        if "source" in rule.then or rule.profile != "default":
            continue
        for when, schema in _cases(rule):
            demand = Demand(number, rule, schema, *walk.applies(when, answers))
            for pattern in rule.given or ("$",):
                place = top
                for segment in paths.parse(pattern):
                    place = place.at(segment)
                place.add(demand)
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
        module.line(
            f"present = set(task).union(*task.get({containers!r}, ()))" if containers.isalpha() else "present = task"
        )
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
    container become functions, which are asked last. ``lists`` are the lists of values that the demands at a place
    ask for: from (holder, paths) to (variable, expression).
    """

    __slots__ = ("functions", "lists", "module", "whens")

    def __init__(self, module: Module) -> None:
        self.module = module
        self.lists: dict[tuple[str, str], tuple[str, str]] = {}
        self.functions: dict[tuple[str, ...], str] = {}
        self.whens: dict[str, str] = {}

    def applies(self, when: list[Schema], answers: Mapping[tuple[str, bool], str]) -> tuple[str, str]:
        """Two expressions: the quick ones of these schemas hold for the task, and the others, too."""
        writer = self.module.writer
        writer.answers = dict(answers)
        quick = [schema for schema in when if " for " not in good(schema, "task", writer)]
        expression = good({"allOf": quick}, "task", writer)
        if expression != "True":
            expression = self.whens.setdefault(expression, f"when[{len(self.whens)}]")
        slow = [schema for schema in when if schema not in quick]
        if not slow:
            return expression, "True"
        name = self.module.name("applies")
        self.module.line()
        writer.answers = {}
        with self.module.block(f"def {name}(task):"):
            self.module.line(f"return {good({'allOf': slow}, 'task', writer)}")
        return expression, f"{name}(task)"

    def write_functions(self, place: Place, pattern: tuple[str, ...]) -> None:
        """The functions for places below that are not looked at inline, and the tables that lead to them."""
        many = _has_table(place)
        for segment, below in place.below.items():
            inner = (*pattern, segment)
            seldom = bool(self.module.second) and _is_seldom(inner, below)
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
                    self.module.line(f"{name} = later({self.module.second!r}, {name!r}, globals())")
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
            if when == "True":
                self.write_demands(together, v)
            else:
                with module.block(f"if {when}:"):
                    self.write_demands(together, v)
        if _has_table(place):
            with module.block(f"for key, value in {v}.items():"):
                module.line(f"below = {_table(pattern)}(key)")
                # Of a bare list of containers, the members of the task are not known.
                known = "" if pattern else " and value is not UNKNOWN"
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
        asked = [] if _has_table(place) else _members(place)
        for demand in place.demands:
            writer.lookups.clear()
            self.fails(demand, v)
            asked += [name for holder, name in writer.lookups if holder == v]
        for name in dict.fromkeys(asked):
            if asked.count(name) > 1:
                x = writer.inside(v, name)
                writer.members[v, name] = x
                self.module.line(f"{x} = {v}.get({name!r}, missing)")
        self.lists.clear()

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
        tests = [(conjuncts(fails), together) for fails, together in alike.items()]
        self.write_tests(tests, dict(self.lists.values()))

    def write_tests(self, tests: list[Test], lists: Mapping[str, str]) -> None:
        """Statements for conditions and the demands that may not be met if all of them are true.

        What several tests ask is asked once, and a list that several need is made once; ``lists`` are the
        variables of those that are not made yet.
        """
        groups, rest = [], tests
        while guard := _most_shared(rest):
            groups.append(
                (guard, [([one for one in asked if one != guard], to) for asked, to in rest if guard in asked])
            )
            rest = [(asked, to) for asked, to in rest if guard not in asked]
        parts = [_words(inside) for _, inside in groups] + [_words([test]) for test in rest]
        made = [x for x in lists if sum(x in words for words in parts) > 1]
        for x in made:
            self.module.line(f"{x} = {lists[x]}")
        lists = {x: text for x, text in lists.items() if x not in made}
        for guard, inside in groups:
            with self.module.block(f"if {guard}:"):
                self.write_tests(inside, lists)
        for asked, demands in rest:
            fails = " and ".join(asked)
            for x in lists.keys() & _words([(asked, demands)]):
                before, after = re.split(rf"\b{x}\b", fails, maxsplit=1)
                fails = f"{before}({x} := {lists[x]}){after}"
            self.module.line(f"# {', '.join(demand.rule.id for demand in demands)}")
            numbers = "".join(f"{demand.number}, " for demand in demands)
            self.module.line(f"if {fails}: out.update(({numbers}))" if asked else f"out.update(({numbers}))")

    def fails(self, demand: Demand, v: str) -> str:
        """An expression: the demand may not be met."""
        rule, schema = demand.rule, demand.schema
        fails = self.may_hit(rule, v) if schema is None else bad(schema, v, self.module.writer)
        return joined("and", [fails, demand.applies])

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
        for name in declared.gathers:
            texts[name] = self.values_of(v, options[name])
        for name in follows:
            texts[name] = self.values_of(v, options[name])
            fewest = options.get(declared.more_than, declared.more_than)
            guards.append(f"len({texts[name]}) > {fewest}" if fewest else texts[name])
        if declared.passes is not None:
            taken = inspect.signature(declared.passes).parameters
            words = "".join(f", {name}={text}" for name, text in texts.items() if name in taken)
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
        """The variable of a list of all values that a path, or each of some paths, reaches from ``v``."""
        parsed = [paths.parse(pattern) for pattern in ([patterns] if isinstance(patterns, str) else patterns)]
        key = (v, str(patterns))
        if key not in self.lists:
            text = self.values(v, parsed[0]) if len(parsed) == 1 else self.all_values(v, parsed)
            self.lists[key] = (self.module.writer.fresh(), text)
        return self.lists[key][0]

    def all_values(self, v: str, patterns: Sequence[tuple[str, ...]]) -> str:
        """An expression: a list of all values that some patterns reach; a list that they share is visited once."""
        holder, x, y = "", self.module.writer.fresh(), self.module.writer.fresh()
        if len({pattern[:2] for pattern in patterns}) == 1 and patterns[0][1] == paths.EACH_ITEM:
            holder, v, patterns = f"{v}.get({patterns[0][0]!r}, ())", x, [pattern[2:] for pattern in patterns]
        several = f"[{', '.join('*' + self.values(v, pattern) for pattern in patterns)}]"
        return f"[{y} for {x} in {holder} for {y} in {several}]" if holder else several

    def values(self, v: str, pattern: tuple[str, ...]) -> str:
        """An expression: the values that a pattern reaches from ``v``."""
        clauses, holder, names = "", v, []
        for segment in pattern:
            if segment not in (paths.EACH_ITEM, paths.EACH_VALUE):
                names.append(segment)
                continue
            nothing = "()" if segment == paths.EACH_ITEM else "{}"
            way = "".join(f".get({name!r}, {{}})" for name in names[:-1])
            way += f".get({names[-1]!r}, {nothing})" if names else ""
            holder, names, v = f"{v}{way}", [], self.module.writer.fresh()
            holder += ".values()" if segment == paths.EACH_VALUE else ""
            clauses += f" for {v} in {holder}"
        tests = [f"{name!r} in {v}{''.join(f'[{before!r}]' for before in names[:at])}" for at, name in enumerate(names)]
        value = v + "".join(f"[{name!r}]" for name in names)
        if not clauses:
            return f"(({value},) if {' and '.join(tests)} else ())"
        if clauses.count(" for ") == 1 and not names:
            return holder
        return f"[{value}{clauses}{' if ' if tests else ''}{' and '.join(tests)}]"


def conjuncts(expression: str) -> list[str]:
    """The expressions that all have to be true for an expression to be true, in its order."""

    def parts(node: ast.expr) -> Iterator[ast.expr]:
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
            for value in node.values:
                yield from parts(value)
        else:
            yield node

    found = parts(ast.parse(expression, mode="eval").body)
    texts = (f"({ast.unparse(part)})" if isinstance(part, ast.BoolOp) else ast.unparse(part) for part in found)
    return list(dict.fromkeys(texts))


def _most_shared(tests: Sequence[Test]) -> str | None:
    """The guard that most tests have, and at least two.

    A guard compares names with constants, so that it can be asked before all others: it neither raises nor needs them.
    """
    counts = Counter(one for asked, _ in tests for one in asked if _is_guard(one))
    guard, count = counts.most_common(1)[0] if counts else ("", 0)
    return guard if count > 1 else None


def _is_guard(expression: str) -> bool:
    tree = ast.parse(expression, mode="eval").body
    known = (ast.Compare, ast.Name, ast.Constant, ast.Set, ast.Eq, ast.In, ast.IsNot, ast.BoolOp, ast.Or, ast.Load)
    return not isinstance(tree, ast.Name) and all(isinstance(node, known) for node in ast.walk(tree))


def _words(tests: Iterable[Test]) -> set[str]:
    """The names in the conditions of some tests."""
    return {word for asked, _ in tests for one in asked for word in re.findall(r"\w+", one)}


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
