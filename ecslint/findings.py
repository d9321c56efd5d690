"""What rules have hit becomes findings: located in the text, worded, and without secrets."""

from __future__ import annotations

from ecslint import fixes, locate, masking, paths, suggestions
from ecslint.document import HCL
from ecslint.hits import apart, is_mandatory, key_of, shown_value, told_of
from ecslint.locate import Located, Places
from ecslint.model import Finding, Hit, Label, Place, Rule, Source
from ecslint.ruleset.runtime import referred
from ecslint.words import worded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

    from ecslint.adapters import Resource
    from ecslint.document import Document
    from ecslint.engine import Settings, View
    from ecslint.model import Fault, Node, Path
    from ecslint.ruleset.bundle import Ruleset
    from ecslint.suppress import Suppression, Suppressions

DOCUMENT = "document"

#: Why a mistake in a JSON text is a note only.
TAKEN = "the GitHub action that deploys this file reads it as YAML, which takes it"


def collect(
    document: Document, views: list[View], ruleset: Ruleset, settings: Settings, silence: Suppressions | None = None
) -> tuple[list[Finding], Source | None]:
    """The findings of a document, from its parser and from each of its resources, and its text for reports.

    ``silence`` knows what is suppressed.
    """
    own = [view for view in views if not view.resource.parts]
    form = next((view.resource for view in own if view.resource.spell is not None), None)
    if form is not None:
        document.graft(view.resource.prefix for view in own)
    hits = [
        (located, told)
        for located in (locate.located(document, view, ruleset) for view in views)
        for told in told_of(located, ruleset, settings, silence)
    ]
    if form is not None:
        from ecslint import readings

        hits = readings.united(hits)
    why = silence.fault if silence is not None else nothing
    places = Places(document, own, ruleset)
    found = list(_fault_findings(document, document.told_faults, ruleset, settings, why, places))
    if silence is not None:
        found += _fault_findings(document, silence.leftovers(), ruleset, settings, silence.leftover, places)
    if form is not None:
        _respell(found, form, document)
    if not found and not hits:
        return [], None
    root = document.root()
    found += [_finding(told, located, root, settings) for located, told in hits if root is not None]
    others = _others(hits)
    spans: list[tuple[int, int]] = []
    if settings.fixes and any(finding.fix is not None for finding in found):
        suggestions.work_out(document, found)
        spans += suggestions.places(found)
    if settings.excerpts:
        spans += [place for finding in found for place in _places(finding)]
    hidden = None
    if spans:
        hidden = masking.masks(document.text, places.known(), masking.windows(document.text, spans))
        suggestions.judge(found, hidden)
    source = Source(document.name, document.text, hidden, document.language)
    source.others = tuple(_shown_source(*other, ruleset) for other in others)
    return found, source


def _respell(found: Iterable[Finding], form: Resource, document: Document) -> None:
    """Have fixes of faults in the words of a form."""
    for finding in found:
        if finding.fix is not None and (form.address or any(one.path for one in finding.fix.operations)):
            finding.fix = form.spelt(finding.fix, document.data)


def masks(document: Document, views: list[View], ruleset: Ruleset) -> tuple[tuple[int, int], ...]:
    """The spans of a whole text that no output may show."""
    return masking.masks(document.text, Places(document, views, ruleset).known(), [(0, len(document.text))])


def _others(hits: Iterable[tuple[Located, Any]]) -> list[tuple[Document, View]]:
    """The other documents into which hits point, each once."""
    found: dict[str, tuple[Document, View]] = {}
    for located, (_, hit, _) in hits:
        for other, view in located.view.resource.parts.values():
            if any(place.document is other for place, _ in hit.related) and other is not located.document:
                found[other.name] = (other, view)
    return list(found.values())


def _shown_source(document: Document, view: View, ruleset: Ruleset) -> Source:
    """The text of another document, for reports."""
    return Source(document.name, document.text, masks(document, [view], ruleset), document.language)


class Values(dict[str, object]):
    """The values of a hit for its message. What other names stand for are fields of the resource."""

    __slots__ = ("_located",)

    def __init__(self, located: Located, values: Mapping[str, object]) -> None:
        super().__init__(values)
        self._located = located

    def __missing__(self, name: str) -> str:
        """A field as a message may tell it; its name in braces where the resource has no such field."""
        value = referred(name, self._located.view.data)
        if value is None:
            return f"{{{name}}}"
        scalar = type(value) not in (dict, list)
        return shown_value(value) if scalar and self._located.shows(tuple(name.split("."))) else masking.MASK


def _finding(told: tuple[Rule, Hit, Suppression | None], located: Located, root: Node, settings: Settings) -> Finding:
    rule, hit, suppressed = told
    values = Values(located, {"more": "", "container": "", "value": "", "key": key_of(hit.path), **hit.values})
    pointer, start, end = locate.span(root, hit.path, hit.key)
    labels = [_label(place, text, located.document) for place, text in hit.related]
    resource = located.view.resource
    severity = rule.severity
    if rule.category == "client" and (
        resource.encoded or not resource.whole
    ):  # Terraform reads such lists, and drops what it does not know
        severity = "info" if hit.values.get("decoded") else "warning" if severity == "error" else severity
    tolerant = resource.tool and resource.spell is None and rule.category == "client"
    if (rule.deploy_path or tolerant) and rule.id not in settings.severities and not is_mandatory(rule, settings):
        from ecslint import deploy

        known = deploy.context(located.document.name, settings.deploy_path, resource.tool, alone=settings.alone)
        if tolerant and severity == "error" and known.is_by(resource.tool):
            severity = "warning"  # such tools read what they know, and say that they pass over the rest
        severity = known.severity(rule, severity)
    if not resource.certain and severity == "error":
        severity = "warning"
    case = f" ({said})" if (said := values.get("case") or in_resource(located, hit)) else ""
    return Finding(
        rule,
        settings.severities.get(rule.id, severity),
        worded(in_form(rule.message, located), values) + case,
        file=located.document.name,
        start=start,
        end=end,
        pointer=pointer,
        breadcrumb=located.breadcrumb(hit.path),
        help=worded(in_form(rule.help, located), values),
        kind=resource.kind,
        name=located.name(),
        related=[label for label in labels if label is not None],
        fix=hit.fix,
        suppressed=suppressed,
        construct=_construct(hit.path, located),
    )


def in_form(text: str, located: Located) -> str:
    """What a rule says, with the members that it names spelled as in the form of the document."""
    if located.form().spell is None or "`" not in text:
        return text
    parts = text.split("`")
    return "`".join(located.spelled(part) if at % 2 else part for at, part in enumerate(parts))


def in_resource(located: Located, hit: Hit) -> str:
    """In which resource of Terraform a fault is, where lines tell little; else nothing."""
    form = located.form()
    if not form.address or hit.path[: len(form.prefix)] != form.prefix:
        return ""
    container = hit.values.get("container")
    if located.document.language == HCL:
        root = located.document.root()
        if root is None or paths.locate(root, hit.path)[1] == len(hit.path):
            return ""
    return f"in `{masking.veiled(form.address)}`" + (f", container {container}" if container else "")


def _construct(path: Path, located: Located) -> str:
    """The construct of the CDK that has made what a path leads to; empty if none has."""
    if located.form().spell is None or "aws:cdk:path" not in located.document.text:
        return ""
    from ecslint.adapters import cloudformation

    return masking.veiled(cloudformation.construct(path, located.document.data))


def _label(place: Place, text: str, document: Document) -> Label | None:
    """What to say at a place, which may stand in another document than the finding."""
    root = place.document.root()
    if root is None:
        return None
    pointer, start, end = locate.span(root, place.path)
    return Label(pointer, text, start, end, "" if place.document is document else place.document.name)


def _fault_findings(
    document: Document,
    faults: Iterable[Fault],
    ruleset: Ruleset,
    settings: Settings,
    silence: Callable[..., Any],
    places: Places,
) -> Iterator[Finding]:
    """The findings of faults of a text; ``silence`` is asked for what suppresses each."""
    said: set[str] = set()
    is_yaml = document.language == "json" and reads_yaml(document, settings)
    for fault in faults:
        number = ruleset.by_fault.get(fault.slug, -1)
        if number not in settings.enabled:
            continue
        rule = ruleset.rule(number)
        why: Suppression | None = silence(rule, fault)
        if rule.once and why is None and not apart(settings) and rule.id in said:
            continue
        if why is None:
            said.add(rule.id)
        # `no` is no secret
        told = set(fault.values) if fault.values.get("yaml11") in ("true", "false") else set()
        repeats = any(type(value) is str and name not in masking.OWN | told for name, value in fault.values.items())
        hidden = repeats and places.hide(fault.start, fault.end)
        taken = is_yaml and rule.category == "client" and not is_mandatory(rule, settings)
        yield fault_finding(document, rule, fault, settings, why, hidden=hidden, taken=taken)


def reads_yaml(document: Document, settings: Settings) -> bool:
    """Whether what deploys a JSON file with faults reads it as YAML, in which it has none and means the same."""
    if not document.faults or document.data is None:
        return False
    from ecslint import deploy

    if not deploy.context(document.name, settings.deploy_path, alone=settings.alone).reads_yaml():
        return False
    from ecslint.syntax import json, yaml

    text = document.text
    if any(
        text.startswith("#", fault.start) and text[fault.start - 1 :][:1].strip()
        for fault in document.faults
        if fault.start
    ):
        return False  # libyaml takes such a comment, others do not
    scan = yaml.scan(text)
    return not scan.faults and scan.data == json.scan(text).data


def nothing(*_: object) -> None:
    """What suppresses a finding where nothing can."""


def fault_finding(
    document: Document,
    rule: Rule,
    fault: Fault,
    settings: Settings,
    suppressed: Suppression | None = None,
    *,
    hidden: bool = False,
    taken: bool = False,
) -> Finding:
    """The finding of a fault of a text; ``hidden`` says that no output may show what stands there.

    ``taken``: it is a fault for others only, not for what deploys the file.
    """
    values = masking.told(fault.values, masking.OWN, None, hidden, lambda _: False)
    if hidden and "yaml11" in fault.values:
        new, old = (kind(str(fault.values[name])) for name in ("yaml12", "yaml11"))
        values |= {"yaml12": new, "yaml11": "another number" if old == new == "a number" else old}
    raw = {**fault.values, "span": (fault.start, fault.end)}
    help_ = rule.help.format_map(values)
    return Finding(
        rule,
        settings.severities.get(rule.id, "info" if taken else rule.severity),
        rule.message.format_map(values),
        file=document.name,
        start=fault.start,
        end=fault.end,
        help="; ".join(filter(None, (help_, TAKEN if taken else ""))),
        kind=DOCUMENT,
        fix=fault.fix or (None if document.data is None else fixes.offered(rule, (), raw, values, lambda path: path)),
        suppressed=suppressed,
    )


def kind(spelled: str) -> str:
    """What a scalar is, as JSON writes it, if it must not be told: words that mean true or false are no secret."""
    return "a string" if spelled.startswith('"') else "a number"


def _places(finding: Finding) -> Iterator[tuple[int, int]]:
    """The spans that an excerpt shows."""
    yield finding.start, finding.end
    for label in finding.related:
        if not label.file:
            yield label.start, label.end
