"""Answers of ``compat`` for people: where a task can run, with excerpts of the source, and what an instance needs."""

from __future__ import annotations

from ecslint.compat import attributes
from ecslint.compat.verdicts import CANNOT_TELL, NO, YES
from ecslint.escaping import visible
from ecslint.model import Label
from ecslint.reporters.frame import FOLD, excerpt, width
from ecslint.reporters.lines import Lines
from ecslint.words import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ecslint.compat.answers import Answer
    from ecslint.compat.attributes import Attribute
    from ecslint.compat.knowledge import Knowledge
    from ecslint.model import Finding, Source

COLUMNS = 80
SHOWN_PLACES = 3
ARROW = "  --> "
EQUALS = "    = "

VERDICTS = {YES: "yes", NO: "no", CANNOT_TELL: "cannot tell"}
#: ANSI codes (select graphic rendition) of verdicts and of parts of a frame.
COLORS = {YES: "32", NO: "1;31", CANNOT_TELL: "1;33", "gutter": "1;34", "strong": "1"}

FILE = "/etc/ecs/ecs.config"
OPTIMIZED = "the ECS-optimized AMI"
PLAIN = "an agent without ecs-init"

#: Where an attribute is there by default.
ANYWHERE = "there by default"
WITH_INIT = f"there by default with {OPTIMIZED}"
NOT_THERE = "not there by default"


def render(answers: Sequence[Answer], knowledge: Knowledge, *, color: bool = False) -> str:
    """All answers as text."""
    palette = COLORS if color else {}
    return "\n".join("".join(f"{line}\n" for line in _lines(answer, knowledge, palette)) for answer in answers)


def _lines(answer: Answer, knowledge: Knowledge, palette: dict[str, str]) -> Iterator[str]:
    name = f": {visible(answer.name)}" if answer.name else ""
    yield from wrapped(f"{visible(answer.document.name)}{name}", paint=(palette, "strong"))
    longest = max(map(len, answer.verdicts))
    for launch_type, verdict in answer.verdicts.items():
        yield f"  {launch_type:{longest}}  {painted(palette, verdict.verdict, VERDICTS[verdict.verdict])}"
    for note in answer.notes:
        yield from wrapped(f"note: {visible(note)}")
    yield from _differences(answer)
    for launch_type, verdict in answer.verdicts.items():
        for finding in verdict.findings:
            yield ""
            yield from wrapped(f"{launch_type}: {visible(finding.message)}", paint=(palette, verdict.verdict))
            yield from _frame(finding, verdict.source, palette)
        if verdict.doubts:
            yield ""
            told = f"{launch_type}: values that are not known decide whether it agrees with these rules:"
            yield from wrapped(told, paint=(palette, verdict.verdict))
            for rule in verdict.doubts:
                yield from wrapped(f"{EQUALS}{rule.id}: {rule.title}", 6)
    yield ""
    yield from _attributes(answer, knowledge, palette)


def _differences(answer: Answer) -> Iterator[str]:
    """How the recorded answer of ECS differs from what we derive."""
    if answer.differences is None:
        return
    if not answer.differences:
        yield "The recorded answer of ECS is the same."
    for member, less, more in answer.differences:
        yield ""
        yield f"The recorded {member} differs:"
        yield from (f"  - {visible(name)} (recorded, not derived)" for name in less)
        yield from (f"  + {visible(name)} (derived, not recorded)" for name in more)


def _frame(finding: Finding, source: Source | None, palette: dict[str, str]) -> Iterator[str]:
    """Where a reason stands in the source, and what to do about it."""
    if source is not None:
        lines = Lines(source.text, source.first_line)
        line, column = lines.position(finding.start)
        yield from wrapped(f"{ARROW}{visible(source.name)}:{line}:{column}  {visible(finding.breadcrumb)}", 6)
        gutter = max(3, len(str(line)))
        longest = COLUMNS - gutter - 5
        label = Label(finding.pointer, "", finding.start, finding.end)
        rows = excerpt(source, lines, label, room=longest) if finding.pointer else []  # no more of the whole than that
        for number, segments in (("", []), *rows, ("", [])) if rows else ():
            text = "".join(painted(palette, NO if role else "", part) for part, role in segments)
            edge = FOLD if number == FOLD else f"{number:>{gutter}} |"
            yield painted(palette, "gutter", edge) + (f" {text}" if text else "")
    fix = finding.fix
    told = {
        "help": visible(finding.help),
        "fix": f"{visible(fix.title)} ({fix.applicability})" if fix is not None else "",
        "rule": f"{visible(finding.slug)}; see `ecslint rule {visible(finding.rule)}`",
    }
    for name, text in told.items():
        if text:
            yield from wrapped(f"{EQUALS}{name}: {text}", 6)


def _attributes(answer: Answer, knowledge: Knowledge, palette: dict[str, str]) -> Iterator[str]:
    """The attributes, what demands them, and what an instance must have for them."""
    minimum = answer.minimum
    forcing = next((one.name for one in answer.attributes if minimum and one.since == minimum), "")
    agent = f"agent {minimum} or later (for {forcing}) and " if forcing else ""
    if answer.attributes:
        count = counted(len(answer.attributes), "attribute")
        yield from wrapped(f"A container instance needs {agent}{count}, in the order of ECS:")
    else:
        yield "ECS demands no attributes of a container instance."
    for attribute in answer.attributes:
        yield ""
        yield painted(palette, "strong", visible(attribute.name))
        places = answer.places[attribute.name]
        for path, crumb in list(zip(places, answer.breadcrumbs(attribute), strict=True))[:SHOWN_PLACES]:
            line, column = answer.position(answer.start(path))
            yield from wrapped(f"{ARROW}{visible(answer.document.name)}:{line}:{column}  {visible(crumb)}", 6)
        if len(places) > SHOWN_PLACES:
            yield f"      and {len(places) - SHOWN_PLACES} more"
        told = _told(attribute, knowledge)
        if answer.agent is not None and answer.agent.told(attribute):
            told["here"] = answer.agent.told(attribute)
        for name, text in told.items():
            yield from wrapped(f"{EQUALS}{name}: {visible(text)}", 6)
    if answer.undecided:
        yield ""
        yield "Unknown values decide whether these are needed, too:"
        yield from (f"  {visible(name)}" for name in answer.undecided)
    yield from _configuration(answer.attributes, knowledge)


def _told(attribute: Attribute, knowledge: Knowledge) -> dict[str, str]:
    """What is known of an attribute, line by line."""
    found = attributes.requirement(attribute, knowledge.facts)
    agent = f"{attribute.since} or later" if attribute.since else "any"
    default = ANYWHERE if found.plain else WITH_INIT if found.optimized else NOT_THERE
    variable = f"; {found.variable} gives it" if found.variable and not found.plain else ""
    return {
        "agent": "none" if attribute.since == attributes.NEVER else agent,
        "instance": "; ".join(filter(None, (f"{default}{variable}", found.also))),
        "evidence": f"{attribute.evidence} (confidence {attribute.confidence})",
    }


def _configuration(demanded: Sequence[Attribute], knowledge: Knowledge) -> Iterator[str]:
    """The lines of ecs.config that are missing where nothing is set."""
    needs = [found for one in demanded if (found := attributes.requirement(one, knowledge.facts)).variable]
    optimized = [*dict.fromkeys(found.variable for found in needs if not found.optimized)]
    plain = [*dict.fromkeys(found.variable for found in needs if not found.plain)]
    both = f"{OPTIMIZED} and {PLAIN}"
    told = ((both, plain),) if optimized == plain else ((OPTIMIZED, optimized), (PLAIN, plain))
    for whose, variables in told:
        if variables:
            yield ""
            yield from wrapped(f"Lines of {FILE} that {whose} must have:")
            yield from (attributes.line(variable, demanded, knowledge.facts) for variable in variables)


def wrapped(text: str, indent: int = 0, paint: tuple[dict[str, str], str] = ({}, "")) -> list[str]:
    """A text in lines of at most 80 columns, where words allow; further lines are indented."""
    if len(text) <= COLUMNS and text.isascii():
        return [painted(*paint, text.rstrip())]
    margin = " " * (len(text) - len(text.lstrip()))
    line, room, lines = "", COLUMNS - len(margin), []
    for word in text.lstrip().split(" "):
        if line and width(f"{line} {word}") > room:
            lines.append(margin + painted(*paint, line.rstrip()))
            line, room, margin = word, COLUMNS - indent, " " * indent
        else:
            line = f"{line} {word}" if line else word
    return [*lines, margin + painted(*paint, line.rstrip())]


def painted(palette: dict[str, str], role: str, text: str) -> str:
    """The text in the color of its role."""
    code = palette.get(role)
    return f"\x1b[{code}m{text}\x1b[0m" if code and text else text
