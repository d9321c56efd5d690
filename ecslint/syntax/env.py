"""Lines of ``NAME=value``: the configuration of the ECS agent, alone or in the user data that writes it.

Read as ecs-init reads /etc/ecs/ecs.config: a line is trimmed and parted at its first ``=``, quotes belong to the value,
nothing is expanded, lines without ``=`` count for nothing, and the last of two lines wins (getEnvVars in
ecs-init/docker/docker.go of amazon-ecs-agent 1.105.1). What ecs-init takes for another name than the one that was
meant, because of ``export`` or blanks before the ``=``, is read as it was meant, and becomes a fault.
"""

from __future__ import annotations

import re

from ecslint.model import Fault, Node, Scan, Unknown
from ecslint.syntax import placeholders
from ecslint.syntax.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any, TypeAlias

    Span: TypeAlias = tuple[int, int]

LANGUAGE = "env"

#: The file that the agent reads, and the member of a document's data that holds its variables.
CONFIG = "ecs.config"
FILE = f"/etc/ecs/{CONFIG}"

#: Beginnings of user data that are no lines of variables: several parts, a script, and cloud-config.
SEVERAL = ("Content-Type: multipart/", "MIME-Version:")
SCRIPTS = (*SEVERAL, "#!", "#cloud-config")

#: Variables that nothing else sets but the configuration of the agent; deploy scripts have an ECS_CLUSTER, too.
CLUSTER = "ECS_CLUSTER"
TELLING = frozenset(
    (
        "ECS_AVAILABLE_LOGGING_DRIVERS",
        "ECS_BACKEND_HOST",
        "ECS_CONTAINER_STOP_TIMEOUT",
        "ECS_DATADIR",
        "ECS_DISABLE_IMAGE_CLEANUP",
        "ECS_ENABLE_AWSLOGS_EXECUTIONROLE_OVERRIDE",
        "ECS_ENABLE_CONTAINER_METADATA",
        "ECS_ENABLE_GPU_SUPPORT",
        "ECS_ENABLE_SPOT_INSTANCE_DRAINING",
        "ECS_ENABLE_TASK_ENI",
        "ECS_ENABLE_TASK_IAM_ROLE",
        "ECS_ENABLE_TASK_IAM_ROLE_NETWORK_HOST",
        "ECS_ENGINE_AUTH_DATA",
        "ECS_ENGINE_AUTH_TYPE",
        "ECS_ENGINE_TASK_CLEANUP_WAIT_DURATION",
        "ECS_IMAGE_CLEANUP_INTERVAL",
        "ECS_IMAGE_PULL_BEHAVIOR",
        "ECS_INSTANCE_ATTRIBUTES",
        "ECS_LOGFILE",
        "ECS_LOGLEVEL",
        "ECS_RESERVED_MEMORY",
        "ECS_RESERVED_PORTS",
    )
)

LINE = pattern(
    r"(?P<export>export[ \t]+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"(?P<sets>[ \t]*=[ \t]*|[ \t]*:[ \t]+(?=\S))",
    re.ASCII,
)

#: With what names begin that may be parted from their value by a colon.
PREFIX = "ECS_"

#: Placeholders that only stand in a file that somebody fills in: ecs-init would take them as they are.
FILLED_IN = (
    r"|\$[A-Za-z_]\w{0,100}|\$\(|\(\( ?[A-Za-z_][\w ./:-]{0,100}\)\)|(?<![\w@])@[A-Za-z_][\w.-]{0,100}@(?![\w@])"
)


class Written:
    """A text that a file holds, or that a command writes, and the offset of each of its characters in the file.

    ``offsets`` has one more than the text has characters: where it ends. ``alone`` says that each line is a line of
    the file, too.
    """

    __slots__ = ("alone", "offsets", "text")

    def __init__(self, text: str, offsets: Sequence[int], *, alone: bool = True) -> None:
        self.text = text
        self.offsets = offsets
        self.alone = alone

    def span(self, start: int, end: int) -> Span:
        """The offsets in the file of a part of the text."""
        return self.offsets[start], self.offsets[end - 1] + 1 if start < end else self.offsets[start]

    def is_whole(self, start: int, end: int) -> bool:
        """Whether a part of the text stands in the file as it is."""
        low, high = self.span(start, end)
        return high - low == end - start


class Assignment:
    """A variable: its name and value, the spans of both in the file, and what is wrong with the line."""

    __slots__ = ("faults", "key", "name", "span", "value")

    def __init__(self, name: str, value: str, key: Span, span: Span) -> None:
        self.name = name
        self.value = value
        self.key = key
        self.span = span
        self.faults: list[Fault] = []


def assignments(written: Written) -> Iterator[Assignment]:
    """The variables that the lines of a text set, in their order."""
    text, start = written.text, 0
    while start < len(text):
        stop = text.find("\n", start)
        stop = len(text) if stop < 0 else stop
        first = stop - len(text[start:stop].lstrip())
        last = max(start + len(text[start:stop].rstrip()), first)
        found = line_of(text, first, last)
        if found is not None:
            value = text[found.end() : last]
            one = Assignment(found["name"], value, written.span(*found.span("name")), written.span(found.end(), last))
            one.faults += _faults(found, written)
            yield one
        start = stop + 1


def line_of(text: str, start: int, end: int) -> re.Match[str] | None:
    """How a line sets a variable, up to the value; None if it does not. A colon may be meant for ``=``."""
    found = LINE.match(text, start, end)
    return found if found is not None and ("=" in found["sets"] or found["name"].startswith(PREFIX)) else None


def _faults(found: re.Match[str], written: Written) -> Iterator[Fault]:
    """What keeps ecs-init from seeing the name that was meant, or the value."""
    name = found["name"]
    if found["export"]:
        span = written.span(found.start("export"), found.start("name"))
        yield Fault("exported-agent-variable", *span, key=name, spelling=(*span, ""))
    sets = found["sets"]
    if sets == "=":
        return
    start, end = found.span("sets")
    span = written.span(start, end)
    spelling = (*span, "=") if written.is_whole(start, end) else None
    if ":" in sets:
        yield Fault("colon-after-agent-variable", *span, key=name, spelling=spelling)
    else:
        yield Fault("blank-around-equals-sign", *span, key=name, spelling=spelling)


def scan(text: str) -> Scan:
    """The variables in a text, as ``{CONFIG: {name: value}}``, where they stand, and what is wrong with their lines.

    Any text can be read; one that sets no variable has none.
    """
    variables: dict[Any, Any] = {}
    root, inner = Node(0, len(text)), Node(0, len(text), 0, 0)
    root.children[CONFIG] = inner
    faults: list[Fault] = []
    for written in parts(text):
        latest: dict[str, Assignment] = {}
        found = list(assignments(written))
        seen = {one.name for one in found if not one.faults}
        for one in found:
            before = latest.get(one.name)
            if one.faults and one.name in seen:  # ecs-init sees another line only: to mend this one changes the value
                for fault in one.faults:
                    fault.values["spelling"] = None
            elif before is not None and before.value != one.value and written.alone and not before.faults:
                faults.append(Fault("repeated-agent-variable", before.key[0], before.span[1], key=one.name))
            latest[one.name] = one
            faults += one.faults
            variables.pop(one.name, None)  # the last one wins, and stands where it is written
            variables[one.name] = known(one.value)
            node = Node(*one.span, *one.key)
            inner.children.pop(one.name, None)
            inner.children[one.name] = node
    faults.sort(key=lambda fault: (fault.start, fault.slug))
    return Scan({CONFIG: variables}, root, faults)


def parts(text: str) -> list[Written]:
    """The parts of a text that are lines of the configuration: all of it, or what commands in it write."""
    if FILE in text or text.startswith(SCRIPTS):
        from ecslint.syntax import userdata

        found = userdata.written(text, FILE)
        if found or text.startswith(SCRIPTS):
            return found
    return [Written(text, range(len(text) + 1))]


def known(value: str) -> Any:
    """A value, or the Unknown that it stands for if a placeholder is in it."""
    if placeholders.is_word(value):
        return Unknown(value)
    if "`" in value:  # a command
        return Unknown(value)
    found = placeholders.read(value, FILLED_IN)
    return value if found is None else found


def render(variables: Mapping[str, str]) -> str:
    """The text of a configuration with these variables; names are words, and values have one line and no blanks around.

    Raises ValueError for what cannot be written.
    """
    lines = [f"{name}={value}\n" for name, value in variables.items()]
    for (name, value), line in zip(variables.items(), lines, strict=True):
        if scan(line).data != {CONFIG: {name: known(value)}}:
            raise ValueError(f"the value of {name} cannot be written")
    return "".join(lines)


def is_config(name: str, text: str) -> bool:
    """Whether a text is the agent's configuration, or user data that writes it. ``name`` is the last part of a path.

    A file that is called so need not be one: it is YAML, say, if there are other lines than variables, comments and
    blanks. Of another file all has to look like it, and names have to tell; and a script has to write it.
    """
    if text.startswith(SCRIPTS) or is_user_data(name):
        return FILE in text and bool(parts(text))
    lines = [line for raw in text.split("\n") if (line := raw.strip()) and not line.startswith("#")]
    found = [line_of(line, 0, len(line)) for line in lines]
    if is_name(name):
        return 2 * sum(one is not None for one in found) >= len(lines)
    if not all(one is not None and "=" in one["sets"] for one in found):
        return False
    names = {one["name"] for one in found if one is not None}
    return names == {CLUSTER} or len(names & TELLING) + (CLUSTER in names) > 1


def is_name(name: str) -> bool:
    """Whether a file is called as the agent's configuration is: ``ecs.config``, ``prod.ecs.config``."""
    return name == CONFIG or name.endswith((f".{CONFIG}", f"-{CONFIG}"))


def is_user_data(name: str) -> bool:
    """Whether a file is called as people call user data: ``user-data.sh``, ``userdata.txt``."""
    return name.lower().replace("_", "").replace("-", "").startswith("userdata")
