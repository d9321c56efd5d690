"""Values for the parameters of templates, from the command line and from the files that deploy tools read."""

from __future__ import annotations

import os

from ecslint import document, reading
from ecslint.model import Misuse, Unknown
from ecslint.words import closest, same_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from typing import Any

#: Where SAM keeps options of its commands: in the first table of these, and in those of it.
SAM_ENVIRONMENT = "default"
SAM_COMMANDS = ("global", "deploy")

SCALARS = (str, int, float, bool)


def given(options: Mapping[str, Any]) -> dict[str, str]:
    """What ``--parameters FILE`` and ``--parameter NAME=VALUE`` say together; the latter wins. Raises Misuse."""
    found: dict[str, str] = {}
    for file in options.get("parameters") or ():
        found |= read(file)
    for word in options.get("parameter") or ():
        name, equals, value = word.partition("=")
        if not (name and equals):
            raise Misuse(f"--parameter needs NAME=VALUE, not {word!r}")
        found[name] = value
    return found


def resolved(options: Mapping[str, Any]) -> Mapping[str, Any]:
    """Options with what is ``given``, read once. Raises Misuse."""
    wanted = (options.get("parameter") or options.get("parameters")) and "given" not in options
    return {**options, "given": given(options)} if wanted else options


def refuse_unknown(names: Iterable[str], known: Collection[str]) -> None:
    """Raise Misuse if a parameter that has been given is one of no template of the run."""
    for name in names:
        if name not in known:
            meant = same_word(name, known) or closest(name, known)
            hint = f"; did you mean {meant!r}?" if meant else ""
            raise Misuse(f"no template here has a parameter {name!r}{hint}")


def read(file: str) -> dict[str, str]:
    """The values in a file of parameters, as texts. Raises Misuse."""
    try:
        raw = reading.read(file)
    except reading.Unreadable as error:
        raise Misuse(f"{file}: {error}") from None
    is_toml = os.path.splitext(file)[1].lower() == ".toml"
    data = toml(raw, file) if is_toml else document.parse(raw, file).data
    found = values(data)
    if found is None:
        raise Misuse(f"{file} holds no parameters; see docs/templates.md for the forms that are read")
    return found


def toml(raw: bytes, file: str) -> Any:
    """The data of a text in TOML. Raises Misuse, also where this Python has no reader of TOML."""
    try:
        import tomllib
    except ImportError:
        try:
            import tomli as tomllib  # type: ignore[import-not-found, no-redef, unused-ignore]
        except ImportError:
            raise Misuse(f"{file}: this Python reads no TOML; `pip install tomli`, or take Python 3.11") from None
    try:
        return tomllib.loads(raw.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise Misuse(f"{file}: {error}") from None


def values(data: Any) -> dict[str, str] | None:
    """The values of parameters that a document holds in one of the forms that tools read; None if in none of them.

    These are a list of ``ParameterKey`` and ``ParameterValue``, one of ``NAME=VALUE``, ``Parameters`` around a map, a
    map, and what SAM calls ``parameter_overrides``.
    """
    if type(data) is list:
        return listed(data)
    if type(data) is not dict:
        return None
    if type(data.get("Parameters")) in (dict, list):
        return values(data["Parameters"])
    environment = data.get(SAM_ENVIRONMENT)
    if type(environment) is dict:
        return overrides(environment)
    return mapped(data)


def mapped(data: Mapping[Any, Any]) -> dict[str, str] | None:
    """The values of a map; lists of texts are written with commas."""
    found = {}
    for name, value in data.items():
        text = text_of(value)
        if type(name) is not str or text is None:
            return None
        found[name] = text
    return found


def listed(data: list[Any]) -> dict[str, str] | None:
    """The values of a list. Where the previous value of a stack counts, nothing is known."""
    found: dict[str, str] = {}
    for item in data:
        if type(item) is str and "=" in item:
            name, _, value = item.partition("=")
            found[name] = value
            continue
        if type(item) is not dict or type(item.get("ParameterKey")) is not str:
            return None
        text = text_of(item.get("ParameterValue"))
        if text is not None:
            found[item["ParameterKey"]] = text
        elif not item.get("UsePreviousValue"):
            return None
    return found


def overrides(environment: Mapping[str, Any]) -> dict[str, str]:
    """The values in the tables of one environment of SAM's configuration, those of ``deploy`` over the global ones."""
    found: dict[str, str] = {}
    for command in SAM_COMMANDS:
        table = environment.get(command)
        own = table.get("parameters") if type(table) is dict else None
        said = own.get("parameter_overrides") if type(own) is dict else None
        if type(said) is dict:
            found |= mapped(said) or {}
        for line in said if type(said) is list else [said]:
            found |= dict(pairs(line)) if type(line) is str else {}
    return found


def pairs(text: str) -> Iterator[tuple[str, str]]:
    """The names and values in a line as SAM takes it: ``A=1 B="two words"``, or ``ParameterKey=A,ParameterValue=1``."""
    import shlex

    try:
        words = shlex.split(text)
    except ValueError:  # a quote that is not closed
        words = text.split()
    for word in words:
        name, equals, value = word.partition("=")
        if name == "ParameterKey" and ",ParameterValue=" in value:
            name, _, value = value.partition(",ParameterValue=")
        if name and equals:
            yield name, value


def text_of(value: Any) -> str | None:
    """A value as CloudFormation takes it; None if it takes none such."""
    if type(value) is Unknown:
        return None
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is list and all(type(item) in SCALARS for item in value):
        return ",".join(map(str, value))
    return str(value) if type(value) in SCALARS else None
