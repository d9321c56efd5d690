"""The command ``config``: the fields of a configuration, and what is in force for a file."""

from __future__ import annotations

import os

from ecslint import api, config, parameters, paths
from ecslint.escaping import visible
from ecslint.masking import MASK, veiled
from ecslint.model import Misuse
from ecslint.ruleset import bundle
from ecslint.ruleset.validation import place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from ecslint.config import Config, Said
    from ecslint.model import Path


def fields() -> str:
    """The fields of a configuration, their defaults, and what they are for."""
    import json

    return _table((name, json.dumps(field["default"]), field["description"]) for name, field in properties())


def in_force(name: str, options: Mapping[str, Any]) -> str:
    """Each value that is in force for a file, with its origin. Raises Misuse for what is no file."""
    if os.path.isdir(name):
        raise Misuse(f"{name} is a folder; name a file")
    if not os.path.exists(name):
        raise Misuse(f"there is no file {name}")
    ruleset = bundle.load()
    options = parameters.resolved(options)
    scope = config.Scope(api.configurations([name], options), ruleset, options)
    ruleset = scope.ruleset
    own = scope.config(name)
    settings = own.settings(name)
    if settings is None:
        index = own.excluding(name)
        assert index is not None
        return f"{visible(name)} is excluded by {own.data['exclude'][index]} ({_origin(own, ('exclude', index))})\n"
    force = config.in_force(own.data, options, own.patterns(name) or ())
    entries = settings.silencing.entries if settings.silencing is not None else ()
    force["suppress"] = [(own.data["suppress"][entry.index], ("suppress", entry.index)) for entry in entries]
    force["per-file"] = [(pattern, ("per-file", pattern)) for pattern in own.patterns(name) or ()]
    force["rules"] = [(text, ("rules", index)) for index, text in config.each(own.data, "rules")]
    force["parameters"] = [((name, MASK), origin) for (name, _), origin in force["parameters"]]  # some are secret
    force["exclude"] = [(text, ("exclude", index)) for index, text in config.each(own.data, "exclude")]
    force["baseline"] = _baseline(own, options)
    rows = [
        (field, _worded(value), origin if isinstance(origin, str) else _origin(own, origin))
        for field, schema in properties()
        for value, origin in force.get(field) or [(schema["default"], config.DEFAULT)]
        if field != "output"
    ]
    rows += _output(scope.config(""))
    return _table(rows) + f"{len(settings.enabled)} of {len(own.own)} rules run\n"


def properties() -> list[tuple[str, dict[str, Any]]]:
    """The fields of a configuration by name, as its schema describes them."""
    import json

    with open(os.path.join(bundle.data_folder("schemas"), "config.json"), encoding="utf-8") as file:
        return list(json.load(file)["properties"].items())


def _baseline(own: Config, options: Mapping[str, Any]) -> list[Said]:
    if options.get("baseline"):
        return [(options["baseline"], config.COMMAND_LINE)]
    return [(own.data["baseline"], ("baseline",))] if "baseline" in own.data else []


def _output(here: Config) -> Iterator[tuple[str, str, str]]:
    """The formats, which belong to the working folder and not to a file."""
    for index, kind in config.each(here.data, "output"):
        yield "output", kind, _origin(here, ("output", index))
    if not here.data.get("output"):
        yield "output", "full", config.DEFAULT


def _worded(value: Any) -> str:
    """A value of a field on one line."""
    if value in (None, [], {}):
        return "none"
    if isinstance(value, dict):  # an entry of ``suppress``
        at = f" at {value['at']}" if "at" in value else ""
        until = f" until {value['until']}" if "until" in value else ""
        return f"{value['rule']}{at}{until}: {veiled(value['reason'])}"
    if isinstance(value, tuple):  # a severity
        return ": ".join(value)
    return veiled(str(value))


def _origin(own: Config, path: Path) -> str:
    """``file:line`` of a value."""
    root = own.document.root()
    assert root is not None
    node = paths.locate(root, path)[0]
    start = node.start if node.key_start < 0 else node.key_start
    return place(own.document.name, own.document.text, start).rpartition(":")[0]


def _table(rows: Iterable[tuple[str, str, str]]) -> str:
    """Lines in three columns."""
    shown = [[visible(cell) for cell in row] for row in rows]
    first, second = (max(len(row[column]) for row in shown) for column in range(2))
    return "".join(f"{a:{first}}  {b:{second}}  {c}\n" for a, b, c in shown)
