"""What a misspelt word was meant to be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint.model import Rule
from ecslint.words import Candidates, closest, distance, plain

WORDS = st.text(alphabet="abcD-_", min_size=1, max_size=9)


@given(st.lists(WORDS, max_size=12, unique=True), st.lists(WORDS, min_size=1, max_size=4))
def test_closest_is_the_only_candidate_with_the_fewest_edits(names: list[str], words: list[str]) -> None:
    candidates = Candidates(names)
    for word in [*words, *words]:
        limit = 2 if len(plain(word)) >= 6 else 1
        edits = sorted((distance(plain(word), plain(name), limit), name) for name in names)
        edits = [entry for entry in edits if entry[0] <= limit]
        alone = edits and (len(edits) == 1 or edits[0][0] < edits[1][0])
        assert candidates.closest(word) == closest(word, names) == (edits[0][1] if alone else None)


def test_candidates_are_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[str] = []
    monkeypatch.setattr("ecslint.words.plain", lambda word: looks.append(word) or plain(word))
    candidates = Candidates(["privileged-on-fargate", "latest-tag", *(f"ECS{number}" for number in range(100, 900))])
    for number in range(1_000):
        candidates.closest(f"[XYZ{number}]")
    assert len(looks) == 802 + 1_000


def test_a_rule_known_by_its_head_keeps_what_it_was_given_meanwhile() -> None:
    whole = {"id": "ECS999", "slug": "a-b", "title": "T", "severity": "error", "category": "client", "message": "M"}
    asked: list[int] = []

    def rest(number: int) -> dict[str, str]:
        asked.append(number)
        return whole

    rule = Rule.headed(("ECS999", "a-b", "error", "client", "default"), 7, rest)
    rule.descriptor, rule.severity = "D", "info"
    assert (rule.id, rule.slug, asked) == ("ECS999", "a-b", [])
    assert (rule.title, rule.message, rule.docs, asked) == ("T", "M", whole, [7])
    assert (rule.descriptor, rule.severity) == ("D", "info")
