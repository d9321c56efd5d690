"""A document and the compiled rules become findings. The way of a clean document is short on purpose."""

from __future__ import annotations

import sys

from ecslint.adapters import Resource, recognise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from ecslint.document import Document
    from ecslint.model import Finding, Path, Source
    from ecslint.ruleset.bundle import Ruleset
    from ecslint.ruleset.structure import Examination
    from ecslint.suppress import Silencing


#: What tells of an ECS document that cannot be parsed.
TELLING = "containerDefinitions"

#: What every suppression in a document contains.
MARK = "ecslint"


class Settings:
    """What a run wants of a file: the numbers of the enabled rules, severities by rule id, and a launch type.

    ``launch_type`` is assumed for task definitions that state no requiresCompatibilities. With
    ``excerpts``, reports will show source lines, so the values to be masked in them are looked up; with ``fixes``
    they will show what fixes change. ``deploy_path`` is how the file reaches ECS, or ``auto``. ``fail_on`` is the
    severity from which a finding fails the run; ``silencing`` is what a configuration says about suppressions.
    """

    __slots__ = ("deploy_path", "enabled", "excerpts", "fail_on", "fixes", "launch_type", "severities", "silencing")

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
    ) -> None:
        self.deploy_path = deploy_path
        self.enabled = enabled
        self.excerpts = excerpts
        self.fixes = False
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
        )
        fewer.fixes = self.fixes
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


def look(document: Document, ruleset: Ruleset, settings: Settings) -> tuple[list[Finding], Source | None] | None:
    """What ``lint`` gives; None for a document without ECS resources whose text can be parsed."""
    resources = recognise(document.data, document.named)
    if not resources and not (document.data is None and document.faults):
        return None
    size = most_bytes(document)
    views = [judge(resource, size, ruleset, settings) for resource in resources]
    marked = MARK in document.text
    if not document.faults and not marked and not any(map(View.says_something, views)):
        return [], None
    if document.refuse_depth():
        return look(document, ruleset, settings)
    # An unknown value only ever silences a rule, so placeholders matter only now.
    if document.lift():
        views = [judge(resource, size, ruleset, settings) for resource in recognise(document.data, document.named)]
    views = [deployed(view, document, size, ruleset, settings) for view in views]
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
    views = [judge(resource, size, ruleset, settings) for resource in recognise(document.data, document.named)]
    return findings.masks(document, views, ruleset.structure)


def most_bytes(document: Document) -> int:
    """More bytes than a resource of this document can take as compact JSON.

    YAML leaves out quotes and braces, and aliases make it grow without bound.
    """
    if document.language == "json":
        return document.size
    return sys.maxsize if "*" in document.text else 8 * document.size


def judge(resource: Resource, size: int, ruleset: Ruleset, settings: Settings) -> View:
    """Ask all enabled rules about a resource of at most ``size`` bytes."""
    data, examination = prepared(resource, ruleset)
    if settings.launch_type and not data.get("requiresCompatibilities"):
        data = {**data, "requiresCompatibilities": [settings.launch_type]}
    suspects = ruleset.suspects(data, size, settings.enabled)
    return View(resource, data, examination, ruleset.judge(data, size, suspects))


def prepared(resource: Resource, ruleset: Ruleset) -> tuple[Any, Examination | None]:
    """A resource as rules see it, with unknown values for what stands elsewhere, and what had to be repaired."""
    data = resource.data
    examination = None
    if not ruleset.fits(data):
        examination = ruleset.structure.examine(data)
        data = examination.data
    if not resource.whole:
        from ecslint.model import UNKNOWN

        data = {**dict.fromkeys(ruleset.structure.members(), UNKNOWN), **data}
    return data, examination


def deployed(view: View, document: Document, size: int, ruleset: Ruleset, settings: Settings) -> View:
    """What the rules still say if what the deployment puts in is unknown, where that may make a difference.

    A mandatory rule is silenced by nothing in a repository: if it would be, all is judged as it stands in the file.
    """
    resource = view.resource
    if resource.prefix or not resource.whole or not any(may_be_filled(path) for _, path in view.places(ruleset)):
        return view
    from ecslint import deploy

    data = deploy.context(document.name, settings.deploy_path).fill(resource.data)
    if data is resource.data:
        return view
    filled = judge(Resource(resource.kind, data, hits=resource.hits), size, ruleset, settings)
    mandatory = settings.silencing.mandatory if settings.silencing is not None else ()
    told = set(view.places(ruleset))
    silenced = told.difference(filled.places(ruleset)) if mandatory else ()
    filled.outcomes = [outcome for outcome in filled.outcomes if outcome[:2] in told]  # the rest is not in this file
    return view if any(ruleset.rule(number).id in mandatory for number, _ in silenced if number >= 0) else filled


def may_be_filled(path: Path) -> bool:
    """Whether a deployment may put in what a hit at this place is about."""
    return not path or path[0] in ("containerDefinitions", "executionRoleArn", "taskRoleArn")


def is_ecs(document: Document) -> bool:
    """Whether a document holds an ECS resource, or looks as if it would if it could be parsed."""
    if document.data is None:
        text = document.text.replace("\0", "")  # UTF-16 leaves NULs
        return bool(document.faults) and TELLING in text and names_containers(text, document.language)
    return bool(recognise(document.data, document.named))


def names_containers(text: str, language: str) -> bool:
    """Whether a text that cannot be parsed has a member ``containerDefinitions``, in YAML near the left margin.

    Scripts and programs in other files mention the name, and such files hold whole documents in their texts.
    """
    import re

    start = "" if language == "json" else r"^(?: {0,4}|- )|^\{.{0,200}"
    return re.search(rf"(?m:{start})[\"']?{TELLING}[\"']?\s*:", text) is not None
