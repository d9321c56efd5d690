"""Any bytes at all, and own examples that were damaged: an exit code, no traceback, and no byte lost."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ecslint import testing
from ecslint.cli import run
from tests.bundled import RULES

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"

#: What is mended, or faulty: files of the folder of examples, and bad examples of rules.
SEEDS = [path.read_bytes() for path in sorted(EXAMPLES.iterdir()) if path.suffix in (".json", ".yaml", ".yml")]
SEEDS += [testing.text_of(bad["code"]).encode() for rule in RULES[::7] for bad in rule.docs["examples"]["bad"][:1]]

MODES = ([], ["--diff"], ["--check"], ["--unsafe-fixes"])

#: Bytes that mean something to an encoding, a line, or a syntax.
ODD = [
    b"\xff", b"\xe9", b"\xed\xa0\x80", b"\xc0\x80", b"\xef\xbb\xbf", b"\xff\xfe", b"\0", b"\r", b"\r\n", b"\n", b"\x85",
    b"\xe2\x80\xa8", b"\\ud800", b"\\udc00", b"\\u0000", b'"', b"'", b"{", b"}", b"[", b"]", b",", b":", b"#", b"&a ",
    b"*a", b"<<: ", b"\t", b"!x ", b"%YAML 1.2\n---\n", b"...\n", b"9" * 30, b"-", b"${A}",
]  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A seed in which pieces were removed, doubled, or replaced, perhaps in another encoding."""
    raw = draw(st.sampled_from(SEEDS))
    if draw(st.booleans()):
        raw = raw.replace(b"\n", b"\r\n")
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(raw)))
        end = min(len(raw), start + draw(st.integers(0, 5)))
        raw = raw[:start] + draw(st.sampled_from(ODD) | st.binary(max_size=3) | st.just(raw[start:end] * 2)) + raw[end:]
    encoding = draw(st.sampled_from(["", "", "", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1"]))
    return raw.decode("utf-8", "replace").encode(encoding, "replace") if encoding else raw


def outcome(*arguments: str) -> tuple[int, bytes, str]:
    """The exit code of a run, and what it writes; an exception goes through."""
    out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
    with mock.patch.object(sys, "stdout", out), mock.patch.object(sys, "stderr", err):
        code = run([*arguments])
        out.flush()
    assert isinstance(out.buffer, io.BytesIO)
    return code, out.buffer.getvalue(), err.getvalue()


@settings(max_examples=60)
@given(raw=damaged() | st.binary(max_size=60), suffix=st.sampled_from(["json", "yaml"]))
@example(raw=b"family: caf\xe9\ncontainerDefinitions: []\n", suffix="yaml")
@example(raw=b"\xef\xbb\xbf\xef\xbb\xbf" + SEEDS[0], suffix="json")
@example(raw=b'{"family": "\xed\xa0\x80", "containerDefinitions": [{"memory": "1"}]}', suffix="json")
@example(raw=b'{"family": "\\ud800", "containerDefinitions": [{"name": "\\udfff", "memory": "1"}]}', suffix="json")
def test_no_byte_is_lost(raw: bytes, suffix: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"td.{suffix}"
        file.write_bytes(raw)
        code, _, said = outcome("check", str(file), "--output-format", "concise")
        assert code in (0, 1, 2, 3)
        assert file.read_bytes() == raw
        for mode in MODES:
            file.write_bytes(raw)
            code, patch, said = outcome("fix", *mode, str(file))
            assert code in (0, 1, 2, 3), said
            told = re.search(r"^([1-9]\d*) findings? (fixed|would be fixed) in 1 file,", said, re.M)
            if mode in (["--diff"], ["--check"]) or told is None:
                assert file.read_bytes() == raw, said
            if mode == ["--diff"]:
                assert bool(patch) == (told is not None)
            try:
                raw.decode("utf-8")
            except UnicodeDecodeError:
                assert (code, told) in ((2, None), (3, None)), said


@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_a_second_byte_order_mark_is_a_fault_for_fix_as_for_check(suffix: str, tmp_path: Path) -> None:
    file = tmp_path / f"td.{suffix}"
    file.write_bytes(b"\xef\xbb\xbf\xef\xbb\xbf" + CASES["mark"].removeprefix(b"\xef\xbb\xbf"))
    assert b":1:1: error ECS001 " in outcome("check", str(file), "--output-format", "concise")[1]
    assert ":1:1: error[ECS001] " in outcome("fix", str(file))[2]


CASES = {
    "CRLF": b'{"family": "web",\r\n "containerDefinitions": [{"name": "web", "image": "a", "memory": "128"}]}\r\n',
    "lone CR": b'{"family": "web",\r "containerDefinitions": [{"name": "web", "image": "a", "memory": "128"}]}\r',
    "mark": b'\xef\xbb\xbf{"family": "web",\n "containerDefinitions": [{"name": "web", "image": "a", "memory": "1"}]}',
    "half a pair": b'{"family": "web", "containerDefinitions": [{"name": "\\ud800", "image": "a", "memory": "128"}]}',
    "separators": '{"family": "\u2028\x85\x0c",\n "containerDefinitions": [{"name": "a", "memory": "128"}]}'.encode(),
    "NUL": b'{"family": "\\u0000", "containerDefinitions": [{"name": "web", "image": "a", "memory": "128"}]}',
}


@pytest.mark.parametrize("name", ["td.json", "\udce9.json", "a\tb\"'.json"], ids=["plain", "latin-1", "quotes"])
@pytest.mark.parametrize("case", CASES)
def test_the_patch_does_what_the_fix_does(case: str, name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(CASES[case])
    words = [sys.executable, "-m", "ecslint", "fix"]
    patch = subprocess.run([*words, "--diff", "--show-values", name], cwd=tmp_path, capture_output=True, check=False)
    assert patch.returncode == 1, patch.stderr
    assert file.read_bytes() == CASES[case]
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=patch.stdout, check=True)
    applied = file.read_bytes()
    file.write_bytes(CASES[case])
    subprocess.run([*words, name], cwd=tmp_path, capture_output=True, check=False)
    assert applied == file.read_bytes() != CASES[case]
