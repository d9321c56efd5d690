"""The commands, in click."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from ecslint import __version__
from ecslint.cli.completion import SHELLS, Commands, Format, Level, Rules, Schemas, script
from ecslint.cli.output import wants_color, write
from ecslint.cli.shape import Choice, Group, Option, near, paged
from ecslint.cli.words import BARS, COLORS, COMPAT_FORMATS, DEFAULTS, DEPLOY_PATHS, FORMATS, LAUNCH_TYPES, PROFILES
from ecslint.model import SEVERITIES
from ecslint.words import counted, topic

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ecslint.model import Rule


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
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


KINDS = (
    *("account-setting", "agent", "appspec", "capacity-provider", "cluster", "cluster-providers", "code-deployment"),
    *("daemon", "daemon-task-definition", "deployment", "express-deployment", "express-service", "gateway"),
    *("image-definitions", "image-update", "placement", "render-step", "rendering", "run", "run-task", "service"),
    *("service-cluster", "start", "start-task", "task-definition", "task-set", "task-set-deployment"),
)

#: An option under a heading of the help.
checking = partial(click.option, cls=Option, section="What to check")
judging = partial(click.option, cls=Option, section="How to judge it")
reporting = partial(click.option, cls=Option, section="What to report")

#: Options that choose the rules and the configuration.
CHOOSING = (
    judging("--select", type=Rules(), multiple=True, callback=names, metavar="RULES", help="Run only these rules."),
    judging("--ignore", type=Rules(), multiple=True, callback=names, metavar="RULES", help="Leave these rules out."),
    judging("--profile", type=Choice(PROFILES), help="Which rules run. Default: default."),
    judging(
        "--severity", type=Level(), multiple=True, metavar="RULE=LEVEL", help="error, warning, info or off for a rule."
    ),
    judging("--launch-type", type=Choice(LAUNCH_TYPES), help="For files that do not say where they run."),
    judging("--deploy-path", type=Choice(DEPLOY_PATHS), help="How the files reach ECS. Default: auto."),
    judging("--parameter", multiple=True, metavar="NAME=VALUE", help="The value of a parameter of templates."),
    judging(
        "--parameters",
        type=click.Path(),
        multiple=True,
        metavar="FILE",
        help="Values of parameters, as CloudFormation, CodePipeline and SAM read them.",
    ),
    judging(
        "--config",
        type=click.Path(),
        metavar="FILE",
        help="Use this configuration instead of the nearest .ecslint.yaml.",
    ),
    judging("--isolated", is_flag=True, help="Use no configuration file."),
    judging("--baseline", type=click.Path(), metavar="FILE", help="Findings that are known; see `ecslint baseline`."),
)


def choosing(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options that choose the rules and the configuration."""
    for option in reversed(CHOOSING):
        command = option(command)
    return command


#: For hooks, which name whatever has changed.
allow_foreign = checking(
    "--allow-foreign", is_flag=True, help="Pass over named files that hold no ECS document, as in folders; exit with 0."
)
stdin_filename = checking(
    "--stdin-filename", default=DEFAULTS["stdin_filename"], metavar="NAME", help="What to call standard input (-)."
)


def here(_ctx: click.Context, _param: click.Parameter, values: Sequence[str]) -> Sequence[str]:
    """The paths that are named, else the working folder."""
    return values or (os.curdir,)


paths = click.argument("paths", nargs=-1, type=click.Path(), callback=here)


@cli.command()
@paths
@choosing
@judging(
    "--fail-on", type=Choice(BARS), help="The severity from which the exit code is 1. Default: error.",
)  # fmt: skip
@judging("--no-suppressions", is_flag=True, help="Count suppressed findings, and those of the baseline, too.")
@reporting("--show-suppressed", is_flag=True, help="Show suppressed findings and why they do not count.")
@allow_foreign
@judging("--exit-zero", is_flag=True, help="Exit with 0 even if there are findings.")
@reporting(
    "--output-format", "outputs", type=Format(), multiple=True, callback=outputs, metavar="FORMAT[:FILE]",
    help=f"{', '.join(FORMATS)}; may be repeated. Default: full.",
)  # fmt: skip
@stdin_filename
@checking("--ndjson", is_flag=True, help="The files hold one JSON document a line; memory stays constant.")
@checking(
    "--jobs", type=click.IntRange(min=0), default=DEFAULTS["jobs"], metavar="N",
    help="Processes to use. 0: one for few files, all processors for many.",
)  # fmt: skip
@reporting("--explain-context", is_flag=True, help="Say how each file is deployed, and with which one it is judged.")
@reporting("--statistics", is_flag=True, help="Count the findings of each rule.")
@reporting("--color", type=Choice(COLORS), default="auto", help="Whether to use colors. Default: auto.")
@reporting("-q", "--quiet", is_flag=True, help="Only findings: no summary, no notes.")
@reporting("-v", "--verbose", is_flag=True, help="Name the files that were checked, and those that were passed over.")
@click.option("--fix", is_flag=True, help="Fix the files first, as `ecslint fix` does, and report what is left.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix: apply fixes that may change what is registered, too.")
def check(**options: Any) -> int:
    """Check files, the JSON and YAML files of folders (default: this one), or standard input (-).

    Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 wrong usage or a file that cannot be
    read, 3 no ECS document among what was named.

    RULES are ids (ECS101), beginnings of ids (ECS1), slugs, topics (network), categories, or ALL, separated by commas.
    """
    if options["fix"]:
        from ecslint.cli import mending

        return mending.fix_and_check(options)
    if options["unsafe_fixes"]:
        raise click.UsageError("--unsafe-fixes is for --fix")
    from ecslint.cli import checking

    return checking.execute(options)


@cli.command()
@paths
@choosing
@judging("--no-suppressions", is_flag=True, help="Fix suppressed findings, and those of the baseline, too.")
@click.option("--unsafe-fixes", is_flag=True, help="Apply fixes that may change what is registered, too.")
@click.option("--diff", is_flag=True, help="Write nothing; print a patch, in which values are masked.")
@click.option("--show-values", is_flag=True, help="With --diff: mask nothing, so that `git apply` takes the patch.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if something would change.")
@allow_foreign
@click.option("--exit-non-zero-on-fix", is_flag=True, help="Exit with 1 if something was changed, for hooks.")
@click.option("--fail-on", type=Choice(BARS), help="The severity from which what is left makes the exit code 1.")
@stdin_filename
@click.option("-q", "--quiet", is_flag=True, help="Say nothing about what was fixed and what is left.")
@click.option("-v", "--verbose", is_flag=True, help="Name the files that need no fix, and those that were passed over.")
def fix(**options: Any) -> int:
    """Fix files, the JSON and YAML files of folders (default: this one), or standard input (-, to standard output).

    Only the bytes of the fixes change. Safe fixes leave what is registered the same, or correct what could
    not be registered and has one sensible reading. A file holds the old bytes or the new ones, whatever happens.

    Exit codes: 0 nothing at or above --fail-on is left, 1 findings are left (with --diff and --check: something would
    change), 2 wrong usage or a file that cannot be fixed, 3 no ECS document among what was named.
    """
    from ecslint.cli import mending

    return mending.execute(options)


@cli.command()
@paths
@reporting(
    "--agent",
    type=click.Path(),
    metavar="FILE",
    help="Say what the agent on your instances offers; FILE is its ecs.config, or user data that writes it.",
)
@reporting("--output-format", type=Choice(COMPAT_FORMATS), default="text", help="text or json. Default: text.")
@reporting("--color", type=Choice(COLORS), default="auto", help="Whether to use colors. Default: auto.")
@stdin_filename
def compat(**options: Any) -> int:
    """Say where task definitions can run, and what an instance must have: what ECS derives from them, offline.

    For each launch type: yes, no with the reasons, or cannot tell, where unknown values decide. Then the attributes
    that ECS demands of a container instance (requiresAttributes), in its order, with the fields that demand each, the
    first agent that offers it, and the lines of ecs.config that are needed. An answer of describe-task-definition is
    compared with what is derived.

    Exit codes: 0 all were answered, 2 wrong usage or a file that cannot be read, 3 no ECS document among what was
    named.
    """
    from ecslint.cli import compat

    return compat.execute(options)


@cli.command()
def lsp() -> int:
    """Be the language server of an editor, on standard input and output; docs/editors.md tells how to set it up.

    It needs `pip install 'ecslint[lsp]'`.
    """
    from ecslint.cli import serving

    return serving.execute()


@cli.group(cls=Group)
def baseline() -> None:
    """Record the findings that are there, so that `check` reports new ones only.

    The file is the one that --baseline or .ecslint.yaml names, else .ecslint-baseline.json in the working folder.
    """


def recorder(action: str, text: str) -> None:
    """Add a command to ``baseline``."""

    @baseline.command(action, help=text)
    @paths
    @choosing
    def record(**options: Any) -> int:
        from ecslint.cli import recording

        return recording.execute(action, options)


recorder("create", "Write a baseline with all findings of PATHS (default: the working folder).")
recorder("update", "Bring the baseline up to date: add new findings of PATHS, remove what is no longer found.")
recorder("prune", "Remove from the baseline what is no longer found in PATHS, and files that no longer exist.")


@cli.command("config")
@click.option(
    "--show",
    type=click.Path(),
    metavar="FILE",
    help="Show what is in force for a file, and where each value comes from.",
)
@choosing
@click.option("--fail-on", type=Choice(BARS), help="The severity from which the exit code is 1.")
def show_config(show: str | None, **options: Any) -> int:
    """List the fields of .ecslint.yaml with their defaults, or show what is in force for a file."""
    from ecslint.cli import showing

    write(showing.fields() if show is None else showing.in_force(show, options), None)
    return 0


@cli.group(cls=Group)
def policy() -> None:
    """Write and test rules of your own; docs/policies.md tells how."""


@policy.command("test")
@click.argument("paths", nargs=-1)
@click.option("--config", metavar="FILE", help="Use this configuration instead of the nearest .ecslint.yaml.")
def test_policies(paths: Sequence[str], config: str | None) -> int:
    """Run the examples of policies, of rule files and folders or (default) of the configuration in force.

    Each rule is ok, or its examples show it to be noisy (it fires on a good one), missing (it is silent on a bad one),
    unreached (`given` leads to nothing in any of them), misplaced (it fires elsewhere than `at` says) or unfixed (its
    fix does not make `fixed` of it).

    Exit codes: 0 all are ok, 1 some are not, 2 mistakes in rule files, or no rules.
    """
    from ecslint.cli import policies

    return policies.test(paths, {"config": config})


@policy.command("new")
@click.argument("rule_id", metavar="ID")
@click.argument("slug")
@click.option("--folder", default="policies", show_default=True, metavar="FOLDER", help="Where to put the file.")
def new_policy(rule_id: str, slug: str, folder: str) -> int:
    """Write a rule file to start from, as in `ecslint policy new ACME001 foreign-image`."""
    from ecslint.cli import policies

    return policies.new(rule_id, slug, folder)


@cli.command("help")
@click.argument("command", nargs=-1, type=Commands())
@click.pass_context
def show_help(ctx: click.Context, command: Sequence[str]) -> int:
    """Explain a command, as `--help` does."""
    assert ctx.parent is not None
    found: click.Command = cli
    above = ctx.parent
    for name in command:
        inner = found.get_command(above, name) if isinstance(found, click.Group) else None
        if inner is None:
            known = found.commands if isinstance(found, click.Group) else ()
            ctx.fail(f"there is no command {' '.join(command)!r}{near(name, known)}")
        found, above = inner, inner.make_context(name, [], parent=above, resilient_parsing=True)
    write(found.get_help(above) + "\n", None)
    return 0


@cli.command()
@click.argument("shell", type=Choice(SHELLS))
def completion(shell: str) -> int:
    """Print a script that completes commands, options, rules and files, for bash, fish or zsh.

    bash: add `eval "$(ecslint completion bash)"` to ~/.bashrc; zsh: the same with zsh to ~/.zshrc, below compinit;
    fish: `ecslint completion fish > ~/.config/fish/completions/ecslint.fish`.
    """
    write(script(shell, cli), None)
    return 0


@cli.command()
@click.option("--pre-commit", is_flag=True, help="Write .pre-commit-config.yaml, too.")
@click.option("--github-action", is_flag=True, help="Write .github/workflows/ecslint.yaml, too.")
def init(**options: bool) -> int:
    """Write a .ecslint.yaml to start from into the working folder.

    Files that exist are left as they are.
    """
    from ecslint.cli import starting

    return starting.execute(**options)


def rules_here() -> list[Rule]:
    """The rules that the working folder knows: the bundled ones and its policies.

    Policies with mistakes are left out; the first mistake is said on standard error.
    """
    from ecslint import api, config
    from ecslint.cli.output import say
    from ecslint.model import Mistakes
    from ecslint.ruleset import bundle

    bundled = bundle.load()
    wrong: list[str] = []
    try:
        found = config.known_rules(api.configurations([], {})[""], bundled, wrong)
    except Mistakes as error:
        found, wrong = bundled.rules, str(error).split("\n")
    if wrong:
        more = f" (and {counted(len(wrong) - 1, 'more mistake')}; `ecslint policy test` lists them)"
        say(wrong[0] + more * (len(wrong) > 1))
        say("ecslint: policies with mistakes are left out")
    return found


@cli.command()
@click.argument("name", type=Rules())
@click.option("--output-format", type=Choice(["text", "markdown", "json"]), default="text")
@click.option("--color", type=Choice(COLORS), default="auto")
def rule(name: str, output_format: str, color: str) -> int:
    """Explain a rule: what it finds and why, what ECS answers, examples, exceptions. NAME is an id or a slug."""
    import json

    from ecslint.catalogue import page as catalogue
    from ecslint.escaping import visible
    from ecslint.ruleset import bundle, select

    try:
        found = select.find(name, rules_here())
    except select.SelectionError as error:
        raise click.UsageError(str(error)) from None
    bundle.document([found])
    if output_format == "json":
        write(json.dumps({**found.docs, "topic": topic(found.id)}, indent=2) + "\n", None)
        return 0
    page = "\n".join(visible(line) for line in catalogue.page(found).split("\n"))
    if output_format == "text" and wants_color(color, sys.stdout, os.environ):
        paged(_rendered(page))
    else:
        write(page, None)
    return 0


def _rendered(text: str) -> str:
    """A page in the colours and the width of the terminal. Addresses stand there once, each without line breaks."""
    from rich.console import Console
    from rich.markdown import Markdown

    body, heading, addresses = text.partition("## References\n\n")
    console = Console(force_terminal=True)
    with console.capture() as captured:
        console.print(Markdown(body + heading, code_theme="ansi_dark", hyperlinks=False), soft_wrap=False)
        for line in addresses.splitlines():
            console.out(f"\N{BULLET} {line.removeprefix('- <').removesuffix('>')}", highlight=False)
    return captured.get()


@cli.command()
@click.argument("names", nargs=-1, type=Rules(), metavar="[RULES]...")
@checking("--severity", "severity", type=Choice(SEVERITIES), help="Rules of this severity.")
@checking("--profile", type=Choice(PROFILES), help="Rules of this profile; strict has those of default, too.")
@checking("--fixable", is_flag=True, help="Rules that have a fix.")
@checking("--kind", type=Choice(KINDS), metavar="KIND", help="Rules for this kind of document, such as service.")
@reporting("--output-format", type=Choice(["text", "markdown", "json"]), default="text")
@reporting("--color", type=Choice(COLORS), default="auto")
def rules(names: Sequence[str], output_format: str, color: str, **only: Any) -> int:
    """List the rules, the bundled ones and the policies of the working folder.

    RULES are ids (ECS101), beginnings of ids (ECS1), slugs, topics (network), or categories. Default: all.
    """
    from ecslint.cli import listing
    from ecslint.ruleset import bundle, select

    known = rules_here()
    try:
        numbers = set().union(*(select.matching(name, known) for name in names)) if names else range(len(known))
    except select.SelectionError as error:
        raise click.UsageError(str(error)) from None
    if only["kind"]:
        bundle.document(known)
    found = [rule for rule in (known[number] for number in sorted(numbers)) if listing.fits(rule, **only)]
    return listing.show(found, output_format, color=wants_color(color, sys.stdout, os.environ))


@cli.command()
@click.argument("name", required=False, type=Schemas())
def schema(name: str | None) -> int:
    """Print a bundled JSON Schema; without a name, list them."""
    from ecslint.ruleset.bundle import data_folder, schema_names

    known = schema_names()
    if name is None:
        write("\n".join(known) + "\n", None)
        return 0
    if name not in known:
        meant = near(name, known) or f"; there are {', '.join(known)}"
        raise click.UsageError(f"no schema is called {name!r}{meant}")
    with open(os.path.join(data_folder("schemas"), f"{name}.json"), encoding="utf-8") as file:
        write(file.read(), None)
    return 0
