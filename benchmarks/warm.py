"""Time ecslint inside one process; run with the Python of the environment that is measured.

``python warm.py ROUNDS FOLDER...`` prints a line for each folder: the median of (read documents and
lint them) / (``json.loads`` of the same bytes), and the seconds of the fastest round of linting.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time

from ecslint import document, engine
from ecslint.ruleset import bundle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def load(texts: Sequence[bytes]) -> float:
    """Seconds that ``json.loads`` needs for all texts."""
    start = time.perf_counter()
    for text in texts:
        json.loads(text)
    return time.perf_counter() - start


def lint(texts: Sequence[bytes]) -> float:
    """Seconds that ecslint needs for all texts."""
    ruleset = bundle.load()
    settings = engine.Settings(ruleset.default)
    start = time.perf_counter()
    for text in texts:
        engine.lint(document.parse(text, "task.json"), ruleset, settings)
    return time.perf_counter() - start


def main() -> None:
    rounds = int(sys.argv[1])
    for folder in sys.argv[2:]:
        texts = []
        for entry in sorted(os.listdir(folder)):
            with open(os.path.join(folder, entry), "rb") as file:
                texts.append(file.read())
        load(texts), lint(texts)
        pairs = [(lint(texts), load(texts)) for _ in range(rounds)]
        print(statistics.median(one / two for one, two in pairs), min(one for one, _ in pairs))


if __name__ == "__main__":
    main()
