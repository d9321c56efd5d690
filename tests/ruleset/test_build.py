"""A checkout compiles its rules by itself when they have changed, and says what is wrong with them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project that may be broken."""
    copy = tmp_path_factory.mktemp("checkout")
    for folder in ("ecslint", "rules", "schemas"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "web.json").write_text('{"family": "web", "cpu": "1"}', encoding="utf-8")
    return copy


def run(checkout: Path, *words: str) -> tuple[int, str, str]:
    """(exit code, standard output, standard error) of ``ecslint`` in the copy."""
    done = subprocess.run(
        [sys.executable, "-m", "ecslint", *words],
        cwd=checkout,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "NO_COLOR": "1", "PYTHONPATH": str(checkout)},
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("check: ", "check: no_", "9:15: no check is named 'no_fargate_cpu_memory'; "),
        ("fargate-sizes", "sizes", "9:52: no table is named 'sizes'; there are "),
        ("when: fargate", "when: fargat", "7:7: no condition is named 'fargat'"),
        ("severity: error", "severity: fatal", "4:11: 'fatal' is none of error, warning, info"),
        ("message: ", "message: [", "11:1: expected `,` or `]`"),
    ],
)
@pytest.mark.parametrize("word", ["web.json", "rules"])
def test_broken_rule_file_is_told(checkout: Path, word: str, old: str, new: str, mistake: str) -> None:
    file = checkout / "rules" / "size" / "ECS101-fargate-cpu-memory.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    code, out, err = run(checkout, word)
    file.write_text(text, encoding="utf-8")
    assert (code, out) == (2, "")
    assert err.startswith(f"{file}:{mistake}")
    assert "Traceback" not in err


def test_broken_rule_files_are_one_error_of_a_test_run(checkout: Path) -> None:
    """And not one of each test, nor of each module that reads the rules when it is collected."""
    shutil.copytree(ROOT / "tests", checkout / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", checkout)
    texts = {}
    for name, old, new in (
        ("ECS101-fargate-cpu-memory", "message: ", "message: ["),
        ("ECS103-*", "check: ", "check: x"),
    ):
        [file] = (checkout / "rules" / "size").glob(f"{name}.yaml")
        texts[file] = file.read_text("utf-8")
        file.write_text(texts[file].replace(old, new, 1), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "2", "-p", "no:cacheprovider", "tests"],
        cwd=checkout,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(checkout)},
        check=False,
    )
    for file, text in texts.items():
        file.write_text(text, encoding="utf-8")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    first, second = (line for line in done.stderr.splitlines() if line)
    assert first.startswith(f"ERROR: {min(texts)}:")
    assert second.startswith(f"{max(texts)}:")


def test_changed_rule_is_compiled(checkout: Path) -> None:
    file = checkout / "rules" / "size" / "ECS101-fargate-cpu-memory.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("title: ", "title: Changed, ", 1), encoding="utf-8")
    code, out, _ = run(checkout, "rules")
    assert code == 0
    assert "Changed, " in out


def test_fresh_clone_has_no_folder_for_what_is_generated(checkout: Path) -> None:
    shutil.rmtree(checkout / "ecslint" / "compiled")
    assert run(checkout, "rules")[0] == 0
