"""Checks over log configurations: options that a log driver does not have."""

from __future__ import annotations

from ecslint.checks import check, quick
from ecslint.model import Hit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

NAMES = {"type": "array", "items": {"type": "string"}}


@check(
    options={
        "known": {
            "type": "object",
            "required": ["every", "drivers"],
            "properties": {"every": NAMES, "drivers": {"type": "object", "additionalProperties": NAMES}},
        }
    },
    values=("driver", "names", "suggestion", "meant"),
    passes=quick.has_other_driver,
)
def unknown_log_options(value: Any, *, known: Mapping[str, Any]) -> Iterator[Hit]:
    """A log configuration has only options that its driver knows; the keys of others are hit.

    ``known`` holds the options of all drivers under ``every``, and those of each driver by its name
    under ``drivers``. Drivers that are not there are passed over.
    """
    driver = value.get("logDriver") if type(value) is dict else None
    if type(driver) is not str or driver not in known["drivers"] or type(value.get("options")) is not dict:
        return
    names = known["drivers"][driver]
    for option in value["options"]:
        if type(option) is str and option not in names and option not in known["every"]:
            from ecslint import words

            meant = words.same_word(option, names) or words.closest(option, names)
            suggestion = f"; did you mean `{meant}`?" if meant else ""
            listed = words.listed(names, limit=6)
            said = {"driver": driver, "names": listed, "suggestion": suggestion}
            meant = None if meant in value["options"] else meant
            yield Hit(("options", option), {**said, "meant": meant}, key=True)
