"""Template placeholders in strings: ``${VAR}``, ``<IMAGE1_NAME>``, ``{{ must_env `X` }}``, ``%NAME%`` and the like.

A string that holds one is replaced by an Unknown, so that no rule judges a value that only the
deployment knows. ``$NAME`` counts only when it is the whole string, or stands in an image or a name: commands, log
formats and passwords hold dollar signs that nobody will replace.
"""

from __future__ import annotations

from ecslint.model import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterable
    from typing import Any


def both(*names: str) -> frozenset[str]:
    """Names of members as ECS has them, and as templates of CloudFormation do."""
    return frozenset((*names, *(name[:1].upper() + name[1:] for name in names)))


#: Shells and programs read what looks like a placeholder here, so the text is taken as it stands. Of the first two
#: each item is such a text: a placeholder in the place of the list stands for one.
LITERAL_LISTS = both("command", "entryPoint")
LITERAL_KEYS = LITERAL_LISTS | {"tag"}

# Every quantifier is bounded, so that a long text full of opening brackets costs linear time.
PATTERN = (
    r"\$\{\{[^{}]{0,500}\}\}|[$%#@]\{[^{}]{0,500}(?:\{[^{}]{0,200}\}[^{}]{0,200}){0,5}\}\#?"
    r"|\{\{.{0,500}?\}\}|\{%.{0,500}?%\}|<%.{0,500}?%>|<\+[^<>]{1,500}>"
    r"|<{1,2}[A-Za-z_][\w .:/-]{0,100}>{1,2}|\b__[A-Za-z]\w{0,100}?__\b|%[A-Za-z_]\w{0,100}%|@@[A-Za-z_][\w.-]{0,100}@@"
    r"|\${2,8}[A-Za-z_]\w{0,100}\${2,8}"
    r"|\b(?:REPLACE|CHANGE)[_-]?(?:ME|WITH|THIS)\w{0,100}|\bYOUR[_-][\w-]{1,100}|x{4,100}|X{4,100}"
    r"|\A\$[A-Za-z_]\w{0,100}\Z"
)

#: What may be meant as it stands in the value of an environment variable, where every text is allowed.
WEAK = (
    r"|\(\( ?[A-Za-z_][\w ./:-]{0,100}\)\)|\$\([A-Za-z_][\w.]{0,100}\)|%\([A-Za-z_]\w{0,100}\)[sd]"
    r"|\$\[[^\[\]]{1,200}\]|\[\[ ?\.?[A-Za-z_][\w .-]{0,100}\]\]"
    r"|<{1,2} [A-Za-z_][\w .:/-]{0,100}>{1,2}|<\d{1,3}[ -][A-Za-z][\w -]{0,100}>"
    r"|(?<![\w$])\{[A-Za-z_][\w.]{0,100}\}|(?<![\w$.)}\]\\])\{\d\}|(?<![\w@])@[A-Za-z_][\w.-]{0,100}@(?![\w@])"
    r"|(?<![\w#])\#{1,2}[A-Za-z_][\w.-]{0,100}\#{1,2}(?![\w#])"
    r"|(?<![^/:.@-])\[[A-Za-z][\w './-]{1,100}\](?![^/:.@-])"
)

#: Variables of a shell, and where they can be nothing else, because ECS takes no dollar sign.
SHELL = r"|\$[A-Za-z_]\w{0,100}"
DOLLARLESS_KEYS = both("containerName", "family", "image", "name", "sourceContainer", "sourceVolume")

#: Words that stand for a later value, and those that may stand beside them.
WORDS = frozenset(
    (
        *(
            "ACCOUNT",
            "ARN",
            "CPU",
            "DIGEST",
            "DUMMY",
            "FIXME",
            "HASH",
            "IMAGE",
            "IMG",
            "MEMORY",
            "NAME",
            "PLACEHOLDER",
            "PORT",
            "REGION",
        ),
        *("IMAGENAME", "IMAGETAG", "IMAGEURI", "IMAGEURL", "TEMPLATE", "XXX"),
        *("REGISTRY", "REPO", "REPOSITORY", "SHA", "TAG", "TBD", "TODO", "URI", "URL", "VALUE", "VERSION"),
    )
)
BESIDE = WORDS | frozenset(
    (
        *("APP", "AWS", "BE", "BUILD", "COMMIT", "CONTAINER", "DOCKER", "ECR", "ENV", "EXECUTION", "FILL", "FILLED"),
        *("GIT", "GOES", "GROUP", "HERE", "ID", "IN", "LATEST", "LOG", "MY", "OF", "PROJECT", "REPLACED", "ROLE"),
        *("SERVICE", "SET", "STAGE", "TASK", "THE", "TO", "YOUR"),
    )
)

#: What stands for a later value in small letters, too.
STOPGAPS = frozenset(("TODO", "FIXME", "PLACEHOLDER", "TBD", "XXX", "DUMMY", "N/A"))

#: ``NONE`` is a value in other places: of network modes, log drivers, transit encryption.
NONELESS_KEYS = both(
    "cpu", "executionRoleArn", "image", "memory", "memoryReservation", "taskRoleArn", "workingDirectory"
)

#: What tells the name of a limit from others.
LIMITS = both("hardLimit", "softLimit")

_patterns: dict[str, re.Pattern[str]] = {}


def read(text: str, more: str = "") -> Unknown | None:
    """The Unknown that a string stands for, or None when it holds no placeholder; ``more`` are further patterns."""
    if not has_sign(text):
        return None
    pattern = _compiled(more)
    first = pattern.search(text)
    if first is None:
        return None
    end = first.end()
    for match in pattern.finditer(text, end):
        end = match.end()
    return Unknown(text, text[: first.start()], text[end:])


def literal(text: str) -> str:
    """What stands in a text beside its placeholders."""
    return _compiled(WEAK + SHELL).sub("", text)


def _compiled(more: str) -> re.Pattern[str]:
    pattern = _patterns.get(more)
    if pattern is None:
        import re

        pattern = _patterns[more] = re.compile(PATTERN + more, re.DOTALL | re.ASCII)
    return pattern


def has_sign(text: str) -> bool:
    """False only for a text without any placeholder.

    Importing re, and searching with it, takes far longer. Single characters come first, because they
    are found quickest.
    """
    return (
        "$" in text
        or "<" in text
        or "{" in text
        or "[" in text
        or "((" in text
        or ("%" in text and ("%(" in text or has_pair(text, "%")))
        or ("@" in text and has_pair(text, "@"))
        or ("#" in text and has_pair(text, "#"))
        or "__" in text
        or "REPLACE" in text
        or "CHANGE" in text
        or "YOUR" in text
        or "xxxx" in text
        or "XXXX" in text
    )


def is_word(text: str) -> bool:
    """Whether a text is nothing but words that stand for a later value: ``Todo``, ``IMAGE1:TAG``, ``ECR_URI``."""
    if len(text) < 12 and text.upper() in STOPGAPS:
        return True
    if not text.isupper() or len(text) > 100:
        return False
    words = [word.rstrip(DIGITS) for word in text.translate(_SEPARATORS).split()]
    return BESIDE.issuperset(words) and not WORDS.isdisjoint(words)


DIGITS = "0123456789"

_SEPARATORS = str.maketrans("_-:/.@", "      ")


def has_pair(text: str, sign: str) -> bool:
    """Whether a sign occurs twice."""
    return text.find(sign) != text.rfind(sign)


#: Of which every placeholder has one.
SIGNS = ("$", "{", "[", "<", "((", "%", "@", "#", "__", "REPLACE", "CHANGE", "YOUR", "xxxx", "XXXX")

#: What follows brackets that belong to the syntax of JSON. In a placeholder something else does.
BEHIND = {"{": '\n"} \t\r', "[": '\n"]{ \t\r-0123456789'}


def lift(data: Any, text: str = "") -> bool:
    """Replace, in place, the strings and keys of ``data`` that hold a placeholder; whether there was one.

    ``text`` is the JSON text of the data, if it has no faults. It tells quickly what need not be looked for.
    """
    signs = signs_in(text) if text and "\\" not in text else SIGNS
    found = False
    pending = [data]
    while pending:
        value = pending.pop()
        if type(value) is dict:
            if len(value) == 2 and _is_plain_variable(value, signs):
                continue
            found = (bool(signs) and _lift_keys(value, signs)) or found
        for key, item in _entries(value):
            kind = type(item)
            if kind is str:
                if item.isupper() or holds(item, signs) or (len(item) < 12 and item.upper() in STOPGAPS):
                    literal = type(key) is Unknown or (key in LITERAL_KEYS and key not in LITERAL_LISTS)
                    unknown = None if literal else _meant(item, key, value)
                    if unknown is not None:
                        value[key] = unknown
                        found = True
            elif (kind is dict or kind is list) and key not in LITERAL_KEYS and type(key) is not Unknown:
                pending.append(item)
    return found


def _entries(value: Any) -> Iterable[tuple[Any, Any]]:
    """The members of an object, or the items of a list with their numbers; nothing of other values."""
    return value.items() if type(value) is dict else enumerate(value) if type(value) is list else ()


def _is_plain_variable(value: dict[Any, Any], signs: Iterable[str]) -> bool:
    """Whether an object is a variable without any of some signs: words stand for nothing else there."""
    return "name" in value and "value" in value and not holds(f"{value['name']}\n{value['value']}", signs)


def _lift_keys(value: dict[Any, Any], signs: Iterable[str]) -> bool:
    """Replace the keys of an object that hold a placeholder; whether there was one. What they lead to stays."""
    keys = [key for key in value if type(key) is str and holds(key, signs) and not key.startswith("$schema")]
    lifted = {key: unknown for key in keys if (unknown := read(key))}
    for key, unknown in lifted.items():
        value[unknown] = value.pop(key)
    return bool(lifted)


def signs_in(text: str) -> tuple[str, ...]:
    """The signs of placeholders that may stand in the strings of a JSON text without escapes."""
    found = [sign for sign in SIGNS if sign not in BEHIND and sign in text]
    for bracket, behind in BEHIND.items():
        left = text.count(bracket)
        for sign in behind:
            if not left:
                break
            left -= text.count(bracket + sign)
        if left:
            found.append(bracket)
    return tuple(found)


def holds(text: str, signs: Iterable[str]) -> bool:
    """Whether a text holds one of some signs."""
    for sign in signs:  # noqa: SIM110 - any() takes twice as long
        if sign in text:
            return True
    return False


def _meant(text: str, key: Any, around: Any) -> Unknown | None:
    """The Unknown that the string under a key stands for, if it holds a placeholder."""
    is_value = key in ("value", "Value")
    if is_value and ("name" in around or "Name" in around):
        return read(text)
    is_name = key in ("name", "Name") and LIMITS.isdisjoint(around)  # people name things so
    if (not is_name and is_word(text)) or (text == "NONE" and key in NONELESS_KEYS):
        return Unknown(text)
    if key in LITERAL_LISTS:
        found = read(text, WEAK if text.startswith("[[") or text[:1] != "[" else "")  # `[npm]` is meant for a list
        return found if found is not None and not found.prefix and not found.suffix else None
    dollarless = key in DOLLARLESS_KEYS or (is_value and ("key" in around or "Key" in around))  # or a tag
    return read(text, WEAK + SHELL if dollarless else WEAK)
