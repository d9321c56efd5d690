"""The server as editors meet it, by way of pytest-lsp."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lsprotocol import types

from tests.lsp.conftest import Editor

pytestmark = pytest.mark.asyncio

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
SEVEN = (EXAMPLES / "seven-faults.json").read_text()


async def test_diagnostics_of_a_file_as_it_is_opened(editor: Editor) -> None:
    _, found = await editor.opened("seven-faults.json", SEVEN)
    assert [(one.code, one.range.start.line + 1, one.range.start.character + 1) for one in found] == [
        ("ECS031", 2, 13),
        ("ECS201", 3, 18),
        ("ECS101", 6, 13),
        ("ECS013", 12, 17),
        ("ECS016", 13, 42),
        ("ECS403", 16, 15),
        ("ECS010", 18, 7),
    ]
    assert all(one.source == "ecslint" for one in found)
    assert found[0].code_description is not None
    assert found[0].code_description.href.endswith("/docs/rules/ECS031.md")
    assert found[2].message.startswith("memory 8192 does not go with cpu 256 on Fargate")
    assert found[2].related_information is not None
    assert [one.message for one in found[2].related_information] == ["cpu is 256 here"]
