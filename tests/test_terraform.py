"""Bare lists of containers that Terraform reads: what its provider passes over is nothing to report."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecslint import terraform
from ecslint.deploy import files
from tests.cli.test_check import ecslint

LIST = [{"Name": "web", "image": "nginx:1.27", "memory": 128, "Essential": True, "cpu": None, "portMappings": []}]
NOTES = {"ECS010": "info", "ECS022": "info"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "infra" / "templates").mkdir(parents=True)
    (tmp_path / "infra" / "templates" / "web.json").write_text(json.dumps(LIST))
    return tmp_path


def severities(root: Path, *options: str) -> dict[str, str]:
    done = ecslint("check", "infra/templates/web.json", "--output-format", "json", *options, cwd=root)
    assert done.returncode in (0, 1), done.stderr
    return {finding["rule"]: finding["severity"] for finding in json.loads(done.stdout)["findings"]}


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("main.tf", 'x = file("infra/templates/web.json")', {}),
        ("infra/main.tf", 'x = templatefile("${path.module}/templates/web.json", {})', {}),
        ("infra/main.tf", 'x = file("./templates/web.json")', {}),
        ("infra/templates/main.tf", 'data "template_file" "x" { template = file("${path.root}/web.json") }', {}),
        ("infra/main.tf", 'x = file("web.json")', NOTES),
        ("infra/main.tf", 'x = file("${var.folder}/web.json")', NOTES),
        ("infra/main.txt", 'x = file("templates/web.json")', NOTES),
        ("other/main.tf", 'x = file("../infra/templates/other.json")', NOTES),
        ("infra/main.tf", 'x = file("templates/web.json")' + "#" * files.MOST_BYTES, NOTES),
    ],
)
def test_names_in_another_case_and_nulls_are_no_fault(
    file: str, text: str, expected: dict[str, str], root: Path
) -> None:
    assert severities(root) == NOTES
    (root / file).parent.mkdir(exist_ok=True)
    (root / file).write_text(text)
    assert severities(root) == expected


def test_other_members_and_whole_task_definitions_are_judged_as_before(root: Path) -> None:
    (root / "main.tf").write_text('x = file("infra/templates/web.json")')
    (root / "infra" / "templates" / "web.json").write_text(json.dumps([{**LIST[0], "port": 1, "port_mappings": []}]))
    assert severities(root) == {"ECS010": "warning"}
    (root / "infra" / "templates" / "web.json").write_text(json.dumps({"family": "web", "containerDefinitions": LIST}))
    assert severities(root) == {"ECS010": "error", "ECS022": "warning"}


def test_mandatory_rules_hear_nothing_of_terraform(root: Path) -> None:
    (root / "main.tf").write_text('x = file("infra/templates/web.json")')
    (root / ".ecslint.yaml").write_text("mandatory: [ECS010]\n")
    assert severities(root) == {"ECS010": "info"}


def test_links_out_of_the_repository_tell_nothing(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "main.tf"
    outside.write_text('x = file("infra/templates/web.json")')
    (root / "main.tf").symlink_to(outside)
    os.mkfifo(root / "infra" / "main.tf")
    assert severities(root) == NOTES


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.binary(max_size=200) | st.text('"${}path.module/ab\n\\', max_size=80).map(str.encode), st.sampled_from(["", "a"])
)
def test_any_configuration_is_read_without_an_exception(raw: bytes, here: str) -> None:
    assert all(not name.startswith(("/", "..")) for name in terraform.files(raw, here))


def test_hostile_configurations_cost_linear_time() -> None:
    started = time.process_time()
    for text in ('"', '"a', '"${path.module}', "${path.module}", '"$', '"\n"'):
        terraform.files(text.encode() * (files.MOST_BYTES // len(text)), "")
    assert time.process_time() - started < 5
