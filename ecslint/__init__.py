"""Linter, policy checker and autofixer for Amazon ECS task definitions."""

__version__ = "0.1.0"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ecslint.linter import Error, InvalidOptions, Linter, NotChecked, Unreadable, check, fix
    from ecslint.results import Change, Edit, Finding, Fix, Fixed, Place, Related, Resource, Suppression

#: The Python API, which docs/api.md describes. It is imported when somebody asks for it.
__all__ = (
    "Change",
    "Edit",
    "Error",
    "Finding",
    "Fix",
    "Fixed",
    "InvalidOptions",
    "Linter",
    "NotChecked",
    "Place",
    "Related",
    "Resource",
    "Suppression",
    "Unreadable",
    "check",
    "fix",
)

if not TYPE_CHECKING:  # else nobody would be told of a name that does not exist

    def __getattr__(name):
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from ecslint import linter, results

        return getattr(linter if hasattr(linter, name) else results, name)

    def __dir__():
        return sorted({*globals(), *__all__})
