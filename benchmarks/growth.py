"""How time grows: twice as much in one file may take little more than twice as long."""

from __future__ import annotations

import json

import measuring
from table import Bar, Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cases import Bench

COUNT = 4_000
LEAST = Bar(2.8, 2.3)


def containers(count: int) -> str:
    """JSON with a finding in each container, which has a fix."""
    found = [{"name": f"c{number}", "image": "nginx:1.27", "memory": "128"} for number in range(count)]
    return json.dumps({"family": "web", "containerDefinitions": found}, indent=1)


def block(count: int) -> str:
    """The same in YAML."""
    lines = "".join(f"  - name: c{number}\n    image: nginx:1.27\n    memory: '128'\n" for number in range(count))
    return f"family: web\ncontainerDefinitions:\n{lines}"


def labels(count: int) -> str:
    """YAML with that many labels, all of which a fix puts in quotes."""
    lines = "".join(f"      k{number}: {number}\n" for number in range(count))
    head = "family: web\ncontainerDefinitions:\n  - name: web\n    image: nginx:1.27\n    memory: 128\n"
    return f"{head}    dockerLabels:\n{lines}"


def comments(count: int) -> str:
    """YAML with that many suppressions of nothing, which a fix removes."""
    lines = "".join(
        f"    - name: v{number} # ecslint: ignore ECS013 -- no\n      value: x\n" for number in range(count)
    )
    head = "family: web\ncontainerDefinitions:\n  - name: web\n    image: nginx:1.27\n    memory: 128\n"
    return f"{head}    environment:\n{lines}"


#: What is done with a text of how many things, as rows of the table.
CASES: tuple[tuple[str, str, Callable[[int], str], tuple[str, ...]], ...] = (
    ("a report in SARIF", "containers.json", containers, ("check", "--output-format", "sarif")),
    ("a report in HTML", "containers.json", containers, ("check", "--output-format", "html")),
    ("fix of containers, JSON", "containers.json", containers, ("fix", "--check", "-q")),
    ("fix of containers, YAML", "containers.yaml", block, ("fix", "--check", "-q")),
    ("fix of labels, YAML", "labels.yaml", labels, ("fix", "--check", "-q")),
    ("fix of comments, YAML", "comments.yaml", comments, ("fix", "--check", "-q")),
)


def growth(bench: Bench) -> Iterator[Row]:
    """Processor time of a file with twice as many findings ÷ of one with COUNT; what the start takes is left out."""
    for case, name, text, words in CASES:
        start, single, double = (_seconds(bench, name, text(count), words) for count in (1, COUNT, 2 * COUNT))
        note = f"{double:.1f} s of the processor for {2 * COUNT:,}"
        yield Row(f"growth: {case}, {2 * COUNT:,} ÷ {COUNT:,}", (double - start) / (single - start), LEAST, note)


def _seconds(bench: Bench, name: str, text: str, words: tuple[str, ...]) -> float:
    with open(bench.path(name), "w", encoding="utf-8") as file:
        file.write(text)
    command = bench.ecslint(*words, bench.path(name))
    return min(measuring.run(command).cpu for _ in range(bench.rounds(5)))
