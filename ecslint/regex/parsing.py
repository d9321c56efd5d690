"""Regular expressions as Python's own parser reads them."""

from __future__ import annotations

import sys
from importlib import import_module

# The parser has no public name; it moved in 3.11.
_HOME = "re._{}" if sys.version_info >= (3, 11) else "sre_{}"
sre = import_module(_HOME.format("constants"))
parser = import_module(_HOME.format("parser" if sys.version_info >= (3, 11) else "parse"))


def to_the_end(pattern: str) -> str:
    """The pattern, with the very end of the text for a last ``$``, which in Python may stand before a line end."""
    return pattern[:-1] + r"\Z" if pattern.endswith("$") and not pattern.endswith("\\$") else pattern
