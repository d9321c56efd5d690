"""The command ``check``, once its options are known."""

from __future__ import annotations

import os
import sys

from ecslint import api, discovery, reading
from ecslint.cli.output import TROUBLE, Trouble, columns, same_file, say, wants_color, wants_links, write
from ecslint.engine import Settings
from ecslint.model import Misuse, Report, Summary
from ecslint.ruleset import bundle
from ecslint.words import counted, summary_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from ecslint.api import Outcome
    from ecslint.config import Scope
    from ecslint.discovery import Missed
    from ecslint.model import Rule
    from ecslint.ruleset.bundle import Ruleset

FINDINGS = 1
NOTHING = 3
EXCLUDED = "excluded by the configuration"

TEXTS = ("full", "concise")  # for people; they follow the terminal's encoding and colours
STREAMED = (*TEXTS, "json-lines")  # are written finding by finding to standard output if what is read is a stream
EXCERPTED = ("full", "html")  # show source lines
FIXING = (*EXCERPTED, "json", "json-lines", "sarif", "rdjson")  # show what fixes change
WORTH_TABLES = 12  # findings in several files: more than can be seen at once
SHOWN_UNREAD = 3  # kinds of files in folders that are named as not read yet
LOCATED = ("sarif", "github", "gitlab")  # know files by their path in the repository
RECORDS = ("json", "json-lines")  # always hold suppressed findings
TELLING = (*TEXTS, "sarif")  # can show them; what the others hold, counts


def execute(options: Mapping[str, Any]) -> int:
    """Lint, write all reports, say what was not linted; the exit code."""
    ruleset = bundle.load()
    stdin_name = options["stdin_filename"]
    if options["ndjson"]:
        names = [api.shown(name, stdin_name) for name in options["paths"]]
        scope = api.scope(names, ruleset, options)
        ruleset = api.rules_of(scope, ruleset)
        outcomes = _streams(options["paths"], stdin_name, ruleset, scope)
    else:
        missed: list[Missed] = []
        found = discovery.discover(options["paths"], missed)
        files = [(name, named and not options["allow_foreign"]) for name, named in found]
        scope = api.scope([api.shown(name, stdin_name) for name, _ in files], ruleset, options)
        ruleset = api.rules_of(scope, ruleset)
        outcomes = api.check(files, ruleset, scope, stdin_name=stdin_name, jobs=options["jobs"])
        if missed:
            outcomes = _with_missed(missed, outcomes)
        if not isinstance(scope, Settings):
            from ecslint import unused

            outcomes = unused.told(outcomes, options["paths"], ruleset, scope)
    if options["verbose"]:
        say(f"ecslint: {configurations(scope)}")
    outputs = _outputs(scope, ruleset, options)
    verdict = Verdict(keeping=not all(output.is_streamed() for output in outputs))
    explained: set[str] = set()
    declared: frozenset[str] = frozenset()
    try:
        for outcome in outcomes:
            verdict.add(outcome, options)
            declared |= outcome.declares
            _explain(outcome, scope, ruleset, options, explained)
            for output in outputs:
                output.add(outcome)
    except api.Unchecked as error:
        verdict.lose(error)
    api.refuse_unknown(scope, declared)
    verdict.close(options)
    for output in outputs:
        output.finish(verdict.summary)
    _tell(outputs, verdict.summary, options)
    return verdict.summary.exit_code


def _tell(outputs: Sequence[Output], summary: Summary, options: Mapping[str, Any]) -> None:
    """Say where the reports are and what they hold, if all of them go to files: no other line tells it."""
    files = [output.target for output in outputs if output.target is not None and os.path.isfile(output.target)]
    if len(files) == len(outputs) and (summary.files or summary.rules) and not options["quiet"]:
        say(f"{', '.join(files)}: {summary_line(summary)}")


def configurations(scope: Settings | Scope) -> str:
    """Which configuration files are in force."""
    files = [] if isinstance(scope, Settings) else scope.files()
    return f"configuration: {', '.join(files) or f'none, no {discovery.CONFIG_FILE} was found'}"


def _with_missed(missed: Iterable[Missed], outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    """What could not be looked into, and then the outcomes of the files that were found."""
    for name, reason in missed:
        yield api.Outcome(name, unreadable=reason)
    yield from outcomes


def _explain(
    outcome: Outcome, scope: Settings | Scope, ruleset: Ruleset, options: Mapping[str, Any], explained: set[str]
) -> None:
    """Say on standard error, if that is asked for, how a file is deployed and with which files it was linted."""
    context = options["explain_context"] and outcome.is_checked() and outcome.file not in explained
    if not (context or (options["verbose"] and outcome.matches)):
        return
    from ecslint.cli import explaining

    explained.add(outcome.file)
    settings = scope.of(outcome.file)
    if context and settings is not None and not explaining.is_deploying(outcome):
        for line in explaining.lines(outcome.file, settings, ruleset):
            say(line)
    for line in explaining.matches(outcome):
        say(line if context else f"ecslint: {line}")


def _outputs(scope: Settings | Scope, ruleset: Ruleset, options: Mapping[str, Any]) -> list[Output]:
    """The reports that are asked for."""
    formats = options["outputs"] or ([] if isinstance(scope, Settings) else scope.formats()) or [("full", None)]
    targets = [os.path.realpath(target) for _, target in formats if target is not None]
    for target in targets:
        if targets.count(target) > 1 and (os.path.isfile(target) or not os.path.exists(target)):
            raise Misuse(f"{target} is the file of two reports; name another file for one of them")
    scope.excerpts = any(kind in EXCERPTED for kind, _ in formats)
    scope.fixes = any(kind in FIXING for kind, _ in formats) and not options["statistics"]
    outputs = [Output(kind, target, options) for kind, target in formats]
    if any(output.kind == "sarif" for output in outputs):
        rules = _described(ruleset, scope.enabled)
        for output in outputs:
            output.rules = rules
    return outputs


class Output:
    """One report that is asked for: a format, a file or standard output, and what there is to write so far."""

    __slots__ = ("kind", "options", "parts", "root", "rules", "style", "target")

    def __init__(self, kind: str, target: str | None, options: Mapping[str, Any]) -> None:
        self.kind = kind
        self.target = target
        self.options = options
        self.rules: Sequence[Rule] = ()
        self.parts: list[tuple[str, list[Any]]] = []
        self.root = (discovery.repository(os.curdir) or os.getcwd()) if kind in LOCATED else None
        color = target is None and wants_color(options["color"], sys.stdout, os.environ)
        links = target is None and wants_links(color, sys.stdout, os.environ)
        self.style: dict[str, Any] = {"style": kind, "color": color, "hyperlinks": links}
        if target is None and sys.stdout.isatty():
            self.style["columns"] = columns(sys.stdout, os.environ)

    def add(self, outcome: Outcome) -> None:
        """Take over the findings of one file; those of a stream are written at once."""
        if self.target is not None and same_file(self.target, outcome.file):
            raise Trouble(f"{self.target} is checked, so no report may be written over it")
        findings = outcome.findings
        if not findings:
            return
        if not (self.kind in RECORDS or (self.kind in TELLING and self.options["show_suppressed"])):
            findings = [finding for finding in findings if finding.suppressed is None]
            if not findings:
                return
        file = outcome.file
        sources = {file: outcome.source} if outcome.source is not None else {}
        sources |= {other.name: other for source in [*sources.values()] for other in source.others}
        root = self.root
        paths = {name: discovery.from_root(name, root) for name in {file, *sources}} if root is not None else None
        more: dict[str, Any] = {"rules": self.rules, "sources": sources, "paths": paths, "fail_on": outcome.fail_on}
        parts = self.body(Report(findings, files=[file], **more))
        if self.is_streamed():
            write("".join(parts), None)
        else:
            self.parts.append((file, parts))

    def is_streamed(self) -> bool:
        """Whether the findings are written at once, so that memory stays constant."""
        return self.options["ndjson"] and self.kind in STREAMED and self.target is None

    def body(self, report: Report) -> list[Any]:
        """The findings of one file in this format."""
        if self.kind not in TEXTS:
            from ecslint import reporters

            found: list[Any] = reporters.load(self.kind).body(report)
            return found
        if self.options["statistics"]:
            return []
        from ecslint.reporters import text

        return [text.body(report, **self.style)]

    def finish(self, summary: Summary) -> None:
        """Write the report; the files stand in the order of their names, whatever order they were found in."""
        in_order = sorted(self.parts, key=lambda entry: entry[0])
        report = self.text([part for _, parts in in_order for part in parts], summary)
        write(report, self.target, "" if self.kind in TEXTS else "utf-8")

    def text(self, parts: list[Any], summary: Summary) -> Sequence[str]:
        """The pieces of the report, or of what is still to be written of it."""
        if self.kind not in TEXTS:
            from ecslint import reporters

            more = (self.rules,) if self.kind == "sarif" else ()
            whole: str = reporters.load(self.kind).assemble(parts, summary, *more)
            return (whole,)
        if not (summary.rules or any(parts)):
            return (summary_line(summary), "\n") if summary.files and not self.options["quiet"] else ()
        from ecslint.reporters import text

        statistics, quiet, stream = self.options["statistics"], self.options["quiet"], self.options["ndjson"]
        fixes = self.kind == "full" and not statistics
        many = stream or (len(summary.by_file) > 1 and sum(summary.counts.values()) >= WORTH_TABLES)
        table = statistics or (many and self.kind == "full" and not quiet)
        return (*parts, text.assemble((), summary, statistics=table, summary=not quiet, fixes=fixes))


class Verdict:
    """What decides about the exit code, and what was not linted."""

    __slots__ = ("broken", "excluded", "keeping", "said", "summary", "unread")

    def __init__(self, *, keeping: bool = True) -> None:
        self.summary = Summary()
        self.keeping = keeping  # whether a report will tell at its end what was not linted
        self.excluded = False
        self.broken = False  # whether a file could not be read, or a rule broke down
        self.said = False  # whether something was said about a file that was not linted
        self.unread: list[tuple[str, str]] = []  # files of folders that hold other documents of ECS, and which

    def add(self, outcome: Outcome, options: Mapping[str, Any]) -> None:
        """Count one file, and say so on standard error if it was not linted."""
        if outcome.unreadable:
            self.broken = True
            self.keep("error", outcome.file, outcome.unreadable)
            say(f"ecslint: {outcome.file}: {outcome.unreadable}")
            self.hint(outcome, options)
        elif outcome.excluded:
            self.excluded = self.excluded or outcome.named
            self.skip(outcome, EXCLUDED, options)
        elif outcome.foreign:
            self.skip(outcome, outcome.foreign, options)
        else:
            self.summary.add(outcome.findings, 1, fail_on=outcome.fail_on, settles=outcome.settles)
            if outcome.findings and any(finding.slug == "internal-error" for finding in outcome.findings):
                self.broken = True
            if outcome.findings and any(finding.slug == "syntax-error" for finding in outcome.findings):
                self.hint(outcome, options)
            if options["verbose"]:
                say(f"ecslint: {outcome.file}: checked")

    def hint(self, outcome: Outcome, options: Mapping[str, Any]) -> None:
        """Say how a file of one document a line is read, if it was taken for one document."""
        lined = outcome.lined or outcome.file.lower().endswith(discovery.LINES)
        if lined and not (options["ndjson"] or options["quiet"]):
            say(f"ecslint: {outcome.file}: --ndjson reads one document a line")

    def lose(self, error: api.Unchecked) -> None:
        """Note files that should have been checked, in one line."""
        self.broken = True
        self.summary.skipped += [("error", file, str(error)) for file in error.files]
        say(f"ecslint: {lost(error)}; run ecslint again, with --jobs 1 if memory is short")

    def skip(self, outcome: Outcome, reason: str, options: Mapping[str, Any]) -> None:
        """Note a file that needed no check; files of folders are counted only, unless the user wants to know."""
        file = outcome.file
        if outcome.named:
            self.keep("info", file, reason)
            if not options["quiet"]:
                say(f"ecslint: {file}: {reason}, skipped")
            return
        self.summary.passed += 1
        if options["verbose"]:
            say(f"ecslint: {file}: {reason}, passed over")
        elif reason.startswith(api.NOT_READ):
            self.unread.append((file, reason))

    def keep(self, severity: str, file: str, reason: str) -> None:
        """Note for the report what was not linted, unless it is written at once and keeps nothing."""
        self.said = True
        if self.keeping:
            self.summary.skipped.append((severity, file, reason))

    def close(self, options: Mapping[str, Any]) -> None:
        """Settle the exit code; say so if there was nothing to check at all."""
        self.summary.exit_code = self.exit_code(options)
        if options["ndjson"]:  # `ecslint fix` reads no streams
            self.summary.fixable = dict.fromkeys(self.summary.fixable, 0)
        if options["quiet"]:
            return
        tell_unread(self.unread)
        if not (self.summary.files or self.said or options["allow_foreign"]):
            say(f"ecslint: {nothing_found(self.summary.passed, options)}")

    def exit_code(self, options: Mapping[str, Any]) -> int:
        """0, 1, 2 or 3; see ``ecslint check --help``."""
        if self.broken:
            return TROUBLE
        if not self.summary.files:
            return 0 if self.excluded or options["allow_foreign"] else NOTHING
        return FINDINGS if self.summary.failed and not options["exit_zero"] else 0


def tell_unread(files: Iterable[tuple[str, str]]) -> None:
    """Say which files of folders are not read yet: of each kind the first one, and how many more there are."""
    kinds: dict[str, list[str]] = {}
    for file, reason in files:
        kinds.setdefault(reason, []).append(file)
    ordered = [*kinds.items()]
    for reason, (first, *others) in ordered[:SHOWN_UNREAD]:
        more = f" and {counted(len(others), 'more file')} (-v lists them)" if others else ""
        say(f"ecslint: {first}{more}: {reason}")
    left = sum(len(found) for _, found in ordered[SHOWN_UNREAD:])
    if left:
        say(f"ecslint: {counted(left, 'more file')} of other kinds not read yet (-v lists them)")


def nothing_found(passed: int, options: Mapping[str, Any]) -> str:
    """That no task definition was found, and in how many files."""
    hint = "" if options["verbose"] else "; -v lists them"
    return "no ECS document found" + (f" in {counted(passed, 'file')}{hint}" if passed else "")


def lost(error: api.Unchecked) -> str:
    """Which files were not checked, and why."""
    first, *others = error.files
    files = f"{first} and {counted(len(others), 'file')} more" if others else first
    return f"{files} not checked: {error}"


def _streams(names: Iterable[str], stdin_name: str, ruleset: Ruleset, scope: Settings | Scope) -> Iterator[Outcome]:
    """The outcomes of files that hold one JSON document a line."""
    for name in names:
        shown = api.shown(name, stdin_name)
        settings = scope.of(shown)
        if settings is None:
            yield api.Outcome(shown, excluded=True)
            continue
        try:
            yield from api.check_lines(reading.lines(name), shown, ruleset, settings)
        except reading.Unreadable as error:
            yield api.Outcome(shown, unreadable=str(error))


def _described(ruleset: Ruleset, enabled: Iterable[int]) -> Sequence[Rule]:
    """The enabled rules with their descriptors; only SARIF asks for them."""
    from ecslint.hits import INTERNAL_ERROR

    by_id: dict[str, Rule] = {}  # two configurations may have policies of one id; SARIF describes it once
    for number in sorted(enabled):
        by_id.setdefault(ruleset.rule(number).id, ruleset.rule(number))
    rules = [*by_id.values()]
    bundle.describe(rules)
    return (INTERNAL_ERROR, *rules)
