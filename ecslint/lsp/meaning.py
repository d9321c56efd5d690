"""What things mean: the rule of a finding, and the member that somebody points at."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lsprotocol.types import Hover, MarkupContent, MarkupKind

from ecslint.catalogue.links import rule_url
from ecslint.lsp import shapes
from ecslint.ruleset import bundle
from ecslint.ruleset.shapes import below

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ecslint.lsp.session import Judged
    from ecslint.model import Finding, Node, Path, Rule
    from ecslint.ruleset.bundle import Ruleset

MOST_RULES = 12  # that are listed for a member

LEAST, MOST, PATTERN = "minimum", "maximum", "pattern"

#: The name of a rule in a suppression.
NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")


def hover(judged: Judged, offset: int) -> Hover | None:
    """What to say of the text at an offset."""
    near = [finding for finding in judged.findings if finding.start <= offset < max(finding.end, finding.start + 1)]
    if judged.ruleset is None or not judged.is_ours:
        return None
    if near:
        rules = {rule.id: rule for rule in judged.ruleset.rules}
        parts = [of_finding(finding, rules.get(finding.rule)) for finding in near]
        return _shown(judged, parts, near[0].start, near[0].end)
    named = rule_at(judged, offset)
    if named is not None:
        rule, start, end = named
        bundle.document([rule])
        return _shown(judged, [f"{head(rule)}\n\n{rule.title}.\n\n{why(rule)}"], start, end)
    parsed = judged.parsed()
    root = parsed.root()
    if root is None:
        return None
    path, node, in_key = path_at(root, offset)
    place = shapes.spot(parsed, path)
    if place is None or place.shape is None or not place.path:
        return None
    start, end = (node.key_start, node.key_end) if in_key else (node.start, node.end)
    return _shown(judged, [of_member(place, judged.ruleset)], start, end)


def _shown(judged: Judged, parts: Sequence[str], start: int, end: int) -> Hover:
    content = MarkupContent(MarkupKind.Markdown, "\n\n---\n\n".join(parts))
    return Hover(content, judged.text.range(start, end))


def head(rule: Rule) -> str:
    """The name of a rule, with its page."""
    url = rule_url(rule.id)
    return f"**[{rule.id}]({url})** {rule.slug}" if url else f"**{rule.id}** {rule.slug}"


def why(rule: Rule) -> str:
    """Why there is a rule."""
    return str(rule.docs.get("why", "")).strip()


def of_finding(finding: Finding, rule: Rule | None) -> str:
    """A finding with its rule."""
    told = [f"{finding.message}{f' ({finding.help})' if finding.help else ''}"]
    if rule is not None:
        bundle.document([rule])
        told = [f"{head(rule)} · {finding.severity} · {finding.category}", *told, why(rule)]
    return "\n\n".join(filter(None, told))


def rule_at(judged: Judged, offset: int) -> tuple[Rule, int, int] | None:
    """The rule that a suppression names at an offset, and where it does."""
    body = judged.text.body
    start = max(body.rfind("\n", 0, offset), body.rfind("\r", 0, offset)) + 1
    line = re.compile(r"[^\r\n]*").match(body, start)
    if line is None or "ecslint" not in line[0] or judged.ruleset is None:
        return None
    for word in NAME.finditer(body, start, line.end()):
        if word.start() <= offset < word.end():
            rule = next((one for one in judged.ruleset.rules if word[0].upper() == one.id or word[0] == one.slug), None)
            return None if rule is None else (rule, word.start(), word.end())
    return None


def path_at(root: Node, offset: int) -> tuple[Path, Node, bool]:
    """The path of what stands at an offset, its node, and whether its key is meant."""
    path: tuple[str | int, ...] = ()
    node = root
    while True:
        for part, child in node.children.items():
            if child.key_start <= offset < child.key_end:
                return (*path, part), child, True
            if child.start <= offset < child.end:
                path, node = (*path, part), child
                break
        else:
            return path, node, False


def of_member(place: shapes.Spot, ruleset: Ruleset) -> str:
    """What the schema says of a member, and which rules look at it."""
    shape = place.shape or {}
    lines = [f"**{place.pattern}** · {kind_of(shape)}", described(shape)]
    looking = [*rules_at(place.resource.kind, place.pattern, ruleset)]
    told = [f"- {head(rule)}: {rule.title}" for rule in looking[:MOST_RULES]]
    more = len(looking) - len(told)
    lines += ["\n".join([*told, *([f"- and {more} more"] if more else [])])]
    return "\n\n".join(filter(None, lines))


def rules_at(kind: str, pattern: str, ruleset: Ruleset) -> Iterator[Rule]:
    """The rules that look at a place of resources of a kind."""
    bundle.document(ruleset.rules)
    for rule in ruleset.rules:
        if kind in listed(rule.docs.get("kind")) and pattern in listed(rule.docs.get("given")):
            yield rule


def listed(value: Any) -> Sequence[str]:
    """One text or several as a sequence."""
    return [value] if isinstance(value, str) else value or ()


def kind_of(shape: Mapping[str, Any]) -> str:
    """The type of what may stand at a place."""
    kind = shapes.TYPES.get(shape.get("type", ""), "value")
    if kind == "list":
        items = below(shape, "[]") or {}
        return f"list of {kind_of(items)}s" if items.get("type") in ("object", "string", "integer") else kind
    return kind


def described(shape: Mapping[str, Any]) -> str:
    """What the schema says of the values, in a line."""
    told = []
    words = shape.get("enum") or shape.get("examples")
    if words:
        told.append(f"{'one of' if 'enum' in shape else 'such as'} {', '.join(f'`{word}`' for word in words)}")
    if LEAST in shape and MOST in shape:
        told.append(f"from {shape[LEAST]} to {shape[MOST]}")
    elif LEAST in shape:
        told.append(f"at least {shape[LEAST]}")
    elif MOST in shape:
        told.append(f"at most {shape[MOST]}")
    if shape.get("required"):
        told.append(f"needs {', '.join(f'`{name}`' for name in shape['required'])}")
    return "; ".join(told)
