"""What a run over folders says of what it did not check, and at its end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ecslint.cli import run

TASK = '{"family": "x", "containerDefinitions": [{"name": "w", "image": "i:1", "memory": 9}]}\n'
FAULTY = '{"family": "x", "containerDefinitions": [{"name": "w", "image": "i:1", "memory": "9"}]}'
STREAM_HINT = "--ndjson reads one document a line"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("times", [3, 80_000], ids=["small", "large"])
@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.txt", "-"])
def test_a_stream_without_the_option_gets_the_hint(
    name: str, times: int, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / name).write_text(TASK * times)
    with (folder / name).open() as file:
        monkeypatch.setattr("sys.stdin", file)
        assert run([name]) in (1, 2)
    shown = "<stdin>" if name == "-" else name
    assert f"ecslint: {shown}: {STREAM_HINT}\n" in capsys.readouterr().err


@pytest.mark.parametrize("text", [TASK + "oops", TASK.rstrip() + " x", '{\n"family": 1\n}\n{\n"a": 2}', "{}x\n"])
def test_what_is_no_stream_gets_no_hint(text: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.json").write_text(text)
    assert run(["a.json"]) in (1, 3)
    assert STREAM_HINT not in capsys.readouterr().err


@pytest.mark.parametrize("command", ["check", "fix"])
def test_streams_in_folders_are_named(command: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a.jsonl", "b.ndjson"):
        (folder / name).write_text(TASK * 3)
    (folder / "log.jsonl").write_text('{"level": "info"}\n' * 3)
    assert run([command, "."]) == 3
    assert capsys.readouterr().err.splitlines() == [
        "ecslint: a.jsonl and 1 more file (-v lists them): not read yet: one document a line; name it with --ndjson",
        "ecslint: no ECS document found in 3 files; -v lists them",
    ]
    assert run(["--ndjson", "."]) == 2
    assert "a folder; --ndjson reads files, so name them" in capsys.readouterr().err


def test_fix_tells_what_it_looked_at(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "good.json").write_text(TASK)
    (folder / "bad.json").write_text(FAULTY)
    (folder / "package.json").write_text('{"name": "x"}')
    assert run(["fix", "-v", "--check", "."]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "ecslint: configuration: none, no .ecslint.yaml was found",
        "bad.json: would fix ECS013 wrong-type",
        "ecslint: good.json: nothing to fix",
        "ecslint: package.json: no ECS document, passed over",
        "1 finding would be fixed in 1 file, 0 left (1 file passed over)",
    ]


def test_a_stale_baseline_says_what_to_do_and_is_no_file_that_was_checked(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "td.json").write_text(FAULTY)
    assert run(["baseline", "create", "."]) == 0
    (folder / ".ecslint.yaml").write_text("baseline: .ecslint-baseline.json\n")
    (folder / "td.json").write_text(TASK)
    capsys.readouterr()
    assert run(["."]) == 0
    assert capsys.readouterr().out.endswith("\n1 warning in 1 file and 1 settings file\n")
    assert run(["--output-format", "json", "."]) == 0
    assert json.loads(capsys.readouterr().out)["summary"]["files"] == 1
    assert run(["fix", "."]) == 0
    told, last = capsys.readouterr().err.splitlines()
    assert told.startswith(".ecslint-baseline.json:4:5: warning[ECS060] ")
    assert told.endswith("; `ecslint baseline prune` removes what is no longer found")
    assert last == "0 findings fixed in 0 files, 1 left"


def test_many_findings_in_several_files_end_with_tables(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(12):
        (folder / f"f{number % 3}").mkdir(exist_ok=True)
        (folder / f"f{number % 3}" / f"{number}.json").write_text(FAULTY)
    assert run(["."]) == 1
    rules = "count  rule    slug\n   12  ECS013  wrong-type\n"
    folders = "count  folder\n    4  f0\n    4  f1\n    4  f2\n"
    assert f"\n\n{rules}\n{folders}\n12 errors in 12 files\n" in capsys.readouterr().out
    for words in (["-q", "."], ["f0"], ["--output-format", "concise", "."]):
        assert run(words) == 1
        assert "count  rule" not in capsys.readouterr().out
