"""The command ``check``, once its options are known."""

from __future__ import annotations

import os
import sys

from ecslint import api, engine
from ecslint.cli.output import Trouble, say, wants_color, wants_links, write
from ecslint.cli.words import NEVER
from ecslint.model import SEVERITIES
from ecslint.ruleset import bundle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ecslint.api import Run
    from ecslint.engine import Settings
    from ecslint.model import Report
    from ecslint.ruleset.bundle import Ruleset

FINDINGS = 1
TROUBLE = 2
NOTHING = 3


def execute(options: Mapping[str, Any]) -> int:
    """Lint, write all reports, say what was not linted; the exit code."""
    ruleset = bundle.load()
    settings = _settings(ruleset, options)
    run = api.check(options["paths"], ruleset, settings, stdin_name=options["stdin_filename"])
    outputs = options["outputs"] or [("full", None)]
    if any(kind == "sarif" for kind, _ in outputs):
        _add_rules(run.report, ruleset, settings)
    for kind, target in outputs:
        write(_render(kind, target, run.report, options), target)
    _notes(run, options)
    return _exit_code(run, options)


def _settings(ruleset: Ruleset, options: Mapping[str, Any]) -> Settings:
    """The enabled rules and their severities; the usual case needs no look at the rules."""
    launch_type = options["launch_type"]
    if options["profile"] == "default" and not (options["select"] or options["ignore"] or options["severity"]):
        return engine.Settings(ruleset.default, None, launch_type)
    from ecslint.ruleset import select

    try:
        severities = select.severities(options["severity"], ruleset.rules)
        off = [rule for rule, level in severities.items() if level == select.OFF]
        enabled = select.enabled(
            ruleset.rules,
            profile=options["profile"],
            select=options["select"],
            ignore=[*options["ignore"], *off],
        )
    except select.SelectionError as error:
        raise Trouble(str(error)) from None
    return engine.Settings(enabled, severities, launch_type)


def _add_rules(report: Report, ruleset: Ruleset, settings: Settings) -> None:
    """Give the report the enabled rules with their descriptors; only SARIF asks for them."""
    from ecslint.findings import INTERNAL_ERROR

    rules = [ruleset.rule(number) for number in sorted(settings.enabled)]
    bundle.describe(rules)
    report.rules = (INTERNAL_ERROR, *rules)


def _render(kind: str, target: str | None, report: Report, options: Mapping[str, Any]) -> str:
    if kind == "json":
        from ecslint.reporters import json

        return json.render(report)
    if kind == "sarif":
        from ecslint.reporters import sarif

        return sarif.render(report, root=os.getcwd())
    if not report.findings and not options["statistics"]:
        from ecslint.reporters import summary_line

        return "" if options["quiet"] else summary_line(report) + "\n"
    from ecslint.reporters import text

    color = target is None and wants_color(options["color"], sys.stdout, os.environ)
    return text.render(
        report,
        style="concise" if kind == "concise" else "full",
        color=color,
        hyperlinks=target is None and wants_links(color, sys.stdout, os.environ),
        statistics=options["statistics"],
        summary=not options["quiet"],
    )


def _notes(run: Run, options: Mapping[str, Any]) -> None:
    """What was not linted, on standard error."""
    for name, reason in run.unreadable:
        say(f"ecslint: {name}: {reason}")
    if options["quiet"]:
        return
    for name in run.foreign:
        say(f"ecslint: {name}: not an ECS task definition, skipped")
    if options["verbose"]:
        for name in run.report.files:
            say(f"ecslint: {name}: checked")
    if not run.report.files and not run.unreadable and not run.foreign:
        say("ecslint: no ECS task definition found")


def _exit_code(run: Run, options: Mapping[str, Any]) -> int:
    if run.unreadable or any(finding.slug == "internal-error" for finding in run.report.findings):
        return TROUBLE
    if not run.report.files:
        return NOTHING
    if options["exit_zero"] or options["fail_on"] == NEVER:
        return 0
    bar = SEVERITIES.index(options["fail_on"])
    return FINDINGS if any(SEVERITIES.index(finding.severity) >= bar for finding in run.report.findings) else 0
