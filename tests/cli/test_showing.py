"""The command ``config``: fields with their defaults, and what is in force for a file and why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ecslint.cli.words import BARS, FORMATS, LAUNCH_TYPES, PROFILES
from ecslint.ruleset.bundle import Ruleset, data_folder
from tests.cli.test_check import ecslint
from tests.cli.test_config import MIXED, configure

SCHEMA = json.loads((Path(data_folder("schemas")) / "config.json").read_text("utf-8"))

CONFIG = """\
select: [ECS0, ECS1]
ignore:
  - ECS020
severity: {ECS013: warning, ECS022: off}
fail-on: warning
per-file:
  service/:
    ignore: [ECS101]
    launch-type: EC2
suppress:
  - {files: service/, rule: ECS013, at: "containerDefinitions[name=web]", reason: known, until: 9999-12-31}
  - {files: other/, rule: ECS013, reason: elsewhere}
exclude: [old/]
output: [concise]
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "service").mkdir()
    (tmp_path / "service" / "mixed.json").write_text(MIXED)
    (tmp_path / "old").mkdir()
    for name in ("td.json", "old/td.json"):
        (tmp_path / name).write_text(MIXED)
    configure(tmp_path, CONFIG)
    return tmp_path


def shown(*arguments: str, cwd: Path) -> list[list[str]]:
    """The columns of what ``config --show`` prints."""
    run = ecslint("config", "--show", *arguments, cwd=cwd)
    assert run.returncode == 0, run.stderr
    return [[cell for cell in line.split("  ") if cell] for line in run.stdout.splitlines()]


def test_fields_are_listed_with_their_defaults() -> None:
    lines = ecslint("config").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(SCHEMA["properties"])
    assert all(field["description"] in line for line, field in zip(lines, SCHEMA["properties"].values(), strict=True))


def test_every_value_is_shown_with_its_origin(repository: Path) -> None:
    rows = shown("service/mixed.json", cwd=repository)
    assert [[cell.strip() for cell in row] for row in rows] == [
        ["rules", "none", "default"],
        ["select", "ECS0", ".ecslint.yaml:1"],
        ["select", "ECS1", ".ecslint.yaml:1"],
        ["ignore", "ECS020", ".ecslint.yaml:3"],
        ["ignore", "ECS101", ".ecslint.yaml:8"],
        ["severity", "ECS013: warning", ".ecslint.yaml:4"],
        ["severity", "ECS022: off", ".ecslint.yaml:4"],
        ["profile", "default", "default"],
        ["launch-type", "EC2", ".ecslint.yaml:9"],
        ["deploy-path", "auto", "default"],
        ["agent", "none", "default"],
        ["task-definition", "none", "default"],
        ["parameters", "none", "default"],
        ["per-file", "service/", ".ecslint.yaml:7"],
        ["exclude", "old/", ".ecslint.yaml:13"],
        ["fail-on", "warning", ".ecslint.yaml:5"],
        ["mandatory", "none", "default"],
        ["suppress", "ECS013 at containerDefinitions[name=web] until 9999-12-31: known", ".ecslint.yaml:11"],
        ["baseline", "none", "default"],
        ["output", "concise", ".ecslint.yaml:14"],
        rows[-1],
    ]
    assert rows[-1][0].endswith(" rules run")


def test_command_line_is_an_origin(repository: Path) -> None:
    options = ("--select", "ECS0", "--ignore", "ECS021", "--severity", "ECS013=info", "--launch-type", "FARGATE")
    rows = [[cell.strip() for cell in row] for row in shown("td.json", *options, "--fail-on", "never", cwd=repository)]
    assert ["select", "ECS0", "command line"] in rows
    assert ["ignore", "ECS021", "command line"] in rows
    assert ["ignore", "ECS020", ".ecslint.yaml:3"] not in rows
    assert ["severity", "ECS013: info", "command line"] in rows
    assert ["severity", "ECS022: off", ".ecslint.yaml:4"] not in rows
    assert ["launch-type", "FARGATE", "command line"] in rows
    assert ["fail-on", "never", "command line"] in rows
    assert ["suppress", "none", "default"] in rows


@pytest.mark.parametrize("name", ["td.json", "service/mixed.json"])
def test_rules_that_run_are_counted(name: str, ruleset: Ruleset, repository: Path) -> None:
    selected = {rule.id for rule in ruleset.rules if rule.id.startswith(("ECS0", "ECS1"))} - {"ECS020", "ECS022"}
    selected -= {"ECS101"} if name.startswith("service") else set()
    assert shown(name, cwd=repository)[-1] == [f"{len(selected)} of {ruleset.size} rules run"]


def test_excluded_file_is_told(repository: Path) -> None:
    run = ecslint("config", "--show", "old/td.json", cwd=repository)
    assert run.stdout == "old/td.json is excluded by old/ (.ecslint.yaml:13)\n"


def test_without_configuration_everything_is_default(repository: Path) -> None:
    rows = shown("td.json", "--isolated", cwd=repository)
    assert {row[-1].strip() for row in rows[:-1]} == {"default"}
    assert [row[0].strip() for row in rows[:-1]] == list(SCHEMA["properties"])


def test_folder_and_mistakes_are_told(repository: Path) -> None:
    assert ecslint("config", "--show", "service", cwd=repository).returncode == 2
    missing = ecslint("config", "--show", "nope.json", cwd=repository)
    assert missing.returncode == 2
    assert missing.stderr.endswith("\necslint: there is no file nope.json\n")
    configure(repository, "x: 1")
    run = ecslint("config", "--show", "td.json", cwd=repository)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith(".ecslint.yaml:1:1: 'x' is not a field here")


def test_words_of_the_schema_are_those_of_the_command_line() -> None:
    fields = SCHEMA["properties"]
    assert tuple(fields["output"]["items"]["enum"]) == FORMATS
    assert tuple(fields["profile"]["enum"]) == PROFILES
    assert tuple(fields["fail-on"]["enum"]) == BARS
    assert tuple(SCHEMA["$defs"]["launch-type"]["enum"]) == LAUNCH_TYPES
