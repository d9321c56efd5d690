"""What the GitHub Action does; action.yml calls it.

python3 -I scripts/action.py install    install ecslint into a virtual environment of its own
python3 -I scripts/action.py lint       run it once, and hand its reports to the runner

Inputs are variables of the environment (INPUT_PATHS and so on); none of them ever is part of a command line that a
shell reads. With -I, and from a virtual environment, no module of the repository that is checked is imported.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
import tempfile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

ENVIRONMENT = "ecslint-venv"
LOCK = os.path.join("scripts", "action-lock.txt")  # scripts/update_lock.py writes it
VERSION = re.compile(r"[0-9][0-9A-Za-z.!+]*")
BOOLEANS = {"true": True, "false": False}


class Trouble(Exception):
    """Ends the step; the text says which input is wrong."""


def main() -> int:
    """Run the step that the command line names; the exit code."""
    try:
        {"install": install, "lint": lint}[sys.argv[1]](os.environ)
    except Trouble as error:
        print(f"ecslint: {error}", file=sys.stderr)
        return 2
    except subprocess.CalledProcessError as error:
        print(f"ecslint: could not be installed: `{os.path.basename(error.cmd[0])}` failed", file=sys.stderr)
        return 2
    return 0


def install(env: Mapping[str, str]) -> None:
    """Install a published version, or the one that the action comes with, and first what it needs, checked by hash.

    Only what a published version needs beyond that comes without a hash of ours.
    """
    version = env["INPUT_VERSION"].strip()
    if version and not VERSION.fullmatch(version):
        raise Trouble(f"version: {version!r} is no version; one looks like 1.2.3")
    venv = os.path.join(env["RUNNER_TEMP"], ENVIRONMENT)
    subprocess.run([sys.executable, "-I", "-m", "venv", venv], check=True)
    python, action = os.path.join(venv, "bin", "python"), env["GITHUB_ACTION_PATH"]
    pip = [python, "-I", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "--requirement", os.path.join(action, LOCK)], check=True)
    ours = ["--no-index", "--no-deps", "--no-build-isolation", action]
    subprocess.run([*pip, *([f"ecslint=={version}"] if version else ours)], check=True)


def lint(env: Mapping[str, str]) -> None:
    """Run ecslint once and hand over what it wrote. That there are findings is for the last step to tell."""
    wanted = {name: flag(env, name) for name in ("annotations", "summary", "upload-sarif")}
    folder = env["INPUT_WORKING_DIRECTORY"] or os.curdir
    if not os.path.isdir(folder):
        raise Trouble(f"working-directory: there is no folder {folder!r}")
    reports = tempfile.mkdtemp(prefix="ecslint-", dir=env["RUNNER_TEMP"])
    sarif = os.path.abspath(os.path.join(folder, env["INPUT_SARIF_FILE"] or os.path.join(reports, "ecslint.sarif")))
    files = {"sarif": sarif}
    files |= {"github": os.path.join(reports, "commands")} if wanted["annotations"] else {}
    files |= {"markdown": os.path.join(reports, "summary.md")} if wanted["summary"] else {}
    files["json"] = os.path.join(reports, "report.json")  # the last, so that where it is, the others are
    python = os.path.join(env["RUNNER_TEMP"], ENVIRONMENT, "bin", "python")
    code = logged([python, "-I", "-m", "ecslint", *words(env, files)], folder)
    print(read(files.get("github")), end="", flush=True)
    if "markdown" in files:
        with open(env["GITHUB_STEP_SUMMARY"], "a", encoding="utf-8") as file:
            file.write(read(files["markdown"]))
    counts = json.loads(read(files["json"]) or "{}").get("summary")
    results = {"exit-code": str(code), "sarif-file": sarif if counts else ""}
    if counts:
        findings = counts["error"] + counts["warning"] + counts["info"]
        results |= {"findings": str(findings), "errors": str(counts["error"]), "warnings": str(counts["warning"])}
    with open(env["GITHUB_OUTPUT"], "a", encoding="utf-8") as file:
        file.write("".join(map(output, results, results.values())))


def flag(env: Mapping[str, str], name: str) -> bool:
    """The value of an input that is true or false."""
    text = env["INPUT_" + name.upper().replace("-", "_")].strip()
    if text not in BOOLEANS:
        raise Trouble(f"{name}: {text!r} is neither true nor false")
    return BOOLEANS[text]


def words(env: Mapping[str, str], files: Mapping[str, str]) -> list[str]:
    """The command line of ecslint: text for the log, and a file for each other report."""
    paths = lines(env["INPUT_PATHS"])
    if not paths:
        raise Trouble("paths: name at least one file or folder")
    options = {
        "config": env["INPUT_CONFIG"].strip(),
        "select": ",".join(lines(env["INPUT_SELECT"])),
        "ignore": ",".join(lines(env["INPUT_IGNORE"])),
        "fail-on": env["INPUT_FAIL_ON"].strip(),
    }
    given = [f"--{name}={value}" for name, value in options.items() if value]
    reports = [f"--output-format={kind}:{file}" for kind, file in files.items()]
    return ["check", *given, "--output-format=full", *reports, "--", *paths]


def lines(text: str) -> list[str]:
    """The lines that hold something, without blanks around them."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def logged(command: list[str], folder: str) -> int:
    """Run a command whose output goes to the log while the runner obeys nothing in it; the exit code."""
    token = secrets.token_hex(16)
    print(f"::stop-commands::{token}", flush=True)
    try:
        return subprocess.run(command, cwd=folder, stderr=subprocess.STDOUT, check=False).returncode
    finally:
        print(f"::{token}::", flush=True)


def read(name: str | None) -> str:
    """The text of a report; none if it was not asked for, or not written because ecslint could not start."""
    if name is None or not os.path.exists(name):
        return ""
    with open(name, encoding="utf-8") as file:
        return file.read()


def output(name: str, value: str) -> str:
    """An output as the runner reads it; no value can end it before its end."""
    token = secrets.token_hex(16)
    return f"{name}<<{token}\n{value}\n{token}\n"


if __name__ == "__main__":
    sys.exit(main())
