"""The values that flow through ecslint. Data only: no input, no output, no decisions.

The modules on the way from bytes to a clean verdict import nothing but builtins, so these are plain
classes with ``__slots__`` rather than dataclasses (whose import alone costs half an interpreter start).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any, TypeAlias

    from ecslint.document import Document
    from ecslint.suppress import Suppression

    #: Where a value stands: keys of objects and indexes of arrays, outermost first.
    Path: TypeAlias = tuple[str | int, ...]

SEVERITIES = ("info", "warning", "error")  # in rising order
CATEGORIES = (
    "rejected",  # ECS refuses the request
    "client",  # the AWS CLI and the SDKs refuse it before they ask ECS; some deploy tools clean it first
    "runtime",  # registers, then the task fails or misbehaves
    "security",
    "reliability",
    "deprecated",
    "practice",
)


def fails(severity: str, fail_on: str) -> bool:
    """Whether a finding of a severity fails a run that is to fail from ``fail_on`` on, which may be ``never``."""
    return fail_on in SEVERITIES and SEVERITIES.index(severity) >= SEVERITIES.index(fail_on)


class Mistakes(Exception):
    """Mistakes in files that tell ecslint what to do, one a line: ``file:line:column: what is wrong``."""


class Misuse(Mistakes):
    """A wrong word on the command line; the text says what is wrong."""


class Unknown:
    """A value that only a later step knows: ``${IMAGE}``, ``<IMAGE1_NAME>``, ``{{ must_env `CPU` }}``.

    ``raw`` is the text as written; ``prefix`` and ``suffix`` are the literal text around the
    placeholder, both empty when all of the value is unknown. Of a YAML value whose ``tag`` makes something
    else of it, ``value`` is what is written behind the tag. Two unknowns with the same text are
    equal, because the same placeholder is filled with the same value.
    """

    __slots__ = ("prefix", "raw", "suffix", "tag", "value")

    def __init__(self, raw: str, prefix: str = "", suffix: str = "", *, tag: str = "", value: Any = None) -> None:
        self.raw = raw
        self.prefix = prefix
        self.suffix = suffix
        self.tag = tag
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unknown) and self.raw == other.raw

    def __hash__(self) -> int:
        return hash(self.raw)

    def __repr__(self) -> str:
        return f"Unknown({self.raw!r})"


#: A value of which nothing at all is known.
UNKNOWN = Unknown("")


class Node:
    """Where one value stands in its text. Offsets count characters of the text, ends are exclusive.

    ``key_start`` and ``key_end`` frame the key token (quotes included); both are -1 for array
    items and for the root. ``children`` maps keys or indexes to nodes; empty for scalars.
    """

    __slots__ = ("children", "end", "key_end", "key_start", "start")

    def __init__(self, start: int, end: int, key_start: int = -1, key_end: int = -1) -> None:
        self.start = start
        self.end = end
        self.key_start = key_start
        self.key_end = key_end
        self.children: dict[str | int, Node] = {}

    def child(self, part: str | int) -> Node | None:
        """The child at a key or index, or None."""
        return self.children.get(part)

    def each(self) -> Iterable[tuple[str | int, Node]]:
        """The keys or indexes and the nodes of the children, in the order of the text."""
        return sorted(self.children.items(), key=lambda entry: entry[1].start)


class Fault:
    """What is wrong with a text: the slug of a rule, a span, values for the rule's message, and perhaps a fix."""

    __slots__ = ("end", "fix", "slug", "start", "values")

    def __init__(self, slug: str, start: int, end: int, **values: object) -> None:
        self.slug = slug
        self.start = start
        self.end = end
        self.fix: Fix | None = None
        self.values = values

    def __repr__(self) -> str:
        return f"Fault({self.slug!r}, {self.start}, {self.end}, {self.values})"


class Scan:
    """What a parser makes of a text: the data, where everything stands, and what is wrong with the text.

    ``data`` and ``root`` are None when the text could not be read to its end; the reason is then
    among the faults.
    """

    __slots__ = ("data", "faults", "root")

    def __init__(self, data: Any, root: Node | None, faults: Sequence[Fault]) -> None:
        self.data = data
        self.root = root
        self.faults = faults


class Edit:
    """The text between two offsets becomes ``text``. Offsets count characters, ends are exclusive."""

    __slots__ = ("end", "start", "text")

    def __init__(self, start: int, end: int, text: str) -> None:
        self.start = start
        self.end = end
        self.text = text

    def __repr__(self) -> str:
        return f"Edit({self.start}, {self.end}, {self.text!r})"


class Operation:
    """One step of a fix, in terms of the data. ``path`` says where; what ``value`` is depends on ``kind``.

    - ``remove``: the member or item goes.
    - ``set``: the value becomes ``value``; a member that is missing is added, with the objects on its way.
    - ``rename``: the member's key becomes ``value``.
    - ``append``: ``value`` becomes the last item of the list, which is made if it is missing.
    - ``splice``: of a string, the characters ``start`` to ``end`` become ``text``; ``value`` is the three.
    - ``unwrap``: the value takes the place of what stands at the path ``value``, a beginning of ``path``;
      without one, of the whole document.
    - ``wrap``: the value becomes the only item of a list, which takes its place.
    - ``move``: the member goes to the path ``value``, in another object, where it is the last.
    - ``erase``: text that is no data goes, and a line that has nothing else; ``value`` is its span in the text.
    - ``respell``: the text between two offsets becomes another one that says the same; ``value`` is (start, end, text).

    Null on the way of ``set`` and ``append`` counts as missing.
    """

    __slots__ = ("kind", "path", "value")

    def __init__(self, kind: str, path: Path, value: Any = None) -> None:
        self.kind = kind
        self.path = path
        self.value = value

    def __repr__(self) -> str:
        return f"Operation({self.kind!r}, {self.path}, {self.value!r})"


class Fix:
    """How to mend one finding. ``operations`` are in terms of the document's data.

    ``applicability`` is *safe* when what is registered stays the same, or could not be registered and has
    one sensible reading; else *unsafe*.

    For reports that show them, ``edits`` are what changes in the text, or None and ``withheld`` says why the fix
    cannot be made; ``telling`` that they may hold what no report may show.
    """

    __slots__ = ("applicability", "edits", "operations", "telling", "title", "withheld")

    def __init__(self, title: str, applicability: str, operations: Iterable[Operation]) -> None:
        self.title = title
        self.applicability = applicability
        self.operations = tuple(operations)
        self.edits: Sequence[Edit] | None = None
        self.withheld = ""
        self.telling = False


class Place:
    """Where something stands: a path in the data of a document."""

    __slots__ = ("document", "path")

    def __init__(self, document: Document, path: Path) -> None:
        self.document = document
        self.path = path


class Hit:
    """What a check yields: a place below the value that it was given, and values for the message.

    Values are taken for text of the place that is hit, and hidden where its text is. ``own`` names those that
    are words of ecslint, names, or counts instead; what repeats another place is Quoted.

    ``path`` is relative to the checked value; ``key`` points at the key instead of the value.
    ``related`` are further places (path, label, which may be Quoted) that take part in the fault, such as the other one
    of two fields that contradict each other; each becomes a Place once the document is known, and ``fix`` is added
    then.
    """

    __slots__ = ("fix", "key", "own", "path", "related", "values")

    def __init__(
        self,
        path: Path = (),
        values: Mapping[str, object] | None = None,
        *,
        own: Iterable[str] = (),
        key: bool = False,
        related: Iterable[tuple[Any, Any]] = (),
        fix: Fix | None = None,
    ) -> None:
        self.fix = fix
        self.own = own
        self.path = path
        self.values = values or {}
        self.key = key
        self.related = tuple(related)

    def __repr__(self) -> str:
        return f"Hit({self.path}, {self.values}, key={self.key}, related={self.related})"


class Rule:
    """One rule. ``docs`` are the fields of its file, of which only people read most; empty until asked for.

    ``deploy_path`` are the severities where one knows how the file is deployed, if they differ from ``severity``.

    ``descriptor`` is the rule as SARIF describes it, in JSON; empty unless it was made beforehand.
    """

    __slots__ = (
        "category",
        "deploy_path",
        "descriptor",
        "docs",
        "fix",
        "given",
        "help",
        "id",
        "kinds",
        "message",
        "number",
        "once",
        "profile",
        "rest",
        "severity",
        "slug",
        "source",
        "then",
        "title",
        "when",
    )

    #: The fields of HEAD, in the order in which ``headed`` takes them.
    HEAD = ("id", "slug", "severity", "category", "profile")

    number: int
    rest: Callable[[int], Mapping[str, Any]]

    def __init__(self, fields: Mapping[str, Any], source: str = "") -> None:
        self.source = source
        self.id: str = fields["id"]
        self.slug: str = fields["slug"]
        self.title: str = fields["title"]
        self.severity: str = fields["severity"]
        self.category: str = fields["category"]
        self.message: str = fields["message"]
        self.profile: str = fields.get("profile", "default")
        self.help: str = fields.get("help", "")
        self.once: bool = fields.get("once", False)
        self.deploy_path: Mapping[str, str] = fields.get("deploy-path", {})
        self.fix: Sequence[Mapping[str, Any]] = fields.get("fix", ())
        self.kinds: Sequence[str] = fields.get("kind", ())
        self.when: Any = fields.get("when")
        self.given: Sequence[str] = fields.get("given", ())
        self.then: Mapping[str, Any] = fields.get("then", {})
        self.docs: Mapping[str, Any] = fields
        self.descriptor = ""

    @classmethod
    def headed(cls, head: Iterable[str], number: int, rest: Callable[[int], Mapping[str, Any]]) -> Rule:
        """A rule of which only its HEAD is known until somebody asks for more, which ``rest`` gives by its number."""
        rule = cls.__new__(cls)
        for name, value in zip(cls.HEAD, head, strict=True):
            setattr(rule, name, value)
        rule.number, rule.rest = number, rest
        return rule

    def __getattr__(self, name: str) -> Any:
        if name in ("number", "rest"):  # all of it is known
            raise AttributeError(name)
        whole = Rule(self.rest(self.number))
        for slot in self.__slots__:
            if slot not in ("number", "rest") and not self._has(slot):
                setattr(self, slot, getattr(whole, slot))
        return getattr(self, name)

    def _has(self, name: str) -> bool:
        """Whether a field is known already."""
        try:
            object.__getattribute__(self, name)
        except AttributeError:
            return False
        return True


class Label:
    """A place in a source and what to say there. ``file`` names the source if it is not that of the finding."""

    __slots__ = ("end", "file", "message", "pointer", "start")

    def __init__(self, pointer: str, message: str, start: int, end: int, file: str = "") -> None:
        self.file = file
        self.pointer = pointer
        self.message = message
        self.start = start
        self.end = end


class Finding:
    """One fault of one file, ready to be reported.

    ``pointer`` is an RFC 6901 pointer into the source document, ``breadcrumb`` the same place for
    people (``containerDefinitions[web].image``). ``start`` and ``end`` are character offsets of the
    key or value that the pointer names. ``message`` and ``help`` hold no secret: values are masked
    before a Finding is made. ``once`` says that it stands for all places of its rule in the resource that are
    not suppressed; ``suppressed`` says why it does not count, if so. ``construct`` is the path of the construct in a
    program of the CDK that has made the place.
    """

    __slots__ = (
        "breadcrumb",
        "category",
        "construct",
        "end",
        "file",
        "fix",
        "help",
        "kind",
        "message",
        "name",
        "once",
        "pointer",
        "related",
        "rule",
        "severity",
        "slug",
        "start",
        "suppressed",
    )

    def __init__(
        self,
        rule: Rule,
        severity: str,
        message: str,
        *,
        file: str,
        start: int,
        end: int,
        pointer: str = "",
        breadcrumb: str = "",
        help: str = "",
        kind: str = "",
        name: str = "",
        related: Iterable[Label] = (),
        fix: Fix | None = None,
        suppressed: Suppression | None = None,
        construct: str = "",
    ) -> None:
        self.construct = construct
        self.rule = rule.id
        self.slug = rule.slug
        self.category = rule.category
        self.once = rule.once
        self.severity = severity
        self.message = message
        self.help = help
        self.file = file
        self.fix = fix
        self.kind = kind
        self.name = name
        self.pointer = pointer
        self.breadcrumb = breadcrumb
        self.start = start
        self.end = end
        self.related = tuple(related)
        self.suppressed = suppressed


class Source:
    """The text of one linted file, and the spans in it that no report may show.

    ``masks`` are (start, end) offsets of values such as environment values and commands, sorted
    and disjoint. Where nobody has looked them up, all of the text is masked. ``first_line`` is the number
    of the text's first line in its file. ``language`` is ``json`` or ``yaml``. ``others`` are the sources of other
    files into which findings of this one point.
    """

    __slots__ = ("first_line", "language", "masks", "name", "others", "text")

    def __init__(
        self, name: str, text: str, masks: tuple[tuple[int, int], ...] | None = None, language: str = "json"
    ) -> None:
        self.name = name
        self.language = language
        self.text = text
        self.masks = ((0, len(text)),) if masks is None else masks
        self.first_line = 1
        self.others: tuple[Source, ...] = ()

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1. Lines end at LF, CRLF or a lone CR."""
        before = self.text[:offset]
        lines = before.count("\n") + before.count("\r") - before.count("\r\n")
        last = max(before.rfind("\n"), before.rfind("\r"))
        if before.endswith("\r") and self.text[offset : offset + 1] == "\n":
            lines -= 1  # between the two characters of one CRLF: still on the old line
            last = max(before.rfind("\n", 0, -1), before.rfind("\r", 0, -1))
        return lines + self.first_line, offset - last


class Report:
    """All findings of a run, sorted by file, offset and rule, and what is needed to show them.

    ``files`` are the names of the files that held an ECS document, ``sources`` the texts of those
    that have a finding. ``rules`` are the rules that were enabled, whether they fired or not, with
    their documentation; empty where no reporter needs them. ``paths`` are the files' paths from the
    root of their repository (``discovery.from_root``), for services that know files by those. ``fail_on`` is
    the severity from which the findings fail the run, or ``never``.
    """

    __slots__ = ("fail_on", "files", "findings", "paths", "rules", "sources")

    def __init__(
        self,
        findings: Iterable[Finding],
        *,
        files: Iterable[str],
        rules: Iterable[Rule] = (),
        sources: Mapping[str, Source],
        paths: Mapping[str, str] | None = None,
        fail_on: str = "error",
    ) -> None:
        self.findings = sorted(findings, key=lambda f: (f.file, f.start, f.rule, f.pointer))
        self.files = tuple(files)
        self.rules = tuple(rules)
        self.sources = sources
        self.paths = paths or {}
        self.fail_on = fail_on

    def path(self, file: str) -> str:
        """The path of a file from the root of its repository; its name where nobody looked for one."""
        return self.paths.get(file, file)

    def line(self, file: str) -> str:
        """What tells a document of a stream from the first one: ``line 7``; empty for the first, and in other files."""
        source = self.sources.get(file)
        return f"line {source.first_line}" if source is not None and source.first_line > 1 else ""


class Summary:
    """What a run adds up to: files that were checked, findings by severity, findings by (rule, slug).

    ``fixable`` counts the findings whose fixes can be made, by applicability, where reports show fixes.
    ``by_file`` counts the findings of each file that has some.
    ``faulty`` counts the files with findings that count, ``passed`` the files of folders that are not ours to check.
    ``settings`` counts the configurations and baselines with findings; they are no files that were checked.
    ``suppressed`` is the number of findings that are suppressed, which do not count otherwise. ``failed`` says
    whether one is as grave as the settings of its file call a failure. ``skipped`` are the named files that were
    not checked: a severity (error where that ends the run with exit code 2), the name and the reason.
    ``exit_code`` is known once all files are checked.
    """

    __slots__ = (
        "by_file",
        "counts",
        "exit_code",
        "failed",
        "faulty",
        "files",
        "fixable",
        "passed",
        "rules",
        "settings",
        "skipped",
        "suppressed",
    )

    def __init__(self) -> None:
        self.files = 0
        self.settings = 0
        self.faulty = 0
        self.by_file: dict[str, int] = {}
        self.passed = 0
        self.counts = dict.fromkeys(reversed(SEVERITIES), 0)
        self.fixable = {"safe": 0, "unsafe": 0}
        self.rules: dict[tuple[str, str], int] = {}
        self.suppressed = 0
        self.failed = False
        self.skipped: list[tuple[str, str, str]] = []
        self.exit_code = 0

    def add(
        self, findings: Iterable[Finding], files: int = 0, *, fail_on: str = "error", settles: bool = False
    ) -> None:
        """Count the findings of some more files, which fail the run from the severity ``fail_on`` on.

        ``settles`` says that they are no documents, but a configuration or a baseline.
        """
        if settles:
            self.settings += files
        else:
            self.files += files
        for finding in findings:
            if finding.suppressed is not None:
                self.suppressed += 1
                continue
            self.counts[finding.severity] += 1
            if finding.fix is not None and finding.fix.edits is not None:
                self.fixable[finding.fix.applicability] += 1
            self.failed = self.failed or fails(finding.severity, fail_on)
            rule = (finding.rule, finding.slug)
            self.rules[rule] = self.rules.get(rule, 0) + 1
            self.by_file[finding.file] = self.by_file.get(finding.file, 0) + 1
        self.faulty += 0 if settles else len({finding.file for finding in findings if finding.suppressed is None})
