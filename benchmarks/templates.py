"""ecslint, cfn-lint and Checkov side by side on templates of CloudFormation: what they find, what not, and how long.

    python benchmarks/templates.py TEMPLATES --peers FOLDER

TEMPLATES is a folder with pairs of templates, NAME-bad.yaml with a defect and NAME-good.yaml without. The peers
are installed into FOLDER from the registry, unless it has them. Each tool reads all files in one run.

*found* are the pairs of which a tool says something about the bad one that it does not say about the good one. *false*
are the good ones about which it says an error; Checkov knows no severities offline, so of it those count about
which it says what it does not say about the bad one.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

import environments
from measuring import call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeAlias

    #: What a tool says: the names of rules by file, all of them and those of errors.
    Said: TypeAlias = dict[str, tuple[set[str], set[str]]]

BAD, GOOD = "-bad", "-good"


def ecslint(scripts: str, files: Sequence[str]) -> Said:
    """What ecslint says; notes count for nothing."""
    done = call([os.path.join(scripts, "ecslint"), "check", "--isolated", "--output-format", "json", *files])
    said: Said = {file: (set(), set()) for file in files}
    for finding in json.loads(done.stdout)["findings"]:
        if finding["severity"] != "info":
            everything, errors = said[finding["file"]]
            everything.add(finding["rule"])
            errors |= {finding["rule"]} if finding["severity"] == "error" else set()
    return said


def cfn_lint(scripts: str, files: Sequence[str]) -> Said:
    """What cfn-lint says; its notes count for nothing."""
    done = call([os.path.join(scripts, "cfn-lint"), "--format", "json", "--", *files])
    said: Said = {file: (set(), set()) for file in files}
    for match in json.loads(done.stdout or "[]"):
        if match["Level"] != "Informational":
            everything, errors = said[match["Filename"]]
            everything.add(match["Rule"]["Id"])
            errors |= {match["Rule"]["Id"]} if match["Level"] == "Error" else set()
    return said


def checkov(scripts: str, files: Sequence[str]) -> Said:
    """The policies of Checkov that fail, and those that fail for a good template only as errors."""
    named = [word for file in files for word in ("--file", file)]
    options = ["--framework", "cloudformation", "--skip-download", "--quiet", "--compact", "--output", "json"]
    done = call([os.path.join(scripts, "checkov"), *options, *named])
    said: Said = {file: (set(), set()) for file in files}
    report = json.loads(done.stdout)
    for part in report if isinstance(report, list) else [report]:
        for check in part.get("results", {}).get("failed_checks", ()):
            file = next(file for file in files if os.path.abspath(file) == check["file_abs_path"])
            said[file][0].add(check["check_id"])
    for good in (file for file in files if GOOD in os.path.basename(file)):
        said[good][1].update(said[good][0] - said[partner(good)][0])
    return said


TOOLS: dict[str, Callable[[str, Sequence[str]], Said]] = {
    "ecslint": ecslint,
    "cfn-lint": cfn_lint,
    "Checkov": checkov,
}


def partner(good: str) -> str:
    """The bad template of the same pair."""
    folder, name = os.path.split(good)
    return os.path.join(folder, name.replace(GOOD, BAD))


def main() -> int:
    """Print a table of what each tool finds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("templates", type=Path)
    parser.add_argument("--peers", required=True, help="where the peers are, or are to be installed")
    options = parser.parse_args()
    good = sorted(str(path) for path in options.templates.iterdir() if GOOD in path.stem)
    files = [file for one in good for file in (partner(one), one)]
    if not good:
        raise SystemExit(f"{options.templates} holds no templates NAME{BAD} and NAME{GOOD}")
    peers = environments.install_peers(options.peers)
    with tempfile.TemporaryDirectory() as folder:
        own = environments.install(folder)
        print(f"{'tool':10} {'found':>12} {'false':>12} {'seconds':>8}")
        for name, ask in TOOLS.items():
            scripts = own if ask is ecslint else peers
            ask(scripts, files[:2])  # what the first run of an installation writes
            start = time.perf_counter()
            said = ask(scripts, files)
            seconds = time.perf_counter() - start
            found = sum(bool(said[partner(one)][0] - said[one][0]) for one in good)
            false = sum(bool(said[one][1]) for one in good)
            print(f"{name:10} {found:5} of {len(good):3} {false:5} of {len(good):3} {seconds:8.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
