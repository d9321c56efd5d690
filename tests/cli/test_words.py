"""Wherever the small parser of the command line answers, click gives the same options."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from hypothesis import given
from hypothesis import strategies as st

from ecslint.cli import commands, words
from ecslint.cli.words import COMMANDS, DEFAULTS, FORMATS

WORDS = st.sampled_from(
    [
        "examples/webserver.json",
        "examples",
        "missing.json",
        "-",
        "--",
        "check",
        "rule",
        "-q",
        "--quiet",
        "-v",
        "-qv",
        "--allow-foreign",
        "--exit-zero",
        "--statistics",
        "--fail-on",
        "warning",
        "never",
        "--fail-on=info",
        "--launch-type",
        "FARGATE",
        "fargate",
        "--deploy-path",
        "ecspresso",
        "--explain-context",
        "--profile",
        "strict",
        "--color",
        "always",
        "--jobs",
        "4",
        "007",
        "-1",
        "\u0663",
        "--output-format",
        "json",
        "sarif",
        "json:out.json",
        "--select",
        "ECS1",
        "--ignore=size",
        "-h",
        "--stdin-filename",
        "a.json",
        "",
    ]
)


def by_click(arguments: list[str], name: str = "check") -> dict[str, Any]:
    """The options that click hands to a command, without running it."""
    first, *rest = words.with_command(arguments)
    assert first == name
    above = click.Context(commands.cli, **commands.cli.context_settings)  # click remembers the help option of it
    return dict(commands.cli.commands[name].make_context(name, rest, parent=above).params)


@given(st.lists(WORDS, max_size=7))
def test_both_parsers_agree(arguments: list[str]) -> None:
    options = words.parse(arguments)
    if options is not None:
        given_by_click = by_click(arguments)
        assert {**options, "severity": tuple(options["severity"])} == given_by_click


def test_defaults_are_those_of_click() -> None:
    assert by_click(["check", "x"]) == {**DEFAULTS, "paths": ("x",)}


@given(st.lists(WORDS, max_size=5))
def test_both_parsers_agree_about_compat(arguments: list[str]) -> None:
    options = words.parse_compat(["compat", *arguments])
    if options is not None:
        assert options == by_click(["compat", *arguments], "compat")


def test_configurations_know_every_format() -> None:
    schema = json.loads((Path(__file__).parents[2] / "schemas" / "config.json").read_text(encoding="utf-8"))
    assert schema["properties"]["output"]["items"]["enum"] == list(FORMATS)


def test_commands_are_known() -> None:
    assert sorted(commands.cli.commands) == sorted(COMMANDS)


def test_plain_calls_do_without_click() -> None:
    assert words.parse(["examples/webserver.json"]) is not None
    assert words.parse(["check", "-q", "--fail-on", "warning", "a.json", "b.json"]) is not None
