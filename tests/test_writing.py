"""A file is replaced whole or not at all: under full disks, limits, errors, interrupts, kills, and other writers."""

from __future__ import annotations

import errno
import json
import os
import signal
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecslint import writing
from tests.writers import NEW, OLD, System, attempt, state

Tally = Callable[[str, int, int], None]

posix = pytest.mark.skipif(os.name != "posix", reason="modes, owners, signals and limits are those of POSIX")
root = pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root may do this")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "td.json"
    path.write_bytes(OLD)
    return path


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that other users can reach."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o700)


def writers(part: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.writers", part, *map(str, arguments)],
        cwd=Path(__file__).parent.parent,
        stdout=subprocess.PIPE,
        text=True,
    )


def result(process: subprocess.Popen[str]) -> str:
    said = process.communicate()[0]
    assert process.returncode == 0
    return said


def calls(path: Path, monkeypatch: pytest.MonkeyPatch, short: int = 8192) -> list[str]:
    """The system calls of one undisturbed run."""
    path.write_bytes(OLD)
    system = System(short=short)
    monkeypatch.setattr(writing, "os", system)
    writing.replace(str(path), OLD, NEW)
    return system.calls


# --- what is kept, what is refused -----------------------------------------------------------------


@settings(max_examples=20)
@given(st.binary(max_size=300), st.binary(max_size=300))
def test_the_new_bytes_take_the_place_of_the_old(old: bytes, new: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "td.json"
        path.write_bytes(old)
        writing.replace(str(path), old, new)
        assert path.read_bytes() == new
        assert os.listdir(folder) == ["td.json"]


def test_a_relative_name_and_one_that_is_as_long_as_can_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("td.json", "é" * 122 + ".json"):
        Path(name).write_bytes(OLD)
        writing.replace(name, OLD, NEW)
        assert Path(name).read_bytes() == NEW


def test_a_file_that_holds_the_new_bytes_already_is_as_it_should_be(file: Path) -> None:
    file.write_bytes(NEW)
    before = file.stat()
    assert attempt(str(file)) == ""
    assert (state(str(file)), file.stat()) == ("new", before)


@pytest.mark.parametrize("content", [b"", OLD[:-1], OLD + b" ", OLD.lower().replace(b"o", b"0")])
def test_a_file_that_was_changed_meanwhile_is_left_alone(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert attempt(str(file)) == f"{file} is left as it was: it has changed since it was read; run ecslint again"
    assert file.read_bytes() == content


def test_a_file_that_is_gone_is_not_made_again(file: Path) -> None:
    file.unlink()
    assert attempt(str(file)) == f"{file} is left as it was: it has been removed since it was read"
    assert os.listdir(file.parent) == []


@posix
@pytest.mark.parametrize("mode", [0o640, 0o600, 0o644, 0o664, 0o755])
def test_the_mode_is_kept_whatever_the_mask(file: Path, mode: int) -> None:
    file.chmod(mode)
    mask = os.umask(0o777)
    try:
        writing.replace(str(file), OLD, NEW)
    finally:
        os.umask(mask)
    assert file.stat().st_mode & 0o7777 == mode


@root
@pytest.mark.parametrize("mode", [0o640, 0o6755])  # a change of the owner clears the bits of the 6
def test_the_owner_is_kept(file: Path, mode: int) -> None:
    os.chown(file, 1234, 4321)
    file.chmod(mode)
    writing.replace(str(file), OLD, NEW)
    status = file.stat()
    assert (status.st_uid, status.st_gid, status.st_mode & 0o7777) == (1234, 4321, mode)


def access_list(*entries: tuple[int, int, int]) -> bytes:
    """An access list as Linux keeps it, of (tag, permissions, user)."""
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="os has extended attributes on Linux only")
def test_extended_attributes_and_access_lists_are_kept(file: Path) -> None:
    nobody = 0xFFFFFFFF
    wanted = {
        "user.note": b"kept",
        "system.posix_acl_access": access_list(
            (1, 6, nobody), (2, 6, 1234), (4, 0, nobody), (16, 6, nobody), (32, 0, nobody)
        ),
    }
    try:
        for name, value in wanted.items():
            os.setxattr(file, name, value)
    except OSError as error:
        pytest.skip(f"the file system has no extended attributes: {error}")
    writing.replace(str(file), OLD, NEW)
    assert {name: os.getxattr(file, name) for name in wanted} == wanted
    assert file.stat().st_mode & 0o777 == 0o660


@posix
def test_a_symbolic_link_stays(file: Path, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    link = tmp_path / "folder" / "link.json"
    link.symlink_to("../second.json")
    (tmp_path / "second.json").symlink_to(file)
    writing.replace(str(link), OLD, NEW)
    assert (os.readlink(link), os.readlink(tmp_path / "second.json")) == ("../second.json", str(file))
    assert (file.read_bytes(), file.is_symlink()) == (NEW, False)


@posix
def test_hard_links_are_refused(file: Path) -> None:
    other = file.with_name("other.json")
    os.link(file, other)
    assert "it has 2 names (hard links)" in attempt(str(file))
    assert (file.read_bytes(), other.stat().st_ino) == (OLD, file.stat().st_ino)
    assert sorted(os.listdir(file.parent)) == ["other.json", "td.json"]


@posix
@pytest.mark.parametrize("kind", ["folder", "pipe", "device", "loop"])
def test_what_is_no_regular_file_is_refused_without_waiting(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path = Path(os.devnull)
    else:
        path.symlink_to("x")
    reason = {"folder": "Is a directory", "loop": "Too many levels of symbolic links"}
    assert attempt(str(path)) == f"{path} is left as it was: {reason.get(kind, 'it is not a regular file')}"


@posix
def test_a_read_only_file_is_refused_to_its_owner_and_to_root(file: Path) -> None:
    file.chmod(0o444)
    assert attempt(str(file)) == f"{file} is left as it was: it is read-only; make it writable, or leave it out"
    assert (state(str(file)), file.stat().st_mode & 0o777) == ("old", 0o444)


@posix
@pytest.mark.parametrize(
    ("file_mode", "folder_mode", "mine", "reason"),
    [
        (0o644, 0o755, True, ""),
        (0o444, 0o755, True, "it is read-only; make it writable, or leave it out"),
        (0o644, 0o555, True, "Permission denied in its folder {folder}, where a new file has to take its place"),
        pytest.param(0o644, 0o777, False, "it is read-only; make it writable, or leave it out", marks=root),
        pytest.param(
            *(0o666, 0o777, False),
            "its owner and group cannot be kept (Operation not permitted); run ecslint as its owner",
            marks=root,
        ),
        pytest.param(
            *(0o666, 0o1777, False),
            "its owner and group cannot be kept (Operation not permitted); run ecslint as its owner",
            marks=root,
        ),
    ],
)
def test_permissions_of_a_user_without_privileges(
    shared: Path, file_mode: int, folder_mode: int, mine: bool, reason: str
) -> None:
    path = shared / "td.json"
    path.write_bytes(OLD)
    if mine and os.getuid() == 0:
        os.chown(path, 65534, 65534)
        os.chown(shared, 65534, 65534)
    path.chmod(file_mode)
    shared.chmod(folder_mode)
    said = json.loads(result(writers("nobody", path)))
    assert said == (f"{path} is left as it was: {reason.format(folder=shared)}" if reason else "")
    assert state(str(path)) == ("old" if reason else "new")
    assert path.stat().st_mode & 0o777 == file_mode


@root
def test_a_file_that_is_mounted_on_its_own_is_refused(file: Path, tmp_path: Path) -> None:
    mounted = tmp_path / "mounted.json"
    mounted.touch()
    if subprocess.run(["mount", "--bind", file, mounted], capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        assert "mount its folder instead" in attempt(str(mounted))
        assert sorted(os.listdir(tmp_path)) == ["mounted.json", "td.json"]
    finally:
        subprocess.run(["umount", mounted], check=True)
    assert file.read_bytes() == OLD


class Windows(System):
    """What os has on Windows, where a file that is open cannot be replaced."""

    name = "nt"

    def __getattr__(self, name: str) -> Any:
        if name in ("O_DIRECTORY", "fchown", "fchmod", "listxattr", "getxattr", "setxattr"):
            raise AttributeError(name)
        return super().__getattr__(name)

    def replace(self, source: str, target: str) -> None:
        opened = {os.path.realpath(f"/proc/self/fd/{number}") for number in os.listdir("/proc/self/fd")}
        assert opened.isdisjoint({source, target})
        os.replace(source, target)


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="open files are listed in /proc")
def test_nothing_is_needed_that_windows_lacks(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.chmod(0o600)
    monkeypatch.setattr(writing, "os", Windows())
    monkeypatch.setitem(sys.modules, "fcntl", None)
    assert (attempt(str(file)), state(str(file))) == ("", "new")


# --- the order of the steps ---------------------------------------------------------------------------


@posix
def test_the_new_bytes_are_on_the_disk_before_they_get_the_name(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = calls(file, monkeypatch)
    steps = [name for name in done if name in ("write", "fchmod", "fsync", "close", "replace")]
    writes = done.count("write")
    assert steps == ["write"] * writes + ["fchmod", "fsync", "close", "replace", "fsync", "close"]
    assert writes == -(-len(NEW) // 8192)


@posix
def test_nobody_else_can_read_the_new_bytes_before_they_are_complete(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes = []

    def look() -> None:
        modes.extend(path.stat().st_mode & 0o777 for path in file.parent.glob(".ecslint-*"))

    order = calls(file, monkeypatch)
    for number in range(order.index("fchmod")):
        file.write_bytes(OLD)
        monkeypatch.setattr(writing, "os", System(number, "after", look, short=8192))
        writing.replace(str(file), OLD, NEW)
    assert len(modes) > 5
    assert set(modes) == {0o600}


# --- faults -------------------------------------------------------------------------------------------


def lost(path: Path, said: str) -> str | None:
    """What went wrong with a file of which something was said, or None."""
    now = state(str(path))
    return None if now == ("old" if said else "new") else f"{now} although {said or 'nothing was said'}"


@posix
def test_limits_of_the_size_of_a_file(file: Path, tally: Tally) -> None:
    outcomes = json.loads(result(writers("limit", file, 512)))
    bad = [outcome for outcome in outcomes if outcome[2] != ("old" if outcome[1] else "new")]
    tally("writing under a limit of the size of a file", len(outcomes), len(bad))
    assert bad == []
    assert {said.partition(": ")[2] for size, said, _ in outcomes if size < len(NEW)} == {
        "the new text is larger than a file may be here (ulimit -f)"
    }
    assert {said for size, said, _ in outcomes if size >= len(NEW)} == {""}


@root
def test_a_disk_that_is_full(tmp_path: Path, tally: Tally) -> None:
    size = 96 * 1024
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", tmp_path]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    path, bad, reasons = tmp_path / "td.json", [], set()
    try:
        pages = range((size - len(OLD)) // 4096 + 1)
        for page in pages:
            path.write_bytes(OLD)
            # The ballast has no name, so that it is not taken for something left behind.
            with open(tmp_path / "ballast", "wb") as ballast:
                os.unlink(tmp_path / "ballast")
                ballast.write(b"x" * (4096 * page))
                ballast.flush()
                said = attempt(str(path))
                reasons.add(said.partition(": ")[2])
                bad += [problem] if (problem := lost(path, said)) else []
    finally:
        subprocess.run(["umount", tmp_path], check=True)
    tally("writing to a disk that is full", len(pages), len(bad))
    assert bad == []
    assert reasons == {"", "the disk is full; make room and run ecslint again"}


def test_errors_and_interrupts_at_each_call(file: Path, monkeypatch: pytest.MonkeyPatch, tally: Tally) -> None:
    """Before each call, with short writes: the disk may be full, the device broken, or the user impatient."""
    order = calls(file, monkeypatch, short=512)
    bad = []
    faults = [OSError(number, os.strerror(number)) for number in (errno.ENOSPC, errno.EIO, errno.EACCES)]
    for fault in [*faults, KeyboardInterrupt()]:
        for number in range(len(order)):
            file.write_bytes(OLD)
            system = System(number, "before", lambda fault=fault: _raise(fault), short=512)  # type: ignore[misc]
            monkeypatch.setattr(writing, "os", system)
            try:
                said = attempt(str(file))
            except KeyboardInterrupt:
                said = "interrupted" if number <= order.index("replace") else ""
            bad += [f"{order[number]}: {problem}"] if (problem := lost(file, said)) else []
    tally("errors and interrupts between all calls of a write", 4 * len(order), len(bad))
    assert bad == []


def _raise(fault: BaseException) -> None:
    raise fault


@posix
def test_an_interrupt_that_arrives_during_a_call(file: Path, monkeypatch: pytest.MonkeyPatch, tally: Tally) -> None:
    """In a process of its own: signals are for the main thread, and ours may have been told to ignore them."""
    order = calls(file, monkeypatch)
    outcomes = json.loads(result(writers("interrupt", file, len(order))))
    count, renaming = len(outcomes), order.index("replace")
    bad = [
        f"{order[number]}: {said}, {now}"
        for number, (said, now) in enumerate(outcomes)
        if (said, now) != ("interrupted", "new" if number >= renaming else "old")
    ]
    assert count == len(order)
    tally("interrupts during all calls of a write", count, len(bad))
    assert bad == []


@posix
def test_a_kill_at_each_call(file: Path, monkeypatch: pytest.MonkeyPatch, tally: Tally) -> None:
    order = calls(file, monkeypatch)
    bad = []
    for number in range(len(order)):
        for when in ("before", "after"):
            file.write_bytes(OLD)
            process = writers("kill", file, number, when)
            process.communicate()
            assert process.returncode == -signal.SIGKILL
            replaced = order.index("replace") + (when == "before")
            for path in file.parent.glob(".ecslint-*.tmp"):
                path.unlink()  # all that a killed process may leave
            if state(str(file)) != ("new" if number >= replaced else "old"):
                bad.append(f"{when} {order[number]}: {state(str(file))}")
    tally("kills between all calls of a write", 2 * len(order), len(bad))
    assert bad == []


# --- others that write --------------------------------------------------------------------------------


@posix
def test_two_writers_lose_nothing(file: Path, tally: Tally) -> None:
    """Each adds its lines to what it has read: a write that overlooked the other's would take lines away."""
    file.write_bytes(b"")
    count = 150
    processes = [writers("append", file, name, count) for name in ("left", "right")]
    refused = sum(int(result(process)) for process in processes)
    lines = file.read_text().splitlines()
    missing = {f"{name} {number}" for name in ("left", "right") for number in range(count)} - set(lines)
    tally(f"two writers at once ({refused} times one found the file changed)", 2 * count, len(missing))
    assert (missing, len(lines), os.listdir(file.parent)) == (set(), 2 * count, [file.name])
    assert refused > 0


def save_in_place(path: Path) -> None:
    path.write_bytes(b"edited")


def save_by_renaming(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(b"edited")
    other.replace(path)


@posix
@pytest.mark.parametrize("save", [save_in_place, save_by_renaming])
def test_an_editor_that_saves_in_between(
    file: Path, monkeypatch: pytest.MonkeyPatch, tally: Tally, save: Callable[[Path], None]
) -> None:
    order = calls(file, monkeypatch)
    # Moments that nothing guards: the bytes have been read for the last time, or the name was looked up.
    renaming = order.index("replace")
    unguarded = (renaming - 1, renaming) if save is save_in_place else (renaming,)
    assert order[renaming - 1] == "lstat"
    bad = []
    for number in range(len(order)):
        file.write_bytes(OLD)
        monkeypatch.setattr(writing, "os", System(number, "before", lambda: save(file), short=8192))
        said = attempt(str(file))
        told = "it has changed since it was read" in said
        if number not in unguarded and (state(str(file)), told) != ("other", number < renaming):
            bad.append(f"{order[number]}: {state(str(file))}, {said}")
    tally(f"saves by an editor between all calls of a write ({save.__name__})", len(order) - len(unguarded), len(bad))
    assert bad == []


@posix
def test_a_lock_of_a_file_that_is_no_longer_there_does_not_count(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of the same bytes under the same name may be locked by another writer."""

    def save_the_same() -> None:
        file.with_name("other").write_bytes(OLD)
        file.with_name("other").replace(file)

    order = calls(file, monkeypatch)
    for number in range(1, order.index("write")):
        file.write_bytes(OLD)
        monkeypatch.setattr(writing, "os", System(number, "before", save_the_same))
        assert "it has changed since it was read" in attempt(str(file))
        assert state(str(file)) == "old"
