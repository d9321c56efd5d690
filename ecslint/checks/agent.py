"""Checks of the variables of the ECS agent, one for each kind of fault; the table of the variables is an option."""

from __future__ import annotations

from ecslint.checks import check
from ecslint.model import Hit
from ecslint.words import closest, listed, same_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any, TypeAlias

    #: What rules/tables/agent.yaml says of a variable.
    Fields: TypeAlias = Mapping[str, Any]

TABLE = {"type": "object", "required": ["variables", "misnomers"]}

PREFIX = "ECS_"

#: What Go's strconv.ParseBool takes.
TRUE = ("1", "t", "T", "TRUE", "true", "True")
FALSE = ("0", "f", "F", "FALSE", "false", "False")

#: What people write for true and for false.
YES = ("true", "yes", "on", "y", "enabled", "enable")
NO = ("false", "no", "off", "n", "disabled", "disable")

#: How the values of some types are written.
FORMS = {
    "integer": "an integer",
    "number": "a number",
    "range": "two ports with a hyphen between, as in `49153-65535`",
    "rate": "two integers with a comma between, as in `40,60`",
}

MOST_PORTS = 65535

#: Units of Go's time.ParseDuration in nanoseconds, and what people write for them.
UNITS = {"ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
WRITTEN_UNITS = {
    **dict.fromkeys(("sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), "m"),
    **dict.fromkeys(("hr", "hrs", "hour", "hours"), "h"),
}
DAYS = ("d", "day", "days")


def each(value: Any, table: Fields, *types: str) -> Iterator[tuple[str, str, Fields]]:
    """The name, the value as it was meant, and the fields of each variable of some types that has a known value."""
    if type(value) is not dict:
        return
    for name, text in value.items():
        fields = table["variables"].get(name) if type(name) is str else None
        if fields is None or type(text) is not str or fields["type"] not in types:
            continue
        meant = unquoted(text[: comment_of(text)])
        if meant:
            yield name, meant, fields


def unquoted(text: str) -> str:
    """A value without the quotes around it."""
    return text[1:-1].strip() if is_quoted(text) else text


def comment_of(text: str) -> int:
    """Where what looks like a comment begins behind a value, with the blanks before it, or the end of the value.

    What holds a quote is a part of a text in quotes rather.
    """
    at = text.replace("\t", " ").find(" #")
    return len(text) if at < 0 or "'" in text[at:] or '"' in text[at:] else len(text[:at].rstrip())


def is_quoted(text: str) -> bool:
    """Whether a value stands in quotes, which belong to it."""
    return len(text) > 1 and text[0] == text[-1] and text[0] in "\"'"


def default_of(fields: Fields) -> str:
    """What counts where a variable is not set, for people."""
    return f"`{fields['default']}`" if "default" in fields else "its default"


# --- names ------------------------------------------------------------------------------------------


@check(options={"table": TABLE}, values=("meant", "free"))
def misspelt_variables(value: Any, *, table: Fields) -> Iterator[Hit]:
    """No name is one that a variable of the agent was meant by; ``meant`` is that variable.

    ``free`` is the same, if it is not set yet.
    """
    for name in unknown_names(value, table):
        meant = meant_by(name, table)
        if meant is not None:
            said = {"meant": meant, "free": None if meant in value else meant}
            yield Hit((name,), said, own=said, key=True)


@check(options={"table": TABLE})
def unknown_variables(value: Any, *, table: Fields) -> Iterator[Hit]:
    """Each name that begins with ECS_ is that of a variable of the agent, or probably meant by one."""
    for name in unknown_names(value, table):
        if name.startswith(PREFIX) and meant_by(name, table) is None:
            yield Hit((name,), key=True)


def unknown_names(value: Any, table: Fields) -> Iterator[str]:
    """The names that are not in the table."""
    for name in value if type(value) is dict else ():
        if type(name) is str and name not in table["variables"]:
            yield name


def meant_by(name: str, table: Fields) -> str | None:
    """The variable that a name probably stands for. Only those are guessed that begin with ECS_."""
    if name in table["misnomers"]:
        meant: str | None = table["misnomers"][name]
        return meant
    ours = [one for one in table["variables"] if one.startswith(PREFIX)]
    return same_word(name, ours) or closest(name, ours)


@check(options={"table": TABLE, "fields": {"type": "object"}})
def variables_with(value: Any, *, table: Fields, fields: Fields) -> Iterator[Hit]:
    """No variable is one of which the table says what ``fields`` say."""
    for name in value if type(value) is dict else ():
        known = table["variables"].get(name) if type(name) is str else None
        if known is not None and all(known.get(key) == said for key, said in fields.items()):
            yield Hit((name,), key=True)


# --- values -----------------------------------------------------------------------------------------


@check(options={"table": TABLE}, values=("bare", "unread"))
def quoted_values(value: Any, *, table: Fields) -> Iterator[Hit]:
    """No value stands in quotes, unless ecs-init reads the variable from its own environment.

    ``bare`` is the value without them, and so is ``unread`` if the agent cannot read what is in quotes.
    """
    for name, text in value.items() if type(value) is dict else ():
        fields = table["variables"].get(name, {}) if type(name) is str else {}
        commented = type(text) is str and bool(fields) and comment_of(text) < len(text)
        text = text[: comment_of(text)] if commented else text
        if type(text) is str and is_quoted(text) and fields.get("by") != "ecs-init":
            bare = unquoted(text)
            is_sure = fields.get("type", "text") != "text" and not commented  # a comment would go, too
            yield Hit((name,), {"bare": bare, "unread": bare if is_sure else None})


@check(options={"table": TABLE}, values=("bare",))
def commented_values(value: Any, *, table: Fields) -> Iterator[Hit]:
    """No value of a known variable ends with what looks like a comment; ``bare`` is the value without it."""
    for name, text in value.items() if type(value) is dict else ():
        fields = table["variables"].get(name) if type(name) is str else None
        if fields is not None and not fields.get("secret") and type(text) is str and comment_of(text) < len(text):
            yield Hit((name,), {"bare": text[: comment_of(text)]})


@check(options={"table": TABLE}, values=("reader", "default", "meant"))
def not_boolean(value: Any, *, table: Fields) -> Iterator[Hit]:
    """A boolean is what Go's ParseBool takes; where ecs-init is the ``reader``, true is only the text ``true``."""
    for name, text, fields in each(value, table, "boolean"):
        if text not in FALSE and (text != "true" if fields.get("exact") else text not in TRUE):
            word = text.lower()
            is_true, is_false = word in YES or text in TRUE, word in NO
            meant = "true" if is_true else "false" if is_false else None
            reader = "ecs-init" if text in TRUE else "the agent"
            said = {"reader": reader, "default": default_of(fields), "meant": meant}
            yield Hit((name,), said, own=said)


@check(options={"table": TABLE}, values=("default", "meant"))
def not_duration(value: Any, *, table: Fields) -> Iterator[Hit]:
    """A duration is what Go's ParseDuration takes; ``meant`` is one that has another unit, if that is clear."""
    for name, text, fields in each(value, table, "duration"):
        if nanoseconds(text) is None:
            said = {"default": default_of(fields), "meant": meant_duration(text)}
            yield Hit((name,), said, own=said)


def nanoseconds(text: str) -> int | None:
    """A duration as Go writes it; None if it is none."""
    import re
    from fractions import Fraction

    if text in ("0", "+0", "-0"):
        return 0
    if not re.fullmatch(r"[-+]?(?:(?:[0-9]{1,18}(?:\.[0-9]{0,18})?|\.[0-9]{1,18})(?:ns|us|µs|μs|ms|s|m|h))+", text):
        return None
    parts = re.findall(r"([0-9.]+)([a-zµμ]+)", text)
    whole = int(sum(Fraction(f"0{number}".rstrip(".")) * UNITS[unit] for number, unit in parts))
    return -whole if text.startswith("-") else whole


def meant_duration(text: str) -> str | None:
    """What was meant by ``1d``, ``10 min`` or ``1 hour``; None if that is not clear."""
    import re

    found = re.fullmatch(r"([0-9]{1,9}) ?([A-Za-z]{1,7})", text)
    if found is None:
        return None
    number, unit = found[1], found[2].lower()
    if unit in DAYS:
        return f"{24 * int(number)}h"
    unit = WRITTEN_UNITS.get(unit, unit)
    return f"{number}{unit}" if unit in ("s", "m", "h", "ms") else None


@check(options={"table": TABLE}, values=("expected", "default"))
def not_number(value: Any, *, table: Fields) -> Iterator[Hit]:
    """A number, a pair of them or a range of ports has the form that the agent reads."""
    for name, text, fields in each(value, table, *FORMS):
        if numbers(text, fields["type"]) is None:
            said = {"expected": FORMS[fields["type"]], "default": default_of(fields)}
            yield Hit((name,), said, own=said)


def numbers(text: str, form: str) -> list[int] | None:
    """The numbers in a value of a type; None if it has another form. Fractions are cut off."""
    if form == "number":
        try:
            return [int(float(text))] if "_" not in text else None
        except (ValueError, OverflowError):
            return None
    parts = {"rate": text.split(","), "range": text.split("-")}.get(form, [text])
    found = [one for part in parts if (one := integer(part.strip() if form == "rate" else part)) is not None]
    if len(found) < len(parts):
        return None
    if form == "range":  # one port may be a range, too
        return found if len(found) < 3 and 0 < found[0] <= found[-1] <= MOST_PORTS else None
    return found if len(found) == (1 if form == "integer" else 2) else None


def integer(text: str) -> int | None:
    """An integer as Go's Atoi takes it."""
    digits = text[1:] if text[:1] in ("-", "+") else text
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None


@check(options={"table": TABLE}, values=("bounds", "counts"))
def out_of_bounds(value: Any, *, table: Fields) -> Iterator[Hit]:
    """A value lies within the bounds of its variable; ``counts`` is what counts instead, ``bounds`` tells them."""
    for name, text, fields in each(value, table, "duration", "integer", "rate"):
        low, high = fields.get("minimum"), fields.get("maximum")
        if (low is None and high is None) or not applies(value, fields):
            continue
        measured = measure(text, fields)
        least, most = (None if bound is None else measure(str(bound), fields) for bound in (low, high))
        if not measured:
            continue
        below = least is not None and min(measured) < least[0]
        above = most is not None and max(measured) > most[0]
        if below or above:
            # The agent takes zero for a variable that is not set.
            bound = fields["beyond"] == "bound" and measured != [0]
            counts = f"`{low if below else high}`" if bound else default_of(fields)
            words = [f"at least `{low}`"] if low is not None else []
            words += [f"at most `{high}`"] if high is not None else []
            said = {"bounds": " and ".join(words), "counts": counts}
            yield Hit((name,), said, own=said)


def measure(text: str, fields: Fields) -> list[int]:
    """The numbers of a value, durations in nanoseconds; none if it has another form."""
    if fields["type"] == "duration":
        found = nanoseconds(text)
        return [] if found is None else [found]
    return numbers(text, fields["type"] if "," in text else "integer") or []


def applies(value: Mapping[Any, Any], fields: Fields) -> bool:
    """Whether the variable is true on which the bounds of another one depend."""
    condition = fields.get("if")
    return condition is None or (type(value.get(condition)) is str and unquoted(value[condition]) in TRUE)


@check(options={"table": TABLE, "stops": {"type": "boolean"}}, values=("expected", "default", "known", "meant"))
def unknown_words(value: Any, *, table: Fields, stops: bool) -> Iterator[Hit]:
    """A word, or each word of a list, is one that the variable knows; with ``stops`` one without which nothing starts.

    ``known`` are all of them. ``meant`` is the whole value with the one that was meant.
    """
    for name, text, fields in each(value, table, "word", "texts"):
        words = fields.get("words")
        if not words or fields.get("stops", False) is not stops:
            continue
        found = [text] if fields["type"] == "word" else texts(text)
        folded = fields.get("folded", False)
        for word in found:
            if (word.lower() if folded else word) in words:
                continue
            guess = same_word(word, words) or closest(word, words)
            meant = None if guess is None or text.count(word) != 1 else text.replace(word, guess)
            own = {"known": listed(words, len(words)), "default": default_of(fields)}
            yield Hit((name,), {**own, "expected": word, "meant": meant}, own=(*own, "meant"))


def texts(text: str) -> list[str]:
    """The strings of a JSON list; none if it is something else."""
    found = decoded(text, whole=False)
    return [item for item in found if type(item) is str] if type(found) is list else []


@check(options={"table": TABLE}, values=("problem", "meant"))
def loose_lists(value: Any, *, table: Fields) -> Iterator[Hit]:
    """The items of a list with commas between have no blanks around, and are no JSON; ``meant`` is such a list."""
    for name, text, _ in each(value, table, "list"):
        items = texts(text) if text.startswith("[") else [item.strip() for item in text.split(",")]
        meant = ",".join(items)
        if meant != text:
            problem = "must not be JSON" if text.startswith("[") else "must not have spaces around its commas"
            yield Hit((name,), {"problem": problem, "meant": meant or None}, own=("problem",))


# --- JSON -------------------------------------------------------------------------------------------


@check(options={"table": TABLE, "stops": {"type": "boolean"}}, values=("problem", "meant"))
def not_json(value: Any, *, table: Fields, stops: bool) -> Iterator[Hit]:
    """A list or an object is what the agent reads; with ``stops`` one without which it does not start.

    ``meant`` is the list that was meant, if that is clear.
    """
    from ecslint.checks.agent_json import mistake, repaired

    for name, text, fields in each(value, table, "ports", "texts", "map", "networks"):
        strict = fields["type"] in ("map", "networks") and fields.get("stops", False)
        if strict is not stops:
            continue
        problem = mistake(text, fields["type"], whole=strict)
        if problem:
            said = {"problem": problem, "meant": repaired(text, fields, whole=strict)}
            yield Hit((name,), said, own=said)


NO_JSON = object()


def decoded(text: str, *, whole: bool) -> Any:
    """A JSON value as Go reads it, perhaps with more text behind it unless it must be the ``whole``; or NO_JSON."""
    import json

    try:
        found, end = json.JSONDecoder(parse_constant=_refuse).raw_decode(text)
    except (ValueError, RecursionError):
        return NO_JSON
    return NO_JSON if whole and text[end:].strip() else found


def _refuse(word: str) -> Any:
    raise ValueError(word)
