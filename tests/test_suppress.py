"""Suppressions silence what they name, where they stand, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ecslint import document, engine, fixing
from ecslint.marks import has_passed, is_date
from ecslint.model import Finding
from ecslint.ruleset.bundle import Ruleset
from ecslint.suppress import Entry, Silencing, above
from tests.ruleset.test_compile import TASKS, known

slow = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)

#: ECS101 on memory, ECS022 on cpu of web, ECS013 on memory of web and of log.
TASK = """\
family: shop
requiresCompatibilities: [FARGATE]
networkMode: awsvpc
cpu: "256"
memory: "8192"
containerDefinitions:
  - name: web
    image: nginx:1.27
    cpu: null
    memory: "128"
  - name: log
    image: fluentd:1.17
    essential: false
    memory: "64"
"""
ALL_FOUR = ["ECS101 memory", "ECS022 web.cpu", "ECS013 web.memory", "ECS013 log.memory"]


def lint(text: str, ruleset: Ruleset, name: str = "td.yaml", **changes: Any) -> list[Finding]:
    wanted = engine.Settings(changes.pop("enabled", ruleset.default), silencing=Silencing(**changes))
    found, _ = engine.lint(document.parse(text.encode(), name), ruleset, wanted)
    return sorted(found, key=lambda finding: (finding.start, finding.rule))


def place(finding: Finding) -> str:
    """``ECS013 web.memory``: a rule and a place for people."""
    crumb = finding.breadcrumb.replace("containerDefinitions[", "").replace("]", "")
    return f"{finding.rule} {crumb}".strip()


def loud(found: Iterable[Finding]) -> list[str]:
    return [place(finding) for finding in found if finding.suppressed is None]


def silent(found: Iterable[Finding]) -> list[tuple[str, str, str]]:
    return [(place(f), f.suppressed.by, f.suppressed.reason) for f in found if f.suppressed is not None]


def entry(rule: str, at: str = "", until: str = "") -> Entry:
    return Entry(0, rule, {"reason": "known", "at": at, "until": until})


def without(*gone: str) -> list[str]:
    return [found for found in ALL_FOUR if found not in gone]


# --- comments ---------------------------------------------------------------------------------------


def test_without_suppressions_all_findings_count(ruleset: Ruleset) -> None:
    found = lint(TASK, ruleset)
    assert (loud(found), silent(found)) == (ALL_FOUR, [])


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "comment",
    [
        "# ecslint: ignore ECS013 -- by hand",
        "#ecslint:ignore ecs013 --by hand",
        "#  ecslint:   ignore   wrong-type,   -- by   hand  ",
        "# ecslint: ignore ECS013, ECS101 until 9999-12-31 -- by hand",
    ],
)
def test_comment_silences_its_own_line(comment: str, newline: str, ruleset: Ruleset) -> None:
    text = TASK.replace('memory: "128"', f'memory: "128" {comment}')
    found = lint(text.replace("\n", newline), ruleset)
    assert silent(found) == [("ECS013 web.memory", "comment", "by hand")]
    unused = ["ECS060"] if "ECS101" in comment else []
    assert sorted(loud(found)) == sorted([*without("ECS013 web.memory"), *unused])


@pytest.mark.parametrize("between", ["", "    # the database wants it so\n", "\n  # ecslint: ignore nothing\n\n"])
def test_comment_on_a_line_of_its_own_silences_the_next_line_with_content(between: str, ruleset: Ruleset) -> None:
    between = between.replace("nothing", "ECS022 -- x")
    text = TASK.replace("    cpu: null", f"    # ecslint: ignore ECS022 -- by hand\n{between}    cpu: null")
    found = lint(text, ruleset)
    assert silent(found) == [("ECS022 web.cpu", "comment", "by hand")]


def test_comment_behind_a_key_silences_the_value_below_it(ruleset: Ruleset) -> None:
    text = TASK.replace('    memory: "64"', '    memory: # ecslint: ignore ECS013 -- by hand\n      "64"')
    assert loud(lint(text, ruleset)) == without("ECS013 log.memory")


def test_comment_does_not_reach_below_its_line(ruleset: Ruleset) -> None:
    text = TASK.replace("  - name: log", "  # ecslint: ignore ECS013 -- by hand\n  - name: log")
    assert loud(lint(text, ruleset)) == [*ALL_FOUR[:3], "ECS060", "ECS013 log.memory"]


@pytest.mark.parametrize(
    "value",
    [
        '"x # ecslint: ignore ECS013"',
        "x#ecslint:ignore ECS013",
        "'a\n\n      # ecslint: ignore ECS013 -- b'",
        "|\n      # ecslint: ignore ECS013 -- b",
        "{a: '# ecslint: ignore ECS013'}",
        "['# ecslint: ignore ECS013']",
    ],
)
def test_texts_that_look_like_comments_silence_nothing(value: str, ruleset: Ruleset) -> None:
    text = TASK.replace("    image: nginx:1.27\n", f"    hostname: {value}\n    image: nginx:1.27\n")
    found = lint(text.replace('    cpu: null\n    memory: "128"', '    memory: "128"'), ruleset)
    assert silent(found) == []
    assert not [finding for finding in found if finding.rule.startswith("ECS06")]


def test_comment_of_json_is_no_suppression(ruleset: Ruleset) -> None:
    text = '{"family": "web", // ecslint: ignore ECS002 ECS013\n "containerDefinitions": []} # ecslint: ignore ECS002'
    assert silent(lint(text, ruleset, "td.json")) == []


def test_comment_silences_a_fault_of_the_text(ruleset: Ruleset) -> None:
    text = TASK.replace("family: shop", "family: no # ecslint: ignore ambiguous-scalar -- the family of Norway")
    found = lint(text, ruleset)
    assert silent(found) == [("ECS006", "comment", "the family of Norway")]


# --- labels and tags --------------------------------------------------------------------------------


def with_labels(web: str, tag: str = "") -> str:
    labelled = TASK.replace("  - name: log", f'    dockerLabels: {{ecslint.ignore: "{web}"}}\n  - name: log')
    return labelled + (f'tags: [{{key: "ecslint:ignore", value: "{tag}"}}]\n' if tag else "")


def test_label_silences_its_container(ruleset: Ruleset) -> None:
    found = lint(with_labels("ECS013 null-value -- by hand"), ruleset)
    assert loud(found) == ["ECS101 memory", "ECS013 log.memory"]
    assert {why[1:] for why in silent(found)} == {("label", "by hand")}


def test_tag_silences_the_task_definition(ruleset: Ruleset) -> None:
    found = lint(with_labels("ECS022 -- a", "ECS013 ECS101 -- b"), ruleset)
    assert loud(found) == []
    assert {why[1:] for why in silent(found)} == {("label", "a"), ("tag", "b")}


def test_labels_and_tags_work_in_json(ruleset: Ruleset) -> None:
    data = {
        "family": "web",
        "tags": [{"key": "ecslint:ignore", "value": "ECS013"}],
        "containerDefinitions": [
            {"name": "a", "image": "nginx:1.27", "memory": "128"},
            {"name": "b", "image": "nginx:1.27", "memory": "128", "cpu": None},
            {"name": "c", "image": "b:1", "memory": 128, "cpu": None, "dockerLabels": {"ecslint.ignore": "ECS022"}},
        ],
    }
    found = lint(json.dumps(data), ruleset, "td.json")
    assert loud(found) == ["ECS022 b.cpu"]
    assert [where for where, _, _ in silent(found)] == ["ECS013 a.memory", "ECS013 b.memory", "ECS022 c.cpu"]


def test_suppression_does_not_reach_other_task_definitions_of_the_file(ruleset: Ruleset) -> None:
    task: dict[str, Any] = {"family": "a", "containerDefinitions": [{"name": "c", "image": "b:1", "memory": "128"}]}
    tagged = {**task, "tags": [{"key": "ecslint:ignore", "value": "ECS013 task-definition-in-list"}]}
    found = lint(json.dumps([task, tagged]), ruleset, "td.json")
    assert [(f.rule, f.pointer, f.suppressed is not None) for f in found] == [
        ("ECS023", "/0", False),
        ("ECS013", "/0/containerDefinitions/0/memory", False),
        ("ECS023", "/1", True),
        ("ECS013", "/1/containerDefinitions/0/memory", True),
    ]


def test_describe_output_has_its_tags_beside_the_task_definition(ruleset: Ruleset) -> None:
    container = {"name": "c", "image": "b:1", "memory": "128"}
    data = {
        "taskDefinition": {"family": "a", "containerDefinitions": [container]},
        "tags": [{"key": "ecslint:ignore", "value": "ECS013 describe-output -- an export"}],
    }
    assert loud(lint(json.dumps(data), ruleset, "td.json")) == []


@pytest.mark.parametrize("value", [None, 7, ["ECS013"], {"a": "ECS013"}, "${RULES}"])
def test_labels_that_are_no_texts_are_passed_over(value: Any, ruleset: Ruleset) -> None:
    container = {"name": "c", "image": "b:1", "memory": "128", "dockerLabels": {"ecslint.ignore": value}}
    data = {
        "family": "a",
        "containerDefinitions": [container, "ecslint"],
        "tags": [value, {"key": "ecslint:ignore", "value": value}, {"key": "ecslint:ignore"}],
    }
    found = lint(json.dumps(data), ruleset, "td.json")
    assert silent(found) == []
    assert "ECS013 c.memory" in loud(found)


# --- what may be wrong with them --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "it names no rule"),
        ("-- by hand", "it names no rule"),
        ("wrong-typ -- by hand", "word 1 is not a rule; did you mean `wrong-type`?"),
        ("ECS013 tok3n-9f8e7d -- by hand", "word 2 is not a rule"),
        ("ECS013 ECS999 -- by hand", "`ECS999` is not a rule"),
        ("ECS013 because we know -- why", "word 2 is not a rule"),
        ("ECS101 -- by hand", "`ECS101` is mandatory"),
        ("ECS013 until tomorrow -- by hand", "`until` needs a date at the end, as in 2026-12-31"),
        ("ECS013 until 2030-02-30", "`until` needs a date at the end, as in 2026-12-31"),
        ("ECS013 until 2030-02-03 or so", "`until` needs a date at the end, as in 2026-12-31"),
        ("ECS013 until", "`until` needs a date at the end, as in 2026-12-31"),
    ],
)
@pytest.mark.parametrize("carrier", ["comment", "label"])
def test_mistake_is_told_where_it_stands(carrier: str, text: str, problem: str, ruleset: Ruleset) -> None:
    if carrier == "comment":
        whole = TASK.replace('memory: "128"', f'memory: "128" # ecslint: ignore {text}')
    else:
        whole = with_labels(text)
    found = lint(whole, ruleset, mandatory=frozenset(("ECS101",)))
    [told] = [finding for finding in found if finding.rule == "ECS062"]
    assert told.message == f"this suppression is not understood: {problem}"
    assert whole[told.start : told.end].strip('"').endswith(text)
    assert "tok3n" not in "".join(finding.message + finding.help for finding in found)
    assert "ECS101 memory" in loud(found)
    assert ("ECS013 web.memory" in loud(found)) == ("until" in text or "ECS013" not in text)


def test_suppression_of_a_rule_that_does_not_run_is_not_called_unused(ruleset: Ruleset) -> None:
    text = TASK.replace("image: nginx:1.27", "image: nginx:1.27 # ecslint: ignore ECS722 ECS541 -- by hand")
    assert loud(lint(text, ruleset)) == ALL_FOUR


def test_suppression_on_a_clean_document_is_called_unused(ruleset: Ruleset) -> None:
    text = "family: a # ecslint: ignore ECS013 -- x\ncontainerDefinitions: [{name: a, image: 'b:1', memory: 128}]\n"
    assert loud(lint(text, ruleset)) == ["ECS060"]


def test_expired_suppression_is_told_and_silences_nothing(ruleset: Ruleset) -> None:
    text = TASK.replace('memory: "128"', 'memory: "128" # ecslint: ignore ECS013 until 2020-02-29 -- x')
    found = lint(text, ruleset)
    assert sorted(loud(found)) == sorted([*ALL_FOUR, "ECS061"])
    assert "the suppression of ECS013 has expired on 2020-02-29" in [finding.message for finding in found]


def test_reason_is_asked_for_in_the_strict_profile(ruleset: Ruleset) -> None:
    text = TASK.replace('memory: "128"', 'memory: "128" # ecslint: ignore ECS013')
    found = lint(text, ruleset, enabled=frozenset(range(ruleset.size)))
    assert "ECS063" in [finding.rule for finding in found]
    assert "ECS063" not in [finding.rule for finding in lint(text, ruleset)]


def test_suppressions_cannot_silence_what_is_said_of_suppressions(ruleset: Ruleset) -> None:
    text = TASK.replace('memory: "128"', 'memory: "128" # ecslint: ignore ECS060 ECS101 -- x')
    found = lint(text, ruleset)
    assert (silent(found), loud(found).count("ECS060")) == ([], 2)


def test_suppressions_can_be_left_unheeded(ruleset: Ruleset) -> None:
    text = with_labels("ECS013", "ECS101 nonsense")
    assert loud(lint(text, ruleset, heed=False)) == ALL_FOUR


def test_dates() -> None:
    assert [is_date(text) for text in ("2024-02-29", "2023-02-29", "2024-2-29", "20240229", "", "2024-02-29T00")] == [
        True, False, False, False, False, False,
    ]  # fmt: skip
    assert [has_passed(until) for until in ("", "2020-01-01", "9999-12-31")] == [False, True, False]


# --- the configuration ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "at", "gone"),
    [
        ("ECS013", "", ["ECS013 web.memory", "ECS013 log.memory"]),
        ("ECS013", "containerDefinitions", ["ECS013 web.memory", "ECS013 log.memory"]),
        ("ECS013", "containerDefinitions[name=web]", ["ECS013 web.memory"]),
        ("ECS013", "containerDefinitions[name=log].memory", ["ECS013 log.memory"]),
        ("ECS013", "containerDefinitions[log].memory", ["ECS013 log.memory"]),
        ("ECS013", "containerDefinitions[name=log].mem", []),
        ("ECS013", "containerDefinitions[name=lo", []),
        ("ECS013", "containerDefinitions[name=web].cpu", []),
        ("ECS013", "/containerDefinitions/1", ["ECS013 log.memory"]),
        ("ECS013", "/containerDefinitions/0/memory", ["ECS013 web.memory"]),
        ("ECS013", "/containerDefinitions/0/mem", []),
        ("ECS013", "/", []),
        ("ECS022", "containerDefinitions[name=web].cpu", ["ECS022 web.cpu"]),
        ("ECS101", "memory", ["ECS101 memory"]),
    ],
)
def test_entry_silences_its_place_and_all_below(rule: str, at: str, gone: list[str], ruleset: Ruleset) -> None:
    found = lint(TASK, ruleset, entries=[entry(rule, at)])
    assert loud(found) == without(*gone)
    assert silent(found) == [(where, "config", "known") for where in gone]


def test_expired_entry_silences_nothing(ruleset: Ruleset) -> None:
    assert loud(lint(TASK, ruleset, entries=[entry("ECS013", until="2020-01-01")])) == ALL_FOUR


def test_mandatory_rules_are_silenced_by_nothing(ruleset: Ruleset) -> None:
    text = with_labels("ECS013", "ECS013").replace("cpu: null", "cpu: null # ecslint: ignore ECS013")
    known_before = {("ECS013", "shop", "containerDefinitions[log].memory"): 9}
    found = lint(text, ruleset, entries=[entry("ECS013")], baseline=known_before, mandatory=frozenset(("ECS013",)))
    assert silent(found) == []


def test_merged_findings_lose_only_what_is_suppressed(ruleset: Ruleset) -> None:
    nulls = "".join(
        f"  - {{name: {name}, image: 'b:1', memory: 64, essential: false, cpu: null, user: null}}\n" for name in "abc"
    )
    text = TASK + nulls
    [merged] = [f for f in lint(text, ruleset) if f.rule == "ECS022"]
    assert merged.message.startswith("null for `cpu` and 6 more")
    found = lint(text, ruleset, entries=[entry("ECS022", "containerDefinitions[name=b]")])
    told = [f for f in found if f.rule == "ECS022" and f.suppressed is None]
    assert [f.message.partition(":")[0] for f in told] == ["null for `cpu` and 4 more"]
    assert [where for where, _, _ in silent(found)] == ["ECS022 b.cpu", "ECS022 b.user"]


@slow
@given(TASKS.filter(known), st.data())
def test_entry_at_any_finding_silences_exactly_what_is_there(ruleset: Ruleset, task: Any, data: st.DataObject) -> None:
    text = json.dumps(task)
    everything = {"enabled": frozenset(range(ruleset.size)), "apart": True}
    before = [f for f in lint(text, ruleset, "td.json", **everything) if f.rule != "ECS000"]
    if not before:
        return
    chosen = data.draw(st.sampled_from(before))
    form = data.draw(st.sampled_from(["pointer", "breadcrumb", "named"]))
    at = chosen.pointer if form == "pointer" else chosen.breadcrumb
    if form == "named":
        at = at.replace("containerDefinitions[", "containerDefinitions[name=", 1)
    after = lint(text, ruleset, "td.json", entries=[entry(chosen.rule, at)], **everything)
    assert len(after) == len(before)
    for finding in after:
        there = finding.rule == chosen.rule and (not at or is_below(finding, chosen, form))
        assert (finding.suppressed is not None) == there, (at, finding.pointer, finding.breadcrumb)


def is_below(finding: Finding, chosen: Finding, form: str) -> bool:
    """Whether a finding stands at the place of another or below it."""
    if form == "pointer":
        return (finding.pointer + "/").startswith(chosen.pointer + "/")
    rest = finding.breadcrumb.removeprefix(chosen.breadcrumb)
    return finding.breadcrumb.startswith(chosen.breadcrumb) and rest[:1] in ("", ".", "[")


@slow
@given(
    TASKS.filter(known), st.lists(st.sampled_from(["ECS013", "ECS014", "ECS010", "null-value", "ECS102"]), min_size=1)
)
@example({"cpu": "a", "compatibilities": "ACTIVE", "containerDefinitions": [{"command": None}]}, ["null-value"])
def test_label_silences_nothing_outside_of_its_container(ruleset: Ruleset, task: Any, names: list[str]) -> None:
    containers = task.get("containerDefinitions")
    if type(containers) is not list or not containers or type(containers[0]) is not dict:
        return
    everything = {"enabled": frozenset(range(ruleset.size)), "apart": True}
    containers[0] = {**containers[0], "dockerLabels": {"ecslint.ignore": " ".join(names)}}
    found = lint(json.dumps(task), ruleset, "td.json", **everything)
    for finding in found:
        if finding.suppressed is not None:
            assert finding.pointer.startswith("/containerDefinitions/0")
            assert {finding.rule, finding.slug} & set(names)
    unheeded = lint(json.dumps(task), ruleset, "td.json", heed=False, **everything)
    assert [(f.rule, f.pointer) for f in found if not f.rule.startswith("ECS06")] == [
        (f.rule, f.pointer) for f in unheeded
    ]


@given(st.text(), st.text())
def test_any_label_is_read_without_breaking(ruleset: Ruleset, label: str, tag: str) -> None:
    data = {
        "family": "a",
        "containerDefinitions": [
            {"name": "c", "image": "b:1", "memory": "128", "dockerLabels": {"ecslint.ignore": label}}
        ],
        "tags": [{"key": "ecslint:ignore", "value": tag}],
    }
    found = lint(json.dumps(data), ruleset, "td.json")
    assert "ECS000" not in [finding.rule for finding in found]


@given(
    st.text("a/.[]", max_size=8),
    st.text("a/.[]", max_size=8).map(lambda text: f"/{text}") | st.just(""),
    st.text("a/.[]", max_size=8),
)
def test_places_above_are_those_that_end_between_two_steps(at: str, pointer: str, breadcrumb: str) -> None:
    place, separators = (pointer, "/") if at.startswith("/") else (breadcrumb, ".[")
    means = not at or (place.startswith(at) and (place == at or place[len(at)] in separators))
    assert (at in set(above(pointer, breadcrumb))) == means


def test_of_two_entries_for_one_finding_the_first_counts(ruleset: Ruleset) -> None:
    ats = ["cpu", "memory", "", "memory"]
    entries = [Entry(number, "ECS101", {"reason": "x", "at": at}) for number, at in enumerate(ats)]
    found = [finding for finding in lint(TASK, ruleset, entries=entries) if finding.rule == "ECS101"]
    assert [finding.suppressed and finding.suppressed.entry for finding in found] == [1]


# --- metadata of templates --------------------------------------------------------------------------


def template(*metadata: Any) -> str:
    """A template with one task definition for each metadata, which all have the same fault."""
    task = {"Family": "f", "RequiresCompatibilities": ["FARGATE"], "NetworkMode": "awsvpc", "Cpu": "256", "Memory": 512}
    task["ContainerDefinitions"] = [{"Name": "a", "Image": "b:1", "StopTimeout": {"Fn::If": ["C", 300, 400]}}]
    resources = {
        f"T{number}": {"Type": "AWS::ECS::TaskDefinition", "Metadata": known, "Properties": task}
        for number, known in enumerate(metadata)
    }
    conditions = {"C": {"Fn::Equals": [{"Ref": "P"}, "a"]}}
    return json.dumps({"Parameters": {"P": {"Type": "String"}}, "Conditions": conditions, "Resources": resources})


def test_metadata_silences_its_resource(ruleset: Ruleset) -> None:
    text = template({"ecslint": {"ignore": ["ECS653 -- slow", "ECS101"]}}, {})
    found = lint(text, ruleset, "t.json")
    assert [why[1:] for why in silent(found)] == [("metadata", "slow")] * 2  # each branch of the condition
    assert sorted(finding.rule for finding in found if finding.suppressed is None) == ["ECS060", "ECS653", "ECS653"]


def test_metadata_of_no_use_is_removed(ruleset: Ruleset) -> None:
    def mended(text: str) -> str:
        return fixing.mend(text, "t.json", ruleset, engine.Settings(ruleset.default), named=True).text

    more = {"aws": 1}
    assert mended(template({"ecslint": {"ignore": ["ECS653", "ECS101"]}})) == template(
        {"ecslint": {"ignore": ["ECS653"]}}
    )
    assert mended(template({"ecslint": {"ignore": ["ECS101"]}, **more})) == template(more)


@pytest.mark.parametrize(
    "own", ["ECS653", ["ECS653"], {}, {"ignore": "ECS653"}, {"ignore": [1]}, {"ignored": ["ECS653"]}]
)
def test_metadata_that_is_not_understood_is_a_finding(own: Any, ruleset: Ruleset) -> None:
    found = lint(template({"ecslint": own}), ruleset, "t.json")
    assert silent(found) == []
    assert [finding.rule for finding in found if finding.rule.startswith("ECS06")] == ["ECS062"]


def test_metadata_elsewhere_silences_nothing(ruleset: Ruleset) -> None:
    data = json.loads(template({}))
    data["Metadata"] = data["Resources"]["X"] = {"Metadata": {"ecslint": {"ignore": ["ECS653"]}}}
    assert silent(lint(json.dumps(data), ruleset, "t.json")) == []
