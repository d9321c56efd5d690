"""Sizes: how they are read, which Fargate has, and what containers ask for together."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint.checks import CHECKS, load, sizing
from ecslint.model import UNKNOWN, Hit, Unknown
from ecslint.ruleset.bundle import data_folder
from ecslint.ruleset.rules import read_yaml

SIZES: list[dict[str, Any]] = read_yaml(data_folder("rules") + "/tables/fargate-sizes.yaml")[0]
CPUS = [row["cpu"] for row in SIZES]
MEMORIES = sorted({memory for row in SIZES for memory in row["memory"]})
WINDOWS = {"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"}

OPTIONS: dict[str, dict[str, Any]] = {
    "readable_size": {"unless": ["MB"]},
    "plain_size": {},
    "size_within": {"name": "cpu", "minimum": 128, "maximum": 196608},
    "fargate_cpu": {"sizes": SIZES},
    "fargate_cpu_memory": {"sizes": SIZES},
    "sum_at_most": {"items": "containerDefinitions[].cpu", "limit": "cpu"},
    "each_at_most": {"items": "containerDefinitions[].memory", "limit": "memory"},
}

numbers = st.integers(-5, 70_000) | st.integers()
size_texts = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", " "]),
    st.integers(0, 300_000) | st.sampled_from(["", ".", ".5", "0.25", "1.", "1.2.3", "١", "9" * 400]),
    st.sampled_from(["", " ", "  "]),
    st.sampled_from(["", "vCPU", "vcpu", "VCPUS", "m", "CPU", "GB", "gb", "MB", "GiB", "G"]),
)
scalars = st.none() | st.booleans() | st.floats() | numbers | size_texts | st.text(max_size=5)
leaves = scalars | st.just(UNKNOWN) | st.just(Unknown("${CPU} vCPU", "", " vCPU"))
keys = st.sampled_from(["cpu", "memory", "memoryReservation", "containerDefinitions", "runtimePlatform"])
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(keys | st.text(max_size=2), inner | size_texts, max_size=4)
    ),
    max_leaves=12,
)
containers = st.fixed_dictionaries({}, optional={"cpu": numbers | leaves, "memory": numbers | leaves})
tasks = st.fixed_dictionaries(
    {},
    optional={
        "cpu": size_texts | st.sampled_from(CPUS).map(str) | leaves,
        "memory": size_texts | st.sampled_from(MEMORIES).map(str) | leaves,
        "containerDefinitions": st.lists(containers | leaves, max_size=4) | leaves,
        "runtimePlatform": st.just(WINDOWS) | leaves,
    },
)


def hits(check: str, value: Any, /, **options: Any) -> list[Hit]:
    return list(load()[check].function(value, **options))


def fargate(cpu: object, memory: object, **more: Any) -> list[Hit]:
    return hits("fargate_cpu_memory", {"cpu": cpu, "memory": memory, **more}, sizes=SIZES)


def test_every_check_of_the_module_is_tested_with_any_value() -> None:
    module = {name for name, check in load().items() if check.function.__module__ == sizing.__name__}
    assert module == set(OPTIONS)


@given(st.sampled_from(sorted(OPTIONS)), values | tasks)
def test_checks_take_any_value_and_give_the_values_that_they_promise(name: str, value: Any) -> None:
    for hit in hits(name, value, **OPTIONS[name]):
        assert set(hit.values) == set(CHECKS[name].values)


@given(st.sampled_from(sorted(OPTIONS)), values)
def test_checks_say_nothing_about_a_task_of_unknown_members(name: str, containers: Any) -> None:
    task = {"cpu": UNKNOWN, "memory": UNKNOWN, "containerDefinitions": containers}
    assert hits(name, task, **OPTIONS[name]) == []


# --- reading -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("256", "cpu", 256),
        (" 256 ", "cpu", 256),
        (".25 vcpu", "cpu", 256),
        ("0.5vCPU", "cpu", 512),
        ("1  VCPU", "cpu", 1024),
        ("1.5 GB", "memory", 1536),
        (".5 gb", "memory", 512),
        ("0.25", "cpu", None),
        ("1024.0", "cpu", None),
        ("", "cpu", None),
        ("vCPU", "cpu", None),
        (". vCPU", "cpu", None),
        ("1 GB", "cpu", None),
        ("1 vCPU", "memory", None),
        ("-1", "memory", None),
        ("1e3 GB", "memory", None),
        ("١ GB", "memory", None),
        ("9" * 5000, "cpu", None),
        (256, "cpu", None),
        (UNKNOWN, "cpu", None),
    ],
)
def test_size_reads_numbers_and_numbers_with_a_unit(text: object, name: str, expected: int | None) -> None:
    assert sizing.size({name: text}, name) == expected


def naive_size(text: str, unit: str) -> int | None:
    """What a regular expression makes of a size."""
    if match := re.fullmatch(r"\s*([0-9]{1,15})\s*", text):
        return int(match[1])
    match = re.fullmatch(rf"\s*([0-9]+\.?[0-9]*|\.[0-9]+)\s*{unit}\s*", text, re.IGNORECASE | re.ASCII)
    return int(float(match[1]) * 1024) if match and len(match[1].replace(".", "")) <= 15 else None


@given(size_texts | st.text(alphabet="0123456789. vVcCpPuUgGbB", max_size=9), st.sampled_from(["cpu", "memory"]))
def test_size_agrees_with_a_naive_reading(text: str, name: str) -> None:
    assert sizing.size({name: text}, name) == naive_size(text, sizing.UNITS[name])


@given(size_texts, st.sampled_from(["cpu", "memory"]))
def test_a_size_is_either_read_or_reported(text: str, name: str) -> None:
    reported = [hit.path for hit in hits("readable_size", {name: text})]
    assert reported == ([] if sizing.size({name: text}, name) is not None else [(name,)])


@pytest.mark.parametrize(
    ("name", "text", "remedy"),
    [
        ("cpu", "0.25", 'write "256"'),
        ("cpu", "500m", 'write "512"'),
        ("cpu", "2 CPUs", 'write "2048"'),
        ("cpu", "", "write a whole number of CPU units"),
        ("cpu", "much", "write a whole number of CPU units"),
        ("memory", "512m", 'write "512"'),
        ("memory", "1 G", 'write "1024"'),
        ("memory", "1.5Gi", 'write "1536"'),
        ("memory", "512.0", 'write "512"'),
        ("cpu", "128.0", 'write "128"'),
        ("cpu", "128.5", "write a whole number of CPU units"),
    ],
)
def test_an_unreadable_size_comes_with_what_was_meant(name: str, text: str, remedy: str) -> None:
    assert [hit.values["remedy"] for hit in hits("readable_size", {name: text})] == [remedy]


def test_units_that_another_rule_judges_are_passed_over() -> None:
    assert hits("readable_size", {"memory": "512 mb", "cpu": "1024"}, unless=["MB"]) == []


@pytest.mark.parametrize(("text", "reported"), [("128", 0), ("127", 1), ("192 vCPU", 0), ("196609", 1), ("x", 0)])
def test_bounds_may_be_reached(text: str, reported: int) -> None:
    assert len(hits("size_within", {"cpu": text}, **OPTIONS["size_within"])) == reported


# --- Fargate -----------------------------------------------------------------------------------------


@given(st.sampled_from(CPUS), st.sampled_from(MEMORIES) | st.integers(0, 300_000), st.booleans())
def test_fargate_takes_exactly_the_sizes_of_the_table(cpu: int, memory: int, windows: bool) -> None:
    task = {"cpu": str(cpu), "memory": str(memory), **({"runtimePlatform": WINDOWS} if windows else {})}
    taken = any(row["cpu"] == cpu and memory in row["memory"] and (row["windows"] or not windows) for row in SIZES)
    found = hits("fargate_cpu", task, sizes=SIZES) + hits("fargate_cpu_memory", task, sizes=SIZES)
    assert len(found) == (0 if taken else 1)


@given(st.sampled_from(CPUS), st.sampled_from(MEMORIES) | st.integers(0, 300_000))
def test_messages_about_a_size_are_short(cpu: int, memory: int) -> None:
    for hit in fargate(str(cpu), str(memory)) + fargate(UNKNOWN, str(memory)):
        message = "memory {memory} does not go with {cpu} on Fargate: {choices}".format_map(hit.values)
        assert len(message) <= 120
        assert len(str(hit.values["remedy"])) <= 120


@given(st.sampled_from(CPUS), st.integers(0, 249_856))
def test_the_remedy_is_a_size_that_fargate_has_and_that_is_large_enough(cpu: int, memory: int) -> None:
    for hit in fargate(str(cpu), str(memory)):
        row_cpu, row_memory = map(int, re.findall(r"\d+", str(hit.values["remedy"])))
        assert row_cpu >= cpu
        assert row_memory >= memory
        assert fargate(str(row_cpu), str(row_memory)) == []


@given(st.integers(1, 70_000), st.integers(1, 300_000), st.booleans())
def test_what_is_written_instead_is_a_size_of_fargate_and_no_smaller(cpu: int, memory: int, windows: bool) -> None:
    platform = {"runtimePlatform": WINDOWS} if windows else {}
    for check in ("fargate_cpu", "fargate_cpu_memory"):
        for hit in hits(check, {"cpu": str(cpu), "memory": str(memory), **platform}, sizes=SIZES):
            new_cpu, new_memory = (hit.values[name] for name in ("cpu_fix", "memory_fix"))
            after = {"cpu": new_cpu or str(cpu), "memory": new_memory or str(memory), **platform}
            assert int(after["cpu"]) >= cpu
            assert int(after["memory"]) >= memory
            if new_cpu or new_memory:
                assert hits("fargate_cpu", after, sizes=SIZES) == []
                assert hits("fargate_cpu_memory", after, sizes=SIZES) == []


def test_memory_is_hit_and_cpu_related() -> None:
    (hit,) = fargate("256", "8 GB")
    assert (hit.path, hit.related) == (("memory",), ((("cpu",), "cpu is 256 here"),))
    assert hit.values == {
        "memory": 8192,
        "cpu": "cpu 256",
        "choices": "512, 1024 or 2048 do; 8192 needs cpu 1024",
        "remedy": "cpu 1024 with memory 8192 is the smallest size that is large enough",
        "cpu_fix": "1024",
        "memory_fix": None,
    }


@pytest.mark.parametrize(
    ("cpu", "memory", "choices"),
    [
        ("4096", "1000", "8192 to 30720 in steps of 1024 do"),
        ("1024", "1024", "2048 to 8192 in steps of 1024 do; 1024 needs cpu 512 or less"),
        ("16384", "61440", "32768 to 122880 in steps of 8192 do; 61440 needs cpu 32768"),
        (UNKNOWN, "1000", "the next larger is 1024"),
        (UNKNOWN, "300000", "the largest is 249856"),
    ],
)
def test_choices_name_what_would_be_taken(cpu: object, memory: str, choices: str) -> None:
    assert [hit.values["choices"] for hit in fargate(cpu, memory)] == [choices]


def test_memory_above_all_sizes_is_told_the_largest() -> None:
    (hit,) = fargate("256", "999999")
    assert hit.values["remedy"] == "the largest size is cpu 32768 with memory 249856"


def test_a_cpu_that_fargate_has_not_is_reported_alone() -> None:
    task = {"cpu": "300", "memory": "700"}
    (hit,) = hits("fargate_cpu", task, sizes=SIZES)
    assert hit.values["nearest"] == "the next larger is 512"
    assert hits("fargate_cpu_memory", task, sizes=SIZES) == []


def test_windows_has_fewer_sizes_and_an_unknown_system_has_all() -> None:
    task = {"cpu": "512", "memory": "1024"}
    (hit,) = hits("fargate_cpu", {**task, "runtimePlatform": WINDOWS}, sizes=SIZES)
    assert hit.values["known"] == "1024, 2048 or 4096"
    assert hits("fargate_cpu", {**task, "runtimePlatform": {"operatingSystemFamily": UNKNOWN}}, sizes=SIZES) == []


# --- containers --------------------------------------------------------------------------------------

amounts = st.lists(st.integers(0, 2000) | st.just(UNKNOWN) | st.just("64"), max_size=6)


@given(amounts, st.integers(0, 4000))
def test_a_sum_is_reported_iff_its_known_parts_exceed_the_limit(parts: list[Any], limit: int) -> None:
    task = {"cpu": str(limit), "containerDefinitions": [{"cpu": part} for part in parts]}
    total = sum(part for part in parts if type(part) is int)
    found = [(hit.path, hit.values) for hit in hits("sum_at_most", task, **OPTIONS["sum_at_most"])]
    assert found == ([(("cpu",), {"sum": total, "limit": limit})] if total > limit else [])


@given(amounts, st.integers(0, 4000))
def test_a_sum_is_silent_where_one_part_alone_is_reported(parts: list[Any], limit: int) -> None:
    task = {"memory": str(limit), "containerDefinitions": [{"memory": part} for part in parts]}
    options = {"items": "containerDefinitions[].memory", "limit": "memory"}
    alone = {hit.path for hit in hits("each_at_most", task, **options)}
    together = hits("sum_at_most", task, **options, unless=options["items"])
    assert alone == {
        ("containerDefinitions", i, "memory") for i, part in enumerate(parts) if type(part) is int and part > limit
    }
    assert bool(together) == (not alone and bool(hits("sum_at_most", task, **options)))


def test_the_largest_parts_of_a_sum_are_related() -> None:
    task = {"cpu": "10", "containerDefinitions": [{"cpu": part} for part in (1, 7, 3, 9, 2, 8)]}
    (hit,) = hits("sum_at_most", task, **OPTIONS["sum_at_most"])
    assert hit.related == tuple(
        (("containerDefinitions", i, "cpu"), f"{part} here") for i, part in ((3, 9), (5, 8), (1, 7), (2, 3), (4, 2))
    )


def test_the_size_of_the_task_is_related_to_a_part_that_is_too_large() -> None:
    task = {"memory": "0.5 GB", "containerDefinitions": [{"memory": 512}, {"memory": 513}]}
    (hit,) = hits("each_at_most", task, **OPTIONS["each_at_most"])
    assert (hit.path, hit.related) == (("containerDefinitions", 1, "memory"), ((("memory",), "512 here"),))
