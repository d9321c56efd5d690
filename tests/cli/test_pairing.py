"""Which files belong together: as a configuration says, as what deploys them does, by name, by folder; and why not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_check import ecslint
from tests.test_deploy import action, put, render, rendered, script, workflow

TASK: dict[str, Any] = {
    "family": "web",
    "containerDefinitions": [
        {"name": "web", "image": "nginx:1.27", "memory": 128, "portMappings": [{"containerPort": 80}]}
    ],
}
TARGET = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/0123456789abcdef"
#: What ecspresso and others take from elsewhere is not there: the name, the cluster, the task definition.
SERVICE: dict[str, Any] = {
    "desiredCount": 1,
    "launchType": "EC2",
    "deploymentConfiguration": {"maximumPercent": 200, "minimumHealthyPercent": 100},
    "loadBalancers": [{"targetGroupArn": TARGET, "containerName": "wep", "containerPort": 80}],
}
APPSPEC = """version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: "<TASK_DEFINITION>"
        LoadBalancerInfo: {ContainerName: CONTAINER, ContainerPort: PORT}
"""
WORKFLOW = ".github/workflows/deploy.yml"
CONFIG = ".ecslint.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    return tmp_path


def found(root: Path, *arguments: str) -> list[str]:
    """``file rule`` of the findings about pairs."""
    run = ecslint(*(arguments or (".",)), "--output-format", "json", cwd=root)
    assert run.returncode in (0, 1, 3), run.stderr
    about = ("ECS87", "ECS88", "ECS89", "ECS951", "ECS954")
    return [f"{f['file']} {f['rule']}" for f in json.loads(run.stdout)["findings"] if f["rule"].startswith(about)]


def told(root: Path, *arguments: str) -> str:
    """What is said of the files that were judged together."""
    lines = ecslint(*(arguments or (".",)), "--explain-context", cwd=root).stderr.splitlines()
    return "\n".join(line for line in lines if "judged" in line)


# --- the configuration -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["task-definition: ecs/task.json", 'per-file: {"service.json": {task-definition: ecs/task.json}}']
)
def test_a_configuration_says_which_task_definition_a_service_runs(root: Path, text: str) -> None:
    put(root, {"service.json": json.dumps(SERVICE), "ecs/task.json": json.dumps(TASK)})
    assert found(root) == []
    assert told(root) == "service.json: judged without a task definition: it names no task definition"
    put(root, {CONFIG: text + "\n"})
    assert found(root) == found(root, "service.json") == ["service.json ECS951"]
    assert told(root) == f"service.json: judged together with the task definition of ecs/task.json, as {CONFIG}:1 says"


def test_a_configuration_counts_more_than_the_name(root: Path) -> None:
    put(root, {"task.json": json.dumps(TASK), "service.json": json.dumps({**SERVICE, "taskDefinition": "web"})})
    put(root, {"other.json": json.dumps(TASK).replace('"web"', '"wep"')})
    assert found(root) == ["service.json ECS951"]
    put(root, {CONFIG: "task-definition: other.json\n"})
    assert found(root) == []


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("agent: nothing.config", "nothing.config: No such file or directory"),
        ("agent: task.json", "task.json holds no configuration of the ECS agent"),
        ("task-definition: ecs.config", "ecs.config holds no task definition"),
        ("agent: ../ecs.config", "../ecs.config lies outside of the repository"),
        (r'agent: "a\0b"', r"a\x00b lies outside of the repository"),
        ("per-file: {task.json: {agent: task.json}}", "task.json holds no configuration of the ECS agent"),
    ],
)
def test_a_file_that_cannot_be_meant_is_a_mistake_of_the_configuration(root: Path, text: str, mistake: str) -> None:
    put(root, {"task.json": json.dumps(TASK), "ecs.config": "ECS_CLUSTER=main\n", CONFIG: text + "\n"})
    run = ecslint(".", cwd=root)
    assert run.returncode == 2
    assert mistake in run.stderr
    assert run.stdout == ""


def test_a_configuration_says_which_agent_runs_the_tasks(root: Path) -> None:
    task = {**TASK, "taskRoleArn": "arn:aws:iam::123456789012:role/web"}
    put(root, {"ecs/task.json": json.dumps(task), "ecs.config": "ECS_ENABLE_TASK_IAM_ROLE=false\n"})
    assert found(root) == []
    put(root, {CONFIG: "agent: ecs.config\n"})
    assert found(root) == found(root, "ecs/task.json") == ["ecs/task.json ECS875"]
    put(root, {"ecs/task.json": json.dumps({**task, "requiresCompatibilities": ["FARGATE"]})})
    assert found(root) == []


def test_the_agent_may_be_set_up_by_user_data(root: Path) -> None:
    put(root, {"task.json": json.dumps({**TASK, "networkMode": "awsvpc"}), CONFIG: "agent: boot.sh\n"})
    put(root, {"boot.sh": "#!/bin/bash\necho ECS_ENABLE_TASK_ENI=false >> /etc/ecs/ecs.config\n"})
    assert found(root, "task.json") == ["task.json ECS877"]
    put(root, {"boot.sh": "#!/bin/bash\necho ECS_ENABLE_TASK_ENI=$ENI >> /etc/ecs/ecs.config\n"})
    assert found(root, "task.json") == []


def test_what_a_deployment_puts_in_is_not_held_against_the_agent(root: Path) -> None:
    task = json.loads(json.dumps(TASK))
    task["containerDefinitions"][0]["logConfiguration"] = {"logDriver": "syslog"}
    put(root, {"task.json": json.dumps(task), CONFIG: "agent: ecs.config\n"})
    put(root, {"ecs.config": 'ECS_AVAILABLE_LOGGING_DRIVERS=["json-file"]\n'})
    assert found(root, "task.json") == ["task.json ECS871"]
    steps = (render("task.json", more=", log-configuration-log-driver: awslogs"), action(rendered()))
    put(root, {WORKFLOW: workflow(*steps)})
    assert found(root, "task.json") == []


# --- what deploys the files --------------------------------------------------------------------------


def test_ecspresso_says_which_task_definition_its_service_runs(root: Path) -> None:
    put(root, {"ecs/ecspresso.yml": "service_definition: service.json\ntask_definition: task.json\n"})
    put(root, {"ecs/service.json": json.dumps(SERVICE), "ecs/task.json": json.dumps(TASK)})
    assert found(root) == found(root, "ecs/service.json") == ["ecs/service.json ECS951"]
    where = "judged together with the task definition of ecs/task.json, as ecs/ecspresso.yml:1 says"
    assert told(root, "ecs/service.json") == f"ecs/service.json: {where}"
    put(root, {"ecs/ecspresso.yml": "service_definition: service.json\ntask_definition: '{{ env `TASK` }}'\n"})
    assert found(root) == []


def test_ecspresso_may_have_a_configuration_for_each_environment(root: Path) -> None:
    put(root, {"ecspresso-dev.yml": "service_definition: service.json\ntask_definition: task.json\n"})
    put(root, {"service.json": json.dumps(SERVICE), "task.json": json.dumps(TASK)})
    assert "as ecspresso-dev.yml:1 says" in told(root, "service.json")


def test_another_environment_or_account_is_not_meant(root: Path) -> None:
    service = {**SERVICE, "taskDefinition": "web"}
    put(root, {"web/prod/service.json": json.dumps(service), "web/dev/task.json": json.dumps(TASK)})
    assert found(root) == []
    put(root, {"web/prod/task.json": json.dumps(TASK)})
    assert found(root) == ["web/prod/service.json ECS951"]
    role = {**TASK, "executionRoleArn": "arn:aws:iam::111122223333:role/web"}
    for account, rules in (("111122223333", ["ECS951"]), ("999999999999", [])):
        reference = f"arn:aws:ecs:eu-west-1:{account}:task-definition/web"
        put(root, {"web/prod/service.json": json.dumps({**service, "taskDefinition": reference})})
        put(root, {"web/prod/task.json": json.dumps(role)})
        assert found(root) == [f"web/prod/service.json {rule}" for rule in rules]
    for unknown in ("${ROLE}", "web-role", "arn:aws:iam::${ACCOUNT}:role/web"):
        put(root, {"web/prod/task.json": json.dumps({**TASK, "executionRoleArn": unknown})})
        assert found(root) == ["web/prod/service.json ECS951"]


def test_a_workflow_says_which_task_definition_the_service_of_a_name_runs(root: Path) -> None:
    put(root, {"service.json": json.dumps({**SERVICE, "serviceName": "shop"}), "ecs/task.json": json.dumps(TASK)})
    step = action("ecs/task.json").replace("}", ", service: shop}")
    put(root, {WORKFLOW: workflow(step)})
    assert found(root) == ["service.json ECS951"]
    assert f"as {WORKFLOW}:5 says" in told(root, "service.json")
    put(root, {WORKFLOW: workflow(step, step.replace("ecs/task.json", "ecs/other.json"))})
    assert found(root) == [], "nobody knows which of the two"
    put(root, {WORKFLOW: workflow(step.replace("shop", "${{ vars.SERVICE }}"))})
    assert found(root) == []


def test_an_appspec_belongs_to_the_only_task_definition_beside_it(root: Path) -> None:
    put(root, {"taskdef.json": json.dumps(TASK)})
    for container, port, rules in (("web", "80", []), ("wep", "80", ["ECS951"]), ("web", "8080", ["ECS954"])):
        put(root, {"appspec.yaml": APPSPEC.replace("CONTAINER", container).replace("PORT", port)})
        assert found(root) == [f"appspec.yaml {rule}" for rule in rules]
    put(root, {"appspec.yaml": APPSPEC.replace("CONTAINER", "$NAME").replace("PORT", '"<PORT>"')})
    assert found(root) == []
    put(root, {"appspec.yaml": APPSPEC.replace("CONTAINER", "wep").replace("PORT", "80")})
    put(root, {"other.json": json.dumps({"containerDefinitions": [{"name": "wep", "image": "a:1", "memory": 8}]})})
    assert found(root) == []
    assert "the folder holds 2 files with a task definition" in told(root)
    put(root, {"web/other.json": (root / "other.json").read_text()})
    (root / "other.json").unlink()
    assert found(root) == [], "which of them is deployed is not sure"


def test_an_appspec_that_names_a_family_belongs_to_that(root: Path) -> None:
    text = APPSPEC.replace("CONTAINER", "wep").replace("PORT", "80")
    arn = "arn:aws:ecs:eu-west-1:123456789012:task-definition"
    put(root, {"taskdef.json": json.dumps(TASK), "appspec.yaml": text.replace("<TASK_DEFINITION>", f"{arn}/web:1")})
    assert found(root) == ["appspec.yaml ECS951"]
    put(root, {"appspec.yaml": text.replace("<TASK_DEFINITION>", f"{arn}/api:1")})
    assert found(root) == []


def test_image_definitions_name_containers(root: Path) -> None:
    put(root, {"taskdef.json": json.dumps(TASK)})
    put(root, {"imagedefinitions.json": '[{"name": "web", "imageUri": "a:1"}, {"name": "wep", "imageUri": "a:1"}]'})
    assert found(root) == ["imagedefinitions.json ECS890"]
    assert found(root, "imagedefinitions.json") == []


# --- steps that render -------------------------------------------------------------------------------


def test_a_step_that_renders_names_a_container(root: Path) -> None:
    put(root, {"ecs/task.json": json.dumps(TASK), WORKFLOW: workflow(render("ecs/task.json", "web, wep"))})
    assert found(root) == found(root, WORKFLOW) == [f"{WORKFLOW} ECS891"]
    second = render(rendered(), "wep", "second")
    put(root, {WORKFLOW: workflow(render("ecs/task.json"), second, action(rendered("second")))})
    assert found(root) == [f"{WORKFLOW} ECS891"]


def test_variables_of_a_workflow_are_filled_in(root: Path) -> None:
    steps = workflow(render("${{ env.TASK }}", "${{env.NAME}}"), more="env: {TASK: ecs/task.json, NAME: wep}\n")
    put(root, {"ecs/task.json": json.dumps(TASK), WORKFLOW: steps})
    assert found(root) == [f"{WORKFLOW} ECS891"]


@pytest.mark.parametrize(
    "step",
    [
        "uses: actions/checkout@v4\nwith: {repository: '${{ github.repository }}', path: .}",
        "uses: actions/checkout@v4\nwith: {ref: main, fetch-depth: 0}",
        "uses: actions/cache@v4\nwith: {path: node_modules, key: a}",
        "uses: docker/build-push-action@v6\nwith: {outputs: 'type=image,push=true'}",
        "uses: actions/upload-artifact@v4\nwith: {path: dist}",
    ],
)
def test_ordinary_steps_leave_the_files_of_the_repository(root: Path, step: str) -> None:
    put(root, {"ecs/task.json": json.dumps(TASK), WORKFLOW: workflow(step, render("ecs/task.json", "wep"))})
    assert found(root) == [f"{WORKFLOW} ECS891"]


@pytest.mark.parametrize(
    "steps",
    [
        (render("ecs/task.json", "${{ matrix.name }}"),),
        (render("ecs/other.json", "wep"),),
        (render("${{ vars.FILE }}", "wep"),),
        (render("/ecs/task.json", "wep"),),
        (
            script("aws ecs describe-task-definition --task-definition web > ecs/task.json"),
            render("ecs/task.json", "wep"),
        ),
        (script("jq . x > y && mv y ecs/task.json"), render("ecs/task.json", "wep")),
        (script("./prepare.sh"), render("ecs/task.json", "wep")),
        ("if: false\n" + render("ecs/task.json", "wep"),),
        ("uses: actions/checkout@v4\nwith: {repository: acme/deploy, path: ecs}", render("ecs/task.json", "wep")),
        ("uses: docker/build-push-action@v6\nwith: {outputs: 'type=local,dest=ecs'}", render("ecs/task.json", "wep")),
    ],
)
def test_steps_of_which_something_is_not_known_are_not_judged(root: Path, steps: tuple[str, ...]) -> None:
    put(root, {"ecs/task.json": json.dumps(TASK), WORKFLOW: workflow(*steps)})
    assert found(root) == []


def test_the_text_of_a_workflow_is_not_judged_nor_shown(root: Path) -> None:
    text = workflow(render("ecs/task.json", "wep")).replace("image: x", "image: x, token: k9X2mQ7wLp4Z")
    put(root, {"ecs/task.json": json.dumps(TASK), WORKFLOW: f"on: yes\nname: a\nname: b\n{text[9:]}"})
    run = ecslint(WORKFLOW, cwd=root)
    assert run.stdout.count("[ECS") == 1
    assert "k9X2mQ7wLp4Z" not in run.stdout
    assert "token: •••" in run.stdout


# --- what is not paired ------------------------------------------------------------------------------


def test_clusters_are_looked_for_in_the_folder_only(root: Path) -> None:
    strategy = [{"capacityProvider": "FARGATE", "weight": 1}]
    service = {"serviceName": "web", "cluster": "main", "desiredCount": 1, "capacityProviderStrategy": strategy}
    cluster = {"clusterName": "main", "capacityProviders": ["FARGATE_SPOT"]}
    put(root, {"service.json": json.dumps(service), "cluster.json": json.dumps(cluster)})
    assert found(root) == ["service.json ECS895"]
    (root / "cluster.json").unlink()
    put(root, {"main/cluster.json": json.dumps(cluster)})
    assert found(root) == []


def test_standard_input_is_judged_alone(root: Path) -> None:
    put(root, {"task.json": json.dumps(TASK)})
    service = json.dumps({**SERVICE, "taskDefinition": "web"})
    run = ecslint("-", "task.json", "--explain-context", "--output-format", "concise", cwd=root, stdin=service)
    assert "ECS951" not in run.stdout
    assert "<stdin>: judged alone, since standard input is read once" in run.stderr


def test_documents_of_a_stream_are_judged_alone(root: Path) -> None:
    put(root, {"all.ndjson": f"{json.dumps({**SERVICE, 'taskDefinition': 'web'})}\n{json.dumps(TASK)}\n"})
    run = ecslint("all.ndjson", "--ndjson", "--output-format", "concise", cwd=root)
    assert "ECS951" not in run.stdout


def test_verbose_tells_of_files_that_were_judged_together(root: Path) -> None:
    put(root, {"task.json": json.dumps(TASK), "service.json": json.dumps({**SERVICE, "taskDefinition": "web:3"})})
    run = ecslint(".", "-v", cwd=root)
    line = "service.json: judged together with the task definition of task.json, which defines task definition `web`"
    assert f"ecslint: {line}" in run.stderr.splitlines()
    put(root, {"twin.json": json.dumps(TASK)})
    line = "service.json: judged without a task definition: several files define task definition `web`:"
    assert f"ecslint: {line} task.json, twin.json" in ecslint(".", "-v", cwd=root).stderr.splitlines()
