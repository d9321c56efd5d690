"""The command ``init``: what it writes works, and what is there stays."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ecslint import document
from ecslint.cli import run, starting
from ecslint.cli.showing import properties
from ecslint.ruleset import validation


def uncommented(*fields: str) -> str:
    return re.sub(rf"(?m)^# (?=(?:{'|'.join(fields)}): )", "", starting.configuration())


@pytest.mark.parametrize("field", [name for name, _ in properties()])
def test_every_example_is_a_valid_field(field: str) -> None:
    written = document.parse(uncommented(field).encode(), ".ecslint.yaml", language="yaml")
    assert list(written.data) == [field]
    assert validation.errors(written, "config") == []


def test_all_of_it_is_a_comment_at_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["init"]) == 0
    assert capsys.readouterr().out == ".ecslint.yaml is written\n"
    assert [path.name for path in tmp_path.iterdir()] == [".ecslint.yaml"]
    (tmp_path / "td.json").write_text(
        '{"family": "x", "containerDefinitions": [{"name": "w", "image": "i:1", "memory": 9}]}'
    )
    assert run(["td.json"]) == 0


def test_hook_and_workflow_are_those_of_the_documentation() -> None:
    docs = Path(__file__).parents[2] / "docs"
    assert starting.HOOK in (docs / "pre-commit.md").read_text(encoding="utf-8")
    assert starting.WORKFLOW in (docs / "github-actions.md").read_text(encoding="utf-8")


def test_what_is_there_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (".ecslint.yaml", ".pre-commit-config.yaml"):
        (tmp_path / name).write_text("# mine\n")
    assert run(["init", "--pre-commit", "--github-action"]) == 0
    out = capsys.readouterr().out
    assert ".ecslint.yaml exists and is left as it is\n" in out
    assert ".pre-commit-config.yaml exists and is left as it is; add to it:\n    repos:\n" in out
    assert ".github/workflows/ecslint.yaml is written\n" in out
    for name in (".ecslint.yaml", ".pre-commit-config.yaml"):
        assert (tmp_path / name).read_text() == "# mine\n"


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("there", "words", "code", "told"),
    [
        ({"sub/a": "", ".ecslint.yaml": "fail-on: warning\n"}, [], 0, "../.ecslint.yaml is in force here, so nothing"),
        ({"sub/a": "", "ecslint.yml": "fail-on: warning\n"}, [], 2, "../ecslint.yml: this configuration is not read"),
        ({"sub/ecslint.yml": "fail-on: warning\n"}, [], 2, "ecslint.yml: this configuration is not read; put it into "),
        ({"sub/a": ""}, ["--pre-commit"], 2, "belong to the root of the repository: run it in .."),
        ({"sub/a": ""}, ["--github-action"], 2, "belong to the root of the repository: run it in .."),
    ],
)
def test_a_sub_folder_gets_nothing_that_would_not_work_there(
    there: dict[str, str],
    words: list[str],
    code: int,
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, text in {".git/HEAD": "", **there}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    before = tree(tmp_path)
    monkeypatch.chdir(tmp_path / "sub")
    assert run(["init", *words]) == code
    assert told in "".join(capsys.readouterr())
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    ("name", "text", "known"),
    [
        (".pre-commit-config.yaml", starting.HOOK, True),
        (".pre-commit-config.yaml", "repos:\n  # - id: ecslint\n", False),
        (".github/workflows/lint.yml", "steps:\n  - uses: ecslint/ecslint@0123abc # v1\n", True),
        (".github/workflows/lint.yml", "steps:\n  - run: pip install ecslint && ecslint .\n", True),
        (".github/workflows/lint.yml", "steps:\n  - run: make\n", False),
    ],
)
def test_what_runs_ecslint_already_is_said(
    name: str,
    text: str,
    known: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(text)
    assert run(["init", "--pre-commit" if name.startswith(".pre") else "--github-action"]) == 0
    out = capsys.readouterr().out
    assert (f"{name} runs ecslint already and is left as it is\n" in out) is known
    assert (tmp_path / name).read_text() == text
    assert ("add to it" in out) is (not known and name.startswith(".pre"))


def test_a_folder_that_cannot_be_made_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".github").write_text("")
    assert run(["init", "--github-action"]) == 2
    assert "cannot write .github/workflows/ecslint.yaml" in capsys.readouterr().err
