"""Plans and states of Terraform: read as the provider sends them, judged as plain input, and shown without secrets."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint import api, engine, masking
from ecslint.adapters import recognise, terraform
from ecslint.model import Finding, Unknown
from ecslint.ruleset.bundle import Ruleset
from tests import plans
from tests.plans import plan, resource
from tests.test_cloudformation import EXAMPLES

WEB = {"name": "web", "image": "nginx:1.27", "memory": 128, "essential": True}
TASK = {"family": "web", "network_mode": "bridge"}
SERVICE = {"name": "web", "launch_type": "EC2", "desired_count": 1, "scheduling_strategy": "REPLICA"}


def task(*containers: Any, name: str = "it", **values: Any) -> dict[str, Any]:
    """A task definition in a plan; its containers have what WEB has, too."""
    some = json.dumps([{**WEB, **one} for one in containers or ({},)])
    return resource("task-definition", {**TASK, "container_definitions": some, **values}, name)


def service(**values: Any) -> dict[str, Any]:
    """A service in a plan."""
    return resource("service", {**SERVICE, **values}, "app")


def change(one: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What a plan says of the change of a resource."""
    return {"address": one["address"], "change": {"actions": ["create"], **more}}


def check(data: Any, ruleset: Ruleset, *, excerpts: bool = False) -> api.Outcome:
    """What there is to say of a plan, pairs included."""
    settings = engine.Settings(ruleset.default, excerpts=excerpts)
    text = data if isinstance(data, str) else json.dumps(data)
    return api.lint_bytes(text.encode(), "plan.json", True, ruleset, settings)


def grave(data: Any, ruleset: Ruleset) -> list[tuple[str, str]]:
    """The rules and severities of all findings but notes."""
    found = check(data, ruleset).findings
    return [(one.rule, one.severity) for one in found if one.severity != "info"]


# --- what is read -----------------------------------------------------------------------------------


def test_blocks_names_and_maps_are_those_of_ecs() -> None:
    values = {
        **SERVICE,
        "iam_role": "/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
        "alarms": [{"alarm_names": ["a"], "enable": True, "rollback": False}],
        "deployment_minimum_healthy_percent": 50,
        "deployment_circuit_breaker": [{"enable": True, "rollback": True}],
        "deployment_configuration": [{"strategy": "BLUE_GREEN", "bake_time_in_minutes": "10"}],
        "network_configuration": [{"subnets": ["subnet-1"], "assign_public_ip": False, "security_groups": []}],
        "load_balancer": [{"elb_name": "", "container_name": "web", "container_port": 80, "target_group_arn": "t"}],
        "service_registries": [{"registry_arn": "r", "port": 0, "container_port": 0, "container_name": ""}],
        "tags": {"team": "shop"},
        "tags_all": {"team": "shop"},
        "triggers": {},
        "enable_ecs_managed_tags": True,
    }
    [found] = recognise(plan(resource("service", values)))
    assert found.data == {
        "serviceName": "web",
        "launchType": "EC2",
        "desiredCount": 1,
        "schedulingStrategy": "REPLICA",
        "deploymentConfiguration": {
            "alarms": {"alarmNames": ["a"], "enable": True, "rollback": False},
            "minimumHealthyPercent": 50,
            "deploymentCircuitBreaker": {"enable": True, "rollback": True},
            "strategy": "BLUE_GREEN",
            "bakeTimeInMinutes": 10,
        },
        "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"], "assignPublicIp": "DISABLED"}},
        "loadBalancers": [{"containerName": "web", "containerPort": 80, "targetGroupArn": "t"}],
        "serviceRegistries": [{"registryArn": "r"}],
        "tags": [{"key": "team", "value": "shop"}],
        "enableECSManagedTags": True,
    }
    assert found.spell is not None
    for path, source in found.moved.items():  # every way back leads to something
        node: Any = plan(resource("service", values))
        for part in source:
            node = node[part]
        assert path == () or node is not None


SAME = [*plans.expressible(EXAMPLES)]

#: Rules whose fault cannot be in a plan: the provider sends nothing for what is empty, keeps the number of tasks and
#: their bounds to itself where ECS wants none, and has no attribute for an ARN.
FORMAL = {"ECS036", "ECS310", "ECS436", "ECS910", "ECS912", "ECS914", "ECS995"}


@pytest.mark.parametrize(("name", "data", "kind", "values"), SAME, ids=[name for name, *_ in SAME])
def test_a_plan_is_judged_as_plain_input(
    ruleset: Ruleset, name: str, data: Any, kind: str, values: dict[str, Any]
) -> None:
    plain = {one.rule for one in check(data, ruleset).findings}
    found = {one.rule for one in check(plan(resource(kind, values)), ruleset).findings}
    assert found - FORMAL == plain - FORMAL, name


def test_many_examples_can_be_told_in_a_plan() -> None:
    kinds = [kind for _, _, kind, _ in SAME]
    assert len(kinds) > 1000
    assert {*kinds} >= {"task-definition", "service", "cluster", "capacity-provider", "express-service"}


SILENT = {
    "keys as Go writes them": plan(
        resource(
            "task-definition",
            {
                **TASK,
                "container_definitions": json.dumps(
                    [{"Name": "web", "Image": "nginx:1.27", "Memory": 128, "Cpu": None, "PortMappings": None}]
                ),
            },
        )
    ),
    "a map of tags": plan(task(tags={"Name": "web", "key": "x"})),
    "nothing in attributes and blocks": plan(
        task(cpu=None, memory="", volume=[], runtime_platform=[], execution_role_arn="", tags=None)
    ),
    "an empty path of the host": plan(task(volume=[{"name": "data", "host_path": "", "configure_at_launch": False}])),
    "a port of a file system that is 0": plan(
        task(
            requires_compatibilities=["EC2"],
            volume=[
                {
                    "name": "data",
                    "efs_volume_configuration": [
                        {"file_system_id": "fs-12345678", "root_directory": "/", "transit_encryption_port": 0}
                    ],
                }
            ],
        )
    ),
    "a role that ECS has chosen": plan(
        service(
            iam_role="/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
            network_configuration=[{"subnets": ["subnet-1"], "assign_public_ip": False}],
        )
    ),
    "bounds that are not sent": plan(
        service(scheduling_strategy="DAEMON", desired_count=None, deployment_maximum_percent=200)
    ),
    "what a newer provider has": plan(task(brand_new_attribute=[{"of_the_provider": 1}])),
    "providers of a cluster that are none": plan(
        resource("cluster-providers", {"cluster_name": "main", "capacity_providers": []})
    ),
}


@pytest.mark.parametrize("name", SILENT)
def test_what_terraform_accepts_is_no_finding(ruleset: Ruleset, name: str) -> None:
    assert grave(SILENT[name], ruleset) == []


TOLD = {
    "a number in quotes": (plan(task({"memory": "128"})), "ECS013", "error"),
    "a value that is a number": (plan(task({"environment": [{"name": "A", "value": 1}]})), "ECS013", "error"),
    "a name that Go passes over": (plan(task({"memroy": 1})), "ECS010", "warning"),
    "a size": (
        plan(task(cpu="1024", memory="1024", network_mode="awsvpc", requires_compatibilities=["FARGATE"])),
        "ECS101",
        "error",
    ),
    "subnets that are none": (plan(service(network_configuration=[{"subnets": []}])), "ECS923", "warning"),
}


@pytest.mark.parametrize("name", TOLD)
def test_what_is_refused_is_found(ruleset: Ruleset, name: str) -> None:
    data, rule, severity = TOLD[name]
    assert (rule, severity) in grave(data, ruleset)


def test_each_instance_in_each_module_is_judged(ruleset: Ruleset) -> None:
    bad = {"memory": "128"}
    inner = task(bad) | {"address": 'module.shop["a.b"].aws_ecs_task_definition.it[0]', "index": 0}
    other = task() | {"address": 'module.shop["a.b"].aws_ecs_task_definition.it[1]', "index": 1}
    data = plan(task(), {"address": "data.x", "mode": "data", "type": "aws_ecs_task_definition", "values": {}})
    data["planned_values"]["root_module"]["child_modules"] = [
        {"address": "module.shop", "child_modules": [{"resources": [inner, other]}]}
    ]
    [found] = check(data, ruleset).findings
    assert found.breadcrumb == 'module.shop["a.b"].aws_ecs_task_definition.it[0].container_definitions[web].memory'
    assert 'in `module.shop["a.b"].aws_ecs_task_definition.it[0]`, container `web`' in found.message
    assert found.pointer.endswith("/child_modules/0/child_modules/0/resources/0/values/container_definitions")


def test_an_attribute_has_its_place(ruleset: Ruleset) -> None:
    data = plan(task(network_mode="awsvcp"))
    text = json.dumps(data, indent=2)
    [found] = check(text, ruleset).findings
    assert text[found.start : found.end] == '"awsvcp"'
    assert found.breadcrumb == "aws_ecs_task_definition.it.network_mode"
    assert found.fix is None  # Terraform makes the plan again


# --- what is known after apply ----------------------------------------------------------------------


@pytest.mark.parametrize("written", ["[]", None, "missing"])
def test_containers_that_are_known_after_apply_are_counted(ruleset: Ruleset, written: str | None) -> None:
    first, second = (task(name=name) for name in "ab")
    for one in (first, second):
        one["values"] |= {"container_definitions": written}
        if written == "missing":
            del one["values"]["container_definitions"]
    changes = [change(one, after_unknown={"container_definitions": True}) for one in (first, second)]
    [found] = check(plan(first, second, resource_changes=changes), ruleset).findings
    assert (found.rule, found.severity) == ("ECS007", "info")
    assert found.message == "the containers of 2 task definitions are known after apply only"


def test_what_is_known_after_apply_is_not_judged(ruleset: Ruleset) -> None:
    one = service(
        network_configuration=[{"assign_public_ip": False}],
        load_balancer=[{"container_name": "web", "container_port": None}],
    )
    marks = {
        "iam_role": True,
        "network_configuration": [{"subnets": True}],
        "load_balancer": [{"container_port": True, "target_group_arn": True}],
    }
    data = plan(one, resource_changes=[change(one, after_unknown=marks)])
    assert grave(data, ruleset) == []
    [found] = recognise(data)
    network = found.data["networkConfiguration"]["awsvpcConfiguration"]
    assert isinstance(network["subnets"], Unknown)
    assert network["assignPublicIp"] == "DISABLED"
    assert network["subnets"] != found.data["role"]  # nobody knows that they are the same


def test_what_nobody_has_written_is_not_sent() -> None:
    one = service(launch_type=None, capacity_provider_strategy=[{"capacity_provider": "FARGATE", "weight": 1}])
    expressions = {name: {} for name in ("name", "desired_count", "capacity_provider_strategy")}
    configuration = {
        "root_module": {"resources": [{"mode": "managed", "type": "aws_ecs_service", "name": "app"}]},
    }
    configuration["root_module"]["resources"][0]["expressions"] = expressions  # type: ignore[assignment]
    computed = [change(one, after_unknown={"launch_type": True, "iam_role": True})]
    [found] = recognise(plan(one, resource_changes=computed, configuration=configuration))
    assert {*found.data} == {"serviceName", "desiredCount", "capacityProviderStrategy"}


def test_of_two_changes_of_an_address_the_one_that_makes_it_counts() -> None:
    one = task(network_mode=None)
    deposed = change(one, after_unknown={"family": True}) | {"deposed": "abcd"}
    changes = [
        change(one, after_unknown={"network_mode": True}),
        deposed,
        {"address": one["address"], "change": {"actions": ["delete"], "after_unknown": {}}},
    ]
    [found] = recognise(plan(one, resource_changes=changes))
    assert isinstance(found.data["networkMode"], Unknown)
    assert found.data["family"] == "web"


# --- services and their task definitions ------------------------------------------------------------

BALANCED = {"load_balancer": [{"container_name": "api", "container_port": 80, "target_group_arn": "arn:x"}]}
PAIRED = ("ECS951", "error")


def referring(*references: str, tasks: tuple[dict[str, Any], ...] = (), **more: Any) -> dict[str, Any]:
    """A plan with a service that refers to a task definition which is still to be made."""
    one = service(**BALANCED)
    expressions = {**{name: {} for name in one["values"]}, "task_definition": {"references": [*references]}}
    listed = {"mode": "managed", "type": "aws_ecs_service", "name": "app", "expressions": expressions}
    return plan(
        one,
        *(tasks or (task(),)),
        resource_changes=[change(one, after_unknown={"task_definition": True})],
        configuration={"root_module": {"resources": [listed], **more}},
    )


def instance(name: str, index: Any) -> dict[str, Any]:
    """An instance of a task definition with a key."""
    one = task({"name": name})
    shown = f"[{index}]" if isinstance(index, int) else f'["{index}"]'
    return one | {"index": index, "address": one["address"] + shown}


ARN = ("aws_ecs_task_definition.it.arn", "aws_ecs_task_definition.it")
BY_INDEX = ("aws_ecs_task_definition.it[1].arn", "aws_ecs_task_definition.it[1]", "aws_ecs_task_definition.it")
TWO = (instance("api", 0), instance("web", 1))

PAIRS = {
    "a reference": (referring(*ARN), True),
    "a reference to the first of two": (referring(BY_INDEX[0].replace("1", "0"), tasks=TWO), False),
    "a reference to the second of two": (referring(*BY_INDEX, tasks=TWO), True),
    "a reference to one of two": (referring(*ARN, tasks=TWO), False),
    "a reference that may be another one": (referring(*ARN, "data.aws_ecs_task_definition.it.revision"), False),
    "a local value": (referring("local.task"), False),
    "an output of a module": (
        referring(
            "module.task.arn",
            "module.task",
            module_calls={"task": {"module": {"outputs": {"arn": {"expression": {"references": [*ARN]}}}}}},
        ),
        False,  # that module has none
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_a_service_is_checked_with_the_task_definition_to_which_it_refers(ruleset: Ruleset, name: str) -> None:
    data, paired = PAIRS[name]
    assert (PAIRED in grave(data, ruleset)) is paired


def in_modules(given: Any, default: Any = None) -> dict[str, Any]:
    """A plan with a task definition in one module and a service in another one."""
    one, own = service(**BALANCED), task()
    one["address"] = f"module.shop.{one['address']}"
    own["address"] = f"module.task.{own['address']}"
    expressions = {**{name: {} for name in one["values"]}, "task_definition": {"references": ["var.task"]}}
    called = {"mode": "managed", "type": "aws_ecs_service", "name": "app", "expressions": expressions}
    calls = {
        "shop": {
            "expressions": given,
            "module": {"resources": [called], "variables": {"task": {"default": default}}},
        },
        "task": {"module": {"outputs": {"arn": {"expression": {"references": [*ARN]}}}}},
    }
    return {
        "format_version": "1.2",
        "planned_values": {"root_module": {"child_modules": [{"resources": [one]}, {"resources": [own]}]}},
        "resource_changes": [change(one, after_unknown={"task_definition": True})],
        "configuration": {"root_module": {"module_calls": calls}},
    }


def test_references_are_followed_through_modules(ruleset: Ruleset) -> None:
    output = {"task": {"references": ["module.task.arn", "module.task"]}}
    assert PAIRED in grave(in_modules(output), ruleset)
    assert PAIRED not in grave(in_modules({"task": {"constant_value": "web:1"}}), ruleset)
    assert PAIRED not in grave(in_modules({}, "web:1"), ruleset)
    assert PAIRED not in grave(in_modules({"task": {"references": ["local.task"]}}), ruleset)


def test_in_a_state_a_service_is_checked_with_the_task_definition_that_it_names(ruleset: Ruleset) -> None:
    arn = "arn:aws:ecs:eu-west-1:123456789012:task-definition/web:3"
    data = plan(service(task_definition=arn, **BALANCED), task(arn=arn, revision=3))
    state = {"format_version": "1.0", "terraform_version": "1.9.8", "values": data["planned_values"]}
    assert PAIRED in grave(state, ruleset)
    other = plan(service(task_definition=arn[:-1] + "2", **BALANCED), task(arn=arn, revision=3))
    assert PAIRED not in grave({**state, "values": other["planned_values"]}, ruleset)


# --- the file in which Terraform keeps a state ------------------------------------------------------


def kept(**values: Any) -> dict[str, Any]:
    """A state as Terraform keeps it, with one task definition in a module."""
    attributes = {**TASK, "container_definitions": json.dumps([WEB]), "id": "web", "revision": 1, **values}
    one = {"index_key": "a", "schema_version": 1, "attributes": attributes, "sensitive_attributes": []}
    listed = {"module": "module.shop", "mode": "managed", "type": "aws_ecs_task_definition", "name": "it"}
    return {"version": 4, "terraform_version": "1.9.8", "serial": 1, "resources": [{**listed, "instances": [one]}]}


def test_a_kept_state_is_read(ruleset: Ruleset) -> None:
    assert check(kept(), ruleset).findings == []
    [found] = check(kept(cpu="one"), ruleset).findings
    assert found.breadcrumb == 'module.shop.aws_ecs_task_definition.it["a"].cpu'
    assert found.pointer == "/resources/0/instances/0/attributes/cpu"


# --- secrets ----------------------------------------------------------------------------------------


def texts(found: Finding) -> str:
    """All that a finding says."""
    labels = [label.message for label in found.related]
    return " ".join([found.message, found.help, found.breadcrumb, found.name, *labels])


SECRETS = [
    (task({"name": "hunter2", "image": "hunter2:A B"}, {"name": "hunter2"}), {"container_definitions": True}),
    (task(network_mode="hunter2"), {"network_mode": True}),
    (task(family="hunter2 x"), {"family": True}),
    (task(volume=[{"name": "hunter2"}, {"name": "hunter2"}]), {"volume": [{"name": True}, {"name": True}]}),
]


@pytest.mark.parametrize("where", ["sensitive_values", "after_sensitive", "sensitive_attributes"])
@pytest.mark.parametrize("number", range(len(SECRETS)))
def test_what_is_marked_as_sensitive_is_judged_and_shown_nowhere(ruleset: Ruleset, where: str, number: int) -> None:
    one, marks = SECRETS[number]
    more: dict[str, Any] = {}
    if where == "sensitive_values":
        one = {**one, where: marks}
    elif where == "after_sensitive":
        more = {"resource_changes": [change(one, after_sensitive=marks)]}
    data = plan(one, **more)
    if where == "sensitive_attributes":
        data = kept(**one["values"])
        steps = [[{"type": "get_attr", "value": name}] for name in marks]
        data["resources"][0]["instances"][0][where] = steps
    text = json.dumps(data, indent=1)
    outcome = check(text, ruleset, excerpts=True)
    assert outcome.findings
    assert not any("hunter2" in texts(found) for found in outcome.findings)
    assert outcome.source is not None
    assert outcome.source.masks is not None
    assert "hunter2" not in masking.masked(text, outcome.source.masks)


def test_environment_is_not_shown(ruleset: Ruleset) -> None:
    text = json.dumps(plan(task({"memory": "128", "environment": [{"name": "TOKEN", "value": "s3cr3tXy12ab"}]})))
    outcome = check(text, ruleset, excerpts=True)
    assert outcome.source is not None
    assert outcome.source.masks is not None
    assert "s3cr3tXy12ab" not in masking.masked(text, outcome.source.masks)
    assert not any("s3cr3tXy12ab" in texts(found) for found in outcome.findings)


# --- what is none, and what means harm --------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        {"format_version": "1.2", "planned_values": {}},
        {"format_version": "2.0", "planned_values": {"root_module": {"resources": [task()]}}},
        {"format_version": 1, "planned_values": {"root_module": {"resources": [task()]}}},
        plan({"address": "aws_s3_bucket.a", "mode": "managed", "type": "aws_s3_bucket", "values": {}}),
        plan({**task(), "mode": "data"}),
        {"version": 4, "resources": []},
        {"version": 3, "terraform_version": "0.11.1", "resources": kept()["resources"]},
    ],
)
def test_other_documents_are_none_of_ours(data: Any) -> None:
    assert recognise(data) == []


WORDS = (
    *("resources", "child_modules", "address", "type", "name", "values", "index", "family", "container_definitions"),
    *(
        "volume",
        "network_configuration",
        "subnets",
        "tags",
        "task_definition",
        "references",
        "expressions",
        "instances",
    ),
    *("module_calls", "module", "outputs", "expression", "sensitive_values", "sensitive_attributes", "after_unknown"),
)
TEXTS = (
    "",
    "[]",
    "[{}]",
    "aws_ecs_task_definition",
    "aws_ecs_service",
    "module.a",
    "var.a",
    "${",
    "{",
    "it",
    "[" * 500,
)
junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(TEXTS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=12,
)


@given(junk, junk, junk, junk)
def test_no_plan_breaks_the_reading(values: Any, marks: Any, module: Any, configuration: Any) -> None:
    own = {**TASK, **(values if isinstance(values, dict) else {"volume": values})}
    one = resource("task-definition", own, sensitive_values=marks)
    two = resource("service", own | {"task_definition": values})
    changes = [change(item, after_unknown=marks, after_sensitive=marks) for item in (one, two)]
    data = plan(one, two, resource_changes=changes, configuration={"root_module": configuration})
    data["planned_values"]["root_module"]["child_modules"] = module
    for found in recognise(data):
        assert isinstance(found.data, dict)
    for found in recognise(
        {"version": 4, "terraform_version": "1", "resources": [module, {**one, "instances": module}]}
    ):
        assert isinstance(found.data, dict)


def test_what_nests_deeply_is_read_so_far(ruleset: Ruleset) -> None:
    deep = json.dumps(plan(task(volume=["DEEP"], placement_constraints=["DEEP"])))
    for opening, closing in (("[", "]"), ('{"a":', "}"), ('[{"a":', "}]")):
        for depth in (60, 300, 900):
            nested = opening * (depth // len(opening.split("["))) + "1" + closing * (depth // len(opening.split("[")))
            check(deep.replace('"DEEP"', nested), ruleset)
    text = json.dumps(plan(task(), resource_changes=[change(task(), after_unknown={"volume": "DEEP"})]))
    check(text.replace('"DEEP"', "[" * 900 + "]" * 900), ruleset)


def test_modules_in_modules_end(ruleset: Ruleset) -> None:
    module: dict[str, Any] = {"resources": [task({"memory": "128"})]}
    for _ in range(200):
        module = {"child_modules": [module]}
    assert recognise({"format_version": "1.2", "planned_values": {"root_module": module}}) == []
    loop = {"m": {"module": {"outputs": {"arn": {"expression": {"references": ["module.m.arn", "module.m"]}}}}}}
    assert PAIRED not in grave(referring("module.m.arn", "module.m", module_calls=loop), ruleset)


def test_a_text_that_is_no_list_of_containers_is_unknown() -> None:
    for text in ("{", "{}", "[" * 2000 + "]" * 2000, "5", '"a"'):
        [found] = recognise(plan(resource("task-definition", {**TASK, "container_definitions": text})))
        assert isinstance(found.data[terraform.CONTAINERS], Unknown)
