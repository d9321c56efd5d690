"""No false alarm: what the rules call good brings no error, in either language and in any layout."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import yaml

from ecslint import document, engine, testing
from ecslint.ruleset.bundle import Ruleset
from tests.bundled import RULES

GOOD = [testing.text_of(example) for rule in RULES for example in rule.docs["examples"]["good"]]


def spellings(text: str) -> Iterator[tuple[str, str]]:
    """The name and the text of the same document, spelt in other ways; as it is if it is no plain JSON."""
    yield testing.example_name(text, {}), text
    try:
        data = json.loads(text)
    except ValueError:
        return
    yield "td.json", json.dumps(data, separators=(",", ":"))
    yield "td.json", "\ufeff" + json.dumps(data, indent="\t").replace("\n", "\r\n") + "\r\n"
    yield "td.yaml", yaml.safe_dump(data, sort_keys=False, allow_unicode=True)
    yield "td.yaml", json.dumps(data, indent=2)


def test_good_examples_bring_no_error(ruleset: Ruleset, tally: Callable[[str, int, int], None]) -> None:
    settings = engine.Settings(ruleset.default)
    tried, alarms = 0, []
    for text in GOOD:
        for name, spelt in spellings(text):
            tried += 1
            found, _ = engine.lint(document.parse(spelt.encode(), name), ruleset, settings)
            errors = [one for one in found if one.severity == "error" and one.suppressed is None]
            alarms += [(one.rule, one.message, spelt) for one in errors]
    tally("good examples of all rules, in five spellings", tried, len(alarms))
    assert alarms == []
    assert tried > 1_000
