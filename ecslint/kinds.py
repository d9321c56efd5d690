"""Kinds of resources: what rules/kinds says of them, as data."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, TypeAlias

    #: The kind of a resource and its name.
    Name: TypeAlias = tuple[str, str]

TASK_DEFINITION = "task-definition"

#: The members of resources that are made of two: what starts tasks, and the task definition.
PARTS = ("launch", "task")


class Kind:
    """One kind of resource. Paths are written as in rules, relative to a resource.

    ``title`` is what people call it, ``call`` the command of the AWS CLI that takes it, ``answer`` the one that
    describes it. ``label`` the path of its name, ``containers`` the path of its list of containers;
    both empty if it has none. A kind with ``joins`` (member -> kind) is made of resources of other kinds: the first
    one names the second by its member ``by``.
    """

    __slots__ = ("answer", "by", "call", "containers", "joins", "label", "name", "title")

    def __init__(self, name: str, fields: Mapping[str, Any]) -> None:
        self.name = name
        self.title: str = fields["title"]
        self.call: str = fields.get("call", "")
        self.answer: str = fields.get("answer", "")
        self.label: str = fields.get("name", "")
        self.containers: str = fields.get("containers", "")
        self.joins: Mapping[str, str] = fields.get("joins", {})
        self.by: str = fields.get("by", "")

    def name_of(self, data: Mapping[Any, Any]) -> Name | None:
        """The name of a resource of this kind; None if it has none that is known."""
        name = data.get(self.label)
        return (self.name, name) if type(name) is str and name else None

    def named_by(self, data: Mapping[Any, Any]) -> Name | None:
        """The name of the resource with which one is joined that names it; None if it names none."""
        _, second = self.joins.values()
        text = data.get(self.by)
        if type(text) is not str or not text:
            return None
        return second, family_of(text) if second == TASK_DEFINITION else text


def family_of(reference: str) -> str:
    """The family that a reference to a task definition means: ``family``, ``family:revision`` or an ARN."""
    _, found, name = reference.rpartition(":task-definition/")
    return (name if found else reference).partition(":")[0]
