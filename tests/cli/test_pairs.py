"""Services and inputs of run-task beside the task definitions that they name: one run finds what contradicts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint.kinds import family_of
from tests.cli.test_check import ecslint

TASK = """{"family": "web",
 "containerDefinitions": [
  {"name": "web", "image": "nginx:1.27", "memory": 128, "portMappings": [{"containerPort": 80}],
   "environment": [{"name": "DB_PASSWORD", "value": "k9X2mQ7wLp4Z"}]}]}
"""
SERVICE = """{"serviceName": "web", "taskDefinition": "web:3", "desiredCount": 1, "launchType": "EC2",
 "loadBalancers": [{"targetGroupArn": "TARGET", "containerName": "wep", "containerPort": 80}]}
""".replace("TARGET", "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/0123456789abcdef")
YAML = """\
serviceName: web
taskDefinition: web
desiredCount: 1
launchType: EC2
loadBalancers:
  - targetGroupArn: arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/0123456789abcdef
    containerName: wep
    containerPort: 80
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "service.json").write_text(SERVICE)
    (tmp_path / "task.json").write_text(TASK)
    return tmp_path


def found(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    """The findings about pairs."""
    run = ecslint(".", "--output-format", "json", *arguments, cwd=folder)
    assert run.returncode in (0, 1), run.stderr
    findings: list[dict[str, Any]] = json.loads(run.stdout)["findings"]
    return [finding for finding in findings if finding["rule"] == "ECS951" and finding["suppressed"] is None]


def test_a_finding_stands_in_the_service_and_points_to_the_task_definition(folder: Path) -> None:
    [finding] = found(folder)
    assert (finding["file"], finding["pointer"]) == ("service.json", "/loadBalancers/0/containerName")
    assert finding["resource"] == {"kind": "deployment", "name": "web"}
    [related] = finding["related"]
    assert (related["file"], related["pointer"]) == ("task.json", "/containerDefinitions")
    assert (related["start"]["line"], related["start"]["column"]) == (2, 26)


@pytest.mark.parametrize("kind", ["full", "sarif", "html"])
def test_reports_show_both_files_and_no_secret(folder: Path, kind: str) -> None:
    text = ecslint(".", "--output-format", kind, cwd=folder).stdout
    assert "containers declared here" in text
    assert "task.json" in text
    assert "k9X2mQ7wLp4Z" not in text


def test_any_number_of_processes_finds_the_same(folder: Path) -> None:
    for number in range(20):
        (folder / f"other-{number}.json").write_text(TASK.replace('"web"', f'"other-{number}"', 1))
    runs = [ecslint(".", "--output-format", "concise", "--jobs", jobs, cwd=folder).stdout for jobs in ("1", "2")]
    assert runs[0] == runs[1]
    assert runs[0].count("ECS951") == 1


def test_the_text_of_the_service_and_the_configuration_silence_it(tmp_path: Path) -> None:
    (tmp_path / "task.json").write_text(TASK)
    (tmp_path / "service.yaml").write_text(YAML)
    assert len(found(tmp_path)) == 1
    silent = YAML.replace("wep", "wep # ecslint: ignore ECS951 -- renamed in the pipeline")
    (tmp_path / "service.yaml").write_text(silent)
    assert found(tmp_path) == []
    (tmp_path / "service.yaml").write_text(YAML)
    (tmp_path / ".ecslint.yaml").write_text("per-file:\n  service.yaml: {ignore: [ECS951]}\n")
    assert found(tmp_path) == []


def test_a_family_that_two_files_define_is_the_one_beside_or_none(folder: Path) -> None:
    (folder / "a").mkdir()
    (folder / "a" / "task.json").write_text(TASK)
    assert len(found(folder)) == 1, "the one beside"
    (folder / "task.json").rename(folder / "a" / "more.json")
    assert found(folder) == [], "nobody knows which one"
    (folder / "a" / "more.json").unlink()
    assert len(found(folder)) == 1, "the only one"


@pytest.mark.parametrize(
    ("old", "new"), [("web:3", "api:3"), ('"web:3"', '"${TASK}"'), ('"taskDefinition": "web:3", ', ""), ("web:3", "")]
)
def test_other_references_are_not_judged(folder: Path, old: str, new: str) -> None:
    (folder / "service.json").write_text(SERVICE.replace(old, new))
    assert found(folder) == []


def test_placeholders_of_either_file_are_unknown(folder: Path) -> None:
    (folder / "task.json").write_text(TASK.replace('"name": "web"', '"name": "${NAME}"'))
    assert found(folder) == []


def test_the_input_of_run_task_is_judged_with_its_task_definition(folder: Path) -> None:
    overrides = {"containerOverrides": [{"name": "wep", "command": ["migrate"]}]}
    (folder / "run.json").write_text(json.dumps({"taskDefinition": "web", "cluster": "a", "overrides": overrides}))
    run = ecslint("run.json", "task.json", "--output-format", "concise", cwd=folder)
    assert "run.json:1:" in run.stdout
    assert "ECS969" in run.stdout


def test_fix_knows_the_task_definition(folder: Path) -> None:
    run = ecslint("fix", ".", "--unsafe-fixes", cwd=folder)
    assert '"containerName": "web"' in (folder / "service.json").read_text()
    assert "service.json: fixed ECS951" in run.stderr + run.stdout
    assert (folder / "task.json").read_text() == TASK


def test_a_task_definition_alone_and_a_service_alone_say_nothing_of_pairs(folder: Path) -> None:
    for name in ("service.json", "task.json"):
        run = ecslint(name, "--output-format", "concise", cwd=folder)
        assert "ECS95" not in run.stdout


@given(st.from_regex(r"\A[A-Za-z0-9_-]{1,20}\Z"), st.integers(1, 999))
def test_references_mean_their_family(family: str, revision: int) -> None:
    arn = f"arn:aws:ecs:eu-west-1:123456789012:task-definition/{family}"
    assert {family_of(text) for text in (family, f"{family}:{revision}", arn, f"{arn}:{revision}")} == {family}


def test_a_suppression_of_a_pair_rule_is_of_use_where_there_is_no_pair(tmp_path: Path) -> None:
    text = YAML.replace("wep", "wep # ecslint: ignore ECS951 -- renamed in the pipeline")
    (tmp_path / "service.yaml").write_text(text)
    run = ecslint("service.yaml", cwd=tmp_path)
    assert "ECS060" not in run.stdout
    assert ecslint("fix", "service.yaml", cwd=tmp_path).returncode == 0
    assert (tmp_path / "service.yaml").read_text() == text
    (tmp_path / "task.json").write_text(TASK)
    ecslint("fix", ".", cwd=tmp_path)
    assert (tmp_path / "service.yaml").read_text() == text


def test_another_revision_or_account_is_no_partner(folder: Path) -> None:
    arn = "arn:aws:ecs:eu-west-1:123456789012:task-definition/web:5"
    described = TASK.replace('"family"', f'"taskDefinitionArn": "{arn}", "revision": 5, "family"')
    (folder / "task.json").write_text(described)
    assert found(folder) == []
    for reference, expected in (
        ("web:5", 1),
        ("web", 1),
        (arn, 1),
        (arn[:-2], 1),
        (arn.replace("eu-west", "us-east"), 0),
    ):
        (folder / "service.json").write_text(SERVICE.replace("web:3", reference))
        assert len(found(folder)) == expected, reference


def test_a_file_beside_that_may_define_the_family_makes_it_unclear(folder: Path) -> None:
    (folder / "other.json").write_text(TASK.replace('"family": "web"', '"family": "${FAMILY}"'))
    assert found(folder) == []


def test_every_finding_shows_the_task_definition(folder: Path) -> None:
    (folder / "task.json").write_text(TASK.replace('"family": "web"', '"family": "web", "networkMode": "awsvpc"'))
    run = ecslint(".", "--output-format", "json", cwd=folder)
    pairs = [one for one in json.loads(run.stdout)["findings"] if one["resource"]["kind"] == "deployment"]
    assert {one["rule"] for one in pairs} == {"ECS951", "ECS952"}
    assert all({place["file"] for place in one["related"]} == {"task.json"} for one in pairs)


@pytest.mark.parametrize("kind", ["concise", "github", "gitlab", "junit", "markdown", "rdjson"])
def test_formats_of_one_place_name_the_other_file(folder: Path, kind: str) -> None:
    text = ecslint(".", "--output-format", kind, cwd=folder).stdout
    assert "see task.json:2:26" in text.replace("&#58;", ":").replace("<code>", "").replace("</code>", "")
