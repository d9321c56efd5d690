"""The JSON report: valid against the published schema, ASCII, true to the text."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from jsonschema import Draft202012Validator

from ecslint.model import Report
from ecslint.reporters import json as reporter
from tests.reporters.samples import CANARY, SIZES, reports, sample

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "report.json").read_text("utf-8"))
GOLDEN = Path(__file__).parent / "golden" / "report.json"
VALIDATOR = Draft202012Validator(SCHEMA)


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_recorded_report_is_valid() -> None:
    assert list(VALIDATOR.iter_errors(json.loads(GOLDEN.read_text("utf-8")))) == []


def test_the_schema_refuses_a_member_that_it_does_not_know() -> None:
    report = json.loads(reporter.render(sample()))
    for place in (report, report["summary"], report["findings"][0], report["findings"][0]["start"]):
        place["extra"] = 1
        assert not VALIDATOR.is_valid(report)
        del place["extra"]
    assert VALIDATOR.is_valid(report)


def test_a_finding_says_where_it_stands() -> None:
    report = json.loads(reporter.render(sample()))
    memory = next(finding for finding in report["findings"] if finding["rule"] == "ECS101")
    start = SIZES.index('"8192"')
    assert {"line": 5, "column": 13, "offset": start} == memory["start"]
    assert {"line": 5, "column": 19, "offset": start + 6} == memory["end"]
    assert memory["resource"] == {"kind": "task-definition", "name": "shop"}


def test_a_clean_report_has_an_empty_list() -> None:
    report = json.loads(reporter.render(Report([], files=["a", "b"], rules=[], sources={})))
    assert report["findings"] == []
    assert report["summary"] == {"files": 2, "error": 0, "warning": 0, "info": 0, "suppressed": 0, "fixable": 0}


@given(reports(suppressed=True))
def test_every_report_is_valid_ascii_and_keeps_texts(report: Report) -> None:
    shown = reporter.render(report)
    data = json.loads(shown)
    assert shown.isascii()
    assert CANARY not in shown
    assert list(VALIDATOR.iter_errors(data)) == []
    assert [(f.file, f.message, f.breadcrumb) for f in report.findings] == [
        (f["file"], f["message"], f["breadcrumb"]) for f in data["findings"]
    ]
