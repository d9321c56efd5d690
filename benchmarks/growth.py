"""How time grows: twice as much of something that may be many takes little more than twice as long."""

from __future__ import annotations

import json
import os

import documents
import measuring
from table import Bar, Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cases import Bench

    #: (file name, text) of all files in which there is so much of something.
    Files = Iterator[tuple[str, str]]

LEAST = Bar(2.8, 2.3)

CHECK = ("check", "--quiet", "--jobs", "1", "--output-format", "concise")
FIX = ("fix", "--check", "-q")
HEAD = "family: web\ncontainerDefinitions:\n"
WEB = "  - name: web\n    image: nginx:1.27\n    memory: 128\n"


def containers(count: int) -> Files:
    """JSON with a finding in each container, which has a fix."""
    found = [{"name": f"c{number}", "image": "nginx:1.27", "memory": "128"} for number in range(count)]
    yield "task.json", json.dumps({"family": "web", "containerDefinitions": found}, indent=1)


def block(count: int) -> Files:
    """The same in YAML."""
    lines = "".join(f"  - name: c{number}\n    image: nginx:1.27\n    memory: '128'\n" for number in range(count))
    yield "task.yaml", f"{HEAD}{lines}"


def nulls(count: int) -> Files:
    """JSON with a null in each container, all of which one fix removes."""
    found = [{"name": f"c{number}", "image": "nginx:1.27", "memory": 128, "cpu": None} for number in range(count)]
    yield "task.json", json.dumps({"family": "web", "containerDefinitions": found}, indent=1)


def null_lines(count: int) -> Files:
    """The same in YAML."""
    lines = "".join(f"  - name: c{number}\n    image: nginx:1.27\n    cpu: null\n" for number in range(count))
    yield "task.yaml", f"{HEAD}{lines}"


def duplicates(count: int) -> Files:
    """JSON with so many variables that are equal, of which fixes remove all but one."""
    web = {"name": "web", "image": "nginx:1.27", "memory": 128, "environment": [{"name": "A", "value": "1"}] * count}
    yield "task.json", json.dumps({"family": "web", "containerDefinitions": [web]}, indent=1)


def labels(count: int) -> Files:
    """YAML with that many labels, all of which a fix puts in quotes."""
    lines = "".join(f"      k{number}: {number}\n" for number in range(count))
    yield "task.yaml", f"{HEAD}{WEB}    dockerLabels:\n{lines}"


def comments(count: int) -> Files:
    """YAML with that many suppressions of nothing, which a fix removes."""
    lines = "".join(
        f"    - name: v{number} # ecslint: ignore ECS013 -- no\n      value: x\n" for number in range(count)
    )
    yield "task.yaml", f"{HEAD}{WEB}    environment:\n{lines}"


def slips(count: int) -> Files:
    """JSON with keys in single quotes, two for each of that many variables, and a comma too many."""
    lines = "\n".join(f"{{'name': \"v{number}\", 'value': \"1\"}}," for number in range(count))
    yield "task.json", f'{{"family": "web", "containerDefinitions": [{{"name": "web", "environment": [{lines}]}}]}}'


def nameless(count: int) -> Files:
    """YAML with that many suppressions that name no rule."""
    lines = "".join(f"  # ecslint: ignore[ECS{number}]\n" for number in range(count))
    yield "task.yaml", f"{HEAD}{lines}{WEB}"


def _globs(count: int) -> list[str]:
    return [(f"file{number}.json", f"*.suffix{number}", f"/in/{number}/*.json")[number % 3] for number in range(count)]


def _clean(count: int) -> Files:
    text = documents.text(documents.task(documents.seeded(8), 800))
    yield from ((f"task{number}.json", text) for number in range(count // 100))


def ignored(count: int) -> Files:
    """A .gitignore, and a hundredth as many files as it has lines."""
    yield ".gitignore", "\n".join(_globs(count))
    yield from _clean(count)


def excluded(count: int) -> Files:
    """A configuration that excludes, and a hundredth as many files as it has patterns."""
    yield ".ecslint.yaml", "exclude:\n" + "".join(f"  - '{glob}'\n" for glob in _globs(count))
    yield from _clean(count)


def suppressed(count: int) -> Files:
    """A configuration that suppresses, and a tenth as many findings as it has entries."""
    entries = [f"{{files: '*', rule: ECS101, reason: x, at: 'containerDefinitions[{n}]'}}" for n in range(count)]
    yield ".ecslint.yaml", "suppress:\n" + "".join(f"  - {entry}\n" for entry in entries)
    found = [{"name": f"{number}.", "image": "web:1", "memory": 8} for number in range(count // 10)]
    yield "task.json", json.dumps({"family": "web", "containerDefinitions": found})


def matched(count: int) -> Files:
    """A policy with an evil pattern, and a family of that many characters."""
    yield ".ecslint.yaml", "rules: [policy.yaml]\nselect: [ACME]\n"
    head = "id: ACME001\nslug: letters-only\ntitle: What this company wants\nmessage: this is not so\n"
    yield "policy.yaml", f"{head}given: family\nthen: {{schema: {{pattern: '^(a+)+$'}}}}\n"
    yield "task.json", json.dumps({"family": "a" * count + "!", "containerDefinitions": []})


#: What grows, how many of it there are at first, its files, and what is done with them.
CASES: tuple[tuple[str, int, Callable[[int], Files], tuple[str, ...]], ...] = (
    ("a report in SARIF", 4_000, containers, ("check", "--output-format", "sarif")),
    ("a report in HTML", 4_000, containers, ("check", "--output-format", "html")),
    ("slips of a JSON text, and their fixes in SARIF", 2_000, slips, ("check", "--output-format", "sarif")),
    ("fix of containers, JSON", 4_000, containers, FIX),
    ("fix of containers, YAML", 4_000, block, FIX),
    ("fix of nulls, JSON", 2_000, nulls, FIX),
    ("fix of nulls, YAML", 2_000, null_lines, FIX),
    ("fix of equal variables, JSON", 2_000, duplicates, FIX),
    ("fix of labels, YAML", 4_000, labels, FIX),
    ("fix of comments, YAML", 4_000, comments, FIX),
    ("suppressions in a YAML file that name no rule", 8_000, nameless, CHECK),
    ("lines of .gitignore, and a hundredth as many files", 20_000, ignored, CHECK),
    ("patterns of exclude, and a hundredth as many files", 20_000, excluded, CHECK),
    ("entries of suppress, and a tenth as many findings", 2_000, suppressed, CHECK),
    ("characters, matched by ^(a+)+$ in a policy", 400_000, matched, CHECK),
)


def growth(bench: Bench) -> Iterator[Row]:
    """Processor time of twice as many things ÷ of the first count; what an idle Python takes is left out."""
    start = min(measuring.run(bench.nothing).cpu for _ in range(3))
    for number, (case, count, files, words) in enumerate(CASES):
        single, double = (
            _seconds(bench, bench.path("growth", f"{number}-{size}"), files(size), words) for size in (count, 2 * count)
        )
        note = f"{double:.1f} s of the processor for {2 * count:,}"
        yield Row(f"growth: {case}, {2 * count:,} ÷ {count:,}", (double - start) / (single - start), LEAST, note)


def _seconds(bench: Bench, folder: str, files: Files, words: tuple[str, ...]) -> float:
    os.makedirs(folder, exist_ok=True)
    for name, text in files:
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
    command = bench.ecslint(*words, folder)
    return min(measuring.run(command).cpu for _ in range(bench.rounds(5)))
