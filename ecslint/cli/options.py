"""The options of ``check``: names, choices and defaults, shared by both parsers of the command line."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

COMMANDS = ("check", "rule", "rules", "schema")
GENERAL_OPTIONS = ("-h", "--help", "-V", "--version")
FORMATS = ("full", "concise", "json", "sarif")
LAUNCH_TYPES = ("EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES")
PROFILES = ("default", "strict")
NEVER = "never"
BARS = ("error", "warning", "info", NEVER)
COLORS = ("auto", "always", "never")

#: Flags of ``check`` and the option that each one switches on.
FLAGS = {
    "--exit-zero": "exit_zero",
    "--statistics": "statistics",
    "-q": "quiet",
    "--quiet": "quiet",
    "-v": "verbose",
    "--verbose": "verbose",
}

#: Options of ``check`` with a fixed list of values: (option, values).
CHOICES = {
    "--fail-on": ("fail_on", BARS),
    "--launch-type": ("launch_type", LAUNCH_TYPES),
    "--profile": ("profile", PROFILES),
    "--color": ("color", COLORS),
}

DEFAULTS: dict[str, Any] = {
    "color": "auto",
    "exit_zero": False,
    "fail_on": "error",
    "ignore": [],
    "launch_type": None,
    "outputs": [],
    "profile": "default",
    "quiet": False,
    "select": [],
    "severity": (),
    "statistics": False,
    "stdin_filename": "<stdin>",
    "verbose": False,
}
