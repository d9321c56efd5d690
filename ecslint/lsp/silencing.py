"""Suppressions that an editor can write: each was tried, so it silences its finding and brings no other one."""

from __future__ import annotations

import os
import re
from collections import Counter
from typing import TYPE_CHECKING

from ecslint import discovery, paths
from ecslint.adapters import recognise
from ecslint.lsp.shapes import value_at
from ecslint.lsp.texts import Text
from ecslint.marks import COMMENTED, LABEL, TAG
from ecslint.model import Edit, Operation
from ecslint.ruleset import bundle
from ecslint.syntax import edit as editing
from ecslint.syntax.writer import dumps

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from ecslint.adapters import Resource
    from ecslint.document import Document
    from ecslint.lsp.session import Judged, Open, Session
    from ecslint.model import Finding, Path

REASON = "say why"  # whoever suppresses something puts the reason in its place

MASK = "•"


class Entry:
    """Edits of the text of a configuration; ``exists`` says whether there is one."""

    __slots__ = ("edits", "exists", "text")

    def __init__(self, text: Text, edits: Sequence[Edit], *, exists: bool) -> None:
        self.text = text
        self.edits = edits
        self.exists = exists


def inside(judged: Judged, session: Session, one: Open, finding: Finding) -> Iterator[tuple[str, Sequence[Edit]]]:
    """Suppressions in the document itself: a title, and the edits."""
    parsed = judged.parsed()
    for title, ways in (_comment(parsed, finding), _label(parsed, finding), _tag(parsed, finding)):
        for edits in ways:
            if edits and _silences(judged, session, one, finding, edits):
                yield f"Suppress {finding.rule} {title}", edits
                break


def _silences(judged: Judged, session: Session, one: Open, finding: Finding, edits: Sequence[Edit]) -> bool:
    """Whether edits take a finding away, and bring none."""
    new = editing.apply(judged.text.body, sorted(edits, key=lambda edit: edit.start))
    left = Counter(found.rule for found in session.judge(one, Text(new, session.encoding)).findings)
    before = Counter(found.rule for found in judged.findings)
    return left[finding.rule] < before[finding.rule] and not left - before


def _comment(parsed: Document, finding: Finding) -> tuple[str, Iterator[Sequence[Edit]]]:
    """A comment above the line of a finding, or behind what stands there."""

    def ways() -> Iterator[Sequence[Edit]]:
        if parsed.language not in COMMENTED:
            return
        text = parsed.text
        start = max(text.rfind("\n", 0, finding.start), text.rfind("\r", 0, finding.start)) + 1
        line = re.compile(r"[^\r\n]*").match(text, start)
        assert line is not None
        indent = line[0][: len(line[0]) - len(line[0].lstrip())]
        comment = f"# ecslint: ignore {finding.rule} -- {REASON}"
        yield [Edit(start, start, f"{indent}{comment}{end_of_line(text)}")]
        yield [Edit(line.end(), line.end(), f" {comment}")]

    return "here, in a comment", ways()


def _label(parsed: Document, finding: Finding) -> tuple[str, Iterator[Sequence[Edit]]]:
    """A label of the container that a finding is in."""

    def ways() -> Iterator[Sequence[Edit]]:
        found = container(parsed, finding)
        if parsed.language == "json" and found is not None:
            path = (*found[1], "dockerLabels", LABEL)
            yield edits_of(parsed, _written(parsed.data, path, finding.rule))

    return "in this container, by a label", ways()


def _tag(parsed: Document, finding: Finding) -> tuple[str, Iterator[Sequence[Edit]]]:
    """A tag of the resource, for a finding that is in no container."""

    def ways() -> Iterator[Sequence[Edit]]:
        resource = resource_of(parsed, finding)
        if parsed.language != "json" or resource is None or container(parsed, finding) is not None:
            return
        at = (*resource.prefix, "tags")
        tags = value_at(parsed.data, at)
        for index, tag in enumerate(tags if type(tags) is list else ()):
            if type(tag) is dict and tag.get("key") == TAG:
                yield edits_of(parsed, _written(parsed.data, (*at, index, "value"), finding.rule))
                return
        yield edits_of(parsed, Operation("append", at, {"key": TAG, "value": f"{finding.rule} -- {REASON}"}))

    return "in this resource, by a tag", ways()


def _written(data: Any, path: Path, rule: str) -> Operation:
    """The operation that names one more rule at a path."""
    if type(value_at(data, path)) is str:
        return Operation("splice", path, (0, 0, f"{rule} "))
    return Operation("set", path, f"{rule} -- {REASON}")


def outside(
    judged: Judged, session: Session, one: Open, finding: Finding, folders: Iterable[str]
) -> tuple[str, str, Entry] | None:
    """An entry of the configuration: a title, the path of the configuration, and what to change in it."""
    silent = judged.settings.silencing if judged.settings is not None else None
    if not one.is_file or MASK in finding.breadcrumb or (silent is not None and finding.rule in silent.mandatory):
        return None
    config = session.config(one)
    folder = os.path.dirname(one.name)
    root = discovery.repository(folder) or next((top for top in folders if discovery.within(one.name, top)), folder)
    path = config or os.path.join(root, discovery.CONFIG_FILE)
    entry = {"files": pattern(one.name, os.path.dirname(path)), "rule": finding.rule}
    placed = finding.breadcrumb and not finding.once  # what is told once may be true of other places, too
    entry |= {"at": finding.breadcrumb} if placed else {}
    entry["reason"] = REASON
    text = session.text_of(path) if config else Text("", session.encoding)
    edits = added(text.body, entry) if text is not None else ()
    if text is None or not edits:
        return None
    title = f"Suppress {finding.rule} {'here' if placed else 'in this file'}, in {discovery.CONFIG_FILE}"
    return title, path, Entry(text, edits, exists=config is not None)


def added(text: str, entry: dict[str, str]) -> Sequence[Edit]:
    """The edits that add an entry to a configuration; none if it cannot be read."""
    if all(line.lstrip()[:1] in ("", "#") for line in text.splitlines()):
        end = end_of_line(text)
        fields = [f"{name}: {value if value.isalnum() else dumps(value)}" for name, value in entry.items()]
        start = "" if not text or text.endswith(("\n", "\r")) else end
        return [Edit(len(text), len(text), f"{start}suppress:{end}  - {f'{end}    '.join(fields)}{end}")]
    try:
        return editing.edits_of(editing.Reading(text, "yaml"), [Operation("append", ("suppress",), entry)])
    except editing.Withheld:
        return ()


def pattern(name: str, base: str) -> str:
    """The pattern that means one file, for a configuration in a folder."""
    relative = os.path.relpath(name, base).replace(os.sep, "/")
    escaped = re.sub(r"([\\*?\[\]!#])", r"\\\1", relative)
    return escaped if "/" in escaped else f"/{escaped}"


def end_of_line(text: str) -> str:
    """How the lines of a text end."""
    found = re.search(r"\r\n?|\n", text)
    return found[0] if found else "\n"


def edits_of(parsed: Document, operation: Operation) -> Sequence[Edit]:
    """The edits of an operation; none where it cannot be made."""
    try:
        return editing.edits_of(editing.Reading(parsed.text, parsed.language), [operation])
    except editing.Withheld:
        return ()


def path_of(data: Any, pointer: str) -> Path:
    """The path in some data that a pointer means."""
    path: list[str | int] = []
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        key: str | int = int(name) if type(data) is list and name.isdecimal() else name
        path.append(key)
        data = value_at(data, (key,))
    return tuple(path)


def resource_of(parsed: Document, finding: Finding) -> Resource | None:
    """The resource that a finding is in; None for what is written otherwise than ECS writes it."""
    path = path_of(parsed.data, finding.pointer)
    for resource in recognise(parsed.data, parsed.named):
        if resource.spell is None and not resource.moved and path[: len(resource.prefix)] == resource.prefix:
            return resource
    return None


def container(parsed: Document, finding: Finding) -> tuple[Resource, Path] | None:
    """The container that a finding is in, and its path in the document."""
    resource = resource_of(parsed, finding)
    place = bundle.kind(resource.kind).containers if resource is not None else ""
    path = path_of(parsed.data, finding.pointer)
    for inner, value in paths.follow(resource.data, place) if resource is not None and place else ():
        above = (*resource.prefix, *inner) if resource is not None else ()
        if type(value) is list and path[: len(above)] == above and len(path) > len(above):
            return (resource, path[: len(above) + 1]) if resource is not None else None
    return None
