"""What is said of each fault of a JSON text, in the words that people read, and what is read all the same."""

from __future__ import annotations

from typing import Any

import pytest

from ecslint.model import Unknown
from ecslint.syntax.json import scan
from ecslint.syntax.outline import find


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{} x", "content after the end of the document"),
        ("[1 2]", "a comma is missing before this"),
        ("{a: 1}", "JSON wants keys in double quotes"),
        ("[None]", "JSON writes null for None"),
        ("[True]", "JSON writes true for True"),
        ("[False]", "JSON writes false for False"),
        ("[NaN]", "NaN is not a JSON number"),
        ("[0x1F]", "not a JSON number"),
        ("[012]", "not a JSON number"),
        (f"[{'9' * 5000}]", "a number with too many digits"),
        ("['a']", "JSON strings stand in double quotes"),
        ('["a\tb"]', "a raw control character in a string; JSON escapes it"),
        ('["a\\d"]', "invalid escape \\d"),
        ('["a\\\u0007"]', "invalid escape \\U+0007"),
        ("{,}", "expected a key in double quotes"),
        ("[,]", "expected a value"),
        ('{"a": 1,, "b": 2}', "expected a key in double quotes"),
    ],
)
def test_words_of_a_fault(text: str, problem: str) -> None:
    assert scan(text).faults[0].values["problem"] == problem


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ('{"a": "x{{ b "c" }}y"}', Unknown('x{{ b "c" }}y')),
        ('{"a": "{{ b "c" }}"}', Unknown('{{ b "c" }}')),
        ('{"a": "{{ b "X" }}"}', Unknown('{{ b "X" }}')),
        ('{"a": "${b("c")}"}', Unknown('${b("c")}')),
        ('{"a": "{{ b "c" }}${d("e")}"}', Unknown('{{ b "c" }}${d("e")}')),
    ],
)
def test_quotes_in_placeholders(text: str, data: Any) -> None:
    found = scan(text)
    assert found.data == {"a": data}
    assert {fault.slug for fault in found.faults} == {"unquoted-placeholder"}


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("[1 2]", "spelling"),
        ('["a" 2]', "spelling"),
        ('["a" "b"]', "guess"),  # or one string with quotes that nobody has escaped
        ("['a' \"b\"]", "guess"),
        ('["a"\n"b"]', "spelling"),
        ('["a"\r"b"]', "spelling"),
        ('{"a": "b" "c": 1}', "spelling"),
    ],
)
def test_a_comma_between_two_strings_on_one_line_is_a_guess(text: str, how: str) -> None:
    [fault] = [fault for fault in scan(text).faults if fault.slug == "missing-comma"]
    assert {"spelling", "guess"} & set(fault.values) == {how}
    start, end, comma = fault.values[how]
    assert scan(text[:start] + comma + text[end:]).data == scan(text).data
    assert (start, comma) == (end, ",")


@pytest.mark.parametrize("text", ['["a"X]', '["a"X, 1]', '{"a": "b"X}', '["a" X]', '["a"1]', '["a"n, "b"]'])
def test_what_stands_right_behind_a_string_is_no_part_of_it(text: str) -> None:
    assert scan(text).faults != []


@pytest.mark.parametrize(
    ("token", "spelling"),
    [
        ("'a'", '"a"'),
        ("'say \"x\"'", '"say \\"x\\""'),
        ("'it\\'s'", '"it\'s"'),
        ("'a\\\\b'", '"a\\\\b"'),
    ],
)
def test_string_in_single_quotes_as_json_writes_it(token: str, spelling: str) -> None:
    [fault] = scan(f"[{token}]").faults
    assert fault.values["spelling"] == (1, 1 + len(token), spelling)
    assert scan(f"[{spelling}]").data == scan(f"[{token}]").data


@pytest.mark.parametrize("text", ["[1]", '{"a": [1]}', '"a"'])
def test_a_place_has_no_other_attributes(text: str) -> None:
    place = find(text)
    with pytest.raises(AttributeError, match="middle"):
        place.middle  # noqa: B018
    assert not hasattr(place, "data")
