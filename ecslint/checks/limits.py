"""How much and what a value may hold: the number of items, the size as JSON, the characters of a text."""

from __future__ import annotations

from ecslint import paths, regex
from ecslint.checks import check, quick
from ecslint.model import UNKNOWN, Hit, Unknown
from ecslint.syntax.placeholders import is_word, literal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any


@check(
    options={
        "items": {"type": "string", "minLength": 1},
        "most": {"type": "integer", "minimum": 0},
        "unless": {**regex.PATTERN, "default": None},
    },
    values=("count",),
    follows=("items",),
    more_than="most",
)
def count_at_most(value: Any, *, items: str, most: int, unless: str | None = None) -> Iterator[Hit]:
    """``items`` reaches no more than ``most`` values; the first one too many is hit.

    Unknown values do not count, since one may stand for nothing; neither do texts in which the
    regular expression ``unless`` is found.
    """
    known = [(path, item) for path, item in paths.follow(value, items) if type(item) is not Unknown]
    if unless and len(known) > most:
        known = [(path, item) for path, item in known if not (type(item) is str and regex.search(unless, item))]
    if len(known) > most:
        yield Hit(known[most][0], {"count": len(known)}, own=("count",))


@check(
    options={
        "over": {"type": "integer", "minimum": 0},
        "up_to": {"type": "integer", "minimum": 0, "default": None},
    },
    values=("size",),
    above="over",
)
def json_size(value: Any, *, over: int, up_to: int | None = None) -> Iterator[Hit]:
    """The value takes no more than ``over`` bytes as compact JSON in UTF-8; silent again above ``up_to`` bytes.

    Unknown parts count with the text around their placeholders alone, so the size is the least one.
    """
    size = least_size(value)
    if size > over and (up_to is None or size <= up_to):
        yield Hit((), {"size": size}, own=("size",))


def least_size(value: Any) -> int:
    """Bytes of a value as compact JSON in UTF-8, without what is unknown."""
    import json

    unknown = 0

    def literal(part: Any) -> str:
        nonlocal unknown
        unknown += 1
        return str(part.prefix + part.suffix)

    known = value
    if type(value) is dict:
        known = {key: item for key, item in value.items() if item is not UNKNOWN}  # such members may be absent
    text = json.dumps(known, default=literal, ensure_ascii=False, separators=(",", ":"), skipkeys=True)
    return len(text.encode("utf-8", "surrogatepass")) - 2 * unknown  # an unknown may stand without quotes


@check(
    options={
        "categories": {"type": "array", "items": {"type": "string", "pattern": "^[CLMNPSZ]$"}},
        "also": {"type": "string"},
        "ascii": {"type": "boolean", "default": False},
    },
    values=("characters", "stripped"),
    passes=quick.is_plain,
)
def characters(text: Any, *, categories: Sequence[str], also: str, ascii: bool = False) -> Iterator[Hit]:
    """A text holds only characters of these Unicode major categories, and of ``also``; ASCII alone if so demanded.

    ``stripped`` is the text without the blanks around it, if they are all that is wrong.
    """
    if type(text) is not str or quick.is_plain(text, categories=categories, also=also):
        return
    refused = [
        letter
        for letter in dict.fromkeys(text)
        if letter not in also and (category(letter) not in categories or (ascii and not letter.isascii()))
    ]
    if refused:
        words = ", ".join(map(shown, refused[:4])) + (", …" if len(refused) > 4 else "")
        stripped = text.strip()
        values = {"characters": words, "stripped": None if any(c in stripped for c in refused) else stripped}
        yield Hit((), values, own=() if any(map(str.isalnum, refused)) else ("characters",))


#: ``${a.b}`` is Terraform's, ``${{ a }}`` GitHub's, ``$$`` is how others write a dollar sign.
SHELL_VARIABLE = r"(?<![$\\])\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*(?::?[-=?+][^{}]*)?\})(?!\$)"
#: What templates of PHP, Go, Ruby and the like begin with.
TEMPLATE = r"<[?%]|\{\{|\{%|\[\[|\{\$"


@check(values=("kind", "tool"), passes=quick.lacks_dollar)
def no_shell_variable(value: Any) -> Iterator[Hit]:
    """A text holds no variable of a shell: ``$TAG``, ``${TAG}``, ``${TAG:-latest}``, nor one of a template.

    The ``kind`` is what it holds, ``tool`` what may fill that in.
    """
    text = value.raw if type(value) is Unknown else value
    if type(text) is str and "$" in text:
        import re

        if re.search(SHELL_VARIABLE, text):
            is_other = re.search(TEMPLATE, text)
            values = {"kind": "a placeholder", "tool": ""} if is_other else SHELL
            yield Hit((), values, own=("kind", "tool"))


SHELL = {"kind": "a shell variable", "tool": ", for example with `envsubst`"}

#: Signs of which templates are made: a text that holds one may hold a placeholder of a kind that nobody knows.
SIGNS = "$%#@&~{}[]()<>"


@check(options={"refused": {"type": "string"}}, values=("characters",), passes=quick.holds_none)
def beside_placeholder(text: Any, *, refused: str) -> Iterator[Hit]:
    """What stands literally beside placeholders holds none of these characters.

    A text whose placeholders are not lifted yet is hit, too: otherwise nobody might see a reason to lift them.
    """
    raw = text.raw if type(text) is Unknown else text
    if type(raw) is not str or not raw or is_word(raw):
        return
    around = literal(raw)
    if around == raw and text is raw:
        return
    found = [letter for letter in dict.fromkeys(around) if letter in refused]
    if found and not any(sign in around for sign in SIGNS):
        yield Hit((), {"characters": ", ".join(map(shown, found))})


def category(letter: str) -> str:
    """The Unicode major category of a character: L for letters, N for numbers, Z for separators, and so on."""
    if letter.isalpha():
        return "L"
    if "0" <= letter <= "9":
        return "N"
    import unicodedata

    return unicodedata.category(letter)[0]


def shown(letter: str) -> str:
    """A character for people: itself in backticks, or its code point where it cannot be seen."""
    if letter == " ":
        return "a space"
    return f"`{letter}`" if letter.isprintable() and letter != "`" else f"U+{ord(letter):04X}"


@check(options={"most": {"type": "integer", "minimum": 1}}, values=("length",))
def json_length(value: Any, *, most: int) -> Iterator[Hit]:
    """The value takes at most so many characters as JSON without blanks. Silent if something in it is not known."""
    import json

    try:
        length = len(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
    except TypeError:
        return
    if length > most:
        yield Hit((), {"length": length}, own=("length",))
