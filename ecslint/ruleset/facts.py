"""What ``ecslint compat`` knows becomes Python: which attributes a task definition demands, and where it cannot run.

The attributes are tables (rules/tables/attributes.yaml, instances.yaml). What keeps a task definition from a launch
type are the rules that speak of launch types, compiled as always. For values that are not known, a second module says
which attributes may be demanded, and which of the rules may hit, as ``perhaps`` functions.
"""

from __future__ import annotations

from ecslint import paths
from ecslint.checks import load as load_checks
from ecslint.ruleset.code import Module
from ecslint.ruleset.compile import HEAD, conditions_of, write_call, write_conditions, write_rule, write_way
from ecslint.ruleset.expressions import Writer, bad, good, joined, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from ecslint.checks import Check
    from ecslint.model import Rule
    from ecslint.ruleset.expressions import Schema

    #: A demand with its number, and what is left of its path.
    Way = tuple[tuple[str, ...], int, "Demand"]
    #: Rules by their numbers.
    Numbered = dict[int, Rule]

#: The field that says for which launch types a task definition must be fit.
LAUNCH_TYPES = "requiresCompatibilities"

UNSURE = "from ecslint.ruleset.unsure import is_unsure, may_reach\n"


def compile_facts(
    rules: Sequence[tuple[int, Rule]], conditions: Mapping[str, Schema], tables: Mapping[str, Any]
) -> tuple[Module, Module, Numbered]:
    """The modules of what is certain and of what is possible, and the rules that speak of launch types."""
    platform = {number: rule for number, rule in rules if is_platform_rule(rule, conditions)}
    demands = [Demand(attribute, fields) for attribute in tables["attributes"] for fields in attribute["demand"]]
    certain = Module(HEAD, Writer())
    write_conditions(conditions, certain)
    for number, rule in platform.items():
        write_rule(number, rule, certain)
    certain.line()
    with certain.block("def demand(task, out):"):
        write_demands([(demand.given, number, demand) for number, demand in enumerate(demands)], "task", "", certain)
    certain.line()
    certain.line(f"JUDGES = {{{', '.join(f'{number}: rule_{rule.id}' for number, rule in platform.items())}}}")
    certain.line(f"FACTS = {tuple(demand.facts() for demand in demands)!r}")
    certain.line(f"INSTANCES = {tables['instances']!r}")
    certain.line(f"LAUNCH_TYPES = {tuple((row['name'], row['since']) for row in tables['launch-types'])!r}")
    possible = Module(HEAD + UNSURE, Writer())
    write_conditions(conditions, possible)
    for number, rule in platform.items():
        write_perhaps(number, rule, possible)
    for number, demand in enumerate(demands):
        demand.write_perhaps(number, possible)
    possible.line()
    possible.line(f"RULES = {{{', '.join(f'{number}: perhaps_{rule.id}' for number, rule in platform.items())}}}")
    possible.line(f"DEMANDS = ({''.join(f'perhaps_{number}, ' for number in range(len(demands)))})")
    return certain, possible, platform


class Demand:
    """One row under ``demand`` of an attribute, with what the attribute says where the row is silent."""

    __slots__ = ("_attribute", "_fields", "_schema", "_when", "given")

    def __init__(self, attribute: Mapping[str, Any], fields: Mapping[str, Any]) -> None:
        self._attribute = attribute
        self._fields = fields
        self._schema: Schema = fields.get("schema", True)
        when = fields.get("when", True)
        self._when: Schema = {"$ref": when} if type(when) is str else when
        self.given = paths.parse(fields["given"])

    def facts(self) -> tuple[str, Any, str, str]:
        """The name of the attribute, since when agents offer it, how sure that is, and why."""
        fields = {**self._attribute, **self._fields}
        return fields["name"], fields.get("since"), fields["confidence"], fields["evidence"]

    def certain(self, v: str, writer: Writer) -> str:
        """An expression: the value in the variable ``v`` demands the attribute."""
        return joined("and", [good(self._when, "task", writer), good(self._schema, v, writer)])

    def write_perhaps(self, number: int, module: Module) -> None:
        """A function that says whether the attribute may be demanded."""
        never = [bad(schema, "task", module.writer) for schema in (self._when, leads_to(self.given, self._schema))]
        named = (
            f" and is_unsure(task, {self.given!r})" if "{value}" in self.facts()[0] else ""
        )  # known ones are certain
        module.line()
        with module.block(f"def perhaps_{number}(task):"):
            module.line(f"return not {joined('or', never)}{named}")


def write_demands(ways: Sequence[Way], v: str, path: str, module: Module) -> None:
    """Statements that append (number, path, value) for each place below ``v`` that demands an attribute for certain.

    ``ways`` are what is left of the paths. Those that begin alike are gone together.
    """
    for pattern, number, demand in ways:
        if not pattern:
            with module.block(f"if {demand.certain(v, module.writer)}:"):
                module.line(f"out.append(({number}, ({path}), {v}))")
    for segment in dict.fromkeys(pattern[0] for pattern, *_ in ways if pattern):
        rest = [(pattern[1:], number, demand) for pattern, number, demand in ways if pattern[:1] == (segment,)]
        write_way((segment,), v, path, _writing(rest, module), module)


def _writing(ways: Sequence[Way], module: Module) -> Callable[[str, str], None]:
    """What writes the demands below a value, given its variable and its path."""
    return lambda v, path: write_demands(ways, v, path, module)


def is_platform_rule(rule: Rule, conditions: Mapping[str, Schema]) -> bool:
    """Whether a rule tells of a refusal or a failure that depends on the launch types a task definition asks for."""
    grave = rule.severity == "error" or (rule.severity == "warning" and rule.category == "rejected")
    schemas = [*conditions_of(rule), rule.then.get("schema", True)]
    asks = LAUNCH_TYPES in rule.given or any(_speaks(schema, conditions) for schema in schemas)
    return grave and asks and "source" not in rule.then


def _speaks(schema: Schema, conditions: Mapping[str, Schema]) -> bool:
    """Whether a schema of a task definition looks at the launch types."""
    return any(
        LAUNCH_TYPES in part.get("properties", {})
        or LAUNCH_TYPES in part.get("required", ())
        or ("$ref" in part and _speaks(conditions[part["$ref"]], conditions))
        for part in walk(schema)
    )


def leads_to(pattern: Sequence[str], schema: Schema) -> Schema:
    """A schema that holds if the pattern leads to a value for which ``schema`` holds."""
    if not pattern:
        return schema
    inner = leads_to(pattern[1:], schema)
    if pattern[0] == paths.EACH_ITEM:
        return {"contains": inner}
    if pattern[0] == paths.EACH_VALUE:
        return {"not": {"additionalProperties": {"not": inner}}}
    return {"required": [pattern[0]], "properties": {pattern[0]: inner}}


def write_perhaps(number: int, rule: Rule, module: Module) -> None:
    """A function that says whether a rule may hit, now that some values are not known."""
    never = [bad(schema, "task", module.writer) for schema in conditions_of(rule)]
    patterns = [paths.parse(pattern) for pattern in rule.given or ("$",)]
    module.line()
    with module.block(f"def perhaps_{rule.id}(task):"):
        with module.block(f"if {joined('or', never)}:"):
            module.line("return False")
        if "schema" in rule.then:
            wrong: Schema = {"not": rule.then["schema"]}
            hits = [f"not {bad(leads_to(pattern, wrong), 'task', module.writer)}" for pattern in patterns]
            module.line(f"return {joined('or', hits)}")
            return
        check = load_checks()[rule.then["check"]]
        options = rule.then.get("options", {})
        for pattern in patterns:
            for name in check.follows if type(check.more_than) is int else ():
                way = (*pattern, *paths.parse(options[name]))
                with module.block(f"if not may_reach(task, {way!r}, {check.more_than}):"):
                    module.line("return False")
            for read in reads(check, options):
                with module.block(f"if is_unsure(task, {(*pattern, *paths.parse(read))!r}):"):
                    module.line("return True")
        module.line("size, out = 0, []")
        for pattern in patterns:
            write_way(pattern, "task", "", lambda v, path: write_call(number, rule, v, path, module), module)
        module.line("return bool(out)")


def reads(check: Check, options: Mapping[str, Any]) -> Iterator[str]:
    """The paths of all that a check reads, from the value that it is given; ``$`` if it does not say."""
    for template in check.reads or ("$",):
        found = [template]
        for name, value in options.items():
            values = value if type(value) is list else [value]
            found = [
                text.replace(f"{{{name}}}", str(one))
                for text in found
                for one in (values if f"{{{name}}}" in text else [""])
            ]
        yield from found
