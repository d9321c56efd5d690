"""Small texts of every kind that YAML has, with ruamel.yaml as the judge.

``SOUND`` texts give the data that the safe loader of ruamel.yaml gives for YAML 1.2, and no fault. ``FAULTY`` ones are
given up by it, or hold several documents, and give a fault. Where we differ from it, the text stands among ``OURS``.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from ecslint.syntax.yaml import scan
from tests.syntax.layouts import Document, damaged, yaml_documents

pytestmark = pytest.mark.filterwarnings("ignore::ruamel.yaml.error.ReusedAnchorWarning")

SOUND = {
    "plain scalars": [
        "family: web", "family:   web   ", "family: web app", "family: web\n app", "family: web\n  app\n\n  two",
        "family:\n  web\n  app", "image: nginx:1.27", "image: a#b", "image: a:b#c", "url: http://a.b/c?d=e&f",
        "a: b,c", "a: [b c, d  e]", "a: -b", "a: ?b", "a: :b", "a: b-", "a: a]", "a: a}", "a: it's", 'a: say "hi"',
        "a: é", "a: 日本", "a: 😀", "a: b\\n", "a: b@c", "a: b`c", "a: b%c", "a: b!c", "a: b&c", "a: b*c", "a: b|c",
        "a: b>c", "a: ---b", "a: --- b", "a: ...b", "a: --b",
    ],
    "core scalars": [
        "a: null", "a: Null", "a: NULL", "a: ~", "a:", "a: ", "a: true", "a: True", "a: TRUE", "a: false", "a: 0",
        "a: 1", "a: -1", "a: +1", "a: 10_0x", "a: 0x1F", "a: 0x1f", "a: 1.5", "a: -1.5", "a: 1.", "a: .5",
        "a: .inf", "a: -.inf", "a: .Inf", "a: +.INF", "a: nul", "a: tru", "a: 1.2.3", "a: 1e", "a: e1", "a: 0xg",
        "a: 0o8", "a: +", "a: .", "a: --1",
    ],
    "single quotes": [
        "a: ''", "a: 'b'", "a: 'it''s'", "a: ''''", 'a: \'"\'', "a: 'b\n  c'", "a: 'b\n\n  c'", "a: ' b '",
        "a: 'b: c'", "a: 'b #c'", "a: '\\n'", "a: 'b  \n  c'", "'a': b", "'a b': c", "a: ['b','c']", "a: {'b':1}",
        "a: '\n b'",
    ],
    "double quotes": [
        'a: ""', 'a: "b"', 'a: "\\""', 'a: "\\\\"', 'a: "\\/"', 'a: "\\b\\f\\n\\r\\t\\v\\a\\e\\0"', 'a: "\\x41"',
        'a: "\\u0041"', 'a: "\\U0001F600"', 'a: "\\N\\_\\L\\P"', 'a: "b\n  c"', 'a: "b\n\n  c"', 'a: "b\\\n  c"',
        'a: "b \\\n  \\ c"', 'a: "b\\n\\\n  c"', 'a: " b "', 'a: "b: c"', 'a: "b #c"', 'a: "it\'s"', '"a": b',
        '"a": "b"', '{"a":"b"}', 'a: "b  \n  c"', 'a: "\\t\tb"', 'a: "\n b\n "',
    ],
    "literal blocks": [
        "a: |\n  b", "a: |\n  b\n", "a: |\n  b\n  c\n", "a: |\n  b\n\n  c\n", "a: |\n  b\n    c\n  d\n",
        "a: |\n\n  b\n", "a: |\n  b\n\n\n", "a: |\n  # b\n", "a: |\n  b: c\n", "a: |\n  - b\n",
        "a: |  # comment\n  b\n", "a: |\n", "a: |", "a: |\nb: c\n", "- |\n b\n- c\n", "- |\n  b\n-\n  - |\n    c\n",
        "a: |\n  b  \n  c\t\n", "|\n b\n", "--- |\n b\n",
    ],
    "folded blocks": [
        "a: >\n  b\n  c\n", "a: >\n  b\n\n  c\n", "a: >\n  b\n    c\n  d\n", "a: >\n  b\n\n    c\n\n  d\n",
        "a: >\n\n  b\n", "a: >\n  b\n  \n  \n  c\n", "a: >\n  b", "a: >\n", "a: >\n  b\n\n\n", "- >\n b\n c\n- d\n",
        "> # comment\n b\n c\n", "a: >\n  - b\n  - c\n", "a: >\n  b\n   c\n  d\n",
    ],
    "chomping": [
        "a: |\n  b\n\n", "a: |\n  b\n\n\nc: d\n", "a: |-\n  b", "a: |-\n  b\n", "a: |-\n  b\n\n",
        "a: |-\n  b\n\n\nc: d\n", "a: |+\n  b", "a: |+\n  b\n", "a: |+\n  b\n\n", "a: |+\n  b\n\n\nc: d\n",
        "a: >\n  b\n", "a: >\n  b\n\n", "a: >\n  b\n\n\nc: d\n", "a: >-\n  b", "a: >-\n  b\n", "a: >-\n  b\n\n",
        "a: >-\n  b\n\n\nc: d\n", "a: >+\n  b", "a: >+\n  b\n", "a: >+\n  b\n\n", "a: >+\n  b\n\n\nc: d\n",
        "a: |-\n", "a: |+\n", "a: |+\n\n", "a: >-\n\n", "a: |-\n\n\nb: c\n", "- |+\n  b\n\n- c\n",
    ],
    "indentation indicators": [
        "a: |1\n b\n", "a: |1\n  b\n", "a: |2\n  b\n", "a: |2-\n   b\n", "a: |-2\n   b\n", "a: >1\n  b\n c\n",
        "a: |2+\n  b\n\n", "- |1\n b\n", "- |2\n   b\n", "a:\n  b: |2\n      c\n    d\n", "|1\n  b\n",
        "a: |4\n     b\n", "a: >+1\n b\n\n",
    ],
    "block lists": [
        "- a", "- a\n- b", "-\n  a", "- - a\n  - b\n- c", "-\n- a\n-\n", "- a: b\n  c: d\n- e: f", "-   a\n-   b",
        "- a ", "a:\n- b\n- c\n", "a:\n  - b\n  - c\n", "a:\n    - b\nc: d", "a:\n- b\n-\n  - c\n", "- []\n- {}\n",
        "- a:\n  - b\n", "- - - a\n", "a:\n-\n  b: c\n-\n  d: e\n", '- \'\'\n- ""\n',
    ],
    "block mappings": [
        "a: b", "a: b\nc: d", "a:\n  b: c", "a:\n  b:\n    c: d\ne: f", "a :  b", "a:\n b: c\n d: e\nf: g",
        "a: b\n\n\nc: d\n", "a:\n  b: c\n  d:\n    - e\n    - f: g\n      h: i\n", "a:    b", "a:\n\n  b: c",
        "a:\n      b: c\nd:\n e: f\n", "a:\n  b:\n  c:\n",
    ],
    "explicit keys": [
        "? a\n: b", "? a", "? a\n? b", "? a\n: - b\n  - c", "? 'a b'\n: c", "? |\n  a\n: b", "? >-\n  a\n  b\n: c",
        "? a\n:\n  b: c\n", "? a\n\n: b\n", "? a # c\n: b\n", "a: b\n? c\n: d\ne: f\n", "{? a : b}", "{? a}",
        "[? a : b]",
    ],
    "flow lists": [
        "[]", "[ ]", "[a]", "[a, b]", "[a,b]", "[a, b, ]", "[\na,\nb\n]", "a: [b, c]", "a: [\n  b,\n  c\n  ]",
        "[[a], [b, [c]]]", "[a b, c]", "[a: b]", "[a: b, c]", "[{a: b}]", '[\'a\', "b"]', "[a, # b\nc]",
        "[null, ~, 1, 1.5, true]", "[a , b]", "[http://a, b]", "[-1, -a]", "[&x a, *x]", "[!!str 1]", "[ a\n b ]",
        "[\n\n]", "- [a,\n   b]\n- c", "['a': b]",
    ],
    "flow mappings": [
        "{}", "{ }", "{a: b}", "{a: b, c: d}", "{a: b,}", "{a: b, }", "{a: }", "{a}", "{a, b: c}", "{a: {b: c}}",
        "{a: [b]}", "{'a': b}", '{"a": b}', '{"a":b}', "{'a':b}", '{"a":1,"b":[2,{"c":null}]}', "{\na: b,\nc: d\n}",
        "a: {b: c}", "a: {\n  b: c\n  }", "{a: b # c\n}", "{a : b}", "{a: 'b'}", "{http://a: b}", "{a: http://b}",
        "{a: b\n c}", "{ a: b,\n\n c: d }",
    ],
    "anchors and aliases": [
        "a: &x b\nc: *x", "&x a: b\nc: *x", "a: &x\n  b: c\nd: *x", "a: &x [b]\nc: *x", "a: &x\n- b\nc: *x",
        "- &x a\n- *x\n- *x", "a: &x b\nb: &x c\nd: *x", "&x\na: b\n", "&x [a, b]", "a: &x\nb: *x",
        "a: &x ''\nb: *x", "a: &x |\n  b\nc: *x", "a: &x !!str 1\nb: *x", "a: !!str &x 1\nb: *x", "c: &x d\n*x : b",
        "a: [&x {b: c}, *x]", "{a: &x b, c: *x}",
    ],
    "merge keys": [
        "a: &x {b: c}\nd:\n  <<: *x", "a: &x {b: c}\nd:\n  <<: *x\n  b: e", "a: &x {b: c}\nd:\n  b: e\n  <<: *x",
        "- &x {a: b}\n- &y {a: c, d: e}\n- <<: [*x, *y]", "a: &x {b: c}\nd: {<<: *x, e: f}",
    ],
    "tags": [
        "a: !!str 1", "a: !!int 1", "a: !!int '1'", "a: !!float 1.5", "a: !!bool true", "a: !!null null",
        "a: !!str", "a: !!seq [b]", "a: !!map {b: c}", "!!map\na: b", "a: ! b", "a: ! 1", "!!str a: b",
        "a: !<tag:yaml.org,2002:str> 1", "a: !!str\nb: c", "a: !!str ~", "a: !!seq\n- b\n", "a: !!map\n  b: c\n",
        "!!seq\n- a\n", "%TAG !y! tag:yaml.org,2002:\n---\na: !y!str 1\n",
        "%TAG ! tag:yaml.org,2002:\n---\na: !str 1\n",
    ],
    "directives and documents": [
        "---\na: b", "---\na: b\n...\n", "--- # c\na: b\n", "---\n- a\n", "--- a", "--- [a]", "--- {a: b}", "---\n",
        "%YAML 1.2\n---\na: b\n", "# c\n---\na: b\n", "# c\n%YAML 1.2\n---\na: b\n", "a: b\n...\n",
        "a: b\n...\n# c\n", "---\n\n\na: b\n", "--- 'a'\n", "--- >\n a\n b\n", "--- &x a\n", "--- !!str 1\n",
        "a: b\n... # c\n", "%YAML 1.2 # c\n---\na: b\n",
    ],
    "comments": [
        "a: b # c", "a: b #c", "a: b\n# c", "# c\na: b", "a: # c\n  b", "a: # c\n  b: d", "a:\n# c\n  b: c",
        "a:\n  # c\n  b: c", "a:\n      # c\n  b: c", "a: b\n  # c\nd: e", "- a # c\n- b", "-  # c\n  a",
        "a: 'b' # c", "a: [b # c\n  , d]", "a: |\n  b\n# c\nd: e\n", "a: |\n  b\n # c\n", "#\na: b", "a: b #",
        "a: b # é 😀", "a: &x # c\n  b", "a: !!str # c\n  1",
    ],
    "tabs and blanks": [
        "a: [b,\tc]", "{a:\tb}", "a: b\n \n  \n", "a: 'b\tc'", 'a: "b\tc"', "\na: b", "\n\n\na: b\n\n\n",
        "a: b\n   ", "a:  \n  b: c  \n", "[\ta\t]", "a: 'b\n\tc'",
    ],
    "line ends": [
        "a: b\r\nc: d\r\n", "a: b\rc: d\r", "a: |\r\n  b\r\n  c\r\n", "a: >\r\n  b\r\n  c\r\n", "a: 'b\r\n  c'",
        "- a\r\n- b\r\n", "a:\r\n  - b\r\n", "a: b\r\n\r\n# c\r\n", "a: |\r\n  b\r\n\r\nc: d\r\n", "a: [b,\r\n c]",
        'a: "b\\\r\n  c"', "---\r\na: b\r\n...\r\n",
    ],
    "odd keys": [
        "a b: c", "a.b: c", "a/b: c", "$a: b", "a-: b", "-a: b", "?a: b", "'': b", '"": b', "é: b", "日: b", "<a: b",
        "a>: b", "(a): b", "a: {b c: d}", "a\\: b", "a'b: c", 'a"b: c', "a#b: c", "'a: b': c", '"a\\nb": c',
        "a,b: c", "a]: c", "a:b: c", "a::b: c", "- a: b\n  'c': d\n",
    ],
    "empty": [
        "~", "null", "---\n...\n", "''", "a", "1", "- ", "a:\n",
    ],
    "byte order mark inside quotes": [
        "a: 'b\ufeffc'", 'a: "\\uFEFF"',
    ],
}  # fmt: skip

FAULTY = {
    "never closed": [
        "a: 'b", 'a: "b', "[a", "{a: b", "a: [b\nc: d", "a: {b: c\nd: e", "a: [b, {c: d]", "'a", '"a', "a: 'b\n  c",
        "[a, [b]", "a: (b]\n- c",
    ],
    "closed too often": [
        "a: ]", "a: }", "[a]]", "{a: b}}", "]", "}", "[a}", "{a: b]",
    ],
    "indentation": [
        "a: b\n c: d", "a:\n  b: c\n d: e", "a:\n    - b\n  - c", "a: b\n  c: d\n", "  a: b\nc: d",
        "- a\n  - b\n c: d", "a:\n  - b\n c\n", "a: 'b'\n  c: d", "a: [b]\n  c: d", "- a\nb: c", "a: b\n- c",
        "a:\n\tb: c", "\ta: b", "a:\n  b: c\n\td: e", "-\t- a", "a: |\n    \n  b\n",
    ],
    "colons and dashes": [
        "a: b: c", "a: - b", "- a: b: c", "a b: c: d", "a: b\nc", "a\nb: c", "a: 'b' c", 'a: "b" c', "a: [b] c",
        "a: {b: c} d", "a: *", "a: &",
    ],
    "signs that begin no value": [
        "a: @b", "a: `b", "a: %b", "@a: b", "`a: b", "[@a]", "{a: %b}",
    ],
    "escapes": [
        'a: "\\q"', 'a: "\\x4"', 'a: "\\u12"', 'a: "\\U1234567"', 'a: "\\xg0"', 'a: "\\\'"', 'a: "\\UFFFFFFFF"',
    ],
    "characters": [
        "a: b\x00", "a: \x01", "a: '\x1b'", "\x07", "a: b\x0b", "a: \ufffe",
    ],
    "aliases": [
        "a: *x", "*x", "- *x\n- &x a", "a: *x\nb: &x c", "a: &x *x", "a: &x &y b", "a: &x b\nc: &y *x", "a: *x b",
    ],
    "tags": [
        "a: !!int b", "a: !!float b", "a: !x!y b", "a: !<x b", "a: !!str !!str b", "a: !!str !!int 1",
    ],
    "directives": [
        "%YAML 1.2\na: b", "%YAML 1.2\n%YAML 1.2\n---\na: b", "%TAG ! a\n%TAG ! b\n---\na", "%YAML\n---\na",
        "%YAML 1.2.3\n---\na", "%TAG !\n---\na", "%YAML 1.2", "%TAG y! tag:x\n---\na",
    ],
    "block scalars": [
        "a: |0\n  b", "a: |b\n  c", "a: |1-1\n b", "a: |--\n  b", "a: >x", "a: | b", "a: |2\n b\n", "a: |10\n b",
    ],
    "flow": [
        "[a, , b]", "[, a]", "{, a: b}", "[a,, b]", "{a: b c: d}", "[a, b: c: d]", "a: {b", "[\n--- a\n]",
        "{a: b\n---\n}", "[a b\n: c]",
    ],
    "keys": [
        "a: b\na: c", "{a: b, a: c}", "a: b\n'a': c", "? a\n? a", "a:\n  b: c\n  b: d\n", "- a: b\n  a: c\n",
    ],
    "merge keys": [
        "<<: a", "<<: [a]", "a: {<<: 1}", "<<: [[{a: b}]]",
    ],
    "markers": [
        "'a\n---\nb'", '"a\n...\nb"', "a: b\n... c\n", "a: b\n...\n- c\n]", "---a\n: b\n ]",
    ],
    "several documents": [
        "a: b\n---\nc: d\n", "---\na\n---\nb\n", "a: b\n---\n", "a\n...\n---\nb\n", "a: b\n...\nc: d\n",
    ],
}  # fmt: skip

#: What we make of a text that ruamel.yaml reads otherwise: the data, and the fault, if there is one.
OURS: dict[str, dict[str, tuple[Any, str | None]]] = {
    "ECS knows no times": {
        "a: 2001-12-14": ({"a": "2001-12-14"}, None),
        "a: 2001-12-14T21:59:43Z": ({"a": "2001-12-14T21:59:43Z"}, None),
    },
    "keys of ECS are strings, as they are written": {
        "1: a": ({"1": "a"}, None), "1.5: a": ({"1.5": "a"}, None), "~: a": ({"~": "a"}, None),
        "true: a": ({"true": "a"}, None), "? \n: a": ({"": "a"}, None), "!!int 1: a": ({"1": "a"}, None),
        "1: a\n'1': b": ({"1": "b"}, "duplicate-key"), "[a]: b": (None, "syntax-error"),
        "? [a]\n: b": (None, "syntax-error"), "? - a\n: b": (None, "syntax-error"), "&x [a]: b": (None, "syntax-error"),
    },
    "the core schema has no underscores and no binary numbers, and people should know": {
        "a: 1_000": ({"a": "1_000"}, "ambiguous-scalar"), "a: 0b1": ({"a": "0b1"}, "ambiguous-scalar"),
    },
    "whoever registers a file reads YAML 1.2, whatever the file says": {
        "%YAML 1.1\n---\na: yes\n": ({"a": "yes"}, "ambiguous-scalar"),
    },
    "what YAML 1.1 and 1.2 read differently is said": {
        "a: 0o17": ({"a": 15}, "ambiguous-scalar"), "a: 1e3": ({"a": 1000.0}, "ambiguous-scalar"),
        "a: 1E+3": ({"a": 1000.0}, "ambiguous-scalar"), "a: 012": ({"a": 12}, "ambiguous-scalar"),
        "a: 12:30": ({"a": "12:30"}, "ambiguous-scalar"), "a: off": ({"a": "off"}, "ambiguous-scalar"),
    },
    "a merge key and a value key mean something as keys only": {
        "a: <<": ({"a": "<<"}, None), "a: =": ({"a": "="}, None),
    },
    "the specification allows a tab between a value and what follows": {
        "a:\tb": ({"a": "b"}, None), "a: b\t# c": ({"a": "b"}, None), "a: b\t": ({"a": "b"}, None),
        "a:\t[b]": ({"a": ["b"]}, None), "a: b\tc": ({"a": "b\tc"}, None),
    },
    "the specification allows a single pair that is quoted": {'["a":b]': ([{"a": "b"}], None)},
    "a file without a value is not a document": {
        "": (None, "syntax-error"), " ": (None, "syntax-error"), "# c": (None, "syntax-error"),
        "\n# c\n\n": (None, "syntax-error"),
    },
    "a mark at the beginning is no text, and `document.parse` takes it away": {"\ufeffa: b": (None, "syntax-error")},
    "libyaml does not read it; it says so": {
        "a: |\n  \tb\n": (None, "syntax-error"), "a: [\n\tb\n\t]": (None, "syntax-error"),
        "a: &x-1.2 b\nc: *x-1.2": (None, "syntax-error"), "a: &é b\nc: *é": (None, "syntax-error"),
        "%FOO bar\n---\na\n": (None, "syntax-error"), '{"a"\n: b}': (None, "syntax-error"),
        "a: b\u2028c": (None, "syntax-error"),
    },
}  # fmt: skip


def cases(kinds: dict[str, Any]) -> list[Any]:
    return [pytest.param(text, id=f"{kind}: {text!r}"[:60]) for kind, texts in kinds.items() for text in texts]


def judged(text: str) -> list[Any]:
    """The documents of a text as ruamel.yaml reads them, keys as strings."""
    return [plain(document) for document in YAML(typ="safe", pure=True).load_all(text)]


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal, and of the same types."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other) or (one != one and other != other)


def slugs(text: str) -> list[str]:
    """The faults of a text, which lie in it."""
    found = scan(text).faults
    assert all(0 <= fault.start <= fault.end <= len(text) for fault in found)
    return [fault.slug for fault in found]


@pytest.mark.parametrize("text", cases(SOUND))
def test_sound_text_gives_the_data_that_ruamel_gives(text: str) -> None:
    [expected] = judged(text)
    assert same(scan(text).data, expected)
    assert slugs(text) == []


@pytest.mark.parametrize("text", cases(FAULTY))
def test_faulty_text_is_given_up_by_ruamel_and_by_us(text: str) -> None:
    assert slugs(text) != []
    with contextlib.suppress(YAMLError, ValueError, OverflowError):
        assert len(judged(text)) > 1


@pytest.mark.parametrize("text", cases(OURS))
def test_we_read_some_texts_otherwise(text: str) -> None:
    [(data, slug)] = [texts[text] for texts in OURS.values() if text in texts]
    assert same(scan(text).data, data)
    assert slugs(text) == ([slug] if slug else [])


def test_infinity_and_what_is_no_number_are_floats() -> None:
    assert math.isnan(scan("a: .nan").data["a"])
    assert same(scan("[.NaN, -.INF]").data, judged("[.NaN, -.INF]")[0])


# --- the same texts elsewhere ----------------------------------------------------------------------

INDENTED: list[Callable[[str], str]] = [
    lambda text: "k:\n" + indented(text, 1),
    lambda text: "-\n" + indented(text, 3),
    lambda text: "k:\n  -\n" + indented(text, 4) + "\nl: m\n",
]


def indented(text: str, columns: int) -> str:
    return "\n".join(" " * columns + line if line else line for line in text.split("\n"))


ONLY_AT_THE_TOP = ("directives and documents", "line ends", "tags")
MOVABLE = [text for kind, texts in SOUND.items() if kind not in ONLY_AT_THE_TOP for text in texts]


@given(st.sampled_from(MOVABLE), st.sampled_from(INDENTED), st.sampled_from(["\n", "\r\n"]))
def test_a_text_means_the_same_in_a_block_as_ruamel_says(text: str, move: Callable[[str], str], newline: str) -> None:
    moved = move(text).replace("\n", newline)
    try:
        [expected] = judged(moved)
    except (YAMLError, ValueError):
        return
    found = scan(moved)
    assert same(found.data, expected)
    assert found.faults == []


@given(yaml_documents(aliases=True))
def test_any_layout_gives_the_data_that_ruamel_gives(document: Document) -> None:
    [expected] = judged(document.text)
    assert same(scan(document.text).data, expected)


@given(damaged(yaml_documents(aliases=True)))
def test_damaged_text_gives_a_fault_where_ruamel_gives_up(text: str) -> None:
    found = scan(text)
    assert all(0 <= fault.start <= fault.end <= len(text) for fault in found.faults)
    try:
        judged(text)
    except (YAMLError, ValueError, OverflowError):
        return  # it gives up more than the specification does
    if found.data is None and found.root is None:
        assert found.faults != []
