"""What grows without bound is stopped before it grows: depth, width, aliases, merges, digits."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from ecslint import document, engine, fixing
from ecslint.ruleset.bundle import Ruleset

LIMIT = 2.0  # seconds of the processor; each takes a fraction of it on an idle machine

SIZES = (10, 100, 1_000, 10_000, 100_000)
#: What is repeated, and what closes each repetition again, where it is closed at all.
NESTS = [
    ("[", "]"), ('{"a":', "}"), ('[{"a":', "}]"), ("[[", "]]"), ('{"containerDefinitions":', "}"), ("- ", ""),
    ("? ", ""), ("{a: ", "}"), ("!x [", "]"), ("&a [", "]"),
]  # fmt: skip
WIDE = [
    "1,", '"a",', "{},", "[],", '"a":1,', "a: b\n", "- a\n", "'a' ", '"{{ ', "${", "{{ a }} ", "//\n", "#\n", "/* */",
    "\\", '"\\u0000",', "<a ", "-", "\n", "\t", "&a ", "*a ", "!!str ", "%", "|", ": ", "? a\n", "9", "1e", "0x", "é",
    "\x00", "😀",
]  # fmt: skip


def bombs() -> Iterator[tuple[str, str]]:
    for opening, closing in NESTS:
        for size in SIZES:
            yield opening * size, "never closed"
            yield opening * size + "1" + closing * size, "closed"
    for unit in WIDE:
        for start in ("", "[", "{", '{"containerDefinitions": [', "containerDefinitions:\n- "):
            yield start + unit * 3_000, "wide"
    for levels in (3, 9, 30):
        for width in (2, 10, 200):
            yield from aliases(levels, width)
    for digits in (10, 400, 4_300, 4_301, 100_000):
        yield f'{{"containerDefinitions": [], "cpu": {"9" * digits}}}', "digits"
        yield f'{{"containerDefinitions": [], "cpu": 1e{"9" * digits}}}', "exponent"


def aliases(levels: int, width: int) -> Iterator[tuple[str, str]]:
    """Anchors of which each repeats the one before: as lists, as merges, as keys, and one that holds itself."""
    for form, first in (("[{}]", "[x]"), ("{{<<: [{}]}}", "{k: 1}"), ("!z [{}]", "[x]")):
        lines = [f"a0: &a0 {first}"]
        lines += [f"a{n}: &a{n} " + form.format(", ".join([f"*a{n - 1}"] * width)) for n in range(1, levels)]
        yield "containerDefinitions: []\n" + "\n".join(lines), "aliases"
    yield f"containerDefinitions: &a [{', '.join(['*a'] * width)}]", "cycle"


def test_bombs_are_stopped(ruleset: Ruleset, tally: Callable[[str, int, int], None]) -> None:
    settings = engine.Settings(frozenset(range(ruleset.size)), excerpts=True)
    tried, slow = 0, []
    for text, kind in bombs():
        for name in ("td.json", "td.yaml"):
            tried += 1
            begin = time.process_time()
            engine.lint(document.parse(text.encode(), name), ruleset, settings)
            if len(text) < 20_000:
                fixing.mend(text, name, ruleset, settings)
            if time.process_time() - begin > LIMIT:
                slow.append((kind, name, text[:40], len(text)))
    tally("texts that would grow", tried, len(slow))
    assert slow == []
