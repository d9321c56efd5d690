"""Lint many files in several processes. Each loads the rules once; the outcomes come back in order."""

from __future__ import annotations

import os
import signal
import sys
from multiprocessing import get_context

from ecslint import api
from ecslint.engine import Settings
from ecslint.ruleset import bundle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecslint.api import Outcome
    from ecslint.config import Scope
    from ecslint.ruleset.bundle import Ruleset

#: What a worker keeps: the rules and the settings of all files.
_kept: tuple[Ruleset, Settings | Scope] | None = None


def lint(files: list[tuple[str, bool]], scope: Settings | Scope, jobs: int, at_once: int) -> Iterator[Outcome]:
    """The outcomes of files, in their order; ``jobs`` of 0 means one process for each processor."""
    work = [files[start : start + at_once] for start in range(0, len(files), at_once)]
    method = "fork" if sys.platform == "linux" else None  # the quickest, and safe without threads
    with get_context(method).Pool(min(jobs or processors(), len(work) or 1), prepare, (scope,)) as pool:
        for outcomes in pool.imap(lint_some, work):
            yield from outcomes


def prepare(scope: Settings | Scope) -> None:
    """Load what all files need, and leave Ctrl-C to the parent process, which ends the workers by SIGTERM."""
    global _kept
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _kept = bundle.load() if isinstance(scope, Settings) else scope.ruleset, scope


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def lint_some(files: list[tuple[str, bool]]) -> list[Outcome]:
    """The outcomes of some files; runs in a worker."""
    assert _kept is not None
    return list(api.lint_files(files, *_kept, stdin_name=""))
