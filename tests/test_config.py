"""Patterns of file names, and settings that travel to other processes."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from ecslint import api, config
from ecslint.ruleset.bundle import Ruleset
from ecslint.unused import is_exact


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
    glob = config.parse_glob(pattern)
    assert [path for path in covered + others if config.covers(glob, path)] == covered


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
