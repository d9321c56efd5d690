"""Linter, policy checker and autofixer for Amazon ECS task definitions."""

__version__ = "0.1.0"
