"""Holds the modules that ``ecslint.ruleset.build`` generates."""
