"""Values for the parameters of templates: from which files they are read, and what they make certain."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint import api, engine, parameters
from ecslint.model import Finding, Misuse
from ecslint.ruleset.bundle import Ruleset
from tests.cli.test_check import ecslint as run

TASK = """\
Parameters:
  Cpu: {Type: String, Default: '1024'}
  Stage: {Type: String}
  Secret: {Type: String, NoEcho: true}
  Words: {Type: CommaDelimitedList}
  Looked: {Type: 'AWS::SSM::Parameter::Value<String>'}
Mappings:
  Sizes: {dev: {Memory: 512}, live: {Memory: 8192}}
  Regions: {eu-west-1: {Stop: 300}, us-east-1: {Stop: %(stop)s}}
Conditions:
  Live: !Equals [!Ref Stage, live]
Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      NetworkMode: awsvpc
      RequiresCompatibilities: [FARGATE]
      Cpu: %(cpu)s
      Memory: %(memory)s
      ContainerDefinitions:
        - {Name: web, Image: 'nginx:1.27', %(more)s}
"""


def template(more: str = "Essential: true", **words: str) -> str:
    """A template with one task definition on Fargate, whose one container has one more member."""
    return TASK % {"cpu": "!Ref Cpu", "memory": "2048", "stop": "30", **words, "more": more}


def check(text: str, ruleset: Ruleset, **values: str) -> list[Finding]:
    """The errors in a template, whose parameters have some values."""
    settings = engine.Settings(ruleset.default, parameters=values)
    found = api.lint_bytes(text.encode(), "template.yaml", True, ruleset, settings).findings
    return [one for one in found if one.severity == "error"]


def test_a_value_makes_certain_what_hangs_on_it(ruleset: Ruleset) -> None:
    assert check(template(), ruleset) == []
    [found] = check(template(), ruleset, Cpu="2048")
    assert (found.rule, "Cpu" in found.message, found.fix) == ("ECS101", False, None)
    assert check(template(), ruleset, Cpu="512") == []


def test_a_value_decides_conditions(ruleset: Ruleset) -> None:
    text = template(memory="!If [Live, 8192, 512]", cpu="256")
    [found] = check(text, ruleset)
    assert found.message.endswith("(when `Live` is true)")
    [found] = check(text, ruleset, Stage="live")
    assert "when" not in found.message
    assert found.fix is None
    assert check(text, ruleset, Stage="dev") == []


def test_what_somebody_has_given_withholds_only_the_fixes_that_hang_on_it(ruleset: Ruleset) -> None:
    text = template("privileged: false, StopTimeout: 300", cpu="256", memory="512")
    [_, stop] = check(text, ruleset, Stage="live")
    [key, bound] = check(text.replace("256", "!Ref Cpu"), ruleset, Cpu="256")
    assert (stop.rule, bound.rule, bound.fix) == ("ECS653", "ECS653", None)
    assert key.fix is not None


def test_lists_are_split_at_commas(ruleset: Ruleset) -> None:
    text = template("EntryPoint: !Ref Words, Links: !Ref Words", memory="512", cpu="256")
    assert check(text, ruleset) == []
    found = check(text, ruleset, Words="a, b")
    assert {one.rule for one in found} == {"ECS240"}


def test_defaults_of_lists_are_assumed(ruleset: Ruleset) -> None:
    text = template("Links: !Ref Words", memory="512", cpu="256")
    text = text.replace("CommaDelimitedList}", "CommaDelimitedList, Default: 'a,b'}")
    settings = engine.Settings(ruleset.default)
    found = api.lint_bytes(text.encode(), "t.yaml", True, ruleset, settings).findings
    [link] = [one for one in found if one.rule == "ECS240"]
    assert link.severity == "warning"
    assert link.message.endswith("(with the default of `Words`)")


@pytest.mark.parametrize("name", ["Secret", "Looked"])
def test_secret_and_looked_up_values_stay_unknown(ruleset: Ruleset, name: str) -> None:
    text = template(memory=f"!Ref {name}", cpu="256")
    assert check(text, ruleset, **{name: "31"}) == []


def test_rows_of_a_map_are_cases_that_findings_name(ruleset: Ruleset) -> None:
    [found] = check(template(cpu="256", memory="!FindInMap [Sizes, !Ref Stage, Memory]"), ruleset)
    assert found.message.endswith("(when `Stage` is `live`)")
    [found] = check(
        template(cpu="256", memory="!FindInMap [Sizes, live, !Ref Stage]", more=""), ruleset, Stage="Memory"
    )
    assert found.rule == "ECS101"


@pytest.mark.parametrize(("stop", "count"), [("30", 0), ("400", 1)])
def test_of_the_rows_for_regions_all_have_to_be_wrong(ruleset: Ruleset, stop: str, count: int) -> None:
    text = template("StopTimeout: !FindInMap [Regions, !Ref 'AWS::Region', Stop]", cpu="256", memory="512", stop=stop)
    assert [one.rule for one in check(text, ruleset)] == ["ECS653"] * count


def test_many_rows_push_nothing_else_aside(ruleset: Ruleset) -> None:
    rows = ", ".join(f"r{number}: {{Stop: {number}}}" for number in range(70))
    text = template(
        "StopTimeout: !FindInMap [Rows, !Ref Stage, Stop], Links: !If [Big, [a], [a]]", cpu="256", memory="512"
    )
    text = text.replace("Mappings:\n", f"Mappings:\n  Rows: {{{rows}}}\n")
    text = text.replace("Conditions:\n", "Conditions:\n  Big: !Equals [!Ref Cpu, big]\n")
    [found] = check(text.replace("[a], [a]", "[a], []"), ruleset)
    assert (found.rule, found.message.endswith("(when `Big` is true)")) == ("ECS240", True)
    regions = ", ".join(f"eu-{number}: {{Stop: {number}}}" for number in range(30))
    text = template(
        "StopTimeout: !FindInMap [Many, !Ref 'AWS::Region', Stop], User: !Ref Kind", cpu="!Ref Kind", memory="512"
    )
    text = text.replace(
        "Mappings:\n", f"  Kind: {{Type: String, AllowedValues: [300, 400]}}\nMappings:\n  Many: {{{regions}}}\n"
    )
    assert check(text, ruleset)


def test_another_row_may_be_meant_where_a_map_has_a_default(ruleset: Ruleset) -> None:
    row = "!FindInMap [Sizes, !Ref Stage, Memory, {DefaultValue: 512}]"
    assert check(template(cpu="256", memory=row), ruleset) == []


# --- files --------------------------------------------------------------------------------------------

FORMS = {
    "a.json": '[{"ParameterKey": "Cpu", "ParameterValue": "256"}, {"ParameterKey": "Old", "UsePreviousValue": true}]',
    "b.json": '["Cpu=256"]',
    "c.json": '{"Parameters": {"Cpu": 256}, "Tags": {}}',
    "d.yaml": "Cpu: 256\n",
    "e.yaml": "version: 0.1\ndefault: {deploy: {parameters: {parameter_overrides: 'Cpu=256'}}}\n",
}
TOMLS = {
    "a text": 'parameter_overrides = "Cpu=\\"256\\""',
    "as the CLI takes it": 'parameter_overrides = "ParameterKey=Cpu,ParameterValue=256"',
    "a list": 'parameter_overrides = ["Cpu=256"]',
    "a table": "parameter_overrides = {Cpu = 256}",
}


@pytest.mark.parametrize("name", FORMS)
def test_files_of_parameters_are_read_as_tools_write_them(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(FORMS[name])
    assert parameters.read(str(tmp_path / name)) == {"Cpu": "256"}


@pytest.mark.skipif(sys.version_info < (3, 11), reason="only newer Pythons read TOML")
@pytest.mark.parametrize("name", TOMLS)
def test_the_configuration_of_sam_is_read(tmp_path: Path, name: str) -> None:
    file = tmp_path / "samconfig.toml"
    head = "version = 0.1\n[default.global.parameters]\nparameter_overrides = 'Cpu=1 Stage=dev'\n"
    file.write_text(f"{head}[default.deploy.parameters]\n{TOMLS[name]}\n")
    assert parameters.read(str(file)) == {"Cpu": "256", "Stage": "dev"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", "12"),
        ("b.json", '{"Cpu": {"a": 1}}'),
        ("c.json", '[{"ParameterKey": "Cpu"}]'),
        ("d.json", "{"),
        ("e.toml", "= 1"),
        ("f.toml", "\udcff"),
        ("g.json", '[["Cpu", 1]]'),
    ],
)
def test_what_holds_no_parameters_is_an_error_of_use(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(Misuse, match=name):
        parameters.read(str(tmp_path / name))
    with pytest.raises(Misuse, match="nowhere"):
        parameters.read(str(tmp_path / "nowhere.json"))


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["Parameters", "default", "ParameterKey", "ParameterValue", "a"]), inner)
    ),
)


@given(JSON)
def test_any_data_gives_texts_or_nothing(data: Any) -> None:
    found = parameters.values(data)
    assert found is None or all(type(name) is type(value) is str for name, value in found.items())


NAMES = st.text("abcXYZ019", min_size=1, max_size=5)


@given(st.dictionaries(NAMES, st.text(max_size=8)))
def test_all_forms_say_the_same(wanted: dict[str, str]) -> None:
    listed = [{"ParameterKey": name, "ParameterValue": value} for name, value in wanted.items()]
    assert parameters.values(listed) == wanted
    assert parameters.values([f"{name}={value}" for name, value in wanted.items()]) == wanted
    assert parameters.values({"Parameters": wanted}) == wanted


# --- the command line ---------------------------------------------------------------------------------


def test_options_and_files_and_configurations_add_up(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text(template(memory="!FindInMap [Sizes, !Ref Stage, Memory]"))
    (tmp_path / "live.json").write_text('{"Parameters": {"Stage": "live", "Cpu": "2048"}}')
    command = ["template.yaml", "--output-format", "concise"]
    done = run(*command, "--parameters", "live.json", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "no findings in 1 file\n")
    done = run(*command, "--parameters", "live.json", "--parameter", "Cpu=256", cwd=tmp_path)
    assert done.returncode == 1
    assert "memory 8192 does not go with cpu 256" in done.stdout
    config = tmp_path / ".ecslint.yaml"
    config.write_text("parameters: {Cpu: 256, Stage: dev}\nper-file: {'*.yaml': {parameters: {Stage: live}}}\n")
    assert "memory 8192 does not go with cpu 256" in run(*command, cwd=tmp_path).stdout
    assert run(*command, "--parameter", "Stage=dev", cwd=tmp_path).returncode == 0


def test_a_name_that_no_template_has_is_an_error_of_use(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text(template())
    for words in (["check"], ["fix", "--check"], ["baseline", "create"]):
        done = run(*words, "template.yaml", "--parameter", "Cpuu=256", cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert "no template here has a parameter 'Cpuu'; did you mean 'Cpu'?" in done.stderr
    done = run("template.yaml", "--parameter", "Cpu", cwd=tmp_path)
    assert (done.returncode, "--parameter needs NAME=VALUE, not 'Cpu'" in done.stderr) == (2, True)


def test_what_is_in_force_tells_where_a_value_comes_from(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text(template())
    (tmp_path / ".ecslint.yaml").write_text("parameters: {Cpu: 256, Stage: dev}\n")
    done = run("config", "--show", "template.yaml", "--parameter", "Cpu=512", cwd=tmp_path)
    rows = [line.split() for line in done.stdout.splitlines() if line.startswith("parameters")]
    assert rows == [
        ["parameters", "Cpu:", "•••", "command", "line"],
        ["parameters", "Stage:", "•••", ".ecslint.yaml:1"],
    ]


def test_a_secret_value_stands_in_no_output(tmp_path: Path) -> None:
    text = template("User: !Ref Secret, StopTimeout: !Ref Secret", memory="8192", cpu="256")
    (tmp_path / "template.yaml").write_text(text)
    for kind in ("full", "json"):
        done = run("template.yaml", "--parameter", "Secret=hunter2", "--output-format", kind, cwd=tmp_path)
        assert (done.returncode, "hunter2" in done.stdout + done.stderr) == (1, False)
    assert json.loads(done.stdout)["findings"]
