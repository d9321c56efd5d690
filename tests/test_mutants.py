"""The tests notice changes to the code: a few mutants of it, tried here; CI tries more (scripts/mutate.py)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import mutate

ROOT = Path(__file__).resolve().parent.parent
QUICK = ("checks/sizing", "syntax/json")  # modules whose tests take a second
EACH = 5


@pytest.mark.skipif(not hasattr(os, "fork"), reason="mutants are tried in processes that are forked")
def test_a_few_mutants_are_noticed(tally: Callable[[str, int, int], None]) -> None:
    words = [sys.executable, "scripts/mutate.py", *QUICK, "--size", str(EACH), "--jobs", "1"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    found = re.search(r"mutants: tried=(\d+) survived=(\d+)", done.stdout)
    assert found, done.stderr
    tally("mutants of the code", int(found[1]), int(found[2]))
    assert (int(found[1]), int(found[2])) == (EACH * len(QUICK), 0), done.stdout


def test_mutants_without_a_difference_are_mutants() -> None:
    every = {mutant.says for module in mutate.MODULES for mutant in mutate.mutants(module)}
    gone = [says.split("\0") for says, _ in mutate.equivalents() if says not in every]
    assert gone == []
    assert all(why for _, why in mutate.equivalents())


@pytest.mark.parametrize(
    ("sizes", "killed", "code"),
    [
        ((6, 6), (6, 6), 0),
        ((6, 30), (4, 30), 0),  # few of one module say little of it
        ((6, 6), (4, 6), 1),
        ((30, 300), (26, 300), 1),
        ((30, 300), (27, 300), 0),
        ((0, 6), (0, 6), 0),
    ],
)
def test_a_module_of_which_enough_was_tried_is_judged_alone(
    sizes: tuple[int, int], killed: tuple[int, int], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = {name: [mutate.Mutant(name, "", 1, "", "", "")] * size for name, size in zip("ab", sizes, strict=True)}
    counts = Counter({(name, "killed"): number for name, number in zip("ab", killed, strict=True)})
    counts.update({(name, "survived"): size - counts[name, "killed"] for name, size in zip("ab", sizes, strict=True)})
    assert mutate.scores(chosen, counts) == code
    said = capsys.readouterr().out
    share = f" ({100 * killed[0] // sizes[0]} %)" if sizes[0] else ""
    assert f"a: {killed[0]} of {sizes[0]} killed{share}" in said
    assert ("a: " in said and ", fewer than 90 %" in said) == (100 * killed[0] < 90 * sizes[0])


def test_each_kind_of_change_is_made() -> None:
    source = "def f(a, *b, c=1):\n    if not a < 2 and b:\n        raise ValueError('x')\n"
    source += "    return sorted(b, key=a)[c:-1] | {}\n"
    made = {(mutant.old, mutant.new) for mutant in mutate.of("m", source)}
    for old, new in (
        ("def f(a, *b, c=1):", "def f(a, *b, c=2):"),
        ("if not a < 2 and b:", "if not a <= 2 and b:"),
        ("if not a < 2 and b:", "if not a < 2 or b:"),
        ("if not a < 2 and b:", "if (a < 2) and b:"),
        ("if not a < 2 and b:", "if not (not a < 2 and b):"),
        ("raise ValueError('x')", "pass"),
        ("raise ValueError('x')", "raise ValueError('xX')"),
        ("return sorted(b, key=a)[c:-1] | {}", "return None"),
        ("return sorted(b, key=a)[c:-1] | {}", "return sorted(b, )[c:-1] | {}"),
        ("return sorted(b, key=a)[c:-1] | {}", "return sorted(b, key=a)[c:(1)] | {}"),
        ("return sorted(b, key=a)[c:-1] | {}", "return sorted(b, key=a)[c:-1]"),
    ):
        assert (old, new) in made
    for mutant in mutate.of("m", source):
        compile(mutant.source, "m", "exec")
