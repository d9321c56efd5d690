"""The language server: how long an editor waits for the diagnostics of a change, against the linter alone."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import time
from typing import TYPE_CHECKING, Any

import documents
import measuring
from table import Bar, Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cases import Bench

KEYSTROKES = 500

#: Prints the seconds that the linter takes for a file, the median of some rounds.
ALONE = """
import statistics, sys, time
from ecslint import api
from ecslint.ruleset import bundle
raw, rules = open(sys.argv[1], "rb").read(), bundle.load()
scope = api.scope([], rules, {})
def timed():
    start = time.perf_counter()
    api.lint_bytes(raw, "task.json", False, rules, scope)
    return time.perf_counter() - start
timed()
print(statistics.median(timed() for _ in range(int(sys.argv[2]))))
"""


class Client:
    """Speaks to a server, and waits for what it says. One document is open."""

    def __init__(self, command: list[str], text: str) -> None:
        self._server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - a command of the benchmark
        self._version = 1
        self._uri = "file:///nowhere/task.json"
        self.send("initialize", {"processId": None, "rootUri": None, "capabilities": {}}, id=1)
        while self.receive().get("id") != 1:
            pass
        self.send("initialized", {})
        item = {"uri": self._uri, "languageId": "json", "version": 1, "text": text}
        self.send("textDocument/didOpen", {"textDocument": item})
        self.diagnostics()

    def send(self, method: str, params: Any, **more: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **more}).encode()
        assert self._server.stdin is not None
        self._server.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._server.stdin.flush()

    def receive(self) -> Any:
        assert self._server.stdout is not None
        length = 0
        while line := self._server.stdout.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        return json.loads(self._server.stdout.read(length))

    def type(self, character: str) -> None:
        """Type a character into the family, which is at the beginning."""
        self._version += 1
        place = {"line": 1, "character": len('  "family": "')}
        changes = [{"range": {"start": place, "end": place}, "text": character}]
        changed = {"textDocument": {"uri": self._uri, "version": self._version}, "contentChanges": changes}
        self.send("textDocument/didChange", changed)

    def diagnostics(self) -> int:
        """Wait for the diagnostics of the document as it is now; how many others came before."""
        before = 0
        while True:
            message = self.receive()
            if message.get("method") == "textDocument/publishDiagnostics":
                if message["params"].get("version") == self._version:
                    return before
                before += 1

    def close(self) -> None:
        self._server.kill()
        self._server.communicate()


def editor(bench: Bench) -> Iterator[Row]:
    """One change at a time, and many that wait."""
    for size, bar in ((20, Bar(20, 10)), (200, Bar(4, 3))):
        task = documents.task(documents.seeded(8), size * 1000)
        family = task.pop("family")
        text = documents.text({"family": family, **task, "memory": "1", "requiresCompatibilities": ["FARGATE"]})
        path = bench.path(f"editor-{size}.json")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        rounds = bench.rounds(30)
        alone = float(measuring.call([bench.nothing[0], "-c", ALONE, path, str(rounds)]).stdout)
        client = Client(bench.ecslint("lsp"), text)
        one = statistics.median(timed(client, 1)[0] for _ in range(rounds))
        note = f"{one * 1000:.1f} ms, the linter {alone * 1000:.1f} ms"
        yield Row(
            f"editor: diagnostics of a change to {os.path.getsize(path) // 1000} KB ÷ the linter alone",
            one / alone,
            bar,
            note,
        )
        many, others = timed(client, KEYSTROKES)
        client.close()
        note = f"{others + 1} times judged, {many * 1000:.0f} ms"
        yield Row(f"editor: {KEYSTROKES} queued changes of it ÷ one", many / one, None, note)


def timed(client: Client, count: int) -> tuple[float, int]:
    """Seconds from so many changes to their diagnostics, and how many others came before."""
    start = time.perf_counter()
    for _ in range(count):
        client.type("a")
    before = client.diagnostics()
    return time.perf_counter() - start, before
