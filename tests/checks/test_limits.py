"""Counts, sizes and characters are judged only by what is certain."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint.checks.limits import characters, count_at_most, json_size, least_size, shown
from ecslint.model import UNKNOWN, Unknown

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
documents = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)
unknowns = st.builds(Unknown, st.text(min_size=1), st.text(), st.text()) | st.just(UNKNOWN)
open_documents = st.recursive(
    scalars | unknowns, lambda inner: st.lists(inner) | st.dictionaries(st.text() | unknowns, inner), max_leaves=20
)


def compact(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


class TestCountAtMost:
    def test_hits_the_first_item_too_many(self) -> None:
        hits = list(count_at_most({"a": [1, 2, 3, 4]}, items="a[]", most=2))
        assert [(hit.path, hit.values["count"]) for hit in hits] == [(("a", 2), 4)]

    def test_is_silent_at_the_limit(self) -> None:
        assert list(count_at_most({"a": [1, 2]}, items="a[]", most=2)) == []

    def test_does_not_count_what_is_unknown(self) -> None:
        assert list(count_at_most({"a": [1, UNKNOWN, Unknown("${X}"), 2]}, items="a[]", most=2)) == []

    def test_does_not_count_texts_that_are_excepted(self) -> None:
        value = ["aws:a", "b", "aws:c", "d", "e"]
        hits = list(count_at_most(value, items="[]", most=2, unless="^aws:"))
        assert [(hit.path, hit.values["count"]) for hit in hits] == [((4,), 3)]

    @given(open_documents)
    def test_takes_any_value(self, value: Any) -> None:
        assert list(count_at_most(value, items="a[].b", most=1000)) == []


class TestJsonSize:
    @given(st.dictionaries(st.text(), documents))
    def test_whole_document_has_the_size_of_its_compact_json(self, value: dict[str, Any]) -> None:
        assert compact(value) == least_size(value)

    @given(open_documents, st.text())
    def test_unknown_part_never_counts_more_than_what_it_stands_for(self, value: Any, filling: str) -> None:
        def filled(part: Any) -> Any:
            if type(part) is Unknown:
                return f"{part.prefix}{filling}{part.suffix}"
            if type(part) is list:
                return [filled(item) for item in part]
            if type(part) is dict:
                return {key: filled(item) for key, item in part.items() if type(key) is not Unknown}
            return part

        assert least_size(value) <= compact(filled(value))

    @pytest.mark.parametrize(
        ("value", "size"),
        [
            ({"a": "ü"}, 10),
            ({"a": "x${Y}", "b": Unknown("x${Y}", "x")}, 19),
            ({"a": 1, "b": UNKNOWN}, 7),
            ({"a": 1, Unknown("${B}"): 2}, 7),
            ({"a": {"b": 1, Unknown("${B}"): 2}}, 13),
        ],
    )
    def test_counts_bytes_of_what_is_known(self, value: Any, size: int) -> None:
        assert size == least_size(value)

    @pytest.mark.parametrize(("over", "up_to", "hits"), [(7, None, 0), (6, None, 1), (6, 7, 1), (5, 6, 0)])
    def test_fires_between_the_bounds(self, over: int, up_to: int | None, hits: int) -> None:
        assert hits == len(list(json_size({"a": 1}, over=over, up_to=up_to)))

    @given(open_documents)
    def test_quick_estimate_hides_no_large_document(self, value: Any) -> None:
        size = least_size(value)
        assert len(list(json_size(value, over=size - 1))) == 1
        assert list(json_size(value, over=max(size, 0))) == []

    def test_gives_the_size(self) -> None:
        assert [hit.values["size"] for hit in json_size({"a": 1, "b": UNKNOWN}, over=0)] == [7]


class TestCharacters:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("büro 1_.:/=+-@", []),
            ("a,b;c,d", ["`,`, `;`"]),
            ("a\nb`", ["U+000A, U+0060"]),
            ("!#$%&", ["`!`, `#`, `$`, `%`, …"]),
            ("", []),
        ],
    )
    def test_names_the_characters_that_are_refused(self, text: str, expected: list[str]) -> None:
        hits = characters(text, categories=["L", "N", "Z"], also="_.:/=+-@")
        assert expected == [hit.values["characters"] for hit in hits]

    def test_can_be_held_to_ascii(self) -> None:
        hits = characters("büro x", categories=["L"], also="", ascii=True)
        assert [hit.values["characters"] for hit in hits] == ["`ü`, a space"]

    @pytest.mark.parametrize("value", [UNKNOWN, Unknown("${A},", "", ","), 1, None, [","], {"a": ","}])
    def test_passes_over_what_is_no_text(self, value: Any) -> None:
        assert list(characters(value, categories=["L"], also="")) == []

    @given(st.text(st.characters(exclude_categories=())))
    def test_text_without_the_refused_characters_is_fine(self, text: str) -> None:
        kept = "".join(letter for letter in text if not list(characters(letter, categories=["L", "N"], also="-")))
        assert list(characters(kept, categories=["L", "N"], also="-")) == []

    @given(st.characters())
    def test_refused_character_is_shown_in_print(self, letter: str) -> None:
        assert shown(letter).isprintable()
