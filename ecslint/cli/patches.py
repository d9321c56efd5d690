"""Patches and fixed texts on standard output, byte for byte, or made harmless in a terminal."""

from __future__ import annotations

import os
import sys

from ecslint.cli.output import wants_color, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def write_bytes(text: bytes) -> None:
    """Write to standard output, byte for byte; in a terminal, control characters are made visible."""
    if sys.stdout.isatty():
        from ecslint.escaping import visible

        write("\n".join(map(visible, text.decode("utf-8", "replace").split("\n"))), None)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(text)
    sys.stdout.buffer.flush()


def write_patch(patch: str) -> None:
    """Write a patch to standard output, byte for byte; in a terminal, in colours, with control characters visible.

    It is never coloured elsewhere, whatever the environment says, since `git apply` would refuse it.
    """
    if not (sys.stdout.isatty() and wants_color("auto", sys.stdout, os.environ)):
        write_bytes(patch.encode("utf-8"))
        return
    from ecslint.escaping import visible

    write("".join(f"{line}\n" for line in coloured([visible(line) for line in patch.split("\n")[:-1]])), None)


def coloured(lines: Iterable[str]) -> Iterator[str]:
    """The lines of the patch of one file in the colours of git."""
    from ecslint.reporters.text import COLORS

    roles = {"-": "-", "+": "+", "@": "secondary"}
    in_hunk = False
    for line in lines:
        in_hunk = in_hunk or line.startswith("@")
        code = COLORS.get(roles.get(line[:1], "") if in_hunk else "strong")
        yield f"\x1b[{code}m{line}\x1b[0m" if code else line
