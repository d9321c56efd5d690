"""The hooks, as pre-commit installs and runs them in a repository of somebody."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_check import BAD, GOOD

ROOT = Path(__file__).parents[2]
FOREIGN = {"package.json": '{"name": "x"}\n', "chart.yaml": "key: {{ .Values.key }}\n", "td.txt": BAD}
#: What other programs ask of git, without the settings of whoever runs the tests.
GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{who}_{what}": "x@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}

if shutil.which("git") is None:
    pytest.skip("needs git", allow_module_level=True)


def call(*words: str | Path, cwd: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))}
    return subprocess.run(
        list(map(str, words)),
        cwd=cwd,
        env={**clean, **GIT, **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )


def commit_all(folder: Path) -> None:
    for words in (("init", "-q"), ("add", "--all"), ("commit", "-q", "-m", "all")):
        assert call("git", *words, cwd=folder).returncode == 0


class Hooks:
    """A repository with the hooks, a configuration that uses them, and the cache that pre-commit installs them into."""

    def __init__(self, folder: Path) -> None:
        self.cache = folder / "cache"
        self.config = folder / "config.yaml"
        source = folder / "ecslint"
        ignored = shutil.ignore_patterns(".*_cache", ".venv", ".git", ".hypothesis", "__pycache__", "compiled", "tests")
        shutil.copytree(ROOT, source, ignore=ignored)
        commit_all(source)
        rev = call("git", "rev-parse", "HEAD", cwd=source).stdout.strip()
        hooks = [{"id": hook} for hook in ("ecslint", "ecslint-fix", "ecslint-project")]
        self.config.write_text(json.dumps({"repos": [{"repo": str(source), "rev": rev, "hooks": hooks}]}))

    def run(self, hook: str, cwd: Path) -> tuple[int, str]:
        """(exit code, what it said) of a hook for all files of a repository."""
        words = (sys.executable, "-m", "pre_commit", "run", hook, "--all-files", "--color=never", "-c", self.config)
        done = call(*words, cwd=cwd, env={"PRE_COMMIT_HOME": str(self.cache), "NO_COLOR": "1"})
        return done.returncode, "".join(line for line in done.stdout.splitlines(True) if not line.startswith("[INFO]"))


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Hooks:
    return Hooks(tmp_path_factory.mktemp("hooks"))


def repository(folder: Path, **files: str) -> Path:
    """A repository with files of other kinds, and some more."""
    for name, text in {**FOREIGN, **files}.items():
        (folder / name).write_text(text, encoding="utf-8")
    commit_all(folder)
    return folder


def test_manifest_is_valid() -> None:
    done = call(sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml", cwd=ROOT)
    assert (done.returncode, done.stdout) == (0, "")


def test_ecslint(hooks: Hooks, tmp_path: Path) -> None:
    repository(tmp_path)
    code, said = hooks.run("ecslint", tmp_path)
    assert (code, said) == (0, f"{'ecslint':.<73}Passed\n")
    repository(tmp_path, **{"task def.json": GOOD, "bad.json": BAD})
    code, said = hooks.run("ecslint", tmp_path)
    assert code == 1
    assert "- exit code: 1\n" in said
    assert "error[ECS013]: `memory` must be an integer, not a string\n  --> bad.json:1:" in said
    assert said.rstrip().endswith("1 error in 1 of 2 files (2 files passed over)\n1 fixable with `ecslint fix`")
    assert [name for name in FOREIGN if name in said] == []


def test_ecslint_fix(hooks: Hooks, tmp_path: Path) -> None:
    repository(tmp_path, **{"bad.json": BAD})
    code, said = hooks.run("ecslint-fix", tmp_path)
    assert (code, "files were modified by this hook" in said) == (1, True)
    assert "1 finding fixed in 1 file, 0 left" in said
    assert (tmp_path / "bad.json").read_text("utf-8") == GOOD
    assert call("git", "status", "--porcelain", cwd=tmp_path).stdout == " M bad.json\n"
    assert hooks.run("ecslint-fix", tmp_path)[0] == 0


def test_ecslint_project(hooks: Hooks, tmp_path: Path) -> None:
    repository(tmp_path, **{"bad.json": BAD, "good.json": GOOD, ".ecslint.yaml": "exclude: [bad.json]\n"})
    assert hooks.run("ecslint-project", tmp_path)[0] == 0
    (tmp_path / ".ecslint.yaml").write_text("fail-on: error\n")
    code, said = hooks.run("ecslint-project", tmp_path)
    assert code == 1
    assert "1 error in 1 of 2 files" in said
