"""Which operations may be done at once: those that make the same text in any order."""

from __future__ import annotations

import pytest

from ecslint.model import Operation as Do
from ecslint.syntax.edit import Reading, _are_apart, _in_layers, apply

APART = [
    [Do("remove", ("a",)), Do("remove", ("b",))],
    [Do("remove", ("b",)), Do("remove", ("a",))],
    [Do("remove", ("m", "a")), Do("remove", ("m", "b"))],
    [Do("splice", ("a",), (0, 1, "x")), Do("remove", ("b",)), Do("rename", ("c",), "d")],
    [Do("rename", ("m", "k", "a"), "b"), Do("remove", ("m", "b"))],
    [Do("rename", ("m", "a"), "b"), Do("remove", ("b",))],
    [Do("remove", (1,)), Do("remove", (0,))],
    [Do("remove", ("l", 2)), Do("remove", ("l", 1)), Do("splice", ("l", 0), (0, 1, "x"))],
    [Do("splice", ("l", 1), (0, 1, "x")), Do("splice", ("l", 2), (0, 1, "x")), Do("remove", ("l", 0))],
    [Do("remove", ("l", 0)), Do("remove", ("k", 1))],
    [Do("remove", ("m", "l", 0)), Do("splice", ("m", "k", 1), (0, 1, "x"))],
]

NOT_APART = {
    "one writes in the style of others": [Do("remove", ("a",)), Do("set", ("b",), 1)],
    "none is of these kinds": [Do("set", ("a",), 1), Do("set", ("b",), 1)],
    "the same twice": [Do("remove", ("a",)), Do("remove", ("a",))],
    "two spliced at one place": [Do("splice", ("a",), (0, 1, "x")), Do("splice", ("a",), (1, 2, "x"))],
    "what another one makes": [Do("rename", ("a",), "b"), Do("remove", ("b",))],
    "two become one": [Do("rename", ("a",), "c"), Do("rename", ("b",), "c")],
    "to the name of what goes": [Do("remove", ("m", "b")), Do("rename", ("m", "a"), "b")],
    "below what goes": [Do("remove", ("a", "b")), Do("remove", ("c",)), Do("remove", ("a",))],
    "below what went": [Do("remove", ("a",)), Do("remove", ("c",)), Do("remove", ("a", "b"))],
    "below what is renamed": [Do("rename", ("a",), "c"), Do("remove", ("a", "b"))],
    "all": [Do("remove", ()), Do("remove", ("a",))],
    "an item that moves up": [Do("remove", (0,)), Do("remove", (1,))],
    "an item of a list below that moves up": [Do("remove", ("m", "l", 0)), Do("remove", ("m", "l", 1))],
    "below an item that moves up": [Do("remove", ("l", 1)), Do("splice", ("l", 2, "a"), (0, 1, "x"))],
    "the item in the place of one that went": [Do("remove", ("l", 1)), Do("remove", ("l", 1))],
}


@pytest.mark.parametrize("operations", APART)
def test_operations_that_may_be_done_at_once(operations: list[Do]) -> None:
    assert _are_apart(operations) is True


@pytest.mark.parametrize("why", NOT_APART)
def test_operations_that_have_to_wait_for_one_another(why: str) -> None:
    assert _are_apart(NOT_APART[why]) is False


def test_an_item_that_waits_for_another_one_keeps_its_place_when_one_before_it_goes() -> None:
    """The item 4 touches the item 5, so it goes later, when it is the item 3."""
    reading = Reading("[0, 1, 2, 3, 4, 5]", "json")
    operations = [Do("remove", (5,)), Do("remove", (4,)), Do("remove", (1,))]
    assert apply(reading.text, _in_layers(reading, operations)) == "[0, 2, 3]"
