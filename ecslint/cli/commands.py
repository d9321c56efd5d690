"""The commands, in click."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from ecslint import __version__
from ecslint.cli import FINDINGS, NOTHING, TROUBLE
from ecslint.cli.output import wants_color, wants_links, write
from ecslint.model import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecslint.api import Run
    from ecslint.model import Report

FORMATS = ("full", "concise", "json", "sarif")
LAUNCH_TYPES = ("EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES")
NEVER = "never"


class DefaultToCheck(click.Group):
    """``ecslint PATH`` means ``ecslint check PATH``."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take a first word that is no command for a path, if there is such a file, or it looks like one."""
        word = args[0]
        if self.get_command(ctx, word) is None and (word == "-" or os.path.exists(word) or "." in word or "/" in word):
            return "check", self.get_command(ctx, "check"), args
        return super().resolve_command(ctx, args)


@click.group(cls=DefaultToCheck, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="ecslint", message="%(prog)s %(version)s")
def cli() -> None:
    """Find what Amazon ECS would refuse in task definitions, and what would fail later.

    `ecslint PATH...` is short for `ecslint check PATH...`.
    """


def outputs(_ctx: click.Context, _param: click.Parameter, values: Sequence[str]) -> list[tuple[str, str | None]]:
    """``FORMAT`` and ``FORMAT:FILE`` as (format, file or None). Fails with the list of formats."""
    found = []
    for value in values:
        kind, colon, target = value.partition(":")
        if kind not in FORMATS or (colon and not target):
            raise click.BadParameter(
                f"{value!r} is none of {', '.join(FORMATS)}, nor one of them with a file, as in sarif:out.sarif"
            )
        found.append((kind, target or None))
    return found


def names(_ctx: click.Context, _param: click.Parameter, values: Sequence[str]) -> list[str]:
    """Split comma-separated lists of rule names."""
    return [name.strip() for value in values for name in value.split(",") if name.strip()]


@cli.command()
@click.argument("paths", nargs=-1, required=True)
@click.option("--select", multiple=True, callback=names, metavar="RULES", help="Run only these rules.")
@click.option("--ignore", multiple=True, callback=names, metavar="RULES", help="Leave these rules out.")
@click.option("--profile", type=click.Choice(["default", "strict"]), default="default", show_default=True)
@click.option("--severity", multiple=True, metavar="RULE=LEVEL", help="error, warning, info or off for a rule.")
@click.option("--launch-type", type=click.Choice(LAUNCH_TYPES), help="For files that do not say where they run.")
@click.option(
    "--fail-on", type=click.Choice([*reversed(SEVERITIES), NEVER]), default="error", show_default=True,
    help="The severity from which the exit code is 1.",
)  # fmt: skip
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even if there are findings.")
@click.option(
    "--output-format", "outputs", multiple=True, callback=outputs, metavar="FORMAT[:FILE]",
    help=f"{', '.join(FORMATS)}; may be repeated. Default: full.",
)  # fmt: skip
@click.option("--stdin-filename", default="<stdin>", metavar="NAME", help="What to call standard input (-).")
@click.option("--statistics", is_flag=True, help="Count the findings of each rule.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)
@click.option("-q", "--quiet", is_flag=True, help="Only findings: no summary, no notes.")
@click.option("-v", "--verbose", is_flag=True, help="Name the files that were checked.")
def check(**options: Any) -> int:
    """Check files, the JSON and YAML files of folders, or standard input (-).

    Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 wrong usage or a file that cannot be
    read, 3 no ECS document among what was named.

    RULES are ids (ECS101), beginnings of ids (ECS1), slugs, categories, or ALL, separated by commas.
    """
    from ecslint import api

    ruleset, settings = _settings(options)
    run = api.check(options["paths"], ruleset, settings, stdin_name=options["stdin_filename"])
    outputs = options["outputs"] or [("full", None)]
    if any(kind == "sarif" for kind, _ in outputs):
        _add_rules(run.report, ruleset, settings)
    for kind, target in outputs:
        write(_render(kind, target, run.report, options), target)
    _notes(run, options)
    return _exit_code(run, options)


def _settings(options: dict[str, Any]) -> tuple[Any, Any]:
    from ecslint import engine
    from ecslint.ruleset import bundle, select

    ruleset = bundle.load()
    try:
        severities = select.severities(options["severity"], ruleset.rules)
        off = [rule for rule, level in severities.items() if level == select.OFF]
        ignored = [*options["ignore"], *off]
        enabled = select.enabled(ruleset.rules, profile=options["profile"], select=options["select"], ignore=ignored)
    except select.SelectionError as error:
        raise click.UsageError(str(error)) from None
    return ruleset, engine.Settings(enabled, severities, options["launch_type"])


def _add_rules(report: Report, ruleset: Any, settings: Any) -> None:
    """Give the report the enabled rules with their documentation; only SARIF asks for them."""
    from ecslint.findings import INTERNAL_ERROR
    from ecslint.ruleset import bundle

    rules = [ruleset.rule(number) for number in sorted(settings.enabled)]
    bundle.document(rules)
    report.rules = (INTERNAL_ERROR, *rules)


def _render(kind: str, target: str | None, report: Report, options: dict[str, Any]) -> str:
    if kind == "json":
        from ecslint.reporters import json

        return json.render(report)
    if kind == "sarif":
        from ecslint.reporters import sarif

        return sarif.render(report)
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


def _notes(run: Run, options: dict[str, Any]) -> None:
    """What was not linted, on standard error."""
    from ecslint.reporters.escaping import visible

    for name, reason in run.unreadable:
        click.echo(f"ecslint: {visible(name)}: {visible(reason)}", err=True)
    if options["quiet"]:
        return
    for name in run.foreign:
        click.echo(f"ecslint: {visible(name)}: not an ECS task definition, skipped", err=True)
    if options["verbose"]:
        for name in run.report.files:
            click.echo(f"ecslint: {visible(name)}: checked", err=True)
    if not run.report.files and not run.unreadable and not run.foreign:
        click.echo("ecslint: no ECS task definition found", err=True)


def _exit_code(run: Run, options: dict[str, Any]) -> int:
    if run.unreadable or any(finding.slug == "internal-error" for finding in run.report.findings):
        return TROUBLE
    if not run.report.files:
        return NOTHING
    if options["exit_zero"] or options["fail_on"] == NEVER:
        return 0
    bar = SEVERITIES.index(options["fail_on"])
    return FINDINGS if any(SEVERITIES.index(finding.severity) >= bar for finding in run.report.findings) else 0


@cli.command()
@click.argument("name")
@click.option("--output-format", type=click.Choice(["text", "markdown", "json"]), default="text")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto")
def rule(name: str, output_format: str, color: str) -> int:
    """Explain a rule: what it finds and why, what ECS answers, examples, exceptions. NAME is an id or a slug."""
    import json

    from ecslint import catalogue
    from ecslint.ruleset import bundle, select

    try:
        found = select.find(name, bundle.load().rules)
    except select.SelectionError as error:
        raise click.UsageError(str(error)) from None
    bundle.document([found])
    if output_format == "json":
        write(json.dumps({**found.docs, "topic": catalogue.topic(found)}, indent=2) + "\n", None)
    elif output_format == "text" and wants_color(color, sys.stdout, os.environ):
        _show_markdown(catalogue.page(found))
    else:
        write(catalogue.page(found), None)
    return 0


def _show_markdown(text: str) -> None:
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console(force_terminal=True)
    console.print(Markdown(text, code_theme="ansi_dark", hyperlinks=False), soft_wrap=False)


@cli.command()
@click.option("--output-format", type=click.Choice(["text", "markdown", "json"]), default="text")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto")
def rules(output_format: str, color: str) -> int:
    """List all rules."""
    import json

    from ecslint import catalogue
    from ecslint.ruleset import bundle

    ruleset = bundle.load()
    if output_format == "json":
        write(json.dumps(catalogue.rows(ruleset.rules), indent=2) + "\n", None)
    elif output_format == "markdown":
        write(catalogue.markdown_table(ruleset.rules), None)
    elif wants_color(color, sys.stdout, os.environ):
        _show_table(catalogue.rows(ruleset.rules))
    else:
        lines = [f"{r['id']} {r['severity']:7} {r['profile']:7} {r['slug']}: {r['title']}" for r in catalogue.rows(ruleset.rules)]
        write("\n".join(lines) + "\n", None)
    return 0


def _show_table(rows: list[dict[str, str]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    colors = {"error": "red", "warning": "yellow", "info": "blue"}
    table = Table("rule", "severity", "profile", "what is true of ECS", box=None, header_style="bold")
    for row in rows:
        level = Text(row["severity"], style=colors[row["severity"]])
        table.add_row(f"{row['id']} {row['slug']}", level, row["profile"], Text(row["title"]))
    Console(force_terminal=True).print(table)


@cli.command()
@click.argument("name", required=False)
def schema(name: str | None) -> int:
    """Print a bundled JSON Schema; without a name, list them."""
    from ecslint.ruleset.bundle import data_folder

    folder = data_folder("schemas")
    known = sorted(file[: -len(".json")] for file in os.listdir(folder) if file.endswith(".json"))
    if name is None:
        write("\n".join(known) + "\n", None)
        return 0
    if name not in known:
        raise click.UsageError(f"no schema is called {name!r}; there are {', '.join(known)}")
    with open(os.path.join(folder, f"{name}.json"), encoding="utf-8") as file:
        write(file.read(), None)
    return 0
