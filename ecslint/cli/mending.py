"""The command ``fix``, and ``check --fix``."""

from __future__ import annotations

import os
from collections import Counter

from ecslint import api, discovery, document, engine, fixing, reading, suppress, writing
from ecslint.cli.checking import EXCLUDED, FINDINGS, NOTHING, configurations, nothing_found, tell_unread
from ecslint.cli.output import TROUBLE, say
from ecslint.cli.patches import write_bytes, write_patch
from ecslint.engine import Settings
from ecslint.model import Misuse, Operation, Source, fails
from ecslint.project import Index
from ecslint.ruleset import bundle
from ecslint.unused import Unused
from ecslint.words import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from ecslint.config import Config
    from ecslint.discovery import Missed
    from ecslint.document import Document
    from ecslint.fixing import Mended
    from ecslint.model import Finding
    from ecslint.ruleset.bundle import Ruleset
    from ecslint.suppress import Silencing, Trace


LEADS_OUT = "a link that leads out of the folder"

#: The options of ``fix`` that ``check --fix`` does not have.
FIX_ONLY = {"check": False, "diff": False, "exit_non_zero_on_fix": False, "show_values": False}

#: How the last line names what suppresses findings.
SUPPRESSED_BY = {
    "baseline": "by the baseline",
    "comment": "by a comment",
    "config": "by the configuration",
    "label": "by a label",
    "metadata": "by metadata",
    "tag": "by a tag",
}


def execute(options: Mapping[str, Any]) -> int:
    """Mend files, or show what would be done, and say what is left; the exit code."""
    if options["show_values"] and not options["diff"]:
        raise Misuse("--show-values is for the patch of --diff")
    run = mend(options)
    run.close()
    return run.exit_code()


def fix_and_check(options: Mapping[str, Any]) -> int:
    """Mend files, then report what is left as ``check`` does; the exit code is that of ``check``."""
    from ecslint.cli import checking

    if options["ndjson"]:
        raise Misuse("--fix is for files that hold one document; with --ndjson nothing is fixed")
    if discovery.STDIN in options["paths"]:
        raise Misuse("--fix is for files; `ecslint fix -` reads standard input and writes the fixed text")
    run = mend({**options, **FIX_ONLY}, reported=True)
    run.close()
    code = checking.execute(options)
    return TROUBLE if run.trouble else code


def mend(options: Mapping[str, Any], *, reported: bool = False) -> Run:
    """Mend files, or show what would be done; what has come of it.

    With ``reported``, a report about the files follows, so what that tells is not said here.
    """
    ruleset = bundle.load()
    missed: list[Missed] = []
    # Links come last: what they lead to is mended under its own name if that is among the files.
    files = sorted(discovery.discover(options["paths"], missed), key=lambda found: os.path.islink(found[0]))
    stdin_name = options["stdin_filename"]
    scope = api.scope([api.shown(name, stdin_name) for name, _ in files], ruleset, options)
    run = Run(api.rules_of(scope, ruleset), options, reported=reported)
    run.index = Index([name for name, _ in files if name != discovery.STDIN])
    run.detail(f"ecslint: {configurations(scope)}")
    unused = None if isinstance(scope, Settings) else Unused(scope, options["paths"])
    for name, reason in missed:
        run.miss(f"{name}: {reason}")
    for name, named in files:
        file = api.shown(name, stdin_name)
        settings = scope.of(file)
        if settings is not None:
            mended = run.file(name, file, named, settings)
            if unused is not None and mended is not None and settings.silencing is not None:
                unused.note(file, traces_of(mended, settings.silencing, run.ruleset))
            continue
        if name == discovery.STDIN:
            run.echo()
        if named and not options["allow_foreign"]:
            run.named_nothing = True
            run.note(f"{file}: {EXCLUDED}, skipped")
        else:
            run.skip(file, EXCLUDED)
    api.refuse_unknown(scope, run.declared)
    if unused is not None and run.trouble:
        unused.doubt()
    for found, source, config in unused.findings(run.ruleset) if unused is not None else ():
        run.suppressions(found, source, config)
    return run


def traces_of(mended: Mended, silencing: Silencing, ruleset: Ruleset) -> list[Trace]:
    """What became of the entries of a configuration and a baseline that speak of a file."""
    unasked = suppress.unasked(ruleset, mended.paired)
    return suppress.traces(silencing, mended.left + mended.suppressed, unasked)


class Run:
    """One call of the command: what is asked for, and what has come of it so far."""

    __slots__ = (
        "bad",
        "changed",
        "declared",
        "fixed",
        "in_git",
        "index",
        "known",
        "left",
        "masked",
        "named_nothing",
        "options",
        "passed",
        "reported",
        "ruleset",
        "seen",
        "suppressed",
        "trouble",
        "unread",
        "unsafe",
    )

    def __init__(self, ruleset: Ruleset, options: Mapping[str, Any], *, reported: bool = False) -> None:
        self.ruleset = ruleset
        self.options = options
        self.index = Index(())  # what the files define
        self.reported = reported  # whether a report follows that tells what is left
        self.known: set[tuple[int, int]] = set()  # the files that were looked at, whatever their names
        self.seen = 0  # files that hold an ECS document
        self.passed = 0  # files of folders that hold none
        self.unread: list[tuple[str, str]] = []  # those of them that hold other documents of ECS, and which
        self.changed = 0  # files that were mended, or would be
        self.fixed = 0
        self.left = 0
        self.unsafe = 0  # findings that unsafe fixes could mend
        self.suppressed: list[Finding] = []
        self.declared: frozenset[str] = frozenset()  # the parameters of templates
        self.in_git = False  # whether a file was changed that `git diff` looks at
        self.masked = False  # whether a patch does not apply, because values in it are masked
        self.bad = False  # whether findings are left that fail a run
        self.trouble = False
        self.named_nothing = False

    def file(self, name: str, file: str, named: bool, settings: Settings) -> Mended | None:
        """Mend one file; what became of it, if it is an ECS document."""
        wanted = named and not self.options["allow_foreign"]
        raw = self.read(name, file, wanted)
        if raw is None:
            return None
        parsed = document.parse(raw, file)
        parsed.named = wanted
        ours = engine.is_ecs(parsed)
        self.declared |= engine.declared(parsed)
        if not ours or not parsed.is_exact(raw):
            if name == discovery.STDIN:
                self.echo(raw)
            if wanted or ours:
                self.leave(file, parsed, raw)
            else:
                self.skip(file, api.instead(parsed))
            return None
        self.seen += 1
        unsafe = self.options["unsafe_fixes"]
        pairs = self.index.pairs(parsed, self.ruleset, settings)
        mended = fixing.mend(parsed.text, file, self.ruleset, settings, named=wanted, unsafe=unsafe, pairs=pairs)
        start = document.BOM if raw.startswith(document.BOM) else b""
        new = start + mended.text.encode("utf-8")
        if raw != new and not named and not self.is_inside(name):
            self.fail(f"{file} is left as it was: {LEADS_OUT}; name it to fix its file")
        elif self.put(name, file, raw, new, settings, named=wanted):
            self.changed += raw != new
            self.fixed += len(mended.fixed)
            self.tell(file, mended, settings)
            if not mended.fixed:
                self.detail(f"ecslint: {file}: nothing to fix")
            return mended
        self.left += len(mended.fixed) + len(mended.left)
        return mended

    def is_inside(self, name: str) -> bool:
        """Whether a file really lies in what was named, links followed."""
        return any(discovery.within(name, path) for path in self.options["paths"])

    def read(self, name: str, file: str, wanted: bool) -> bytes | None:
        """The bytes of a file; None if it is not to be mended, which is said."""
        if name != discovery.STDIN and self.is_known(name):
            if wanted:
                self.note(f"{file}: a link to another of the files, skipped")
            return None
        try:
            beside = api.passed_over(name, wanted)
            raw = None if beside else api.read(name, wanted)
        except reading.Unreadable as error:
            self.miss(f"{file}: {error}")
            if name == discovery.STDIN and isinstance(error, reading.TooLarge):
                self.echo(error.start)
            return None
        if raw is None:
            self.skip(file, beside or api.TOO_LARGE)
        return raw

    def is_known(self, name: str) -> bool:
        """Whether a name is a link to a file that was looked at under another name."""
        try:
            status = os.stat(name)
        except OSError:
            return False
        key = (status.st_dev, status.st_ino)
        if key in self.known and os.path.islink(name):
            return True
        self.known.add(key)
        return False

    def leave(self, file: str, parsed: Document, raw: bytes) -> None:
        """Say why a file is left as it is."""
        if parsed.data is not None or parsed.language == document.OTHER:
            self.named_nothing = True
            self.note(f"{file}: {api.instead(parsed)}, left as it is")
        elif parsed.is_exact(raw):
            self.miss(f"{file}: it cannot be read; see `ecslint check`, left as it is")
        else:
            fault = parsed.faults[0]
            row, column = Source(file, parsed.text).position(fault.start)
            self.miss(f"{file}:{row}:{column}: {fault.values['problem']}; the file is left as it is")

    def echo(self, start: bytes = b"") -> None:
        """Let standard input pass through as it is, so that whoever pipes a text loses nothing."""
        if self.options["diff"] or self.options["check"]:
            return
        write_bytes(start)
        for piece in reading.rest_of_standard_input():
            write_bytes(piece)

    def suppressions(self, found: list[Finding], source: Source, config: Config) -> None:
        """Remove the entries of a configuration that are of no use; say what is left to do by hand."""
        from ecslint.syntax import edit

        mended = fixing.Mended(source.text)
        mended.left = found
        removals = [operation for finding in found if finding.fix for operation in finding.fix.operations]
        if len(removals) == len(config.data.get("suppress", ())):
            removals = [Operation("remove", ("suppress",))] if removals else []
        try:
            raw = reading.read(source.name)
            if not document.parse(raw, source.name).is_exact(source.text.encode("utf-8")):
                raise edit.Withheld(writing.CHANGED)
            if (
                os.path.islink(source.name)
                and source.name != self.options["config"]
                and not self.is_inside(source.name)
            ):
                raise edit.Withheld(LEADS_OUT)  # others may use the same file
            # The last one goes first, so that the others keep their indexes.
            changes = edit.edits(source.text, "yaml", reversed(removals)) if source.language == "yaml" else []
        except (reading.Unreadable, edit.Withheld) as reason:
            mended.withheld = [(finding, str(reason)) for finding in found]
        else:
            mended.text = edit.apply(source.text, changes)
            mended.fixed = [finding for finding in found if finding.fix and changes]
            mended.left = [finding for finding in found if finding not in mended.fixed]
            start = document.BOM if raw.startswith(document.BOM) else b""
            if changes and not self.put(source.name, source.name, raw, start + mended.text.encode("utf-8")):
                return
            self.changed += bool(changes)
            self.fixed += len(mended.fixed)
        self.tell(source.name, mended, config.common, settles=True)

    def put(
        self, name: str, file: str, raw: bytes, new: bytes, settings: Settings | None = None, *, named: bool = False
    ) -> bool:
        """Write the new bytes where they are wanted; whether that went well.

        Without ``settings`` it is a configuration.
        """
        target = file if name == discovery.STDIN else led_to(file)
        if self.options["diff"]:
            from ecslint import diff

            texts = raw.decode("utf-8"), new.decode("utf-8")
            if self.options["show_values"]:
                patch = diff.unified(target, *texts)
            else:
                patch, whole = fixing.patch(target, *texts, self.ruleset, settings, named=named)
                self.masked = self.masked or not whole
            write_patch(patch)
        elif name == discovery.STDIN:
            if not self.options["check"]:
                write_bytes(new)
        elif raw != new and not self.options["check"]:
            try:
                writing.replace(name, raw, new)
            except writing.NotWritten as error:
                self.fail(str(error))
                return False
            root = discovery.repository(os.curdir)
            self.in_git = self.in_git or (root is not None and discovery.within(name, root))
        if raw != new and target != file and not self.options["quiet"]:
            say(f"ecslint: {file}: a link to {target}, where the fixes are made")
        return True

    def tell(self, file: str, mended: Mended, settings: Settings, *, settles: bool = False) -> None:
        """Say what was mended and what is left of a file; ``settles``: of a configuration or a baseline."""
        if mended.fixed and not self.options["quiet"]:
            say(f"{file}: {'would fix' if self.only_shows() else 'fixed'} {by_rule(mended.fixed)}")
        self.suppressed += mended.suppressed
        self.left += len(mended.left)
        self.bad = self.bad or any(fails(finding.severity, settings.fail_on) for finding in mended.left)
        source = Source(file, mended.text)
        reasons = {id(finding): f"; {finding.help}" for finding in mended.left if settles and finding.help}
        reasons |= {id(finding): f" (not fixed: {reason})" for finding, reason in mended.withheld}
        for finding in mended.left:
            fix = finding.fix
            possible = fix is not None and not self.makes(finding)
            self.unsafe += possible
            if not (self.options["quiet"] or self.reported):
                more = f"; --unsafe-fixes: {fix.title}" if fix is not None and possible else ""
                say(line(finding, source, reasons.get(id(finding), "") + more))

    def makes(self, finding: Finding) -> bool:
        """Whether a finding has a fix that is asked for."""
        return finding.fix is not None and (finding.fix.applicability != "unsafe" or self.options["unsafe_fixes"])

    def only_shows(self) -> bool:
        """Whether nothing is written."""
        return bool(self.options["diff"] or self.options["check"])

    def skip(self, file: str, reason: str) -> None:
        """Count a file of a folder that is passed over, and note what it is if that is to be told."""
        self.passed += 1
        if self.options["verbose"]:
            self.detail(f"ecslint: {file}: {reason}, passed over")
        elif reason.startswith(api.NOT_READ):
            self.unread.append((file, reason))

    def detail(self, text: str) -> None:
        """Say what only ``-v`` wants to know, unless the report does."""
        if self.options["verbose"] and not self.reported:
            say(text)

    def note(self, text: str) -> None:
        """Say what became of a file, unless the report does."""
        if not self.reported:
            say(f"ecslint: {text}")

    def miss(self, text: str) -> None:
        """Say why a file cannot be mended, unless the report does; the other files go on."""
        if not self.reported:
            self.fail(text)

    def fail(self, text: str) -> None:
        """Say what went wrong; the other files go on."""
        self.trouble = True
        say(f"ecslint: {text}")

    def close(self) -> None:
        """Say what it adds up to."""
        if self.masked:
            say("ecslint: values are masked, so the patch does not apply; --show-values prints it as it is")
        if not (self.reported or self.options["quiet"]):
            tell_unread(self.unread)
        if not (self.seen or self.trouble or self.named_nothing or self.options["allow_foreign"]):
            self.note(nothing_found(self.passed, self.options))
        if self.options["quiet"]:
            return
        if self.seen and (self.fixed or not self.reported):
            done = "would be fixed" if self.only_shows() else "fixed"
            more = f", {self.unsafe} fixable with `--unsafe-fixes`" if self.unsafe else ""
            passed = f" ({counted(self.passed, 'file')} passed over)" if self.passed else ""
            left = "" if self.reported else f", {self.left} left{more}{passed}"
            say(f"{counted(self.fixed, 'finding')} {done} in {counted(self.changed, 'file')}{left}")
        if self.suppressed:
            fixable = sum(map(self.makes, self.suppressed))
            say(f"{left_alone(self.suppressed)}{without_suppressions(fixable, len(self.suppressed))}")
        if self.in_git:
            say("`git diff` shows what has changed")

    def exit_code(self) -> int:
        """0, 1, 2 or 3; see ``ecslint fix --help``."""
        if self.trouble:
            return TROUBLE
        if not self.seen:
            return 0 if self.options["allow_foreign"] else NOTHING
        if self.only_shows() or self.options["exit_non_zero_on_fix"]:
            return FINDINGS if self.changed or (self.bad and not self.only_shows()) else 0
        return FINDINGS if self.bad else 0


def by_rule(findings: Iterable[Finding]) -> str:
    """``ECS013 wrong-type (2), ECS022 null-value``."""
    counts = Counter(f"{finding.rule} {finding.slug}" for finding in findings)
    return ", ".join(name if count == 1 else f"{name} ({count})" for name, count in sorted(counts.items()))


def left_alone(suppressed: Iterable[Finding]) -> str:
    """``3 suppressed findings left alone (2 by the baseline, 1 by a comment)``."""
    reasons = Counter(SUPPRESSED_BY[finding.suppressed.by] for finding in suppressed if finding.suppressed is not None)
    parts = ", ".join(f"{count} {reason}" for reason, count in reasons.most_common())
    return f"{counted(reasons.total(), 'suppressed finding')} left alone ({parts})"


def without_suppressions(fixable: int, count: int) -> str:
    """What ``--no-suppressions`` would do about suppressed findings; empty if it would not mend any."""
    if not fixable:
        return ""
    which = "it" if count == 1 else "them" if fixable == count else f"{fixable} of them"
    return f"; `--no-suppressions` fixes {which}, too"


def line(finding: Finding, source: Source, more: str) -> str:
    """A finding that is left, in one line."""
    row, column = source.position(finding.start)
    return f"{finding.file}:{row}:{column}: {finding.severity}[{finding.rule}] {finding.message}{more}"


def led_to(name: str) -> str:
    """The file that a link leads to, as seen from the working folder; any other name as it is."""
    if not (os.path.islink(name) and os.path.isfile(name)):  # the pipes of a shell look like links
        return name
    target = os.path.realpath(name)
    return target if os.path.isabs(name) else os.path.relpath(target)
