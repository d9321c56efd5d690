"""The Python API: its results, its errors, and what it does not do."""

from __future__ import annotations

import dataclasses
import json
import os
import pickle
import re
import subprocess
import sys
import typing
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import ecslint
from ecslint import linter, reading, results
from ecslint.cli import words
from ecslint.model import CATEGORIES, SEVERITIES
from ecslint.reporters import json as report
from ecslint.ruleset import bundle
from tests.cli.test_check import BAD, GOOD

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = json.loads((ROOT / "schemas" / "report.json").read_text("utf-8"))
CANARY = "hunter2-7f3a"
POLICY = """\
id: ACME001
slug: foreign-image
title: Images come from our own registry
given: containerDefinitions[].image
then: {schema: {pattern: "^registry/"}}
message: "not from our registry"
"""


def rules_of(findings: tuple[ecslint.Finding, ...]) -> list[str]:
    return [finding.rule for finding in findings]


def plain(findings: tuple[ecslint.Finding, ...]) -> Any:
    """Findings as JSON has them."""
    return json.loads(json.dumps([dataclasses.asdict(finding) for finding in findings]))


# --- results ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        (ecslint.Finding, SCHEMA["$defs"]["finding"]),
        (ecslint.Fix, SCHEMA["$defs"]["fix"]),
        (ecslint.Place, SCHEMA["$defs"]["place"]),
        (ecslint.Edit, SCHEMA["$defs"]["fix"]["properties"]["edits"]["items"]),
        (ecslint.Related, SCHEMA["$defs"]["finding"]["properties"]["related"]["items"]),
        (ecslint.Resource, SCHEMA["$defs"]["finding"]["properties"]["resource"]),
        (ecslint.Suppression, SCHEMA["$defs"]["finding"]["properties"]["suppressed"]),
    ],
)
def test_fields_are_those_of_the_report(kind: Any, schema: Any) -> None:
    assert [field.name for field in dataclasses.fields(kind)] == schema["required"] == [*schema["properties"]]


def test_literals_are_the_words_of_ecslint() -> None:
    assert typing.get_args(results.Severity) == tuple(reversed(SEVERITIES))
    assert typing.get_args(results.Category) == CATEGORIES
    assert typing.get_args(linter.Profile) == words.PROFILES
    assert typing.get_args(linter.LaunchType) == words.LAUNCH_TYPES
    assert typing.get_args(linter.DeployPath) == words.DEPLOY_PATHS


def test_results_are_frozen_small_and_picklable() -> None:
    text = (ROOT / "examples" / "seven-faults.json").read_text()
    fixed = ecslint.fix(text, unsafe=True)
    assert pickle.loads(pickle.dumps(fixed)) == fixed  # noqa: S301
    assert hash(fixed) == hash(ecslint.fix(text, unsafe=True))
    [first, *_] = ecslint.check(text)
    for value in (fixed, fixed.changes[0], first, first.start, first.resource, first.fix):
        assert not hasattr(value, "__dict__")
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, dataclasses.fields(value)[0].name, None)  # type: ignore[arg-type]
    validator = Draft202012Validator({**SCHEMA["$defs"]["finding"], "$defs": SCHEMA["$defs"]})
    assert [list(validator.iter_errors(finding)) for finding in plain(ecslint.check(text))] == [[]] * 7


def test_edits_that_would_tell_a_secret_are_none() -> None:
    text = GOOD.replace('"memory"', f'"environment": ["TOKEN={CANARY}"], "memory"')
    [finding] = [finding for finding in ecslint.check(text) if finding.rule == "ECS013"]
    assert finding.fix is not None
    assert (finding.fix.edits, finding.fix.withheld) == (None, report.HIDDEN)
    fixed = ecslint.fix(text)
    assert [change.rule for change in fixed.changes] == ["ECS013"]
    assert CANARY in fixed.text
    assert CANARY not in repr((ecslint.check(text), fixed.changes, fixed.left))


def test_suppressed_findings_come_when_they_are_asked_for() -> None:
    container = "{name: web, image: 'a:1', memory: '8'} # ecslint: ignore wrong-type -- x"
    text = f"family: web\ncontainerDefinitions:\n- {container}\n"
    assert ecslint.check(text) == ()
    assert ecslint.fix(text) == ecslint.Fixed(text, (), ())
    [finding] = ecslint.Linter(show_suppressed=True).check(text)
    assert (finding.rule, finding.suppressed) == ("ECS013", ecslint.Suppression("comment", "x"))
    assert ecslint.Linter(show_suppressed=True).fix(text).left == (finding,)
    own = ecslint.Linter(config={"mandatory": ["wrong-type"]})
    assert "ECS013" in rules_of(own.check(text))


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_fix_keeps_marks_and_line_ends(mark: str, end: str) -> None:
    text = mark + BAD.replace(", ", f",{end}")
    assert ecslint.fix(text).text == text.replace('"128"', "128")
    assert ecslint.check(text)[0].start.offset == text.removeprefix(mark).index('"128"')


# --- errors ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"select": "ECS101"}, "select: must be a list, not a string"),
        ({"ignore": [3]}, "ignore.0: must be a string, not a number"),
        ({"select": ["ECS4999"]}, "no rule is called 'ECS4999'"),
        ({"profile": "Strict"}, "profile: 'Strict' is none of default, strict; did you mean strict?"),
        ({"severity": {"ECS101": "fatal"}}, "severity.ECS101: 'fatal' is none of error, warning, info, off"),
        ({"severity": {"hostport": "error"}}, "no rule is called 'hostport'"),
        ({"severity": "ECS101=error"}, "severity: must be a mapping, not a string"),
        ({"launch_type": "fargate"}, "launch_type: 'fargate' is none of "),
        ({"deploy_path": "cli"}, "deploy_path: 'cli' is none of "),
        ({"rules": ["nowhere"]}, "there is no file or folder "),
        ({"rules": ["pkg:nowhere"]}, "no installed package 'nowhere' has a pack.yaml"),
        ({"config": "nowhere.yaml"}, "nowhere.yaml: No such file or directory"),
        ({"config": {"selct": []}}, "config:1:2: 'selct' is not a field here; did you mean select?"),
        ({"config": {"select": ["ECS999"], "profile": 1}}, "config:1:13: no rule is called 'ECS999'"),
    ],
)
def test_wrong_options_are_told_at_once(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ecslint.InvalidOptions, match=re.escape(said)) as caught:
        ecslint.Linter(**options)
    assert isinstance(caught.value, ecslint.Error)
    assert isinstance(caught.value, ValueError)


def test_mistakes_in_policies_are_told_with_their_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(POLICY.replace("pattern", "patern"))
    with pytest.raises(ecslint.InvalidOptions, match=r"a\.yaml:5:"):
        ecslint.Linter(rules=[tmp_path])
    (tmp_path / "a.yaml").write_text(POLICY)
    for config in (None, {"rules": ["a.yaml"]}):
        twice = [tmp_path] if config else [tmp_path, tmp_path / "a.yaml"]
        with pytest.raises(ecslint.InvalidOptions, match="ACME001 is the name of the rule in "):
            ecslint.Linter(rules=twice, config=config)


def test_policies_go_together_with_those_of_a_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(POLICY)
    (tmp_path / "b.yaml").write_text(POLICY.replace("ACME001", "ACME002").replace("foreign-image", "other-image"))
    own = ecslint.Linter(rules=["a.yaml"], config={"rules": ["b.yaml"]})
    for one in (own, pickle.loads(pickle.dumps(own))):  # noqa: S301
        assert rules_of(one.check(GOOD)) == ["ACME001", "ACME002"]


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("{}", "a.json", "a.json: no ECS document"),
        ("[1]", linter.NAME, "<string>: no ECS document"),
        ("Resources: {A: {Type: 'AWS::ECS::Gateway'}}", linter.NAME, "not read yet: a CloudFormation template"),
        ('resource "x" {}', "main.tf", "main.tf: not read yet: a Terraform file"),
    ],
)
def test_a_text_without_task_definition_is_not_checked(text: str, name: str, said: str) -> None:
    for call in (ecslint.check, ecslint.fix):
        with pytest.raises(ecslint.NotChecked, match=re.escape(said)):
            call(text, name)


def test_data_is_no_text() -> None:
    calls: list[Any] = [ecslint.check, ecslint.fix]
    for call in calls:
        with pytest.raises(TypeError, match=r"not dict; json\.dumps makes a string of data"):
            call(json.loads(GOOD))
    with pytest.raises(TypeError, match="the text must be str, not bytes"):
        calls[1](GOOD.encode())


def test_an_excluded_name_is_not_checked() -> None:
    own = ecslint.Linter(config={"exclude": ["fixtures/"]})
    assert own.check(GOOD) == ()
    with pytest.raises(ecslint.NotChecked, match="excluded by the configuration"):
        own.check(GOOD, "fixtures/a.json")


@pytest.mark.parametrize("text", ["", "{", '{"family": "web", ', "a: [", "\ud800", '{"family": "\ud800"}'])
def test_a_text_that_cannot_be_parsed_has_a_finding_and_is_left_as_it_is(text: str) -> None:
    assert [finding.slug for finding in ecslint.check(text)] == ["syntax-error"]
    assert ecslint.fix(text) == ecslint.Fixed(text, (), ecslint.check(text))


def test_bytes_that_are_no_utf_8_have_a_finding() -> None:
    [finding] = ecslint.check(GOOD.encode("utf-16"))
    assert (finding.slug, finding.message) == ("syntax-error", "the file is UTF-16; save it as UTF-8")


def test_files_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    with pytest.raises(ecslint.Unreadable, match=re.escape(f"{tmp_path / 'a.json'}: No such file")):
        ecslint.Linter().check_file(tmp_path / "a.json")
    with pytest.raises(ecslint.Unreadable, match="not a regular file"):
        ecslint.Linter().check_file(tmp_path)
    (tmp_path / "a.json").write_bytes(b" " * (reading.MAX_BYTES + 1))
    with pytest.raises(ecslint.Unreadable, match="larger than 5 MiB"):
        ecslint.Linter().check_file(tmp_path / "a.json")


# --- pickled, lazy, isolated ------------------------------------------------------------------------------


def python(program: str, cwd: Path, stdin: bytes = b"") -> str:
    """What a program prints."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", program], cwd=cwd, input=stdin, env=env, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def test_a_linter_means_the_same_in_another_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "a.yaml").write_text(POLICY)
    (tmp_path / "c.yaml").write_text("severity: {foreign-image: warning}\n")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    own = ecslint.Linter(rules=["policies"], config="c.yaml", select=["ACME001", "ECS0"])
    assert [(finding.rule, finding.severity) for finding in own.check(BAD)] == [
        ("ACME001", "warning"),
        ("ECS013", "error"),
    ]
    told = python(
        f"import pickle, sys; print(pickle.load(sys.stdin.buffer).check({BAD!r}))",
        tmp_path / "elsewhere",
        pickle.dumps(own),
    )
    assert told.strip() == repr(own.check(BAD))
    assert len(pickle.dumps(own)) < 1000


def test_rules_are_loaded_once_for_the_same_options(monkeypatch: pytest.MonkeyPatch) -> None:
    ecslint.Linter(select=["ECS013"])
    monkeypatch.setattr(bundle, "load", None)
    assert rules_of(ecslint.Linter(select=("ECS013",)).check(BAD)) == ["ECS013"]


def test_a_linter_reads_its_files_when_it_is_made(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("ignore: [wrong-type]\n")
    old = ecslint.Linter(config=tmp_path / "c.yaml")
    (tmp_path / "c.yaml").write_text("ignore: []\n")
    assert rules_of(ecslint.Linter(config=tmp_path / "c.yaml").check(BAD)) == ["ECS013"]
    assert old.check(BAD) == pickle.loads(pickle.dumps(old)).check(BAD) == ()  # noqa: S301


def test_the_package_imports_its_api_when_it_is_asked_for(tmp_path: Path) -> None:
    program = """
import sys
before = set(sys.modules)
import ecslint
assert {"Linter", "check"} <= set(dir(ecslint)) and not hasattr(ecslint, "nonsense")
print(sorted(set(sys.modules) - before))
from ecslint import *
print(Linter is ecslint.Linter, sorted(ecslint.__all__) == list(ecslint.__all__))
"""
    assert python(program, tmp_path).splitlines() == ["['ecslint']", "True True"]


WATCHED = """
import os, sys
import ecslint
here = os.path.join(os.getcwd(), "")
seen = []
def watch(event, arguments):
    if event in ("open", "os.listdir", "os.scandir") and isinstance(arguments[0], (str, bytes)):
        path = os.path.join(os.path.abspath(os.fsdecode(arguments[0])), "")
        seen.extend([path] if path.startswith(here) else ())
sys.addaudithook(watch)
own = ecslint.Linter(**OPTIONS)
found = own.check(TEXT, "task.json") + own.fix(TEXT, "task.json", unsafe=True).left
print({finding.severity for finding in found if finding.rule == RULE}, len(seen) > 0)
"""
WHOLE = GOOD.replace('"memory"', '"cpu": null, "memory"')
CONTAINERS = json.dumps([{"Name": "web", "image": "nginx:1.27", "memory": 128, "portMappings": []}])


@pytest.mark.parametrize(
    ("options", "rule", "text", "told"),
    [
        ({}, "ECS022", WHOLE, "{'warning'} False"),
        ({"config": {"deploy-path": "auto"}}, "ECS022", WHOLE, "{'warning'} False"),
        ({"deploy_path": "aws-cli"}, "ECS022", WHOLE, "{'error'} False"),
        ({"deploy_path": "auto"}, "ECS022", WHOLE, "{'error'} True"),
        ({}, "ECS010", CONTAINERS, "{'info'} False"),
        ({"deploy_path": "aws-cli"}, "ECS010", CONTAINERS, "{'info'} False"),
        ({"deploy_path": "auto"}, "ECS010", CONTAINERS, "set() True"),
    ],
)
def test_a_linter_looks_at_nothing_around_it_unless_it_is_asked(
    tmp_path: Path, options: dict[str, Any], rule: str, text: str, told: str
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".ecslint.yaml").write_text("exclude: ['*']\n")
    (tmp_path / ".github" / "workflows").mkdir(parents=True)
    register = "aws ecs register-task-definition --cli-input-json file://task.json"
    workflow = {"on": "push", "jobs": {"a": {"steps": [{"run": register}]}}}
    (tmp_path / ".github" / "workflows" / "a.yml").write_text(json.dumps(workflow))
    (tmp_path / "main.tf").write_text('x = file("task.json")\n')
    program = f"OPTIONS, RULE, TEXT = {options!r}, {rule!r}, {text!r}\n{WATCHED}"
    assert python(program, tmp_path).strip() == told


@pytest.mark.parametrize("name", [None, 1, Path("task.json")])
def test_a_name_that_is_no_text_is_refused(name: Any) -> None:
    with pytest.raises(TypeError, match="the name must be str, not "):
        ecslint.check("{}", name)
