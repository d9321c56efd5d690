"""Edits of variables: what an operation names changes, and every other byte stays."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ecslint.model import Operation as Do
from ecslint.syntax import env
from ecslint.syntax.edit import Withheld, applied, apply, edits, same
from ecslint.syntax.env import CONFIG, FILE
from tests.syntax.test_env import TEXTS

CASES = {
    "set": ("A=b\r\n# c\r\n  C = d \r\n", Do("set", (CONFIG, "C"), "e"), "A=b\r\n# c\r\n  C = e \r\n"),
    "set what is empty": ("A=\nB=c", Do("set", (CONFIG, "A"), "x"), "A=x\nB=c"),
    "set the last of two": ("A=b\nA=c\n", Do("set", (CONFIG, "A"), "d"), "A=b\nA=d\n"),
    "add": ("A=b\n\n# end\n", Do("set", (CONFIG, "C"), "d"), "A=b\nC=d\n\n# end\n"),
    "add to a text without an end": ("A=b", Do("set", (CONFIG, "C"), "d"), "A=b\nC=d"),
    "add to nothing": ("# c\n", Do("set", (CONFIG, "C"), "d"), "# c\nC=d\n"),
    "add to an empty text": ("", Do("set", (CONFIG, "C"), "d"), "C=d\n"),
    "rename": ("export A=b # c\n", Do("rename", (CONFIG, "A"), "C"), "export C=b # c\n"),
    "remove": ("A=b\r\nC=d\r\nE=f", Do("remove", (CONFIG, "C")), "A=b\r\nE=f"),
    "remove the last": ("A=b\nC=d", Do("remove", (CONFIG, "C")), "A=b\n"),
    "remove what is exported": ("A=b\n  export C=d\n", Do("remove", (CONFIG, "C")), "A=b\n"),
    "splice": ("A=b,c\n", Do("splice", (CONFIG, "A"), (1, 3, ";d")), "A=b;d\n"),
    "set in a command": (
        f"#!/bin/sh\necho 'A=b' >> {FILE}\n", Do("set", (CONFIG, "A"), '["c"]'),
        f"#!/bin/sh\necho 'A=[\"c\"]' >> {FILE}\n",
    ),
    "rename in a command": (
        f'#!/bin/sh\necho "A=$B" >> {FILE}\n', Do("rename", (CONFIG, "A"), "C"), f'#!/bin/sh\necho "C=$B" >> {FILE}\n',
    ),
    "add to a here-document": (
        f"#!/bin/sh\ncat <<X >> {FILE}\n  A=b\nX\n", Do("set", (CONFIG, "C"), "d"),
        f"#!/bin/sh\ncat <<X >> {FILE}\n  A=b\n  C=d\nX\n",
    ),
}  # fmt: skip

WITHHELD = {
    "a name that is taken": ("A=b\nC=d\n", Do("rename", (CONFIG, "A"), "C")),
    "a value of two lines": ("A=b\n", Do("set", (CONFIG, "A"), "c\nD=e")),
    "a value with blanks around": ("A=b\n", Do("set", (CONFIG, "A"), " c")),
    "a number": ("A=b\n", Do("set", (CONFIG, "A"), 1)),
    "a name that is none": ("A=b\n", Do("rename", (CONFIG, "A"), "A-B")),
    "the first of two would come back": ("A=b\nA=c\n", Do("rename", (CONFIG, "A"), "C")),
    "removed, the first of two would come back": ("A=b\nA=c\n", Do("remove", (CONFIG, "A"))),
    "quotes in quotes": (f'#!/bin/sh\necho "A=b" >> {FILE}\n', Do("set", (CONFIG, "A"), '["c"]')),
    "quotes that the shell removes": (f'#!/bin/sh\necho A=["b"] >> {FILE}\n', Do("set", (CONFIG, "A"), '["b"]')),
    "a command": (f"#!/bin/sh\necho A=b >> {FILE}\n", Do("remove", (CONFIG, "A"))),
    "a script without variables": ("#!/bin/sh\n", Do("set", (CONFIG, "A"), "b")),
    "a value below a variable": ("A=b\n", Do("set", (CONFIG, "A", "b"), "c")),
    "an item": ("A=b\n", Do("append", (CONFIG, "A"), "c")),
    "a list": ("A=b\n", Do("wrap", (CONFIG, "A"))),
    "a move": ("A=b\nC=d\n", Do("move", (CONFIG, "A"), (CONFIG, "E"))),
    "the document": ("A=b\n", Do("unwrap", (CONFIG, "A"))),
}


@pytest.mark.parametrize(("text", "operation", "wanted"), CASES.values(), ids=CASES)
def test_an_operation_changes_what_it_names(text: str, operation: Do, wanted: str) -> None:
    assert apply(text, edits(text, "env", [operation])) == wanted


@pytest.mark.parametrize(("text", "operation"), WITHHELD.values(), ids=WITHHELD)
def test_what_cannot_be_done_is_withheld(text: str, operation: Do) -> None:
    with pytest.raises(Withheld):
        edits(text, "env", [operation])


WORDS = st.sampled_from(["x", "", "true", '["a"]', "a b", "'q'", "ECS_CLUSTER", "A", "B_2", "c\nd", "#", "=", "${X}"])


@given(TEXTS, st.sampled_from(["set", "rename", "remove"]), WORDS, st.data())
def test_edits_do_what_the_operation_means_or_nothing(text: str, kind: str, value: str, data: Any) -> None:
    """Outside of the edits nothing changes, since they are the only ones that are made."""
    before = env.scan(text)
    known = [*before.data[CONFIG]]
    name = data.draw(st.sampled_from([*known, "NEW"]))
    operation = Do(kind, (CONFIG, name), None if kind == "remove" else value)
    try:
        changes = edits(text, "env", [operation])
    except Withheld:
        return
    after = apply(text, changes)
    assert same(env.scan(after).data, applied(before.data, [operation]))
    kept = "".join(part for part in _between(text, changes))
    assert sum(change.end - change.start for change in changes) + len(kept) == len(text)
    nodes = before.root.children[CONFIG].children if before.root else {}
    assume(name in nodes)
    if kind != "remove":
        node = nodes[name]
        assert all(node.key_start <= change.start <= change.end <= node.end for change in changes)


def _between(text: str, changes: Any) -> Any:
    done = 0
    for change in changes:
        yield text[done : change.start]
        done = change.end
    yield text[done:]
