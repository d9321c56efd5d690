"""What the server offers, without a client: fixes, completions, what members mean."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lsprotocol.types import (
    TextDocumentContentChangePartial,
    TextDocumentContentChangeWholeDocument,
    TextDocumentEdit,
    TextEdit,
)

from ecslint import document
from ecslint.cli import run
from ecslint.lsp import actions, completion, cursor, meaning, outline
from ecslint.lsp.features import knowledge
from ecslint.lsp.session import Session
from ecslint.lsp.silencing import added, pattern
from tests.bundled import RULES

EXAMPLES = Path(__file__).parent.parent.parent / "examples"


def fixed(session: Session, uri: str) -> str:
    """The text of a document after ``source.fixAll``."""
    one, judged = session.opened[uri], session.judged(uri)
    assert judged is not None
    action = actions.fix_all(judged, one)
    if action is None:
        return one.text.whole
    assert action.edit is not None
    assert action.edit.document_changes is not None
    [change] = action.edit.document_changes
    assert isinstance(change, TextDocumentEdit)
    assert change.text_document.version == one.version
    [edit] = change.edits
    assert isinstance(edit, TextEdit)
    return one.text.changed([TextDocumentContentChangePartial(edit.range, edit.new_text)]).whole


#: The bad examples of all rules that fix something.
BAD = [
    example["code"]
    for rule in RULES
    if any(fix["applicability"] == "safe" for fix in rule.fix)
    for example in rule.docs["examples"]["bad"]
    if type(example["code"]) in (dict, str)
]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(code=st.sampled_from(BAD), indent=st.sampled_from([None, 2, 4]), crlf=st.booleans(), bom=st.booleans())
def test_fix_all_is_what_ecslint_fix_writes(tmp_path: Path, code: object, indent: int, crlf: bool, bom: bool) -> None:
    text = code if type(code) is str else json.dumps(code, indent=indent, ensure_ascii=False)
    assert type(text) is str
    name = "task.json" if text.lstrip()[:1] in ("{", "[") else "task.yaml"
    text = "\ufeff" * bom + (text.replace("\n", "\r\n") if crlf else text)
    folder = tmp_path / "shop"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    path = folder / name
    path.write_bytes(text.encode())
    session = Session()
    uri = path.as_uri()
    session.add(uri, "json", 7, text)
    offered = fixed(session, uri)
    assert run(["fix", "--quiet", str(folder)]) in (0, 1, 2, 3)
    assert offered == path.read_bytes().decode()


def test_fix_all_with_a_task_definition_beside_is_what_ecslint_fix_does_to_the_folder(tmp_path: Path) -> None:
    for path in (EXAMPLES / "shop").iterdir():
        shutil.copy(path, tmp_path)
    service = tmp_path / "service.json"
    text = service.read_text().replace('"desiredCount": 2', '"desiredCount": "2"')
    service.write_text(text)
    session = Session()
    session.add(service.as_uri(), "json", 1, text)
    offered = fixed(session, service.as_uri())
    assert offered != text
    subprocess.run([sys.executable, "-m", "ecslint", "fix", "."], cwd=tmp_path, check=False, capture_output=True)
    assert service.read_text() == offered


HEAD = '{"family": "x", "volumes": [{"name": "data"}], "containerDefinitions": ['

TEMPLATE = "Resources:\n  T:\n    Type: AWS::ECS::TaskDefinition\n    Properties:\n"

COMPLETED = [
    (f'{HEAD}{{"name": "a", "|"}}]}}', "a.json", "image", "image"),
    (f'{HEAD}{{"name": "a", "ima|": "b"}}]}}', "a.json", "image", "image"),
    (f'{HEAD}{{"name": "a", |}}]}}', "a.json", "image", '"image": '),
    (f'{HEAD}{{"name": "a", "essential": |}}]}}', "a.json", "true", "true"),
    (f'{HEAD}{{"name": "a", "mountPoints": [{{"sourceVolume": "|', "a.json", "data", "data"),
    (f'{HEAD}{{"name": "a", "links": ["|"]}}, {{"name": "b"}}]}}', "a.json", "b", "b"),
    (f'{HEAD}{{"name": "a", "dependsOn": [{{"containerName": |}}]}}, {{"name": "b"}}]}}', "a.json", "b", '"b"'),
    ('{"networkMode": |, "containerDefinitions": [{"name": "a"}]}', "a.json", "awsvpc", '"awsvpc"'),
    ('{"networkMode": "aws|", "containerDefinitions": [{"name": "a"}]}', "a.json", "awsvpc", "awsvpc"),
    ("family: x\nnetw|\ncontainerDefinitions:\n- name: a\n", "a.yaml", "networkMode", "networkMode: "),
    ("family: x\nnetworkMode: |\ncontainerDefinitions:\n- name: a\n", "a.yaml", "host", "host"),
    ("family: x\ncontainerDefinitions:\n- name: a\n  |\n- name: c\n", "a.yaml", "image", "image: "),
    ("family: x\ncontainerDefinitions:\n- name: a\n  essential: |\n", "a.yaml", "false", "false"),
    ("containerDefinitions:\n- name: a\nrequiresCompatibilities:\n- |\n", "a.yaml", "FARGATE", "FARGATE"),
    ("containerDefinitions:\n- name: a\nrequiresCompatibilities: [EC2, F|]\n", "a.yaml", "FARGATE", "FARGATE"),
    (
        "containerDefinitions:\r\n- name: a\r\n  user: 'x'\r\n  dependsOn:\r\n  - {containerName: |}\r\n- name: c\r\n",
        "a.yaml",
        "c",
        "c",
    ),
    (
        f"{TEMPLATE}      |\n      ContainerDefinitions:\n      - Name: a\n",
        "a.yaml",
        "NetworkMode",
        "NetworkMode: ",
    ),
    (
        f"{TEMPLATE}      PidMode: |\n      ContainerDefinitions: []\n",
        "a.yaml",
        "task",
        "task",
    ),
]


SERVICE = "  S:\n    Type: AWS::ECS::Service\n    Properties:\n      LoadBalancers:\n      - ContainerName: |\n"

COMPLETED.append((f"{TEMPLATE}      ContainerDefinitions:\n      - Name: web\n{SERVICE}", "a.yaml", "web", "web"))


@pytest.mark.parametrize(("text", "name", "label", "new"), COMPLETED)
def test_completion(text: str, name: str, label: str, new: str) -> None:
    before, _, after = text.rpartition("|")
    session = Session()
    session.add(f"file:///nowhere/{name}", "", 1, before + after)
    whole = session.opened[f"file:///nowhere/{name}"].text
    found = completion.completions(whole, name, document.language_of(name, whole.body), len(before))
    by_label = {item.label: item for item in found}
    assert label in by_label
    edit = by_label[label].text_edit
    assert isinstance(edit, TextEdit)
    assert edit.new_text == new
    assert whole.offset(edit.range.start) <= len(before) <= whole.offset(edit.range.end)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('{"name": "|"}', "a.json"),
        ('{"family": "x", // a comment|\n "containerDefinitions": []}', "a.json"),
        ('{"containerDefinitions": []}|', "a.json"),
        ("family: x # a comm|\ncontainerDefinitions: []\n", "a.yaml"),
        ("containerDefinitions:\n- name: a\n  user: |-\n    ne|\n", "a.yaml"),
        ("containerDefinitions:\n- name: a\n  nowhere:\n    ne|\n", "a.yaml"),
    ],
)
def test_nothing_is_completed_where_nobody_knows(text: str, name: str) -> None:
    before, _, after = text.rpartition("|")
    session = Session()
    session.add(f"file:///nowhere/{name}", "", 1, before + after)
    whole = session.opened[f"file:///nowhere/{name}"].text
    assert completion.completions(whole, name, document.language_of(name, whole.body), len(before)) == []


def test_members_that_are_there_are_not_offered_again() -> None:
    text = '{"family": "x", "containerDefinitions": [{"name": "a", ""}]}'
    session = Session()
    session.add("file:///nowhere/a.json", "json", 1, text)
    whole = session.opened["file:///nowhere/a.json"].text
    labels = {item.label for item in completion.completions(whole, "a.json", "json", text.index('""') + 1)}
    assert "image" in labels
    assert "name" not in labels


@given(st.text(st.sampled_from("{}[],:\"'ab \n\r\t#-|>\\/*é"), max_size=60), st.integers(0, 60), st.booleans())
def test_a_cursor_is_found_or_not_in_any_text(text: str, offset: int, is_yaml: bool) -> None:
    offset = min(offset, len(text))
    found = cursor.cursor(text, offset, "yaml" if is_yaml else "json")
    if found is not None:
        assert 0 <= found.start <= offset <= found.end <= len(text)


@pytest.mark.parametrize(
    "name", ["seven-faults.json", "template.yaml", "orders.json", "shop/service.json", "described.json"]
)
def test_every_place_of_a_document_can_be_pointed_at(name: str) -> None:
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    uri = (EXAMPLES / name).as_uri()
    session = Session()
    session.add(uri, "", 1, text)
    judged = session.judged(uri)
    assert judged is not None
    for offset in range(0, len(text), 3):
        meaning.hover(judged, offset)
        completion.completions(judged.text, name, document.language_of(name, text), offset)
    for resource in outline.symbols(judged):
        assert resource.range.start <= resource.selection_range.start
        assert resource.selection_range.end <= resource.range.end


def test_a_suppression_that_names_a_rule_tells_of_it(tmp_path: Path) -> None:
    text = "containerDefinitions:\n- name: a\n  image: b\n  memory: 8\n  cpu: '1' # ecslint: ignore wrong-type -- why\n"
    uri = (tmp_path / "a.yaml").as_uri()
    session = Session()
    session.add(uri, "yaml", 1, text)
    judged = session.judged(uri)
    assert judged is not None
    assert "ECS013" not in {finding.rule for finding in judged.findings}
    found = meaning.hover(judged, text.index("wrong-type") + 3)
    assert found is not None
    assert "**[ECS013]" in found.contents.value  # type: ignore[union-attr]


def test_a_member_tells_which_rules_look_at_it() -> None:
    text = (EXAMPLES / "orders.json").read_text(encoding="utf-8")
    session = Session()
    session.add("file:///nowhere/orders.json", "json", 1, text)
    judged = session.judged("file:///nowhere/orders.json")
    assert judged is not None
    found = meaning.hover(judged, text.index('"image"') + 2)
    assert found is not None
    told = found.contents.value  # type: ignore[union-attr]
    assert told.startswith("**containerDefinitions[].image** · string")
    assert "floating-image-tag: An image without a version changes with the next push" in told


ENTRY = {"files": "ecs/web.json", "rule": "ECS013", "at": "containerDefinitions[web].cpu", "reason": "say why"}


@pytest.mark.parametrize(
    "text",
    ["", "# ours\n", "ignore: [ECS541]", "ignore: [ECS541]\r\n", "suppress:\n- {files: a, rule: ECS101, reason: b}\n"],
)
def test_an_entry_is_added_to_a_configuration(text: str) -> None:
    [edit] = added(text, ENTRY)
    new = text[: edit.start] + edit.text + text[edit.end :]
    data = document.parse(new.encode(), ".ecslint.yaml", language="yaml").data
    assert data["suppress"][-1] == ENTRY
    assert added("ignore: [", ENTRY) == ()


def test_a_pattern_means_one_file() -> None:
    assert pattern("/shop/web.json", "/shop") == "/web.json"
    assert pattern("/shop/ecs/web[1].json", "/shop") == "ecs/web\\[1\\].json"


@pytest.mark.parametrize("name", ["seven-faults.json", "template.yaml", "shop/service.json"])
def test_a_text_that_is_typed_from_its_beginning_to_its_end(name: str) -> None:
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    uri = (EXAMPLES / name).as_uri()
    session = Session()
    session.add(uri, "", 1, "")
    for end in range(0, len(text), 23):
        one = session.opened[uri]
        session.change(uri, end, [TextDocumentContentChangeWholeDocument(text[:end])])
        judged = session.judged(uri)
        assert judged is not None
        whole = judged.text.range(0, end)
        assert len(list(actions.quick_fixes(judged, session, one, whole))) <= len(judged.findings)
        assert fixed(session, uri) is not None
        completion.completions(judged.text, name, document.language_of(name, text[:end]), end)
        meaning.hover(judged, max(0, end - 1))
        outline.symbols(judged)
        outline.lenses(judged, knowledge())
