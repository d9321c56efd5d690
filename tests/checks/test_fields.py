"""General checks over members: they judge what is certain and point at both places of a conflict."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint.checks.fields import arn, disjoint, unique
from ecslint.model import UNKNOWN, Unknown

ROLE = "arn:aws:iam::123456789012:role/web"

names = st.text(alphabet="ab", max_size=2) | st.just(UNKNOWN) | st.none() | st.integers()
entries = st.lists(st.fixed_dictionaries({"name": names}) | names)


def role_problems(text: Any) -> list[object]:
    return [hit.values["problem"] for hit in arn(text, service="iam", resource="role/")]


class TestUnique:
    def test_later_one_of_two_equal_values_is_hit(self) -> None:
        hits = unique({"a": [{"name": "x"}, {"name": "y"}, {"name": "x"}]}, items="a[].name")
        expected = [(("a", 2, "name"), ("a", 0, "name"))]
        assert [(hit.path, hit.related[0][0]) for hit in hits] == expected

    @pytest.mark.parametrize("values", [["", ""], [1, "1"], [1, True], [UNKNOWN, UNKNOWN], [[], []]])
    def test_passes_over_what_is_empty_unknown_or_of_another_type(self, values: list[Any]) -> None:
        assert list(unique(values, items="[]")) == []


class TestDisjoint:
    def test_shared_text_is_hit_where_it_is_an_item(self) -> None:
        value = {"a": [{"name": "x"}, {"name": "y"}], "b": [{"name": "y"}, {"name": "y"}]}
        hits = disjoint(value, items="a[].name", others="b[].name")
        assert [(hit.path, hit.related[0][0]) for hit in hits] == [(("a", 1, "name"), ("b", 0, "name"))]

    @given(entries, entries)
    def test_finds_exactly_the_shared_texts(self, left: list[Any], right: list[Any]) -> None:
        def texts(items: list[Any]) -> list[str]:
            found = [item["name"] for item in items if type(item) is dict]
            return [name for name in found if type(name) is str and name]

        hits = list(disjoint({"a": left, "b": right}, items="a[].name", others="b[].name"))
        assert [left[int(hit.path[1])]["name"] for hit in hits] == [
            name for name in texts(left) if name in texts(right)
        ]


class TestArn:
    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("arn:aws:iam::123456789012/role/web", "the form is arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE"),
            ("arn:iam::123456789012:role/web:x", "the form is arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE"),
            ("arn:", "the form is arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE"),
            ("arn:aws:ecs:us-east-1:123456789012:task/web", "the service is `ecs`, not `iam`"),
            ("arn:aws:iam::1234:role/web", "an account number has 12 digits, not 4"),
            ("arn:aws:iam:::role/web", "an account number has 12 digits, not 0"),
            ("arn:aws:iam::123456789012:policy/web", "the last part starts with `role/` and a name"),
            ("arn:aws:iam::123456789012:role/", "the last part starts with `role/` and a name"),
            (f"{ROLE} ", "it contains a space"),
            (f"{ROLE}\n", "it contains a space"),
        ],
    )
    def test_no_arn_of_a_role(self, text: str, problem: str) -> None:
        assert role_problems(text) == [problem]

    @pytest.mark.parametrize(
        "text",
        [
            ROLE,
            "arn:aws-us-gov:iam::123456789012:role/service-role/web@1",
            "arn:aws:iam::ACCOUNT_ID:role/web",
            "web",
            "",
            UNKNOWN,
            Unknown("arn:aws:ecs:${X}", "arn:aws:ecs:"),
            1,
            None,
            [ROLE],
        ],
    )
    def test_nothing_to_say(self, text: Any) -> None:
        assert role_problems(text) == []

    @given(st.text().map(lambda text: "arn:" + text))
    def test_any_text_has_at_most_one_problem(self, text: str) -> None:
        assert len(role_problems(text)) in (0, 1)


def test_equal_objects_around_equal_names_are_twins() -> None:
    items = [{"name": "a", "value": 1}, {"name": "a", "value": 1}, {"name": "a", "value": 2}]
    found = unique({"items": items}, items="items[].name")
    assert [(hit.path, hit.values["twin"]) for hit in found] == [
        (("items", 1, "name"), "/items/0"),
        (("items", 2, "name"), None),
    ]


def test_position_of_the_other_one() -> None:
    value = {"secrets": [{"name": "b"}], "environment": [{"name": "a"}, {"name": "b"}]}
    (hit,) = disjoint(value, items="secrets[].name", others="environment[].name")
    assert hit.values == {"position": 1}
