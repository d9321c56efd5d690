"""What the documentation quotes is what happens."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ecslint.cli.words import FORMATS
from ecslint.ruleset.expressions import KEYWORDS
from ecslint.words import TOPICS
from tests.bundled import FOLDER

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
FORMATS_PAGE = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")


def quoted_runs(text: str) -> list[tuple[str, str]]:
    """(command, output) of each fenced block that begins with ``$ ecslint``."""
    blocks = re.findall(r"```\n\$ ecslint (.*?)\n(.*?)```", text, re.DOTALL)
    assert blocks
    return blocks


@pytest.mark.parametrize(("command", "output"), [*quoted_runs(README), *quoted_runs(FORMATS_PAGE)])
def test_documentation_shows_real_output(command: str, output: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "ecslint", *command.split()],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "NO_COLOR": "1"},
        check=False,
    )
    assert run.stdout == output


@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))])
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_format_has_a_section() -> None:
    assert set(re.findall(r"^## ([a-z-]+)$", FORMATS_PAGE, re.MULTILINE)) == set(FORMATS)


def test_rule_format_names_every_keyword() -> None:
    text = (ROOT / "docs" / "rule-format.md").read_text(encoding="utf-8")
    assert [keyword for keyword in KEYWORDS if not re.search(rf"(?<![\w$]){re.escape(keyword)}(?!\w)", text)] == []


def test_readme_names_every_topic_that_has_rules() -> None:
    topics = {entry.name for entry in Path(FOLDER).iterdir() if entry.is_dir() and entry.name != "tables"}
    assert topics <= set(TOPICS.values())
    assert [topic for topic in topics if topic not in README] == []


def test_rule_pages_are_what_the_script_writes() -> None:
    run = subprocess.run([sys.executable, ROOT / "scripts" / "update_docs.py", "--check"], cwd=ROOT, check=False)
    assert run.returncode == 0, "run scripts/update_docs.py"
