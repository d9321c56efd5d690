"""Lint files: what the command line does, without the command line."""

from __future__ import annotations

import os

from ecslint import discovery, document, engine, reading
from ecslint.kinds import LOCAL
from ecslint.model import Mistakes, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from ecslint.config import Scope
    from ecslint.document import Document
    from ecslint.engine import Settings
    from ecslint.kinds import Name
    from ecslint.model import Finding
    from ecslint.pairing import Match
    from ecslint.project import Pairs
    from ecslint.reading import Unreadable
    from ecslint.ruleset.bundle import Ruleset
    from ecslint.suppress import Trace

#: Below this many files, starting more processes takes longer than it saves.
FILES_WORTH_JOBS = 1000
FILES_AT_ONCE = 200

#: Options of the command line that say what only ``config`` can work out.
CHANGING = ("baseline", "fields", "ignore", "no_suppressions", "profile", "rules", "select", "severity")

#: What a line of a configuration begins with; a test holds them to its schema.
CONFIG_FIELDS = tuple(
    f"{field}:".encode()
    for field in (
        "agent", "baseline", "deploy-path", "exclude", "fail-on", "ignore", "launch-type", "mandatory", "output",
        "parameters", "per-file", "profile", "rules", "select", "severity", "suppress", "task-definition",
    )
)  # fmt: skip

FOREIGN = "no ECS document"
NOT_READ = "not read yet"  # begins what is said of documents of ECS that are no task definitions
TOO_LARGE = f"{FOREIGN}, and too large to be read"
ONE_A_LINE = f"{NOT_READ}: one document a line; name it with --ndjson"

CLEAN_LINES = 50_000  # how many clean lines of a stream are remembered


class Unchecked(Exception):
    """Files that were not checked because what should have done it has ended; the text says what and why."""

    def __init__(self, files: list[str], reason: str) -> None:
        super().__init__(reason)
        self.files = files


class Outcome:
    """What became of one file: checked, or else foreign (what it is instead), excluded, or unreadable (why).

    ``named`` says whether the user named the file, or it was found in a folder; ``settles`` whether it is a
    configuration or a baseline; ``lined`` whether it holds one document a line, which was not asked for.
    ``defines`` are the names of the resources in it, ``refers`` those of other resources that these name;
    ``paired`` says whether the file was linted together with these, ``matches`` where each was looked for. Of a
    template, ``declares`` are the parameters, if some have been given.
    """

    __slots__ = (
        "declares",
        "defines",
        "excluded",
        "fail_on",
        "file",
        "findings",
        "foreign",
        "lined",
        "matches",
        "named",
        "paired",
        "refers",
        "settles",
        "source",
        "traces",
        "unreadable",
    )

    def __init__(
        self,
        file: str,
        findings: list[Finding] | None = None,
        source: Source | None = None,
        *,
        excluded: bool = False,
        fail_on: str = "error",
        foreign: str = "",
        lined: bool = False,
        named: bool = True,
        settles: bool = False,
        unreadable: str = "",
    ) -> None:
        self.file = file
        self.findings = findings or []
        self.source = source
        self.traces: list[Trace] = []
        self.defines: list[Name] = []
        self.refers: list[Name] = []
        self.paired = False
        self.matches: Mapping[Name, Match] = {}
        self.declares: frozenset[str] = frozenset()
        self.excluded = excluded
        self.fail_on = fail_on
        self.foreign = foreign
        self.lined = lined
        self.named = named
        self.settles = settles
        self.unreadable = unreadable

    def is_checked(self) -> bool:
        """Whether the file was linted."""
        return not (self.excluded or self.foreign or self.unreadable)


def configurations(names: Iterable[str], options: Mapping[str, Any]) -> dict[str, str | None]:
    """The path of the configuration for the working folder and for each folder of some files, where there is one."""
    named = options.get("config")
    alone = named or options.get("isolated")
    known: dict[str, str | None] = {}
    found: dict[str, str | None] = {}
    right = discovery.CONFIG_FILE
    for folder in ("", *map(os.path.dirname, names)):
        if folder not in found:
            found[folder] = named if alone else discovery.nearest_config(os.path.abspath(folder), known)
    for folder, path in known.items():
        for name in discovery.MISNAMED + discovery.PERHAPS_MISNAMED if path != f"{folder}{os.sep}{right}" else ():
            if os.access(f"{folder}{os.sep}{name}", os.F_OK):
                refuse_misnamed(f"{folder}{os.sep}{name}")
    return found


def refuse_misnamed(path: str) -> None:
    """Raise Mistakes if a file is a configuration under a wrong name: unread, it would let everything pass."""
    name = os.path.basename(path)
    if name in discovery.PERHAPS_MISNAMED:
        try:
            lines = reading.read(path).splitlines()
        except reading.Unreadable:
            return
        begins = (b"[tool.ecslint",) if name.endswith(".toml") else CONFIG_FIELDS
        if not any(line.startswith(begins) for line in lines):
            return
    shown = os.path.relpath(path)
    raise Mistakes(f"{shown}: this configuration is not read; put it into {discovery.CONFIG_FILE} beside it")


def scope(names: Iterable[str], ruleset: Ruleset, options: Mapping[str, Any]) -> Settings | Scope:
    """The settings of files by their names; ``options`` are those of the command line.

    Without any configuration they are the same for all files. ``rules`` among the options are policies that apply
    whatever the configurations say. Raises Mistakes with those of all configuration files.
    """
    found = configurations(names, options)
    if options.get("parameter") or options.get("parameters"):
        from ecslint import parameters

        options = parameters.resolved(options)
    if options.get("rules"):
        from ecslint.ruleset import policies

        ruleset = ruleset.extended(policies.named(options["rules"]))
    if any(found.values()) or any(map(options.get, CHANGING)):
        from ecslint import config

        return config.Scope(found, ruleset, options)
    return engine.Settings(
        ruleset.default,
        None,
        options.get("launch_type"),
        deploy_path=options.get("deploy_path") or "auto",
        fail_on=options.get("fail_on") or "error",
        parameters=options.get("given"),
    )


def given(scope: Settings | Scope) -> Mapping[str, str]:
    """The values that the command line gives to parameters of templates."""
    return scope.parameters if isinstance(scope, engine.Settings) else scope.given


def refuse_unknown(scope: Settings | Scope, declared: frozenset[str]) -> None:
    """Raise Misuse if the command line gives a parameter that no template of the run has."""
    if given(scope):
        from ecslint import parameters

        parameters.refuse_unknown(given(scope), declared)


def rules_of(scope: Settings | Scope, ruleset: Ruleset) -> Ruleset:
    """The rules of a run: those that are given, and the policies of its configurations."""
    return ruleset if isinstance(scope, engine.Settings) else scope.ruleset


def check(
    files: list[tuple[str, bool]], ruleset: Ruleset, scope: Settings | Scope, *, stdin_name: str, jobs: int = 0
) -> Iterator[Outcome]:
    """Lint files as ``discovery.discover`` gives them, one after the other.

    ``jobs`` is the number of processes; 0 takes one for few files and one for each processor for
    many. The outcomes are the same, and in the same order, for any number. Raises Unchecked at the end if
    a process has died.
    """
    in_files = all(name != discovery.STDIN for name, _ in files)  # other processes have no standard input
    if jobs != 1 and in_files and (jobs or len(files) >= FILES_WORTH_JOBS):
        from ecslint import parallel

        outcomes = parallel.lint(files, scope, jobs, FILES_AT_ONCE)
    else:
        outcomes = lint_files(files, ruleset, scope, stdin_name)
    return joined(outcomes, ruleset, scope, stdin_name)


def joined(
    outcomes: Iterable[Outcome], ruleset: Ruleset, scope: Settings | Scope, stdin_name: str
) -> Iterator[Outcome]:
    """Outcomes, at the end those of files with resources that name others, with what rules say of both.

    Only names are kept until then, so that any number of processes gives the same. Raises Unchecked if ``outcomes`` do.
    """
    places: dict[Name, list[str]] = {}
    waiting: list[Outcome] = []
    lost: Unchecked | None = None
    try:
        for outcome in outcomes:
            for name in outcome.defines:
                places.setdefault(name, []).append(outcome.file)
            if outcome.refers:
                waiting.append(outcome)
            else:
                yield outcome
    except Unchecked as error:
        lost = error
    for outcome in waiting:
        settings = scope.of(outcome.file)
        if settings is None or outcome.file == stdin_name:
            yield outcome
            continue
        from ecslint.pairing import matches
        from ecslint.project import pairs_of

        found = matches(outcome.file, outcome.defines, outcome.refers, places, settings)
        pairs = pairs_of(found, ruleset)
        if pairs is not None:
            outcome = lint_file(outcome.file, outcome.named, ruleset, settings, stdin_name, pairs)
            outcome.paired = True
        outcome.matches = found
        yield outcome
    if lost is not None:
        raise lost


def lint_files(
    files: Iterable[tuple[str, bool]], ruleset: Ruleset, scope: Settings | Scope, stdin_name: str
) -> Iterator[Outcome]:
    """The outcomes of files in their order."""
    for name, named in files:
        file = shown(name, stdin_name)
        settings = scope.of(file)
        if settings is None:
            yield Outcome(file, excluded=True, named=named)
        else:
            yield lint_file(name, named, ruleset, settings, stdin_name)


def shown(name: str, stdin_name: str) -> str:
    """What reports call a file."""
    return stdin_name if name == discovery.STDIN else name


def lint_file(
    name: str, named: bool, ruleset: Ruleset, settings: Settings, stdin_name: str, pairs: Pairs | None = None
) -> Outcome:
    """Lint one file, and what is made of its resources and of those that they name, if these are known."""
    file = shown(name, stdin_name)
    try:
        beside = passed_over(name, named)
        raw = None if beside else read(name, named)
    except reading.Unreadable as error:
        return Outcome(file, unreadable=str(error), lined=isinstance(error, reading.TooLarge) and is_lined(error.start))
    if beside:
        return Outcome(file, foreign=beside, named=named)
    if raw is None:
        return Outcome(file, foreign=TOO_LARGE, named=named)
    return lint_bytes(raw, file, named, ruleset, settings, pairs)


def lint_bytes(
    raw: bytes, file: str, named: bool, ruleset: Ruleset, settings: Settings, pairs: Pairs | None = None
) -> Outcome:
    """Lint the bytes of one file."""
    parsed = document.parse(raw, file)
    parsed.named = named
    is_ours = parsed.data is not None or named or engine.is_ecs(parsed)
    found = engine.look(parsed, ruleset, settings, pairs) if is_ours else None
    if found is None:
        return Outcome(file, foreign=instead(parsed), named=named)
    defines, refers = engine.links(parsed, settings)
    if pairs is None and engine.refers_within(defines, refers):
        from ecslint.project import Pairs

        found = engine.look(parsed, ruleset, settings, Pairs(ruleset, lambda _: None)) or found
    lined = bool(parsed.faults) and is_lined(raw)
    outcome = Outcome(file, *found, fail_on=settings.fail_on, named=named, lined=lined)
    outcome.declares = engine.declared(parsed) if settings.parameters else outcome.declares
    outcome.defines = [name for name in defines if not name[1].startswith(LOCAL)]
    outcome.refers = [name for name in refers if not name[1].startswith(LOCAL)]
    if settings.silencing is not None:
        from ecslint import suppress

        unasked = suppress.unasked(ruleset, pairs is not None)
        outcome.traces = suppress.traces(settings.silencing, outcome.findings, unasked)
    return outcome


def passed_over(name: str, named: bool) -> str:
    """Why a file of a folder is not for a run over whole documents; empty if it is. Raises Unreadable."""
    if named or not name.lower().endswith(discovery.LINES):
        return ""
    return ONE_A_LINE if reading.holds(name, engine.TELLING.encode()) else FOREIGN


def is_lined(raw: bytes) -> bool:
    """Whether a text seems to hold one JSON object a line, several of them."""
    first, _, more = raw.lstrip().partition(b"\n")
    return first[:1] == b"{" and first.rstrip()[-1:] == b"}" and more.lstrip()[:1] == b"{"


def read(name: str, named: bool) -> bytes | None:
    """The bytes of a file, or of standard input for ``-``. Raises Unreadable.

    None for a file that was found in a folder, is larger than what ecslint reads, and cannot hold an ECS document.
    """
    if name == discovery.STDIN:
        return reading.read_standard_input()
    try:
        return reading.read(name)
    except reading.TooLarge:
        if named or reading.holds(name, engine.TELLING.encode()):
            raise
        return None


def instead(parsed: Document) -> str:
    """What a document is that holds no task definition, in a few words."""
    from ecslint.adapters import foreign

    if parsed.language in (document.OTHER, document.HCL):
        kind = foreign.language_of(os.path.splitext(parsed.name)[1].lower(), parsed.text, parsed.named)
        kind += unread(parsed) if kind else ""
    elif parsed.data is None and parsed.faults:
        return f"{FOREIGN} (it cannot be parsed: {fault_of(parsed)})"
    else:
        kind = foreign.kind_of(parsed.data)
    return f"{NOT_READ}: {kind}" if kind else FOREIGN


def unread(parsed: Document) -> str:
    """Why a file of Terraform with resources of ECS was not read: it is no HCL, or nothing is there that reads it."""
    if parsed.data is not None or not document.is_terraform(parsed.name, parsed.text):
        return ""
    from ecslint.syntax import hcl

    if not hcl.is_there():
        return "; install ecslint[terraform] to have such files read"
    try:
        hcl.scan(parsed.text)
    except hcl.Unparsed as error:
        line, _ = Source(parsed.name, parsed.text).position(error.start)
        return f" that cannot be parsed (near line {line})"
    return ""


def fault_of(parsed: Document) -> str:
    """The first fault of a text, and where it is."""
    from ecslint.masking import veiled

    fault = parsed.faults[0]
    line, column = Source(parsed.name, parsed.text).position(fault.start)
    return f"line {line}, column {column}: {veiled(str(fault.values.get('problem', fault.slug)))}"


def check_lines(
    lines: Iterable[bytes | Unreadable], name: str, ruleset: Ruleset, settings: Settings
) -> Iterator[Outcome]:
    """Lint a stream that holds one JSON document a line, and yield the outcome of each line that has one.

    Blank lines are passed over. A line that is the same as a clean one before is not checked again;
    memory does not grow with the stream. Where a line cannot be read, the reason stands in its place. A line that is
    a registered revision, as describe-task-definition writes it, is not judged as a request to register it.
    """
    from hashlib import blake2b

    from ecslint.adapters import taskdef

    as_described = (ruleset.by_fault["describe-output"], ruleset.by_keyword["readOnly"], ruleset.by_keyword["null"])
    revisions = settings.without(as_described)

    clean: set[bytes] = set()
    for number, line in enumerate(lines, 1):
        if isinstance(line, reading.Unreadable):
            yield Outcome(f"{name}:{number}", unreadable=str(line))
            continue
        digest = blake2b(line, digest_size=16).digest()
        if digest in clean:
            yield Outcome(name)
            continue
        if not line.strip():
            continue
        parsed = document.parse(line.rstrip(b"\r\n"), name, language="json")
        found = engine.look(parsed, ruleset, revisions if taskdef.is_registered(parsed.data) else settings)
        if found is None:
            yield Outcome(f"{name}:{number}", foreign=instead(parsed))
            continue
        findings, source = found
        if source is not None:
            source.first_line = number
        if not findings and len(clean) < CLEAN_LINES:
            clean.add(digest)
        yield Outcome(name, findings, source, fail_on=settings.fail_on)
