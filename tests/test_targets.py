"""What has ECS run tasks becomes input of run-task: rules, schedules, pipes, state machines, in templates and alone."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint import api, document, engine, fixing
from ecslint.adapters import cloudformation, recognise, targets
from ecslint.model import Finding
from ecslint.ruleset.bundle import Ruleset
from tests.bundled import RULES

NETWORK = {"Subnets": ["subnet-0a1b2c3d"], "AssignPublicIp": "DISABLED"}
TASK = {
    "Type": "AWS::ECS::TaskDefinition",
    "Properties": {
        "NetworkMode": "awsvpc",
        "RequiresCompatibilities": ["FARGATE"],
        "Cpu": 256,
        "Memory": 512,
        "ContainerDefinitions": [{"Name": "web", "Image": "web:1"}],
    },
}
STATE = "arn:aws:states:::ecs:runTask.sync"


def check(data: Any, ruleset: Ruleset, name: str = "x.json") -> list[Finding]:
    """The errors in a document."""
    text = data if isinstance(data, str) else json.dumps(data)
    found = api.lint_bytes(text.encode(), name, True, ruleset, engine.Settings(ruleset.default)).findings
    return [one for one in found if one.severity == "error"]


def rules(data: Any, ruleset: Ruleset, name: str = "x.json") -> list[str]:
    """The rules of the errors in a document."""
    return [found.rule for found in check(data, ruleset, name)]


def template(kind: str, properties: Any) -> dict[str, Any]:
    """A template with a task definition and what runs it."""
    return {"Resources": {"Task": TASK, "Runner": {"Type": kind, "Properties": properties}}}


def rule_of(parameters: Any, **more: Any) -> dict[str, Any]:
    """A rule of EventBridge in a template."""
    target = {"Id": "a", "Arn": {"Fn::GetAtt": ["Cluster", "Arn"]}, "EcsParameters": parameters, **more}
    return template("AWS::Events::Rule", {"ScheduleExpression": "rate(1 day)", "Targets": [target]})


def schedule_of(parameters: Any, **more: Any) -> dict[str, Any]:
    """A schedule in a template."""
    target = {"Arn": {"Fn::GetAtt": "Cluster.Arn"}, "RoleArn": "r", "EcsParameters": parameters, **more}
    return template("AWS::Scheduler::Schedule", {"FlexibleTimeWindow": {"Mode": "OFF"}, "Target": target})


def pipe_of(parameters: Any) -> dict[str, Any]:
    """A pipe in a template."""
    return template("AWS::Pipes::Pipe", {"Target": {"Ref": "C"}, "TargetParameters": {"EcsTaskParameters": parameters}})


def states_of(parameters: Any, resource: str = STATE) -> dict[str, Any]:
    """The definition of a state machine with one task in a branch in a loop."""
    task = {"StartAt": "Run", "States": {"Run": {"Type": "Task", "Resource": resource, "Parameters": parameters}}}
    branches = {"StartAt": "Both", "States": {"Both": {"Type": "Parallel", "Branches": [task]}}}
    return {"StartAt": "Each", "States": {"Each": {"Type": "Map", "ItemProcessor": branches}}}


def machine_of(parameters: Any) -> dict[str, Any]:
    """A state machine in a template, its definition an object."""
    return template("AWS::StepFunctions::StateMachine", {"Definition": states_of(parameters)})


def text_machine_of(parameters: Any) -> dict[str, Any]:
    """A state machine in a template, its definition a text in which something is put in."""
    text = json.dumps(states_of(parameters)).replace('{"Ref": "Task"}', '"${Task}"')
    return template("AWS::StepFunctions::StateMachine", {"DefinitionString": {"Fn::Sub": text}})


def joined_machine_of(parameters: Any) -> dict[str, Any]:
    """The same as the CDK writes it."""
    first, last = json.dumps(states_of(parameters)).split('{"Ref": "Task"}')
    text = {"Fn::Join": ["", [first + '"', {"Ref": "Task"}, '"' + last]]}
    return template("AWS::StepFunctions::StateMachine", {"DefinitionString": text})


FORMS = {
    "rule": (rule_of, "TaskDefinitionArn", "AwsVpcConfiguration"),
    "schedule": (schedule_of, "TaskDefinitionArn", "AwsvpcConfiguration"),
    "pipe": (pipe_of, "TaskDefinitionArn", "AwsvpcConfiguration"),
    "states": (machine_of, "TaskDefinition", "AwsvpcConfiguration"),
    "text": (text_machine_of, "TaskDefinition", "AwsvpcConfiguration"),
    "join": (joined_machine_of, "TaskDefinition", "AwsvpcConfiguration"),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_target_is_judged_with_the_task_definition_that_it_refers_to(ruleset: Ruleset, form: str) -> None:
    make, name, network = FORMS[form]
    good = {name: {"Ref": "Task"}, "LaunchType": "FARGATE", "NetworkConfiguration": {network: NETWORK}}
    assert rules(make(good), ruleset) == []
    assert rules(make({**good, "LaunchType": "FARGAT"}), ruleset) == ["ECS015"]
    assert rules(make({name: {"Ref": "Task"}}), ruleset) == ["ECS968"]
    assert rules(make({**good, "NetworkConfiguration": {network.upper(): NETWORK}}), ruleset)[:1] == ["ECS010"]


@pytest.mark.parametrize("form", ["rule", "schedule"])
def test_the_text_of_an_input_names_containers(ruleset: Ruleset, form: str) -> None:
    make, name, network = FORMS[form]
    good = {name: {"Ref": "Task"}, "LaunchType": "FARGATE", "NetworkConfiguration": {network: NETWORK}}
    for container, found in (("web", []), ("wbe", ["ECS969"])):
        text = json.dumps({"containerOverrides": [{"name": container, "odd": 1}], "more": {}})
        assert rules(make(good, Input=text), ruleset) == found
    for text in ("{}", "[1]", "{", {"Ref": "X"}, '{"detail": 1}', '{"containerOverrides": [1, {}]}'):
        assert rules(make(good, Input=text), ruleset) == []
    assert rules(make(good, InputTransformer={"InputTemplate": "x"}), ruleset) == []


def test_the_text_of_an_input_is_neither_shown_nor_changed(ruleset: Ruleset) -> None:
    text = json.dumps({"containerOverrides": [{"name": "wbe", "command": ["hunter2"]}]})
    data = rule_of({"TaskDefinitionArn": {"Ref": "Task"}, "NetworkConfiguration": {"AwsVpcConfiguration": NETWORK}})
    data["Resources"]["Runner"]["Properties"]["Targets"][0]["Input"] = text
    whole = json.dumps(data, indent=2)
    outcome = api.lint_bytes(whole.encode(), "x.json", True, ruleset, engine.Settings(ruleset.default, excerpts=True))
    [found] = [one for one in outcome.findings if one.rule == "ECS969"]
    assert whole[found.start : found.end] == json.dumps(text)
    assert outcome.source is not None
    assert any(start <= found.start < end for start, end in outcome.source.masks)
    mended = fixing.mend(whole, "x.json", ruleset, engine.Settings(ruleset.default), named=True, unsafe=True)
    assert mended.text == whole


def test_names_are_those_of_each_service(ruleset: Ruleset) -> None:
    [found] = check(schedule_of({"taskDefinitionArn": {"Ref": "Task"}, "LaunchType": "EC2"}), ruleset)[:1]
    assert found.message == "unknown property `taskDefinitionArn`; did you mean `TaskDefinitionArn`?"
    placed = {"TaskDefinitionArn": "a", "LaunchType": "EC2", "PlacementStrategies": [{"Type": "random"}]}
    assert rules(rule_of(placed), ruleset) == []
    assert rules(schedule_of(placed), ruleset) == ["ECS010"]
    assert rules(schedule_of({"TaskDefinitionArn": "a", "Tags": [{"team": "shop"}]}), ruleset) == []
    assert rules(rule_of({"TaskDefinitionArn": "a", "TagList": [{"Key": "aws:a", "Value": "b"}]}), ruleset) == [
        "ECS040"
    ]


def test_what_schedulers_accept_is_no_error(ruleset: Ruleset) -> None:
    target = {"TaskDefinitionArn": "a", "LaunchType": "EC2", "PlatformVersion": "LATEST"}
    target["PlacementConstraints"] = [{"Type": "distinctInstance", "Expression": ""}]
    assert rules(rule_of(target), ruleset) == []
    assert rules(rule_of({**target, "TaskCount": "2"}), ruleset) == []
    assert rules(rule_of({**target, "TaskCount": 11}), ruleset) == ["ECS016"]
    assert rules(pipe_of({**target, "TaskDefinitionArn": "$.body.task", "TaskCount": 2}), ruleset) == []


def test_what_a_state_machine_computes_is_unknown(ruleset: Ruleset) -> None:
    parameters = {
        "TaskDefinition.$": "$.task",
        "Count": "{% $count %}",
        "LaunchType": "FARGATE",
        "NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets.$": "$.subnets"}},
        "Overrides": {"ContainerOverrides": [{"Name": "web", "Environment": [{"Name": "A", "Value.$": "$.a"}]}]},
    }
    assert rules(states_of(parameters), ruleset) == []
    assert rules(states_of({**parameters, "Count": 12}), ruleset) == ["ECS016"]
    assert rules(states_of({**parameters, "count": 2}), ruleset) == ["ECS010"]
    for resource in (
        f"{STATE}:2",
        "arn:${P}:states:::ecs:runTask.waitForTaskToken",
        "arn:aws:states:::aws-sdk:ecs:runTask",
    ):
        assert rules(states_of({"LaunchType": "NONE", "TaskDefinition": "a"}, resource), ruleset) == ["ECS015"]
    assert recognise(states_of(parameters, "arn:aws:states:::batch:submitJob.sync")) == []


def test_names_in_a_definition_are_substituted(ruleset: Ruleset) -> None:
    machine = {
        "Definition": states_of({"TaskDefinition": "${TaskName}", "LaunchType": "FARGATE"}),
        "DefinitionSubstitutions": {"TaskName": {"Ref": "Task"}},
    }
    assert rules(template("AWS::Serverless::StateMachine", machine), ruleset) == ["ECS968"]
    text = {**machine, "DefinitionString": json.dumps(machine.pop("Definition"))}
    assert rules(template("AWS::StepFunctions::StateMachine", text), ruleset) == ["ECS968"]


def test_cases_of_a_template_count_for_targets(ruleset: Ruleset) -> None:
    data = rule_of({"TaskDefinitionArn": "a", "TaskCount": {"Fn::If": ["Many", 11, 1]}})
    data |= {"Parameters": {"P": {"Type": "String"}}, "Conditions": {"Many": {"Fn::Equals": [{"Ref": "P"}, "a"]}}}
    [found] = check(data, ruleset)
    assert found.message.endswith("(when `Many` is true)")


# --- alone --------------------------------------------------------------------------------------------

CALL = {"TaskDefinitionArn": "a", "LaunchType": "FARGATE", "NetworkConfiguration": {"awsvpcConfiguration": NETWORK}}
ALONE = {
    "put-targets": lambda call: {"Rule": "r", "Targets": [{"Id": "1", "Arn": "c", "EcsParameters": call}]},
    "a list of targets": lambda call: [{"Id": "1", "Arn": "c", "EcsParameters": call}],
    "create-schedule": lambda call: {"Name": "n", "Target": {"Arn": "c", "RoleArn": "r", "EcsParameters": call}},
    "one target": lambda call: {"Arn": "c", "RoleArn": "r", "EcsParameters": call},
    "create-pipe": lambda call: {"Target": "c", "TargetParameters": {"EcsTaskParameters": call}},
}


@pytest.mark.parametrize("name", ALONE)
def test_inputs_of_the_aws_cli_are_read(ruleset: Ruleset, name: str) -> None:
    make = ALONE[name]
    placed = {"PlacementStrategy": [{"type": "spread", "field": "instanceId"}], "LaunchType": "EC2"}
    assert rules(make(CALL), ruleset) == []
    assert rules(make({**CALL, **placed}), ruleset) == []
    assert rules(make({**CALL, "TaskCount": 0}), ruleset) == ["ECS016"]
    assert rules(make({**CALL, "NetworkConfiguration": {"AwsvpcConfiguration": NETWORK}}), ruleset) == ["ECS010"]
    text = json.dumps(make({**CALL, "taskCount": 1}), indent=2)
    mended = fixing.mend(text, "x.json", ruleset, engine.Settings(ruleset.default), named=True).text
    assert mended == text.replace("taskCount", "TaskCount")


OTHERS = [
    {"Targets": [{"Id": "1", "Arn": "arn:aws:lambda:eu-west-1:111122223333:function:f"}]},
    {"Target": "x", "States": []},
    {"States": {"a": {"Resource": "x"}, "b": 1}},
    {"Targets": {"EcsParameters": 1}},
    {"TargetParameters": {"EcsTaskParameters": "x"}, "Target": []},
    [{"EcsParameters": None}],
    template("AWS::Events::Rule", {"Targets": [1, {"EcsParameters": {"Ref": "X"}}]}),
]


@pytest.mark.parametrize("data", OTHERS)
def test_documents_of_others_are_none(data: Any) -> None:
    assert [one.kind for one in recognise(data) if one.kind == "run-task"] == []


def test_a_template_of_rules_alone_is_a_document_of_ecs(ruleset: Ruleset) -> None:
    data = rule_of({"TaskDefinitionArn": "a", "LaunchType": "EC3"})
    del data["Resources"]["Task"]
    assert rules(data, ruleset) == ["ECS015"]
    data["Resources"]["Runner"]["Properties"]["Targets"][0].pop("EcsParameters")
    assert recognise(data) == []


# --- places in texts ----------------------------------------------------------------------------------

MACHINE = """\
Resources:
  Machine:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      %s
        {
          "StartAt": "Run", "Secret": "hunter2",
          "States": {"Run": {"Type": "Task", "Resource": "arn:aws:states:::ecs:runTask", "Parameters": {
            "TaskDefinition": "${Task}", "LaunchType": "FARGAT", "Overrides": {"ContainerOverrides": [
              {"Name": "web", "Command": ["hunter2"]}]}
          }}}
        }
"""


@pytest.mark.parametrize("head", ["DefinitionString: !Sub |", "DefinitionString: >-", "DefinitionString: !Sub >"])
def test_a_finding_in_a_text_stands_at_its_place(ruleset: Ruleset, head: str) -> None:
    text = MACHINE % head
    settings = engine.Settings(ruleset.default, excerpts=True)
    outcome = api.lint_bytes(text.encode(), "x.yaml", True, ruleset, settings)
    [found] = [one for one in outcome.findings if one.rule == "ECS015"]
    assert text[found.start : found.end] == '"FARGAT"'
    assert outcome.source is not None
    hidden = "".join(text[start:end] for start, end in outcome.source.masks)
    assert hidden.count("hunter2") == 2
    mended = fixing.mend(text, "x.yaml", ruleset, engine.Settings(ruleset.default), named=True, unsafe=True)
    assert mended.text == text


def test_a_text_full_of_escapes_is_one_place(ruleset: Ruleset) -> None:
    text = json.dumps(text_machine_of({"TaskDefinition": "a", "LaunchType": "FARGAT"}))
    [found] = check(text, ruleset)
    assert text[found.start : found.end].startswith('{"Fn::Sub": "{\\"StartAt')


# --- the same as plain input --------------------------------------------------------------------------

#: Rules whose faults are none in a template, and those of what only run-task has.
FORMAL = {"ECS013", "ECS906", "ECS945"}


#: Members that inputs of run-task have in common with services.
SHARED = {
    *("capacityProviderStrategy", "enableECSManagedTags", "launchType", "networkConfiguration", "placementConstraints"),
    *("placementStrategy", "platformVersion", "propagateTags", "tags", "taskDefinition"),
}


def examples() -> list[tuple[str, Any]]:
    """What the examples of rules for services and inputs of run-task have in common with the latter."""
    found = []
    for rule in RULES:
        shown = rule.docs.get("examples", {})
        codes = [*shown.get("good", ()), *(example.get("code") for example in shown.get("bad", ()))]
        for number, code in enumerate(codes):
            data = code if isinstance(code, dict) else None
            if isinstance(code, str) and code.lstrip().startswith("{"):
                data = document.parse(code.encode(), "x.json").data
            [*resources] = recognise(data) if data else []
            plain = [one.data for one in resources if one.kind in ("run-task", "service") and one.spell is None]
            if len(plain) == 1:
                kept = {name: value for name, value in plain[0].items() if name in SHARED and value is not None}
                found.append((f"{rule.id}-{number}", {"taskDefinition": "a", "count": 1, **kept}))
    return found


EXAMPLES = examples()
WRAP = {"events": rule_of, "scheduler": schedule_of, "pipes": pipe_of, "states": states_of}


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 30


@pytest.mark.parametrize("dialect", WRAP)
@pytest.mark.parametrize(("name", "data"), EXAMPLES, ids=[name for name, _ in EXAMPLES])
def test_findings_are_those_of_the_plain_input(ruleset: Ruleset, dialect: str, name: str, data: Any) -> None:
    del name
    kept = {key: value for key, value in data.items() if (key, dialect) != ("tags", "scheduler")}
    spelt = cloudformation.spelt_keys(kept, dialect, dialect)
    plain = {**kept, "overrides": {"containerOverrides": []}}
    assert set(rules(WRAP[dialect](spelt), ruleset)) - FORMAL == set(rules(plain, ruleset)) - FORMAL


# --- hostile ------------------------------------------------------------------------------------------

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(["${A}", "$.a", "{% a %}", "<b>", "FARGATE", STATE, "{"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("Targets", "Target", "TargetParameters", "EcsParameters", "EcsTaskParameters", "States"),
                    *("Parameters", "Arguments", "Resource", "Branches", "Iterator", "Input", "Arn", "TaskCount.$"),
                    *("Fn::If", "Fn::Sub", "Ref", "Overrides", "ContainerOverrides", "PlacementConstraints", "Tags"),
                    *("Definition", "DefinitionString", "DefinitionSubstitutions", "TaskDefinitionArn"),
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=25,
)


@given(JSON, st.sampled_from([*cloudformation.TARGETS]))
def test_any_data_is_read_without_harm(data: Any, kind: str) -> None:
    for one in (data, {"States": data}, {"Targets": data}, {"Target": {"EcsParameters": data}}, template(kind, data)):
        for resource in recognise(one):
            assert type(resource.data) is dict


def test_many_tasks_and_cases_are_bounded() -> None:
    states = {f"S{i}": {"Resource": STATE, "Parameters": {"Count": {"Fn::If": ["C", 1, 2]}}} for i in range(3000)}
    data = template("AWS::StepFunctions::StateMachine", {"Definition": {"States": states}})
    data["Parameters"] = {f"P{i}": {"Type": "String"} for i in range(6)}
    data["Conditions"] = {"C": {"Fn::Or": [{"Fn::Equals": [{"Ref": f"P{i}"}, "a"]} for i in range(6)]}}
    start = time.process_time()
    assert len(recognise(data)) <= 2 * targets.MOST_INPUTS + 1
    assert time.process_time() - start < 5


def test_files_of_a_folder_are_found(tmp_path: Path, ruleset: Ruleset) -> None:
    (tmp_path / "targets.json").write_text(json.dumps(ALONE["put-targets"]({**CALL, "TaskCount": 0})))
    outcome = api.lint_file(str(tmp_path / "targets.json"), False, ruleset, engine.Settings(ruleset.default), "-")
    assert [one.rule for one in outcome.findings] == ["ECS016"]
