"""What is different on a terminal: pages of long texts, and frames that fit its width."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from ecslint.reporters.frame import width

EXAMPLES = Path(__file__).parents[2] / "examples"


def terminal(folder: Path, *words: str, columns: int = 80, **more: str) -> str:
    """What a terminal of so many columns shows, without its colours and links."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    gone = ("COLUMNS", "LESS", "NO_COLOR", "FORCE_COLOR", "CI", "PAGER")
    environment = {name: value for name, value in os.environ.items() if name not in gone}
    command = [sys.executable, "-m", "ecslint", *words]
    with subprocess.Popen(
        command, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, env={**environment, "TERM": "xterm", **more}
    ) as process:
        os.close(theirs)
        shown = b""
        try:
            while piece := os.read(ours, 65536):
                shown += piece
        except OSError:  # how Linux says that nobody writes any more
            pass
        process.wait()
    os.close(ours)
    plain = re.sub(r"\x1b\][^\x1b]*\x1b\\|\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())
    return plain.replace("\r\n", "\n")


@pytest.mark.parametrize("columns", [60, 80, 100])
def test_the_frame_of_a_minified_file_fits_the_terminal(columns: int, tmp_path: Path) -> None:
    data = json.loads((EXAMPLES / "seven-faults.json").read_text(encoding="utf-8"))
    (tmp_path / "min.json").write_text(json.dumps(data, separators=(",", ":")))
    lines = terminal(tmp_path, "min.json", columns=columns).splitlines()
    framed = [line for line in lines if re.match(r" +\d* \||      [-+] ", line)]
    assert len(framed) > 20
    assert max(map(width, framed)) <= columns
    assert max(map(width, framed)) > columns - 8


def test_the_frame_of_a_minified_file_fits_120_columns_elsewhere(tmp_path: Path) -> None:
    data = json.loads((EXAMPLES / "seven-faults.json").read_text(encoding="utf-8"))
    (tmp_path / "min.json").write_text(json.dumps(data, separators=(",", ":")))
    command = [sys.executable, "-m", "ecslint", "min.json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    framed = [line for line in done.stdout.decode().splitlines() if re.match(r" +\d* \||      [-+] ", line)]
    assert 100 < max(map(width, framed)) <= 120


@pytest.mark.parametrize("words", [["rule", "ECS101"], ["rules"]])
def test_long_texts_go_through_the_pager(words: list[str], tmp_path: Path) -> None:
    shown = terminal(tmp_path, *words, PAGER="sed s/^/paged:/")
    assert all(line.startswith("paged:") for line in shown.splitlines() if line)
    assert "fargate-cpu-memory" in shown


def test_addresses_stand_once_and_on_one_line(tmp_path: Path) -> None:
    shown = terminal(tmp_path, "rule", "ECS101", PAGER="cat")
    addresses = re.findall(r"https://docs\.aws\.amazon\.com/\S+", shown)
    assert addresses
    assert all(address.endswith(".html") for address in addresses)
    assert len(addresses) == len(set(addresses))
