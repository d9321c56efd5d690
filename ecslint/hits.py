"""What rules have hit, with paths of the document and values for messages, and what of it is told."""

from __future__ import annotations

from ecslint import fixes, masking, paths
from ecslint.locate import Located
from ecslint.masking import Quoted
from ecslint.model import Hit, Place, Rule, Unknown
from ecslint.ruleset.structure import Spelled
from ecslint.words import closest, listed, same_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from ecslint.adapters import Resource
    from ecslint.engine import Settings
    from ecslint.model import Path
    from ecslint.ruleset.bundle import Ruleset
    from ecslint.ruleset.structure import Examination
    from ecslint.suppress import Suppression, Suppressions

#: Values that are words of ecslint, whatever a check has looked at.
WORDS = frozenset(("actual", "around", "expected", "home", "known", "missing", "remedy", "up", "what"))

#: Reported for a rule that raises. It is no rule file: it judges ecslint, not the document.
INTERNAL_ERROR = Rule(
    {
        "id": "ECS000",
        "slug": "internal-error",
        "title": "A rule of ecslint broke down on this document",
        "severity": "error",
        "category": "practice",
        "message": "{rule} broke down here ({error}); the other rules were checked",
        "help": "please report it, with the document if you can share it",
        "why": "A rule raised an exception. That is a mistake in ecslint; the exit code is 2.",
        "references": ["https://github.com/ecslint/ecslint/issues"],
        "since": "0.1.0",
        "examples": {"good": [], "bad": []},
    }
)


def hits_of(located: Located, ruleset: Ruleset, settings: Settings) -> Iterator[tuple[Rule, Hit]]:
    """The hits of a resource: places in the document, and values as messages may tell them."""
    view = located.view
    for slug, hit in view.resource.hits:
        number = ruleset.by_fault.get(slug, ruleset.by_keyword.get(slug, -1))
        if number in settings.enabled:
            rule = ruleset.rule(number)
            values = {**kind_values(located), **hit.values}
            fix = fixes.offered(rule, hit.path, values, values, lambda path: path)
            related = [(Place(located.document, path), text) for path, text in hit.related]
            yield rule, Hit(hit.path, values, key=hit.key, related=related, fix=fix)
    if view.examination is not None:
        yield from _structure_hits(located, view.examination, ruleset, settings)
    broken: set[str] = set()
    for outcome in view.outcomes:
        rule = ruleset.rule(outcome[0])
        said = outcome_hit(outcome)
        if isinstance(said, Exception):
            if rule.id in broken:
                continue
            broken.add(rule.id)
            yield INTERNAL_ERROR, Hit(located.outer(()), {"rule": rule.id, "error": type(said).__name__})
            continue
        meant = _meant(view.data, said.path, *outcome[2:]) if rule.fix and len(outcome) > 3 else {}
        yield _worded(rule, said, meant, located, view.data, located.source)


def _worded(
    rule: Rule, hit: Hit, meant: dict[str, Any], located: Located, data: Any, to_source: Callable[[Path], Path]
) -> tuple[Rule, Hit]:
    """A hit of a resource, in ``data``, with its fix; what its texts tell is fit for every output."""
    shows = located.shows if located.is_secret else located.structure.shows
    value = data
    for part in hit.path:
        value = member(value, part)
    hidden = not shows(hit.path)
    context = kind_values(located)
    context |= {"container": _container(located, hit.path), "key": key_of(to_source(hit.path))}
    if "{value}" in rule.message or "{value}" in rule.help or fixes.refer_to(rule, "value"):
        context["value"] = masking.MASK if hidden or type(value) in (dict, list) else shown_value(value)
    values = {**context, **hit.values, **meant}
    if type(values.get("missing")) is str:
        values["missing"] = located.spelled(values["missing"])
    own = {*hit.own, *context, *(meant.keys() - {"script", "thousandth", "rooted"})}
    if located.is_secret and located.hides(hit.path):
        own &= {*context, *WORDS}
    shown = masking.told(values, own, value, hidden, shows)
    related = [(located.place(path), masking.quoted(text, shows)) for path, text in hit.related]
    partner = located.partner()
    if partner is not None and all(place.document is located.document for place, _ in related):
        related.append(partner)
    for name, said in values.items():
        if type(said) is Quoted:
            values[name] = said.text
    fix = fixes.offered(rule, hit.path, values, shown, to_source)
    form = located.form()
    if fix is not None and form.spell is not None:
        fix = form.spelt(fix, located.document.data)
    place = located.key_of(hit.path) if hit.key and form.spell is not None else None
    return rule, Hit(place or to_source(hit.path), shown, key=hit.key, related=related, fix=fix)


def kind_values(located: Located) -> dict[str, object]:
    """What messages may say of the kind of a resource."""
    kind = located.rules.kind
    return {"resource": kind.title, "call": kind.call, "answer": kind.answer}


def _structure_hits(
    located: Located, examination: Examination, ruleset: Ruleset, settings: Settings
) -> Iterator[tuple[Rule, Hit]]:
    for keyword, hit in examination.hits:
        number = ruleset.by_keyword.get(keyword, -1)
        if number in settings.enabled:
            if "read" in hit.values:
                hit.values = {**hit.values, "read": _spelled(located, hit.values["read"])}
            hit.own = hit.values.keys() - {"read"}
            if located.view.resource.spell is not None:
                hit.values = respelt(hit, located.view.resource.spell)
            yield _worded(ruleset.rule(number), hit, {}, located, located.view.resource.data, located.outer)


def respelt(hit: Hit, spell: Callable[[Path], Path]) -> dict[str, object]:
    """The values of a mistake of structure, with members as the form of the document spells them."""
    around = hit.path if "missing" in hit.values else hit.path[:-1]
    values = dict(hit.values)
    for name in ("missing", "same", "guess"):
        if hit.key and type(values.get(name)) is str:
            values[name] = spell((*around, str(values[name])))[-1]
    if hit.key and values.get("guess") and values.get("hint"):
        values["hint"] = f"; did you mean `{values['guess']}`?"
    member = key_of(hit.path)
    if "what" in values and member:
        values["what"] = str(values["what"]).replace(f"`{member}`", f"`{key_of(spell(hit.path))}`")
    return values


def _spelled(located: Located, read: Any) -> Any:
    """A reading of a value with strings for what is to be taken as it is written; None if that cannot be told."""
    if type(read) is list:
        items = [_spelled(located, item) for item in read]
        return None if None in items else items
    if type(read) is dict:
        members = {key: _spelled(located, item) for key, item in read.items()}
        return None if None in members.values() else members
    if type(read) is not Spelled:
        return read
    root = located.document.root()
    path = located.outer(read.path)
    node, depth = paths.locate(root, path) if root is not None else (None, 0)
    token = "" if node is None or depth < len(path) else located.document.text[node.start : node.end]
    if type(read.value) is str:
        return read.value
    if type(read.value) is Unknown:  # without quotes it may be more than a string
        return read.value.raw if token[:1] in ('"', "'") or located.document.language == "yaml" else None
    return token if token[:1] not in ("", "&", "*", "!") else None


def _meant(data: Any, path: Path, keyword: str, known: Any, missing: str) -> dict[str, Any]:
    """What was meant by what a schema does not allow.

    Of a value or a key that it does not list: what is the ``same`` but for its form, or a ``guess``; of a missing
    member: the ``same``. Of a list: the ``script`` that all but its first text make, and the ``kind`` of health check
    that its first text means. Of a number: its ``thousandth``. Of a text with characters that a pattern does not
    allow: one that is ``clean``. Of a path that begins with a name: the same from the root on, ``rooted``.
    """
    if not path:
        return {}
    *around, last = path
    task = data
    for part in around:
        data = member(data, part)
    value = member(data, last)
    if keyword == "required":
        return {"same": same_word(missing, [key for key in value if type(key) is str])}
    if keyword == "pattern":
        return {"clean": clean(value, known, task)}
    if keyword not in ("enum", "additionalProperties"):
        if type(value) is int:
            return {"thousandth": None if value % 1000 else value // 1000}
        if type(value) is str:
            return {"rooted": f"/{value}" if value[:1].isalnum() else None}
        if type(value) is not list:
            return {}
        from ecslint.checks.commands import kind_of, script

        return {"script": script(value[1:]), "kind": kind_of(value)}
    word = last if keyword == "additionalProperties" else value
    if type(word) is not str:
        return {}
    same = same_word(word, known) or same_word(without_prefix(word), known)
    guess = same or closest(word, known)
    taken = keyword == "additionalProperties" and guess in data
    return {} if taken else {"same": same, "guess": guess}


def without_prefix(word: str) -> str:
    """The name of a capability or a limit without that of its kind, which the kernel puts before it."""
    prefix = next((prefix for prefix in ("CAP_", "RLIMIT_") if word.upper().startswith(prefix)), "")
    return word[len(prefix) :]


def clean(text: Any, pattern: str, task: Any) -> str | None:
    """A text with hyphens for what is neither an ASCII letter, a digit nor ``_``, if the pattern allows it then.

    A number behind a colon at the end is no part of it: it is that of a revision.
    """
    import re

    from ecslint.regex.linear import TooSlow, search
    from ecslint.ruleset.runtime import matches

    if type(text) is not str or masking.veiled(text) != text:  # what looks like a password gets into no fix
        return None
    if any(char.isalpha() and not char.isascii() for char in text):
        return None  # a word without its umlaut is another one
    name = re.sub(r":[0-9]+\Z", "", text.strip())
    name = re.sub(r"[^A-Za-z0-9_]+", "-", name).strip("-")
    try:
        return name if name != text and matches(pattern, name, task, search=search) else None
    except (TooSlow, ValueError):  # a pattern that cannot be decided in bounded time
        return None


def outcome_hit(outcome: tuple[Any, ...]) -> Hit | Exception:
    """The hit, with paths in the repaired data, that a tuple of the generated code stands for."""
    path: Path = outcome[1]
    if len(outcome) == 3:
        found: Hit | Exception = outcome[2]
        if isinstance(found, Exception):
            return found
        related = [(path + place, _below(path, text)) for place, text in found.related]
        values = {name: _below(path, said) for name, said in found.values.items()}
        return Hit(path + found.path, values, own=found.own, key=found.key, related=related)
    _, _, keyword, expected, name = outcome
    if keyword == "enum":
        expected = listed(expected)
    values = {"expected": expected, "missing": name}
    is_key = keyword in ("required", "properties", "additionalProperties")
    return Hit(path, values, own=("expected", "missing"), key=is_key)


def _below(path: Path, said: Any) -> Any:
    """What a check has said, with its place from the resource on."""
    return Quoted(said.text, path + said.path) if type(said) is Quoted else said


def told_of(
    located: Located, ruleset: Ruleset, settings: Settings, silence: Suppressions | None
) -> Iterator[tuple[Rule, Hit, Suppression | None]]:
    """What there is to report of a resource, and what suppresses it.

    The hits of rules that report once for a resource are merged, so that the first one tells how many
    more there are; what is suppressed stands for itself.
    """
    merged: dict[str, list[tuple[Rule, Hit]]] = {}
    for rule, hit in hits_of(located, ruleset, settings):
        if passes_over(located.view.resource, rule, hit):
            continue
        if hit.values.get("decoded") and not located.view.resource.whole and not is_mandatory(rule, settings):
            from ecslint import terraform

            if not settings.alone and terraform.reads(located.document.name):
                continue
        if rule.category == "rejected" and rule.deploy_path and not located.view.resource.whole:
            from ecslint import deploy

            if not deploy.context(located.document.name, settings.deploy_path, alone=settings.alone).sends_containers():
                continue
        why = None if silence is None else silence.hit(located, rule, hit)
        if rule.once and why is None and not apart(settings):
            merged.setdefault(rule.id, []).append((rule, hit))
        else:
            yield rule, hit, why
    for group in merged.values():
        rule, first = group[0]
        more = f" and {len(group) - 1} more" if len(group) > 1 else ""
        fix = fixes.together([hit.fix for _, hit in group])
        values = {**first.values, "more": more}
        yield rule, Hit(first.path, values, key=first.key, related=first.related, fix=fix), None


def passes_over(resource: Resource, rule: Rule, hit: Hit) -> bool:
    """Whether Terraform passes over what was hit, or would not have read it.

    It knows the names of all attributes, and in JSON it takes names in any case, and null for what is absent.
    """
    at = resource.moved.get((resource.encoded,)) if resource.encoded else None
    if at is None or hit.path[: len(at)] != at:
        return bool(resource.encoded) and rule.slug == "unknown-property"
    return bool(hit.values.get("decoded"))


def is_mandatory(rule: Rule, settings: Settings) -> bool:
    """Whether nothing in a repository may make less of a rule."""
    return settings.silencing is not None and rule.id in settings.silencing.mandatory


def apart(settings: Settings) -> bool:
    """Whether the hits of rules that report once for a resource stay apart."""
    return settings.silencing is not None and settings.silencing.apart


def key_of(path: Path) -> str:
    """The member that a path leads to, or into a list of."""
    return next((part for part in reversed(path) if isinstance(part, str)), "")


def member(value: Any, part: str | int) -> Any:
    """The member or item of a value, or None."""
    if type(value) is dict:
        return value.get(part)
    if type(value) is list and isinstance(part, int) and part < len(value):
        return value[part]
    return None


def _container(located: Located, path: Path) -> str:
    """The name of the container that a path leads into, or its number."""
    place, containers = located.containers()
    if not containers or len(path) <= len(place) or path[: len(place)] != place:
        return ""
    index = path[len(place)]
    name = None if located.hides((*place, index)) else member(member(containers, index), "name")
    name = name.raw if type(name) is Unknown else name
    if type(name) is str and name:
        return f"`{masking.veiled(name)}`"
    return f"number {index + 1}" if isinstance(index, int) else ""


def shown_value(value: Any, limit: int = 60) -> str:
    """A value for a message: strings without their credentials, the rest as JSON, cut after ``limit`` characters."""
    if type(value) is Unknown:
        value = value.raw
    if type(value) is not str:
        import json

        value = json.dumps(value, default=lambda unknown: unknown.raw, skipkeys=True)
    assert isinstance(value, str)
    text = masking.veiled(value) or '""'
    return text if len(text) <= limit else text[: limit - 1] + "…"
