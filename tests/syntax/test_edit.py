"""Edits by example: what each operation does to a text, and when it does nothing at all."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from ecslint.model import Edit
from ecslint.model import Operation as Do
from ecslint.syntax.edit import Withheld, applied, apply, edits

TASK = """\
{
  "family": "web",
  "cpu": 256,
  "containerDefinitions": [
    {"name": "web", "image": "nginx:latest"}
  ]
}
"""

JSON: dict[str, tuple[str, list[Do], str]] = {
    "a member goes with its line": (
        TASK,
        [Do("remove", ("cpu",))],
        """\
        {
          "family": "web",
          "containerDefinitions": [
            {"name": "web", "image": "nginx:latest"}
          ]
        }
        """,
    ),
    "a value in a list keeps its comments and placeholders": (
        '{"a": {"b": "<X>"} /* c */}',
        [Do("wrap", ("a",))],
        '{"a": [{"b": "<X>"}] /* c */}',
    ),
    "a value on lines of its own is indented in its list": (
        '{\r\n  "a": {\r\n    // why\r\n    "b": 1\r\n  }\r\n}',
        [Do("wrap", ("a",))],
        '{\r\n  "a": [\r\n    {\r\n      // why\r\n      "b": 1\r\n    }\r\n  ]\r\n}',
    ),
    "a list around the document": ('{"a": 1}\n', [Do("wrap", ())], '[{"a": 1}]\n'),
    "the last member goes with the comma before it": (
        '{\n  "a": 1,\n  "b": 2\n}\n',
        [Do("remove", ("b",))],
        '{\n  "a": 1\n}\n',
    ),
    "a member that shares its line leaves the line as it is": (
        '{ "a": 1, "b": 2, "c": 3 }',
        [Do("remove", ("b",))],
        '{ "a": 1, "c": 3 }',
    ),
    "the first of a line goes": ("[1, 2,\n 3, 4]", [Do("remove", (2,))], "[1, 2,\n 4]"),
    "the only member leaves empty brackets": (
        '{\n  "a": {\n    "b": 1\n  }\n}',
        [Do("remove", ("a", "b"))],
        '{\n  "a": {}\n}',
    ),
    "its own comment goes, others stay": (
        """\
        {
          // about all
          "a": 1, // about a
          // about the rest
          "b": 2 // about b
        }
        """,
        [Do("remove", ("a",))],
        """\
        {
          // about all
          // about the rest
          "b": 2 // about b
        }
        """,
    ),
    "the comma before the last member goes from behind its comment": (
        '{\n  "a": 1, // about a\n  "b": 2 // about b\n}',
        [Do("remove", ("b",))],
        '{\n  "a": 1 // about a\n}',
    ),
    "commas at the beginning of lines": (
        '{ "a": 1\n, "b": 2\n, "c": 3\n}',
        [Do("remove", ("c",)), Do("set", ("d",), 4)],
        '{ "a": 1\n, "b": 2\n, "d": 4\n}',
    ),
    "only the token of a value changes": ('{"cpu" : 2.560e2}', [Do("set", ("cpu",), "256")], '{"cpu" : "256"}'),
    "the same value changes nothing": ('{"a": 1e2}', [Do("set", ("a",), 100.0)], '{"a": 1e2}'),
    "a missing member is added at the end, with the objects on its way": (
        '{\n\t"a": 1\n}\n',
        [Do("set", ("b", "c", "d"), [True])],
        '{\n\t"a": 1,\n\t"b": {\n\t\t"c": {\n\t\t\t"d": [\n\t\t\t\ttrue\n\t\t\t]\n\t\t}\n\t}\n}\n',
    ),
    "null counts as missing": ('{"a": null}', [Do("append", ("a",), 1)], '{"a": [1]}'),
    "an object on one line stays on one line": (
        TASK,
        [Do("set", ("containerDefinitions", 0, "environment"), [{"name": "A", "value": "é"}])],
        """\
        {
          "family": "web",
          "cpu": 256,
          "containerDefinitions": [
            {"name": "web", "image": "nginx:latest", "environment": [{"name": "A", "value": "é"}]}
          ]
        }
        """,
    ),
    "minified text stays minified": (
        '{"a":[1,{"b":2}]}',
        [Do("append", ("a",), {"c": [3, 4]})],
        '{"a":[1,{"b":2},{"c":[3,4]}]}',
    ),
    "escapes are kept where the text uses them": (
        r'{"a": "\u00e9\/"}',
        [Do("set", ("b",), "é")],
        r'{"a": "\u00e9\/", "b": "\u00e9"}',
    ),
    "half of a surrogate pair is always escaped": ('["é"]', [Do("append", (), "\ud800")], '["é", "\\ud800"]'),
    "an item looks like its siblings": (
        '{"a": [{\n  "b": 1\n}, {\n  "b": 2\n}]}',
        [Do("append", ("a",), {"b": 3})],
        '{"a": [{\n  "b": 1\n}, {\n  "b": 2\n}, {\n  "b": 3\n}]}',
    ),
    "an empty list opens as the object around it": (
        '{\r\n    "tags": [ ]\r\n}\r\n',
        [Do("append", ("tags",), {"key": "a"})],
        '{\r\n    "tags": [\r\n        {\r\n            "key": "a"\r\n        }\r\n    ]\r\n}\r\n',
    ),
    "trailing commas and comments": (
        '{\n  "a": 1, // about a\n  "b": [2 /* two */],\n}',
        [Do("set", ("c",), 3), Do("append", ("b",), 4)],
        '{\n  "a": 1, // about a\n  "b": [2, /* two */ 4],\n  "c": 3,\n}',
    ),
    "a comma stands before the comment of the last member": (
        '{\n  "a": 1 // about a\n}',
        [Do("set", ("b",), 2)],
        '{\n  "a": 1, // about a\n  "b": 2\n}',
    ),
    "a key changes, its quotes do not": (
        "{'a': 1, b: 2, \"c\": 3}",
        [Do("rename", ("a",), "x"), Do("rename", ("b",), "y"), Do("rename", ("c",), "z")],
        "{'x': 1, y: 2, \"z\": 3}",
    ),
    "a part of a string changes, its escapes do not": (
        r'{"a": "\u00e9\ud83d\ude00\/x:latest"}',
        [Do("splice", ("a",), (5, 11, '"1"'))],
        r'{"a": "\u00e9\ud83d\ude00\/x:\"1\""}',
    ),
    "the answer of describe-task-definition becomes what register-task-definition takes": (
        """\
        {
            "taskDefinition": {
                "family": "web", // ours
                "volumes": []
            },
            "tags": [
                {
                    "key": "a"
                }
            ]
        }
        """,
        [Do("move", ("tags",), ("taskDefinition", "tags")), Do("unwrap", ("taskDefinition",))],
        """\
        {
            "family": "web", // ours
            "volumes": [],
            "tags": [
                {
                    "key": "a"
                }
            ]
        }
        """,
    ),
    "one of a list becomes the document": (
        '{"taskDefinitions": [{"family": "a"}, {"family": "b"}], "failures": []}\n',
        [Do("unwrap", ("taskDefinitions", 1))],
        '{"family": "b"}\n',
    ),
    "a list becomes what is in it": (
        '{"a": [{"b": 1}], "c": 2}',
        [Do("unwrap", ("a", 0), ("a",))],
        '{"a": {"b": 1}, "c": 2}',
    ),
    "a placeholder in the place of a value is in nobody's way": (
        '{"cpu": ${CPU}, "image": <IMAGE>, "memory": 512}',
        [Do("remove", ("image",)), Do("set", ("memory",), "512")],
        '{"cpu": ${CPU}, "memory": "512"}',
    ),
}

YAML: dict[str, tuple[str, list[Do], str]] = {
    "an anchor before a key is none of the object": ("a: &x\n  &y b: 1\n", [Do("remove", ("a", "b"))], "a: &x {}\n"),
    "nor is a tag": ("a: &x !!map\n  !!str b: 1\n", [Do("remove", ("a", "b"))], "a: &x !!map {}\n"),
    "a member goes with its lines and its own comment": (
        """\
        family: web # ours
        # how large
        cpu: 256    # a quarter
        # what runs
        containerDefinitions:
          - name: web
        """,
        [Do("remove", ("cpu",))],
        """\
        family: web # ours
        # how large
        # what runs
        containerDefinitions:
          - name: web
        """,
    ),
    "the first member of an item": (
        """\
        - name: web # first
          # second
          image: nginx
        - name: db
          image: mysql
        """,
        [Do("remove", (0, "name")), Do("remove", (1, "name"))],
        """\
        - # second
          image: nginx
        - image: mysql
        """,
    ),
    "the only member leaves empty braces": (
        "a:\n  b: 1\nc:\n- d: 1\n- e\nf:\n- g\n",
        [Do("remove", ("a", "b")), Do("remove", ("c", 0, "d")), Do("remove", ("f", 0))],
        "a: {}\nc:\n- {}\n- e\nf: []\n",
    ),
    "no line end at the end stays so": ("a: 1\nb:\n  - 2", [Do("remove", ("b",)), Do("set", ("c",), 3)], "a: 1\nc: 3"),
    "a line end that belongs to a block scalar stays": ("a: |\n  x\nb: 1", [Do("remove", ("b",))], "a: |\n  x\n"),
    "scalars that YAML 1.1 or 1.2 would read otherwise are quoted": (
        "a: x\n",
        [Do("set", (key,), key) for key in ("no", "012", "1e3", "~", "512", "12:30", "2024-01-01", "0o7", "1_0")],
        'a: x\n"no": "no"\n"012": "012"\n"1e3": "1e3"\n"~": "~"\n"512": "512"\n"12:30": "12:30"\n'
        '"2024-01-01": "2024-01-01"\n"0o7": "0o7"\n"1_0": "1_0"\n',
    ),
    "strings are quoted as they were, new ones as their siblings": (
        "a: 'x'\nb: \"x\"\nc: x\nd: 5\n",
        [*(Do("set", (key,), "z") for key in ("a", "b", "c", "d")), Do("set", ("e",), "it's")],
        "a: 'z'\nb: \"z\"\nc: z\nd: z\ne: 'it''s'\n",
    ),
    "nested values are indented as the others": (
        """\
        containerDefinitions:
        - name: web
          logConfiguration:
              logDriver: awslogs
        """,
        [Do("set", ("containerDefinitions", 0, "healthCheck", "command"), ["CMD", "true"])],
        """\
        containerDefinitions:
        - name: web
          logConfiguration:
              logDriver: awslogs
          healthCheck:
              command:
              - CMD
              - "true"
        """,
    ),
    "items in block style and in brackets": (
        "a:\n  - b: 1\n    c: 2\n\n  # the end\nd: [x, y]\n",
        [Do("append", ("a",), {"b": [{"e": []}]}), Do("append", ("d",), "a: b")],
        'a:\n  - b: 1\n    c: 2\n  - b:\n      - e: []\n\n  # the end\nd: [x, y, "a: b"]\n',
    ),
    "a scalar becomes a list below its comment": (
        "command: run # it\nnext: 1\n",
        [Do("set", ("command",), ["sh", "-c"])],
        'command: # it\n  - sh\n  - "-c"\nnext: 1\n',
    ),
    "a block becomes the item of a list": ("a:\n  b: 1\n  c: 2\n", [Do("wrap", ("a",))], "a:\n  - b: 1\n    c: 2\n"),
    "what is in brackets gets brackets": ("a: {b: 1} # c\n", [Do("wrap", ("a",))], "a: [{b: 1}] # c\n"),
    "a list becomes a scalar": ("a:\n  - 1\n  - 2\nb: 3\n", [Do("set", ("a",), None)], "a: null\nb: 3\n"),
    "a missing value": (
        "a:\nb:  # nothing yet\n",
        [Do("set", ("a",), 1), Do("append", ("b",), 2)],
        "a: 1\nb:  # nothing yet\n  - 2\n",
    ),
    "a key changes, its quotes do not": (
        "a: 1\n'b': 2\n",
        [Do("rename", ("a",), "no"), Do("rename", ("b",), "c")],
        "'no': 1\n'c': 2\n",
    ),
    "a part of a string changes": (
        "a: nginx:latest\nb: 'it''s:latest'\nc: \"\\x41:latest\"\nd: a-no\n",
        [
            Do("splice", ("a",), (6, 12, "1.27")),
            Do("splice", ("b",), (5, 11, "'1'")),
            Do("splice", ("c",), (2, 8, '"1"')),
            Do("splice", ("d",), (0, 2, "")),
        ],
        "a: nginx:1.27\nb: 'it''s:''1'''\nc: \"\\x41:\\\"1\\\"\"\nd: 'no'\n",
    ),
    "literal text stays what it was": (
        "a: |\n  one\n\n    two\nb:\n  c: |+\n    three\n\nd: 4\n",
        [Do("set", ("b", "e"), 5), Do("remove", ("d",))],
        "a: |\n  one\n\n    two\nb:\n  c: |+\n    three\n\n  e: 5\n",
    ),
    "the answer of describe-task-definition becomes what register-task-definition takes": (
        """\
        # exported
        taskDefinition:  # by the AWS CLI
          # ours
          family: web
          containerDefinitions:
          - name: web
            command:
            - |
              a

                b
        tags: # and these
        - key: a
        """,
        [Do("move", ("tags",), ("taskDefinition", "tags")), Do("unwrap", ("taskDefinition",))],
        """\
        # exported
        # ours
        family: web
        containerDefinitions:
        - name: web
          command:
          - |
            a

              b
        tags: # and these
        - key: a
        """,
    ),
    "an item becomes the document": ("a:\n  - b: 1\n    c: 2\n  - d\n", [Do("unwrap", ("a", 0))], "b: 1\nc: 2\n"),
    "a list becomes what is in it": ("a:\n- b: 1\n  c: 2\n", [Do("unwrap", ("a", 0), ("a",))], "a:\n  b: 1\n  c: 2\n"),
    "an anchor stays with its value, an alias may go": (
        "a: &x 1\nb: *x\nc: &y\n  d: 1\n",
        [Do("set", ("b",), 2), Do("set", ("c", "d"), 3), Do("set", ("a",), 4)],
        "a: &x 4\nb: 2\nc: &y\n  d: 3\n",
    ),
    "a tag goes with the value that it explained": ("a: !!str 1\n", [Do("set", ("a",), 2)], "a: 2\n"),
    "what a merge does not bring can change": (
        "a: &x\n  b: 1\nc:\n  <<: *x\n  d: 2\n  e: 3\n",
        [Do("set", ("c", "f"), 4), Do("remove", ("c", "d")), Do("remove", ("c", "e")), Do("rename", ("c", "f"), "g")],
        "a: &x\n  b: 1\nc:\n  <<: *x\n  g: 4\n",
    ),
    "flow style over several lines": (
        "a: {\n  b: 1, # one\n  c: x\n}\n",
        [Do("set", ("a", "d"), ["v", "w"]), Do("remove", ("a", "b"))],
        "a: {\n  c: x,\n  d: [\n    v,\n    w\n  ]\n}\n",
    ),
    "JSON is YAML, too": (
        '{"a": [1, 2], "b": {}}\n',
        [Do("set", ("b", "no"), "no")],
        '{"a": [1, 2], "b": {"no": "no"}}\n',
    ),
}


@pytest.mark.parametrize("name", JSON)
def test_json(name: str) -> None:
    before, operations, after = JSON[name]
    text = dedent(before)
    assert apply(text, edits(text, "json", operations)) == dedent(after)


@pytest.mark.parametrize("name", YAML)
def test_yaml(name: str) -> None:
    before, operations, after = YAML[name]
    text = dedent(before)
    assert apply(text, edits(text, "yaml", operations)) == dedent(after)


def test_edits_are_as_small_as_the_fix() -> None:
    operations = [Do("set", ("cpu",), "512"), Do("splice", ("containerDefinitions", 0, "image"), (6, 12, "1.27"))]
    found = [(edit.start, edit.end, edit.text) for edit in edits(TASK, "json", operations)]
    cpu, tag = TASK.index("256"), TASK.index("latest")
    assert found == [(cpu, cpu + 3, '"512"'), (tag, tag + 6, "1.27")]


SHARED = "a: &x\n  b: 1\n  c: [2]\nd: *x\ne:\n  <<: *x\n  f: 3\n"

WITHHELD: list[tuple[str, str, Do, str]] = [
    ("json", "{", Do("remove", ("a",)), "cannot be read"),
    ("json", '{"a": 1} {"a": 2}', Do("remove", ("a",)), "goes on behind"),
    ("json", '{"a": 1}', Do("remove", ("b",)), "not in the document"),
    ("json", '{"a": 1}', Do("remove", ()), "not a property"),
    ("json", '{"a": 1}', Do("set", ("a", "b"), 1), "not in the document"),
    ("json", '{"a": []}', Do("set", ("a", 0), 1), "not in the document"),
    ("json", '{"a": {}}', Do("append", ("a",), 1), "not a list"),
    ("json", '{"a": 1, "b": 2}', Do("rename", ("a",), "b"), "taken"),
    ("json", '{"a": 1, "b": {"a": 2}}', Do("move", ("a",), ("b", "a")), "taken"),
    ("json", '{"a": {"b": {}}}', Do("move", ("a",), ("a", "b", "c")), "into itself"),
    ("json", '{"a": "x"}', Do("splice", ("a",), (0, 2, "")), "not as expected"),
    ("json", '{"a": 1}', Do("unwrap", ("a",), ("a",)), "around it"),
    ("json", '{"a": 1}', Do("set", ("a",), float("inf")), "finite"),
    ("json", '{"a": 1}', Do("set", ("a",), (1,)), "not known"),
    ("json", '{"a": 1, "b": {}, "a": 2}', Do("set", ("a",), 3), "more than once"),
    ("json", '{"a": 1, "b": {}, "a": 2}', Do("remove", ("b",)), "more than once"),
    ("json", '{"a": 1 "b": 2}', Do("remove", ("b",)), "comma is missing"),
    ("json", '{"a": 1, {{ more }} "b": 2}', Do("remove", ("b",)), "template"),
    ("json", '{"a": 1, {{ more }} "b": [2]}', Do("set", ("b", 0), 3), "template"),
    ("json", '["a", ${B}, "c"]', Do("remove", (2,)), "template"),
    ("json", r'{"a": "\ud83d"}', Do("splice", ("a",), (1, 1, "\ude00")), "would not say"),
    ("yaml", "a: 1\n---\nb: 2\n", Do("remove", ("a",)), "goes on behind"),
    ("yaml", "a: 1\na: 2\n", Do("set", ("a",), 3), "more than once"),
    ("json", '{"a": {"b": 1, "b": 2}}', Do("set", ("a",), [2]), "more than once"),
    ("json", '{"a": {"b": 1, "b": 2}}', Do("set", ("a",), {"b": 3}), "more than once"),
    ("yaml", "a:\n  b: 1\n  b: 2\n", Do("set", ("a",), [2]), "more than once"),
    ("yaml", "a: {c: {b: 1, b: 2}}\n", Do("set", ("a",), [2]), "more than once"),
    ("yaml", SHARED, Do("set", ("a", "b"), 2), "alias"),
    ("yaml", "a: &b c\nd: *b\n", Do("wrap", ("a",)), "alias"),
    ("yaml", "a:\n  b: 1 # c\n  d: 2\n", Do("wrap", ("a",)), "a comment stands"),
    ("json", '{"a": {"b": 1, // c\n"d": 2}}', Do("set", ("a",), []), "a comment stands"),
    ("yaml", SHARED, Do("set", ("d", "b"), 2), "alias"),
    ("yaml", SHARED, Do("append", ("d", "c"), 2), "alias"),
    ("yaml", SHARED, Do("remove", ("a",)), "alias"),
    ("yaml", SHARED, Do("remove", ("e", "b")), "merge"),
    ("yaml", "- &x {a: 1}\n- b: 2\n  <<: *x\n", Do("remove", (1, "b")), "merge"),
    ("yaml", SHARED, Do("set", ("e", "c", 0), 4), "merge"),
    ("yaml", "a: *x\n", Do("remove", ("a",)), "cannot be read"),
    ("yaml", "a:\n  <<: {b: 1}\n  c: 2\n", Do("remove", ("a", "c")), "share their lines"),
    ("yaml", "? a\n: 1\n? b\n: 2\n", Do("remove", ("a",)), "begin their lines"),
    ("yaml", "a: [b: 1, c]\n", Do("set", ("a", 0, "d"), 2), "without braces"),
    ("yaml", "a: {b, c: 1}\n", Do("set", ("a", "b"), "x"), "would not say|not be read"),
    ("yaml", "a: !x\n  b: 1\n", Do("set", ("a", "b"), 2), "not in the document"),
    ("yaml", "a: !x\n  b: 1\n", Do("set", ("a",), 2), "tag"),
    ("yaml", "a: 1\n", Do("set", ("a",), "\ud800"), "surrogate"),
    ("yaml", "&a b: 1\n", Do("rename", ("b",), "c"), "anchor"),
    ("yaml", "a: |\n  x\n", Do("splice", ("a",), (0, 1, "y")), "several lines"),
    ("yaml", "a: &x y\nb: *x\n", Do("splice", ("b",), (0, 1, "z")), "alias"),
    ("yaml", "a: {}\nb:\n  c: 1\n", Do("move", ("b",), ("a", "b")), "brackets"),
]


@pytest.mark.parametrize(("language", "text", "operation", "reason"), WITHHELD)
def test_withheld(language: str, text: str, operation: Do, reason: str) -> None:
    with pytest.raises(Withheld, match=reason):
        edits(text, language, [operation])


DATA = {"a": [1, {"b": "text"}], "c": None}


@pytest.mark.parametrize(
    ("operation", "data"),
    [
        (Do("remove", ("a", 0)), {"a": [{"b": "text"}], "c": None}),
        (Do("set", ("a", 1, "b"), 2), {"a": [1, {"b": 2}], "c": None}),
        (Do("set", ("d", "e"), 2), {"a": [1, {"b": "text"}], "c": None, "d": {"e": 2}}),
        (Do("set", ("c", "e"), 2), {"a": [1, {"b": "text"}], "c": {"e": 2}}),
        (Do("rename", ("a",), "x"), {"x": [1, {"b": "text"}], "c": None}),
        (Do("append", ("a",), 3), {"a": [1, {"b": "text"}, 3], "c": None}),
        (Do("append", ("c",), 3), {"a": [1, {"b": "text"}], "c": [3]}),
        (Do("splice", ("a", 1, "b"), (1, 3, "")), {"a": [1, {"b": "tt"}], "c": None}),
        (Do("unwrap", ("a", 1)), {"b": "text"}),
        (Do("unwrap", ("a", 1), ("a",)), {"a": {"b": "text"}, "c": None}),
        (Do("move", ("c",), ("a", 1, "d")), {"a": [1, {"b": "text", "d": None}]}),
    ],
)
def test_what_operations_mean(operation: Do, data: Any) -> None:
    before = repr(DATA)
    result = applied(DATA, [operation])
    assert repr(result) == repr(data)
    assert repr(DATA) == before


def test_apply_refuses_edits_that_overlap() -> None:
    assert apply("abcd", [Edit(0, 1, "x"), Edit(1, 3, "")]) == "xd"
    with pytest.raises(ValueError, match="overlap"):
        apply("abcd", [Edit(0, 2, ""), Edit(1, 3, "")])
