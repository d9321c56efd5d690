"""An outline of a document, and what stands above its task definitions: where they can run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol.types import CodeLens, Command, DocumentSymbol, SymbolKind

from ecslint import paths
from ecslint.adapters import recognise
from ecslint.compat.answers import REFUSED, answers
from ecslint.compat.verdicts import NO, YES
from ecslint.kinds import TASK_DEFINITION
from ecslint.masking import veiled
from ecslint.ruleset import bundle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecslint.adapters import Resource
    from ecslint.compat.answers import Answer
    from ecslint.compat.knowledge import Knowledge
    from ecslint.document import Document
    from ecslint.lsp.session import Judged
    from ecslint.model import Node, Path

VOLUMES = "volumes"


def symbols(judged: Judged) -> list[DocumentSymbol]:
    """The resources of a document, with their containers and volumes."""
    parsed = judged.parsed()
    root = parsed.root()
    if root is None or not judged.is_ours:
        return []
    found = {resource.prefix: resource for resource in reversed(recognise(parsed.data, parsed.named))}
    return [
        _resource(judged, root, found[prefix]) for prefix in sorted(found, key=lambda path: node_at(root, path).start)
    ]


def node_at(root: Node, path: Path) -> Node:
    """The node of a path, or of what holds it."""
    return paths.locate(root, path)[0]


def outer(resource: Resource, path: Path) -> Path:
    """The path in the document of a path in a resource."""
    spelt = path if resource.spell is None else resource.spell(path)
    for end in range(len(path), -1, -1):
        if path[:end] in resource.moved:
            return resource.moved[path[:end]] + spelt[end:]
    return resource.prefix + spelt


def _resource(judged: Judged, root: Node, resource: Resource) -> DocumentSymbol:
    """A resource with what it holds."""
    kind = bundle.kind(resource.kind)
    name = resource.data.get(kind.label) if kind.label else None
    children = [
        _item(judged, node_at(root, outer(resource, path)), item, symbol)
        for place, symbol in ((kind.containers, SymbolKind.Object), (VOLUMES, SymbolKind.Struct))
        for path, item in (paths.follow(resource.data, f"{place}[]") if place else ())
    ]
    node = node_at(root, resource.prefix)
    shown = veiled(name) if type(name) is str and name else kind.title
    whole = judged.text.range(node.start, node.end)
    at = node_at(root, outer(resource, (kind.label,))) if kind.label and type(name) is str else node
    chosen = judged.text.range(at.start, at.end) if node.start <= at.start <= at.end <= node.end else whole
    return DocumentSymbol(shown, SymbolKind.Module, whole, chosen, kind.title, children=children)


def _item(judged: Judged, node: Node, item: object, symbol: SymbolKind) -> DocumentSymbol:
    """A container or a volume."""
    name = item.get("name") if isinstance(item, dict) else None
    child = node.child("name") or node.child("Name")
    whole = judged.text.range(node.start, node.end)
    chosen = judged.text.range(child.start, child.end) if child is not None else whole
    shown = veiled(name) if type(name) is str and name else "(no name)"
    return DocumentSymbol(shown, symbol, whole, chosen, "container" if symbol == SymbolKind.Object else "volume")


def lenses(judged: Judged, knowledge: Knowledge) -> list[CodeLens]:
    """Where each task definition of a document can run, told at its beginning.

    Cases of one in a template in which it is the same are told once.
    """
    if not judged.is_ours:
        return []
    parsed = judged.parsed()
    found = answers(parsed, knowledge)
    root = parsed.root()
    if root is None or not found:
        return []
    told = dict.fromkeys((start, runs(answer)) for answer, start in zip(found, _starts(parsed, root), strict=True))
    return [CodeLens(judged.text.range(start, start), Command(text, "")) for start, text in told]


def _starts(parsed: Document, root: Node) -> Iterator[int]:
    """Where the task definitions of a document begin; each case of one in a template is another one."""
    for resource in recognise(parsed.data, parsed.named):
        if resource.kind == TASK_DEFINITION:
            node = node_at(root, resource.prefix)
            yield node.key_start if node.key_start >= 0 else node.start


def runs(answer: Answer) -> str:
    """Where a task definition can run, in a line."""
    if REFUSED in answer.notes:
        return "runs nowhere yet: it has errors that concern every launch type"
    verdicts = {name: verdict.verdict for name, verdict in answer.verdicts.items()}
    groups = {
        "runs on": [name for name, verdict in verdicts.items() if verdict == YES],
        "not on": [name for name, verdict in verdicts.items() if verdict == NO],
        "perhaps on": [name for name, verdict in verdicts.items() if verdict not in (YES, NO)],
    }
    return " · ".join(f"{head} {', '.join(names)}" for head, names in groups.items() if names)
