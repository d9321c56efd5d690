"""Environments to measure in: ecslint as users install it, and its peers."""

from __future__ import annotations

import os
import subprocess
import sys
import venv

from measuring import environment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

CHECKOUT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PEERS = ("cfn-lint", "checkov", "check-jsonschema")


def install(folder: str) -> str:
    """Make an environment with ecslint as a compiled wheel; its ``bin`` folder.

    pip is brought up to date, since older ones write a slower start script. setuptools goes, since
    it slows down every start of Python.
    """
    return _make(folder, [CHECKOUT], "ecslint")


def install_peers(folder: str) -> str:
    """Make an environment with the peers, unless the folder has one; its ``bin`` folder."""
    scripts = os.path.join(folder, "bin")
    if all(os.path.exists(os.path.join(scripts, peer)) for peer in PEERS):
        return scripts
    return _make(folder, PEERS, "the peers")


def _make(folder: str, packages: Sequence[str], what: str) -> str:
    print(f"installing {what} ...", file=sys.stderr)
    venv.create(folder, with_pip=True, clear=True)
    scripts = os.path.join(folder, "bin")
    python = os.path.join(scripts, "python")
    pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    _must([*pip, "install", "--upgrade", "pip"])
    _must([*pip, "install", *packages])
    if what == "ecslint":
        _must([*pip, "uninstall", "--yes", "setuptools"])
    _must([python, "-m", "compileall", "-q", os.path.join(folder, "lib")], codes=(0, 1))
    return scripts


def _must(command: Sequence[str], codes: Sequence[int] = (0,)) -> None:
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)
    if done.returncode not in codes:
        raise SystemExit(f"{' '.join(command)}:\n{done.stderr}")
