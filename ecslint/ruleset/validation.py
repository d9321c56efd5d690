"""Mistakes in the files that tell ecslint what to do, each at its place: rules, configuration, baselines."""

from __future__ import annotations

import os

from ecslint import paths
from ecslint.masking import veiled
from ecslint.ruleset.bundle import data_folder
from ecslint.words import closest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

    from jsonschema import ValidationError

    from ecslint.document import Document
    from ecslint.model import Node, Path

MOST = 200  # characters of a message that quotes a value

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


def text_errors(written: Document) -> list[tuple[int, str]]:
    """(offset, what is wrong) for the text of a YAML file."""
    return [
        (fault.start, str(fault.values.get("problem", f"the key {fault.values.get('key')!r} stands here twice")))
        for fault in written.faults
        if fault.slug in ("syntax-error", "duplicate-key")
    ]


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
    if found:
        return found
    schema = schema_of(name)
    if fits(written.data, schema, schema["$defs"]):
        return []
    root = written.root()
    assert root is not None
    return list(schema_errors(written.data, root, schema))


def schema_errors(data: Any, root: Node, schema: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """(offset, what is wrong) for everything in ``data`` that a JSON Schema does not allow; ``root`` tells where."""
    import jsonschema

    for error in jsonschema.Draft202012Validator(schema).iter_errors(data):
        error = jsonschema.exceptions.best_match([error])
        node = paths.locate(root, tuple(error.absolute_path))[0]
        if error.validator == "additionalProperties" and error.validator_value is False:
            known: Mapping[str, Any] = error.schema["properties"]
            for name, child in node.children.items():
                if name not in known:
                    meant = closest(str(name), known)
                    told = f"did you mean {meant}?" if meant else f"there are {', '.join(known)}"
                    yield child.key_start, f"{name!r} is no field here; {told}"
        else:
            yield node.start, _worded(error)


def _worded(error: ValidationError) -> str:
    """A schema's error for people who write YAML."""
    wanted: Any = error.validator_value
    value = error.instance
    if error.validator == "type":
        names = [TYPE_NAMES[name] for name in ([wanted] if isinstance(wanted, str) else wanted)]
        return f"must be {' or '.join(names)}, not {type_name(value)}"
    if error.validator == "enum" and isinstance(value, str) and all(isinstance(word, str) for word in wanted):
        meant = closest(value, wanted)
        return f"{value!r} is none of {', '.join(wanted)}" + (f"; did you mean {meant}?" if meant else "")
    if error.validator == "oneOf" and all("required" in part for part in wanted):
        names = [part["required"][0] for part in wanted]
        return f"must hold one of {', '.join(names[:-1])} or {names[-1]}"
    return error.message if len(error.message) <= MOST else error.message[: MOST - 1] + "…"


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
