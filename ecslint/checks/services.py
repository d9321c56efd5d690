"""Checks over services: how a deployment proceeds, and what their volumes and capacity providers are given."""

from __future__ import annotations

from ecslint import paths
from ecslint.checks import check, quick
from ecslint.checks.fields import PATH_OPTION
from ecslint.model import Hit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    Bounds = Mapping[str, Sequence[int]]

BOUNDS = {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "integer"}}}


@check(options={"items": PATH_OPTION}, follows=("items",), more_than=1, passes=quick.one_positive)
def at_most_one_positive(value: Any, *, items: str) -> Iterator[Hit]:
    """At most one of the integers that ``items`` reaches is above 0; further ones are hit, the first is related."""
    found = [path for path, item in paths.follow(value, items) if type(item) is int and item > 0]
    for path in found[1:]:
        yield Hit(path, related=[(found[0], "the first one here")])


@check(
    options={"count": PATH_OPTION, "least": PATH_OPTION, "most": PATH_OPTION},
    values=("least", "most", "needed"),
    needs=("count", "least", "most"),
    passes=quick.has_room,
)
def room_to_deploy(service: Any, *, count: str, least: str, most: str) -> Iterator[Hit]:
    """More tasks may run during a deployment than must run; the percentage ``most`` is hit.

    Both are percentages of ``count``; what must run is rounded up, what may run is rounded down. ``needed`` is the
    least percentage with which one more task may run. A count of 0, and a ``most`` that is no more than ``least``, are
    passed over.
    """
    numbers = [item for path in (count, least, most) for _, item in paths.follow(service, path)]
    if len(numbers) != 3 or any(type(item) is not int for item in numbers):
        return
    tasks, low, high = numbers
    kept, allowed = -(-tasks * low // 100), tasks * high // 100
    if tasks > 0 and low < high and allowed <= kept:
        [(place, _)] = paths.follow(service, most)
        needed = -(-100 * (kept + 1) // tasks)
        yield Hit(place, {"least": kept, "most": allowed, "needed": needed}, own=("least", "most", "needed"))


@check(options={"types": {"type": "object", "additionalProperties": BOUNDS}}, values=("problem",))
def volume_limits(volume: Any, *, types: Mapping[str, Bounds]) -> Iterator[Hit]:
    """The numbers of an EBS volume lie between the bounds that ``types`` give, and its type has each of them.

    A volume without a type is passed over, since the default is not ecslint's to guess.
    """
    if type(volume) is not dict or type(volume.get("volumeType")) is not str:
        return
    name = volume["volumeType"]
    bounds = types.get(name)
    if bounds is None:
        yield Hit(("volumeType",), {"problem": f"EBS has no type `{name}`: it is one of {', '.join(types)}"})
        return
    for member in ("sizeInGiB", "iops", "throughput"):
        number = volume.get(member)
        if type(number) is int:
            problem = misfit(name, member, number, bounds.get(member))
            if problem:
                yield Hit((member,), {"problem": problem})


def misfit(name: str, member: str, number: int, bounds: Sequence[int] | None) -> str:
    """What is wrong with a number of a volume; empty if nothing is."""
    if bounds is None:
        return f"a volume of type {name} has no `{member}`"
    least, most = bounds
    return "" if least <= number <= most else f"`{member}` of a {name} volume is {least} to {most}, not {number}"
