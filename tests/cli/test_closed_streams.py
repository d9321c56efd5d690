"""Standard input, output or error may be closed, whatever the command."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from ecslint.cli.commands import cli
from tests.cli.test_check import BAD, GOOD

Tally = Callable[[str, int, int], None]

#: The arguments of each command, and its exit code when nothing is closed.
CALLS = {
    "": (["--version"], 0),
    "check": (["bad.json"], 1),
    "compat": (["bad.json"], 0),
    "fix": (["good.json"], 0),
    "baseline create": (["good.json"], 0),
    "baseline update": (["good.json"], 0),
    "baseline prune": (["good.json"], 0),
    "config": (["--show", "good.json"], 0),
    "policy new": (["ACME001", "bad-pattern"], 0),
    "policy test": (["policies"], 0),
    "rule": (["ECS101"], 0),
    "rules": ([], 0),
    "schema": ([], 0),
    "completion": (["bash"], 0),
    "help": (["check"], 0),
    "init": (["--pre-commit"], 0),
}

#: A server speaks to an editor over its streams as long as they are open; see tests/lsp.
SERVERS = {"lsp"}

MORE = [
    "check good.json",
    "compat -",
    "compat good.json --output-format json",
    "check -v good.json",
    "check missing.json",
    "check . --jobs 2",
    "check --ndjson bad.json",
    "check --output-format sarif:out.sarif bad.json",
    "check -",
    "check --ndjson -",
    "fix bad.json",
    "fix --diff bad.json",
    "fix --check bad.json",
    "fix -",
    "rule ECS101 --output-format json --color always",
    "rules --color always",
    "schema task-definition",
    "--help",
    "check --help",
    "no-such-command",
    "check --no-such-option",
]


def names(command: click.Command, before: str = "") -> Iterator[str]:
    """The commands there are, as they are called."""
    if not isinstance(command, click.Group):
        yield before
        return
    for name, below in command.commands.items():
        yield from names(below, f"{before} {name}".strip())


def call(folder: Path, words: list[str], redirection: str) -> subprocess.CompletedProcess[str]:
    """Run a command with a redirection of the shell, in a folder with a few files."""
    (folder / "good.json").write_text(GOOD)
    (folder / "bad.json").write_text(BAD)
    command = ["sh", "-c", f'exec "$0" -m ecslint "$@" {redirection}', sys.executable, *words]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=60, stdin=subprocess.DEVNULL
    )


def prepare(folder: Path, name: str) -> None:
    """Make what a command needs: a baseline, or policies."""
    if name in ("baseline update", "baseline prune"):
        assert call(folder, ["baseline", "create", "good.json"], "").returncode == 0
    if name == "policy test":
        assert call(folder, ["policy", "new", "ACME001", "bad-pattern"], "").returncode == 0


def test_no_command_is_forgotten() -> None:
    assert {*names(cli)} | {""} == {*CALLS} | SERVERS


@pytest.mark.parametrize("name", CALLS)
def test_each_command_does_without_standard_streams(name: str, tmp_path: Path, tally: Tally) -> None:
    more, code = CALLS[name]
    words = [*name.split(), *more]
    wrong = []
    for redirection in ("", "<&-", "2>&-", "<&- 2>&-", ">&-", ">&- 2>&-", "<&- >&- 2>&-"):
        folder = tmp_path / (redirection or "none").replace("&", "")
        folder.mkdir()
        prepare(folder, name)
        before = sorted(path.name for path in folder.rglob("*"))
        done = call(folder, words, redirection)
        closed = ">&-" in redirection.replace("2>&-", "")
        if done.returncode != (2 if closed else code) or "Traceback" in done.stdout + done.stderr:
            wrong.append((redirection, done))
        if closed:
            said = "ecslint: standard output is closed; redirect it to a file or to /dev/null\n"
            left = sorted({path.name for path in folder.rglob("*")} - {"good.json", "bad.json", *before})
            if (done.stdout, done.stderr, left) != ("", "" if "2>&-" in redirection else said, []):
                wrong.append((redirection, done))
    tally("commands without standard streams", 7, len(wrong))
    assert wrong == []


@pytest.mark.parametrize("text", MORE)
def test_no_call_fails_for_a_closed_stream(text: str, tmp_path: Path, tally: Tally) -> None:
    usual = call(tmp_path, text.split(), "")
    reads = "-" in text.split()
    wrong = []
    for redirection in ("<&-", "2>&-", ">&-", "<&- >&- 2>&-"):
        done = call(tmp_path, text.split(), redirection)
        closed = ">&-" in redirection.replace("2>&-", "")
        expected = 2 if closed or (reads and redirection == "<&-") else usual.returncode
        if done.returncode != expected or "Traceback" in done.stdout + done.stderr:
            wrong.append((redirection, done))
        if reads and redirection == "<&-" and "standard input is closed" not in done.stderr:
            wrong.append((redirection, done))
    tally("commands without standard streams", 4, len(wrong))
    assert wrong == []
