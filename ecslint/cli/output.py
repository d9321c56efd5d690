"""Where text goes: standard output or a file, in a fitting encoding, with colour only where it is wanted."""

from __future__ import annotations

import codecs
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import IO

TROUBLE = 2  # the exit code
AT_ONCE = 65_536  # characters
MOST_COLUMNS = 120
ENXIO = 6  # of errno, which is one import more


class Trouble(Exception):
    """Ends the run with exit code 2; the text says what is wrong and what to do about it."""


def say(text: str) -> None:
    """One line on standard error; whatever came from a file is made harmless."""
    if sys.stderr is None:
        return
    from ecslint.escaping import visible

    encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
    line = visible(text)
    if line.lstrip().startswith("::"):  # GitHub would obey it
        line = f"./{line}"
    line = line.encode(encoding, "backslashreplace").decode(encoding)
    try:
        print(line, file=sys.stderr, flush=True)
    except OSError:
        return  # nobody is left to tell


def write(text: str | Sequence[str], target: str | None, encoding: str = "") -> None:
    """Write a text, or pieces of one, to standard output (None), or to a file, which is replaced in one step.

    Raises Trouble.

    Standard output has an encoding of its own unless one is asked for; files are UTF-8. A reader that
    goes away (``| head``) is no error.
    """
    pieces = (text,) if isinstance(text, str) else text
    if target is None:
        _write_stdout(pieces, encoding)
        return
    encoded = _encoded(pieces, "utf-8")
    try:
        if os.path.exists(target) and not os.path.isfile(target):
            # A device or a pipe, which must not be replaced; one that nobody reads does not block.
            descriptor = os.open(target, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0))
            os.set_blocking(descriptor, True)
            with open(descriptor, "wb") as file:
                file.writelines(encoded)
        else:
            from ecslint import discovery, writing

            if discovery.leads_out(target):
                raise Trouble(f"{target} leads out of the repository by a link; name the file itself")

            writing.save(target, encoded)
    except OSError as error:
        reason = "nobody reads this pipe" if error.errno == ENXIO else error.strerror or error
        raise Trouble(f"cannot write {target}: {reason}") from None


def _encoded(pieces: Iterable[str], encoding: str) -> Iterator[bytes]:
    """The bytes of a text part by part, so that a long report has no second copy in memory."""
    encoder = codecs.getincrementalencoder(encoding)("backslashreplace")
    for piece in pieces:
        for start in range(0, len(piece), AT_ONCE):
            yield encoder.encode(piece[start : start + AT_ONCE])


def same_file(left: str, right: str) -> bool:
    """Whether two names lead to one file, as ``writing.save`` resolves them; names of nothing do not."""
    try:
        return os.path.samefile(os.path.realpath(left), os.path.realpath(right))
    except OSError:
        return False


def _write_stdout(pieces: Sequence[str], encoding: str) -> None:
    encoding = encoding or getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        for part in _encoded(pieces, encoding):
            sys.stdout.buffer.write(part)
        sys.stdout.flush()
    except BrokenPipeError:
        abandon_stdout()
    except OSError as error:
        abandon_stdout()
        raise Trouble(f"cannot write to standard output: {error.strerror or error}") from None


def abandon_stdout() -> None:
    """Point standard output at nothing, so that the interpreter's last flush cannot fail."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)


def columns(stream: IO[str], environment: Mapping[str, str]) -> int:
    """How many columns of a terminal are used: all that it has, but no more than can be read well."""
    named = environment.get("COLUMNS", "")
    try:
        has = int(named) if named.isdecimal() else os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        return MOST_COLUMNS
    return min(has or MOST_COLUMNS, MOST_COLUMNS)


def wants_color(choice: str, stream: IO[str], environment: Mapping[str, str]) -> bool:
    """--color before NO_COLOR before FORCE_COLOR before whether the stream is a terminal."""
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR") or environment.get("CLICOLOR_FORCE"):
        return True
    return stream.isatty() and environment.get("TERM") != "dumb"


def wants_links(color: bool, stream: IO[str], environment: Mapping[str, str]) -> bool:
    """Hyperlinks only where a person looks: a coloured terminal, not a log of a CI system."""
    return color and stream.isatty() and not environment.get("CI")
