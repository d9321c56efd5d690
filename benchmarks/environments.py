"""Environments to measure in: ecslint as users install it, and its peers."""

from __future__ import annotations

import os
import sys
import venv

from measuring import call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

CHECKOUT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PEERS = ("cfn-lint", "checkov", "check-jsonschema")


def install(folder: str) -> str:
    """Make an environment with ecslint as a compiled wheel, and its language server; its ``bin`` folder.

    pip is brought up to date, since older ones write a slower start script. setuptools goes, since
    it slows down every start of Python.
    """
    scripts = _make(folder, [f"{CHECKOUT}[lsp]"])
    _must([*_pip(scripts), "uninstall", "--yes", "setuptools"])
    return scripts


def install_peers(folder: str) -> str:
    """Make an environment with the peers, unless the folder has one; its ``bin`` folder."""
    scripts = os.path.join(folder, "bin")
    if all(os.path.exists(os.path.join(scripts, peer)) for peer in PEERS):
        return scripts
    return _make(folder, PEERS)


def _make(folder: str, packages: Sequence[str]) -> str:
    print(f"installing {' '.join(packages)} ...", file=sys.stderr)
    venv.create(folder, with_pip=True, clear=True)
    scripts = os.path.join(folder, "bin")
    pip = _pip(scripts)
    _must([*pip, "install", "--upgrade", "pip"])
    _must([*pip, "install", *packages])
    # Exit code 1 says that some package ships a file for another version of Python.
    _must([pip[0], "-m", "compileall", "-q", os.path.join(folder, "lib")], codes=(0, 1))
    return scripts


def _pip(scripts: str) -> list[str]:
    return [os.path.join(scripts, "python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]


def _must(command: Sequence[str], codes: Sequence[int] = (0,)) -> None:
    done = call(command)
    if done.returncode not in codes:
        raise SystemExit(f"{' '.join(command)}:\n{done.stderr}")
