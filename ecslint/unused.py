"""Suppressions from outside of documents that have expired, or that have nothing to silence: told when a run ends."""

from __future__ import annotations

import os

from ecslint import marks, masking, paths, suggestions
from ecslint.api import Outcome
from ecslint.findings import fault_finding
from ecslint.model import Fix, Operation, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from ecslint.baseline import Baseline
    from ecslint.config import Config, Scope
    from ecslint.document import Document
    from ecslint.model import Fault, Finding
    from ecslint.ruleset.bundle import Ruleset
    from ecslint.suppress import Trace

#: A pattern with one of these may mean more files than one.
WILDCARDS = frozenset("*?[\\")


def told(outcomes: Iterable[Outcome], names: Iterable[str], ruleset: Ruleset, scope: Scope) -> Iterator[Outcome]:
    """The outcomes of a run over some paths, then those of configurations and baselines that silence what is gone."""
    unused = Unused(scope, names)
    for outcome in outcomes:
        if outcome.unreadable:
            unused.doubt()
        unused.note(outcome.file, outcome.traces)
        yield outcome
    for found, source, config in unused.findings(ruleset):
        yield Outcome(source.name, found, source, fail_on=config.common.fail_on, settles=True)


class Unused:
    """What became of the entries of configurations and baselines in a run over some paths."""

    __slots__ = ("_baselines", "_configs", "_folders", "_scope")

    def __init__(self, scope: Scope, names: Iterable[str]) -> None:
        self._scope = scope
        self._folders = [os.path.join(os.path.abspath(name), "") for name in names if os.path.isdir(name)]
        self._configs: dict[Config, dict[int, set[str]]] = {}
        self._baselines: dict[Baseline, tuple[Config, set[Any]]] = {}

    def note(self, name: str, traces: Iterable[Trace]) -> None:
        """Keep what became of the entries that speak of a file."""
        for entry, state in traces:
            config = self._scope.config(name)
            if isinstance(entry, int):
                self._configs.setdefault(config, {}).setdefault(entry, set()).add(state)
            elif config.baseline is not None:
                idle = self._baselines.setdefault(config.baseline, (config, set()))[1]
                idle.add((config.baseline.file(name), *entry))

    def doubt(self) -> None:
        """Something could not be checked: entries that may mean it are not known to be of no use."""
        self._folders = []

    def findings(self, ruleset: Ruleset) -> Iterator[tuple[list[Finding], Source, Config]]:
        """The findings of each configuration file and baseline that has some."""
        files = [(config, config.document, self._of_config(config)) for config in self._configs]
        for known, (config, idle) in self._baselines.items():
            files.append((config, known.document, self._of_baseline(known, idle)))
        for config, written, faults in files:
            found = []
            for fault in faults:
                number = ruleset.by_fault[fault.slug]
                if number in config.common.enabled:
                    found.append(fault_finding(written, ruleset.rule(number), fault, config.common))
            if found:
                if self._scope.fixes:
                    suggestions.work_out(written, found)
                masks = masking.told_by_form(written.text, written.root(), written.data)
                yield found, Source(written.name, written.text, masks, "yaml"), config

    def _of_config(self, config: Config) -> Iterator[Fault]:
        """Entries that have expired, and those that silence nothing in any file that they can mean."""
        below = os.path.join(config.base, "")
        complete = any(below.startswith(folder) for folder in self._folders)
        for index, states in sorted(self._configs[config].items()):
            pattern = config.data["suppress"][index]["files"]
            if "expired" in states:
                slug = "expired-suppression"
            elif "used" not in states and (complete or is_exact(pattern)):
                slug = "unused-suppression"
            else:
                continue
            node = node_at(config.document, ("suppress", index, "rule"))
            entry = config.entries[index]
            fault = marks.fault(slug, node.start, node.end, entry.rule, entry.until)
            place = ("suppress",) if len(config.data["suppress"]) == 1 else ("suppress", index)
            fault.fix = Fix(marks.REMOVAL, "safe", [Operation("remove", place)])
            yield fault

    def _of_baseline(self, known: Baseline, idle: set[Any]) -> Iterator[Fault]:
        """One fault for all entries that know more findings than there are."""
        entries = known.document.data["findings"]
        indexes = [
            index
            for index, entry in enumerate(entries)
            if (entry["file"], entry["rule"], entry["resource"], entry["path"]) in idle
        ]
        node = node_at(known.document, ("findings", indexes[0]))
        more = f", nor have {len(indexes) - 1} more" if len(indexes) > 1 else ""
        remedy = "`ecslint baseline prune` removes what is no longer found"
        rule = entries[indexes[0]]["rule"]
        yield marks.fault("unused-suppression", node.start, node.end, rule, remedy=remedy, more=more)


def node_at(written: Document, path: Any) -> Any:
    """Where a value of a file stands."""
    root = written.root()
    assert root is not None
    return paths.locate(root, path)[0]


def is_exact(pattern: str) -> bool:
    """Whether a pattern can mean one file only."""
    return WILDCARDS.isdisjoint(pattern) and "/" in pattern[:-1] and not pattern.endswith("/")
