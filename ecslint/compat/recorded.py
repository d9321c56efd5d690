"""What an answer of ECS says of itself, beside what ECS derives from its task definition."""

from __future__ import annotations

from ecslint.compat import ordering

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
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
        self, compatibilities: Collection[str], attributes: Collection[str], launch_types: Iterable[tuple[str, str]]
    ) -> list[tuple[str, list[str], list[str]]]:
        """(member, what only ECS says, what only we say) for each member that differs.

        Launch types that were new at the time of the answer, or may have been, are no difference.
        """
        later = {name for name, since in launch_types if not self.day or self.day < since}
        told = (
            (COMPATIBILITIES, self.compatibilities, [name for name in compatibilities if name not in later]),
            (ATTRIBUTES, self.attributes, attributes),
        )
        found = []
        for member, theirs, ours in told:
            if theirs is None:
                continue
            less = [name for name in theirs if name not in ours and name not in (*compatibilities,)]
            more = [name for name in ours if name not in theirs]
            if less or more:
                found.append((member, less, more))
        return found


def _names(value: Any) -> Sequence[str] | None:
    """The names in a list, of attributes as they are or as objects with a name; None for anything else."""
    if type(value) is not list:
        return None
    names = [item.get("name") if type(item) is dict else item for item in value]
    return names if all(type(name) is str for name in names) else None


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
