"""YAML templates are read as far as their text goes; what the engine fills in is unknown."""

from __future__ import annotations

import time
from typing import Any

import pytest

from ecslint.model import Unknown
from ecslint.syntax.templates import scan


def faults(text: str) -> list[tuple[str, str]]:
    return [(fault.slug, text[fault.start : fault.end]) for fault in scan(text).faults]


def unknown(text: str) -> dict[str, Any]:
    return {text: Unknown(text)}


@pytest.mark.parametrize(
    "placeholder",
    [
        "{{ x }}",
        '{{ must_env "X" }}',
        "{{{ x }}}",
        "{% if x %}a{% else %}b{% endif %}",
        "@X@",
        "%X%",
        "#{X}",
        "{X}",
        "[[ X ]]",
        "{{ registry }}/web:{{ tag }}",
    ],
)
@pytest.mark.parametrize("frame", ["a: %s", "a: %s  # note\nb: 1", "- %s\r\n- 1\r\n", "a:\n  - b: %s\n    c: d\n"])
def test_placeholder_in_the_place_of_a_value_is_unknown(placeholder: str, frame: str) -> None:
    if "#" in frame and placeholder in ("#{X}", "{X}", "[[ X ]]"):
        frame = frame.replace("  # note", "")  # these are the value only if they end the line
    text = frame.replace("%s", placeholder)
    found = scan(text)
    assert [fault.slug for fault in found.faults] == ["unquoted-placeholder"]
    assert found.root is not None
    value: Any = found.data
    node = found.root
    for key in [0] if frame[0] == "-" else ["a", 0, "b"] if "- b" in frame else ["a"]:
        value, node = value[key], node.children[key]
    assert value == Unknown(placeholder)
    assert text[node.start : node.end] == placeholder


@pytest.mark.parametrize(
    ("text", "data"),
    [
        (
            "a:\n{% for e in env %}\n  - name: {{ e.name }}\n    value: 1\n{% endfor %}\nb: 1\n",
            {"a": [{"name": Unknown("{{ e.name }}"), "value": 1}], "b": 1},
        ),
        ("{{- if .x }}\na: 1\n{{- else }}\na: 2\n{{- end }}\n", {"a": 2}),
        ("{{- /* two\nlines */ -}}\na: {{ x }}\n", {"a": Unknown("{{ x }}")}),
        ("{# note #}\na: {{ x }}\n", {"a": Unknown("{{ x }}")}),
        ("a:\n  {{- with .x }}\n  {{- end }}\nb: {{ x }}\n", {"a": Unknown("{{- with .x }}"), "b": Unknown("{{ x }}")}),
        ("a: [{{ x }}, {n: {{ y }}}]", {"a": [Unknown("{{ x }}"), {"n": Unknown("{{ y }}")}]}),
        ("{{ key }}: 1", {"{{ key }}": 1}),
        ('a: "x:{{ env "T" }}:y"', {"a": Unknown('x:{{ env "T" }}:y')}),
        (
            "a: \"{{ x }}\"\nb: {{ y }}\nc: 'it''s {{ z }}'",
            {"a": "{{ x }}", "b": Unknown("{{ y }}"), "c": "it's {{ z }}"},
        ),
        ("a: '{{ env \"X\" }}'\nb: {{ y }}", {"a": '{{ env "X" }}', "b": Unknown("{{ y }}")}),
        ("a: &b {{ x }}\nc: *b", {"a": Unknown("&b {{ x }}"), "c": Unknown("*b")}),
    ],
)
def test_statements_and_values_are_told_apart(text: str, data: Any) -> None:
    found = scan(text)
    assert found.data == data
    assert [fault.slug for fault in found.faults] == ["unquoted-placeholder"]


def test_line_that_writes_text_opens_what_holds_it() -> None:
    line = '{{ include "x" . }}'
    assert scan(f"a:\n  b: 1\n  {line}\n").data == {"a": {"b": 1, **unknown(line)}, **unknown(line)}
    assert scan(f"a:\n  - 1\n  {line}\n").data == {"a": [1, Unknown(line)], **unknown(line)}
    assert scan(f"a:\n  {line}\n").data == {"a": Unknown(line), **unknown(line)}
    assert scan(f"a: |\n  b\n  {line}\nc: {{{{ x }}}}").data["a"] == Unknown(f"|\n  b\n  {line}")


@pytest.mark.parametrize(
    "text",
    [
        "a: [1\nb: {{ x }}",
        "a: b: c\nd: '{{ x }}'",
        "{{}}",
        "a: {{",
        "a: @x",
        "a:\n\tb: {{ x }}",
        "a: \ue000 {{ x }}\nb: {{ y }}",
    ],
)
def test_what_is_wrong_besides_stays_an_error(text: str) -> None:
    found = scan(text)
    assert found.root is None
    assert [fault.slug for fault in found.faults] == ["syntax-error"]


def test_template_that_is_no_yaml_without_its_lines_has_a_note() -> None:
    assert faults("{{ x }}\na\n b: c\n  d\n") == [("unquoted-placeholder", "{{ x }}")]
    assert faults("{{ x }}") == [("unquoted-placeholder", "{{ x }}")]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("a: {{ x }}\nb: {{ y }}", "{{ x }}"),
        ("{{- /* two\nlines */ -}}\na: {{ x }}", "{{- /* two"),
        ("a: {b}", "{b}"),
        ("{% x %}\na\n b: c\n", "{% x %}"),
    ],
)
def test_note_names_the_first_placeholder_as_far_as_its_line_goes(text: str, first: str) -> None:
    assert [fault.values["placeholder"] for fault in scan(text).faults] == [first]


def test_faults_stand_in_the_order_of_the_text() -> None:
    note, other = ("unquoted-placeholder", "{{ x }}"), ("duplicate-key", "a")
    assert faults("b: {{ x }}\na: 1\na: 2\n") == [note, other]
    assert faults("a: 1\na: 2\nb: {{ x }}\n") == [other, note]
    assert faults("a: 1\na: 2\nb: {x}\n") == [other, ("unquoted-placeholder", "{x}")]


@pytest.mark.parametrize(
    "text",
    [
        "a: {b: c}",
        "a: # {b}",
        "a: x #{b}",
        "a: [[1]]",
        "a: {}",
        "a: {b: {}}",
        "# {a}\nb: 1",
        "a: |\n  b: {c}\n  d: #{e}\n",
    ],
)
def test_yaml_that_looks_like_a_template_is_read_as_it_stands(text: str) -> None:
    assert scan(text).faults == []


@pytest.mark.parametrize(
    "piece", ["{{a}}", "{{a}} ", "{{/*a*/}}", "{{", "{%", "<%a", "{{{a}}}", "{#", "@a", "%a", "'{{a}}", '"{{', "{%a%} "]
)
def test_hostile_texts_cost_linear_time(piece: str) -> None:
    def once(text: str) -> float:
        start = time.process_time()
        scan(text)
        return time.process_time() - start

    def seconds(times: int) -> float:  # the best of three: a machine that is busy is no mistake
        return min(once("a: [\n" + piece * times + " x") for _ in range(3))

    seconds(10)
    assert seconds(20_000) < 20 * max(seconds(4_000), 0.01)
