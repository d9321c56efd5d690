"""Where the project and the pages of its rules are found on the web."""

from __future__ import annotations

PROJECT_URL = "https://github.com/ecslint/ecslint"
RULE_URL = PROJECT_URL + "/blob/main/docs/rules/{id}.md"


def rule_url(rule: str) -> str | None:
    """The page of a bundled rule (``ECS101``), or None for a rule that users wrote themselves."""
    number = rule.removeprefix("ECS")
    bundled = len(rule) == 6 and len(number) == 3 and number.isascii() and number.isdigit()
    return RULE_URL.format(id=rule) if bundled else None
