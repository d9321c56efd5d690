"""Rules become Python: one function for each, which appends a tuple to ``out`` for every certain hit.

docs/compiler.md shows a rule and its code. ``RULES`` of the generated module maps the numbers of
rules to their functions, all with the arguments (task, size, out). Which rules are asked about a
document at all, decides the code that screen.py writes.
"""

from __future__ import annotations

from ecslint import paths
from ecslint.checks import load as load_checks
from ecslint.ruleset.code import Module
from ecslint.ruleset.expressions import Writer, bad, condition_name, good, joined

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from ecslint.model import Rule
    from ecslint.ruleset.expressions import Schema

HEAD = '''"""Made by ecslint.ruleset.compile from the rules; do not edit."""

from ecslint.model import Unknown
from ecslint.ruleset.runtime import call, has_unknown, known_parts, matches, missing, same, search

NoneType = type(None)
'''


def compile_rules(
    rules: Iterable[tuple[int, Rule]], conditions: Mapping[str, Schema], containers: str = "", head: str = HEAD
) -> str:
    """The source of a module with a function for each numbered rule of one kind, whose ``containers`` are there."""
    module = Module(head, Writer())
    module.writer.containers = "".join(f"{segment!r}, " for segment in paths.parse(containers)) if containers else ""
    write_conditions(conditions, module)
    judging = [(number, rule) for number, rule in rules if "source" not in rule.then]
    for number, rule in judging:
        write_rule(number, rule, module)
    module.line()
    module.line(f"RULES = {{{', '.join(f'{number}: rule_{rule.id}' for number, rule in judging)}}}")
    return module.text()


def write_conditions(conditions: Mapping[str, Schema], module: Module) -> None:
    """Two functions for each named condition: certainly holds, certainly fails."""
    for name, schema in conditions.items():
        about = "text" if is_of_text(schema) else "task"  # of a task the types of all members are known
        for want, expression in ((True, good), (False, bad)):
            module.line()
            with module.block(f"def {condition_name(name, want)}({about}):"):
                module.line(f"return {expression(schema, about, module.writer)}")


def is_of_text(schema: Schema) -> bool:
    """Whether a condition is one of texts in a task, not of the task."""
    return type(schema) is dict and ("pattern" in schema or any(map(is_of_text, schema.get("anyOf", ()))))


def conditions_of(rule: Rule) -> list[Schema]:
    """The schemas of a task to which the rule applies: its ``when``, with references for names."""
    when = rule.when
    parts = when if isinstance(when, list) else [] if when is None else [when]
    return [{"$ref": part} if isinstance(part, str) else part for part in parts]


def write_rule(number: int, rule: Rule, module: Module) -> None:
    """The function of one rule: whether it applies, the way to each place, and what must hold there."""

    def judge(v: str, path: str) -> None:
        if "schema" in rule.then:
            explain(rule.then["schema"], v, path, number, module)
        else:
            write_call(number, rule, v, path, module)

    module.line()
    with module.block(f"def rule_{rule.id}(task, size, out):"):
        module.line(f"# {rule.slug}")
        when = joined("and", [good(schema, "task", module.writer) for schema in conditions_of(rule)])
        if when != "True":
            with module.block(f"if not {when}:"):
                module.line("return")
        for pattern in rule.given or ("$",):
            module.writer.container = ""
            write_way(paths.parse(pattern), "task", "", judge, module)


def write_way(pattern: tuple[str, ...], v: str, path: str, judge: Callable[[str, str], None], module: Module) -> None:
    """Statements that lead from ``v`` to all that the pattern reaches; ``path`` are the parts of the path so far."""
    if not pattern:
        judge(v, path)
        return
    segment, *rest = pattern
    x = module.writer.fresh()
    if segment == paths.EACH_ITEM:
        part, test, step = module.writer.fresh(), f"if type({v}) is list:", "for {part}, {x} in enumerate({v}):"
    elif segment == paths.EACH_VALUE:
        part, test, step = module.writer.fresh(), f"if type({v}) is dict:", "for {part}, {x} in {v}.items():"
    else:
        part, test, step = (
            repr(segment),
            f"if type({v}) is dict:",
            "if ({x} := {v}.get({part}, missing)) is not missing:",
        )
    if segment == paths.EACH_ITEM and path == module.writer.containers:
        module.writer.container = x
    with module.block(test), module.block(step.format(part=part, x=x, v=v)):
        write_way(tuple(rest), x, f"{path}{part}, ", judge, module)


def write_call(number: int, rule: Rule, v: str, path: str, module: Module) -> None:
    """The call of the rule's check."""
    declared = load_checks()[rule.then["check"]]
    options = rule.then.get("options", {})
    words = "".join(f", {name}={value!r}" for name, value in options.items())
    function = declared.function
    line = f"call({number}, ({path}), {function.__module__!r}, {function.__name__!r}, {v}, out{words})"
    module.line(f"if size > {options[declared.above]}: {line}" if declared.above else line)


def explain(schema: Schema, v: str, path: str, rule: int, module: Module) -> None:
    """Statements that append a hit for every certain error, each at its own key or value."""
    if isinstance(schema, bool):
        if not schema:
            _hit(rule, path, "false", None, "", module)
        return
    for keyword, argument in schema.items():
        explain_keyword = EXPLAIN.get(keyword)
        if explain_keyword is not None:
            explain_keyword(argument, v, schema, path, rule, module)
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
    rest = f"if {k} not in {tuple(schema.get('properties', ()))!r} and {module.writer.known(k)}:"
    loop = f"for {k}, {x} in {v}.items():"
    with module.block(f"if type({v}) is dict:"), module.block(loop), module.block(rest):
        if argument is False:
            names = [*schema.get("properties", ())]
            module.line(f"out.append(({rule}, ({path}{k}, ), 'additionalProperties', {names!r}, {k}))")
        else:
            explain(argument, x, f"{path}{k}, ", rule, module)


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
