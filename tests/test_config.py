"""Patterns of file names, settings that travel to other processes, and mistakes in configurations."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ecslint import api, config, document
from ecslint.model import Rule
from ecslint.ruleset.bundle import Ruleset, data_folder
from ecslint.unused import is_exact
from tests.strategies import JSON

SCHEMA = json.loads((Path(data_folder("schemas")) / "config.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("pattern", "covered", "others"),
    [
        ("td.json", ["td.json", "a/td.json", "a/b/td.json"], ["xtd.json", "td.json5"]),
        ("/td.json", ["td.json"], ["a/td.json"]),
        ("a/td.json", ["a/td.json"], ["b/a/td.json", "td.json"]),
        ("*.json", ["td.json", "a/b/td.json"], ["td.yaml", "td.json.yaml"]),
        ("a/*.json", ["a/td.json"], ["a/b/td.json", "td.json"]),
        ("a/**", ["a/td.json", "a/b/td.json"], ["td.json", "b/td.json"]),
        ("**/td.json", ["td.json", "a/b/td.json"], ["a/td.yaml"]),
        ("a/", ["a/td.json", "a/b/td.json", "b/a/td.json"], ["a", "b/a"]),
        ("a", ["a", "a/td.json", "b/a/c/td.json"], ["ab/td.json"]),
        ("/a", ["a/td.json"], ["b/a/td.json"]),
        ("td.[jy]*", ["td.json", "a/td.yaml"], ["td.xml"]),
    ],
)
def test_patterns_are_those_of_gitignore(pattern: str, covered: list[str], others: list[str]) -> None:
    found = config.patterns_of([pattern])
    assert [path for path in covered + others if found.covering(path)] == covered


@pytest.mark.parametrize(
    ("pattern", "exact"),
    [("a/td.json", True), ("/td.json", True), ("td.json", False), ("a/", False), ("a/*.json", False), ("a/[b]", False)],
)
def test_pattern_of_one_file_is_known(pattern: str, exact: bool) -> None:
    assert is_exact(pattern) == exact


def test_settings_survive_the_way_to_another_process(tmp_path: Path, ruleset: Ruleset) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".ecslint.yaml").write_text(
        "ignore: [ECS101]\nper-file: {'*.json': {launch-type: EC2}}\nexclude: [old/]\n"
        "suppress: [{files: '*.json', rule: ECS013, reason: x}]\n"
    )
    name = str(tmp_path / "td.json")
    scope = api.scope([name, str(tmp_path / "old" / "td.json")], ruleset, {})
    there = pickle.loads(pickle.dumps(scope))  # noqa: S301 - our own
    here, travelled = scope.of(name), there.of(name)
    assert here is not None
    assert here.launch_type == "EC2"
    assert here.silencing is not None
    assert (here.enabled, here.launch_type) == (travelled.enabled, travelled.launch_type)
    assert [entry.rule for entry in here.silencing.entries] == ["ECS013"]
    assert [entry.rule for entry in travelled.silencing.entries] == ["ECS013"]
    assert there.of(str(tmp_path / "old" / "td.json")) is None


# --- mistakes ---------------------------------------------------------------------------------------


def told(text: str, rules: list[Rule], base: str = "/repository") -> list[str]:
    """The mistakes in a configuration, each as ``line:column: what is wrong``."""
    written = document.parse(text.encode(), "c.yaml", language="yaml")
    return [mistake.removeprefix("c.yaml:") for mistake in config.mistakes(written, base, rules)]


@pytest.mark.parametrize(
    ("text", "mistakes"),
    [
        ("ignor: [ECS101]", ["1:1: 'ignor' is not a field here; did you mean ignore?"]),
        ("policies: []", ["1:1: 'policies' is not a field here; there are rules, select,"]),
        ("ignore: ECS101", ["1:9: must be a list, not a string"]),
        ("ignore:", ["1:8: must be a list, not null"]),
        ("ignore: [ECS999]", ["1:10: no rule is called 'ECS999'"]),
        ("ignore: [wrong-typ]", ["1:10: no rule is called 'wrong-typ'; did you mean wrong-type?"]),
        ("ignore: [7]", ["1:10: must be a string, not a number"]),
        ("ignore: ['']", ["1:10: must not be empty", "1:10: no rule is called ''"]),
        ("mandatory: [ECS999]", ["1:13: no rule is called 'ECS999'"]),
        ("select: [{}]", ["1:10: must be a string, not a mapping"]),
        ("severity: {ECS101: fatal}", ["1:20: 'fatal' is none of error, warning, info, off"]),
        ("severity: {ECS101: of}", ["1:20: 'of' is none of error, warning, info, off; did you mean off?"]),
        ("severity: {nope: off}", ["1:12: no rule is called 'nope'"]),
        ("profile: strikt", ["1:10: 'strikt' is none of default, strict; did you mean strict?"]),
        ("launch-type: fargate", ["1:14: 'fargate' is none of EC2, FARGATE, EXTERNAL, MANAGED_INSTANCES; did you"]),
        ("per-file: {a.json: {ignor: [ECS1]}}", ["1:21: 'ignor' is not a field here; did you mean ignore?"]),
        ("per-file: {a.json: {ignore: [nope]}}", ["1:30: no rule is called 'nope'"]),
        ("per-file: {'!a.json': {ignore: [ECS1]}}", ["1:12: '!a.json' is not a pattern of file names"]),
        ("per-file: {a.json: {}}", ["1:20: must not be empty"]),
        ("exclude: ['#a']", ["1:11: '#a' is not a pattern of file names"]),
        ("exclude: ['/']", ["1:11: '/' is not a pattern of file names"]),
        ("fail-on: errors", ["1:10: 'errors' is none of error, warning, info, never; did you mean error?"]),
        ("output: [txt]", ["1:10: 'txt' is none of full, concise, json, json-lines, sarif"]),
        ("output: ['json:a.json']", ["1:10: 'json:a.json' is none of full,"]),
        ("just text", ["1:1: must be a mapping, not a string"]),
        ("[a]", ["1:1: must be a mapping, not a list"]),
        ("ignore: [\n", ["1:10: expected a value"]),
        ("ignore: []\nignore: []", ["2:1: the key 'ignore' stands here twice"]),
        ("ignore: !!python/object:os.system [ls]", ["1:9: must be a list, not a value with a tag of its own"]),
        ("a: 1\n---\nb: 2", ["2:1: more than one document in the file"]),
        (
            "ignor: []\nseverity: {nope: of}\nselect: [x, y]",
            ["1:1: 'ignor' is", "2:12: no rule is", "2:18: 'of' is", "3:10: no rule is", "3:13: no rule is"],
        ),
    ],
)
def test_mistakes_are_told_with_their_places(text: str, mistakes: list[str], ruleset: Ruleset) -> None:
    found = told(text, ruleset.rules)
    assert [line[: len(mistake)] for line, mistake in zip(found, mistakes, strict=True)] == mistakes


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("{files: a, rule: ECS101}", "1:12: the field 'reason' is missing"),
        ("{files: a, rule: ECS101, reason: ' '}", "1:45: ' ' must not be blank"),
        ("{rule: ECS101, reason: x}", "1:12: the field 'files' is missing"),
        ("{files: a, rule: ECS1, reason: x}", "1:29: no rule is called 'ECS1'"),
        ("{files: a, rule: ALL, reason: x}", "1:29: no rule is called 'ALL'"),
        ("{files: '!a', rule: ECS101, reason: x}", "1:20: '!a' is not a pattern of file names"),
        (
            "{files: a, rule: ECS101, reason: x, until: 2026-02-30}",
            "1:55: '2026-02-30' is not a date; write it as 2026-12-31",
        ),
        ("{files: a, rule: ECS101, reason: x, until: soon}", "1:55: 'soon' is not a date; write it as 2026-12-31"),
        (
            "{files: a, rule: ECS101, reason: x, untl: 2026-02-03}",
            "1:48: 'untl' is not a field here; did you mean until?",
        ),
        ("{files: a, rule: ECS013, reason: x}]\nmandatory: [ECS0", "1:29: ECS013 is mandatory: nothing silences it"),
        ("text", "1:12: must be a mapping, not a string"),
    ],
)
def test_mistakes_in_entries_of_suppress_are_told(text: str, mistake: str, ruleset: Ruleset) -> None:
    [found] = told(f"suppress: [{text}]", ruleset.rules)
    assert found.startswith(mistake)


FIELDS = st.sampled_from(["select", "ignore", "severity", "per-file", "exclude", "mandatory", "suppress", "baseline"])


@given(JSON | st.dictionaries(FIELDS, JSON | st.lists(JSON) | st.dictionaries(FIELDS, JSON)))
def test_any_data_is_validated_without_breaking(ruleset: Ruleset, data: Any) -> None:
    text = json.dumps(data, default=lambda unknown: unknown.raw, skipkeys=True)
    written = document.parse(text.encode(), "c.yaml", language="yaml")
    allowed = Draft202012Validator(SCHEMA).is_valid(written.data)
    found = config.mistakes(written, "/repository", ruleset.rules)
    assert allowed or found
