"""CPU and memory: task sizes, what containers ask for, and whether both fit.

CPU is counted in units (1024 are one vCPU), memory in MiB.
"""

from __future__ import annotations

from ecslint import paths
from ecslint.checks import check, quick
from ecslint.checks.fields import PATH_OPTION
from ecslint.model import Hit
from ecslint.words import listed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any, TypeAlias

    from ecslint.model import Path

    Row: TypeAlias = "dict[str, Any]"  # {cpu: int, memory: [int, ...], windows: bool}

SIZES_OPTION = {"type": "array"}
SIZE_OPTION = {"enum": ["cpu", "memory"]}

#: The units in which task sizes may be written instead of plain numbers; each is worth 1024.
UNITS = {"cpu": "vCPU", "memory": "GB"}

#: What people write as well, and how many CPU units or MiB they mean by it.
FOREIGN: dict[str, dict[str, float]] = {
    "cpu": {"m": 1.024, "CPU": 1024, "CPUs": 1024, "vCPUs": 1024, "": 1024},
    "memory": {"MB": 1, "MiB": 1, "Mi": 1, "M": 1, "GiB": 1024, "Gi": 1024, "G": 1024},
}

#: No task has so many vCPUs or so few units, or so little memory: a number from here on counts units.
LEAST = 128

#: How many parts of a sum a finding names.
SHOWN_PARTS = 5


def quantity(text: str, unit: str) -> float | None:
    """The number before ``unit`` (in any case, after blanks or not); None for any other text."""
    text, unit = text.strip().lower(), unit.lower()
    number = text.removesuffix(unit).rstrip()
    digits = number.replace(".", "", 1)
    if not text.endswith(unit) or not digits.isascii() or not digits.isdigit() or len(digits) > quick.DIGITS:
        return None
    return float(number)


def size(task: Any, name: str) -> int | None:
    """The task's ``cpu`` in units or ``memory`` in MiB; None if it is absent, unknown or unreadable.

    ``.5 vCPU`` is 512 and ``1GB`` is 1024. Without a unit only a whole number is a size: ``0.25`` is none.
    """
    text = task.get(name) if type(task) is dict else None
    if type(text) is not str:
        return None
    digits = text.strip()
    if digits.isascii() and digits.isdigit():
        return int(digits) if len(digits) <= quick.DIGITS else None
    number = quantity(text, UNITS[name])
    return None if number is None else int(number * 1024)


# --- how a size is written -------------------------------------------------------------------------


@check(
    options={"unless": {"type": "array", "items": {"type": "string"}, "default": []}},
    values=("units", "example", "remedy", "meant"),
    passes=quick.are_numbers,
)
def readable_size(value: Any, *, unless: Sequence[str] = ()) -> Iterator[Hit]:
    """The task's sizes can be read. Numbers with a unit listed in ``unless`` are passed over."""
    for name in UNITS:
        text = value.get(name) if type(value) is dict else None
        if type(text) is not str or size(value, name) is not None:
            continue
        if any(quantity(text, unit) is not None for unit in unless):
            continue
        readings = [(quantity(text, unit), worth) for unit, worth in FOREIGN[name].items()]
        # Rounded up: less memory than was asked for would be a fault of its own.
        meant = next((int(-(-round(number * worth, 6) // 1)) for number, worth in readings if number), 0)
        whole = quantity(text, "")
        if whole and whole >= LEAST:  # a number of units already, however it is written
            meant = int(whole) if whole.is_integer() else 0
        units, example = ("CPU units", "0.5 vCPU") if name == "cpu" else ("MiB", "2 GB")
        remedy = f'write "{meant}"' if meant else f"write a whole number of {units}"
        said = {"units": units, "example": example, "remedy": remedy}
        yield Hit((name,), {**said, "meant": str(meant) if meant else None})


@check(values=("plain",))
def plain_size(value: Any) -> Iterator[Hit]:
    """The task's sizes, if they can be read, are numbers without a unit."""
    for name in UNITS:
        text = value.get(name) if type(value) is dict else None
        if type(text) is str and not text.strip().isdigit() and (number := size(value, name)) is not None:
            yield Hit((name,), {"plain": str(number)})


@check(
    options={"name": SIZE_OPTION, "minimum": {"type": "integer"}, "maximum": {"type": "integer"}},
    values=("size", "minimum", "maximum"),
    needs=("name",),
    passes=quick.lies_within,
    reads=("{name}",),
)
def size_within(value: Any, *, name: str, minimum: int, maximum: int) -> Iterator[Hit]:
    """The task's size, if it can be read, lies between two bounds, both included."""
    number = size(value, name)
    if number is not None and not minimum <= number <= maximum:
        yield Hit((name,), {"size": number, "minimum": minimum, "maximum": maximum})


# --- the sizes of Fargate ---------------------------------------------------------------------------


def offered(task: dict[Any, Any], sizes: Sequence[Row]) -> list[Row]:
    """The rows of the table that are open to the task: fewer for Windows."""
    platform = task.get("runtimePlatform")
    family = platform.get("operatingSystemFamily") if type(platform) is dict else None
    windows = type(family) is str and family.startswith("WINDOWS_")
    return [row for row in sizes if row["windows"] or not windows]


def choices(numbers: list[int]) -> str:
    """``512, 1024 or 2048``; more than three in equal steps become ``2048 to 8192 in steps of 1024``."""
    if len(numbers) > 3:
        step = numbers[1] - numbers[0]
        if numbers == list(range(numbers[0], numbers[-1] + 1, step)):
            return f"{numbers[0]} to {numbers[-1]} in steps of {step}"
    return listed(numbers).replace("`", "")


def nearest(number: int, known: list[int]) -> str:
    """The next larger of the known numbers, or the largest, as a clause."""
    larger = next((other for other in known if other > number), None)
    return f"the next larger is {larger}" if larger else f"the largest is {known[-1]}"


@check(
    options={"sizes": SIZES_OPTION},
    values=("cpu", "known", "nearest", "cpu_fix", "memory_fix"),
    passes=quick.is_offered,
    reads=("cpu", "runtimePlatform.operatingSystemFamily"),
)
def fargate_cpu(value: Any, *, sizes: Sequence[Row]) -> Iterator[Hit]:
    """The task's CPU is one that Fargate has.

    ``cpu_fix`` and ``memory_fix`` are the smallest size of Fargate that is as large; what stays as it is, is absent.
    """
    cpu = size(value, "cpu")
    rows = offered(value, sizes) if cpu is not None else []
    known = [row["cpu"] for row in rows]
    if cpu is not None and cpu not in known:
        words = {"cpu": cpu, "known": choices(known), "nearest": nearest(cpu, known)}
        yield Hit(("cpu",), {**words, **enlarged(value, rows)})


@check(
    options={"sizes": SIZES_OPTION},
    values=("memory", "cpu", "choices", "remedy", "cpu_fix", "memory_fix"),
    passes=quick.is_offered,
    reads=("cpu", "memory", "runtimePlatform.operatingSystemFamily"),
)
def fargate_cpu_memory(value: Any, *, sizes: Sequence[Row]) -> Iterator[Hit]:
    """The task's memory is one that Fargate has for its CPU, or for any CPU while that one cannot be read.

    Silent when Fargate has no such CPU at all. ``cpu_fix`` and ``memory_fix`` are the smallest size of Fargate that is
    as large; what stays as it is, is absent.
    """
    memory = size(value, "memory")
    if memory is None:
        return
    rows = offered(value, sizes)
    if "cpu" in value and size(value, "cpu") is None:
        known = sorted({other for row in rows for other in row["memory"]})
        if memory not in known:
            remedy = large_enough(0, memory, rows)
            words = {"cpu": "any cpu", "choices": nearest(memory, known), "remedy": remedy}
            yield Hit(("memory",), {"memory": memory, **words, **enlarged(value, rows)})
        return
    for row in rows:
        if row["cpu"] == size(value, "cpu") and memory not in row["memory"]:
            cpu: int = row["cpu"]
            fitting = f"{choices(row['memory'])} do{cpu_for(memory, cpu, rows)}"
            words = {"cpu": f"cpu {cpu}", "choices": fitting, "remedy": large_enough(cpu, memory, rows)}
            said = {"memory": memory, **words, **enlarged(value, rows)}
            yield Hit(("memory",), said, related=[(("cpu",), f"cpu is {cpu} here")])


def cpu_for(memory: int, cpu: int, rows: Sequence[Row]) -> str:
    """Which CPU this memory needs instead of ``cpu``, as the end of a sentence; empty if none has it."""
    fitting = [row["cpu"] for row in rows if memory in row["memory"]]
    larger = next((other for other in fitting if other > cpu), None)
    if larger:
        return f"; {memory} needs cpu {larger}"
    return f"; {memory} needs cpu {fitting[-1]} or less" if fitting else ""


def large_enough(cpu: int, memory: int, rows: Sequence[Row]) -> str:
    """The smallest size that has at least this CPU and this memory, or the largest that there is."""
    for row in rows:
        fitting = [other for other in row["memory"] if other >= memory]
        if row["cpu"] >= cpu and fitting:
            return f"cpu {row['cpu']} with memory {fitting[0]} is the smallest size that is large enough"
    return f"the largest size is cpu {rows[-1]['cpu']} with memory {rows[-1]['memory'][-1]}"


def enlarged(task: Mapping[Any, Any], rows: Sequence[Row]) -> dict[str, str | None]:
    """The smallest size of Fargate that is as large as the task's, as ``cpu_fix`` and ``memory_fix``.

    None stands for what stays as it is, for what the task does not tell, and for both if no size is large enough.
    """
    cpu, memory = size(task, "cpu"), size(task, "memory")
    fitting = (
        (row["cpu"], other)
        for row in rows
        for other in row["memory"]
        if row["cpu"] >= (cpu or 0) and other >= (memory or 0)
    )
    new_cpu, new_memory = next(fitting, (cpu, memory))
    return {
        "cpu_fix": None if cpu in (None, new_cpu) else str(new_cpu),
        "memory_fix": None if memory in (None, new_memory) else str(new_memory),
    }


# --- what containers ask for -------------------------------------------------------------------------


def demands(task: Any, items: str) -> list[tuple[Path, int]]:
    """(path, amount) of each known integer that ``items`` reaches."""
    return [(path, item) for path, item in paths.follow(task, items) if type(item) is int]


@check(
    options={"items": PATH_OPTION, "limit": SIZE_OPTION, "unless": {**PATH_OPTION, "default": None}},
    values=("sum", "limit"),
    follows=("items",),
    needs=("limit",),
    passes=quick.is_enough,
)
def sum_at_most(value: Any, *, items: str, limit: str, unless: str | None = None) -> Iterator[Hit]:
    """The integers that ``items`` reaches, as far as known, add up to no more than the task's size.

    The size is hit, the largest parts are related. Silent if an integer that ``unless`` reaches is too
    large alone, which ``each_at_most`` reports.
    """
    most, parts = size(value, limit), demands(value, items)
    total = sum(amount for _, amount in parts)
    if most is None or total <= most or (unless and any(amount > most for _, amount in demands(value, unless))):
        return
    parts.sort(key=lambda part: -part[1])
    related = [(path, f"{amount} here") for path, amount in parts[:SHOWN_PARTS]]
    yield Hit((limit,), {"sum": total, "limit": most}, related=related)


@check(
    options={"items": PATH_OPTION, "limit": SIZE_OPTION},
    values=("amount", "limit"),
    follows=("items",),
    needs=("limit",),
    passes=quick.is_enough,
)
def each_at_most(value: Any, *, items: str, limit: str) -> Iterator[Hit]:
    """No integer that ``items`` reaches is larger than the task's size; it is hit, the size is related."""
    most = size(value, limit)
    for path, amount in demands(value, items):
        if most is not None and amount > most:
            yield Hit(path, {"amount": amount, "limit": most}, related=[((limit,), f"{most} here")])
