"""Kinds of resources: what rules/kinds says of them, as data."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

TASK_DEFINITION = "task-definition"
SERVICE = "service"


class Kind:
    """One kind of resource. Paths are written as in rules, relative to a resource.

    ``title`` is what people call it, ``label`` the path of its name, ``containers`` the path of its list of containers;
    both empty if it has none. A kind with ``joins`` (member -> kind) is made of resources of other kinds: the first
    one names the second by its member ``by``.
    """

    __slots__ = ("by", "containers", "joins", "label", "name", "title")

    def __init__(self, name: str, fields: Mapping[str, Any]) -> None:
        self.name = name
        self.title: str = fields["title"]
        self.label: str = fields.get("name", "")
        self.containers: str = fields.get("containers", "")
        self.joins: Mapping[str, str] = fields.get("joins", {})
        self.by: str = fields.get("by", "")
