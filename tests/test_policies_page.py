"""What docs/policies.md tells a newcomer to do works, word for word, and every recipe does what it says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from yaml import safe_load

from ecslint.ruleset import bundle, policies
from ecslint.syntax import yaml
from ecslint.testing import run_examples
from tests.cli.test_check import ecslint as run

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "policies.md").read_text(encoding="utf-8")
TOUR, RECIPES = PAGE.split("## Recipes\n")
BLOCK = r"^```(\w*)\n(.*?)^```$"


def ecslint(*words: str, cwd: Path) -> str:
    """What a command says, on standard output and then on standard error."""
    done = run(*words, cwd=cwd)
    return done.stdout + done.stderr


def test_tour_shows_what_happens(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    seen = 0
    for language, text in re.findall(BLOCK, TOUR, re.DOTALL | re.MULTILINE):
        if text.startswith("$ ecslint "):
            command, _, output = text.removeprefix("$ ecslint ").partition("\n")
            assert ecslint(*command.split(), cwd=tmp_path) == output
            seen += 1
        elif language == "yaml":
            name, _, body = text.removeprefix("# ").partition("\n")
            (tmp_path / name).write_text(body, encoding="utf-8")
        else:
            (tmp_path / "task-definition.json").write_text(text, encoding="utf-8")
    assert seen == 4
    remote, own = safe_load((tmp_path / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    known = {hook["id"] for hook in safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    assert {hook["id"] for hook in remote["hooks"]} <= known
    (hook,) = own["hooks"]
    assert ecslint(*hook["entry"].removeprefix("ecslint ").split(), cwd=tmp_path).endswith("1 policy, 1 ok\n")
    assert [bool(re.search(hook["files"], name)) for name in ("policies/a.yaml", ".ecslint.yaml", "a.json")] == [
        1,
        1,
        0,
    ]


def test_first_line_for_editors_names_the_schema_that_is_there() -> None:
    (schema,) = re.findall(r"^# yaml-language-server: \$schema=\S+/main/(\S+)$", RECIPES, re.MULTILINE)
    assert json.loads((ROOT / schema).read_text(encoding="utf-8"))["properties"].keys() >= {"id", "given", "then"}


def recipes() -> list[str]:
    """Each recipe: a part of a rule, and a good and a bad document in comments."""
    return [text for _, text in re.findall(BLOCK, RECIPES, re.DOTALL | re.MULTILINE) if "\n# good: " in text]


@pytest.mark.parametrize("recipe", recipes())
def test_recipe_does_what_it_says(recipe: str, tmp_path: Path) -> None:
    rule, good, bad = re.fullmatch(r"(.*)# good: (.*)\n# bad: (.*)\n", recipe, re.DOTALL).groups()  # type: ignore[union-attr]
    assert rule.count("\n") <= 3
    head = f"id: ACME001\nslug: x\ntitle: What the recipe says\n{rule}message: this is not so\n"
    examples = {"good": [yaml.scan(good).data], "bad": [{"code": yaml.scan(bad).data}]}
    (tmp_path / "r.yaml").write_text(f"{head}examples: {json.dumps(examples)}\n", encoding="utf-8")
    ruleset = bundle.load().extended(policies.named([str(tmp_path)]))
    assert list(run_examples(ruleset.rule(ruleset.size - 1), ruleset)) == []


def test_there_are_recipes_and_the_bundled_examples_are_short() -> None:
    assert len(recipes()) >= 15
    files = sorted((ROOT / "examples" / "policies").glob("*.yaml"))
    assert len(files) == 4
    assert max(len(file.read_text(encoding="utf-8").splitlines()) for file in files) < 15
    assert ecslint("policy", "test", "examples/policies", cwd=ROOT).endswith("4 policies, 4 ok\n")
