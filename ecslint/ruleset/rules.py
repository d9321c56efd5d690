"""Rule files become Rules: read, validated where they are not ours, with tables filled in."""

from __future__ import annotations

import os

from ecslint import document, fixes, paths, reading
from ecslint.checks import load as load_checks
from ecslint.kinds import TASK_DEFINITION
from ecslint.model import Mistakes, Rule
from ecslint.ruleset import options, shapes, validation
from ecslint.ruleset.expressions import CONTAINER, KEYWORDS, REFERENCE, has_reference
from ecslint.words import same_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from ecslint.document import Document
    from ecslint.model import Node, Path

#: Names that every message may use; the engine fills them in.
COMMON_VALUES = frozenset(("answer", "call", "container", "key", "more", "path", "resource", "value"))

#: Names that the other sources of hits give to messages.
SCHEMA_VALUES = frozenset(("expected", "missing", "same", "guess", "script", "kind", "thousandth", "clean", "rooted"))
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
ADAPTER_VALUES = frozenset(
    ("alone", "cluster", "count", "example", "group", "mode", "name", "provider", "role", "tags", "type", "what")
)
#: Folders of the rules that hold no rules.
NO_TOPICS = frozenset(("conditions", "kinds", "packs", "tables"))

BEGIN = "let `given` begin with containerDefinitions[]"

#: Kinds of rules that no rule of ``rules/kinds`` describes: about the text, or about whatever is in it.
FREE = ("document", "any")

SUPPRESSION_VALUES = frozenset(("rule", "until", "remedy", "problem"))


class Library:
    """What rule files may refer to: named conditions of each kind of resource, and the tables for options.

    ``ours`` are the names of the tables that came with ecslint.
    """

    __slots__ = ("conditions", "ours", "tables")

    def __init__(self, conditions: Mapping[str, Mapping[str, Any]], tables: Mapping[str, Any]) -> None:
        self.conditions = conditions
        self.tables = tables
        self.ours: frozenset[str] = frozenset()


def load_tables(folder: str) -> dict[str, Any]:
    """The tables of a rules folder by name."""
    return _folder(os.path.join(folder, "tables"))


def _folder(folder: str) -> dict[str, Any]:
    """The data of each YAML file of a folder, by its name."""
    return {os.path.splitext(name)[0]: read_yaml(os.path.join(folder, name))[0] for name in sorted(os.listdir(folder))}


def load_kinds(folder: str) -> dict[str, dict[str, Any]]:
    """What a rules folder says of each kind of resource, by its name."""
    return _folder(os.path.join(folder, "kinds"))


def load_conditions(folder: str) -> dict[str, dict[str, Any]]:
    """The named conditions of each kind; one that is made of other kinds has theirs, too, for what it is made of."""
    own = _folder(os.path.join(folder, "conditions"))
    found: dict[str, dict[str, Any]] = {}
    for name, kind in load_kinds(folder).items():
        found[name] = dict(own.get(name, {}))
        for part in kind.get("joins", {}).values():
            found[name] |= own.get(part, {})
    return found


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
        if topic.is_dir() and topic.name not in NO_TOPICS
        for name in os.listdir(topic.path)
        if name.endswith(".yaml")
    ]
    return sorted(found, key=os.path.basename)


def read(path: str, shown: str = "") -> Document:
    """A YAML file, which mistakes call ``shown``. Raises Mistakes when it cannot be read or parsed.

    Keys that stand twice are left to those who tell the mistakes of a file.
    """
    name = shown or path
    try:
        written = document.parse(reading.read(path), name, language="yaml")
    except reading.Unreadable as error:
        raise Mistakes(f"{name}: {error}") from None
    if not validation.readable(written):
        raise Mistakes("\n".join(validation.told(written, validation.text_errors(written))))
    return written


def read_yaml(path: str) -> tuple[Any, Node, str]:
    """(data, positions, text) of a YAML file. Raises Mistakes when it cannot be parsed."""
    written = read(path)
    wrong = validation.text_errors(written)
    if wrong:
        raise Mistakes("\n".join(validation.told(written, wrong)))
    root = written.root()
    assert root is not None
    return written.data, root, written.text


def load_rule(path: str, tables: Mapping[str, Any]) -> Rule:
    """One rule file, with ``kind`` and ``given`` as lists and ``{$table: name}`` options replaced by the table."""
    fields = read_yaml(path)[0]
    return Rule(normalised(fields, tables), path)


def normalised(fields: Mapping[str, Any], tables: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a rule in the one form that the engine reads."""
    rule = dict(fields)
    for name in ("kind", "given"):
        if isinstance(rule.get(name), str):
            rule[name] = [rule[name]]
    if isinstance(rule.get("fix"), dict):
        rule["fix"] = [rule["fix"]]
    examples = rule.get("examples", {})
    if "bad" in examples:
        told = [bad if type(bad) is dict and "code" in bad else {"code": bad} for bad in examples["bad"]]
        rule["examples"] = {**examples, "bad": told}
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
    return judged(written, written.data, library)[0]


def judged(written: Document, data: Any, library: Library) -> tuple[list[tuple[int, str]], Any]:
    """(offset, what is wrong) for all mistakes in the data of a rule file, and the part of it that the schema allows.

    What the schema refuses is taken out before the rest is looked at, so that no mistake hides another one.
    """
    if not validation.readable(written):
        return validation.text_errors(written), None
    refused = list(validation.faults(written, data, "rule"))
    sound = validation.without(data, [path for path, *_ in refused if path or type(data) is not dict])
    found = validation.text_errors(written) + validation.located(written, refused)
    if type(sound) is dict:
        found += [(validation.start(written, at), message) for at, message in mistakes(sound, library)]
    return found, sound


def mistakes(rule: Mapping[str, Any], library: Library) -> Iterator[tuple[Path, str]]:
    """What the schema of rule files cannot see: unknown names of checks, keywords, conditions and values.

    Fields that the schema has refused may be absent, whatever it demands.
    """
    kinds = []
    for at, kind in each(rule, "kind", TASK_DEFINITION):
        if kind in library.conditions:
            kinds.append(kind)
        elif kind not in FREE:
            yield at, f"no kind is named {kind!r}{validation.near(kind, library.conditions, every=True)}"
    seen = set()
    for kind in kinds:
        for mistake in _mistakes_of(rule, kind, library):
            if mistake not in seen:
                seen.add(mistake)
                yield mistake
    if rule.get("then", {}).keys() & {"schema", "check", "source"}:
        yield from message_mistakes(rule, kinds)


def _mistakes_of(rule: Mapping[str, Any], kind: str, library: Library) -> Iterator[tuple[Path, str]]:
    """Names in a rule that mean nothing in a resource of a kind."""
    then, known, given = rule.get("then", {}), library.conditions[kind], []
    for at, pattern in each(rule, "given", "$"):
        wrong = shapes.lost(pattern, kind)
        if wrong:
            yield at, wrong
        else:
            given.append(pattern)
    for at, condition in each(rule, "when"):
        if isinstance(condition, str):
            yield from condition_mistakes(condition, at, known)
        else:
            yield from schema_mistakes(condition, at, known, kind)
            yield from shapes.strangers(condition, shapes.whole(kind), at)
    if "schema" in then:
        inside = all(is_in_container(paths.parse(pattern)) for pattern in given)
        yield from schema_mistakes(then["schema"], ("then", "schema"), known, kind, inside=inside)
        yield from shapes.unknown_members(then["schema"], given, kind, ("then", "schema"))
    if "check" in then:
        yield from options.mistakes(then, library, given, kind)


def is_in_container(pattern: tuple[str, ...]) -> bool:
    """Whether a path leads into each container."""
    return "containerDefinitions" in pattern and paths.EACH_ITEM in pattern


def each(rule: Mapping[str, Any], name: str, default: Any = None) -> Iterator[tuple[Path, Any]]:
    """The value of a field, or each value of its list, and where it stands; what has been refused is passed over."""
    value = rule.get(name, default)
    for at, one in (((name, i), item) for i, item in enumerate(value)) if type(value) is list else (((name,), value),):
        if one is not None:
            yield at, one


def condition_mistakes(name: str, at: Path, known: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """A condition that does not exist."""
    if name not in known:
        yield at, f"no condition is named {name!r}{validation.near(name, known, every=True)}"


def schema_mistakes(
    schema: Any, path: Path, conditions: Mapping[str, Any], kind: str, *, inside: bool = False
) -> Iterator[tuple[Path, str]]:
    """Keywords outside the subset, references to what does not exist, patterns that do not compile.

    ``inside``: the schema judges values in a container, and may refer to it.
    """
    if not isinstance(schema, dict):
        return
    for keyword, argument in schema.items():
        here = (*path, keyword)
        if keyword not in KEYWORDS:
            yield (
                here,
                f"keyword {keyword!r} is not in the subset of JSON Schema{_meant(keyword, path, conditions, kind)}",
            )
        elif keyword == "$ref":
            yield from condition_mistakes(argument, here, conditions)
        elif keyword == "pattern":
            yield from validation.pattern_mistakes(argument, here)
            yield from reference_mistakes([argument], here, kind, inside=inside)
        elif keyword in ("const", "enum"):
            yield from reference_mistakes(argument if keyword == "enum" else [argument], here, kind, inside=inside)
        elif keyword in SUBSCHEMAS:
            for place, sub in SUBSCHEMAS[keyword](argument):
                yield from schema_mistakes(sub, (*here, *place), conditions, kind, inside=inside)


def _meant(keyword: str, path: Path, conditions: Mapping[str, Any], kind: str) -> str:
    """What may have been meant by what is no keyword: one of them, a property, or, in ``when``, a condition."""
    meant = validation.near(keyword, KEYWORDS)
    if meant:
        return meant
    definitions = validation.schema_of(kind)["$defs"]
    members = {name for shape in definitions.values() for name in shape.get("properties", ())}
    member = same_word(keyword, members)
    if member:
        return f"; to ask for a property, write properties: {{{member}: …}}"
    if path[0] == "when":
        return f"; write the name of a condition, as in `when: fargate`: there are {', '.join(conditions)}"
    return f"; there are {', '.join(sorted(KEYWORDS))}"


#: Keywords that hold schemas: from the argument to (where, schema).
SUBSCHEMAS: dict[str, Any] = {
    **dict.fromkeys(("properties",), lambda argument: [((name,), sub) for name, sub in argument.items()]),
    **dict.fromkeys(("allOf", "anyOf"), lambda argument: [((index,), sub) for index, sub in enumerate(argument)]),
    **dict.fromkeys(
        ("items", "contains", "not", "if", "then", "else", "additionalProperties", "propertyNames"),
        lambda argument: [((), argument)],
    ),
}


def reference_mistakes(values: Sequence[Any], path: Path, kind: str, *, inside: bool) -> Iterator[tuple[Path, str]]:
    """References in texts to what no resource has, or to a container where none is at hand.

    The rule would never say anything.
    """
    for text in values:
        if type(text) is str and has_reference(text):
            import re

            known = fields(kind)
            for name in re.findall(REFERENCE, text):
                if f"{{{name}}}" == CONTAINER:
                    if not inside:
                        yield path, f"{CONTAINER} stands for the name of the container that `given` is in; {BEGIN}"
                elif name not in known:
                    there = f"; fields are {', '.join(known)}, and in a container there is {CONTAINER}"
                    meant = validation.near(name, [*known, CONTAINER[1:-1]], "{{{}}}") or there
                    yield path, f"{{{name}}} is not a field of the resource{meant}"


def message_mistakes(rule: Mapping[str, Any], kinds: Sequence[str]) -> Iterator[tuple[Path, str]]:
    """Names in ``message`` and ``help`` that no hit of this rule provides."""
    from _string import formatter_parser  # type: ignore[import-not-found]  # string.Formatter imports re for it

    if "check" in rule["then"] and rule["then"]["check"] not in load_checks():
        return  # a mistake of its own; nobody knows what that check would provide
    known = COMMON_VALUES | provided(rule["then"])
    of_resource = fields(kinds[0]) if kinds and "source" not in rule["then"] else []
    there = f"; there are {', '.join(sorted(known))}" + (
        f"; fields are {', '.join(of_resource)}" if of_resource else ""
    )
    for name in sorted(set(fixes.references(rule["fix"])) - known) if "fix" in rule else ():
        meant = validation.near(name, sorted(known), "{{{}}}", every=True)
        yield ("fix",), f"{{{name}}} is not a value of this rule{meant}"
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
                meant = validation.near(str(value), [*sorted(known), *of_resource], "{{{}}}") or there
                yield (field,), f"{{{value}}} is not a value of this rule{meant}"


def fields(kind: str) -> list[str]:
    """The fields of a resource of a kind that hold one value, with the names that messages have for them."""
    schema = validation.schema_of(kind)
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
