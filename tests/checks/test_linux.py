"""Settings of one name that share a kernel agree."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint.checks.linux import agreeing
from ecslint.model import UNKNOWN

settings = st.fixed_dictionaries({"k": st.sampled_from(["net.a", "net.b", "kernel.a"]), "v": st.sampled_from("12")})


def hits(items: Any, prefix: str = "") -> list[tuple[Any, Any]]:
    found = agreeing({"l": items}, items="l[]", name="k", member="v", prefix=prefix)
    return [(hit.path, hit.related[0][0]) for hit in found]


def test_another_value_for_the_same_name_is_hit_and_the_first_is_related() -> None:
    items = [{"k": "a", "v": "1"}, {"k": "b", "v": "2"}, {"k": "a", "v": "2"}]
    assert hits(items) == [(("l", 2, "v"), ("l", 0, "v"))]


@pytest.mark.parametrize("other", [UNKNOWN, None, {}, {"k": "a"}, {"k": "a", "v": UNKNOWN}, {"k": UNKNOWN, "v": "2"}])
def test_passes_over_what_is_not_known(other: Any) -> None:
    assert hits([{"k": "a", "v": "1"}, other]) == []


def test_passes_over_names_without_the_prefix() -> None:
    items = [{"k": "kernel.a", "v": "1"}, {"k": "kernel.a", "v": "2"}]
    assert hits(items, prefix="net.") == []


@given(st.lists(settings))
def test_silent_exactly_when_each_name_has_one_value(items: list[dict[str, str]]) -> None:
    pairs = {(item["k"], item["v"]) for item in items}
    assert (hits(items) == []) == (len(pairs) == len({name for name, _ in pairs}))
