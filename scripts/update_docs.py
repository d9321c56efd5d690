"""Write docs/rules/: a page for each rule, with what ecslint says of its bad examples, and an index by topic.

python scripts/update_docs.py            write the pages
python scripts/update_docs.py --check    exit 1 when a page is not what would be written
"""

from __future__ import annotations

import sys
from pathlib import Path

from ecslint import document, engine
from ecslint.catalogue import page
from ecslint.model import Report, Rule
from ecslint.reporters import text
from ecslint.ruleset import bundle
from ecslint.words import TOPICS, topic

TARGET = Path(__file__).resolve().parent.parent / "docs" / "rules"


def shown(rule: Rule, ruleset: bundle.Ruleset) -> list[str]:
    """What ecslint says of each bad example of a rule, this rule alone."""
    found = []
    everything = frozenset(range(ruleset.size))
    for example in rule.docs["examples"]["bad"]:
        code = example["code"]
        name = "task-definition.json" if code.lstrip().startswith(("{", "[")) else "task-definition.yaml"
        settings = engine.Settings(everything, None, example.get("launch-type"), excerpts=True)
        settings.fixes = True
        findings, source = engine.lint(document.parse(code.encode(), name), ruleset, settings)
        findings = [finding for finding in findings if finding.rule == rule.id]
        sources = {name: source} if source is not None else {}
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
    for name in TOPICS.values():
        of_topic = [rule for rule in rules if topic(rule.id) == name]
        if of_topic:
            lines += [f"## {name.capitalize()}", table(of_topic)]
    return "\n\n".join(lines) + "\n"


def table(rules: list[Rule]) -> str:
    """One topic's rules."""
    lines = ["| rule | severity | profile | what is true of ECS |", "| --- | --- | --- | --- |"]
    lines += [f"| [{r.id}]({r.id}.md) {r.slug} | {r.severity} | {r.profile} | {r.title} |" for r in rules]
    return "\n".join(lines)


def main() -> int:
    """Write the pages, or with --check only compare them."""
    pages = build()
    there = {path.name: path.read_text(encoding="utf-8") for path in TARGET.glob("*.md")}
    if "--check" in sys.argv[1:]:
        return int(there != pages)
    TARGET.mkdir(exist_ok=True)
    for name in there.keys() - pages.keys():
        (TARGET / name).unlink()
    for name, content in pages.items():
        (TARGET / name).write_text(content, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
