"""Reporters: pure functions from a Report to the text of one output format."""
