"""Cloud-config: what it writes into a file, by itself or with commands."""

from __future__ import annotations

from ecslint.syntax.env import Written
from ecslint.syntax.userdata import in_script

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from ecslint.model import Node


def written(text: str, file: str) -> Iterator[Written]:
    """What ``write_files``, ``bootcmd`` and ``runcmd`` of cloud-config write into a file, in this order."""
    from ecslint.syntax import templates

    scan = templates.scan(text)
    data, root = scan.data, scan.root
    if type(data) is not dict or root is None:
        return
    for key in ("bootcmd", "write_files", "runcmd"):
        node = root.child(key)
        items = data.get(key)
        for index, item in enumerate(items if type(items) is list else ()):
            inner = None if node is None else node.child(index)
            if inner is None:
                continue
            if key == "write_files":
                yield from _content(text, item, inner, file)
            elif type(item) is str:
                start, end, _ = _inside(text, inner, item)
                yield from in_script(text, start, end, file)


def _content(text: str, item: Any, node: Node, file: str) -> Iterator[Written]:
    """The content of an entry of ``write_files`` for the file, if it is not encoded."""
    if type(item) is not dict or item.get("path") != file or "encoding" in item or type(item.get("content")) is not str:
        return
    inner = node.child("content")
    if inner is not None:
        start, end, alone = _inside(text, inner, item["content"])
        yield Written(text[start:end], range(start, end + 1), alone=alone)


def _inside(text: str, node: Node, value: str) -> tuple[int, int, bool]:
    """Where the text of a YAML scalar stands, and whether it has lines of its own; nowhere if it has escapes."""
    token = text[node.start : node.end]
    if token[:1] == "|":
        return node.start + token.find("\n") + 1, node.end, True
    for start, end in ((node.start + 1, node.end - 1), (node.start, node.end)):
        if text[start:end] == value:
            return start, end, False
    return node.start, node.start, False
