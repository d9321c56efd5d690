"""What a repository may plant: names of files that are commands, links that lead out, pipes, characters that act."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from ecslint.cli import run
from tests.cli.test_check import BAD, ecslint

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links, pipes and such names are those of POSIX")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "repo"
    (root / ".git").mkdir(parents=True)
    (root / "a.json").write_text(BAD)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "victim").write_text("keep\n")
    monkeypatch.chdir(root)
    return root


NAME = "::error::pwn.json"


@pytest.mark.parametrize(
    "words",
    [
        ("fix", "."),
        ("fix", "--check", "."),
        ("fix", "--diff", "."),
        ("check", "--explain-context", "."),
        ("check", "-v", "."),
    ],
    ids=" ".join,
)
def test_names_of_files_forge_no_command(words: tuple[str, ...], repository: Path) -> None:
    (repository / NAME).write_text(BAD.replace('"web"', '"a.b"', 1))
    done = ecslint(*words, cwd=repository)
    lines = [*done.stdout.splitlines(), *done.stderr.splitlines()]
    assert any(NAME in line for line in lines)
    assert [line for line in lines if line.lstrip().startswith("::")] == []


@pytest.mark.parametrize("character", ["\x1b", "\x9b", "\x7f", "\u202e", "\u2066", "\u2028"])
def test_a_masked_patch_holds_nothing_that_acts(
    character: str, repository: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (repository / "a.json").write_text(BAD.replace("nginx", f"n{character}[31mx"), encoding="utf-8")
    assert run(["fix", "--diff", "a.json"]) in (0, 1)
    out, err = capfd.readouterr()
    assert character not in out
    assert "--show-values" in err
    assert run(["fix", "--diff", "--show-values", "a.json"]) in (0, 1)
    assert character in capfd.readouterr().out


def test_a_line_of_a_patch_is_no_command(repository: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (repository / "a.yaml").write_text(
        "family: web\ncontainerDefinitions:\n  - name: web\n    image: >-\n      ::error::pwn\n    memory: '128'\n"
    )
    assert run(["fix", "--diff", "a.yaml"]) in (0, 1)
    assert not any(line.lstrip("+- ").startswith("::") for line in capfd.readouterr().out.splitlines())


@pytest.mark.parametrize("link", ["report", "folder", "nothing"])
def test_no_report_goes_through_a_link_out_of_the_repository(link: str, repository: Path) -> None:
    out = repository.parent / "out"
    target = {"report": "r.sarif", "folder": "od/victim", "nothing": "r.sarif"}[link]
    if link == "folder":
        (repository / "od").symlink_to(out)
    else:
        (repository / "r.sarif").symlink_to(out / ("victim" if link == "report" else "new"))
    done = ecslint("check", "-q", "--output-format", f"sarif:{target}", "a.json", cwd=repository)
    assert (done.returncode, done.stderr) == (
        2,
        f"ecslint: {target} leads out of the repository by a link; name the file itself\n",
    )
    assert (out / "victim").read_text() == "keep\n"
    assert [path.name for path in out.iterdir()] == ["victim"]


def test_a_link_within_the_repository_is_followed(repository: Path) -> None:
    (repository / "r.json").write_text("old")
    (repository / "link.json").symlink_to("r.json")
    assert ecslint("check", "-q", "--output-format", "json:link.json", "a.json", cwd=repository).returncode == 1
    assert (repository / "link.json").is_symlink()
    assert "findings" in (repository / "r.json").read_text()


def test_no_policy_is_written_through_a_link_out_of_the_repository(repository: Path) -> None:
    (repository / "policies").symlink_to("../out")
    assert ecslint("policy", "new", "ACME002", "foo-baz", cwd=repository).returncode == 2
    assert [path.name for path in (repository.parent / "out").iterdir()] == ["victim"]


def test_a_report_into_a_pipe_that_nobody_reads_is_said(repository: Path) -> None:
    os.mkfifo(repository / "pipe")
    done = ecslint("check", "-q", "--output-format", "json:pipe", "a.json", cwd=repository)
    assert (done.returncode, done.stderr) == (2, "ecslint: cannot write pipe: nobody reads this pipe\n")


def test_a_report_into_a_pipe_that_somebody_reads_arrives(repository: Path) -> None:
    os.mkfifo(repository / "pipe")
    with subprocess.Popen(["cat", "pipe"], cwd=repository, stdout=subprocess.PIPE) as reader:
        code = 2
        while code == 2:  # until it reads
            code = ecslint("check", "-q", "--output-format", "json:pipe", "a.json", cwd=repository).returncode
        assert b"findings" in reader.communicate(timeout=60)[0]


@pytest.mark.parametrize("target", [".ecslint.yaml", "nowhere.yaml"])
def test_a_configuration_that_leads_nowhere_is_a_mistake(target: str, repository: Path) -> None:
    (repository / ".ecslint.yaml").symlink_to(target)
    done = ecslint("check", "a.json", cwd=repository)
    assert done.returncode == 2
    assert done.stderr.startswith(".ecslint.yaml: ")


def test_two_reports_in_one_file_are_refused(repository: Path) -> None:
    words = ("--output-format", "json:x", "--output-format", "sarif:./x")
    done = ecslint("check", *words, "a.json", cwd=repository)
    assert done.returncode == 2
    assert "is the file of two reports" in done.stderr
    assert not (repository / "x").exists()
