"""Mistakes in the files that tell ecslint what to do, each at its place: rules, configuration, baselines."""

from __future__ import annotations

import os

from ecslint import paths
from ecslint.masking import veiled
from ecslint.ruleset.bundle import data_folder
from ecslint.words import closest, same_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

    from jsonschema import ValidationError

    from ecslint.document import Document
    from ecslint.model import Path

TYPE_NAMES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "a mapping",
    "string": "a string",
}


def place(path: str, text: str, offset: int) -> str:
    """``file:line:column`` of an offset."""
    line_start = text.rfind("\n", 0, offset) + 1
    return f"{path}:{text.count(chr(10), 0, offset) + 1}:{offset - line_start + 1}"


def told(written: Document, found: Iterable[tuple[int, str]]) -> list[str]:
    """Mistakes of a file as ``file:line:column: what is wrong``, in the order of the file."""
    return [f"{place(written.name, written.text, at)}: {veiled(message)}" for at, message in sorted(found)]


def start(written: Document, path: Path, is_key: bool = False) -> int:
    """The offset of a value of a file, or of its key."""
    root = written.root()
    assert root is not None
    node = paths.locate(root, path)[0]
    return node.key_start if is_key else node.start


def near(word: str, known: Iterable[str], form: str = "{}", *, every: bool = False) -> str:
    """``; did you mean WORD?``, or nothing; with ``every``, which words there are instead of nothing.

    ``form`` is how such a word is written.
    """
    meant = same_word(word, known) or closest(word, known)
    if meant:
        return f"; did you mean {form.format(meant)}?"
    return f"; there are {', '.join(known)}" if every else ""


def text_errors(written: Document) -> list[tuple[int, str]]:
    """(offset, what is wrong) for the text of a YAML file."""
    return [
        (fault.start, str(fault.values.get("problem", f"the key {fault.values.get('key')!r} stands here twice")))
        for fault in written.faults
        if fault.slug in ("syntax-error", "duplicate-key")
    ]


def readable(written: Document) -> bool:
    """Whether the text of a YAML file has been read to its end; keys may still stand twice."""
    return all(fault.slug != "syntax-error" for fault in written.faults)


_schemas: dict[str, Any] = {}


def schema_of(name: str) -> Any:
    """``schemas/NAME.json``."""
    if name not in _schemas:
        from ecslint.syntax import json

        with open(os.path.join(data_folder("schemas"), f"{name}.json"), encoding="utf-8") as file:
            _schemas[name] = json.loads(file.read())
    return _schemas[name]


def errors(written: Document, name: str) -> list[tuple[int, str]]:
    """(offset, what is wrong) for the text of a file and everything that ``schemas/NAME.json`` does not allow."""
    found = text_errors(written)
    return found or located(written, faults(written, written.data, name))


def located(written: Document, found: Iterable[tuple[Path, bool, str]]) -> list[tuple[int, str]]:
    """Mistakes with their offsets instead of their paths."""
    return [(start(written, path, is_key), message) for path, is_key, message in found]


def faults(written: Document, data: Any, name: str) -> Iterator[tuple[Path, bool, str]]:
    """(path, whether its key is meant, what is wrong) for everything that ``schemas/NAME.json`` does not allow.

    ``data`` is that of the file, or what is left of it.
    """
    schema = schema_of(name)
    if fits(data, schema, schema["$defs"]):
        return
    import jsonschema

    from ecslint.ruleset.wording import worded

    root = written.root()
    assert root is not None
    for alternatives in jsonschema.Draft202012Validator(schema).iter_errors(data):
        for error in _meant(alternatives):
            path = tuple(error.absolute_path)
            if error.validator == "additionalProperties" and error.validator_value is False:
                schema_here: Any = error.schema
                value: Any = error.instance
                known: Mapping[str, Any] = schema_here["properties"]
                for key in paths.locate(root, path)[0].children:
                    if key not in known and key in value:
                        yield (*path, key), True, f"{key!r} is not a field here{near(str(key), known, every=True)}"
            else:
                yield path, False, worded(error)


def _meant(error: ValidationError) -> Iterator[ValidationError]:
    """An error, or those of the one alternative that was meant: that which allows the value but for what is in it."""
    import jsonschema

    branches: dict[Any, list[ValidationError]] = {}
    for inner in error.context:
        branches.setdefault(inner.schema_path[0], []).append(inner)
    meant = [inner for inner in branches.values() if all(one.relative_path for one in inner)]
    if len(meant) == 1:
        for inner in meant[0]:
            yield from _meant(inner)
    else:
        yield jsonschema.exceptions.best_match([error])


def without(data: Any, spoilt: Iterable[Path]) -> Any:
    """A copy of data without the values at some paths; items of lists become null, so that the others stay in place."""
    for path in spoilt:
        if not path:
            return None
        data = _without(data, path)
    return data


def _without(data: Any, path: Path) -> Any:
    name, rest = path[0], path[1:]
    if type(data) is dict and name in data:
        if rest:
            return {**data, name: _without(data[name], rest)}
        return {key: value for key, value in data.items() if key != name}
    if type(data) is list and type(name) is int and name < len(data):
        return [*data[:name], _without(data[name], rest) if rest else None, *data[name + 1 :]]
    return data


def pattern_mistakes(pattern: str, path: Path) -> Iterator[tuple[Path, str]]:
    """A pattern that Python cannot read."""
    import re

    from ecslint.regex.parsing import parser

    try:
        parser.parse(pattern, re.ASCII)  # compiling it would take longer
    except (re.error, RecursionError, OverflowError) as error:
        yield path, f"not a regular expression: {error}"


def type_name(value: Any) -> str:
    """What a value of a YAML or JSON file is, for people."""
    names = {type(None): "null", bool: "a boolean", int: "a number", float: "a number", str: "a string"}
    return {**names, list: "a list", dict: "a mapping"}.get(type(value), "a value with a tag of its own")


def fits(value: Any, schema: Any, definitions: Mapping[str, Any]) -> bool:
    """Whether a value satisfies a schema, which may use the keywords of FITTING and ``$ref`` to ``$defs`` only.

    The library that says what is wrong takes longer to import than a run takes; most files are right.
    """
    if "$ref" in schema and not fits(value, definitions[schema["$ref"].rpartition("/")[2]], definitions):
        return False
    kind = type(value)
    if kind is dict and not _members_fit(value, schema, definitions):
        return False
    if kind is list and "items" in schema and not all(fits(v, schema["items"], definitions) for v in value):
        return False
    for keyword, argument in schema.items():
        test = FITTING.get(keyword)
        if test is not None and not test(value, argument):
            return False
        if keyword == "allOf" and not all(fits(value, part, definitions) for part in argument):
            return False
        if keyword in ("anyOf", "oneOf"):
            fitting = sum(fits(value, part, definitions) for part in argument)
            if fitting != 1 and (keyword == "oneOf" or not fitting):
                return False
        if keyword == "if" and fits(value, argument, definitions) and not fits(value, schema["then"], definitions):
            return False
    return True


def _members_fit(value: Mapping[str, Any], schema: Any, definitions: Mapping[str, Any]) -> bool:
    known = schema.get("properties", {})
    others = schema.get("additionalProperties", True)
    for name, member in value.items():
        wanted = known.get(name, others)
        if wanted is False or (wanted is not True and not fits(member, wanted, definitions)):
            return False
    return True


def _matches(value: Any, pattern: str) -> bool:
    if type(value) is not str:
        return True
    if pattern in PLAIN:
        return PLAIN[pattern](value)
    from ecslint.regex.linear import search  # compiling a pattern with re takes longer than a few searches

    return search(pattern, value)


def _is_of(value: Any, wanted: str | list[str]) -> bool:
    kinds = _TYPES.get(type(value), ())
    return any(kind in kinds for kind in ([wanted] if isinstance(wanted, str) else wanted))


#: The patterns that most values in rule files are held against, without any matcher.
PLAIN: dict[str, Callable[[str], bool]] = {
    "^ECS": lambda text: text.startswith("ECS"),
    "[^.]$": lambda text: text[-1:] not in ("", "."),
    "^https?://": lambda text: text.startswith(("http://", "https://")),
    "^[A-Z][A-Z0-9]{1,9}[0-9]{3}$": lambda text: (
        5 <= len(text) <= 13
        and text.isascii()
        and text.isalnum()
        and text == text.upper()
        and text[0].isalpha()
        and text[-3:].isdigit()
    ),
}

_TYPES: dict[type, tuple[str, ...]] = {
    list: ("array",),
    dict: ("object",),
    str: ("string",),
    int: ("integer", "number"),
    float: ("number",),
    bool: ("boolean",),
    type(None): ("null",),
}

#: The assertions that ``fits`` knows beside those about members, items and whole schemas.
FITTING = {
    "type": _is_of,
    "const": lambda value, wanted: type(value) is type(wanted) and value == wanted,
    "enum": lambda value, wanted: type(value) is str and value in wanted,  # of strings only
    "required": lambda value, wanted: type(value) is not dict or all(name in value for name in wanted),
    "minProperties": lambda value, wanted: type(value) is not dict or len(value) >= wanted,
    "maxProperties": lambda value, wanted: type(value) is not dict or len(value) <= wanted,
    "minItems": lambda value, wanted: type(value) is not list or len(value) >= wanted,
    "minLength": lambda value, wanted: type(value) is not str or len(value) >= wanted,
    "maxLength": lambda value, wanted: type(value) is not str or len(value) <= wanted,
    "minimum": lambda value, wanted: type(value) is not int or value >= wanted,
    "pattern": _matches,
}
