"""The command ``fix``."""

from __future__ import annotations

import os
import sys

from ecslint import api, discovery, document, engine, fixing, reading, suppress, writing
from ecslint.cli.checking import EXCLUDED, FINDINGS, NOTHING
from ecslint.cli.output import TROUBLE, Trouble, say, write
from ecslint.engine import Settings
from ecslint.model import Operation, Source, fails
from ecslint.ruleset import bundle
from ecslint.unused import Unused
from ecslint.words import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ecslint.config import Config
    from ecslint.discovery import Missed
    from ecslint.document import Document
    from ecslint.fixing import Mended
    from ecslint.model import Finding
    from ecslint.ruleset.bundle import Ruleset


LEADS_OUT = "a link that leads out of the folder"


def execute(options: Mapping[str, Any]) -> int:
    """Mend files, or show what would be done, and say what is left; the exit code."""
    if options["show_values"] and not options["diff"]:
        raise Trouble("--show-values is for the patch of --diff")
    ruleset = bundle.load()
    missed: list[Missed] = []
    # Links come last: what they lead to is mended under its own name if that is among the files.
    files = sorted(discovery.discover(options["paths"], missed), key=lambda found: os.path.islink(found[0]))
    stdin_name = options["stdin_filename"]
    scope = api.scope([api.shown(name, stdin_name) for name, _ in files], ruleset, options)
    run = Run(api.rules_of(scope, ruleset), options)
    unused = None if isinstance(scope, Settings) else Unused(scope, options["paths"])
    for name, reason in missed:
        run.fail(f"{name}: {reason}")
    for name, named in files:
        file = api.shown(name, stdin_name)
        settings = scope.of(file)
        if settings is not None:
            mended = run.file(name, file, named, settings)
            if unused is not None and mended is not None and settings.silencing is not None:
                unused.note(file, suppress.traces(settings.silencing, mended.left + mended.suppressed))
            continue
        if name == discovery.STDIN:
            run.echo()
        if named and not options["allow_foreign"]:
            run.named_nothing = True
            say(f"ecslint: {file}: {EXCLUDED}, skipped")
    if unused is not None and run.trouble:
        unused.doubt()
    for found, source, config in unused.findings(run.ruleset) if unused is not None else ():
        run.suppressions(found, source, config)
    return run.close()


class Run:
    """One call of the command: what is asked for, and what has come of it so far."""

    __slots__ = (
        "bad",
        "changed",
        "fixed",
        "known",
        "left",
        "masked",
        "named_nothing",
        "options",
        "ruleset",
        "seen",
        "trouble",
        "unsafe",
    )

    def __init__(self, ruleset: Ruleset, options: Mapping[str, Any]) -> None:
        self.ruleset = ruleset
        self.options = options
        self.known: set[tuple[int, int]] = set()  # the files that were looked at, whatever their names
        self.seen = 0  # files that hold an ECS document
        self.changed = 0  # files that were mended, or would be
        self.fixed = 0
        self.left = 0
        self.unsafe = 0  # findings that unsafe fixes could mend
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
        if not ours or not parsed.is_exact(raw):
            if name == discovery.STDIN:
                self.echo(raw)
            if wanted or ours:
                self.leave(file, parsed, raw)
            return None
        self.seen += 1
        mended = fixing.mend(parsed.text, file, self.ruleset, settings, unsafe=self.options["unsafe_fixes"])
        start = document.BOM if raw.startswith(document.BOM) else b""
        new = start + mended.text.encode("utf-8")
        if raw != new and not named and not self.is_inside(name):
            self.fail(f"{file} is left as it was: {LEADS_OUT}; name it to have its file mended")
        elif self.put(name, file, raw, new, settings):
            self.changed += raw != new
            self.fixed += len(mended.fixed)
            self.tell(file, mended, settings)
        return mended

    def is_inside(self, name: str) -> bool:
        """Whether a file really lies in what was named, links followed."""
        return any(discovery.within(name, path) for path in self.options["paths"])

    def read(self, name: str, file: str, wanted: bool) -> bytes | None:
        """The bytes of a file; None if it is not to be mended, which is said."""
        if name != discovery.STDIN and self.is_known(name):
            if wanted:
                say(f"ecslint: {file}: a link to another of the files, skipped")
            return None
        try:
            return api.read(name, wanted)
        except reading.Unreadable as error:
            self.fail(f"{file}: {error}")
            if name == discovery.STDIN and isinstance(error, reading.TooLarge):
                self.echo(error.start)
            return None

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
        if parsed.data is not None:
            self.named_nothing = True
            say(f"ecslint: {file}: {api.instead(parsed)}, left as it is")
        elif parsed.is_exact(raw):
            self.fail(f"{file}: it cannot be read; see `ecslint check`, left as it is")
        else:
            fault = parsed.faults[0]
            row, column = Source(file, parsed.text).position(fault.start)
            self.fail(f"{file}:{row}:{column}: {fault.values['problem']}; the file is left as it is")

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
            removals = [Operation("remove", ("suppress",))]
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
        self.tell(source.name, mended, config.common)

    def put(self, name: str, file: str, raw: bytes, new: bytes, settings: Settings | None = None) -> bool:
        """Write the new bytes where they are wanted; whether that went well.

        Without ``settings`` it is no task definition, and nothing in it is masked.
        """
        target = file if name == discovery.STDIN else led_to(file)
        if self.options["diff"]:
            from ecslint import diff

            texts = raw.decode("utf-8"), new.decode("utf-8")
            if settings is None or self.options["show_values"]:
                patch = diff.unified(target, *texts)
            else:
                patch, whole = fixing.patch(target, *texts, self.ruleset, settings)
                self.masked = self.masked or not whole
            write_bytes(patch.encode("utf-8"))
        elif name == discovery.STDIN:
            if not self.options["check"]:
                write_bytes(new)
        elif raw != new and not self.options["check"]:
            try:
                writing.replace(name, raw, new)
            except writing.NotWritten as error:
                self.fail(str(error))
                return False
        if raw != new and target != file and not self.options["quiet"]:
            say(f"ecslint: {file}: a link to {target}, where the fixes are made")
        return True

    def tell(self, file: str, mended: Mended, settings: Settings) -> None:
        """Say what was mended and what is left of a file."""
        self.left += len(mended.left)
        self.bad = self.bad or any(fails(finding.severity, settings.fail_on) for finding in mended.left)
        source = Source(file, mended.text)
        reasons = {id(finding): f" (not mended: {reason})" for finding, reason in mended.withheld}
        for finding in mended.left:
            fix = finding.fix
            possible = fix is not None and fix.applicability == "unsafe" and not self.options["unsafe_fixes"]
            self.unsafe += possible
            if not self.options["quiet"]:
                more = f"; --unsafe-fixes: {fix.title}" if fix is not None and possible else ""
                say(line(finding, source, reasons.get(id(finding), "") + more))

    def fail(self, text: str) -> None:
        """Say what went wrong; the other files go on."""
        self.trouble = True
        say(f"ecslint: {text}")

    def close(self) -> int:
        """Say what it adds up to; the exit code."""
        options = self.options
        if self.masked:
            say("ecslint: values are masked, so the patch does not apply; --show-values prints it as it is")
        only_shown = options["diff"] or options["check"]
        if not (self.seen or self.trouble or self.named_nothing or options["allow_foreign"]):
            say("ecslint: no ECS task definition found")
        if self.seen and not options["quiet"]:
            done = "would be fixed" if only_shown else "fixed"
            more = f", {self.unsafe} of them by --unsafe-fixes" if self.unsafe else ""
            files = counted(self.changed, "file")
            say(f"{counted(self.fixed, 'finding')} {done} in {files}, {self.left} left{more}")
        if self.trouble:
            return TROUBLE
        if not self.seen:
            return 0 if options["allow_foreign"] else NOTHING
        if only_shown or options["exit_non_zero_on_fix"]:
            return FINDINGS if self.changed or (self.bad and not only_shown) else 0
        return FINDINGS if self.bad else 0


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


def write_bytes(text: bytes) -> None:
    """Write to standard output, byte for byte; in a terminal, control characters are made visible."""
    if sys.stdout.isatty():
        from ecslint.escaping import visible

        write("\n".join(map(visible, text.decode("utf-8", "replace").split("\n"))), None)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(text)
    sys.stdout.buffer.flush()
