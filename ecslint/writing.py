"""Writing a file: whatever happens, it holds the old bytes or the new ones, never a mix.

The new bytes go to a temporary file in the same folder, which takes the place of the old one in a
single step once it is complete and on the disk. Its name cannot be foreseen, so nobody can have put a link there. It is
removed when anything goes wrong; only a process that is killed leaves it behind, as ``.ecslint-….tmp``.

Two ecslint that mend one file at a time: the second waits for the lock of the first, finds other
bytes than it has read, and leaves them alone. What an editor saves before the comparison is noticed in
the same way. Not guaranteed: an editor takes no lock, so what it saves between the comparison and the
renaming, a few system calls apart, is lost. Without ``flock`` (Windows, some network file systems) the
same holds for a second ecslint.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

BINARY = getattr(os, "O_BINARY", 0)  # Windows would write CRLF for LF
NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
NO_WAIT = getattr(os, "O_NONBLOCK", 0)  # for a pipe in the place of the file

REASONS = {
    errno.ENOSPC: "the disk is full; make room and run ecslint again",
    errno.EDQUOT: "your disk quota is used up; make room and run ecslint again",
    errno.EFBIG: "the new text is larger than a file may be here (ulimit -f)",
    errno.EROFS: "it is on a read-only file system",
    errno.ENOENT: "it has been removed since it was read",
    errno.EBUSY: "it is mounted on its own, and a mount cannot be replaced; mount its folder instead",
}
CHANGED = "it has changed since it was read; run ecslint again"
READ_ONLY = "it is read-only; make it writable, or leave it out"


class NotWritten(Exception):
    """A file was left as it was; the text names it, says why, and what to do about it."""


def replace(path: str, old: bytes, new: bytes) -> None:
    """Make a file that holds ``old`` hold ``new``; its mode, owner and extended attributes stay.

    A symbolic link stays, too: the file that it leads to is replaced. A file that holds ``new`` already is
    as it should be. Raises NotWritten, the file untouched, when it holds anything else, is no regular
    file, is read-only, has several hard links, or when the system refuses.
    """
    target = os.path.realpath(path)
    try:
        with open(os.open(target, os.O_RDWR | NO_FOLLOW | NO_WAIT | BINARY), "rb") as original:
            _refuse_unfit(os.fstat(original.fileno()))
            _lock(original.fileno())
            _replace(original, target, old, new)
    except NotWritten as error:
        raise NotWritten(f"{path} is left as it was: {error}") from None
    except OSError as error:
        raise NotWritten(f"{path} is left as it was: {_reason(error, target)}") from None


def _refuse_unfit(status: os.stat_result) -> None:
    if status.st_mode & 0o170000 != 0o100000:  # stat.S_ISREG
        raise NotWritten("it is not a regular file")
    if not status.st_mode & 0o222:  # which would not keep root from writing
        raise NotWritten(READ_ONLY)
    if status.st_nlink > 1:
        names = f"it has {status.st_nlink} names (hard links), of which only one would get the new text"
        raise NotWritten(f"{names}; change it by hand, or make each name a file of its own")


def _lock(descriptor: int) -> None:
    """Wait until no other ecslint replaces this file. Closing the file ends the lock."""
    try:
        import fcntl
    except ImportError:  # Windows
        return
    with suppress(OSError):  # some network file systems have no locks
        fcntl.flock(descriptor, fcntl.LOCK_EX)


def save(path: str, pieces: Iterable[bytes]) -> None:
    """Make a file hold some bytes, whether there is one or not; the mode of one that is there stays, and the owner if
    the system allows it. A symbolic link stays, too: the file that it leads to is replaced. Raises OSError.
    """
    target = os.path.realpath(path)
    exists = os.path.exists(target)

    def keep(descriptor: int) -> None:
        if exists:
            with suppress(NotWritten):
                _copy_owner(target, descriptor)
            _copy_mode(target, descriptor)

    # A new file gets the mode that the system gives to new files.
    _in_one_step(target, pieces, 0o600 if exists else 0o666, keep, lambda: True)


def create(path: str, text: bytes) -> None:
    """Write a new file, and the folders on its way. Raises FileExistsError if there is one, and other OSErrors."""
    os.makedirs(os.path.dirname(path) or os.curdir, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_FOLLOW | BINARY, 0o666), "wb") as file:
        file.write(text)


def _replace(original: BinaryIO, target: str, old: bytes, new: bytes) -> None:
    number = original.fileno()

    def keep(descriptor: int) -> None:
        _copy_owner(number, descriptor)
        _copy_attributes(number, descriptor)
        _copy_mode(number, descriptor)  # after the owner, a change of which may clear bits of the mode

    def is_due() -> bool:
        due = _is_due(number, target, old, new)
        if due and os.name == "nt":
            original.close()  # Windows replaces no file that is open
        return due

    _in_one_step(target, (new,), 0o600, keep, is_due)


def _in_one_step(
    target: str, pieces: Iterable[bytes], mode: int, keep: Callable[[int], None], is_due: Callable[[], bool]
) -> None:
    """Write a new file with a mode, let ``keep`` look after its descriptor, and give it the name if that ``is_due``.

    With a mode of 0o600 nobody else can read it until it is complete.
    """
    folder = os.path.dirname(target)
    temporary = os.path.join(folder, f".ecslint-{os.urandom(8).hex()}.tmp")  # short even if the target's name is not
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_FOLLOW | BINARY, mode)
        try:
            for piece in pieces:
                rest = memoryview(piece)
                while rest:
                    rest = rest[os.write(descriptor, rest) :]
            keep(descriptor)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if not is_due():
            return
        os.replace(temporary, target)
    finally:  # a KeyboardInterrupt comes by here, too
        with suppress(OSError):
            os.unlink(temporary)
    _sync_folder(folder)


def _copy_owner(original: int | str, descriptor: int) -> None:
    wanted, given = os.stat(original), os.fstat(descriptor)
    if (wanted.st_uid, wanted.st_gid) == (given.st_uid, given.st_gid):
        return
    try:
        os.fchown(descriptor, wanted.st_uid, wanted.st_gid)
    except OSError as error:
        raise NotWritten(f"its owner and group cannot be kept ({error.strerror}); run ecslint as its owner") from None


def _copy_attributes(original: int, descriptor: int) -> None:
    """Copy extended attributes, access lists among them, as far as the system lets us."""
    if not hasattr(os, "listxattr"):  # Linux has it
        return
    with suppress(OSError):
        for name in os.listxattr(original):
            with suppress(OSError):  # some are the system's own
                os.setxattr(descriptor, name, os.getxattr(original, name))


def _copy_mode(original: int | str, descriptor: int) -> None:
    wanted, given = os.stat(original).st_mode, os.fstat(descriptor).st_mode
    if wanted != given and hasattr(os, "fchmod"):  # Windows has it since Python 3.13
        os.fchmod(descriptor, wanted & 0o7777)


def _is_due(original: int, target: str, old: bytes, new: bytes) -> bool:
    """Whether the target still holds ``old`` and not yet ``new``. Raises NotWritten if it holds anything else.

    It must also be the file that is locked: whoever has replaced that one since it was opened holds
    another lock than ours, or none.
    """
    locked = os.fstat(original)
    with open(os.open(target, os.O_RDONLY | NO_FOLLOW | NO_WAIT | BINARY), "rb") as file:
        current = file.read(max(len(old), len(new)) + 1)
    same = os.path.samestat(locked, os.lstat(target))
    if current == new:
        return False
    if current != old or not same:
        raise NotWritten(CHANGED)
    return True


def _sync_folder(folder: str) -> None:
    """Put the renaming on the disk. It has taken place, so a failure does not make the file an old one again."""
    if not hasattr(os, "O_DIRECTORY"):  # Windows opens no folders
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _reason(error: OSError, target: str) -> str:
    """What the system says, for people."""
    if error.errno in (errno.EACCES, errno.EPERM):
        if error.filename == target:
            return READ_ONLY
        if error.filename is not None:
            return f"{error.strerror} in its folder {os.path.dirname(target)}, where a new file has to take its place"
    return REASONS.get(error.errno or 0) or error.strerror or str(error)
