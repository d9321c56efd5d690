"""The command ``check``, once its options are known."""

from __future__ import annotations

import os
import sys

from ecslint import api, discovery, document
from ecslint.cli.output import TROUBLE, Trouble, say, wants_color, wants_links, write
from ecslint.cli.words import NEVER
from ecslint.engine import Settings
from ecslint.model import SEVERITIES, Report, Summary
from ecslint.ruleset import bundle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from ecslint.api import Outcome
    from ecslint.config import Scope
    from ecslint.model import Rule
    from ecslint.ruleset.bundle import Ruleset

FINDINGS = 1
NOTHING = 3

#: Formats that can be written finding by finding.
STREAMED = ("full", "concise", "json-lines")


def execute(options: Mapping[str, Any]) -> int:
    """Lint, write all reports, say what was not linted; the exit code."""
    ruleset = bundle.load()
    stdin_name = options["stdin_filename"]
    if options["ndjson"]:
        names = [api.shown(name, stdin_name) for name in options["paths"]]
        scope = api.scope(names, ruleset, options)
        outcomes = _streams(options["paths"], stdin_name, ruleset, scope)
    else:
        files = [(name, named and not options["allow_foreign"]) for name, named in discovery.discover(options["paths"])]
        scope = api.scope([api.shown(name, stdin_name) for name, _ in files], ruleset, options)
        outcomes = api.check(files, ruleset, scope, stdin_name=stdin_name, jobs=options["jobs"])
        if not isinstance(scope, Settings):
            from ecslint import unused

            outcomes = unused.told(outcomes, options["paths"], ruleset, scope)
    outputs = _outputs(scope, ruleset, options)
    verdict = Verdict()
    for outcome in outcomes:
        verdict.add(outcome, options)
        for output in outputs:
            output.add(outcome)
    for output in outputs:
        output.finish(verdict.summary)
    verdict.close(options)
    return verdict.exit_code(options)


def _outputs(scope: Settings | Scope, ruleset: Ruleset, options: Mapping[str, Any]) -> list[Output]:
    """The reports that are asked for. Raises Trouble for those that a stream cannot have."""
    formats = options["outputs"] or ([] if isinstance(scope, Settings) else scope.formats()) or [("full", None)]
    if options["ndjson"] and any(kind not in STREAMED or target is not None for kind, target in formats):
        raise Trouble(f"--ndjson writes {', '.join(STREAMED[:-1])} or {STREAMED[-1]} to standard output only")
    if "full" in (kind for kind, _ in formats):
        scope.excerpts = True
    outputs = [Output(kind, target, options) for kind, target in formats]
    if any(output.kind == "sarif" for output in outputs):
        rules = _described(ruleset, scope.enabled)
        for output in outputs:
            output.rules = rules
    return outputs


#: Formats that hold suppressed findings always, and those that can show them.
RECORDS = ("json", "json-lines")
TELLING = ("full", "concise", "sarif")


class Output:
    """One report that is asked for: a format, a file or standard output, and what there is to write so far."""

    __slots__ = ("bodies", "kind", "options", "rules", "style", "target")

    def __init__(self, kind: str, target: str | None, options: Mapping[str, Any]) -> None:
        self.kind = kind
        self.target = target
        self.options = options
        self.rules: Sequence[Rule] = ()
        self.bodies: list[tuple[str, str | list[str]]] = []
        color = target is None and wants_color(options["color"], sys.stdout, os.environ)
        links = target is None and wants_links(color, sys.stdout, os.environ)
        self.style: dict[str, Any] = {"style": kind, "color": color, "hyperlinks": links}

    def add(self, outcome: Outcome) -> None:
        """Take over the findings of one file; those of a stream are written at once."""
        findings = outcome.findings
        if not (self.kind in RECORDS or (self.kind in TELLING and self.options["show_suppressed"])):
            findings = [finding for finding in findings if finding.suppressed is None]
        if not findings:
            return
        sources = {outcome.file: outcome.source} if outcome.source is not None else {}
        report = Report(findings, files=[outcome.file], rules=self.rules, sources=sources)
        body = self.body(report)
        if self.options["ndjson"] and isinstance(body, str):
            write(body, None)
        else:
            self.bodies.append((outcome.file, body))

    def body(self, report: Report) -> str | list[str]:
        """The findings of one file in this format."""
        if self.kind == "sarif":
            from ecslint.reporters import sarif

            return sarif.body(report, root=os.getcwd())
        if self.kind in ("json", "json-lines"):
            from ecslint.reporters import json

            return json.body(report) if self.kind == "json" else json.lines(report)
        if self.options["statistics"]:
            return ""
        from ecslint.reporters import text

        return text.body(report, **self.style)

    def finish(self, summary: Summary) -> None:
        """Write the report; the files stand in the order of their names, whatever order they were found in."""
        ordered = [body for _, body in sorted(self.bodies, key=lambda entry: entry[0])]
        write(self.text(ordered, summary), self.target)

    def text(self, bodies: list[Any], summary: Summary) -> str:
        """The whole report, or what is still to be written of it."""
        if self.kind == "sarif":
            from ecslint.reporters import sarif

            return sarif.assemble([result for body in bodies for result in body], self.rules)
        if self.kind == "json":
            from ecslint.reporters import json

            return json.assemble([finding for body in bodies for finding in body], summary)
        if self.kind == "json-lines":
            return "".join(bodies)
        if not (summary.rules or any(bodies)):
            from ecslint.reporters import summary_line

            return summary_line(summary) + "\n" if summary.files and not self.options["quiet"] else ""
        from ecslint.reporters import text

        return text.assemble(bodies, summary, statistics=self.options["statistics"], summary=not self.options["quiet"])


class Verdict:
    """What decides about the exit code, and what was not linted."""

    __slots__ = ("broken", "excluded", "failed", "foreign", "summary", "unreadable")

    def __init__(self) -> None:
        self.summary = Summary()
        self.failed = False
        self.excluded = False
        self.unreadable = False
        self.foreign = False
        self.broken = False

    def add(self, outcome: Outcome, options: Mapping[str, Any]) -> None:
        """Count one file, and say so on standard error if it was not linted."""
        if outcome.unreadable:
            self.unreadable = True
            say(f"ecslint: {outcome.file}: {outcome.unreadable}")
        elif outcome.excluded:
            self.excluded = True
            if not options["quiet"]:
                say(f"ecslint: {outcome.file}: excluded by the configuration, skipped")
        elif outcome.foreign:
            self.foreign = True
            if not options["quiet"]:
                say(f"ecslint: {outcome.file}: not an ECS task definition, skipped")
        else:
            self.summary.add(outcome.findings, 1)
            self.broken = self.broken or any(finding.slug == "internal-error" for finding in outcome.findings)
            bar = SEVERITIES.index(outcome.fail_on) if outcome.fail_on != NEVER else len(SEVERITIES)
            for finding in outcome.findings:
                if finding.suppressed is None and SEVERITIES.index(finding.severity) >= bar:
                    self.failed = True
            if options["verbose"]:
                say(f"ecslint: {outcome.file}: checked")

    def close(self, options: Mapping[str, Any]) -> None:
        """Say so if there was nothing to check at all."""
        if not (self.summary.files or self.unreadable or self.foreign or self.excluded or options["allow_foreign"] or options["quiet"]):
            say("ecslint: no ECS task definition found")

    def exit_code(self, options: Mapping[str, Any]) -> int:
        """0, 1, 2 or 3; see ``ecslint check --help``."""
        if self.unreadable or self.broken:
            return TROUBLE
        if not self.summary.files:
            return 0 if self.excluded or options["allow_foreign"] else NOTHING
        return FINDINGS if self.failed and not options["exit_zero"] else 0


def _streams(names: Iterable[str], stdin_name: str, ruleset: Ruleset, scope: Settings | Scope) -> Iterator[Outcome]:
    """The outcomes of files that hold one JSON document a line."""
    for name in names:
        shown = api.shown(name, stdin_name)
        settings = scope.of(shown)
        if settings is None:
            yield api.Outcome(shown, excluded=True)
            continue
        try:
            with document.open_lines(name) as lines:
                yield from api.check_lines(lines, shown, ruleset, settings)
        except document.Unreadable as error:
            yield api.Outcome(shown, unreadable=str(error))


def _described(ruleset: Ruleset, enabled: Iterable[int]) -> Sequence[Rule]:
    """The enabled rules with their descriptors; only SARIF asks for them."""
    from ecslint.findings import INTERNAL_ERROR

    rules = [ruleset.rule(number) for number in sorted(enabled)]
    bundle.describe(rules)
    return (INTERNAL_ERROR, *rules)
