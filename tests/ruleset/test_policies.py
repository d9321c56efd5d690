"""Policies are found, validated all at once, compiled, and known to those who name them."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest

from ecslint import config, document, engine
from ecslint.model import Mistakes, Rule
from ecslint.ruleset import bundle, policies, rules, select, validation
from ecslint.ruleset.bundle import Ruleset
from ecslint.ruleset.screen import compile_screen
from tests.bundled import RULES

POLICY = """\
id: {id}
slug: {slug}
title: Something of ours holds
{more}given: containerDefinitions[].image
then: {{schema: {{{schema}}}}}
message: "{id} says no"
"""
CONTAINER = '{"family": "web", "containerDefinitions": [{"name": "web", "image": "nginx:1.27", "memory": 128}]}'


def write(folder: Path, number: int = 1, *, slug: str = "", more: str = "", schema: str = "pattern: ^ours/") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    rule = f"ACME{number:03}"
    text = POLICY.format(id=rule, slug=slug or f"slug-{number}", more=more, schema=schema)
    (folder / f"{rule}.yaml").write_text(text, encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".ecslint.yaml").write_text("rules: [policies]\n", encoding="utf-8")
    return tmp_path


def scope(root: Path, **options: Any) -> config.Scope:
    """The settings of a run over all folders that have a configuration."""
    found: dict[str, str | None] = {"": str(root / ".ecslint.yaml")}
    found |= {path.parent.name: str(path) for path in root.glob("*/.ecslint.yaml")}
    return config.Scope(found, bundle.load(), options)


def mistakes(root: Path) -> list[str]:
    with pytest.raises(Mistakes) as caught:
        scope(root)
    return str(caught.value).splitlines()


def fired(known: config.Scope, name: str = "td.json", text: str = CONTAINER) -> list[str]:
    settings = known.of(name)
    assert settings is not None
    return sorted(f.message for f in engine.lint(document.parse(text.encode(), name), known.ruleset, settings)[0])


def test_policies_are_asked_beside_the_bundled_rules(root: Path) -> None:
    write(root / "policies")
    assert fired(scope(root)) == ["ACME001 says no"]
    assert fired(scope(root), text=CONTAINER.replace("nginx", "ours/nginx").replace("128", "2")) != []
    assert fired(scope(root), text=CONTAINER.replace("nginx", "ours/nginx")) == []


def test_strict_policies_run_in_the_strict_profile(root: Path) -> None:
    write(root / "policies", more="profile: strict\n")
    assert fired(scope(root)) == []
    assert "ACME001 says no" in fired(scope(root, profile="strict"))
    assert fired(scope(root, select=["slug-1"])) == ["ACME001 says no"]


def test_names_of_policies_are_names_like_others(root: Path) -> None:
    write(root / "policies", 1)
    write(root / "policies", 2, more="severity: info\n")
    assert fired(scope(root, select=["ACME002"])) == ["ACME002 says no"]
    assert fired(scope(root, ignore=["acme"])) == []
    (root / ".ecslint.yaml").write_text("rules: [policies]\nignore: [ALL]\nmandatory: [slug-2]\n", encoding="utf-8")
    assert fired(scope(root)) == ["ACME002 says no"]


def test_name_of_nothing_is_told(root: Path) -> None:
    write(root / "policies")
    with pytest.raises(Mistakes, match=r"^no rule is called 'ACME002'"):
        scope(root, select=["ACME002"])
    (root / ".ecslint.yaml").write_text("rules: [policies]\nignore: [ACME002]\n", encoding="utf-8")
    [mistake] = mistakes(root)
    assert mistake.startswith(".ecslint.yaml:2:10: no rule is called 'ACME002'")


def test_each_configuration_has_its_own_policies(root: Path) -> None:
    write(root / "policies", 1)
    (root / "shop").mkdir()
    (root / "shop/.ecslint.yaml").write_text("rules: [mine, ../policies/ACME001.yaml]\n", encoding="utf-8")
    write(root / "shop/mine", 2)
    (root / "plain").mkdir()
    (root / "plain/.ecslint.yaml").write_text("fail-on: never\n", encoding="utf-8")
    known = scope(root)
    assert fired(known) == ["ACME001 says no"]
    assert fired(known, "shop/td.json") == ["ACME001 says no", "ACME002 says no"]
    assert fired(known, "plain/td.json") == []
    one = scope(root, select=["ACME002"])
    assert (fired(one), fired(one, "shop/td.json")) == ([], ["ACME002 says no"])


def test_two_configurations_may_use_one_id_for_two_rules(root: Path) -> None:
    write(root / "policies", 1, schema="pattern: ^ours/")
    write(root / "shop/mine", 1, schema="pattern: nginx")
    (root / "shop/.ecslint.yaml").write_text("rules: [mine]\nseverity: {ACME001: info}\n", encoding="utf-8")
    known = scope(root)
    assert fired(known) == ["ACME001 says no"]
    assert fired(known, "shop/td.json") == []


def test_other_processes_make_their_own_code(root: Path) -> None:
    write(root / "policies")
    known = pickle.loads(pickle.dumps(scope(root).ruleset))  # noqa: S301  # what multiprocessing does
    found = engine.lint(
        document.parse(CONTAINER.encode(), "td.json"), known, engine.Settings(frozenset({known.size - 1}))
    )
    assert [finding.rule for finding in found[0]] == ["ACME001"]


def test_conditions_and_tables_add_to_the_bundled_ones(root: Path) -> None:
    write(root / "policies", more="when: [production, not-fargate]\n")
    (root / "policies/conditions.yaml").write_text(
        "ours: {properties: {family: {pattern: ^prod-}}}\nproduction: {allOf: [{$ref: ours}, {$ref: linux}]}\n",
        encoding="utf-8",
    )
    write(root / "policies", 2)
    tables = root / "policies/tables"
    tables.mkdir()
    (tables / "registries.yaml").write_text("[quay.io]\n", encoding="utf-8")
    path = root / "policies/ACME002.yaml"
    check = "{check: image_registry, options: {allowed: {$table: registries}}}"
    path.write_text(path.read_text().replace("{schema: {pattern: ^ours/}}", check), encoding="utf-8")
    known = scope(root)
    assert fired(known) == ["ACME002 says no"]
    assert fired(known, text=CONTAINER.replace('"web", "con', '"prod-web", "con')) == [
        "ACME001 says no",
        "ACME002 says no",
    ]


def test_all_mistakes_are_told_at_once(root: Path) -> None:
    (root / ".ecslint.yaml").write_text("rules: [policies, nowhere]\nfail-on: often\n", encoding="utf-8")
    write(root / "policies", 1, schema="patern: x")
    write(root / "policies", 2, slug="Wrong")
    write(root / "policies", 3)
    write(root / "policies/more", 3, slug="slug-3b")
    write(root / "policies", 4, slug="slug-3")
    (root / "policies/broken.yaml").write_text("id: [\n", encoding="utf-8")
    (root / "policies/conditions.yaml").write_text("fargate: true\nUp: true\nloop: {$ref: loop}\n", encoding="utf-8")
    (root / "policies/tables").mkdir()
    (root / "policies/tables/fargate-sizes.yaml").write_text("[]\n", encoding="utf-8")
    (root / "policies/notes.yaml").write_text("this: is not a rule\n", encoding="utf-8")
    assert [mistake.split(": ")[0] for mistake in mistakes(root)] == [
        "policies/conditions.yaml:1:1",
        "policies/conditions.yaml:2:1",
        "policies/conditions.yaml:3:14",
        "policies/tables/fargate-sizes.yaml",
        "policies/ACME001.yaml:5:25",
        "policies/ACME002.yaml:2:7",
        "policies/broken.yaml:1:6",
        ".ecslint.yaml:1:19",
        "policies/ACME004.yaml:2:7",
        "policies/more/ACME003.yaml:1:5",
        ".ecslint.yaml:2:10",
    ]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("conditions.yaml", "ours: {const: !x 1}", "policies/conditions.yaml:1:15: tags are not supported"),
        ("conditions.yaml", "ours: {maximum: .nan}", "policies/conditions.yaml:1:17: nan is not a JSON number"),
        ("conditions.yaml", "[ours]", "policies/conditions.yaml:1:1: must be a mapping, not a list"),
        ("conditions.yaml", "ours: {items: {pattern: '(?=a)'}}", "policies/conditions.yaml:1:25: assert is not supp"),
        ("tables/ours.yaml", "{a: 1}", "policies/ACME001.yaml:5:50: must be a list, not a mapping"),
        ("tables/ours.yaml", "[!x a]", "policies/tables/ours.yaml:1:2: tags are not supported"),
    ],
)
def test_what_stands_beside_policies_is_validated(name: str, text: str, told: str, root: Path) -> None:
    write(root / "policies")
    path = root / "policies/ACME001.yaml"
    if name.startswith("tables"):
        (root / "policies/tables").mkdir()
        check = "{check: image_registry, options: {allowed: {$table: ours}}}"
        path.write_text(path.read_text().replace("{schema: {pattern: ^ours/}}", check), encoding="utf-8")
    (root / "policies" / name).write_text(text, encoding="utf-8")
    assert mistakes(root)[0].startswith(told)


def test_package_is_found_where_python_installs_them(
    root: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path_factory.mktemp("python") / "site-packages"
    write(site / "acme_rules")
    (site / "acme_rules/__init__.py").write_text("raise SystemExit('imported')\n", encoding="utf-8")
    (root / ".ecslint.yaml").write_text("rules: ['pkg:acme_rules']\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(site))
    [mistake] = mistakes(root)
    assert mistake == ".ecslint.yaml:1:9: no installed package 'acme_rules' has a pack.yaml"
    (site / "acme_rules/pack.yaml").write_text("title: Rules of ACME\n", encoding="utf-8")
    assert fired(scope(root)) == ["ACME001 says no"]


def test_bundled_packs_are_selections(ruleset: Ruleset) -> None:
    rules = ruleset.rules
    assert set(bundle.packs()) == {"fargate", "security-hub", "strict"}
    assert all(pack["title"] for pack in bundle.packs().values())
    assert select.matching("pack:strict", rules) == set(range(len(rules)))
    with pytest.raises(select.SelectionError, match="no pack is called 'pack:x'; there are `pack:fargate`"):
        select.matching("pack:x", rules)


def named(pack: str, ruleset: Ruleset) -> set[str]:
    return {ruleset.rule(number).id for number in select.matching(pack, ruleset.rules)}


def test_pack_security_hub_holds_the_rules_that_cite_its_controls(ruleset: Ruleset) -> None:
    cited = {rule.id for rule in RULES if any(f"ECS.{digit}" in rule.docs["why"] for digit in "123456789")}
    assert named("pack:security-hub", ruleset) == cited


def test_pack_fargate_holds_the_rules_that_speak_of_it(ruleset: Ruleset) -> None:
    def speaks(rule: Rule) -> bool:
        return "fargate" in rule.slug or "fargate" in repr(rule.when).replace("not-fargate", "")

    assert named("pack:fargate", ruleset) == {rule.id for rule in RULES if speaks(rule)}


def test_bounds_hold_for_what_python_can_nest(root: Path) -> None:
    schema = "{type: string}"
    for _ in range(policies.MOST_NESTED - 1):
        schema = f"{{items: {schema}}}"
    write(root / "policies", schema=schema[1:-1])
    path = root / "policies/ACME001.yaml"
    deep = "containerDefinitions[].linuxParameters.devices[].permissions[]"
    path.write_text(path.read_text().replace("containerDefinitions[].image", deep), encoding="utf-8")
    assert fired(scope(root)) == []


def test_folder_of_the_repository_is_no_package_even_if_python_looks_there(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(root / "acme_rules")
    (root / "acme_rules/pack.yaml").touch()
    (root / ".ecslint.yaml").write_text("rules: ['pkg:acme_rules']\n", encoding="utf-8")
    for place in ("", str(root)):
        monkeypatch.syspath_prepend(place)
    [mistake] = mistakes(root)
    assert "no installed package 'acme_rules'" in mistake


LOGS = """\
id: ACME001
slug: foreign-log-group
title: The logs of a task lie below /ecs/ and its family
given: containerDefinitions[].name
then: {schema: {pattern: "^{family}-"}}
message: "{value} is not called after {family} on {runtimePlatform.cpuArchitecture}"
help: "call it {family}-{value}; {cpu} of {memory} for {taskRoleArn}"
"""


PREFIX = """\
id: ACME001
slug: foreign-stream
title: Streams are called after their container
given: containerDefinitions[].logConfiguration.options.awslogs-stream-prefix
then: {schema: SCHEMA}
message: "the stream of {container} is called {value}"
"""
LOGGING = '"image": "x", "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-stream-prefix":'
CONTAINERS = f"""{{"family": "web", "containerDefinitions": [
  {{"name": "a", {LOGGING} "a"}}}}}}, {{"name": "b+", {LOGGING} "a"}}}}}},
  {{"name": "${{N}}", {LOGGING} "b+"}}}}}}, {{{LOGGING} "b+"}}}}}}]}}"""


@pytest.mark.parametrize(
    ("schema", "faulty"),
    [
        ('{const: "{container}"}', ["`b+`"]),
        ('{enum: ["{container}", "{family}"]}', ["`b+`"]),
        ('{pattern: "^{container}$"}', ["`b+`"]),
        ('{not: {const: "{container}"}}', ["`a`"]),
        ('{not: {pattern: "^{container}$"}}', ["`a`"]),
        ('{anyOf: [{const: "{container}"}, {const: a}]}', []),
        ('{pattern: "^(a|{container}|b.)$"}', []),
    ],
)
def test_the_name_of_the_container_at_hand_is_usable(root: Path, schema: str, faulty: list[str]) -> None:
    """Where the name is not known, nothing is said."""
    (root / "policies").mkdir()
    path = root / "policies" / "a.yaml"
    path.write_text(PREFIX.replace("SCHEMA", schema), encoding="utf-8")
    told = [message for message in fired(scope(root), text=CONTAINERS) if message.startswith("the stream")]
    assert [message.split()[3] for message in told] == faulty
    path.write_text(PREFIX.replace("SCHEMA", schema).replace("id: ACME001", "id: ECS999"), encoding="utf-8")
    rule = Rule({**policies.DEFAULTS, **rules.normalised(rules.read(str(path)).data, {})})
    shown = compile_screen([(0, rule)], {}, validation.schema_of("task-definition"), "containerDefinitions")[0]
    names: dict[str, Any] = {}
    exec(shown, names)  # noqa: S102  # as the bundled rules, of which the screen must not lose one
    assert (names["suspects"](document.parse(CONTAINERS.encode(), "a.json").data, 1_000) == {0}) >= bool(faulty)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("given: containerDefinitions[].logConfiguration.options.awslogs-stream-prefix", "given: family"),
        ("given: container", 'given: [family, "containerDefinitions[].name"]\n#'),
        ("then:", 'when: {properties: {family: {const: "{container}"}}}\nthen:'),
    ],
)
def test_where_no_container_is_at_hand_its_name_is_a_mistake(root: Path, old: str, new: str) -> None:
    (root / "policies").mkdir()
    text = PREFIX.replace("SCHEMA", '{const: "{container}"}').replace(old, new)
    (root / "policies" / "a.yaml").write_text(text, encoding="utf-8")
    [told] = mistakes(root)
    assert told.endswith(
        "{container} stands for the name of the container that `given` is in; let `given` begin with "
        "containerDefinitions[]"
    )


@pytest.mark.parametrize(
    ("fields", "message", "help"),
    [
        ('"cpu": "256"', "a is not called after web on {runtimePlatform.cpuArchitecture}", "256 of {memory}"),
        ('"runtimePlatform": {"cpuArchitecture": "ARM64"}', "a is not called after web on ARM64", "{cpu} of {memory}"),
        ('"runtimePlatform": ["x"]', "a is not called after web on {runtimePlatform.cpuArchitecture}", "{cpu} of"),
        ('"cpu": "${CPU}", "memory": 512', "a is not called after web on {", "${CPU} of 512"),
        ('"taskRoleArn": "' + "x" * 90 + '"', "a is not called after web on {", "x" * 59 + "…"),
    ],
)
def test_messages_tell_fields_of_the_resource(root: Path, fields: str, message: str, help: str) -> None:
    (root / "policies").mkdir()
    (root / "policies" / "a.yaml").write_text(LOGS, encoding="utf-8")
    known = scope(root)
    settings = known.of("td.json")
    assert settings is not None
    text = f'{{"family": "web", {fields}, "containerDefinitions": [{{"name": "a", "image": "b:1", "memory": 8}}]}}'
    found = engine.lint(document.parse(text.encode(), "td.json"), known.ruleset, settings)[0]
    [told] = [finding for finding in found if finding.rule == "ACME001"]
    assert told.message.startswith(message)
    assert help in told.help


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        ("after {family}", "after {famly}", "{famly} is not a value of this rule; did you mean {family}?"),
        ("after {family}", "after {tags}", "{tags} is not a value of this rule"),
        ("after {family}", "after {runtimePlatform}", "{runtimePlatform} is not a value of this rule"),
        ("after {family}", "after {family.x}", "{family.x} is not a value of this rule"),
        ("after {family}", "after {family!r}", "{family} may not say how it is written"),
        ("after {family}", "after {family[0]}", "{family[0]} is not a value of this rule"),
        ("^{family}-", "^{famly}-", "{famly} is not a field of the resource; did you mean {family}?"),
        ('pattern: "^{family}-"', 'const: "{famly}"', "{famly} is not a field of the resource; did you mean {family}?"),
        (
            'pattern: "^{family}-"',
            'enum: ["{famly}"]',
            "{famly} is not a field of the resource; did you mean {family}?",
        ),
    ],
)
def test_names_that_no_field_has_are_mistakes(root: Path, old: str, new: str, mistake: str) -> None:
    (root / "policies").mkdir()
    (root / "policies" / "a.yaml").write_text(LOGS.replace(old, new), encoding="utf-8")
    [told] = mistakes(root)
    assert f": {mistake}" in told
    hint = "; did you mean {family}?" in told
    assert hint or "family, ipcMode, memory, networkMode" in told or "may not say" in told
    assert hint or "{famly}" not in new


def test_no_mistake_of_policies_hides_another_one(root: Path) -> None:
    write(
        root / "policies",
        more="severity: high\nwhen: {const: !x 1}\nslug: slug-2\n",
        schema="patern: x, pattern: '(?=a)'",
    )
    path = root / "policies/ACME001.yaml"
    path.write_text(path.read_text().replace("ACME001\n", "ECS001\n"), encoding="utf-8")
    assert [mistake.partition(":")[2][:30] for mistake in mistakes(root)] == [
        "1:5: only bundled rules have i",
        "4:11: 'high' is none of error,",
        "5:15: tags are not supported: ",
        "6:1: the key 'slug' stands her",
        "8:25: keyword 'patern' is not ",
        "8:37: assert is not supported ",
    ]


def test_a_field_that_no_report_may_show_is_masked_in_messages(root: Path) -> None:
    name = "trustedExecutionConfiguration.attestationPolicy"
    (root / "policies").mkdir()
    (root / "policies" / "a.yaml").write_text(LOGS.replace("{family} on", f"{{{name}}} on"), encoding="utf-8")
    text = CONTAINER.replace("{", '{"trustedExecutionConfiguration": {"attestationPolicy": "hush"}, ', 1)
    [message] = [message for message in fired(scope(root), text=text) if "called" in message]
    assert message == "web is not called after ••• on {runtimePlatform.cpuArchitecture}"
