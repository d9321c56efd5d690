"""The one door through which ecslint reads: regular files, standard input and streams, all of them bounded.

Documents, configurations, baselines, policies, workflows and .gitignore files come through here; nothing else in the
package opens a file of the user to read it. What is refused is said in one way, by ``Unreadable``.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

STDIN = "-"

MAX_BYTES = 5 * 1024 * 1024  # ECS refuses task definitions above 64 KiB; this leaves room for odd bundles

#: How far a search goes in a file above that, and how much of a line above that is passed over.
MOST_SEARCHED = 1024 * 1024 * 1024

_PIECE = 64 * 1024

#: A pipe that nobody writes to does not block, and Windows reads bytes as they are.
_READING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

# Kinds of files; the module stat is not imported on the way of a clean file.
_KIND = 0o170000
_REGULAR = 0o100000
_PIPE = 0o010000
_FOLDER = 0o040000


class Unreadable(Exception):
    """A file that cannot be read at all; the text says why."""


class TooLarge(Unreadable):
    """There is more than ecslint reads. ``start`` is what was read: standard input cannot be read again."""

    def __init__(self, most: int, start: bytes = b"") -> None:
        super().__init__(f"larger than {_size(most)}, the most that ecslint reads")
        self.start = start


def read(path: str, most: int = MAX_BYTES) -> bytes:
    """The bytes of a regular file.

    Raises Unreadable for a missing file, a folder, a pipe or device, or missing permission, and TooLarge for more
    than ``most`` bytes. A pipe in ``/dev`` is one that the shell of the user has made, as in ``<(command)``, and is
    read to its end.
    """
    try:
        file = os.open(path, _READING)
        try:
            return _read_open(file, path, most)
        finally:
            os.close(file)
    except OSError as error:
        raise _unreadable(error) from None
    except ValueError:  # a NUL in the name
        raise Unreadable("not a file name") from None


def _read_open(file: int, path: str, most: int) -> bytes:
    """The bytes of an open file. The functions of ``os`` take half the time of a file object."""
    status = os.fstat(file)
    if status.st_mode & _KIND != _REGULAR:
        if status.st_mode & _KIND != _PIPE or not path.startswith("/dev/"):
            raise Unreadable("not a regular file")
        os.set_blocking(file, True)
    raw = os.read(file, min(status.st_size, most) + 1)
    if len(raw) != status.st_size:  # it has grown or shrunk, or does not tell its size
        while len(raw) <= most and (more := os.read(file, _PIECE)):
            raw += more
    if len(raw) > most:
        raise TooLarge(most, raw)
    return raw


def holds(path: str, word: bytes) -> bool:
    """Whether an ASCII word stands in a file of any size, in UTF-8, UTF-16 or UTF-32; True beyond MOST_SEARCHED.

    The memory that this takes does not depend on the file. Raises Unreadable as ``read`` does.
    """
    try:
        with open(os.open(path, _READING), "rb", buffering=0) as file:
            if os.fstat(file.fileno()).st_mode & _KIND != _REGULAR:
                raise Unreadable("not a regular file")
            tail = b""
            for _ in range(MOST_SEARCHED // MAX_BYTES):
                piece = file.read(MAX_BYTES)
                if not piece:
                    return False
                text = tail + piece.replace(b"\0", b"")  # which is all that tells ASCII in UTF-16 from UTF-8
                if word in text:
                    return True
                tail = text[-len(word) :]
            return True
    except OSError as error:
        raise _unreadable(error) from None


def read_standard_input() -> bytes:
    """The bytes of standard input. Raises Unreadable when it is closed, and TooLarge, with them, above MAX_BYTES."""
    try:
        raw = _standard_input().read(MAX_BYTES + 1)
    except OSError as error:
        raise _unreadable(error) from None
    if len(raw) > MAX_BYTES:
        raise TooLarge(MAX_BYTES, raw)
    return raw


def rest_of_standard_input() -> Iterator[bytes]:
    """What nobody has read of standard input, in pieces, however much there is. Raises Unreadable."""
    try:
        file = _standard_input()
        while piece := file.read(_PIECE):
            yield piece
    except OSError as error:
        raise _unreadable(error) from None


def lines(path: str) -> Iterator[bytes | Unreadable]:
    """The lines of a file or a pipe, or of standard input for ``-``, as they come, each with its end.

    A line of more than MAX_BYTES is passed over: in its place comes the reason. Raises Unreadable when there is
    nothing to read any more, as after a line that is longer than MOST_SEARCHED.
    """
    try:
        file = _standard_input() if path == STDIN else _open_stream(path)
        with file:
            while line := file.readline(MAX_BYTES + 1):
                if len(line) <= MAX_BYTES or line.endswith(b"\n"):
                    yield line
                    continue
                yield TooLarge(MAX_BYTES)
                _skip_line(file)
    except OSError as error:
        raise _unreadable(error) from None
    except ValueError:  # a NUL in the name
        raise Unreadable("not a file name") from None


def _open_stream(path: str) -> BinaryIO:
    """A file or a pipe. Opening a pipe waits for whoever writes to it, as its user expects."""
    kind = os.stat(path).st_mode & _KIND
    if kind == _FOLDER:
        raise Unreadable("a folder; --ndjson reads files, so name them")
    if kind not in (_REGULAR, _PIPE):
        raise Unreadable("neither a regular file nor a pipe")
    return open(path, "rb")


def _skip_line(file: BinaryIO) -> None:
    """Read to the end of a line."""
    for _ in range(MOST_SEARCHED // _PIECE):
        piece = file.readline(_PIECE)
        if not piece or piece.endswith(b"\n"):
            return
    raise Unreadable(f"a line is longer than {_size(MOST_SEARCHED)}; nothing behind it was read")


def has_standard_input() -> bool:
    """Whether there is a standard input that is not closed."""
    return sys.stdin is not None and not sys.stdin.closed


def _standard_input() -> BinaryIO:
    if not has_standard_input():
        raise Unreadable("standard input is closed")
    if hasattr(os, "set_blocking"):
        os.set_blocking(sys.stdin.fileno(), True)  # else reading would end where a slow writer pauses
    return sys.stdin.buffer


def _size(count: int) -> str:
    """A bound for people."""
    for unit in ("bytes", "KiB", "MiB"):
        if count % 1024 or count < 1024:
            return f"{count} {unit}"
        count //= 1024
    return f"{count} GiB"


def _unreadable(error: OSError) -> Unreadable:
    return Unreadable(error.strerror or str(error))
