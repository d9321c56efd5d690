"""Checks have names of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ecslint import checks
from ecslint.checks.fields import unique
from ecslint.model import Hit


def test_a_second_check_of_one_name_is_refused() -> None:
    known = checks.load()["unique"]

    def other(value: Any) -> Iterator[Hit]:
        yield Hit((), {"value": value})

    other.__name__ = "unique"
    told = "^two checks are named unique: one of ecslint.checks.fields and one of tests.checks.test_registry$"
    with pytest.raises(ValueError, match=told.replace("tests.checks.", "(tests.checks.)?")):
        checks.check()(other)
    assert checks.load()["unique"] is known
    assert known.function is unique
