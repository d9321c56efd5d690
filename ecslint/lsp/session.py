"""The documents that are open in an editor, and what ecslint says of them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lsprotocol.types import PositionEncodingKind
from pygls.uris import to_fs_path, urlparse

from ecslint import api, reading
from ecslint.lsp.folders import Folders
from ecslint.lsp.texts import Text, parsed
from ecslint.model import Mistakes
from ecslint.ruleset import bundle

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lsprotocol.types import TextDocumentContentChangeEvent

    from ecslint.document import Document
    from ecslint.engine import Settings
    from ecslint.model import Finding
    from ecslint.project import Pairs
    from ecslint.ruleset.bundle import Ruleset

#: How the name of a text ends that has none of its own, by the language that the editor says.
SUFFIXES = {"json": ".json", "jsonc": ".json", "yaml": ".yaml", "cloudformation": ".yaml"}


class Judged:
    """What ecslint says of one state of a document.

    ``findings`` are those that count. ``others`` are the texts of other files into which they point, by name.
    ``is_ours`` says whether there is a document of ECS, and ``mistakes`` why nobody can tell: what is wrong with the
    configuration. ``ruleset``, ``settings`` and ``pairs`` are what it was judged by; without settings it was not.
    """

    __slots__ = ("findings", "is_ours", "mistakes", "name", "others", "pairs", "ruleset", "settings", "text")

    def __init__(self, name: str, text: Text) -> None:
        self.name = name
        self.text = text
        self.findings: list[Finding] = []
        self.others: Mapping[str, str] = {}
        self.is_ours = False
        self.mistakes: tuple[str, ...] = ()
        self.ruleset: Ruleset | None = None
        self.settings: Settings | None = None
        self.pairs: Pairs | None = None

    def parsed(self) -> Document:
        """The document, parsed anew: nobody has put unknown values for its placeholders."""
        return parsed(self.text.body, self.name)


class Open:
    """A document that is open. ``told`` is what was last told of it."""

    __slots__ = ("is_file", "judged", "name", "text", "told", "uri", "version")

    def __init__(self, uri: str, language: str, version: int | None, text: Text) -> None:
        self.uri = uri
        self.version = version
        self.text = text
        path = to_fs_path(uri) if uri.startswith("file:") else None
        self.is_file = path is not None
        self.name: str = os.path.normpath(path) if path is not None else nameless(uri, language)
        self.judged: Judged | None = None  # None where it has to be looked at again
        self.told: Judged | None = None


def nameless(uri: str, language: str) -> str:
    """What to call a text that is no file."""
    name = os.path.basename(str(urlparse(uri)[2])) or "untitled"
    suffix = SUFFIXES.get(language, "")
    return name if name.endswith((".json", ".yaml", ".yml")) else name + suffix


class Session:
    """All that is open. Nothing else is judged, however many files there are."""

    __slots__ = ("_bundled", "_folders", "encoding", "opened")

    def __init__(self) -> None:
        self._bundled = bundle.load()
        self._folders = Folders(self._bundled)
        self.encoding: str = PositionEncodingKind.Utf16
        self.opened: dict[str, Open] = {}

    def add(self, uri: str, language: str, version: int | None, text: str) -> None:
        """A document is opened."""
        self.opened[uri] = Open(uri, language, version, Text(text, self.encoding))
        self._doubt_others()

    def change(self, uri: str, version: int | None, changes: Iterable[TextDocumentContentChangeEvent]) -> None:
        """A document has changed."""
        one = self.opened.get(uri)
        if one is not None:
            one.text, one.version, one.judged = one.text.changed(changes), version, None
            self._doubt_others()

    def remove(self, uri: str) -> None:
        """A document is closed."""
        self.opened.pop(uri, None)
        self._doubt_others()

    def forget(self) -> None:
        """Files may have changed: read them again, and judge all that is open anew."""
        self._folders.forget()
        for one in self.opened.values():
            one.judged = None

    def _doubt_others(self) -> None:
        """What was judged together with another document has to be judged again."""
        for one in self.opened.values():
            if one.judged is not None and one.judged.pairs is not None:
                one.judged = None

    def untold(self) -> list[tuple[Open, Judged]]:
        """What is new since this was asked last; of a state that was judged meanwhile, too."""
        found = [(one, self.judged(one.uri)) for one in self.opened.values()]
        new = [(one, judged) for one, judged in found if judged is not None and judged is not one.told]
        for one, judged in new:
            one.told = judged
        return new

    def mistakes(self) -> tuple[str, ...]:
        """The mistakes in the configurations of all that is open, each once."""
        judged = [one.judged for one in self.opened.values() if one.judged is not None]
        return tuple(dict.fromkeys(mistake for one in judged for mistake in one.mistakes))

    def judged(self, uri: str) -> Judged | None:
        """What ecslint says of a document as it is now; None if it is not open."""
        one = self.opened.get(uri)
        if one is None:
            return None
        if one.judged is None:
            one.judged = self.judge(one, one.text)
        return one.judged

    def judge(self, one: Open, text: Text) -> Judged:
        """What ecslint says of a text as that of an open document."""
        judged = Judged(one.name, text)
        try:
            raw = text.whole.encode("utf-8")
            found = self._folders.settings(one.name) if one.is_file else self._folders.alone()
        except Mistakes as error:
            judged.mistakes = tuple(str(error).splitlines())
            return judged
        except UnicodeEncodeError:  # half a character, which no file can hold
            return judged
        if found is None or len(raw) > reading.MAX_BYTES:
            return judged
        ruleset, settings = found
        outcome = api.lint_bytes(raw, one.name, False, ruleset, settings)
        if outcome.refers and one.is_file:
            judged.pairs = self._folders.pairs(outcome, self._texts(), ruleset, settings)
            if judged.pairs is not None:
                outcome = api.lint_bytes(raw, one.name, False, ruleset, settings, judged.pairs)
        judged.is_ours = outcome.is_checked()
        judged.ruleset, judged.settings = ruleset, settings
        judged.findings = sorted(
            (finding for finding in outcome.findings if finding.suppressed is None),
            key=lambda finding: (finding.start, finding.rule, finding.pointer),
        )
        if outcome.source is not None:
            judged.others = {source.name: source.text for source in outcome.source.others}
        return judged

    def config(self, one: Open) -> str | None:
        """The path of the configuration that is in force for a document; None if there is none."""
        try:
            return self._folders.config(one.name) if one.is_file else None
        except Mistakes:
            return None

    def _texts(self) -> dict[str, str]:
        """The texts of the files that are open, by name."""
        return {one.name: one.text.whole for one in self.opened.values() if one.is_file}

    def text_of(self, name: str) -> Text | None:
        """The text of a file, as the editor holds it if it is open there; None if it cannot be read."""
        for one in self.opened.values():
            if one.is_file and one.name == name:
                return one.text
        try:
            return Text(reading.read(name).decode("utf-8", "replace"), self.encoding)
        except reading.Unreadable:
            return None

    def uri_of(self, name: str) -> str | None:
        """What the editor calls a file that is open there."""
        return next((uri for uri, one in self.opened.items() if one.is_file and one.name == name), None)
