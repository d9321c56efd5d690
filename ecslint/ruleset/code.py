"""The text of generated Python, line by line."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ecslint.ruleset.expressions import Writer


class Module:
    """The text of a generated module, in the order in which it is written.

    ``seldom`` are the lines of a ``second`` module, with what few documents need.
    """

    __slots__ = ("_constants", "_head", "_imported", "_indent", "_lines", "_names", "second", "seldom", "writer")

    def __init__(self, head: str, writer: Writer, second: str = "") -> None:
        self.second = second
        self.writer = writer
        self._head = head.splitlines()
        self._lines: list[str] = []
        self._imported: dict[str, str] = {}
        self._constants: dict[str, str] = {}
        self.seldom: list[str] = []
        self._indent = 0
        self._names: dict[str, int] = {}

    def line(self, text: str = "") -> None:
        """One line at the current indentation."""
        self._lines.append("    " * self._indent + text if text else "")

    def block(self, head: str) -> Block:
        """``with module.block("if x:")``: the lines inside are indented."""
        return Block(self, head)

    def set_aside(self, start: int) -> None:
        """Move the lines from ``start`` on to the second module."""
        self.seldom += self._lines[start:]
        del self._lines[start:]

    def size(self) -> int:
        """How many lines have been written."""
        return len(self._lines)

    def name(self, stem: str) -> str:
        """A global name that is not in use: the stem, with a number if it is taken."""
        stem = "".join(char if char.isalnum() else "_" for char in stem)
        number = self._names[stem] = self._names.get(stem, 0) + 1
        return stem if number == 1 else f"{stem}_{number}"

    def imported(self, function: Any) -> str:
        """The name of a function of another module, which is imported when it is called first."""
        name: str = function.__name__
        line = f"{name} = later({function.__module__!r}, {name!r}, globals())"
        if self._imported.setdefault(name, line) != line:
            raise ValueError(f"two functions are named {name}")
        return name

    def constant(self, text: str) -> str:
        """The name of a value that is made once."""
        if text not in self._constants:
            self._constants[text] = f"constant_{len(self._constants) + 1}"
        return self._constants[text]

    def text(self) -> str:
        """All lines."""
        constants = [f"{name} = {value}" for value, name in self._constants.items()]
        return "\n".join([*self._head, *self._imported.values(), *constants, *self._lines]) + "\n"


class Block:
    """An indented block of a Module."""

    __slots__ = ("_head", "_module", "_start")

    def __init__(self, module: Module, head: str) -> None:
        self._module = module
        self._head = head

    def __enter__(self) -> None:
        self._module.line(self._head)
        self._module._indent += 1
        self._start = len(self._module._lines)

    def __exit__(self, *_: object) -> None:
        if all(line.lstrip().startswith("#") for line in self._module._lines[self._start :]):
            self._module.line("pass")
        self._module._indent -= 1
