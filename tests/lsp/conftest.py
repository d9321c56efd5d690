"""A real client: pytest-lsp starts the server as an editor does, and checks what it says against the protocol."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities, make_test_lsp_client

SECONDS = 30  # until the server must have answered, on a busy machine

SERVER = [sys.executable, "-m", "ecslint", "lsp"]


class Published(dict[str, Sequence[types.Diagnostic]]):
    """The diagnostics of each document, and how often they have come."""

    def __init__(self) -> None:
        super().__init__()
        self.count: Counter[str] = Counter()

    def __setitem__(self, uri: str, found: Sequence[types.Diagnostic]) -> None:
        super().__setitem__(uri, found)
        self.count[uri] += 1


class Editor:
    """A client with a folder of files, some of which are open."""

    def __init__(self, client: LanguageClient, folder: Path) -> None:
        self.client = client
        self.folder = folder
        self.versions: dict[str, int] = {}
        self.published = client.diagnostics = Published()
        self.read: Counter[str] = Counter()

    def write(self, name: str, text: str) -> Path:
        """Write a file, as another program would."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        return path

    def uri(self, name: str) -> str:
        """What the client calls a file."""
        return name if ":" in name else (self.folder / name).as_uri()

    def open(self, name: str, text: str, language: str = "") -> str:
        """Open a file that perhaps was never saved."""
        uri = self.uri(name)
        self.versions[uri] = 1
        item = types.TextDocumentItem(uri, language or ("yaml" if name.endswith("yaml") else "json"), 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def change(self, uri: str, *changes: types.TextDocumentContentChangeEvent) -> None:
        """Type something."""
        self.versions[uri] += 1
        document = types.VersionedTextDocumentIdentifier(self.versions[uri], uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, changes))

    def replace(self, uri: str, text: str) -> None:
        """Replace all of a text."""
        self.change(uri, types.TextDocumentContentChangeWholeDocument(text))

    async def told(self, uri: str) -> list[types.Diagnostic]:
        """The diagnostics of a document, once they have come anew."""
        for _ in range(SECONDS * 100):
            if self.published.count[uri] > self.read[uri]:
                self.read[uri] = self.published.count[uri]
                return list(self.published[uri])
            await asyncio.sleep(0.01)
        raise TimeoutError(f"nothing is said of {uri}")

    async def opened(self, name: str, text: str, language: str = "") -> tuple[str, list[types.Diagnostic]]:
        """Open a file, and wait for its diagnostics."""
        uri = self.open(name, text, language)
        return uri, await self.told(uri)

    async def actions(
        self, uri: str, at: types.Range | None = None, only: list[str] | None = None
    ) -> list[types.CodeAction]:
        """What the server offers in a range, or in all of the document."""
        at = at or types.Range(types.Position(0, 0), types.Position(10_000, 0))
        params = types.CodeActionParams(types.TextDocumentIdentifier(uri), at, types.CodeActionContext([], only))
        found = await self.client.text_document_code_action_async(params)
        return [action for action in found or [] if isinstance(action, types.CodeAction)]


def client() -> LanguageClient:
    """A client that lets the server watch files."""
    made = make_test_lsp_client()

    @made.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(_params: types.RegistrationParams) -> None:
        return None

    return made


@asynccontextmanager
async def editing(folder: Path, name: str = "visual-studio-code", *encodings: str, pulls: bool = False):
    """An editor, once the server knows what it is; it is sent diagnostics, or ``pulls`` them."""
    started = await ClientServerConfig(SERVER, client).start()
    capabilities = client_capabilities(name)
    assert capabilities.text_document is not None
    capabilities.text_document.diagnostic = types.DiagnosticClientCapabilities() if pulls else None
    if encodings:
        capabilities.general = types.GeneralClientCapabilities(position_encodings=list(encodings))
    folders = [types.WorkspaceFolder(folder.as_uri(), folder.name)]
    params = types.InitializeParams(capabilities, root_uri=folder.as_uri(), workspace_folders=folders)
    await started.initialize_session(params)
    try:
        yield Editor(started, folder)
    finally:
        await asyncio.wait_for(started.shutdown_session(), SECONDS)
        await started.stop()


@pytest_asyncio.fixture(params=["visual-studio-code", "neovim@0.11.0"])
async def editor(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Editor]:
    async with editing(tmp_path, request.param) as started:
        yield started


@pytest_asyncio.fixture
async def code(tmp_path: Path) -> AsyncIterator[Editor]:
    async with editing(tmp_path) as started:
        yield started
