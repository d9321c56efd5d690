"""Lint many files in several processes. Each loads the rules once; the outcomes come back in order."""

from __future__ import annotations

import os
import signal
import sys
from multiprocessing import get_context

from ecslint import api
from ecslint.ruleset import bundle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecslint.api import Outcome
    from ecslint.engine import Settings
    from ecslint.ruleset.bundle import Ruleset

    Work = tuple[list[tuple[str, bool]], Settings, str]

_ruleset: Ruleset | None = None


def lint(
    files: list[tuple[str, bool]], settings: Settings, stdin_name: str, jobs: int, at_once: int
) -> Iterator[Outcome]:
    """The outcomes of files, in their order; ``jobs`` of 0 means one process for each processor."""
    work = [(files[start : start + at_once], settings, stdin_name) for start in range(0, len(files), at_once)]
    method = "fork" if sys.platform == "linux" else None  # the quickest, and safe without threads
    with get_context(method).Pool(min(jobs or processors(), len(work) or 1), ignore_interrupt) as pool:
        for outcomes in pool.imap(lint_some, work):
            yield from outcomes


def ignore_interrupt() -> None:
    """Leave Ctrl-C to the parent process, which ends the workers by SIGTERM."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def lint_some(work: Work) -> list[Outcome]:
    """The outcomes of some files; runs in a worker."""
    global _ruleset
    if _ruleset is None:
        _ruleset = bundle.load()
    files, settings, stdin_name = work
    found = (api.lint_file(name, named, _ruleset, settings, stdin_name) for name, named in files)
    return [outcome for outcome in found if outcome is not None]
