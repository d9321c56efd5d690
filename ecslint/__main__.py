"""The entry point of the command ``ecslint`` and of ``python -m ecslint``."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line; the exit code."""
    import gc

    from ecslint.cli import run

    gc.set_threshold(50_000)  # hardly anything here refers to itself, and looking for it slows the start down

    return run(sys.argv[1:])


if __name__ == "__main__":
    # ``python -m`` puts the working directory first, where a repository could plant a json.py.
    del sys.path[0]
    sys.exit(main())
