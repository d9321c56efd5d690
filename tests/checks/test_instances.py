"""What a task definition asks of its instances, against the configuration of the agent on them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint import document
from ecslint.adapters import recognise
from ecslint.checks.instances import (
    agent_enables,
    agent_offers,
    boolean,
    free_ports,
    keeps_off,
    lacks,
    offers,
    row_of,
    texts,
)
from ecslint.compat import attributes
from ecslint.model import UNKNOWN
from ecslint.ruleset import bundle
from tests.bundled import LIBRARY, RULES

TABLE = LIBRARY.tables["instances"]
DRIVER = "com.amazonaws.ecs.capability.logging-driver."
ROLE = "com.amazonaws.ecs.capability.task-iam-role"
ENI = "ecs.capability.task-eni"
EFS = "ecs.capability.efsAuth"
DRIVERS = "ECS_AVAILABLE_LOGGING_DRIVERS"

#: Attributes, configurations, whether the agent offers them for certain: True, False or None.
OFFERS: list[tuple[str, dict[str, Any], bool | None]] = [
    (DRIVER + "gelf", {DRIVERS: '["json-file","gelf"]'}, True),
    (DRIVER + "gelf", {DRIVERS: '["json-file"]'}, False),
    (DRIVER + "gelf", {DRIVERS: "[]"}, False),
    (DRIVER + "gelf", {DRIVERS: "json-file"}, None),
    (DRIVER + "gelf", {DRIVERS: '["${DRIVER}"]'}, None),
    (DRIVER + "gelf", {DRIVERS: UNKNOWN}, None),
    (DRIVER + "gelf", {}, None),
    (DRIVER + "awsfirelens", {DRIVERS: '["json-file"]'}, None),
    (ROLE, {"ECS_ENABLE_TASK_IAM_ROLE": "0"}, False),
    (ROLE, {"ECS_ENABLE_TASK_IAM_ROLE": " T "}, True),
    (ROLE, {"ECS_ENABLE_TASK_IAM_ROLE": '"false"'}, None),
    (ROLE, {"ECS_ENABLE_TASK_IAM_ROLE_NETWORK_HOST": "false"}, None),
    (ENI, {"ECS_EXTERNAL": "true", "ECS_ENABLE_TASK_ENI": "true"}, False),
    (ENI, {"ECS_EXTERNAL": "false"}, None),
    (EFS, {"ECS_VOLUME_PLUGIN_CAPABILITIES": "[]"}, False),
    (EFS, {"ECS_VOLUME_PLUGIN_CAPABILITIES": '["efsAuth"]'}, True),
    ("com.amazonaws.ecs.capability.privileged-container", {"ECS_DISABLE_PRIVILEGED": "true"}, False),
    ("com.amazonaws.ecs.capability.privileged-container", {"ECS_DISABLE_PRIVILEGED": "false"}, None),
    ("com.amazonaws.ecs.capability.docker-remote-api.1.19", {"ECS_EXTERNAL": "true"}, None),
    ("an attribute that nobody knows", {"ECS_EXTERNAL": "true"}, None),
]


@pytest.mark.parametrize(("name", "agent", "expected"), OFFERS)
def test_a_configuration_decides_or_does_not(name: str, agent: dict[str, Any], expected: bool | None) -> None:
    row = row_of(name, TABLE)
    kept = bool(keeps_off(agent, name, row))
    assert (kept, offers(agent, name, row)) == (expected is False, expected is True)


def test_what_has_to_be_set_is_missing_only_where_no_agent_has_it() -> None:
    assert lacks({}, row_of(DRIVER + "gelf", TABLE)) == DRIVERS
    assert lacks({DRIVERS: "[]"}, row_of(DRIVER + "gelf", TABLE)) == ""
    assert lacks({}, row_of(DRIVER + "awslogs", TABLE)) == ""
    assert lacks({}, row_of(ROLE, TABLE)) == ""


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.just(UNKNOWN),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
AGENTS = st.dictionaries(
    st.sampled_from([DRIVERS, "ECS_EXTERNAL", "ECS_ENABLE_TASK_ENI", "ECS_RESERVED_PORTS", "ECS_DISABLE_PRIVILEGED"]),
    VALUES | st.sampled_from(["true", "false", "[]", "[80]", '["gelf"]']),
)


@given(VALUES, AGENTS | VALUES)
def test_checks_never_raise(item: Any, agent: Any) -> None:
    value = {"task": {"a": [item], "b": item}, "agent": agent}
    for where in (value, item):
        list(agent_offers(where, items="task.a[]", attributes={"": DRIVER + "{value}"}, table=TABLE))
        list(agent_offers(where, items="task.b", attributes={"": ENI}, table=TABLE, unset=True))
        list(agent_enables(where, items="task.b", variable="ECS_EXTERNAL", only=["GPU", True]))
        list(free_ports(where, items="task.a[]"))


@given(st.text(max_size=12))
def test_a_value_is_one_boolean_or_none_and_a_list_or_none(text: str) -> None:
    assert boolean(text) in (True, False, None)
    assert texts(text) is None or all(type(item) is str for item in texts(text) or ())


RULES_OF_ATTRIBUTES = [rule for rule in RULES if rule.then.get("check") == "agent_offers"]


@pytest.mark.parametrize("rule", RULES_OF_ATTRIBUTES, ids=lambda rule: rule.id)
def test_a_rule_asks_for_an_attribute_that_ecs_demands_there(rule: Any) -> None:
    """The rules say themselves where an attribute is demanded; the table of ``compat`` agrees."""
    facts = bundle.generated("facts")
    beginnings = [name.partition("{value}")[0] for name in rule.then["options"]["attributes"].values()]
    for example in rule.docs["examples"]["bad"]:
        [task] = recognise(document.parse(example["code"]["task"].encode(), "task.json").data)
        demanded = attributes.demanded(task.data, facts)
        assert any(name.startswith(tuple(beginnings)) for name in demanded)
