"""What is known of refusals of services and their like has a rule or a reason, and rules that are told of exist."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ecslint.syntax import yaml
from tests.bundled import RULES

KNOWN: dict[str, Any] = yaml.scan((Path(__file__).parent / "known.yaml").read_text(encoding="utf-8")).data

#: Rules that rest on something else than what the list holds: another part of the API model, or its documentation.
OWN = ["ECS811", "ECS814", "ECS872", "ECS890", "ECS900", "ECS993"]
TOPICS = ("services", "clusters", "relations")


def test_rules_that_are_told_of_exist() -> None:
    ids = {rule.id for rule in RULES}
    assert [name for name, rules in KNOWN["told"].items() if not rules or not ids.issuperset(rules)] == []


def test_nothing_is_told_and_left_out() -> None:
    left = [name for group in KNOWN["left-out"] for name in group["what"]]
    assert sorted(left) == sorted(set(left) - KNOWN["told"].keys())
    assert all(group["why"] for group in KNOWN["left-out"])


def test_each_rule_of_services_and_clusters_tells_something_that_is_known() -> None:
    told = {rule for rules in KNOWN["told"].values() for rule in rules}
    ours = {rule.id for rule in RULES if os.path.basename(os.path.dirname(rule.source)) in TOPICS}
    assert sorted(ours - told) == [rule for rule in OWN if rule in ours]
