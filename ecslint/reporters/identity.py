"""What a finding is known by from one run to the next, so that services can tell old findings from new ones."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ecslint.model import Finding, Report


def fingerprints(report: Report) -> list[str]:
    """The fingerprint of each finding: unique in the report, and the same while other parts of the file change.

    It is made of the rule, the file, and the place by names: lines, offsets, the message, the order of containers
    and the layout of the file do not matter. Findings of one rule at one place are numbered, and what is reported
    once for all places has none; what is suppressed stands for itself. In a stream, the line tells documents apart.
    """
    seen: dict[str, int] = {}
    found = []
    for finding in report.findings:
        identity = _identity(finding, report.path(finding.file) + report.line(finding.file))
        seen[identity] = seen.get(identity, 0) + 1
        found.append(f"{identity}:{seen[identity]}")
    return found


def _identity(finding: Finding, path: str) -> str:
    place = "" if finding.once and finding.suppressed is None else finding.breadcrumb
    named = "\0".join((finding.rule, path, place))
    return f"{fnv1a(named.encode('utf-8', 'surrogatepass')):016x}"


def fnv1a(data: bytes) -> int:
    """The 64-bit FNV-1a hash: enough to tell findings apart, and importing hashlib takes longer than a report."""
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value
