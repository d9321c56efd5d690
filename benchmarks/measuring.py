"""Measure commands: wall and processor time, peak memory, instructions. Unix only."""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import IO

LAUNCHER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "launch.py")


class Usage(NamedTuple):
    """What one command used. ``peak`` is in units of the system; ``code`` is negative after a signal."""

    wall: float
    cpu: float
    peak: int
    code: int
    errors: str


class Ratio(NamedTuple):
    """The median of the ratios of pairs, and the ratio of the two smallest figures."""

    median: float
    best: float


def environment() -> dict[str, str]:
    """The environment of this process, without what makes Python slower or not repeatable."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, "PYTHONHASHSEED": "0", "NO_COLOR": "1"}


def call(command: Sequence[str], standard_input: IO[bytes] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command without measuring it and keep what it says."""
    return subprocess.run(  # noqa: S603 - all commands are the benchmark's own
        command,
        stdin=standard_input or subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )


def run(command: Sequence[str], standard_input: IO[bytes] | None = None) -> Usage:
    """Run a command, whose first word is an absolute path, and drop its standard output."""
    done = call([sys.executable, "-I", "-S", LAUNCHER, *command], standard_input)
    if done.returncode:
        raise SystemExit(f"cannot run {command[0]}: {done.stderr.strip()}")
    wall, cpu, peak, code = done.stdout.split()
    return Usage(float(wall), float(cpu), int(peak), int(code), done.stderr)


def in_turn(command: Sequence[str], other: Sequence[str], rounds: int) -> tuple[Ratio, Ratio]:
    """Wall and processor time of ``command`` divided by those of ``other``, run alternately."""
    pairs = [(run(command), run(other)) for _ in range(rounds)]
    walls, cpus = zip(*(((one.wall, two.wall), (one.cpu, two.cpu)) for one, two in pairs), strict=True)
    return ratio(walls), ratio(cpus)


def ratio(pairs: Sequence[tuple[float, float]]) -> Ratio:
    """How the first figures compare with the second."""
    firsts, seconds = zip(*pairs, strict=True)
    return Ratio(statistics.median(one / two for one, two in pairs), min(firsts) / min(seconds))


def peak(command: Sequence[str], rounds: int = 3) -> int:
    """The smallest peak memory of a few runs."""
    return min(run(command).peak for _ in range(rounds))


def instructions(command: Sequence[str]) -> int | None:
    """How many instructions a command executes; None without valgrind. Hardly depends on the machine's load."""
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        return None
    counted = call([valgrind, "--tool=callgrind", "--callgrind-out-file=/dev/null", *command])
    found = re.search(r"Collected : (\d+)", counted.stderr)
    if found is None:
        raise SystemExit(f"valgrind cannot run {command[0]}:\n{counted.stderr}")
    return int(found[1])
