"""Template placeholders in strings: ``${VAR}``, ``<IMAGE1_NAME>``, ``{{ must_env `X` }}``, ``%NAME%`` and the like.

A string that holds one is replaced by an Unknown, so that no rule judges a value that only the
deployment knows. ``$NAME`` counts only when it is the whole string: commands, log formats and
passwords hold dollar signs that nobody will replace.
"""

from __future__ import annotations

from ecslint.model import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from typing import Any

#: Shells and programs read what looks like a placeholder here, so the text is taken as it stands.
LITERAL_KEYS = frozenset(("command", "entryPoint", "tag"))

# Every quantifier is bounded, so that a long text full of opening brackets costs linear time.
PATTERN = (
    r"\$\{\{[^{}]{0,500}\}\}|[$%#]\{[^{}]{0,500}(?:\{[^{}]{0,200}\}[^{}]{0,200}){0,5}\}\#?"
    r"|\{\{.{0,500}?\}\}|\{%.{0,500}?%\}"
    r"|<[A-Za-z_][\w .:/-]{0,100}>|\b__[A-Za-z]\w{0,100}?__\b|%[A-Za-z_]\w{0,100}%|@@[A-Za-z_][\w.-]{0,100}@@"
    r"|\${2,8}[A-Za-z_]\w{0,100}\${2,8}"
    r"|\b(?:REPLACE|CHANGE)[_-]?(?:ME|WITH|THIS)\w{0,100}|\bYOUR[_-][\w-]{1,100}|x{4,100}|X{4,100}"
    r"|\A\$[A-Za-z_]\w{0,100}\Z"
)

_pattern: re.Pattern[str] | None = None


def read(text: str) -> Unknown | None:
    """The Unknown that a string stands for, or None when it holds no placeholder."""
    if text[:1] != "$" and not has_sign(text):
        return None
    global _pattern
    if _pattern is None:
        import re

        _pattern = re.compile(PATTERN, re.DOTALL | re.ASCII)
    first = _pattern.search(text)
    if first is None:
        return None
    end = first.end()
    for match in _pattern.finditer(text, end):
        end = match.end()
    return Unknown(text, text[: first.start()], text[end:])


def has_sign(text: str) -> bool:
    """False only for a text without any placeholder, a lone ``$NAME`` aside.

    Importing re, and searching with it, takes far longer. Single characters come first, because they
    are found quickest.
    """
    return (
        ("$" in text and ("${" in text or "$$" in text))
        or "<" in text
        or ("%" in text and ("{%" in text or "%{" in text or has_pair(text, "%")))
        or ("@" in text and "@@" in text)
        or ("#" in text and "#{" in text)
        or "{{" in text
        or "__" in text
        or "REPLACE" in text
        or "CHANGE" in text
        or "YOUR" in text
        or "xxxx" in text
        or "XXXX" in text
    )


def has_pair(text: str, sign: str) -> bool:
    """Whether a sign occurs twice."""
    return text.find(sign) != text.rfind(sign)


def lift(data: Any, text: str) -> bool:
    """Replace, in place, the strings and keys of ``data`` that hold a placeholder; whether there was one.

    ``text`` is the source of ``data``.
    """
    # A string may begin with a dollar sign. To look for one character takes a fraction of the time.
    lone = "$" in text and ('"$' in text or text[:1] not in "{[")
    if not lone and not has_sign(text):
        return False
    found = False
    pending = [data]
    while pending:
        value = pending.pop()
        items = list(value.items() if type(value) is dict else enumerate(value) if type(value) is list else ())
        for key, item in items:
            if type(key) is str and not key.startswith("$schema") and (unknown := read(key)):
                del value[key]
                value[unknown] = item
                found = True
                continue
            if key in LITERAL_KEYS:
                continue
            if type(item) is str and (unknown := read(item)):
                value[key] = unknown
                found = True
            elif type(item) in (dict, list):
                pending.append(item)
    return found
