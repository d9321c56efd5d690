"""The whole output of each format, as it stood when somebody last looked at it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ecslint.model import Report
from ecslint.reporters import json, sarif, text
from tests.reporters.samples import CANARY, rendered, sample

GOLDEN = Path(__file__).parent / "golden"
FORMATS: dict[str, Callable[[Report], str]] = {
    "full.txt": text.render,
    "full-color.txt": lambda report: text.render(report, color=True, hyperlinks=True),
    "concise.txt": lambda report: text.render(report, style="concise"),
    "statistics.txt": lambda report: text.render(report, statistics=True),
    "report.json": json.render,
    "report.sarif": sarif.render,
    "github.txt": lambda report: rendered("github", report),
    "gitlab.json": lambda report: rendered("gitlab", report),
    "report.html": lambda report: rendered("html", report),
    "junit.xml": lambda report: rendered("junit", report),
    "summary.md": lambda report: rendered("markdown", report),
    "rdjson.json": lambda report: rendered("rdjson", report),
}


@pytest.mark.parametrize("name", FORMATS)
def test_output_is_as_recorded(name: str) -> None:
    actual = FORMATS[name](sample())
    if os.environ.get("ECSLINT_UPDATE_GOLDEN") == "1":
        (GOLDEN / name).write_bytes(actual.encode())
    expected = (GOLDEN / name).read_bytes().decode()
    assert expected == actual


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_shows_a_masked_value(name: str) -> None:
    assert CANARY not in FORMATS[name](sample())
