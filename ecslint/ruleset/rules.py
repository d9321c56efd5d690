"""Rule files become Rules: read, validated where they are not ours, with tables filled in."""

from __future__ import annotations

import os

from ecslint import document, fixes, paths, reading
from ecslint.checks import load as load_checks
from ecslint.model import Mistakes, Rule
from ecslint.ruleset import validation
from ecslint.ruleset.expressions import KEYWORDS, REFERENCE, has_reference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from ecslint.document import Document
    from ecslint.model import Node, Path

#: Names that every message may use; the engine fills them in.
COMMON_VALUES = frozenset(("container", "key", "value", "path", "more"))

#: Names that the other sources of hits give to messages.
SCHEMA_VALUES = frozenset(("expected", "missing", "same", "guess", "script", "kind", "thousandth", "clean"))
STRUCTURE_VALUES = frozenset(("expected", "missing", "same", "guess")) | frozenset(
    ("actual", "around", "default", "remedy", "hint", "known", "home", "read", "member", "up", "what")
)
PARSER_VALUES = frozenset(
    (
        "problem",
        "placeholder",
        "key",
        "literal",
        "json",
        "text",
        "yaml11",
        "yaml12",
        "span",
        "spelling",
        "guess",
        "remedy",
    )
)
ADAPTER_VALUES = frozenset(("example", "tags", "alone"))
SUPPRESSION_VALUES = frozenset(("rule", "until", "remedy", "problem"))


class Library:
    """What rule files may refer to: named conditions, and the tables for options.

    ``ours`` are the names of the tables that came with ecslint. ``sizes`` tells how many schemas have to be looked at
    for a condition, as far as somebody has counted.
    """

    __slots__ = ("conditions", "ours", "sizes", "tables")

    def __init__(self, conditions: Mapping[str, Any], tables: Mapping[str, Any]) -> None:
        self.conditions = conditions
        self.tables = tables
        self.ours: frozenset[str] = frozenset()
        self.sizes: dict[str, int] = {}


def load_tables(folder: str) -> dict[str, Any]:
    """The tables of a rules folder by name."""
    tables = os.path.join(folder, "tables")
    return {os.path.splitext(name)[0]: read_yaml(os.path.join(tables, name))[0] for name in sorted(os.listdir(tables))}


def load_conditions(folder: str) -> dict[str, Any]:
    """The named conditions of a rules folder."""
    conditions: dict[str, Any] = read_yaml(os.path.join(folder, "conditions.yaml"))[0]
    return conditions


def load_packs(folder: str) -> dict[str, Any]:
    """The packs of a rules folder by name, each with a title and the names of the rules that it selects."""
    packs = os.path.join(folder, "packs")
    found = [read_yaml(os.path.join(packs, name))[0] for name in sorted(os.listdir(packs))]
    return {pack["name"]: {"title": pack["title"], "select": pack["select"]} for pack in found}


def rule_files(folder: str) -> list[str]:
    """The rule files below a folder, in the order of their names."""
    found = [
        os.path.join(topic.path, name)
        for topic in os.scandir(folder)
        if topic.is_dir() and topic.name not in ("packs", "tables")
        for name in os.listdir(topic.path)
        if name.endswith(".yaml")
    ]
    return sorted(found, key=os.path.basename)


def read(path: str, shown: str = "") -> Document:
    """A YAML file, which mistakes call ``shown``. Raises Mistakes when it cannot be read or parsed."""
    name = shown or path
    try:
        written = document.parse(reading.read(path), name, language="yaml")
    except reading.Unreadable as error:
        raise Mistakes(f"{name}: {error}") from None
    wrong = validation.text_errors(written)
    if wrong:
        raise Mistakes(validation.told(written, wrong[:1])[0])
    return written


def read_yaml(path: str) -> tuple[Any, Node, str]:
    """(data, positions, text) of a YAML file. Raises Mistakes when it cannot be parsed."""
    written = read(path)
    root = written.root()
    assert root is not None
    return written.data, root, written.text


def load_rule(path: str, tables: Mapping[str, Any]) -> Rule:
    """One rule file, with ``on`` and ``given`` as lists and ``{$table: name}`` options replaced by the table."""
    fields = read_yaml(path)[0]
    return Rule(normalised(fields, tables), path)


def normalised(fields: Mapping[str, Any], tables: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a rule in the one form that the engine reads."""
    rule = dict(fields)
    for name in ("on", "given"):
        if isinstance(rule.get(name), str):
            rule[name] = [rule[name]]
    if isinstance(rule.get("fix"), dict):
        rule["fix"] = [rule["fix"]]
    then = dict(rule["then"])
    if "options" in then:
        then["options"] = {
            name: tables[value["$table"]] if isinstance(value, dict) and "$table" in value else value
            for name, value in then["options"].items()
        }
    return {**rule, "then": then}


# --- validation: for the tests over bundled rules, and for rule files of users ------------------------


def validate(path: str, library: Library) -> list[str]:
    """All mistakes in a rule file as ``file:line:column: what is wrong``, in the order of the file."""
    written = read(path)
    return validation.told(written, errors(written, library))


def errors(written: Document, library: Library) -> list[tuple[int, str]]:
    """(offset, what is wrong) for all mistakes in a rule file."""
    found = validation.errors(written, "rule")
    return found or [(validation.start(written, at), message) for at, message in mistakes(written.data, library)]


def mistakes(rule: Mapping[str, Any], library: Library) -> Iterator[tuple[Path, str]]:
    """What the schema of rule files cannot see: unknown names of checks, keywords, conditions and values."""
    then = rule["then"]
    for pattern in [rule.get("given", "$")] if isinstance(rule.get("given", "$"), str) else rule["given"]:
        try:
            paths.parse(pattern)
        except ValueError as error:
            yield ("given",), str(error)
    when = rule.get("when")
    for condition in when if isinstance(when, list) else [when] if when is not None else []:
        if isinstance(condition, str):
            if condition not in library.conditions:
                yield ("when",), f"no condition is named {condition!r}"
        else:
            yield from schema_mistakes(condition, ("when",), library)
    if "schema" in then:
        yield from schema_mistakes(then["schema"], ("then", "schema"), library)
    if "check" in then:
        yield from check_mistakes(then, library)
    yield from message_mistakes(rule)


def schema_mistakes(schema: Any, path: Path, library: Library) -> Iterator[tuple[Path, str]]:
    """Keywords outside the subset, references to conditions that do not exist, patterns that do not compile."""
    if not isinstance(schema, dict):
        return
    for keyword, argument in schema.items():
        here = (*path, keyword)
        if keyword not in KEYWORDS:
            yield here, f"keyword {keyword!r} is not in the subset: {', '.join(sorted(KEYWORDS))}"
        elif keyword == "$ref" and argument not in library.conditions:
            yield here, f"no condition is named {argument!r}"
        elif keyword == "pattern":
            yield from pattern_mistakes(argument, here)
            yield from reference_mistakes([argument], here)
        elif keyword in ("const", "enum"):
            yield from reference_mistakes(argument if keyword == "enum" else [argument], here)
        elif keyword in SUBSCHEMAS:
            for place, sub in SUBSCHEMAS[keyword](argument):
                yield from schema_mistakes(sub, (*here, *place), library)


#: Keywords that hold schemas: from the argument to (where, schema).
SUBSCHEMAS: dict[str, Any] = {
    **dict.fromkeys(("properties",), lambda argument: [((name,), sub) for name, sub in argument.items()]),
    **dict.fromkeys(("allOf", "anyOf"), lambda argument: [((index,), sub) for index, sub in enumerate(argument)]),
    **dict.fromkeys(
        ("items", "contains", "not", "if", "then", "else", "additionalProperties", "propertyNames"),
        lambda argument: [((), argument)],
    ),
}


def pattern_mistakes(pattern: str, path: Path) -> Iterator[tuple[Path, str]]:
    """A pattern that Python cannot read."""
    import re

    from ecslint.regex.parsing import parser

    try:
        parser.parse(pattern, re.ASCII)  # compiling it would take longer
    except (re.error, RecursionError, OverflowError) as error:
        yield path, f"not a regular expression: {error}"


def reference_mistakes(values: Sequence[Any], path: Path) -> Iterator[tuple[Path, str]]:
    """References in texts to fields that no resource has: their rule would never say anything."""
    for text in values:
        if type(text) is str and has_reference(text):
            import re

            known = fields()
            for name in re.findall(REFERENCE, text):
                if name not in known:
                    yield path, f"{{{name}}} is no field of the resource; fields are {', '.join(known)}"


def check_mistakes(then: Mapping[str, Any], library: Library) -> Iterator[tuple[Path, str]]:
    """A check or a table that does not exist; options that the check does not take, lacks, or refuses."""
    checks = load_checks()
    declared = checks.get(then["check"])
    if declared is None:
        yield ("then", "check"), f"no check is named {then['check']!r}; there are {', '.join(sorted(checks))}"
        return
    options = then.get("options", {})
    for name in options.keys() - declared.options.keys():
        yield ("then", "options", name), f"{then['check']} has no option {name!r}"
    for name, schema in declared.options.items():
        if name not in options:
            if "default" not in schema:
                yield ("then",), f"{then['check']} needs the option {name!r}"
        elif isinstance(options[name], dict) and "$table" in options[name]:
            if options[name]["$table"] not in library.tables:
                there = ", ".join(library.tables)
                yield ("then", "options", name), f"no table is named {options[name]['$table']!r}; there are {there}"
            else:
                wrong = option_mistakes(library.tables[options[name]["$table"]], schema)
                yield from ((("then", "options", name), message) for _, message in wrong)
        else:
            yield from (
                (("then", "options", name, *at), message) for at, message in option_mistakes(options[name], schema)
            )


def patterns(value: Any, schema: Any, at: Path = ()) -> Iterator[tuple[Path, str]]:
    """The regular expressions in the value of an option, and where in it they are; ``schema`` is that of the option."""
    if type(schema) is not dict:
        return
    if schema.get("format") == "regex" and isinstance(value, str):
        yield at, value
    elif type(value) is list:
        for index, item in enumerate(value):
            yield from patterns(item, schema.get("items"), (*at, index))
    elif type(value) is dict:
        for name, member in value.items():
            others = schema.get("additionalProperties")
            yield from patterns(member, schema.get("properties", {}).get(name, others), (*at, name))


def option_mistakes(value: Any, schema: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """What the schema of an option does not allow, and where in its value."""
    if validation.fits(value, schema, {}):
        for at, pattern in patterns(value, schema):
            yield from pattern_mistakes(pattern, at)
        return
    import jsonschema

    for error in jsonschema.Draft202012Validator(schema).iter_errors(value):
        yield tuple(error.absolute_path), error.message


def message_mistakes(rule: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Names in ``message`` and ``help`` that no hit of this rule provides."""
    from _string import formatter_parser  # type: ignore[import-not-found]  # string.Formatter imports re for it

    if "check" in rule["then"] and rule["then"]["check"] not in load_checks():
        return  # a mistake of its own; nobody knows what that check would provide
    known = COMMON_VALUES | provided(rule["then"])
    of_resource = fields() if "source" not in rule["then"] else []
    there = f"there are {', '.join(sorted(known))}" + (f"; fields are {', '.join(of_resource)}" if of_resource else "")
    for name in sorted(set(fixes.references(rule["fix"])) - known) if "fix" in rule else ():
        yield ("fix",), f"{{{name}}} is not a value of this rule; there are {', '.join(sorted(known))}"
    for field in ("message", "help"):
        try:
            parts = [part for part in formatter_parser(rule.get(field, "")) if part[1] is not None]
        except ValueError as error:
            yield (field,), f"not a format string: {error}"
            continue
        for _, value, form, conversion in parts:
            if form or conversion:
                yield (field,), f"{{{value}}} may not say how it is written"
            elif value not in known and value not in of_resource:
                yield (field,), f"{{{value}}} is not a value of this rule; {there}"


def fields() -> list[str]:
    """The fields of a resource that hold one value, with the names that messages have for them."""
    schema = validation.schema_of("task-definition")
    return sorted(_fields(schema["$defs"], schema["$ref"], ""))


def _fields(definitions: Mapping[str, Any], reference: str, above: str) -> Iterator[str]:
    for name, member in definitions[reference.rpartition("/")[2]]["properties"].items():
        if member.get("readOnly") or member.get("type") in ("array", "object"):
            continue
        if "$ref" in member:
            yield from _fields(definitions, member["$ref"], f"{above}{name}.")
        else:
            yield above + name


def provided(then: Mapping[str, Any]) -> frozenset[str]:
    """The value names that the hits of this ``then`` carry."""
    if "check" in then:
        return frozenset(load_checks()[then["check"]].values)
    if "schema" in then:
        return SCHEMA_VALUES
    by_source = {"structure": STRUCTURE_VALUES, "parser": PARSER_VALUES, "adapter": ADAPTER_VALUES}
    by_source["suppression"] = SUPPRESSION_VALUES
    return by_source[then["source"]]
