"""Promises that hold for all bundled rules."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from ecslint import words
from ecslint.checks import load as load_checks
from ecslint.model import Rule
from ecslint.ruleset import policies
from ecslint.ruleset.rules import validate
from tests.bundled import FOLDER, LIBRARY, RULES

by_id = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)


@by_id
def test_rule_file_is_valid(rule: Rule) -> None:
    assert validate(rule.source, LIBRARY) == []


@by_id
def test_file_is_named_for_its_rule(rule: Rule) -> None:
    assert os.path.basename(rule.source) == f"{rule.id}-{rule.slug}.yaml"


@by_id
def test_an_error_is_recorded_or_read_in_code_or_says_why_it_is_certain(rule: Rule) -> None:
    evidence = rule.docs["evidence"]
    firm = evidence["basis"] in ("recorded", "code")
    gravest = {rule.severity, *rule.deploy_path.values()}
    assert firm or "error" not in gravest or "certain" in evidence
    assert "certain" not in evidence or (rule.severity == "error" and not firm)  # it would say nothing


@by_id
def test_what_is_recorded_or_read_in_code_has_a_source(rule: Rule) -> None:
    evidence = rule.docs["evidence"]
    if evidence["basis"] in ("recorded", "code"):
        assert evidence.get("source"), rule.source
    if "error" in evidence:
        assert evidence["basis"] in ("recorded", "code")


def test_ids_and_slugs_are_unique() -> None:
    names = [name for rule in RULES for name in (rule.id, rule.slug)]
    assert sorted(names) == sorted(set(names))


def test_ids_are_in_the_range_of_their_topic() -> None:
    for rule in RULES:
        assert words.topic(rule.id) == os.path.basename(os.path.dirname(rule.source)), rule.source


def test_every_check_is_used_by_a_rule_or_an_example_of_a_policy() -> None:
    examples = policies.read(str(Path(FOLDER).parent / "examples" / "policies"), "/", []).rules
    assert {rule.then["check"] for rule in (*RULES, *examples) if "check" in rule.then} == set(load_checks())


#: Tables that no rule looks at; tests/compat tries those of compat.
OF_OTHERS = {"attributes", "instances", "launch-types", "vocabulary"}


def test_every_condition_and_table_is_used() -> None:
    folder = os.path.join(FOLDER, "conditions")
    sources = [rule.source for rule in RULES] + [os.path.join(folder, name) for name in os.listdir(folder)]
    text = ""
    for source in sources:
        with open(source, encoding="utf-8") as file:
            text += file.read()
    conditions = {name for known in LIBRARY.conditions.values() for name in known}
    unused = [name for name in conditions if not re.search(rf"(when:.*\b|\$ref: ){re.escape(name)}\b", text)]
    assert unused == []
    tables = {os.path.splitext(name)[0] for name in os.listdir(os.path.join(FOLDER, "tables"))} - OF_OTHERS
    assert [table for table in tables if f"$table: {table}" not in text] == []


#: Words of the field, and what must not stand for them.
GLOSSARY = {
    r"\bmembers?\b(?!Of)": "property",
    r"(?<!plain )\btexts?\b": "string",
    r"\bwords?\b": "argument, value or letters",
    r"\bblanks?\b": "space",
    r"\brings?\b": "cycle",
    r"\bmend": "fix",
    r"\b(is|are|was) no\b(?! (more|longer|less|smaller|subnet))": "is not a, or invalid",
    r"\bknows? no\b": "unknown",
    r"\bwithout a word\b": "silently",
}


@by_id
def test_a_rule_speaks_the_words_of_the_field(rule: Rule) -> None:
    for said in filter(None, (rule.title, rule.message, rule.help)):
        prose = re.sub(r"\{\w+\}|`[^`]*`", "", said)
        assert not [f"{found[0]}: {meant}" for word, meant in GLOSSARY.items() if (found := re.search(word, prose))]
