"""Write docs/rules/: a page for each rule, with what ecslint says of its bad examples, and an index by topic.

Also brings the output of `$ ecslint ...` up to date where README.md and docs/formats.md quote it.

python scripts/update_docs.py            write the pages
python scripts/update_docs.py --check    exit 1 when a page is not what would be written
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from ecslint import document, engine
from ecslint.catalogue import page
from ecslint.model import Report, Rule
from ecslint.reporters import text
from ecslint.ruleset import bundle
from ecslint.words import TOPICS, topic

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "rules"

#: Pages with blocks that begin with ``$ ecslint``; the rest of such a block is what it prints.
QUOTING = (ROOT / "README.md", ROOT / "docs" / "formats.md")
QUOTED_RUN = re.compile(r"(?<=```\n)\$ ecslint (.*?)\n(.*?)(?=```)", re.DOTALL)


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
    pages = build()
    there = {path.name: path.read_text(encoding="utf-8") for path in TARGET.glob("*.md")}
    if "--check" in sys.argv[1:]:
        return int(there != pages)
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
