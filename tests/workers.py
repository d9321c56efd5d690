"""Runs of several processes that are told to end at every line on their way; started by test_parallel.py."""

from __future__ import annotations

import atexit
import json
import multiprocessing
import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

from ecslint import __main__, api, parallel
from ecslint.ruleset import bundle

#: The code on the way, as parts of file names.
WATCHED = ("ecslint/parallel.py", "multiprocessing/process.py", "multiprocessing/popen_fork.py")
SOON = 10  # seconds
UNREACHED = 99  # the exit code of a run that had no such line; how many there are depends on who is faster


def lines(folder: str, number: int, kind: int) -> int:
    """Check a folder in two processes, with a signal at a line in the parent; how many lines there were."""
    files = [(str(path), False) for path in sorted(Path(folder).iterdir())]
    rules = bundle.load()
    settings = api.scope([], rules, {})
    parent, seen = os.getpid(), 0

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal seen
        if not frame.f_code.co_filename.endswith(WATCHED) or os.getpid() != parent:
            return None
        if event == "line":
            seen += 1
            if seen == number:
                os.kill(parent, kind)
        return trace

    sys.settrace(trace)
    try:
        list(parallel.lint(files, settings, 2, 5))
    finally:
        sys.settrace(None)
    return seen


def run(folder: str, number: int, kind: int) -> tuple[int, bool]:
    """The exit code of such a run, and whether a process of it was left."""
    pid = os.fork()
    if pid == 0:
        os.setsid()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, __main__.terminate)
        try:
            code = 0 if lines(folder, number, kind) >= number else UNREACHED
        except KeyboardInterrupt:
            code = __main__.INTERRUPTED
        except SystemExit as end:
            code = int(str(end.code))
        atexit._run_exitfuncs()
        os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    deadline = time.monotonic() + SOON
    while (left := is_alive(pid)) and time.monotonic() < deadline:
        time.sleep(0.01)
    if left:
        os.killpg(pid, signal.SIGKILL)
    return code, left


def is_alive(group: int) -> bool:
    """Whether a process of a group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")
    place, step = sys.argv[1], int(sys.argv[2])
    count = lines(place, 0, 0)
    outcomes = []
    for kind in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
        for number in range(1, count + 1, step):
            outcomes.append((kind, number, *run(place, number, kind)))
    print(json.dumps(outcomes))
