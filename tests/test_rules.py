"""Every example of every rule behaves as the rule file says."""

from __future__ import annotations

import pytest

from ecslint.model import Rule
from ecslint.ruleset.bundle import Ruleset
from ecslint.testing import lint_example, run_examples
from tests.bundled import RULES


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_examples_behave_as_stated(rule: Rule, ruleset: Ruleset) -> None:
    assert list(run_examples(rule, ruleset)) == []


def test_a_rule_alone_finds_what_it_finds_among_others(ruleset: Ruleset) -> None:
    lost = []
    for number, rule in enumerate(ruleset.rules):
        for example in RULES[number].docs.get("examples", {}).get("bad", ()):
            among = [f.start for f in lint_example(example["code"], ruleset, example) if f.rule == rule.id]
            alone = [f.start for f in lint_example(example["code"], ruleset, example, frozenset([number]))]
            if among != alone and rule.id not in ("ECS060", "ECS061"):  # these speak of findings of other rules
                lost.append((rule.id, among, alone))
    assert lost == []
