"""The commands ``baseline create``, ``update`` and ``prune``."""

from __future__ import annotations

import os

from ecslint import api, baseline, config, discovery, suppress
from ecslint.cli.checking import NOTHING, lost
from ecslint.cli.output import Trouble, say, write
from ecslint.model import Misuse
from ecslint.ruleset import bundle
from ecslint.words import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ecslint.baseline import Counts
    from ecslint.config import Scope
    from ecslint.discovery import Missed
    from ecslint.ruleset.bundle import Ruleset


def execute(action: str, options: Mapping[str, Any]) -> int:
    """Lint, compare with the baseline, write it, and say what has become of it; the exit code."""
    ruleset = bundle.load()
    if discovery.STDIN in options["paths"]:
        raise Misuse("a baseline knows files, not standard input")
    missed: list[Missed] = []
    files = list(discovery.discover(options["paths"], missed))
    for name, reason in missed:
        raise Trouble(f"{name}: {reason}; no baseline was written")
    configurations = api.configurations([name for name, _ in files], options)
    scope = config.Scope(configurations, ruleset, {**options, "recording": True})
    ruleset = scope.ruleset
    here = scope.config("")
    path = config.baseline_of(here.data, here.base, options) or baseline.FILE
    if action == "create" and os.path.lexists(path):
        raise Trouble(f"{path} exists; `ecslint baseline update` brings it up to date")
    old = {} if action == "create" else baseline.read(path).counts
    folder = os.path.dirname(os.path.abspath(path))
    try:
        now = found(files, ruleset, scope, folder, old)
    except api.Unchecked as error:
        raise Trouble(f"{lost(error)}; no baseline was written") from None
    if not now and action != "prune":
        say("ecslint: no ECS document found")
        return NOTHING

    def exists(file: str) -> bool:
        return os.path.exists(os.path.join(folder, file))

    new = baseline.pruned(old, now, exists) if action == "prune" else baseline.updated(old, now, exists)
    write(baseline.text(new), path)
    tell(path, old, new)
    if action == "create" and not config.baseline_of(here.data, here.base, {}):
        write(f"to use it, add `baseline: {path}` to .ecslint.yaml, or pass --baseline {path}\n", None)
    return 0


def found(files: list[tuple[str, bool]], ruleset: Ruleset, scope: Scope, folder: str, old: Counts) -> Counts:
    """What there is to know of each ECS document, by its name in a baseline of a folder.

    Of rules that do not run it is what the old baseline knows. Raises Trouble or api.Unchecked when a
    file could not be checked: a baseline without it would be wrong.
    """
    now: Counts = {}
    declared: frozenset[str] = frozenset()
    for outcome in api.check(files, ruleset, scope, stdin_name=""):
        declared |= outcome.declares
        settings = scope.of(outcome.file)
        if outcome.unreadable:
            raise Trouble(f"{outcome.file}: {outcome.unreadable}; no baseline was written")
        if any(finding.slug == "internal-error" for finding in outcome.findings):
            raise Trouble(f"{outcome.file}: a rule broke down; no baseline was written")
        if settings is None or settings.silencing is None or outcome.foreign:
            continue
        asleep = {rule.id for number, rule in enumerate(ruleset.rules) if number not in settings.enabled}
        asleep |= suppress.unasked(ruleset, outcome.paired)
        name = baseline.file_in(folder, outcome.file)
        now[name] = {key: count for key, count in old.get(name, {}).items() if key[0] in asleep}
        now[name] |= baseline.counted(outcome.findings, settings.silencing.mandatory)
    api.refuse_unknown(scope, declared)
    return now


def tell(path: str, old: Counts, new: Counts) -> None:
    """Say how much a baseline knows, and how much that has changed."""
    before, after = (
        {(file, key): count for file, known in counts.items() for key, count in known.items()} for counts in (old, new)
    )
    added = sum(max(0, count - before.get(key, 0)) for key, count in after.items())
    removed = sum(max(0, count - after.get(key, 0)) for key, count in before.items())
    text = f"{path}: {counted(sum(after.values()), 'finding')} in {counted(len(new), 'file')}"
    if old:
        text += f", {added} added, {removed} removed"
    write(text + "\n", None)
