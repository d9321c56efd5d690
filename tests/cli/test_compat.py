"""The command ``compat``: what it says for people and for programs, and its exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ecslint.cli import run, words
from tests.cli.test_check import ecslint

TASK: dict[str, Any] = {
    "family": "web",
    "networkMode": "awsvpc",
    "cpu": "256",
    "memory": "512",
    "containerDefinitions": [
        {"name": "web", "image": "nginx:1.27", "logConfiguration": {"logDriver": "journald"}, "dependsOn": []}
    ],
}
LOGGING = "com.amazonaws.ecs.capability.logging-driver."


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORCE_COLOR", raising=False)


def put(data: Any, name: str = "web.json") -> None:
    Path(name).write_text(data if type(data) is str else json.dumps(data, indent=2), encoding="utf-8")


def compat(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    """What is printed."""
    assert run(["compat", *arguments]) == code
    return capsys.readouterr().out


def entry(capsys: pytest.CaptureFixture[str], data: Any) -> dict[str, Any]:
    """The one answer, as programs get it."""
    put(data)
    (found,) = json.loads(compat(capsys, "web.json", "--output-format", "json"))
    assert type(found) is dict
    return found


def with_container(**fields: Any) -> dict[str, Any]:
    return {**TASK, "containerDefinitions": [{"name": "web", "image": "nginx:1.27", **fields}]}


def test_programs_get_the_whole_answer(capsys: pytest.CaptureFixture[str]) -> None:
    found = entry(capsys, TASK)
    driver = f"{LOGGING}journald"
    assert found.keys() == {
        "file", "name", "compatibilities", "launchTypes", "requiresAttributes", "attributes", "minimumAgentVersion",
        "undecided", "notes",
    }  # fmt: skip
    assert (found["file"], found["name"], found["minimumAgentVersion"]) == ("web.json", "web", "1.15.0")
    assert found["compatibilities"] == ["EC2"]
    assert found["requiresAttributes"] == list(found["attributes"])
    assert found["attributes"][driver] == {
        "paths": ["containerDefinitions[web].logConfiguration.logDriver"],
        "since": "1.5.0",
        "confidence": "high",
    }
    assert found["launchTypes"]["EC2"] == {"verdict": "yes", "reasons": []}
    (reason,) = found["launchTypes"]["FARGATE"]["reasons"]
    assert (reason["rule"], reason["path"]) == ("ECS504", "containerDefinitions[web].logConfiguration.logDriver")
    assert (reason["line"], reason["column"]) == (11, 22)
    assert found["launchTypes"]["MANAGED_INSTANCES"]["verdict"] == "unknown"


def test_a_fix_stands_beside_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    found = entry(capsys, with_container(privileged=True))
    (reason,) = found["launchTypes"]["FARGATE"]["reasons"]
    assert reason["fix"] == {"title": "remove `privileged`", "applicability": "unsafe"}


def test_unknown_values_give_no_yes(capsys: pytest.CaptureFixture[str]) -> None:
    found = entry(capsys, {**TASK, "networkMode": "${MODE}", "containerDefinitions": [{"name": "a", "image": "${I}"}]})
    types = found["launchTypes"]
    assert {name: verdict["verdict"] for name, verdict in types.items()} == {
        "EC2": "yes", "FARGATE": "unknown", "EXTERNAL": "unknown", "MANAGED_INSTANCES": "unknown",
    }  # fmt: skip
    assert found["compatibilities"] == ["EC2"]
    assert [reason["rule"] for reason in types["EXTERNAL"]["reasons"]] == ["ECS603"]
    assert {"ecs.capability.task-eni", "com.amazonaws.ecs.capability.ecr-auth"} <= set(found["undecided"])


def test_a_placeholder_that_makes_no_difference_leaves_the_yes(capsys: pytest.CaptureFixture[str]) -> None:
    role = {"executionRoleArn": "arn:aws:iam::111122223333:role/web"}
    found = entry(capsys, {**with_container(image="${IMAGE}", command=["${COMMAND}"]), **role})
    assert found["launchTypes"]["FARGATE"] == {"verdict": "yes", "reasons": []}
    assert entry(capsys, with_container(image="${IMAGE}"))["launchTypes"]["FARGATE"]["verdict"] == "unknown"


def test_of_containers_alone_nobody_knows_where_they_run(capsys: pytest.CaptureFixture[str]) -> None:
    found = entry(capsys, TASK["containerDefinitions"])
    assert found["compatibilities"] == []
    assert f"{LOGGING}journald" in found["attributes"]
    assert "ecs.capability.task-eni" in found["undecided"]


@pytest.mark.parametrize("driver", ["${DRIVER}", "gelf"])
def test_a_name_with_an_unknown_value_is_undecided(driver: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = entry(capsys, with_container(logConfiguration={"logDriver": driver}, hostname="${HOST}"))
    assert (f"{LOGGING}*" in found["undecided"]) is (driver == "${DRIVER}")


def described(capsys: pytest.CaptureFixture[str], **recorded: Any) -> dict[str, Any]:
    derived = entry(capsys, TASK)
    names = [{"name": name, "targetId": None} for name in derived["requiresAttributes"]]
    answer = {"compatibilities": derived["compatibilities"], "requiresAttributes": names, "revision": 1}
    arn = {"taskDefinitionArn": "arn:aws:ecs:eu-west-1:111122223333:task-definition/web:1", "status": "ACTIVE"}
    return {"taskDefinition": {**TASK, **answer, **arn, **recorded}}


def test_an_answer_of_ecs_is_compared(capsys: pytest.CaptureFixture[str]) -> None:
    found = entry(capsys, described(capsys))
    assert (found["differences"], found["notes"]) == ([], [])
    assert found["attributes"]["ecs.capability.task-eni"]["paths"] == ["taskDefinition.networkMode"]
    assert "The recorded answer of ECS is the same." in compat(capsys, "web.json")
    changed = described(capsys, compatibilities=["EC2", "FARGATE"], requiresAttributes=["ecs.capability.task-eni"])
    found = entry(capsys, changed)
    types, attributes = found["differences"]
    assert types == {"member": "compatibilities", "recordedOnly": ["FARGATE"], "derivedOnly": []}
    assert (attributes["recordedOnly"], len(attributes["derivedOnly"])) == ([], 3)
    text = compat(capsys, "web.json")
    assert "  - FARGATE (recorded, not derived)\n" in text
    assert "  + com.amazonaws.ecs.capability.docker-remote-api.1.19 (derived, not recorded)\n" in text


def test_a_launch_type_that_came_later_is_no_difference(capsys: pytest.CaptureFixture[str]) -> None:
    task = with_container(memory=128)
    arn = {"taskDefinitionArn": "arn:aws:ecs:eu-west-1:111122223333:task-definition/web:1"}
    old = {**task, **arn, "compatibilities": ["EC2", "FARGATE"]}
    for registered, more in (("2025-07-01T10:00:00Z", []), (1790000000, ["MANAGED_INSTANCES"]), (None, [])):
        found = entry(capsys, {**old, "registeredAt": registered})
        expected = [{"member": "compatibilities", "recordedOnly": [], "derivedOnly": more}] if more else []
        assert found["differences"] == expected


def test_a_list_in_another_order_was_edited_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    names = entry(capsys, TASK)["requiresAttributes"]
    found = entry(capsys, described(capsys, requiresAttributes=[{"name": name} for name in reversed(names)]))
    assert found["differences"] == []
    assert found["notes"] == [
        "requiresAttributes stands in an order in which ECS does not answer: it was edited by hand"
    ]


def test_notes_tell_where_no_instance_takes_the_task(capsys: pytest.CaptureFixture[str]) -> None:
    found = entry(capsys, {**with_container(), "ephemeralStorage": {"sizeInGiB": 40}})
    assert found["compatibilities"] == ["EC2", "FARGATE"], "ECS says so, although no instance takes it"
    assert found["launchTypes"]["EC2"]["verdict"] == "no"
    assert found["notes"] == [
        "no agent offers ecs.capability.extensible-ephemeral-storage: no container instance takes the task"
    ]
    found = entry(capsys, {**with_container(memory=128), "networkMode": "host", "enableFaultInjection": True})
    assert found["notes"] == [
        "external instances do not offer ecs.capability.fault-injection: none of them takes the task"
    ]
    found = entry(capsys, {**with_container(), "family": "my web"})
    assert found["notes"] == ["it has errors that concern every launch type; `ecslint check` shows them"]


def test_text_is_framed_and_fits_80_columns(capsys: pytest.CaptureFixture[str]) -> None:
    long = {**TASK, "pidMode": "host", "tags": [{"key": "why", "value": "x" * 200}]}
    put(json.dumps(long))
    text = compat(capsys, "web.json")
    assert max(map(len, text.splitlines())) <= 80
    assert "  FARGATE            no\n" in text
    assert "  MANAGED_INSTANCES  cannot tell\n" in text
    assert "    |" in text
    assert "^^^^^^^^" in text
    assert 'ECS_AVAILABLE_LOGGING_DRIVERS=["json-file","syslog","awslogs","journald"]\n' in text
    assert "\x1b[" not in text
    assert "\x1b[1;31mno\x1b[0m" in compat(capsys, "web.json", "--color", "always")


def test_text_says_what_decides_and_what_may_be_needed(capsys: pytest.CaptureFixture[str]) -> None:
    put({**TASK, "networkMode": "${MODE}", "containerDefinitions": [{"name": "a", "image": "${I}"}]})
    text = compat(capsys, "web.json")
    assert "EXTERNAL: values that are not known decide whether it agrees with these rules:\n    = ECS603:" in text
    assert "ECS demands no attributes of a container instance.\n" in text
    assert "Unknown values decide whether these are needed, too:\n" in text


def test_many_places_of_one_attribute_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    put({**TASK, "containerDefinitions": [{"name": f"c{i}", "image": "nginx:1.27", "user": "1"} for i in range(5)]})
    assert "containerDefinitions[c2].user\n      and 2 more\n" in compat(capsys, "web.json")


def test_secrets_are_hidden(capsys: pytest.CaptureFixture[str]) -> None:
    secret = {"image": "https://user:hunter2@example.com/web", "environment": [{"name": "A", "value": "hunter2"}]}
    put(json.dumps({**with_container(**secret), "pidMode": "host", "family": "a:hunter2@b"}))
    assert "hunter2" not in compat(capsys, "web.json") + compat(capsys, "web.json", "--output-format", "json")


def test_yaml_folders_and_standard_input(capsys: pytest.CaptureFixture[str]) -> None:
    Path("tasks").mkdir()
    put("family: web\nnetworkMode: host\ncontainerDefinitions: [{name: web, image: nginx}]\n", "tasks/a.yaml")
    put("{}", "tasks/other.json")
    (found,) = json.loads(compat(capsys, "tasks", "--output-format", "json"))
    assert found["file"].endswith("a.yaml")
    command = [sys.executable, "-m", "ecslint", "compat", "-", "--output-format", "json", "--stdin-filename", "in.json"]
    done = subprocess.run(command, input=json.dumps(TASK), capture_output=True, text=True, check=True)
    (found,) = json.loads(done.stdout)
    assert found["file"] == "in.json"


def test_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    put("{}", "other.json")
    put('{"containerDefinitions": [', "broken.json")
    put(TASK)
    for names, code, said in (
        (["other.json"], 3, "ecslint: other.json: no ECS document, skipped\n"),
        (["missing.json", "web.json"], 2, "ecslint: missing.json: "),
        (["broken.json"], 2, "ecslint: broken.json: it cannot be parsed; `ecslint check` says why\n"),
        (["web.json", "other.json"], 0, "ecslint: other.json: "),
    ):
        assert run(["compat", *names]) == code
        assert said in capsys.readouterr().err


def test_plain_calls_do_without_click() -> None:
    for arguments in ([], ["web.json"], ["a.json", "b.json", "--output-format", "json"], ["--color", "never", "-"]):
        assert words.parse_compat(["compat", *arguments]) is not None
    for arguments in (["--output-format", "xml"], ["--color"], ["--help"], ["--stdin-filename", "a"], ["--", "-a"]):
        assert words.parse_compat(["compat", *arguments]) is None
    assert words.parse_compat(["check"]) is None


def test_the_configuration_of_an_agent_says_what_it_offers(tmp_path: Path) -> None:
    task = {
        "family": "web",
        "networkMode": "awsvpc",
        "taskRoleArn": "arn:aws:iam::123456789012:role/web",
        "containerDefinitions": [
            {"name": "web", "image": "nginx:1.27", "memory": 128, "logConfiguration": {"logDriver": "journald"}}
        ],
    }
    (tmp_path / "task.json").write_text(json.dumps(task))
    (tmp_path / "ecs.config").write_text("ECS_ENABLE_TASK_ENI=true\nECS_ENABLE_TASK_IAM_ROLE=false\n")
    done = ecslint("compat", "task.json", "--agent", "ecs.config", "--output-format", "json", cwd=tmp_path)
    [answer] = json.loads(done.stdout)
    offered = {name.rpartition(".")[2]: fields["offered"] for name, fields in answer["attributes"].items()}
    assert offered == {"19": None, "18": None, "journald": None, "task-eni": True, "task-iam-role": False}
    refused = "no instance with ecs.config takes the task: it does not offer com.amazonaws.ecs.capability.task-iam-role"
    assert answer["notes"] == [refused]
    text = ecslint("compat", "task.json", "--agent", "ecs.config", cwd=tmp_path).stdout
    assert "here: ecs.config does not set ECS_AVAILABLE_LOGGING_DRIVERS" in text
    assert "here: ecs.config has the agent offer it" in text
    plain = ecslint("compat", "task.json", "--output-format", "json", cwd=tmp_path).stdout
    assert "offered" not in plain


@pytest.mark.parametrize("name", ["task.json", "nothing.config"])
def test_a_file_that_is_no_configuration_of_an_agent_is_wrong_usage(tmp_path: Path, name: str) -> None:
    (tmp_path / "task.json").write_text('{"family": "a", "containerDefinitions": []}')
    done = ecslint("compat", "task.json", "--agent", name, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert name in done.stderr
