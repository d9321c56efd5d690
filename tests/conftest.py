"""The bundled ruleset, loaded once for all tests."""

from __future__ import annotations

import pytest

from ecslint.ruleset import bundle


@pytest.fixture(scope="session")
def ruleset() -> bundle.Ruleset:
    return bundle.load()
