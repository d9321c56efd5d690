"""The Reviewdog Diagnostic Format: the members that reviewdog.proto knows, and columns in bytes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from ecslint.model import Finding, Report, Source
from tests.reporters.samples import CANARY, MEMORY, rendered, reports, sample

POSITION = {
    "type": "object",
    "additionalProperties": False,
    "required": ["line", "column"],
    "properties": {"line": {"type": "integer", "minimum": 1}, "column": {"type": "integer", "minimum": 1}},
}
RANGE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["start", "end"],
    "properties": {"start": POSITION, "end": POSITION},
}
LINK = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"name": {"type": "string"}, "value": {"type": "string"}, "url": {"type": "string", "format": "uri"}},
}
#: reviewdog.proto, as far as we use it; a member with another name would be an error there.
VALIDATOR = Draft202012Validator(
    {
        "type": "object",
        "additionalProperties": False,
        "required": ["source", "diagnostics"],
        "properties": {
            "source": LINK,
            "diagnostics": {
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["message", "location"],
                    "properties": {
                        "message": {"type": "string", "minLength": 1},
                        "location": {
                            "type": "object",
                            "additionalProperties": False,
                            "required": ["path"],
                            "properties": {
                                "path": {"type": "string", "minLength": 1},
                                "range": RANGE,
                            },
                        },
                        "severity": {"enum": ["ERROR", "WARNING", "INFO"]},
                        "code": LINK,
                        "suggestions": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "additionalProperties": False,
                                "required": ["range", "text"],
                                "properties": {"range": RANGE, "text": {"type": "string"}},
                            },
                        },
                    },
                },
            },
        },
    }
)


def diagnostics(report: Report) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(rendered("rdjson", report))["diagnostics"]
    return found


@pytest.mark.parametrize(
    ("text", "start", "end", "expected"),
    [
        ("a\U00010400b", 2, 3, ((1, 6), (1, 7))),  # the example of reviewdog.proto
        ("haya14busa", 4, 6, ((1, 5), (1, 7))),  # the other one
        ("é\n日本x", 4, 5, ((2, 7), (2, 8))),
        ("é\r\né", 3, 4, ((2, 1), (2, 3))),
        ("a{\n}", 1, 4, ((1, 2), (2, 2))),
        ("\udc80x", 1, 2, ((1, 4), (1, 5))),
        ("", 0, 0, ((1, 1), (1, 1))),
    ],
)
def test_columns_count_bytes(text: str, start: int, end: int, expected: object) -> None:
    finding = Finding(MEMORY, "error", "m", file="f", start=start, end=end)
    found = diagnostics(Report([finding], files=[], sources={"f": Source("f", text)}))[0]["location"]["range"]
    assert expected == tuple((found[name]["line"], found[name]["column"]) for name in ("start", "end"))


def test_a_line_of_a_stream_counts_from_its_first_line() -> None:
    source = Source("f", "{}")
    source.first_line = 7
    finding = Finding(MEMORY, "error", "m", file="f", start=0, end=2)
    found = diagnostics(Report([finding], files=[], sources={"f": source}))[0]["location"]["range"]
    assert found == {"start": {"line": 7, "column": 1}, "end": {"line": 7, "column": 3}}


def test_a_diagnostic_names_its_rule() -> None:
    memory = next(found for found in diagnostics(sample()) if found["code"]["value"] == "ECS101")
    assert memory["code"]["url"].endswith("/docs/rules/ECS101.md")
    assert memory["severity"] == "ERROR"
    assert memory["message"].endswith("on Fargate\nuse 512, 1024 or 2048")
    assert "url" not in next(found for found in diagnostics(sample()) if found["code"]["value"] == "ACME001")["code"]


@given(reports())
def test_every_report_is_valid_ascii(report: Report) -> None:
    shown = rendered("rdjson", report)
    found = json.loads(shown)
    assert list(VALIDATOR.iter_errors(found)) == []
    assert shown.isascii()
    assert CANARY not in shown
    assert len(found["diagnostics"]) == len(report.findings)
    json.dumps(found, ensure_ascii=False).encode()  # no lone surrogate: reviewdog would refuse all of it
