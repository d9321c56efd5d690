"""Kinds of resources: what rules/kinds says of them, as data."""

from __future__ import annotations

from ecslint.model import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Any, TypeAlias

    #: The kind of a resource and its name.
    Name: TypeAlias = tuple[str, str]

TASK_DEFINITION = "task-definition"
AGENT = "agent"

#: The members of resources that are made of two: what starts tasks, and the task definition, or where they run.
PARTS = frozenset(("launch", "task", "agent", "cluster"))


#: How the text of an unknown value begins that refers to another resource of the same template.
LOCAL = "<"

#: The name of a resource that is named later.
UNCLEAR = ""

#: What stands for the name of a resource to which another one refers without a name, and of one that is the only one
#: of its kind in the folder.
NAMELESS = "?"
BESIDE = "./"

#: How the name of a resource begins that is named by its file.
FILE = "="


class Kind:
    """One kind of resource. Paths are written as in rules, relative to a resource.

    ``title`` is what people call it, ``call`` the command of the AWS CLI that takes it, ``answer`` the one that
    describes it. ``label`` is the path of its name, ``containers`` that of its list of containers; both empty if it has
    none. ``mark`` is a member that only the answer has; rules see that it is there. A kind with ``joins`` (member ->
    kind) is made of resources of other kinds: the first one names the second by its member ``by``; if that is empty,
    only the configuration says which one is meant. With ``path`` the member names a file of the repository; with
    ``beside`` the second one is the only one of its kind in the folder, if the first one names none.
    """

    __slots__ = ("answer", "beside", "by", "call", "containers", "joins", "label", "mark", "name", "path", "title")

    def __init__(self, name: str, fields: Mapping[str, Any]) -> None:
        self.name = name
        self.title: str = fields["title"]
        self.call: str = fields.get("call", "")
        self.answer: str = fields.get("answer", "")
        self.label: str = fields.get("name", "")
        self.containers: str = fields.get("containers", "")
        self.mark: str = fields.get("mark", "")
        self.joins: Mapping[str, str] = fields.get("joins", {})
        self.by: str = fields.get("by", "")
        self.beside: bool = fields.get("beside", False)
        self.path: bool = fields.get("path", False)

    def name_of(self, data: Mapping[Any, Any]) -> Name | None:
        """The name of a resource of this kind; None if it has none, and UNCLEAR if a placeholder may stand in it."""
        name = data.get(self.label)
        if name is None or name == "":
            return None
        return self.name, name if type(name) is str and is_plain(name) else UNCLEAR

    def named_by(self, data: Mapping[Any, Any]) -> Name | None:
        """The name of the resource with which one is joined that names it; None if it names none."""
        second = self.second
        text = data.get(self.by)
        if type(text) is Unknown and text.raw.startswith(LOCAL):
            name, _, _ = text.raw[:-1].partition(".")  # of `!GetAtt Task.Arn`, too
            alone = text.raw.endswith(">") and text.raw.count(LOCAL) == 1
            return (second, f"{name}>") if alone else None  # `!Sub "${Task}:${Revision}"` may mean another revision
        if type(text) is not str or not text:
            return None
        return second, family_of(text) if second == TASK_DEFINITION else text.rpartition("/")[2]

    def reference(self, data: Mapping[Any, Any], stated: Collection[str]) -> Name | None:
        """The name of the resource with which one may be joined; NAMELESS if nothing in it tells which one.

        ``stated`` are the kinds of which the configuration says where they are.
        """
        if self.path:
            return self.second, FILE + data[self.by]
        if not (self.by or self.beside or self.second in stated):
            return None
        name = self.named_by(data)
        if name is not None and (name[1].startswith(LOCAL) or is_plain(name[1])):
            return name
        return self.second, BESIDE if self.beside else NAMELESS

    @property
    def second(self) -> str:
        """The kind of the resource that is named."""
        _, second = self.joins.values()
        return second


def is_plain(name: str) -> bool:
    """Whether a name holds what names of ECS do, and so no placeholder."""
    return name.replace("-", "").replace("_", "").isalnum()


#: The members of a task definition that lie in its account.
ROLES = ("executionRoleArn", "taskRoleArn")


def may_be(reference: Any, revision: Mapping[Any, Any]) -> bool:
    """Whether a reference may mean a task definition, which may say what its revision and its ARN are."""
    if type(reference) is not str:
        return True
    number, arn = revision.get("revision"), revision.get("taskDefinitionArn")
    _, colon, wanted = reference.rpartition(":")
    if colon and wanted.isdecimal() and type(number) is int and int(wanted) != number:
        return False
    roles = [role for member in ROLES if type(role := revision.get(member)) is str]
    account, known = account_of(reference), {*map(account_of, roles)}
    if known and account not in known and all(map(str.isdecimal, (account, *known))):
        return False
    if not reference.startswith("arn:") or type(arn) is not str:
        return True
    return arn.startswith(reference if wanted.isdecimal() else f"{reference}:")


def account_of(arn: str) -> str:
    """The account in an ARN; empty if there is none."""
    return arn.split(":", 5)[4] if arn.startswith("arn:") and arn.count(":") > 4 else ""


def family_of(reference: str) -> str:
    """The family that a reference to a task definition means: ``family``, ``family:revision`` or an ARN."""
    _, found, name = reference.rpartition(":task-definition/")
    return (name if found else reference).partition(":")[0]
