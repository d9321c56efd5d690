"""Laws of the JSON readers: against the standard library, against each other, and one fault at a time."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecslint.model import Node, Scan, Unknown
from ecslint.syntax.json import MAX_DEPTH, _loads_by_scan, loads, scan
from ecslint.syntax.outline import find

Path = tuple[str | int, ...]

TEXT = st.text(st.characters(exclude_categories=()), max_size=12)  # lone surrogates, too
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXT, inner, max_size=5),
    max_leaves=20,
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A JSON text in one of the styles that programs and people write."""
    text = json.dumps(
        draw(VALUES),
        indent=draw(st.sampled_from([None, 0, 2, 4, "\t"])),
        separators=draw(st.sampled_from([None, (",", ":"), (", ", ": "), (" , ", " : "), ("\t,", ":\t")])),
        ensure_ascii=draw(st.booleans()),
    )
    # Strings hold no raw line feed, so this changes white space only.
    text = text.replace("\n", draw(st.sampled_from(["\n", "\r\n", "\r"])))
    margin = st.text(" \t\r\n", max_size=3)
    return draw(margin) + text + draw(margin)


CHARACTERS = st.sampled_from("{}[]:,\"'\\/#*-+.0123456789eEn<>$%_@ \t\n\r\x00\x7f\u2028\ufeff\u00a0")
WORDS = st.sampled_from(
    ["//", "/*", "*/", "true", "null", "NaN", "None", "<A>", "${A}", "{{ a }}", "{% b %}", '"a"', '"a":', "\\u12"]
)
FRAGMENTS = CHARACTERS | WORDS


@st.composite
def broken_texts(draw: st.DrawFn) -> str:
    """A JSON text after a few random cuts and insertions; some stay sound."""
    text = draw(texts())
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        cut = draw(st.integers(0, 3))
        text = text[:start] + draw(FRAGMENTS | st.just("")) + text[start + cut :]
    return text


def reference(text: str) -> Any:
    """What the standard library reads, with our own limits on top. Raises ValueError."""

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) != len(pairs):
            raise ValueError("duplicate key")
        return dict(pairs)

    def refuse(constant: str) -> Any:
        raise ValueError(constant)

    return json.loads(text, object_pairs_hook=members, parse_constant=refuse)


def same(left: Any, right: Any) -> bool:
    """Whether two values are equal in type, order of keys and the sign of zeros, which ``==`` ignores."""
    return repr(left) == repr(right)


REFUSED = "refused"


def outcome(read: Callable[[str], Any], text: str) -> str:
    """What a reader makes of a text. Lets every error but ValueError through."""
    try:
        return repr(read(text))
    except ValueError:
        return REFUSED


def spans(node: Node, data: Any) -> list[tuple[Node, Any, str | None]]:
    """All nodes with the value that each stands for and, for members, the key."""
    found: list[tuple[Node, Any, str | None]] = []
    pending: list[tuple[Node, Any, str | None]] = [(node, data, None)]
    while pending:
        node, value, key = pending.pop()
        found.append((node, value, key))
        for part, child in node.children.items():
            pending.append((child, value[part], part if isinstance(part, str) else None))
    return found


def faults(text: str) -> list[tuple[str, str]]:
    """The faults of a text as (slug, the text that is marked)."""
    return [(fault.slug, text[fault.start : fault.end]) for fault in scan(text).faults]


@given(texts())
def test_sound_text_gives_the_data_of_the_standard_library(text: str) -> None:
    expected = json.loads(text)
    found = scan(text)
    assert same(expected, loads(text))
    assert same(expected, found.data)
    assert found.faults == []


@given(texts())
def test_spans_cut_from_the_text_parse_to_their_values(text: str) -> None:
    found = scan(text)
    assert found.root is not None
    for node, value, key in spans(found.root, found.data):
        assert same(value, json.loads(text[node.start : node.end]))
        if key is None:
            assert (node.key_start, node.key_end) == (-1, -1)
        else:
            assert key == json.loads(text[node.key_start : node.key_end])
        if isinstance(value, (dict, list)):
            assert list(node.children) == (list(value) if isinstance(value, dict) else list(range(len(value))))
        else:
            assert node.children == {}


@given(broken_texts() | st.text(max_size=40) | st.lists(FRAGMENTS, max_size=25).map("".join))
@example("[,1]")
@example('{"a": 1,}')
@example("[1 2]")
@example('{"a": [1}')
@example('"\\ud83d\\ud83d\\ude00"')
@example("\x0c[]")
@example("[1]\x85")
@example("[\u0661]")
def test_any_text_is_judged_as_the_standard_library_judges_it(text: str) -> None:
    found = scan(text)
    try:
        expected = reference(text)
    except ValueError:
        assert outcome(loads, text) == REFUSED
        assert found.faults != []
    else:
        assert same(expected, loads(text))
        assert same(expected, found.data)
        assert found.faults == []


@given(broken_texts() | st.lists(FRAGMENTS, max_size=25).map("".join))
def test_faults_lie_in_the_text_in_order_and_at_most_one_ends_the_reading(text: str) -> None:
    found = scan(text)
    starts = [fault.start for fault in found.faults]
    assert starts == sorted(starts)
    assert all(0 <= fault.start <= fault.end <= len(text) for fault in found.faults)
    assert (found.data is None and found.root is None) or found.root is not None
    assert found.root is not None or any(fault.slug == "syntax-error" for fault in found.faults)


@given(broken_texts())
def test_spans_of_broken_text_lie_in_their_container(text: str) -> None:
    found = scan(text)
    if found.root is not None:
        for node, _, _ in spans(found.root, found.data):
            assert 0 <= node.start < node.end <= len(text)
            for child in node.children.values():
                assert node.start <= child.start < child.end <= node.end
                assert node.start <= child.key_start < child.key_end <= child.start or child.key_start in (
                    -1,
                    child.start,
                )


@given(broken_texts())
def test_reading_without_the_c_scanner_gives_the_same(text: str) -> None:
    assert outcome(loads, text) == outcome(_loads_by_scan, text)


@pytest.mark.parametrize(
    ("text", "data", "expected"),
    [
        ('// a\n{"b": 1}', {"b": 1}, [("json-comment", "// a")]),
        ('{"a": 1 /* b\n */}', {"a": 1}, [("json-comment", "/* b\n */")]),
        ("[1, # a\r 2]", [1, 2], [("json-comment", "# a")]),
        ("[1//a\n,2]", [1, 2], [("json-comment", "//a")]),
        ("[1,]", [1], [("trailing-comma", ",")]),
        ('{"a": {} , }', {"a": {}}, [("trailing-comma", ",")]),
        ('["a" "b"]', ["a", "b"], [("missing-comma", '"')]),
        ('{"a": 1\n"b": 2}', {"a": 1, "b": 2}, [("missing-comma", '"')]),
        ("[[] {}]", [[], {}], [("missing-comma", "{")]),
        ("['a', \"b\"]", ["a", "b"], [("single-quoted", "'a'")]),
        ("{'it\\'s': '\"'}", {"it's": '"'}, [("single-quoted", "'it\\'s'"), ("single-quoted", "'\"'")]),
        ("{name: 1}", {"name": 1}, [("unquoted-key", "name")]),
        ("{a: 1, b-c: 2}", {"a": 1, "b-c": 2}, [("unquoted-key", "a"), ("unquoted-key", "b-c")]),
        ("[None, True]", [None, True], [("python-literal", "None"), ("python-literal", "True")]),
        ('{"a": False}', {"a": False}, [("python-literal", "False")]),
        ('["a\tb"]', ["a\tb"], [("control-character", "\t")]),
        ('["a\r\nb"]', ["a\r\nb"], [("control-character", "\r")]),
        ("[NaN]", [Unknown("NaN")], [("syntax-error", "NaN")]),
        ("[-Infinity, 1]", [Unknown("-Infinity"), 1], [("syntax-error", "-Infinity")]),
        ("[012, 1]", [Unknown("012"), 1], [("syntax-error", "012")]),
        ("[+1, .5]", [Unknown("+1"), Unknown(".5")], [("syntax-error", "+1"), ("syntax-error", ".5")]),
        ("[0x1F]", [Unknown("0x1F")], [("syntax-error", "0x1F")]),
        ("{} x y", {}, [("syntax-error", "x y")]),
        ("[1]]", [1], [("syntax-error", "]")]),
    ],
)
def test_common_slips_are_read_for_what_they_mean(text: str, data: Any, expected: list[tuple[str, str]]) -> None:
    assert same(data, scan(text).data)
    assert expected == faults(text)


@pytest.mark.parametrize(
    "placeholder",
    [
        "<IMAGE1_NAME>",
        "<the image>",
        "${IMAGE}",
        '${jsonencode({a = {b = "c"}})}',
        "${merge(\n  a, b)}",
        "{{ must_env `IMAGE` }}",
        '{{ must_env "IMAGE" }}',
        "{{image}}",
        "{{{ image }}}",
        "${{ env.IMAGE }}",
        "{{/* a\n comment */}}",
        "{% include 'image' %}",
        "%{ if true }",
        "%IMAGE%",
        "@@IMAGE@@",
        "__IMAGE__",
        "#{IMAGE}",
        "#{IMAGE}#",
        "$IMAGE",
        "$$$$IMAGE$$$$",
        "<REPOSITORY>:${TAG}",
        "${A}/${B}",
        "80${PORT}",
        "<%= cpu %>",
        '<%= f("a") %>',
        "((cpu))",
        "((vault:ecs/cpu))",
        "[[CPU]]",
        "[[ .Cpu ]]",
        "{CPU}",
        "{ cpu }",
        "<+service.cpu>",
        "<<CPU>>",
        "$(Build.Cpu)",
        "@CPU@",
        "#CPU#",
        "##CPU##",
        "MEMORY",
        "TASK_CPU",
        "CONTAINER_PORT",
    ],
)
@pytest.mark.parametrize("frame", ['{"a": %s}', '{"a":%s,"b":1}', "[1, %s]", "[%s,2]", "[ %s ]", "%s"])
def test_placeholder_in_the_place_of_a_value_is_unknown(placeholder: str, frame: str) -> None:
    if frame == "%s" and placeholder in ("<REPOSITORY>:${TAG}", "${A}/${B}", "#CPU#", "##CPU##"):
        frame = " [%s] "  # around a whole document placeholders are taken one by one
    text = frame.replace("%s", placeholder)
    found = scan(text)
    assert found.root is not None
    assert [("unquoted-placeholder", placeholder)] == faults(text)
    assert {"placeholder": placeholder} == found.faults[0].values
    assert Unknown(placeholder) in [value for _, value, _ in spans(found.root, found.data)]


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("{{{ a }}}", Unknown("{{{ a }}}")),
        ('{{{ include "x" }}}', Unknown('{{{ include "x" }}}')),
        ('{ {{ a }}, "b": 1}', {"{{ a }}": Unknown("{{ a }}"), "b": 1}),
        ('{"b": 1, {{ a }} }', {"b": 1, "{{ a }}": Unknown("{{ a }}")}),
        ('{"b": 1 {{ a }}}', {"b": 1, "{{ a }}": Unknown("{{ a }}")}),
        ('{"b": 1, ${c}: 2}', {"b": 1, "${c}": 2}),
        ('{"a": 1, $$B$$ "c": 2}', {"a": 1, "$$B$$": Unknown("$$B$$"), "c": 2}),
        ("[${a}, 1]", [Unknown("${a}"), 1]),
        ("[{{ a }} 1]", [Unknown("{{ a }}"), 1]),
        ("[1 {{ a }}, 2]", [1, Unknown("{{ a }}"), 2]),
        ("{{ with .x }}[1]{{ end }}", [1]),
    ],
)
def test_placeholder_for_whole_members_or_items_opens_the_container(text: str, data: Any) -> None:
    found = scan(text)
    assert same(data, found.data)
    assert {"unquoted-placeholder"} == {fault.slug for fault in found.faults}


@pytest.mark.parametrize(
    ("text", "slugs"),
    [
        ('{"a": awsvpc}', ["syntax-error"]),
        ('{"a": FARGATE}', ["syntax-error"]),
        ('{"a": [[true]]}', []),
        ('{"a": {b: 1}}', ["unquoted-key"]),
        ('{"a": [[b, 1]]}', ["syntax-error"]),
        ('{"a": #one#\n 1}', ["json-comment"]),
        ('{"a": 1 #one#\n, "b": 2}', ["json-comment"]),
        ('{#one#\n "a": 1}', ["json-comment"]),
        ('{"a": 1,\n # one #\n}', ["trailing-comma", "json-comment"]),
    ],
)
def test_what_only_looks_like_a_placeholder_keeps_its_fault(text: str, slugs: list[str]) -> None:
    assert [fault.slug for fault in scan(text).faults] == slugs


def test_member_placeholder_is_its_own_key_and_value() -> None:
    text = '{"a": 1, {{ b }}, "c": 2}'
    found = scan(text)
    assert found.root is not None
    node = found.root.children["{{ b }}"]
    assert (node.start, node.end, node.key_start, node.key_end) == (9, 16, 9, 16)
    assert list(found.root.children) == ["a", "{{ b }}", "c"]


def test_branches_of_a_template_may_repeat_a_key() -> None:
    text = '{ {{ if a }} "b": 1 {{ else }} "b": 2 {{ end }} }'
    assert [marked for _, marked in faults(text)] == ["{{ if a }}", "{{ else }}", "{{ end }}"]


def test_quotes_inside_a_placeholder_do_not_end_the_string() -> None:
    text = '{"a": "x:{{ must_env "TAG" }}-${f("b")}!", "c": 1}'
    found = scan(text)
    value = found.data["a"]
    assert Unknown('x:{{ must_env "TAG" }}-${f("b")}!') == value
    assert (value.prefix, value.suffix) == ("x:", "!")
    assert found.data["c"] == 1
    assert faults(text) == [("unquoted-placeholder", '{{ must_env "TAG" }}'), ("unquoted-placeholder", '${f("b")}')]


@pytest.mark.parametrize("text", ['["<A>"]', '["${A}"]', '{"{{ a }}": "{{ b"}', '["{{ a }}", "$X", "__Y__"]'])
def test_placeholder_inside_quotes_is_an_ordinary_string(text: str) -> None:
    assert json.loads(text) == scan(text).data
    assert scan(text).faults == []


def test_duplicate_keys_point_at_the_first_and_the_last_one_wins() -> None:
    text = '{"a": 1, "b": 2, "a": 3, "a": [4]}'
    found = scan(text)
    assert found.root is not None
    expected = {"key": "a", "first_start": 1, "first_end": 4}
    assert [("duplicate-key", 17, 20, expected), ("duplicate-key", 25, 28, expected)] == [
        (fault.slug, fault.start, fault.end, fault.values) for fault in found.faults
    ]
    assert json.loads(text) == found.data
    node = found.root.children["a"]
    assert (text[node.key_start : node.key_end], text[node.start : node.end]) == ('"a"', "[4]")


def test_same_key_spelt_with_an_escape_is_a_duplicate() -> None:
    text = '{"a": 1, "\\u0061": 2}'
    assert faults(text) == [("duplicate-key", '"\\u0061"')]
    with pytest.raises(ValueError, match="duplicate key"):
        loads(text)


@pytest.mark.parametrize(
    ("text", "problem", "marked"),
    [
        ("", "the file is empty", ""),
        (" \n", "the file is empty", " \n"),
        ('["abc', "this string never ends", '"abc'),
        ('{"a": "b,\n "c": 1}', "this string never ends", '"b,'),
        ("[1 /* a", "this comment never ends", "/* a"),
        ("[}", "expected ']' at the end of the array that began at line 1", "}"),
        ('\n{"a": [1, 2]\n', "the text ends inside the object that began at line 2", "]"),
        ("\r\n\r[1,", "the text ends inside the array that began at line 3", ","),
        ('{"a": }', "expected a value", "}"),
        ('{"a"}', "expected ':' after this key", '"a"'),
        ("{1, 2}", "expected ':' after this key", "1"),
        ("{:1}", "expected a key in double quotes", ":"),
        ("[1,,2]", "expected a value", ","),
        ("[1,\u00a02]", "expected a value, not U+00A0", "\u00a0"),
        ("[web]", "expected a value; strings stand in double quotes", "web"),
        ('["a\\d"]', "invalid escape \\d", "\\d"),
        ('["\\u12G4"]', "invalid escape \\u", "\\u"),
        ("[" * (MAX_DEPTH + 1), f"nested deeper than {MAX_DEPTH} levels", "["),
    ],
)
def test_syntax_error_ends_the_reading_and_says_why(text: str, problem: str, marked: str) -> None:
    found = scan(text)
    assert (found.data, found.root) == (None, None)
    assert ("syntax-error", {"problem": problem}) == (found.faults[-1].slug, found.faults[-1].values)
    assert marked == text[found.faults[-1].start : found.faults[-1].end]


def test_number_with_too_many_digits_is_unknown() -> None:
    found = scan("[" + "9" * 5000 + ", 1]")
    assert [Unknown("9" * 5000), 1] == found.data
    assert [fault.values["problem"] for fault in found.faults] == ["a number with too many digits"]


def test_sound_text_after_a_slip_is_read_on() -> None:
    text = '// head\n{name: \'web\', "cpu": <CPU>, "ports": [80 443,],}'
    assert same({"name": "web", "cpu": Unknown("<CPU>"), "ports": [80, 443]}, scan(text).data)
    assert [slug for slug, _ in faults(text)] == [
        "json-comment",
        "unquoted-key",
        "single-quoted",
        "unquoted-placeholder",
        "missing-comma",
        "trailing-comma",
        "trailing-comma",
    ]


def test_loading_sound_json_imports_neither_re_nor_json() -> None:
    program = (
        'import sys; from ecslint.syntax.json import loads; loads(\'{"a": [1, 2.5, "x"]}\');'
        "print(sorted({'re', 'json'} & set(sys.modules)))"
    )
    # -S: site may import re by itself, for the sake of editable installs.
    path = f"import sys; sys.path[:] = {sys.path!r};"
    done = subprocess.run([sys.executable, "-S", "-c", path + program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def work(text: str) -> int:
    """How many steps a scan takes: the calls that it makes, a measure that no other load disturbs."""
    calls = 0

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        scan(text)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize(
    "unit", ['"a" ', '"{{" ', '"${" ', "1,", "'a',", "{}", "{{ a }}", "//\n", '"\n" ', '{"a":1},', '"\\n",', "-", "<a "]
)
def test_work_grows_no_faster_than_the_text(unit: str) -> None:
    scan("[" + unit * 2)  # patterns compile once
    assert work("[" + unit * 400) <= 4.2 * work("[" + unit * 100) + 100


def test_scan_result_has_the_declared_shape() -> None:
    found = scan('{"a": [1, "b"]}')
    assert isinstance(found, Scan)
    assert found.root is not None
    array = found.root.children["a"]
    assert (
        found.root.start,
        found.root.end,
        array.start,
        array.end,
        array.key_start,
        array.key_end,
    ) == (0, 15, 6, 14, 1, 4)
    assert [(node.start, node.end) for node in array.children.values()] == [(7, 8), (10, 13)]


def check_find(text: str) -> None:
    """``find`` gives the tree that ``scan`` gives."""
    pending = [(find(text), scan(text).root)]
    for node, expected in pending:
        assert expected is not None
        spans = [(place.start, place.end, place.key_start, place.key_end) for place in (node, expected)]
        assert spans[0] == spans[1]
        assert node.children.keys() == expected.children.keys()
        pending += [(node.children[key], child) for key, child in expected.children.items()]


@given(texts())
def test_find_sees_everything_that_scan_does(text: str) -> None:
    check_find(text)


@given(texts(), st.lists(st.integers(0, 5), max_size=6))
def test_find_sees_the_same_in_any_order(text: str, steps: list[int]) -> None:
    """Children that are asked for one by one, ends before or after them, and what was looked at before."""
    node, expected = find(text), scan(text).root
    assert expected is not None
    root = node
    for step in steps:
        keys = [*expected.children]
        if not keys:
            break
        key = keys[step % len(keys)]
        if step % 2:
            assert node.child("no such key") is None
        child = node.child(key)
        assert child is not None
        node, expected = child, expected.children[key]
        if step > 2:
            assert node.end == expected.end
    same = [(root, scan(text).root)]
    for one, other in same:
        assert other is not None
        assert [key for key, _ in one.each()] == [*other.children]
        assert (one.start, one.end, one.key_start, one.key_end) == (
            other.start, other.end, other.key_start, other.key_end,
        )  # fmt: skip
        same += [(child, other.children[key]) for key, child in one.children.items()]


@given(texts())
def test_find_does_without_the_c_scanner(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ecslint.syntax.outline._skip", None)
        check_find(text)
