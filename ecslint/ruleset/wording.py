"""What a JSON Schema says against a value, in words for people who write YAML; imported when there is something."""

from __future__ import annotations

from ecslint.ruleset.validation import TYPE_NAMES, near, type_name
from ecslint.words import closest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from jsonschema import ValidationError

MOST = 200  # characters of a message that quotes a value

#: What the patterns of the schemas ask for. A test holds them to the schemas.
PATTERNS = {
    r"\S": "must not be blank",
    "^[A-Z][A-Z0-9]{1,9}[0-9]{3}$": "must be capital letters and three digits, as in ACME001",
    "^[a-z][a-z0-9]*(-[a-z0-9]+)*$": "must be lower-case words with hyphens between them, as in foreign-image",
    "[^.]$": "must not end with a full stop",
    "[.]$": "must end with a full stop",
    "^https?://": "must begin with https://",
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}$": "must be a date, as in 2026-12-31",
    r"^[0-9]+\.[0-9]+\.[0-9]+$": "must be a version, as in 1.2.0",
    "^[0-9]+:[0-9]+$": "must be line:column, as in 3:14",
}


def worded(error: ValidationError) -> str:
    """A schema's error in a few words. Keywords without words of ours are worded by the library, cut to MOST."""
    wanted: Any = error.validator_value
    value = error.instance
    write = WORDS.get(str(error.validator))
    told = write(wanted, value) if write is not None else ""
    if error.validator == "required":
        told = f"the field {str(error.message).split(' is a ')[0]} is missing"
    told = told or error.message
    return told if len(told) <= MOST else told[: MOST - 1] + "…"


def _type(wanted: str | list[str], value: Any) -> str:
    names = [TYPE_NAMES[name] for name in ([wanted] if isinstance(wanted, str) else wanted)]
    return f"must be {' or '.join(names)}, not {type_name(value)}"


def _enum(wanted: list[Any], value: Any) -> str:
    if not (isinstance(value, str) and all(isinstance(word, str) for word in wanted)):
        return f"must be one of {', '.join(map(str, wanted))}"
    meant = closest(value, wanted)
    return f"{value!r} is none of {', '.join(wanted)}" + (f"; did you mean {meant}?" if meant else "")


def _one_of(wanted: list[Any], value: Any) -> str:
    """Which field decides about the form, and which of those that are there was meant to be it."""
    if not all("required" in part for part in wanted):
        return ""
    names = [part["required"][0] for part in wanted]
    for key in value if isinstance(value, dict) else ():
        meant = near(str(key), names) if key not in names else ""
        if meant:
            return f"{key!r} is not a field here{meant}"
    there = [name for name in names if isinstance(value, dict) and name in value]
    if len(there) > 1:
        return f"may hold only one of {', '.join(there)}"
    return f"must hold one of {', '.join(names[:-1])} or {names[-1]}"


def _size(unit: str, *, least: bool) -> Callable[[int, Any], str]:
    """The words for a bound of a size."""

    def write(wanted: int, value: Any) -> str:
        if least and wanted == 1:
            return "must not be empty"
        units = unit if wanted == 1 else f"{unit}s"
        return f"must have at {'least' if least else 'most'} {wanted} {units}, not {len(value)}"

    return write


def _pattern(wanted: str, value: Any) -> str:
    words = PATTERNS.get(wanted)
    return f"{value!r} {words}" if words else f"{value!r} does not match {wanted}"


WORDS: dict[str, Callable[[Any, Any], str]] = {
    "type": _type,
    "enum": _enum,
    "const": lambda wanted, _: f"must be {wanted}",
    "oneOf": _one_of,
    "minLength": _size("character", least=True),
    "maxLength": _size("character", least=False),
    "minItems": _size("item", least=True),
    "maxItems": _size("item", least=False),
    "minProperties": _size("field", least=True),
    "maxProperties": _size("field", least=False),
    "minimum": lambda wanted, value: f"must be {wanted} or more, not {value}",
    "maximum": lambda wanted, value: f"must be {wanted} or less, not {value}",
    "pattern": _pattern,
}
