"""Patterns of file names: a list of them means what each of them means alone, and none of them takes long."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint.regex import globs
from ecslint.regex.globs import Globs, parse

SEGMENTS = st.sampled_from(
    ["a", "b", "ab", "*", "**", "a*", "*b", "*.json", "a*.json", "?", "[ab]", "[!a]*", "x.json", "a[b]", "*a*b*", "[a"]
)
LINES = st.builds(
    lambda sign, slash, segments, end: sign + slash + "/".join(segments) + end,
    st.sampled_from(["", "", "!"]),
    st.sampled_from(["", "", "/"]),
    st.lists(SEGMENTS, min_size=1, max_size=4),
    st.sampled_from(["", "", "/"]),
)
NAMES = st.sampled_from(["a", "b", "ab", "x.json", "a.json", "aab", "ba", "c"])
PATHS = st.lists(NAMES, min_size=1, max_size=5).map("/".join)


@given(st.lists(LINES, max_size=8), PATHS, st.booleans())
def test_last_pattern_that_fits_is_found(lines: list[str], path: str, is_folder: bool) -> None:
    patterns = [glob for line in lines if (glob := parse(line)) is not None]
    fitting = [glob for glob in patterns if glob.fits(path.split("/"), is_folder)]
    assert Globs(patterns).last(path, is_folder) is (fitting[-1] if fitting else None)


@given(st.lists(LINES, max_size=8), st.lists(PATHS, min_size=1, max_size=3))
def test_patterns_that_cover_a_file_are_those_of_it_and_of_its_folders(lines: list[str], paths: list[str]) -> None:
    patterns = [glob for line in lines if (glob := parse(line)) is not None]
    together = Globs(patterns)
    for path in paths:
        names = path.split("/")
        covering = [
            number
            for number, glob in enumerate(patterns)
            if glob.fits(names, False) or any(glob.fits(names[:size], True) for size in range(1, len(names)))
        ]
        assert together.covering(path) == covering


@given(st.lists(LINES, max_size=8), PATHS, st.booleans())
def test_of_equal_lines_the_last_one_counts(lines: list[str], path: str, is_folder: bool) -> None:
    once = globs.ignoring(lines).last(path, is_folder)
    every = Globs(glob for line in lines if (glob := parse(line)) is not None).last(path, is_folder)
    assert (once and once.negated) == (every and every.negated)


@pytest.mark.parametrize("line", ["[a", "a/[", "[[:x:]]", "[z", "\\", "a\\", "[!", "[[:alpha:]"])
def test_pattern_that_means_nothing_is_known(line: str) -> None:
    glob = parse(line)
    assert glob is not None
    assert glob.groups is None


@pytest.mark.parametrize("line", ["", "#a", "!", "/", " ", "!/"])
def test_line_without_a_pattern_is_passed_over(line: str) -> None:
    assert parse(line) is None


@pytest.mark.parametrize(
    ("line", "text"), [("a  ", "a"), ("a\\ ", "a\\ "), ("a\\  ", "a\\ "), ("a\\\\ ", "a\\\\"), ("a\t ", "a\t")]
)
def test_spaces_at_the_end_go_unless_a_backslash_keeps_them(line: str, text: str) -> None:
    assert globs.without_spaces(line) == text


LONG = "a" * 60 + ".json"
DEEP = "/".join(["a"] * 400)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a" * 8 + "*b", LONG),
        ("*a" * 3_000 + "*b", "a" * 255),
        ("*?" * 3_000 + "*b", "a" * 255),
        ("*[a]?" * 3_000 + "*b", "a" * 255),
        ("**/a/" * 40 + "b", DEEP),
        ("**/*a*a*a*b/" * 40 + "b", "/".join(["a" * 100] * 40)),
        ("**/" * 5_000 + "b", DEEP),
        ("/*" * 2_000, DEEP),
    ],
)
def test_evil_patterns_take_few_steps(pattern: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = 0

    def counted(places: globs.Places, character: str) -> bool:
        nonlocal steps
        steps += 1
        return character in places

    def found(run: object, *rest: object) -> int:
        nonlocal steps
        steps += 1
        return find(run, *rest)

    find = globs.found
    monkeypatch.setattr(globs, "is_among", counted)
    monkeypatch.setattr(globs, "found", found)
    glob = parse(pattern)
    assert glob is not None
    assert not glob.fits(path.split("/"), False)
    assert steps <= len(path) * 50, "a star was tried twice"


@pytest.mark.parametrize("unit", ["*a", "?", "[a]", "[", "[:", "**/", "\\", "[[:alpha:]]", "a-", "*", " \\ ", "a"])
def test_long_lines_are_read_in_linear_time(unit: str) -> None:
    assert lines_executed(unit * 2_000) <= 2 * lines_executed(unit * 1_000) + 20


def lines_executed(text: str) -> int:
    """How many lines of Python run to read a pattern."""
    count = 0

    def trace(_frame: object, event: str, _argument: object) -> object:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)  # type: ignore[arg-type]
    try:
        parse(text)
    finally:
        sys.settrace(before)
    return count
