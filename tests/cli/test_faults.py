"""What stops other tools: files, names and texts that are not what they seem, one run for each."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ecslint.cli import run

LIMIT = 10.0  # seconds of the processor, for ecslint as a whole
DOCUMENT = '{"family": "web", "containerDefinitions": [{"name": "web", "image": "nginx:1.27", "memory": %s}]}'
COMMANDS = (
    ["check"], ["fix", "--check"], ["fix", "--diff"], ["fix"], ["fix", "--unsafe-fixes"], ["check", "--jobs", "2"],
)  # fmt: skip


def repeated(first: bytes, level: bytes) -> bytes:
    """YAML in which each anchor repeats the one before ten times."""
    lines = [b"containerDefinitions: []", b"a: &a " + first]
    lines += [b"%c: &%c " % (n, n) + level % b", ".join([b"*%c" % (n - 1)] * 10) for n in range(98, 110)]
    return b"\n".join(lines)


TEXTS: dict[str, bytes] = {
    "nothing": b"", "a byte": b"{", "NUL": b"\x00", "spaces": b" " * 10_000,
    "no final newline": DOCUMENT.encode() % b"128", "latin-1": DOCUMENT.encode() % '"é"'.encode("latin-1"),
    "UTF-16": DOCUMENT.encode("utf-16"), "UTF-16 without a mark": DOCUMENT.encode("utf-16-le"),
    "UTF-32": DOCUMENT.encode("utf-32"), "half a character": DOCUMENT.encode() % b'"\xe2\x82"',
    "overlong": b'{"containerDefinitions": "\xc0\x80"}', "a surrogate": DOCUMENT.encode() % b'"\xed\xa0\x80"',
    "an escaped surrogate": DOCUMENT.encode() % b'"\\ud800"', "a mark": b"\xef\xbb\xbf" + DOCUMENT.encode() % b"128",
    "two marks": b"\xef\xbb\xbf" * 2 + DOCUMENT.encode() % b"128", "100,000 lists": b"[" * 100_000,
    "100,000 lists that end": b"[" * 100_000 + b"]" * 100_000, "5,000 objects": b'{"containerDefinitions":' * 5_000,
    "5,000 digits": DOCUMENT.encode() % (b"9" * 5_000), "NaN": DOCUMENT.encode() % b"NaN",
    "a huge exponent": DOCUMENT.encode() % b"1e999", "minus zero": DOCUMENT.encode() % b"-0",
    "a comma too many": b'{"containerDefinitions": [],}', "two documents": b"{}{}",
    "a key twice": b'{"a": 1, "a": 2}', "escape sequences": DOCUMENT.encode() % b'"\x1b[31m"',
    "escaped escape sequences": DOCUMENT.encode() % b'"\\u001b[31m"',
    "a command": DOCUMENT.encode() % b'"\\n::error::x"',
    "a line separator": DOCUMENT.encode() % "\"\u2028\"".encode(), "JavaScript": b"module.exports = {}",
    "HTML": b"<!DOCTYPE html>", "a gzip": b"\x1f\x8b\x08\x00" + b"\x00" * 100,
    "laughs": repeated(b"[x, x]", b"[%s]"), "merges": repeated(b"{k: 1}", b"{<<: [%s]}"),
    "a cycle": b"containerDefinitions: &a [*a]", "a merge with itself": b"containerDefinitions: []\nb: &a {<<: *a}",
    "20,000 brackets": b"containerDefinitions: " + b"[" * 20_000, "python": b"!!python/object/apply:os.system [echo]",
    "a tag": b"containerDefinitions: !Sub x", "tabs": b"containerDefinitions:\n\t- name: web",
    "documents": b"--- a\n--- b\n", "6 MB": b'{"containerDefinitions": [' + b"{}," * 2_000_000 + b"{}]}",
}  # fmt: skip

NAMES = (
    "\x1b[31m.json", "a\nb.json", "a\n::error::x.json", "::stop-commands::x.json", "-rf.json", "ü\u202e.json",
    "%s{0}.json", "[a].json",
)  # fmt: skip


@pytest.fixture
def odd(tmp_path: Path) -> dict[str, Path]:
    """Files that are none."""
    made = {kind: tmp_path / f"{kind}.json" for kind in ("folder", "dangling", "loop", "pipe", "socket")}
    made["folder"].mkdir()
    made["dangling"].symlink_to("nothing.json")
    made["loop"].symlink_to(made["loop"].name)
    os.mkfifo(made["pipe"])
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(made["socket"]))
    return {**made, "device": Path("/dev/null"), "missing": tmp_path / "missing.json"}


def outcome(words: list[str], path: Path, capfd: pytest.CaptureFixture[str]) -> Iterator[str]:
    """What is wrong with a run over a file."""
    before = path.read_bytes() if path.is_file() else None
    begin = time.process_time()
    code = run([*words, "--", str(path)])
    said = "".join(capfd.readouterr())
    if time.process_time() - begin > LIMIT:
        yield "slow"
    if code not in (0, 1, 2, 3):
        yield f"exit code {code}"
    if "Traceback" in said:
        yield said[-500:]
    if code and not said.strip():
        yield "silence"
    if any(sign in said for sign in ("\x1b", "\u202e", "\n::")) or said.startswith("::"):
        yield f"acts: {said!r}"
    writes = words[0] == "fix" and not {"--check", "--diff"} & {*words}
    if before is not None and not writes and path.read_bytes() != before:
        yield "changed"


@pytest.mark.skipif(os.name != "posix", reason="pipes and such names are those of POSIX")
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_nothing_stops_a_run(
    words: list[str],
    odd: dict[str, Path],
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    tally: Callable[[str, int, int], None],
) -> None:
    cases = dict(odd)
    for language in ("json", "yaml"):
        for kind, raw in TEXTS.items():
            cases[f"{kind} as {language}"] = tmp_path / f"t{len(cases)}.{language}"
            cases[f"{kind} as {language}"].write_bytes(raw)
    for name in NAMES:
        cases[repr(name)] = tmp_path / name
        cases[repr(name)].write_text(DOCUMENT % '"128"')
    wrong = [(kind, problem) for kind, path in cases.items() for problem in outcome(words, path, capfd)]
    tally("files, names and texts that stop other tools", len(cases), len(wrong))
    assert wrong == []
