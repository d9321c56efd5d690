"""Files of Terraform in HCL: read with what their folder says, judged in each case, and shown at their places."""

from __future__ import annotations

import builtins
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint import api, document, engine, masking
from ecslint.adapters import recognise
from ecslint.model import Finding, Unknown
from ecslint.ruleset.bundle import Ruleset
from ecslint.syntax import hcl
from tests import plans
from tests.test_cloudformation import EXAMPLES

SAME = [(name, kind, values) for name, _, kind, values in plans.expressible(EXAMPLES)]
CONTAINER = 'jsonencode([{ name = "web", image = "nginx:1.27", memory = 128, %s }])'


def task(more: str = "", container: str = "essential = true", around: str = "") -> str:
    """A file with one task definition, some attributes and members of its container, and what stands before it."""
    return (
        f'{around}\nresource "aws_ecs_task_definition" "it" {{\n  family = "web"\n'
        f"  container_definitions = {CONTAINER % container}\n{more}\n}}\n"
    )


def heredoc(containers: str, around: str = "") -> str:
    """A file with one task definition whose containers are JSON in lines."""
    return (
        f'{around}\nresource "aws_ecs_task_definition" "it" {{\n  family = "web"\n'
        f"  container_definitions = <<-EOT\n{containers}\n  EOT\n}}\n"
    )


def check(text: str, ruleset: Ruleset, name: str = "main.tf", *, alone: bool = True) -> api.Outcome:
    """What there is to say of a file, pairs included; of one that is alone, without its folder."""
    settings = engine.Settings(ruleset.default, excerpts=True)
    settings.alone = alone
    return api.lint_bytes(text.encode(), name, True, ruleset, settings)


def grave(text: str, ruleset: Ruleset) -> list[tuple[str, str]]:
    """The rules and severities of all findings but notes."""
    return [(one.rule, one.severity) for one in check(text, ruleset).findings if one.severity != "info"]


@pytest.mark.parametrize(("name", "kind", "values"), SAME, ids=[name for name, *_ in SAME])
def test_a_file_is_judged_as_a_plan(ruleset: Ruleset, name: str, kind: str, values: dict[str, Any]) -> None:
    plan = check(json.dumps(plans.plan(plans.resource(kind, values))), ruleset, "plan.json").findings
    found = check(plans.hcl(kind, values), ruleset).findings
    assert {one.rule for one in found} == {one.rule for one in plan}, name
    assert not any(one.fix for one in found)


FARGATE = 'network_mode = "awsvpc"\nrequires_compatibilities = ["FARGATE"]\n'
SIZES = f"{FARGATE}cpu = 1024\nmemory = "
VARIABLE = 'variable "it" { default = %s }'

SILENT = {
    "the size of a task as a number": task(f"{SIZES}2048"),
    "a number with a fraction of zero": task(container="cpu = 10.0"),
    "an unknown size": task(f"{SIZES}var.memory"),
    "branches that belong together": task(
        'network_mode = var.fargate ? "awsvpc" : "bridge"\n'
        'requires_compatibilities = var.fargate ? ["FARGATE"] : ["EC2"]'
        '\ncpu = var.fargate ? "256" : null\nmemory = var.fargate ? "512" : null'
    ),
    "conditions that cannot be compared": task(
        f"{FARGATE}cpu = length(var.a) > 0 ? 256 : 1024\nmemory = length(var.a) == 0 ? 2048 : 512"
    ),
    "a value that may be null": task(
        f'{FARGATE}cpu = var.a == null ? 256 : 1024\nmemory = var.a == "x" ? 2048 : var.a == null ? 512 : 4096'
    ),
    "a resource that is made in one case": task(
        f"count = var.fargate ? 1 : 0\n{FARGATE}cpu = 256\nmemory = var.fargate ? 512 : 100"
    ),
    "a resource that is made in the other case": task(
        f"count = var.other ? 0 : 1\n{FARGATE}cpu = 256\nmemory = var.other ? 100 : 512"
    ),
    "a block for each of something": task(
        'dynamic "volume" {\n for_each = var.v\n content { name = volume.value }\n}',
        'mountPoints = [{ sourceVolume = "data", containerPath = "/data" }]',
    ),
    "a list that is made": task(container="environment = [for k, v in var.env : { name = k, value = v }]"),
    "an object that is made": task(container='logConfiguration = merge(var.log, { logDriver = "awslogs" })'),
    "keys in any case and null": task(container="PortMappings = null, essential: true"),
    "a key that is not known": task(container="(var.key) = 1"),
    "a variable of the shell": task(container='command = ["sh", "-c", "exec $${SERVER}"]'),
    "containers that are not known": task().replace(CONTAINER % "essential = true", "jsonencode(concat(var.a, var.b))"),
    "a local value that is not known": task(
        around="locals {\n  memory = max(var.a, 2)\n}", more=f"{SIZES}local.memory"
    ),
    "a local value of itself": task(around="locals {\n  a = local.b\n  b = local.a\n}", more="cpu = local.a"),
    "a number in a text": heredoc('[{"name": "web", "image": "a:1", "memory": ${var.it}}]', VARIABLE % '"512"'),
    "a call in JSON": heredoc('[{"name": "web", "image": "${lookup(var.images, "web")}", "memory": 128}]'),
    "a statement in JSON": heredoc('[{"name": "web", %{ if var.a }"image": "a:1",%{ endif } "memory": 128}]'),
    "a number that is a text in the variable": task(
        f"{FARGATE}cpu = 256\nmemory = var.it", around='variable "it" {\n  type = string\n  default = 512\n}'
    ),
    "a text that is a number in the variable": task(
        container="stopTimeout = var.it", around='variable "it" {\n  type = number\n  default = "30"\n}'
    ),
    "tags that are made": task("tags = merge(local.tags, var.tags)"),
    "what lies around": task("lifecycle {\n  ignore_changes = [cpu]\n}\ndepends_on = [aws_x.y]\nprovider = aws.eu"),
}


@pytest.mark.parametrize("name", SILENT)
def test_what_may_be_right_is_no_finding(ruleset: Ruleset, name: str) -> None:
    assert recognise(document.parse(SILENT[name].encode(), "main.tf").data)
    assert grave(SILENT[name], ruleset) == []


CONDITION = 'var.stage == "live" ? %s : %s'
TOLD = {
    "a size": (task(f"{SIZES}1024"), "ECS101", "error", "1024", ""),
    "one branch": (task(f"{SIZES}{CONDITION % (1024, 2048)}"), "ECS101", "error", "1024", 'when `var.stage is '),
    "a local value": (task(f"{SIZES}local.m", around="locals {\n  m = 1024\n}"), "ECS101", "error", "local.m", ""),
    "a default": (
        task(f"{SIZES}var.it", around=VARIABLE % 1024), "ECS101", "warning", "var.it", "with the default of `var.it`"
    ),
    "a number in quotes": (task(container='stopTimeout = "30"'), "ECS013", "error", '"30"', ""),
    "a name": (task(container="memroy = 1"), "ECS010", "warning", "memroy", ""),
    "a text with a variable": (task(container='user = "${var.a}", hostname = "a b${var.c}"'), "", "", "", ""),
    "a number in quotes in JSON": (
        heredoc('[\n  {"name": "é", "image": "${var.i}:1",\n   "memory": "128"}]'), "ECS013", "error", '"128"', ""
    ),
    "a default in JSON": (
        heredoc('[{"name": "web", "image": "a:1", "memory": ${var.it}}]', VARIABLE % 2),
        "ECS117", "warning", "${var.it}", "with the default of `var.it`",
    ),
    "a block": (task('runtime_platform {\n  cpu_architecture = "arm"\n}'), "ECS015", "error", '"arm"', ""),
    "a word of an attribute": (task('network_mode = "awsvcp"'), "ECS015", "error", '"awsvcp"', "`network_mode`"),
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name, told in TOLD.items() if told[1]])
def test_what_is_refused_is_found_at_its_place(ruleset: Ruleset, name: str) -> None:
    text, rule, severity, place, said = TOLD[name]
    found = next(one for one in check(text, ruleset).findings if one.rule == rule)
    assert found.severity == severity
    assert text[found.start : found.end] == place
    assert said in found.message
    assert found.breadcrumb.startswith("aws_ecs_task_definition.it.")


def test_names_of_places_are_those_of_the_file(ruleset: Ruleset) -> None:
    text = task(f"{SIZES}{CONDITION % (1024, 2048)}", 'environment = [{ name = "A", value = 1 }]')
    crumbs = {one.rule: one.breadcrumb for one in check(text, ruleset).findings}
    assert crumbs["ECS101"] == "aws_ecs_task_definition.it.memory"
    assert crumbs["ECS013"] == "aws_ecs_task_definition.it.container_definitions[web].environment[A].value"


SERVICE = """
resource "aws_ecs_service" "app" {
  name            = "app"
  launch_type     = "EC2"
  desired_count   = 1
  task_definition = %s
  load_balancer {
    container_name   = "api"
    container_port   = 80
    target_group_arn = aws_lb_target_group.it.arn
  }
}
"""


@pytest.mark.parametrize(
    ("reference", "paired"),
    [
        ("aws_ecs_task_definition.it.arn", True),
        ("aws_ecs_task_definition.it[0].arn", True),  # all instances are read as one
        ('"${aws_ecs_task_definition.it.family}:${aws_ecs_task_definition.it.revision}"', True),
        ('"${aws_ecs_task_definition.it.arn}${var.revision}"', False),
        ('"${aws_ecs_task_definition.it.family}:${var.revision}"', False),
        ("aws_ecs_task_definition.other.arn", False),
        ("var.task", False),
    ],
)
def test_a_service_is_checked_with_the_task_definition_to_which_it_refers(
    ruleset: Ruleset, reference: str, paired: bool
) -> None:
    assert (("ECS951", "error") in grave(task() + SERVICE % reference, ruleset)) is paired


# --- the folder -------------------------------------------------------------------------------------


def write(folder: Path, **files: str) -> None:
    """Files of a folder; a double underscore stands for the dot in a name."""
    for name, text in files.items():
        path = folder / name.replace("__", ".")
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text)


def of_folder(folder: Path, ruleset: Ruleset) -> list[Finding]:
    """The findings of the file main.tf, but for notes."""
    path = folder / "main.tf"
    found = check(path.read_text(), ruleset, str(path), alone=False).findings
    return [one for one in found if one.severity != "info"]


def test_variables_and_local_values_of_the_folder_count(ruleset: Ruleset, tmp_path: Path) -> None:
    write(tmp_path, main__tf=task(f"{SIZES}local.memory"), other__tf="locals {\n  memory = var.memory\n}\n")
    write(tmp_path, variables__tf='variable "memory" {\n  default = 1024\n}\n')
    [found] = of_folder(tmp_path, ruleset)
    assert (found.rule, found.severity) == ("ECS101", "warning")


@pytest.mark.parametrize("name", ["terraform__tfvars", "live__auto__tfvars"])
def test_a_default_does_not_count_where_a_value_is_given(ruleset: Ruleset, tmp_path: Path, name: str) -> None:
    write(tmp_path, main__tf=task(f"{SIZES}var.it", around=VARIABLE % 1024), **{name: "it = 2048\n"})
    assert of_folder(tmp_path, ruleset) == []


BAD = '[{"name": "web", "image": "${image}", "memory": "128", "mountPoints": [{"sourceVolume": "a"}]}]'


@pytest.mark.parametrize(
    "call",
    [
        'file("task.json")',
        '"${file("${path.module}/task.json")}"',
        'templatefile("./task.json", { image = var.image })',
        "data.template_file.it.rendered",
    ],
)
def test_containers_in_a_file_are_judged_with_their_task(ruleset: Ruleset, tmp_path: Path, call: str) -> None:
    source = 'data "template_file" "it" {\n  template = file("task.json")\n  vars = { image = var.image }\n}\n'
    text = source * ("data" in call) + task().replace(CONTAINER % "essential = true", call)
    write(tmp_path, main__tf=text, task__json=BAD)
    found = of_folder(tmp_path, ruleset)
    assert {one.rule for one in found} >= {"ECS013", "ECS301"}  # the volume is none of the task's
    assert all(one.message.endswith("(in `aws_ecs_task_definition.it`, container `web`)") for one in found)
    assert (
        "ECS413" in {one.rule for one in check(text, ruleset, str(tmp_path / "main.tf"), alone=False).findings}
    ) is ("template" not in call)


@pytest.mark.parametrize("path", ["../task.json", "/etc/passwd", "link.json", "${var.name}.json", "a\\u0000b", "", "."])
def test_no_file_is_read_outside_of_the_repository(ruleset: Ruleset, tmp_path: Path, path: str) -> None:
    inside = tmp_path / "inside"
    write(inside, main__tf=task().replace(CONTAINER % "essential = true", f'file("{path}")'))
    (inside / ".git").mkdir()
    write(tmp_path, task__json=BAD)
    (inside / "link.json").symlink_to(tmp_path / "task.json")
    assert of_folder(inside, ruleset) == []


# --- what is not read -------------------------------------------------------------------------------


def test_without_the_extra_it_is_said_what_to_install(ruleset: Ruleset, monkeypatch: pytest.MonkeyPatch) -> None:
    found = builtins.__import__

    def missing(name: str, *more: Any) -> Any:
        if name.startswith("tree_sitter"):
            raise ImportError(name)
        return found(name, *more)

    monkeypatch.setattr(builtins, "__import__", missing)
    outcome = check(task(), ruleset)
    assert outcome.foreign.endswith(
        "a Terraform file with ECS resources; install ecslint[terraform] to have such files read"
    )


def test_a_file_that_is_no_hcl_is_named_as_such(ruleset: Ruleset) -> None:
    outcome = check('resource "aws_ecs_service" "x" {\n  name = \n}\n', ruleset)
    assert "cannot be parsed (near line " in outcome.foreign
    assert outcome.findings == []


@pytest.mark.parametrize(
    "text",
    [
        'resource "aws_s3_bucket" "a" {}\n# "aws_ecs_service"\n',
        'data "aws_ecs_task_definition" "a" {\n  task_definition = "x"\n}\n',
        'resource "aws_ecs_tag" "a" {}\n',
        'module "a" {\n  source = "./aws_ecs_x"\n}\n',
    ],
)
def test_other_files_are_none_of_ours(ruleset: Ruleset, text: str) -> None:
    assert not check(text, ruleset).is_checked()


def test_files_without_resources_of_ecs_are_passed_over_without_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hcl, "scan", None)
    assert document.parse(b'resource "aws_s3_bucket" "a" {}', "main.tf").data is None


# --- secrets, and what means harm -------------------------------------------------------------------


def test_values_are_not_shown(ruleset: Ruleset) -> None:
    text = task(
        container='memory = "1", environment = [{ name = "TOKEN", value = "s3cr3tXy12ab" }]\n'
        'command = ["-p", var.secret == "s3cr3tXy12ab" ? "s3cr3tXy12ab" : "a"],'
        ' stopTimeout = var.secret == "s3cr3tXy12ab" ? 300 : 1',
        more=FARGATE,
        around='variable "secret" {\n  sensitive = true\n  default = "s3cr3tXy12ab"\n}',
    )
    outcome = check(text, ruleset)
    assert outcome.source is not None
    assert outcome.source.masks is not None
    assert len(outcome.findings) > 1
    assert "s3cr3tXy12ab" not in masking.masked(text, outcome.source.masks)
    assert not any("s3cr3tXy12ab" in f"{one.message} {one.help} {one.breadcrumb}" for one in outcome.findings)


SECONDS = 5
NESTED = 20_000

BOMBS = {
    "brackets": task(f"cpu = {'[' * NESTED}{']' * NESTED}"),
    "parentheses": task(f"cpu = {'(' * NESTED}1{')' * NESTED}"),
    "signs": task(f"cpu = {'!' * NESTED}true"),
    "operators": task(f"cpu = {'1 && ' * NESTED}1 ? 1 : 2"),
    "branches": task(f"cpu = {'a ? 1 : ' * 3000}1"),
    "blocks": task("volume {\n" * 3000 + "}\n" * 3000),
    "objects": task(container=f"x = {'{a=' * NESTED}1{'}' * NESTED}"),
    "texts in texts": task("cpu = " + '"${' * 3000 + "1" + '}"' * 3000),
    "local values that double": task(
        "cpu = local.l60",
        around="locals {\n l0 = [1]\n"
        + "".join(f" l{i} = [local.l{i - 1}, local.l{i - 1}]\n" for i in range(1, 61))
        + "}",
    ),
    "many conditions": task("".join(f'cpu{i} = var.p{i} == "a" ? 1 : 2\n' for i in range(500))),
    "JSON that is deep": heredoc("[" * NESTED + "]" * NESTED),
    "many interpolations": heredoc('[{"name": "' + "${var.a}" * 20_000 + '"}]'),
    "a number that is long": task(f"cpu = {'9' * NESTED}\nmemory = 1e99999"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_what_is_read_is_bounded(ruleset: Ruleset, name: str) -> None:
    start = time.process_time()
    check(BOMBS[name], ruleset)
    assert time.process_time() - start < SECONDS


words = st.sampled_from(
    (
        *(
            '"aws_ecs_service"',
            'resource "aws_ecs_task_definition" "a" {',
            "}",
            "{",
            "[",
            "]",
            "(",
            ")",
            "=",
            ",",
            ":",
            "?",
        ),
        *(
            "family",
            "container_definitions",
            "volume",
            "dynamic",
            "jsonencode(",
            "file(",
            '"a',
            '"',
            "${",
            "var.a",
            "%{",
        ),
        *(
            "local.a",
            "==",
            "!",
            "&&",
            "<<EOT\n",
            "<<-EOT\n[{}]\nEOT\n",
            "\n",
            " ",
            "1",
            "true",
            "null",
            "# c\n",
            "é",
            "\0",
        ),
        *("locals {", 'variable "a" {', "default", "count", "for", "*", ".", "%{ if a }"),
    )
)


@given(st.lists(words, max_size=40))
def test_no_text_breaks_the_reading(parts: list[str]) -> None:
    text = "".join(parts)
    found = document.parse((text + '\n# "aws_ecs_').encode(), "main.tf")
    if found.data is None:
        return
    for one in recognise(found.data):
        assert isinstance(one.data, dict)
    pending = [found.root()]
    while pending:
        node = pending.pop()
        assert node is not None
        assert 0 <= node.start <= node.end <= len(found.text)
        pending += node.children.values()


expressions = st.recursive(
    st.sampled_from([1, 128, "a", "", True, None, "var.p", "local.q", "aws_x.y.z"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["name", "memory", "a"]), inner, max_size=2)
        | st.tuples(st.sampled_from(["p", "q"]), inner, inner)
    ),
    max_leaves=6,
)


def written(value: Any) -> str:
    """An expression in HCL; a tuple is a conditional."""
    if isinstance(value, tuple):
        name, one, other = value
        return f"var.{name} ? {written(one)} : {written(other)}"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {written(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    return value if isinstance(value, str) and "." in value else json.dumps(value)


def chosen(value: Any, truths: dict[str, bool]) -> Any:
    """What an expression gives if variables are true or false; unknown values by their names."""
    if isinstance(value, tuple):
        return chosen(value[1 if truths[value[0]] else 2], truths)
    if isinstance(value, dict):
        return {key: chosen(item, truths) for key, item in value.items()}
    if isinstance(value, list):
        return [chosen(item, truths) for item in value]
    return f"?{value}" if isinstance(value, str) and "." in value else value


def shown(value: Any) -> Any:
    """A value that was read, in the same form."""
    if isinstance(value, dict):
        return {key: shown(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shown(item) for item in value]
    return f"?{value.raw.strip('<>').replace('/', '.')}" if isinstance(value, Unknown) else value


@given(st.lists(st.dictionaries(st.sampled_from(["name", "image", "cpu"]), expressions, max_size=3), max_size=2))
def test_the_readings_are_what_terraform_makes_in_each_case(containers: list[Any]) -> None:
    text = (
        f'resource "aws_ecs_task_definition" "it" {{\n container_definitions = jsonencode({written(containers)})\n}}\n'
    )
    wanted = [chosen(containers, {"p": p, "q": q}) for p in (True, False) for q in (True, False)]
    readings = [one.data["containerDefinitions"] for one in recognise(document.parse(text.encode(), "a.tf").data)]
    found = [shown(one) for one in readings]
    assert all(one in found for one in wanted)
    assert all(one in wanted for one in found)


def test_the_folder_of_a_file_that_is_alone_is_not_looked_at(ruleset: Ruleset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "listdir", None)
    assert check(task(), ruleset).is_checked()


def test_what_begins_a_block_is_shown(ruleset: Ruleset) -> None:
    text = 'resource "aws_ecs_service" "web" {\n  scheduling_strategy = "DAEMON"\n  launch_type = "FARGATE"\n}\n'
    source = check(text, ruleset).source
    assert source is not None
    assert masking.masked(source.text, source.masks or ()) == text


@pytest.mark.parametrize("times", ["var.f ? [1] : []", "var.nets", "local.vpc ? { x = 1 } : {}"])
def test_a_dynamic_block_may_make_nothing(ruleset: Ruleset, times: str) -> None:
    service = f"""
variable "f" {{}}
variable "nets" {{}}
locals {{
  vpc = var.f
}}
resource "aws_ecs_service" "web" {{
  name            = "web"
  task_definition = aws_ecs_task_definition.it.arn
  launch_type     = "EC2"
  dynamic "network_configuration" {{
    for_each = {times}
    content {{
      subnets = []
    }}
  }}
}}
"""
    for mode in ('"bridge"', '"awsvpc"', 'var.f ? "awsvpc" : "bridge"'):
        assert grave(task(f"  network_mode = {mode}") + service, ruleset) == []


def test_the_way_into_a_local_value_has_its_dots(ruleset: Ruleset) -> None:
    text = """
locals {
  all = [{ name = "web", image = "nginx:1.27", memory = "128" }]
}
resource "aws_ecs_task_definition" "it" {
  family                = "web"
  container_definitions = jsonencode(local.all)
}
"""
    [found] = check(text, ruleset).findings
    assert found.breadcrumb == "aws_ecs_task_definition.it.container_definitions.memory"
