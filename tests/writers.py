"""Processes in which tests/test_writing.py lets ``writing.replace`` meet its faults, and the bytes it is tried with.

Run as ``python -m tests.writers PART FILE …``.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from ecslint import writing
from ecslint.writing import NotWritten

OLD = b"".join(b"old line %d\r\n" % number for number in range(1500))
NEW = b"".join(b"a new line, which is longer, %d\n" % number for number in range(650))


class System:
    """The module os, but ``fault`` strikes ``before`` or ``after`` the call of that number, and writes may be short.

    Without a fault it only counts. ``calls`` are the names of the functions that were called.
    """

    def __init__(
        self, at: int = -1, when: str = "before", fault: Callable[[], Any] = lambda: None, short: int = 10**9
    ) -> None:
        self.at, self.when, self.fault, self.short = at, when, fault, short
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        known = getattr(os, name)
        return self._faulty(name, known) if callable(known) else known

    def _faulty(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            number = len(self.calls)
            self.calls.append(name)
            if name == "write":
                arguments = (arguments[0], arguments[1][: self.short])
            if number == self.at and self.when == "before":
                self.fault()
            try:
                return function(*arguments)
            finally:
                if number == self.at and self.when == "after":
                    self.fault()

        return call


def kill(path: str, at: str, when: str) -> None:
    """Die at one of the calls."""
    writing.os = System(int(at), when, lambda: os.kill(os.getpid(), signal.SIGKILL), short=8192)  # type: ignore[attr-defined]
    writing.replace(path, OLD, NEW)


def interrupt(path: str, count: str) -> None:
    """Be interrupted during each call; print whether that was noticed and what became of the file."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    outcomes = []
    for number in range(int(count)):
        with open(path, "wb") as file:
            file.write(OLD)
        system = System(number, "after", lambda: signal.raise_signal(signal.SIGINT), short=8192)
        writing.os = system  # type: ignore[attr-defined]
        try:
            said = attempt(path)
        except KeyboardInterrupt:
            said = "interrupted"
        outcomes.append((said, state(path)))
    print(json.dumps(outcomes))


def limit(path: str, step: str) -> None:
    """Replace the file under each limit of the size of a file; print what became of it."""
    import resource

    outcomes = []
    for size in range(0, len(NEW) + 2 * int(step), int(step)):
        with open(path, "wb") as file:
            file.write(OLD)
        hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
        said = attempt(path)
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        outcomes.append((size, said, state(path)))
    print(json.dumps(outcomes))


def append(path: str, name: str, count: str) -> None:
    """Add lines to the file one by one, beginning again whenever another has changed it; print how often."""
    refused = 0
    for number in range(int(count)):
        while True:
            with open(path, "rb") as file:
                old = file.read()
            try:
                writing.replace(path, old, old + f"{name} {number}\n".encode())
                break
            except NotWritten as error:
                if writing.CHANGED not in str(error):
                    raise
                refused += 1
    print(refused)


def nobody(path: str) -> None:
    """Replace the file as a user without privileges; print what became of it."""
    import fcntl  # noqa: F401  # before the interpreter's own files become unreadable

    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    print(json.dumps(attempt(path)))


def attempt(path: str) -> str:
    """What is said about replacing OLD by NEW; nothing when it is done."""
    try:
        writing.replace(path, OLD, NEW)
    except NotWritten as error:
        return str(error)
    return ""


def state(path: str) -> str:
    """``old``, ``new`` ``other`` for the bytes of a file, or what else is in its folder."""
    left = sorted(set(os.listdir(os.path.dirname(path))) - {os.path.basename(path)})
    if left:
        return f"left behind: {left}"
    with open(path, "rb") as file:
        return {OLD: "old", NEW: "new"}.get(file.read(), "other")


if __name__ == "__main__":
    part, *arguments = sys.argv[1:]
    parts = {"kill": kill, "interrupt": interrupt, "limit": limit, "append": append, "nobody": nobody}
    parts[part](*arguments)
