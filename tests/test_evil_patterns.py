"""Whatever a repository gives as a pattern: nothing hangs. The places come from the schemas, so none can be forgotten.

Python's own matcher would take longer than a lifetime for each of these; a process that takes 60 seconds has failed.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ecslint.ruleset import expressions, rules, validation

ROOT = Path(__file__).parent.parent
LIMIT = 60

EVIL = ("^(a+)+$", "(a|a)*b$", "*a*a*a*a*a*a*a*a*a*a*b", "**/a/**/a/**/a/**/a/**/a/**/a/**/b")
VICTIM = "a" * 60
FOLDERS = "/".join(["a"] * 60)

DOCUMENT = {
    "family": VICTIM,
    "containerDefinitions": [
        {
            "name": VICTIM,
            "image": f"{VICTIM}!",
            "memory": 128,
            "environment": [{"name": f"{VICTIM}!", "value": f"{VICTIM}!"}] * 2,
            "dockerLabels": {f"{VICTIM}!": f"{VICTIM}!"},
        }
    ],
    "tags": [{"key": f"{VICTIM}!", "value": f"{VICTIM}!"}] * 2,
}


def ecslint(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run ecslint; one that hangs raises TimeoutExpired."""
    return subprocess.run(
        [sys.executable, "-m", "ecslint", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
        env={"PYTHONPATH": str(ROOT)},
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository whose files and folders have evil names, and evil content."""
    lay_out(tmp_path)
    return tmp_path


def lay_out(folder: Path) -> None:
    """Fill such a repository."""
    (folder / ".git").mkdir(parents=True)
    (folder / FOLDERS).mkdir(parents=True)
    for name in (f"{VICTIM}.json", f"{FOLDERS}/{VICTIM}.json"):
        (folder / name).write_text(json.dumps(DOCUMENT))


# --- files --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pattern", EVIL)
def test_gitignore(pattern: str, folder: Path) -> None:
    (folder / ".gitignore").write_text(f"{pattern}\n!{pattern}/\n/{pattern}\n")
    assert ecslint(folder, ".").returncode in (0, 1)


def texts(schema: Any, definitions: Any, value: str, depth: int = 0) -> Iterator[Any]:
    """Values of a schema that hold ``value`` in one of the places where any text may stand, one for each place."""
    schema = {**schema, **definitions.get(schema.get("$ref", "").rpartition("/")[2], {})} if schema else {}
    kind = schema.get("type")
    if kind == "string" and schema.get("format") != "date":
        yield value
    elif kind == "array":
        yield from ([item] for item in texts(schema.get("items", {}), definitions, value, depth))
    elif kind == "object":
        properties = schema.get("properties", {})
        needed = {name: filler(properties[name], definitions) for name in schema.get("required", ())}
        for name, member in properties.items():
            yield from ({**needed, name: text} for text in texts(member, definitions, value, depth))
        others = schema.get("additionalProperties")
        if isinstance(others, dict):
            yield {value: filler(others, definitions)}
            yield from ({VICTIM: text} for text in texts(others, definitions, value, depth))


def filler(schema: Any, definitions: Any) -> Any:
    """Some value of a schema."""
    schema = {**schema, **definitions.get(schema.get("$ref", "").rpartition("/")[2], {})}
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "object":
        name = next(iter(schema["properties"]))
        return {name: filler(schema["properties"][name], definitions)}
    return "ECS101" if schema.get("type") == "string" else []


CONFIG = validation.schema_of("config")


PLACES = [data for pattern in EVIL for data in texts(CONFIG, CONFIG["$defs"], pattern)]


def test_places_of_a_configuration_are_those_of_its_schema() -> None:
    found = [data for data in PLACES if EVIL[0] in json.dumps(data)]
    assert {"exclude": [EVIL[0]]} in found
    assert {"suppress": [{"files": EVIL[0], "rule": "ECS101", "reason": "ECS101"}]} in found
    assert {"per-file": {EVIL[0]: {"launch-type": "EC2"}}} in found
    assert {name for data in found for name in data} >= {
        "rules",
        "select",
        "ignore",
        "severity",
        "mandatory",
        "baseline",
    }


#: Checks one folder after the other, and says how that ended.
EACH = """
import sys
from ecslint.cli import run
for folder in sys.argv[1:]:
    print(folder, run(["--quiet", "--jobs", "1", "--output-format", "concise", folder]), flush=True)
"""


def test_configuration(tmp_path: Path) -> None:
    folders = []
    for number, data in enumerate(PLACES):
        folder = tmp_path / str(number)
        lay_out(folder)
        (folder / ".ecslint.yaml").write_text(json.dumps(data))
        folders.append(str(folder))
    done = subprocess.run(
        [sys.executable, "-c", EACH, *folders], capture_output=True, text=True, timeout=LIMIT, check=True, cwd=ROOT
    )
    ends = [line.rpartition(" ") for line in done.stdout.splitlines() if line.rpartition(" ")[0] in folders]
    assert [folder for folder, _, _ in ends] == folders
    assert {code for _, _, code in ends} <= {"0", "1", "2"}
    assert "Traceback" not in done.stderr


# --- policies -----------------------------------------------------------------------------------------


def schemas(pattern: str) -> Iterator[tuple[str, Any]]:
    """Schemas with a pattern below each keyword that holds schemas."""
    leaf = {"pattern": pattern}
    yield "pattern", leaf
    for keyword in rules.SUBSCHEMAS:
        if keyword in ("allOf", "anyOf"):
            yield keyword, {keyword: [leaf, leaf]}
        elif keyword == "properties":
            yield keyword, {keyword: {"name": leaf, "image": leaf, "family": leaf}}
        else:
            yield keyword, {keyword: leaf, **({"if": leaf} if keyword in ("then", "else") else {})}


def test_pattern_is_the_only_keyword_that_holds_one() -> None:
    known = validation.schema_of("rule")["$defs"]["schema"]["properties"]
    others = {"$ref", "type", "enum", "required", "dependentRequired", *rules.SUBSCHEMAS}
    numbers = {name for name, schema in known.items() if "count" in str(schema) or schema.get("type") == "number"}
    assert set(known) - others - numbers == {"pattern"}
    assert set(expressions.KEYWORDS) - set(known) <= {"const", expressions.MEMBERS}


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(a|a)*b", "^({family}+)+$", "(.*a){20}{family}$"])
def test_policies(pattern: str, folder: Path) -> None:
    (folder / "policies").mkdir()
    found = dict(schemas(pattern))
    for number, schema in enumerate(found.values()):
        for offset, where in enumerate(("then", "when", "condition")):
            rule: dict[str, Any] = {"id": f"ACME{number * 3 + offset:03}", "slug": f"evil-{chr(97 + number)}-{where}"}
            rule |= {"title": "What is evil, in short", "message": "this is evil", "given": ["$"]}
            if where == "then":
                given = ["$", "family", "tags[].key", "containerDefinitions[]", "containerDefinitions[].image"]
                rule |= {"given": [*given, "containerDefinitions[].dockerLabels"], "then": {"schema": schema}}
            else:
                if "properties" in schema:
                    schema = {"properties": {"family": schema["properties"]["family"]}}  # what a task has
                rule |= {"when": schema if where == "when" else f"c{number}", "then": {"schema": False}}
            (folder / "policies" / f"{rule['id']}.yaml").write_text(json.dumps(rule))
    (folder / "policies" / "conditions.yaml").write_text(json.dumps({f"c{n}": s for n, s in enumerate(found.values())}))
    (folder / ".ecslint.yaml").write_text("rules: [policies]\nselect: [ACME]\n")
    run = ecslint(folder, f"{VICTIM}.json")
    assert run.returncode == 1, run.stderr
    assert "ECS000" not in run.stdout


#: Gives every check every option: evil where any text may stand, and paths that lead to evil texts in all others.
CHECKS = """
import itertools, json, sys
from ecslint.checks import load
from ecslint.ruleset import policies, rules

EVIL, VICTIM, DOCUMENT = json.load(sys.stdin)
WAYS = ["containerDefinitions[].environment[].value", "containerDefinitions[].environment[]", "tags[].key", ""]

def values(schema, text):
    kind = schema.get("type")
    if "enum" in schema:
        return schema["enum"][0]
    if "pattern" in schema:
        return "L"
    if kind == "array":
        return [values(schema.get("items", {}), text)]
    if kind == "object":
        members = {name: values(member, text) for name, member in schema.get("properties", {}).items()}
        others = schema.get("additionalProperties")
        return {**members, **({text: values(others, text)} if type(others) is dict else {})}
    return {"integer": schema.get("minimum", 0), "boolean": False}.get(kind, text)

library = rules.Library({}, {})
calls = 0
for name, declared in load().items():
    for evil, option in itertools.product(EVIL, declared.options):
        others = [other for other in declared.options if other != option]
        for ways in itertools.product(WAYS, repeat=len(others)):
            options = {other: values(declared.options[other], way) for other, way in zip(others, ways)}
            options[option] = values(declared.options[option], evil)
            then = policies.marked({"options": options}, policies.foreign_patterns(
                {"check": name, "options": options}, library))
            for value in (DOCUMENT, VICTIM + "!", DOCUMENT["containerDefinitions"][0]):
                calls += 1
                try:
                    list(declared.function(value, **then["options"]))
                except Exception:
                    pass  # an option that no rule may have
print(calls)
"""


def test_options_of_all_checks() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHECKS],
        input=json.dumps([EVIL, VICTIM, DOCUMENT]),
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=True,
        cwd=ROOT,
    )
    assert int(done.stdout) > 1_000


@pytest.mark.parametrize(
    "then",
    [
        'check: count_at_most, options: {items: "tags[].key", most: 0, unless: "^(a+)+$"}',
        'check: plaintext_value, options: {places: ["tags[].key"], formats: {evil: "^(a+)+$"}}',
        "check: plaintext_value, options: {places: ['tags[].key'], formats: {$table: evil}}",
    ],
)
def test_options_in_a_file(then: str, folder: Path) -> None:
    (folder / "policies/tables").mkdir(parents=True)
    (folder / "policies/tables/evil.yaml").write_text('evil: "^(a+)+$"\n')
    head = "id: ACME001\nslug: an-evil-one\ntitle: What is evil, in short\nmessage: this is evil\n"
    (folder / "policies/a.yaml").write_text(f"{head}then: {{{then}}}\n")
    (folder / ".ecslint.yaml").write_text("rules: [policies]\nselect: [ACME]\n")
    run = ecslint(folder, f"{VICTIM}.json")
    assert run.returncode == ("count" in then), run.stdout + run.stderr


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [("(?=a)b", "assert is not supported"), ("(a", "not a regular expression"), ("(?i)a", "flags such as")],
)
@pytest.mark.parametrize("table", [False, True])
def test_pattern_in_an_option_that_has_no_bound_is_told(pattern: str, reason: str, table: bool, folder: Path) -> None:
    (folder / "policies/tables").mkdir(parents=True)
    (folder / "policies/tables/own.yaml").write_text(f"x: '{pattern}'\n")
    formats = "{$table: own}" if table else f"{{x: '{pattern}'}}"
    then = f"check: plaintext_value, options: {{places: [family], formats: {formats}}}"
    head = "id: ACME001\nslug: an-evil-one\ntitle: What is evil, in short\nmessage: this is evil\n"
    (folder / "policies/a.yaml").write_text(f"{head}then: {{{then}}}\n")
    (folder / ".ecslint.yaml").write_text("rules: [policies]\n")
    run = ecslint(folder, f"{VICTIM}.json")
    assert run.returncode == 2
    assert reason in run.stderr
    assert "policies/a.yaml:5:" in run.stderr


def test_policies_may_use_the_bundled_formats(folder: Path) -> None:
    (folder / "policies").mkdir()
    then = "check: plaintext_value, options: {places: [family], formats: {$table: secret-values}}"
    head = "id: ACME001\nslug: no-secret\ntitle: What is secret, in short\nmessage: '{what} is secret'\n"
    (folder / "policies/a.yaml").write_text(f"{head}then: {{{then}}}\n")
    (folder / ".ecslint.yaml").write_text("rules: [policies]\nselect: [ACME]\n")
    family = "x://someone:pa55-Word7@db.internal"
    (folder / "x.json").write_text(json.dumps({"family": family, "containerDefinitions": []}))
    run = ecslint(folder, "x.json")
    assert run.returncode == 1, run.stderr
    assert "a URL with a password is secret" in run.stdout
