"""Lint many files in several processes. Each loads the rules once; the outcomes come back in order.

Every worker has a pipe of its own, and nobody else holds its end of it. So whatever ends a worker, be it in
the middle of an answer, the pipe is at its end and this process knows. The pools of the standard library share one
pipe and its lock among all workers: one that is killed while it answers takes both along, and everybody waits for ever.
For the same reason a worker ends soon after this process, whatever has ended it.
"""

from __future__ import annotations

import os
import signal
import sys
from collections import deque
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import wait

from ecslint import api
from ecslint.engine import Settings
from ecslint.ruleset import bundle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection
    from typing import Any, TypeAlias

    from ecslint.api import Outcome
    from ecslint.config import Scope

    #: Files as ``discovery.discover`` gives them.
    Files: TypeAlias = list[tuple[str, bool]]

AT_HAND = 2  # portions that a worker has, so that it need not wait for the next one
ENDING = (signal.SIGINT, signal.SIGTERM)


def lint(files: Files, scope: Settings | Scope, jobs: int, at_once: int) -> Iterator[Outcome]:
    """The outcomes of files, in their order; ``jobs`` of 0 means one process for each processor.

    Raises api.Unchecked at the end if a worker has died; what it was at is left out.
    """
    portions = [files[start : start + at_once] for start in range(0, len(files), at_once)]
    workers: list[Worker] = []
    lost: list[str] = []
    reason = ""
    try:
        with undisturbed():
            for _ in range(min(jobs or processors(), len(portions))):
                workers.append(Worker(portions, scope))
        for number, answer in _in_order(_answers(workers, len(portions))):
            if isinstance(answer, str):
                reason = answer
                lost += [name for name, _ in portions[number]]
            else:
                yield from answer
    finally:
        with undisturbed():
            for worker in workers:
                worker.process.kill()  # it holds nothing that it would have to give back
            for worker in workers:
                worker.process.join()
    if lost:
        raise api.Unchecked(lost, reason)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Requests to end wait until no process is half started or half ended. Windows cannot have them wait."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Worker:
    """A process that lints portions by their numbers, and the numbers of those that it has not answered yet."""

    __slots__ = ("numbers", "pipe", "process")

    def __init__(self, portions: list[Files], scope: Settings | Scope) -> None:
        context: Any = get_context(
            "fork" if sys.platform == "linux" else None
        )  # the quickest, and safe without threads
        self.pipe, end = context.Pipe()
        self.numbers: deque[int] = deque()
        self.process = context.Process(target=work, args=(end, self.pipe, portions, scope), daemon=True)
        self.process.start()
        end.close()

    def ask(self, number: int) -> None:
        """Send the number of a portion. Should the process have ended, ``answer`` says so."""
        self.numbers.append(number)
        with suppress(OSError):
            self.pipe.send(number)

    def answer(self) -> list[Outcome] | str:
        """The outcomes of the portion that was asked for first; the reason if the process has ended."""
        try:
            found: list[Outcome] = self.pipe.recv()
        except (EOFError, OSError):
            self.process.join()
            code = self.process.exitcode
            if code < 0:
                return f"a worker process was killed by signal {-code}"
            return f"a worker process ended with exit code {code}"
        return found


def _answers(workers: list[Worker], count: int) -> Iterator[tuple[int, list[Outcome] | str]]:
    """The answer to the number of each portion, as they come in."""
    waiting = deque(range(count))
    alive = {worker.pipe: worker for worker in workers}
    reason = ""
    while alive:
        for worker in alive.values():
            while waiting and len(worker.numbers) < AT_HAND:
                worker.ask(waiting.popleft())
        asked = [pipe for pipe, worker in alive.items() if worker.numbers]
        if not asked:
            return
        for pipe in wait(asked):
            worker = alive[pipe]
            answer = worker.answer()
            yield worker.numbers.popleft(), answer
            if isinstance(answer, str):
                reason = answer
                waiting.extendleft(reversed(worker.numbers))  # it was not at these; others take them
                del alive[pipe]
    for number in waiting:
        yield number, reason


def _in_order(answers: Iterator[tuple[int, list[Outcome] | str]]) -> Iterator[tuple[int, list[Outcome] | str]]:
    """Numbered answers in the order of their numbers."""
    early: dict[int, list[Outcome] | str] = {}
    due = 0
    for number, answer in answers:
        early[number] = answer
        while due in early:
            yield due, early.pop(due)
            due += 1


def work(pipe: Connection, others: Connection, portions: list[Files], scope: Settings | Scope) -> None:
    """Lint portions for as long as somebody asks; runs in a worker.

    Ctrl-C is left to the parent process, which ends its workers.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    others.close()  # else the pipe would never be at its end
    ruleset = bundle.load() if isinstance(scope, Settings) else scope.ruleset
    while True:
        try:
            number = pipe.recv()
        except (EOFError, OSError):  # the parent process has ended
            return
        outcomes = list(api.lint_files(portions[number], ruleset, scope, stdin_name=""))
        try:
            pipe.send(outcomes)
        except OSError:
            return
