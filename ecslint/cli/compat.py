"""The command ``compat``, once its options are known."""

from __future__ import annotations

import os
import sys

from ecslint import api, discovery, document, engine, reading
from ecslint.cli.output import TROUBLE, say, wants_color, write
from ecslint.compat.answers import answers
from ecslint.compat.knowledge import Knowledge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from ecslint.compat.answers import Answer
    from ecslint.discovery import Missed
    from ecslint.document import Document

NOTHING = 3
UNREADABLE = "it cannot be parsed; `ecslint check` says why"


def execute(options: Mapping[str, Any]) -> int:
    """Say what ECS derives from the task definitions in some files; the exit code."""
    as_text = options["output_format"] == "text"
    knowledge = Knowledge()
    missed: list[Missed] = []
    found: list[Answer] = []
    troubles = []
    for name, named in discovery.discover(options["paths"], missed):
        file = api.shown(name, options["stdin_filename"])
        try:
            parsed = _parsed(name, file, named)
        except reading.Unreadable as error:
            troubles.append((file, str(error)))
            continue
        told = answers(parsed, knowledge, excerpts=as_text) if parsed is not None else []
        found += told
        if parsed is not None and parsed.data is None and parsed.faults and engine.is_ecs(parsed):
            troubles.append((file, UNREADABLE))
        elif named and not told:
            say(f"ecslint: {file}: {api.FOREIGN if parsed is None else api.instead(parsed)}, skipped")
    if options.get("agent"):
        _tell(options["agent"], found, knowledge)
    for file, reason in (*missed, *troubles):
        say(f"ecslint: {file}: {reason}")
    if as_text:
        from ecslint.cli import compat_text

        write(compat_text.render(found, knowledge, color=wants_color(options["color"], sys.stdout, os.environ)), None)
    else:
        write(as_json(found), None)
    if not (found or missed or troubles):
        say("ecslint: no ECS task definition found")
        return NOTHING
    return TROUBLE if missed or troubles else 0


def _tell(agent: str, found: list[Answer], knowledge: Knowledge) -> None:
    """Have answers say what the agent with a configuration offers. Raises Misuse if the file holds none."""
    from ecslint.compat.agent import Agent

    known = Agent(agent, knowledge.facts.INSTANCES)
    for answer in found:
        answer.tell(known)


def _parsed(name: str, file: str, named: bool) -> Document | None:
    """The document in a file; None for a file of a folder that is too large to be one. Raises Unreadable."""
    raw = api.read(name, named)
    if raw is None:
        return None
    parsed = document.parse(raw, file)
    parsed.named = named
    return parsed


def as_json(found: list[Answer]) -> str:
    """The answers for programs."""
    from ecslint.syntax import writer

    return writer.dumps([_entry(answer) for answer in found], indent=2) + "\n"


def _entry(answer: Answer) -> dict[str, Any]:
    """One answer as data."""
    entry: dict[str, Any] = {
        "file": answer.document.name,
        "name": answer.name,
        "compatibilities": answer.compatibilities,
        "launchTypes": {
            name: {"verdict": verdict.verdict, "reasons": list(_reasons(answer, name))}
            for name, verdict in answer.verdicts.items()
        },
        "requiresAttributes": [attribute.name for attribute in answer.attributes],
        "attributes": {
            attribute.name: {
                "paths": answer.breadcrumbs(attribute),
                "since": answer.since(attribute),
                "confidence": attribute.confidence,
                **({} if answer.agent is None else {"offered": answer.agent.offers(attribute)}),
            }
            for attribute in answer.attributes
        },
        "minimumAgentVersion": answer.minimum,
        "undecided": answer.undecided,
        "notes": answer.notes,
    }
    if answer.differences is not None:
        entry["differences"] = [
            {"member": member, "recordedOnly": less, "derivedOnly": more} for member, less, more in answer.differences
        ]
    return entry


def _reasons(answer: Answer, name: str) -> Iterator[dict[str, Any]]:
    """Why a task definition does not fit a launch type, or why nobody can tell."""
    verdict = answer.verdicts[name]
    for finding in verdict.findings:
        line, column = answer.position(finding.start)
        yield {
            "rule": finding.rule,
            "slug": finding.slug,
            "message": finding.message,
            "path": finding.breadcrumb,
            "line": line,
            "column": column,
            "fix": finding.fix and {"title": finding.fix.title, "applicability": finding.fix.applicability},
        }
    for rule in verdict.doubts:
        blank = {"path": None, "line": None, "column": None, "fix": None}
        yield {"rule": rule.id, "slug": rule.slug, "message": f"{UNSURE}: {rule.title}", **blank}


UNSURE = "unknown values decide this"
