"""Compile the rules when a wheel is built, so that an installed ecslint only imports them."""

from __future__ import annotations

import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileRules(BuildHookInterface[Any]):
    """Writes ``ecslint/compiled/*.py`` and puts them into the wheel, although git ignores them."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it collects files."""
        del version
        sys.path.insert(0, self.root)
        from ecslint.ruleset import build

        build.write(self.root)
        build_data["artifacts"].append("ecslint/compiled/*.py")
