"""What comes from a file acts nowhere, and what may be secret is shown nowhere, in any format."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from ecslint.cli import run
from ecslint.cli.words import FORMATS
from tests.cli.test_check import ecslint

Tally = Callable[[str, int, int], None]

ROOT = Path(__file__).resolve().parent.parent.parent

PAYLOADS = [
    "\x1b[31mred\x1b[0m", "\x1b]8;;http://evil.example\x07x", "\x07\x08\x7f", "\x9b31m", "\x85", "a\rb", "a\nb", "a\tb",
    "\u202e\u2066bidi", "\u200bzero\ufeff", "\u2028\u2029", "\x00nul", "\U000e0041tag",
    "::error::x", "\n::error file=a::x", "\r::warning::x", "::stop-commands::x", "\n::set-output name=a::b",
    "%0A::error::x",
    "##[error]x", "##vso[task.setvariable variable=a]b", "\n##[command]x",
    "[bold]x[/bold]", "[/]", "[link=http://evil.example]x[/link]", "{family} {0} %s",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>", "</code></pre><b>", "-->",
    "]]>", "&lt;&amp;", "<![CDATA[x]]>", "<?xml version='1.0'?>",
    "[x](javascript:alert(1))", "![x](http://evil.example/x.png)", "`code` | cell |", "**bold** ~~s~~ @octocat #1",
    "```\nx",
    "http://evil.example/x", "www.evil.example",
]  # fmt: skip

ACTING = r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2028\u2029\u2066-\u2069\ufeff\U000e0041]|##\[|##vso\["


def documents(payload: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """A document for each position in which a payload can stand; each has findings."""
    container: dict[str, Any] = {"name": "web", "image": "nginx", "memory": "128"}

    def task(**fields: Any) -> dict[str, Any]:
        return {"family": "web", "containerDefinitions": [{**container, **fields}]}

    yield "family", {**task(), "family": payload}
    yield "name", task(name=payload, dependsOn=[{"containerName": payload + "x", "condition": payload}])
    yield "key", {**task(**{payload: 1}), payload: {payload: 1}}
    yield "value", {**task(image=payload, memory=payload, user=payload), "networkMode": payload, "cpu": payload}
    yield "tag", {**task(), "tags": [{"key": "ecslint:ignore", "value": f"wrong-type {payload} -- {payload}"}]}
    yield "label", task(dockerLabels={"ecslint.ignore": f"wrong-type -- {payload}", payload: 1})


class Tags(HTMLParser):
    """The elements of a page, and their attributes that act."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.found |= {name for name, _ in attrs if name.startswith("on")}
        self.found |= {str(value) for name, value in attrs if name in ("href", "src") and "evil" in str(value)}


def escaped_from(kind: str, text: str, plain_tags: set[str]) -> str | None:
    """What acts in a report; None if nothing does."""
    found = re.search(ACTING, text)
    if found is not None:
        return repr(found[0])
    for line in text.split("\n"):
        if line.lstrip().startswith("::"):
            pattern = r"::(error|warning|notice) (file=[^,:]+|title=ecslint)(,[a-zA-Z]+=[^,:]+)*::"
            if kind != "github" or not re.match(pattern, line):
                return line
    if kind in ("json", "sarif", "gitlab", "rdjson"):
        json.loads(text)
    elif kind == "json-lines":
        [json.loads(line) for line in text.splitlines()]
    elif kind == "junit":
        ET.fromstring(text)  # noqa: S314 - our own report
    elif kind == "html":
        page = Tags()
        page.feed(text)
        return f"{page.found - plain_tags}" if page.found - plain_tags else None
    elif kind == "markdown":
        outside = re.sub(r"<code>[^<>]*</code>|<br>|</?(?:details|summary)>", "", text)
        found = re.search(
            r"<[a-zA-Z/!?]|\]\((?!https://(?:github\.com/ecslint|docs))|\*\*bold|@octocat|(?:www\.|://)evil", outside
        )
        return found[0] if found is not None else None
    return None


def report(words: list[str], folder: Path) -> dict[str, str]:
    """The report of a run in each format."""
    run([*words, *(f"--output-format={kind}:{folder / kind}" for kind in FORMATS)])
    return {kind: (folder / kind).read_text(encoding="utf-8") for kind in FORMATS}


def test_nothing_escapes(tmp_path: Path, tally: Tally, capfd: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "td.json"
    out = tmp_path / "out"
    out.mkdir()
    harmless = Tags()
    file.write_text(json.dumps(next(documents("x"))[1]))
    harmless.feed(report(["check", str(file)], out)["html"])
    tried, bad = 0, []
    for payload in PAYLOADS:
        for place, document in documents(payload):
            file.write_text(json.dumps(document))
            words = ["check", str(file), "--profile", "strict", "--show-suppressed", "-v"]
            for kind, text in report(words, out).items():
                tried += 1
                assert text.strip(), kind
                said = escaped_from(kind, text, harmless.found)
                bad += [f"{payload!r} as {place} in {kind}: {said}"] if said else []
            said = capfd.readouterr().err
            bad += [f"{payload!r} as {place} on standard error"] if re.search(ACTING + r"|(?m:^\s*::)", said) else []
    tally("payloads in names, keys, values and reasons, in each format", tried, len(bad))
    assert bad == []


def policy(payload: str) -> str:
    """A rule file of a repository whose texts are all payload; it fires once."""
    text = f"this policy says {payload} here".replace("{", "{{").replace("}", "}}")
    fields = {
        "id": "EVIL001",
        "slug": "evil-policy",
        "title": f"a policy {payload} x",
        "then": {"schema": {"required": ["tags"]}},
        "message": text,
        "help": text,
        "why": f"This policy stands here because of {payload}, which no report may obey.",
        "fix": {"title": text, "applicability": "safe", "steps": [{"set": "./tags", "value": [{"key": payload}]}]},
    }
    return json.dumps(fields)


def test_nothing_escapes_from_policies(
    tmp_path: Path, tally: Tally, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".ecslint.yaml").write_text("rules: [evil.yaml]\nselect: [evil-policy]\n")
    file, out = tmp_path / "td.json", tmp_path / "out"
    out.mkdir()
    file.write_text(json.dumps(next(documents("x"))[1]))
    harmless = Tags()
    (tmp_path / "evil.yaml").write_text(policy("x"))
    harmless.feed(report(["check", str(file)], out)["html"])
    tried, bad, shown = 0, [], 0
    for payload in PAYLOADS:
        (tmp_path / "evil.yaml").write_text(policy(payload))
        for stale in out.iterdir():
            stale.write_text("{}")
        for kind, text in report(["check", str(file), "-v"], out).items():
            tried += 1
            shown += "EVIL001" in text
            said = escaped_from(kind, text, harmless.found) if text != "{}" else None
            bad += [f"{payload!r} in {kind}: {said}"] if said else []
        run(["rule", "EVIL001"])
        told = capfd.readouterr()
        bad += [f"{payload!r} on the page" for text in told if re.search(ACTING, text)]
    tally("payloads in all texts of policies, in each format", tried, len(bad))
    assert bad == []
    assert shown > tried * 0.9, "most of them are legal texts of a policy"


AUDITED = """
import sys
seen = []
ACTS = ("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.fork", "urllib.", "http.",
        "ftplib.", "smtplib.", "ctypes.dlopen", "pty.", "webbrowser.")
sys.addaudithook(lambda event, _: seen.append(event) if event.startswith(ACTS) else None)
from ecslint.cli import run
run(sys.argv[1:])
print("seen:", *seen, file=sys.stderr)
"""

COMMANDS = [
    *(["check", "examples", "--output-format", kind] for kind in FORMATS),
    ["check", "examples", "--profile", "strict", "--explain-context"], ["fix", "--diff", "examples"],
    ["fix", "--unsafe-fixes", "--check", "examples"], ["baseline", "prune", "--baseline", "none.json", "examples"],
    ["compat", "examples"], ["compat", "examples", "--output-format", "json"],
    ["config"], ["config", "--show", "examples/webserver.json"], ["rule", "ECS101"], ["rules"], ["schema", "rule"],
]  # fmt: skip


def test_no_command_opens_a_connection_or_starts_a_process(tally: Tally) -> None:
    bad = []
    for words in COMMANDS:
        done = subprocess.run(
            [sys.executable, "-c", AUDITED, *words], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert "Traceback" not in done.stderr, words
        if done.stderr.splitlines()[-1] != "seen:":
            bad.append((words, done.stderr.splitlines()[-1]))
    tally("commands watched for connections and processes", len(COMMANDS), len(bad))
    assert bad == []


#: The language server answers in an event loop; tests/lsp/test_server.py watches that it opens no connection.
WATCHED = ("server.py: asyncio",)


def test_the_package_imports_nothing_that_could(tally: Tally) -> None:
    could = {
        "socket",
        "ssl",
        "http",
        "urllib",
        "ftplib",
        "smtplib",
        "asyncio",
        "subprocess",
        "requests",
        "ctypes",
        "pty",
    }
    bad, modules = [], sorted((ROOT / "ecslint").rglob("*.py"))
    for path in modules:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            bad += [f"{path.name}: {name}" for name in names if name.partition(".")[0] in could]
    bad = [found for found in bad if found not in WATCHED]
    tally("modules searched for network and subprocess code", len(modules), len(bad))
    assert bad == []


#: Named files of which not everything can be checked: none may pass in silence.
UNCHECKED: dict[str, bytes] = {
    "empty": b"", "blank": b" \n", "nul": b"\0", "half": b'{"containerDefinitions": [', "word": b"containerDefinitions",
    "latin-1": '{"family": "wéb", "containerDefinitions": []}'.encode("latin-1"),
    "utf-16": '{"family": "web", "containerDefinitions": []}'.encode("utf-16"),
    "utf-32": '{"family": "web", "containerDefinitions": []}'.encode("utf-32"),
    "surrogate": b'{"family": "\xed\xa0\x80", "containerDefinitions": []}',
    "two": b'{"containerDefinitions": []} {}', "deep": b"[" * 100_000,
    "deep object": b'{"containerDefinitions":' * 50_000,
    "NaN": b'{"containerDefinitions": [], "cpu": NaN}', "Infinity": b'{"containerDefinitions": [], "cpu": Infinity}',
    "digits": b'{"containerDefinitions": [], "cpu": ' + b"9" * 5000 + b"}",
    "quote": b"{'containerDefinitions': []}", "comma": b'{"containerDefinitions": [],}',
    "twice": b'{"containerDefinitions": [], "containerDefinitions": []}', "large": b" " * 6_000_000,
    "foreign": b'{"name": "x"}', "list": b"[]", "number": b"5", "string": b'"containerDefinitions"', "null": b"null",
    "control": b'{"containerDefinitions": [], "family": "a\x01"}',
    "escape": b'{"containerDefinitions": [], "family": "\\x"}',
}  # fmt: skip


#: Of these, nothing is known but that they cannot be read; ``fix`` must say so, not call them done.
UNDECODABLE = {"latin-1", "utf-16", "utf-32", "surrogate"}


@pytest.mark.parametrize("suffix", ["json", "yaml"])
@pytest.mark.parametrize(
    "command",
    [["check"], ["fix"], ["fix", "--diff"], ["fix", "--check"], ["fix", "--unsafe-fixes"]],
    ids=" ".join,
)
def test_no_named_file_passes_in_silence(command: list[str], suffix: str, tmp_path: Path, tally: Tally) -> None:
    file = tmp_path / f"td.{suffix}"
    bad = []
    for name, raw in UNCHECKED.items():
        file.write_bytes(raw)
        done = ecslint(*command, file.name, cwd=tmp_path)
        told = file.name in done.stdout + done.stderr
        codes = (1, 2, 3) if command[-1] not in ("--diff", "--check") else (0, 1, 2, 3)  # 0: nothing would change
        codes = (2,) if command[0] == "fix" and name in UNDECODABLE else codes
        same = file.read_bytes() == raw or re.search(r"^[1-9]\d* findings? fixed in 1 file", done.stderr, re.M)
        if done.returncode not in codes or not told or "Traceback" in done.stderr or not same:
            bad.append((name, done.returncode, done.stdout, done.stderr[-300:]))
    tally("named files that cannot be checked, passed in silence", len(UNCHECKED), len(bad))
    assert bad == []
