"""What the GitHub Action installs is fixed by hash, and is what pyproject.toml asks for."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts import action, update_lock

PROJECT = (update_lock.ROOT / "pyproject.toml").read_text("utf-8")
TEXT = update_lock.LOCK.read_text("utf-8")
ENTRY = re.compile(
    r"^(?P<name>[a-z0-9-]+)==(?P<version>\S+)(?P<marker> ; [^\\]+)?(?: \\\n    --hash=sha256:[0-9a-f]{64})+\n",
    re.MULTILINE,
)
ENTRIES = {entry["name"]: entry["version"] for entry in ENTRY.finditer(TEXT) if not entry["marker"]}


def test_each_entry_has_hashes_and_there_is_nothing_else() -> None:
    assert ENTRY.sub("", TEXT) == update_lock.HEAD


def test_it_holds_a_version_that_the_project_allows_of_all_that_it_asks_for() -> None:
    asked = update_lock.wanted(PROJECT)
    assert {"click>=8.1", "hatchling>=1.26"} <= set(asked)
    for text in asked:
        requirement = Requirement(text)
        assert requirement.specifier.contains(ENTRIES[canonicalize_name(requirement.name)]), text


def test_no_server_is_named() -> None:
    assert "://" not in TEXT
    assert "--index" not in TEXT


@pytest.mark.parametrize("version", ["", "1.2.3"])
def test_hashes_are_checked_before_anything_is_installed(
    version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr(subprocess, "run", lambda words, **_: commands.append(words))
    folder = str(tmp_path / "action")
    action.install({"INPUT_VERSION": version, "RUNNER_TEMP": str(tmp_path), "GITHUB_ACTION_PATH": folder})
    _, first, second = commands
    assert first[-3:] == ["--require-hashes", "--requirement", str(Path(folder) / "scripts" / "action-lock.txt")]
    assert second[-1] == (f"ecslint=={version}" if version else folder)
    assert version or {"--no-deps", "--no-index", "--no-build-isolation"} < set(second)


def test_a_file_with_another_hash_is_refused(tmp_path: Path) -> None:
    wheel = tmp_path / "colors-1.0-py3-none-any.whl"
    wheel.write_bytes(b"not what it was")
    lock = tmp_path / "lock.txt"
    lock.write_text(f"colors @ {wheel.as_uri()} --hash=sha256:{'0' * 64}\n")
    words = ["-m", "pip", "install", "--no-index", "--dry-run", "--require-hashes", "--requirement", str(lock)]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "HASH" in done.stderr
