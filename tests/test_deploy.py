"""How a file is deployed is read from its repository, and decides how grave some findings are."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecslint import deploy
from ecslint.deploy.files import MOST_BYTES, MOST_FILES
from ecslint.deploy.scripts import REGISTER, Changes, Shell
from ecslint.deploy.uses import AUTO
from ecslint.deploy.workflows import DEPLOY, RENDER
from ecslint.model import SEVERITIES
from tests.bundled import RULES
from tests.cli.test_check import ecslint

TASK = {
    "family": "web",
    "revision": 3,
    "containerDefinitions": [
        {"name": "web", "image": "$REGISTRY/web:$TAG", "memory": 128, "cpu": None},
        {"name": "log", "memory": 128},
    ],
}

#: What is found where nothing is known.
UNKNOWN = {"ECS021": "error", "ECS022": "warning", "ECS404": "warning", "ECS413": "info"}
BY_CLI = {**UNKNOWN, "ECS022": "error", "ECS413": "error"}
BY_ACTION = {**UNKNOWN, "ECS021": "info", "ECS022": "info", "ECS413": "error"}
BY_ECSPRESSO = {**BY_ACTION, "ECS413": "info"}


def workflow(*steps: str, more: str = "") -> str:
    """A workflow of one job; each step as the lines that follow its dash."""
    return f"on: push\n{more}jobs:\n  ship:\n    steps:\n" + "".join(
        "      - " + step.strip("\n").replace("\n", "\n        ") + "\n" for step in steps
    )


def render(file: str, container: str = "web", step: str = "render", more: str = "") -> str:
    return (
        f"id: {step}\nuses: aws-actions/amazon-ecs-render-task-definition@v1\n"
        f"with: {{task-definition: '{file}', container-name: '{container}', image: x{more}}}"
    )


def action(file: str) -> str:
    return f"uses: aws-actions/amazon-ecs-deploy-task-definition@v2\nwith: {{task-definition: '{file}'}}"


def rendered(step: str = "render") -> str:
    return f"${{{{ steps.{step}.outputs.task-definition }}}}"


def script(command: str, more: str = "") -> str:
    return f"{more}run: |\n  " + command.replace("\n", "\n  ")


def register(file: str) -> str:
    return f"aws ecs register-task-definition --cli-input-json file://{file}"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "ecs").mkdir()
    (tmp_path / "ecs" / "td.json").write_text(json.dumps(TASK))
    return tmp_path


def put(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def severities(root: Path, *options: str, file: str = "ecs/td.json") -> dict[str, str]:
    """The severities of what is found, by rule; the container of a finding without image does not matter."""
    done = ecslint("check", file, "--output-format", "json", *options, cwd=root)
    assert done.returncode in (0, 1), done.stderr
    return {finding["rule"]: finding["severity"] for finding in json.loads(done.stdout)["findings"]}


WORKFLOW = ".github/workflows/deploy.yml"
JOB_ENV = "env: {TD: ecs/td.json}\n"
BUILD = "version: 0.2\nphases:\n  build:\n    commands:\n      - "

CASES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "nothing": ({}, UNKNOWN),
    "another workflow": ({WORKFLOW: workflow(script("make test"))}, UNKNOWN),
    "action": ({WORKFLOW: workflow(action("ecs/td.json"))}, BY_ACTION),
    "action, dot": ({".github/workflows/a.yaml": workflow(action("./ecs/td.json"))}, BY_ACTION),
    "action, workspace": ({WORKFLOW: workflow(action("${{ github.workspace }}/ecs/td.json"))}, BY_ACTION),
    "action, variable": ({WORKFLOW: workflow(action("${{ env.TD }}"), more=JOB_ENV)}, BY_ACTION),
    "action, unknown variable": ({WORKFLOW: workflow(action("${{ vars.TD }}"))}, UNKNOWN),
    "action, another file": ({WORKFLOW: workflow(action("td.json"))}, UNKNOWN),
    "another owner": ({WORKFLOW: workflow(action("ecs/td.json").replace("aws-actions", "evil"))}, UNKNOWN),
    "rendered": (
        {WORKFLOW: workflow(render("ecs/td.json"), action(rendered()))},
        {"ECS021": "info", "ECS022": "info", "ECS404": "warning"},
    ),
    "both rendered": (
        {WORKFLOW: workflow(render("ecs/td.json"), render(rendered(), "log", "more"), action(rendered("more")))},
        {"ECS021": "info", "ECS022": "info"},
    ),
    "another container rendered": ({WORKFLOW: workflow(render("ecs/td.json", "x"), action(rendered()))}, BY_ACTION),
    "rendered for the CLI": (
        {WORKFLOW: workflow(render("ecs/td.json"), script(register(f'"{rendered()}"'.strip('"'))))},
        {"ECS021": "error", "ECS022": "error", "ECS404": "warning"},
    ),
    "rendered for nobody": (
        {WORKFLOW: workflow(render("ecs/td.json"))},
        {"ECS021": "error", "ECS022": "warning", "ECS404": "warning"},
    ),
    "rendered in one of two": (
        {WORKFLOW: workflow(render("ecs/td.json"), action(rendered())), ".github/workflows/b.yml": workflow(
            action("ecs/td.json"))},
        BY_ACTION,
    ),
    "CLI": ({WORKFLOW: workflow(script(register("ecs/td.json")))}, BY_CLI),
    "CLI, lines": (
        {WORKFLOW: workflow(script("aws ecs register-task-definition \\\n  --cli-input-json 'file://ecs/td.json'"))},
        BY_CLI,
    ),
    "CLI, text": (
        {WORKFLOW: workflow(script('aws ecs register-task-definition --cli-input-json "$(cat ecs/td.json)"'))},
        BY_CLI,
    ),
    "CLI, variable": ({WORKFLOW: workflow(script(register("${TD}")), more=JOB_ENV)}, BY_CLI),
    "CLI, folder": ({WORKFLOW: workflow(script(register("td.json"), "working-directory: ecs\n"))}, BY_CLI),
    "CLI, another command": ({WORKFLOW: workflow(script(f"{register('a.json')}\ncat file://ecs/td.json"))}, UNKNOWN),
    "CLI, changed before": (
        {WORKFLOW: workflow(script("sed -i s/A/B/ ecs/td.json"), script(register("ecs/td.json")))},
        UNKNOWN,
    ),
    "action, changed before": (
        {WORKFLOW: workflow(script("sed -i s/A/B/ ecs/td.json"), action("ecs/td.json"))},
        {"ECS021": "info", "ECS022": "info"},
    ),
    "CLI, written before": (
        {WORKFLOW: workflow(script(f"jq . a > t.json && mv t.json ecs/td.json\n{register('ecs/td.json')}"))},
        UNKNOWN,
    ),
    "CLI and action": ({WORKFLOW: workflow(action("ecs/td.json"), script(register("ecs/td.json")))}, BY_CLI),
    "buildspec": ({"buildspec.yml": BUILD + register("ecs/td.json") + "\n"}, BY_CLI),
    "buildspec for CodeDeploy": (
        {"buildspec.yml": "artifacts:\n  files: [appspec.yaml, ecs/td.json]\n# appspec\n"},
        UNKNOWN,
    ),
    "ecspresso": ({"ecs/ecspresso.yml": "region: x\ntask_definition: td.json\n"}, BY_ECSPRESSO),
    "ecspresso above": ({"ecspresso.yaml": "task_definition: ecs/td.json\n"}, BY_ECSPRESSO),
    "ecspresso and CLI": (
        {"ecspresso.yml": "task_definition: ecs/td.json\n", "buildspec.yaml": BUILD + register("ecs/td.json") + "\n"},
        BY_CLI,
    ),
    "ecspresso and CodeDeploy": (
        {"ecspresso.yml": "task_definition: ecs/td.json\n",
         "buildspec.yaml": "artifacts:\n  files: [appspec.yaml, ecs/td.json]\n"},
        UNKNOWN,
    ),
    "no YAML": ({WORKFLOW: workflow(action("ecs/td.json")) + "\n  - ]: ["}, UNKNOWN),
    "a list": ({WORKFLOW: "- aws-actions/amazon-ecs-deploy-task-definition@v2\n"}, UNKNOWN),
    "too large": ({WORKFLOW: workflow(action("ecs/td.json")) + "#" * MOST_BYTES}, UNKNOWN),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_repository_tells_how_a_file_is_deployed(case: str, root: Path) -> None:
    files, expected = CASES[case]
    put(root, files)
    assert severities(root) == expected


#: A task definition in which nearly everything is left to the step that renders it.
SKELETON: dict[str, Any] = {
    "family": "web",
    "memory": "512",
    "executionRoleArn": "",
    "networkMode": "awsvpc",
    "containerDefinitions": [
        {
            "name": "web",
            "image": "",
            "command": ["npm start"],
            "environment": [{"name": "MODE"}, {"name": "DB_URL", "value": "postgres://app:q7Lm29xw@db:5432/app"}],
            "secrets": [{"name": "KEY", "valueFrom": ""}],
            "dockerLabels": {"team": ["a"]},
            "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-region": "nowhere"}},
        },
        {"name": "side", "image": "", "environmentFiles": [{"type": "s3", "value": "x"}]},
    ],
}

#: What is found in it where nothing is known, and the container and the inputs that make up for each.
LACKING = {
    "ECS013": ("web", ", docker-labels: team=a"),
    "ECS404": ("web, side", ""),
    "ECS436": ("web", ", execution-role-arn: r"),
    "ECS469": ("side", ", env-files: x"),
    "ECS473": ("web", ", secrets: 'KEY=arn'"),
    "ECS480": ("web", """, command: '["npm", "start"]'"""),
    "ECS501": ("web", ', log-configuration-options: "awslogs-group=web"'),
    "ECS510": ("web", ', log-configuration-options: "a=b\\n awslogs-region = x"'),
    "ECS701": ("web", ", environment-variables: DB_URL=x"),
}


@pytest.mark.parametrize("rule", LACKING)
def test_what_a_step_puts_in_is_not_judged(rule: str, root: Path) -> None:
    put(root, {"ecs/td.json": json.dumps(SKELETON)})
    before = severities(root)
    assert before.keys() >= LACKING.keys()
    container, inputs = LACKING[rule]
    step = render("ecs/td.json", container, more=inputs)
    put(root, {WORKFLOW: workflow(step, script(register(rendered())))})
    gone = {"ECS436", "ECS431"} if rule == "ECS436" else {rule}  # an empty role is none for the secrets
    assert severities(root).keys() == before.keys() - gone
    put(root, {WORKFLOW: workflow(render("ecs/td.json", "other", more=", x: y"), script(register(rendered())))})
    assert severities(root).keys() == before.keys()
    put(root, {WORKFLOW: workflow(step, script(register(rendered())), script(register("ecs/td.json")))})
    assert severities(root).keys() == before.keys()


@pytest.mark.parametrize(
    ("container", "more", "gone"),
    [
        ("${{ matrix.name }}", "", {"ECS404"}),
        ("app-${{ matrix.name }}", "", {"ECS404"}),
        ("${{ env.NAMES }}", "", {"ECS404"}),
        ("web", ", log-configuration-options: '${{ vars.LOG }}'", {"ECS501", "ECS510"}),
        ("web", ", secrets: '${{ vars.SECRETS }}'", {"ECS473", "ECS431"}),
        ("web", ", log-configuration-options: 'awslogs-group=${{ vars.LOG }}'", {"ECS501"}),
    ],
)
def test_expressions_may_stand_for_any_name(container: str, more: str, gone: set[str], root: Path) -> None:
    put(root, {"ecs/td.json": json.dumps(SKELETON)})
    before = severities(root)
    step = render("ecs/td.json", container, more=more)
    put(root, {WORKFLOW: workflow(step, script(register(rendered())), more="env: {NAMES: 'web,side'}\n")})
    assert severities(root).keys() == before.keys() - gone


def test_a_container_whose_name_is_a_placeholder_may_be_the_one(root: Path) -> None:
    task = {"family": "web", "containerDefinitions": [{"name": "<NAME>", "image": "", "memory": 128}]}
    put(root, {"ecs/td.json": json.dumps(task)})
    assert severities(root) == {"ECS404": "warning"}
    put(root, {WORKFLOW: workflow(render("ecs/td.json", "web"), action(rendered()))})
    assert severities(root) == {}


def test_mandatory_rules_hear_nothing_of_what_is_put_in(root: Path) -> None:
    put(root, {"ecs/td.json": json.dumps(SKELETON), ".ecslint.yaml": "mandatory: [ECS501]\n"})
    secrets, options = LACKING["ECS473"][1], LACKING["ECS501"][1]
    for inputs, left in (("", True), (secrets, False), (secrets + options, True)):
        put(root, {WORKFLOW: workflow(render("ecs/td.json", more=inputs), action(rendered()))})
        found = severities(root)
        assert "ECS501" in found
        assert ("ECS473" in found) is left


SERVICE = {"desiredCount": 1, "schedulingStrategy": "REPLICA", "platformFamily": "Linux", "enableLogging": True}


@pytest.mark.parametrize(
    ("names", "files", "words", "expected"),
    [
        ({}, {}, (), {"ECS010": "warning", "ECS021": "info"}),
        ({}, {}, ("--deploy-path", "aws-cli"), {"ECS010": "error", "ECS021": "error"}),
        ({}, {}, ("--severity", "ECS010=error"), {"ECS010": "error", "ECS021": "info"}),
        ({}, {"ecspresso.yml": "service_definition: ecs/td.json\n"}, (), {"ECS010": "warning", "ECS021": "info"}),
        ({"cluster": "main"}, {}, (), {"ECS010": "error", "ECS021": "error"}),
        ({"cluster": "main"}, {"ecspresso.yml": "service_definition: ecs/td.json\n"}, (),
         {"ECS010": "error", "ECS021": "info"}),
    ],
)  # fmt: skip
def test_a_service_without_any_name_is_that_of_ecspresso(
    names: dict[str, str], files: dict[str, str], words: tuple[str, ...], expected: dict[str, str], root: Path
) -> None:
    put(root, {**files, "ecs/td.json": json.dumps({**names, **SERVICE})})
    assert severities(root, *words) == expected


@pytest.mark.parametrize("path", ["aws-cli", "github-action", "ecspresso", "codedeploy"])
def test_what_is_stated_counts_and_not_the_repository(path: str, root: Path) -> None:
    put(root, {WORKFLOW: workflow(render("ecs/td.json"), action(rendered()))})
    expected = {"aws-cli": BY_CLI, "github-action": BY_ACTION, "ecspresso": BY_ECSPRESSO, "codedeploy": UNKNOWN}[path]
    assert severities(root, "--deploy-path", path) == expected
    put(root, {".ecslint.yaml": f"deploy-path: {path}\n"})
    assert severities(root) == expected
    put(root, {".ecslint.yaml": f"deploy-path: codedeploy\nper-file: {{'ecs/*.json': {{deploy-path: {path}}}}}\n"})
    assert severities(root) == expected
    assert severities(root, "--deploy-path", "codedeploy") == UNKNOWN


def test_severities_of_the_settings_win_and_mandatory_rules_stay(root: Path) -> None:
    put(root, {WORKFLOW: workflow(render("ecs/td.json"), action(rendered()))})
    assert severities(root, "--severity", "ECS021=warning")["ECS021"] == "warning"
    put(root, {".ecslint.yaml": "mandatory: [ECS021, ECS413]\n"})
    assert severities(root) == {"ECS021": "error", "ECS022": "info", "ECS404": "warning", "ECS413": "info"}


def test_standard_input_has_the_context_of_its_name(root: Path) -> None:
    put(root, {WORKFLOW: workflow(action("ecs/td.json"))})
    for name, expected in (("ecs/td.json", "info"), ("other.json", "error"), ("<stdin>", "error")):
        words = ("check", "-", "--stdin-filename", name, "--select", "ECS021", "--output-format", "json")
        done = ecslint(*words, cwd=root, stdin=json.dumps(TASK))
        assert [one["severity"] for one in json.loads(done.stdout)["findings"]] == [expected]


def test_working_directory_and_number_of_processes_change_nothing(root: Path) -> None:
    put(root, {WORKFLOW: workflow(action("ecs/td.json")), "ecs/other.json": json.dumps(TASK)})
    told = [
        json.loads(ecslint("check", path, "--jobs", jobs, "--output-format", "json", cwd=folder).stdout)["findings"]
        for folder, path in ((root, "ecs"), (root / "ecs", "."), (Path("/"), str(root / "ecs")))
        for jobs in ("1", "2")
    ]
    seen = [[(os.path.basename(one["file"]), one["rule"], one["severity"]) for one in found] for found in told]
    assert all(one == seen[0] for one in seen)
    assert ("td.json", "ECS021", "info") in seen[0]
    assert ("other.json", "ECS021", "error") in seen[0]


def test_fixes_stay_offered_whatever_the_severity(root: Path) -> None:
    put(root, {WORKFLOW: workflow(action("ecs/td.json"))})
    ecslint("fix", "ecs/td.json", cwd=root)
    fixed = json.loads((root / "ecs" / "td.json").read_text())
    assert "revision" not in fixed
    assert "cpu" not in fixed["containerDefinitions"][0]


@pytest.mark.parametrize("kind", ["file", "folder", "pipe"])
def test_links_out_of_the_repository_and_pipes_tell_nothing(
    kind: str, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "deploy.yml").write_text(workflow(action("ecs/td.json")))
    (root / ".github").mkdir()
    if kind == "folder":
        (root / ".github" / "workflows").symlink_to(outside)
    else:
        (root / ".github" / "workflows").mkdir()
        if kind == "file":
            (root / ".github" / "workflows" / "deploy.yml").symlink_to(outside / "deploy.yml")
        else:
            os.mkfifo(root / ".github" / "workflows" / "deploy.yml")
    assert severities(root) == UNKNOWN


def test_outside_of_a_repository_nothing_is_known(root: Path) -> None:
    put(root, {WORKFLOW: workflow(action("ecs/td.json"))})
    (root / ".git").rmdir()
    assert severities(root) == UNKNOWN


def test_explanation_names_the_step_and_what_follows(root: Path) -> None:
    put(root, {WORKFLOW: workflow(render("ecs/td.json"), action(rendered())), "other.json": json.dumps(TASK)})
    plain = ecslint("check", ".", "--output-format", "json", cwd=root)
    done = ecslint("check", ".", "--output-format", "json", "--explain-context", cwd=root)
    assert (done.returncode, done.stdout) == (plain.returncode, plain.stdout)
    assert done.stderr == (
        "other.json: nothing in the repository shows how it is deployed\n"
        "ecs/td.json: deployed by github-action (.github/workflows/deploy.yml:8)\n"
        "ecs/td.json: no finding about `image` of `web`, which is put in before\n"
        "ecs/td.json: ECS021 output-only-property: info instead of error\n"
        "ecs/td.json: ECS022 null-value: info instead of warning\n"
        "ecs/td.json: ECS024 empty-value: info instead of warning\n"
        "ecs/td.json: ECS413 shell-variable: error instead of info\n"
        ".github/workflows/deploy.yml: judged together with the task definition of ecs/td.json, which it names\n"
    )


def test_explanation_of_a_stream_is_given_once(root: Path) -> None:
    (root / "all.ndjson").write_text(f"{json.dumps(TASK)}\n" * 3)
    done = ecslint("check", "all.ndjson", "--ndjson", "--output-format", "concise", "--explain-context", cwd=root)
    assert done.stderr == "all.ndjson: nothing in the repository shows how it is deployed\n"


def test_names_from_a_workflow_forge_nothing(root: Path) -> None:
    put(root, {WORKFLOW: workflow(render("ecs/td.json", "\\x1b[31m").replace("'\\x1b[31m'", '"\\e[31m\\n::error::x"'))})
    done = ecslint("check", "ecs/td.json", "--explain-context", cwd=root)
    assert "`\\x1b[31m\\x0a::error::x`" in done.stderr


def test_clean_files_are_judged_without_a_look_around(root: Path) -> None:
    program = "import sys; from ecslint.cli import run; run(sys.argv[1:]); print('ecslint.deploy' in sys.modules)"
    put(root, {WORKFLOW: workflow(action("ecs/td.json"))})
    clean = {"family": "web", "containerDefinitions": [{"name": "web", "image": "nginx:1.27", "memory": 128}]}
    put(root, {"clean.json": json.dumps(clean)})
    for name, looked in (("clean.json", "False"), ("ecs/td.json", "True")):
        words = [sys.executable, "-c", program, name, "--output-format", "concise"]
        done = subprocess.run(words, cwd=root, capture_output=True, text=True, check=True)
        assert done.stdout.splitlines()[-1] == looked, name


def test_number_and_size_of_what_is_read_are_bounded(root: Path) -> None:
    filler = "# aws-actions/amazon-ecs-deploy-task-definition@v2\n" + "#" * 200_000
    put(root, {f".github/workflows/{number}.yml": "on: push\n" + filler for number in range(6)})
    put(root, {".github/workflows/7.yml": workflow(action("ecs/td.json"))})
    assert severities(root) == UNKNOWN
    put(root, {f".github/workflows/{number}.yml": "on: push\n" for number in range(6)})
    assert severities(root) == BY_ACTION
    put(root, {f".github/workflows/{number:04}.yml": "on: push\n" for number in range(MOST_FILES)})
    assert severities(root) == UNKNOWN


@pytest.mark.parametrize(
    "text", ["sed a", "mv a ", "register-task-definition \\", "> a/", "${{ env.", "--cli-input-json "]
)
def test_hostile_scripts_cost_linear_time(text: str) -> None:
    command = text * (MOST_BYTES // len(text))
    start = time.perf_counter()
    list(Shell({}, "", Changes()).run(command + REGISTER + command))
    assert time.perf_counter() - start < 5


TREES = st.recursive(
    st.sampled_from([None, 5, "", "web", "ecs/td.json", rendered(), "render", action("x"), register("ecs/td.json"),
                     RENDER + "v1", DEPLOY + "v1"]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["jobs", "steps", "uses", "with", "run", "id", "env", "task-definition", "container-name",
                         "working-directory", "defaults", "phases", "commands", "artifacts", "files",
                         "task_definition"]),
        inner,
        max_size=5,
    ),
    max_leaves=25,
)  # fmt: skip

NUMBERS = itertools.count()

#: Rules of services that what ecspresso sends does not break, or not always.
SERVICES = {"ECS901", "ECS909", "ECS912", "ECS913"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TREES)
def test_any_file_is_read_without_an_exception(tmp_path: Path, tree: object) -> None:
    root = tmp_path / str(next(NUMBERS))
    (root / ".git").mkdir(parents=True)
    text = json.dumps({"jobs": {"ship": tree}, "phases": tree, "artifacts": tree, "task_definition": tree,
                       "x": [RENDER, "appspec"]})  # fmt: skip
    put(root, dict.fromkeys((WORKFLOW, "buildspec.yml", "ecspresso.yml"), text))
    deploy.context(str(root / "ecs" / "td.json"), AUTO)


def test_rules_name_severities_that_differ() -> None:
    told = {rule.id: rule.deploy_path for rule in RULES if rule.deploy_path}
    assert set(told) == {"ECS012", "ECS020", "ECS021", "ECS022", "ECS024", "ECS404", "ECS413", "ECS436", *SERVICES}
    for rule in RULES:
        assert rule.severity not in rule.deploy_path.values()
        assert set(rule.deploy_path.values()) <= set(SEVERITIES)
