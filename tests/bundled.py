"""The bundled rules as they stand in their files."""

from __future__ import annotations

from ecslint.ruleset import rules
from ecslint.ruleset.bundle import data_folder

FOLDER = data_folder("rules")
LIBRARY = rules.Library(rules.load_conditions(FOLDER), rules.load_tables(FOLDER))
RULES = [rules.load_rule(path, LIBRARY.tables) for path in rules.rule_files(FOLDER)]
