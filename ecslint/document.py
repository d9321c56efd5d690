"""A file's bytes become a Document: text, data, and positions when somebody asks for them."""

from __future__ import annotations

import os

from ecslint import paths
from ecslint.model import Fault, Scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from ecslint.model import Node, Path

ENV = "env"
HCL = "hcl"
OTHER = "other"
OTHER_SUFFIXES = (".hcl", ".jsonnet", ".libsonnet", ".tf", ".tofu")

#: The files of Terraform that are read, and what they hold if they hold a resource of ECS.
TERRAFORM = (".tf", ".tofu")
RESOURCE = '"aws_ecs_'

#: How user data begins that is YAML, and may write the configuration of the ECS agent.
CLOUD_CONFIG = "#cloud-config"

BOM = b"\xef\xbb\xbf"
UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")


class Document:
    """One parsed file. ``data`` is None and ``faults`` say why when the text cannot be parsed.

    ``text`` is the decoded file without its byte order mark, newlines untouched; all offsets count
    its characters. ``size`` is its length in bytes. ``named`` says whether the user named the file, and so says
    what it is. ``language`` is ``json``, ``yaml``, ENV for lines of
    ``NAME=value``, HCL for files of Terraform, or OTHER for a text that ecslint does not read.
    """

    __slots__ = ("_lifted", "_root", "data", "faults", "language", "name", "named", "size", "text", "told_faults")

    def __init__(
        self,
        name: str,
        text: str,
        size: int,
        language: str,
        data: Any,
        faults: Sequence[Fault] = (),
        root: Node | None = None,
    ) -> None:
        self.name = name
        self.named = False
        self.text = text
        self.language = language
        self.data = data
        self.faults = self.told_faults = faults
        self.size = size
        self._lifted = False
        self._root = root

    def lift(self) -> bool:
        """Make the placeholders in strings unknown values; whether there was one."""
        if self.language == ENV:  # its reader knows what is a placeholder there
            return False
        from ecslint.syntax import placeholders

        self._lifted = placeholders.lift(self.data, "" if self.faults or self.language != "json" else self.text)
        return self._lifted

    def root(self) -> Node | None:
        """The position tree, built on first use; None when the text cannot be parsed."""
        if self._root is None and self.data is not None:
            from ecslint.syntax import outline

            self._root = outline.find(self.text)
        return self._root

    def graft(self, places: Iterable[Path]) -> None:
        """Have the position tree of YAML tell what stands where in texts in JSON, into which some paths lead.

        Such texts in JSON are full of escapes.
        """
        root = self.root() if self.language == "yaml" else None
        if root is None:
            return
        for path in places:
            node, depth = paths.locate(root, path)
            if depth < len(path):
                self._graft(node)

    def _graft(self, node: Node) -> None:
        """Add what stands in the text of a node to its children."""
        from ecslint.syntax import json

        start, end = self.text.find("{", node.start, node.end), self.text.rfind("}", node.start, node.end) + 1
        found = json.scan(self.text[start:end]).root if start >= 0 else None
        if found is None:
            return
        pending = [*found.children.values()]
        while pending:
            inner = pending.pop()
            pending += inner.children.values()
            inner.start, inner.end = inner.start + start, inner.end + start
            if inner.key_start >= 0:
                inner.key_start, inner.key_end = inner.key_start + start, inner.key_end + start
        node.children.update(found.children)

    def excuse(self, slugs: Sequence[str], elsewhere: Sequence[str], inside: Sequence[tuple[int, int]]) -> None:
        """Say no more of faults that are none in what the document has turned out to be.

        Those of ``elsewhere`` count ``inside`` some parts of the text only.
        """

        def counts(fault: Fault) -> bool:
            near = any(start <= fault.start < end for start, end in inside)
            return fault.slug not in slugs and (near or fault.slug not in elsewhere)

        self.told_faults = list(filter(counts, self.faults))

    def refuse_depth(self) -> bool:
        """Take a JSON text that nests too deeply for one that cannot be parsed; whether it does.

        ``parse`` does not look, because what fits the schema nests little, and there is no more to say of it.
        """
        from ecslint.syntax import json

        if self.language != "json" or self.faults or not json.nests_too_deeply(self.text, self.data):
            return False
        scan = json.scan(self.text)
        self.data, self.faults, self._root = scan.data, scan.faults, scan.root
        self.told_faults = self.faults
        return True

    def is_exact(self, raw: bytes) -> bool:
        """Whether the text stands for exactly these bytes of the file; else it must not be written back."""
        return raw.removeprefix(BOM) == self.text.encode("utf-8")

    def scan(self) -> Scan | None:
        """What the parser has made of the text; None when it is that no more, because placeholders were lifted."""
        return None if self._lifted else Scan(self.data, self.root(), self.faults)


def parse(raw: bytes, name: str, language: str = "") -> Document:
    """Decode and parse; never raises. What is wrong with the text is in ``Document.faults``, but for its depth.

    The language is told by the name and the text unless it is given. Where it is, the file is no template.
    """
    body = raw[len(BOM) :] if raw.startswith(BOM) else raw
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        return _undecodable(body, name, error)
    strict = language != ""
    language = language or language_of(name, text)
    if language == OTHER:
        return _of_terraform(name, text, len(body)) or Document(name, text, len(body), language, None)
    if language == ENV:
        from ecslint.syntax import env

        scan = env.scan(text)
    elif language == "yaml":
        if strict:
            from ecslint.syntax import yaml

            scan = yaml.scan(text)
        else:
            from ecslint.syntax import templates

            scan = templates.scan(text)
    else:
        from ecslint.syntax import json

        try:
            return Document(name, text, len(body), language, json.loads_deep(text))
        except ValueError:
            scan = json.scan(text)
    return Document(name, text, len(body), language, scan.data, scan.faults, scan.root)


def _of_terraform(name: str, text: str, size: int) -> Document | None:
    """A file of Terraform with resources of ECS; None for others, and if nothing is there that reads it."""
    if not is_terraform(name, text):
        return None
    from ecslint.syntax import hcl

    if not hcl.is_there():
        return None
    try:
        scan = hcl.scan(text)
    except hcl.Unparsed:
        return None
    return Document(name, text, size, HCL, scan.data, scan.faults, scan.root)


def is_terraform(name: str, text: str) -> bool:
    """Whether a text is a file of Terraform in which there may be a resource of ECS."""
    return RESOURCE in text and name.lower().endswith(TERRAFORM)


def language_of(name: str, text: str) -> str:
    """``yaml`` for *.yaml and *.yml, ``json`` for *.json, OTHER for languages that are neither.

    Other names are judged by the text: ENV if it is the configuration of the ECS agent or writes it, or else by its
    first character.
    """
    if name.endswith(".json"):
        return "json"
    suffix = os.path.splitext(name)[1].lower()
    if suffix in OTHER_SUFFIXES:
        return OTHER
    first = text.lstrip()[:1]
    is_yaml = suffix in (".yaml", ".yml")
    if suffix == ".json" or (first in ("{", "[") and not is_yaml):
        return "json"
    if not is_yaml or text.startswith(CLOUD_CONFIG):
        from ecslint.syntax import env

        if env.is_config(os.path.basename(name), text):
            return ENV
    return "yaml" if is_yaml or first else "json"


def _undecodable(body: bytes, name: str, error: UnicodeDecodeError) -> Document:
    text = body.decode("utf-8", "replace")
    start = len(body[: error.start].decode("utf-8", "replace"))
    if body[:2] in UTF16_BOMS:
        problem = "the file is UTF-16; save it as UTF-8"
    else:
        problem = f"byte 0x{body[error.start]:02x} is not UTF-8; save the file as UTF-8"
    fault = Fault("syntax-error", start, min(start + 1, len(text)), problem=problem)
    return Document(name, text, len(body), "json", None, [fault])
