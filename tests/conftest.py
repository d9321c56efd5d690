"""The bundled ruleset, loaded once for all tests, and ``pytest --hypothesis-profile full`` for a long run."""

from __future__ import annotations

import pytest
from hypothesis import settings

from ecslint.ruleset import bundle

settings.register_profile("full", max_examples=6_000, deadline=None, print_blob=True)


@pytest.fixture(scope="session")
def ruleset() -> bundle.Ruleset:
    return bundle.load()
