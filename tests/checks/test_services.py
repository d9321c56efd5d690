"""Deployments, bases and volumes of services are judged by what is certain."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint.checks import quick
from ecslint.checks.services import at_most_one_positive, room_to_deploy, volume_limits
from ecslint.model import UNKNOWN, Hit, Unknown

OPTIONS = {"count": "n", "least": "d.low", "most": "d.high"}
TYPES = {"gp3": {"sizeInGiB": [1, 10], "iops": [3, 16]}, "gp2": {"sizeInGiB": [1, 10]}}


def room(tasks: Any, low: Any, high: Any) -> list[Hit]:
    return list(room_to_deploy({"n": tasks, "d": {"low": low, "high": high}}, **OPTIONS))


@pytest.mark.parametrize(
    ("tasks", "low", "high", "said"),
    [
        (1, 100, 150, (1, 1, 200)),
        (1, 50, 150, (1, 1, 200)),
        (2, 100, 149, (2, 2, 150)),
        (3, 70, 100, (3, 3, 134)),
        (10, 91, 100, (10, 10, 110)),
    ],
)
def test_a_deployment_needs_room_for_a_task(tasks: int, low: int, high: int, said: tuple[int, int, int]) -> None:
    [hit] = room(tasks, low, high)
    assert hit.path == ("d", "high")
    assert (hit.values["least"], hit.values["most"], hit.values["needed"]) == said
    assert room(tasks, low, said[2]) == []
    assert room(tasks, low, said[2] - 1) != []


@pytest.mark.parametrize(
    ("tasks", "low", "high"),
    [
        (0, 100, 150),
        (2, 100, 150),
        (1, 0, 100),
        (3, 66, 100),
        (1, 100, 100),  # another rule's
        (UNKNOWN, 100, 150),
        (1, Unknown("${LOW}"), 150),
        (1, 100, "150"),
        (True, 100, 150),
    ],
)
def test_there_is_room_or_nobody_knows(tasks: Any, low: Any, high: Any) -> None:
    assert room(tasks, low, high) == []


def test_what_is_absent_is_not_guessed() -> None:
    assert list(room_to_deploy({"n": 1, "d": {"high": 150}}, **OPTIONS)) == []


@given(st.integers(-5, 50), st.integers(-5, 120), st.integers(90, 300))
def test_the_quick_look_at_percentages_loses_nothing(tasks: int, low: int, high: int) -> None:
    value = {"n": tasks, "d": {"low": low, "high": high}}
    assert not (quick.has_room(value, **OPTIONS) and room(tasks, low, high))


@pytest.mark.parametrize(
    ("bases", "places"),
    [([], []), ([1], []), ([0, 0, 1], []), ([1, UNKNOWN], []), ([1, True], []), ([1, 2], [1]), ([2, 0, 1, 3], [2, 3])],
)
def test_one_number_is_above_zero(bases: list[Any], places: list[int]) -> None:
    hits = list(at_most_one_positive({"s": [{"base": base} for base in bases]}, items="s[].base"))
    assert [hit.path for hit in hits] == [("s", place, "base") for place in places]
    assert all(hit.related[0][0] == ("s", 0, "base") for hit in hits)
    if hits:
        assert not quick.one_positive(None, items=bases)


@pytest.mark.parametrize(
    ("volume", "problems"),
    [
        ({"volumeType": "gp3", "sizeInGiB": 10, "iops": 3}, {}),
        ({"volumeType": "gp3", "sizeInGiB": 11, "iops": 2}, {
            "sizeInGiB": "`sizeInGiB` of a gp3 volume is 1 to 10, not 11",
            "iops": "`iops` of a gp3 volume is 3 to 16, not 2",
        }),
        ({"volumeType": "gp2", "iops": 3}, {"iops": "a volume of type gp2 has no `iops`"}),
        ({"volumeType": "GP3", "iops": 0}, {"volumeType": "EBS has no type `GP3`: it is one of gp3, gp2"}),
        ({"volumeType": "gp3", "sizeInGiB": UNKNOWN, "iops": "4"}, {}),
        ({"volumeType": UNKNOWN, "iops": 0}, {}),
        ({"sizeInGiB": 0}, {}),
        (UNKNOWN, {}),
    ],
)  # fmt: skip
def test_numbers_of_a_volume_are_those_of_its_type(volume: Any, problems: dict[str, str]) -> None:
    assert {hit.path[0]: hit.values["problem"] for hit in volume_limits(volume, types=TYPES)} == problems
