"""Secrets in plain text: values that look like one, and variables whose names announce one.

Hits carry words and names, never a part of the value. What a person writes in the place of a secret
passes: placeholders, dummies, and words that a password would not be.
"""

from __future__ import annotations

from ecslint import paths, regex
from ecslint.checks import check, quick
from ecslint.model import Hit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from ecslint.model import Path

TEXTS = {"type": "array", "items": {"type": "string"}}
FORMATS = {"type": "object", "additionalProperties": regex.PATTERN}
NO_FORMATS: Mapping[str, str] = {}

#: Parts of values that only stand for a secret; in lower case.
DUMMIES = (
    *("example", "dummy", "placeholder", "changeme", "change-me", "change_me", "replace", "your", "insert", "xxxx"),
    *("****", "....", "----", "fake", "mock", "sample", "redacted", "todo", "local", "minio", "test"),
    "eby8vdm02xnocqflquwjpllmetlcdxj1ouzft50usrz6",  # the key of Azurite, which everybody knows
)
#: Parts of passwords in examples, and of the passwords that programs are delivered with.
DEFAULTS = (
    *("password", "passwd", "secret", "postgres", "admin", "root", "guest", "mysql", "redis", "rabbit", "mongo"),
    *("1234", "abcd", "0000"),
)
#: Signs of a template, a shell or a program: the secret is put in later, or computed.
TEMPLATE_SIGNS = "${}<>()[]\\*`"
#: How values begin that say where something is.
POINTERS = ("/", "./", "../", "~/", "arn:", "file:", "s3:", "ssm:", "vault:", "secretsmanager:", "projects/")
#: Names of variables that a web application hands to every browser begin like this.
PUBLIC = ("public_", "next_public_", "nuxt_public_", "react_app_", "vite_", "expo_public_", "gatsby_")
#: The last words of a name that tell several variables apart: ``API_KEY_2``, ``DB_PASSWORD_PROD``.
SUFFIXES = frozenset(("dev", "development", "stg", "staging", "prod", "production", "old", "new"))
SETTINGS = frozenset(("true", "false", "yes", "no", "on", "off", "none", "null", "enabled", "disabled"))

#: How access keys of LocalStack begin.
EMULATED = ("LKIA", "LSIA")

VOWELS = frozenset("aeiouy")
MOST_WORDS = 32  # characters of a value that may be made of words

LEAST_SECRET = 8  # characters; what is shorter is a setting more often than a secret


@check(
    options={"places": TEXTS, "formats": FORMATS, "unless_named": {**TEXTS, "default": []}},
    values=("what", "name"),
    follows=("places",),
    passes=quick.lack_marks,
)
def plaintext_value(
    task: Any, *, places: Sequence[str], formats: Mapping[str, str], unless_named: Sequence[str] = ()
) -> Iterator[Hit]:
    """No text that ``places`` reach has one of ``formats``, which map words for a message to regular expressions.

    ``name`` is what the text belongs to: an environment variable, an option, or a member such as
    ``command``. Variables in ``unless_named`` are passed over.
    """
    for place in places:
        for path, text in paths.select(task, paths.parse(place)):
            if type(text) is not str:
                continue
            name = name_of(task, path)
            what = "" if name in unless_named else kind(text, formats)
            if what:
                yield Hit(path, {"what": what, "name": name}, own=("what", "name"))


@check(
    options={
        "variables": {"type": "string", "minLength": 1},
        "endings": {**TEXTS, "default": []},
        "names": {**TEXTS, "default": []},
        "least": {"type": "integer", "minimum": 1, "default": LEAST_SECRET},
        "formats": {**FORMATS, "default": {}},
        "strong": {"type": "boolean", "default": None},
        "unless_named": {**TEXTS, "default": []},
    },
    values=("name",),
    follows=("variables",),
    passes=quick.announce_nothing,
)
def plaintext_name(
    task: Any,
    *,
    variables: str,
    endings: Sequence[str] = (),
    names: Sequence[str] = (),
    least: int = LEAST_SECRET,
    formats: Mapping[str, str] = NO_FORMATS,
    strong: bool | None = None,
    unless_named: Sequence[str] = (),
) -> Iterator[Hit]:
    """No variable that ``variables`` reaches, with one of the ``endings`` or ``names``, holds what may be a secret.

    The value is hit, if it has ``least`` characters; of all, or of those that are ``strong`` or not. Those in one
    of ``formats`` are passed over, since
    ``plaintext_value`` hits them.
    """
    for path, variable in paths.follow(task, variables):
        if type(variable) is not dict:
            continue
        name, value = variable.get("name"), variable.get("value")
        if type(name) is not str or type(value) is not str or name in unless_named:
            continue
        if len(value) < least or strong not in (None, is_telling(name, value)) or kind(value, formats):
            continue
        if (name in names or announces_secret(name, endings)) and may_be_secret(name, value):
            yield Hit((*path, "value"), {"name": name}, own=("name",))


def name_of(task: Any, path: Path) -> str:
    """What a text belongs to: the variable's name for an environment value, else the last name in the path."""
    if path[-1] == "value" and len(path) == 5:
        name = task[path[0]][path[1]][path[2]][path[3]].get("name")
        return name if type(name) is str else ""
    return next(str(part) for part in reversed(path) if type(part) is str)


def kind(text: str, formats: Mapping[str, str]) -> str:
    """The words for the first format in which the text holds something that is no dummy; empty for none."""
    for words, pattern in formats.items():
        for secret in regex.found(pattern, text, "secret"):
            if secret.lower() in SETTINGS or is_dummy(secret, (*DUMMIES, *DEFAULTS)):
                continue
            if not is_template(secret) and not is_word(secret):
                return words
    return ""


def announces_secret(name: str, endings: Sequence[str]) -> bool:
    """Whether a variable's name ends like that of a secret, and is not one that browsers get to see."""
    if name == "PWD" or name.lower().startswith(PUBLIC):  # PWD is the working directory
        return False
    return words(name).endswith(tuple(endings))


def words(name: str) -> str:
    """The words of ``DB_PASSWORD_2``, ``db-password`` or ``dbPassword`` in lower case, a blank before each.

    Numbers and SUFFIXES at the end are left out.
    """
    spaced = "".join(
        f" {letter}" if letter.isupper() and before.islower() else letter if letter.isalnum() else " "
        for before, letter in zip(" " + name, name, strict=False)
    )
    found = spaced.lower().split()
    while found and (found[-1].isdigit() or found[-1] in SUFFIXES):
        found.pop()
    return "".join(f" {word}" for word in found)


def may_be_secret(name: str, value: str) -> bool:
    """Whether a value could be the secret that its variable is named for: no setting, pointer, dummy or template."""
    if len(value) < LEAST_SECRET or value.lower() in SETTINGS or value.lower() == name.lower():
        return False
    if value.startswith((*POINTERS, *EMULATED)) or "://" in value or value[:-1].isdigit():
        return False
    return not is_dummy(value, DUMMIES) and not is_template(value) and not is_word(value)


def is_strong(text: str) -> bool:
    """Whether a text is one word with letters of both cases and digits, in which no part of a dummy occurs."""
    classes = (str.islower, str.isupper, str.isdigit)
    mixed = text.isascii() and " " not in text and all(any(map(is_of, text)) for is_of in classes)
    return mixed and not is_dummy(text, (*DUMMIES, *DEFAULTS))


def is_telling(name: str, value: str) -> bool:
    """Whether a strong value may be a secret of its name: people make passwords of words, and machines no tokens."""
    return is_strong(value) and not (words(name).endswith(("token", "key")) and is_made_of_words(value))


def is_made_of_words(text: str) -> bool:
    """Whether a text is words, abbreviations and at most two digits: ``X-CSRF-Token1``, ``MyApp2Prod``."""
    import re

    if len(text) > MOST_WORDS or sum(map(str.isdigit, text)) > 2:
        return False
    word = "[A-Z][a-z]+|[a-z]{2,}"
    abbreviation, single = "[A-Z]{3,5}(?![a-z])", "(?<![A-Za-z0-9])[A-Za-z](?![A-Za-z])"
    rest = re.sub(f"{word}|{abbreviation}|{single}|[0-9]|[-_.]", "", text)
    found = re.findall(word, text)
    spoken = not any(VOWELS.isdisjoint(part.lower()) for part in found)
    return not rest and spoken and max(map(len, found), default=0) > 3


def is_dummy(text: str, parts: Sequence[str]) -> bool:
    """Whether a text holds one of the lower-case parts, or has too few different characters for a secret."""
    lower = text.lower()
    return len(set(text)) < 5 or any(part in lower for part in parts)


def is_template(text: str) -> bool:
    """Whether something is put into the text later; words in capitals, such as ``DB_PASSWORD``, are replaced."""
    return any(sign in text for sign in TEMPLATE_SIGNS) or (text.isupper() and not has_digit(text))


def is_word(text: str) -> bool:
    """Whether a text is made of lower-case words alone, as names and paths are: ``prod/db/password``, ``my-secret``."""
    return text.startswith(POINTERS) or (text == text.lower() and not has_digit(text))


def has_digit(text: str) -> bool:
    """Whether a text holds a digit."""
    return any("0" <= letter <= "9" for letter in text)
