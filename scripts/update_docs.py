"""Write docs/rules/: a page for each rule, with what ecslint says of its bad examples, and an index by topic.

Write docs/checks.md, too: what each check wants and tells, and a rule that uses it.

Also brings the output of `$ ecslint ...` up to date where README.md and pages in docs/ quote it.

python scripts/update_docs.py            write the pages
python scripts/update_docs.py --check    exit 1 when a page is not what would be written
"""

from __future__ import annotations

import inspect
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from ecslint import document, engine, testing
from ecslint.catalogue import page
from ecslint.checks import Check
from ecslint.checks import load as load_checks
from ecslint.model import Report, Rule
from ecslint.reporters import text
from ecslint.ruleset import bundle
from ecslint.words import TOPICS, topic

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "rules"
CHECKS = ROOT / "docs" / "checks.md"

#: Pages with blocks that begin with ``$ ecslint``; the rest of such a block is what it prints.
QUOTING = (
    ROOT / "README.md",
    *(ROOT / "docs" / f"{name}.md" for name in ("agent", "compat", "formats", "services", "templates")),
)
QUOTED_RUN = re.compile(r"(?<=```\n)\$ ecslint (.*?)\n(.*?)(?=```)", re.DOTALL)


def shown(rule: Rule, ruleset: bundle.Ruleset) -> list[str]:
    """What ecslint says of each bad example of a rule, this rule alone."""
    found = []
    everything = frozenset(range(ruleset.size))
    for example in rule.docs["examples"]["bad"]:
        code = testing.text_of(example["code"])
        kind = next(iter(rule.docs["kind"]))
        joined = testing.others_of(example["code"])
        stem = "service" if joined else "task-definition" if kind in ("any", "document") else kind
        name = testing.example_name(code, example).replace("example", stem)
        settings = engine.Settings(everything, None, example.get("launch-type"), excerpts=True)
        settings.fixes = True
        pairs = testing.pairs_of(example["code"], ruleset) if testing.others_of(example["code"]) else None
        found_all, source = engine.look(document.parse(code.encode(), name), ruleset, settings, pairs) or ([], None)
        findings = [finding for finding in found_all if finding.rule == rule.id]
        sources = {one.name: one for one in (source, *source.others)} if source is not None else {}
        found.append(text.body(Report(findings, files=[name], sources=sources)))
    return found


def build() -> dict[str, str]:
    """The text of every page by file name."""
    ruleset = bundle.load()
    bundle.document(ruleset.rules)
    pages = {f"{rule.id}.md": page.page(rule, shown(rule, ruleset)) for rule in ruleset.rules}
    return {**pages, "README.md": index(ruleset.rules)}


def index(rules: list[Rule]) -> str:
    """The index of all rules by topic."""
    lines = ["# Rules", f"{len(rules)} rules. `ecslint rule ID` shows the same pages in the terminal."]
    for name in dict.fromkeys(TOPICS.values()):
        of_topic = [rule for rule in rules if topic(rule.id) == name]
        if of_topic:
            lines += [f"## {name.capitalize()}", table(of_topic)]
    return "\n\n".join(lines) + "\n"


def table(rules: list[Rule]) -> str:
    """One topic's rules."""
    lines = ["| rule | severity | profile | what is true of ECS |", "| --- | --- | --- | --- |"]
    lines += [f"| [{r.id}]({r.id}.md) {r.slug} | {r.severity} | {r.profile} | {r.title} |" for r in rules]
    return "\n".join(lines)


# --- checks -----------------------------------------------------------------------------------------

CHECKS_HEAD = """\
# Checks
What a JSON Schema cannot say is a check: a function that a rule or a [policy](policies.md) names in `then.check`, with
`options` ([the rule format](rule-format.md#what-must-hold-then)). It judges each value to which `given` leads, and is
silent about values that are not known. Paths in options begin at that value, if nothing else is said. What is *hit* is
where the finding points, what is *related* it shows as well.

This page is made of the functions in [ecslint/checks](../ecslint/checks) by `scripts/update_docs.py`.
"""

#: Parts of a rule file that show how it uses its check.
SHOWN = re.compile(r"^(?:given|then|message):.*\n(?:[ -].*\n)*", re.MULTILINE)


def checks_page() -> str:
    """The page about all checks."""
    rules = [*(ROOT / "rules").glob("*/*.yaml"), *(ROOT / "examples" / "policies").glob("*.yaml")]
    used: dict[str, list[tuple[int, Path, str]]] = {}
    for path in sorted(rules):
        text = path.read_text(encoding="utf-8")
        for name in re.findall(r"\bcheck: (\w+)", text):
            shown = "".join(SHOWN.findall(text))
            used.setdefault(name, []).append((len(shown), path, shown))
    return "\n".join([CHECKS_HEAD, *(_check(name, one, used[name]) for name, one in sorted(load_checks().items()))])


def _check(name: str, check: Check, used: list[tuple[int, Path, str]]) -> str:
    """A check: what it says, its options, its values for messages, and the shortest rule that uses it."""
    told = inspect.cleandoc(check.function.__doc__ or "").replace("``", "`")
    lines = [f"## {name}", told, ""]
    if check.options:
        lines += ["| option | value | default |", "| --- | --- | --- |"]
        lines += [f"| `{option}` | {_kind(schema)} | {_default(schema)} |" for option, schema in check.options.items()]
        lines += [""]
    if check.values:
        lines += [f"Values for messages: {', '.join(f'`{{{value}}}`' for value in check.values)}.", ""]
    _, path, shown = min(used)
    rule = path.name[: -len(".yaml")]
    link = f"rules/{rule[:6]}.md" if path.is_relative_to(ROOT / "rules") else f"../examples/policies/{path.name}"
    return "\n".join([*lines, f"[{rule}]({link}) uses it:", "```yaml", shown.rstrip(), "```", ""])


def _kind(schema: dict[str, Any]) -> str:
    """What the value of an option may be."""
    if "enum" in schema:
        return " or ".join(f"`{word}`" for word in schema["enum"])
    if "format" in schema:
        return {"regex": "a regular expression", "path": "a path"}[schema["format"]]
    kind = schema["type"]
    if kind == "array":
        return "a list" + (f", each {_kind(schema['items'])}" if "items" in schema else "")
    if kind == "object":
        members = schema.get("properties")
        others = schema.get("additionalProperties")
        return (
            f"a mapping with {', '.join(f'`{name}`' for name in members)}"
            if members
            else (f"a mapping, each value {_kind(others)}" if others else "a mapping")
        )
    least = f" from {schema['minimum']}" if "minimum" in schema else ""
    return {"string": "a string", "boolean": "true or false", "integer": "an integer"}[kind] + least


def _default(schema: dict[str, Any]) -> str:
    if "default" not in schema:
        return "must be there"
    return "none" if schema["default"] is None else f"`{json.dumps(schema['default'])}`"


def printed(run: re.Match[str]) -> str:
    """A quoted run with what it prints today."""
    told = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-m", "ecslint", *run[1].split()],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "NO_COLOR": "1"},
        check=False,
    )
    return f"$ ecslint {run[1]}\n{told.stdout}"


def main() -> int:
    """Write the pages, or with --check only compare them."""
    pages, checks = build(), checks_page()
    there = {path.name: path.read_text(encoding="utf-8") for path in TARGET.glob("*.md")}
    if "--check" in sys.argv[1:]:
        return int(there != pages or CHECKS.read_text(encoding="utf-8") != checks)
    CHECKS.write_text(checks, encoding="utf-8")
    TARGET.mkdir(exist_ok=True)
    for name in there.keys() - pages.keys():
        (TARGET / name).unlink()
    for name, content in pages.items():
        (TARGET / name).write_text(content, encoding="utf-8")
    for path in QUOTING:
        path.write_text(QUOTED_RUN.sub(printed, path.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
