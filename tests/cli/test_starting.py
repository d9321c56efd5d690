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


def test_a_folder_that_cannot_be_made_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".github").write_text("")
    assert run(["init", "--github-action"]) == 2
    assert "cannot write .github/workflows/ecslint.yaml" in capsys.readouterr().err
