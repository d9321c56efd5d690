"""A baseline knows the findings of a file by rule and place, whatever becomes of its layout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ecslint import baseline, document, engine
from ecslint.model import Finding, Mistakes
from ecslint.ruleset.bundle import Ruleset, data_folder
from ecslint.suppress import Silencing
from tests.bundled import RULES
from tests.ruleset.test_compile import TASKS, known
from tests.test_suppress import TASK

if TYPE_CHECKING:
    from ecslint.baseline import Counts

slow = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
SCHEMA = Draft202012Validator(json.loads((Path(data_folder("schemas")) / "baseline.json").read_text("utf-8")))


def lint(text: str, ruleset: Ruleset, name: str = "td.json", **changes: Any) -> list[Finding]:
    wanted = engine.Settings(frozenset(range(ruleset.size)), silencing=Silencing(**changes))
    return engine.lint(document.parse(text.encode("utf-8", "surrogatepass"), name), ruleset, wanted)[0]


def recorded(text: str, ruleset: Ruleset, name: str = "td.json") -> dict[Any, int]:
    return baseline.counted(lint(text, ruleset, name, apart=True), ())


def loud(text: str, known_before: dict[Any, int], ruleset: Ruleset, name: str = "td.json") -> list[tuple[str, str]]:
    """(rule, place) of what a baseline does not know."""
    found = lint(text, ruleset, name, baseline=known_before)
    return [(finding.rule, finding.breadcrumb) for finding in found if finding.suppressed is None]


KEYS = st.tuples(st.sampled_from(["ECS013", "ECS101"]), st.text(max_size=5), st.text(max_size=8))
COUNTS = st.dictionaries(
    st.text(min_size=1, max_size=8), st.dictionaries(KEYS, st.integers(1, 5), min_size=1, max_size=4), max_size=4
)


# --- the file ---------------------------------------------------------------------------------------


@given(COUNTS)
def test_file_is_read_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, counts: Counts) -> None:
    path = tmp_path_factory.getbasetemp() / "baseline.json"
    text = baseline.text(counts)
    path.write_text(text, encoding="utf-8")
    assert baseline.read(str(path)).counts == counts
    assert list(SCHEMA.iter_errors(json.loads(text))) == []


@given(COUNTS, st.randoms())
def test_file_does_not_depend_on_the_order_of_findings(counts: Counts, random: Any) -> None:
    def shuffled(items: dict[Any, Any]) -> dict[Any, Any]:
        keys = list(items)
        random.shuffle(keys)
        return {key: items[key] for key in keys}

    other = shuffled({file: shuffled(keys) for file, keys in counts.items()})
    assert baseline.text(other) == baseline.text(counts)


def test_file_has_a_line_for_each_entry() -> None:
    text = baseline.text({"b.json": {("ECS1", "web", "a"): 2}, "a.json": {("ECS2", "", ""): 1}})
    assert text == (
        '{\n  "version": 1,\n  "findings": [\n'
        '    {"file": "a.json", "resource": "", "rule": "ECS2", "path": "", "count": 1},\n'
        '    {"file": "b.json", "resource": "web", "rule": "ECS1", "path": "a", "count": 2}\n'
        "  ]\n}\n"
    )
    assert baseline.text({}) == '{\n  "version": 1,\n  "findings": []\n}\n'


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("", "1:1: the file is empty"),
        ("[]", "1:1: must be a mapping, not a list"),
        ("{", "1:1: the text ends inside the object"),
        ('{"version": 2, "findings": []}', "1:13: must be 1"),
        ('{"version": 1}', "1:1: the field 'findings' is missing"),
        ('{"version": 1, "findings": [{}]}', "1:29: the field 'count' is missing"),
        ('{"version": 1, "findings": [], "x": 1}', "1:32: 'x' is not a field here; there are version, findings"),
        (
            '{"version": 1,\n "findings": [{"file": "a", "rule": "b", "resource": "", "path": "", "count": 0}]}',
            "2:79: must be 1 or more, not 0",
        ),
        ('{"version": 1, "version": 1, "findings": []}', "1:16: the key 'version' stands here twice"),
    ],
)
def test_mistakes_are_told_with_their_places(text: str, mistake: str, tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(text)
    with pytest.raises(Mistakes) as caught:
        baseline.read(str(path))
    assert str(caught.value).splitlines()[0].startswith(f"{path}:{mistake}")


def test_entries_for_the_same_finding_add_up(tmp_path: Path) -> None:
    entry = '{"file": "a", "rule": "b", "resource": "", "path": "", "count": 2}'
    (tmp_path / "baseline.json").write_text(f'{{"version": 1, "findings": [{entry}, {entry}]}}')
    assert baseline.read(str(tmp_path / "baseline.json")).counts == {"a": {("b", "", ""): 4}}


# --- what it knows ----------------------------------------------------------------------------------


@slow
@given(TASKS.filter(known))
def test_what_was_recorded_does_not_count(ruleset: Ruleset, task: Any) -> None:
    text = json.dumps(task)
    assert loud(text, recorded(text, ruleset), ruleset) == []


@slow
@given(TASKS.filter(known), st.sampled_from([None, 1, 4]), st.sampled_from(["\n", "\r\n"]))
def test_layout_does_not_matter(ruleset: Ruleset, task: Any, indent: int | None, newline: str) -> None:
    before = recorded(json.dumps(task), ruleset)
    assert loud(json.dumps(task, indent=indent).replace("\n", newline), before, ruleset) == []


#: Rules that compare containers, so that the place of a finding depends on which one comes first.
ABOUT_SEVERAL = {rule.id for rule in RULES if "check" in rule.then and tuple(rule.given or ("$",)) == ("$",)}


@slow
@given(TASKS.filter(known), st.randoms())
def test_order_of_containers_does_not_matter(ruleset: Ruleset, task: Any, random: Any) -> None:
    containers = task.get("containerDefinitions")
    if type(containers) is not list:
        return
    named = [{**one, "name": f"c{i}"} if type(one) is dict else {"name": f"c{i}"} for i, one in enumerate(containers)]
    before = recorded(json.dumps({**task, "containerDefinitions": named}), ruleset)
    moved = random.sample(named, len(named))
    found = loud(json.dumps({**task, "containerDefinitions": moved}), before, ruleset)
    assert [finding for finding in found if finding[0] not in ABOUT_SEVERAL] == []


def test_new_findings_count(ruleset: Ruleset) -> None:
    before = recorded(TASK, ruleset, "td.yaml")
    assert loud(
        TASK.replace("    image: nginx:1.27", "    image: nginx:1.27\n    user: null"), before, ruleset, "td.yaml"
    ) == [("ECS022", "containerDefinitions[web].user")]
    renamed = TASK.replace("name: log", "name: logs")
    assert ("ECS013", "containerDefinitions[logs].memory") in loud(renamed, before, ruleset, "td.yaml")
    other = TASK.replace("family: shop", "family: store")
    assert ("ECS101", "memory") in loud(other, before, ruleset, "td.yaml")


def test_more_of_the_same_counts(ruleset: Ruleset) -> None:
    ports = "    portMappings: [{containerPort: 0}%s]\n"
    one = TASK.replace("    image: nginx:1.27\n", "    image: nginx:1.27\n" + ports % "")
    container = '{"name": "web", "image": "b:1", "memory": "1"}'
    twice = '{"family": "a", "containerDefinitions": [%s]}'
    before = recorded(twice % container, ruleset)
    found = loud(twice % f"{container}, {container}", before, ruleset)
    assert ("ECS013", "containerDefinitions[web].memory") in found
    assert found.count(("ECS013", "containerDefinitions[web].memory")) == 1
    assert loud(one, recorded(one, ruleset, "td.yaml"), ruleset, "td.yaml") == []


def test_no_value_is_recorded(ruleset: Ruleset) -> None:
    secret = "tok3n-9f8e7d"  # noqa: S105 - made up
    task = {
        "family": "a",
        "memory": secret,
        "containerDefinitions": [
            {
                "name": "c",
                "image": secret,
                "cpu": secret,
                "command": secret,
                "environment": [{"name": "A", "value": 7}],
            },
            {"name": "d", "image": "b:1", "logConfiguration": {"logDriver": secret, "options": {"a": secret}}},
        ],
    }
    text = baseline.text({"td.json": recorded(json.dumps(task), ruleset)})
    assert text.count("ECS") > 5
    assert secret not in text


# --- updating ---------------------------------------------------------------------------------------

OLD: Counts = {"a": {("R", "", "x"): 2, ("S", "", "y"): 1}, "b": {("R", "", "x"): 1}, "gone": {("R", "", "x"): 1}}


def exists(file: str) -> bool:
    return file != "gone"


def test_update_takes_what_is_found_and_keeps_what_was_not_checked() -> None:
    now: Counts = {"a": {("R", "", "x"): 3}, "c": {("T", "", ""): 1}, "d": {}}
    assert baseline.updated(OLD, now, exists) == {"a": {("R", "", "x"): 3}, "b": OLD["b"], "c": now["c"]}


def test_prune_only_removes() -> None:
    now: Counts = {"a": {("R", "", "x"): 1, ("T", "", ""): 1}, "c": {("T", "", ""): 1}}
    assert baseline.pruned(OLD, now, exists) == {"a": {("R", "", "x"): 1}, "b": OLD["b"]}
    assert baseline.pruned(OLD, {"a": {}, "b": {}}, exists) == {}


@given(COUNTS, COUNTS)
def test_pruned_baseline_knows_no_more_than_before_and_than_there_is(old: Counts, now: Counts) -> None:
    left = baseline.pruned(old, now, lambda _: True)
    for file, keys in left.items():
        for key, count in keys.items():
            assert 0 < count <= old[file][key]
            assert file not in now or count <= now[file][key]
    assert baseline.pruned(left, now, lambda _: True) == left
