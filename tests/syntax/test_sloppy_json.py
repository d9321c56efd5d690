"""What people write for JSON, and the fixes that make JSON of it: edits of the text, not of the data."""

from __future__ import annotations

import json as standard
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint import document, engine, fixing
from ecslint.model import Edit, Operation
from ecslint.ruleset.bundle import Ruleset
from ecslint.syntax import json
from ecslint.syntax.edit import Withheld, apply, edits
from tests.syntax.edit_laws import assert_sorted, scan

#: Those whose findings are slips of syntax.
SYNTAX = ("ECS001", "ECS002", "ECS003")

words = st.text(st.sampled_from("abz \t'\"\\{}[],:/#é\u2028😀"), max_size=6)
scalars = st.none() | st.booleans() | st.integers(-9, 99) | st.floats(-2, 2).map(abs) | words
keys = st.sampled_from(["a", "b-c", "name", "x.y", "é", "it's", "$ref"]) | words
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4), max_leaves=12
)


class Sloppy:
    """Writes a value as JSON with slips; what is ``drawn`` decides about each."""

    def __init__(self, draw: Any, newline: str) -> None:
        self.draw = draw
        self.newline = newline

    def maybe(self) -> bool:
        return bool(self.draw(st.integers(0, 3)) == 0)

    def gap(self) -> str:
        """White space, perhaps with a comment."""
        nl = self.newline
        plain = st.sampled_from(["", " ", nl, nl + "  ", "\t"])
        comments = [f"// it's{nl}", f"# {{,}}{nl}", "/* , */", f" /* x{nl}y */ ", f'{nl}  // "{nl}  ']
        return str(self.draw(st.sampled_from(comments))) if self.maybe() else str(self.draw(plain))

    def string(self, text: str) -> str:
        token = standard.dumps(text, ensure_ascii=self.maybe())
        if self.maybe():
            return "'" + token[1:-1].replace('\\"', '"').replace("'", "\\'") + "'"
        return token.replace("\\t", "\t") if "\\\\t" not in token and self.maybe() else token

    def key(self, text: str) -> str:
        bare = text.isascii() and text.replace("-", "").isalpha() and text not in ("", "null", "true", "false")
        return text if bare and self.maybe() else self.string(text)

    def write(self, value: Any) -> str:
        if type(value) is dict:
            members = [self.key(k) + self.gap() + ":" + self.gap() + self.write(v) for k, v in value.items()]
            return "{" + self.joined(members) + "}"
        if type(value) is list:
            return "[" + self.joined([self.write(item) for item in value]) + "]"
        if type(value) is str:
            return self.string(value)
        word = standard.dumps(value)
        python = {"null": "None", "true": "True", "false": "False"}
        return python[word] if word in python and self.maybe() else word

    def joined(self, parts: list[str]) -> str:
        text = self.gap()
        for index, part in enumerate(parts):
            last = index == len(parts) - 1
            comma = self.maybe() if last else not self.maybe()
            text += part + self.gap() + ("," if comma else "" if last else self.newline) + self.gap()
        return text


@st.composite
def sloppy(draw: Any) -> tuple[Any, str]:
    """A value and a text that means it."""
    value = {"containerDefinitions": [], "x": draw(values)}
    writer = Sloppy(draw, draw(st.sampled_from(["\n", "\r\n"])))
    return value, writer.gap() + writer.write(value) + draw(st.sampled_from(["", "\n", "\r\n"]))


def settings(ruleset: Ruleset) -> engine.Settings:
    """Those with the rules of syntax only."""
    return engine.Settings(frozenset(number for number in range(ruleset.size) if ruleset.rule(number).id in SYNTAX))


def mended(text: str, ruleset: Ruleset, *, unsafe: bool = True) -> fixing.Mended:
    return fixing.mend(text, "task.json", ruleset, settings(ruleset), unsafe=unsafe)


@given(sloppy())
def test_slips_are_mended_to_json_that_says_the_same(ruleset: Ruleset, written: tuple[Any, str]) -> None:
    value, text = written
    read = json.scan(text)
    if read.root is None or any(fault.slug == "duplicate-key" for fault in read.faults):
        return
    result = mended(text, ruleset)
    assert scan(result.text, "json").data == read.data
    if read.data == value and not result.withheld:
        assert standard.loads(result.text) == value
        assert result.left == []


@given(sloppy())
def test_each_fix_touches_its_own_fault_only(ruleset: Ruleset, written: tuple[Any, str]) -> None:
    text = written[1]
    for finding in engine.lint(document.parse(text.encode(), "task.json"), ruleset, settings(ruleset))[0]:
        if finding.fix is None:
            continue
        try:
            changes = edits(text, "json", finding.fix.operations)
        except Withheld:
            continue
        assert_sorted(changes, text)
        for change in changes:
            low, high = min(change.end, finding.start), max(change.start, finding.end)
            gone = text[change.start : low] + text[high : change.end]
            assert gone.strip(" \t\r\n") == "" or text[finding.start] < " ", "what stands beside the fault stays"
        result = scan(apply(text, changes), "json")
        assert result.data == scan(text, "json").data
        assert len(result.faults) < len(scan(text, "json").faults), "the fault is gone"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{X,\n}", "{X\n}"),
        ("{X\n ,\n}", "{X\n}"),
        ("{X , }", "{X }"),
        ('{X\r\n  "b": 2}', '{X,\r\n  "b": 2}'),
        ('{X // why\n "b": 2}', '{X, // why\n "b": 2}'),
        ('{X "b": ["c" "d"]}', '{X, "b": ["c" "d"]}'),  # quotes that nobody has escaped look like this, too
        ('{X, "b": ["c"\n"d"]}', '{X, "b": ["c",\n"d"]}'),
        ('{X, "b": [[1] [2] 3]}', '{X, "b": [[1], [2], 3]}'),
        ("{X, 'b': 'it\\'s \"c\" \\u00e9'}", '{X, "b": "it\'s \\"c\\" \\u00e9"}'),
        ("{X, b: None, c_d: True}", '{X, "b": null, "c_d": true}'),
        ('{X, "b": "c\td"}', '{X, "b": "c\\td"}'),
        ('{X, "b": "c\n d"}', '{X, "b": "c\n d"}'),  # a line that an editor has broken, or a script?
        ("{X, 'b': '{{ env \"C\" }}'}", '{X, "b": \'{{ env "C" }}\'}'),  # the template reads these quotes
        ("{X // stays\n}", "{X // stays\n}"),
    ],
)
def test_safe_fixes_of_slips(text: str, wanted: str, ruleset: Ruleset) -> None:
    whole = '"containerDefinitions": []'
    assert mended(text.replace("X", whole), ruleset, unsafe=False).text == wanted.replace("X", whole)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('{X, "b": ["c" "d"]}', '{X, "b": ["c", "d"]}'),
        ('{X, "b": "c\n d"}', '{X, "b": "c\\n d"}'),
        ("{X // gone\n}", "{X\n}"),
        ('{X, /* gone */ "b": 1}', '{X, "b": 1}'),
        ("{\r\n  # gone\r\n  X\r\n}", "{\r\n  X\r\n}"),
        ("{/* gone,\n   too */\n  X\n}", "{\n  X\n}"),
        ("# gone\n{X}", "{X}"),
        ("{X}\n// gone", "{X}\n"),
        ('{X, "b": tru/**/e}', '{X, "b": tru/**/e}'),
    ],
)
def test_unsafe_fixes_of_slips(text: str, wanted: str, ruleset: Ruleset) -> None:
    whole = '"containerDefinitions": []'
    assert mended(text.replace("X", whole), ruleset).text == wanted.replace("X", whole)


def test_a_respelling_that_says_something_else_is_withheld() -> None:
    with pytest.raises(Withheld):
        edits("{'a': 1}", "json", [Operation("respell", (), (1, 4, '"b"'))])
    with pytest.raises(Withheld):
        edits("{'a': 1}", "json", [Operation("respell", (), (1, 4, "'a'"))])


def test_several_spellings_in_one_fix_are_edits_of_the_text_before() -> None:
    text = "{'a': [{'b': 1,}],}"
    steps = [("erase", (17, 18)), ("erase", (14, 15)), ("respell", (1, 4, '"a"'))]
    assert repr(edits(text, "json", [Operation(kind, (), value) for kind, value in steps])) == repr(
        [Edit(1, 4, '"a"'), Edit(14, 15, ""), Edit(17, 18, "")]
    )


def test_many_slips_are_mended_at_once(ruleset: Ruleset, monkeypatch: pytest.MonkeyPatch) -> None:
    """To read the text again for each of them would take a time that grows with the square of the text."""
    text = '{"containerDefinitions": [], "x": [' + "".join(f"{{'a': {n},}}, // {n}\n" for n in range(300)) + "1]}"
    reads = []
    scan_text = json.scan
    monkeypatch.setattr(json, "scan", lambda one: reads.append(one) or scan_text(one))
    result = mended(text, ruleset)
    assert standard.loads(result.text)["x"] == [*({"a": n} for n in range(300)), 1]
    assert len(result.fixed) == 900
    assert len(reads) < 12
