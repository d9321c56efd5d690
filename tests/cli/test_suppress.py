"""Suppressed findings in reports and exit codes, and suppressions in configurations that are of no use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ecslint.ruleset.bundle import data_folder
from tests.cli.test_check import BAD, GOOD, ecslint
from tests.cli.test_config import MIXED, configure

REPORT = Draft202012Validator(json.loads((Path(data_folder("schemas")) / "report.json").read_text("utf-8")))

LABELLED = BAD.replace('"memory"', '"dockerLabels": {"ecslint.ignore": "ECS013 -- the script mends it"}, "memory"')
CONFIG = "suppress: [{files: /service/mixed.json, rule: ECS101, reason: sized by hand}]"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "service").mkdir()
    (tmp_path / "service" / "mixed.json").write_text(MIXED)
    (tmp_path / "labelled.json").write_text(LABELLED)
    return tmp_path


def report(*arguments: str, cwd: Path) -> dict[str, Any]:
    """The JSON report of a run."""
    run = ecslint("check", "--output-format", "json", *arguments, cwd=cwd)
    data: dict[str, Any] = json.loads(run.stdout)
    assert list(REPORT.iter_errors(data)) == []
    return data


def told(data: dict[str, Any]) -> list[str]:
    """Rule and line of the findings that count."""
    return [f"{f['rule']} {f['file']}:{f['start']['line']}" for f in data["findings"] if f["suppressed"] is None]


# --- reports ----------------------------------------------------------------------------------------


def test_suppressed_findings_do_not_count(repository: Path) -> None:
    run = ecslint("labelled.json", cwd=repository)
    assert (run.returncode, run.stdout) == (0, "no findings in 1 file, 1 suppressed\n")


def test_json_tells_what_suppresses_a_finding(repository: Path) -> None:
    configure(repository, CONFIG)
    data = report(".", cwd=repository)
    assert data["summary"] == {"files": 2, "error": 1, "warning": 1, "info": 0, "suppressed": 2, "fixable": 2}
    assert [(f["rule"], f["suppressed"]) for f in data["findings"] if f["suppressed"]] == [
        ("ECS013", {"by": "label", "reason": "the script mends it"}),
        ("ECS101", {"by": "config", "reason": "sized by hand"}),
    ]


@pytest.mark.parametrize("kind", ["full", "concise"])
def test_text_shows_suppressed_findings_when_asked(kind: str, repository: Path) -> None:
    configure(repository, CONFIG)
    shown = ecslint(".", "--output-format", kind, "--show-suppressed", cwd=repository).stdout
    assert "by label: the script mends it" in shown
    assert "by config: sized by hand" in shown
    assert "\n1 error, 1 warning in 1 of 2 files, 2 suppressed\n" in shown
    hidden = ecslint(".", "--output-format", kind, cwd=repository).stdout
    assert "sized by hand" not in hidden
    assert "ECS101" not in hidden
    only = ecslint("labelled.json", "--output-format", kind, "--show-suppressed", cwd=repository).stdout
    assert "ECS013" in only


def test_sarif_holds_suppressed_findings_when_asked(repository: Path) -> None:
    configure(repository, CONFIG)

    def results(*arguments: str) -> list[dict[str, Any]]:
        run = ecslint(".", "--output-format", "sarif", *arguments, cwd=repository)
        found: list[dict[str, Any]] = json.loads(run.stdout)["runs"][0]["results"]
        return found

    assert [(result["ruleId"], "suppressions" in result) for result in results()] == [
        ("ECS022", False),
        ("ECS013", False),
    ]
    shown = {
        result["ruleId"]: result["suppressions"] for result in results("--show-suppressed") if "suppressions" in result
    }
    assert shown == {
        "ECS013": [{"kind": "inSource", "status": "accepted", "justification": "the script mends it"}],
        "ECS101": [{"kind": "external", "status": "accepted", "justification": "sized by hand"}],
    }


@pytest.mark.parametrize("kind", ["github", "gitlab", "junit", "markdown", "rdjson", "html"])
def test_other_formats_hold_what_counts(kind: str, repository: Path) -> None:
    configure(repository, CONFIG)
    shown = ecslint(".", "--output-format", kind, "--show-suppressed", cwd=repository).stdout
    assert "service/mixed.json" in shown
    assert "ECS022" in shown
    assert "ECS101" not in shown
    assert "labelled.json" not in shown


def test_no_suppressions_counts_everything(repository: Path) -> None:
    configure(repository, CONFIG)
    assert told(report(".", "--no-suppressions", cwd=repository)) == [
        "ECS013 labelled.json:1",
        "ECS101 service/mixed.json:2",
        "ECS022 service/mixed.json:2",
        "ECS013 service/mixed.json:2",
    ]


def test_statistics_leave_suppressed_findings_out(repository: Path) -> None:
    assert "ECS013" not in ecslint("labelled.json", "--statistics", cwd=repository).stdout


def test_streams_heed_suppressions(repository: Path) -> None:
    configure(
        repository, "suppress: [{files: '*.ndjson', rule: ECS013, at: 'containerDefinitions[name=web]', reason: x}]"
    )
    (repository / "all.ndjson").write_text(f"{LABELLED}\n{BAD}\n{BAD.replace('web', 'other')}\n")
    run = ecslint("--ndjson", "all.ndjson", "--output-format", "json-lines", cwd=repository)
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    assert [(line["start"]["line"], (line["suppressed"] or {}).get("by")) for line in lines] == [
        (1, "label"), (2, "config"), (3, None),
    ]  # fmt: skip


# --- entries of the configuration that are of no use ------------------------------------------------

GONE = "suppress:\n  - files: {files}\n    rule: ECS711\n    reason: x\n"


@pytest.mark.parametrize(
    ("files", "paths", "is_told"),
    [
        ("/service/mixed.json", ["service/mixed.json"], True),
        ("service/mixed.json", ["labelled.json", "service"], True),
        ("/service/mixed.json", ["labelled.json"], False),
        ("service/", ["service/mixed.json"], False),
        ("service/", ["service"], False),
        ("service/", ["."], True),
        ("mixed.json", ["service/mixed.json"], False),
        ("'*.json'", ["service", "labelled.json"], False),
        ("'*.json'", ["."], True),
        ("/service/no-such.json", ["."], False),
    ],
)
def test_entry_without_use_is_told_once_it_is_certain(
    files: str, paths: list[str], is_told: bool, repository: Path
) -> None:
    configure(repository, GONE.replace("{files}", files))
    for jobs in ("1", "2"):
        found = [where for where in told(report(*paths, "--jobs", jobs, cwd=repository)) if "ECS06" in where]
        assert found == (["ECS060 .ecslint.yaml:3"] if is_told else [])


def test_entry_that_is_used_in_one_file_is_of_use(repository: Path) -> None:
    (repository / "good.json").write_text(GOOD)
    configure(repository, "suppress: [{files: '*.json', rule: ECS101, reason: x}]")
    assert told(report(".", cwd=repository)) == ["ECS022 service/mixed.json:2", "ECS013 service/mixed.json:2"]


def test_entry_for_a_rule_that_does_not_run_is_not_judged(repository: Path) -> None:
    configure(repository, GONE.replace("{files}", "/service/mixed.json"))
    assert told(report("service/mixed.json", "--select", "ECS1,ECS06", cwd=repository)) == [
        "ECS101 service/mixed.json:2"
    ]
    assert told(report("service/mixed.json", "--no-suppressions", "--select", "ECS06", cwd=repository)) == []


def test_expired_entry_is_told_and_the_finding_is_back(repository: Path) -> None:
    configure(repository, CONFIG.replace("}", ", until: 2020-12-31}"))
    data = report("service/mixed.json", cwd=repository)
    assert told(data)[:2] == ["ECS061 .ecslint.yaml:1", "ECS101 service/mixed.json:2"]
    assert data["summary"]["suppressed"] == 0
    assert told(report("labelled.json", cwd=repository)) == []
    configure(repository, CONFIG.replace("}", ", until: 9999-12-31}"))
    assert "ECS101 service/mixed.json:2" not in told(report("service/mixed.json", cwd=repository))


def test_full_report_shows_the_entry(repository: Path) -> None:
    configure(repository, GONE.replace("{files}", "/service/mixed.json"))
    shown = ecslint(".", cwd=repository).stdout
    assert "  --> .ecslint.yaml:3:11\n    |\n  2 |   - files: /service/mixed.json\n  3 |     rule: ECS711\n" in shown
