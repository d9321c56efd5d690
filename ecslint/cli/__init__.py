"""The command line: words in, exit code out. All decisions are elsewhere."""

from __future__ import annotations

import os
import sys

from ecslint.cli.output import TROUBLE, Trouble, abandon_stdout, say
from ecslint.model import Mistakes, Misuse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

INTERRUPTED = 130


def run(arguments: list[str]) -> int:
    """Run ``ecslint`` with these arguments and return the exit code; never a traceback for what a user can cause.

    Common calls of ``check`` and ``compat`` are read by a small parser of our own, since importing click takes
    longer than checking a file.
    """
    if sys.stdout is None:  # every command has something to say; one that cannot say it begins nothing
        say("ecslint: standard output is closed; redirect it to a file or to /dev/null")
        return TROUBLE
    from ecslint.cli import words

    wanted = words.parse_compat(arguments)
    if wanted is not None:
        from ecslint.cli import compat

        return guarded(lambda: compat.execute(wanted))
    options = words.parse(arguments)
    if options is None:
        return guarded(lambda: _run_click(arguments))

    from ecslint.cli import checking

    return guarded(lambda: checking.execute(options))


def guarded(command: Callable[[], int]) -> int:
    """The exit code of a command; interruption, a closed pipe and a full disk end it in good order."""
    try:
        code = command()
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except Trouble as error:
        say(f"ecslint: {error}")
        return TROUBLE
    except Misuse as error:
        say(f"ecslint: {error}")
        return TROUBLE
    except Mistakes as error:
        for mistake in str(error).splitlines():
            say(mistake)
        return TROUBLE
    except BrokenPipeError:
        abandon_stdout()
        return 0
    except OSError as error:
        abandon_stdout()
        say(f"ecslint: cannot write: {error.strerror or error}")
        return TROUBLE
    return code


def _run_click(arguments: list[str]) -> int:
    import click

    from ecslint.cli import completion
    from ecslint.cli.commands import cli
    from ecslint.cli.words import with_command

    if completion.VARIABLE in os.environ:
        completion.register()
    try:
        code = cli.main(with_command(arguments), prog_name="ecslint", standalone_mode=False)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.Abort:
        return INTERRUPTED
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        if context is not None:
            say(" ".join(context.get_usage().split()))
        raise Trouble(" ".join(error.format_message().split())) from None
    return code if isinstance(code, int) else 0
