"""What a check of one clean file may cost: the modules it may import, and the instructions it may need."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ecslint.ruleset.bundle import Ruleset

CHECKOUT = Path(__file__).parent.parent
DOCUMENTS = CHECKOUT / "benchmarks" / "documents.py"

#: How many times the instructions of a Python that does nothing.
BUDGET = 2.0

#: The same for `ecslint compat`, which always has to tell why the task cannot run somewhere.
COMPAT_BUDGET = 3.0

#: The same with a configuration and ten policies.
POLICY_BUDGET = 6.3

POLICIES = (
    "given: containerDefinitions[].image\nthen: {check: image_registry, options: {forbidden: [quay.io]}}",
    "given: containerDefinitions[].image\nthen: {schema: {not: {pattern: ':latest$'}}}",
    "given: containerDefinitions[]\nthen: {schema: {required: [name, image]}}",
    "given: containerDefinitions[].environment[].name\nthen: {schema: {not: {pattern: '^(DEBUG|NODE_TLS_)'}}}",
    "given: containerDefinitions[].logConfiguration.logDriver\nthen: {schema: {enum: [awslogs, awsfirelens]}}",
    "given: [taskRoleArn, executionRoleArn]\nthen: {schema: {pattern: '^arn:aws:iam::'}}",
    "given: containerDefinitions[].portMappings[].containerPort\nthen: {schema: {minimum: 1, maximum: 65000}}",
    "when: fargate\nthen: {schema: {required: [cpu, memory]}}",
    "given: containerDefinitions[]\nthen: {schema: {properties: {links: false, hostname: false}}}",
    "given: [family, 'containerDefinitions[].name']\nthen: {schema: {pattern: '^[a-z][a-z0-9-]*$'}}",
)

#: The modules of ecslint that one clean file needs. Others cost time: think before you add one.
NEEDED = {
    "ecslint",
    "ecslint.adapters",
    "ecslint.adapters.taskdef",
    "ecslint.api",
    "ecslint.checks",
    "ecslint.checks.quick",
    "ecslint.cli",
    "ecslint.cli.checking",
    "ecslint.cli.output",
    "ecslint.cli.words",
    "ecslint.compiled",
    "ecslint.compiled.fast_task_definition",
    "ecslint.compiled.index",
    "ecslint.kinds",
    "ecslint.compiled.seldom_task_definition",
    "ecslint.discovery",
    "ecslint.document",
    "ecslint.engine",
    "ecslint.model",
    "ecslint.paths",
    "ecslint.reading",
    "ecslint.ruleset",
    "ecslint.ruleset.bundle",
    "ecslint.ruleset.runtime",
    "ecslint.syntax",
    "ecslint.syntax.json",
    "ecslint.words",
}

#: What a folder with a .gitignore needs beyond that.
NEEDED_FOR_GITIGNORE = {"ecslint.regex", "ecslint.regex.globs"}

#: What a YAML file needs beyond that, PyYAML's own modules aside.
NEEDED_FOR_YAML = {"ecslint.syntax.libyaml", "ecslint.syntax.templates", "ecslint.syntax.yaml"}

YAML = """\
family: web
networkMode: awsvpc
requiresCompatibilities: [FARGATE]
cpu: "256" # a quarter of a processor
memory: '512'
executionRoleArn: arn:aws:iam::111122223333:role/web
containerDefinitions:
  - name: web
    image: nginx:1.27-alpine
    command: [nginx, -c, 127.0.0.1/8]
"""

#: What many task definitions have, and a rule might be too quick to suspect: all of it is right.
COMMON = {
    "family": "web",
    "networkMode": "awsvpc",
    "requiresCompatibilities": ["FARGATE"],
    "cpu": "256",
    "memory": "512",
    "executionRoleArn": "ecsTaskExecutionRole",
    "runtimePlatform": {"operatingSystemFamily": "LINUX"},
    "containerDefinitions": [
        {
            "name": "web",
            "image": "nginx:1.27-alpine",
            "portMappings": [{"containerPort": 80}, {"containerPort": 443}],
            "entryPoint": ["sh", "-c"],
            "command": ["envsubst < /a > /b && exec nginx"],
            "dependsOn": [
                {"containerName": "setup", "condition": "SUCCESS"},
                {"containerName": "cache", "condition": "HEALTHY"},
            ],
        },
        {"name": "setup", "image": "alpine:3.20", "essential": False},
        {"name": "cache", "image": "redis:7", "healthCheck": {"command": ["CMD", "redis-cli", "ping"]}},
    ],
}

PROGRAM = """
import sys
before = set(sys.modules)
from ecslint.cli import run
code = run(sys.argv[1:])
print(code, *sorted(set(sys.modules) - before))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, ruleset: Ruleset) -> Path:
    """A folder that holds the package as a wheel does: with its data, so that it looks for no newer rules."""
    del ruleset  # loading it has brought the generated modules up to date
    folder = tmp_path_factory.mktemp("installed")
    shutil.copytree(CHECKOUT / "ecslint", folder / "ecslint", ignore=shutil.ignore_patterns("__pycache__", "*.tmp"))
    for name in ("rules", "schemas"):
        shutil.copytree(CHECKOUT / name, folder / "ecslint" / "data" / name)
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(folder)], check=True)
    return folder


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the task definitions that the benchmark uses."""
    folder = tmp_path_factory.mktemp("speed") / "clean"
    subprocess.run([sys.executable, str(DOCUMENTS), str(folder), "60"], check=True)
    return folder


@pytest.fixture(scope="module")
def plain(clean: Path) -> list[Path]:
    """The documents in which nothing looks like a placeholder, the one nearest to 5 KB first."""
    without = [path for path in clean.iterdir() if "$" not in path.read_text(encoding="utf-8")]
    return sorted(without, key=lambda path: (abs(path.stat().st_size - 5000), path))


def environment() -> dict[str, str]:
    """With compiled bytecode, and the same on every run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, "PYTHONHASHSEED": "0", "NO_COLOR": "1"}


def run(folder: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder; Python finds the packages in it before all others."""
    words = [str(word) for word in command]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, env=environment(), check=True)


def instructions(folder: Path, *arguments: str | Path) -> int:
    """The instructions of this Python with these arguments, counted by valgrind."""
    valgrind = ("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", sys.executable)
    found = re.search(r"Collected : (\d+)", run(folder, *valgrind, *arguments).stderr)
    assert found is not None
    return int(found[1])


def test_generated_documents_have_no_findings(clean: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ecslint", "--fail-on", "info", "--output-format", "concise", "-q", str(clean)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_clean_files_import_nothing_beyond_their_needs(installed: Path, plain: list[Path]) -> None:
    code, *imported = run(installed, sys.executable, "-c", PROGRAM, *plain).stdout.splitlines()[-1].split()
    allowed = NEEDED | set(sys.builtin_module_names) | {"__future__", "_json"}
    assert (code, sorted(set(imported) - allowed)) == ("0", [])


@pytest.fixture
def common(tmp_path: Path) -> Path:
    """A file with what many task definitions have."""
    file = tmp_path / "common.json"
    file.write_text(json.dumps(COMMON, indent=2), encoding="utf-8")
    return file


def test_what_is_common_and_right_needs_no_exact_rules(installed: Path, common: Path) -> None:
    code, *imported = run(installed, sys.executable, "-c", PROGRAM, common).stdout.splitlines()[-1].split()
    allowed = NEEDED | set(sys.builtin_module_names) | {"__future__", "_json"}
    assert (code, sorted(set(imported) - allowed)) == ("0", [])


def test_a_gitignore_needs_no_regular_expressions(installed: Path, plain: list[Path], tmp_path: Path) -> None:
    shutil.copy(plain[0], tmp_path / "task.json")
    (tmp_path / ".gitignore").write_text("*.log\n/build/\n!keep.*\n**/[ab]?\n\n# end\n")
    code, *imported = run(installed, sys.executable, "-c", PROGRAM, tmp_path).stdout.splitlines()[-1].split()
    allowed = NEEDED | NEEDED_FOR_GITIGNORE | set(sys.builtin_module_names) | {"__future__", "_json"}
    assert (code, sorted(set(imported) - allowed)) == ("0", [])
    assert set(imported) >= NEEDED_FOR_GITIGNORE


def test_a_clean_yaml_file_needs_libyaml_and_little_else(installed: Path, tmp_path: Path) -> None:
    file = tmp_path / "task.yaml"
    file.write_text(YAML, encoding="utf-8")
    code, *imported = run(installed, sys.executable, "-c", PROGRAM, file).stdout.splitlines()[-1].split()
    yaml = {name for name in imported if name.startswith(("yaml", "cython", "_cython"))}
    assert code == "0"
    assert "yaml._yaml" in yaml, "PyYAML without libyaml: parsing takes ten times as long"
    assert not {"re", "datetime", "yaml.reader", "yaml.constructor", "yaml.resolver"} & set(imported)
    assert set(imported) - yaml - NEEDED - set(sys.builtin_module_names) - {"__future__", "_json"} == NEEDED_FOR_YAML


@pytest.mark.skipif(shutil.which("valgrind") is None, reason="counting instructions needs valgrind")
def test_ten_policies_stay_within_their_budget(installed: Path, plain: list[Path], tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    shutil.copy(plain[0], tmp_path / "task.json")
    (tmp_path / ".ecslint.yaml").write_text("rules: [policies]\n")
    for number, policy in enumerate(POLICIES):
        head = f"id: ACME{number:03}\nslug: own-policy-{chr(97 + number)}\ntitle: A policy of somebody's own\n"
        (tmp_path / "policies" / f"{number}.yaml").write_text(f"{head}{policy}\nmessage: this is not so\n")
    done = run(installed, sys.executable, "-c", PROGRAM, tmp_path / "task.json")
    assert done.stdout.splitlines()[-1].split()[0] == "0"
    used = instructions(installed, "-c", PROGRAM, tmp_path / "task.json")
    assert used <= POLICY_BUDGET * instructions(installed, "-c", "pass")


@pytest.mark.skipif(shutil.which("valgrind") is None, reason="counting instructions needs valgrind")
def test_clean_files_stay_within_the_instruction_budget(installed: Path, plain: list[Path], common: Path) -> None:
    nothing = instructions(installed, "-c", "pass")
    for file in (plain[0], common):
        assert instructions(installed, "-c", PROGRAM, file) <= BUDGET * nothing


@pytest.mark.skipif(shutil.which("valgrind") is None, reason="counting instructions needs valgrind")
def test_compat_stays_within_its_budget(installed: Path, plain: list[Path]) -> None:
    least = instructions(installed, "-c", "pass")
    for words in (("compat",), ("compat", "--output-format", "json")):
        assert instructions(installed, "-c", PROGRAM, *words, plain[0]) <= COMPAT_BUDGET * least
