"""A real editor: Neovim without a screen, which Debian has, set up as docs/editors.md says."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("neovim.lua")
PAGE = Path(__file__).parent.parent.parent / "docs" / "editors.md"
EXAMPLES = Path(__file__).parent.parent.parent / "examples"

pytestmark = pytest.mark.skipif(shutil.which("nvim") is None, reason="Neovim is not installed")


def edited(path: Path, before: int, after: int) -> dict[str, list[object]]:
    """What Neovim was told of a file, and of what it made of it."""
    [recipe] = re.findall(r"```lua\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (path.parent / "recipe.lua").write_text(recipe)
    server = path.parent / "bin" / "ecslint"
    server.parent.mkdir()
    server.write_text(f'#!/bin/sh\nexec {sys.executable} -m ecslint "$@"\n')
    server.chmod(0o755)
    command = ["nvim", "--headless", "--clean", "-c", "luafile recipe.lua", "-c", f"luafile {SCRIPT}"]
    own = {
        "ECSLINT_FILE": str(path),
        "PATH": f"{server.parent}{os.pathsep}{os.environ['PATH']}",
        "ECSLINT_BEFORE": str(before),
        "ECSLINT_AFTER": str(after),
        "HOME": str(path.parent),
        "XDG_STATE_HOME": str(path.parent),
    }
    run = subprocess.run(
        command, cwd=path.parent, env={**os.environ, **own}, capture_output=True, text=True, timeout=120, check=True
    )
    found: dict[str, list[object]] = json.loads(run.stdout)
    return found


def test_neovim_shows_the_findings_and_makes_the_fixes_of_ecslint_fix(tmp_path: Path) -> None:
    text = (EXAMPLES / "seven-faults.json").read_text(encoding="utf-8").replace('"web"', '"web😀"', 1)
    path = tmp_path / "task.json"
    path.write_text(text, encoding="utf-8")
    run = [sys.executable, "-m", "ecslint", "check", "--output-format", "json", path.name]
    said = json.loads(subprocess.run(run, cwd=tmp_path, capture_output=True, check=False).stdout)["findings"]
    other = tmp_path / "other.json"
    shutil.copy(path, other)
    subprocess.run([sys.executable, "-m", "ecslint", "fix", other], check=False, capture_output=True)
    run = [sys.executable, "-m", "ecslint", "check", "--output-format", "json", other.name]
    left = json.loads(subprocess.run(run, cwd=tmp_path, capture_output=True, check=False).stdout)["findings"]
    assert 0 < len(left) < len(said)

    found = edited(path, len(said), len(left))

    # Neovim counts columns in bytes.
    places = []
    for one in said:
        line = text.splitlines()[one["start"]["line"] - 1]
        start, end = (len(line[: one[side]["column"] - 1].encode()) for side in ("start", "end"))
        places.append([one["rule"], one["start"]["line"] - 1, start, end])
    assert found["before"] == places
    assert [one[0] for one in found["after"]] == [one["rule"] for one in left]
    assert "change its type (ECS013)" in found["titles"]
    assert path.read_bytes() == other.read_bytes()
