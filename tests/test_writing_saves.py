"""Reports and new files: what ``writing.save`` and ``writing.create`` leave, and what nobody can slip under a write."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ecslint import writing
from tests.writers import NEW, OLD, System, attempt, state

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes, owners and links are those of POSIX")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "td.json"
    path.write_bytes(OLD)
    return path


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o7777


def plain_mode(folder: Path) -> int:
    """The mode that new files get here."""
    (folder / "plain").touch()
    found = mode(folder / "plain")
    (folder / "plain").unlink()
    return found


def test_a_report_that_is_new_has_the_mode_of_new_files(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    before = os.umask(0)
    try:
        writing.save(str(path), [b"one, ", b"", b"two"])
        assert mode(path) == plain_mode(tmp_path) == 0o666
    finally:
        os.umask(before)
    assert path.read_bytes() == b"one, two"
    assert os.listdir(tmp_path) == ["report.json"]


@pytest.mark.parametrize("wanted", [0o600, 0o640, 0o664])
def test_a_report_that_is_there_keeps_its_mode(file: Path, wanted: int) -> None:
    file.chmod(wanted)
    writing.save(str(file), [b"short"])
    assert (file.read_bytes(), mode(file), os.listdir(file.parent)) == (b"short", wanted, ["td.json"])


def test_a_report_goes_through_a_link(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to("td.json")
    writing.save(str(link), [NEW])
    assert (os.readlink(link), file.read_bytes(), file.is_symlink()) == ("td.json", NEW, False)


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root may do this")
def test_a_report_keeps_its_owner(file: Path) -> None:
    os.chown(file, 1234, 4321)
    writing.save(str(file), [NEW])
    assert (file.stat().st_uid, file.stat().st_gid) == (1234, 4321)


def test_a_report_is_written_even_if_its_owner_cannot_be_kept(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Poor(System):
        def stat(self, path: Any) -> os.stat_result:
            """Of a file that belongs to somebody else."""
            found = list(os.stat(path))
            found[4] += 1
            return os.stat_result(found)

        def fchown(self, *_: int) -> None:
            raise PermissionError(1, "Operation not permitted")

    file.chmod(0o640)
    monkeypatch.setattr(writing, "os", Poor())
    writing.save(str(file), [NEW])
    assert (state(str(file)), mode(file)) == ("new", 0o640)


def test_a_report_that_breaks_off_leaves_the_old_one_and_nothing_beside_it(file: Path) -> None:
    seen = []

    def pieces() -> Iterator[bytes]:
        yield b"begun"
        seen.extend((path.name[:9], path.name[-4:], mode(path)) for path in file.parent.glob(".*"))
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        writing.save(str(file), pieces())
    assert (state(str(file)), os.listdir(file.parent)) == ("old", ["td.json"])
    assert seen == [(".ecslint-", ".tmp", 0o600)]  # nobody else may read half of a text that is nobody else's


def test_a_new_file_needs_no_folder_and_makes_those_that_lack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("new.yaml", "a/b/new.yaml", "a/b/other.yaml"):
        writing.create(name, b"text\n")
        assert Path(name).read_bytes() == b"text\n"


def test_a_new_file_is_not_written_through_a_link(tmp_path: Path) -> None:
    for name, target in (("dangling", "nowhere"), ("link", "there")):
        (tmp_path / "there").write_bytes(b"text")
        (tmp_path / name).symlink_to(target)
        with pytest.raises(FileExistsError):
            writing.create(str(tmp_path / name), b"other")
    assert (tmp_path / "there").read_bytes() == b"text"
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("kind", ["file", "link"])
def test_what_has_the_name_of_the_temporary_file_is_never_written_to(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    class Guessed(System):
        def urandom(self, size: int) -> bytes:
            return b"\1" * size

    victim = tmp_path / "victim"
    victim.write_bytes(b"theirs")
    planted = tmp_path / f".ecslint-{'01' * 8}.tmp"
    if kind == "file":
        os.link(victim, planted)
    else:
        planted.symlink_to("victim")
    monkeypatch.setattr(writing, "os", Guessed())
    assert attempt(str(file)) == f"{file} is left as it was: File exists"
    assert (file.read_bytes(), victim.read_bytes()) == (OLD, b"theirs")
