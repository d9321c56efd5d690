"""Run the examples in rule files: they are the tests of the rules, bundled ones and users' own."""

from __future__ import annotations

from ecslint import document, engine, fixing, paths
from ecslint.adapters import recognise
from ecslint.kinds import NAMELESS, is_plain
from ecslint.model import Source
from ecslint.project import Pairs
from ecslint.ruleset import bundle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from ecslint.document import Document
    from ecslint.engine import Settings
    from ecslint.kinds import Kind, Name
    from ecslint.model import Finding, Rule
    from ecslint.ruleset.bundle import Ruleset


#: The name of an example that is no task definition, but sets variables of the agent.
AGENT = "ecs.config"


def run_examples(rule: Rule, ruleset: Ruleset) -> Iterator[str]:
    """What is wrong with a rule's examples, one problem each; nothing when all behave as the file says.

    *noisy*: fires on a good example, or another rule finds an error there. *missing*: silent on a
    bad one. *misplaced*: fires elsewhere than ``at`` says. *worded*: the message differs.
    *unreached*: ``given`` leads to nothing in any
    example of a policy. *crowded*: other rules of the default profile fire on a bad example that does not list them in
    ``also``, or those that it lists do not fire. *unfixed*: the rule's fix does not make ``fixed`` of it.
    The examples of policies may be parts of documents, so what other rules say of them counts for nothing.
    """
    examples = rule.docs.get("examples", {})
    bundled = rule.id.startswith("ECS")
    enabled = frozenset(range(ruleset.size)) if bundled else own(rule, ruleset)
    for kind, number, code, options in _documents(examples) if not bundled else ():
        if not engine.is_ecs(document.parse(code.encode(), example_name(code, options))):
            yield f"missing: {kind} example {number}: it is taken for no task definition, so no rule looks at it"
    if not bundled and any(examples.values()) and not _reaches(rule, examples, ruleset):
        yield f"unreached: `given` ({', '.join(rule.given)}) leads to nothing in any example"
    for number, example in enumerate(examples.get("good", ()), 1):
        for finding in lint_example(example, ruleset, {}, enabled):
            if finding.rule == rule.id or finding.severity == "error":
                yield f"noisy: good example {number}: {finding.rule} {finding.breadcrumb or '$'}: {finding.message}"
    for number, example in enumerate(examples.get("bad", ()), 1):
        for kind, problem in _bad_example(rule, ruleset, example, enabled):
            yield f"{kind}: bad example {number}: {problem}"


def _documents(examples: dict[str, Any]) -> Iterator[tuple[str, int, str, dict[str, Any]]]:
    """(good or bad, number, text, options) of all examples."""
    for number, example in enumerate(examples.get("good", ()), 1):
        yield "good", number, text_of(example), {}
    for number, example in enumerate(examples.get("bad", ()), 1):
        yield "bad", number, text_of(example["code"]), example


def _reaches(rule: Rule, examples: dict[str, Any], ruleset: Ruleset) -> bool:
    """Whether there is a value in one of the examples to which a path of the rule leads."""
    return any(
        paths.follow(ruleset.of(resource.kind).structure.examine(resource.data).data, pattern)
        for _, _, code, options in _documents(examples)
        for resource in recognise(document.parse(code.encode(), example_name(code, options)).data)
        for pattern in rule.given or ("$",)
    )


def own(rule: Rule, ruleset: Ruleset) -> frozenset[int]:
    """The number of a rule, as a set."""
    return frozenset(number for number, other in enumerate(ruleset.rules) if other.id == rule.id)


def _bad_example(
    rule: Rule, ruleset: Ruleset, example: dict[str, Any], enabled: frozenset[int]
) -> Iterator[tuple[str, str]]:
    code = text_of(example["code"])
    findings = lint_example(example["code"], ruleset, example, enabled)
    hits = [finding for finding in findings if finding.rule == rule.id]
    if not hits:
        others = sorted({finding.rule for finding in findings})
        yield "missing", "the rule finds nothing" + (f"; others find something: {', '.join(others)}" if others else "")
    else:
        yield from _misplaced(hits, Source("", code), example.get("at", []))
    if "message" in example and example["message"] not in [finding.message for finding in hits]:
        yield "worded", f"{[finding.message for finding in hits]}"
    also = example.get("also", [])
    strict = {other.id for other in ruleset.rules if other.profile == "strict"} - set(also)
    crowd = {f.rule for f in findings if f.severity != "info"} - strict - {rule.id}
    if crowd - set(also):
        yield "crowded", f"also {sorted(crowd - set(also))}"
    if set(also) - {f.rule for f in findings}:
        yield "crowded", f"`also` names rules that are silent: {sorted(set(also) - crowd)}"
    yield from _unfixed(rule, ruleset, example, code)


def _misplaced(hits: list[Finding], source: Source, at: str | list[str]) -> Iterator[tuple[str, str]]:
    """Where the findings are, if ``at`` says something else: ``line:column``, or places as reports show them."""
    wanted = [at] if isinstance(at, str) else at
    positions = [":".join(map(str, source.position(finding.start))) for finding in hits]
    places = [finding.breadcrumb for finding in hits]
    if wanted and wanted not in (positions, places):
        seen = ", ".join(f"{place or '$'} ({position})" for place, position in zip(places, positions, strict=True))
        yield "misplaced", f"it is found at {seen}, not at {', '.join(wanted)}"


def _unfixed(rule: Rule, ruleset: Ruleset, example: dict[str, Any], code: str) -> Iterator[tuple[str, str]]:
    """Whether the rule's own fixes make of a bad example what ``fixed`` says."""
    settings = settings_of(example["code"], own(rule, ruleset), example)
    pairs = pairs_of(example["code"], ruleset) if others_of(example["code"]) else None
    mended = fixing.mend(code, example_name(code, example), ruleset, settings, unsafe=True, pairs=pairs)
    wanted = text_of(example.get("fixed", code))
    if mended.refused:
        yield "unfixed", f"the fix makes it worse: {next(iter(mended.refused.values()))}"
    elif mended.text != wanted:
        name = example_name(code, example).replace("example", "fixed")
        patch, _ = fixing.patch(name, wanted, mended.text, ruleset, settings)
        yield "unfixed", "what the fix makes of it differs from `fixed`\n" + patch


def text_of(example: Any) -> str:
    """The text of an example, which may be data; of one with several documents, that of the first."""
    if isinstance(example, str):
        return example
    if others_of(example):
        return text_of(next(iter(example.values())))
    import json

    return json.dumps(example, indent=2) + "\n"


def others_of(example: Any) -> dict[str, str]:
    """The texts of the further documents of an example for a kind that is made of several, by member."""
    return {name: text_of(part) for name, part in [*example.items()][1:]} if made_of(example) else {}


def made_of(example: Any) -> list[Kind]:
    """The kinds that an example of several documents may be; none if it is one document."""
    return [
        kind for kind in bundle.kinds().values() if kind.joins and type(example) is dict and [*kind.joins] == [*example]
    ]


def settings_of(example: Any, enabled: frozenset[int], options: dict[str, Any]) -> Settings:
    """The settings for an example; its documents belong together if nothing but a configuration can say so."""
    settings = engine.Settings(enabled, launch_type=options.get("launch-type"))
    settings.beside = {kind.second: ("", "") for kind in made_of(example) if not kind.by}
    return settings


def pairs_of(example: Any, ruleset: Ruleset) -> Pairs:
    """The resources in the further documents of an example."""
    known: dict[Name, Document] = {}
    for member, text in others_of(example).items():
        name = example_name(text, {}).replace("example", member)
        for resource in recognise(document.parse(text.encode(), name).data):
            found = bundle.kind(resource.kind).name_of(resource.data) or (resource.kind, NAMELESS)
            known[found] = known[resource.kind, NAMELESS] = document.parse(text.encode(), name)
    return Pairs(ruleset, lambda name: known.get(name if is_plain(name[1]) else (name[0], NAMELESS)))


def example_name(code: str, options: dict[str, Any]) -> str:
    """A file name that tells the language of an example."""
    language = options.get("language") or document.language_of(AGENT, code)
    return AGENT if language == document.ENV else f"example.{language}"


def lint_example(
    example: Any, ruleset: Ruleset, options: dict[str, Any], enabled: frozenset[int] | None = None
) -> list[Finding]:
    """The findings of rules (default: all) on one example, a document as data or its text, without suppressed ones."""
    code = text_of(example)
    everything = frozenset(range(ruleset.size))
    settings = settings_of(example, everything if enabled is None else enabled, options)
    parsed = document.parse(code.encode(), example_name(code, options))
    pairs = pairs_of(example, ruleset) if others_of(example) else None
    findings, _ = engine.look(parsed, ruleset, settings, pairs) or ([], None)
    found = [finding for finding in findings if finding.suppressed is None]
    return sorted(found, key=lambda finding: (finding.start, finding.rule))
