"""What the agent with a certain configuration offers of the attributes that a task definition demands."""

from __future__ import annotations

from ecslint import document, reading
from ecslint.adapters import recognise
from ecslint.checks.instances import keeps_off, lacks, offers, row_of
from ecslint.kinds import AGENT
from ecslint.model import Misuse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ecslint.compat.attributes import Attribute


class Agent:
    """The variables of a configuration, and the file in which they stand. Raises Misuse if it holds none."""

    __slots__ = ("_rows", "file", "variables")

    def __init__(self, file: str, rows: Any) -> None:
        self.file = file
        self._rows = rows
        self.variables = variables_in(file)

    def offers(self, attribute: Attribute) -> bool | None:
        """Whether the agent offers an attribute; None if the configuration does not decide it."""
        row = row_of(attribute.name, self._rows)
        if keeps_off(self.variables, attribute.name, row):
            return False
        return True if offers(self.variables, attribute.name, row) else None

    def told(self, attribute: Attribute) -> str:
        """The same for people; empty where nothing has to be set."""
        row = row_of(attribute.name, self._rows)
        variable = keeps_off(self.variables, attribute.name, row)
        if variable:
            return f"{self.file} keeps the agent from offering it: {variable} is {self.variables[variable]}"
        if offers(self.variables, attribute.name, row):
            return f"{self.file} has the agent offer it"
        missing = lacks(self.variables, row)
        return f"{self.file} does not set {missing}" if missing else ""


def variables_in(file: str) -> Mapping[Any, Any]:
    """The variables of the agent that a file sets, with unknown values for placeholders. Raises Misuse."""
    try:
        parsed = document.parse(reading.read(file), file)
    except reading.Unreadable as error:
        raise Misuse(f"{file}: {error}") from None
    parsed.named = True
    parsed.lift()
    for resource in recognise(parsed.data, named=True):
        if resource.kind == AGENT:
            found: Mapping[Any, Any] = resource.data
            return found
    raise Misuse(f"{file} holds no configuration of the ECS agent")
