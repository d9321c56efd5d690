"""What the documentation quotes is what happens."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from ecslint import config, document, engine
from ecslint.checks import load as load_checks
from ecslint.cli.words import FORMATS
from ecslint.ruleset.bundle import Ruleset
from ecslint.ruleset.expressions import KEYWORDS
from ecslint.ruleset.rules import NO_TOPICS
from ecslint.words import TOPICS
from tests import promises
from tests.bundled import FOLDER, RULES

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
FORMATS_PAGE = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
SERVICES_PAGE = (ROOT / "docs" / "services.md").read_text(encoding="utf-8")
AGENT_PAGE = (ROOT / "docs" / "agent.md").read_text(encoding="utf-8")
COMPAT_PAGE = (ROOT / "docs" / "compat.md").read_text(encoding="utf-8")


TEMPLATES_PAGE = (ROOT / "docs" / "templates.md").read_text(encoding="utf-8")
TERRAFORM_PAGE = (ROOT / "docs" / "terraform.md").read_text(encoding="utf-8")

QUOTING = (README, AGENT_PAGE, FORMATS_PAGE, COMPAT_PAGE, SERVICES_PAGE, TEMPLATES_PAGE, TERRAFORM_PAGE)


def quoted_runs(text: str) -> list[tuple[str, str]]:
    """(command, output) of each fenced block that begins with ``$ ecslint``."""
    blocks = re.findall(r"```\n\$ ecslint (.*?)\n(.*?)```", text, re.DOTALL)
    assert blocks
    return blocks


@pytest.mark.parametrize(("command", "output"), [run for page in QUOTING for run in quoted_runs(page)])
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
    topics = {entry.name for entry in Path(FOLDER).iterdir() if entry.is_dir() and entry.name not in NO_TOPICS}
    assert topics <= set(TOPICS.values())
    assert [topic for topic in topics if topic not in README] == []


def test_rule_pages_are_what_the_script_writes() -> None:
    run = subprocess.run([sys.executable, ROOT / "scripts" / "update_docs.py", "--check"], cwd=ROOT, check=False)
    assert run.returncode == 0, "run scripts/update_docs.py"


def test_checks_page_documents_every_check_with_its_options_values_and_an_example() -> None:
    text = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
    _, *sections = text.split("\n## ")
    assert [section.partition("\n")[0] for section in sections] == sorted(load_checks())
    for section in sections:
        name = section.partition("\n")[0]
        check = load_checks()[name]
        assert [option for option in check.options if f"\n| `{option}` | " not in section] == []
        assert [value for value in check.values if f"`{{{value}}}`" not in section] == []
        [example] = re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)
        assert yaml.safe_load(example)["then"]["check"] == name


def blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of a page in a language."""
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / "docs" / page).read_text(encoding="utf-8"), re.DOTALL)


def test_configuration_page_shows_every_field_with_a_valid_value(ruleset: Ruleset) -> None:
    _, example = blocks("configuration.md", "yaml")
    written = document.parse(example.encode(), "configuration.md", language="yaml")
    assert config.mistakes(written, str(ROOT), ruleset.rules) == []
    fields = json.loads((ROOT / "schemas" / "config.json").read_text(encoding="utf-8"))["properties"]
    assert list(written.data) == list(fields)
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert [field for field in fields if f"\n| `{field}` |" not in text] == []


def test_suppression_page_shows_suppressions_that_work(ruleset: Ruleset) -> None:
    in_yaml, entry = blocks("suppression.md", "yaml")
    in_json, metadata = blocks("suppression.md", "json")
    everything = engine.Settings(frozenset(range(ruleset.size)))
    for name, text, expected in (("a.yaml", in_yaml, ["ECS711", "ECS013"]), ("a.json", in_json, ["ECS714", "ECS711"])):
        found, _ = engine.lint(document.parse(text.encode(), name), ruleset, everything)
        suppressed = sorted((f.start, f.rule) for f in found if f.suppressed is not None)
        assert [rule for _, rule in suppressed] == expected
        assert not [f.rule for f in found if f.rule.startswith("ECS06")]
    template = json.loads(f'{{"Resources": {{{metadata}}}}}')
    template["Resources"]["Task"]["Properties"] = {
        "NetworkMode": "host",
        "ContainerDefinitions": [{"Name": "a", "Image": "b:1", "Memory": 128, "Privileged": True}],
    }
    found, _ = engine.lint(document.parse(json.dumps(template).encode(), "t.json"), ruleset, everything)
    assert {f.rule for f in found if f.suppressed is not None} == {"ECS711", "ECS714"}
    written = document.parse(entry.encode(), "suppression.md", language="yaml")
    assert config.mistakes(written, str(ROOT), ruleset.rules) == []


def test_configuration_page_has_the_severities_of_each_deploy_path() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    paths = ["codedeploy", "aws-cli", "github-action", "ecspresso", "cloudformation"]
    rows = [line.strip("| ").split("|") for line in text.splitlines() if line.startswith("| `")]
    told = {
        row[0].split("`")[1]: {path: cell.split()[0].strip(":") for path, cell in zip(paths, row[1:], strict=True)}
        for row in rows
        if len(row) == 6
    }
    assert told == {
        rule.slug: {path: rule.deploy_path.get(path, rule.severity) for path in paths}
        for rule in RULES
        if rule.deploy_path
    }


def test_reliability_page_has_the_table_of_promises() -> None:
    text = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (R\d+) \| (.+)\. \| ([\d,]+) \| 0 \|$", text, re.MULTILINE)
    assert [(key, said) for key, said, _ in rows] == [(key, one.text) for key, one in promises.PROMISES.items()]
    assert all(int(tried.replace(",", "")) for _, _, tried in rows)


def test_each_promise_is_tried_by_tests_that_exist() -> None:
    for promise in promises.PROMISES.values():
        for entry in promise.tests:
            name, _, function = entry.partition("::")
            assert f"def {function}" in (ROOT / "tests" / name).read_text(encoding="utf-8"), entry


def test_readme_shows_what_the_hook_says() -> None:
    [(words, told)] = re.findall(r"```\n\$ pre-commit run --files (.*?)\n(.*?)```", README, re.DOTALL)
    hook = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))[0]
    [written] = re.findall(r"```yaml\n(- repo:.*?)```", README, re.DOTALL)
    args = yaml.safe_load(written)[0]["hooks"][0]["args"]
    command = [sys.executable, "-m", *hook["entry"].split(), *args, *words.split()]
    env = {**os.environ, "NO_COLOR": "1"}
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", env=env, check=False)
    head = f"{hook['name']:.<73}Failed\n- hook id: {hook['id']}\n- exit code: {run.returncode}\n\n"
    assert told == head + run.stdout


def test_the_tour_names_the_layers_that_the_import_contract_proves() -> None:
    contract = (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("layers = [")[2].partition("]")[0]
    tour = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert "```\n" + "\n".join(re.findall(r'"([^"]+)"', contract)) + "\n```" in tour
