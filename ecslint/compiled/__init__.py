"""Holds the modules that ``ecslint.ruleset.build`` generates: fast, schema and text."""
