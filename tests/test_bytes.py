"""Whatever the bytes of a file: they are checked, reported in each format and mended, or it is said why not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from ecslint import testing
from tests.bundled import RULES
from tests.survey import survey
from tests.syntax.layouts import json_documents, yaml_documents

FOLDER = Path(__file__).resolve().parent.parent
NAMES = st.sampled_from(["td.json", "td.yaml", "td", "td.jsonnet"])

EXAMPLES = [(path.read_bytes(), path.name) for path in sorted((FOLDER / "examples").glob("*.json"))]
for rule in RULES:
    for example in rule.docs["examples"]["bad"]:
        code = testing.text_of(example["code"])
        EXAMPLES.append((code.encode(), testing.example_name(code, example)))
    for good in rule.docs["examples"]["good"]:
        EXAMPLES.append((testing.text_of(good).encode(), testing.example_name(testing.text_of(good), {})))

#: What is put into a file: signs of both languages, marks, other encodings, and what programs stumble over.
PIECES = [
    b'"', b"'", b"{", b"}", b"[", b"]", b",", b":", b'\\', b"/", b"//", b"/*", b"#", b"-", b"- ", b"\n", b"\r\n",
    b"\r", b"\t", b"  ", b"&a ", b"*a", b"!!str ", b"!Ref ", b"<<: ", b"? ", b"|\n", b">-\n", b"---\n", b"...\n",
    b"%YAML 1.2\n", b"~", b"null", b"true", b"\x00", b"\x1b[31m", b"\x7f", b"\x85", b"\xe9", b"\xff", b"\xff\xfe",
    b"\xef\xbb\xbf", b"\xc0\x80", b"\xed\xa0\x80", b"\\ud800", b"\\u0000", b"\xe2\x80\xa8", b"\xe2\x80\xae",
    b"\xf0\x9f\x98\x80", b"${A}", b"{{ a }}", b"<A>", b"$(a)", b"1e400", b"-0", b'9' * 400, b"0x1F", b"NaN",
    b"::error::", b"</script>", b"# ecslint: ignore[ECS101] -- x\n", b'"ecslint.ignore": "ECS101",', b'[' * 300,
    b'"containerDefinitions": ', b'"family": "a", ', b"containerDefinitions:\n",
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, sound: st.SearchStrategy[bytes]) -> bytes:
    """Bytes after some cuts, insertions, repetitions and changes."""
    raw = draw(sound)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(raw)))
        end = min(len(raw), start + draw(st.integers(0, 12)))
        kind = draw(st.sampled_from(["insert", "insert", "cut", "repeat", "flip", "end"]))
        if kind == "insert":
            raw = raw[:start] + draw(st.sampled_from(PIECES) | st.binary(max_size=4)) + raw[start:]
        elif kind == "cut":
            raw = raw[:start] + raw[end:]
        elif kind == "repeat":
            raw = raw[:end] + raw[start:end] * draw(st.integers(1, 3)) + raw[end:]
        elif kind == "flip" and start < len(raw):
            raw = raw[:start] + bytes([raw[start] ^ 1 << draw(st.integers(0, 7))]) + raw[start + 1 :]
        elif kind == "end":
            raw = raw[:start]
    return raw


long = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@long
@given(st.binary(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join), NAMES)
def test_any_bytes(raw: bytes, name: str) -> None:
    event(survey(raw, name))


@long
@given(st.sampled_from(EXAMPLES).flatmap(lambda one: st.tuples(mutated(st.just(one[0])), st.just(one[1]))))
def test_damaged_examples(example: tuple[bytes, str]) -> None:
    event(survey(*example))


@long
@given(
    mutated(json_documents(tolerant=True).map(lambda one: b'{"containerDefinitions": [' + one.text.encode() + b"]}"))
)
def test_damaged_json(raw: bytes) -> None:
    event(survey(raw, "td.json"))


@long
@given(mutated(yaml_documents(aliases=True).map(lambda one: b"containerDefinitions:\n" + one.text.encode())))
def test_damaged_yaml(raw: bytes) -> None:
    event(survey(raw, "td.yaml"))


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "cp1252", "utf-7"]
)
def test_other_encodings(encoding: str) -> None:
    for raw, name in EXAMPLES[::25]:
        text = raw.decode().replace("a", "ä", 1)
        survey(text.encode(encoding, "replace"), name)


def test_every_kind_of_file_is_among_them() -> None:
    raw = EXAMPLES[0][0]
    kinds = {
        survey(raw, "td.json"),
        survey(raw[:-9], "td.json"),
        survey(b"[]", "a.json"),
        survey(raw + b"#", "td.json"),
    }
    assert kinds == {"with findings", "not to be read", "no ECS document", "with faults"}
