"""The command ``rules``: lists by topic, severity, fix, and for people."""

from __future__ import annotations

import json
import re

import pytest

from ecslint.cli import run


def ids(capsys: pytest.CaptureFixture[str], *words: str) -> set[str]:
    assert run(["rules", *words, "--output-format", "json"]) == 0
    return {row["id"] for row in json.loads(capsys.readouterr().out)}


def test_topics_prefixes_slugs_and_categories_choose(capsys: pytest.CaptureFixture[str]) -> None:
    everything = ids(capsys)
    assert ids(capsys, "size") == {rule for rule in everything if rule.startswith("ECS1")} == ids(capsys, "ECS1")
    assert ids(capsys, "fargate-cpu-memory", "ECS201") == {"ECS101", "ECS201"}
    assert ids(capsys, "deprecated") < everything


def test_filters_narrow_it_down(capsys: pytest.CaptureFixture[str]) -> None:
    everything = ids(capsys)
    parts = [ids(capsys, "--severity", severity) for severity in ("error", "warning", "info")]
    assert set().union(*parts) == everything
    assert sum(map(len, parts)) == len(everything)
    assert ids(capsys, "--profile", "strict") == everything > ids(capsys, "--profile", "default")
    assert ids(capsys, "--fixable") < everything
    assert "ECS001" not in ids(capsys, "--kind", "task-definition")


def test_in_color_every_line_fits_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "--color", "always"]) == 0
    out = capsys.readouterr().out
    assert "\x1b[" in out
    lines = re.sub(r"\x1b\[[0-9;]*m", "", out).splitlines()
    assert max(map(len, lines)) <= 80
    assert "ECS101  error    fargate-cpu-memory (unsafe fix)" in lines


def test_topics_choose_what_a_check_runs(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["examples/seven-faults.json", "--select", "size", "--output-format", "concise"]) == 1
    assert [line.split()[2] for line in capsys.readouterr().out.splitlines()[:-1]] == ["ECS101"]
