"""SARIF: valid against the official schema, and what GitHub asks for beyond it."""

from __future__ import annotations

import json
import os
import random
import re
import zlib
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint.hits import INTERNAL_ERROR
from ecslint.model import Finding, Label, Report, Source, Summary
from ecslint.reporters import sarif
from ecslint.ruleset import bundle
from ecslint.ruleset.bundle import Ruleset
from tests.reporters.samples import CANARY, MEMORY, MINIFIED, OWN, reports, rule, sample
from tests.reporters.sarif_validator import objections

RELATIVE = re.compile(r"(?!/|[^/]*:)(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-F]{2})+")
COLON_AFTER_DOT = re.compile(r"\./(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-F]{2})+")


def run_of(report: Report) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(sarif.render(report))["runs"][0]
    return run


def rule_of(**fields: Any) -> dict[str, Any]:
    """The descriptor of one rule."""
    report = Report([], files=[], rules=[rule("ECS101", **fields)], sources={})
    descriptor: dict[str, Any] = run_of(report)["tool"]["driver"]["rules"][0]
    return descriptor


def result_of(text: str, start: int, end: int, **fields: Any) -> dict[str, Any]:
    """The result of one finding."""
    message = fields.pop("message", "m")
    finding = Finding(MEMORY, "error", message, file="f", start=start, end=end, **fields)
    report = Report([finding], files=["f"], rules=[MEMORY], sources={"f": Source("f", text)})
    result: dict[str, Any] = run_of(report)["results"][0]
    return result


def region_of(text: str, start: int, end: int) -> list[int]:
    region = result_of(text, start, end)["locations"][0]["physicalLocation"]["region"]
    return [region[name] for name in ("startLine", "startColumn", "endLine", "endColumn")]


def test_rules_are_all_there_in_the_order_of_their_ids() -> None:
    clean = Report([], files=["a"], rules=sample().rules, sources={})
    ids = ["ACME001", "ECS001", "ECS101", "ECS203", "ECS701"]
    assert ids == [r["id"] for r in run_of(clean)["tool"]["driver"]["rules"]]
    assert run_of(clean)["tool"] == run_of(sample())["tool"]


def test_a_clean_report_has_results() -> None:
    assert run_of(Report([], files=["a"], rules=[], sources={}))["results"] == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"category": "security", "severity": "error"},
            {"tags": ["security", "size"], "precision": "high", "security-severity": "8.0"},
        ),
        (
            {"category": "security", "severity": "info", "profile": "strict"},
            {"tags": ["security", "size"], "precision": "medium", "security-severity": "2.0"},
        ),
        (
            {"category": "practice", "severity": "info", "evidence": {"basis": "recorded"}},
            {"tags": ["practice", "size"], "precision": "very-high", "problem.severity": "recommendation"},
        ),
    ],
)
def test_properties_follow_category_severity_and_evidence(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    assert expected == rule_of(**fields)["properties"]


def test_a_rule_is_described_by_its_file() -> None:
    described = rule_of(slug="fargate-cpu-memory", why="First.\nStill first.\n\nSecond.", severity="warning")
    assert (described["name"], described["defaultConfiguration"]["level"]) == ("FargateCpuMemory", "warning")
    assert described["fullDescription"]["text"] == "First. Still first."
    assert described["helpUri"].endswith("/docs/rules/ECS101.md")


def test_a_rule_without_documentation_is_described_by_its_title() -> None:
    described = rule_of(title="A title", why=" \n")
    assert [described["fullDescription"]["text"], described["help"]["text"]] == ["A title", "A title"]


def test_help_shows_the_error_examples_and_references() -> None:
    described = rule_of(
        why="Because.",
        evidence={"error": "Refused."},
        examples={"bad": [{"code": "a: 1\n", "at": "1:1"}], "good": [{"cpu": "256"}]},
        references=["https://docs.aws.amazon.com/x"],
    )
    assert described["help"]["markdown"] == (
        "Because.\n\n## AWS answers\n\n```\nRefused.\n```\n\n## Wrong\n\n```\na: 1\n```\n\n"
        '## Right\n\n```\n{\n  "cpu": "256"\n}\n```\n\n## References\n\n- https://docs.aws.amazon.com/x'
    )
    assert described["help"]["text"] == (
        "Because.\n\nAWS answers:\n\n    Refused.\n\nWrong:\n\n    a: 1\n\n"
        'Right:\n\n    {\n      "cpu": "256"\n    }\n\nReferences:\n\n- https://docs.aws.amazon.com/x'
    )


def test_a_fence_is_longer_than_any_in_the_example() -> None:
    assert "\n````\n```\n````" in rule_of(examples={"bad": ["```"]})["help"]["markdown"]


def test_long_texts_are_cut_to_what_github_accepts() -> None:
    described = rule_of(title="é" * 2000, why="あ" * 40_000)
    assert [len(described[name]["text"]) for name in ("shortDescription", "fullDescription")] == [1024, 1024]
    assert max(len(text.encode()) for text in described["help"].values()) <= 30_000


def test_a_rule_of_a_user_has_no_page_of_ours() -> None:
    report = Report([], files=[], rules=[OWN], sources={})
    assert "helpUri" not in run_of(report)["tool"]["driver"]["rules"][0]


def test_the_message_has_the_help_and_links_to_related_places() -> None:
    result = result_of(
        "ab\ncd",
        0,
        1,
        message="a [b] c\\d\x1b",
        help="use\n this",
        related=[Label("", "x [y]", 3, 5), Label("", "z", 1, 2)],
    )
    assert result["message"]["text"] == "a \\[b\\] c\\\\d\\\\x1b. Use this. See [x \\[y\\]](1), [z](2)."
    assert [
        (place["id"], place["physicalLocation"]["region"]["startLine"]) for place in result["relatedLocations"]
    ] == [(1, 2), (2, 1)]


@pytest.mark.parametrize(
    ("text", "start", "end", "expected"),
    [
        ("ab\ncd", 3, 5, [2, 1, 2, 3]),
        ("a{\n}", 1, 4, [1, 2, 1, 3]),
        ("a{\r\n}", 1, 5, [1, 2, 1, 3]),
        ("abc", 1, 1, [1, 2, 1, 3]),
        ("abc", 3, 3, [1, 4, 1, 4]),
        ("a\n", 2, 2, [2, 1, 2, 1]),
        ("😀b", 1, 2, [1, 2, 1, 3]),
    ],
)
def test_a_region_is_on_one_line(text: str, start: int, end: int, expected: list[int]) -> None:
    assert expected == region_of(text, start, end)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("td.json", "td.json"),
        ("a b/#1[x]?%.json", "a%20b/%231%5Bx%5D%3F%25.json"),
        ("a:b.json", "./a:b.json"),
        ("x/a:b.json", "x/a:b.json"),
        ("caf\udce9.json", "caf%E9.json"),
        ("café.json", "caf%C3%A9.json"),
        ("\ud800", "%ED%A0%80"),
        ("a\\b", "a%5Cb"),
        ("/home/a b.json", "file:///home/a%20b.json"),
    ],
)
def test_a_path_becomes_a_uri(path: str, expected: str) -> None:
    assert expected == sarif.file_uri(path)


NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1).filter(
    lambda name: not os.path.isabs(name)
)


@given(NAMES)
def test_a_uri_is_a_relative_reference_that_gives_the_name_back(name: str) -> None:
    uri = sarif.file_uri(name)
    assert RELATIVE.fullmatch(uri) or COLON_AFTER_DOT.fullmatch(uri)
    assert name in (unquote(uri), unquote(uri.removeprefix("./")))


@given(st.binary(min_size=1).filter(lambda name: name[:1] != b"/"))
def test_a_uri_keeps_every_byte_of_a_name(name: bytes) -> None:
    uri = sarif.file_uri(name.decode("utf-8", "surrogateescape"))
    assert name in (unquote_to_bytes(uri), unquote_to_bytes(uri.removeprefix("./")))


def fingerprints(text: str, *findings: Finding) -> list[dict[str, str]]:
    report = Report(findings, files=["f"], rules=[MEMORY], sources={"f": Source("f", text)})
    return [result["partialFingerprints"] for result in run_of(report)["results"]]


def finding_at(start: int, breadcrumb: str, message: str = "m") -> Finding:
    return Finding(MEMORY, "error", message, file="f", start=start, end=start, breadcrumb=breadcrumb)


def test_a_fingerprint_stays_when_the_place_and_the_message_change() -> None:
    assert fingerprints("a\nb", finding_at(0, "x")) == fingerprints("\n\n\na\nb", finding_at(3, "x", "other"))


def test_fingerprints_of_repeats_are_numbered() -> None:
    first, second, other = (
        found["ecslint/v1"]
        for found in fingerprints("a\nb", finding_at(0, "x"), finding_at(1, "x"), finding_at(2, "y"))
    )
    assert [first[:-1] + "1", first[:-1] + "2"] == [first, second]
    assert first[:32] != other[:32]
    assert re.fullmatch(r"[0-9a-f]{16}:1", first)


@pytest.mark.parametrize(
    ("text", "salted"), [("{}", True), ("{}\n", True), ("{}\r\n", True), ("{\n}", False), ("", False)]
)
def test_a_file_of_one_line_brings_its_own_line_hash(text: str, salted: bool) -> None:
    found = fingerprints(text, finding_at(0, "x"))[0]
    assert (found["ecslint/v1"] if salted else None) == found.get("primaryLocationLineHash")


def test_alerts_of_a_minified_file_stay_apart() -> None:
    places = [finding_at(MINIFIED.index("80"), "a"), finding_at(MINIFIED.index("8080"), "b")]
    assert len({found["primaryLocationLineHash"] for found in fingerprints(MINIFIED, *places)}) == 2


def test_a_finding_of_an_unlisted_rule_has_no_index() -> None:
    report = Report([finding_at(0, "")], files=["f"], rules=[OWN], sources={})
    assert "ruleIndex" not in run_of(report)["results"][0]


def test_related_places_stop_at_what_github_keeps() -> None:
    result = result_of("a", 0, 1, related=[Label("", "x", 0, 1)] * 101)
    assert len(result["relatedLocations"]) == 100
    assert "(101)" not in result["message"]["text"]


def test_findings_of_one_rule_on_one_line_stay_apart() -> None:
    found = fingerprints("ab\nc", finding_at(0, "x"), finding_at(1, "y"), finding_at(3, "z"))
    assert len({places.get("primaryLocationLineHash") for places in found[:2]}) == 2
    assert "primaryLocationLineHash" not in found[2]


def test_a_run_that_skipped_a_file_says_so() -> None:
    summary = Summary()
    summary.skipped = [("error", "a[1].json", "No such file"), ("info", "package.json", "not an ECS task definition")]
    summary.exit_code = 2
    invocation = json.loads(sarif.assemble([], summary, []))["runs"][0]["invocations"][0]
    assert invocation == {
        "executionSuccessful": False,
        "exitCode": 2,
        "toolExecutionNotifications": [
            {"level": "error", "message": {"text": "a\\[1\\].json was not checked: No such file."}},
            {"level": "note", "message": {"text": "package.json was not checked: not an ECS task definition."}},
        ],
    }


def test_more_than_github_takes_is_left_out_by_severity_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "RESULT_LIMIT", 3)
    found = [("info", "0"), ("error", "1"), ("warning", "2"), ("info", "3"), ("error", "4")]
    run = json.loads(sarif.assemble(found, Summary(), []))["runs"][0]
    assert run["results"] == [1, 2, 4]
    assert run["invocations"][0]["toolExecutionNotifications"] == [
        {
            "level": "warning",
            "message": {"text": "2 findings left out of this log: GitHub takes no more; the gravest are kept."},
        }
    ]


def test_a_log_stays_below_the_size_that_github_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "SIZE_LIMIT", 10_000)
    noise = random.Random(0)  # noqa: S311 - nothing secret
    found = [
        (severity, f'"{noise.getrandbits(400):x}"') for severity in ("info", "error", "warning") for _ in range(100)
    ]
    log = sarif.assemble(found, Summary(), [])
    run = json.loads(log)["runs"][0]
    kept = len(run["results"])
    assert 7_000 <= len(zlib.compress(log.encode())) <= 10_000
    assert {json.loads(text) for severity, text in found if severity == "error"} <= set(run["results"])
    assert f"{300 - kept} findings left out" in log


def test_the_sample_is_valid() -> None:
    assert objections(json.loads(sarif.render(sample()))) == []


ODD_NAMES = [
    "two words.json",
    "#1.json",
    "a[0].json",
    "100%25.json",
    "10:30.json",
    "a:b/c.json",
    "café.json",
    "日本.json",
    "caf\udce9.json",
    "/srv/absolute path.json",
    "::error::.json",
    "a\nb.json",
    "-",
    "a?b=c&d.json",
    "\\back.json",
    "<stdin>",
]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_log_with_an_odd_name_is_valid(name: str) -> None:
    finding = Finding(MEMORY, "error", "m", file=name, start=0, end=1)
    report = Report([finding], files=[name], rules=[MEMORY], sources={name: Source(name, "{}")})
    assert objections(json.loads(sarif.render(report))) == []


def test_a_log_with_all_bundled_rules_is_valid(ruleset: Ruleset) -> None:
    bundle.describe(ruleset.rules)
    report = Report([], files=[], rules=[INTERNAL_ERROR, *ruleset.rules], sources={})
    assert objections(json.loads(sarif.render(report))) == []


@given(reports(suppressed=True))
def test_every_report_is_valid_ascii_and_the_same_again(report: Report) -> None:
    shown = sarif.render(report)
    assert shown.isascii()
    assert (shown[-1], shown.count("\n")) == ("\n", 1)
    assert CANARY not in shown
    assert objections(json.loads(shown)) == []
    assert shown == sarif.render(report)
