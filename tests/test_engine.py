"""From documents to findings: rules that break down, values that nobody may see, placeholders, launch types."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecslint import document, engine
from ecslint.adapters.intrinsics import intrinsic
from ecslint.model import Finding, Rule, Source, Unknown
from ecslint.reporters.hunk import rows_of
from ecslint.ruleset import bundle
from ecslint.ruleset.bundle import Ruleset
from ecslint.ruleset.compile import compile_rules
from tests.bundled import LIBRARY, RULES
from tests.ruleset.test_compile import SCHEMA, TASKS

slow = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)

CONTAINER = {"name": "web", "image": "nginx:1.27", "memory": 128}
TASK = {"family": "web", "requiresCompatibilities": ["EC2"], "containerDefinitions": [CONTAINER]}


def lint(
    data: Any, ruleset: Ruleset, name: str = "td.json", launch_type: str | None = None
) -> tuple[list[Finding], Source | None]:
    """What all rules say of a document, given as data or as text, and its text for reports with excerpts."""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    wanted = engine.Settings(frozenset(range(ruleset.size)), None, launch_type, excerpts=True)
    wanted.fixes = True
    return engine.lint(document.parse(text.encode("utf-8", "surrogatepass"), name), ruleset, wanted)


# --- rules that break down --------------------------------------------------------------------------


def with_broken_options(broken: str, **options: Any) -> Ruleset:
    """The bundled rules, one of which hands options to its check with which the check must raise."""
    rules = []
    for rule in RULES:
        if rule.id == broken:
            then = {**rule.then, "options": {**rule.then["options"], **options}}
            rule = Rule({**rule.docs, "then": then}, rule.source)
        rules.append(rule)
    module: dict[str, Any] = {}
    ours = [(number, rule) for number, rule in enumerate(rules) if "task-definition" in rule.kinds]
    exec(compile_rules(ours, LIBRARY.conditions["task-definition"], "containerDefinitions"), module)  # noqa: S102 - made of our own rules
    return bundle.load(module["RULES"])


TAGGED = {**TASK, "memory": "oops", "tags": [{"key": f"{number}%", "value": "x"} for number in range(51)]}
RAISING: dict[str, tuple[str, dict[str, Any]]] = {
    "once for a resource": ("ECS037", {"unless": "("}),
    "at each of many places": ("ECS039", {"categories": 7}),
}


def ids(data: Any, ruleset: Ruleset, **options: Any) -> list[str]:
    return [finding.rule for finding in lint(data, ruleset, **options)[0]]


@pytest.mark.parametrize("case", RAISING)
def test_rule_that_raises_is_one_finding_and_the_others_still_report(case: str, ruleset: Ruleset) -> None:
    rule, options = RAISING[case]
    found, _ = lint(TAGGED, with_broken_options(rule, **options))
    sound = ids(TAGGED, ruleset)
    assert rule in sound
    assert sorted(f.rule for f in found) == sorted(["ECS000", *(other for other in sound if other != rule)])
    [internal] = [finding for finding in found if finding.rule == "ECS000"]
    assert (internal.slug, internal.severity, internal.pointer) == ("internal-error", "error", "")
    assert internal.message.startswith(f"{rule} broke down here (")


def test_rule_that_does_not_come_to_its_check_cannot_break_down() -> None:
    assert "ECS000" not in ids(TASK, with_broken_options("ECS039", categories=7))


def test_rule_that_raises_is_not_heard_of_if_it_is_off() -> None:
    ruleset = with_broken_options("ECS039", categories=7)
    enabled = frozenset(number for number in range(ruleset.size) if RULES[number].id != "ECS039")
    found, _ = engine.lint(document.parse(json.dumps(TAGGED).encode(), "td.json"), ruleset, engine.Settings(enabled))
    assert "ECS000" not in [finding.rule for finding in found]


# --- values that no report may show -----------------------------------------------------------------

SECRET = "tok3n"  # noqa: S105 - made up
DEFINITIONS: dict[str, Any] = SCHEMA["$defs"]
REQUEST = SCHEMA["$ref"].rpartition("/")[2]
LABELS = ("a", "awslogs-group")


def resolved(schema: Any) -> Any:
    return DEFINITIONS[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def filled(schema: Any, hidden: bool = False) -> Any:
    """A value with every member that the schema knows; every text that nobody may see is SECRET.

    Lists hold the same item twice, so that rules about duplicates speak.
    """
    schema = resolved(schema)
    hidden = hidden or bool(schema.get("writeOnly"))
    if "properties" in schema:
        members = schema["properties"].items()
        return {name: filled(member, hidden) for name, member in members if not member.get("readOnly")}
    if schema["type"] == "array":
        return [filled(schema["items"], hidden) for _ in range(2)]
    if schema["type"] == "object":
        return {label: filled(schema["additionalProperties"], hidden) for label in LABELS}
    if schema["type"] == "string":
        return SECRET if hidden else schema.get("enum", ["web"])[0]
    return schema["type"] == "boolean" or 7


FILLED = filled({"$ref": SCHEMA["$ref"]})


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all values below a value, except for those in the second item of a list."""
    items = value.items() if type(value) is dict else enumerate(value[:1]) if type(value) is list else ()
    return [found for key, item in items for found in ((*path, key), *places(item, (*path, key)))]


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for part in path:
        value = value[part]
    return value


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """A copy with another value at a path."""
    changed = copy.deepcopy(value)
    at(changed, path[:-1])[path[-1]] = new
    return changed


def renamed(value: Any, path: tuple[Any, ...], key: str) -> Any:
    """A copy in which the member at a path has another name, and stands where it stood."""
    changed = copy.deepcopy(value)
    parent = at(changed, path[:-1])
    members = [(key if name == path[-1] else name, item) for name, item in parent.items()]
    parent.clear()
    parent.update(members)
    return changed


def all_secret(value: Any) -> Any:
    """The value with SECRET for every text in it."""
    if type(value) is dict:
        return {key: all_secret(item) for key, item in value.items()}
    if type(value) is list:
        return [all_secret(item) for item in value]
    return SECRET if type(value) is str else value


def shown(found: list[Finding], source: Source | None) -> str:
    """All that reports may show of findings: their words, their fixes, and the text without its masks."""
    words = [text for f in found for text in (f.message, f.help, f.name, f.breadcrumb, *(x.message for x in f.related))]
    for fix in (f.fix for f in found if f.fix is not None):
        edits = fix.edits or ()
        words += [fix.title, fix.withheld, *(edit.text for edit in edits if not fix.telling)]
        if source is not None:
            words += [line for _, line in rows_of(source, fix)]
    if source is not None:
        start = 0
        for first, last in source.masks:
            words.append(source.text[start:first])
            start = last
        words.append(source.text[start:])
    return "\n".join(words)


WRAPPINGS: dict[str, Any] = {
    "register input": lambda task: (json.dumps(task), "td.json"),
    "indented": lambda task: (json.dumps(task, indent=2), "td.json"),
    "yaml": lambda task: (yaml.safe_dump(task, sort_keys=False), "td.yaml"),
    "flow yaml": lambda task: (yaml.safe_dump(task, sort_keys=False, default_flow_style=True), "td.yaml"),
    "describe output": lambda task: (json.dumps({"taskDefinition": task, "tags": []}), "td.json"),
    "task in a list": lambda task: (json.dumps([task]), "td.json"),
    "tolerant": lambda task: (json.dumps(task)[:-1] + ", }", "td.json"),
}
wrapped = pytest.mark.parametrize("wrapping", WRAPPINGS)


def revealed(task: Any, ruleset: Ruleset, wrapping: str = "register input") -> bool:
    """Whether a report could show SECRET; every text holds a fault, so that there is a report."""
    text, name = WRAPPINGS[wrapping](task)
    assert SECRET in text
    found, source = lint(text, ruleset, name)
    assert found
    assert source is not None
    return SECRET in shown(found, source)


def test_something_is_shown(ruleset: Ruleset) -> None:
    found, source = lint(FILLED, ruleset)
    assert '"name": "web", "image": "web"' in shown(found, source)


def test_document_holds_all_that_must_be_hidden() -> None:
    for word in ("environment", "secrets", "command", "entryPoint", "dockerLabels"):
        assert SECRET in json.dumps(FILLED["containerDefinitions"][0][word])
    for word in ("options", "secretOptions"):
        assert SECRET in json.dumps(FILLED["containerDefinitions"][0]["logConfiguration"][word])


@wrapped
def test_hidden_values_are_never_shown(wrapping: str, ruleset: Ruleset) -> None:
    assert not revealed(FILLED, ruleset, wrapping)


def test_hidden_values_of_a_bare_list_of_containers_are_never_shown(ruleset: Ruleset) -> None:
    assert not revealed(FILLED["containerDefinitions"], ruleset)


RESPELLINGS = {"upper": str.upper, "capital": str.capitalize, "plural": "{}s".format, "comment": "_{}".format}


@pytest.mark.parametrize(
    ("respelling", "wrapping"),
    [*((respelling, "register input") for respelling in RESPELLINGS), ("upper", "yaml"), ("plural", "describe output")],
)
def test_hidden_values_below_misspelt_members_are_never_shown(respelling: str, wrapping: str, ruleset: Ruleset) -> None:
    members = [path for path in places(FILLED) if type(path[-1]) is str and SECRET in json.dumps(at(FILLED, path))]
    respelt = [renamed(FILLED, path, RESPELLINGS[respelling](path[-1])) for path in members]
    leaking = [path for path, task in zip(members, respelt, strict=True) if revealed(task, ruleset, wrapping)]
    assert leaking == []


def test_texts_below_unknown_members_are_never_shown(ruleset: Ruleset) -> None:
    objects = [path for path in places(FILLED) if type(at(FILLED, path)) is dict]
    values: list[Any] = [SECRET, [SECRET], {"name": SECRET}, [{"name": SECRET, "value": 1}]]
    keys = ["zzz", "enviroment", "env", "_comment"]
    leaking = [
        (path, key)
        for path in [(), *objects]
        for number, key in enumerate(keys)
        if revealed(put(FILLED, (*path, key), values[number]), ruleset)
    ]
    # Labels and log options have no unknown members; their values are hidden anyway.
    assert leaking == []


def test_texts_where_lists_and_objects_belong_are_never_shown(ruleset: Ruleset) -> None:
    # One public text in the place of a list of them is shown: it can only be meant as the one item.
    holders = [path for path in places(FILLED) if type(at(FILLED, path)) in (dict, list)]
    holders = [path for path in holders if type(at(FILLED, path)) is dict or type(at(FILLED, path)[0]) is dict]
    leaking = [path for path in holders if revealed(put(FILLED, path, SECRET), ruleset)]
    assert leaking == []


def test_lists_and_maps_of_texts_in_the_place_of_secret_objects_are_never_shown(ruleset: Ruleset) -> None:
    for key in ("environment", "secrets", "environmentFiles"):
        for value in ([f"A={SECRET}"], {"A": SECRET}, f"A={SECRET}", [[SECRET]], [{"A": SECRET}]):
            task = put(FILLED, ("containerDefinitions", 0, key), value)
            assert not revealed(task, ruleset), (key, value)


def test_all_texts_of_another_shape_are_hidden(ruleset: Ruleset) -> None:
    hidden = [path for path in places(FILLED) if at(FILLED, path) == SECRET]
    values: list[Any] = [[SECRET], {SECRET[1:]: SECRET}, [[{"a": SECRET}]]]
    leaking = [path for path in hidden for value in values if revealed(put(FILLED, path, value), ruleset)]
    assert leaking == []


def test_value_of_a_member_that_comes_twice_is_never_shown(ruleset: Ruleset) -> None:
    text = json.dumps(FILLED)
    for word in ("environment", "command", "dockerLabels", "secrets"):
        start = text.index(f'"{word}": ')
        assert not revealed_text(
            f'{text[:start]}"{word}": [{{"name": "A", "value": "{SECRET}"}}], {text[start:]}', ruleset
        )


def test_comments_are_never_shown(ruleset: Ruleset) -> None:
    for text in (f"{json.dumps(TASK)} // {SECRET}", f"/* {SECRET} */ {json.dumps(TASK)}"):
        assert not revealed_text(text, ruleset)
    assert not revealed_text(f"{yaml.safe_dump(TAGGED)}# {SECRET}\n", ruleset, "td.yaml")


def revealed_text(text: str, ruleset: Ruleset, name: str = "td.json") -> bool:
    found, source = lint(text, ruleset, name)
    assert found
    assert source is not None
    return SECRET in shown(found, source)


BEGINNINGS = json.dumps(put(TASK, ("containerDefinitions", 0, "environment"), [{"name": "A", "value": SECRET}]))


@pytest.mark.parametrize(
    "rest", ["", "]", "}", " x", '"', f" {SECRET} ", f" '{SECRET}'", f'"{SECRET}', f'"a": {SECRET}']
)
def test_values_of_a_text_that_cannot_be_parsed_are_never_shown(rest: str, ruleset: Ruleset) -> None:
    text = BEGINNINGS[: BEGINNINGS.index(SECRET) + len(SECRET) + 1] + rest
    assert not revealed_text(text, ruleset)
    assert not revealed_text(text.replace('"', "'"), ruleset)
    assert not revealed_text(text.replace(": ", ":"), ruleset)


@pytest.mark.parametrize(
    "tail",
    [
        f"environment: {{A: {SECRET}",
        f"environment: [{{name: A, value: {SECRET}}}\n    b: c",
        f"command: [{SECRET}, '{SECRET}', \"{SECRET}\"\n    x: y",
        f"command: |\n      {SECRET}\n     b: [\n",
        f"command:\n    - {SECRET}\n    - - {SECRET}\n    -- {{",
        f"command: '{SECRET}\n      {SECRET}",
        f"\t{SECRET}: [",
    ],
)
def test_values_of_yaml_that_cannot_be_parsed_are_never_shown(tail: str, ruleset: Ruleset) -> None:
    text = f"family: web\ncontainerDefinitions:\n  - name: web\n    {tail}"
    found, source = lint(text, ruleset, "td.yaml")
    assert [finding.rule for finding in found] == ["ECS001"]
    assert SECRET not in shown(found, source)


def planted(value: Any, schema: Any) -> Any:
    """The value with SECRET for each text that the schema does not allow a report to show."""
    schema = None if schema is None else resolved(schema)
    schema = None if schema is None or schema.get("writeOnly") else schema
    if type(value) is dict:
        members = {} if schema is None else schema.get("properties", {})
        return {key: planted(item, members.get(key)) for key, item in value.items() if type(key) is str}
    if type(value) is list:
        return [planted(item, None if schema is None else schema.get("items")) for item in value]
    if type(value) is str and (schema is None or "properties" in resolved(schema.get("items", schema))):
        return SECRET
    return value.raw if type(value) is Unknown else value


@slow
@given(TASKS)
def test_hidden_values_of_any_task_definition_are_never_shown(ruleset: Ruleset, task: Any) -> None:
    made = planted(task, {"$ref": SCHEMA["$ref"]})
    for text, name in (WRAPPINGS["register input"](made), WRAPPINGS["yaml"](made)):
        assert SECRET not in shown(*lint(text, ruleset, name))


# --- placeholders -----------------------------------------------------------------------------------


def texts_of_good_examples() -> list[Any]:
    """The good examples of all rules, as data, each with the id of its rule."""
    found = []
    for rule in RULES:
        for example in rule.docs["examples"]["good"]:
            if isinstance(example, str):
                language = document.language_of("ecs.config", example)
                if language == document.ENV:  # test_agent tries placeholders in each variable
                    continue
                example = document.parse(example.encode(), "example", language).data
            found.append((rule.id, in_full(example)))
    return found


def in_full(value: Any) -> Any:
    """A value with functions of templates as JSON writes them."""
    function = intrinsic(value, ())
    if type(value) is Unknown and function is not None:
        return {function[0]: in_full(function[1])}
    if type(value) is dict:
        return {key: in_full(item) for key, item in value.items()}
    return [in_full(item) for item in value] if type(value) is list else value


GOOD = texts_of_good_examples()
PLACEHOLDERS = ["${X}", "<X>", "{{ x }}", "a-${X}", "${X}.b", "%X%", "${X}${Y}"]


MOST_PLACES = 40  # of one example; some are documents of 64 KiB


def scalars(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = list(value.items() if type(value) is dict else enumerate(value) if type(value) is list else ())
    if type(value) not in (dict, list):
        return [path]
    return [found for key, item in items for found in scalars(item, (*path, key))]


def errors(data: Any, ruleset: Ruleset) -> set[str]:
    """The rules with errors, but for the one about what stands beside a placeholder."""
    return {finding.rule for finding in lint(data, ruleset)[0] if finding.severity == "error"} - {"ECS043"}


@slow
@given(st.sampled_from(GOOD), st.data())
def test_placeholders_bring_no_error(ruleset: Ruleset, good: tuple[str, Any], data: st.DataObject) -> None:
    _, example = good
    replaced = example
    for path in data.draw(st.lists(st.sampled_from(scalars(example)), min_size=1, max_size=6, unique=True)):
        replaced = put(replaced, path, data.draw(st.sampled_from(PLACEHOLDERS)))
    assert errors(replaced, ruleset) - errors(example, ruleset) == set()


@pytest.mark.parametrize("rule", sorted({rule for rule, _ in GOOD}))
def test_one_placeholder_anywhere_brings_no_error(rule: str, ruleset: Ruleset) -> None:
    examples = [example for name, example in GOOD if name == rule]
    new = [
        (path, errors(put(example, path, "${X}"), ruleset) - errors(example, ruleset))
        for example in examples
        for path in scalars(example)[:MOST_PLACES]
    ]
    assert [entry for entry in new if entry[1]] == []


ODD = ["\ud800", "", "\x00", "\n", "x" * 300, "\U0010ffff", "e\u0301", "-1", "9" * 30, ":", "/", "@", "."]


def odd(value: Any, text: str) -> Any:
    """The value with something at the end of each of its texts, or nothing in their place."""
    if type(value) is dict:
        return {key: odd(item, text) for key, item in value.items()}
    if type(value) is list:
        return [odd(item, text) for item in value]
    return (value + text if text else "") if type(value) is str else value


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_break_no_rule(text: str, ruleset: Ruleset) -> None:
    broken = {
        (name, finding.message)
        for name, example in GOOD
        for finding in lint(json.dumps(odd(example, text)), ruleset)[0]
        if finding.rule == "ECS000"
    }
    assert broken == set()


# --- launch types -----------------------------------------------------------------------------------

NO_SIZE = {"family": "web", "networkMode": "awsvpc", "containerDefinitions": [CONTAINER]}


def test_launch_type_is_taken_for_what_the_document_does_not_say(ruleset: Ruleset) -> None:
    assert "ECS102" not in errors(NO_SIZE, ruleset)
    found, _ = lint(NO_SIZE, ruleset, launch_type="FARGATE")
    assert "ECS102" in [finding.rule for finding in found]
    assert "ECS601" not in [finding.rule for finding in found]


def test_document_wins_over_the_launch_type(ruleset: Ruleset) -> None:
    said = {**NO_SIZE, "requiresCompatibilities": ["EC2"]}
    assert ids(said, ruleset, launch_type="FARGATE") == ids(said, ruleset)
    empty = {**NO_SIZE, "requiresCompatibilities": []}
    assert ids(empty, ruleset, launch_type="FARGATE") == ids(NO_SIZE, ruleset, launch_type="FARGATE")


def test_launch_type_of_a_template_is_not_known(ruleset: Ruleset) -> None:
    template = {**NO_SIZE, "requiresCompatibilities": ["${LAUNCH_TYPE}"]}
    assert not re.search("ECS1|ECS6", " ".join(errors(template, ruleset)))


# --- what is no ECS document ------------------------------------------------------------------------


@pytest.mark.parametrize("data", [{}, [], None, 1, True, {"a": 1}, [1], [{"name": "a"}], {"Resources": {}}])
def test_other_documents_have_no_findings_and_no_source(data: Any, ruleset: Ruleset) -> None:
    assert lint(data, ruleset) == ([], None)
    assert not engine.is_ecs(document.parse(json.dumps(data).encode(), "x.json"))


@pytest.mark.parametrize("depth", [200, 300, 900, 5_000])
@pytest.mark.parametrize(
    "data",
    [
        {**TASK, "x": "DEEP"},
        {**TASK, "family": "DEEP"},
        {**TASK, "containerDefinitions": "DEEP"},
        {**TASK, "containerDefinitions": [{**CONTAINER, "dockerLabels": {"a": "DEEP"}}]},
        {**TASK, "containerDefinitions": [{**CONTAINER, "command": ["DEEP"]}]},
        {"taskDefinition": TASK, "x": "DEEP"},
        [TASK, {**TASK, "x": "DEEP"}],
    ],
)
def test_what_nests_too_deeply_is_one_finding(data: Any, depth: int, ruleset: Ruleset) -> None:
    for opening, closing in ("[]", ('{"a":', "}")):
        text = json.dumps(data).replace('"DEEP"', opening * depth + "1" + closing * depth)
        [finding] = lint(text, ruleset)[0]
        assert (finding.rule, finding.message) == ("ECS001", "nested deeper than 200 levels")


def test_clean_document_has_no_source(ruleset: Ruleset) -> None:
    wanted = engine.Settings(ruleset.default)
    assert engine.lint(document.parse(json.dumps(TASK).encode(), "td.json"), ruleset, wanted) == ([], None)


def test_masks_are_not_looked_up_without_excerpts_and_then_hide_everything(ruleset: Ruleset) -> None:
    text = json.dumps(TAGGED)
    found, source = engine.lint(document.parse(text.encode(), "td.json"), ruleset, engine.Settings(ruleset.default))
    assert found
    assert source is not None
    assert source.masks == ((0, len(text)),)


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("jobs:\n  run: |\n    jq '.containerDefinitions[0]' x.json\n  - ]: [", False),
        ('a:\n  run: cat <<X\n        "containerDefinitions": [\n - ]: [', False),
        ("# containerDefinitions\na: [", False),
        ('echo "$(jq .containerDefinitions td.json)": [', False),
        ("family: web\ncontainerDefinitions:\n  - ]: [", True),
        ("taskDefinition:\n  containerDefinitions:\n  - ]: [", True),
        ("'containerDefinitions': [", True),
        ("{family: web, containerDefinitions: [", True),
    ],
)
def test_a_broken_file_that_only_mentions_containers_is_none_of_ours(text: str, ours: bool) -> None:
    parsed = document.parse(text.encode(), "x.yaml")
    assert parsed.data is None
    assert engine.is_ecs(parsed) is ours
