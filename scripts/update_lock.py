"""Write scripts/action-lock.txt: what the GitHub Action installs, in which version, with the hashes of all files.

python scripts/update_lock.py    with the newest versions of today

The packages are those that pyproject.toml asks for, to run and to be built, and what these need, for all versions of
Python and all systems.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "scripts" / "action-lock.txt"
HEAD = "# Written by scripts/update_lock.py. The action installs nothing that has another hash.\n"
COMPILE = ("-m", "uv", "pip", "compile", "-", "--universal", "--generate-hashes", "--quiet")
PLAIN = ("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links")


def wanted(project: str) -> list[str]:
    """What a pyproject.toml asks for, to run and to be built."""
    lists = re.findall(r"^(?:dependencies|requires) = \[([^\]]*)\]", project, re.MULTILINE)
    return sorted({name for one in lists for name in re.findall(r'"([^"]+)"', one)})


def oldest_python(project: str) -> str:
    """The oldest Python that a pyproject.toml names."""
    found = re.search(r'^requires-python = ">=([\d.]+)"', project, re.MULTILINE)
    assert found
    return found[1]


def main() -> int:
    """Write the file; the exit code of uv."""
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    words = [sys.executable, *COMPILE, *PLAIN, "--python-version", oldest_python(project)]
    done = subprocess.run(words, input="\n".join(wanted(project)), stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603
    if done.returncode == 0:
        LOCK.write_text(HEAD + done.stdout, "utf-8")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
