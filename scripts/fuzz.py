"""Let a fuzzer that watches which lines are reached look for texts that break a promise. It needs atheris.

python scripts/fuzz.py                     each target for a share of a minute, as in CI
python scripts/fuzz.py edit-yaml           one of them
options: --seconds N (of all targets together), --jobs N

The targets are property tests of tests/, so what is found becomes an example of such a test. A text that breaks one is
printed with the traceback, and kept as ``fuzz-TARGET-…`` in the root of the repository; the exit code is 1. Without
atheris, which has wheels for some versions of CPython on Linux only, the script says so, and the exit code is 0.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TARGETS = ("json", "yaml", "edit-json", "edit-yaml", "bytes")
LONGEST = 2_000  # bytes of an input
LIBFUZZER = ("-timeout=20", "-rss_limit_mb=1500", "-print_final_stats=1", "-verbosity=1", f"-max_len={LONGEST}")


def target(name: str) -> Callable[[bytes], Any]:
    """What is done with the bytes that the fuzzer makes up. Imported here, so that atheris can watch the modules."""
    from tests.survey import survey
    from tests.syntax import test_edit_json, test_edit_yaml, test_json, test_yaml

    if name == "edit-json":
        return test_edit_json.test_damaged_texts.hypothesis.fuzz_one_input  # type: ignore[attr-defined, no-any-return]
    if name == "edit-yaml":
        return test_edit_yaml.test_damaged_texts.hypothesis.fuzz_one_input  # type: ignore[attr-defined, no-any-return]
    if name == "bytes":
        return lambda raw: survey(raw[1:], ("td.json", "td.yaml")[raw[0] % 2] if raw else "td.json")
    laws = {
        "json": [
            test_json.test_any_text_is_judged_as_the_standard_library_judges_it,
            test_json.test_faults_lie_in_the_text_in_order_and_at_most_one_ends_the_reading,
        ],
        "yaml": [test_yaml.test_no_text_raises_and_all_spans_lie_in_it],
    }[name]

    def judge(raw: bytes) -> None:
        text = raw.decode("utf-8", "ignore")
        for law in laws:
            law.hypothesis.inner_test(text)  # type: ignore[attr-defined]

    return judge


def fuzz(name: str, seconds: int, folder: str) -> None:
    """Run one target in this process, which ends with it."""
    import atheris  # type: ignore[import-untyped]

    sys.path.insert(0, str(ROOT))
    os.chdir(ROOT)
    with atheris.instrument_imports(include=["ecslint"]):
        judge = target(name)
    from tests.test_bytes import EXAMPLES

    seeds = Path(folder) / name
    seeds.mkdir()
    for number, (raw, file) in enumerate(EXAMPLES):
        if len(raw) < LONGEST and name not in ("edit-json", "edit-yaml"):
            (seeds / str(number)).write_bytes((bytes([file.endswith("yaml")]) if name == "bytes" else b"") + raw)
    words = [f"-max_total_time={seconds}", f"-artifact_prefix=fuzz-{name}-", *LIBFUZZER]
    atheris.Setup([name, *words, str(seeds)], judge)
    atheris.Fuzz()


def told(name: str, seconds: int, folder: str) -> tuple[int, str]:
    """The exit code of a target, and what is to be said of it."""
    words = [sys.executable, __file__, name, f"--seconds={seconds}", f"--here={folder}"]
    done = subprocess.run(words, capture_output=True, text=True, errors="replace", check=False)  # noqa: S603
    found = re.search(r"stat::number_of_executed_units: (\d+)", done.stderr)
    tried = int(found[1]) if found else 0
    lost = int(done.returncode != 0 or not tried)
    return lost, f"fuzz {name}: tried={tried} lost={lost}" + (f"\n{done.stdout}{done.stderr}" if lost else "")


def main(words: list[str]) -> int:
    """Run the targets; the exit code."""
    parser = argparse.ArgumentParser(description="Look for texts that break a promise.")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"one of {', '.join(TARGETS)}")
    parser.add_argument("--seconds", type=int, default=60, help="of all targets together")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--here", default="", help=argparse.SUPPRESS)  # run one target in this process
    options = parser.parse_args(words)
    if unknown := set(options.targets) - set(TARGETS):
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    if importlib.util.find_spec("atheris") is None:
        print("fuzz: skipped, because atheris is not installed; it has wheels for some CPython on Linux only")
        return 0
    if options.here:
        fuzz(options.targets[0], options.seconds, options.here)
    names = options.targets or TARGETS
    share = max(1, options.seconds * options.jobs // len(names))
    with ThreadPoolExecutor(options.jobs) as pool, tempfile.TemporaryDirectory(prefix="ecslint-fuzz-") as folder:
        outcomes = list(pool.map(lambda name: told(name, share, folder), names))
    print(*(said for _, said in outcomes), sep="\n")
    return int(any(lost for lost, _ in outcomes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
