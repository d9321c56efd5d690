"""What the structural pass reports, and what it takes a document to mean."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from ecslint.model import UNKNOWN, Unknown
from ecslint.ruleset.bundle import Ruleset
from ecslint.ruleset.structure import Examination, actual, reading, remedy
from tests.ruleset.test_compile import TASKS

slow = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)


def task(**members: Any) -> dict[str, Any]:
    """A task definition with these members."""
    return {"family": "web", "containerDefinitions": [], **members}


def container(**members: Any) -> dict[str, Any]:
    """A task definition whose one container has these members."""
    return task(containerDefinitions=[members])


def examined(data: Any, ruleset: Ruleset) -> Examination:
    return ruleset.of("task-definition").structure.examine(data)


def hits(data: Any, ruleset: Ruleset) -> list[tuple[str, tuple[str | int, ...], dict[str, object]]]:
    """(kind, path in the document, values) of each mistake."""
    return [(kind, hit.path, dict(hit.values)) for kind, hit in examined(data, ruleset).hits]


def kinds(data: Any, ruleset: Ruleset) -> list[tuple[str, tuple[str | int, ...]]]:
    return [(kind, path) for kind, path, _ in hits(data, ruleset)]


def meant(data: Any, ruleset: Ruleset) -> Any:
    """The one container of the repaired document."""
    return examined(data, ruleset).data["containerDefinitions"][0]


FIRST = ("containerDefinitions", 0)


# --- values of the wrong type -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "value", "read"),
    [
        ("integer", "100", 100),
        ("integer", "0", 0),
        ("integer", "007", 7),
        ("integer", 100.0, 100),
        ("integer", 100.5, UNKNOWN),
        ("integer", "100.0", UNKNOWN),
        ("integer", "-1", UNKNOWN),
        ("integer", "", UNKNOWN),
        ("integer", " 1", UNKNOWN),
        ("integer", "1 GB", UNKNOWN),
        ("integer", "\u0663", UNKNOWN),
        ("integer", "\u00b2", UNKNOWN),
        ("integer", "9" * 18, 10**18 - 1),
        ("integer", "9" * 19, UNKNOWN),
        ("integer", True, UNKNOWN),
        ("integer", [1], UNKNOWN),
        ("integer", float("inf"), UNKNOWN),
        ("string", 256, "256"),
        ("string", -1, "-1"),
        ("string", True, "true"),
        ("string", False, "false"),
        ("string", 0.5, UNKNOWN),
        ("string", ["a"], UNKNOWN),
        ("string", {}, UNKNOWN),
        ("boolean", "true", True),
        ("boolean", "False", False),
        ("boolean", "yes", UNKNOWN),
        ("boolean", "", UNKNOWN),
        ("boolean", 1, UNKNOWN),
        ("boolean", 0, UNKNOWN),
        ("object", "a", UNKNOWN),
        ("object", [{}], UNKNOWN),
    ],
)
def test_reading_is_the_one_that_was_meant_or_unknown(kind: str, value: Any, read: Any) -> None:
    found = reading({"type": kind}, value)
    assert (type(found), found) == (type(read), read)


@pytest.mark.parametrize(
    ("items", "value", "read"),
    [
        ({"type": "string"}, "a", ["a"]),
        ({"type": "string"}, 1, UNKNOWN),
        ({"type": "integer"}, 1, [1]),
        ({"type": "integer"}, True, UNKNOWN),
        ({"type": "integer"}, "1", UNKNOWN),
        ({"$ref": "#/$defs/PortMapping"}, {"containerPort": 80}, [{"containerPort": 80}]),
        ({"$ref": "#/$defs/PortMapping"}, "80", UNKNOWN),
        ({"type": "string"}, {"a": "b"}, UNKNOWN),
    ],
)
def test_single_item_is_read_as_a_list_of_one(items: Any, value: Any, read: Any) -> None:
    assert reading({"type": "array", "items": items}, value) == read


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("x", "a string"),
        (1, "a number"),
        (True, "a boolean"),
        ({}, "an object"),
        ([], "a list"),
        (1.5, "a number with a fraction"),
        (1.0, "a number written with a fraction"),
    ],
)
def test_actual_names_the_type_and_not_the_value(value: Any, words: str) -> None:
    assert actual(value) == words


@pytest.mark.parametrize(
    ("read", "value", "words"),
    [
        ([{}], {}, "put it in a list: [ ]"),
        ("256", 256, "put it in double quotes"),
        (100, "100", "write it without the quotes"),
        (True, "true", "write it without the quotes"),
        (100, 100.0, "write it without a fraction"),
        (UNKNOWN, "1 GB", ""),
    ],
)
def test_remedy_says_how_to_write_it(read: Any, value: Any, words: str) -> None:
    assert remedy(read, value) == words


def test_wrong_type_is_reported_once_and_read_as_meant(ruleset: Ruleset) -> None:
    data = container(memory="100", essential="true", image=7)
    assert kinds(data, ruleset) == [("type", (*FIRST, name)) for name in ("memory", "essential", "image")]
    assert meant(data, ruleset) == {"memory": 100, "essential": True, "image": "7"}
    assert hits(container(memory="100"), ruleset)[0][2] == {
        "what": "`memory`",
        "expected": "an integer",
        "actual": "a string",
        "remedy": "write it without the quotes",
        "read": 100,
    }


def test_value_without_a_reading_is_unknown_afterwards(ruleset: Ruleset) -> None:
    assert meant(container(memory="much", image=[1], environment="A=1"), ruleset) == {
        "memory": UNKNOWN,
        "image": UNKNOWN,
        "environment": UNKNOWN,
    }


def test_document_itself_is_left_as_it_is(ruleset: Ruleset) -> None:
    data = container(memory="100", Image="x", portMappings={"containerPort": "80"}, cpu=None)
    before = copy.deepcopy(data)
    examined(data, ruleset)
    assert data == before


@pytest.mark.parametrize("data", [[], "x", 1, None, True, UNKNOWN])
def test_what_is_no_object_is_taken_for_an_empty_one(data: Any, ruleset: Ruleset) -> None:
    assert examined(data, ruleset).data == {}


# --- moved paths ------------------------------------------------------------------------------------


def test_single_item_stands_where_it_stood(ruleset: Ruleset) -> None:
    outcome = examined(container(portMappings={"containerPort": "80"}), ruleset)
    assert outcome.data["containerDefinitions"][0] == {"portMappings": [{"containerPort": 80}]}
    assert [(kind, hit.path) for kind, hit in outcome.hits] == [
        ("type", (*FIRST, "portMappings")),
        ("type", (*FIRST, "portMappings", "containerPort")),
    ]
    assert outcome.moved == {(*FIRST, "portMappings", 0): (*FIRST, "portMappings")}


def test_map_in_the_place_of_a_list_is_not_one_item(ruleset: Ruleset) -> None:
    outcome = examined(container(ulimits={"nofile": "1"}, mountPoints={}, dependsOn={"a": "START"}), ruleset)
    assert outcome.data["containerDefinitions"][0] == dict.fromkeys(("ulimits", "mountPoints", "dependsOn"), UNKNOWN)
    assert [kind for kind, _ in outcome.hits] == ["type"] * 3


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("environment", {"A": "b", "NAME": 1}, [{"name": "A", "value": "b"}, {"name": "NAME", "value": UNKNOWN}]),
        ("environment", {"name": "A", "value": "b"}, [{"name": "A", "value": "b"}]),
        ("environment", {"name": "A", "B": "c"}, UNKNOWN),  # an item with a slip, or a map?
        ("environment", {"A": None}, UNKNOWN),
        ("environment", {"": "b"}, UNKNOWN),
        ("environment", {1: "b"}, UNKNOWN),
        ("environment", {}, UNKNOWN),
        ("environment", {"A": {"b": "c"}}, UNKNOWN),
        ("environment", "A=b", UNKNOWN),
        ("environment", ["A=b=c", "A=", "_b.c-d=\n"], [("A", "b=c"), ("A", ""), ("_b.c-d", "\n")]),
        ("environment", ["A", "=b", "A: b", "1A=b", "a b=c"], [UNKNOWN] * 5),
        ("secrets", {"A": "arn"}, [{"name": "A", "valueFrom": "arn"}]),
        ("secrets", ["A=arn"], [UNKNOWN]),
        ("systemControls", {"net.a": "1"}, [{"namespace": "net.a", "value": "1"}]),
        ("extraHosts", {"db": "10.0.0.1"}, [{"hostname": "db", "ipAddress": "10.0.0.1"}]),
        ("resourceRequirements", {"GPU": "1"}, UNKNOWN),
        ("command", "npm start", UNKNOWN),
        ("command", "npm", ["npm"]),
        ("dnsServers", "10.0.0.1,10.0.0.2", UNKNOWN),
    ],
)
def test_list_written_another_way(name: str, value: Any, read: Any, ruleset: Ruleset) -> None:
    if type(read) is list:
        read = [{"name": item[0], "value": item[1]} if type(item) is tuple else item for item in read]
    outcome = examined(container(**{name: value}), ruleset)
    assert outcome.data["containerDefinitions"][0][name] == read
    assert {kind for kind, _ in outcome.hits} == {"type"}


def test_what_stands_in_a_map_is_found_at_its_member(ruleset: Ruleset) -> None:
    outcome = examined({"tags": {"a": "b"}}, ruleset)
    assert outcome.moved == dict.fromkeys([("tags", 0), ("tags", 0, "key"), ("tags", 0, "value")], ("tags", "a"))


def test_renamed_member_stands_where_it_stood(ruleset: Ruleset) -> None:
    outcome = examined({"family": "web", "ContainerDefinitions": [{"Image": "a", "memory": "x"}]}, ruleset)
    assert outcome.data == {"family": "web", "containerDefinitions": [{"image": "a", "memory": UNKNOWN}]}
    assert outcome.moved == {
        ("containerDefinitions",): ("ContainerDefinitions",),
        ("containerDefinitions", 0, "image"): ("ContainerDefinitions", 0, "Image"),
    }
    assert [hit.path for _, hit in outcome.hits] == [
        ("ContainerDefinitions",),
        ("ContainerDefinitions", 0, "Image"),
        ("ContainerDefinitions", 0, "memory"),
    ]


# --- members that ECS does not know -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "member"),
    [
        ("Image", "image"),
        ("port_mappings", "portMappings"),
        ("PORT-MAPPINGS", "portMappings"),
        ("imgae", "image"),
        ("enviroment", "environment"),
        ("porMapings", "portMappings"),
        ("memoryReservtion", "memoryReservation"),
    ],
)
def test_misspelt_member_is_taken_for_the_one_that_was_meant(key: str, member: str, ruleset: Ruleset) -> None:
    [(kind, path, values)] = hits(container(**{key: UNKNOWN}), ruleset)
    assert (kind, path, values["hint"]) == ("additionalProperties", (*FIRST, key), f"; did you mean `{member}`?")
    assert meant(container(**{key: UNKNOWN}), ruleset) == {member: UNKNOWN}


@pytest.mark.parametrize("key", ["zzz", "im", "image2xyz", ""])
def test_unknown_member_without_a_likely_meaning_is_left_out(key: str, ruleset: Ruleset) -> None:
    [(kind, _, values)] = hits(container(**{key: 1}), ruleset)
    assert (kind, values["hint"]) == ("additionalProperties", "")
    assert meant(container(**{key: 1}), ruleset) == {}


def test_member_is_not_taken_for_one_that_is_there_too(ruleset: Ruleset) -> None:
    data = container(image="right", Image="wrong")
    assert kinds(data, ruleset) == [("additionalProperties", (*FIRST, "Image"))]
    assert meant(data, ruleset) == {"image": "right"}


def test_word_of_another_tool_gets_the_word_of_ecs(ruleset: Ruleset) -> None:
    [(kind, _, values)] = hits(container(ports=["80:80"]), ruleset)
    assert (kind, values["hint"]) == ("additionalProperties", "; use `portMappings: [{containerPort: 80}]`")
    assert meant(container(ports=["80:80"]), ruleset) == {}


@pytest.mark.parametrize("key", ["$schema", "_comment", "#", "//", "x-common"])
def test_comment_member_is_left_out(key: str, ruleset: Ruleset) -> None:
    data = task(**{key: "any"})
    assert kinds(data, ruleset) == [("comment-key", (key,))]
    assert examined(data, ruleset).data == task()


def test_member_of_the_task_in_a_container_is_known_to_be_elsewhere(ruleset: Ruleset) -> None:
    data = container(networkMode="host")
    assert hits(data, ruleset) == [
        ("misplaced", (*FIRST, "networkMode"), {"home": "at the top level of the task definition", "up": "networkMode"})
    ]
    assert examined(data, ruleset).data == {**container(), "networkMode": UNKNOWN}


def test_member_of_the_task_is_kept_if_it_also_stands_where_it_belongs(ruleset: Ruleset) -> None:
    data = {**container(networkMode="host"), "networkMode": "awsvpc"}
    assert examined(data, ruleset).data["networkMode"] == "awsvpc"


def test_member_of_a_container_in_the_task_is_misplaced(ruleset: Ruleset) -> None:
    data = task(portMappings=[])
    assert hits(data, ruleset) == [("misplaced", ("portMappings",), {"home": "in a container definition", "up": None})]
    assert examined(data, ruleset).data == task()


def test_output_members_are_reported_and_left_out(ruleset: Ruleset) -> None:
    data = task(revision=3, status=None, taskDefinitionArn=7)
    assert kinds(data, ruleset) == [("readOnly", (name,)) for name in ("revision", "status", "taskDefinitionArn")]
    assert examined(data, ruleset).data == task()


def test_output_member_in_other_words_is_one_mistake(ruleset: Ruleset) -> None:
    assert kinds(task(registered_at="2026"), ruleset) == [("readOnly", ("registered_at",))]


def test_misspelt_output_member_is_not_offered(ruleset: Ruleset) -> None:
    ((kind, _, words),) = hits(task(registerAt="2026"), ruleset)
    assert (kind, words["guess"], words["hint"]) == ("additionalProperties", None, "")
    assert "registeredAt" not in str(words["known"])


# --- null, empty, required --------------------------------------------------------------------------


def test_null_is_reported_and_absent_afterwards(ruleset: Ruleset) -> None:
    data = {**container(cpu=None), "volumes": None}
    assert kinds(data, ruleset) == [("null", (*FIRST, "cpu")), ("null", ("volumes",))]
    assert examined(data, ruleset).data == container()


def test_null_in_a_list_keeps_the_places_of_its_neighbours(ruleset: Ruleset) -> None:
    data = task(containerDefinitions=[None, {"image": "a"}])
    assert kinds(data, ruleset) == [("null", ("containerDefinitions", 0))]
    assert examined(data, ruleset).data["containerDefinitions"] == [UNKNOWN, {"image": "a"}]


def test_null_in_a_map_is_left_out(ruleset: Ruleset) -> None:
    data = container(dockerLabels={"a": None, "b": "x", "c": 1})
    assert kinds(data, ruleset) == [("null", (*FIRST, "dockerLabels", "a")), ("type", (*FIRST, "dockerLabels", "c"))]
    assert meant(data, ruleset) == {"dockerLabels": {"b": "x", "c": "1"}}


def test_required_member_that_is_null_is_missing(ruleset: Ruleset) -> None:
    data = container(logConfiguration={"logDriver": None})
    assert hits(data, ruleset) == [("required", (*FIRST, "logConfiguration"), {"missing": "logDriver"})]


def test_missing_member_is_reported_at_its_object(ruleset: Ruleset) -> None:
    data = container(dependsOn=[{"condition": "START"}, {"containerName": "a", "condition": "START"}])
    assert hits(data, ruleset) == [("required", (*FIRST, "dependsOn", 0), {"missing": "containerName"})]
    assert examined(data, ruleset).hits[0][1].key


def test_misspelt_member_is_not_missing_too(ruleset: Ruleset) -> None:
    data = container(dependsOn=[{"containername": "a", "condition": "START"}])
    assert [kind for kind, _ in kinds(data, ruleset)] == ["additionalProperties"]


def test_object_with_a_placeholder_among_its_members_lacks_nothing(ruleset: Ruleset) -> None:
    data = container(dependsOn=[{Unknown("${X}"): 1}], logConfiguration={Unknown("${X}"): 1, "logDriver": None})
    assert kinds(data, ruleset) == [("null", (*FIRST, "logConfiguration", "logDriver"))]


@pytest.mark.parametrize(("name", "value"), [("networkMode", ""), ("pidMode", "")])
def test_empty_text_in_the_place_of_an_enum_is_absent(name: str, value: str, ruleset: Ruleset) -> None:
    assert kinds(task(**{name: value}), ruleset) == [("empty", (name,))]
    assert examined(task(**{name: value}), ruleset).data == task()


@pytest.mark.parametrize(
    ("value", "remedy", "same", "guess"),
    [
        ("awsVpc", "write `awsvpc`", "awsvpc", "awsvpc"),
        ("AWSVPC", "write `awsvpc`", "awsvpc", "awsvpc"),
        ("bridg", "write `bridge`", None, "bridge"),
        ("macvlan", "write `bridge`, `host`, `awsvpc` or `none`", None, None),
    ],
)
def test_value_outside_an_enum_is_taken_for_the_closest_one(
    value: str, remedy: str, same: str | None, guess: str | None, ruleset: Ruleset
) -> None:
    words = {"expected": "`bridge`, `host`, `awsvpc` or `none`", "remedy": remedy, "same": same, "guess": guess}
    words["what"] = "`networkMode`"
    assert hits(task(networkMode=value), ruleset) == [("enum", ("networkMode",), words)]
    assert examined(task(networkMode=value), ruleset).data["networkMode"] == (guess or UNKNOWN)


@pytest.mark.parametrize("word", ["NETWORK_MODE", "MY_NETWORK_MODE", "SOME_WORD"])
def test_word_that_stands_for_a_value_of_an_enum_is_unknown(word: str, ruleset: Ruleset) -> None:
    assert hits(task(networkMode=word), ruleset) == []
    assert examined(task(networkMode=word), ruleset).data["networkMode"] is UNKNOWN


@pytest.mark.parametrize(("key", "word"), [("requiresCompatibilities", ["FARGATE_SPOT"]), ("networkMode", "NAT")])
def test_word_in_capitals_that_stands_for_nothing_is_reported(key: str, word: Any, ruleset: Ruleset) -> None:
    assert [kind for kind, _ in kinds(task(**{key: word}), ruleset)] == ["enum"]


@pytest.mark.parametrize(("member", "value"), [("networkMode", "default")])
def test_value_of_another_document_is_allowed_and_not_offered(member: str, value: str, ruleset: Ruleset) -> None:
    assert hits(task(**{member: value}), ruleset) == []
    ((_, _, words),) = hits(task(**{member: "x"}), ruleset)
    assert f"`{value}`" not in str(words["expected"])


def test_item_of_a_list_is_called_so(ruleset: Ruleset) -> None:
    ((_, path, words),) = hits(container(environment=["A=b"]), ruleset)
    assert (path, words["what"]) == ((*FIRST, "environment", 0), "an item of `environment`")


def test_single_compatibility_is_a_list_and_checked_like_one(ruleset: Ruleset) -> None:
    outcome = examined(task(requiresCompatibilities="fargate"), ruleset)
    assert [kind for kind, _ in outcome.hits] == ["type", "enum"]
    assert outcome.data["requiresCompatibilities"] == ["FARGATE"]


@pytest.mark.parametrize(
    ("port", "kind", "read"),
    [(80, None, 80), (65535, None, 65535), (65536, "maximum", UNKNOWN), (-1, "minimum", UNKNOWN)],
)
def test_number_out_of_range_is_unknown_afterwards(port: int, kind: str | None, read: Any, ruleset: Ruleset) -> None:
    data = container(portMappings=[{"containerPort": port}])
    expected = [] if kind is None else [(kind, (*FIRST, "portMappings", 0, "containerPort"))]
    assert kinds(data, ruleset) == expected
    assert meant(data, ruleset)["portMappings"][0]["containerPort"] == read


def test_number_in_quotes_is_out_of_range_like_any_other(ruleset: Ruleset) -> None:
    data = container(portMappings=[{"containerPort": "70000"}])
    assert [kind for kind, _ in kinds(data, ruleset)] == ["type", "maximum"]


# --- laws -------------------------------------------------------------------------------------------


@slow
@given(TASKS)
def test_repaired_document_fits_or_repeats_no_mistake_but_a_missing_member(ruleset: Ruleset, data: Any) -> None:
    repaired = examined(data, ruleset).data
    assert {kind for kind, _ in examined(repaired, ruleset).hits} <= {"required"}


@slow
@given(TASKS)
def test_moved_members_come_from_places_of_the_document(ruleset: Ruleset, data: Any) -> None:
    for source in examined(data, ruleset).moved.values():
        follow(data, source)  # raises if there is no such place


def follow(value: Any, path: tuple[str | int, ...]) -> Any:
    for part in path:
        value = value[part]
    return value


@slow
@given(TASKS)
def test_hits_point_into_the_document_as_it_was_written(ruleset: Ruleset, data: Any) -> None:
    for _, hit in examined(data, ruleset).hits:
        follow(data, hit.path)  # raises if there is no such place


# --- what may be shown ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "shows"),
    [
        (("family",), True),
        ((*FIRST, "image"), True),
        ((*FIRST, "environment", 0, "name"), True),
        ((*FIRST, "environment", 0, "value"), False),
        ((*FIRST, "command"), False),
        ((*FIRST, "command", 0), False),
        ((*FIRST, "dockerLabels", "a"), False),
        ((*FIRST, "logConfiguration", "options", "a"), False),
        ((*FIRST, "secrets", 0, "valueFrom"), False),
        ((*FIRST, "zzz"), False),
        ((*FIRST, "zzz", "name"), False),
        (("tags", 0, "key"), True),
        (("tags", 0, "value"), False),
    ],
)
def test_values_of_unknown_and_write_only_members_are_not_shown(
    path: tuple[str | int, ...], shows: bool, ruleset: Ruleset
) -> None:
    assert ruleset.of("task-definition").structure.shows(path) is shows


def test_members_are_those_of_a_request(ruleset: Ruleset) -> None:
    members = ruleset.of("task-definition").structure.members()
    assert {"family", "containerDefinitions", "cpu"} <= set(members)
    assert {"revision", "status", "taskDefinitionArn"} & set(members) == set()
