"""Laws of edits of JSON, held against the standard library."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.syntax.edit_laws import allowing, check
from tests.syntax.layouts import json_documents, operations

many = settings(max_examples=max(300, settings().max_examples), deadline=None)

TOKEN = re.compile(
    r'(?P<double>"(?:[^"\\]|\\.)*")|(?P<single>\'(?:[^\'\\]|\\.)*\')|(?P<comment>//[^\r\n]*|/\*.*?\*/|#[^\r\n]*)'
    r"|(?P<bare>[A-Za-z_$][\w$]*)(?=[ \t]*:)|(?P<other>.)",
    re.DOTALL,
)
TRAILING_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])', re.DOTALL)


def strict(text: str) -> str:
    """Strict JSON from JSON with comments, trailing commas, single quotes and keys without quotes."""
    words = []
    for token in TOKEN.finditer(text):
        word = token.group()
        if token.lastgroup == "comment":
            word = " "
        elif token.lastgroup == "single":
            body = re.sub(r"\\.|\"", lambda found: {"\\'": "'", '"': '\\"'}.get(found[0], found[0]), word[1:-1])
            word = f'"{body}"'
        elif token.lastgroup == "bare":
            word = f'"{word}"'
        words.append(word)
    return TRAILING_COMMA.sub(lambda found: found[1] or "", "".join(words))


def oracle(text: str) -> Any:
    return json.loads(strict(text))


@many
@given(st.data())
def test_strict_documents(data: st.DataObject) -> None:
    document = data.draw(json_documents())
    operation = data.draw(operations(json.loads(document.text)))
    check(document, "json", operation, json.loads)


@many
@given(st.data())
def test_tolerated_documents(data: st.DataObject) -> None:
    document = data.draw(json_documents(tolerant=True))
    operation = data.draw(operations(oracle(document.text)))
    with allowing(operation, move="comment has no place"):
        check(document, "json", operation, oracle)
