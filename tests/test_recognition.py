"""What ecslint takes for its own to read, what it names as not read yet, and what it passes over."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from ecslint import api, discovery, document, engine
from ecslint.adapters import foreign, recognise
from ecslint.cli import run
from tests.strategies import JSON

CONTAINER = {"name": "web", "image": "nginx:1.27", "memory": 128, "essential": True}

MEANT = {
    "a misspelt list of containers": {"family": "x", "networkMode": "awsvpc", "containerDefinitons": [CONTAINER]},
    "the same without anything else": {"containerDefinition": [CONTAINER]},
    "a list under another name": {"family": "x", "containers": [CONTAINER]},
    "no containers": {"family": "x", "networkMode": "awsvpc", "taskRoleArn": "r"},
    "another spelling of the wrapper": {"TaskDefinition": {"family": "x", "containerDefinitions": [CONTAINER]}},
    "PascalCase": {"Family": "x", "ContainerDefinitions": [CONTAINER]},
    "a bare list with sizes": [{"name": "web", "image": "nginx", "memory": 128, "cpu": 10}],
}

FOREIGN: dict[str, Any] = {
    "package.json": {"name": "x", "version": "1.0.0", "scripts": {"test": "jest"}},
    "Kubernetes": {"kind": "Pod", "spec": {"containers": [{"name": "web", "image": "nginx"}]}},
    "a list of virtual machines": [{"name": "a", "image": "ubuntu", "cpu": 2, "memory": 2048, "disk": 20}],
    "Compose": {"services": {"web": {"image": "nginx", "cpu_count": 2}}},
    "images": [{"name": "web", "imageUri": "nginx", "size": 3}],
    "a family tree": {"family": "Smith", "containers": [{"name": "box"}]},
    "overrides": {"containerOverrides": [{"name": "web"}], "cpu": "1", "executionRoleArn": "r", "taskRoleArn": "t"},
}

NOT_READ: dict[str, tuple[Any, str]] = {
    "CloudFormation": (
        {"Resources": {"T": {"Type": "AWS::ECS::Gateway"}, "B": {"Type": "AWS::S3::Bucket"}}},
        "a CloudFormation template with AWS::ECS::Gateway",
    ),
    "AppSpec": ({"Resources": [{"TargetService": {"Type": "AWS::ECS::Service"}}]}, "a CodeDeploy AppSpec file"),
    "a plan": (
        {
            "terraform_version": "1.9",
            "planned_values": {
                "root_module": {"child_modules": [{"resources": [{"type": "aws_ecs_task_definition"}]}]},
            },
        },
        "a Terraform plan with ECS resources",
    ),
    "Terraform in JSON": (
        {"resource": {"aws_ecs_task_definition": {"web": {}}}},
        "a Terraform file with ECS resources",
    ),
    "a plan without its tool": (
        {"format_version": "1.2", "planned_values": {"root_module": {"resources": [{"type": "aws_ecs_service"}]}}},
        "a Terraform plan with ECS resources",
    ),
    "Dockerrun": (
        {"AWSEBDockerrunVersion": 2, "containerDefinitions": [CONTAINER]},
        "an Elastic Beanstalk Dockerrun file",
    ),
}


@pytest.mark.parametrize("case", MEANT)
def test_a_document_that_is_meant_for_ecs_is_read(case: str) -> None:
    assert len(recognise(MEANT[case])) == 1


@pytest.mark.parametrize("case", [*FOREIGN, *NOT_READ])
def test_other_documents_are_not(case: str) -> None:
    assert recognise({**FOREIGN, **{name: data for name, (data, _) in NOT_READ.items()}}[case]) == []


@pytest.mark.parametrize("case", NOT_READ)
def test_documents_of_ecs_that_are_not_read_have_a_name(case: str) -> None:
    data, name = NOT_READ[case]
    assert foreign.kind_of(data) == name


@pytest.mark.parametrize("case", FOREIGN)
def test_documents_of_others_have_none(case: str) -> None:
    assert foreign.kind_of(FOREIGN[case]) in ("", "the overrides of an ECS task")


@given(JSON)
def test_any_data_can_be_asked_about(data: Any) -> None:
    assert isinstance(foreign.kind_of(data), str)
    recognise(data)
    recognise(data, named=True)


def test_a_list_with_names_and_images_is_read_where_it_is_named() -> None:
    data = [{"name": "web", "image": "nginx"}]
    assert recognise(data) == []
    assert len(recognise(data, named=True)) == 1


def test_a_misspelt_list_of_containers_is_the_finding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "good.json").write_text(json.dumps({"family": "x", "containerDefinitions": [CONTAINER]}))
    (tmp_path / "typo.json").write_text(json.dumps(MEANT["a misspelt list of containers"]))
    for arguments in ([str(tmp_path)], [str(tmp_path / "good.json"), str(tmp_path / "typo.json"), "--allow-foreign"]):
        assert run([*arguments, "--output-format", "concise"]) == 1
        assert "did you mean `containerDefinitions`?" in capsys.readouterr().out


def test_files_that_are_passed_over_are_counted_and_told_on_request(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "good.json").write_text(json.dumps({"family": "x", "containerDefinitions": [CONTAINER]}))
    (tmp_path / "package.json").write_text(json.dumps(FOREIGN["package.json"]))
    for number in range(5):
        (tmp_path / f"template{number}.json").write_text(json.dumps(NOT_READ["CloudFormation"][0]))
    assert run([str(tmp_path), "--select", "ECS1"]) == 0
    shown = capsys.readouterr()
    assert shown.out == "no findings in 1 file (6 files passed over)\n"
    template = "a CloudFormation template with AWS::ECS::Gateway"
    told = f"template0.json and 4 more files (-v lists them): not read yet: {template}\n"
    assert shown.err == f"ecslint: {tmp_path}/{told}"
    assert run([str(tmp_path), "-v"]) == 0
    shown = capsys.readouterr()
    assert shown.err.count("passed over") == 6
    assert "package.json: no ECS document, passed over" in shown.err


def test_other_languages_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "main.tf").write_text("resource {}\n")
    assert run([str(tmp_path / "main.tf")]) == 3
    assert "main.tf: not read yet: a Terraform file, skipped" in capsys.readouterr().err


def test_all_languages_that_are_not_read_have_a_name() -> None:
    assert set(document.OTHER_SUFFIXES) == set(foreign.LANGUAGES) == set(discovery.OTHERS)


@pytest.mark.parametrize("command", ["check", "fix"])
def test_other_languages_in_folders_are_named_if_they_speak_of_ecs(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("main.tf").write_text('data "aws_ecs_service" "web" {}\n')
    Path("module.tf").write_text('module "web" { source = "terraform-aws-modules/ecs/aws" }\n')
    Path("vars.tf").write_text('variable "specs" {}\n')
    Path("task.jsonnet").write_text("{ containerDefinitions: [] }\n")
    assert run([command, "."]) == 3
    assert capsys.readouterr().err.splitlines() == [
        "ecslint: main.tf: not read yet: a Terraform file with ECS resources",
        "ecslint: module.tf: not read yet: a Terraform file",
        "ecslint: task.jsonnet: not read yet: a Jsonnet file",
        "ecslint: no ECS document found in 4 files; -v lists them",
    ]
    assert run([command, "-v", "."]) == 3
    err = capsys.readouterr().err
    assert "ecslint: vars.tf: no ECS document, passed over\n" in err
    assert err.endswith("ecslint: no ECS document found in 4 files\n")


@pytest.mark.parametrize("command", ["check", "fix"])
def test_what_cannot_be_parsed_is_passed_over_with_the_reason(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("chart.yaml").write_text("name: x\ntags: [a\n")
    Path("good.json").write_text(json.dumps({"family": "x", "containerDefinitions": [CONTAINER]}))
    assert run([command, "-v", "."]) == 0
    reason = re.escape("ecslint: chart.yaml: no ECS document (it cannot be parsed: line ")
    assert re.search(rf"(?m)^{reason}\d+, column \d+: [a-z].*\), passed over$", capsys.readouterr().err)


def test_fields_of_configurations_are_those_of_the_schema() -> None:
    schema = json.loads((Path(__file__).parent.parent / "schemas" / "config.json").read_text(encoding="utf-8"))
    assert sorted(field.decode().rstrip(":") for field in api.CONFIG_FIELDS) == sorted(schema["properties"])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".ecslint.yml", "select: [ECS1]\n"),
        (".ecslint.toml", ""),
        ("ecslint.yaml", "# ours\nmandatory: [ECS711]\n"),
        ("pyproject.toml", "[project]\nname = 'x'\n[tool.ecslint]\nselect = ['ECS1']\n"),
    ],
)
def test_a_misnamed_configuration_ends_the_run(
    name: str, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".git").mkdir()
    below = tmp_path / "deploy"
    below.mkdir()
    (below / "good.json").write_text(json.dumps({"family": "x", "containerDefinitions": [CONTAINER]}))
    (tmp_path / name).write_text(text)
    for command in ("check", "fix"):
        assert run([command, str(below)]) == 2
        assert f"{name}: this configuration is not read; put it into .ecslint.yaml beside it" in capsys.readouterr().err
    assert run([str(below), "--isolated"]) == 0
    (tmp_path / ".ecslint.yaml").write_text("select: [ECS1]\n")
    assert run([str(below)]) == 0


def test_files_of_other_tools_with_such_names_are_none(tmp_path: Path) -> None:
    (tmp_path / "good.json").write_text(json.dumps({"family": "x", "containerDefinitions": [CONTAINER]}))
    (tmp_path / "ecslint.yaml").write_text("on: push\njobs:\n  lint:\n    steps: []\n")
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\n")
    assert run([str(tmp_path)]) == 0


def test_verbose_names_the_configuration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "good.json"
    file.write_text(json.dumps({"family": "x", "containerDefinitions": [CONTAINER]}))
    assert run([str(file), "-v"]) == 0
    assert "configuration: none, no .ecslint.yaml was found" in capsys.readouterr().err
    (tmp_path / ".ecslint.yaml").write_text("select: [ECS1]\n")
    assert run([str(file), "-v"]) == 0
    assert ".ecslint.yaml\n" in capsys.readouterr().err


def test_named_files_are_read_and_fixed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "containers.json"
    file.write_text('[{"name": "web", "image": "nginx", "memory": "128"}]')
    assert run([str(file), "--output-format", "concise"]) == 1
    assert run(["fix", "--diff", str(file)]) == 1
    assert "-[{" in capsys.readouterr().out
    assert run(["fix", str(tmp_path)]) == 3  # in a folder, nothing says that it is for ECS
    assert run(["fix", str(file)]) == 0
    assert file.read_text() == '[{"name": "web", "image": "nginx", "memory": 128}]'
    assert run([str(file)]) == 0


def test_patch_of_a_named_file_masks_what_its_report_masks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "containers.json"
    file.write_text('[{"name": "web", "image": "nginx", "memory": "128",\n  "command": ["s3cr3t"]}]\n')
    assert run(["fix", "--diff", str(file)]) == 1
    out = capsys.readouterr().out
    assert "s3cr3t" not in out
    assert '+[{"name": "web", "image": "nginx", "memory": 128,\n' in out


def test_engine_reads_what_the_document_says_of_its_name() -> None:
    parsed = document.parse(b'[{"name": "web", "image": "nginx"}]', "x.json")
    assert not engine.is_ecs(parsed)
    parsed.named = True
    assert engine.is_ecs(parsed)
