"""Patches: git and patch make of the old file exactly the new one, whatever is in it and whatever it is called."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ecslint import diff
from ecslint.diff import unified

GIT = ["git", "apply", "-"]
PATCH = ["patch", "-p1", "--force", "--no-backup-if-mismatch", "--quiet", "--reject-file=-"]
ALONE = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}  # without anybody's own configuration
TOOLS = [
    pytest.param(command, id=command[0], marks=pytest.mark.skipif(not shutil.which(command[0]), reason="not installed"))
    for command in (GIT, PATCH)
]

#: Ends of lines, what only looks like one, marks of a patch, and what terminals obey.
LINE_ENDS = ["\n", "\n", "\n", "\r", "\r\n", "\r\r\n", "\t", "\f", "\v", "\x1c", "\x85", "\u2028", "\ufeff"]
MARKS = [" ", "+", "-", "--- a/x\n", "\n@@ -1 +1 @@\n", "\\ No newline at end of file\n", "diff --git a/y b/y\n"]
PIECES = st.sampled_from([*LINE_ENDS, *MARKS, "a", "b", "x\n" * 9, "é", "🚀", "\x1b[31m", "\x00", '"', "\\"])
TEXTS = st.lists(PIECES, max_size=30).map("".join)
#: Two texts that share most of their pieces.
PAIRS = st.lists(st.tuples(PIECES, st.sampled_from(["same", "same", "same", "old", "new"])), max_size=40).map(
    lambda parts: tuple("".join(text for text, where in parts if where in ("same", side)) for side in ("old", "new"))
)
NAMES = st.text(
    st.sampled_from("ab.-/ \t\n\r\"'\\é🚀\x01\x1f\x7f\x85\u2028\udcff:~$`*?")
    | st.characters(exclude_characters="\x00"),
    min_size=1,
    max_size=12,
).filter(lambda name: _can_be_a_name(name))


def _can_be_a_name(name: str) -> bool:
    try:
        os.fsencode(name)
    except UnicodeEncodeError:
        return False
    return all(part not in ("", ".", "..") and not part.lower().startswith(".git") for part in name.split("/"))


def applied(command: list[str], name: str, old: str, patch: str) -> str:
    """What a file holds after a tool has patched it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(old.encode())
        run = subprocess.run(
            command, cwd=folder, input=patch.encode(), env={**os.environ, **ALONE}, capture_output=True, timeout=30
        )
        assert run.returncode == 0, (run.stdout + run.stderr).decode(errors="replace")
        return path.read_bytes().decode()


@pytest.mark.parametrize("window", [diff.WINDOW, 4])
@pytest.mark.parametrize("command", TOOLS)
@settings(max_examples=100, deadline=None)
@given(PAIRS | st.tuples(TEXTS, TEXTS))
@example(("", "a"))
@example(("", "a\n"))
@example(("a", ""))
@example(("a\n", ""))
@example(("a\n", "a"))
@example(("a", "a\n"))
@example(("a\r\n", "a\n"))
@example(("\ufeffa\r\n", "a"))
def test_a_patch_makes_the_new_text_of_the_old(command: list[str], window: int, texts: tuple[str, str]) -> None:
    old, new = texts
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(diff, "WINDOW", window)
        patched.setattr(diff, "WIDEST", 4 * window)
        patched.setattr(diff, "SURE", min(diff.SURE, window // 2))
        patch = unified("x.json", old, new)
    if old == new:
        assert patch == ""
    else:
        assert applied(command, "x.json", old, patch) == new


@pytest.mark.parametrize("command", TOOLS)
@settings(max_examples=150, deadline=None)
@given(NAMES)
@example("a b.json")
@example("a b")
@example(" a")
@example("a ")
@example("a\tb")
@example('a"b')
@example("a\\b")
@example("é/ü.json")
@example("\udcff")
@example("a\nb")
@example("-")
@example("a 2026-01-01 00:00:00")
@example("b/x.json b/x.json")
def test_any_name(command: list[str], name: str) -> None:
    assert applied(command, name, "a\nb\n", unified(name, "a\nb\n", "a\nc\n")) == "a\nc\n"


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("td.json", "a/td.json"),
        ("./x/td.json", "a/x/td.json"),
        ("/srv/ecs/td.json", "a/srv/ecs/td.json"),
        (".//./td.json", "a/td.json"),
        ("../td.json", "a/../td.json"),
        ("-", "a/-"),
        ("my task.json", "a/my task.json\t"),
        ("my task ", '"a/my task "'),
        ('"é\\\t\x7f.json', r'"a/\"\303\251\\\t\177.json"'),
        ("a\n--- b", r'"a/a\n--- b"'),
    ],
)
def test_how_names_are_written(name: str, source: str) -> None:
    assert unified(name, "", "x").split("\n")[1] == f"--- {source}"


def test_the_whole_patch() -> None:
    old = "".join(f"{number}\n" for number in range(30)) + "end"
    new = old.replace("4\n", "four\n").replace("12\n", "").replace("end", "end\n")
    assert unified("a b.json", old, new) == (
        "diff --git a/a b.json b/a b.json\n--- a/a b.json\t\n+++ b/a b.json\t\n"
        "@@ -2,7 +2,7 @@\n 1\n 2\n 3\n-4\n+four\n 5\n 6\n 7\n"
        "@@ -10,9 +10,8 @@\n 9\n 10\n 11\n-12\n 13\n-14\n+1four\n 15\n 16\n 17\n"
        "@@ -22,10 +21,10 @@\n 21\n 22\n 23\n-24\n+2four\n 25\n 26\n 27\n 28\n 29\n"
        "-end\n\\ No newline at end of file\n+end\n"
    )


def test_no_lines_have_the_number_of_the_line_before_them() -> None:
    assert unified("x", "", "a\n").endswith("@@ -0,0 +1,1 @@\n+a\n")
    assert unified("x", "a", "").endswith("@@ -1,1 +0,0 @@\n-a\n\\ No newline at end of file\n")


def test_many_new_lines_do_not_hide_that_the_rest_is_the_same() -> None:
    old = [f"{number}\n" for number in range(2000)]
    new = [*old[:3], *(f"new {number}\n" for number in range(500)), *old[3:-1], "end\n"]
    patch = unified("x", "".join(old), "".join(new)).split("\n")[3:]
    assert sum(line.startswith("+") for line in patch) == 501
    assert [line for line in patch if line.startswith("-")] == ["-1999"]


@pytest.mark.parametrize("same", [False, True])
@pytest.mark.parametrize("command", TOOLS)
def test_few_changes_all_over_a_large_file_take_no_time(command: list[str], same: bool) -> None:
    """Similar objects make difflib slow (minutes for this text); changes at both ends keep it from being cut short."""
    objects = "".join(
        f'{{\n  "name": "{"x" if same else number}",\n' + "".join(f'  "E{key}": {key},\n' for key in range(60)) + "},\n"
        for number in range(13_000)
    )
    assert len(objects) > 10_000_000
    lines = objects.split("\n")
    lines[2] += "x"
    lines.insert(len(lines) // 2, "new")
    del lines[-6]
    new = "\n".join(lines)
    start = time.perf_counter()
    patch = unified("x.json", objects, new)
    assert time.perf_counter() - start < 5
    assert len(patch) < 1000
    assert applied(command, "x.json", objects, patch) == new
