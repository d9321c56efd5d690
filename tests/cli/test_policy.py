"""``ecslint policy``, and policies in all other commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_check import ecslint

GOOD = {"containerDefinitions": [{"name": "web", "image": "ours/web"}]}
BAD = {"containerDefinitions": [{"name": "web", "image": "nginx"}]}
TASK = '{"family": "web", "containerDefinitions": [{"name": "web", "image": "nginx:1.27", "memory": 128}]}\n'
RULE: dict[str, Any] = {
    "id": "ACME001",
    "slug": "foreign-image",
    "title": "Images are ours",
    "given": "containerDefinitions[].image",
    "then": {"schema": {"pattern": "^ours/"}},
    "message": "not ours",
    "examples": {"good": [GOOD], "bad": [{"code": BAD, "at": "containerDefinitions[web].image"}]},
}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "policies").mkdir()
    (tmp_path / ".ecslint.yaml").write_text("rules: [policies]\n", encoding="utf-8")
    (tmp_path / "td.json").write_text(TASK, encoding="utf-8")
    write(tmp_path, RULE)
    return tmp_path


def write(repository: Path, rule: Any) -> None:
    (repository / "policies/rule.yaml").write_text(json.dumps(rule), encoding="utf-8")


def verdict(repository: Path, **changes: Any) -> tuple[int, str]:
    """What ``policy test`` says of the rule with other examples, without its last line."""
    write(repository, {**RULE, **changes})
    run = ecslint("policy", "test", cwd=repository)
    assert run.stderr == ""
    *lines, last = run.stdout.splitlines()
    assert last == f"1 policy, {int(run.returncode == 0)} ok"
    return run.returncode, "\n".join(lines)


def test_sound_policy_is_ok(repository: Path) -> None:
    assert verdict(repository) == (0, "ok        ACME001 foreign-image")


FIX = {"title": "use ours", "applicability": "unsafe", "steps": [{"set": ".", "value": "ours/web"}]}
NOISY = "noisy     ACME001 foreign-image: good example 2: ACME001 containerDefinitions[web].image: not ours"
MISSING = "missing   ACME001 foreign-image: "
IMAGE = "containerDefinitions[web].image (5:16)"


@pytest.mark.parametrize(
    ("examples", "said"),
    [
        ({"good": [GOOD, BAD], "bad": [{"code": BAD}]}, NOISY),
        ({"good": [GOOD], "bad": [{"code": GOOD}]}, f"{MISSING}bad example 1: the rule finds nothing"),
        ({"good": [GOOD]}, f"{MISSING}a bad example is needed to show that the rule finds something"),
        (
            {"good": [{}], "bad": [{"code": BAD}]},
            f"{MISSING}good example 1: it is taken for no task definition, so no rule looks at it",
        ),
        (
            {"bad": [{"code": BAD, "at": "5:17"}]},
            f"misplaced ACME001 foreign-image: bad example 1: it is found at {IMAGE}, not at 5:17",
        ),
    ],
)
def test_examples_that_fail_are_told(examples: Any, said: str, repository: Path) -> None:
    assert verdict(repository, examples=examples) == (1, said)


def test_bad_examples_may_be_bare_documents(repository: Path) -> None:
    bad = [BAD, json.dumps(BAD), [BAD["containerDefinitions"][0] | {"memory": 128}], {"code": BAD}]
    assert verdict(repository, examples={"good": [GOOD], "bad": bad})[0] == 0
    assert verdict(repository, examples={"good": [GOOD], "bad": [json.dumps(GOOD)]})[0] == 1
    page = ecslint("rule", "ACME001", cwd=repository).stdout
    assert '"image": ' in page
    write(repository, {**RULE, "examples": {"bad": [{"cod": BAD, "at": "5:16"}]}})
    run = ecslint("policy", "test", cwd=repository)
    assert (run.returncode, run.stdout) == (2, "")
    assert "'cod' is not a field here; did you mean code?" in run.stderr


def test_path_that_leads_to_nothing_in_any_example_is_told(repository: Path) -> None:
    code, said = verdict(repository, given="containerDefinitions[].hostname")
    unreached = (
        "unreached ACME001 foreign-image: `given` (containerDefinitions[].hostname) leads to nothing in any example"
    )
    assert code == 1
    assert unreached in said.splitlines()
    write(repository, {**RULE, "given": "containerDefinition[].image"})
    run = ecslint("policy", "test", cwd=repository)
    assert (run.returncode, run.stdout) == (2, "")
    assert "a task definition has no property 'containerDefinition'; did you mean containerDefinitions?" in run.stderr


@pytest.mark.parametrize(
    "words", [["rule", "ECS101"], ["rules", "ECS1"], ["config"], ["schema", "rule"], ["help", "check"]]
)
def test_a_broken_policy_blocks_nothing_that_needs_none(words: list[str], repository: Path) -> None:
    sound = ecslint(*words, cwd=repository)
    write(repository, {**RULE, "given": "containerDefinition[].image", "severity": "high"})
    run = ecslint(*words, cwd=repository)
    assert (run.returncode, run.stdout) == (0, sound.stdout)
    if words[0] in ("rule", "rules"):
        mistake, last = run.stderr.splitlines()
        assert mistake.startswith("policies/rule.yaml:")
        assert mistake.endswith(" (and 1 more mistake; `ecslint policy test` lists them)")
        assert last == "ecslint: policies with mistakes are left out"
        run = ecslint("rule", "ACME001", cwd=repository)
        assert (run.returncode, run.stdout) == (2, "")
        assert "no rule is called 'ACME001'" in run.stderr


def test_good_policies_beside_a_broken_one_are_known(repository: Path) -> None:
    write(repository, RULE)
    (repository / "policies" / "broken.yaml").write_text("id: ACME002\nslug: broken-one\nthen: {chek: unique}\n")
    run = ecslint("rule", "ACME001", cwd=repository)
    assert (run.returncode, run.stdout.splitlines()[0]) == (0, "# ACME001 " + str(RULE["slug"]))
    assert len(run.stderr.splitlines()) == 2
    assert "ACME001" in ecslint("rules", cwd=repository).stdout
    assert ecslint("check", ".", cwd=repository).returncode == 2


def test_place_may_be_a_line_and_a_column(repository: Path) -> None:
    assert verdict(repository, examples={"bad": [{"code": BAD, "at": "5:16"}]})[0] == 0


def test_fix_makes_what_the_example_says(repository: Path) -> None:
    assert verdict(repository, fix=FIX, examples={"bad": [{"code": BAD, "fixed": GOOD}]})[0] == 0
    code, said = verdict(repository, fix=FIX, examples={"bad": [{"code": BAD}]})
    first, *patch = said.splitlines()
    assert (code, first) == (
        1,
        "unfixed   ACME001 foreign-image: bad example 1: what the fix makes of it differs from `fixed`",
    )
    assert '-      "image": "nginx"' in patch
    assert '+      "image": "ours/web"' in patch


def test_files_and_folders_may_be_named(repository: Path) -> None:
    (repository / ".ecslint.yaml").unlink()
    for place in ("policies", "policies/rule.yaml"):
        assert ecslint("policy", "test", place, cwd=repository).returncode == 0
    run = ecslint("policy", "test", cwd=repository)
    assert (run.returncode, run.stdout) == (2, "")
    assert "the configuration names no `rules`" in run.stderr
    assert ecslint("policy", "test", "policies", "policies/rule.yaml", cwd=repository).returncode == 2
    assert "no file or folder nix" in ecslint("policy", "test", "nix", cwd=repository).stderr


def test_new_policy_is_ok_and_never_written_over(repository: Path) -> None:
    run = ecslint("policy", "new", "ACME002", "nameless", cwd=repository)
    assert (run.returncode, run.stderr) == (0, "")
    path = repository / "policies/ACME002-nameless.yaml"
    assert ecslint("policy", "test", cwd=repository).stdout.endswith("2 policies, 2 ok\n")
    path.write_text("mine", encoding="utf-8")
    run = ecslint("policy", "new", "ACME002", "nameless", cwd=repository)
    assert (run.returncode, run.stdout) == (2, "")
    assert path.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("rule", "slug", "problem"),
    [
        ("ACME1", "a", "must be capital letters and three digits"),
        ("ECS999", "a", "only bundled rules"),
        ("ACME002", "A", "must be lower-case words"),
        ("ACME002", "a: b", "ACME002 a: b"),
        ("ACME002", "security", "is a category"),
        ("ACME002", "../evil", "must be lower-case words"),
        ("ACME002", "host-port-mismatch", "is the name of a bundled rule"),
    ],
)
def test_new_policy_has_a_name_of_its_own(rule: str, slug: str, problem: str, repository: Path) -> None:
    run = ecslint("policy", "new", rule, slug, cwd=repository)
    assert run.returncode == 2
    assert problem in run.stderr
    assert [path.name for path in (repository / "policies").iterdir()] == ["rule.yaml"]


def test_policies_are_listed_and_explained(repository: Path) -> None:
    assert ecslint("rules", cwd=repository).stdout.splitlines()[-1] == (
        "ACME001 error   default foreign-image: Images are ours"
    )
    page = ecslint("rule", "foreign-image", cwd=repository).stdout
    assert page.startswith("# ACME001 foreign-image\n\n**Images are ours.**\n")
    assert json.loads(ecslint("rule", "ACME001", "--output-format", "json", cwd=repository).stdout)["topic"] == "policy"
    assert json.loads(ecslint("rules", "--output-format", "json", cwd=repository).stdout)[-1]["id"] == "ACME001"
    assert "| ACME001 foreign-image |" in ecslint("rules", "--output-format", "markdown", cwd=repository).stdout
    assert "ACME001" not in ecslint("rules", cwd=repository.parent).stdout


def test_sarif_describes_policies(repository: Path) -> None:
    [run] = json.loads(ecslint("td.json", "--output-format", "sarif", cwd=repository).stdout)["runs"]
    rules = run["tool"]["driver"]["rules"]
    [result] = run["results"]
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == "ACME001"
    assert rules[result["ruleIndex"]]["fullDescription"]["text"] == "Images are ours"


def test_sarif_describes_an_id_once(repository: Path) -> None:
    (repository / "shop/policies").mkdir(parents=True)
    (repository / "shop/policies/rule.yaml").write_text(json.dumps({**RULE, "message": "nor theirs"}), encoding="utf-8")
    (repository / "shop/.ecslint.yaml").write_text("rules: [policies]\n", encoding="utf-8")
    (repository / "shop/td.json").write_text(TASK, encoding="utf-8")
    out = ecslint(".", "--output-format", "sarif", cwd=repository).stdout
    [run] = json.loads(out)["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]].count("ACME001") == 1
    assert sorted(result["message"]["text"] for result in run["results"]) == ["nor theirs.", "not ours."]


def test_processes_know_policies(repository: Path) -> None:
    for number in range(4):
        (repository / f"td{number}.json").write_text(TASK, encoding="utf-8")
    one, two = (ecslint(".", "--jobs", jobs, "--output-format", "concise", cwd=repository) for jobs in ("1", "2"))
    assert (one.returncode, one.stdout) == (1, two.stdout)
    assert one.stdout.count("ACME001") == 5


def test_policies_are_suppressed_like_other_rules(repository: Path) -> None:
    labelled = TASK.replace('"memory"', '"dockerLabels": {"ecslint.ignore": "foreign-image -- known"}, "memory"')
    (repository / "td.json").write_text(labelled, encoding="utf-8")
    assert ecslint("td.json", cwd=repository).stdout == "no findings in 1 file, 1 suppressed\n"
    (repository / ".ecslint.yaml").write_text("rules: [policies]\nmandatory: [ACME001]\n", encoding="utf-8")
    assert ecslint("td.json", cwd=repository).returncode == 1


def test_policies_are_in_baselines(repository: Path) -> None:
    assert ecslint("baseline", "create", "td.json", cwd=repository).returncode == 0
    run = ecslint("td.json", "--baseline", ".ecslint-baseline.json", cwd=repository)
    assert run.stdout == "no findings in 1 file, 1 suppressed\n"


def test_policies_mend(repository: Path) -> None:
    write(repository, {**RULE, "fix": FIX})
    assert ecslint("fix", "td.json", cwd=repository).returncode == 1
    assert ecslint("fix", "--unsafe-fixes", "td.json", cwd=repository).returncode == 0
    assert (repository / "td.json").read_text(encoding="utf-8") == TASK.replace("nginx:1.27", "ours/web")


def test_streams_know_policies(repository: Path) -> None:
    run = ecslint("check", "--ndjson", "--output-format", "concise", "td.json", cwd=repository)
    assert run.stdout.count("ACME001") == 1
    assert "no rule is called 'NIX'" in ecslint("--select", "NIX", "td.json", cwd=repository).stderr


def test_pack_is_a_name_of_rules(repository: Path) -> None:
    assert ecslint("--select", "pack:security-hub", "td.json", cwd=repository).returncode == 0
    run = ecslint("--select", "pack:nix", "td.json", cwd=repository)
    assert (run.returncode, run.stdout) == (2, "")
    assert "there are `pack:fargate`, `pack:security-hub` or `pack:strict`" in run.stderr
