"""What ECS derives: answers of our own, answers on record where they are at hand, and laws for all task definitions."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint import document, engine
from ecslint.cli import compat, compat_text
from ecslint.compat import attributes
from ecslint.compat.answers import Answer, answers
from ecslint.compat.knowledge import Knowledge
from ecslint.compat.verdicts import CANNOT_TELL, NO, YES
from ecslint.model import Unknown
from ecslint.ruleset.bundle import Ruleset
from tests.strategies import JSON, from_schema

CHECKOUT = Path(__file__).parents[2]
OWN = json.loads((Path(__file__).parent / "answers.json").read_text(encoding="utf-8"))

#: Answers of describe-task-definition on record, one a line; they are no part of the project.
BESIDE = [folder / "shared" / "compat" / "recorded.jsonl" for folder in CHECKOUT.parents]
RECORDED = Path(os.environ.get("ECSLINT_RECORDED") or next((path for path in BESIDE if path.is_file()), ""))

#: Answers that are known to be none of ECS to the very text beside them, and why.
EXCEPTIONS = {
    "train-020": "docker-remote-api.1.21 without memoryReservation, which was taken out of the text",
    "train-041": "a user without docker-remote-api.1.17, in the text of a tutorial",
    "train-048": "docker-remote-api.1.17 without anything that demands it; the text became a shell script",
    "train-050": "docker-remote-api.1.21 without memoryReservation, which was taken out of the text",
    "train-052": "docker-remote-api.1.17, which only empty lists explain",
    "train-062": "not all fields of the containers were seen",
    "train-063": "not all fields of the containers were seen",
}

SCHEMA = json.loads((CHECKOUT / "schemas" / "task-definition.json").read_text(encoding="utf-8"))
TASKS = from_schema({"$ref": SCHEMA["$ref"]}, SCHEMA)


@pytest.fixture(scope="module")
def knowledge(ruleset: Ruleset) -> Knowledge:
    del ruleset  # loading it has brought the generated modules up to date
    return Knowledge()


def answer(data: Any, knowledge: Knowledge) -> Answer:
    (found,) = answers(document.parse(json.dumps(data).encode(), "task-definition.json"), knowledge)
    return found


def names(found: Answer) -> list[str]:
    return [attribute.name for attribute in found.attributes]


@pytest.mark.parametrize("case", OWN, ids=lambda case: case["what"])
def test_answers_of_our_own(case: dict[str, Any], knowledge: Knowledge) -> None:
    found = answer(case["task"], knowledge)
    assert names(found) == case["requiresAttributes"]
    assert found.compatibilities == case["compatibilities"]
    assert found.minimum == case["minimum"]


def test_recorded_answers_are_reproduced(knowledge: Knowledge, capsys: pytest.CaptureFixture[str]) -> None:
    """All clean ones, order included. Without them at hand, the answers of our own have to do."""
    rows = (
        [json.loads(line) for line in RECORDED.read_text(encoding="utf-8").splitlines()] if RECORDED.is_file() else []
    )
    since = dict(knowledge.facts.LAUNCH_TYPES)
    wrong = {}
    for row in rows:
        found = answer(row["td"], knowledge)
        recorded = row["recorded"]
        # Without a date, types that came later may be missing.
        expected = [name for name in found.compatibilities if since[name] <= (row["at"] or "2020-12-31")]
        theirs = recorded["compatibilities"]
        fits = theirs is None or set(expected) <= set(theirs) <= set(found.compatibilities)
        if row["at"] and theirs is not None:
            fits = set(expected) == set(theirs)
        if names(found) != recorded["requiresAttributes"] or not fits:
            wrong[row["id"]] = row["note"]
    clean = [row["id"] for row in rows if row["clean"]]
    with capsys.disabled():
        reproduced = len(rows) - len(wrong)
        print(f"\n{reproduced} of {len(rows)} recorded answers reproduced, {len(clean)} of them clean")
        for name in wrong:
            print(f"  {name} differs: {EXCEPTIONS.get(name, 'no reason is known')}")
    assert wrong.keys() <= EXCEPTIONS.keys()
    assert EXCEPTIONS.keys().isdisjoint(clean)


# --- laws ---------------------------------------------------------------------------------------------


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all members in a value."""
    parts = value.items() if type(value) is dict else enumerate(value) if type(value) is list else ()
    return [one for key, item in parts for one in ((*path, key), *places(item, (*path, key)))]


def without(value: Any, path: tuple[Any, ...]) -> Any:
    """A value without the member or item at a path."""
    if len(path) == 1:
        if type(value) is dict:
            return {key: item for key, item in value.items() if key != path[0]}
        return [item for index, item in enumerate(value) if index != path[0]]
    if type(value) is dict:
        return {key: without(item, path[1:]) if key == path[0] else item for key, item in value.items()}
    return [without(item, path[1:]) if index == path[0] else item for index, item in enumerate(value)]


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for part in path:
        value = value[part]
    return value


@given(TASKS, st.data())
def test_to_remove_a_field_adds_nothing_that_no_other_field_demands(task: Any, data: st.DataObject) -> None:
    facts = Knowledge().facts
    members = [path for path in places(task) if type(path[-1]) is str]
    if not members:
        return
    gone = data.draw(st.sampled_from(members))
    less = without(task, gone)
    before, after = attributes.demanded(task, facts), attributes.demanded(less, facts)
    for name in after.keys() - before.keys():
        assert after[name].paths
        for path in after[name].paths:
            assert path[: len(gone)] != gone
            assert type(at(less, path)) is type(at(task, path))


@given(TASKS)
def test_without_the_places_that_demand_it_an_attribute_is_gone(task: Any) -> None:
    facts = Knowledge().facts
    for name, attribute in attributes.demanded(task, facts).items():
        less = task
        for path in sorted(attribute.paths, key=str, reverse=True):
            if path in places(less):
                less = without(less, path)
        if not any(type(part) is int for path in attribute.paths for part in path[-1:]):  # items would move up
            assert name not in attributes.demanded(less, facts)


def written(value: Any) -> Any:
    """A value as a file has it: with the text of a placeholder for what is unknown."""
    if type(value) is dict:
        return {str(getattr(key, "raw", key)): written(item) for key, item in value.items()}
    if type(value) is list:
        return [written(item) for item in value]
    return value.raw if type(value) is Unknown else value


@given(TASKS | JSON.map(lambda value: {"family": "shop", "containerDefinitions": value}))
def test_there_is_an_answer_for_whatever_stands_in_a_task_definition(task: Any) -> None:
    knowledge = Knowledge()
    text = json.dumps(written(task)).encode()
    for found in answers(document.parse(text, "task-definition.json"), knowledge, excerpts=True):
        assert list(found.verdicts) == knowledge.launch_types
        assert compat_text.render([found], knowledge)
        assert json.loads(compat.as_json([found]))


VALUES: dict[str, list[Any]] = {
    "networkMode": ["awsvpc", "bridge", "host", "none"],
    "cpu": ["256", "512", "1000", "16384"],
    "memory": ["512", "717", "32768"],
    "pidMode": ["host", "task"],
    "ipcMode": ["none", "host"],
    "executionRoleArn": ["arn:aws:iam::111122223333:role/shop"],
    "image": ["nginx:1.27", "111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop:4"],
    "logDriver": ["awslogs", "splunk", "syslog", "json-file"],
    "sourcePath": ["/srv", ""],
    "appProtocol": ["http", "grpc"],
    "type": ["GPU", "InferenceAccelerator"],
    "operatingSystemFamily": ["LINUX", "WINDOWS_SERVER_2022_CORE"],
    "hostname": ["shop"],
}


def field(name: str) -> st.SearchStrategy[Any]:
    """A value of a field, or a placeholder that may stand for any of them."""
    return st.sampled_from([*VALUES[name], f"${{{name.upper()}}}"])


def optional(*required: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """An object that may lack all but some members."""
    sure = {name: fields.pop(name) for name in required}
    return st.fixed_dictionaries(sure, optional=fields)


PORT = optional(
    "containerPort", containerPort=st.sampled_from([80, 443]), hostPort=st.sampled_from([0, 80, 443]),
    name=st.just("http"), appProtocol=field("appProtocol"),
)  # fmt: skip
CONTAINER = optional(
    "image",
    image=field("image"),
    memory=st.just(128),
    privileged=st.booleans(),
    hostname=field("hostname"),
    stopTimeout=st.sampled_from([30, 300]),
    portMappings=st.lists(PORT, max_size=2),
    logConfiguration=optional("logDriver", logDriver=field("logDriver")),
    resourceRequirements=st.lists(optional("type", type=field("type"), value=st.just("1")), max_size=1),
    linuxParameters=optional(sharedMemorySize=st.sampled_from([0, 64])),
)
TEMPLATES = optional(
    "containerDefinitions",
    containerDefinitions=st.lists(CONTAINER, min_size=1, max_size=2),
    networkMode=field("networkMode"),
    cpu=field("cpu"),
    memory=field("memory"),
    pidMode=field("pidMode"),
    ipcMode=field("ipcMode"),
    executionRoleArn=field("executionRoleArn"),
    volumes=st.lists(optional("name", name=st.just("data"), host=optional(sourcePath=field("sourcePath"))), max_size=1),
    ephemeralStorage=st.just({"sizeInGiB": 40}),
    runtimePlatform=optional(operatingSystemFamily=field("operatingSystemFamily")),
    requiresCompatibilities=st.lists(st.sampled_from(["EC2", "FARGATE", "MANAGED_INSTANCES"]), max_size=2, unique=True),
).map(lambda task: {"family": "shop", **task})


def filled(value: Any, draw: Callable[[str], Any]) -> Any:
    """A task definition with a value for each placeholder."""
    if type(value) is dict:
        return {
            key: draw(key) if type(item) is str and item.startswith("${") else filled(item, draw)
            for key, item in value.items()
        }
    return [filled(item, draw) for item in value] if type(value) is list else value


def named(task: dict[str, Any]) -> dict[str, Any]:
    """A task definition whose containers have names."""
    containers = [{"name": f"c{index}", **container} for index, container in enumerate(task["containerDefinitions"])]
    return {**task, "containerDefinitions": containers}


def refusals(task: dict[str, Any], ruleset: Ruleset, launch_types: list[str]) -> dict[str, set[tuple[str, str]]]:
    """The errors for each launch type, as `ecslint check` finds them, without those for all launch types."""
    everything = engine.Settings(frozenset(range(ruleset.size)))
    found = {}
    for name in launch_types:
        text = json.dumps({**task, "requiresCompatibilities": [name]}).encode()
        told, _ = engine.lint(document.parse(text, "task-definition.json"), ruleset, everything)
        found[name] = {(finding.rule, finding.pointer) for finding in told if finding.severity == "error"}
    return {name: errors - set.intersection(*found.values()) for name, errors in found.items()}


@given(TEMPLATES.map(named), st.data())
def test_yes_means_that_no_rule_of_the_platform_fires_whatever_the_unknown_values_are(
    ruleset: Ruleset, task: dict[str, Any], data: st.DataObject
) -> None:
    knowledge = Knowledge()
    found = answer(task, knowledge)
    known = filled(task, lambda name: data.draw(st.sampled_from(VALUES[name])))
    errors = refusals(known, ruleset, knowledge.launch_types)
    for name, verdict in found.verdicts.items():
        if verdict.verdict == YES:
            assert errors[name] == set(), name
    assert set(names(found)) <= set(names(answer(known, knowledge)))
    may = [*names(found), *found.undecided]
    for attribute in names(answer(known, knowledge)):
        assert any(attribute == one or (one.endswith("*") and attribute.startswith(one[:-1])) for one in may)


@given(TEMPLATES.map(named), st.data())
def test_without_unknown_values_errors_alone_decide(
    ruleset: Ruleset, task: dict[str, Any], data: st.DataObject
) -> None:
    knowledge = Knowledge()
    known = filled(task, lambda name: data.draw(st.sampled_from(VALUES[name])))
    if "networkMode" not in known:  # what is missing means another mode for Managed Instances alone
        known["networkMode"] = "bridge"
    found = answer(known, knowledge)
    errors = refusals(known, ruleset, knowledge.launch_types)
    assert {name for name, one in found.verdicts.items() if one.verdict == NO} == {n for n, e in errors.items() if e}
    assert found.undecided == []
    assert all(not verdict.doubts for verdict in found.verdicts.values())
    assert found.verdicts["EC2"].verdict != CANNOT_TELL
