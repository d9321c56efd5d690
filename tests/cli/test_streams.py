"""Streams of one document a line, and several processes: the same findings as file by file."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_check import BAD, GOOD, ecslint

FORMATS = ["full", "concise", "json-lines"]
DESCRIBED = f'{{"taskDefinition": {GOOD}}}'
UNFINISHED = '{"family": "web", "containerDefinitions": ['
FOREIGN = '{"name": "x", "version": "1.0.0"}'


def found(run: subprocess.CompletedProcess[str]) -> list[tuple[str, int, str]]:
    """(slug, line, pointer) of each finding of a run that wrote JSON lines."""
    reported: list[dict[str, Any]] = [json.loads(line) for line in run.stdout.splitlines()]
    return [(finding["slug"], finding["start"]["line"], finding["pointer"]) for finding in reported]


def stream(text: str, *arguments: str, kind: str = "json-lines") -> subprocess.CompletedProcess[str]:
    return ecslint("check", "--ndjson", "-", "--output-format", kind, *arguments, stdin=text)


def wrong_type(line: int) -> tuple[str, int, str]:
    return ("wrong-type", line, "/containerDefinitions/0/memory")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("end", ["", "\n"])
def test_findings_name_the_line_of_the_file(newline: str, end: str, tmp_path: Path) -> None:
    (tmp_path / "all.ndjson").write_bytes((newline.join([GOOD, BAD, GOOD, BAD]) + end.replace("\n", newline)).encode())
    run = ecslint("--ndjson", "all.ndjson", "--output-format", "json-lines", cwd=tmp_path)
    assert (found(run), run.returncode, run.stderr) == ([wrong_type(2), wrong_type(4)], 1, "")
    assert {json.loads(line)["file"] for line in run.stdout.splitlines()} == {"all.ndjson"}


def test_standard_input_is_judged_like_a_file(tmp_path: Path) -> None:
    text = f"{GOOD}\n{BAD}\n\n{DESCRIBED}\n{UNFINISHED}\n"
    (tmp_path / "all.ndjson").write_text(text)
    for kind in FORMATS:
        named = ecslint("--ndjson", "all.ndjson", "--output-format", kind, cwd=tmp_path)
        piped = stream(text, "--stdin-filename", "all.ndjson", kind=kind)
        assert (piped.stdout, piped.stderr, piped.returncode) == (named.stdout, named.stderr, named.returncode)


def test_lines_of_several_files_are_counted_from_one_each(tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").write_text(f"{GOOD}\n{BAD}\n")
    (tmp_path / "b.ndjson").write_text(f"{BAD}\n")
    run = ecslint("--ndjson", "b.ndjson", "a.ndjson", "--output-format", "concise", "-q", cwd=tmp_path)
    assert [line.partition(" ")[0] for line in run.stdout.splitlines()] == ["b.ndjson:1:93:", "a.ndjson:2:93:"]


def test_full_report_shows_the_line_under_its_number() -> None:
    run = stream(f"{GOOD}\n{GOOD}\n{BAD}\n", kind="full")
    assert "--> <stdin>:3:93 " in run.stdout
    assert f"\n  3 | {BAD}\n" in run.stdout
    assert run.stdout.endswith("1 error in 1 of 3 files\n")


def test_same_line_gets_the_same_findings_each_time() -> None:
    assert found(stream(f"{BAD}\n{GOOD}\n" * 3)) == [wrong_type(1), wrong_type(3), wrong_type(5)]
    assert stream(f"{GOOD}\n" * 4, kind="concise").stdout == "no findings in 4 files\n"


def test_blank_lines_are_passed_over_and_counted() -> None:
    assert found(stream(f"\n  \n\t\r\n{BAD}\n\n")) == [wrong_type(4)]


def test_line_of_describe_output_is_said_to_be_one() -> None:
    assert found(stream(f"{GOOD}\n{DESCRIBED}\n")) == [("describe-output", 2, "/taskDefinition")]
    inner = DESCRIBED.replace("128", '"128"')
    assert ("wrong-type", 1, "/taskDefinition/containerDefinitions/0/memory") in found(stream(inner))


@pytest.mark.parametrize("line", [UNFINISHED, "not json", "[1", '{"family" "web"}', "\x00", "família: [", "'"])
def test_line_that_cannot_be_parsed_is_a_finding_and_the_next_line_is_read(line: str) -> None:
    run = stream(f"{GOOD}\n{line}\n{BAD}\n")
    assert found(run) == [("syntax-error", 2, ""), wrong_type(3)]
    assert run.returncode == 1


def test_bytes_that_are_not_utf_8_are_a_finding_of_their_line(tmp_path: Path) -> None:
    (tmp_path / "all.ndjson").write_bytes(GOOD.encode() + b'\n{"family": "\xff"}\n' + BAD.encode())
    run = ecslint("--ndjson", "all.ndjson", "--output-format", "json-lines", cwd=tmp_path)
    assert found(run) == [("syntax-error", 2, ""), wrong_type(3)]


@pytest.mark.parametrize("line", [FOREIGN, "null", "1", "[]", '"text"', "{}"])
def test_line_that_is_no_ecs_document_is_named(line: str) -> None:
    run = stream(f"{GOOD}\n{line}\n")
    assert (found(run), run.returncode) == ([], 0)
    assert run.stderr == "ecslint: <stdin>:2: no ECS document, skipped\n"
    assert stream(f"{GOOD}\n{line}\n", "--quiet").stderr == ""


@pytest.mark.parametrize(
    ("text", "arguments", "code"),
    [
        (GOOD, [], 0),
        (f"{GOOD}\n{BAD}", [], 1),
        (BAD, ["--exit-zero"], 0),
        (BAD, ["--fail-on", "never"], 0),
        (BAD, ["--ignore", "wrong-type"], 0),
        (UNFINISHED, [], 1),
        (FOREIGN, [], 3),
        ("", [], 3),
        ("\n\n", [], 3),
        (f"{GOOD}\n{FOREIGN}", [], 0),
        (GOOD, ["missing.ndjson"], 2),
        (GOOD, ["."], 2),
    ],
)
def test_exit_codes_of_streams(text: str, arguments: list[str], code: int) -> None:
    run = stream(text, *arguments)
    assert (run.returncode, "Traceback" in run.stderr) == (code, False), run.stderr


#: Formats that hold all findings until the end, and what stands in them for each of them.
WHOLE = {
    "sarif": '"ruleId":"ECS013"',
    "json": '"slug": "wrong-type"',
    "gitlab": '"check_name":"ECS013"',
    "junit": 'name="ECS013 ',
    "html": '<article data-severity="error" data-rule="ECS013 ',
    "markdown": "<code>all.ndjson&#58;",
    "rdjson": '"value":"ECS013"',
    "github": "::error file=all.ndjson,",
}


@pytest.mark.parametrize("kind", WHOLE)
def test_formats_that_hold_all_findings_tell_each_line(kind: str, tmp_path: Path) -> None:
    (tmp_path / "all.ndjson").write_text(f"{BAD}\n{GOOD}\n{BAD}\n")
    run = ecslint("--ndjson", "all.ndjson", "--output-format", kind, cwd=tmp_path)
    assert (run.returncode, run.stderr, run.stdout.count(WHOLE[kind])) == (1, "", 2)
    assert "fixable with" not in run.stdout  # `ecslint fix` reads no streams
    ecslint("--ndjson", "all.ndjson", "--output-format", f"{kind}:out", "--output-format", "concise:text", cwd=tmp_path)
    assert (tmp_path / "out").read_text() == run.stdout
    assert [line.partition(" ")[0] for line in (tmp_path / "text").read_text().splitlines()[:2]] == [
        "all.ndjson:1:93:",
        "all.ndjson:3:93:",
    ]


def test_services_tell_the_lines_of_a_stream_apart(tmp_path: Path) -> None:
    (tmp_path / "all.ndjson").write_text(f"{BAD}\n" * 3)
    known = {}
    for kind, pattern in (
        ("sarif", r'"ecslint/v1":"(.*?)"'),
        ("sarif", r'"primaryLocationLineHash":"(.*?)"'),
        ("gitlab", r'"fingerprint":"(.*?)"'),
        ("junit", r'<testcase classname="all.ndjson" name="(.*?)"'),
    ):
        told = ecslint("--ndjson", "all.ndjson", "--output-format", kind, cwd=tmp_path).stdout
        known[pattern] = re.findall(pattern, told)
        assert len(set(known[pattern])) == 3, (pattern, known)


def test_report_of_a_stream_tells_which_lines_were_not_checked(tmp_path: Path) -> None:
    (tmp_path / "all.ndjson").write_text(f"{GOOD}\n{FOREIGN}\n")
    run = ecslint("--ndjson", "all.ndjson", "--output-format", "sarif", cwd=tmp_path)
    (invocation,) = json.loads(run.stdout)["runs"][0]["invocations"]
    assert "all.ndjson:2 was not checked" in str(invocation["toolExecutionNotifications"])


# --- registered revisions -------------------------------------------------------------------------------

ARN = '"taskDefinitionArn": "arn:aws:ecs:eu-west-1:111122223333:task-definition/web:7"'
REVISION = GOOD.replace("{", f'{{{ARN}, "revision": 7, "status": "ACTIVE", "networkMode": null, ', 1)


@pytest.mark.parametrize("line", [REVISION, f'{{"taskDefinition": {REVISION}, "tags": []}}'])
def test_registered_revisions_are_not_judged_as_requests(line: str, tmp_path: Path) -> None:
    assert found(stream(f"{line}\n{line}\n")) == []
    bad = line.replace("128", '"128"')
    assert [slug for slug, _, _ in found(stream(f"{GOOD}\n{bad}\n"))] == ["wrong-type"]
    (tmp_path / "td.json").write_text(line)
    assert {slug for slug, _, _ in found(ecslint("td.json", "--output-format", "json-lines", cwd=tmp_path))} >= {
        "output-only-property",
        "null-value",
    }


@pytest.mark.parametrize(
    ("line", "slug"),
    [
        (GOOD.replace("{", '{"revision": 7, ', 1), "output-only-property"),
        (GOOD.replace("{", '{"networkMode": null, ', 1), "null-value"),
        (DESCRIBED, "describe-output"),
    ],
)
def test_what_has_no_arn_may_still_be_registered(line: str, slug: str) -> None:
    assert [told for told, _, _ in found(stream(line))] == [slug]


# --- hints and totals -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["all.ndjson", "all.jsonl", "ALL.NDJSON"])
@pytest.mark.parametrize("count", [2, 70_000])
def test_file_of_lines_that_is_read_as_one_document_gets_a_hint(name: str, count: int, tmp_path: Path) -> None:
    (tmp_path / name).write_text(f"{GOOD}\n" * count)
    hint = f"ecslint: {name}: --ndjson reads one document a line\n"
    run = ecslint(name, cwd=tmp_path)
    assert (run.returncode, run.stderr.endswith(hint)) == (1 if count == 2 else 2, True)
    assert hint not in ecslint("-q", name, cwd=tmp_path).stderr
    assert ecslint("--ndjson", name, cwd=tmp_path).stderr == ""


def test_nobody_else_gets_the_hint(tmp_path: Path) -> None:
    (tmp_path / "one.ndjson").write_text(f"{BAD}\n")
    (tmp_path / "all.json").write_text(f"{GOOD}\n")
    (tmp_path / "bad.ndjson").write_text(f"{UNFINISHED}\n")
    for words in (["one.ndjson"], ["all.json"], ["--ndjson", "bad.ndjson"]):
        assert "--ndjson" not in ecslint(*words, cwd=tmp_path).stderr


RULES = "\ncount  rule    slug\n    3  ECS013  wrong-type\n\n"
FOLDERS = "count  folder\n    2  .\n    1  ä\n\n"


def test_totals_by_rule_and_by_folder(tmp_path: Path) -> None:
    (tmp_path / "ä").mkdir()
    for name in ("a.json", "b.json", "ä/c.json"):
        (tmp_path / name).write_text(BAD)
    (tmp_path / "d.json").write_text(GOOD)
    run = ecslint("--statistics", cwd=tmp_path)
    assert run.stdout == f"{RULES.lstrip()}{FOLDERS}3 errors in 3 of 4 files\n"
    alone = ecslint("--statistics", "ä", cwd=tmp_path)
    assert alone.stdout == RULES.lstrip().replace("3 ", "1 ", 1) + "1 error in 1 file\n"
    ends = f"{RULES}{FOLDERS}3 errors in 3 files\n"
    words = ["--ndjson", "a.json", "b.json", "ä/c.json"]
    assert ecslint(*words, cwd=tmp_path).stdout.endswith(ends)
    for more in (["-q"], ["--output-format", "concise"], ["--output-format", "json-lines"]):
        assert "count" not in ecslint(*words, *more, cwd=tmp_path).stdout
    assert ecslint("--ndjson", "d.json", cwd=tmp_path).stdout == "no findings in 1 file\n"


def test_findings_are_written_before_the_stream_ends() -> None:
    command = [sys.executable, "-m", "ecslint", "--ndjson", "-", "--output-format", "json-lines"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{BAD}\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["slug"] == "wrong-type"
        process.stdin.close()
    assert process.returncode == 1


# --- several processes ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with enough files for several portions, and several findings in most of them."""
    root = tmp_path_factory.mktemp("many")
    kinds = [
        BAD.replace('"memory"', '"cpu": null, "Essential": true, "memory"'),
        GOOD,
        UNFINISHED,
        f"family: w\u00e9b\ncontainerDefinitions: [{{name: a, image: b, prot: 1}}, {GOOD}]\n",
        FOREIGN,
    ]
    for number in range(450):
        folder = root / f"{number % 7}"
        folder.mkdir(exist_ok=True)
        kind = kinds[number % 5]
        suffix = "yaml" if kind.startswith("family") else "json"
        (folder / f"{number}.{suffix}").write_text(kind, encoding="utf-8")
    return root


@pytest.mark.parametrize("kind", ["full", "concise", "json", "json-lines", "sarif"])
def test_any_number_of_processes_and_any_surroundings_give_the_same_bytes(kind: str, many: Path) -> None:
    def run(jobs: int, **env: str) -> tuple[bytes, str, int]:
        done = ecslint("check", ".", "--jobs", str(jobs), "--output-format", kind, cwd=many, env=env)
        return done.stdout.encode(), done.stderr, done.returncode

    alone = run(1, PYTHONHASHSEED="0")
    assert alone[0].count(b"ECS013") >= 90
    assert alone[1:] == ("", 1)
    assert run(1, PYTHONHASHSEED="1") == alone
    assert run(2, PYTHONHASHSEED="2") == alone
    assert run(3, PYTHONHASHSEED="3", LC_ALL="C") == alone


def test_fifty_files_in_three_processes_give_what_one_process_gives(many: Path) -> None:
    files = [str(path.relative_to(many)) for path in sorted(many.rglob("*.*"))][:50]
    reports = [ecslint("check", *files, "--jobs", jobs, cwd=many).stdout for jobs in ("1", "2", "3")]
    assert reports[1:] == reports[:1] * 2
    assert reports[0].count("error[") >= 50


def test_settings_reach_all_processes(many: Path) -> None:
    def run(jobs: str) -> str:
        options = ["--jobs", jobs, "--severity", "wrong-type=info", "--ignore", "ECS00", "--launch-type", "FARGATE"]
        return ecslint("check", ".", *options, "--output-format", "concise", cwd=many).stdout

    assert run("3") == run("1")
    assert " info ECS013 " in run("3")


def test_files_that_are_not_linted_are_said_in_their_order(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(FOREIGN)
    (tmp_path / "c.json").write_text(BAD)
    for jobs in ("1", "2"):
        run = ecslint("check", "a.json", "b.json", "c.json", "--jobs", jobs, cwd=tmp_path)
        assert run.stderr == ("ecslint: a.json: no ECS document, skipped\necslint: b.json: No such file or directory\n")
        assert run.returncode == 2


def test_standard_input_is_read_with_several_processes() -> None:
    assert [ecslint("check", "-", "--jobs", jobs, stdin=BAD).returncode for jobs in ("1", "2")] == [1, 1]
    assert ecslint("check", "-", "--jobs", "2", "-q", stdin=GOOD).stdout == ""
