"""The judge of SARIF objects to every way of being wrong that we know, and to nothing that is right."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ecslint.model import Finding, Label, Report, Source
from ecslint.reporters import sarif
from tests.reporters.samples import MEMORY, PRIVILEGED, sample
from tests.reporters.sarif_validator import objections

MULTITOOL = os.environ.get("SARIF_MULTITOOL") or shutil.which("Sarif.Multitool")


def good() -> dict[str, Any]:
    """A log with two results, the first of which has a related place."""
    text = '{"cpu": "256",\n "memory": "8192"}\n'
    findings = [
        Finding(MEMORY, "error", "m", file="td.json", start=8, end=13, related=[Label("", "here", 26, 32)]),
        Finding(PRIVILEGED, "warning", "p", file="td.json", start=16, end=24),
    ]
    report = Report(
        findings, files=["td.json"], rules=[MEMORY, PRIVILEGED], sources={"td.json": Source("td.json", text)}
    )
    log: dict[str, Any] = json.loads(sarif.render(report))
    return log


Run = dict[str, Any]


def result(run: Run) -> Run:
    found: Run = run["results"][0]
    return found


def rule(run: Run) -> Run:
    """The rule that is about security."""
    found: Run = run["tool"]["driver"]["rules"][1]
    return found


def physical(run: Run) -> Run:
    found: Run = result(run)["locations"][0]["physicalLocation"]
    return found


def put(place: Run, name: str, value: Any) -> None:
    place[name] = value


def with_uri(uri: str, **more: str) -> Callable[[Run], None]:
    return lambda run: put(physical(run), "artifactLocation", {"uri": uri, **more})


#: The mistakes of other tools, as GitHub's documentation and issue trackers tell of them.
MISTAKES: dict[str, Callable[[Run], object]] = {
    "level that does not exist": lambda run: put(result(run), "level", "fatal"),
    "line zero": lambda run: put(physical(run)["region"], "startLine", 0),
    "no message": lambda run: result(run).pop("message"),
    "space in a URI": with_uri("a b.json"),
    "backslash in a URI": with_uri("a\\b.json"),
    "fragment in a URI": with_uri("a#b.json"),
    "absolute path with a base": with_uri("/td.json", uriBaseId="%SRCROOT%"),
    "rule index out of range": lambda run: put(result(run), "ruleIndex", 2),
    "rule that is not described": lambda run: put(result(run), "ruleId", "ECS999"),
    "rule index of another rule": lambda run: put(result(run), "ruleIndex", 1 - result(run)["ruleIndex"]),
    "no locations": lambda run: result(run).pop("locations"),
    "no fingerprints": lambda run: result(run).pop("partialFingerprints"),
    "relative help URI": lambda run: put(rule(run), "helpUri", "docs/rules/ECS701.md"),
    "end before the start": lambda run: put(physical(run)["region"], "endColumn", 1),
    "security-severity as a number": lambda run: put(rule(run)["properties"], "security-severity", 8.0),
    "21 tags": lambda run: put(rule(run)["properties"], "tags", ["security", *map(str, range(20))]),
    "fix without changes": lambda run: put(result(run), "fixes", [{"description": {"text": "mend it"}}]),
    "unknown property": lambda run: put(result(run), "severity", "high"),
    "no artifact location": lambda run: physical(run).pop("artifactLocation"),
    "no results": lambda run: run.pop("results"),
    "empty help": lambda run: put(rule(run), "help", {"text": ""}),
    "no descriptions": lambda run: (rule(run).pop("shortDescription"), rule(run).pop("fullDescription")),
    "rule described twice": lambda run: run["tool"]["driver"]["rules"].append(rule(run)),
    "colon in the first segment": with_uri("a:b.json"),
    "path that leaves the repository": with_uri("../td.json"),
    "no region": lambda run: physical(run).pop("region"),
    "suppression of a kind that does not exist": lambda run: put(result(run), "suppressions", [{"kind": "config"}]),
}
assert len(MISTAKES) == 27

#: What else has to be as it is.
SLIPS: dict[str, Callable[[Run], object]] = {
    "region over two lines": lambda run: put(physical(run)["region"], "endLine", 3),
    "empty URI": with_uri(""),
    "prose as a URI": with_uri("no file was found"),
    "query in a URI": with_uri("a?b.json"),
    "bracket in a URI": with_uri("a[0].json"),
    "lower-case escape": with_uri("caf%c3%a9.json"),
    "host in a URI": with_uri("file://host/td.json"),
    "description that is too long": lambda run: put(rule(run), "shortDescription", {"text": "x" * 1025}),
    "name that is too long": lambda run: put(rule(run), "name", "x" * 256),
    "security-severity of zero": lambda run: put(rule(run)["properties"], "security-severity", "0.0"),
    "security rule without security-severity": lambda run: rule(run)["properties"].pop("security-severity"),
    "rule without level": lambda run: rule(run).pop("defaultConfiguration"),
    "empty message": lambda run: put(result(run), "message", {"text": ""}),
    "link that leads nowhere": lambda run: result(run).pop("relatedLocations"),
    "related place without a link": lambda run: put(result(run), "message", {"text": "m"}),
    "two equal fingerprints": lambda run: (
        put(run["results"][1], "partialFingerprints", {"ecslint/v1": "0:1"})
        or put(result(run), "partialFingerprints", {"ecslint/v1": "0:1"})
    ),
    "too many results": lambda run: put(run, "results", run["results"] * 12_501),
    "columns in UTF-16": lambda run: run.pop("columnKind"),
    "no category": lambda run: put(run, "automationDetails", {"id": "ecslint"}),
    "no version": lambda run: run["tool"]["driver"].pop("semanticVersion"),
    "failure that succeeded": lambda run: put(run["invocations"][0], "exitCode", 2),
    "no invocation": lambda run: run.pop("invocations"),
}


def test_a_good_log_meets_no_objections() -> None:
    assert objections(good()) == []
    assert objections(json.loads(sarif.render(sample()))) == []


@pytest.mark.parametrize("name", [*MISTAKES, *SLIPS])
def test_a_bad_log_meets_objections(name: str) -> None:
    log = good()
    {**MISTAKES, **SLIPS}[name](log["runs"][0])
    assert objections(log) != []


@pytest.mark.skipif(MULTITOOL is None, reason="needs Sarif.Multitool on the path, or its file in SARIF_MULTITOOL")
@pytest.mark.parametrize("log", [good, lambda: json.loads(sarif.render(sample()))], ids=["small", "sample"])
def test_the_multitool_warns_of_nothing(log: Callable[[], Any], tmp_path: Path) -> None:
    (tmp_path / "in.sarif").write_text(json.dumps(log()))
    assert multitool(tmp_path / "in.sarif") == []


def multitool(log: Path) -> list[str]:
    """What Sarif.Multitool says of a log with the rules of SARIF, GitHub and code scanning; its notes left out."""
    assert MULTITOOL is not None
    report = log.with_suffix(".report")
    options = ["--rule-kind", "Sarif;Gh;Ghas", "--level", "Error;Warning", "--output", report]
    subprocess.run([MULTITOOL, "validate", log, *options], check=True, capture_output=True)
    results = json.loads(report.read_text("utf-8-sig"))["runs"][0]["results"]
    return [
        f"{result['ruleId']} {result['message']}" for result in results if result.get("level") in ("error", "warning")
    ]
