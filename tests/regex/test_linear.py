"""Patterns of policies mean what they mean to Python, and are matched in bounded time."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecslint import regex
from ecslint.model import UNKNOWN, Unknown
from ecslint.regex import linear
from ecslint.ruleset import bundle, rules, runtime

FORMATS: dict[str, str] = rules.load_tables(bundle.data_folder("rules"))["secret-values"]

ATOMS = st.sampled_from(
    ["a", "b", ".", "[ab]", "[^a]", r"\d", r"\w", r"\S", r"\s", "-", r"\.", "1", "[a-c1-3]", "é", r"\W"]
)


def combined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    repeats = st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{2,}", "*?", "{0,2}", "+?", "??", "{2,}?", "{0,2}?"])
    return st.one_of(
        st.lists(parts, min_size=1, max_size=4).map("".join),
        st.lists(st.just("") | parts, min_size=1, max_size=3).map(lambda found: f"({'|'.join(found)})"),
        st.tuples(parts, repeats).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
    )


PATTERNS = st.builds(
    lambda start, body, end: start + body + end,
    st.sampled_from(["", "^", r"\b", r"\A"]),
    st.recursive(ATOMS, combined, max_leaves=8),
    st.sampled_from(["", "$", r"\b", r"\Z", "|x$", "($|b)"]),
)


@given(PATTERNS, st.text(alphabet="aabb1-. \né_", max_size=12))
def test_verdict_is_that_of_re(pattern: str, text: str) -> None:
    assert linear.search(pattern, text) == runtime.search(pattern, text)


SECRETS = st.builds(
    lambda before, secret, after: f"{before}(?P<secret>{secret}[a-c]){after}",
    st.recursive(ATOMS, combined, max_leaves=4),
    st.recursive(ATOMS, combined, max_leaves=4),
    st.recursive(ATOMS, combined, max_leaves=4),
)


#: The same, where the secret may be empty, or have no part in a match.
PERHAPS = st.builds(
    lambda before, secret, end, after: f"{before}(?:(?P<secret>{secret}){end}{after}",
    st.recursive(ATOMS, combined, max_leaves=4),
    st.recursive(ATOMS, combined, max_leaves=4),
    st.sampled_from([")", ")*", ")*?", "|b)+", "|b){1,3}", "|b){2,}?"]),
    st.recursive(ATOMS, combined, max_leaves=4),
)


@given(SECRETS, st.text(alphabet="aabbc1-. ", max_size=14))
@example(".(?P<secret>(?:a)*[a-c])(?:(?:.)*?)*", "1a1")
@example("(?P<secret>a)(?:b*?)*", "ab")  # a match of nothing ends the outer repeat
@example("(?P<secret>a)(?:|b)+", "ab")
@example("(?P<secret>a)(?:b??){0,2}", "ab")
@example("(?P<secret>a)(?:b??){2}", "abb")  # those that must be there may be nothing, too
@example("(?P<secret>a)(?:b??){2,}", "abb")
def test_what_is_found_is_what_re_finds(pattern: str, text: str) -> None:
    matches = list(re.finditer(pattern, text, re.ASCII))
    assert list(linear.found(pattern, text, "secret")) == [match["secret"] for match in matches]
    assert list(linear.found(pattern, text, "")) == [match[0] for match in matches]


@given(PATTERNS, PERHAPS, st.text(alphabet="aabbc1-. ", max_size=10))
@example("", "(?:(?P<secret>a*))*b", "aab")  # the last match of a group is that of nothing
@example("", "a*?(?P<secret>)", "aa")  # what is found is not empty
@example("", "(?P<secret>a)??", "aa")
@example("", "(?P<secret>|a){0,2}", "aa")
def test_what_may_be_empty_is_found_as_re_finds_it(start: str, rest: str, text: str) -> None:
    pattern = f"(?:{start}){rest}"
    matches = [match for match in re.finditer(pattern, text, re.ASCII) if match[0]]
    wanted = [match[0] if match["secret"] is None else match["secret"] for match in matches]
    assert list(linear.found(pattern, text, "secret")) == wanted
    assert list(linear.found(pattern, text, "")) == [match[0] for match in matches]


@given(SECRETS, SECRETS, st.text(alphabet="aabbc1-. ", max_size=14))
def test_first_alternative_that_fits_is_taken_as_often_as_re_takes_it(one: str, other: str, text: str) -> None:
    pattern = f"(?:{one}|{other.replace('<secret>', '<other>')}){{1,3}}"
    wanted = [match[0] for match in re.finditer(pattern, text, re.ASCII)]
    assert list(linear.found(pattern, text, "nothing")) == wanted


def test_group_that_has_no_part_in_a_match_stands_for_all_of_it() -> None:
    for pattern in ("a(?P<secret>b)?c", regex.Foreign("a(?P<secret>b)?c")):
        assert list(regex.found(pattern, "ac abc", "secret")) == ["ac", "b"]
        assert list(regex.found(pattern, "ac abc", "other")) == ["ac", "abc"]


@pytest.mark.parametrize("name", FORMATS)
def test_formats_of_secrets_find_the_same_as_those_of_a_policy(name: str) -> None:
    pattern = FORMATS[name]
    if "(?!" in pattern:
        with pytest.raises(ValueError, match="not supported"):
            linear.tree(pattern)
        return

    @given(st.text(alphabet="a=: ", max_size=3), st.from_regex(re.compile(pattern, re.ASCII)))
    def same(before: str, text: str) -> None:
        mine = regex.found(regex.Foreign(pattern), before + text, "secret")
        assert list(mine) == list(regex.found(f"(?a){pattern}", before + text, "secret"))

    same()


@pytest.mark.parametrize(
    "pattern", ["^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "(.*a){12}$", "(a?){50}a{50}$", "(((a*)*)*)*$b"]
)
def test_catastrophic_patterns_are_quick(pattern: str) -> None:
    start = time.perf_counter()
    linear.search(pattern, "a" * 2_000 + "!")
    assert time.perf_counter() - start < 5


def test_too_much_work_is_given_up_whatever_was_searched_before() -> None:
    pattern, text = "^((.*x|a)*y|a)*z$", "a" * 300_000 + "z!"
    for _ in range(2):
        start = time.perf_counter()
        with pytest.raises(linear.TooSlow):
            linear.search(pattern, text)
        assert time.perf_counter() - start < 5
        assert linear.search(pattern, "aaz")
        assert not linear.search(pattern, "aab")


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(?=a)", "assert is not supported"),
        ("(?!a)", "assert not is not supported"),
        ("(?<=a)b", "assert is not supported"),
        (r"(a)\1", "groupref is not supported"),
        ("(a)?(?(1)b|c)", "groupref exists is not supported"),
        (r"a\B", "at is not supported"),
        ("(?i)a", "flags such as"),
        ("(?i:a)", "subpattern is not supported"),
        ("(a", "not a regular expression"),
        ("(" * 3000, "not a regular expression"),
    ],
)
def test_what_has_no_bound_is_refused(pattern: str, reason: str) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)):
        linear.tree(pattern)


@pytest.mark.parametrize(
    ("family", "expected"), [("web", True), ("web.", False), ("shop", False), (UNKNOWN, None), (Unknown("${A}"), None)]
)
def test_references_are_filled_in(family: Any, expected: bool | None) -> None:
    assert runtime.matches("^/ecs/{family}$", "/ecs/web", {"family": family}, linear.search) is expected


def test_reference_is_no_pattern() -> None:
    assert runtime.matches("^{family}$", "aaa", {"family": "a+"}, linear.search) is False
    assert runtime.matches("^{family}$", "a+", {"family": "a+"}, linear.search) is True


def test_finding_too_often_is_given_up_whatever_was_found_before() -> None:
    pattern, text = "(a|b)(?P<secret>(a|b){5})", "ab" * 30_000
    for _ in range(2):
        start = time.perf_counter()
        with pytest.raises(linear.TooSlow):
            list(linear.found(pattern, text, "secret"))
        assert time.perf_counter() - start < 5
        assert list(linear.found(pattern, "xababab", "secret")) == ["babab"]
