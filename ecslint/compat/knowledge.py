"""What answers rest on: all rules, those that speak of launch types, and the tables, as generated code."""

from __future__ import annotations

from ecslint.ruleset import bundle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Knowledge:
    """The generated modules of ``ruleset/facts.py``, and rules. Raises Mistakes for mistakes in rule files.

    ``facts`` are what is certain; ``platform`` are the rules that speak of launch types, and ``numbers`` theirs;
    ``grave`` are the numbers of these and of all errors.
    """

    __slots__ = ("_possible", "facts", "grave", "numbers", "platform", "rules")

    def __init__(self) -> None:
        self.rules = bundle.load()
        self.facts: Any = bundle.generated("facts")
        self.platform = bundle.load(self.facts.JUDGES, self.facts.SHORT)
        self.numbers = frozenset(self.facts.JUDGES)
        self.grave: frozenset[int] = self.numbers | self.facts.ERRORS
        self._possible: Any = None

    @property
    def possible(self) -> Any:
        """The module of what may be while some values are not known; loaded when it is needed first."""
        if self._possible is None:
            self._possible = bundle.generated("perhaps")
        return self._possible

    @property
    def launch_types(self) -> list[str]:
        """The names of all launch types."""
        return [name for name, _ in self.facts.LAUNCH_TYPES]
