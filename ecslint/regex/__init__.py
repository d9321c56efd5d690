"""Patterns and globs, matched so that whoever writes one cannot make a run hang.

Patterns of bundled rules are ours and go to ``re``; all others are ``Foreign`` and go to ``linear``. Where a pattern
comes from is decided where policies are read (``ruleset.policies``), and here it is obeyed.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

#: What the schema of an option says of a regular expression.
PATTERN = {"type": "string", "format": "regex"}


class Foreign(str):
    """A pattern that did not come with ecslint; generated code writes it down as such."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({super().__repr__()})"


def search(pattern: str, text: str) -> bool:
    """Whether a pattern occurs in a text. Raises linear.TooSlow for a foreign one."""
    if type(pattern) is Foreign:
        from ecslint.regex import linear

        return linear.search(pattern, text)
    import re

    return re.search(pattern, text) is not None


def found(pattern: str, text: str, group: str) -> Iterator[str]:
    """What a pattern finds in a text, each time: the group of a name if it has a part in it, else all of it.

    Raises linear.TooSlow for a foreign pattern.
    """
    if type(pattern) is Foreign:
        from ecslint.regex import linear

        yield from linear.found(pattern, text, group)
        return
    import re

    for match in re.finditer(pattern, text):
        part = match.groupdict().get(group)
        yield match[0] if part is None else part
