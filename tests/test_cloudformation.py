"""CloudFormation templates: read as ECS gets them, judged in each case that can be, and fixed in their own words."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ecslint import api, document, engine, fixing, reporters
from ecslint.adapters import Resource, cloudformation, recognise
from ecslint.model import Finding, Report, Source, Unknown
from ecslint.ruleset.bundle import Ruleset
from tests.bundled import RULES

TASK = """\
Parameters:
  Stage: {Type: String, AllowedValues: [beta, live]}
  Free: {Type: String}
  Size: {Type: String, Default: '300'}
  Empty: {Type: String, Default: ''}
  Hidden: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /app/cpu}
Mappings:
  Sizes: {beta: {Memory: 2048}, live: {Memory: 1024}}
Conditions:
  Live: !Equals [!Ref Stage, live]
  Given: !Not [!Equals [!Ref Empty, '']]
Resources:
  Role: {Type: 'AWS::IAM::Role'}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Family: web
      NetworkMode: %(mode)s
      RequiresCompatibilities: %(launch)s
      Cpu: %(cpu)s
      Memory: %(memory)s
      TaskRoleArn: !Ref Role
      ExecutionRoleArn: !GetAtt Role.Arn
      ContainerDefinitions:
        - Name: web
          Image: !Sub '${AWS::AccountId}.dkr.ecr.${AWS::Region}.amazonaws.com/web:1'
          %(more)s
"""


def template(more: str = "Essential: true", **given: str) -> str:
    """A template with one task definition on Fargate, whose one container has one more line."""
    known = {"mode": "awsvpc", "launch": "[FARGATE]", "cpu": "1024", "memory": "2048"}
    return TASK % {**known, **given, "more": more}


def check(text: str, ruleset: Ruleset, name: str = "template.yaml") -> list[Finding]:
    """The findings in a template, those of pairs included."""
    return api.lint_bytes(text.encode(), name, True, ruleset, engine.Settings(ruleset.default)).findings


def grave(text: str, ruleset: Ruleset) -> list[tuple[str, str]]:
    """The rules and severities of all findings but notes and those that every template here has."""
    return [(found.rule, found.severity) for found in check(text, ruleset) if found.severity != "info"]


SILENT = {
    "a number in quotes": template("Essential: 'false'\n        - {Name: a, Image: b, Memory: '128'}"),
    "a word of YAML 1.1": template("ReadonlyRootFilesystem: on"),
    "the size of a task as a number": template(cpu="512", memory="1024"),
    "a number as the value of a variable": template("Environment: [{Name: PORT, Value: 8080}]"),
    "a member that is left out": template("PortMappings: [{ContainerPort: 80, HostPort: !Ref AWS::NoValue}]"),
    "an item that is left out": template("Links: !If [Live, !Ref AWS::NoValue, !Ref AWS::NoValue]"),
    "branches that belong together": template(
        mode="!If [Live, awsvpc, !Ref AWS::NoValue]", launch="!If [Live, [FARGATE], [EC2]]", more="Memory: 128"
    ),
    "an unknown size": template(cpu="!Ref Free", memory="!Ref Free"),
    "a default that is looked up": template(cpu="!Ref Hidden"),
    "an empty default behind its condition": template("StopTimeout: !If [Given, !Ref Empty, !Ref AWS::NoValue]"),
    "an option that is a reference": template(
        "LogConfiguration: {LogDriver: awslogs, Options: {awslogs-group: !Ref G, awslogs-region: !Ref AWS::Region, "
        "awslogs-stream-prefix: a, mode: !Ref Free}}"
    ),
    "the user's own keys": template("DockerLabels: {Name: x, image: y}"),
    "a macro beside other members": template("Fn::Transform: {Name: 'AWS::Include'}"),
    "a variable of the shell": template("Command: [sh, -c, !Sub 'exec server ${!PORT}']"),
    "a secret that is resolved": template(
        "Environment: [{Name: DB_PASSWORD, Value: '{{resolve:secretsmanager:prod/db:SecretString:password}}'}]"
    ),
    "a row of a map that fits": template(cpu="512", memory="!FindInMap [Sizes, !Ref Stage, Memory]"),
    "one name in two spellings": template(
        "DependsOn: [{ContainerName: !Sub '${Free}', Condition: START}]\n"
        "        - {Name: !Ref Free, Image: b, Memory: 128, Essential: false}"
    ),
    "containers of one name in different cases": template(
        "Essential: true\n        - !If [Live, {Name: a, Image: b}, !Ref AWS::NoValue]\n"
        "        - !If [Live, !Ref AWS::NoValue, {Name: a, Image: c}]"
    ),
    "no family": template().replace("      Family: web\n", ""),
    "a join": template("User: !Join ['', [a, !Ref Free]]"),
    "a part of a text": template("User: !Select [0, !Split [',', 'root,web']]"),
}


@pytest.mark.parametrize("name", SILENT)
def test_what_cloudformation_accepts_is_no_error(ruleset: Ruleset, name: str) -> None:
    assert yaml.compose(SILENT[name]) is not None
    assert [found for found in grave(SILENT[name], ruleset) if found[1] == "error"] == []


TOLD = {
    "a text that is no number": (template(cpu="one"), "ECS104", "error"),
    "a member in the API's spelling": (template("image: x"), "ECS010", "error"),
    "a regular form of an exception": (
        template() + "      Volumes: [{Name: a, EfsVolumeConfiguration: {FilesystemId: fs-12345678}}]\n",
        "ECS010",
        "error",
    ),
    "an exception inside it": (
        template() + "      Volumes: [{Name: a, EFSVolumeConfiguration: {FileSystemId: fs-12345678}}]\n",
        "ECS010",
        "error",
    ),
    "a text of which nothing is filled in": (template(mode="!Sub bridge"), "ECS201", "error"),
    "one branch": (template("StopTimeout: !If [Live, 300, 30]"), "ECS653", "error"),
    "one row": (template(memory="!FindInMap [Sizes, !Ref Stage, Memory]"), "ECS101", "error"),
    "a default": (template("StopTimeout: !Ref Size"), "ECS653", "warning"),
    "branches that meet": (
        template(cpu="!If [Live, 4096, 256]", memory="!If [Live, 1024, 512]"),
        "ECS101",
        "error",
    ),
    "null": (template("StopTimeout: null"), "ECS022", "error"),
    "a container that is there in another case only": (
        template(
            "DependsOn: [{ContainerName: a, Condition: START}]\n"
            "        - !If [Live, {Name: a, Image: b, Essential: false}, !Ref AWS::NoValue]"
        ),
        "ECS441",
        "error",
    ),
}


@pytest.mark.parametrize("name", TOLD)
def test_what_ecs_refuses_is_found(ruleset: Ruleset, name: str) -> None:
    text, rule, severity = TOLD[name]
    assert (rule, severity) in [(found.rule, found.severity) for found in check(text, ruleset)]


def test_a_finding_names_the_case_in_which_it_is_true(ruleset: Ruleset) -> None:
    [found] = [
        found for found in check(template("StopTimeout: !If [Live, 300, 30]"), ruleset) if found.rule == "ECS653"
    ]
    assert found.message.endswith(" (when `Live` is true)")
    [found] = [found for found in check(template("StopTimeout: !Ref Size"), ruleset) if found.rule == "ECS653"]
    assert found.message.endswith(" (with the default of `Size`)")
    [found] = [found for found in check(template("StopTimeout: 300"), ruleset) if found.rule == "ECS653"]
    assert found.message.endswith("Fargate allows 120 at most")


ELSEWHERE = {
    "a pseudo parameter": "!Equals [!Ref AWS::Region, eu-west-1]",
    "something computed": "!Equals [!Join ['', !Ref Names], '']",
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_condition_and_its_opposite_never_meet(ruleset: Ruleset, name: str) -> None:
    text = template(cpu="!If [Here, 4096, 256]", memory="!If [There, 512, 8192]")
    conditions = f"Conditions:\n  Here: {ELSEWHERE[name]}\n  There: !Not [{ELSEWHERE[name]}]\n"
    assert grave(text.replace("Conditions:\n", conditions), ruleset) == []
    wrong = text.replace("Conditions:\n", conditions.replace("!Not [", "!And [!Equals [a, a], "))
    assert ("ECS101", "error") in grave(wrong, ruleset)


SERVICE = """\
  Service:
    Type: AWS::ECS::Service
    Properties:
      TaskDefinition: !Ref Task
      LaunchType: FARGATE
      NetworkConfiguration: {AwsvpcConfiguration: {Subnets: [subnet-0a1b2c3d]}}
      LoadBalancers: [{ContainerName: %s, ContainerPort: 80, TargetGroupArn: !Ref Group}]
"""


CONDITIONED = """\
  Service:
    Type: AWS::ECS::Service
    Condition: Live
    Properties:
      TaskDefinition: !GetAtt Task.TaskDefinitionArn
      NetworkConfiguration: {AwsvpcConfiguration: {Subnets: [subnet-0a1b2c3d]}}
      LoadBalancers: [{ContainerName: !If [Given, web, wbe], ContainerPort: 80, TargetGroupArn: !Ref Group}]
"""


def test_a_pair_knows_of_free_parameters_what_the_template_does(ruleset: Ruleset) -> None:
    task = template("PortMappings: [{ContainerPort: 80}]", launch="[!Ref Kind]")
    task = task.replace("Mappings:\n", "  Kind: {Type: String, AllowedValues: [EC2, FARGATE]}\nMappings:\n")
    assert grave(task + SERVICE % "web", ruleset) == []
    assert grave(task + SERVICE % "wbe", ruleset) == [("ECS951", "error")]


def test_another_revision_is_not_that_of_the_template(ruleset: Ruleset) -> None:
    task = template("PortMappings: [{ContainerPort: 80}]") + SERVICE % "wbe"
    for reference in ("${Task}", "${Task.TaskDefinitionArn}"):
        assert grave(task.replace("!Ref Task\n", f"!Sub '{reference}'\n"), ruleset) == [("ECS951", "error")]
        assert grave(task.replace("!Ref Task\n", f"!Sub '{reference}:${{Live}}'\n"), ruleset) == []


def test_cloudformation_counts_the_tasks_of_a_service(ruleset: Ruleset) -> None:
    task = template("PortMappings: [{ContainerPort: 80}]") + SERVICE % "web"
    named = task.replace(
        "      TaskDefinition: !Ref Task\n", "      TaskDefinition: !Ref Task\n      ServiceName: web\n"
    )
    assert grave(named, ruleset) == []
    daemon = named.replace("LaunchType: FARGATE", "SchedulingStrategy: DAEMON").replace("[FARGATE]", "[EC2]")
    assert "ECS912" not in [one.rule for one in check(daemon, ruleset)]


def test_cases_that_cannot_be_at_once_never_meet(ruleset: Ruleset) -> None:
    task = template(
        "PortMappings: [{ContainerPort: 80}]\n          Memory: 128", mode="!If [Live, awsvpc, bridge]", launch="[EC2]"
    )
    found = check(task + CONDITIONED, ruleset)
    assert [(one.rule, one.message.rpartition(" (")[2]) for one in found if one.severity == "error"] == [
        ("ECS951", "when `Given` is false)")
    ]
    assert fixed(task + CONDITIONED, ruleset) == task + CONDITIONED


def test_defaults_are_assumed_all_at_once(ruleset: Ruleset) -> None:
    rows = ", ".join(f"'{size}': {{Cpu: {cpu}}}" for size, cpu in ((512, 256), (4096, 1024), (8192, 2048)))
    text = template(cpu="!FindInMap [Cpus, !Ref Memory, Cpu]", memory="!Ref Memory", more="StopTimeout: !Ref Size")
    text = text.replace(
        "Mappings:\n",
        f"  Memory: {{Type: Number, Default: 512, AllowedValues: [512, 4096, 8192]}}\nMappings:\n  Cpus: {{{rows}}}\n",
    )
    assert grave(text, ruleset) == [("ECS653", "warning")]


def test_what_one_condition_says_of_another_counts(ruleset: Ruleset) -> None:
    task = template(
        "PortMappings: [{ContainerPort: 80}]\n          Memory: 128", mode="!If [Live, awsvpc, bridge]", launch="[EC2]"
    )
    service = SERVICE.replace("LaunchType: FARGATE", "LaunchType: EC2").replace("  Service:", "  Beta:") % "web"
    network = "      NetworkConfiguration: {AwsvpcConfiguration: {Subnets: [subnet-0a1b2c3d]}}\n"
    beta = service.replace(network, "").replace("AWS::ECS::Service\n", "AWS::ECS::Service\n    Condition: Beta\n")
    text = (task + beta).replace("Conditions:\n", "Conditions:\n  Beta: !Equals [!Ref Stage, beta]\n")
    assert grave(text, ruleset) == []
    assert ("ECS952", "error") in grave(text.replace("Condition: Beta", "Condition: Live"), ruleset)


def test_a_wrong_key_before_a_function_is_one_finding_at_the_key(ruleset: Ruleset) -> None:
    text = template("privileged: !If [Live, true, false]")
    [found] = [one for one in check(text, ruleset) if one.rule == "ECS010"]
    assert text[found.start : found.end] == "privileged"
    assert found.message == "unknown property `privileged`; did you mean `Privileged`?"


def test_two_things_that_a_rule_says_of_a_place_are_two_findings(ruleset: Ruleset) -> None:
    text = template(cpu="!If [Live, 300, 400]")
    assert len({one.message for one in check(text, ruleset) if one.rule in ("ECS101", "ECS103")}) == 2


def test_of_too_many_cases_each_parameter_is_looked_at_by_itself(ruleset: Ruleset) -> None:
    names = [f"V{number}" for number in range(8)]
    parameters = "".join(f"  {name}: {{Type: String, Default: ''}}\n" for name in names)
    conditions = "".join(f"  Has{name}: !Not [!Equals [!Ref {name}, '']]\n" for name in names)
    variables = ", ".join(f"!If [Has{name}, {{Name: {name}, Value: !Ref {name}}}, !Ref AWS::NoValue]" for name in names)
    text = template(f"Environment: [{variables}]", cpu="!If [Live, 256, 1024]", memory="!If [Live, 8192, 2048]")
    text = text.replace("Mappings:", f"{parameters}Mappings:").replace("Conditions:\n", f"Conditions:\n{conditions}")
    assert ("ECS101", "error") in grave(text, ruleset)
    assert [one for one in grave(text.replace("8192", "512"), ruleset) if one[1] == "error"] == []


def test_a_parameter_that_nobody_may_see_is_told_nowhere(ruleset: Ruleset) -> None:
    text = template("DependsOn: [{ContainerName: !Ref Secret, Condition: START}]", mode="!If [Known, awsvpc, bridge]")
    text = text.replace(
        "Mappings:", "  Secret: {Type: String, NoEcho: true, AllowedValues: [hunter2, tiger3]}\nMappings:"
    )
    text = text.replace("Conditions:\n", "Conditions:\n  Known: !Equals [!Ref Secret, hunter2]\n")
    found = check(text, ruleset)
    assert found
    assert not any(word in f"{one.message}{one.help}" for one in found for word in ("hunter2", "tiger3"))


def test_a_service_is_checked_with_the_task_definition_that_it_refers_to(ruleset: Ruleset) -> None:
    task = template("PortMappings: [{ContainerPort: 80}]")
    assert grave(task + SERVICE % "web", ruleset) == []
    assert grave(task + SERVICE % "wbe", ruleset) == [("ECS951", "error")]
    assert grave(task + SERVICE % "!Ref Free", ruleset) == []


# --- the same as plain input ------------------------------------------------------------------------

#: Rules whose faults are none in a template, or of the file around the task definition.
FORMAL = {"ECS013", "ECS020", "ECS025", "ECS021", "ECS023", "ECS024", "ECS030", "ECS413", "ECS910"}


TYPES = {kind: name for name, kind in cloudformation.KINDS.items()}


def known(data: Any) -> bool:
    """Whether all of a value is known."""
    inner = [*data, *data.values()] if isinstance(data, dict) else data if isinstance(data, list) else ()
    return type(data) is not Unknown and all(map(known, inner))


def plain_examples() -> list[tuple[str, Any]]:
    """The ids of rules, and the task definitions and services of their examples that fit the schema."""
    found = []
    for rule in RULES:
        examples = rule.docs.get("examples", {})
        codes = [*examples.get("good", ()), *(example.get("code") for example in examples.get("bad", ()))]
        for number, code in enumerate(codes):
            data = code if isinstance(code, dict) else None
            if isinstance(code, str) and code.lstrip().startswith("{"):
                data = document.parse(code.encode(), "x.json").data
            [*resources] = recognise(data) if data else []
            plain = [one for one in resources if not one.prefix and one.whole and one.kind in TYPES]
            if len(plain) == 1 and known(plain[0].data) and "forceNewDeployment" not in data:
                found.append((f"{rule.id}-{number}", data))
    return found


EXAMPLES = plain_examples()


def ids(findings: list[Finding]) -> set[str]:
    """The rules of findings."""
    return {found.rule for found in findings} - FORMAL


@pytest.mark.parametrize(("name", "data"), EXAMPLES, ids=[name for name, _ in EXAMPLES])
def test_a_template_without_functions_is_judged_as_plain_input(ruleset: Ruleset, name: str, data: Any) -> None:
    kind = recognise(data)[0].kind
    fits = ruleset.of(kind).fits(data)
    properties = cloudformation.spelt_keys(data, kind, kind)
    wrapped = json.dumps({"Resources": {"It": {"Type": TYPES[kind], "Properties": properties}}})
    plain = api.lint_bytes(json.dumps(data).encode(), "x.json", True, ruleset, engine.Settings(ruleset.default))
    found = ids(check(wrapped, ruleset, "x.json"))
    if fits:
        assert found == ids(list(plain.findings)), name
    else:  # what a template says of it may be less: scalars are converted
        assert found <= ids(list(plain.findings)) | {"ECS010", "ECS014", "ECS022"}, name


# --- cases ------------------------------------------------------------------------------------------

PARAMETERS = {"P": ["a", "b"], "Q": ["a", "b", "c"]}
NAMES = ("C0", "C1", "C2")

equals = st.builds(
    lambda name, value: {"Fn::Equals": [{"Ref": name}, value]}, st.sampled_from([*PARAMETERS]), st.sampled_from("abc")
)
conditions = st.recursive(
    equals,
    lambda inner: st.one_of(
        st.builds(lambda one: {"Fn::Not": [one]}, inner),
        st.builds(lambda some: {"Fn::And": some}, st.lists(inner, min_size=2, max_size=3)),
        st.builds(lambda some: {"Fn::Or": some}, st.lists(inner, min_size=2, max_size=3)),
    ),
    max_leaves=4,
)
NOTHING = {"Ref": "AWS::NoValue"}
values = st.recursive(
    st.sampled_from(["x", "y", 1, True, NOTHING, {"Ref": "P"}, {"Fn::Sub": "${Q}-z"}, {"Fn::Join": ["-", ["k", "l"]]}]),
    lambda inner: st.builds(lambda name, one, two: {"Fn::If": [name, one, two]}, st.sampled_from(NAMES), inner, inner),
    max_leaves=4,
)
members = st.fixed_dictionaries(
    {}, optional={"Cpu": values, "Memory": values, "ContainerDefinitions": st.lists(values, max_size=3)}
)
templates = st.builds(
    lambda own, properties, condition: {
        "Parameters": {name: {"Type": "String", "AllowedValues": some} for name, some in PARAMETERS.items()},
        "Conditions": dict(zip(NAMES, own, strict=True)),
        "Resources": {
            "It": {
                "Type": "AWS::ECS::TaskDefinition",
                "Properties": {"Family": "f", **properties},
                **({"Condition": condition} if condition else {}),
            }
        },
    },
    st.lists(conditions, min_size=3, max_size=3),
    members,
    st.sampled_from([None, *NAMES]),
)


class Oracle:
    """Expands a template for certain values of all parameters, as CloudFormation does."""

    def __init__(self, template: Any, given: dict[str, str]) -> None:
        self.template = template
        self.given = given

    def holds(self, node: Any) -> bool:
        [(name, argument)] = node.items()
        if name == "Fn::Equals":
            return self.given[argument[0]["Ref"]] == argument[1]
        parts = [self.holds(part) for part in argument]
        return not parts[0] if name == "Fn::Not" else all(parts) if name == "Fn::And" else any(parts)

    def value(self, node: Any) -> Any:
        if isinstance(node, dict) and len(node) == 1:
            [(name, argument)] = node.items()
            if name == "Ref":
                return None if argument == "AWS::NoValue" else self.given[argument]
            if name == "Fn::Sub":
                return argument.replace("${Q}", self.given["Q"])
            if name == "Fn::Join":
                return argument[0].join(argument[1])
            if name == "Fn::If":
                return self.value(argument[1 if self.holds(self.template["Conditions"][argument[0]]) else 2])
        if isinstance(node, list):
            return [item for item in map(self.value, node) if item is not None]
        return node

    def properties(self) -> Any:
        resource = self.template["Resources"]["It"]
        if "Condition" in resource and not self.holds(self.template["Conditions"][resource["Condition"]]):
            return None
        found = {key[0].lower() + key[1:]: self.value(item) for key, item in resource["Properties"].items()}
        return {key: item for key, item in found.items() if item is not None}


def leaves(resource: Resource) -> list[Any]:
    """The readings of a resource in which the most is known."""
    return [choice.data for choice in resource.choices] or [resource.data]


@given(templates)
def test_the_readings_are_what_cloudformation_makes_in_each_case(made: Any) -> None:
    combinations = [dict(zip(PARAMETERS, some, strict=True)) for some in itertools.product(*PARAMETERS.values())]
    wanted = [found for given in combinations if (found := Oracle(made, given).properties()) is not None]
    readings = [data for resource in recognise(made) for data in leaves(resource)]
    assert all(map(known, readings))
    assert {json.dumps(data, sort_keys=True) for data in readings} == {
        json.dumps(data, sort_keys=True) for data in wanted
    }


# --- fixes ------------------------------------------------------------------------------------------


def fixed(text: str, ruleset: Ruleset, name: str = "template.yaml") -> str:
    """The text with all its fixes."""
    return fixing.mend(text, name, ruleset, engine.Settings(ruleset.default), unsafe=True).text


FIXED = {
    "names": (
        template("portmappings: [{ContainerPort: 80, hostPort: 80}]"),
        "portmappings: [{ContainerPort: 80, hostPort: 80}]",
        "PortMappings: [{ContainerPort: 80, HostPort: 80}]",
    ),
    "a member that goes": (
        template("PortMappings: [{ContainerPort: 80, HostPort: 81}]"),
        "PortMappings: [{ContainerPort: 80, HostPort: 81}]",
        "PortMappings: [{ContainerPort: 80}]",
    ),
}


@pytest.mark.parametrize("name", FIXED)
def test_a_fix_speaks_the_words_of_the_template(ruleset: Ruleset, name: str) -> None:
    text, before, after = FIXED[name]
    assert fixed(text, ruleset) == text.replace(before, after)


FIXED |= {
    "a map in the place of a list": (
        template("Environment: {ASPNETCORE_URLS: x, lower: y}"),
        "Environment: {ASPNETCORE_URLS: x, lower: y}",
        "Environment: [{Name: ASPNETCORE_URLS, Value: x}, {Name: lower, Value: 'y'}]",
    ),
    "a value, which stays one of ECS": (
        template("PortMappings: [{Name: a, ContainerPort: 80, AppProtocol: HTTP}]"),
        "AppProtocol: HTTP",
        "AppProtocol: http",
    ),
    "what is wrong in all cases": (
        template("User: !If [Live, a, b]\n          PortMappings: [{ContainerPort: 80, HostPort: 81}]"),
        "PortMappings: [{ContainerPort: 80, HostPort: 81}]",
        "PortMappings: [{ContainerPort: 80}]",
    ),
}

UNFIXED = {
    "what a function gives": template("StopTimeout: !If [Live, 300, 300]"),
    "what is right in another case": template("Privileged: !If [Live, true, false]"),
    "what a default brings": template("StopTimeout: !Ref Size"),
}


@pytest.mark.parametrize("name", UNFIXED)
def test_what_a_function_gives_is_not_fixed(ruleset: Ruleset, name: str) -> None:
    assert fixed(UNFIXED[name], ruleset) == UNFIXED[name]


def test_what_the_cdk_has_made_is_not_fixed(ruleset: Ruleset) -> None:
    resource = {
        "Type": "AWS::ECS::TaskDefinition",
        "Properties": {"Family": "web", "ContainerDefinitions": [{"name": "web", "Image": "nginx:1", "Memory": 128}]},
    }
    made = {**resource, "Metadata": {"aws:cdk:path": "Stack/Task/Resource"}}
    own, generated = (json.dumps({"Resources": {"It": one}}) for one in (resource, made))
    assert fixed(own, ruleset, "x.json") == own.replace('"name"', '"Name"')
    assert fixed(generated, ruleset, "x.json") == generated


# --- secrets, and what is no template ---------------------------------------------------------------


def test_values_stay_hidden(ruleset: Ruleset) -> None:
    text = template("Environment: [{Name: TOKEN, Value: s3cr3tXy12ab}]\n          image: b")
    settings = engine.Settings(ruleset.default, excerpts=True)
    outcome = api.lint_bytes(text.encode(), "template.yaml", True, ruleset, settings)
    assert outcome.source is not None
    at = text.index("s3cr3tXy12ab")
    assert any(start <= at and at + 12 <= end for start, end in outcome.source.masks)


@pytest.mark.parametrize(
    "data",
    [
        {"Resources": []},
        {"Resources": {"A": None, "B": {"Type": 1}, "C": {"Type": "AWS::S3::Bucket"}}},
        {"Resources": {"Fn::ForEach::A": ["X", ["a"], []]}},
        {"Resources": [{"TargetService": {"Type": "AWS::ECS::Service"}}]},
        {"Metadata": {"containerDefinitions": []}, "Resources": {}},
    ],
)
def test_other_documents_are_no_templates_of_ours(data: Any) -> None:
    assert recognise(data) == []


FUNCTIONS = (
    *("Ref", "Fn::If", "Fn::Sub", "Fn::Join", "Fn::Select", "Fn::Split", "Fn::FindInMap", "Fn::GetAtt", "Fn::Equals"),
    *("Fn::Not", "Fn::Transform", "Condition", "Cpu", "ContainerDefinitions", "Type", "AllowedValues"),
)
junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "Live", "${", "${A}", "AWS::NoValue"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FUNCTIONS), inner, max_size=3),
    max_leaves=12,
)


@given(junk, junk, junk, junk)
def test_no_template_breaks_the_reading(properties: Any, own: Any, parameters: Any, mappings: Any) -> None:
    made = {
        "Parameters": parameters,
        "Mappings": mappings,
        "Conditions": own,
        "Resources": {"It": {"Type": "AWS::ECS::TaskDefinition", "Properties": properties, "Condition": "Live"}},
    }
    for resource in recognise(made):
        assert isinstance(resource.data, dict)


def test_compat_answers_for_each_case_and_never_yes_for_what_is_not_known() -> None:
    from ecslint.compat import answers
    from ecslint.compat.knowledge import Knowledge

    known = Knowledge()
    text = template("Memory: 128", mode="!If [Live, awsvpc, host]", launch="[EC2]")
    found = answers.answers(document.parse(text.encode(), "x.yaml"), known)
    assert [one.verdicts["FARGATE"].verdict for one in found] == ["no", "unknown"]  # the image is not known
    assert ["`Live` is false" in "".join(found[0].notes), "`Live` is true" in "".join(found[1].notes)] == [True, True]
    text = template("Memory: 128", mode="!Ref Free", launch="[EC2]")
    [alone] = answers.answers(document.parse(text.encode(), "x.yaml"), known)
    assert alone.verdicts["FARGATE"].verdict == "unknown"


# --- the CDK ----------------------------------------------------------------------------------------


def test_the_construct_stands_beside_the_line(ruleset: Ruleset) -> None:
    made = {"aws:cdk:path": "Shop/Task/Resource"}
    task = {"RequiresCompatibilities": ["FARGATE"], "ContainerDefinitions": [{"Name": "a", "Image": "b:1"}]}
    resources = {
        "Made": {"Type": "AWS::ECS::TaskDefinition", "Metadata": made, "Properties": task},
        "Own": {"Type": "AWS::ECS::TaskDefinition", "Properties": task},
    }
    [first, *_] = found = check(json.dumps({"Resources": resources}), ruleset, "t.json")
    assert {(one.pointer.split("/")[2], one.construct) for one in found} == {
        ("Made", "Shop/Task/Resource"),
        ("Own", ""),
    }
    source = Source("t.json", json.dumps({"Resources": resources}))
    report = Report([first], files=["t.json"], sources={"t.json": source})
    assert "(construct Shop/Task/Resource)" in reporters.load("text").body(report, style="full")
    assert '"construct": "Shop/Task/Resource"' in reporters.load("json").render(report)
    assert '"construct": "Shop/Task/Resource"' in json.dumps(json.loads(reporters.load("sarif").render(report)))
