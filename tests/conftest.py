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

TALLIES: dict[str, tuple[int, int]] = {}


@pytest.fixture(scope="session")
def ruleset() -> bundle.Ruleset:
    return bundle.load()


@pytest.fixture
def tally() -> Callable[[str, int, int], None]:
    """To be called with a kind of fault, how many were tried, and how many lost something."""
    return lambda kind, tried, lost: TALLIES.update({kind: (tried, lost)})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for kind, (tried, lost) in TALLIES.items():
        terminalreporter.write_line(f"{kind}: tried={tried} lost={lost}")
