"""Every example of every rule behaves as the rule file says."""

from __future__ import annotations

import pytest

from ecslint.model import Rule
from ecslint.ruleset.bundle import Ruleset
from ecslint.testing import run_examples
from tests.bundled import RULES


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_examples_behave_as_stated(rule: Rule, ruleset: Ruleset) -> None:
    assert list(run_examples(rule, ruleset)) == []
