"""Findings, and mistakes in configurations, as an editor shows them."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from lsprotocol.types import (
    CodeDescription,
    Diagnostic,
    DiagnosticRelatedInformation,
    DiagnosticSeverity,
    DiagnosticTag,
    Location,
)
from pygls.uris import from_fs_path

from ecslint.catalogue.links import rule_url
from ecslint.lsp.texts import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecslint.lsp.session import Judged, Session
    from ecslint.model import Finding

SOURCE = "ecslint"

SEVERITIES = {
    "error": DiagnosticSeverity.Error,
    "warning": DiagnosticSeverity.Warning,
    "info": DiagnosticSeverity.Information,
}

#: A mistake in a file that tells ecslint what to do.
MISTAKE = re.compile(r"(.+?):(\d+):(\d+): (.*)")


def diagnostics(judged: Judged, session: Session, uri: str) -> list[Diagnostic]:
    """All findings of a document."""
    return [diagnostic(finding, judged, session, uri) for finding in judged.findings]


def diagnostic(finding: Finding, judged: Judged, session: Session, uri: str) -> Diagnostic:
    """One finding. What helps stands below what is wrong."""
    href = rule_url(finding.rule)
    related = [
        DiagnosticRelatedInformation(_location(label.file, label.start, label.end, judged, session, uri), label.message)
        for label in finding.related
        if label.file in ("", judged.name) or label.file in judged.others
    ]
    return Diagnostic(
        range=judged.text.range(finding.start, finding.end),
        severity=SEVERITIES[finding.severity],
        code=finding.rule,
        code_description=CodeDescription(href) if href else None,
        source=SOURCE,
        message="\n".join(filter(None, (finding.message, finding.help))),
        tags=[DiagnosticTag.Deprecated] if finding.category == "deprecated" else None,
        related_information=related or None,
    )


def _location(file: str, start: int, end: int, judged: Judged, session: Session, uri: str) -> Location:
    """A place in the document, or in another file."""
    if file in ("", judged.name):
        return Location(uri, judged.text.range(start, end))
    opened = session.uri_of(file)
    text = session.opened[opened].text if opened else Text(judged.others[file], session.encoding)
    return Location(opened or uri_of(file), text.range(start, end))


def uri_of(path: str) -> str:
    """The address of a file."""
    found = from_fs_path(os.path.abspath(path))
    assert found is not None
    return str(found)


def mistaken(mistakes: Iterable[str], session: Session) -> dict[str, list[Diagnostic]]:
    """Mistakes in configurations, policies and baselines by the addresses of their files; each mistake once."""
    found: dict[str, list[Diagnostic]] = {}
    for mistake in dict.fromkeys(mistakes):
        match = MISTAKE.fullmatch(mistake)
        path, line, column, message = match.groups() if match else (mistake.partition(": ")[0], "1", "1", mistake)
        path = os.path.abspath(path)
        text = session.text_of(path)
        if text is None:
            continue  # it is told as a message
        lines = [*text.starts, len(text.whole)]
        start = lines[min(int(line), len(lines) - 1) - 1] + int(column) - 1
        end = len(text.whole[start : lines[min(int(line), len(lines) - 1)]].rstrip()) + start
        told = Diagnostic(
            range=text.range(start, end), severity=DiagnosticSeverity.Error, source=SOURCE, message=message
        )
        found.setdefault(session.uri_of(path) or uri_of(path), []).append(told)
    return found
