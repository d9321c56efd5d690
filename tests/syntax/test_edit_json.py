"""Laws of edits of JSON, held against the standard library."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ecslint.syntax.edit import applied, apply, edits
from tests.syntax.edit_laws import allowing, check, check_composition, check_damaged
from tests.syntax.layouts import damaged, documents, json_documents, operations, paths

many = settings(max_examples=min(3 * settings().max_examples, settings().max_examples + 200), deadline=None)

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
    with allowing(operation, move="comment has no place", set="a comment stands"):
        check(document, "json", operation, oracle)


STYLES: list[dict[str, Any]] = [
    {},
    {"separators": (",", ":")},
    *({"indent": indent} for indent in (0, 1, 2, 4, "\t")),
    {"indent": 2, "separators": (",", " : ")},
]


@many
@given(documents(), st.sampled_from(STYLES), st.data())
def test_what_a_program_wrote_looks_as_if_it_had_written_the_result(
    value: Any, style: dict[str, Any], data: st.DataObject
) -> None:
    assume(any(isinstance(part, dict) and part for _, part in paths(value)))  # else a text hardly shows its style
    operation = data.draw(operations(value))
    text = json.dumps(value, **style, ensure_ascii=False)
    result = apply(text, edits(text, "json", [operation]))
    assert result == json.dumps(applied(value, [operation]), **style, ensure_ascii=False)


@many
@given(st.data())
def test_composition(data: st.DataObject) -> None:
    text = data.draw(json_documents()).text
    value = json.loads(text)
    several = []
    for _ in range(data.draw(st.integers(2, 4))):
        several.append(data.draw(operations(value)))
        value = applied(value, several[-1:])
    check_composition(text, "json", several)


@many
@given(damaged(json_documents(tolerant=True)), st.data())
def test_damaged_texts(text: str, data: st.DataObject) -> None:
    check_damaged(text, "json", data.draw)
