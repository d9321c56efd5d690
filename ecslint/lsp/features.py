"""The requests of editors, each answered by what knows it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from ecslint import document
from ecslint.compat.knowledge import Knowledge
from ecslint.lsp import actions, completion, diagnostics, meaning, outline
from ecslint.lsp.server import WATCHED, Server

if TYPE_CHECKING:
    from collections.abc import Iterator


def initialize(ls: Server, _params: types.InitializeParams) -> None:
    """Columns count what the editor and pygls have agreed on."""
    ls.session.encoding = ls.workspace.position_encoding or types.PositionEncodingKind.Utf16


def initialized(ls: Server, _params: types.InitializedParams) -> None:
    """Ask to be told of files that change."""
    if ls.supports("workspace", "did_change_watched_files", "dynamic_registration"):
        watchers = [types.FileSystemWatcher(pattern) for pattern in WATCHED]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        wanted = types.Registration("ecslint-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        ls.client_register_capability(types.RegistrationParams([wanted]))


def changed_files(ls: Server, _params: types.DidChangeWatchedFilesParams) -> None:
    """Files on the disk have changed."""
    ls.changed_files()


def saved(ls: Server, _params: types.DidSaveTextDocumentParams) -> None:
    """An editor that watches no files tells of those that it saves."""
    ls.changed_files()


async def diagnostic(ls: Server, params: types.DocumentDiagnosticParams) -> types.RelatedFullDocumentDiagnosticReport:
    """The diagnostics of a document, for an editor that asks; all who ask while somebody types get the same."""
    await ls.settled()
    judged = ls.session.judged(params.text_document.uri)
    found = diagnostics.diagnostics(judged, ls.session, params.text_document.uri) if judged else []
    return types.RelatedFullDocumentDiagnosticReport(found)


def hover(ls: Server, params: types.HoverParams) -> types.Hover | None:
    """What is meant at a place."""
    judged = ls.session.judged(params.text_document.uri)
    return None if judged is None else meaning.hover(judged, judged.text.offset(params.position))


def complete(ls: Server, params: types.CompletionParams) -> list[types.CompletionItem]:
    """What may be typed at a place."""
    one = ls.session.opened.get(params.text_document.uri)
    if one is None:
        return []
    language = document.language_of(one.name, one.text.body)
    return completion.completions(one.text, one.name, language, one.text.offset(params.position))


def symbols(ls: Server, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
    """The outline of a document."""
    judged = ls.session.judged(params.text_document.uri)
    return outline.symbols(judged) if judged is not None else []


def lenses(ls: Server, params: types.CodeLensParams) -> list[types.CodeLens]:
    """Where its task definitions can run."""
    judged = ls.session.judged(params.text_document.uri)
    return outline.lenses(judged, knowledge()) if judged is not None else []


def code_action(ls: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
    """What can be done at a place."""
    return list(offered(ls, params))


#: What is answered, and what the editor is told of it beforehand.
FEATURES: tuple[tuple[str, Any, Any], ...] = (
    (types.INITIALIZE, initialize, None),
    (types.INITIALIZED, initialized, None),
    (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, changed_files, None),
    (types.TEXT_DOCUMENT_DID_SAVE, saved, None),
    (
        types.TEXT_DOCUMENT_DIAGNOSTIC,
        diagnostic,
        types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=False, identifier="ecslint"),
    ),
    (types.TEXT_DOCUMENT_HOVER, hover, None),
    (types.TEXT_DOCUMENT_COMPLETION, complete, types.CompletionOptions(trigger_characters=['"', ":", " "])),
    (types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, symbols, None),
    (types.TEXT_DOCUMENT_CODE_LENS, lenses, None),
    (types.TEXT_DOCUMENT_CODE_ACTION, code_action, types.CodeActionOptions(code_action_kinds=[*actions.KINDS])),
)


def register(server: Server) -> None:
    """Teach a server what it answers."""
    for name, answer, options in FEATURES:
        server.feature(name, options)(answer)


@lru_cache(1)
def knowledge() -> Knowledge:
    """What answers about launch types rest on."""
    return Knowledge()


def offered(ls: Server, params: types.CodeActionParams) -> Iterator[types.CodeAction]:
    """What can be done at a place. What takes longer to work out is left out where nobody has asked for it."""
    session, uri, only = ls.session, params.text_document.uri, params.context.only
    judged = session.judged(uri)
    if judged is None or not judged.findings:
        return
    one = session.opened[uri]
    is_asked = params.context.trigger_kind != types.CodeActionTriggerKind.Automatic
    found: list[types.CodeAction] = []
    if actions.wanted(types.CodeActionKind.QuickFix.value, only):
        found += actions.quick_fixes(judged, session, one, params.range)
        if is_asked:
            found += actions.suppressions(judged, session, one, params.range, ls.folders())
    if actions.wanted(actions.FIX_ALL, only) and (is_asked or only is not None):
        everything = actions.fix_all(judged, one)
        found += [everything] if everything is not None else []
    is_versioned = ls.supports("workspace", "workspace_edit", "document_changes")
    for action in found:
        if action.edit is not None and not is_versioned:
            action.edit = actions.unversioned(action.edit)
        if action.edit is not None:
            yield action
