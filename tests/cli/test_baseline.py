"""The commands of ``baseline``, and checks against what they have written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_check import BAD, GOOD, ecslint
from tests.cli.test_config import MIXED, configure, found

FILE = ".ecslint-baseline.json"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    (root / ".git").mkdir(parents=True)
    (root / "service").mkdir()
    (root / "service" / "mixed.json").write_text(MIXED)
    (root / "bad.json").write_text(BAD)
    (root / "good.json").write_text(GOOD)
    return root


def recorded(file: Path) -> list[str]:
    """``RULE file`` of each entry."""
    return [f"{entry['rule']} {entry['file']}" for entry in json.loads(file.read_text("utf-8"))["findings"]]


def test_after_create_nothing_counts(repository: Path) -> None:
    run = ecslint("baseline", "create", cwd=repository)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.splitlines() == [
        f"{FILE}: 4 findings in 2 files",
        f"to use it, add `baseline: {FILE}` to .ecslint.yaml, or pass --baseline {FILE}",
    ]
    assert recorded(repository / FILE) == [
        "ECS013 bad.json", "ECS013 service/mixed.json", "ECS022 service/mixed.json", "ECS101 service/mixed.json",
    ]  # fmt: skip
    for jobs in ("1", "2"):
        check = ecslint("check", ".", "--baseline", FILE, "--jobs", jobs, "--fail-on", "info", cwd=repository)
        assert (check.returncode, check.stdout) == (0, "no findings in 3 files, 4 suppressed\n")


def test_configuration_names_the_baseline(repository: Path) -> None:
    configure(repository, "baseline: ecs/known.json")
    (repository / "ecs").mkdir()
    assert ecslint("baseline", "create", "service", cwd=repository).stdout == "ecs/known.json: 3 findings in 1 file\n"
    assert recorded(repository / "ecs" / "known.json")[0] == "ECS013 ../service/mixed.json"
    assert ecslint("mixed.json", cwd=repository / "service").stdout == "no findings in 1 file, 3 suppressed\n"
    assert ecslint("service", "--baseline", "no.json", cwd=repository).returncode == 2
    report = ecslint("service", "--no-suppressions", "--output-format", "json", cwd=repository)
    assert found(report) == {"service/mixed.json": ["ECS101", "ECS022", "ECS013"]}


def test_command_line_wins_over_the_baseline_of_the_configuration(repository: Path) -> None:
    configure(repository, f"baseline: {FILE}")
    ecslint("baseline", "create", "bad.json", cwd=repository)
    ecslint("baseline", "create", "--baseline", "other.json", "service", cwd=repository)
    assert ecslint("bad.json", cwd=repository).returncode == 0
    assert ecslint("bad.json", "--baseline", "other.json", cwd=repository).returncode == 1
    assert ecslint("service", "--baseline", "other.json", cwd=repository).returncode == 0


def test_what_is_suppressed_otherwise_is_not_recorded(repository: Path) -> None:
    configure(
        repository,
        "suppress: [{files: '*.json', rule: ECS013, reason: x}]\nignore: [ECS022]\nexclude: [bad.json]\n",
    )
    ecslint("baseline", "create", cwd=repository)
    assert recorded(repository / FILE) == ["ECS101 service/mixed.json"]


def test_mandatory_rules_are_not_recorded_and_not_silenced(repository: Path) -> None:
    ecslint("baseline", "create", cwd=repository)
    configure(repository, f"mandatory: [ECS013]\nbaseline: {FILE}")
    run = ecslint(".", "--output-format", "concise", cwd=repository)
    assert [line.split()[2] for line in run.stdout.splitlines()[:-1] if "error" in line] == ["ECS013", "ECS013"]
    ecslint("baseline", "update", cwd=repository)
    assert recorded(repository / FILE) == ["ECS022 service/mixed.json", "ECS101 service/mixed.json"]


def test_create_does_not_replace_a_baseline(repository: Path) -> None:
    (repository / FILE).write_text("mine")
    run = ecslint("baseline", "create", cwd=repository)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == f"ecslint: {FILE} exists; `ecslint baseline update` brings it up to date\n"
    assert (repository / FILE).read_text() == "mine"


@pytest.mark.parametrize("action", ["update", "prune"])
def test_what_is_no_baseline_is_not_replaced(action: str, repository: Path) -> None:
    missing = ecslint("baseline", action, cwd=repository)
    assert (missing.returncode, (repository / FILE).exists()) == (2, False)
    assert missing.stderr == (f"{FILE}: No such file or directory; `ecslint baseline create` writes a baseline\n")
    (repository / FILE).write_text('{"name": "x"}')
    assert ecslint("baseline", action, cwd=repository).returncode == 2
    assert (repository / FILE).read_text() == '{"name": "x"}'


def test_update_adds_and_removes(repository: Path) -> None:
    ecslint("baseline", "create", cwd=repository)
    (repository / "bad.json").write_text(GOOD)
    (repository / "good.json").write_text(BAD)
    run = ecslint("baseline", "update", "bad.json", "good.json", cwd=repository)
    assert run.stdout == f"{FILE}: 4 findings in 2 files, 1 added, 1 removed\n"
    assert recorded(repository / FILE)[0] == "ECS013 good.json"


def test_prune_only_removes(repository: Path) -> None:
    ecslint("baseline", "create", cwd=repository)
    (repository / "bad.json").unlink()
    (repository / "good.json").write_text(BAD)
    (repository / "service" / "mixed.json").write_text(MIXED.replace('"cpu": null, ', ""))
    run = ecslint("baseline", "prune", cwd=repository)
    assert run.stdout == f"{FILE}: 2 findings in 1 file, 0 added, 2 removed\n"
    assert recorded(repository / FILE) == ["ECS013 service/mixed.json", "ECS101 service/mixed.json"]


@pytest.mark.parametrize("action", ["update", "prune"])
def test_rules_that_do_not_run_keep_their_entries(action: str, repository: Path) -> None:
    ecslint("baseline", "create", cwd=repository)
    before = (repository / FILE).read_bytes()
    assert ecslint("baseline", action, "--select", "ECS1", cwd=repository).returncode == 0
    assert (repository / FILE).read_bytes() == before


@pytest.mark.parametrize("action", ["create", "update", "prune"])
def test_no_baseline_is_written_when_a_file_cannot_be_read(action: str, repository: Path) -> None:
    if action != "create":
        ecslint("baseline", "create", cwd=repository)
    before = (repository / FILE).read_bytes() if action != "create" else b""
    run = ecslint("baseline", action, "bad.json", "missing.json", cwd=repository)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == "ecslint: missing.json: No such file or directory; no baseline was written\n"
    assert (repository / FILE).exists() == (action != "create")
    assert action == "create" or (repository / FILE).read_bytes() == before


def test_nothing_to_record_is_told(repository: Path) -> None:
    (repository / "empty").mkdir()
    run = ecslint("baseline", "create", "empty", cwd=repository)
    assert (run.returncode, run.stderr) == (3, "ecslint: no ECS document found\n")
    assert not (repository / FILE).exists()


def test_standard_input_has_no_baseline(repository: Path) -> None:
    run = ecslint("baseline", "create", "-", stdin=BAD, cwd=repository)
    assert run.returncode == 2
    assert run.stderr.endswith("\necslint: a baseline knows files, not standard input\n")


def test_entries_that_know_too_much_are_one_finding(repository: Path) -> None:
    ecslint("baseline", "create", cwd=repository)
    (repository / "service" / "mixed.json").write_text(GOOD)
    run = ecslint(".", "--baseline", FILE, "--output-format", "concise", cwd=repository)
    assert run.stdout.splitlines()[0] == (
        f"{FILE}:5:5: warning ECS060 unused-suppression: "
        "this suppression of ECS013 has nothing to suppress, nor have 2 more"
    )
    some = ecslint("bad.json", "--baseline", FILE, cwd=repository)
    assert some.stdout == "no findings in 1 file, 1 suppressed\n"
    ecslint("baseline", "prune", cwd=repository)
    assert ecslint(".", "--baseline", FILE, cwd=repository).stdout == "no findings in 3 files, 1 suppressed\n"


def test_streams_know_the_baseline(repository: Path) -> None:
    ecslint("baseline", "create", cwd=repository)
    run = ecslint("--ndjson", "bad.json", "--baseline", FILE, cwd=repository)
    assert run.stdout == "no findings in 1 file, 1 suppressed\n"


@pytest.mark.parametrize(
    "where", ["../outside.json", "/srv/outside.json", "service/../../outside.json", "link/known.json"]
)
def test_baseline_of_a_configuration_lies_beside_it_or_below(where: str, repository: Path) -> None:
    (repository.parent / "outside").mkdir()
    (repository / "link").symlink_to(repository.parent / "outside")
    configure(repository, f"baseline: {where}")
    for arguments in (["check", "bad.json"], ["baseline", "create"]):
        run = ecslint(*arguments, cwd=repository)
        assert (run.returncode, run.stdout) == (2, "")
        assert run.stderr == ".ecslint.yaml:1:11: the baseline must lie in the folder of this file or below\n"
    assert list((repository.parent / "outside").iterdir()) == []


def test_full_disk_leaves_the_baseline_as_it_was(repository: Path) -> None:
    run = ecslint("baseline", "create", "--baseline", "no/such/folder/known.json", cwd=repository)
    assert run.returncode == 2
    assert "cannot write no/such/folder/known.json" in run.stderr
