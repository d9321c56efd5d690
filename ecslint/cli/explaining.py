"""How a file is deployed, and what follows for its findings: ``check --explain-context``."""

from __future__ import annotations

from ecslint import deploy
from ecslint.deploy.uses import AUTO, EACH
from ecslint.hits import is_mandatory
from ecslint.kinds import FILE, NAMELESS
from ecslint.masking import veiled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecslint.api import Outcome
    from ecslint.engine import Settings
    from ecslint.ruleset.bundle import Ruleset


def lines(file: str, settings: Settings, ruleset: Ruleset) -> Iterator[str]:
    """What is known of a file, where it stands, and the rules that are more or less grave than elsewhere."""
    found = deploy.context(file, settings.deploy_path)
    if settings.deploy_path != AUTO:
        yield f"{file}: deployed by {settings.deploy_path}, as the settings say"
    elif not found.uses:
        yield f"{file}: nothing in the repository shows how it is deployed"
    for use in found.uses:
        how = f"deployed by {use.path}" if use.path else "used, but nobody is seen to register the outcome"
        how += ", and perhaps rewritten before" if use.changed else ""
        yield f"{file}: {how} ({use.file}:{use.line})"
    for name in sorted({name for use in found.uses for name, _ in use.filled}):
        whose = {"": "the task", EACH: "any container"}.get(name, f"`{veiled(name)}`")
        for place in sorted(found.filled(name)):
            yield f"{file}: no finding about `{'.'.join(place)}` of {whose}, which is put in before"
    for number in sorted(settings.enabled):
        rule = ruleset.rule(number)
        severity = found.severity(rule, rule.severity)
        if severity == rule.severity:
            continue
        own = settings.severities.get(rule.id)
        if is_mandatory(rule, settings):
            why = f"stays {own or rule.severity}: the rule is mandatory"
        elif own:
            why = f"stays {own}, as the settings say"
        else:
            why = f"{severity} instead of {rule.severity}"
        yield f"{file}: {rule.id} {rule.slug}: {why}"


def is_deploying(outcome: Outcome) -> bool:
    """Whether a file deploys others, and is not deployed itself."""
    return any(name.startswith(FILE) for _, name in outcome.refers)


def matches(outcome: Outcome) -> Iterator[str]:
    """With which files one was linted together, and why; also why it was not."""
    for (kind, name), match in outcome.matches.items():
        if kind == "cluster" and name == NAMELESS:
            continue  # few services need one beside them
        what = kind.replace("-", " ")
        if match.file:
            yield f"{outcome.file}: judged together with the {what} of {match.file}, {match.why}"
        else:
            yield f"{outcome.file}: judged without a {what}: {veiled(match.why)}"
    if outcome.refers and not outcome.matches:
        yield f"{outcome.file}: judged alone, since standard input is read once"
