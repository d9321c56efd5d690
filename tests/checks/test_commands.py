"""Command lines are judged as the container runtime reads them: word by word, without a shell."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint.checks.commands import no_lost_argument, no_shell_operator, script, separate_words
from ecslint.model import UNKNOWN

PARTS = ["entryPoint", "command"]
OPERATORS = ["&&", "|"]

lists = (
    st.lists(st.sampled_from(["sh", "-c", "npm", "npm start", "&&", "", 'exec "$@"'])) | st.just(UNKNOWN) | st.none()
)
containers = st.dictionaries(st.sampled_from(PARTS), lists) | lists


def unsplit(container: Any) -> list[Any]:
    return [hit.path for hit in separate_words(container, parts=PARTS, programs=["npm"])]


def operators(container: Any) -> list[Any]:
    return [hit.path for hit in no_shell_operator(container, parts=PARTS, operators=OPERATORS)]


def lost(container: Any) -> list[Any]:
    return [hit.path for hit in no_lost_argument(container, parts=PARTS, operators=OPERATORS)]


class TestSeparateWords:
    @pytest.mark.parametrize("text", ["A=$(cat /x)", "a&&b", "a;b", "a|b", "--a b --c d", "select 1"])
    def test_the_only_text_is_no_line_for_a_shell(self, text: str) -> None:
        assert unsplit({"command": [text]}) == [("command", 0)]
        assert unsplit({"entryPoint": ["/entry.sh"], "command": [text]}) == []

    def test_programs_are_no_argument_of_an_entry_point(self) -> None:
        assert unsplit({"entryPoint": ["/entry.sh"], "command": ["npm start"]}) == [("command", 0)]

    @pytest.mark.parametrize("text", ["npm start", "/app/run now", "./run now", "npm\tstart", "sudo x"])
    def test_program_of_several_words_is_hit(self, text: str) -> None:
        assert unsplit({"command": [text]}) == [("command", 0)]
        assert unsplit({"entryPoint": [text]}) == [("entryPoint", 0)]
        assert unsplit({"entryPoint": [text], "command": ["x"]}) == [("entryPoint", 0)]

    @pytest.mark.parametrize(
        "container",
        [
            {"command": ["npm", "start"]},
            {"command": ["npm start", "now"]},
            {"entryPoint": ["psql", "-c"], "command": ["select 1"]},
            {"entryPoint": ["echo"], "command": ["hello world"]},
            {"entryPoint": ["cmd", "/S", "/C"], "command": ["npm start"]},
            {"command": ["--query=select 1"]},
            {"command": ['{"a": 1}']},
            {"command": ["C:\\Program Files\\a.exe"]},
            {"command": ["npm"]},
            {"command": [""]},
            {"entryPoint": ["sh", "-c"], "command": ["npm start"]},
            {"entryPoint": UNKNOWN, "command": ["npm start"]},
            {"command": [UNKNOWN]},
            UNKNOWN,
        ],
    )
    def test_silent_about_separate_words_and_what_may_be_arguments(self, container: Any) -> None:
        assert unsplit(container) == []


class TestNoShellOperator:
    def test_only_the_first_operator_is_hit(self) -> None:
        assert operators({"command": ["a", "&&", "b", "|", "c"]}) == [("command", 1)]

    @pytest.mark.parametrize(
        "command",
        [
            ["sh", "-c", "a && b"],
            ["cmd", "/c", "a", "&&", "b"],
            ["PowerShell", "a", "|", "b"],
            ["sh", "-c", 'eval "$@"', "x", "a", "&&", "b"],
            ["a", UNKNOWN, "&&", "b"],
        ],
    )
    def test_silent_where_something_reads_the_operator(self, command: list[Any]) -> None:
        assert operators({"command": command}) == []


class TestNoLostArgument:
    @pytest.mark.parametrize("shell", ["sh", "/bin/bash"])
    @pytest.mark.parametrize("option", ["-c", "-lc"])
    def test_first_word_after_the_script_is_hit(self, shell: str, option: str) -> None:
        assert lost({"command": [shell, option, "npm", "start", "now"]}) == [("command", 3)]
        assert lost({"entryPoint": [shell, option], "command": ["npm", "start"]}) == [("command", 1)]

    @pytest.mark.parametrize(
        "command",
        [
            ["sh", "-c", "npm start"],
            ["sh", "-e", "npm", "start"],
            ["sh", "--rc", "npm", "start"],
            ["node", "-c", "npm", "start"],
            ["sh", "-c", "echo $1", "run", "x"],
            ["sh", "-c", ". ./run", "run", "x"],
            ["sh", "-c", "npm start", "--"],
            ["sh", "-c", "npm", "start", "&&", "x"],
            ["sh", "-c", "npm", UNKNOWN],
        ],
    )
    def test_silent_where_there_is_none_or_the_script_may_use_it(self, command: list[Any]) -> None:
        assert lost({"command": command}) == []


@given(containers)
def test_hits_are_words_of_the_container(container: Any) -> None:
    for path in unsplit(container) + operators(container) + lost(container):
        assert type(container[path[0]][path[1]]) is str


class TestFixes:
    @pytest.mark.parametrize(
        ("texts", "expected"),
        [
            (["curl -f 'http://a' | cat"], "curl -f 'http://a' | cat"),
            (["curl", "-f", "http://a/", "||", "exit", "1"], "curl -f http://a/ || exit 1"),
            (["curl", "http://a/", "|| exit 1"], "curl http://a/ || exit 1"),
            (["curl", "|| echo $HOME"], None),
            (["echo", "two words"], None),
            (["echo", "it's"], None),
            (["echo", "$HOME"], None),
            (["ls", "*"], None),
            (["echo", ""], None),
            (["echo", UNKNOWN], None),
            ([], None),
        ],
    )
    def test_texts_make_a_script_unless_one_needs_quotes(self, texts: list[Any], expected: str | None) -> None:
        assert script(texts) == expected

    @pytest.mark.parametrize(
        ("container", "expected"),
        [
            ({"command": ["npm start"]}, ["npm", "start"]),
            ({"entryPoint": ["npm start", "-x"], "command": ["y"]}, ["npm", "start", "-x"]),
            ({"command": ["npm 'start now'"]}, None),
            ({"command": ["npm start && exit"]}, None),
        ],
    )
    def test_plain_words_are_split(self, container: Any, expected: list[str] | None) -> None:
        [hit] = separate_words(container, parts=PARTS, programs=["npm"])
        assert hit.values == {"split": expected}

    @pytest.mark.parametrize(
        ("container", "expected"),
        [
            ({"command": ["sh", "-c", "npm", "start"]}, ["sh", "-c", "npm start"]),
            ({"entryPoint": ["sh", "-c"], "command": ["npm", "start"]}, ["npm start"]),
            ({"entryPoint": ["sh", "-c", "npm"], "command": ["start"]}, None),
            ({"command": ["sh", "-c", "npm", "it's"]}, None),
        ],
    )
    def test_words_of_one_list_are_joined(self, container: Any, expected: list[str] | None) -> None:
        [hit] = no_lost_argument(container, parts=PARTS, operators=OPERATORS)
        assert hit.values == {"joined": expected}

    @pytest.mark.parametrize(
        ("words", "expected"),
        [
            (["sh", "-c", "npm", "|", "cat"], ["sh", "-c", "npm | cat"]),
            (["npm", "|", "cat"], None),
            (["npm", "a", "b", "|", "cat"], None),
        ],
    )
    def test_operators_are_joined_where_there_is_a_shell(self, words: list[str], expected: list[str] | None) -> None:
        [hit] = no_shell_operator({"command": words}, parts=PARTS, operators=OPERATORS)
        assert hit.values == {"operator": "|", "joined": expected}
