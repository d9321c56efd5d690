"""The Code Quality report holds what GitLab requires, with fingerprints of their own."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from jsonschema import Draft202012Validator

from ecslint.model import Finding, Report
from tests.reporters.samples import CANARY, MEMORY, rendered, reports, sample

#: What GitLab's documentation demands of a report.
VALIDATOR = Draft202012Validator(
    {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "severity", "location"],
            "properties": {
                "description": {"type": "string", "minLength": 1},
                "check_name": {"type": "string", "minLength": 1},
                "fingerprint": {"type": "string", "minLength": 1},
                "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                "location": {
                    "type": "object",
                    "required": ["path", "lines"],
                    "properties": {
                        "path": {"type": "string", "minLength": 1},
                        "lines": {
                            "type": "object",
                            "required": ["begin"],
                            "properties": {"begin": {"type": "integer", "minimum": 1}},
                        },
                    },
                },
            },
        },
    }
)


def report_of(report: Report) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(rendered("gitlab", report))
    return found


def test_a_clean_report_is_an_empty_list() -> None:
    assert rendered("gitlab", Report([], files=["a"], sources={})) == "[]\n"


def test_a_finding_has_its_place_and_its_advice() -> None:
    memory = next(found for found in report_of(sample()) if found["check_name"] == "ECS101")
    assert memory["location"] == {"path": "td.json", "lines": {"begin": 5}}
    assert memory["severity"] == "major"
    assert memory["description"] == (
        "ECS101: memory 8192 MiB is not allowed with cpu 256 on Fargate (use 512, 1024 or 2048)"
    )


def test_the_path_is_that_in_the_repository() -> None:
    finding = Finding(MEMORY, "error", "m", file="./td.json", start=0, end=1)
    report = Report([finding], files=[], sources={}, paths={"./td.json": "deploy/td.json"})
    assert report_of(report)[0]["location"]["path"] == "deploy/td.json"


@given(reports())
def test_every_report_is_valid_ascii_with_unique_fingerprints(report: Report) -> None:
    shown = rendered("gitlab", report)
    found = json.loads(shown)
    assert list(VALIDATOR.iter_errors(found)) == []
    assert shown.isascii()
    assert CANARY not in shown
    assert len({one["fingerprint"] for one in found}) == len(found) == len(report.findings)
    json.dumps(found, ensure_ascii=False).encode()  # no lone surrogate
