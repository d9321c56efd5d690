"""Edits by example, one operation on one text each: what it becomes, in the layout of its neighbours."""

from __future__ import annotations

from typing import Any

import pytest

from ecslint.model import Node
from ecslint.model import Operation as Do
from ecslint.syntax.edit import Reading, Withheld, applied, apply, drafted, edits
from ecslint.syntax.edit_lines import first, line_start
from tests.syntax.test_edit import WITHHELD

CASES: list[tuple[str, str, Do, str]] = [
    ("json", '{"a": 1, "b": 2, "c": 3}', Do("remove", ("a",)), '{"b": 2, "c": 3}'),
    ("json", '{"a": 1, "b": 2, "c": 3}', Do("remove", ("b",)), '{"a": 1, "c": 3}'),
    ("json", '{"a": 1, "b": 2, "c": 3}', Do("remove", ("c",)), '{"a": 1, "b": 2}'),
    ("json", '{"a": 1}', Do("remove", ("a",)), "{}"),
    ("json", '{ "a": 1 }', Do("remove", ("a",)), "{}"),
    ("json", '{\n  "a": 1, "b": 2,\n  "c": 3\n}', Do("remove", ("a",)), '{\n  "b": 2,\n  "c": 3\n}'),
    ("json", '{\n  "a": 1, "b": 2,\n  "c": 3\n}', Do("remove", ("b",)), '{\n  "a": 1,\n  "c": 3\n}'),
    ("json", '{\n  "a": 1, "b": 2,\n  "c": 3\n}', Do("remove", ("c",)), '{\n  "a": 1, "b": 2\n}'),
    ("json", '{\n  "a": 1, // one\n  "b": 2 // two\n}', Do("remove", ("b",)), '{\n  "a": 1 // one\n}'),
    ("json", '{\n  "a": 1, // one\n  "b": 2 // two\n}', Do("remove", ("a",)), '{\n  "b": 2 // two\n}'),
    ("json", '{\n  "a": 1 // one\n  , "b": 2\n}', Do("remove", ("a",)), '{\n   // one\n   "b": 2\n}'),
    ("json", '{\n  "a": 1\n  , "b": 2\n}', Do("remove", ("b",)), '{\n  "a": 1\n}'),
    ("json", "[1,2,3]", Do("remove", (1,)), "[1,3]"),
    ("json", "[1, /* x */ 2, 3]", Do("remove", (1,)), "[1, /* x */ 3]"),
    ("json", "[\n  1,\n  2\n]\n", Do("remove", (0,)), "[\n  2\n]\n"),
    ("json", "[\n  1,\n  2\n]\n", Do("append", (), 3), "[\n  1,\n  2,\n  3\n]\n"),
    ("json", "[]", Do("append", (), {"a": [1, {}]}), '[{"a": [1, {}]}]'),
    ("json", '{"a": []}', Do("append", ("a",), {"b": 1}), '{"a": [{"b": 1}]}'),
    ("json", '{\n  "a": []\n}', Do("append", ("a",), {"b": 1}), '{\n  "a": [\n    {\n      "b": 1\n    }\n  ]\n}'),
    (
        "json",
        '{\n  "a": {\n    "b": 1\n  }\n}',
        Do("set", ("a", "c"), {"d": [1, 2]}),
        '{\n  "a": {\n    "b": 1,\n    "c": {\n      "d": [\n        1,\n        2\n      ]\n    }\n  }\n}',
    ),
    (
        "json",
        '{\n  "a": {\n    "b": 1\n  }\n}',
        Do("set", ("a", "b"), {"d": [1, 2]}),
        '{\n  "a": {\n    "b": {\n      "d": [\n        1,\n        2\n      ]\n    }\n  }\n}',
    ),
    ("json", '{\n\t"a": 1\n}', Do("set", ("b",), {"c": {}}), '{\n\t"a": 1,\n\t"b": {\n\t\t"c": {}\n\t}\n}'),
    ("json", '{"a":1}', Do("set", ("b",), [1, {"c": 2}]), '{"a":1,"b":[1,{"c":2}]}'),
    (  # indented as its neighbours are, not as the rest of the text
        "json",
        '{\n\t"a": {\n\t\t\t"b": 1\n\t}\n}',
        Do("set", ("a", "c"), {"d": 1}),
        '{\n\t"a": {\n\t\t\t"b": 1,\n\t\t\t"c": {\n\t\t\t\t\t"d": 1\n\t\t\t}\n\t}\n}',
    ),
    ("json", '{"a": { /* c */ }}', Do("set", ("a", "b"), 1), '{"a": { "b": 1 /* c */ }}'),
    (
        "json",
        '{\n  "a": {\n    // c\n  }\n}',
        Do("set", ("a", "b"), 1),
        '{\n  "a": {\n    "b": 1\n    // c\n  }\n}',
    ),
    ("json", '{"a": 1} // x\n', Do("remove", ("a",)), "{} // x\n"),
    ("json", '{"a": 1 }', Do("set", ("b",), 2), '{"a": 1, "b": 2 }'),
    ("json", '{\n  "a": 1, // one\n}', Do("set", ("b",), 2), '{\n  "a": 1, // one\n  "b": 2,\n}'),
    ("json", '{"a": {"b": 1}, "c": 2}', Do("unwrap", ("a", "b")), "1"),
    ("json", '{"a": {"b": 1}, "c": 2}', Do("unwrap", ("a",)), '{"b": 1}'),
    (
        "json",
        '{\n  "a": {\n    // one\n    "b": 1 // two\n  } // three\n}\n',
        Do("unwrap", ("a", "b"), ("a",)),
        '{\n  "a": // one\n1 // two\n   // three\n}\n',
    ),
    (
        "json",
        '{\n  /* 0 */ "a": /* 1 */ {\n    "b": 1\n  }\n}\n',
        Do("unwrap", ("a",)),
        '/* 0 */ /* 1 */ {\n  "b": 1\n}\n',
    ),
    (
        "json",
        '{\n  "t": {\n    "a": [\n      1\n    ]\n  },\n  "u": 2\n}\n',
        Do("unwrap", ("t",)),
        '{\n  "a": [\n    1\n  ]\n}\n',
    ),
    ("json", '{"a": 1, "b": {}}', Do("move", ("a",), ("b", "c")), '{"b": {"c": 1}}'),
    ("json", '{"a": 1 /* x */, "b": {}}', Do("move", ("a",), ("b", "a")), '{"b": {"a": 1 /* x */}}'),
    (
        "json",
        '{\n  "a": 1,\n  "b": {\n    "c": 2\n  }\n}\n',
        Do("move", ("a",), ("b", "d")),
        '{\n  "b": {\n    "c": 2,\n    "d": 1\n  }\n}\n',
    ),
    (
        "json",
        '{\n  "a": {\n    "x": [1]\n  },\n  "b": {}\n}\n',
        Do("move", ("a",), ("b", "a")),
        '{\n  "b": {\n    "a": {\n      "x": [1]\n    }\n  }\n}\n',
    ),
    ("json", "{'a': 'it', \"b\": 1}", Do("set", ("a",), "it's"), '{\'a\': "it\'s", "b": 1}'),
    ("json", "{a: 1}", Do("rename", ("a",), "b-c d"), '{"b-c d": 1}'),
    ("json", '{"a": 1}', Do("rename", ("a",), "é\n"), '{"é\\n": 1}'),
    ("json", '{"a": "x\\ty"}', Do("splice", ("a",), (1, 2, " ")), '{"a": "x y"}'),
    ("json", '{"a": "x\\u00e9y"}', Do("splice", ("a",), (2, 3, "z")), '{"a": "x\\u00e9z"}'),
    ("yaml", "a: 1\nb: 2\n", Do("remove", ("a",)), "b: 2\n"),
    ("yaml", "a: 1 # one\n# before b\nb: 2\n", Do("remove", ("b",)), "a: 1 # one\n# before b\n"),
    ("yaml", "a:\n  b: 1\n", Do("remove", ("a", "b")), "a: {}\n"),
    ("yaml", "a:\n- 1\n- 2\n", Do("remove", ("a", 0)), "a:\n- 2\n"),
    ("yaml", "- a: 1\n  b: 2\n", Do("remove", (0, "a")), "- b: 2\n"),
    ("yaml", "- a: 1\n  b: 2\n", Do("remove", (0, "b")), "- a: 1\n"),
    ("yaml", "a:\n- 1\n", Do("append", ("a",), {"b": 1, "c": [2]}), "a:\n- 1\n- b: 1\n  c:\n  - 2\n"),
    (
        "yaml",
        "a:\n  - b: 1\n    c: 2\n",
        Do("append", ("a",), {"d": {"e": "f"}}),
        "a:\n  - b: 1\n    c: 2\n  - d:\n      e: f\n",
    ),
    ("yaml", "a: 1\n", Do("set", ("b",), {"c": [1, {"d": 2}]}), "a: 1\nb:\n  c:\n    - 1\n    - d: 2\n"),
    ("yaml", "a:\n  b: 1\nc: 2\n", Do("set", ("a", "d"), "x: y"), 'a:\n  b: 1\n  d: "x: y"\nc: 2\n'),
    ("yaml", "a: null\n", Do("set", ("a",), [1]), "a:\n  - 1\n"),
    ("yaml", "a:\nb: 1\n", Do("set", ("a",), {"c": 1}), "a:\n  c: 1\nb: 1\n"),
    ("yaml", "a: 1", Do("set", ("b",), 2), "a: 1\nb: 2"),
    ("yaml", "a: 'x'\n", Do("set", ("a",), "y"), "a: 'y'\n"),
    ("yaml", '"a": 1\n', Do("set", ("b",), 2), '"a": 1\n"b": 2\n'),
    ("yaml", 'a: "x"\nb: z\n', Do("set", ("b",), "no"), 'a: "x"\nb: "no"\n'),
    ("yaml", "t:\n  a: 1\n  b:\n    - 2\n", Do("unwrap", ("t",)), "a: 1\nb:\n  - 2\n"),
    ("yaml", "t:\n  # one\n  a: 1 # two\nu: 1\n", Do("unwrap", ("t",)), "# one\na: 1 # two\n"),
    ("yaml", "a: 1\nb:\n  c: 2\n", Do("move", ("a",), ("b", "a")), "b:\n  c: 2\n  a: 1\n"),
    ("yaml", "a:\n  x: [1]\nb:\n  c: 2\n", Do("move", ("a", "x"), ("b", "y")), 'a: {}\nb:\n  c: 2\n  "y": [1]\n'),
    ("yaml", "a: 1\r\nb: 2\r\n", Do("set", ("c",), [1, 2]), "a: 1\r\nb: 2\r\nc:\r\n  - 1\r\n  - 2\r\n"),
    ("yaml", "a: {b: 1}\n", Do("set", ("a", "c"), [1]), "a: {b: 1, c: [1]}\n"),
    ("yaml", "a: {b: 1, c: 2}\n", Do("remove", ("a", "b")), "a: {c: 2}\n"),
    ("yaml", "a: [1, 2]\n", Do("remove", ("a", 1)), "a: [1]\n"),
    ("yaml", "? a\n: 1\nb: 2\n", Do("set", ("b",), 3), "? a\n: 1\nb: 3\n"),
    ("yaml", "a: &x 1\nb: *x\nc: 3\n", Do("remove", ("c",)), "a: &x 1\nb: *x\n"),
    ("yaml", "a: |\n  x\n  y\nb: 1\n", Do("remove", ("a",)), "b: 1\n"),
    ("yaml", "a: 1\nb: |+\n  x\n\n", Do("remove", ("b",)), "a: 1\n"),  # the line end before it is not its own
    ("yaml", "x:\n- 1\na:\n", Do("set", ("a",), {"c": 1}), "x:\n- 1\na:\n  c: 1\n"),
    ("yaml", "x:\n- 1\na:\n", Do("set", ("a",), [{"c": 1}]), "x:\n- 1\na:\n- c: 1\n"),
    ("yaml", "a: |\n  x\nb: 1\n", Do("set", ("a",), "z"), "a: z\nb: 1\n"),
    ("yaml", "# head\na: 1\n\n# tail\n", Do("remove", ("a",)), "# head\n{}\n\n# tail\n"),
    ("yaml", "a:\n  b: 1\n\n  c: 2\n", Do("remove", ("a", "c")), "a:\n  b: 1\n\n"),
]

REASONS = [
    "the document cannot be read",
    "the text goes on behind the end of its document",
    "the path is not in the document",
    "the document itself is not a property",
    "the path is not in the document",
    "the path is not in the document",
    "the value is not a list",
    "the name is taken",
    "the name is taken",
    "a property cannot move into itself",
    "the string is not as expected",
    "a value can only take the place of what is around it",
    "the new value is not a finite number",
    "the new value is not known",
    "the key stands there more than once",
    "a key stands there more than once",
    "a comma is missing there",
    "a template may add properties there",
    "a template may add properties there",
    "a template may add properties there",
    "the text would not say what the fix means: an alias or an unusual layout is in the way",
    "the text goes on behind the end of its document",
    "the key stands there more than once",
    "a key stands more than once in what would be written anew",
    "a key stands more than once in what would be written anew",
    "a key stands more than once in what would be written anew",
    "a key stands more than once in what would be written anew",
    "the text would not say what the fix means: an alias or an unusual layout is in the way",
    "the text would not say what the fix means: an alias or an unusual layout is in the way",
    "a comment stands in what would be written anew",
    "a comment stands in what would be written anew",
    "the value stands elsewhere and is shared by an alias or a merge",
    "the value stands elsewhere and is shared by an alias or a merge",
    "the text could not be read any more: an alias or an unusual layout is in the way",
    "the value stands elsewhere and is shared by an alias or a merge",
    "nothing but a merge would stay there",
    "the value stands elsewhere and is shared by an alias or a merge",
    "the document cannot be read",
    "the values there share their lines with something else",
    "the properties there do not begin their lines",
    "an object without braces stands inside of brackets",
    "the text would not say what the fix means: an alias or an unusual layout is in the way",
    "the path is not in the document",
    "the value has a tag",
    "YAML cannot hold half of a surrogate pair",
    "the key has a tag, an anchor or an unusual style",
    "the string stands on several lines",
    "the value is an alias",
    "a block has no place in brackets",
]


ERASED = [
    ("a: 1 # x\n", "# x", "a: 1\n"),
    ("a: 1 \t# x", "# x", "a: 1"),
    ("a: 1 # x\r\nb: 2\r\n", "# x", "a: 1\r\nb: 2\r\n"),
    ("# x\na: 1\n", "# x", "a: 1\n"),
    ("b: 2\n  # x\na: 1\n", "# x", "b: 2\na: 1\n"),
    ("b: 2\r\n# x\r\na: 1\r\n", "# x", "b: 2\r\na: 1\r\n"),
    ("b: 2\r# x\ra: 1\r", "# x", "b: 2\ra: 1\r"),
    ("a: 1\n# x", "# x", "a: 1\n"),
    ("a: 1 # x y\n", " y", "a: 1 # x\n"),
    ("a: 1 # x y\n", "x ", "a: 1 # y\n"),
]


@pytest.mark.parametrize(("before", "part", "after"), ERASED)
def test_a_comment_goes_with_the_blanks_before_it_or_its_line(before: str, part: str, after: str) -> None:
    start = before.index(part)
    assert apply(before, edits(before, "yaml", [Do("erase", (), (start, start + len(part)))])) == after


@pytest.mark.parametrize(("language", "before", "operation", "after"), CASES)
def test_a_text_after_an_operation(language: str, before: str, operation: Do, after: str) -> None:
    assert apply(before, edits(before, language, [operation])) == after


@pytest.mark.parametrize(("case", "reason"), list(zip(WITHHELD, REASONS, strict=True)))
def test_words_of_a_reason(case: tuple[str, str, Do, str], reason: str) -> None:
    language, text, operation, _ = case
    with pytest.raises(Withheld) as raised:
        edits(text, language, [operation])
    assert str(raised.value) == reason


@pytest.mark.parametrize(
    ("text", "operation", "reason"),
    [
        ("a: &x\n  b: &y\n    c: 1\n", Do("unwrap", ("a", "b"), ("a",)), "two anchors or tags would meet"),
        ("a: &x\n  b: 1\ne:\n  <<: *x\n", Do("set", ("e", "z"), 1), "its properties come from elsewhere"),
        ("a: &x {b: 1}\ne:\n  <<: *x\n", Do("move", ("a",), ("e", "z")), "its properties come from elsewhere"),
        (
            "a: 1\ne:\n  <<: {b: 1}\n",
            Do("set", ("e", "z"), 1),
            "the values there share their lines with something else",
        ),
        ("a:\n  - 1\n{% if x %}\n  - 2\n{% endif %}\n", Do("remove", ("a", 0)), "the items there cannot be told apart"),
        ("{? a : 1, b: 2}\n", Do("remove", ("b",)), "what is between the properties there is ambiguous"),
        ("{a: 1, ? b : 2}\n", Do("set", ("c",), 3), "what is between the properties there is ambiguous"),
    ],
)
def test_anchors_merges_and_keys_in_the_way(text: str, operation: Do, reason: str) -> None:
    with pytest.raises(Withheld) as raised:
        edits(text, "yaml", [operation])
    assert str(raised.value) == reason


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("json", '{"a": {"b": 1, /* c */ "d": 2}}', []),
        ("json", '{"a": {"b": 1 // c\n}}', 5),
        ("yaml", "a: [1, # c\n  2]\n", 5),
        ("yaml", "a:\n  b: 1 # c\nd: 1\n", 5),  # the key's line is kept, the block goes with its last line
        ("yaml", "a: # x\n  b: 1 # c\n  # e\nd: 1\n", 5),
    ],
)
def test_a_comment_is_never_lost_with_the_value_around_it(language: str, text: str, value: Any) -> None:
    with pytest.raises(Withheld) as raised:
        edits(text, language, [Do("set", ("a",), value)])
    assert str(raised.value) == "a comment stands in what would be written anew"


@pytest.mark.parametrize(
    ("language", "text", "path", "target"),
    [
        ("json", '{\n  "a": 1, // one\n  "b": {"c": 2}\n}', ("a",), ("b", "d")),
        ("json", '{\n  "a": 1, /* one */\n  "b": {"c": 2}\n}', ("a",), ("b", "d")),
        ("yaml", "a: {\n  b: 1, # one\n  c: {d: 2}\n}\n", ("a", "b"), ("a", "c", "b")),
    ],
)
def test_a_comment_at_the_end_of_a_line_moves_into_no_object_on_one_line(
    language: str, text: str, path: Any, target: Any
) -> None:
    with pytest.raises(Withheld) as raised:
        edits(text, language, [Do("move", path, target)])
    assert str(raised.value) == "the property's comment has no place in an object on one line"


@pytest.mark.parametrize(
    ("text", "operation", "reason"),
    [
        ("[1, 2,]", Do("respell", (), (1, 2, "1")), "the text would be as faulty as before"),
        ("{'a': 1}", Do("respell", (), (6, 7, "1")), "the text would be as faulty as before"),
        ("[1 2]", Do("respell", (), (4, 4, ",")), "the text would have a new fault"),
        ("[1, 2]", Do("erase", (), (2, 3)), "the text would have a new fault"),
        ("[1, 2,]", Do("erase", (), (2, 3)), "the text would have a new fault"),
    ],
)
def test_a_slip_is_not_mended_by_another_one(text: str, operation: Do, reason: str) -> None:
    """The data stay what they are, so it is the faults that tell."""
    with pytest.raises(Withheld) as raised:
        edits(text, "json", [operation])
    assert str(raised.value) == reason


@pytest.mark.parametrize(
    ("operation", "data", "reason"),
    [
        (Do("rename", (0,), "a"), [1], "an item has no key"),
        (Do("rename", ("a",), "b"), {"a": 1, "b": 2}, "the name is taken"),
        (Do("rename", ("c",), "b"), {"a": 1}, "the path is not in the document"),
        (Do("remove", ()), {}, "the document itself is not a property"),
        (Do("remove", ("a", 0)), {"a": []}, "the path is not in the document"),
        (Do("set", ("a", "b"), 1), {"a": 5}, "the path is not in the document"),
        (Do("set", ("a", "b", 0), 1), {"a": {}}, "the path is not in the document"),
        (Do("set", (1,), 1), [5], "the path is not in the document"),
        (Do("append", ("a",), 1), {"a": {}}, "the value is not a list"),
        (Do("append", ("a",), 1), {"a": ""}, "the value is not a list"),
        (Do("splice", ("b",), (0, 0, "")), {"a": "xy"}, "the path is not in the document"),
        (Do("splice", ("a", "b"), (0, 0, "")), {"a": "xy"}, "the path is not in the document"),
        (Do("splice", (1,), (0, 0, "")), ["xy"], "the path is not in the document"),
        (Do("wrap", ("b",)), {"a": 1}, "the path is not in the document"),
        (Do("move", ("a", 0), ("b",)), {"a": [1]}, "only properties move, and only into objects"),
        (Do("move", ("a",), ("b", 1)), {"a": 1, "b": [2]}, "only properties move, and only into objects"),
        (Do("splice", ("a",), (0, 1, "")), {"a": 5}, "the string is not as expected"),
        (Do("splice", ("a",), (0, 3, "")), {"a": "xy"}, "the string is not as expected"),
        (Do("splice", ("a",), (2, 1, "")), {"a": "xy"}, "the string is not as expected"),
        (Do("splice", ("a",), (-1, 1, "")), {"a": "xy"}, "the string is not as expected"),
        (Do("move", ("a",), ("a", "b")), {"a": {}}, "a property cannot move into itself"),
        (Do("move", ("a",), ("b", "a")), {"a": 1, "b": {"a": 2}}, "the name is taken"),
        (Do("unwrap", ("a",), ("b",)), {"a": 1, "b": 2}, "a value can only take the place of what is around it"),
    ],
)
def test_operations_that_mean_nothing(operation: Do, data: Any, reason: str) -> None:
    with pytest.raises(Withheld) as raised:
        applied(data, [operation])
    assert str(raised.value) == reason


def test_a_member_may_be_renamed_to_its_own_name_and_keeps_its_place() -> None:
    assert list(applied({"a": 1, "b": 2, "c": 3}, [Do("rename", ("b",), "x")])) == ["a", "x", "c"]
    assert applied({"a": 1, "b": 2}, [Do("rename", ("a",), "a")]) == {"a": 1, "b": 2}


def test_a_string_is_spliced_up_to_its_ends() -> None:
    for start, end, text in ((0, 0, "z"), (2, 2, "z"), (0, 2, "")):
        [result] = applied(["xy"], [Do("splice", (0,), (start, end, text))])
        assert result == "xy"[:start] + text + "xy"[end:]


def test_a_draft_of_two_operations_is_what_both_do() -> None:
    reading = Reading('{"a": 1, "b": 2}', "json")
    both = [Do("set", ("a",), {"c": 3}), Do("set", ("a", "c"), 4)]
    assert apply(reading.text, drafted(reading, both)) == '{"a": {"c": 4}, "b": 2}'


def test_a_member_begins_at_its_key_wherever_that_is() -> None:
    assert first(Node(3, 4, 0, 1)) == 0
    assert first(Node(3, 4)) == 3


def test_a_line_begins_behind_a_line_end_wherever_that_is() -> None:
    assert [line_start("\na\rb\r\nc", at) for at in range(8)] == [0, 1, 1, 3, 3, 5, 6, 6]
