"""The command ``lsp``."""

from __future__ import annotations

from ecslint import reading
from ecslint.cli.output import Trouble

MISSING = "the language server needs two more packages; install them with `pip install 'ecslint[lsp]'`"


def execute() -> int:
    """Answer an editor until it ends; the exit code."""
    try:
        import lsprotocol  # noqa: F401 - that it is there
        import pygls.lsp.server  # noqa: F401 - and this
    except ImportError:
        raise Trouble(MISSING) from None
    if not reading.has_standard_input():
        raise Trouble("standard input is closed, and an editor would write to it")
    from ecslint.lsp import server

    server.serve()
    return 0
