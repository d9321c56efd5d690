"""One door for reading: what is no regular file, or too much, is refused in bounded time and memory."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ecslint import reading

PACKAGE = Path(reading.__file__).parent

posix = pytest.mark.skipif(os.name != "posix", reason="pipes and devices are those of POSIX")

#: Calls that open something, by the last word of their name.
OPENING = {"open", "fdopen", "open_code", "read_text", "read_bytes", "FileIO", "mmap"}

#: Where something else than a file of the user is opened to be read, or a file of the user to be written.
OTHER_DOORS = {
    "cli/commands.py": "a bundled schema",
    "cli/output.py": "reports are written",
    "cli/showing.py": "a bundled schema",
    "lsp/server.py": "an editor is answered",
    "reporters/html.py": "bundled style and script",
    "ruleset/build.py": "bundled rules become modules",
    "ruleset/validation.py": "a bundled schema",
    "writing.py": "files are replaced, and compared with what was read before",
}


def opened(path: Path) -> list[str]:
    """The calls in a module that open a file, and its uses of standard input."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name.rpartition(".")[2] in OPENING and name not in ("self.open", "stack.open"):
                found.append(f"{name} in line {node.lineno}")
        elif isinstance(node, ast.Attribute) and ast.unparse(node) == "sys.stdin":
            found.append(f"sys.stdin in line {node.lineno}")
    return found


def test_nothing_else_opens_a_file_to_read_it() -> None:
    modules = [path for path in sorted(PACKAGE.rglob("*.py")) if path.parent.name != "compiled"]
    found = {path.relative_to(PACKAGE).as_posix(): opened(path) for path in modules}
    opening = {name: calls for name, calls in found.items() if calls}
    assert "reading.py" in opening
    assert {name: calls for name, calls in opening.items() if name not in OTHER_DOORS} == {
        "reading.py": opening["reading.py"]
    }
    assert sorted(OTHER_DOORS) == sorted(set(opening) - {"reading.py"}), "an exemption that nobody needs any more"


# --- whole files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 8, 9])
def test_the_bound_counts_in_bytes(size: int, tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_bytes(b"x" * size)
    if size <= 8:
        assert reading.read(str(file), 8) == b"x" * size
    else:
        with pytest.raises(reading.TooLarge, match="larger than 8 bytes, the most that ecslint reads"):
            reading.read(str(file), 8)


@pytest.mark.parametrize(
    ("size", "shown"),
    [(8, "8 bytes"), (1536, "1536 bytes"), (256 << 10, "256 KiB"), (5 << 20, "5 MiB"), (1 << 30, "1 GiB")],
)
def test_a_bound_is_said_in_the_unit_that_fits(size: int, shown: str) -> None:
    assert str(reading.TooLarge(size)) == f"larger than {shown}, the most that ecslint reads"


@posix
@pytest.mark.parametrize("kind", ["pipe", "device", "endless", "folder", "missing", "loop", "NUL"])
def test_what_is_no_regular_file_is_refused_without_waiting(kind: str, tmp_path: Path) -> None:
    path, reason = tmp_path / "x", "not a regular file"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind in ("device", "endless"):
        path.symlink_to({"device": "/dev/null", "endless": "/dev/zero"}[kind])
    elif kind == "folder":
        path.mkdir()
    elif kind == "loop":
        path.symlink_to(path)
        reason = "Too many levels of symbolic links"
    elif kind == "missing":
        reason = "No such file or directory"
    else:
        path, reason = tmp_path / "a\0b", "not a file name"
    with pytest.raises(reading.Unreadable, match=f"^{reason}$"):
        reading.read(str(path))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc, whose files have a size of 0")
def test_a_file_that_does_not_tell_its_size_is_read_to_its_end() -> None:
    assert os.stat("/proc/self/status").st_size == 0
    assert b"VmRSS" in reading.read("/proc/self/status")
    with pytest.raises(reading.TooLarge):
        reading.read("/proc/self/status", 20)


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="needs /dev/fd")
@pytest.mark.parametrize("size", [0, 3, 100_000, reading.MAX_BYTES, reading.MAX_BYTES + 1])
def test_the_pipe_of_a_shell_is_read_to_its_end(size: int) -> None:
    ours, theirs = os.pipe()
    text = b"x" * size

    def write() -> None:
        with os.fdopen(theirs, "wb") as file:
            file.write(text)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        if size <= reading.MAX_BYTES:
            assert reading.read(f"/dev/fd/{ours}") == text
        else:
            with pytest.raises(reading.TooLarge):
                reading.read(f"/dev/fd/{ours}")
    finally:
        os.read(ours, 1_000_000)  # the writer waits
        os.close(ours)
        writer.join()


# --- searching ------------------------------------------------------------------------------------------


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.lists(st.sampled_from(["word", "wo", "rd", "w", "or", "wordy", "é", "\n", " "])).map("".join),
    encoding=st.sampled_from(["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]),
    piece=st.integers(5, 9),
)
def test_a_word_is_found_wherever_pieces_begin(
    text: str, encoding: str, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", piece)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x"
        file.write_bytes(text.encode(encoding))
        assert reading.holds(str(file), b"word") == ("word" in text)


def test_nobody_searches_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_SEARCHED", 3 * reading.MAX_BYTES)
    with open(tmp_path / "x", "wb") as file:
        file.truncate(1 << 40)  # of holes: it takes no room
    assert reading.holds(str(tmp_path / "x"), b"word")


@posix
def test_only_regular_files_are_searched(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x")
    for path in (tmp_path / "x", Path("/dev/zero"), tmp_path, tmp_path / "missing"):
        with pytest.raises(reading.Unreadable):
            reading.holds(str(path), b"word")


# --- lines ----------------------------------------------------------------------------------------------


def expected(raw: bytes, most: int) -> list[bytes | None]:
    """The lines of some bytes, None for one that is too long."""
    lines = [line + b"\n" for line in raw.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    return [line if len(line.removesuffix(b"\n")) <= most else None for line in lines if line]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    raw=st.lists(st.sampled_from([b"\n", b"\r\n", b"a", b"bcd", b"\0", b"\xff", b"efghijk", b"\r"])).map(b"".join),
    most=st.integers(1, 9),
    piece=st.integers(1, 9),
)
@example(raw=b"abcd\nab", most=4, piece=4)
@example(raw=b"abcde", most=4, piece=4)
@example(raw=b"abcdefgh\nab\n", most=4, piece=4)
def test_lines_come_as_they_are_and_long_ones_are_passed_over(
    raw: bytes, most: int, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", most)
    monkeypatch.setattr(reading, "_PIECE", piece)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x"
        file.write_bytes(raw)
        found = [line if isinstance(line, bytes) else None for line in reading.lines(str(file))]
    assert found == expected(raw, most)


def test_a_line_without_end_ends_the_stream(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_SEARCHED", 1 << 20)
    with open(tmp_path / "x", "wb") as file:
        file.write(b"first\n")
        file.truncate(1 << 40)
    lines = reading.lines(str(tmp_path / "x"))
    assert next(lines) == b"first\n"
    assert isinstance(next(lines), reading.TooLarge)
    with pytest.raises(reading.Unreadable, match="a line is longer than 1 MiB; nothing behind it was read"):
        next(lines)


@posix
@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null", ".", "missing", "a\0b"])
def test_lines_are_those_of_files_and_pipes_only(path: str) -> None:
    with pytest.raises(reading.Unreadable):
        next(reading.lines(path))


# --- standard input ---------------------------------------------------------------------------------------

SLOW = """
import os, sys
from ecslint import reading
os.set_blocking(0, False)
print(len(reading.read_standard_input()))
"""


@posix
def test_standard_input_that_does_not_wait_is_waited_for() -> None:
    with subprocess.Popen([sys.executable, "-c", SLOW], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        for _ in range(3):
            process.stdin.write(b"x" * 70_000)
            process.stdin.flush()
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.2)
        process.stdin.close()
        assert process.stdout is not None
        assert process.stdout.read() == b"210000\n"


def test_standard_input_that_is_closed_is_said() -> None:
    program = (
        "from ecslint import reading\ntry: reading.read_standard_input()\nexcept reading.Unreadable as e: print(e)"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.stdin = None\n{program}"], capture_output=True, text=True, check=True
    )
    assert done.stdout == "standard input is closed\n"
