"""What an editor offers to do: fixes of findings, and all safe fixes at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol.types import (
    CodeAction,
    CodeActionKind,
    CreateFile,
    OptionalVersionedTextDocumentIdentifier,
    TextDocumentEdit,
    TextEdit,
    WorkspaceEdit,
)

from ecslint import fixing, suggestions
from ecslint.lsp import silencing
from ecslint.lsp.diagnostics import diagnostic, uri_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lsprotocol.types import Range

    from ecslint.lsp.session import Judged, Open, Session
    from ecslint.model import Finding

FIX_ALL = f"{CodeActionKind.SourceFixAll.value}.ecslint"

#: The kinds of actions that a server offers.
KINDS = (CodeActionKind.QuickFix, FIX_ALL)

SAFE = "safe"

#: Findings at one place for which it is tried what would suppress them; each trial judges the document.
MOST_SUPPRESSED = 3


def wanted(kind: str, only: Sequence[str] | None) -> bool:
    """Whether an action of a kind is among those that are asked for: of one of these kinds, or below it."""
    return only is None or any(kind == one or kind.startswith(f"{one}.") or one == "" for one in only)


def around(findings: Iterable[Finding], start: int, end: int) -> list[Finding]:
    """The findings whose text touches that between two offsets."""
    return [finding for finding in findings if finding.start <= end and start <= finding.end]


def quick_fixes(judged: Judged, session: Session, one: Open, asked: Range) -> Iterator[CodeAction]:
    """The fixes of the findings in a range, each as an edit of the state that was judged."""
    text = judged.text
    near = around(judged.findings, text.offset(asked.start), text.offset(asked.end))
    worked_out(judged, near)
    for finding in near:
        fix = finding.fix
        if fix is None or not fix.edits:
            continue
        is_safe = fix.applicability == SAFE
        yield CodeAction(
            title=f"{fix.title} ({finding.rule}{'' if is_safe else ', unsafe'})",
            kind=CodeActionKind.QuickFix,
            diagnostics=[diagnostic(finding, judged, session, one.uri)],
            is_preferred=True if is_safe else None,
            edit=in_document(one, [text.edit(edit.start, edit.end, edit.text) for edit in fix.edits]),
        )


def worked_out(judged: Judged, findings: Iterable[Finding]) -> None:
    """Give the fixes of some findings their edits. Those that a judged document has already stay."""
    new = [one for one in findings if one.fix is not None and one.fix.edits is None and not one.fix.withheld]
    if new:
        suggestions.work_out(judged.parsed(), new)


def fix_all(judged: Judged, one: Open) -> CodeAction | None:
    """What ``ecslint fix`` does, as one edit; None if there is nothing that it would do."""
    if judged.settings is None or judged.ruleset is None or not any(map(is_safe, judged.findings)):
        return None
    body = judged.text.body
    mended = fixing.mend(body, judged.name, judged.ruleset, judged.settings, pairs=judged.pairs)
    edit = judged.text.difference(mended.text)
    if edit is None:
        return None
    return CodeAction(title="Fix all that is safe (ecslint)", kind=FIX_ALL, edit=in_document(one, [edit]))


def is_safe(finding: Finding) -> bool:
    """Whether a finding has a fix that leaves what is registered the same, or has one sensible reading."""
    return finding.fix is not None and finding.fix.applicability == SAFE


def suppressions(
    judged: Judged, session: Session, one: Open, asked: Range, folders: Iterable[str]
) -> Iterator[CodeAction]:
    """How the findings in a range can be suppressed; ``folders`` are those that the editor has opened."""
    text = judged.text
    near = around(judged.findings, text.offset(asked.start), text.offset(asked.end))
    for finding in near if len(near) <= MOST_SUPPRESSED else ():
        told = [diagnostic(finding, judged, session, one.uri)]
        for title, edits in silencing.inside(judged, session, one, finding):
            changed = in_document(one, [text.edit(edit.start, edit.end, edit.text) for edit in edits])
            yield CodeAction(title=title, kind=CodeActionKind.QuickFix, diagnostics=told, edit=changed)
        outside = silencing.outside(judged, session, one, finding, folders)
        if outside is not None:
            title, path, found = outside
            edit = in_config(path, found, session)
            yield CodeAction(title=title, kind=CodeActionKind.QuickFix, diagnostics=told, edit=edit)


def in_document(one: Open, edits: list[TextEdit]) -> WorkspaceEdit:
    """Edits of the state of a document that the editor and the server both know."""
    return WorkspaceEdit(document_changes=[_changed(one.uri, one.version, edits)])


def in_config(path: str, found: silencing.Entry, session: Session) -> WorkspaceEdit:
    """Edits of a configuration, which may have to be made first."""
    uri = session.uri_of(path)
    version = session.opened[uri].version if uri is not None else None
    edits = [found.text.edit(edit.start, edit.end, edit.text) for edit in found.edits]
    changed = _changed(uri or uri_of(path), version, edits)
    if found.exists:
        return WorkspaceEdit(document_changes=[changed])
    return WorkspaceEdit(document_changes=[CreateFile(uri_of(path)), changed])


def _changed(uri: str, version: int | None, edits: list[TextEdit]) -> TextDocumentEdit:
    return TextDocumentEdit(OptionalVersionedTextDocumentIdentifier(uri, version), [*edits])


def unversioned(edit: WorkspaceEdit) -> WorkspaceEdit | None:
    """The same for an editor that knows no versions; None if it cannot do it."""
    changes: dict[str, Sequence[TextEdit]] = {}
    for change in edit.document_changes or ():
        if not isinstance(change, TextDocumentEdit):
            return None
        changes[change.text_document.uri] = [one for one in change.edits if isinstance(one, TextEdit)]
    return WorkspaceEdit(changes=changes)
