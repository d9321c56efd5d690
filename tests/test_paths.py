"""Paths: patterns reach what they say, pointers follow RFC 6901, breadcrumbs speak in names."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint import paths
from tests.strategies import JSON


def naive(value: Any, pattern: tuple[str, ...]) -> list[tuple[Any, ...]]:
    if not pattern:
        return [((), value)]
    head, *tail = pattern
    if head == "[]":
        inner: Any = enumerate(value) if type(value) is list else ()
    elif head == "*":
        inner = value.items() if type(value) is dict else ()
    else:
        inner = [(head, value[head])] if type(value) is dict and head in value else ()
    return [((key, *path), found) for key, item in inner for path, found in naive(item, tuple(tail))]


SEGMENTS = st.sampled_from(["a", "b", "[]", "*"])
NESTED = st.recursive(
    st.integers() | st.text(max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
)


@given(NESTED | JSON, st.lists(SEGMENTS, max_size=4).map(tuple))
def test_select_reaches_what_a_naive_walk_reaches(value: Any, pattern: tuple[str, ...]) -> None:
    assert paths.select(value, pattern) == naive(value, pattern)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("$", ()),
        ("a", ("a",)),
        ("$.a", ("a",)),
        ("a[].b", ("a", "[]", "b")),
        ("a[][]", ("a", "[]", "[]")),
        ("[].*", ("[]", "*")),
    ],
)
def test_patterns_are_split(text: str, parts: tuple[str, ...]) -> None:
    assert paths.parse(text) == parts


@pytest.mark.parametrize("text", ["", "a..b", ".a", "a."])
def test_empty_segments_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="empty segment"):
        paths.parse(text)


def test_pointer_escapes() -> None:
    assert paths.pointer(("a/b", 0, "~c")) == "/a~1b/0/~0c"
    assert paths.pointer(()) == ""


def test_breadcrumb_names_containers() -> None:
    data = {"containerDefinitions": [{"name": "web", "image": "x"}, {"image": "y"}]}
    assert paths.breadcrumb(("containerDefinitions", 0, "image"), data) == "containerDefinitions[web].image"
    assert paths.breadcrumb(("containerDefinitions", 1, "image"), data) == "containerDefinitions[1].image"
    assert paths.breadcrumb((), data) == ""
