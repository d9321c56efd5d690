"""What people see who do not know the commands yet: help, usage errors, and what may have been meant."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from ecslint.cli import run
from ecslint.cli.commands import cli
from ecslint.cli.words import COMMANDS


def commands(group: click.Group = cli, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of each command."""
    for name, command in group.commands.items():
        yield (*above, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*above, name))


ALL = [(), *commands()]


def shown(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = run(list(words))
    out, err = capsys.readouterr()
    for text in (out, err):
        assert "\\x0a" not in text
        assert "Traceback" not in text
        assert all(len(line) <= 80 or line.startswith("ecslint: ") for line in text.splitlines()), text
    return code, out, err


@pytest.mark.parametrize("words", [(), ("baseline",), ("policy",)])
def test_a_group_alone_shows_its_help(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = shown(capsys, *words)
    assert (code, err) == (0, "")
    assert out == shown(capsys, *words, "--help")[1]
    assert "Commands:" in out


@pytest.mark.parametrize("option", ["-h", "--help"])
@pytest.mark.parametrize("words", ALL)
def test_every_command_explains_itself(words: tuple[str, ...], option: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = shown(capsys, *words, option)
    assert (code, err) == (0, "")
    assert out.startswith(f"Usage: {' '.join(('ecslint', *words))} ")
    assert "..." not in out.replace("]...", "").replace("PATH...", "")
    assert shown(capsys, "help", *words)[:2] == (0, out)


@pytest.mark.parametrize("words", ALL)
def test_a_wrong_option_is_one_line_of_usage_and_one_of_error(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = shown(capsys, *(words or ("check",)), "--no-such-option")
    assert (code, out) == (2, "")
    usage, error = err.splitlines()
    assert usage.startswith(f"Usage: {' '.join(('ecslint', *words))}")
    assert error.startswith("ecslint: ")
    assert "--no-such-option" in error


@pytest.mark.parametrize("words", [(), ("baseline",), ("policy",), ("help",), ("help", "baseline")])
def test_a_wrong_command_is_one_line_of_usage_and_one_of_error(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = shown(capsys, *words, "nosuchcommand")
    assert (code, out) == (2, "")
    usage, error = err.splitlines()
    assert usage.startswith("Usage: ecslint")
    assert "there is no " in error
    assert "nosuchcommand" in error


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["chekc"], "did you mean 'check'?"),
        (["policy", "tset"], "did you mean 'test'?"),
        (["check", "x", "--launch-type", "fargate"], "did you mean 'FARGATE'?"),
        (["check", "x", "--profile", "strickt"], "did you mean 'strict'?"),
        (["rule", "fargate-cpu-memry"], "did you mean fargate-cpu-memory?"),
        (["rule", "duplicate-volume"], "did you mean `duplicate-volume-name`?"),
        (["rules", "netwrok"], "did you mean network?"),
        (["schema", "tesk-definition"], "did you mean 'task-definition'?"),
        (["completion"], "Missing argument"),
        (["deploy"], "there is no file, folder or command 'deploy'"),
    ],
)
def test_what_was_meant_is_said(words: list[str], meant: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = shown(capsys, *words)
    assert code == 2
    assert meant in err


@pytest.mark.parametrize(
    ("words", "command"),
    [
        (["check", "--select"], "check"),
        (["--select"], "check"),
        (["check", ".", "--severity", "ECS101=foo"], "check"),
        (["fix", ".", "--severity", "ECS101=foo"], "fix"),
        (["baseline", "create", ".", "--ignore", "nope"], "baseline create"),
        (["check", ".", "--select", "siz"], "check"),
        (["config", "--show", "no-such-file"], "config"),
        (["config", "--show", "."], "config"),
        (["fix", "--show-values"], "fix"),
        (["check", "--fix", "--ndjson", "."], "check"),
        (["policy", "new", "X", "x"], "policy new"),
        (["policy", "test", "no-such-file"], "policy test"),
        (["schema", "tesk-definition"], "schema"),
        (["rule", "identity"], "rule"),
    ],
)
def test_whatever_is_wrong_with_the_words_comes_with_the_usage(
    words: list[str], command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = shown(capsys, *words)
    assert (code, out) == (2, "")
    usage, error = err.splitlines()
    assert usage.startswith(f"Usage: ecslint {command} [OPTIONS]")
    assert error.startswith("ecslint: ")


def test_options_of_check_stand_under_headings(capsys: pytest.CaptureFixture[str]) -> None:
    out = shown(capsys, "check", "-h")[1]
    headings = [line for line in out.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert headings == ["What to check:", "How to judge it:", "What to report:", "Options:"]


def test_all_commands_have_help(capsys: pytest.CaptureFixture[str]) -> None:
    out = shown(capsys)[1]
    assert all(f"\n  {name} " in out for name in COMMANDS)
    assert "Documentation: " in out.replace("\n", " ")
