"""What the way of a file to ECS makes of its findings: what is dropped, given by options, or read as YAML."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_check import ecslint
from tests.test_deploy import WORKFLOW, action, put, register, render, rendered, root, script, severities, workflow

__all__ = ["root"]  # the fixture

TD = "ecs/td.json"
ROLE = "arn:aws:iam::123456789012:role/web"


def task(container: dict[str, Any], **more: Any) -> str:
    web = {"name": "web", "image": "nginx:1.27", "memory": 128, **container}
    return json.dumps({"family": "web", **more, "containerDefinitions": [web]})


def test_what_options_give_is_neither_missing_nor_wrong(root: Path) -> None:
    text = task({"secrets": [{"name": "A", "valueFrom": "/a"}]}, memory="x", cpu=[], networkMode="vpc")
    put(root, {TD: text})
    before = {"ECS013", "ECS015", "ECS104", "ECS431"}
    assert before <= severities(root).keys()
    put(root, {WORKFLOW: workflow(script(register(TD)))})
    assert before <= severities(root).keys()
    options = " --memory 512 --cpu 256 --network-mode awsvpc --execution-role-arn x"
    put(root, {WORKFLOW: workflow(script(register(TD) + options))})
    assert not before & severities(root).keys()
    put(root, {WORKFLOW: workflow(script(register(TD) + " --container-definitions file://c.json --memory 512"))})
    assert severities(root).keys() == {"ECS013", "ECS015"}


#: Objects with something empty, and what is found where nobody drops it.
DROPPED = [
    (task({}, taskRoleArn="", executionRoleArn=""), {"ECS436"}),
    (task({"environment": [{"name": "", "value": ""}]}), {"ECS464"}),
    (task({"secrets": [{"name": "", "valueFrom": ""}]}), {"ECS473"}),
    (task({"logConfiguration": {}}), {"ECS014"}),
    (task({"portMappings": [{}]}), {"ECS213"}),
    (task({"cpu": ""}), {"ECS013"}),
    (task({"repositoryCredentials": {"credentialsParameter": ""}}), {"ECS411"}),
    (task({}, tags=[{"key": "", "value": ""}]), {"ECS038"}),
    (task({}, volumes=[{"name": "v", "host": {"sourcePath": ""}}]), {"ECS310"}),
    (task({"bar": {}}), {"ECS010"}),
]


@pytest.mark.parametrize(("text", "found"), DROPPED)
def test_the_action_drops_what_is_empty(text: str, found: set[str], root: Path) -> None:
    put(root, {TD: text})
    assert found <= severities(root).keys()
    put(root, {WORKFLOW: workflow(script(register(TD)))})
    assert found <= severities(root).keys()
    put(root, {WORKFLOW: workflow(action(TD))})
    assert not found & severities(root).keys()
    assert severities(root, "--deploy-path", "github-action").keys() == severities(root).keys()
    put(root, {WORKFLOW: workflow(action(TD), script(register(TD)))})
    assert found <= severities(root).keys()


#: What ECS refuses without the empty member, too, or what the action puts back.
REFUSED = [
    (task({"name": ""}), "ECS401"),
    (task({"image": ""}), "ECS404"),
    (task({"secrets": [{"name": "A", "valueFrom": ""}]}, executionRoleArn=ROLE), "ECS473"),
    (task({"environment": [{"name": "", "value": "x"}]}), "ECS464"),
    (task({"healthCheck": {"command": [], "interval": 5}}), "ECS460"),
    (json.dumps({"family": "web", "containerDefinitions": [{}]}), "ECS401"),
    (json.dumps({"family": "web", "containerDefinitions": []}), "ECS032"),
    (task({"environment": [{}, {"name": "A", "value": 5}]}), "ECS013"),
]


@pytest.mark.parametrize(("text", "rule"), REFUSED)
def test_what_is_refused_after_all_stays(text: str, rule: str, root: Path) -> None:
    put(root, {TD: text})
    before = ecslint("check", TD, "--select", rule, "--output-format", "json", cwd=root).stdout
    put(root, {WORKFLOW: workflow(action(TD))})
    after = ecslint("check", TD, "--select", rule, "--output-format", "json", cwd=root).stdout
    assert json.loads(after)["findings"] == json.loads(before)["findings"] != []


def test_what_the_action_is_told_to_keep_is_judged(root: Path) -> None:
    put(root, {TD: task({}, taskRoleArn="", executionRoleArn="")})
    for keys, found in (("tag, taskRoleArn", 1), ("tag", 0), ("${{ vars.KEYS }}", 2)):
        keep = action(TD).replace("}", f", keep-null-value-keys: '{keys}'}}", 1)
        put(root, {WORKFLOW: workflow(keep)})
        done = ecslint("check", TD, "--select", "ECS436", "--output-format", "json", cwd=root)
        assert len(json.loads(done.stdout)["findings"]) == found


def test_mandatory_rules_hear_nothing_of_what_is_dropped(root: Path) -> None:
    put(root, {TD: task({}, taskRoleArn=""), WORKFLOW: workflow(action(TD)), ".ecslint.yaml": "mandatory: [ECS436]\n"})
    assert severities(root) == {"ECS436": "warning"}


GOOD = '{"family": "web", "containerDefinitions": [{"name": "web", "image": "nginx:1.27", "memory": 128}]}'
BY_YAML = [
    (GOOD.replace("]}", ",],}").replace("128}", "128,}"), "ECS003"),
    ("# the site\n" + GOOD.replace(', "con', ', # all\n"con'), "ECS002"),
    (GOOD.replace('"web"', "'web'"), "ECS001"),
    (GOOD.replace('"family"', "family"), "ECS001"),
]
NOT_BY_YAML = [
    (GOOD.replace(', "con', ', // all\n"con'), "ECS002"),
    (GOOD.replace(', "con', ', /* all */ "con'), "ECS002"),
    (GOOD.replace(', "con', ',# all\n"con'), "ECS002"),
    (GOOD.replace(', "con', '\n "con'), "ECS001"),
    (GOOD.replace(', "con', ', "taskRoleArn": None, "con'), "ECS001"),
    (GOOD.replace(', "con', ', "family": "x", "con').replace("]}", "],}"), "ECS003"),
]


@pytest.mark.parametrize(("text", "rule"), BY_YAML)
def test_json_that_is_read_as_yaml_may_be_sloppy(text: str, rule: str, root: Path) -> None:
    put(root, {TD: text})
    assert severities(root)[rule] == "error"
    for steps in ([script(register(TD))], [render(TD), action(rendered())], [action(TD), script(register(TD))]):
        put(root, {WORKFLOW: workflow(*steps)})
        assert severities(root)[rule] == "error"
    put(root, {WORKFLOW: workflow(action(TD))})
    assert severities(root) == {rule: "info"}
    assert "reads it as YAML" in ecslint("check", TD, cwd=root).stdout
    assert severities(root, "--severity", f"{rule}=error") == {rule: "error"}
    put(root, {".ecslint.yaml": f"mandatory: [{rule}]\n"})
    assert severities(root) == {rule: "error"}


@pytest.mark.parametrize(("text", "rule"), NOT_BY_YAML)
def test_what_yaml_does_not_take_or_takes_for_something_else_stays(text: str, rule: str, root: Path) -> None:
    put(root, {TD: text, WORKFLOW: workflow(action(TD))})
    assert severities(root)[rule] == "error"


def test_variables_in_a_list_of_containers_that_is_registered(root: Path) -> None:
    put(root, {"c.json": json.dumps([{"name": "web", "image": "$A/x", "memory": 128}])})
    command = "aws ecs register-task-definition --family web --container-definitions "
    assert severities(root, file="c.json") == {}
    for given in ("file://c.json", '"$(cat c.json)"'):
        put(root, {WORKFLOW: workflow(script(command + given))})
        assert severities(root, file="c.json") == {"ECS413": "error"}
    put(root, {WORKFLOW: workflow(script("./render"), script(command + "file://c.json"))})
    assert severities(root, file="c.json") == {"ECS413": "info"}
    put(root, {WORKFLOW: workflow(script(command + "file://other.json"))})
    assert severities(root, file="c.json") == {}


@pytest.mark.parametrize(
    ("family", "kind"),
    [
        ("<?= $x ?>", "a placeholder"),
        ("web-{{ $x }}", "a placeholder"),
        ("<% $x %>", "a placeholder"),
        ("{$x}", "a placeholder"),
        ("web-$x", "a shell variable"),
        ("web-${x:-y}", "a shell variable"),
    ],
)
def test_a_placeholder_is_called_what_it_is(family: str, kind: str, root: Path) -> None:
    put(root, {TD: task({}).replace('"web"', json.dumps(family), 1)})
    done = ecslint("check", TD, "--select", "ECS413", cwd=root)
    assert f"{kind} in `family`" in done.stdout
    assert ("envsubst" in done.stdout) is (kind == "a shell variable")
