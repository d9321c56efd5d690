"""Laws of edits of YAML, held against ruamel.yaml."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tests.syntax.edit_laws import check
from tests.syntax.layouts import operations, yaml_documents

many = settings(max_examples=max(300, settings().max_examples), deadline=None)


def oracle(text: str) -> Any:
    """The data of a YAML 1.2 text, keys as strings."""
    return plain(YAML(typ="safe", pure=True).load(text))


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


@many
@given(st.data())
def test_documents(data: st.DataObject) -> None:
    document = data.draw(yaml_documents())
    operation = data.draw(operations(oracle(document.text)))
    check(document, "yaml", operation, oracle)
