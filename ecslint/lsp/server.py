"""The wiring: messages of the protocol in, answers out. What they hold is decided elsewhere."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, default_converter, lsp_method
from pygls.uris import to_fs_path

from ecslint import __version__
from ecslint.lsp import diagnostics
from ecslint.lsp.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Seconds without a message before a document is judged.
PAUSE = 0.005

#: Files that may change what is said of open documents.
WATCHED = ("**/*.json", "**/*.yaml", "**/*.yml")


class Input:
    """Standard input that knows whether there is more than was answered: then no document is judged yet."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._read = bytearray()
        self._waits = False  # all that was read has been answered, and somebody waits for more

    def _fill(self) -> bool:
        self._waits = not self._read
        piece = os.read(self._descriptor, 65_536)
        self._waits = False
        self._read += piece
        return piece != b""

    def readline(self) -> bytes:
        """One line with its end; what is left at the end of the input."""
        while (end := self._read.find(b"\n")) < 0:
            if not self._fill():
                end = len(self._read) - 1
                break
        return self._taken(end + 1)

    def read(self, count: int) -> bytes:
        """So many bytes; fewer at the end of the input."""
        while len(self._read) < count and self._fill():
            pass
        return self._taken(count)

    def _taken(self, count: int) -> bytes:
        taken = bytes(self._read[:count])
        del self._read[:count]
        return taken

    def has_more(self) -> bool:
        """Whether a message was not answered yet."""
        if not self._waits:
            return True
        try:
            return bool(select.select([self._descriptor], [], [], 0)[0])
        except OSError:  # Windows knows it of sockets only
            return False


class Protocol(LanguageServerProtocol):
    """Keeps the documents in a Session. pygls would take other characters for ends of lines than the protocol does."""

    _server: Server

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        """Keep the document, and judge it soon."""
        item = params.text_document
        self._server.session.add(item.uri, item.language_id, item.version, item.text)
        self._server.later()

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        """Change the document, and judge it when there is a pause."""
        self._server.session.change(params.text_document.uri, params.text_document.version, params.content_changes)
        self._server.later()

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        """Say no more of the document."""
        self._server.closed(params.text_document.uri)


class Server(LanguageServer):
    """What answers an editor. It has been told of ``_mistakes`` in configurations, and where they are in ``_told``."""

    def __init__(self, stdin: Input) -> None:
        super().__init__(
            "ecslint",
            __version__,
            types.TextDocumentSyncKind.Incremental,
            protocol_cls=Protocol,
            converter_factory=default_converter,
            max_workers=1,  # reads the input
        )
        self.session = Session()
        self._input = stdin
        self._timer: asyncio.TimerHandle | None = None
        self._settled: asyncio.Event = asyncio.Event()
        self._settled.set()
        self._told: dict[str, list[types.Diagnostic]] = {}
        self._mistakes: tuple[str, ...] = ()
        self._stale = False  # whether the editor holds diagnostics that it pulled and that files have changed

    def supports(self, *names: str) -> bool:
        """Whether the editor says so in its capabilities."""
        found: Any = self.client_capabilities
        for name in names:
            found = getattr(found, name, None)
        return bool(found)

    @property
    def pulls(self) -> bool:
        """Whether the editor asks for diagnostics itself; then it would show twice what it is sent."""
        return self.supports("text_document", "diagnostic")

    def later(self) -> None:
        """Judge what has changed when there is a pause, once for all changes that have come by then."""
        if self._timer is not None:
            self._timer.cancel()
        self._settled.clear()
        self._timer = asyncio.get_running_loop().call_later(PAUSE, self._now)

    def _now(self) -> None:
        if self._input.has_more():
            self.later()
            return
        self._timer = None
        try:
            self.publish()
        finally:
            self._settled.set()

    async def settled(self) -> None:
        """Wait until what has changed was judged."""
        await self._settled.wait()

    def publish(self) -> None:
        """Judge what has changed, and tell the editor."""
        new = self.session.untold()
        mistakes = self.session.mistakes()
        if mistakes and mistakes != self._mistakes:
            more = f" (and {len(mistakes) - 1} more)" if len(mistakes) > 1 else ""
            text = f"ecslint checks nothing until this is right: {mistakes[0]}{more}"
            self.window_show_message(types.ShowMessageParams(types.MessageType.Error, text))
        self._mistakes = mistakes
        found = diagnostics.mistaken(mistakes, self.session)
        for one, judged in () if self.pulls else new:
            own = diagnostics.diagnostics(judged, self.session, one.uri)
            self._tell(one.uri, own + found.get(one.uri, []), one.version)
        for uri in found.keys() | self._told.keys():
            if found.get(uri) != self._told.get(uri):
                self._tell(uri, found.get(uri, []))
        self._told = found
        if self._stale:
            self._stale = False
            self.workspace_diagnostic_refresh(None)

    def _tell(self, uri: str, found: list[types.Diagnostic], version: int | None = None) -> None:
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, version))

    def closed(self, uri: str) -> None:
        """Say no more of a document."""
        self.session.remove(uri)
        if not self.pulls and uri not in self._told:
            self._tell(uri, [])
        self.later()

    def changed_files(self) -> None:
        """Files may have changed on the disk."""
        self.session.forget()
        self._stale = self.pulls and self.supports("workspace", "diagnostics", "refresh_support")
        self.later()

    def folders(self) -> Iterator[str]:
        """The folders that the editor has opened."""
        for folder in self.workspace.folders.values():
            path = to_fs_path(folder.uri)
            if path is not None:
                yield path
        if self.workspace.root_path:
            yield self.workspace.root_path


def serve() -> None:
    """Answer an editor on standard input and output until it says so, or is gone.

    Whatever else would write to standard output writes to standard error. No file is written, so signals may end it
    at once; else the thread that reads would be waited for.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    stdin: Any = Input(0)
    server = Server(stdin)
    from ecslint.lsp import features

    features.register(server)
    server.start_io(stdin, output)
