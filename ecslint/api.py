"""Lint files: what the command line does, without the command line."""

from __future__ import annotations

from ecslint import discovery, document, engine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ecslint.engine import Settings
    from ecslint.model import Finding, Source
    from ecslint.ruleset.bundle import Ruleset

#: Below this many files, starting more processes takes longer than it saves.
FILES_WORTH_JOBS = 1000
FILES_AT_ONCE = 200

CLEAN_LINES = 50_000  # how many clean lines of a stream are remembered


class Outcome:
    """What became of one file: checked, foreign (it holds no ECS document) or unreadable (with the reason)."""

    __slots__ = ("file", "findings", "foreign", "source", "unreadable")

    def __init__(
        self,
        file: str,
        findings: list[Finding] | None = None,
        source: Source | None = None,
        *,
        foreign: bool = False,
        unreadable: str = "",
    ) -> None:
        self.file = file
        self.findings = findings or []
        self.source = source
        self.foreign = foreign
        self.unreadable = unreadable


def check(
    names: Iterable[str], ruleset: Ruleset, settings: Settings, *, stdin_name: str = "<stdin>", jobs: int = 0
) -> Iterator[Outcome]:
    """Lint files, all JSON and YAML files of folders, and standard input for ``-``, one after the other.

    ``jobs`` is the number of processes; 0 takes one for few files and one for each processor for
    many. The outcomes are the same, and in the same order, for any number.
    """
    files: Iterable[tuple[str, bool]] = discovery.discover(names)
    if jobs != 1:
        files = list(files)
        in_files = all(name != discovery.STDIN for name, _ in files)  # other processes have no standard input
        if in_files and (jobs or len(files) >= FILES_WORTH_JOBS):
            from ecslint import parallel

            yield from parallel.lint(files, settings, stdin_name, jobs, FILES_AT_ONCE)
            return
    for name, named in files:
        outcome = lint_file(name, named, ruleset, settings, stdin_name)
        if outcome is not None:
            yield outcome


def lint_file(name: str, named: bool, ruleset: Ruleset, settings: Settings, stdin_name: str) -> Outcome | None:
    """Lint one file. None for a file that was found in a folder and holds no ECS document."""
    shown = stdin_name if name == discovery.STDIN else name
    try:
        raw = document.read_standard_input() if name == discovery.STDIN else document.read(name)
    except document.Unreadable as error:
        return Outcome(shown, unreadable=str(error))
    parsed = document.parse(raw, shown)
    if not engine.is_ecs(parsed) and not (named and parsed.data is None and parsed.faults):
        return Outcome(shown, foreign=True) if named else None
    return Outcome(shown, *engine.lint(parsed, ruleset, settings))


def check_lines(lines: Iterable[bytes], name: str, ruleset: Ruleset, settings: Settings) -> Iterator[Outcome]:
    """Lint a stream that holds one JSON document a line, and yield the outcome of each line that has one.

    Blank lines are passed over. A line that is the same as a clean one before is not checked again;
    memory does not grow with the stream.
    """
    from hashlib import blake2b

    clean: set[bytes] = set()
    for number, line in enumerate(lines, 1):
        digest = blake2b(line, digest_size=16).digest()
        if digest in clean:
            yield Outcome(name)
            continue
        if not line.strip():
            continue
        parsed = document.parse(line.rstrip(b"\r\n"), name, language="json")
        if not engine.is_ecs(parsed) and not (parsed.data is None and parsed.faults):
            yield Outcome(f"{name}:{number}", foreign=True)
            continue
        findings, source = engine.lint(parsed, ruleset, settings)
        if source is not None:
            source.first_line = number
        elif len(clean) < CLEAN_LINES:
            clean.add(digest)
        yield Outcome(name, findings, source)
