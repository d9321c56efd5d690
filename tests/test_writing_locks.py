"""Replacing a file waits for whoever replaces it already, and follows no link that is put in its place meanwhile."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from ecslint import writing
from tests.test_writing import calls
from tests.writers import NEW, OLD, System, attempt, state

fcntl = pytest.importorskip("fcntl", reason="locks of this kind are those of POSIX")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "td.json"
    path.write_bytes(OLD)
    return path


def test_it_waits_for_the_lock_of_another(file: Path) -> None:
    with file.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        writer = threading.Thread(target=writing.replace, args=(str(file), OLD, NEW))
        writer.start()
        writer.join(0.3)
        assert writer.is_alive()
        assert file.read_bytes() == OLD
    writer.join(10)
    assert state(str(file)) == "new"


def once_written(file: Path, monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> None:
    """Let something happen once the new bytes are on the disk, before the file is compared and replaced."""
    at = calls(file, monkeypatch).index("fsync")
    file.write_bytes(OLD)
    monkeypatch.setattr(writing, "os", System(at, "after", act))


@pytest.mark.parametrize("content", [OLD, NEW])
def test_a_link_that_comes_in_between_is_not_followed(
    file: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    outside = file.parent.parent / f"{file.parent.name}-outside.json"
    outside.write_bytes(content)

    def swap() -> None:
        file.unlink()
        file.symlink_to(outside)

    once_written(file, monkeypatch, swap)
    assert str(file) in attempt(str(file))
    assert (outside.read_bytes(), file.is_symlink()) == (content, True)


def test_a_pipe_that_comes_in_between_is_not_waited_for(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def swap() -> None:
        file.unlink()
        os.mkfifo(file)

    once_written(file, monkeypatch, swap)
    writer = threading.Thread(target=attempt, args=(str(file),), daemon=True)
    writer.start()
    writer.join(10)
    assert not writer.is_alive()


@pytest.mark.parametrize("more", [b" ", b"\n", b"x" * 10])
def test_a_file_that_has_grown_by_one_byte_has_changed(file: Path, more: bytes) -> None:
    file.write_bytes(OLD + more)
    assert writing.CHANGED in attempt(str(file))
    assert file.read_bytes() == OLD + more


def test_an_error_without_a_number_is_told_in_its_own_words(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for error, words in (
        (OSError("the cable is out"), "the cable is out"),
        (OSError(errno.EIO, "Input/output error"), "Input/output error"),
        (OSError(errno.ENOSPC, "No space left"), "the disk is full; make room and run ecslint again"),
    ):

        def fail(raised: OSError = error) -> None:
            raise raised

        once_written(file, monkeypatch, fail)
        assert attempt(str(file)) == f"{file} is left as it was: {words}"
        assert state(str(file)) == "old"


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
def test_a_new_file_has_the_mode_of_new_files(tmp_path: Path) -> None:
    writing.create(str(tmp_path / "folder" / "new.yaml"), b"text")
    (tmp_path / "plain").write_text("")
    made = tmp_path / "folder" / "new.yaml"
    assert made.read_bytes() == b"text"
    assert made.stat().st_mode == (tmp_path / "plain").stat().st_mode
    with pytest.raises(FileExistsError):
        writing.create(str(made), b"other")
    assert made.read_bytes() == b"text"
