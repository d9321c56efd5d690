"""Configuration files: which one is in force, what each field does, and what wins over it."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.cli.test_check import BAD, GOOD, WARNS, ecslint

#: Three findings: ECS013 wrong-type (error), ECS022 null-value (warning), ECS101 fargate-cpu-memory (error).
MIXED = (
    '{"family": "web", "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "256",\n'
    ' "memory": "8192", "containerDefinitions": [{"name": "web", "image": "nginx:1.27", "cpu": null, "memory": "128"}]}'
)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a task definition at its root and one in a service's folder."""
    root = tmp_path / "repository"
    (root / ".git").mkdir(parents=True)
    (root / "service").mkdir()
    (root / "mixed.json").write_text(MIXED)
    (root / "service" / "mixed.json").write_text(MIXED)
    return root


def configure(folder: Path, text: str, name: str = ".ecslint.yaml") -> None:
    (folder / name).write_text(text, encoding="utf-8")


def found(run: subprocess.CompletedProcess[str]) -> dict[str, list[str]]:
    """The rules of a JSON report by file."""
    assert run.returncode in (0, 1), run.stderr
    rules: dict[str, list[str]] = {}
    for finding in json.loads(run.stdout)["findings"]:
        rules.setdefault(finding["file"], []).append(finding["rule"])
    return rules


def rules(*arguments: str | Path, cwd: Path) -> list[str]:
    """The rules that fire on the files named, in the order of the report."""
    run = ecslint("check", "--output-format", "json", *arguments, cwd=cwd)
    return [rule for of_file in found(run).values() for rule in of_file]


ALL_THREE = ["ECS101", "ECS022", "ECS013"]


# --- which file is in force -------------------------------------------------------------------------


def test_without_configuration_all_rules_of_the_profile_run(repository: Path) -> None:
    assert rules("mixed.json", cwd=repository) == ALL_THREE


def test_nearest_configuration_wins_alone(repository: Path) -> None:
    configure(repository, "ignore: [ECS101]")
    configure(repository / "service", "ignore: [ECS022]")
    run = ecslint("--output-format", "json", ".", cwd=repository)
    assert found(run) == {"mixed.json": ["ECS022", "ECS013"], "service/mixed.json": ["ECS101", "ECS013"]}


@pytest.mark.parametrize("cwd", [".", "service", ".."])
def test_place_of_the_file_counts_not_the_working_folder(cwd: str, repository: Path) -> None:
    configure(repository, "ignore: [ECS101]")
    assert rules(repository / "service" / "mixed.json", cwd=repository / cwd) == ["ECS022", "ECS013"]


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_search_ends_at_the_root_of_the_repository(kind: str, repository: Path) -> None:
    configure(repository.parent, "ignore: [ECS101]")
    if kind == "file":  # a linked working tree
        (repository / ".git").rmdir()
        (repository / ".git").write_text("gitdir: elsewhere")
    assert rules("mixed.json", cwd=repository) == ALL_THREE


def test_search_ends_at_the_home_of_the_user(repository: Path) -> None:
    (repository / ".git").rmdir()
    configure(repository.parent, "ignore: [ECS101]")
    arguments = ("check", "--output-format", "json", "mixed.json")
    assert found(ecslint(*arguments, cwd=repository / "service", env={"HOME": str(repository)})) == {
        "mixed.json": ALL_THREE
    }
    run = ecslint(*arguments, cwd=repository / "service", env={"HOME": str(repository.parent)})
    assert found(run) == {"mixed.json": ["ECS022", "ECS013"]}


def test_outside_of_repositories_the_search_goes_up(repository: Path) -> None:
    (repository / ".git").rmdir()
    configure(repository.parent, "ignore: [ECS101]")
    assert rules("service/mixed.json", cwd=repository) == ["ECS022", "ECS013"]


def test_standard_input_belongs_where_its_name_says(repository: Path) -> None:
    configure(repository / "service", "ignore: [ECS101]")
    arguments = ("check", "-", "--output-format", "json")
    run = ecslint(*arguments, "--stdin-filename", "service/x.json", stdin=MIXED, cwd=repository)
    assert found(run) == {"service/x.json": ["ECS022", "ECS013"]}
    assert found(ecslint(*arguments, stdin=MIXED, cwd=repository / "service")) == {"<stdin>": ["ECS022", "ECS013"]}
    assert found(ecslint(*arguments, stdin=MIXED, cwd=repository)) == {"<stdin>": ALL_THREE}


def test_streams_have_the_configuration_of_their_file(repository: Path) -> None:
    configure(repository / "service", "ignore: [ECS101]\nfail-on: never")
    line = MIXED.replace("\n", "")
    (repository / "service" / "all.ndjson").write_text(line)
    run = ecslint("--ndjson", "service/all.ndjson", "--output-format", "json-lines", cwd=repository)
    assert [json.loads(text)["rule"] for text in run.stdout.splitlines()] == ["ECS022", "ECS013"]
    assert run.returncode == 0


def test_named_configuration_replaces_all_others(repository: Path) -> None:
    configure(repository / "service", "ignore: [ECS022]")
    configure(repository.parent, "ignore: [ECS101]\nper-file: {service/: {ignore: [ECS013]}}", "other.yaml")
    run = ecslint("--config", "../other.yaml", "--output-format", "json", ".", cwd=repository)
    assert found(run) == {"mixed.json": ["ECS022", "ECS013"], "service/mixed.json": ["ECS022"]}


def test_isolated_reads_no_configuration(repository: Path) -> None:
    configure(repository, "no such field: 1")
    assert rules("mixed.json", "--isolated", cwd=repository) == ALL_THREE


def test_named_configuration_that_does_not_exist_is_told(repository: Path) -> None:
    run = ecslint("mixed.json", "--config", "no.yaml", cwd=repository)
    assert (run.returncode, run.stdout, run.stderr) == (2, "", "no.yaml: No such file or directory\n")


# --- what the fields do -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "arguments", "expected"),
    [
        ("", [], ALL_THREE),
        ("# nothing yet\n\n  # ignore: [ECS1]\n", [], ALL_THREE),
        ("---\n{}", [], ALL_THREE),
        ("select: [ECS1]", [], ["ECS101"]),
        ("select: [ECS1, wrong-type]", [], ["ECS101", "ECS013"]),
        ("select: [ECS0, ECS1]\nignore: [ECS02]", [], ["ECS101", "ECS013"]),
        ("ignore: [ECS1, null-value]", [], ["ECS013"]),
        ("severity: {ECS101: off, wrong-type: off}", [], ["ECS022"]),
        ("mandatory: [ECS101]\nselect: [ECS022]", [], ["ECS101", "ECS022"]),
        ("mandatory: [ECS101]\nignore: [ECS101]\nseverity: {ECS101: off}", [], ALL_THREE),
        ("mandatory: [ECS101]\nper-file: {'*.json': {ignore: [ECS101, ECS022]}}", [], ["ECS101", "ECS013"]),
        ("mandatory: [ECS101]", ["--ignore", "ALL"], ["ECS101"]),
        ("mandatory: [ECS101]", ["--select", "ECS022", "--severity", "ECS101=off"], ["ECS101", "ECS022"]),
        # the command line wins
        ("select: [ECS1]", ["--select", "ECS022"], ["ECS022"]),
        ("ignore: [ECS101]", ["--select", "ECS101,ECS022"], ["ECS101", "ECS022"]),
        ("severity: {ECS101: off}", ["--select", "ECS101"], ["ECS101"]),
        ("severity: {ECS101: off}", ["--severity", "ECS101=info"], ALL_THREE),
        ("ignore: [ECS101]", ["--ignore", "ECS022"], ["ECS013"]),
        ("select: [ECS1]", ["--profile", "default"], ALL_THREE),
        ("ignore: [ECS101]", ["--profile", "default"], ["ECS022", "ECS013"]),
        # some files
        ("per-file: {mixed.json: {ignore: [ECS101]}}", [], ["ECS022", "ECS013"]),
        ("per-file: {'*.json': {ignore: [ECS101]}, /mixed.json: {ignore: [ECS022]}}", [], ["ECS013"]),
        ("per-file: {service/: {ignore: [ECS101]}}", [], ALL_THREE),
        ("per-file: {'**/mixed.json': {ignore: [ECS101]}}", [], ["ECS022", "ECS013"]),
    ],
)
def test_configuration_decides_which_rules_run(
    text: str, arguments: list[str], expected: list[str], repository: Path
) -> None:
    configure(repository, text)
    assert rules("mixed.json", *arguments, cwd=repository) == expected


@pytest.mark.parametrize("order", ["wide first", "narrow first"])
def test_narrower_name_decides_about_the_severity(order: str, repository: Path) -> None:
    levels = ["ECS0: info", "ECS013: warning", "ALL: error"]
    configure(repository, f"severity: {{{', '.join(levels if order == 'wide first' else reversed(levels))}}}")
    report = json.loads(ecslint("mixed.json", "--output-format", "json", cwd=repository).stdout)
    levels = [(finding["rule"], finding["severity"]) for finding in report["findings"]]
    assert levels == [("ECS101", "error"), ("ECS022", "info"), ("ECS013", "warning")]


def test_profile_of_the_configuration_counts(repository: Path) -> None:
    configure(repository, "profile: strict")
    assert len(rules("mixed.json", cwd=repository)) > 3
    assert rules("mixed.json", "--profile", "default", cwd=repository) == ALL_THREE


def test_launch_type_may_differ_between_files(repository: Path) -> None:
    for name in ("mixed.json", "service/mixed.json"):
        (repository / name).write_text(GOOD)
    configure(repository, "launch-type: FARGATE\nper-file: {service/*: {launch-type: EC2}}")
    arguments = ("--output-format", "json", ".")
    fargate = found(ecslint(*arguments, cwd=repository))
    assert list(fargate) == ["mixed.json"]
    assert "ECS102" in fargate["mixed.json"]
    assert list(found(ecslint("--launch-type", "FARGATE", *arguments, cwd=repository))) == [
        "mixed.json",
        "service/mixed.json",
    ]
    assert found(ecslint("--launch-type", "EC2", *arguments, cwd=repository)) == {}


@pytest.mark.parametrize(
    ("text", "arguments", "code"),
    [
        ("fail-on: warning", [], 1),
        ("fail-on: error", [], 0),
        ("fail-on: warning", ["--fail-on", "error"], 0),
        ("fail-on: never", ["--fail-on", "warning"], 1),
        ("fail-on: warning", ["--exit-zero"], 0),
        ("severity: {null-value: error}", [], 1),
        ("severity: {null-value: error}\nfail-on: never", [], 0),
    ],
)
def test_fail_on_decides_about_the_exit_code(text: str, arguments: list[str], code: int, repository: Path) -> None:
    configure(repository, text)
    (repository / "warns.json").write_text(WARNS)
    assert ecslint("check", "warns.json", *arguments, cwd=repository).returncode == code


def test_each_file_is_measured_by_its_own_configuration(repository: Path) -> None:
    configure(repository, "fail-on: never")
    for folder in (repository, repository / "service"):
        (folder / "mixed.json").write_text(WARNS)
    assert ecslint(".", cwd=repository).returncode == 0
    configure(repository / "service", "fail-on: warning")
    both = ecslint(".", "--output-format", "junit", cwd=repository)
    assert both.returncode == 1
    assert re.findall(r'<testsuite name="(.*?)" tests="1" failures="(.)"', both.stdout) == [
        ("mixed.json", "0"),
        ("service/mixed.json", "1"),
    ]
    assert ecslint("mixed.json", cwd=repository).returncode == 0


def test_output_is_that_of_the_working_folder(repository: Path) -> None:
    configure(repository, "output: [concise]")
    assert ecslint("service/mixed.json", cwd=repository).stdout.startswith("service/mixed.json:2:")
    assert ecslint("repository/mixed.json", cwd=repository.parent).stdout.startswith("error[")
    assert ecslint("mixed.json", "--output-format", "json", cwd=repository).stdout.startswith("{")
    configure(repository, "output: [json]")
    assert ecslint("--ndjson", "mixed.json", cwd=repository).stdout.startswith("{")


def test_excluded_files_are_not_checked(repository: Path) -> None:
    configure(repository, "exclude: [service/]")
    assert list(found(ecslint("--output-format", "json", ".", cwd=repository))) == ["mixed.json"]
    named = ecslint("service/mixed.json", cwd=repository)
    assert (named.returncode, named.stdout) == (0, "")
    assert named.stderr == "ecslint: service/mixed.json: excluded by the configuration, skipped\n"
    quiet = ecslint("-q", "service/mixed.json", "--output-format", "sarif", cwd=repository)
    (invocation,) = json.loads(quiet.stdout)["runs"][0]["invocations"]
    assert (quiet.stderr, invocation["exitCode"], invocation["toolExecutionNotifications"]) == (
        "",
        0,
        [
            {
                "level": "note",
                "message": {"text": "service/mixed.json was not checked: excluded by the configuration."},
            }
        ],
    )
    piped = ecslint("check", "-", "--stdin-filename", "service/x.json", stdin=MIXED, cwd=repository)
    assert (piped.returncode, piped.stderr) == (0, "ecslint: service/x.json: excluded by the configuration, skipped\n")
    (repository / "service" / "all.ndjson").write_text(BAD)
    stream = ecslint("--ndjson", "service/all.ndjson", cwd=repository)
    assert (stream.returncode, stream.stdout) == (0, "")
    assert ecslint("service", cwd=repository).returncode == 3
    assert ecslint("service/mixed.json", "--isolated", cwd=repository).returncode == 1


def test_sarif_lists_the_rules_of_all_configurations(repository: Path) -> None:
    configure(repository, "select: [ECS101]")
    configure(repository / "service", "select: [ECS022]")
    run = json.loads(ecslint("--output-format", "sarif", ".", cwd=repository).stdout)["runs"][0]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["ECS000", "ECS022", "ECS101"]
    assert [result["ruleId"] for result in run["results"]] == ["ECS101", "ECS022"]


def test_any_number_of_processes_gives_the_same_bytes(repository: Path) -> None:
    configure(repository, "ignore: [ECS101]\nexclude: [3/]\nper-file: {'4/*': {launch-type: FARGATE}}")
    for number in range(10):
        folder = repository / str(number)
        folder.mkdir()
        if number % 3 == 1:
            configure(folder, "severity: {ECS101: info, ECS013: off}\nfail-on: info")
        for file in range(50):
            (folder / f"{file}.json").write_text(MIXED if file % 2 else BAD)
    for kind in ("full", "json", "sarif"):
        runs = [ecslint(".", "--jobs", jobs, "--output-format", kind, cwd=repository) for jobs in ("1", "2", "3")]
        assert [(run.stdout, run.stderr, run.returncode) for run in runs[1:]] == [
            (runs[0].stdout, "", 1),
            (runs[0].stdout, "", 1),
        ]
        assert "ECS101" in runs[0].stdout


# --- mistakes ---------------------------------------------------------------------------------------


def test_all_mistakes_are_told(repository: Path) -> None:
    configure(repository, "ignor: []\nselect: [x]\n")
    run = ecslint("mixed.json", cwd=repository)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.splitlines() == [
        ".ecslint.yaml:1:1: 'ignor' is not a field here; did you mean ignore?",
        ".ecslint.yaml:2:10: no rule is called 'x'; `ecslint rules` lists them",
    ]


def test_mistakes_of_all_configurations_are_told_before_a_file_is_checked(repository: Path) -> None:
    configure(repository, "ignor: []")
    configure(repository / "service", "x: 1")
    run = ecslint(".", "--jobs", "2", "--output-format", "json:out.json", cwd=repository)
    assert (run.returncode, run.stdout) == (2, "")
    assert [line.partition(": ")[0] for line in run.stderr.splitlines()] == [
        ".ecslint.yaml:1:1",
        "service/.ecslint.yaml:1:1",
    ]
    assert not (repository / "out.json").exists()


def test_mistake_is_told_with_the_path_from_the_working_folder(repository: Path) -> None:
    configure(repository, "x: 1")
    assert ecslint("mixed.json", cwd=repository / "service").stderr.startswith("../.ecslint.yaml:1:1: ")


@pytest.mark.parametrize("kind", ["folder", "link out", "fifo", "huge", "latin-1", "deep", "bomb"])
def test_odd_configuration_files_end_in_a_message(kind: str, repository: Path) -> None:
    file = repository / ".ecslint.yaml"
    if kind == "folder":
        file.mkdir()
    elif kind == "link out":
        (repository.parent / "secret").write_text("tok3n")
        file.symlink_to(repository.parent / "secret")
    elif kind == "fifo":
        subprocess.run(["mkfifo", file], check=True)
    else:
        bomb = "a: &a [x]\n" + "".join(f"b{i}: &b{i} [{f'*b{i - 1},' * 9 if i else '*a'}]\n" for i in range(12))
        texts = {"huge": b"#" * (6 << 20), "latin-1": "reason: é".encode("latin-1"), "deep": b"[" * 100_000}
        file.write_bytes({**texts, "bomb": bomb.encode()}[kind])
    run = ecslint("mixed.json", cwd=repository)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith(".ecslint.yaml:")
    assert "Traceback" not in run.stderr
    assert "tok3n" not in run.stderr


def test_link_inside_the_repository_is_followed(repository: Path) -> None:
    configure(repository, "ignore: [ECS101]", "shared.yaml")
    (repository / "service" / ".ecslint.yaml").symlink_to("../shared.yaml")
    assert rules("service/mixed.json", cwd=repository) == ["ECS022", "ECS013"]


def test_names_from_the_file_forge_nothing(repository: Path) -> None:
    configure(repository, '"\\e[31m\\n::error::x": 1')
    run = ecslint("mixed.json", cwd=repository)
    assert "\x1b" not in run.stderr
    assert run.stderr.count("\n") == 1
