"""Completion as it happens in real shells, in a terminal."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecslint.cli import completion
from ecslint.cli.commands import cli

SECONDS = 60  # until a shell must have answered, on a busy machine

START = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], 'eval "$(ecslint completion bash)"'),
    "zsh": (["zsh", "-f", "-i"], 'autoload -U compinit; compinit -D -u; eval "$(ecslint completion zsh)"'),
    "fish": (["fish", "--no-config", "-i"], "ecslint completion fish | source"),
}


class Shell:
    """An interactive shell in a terminal of its own."""

    def __init__(self, name: str, folder: Path) -> None:
        command, setup = START[name]
        binaries = folder / "bin"
        binaries.mkdir()
        (binaries / "ecslint").write_text(f'#!/bin/sh\nexec {sys.executable} -m ecslint "$@"\n')
        (binaries / "ecslint").chmod(0o755)
        path = f"{binaries}:{os.environ['PATH']}"
        home = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)}
        environment = {**os.environ, **home, "PATH": path, "TERM": "dumb", "PS1": "> ", "COLUMNS": "200"}
        pid, self.terminal = pty.fork()
        if pid == 0:
            os.chdir(folder)
            os.execvpe(command[0], command, environment)  # noqa: S606 - a shell of the test
        self.pid = pid
        self.type(f"{setup}; echo rea''dy\n")
        self.until("ready")

    def type(self, text: str) -> None:
        os.write(self.terminal, text.encode())

    def until(self, text: str) -> str:
        """What the terminal shows, once it shows a text."""
        shown = ""
        end = time.monotonic() + SECONDS
        while text not in shown and time.monotonic() < end:
            if select.select([self.terminal], [], [], 0.2)[0]:
                shown += os.read(self.terminal, 65536).decode("utf-8", "replace")
                shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|[\x07\x08\r]", "", shown)
        assert text in shown, shown
        return shown

    def close(self) -> None:
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)


@pytest.fixture(params=completion.SHELLS)
def shell(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shell]:
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed; .ci/run installs it")
    (tmp_path / "taskdef-of-the-shop.json").write_text("{}")
    found = Shell(request.param, tmp_path)
    yield found
    found.close()


def test_commands_options_values_rules_and_files(shell: Shell) -> None:
    for typed, completed in (
        ("ecslint compl", "completion"),
        ("ecslint compa", "compat"),
        ("ecslint baseline cr", "create"),
        ("ecslint check --exit-z", "--exit-zero"),
        ("ecslint --profile str", "strict"),
        ("ecslint rule fargate-cpu-m", "fargate-cpu-memory"),
        ("ecslint --output-format juni", "junit"),
        ("ecslint check --ignore=reliabi", "--ignore=reliability"),
        ("ecslint check --ignore size,fargate-cpu-m", "size,fargate-cpu-memory"),
        ("ecslint taskd", "taskdef-of-the-shop.json"),
        ("ecslint fix taskd", "taskdef-of-the-shop.json"),
        ("ecslint taskdef-of-the-shop.json --ignore reliab", "reliability"),
        ("ecslint help baseline cr", "create"),
        ("ecslint help compl", "completion"),
        ("ecslint schema task-d", "task-definition"),
        ("ecslint --severity fargate-cpu-memory=warn", "fargate-cpu-memory=warning"),
        ("ecslint --severity fargate-cpu-memory\tinf", "fargate-cpu-memory=info"),
        ("ecslint --output-format sarif:taskd", "sarif:taskdef-of-the-shop.json"),
        ("ecslint --output-format=sarif:taskd", "=sarif:taskdef-of-the-shop.json"),
        ("ecslint --config=taskd", "--config=taskdef-of-the-shop.json"),
        ("ecslint --config taskd", "--config taskdef-of-the-shop.json"),
    ):
        shell.type(f"{typed}\t")
        shell.until(completed)
        shell.type("\x15")  # the line is taken back
        time.sleep(0.1)


def test_every_shell_has_a_script() -> None:
    for name in completion.SHELLS:
        assert completion.VARIABLE in completion.script(name, cli)
