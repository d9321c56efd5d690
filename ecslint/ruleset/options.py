"""The options that a rule gives to its check: what is wrong with them, and which patterns are in them."""

from __future__ import annotations

from ecslint.checks import load as load_checks
from ecslint.ruleset import shapes, validation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from ecslint.model import Path
    from ecslint.ruleset.rules import Library


def mistakes(then: Mapping[str, Any], library: Library, given: Sequence[str], kind: str) -> Iterator[tuple[Path, str]]:
    """A check or a table that does not exist; options that the check does not take, lacks, or refuses.

    ``given`` are the paths of the rule that lead somewhere in a resource of the kind.
    """
    checks = load_checks()
    declared = checks.get(then["check"])
    if declared is None:
        meant = validation.near(then["check"], sorted(checks), every=True)
        yield ("then", "check"), f"no check is named {then['check']!r}{meant}"
        return
    options = then.get("options", {})
    for name in options.keys() - declared.options.keys():
        meant = validation.near(name, declared.options, every=bool(declared.options))
        yield ("then", "options", name), f"{then['check']} has no option {name!r}{meant}"
    for name, schema in declared.options.items():
        if name not in options:
            if "default" not in schema:
                yield ("then",), f"{then['check']} needs the option {name!r}"
        elif isinstance(options[name], dict) and "$table" in options[name]:
            table = options[name]["$table"]
            if type(table) is not str or table not in library.tables:
                meant = validation.near(str(table), library.tables, every=True)
                yield ("then", "options", name), f"no table is named {table!r}{meant}"
            else:
                for _, message in _value_mistakes(library.tables[table], schema):
                    yield ("then", "options", name), message
        else:
            wrong = list(_value_mistakes(options[name], schema))
            if not wrong and name in (*declared.follows, *declared.gathers):
                wrong = list(_path_mistakes(options[name], given, kind))
            yield from ((("then", "options", name, *at), message) for at, message in wrong)


def _path_mistakes(value: Any, given: Sequence[str], kind: str) -> Iterator[tuple[Path, str]]:
    """Paths, alone or in a list, that lead to nothing from any value that the check is given."""
    several = type(value) is list
    for index, pattern in enumerate(value if several else [value]):
        wrong = [shapes.lost(pattern, kind, start) for start in given] if type(pattern) is str else []
        if wrong and all(wrong):
            yield (index,) if several else (), str(wrong[0])


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


def _value_mistakes(value: Any, schema: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """What the schema of an option does not allow, and where in its value."""
    if validation.fits(value, schema, {}):
        for at, pattern in patterns(value, schema):
            yield from validation.pattern_mistakes(pattern, at)
        return
    import jsonschema

    from ecslint.ruleset.wording import worded

    for error in jsonschema.Draft202012Validator(schema).iter_errors(value):
        yield tuple(error.absolute_path), worded(error)
