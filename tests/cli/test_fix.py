"""``ecslint fix``: exactly the bytes of the fixes change, and whoever cannot be helped hears why."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_check import ecslint

TEXT = '{"family": "web",\n "containerDefinitions": [{"name": "web", "image": "nginx:1.27", "memory": "128"}]}\n'
MENDED = TEXT.replace('"128"', "128")
UNSAFE = TEXT.replace('"image"', '"helthCheck": {"command": ["CMD", "true"]}, "image"').replace('"128"', "128")


def test_beginners_file_is_fixed_in_two_lines(tmp_path: Path) -> None:
    example = Path(__file__).resolve().parents[2] / "examples" / "webserver.json"
    shutil.copy(example, tmp_path)
    patch = ecslint("fix", "--diff", "webserver.json", cwd=tmp_path).stdout
    assert [line[0] for line in patch.splitlines()[3:] if line[0] in "+-"] == ["-", "-", "+", "+"]
    done = ecslint("fix", "webserver.json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (
        0,
        "webserver.json: fixed ECS013 wrong-type (2)\n2 findings fixed in 1 file, 0 left\n",
    )
    assert ecslint("check", "webserver.json", cwd=tmp_path).returncode == 0


def test_what_is_not_written_is_left(tmp_path: Path) -> None:
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text(TEXT)
    (tmp_path / "a.json").chmod(0o444)
    done = ecslint("fix", ".", cwd=tmp_path)
    assert (done.returncode, (tmp_path / "a.json").read_text()) == (2, TEXT)
    assert done.stderr.splitlines()[-1] == "1 finding fixed in 1 file, 1 left"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["", "\n", "\n\n"])
def test_nothing_else_changes(tmp_path: Path, newline: str, start: str, end: str) -> None:
    def dressed(text: str) -> bytes:
        return (start + text.rstrip("\n") + end).replace("\n", newline).encode()

    (tmp_path / "td.json").write_bytes(dressed(TEXT))
    assert ecslint("fix", "td.json", cwd=tmp_path).returncode == 0
    assert (tmp_path / "td.json").read_bytes() == dressed(MENDED)
    again = ecslint("fix", "td.json", cwd=tmp_path)
    assert (again.returncode, again.stderr) == (0, "0 findings fixed in 0 files, 0 left\n")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("name", ["td.json", "with space.json", "deep/ä.json"])
def test_git_takes_the_patch(tmp_path: Path, newline: str, name: str) -> None:
    if shutil.which("git") is None:
        pytest.skip("needs git")
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(TEXT.replace("\n", newline).rstrip().encode())
    done = subprocess.run(
        [sys.executable, "-m", "ecslint", "fix", "--diff", name], cwd=tmp_path, capture_output=True, check=False
    )
    assert (done.returncode, path.read_bytes()) == (1, TEXT.replace("\n", newline).rstrip().encode())
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=done.stdout, check=True)
    assert path.read_bytes() == MENDED.replace("\n", newline).rstrip().encode()


@pytest.mark.parametrize(
    ("words", "code", "written"),
    [
        (["--check"], 1, False),
        (["--diff"], 1, False),
        ([], 0, True),
        (["--exit-non-zero-on-fix"], 1, True),
        (["--ignore", "ECS013"], 0, False),
        (["--select", "ECS010"], 0, False),
    ],
)
def test_exit_codes(tmp_path: Path, words: list[str], code: int, written: bool) -> None:
    (tmp_path / "td.json").write_text(TEXT)
    assert ecslint("fix", *words, "td.json", cwd=tmp_path).returncode == code
    assert (tmp_path / "td.json").read_text() == (MENDED if written else TEXT)


def test_unsafe_fixes_wait_until_they_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / "td.json").write_text(UNSAFE)
    done = ecslint("fix", "td.json", cwd=tmp_path)
    assert (done.returncode, (tmp_path / "td.json").read_text()) == (1, UNSAFE)
    assert "--unsafe-fixes: rename it to `healthCheck`" in done.stderr
    assert "0 findings fixed in 0 files, 1 left, 1 fixable with `--unsafe-fixes`\n" in done.stderr
    assert ecslint("fix", "--unsafe-fixes", "td.json", cwd=tmp_path).returncode == 0
    assert (tmp_path / "td.json").read_text() == UNSAFE.replace("helthCheck", "healthCheck")


def test_suppressed_findings_are_left_alone(tmp_path: Path) -> None:
    memory = "    memory: '128' # ecslint: ignore ECS013\n"
    text = f"family: web\ncontainerDefinitions:\n  - name: web\n    image: nginx:1.27\n{memory}"
    (tmp_path / "td.yaml").write_text(text)
    assert ecslint("fix", "td.yaml", cwd=tmp_path).returncode == 0
    assert (tmp_path / "td.yaml").read_text() == text


def test_yaml_keeps_its_comments(tmp_path: Path) -> None:
    text = "# ours\nfamily: web\ncontainerDefinitions:\n  - {name: web, image: 'nginx:1.27', memory: '128'}  # small\n"
    (tmp_path / "td.yaml").write_text(text)
    assert ecslint("fix", "td.yaml", cwd=tmp_path).returncode == 0
    assert (tmp_path / "td.yaml").read_text() == text.replace("'128'", "128")


@pytest.mark.parametrize("text", [TEXT, MENDED, '{"name": "other"}', "{", ""])
def test_standard_input_comes_out_mended_or_as_it_is(tmp_path: Path, text: str) -> None:
    done = ecslint("fix", "-", stdin=text, cwd=tmp_path)
    assert done.stdout == (MENDED if text == TEXT else text)


def test_standard_input_that_is_excluded_comes_out_as_it_is(tmp_path: Path) -> None:
    (tmp_path / ".ecslint.yaml").write_text("exclude: [td.json]\n")
    done = ecslint("fix", "-", "--stdin-filename", "td.json", cwd=tmp_path, stdin=TEXT)
    assert done.stdout == TEXT
    assert "excluded" in done.stderr


def test_what_cannot_be_mended_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    for name in ("a.json", "linked.json", "z.json"):
        (tmp_path / name).write_text(TEXT)
    os.link(tmp_path / "linked.json", tmp_path / "other")
    (tmp_path / "broken.json").write_text('{"containerDefinitions": [')
    done = ecslint("fix", "missing.json", "linked.json", "broken.json", "a.json", "z.json", cwd=tmp_path)
    assert done.returncode == 2
    assert "ecslint: missing.json: No such file" in done.stderr
    assert "linked.json is left as it was: " in done.stderr
    assert "broken.json" in done.stderr
    assert (tmp_path / "linked.json").read_text() == TEXT
    assert [(tmp_path / name).read_text() for name in ("a.json", "z.json")] == [MENDED, MENDED]


def test_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "td.json").write_text(TEXT)
    (tmp_path / "link.json").symlink_to("td.json")
    assert ecslint("fix", "link.json", cwd=tmp_path).returncode == 0
    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "td.json").read_text() == MENDED


def test_nothing_to_mend_is_no_success(tmp_path: Path) -> None:
    assert ecslint("fix", ".", cwd=tmp_path).returncode == 3


def test_fix_that_would_bring_an_error_says_which(tmp_path: Path) -> None:
    logged = TEXT.replace('"128"', '128, "logConfiguration": {"logDriver": "awsLogs"}').replace(
        '"web",\n',
        '"web", "cpu": "256", "memory": "512", "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc",\n',
    )
    (tmp_path / "td.json").write_text(logged)
    done = ecslint("fix", "--unsafe-fixes", "td.json", cwd=tmp_path)
    assert (done.returncode, (tmp_path / "td.json").read_text()) == (1, logged)
    assert re.search(r"error\[ECS504\] .* \(not fixed: then there would be ECS\d+: .*options.*\)\n", done.stderr)
    assert ecslint("fix", "--unsafe-fixes", "td.json", cwd=tmp_path).stderr == done.stderr


# --- suppressions that are of no use ----------------------------------------------------------------

REASON = "-- our script turns it into a number"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"    memory: 128 # ecslint: ignore ECS013 {REASON}\n", "    memory: 128\n"),
        (f"    # ecslint: ignore ECS013 {REASON}\n    memory: 128\n", "    memory: 128\n"),
        (f"    memory: 128\n    # ecslint: ignore ECS013 {REASON}", "    memory: 128\n"),
        (
            f'    memory: "128" # ecslint: ignore ECS711, ECS013 {REASON}\n',
            f'    memory: "128" # ecslint: ignore ECS013 {REASON}\n',
        ),
        (
            f'    memory: "128" # ecslint: ignore ECS013 ECS711 {REASON}\n',
            f'    memory: "128" # ecslint: ignore ECS013 {REASON}\n',
        ),
        (
            f'    memory: "128" # ecslint: ignore ECS711 , ECS013,ECS403 {REASON}\n',
            f'    memory: "128" # ecslint: ignore ECS013 {REASON}\n',
        ),
        (
            f'    memory: "128" # ecslint: ignore ECS013, no-such-rule, ECS711 {REASON}\n',
            f'    memory: "128" # ecslint: ignore ECS013, no-such-rule {REASON}\n',
        ),
        (
            f'    memory: 128\n    dockerLabels: {{team: a, ecslint.ignore: "ECS013 {REASON}"}}\n',
            "    memory: 128\n    dockerLabels: {team: a}\n",
        ),
        (
            f'    memory: "128"\n    dockerLabels: {{ecslint.ignore: "ECS711 wrong-type {REASON}"}}\n',
            f'    memory: "128"\n    dockerLabels: {{ecslint.ignore: "wrong-type {REASON}"}}\n',
        ),
        (f"    memory: 128\ntags: [{{key: ecslint:ignore, value: ECS013 {REASON}}}]\n", "    memory: 128\n"),
        (
            f"    memory: 128\ntags: [{{key: a, value: b}}, {{key: ecslint:ignore, value: ECS013 {REASON}}}]\n",
            "    memory: 128\ntags: [{key: a, value: b}]\n",
        ),
        (f"    memory: 128 # ecslint: ignore ECS711 until 2020-01-01 {REASON}\n", "    memory: 128\n"),
        (f'    memory: "128" # ecslint: ignore ECS013 {REASON}\n', None),
        (f"    memory: 128 # ecslint: ignore ECS013 {REASON} # see\n", "    memory: 128\n"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_suppressions_of_no_use_go(tmp_path: Path, before: str, after: str | None, newline: str) -> None:
    head = "family: web\nrequiresCompatibilities: [EC2]\ncontainerDefinitions:\n  - name: web\n    image: nginx:1.27\n"
    file = tmp_path / "td.yaml"
    file.write_bytes((head + before).replace("\n", newline).encode())
    done = ecslint("fix", "td.yaml", cwd=tmp_path)
    wanted = head + (before if after is None else after)
    assert file.read_bytes().decode() == wanted.replace("\n", newline)
    assert re.findall(r" in \d files?, (\d) left$", done.stderr, re.M) == ["1" if "no-such-rule" in before else "0"]


CONFIGURATION = """\
# what we accept
suppress:
  - files: a/td.json # for the old service
    rule: ECS013
    reason: our script turns it into a number
  - {files: a/td.json, rule: ECS711, reason: reads the host's sensors}
  - files: a/td.json
    rule: ECS403
    until: 2020-01-01
    reason: until the move
fail-on: warning
"""


def test_entries_of_a_configuration_that_are_of_no_use_go(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "td.json").write_text(TEXT)
    config = tmp_path / ".ecslint.yaml"
    config.write_text(CONFIGURATION)
    assert ecslint("fix", "--check", ".", cwd=tmp_path).returncode == 1
    assert config.read_text() == CONFIGURATION
    done = ecslint("fix", ".", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (
        0,
        ".ecslint.yaml: fixed ECS060 unused-suppression, ECS061 expired-suppression\n"
        "2 findings fixed in 1 file, 0 left\n"
        "1 suppressed finding left alone (1 by the configuration); `--no-suppressions` fixes it, too\n"
        "`git diff` shows what has changed\n",
    )
    kept = CONFIGURATION.splitlines(keepends=True)
    assert config.read_text() == "".join(kept[:5] + kept[10:])
    assert (tmp_path / "a" / "td.json").read_text() == TEXT


def test_a_configuration_without_entries_of_use_keeps_the_rest(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "td.json").write_text(MENDED)
    config = tmp_path / ".ecslint.yaml"
    config.write_text(CONFIGURATION.replace("a/td.json", "/td.json"))
    assert ecslint("fix", ".", cwd=tmp_path).returncode == 0
    assert config.read_text() == "# what we accept\nfail-on: warning\n"
    shown = ecslint(".", cwd=tmp_path)
    assert (shown.returncode, shown.stdout) == (0, "no findings in 1 file\n")


def test_entries_of_other_files_stay(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "td.json").write_text(MENDED)
    config = tmp_path / ".ecslint.yaml"
    config.write_text(CONFIGURATION)
    assert ecslint("fix", "td.json", cwd=tmp_path).returncode == 0
    assert config.read_text() == CONFIGURATION


TOLD = '{"family": "web",\n "containerDefinitions": [{"name": "web", "image": "nginx:1.27",\n  "memory": "128",\n\
  "environment": [{"name": "PW", "value": "s3cr3t"}]}]}\n'
MASKED = "ecslint: values are masked, so the patch does not apply; --show-values prints it as it is\n"


def test_patch_masks_values_and_says_that_it_does_not_apply(tmp_path: Path) -> None:
    (tmp_path / "td.json").write_text(TOLD)
    done = ecslint("fix", "--diff", "td.json", cwd=tmp_path)
    assert "s3cr3t" not in done.stdout + done.stderr
    assert '   "environment": [{"name": "PW", "value": "•••"}]}]}\n' in done.stdout
    assert '-  "memory": "128",\n+  "memory": 128,\n' in done.stdout
    assert MASKED in done.stderr
    assert (tmp_path / "td.json").read_text() == TOLD


def test_show_values_gives_a_patch_that_git_takes(tmp_path: Path) -> None:
    (tmp_path / "td.json").write_text(TOLD)
    done = ecslint("fix", "--diff", "--show-values", "td.json", cwd=tmp_path)
    assert "masked" not in done.stderr
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=done.stdout, text=True, check=True)
    assert (tmp_path / "td.json").read_text() == TOLD.replace('"128"', "128")


def test_values_far_from_the_change_leave_a_patch_whole(tmp_path: Path) -> None:
    (tmp_path / "td.json").write_text(TOLD.replace('"environment"', '\n\n\n\n"environment"'))
    done = ecslint("fix", "--diff", "td.json", cwd=tmp_path)
    assert done.stderr == "td.json: would fix ECS013 wrong-type\n1 finding would be fixed in 1 file, 0 left\n"
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=done.stdout, text=True, check=True)


USAGE = "Usage: ecslint fix [OPTIONS] [PATHS]...\n"


def test_show_values_without_diff_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "td.json").write_text(TOLD)
    done = ecslint("fix", "--show-values", "td.json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (2, f"{USAGE}ecslint: --show-values is for the patch of --diff\n")
    assert (tmp_path / "td.json").read_text() == TOLD


# --- what is said, and how to look ----------------------------------------------------------------------

NULLS = TEXT.replace('"128"', '"128", "cpu": null, "hostname": "a", "user": null')


@pytest.mark.parametrize(("mode", "done"), [([], "fixed"), (["--diff"], "would fix"), (["--check"], "would fix")])
def test_each_file_is_named_with_the_rules_that_were_fixed(tmp_path: Path, mode: list[str], done: str) -> None:
    (tmp_path / "a.json").write_text(NULLS.replace(": null", ': "64"', 1))
    (tmp_path / "b.json").write_text(MENDED)
    (tmp_path / "c.json").write_text(TEXT)
    said = ecslint("fix", *mode, ".", cwd=tmp_path).stderr.splitlines()
    assert said[:2] == [
        f"a.json: {done} ECS013 wrong-type (2), ECS022 null-value",
        f"c.json: {done} ECS013 wrong-type",
    ]
    assert len(said) == 3
    assert ecslint("fix", *mode, "-q", ".", cwd=tmp_path).stderr == ""


def test_git_diff_is_named_where_it_shows_something(tmp_path: Path) -> None:
    hint = "`git diff` shows what has changed\n"
    (tmp_path / "inner" / ".git").mkdir(parents=True)
    inner = tmp_path / "inner" / "td.json"
    outer = tmp_path / "td.json"
    outer.write_text(TEXT)
    assert hint not in ecslint("fix", "td.json", cwd=tmp_path).stderr
    for mode, told in (("--check", False), ("--diff", False), ("-q", False), ("", True)):
        inner.write_text(TEXT)
        done = ecslint("fix", *filter(None, [mode]), "td.json", cwd=inner.parent)
        assert done.stderr.endswith(hint) == told
    assert hint not in ecslint("fix", "td.json", cwd=inner.parent).stderr  # nothing has changed
    outer.write_text(TEXT)
    assert hint not in ecslint("fix", "../td.json", cwd=inner.parent).stderr
    assert outer.read_text() == MENDED
    assert hint not in ecslint("fix", "-", cwd=inner.parent, stdin=TEXT).stderr


def test_what_a_baseline_knows_is_said_and_fixed_on_request(tmp_path: Path) -> None:
    (tmp_path / "td.json").write_text(NULLS)
    (tmp_path / ".ecslint.yaml").write_text("baseline: .ecslint-baseline.json\n")
    assert ecslint("baseline", "create", cwd=tmp_path).returncode == 0
    done = ecslint("fix", cwd=tmp_path)
    assert (done.returncode, (tmp_path / "td.json").read_text()) == (0, NULLS)
    assert done.stderr == (
        "0 findings fixed in 0 files, 0 left\n"
        "3 suppressed findings left alone (3 by the baseline); `--no-suppressions` fixes them, too\n"
    )
    assert ecslint("fix", "-q", cwd=tmp_path).stderr == ""
    done = ecslint("fix", "--no-suppressions", cwd=tmp_path)
    assert done.stderr.startswith("td.json: fixed ECS013 wrong-type, ECS022 null-value\n")
    assert "left alone" not in done.stderr
    assert ecslint("--no-suppressions", cwd=tmp_path).returncode == 0


def test_findings_that_are_left_alone_are_counted_by_their_reasons(tmp_path: Path) -> None:
    text = f"""\
family: web
containerDefinitions:
  - name: web
    image: nginx:1.27
    memory: '128' # ecslint: ignore ECS013 {REASON}
    helthCheck: {{}} # ecslint: ignore ECS010 {REASON}
    dockerLabels: {{ecslint.ignore: ECS711}}
    privileged: true
"""
    (tmp_path / "td.yaml").write_text(text)
    alone = "3 suppressed findings left alone (2 by a comment, 1 by a label); `--no-suppressions` fixes "
    arguments = ("fix", "--select", "ECS01,ECS711", "td.yaml")
    assert ecslint(*arguments, cwd=tmp_path).stderr.splitlines()[-1] == f"{alone}1 of them, too"
    assert ecslint(*arguments, "--unsafe-fixes", cwd=tmp_path).stderr.splitlines()[-1] == f"{alone}2 of them, too"
    only = ecslint("fix", "--select", "ECS711", "td.yaml", cwd=tmp_path).stderr
    assert only.endswith("1 suppressed finding left alone (1 by a label)\n")
    assert (tmp_path / "td.yaml").read_text() == text


def in_terminal(*arguments: str, cwd: Path, **env: str) -> str:
    """What a command writes to a terminal on standard output."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "ecslint", *arguments]
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | {"TERM": "xterm"} | env
    with subprocess.Popen(command, cwd=cwd, stdout=theirs, stderr=subprocess.DEVNULL, env=environment) as process:
        os.close(theirs)
        written = b""
        while True:
            try:
                piece = os.read(ours, 65_536)
            except OSError:  # how Linux tells that the other end is closed
                break
            if not piece:
                break
            written += piece
        process.wait()
    os.close(ours)
    return written.decode().replace("\r\n", "\n")


def test_a_patch_has_colours_in_a_terminal_only(tmp_path: Path) -> None:
    (tmp_path / "td.json").write_text(TEXT.replace("nginx", "ng\x7finx"))
    plain = ecslint("fix", "--diff", "td.json", cwd=tmp_path, env={"FORCE_COLOR": "1"}).stdout
    assert "\x1b" not in plain
    shown = in_terminal("fix", "--diff", "td.json", cwd=tmp_path)
    codes = [match[1] if (match := re.match(r"\x1b\[(\d+)m", line)) else "" for line in shown.splitlines()]
    assert codes == ["1", "1", "1", "36", "", "31", "32"]
    bare = re.sub(r"\x1b\[\d+m", "", shown)
    assert bare == plain.replace("\x7f", "\\x7f")
    assert in_terminal("fix", "--diff", "td.json", cwd=tmp_path, NO_COLOR="1") == bare
    assert in_terminal("fix", "--diff", "td.json", cwd=tmp_path, TERM="dumb") == bare


# --- check --fix ----------------------------------------------------------------------------------------


def test_check_fixes_and_reports_what_is_left_in_any_format(tmp_path: Path) -> None:
    (tmp_path / "td.json").write_text(TEXT)
    (tmp_path / "bad.json").write_text(UNSAFE.replace("128", '"128"'))
    done = ecslint("check", "--fix", ".", "--output-format", "concise", cwd=tmp_path)
    assert done.stderr == (
        "bad.json: fixed ECS013 wrong-type\ntd.json: fixed ECS013 wrong-type\n2 findings fixed in 2 files\n"
    )
    assert done.stdout.splitlines()[0].startswith("bad.json:2:43: error ECS010 unknown-property: ")
    assert (done.stdout.splitlines()[-1], done.returncode) == ("1 error in 1 of 2 files", 1)
    assert (tmp_path / "td.json").read_text() == MENDED
    done = ecslint("--fix", "--unsafe-fixes", "--output-format", "json", cwd=tmp_path)
    assert (done.returncode, json.loads(done.stdout)["findings"]) == (0, [])
    assert (tmp_path / "bad.json").read_text() == UNSAFE.replace("helthCheck", "healthCheck")
    assert ecslint("check", "--fix", cwd=tmp_path).stderr == ""


def test_check_tells_what_cannot_be_fixed_once(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text('{"containerDefinitions": [')
    (tmp_path / "foreign.json").write_text('{"name": "x"}')
    (tmp_path / "linked.json").write_text(TEXT)
    os.link(tmp_path / "linked.json", tmp_path / "other")
    done = ecslint("--fix", "-q", "broken.json", "foreign.json", "missing.json", cwd=tmp_path)
    assert (done.returncode, done.stdout.count("error[ECS001]")) == (2, 1)
    assert done.stderr == "ecslint: missing.json: No such file or directory\n"
    done = ecslint("--fix", "broken.json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    done = ecslint("--fix", "linked.json", cwd=tmp_path)
    assert (done.returncode, done.stdout.count("error[ECS013]")) == (2, 1)
    assert "linked.json is left as it was: " in done.stderr
    assert ecslint("--fix", "foreign.json", cwd=tmp_path).stderr == "ecslint: foreign.json: no ECS document, skipped\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["--fix", "-"],
            "ecslint: --fix is for files; `ecslint fix -` reads standard input and writes the fixed text\n",
        ),
        (["--fix", "--ndjson", "td.json"], "ecslint: --fix is for files that hold one document; with --ndjson nothing"),
        (["--unsafe-fixes", "td.json"], "ecslint: --unsafe-fixes is for --fix\n"),
    ],
)
def test_check_refuses_what_it_cannot_fix(tmp_path: Path, arguments: list[str], said: str) -> None:
    (tmp_path / "td.json").write_text(TEXT)
    done = ecslint("check", *arguments, cwd=tmp_path, stdin=TEXT)
    assert (done.returncode, done.stdout, said in done.stderr) == (2, "", True)
    assert (tmp_path / "td.json").read_text() == TEXT
