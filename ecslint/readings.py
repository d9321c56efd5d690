"""What rules say of the readings of one resource: those of each case, of each choice, and with all defaults.

A resource in a template may be several resources: one for each case. What is wrong in one of them is wrong. What is
wrong for one value of a free parameter is not, unless it is wrong for all of them, or for the default, of which people
are warned.
"""

from __future__ import annotations

from itertools import combinations

from ecslint.masking import veiled
from ecslint.words import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import Any, TypeAlias

    from ecslint.adapters import Resource
    from ecslint.engine import View
    from ecslint.locate import Located
    from ecslint.model import Hit, Rule

    #: What tells a hit of a view from others: the rule's number or the keyword, and the places.
    Told: TypeAlias = tuple[Any, ...]

    #: What is true in a case: of conditions, and which values parameters have.
    Facts: TypeAlias = Mapping[str, Any]


MOST_TOLD = 3  # conditions, in a message
MOST_COMBINED = 12  # conditions, of which two may tell some cases from the others


def settled(views: Iterable[View], ask: Callable[[Resource], View]) -> Iterator[View]:
    """The view of each case, and behind it those of what all choices bring besides, and of what the defaults do."""
    for view in views:
        resource = view.resource
        said = told(view)
        yield view
        if resource.choices:
            choices = [ask(choice) for choice in resource.choices]
            common = set.intersection(*map(told, choices))
            yield only(choices[0], common - said)
            said |= common
        if resource.assumed is not None:
            assumed = ask(resource.assumed)
            assumed.resource.certain = False
            yield only(assumed, told(assumed) - said)


def told(view: View) -> set[Told]:
    """What a view says."""
    found = {outcome_key(outcome) for outcome in view.outcomes}
    if view.examination is not None:
        found |= {(keyword, hit.path, hit.key) for keyword, hit in view.examination.hits}
    return found | {(slug, hit.path, hit.key) for slug, hit in view.resource.hits}


def outcome_key(outcome: tuple[Any, ...]) -> Told:
    """What tells an outcome of the generated code from others."""
    if len(outcome) == 3 and not isinstance(outcome[2], Exception):
        return (outcome[0], outcome[1] + outcome[2].path, outcome[2].key)
    return outcome[:2] + tuple(str(part) for part in outcome[2:])


def only(view: View, kept: set[Told]) -> View:
    """What a view says of some things."""
    from ecslint.ruleset.structure import Examination

    examination = None
    if view.examination is not None:
        examination = Examination()
        examination.data, examination.moved = view.examination.data, view.examination.moved
        examination.hits = [
            (keyword, hit) for keyword, hit in view.examination.hits if (keyword, hit.path, hit.key) in kept
        ]
    view.resource.hits = [(slug, hit) for slug, hit in view.resource.hits if (slug, hit.path, hit.key) in kept]
    return view.with_only([one for one in view.outcomes if outcome_key(one) in kept], examination)


def united(hits: list[tuple[Located, tuple[Rule, Hit, Any]]]) -> list[tuple[Located, tuple[Rule, Hit, Any]]]:
    """Hits of all readings, each place of each rule once, with the cases of which it is true in its values."""
    groups: dict[Any, list[tuple[Located, tuple[Rule, Hit, Any]]]] = {}
    for located, (rule, hit, why) in hits:
        said = str(sorted(hit.values.items(), key=str))  # one rule may say different things of a place
        groups.setdefault((rule.id, hit.path, hit.key, said), []).append((located, (rule, hit, why)))
    found = []
    for group in groups.values():
        certain = [entry for entry in group if entry[0].view.resource.certain]
        located, (rule, hit, why) = (certain or group)[0]
        resource = located.view.resource
        facts = [one.view.resource.facts for one, _ in certain]
        case = in_words(facts, resource.every) if certain else veiled(resource.case)
        if case and hit.fix is not None and any(operation.kind != "rename" for operation in hit.fix.operations):
            hit.fix = None  # what it changes is right in another case
        hit.values = {**hit.values, "case": case}
        found.append((located, (rule, hit, why)))
    return found


def in_words(bad: list[Facts], every: Sequence[Facts]) -> str:
    """Some of the cases of a resource, told by what they alone have; empty for all of them."""
    different = [facts for number, facts in enumerate(bad) if facts not in bad[:number]]
    good = [facts for facts in every if facts not in different]
    if not good:
        return ""
    telling = [pair for pair in different[0].items() if any(facts.get(pair[0]) != pair[1] for facts in every)]
    for size in (1, 2):
        for some in combinations(telling[:MOST_COMBINED], size):
            if all(has(facts, some) for facts in different) and not any(has(facts, some) for facts in good):
                return f"when {told_facts(some)}"
    more = len(different) - 1
    return f"when {told_facts(telling)}" + (f", and in {counted(more, 'more case')}" if more else "")


def has(facts: Facts, some: Iterable[tuple[str, Any]]) -> bool:
    """Whether some things are true in a case."""
    return all(facts.get(name) == value for name, value in some)


def told_facts(some: Iterable[tuple[str, Any]]) -> str:
    """What is true in a case, for people."""
    told = [
        f"`{veiled(name)}` is {str(value).lower() if type(value) is bool else f'`{veiled(str(value))}`'}"
        for name, value in some
    ]
    more = [counted(len(told) - MOST_TOLD, "other condition")] if len(told) > MOST_TOLD else []
    return " and ".join([*told[:MOST_TOLD], *more])
