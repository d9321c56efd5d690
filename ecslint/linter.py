"""The Python API; ``docs/api.md`` describes it. What is public is listed in ``ecslint.__all__``."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from ecslint import api, document, engine, fixing, reading, results
from ecslint.model import Mistakes, Report
from ecslint.reporters import json as report
from ecslint.results import Change, Finding, Fixed
from ecslint.ruleset import bundle, validation
from ecslint.ruleset.policies import PACKAGE

if TYPE_CHECKING:
    from ecslint.api import Outcome
    from ecslint.config import Scope
    from ecslint.engine import Settings
    from ecslint.model import Finding as Found
    from ecslint.ruleset.bundle import Ruleset

Profile: TypeAlias = Literal["default", "strict"]
LaunchType: TypeAlias = Literal["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"]
DeployPath: TypeAlias = Literal["auto", "aws-cli", "github-action", "ecspresso", "codedeploy"]
Level: TypeAlias = Literal["error", "warning", "info", "off"]

#: What reports call a text that has no name.
NAME = "<string>"

#: How many rulesets a process keeps, each for other options.
MOST_KEPT = 32

BOM = "\ufeff"


class Error(Exception):
    """What the API raises; the message is for people."""


class InvalidOptions(Error, ValueError):
    """Options, a configuration or policies with mistakes, each on a line of the message."""


class NotChecked(Error):
    """A text that holds no task definition, or that the configuration excludes."""


class Unreadable(Error):
    """A file that cannot be read."""


class Linter:
    """Checks and fixes texts. It pickles as its options, and loads the rules once in a process."""

    __slots__ = ("_options",)

    def __init__(
        self,
        *,
        select: Iterable[str] = (),
        ignore: Iterable[str] = (),
        profile: Profile | None = None,
        severity: Mapping[str, Level] | None = None,
        launch_type: LaunchType | None = None,
        deploy_path: DeployPath | None = None,
        rules: Iterable[str | os.PathLike[str]] = (),
        config: str | os.PathLike[str] | Mapping[str, object] | None = None,
        show_suppressed: bool = False,
    ) -> None:
        """Options are those of the command line.

        ``rules`` are policies: rule files, folders of them, or ``pkg:NAME``. ``config`` is the path of a configuration
        file, or what it would hold; without it, none is looked for. Only with ``deploy_path="auto"`` the files around
        a file say how it reaches ECS. Raises InvalidOptions.
        """
        fields = {
            "select": _listed(select),
            "ignore": _listed(ignore),
            "profile": profile,
            "severity": dict(severity) if isinstance(severity, Mapping) else severity,
            "launch-type": launch_type,
            "deploy-path": deploy_path,
            "rules": _listed(rules),
        }
        _refuse_wrong({name: value for name, value in fields.items() if value is not None})
        self._options: tuple[tuple[str, Any], ...] = (
            ("select", tuple(fields["select"])),
            ("ignore", tuple(fields["ignore"])),
            ("profile", profile),
            ("severity", tuple(f"{name}={level}" for name, level in (severity or {}).items())),
            ("launch_type", launch_type),
            ("deploy_path", deploy_path),
            ("rules", tuple(map(_absolute, fields["rules"]))),
            ("config", None if config is None or isinstance(config, Mapping) else os.path.abspath(config)),
            ("fields", json.dumps({**config}, default=str) if isinstance(config, Mapping) else None),
            ("show_suppressed", show_suppressed),
            ("made", time.time_ns() if config or fields["rules"] else 0),  # who makes another one wants files read anew
        )
        _loaded(self._options)

    def __repr__(self) -> str:
        return f"Linter({', '.join(f'{name}={value!r}' for name, value in self._options[:-1] if value)})"

    def check(self, text: str | bytes, name: str = NAME) -> tuple[Finding, ...]:
        """The findings of a text, in the order of their places. Raises NotChecked.

        ``name`` is what they call the file; its suffix tells JSON from YAML, otherwise the text does. A text that
        cannot be parsed or decoded has a finding that says so.
        """
        _refuse_other(text, str, bytes)
        _refuse_name(name)
        return self._findings(self._checked(text, name))

    def check_file(self, path: str | os.PathLike[str]) -> tuple[Finding, ...]:
        """The findings of a file. Raises NotChecked and Unreadable."""
        name = os.fsdecode(path)
        try:
            return self.check(reading.read(name), name)
        except reading.Unreadable as error:
            raise Unreadable(f"{name}: {error}") from None

    def fix(self, text: str, name: str = NAME, *, unsafe: bool = False) -> Fixed:
        """What ``ecslint fix`` makes of a text; with ``unsafe``, also by fixes that somebody has to look at.

        Suppressed findings are left alone, and so is a text that cannot be parsed. Raises NotChecked.
        """
        _refuse_other(text, str)
        _refuse_name(name)
        outcome = self._checked(text, name)
        if not outcome.findings:
            return Fixed(text, (), ())
        loaded = _loaded(self._options)
        body = text.removeprefix(BOM)
        settings = loaded.settings(name, edits=False)
        assert settings is not None
        mended = fixing.mend(body, name, loaded.ruleset, settings, named=True, unsafe=unsafe)
        withheld = {_key(found): reason for found, reason in mended.withheld}
        new = text[: len(text) - len(body)] + mended.text
        left = self._findings(self._checked(new, name) if mended.fixed else outcome)
        return Fixed(new, tuple(map(_change, mended.fixed)), tuple(_explained(one, withheld) for one in left))

    def _checked(self, text: str | bytes, name: str) -> Outcome:
        """What became of a text."""
        loaded = _loaded(self._options)
        settings = loaded.settings(name)
        if settings is None:
            raise NotChecked(f"{name}: excluded by the configuration")
        raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        outcome = api.lint_bytes(raw, name, True, loaded.ruleset, settings)
        if outcome.foreign:
            raise NotChecked(f"{name}: {outcome.foreign}")
        return outcome

    def _findings(self, outcome: Outcome) -> tuple[Finding, ...]:
        """The findings that are asked for."""
        if not outcome.findings:
            return ()
        assert outcome.source is not None
        shown = dict(self._options)["show_suppressed"]
        wanted = [found for found in outcome.findings if shown or found.suppressed is None]
        told = report.findings(Report(wanted, files=[outcome.file], sources={outcome.file: outcome.source}))
        return tuple(map(results.finding, told))


def check(text: str | bytes, name: str = NAME) -> tuple[Finding, ...]:
    """The findings of a text by the rules of the default profile; see ``Linter.check``."""
    return Linter().check(text, name)


def fix(text: str, name: str = NAME, *, unsafe: bool = False) -> Fixed:
    """A text with the fixes of the default profile made; see ``Linter.fix``."""
    return Linter().fix(text, name, unsafe=unsafe)


class _Loaded:
    """The rules and settings that come of some options."""

    __slots__ = ("_alone", "_scope", "ruleset")

    def __init__(self, scope: Settings | Scope, ruleset: Ruleset, *, alone: bool) -> None:
        self._scope = scope
        self._alone = alone
        self.ruleset = api.rules_of(scope, ruleset)

    def settings(self, name: str, *, edits: bool = True) -> Settings | None:
        """The settings for a file, whether fixes are to be worked out as ``edits``; None if it is excluded."""
        scope = self._scope
        found = scope if isinstance(scope, engine.Settings) else scope.config("").settings(name)
        if found is None:
            return None
        own = found.without(())
        own.alone, own.fixes = self._alone, edits
        return own


@lru_cache(MOST_KEPT)
def _loaded(options: tuple[tuple[str, Any], ...]) -> _Loaded:
    """The rules and settings of some options, once in a process."""
    given = dict(options)
    if given["fields"] is not None:
        given["fields"] = document.parse(given["fields"].encode(), "config", language="json")
    ruleset = bundle.load()
    try:
        scope = api.scope([], ruleset, {**given, "isolated": True})
    except Mistakes as error:
        raise InvalidOptions("\n".join(line.removeprefix("ecslint: ") for line in str(error).split("\n"))) from None
    return _Loaded(scope, ruleset, alone=given["deploy_path"] != "auto")


def _refuse_wrong(fields: dict[str, Any]) -> None:
    """Raise InvalidOptions for options that could not stand in a configuration."""
    written = document.parse(json.dumps(fields, default=str).encode(), "options", language="json")
    wrong = [
        f"{'.'.join(map(str, path)).replace('-', '_')}: {message}"
        for path, _, message in validation.faults(written, written.data, "config")
    ]
    if wrong:
        raise InvalidOptions("\n".join(wrong))


def _refuse_other(text: object, *kinds: type) -> None:
    """Raise TypeError for what is no text, such as data that was parsed already."""
    if not isinstance(text, kinds):
        wanted = " or ".join(kind.__name__ for kind in kinds)
        hint = "" if isinstance(text, bytes) else "; json.dumps makes a string of data"
        raise TypeError(f"the text must be {wanted}, not {type(text).__name__}{hint}")


def _refuse_name(name: object) -> None:
    """Raise TypeError for a name that is no text."""
    if not isinstance(name, str):
        raise TypeError(f"the name must be str, not {type(name).__name__}; os.fspath makes one of a path")


def _listed(values: Iterable[str | os.PathLike[str]]) -> Any:
    """The values as a list; a string, which is none, as it is."""
    if isinstance(values, str):
        return values
    return [os.fspath(value) if isinstance(value, os.PathLike) else value for value in values]


def _absolute(place: str) -> str:
    """A place of policies, wherever a process works."""
    return place if place.startswith(PACKAGE) else os.path.abspath(place)


def _key(found: Found) -> tuple[str, str, int]:
    """What tells a finding from the others of a text."""
    return found.rule, found.pointer, found.start


def _change(found: Found) -> Change:
    fix = found.fix
    assert fix is not None
    applicability: Any = fix.applicability
    return Change(found.rule, found.slug, found.message, found.breadcrumb, fix.title, applicability)


def _explained(finding: Finding, withheld: Mapping[tuple[str, str, int], str]) -> Finding:
    """A finding with the reason why its fix was not made."""
    reason = withheld.get((finding.rule, finding.pointer, finding.start.offset))
    if reason is None or finding.fix is None or finding.suppressed is not None:
        return finding
    return replace(finding, fix=replace(finding.fix, edits=None, withheld=reason))
