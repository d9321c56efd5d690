"""The command line: words in, exit code out. All decisions are elsewhere."""

from __future__ import annotations

import os
import signal
import sys

FINDINGS = 1
TROUBLE = 2
NOTHING = 3
INTERRUPTED = 130


def run(arguments: list[str]) -> int:
    """Run ``ecslint`` with these arguments and return the exit code; never a traceback for what a user can cause."""
    import click

    from ecslint.cli.commands import cli
    from ecslint.cli.output import OutputError, quiet_pipe

    if hasattr(signal, "SIGTERM"):
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        code = cli.main(arguments, prog_name="ecslint", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as error:
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except click.ClickException as error:
        print(f"ecslint: {error.format_message()}", file=sys.stderr)
        return TROUBLE
    except OutputError as error:
        print(f"ecslint: {error}", file=sys.stderr)
        return TROUBLE
    except BrokenPipeError:
        return quiet_pipe()
    except OSError as error:
        print(f"ecslint: cannot write: {error.strerror or error}", file=sys.stderr)
        os.close(1)
        return TROUBLE
    return code if isinstance(code, int) else 0
