"""Names of regions, wherever they are written: alone, in ARNs, and in the host names of Amazon ECR."""

from __future__ import annotations

from ecslint import paths
from ecslint.checks import check, quick
from ecslint.checks.fields import PATH_OPTION
from ecslint.model import Hit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any


@check(
    options={
        "places": {"type": "array", "items": PATH_OPTION, "minItems": 1},
        "regions": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        "variables": PATH_OPTION,
        "names": {"type": "array", "items": {"type": "string"}},
    },
    values=("region", "meant"),
    gathers=("places", "variables"),
    passes=quick.lie_in_known_areas,
)
def known_area(
    task: Any, *, places: Sequence[str], regions: Sequence[str], variables: str, names: Sequence[str]
) -> Iterator[Hit]:
    """A region lies in an area (``eu-west``) that one of ``regions`` lies in, or in one that is unlike all of them.

    New regions get numbers in known areas, or areas of their own; a name that only resembles a known one is a slip.
    ``places`` lead to regions, or texts that hold one; of the ``variables`` those with one of ``names`` hold a region.
    """
    found = [(path, value) for place in places for path, value in paths.follow(task, place)]
    for path, variable in paths.follow(task, variables):
        if type(variable) is dict and variable.get("name") in names:
            found.append(((*path, "value"), variable.get("value")))
    for path, value in found:
        region = quick.region_of(value)
        if quick.is_in_known_area(region, regions):
            continue
        meant = resembling(region, regions, alone=region == value)
        if meant:  # what resembles a region is no secret
            yield Hit(path, {"region": region, "meant": meant}, own=("region", "meant"))


def resembling(region: str, regions: Sequence[str], alone: bool = True) -> str:
    """The known region that a name must be meant for; empty if there is none, or the name has not the form of one.

    One that does not stand ``alone`` may also be a zone, or lack its hyphens.
    """
    if not alone and region[:-1] in regions:
        return region[:-1]
    if not alone and quick.squashed(region) in map(quick.squashed, regions):
        return next(known for known in regions if quick.squashed(known) == quick.squashed(region))
    area, _, number = region.rpartition("-")
    if not number.isdigit() or not area.replace("-", "").isalpha() or region != region.lower():
        return ""
    from ecslint.words import closest

    areas = sorted({known.rpartition("-")[0] for known in regions})
    swapped = [known for known in areas if len(known) == len(area) and sorted(known) == sorted(area)]
    meant = swapped[0] if swapped else closest(area, areas)
    wanted = f"{meant}-{number}"
    return wanted if wanted in regions else ""
