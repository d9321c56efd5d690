from __future__ import annotations

import io
import json
import math
import time
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from ecslint.model import Fault, Node, Scan, Unknown
from ecslint.syntax import libyaml
from ecslint.syntax.yaml import scan

TRICKY = [
    *(
        "",
        "~",
        "null",
        "yes",
        "No",
        "on",
        "y",
        "012",
        "0o12",
        "1_000",
        "0b1",
        "12:30:45",
        "1e3",
        ".5",
        "0x1F",
    ),
    *("- a", "a: b", "a #b", "# a", "[a", "{a", "*a", "&a", "!a", "<<", "'", '"', "a\nb", " a", "a ", "\t"),
    *(
        "😀",
        "e\u0301",
        "中文",
        "a\r\nb",
        "\u2028",
        "\x85",
        "\xa0",
        "\x07",
        "---",
        "...",
        "%a",
        "@a",
        "`a",
        "\\ud83d",
    ),
]


def members(node: Node, data: Any) -> Iterator[tuple[Node, Any]]:
    """Every node below ``node``, itself included, with its value."""
    pending = [(node, data)]
    while pending:
        here, value = pending.pop()
        yield here, value
        value = value.value if type(value) is Unknown else value
        pending.extend((child, value[part]) for part, child in here.children.items())


def cut(text: str, result: Scan, *path: str | int) -> str:
    """The text of the node at a path."""
    node = find(result, *path)
    return text[node.start : node.end]


def find(result: Scan, *path: str | int) -> Node:
    assert result.root is not None
    node = result.root
    for part in path:
        node = node.children[part]
    return node


def places(result: Scan) -> list[tuple[int, int, int, int]]:
    assert result.root is not None
    nodes = [node for node, _ in members(result.root, result.data)]
    return [(node.start, node.end, node.key_start, node.key_end) for node in nodes]


def plain(fault: Fault) -> tuple[str, int, int, dict[str, object]]:
    return fault.slug, fault.start, fault.end, fault.values


def problem(text: str) -> tuple[int, int, object]:
    """The span and problem of the only fault of a text that cannot be read."""
    result = scan(text)
    assert (result.data, result.root) == (None, None)
    (fault,) = result.faults
    assert fault.slug == "syntax-error"
    return fault.start, fault.end, fault.values["problem"]


@pytest.fixture(params=["libyaml", "python"])
def either_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a test once with libyaml and once as if PyYAML had been built without it."""
    if request.param == "python":
        monkeypatch.setattr(libyaml, "_parser", yaml.SafeLoader)


# Values


@pytest.mark.parametrize(
    ("lexeme", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("Null", None),
        ("NULL", None),
        ("nUll", "nUll"),
        ("true", True),
        ("True", True),
        ("TRUE", True),
        ("false", False),
        ("False", False),
        ("FALSE", False),
        ("tRUE", "tRUE"),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("off", "off"),
        ("12", 12),
        ("-12", -12),
        ("+12", 12),
        ("012", 12),
        ("0o12", 10),
        ("0o18", "0o18"),
        ("0x1F", 31),
        ("-0x1F", "-0x1F"),
        ("0b1", "0b1"),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("1000:1000", "1000:1000"),
        ("2012-10-17", "2012-10-17"),
        ("1.27", 1.27),
        ("1.27.3", "1.27.3"),
        ("1.", 1.0),
        ("-.5", -0.5),
        ("1e3", 1000.0),
        (".inf", math.inf),
        ("-.INF", -math.inf),
        ("1e400", math.inf),
        ("-", [None]),
        ("+", "+"),
        (".", "."),
        ("١", "١"),
        ("nginx:1.27", "nginx:1.27"),
    ],
)
def test_plain_scalars_follow_the_core_schema(lexeme: str, value: object) -> None:
    data = scan(f"a:\n  {lexeme}\n").data
    assert (data, type(data["a"])) == ({"a": value}, type(value))


def test_nan_is_a_float() -> None:
    assert math.isnan(scan("a: .nan").data["a"])


@pytest.mark.parametrize("lexeme", ["'12'", '"12"', "|-\n  12", ">-\n  12", "!!str 12", "!!str '12'"])
def test_quoted_and_block_scalars_are_strings(lexeme: str) -> None:
    assert scan(f"a: {lexeme}").data == {"a": "12"}


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("!!str yes", "yes"),
        ("!!str", ""),
        ("!!int '12'", 12),
        ("!!int 0o12", 10),
        ("!!float 3", 3.0),
        ("!!float '1.5'", 1.5),
        ("!!bool 'true'", True),
        ("!!bool yes", True),
        ("!!bool OFF", False),
        ("!!null ''", None),
        ("!!map {a: 1}", {"a": 1}),
        ("!!seq [1]", [1]),
        ("!<tag:yaml.org,2002:int> '1'", 1),
        ("! 12", 12),
        ("! [1]", [1]),
    ],
)
def test_tags_of_the_core_schema_are_honoured(source: str, value: object) -> None:
    result = scan(f"a: {source}")
    assert (result.data, type(result.data["a"])) == ({"a": value}, type(value))
    assert [fault.slug for fault in result.faults] == []


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("!!int foo", "int"),
        ("!!int 1.5", "int"),
        ("!!float x", "float"),
        ("!!float 0x1F", "float"),
        ("!!bool 1", "bool"),
        ("!!null x", "null"),
        ("!!map x", "map"),
        ("!!seq x", "seq"),
    ],
)
def test_a_scalar_that_its_tag_does_not_allow_is_a_syntax_error(source: str, kind: str) -> None:
    assert problem(f"a: {source}") == (3, 3 + len(source), f"a value that its tag `!!{kind}` does not allow")


@pytest.mark.parametrize(("source", "kind"), [("!!map [1]", "map"), ("!!seq {}", "seq"), ("!!int [1]", "int")])
def test_a_collection_that_its_tag_does_not_allow_is_a_syntax_error(source: str, kind: str) -> None:
    assert problem(f"a: {source}")[2] == f"a value that its tag `!!{kind}` does not allow"


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize(
    ("source", "tag", "value"),
    [
        ("!Ref Image", "!Ref", "Image"),
        ("!Sub '${A}'", "!Sub", "${A}"),
        ("!If [a, true, {k: 1}]", "!If", ["a", True, {"k": 1}]),
        ("!GetAtt", "!GetAtt", ""),
        ("!pa55word", "!pa55word", ""),
        ("&anchor !local {a: 1}", "!local", {"a": 1}),
        ("!!python/object/apply:os.system [touch x]", "tag:yaml.org,2002:python/object/apply:os.system", ["touch x"]),
        ("!!python/name:os.system", "tag:yaml.org,2002:python/name:os.system", ""),
        ("!<tag:example.org,2026:size> 1", "tag:example.org,2026:size", "1"),
    ],
)
def test_an_unknown_tag_is_a_fault_and_keeps_its_value(source: str, tag: str, value: object) -> None:
    text = f"a: {source}\nb: 1\n"
    result = scan(text)
    assert result.data == {"a": Unknown(source), "b": 1}
    assert (result.data["a"].tag, result.data["a"].value) == (tag, value)
    assert cut(text, result, "a") == source
    assert [fault.slug for fault in result.faults] == ["unknown-tag"]
    (fault,) = result.faults
    assert text[fault.start] == "!"
    assert text[fault.start : fault.end] in source.split()[:2] or source.startswith("!<")
    assert "pa55word" not in str(fault.values["problem"])
    with pytest.raises(YAMLError):  # the AWS CLI reads with this one
        YAML(typ="safe", pure=True).load(text)


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize("source", ["!!binary aGk=", "!!set {a, b}", "!!timestamp 2012-10-17", "!!omap [a: 1]"])
def test_other_tags_of_yaml_make_the_value_unknown_and_are_no_fault(source: str) -> None:
    text = f"a: {source}\nb: 1\n"
    result = scan(text)
    assert result.data == {"a": Unknown(source), "b": 1}
    assert result.faults == []
    assert YAML(typ="safe", pure=True).load(text)["b"] == 1


def test_what_is_below_a_tag_stays_in_the_data_and_has_its_places() -> None:
    text = "a: !If\n  - x\n  - {k: !Ref r, k2: [1]}\n"
    result = scan(text)
    inner = result.data["a"].value[1]
    assert (inner["k"].tag, inner["k"].value, inner["k2"]) == ("!Ref", "r", [1])
    assert cut(text, result, "a", 1, "k") == "!Ref r"
    assert [text[fault.start : fault.end] for fault in result.faults] == ["!If", "!Ref"]


def test_the_text_of_an_unknown_block_ends_with_its_last_child() -> None:
    text = "a: !Sub\n  - x\n  - k: v\n\n\nb: 1\n"
    assert scan(text).data == {"a": Unknown("!Sub\n  - x\n  - k: v"), "b": 1}


def test_the_text_of_an_unknown_holds_at_most_80_characters() -> None:
    source = "!Sub " + "x" * 100
    assert scan(f"a: {source}").data == {"a": Unknown(source[:80])}
    assert scan(f"a: !Join [{'x' * 100}]").data == {"a": Unknown("!Join [" + "x" * 73)}


def test_keys_are_the_strings_that_are_written() -> None:
    text = "80: a\n~: b\nyes: c\n1.50: d\n!!str x: e\n'q': f\n? g\n: h\n"
    assert scan(text).data == dict(zip(["80", "~", "yes", "1.50", "x", "q", "g"], "abcdefh", strict=True))
    assert scan(text).faults == []


def test_an_alias_as_key_is_the_string_of_its_scalar() -> None:
    assert scan("a: &port 80\n*port : b\n").data == {"a": 80, "80": "b"}


def test_a_document_may_be_a_scalar_or_null() -> None:
    assert (scan("12").data, scan("---\n").data, scan("[]").data) == (12, None, [])
    assert scan("---\n").root is not None


# Ambiguous scalars


@pytest.mark.parametrize(
    ("lexeme", "yaml11", "yaml12"),
    [
        ("yes", "true", '"yes"'),
        ("No", "false", '"No"'),
        ("ON", "true", '"ON"'),
        ("off", "false", '"off"'),
        ("y", "true", '"y"'),
        ("N", "false", '"N"'),
        ("012", "10", "12"),
        ("-012", "-10", "-12"),
        ("0o12", '"0o12"', "10"),
        ("089", '"089"', "89"),
        ("12:30:45", "45045", '"12:30:45"'),
        ("22:22", "1342", '"22:22"'),
        ("1:30.5", "90.5", '"1:30.5"'),
        ("1_000", "1000", '"1_000"'),
        ("1_000.5", "1000.5", '"1_000.5"'),
        ("0b1", "1", '"0b1"'),
        ("1e3", '"1e3"', "1000.0"),
        ("0x_", "an error", '"0x_"'),
    ],
)
def test_a_plain_value_that_yaml_1_1_reads_differently_is_ambiguous(lexeme: str, yaml11: str, yaml12: str) -> None:
    values = {"text": lexeme, "yaml11": yaml11, "yaml12": yaml12}
    assert [plain(f) for f in scan(f"a: [{lexeme}]").faults] == [("ambiguous-scalar", 4, 4 + len(lexeme), values)]


@pytest.mark.parametrize(
    "source",
    [
        *("yes: 1", "012: 1", "? on\n: 1", "- 'yes'", '- "012"', "- |\n  yes", "- !!str yes", "- !!bool yes"),
        *("- yEs", "- 0", "- 007", "- 00", "- -0", "- 12", "- +12", "- 1.0", "- .nan", "- -.inf", "- 0x1F"),
        *("- 1000:1000", "- 80:80", "- 10.0.0.0/16", "- 2012-10-17", "- 1.27.3", "- -c", "- null", "- True"),
        *("- yes please", "- '' "),
    ],
)
def test_what_all_versions_of_yaml_read_alike_is_not_ambiguous(source: str) -> None:
    assert scan(source).faults == []


@given(st.from_regex(r"[-+]?[0-9.][0-9_.:]{0,6}([xobeE][-+]?[0-9a-f_]{0,4})?", fullmatch=True))
def test_numbers_are_ambiguous_exactly_when_pyyaml_reads_them_differently(lexeme: str) -> None:
    result = scan(lexeme)
    assume(result.root is not None and type(result.data) is not dict and len(lexeme) < 100)
    try:
        old = repr(yaml.safe_load(lexeme))
    except ValueError:
        old = "an error"
    assume("datetime" not in old and "month" not in old)
    assert [f.slug for f in result.faults] == (["ambiguous-scalar"] if old != repr(result.data) else [])


# Duplicate keys


@pytest.mark.usefixtures("either_parser")
def test_a_repeated_key_is_reported_with_its_first_place_and_the_last_value_wins() -> None:
    text = 'a: 1\n"a": 2\nb: 3\na: 4\n'
    result = scan(text)
    assert result.data == {"a": 4, "b": 3}
    assert [plain(fault) for fault in result.faults] == [
        ("duplicate-key", 5, 8, {"key": "a", "first_start": 0, "first_end": 1}),
        ("duplicate-key", 17, 18, {"key": "a", "first_start": 0, "first_end": 1}),
    ]
    assert (cut(text, result, "a"), find(result, "a").key_start) == ("4", 17)


def test_keys_with_the_same_string_are_the_same_key() -> None:
    assert [fault.slug for fault in scan("80: a\n'80': b\n").faults] == ["duplicate-key"]


def test_the_same_key_in_two_mappings_is_no_duplicate() -> None:
    assert scan("- {a: 1}\n- {a: 2}\n").faults == []


def test_a_second_merge_key_is_a_duplicate() -> None:
    result = scan("a: &a {k: 1, l: 1}\nb: &b {k: 2}\nc:\n  <<: *a\n  <<: *b\n")
    assert result.data["c"] == {"k": 2}
    assert [plain(f) for f in result.faults] == [
        ("duplicate-key", 46, 48, {"key": "<<", "first_start": 37, "first_end": 39}),
    ]


# Aliases and merge keys


@pytest.mark.usefixtures("either_parser")
def test_an_alias_shares_data_and_children_but_has_its_own_place() -> None:
    text = "a: &x {k: 1}\nb: *x\nc: [*x]\n"
    result = scan(text)
    assert result.data == {"a": {"k": 1}, "b": {"k": 1}, "c": [{"k": 1}]}
    assert result.data["a"] is result.data["b"] is result.data["c"][0]
    assert [cut(text, result, "a"), cut(text, result, "b"), cut(text, result, "c", 0)] == [
        "&x {k: 1}",
        "*x",
        "*x",
    ]
    assert text[find(result, "b").key_start : find(result, "b").key_end] == "b"
    assert find(result, "b").children is find(result, "a").children


def test_an_alias_means_the_latest_anchor_of_its_name() -> None:
    assert scan("- &x 1\n- *x\n- &x 2\n- *x\n").data == [1, 1, 2, 2]
    assert scan("&x [&x 1, *x]").data == [1, 1]


def test_an_anchor_inside_an_unknown_value_is_defined() -> None:
    assert scan("a: !If [&x 1, &y [2]]\nb: *x\nc: *y\n").data["b"] == 1


def test_merge_keys_bring_members_that_are_not_written_out() -> None:
    text = "a: &a {k: 1, l: 2}\nb:\n  l: 3\n  <<: *a\n  m: 4\n"
    result = scan(text)
    assert result.data["b"] == {"k": 1, "l": 3, "m": 4}
    assert find(result, "b", "k") is find(result, "a", "k")
    assert cut(text, result, "b", "l") == "3"
    assert result.faults == []


def test_of_a_list_of_merged_mappings_the_earlier_wins() -> None:
    text = "a: &a {k: 1}\nb: &b {k: 2, l: 2}\nc: {<<: [*a, *b, {m: 3}]}\n"
    result = scan(text)
    assert result.data["c"] == {"k": 1, "l": 2, "m": 3} == yaml.safe_load(text)["c"]
    assert [cut(text, result, "c", key) for key in "klm"] == ["1", "2", "3"]


def test_merged_mappings_may_be_written_in_place_and_merge_others() -> None:
    text = "a: &a {k: 1}\nb: &b {<<: *a, l: 2}\nc: {<<: *b}\nd: {<<: {m: 3}}\n"
    assert scan(text).data == yaml.safe_load(text)


def test_a_quoted_merge_key_is_an_ordinary_key() -> None:
    assert scan("'<<': {a: 1}").data == {"<<": {"a": 1}}


def test_merging_an_unknown_value_keeps_it_as_a_member() -> None:
    assert scan("<<: !Include x\na: 1").data == {"<<": Unknown("!Include x"), "a": 1}


@pytest.mark.parametrize("source", ["1", "", "[1]", "[[]]", "*s"])
def test_merging_what_is_no_mapping_is_a_syntax_error(source: str) -> None:
    assert problem(f"s: &s x\nb: {{<<: {source}}}")[2] == "`<<` needs a mapping or a list of mappings"


# Positions


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_spans_are_characters_whatever_the_newlines_and_scripts(newline: str) -> None:
    text = newline.join(["# 😀 中 e\u0301", "中😀: '😀'", "e\u0301: [x😀, 中]", "b:", "- 'c 😀'", "- d", ""])
    result = scan(text)
    assert cut(text, result, "中😀") == "'😀'"
    assert [cut(text, result, "e\u0301", i) for i in (0, 1)] == ["x😀", "中"]
    assert [cut(text, result, "b", i) for i in (0, 1)] == ["'c 😀'", "d"]
    for name, node in find(result).children.items():
        assert text[node.key_start : node.key_end] == name


@pytest.mark.usefixtures("either_parser")
def test_a_block_collection_ends_with_its_last_child() -> None:
    text = "a:\n  b:\n  - 1\n  - c: 'x'   # why\n\n\n# end\nd: 1\n"
    result = scan(text)
    assert cut(text, result, "a") == "b:\n  - 1\n  - c: 'x'"
    assert cut(text, result, "a", "b") == "- 1\n  - c: 'x'"
    assert cut(text, result, "a", "b", 1) == "c: 'x'"
    assert cut(text, result) == text.rstrip()


@pytest.mark.usefixtures("either_parser")
def test_a_single_pair_in_a_flow_list_ends_with_its_value() -> None:
    text = "[a: b  , c]"
    result = scan(text)
    assert (result.data, cut(text, result, 0), cut(text, result)) == ([{"a": "b"}, "c"], "a: b", text)


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize(
    ("source", "span", "value"),
    [
        ("|\n  x\n\n\n", "|\n  x", "x\n"),
        (">-\n\n  x  \n\n", ">-\n\n  x", "\nx  "),
        ("|+\n  x\n\n", "|+\n  x", "x\n\n"),
        ("|\n  x\xa0\n", "|\n  x\xa0", "x\xa0\n"),
        ("|\n", "|", ""),
        ("| # why\n  x\n", "| # why\n  x", "x\n"),
    ],
)
def test_a_block_scalar_ends_with_its_last_visible_character(source: str, span: str, value: str) -> None:
    text = f"a: {source}b: 1\n"
    result = scan(text)
    assert (result.data, cut(text, result, "a")) == ({"a": value, "b": 1}, span)


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize(
    ("text", "path", "offset"),
    [
        ("a:\nb: 1\n", "a", 2),
        ("a:   # why\nb: 1\n", "a", 2),
        ("{a: , b: 1}", "a", 3),
        ("{a, b: 1}", "a", 2),
        ("? a\n\n? b\n", "a", 3),
        ("? a\n? b\n", "b", 7),
        ("? a\n:\nb: 1\n", "a", 5),
        ("-\n- x\n", 0, 1),
        ("a :\nb: 1\n", "a", 3),
        ("-  # why\n- x\n", 0, 1),
    ],
)
def test_a_missing_value_is_an_empty_span(text: str, path: str | int, offset: int) -> None:
    node = find(scan(text), path)
    assert (node.start, node.end) == (offset, offset)


def test_spans_hold_tags_and_anchors() -> None:
    text = "a: &x !!str 1\n&k b: &y\n  - 1\n"
    result = scan(text)
    assert (cut(text, result, "a"), cut(text, result, "b")) == ("&x !!str 1", "&y\n  - 1")
    assert text[find(result, "b").key_start : find(result, "b").key_end] == "&k b"


def test_key_spans_hold_quotes_and_items_have_none() -> None:
    text = "'a': [1]\n"
    result = scan(text)
    spans = [(n.key_start, n.key_end) for n in (find(result), find(result, "a"), find(result, "a", 0))]
    assert spans == [(-1, -1), (0, 3), (-1, -1)]


# Syntax errors


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (0, 0, "the file is empty")),
        ("# only\n", (0, 1, "the file is empty")),
        (" \n\n", (0, 1, "the file is empty")),
        ("a: 'x\nb: 1\n", (3, 4, "a quote that is never closed")),
        ("a:\n\tb: 1", (3, 4, "a tab where only spaces may indent")),
        ("a: @x", (3, 4, "'@' cannot start a value; quote it")),
        ("a: b: c", (4, 5, "`:` is not allowed here; quote the value or check the indentation")),
        ("[a:]", (2, 3, "`:` is not allowed here; quote the value or check the indentation")),
        ("a: - b", (3, 4, "a list item is not allowed here; check the indentation")),
        ("a: [1, 2\nb: 1", (10, 11, "expected `,` or `]`")),
        ("a: {b: 1 c", (9, 10, "expected `,` or `}`")),
        ("a:\n  b: 1\n c: 2", (11, 12, "expected a key; check the indentation")),
        ("- a\nb: 1", (4, 5, "expected a list item `-`; check the indentation")),
        ("a: 1\nb\nc: 1", (7, 8, "a key without `:`")),
        ("{a: 1} b", (7, 8, "content after the end of the document")),
        ('"\\q"', (1, 2, "an unknown escape in a quoted string")),
        ('a: "\\ud83d\\ude00"', (6, 7, "an escape that is not a character; write the character itself")),
        ('a: "\\xzz"', (6, 7, "an escape without its hexadecimal digits")),
        ("a: &", (3, 4, "an anchor or alias without a name")),
        ("a: !x!y z", (3, 4, "a tag whose prefix is not declared")),
        ("%YAML 2.0\n---\na", (0, 1, "a YAML version other than 1.1 and 1.2")),
        ("a: \x07b", (3, 4, "control character U+0007")),
        ("a: 😀\x00", (4, 5, "control character U+0000")),
        ("a: 😀\ud83d", (4, 5, "half of a surrogate pair U+D83D")),
        ("a: !%ED%A0%80 x", (1, 2, "an escape that is not a character")),
        ("\ufeffa: 1", (0, 1, "a second byte order mark")),
        ("? [a]\n: b", (2, 5, "a key that is a mapping or list")),
        ("a: &x [b]\n*x : 1", (10, 12, "a key that is a mapping or list")),
        ("image: {{ x }}", (7, 13, "a template in double braces without quotes around it")),
        ("a: *x", (3, 5, "an alias to an anchor that is not defined before it")),
        ("a: *x\nb: &x 1", (3, 5, "an alias to an anchor that is not defined before it")),
        ("a: &x [1, *x]", (10, 12, "an alias that refers to itself")),
        ("&x {a: {b: *x}}", (11, 13, "an alias that refers to itself")),
    ],
)
def test_what_cannot_be_read_is_one_syntax_error_at_its_place(text: str, expected: tuple[int, int, str]) -> None:
    assert problem(text) == expected


@pytest.mark.parametrize(
    "tail", ["a: 'x", "a: @x", "a: b: c", "- a\nb: 1", "[a", "{a", "\x07", "\ud800", '"\\U00110000"']
)
def test_the_python_parser_reports_syntax_errors_too(tail: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libyaml, "_parser", yaml.SafeLoader)
    start, end, phrase = problem(tail)
    assert 0 <= start <= end <= len(tail)
    assert phrase in {
        "a quote that is never closed",
        "'@' cannot start a value; quote it",
        "`:` is not allowed here; quote the value or check the indentation",
        "expected a key or a list item; check the indentation",
        "expected `,` or `]`",
        "expected `,` or `}`",
        "control character U+0007",
        "half of a surrogate pair U+D800",
        "an escape that is not a character",
    }


def test_faults_before_a_syntax_error_are_kept() -> None:
    assert [fault.slug for fault in scan("a: yes\na: no\nb: [").faults] == [
        *("ambiguous-scalar", "duplicate-key", "ambiguous-scalar", "syntax-error"),
    ]


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize("tail", ["---\nb: 2\n", "---\n", "--- [\n"])
def test_of_several_documents_the_first_is_kept(tail: str) -> None:
    result = scan(f"a: 1\n{tail}")
    assert result.data == {"a": 1}
    assert [plain(f) for f in result.faults] == [
        ("syntax-error", 5, 8, {"problem": "more than one document in the file"}),
    ]


def test_document_markers_around_one_document_are_fine() -> None:
    result = scan("%YAML 1.2\n---\na: 1\n...\n")
    assert (result.data, result.faults) == ({"a": 1}, [])


# Limits


@pytest.mark.parametrize("levels", [199, 200])
def test_nesting_up_to_the_limit_is_read(levels: int) -> None:
    assert scan("[" * levels + "]" * levels).root is not None


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? ", "[{a: ", "!x ["])
@pytest.mark.parametrize("levels", [1_000, 100_000])
def test_deeper_nesting_stops_within_a_second(opening: str, levels: int) -> None:
    begin = time.process_time()
    assert scan(opening * levels).faults[-1].values["problem"] == "nesting deeper than 200"
    assert time.process_time() - begin < 1


def laughs(levels: int, first: str, level: str) -> str:
    """Anchors of which each repeats the one before ten times."""
    lines = [f"a0: &a0 {first}"]
    for n in range(1, levels):
        lines.append(f"a{n}: &a{n} " + level.format(", ".join([f"*a{n - 1}"] * 10)))
    return "\n".join(lines)


@pytest.mark.parametrize(
    "text",
    [
        laughs(9, "[x, x]", "[{}]"),
        laughs(9, "{k: 1}", "{{<<: [{}]}}"),
        laughs(9, "!x [y]", "!z [{}]"),
        "- &a [" + "x, " * 1_000 + "]\n" + "- *a\n" * 600,
    ],
)
def test_aliases_that_repeat_too_much_stop_within_a_second(text: str) -> None:
    begin = time.process_time()
    assert scan(text).faults[-1].values["problem"] == "more than 500,000 values, counting what aliases repeat"
    assert time.process_time() - begin < 1


def test_more_than_a_thousand_aliases_are_refused() -> None:
    assert scan("- &a 1\n" + "- *a\n" * 1_000).root is not None
    assert problem("- &a 1\n" + "- *a\n" * 1_001) == (5_009, 5_011, "more than 1,000 aliases")


def test_numbers_that_python_cannot_print_are_refused() -> None:
    digits = "9" * 5_000
    assert problem(f"a: {digits}") == (3, 5_003, "a number of more than 1,000 characters")
    assert problem(f"a: 0x{digits}") == (3, 5_005, "a number of more than 1,000 characters")
    assert scan(f"a: {digits}x").data == {"a": digits + "x"}
    assert scan(f"a: {digits[:1_000]}").data == {"a": int(digits[:1_000])}


# Laws


def documents() -> st.SearchStrategy[Any]:
    strings = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(TRICKY)
    # ruamel writes `[:x]` and `[?x]` without quotes, which libyaml or ruamel itself then cannot read.
    strings = strings.filter(lambda text: text[:1] not in (":", "?"))
    scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | strings
    keys = strings | st.text("ab ", min_size=130, max_size=140)  # the latter are written with `? `
    return st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
        max_leaves=12,
    )


def write(document: Any, flow: bool | None) -> str:
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = flow
    out = io.StringIO()
    writer.dump(json.loads(json.dumps(document)), out)  # a copy shares nothing, so no aliases are written
    return out.getvalue()


def column(text: str, offset: int) -> int:
    return offset - 1 - max(text.rfind("\n", 0, offset), -1)


@settings(max_examples=300, deadline=None)
@given(documents(), st.sampled_from([True, False, None]))
def test_data_equals_what_ruamel_reads_and_every_span_holds_its_value(document: Any, flow: bool | None) -> None:
    text = write(document, flow)
    try:
        expected = YAML(typ="safe", pure=True).load(text)
    except YAMLError:
        reject()  # ruamel breaks long keys into lines that it cannot read itself
    result = scan(text)
    assert result.data == expected
    assert {fault.slug for fault in result.faults} <= {"ambiguous-scalar"}
    assert result.root is not None
    for node, value in members(result.root, result.data):
        span = text[node.start : node.end]
        as_block = scan(" " * column(text, node.start) + span).data
        assert as_block == value or scan(f"[{span}]").data == [value]
        for key, child in node.children.items():
            if type(key) is str:
                assert scan(text[child.key_start : child.key_end]).data == key


LEXEMES = [
    *(
        "a",
        "key: ",
        "- ",
        "  ",
        "\n",
        "\n  ",
        "[",
        "]",
        "{",
        "}",
        ", ",
        ": ",
        "? ",
        "&x ",
        "*x",
        "*x ",
        "!t ",
        "!!str ",
    ),
    *(
        "!!int ",
        "<<: ",
        "'",
        '"',
        "|\n",
        ">-\n ",
        "\r\n",
        "\r",
        "\t",
        "# c\n",
        "😀",
        "中",
        "e\u0301",
        "\u2028",
        "\x85",
    ),
    *(
        "\\",
        "\\ud83d",
        "\\UFFFFFFFF",
        "---\n",
        "...\n",
        "%YAML 1.1\n",
        "012",
        "yes",
        "1_0",
        "0x_",
        ".inf",
        "~",
    ),
    *(
        "\x00",
        "\ud800",
        "%",
        "@",
        "`",
        "!",
        "!%ED%A0%80 ",
        "12:30",
        "{{ x }}",
        "!!seq [",
        "!!python/name:os ",
    ),
]
texts = st.text() | st.lists(st.sampled_from(LEXEMES), max_size=14).map("".join)


@settings(max_examples=500, deadline=None)
@given(texts)
def test_no_text_raises_and_all_spans_lie_in_it(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        by_libyaml = scan(text)
        patch.setattr(libyaml, "_parser", yaml.SafeLoader)
        by_python = scan(text)
    for result in (by_libyaml, by_python):
        spans = [(fault.start, fault.end) for fault in result.faults]
        if result.root is None:
            assert (result.data, result.faults[-1].slug) == (None, "syntax-error")
        else:
            spans += [(node.start, node.end) for node, _ in members(result.root, result.data)]
        assert [span for span in spans if not 0 <= span[0] <= span[1] <= len(text)] == []


@settings(max_examples=500, deadline=None)
@given(texts.filter(lambda text: "\ufeff" not in text))
def test_both_parsers_give_the_same_data_spans_and_faults(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        by_libyaml = scan(text)
        patch.setattr(libyaml, "_parser", yaml.SafeLoader)
        by_python = scan(text)
    assume(by_libyaml.root is not None and by_python.root is not None)
    assert repr(by_python.data) == repr(by_libyaml.data)
    assert [plain(fault) for fault in by_python.faults] == [plain(fault) for fault in by_libyaml.faults]
    assert places(by_python) == places(by_libyaml)
