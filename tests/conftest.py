"""The bundled ruleset, loaded once for all tests; ``pytest --hypothesis-profile full`` for a long run.

The counts of injected faults, and what they say of the promises (tests/promises.py), are told at the end of a run.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings

from ecslint.model import Mistakes
from ecslint.ruleset import bundle
from tests import promises

settings.register_profile("full", max_examples=6_000, deadline=None, print_blob=True)
settings.register_profile("short", deadline=None)  # a machine that is busy is no mistake
settings.register_profile(  # for scripts/mutate.py: the same examples each time, and the first failure is enough
    "mutants",
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
# For CI, which gates what lands: a verdict that a rerun gives again. New examples are sought on developers' machines.
settings.register_profile("gate", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("gate" if os.environ.get("CI") else "short")


@pytest.fixture(scope="session")
def ruleset() -> bundle.Ruleset:
    return bundle.load()


@pytest.fixture
def tally(request: pytest.FixtureRequest) -> Callable[[str, int, int], None]:
    """To be called with a kind of fault, how many were tried, and how many lost something; calls add up."""
    told = request.node.user_properties
    return lambda kind, tried, lost: told.append(("tally", (kind, tried, lost)))


def pytest_configure(config: pytest.Config) -> None:
    """One error tells all mistakes of the bundled rules, without which no test could say anything."""
    try:
        bundle.load()
    except Mistakes as error:
        raise pytest.UsageError(str(error)) from None
    config.addinivalue_line("markers", "promises: tries one of the promises of tests/promises.py, which names the test")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if promises.of(item.nodeid):
            item.add_marker("promises")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Note what a test that tries a promise has tried, and what was lost."""
    report = yield
    if call.when == "call" and not report.skipped and (promise := promises.of(item.nodeid)):
        counted = [told for name, told in item.user_properties if name == "tally"]
        tried = sum(tried for _, tried, _ in counted) or _examples(item)
        lost = sum(lost for _, _, lost in counted) or report.failed
        report.user_properties.append(("promise", (promise, tried, int(lost))))
    return report


def _examples(item: pytest.Item) -> int:
    """How many examples hypothesis has tried in a test; 1 if it is none of hypothesis."""
    said = getattr(item, "hypothesis_statistics", "")
    return sum(int(count) for pair in re.findall(r"(\d+) passing[^,]*, (\d+) failing", said) for count in pair) or 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    tried: dict[str, Counter[str]] = {"tally": Counter(), "promise": Counter()}
    lost: dict[str, Counter[str]] = {"tally": Counter(), "promise": Counter()}
    for report in (*terminalreporter.stats.get("passed", ()), *terminalreporter.stats.get("failed", ())):
        for name, told in report.user_properties if report.when == "call" else ():
            if name in tried:
                tried[name][told[0]] += told[1]
                lost[name][told[0]] += told[2]
    for kind, count in sorted(tried["tally"].items()):
        terminalreporter.write_line(f"{kind}: tried={count} lost={lost['tally'][kind]}")
    if "promises" in (config.getoption("keyword"), config.getoption("markexpr")):
        terminalreporter.write_line(promises.table(tried["promise"], lost["promise"]))
