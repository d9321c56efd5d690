"""The configuration of the ECS agent: variables on lines of their own, or in the user data that writes them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

KIND = "agent"

#: The member that ``syntax.env`` puts the variables in.
MEMBER = "ecs.config"


def recognise(data: dict[Any, Any]) -> list[dict[str, Any]]:
    """Arguments of ``Resource`` for the configuration in the data of a document; none if it has none."""
    variables = data.get(MEMBER)
    if len(data) != 1 or type(variables) is not dict:
        return []
    return [{"kind": KIND, "data": variables, "prefix": (MEMBER,)}]
