"""Which rules of a ruleset run, and how severe they are."""

from __future__ import annotations

from ecslint.model import CATEGORIES, SEVERITIES
from ecslint.words import TOPICS, closest, listed, topic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ecslint.model import Rule

PROFILES = ("default", "strict")
ALL = "ALL"
OFF = "off"
PACK = "pack:"
SHORTEST_PART = 4  # characters of a slug that say something
MOST_MEANT = 5


class SelectionError(Exception):
    """A name that is no rule, or a severity that is none; the text says what there is."""


def enabled(
    rules: Sequence[Rule], *, profile: str, select: Iterable[str] = (), ignore: Iterable[str] = ()
) -> frozenset[int]:
    """The numbers of the rules of a profile, or exactly of those that ``select`` names, without ``ignore``.

    A name is an id (ECS101), the beginning of one (ECS1), a slug, a topic (network), a category, a pack
    (pack:fargate), or ALL.
    Raises SelectionError for a name that matches no rule.
    """
    names = list(select)
    if names:
        chosen = set().union(*(matching(name, rules) for name in names))
    else:
        chosen = {number for number, rule in enumerate(rules) if profile == "strict" or rule.profile == "default"}
    return frozenset(chosen.difference(*(matching(name, rules) for name in ignore)))


def matching(name: str, rules: Sequence[Rule]) -> set[int]:
    """The numbers of the rules that a name stands for. Raises SelectionError when there is none."""
    if name.startswith(PACK):
        return _of_pack(name, rules)
    found = {
        number
        for number, rule in enumerate(rules)
        if name in (ALL, rule.slug)
        or name.lower() in (rule.category, topic(rule.id))
        or (name and rule.id.startswith(name.upper()))
    }
    if not found:
        hint = meant(name, rules, (*TOPICS.values(), *CATEGORIES)) or "; `ecslint rules` lists them"
        raise SelectionError(f"no rule is called {name!r}{hint}")
    return found


def _of_pack(name: str, rules: Sequence[Rule]) -> set[int]:
    from ecslint.ruleset import bundle

    packs = bundle.packs()
    if name.removeprefix(PACK) not in packs:
        raise SelectionError(f"no pack is called {name!r}; there are {listed(PACK + pack for pack in packs)}")
    return set().union(*(matching(part, rules) for part in packs[name.removeprefix(PACK)]["select"]))


def severities(changes: Iterable[str], rules: Sequence[Rule]) -> dict[str, str]:
    """``NAME=LEVEL`` texts as {rule id: level}; the level ``off`` switches rules off.

    Raises SelectionError for a text of another form, an unknown rule or level.
    """
    table: dict[str, str] = {}
    for change in changes:
        name, equals, level = change.partition("=")
        if not equals or level not in (*SEVERITIES, OFF):
            raise SelectionError(f"{change!r} is not RULE=LEVEL with the level {listed((*SEVERITIES, OFF))}")
        table.update({rules[number].id: level for number in matching(name, rules)})
    return table


def find(name: str, rules: Sequence[Rule]) -> Rule:
    """The rule with this id (any case) or slug. Raises SelectionError when there is none."""
    for rule in rules:
        if name == rule.slug or name.upper() == rule.id:
            return rule
    raise SelectionError(f"no rule is called {name!r}" + (meant(name, rules) or "; `ecslint rules` lists them"))


def meant(name: str, rules: Sequence[Rule], others: Iterable[str] = ()) -> str:
    """``; did you mean fargate-cpu-memory?`` for what is nearly a name, or a part of a few; empty for all else."""
    known = [word for rule in rules for word in (rule.id, rule.slug)] + [*others]
    near = closest(name, known)
    parts = [word for word in known if len(name) >= SHORTEST_PART and name.lower() in word.lower()]
    if near is None and 0 < len(parts) <= MOST_MEANT:
        return f"; did you mean {listed(parts)}?"
    return f"; did you mean {near}?" if near else ""
