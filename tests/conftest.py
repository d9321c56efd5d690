"""The bundled ruleset, loaded once for all tests; ``pytest --hypothesis-profile full`` for a long run.

The counts of injected faults are told at the end of a run.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import settings

from ecslint.ruleset import bundle

settings.register_profile("full", max_examples=6_000, deadline=None, print_blob=True)
settings.register_profile("short", deadline=None)  # a machine that is busy is no mistake
settings.load_profile("short")


@pytest.fixture(scope="session")
def ruleset() -> bundle.Ruleset:
    return bundle.load()


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Callable[[str, int, int], None]:
    """To be called with a kind of fault, how many were tried, and how many lost something; calls add up."""
    told = request.node.user_properties
    return lambda kind, tried, lost: told.append(("tally", (kind, tried, lost)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    tallies: dict[str, tuple[int, int]] = {}
    for report in (*terminalreporter.stats.get("passed", ()), *terminalreporter.stats.get("failed", ())):
        for name, told in report.user_properties if report.when == "call" else ():
            if name == "tally":
                kind, tried, lost = told
                before = tallies.get(kind, (0, 0))
                tallies[kind] = (before[0] + tried, before[1] + lost)
    for kind, (tried, lost) in sorted(tallies.items()):
        terminalreporter.write_line(f"{kind}: tried={tried} lost={lost}")
