"""Mending: whatever the document, what comes out is no worse, and there is nothing left to mend."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecslint import document, engine, fixes, fixing, testing
from ecslint.model import Edit, Finding, Fix, Operation, Rule, Unknown
from ecslint.ruleset.bundle import Ruleset
from ecslint.syntax import edit, yaml
from tests.bundled import RULES
from tests.ruleset.test_compile import TASKS

#: A folder of real files to try as well; .ci/run names one where it can.
CORPUS = os.environ.get("ECSLINT_CORPUS", "")

#: Rules whose fix may bring to light an error that their own fault hides. It is then not made.
REVEALING = {
    "ECS013": "a number in quotes may be no address",
    "ECS104": "a size that can be read may be one that Fargate has not",
    "ECS116": "a limit as large as the reservation may be larger than the task",
    "ECS201": "in awsvpc mode there are neither links nor host names",
    "ECS443": "the container may be the only essential one",
}

slow = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
layouts = st.tuples(st.sampled_from([None, 0, 2, 4, "\t"]), st.sampled_from(["\n", "\r\n"]), st.booleans())


def everything(ruleset: Ruleset) -> engine.Settings:
    return engine.Settings(frozenset(range(ruleset.size)))


def text_of(value: Any, indent: int | str | None, newline: str, compact: bool) -> str:
    """A value as JSON, with placeholders as they are written."""

    def plain(part: Any) -> Any:
        if type(part) is Unknown:
            return part.raw
        if type(part) is dict:
            return {plain(key): plain(item) for key, item in part.items()}
        return [plain(item) for item in part] if type(part) is list else part

    separators = (",", ":") if compact else None
    return json.dumps(plain(value), indent=indent, separators=separators, ensure_ascii=False).replace("\n", newline)


def errors(findings: list[Finding]) -> Counter[str]:
    return Counter(finding.rule for finding in findings if finding.severity == "error")


def problems(text: str, name: str, ruleset: Ruleset, unsafe: bool) -> list[str]:
    """What mending a text does that it must not do."""
    before = fixing.mend(text, name, ruleset, engine.Settings(frozenset()))
    assert (before.text, before.fixed) == (text, [])
    once = fixing.mend(text, name, ruleset, everything(ruleset), unsafe=unsafe)
    twice = fixing.mend(once.text, name, ruleset, everything(ruleset), unsafe=unsafe)
    found = []
    read, now = (document.parse(one.encode("utf-8", "surrogatepass"), name) for one in (text, once.text))
    first, last = (engine.lint(one, ruleset, everything(ruleset))[0] for one in (read, now))
    more = errors(last) - errors(first)
    if more:
        found.append(f"{name}: more errors: {dict(more)}")
    if now.data is None and read.data is not None:
        found.append(f"{name}: cannot be read any more")
    if twice.text != once.text:
        found.append(f"{name}: not done: {[finding.rule for finding in twice.fixed]}")
    if {rule for rule, _, _ in once.refused} - (set(REVEALING) if unsafe else {"ECS013"}):
        found.append(f"{name}: refused: {once.refused}")
    if any(finding.fix and finding.fix.applicability == "unsafe" for finding in once.fixed) and not unsafe:
        found.append(f"{name}: unsafe fixes unasked")
    return found


def mended(text: str, ruleset: Ruleset, name: str = "task.json", *, unsafe: bool = False) -> str:
    return fixing.mend(text, name, ruleset, everything(ruleset), unsafe=unsafe).text


@slow
@given(TASKS, layouts, st.booleans())
def test_mending_makes_nothing_worse_and_comes_to_an_end(
    ruleset: Ruleset, task: Any, layout: tuple[Any, str, bool], unsafe: bool
) -> None:
    assert problems(text_of(task, *layout), "task.json", ruleset, unsafe) == []


@pytest.mark.parametrize("unsafe", [False, True])
def test_mending_real_files(ruleset: Ruleset, unsafe: bool) -> None:
    found = []
    for path in sorted(Path(CORPUS or "examples").rglob("*")):
        if path.suffix in (".json", ".yaml", ".yml") and path.is_file():
            text = path.read_bytes().decode("utf-8", "replace")
            found += problems(text, str(path), ruleset, unsafe)
    assert found == []


@pytest.mark.parametrize("unsafe", [False, True])
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_mending_examples_with_all_rules(ruleset: Ruleset, rule: Rule, unsafe: bool) -> None:
    for example in rule.docs["examples"]["bad"]:
        assert (
            problems(
                testing.text_of(example["code"]),
                testing.example_name(testing.text_of(example["code"]), example),
                ruleset,
                unsafe,
            )
            == []
        )


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.fix], ids=lambda rule: rule.id)
def test_every_fix_is_shown_by_an_example(rule: Rule) -> None:
    assert any("fixed" in example for example in rule.docs["examples"]["bad"])


CONTAINER = '{"name": "web", "image": "nginx:1.27", "memory": 128}'


@pytest.mark.parametrize(
    ("beside", "text"),
    [
        ("", '{"family": "web", "containerDefinitions": [CONTAINER]}'),
        (', "tags": []', '{"family": "web", "containerDefinitions": [CONTAINER]}'),
        (
            ', "tags": [{"key": "team", "value": "a"}]',
            '{"family": "web", "containerDefinitions": [CONTAINER], "tags": [{"key": "team", "value": "a"}]}',
        ),
        (', "ResponseMetadata": {"RetryAttempts": 0}', '{"family": "web", "containerDefinitions": [CONTAINER]}'),
        (', "tags": [{"key": "aws:x", "value": "a"}]', None),
        (', "services": []', None),
    ],
)
def test_describe_output_loses_its_wrapping_only_if_nothing_else_is_lost(
    beside: str, text: str | None, ruleset: Ruleset
) -> None:
    wrapped = f'{{"taskDefinition": {{"family": "web", "containerDefinitions": [{CONTAINER}]}}{beside}}}'
    assert mended(wrapped, ruleset) == wrapped
    assert mended(wrapped, ruleset, unsafe=True) == (wrapped if text is None else text.replace("CONTAINER", CONTAINER))


def test_unlike_entries_of_one_name_are_left_to_people(ruleset: Ruleset) -> None:
    tags = '[{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]'
    text = f'{{"family": "web", "tags": {tags}, "containerDefinitions": [{CONTAINER}]}}'
    assert mended(text, ruleset, unsafe=True) == text


def test_one_of_several_containers_is_not_made_essential(ruleset: Ruleset) -> None:
    both = ", ".join(f'{{"name": "{n}", "image": "a:1", "memory": 8, "essential": false}}' for n in "ab")
    text = f'{{"family": "web", "containerDefinitions": [{both}]}}'
    assert mended(text, ruleset, unsafe=True) == text


@pytest.mark.parametrize(
    ("target", "path"),
    [
        (".", ("a", 0, "b")),
        ("./c", ("a", 0, "b", "c")),
        ("../c", ("a", 0, "c")),
        ("../../2.c", ("a", 2, "c")),
        ("c.1.d", ("c", 1, "d")),
    ],
)
def test_target_of_a_step(target: str, path: tuple[str | int, ...]) -> None:
    assert fixes.at(target, ("a", 0, "b")) == path


@pytest.mark.parametrize(
    ("paths", "possible"),
    [
        ([("a",), ("b",)], True),
        ([("a", 0)], True),
        ([("a", 0), ("b",)], True),
        ([("a", 0), ("a", 1)], False),
        ([("a", 0), ("a", 1, "b")], False),
        ([("a",), None], False),
    ],
)
def test_fixes_of_one_finding(paths: list[tuple[str | int, ...] | None], possible: bool) -> None:
    parts = [path and Fix("remove it", "safe", [Operation("remove", path)]) for path in paths]
    made = fixes.together(parts)
    assert (made is not None) is possible
    assert made is None or made.title == ("remove it" if len(paths) == 1 else "remove it, and 1 more like it")


# --- many fixes in one file -----------------------------------------------------------------------------


def many(count: int) -> str:
    lines = [f"  - {{name: c{number}, image: 'nginx:1.27', memory: '128'}}\n" for number in range(count)]
    return "family: web\ncontainerDefinitions:\n" + "".join(lines)


def test_a_text_is_not_read_again_for_each_of_its_fixes(ruleset: Ruleset, monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    scan = yaml.scan
    monkeypatch.setattr(yaml, "scan", lambda text: read.append(text) or scan(text))
    counts = []
    for count in (10, 80):
        read.clear()
        mended = fixing.mend(many(count), "a.yaml", ruleset, everything(ruleset))
        assert len(mended.fixed) >= count
        counts.append(len(read))
    assert counts[0] == counts[1] <= 10


@pytest.mark.parametrize("member", ["cpu: null", "cpu: null\n    hostname: null"])
def test_one_fix_of_many_removals_reads_the_text_a_few_times(
    member: str, ruleset: Ruleset, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []
    scan = yaml.scan
    monkeypatch.setattr(yaml, "scan", lambda text: read.append(text) or scan(text))
    counts = []
    for count in (10, 80):
        head = "family: web\ncontainerDefinitions:\n"
        lines = [f"  - name: c{n}\n    image: nginx:1.27\n    memory: 128\n" for n in range(count)]
        read.clear()
        result = fixing.mend(
            head + "".join(f"{line}    {member}\n" for line in lines), "a.yaml", ruleset, everything(ruleset)
        )
        assert result.text == head + "".join(lines)
        counts.append(len(read))
    assert counts[0] == counts[1] <= 12


def test_equal_duplicates_are_removed_in_few_rounds(ruleset: Ruleset) -> None:
    """More of them than ten rounds of every other one would remove."""

    def text(count: int) -> str:
        return json.dumps(
            {
                "family": "web",
                "containerDefinitions": [
                    {
                        "name": "web",
                        "image": "nginx:1.27",
                        "memory": 128,
                        "environment": [{"name": "A", "value": "1"}] * count,
                    }
                ],
            },
            indent=1,
        )

    assert mended(text(1100), ruleset) == mended(text(1), ruleset)


@pytest.mark.parametrize("bad", [{0}, {7}, {3, 4}, {0, 11}, set(range(12))])
def test_of_many_fixes_those_that_do_something_else_are_withheld_alone(
    bad: set[int], ruleset: Ruleset, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the editor made a mistake in some of them."""
    drafted, edits_of = edit.drafted, edit.edits_of

    def is_bad(operations: Any) -> bool:
        return operations[0].path[1] in bad

    def wrong(reading: edit.Reading, operations: Any) -> list[Any]:
        changes = drafted(reading, operations)
        if is_bad(operations):
            changes = [Edit(change.start, change.end, "256") for change in changes]
        return changes

    def refused(reading: edit.Reading, operations: Any) -> list[Any]:
        if is_bad(operations):
            raise edit.Withheld("no")
        return edits_of(reading, operations)

    monkeypatch.setattr(edit, "drafted", wrong)
    monkeypatch.setattr(edit, "edits_of", refused)
    own = engine.Settings(frozenset(n for n, rule in enumerate(ruleset.rules) if rule.slug == "wrong-type"))
    mended = fixing.mend(many(12), "a.yaml", ruleset, own)
    withheld = [finding.pointer for finding, _ in mended.withheld]
    assert sorted(withheld) == sorted(f"/containerDefinitions/{number}/memory" for number in bad)
    assert "256" not in mended.text
    assert len(mended.fixed) == 12 - len(bad)


def test_syntax_and_other_findings_are_mended_in_one_run(ruleset: Ruleset) -> None:
    text = """\
{
  'family': "web", // the site
  "memory": 512,
  "containerDefinitions": [
    {
      "name": "web"
      "image": "nginx:1.27",
      "portMappings": {"containerPort": "80",}, /* one */
      "environment": {"A": 1.50, "B": 'x',},
    },
  ],
}
"""
    safe = """\
{
  "family": "web", // the site
  "memory": "512",
  "containerDefinitions": [
    {
      "name": "web",
      "image": "nginx:1.27",
      "portMappings": [{"containerPort": 80}], /* one */
      "environment": [{"name": "A", "value": "1.50"}, {"name": "B", "value": "x"}]
    }
  ]
}
"""
    assert mended(text, ruleset) == safe
    without = mended(text, ruleset, unsafe=True)
    assert without == safe.replace(" // the site", "").replace(" /* one */", "")
    for newline in ("\r\n", "\r"):
        assert mended(text.replace("\n", newline), ruleset) == safe.replace("\n", newline)


def test_a_fix_that_is_refused_holds_up_no_other_of_its_rule(ruleset: Ruleset) -> None:
    text = """\
{"family": "web", "memory": "512", "containerDefinitions": [
  {"name": "a", "image": "a:1", "memory": 64, "memoryReservation": 1024},
  {"name": "b", "image": "b:1", "memory": 64, "memoryReservation": 128}]}
"""
    wanted = text.replace('64, "memoryReservation": 128', '128, "memoryReservation": 128')
    only = frozenset(at for at in range(ruleset.size) if ruleset.rule(at).id in ("ECS113", "ECS116"))
    result = fixing.mend(text, "task.json", ruleset, engine.Settings(only), unsafe=True)
    assert result.text == wanted
    assert [(one.rule, "ECS113" in reason) for one, reason in result.withheld] == [("ECS116", True)]


@pytest.mark.parametrize("good", ["first", "last", "between"])
def test_many_refused_fixes_stop_no_other_and_a_second_run_finds_nothing(good: str, ruleset: Ruleset) -> None:
    bad = [{"name": f"b{n}", "image": "b:1", "memory": 64, "memoryReservation": 1024} for n in range(30)]
    fine = [{"name": f"g{n}", "image": "g:1", "memory": 64, "memoryReservation": 128} for n in range(30)]
    containers = {
        "first": [*fine, *bad],
        "last": [*bad, *fine],
        "between": [one for pair in zip(bad, fine, strict=True) for one in pair],
    }[good]
    text = json.dumps({"family": "web", "memory": "512", "containerDefinitions": containers}, indent=1)
    only = frozenset(at for at in range(ruleset.size) if ruleset.rule(at).id in ("ECS113", "ECS116"))
    once = fixing.mend(text, "task.json", ruleset, engine.Settings(only), unsafe=True)
    assert len(once.fixed) == 30
    assert len(once.withheld) == 30
    assert all("ECS113" in reason for _, reason in once.withheld)
    again = fixing.mend(once.text, "task.json", ruleset, engine.Settings(only), unsafe=True)
    assert (again.text, again.fixed) == (once.text, [])
    assert sorted(reason for _, reason in again.withheld) == sorted(reason for _, reason in once.withheld)


def test_fixes_that_undo_one_another_come_to_an_end_and_it_is_said(
    ruleset: Ruleset, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if a rule changed a value to and fro."""
    text = '{"family": "web", "containerDefinitions": [{"name": "a", "image": "a:1", "memory": "128"}]}'
    only = frozenset(at for at in range(ruleset.size) if ruleset.rule(at).slug == "wrong-type")
    settings = engine.Settings(only)
    found = engine.lint(document.parse(document.BOM + text.encode(), "task.json"), ruleset, settings)
    monkeypatch.setattr(engine, "lint", lambda *_: found)
    monkeypatch.setattr(edit, "drafted", lambda *_: [Edit(1, 1, " ")])
    monkeypatch.setattr(edit, "edits_of", lambda *_: [Edit(1, 1, " ")])
    result = fixing.mend(text, "task.json", ruleset, settings)
    assert [reason for _, reason in result.withheld] == [fixing.ENDLESS]


def test_a_fix_that_writes_anew_what_has_a_comment_is_withheld(ruleset: Ruleset) -> None:
    text = (
        "family: web\ncontainerDefinitions:\n  - name: web\n    image: nginx:1.27\n    memory: 128\n    environment:\n"
    )
    why = "      A: b # why\n      B: c\n"
    assert mended(text + why, ruleset, "task.yaml") == text + why
    assert mended(text + "      A: b\n", ruleset, "task.yaml") == text + "      - name: A\n        value: b\n"


def test_values_of_a_map_are_masked_wherever_they_stand(ruleset: Ruleset) -> None:
    settings = engine.Settings(frozenset(range(ruleset.size)), excerpts=True)
    settings.fixes = True
    for environment in ('{"A": "hush-hush"}', '["A=hush-hush"]', '{"A": 4711.50}'):
        text = f'{{"family": "web", "containerDefinitions": [{CONTAINER[:-1]}, "environment": {environment}}}]}}'
        found, source = engine.lint(document.parse(text.encode(), "task.json"), ruleset, settings)
        assert source is not None
        secret = "4711.50" if "4711" in text else "hush-hush"
        start = text.index(secret)
        assert any(low <= start and start + len(secret) <= high for low, high in source.masks)
        assert not any(secret in finding.message + finding.help for finding in found)
        assert all(f.fix.telling for f in found if f.fix and any(secret in edit.text for edit in f.fix.edits or ()))
