"""The requests of editors, each answered by what knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from ecslint.lsp import actions, diagnostics
from ecslint.lsp.server import WATCHED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecslint.lsp.server import Server


def register(server: Server) -> None:
    """Teach a server what it answers."""

    @server.feature(types.INITIALIZE)
    def initialize(_params: types.InitializeParams) -> None:
        server.session.encoding = server.workspace.position_encoding or types.PositionEncodingKind.Utf16

    @server.feature(types.INITIALIZED)
    def initialized(_params: types.InitializedParams) -> None:
        if server.supports("workspace", "did_change_watched_files", "dynamic_registration"):
            watchers = [types.FileSystemWatcher(pattern) for pattern in WATCHED]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            wanted = types.Registration("ecslint-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            server.client_register_capability(types.RegistrationParams([wanted]))

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def did_change_watched_files(_params: types.DidChangeWatchedFilesParams) -> None:
        server.changed_files()

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def did_save(_params: types.DidSaveTextDocumentParams) -> None:
        server.changed_files()

    @server.feature(
        types.TEXT_DOCUMENT_DIAGNOSTIC,
        types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=False, identifier="ecslint"),
    )
    async def diagnostic(params: types.DocumentDiagnosticParams) -> types.RelatedFullDocumentDiagnosticReport:
        await server.settled()
        judged = server.session.judged(params.text_document.uri)
        found = diagnostics.diagnostics(judged, server.session, params.text_document.uri) if judged else []
        return types.RelatedFullDocumentDiagnosticReport(found)

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=[*actions.KINDS]))
    def code_action(params: types.CodeActionParams) -> list[types.CodeAction]:
        return list(offered(server, params))


def offered(server: Server, params: types.CodeActionParams) -> Iterator[types.CodeAction]:
    """What can be done at a place. What takes longer to work out is left out where nobody has asked for it."""
    session, uri, only = server.session, params.text_document.uri, params.context.only
    judged = session.judged(uri)
    if judged is None or not judged.findings:
        return
    one = session.opened[uri]
    is_asked = params.context.trigger_kind != types.CodeActionTriggerKind.Automatic
    found: list[types.CodeAction] = []
    if actions.wanted(types.CodeActionKind.QuickFix.value, only):
        found += actions.quick_fixes(judged, session, one, params.range)
        if is_asked:
            found += actions.suppressions(judged, session, one, params.range, server.folders())
    if actions.wanted(actions.FIX_ALL, only) and (is_asked or only is not None):
        everything = actions.fix_all(judged, one)
        found += [everything] if everything is not None else []
    is_versioned = server.supports("workspace", "workspace_edit", "document_changes")
    for action in found:
        if action.edit is not None and not is_versioned:
            action.edit = actions.unversioned(action.edit)
        if action.edit is not None:
            yield action
