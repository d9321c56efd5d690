"""Measure how fast ecslint is, as ratios, and hold it against the bars.

Installs this checkout as a wheel into a temporary environment. The exit code is 1 when a figure
misses what it must be.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import sys
import tempfile

import cases
import editor
import environments
import growth
import table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, and 1,000 files instead of 10,000")
    parser.add_argument("--markdown", action="store_true", help="print the table for the documentation")
    parser.add_argument("--peers", metavar="FOLDER", help="compare with other linters, installed in this folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ecslint-bench-") as folder:
        scripts = environments.install(os.path.join(folder, "environment"))
        bench = cases.Bench(scripts, folder, options.quick)
        peers = environments.install_peers(os.path.abspath(options.peers)) if options.peers else None
        cases.prepare(bench)
        rows = []
        for row in measure(bench, peers):
            if sys.stderr.isatty():
                print("  ".join(table.cells(row)).rstrip(), file=sys.stderr)
            rows.append(row)
    print(machine() + "\n\n" + table.markdown(rows) if options.markdown else table.text(rows), end="")
    return 1 if any(table.verdict(row) == "MISSED" for row in rows) else 0


def measure(bench: cases.Bench, peers: str | None) -> Iterator[table.Row]:
    """All rows, one after the other."""
    for case in (cases.cold, cases.warm, cases.many, cases.memory, cases.hostile, growth.growth, editor.editor):
        yield from case(bench)
    if peers:
        yield from cases.peers(bench, peers)


def machine() -> str:
    """When and on what this was measured."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    today = datetime.date.today().isoformat()
    return (
        f"Measured on {today} with Python {platform.python_version()} on {platform.system()} "
        f"{platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GB of memory."
    )


if __name__ == "__main__":
    sys.exit(main())
