"""Names of regions, wherever they are written: alone, in ARNs, and in the host names of Amazon ECR."""

from __future__ import annotations

from ecslint.checks import check, quick
from ecslint.model import Hit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any


@check(
    options={
        "regions": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        "variables": {"type": "array", "items": {"type": "string"}, "default": []},
    },
    values=("region", "meant"),
    passes=quick.lies_in_known_area,
)
def known_area(value: Any, *, regions: Sequence[str], variables: Sequence[str] = ()) -> Iterator[Hit]:
    """A region lies in an area (``eu-west``) that one of ``regions`` lies in, or in one that is unlike all of them.

    New regions get numbers in known areas, or areas of their own; a name that only resembles a known one is a slip.
    ``value`` is a region, a text that holds one, or an environment variable, of which those named in ``variables``
    hold a region.
    """
    path = ("value",) if type(value) is dict else ()
    region = quick.region_of(value, variables)
    if quick.is_in_known_area(region, regions):
        return
    meant = resembling(region, regions)
    if meant:
        yield Hit(path, {"region": region, "meant": meant}, own=("meant",))


def resembling(region: str, regions: Sequence[str]) -> str:
    """The known region that a name must be meant for; empty if there is none, or the name has not the form of one."""
    area, _, number = region.rpartition("-")
    if not number.isdigit() or not area.replace("-", "").isalpha() or region != region.lower():
        return ""
    from ecslint.words import closest

    areas = sorted({known.rpartition("-")[0] for known in regions})
    swapped = [known for known in areas if len(known) == len(area) and sorted(known) == sorted(area)]
    meant = swapped[0] if swapped else closest(area, areas)
    wanted = f"{meant}-{number}"
    return wanted if wanted in regions else ""
