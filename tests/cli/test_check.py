"""The command as its users run it: output, exit codes, bad surroundings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

GOOD = '{"family": "web", "containerDefinitions": [{"name": "web", "image": "nginx:1.27", "memory": 128}]}'
BAD = GOOD.replace("128", '"128"')
WARNS = GOOD.replace('"memory"', '"cpu": null, "memory"')


ROOT = Path(__file__).resolve().parent.parent.parent


def ecslint(
    *arguments: str | Path, cwd: Path | None = None, stdin: str = "", env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ecslint", *map(str, arguments)],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "NO_COLOR": "1", **(env or {})},
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.json").write_text(GOOD)
    (tmp_path / "bad.json").write_text(BAD)
    (tmp_path / "warns.json").write_text(WARNS)
    (tmp_path / "package.json").write_text('{"name": "x", "version": "1.0.0"}')
    (tmp_path / "broken.json").write_text('{"family": "web", "containerDefinitions": [')
    return tmp_path


def test_webserver_example_has_exactly_its_two_type_errors() -> None:
    run = ecslint("--output-format", "json", "examples/webserver.json")
    found = [(f["slug"], f["pointer"]) for f in json.loads(run.stdout)["findings"] if f["severity"] == "error"]
    assert found == [("wrong-type", "/containerDefinitions/0/memory"), ("wrong-type", "/containerDefinitions/0/cpu")]
    assert run.returncode == 1


def test_seven_faults_are_seven_findings() -> None:
    run = ecslint("--output-format", "json", "examples/seven-faults.json")
    assert len(json.loads(run.stdout)["findings"]) == 7


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["good.json"], 0),
        (["bad.json"], 1),
        (["bad.json", "--exit-zero"], 0),
        (["bad.json", "--fail-on", "never"], 0),
        (["warns.json"], 0),
        (["warns.json", "--fail-on", "warning"], 1),
        (["warns.json", "--severity", "null-value=error"], 1),
        (["warns.json", "--severity", "null-value=off", "--fail-on", "info"], 0),
        (["bad.json", "--ignore", "wrong-type"], 0),
        (["bad.json", "--ignore", "ECS01"], 0),
        (["bad.json", "--select", "ECS1"], 0),
        (["broken.json"], 1),
        (["package.json"], 3),
        (["package.json", "--allow-foreign"], 0),
        (["bad.json", "package.json", "--allow-foreign"], 1),
        (["broken.json", "--allow-foreign"], 1),
        (["missing.json", "--allow-foreign"], 2),
        (["missing.json"], 2),
        (["bad.json", "missing.json"], 2),
        (["bad.json", "missing.json", "--exit-zero"], 2),
        (["good.json", "--select", "no-such-rule"], 2),
        (["good.json", "--severity", "wrong-type"], 2),
        (["good.json", "--output-format", "yaml"], 2),
        (["good.json", "--no-such-option"], 2),
        ([], 1),
    ],
)
def test_exit_codes(arguments: list[str], code: int, folder: Path) -> None:
    run = ecslint("check", *arguments, cwd=folder)
    assert (run.returncode, "Traceback" in run.stderr) == (code, False), run.stderr


def test_a_bare_path_means_check(folder: Path) -> None:
    assert ecslint("bad.json", cwd=folder).stdout == ecslint("check", "bad.json", cwd=folder).stdout


def test_folder_finds_task_definitions_and_passes_over_the_rest(folder: Path) -> None:
    run = ecslint("check", "--output-format", "json", ".", cwd=folder)
    report = json.loads(run.stdout)
    assert report["summary"]["files"] == 4
    assert {finding["file"] for finding in report["findings"]} == {"bad.json", "broken.json", "warns.json"}
    assert run.stderr == ""


def test_named_file_that_is_no_ecs_document_is_said(folder: Path) -> None:
    assert "package.json: no ECS document" in ecslint("package.json", cwd=folder).stderr


def test_standard_input_has_the_name_that_it_is_given() -> None:
    run = ecslint("check", "-", "--stdin-filename", "td.json", "--output-format", "concise", stdin=BAD)
    assert run.stdout.startswith("td.json:1:")
    assert run.returncode == 1


def test_several_formats_in_one_run(folder: Path) -> None:
    run = ecslint("bad.json", "--output-format", "concise", "--output-format", "sarif:out.sarif", cwd=folder)
    assert run.stdout.startswith("bad.json:1:")
    assert json.loads((folder / "out.sarif").read_text())["version"] == "2.1.0"


def test_reports_that_go_to_files_alone_are_named_with_what_they_hold(folder: Path) -> None:
    told = "1 error in 1 of 2 files"
    one = ("good.json", "bad.json", "--output-format", "html:r.html")
    run = ecslint(*one, cwd=folder)
    assert (run.returncode, run.stdout, run.stderr) == (1, "", f"r.html: {told}\n")
    run = ecslint(*one, "--output-format", "sarif:\x1b[31m.sarif", cwd=folder)
    assert (run.stdout, run.stderr) == ("", f"r.html, \\x1b[31m.sarif: {told}\n")
    good = ecslint("good.json", "--output-format", "concise:r.txt", cwd=folder)
    assert (good.returncode, good.stderr) == (0, "r.txt: no findings in 1 file\n")
    assert ecslint(*one, "-q", cwd=folder).stderr == ""
    assert ecslint(*one, "--output-format", "concise", cwd=folder).stderr == ""  # which tells of them itself
    assert ecslint(*one, "--output-format", f"json:{os.devnull}", cwd=folder).stderr == ""
    nothing = ecslint("package.json", "--output-format", "html:r.html", cwd=folder)
    assert (nothing.returncode, "r.html" in nothing.stderr) == (3, False)


def test_launch_type_gives_what_the_file_does_not_say(folder: Path) -> None:
    run = ecslint("good.json", "--launch-type", "FARGATE", "--output-format", "concise", cwd=folder)
    assert "ECS102" in run.stdout
    assert run.returncode == 1


def test_unknown_rule_gets_a_suggestion() -> None:
    run = ecslint("rule", "wrong-typ")
    assert "did you mean wrong-type?" in run.stderr
    assert run.returncode == 2


def test_rule_page_shows_why_and_examples() -> None:
    run = ecslint("rule", "ECS013")
    assert "Invalid type for parameter" in run.stdout
    assert "```json" in run.stdout
    assert json.loads(ecslint("rule", "wrong-type", "--output-format", "json").stdout)["id"] == "ECS013"


def test_rules_are_listed_in_three_forms() -> None:
    listed = json.loads(ecslint("rules", "--output-format", "json").stdout)
    assert ecslint("rules").stdout.count("\n") == len(listed)
    assert ecslint("rules", "--output-format", "markdown").stdout.count("\n") == len(listed) + 2


def test_schemas_are_printed() -> None:
    kinds = [file.stem for file in (ROOT / "rules" / "kinds").glob("*.yaml")]
    assert ecslint("schema").stdout.split() == sorted(["baseline", "config", "report", "rule", *kinds])
    assert json.loads(ecslint("schema", "rule").stdout)["title"] == "An ecslint rule file"
    assert ecslint("schema", "nothing").returncode == 2


def test_report_that_cannot_be_written_is_told(folder: Path) -> None:
    run = ecslint("bad.json", "--output-format", "json:no/such/folder/out.json", cwd=folder)
    assert run.returncode == 2
    assert "cannot write no/such/folder/out.json" in run.stderr


def test_no_module_of_the_working_folder_is_imported(folder: Path) -> None:
    for name in ("json", "yaml", "re", "click"):
        (folder / f"{name}.py").write_text("raise SystemExit('imported ' + __name__)")
    run = subprocess.run(
        [Path(sys.executable).parent / "ecslint", "bad.json", "--output-format", "json"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (1, "")


@pytest.mark.parametrize(
    "kind", ["fifo", "directory", "dangling", "loop", "huge", "latin-1", "utf-16", "empty", "deep"]
)
def test_odd_files_end_in_a_message(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "td.json"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "directory":
        path.mkdir()
    elif kind in ("dangling", "loop"):
        path.symlink_to(tmp_path / ("nowhere" if kind == "dangling" else "td.json"))
    else:
        texts = {
            "huge": b" " * (6 * 1024 * 1024),
            "latin-1": BAD.replace("web", "wéb").encode("latin-1"),
            "utf-16": BAD.encode("utf-16"),
            "empty": b"",
            "deep": b"[" * 1_000_000,
        }
        path.write_bytes(texts[kind])
    run = ecslint(path)
    assert run.returncode in (1, 2, 3)
    assert run.stdout + run.stderr != ""
    assert "Traceback" not in run.stderr


def test_foreign_files_cost_a_hook_nothing(folder: Path) -> None:
    (folder / "chart.yaml").write_text("key: [\nother: 1\n")  # neither YAML nor about ECS
    (folder / ".ecslint.yaml").write_text("exclude: [bad.json]\n")
    names = ("package.json", "chart.yaml", "bad.json")
    for command in (("check",), ("fix",), ("fix", "--exit-non-zero-on-fix")):
        run = ecslint(*command, "--allow-foreign", *names, cwd=folder)
        assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert ecslint("check", *names, cwd=folder).returncode != 0
    assert "package.json" in ecslint("check", *names, cwd=folder).stderr
    run = ecslint("check", "--allow-foreign", *names, "good.json", "warns.json", cwd=folder)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.endswith("1 warning in 1 of 2 files (3 files passed over)\n1 fixable with `ecslint fix`\n")
