"""Fixes as edits of the text, for reports: what would change, and whether a report may show it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ecslint.document import Document
    from ecslint.model import Finding

#: Characters that may be read again to work out the edits of one document; what comes later has none.
MOST_READ = 4_000_000

TOO_MUCH = "there is too much to change to show it; `ecslint fix --diff` does"


def work_out(document: Document, findings: Iterable[Finding]) -> None:
    """Give the fixes of findings their edits, or the reason why there are none. See ``Fix``."""
    from ecslint.syntax import edit

    reading = None
    left = MOST_READ
    for finding in findings:
        fix = finding.fix
        if fix is None or finding.suppressed is not None:
            continue
        left -= len(document.text) * len(fix.operations)
        if left < 0:
            fix.withheld = TOO_MUCH
            continue
        try:
            reading = reading or edit.Reading(document.text, document.language, document.scan())
            fix.edits = edit.edits_of(reading, fix.operations)
        except edit.Withheld as reason:
            fix.withheld = str(reason)


def places(findings: Iterable[Finding]) -> list[tuple[int, int]]:
    """The spans of all edits."""
    return [
        (change.start, change.end)
        for finding in findings
        if finding.fix is not None
        for change in finding.fix.edits or ()
    ]


def judge(findings: Iterable[Finding], masks: Sequence[tuple[int, int]]) -> None:
    """Say of each fix whether its new text may be made of what no report may show: of the sorted ``masks``."""
    for finding in findings:
        fix = finding.fix
        if fix is not None and fix.edits and any(change.text for change in fix.edits):
            # What is put beside a masked value does not touch it; a value that moves is taken away from its place, too.
            fix.telling = any(start < change.end and change.start < end for change in fix.edits for start, end in masks)
