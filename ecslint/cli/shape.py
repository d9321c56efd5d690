"""How commands look: options under headings, whole summaries, and words for what was typed wrong."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from ecslint.cli.output import write
from ecslint.model import Misuse
from ecslint.words import closest, same_word

if TYPE_CHECKING:
    from collections.abc import Sequence

if TYPE_CHECKING:
    OneOf = click.Choice[str]
else:
    OneOf = click.Choice  # not generic before click 8.2

DOCS = "https://github.com/ecslint/ecslint/tree/main/docs"
SECTIONS = ("What to check", "How to judge it", "What to report", OTHERS := "Options")
SUMMARY = 200  # characters; longer than any first sentence


class Option(click.Option):
    """An option that stands under the heading ``section`` in the help."""

    def __init__(self, *names: Any, section: str = OTHERS, **more: Any) -> None:
        super().__init__(*names, **more)
        self.section = section


class Choice(OneOf):
    """One of some words; a word that is nearly one of them is told which."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The word itself. Fails for a word that is none of them."""
        if value not in self.choices:
            meant = near(str(value), self.choices)
            self.fail(f"{value!r} is not one of {', '.join(self.choices)}{meant}", param, ctx)
        return value


class Command(click.Command):
    """A command whose options stand under headings, and which says how it is used if it is used wrongly."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words behind the command. What is wrong with them knows its command."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. Words that only the rules or the files show to be wrong are told like others."""
        try:
            return super().invoke(ctx)
        except Misuse as error:
            raise click.UsageError(str(error), ctx) from None

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, section by section."""
        sections: dict[str, list[tuple[str, str]]] = {heading: [] for heading in SECTIONS}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx) if isinstance(parameter, click.Option) else None
            if record is not None:
                sections[getattr(parameter, "section", OTHERS)].append(record)
        for heading, records in sections.items():
            if records:
                with formatter.section(heading):
                    formatter.write_dl(records)


class Group(click.Group):
    """A command of commands; alone, it shows its help."""

    command_class = Command

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **{**more, "invoke_without_command": True, "no_args_is_help": False})

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that is named, or show the help."""
        found = super().invoke(ctx)
        if ctx.invoked_subcommand is None:
            click.echo(ctx.get_help())
            return 0
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first word names. Fails with what may have been meant."""
        name = args[0]
        if self.get_command(ctx, name) is None and not ctx.resilient_parsing:
            what = "command" if ctx.parent else "file, folder or command"
            ctx.fail(f"there is no {what} {name!r}{near(name, self.commands)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        """Write the commands with the whole first sentence of each."""
        rows = [(name, command.get_short_help_str(SUMMARY)) for name, command in sorted(self.commands.items())]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Say where more is to be read."""
        if ctx.parent is None:
            with formatter.indentation():
                formatter.write_paragraph()
                formatter.write_text(f"`ecslint help COMMAND` explains a command. Documentation: {DOCS}")


def paged(text: str) -> None:
    """Write a coloured text, on a terminal page by page."""
    if sys.stdout.isatty():
        os.environ.setdefault("LESS", "FRX")  # colors; ends at once where all fits on the screen
        click.echo_via_pager(text, color=True)
    else:
        write(text, None)


def near(word: str, known: Sequence[str] | Any) -> str:
    """``; did you mean 'check'?``, or nothing."""
    meant = same_word(word, known) or closest(word, known)
    return f"; did you mean {meant!r}?" if meant else ""
