"""The JSON writer writes what the standard library writes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ecslint.syntax import writer

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=15,
)


@given(VALUES)
def test_same_text_as_the_standard_library(value: Any) -> None:
    assume("##" not in json.dumps(value))  # how commands of build servers are written is another matter
    assert writer.dumps(value) == json.dumps(value, separators=(",", ":"))
    assert writer.dumps(value, indent=2) == json.dumps(value, indent=2)


def test_raw_text_is_written_as_it_is() -> None:
    assert writer.dumps({"a": writer.Raw('{"b": 1}')}) == '{"a":{"b": 1}}'


@pytest.mark.parametrize("value", [1.5, object(), {1, 2}])
def test_other_values_are_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        writer.dumps(value)


@pytest.mark.parametrize("text", ["##[error]x", "###[x", "##vso[a]##[b]", "#", "##", "\\##["])
def test_no_command_of_a_build_server_is_written(text: str) -> None:
    written = writer.dumps({text: [text]})
    assert json.loads(written) == {text: [text]}
    assert "##[" not in written
    assert "##vso[" not in written
