"""Run the examples in rule files: they are the tests of the rules, bundled ones and users' own."""

from __future__ import annotations

from ecslint import document, engine, fixing
from ecslint.model import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from ecslint.model import Finding, Rule
    from ecslint.ruleset.bundle import Ruleset


def run_examples(rule: Rule, ruleset: Ruleset) -> Iterator[str]:
    """What is wrong with a rule's examples, one line each; nothing when all behave as the file says.

    *noisy*: fires on a good example, or another rule finds an error there. *missing*: silent on a
    bad one. *misplaced*: fires elsewhere than ``at`` says. *worded*: the message differs.
    *crowded*: other rules of the default profile fire on a bad example that does not list them in
    ``also``, or those that it lists do not fire. *unfixed*: the rule's fix does not make ``fixed`` of it.
    """
    for number, example in enumerate(rule.docs["examples"]["good"], 1):
        for finding in lint_example(example, ruleset, {}):
            if finding.rule == rule.id or finding.severity == "error":
                yield f"noisy: good example {number}: {finding.rule} {finding.pointer or '/'}: {finding.message}"
    for number, example in enumerate(rule.docs["examples"]["bad"], 1):
        for problem in _bad_example(rule, ruleset, example):
            yield f"{problem[0]}: bad example {number}: {problem[1]}"


def _bad_example(rule: Rule, ruleset: Ruleset, example: dict[str, Any]) -> Iterator[tuple[str, str]]:
    findings = lint_example(example["code"], ruleset, example)
    source = Source("", example["code"])
    own = [finding for finding in findings if finding.rule == rule.id]
    at = [":".join(map(str, source.position(finding.start))) for finding in own]
    wanted = example["at"] if isinstance(example["at"], list) else [example["at"]]
    if not own:
        yield "missing", f"no finding; others: {[finding.rule for finding in findings]}"
    elif at != wanted:
        yield "misplaced", f"at {at}, not {wanted}"
    if "message" in example and example["message"] not in [finding.message for finding in own]:
        yield "worded", f"{[finding.message for finding in own]}"
    also = example.get("also", [])
    strict = {other.id for other in ruleset.rules if other.profile == "strict"} - set(also)
    crowd = {f.rule for f in findings if f.severity != "info"} - strict - {rule.id}
    if crowd - set(also):
        yield "crowded", f"also {sorted(crowd - set(also))}"
    if set(also) - {f.rule for f in findings}:
        yield "crowded", f"`also` names rules that are silent: {sorted(set(also) - crowd)}"
    yield from _unfixed(rule, ruleset, example)


def _unfixed(rule: Rule, ruleset: Ruleset, example: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Whether the rule's own fixes make of a bad example what ``fixed`` says."""
    own = frozenset(number for number, other in enumerate(ruleset.rules) if other.id == rule.id)
    settings = engine.Settings(own, launch_type=example.get("launch-type"))
    mended = fixing.mend(example["code"], example_name(example["code"], example), ruleset, settings, unsafe=True)
    if mended.defective:
        yield "unfixed", "the fix makes it worse"
    elif mended.text != example.get("fixed", example["code"]):
        yield "unfixed", f"it becomes\n{mended.text}"


def example_name(code: str, options: dict[str, Any]) -> str:
    """A file name that tells the language of an example."""
    return f"example.{options.get('language', 'json' if code.lstrip().startswith(('{', '[')) else 'yaml')}"


def lint_example(example: Any, ruleset: Ruleset, options: dict[str, Any]) -> list[Finding]:
    """The findings of all rules on one example, a document as data or its text, without suppressed ones."""
    if not isinstance(example, str):
        import json

        example = json.dumps(example)
    name = example_name(example, options)
    everything = frozenset(range(ruleset.size))
    settings = engine.Settings(everything, launch_type=options.get("launch-type"))
    parsed = document.parse(example.encode(), name)
    found = [finding for finding in engine.lint(parsed, ruleset, settings)[0] if finding.suppressed is None]
    return sorted(found, key=lambda finding: (finding.start, finding.rule))
