"""The configuration of the ECS agent, from a file to findings: each variable of the table, right and wrong."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from ecslint import discovery, document, engine
from ecslint.cli import commands, run
from ecslint.ruleset.bundle import Ruleset, kinds
from ecslint.syntax import env
from tests.bundled import LIBRARY

TABLE: dict[str, Any] = LIBRARY.tables["agent"]
VARIABLES: dict[str, Any] = TABLE["variables"]

#: A value that is right for each type, and what is wrong with others. Words and bounds are added below.
RIGHT = {
    "text": ["any text", "a=b"],
    "boolean": ["true", "false", "0", "F"],
    "duration": ["1h", "1h30m", "0.5h"],
    "integer": ["5", "+7"],
    "number": ["5", "0.5"],
    "ports": ["[80, 443]", "[]"],
    "map": ['{"a": "b"}', "{}"],
    "networks": ['["10.0.0.0/8"]'],
    "rate": ["40,60", "1, 1"],
    "range": ["49153-65535", "80-80"],
    "list": ["a:1,b:2", "a"],
}
WRONG = {
    "text": {'"any text"': "ECS861"},
    "boolean": {"yes": "ECS853", "2": "ECS853", "tRue": "ECS853", "'true'": "ECS861"},
    "duration": {
        "10": "ECS854",
        "1d": "ECS854",
        "1h 30m": "ECS854",
        "h": "ECS854",
        '"50ms"': "ECS861",
        '"30m"': "ECS861",
    },
    "integer": {"5m": "ECS855", "5.5": "ECS855", "1_000": "ECS855", "'5'": "ECS861"},
    "number": {"5MB": "ECS855", '"5"': "ECS861"},
    "ports": {"80": "ECS857", "[80,]": "ECS857", "[65536]": "ECS857", '["80"]': "ECS857", "[80.0]": "ECS857"},
    "texts": {"a,b": "ECS857", "[a]": "ECS857", "{}": "ECS857", "[1]": "ECS857", "'[]'": "ECS861"},
    "map": {"a=b": "ECS857", '["a"]': "ECS857", '{"a":1}': "ECS857", "{'a':'b'}": "ECS857"},
    "networks": {"10.0.0.0/8": "ECS858", '["10.0.0.0"]': "ECS858", '["10.0.0.0/33"]': "ECS858"},
    "word": {"nonsense": "ECS859"},
    "rate": {"40": "ECS855", "40,60,80": "ECS855", "a,b": "ECS855", "0,60": "ECS856"},
    "range": {"49153:65535": "ECS855", "2-1": "ECS855", "1-65536": "ECS855", "1-2-3": "ECS855"},
    "list": {"a:1, b:2": "ECS870", '["a:1"]': "ECS870", '"a:1,b:2"': "ECS861"},
}
NOTES = {"ECS866", "ECS867"}  # of variables that are right where they are, or do no harm


def found(text: str, ruleset: Ruleset, name: str = env.CONFIG) -> list[str]:
    """The rules that find something in a configuration."""
    parsed = document.parse(text.encode(), name)
    findings, _ = engine.lint(parsed, ruleset, engine.Settings(frozenset(range(ruleset.size))))
    return [finding.rule for finding in findings]


def right(name: str) -> list[str]:
    fields = VARIABLES[name]
    values = RIGHT.get(fields["type"], [])
    if fields["type"] == "texts":
        values = [json.dumps(fields["words"]), "[]"]
    if fields["type"] == "word":
        values = [*fields["words"], *(word.upper() for word in fields["words"] if fields.get("folded"))]
    bounds = [str(fields[bound]) for bound in ("minimum", "maximum") if bound in fields]
    return bounds if bounds and fields["type"] != "rate" else values


def wrong(name: str) -> dict[str, str]:
    fields = VARIABLES[name]
    values = dict(WRONG[fields["type"]])
    if fields.get("by") == "ecs-init":  # systemd removes its quotes
        values = {value: rule for value, rule in values.items() if rule != "ECS861"}
    if fields.get("stops"):
        values = {value: {"ECS857": "ECS858"}.get(rule, rule) for value, rule in values.items()}
    if fields["type"] == "texts" and fields.get("stops"):  # such a list is ignored, but a name in it is fatal
        values = {value: {"ECS858": "ECS857"}.get(rule, rule) for value, rule in values.items()}
        values['["nonsense"]'] = "ECS860"
    elif fields["type"] == "texts":
        values['["nonsense"]'] = "ECS859"
    if fields["type"] == "integer" and "minimum" in fields:
        values |= {str(fields["minimum"] - 1): "ECS856", str(fields.get("maximum", 10**9) + 1): "ECS856"}
        values = {value: rule for value, rule in values.items() if value != "1000000001"}
    elif fields["type"] == "duration" and "minimum" in fields and "if" not in fields:
        values |= {"1ms": "ECS856", "-1h": "ECS856"}
        values |= {"24h": "ECS856"} if "maximum" in fields else {}
        del values['"30m"' if "maximum" in fields else '"50ms"']
    return values


def test_the_table_has_all_variables() -> None:
    assert len(VARIABLES) == 110
    assert set(env.TELLING) < set(VARIABLES)
    assert env.CLUSTER in VARIABLES
    assert {meant for meant in TABLE["misnomers"].values() if meant} < set(VARIABLES)
    assert not set(TABLE["misnomers"]) & set(VARIABLES)
    assert {fields["type"] for fields in VARIABLES.values()} == set(TABLE["types"])


@pytest.mark.parametrize("name", VARIABLES)
def test_what_is_right_has_no_finding(name: str, ruleset: Ruleset) -> None:
    values = [*right(name), "", "${VALUE}", "{{ value }}", "$(value)"]
    assert len(values) > 4
    for value in values:
        assert set(found(f"{name}={value}\n", ruleset)) <= NOTES, value


@pytest.mark.parametrize("name", VARIABLES)
def test_what_is_wrong_has_one_finding(name: str, ruleset: Ruleset) -> None:
    for value, rule in wrong(name).items():
        assert [one for one in found(f"{name}={value}\n", ruleset) if one not in NOTES] == [rule], value


@pytest.mark.parametrize("name", [name for name in VARIABLES if name.startswith("ECS_")])
def test_a_misspelt_name_is_told(name: str, ruleset: Ruleset) -> None:
    taken = set(VARIABLES) | {"ECS_LOG_FILE"}
    for other in (name[:-1], f"{name[:6]}x{name[6:]}", name.lower(), name.replace("_", "-", 1).replace("-", "__")):
        if other not in taken:
            assert found(f"{other}=x\n", ruleset) == ["ECS851"], other


@pytest.mark.parametrize("name", TABLE["misnomers"])
def test_a_name_that_others_use_is_told(name: str, ruleset: Ruleset) -> None:
    assert found(f"{name}=x\n", ruleset) == ["ECS851" if TABLE["misnomers"][name] else "ECS852"]


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "AWS_REGION", "PATH", "MY_CLUSTER", "NO_PROXYS", "${X}_CLUSTER"])
def test_names_of_others_are_left_alone(name: str, ruleset: Ruleset) -> None:
    assert found(f"ECS_CLUSTER=x\n{name}=y\n", ruleset) == []


def test_only_what_ecs_init_reads_itself_may_have_quotes(ruleset: Ruleset) -> None:
    assert found('ECS_LOG_OPTS=\'{"max-size":"10m"}\'\nECS_LOG_DRIVER="journald"\n', ruleset) == []


def test_rules_are_listed_by_kind() -> None:
    assert set(commands.KINDS) == set(kinds())


# --- as a user sees it ------------------------------------------------------------------------------

SCRIPT = """\
#!/bin/bash
cat <<'EOF' >> /etc/ecs/ecs.config
ECS_CLUSTER = prod
# ecslint: ignore ECS854 -- the old agent takes it
ECS_CONTAINER_STOP_TIMEOUT=120
ECS_ENGINE_AUTH_DATA={"auths":{"r.example.com":{"auth":"c2VjcmV0"}}}
EOF
echo "ECS_ENABLE_TASK_ENI=yes" >> /etc/ecs/ecs.config
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ecs.config").write_bytes(b"ECS_CLUSTR=prod\r\nexport ECS_LOGLEVEL=info\r\n")
    (tmp_path / "user-data.sh").write_text(SCRIPT)
    for name in ("user-data.csv", "userdata", "app.env", "notes.txt"):
        (tmp_path / name).write_text("ECS_CLUSTR=prod\n")
    return tmp_path


def test_a_folder_is_searched_for_the_configuration(folder: Path) -> None:
    names = [os.path.basename(name) for name, _ in discovery.discover([str(folder)], [])]
    assert names == ["ecs.config", "user-data.sh", "userdata"]


@pytest.mark.usefixtures("folder")
def test_findings_stand_in_lines_and_columns(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--output-format", "concise", "--fail-on", "warning", "."]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [" ".join(line.split()[:3]) for line in lines[:-1]] == [
        "ecs.config:1:1: warning ECS851",
        "ecs.config:2:1: warning ECS863",
        "user-data.sh:3:12: warning ECS862",
        "user-data.sh:6:22: warning ECS869",
        "user-data.sh:8:27: warning ECS853",
    ]


@pytest.mark.parametrize(
    "form",
    ["full", "concise", "json", "json-lines", "sarif", "github", "gitlab", "junit", "markdown", "rdjson", "html"],
)
def test_no_report_shows_a_secret(folder: Path, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(["--output-format", form, str(folder)])
    told = capsys.readouterr()
    assert "ECS869" in told.out
    assert "c2VjcmV0" not in told.out + told.err


def test_fixes_change_what_they_name(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["fix", "--unsafe-fixes", "."])
    capsys.readouterr()
    assert (folder / "ecs.config").read_bytes() == b"ECS_CLUSTER=prod\r\nECS_LOGLEVEL=info\r\n"
    wanted = SCRIPT.replace(" = ", "=").replace("ENI=yes", "ENI=true")
    assert (folder / "user-data.sh").read_text() == wanted


def test_a_baseline_takes_what_is_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["baseline", "create", "."]) == 0
    assert run(["--baseline", ".ecslint-baseline.json", "--fail-on", "info", "."]) == 0
    (folder / "ecs.config").write_text("ECS_CLUSTR=prod\nexport ECS_LOGLEVEL=loud\n")
    capsys.readouterr()
    run(["--baseline", ".ecslint-baseline.json", "--output-format", "concise", "."])
    assert "ECS859" in capsys.readouterr().out


def test_a_suppression_that_is_of_no_use_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "ecs.config").write_text("# ecslint: ignore ECS853 -- why\nECS_CLUSTER=prod\n")
    run(["--output-format", "concise", "ecs.config"])
    assert "ecs.config:1:1: warning ECS060" in capsys.readouterr().out
    run(["fix", "ecs.config"])
    assert (folder / "ecs.config").read_text() == "ECS_CLUSTER=prod\n"


def test_a_policy_may_speak_of_variables(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "policy.yaml").write_text(
        "id: ACME001\nslug: blocked-imds\ntitle: Tasks cannot read instance metadata\nkind: agent\n"
        "then: {schema: {required: [ECS_AWSVPC_BLOCK_IMDS]}}\nmessage: block the instance metadata\n"
    )
    (folder / ".ecslint.yaml").write_text("rules: [policy.yaml]\n")
    run(["--output-format", "concise", "ecs.config"])
    assert "ACME001" in capsys.readouterr().out


def test_a_file_that_is_something_else_is_passed_over(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "ecs.config").write_text("option_settings:\n  aws:autoscaling:launchconfiguration:\n    A: b\n")
    run(["ecs.config"])
    told = capsys.readouterr()
    assert "no ECS document" in told.out + told.err


SHADOWED = "ECS_CLUSTER=prod\nexport ECS_CLUSTER=test\nECS_LOGLEVEL=warn\nECS_LOGLEVEL: debug\nECS_X =1\nECS_X=2\n"


def test_no_safe_fix_changes_the_value_that_counts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = SHADOWED + 'ECS_ENGINE_TASK_CLEANUP_WAIT_DURATION="3h" # until Friday\n'
    (folder / env.CONFIG).write_text(text)
    assert run(["fix", env.CONFIG]) == 0
    assert (folder / env.CONFIG).read_text() == text
    assert "ECS864" not in capsys.readouterr().err


HOSTILE = {
    "pipes": "cat|" * 1500 + "tee /etc/ecs/ecs.config\n",
    "here-documents": "# /etc/ecs/ecs.config\n" + "cat <<E\n E\n" * 8000,
    "one word": f"echo {'a' * 400_000} > /etc/ecs/ecs.config\n",
    "many words before the command": "sudo " * 40_000 + "echo a > /etc/ecs/ecs.config\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_scripts_are_read_in_bounded_time(name: str) -> None:
    start = time.process_time()
    env.scan(f"#!/bin/bash\n{HOSTILE[name]}")
    assert time.process_time() - start < 5  # seconds; each takes less than one
