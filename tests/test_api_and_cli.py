"""The Python API says what the command line says."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import ecslint
from ecslint.testing import example_name, text_of
from tests.bundled import RULES
from tests.cli.test_check import ecslint as run
from tests.test_api import POLICY, plain

ROOT = Path(__file__).resolve().parent.parent


#: A text with a fix that would bring another error.
REFUSED = """{"family": "web", "cpu": "256", "memory": "512",
 "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc",
 "containerDefinitions": [{"name": "web", "image": "nginx:1.27", "logConfiguration": {"logDriver": "awsLogs"}}]}
"""


def examples() -> Iterator[tuple[str | None, str, str]]:
    """(launch type, file name, text) of each example of each rule."""
    for rule in RULES:
        given = rule.docs["examples"]
        for number, example in enumerate([*({"code": good} for good in given["good"]), *given["bad"]]):
            text = text_of(example["code"])
            yield example.get("launch-type"), f"{rule.id}-{number}-{example_name(text, example)}", text


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all examples; those that want a launch type are in a folder of that name."""
    folder = tmp_path_factory.mktemp("examples")
    for launch_type, name, text in [*examples(), (None, "refused.json", REFUSED)]:
        (folder / str(launch_type)).mkdir(exist_ok=True)
        (folder / str(launch_type) / name).write_bytes(text.encode())
    return folder


def groups(folder: Path) -> list[tuple[Any, list[str], list[str]]]:
    """(launch type, its option, names of files) of a folder of examples."""
    found = []
    for group in sorted(folder.iterdir()):
        launch_type = None if group.name == "None" else group.name
        names = sorted(f"{group.name}/{path.name}" for path in group.iterdir())
        found.append((launch_type, ["--launch-type", launch_type] if launch_type else [], names))
    return found


def test_findings_are_those_of_the_json_report(written: Path) -> None:
    compared = 0
    for launch_type, option, names in groups(written):
        shared = ("--isolated", "--profile", "strict", "--jobs", "1", "--output-format", "json")
        reported = json.loads(run("check", *shared, *option, *names, cwd=written).stdout)["findings"]
        own = ecslint.Linter(profile="strict", launch_type=launch_type, show_suppressed=True)
        found = []
        for name in names:
            with contextlib.suppress(ecslint.NotChecked):
                found += plain(own.check((written / name).read_bytes(), name))
        assert found == reported
        compared += len(found)
    assert compared > len(RULES)


def is_refused(fix: ecslint.Fix) -> bool:
    """Whether a fix would bring another error."""
    return fix.edits is None and "then there would be" in (fix.withheld or "")


@pytest.mark.parametrize("unsafe", [False, True])
def test_fixed_text_is_that_of_fix(written: Path, tmp_path: Path, unsafe: bool) -> None:
    changed = 0
    refused: list[ecslint.Finding] = []
    for launch_type, option, names in groups(written):
        own = ecslint.Linter(profile="strict", launch_type=launch_type)
        fixed = {}
        for name in names:
            text = (written / name).read_bytes().decode()
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_bytes(text.encode())
            fixed[name] = text
            with contextlib.suppress(ecslint.NotChecked):
                mended = own.fix(text, name, unsafe=unsafe)
                fixed[name] = mended.text
                assert (mended.text != text) == bool(mended.changes)
                changed += mended.text != text
                refused += [finding for finding in mended.left if finding.fix and is_refused(finding.fix)]
        more = ["--unsafe-fixes"] if unsafe else []
        run("fix", "--isolated", "--profile", "strict", "-q", *more, *option, *names, cwd=tmp_path)
        assert {name: (tmp_path / name).read_bytes().decode() for name in names} == fixed
    assert changed > 50
    assert refused or not unsafe


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"select": ["size", "ECS403"]}, ["--select", "size,ECS403"]),
        ({"ignore": ("ECS0",)}, ["--ignore", "ECS0"]),
        ({"profile": "strict"}, ["--profile", "strict"]),
        (
            {"severity": {"ECS101": "info", "wrong-type": "off"}},
            ["--severity=ECS101=info", "--severity=wrong-type=off"],
        ),
        ({"deploy_path": "github-action"}, ["--deploy-path", "github-action"]),
        ({"config": "c.yaml"}, ["--config", "c.yaml"]),
        ({"config": {"rules": ["policies"], "mandatory": ["ACME001"]}}, ["--config", "c.yaml"]),
        ({"rules": ["policies"]}, ["--config", "c.yaml"]),
    ],
)
def test_options_do_what_they_do_on_the_command_line(
    options: dict[str, Any], words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "a.yaml").write_text(POLICY)
    (tmp_path / "c.yaml").write_text("rules: [policies]\nmandatory: [ACME001]\n")
    text = (ROOT / "examples" / "seven-faults.json").read_text().replace('"name"', '"cpu": null, "name"', 1)
    (tmp_path / "task.json").write_text(text)
    monkeypatch.chdir(tmp_path)
    isolated = [] if "--config" in words else ["--isolated"]
    report = run("task.json", "--output-format", "json", *isolated, *words, cwd=tmp_path).stdout
    assert plain(ecslint.Linter(**options).check_file("task.json")) == json.loads(report)["findings"]
