"""The server as editors meet it, by way of pytest-lsp."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from lsprotocol import types

from ecslint.lsp.texts import Text
from tests.cli.test_output_safety import AUDITED
from tests.lsp.conftest import SERVER, Editor, editing

pytestmark = pytest.mark.asyncio

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
SEVEN = (EXAMPLES / "seven-faults.json").read_text(encoding="utf-8")
SERVICE, TASK = (
    (EXAMPLES / "shop" / f"{name}.json").read_text(encoding="utf-8") for name in ("service", "task-definition")
)

YAML = """\
family: metrics
containerDefinitions:
  - name: metrics
    image: example/metrics:7.1
    memory: 128
    cpu: "64"
"""


def applied(text: str, action: types.CodeAction, uri: str, encoding: str = "utf-16") -> str:
    """A text after an action, as an editor makes it."""
    assert action.edit is not None
    assert action.edit.document_changes is not None
    [change] = action.edit.document_changes
    assert isinstance(change, types.TextDocumentEdit)
    assert change.text_document.uri == uri
    whole = Text(text, encoding)
    for edit in sorted(change.edits, key=lambda one: (-one.range.start.line, -one.range.start.character)):
        whole = whole.changed([types.TextDocumentContentChangePartial(edit.range, edit.new_text)])
    return whole.whole


def codes(found: list[types.Diagnostic]) -> list[str]:
    return [str(one.code) for one in found]


async def test_diagnostics_of_a_file_as_it_is_opened(editor: Editor) -> None:
    _, found = await editor.opened("seven-faults.json", SEVEN)
    assert [(one.code, one.range.start.line + 1, one.range.start.character + 1) for one in found] == [
        ("ECS031", 2, 13),
        ("ECS201", 3, 18),
        ("ECS101", 6, 13),
        ("ECS013", 12, 17),
        ("ECS016", 13, 42),
        ("ECS403", 16, 15),
        ("ECS010", 18, 7),
    ]
    assert all(one.source == "ecslint" for one in found)
    assert found[0].code_description is not None
    assert found[0].code_description.href.endswith("/docs/rules/ECS031.md")
    assert found[2].message.startswith("memory 8192 does not go with cpu 256 on Fargate")
    assert found[2].related_information is not None
    assert [one.message for one in found[2].related_information] == ["cpu is 256 here"]


async def test_diagnostics_follow_what_is_typed_and_end_with_the_document(code: Editor) -> None:
    uri, found = await code.opened("web.json", SEVEN)
    assert len(found) == 7
    code.replace(uri, SEVEN.replace('"memory": "512"', '"memory": 512'))
    assert codes(await code.told(uri)) == ["ECS031", "ECS201", "ECS101", "ECS016", "ECS403", "ECS010"]
    code.replace(uri, SEVEN[:100])
    assert codes(await code.told(uri)) == []  # it is no document of ECS any more
    code.replace(uri, SEVEN)
    assert len(await code.told(uri)) == 7
    code.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))
    assert await code.told(uri) == []


async def test_diagnostics_come_although_something_else_is_asked_before(code: Editor) -> None:
    uri, _ = await code.opened("web.json", SEVEN)
    code.replace(uri, SEVEN.replace('"memory": "512"', '"memory": 512'))
    assert await code.actions(uri) != []
    assert len(await code.told(uri)) == 6


async def test_an_editor_that_pulls_is_sent_nothing_and_gets_the_same(tmp_path: Path) -> None:
    async with editing(tmp_path, pulls=True) as editor:
        uri = editor.open("web.json", SEVEN)
        params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri))
        report = await editor.client.text_document_diagnostic_async(params)
        assert len(report.items) == 7
        editor.replace(uri, SEVEN.replace('"memory": "512"', '"memory": 512'))
        asked = [editor.client.text_document_diagnostic_async(params) for _ in range(3)]
        assert [len(one.items) for one in await asyncio.gather(*asked)] == [6, 6, 6]
        assert editor.client.diagnostics == {}


async def test_related_places_in_another_file(code: Editor) -> None:
    code.write("task-definition.json", TASK)
    _, found = await code.opened("service.json", SERVICE)
    [one] = [one for one in found if one.code == "ECS954"]
    assert one.related_information is not None
    [place] = one.related_information
    assert place.location.uri == code.uri("task-definition.json")
    assert place.location.range == types.Range(types.Position(11, 22), types.Position(11, 61))


async def test_a_service_is_judged_by_the_task_definition_as_it_is_typed(code: Editor) -> None:
    code.write("task-definition.json", TASK)
    service, found = await code.opened("service.json", SERVICE)
    assert codes(found) == ["ECS954"]
    task = code.open("task-definition.json", TASK)
    await code.told(task)
    assert codes(await code.told(service)) == ["ECS954"]
    code.replace(task, TASK.replace('"containerPort": 80,', '"containerPort": 8080,'))
    assert codes(await code.told(service)) == []


async def test_files_that_are_not_open_are_not_judged(code: Editor) -> None:
    for number in range(5):
        code.write(f"{number}.json", SEVEN)
    uri, _ = await code.opened("web.json", SEVEN)
    await asyncio.sleep(0.2)
    assert set(code.client.diagnostics) == {uri}


FOREIGN = {
    "package.json": '{"name": "web", "version": "1.0.0", }',
    "values.yaml": "image: {repository: nginx}\ncontainers: [\n",
    "deployment.yaml": "kind: Deployment\nspec: {template: {spec: {containers: [{name: web, image: nginx}]}}}\n",
    "main.tf": 'resource "aws_s3_bucket" "web" {}\n',
    "empty.json": "",
}


async def test_foreign_documents_are_silent(code: Editor) -> None:
    for name, text in FOREIGN.items():
        uri, found = await code.opened(name, text)
        assert found == []
        assert await code.actions(uri) == []
        place = types.TextDocumentIdentifier(uri)
        here = types.Position(0, 1)
        assert await code.client.text_document_hover_async(types.HoverParams(place, here)) is None
        assert not await code.client.text_document_code_lens_async(types.CodeLensParams(place))
        assert not await code.client.text_document_document_symbol_async(types.DocumentSymbolParams(place))
        assert not await code.client.text_document_completion_async(types.CompletionParams(place, here))


async def test_a_text_that_was_never_saved(code: Editor) -> None:
    _, found = await code.opened("untitled:Untitled-1", YAML, "yaml")
    assert codes(found) == ["ECS013"]


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 57), ("utf-16", 55), ("utf-32", 54)])
async def test_columns_count_what_was_agreed_on(tmp_path: Path, encoding: str, column: int) -> None:
    text = '\ufeff{"family": "x",\r\n "containerDefinitions": [{"image": "n:😀", "memory":  "128", "name": "a"}]}\r\n'
    async with editing(tmp_path, "visual-studio-code", encoding) as editor:
        assert editor.client.protocol is not None
        _, found = await editor.opened("a.json", text)
        [one] = [one for one in found if one.code == "ECS013"]
        assert one.range.start == types.Position(1, column)


async def test_a_quick_fix_is_an_edit_of_one_version(editor: Editor) -> None:
    uri, found = await editor.opened("seven-faults.json", SEVEN)
    fixes = await editor.actions(uri, found[3].range)
    [fix] = [one for one in fixes if one.title == "change its type (ECS013)"]
    assert (fix.kind, fix.is_preferred) == (types.CodeActionKind.QuickFix, True)
    assert fix.edit is not None
    if fix.edit.document_changes is not None:
        assert applied(SEVEN, fix, uri) == SEVEN.replace('"memory": "512"', '"memory": 512')
    unsafe = [one for one in await editor.actions(uri, found[2].range) if "unsafe" in one.title]
    assert [(one.title, one.is_preferred) for one in unsafe] == [
        ("take cpu 1024, which this memory needs (ECS101, unsafe)", None)
    ]


async def test_fix_all_is_what_ecslint_fix_does(code: Editor) -> None:
    uri, _ = await code.opened("seven-faults.json", SEVEN)
    [action] = await code.actions(uri, only=["source.fixAll"])
    assert action.kind == "source.fixAll.ecslint"
    path = code.write("seven-faults.json", SEVEN)
    subprocess.run([sys.executable, "-m", "ecslint", "fix", path], check=False, capture_output=True)
    assert applied(SEVEN, action, uri) == path.read_text(encoding="utf-8")
    code.replace(uri, path.read_text(encoding="utf-8"))
    await code.told(uri)
    assert await code.actions(uri, only=["source.fixAll.ecslint"]) == []
    assert await code.actions(uri, only=["refactor"]) == []


async def test_suppressions_in_yaml(code: Editor) -> None:
    text = YAML.replace("\n", "\r\n")
    uri, found = await code.opened("metrics.yaml", text)
    offered = {one.title: one for one in await code.actions(uri, found[0].range)}
    new = applied(text, offered["Suppress ECS013 here, in a comment"], uri)
    assert new == text.replace("    cpu:", "    # ecslint: ignore ECS013 -- say why\r\n    cpu:")
    code.replace(uri, new)
    assert await code.told(uri) == []


async def test_suppressions_in_json(code: Editor) -> None:
    uri, found = await code.opened("seven-faults.json", SEVEN)
    offered = {one.title: one for one in await code.actions(uri, found[3].range)}
    new = applied(SEVEN, offered["Suppress ECS013 in this container, by a label"], uri)
    assert json.loads(new)["containerDefinitions"][0]["dockerLabels"] == {"ecslint.ignore": "ECS013 -- say why"}
    code.replace(uri, new)
    assert "ECS013" not in codes(await code.told(uri))
    offered = {one.title: one for one in await code.actions(uri, found[1].range)}
    new = applied(new, offered["Suppress ECS201 in this resource, by a tag"], uri)
    code.replace(uri, new)
    assert "ECS201" not in codes(await code.told(uri))


async def test_suppressions_in_the_configuration(code: Editor) -> None:
    uri, found = await code.opened("ecs/metrics.yaml", YAML)
    title = "Suppress ECS013 here, in .ecslint.yaml"
    [made] = [one for one in await code.actions(uri, found[0].range) if one.title == title]
    assert made.edit is not None
    assert made.edit.document_changes is not None
    create, change = made.edit.document_changes
    assert isinstance(create, types.CreateFile)
    assert isinstance(change, types.TextDocumentEdit)
    assert create.uri == change.text_document.uri == code.uri(".ecslint.yaml")
    text = "".join(edit.new_text for edit in change.edits)
    code.write(".ecslint.yaml", text)
    code.client.workspace_did_change_watched_files(
        types.DidChangeWatchedFilesParams([types.FileEvent(create.uri, types.FileChangeType.Created)])
    )
    assert await code.told(uri) == []
    code.write(".ecslint.yaml", "suppress:\n  - files: other.json\n    rule: ECS101\n    reason: known\n")
    code.client.workspace_did_change_watched_files(
        types.DidChangeWatchedFilesParams([types.FileEvent(create.uri, types.FileChangeType.Changed)])
    )
    assert codes(await code.told(uri)) == ["ECS013"]
    [made] = [one for one in await code.actions(uri, found[0].range) if one.title == title]
    config = code.uri(".ecslint.yaml")
    new = applied((code.folder / ".ecslint.yaml").read_text(encoding="utf-8"), made, config)
    code.write(".ecslint.yaml", new)
    code.client.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(config)))
    assert await code.told(uri) == []


async def test_a_configuration_with_mistakes_is_told_where_they_are(code: Editor) -> None:
    code.write(".ecslint.yaml", "ignore: [ECS999]\nselect: 3\n")
    uri = code.open("metrics.yaml", YAML)
    config = code.uri(".ecslint.yaml")
    found = await code.told(config)
    assert [(one.range.start.line, one.message) for one in found][1] == (1, "must be a list, not a number")
    assert len(code.client.messages) == 1
    assert code.client.messages[0].message.startswith("ecslint checks nothing until this is right: ")
    assert not code.published[uri]
    _, shown = await code.opened(".ecslint.yaml", "ignore: [ECS999]\nselect: 3\n", "yaml")
    assert shown == found  # the file is open now, and no document of ECS, but its mistakes stay
    code.write(".ecslint.yaml", "ignore: [ECS541]\n")
    code.client.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(config)))
    assert await code.told(config) == []
    assert [one.code for one in code.published[uri]] == ["ECS013"]


async def test_hover_tells_of_the_rule_and_else_of_the_member(code: Editor) -> None:
    uri, _ = await code.opened("seven-faults.json", SEVEN)

    async def hover(text: str) -> str:
        params = types.HoverParams(types.TextDocumentIdentifier(uri), Text(SEVEN).position(SEVEN.index(text) + 2))
        answer = await code.client.text_document_hover_async(params)
        assert answer is not None
        assert isinstance(answer.contents, types.MarkupContent)
        return answer.contents.value

    assert (await hover('"8192"')).startswith("**[ECS101](https://github.com/ecslint/ecslint/")
    assert "Fargate runs tasks in fixed sizes" in await hover('"8192"')
    assert (await hover('"networkMode"')).startswith("**networkMode** · string\n\none of `bridge`, `host`, `awsvpc`")


async def test_completion_while_the_text_is_broken(code: Editor) -> None:
    text = '{"family": "x", "containerDefinitions": [{"name": "web", "dependsOn": [{"containerName": "'
    rest = '}]}, {"name": "cache"}]}'
    uri, _ = await code.opened("web.json", text + rest)
    params = types.CompletionParams(types.TextDocumentIdentifier(uri), Text(text).position(len(text)))
    found = await code.client.text_document_completion_async(params)
    assert [one.label for one in found] == ["cache"]


async def test_lens_and_outline(code: Editor) -> None:
    uri, _ = await code.opened("shop.json", TASK)
    place = types.TextDocumentIdentifier(uri)
    [lens] = await code.client.text_document_code_lens_async(types.CodeLensParams(place))
    assert lens.command is not None
    assert lens.command.title == "runs on EC2, FARGATE, MANAGED_INSTANCES · not on EXTERNAL"
    [outline] = await code.client.text_document_document_symbol_async(types.DocumentSymbolParams(place))
    assert (outline.name, outline.detail) == ("shop", "task definition")
    assert [(one.name, one.detail) for one in outline.children] == [("web", "container")]


async def test_500_queued_keystrokes_are_judged_once(code: Editor) -> None:
    uri, _ = await code.opened("seven-faults.json", SEVEN)
    place = Text(SEVEN).position(SEVEN.index("shop.front"))
    for _ in range(500):
        code.change(uri, types.TextDocumentContentChangePartial(types.Range(place, place), "a"))
    await code.told(uri)
    await asyncio.sleep(0.5)
    found = code.published[uri]
    # When it was opened, and at the end; once more where this process was slower to write than the server to read.
    assert code.published.count[uri] <= 3
    assert found[0].range.end.character == len('  "family": "') + 500 + len('shop.front"')


async def test_nothing_but_the_protocol_on_standard_output(tmp_path: Path) -> None:
    run = subprocess.run(SERVER, input=b"", capture_output=True, cwd=tmp_path, check=False)
    assert (run.returncode, run.stdout) == (0, b"")


async def test_without_the_extra_one_line_says_what_to_install(tmp_path: Path) -> None:
    program = "import sys; sys.modules['pygls'] = None; from ecslint.cli import run; sys.exit(run(['lsp']))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, cwd=tmp_path, check=False, text=True)
    said = "ecslint: the language server needs two more packages; install them with `pip install 'ecslint[lsp]'`\n"
    assert (run.returncode, run.stdout, run.stderr) == (2, "", said)


INITIALIZE = {"id": 1, "method": "initialize", "params": {"processId": None, "rootUri": None, "capabilities": {}}}


def framed(*messages: dict[str, object]) -> bytes:
    """Messages as they go over the wire."""
    bodies = [json.dumps({"jsonrpc": "2.0", **message}).encode() for message in messages]
    return b"".join(b"Content-Length: %d\r\n\r\n%b" % (len(body), body) for body in bodies)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_although_the_editor_is_silent(tmp_path: Path, number: signal.Signals) -> None:
    with subprocess.Popen(SERVER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=tmp_path) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(framed(INITIALIZE))
        server.stdin.flush()
        assert server.stdout.readline().startswith(b"Content-Length: ")
        server.send_signal(number)
        assert server.wait(10) == -number


async def test_nothing_in_the_folder_is_executed(tmp_path: Path) -> None:
    canary = tmp_path / "executed"
    for name in ("json", "lsprotocol", "pygls", "asyncio", "ecslint_policies", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text(f"open({str(canary)!r}, 'w')\n", encoding="utf-8")
    (tmp_path / ".ecslint.yaml").write_text("rules: [policies/]\n", encoding="utf-8")
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "one.py").write_text(f"open({str(canary)!r}, 'w')\n", encoding="utf-8")
    ends: tuple[dict[str, object], ...] = ({"id": 2, "method": "shutdown"}, {"method": "exit"})
    messages = framed(INITIALIZE, {"method": "initialized", "params": {}}, *ends)
    run = subprocess.run(SERVER, input=messages, capture_output=True, cwd=tmp_path, check=False)
    assert run.returncode == 0
    assert run.stdout.startswith(b"Content-Length: ")
    assert not canary.exists()


async def test_it_opens_no_connection_and_starts_no_process(tmp_path: Path) -> None:
    opened = {
        "textDocument": {"uri": (tmp_path / "a.json").as_uri(), "languageId": "json", "version": 1, "text": SEVEN}
    }
    asked = {"textDocument": {"uri": opened["textDocument"]["uri"]}}
    place = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}
    messages = framed(
        INITIALIZE,
        {"method": "initialized", "params": {}},
        {"method": "textDocument/didOpen", "params": opened},
        {
            "id": 2,
            "method": "textDocument/codeAction",
            "params": {**asked, "range": place, "context": {"diagnostics": []}},
        },
        {"id": 3, "method": "textDocument/codeLens", "params": asked},
        {"id": 4, "method": "shutdown"},
        {"method": "exit"},
    )
    command = [sys.executable, "-c", AUDITED, "lsp"]
    run = subprocess.run(command, input=messages, capture_output=True, cwd=tmp_path, check=False)
    assert b'"id": 3' in run.stdout.replace(b'"id":3', b'"id": 3')
    seen = run.stderr.decode().splitlines()[-1].split()
    assert seen[0] == "seen:"
    assert set(seen[1:]) <= {"socket.__new__"}  # with which an event loop wakes itself up
