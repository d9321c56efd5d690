"""What build servers do to a command: every format, odd surroundings, signals, full disks, exit codes."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from ecslint.cli import output, run
from ecslint.cli.words import BARS, FORMATS
from ecslint.ruleset.bundle import Ruleset
from tests.cli.test_check import BAD, GOOD, WARNS, ecslint
from tests.workers import is_alive

Tally = Callable[[str, int, int], None]

COMMAND = [sys.executable, "-m", "ecslint"]
NO_SPACE = "No space left on device"

#: Members that make a finding each, and hold values that nobody may see.
SECRET = "tok3n-9f8e7d"  # noqa: S105 - made up
LEAKS = {
    "environment": [{"name": "A", "value": SECRET}],
    "enviroment": SECRET,
    "command": [SECRET, 1],
    "entryPoint": SECRET,
    "dockerLabels": {"a": SECRET, "b": 1},
    "healthCheck": {"command": ["CMD", SECRET], "interval": "x"},
    "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": SECRET, "token": SECRET}},
    "secrets": [{"name": "B", "valueFrom": SECRET, "value": SECRET}],
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with findings of all severities, in odd names, in JSON and YAML, and things that are no ECS."""
    root = tmp_path_factory.mktemp("tree")
    (root / ".git").mkdir()
    (root / "sub" / "deep").mkdir(parents=True)
    (root / "bad.json").write_text(BAD)
    (root / "sub" / "warns #1.json").write_text(WARNS)
    (root / "sub" / "deep" / "wéb,1.yaml").write_text(
        "family: w\u00e9b\ncontainerDefinitions: [{name: a, image: b, prot: 1}]\n", encoding="utf-8"
    )
    (root / "sub" / "broken.json").write_text('{"family": "web", "containerDefinitions": [')
    (root / "package.json").write_text('{"name": "x", "version": "1.0.0"}')
    return root


# --- determinism ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FORMATS)
def test_surroundings_change_no_byte(kind: str, tree: Path, tally: Tally) -> None:
    """The number of processes, the hash seed, the locale, the time zone and the terminal."""

    def report(jobs: int, **env: str) -> tuple[bytes, int]:
        words = [*COMMAND, "check", ".", "--jobs", str(jobs), "--output-format", kind]
        done = subprocess.run(
            words, cwd=tree, env={**os.environ, "NO_COLOR": "1", **env}, capture_output=True, check=False
        )
        assert done.stderr == b""
        return done.stdout, done.returncode

    first = report(1, PYTHONHASHSEED="0")
    assert first[1] == 1
    assert len(first[0]) > 100
    others = [
        report(2, PYTHONHASHSEED="1", LC_ALL="C"),
        report(3, PYTHONHASHSEED="2", LANG="de_DE.UTF-8", LC_ALL="", TZ="Asia/Tokyo", COLUMNS="20", TERM="dumb"),
    ]
    if kind not in ("full", "concise"):  # these follow the terminal
        others.append(report(1, PYTHONIOENCODING="ascii"))
    tally("same bytes: processes, hash seed, locale, time zone, terminal", len(others), sum(o != first for o in others))
    assert others == [first] * len(others)


@pytest.mark.parametrize("kind", FORMATS)
def test_the_working_directory_changes_no_byte(kind: str, tree: Path, tmp_path: Path, tally: Tally) -> None:
    by_path = kind in ("sarif", "gitlab", "github")  # paths start from the repository of the working directory
    folders = [tree, tree / "sub", tree / "sub" / "deep", *([] if by_path else [tmp_path, Path("/")])]
    first, *others = [ecslint("check", tree, "--output-format", kind, cwd=folder).stdout for folder in folders]
    tally("same bytes: working directory", len(others), sum(other != first for other in others))
    assert others == [first] * len(others)
    assert len(first) > 100


def test_paths_are_those_of_the_repository(tree: Path) -> None:
    for folder, name in ((tree, "."), (tree / "sub", ".."), (tree / "sub" / "deep", str(tree))):
        sarif = json.loads(ecslint("check", name, "--output-format", "sarif", cwd=folder).stdout)
        uris = {r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in sarif["runs"][0]["results"]}
        assert uris == {"bad.json", "sub/warns%20%231.json", "sub/deep/w%C3%A9b,1.yaml", "sub/broken.json"}
        gitlab = json.loads(ecslint("check", name, "--output-format", "gitlab", cwd=folder).stdout)
        assert {found["location"]["path"] for found in gitlab} == {
            "bad.json",
            "sub/warns #1.json",
            "sub/deep/wéb,1.yaml",
            "sub/broken.json",
        }
        github = ecslint("check", name, "--output-format", "github", cwd=folder).stdout
        assert "file=sub/deep/wéb%2C1.yaml," in github


# --- several reports, and where they go -------------------------------------------------------------


def test_all_formats_in_one_run_are_what_they_are_alone(tree: Path, tmp_path: Path) -> None:
    options = [f"--output-format={kind}:{tmp_path / kind}" for kind in FORMATS]
    done = ecslint("check", ".", *options, "--output-format=concise", cwd=tree)
    assert done.stdout == (tmp_path / "concise").read_text(encoding="utf-8")
    for kind in FORMATS:
        alone = ecslint("check", ".", "--output-format", kind, cwd=tree).stdout
        assert (tmp_path / kind).read_text(encoding="utf-8") == alone, kind


def test_a_report_replaces_no_file_that_is_checked(tmp_path: Path) -> None:
    (tmp_path / "td.json").write_text(BAD)
    (tmp_path / "link.json").symlink_to("td.json")
    for target in ("td.json", "./td.json", "link.json", "gone/../td.json"):
        done = ecslint("check", "td.json", "--output-format", f"json:{target}", cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == f"ecslint: {target} is checked, so no report may be written over it\n"
    assert (tmp_path / "td.json").read_text() == BAD


def test_a_report_goes_through_a_link_and_keeps_the_mode(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "real.sarif").write_text("old")
    (tmp_path / "real.sarif").chmod(0o640)
    (tmp_path / "link.sarif").symlink_to("real.sarif")
    assert ecslint("check", ".", "--output-format", f"sarif:{tmp_path / 'link.sarif'}", cwd=tree).returncode == 1
    assert (tmp_path / "link.sarif").is_symlink()
    assert json.loads((tmp_path / "real.sarif").read_text())["version"] == "2.1.0"
    assert (tmp_path / "real.sarif").stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.sarif", "real.sarif"]


def test_what_is_planted_beside_a_report_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Links under all names that a temporary file might have, as far as they can be foreseen."""
    (tmp_path / "precious").write_text("old")
    (tmp_path / "out.txt").write_text("old report")
    for name in ("out.txt.tmp", f"out.txt.{os.getpid()}.tmp", f".ecslint-{bytes(8).hex()}.tmp"):
        (tmp_path / name).symlink_to("precious")
    output.write("report", str(tmp_path / "out.txt"))
    assert (tmp_path / "out.txt").read_text() == "report"
    monkeypatch.setattr(os, "urandom", bytes)  # somebody has guessed it after all
    with pytest.raises(output.Trouble, match="File exists"):
        output.write("another", str(tmp_path / "out.txt"))
    assert ((tmp_path / "out.txt").read_text(), (tmp_path / "precious").read_text()) == ("report", "old")


@pytest.mark.parametrize("mask", [0o022, 0o077])
def test_a_new_report_has_the_mode_of_new_files(mask: int, tmp_path: Path) -> None:
    before = os.umask(mask)
    try:
        output.write("report", str(tmp_path / "out.txt"))
    finally:
        os.umask(before)
    assert (tmp_path / "out.txt").stat().st_mode & 0o777 == 0o666 & ~mask


def test_a_device_or_a_pipe_is_written_to_and_not_replaced(tree: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with subprocess.Popen(["cat", tmp_path / "pipe"], stdout=subprocess.PIPE, text=True) as reader:
        done = ecslint("check", ".", "--output-format", f"gitlab:{tmp_path / 'pipe'}", cwd=tree)
        assert reader.stdout is not None
        read = reader.stdout.read()
    assert (done.returncode, len(json.loads(read)) > 3) == (1, True)
    assert (tmp_path / "pipe").is_fifo()
    assert ecslint("check", ".", "--output-format", f"sarif:{os.devnull}", cwd=tree).returncode == 1
    assert Path(os.devnull).is_char_device()


# --- faults of the surroundings ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("many")
    for number in range(3000):
        (root / f"{number}.json").write_text(BAD)
    return root


@pytest.mark.parametrize("kind", FORMATS)
def test_a_reader_that_goes_away_is_no_error(kind: str, tmp_path: Path, tally: Tally) -> None:
    for number in range(200):
        (tmp_path / f"{number}.json").write_text(BAD)
    command = f"{' '.join(COMMAND)} . --output-format {kind} | head -c 1 >/dev/null; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    tally("readers that go away", 1, (done.stdout.strip(), done.stderr) != ("1", ""))
    assert (done.stdout.strip(), done.stderr) == ("1", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("kind", FORMATS)
def test_a_full_disk_is_told(kind: str, tree: Path, tally: Tally) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*COMMAND, ".", "--output-format", kind],
            cwd=tree,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    outcomes = [(done.returncode, done.stderr)]
    done = ecslint(".", "--output-format", f"{kind}:/dev/full", cwd=tree)
    outcomes.append((done.returncode, done.stderr))
    expected = [(2, f"ecslint: cannot write {where}: {NO_SPACE}\n") for where in ("to standard output", "/dev/full")]
    tally("disks that are full", 2, sum(one != other for one, other in zip(outcomes, expected, strict=True)))
    assert outcomes == expected


@pytest.mark.parametrize("error", [OSError(28, NO_SPACE), KeyboardInterrupt(), SystemExit(143)])
def test_half_a_report_is_never_found(error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(descriptor: int, rest: memoryview) -> int:
        if len(rest) < 5:
            raise error
        return write(descriptor, rest[:5])

    (tmp_path / "out.json").write_text("old")
    write = os.write
    monkeypatch.setattr(os, "write", half)
    with pytest.raises(output.Trouble if isinstance(error, OSError) else type(error)):
        output.write("new report.", str(tmp_path / "out.json"))
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]
    assert (tmp_path / "out.json").read_text() == "old"


SIGNALS = {signal.SIGINT: 130, signal.SIGTERM: 143}


@pytest.mark.parametrize("kind", list(SIGNALS))
def test_a_signal_while_waiting_for_input_ends_the_run(kind: signal.Signals, tmp_path: Path, tally: Tally) -> None:
    words = [*COMMAND, "check", "-", "--ndjson", "--output-format", "json-lines"]
    with subprocess.Popen(
        words,
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{BAD}\n".encode())
        process.stdin.flush()
        assert process.stdout.readline().startswith(b"{")  # it is at work
        process.send_signal(kind)
        code = process.wait(timeout=20)
        tally("signals", 1, code != SIGNALS[kind])
        assert code == SIGNALS[kind]
        assert process.stderr is not None
        assert process.stderr.read().strip() == b""


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("kind", list(SIGNALS))
def test_a_signal_in_the_middle_leaves_no_report_and_no_process(
    kind: signal.Signals, jobs: str, many: Path, tmp_path: Path, tally: Tally
) -> None:
    words = [*COMMAND, "check", many, "-v", "--jobs", jobs, "--output-format", f"sarif:{tmp_path / 'out.sarif'}"]
    with subprocess.Popen(
        words,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        start_new_session=True,
    ) as process:
        assert process.stderr is not None
        assert b"configuration" in process.stderr.readline()
        assert b"checked" in process.stderr.readline()  # it is at work
        process.send_signal(kind)
        said = process.stderr.read()  # ends when no process is left that could write
        code = process.wait(timeout=20)
    tally("signals", 1, code != SIGNALS[kind] or any(tmp_path.iterdir()) or b"Traceback" in said)
    assert code == SIGNALS[kind]
    assert b"Traceback" not in said
    assert list(tmp_path.iterdir()) == []
    assert not is_left(process.pid)


@pytest.mark.parametrize("kind", list(SIGNALS))
def test_a_signal_at_any_instant_after_the_start_leaves_no_process(
    kind: signal.Signals, many: Path, tally: Tally
) -> None:
    bad = []
    for hundredth in range(1, 40, 2):
        with subprocess.Popen(
            [*COMMAND, "check", many, "-q", "--jobs", "2"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
            start_new_session=True,
        ) as process:
            time.sleep(hundredth / 100)
            process.send_signal(kind)
            said, code = process.communicate(timeout=60)[1], process.returncode
        # The last of them: Python drops an interrupt that arrives while it tidies up after an import.
        starting = (
            *(b"import the site module", b"import runpy module", b"Fatal Python error: init_"),
            b"Exception ignored in: <function _get_module_lock",
        )
        early = code == -kind or any(sign in said for sign in starting)  # Python itself was still starting
        if (code not in (SIGNALS[kind], 1) and not early) or (said and not early) or is_left(process.pid):
            bad.append((hundredth, code, said))
    tally("signals at instants after the start of two processes", 20, len(bad))
    assert bad == []


def is_left(group: int) -> bool:
    """Whether a process of a group is left after a while."""
    deadline = time.monotonic() + 10
    while is_alive(group) and time.monotonic() < deadline:
        time.sleep(0.01)
    return is_alive(group)


# --- what may not come out --------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FORMATS)
def test_no_format_shows_a_value(kind: str, tmp_path: Path) -> None:
    document = json.loads(BAD)
    document["containerDefinitions"][0].update(LEAKS)
    (tmp_path / "td.json").write_text(json.dumps(document, indent=1))
    done = ecslint("td.json", "--output-format", kind, "--profile", "strict", "-v", cwd=tmp_path)
    assert done.returncode == 1
    assert SECRET not in done.stdout + done.stderr


NAMES = ["a\n::error::x.json", "esc\x1b[31m.json", "bidi\u202e.json", "##[error]x.json", "::stop-commands::x.json"]
NAMES.append("-dash.json")


@pytest.mark.parametrize("kind", FORMATS)
def test_no_format_lets_a_file_command_the_build_server(kind: str, tmp_path: Path) -> None:
    for name in NAMES:
        document = {"family": name, "containerDefinitions": [{"name": name, "image": name, name: name, "memory": name}]}
        (tmp_path / name).write_text(json.dumps(document))
    done = ecslint("check", "--output-format", kind, "--", *NAMES, "missing\n::error::y", cwd=tmp_path)
    assert done.returncode == 2
    for line in (done.stdout + done.stderr).split("\n"):
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2028\u2029]|##\[|##vso\[", line)
        if line.lstrip().startswith("::"):
            assert kind == "github"
            assert re.match(r"::(error|warning|notice) (file=[^,:]+|title=ecslint)(,[a-zA-Z]+=[^,:]+)*::", line)


# --- exit codes -------------------------------------------------------------------------------------

#: A file, options that set the weight of its finding, and that weight.
CONTENTS = {
    "clean": (GOOD, [], None),
    "info": (WARNS, ["--severity", "null-value=info"], "info"),
    "warning": (WARNS, ["--severity", "null-value=warning"], "warning"),
    "error": (BAD, [], "error"),
    "broken": ('{"family": "web", "containerDefinitions": [', [], "error"),
    "nothing": ('{"name": "x"}', [], None),
}


SEVERITIES = ("never", "error", "warning", "info")


def fails(severity: str | None, bar: str) -> bool:
    """What the table of exit codes in the README says about a finding and ``--fail-on``."""
    return severity is not None and bar != "never" and SEVERITIES.index(severity) <= SEVERITIES.index(bar)


def broken_rule(*_: object) -> list[tuple[int, tuple[()], Exception]]:
    """What a rule that raises leaves behind."""
    return [(0, (), ValueError("a mistake in a rule"))]


@pytest.mark.parametrize("content", CONTENTS)
def test_exit_codes_of_all_combinations(
    content: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tally: Tally
) -> None:
    text, options, severity = CONTENTS[content]
    (tmp_path / "td.json").write_text(text)
    wrong, tried = [], 0
    for bar, exit_zero, missing, internal in product(BARS, [[], ["--exit-zero"]], [False, True], [False, True]):
        words = ["check", str(tmp_path / "td.json"), *options, "--fail-on", bar, *exit_zero]
        words += [str(tmp_path / "missing.json")] if missing else []
        with monkeypatch.context() as patch:
            if internal:
                patch.setattr(Ruleset, "judge", broken_rule)
            code = run(words)
        judged = content not in ("broken", "nothing")  # no rule is asked about the others
        if missing or (internal and judged):
            expected = 2
        elif content == "nothing":
            expected = 3
        else:
            expected = int(not exit_zero and fails(severity, bar))
        said = capfd.readouterr()
        shown = (severity is not None) == (f"{severity}[" in said.out) or internal
        tried += 1
        if code != expected or ("missing.json" in said.err) != missing or not shown or "Traceback" in said.err:
            wrong.append((words, internal, code, expected))
    tally("exit codes of check", tried, len(wrong))
    assert wrong == []


@pytest.mark.parametrize("content", CONTENTS)
def test_exit_codes_of_fix(content: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], tally: Tally) -> None:
    text, options, severity = CONTENTS[content]
    wrong, tried = [], 0
    modes = ([], ["--check"], ["--diff"], ["--exit-non-zero-on-fix"])
    for bar, mode, missing, rest in product(BARS, modes, [False, True], [False, True]):
        unmended = text.replace("nginx:1.27", "a b") if rest else text  # an error that has no fix
        (tmp_path / "td.json").write_text(unmended)
        words = ["fix", str(tmp_path / "td.json"), *options, "--fail-on", bar, *mode]
        code = run([*words, str(tmp_path / "missing.json")] if missing else words)
        fixable = severity is not None and content != "broken"
        written = fixable and mode in ([], ["--exit-non-zero-on-fix"])
        if missing:
            expected = 2
        elif content == "nothing":
            expected = 3
        else:
            left = (rest or content == "broken") and fails("error", bar)
            expected = int((fixable and mode != []) or (left and mode not in (["--check"], ["--diff"])))
        changed = (tmp_path / "td.json").read_text() != unmended
        tried += 1
        if code != expected or changed != written or "Traceback" in capfd.readouterr().err:
            wrong.append((words, rest, code, expected))
    tally("exit codes of fix", tried, len(wrong))
    assert wrong == []
