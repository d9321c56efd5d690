"""``ecslint fix``: exactly the bytes of the fixes change, and whoever cannot be helped hears why."""

from __future__ import annotations

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


def test_beginners_file_is_mended_in_two_lines(tmp_path: Path) -> None:
    example = Path(__file__).resolve().parents[2] / "examples" / "webserver.json"
    shutil.copy(example, tmp_path)
    patch = ecslint("fix", "--diff", "webserver.json", cwd=tmp_path).stdout
    assert [line[0] for line in patch.splitlines()[3:] if line[0] in "+-"] == ["-", "-", "+", "+"]
    done = ecslint("fix", "webserver.json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "2 findings fixed in 1 file, 0 left\n")
    assert ecslint("check", "webserver.json", cwd=tmp_path).returncode == 0


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
    assert "0 findings fixed in 0 files, 1 left, 1 of them by --unsafe-fixes" in done.stderr
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
    linked = TEXT.replace('"128"', '128, "links": ["db"]').replace(
        '"web",\n',
        '"web", "cpu": "256", "memory": "512", "requiresCompatibilities": ["FARGATE"], "networkMode": "bridge",\n',
    )
    (tmp_path / "td.json").write_text(linked)
    done = ecslint("fix", "--unsafe-fixes", "td.json", cwd=tmp_path)
    assert (done.returncode, (tmp_path / "td.json").read_text()) == (1, linked)
    assert re.search(r"error\[ECS201\] .* \(not mended: then there would be ECS\d+: .*links.*\)\n", done.stderr)
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
    assert done.stderr.endswith(", 1 left\n" if "no-such-rule" in before else ", 0 left\n")


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
    assert (done.returncode, done.stderr) == (0, "2 findings fixed in 1 file, 0 left\n")
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
    assert done.stderr.startswith(MASKED)
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
    assert done.stderr == "1 finding would be fixed in 1 file, 0 left\n"
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=done.stdout, text=True, check=True)


def test_show_values_without_diff_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "td.json").write_text(TOLD)
    done = ecslint("fix", "--show-values", "td.json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (2, "ecslint: --show-values is for the patch of --diff\n")
    assert (tmp_path / "td.json").read_text() == TOLD
