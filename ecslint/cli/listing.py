"""The command ``rules``: which rules there are."""

from __future__ import annotations

import json
from itertools import groupby
from textwrap import wrap

import click

from ecslint.catalogue import page
from ecslint.cli.output import write
from ecslint.cli.shape import paged
from ecslint.escaping import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ecslint.model import Rule

COLORS = {"error": "red", "warning": "yellow", "info": "blue"}
COLUMNS = 78
INDENT = " " * 8


def fits(rule: Rule, *, severity: str | None, profile: str | None, fixable: bool, kind: str | None) -> bool:
    """Whether a rule has this severity and a fix, runs in this profile and speaks of this kind of document.

    None stands for all; a rule without a kind speaks of all kinds.
    """
    return (
        severity in (None, rule.severity)
        and (profile != "default" or rule.profile == "default")
        and (bool(rule.fix) or not fixable)
        and (kind is None or kind in rule.docs.get("kind", kind))
    )


def show(rules: Sequence[Rule], output_format: str, *, color: bool) -> int:
    """Write a list of rules: ``json``, ``markdown``, or ``text``, which in color is for people; the exit code."""
    if output_format == "json":
        write(json.dumps(page.rows(rules), indent=2) + "\n", None)
    elif output_format == "markdown":
        write(page.markdown_table(rules), None)
    elif not color:
        write("".join(f"{line}\n" for line in map(_line, page.rows(rules))), None)
    else:
        paged("\n".join(_colored(page.rows(rules))) + "\n")
    return 0


def _line(row: dict[str, str]) -> str:
    """A rule for grep."""
    return f"{row['id']} {row['severity']:7} {row['profile']:7} {row['slug']}: {visible(row['title'])}"


def _colored(rows: Sequence[dict[str, str]]) -> Iterator[str]:
    """Two lines or more for each rule, below the heading of its topic."""
    for topic, group in groupby(rows, key=lambda row: row["topic"]):
        yield click.style(topic, bold=True)
        for row in group:
            level = click.style(f"{row['severity']:8}", fg=COLORS[row["severity"]])
            remarks = [row["profile"]] * (row["profile"] != "default") + [f"{row['fix']} fix"] * bool(row["fix"])
            yield f"{row['id']:8}{level} {visible(row['slug'])}" + (f" ({', '.join(remarks)})" if remarks else "")
            yield from wrap(visible(row["title"]), COLUMNS, initial_indent=INDENT, subsequent_indent=INDENT)
