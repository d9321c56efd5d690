"""Mistakes in rule files are told with file, line and column; sound files become rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ecslint.model import Mistakes
from ecslint.ruleset import validation
from ecslint.ruleset.rules import Library, load_rule, normalised, read_yaml, rule_files, validate
from tests.bundled import LIBRARY

SOUND = """\
id: ACME001
slug: image-elsewhere
title: Images come from our registry
severity: error
category: practice
kind: task-definition
when: [fargate, {required: [family]}]
given: containerDefinitions[].image
then:
  schema: {pattern: "^registry[.]example/"}
message: "{container} uses `{value}`"
help: "push it to {expected}"
why: |
  Only images of our own registry are scanned before they run anywhere.
references: [https://example.com/images]
since: 1.0.0
examples:
  good: [{family: web, containerDefinitions: []}]
  bad:
    - code: "{}"
      at: "1:1"
"""
SCHEMA = 'schema: {pattern: "^registry[.]example/"}'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "ACME001.yaml"


def told(file: Path, old: str, new: str, library: Library = LIBRARY) -> list[str]:
    """The mistakes in the sound rule file with one change, each as ``line:column: what is wrong``."""
    assert old in SOUND
    file.write_text(SOUND.replace(old, new, 1), encoding="utf-8")
    mistakes = validate(str(file), library)
    assert all(mistake.startswith(f"{file}:") for mistake in mistakes)
    return [mistake.removeprefix(f"{file}:") for mistake in mistakes]


def test_sound_file_has_no_mistakes(file: Path) -> None:
    assert told(file, "ACME001", "ACME001") == []


@pytest.mark.parametrize(
    ("old", "new", "mistake"),
    [
        # what the schema of rule files tells
        ("since: 1.0.0", "since: 1.0.0\nsince2: x", "17:1: 'since2' is not a field here; did you mean since?"),
        ("id: ACME001", "id: acme1", "1:5: 'acme1' must be capital letters and three digits, as in ACME001"),
        ("id: ACME001", "id: 7", "1:5: must be a string, not a number"),
        ("slug: image-elsewhere", "slug: Image", "2:7: 'Image' must be lower-case words with hyphens"),
        ("severity: error", "severity: fatal", "4:11: 'fatal' is none of error, warning, info"),
        ("since: 1.0.0", "since: '1.0'", "16:8: '1.0' must be a version, as in 1.2.0"),
        ("references: [https:", "references: [ftp:", "15:14: 'ftp://example.com/images' must begin with https://"),
        ('at: "1:1"', 'at: ""', "21:11: must not be empty"),
        ("slug: image-elsewhere\n", "", "1:1: the field 'slug' is missing"),
        ("category: practice", "category: rejected", "1:1: the field 'evidence' is missing"),
        # conditions
        ("when: [fargate,", "when: [fargat,", "7:8: no condition is named 'fargat'; did you mean fargate?"),
        ("when: [fargate, {required: [family]}]", "when: windoze", "7:7: no condition is named 'windoze'"),
        ("[fargate, {required: [family]}]", "[linux, nix]", "7:15: no condition is named 'nix'; there are "),
        ("[fargate, {required: [family]}]", "{not: {$ref: fargat}}", "7:20: no condition is named 'fargat'"),
        ("[fargate, {required: [family]}]", "{oneOf: [true]}", "7:15: keyword 'oneOf' is not in the subset of JSON"),
        # paths
        ("[].image", "..image", "8:8: empty segment in path 'containerDefinitions..image'"),
        # schemas
        (SCHEMA, "schema: {format: uri}", "10:20: keyword 'format' is not in the subset of JSON Schema; there are"),
        (SCHEMA, "schema: {not: {patern: x}}", "10:26: keyword 'patern' is not in the subset"),
        (SCHEMA, "schema: {anyOf: [true, {$ref: nix}]}", "10:33: no condition is named 'nix'"),
        (SCHEMA, "schema: {properties: {a: {items: {$ref: nix}}}}", "10:43: no condition is named 'nix'"),
        (SCHEMA, "schema: {pattern: '(a'}", "10:21: not a regular expression: missing ), unterminated subpattern"),
        (SCHEMA, "schema: {if: true, then: {pattern: '['}}", "10:38: not a regular expression: unterminated"),
        # values of messages
        ("`{value}`", "`{vlaue}`", "11:10: {vlaue} is not a value of this rule; did you mean {value}?"),
        ("to {expected}", "to {actual}", "12:7: {actual} is not a value of this rule; there are answer, call, clean,"),
        ("`{value}`", "`{value`", "11:10: not a format string: "),
        ("`{value}`", "`{}`", "11:10: {} is not a value of this rule; there are "),
    ],
)  # fmt: skip
def test_mistake_is_told_with_its_place(old: str, new: str, mistake: str, file: Path) -> None:
    [found] = told(file, old, new)
    assert found.startswith(mistake)


@pytest.mark.parametrize(
    ("then", "mistake"),
    [
        ("{check: uniqe}", "10:11: no check is named 'uniqe'"),
        (
            "{check: unique, options: {items: 'containerDefinitions[].nam'}}",
            "10:36: containerDefinitions[] has no property 'nam'",
        ),
        (
            "{check: unique, options: {items: 'volumes[0]'}}",
            "10:36: 'volumes[0]': write volumes[]",
        ),
        (
            "{check: refers_to, options: {items: cpu, targets: 'volumes.name'}}",
            "10:53: volumes is a list",
        ),
        ("{check: sum_at_mst, options: {items: cpu}}", "10:11: no check is named 'sum_at_mst'"),
        ("{check: unique}", "10:3: unique needs the option 'items'"),
        ("{check: unique, options: {items: cpu, itms: b}}", "10:47: unique has no option 'itms'"),
        ("{check: unique, options: {items: ''}}", "10:36: must not be empty"),
        ("{check: unique, options: {items: 7}}", "10:36: must be a string, not a number"),
        (
            "{check: count_at_most, options: {items: cpu, most: x}}",
            "10:54: must be an integer, not a string",
        ),
    ],
)
def test_mistake_in_the_options_of_a_check_is_told(then: str, mistake: str, file: Path) -> None:
    text = SOUND.replace(f"\n  {SCHEMA}", f"\n  {then}").replace("help:", "#").replace("{value}", "x")
    text = text.replace("given: containerDefinitions[].image", "given: $")
    file.write_text(text, encoding="utf-8")
    assert [found.removeprefix(f"{file}:").partition("; ")[0] for found in validate(str(file), LIBRARY)] == [mistake]


@pytest.mark.parametrize(
    ("then", "meant"),
    [
        ("{check: uniqe, options: {items: cpu}}", "unique"),
        ("{check: unique, options: {itms: cpu}}", "items"),
        ("{check: image_registry, options: {allowed: {$table: region}}}", "regions"),
    ],
)
def test_what_was_meant_is_said(then: str, meant: str, file: Path) -> None:
    text = SOUND.replace(SCHEMA, then[1:-1].replace(", options", "\n  options")).replace("{expected}", "x")
    file.write_text(text, encoding="utf-8")
    assert f"; did you mean {meant}?" in "\n".join(validate(str(file), LIBRARY))


def test_value_of_another_check_is_unknown(file: Path) -> None:
    text = SOUND.replace(SCHEMA, "check: unique\n  options: {items: cpu}").replace("{expected}", "{first} {count}")
    text = text.replace("given: containerDefinitions[].image", "given: $")
    file.write_text(text, encoding="utf-8")
    [told] = validate(str(file), LIBRARY)
    there = "answer, call, container, first, key, more, path, resource, twin, value; fields are cpu, "
    assert told.startswith(f"{file}:13:7: {{count}} is not a value of this rule; there are {there}")


def test_source_gives_its_own_values(file: Path) -> None:
    assert told(file, SCHEMA, "source: structure\n  keywords: [type]") == []
    [mistake] = told(file, SCHEMA, "source: adapter")
    there = "there are alone, answer, call, cluster, container, count, example, group, key"
    assert mistake.startswith(f"12:7: {{expected}} is not a value of this rule; {there}")


def test_then_holds_one_of_three(file: Path) -> None:
    [mistake] = told(file, SCHEMA, f"{SCHEMA}\n  check: unique")
    assert mistake.startswith("10:3: ")


def test_mistakes_come_in_the_order_of_the_file(file: Path) -> None:
    text = SOUND.replace("{value}", "{a}").replace("{expected}", "{b}").replace("fargate", "x").replace("[].i", "..i")
    file.write_text(text, encoding="utf-8")
    starts = [mistake.removeprefix(f"{file}:").split(": ")[0] for mistake in validate(str(file), LIBRARY)]
    assert starts == ["7:8", "8:8", "11:10", "12:7"]


def test_conditions_are_those_of_the_library(file: Path) -> None:
    assert told(file, "fargate", "ours", Library({"task-definition": {"ours": True}}, {})) == []
    [mistake] = told(file, "fargate", "fargate", Library({"task-definition": {"ours": True}}, {}))
    assert mistake == "7:8: no condition is named 'fargate'; there are ours"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("id: [ACME001\nslug: x", "2:5"),
        ("id: ACME001\n  slug: x", "2:7"),
        ("id: ACME001\nid: ACME002", "2:1"),
        ("id: 'ACME001", "1:5"),
        ("a: *nobody", "1:4"),
        ("", "1:1"),
        ("a: 1\n--- \nb: 2\n", "2:1"),
    ],
)
def test_text_that_is_no_yaml_is_told_with_its_place(text: str, place: str, file: Path) -> None:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Mistakes) as caught:
        read_yaml(str(file))
    assert str(caught.value).startswith(f"{file}:{place}: ")


def test_keys_that_stand_twice_hide_nothing(file: Path) -> None:
    told_here = told(file, "since: 1.0.0", "since: 1.0.0\ntitle: Another title\nwhy: Another reason of many words")
    assert [mistake.split(": ")[0] for mistake in told_here] == ["17:1", "18:1"]
    found = told(file, "severity: error", "severity: high\nslug: b\nhelpp: x")
    assert [mistake.split(": ")[0] for mistake in found] == ["4:11", "5:1", "6:1"]


def test_no_mistake_hides_another_one(file: Path) -> None:
    """What the schema of rule files refuses, and what only the rest of ecslint can know, are told in one run."""
    text = (
        SOUND.replace("severity: error", "severity: high")
        .replace("when: [fargate, {required: [family]}]", "when: [7, {required: [famly]}, fargat]")
        .replace("given: containerDefinitions[].image", "given: [7, containerDefinition, '.']")
        .replace(SCHEMA, "schema: {minLength: x, maxLength: y, pattern: '(', not: {patern: x}}")
        .replace("`{value}`", "`{vlaue}`")
    )
    file.write_text(text, encoding="utf-8")
    starts = [
        "4:11: 'high' is none of error, warning, info",
        "7:8: 7 ",
        "7:23: there is no property 'famly' here; did you mean family?",
        "7:32: no condition is named 'fargat'; did you mean fargate?",
        "8:9: must be a string, not a number",
        "8:12: a task definition has no property 'containerDefinition'; did you mean containerDefinitions?",
        "8:33: empty segment in path '.'",
        "10:23: must be an integer, not a string",
        "10:37: must be an integer, not a string",
        "10:49: not a regular expression",
        "10:68: keyword 'patern' is not in the subset of JSON Schema; ",
        "11:10: {vlaue} is not a value of this rule; ",
    ]
    found = [mistake.removeprefix(f"{file}:") for mistake in validate(str(file), LIBRARY)]
    assert [mistake[: len(start)] for mistake, start in zip(found, starts, strict=True)] == starts
    assert found[-2].endswith("; did you mean pattern?")
    assert found[-1].endswith("; did you mean {value}?")


@pytest.mark.parametrize(
    ("path", "mistake"),
    [
        ("containerDefinition[]", "a task definition has no property 'containerDefinition'; did you mean containerDef"),
        ("containerDefinitions[].imge", "containerDefinitions[] has no property 'imge'; did you mean image?"),
        ("containerDefinitions[].portMappings[].x", "containerDefinitions[].portMappings[] has no property 'x'; there"),
        ("containerDefinitions.image", "containerDefinitions is a list; write containerDefinitions[] for each of its"),
        ("containerDefinitions.0.image", "containerDefinitions is a list; write containerDefinitions[] for each of"),
        ("containerDefinitions[0].image", "'containerDefinitions[0].image': write containerDefinitions[].image; "),
        ("containerDefinitions[web]", "'containerDefinitions[web]': write containerDefinitions[]; "),
        (
            "$.containerDefinitions[*].image",
            "'$.containerDefinitions[*].image': write $.containerDefinitions[].image; ",
        ),
        ("containerDefinitions[", "'containerDefinitions[': write containerDefinitions[]; "),
        ("family[]", "family is a string; there is nothing in it"),
        ("family.x", "family is a string; there is nothing in it"),
        ("containerDefinitions[].dockerLabels[]", "containerDefinitions[].dockerLabels is a mapping, not a list; `.*`"),
        ("[]", "a task definition is a mapping, not a list"),
    ],
)
def test_a_path_that_leads_to_nothing_is_told(path: str, mistake: str, file: Path) -> None:
    for given in (f"'{path}'", f"[family, '{path}']"):
        text = SOUND.replace("given: containerDefinitions[].image", f"given: {given}")
        file.write_text(text, encoding="utf-8")
        [found] = validate(str(file), LIBRARY)
        assert found.startswith(f"{file}:8:{8 if given == repr(path) else 17}: {mistake}")


@pytest.mark.parametrize(
    "path",
    ["$", "*", "*.x", "tags[].key", "containerDefinitions[].dockerLabels.team", "requiresAttributes[].name", "cpu"],
)
def test_a_path_that_may_lead_somewhere_is_sound(path: str, file: Path) -> None:
    assert told(file, "containerDefinitions[].image", f"'{path}'") == []


@pytest.mark.parametrize(
    ("given", "schema", "mistakes"),
    [
        ("$", "{properties: {containerDefinition: false}}", ["no property 'containerDefinition' here; did"]),
        ("$", "{allOf: [{required: [family, famly]}]}", ["no property 'famly' here; did you mean family?"]),
        ("volumes[]", "{if: {required: [hots]}, then: {properties: {nme: true}}}", ["'hots' here", "'nme' here; did"]),
        ("[volumes, tags]", "{items: {required: [key]}}", []),
        ("[volumes, tags]", "{items: {required: [ky]}}", ["no property 'ky'"]),
        ("$", "{properties: {tags: {contains: {properties: {ky: {const: a}}}}}}", ["no property 'ky' here; did you"]),
        ("containerDefinitions[]", "{properties: {dockerLabels: {required: [team]}}}", []),
        ("containerDefinitions[]", "{anyOf: [{not: {required: [x]}}, {type: string, minLength: 1}]}", ["property 'x'"]),
    ],
)  # fmt: skip
def test_a_member_that_nothing_there_has_is_told(given: str, schema: str, mistakes: list[str], file: Path) -> None:
    text = SOUND.replace("containerDefinitions[].image", given).replace(SCHEMA, f"schema: {schema}")
    file.write_text(text, encoding="utf-8")
    found = validate(str(file), LIBRARY)
    assert all(text in said for said, text in zip(found, mistakes, strict=True)), found


@pytest.mark.parametrize("text", ["just words", "[a, b]", "7", "null"])
def test_file_that_is_no_object_is_told(text: str, file: Path) -> None:
    file.write_text(text, encoding="utf-8")
    [mistake] = validate(str(file), LIBRARY)
    assert mistake.startswith(f"{file}:1:1: ")
    assert ": must be a mapping, not " in mistake


def test_place_counts_lines_and_columns_from_one() -> None:
    assert [validation.place("f", "ab\ncd\n", offset) for offset in (0, 1, 2, 3, 5, 6)] == [
        "f:1:1", "f:1:2", "f:1:3", "f:2:1", "f:2:3", "f:3:1",
    ]  # fmt: skip


# --- from files to rules ----------------------------------------------------------------------------


def test_single_names_become_lists_and_tables_become_options() -> None:
    fields: dict[str, Any] = {
        "kind": "task-definition",
        "given": "a[].b",
        "then": {"check": "x", "options": {"sizes": {"$table": "t"}, "most": 3}},
    }
    assert normalised(fields, {"t": [1, 2]}) == {
        "kind": ["task-definition"],
        "given": ["a[].b"],
        "then": {"check": "x", "options": {"sizes": [1, 2], "most": 3}},
    }
    assert fields["given"] == "a[].b"


def test_loaded_rule_has_the_fields_of_its_file(file: Path) -> None:
    file.write_text(SOUND, encoding="utf-8")
    rule = load_rule(str(file), LIBRARY.tables)
    assert (rule.id, rule.slug, rule.severity, rule.profile, rule.once) == (
        "ACME001",
        "image-elsewhere",
        "error",
        "default",
        False,
    )
    assert (rule.kinds, rule.given, rule.source) == (["task-definition"], ["containerDefinitions[].image"], str(file))
    assert rule.then == {"schema": {"pattern": "^registry[.]example/"}}


def test_rule_files_stand_in_the_folders_of_topics(tmp_path: Path) -> None:
    for name in ("b/ACME001.yaml", "a/ACME002.yaml", "a/notes.txt", "tables/t.yaml", "conditions.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert rule_files(str(tmp_path)) == [str(tmp_path / "b/ACME001.yaml"), str(tmp_path / "a/ACME002.yaml")]
