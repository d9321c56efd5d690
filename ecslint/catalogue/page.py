"""A rule as a page, for the terminal, the documentation and SARIF viewers."""

from __future__ import annotations

from itertools import zip_longest

from ecslint.escaping import visible
from ecslint.fixes import pieces_of
from ecslint.kinds import PARTS
from ecslint.syntax import env
from ecslint.words import topic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from ecslint.model import Rule


def page(rule: Rule, shown: Sequence[str] = ()) -> str:
    """The Markdown page of a rule; ``shown`` is what ecslint says of each bad example."""
    docs = rule.docs
    examples = docs.get("examples", {})
    bad = examples.get("bad", ())
    good = examples.get("good", ())
    since = f" · since {docs['since']}" if "since" in docs else ""
    parts = [
        f"# {rule.id} {rule.slug}",
        f"**{rule.title}.**",
        f"{rule.severity} · {rule.category} · {topic(rule.id)} · profile {rule.profile}{since}",
        *([docs["why"].strip()] if "why" in docs else []),
        *_deploy_path(rule),
        *_evidence(docs.get("evidence")),
        *_fixes(rule.fix),
        *(["## Refused" if rule.category in ("rejected", "client") else "## Found"] if bad else []),
        *(_bad(example, text) for example, text in zip_longest(bad, shown)),
        *(["## Accepted"] if good else []),
        *(fenced(example) for example in good),
        "## Not for you?",
        f"Leave it out with `--ignore {rule.slug}`, or change its weight with `--severity {rule.slug}=warning`.",
    ]
    if docs.get("references"):
        parts += ["## References", "\n".join(f"- <{url}>" for url in docs["references"])]
    return "\n\n".join(parts) + "\n"


def _deploy_path(rule: Rule) -> Iterable[str]:
    """How grave a finding is where it is known how the file reaches ECS."""
    if rule.deploy_path:
        severities = ", ".join(f"{severity} with `{path}`" for path, severity in rule.deploy_path.items())
        yield f"Where the deploy path is known: {severities}."


def _bad(example: Any, shown: str | None) -> str:
    launch_type = example.get("launch-type")
    head = f"With `--launch-type {launch_type}`:\n\n" if launch_type else ""
    report = f"\n\n```\n{shown.rstrip()}\n```" if shown else ""
    fixed = f"\n\nFixed:\n\n{fenced(example['fixed'])}" if "fixed" in example else ""
    return head + fenced(example["code"]) + report + fixed


def _evidence(evidence: Any) -> Iterable[str]:
    if not evidence:
        return
    says = f"{evidence['api']} answers:" if "api" in evidence else "The refusal:"
    if "error" in evidence:
        yield f"{says}\n\n> `` {evidence['error']} ``"
    source = f" ({evidence['source']})" if "source" in evidence else ""
    yield f"Evidence: {evidence['basis']}{source}."
    if "certain" in evidence:
        yield f"Why that is certain: {evidence['certain']}"


def _fixes(forms: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    """What the fixes of a rule do, and how safe they are."""
    lines = [f"Fix ({form['applicability']}): {'…'.join(pieces_of(form['title'])[::2])}" for form in forms]
    if lines:
        yield "  \n".join(lines)


def fenced(example: Any) -> str:
    """An example, text or data, as a fenced code block, or as one for each of its documents."""
    if type(example) is dict and set(example) < PARTS:
        return "\n\n".join(f"`{name}`:\n\n{fenced(part)}" for name, part in example.items())
    if isinstance(example, str):
        is_json = example.lstrip().startswith(("{", "["))
        language = "json" if is_json else "sh" if env.is_config("ecs.config", example) else "yaml"
        return f"```{language}\n{example.rstrip()}\n```"
    import json

    return f"```json\n{json.dumps(example, indent=2, ensure_ascii=False)}\n```"


def rows(rules: Iterable[Rule]) -> list[dict[str, str]]:
    """The table of rules: id, slug, severity, category, profile, topic, title, applicability of the safest fix."""
    return [
        {
            "id": rule.id,
            "slug": rule.slug,
            "severity": rule.severity,
            "category": rule.category,
            "profile": rule.profile,
            "topic": topic(rule.id),
            "title": rule.title,
            "fix": min((form["applicability"] for form in rule.fix), default=""),
        }
        for rule in rules
    ]


def markdown_table(rules: Iterable[Rule]) -> str:
    """The same table in Markdown."""
    lines = ["| rule | severity | category | what is true of ECS |", "| --- | --- | --- | --- |"]
    lines += [f"| {r.id} {r.slug} | {r.severity} | {r.category} | {_cell(r.title)} |" for r in rules]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    """A text that came from a file, in a cell of a table."""
    return visible(text).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
