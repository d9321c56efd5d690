"""Sizes: each unit that people write, each clause of the messages, and what the options of the checks may be."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from ecslint.checks import load, sizing
from tests.checks.test_sizing import OPTIONS, SIZES, WINDOWS, fargate, hits

UNITS = [("cpu", "m", 1.024), ("cpu", "CPU", 1024), ("cpu", "CPUs", 1024), ("cpu", "vCPUs", 1024)]
UNITS += [("memory", unit, 1) for unit in ("MB", "MiB", "Mi", "M")]
UNITS += [("memory", unit, 1024) for unit in ("GiB", "Gi", "G")]


@pytest.mark.parametrize(("name", "unit", "worth"), UNITS)
@pytest.mark.parametrize("number", [1, 2, 250])
def test_what_was_meant_by_a_foreign_unit(name: str, unit: str, worth: float, number: int) -> None:
    [hit] = hits("readable_size", {name: f"{number} {unit}"})
    meant = -int(-round(number * worth, 6) // 1)
    assert hit.values["meant"] == str(meant)
    assert hit.values["remedy"] == f'write "{meant}"'


def test_an_unreadable_size_says_the_unit_and_an_example() -> None:
    [cpu, memory] = hits("readable_size", {"cpu": "much", "memory": "more"})
    assert cpu.values == {
        "units": "CPU units", "example": "0.5 vCPU", "remedy": "write a whole number of CPU units", "meant": None
    }  # fmt: skip
    assert memory.values == {
        "units": "MiB", "example": "2 GB", "remedy": "write a whole number of MiB", "meant": None
    }  # fmt: skip


def test_a_unit_in_unless_passes_over_that_unit_and_no_other() -> None:
    assert [hit.path for hit in hits("readable_size", {"cpu": "5 m", "memory": "5 MB"}, unless=["MB"])] == [("cpu",)]


@pytest.mark.parametrize(
    ("text", "plain"),
    [("1 vCPU", "1024"), (".5 vcpu", "512"), ("1024", None), (" 256 ", None), ("much", None), ("0.25", None)],
)
def test_a_size_with_a_unit_is_told_as_a_plain_number(text: str, plain: str | None) -> None:
    assert [hit.values for hit in hits("plain_size", {"cpu": text})] == ([{"plain": plain}] if plain else [])


@pytest.mark.parametrize("value", [None, [], "256", {"cpu": 256}, {"cpu": ["1 vCPU"]}])
def test_what_is_no_text_is_no_size(value: Any) -> None:
    assert sizing.size(value, "cpu") is None
    assert hits("plain_size", value) == hits("readable_size", value) == []


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ([512], "512"), ([512, 1024], "512 or 1024"), ([1, 2, 3], "1, 2 or 3"), ([1, 2, 3, 4], "1 to 4 in steps of 1"),
        ([2048, 3072, 4096, 5120], "2048 to 5120 in steps of 1024"), ([1, 2, 4, 8], "1, 2, 4 or 8"),
        ([1, 2, 3, 5], "1, 2, 3 or 5"), ([2, 4, 6, 8, 10], "2 to 10 in steps of 2"),
    ],
)  # fmt: skip
def test_choices_are_listed_or_told_as_steps(numbers: list[int], words: str) -> None:
    assert sizing.choices(numbers) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "the next larger is 2"), (2, "the next larger is 4"), (4, "the largest is 4"), (9, "the largest is 4")],
)
def test_the_nearest_of_the_known_numbers(number: int, words: str) -> None:
    assert sizing.nearest(number, [2, 4]) == words


ROWS = [
    {"cpu": 1, "memory": [10, 20], "windows": False},
    {"cpu": 2, "memory": [20, 30], "windows": True},
    {"cpu": 4, "memory": [30, 40], "windows": True},
]


@pytest.mark.parametrize(
    ("memory", "cpu", "words"),
    [(20, 1, "; 20 needs cpu 2"), (30, 1, "; 30 needs cpu 2"), (10, 2, "; 10 needs cpu 1 or less"),
     (20, 4, "; 20 needs cpu 2 or less"), (30, 4, "; 30 needs cpu 4 or less"), (50, 1, "")],
)  # fmt: skip
def test_which_cpu_a_memory_needs(memory: int, cpu: int, words: str) -> None:
    assert sizing.cpu_for(memory, cpu, ROWS) == words


@pytest.mark.parametrize(
    ("cpu", "memory", "size"),
    [
        (0, 0, (1, 10)),
        (1, 10, (1, 10)),
        (1, 11, (1, 20)),
        (2, 1, (2, 20)),
        (1, 30, (2, 30)),
        (3, 30, (4, 30)),
        (4, 40, (4, 40)),
    ],
)
def test_the_smallest_size_that_is_large_enough(cpu: int, memory: int, size: tuple[int, int]) -> None:
    words = f"cpu {size[0]} with memory {size[1]} is the smallest size that is large enough"
    assert sizing.large_enough(cpu, memory, ROWS) == words
    fixes = sizing.enlarged({"cpu": str(cpu), "memory": str(memory)}, ROWS)
    assert fixes == {
        "cpu_fix": None if size[0] == cpu else str(size[0]),
        "memory_fix": None if size[1] == memory else str(size[1]),
    }


@pytest.mark.parametrize(("cpu", "memory"), [(5, 10), (4, 41), (1, 99)])
def test_nothing_is_large_enough(cpu: int, memory: int) -> None:
    assert sizing.large_enough(cpu, memory, ROWS) == "the largest size is cpu 4 with memory 40"
    assert sizing.enlarged({"cpu": str(cpu), "memory": str(memory)}, ROWS) == {"cpu_fix": None, "memory_fix": None}


def test_what_a_task_does_not_tell_is_not_written() -> None:
    assert sizing.enlarged({"cpu": "3"}, ROWS) == {"cpu_fix": "4", "memory_fix": None}
    assert sizing.enlarged({"memory": "15"}, ROWS) == {"cpu_fix": None, "memory_fix": "20"}


@pytest.mark.parametrize(
    ("platform", "count"),
    [
        (WINDOWS, 2),
        ({"operatingSystemFamily": "LINUX"}, 3),
        ({}, 3),
        (None, 3),
        ({"operatingSystemFamily": 5}, 3),
        ("WINDOWS_", 3),
    ],
)
def test_windows_is_offered_what_it_has(platform: Any, count: int) -> None:
    assert len(sizing.offered({"runtimePlatform": platform}, ROWS)) == count


def test_clauses_about_memory_that_a_cpu_has_not() -> None:
    [hit] = fargate("256", "4096")
    assert hit.path == ("memory",)
    assert hit.values["cpu"] == "cpu 256"
    assert hit.values["choices"].startswith("512, 1024 or 2048 do; 4096 needs cpu ")
    assert list(hit.related) == [(("cpu",), "cpu is 256 here")]
    [unknown] = fargate("${CPU}x", "4097")
    assert (unknown.path, unknown.values["cpu"]) == (("memory",), "any cpu")
    assert unknown.values["choices"] == "the next larger is 5120"


def test_windows_has_no_small_cpu() -> None:
    [hit] = hits("fargate_cpu", {"cpu": "256", "memory": "512", "runtimePlatform": WINDOWS}, sizes=SIZES)
    assert hit.path == ("cpu",)
    assert hit.values["cpu_fix"] == "1024"


def containers(*amounts: Any) -> dict[str, Any]:
    return {"cpu": "10", "containerDefinitions": [{"cpu": amount} for amount in amounts]}


CPUS = {"items": "containerDefinitions[].cpu", "limit": "cpu"}


@pytest.mark.parametrize(
    ("amounts", "total"), [((5, 5), None), ((5, 6), 11), ((11,), 11), ((True, 10), None), (("9", 10), None)]
)
def test_a_sum_may_reach_the_size(amounts: tuple[Any, ...], total: int | None) -> None:
    found = hits("sum_at_most", containers(*amounts), **CPUS)
    assert [hit.values for hit in found] == ([{"sum": total, "limit": 10}] if total else [])
    assert [hit.path for hit in found] == [("cpu",)] * len(found)


def test_the_five_largest_parts_are_related_the_largest_first() -> None:
    [hit] = hits("sum_at_most", containers(1, 7, 3, 9, 5, 2), **CPUS)
    assert [text for _, text in hit.related] == ["9 here", "7 here", "5 here", "3 here", "2 here"]
    assert hit.related[0][0] == ("containerDefinitions", 3, "cpu")


def test_a_part_that_is_too_large_alone_is_another_finding() -> None:
    assert hits("sum_at_most", containers(11, 1), **CPUS, unless=CPUS["items"]) == []
    assert len(hits("sum_at_most", containers(10, 1), **CPUS, unless=CPUS["items"])) == 1
    found = hits("each_at_most", containers(10, 11), **CPUS)
    assert [(hit.path, hit.values) for hit in found] == [
        (("containerDefinitions", 1, "cpu"), {"amount": 11, "limit": 10})
    ]
    assert list(found[0].related) == [(("cpu",), "10 here")]


@pytest.mark.parametrize("name", OPTIONS)
def test_options_are_what_the_check_can_work_with(name: str) -> None:
    schemas = load()[name].options
    given = OPTIONS[name]
    assert set(given) <= set(schemas)
    assert {option for option, schema in schemas.items() if "default" not in schema} <= set(given)
    for option, schema in schemas.items():
        if option in given:
            jsonschema.validate(given[option], schema)
        wrong: list[Any] = [5.5, {}, None] + ([[5]] if schema.get("items") else [])
        wrong += ["", "disk"] if "enum" in schema else ["5"] if schema.get("type") in ("integer", "array") else [""]
        for value in wrong:
            with pytest.raises(jsonschema.ValidationError):
                jsonschema.validate(value, schema)
