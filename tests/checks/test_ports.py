"""Port mappings: taken ports agree with a plain listing of them, and nothing makes a check raise."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint.checks.ports import distinct_ports, parse_range, port_range
from ecslint.model import Unknown
from tests.strategies import JSON

MEMBERS = ["containerPort", "containerPortRange"]


def hits(mappings: list[Any], ports: list[str] = MEMBERS, protocols: str = "same") -> list[tuple[Any, object]]:
    """(path, port) of each hit among the mappings of one container."""
    found = distinct_ports({"portMappings": mappings}, mappings="portMappings[]", ports=ports, protocols=protocols)
    return [(hit.path[1:], hit.values["port"]) for hit in found]


def mapping(low: int, high: int, protocol: str) -> dict[str, Any]:
    """A port mapping that takes the ports from ``low`` to ``high``."""
    taken: dict[str, Any] = {"containerPort": low} if low == high else {"containerPortRange": f"{low}-{high}"}
    return {**taken, "protocol": protocol} if protocol else taken


SPANS = st.tuples(st.integers(1, 12), st.integers(0, 5), st.sampled_from(["", "tcp", "udp", "UDP"])).map(
    lambda drawn: (drawn[0], drawn[0] + drawn[1], drawn[2])
)


@given(st.lists(SPANS, max_size=8), st.sampled_from(["same", "different"]))
def test_overlaps_are_those_of_a_plain_listing(spans: list[tuple[int, int, str]], protocols: str) -> None:
    taken: dict[str, set[int]] = {"tcp": set(), "udp": set()}
    expected = []
    for index, (low, high, word) in enumerate(spans):
        protocol = "udp" if word == "udp" else "tcp"
        judged = protocol if protocols == "same" else {"tcp": "udp", "udp": "tcp"}[protocol]
        ports = set(range(low, high + 1))
        if ports & taken[judged]:
            expected.append(index)
        taken[protocol] |= ports
    assert expected == [path[0] for path, _ in hits([mapping(*span) for span in spans], protocols=protocols)]


@given(st.lists(SPANS, max_size=8))
def test_related_mapping_shares_the_reported_ports(spans: list[tuple[int, int, str]]) -> None:
    value = {"portMappings": [mapping(*span) for span in spans]}
    for hit in distinct_ports(value, mappings="portMappings[]", ports=MEMBERS):
        low, _, high = str(hit.values["port"]).partition("-")
        shared = set(range(int(low), int(high or low) + 1))
        places = [int(path[1]) for path, _ in hit.related] + [int(hit.path[1])]
        assert places == sorted(set(places))
        for index in places:
            assert shared <= set(range(spans[index][0], spans[index][1] + 1))


@given(JSON, st.sampled_from(["same", "different"]))
def test_any_json_is_judged_without_an_error(value: Any, protocols: str) -> None:
    hits([value, {"containerPort": value}, {"containerPortRange": value, "protocol": value}], protocols=protocols)
    list(distinct_ports(value, mappings="portMappings[]", ports=MEMBERS, protocols=protocols))
    list(port_range(value))


def test_first_member_that_a_mapping_has_counts() -> None:
    mappings = [{"hostPort": 8080, "containerPort": 80}, {"hostPort": 0, "containerPort": 8080}]
    assert hits(mappings, ports=["hostPort", "containerPort"]) == [((1, "containerPort"), "8080")]


def test_dynamic_host_ports_take_nothing() -> None:
    assert hits([{"containerPort": 80}, {"containerPort": 80, "hostPort": 0}] * 2, ports=["hostPort"]) == []


@pytest.mark.parametrize(
    "unclear",
    [
        Unknown("${MAPPING}"),
        {"containerPort": Unknown("${PORT}")},
        {"containerPort": 80, "protocol": Unknown("${PROTOCOL}")},
        {Unknown("${PROTOCOL}"): 1, "containerPort": 80},
        {"containerPortRange": "90-70"},
    ],
)
def test_unclear_mapping_takes_nothing(unclear: Any) -> None:
    assert hits([{"containerPort": 80}, unclear]) == []


def test_many_wide_ranges_cost_little() -> None:
    wide = [mapping(1, 65535, "tcp"), mapping(100, 60000, "tcp")] * 5000
    assert hits(wide)[:1] == [((1, "containerPortRange"), "100-60000")]


@pytest.mark.parametrize("text", ["80-81", "1-65535", "08000-8010"])
def test_range_is_two_rising_ports(text: str) -> None:
    low, high = map(int, text.split("-"))
    assert (low, high) == parse_range(text)


@pytest.mark.parametrize(
    "text",
    [
        "80",
        "80-80",
        "81-80",
        "0-80",
        "80-65536",
        "80 - 81",
        "-80",
        "80-",
        "80-81-82",
        "a-b",
        "٨٠-٨١",
        "1-" + "9" * 5000,
    ],
)
def test_other_texts_are_no_range(text: str) -> None:
    assert parse_range(text) is None
    assert len(list(port_range(text))) == 1
