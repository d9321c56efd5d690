"""What an answer of ECS says of itself, beside what ECS derives from its task definition."""

from __future__ import annotations

from ecslint.compat import ordering

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from typing import Any

COMPATIBILITIES = "compatibilities"
ATTRIBUTES = "requiresAttributes"
REGISTERED = "registeredAt"

DAY = 86_400  # seconds


class Recorded:
    """The recorded answers of a task definition; None for what is not recorded.

    ``day`` is the day on which it was registered, as YYYY-MM-DD; empty if that is not known.
    """

    __slots__ = ("attributes", "compatibilities", "day")

    def __init__(self, data: Any) -> None:
        self.compatibilities = _names(data.get(COMPATIBILITIES))
        self.attributes = _names(data.get(ATTRIBUTES))
        self.day = day_of(data.get(REGISTERED))

    def __bool__(self) -> bool:
        return self.compatibilities is not None or self.attributes is not None

    def is_edited(self) -> bool:
        """Whether the attributes stand in an order in which ECS cannot have given them."""
        return self.attributes is not None and not ordering.is_possible(self.attributes)

    def differences(
        self,
        derived: Mapping[str, Collection[str]],
        undecided: Collection[str],
        launch_types: Iterable[tuple[str, str]],
    ) -> list[tuple[str, list[str], list[str]]]:
        """(member, what only ECS says, what only we say) for each member that differs from what is ``derived``.

        What is ``undecided`` is no difference, and neither are launch types that were new at the time of the answer,
        or may have been.
        """
        later = {name for name, since in launch_types if not self.day or self.day < since}
        found = []
        for member, theirs in ((COMPATIBILITIES, self.compatibilities), (ATTRIBUTES, self.attributes)):
            ours = derived[member]
            less = [name for name in theirs or () if name not in ours and not is_among(name, undecided)]
            more = [name for name in ours if theirs is not None and name not in theirs and name not in later]
            if less or more:
                found.append((member, less, more))
        return found


def is_among(name: str, undecided: Iterable[str]) -> bool:
    """Whether a name is undecided, with ``*`` at an end for any rest."""
    return any(name == one or (one.endswith("*") and name.startswith(one[:-1])) for one in undecided)


def _names(value: Any) -> Sequence[str] | None:
    """The names in a list, of attributes as they are or as objects with a name; None for anything else."""
    if type(value) is not list:
        return None
    items = [item.get("name") if type(item) is dict else item for item in value]
    names = [item for item in items if type(item) is str]
    return names if len(names) == len(items) else None


def day_of(value: Any) -> str:
    """The day of a time as the AWS CLI and the SDKs write it: ISO 8601, or seconds since 1970; empty for others."""
    if type(value) is str:
        day = value[:10]
        digits = day.replace("-", "", 2)
        return day if len(day) == 10 and len(digits) == 8 and digits.isascii() and digits.isdigit() else ""
    if type(value) not in (int, float) or not 0 <= value < 1e11:
        return ""
    return _date(int(value) // DAY)


def _date(days: int) -> str:
    """A day counted from 1970-01-01, in the Gregorian calendar. Importing datetime takes longer than all of this."""
    era, day = divmod(days + 719_468, 146_097)  # eras of 400 years that begin with a March
    year = (day - day // 1_460 + day // 36_524 - day // 146_096) // 365
    day -= 365 * year + year // 4 - year // 100
    month = (5 * day + 2) // 153
    day -= (153 * month + 2) // 5
    number = month + 3 if month < 10 else month - 9
    return f"{era * 400 + year + (number <= 2):04}-{number:02}-{day + 1:02}"
