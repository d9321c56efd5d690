"""Expressions that are true wherever a check can hit: what it needs is there, and its quick look does not pass.

See ``ecslint.checks.check`` for what checks declare.
"""

from __future__ import annotations

import inspect

from ecslint import paths
from ecslint.checks import CHECKS
from ecslint.ruleset.expressions import joined

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecslint.model import Rule
    from ecslint.ruleset.code import Module


class Guards:
    """Writes the guards of a module.

    ``lists`` are the lists of values that the checks at a place ask for: from (holder, paths) to (variable,
    expression).
    """

    __slots__ = ("lists", "module")

    def __init__(self, module: Module) -> None:
        self.lists: dict[tuple[str, str], tuple[str, str]] = {}
        self.module = module

    def may_hit(self, rule: Rule, v: str) -> str:
        """An expression that is true wherever the rule's check can hit."""
        declared = CHECKS[rule.then["check"]]
        options = rule.then.get("options", {})
        at_root = v == "task"
        follows = [name for name in declared.follows if name in options]
        needs = [options[name] for name in declared.needs if name in options]
        guards = [self.has_one(pattern, at_root, v) for pattern in (*needs, *(options[name] for name in follows))]
        if declared.above:
            guards.append(f"size > {options[declared.above]}")
        texts = {
            name: self.module.constant(repr(value)) if isinstance(value, (list, dict)) else repr(value)
            for name, value in options.items()
        }
        for name in declared.gathers:
            texts[name] = self.values_of(v, options[name])
        for name in follows:
            texts[name] = self.values_of(v, options[name])
            fewest = options.get(declared.more_than, declared.more_than)
            guards.append(f"len({texts[name]}) > {fewest}" if fewest else texts[name])
        if declared.passes is not None:
            taken = inspect.signature(declared.passes).parameters
            for name in (*declared.gathers, *follows):
                for member in [word.removeprefix(f"{name}_") for word in taken if word.startswith(f"{name}_")]:
                    texts[f"{name}_{member}"] = self.values_of(v, f"{options[name]}.{member}")
            words = "".join(f", {name}={text}" for name, text in texts.items() if name in taken)
            guards.append(f"not {self.module.imported(declared.passes)}({v}{words})")
        return joined("and", dict.fromkeys(guards))

    def has_one(self, patterns: str | list[str], at_root: bool, v: str) -> str:
        """An expression: the task, one of its containers, or the object ``v`` has a member that one path needs."""
        parsed = [paths.parse(pattern) for pattern in ([patterns] if isinstance(patterns, str) else patterns)]
        return joined("or", [self.has(pattern, at_root, v) for pattern in parsed])

    def has(self, pattern: tuple[str, ...], at_root: bool, v: str) -> str:
        """An expression: what leads to the first list or map of a path is there."""
        names = [name for name in pattern if name not in (paths.EACH_ITEM, paths.EACH_VALUE)]
        if at_root:
            names = [name for name in names[:2] if name != "containerDefinitions"]
            return f"{names[0]!r} in present" if names else "True"
        tests = []
        for name in pattern[: pattern.index(paths.EACH_ITEM)] if paths.EACH_ITEM in pattern else pattern:
            tests.append(self.module.writer.has(v, name))
            v = f"{v}[{name!r}]"
        return joined("and", tests)

    def values_of(self, v: str, patterns: str | list[str]) -> str:
        """The variable of a list of all values that a path, or each of some paths, reaches from ``v``."""
        parsed = [paths.parse(pattern) for pattern in ([patterns] if isinstance(patterns, str) else patterns)]
        key = (v, str(patterns))
        if key not in self.lists:
            text = self.values(v, parsed[0]) if len(parsed) == 1 else self.all_values(v, parsed)
            self.lists[key] = (self.module.writer.fresh(), text)
        return self.lists[key][0]

    def all_values(self, v: str, patterns: Sequence[tuple[str, ...]]) -> str:
        """An expression: a list of all values that some patterns reach; a list that they share is visited once."""
        holder, x, y = "", self.module.writer.fresh(), self.module.writer.fresh()
        if len({pattern[:2] for pattern in patterns}) == 1 and patterns[0][1] == paths.EACH_ITEM:
            holder, v, patterns = f"{v}.get({patterns[0][0]!r}, ())", x, [pattern[2:] for pattern in patterns]
        several = f"[{', '.join('*' + self.values(v, pattern) for pattern in patterns)}]"
        return f"[{y} for {x} in {holder} for {y} in {several}]" if holder else several

    def values(self, v: str, pattern: tuple[str, ...]) -> str:
        """An expression: the values that a pattern reaches from ``v``."""
        clauses, holder, names = "", v, []
        for segment in pattern:
            if segment not in (paths.EACH_ITEM, paths.EACH_VALUE):
                names.append(segment)
                continue
            nothing = "()" if segment == paths.EACH_ITEM else "{}"
            way = "".join(f".get({name!r}, {{}})" for name in names[:-1])
            way += f".get({names[-1]!r}, {nothing})" if names else ""
            holder, names, v = f"{v}{way}", [], self.module.writer.fresh()
            holder += ".values()" if segment == paths.EACH_VALUE else ""
            clauses += f" for {v} in {holder}"
        tests = [f"{name!r} in {v}{''.join(f'[{before!r}]' for before in names[:at])}" for at, name in enumerate(names)]
        value = v + "".join(f"[{name!r}]" for name in names)
        if not clauses:
            return f"(({value},) if {' and '.join(tests)} else ())"
        if clauses.count(" for ") == 1 and not names:
            return holder
        if clauses.count(" for ") == 1 and len(names) == 1:
            return f"known({holder}, {names[0]!r})"
        return f"[{value}{clauses}{' if ' if tests else ''}{' and '.join(tests)}]"
