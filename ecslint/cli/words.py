"""Read the plain calls of ``check`` without click: paths and a closed list of options.

What this parser does not know for certain it leaves to click, by returning None. Where it answers,
click gives the same options; a property test holds the two together.
"""

from __future__ import annotations

import os

from ecslint.cli.options import CHOICES, COMMANDS, DEFAULTS, FLAGS, FORMATS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def parse(arguments: list[str]) -> dict[str, Any] | None:
    """The options of ``check`` for these arguments, or None when click has to look at them."""
    words = list(arguments)
    if words and words[0] == "check":
        del words[0]
    elif not words or words[0] in COMMANDS or not os.path.exists(words[0]):
        return None
    options: dict[str, Any] = dict(DEFAULTS)
    paths: list[str] = []
    words.reverse()
    while words:
        word = words.pop()
        if not word.startswith("-"):
            paths.append(word)
        elif word in FLAGS:
            options[FLAGS[word]] = True
        elif word in CHOICES and words and words[-1] in CHOICES[word][1]:
            options[CHOICES[word][0]] = words.pop()
        elif word == "--output-format" and words and words[-1] in FORMATS:
            options["outputs"] = [*options["outputs"], (words.pop(), None)]
        else:
            return None
    if not paths:
        return None
    options["paths"] = tuple(paths)
    return options
