"""Where a task definition can run: what the rules of each launch type say of it, and what they cannot tell."""

from __future__ import annotations

from ecslint import engine, findings
from ecslint.engine import Settings, View
from ecslint.kinds import TASK_DEFINITION
from ecslint.model import UNKNOWN, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any, TypeAlias

    from ecslint.compat.knowledge import Knowledge
    from ecslint.document import Document
    from ecslint.model import Finding, Path, Rule, Source

    #: Tuples of the generated code, by the number of the rule and the place.
    Outcomes: TypeAlias = dict[tuple[int, Path], Any]

YES, NO, CANNOT_TELL = "yes", "no", "unknown"

#: Every task definition that ECS registers fits it, whatever warnings say.
ALWAYS = "EC2"
MANAGED = "MANAGED_INSTANCES"


class Verdict:
    """Whether a task definition fits a launch type, and why not.

    ``findings`` are the errors of the rules of that type, or else the warnings that speak of a refusal; ``doubts`` are
    rules that hit for some of the values that the unknown ones may have. ``source`` is the text, to show the findings.
    """

    __slots__ = ("doubts", "findings", "source", "verdict")

    def __init__(
        self, verdict: str, told: Sequence[Finding] = (), doubts: Sequence[Rule] = (), source: Source | None = None
    ) -> None:
        self.verdict = verdict
        self.findings = told
        self.doubts = doubts
        self.source = source


def verdicts(
    document: Document, view: View, knowledge: Knowledge, *, unsure: bool, excerpts: bool
) -> dict[str, Verdict]:
    """The verdict for each launch type, by name; ``unsure`` says whether some values are not known.

    What the rules say for every launch type alike is no reason against one of them. Errors of other rules become the
    outcomes of the view.
    """
    size = engine.most_bytes(document)
    tasks = {name: assumed(view.data, name) for name in knowledge.launch_types}
    suspects = {
        name: {*knowledge.rules.suspects(TASK_DEFINITION, task, size, knowledge.grave)} for name, task in tasks.items()
    }
    said = {name: _said(task, size, suspects[name] & knowledge.numbers, knowledge) for name, task in tasks.items()}
    may = {name: _possible(task, knowledge) if unsure else set() for name, task in tasks.items()}
    view.outcomes = knowledge.rules.of(TASK_DEFINITION).judge(view.data, size, suspects[ALWAYS] - knowledge.numbers)
    everywhere = set.intersection(*map(set, said.values()))
    found = {}
    for name, task in tasks.items():
        hits = {key: outcome for key, outcome in said[name].items() if key not in everywhere}
        errors = [outcome for key, outcome in hits.items() if _is_error(key[0], knowledge)]
        warnings = [outcome for key, outcome in hits.items() if key not in said[ALWAYS]]
        doubts = [] if errors else _doubts(name, may, {number for number, _ in said[name]}, knowledge)
        verdict = NO if errors else CANNOT_TELL if warnings or doubts else YES
        told, source = _told(document, view, task, errors or warnings, knowledge, excerpts)
        found[name] = Verdict(verdict, told, doubts, source)
    return found


def assumed(task: Mapping[Any, Any], name: str) -> dict[Any, Any]:
    """The task definition, asking for one launch type and nothing else.

    Without a network mode it has the mode bridge, unless it asks for Managed Instances alone itself.
    """
    asked = task.get("requiresCompatibilities", [])
    own = {**task, "requiresCompatibilities": [name]}
    if name == MANAGED and "networkMode" not in task and asked != [MANAGED]:
        known = type(asked) is list and Unknown not in map(type, asked)
        own["networkMode"] = "bridge" if known else UNKNOWN
    return own


def _said(task: Any, size: int, suspects: set[int], knowledge: Knowledge) -> Outcomes:
    """What some rules that speak of launch types say; a rule that breaks down says nothing."""
    outcomes = knowledge.platform.of(TASK_DEFINITION).judge(task, size, suspects)
    return {outcome[:2]: outcome for outcome in outcomes if not isinstance(outcome[2], Exception)}


def _possible(task: Any, knowledge: Knowledge) -> set[int]:
    """The rules that hit for certain, or for some of the values that the unknown ones may have."""
    return {number for number, perhaps in knowledge.possible.RULES.items() if perhaps(task)}


def _is_error(number: int, knowledge: Knowledge) -> bool:
    return knowledge.platform.rule(number).severity == "error"


def _doubts(name: str, may: Mapping[str, set[int]], certain: Iterable[int], knowledge: Knowledge) -> list[Rule]:
    """The rules that may hit for one launch type and not for all; of warnings, only those of that type."""
    own = [number for number in sorted(may[name].difference(certain)) if any(number not in one for one in may.values())]
    numbers = [number for number in own if _is_error(number, knowledge) or number not in may[ALWAYS]]
    return [knowledge.platform.rule(number) for number in numbers]


def _told(
    document: Document, view: View, task: Any, outcomes: list[Any], knowledge: Knowledge, excerpts: bool
) -> tuple[list[Finding], Source | None]:
    """What the outcomes say as findings, in the order of the text."""
    if not outcomes:
        return [], None
    settings = Settings(knowledge.numbers, excerpts=excerpts)
    own = View(view.resource, task, view.examination, outcomes)
    told, source = findings.collect(document, [own], knowledge.platform, settings)
    return sorted(told, key=lambda finding: (finding.start, finding.rule)), source
