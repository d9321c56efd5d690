"""What is measured. Each case gives its rows; all figures are ratios, so that the machine hardly matters."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import NamedTuple

import documents
import measuring
from table import Bar, Row

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WARM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "warm.py")
LINES = "import sys\nline = sys.stdin.read()\nfor _ in range(int(sys.argv[1])):\n    sys.stdout.write(line)\n"


#: Where to look and what must hold, of ten policies that clean documents satisfy.
POLICIES = (
    ("containerDefinitions[].image", "check: image_registry, options: {forbidden: [registry.example]}"),
    ("containerDefinitions[].image", 'schema: {not: {pattern: ":(latest|edge|nightly)$"}}'),
    ("containerDefinitions[]", "schema: {required: [name, image]}"),
    ("containerDefinitions[].name", 'schema: {pattern: "^[a-z][a-z0-9]*(-[a-z0-9]+)*$"}'),
    ("containerDefinitions[].portMappings[].containerPort", "schema: {minimum: 1, maximum: 65535}"),
    ("containerDefinitions[].environment[].name", 'schema: {not: {pattern: "^(DEBUG_|INTERNAL_)"}}'),
    ("containerDefinitions[].logConfiguration", "schema: {properties: {logDriver: {enum: [awslogs, awsfirelens]}}}"),
    ("containerDefinitions[].linuxParameters", "schema: {properties: {devices: false}}"),
    ("containerDefinitions[].privileged", "schema: {const: false}"),
    ("family", 'schema: {pattern: "^[a-z][a-z0-9-]*$"}'),
)


class Bench(NamedTuple):
    """Where things are. ``scripts`` holds the installed ecslint, ``folder`` what is written on the way."""

    scripts: str
    folder: str
    quick: bool

    @property
    def nothing(self) -> list[str]:
        """The command that everything is compared with: a Python that starts and does nothing."""
        return [os.path.join(self.scripts, "python"), "-c", "pass"]

    def ecslint(self, *arguments: str) -> list[str]:
        """The installed command, started as the shell starts it."""
        return [os.path.join(self.scripts, "python"), os.path.join(self.scripts, "ecslint"), *arguments]

    def path(self, *names: str) -> str:
        """A path in the folder."""
        return os.path.join(self.folder, *names)

    def rounds(self, usual: int) -> int:
        """How often to measure."""
        return max(3, usual // 3) if self.quick else usual

    @property
    def many(self) -> int:
        """How many files are many."""
        return 1000 if self.quick else 10000


def prepare(bench: Bench) -> None:
    """Write all documents. Fails when ecslint finds something in those that are meant to be clean."""
    documents.write(bench.path("clean"), 200)
    documents.write(bench.path("faulty"), 200, seed=2, faulty_every=1)
    documents.write(bench.path("many"), bench.many, seed=3, faulty_every=10)
    documents.write(bench.path("5k"), 400, seed=4, size=5000)
    documents.write(bench.path("20k"), 100, seed=5, size=20000)
    random = documents.seeded(6)
    clean = documents.task(random, 5000)
    while "$" in documents.text(clean):
        clean = documents.task(random, 5000)
    shell = json.loads(documents.text(clean))
    shell["containerDefinitions"][0]["command"] = ["sh", "-c", "exec server --port $PORT"]
    faulty = documents.spoil(clean, random)
    texts = {
        "clean.json": documents.text(clean),
        "shell.json": documents.text(shell),
        "faulty.json": documents.text(faulty),
        "clean.yaml": documents.yaml(clean),
        "line.ndjson": json.dumps(clean, separators=(",", ":")) + "\n",
    }
    for name, text in texts.items():
        with open(bench.path(name), "w", encoding="utf-8") as file:
            file.write(text)
    write_policies(bench.path("policies"), texts["clean.json"])
    names = ("clean", "5k", "20k", "clean.json", "shell.json", "clean.yaml", "policies/clean.json")
    clean_names = [bench.path(name) for name in names]
    said = measuring.call(bench.ecslint("--fail-on", "info", *clean_names))
    if said.returncode:
        raise SystemExit(f"documents that are meant to be clean are not:\n{said.stdout}{said.stderr}")


def write_policies(folder: str, text: str) -> None:
    """A folder with a document, a configuration and ten policies."""
    os.makedirs(os.path.join(folder, "policies"))
    files = {"clean.json": text, ".ecslint.yaml": "rules: [policies]\n"}
    for number, (given, then) in enumerate(POLICIES):
        head = f"id: ACME{number:03}\nslug: policy-{number}\ntitle: What this company wants\n"
        files[f"policies/{number}.yaml"] = f'{head}given: {given}\nthen: {{{then}}}\nmessage: "{{key}} is not so"\n'
    for name, content in files.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(content)


def cold(bench: Bench) -> Iterator[Row]:
    """One file, from the start of the process to its end."""
    nothing = measuring.instructions(bench.nothing)
    calls = [
        ("one clean JSON file of 5 KB", ["clean.json"], Bar(2.0, 1.5)),
        ("the same with a shell variable in a command", ["shell.json"], None),
        ("one JSON file with findings", ["faulty.json"], Bar(3.5, 2.4)),
        ("one YAML file", ["clean.yaml"], Bar(5, 4)),
        ("the clean JSON file, with ten policies", ["policies/clean.json"], Bar(6, 4.5)),
        ("one JSON file with findings, SARIF", ["--output-format", "sarif", "faulty.json"], Bar(5, 3.5)),
        ("--help, by way of click", ["--help"], Bar(6.5, 5.5)),
    ]
    for case, words, bar in calls:
        command = bench.ecslint(*(bench.path(word) if "." in word else word for word in words))
        wall, _ = measuring.in_turn(command, bench.nothing, bench.rounds(21))
        timed = f"wall {wall.median:.2f}, best {wall.best:.2f}"
        counted = measuring.instructions(command)
        if counted is None or nothing is None:
            yield Row(f"cold: {case}", wall.median, bar, f"wall, without valgrind; best {wall.best:.2f}")
        else:
            yield Row(f"cold: {case}", counted / nothing, bar, timed)


def warm(bench: Bench) -> Iterator[Row]:
    """Many documents in one process, and whether time grows with the length of a document."""
    folders = [bench.path(name) for name in ("clean", "faulty", "5k", "20k")]
    command = [bench.nothing[0], WARM, str(bench.rounds(15)), *folders]
    done = measuring.call(command)
    if done.returncode:
        raise SystemExit(done.stderr)
    clean, faulty, short, long = [tuple(map(float, line.split())) for line in done.stdout.splitlines()]
    yield Row("warm: clean document ÷ json.loads", clean[0], Bar(7, 5))
    yield Row("warm: document with findings ÷ json.loads", faulty[0], Bar(18, 12))
    sizes = [sum(entry.stat().st_size for entry in os.scandir(folder)) for folder in folders[2:]]
    growth = (long[1] / sizes[1]) / (short[1] / sizes[0])
    yield Row("warm: time for each byte, documents of 20 KB ÷ of 5 KB", growth, Bar(1.2, 1.1))


def many(bench: Bench) -> Iterator[Row]:
    """A folder full of files in one process, and in two."""
    bar, jobs_bar = (None, None) if bench.quick else (Bar(220, 160), Bar(0.7, 0.6))
    command = bench.ecslint("--quiet", "--jobs", "1", bench.path("many"))
    wall, _ = measuring.in_turn(command, bench.nothing, 3)
    case = f"{bench.many:,} files, one in ten with findings, in one process"
    yield Row(f"many: {case}", wall.median, bar, f"wall, best {wall.best:.0f}")
    if not _knows(bench, "--jobs", "1"):
        yield Row("many: two jobs ÷ one job", None, jobs_bar, "ecslint has no --jobs yet")
        return
    pair = [bench.ecslint("--quiet", "--jobs", jobs, bench.path("many")) for jobs in "21"]
    wall, _ = measuring.in_turn(pair[0], pair[1], 3)
    yield Row("many: two jobs ÷ one job", wall.median, jobs_bar, f"wall, best {wall.best:.2f}")


def memory(bench: Bench) -> Iterator[Row]:
    """Peak memory."""
    nothing = measuring.peak(bench.nothing)
    one = measuring.peak(bench.ecslint(bench.path("clean.json")))
    yield Row("memory: one file", one / nothing, Bar(1.6, 1.3))
    several = measuring.peak(bench.ecslint("--quiet", bench.path("many")), 1)
    yield Row(f"memory: {bench.many:,} files", several / nothing, None if bench.quick else Bar(2.5, 2))
    lines = 10_000 if bench.quick else 1_000_000
    case, bar = f"memory: stream of {lines:,} lines", Bar(2.5, 2)
    if not _knows(bench, "--ndjson"):
        yield Row(case, None, bar, "ecslint has no --ndjson yet")
        return
    with (
        open(bench.path("line.ndjson"), "rb") as line,
        subprocess.Popen(  # noqa: S603 - the benchmark's own
            [sys.executable, "-c", LINES, str(lines)], stdin=line, stdout=subprocess.PIPE
        ) as source,
    ):
        used = measuring.run(bench.ecslint("--ndjson", "-"), source.stdout)
        source.kill()
    yield Row(case, used.peak / nothing, bar, f"{used.cpu / lines * 1e6:.0f} µs a line")


def _knows(bench: Bench, *option: str) -> bool:
    """Whether ecslint has an option: wrong usage is exit code 2."""
    return measuring.run(bench.ecslint(*option, bench.path("clean.json"))).code != 2


def hostile(bench: Bench) -> Iterator[Row]:
    """Files that are meant to hurt: they must not crash it, and time must not grow faster than they do."""
    nothing = min(measuring.run(bench.nothing).wall for _ in range(3))
    walls = {}
    for name, case, text in _hostile_texts():
        with open(bench.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        used = measuring.run(bench.ecslint("--quiet", "--output-format", "concise", bench.path(name)))
        crashed = used.code < 0 or "Traceback" in used.errors
        note = f"crashed: {used.errors.strip()[-80:] or used.code}" if crashed else f"wall, exit code {used.code}"
        walls[name] = used.wall - nothing
        yield Row(f"hostile: {case}", used.wall / nothing, None, note, crashed)
    growth = walls["4mb.json"] / walls["400kb.json"] / 10
    yield Row("hostile: time for each byte, 4 MB ÷ 400 KB", growth, Bar(1.5, 1.2))


def _hostile_texts() -> Iterator[tuple[str, str, str]]:
    """(file name, what it is, text)."""
    depth = 100_000
    opened = '{"containerDefinitions": ' + "[" * depth
    yield "deep.json", "100,000 brackets deep, JSON", opened + "]" * depth + "}"
    yield "open.json", "the same, never closed", opened
    yield "deep.yaml", "the same, YAML", "containerDefinitions: " + "[" * depth + "]" * depth
    task = documents.task(documents.seeded(7), 5000)
    for name, case, count in (("400kb.json", "400 KB", 5_500), ("4mb.json", "4 MB", 55_000)):
        tags = [{"key": f"key-{number:05}", "value": "value"} for number in range(count)]
        yield name, f"{case} with {count:,} tags", documents.text({**task, "tags": tags})
    huge = documents.text({**task, "dockerLabels": {"text": "x" * 10_000_000}})
    yield "10mb.json", "10 MB (refused: no task definition is so large)", huge


def peers(bench: Bench, scripts: str) -> Iterator[Row]:
    """The same task definitions under other linters, in the form that each one reads."""
    with open(bench.path("schema.json"), "w", encoding="utf-8") as file:
        file.write(measuring.call(bench.ecslint("schema", "task-definition")).stdout)
    every = [entry.path for entry in sorted(os.scandir(bench.path("5k")), key=lambda entry: entry.name)]
    own = _further(bench.ecslint("--quiet"), every)
    task_files = every[: 20 if bench.quick else 100]
    templates = _templates(bench, task_files)
    checkov = ["checkov", "--quiet", "--compact", "--framework", "cloudformation", "--skip-download", "--file"]
    tools = [
        ("cfn-lint", ["cfn-lint", "--"], templates, Bar(30, 45, True), Bar(100, 250, True)),
        ("Checkov", checkov, templates, Bar(60, 100, True), Bar(50, 100, True)),
        ("check-jsonschema", ["check-jsonschema", "--schemafile", bench.path("schema.json")], task_files, None, None),
    ]
    for name, words, files, cold_bar, further_bar in tools:
        command = [os.path.join(scripts, "python"), os.path.join(scripts, words[0]), *words[1:]]
        wall, cpu = measuring.in_turn([*command, files[0]], bench.ecslint(task_files[0]), bench.rounds(9))
        yield Row(f"{name} ÷ ecslint: cold, one file", wall.median, cold_bar, f"wall; processor {cpu.median:.1f}")
        further = _further(command, files) / own
        yield Row(f"{name} ÷ ecslint: processor time of a further file", further, further_bar)


def _templates(bench: Bench, task_files: Sequence[str]) -> list[str]:
    """The task definitions as CloudFormation templates in JSON."""
    os.makedirs(bench.path("templates"))
    written = []
    for path in task_files:
        with open(path, encoding="utf-8") as file:
            template = documents.cloudformation(json.load(file))
        written.append(bench.path("templates", os.path.basename(path)))
        with open(written[-1], "w", encoding="utf-8") as file:
            file.write(documents.text(template))
    return written


def _further(words: Sequence[str], files: Sequence[str]) -> float:
    """Processor seconds of each file after the first."""
    first = min(measuring.run([*words, files[0]]).cpu for _ in range(3))
    return (min(measuring.run([*words, *files]).cpu for _ in range(3)) - first) / (len(files) - 1)
