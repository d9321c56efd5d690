"""What docs/compiler.md quotes is what stands in the rules and what the compiler writes."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from ecslint.ruleset.compile import compile_rules
from ecslint.ruleset.expressions import Writer, bad, good
from ecslint.ruleset.screen import compile_screen
from ecslint.syntax import yaml
from tests.bundled import LIBRARY, RULES
from tests.ruleset.test_compile import SCHEMA

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs" / "compiler.md").read_text(encoding="utf-8")
QUOTED = [rule for rule in RULES if f"id: {rule.id}\n" in PAGE]
TABLE = re.findall(r"^\| `(.+)` \| `(.+)` \| `(.+)` \|$", PAGE, re.MULTILINE)


CONTAINERS = "containerDefinitions"


def blocks(language: str) -> list[str]:
    """The texts of the page's code blocks in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_page_quotes_a_rule_with_a_schema_and_one_with_a_check() -> None:
    assert [sorted(rule.then) for rule in QUOTED] == [["check", "options"], ["schema"]]
    assert len(blocks("yaml")) == 2
    assert len(blocks("python")) == 4
    assert len(TABLE) == 4


@pytest.mark.parametrize("block", blocks("yaml"))
def test_quoted_rule_stands_in_its_file(block: str) -> None:
    [rule] = [rule for rule in QUOTED if f"id: {rule.id}\n" in block]
    lines = Path(rule.source).read_text(encoding="utf-8").splitlines()
    assert [line for line in block.splitlines() if line not in lines] == []


@pytest.mark.parametrize("block", blocks("python"))
def test_quoted_code_is_what_the_compiler_writes(block: str) -> None:
    conditions, rules = LIBRARY.conditions["task-definition"], list(enumerate(QUOTED))
    assert block in compile_rules(rules, conditions) + compile_screen(rules, conditions, SCHEMA, CONTAINERS)[0]


@pytest.mark.parametrize(("schema", "is_good", "is_bad"), TABLE)
def test_quoted_predicates_are_what_the_compiler_writes(schema: str, is_good: str, is_bad: str) -> None:
    data = yaml.scan(schema).data
    assert (good(data, "v", Writer()), bad(data, "v", Writer())) == (is_good, is_bad)


def test_files_that_the_page_names_exist() -> None:
    named = re.findall(r"`((?:ecslint|tests|ruleset)/[\w/.]+)`", PAGE)
    assert len(named) >= 5
    homes = (ROOT, ROOT / "ecslint")
    assert [name for name in named if not any(os.path.exists(home / name) for home in homes)] == []
