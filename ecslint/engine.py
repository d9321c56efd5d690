"""A document and the compiled rules become findings. The way of a clean document is short on purpose."""

from __future__ import annotations

import sys

from ecslint import paths
from ecslint.adapters import Resource, recognise
from ecslint.document import HCL
from ecslint.kinds import LOCAL, NAMELESS, TASK_DEFINITION
from ecslint.ruleset import bundle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from ecslint.document import Document
    from ecslint.kinds import Name
    from ecslint.model import Finding, Path, Source
    from ecslint.project import Pairs
    from ecslint.ruleset.bundle import Ruleset
    from ecslint.ruleset.structure import Examination
    from ecslint.suppress import Silencing


#: What tells of an ECS document that cannot be parsed.
TELLING = "containerDefinitions"
ECS = "AWS::ECS::"

REFUSING = ("client", "rejected", "runtime")

#: Mistakes that leave a member as good as absent.
ABSENT = ("null", "empty")

#: What the reader of YAML has against templates: their tags, and words of YAML 1.1, which CloudFormation reads.
TEMPLATE_FAULTS = ("ambiguous-scalar", "unknown-tag")

#: Nothing is beside most files.
NOTHING: Mapping[str, tuple[str, str]] = {}

#: Kinds that stand in documents of other tools, whose texts are not ours to judge.
FOREIGN_TEXTS = ("appspec", "render-step")

#: What every suppression in a document contains.
MARK = "ecslint"


class Settings:
    """What a run wants of a file: the numbers of the enabled rules, severities by rule id, and a launch type.

    ``launch_type`` is assumed for task definitions that state no requiresCompatibilities. With
    ``excerpts``, reports will show source lines, so the values to be masked in them are looked up; with ``fixes``
    they will show what fixes change. ``deploy_path`` is how the file reaches ECS, or ``auto``. ``fail_on`` is the
    severity from which a finding fails the run; ``silencing`` is what a configuration says about suppressions.
    With ``alone``, the name of a file means nothing, so no files around it are looked at. ``beside`` are the files that
    hold what the resources of a file belong to, by kind, each with the place that says so. ``parameters`` are values
    for parameters of templates.
    """

    __slots__ = (
        "alone",
        "beside",
        "deploy_path",
        "enabled",
        "excerpts",
        "fail_on",
        "fixes",
        "launch_type",
        "parameters",
        "severities",
        "silencing",
    )

    def __init__(
        self,
        enabled: frozenset[int],
        severities: Mapping[str, str] | None = None,
        launch_type: str | None = None,
        *,
        deploy_path: str = "auto",
        excerpts: bool = False,
        fail_on: str = "error",
        silencing: Silencing | None = None,
        parameters: Mapping[str, str] | None = None,
    ) -> None:
        self.alone = False
        self.beside: Mapping[str, tuple[str, str]] = NOTHING
        self.deploy_path = deploy_path
        self.enabled = enabled
        self.excerpts = excerpts
        self.fixes = False
        self.parameters = parameters or {}
        self.fail_on = fail_on
        self.severities = severities or {}
        self.launch_type = launch_type
        self.silencing = silencing

    def without(self, numbers: Iterable[int]) -> Settings:
        """The same without some rules."""
        fewer = Settings(
            self.enabled.difference(numbers),
            self.severities,
            self.launch_type,
            deploy_path=self.deploy_path,
            excerpts=self.excerpts,
            fail_on=self.fail_on,
            silencing=self.silencing,
            parameters=self.parameters,
        )
        fewer.alone, fewer.beside, fewer.fixes = self.alone, self.beside, self.fixes
        return fewer

    def of(self, _name: str) -> Settings | None:
        """The settings for a file: where there is no configuration, these for all. See ``config.Scope``."""
        return self


class View:
    """One resource as the rules have seen it, and all that they have to say about it.

    ``data`` is the repaired resource. ``examination`` is None when the resource fits the schema as
    it is. ``outcomes`` are the tuples of the generated code.
    """

    __slots__ = ("data", "examination", "outcomes", "resource")

    def __init__(self, resource: Resource, data: Any, examination: Examination | None, outcomes: list[Any]) -> None:
        self.resource = resource
        self.data = data
        self.examination = examination
        self.outcomes = outcomes

    def with_only(self, outcomes: list[Any], examination: Examination | None) -> View:
        """The same resource with some of what there is to say of it."""
        return View(self.resource, self.data, examination, outcomes)

    def says_something(self) -> bool:
        """Whether there is anything to report, or to look at more closely."""
        return bool(self.outcomes or self.examination or self.resource.hits)

    def places(self, ruleset: Ruleset) -> Iterator[tuple[int, Path]]:
        """The numbers of the rules that have hit, and where they look."""
        yield from (outcome[:2] for outcome in self.outcomes)
        if self.examination is not None:
            yield from ((ruleset.by_keyword.get(keyword, -1), hit.path) for keyword, hit in self.examination.hits)


def lint(document: Document, ruleset: Ruleset, settings: Settings) -> tuple[list[Finding], Source | None]:
    """All findings of one document, and its text for reports; no source when there is nothing to show.

    A document that holds no ECS resource has findings only if its text cannot be parsed.
    """
    return look(document, ruleset, settings) or ([], None)


def look(
    document: Document, ruleset: Ruleset, settings: Settings, pairs: Pairs | None = None
) -> tuple[list[Finding], Source | None] | None:
    """What ``lint`` gives; None for a document without ECS resources whose text can be parsed.

    ``pairs`` knows the resources that those of the document name.
    """
    if document.language == HCL and not settings.alone:
        from ecslint.adapters import hcl

        hcl.surround(document)
    resources = recognise(document.data, document.named, settings.parameters)
    if not resources and not (document.data is None and document.faults):
        return None
    size = most_bytes(document)
    views = judged(resources, size, ruleset, settings)
    if document.faults and resources and resources[0].spell is not None:
        places = [paths.locate(root, resource.prefix[:-1])[0] for resource in resources if (root := document.root())]
        document.excuse(TEMPLATE_FAULTS, ("duplicate-key",), [(place.start, place.end) for place in places])
    if document.faults and resources and resources[0].kind in FOREIGN_TEXTS:
        document.excuse([fault.slug for fault in document.faults], (), ())
    marked = MARK in document.text
    more = list(pairs.of(document, views, settings)) if pairs is not None else []
    if not document.told_faults and not marked and not any(map(View.says_something, [*views, *more])):
        return [], None
    if document.refuse_depth():
        return look(document, ruleset, settings, pairs)
    # An unknown value only ever silences a rule, so placeholders matter only now.
    if document.lift():
        views = judged(recognise(document.data, document.named, settings.parameters), size, ruleset, settings)
    views = [deployed(view, document, size, ruleset, settings) for view in views]
    if pairs is not None:
        views += pairs.of(document, views, settings)
    from ecslint import findings

    silencing = settings.silencing
    if not (marked or (silencing is not None and (silencing.entries or silencing.baseline))):
        return findings.collect(document, views, ruleset, settings)
    from ecslint import suppress

    silence = suppress.Suppressions(document, views, ruleset, settings)
    return findings.collect(document, views, ruleset, settings, silence)


def masks(document: Document, ruleset: Ruleset, settings: Settings) -> tuple[tuple[int, int], ...]:
    """The spans of a document's text that no output may show; all of it, if it holds no ECS resource."""
    from ecslint import findings

    document.lift()
    size = most_bytes(document)
    resources = recognise(document.data, document.named, settings.parameters)
    return findings.masks(document, [judge(resource, size, ruleset, settings) for resource in resources], ruleset)


def links(document: Document, settings: Settings) -> tuple[list[Name], list[Name]]:
    """The names of the resources of a document, and of those to which they refer."""
    resources = recognise(document.data, document.named, settings.parameters)
    defines: list[Name] = [
        bundle.kind(resource.kind).name_of(resource.data) or (resource.kind, NAMELESS) for resource in resources
    ]
    defines += [(resource.kind, resource.local) for resource in resources if resource.local]
    refers = [
        kind.reference(resource.data, settings.beside) for resource in resources for kind in bundle.joins(resource.kind)
    ]
    return defines, [name for name in refers if name]


def declared(document: Document) -> frozenset[str]:
    """The names of the parameters of a template."""
    found = document.data.get("Parameters") if type(document.data) is dict and "Resources" in document.data else None
    return frozenset(name for name in found if type(name) is str) if type(found) is dict else frozenset()


def refers_within(defines: Iterable[Name], refers: Iterable[Name]) -> bool:
    """Whether a resource of a document refers to another one of the same document."""
    return any(name[1].startswith(LOCAL) for name in set(refers).intersection(defines))


def most_bytes(document: Document) -> int:
    """More bytes than a resource of this document can take as compact JSON.

    YAML leaves out quotes and braces, and aliases make it grow without bound.
    """
    if document.language == "json":
        return document.size
    if document.language == HCL:  # local values may be used any number of times
        return sys.maxsize
    return sys.maxsize if "*" in document.text else 8 * document.size


def judged(resources: list[Resource], size: int, ruleset: Ruleset, settings: Settings) -> list[View]:
    """What the enabled rules say of the resources of a document; of those in a template, of all their readings."""
    views = [judge(resource, size, ruleset, settings) for resource in resources]
    if not resources or resources[0].spell is None:
        return views
    from ecslint import readings

    return list(readings.settled(views, lambda resource: judge(resource, size, ruleset, settings)))


def judge(resource: Resource, size: int, ruleset: Ruleset, settings: Settings) -> View:
    """Ask all enabled rules about a resource of at most ``size`` bytes."""
    data, examination = prepared(resource, ruleset)
    if settings.launch_type and resource.kind == TASK_DEFINITION and not data.get("requiresCompatibilities"):
        data = {**data, "requiresCompatibilities": [settings.launch_type]}
    return View(resource, data, examination, ruleset.judge(resource.kind, data, size, settings.enabled))


def prepared(resource: Resource, ruleset: Ruleset) -> tuple[Any, Examination | None]:
    """A resource as rules see it, with unknown values for what stands elsewhere, and what had to be repaired."""
    data = resource.data
    examination = None
    rules = ruleset.of(resource.kind)
    if not rules.fits(data):
        examination = rules.structure.examine(data, lenient=resource.spell is not None, strict=resource.encoded)
        data = examination.data
        if not examination.hits and not examination.moved:
            examination = None
        if rules.kind.mark and rules.kind.mark in resource.data:
            from ecslint.model import UNKNOWN

            data = {**data, rules.kind.mark: UNKNOWN}
    if not resource.whole:
        from ecslint.model import UNKNOWN

        data = {**dict.fromkeys(rules.structure.members(), UNKNOWN), **data}
    return data, examination


def deployed(view: View, document: Document, size: int, ruleset: Ruleset, settings: Settings) -> View:
    """What the rules still say if what the deployment puts in is unknown, and what it drops is not there.

    A mandatory rule is silenced by nothing in a repository: if it would be, all is judged as it stands in the file.
    """
    resource = view.resource
    if (
        resource.kind != TASK_DEFINITION
        or resource.prefix
        or not resource.whole
        or not (view.outcomes or view.examination)
    ):
        return view
    from ecslint import deploy

    context = deploy.context(document.name, settings.deploy_path, alone=settings.alone)
    data = context.fill(context.clean(resource.data))
    if data is resource.data:
        return view
    everything = Settings(frozenset(range(ruleset.size)), launch_type=settings.launch_type)
    before = judge(resource, size, ruleset, everything)
    sent = judge(Resource(resource.kind, data, hits=resource.hits), size, ruleset, everything)
    mandatory = settings.silencing.mandatory if settings.silencing is not None else ()
    told = set(view.places(ruleset))
    left = remaining(view, sent, refused(sent, ruleset) - refused(before, ruleset), ruleset)
    silenced = told.difference(left.places(ruleset)) if mandatory else ()
    return view if any(ruleset.rule(number).id in mandatory for number, _ in silenced if number >= 0) else left


def refused(view: View, ruleset: Ruleset) -> set[Path]:
    """The places of what is refused, or fails when the task starts."""
    return {path for number, path in view.places(ruleset) if ruleset.rule(max(number, 0)).category in REFUSING}


def remaining(view: View, sent: View, lacking: set[Path], ruleset: Ruleset) -> View:
    """What was told of a file and holds for what is ``sent`` to ECS, too.

    What was told of an empty member that is not sent stays if the object is refused without it, too: if it is one of
    those that are ``lacking`` something then.
    """
    from ecslint.ruleset.structure import Examination

    told = set(view.places(ruleset))
    now = set(sent.places(ruleset))
    before, after = view.resource.data, sent.resource.data

    def holds(number: int, path: Path) -> bool:
        return (number, path) not in now and not lacking.isdisjoint(without(path, before, after))

    outcomes = [
        *(outcome for outcome in sent.outcomes if outcome[:2] in told),
        *(outcome for outcome in view.outcomes if holds(*outcome[:2])),
    ]
    examination = None
    if view.examination is not None:
        left = {(keyword, hit.path): hit for keyword, hit in sent.examination.hits} if sent.examination else {}
        examination = Examination()
        examination.data, examination.moved = view.examination.data, view.examination.moved
        examination.hits = [
            (keyword, left.get((keyword, hit.path), hit))
            for keyword, hit in view.examination.hits
            if keyword in ABSENT or (keyword, hit.path) in left or holds(ruleset.by_keyword.get(keyword, -1), hit.path)
        ]
    return View(view.resource, view.data, examination, outcomes)


def without(path: Path, before: Any, after: Any) -> tuple[Path, ...]:
    """The path of the member that leads to a place and is sent no more, and that of what lacks it then."""
    for depth, part in enumerate(path):
        before, after = member(before, part), member(after, part)
        if after is None:
            lacks = depth > 0 or part in ("family", "containerDefinitions")  # ECS needs nothing else of a task
            return (path[: depth + 1], path[:depth]) if lacks and before is not None else ()
    return ()


def member(value: Any, part: str | int) -> Any:
    """The member of an object, or the item of a list."""
    return (
        value[part]
        if type(value) is list and isinstance(part, int)
        else value.get(part)
        if type(value) is dict
        else None
    )


def is_ecs(document: Document) -> bool:
    """Whether a document holds an ECS resource, or looks as if it would if it could be parsed."""
    if document.data is None:
        text = document.text.replace("\0", "")  # UTF-16 leaves NULs
        return bool(document.faults) and (
            (TELLING in text and names_containers(text, document.language)) or (ECS in text and has_resource(text))
        )
    return bool(recognise(document.data, document.named))


def names_containers(text: str, language: str) -> bool:
    """Whether a text that cannot be parsed has a member ``containerDefinitions``, in YAML near the left margin.

    Scripts and programs in other files mention the name, and such files hold whole documents in their texts.
    """
    import re

    start = "" if language == "json" else r"^(?: {0,4}|- )|^\{.{0,200}"
    return re.search(rf"(?m:{start})[\"']?{TELLING}[\"']?\s*:", text) is not None


def has_resource(text: str) -> bool:
    """Whether a text that cannot be parsed has a resource of ECS as templates of CloudFormation have it."""
    import re

    return re.search(rf"(?m:^)[ \t]{{0,16}}[\"']?Type[\"']?[ \t]*:[ \t]*[\"']?{ECS}[A-Z]", text) is not None
