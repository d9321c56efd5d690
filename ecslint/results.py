"""What the Python API gives: frozen values, with the names of ``schemas/report.json``, where each is described.

``dataclasses.asdict`` of a Finding is what the JSON report says of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

Severity: TypeAlias = Literal["error", "warning", "info"]
Category: TypeAlias = Literal["rejected", "client", "runtime", "security", "reliability", "deprecated", "practice"]
Applicability: TypeAlias = Literal["safe", "unsafe"]


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a text: line and column from 1, offset from 0, in characters without a byte order mark."""

    line: int
    column: int
    offset: int


@dataclass(frozen=True, slots=True)
class Edit:
    """The text from ``start`` to ``end`` becomes ``text``."""

    start: Place
    end: Place
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """How to fix a finding. Where ``edits`` is None, ``withheld`` says why, unless the finding is suppressed."""

    title: str
    applicability: Applicability
    edits: tuple[Edit, ...] | None
    withheld: str | None


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that takes part in a finding, perhaps in another file, and what there is to say about it."""

    file: str
    pointer: str
    message: str
    start: Place
    end: Place


@dataclass(frozen=True, slots=True)
class Resource:
    """What a finding is about, such as the task definition ``web``; both are empty strings if that is not known."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Suppression:
    """Why a finding does not count."""

    by: Literal["comment", "label", "tag", "metadata", "config", "baseline"]
    reason: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of one text. Its message and help hold no values that may be secret."""

    rule: str
    slug: str
    severity: Severity
    category: Category
    message: str
    help: str
    file: str
    resource: Resource
    pointer: str
    breadcrumb: str
    construct: str
    start: Place
    end: Place
    related: tuple[Related, ...]
    fix: Fix | None
    url: str | None
    suppressed: Suppression | None


@dataclass(frozen=True, slots=True)
class Change:
    """A fix that was made, and the finding that it fixed."""

    rule: str
    slug: str
    message: str
    breadcrumb: str
    title: str
    applicability: Applicability


@dataclass(frozen=True, slots=True)
class Fixed:
    """The new text, what was changed, and the findings of the new text.

    If a fix of ``left`` was asked for and not made, its ``withheld`` says why.
    """

    text: str
    changes: tuple[Change, ...]
    left: tuple[Finding, ...]


def finding(data: Mapping[str, Any]) -> Finding:
    """The Finding of what the JSON report says."""
    fix, why = data["fix"], data["suppressed"]
    built = {
        "resource": Resource(**data["resource"]),
        "related": tuple(Related(**{**label, **_span(label)}) for label in data["related"]),
        "fix": fix and Fix(**{**fix, "edits": _edits(fix["edits"])}),
        "suppressed": why and Suppression(**why),
    }
    return Finding(**{**data, **_span(data), **built})


def _edits(edits: list[dict[str, Any]] | None) -> tuple[Edit, ...] | None:
    return None if edits is None else tuple(Edit(**{**edit, **_span(edit)}) for edit in edits)


def _span(data: Mapping[str, Any]) -> dict[str, Place]:
    return {name: Place(**data[name]) for name in ("start", "end")}
