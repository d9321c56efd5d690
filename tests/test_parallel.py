"""Several processes: whatever kills one of them or asks all to end, nothing waits, is left, or is lost."""

from __future__ import annotations

import json
import multiprocessing
import multiprocessing.connection
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ecslint import api, parallel
from ecslint.cli import run
from ecslint.ruleset import bundle
from tests.cli.test_check import BAD, GOOD
from tests.workers import UNREACHED

Tally = Callable[[str, int, int], None]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what a worker shall do is handed on by fork")

KILLED = "a worker process was killed by signal 9"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(100, 140):
        (tmp_path / f"{number}.json").write_text(BAD if number % 3 == 0 else GOOD)
    return tmp_path


def check(folder: Path, ruleset: bundle.Ruleset, jobs: int = 2) -> tuple[list[str], list[str]]:
    """The names of the files that were checked and of those that were not."""
    files = [(str(path), False) for path in sorted(folder.iterdir())]
    outcomes = parallel.lint(files, api.scope([], ruleset, {}), jobs, 5)
    checked: list[str] = []
    with pytest.raises(api.Unchecked, match=KILLED) as error:
        checked.extend(Path(outcome.file).name for outcome in outcomes)
    return checked, [Path(file).name for file in error.value.files]


def killing(*names: str) -> Any:
    """A ``lint_files`` during which the process is killed when it comes to one of some files."""
    lint_files = api.lint_files

    def lint(files: list[tuple[str, bool]], *others: Any, **more: Any) -> Iterator[api.Outcome]:
        for file in files:
            if Path(file[0]).name in names:
                os.kill(os.getpid(), signal.SIGKILL)
        return lint_files(files, *others, **more)

    return lint


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_of_a_killed_worker_only_what_it_was_at_is_not_checked(
    jobs: int, folder: Path, ruleset: bundle.Ruleset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "lint_files", killing("117.json"))
    checked, lost = check(folder, ruleset, jobs)
    if jobs > 1:
        assert lost == [f"{number}.json" for number in range(115, 120)]
    else:
        assert lost == [f"{number}.json" for number in range(115, 140)]
    assert sorted([*checked, *lost]) == sorted(path.name for path in folder.iterdir())
    assert checked == sorted(checked)


def test_when_all_workers_are_killed_the_rest_is_not_checked(
    folder: Path, ruleset: bundle.Ruleset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "lint_files", killing("112.json", "126.json"))
    checked, lost = check(folder, ruleset)
    assert set(lost) >= {"112.json", "126.json"}
    assert sorted([*checked, *lost]) == sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("part", [0, 1, 4, 500, 999])
def test_a_worker_that_is_killed_in_the_middle_of_an_answer_holds_nobody_up(
    part: int, folder: Path, ruleset: bundle.Ruleset, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pools of the standard library wait for the rest of the answer for ever."""
    parent = os.getpid()
    send = multiprocessing.connection.Connection._send  # type: ignore[attr-defined]

    def half(self: Any, buffer: Any, *more: Any) -> None:
        if os.getpid() != parent and b"117.json" in bytes(buffer):
            os.write(self.fileno(), bytes(buffer)[: part * len(buffer) // 1000])
            os.kill(os.getpid(), signal.SIGKILL)
        send(self, buffer, *more)

    monkeypatch.setattr(multiprocessing.connection.Connection, "_send", half)
    checked, lost = check(folder, ruleset)
    assert lost == [f"{number}.json" for number in range(115, 120)]
    assert len(checked) == 35


def test_a_run_that_is_given_up_leaves_no_worker(folder: Path, ruleset: bundle.Ruleset) -> None:
    files = [(str(path), False) for path in sorted(folder.iterdir())]
    outcomes = parallel.lint(files, api.scope([], ruleset, {}), 2, 5)
    next(outcomes)
    assert len(multiprocessing.active_children()) == 2
    outcomes.close()  # type: ignore[attr-defined]
    assert multiprocessing.active_children() == []


def test_what_was_checked_is_reported_and_what_was_not_is_named(
    folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "lint_files", killing("117.json"))
    monkeypatch.setattr(api, "FILES_AT_ONCE", 5)
    formats = ["--output-format", "json-lines", "--output-format", f"sarif:{folder / 'out'}"]
    code = run(["check", str(folder), "--jobs", "2", *formats])
    said = capfd.readouterr()
    assert code == 2
    assert said.err == (
        f"ecslint: {folder / '115.json'} and 4 files more not checked: {KILLED}; "
        "run ecslint again, with --jobs 1 if memory is short\n"
    )
    named = [Path(json.loads(line)["file"]).name for line in said.out.splitlines()]
    assert named == [f"{number}.json" for number in range(102, 140, 3) if number != 117]
    invocation = json.loads((folder / "out").read_text())["runs"][0]["invocations"][0]
    assert (invocation["exitCode"], invocation["executionSuccessful"]) == (2, False)
    notes = [note["message"]["text"] for note in invocation["toolExecutionNotifications"]]
    assert notes == [f"{folder / f'{number}.json'} was not checked: {KILLED}." for number in range(115, 120)]


def test_no_baseline_is_written_without_the_files_of_a_killed_worker(
    folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "lint_files", killing("117.json"))
    monkeypatch.setattr(api, "FILES_AT_ONCE", 5)
    monkeypatch.setattr(api, "FILES_WORTH_JOBS", 5)
    monkeypatch.chdir(folder)
    assert run(["baseline", "create"]) == 2
    assert capfd.readouterr().err.endswith(f"not checked: {KILLED}; no baseline was written\n")
    assert not (folder / ".ecslint-baseline.json").exists()


def test_requests_to_end_at_any_line_leave_no_worker(folder: Path, tally: Tally) -> None:
    for path in sorted(folder.iterdir())[15:]:
        path.unlink()
    done = subprocess.run(
        [sys.executable, "-m", "tests.workers", str(folder), "17"],
        cwd=Path(__file__).parent.parent,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=600,
    )
    outcomes = [outcome for outcome in json.loads(done.stdout) if outcome[2] != UNREACHED]
    expected = {signal.SIGTERM: 143, signal.SIGINT: 130, signal.SIGKILL: -signal.SIGKILL}
    bad = [(kind, number, code, left) for kind, number, code, left in outcomes if left or code != expected[kind]]
    tally("requests to end at lines of the code that starts and ends processes", len(outcomes), len(bad))
    assert bad == []
    assert len(outcomes) > 40
