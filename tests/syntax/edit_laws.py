"""What must be true of every edit, whatever the language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import event

from ecslint.model import Edit, Node, Operation
from ecslint.syntax import json, templates
from ecslint.syntax.edit import Withheld, applied, apply, edits, same
from tests.syntax.layouts import Document, Owner, Path, operations

BLANKS_AT_END = re.compile(r"[ \t]+(?=[\r\n]|\Z)")
NEWLINES = re.compile(r"\r\n|\n|\r")


def scan(text: str, language: str) -> Any:
    return (templates if language == "yaml" else json).scan(text)


def check(document: Document, language: str, operation: Operation, oracle: Callable[[str], Any]) -> str:
    """The edited text, after a look at all that an edit promises. Raises Withheld as ``edits`` does."""
    text = document.text
    before = scan(text, language)
    changes = edits(text, language, [operation])
    result = apply(text, changes)
    wanted = applied(before.data, [operation])
    after = scan(result, language)
    assert repr(sort(after.data)) == repr(sort(wanted))
    assert repr(sort(oracle(result))) == repr(sort(wanted))
    assert slugs(after) <= slugs(before)
    assert_sorted(changes, text)
    assert_others_untouched(changes, before.root, operation)
    assert_comments_stay(document, result, operation)
    assert set(NEWLINES.findall(result)) <= set(NEWLINES.findall(text)) or not NEWLINES.search(text)
    assert len(BLANKS_AT_END.findall(result)) <= len(BLANKS_AT_END.findall(text))
    if language == "json" or not re.search(r"[|>]", text):  # block scalars may need the line end
        assert text.endswith(("\r", "\n")) == result.endswith(("\r", "\n"))
    return result


def check_composition(text: str, language: str, operations: list[Operation]) -> None:
    """Several operations at once make the text that they make one after the other, and no edit twice."""
    step = text
    for operation in operations:
        step = apply(step, edits(step, language, [operation]))
    changes = edits(text, language, operations)
    assert_sorted(changes, text)
    assert apply(text, changes) == step


def check_damaged(text: str, language: str, draw: Callable[[Any], Any]) -> None:
    """Whatever the text, an operation is done rightly or withheld, and nothing else happens."""
    before = scan(text, language)
    if before.root is None:
        with pytest.raises(Withheld):
            edits(text, language, [])
        return
    operation = draw(operations(before.data))
    try:
        result = apply(text, edits(text, language, [operation]))
    except Withheld as withheld:
        event(f"withheld: {withheld}")
    else:
        assert same(scan(result, language).data, applied(before.data, [operation]))


@contextmanager
def allowing(operation: Operation, **reasons: str) -> Iterator[None]:
    """Let an operation of a kind be withheld, but only for the reason given."""
    try:
        yield
    except Withheld as withheld:
        reason = reasons.get(operation.kind)
        if reason is None or not re.search(reason, str(withheld)):
            raise
        event(f"withheld: {withheld}")


def sort(value: Any) -> Any:
    """The value with the members of objects in order, for comparison by ``repr``, which tells 1 from True and 1.0."""
    if isinstance(value, dict):
        return {key: sort(value[key]) for key in sorted(value)}
    return [sort(item) for item in value] if isinstance(value, list) else value


def slugs(found: Any) -> set[str]:
    return {fault.slug for fault in found.faults}


def assert_sorted(changes: list[Edit], text: str) -> None:
    done = -1
    for change in changes:
        assert done < change.start <= change.end <= len(text)  # with something between them that stays
        assert text[change.start : change.end] != change.text
        done = change.end


def nodes(root: Node, here: Path = ()) -> Iterator[tuple[Path, Node]]:
    yield here, root
    for part, child in root.children.items():
        if root.start <= child.start and child.end <= root.end:  # not what an alias brings
            yield from nodes(child, (*here, part))


def assert_others_untouched(changes: list[Edit], root: Node, operation: Operation) -> None:
    """No edit reaches into a key or a scalar of a member that the operation does not name."""
    if operation.kind == "unwrap":
        return  # others go
    if operation.kind in ("erase", "respell"):
        assert_tokens_untouched(changes, root, *operation.value[:2])
        return
    named = [operation.path, operation.value] if operation.kind == "move" else [operation.path]
    for path, node in nodes(root):
        if path[: len(operation.path)] == operation.path or any(path == name[: len(path)] for name in named):
            continue
        spans = [(node.key_start, node.key_end)] if node.key_start >= 0 else []
        if not any(node.start < child.start < node.end for child in node.children.values()):
            spans.append((node.start, node.end))
        for start, end in spans:
            for change in changes:
                assert change.end <= start or end <= change.start, f"{change} reaches into {path}"


def assert_tokens_untouched(changes: list[Edit], root: Node, start: int, end: int) -> None:
    """No edit reaches into a key or a scalar, but for the one that a part of the text belongs to."""
    for path, node in nodes(root):
        spans = [(node.key_start, node.key_end)] if node.key_start >= 0 else []
        spans += [] if node.children else [(node.start, node.end)]
        for low, high in spans:
            if not (low <= start < end <= high):
                assert all(change.end <= low or high <= change.start for change in changes), f"reaches into {path}"


def assert_comments_stay(document: Document, result: str, operation: Operation) -> None:
    for name, owner in document.comments.items():
        assert name in result or may_go(owner, operation), f"the comment {name} of {owner} is gone"


def may_go(owner: Owner, operation: Operation) -> bool:
    """Whether a comment belongs to what an operation takes away."""
    path = operation.path
    inside = owner[: len(path)] == path
    if operation.kind == "remove":
        return inside
    if operation.kind != "unwrap":
        return False
    if owner == path[: len(owner)] and len(owner) > len(operation.value or ()):
        return True  # it stands behind a key that goes
    common = next((at for at, (one, two) in enumerate(zip(owner, path, strict=False)) if one != two), None)
    return common is not None and common >= len(operation.value or ()) and owner[common] is not None
