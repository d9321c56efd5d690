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
    from collections.abc import Callable
    from typing import Any

#: Shells and programs read what looks like a placeholder here, so the text is taken as it stands. Of the first two
#: each item is such a text: a placeholder in the place of the list stands for one.
LITERAL_LISTS = frozenset(("command", "entryPoint"))
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
DOLLARLESS_KEYS = frozenset(("containerName", "family", "image", "name", "sourceContainer", "sourceVolume"))

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
NONELESS_KEYS = frozenset(
    ("cpu", "executionRoleArn", "image", "memory", "memoryReservation", "taskRoleArn", "workingDirectory")
)

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

#: How words that stand for a later value begin and end, and what may stand around them.
STARTS = frozenset([word[:2] for word in (*BESIDE, "NONE")])
ENDS = frozenset([word[-2:] for word in (*BESIDE, "NONE")])
BESIDE_WORDS = DIGITS + "_-:/.@ "

_SEPARATORS = str.maketrans("_-:/.@", "      ")


def has_pair(text: str, sign: str) -> bool:
    """Whether a sign occurs twice."""
    return text.find(sign) != text.rfind(sign)


#: Of which every placeholder has one, those first that the syntax of a document has, too.
SIGNS = ("$", "{", "[", "<", "((", "%", "@", "#", "__", "REPLACE", "CHANGE", "YOUR", "xxxx", "XXXX")


def lift(data: Any, text: str = "") -> bool:
    """Replace, in place, the strings and keys of ``data`` that hold a placeholder; whether there was one.

    ``text`` is the JSON text of the data, if it has no faults. It tells quickly which strings need not be looked at.
    """
    hopeful: Callable[[str], bool] = is_hopeful
    if text and "\\" not in text:  # without escapes, what stands between every other two quotes is a string
        few = _hopeful(set(text.split('"')[1::2]))
        if not few:
            return False
        hopeful = few.__contains__
    found = False
    pending = [data]
    while pending:
        value = pending.pop()
        items = list(value.items() if type(value) is dict else enumerate(value) if type(value) is list else ())
        for key, item in items:
            if type(key) is str and hopeful(key) and not key.startswith("$schema") and (unknown := read(key)):
                del value[key]
                value[unknown] = item
                found = True
                continue
            if key in LITERAL_KEYS and not (key in LITERAL_LISTS and type(item) is str):
                continue
            if type(item) is str:
                if hopeful(item) and (unknown := _meant(item, key, value)):
                    value[key] = unknown
                    found = True
            elif type(item) in (dict, list):
                pending.append(item)
    return found


def is_hopeful(text: str) -> bool:
    """Whether a text may stand for a later value, or hold a placeholder: False for most."""
    return text == "NONE" or holds(text, SIGNS) or is_word(text)


def _hopeful(texts: set[str]) -> set[str]:
    """Those of some texts that are hopeful. What most of them lack is looked for first, and in all of them at once."""
    together = "\n".join(texts)
    signs = tuple([sign for sign in SIGNS if sign in together])
    found = {text for text in texts if holds(text, signs)} if signs else set()
    found.update([text for text in texts if len(text) < 12 and text.upper() in STOPGAPS])
    for text in filter(str.isupper, texts):
        core = text.strip(BESIDE_WORDS)
        if ((core[:2] in STARTS and core[-2:] in ENDS) or not text.isascii()) and (text == "NONE" or is_word(text)):
            found.add(text)
    return found


def holds(text: str, signs: tuple[str, ...]) -> bool:
    """Whether a text holds one of some signs."""
    for sign in signs:  # noqa: SIM110 - any() takes twice as long
        if sign in text:
            return True
    return False


def _meant(text: str, key: Any, around: Any) -> Unknown | None:
    """The Unknown that the string under a key stands for, if it holds a placeholder."""
    if key == "value" and "name" in around:
        return read(text)
    is_name = key == "name" and "hardLimit" not in around and "softLimit" not in around  # people name things so
    if (not is_name and is_word(text)) or (text == "NONE" and key in NONELESS_KEYS):
        return Unknown(text)
    if key in LITERAL_LISTS:
        found = read(text, WEAK if text.startswith("[[") or text[:1] != "[" else "")  # `[npm]` is meant for a list
        return found if found is not None and not found.prefix and not found.suffix else None
    dollarless = key in DOLLARLESS_KEYS or (key == "value" and "key" in around)  # or a tag
    return read(text, WEAK + SHELL if dollarless else WEAK)
