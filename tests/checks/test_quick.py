"""Quick looks pass whatever is common and right, and never what a check hits."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecslint import document, engine
from ecslint.ruleset.bundle import Ruleset
from ecslint.testing import example_name, text_of
from tests.bundled import RULES

FARGATE = {"requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "256", "memory": "512"}
LINUX = {"runtimePlatform": {"operatingSystemFamily": "LINUX", "cpuArchitecture": "ARM64"}}
CHECKED = {"healthCheck": {"command": ["CMD-SHELL", "true"]}}


def container(name: str, **members: Any) -> dict[str, Any]:
    return {"name": name, "image": "nginx:1.27", "memory": 64, **members}


def waiting(name: str, **conditions: str) -> dict[str, Any]:
    waits = [{"containerName": other, "condition": condition} for other, condition in conditions.items()]
    return container(name, dependsOn=waits)


def task(*containers: Any, **members: Any) -> dict[str, Any]:
    return {"family": "web", "containerDefinitions": [*containers], **members}


def fargate(**members: Any) -> dict[str, Any]:
    return task({"name": "web", "image": "nginx:1.27"}, **{**FARGATE, **members})


COMMON = {
    "waits for a job": task(waiting("web", init="SUCCESS"), container("init", essential=False)),
    "waits for an end": task(container("init", essential=False), waiting("web", init="COMPLETE")),
    "waits for health": task(container("db", **CHECKED), waiting("web", db="HEALTHY")),
    "waits in both directions": task(container("a"), waiting("b", a="START", c="START"), container("c")),
    "waits in a chain": task(*(waiting(f"c{n}", **({f"c{n - 1}": "START"} if n else {})) for n in range(10))),
    "smallest size": fargate(),
    "smallest size of a platform": fargate(**LINUX),
    "half a processor": fargate(cpu="512", memory="2048", **LINUX),
    "eight processors": fargate(cpu="8192", memory="16384", **LINUX),
    "sixteen processors": fargate(cpu="16384", memory="32768"),
    "name of a role": fargate(executionRoleArn="ecsTaskExecutionRole"),
    "role in another partition": fargate(executionRoleArn="arn:aws-us-gov:iam::123456789012:role/web"),
    "two ports": task(
        container("web", portMappings=[{"containerPort": 80}, {"containerPort": 443}]), networkMode="host"
    ),
    "registry with a port": task({**container("web"), "image": "127.0.0.1:5000/team/web-app:1.2"}),
    "script": task(container("web", entryPoint=["sh", "-c"], command=["a; b && exec c"])),
    "words": task(container("web", command=["nginx", "-g", "daemon off;", "-q"])),
    "two mounts": task(
        container("web", mountPoints=[{"sourceVolume": name, "containerPath": f"/{name}"} for name in "ab"]),
        volumes=[{"name": name, "host": {}} for name in "ab"],
    ),
    "drive": task(
        container("web", mountPoints=[{"sourceVolume": "a", "containerPath": "C:\\a"}]),
        volumes=[{"name": "a", "host": {"sourcePath": "c:\\b"}}],
    ),
    "log options": task(
        container(
            "web", logConfiguration={"logDriver": "json-file", "options": {"max-size": "10m", "mode": "blocking"}}
        )
    ),
}


@pytest.mark.parametrize("name", COMMON)
def test_nothing_is_suspected_of_what_is_common_and_right(name: str, ruleset: Ruleset) -> None:
    assert ruleset.of("task-definition").fits(COMMON[name])
    suspects = ruleset.suspects("task-definition", COMMON[name], 1000, ruleset.default)
    assert [ruleset.rule(number).id for number in suspects] == []


def test_few_good_examples_are_suspected(ruleset: Ruleset) -> None:
    """Of the examples, which stand at the border of what is right, those that no rule has to say anything of."""
    judged, suspected = 0, []
    enabled = engine.Settings(ruleset.default)
    for rule in RULES:
        for number, example in enumerate(rule.docs["examples"]["good"]):
            code = text_of(example)
            parsed = document.parse(code.encode(), example_name(code, {}))
            said = engine.lint(parsed, ruleset, enabled)[0]
            if said or "$" in code or "<" in code:
                continue
            for resource in engine.recognise(parsed.data):
                # Rules of the agent look at all variables at once; templates hold unknown values.
                if resource.kind == "agent" or resource.spell is not None:
                    continue
                judged += 1
                if ruleset.suspects(resource.kind, resource.data, engine.most_bytes(parsed), ruleset.default):
                    suspected.append(f"{rule.id}-{number}")
    assert len(suspected) <= 0.16 * judged, suspected


names = st.sampled_from(["a", "b", "c", "d:x"])
conditions = st.sampled_from(["START", "COMPLETE", "SUCCESS", "HEALTHY"])
waits = st.lists(st.fixed_dictionaries({"containerName": names, "condition": conditions}), max_size=2)
ports = st.fixed_dictionaries(
    {},
    optional={
        "containerPort": st.sampled_from([80, 81, 82]),
        "hostPort": st.sampled_from([0, 80, 81]),
        "containerPortRange": st.sampled_from(["80-81", "82-83", ""]),
        "protocol": st.sampled_from(["tcp", "udp"]),
    },
)
directories = st.sampled_from(["/a", "/a/", "//a", "/a/.", "/.a", "C:\\a", "c:/a", "D:\\a", "a", ""])
mounts = st.fixed_dictionaries({"sourceVolume": names, "containerPath": directories})
words = st.sampled_from(["sh", "/bin/sh", "-c", "-lc", "-e", "npm start", "npm", "a && b", "$1", "--", "echo $(x)"])
images = st.lists(st.sampled_from(["web", "/", ":", "80", ".", "-", "1234.dkr.ecr.", "@", "A"]), min_size=1).map(
    "".join
)
containers = st.fixed_dictionaries(
    {"name": names, "image": images, "memory": st.just(64)},
    optional={
        "essential": st.booleans(),
        "healthCheck": st.fixed_dictionaries({"command": st.lists(st.sampled_from(["NONE", "CMD", "x"]), max_size=2)}),
        "dependsOn": waits,
        "links": st.lists(names, max_size=2),
        "volumesFrom": st.lists(st.fixed_dictionaries({"sourceContainer": names}), max_size=2),
        "portMappings": st.lists(ports, max_size=3),
        "mountPoints": st.lists(mounts, max_size=3),
        "entryPoint": st.lists(words, max_size=3),
        "command": st.lists(words, max_size=4),
        "firelensConfiguration": st.just({"type": "fluentbit"}),
        "logConfiguration": st.fixed_dictionaries(
            {"logDriver": st.sampled_from(["json-file", "syslog", "awslogs"])},
            optional={
                "options": st.dictionaries(st.sampled_from(["max-size", "mode", "syslog-address", "x"]), st.just("1"))
            },
        ),
    },
)
volumes = st.fixed_dictionaries(
    {"name": names}, optional={"host": st.fixed_dictionaries({}, optional={"sourcePath": directories})}
)
platforms = st.sampled_from(["LINUX", "WINDOWS_SERVER_2022_CORE"])
tasks = st.fixed_dictionaries(
    {"family": st.just("web"), "containerDefinitions": st.lists(containers, min_size=1, max_size=4)},
    optional={
        "volumes": st.lists(volumes, max_size=3),
        "networkMode": st.sampled_from(["awsvpc", "bridge", "host"]),
        "requiresCompatibilities": st.just(["FARGATE"]),
        "cpu": st.sampled_from(["256", "512", "1024", "8192", "300"]),
        "memory": st.sampled_from(["512", "2048", "16384", "300"]),
        "runtimePlatform": st.fixed_dictionaries({}, optional={"operatingSystemFamily": platforms}),
        "executionRoleArn": st.sampled_from(
            ["web", "arn:aws:iam::123456789012:role/web", "arn:aws:iam::1:role/web", "arn:"]
        ),
    },
)


@given(tasks)
@settings(deadline=None)
def test_no_rule_hits_that_the_screen_does_not_suspect(ruleset: Ruleset, value: dict[str, Any]) -> None:
    assert ruleset.of("task-definition").fits(value)
    hit = {outcome[0] for outcome in ruleset.judge("task-definition", value, 1000, ruleset.default)}
    assert hit <= set(ruleset.suspects("task-definition", value, 1000, ruleset.default))
