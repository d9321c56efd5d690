"""The entry point of the command ``ecslint`` and of ``python -m ecslint``."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # the built-in half of signal: the other is slow to import
import gc
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

INTERRUPTED = 130
TERMINATED = 143


def main() -> int:
    """Run the command line; the exit code."""
    gc.set_threshold(50_000)  # hardly anything here refers to itself, and looking for it slows the start down
    _signal.signal(_signal.SIGTERM, terminate)
    try:
        from ecslint.cli import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:
        return INTERRUPTED


def terminate(_number: int, _frame: FrameType | None) -> None:
    """End at a request as if everything had returned: processes are stopped and half-written files removed."""
    sys.exit(TERMINATED)


if __name__ == "__main__":
    # ``python -m`` puts the working directory first, where a repository could plant a json.py.
    del sys.path[0]
    sys.exit(main())
