"""What is put in the way of reading: each command says it, ends with the right code, and leaves all bytes alone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ecslint import api, reading
from ecslint.cli import mending, run
from ecslint.engine import Settings
from ecslint.fixing import Mended
from tests.cli.test_check import BAD, GOOD, ecslint
from tests.cli.test_fix import MENDED, TEXT

Tally = Callable[[str, int, int], None]

posix = pytest.mark.skipif(os.name != "posix", reason="pipes, devices, users and links are those of POSIX")

COMMANDS = (
    ["check"],
    ["fix"],
    ["fix", "--diff"],
    ["fix", "--check"],
    ["fix", "--unsafe-fixes"],
)
EACH = pytest.mark.parametrize("command", COMMANDS, ids=" ".join)

#: What a user without privileges runs. The modules are imported before, since the checkout may be closed to him.
NOBODY = """
import os, pkgutil, sys
import ecslint, ecslint.cli.checking, ecslint.cli.mending, ecslint.cli.recording, ecslint.cli.commands
from ecslint import cli, config, escaping, unused
from ecslint.reporters import text
from ecslint.ruleset import bundle, policies, rules
bundle.load().default
cli.run(["check", "--output-format", "full", sys.argv[1]])
os.chdir(sys.argv[2])
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
print("ready")
sys.stdout.flush()
code = cli.run(sys.argv[3:])
sys.stdout.flush()
os._exit(code)
"""


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that other users can reach and write to."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        yield folder
        for path in folder.rglob("*"):
            if path.is_dir() and not path.is_symlink():
                path.chmod(0o755)


def as_nobody(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder as a user for whom permissions count."""
    with tempfile.TemporaryDirectory() as name:
        warm = Path(name) / "warm.json"
        warm.write_text(BAD)
        done = subprocess.run(
            [sys.executable, "-c", NOBODY, str(warm), str(folder), *arguments],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "NO_COLOR": "1"},
        )
    _, _, done.stdout = done.stdout.partition("ready\n")
    return done


# --- .gitignore -----------------------------------------------------------------------------------------


@posix
@EACH
@pytest.mark.parametrize("kind", ["endless", "pipe", "large"])
def test_a_gitignore_that_cannot_be_read_is_said_and_the_others_go_on(
    kind: str, command: list[str], tmp_path: Path
) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "td.json").write_text(TEXT)
    ignore = tmp_path / "a" / ".gitignore"
    if kind == "endless":
        ignore.symlink_to("/dev/zero")
    elif kind == "pipe":
        os.mkfifo(ignore)
    else:
        ignore.write_bytes(b"x" * (reading.MAX_BYTES + 1))
    done = ecslint(*command, ".", cwd=tmp_path)
    reason = "larger than 5 MiB, the most that ecslint reads" if kind == "large" else "not a regular file"
    said = f"ecslint: a/.gitignore: {reason}; its folder is left out, because what git ignores there is not known\n"
    assert (done.returncode, done.stderr.count(said), "Traceback" in done.stderr) == (2, 1, False)
    assert (tmp_path / "a" / "td.json").read_text() == TEXT  # which git may ignore, so that nothing brings it back
    written = command in (["fix"], ["fix", "--unsafe-fixes"])
    assert (tmp_path / "b" / "td.json").read_text() == (MENDED if written else TEXT)
    if command == ["check"]:
        assert done.stdout.count("error[ECS013]") == 1


@posix
def test_a_gitignore_above_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "td.json").write_text(BAD)
    os.mkfifo(tmp_path / "deep" / ".gitignore")
    done = ecslint("check", "er", cwd=tmp_path / "deep")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"ecslint: {tmp_path}/deep/.gitignore: not a regular file; " in done.stderr


# --- folders --------------------------------------------------------------------------------------------


@posix
@EACH
def test_a_folder_that_cannot_be_listed_is_said_and_the_others_go_on(command: list[str], shared: Path) -> None:
    for name in ("a", "b", "c"):
        (shared / name).mkdir(mode=0o777)
        (shared / name).chmod(0o777)
        (shared / name / "td.json").write_text(TEXT)
        (shared / name / "td.json").chmod(0o666)
    (shared / "b").chmod(0)
    done = as_nobody(shared, *command, ".")
    assert done.stderr.startswith("ecslint: b: the folder cannot be listed: Permission denied\n"), done.stderr
    assert (done.returncode, done.stdout.count("error[ECS013]")) == (2, 2 if command == ["check"] else 0)
    if command == ["fix", "--diff"]:
        assert done.stdout.count("+++ ") == 2


@posix
def test_a_file_that_may_not_be_read_is_said_wherever_it_was_found(shared: Path) -> None:
    for name in ("closed.json", "open.json"):
        (shared / name).write_text(GOOD)
    (shared / "closed.json").chmod(0)
    (shared / "locked").mkdir()
    (shared / "locked" / "td.json").write_text(GOOD)
    (shared / "link.json").symlink_to("locked/td.json")
    (shared / "locked").chmod(0)
    done = as_nobody(shared, "check", ".")
    assert done.returncode == 2
    assert sorted(done.stderr.splitlines()) == [
        "ecslint: closed.json: Permission denied",
        "ecslint: link.json: Permission denied",
        "ecslint: locked: the folder cannot be listed: Permission denied",
    ]


@posix
def test_no_baseline_is_made_of_half_a_folder(shared: Path) -> None:
    (shared / "td.json").write_text(BAD)
    (shared / "b").mkdir(mode=0)
    done = as_nobody(shared, "baseline", "create", ".")
    assert done.stderr == ("ecslint: b: the folder cannot be listed: Permission denied; no baseline was written\n")
    assert (done.returncode, (shared / ".ecslint-baseline.json").exists()) == (2, False)


@posix
def test_policies_in_a_folder_that_cannot_be_listed_are_no_policies(shared: Path) -> None:
    (shared / "td.json").write_text(GOOD)
    (shared / ".ecslint.yaml").write_text("rules: [policies]\n")
    (shared / "policies" / "tables").mkdir(parents=True)
    (shared / "policies" / "more").mkdir(mode=0)
    (shared / "policies" / "tables").chmod(0)
    done = as_nobody(shared, "check", ".")
    assert (done.returncode, done.stderr) == (
        2,
        "policies/tables: the folder cannot be listed: Permission denied\n"
        "policies/more: the folder cannot be listed: Permission denied\n",
    )


@posix
@pytest.mark.parametrize("command", ["check", "fix"])
def test_a_suppression_is_not_of_no_use_while_something_is_unchecked(command: str, shared: Path) -> None:
    config = "suppress:\n  - {files: '*.json', rule: ECS013, reason: known}\n"
    (shared / ".ecslint.yaml").write_text(config)
    (shared / ".ecslint.yaml").chmod(0o666)
    (shared / "td.json").write_text(GOOD)
    told = ecslint("check", ".", "--fail-on", "info", cwd=shared)
    assert "warning[ECS060]: this suppression of ECS013 has nothing to suppress" in told.stdout
    (shared / "b").mkdir(mode=0)
    done = as_nobody(shared, command, ".")
    assert (done.returncode, done.stdout) == (2, "" if command == "fix" else "no findings in 1 file\n")
    assert (shared / ".ecslint.yaml").read_text() == config


@posix
def test_a_link_to_nothing_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "loop.json").symlink_to("loop.json")
    (tmp_path / "dangling.json").symlink_to("nowhere")
    (tmp_path / "td.json").write_text(GOOD)
    done = ecslint("check", ".", cwd=tmp_path)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "no findings in 1 file\n")


# --- large files ----------------------------------------------------------------------------------------

LARGE = b'{"name": "x"}'.ljust(reading.MAX_BYTES + 1)
LARGE_ECS = BAD.encode().ljust(reading.MAX_BYTES + 1)


@EACH
@pytest.mark.parametrize(
    ("raw", "said"), [(LARGE, False), (LARGE_ECS, True), (LARGE_ECS.decode().encode("utf-16"), True)]
)
def test_a_large_file_of_a_folder_is_said_if_it_can_be_ecs(
    raw: bytes, said: bool, command: list[str], tmp_path: Path
) -> None:
    (tmp_path / "large.json").write_bytes(raw)
    (tmp_path / "td.json").write_text(GOOD)
    done = ecslint(*command, ".", cwd=tmp_path)
    line = "ecslint: large.json: larger than 5 MiB, the most that ecslint reads\n"
    assert (done.returncode, line in done.stderr) == ((2, True) if said else (0, False))
    assert (tmp_path / "large.json").read_bytes() == raw


@EACH
@pytest.mark.parametrize("raw", [LARGE, LARGE_ECS])
def test_a_large_file_that_is_named_is_said(raw: bytes, command: list[str], tmp_path: Path) -> None:
    (tmp_path / "large.json").write_bytes(raw)
    done = ecslint(*command, "large.json", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("ecslint: large.json: larger than 5 MiB, the most that ecslint reads\n")
    assert (tmp_path / "large.json").read_bytes() == raw


def test_hooks_pass_over_large_foreign_files(tmp_path: Path) -> None:
    (tmp_path / "large.json").write_bytes(LARGE)
    (tmp_path / "large-ecs.json").write_bytes(LARGE_ECS)
    for command in ("check", "fix"):
        done = ecslint(command, "--allow-foreign", "large.json", cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert ecslint(command, "--allow-foreign", "large-ecs.json", cwd=tmp_path).returncode == 2


# --- streams --------------------------------------------------------------------------------------------


def test_a_line_over_the_limit_is_said_and_the_stream_goes_on(tmp_path: Path) -> None:
    (tmp_path / "all.ndjson").write_bytes(b"\n".join([GOOD.encode(), LARGE_ECS, BAD.encode(), LARGE, b""]))
    done = ecslint("--ndjson", "all.ndjson", "--output-format", "json-lines", cwd=tmp_path)
    assert done.stderr == "".join(
        f"ecslint: all.ndjson:{number}: larger than 5 MiB, the most that ecslint reads\n" for number in (2, 4)
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(one["slug"], one["start"]["line"]) for one in found] == [("wrong-type", 3)]
    assert done.returncode == 2


@posix
@pytest.mark.parametrize("way", ["-", "/dev/stdin", "pipe", "shell"])
def test_streams_come_through_pipes(way: str, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "ecslint", "--ndjson", way, "--output-format", "concise", "-q"]
    if way == "shell":
        command = f"{' '.join(words)}".replace(way, "<(printf '%s\\n' \"$0\")")
        done = subprocess.run(["bash", "-c", command, BAD], capture_output=True, text=True, check=False, cwd=tmp_path)
    elif way == "pipe":
        os.mkfifo(tmp_path / "pipe")
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as process:
            (tmp_path / "pipe").write_text(BAD + "\n")
            stdout = process.communicate(timeout=60)[0]
        done = subprocess.CompletedProcess(words, process.returncode, stdout, "")
    else:
        done = subprocess.run(words, input=BAD, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.count(":1:93: error ECS013 ") == 1


@posix
def test_a_document_comes_through_the_pipe_of_a_shell(tmp_path: Path) -> None:
    for command, code in (("check", 1), ("fix --diff", 1), ("fix", 2)):
        line = f"{sys.executable} -m ecslint {command} <(printf '%s' \"$0\")"
        done = subprocess.run(["bash", "-c", line, BAD], capture_output=True, text=True, check=False, cwd=tmp_path)
        assert (done.returncode, "Traceback" in done.stderr) == (code, False)
        assert ("/dev/fd/" in done.stdout) == (code == 1)


MEASURED = """
import resource, sys
from ecslint.cli import run
code = run(sys.argv[1:])
sys.stdout.flush()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, code)
"""


def memory(*arguments: str, cwd: Path, stdin: Path | None = None) -> tuple[int, int, str]:
    """The most memory that a run takes, in MiB; its exit code; what it says on standard error."""
    with open(stdin or os.devnull, "rb") as source:
        words = [sys.executable, "-c", MEASURED, *arguments]
        done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=True, stdin=source)
    used, code = done.stdout.splitlines()[-1].split()
    return int(used), int(code), done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="other systems count memory in other units")
@pytest.mark.parametrize("way", ["file", "device", "standard input"])
def test_a_line_without_end_takes_no_memory(way: str, tmp_path: Path) -> None:
    with open(tmp_path / "all.ndjson", "wb") as file:
        file.truncate(300_000_000)  # of holes: it takes no room
        file.seek(0, os.SEEK_END)
        file.write(f"\n{BAD}\n".encode())
    small = memory("check", "--ndjson", "-", cwd=tmp_path)[0]
    if way == "file":
        used, code, said = memory("check", "--ndjson", "all.ndjson", cwd=tmp_path)
        assert said == "ecslint: all.ndjson:1: larger than 5 MiB, the most that ecslint reads\n"
    elif way == "device":
        used, code, said = memory("check", "--ndjson", "/dev/zero", cwd=tmp_path)
        assert said == "ecslint: /dev/zero: neither a regular file nor a pipe\n"
    else:
        used, code, said = memory("check", "--ndjson", "-", cwd=tmp_path, stdin=Path("/dev/zero"))
        assert said == (
            "ecslint: <stdin>:1: larger than 5 MiB, the most that ecslint reads\n"
            "ecslint: <stdin>: a line is longer than 1 GiB; nothing behind it was read\n"
        )
    assert (code, used < small + 40) == (2, True), (small, used)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems count memory in other units")
def test_lines_that_are_no_ecs_take_no_memory(tmp_path: Path) -> None:
    sizes = []
    for count in (10, 100_000):
        (tmp_path / "all.ndjson").write_text('{"name": "x"}\n' * count)
        sizes.append(memory("check", "--ndjson", "-q", "all.ndjson", cwd=tmp_path)[0])
    assert sizes[1] - sizes[0] < 10, sizes


# --- standard input ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", [[], ["--unsafe-fixes"], ["--diff"], ["--check"]], ids=" ".join)
@pytest.mark.parametrize("excluded", [False, True])
@pytest.mark.parametrize(
    "raw",
    [
        TEXT.encode("utf-16"),
        TEXT.replace("web", "wéb").encode("latin-1"),
        b"\xef\xbb\xbf\xff" + TEXT.encode(),
        LARGE,
        LARGE_ECS + b"\xff" * 200_000,
        b'{"name": "x"}',
        b"\0\r\n\xed\xa0\x80",
    ],
    ids=["utf-16", "latin-1", "mark", "large", "larger", "foreign", "odd"],
)
def test_standard_input_that_is_not_mended_passes_through(
    raw: bytes, excluded: bool, mode: list[str], tmp_path: Path
) -> None:
    if excluded:
        (tmp_path / ".ecslint.yaml").write_text("exclude: [td.json]\n")
    words = [sys.executable, "-m", "ecslint", "fix", *mode, "-", "--stdin-filename", "td.json"]
    done = subprocess.run(words, cwd=tmp_path, input=raw, capture_output=True, check=False)
    assert done.stdout == (b"" if mode in (["--diff"], ["--check"]) else raw)
    assert done.stderr.startswith(b"ecslint: td.json")
    assert done.returncode == (3 if excluded or raw == b'{"name": "x"}' else 2)


WATCHED = """
import os, sys
writes = []
CHANGING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
def watch(event, arguments):
    if event in ("os.rename", "os.remove", "os.truncate", "os.chmod", "os.link", "os.symlink"):
        writes.append((event, arguments))
    elif event == "open" and isinstance(arguments[0], str) and arguments[2] & CHANGING:
        writes.append((event, arguments))
sys.addaudithook(watch)
from ecslint.cli import run
for mode in ([], ["--diff"], ["--check"], ["--unsafe-fixes"]):
    run(["fix", *mode, *sys.argv[1:]])
sys.stdout.flush()
print("writes:", writes, file=sys.stderr)
"""


def test_a_file_with_nothing_to_mend_is_never_opened_for_writing(tmp_path: Path) -> None:
    texts = {
        "good.json": GOOD.encode(),
        "mended.json": MENDED.encode(),
        "mended.yaml": b"\xef\xbb\xbffamily: web\r\ncontainerDefinitions: []\r\n",
        "foreign.json": b'{"name": "x"}',
        "half.json": b'{"containerDefinitions": [',
        "latin-1.yaml": b"family: caf\xe9\ncontainerDefinitions: [{memory: '1'}]\n",
        "utf-16.json": TEXT.encode("utf-16"),
    }
    for name, raw in texts.items():
        (tmp_path / name).write_bytes(raw)
    for named in (["."], list(texts)):
        done = subprocess.run(
            [sys.executable, "-c", WATCHED, *named], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        assert done.stderr.splitlines()[-1] == "writes: []"
    assert {name: (tmp_path / name).read_bytes() for name in texts} == texts


# --- links ----------------------------------------------------------------------------------------------


@posix
@pytest.mark.parametrize("mode", [[], ["--diff"], ["--check"], ["--unsafe-fixes"]], ids=" ".join)
def test_nothing_is_written_through_a_link_out_of_the_folder(mode: list[str], tmp_path: Path) -> None:
    (tmp_path / "outside.json").write_text(TEXT)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link.json").symlink_to("../outside.json")
    (tmp_path / "in" / "td.json").write_text(TEXT)
    done = ecslint("fix", *mode, "in", cwd=tmp_path)
    said = "in/link.json is left as it was: a link that leads out of the folder; name it to fix its file\n"
    assert (done.returncode, "\necslint: " + said in done.stderr) == (2, True), done.stderr
    assert (tmp_path / "outside.json").read_text() == TEXT
    assert "outside" not in done.stdout
    written = mode in ([], ["--unsafe-fixes"])
    assert (tmp_path / "in" / "td.json").read_text() == (MENDED if written else TEXT)
    (tmp_path / "outside.json").write_text(MENDED)  # then there is nothing to write, and nothing to say
    assert ecslint("fix", *mode, "in", cwd=tmp_path).returncode == int(not written)


@posix
def test_a_link_that_is_named_is_followed_and_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "outside.json").write_text(TEXT)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link.json").symlink_to("../outside.json")
    said = "ecslint: link.json: a link to ../outside.json, where the fixes are made\n"
    done = ecslint("fix", "--diff", "link.json", cwd=tmp_path / "in")
    assert (done.returncode, done.stderr.startswith(said)) == (1, True)
    assert "\n--- a/../outside.json\n" in done.stdout
    for allowed in ([], ["--allow-foreign"]):
        (tmp_path / "outside.json").write_text(TEXT)
        done = ecslint("fix", "link.json", *allowed, cwd=tmp_path / "in")
        assert (done.returncode, done.stderr.startswith(said)) == (0, True)
        assert (tmp_path / "outside.json").read_text() == MENDED
        assert (tmp_path / "in" / "link.json").is_symlink()
    assert said not in ecslint("fix", "link.json", cwd=tmp_path / "in").stderr  # there is nothing to be done


@posix
@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_what_links_inside_of_a_folder_lead_to_is_mended_once(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "td.json").write_text(TEXT)
    (tmp_path / "a.json").symlink_to("sub/td.json")
    (tmp_path / "b.json").symlink_to("a.json")
    (tmp_path / "hidden").write_text(TEXT)
    (tmp_path / "c.json").symlink_to("hidden")
    (tmp_path / "d.json").symlink_to("hidden")
    done = subprocess.run(
        [sys.executable, "-m", "ecslint", "fix", "--diff", "."], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.decode().endswith("\n2 findings would be fixed in 2 files, 0 left\n"), done.stderr
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=done.stdout, check=True)
    assert [(tmp_path / name).read_text() for name in ("sub/td.json", "hidden")] == [MENDED, MENDED]
    for name in ("sub/td.json", "hidden"):
        (tmp_path / name).write_text(TEXT)
    done_again = ecslint("fix", ".", cwd=tmp_path)
    assert done_again.stderr.endswith("\n2 findings fixed in 2 files, 0 left\n")
    assert [(tmp_path / name).read_text() for name in ("sub/td.json", "hidden")] == [MENDED, MENDED]


@posix
def test_a_file_that_is_named_twice_is_mended_once_and_nothing_is_passed_over_in_silence(tmp_path: Path) -> None:
    (tmp_path / "td.json").write_text(TEXT)
    (tmp_path / "link.json").symlink_to("td.json")
    done = ecslint("fix", "--check", "link.json", "td.json", cwd=tmp_path)
    assert done.stderr == (
        "td.json: would fix ECS013 wrong-type\n"
        "ecslint: link.json: a link to another of the files, skipped\n"
        "1 finding would be fixed in 1 file, 0 left\n"
    )
    assert done.returncode == 1


@posix
def test_a_configuration_that_is_shared_by_a_link_loses_nothing(tmp_path: Path) -> None:
    """What has nothing to suppress in one folder may have something in another."""
    config = "suppress:\n  - {files: 'td.json', rule: ECS013, reason: known}\n"
    (tmp_path / ".git").mkdir()
    (tmp_path / "shared.yaml").write_text(config)
    for name, text in (("a", GOOD), ("b", BAD)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "td.json").write_text(text)
        (tmp_path / name / ".ecslint.yaml").symlink_to("../shared.yaml")
    done = ecslint("fix", "a", cwd=tmp_path)
    assert "a/.ecslint.yaml:2:" in done.stderr
    assert "(not fixed: a link that leads out of the folder)" in done.stderr
    assert (tmp_path / "shared.yaml").read_text() == config


def test_a_configuration_that_has_changed_meanwhile_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = "suppress:\n  - {files: 'td.json', rule: ECS013, reason: known}\n"
    newer = "# somebody has just added this\n" + config
    (tmp_path / ".ecslint.yaml").write_text(config)
    (tmp_path / "td.json").write_text(GOOD)
    monkeypatch.chdir(tmp_path)
    mend = mending.Run.file

    def change(self: mending.Run, name: str, file: str, named: bool, settings: Settings) -> Mended | None:
        (tmp_path / ".ecslint.yaml").write_text(newer)
        return mend(self, name, file, named, settings)

    with monkeypatch.context() as patch:
        patch.setattr(mending.Run, "file", change)
        run(["fix", "."])
    assert (tmp_path / ".ecslint.yaml").read_text() == newer
    assert "it has changed since it was read; run ecslint again" in capsys.readouterr().err
    run(["fix", "."])
    assert (tmp_path / ".ecslint.yaml").read_text() != newer


@posix
def test_check_judges_a_file_by_each_of_its_names(tmp_path: Path) -> None:
    """The configuration of each name counts, so none of them is passed over."""
    (tmp_path / "legacy").mkdir()
    (tmp_path / "legacy" / "td.json").write_text(BAD)
    (tmp_path / "link.json").symlink_to("legacy/td.json")
    assert ecslint("check", ".", cwd=tmp_path).stdout.count("error[ECS013]") == 2
    (tmp_path / ".ecslint.yaml").write_text("exclude: [legacy/]\n")
    done = ecslint("check", ".", cwd=tmp_path)
    assert (done.returncode, done.stdout.count("--> link.json:1:93 ")) == (1, 1)
    assert ecslint("fix", ".", cwd=tmp_path).returncode == 0
    assert json.loads((tmp_path / "legacy" / "td.json").read_text())["containerDefinitions"][0]["memory"] == 128


def test_every_way_to_read_is_bounded(tmp_path: Path) -> None:
    """The configuration, its baseline, its policies, and what `deploy-path` is read from."""
    (tmp_path / "td.json").write_text(GOOD)
    large = b"#" * (reading.MAX_BYTES + 1)
    for name, config in (
        (".ecslint.yaml", None),
        ("known.json", "baseline: known.json\n"),
        ("rule.yaml", "rules: [rule.yaml]\n"),
    ):
        if config is not None:
            (tmp_path / ".ecslint.yaml").write_text(config)
        (tmp_path / name).write_bytes(large)
        done = ecslint("check", "td.json", cwd=tmp_path)
        assert done.returncode == 2, name
        assert f"{name}: larger than 5 MiB, the most that ecslint reads" in done.stderr, done.stderr
        (tmp_path / name).unlink()


def test_the_bytes_of_a_large_foreign_file_are_not_kept(tmp_path: Path) -> None:
    file = tmp_path / "large.json"
    file.write_bytes(LARGE)
    assert api.read(str(file), named=False) is None
    with pytest.raises(reading.TooLarge):
        api.read(str(file), named=True)
