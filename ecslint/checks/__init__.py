"""Pure functions that rules name in ``then.check``: a value goes in, hits come out.

A check reads no file, keeps no state, knows no message and no severity, and never raises on user
data: it acts on values of exactly the type that it expects and passes over everything else, which
also keeps it silent about unknown values.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any, TypeAlias

    from ecslint.model import Hit

    Function: TypeAlias = Callable[..., Iterator[Hit]]


class Check:
    """A registered function, the JSON Schemas of its options, and the names that its hits give to messages.

    The rest tells when there can be no hit; see ``check``.
    """

    __slots__ = (
        "above",
        "follows",
        "function",
        "gathers",
        "more_than",
        "needs",
        "options",
        "passes",
        "reads",
        "values",
    )

    def __init__(
        self,
        function: Function,
        options: Mapping[str, Any],
        values: tuple[str, ...],
        follows: tuple[str, ...],
        gathers: tuple[str, ...],
        more_than: int | str,
        needs: tuple[str, ...],
        above: str,
        passes: Callable[..., bool] | None,
        reads: tuple[str, ...],
    ) -> None:
        self.function = function
        self.options = options
        self.values = values
        self.follows = follows
        self.gathers = gathers
        self.more_than = more_than
        self.needs = needs
        self.above = above
        self.passes = passes
        self.reads = reads


CHECKS: dict[str, Check] = {}


def check(
    *,
    options: Mapping[str, Any] | None = None,
    values: tuple[str, ...] = (),
    follows: tuple[str, ...] = (),
    gathers: tuple[str, ...] = (),
    more_than: int | str = 0,
    needs: tuple[str, ...] = (),
    above: str = "",
    passes: Callable[..., bool] | None = None,
    reads: tuple[str, ...] = (),
) -> Callable[[Function], Function]:
    """Register a check under its function's name. Raises ValueError where another one has that name.

    ``options`` maps each keyword argument to the JSON Schema of its value (a ``default`` there makes
    it optional); ``values`` are the names that every hit's ``values`` has.

    The rest saves calls that cannot hit. Options in ``follows`` are paths which must lead to more than
    ``more_than`` values, or than the number in the option of that name. Options in ``needs`` are paths
    or members that must exist (one of them, for a list); ``above`` is an option with the number of
    bytes that a document must exceed. ``passes`` is a function that takes what the check takes, or less, with
    lists of values for the options in ``follows`` and in ``gathers`` (which may be empty), and is true only if there
    is no hit. It is quick, may raise, and reads unknown values like any others. If it takes ``variables_name``, where
    ``variables`` is such an option, it gets the members ``name`` of those values that have one.
    """

    def register(function: Function) -> Function:
        known = CHECKS.get(function.__name__)
        if known is not None:
            here, there = function.__module__, known.function.__module__
            raise ValueError(f"two checks are named {function.__name__}: one of {there} and one of {here}")
        CHECKS[function.__name__] = Check(
            function, options or {}, values, follows, gathers, more_than, needs, above, passes, reads
        )
        return function

    return register


#: The modules that declare checks.
MODULES = (
    *(
        "agent",
        "agent_json",
        "commands",
        "fields",
        "graph",
        "images",
        "instances",
        "limits",
        "linux",
        "logging",
        "placement",
    ),
    *("plaintext", "ports", "regions", "relations", "secrets", "services", "sizing", "storage"),
)


def load() -> dict[str, Check]:
    """All checks by name."""
    for name in MODULES:
        __import__(f"{__name__}.{name}")
    return CHECKS
