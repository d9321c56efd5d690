"""The words of the command line, and a reader of the plain calls of ``check`` that does without click.

What this parser does not know for certain it leaves to click, by returning None. Where it answers,
click gives the same options; a property test holds the two together.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

COMMANDS = (
    "baseline",
    "check",
    "compat",
    "completion",
    "config",
    "fix",
    "help",
    "init",
    "lsp",
    "policy",
    "rule",
    "rules",
    "schema",
)
GENERAL_OPTIONS = ("-h", "--help", "-V", "--version")
FORMATS = ("full", "concise", "json", "json-lines", "sarif", "github", "gitlab", "junit", "markdown", "rdjson", "html")
LAUNCH_TYPES = ("EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES")
DEPLOY_PATHS = ("auto", "aws-cli", "github-action", "ecspresso", "codedeploy")
PROFILES = ("default", "strict")
NEVER = "never"
BARS = ("error", "warning", "info", NEVER)
COLORS = ("auto", "always", "never")

#: Flags of ``check`` and the option that each one switches on.
FLAGS = {
    "--allow-foreign": "allow_foreign",
    "--exit-zero": "exit_zero",
    "--explain-context": "explain_context",
    "--isolated": "isolated",
    "--ndjson": "ndjson",
    "--no-suppressions": "no_suppressions",
    "--show-suppressed": "show_suppressed",
    "--statistics": "statistics",
    "-q": "quiet",
    "--quiet": "quiet",
    "-v": "verbose",
    "--verbose": "verbose",
}

#: Options of ``check`` with a fixed list of values: (option, values).
CHOICES = {
    "--fail-on": ("fail_on", BARS),
    "--deploy-path": ("deploy_path", DEPLOY_PATHS),
    "--launch-type": ("launch_type", LAUNCH_TYPES),
    "--profile": ("profile", PROFILES),
    "--color": ("color", COLORS),
}

#: The formats of ``compat``, and its options with a fixed list of values.
COMPAT_FORMATS = ("text", "json")
COMPAT_CHOICES = {"--color": ("color", COLORS), "--output-format": ("output_format", COMPAT_FORMATS)}

DEFAULTS: dict[str, Any] = {
    "allow_foreign": False,
    "baseline": None,
    "color": "auto",
    "config": None,
    "deploy_path": None,
    "exit_zero": False,
    "explain_context": False,
    "fail_on": None,
    "fix": False,
    "ignore": [],
    "isolated": False,
    "jobs": 0,
    "launch_type": None,
    "ndjson": False,
    "no_suppressions": False,
    "outputs": [],
    "parameter": (),
    "parameters": (),
    "profile": None,
    "quiet": False,
    "select": [],
    "severity": (),
    "show_suppressed": False,
    "statistics": False,
    "stdin_filename": "<stdin>",
    "unsafe_fixes": False,
    "verbose": False,
}


def with_command(arguments: list[str]) -> list[str]:
    """The arguments with ``check`` put first when they begin with a path or an option of it.

    A first word that is neither a command nor a file stays, for click to complain about.
    """
    if not arguments:
        return arguments
    first = arguments[0]
    if first in COMMANDS or first in GENERAL_OPTIONS:
        return arguments
    if first.startswith("-") or os.path.exists(first) or "." in first or os.sep in first:
        return ["check", *arguments]
    return arguments


def parse(arguments: list[str]) -> dict[str, Any] | None:
    """The options of ``check`` for these arguments, or None when click has to look at them."""
    words = with_command(arguments)
    if words[:1] != ["check"]:
        return None
    words = words[1:]
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
        elif word == "--jobs" and words and is_count(words[-1]):
            options["jobs"] = int(words.pop())
        elif word == "--output-format" and words and words[-1] in FORMATS:
            options["outputs"] = [*options["outputs"], (words.pop(), None)]
        else:
            return None
    options["paths"] = tuple(paths) or (os.curdir,)
    return options


def parse_compat(arguments: list[str]) -> dict[str, Any] | None:
    """The options of ``compat`` for these arguments, or None when click has to look at them."""
    if arguments[:1] != ["compat"]:
        return None
    options: dict[str, Any] = {"agent": None, "color": "auto", "output_format": "text"}
    options["stdin_filename"] = DEFAULTS["stdin_filename"]
    paths: list[str] = []
    words = arguments[:0:-1]
    while words:
        word = words.pop()
        known = COMPAT_CHOICES.get(word)
        if not word.startswith("-") or word == "-":
            paths.append(word)
        elif known is not None and words and words[-1] in known[1]:
            options[known[0]] = words.pop()
        else:
            return None
    options["paths"] = tuple(paths) or (os.curdir,)
    return options


def is_count(word: str) -> bool:
    """Whether a word is a number as everybody writes it."""
    return word.isascii() and word.isdigit() and len(word) < 10
