"""JSON in the variables of the ECS agent: what is wrong with it, and what was meant."""

from __future__ import annotations

from ecslint.checks import check
from ecslint.checks.agent import MOST_PORTS, NO_JSON, TABLE, decoded, each, unquoted
from ecslint.model import Hit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from ecslint.checks.agent import Fields

#: Quotes that programs for texts put in the place of those of JSON.
CURLY = str.maketrans("“”„″", '""""')

LONGEST_ATTRIBUTE = 128

NAMES = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", int: "a number", float: "a number"}


def mistake(text: str, form: str, *, whole: bool) -> str:
    """What is wrong with the JSON of a variable, without its values; empty if nothing is. Null is no mistake."""
    found = decoded(text, whole=whole)
    wanted: type[Any] = dict if form == "map" else list
    if found is NO_JSON:
        return "it is not JSON"
    if found is None:
        return ""
    if type(found) is not wanted:
        return f"it is {NAMES[type(found)]}, not {NAMES[wanted]}"
    for index, item in enumerate(found.values() if type(found) is dict else found, 1):
        wrong = "" if item is None else _item(item, form)
        if wrong:
            return f"{'value' if form == 'map' else 'item'} {index} {wrong}"
    return ""


def _item(item: Any, form: str) -> str:
    """What is wrong with an item; empty if nothing is."""
    if form == "ports":
        right = type(item) is int and 0 <= item <= MOST_PORTS
        return "" if right else f"is not an integer from 0 to {MOST_PORTS}"
    if type(item) is not str:
        return f"is {NAMES[type(item)]}, not a string"
    return "is not a CIDR block" if form == "networks" and not is_block(item) else ""


def is_block(text: str) -> bool:
    """Whether a text is a CIDR block as Go's ParseCIDR takes it."""
    import ipaddress

    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return text.rpartition("/")[2].isdigit() and "/" in text


def repaired(text: str, fields: Fields, *, whole: bool) -> str | None:
    """The JSON that was meant: with straight quotes, or with quotes around words that the variable knows."""
    form = fields["type"]
    for attempt in (text.translate(CURLY), text.replace("'", '"')):
        if attempt != text and not mistake(attempt, form, whole=whole):
            return attempt
    words = [word.strip(" \"'") for word in text.translate(CURLY).strip("[] ").split(",")]
    if form == "texts" and words and all(word in fields.get("words", ()) for word in words):
        return "[" + ",".join(f'"{word}"' for word in words) + "]"
    return None


@check(options={"table": TABLE}, values=("attribute", "length"))
def long_attributes(value: Any, *, table: Fields) -> Iterator[Hit]:
    """No value of ECS_INSTANCE_ATTRIBUTES has more than 128 characters."""
    for name, text, _ in each(value, table, "map"):
        found = decoded(text, whole=True) if name == "ECS_INSTANCE_ATTRIBUTES" else None
        for attribute, said in found.items() if type(found) is dict else ():
            if type(said) is str and len(said) > LONGEST_ATTRIBUTE and "$" not in said:
                yield Hit((name,), {"attribute": attribute, "length": len(said)})


@check()
def wrapped_credentials(value: Any) -> Iterator[Hit]:
    """ECS_ENGINE_AUTH_DATA has the registries at its top, and not below ``auths``, as Docker's own file has them."""
    text = value.get("ECS_ENGINE_AUTH_DATA") if type(value) is dict else None
    found = decoded(unquoted(text), whole=False) if type(text) is str and text else None
    if type(found) is dict and type(found.get("auths")) is dict:
        yield Hit(("ECS_ENGINE_AUTH_DATA",))
