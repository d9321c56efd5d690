"""Everything that ecslint does with the bytes of a file, and what must be true of it whatever they are.

tests/test_bytes.py and the fuzzer (scripts/fuzz.py) share it.
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from functools import lru_cache
from html.parser import HTMLParser

from ecslint import document, engine, fixing, suggestions
from ecslint.cli.words import FORMATS
from ecslint.model import Finding, Report, Source
from ecslint.reporters import sarif
from ecslint.reporters import text as for_people
from ecslint.ruleset import bundle
from tests.reporters.samples import rendered

EXIT_CODES = (0, 1, 2, 3)
#: What may stand in a report of any format; newlines end lines.
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")


@lru_cache(maxsize=1)
def rules() -> bundle.Ruleset:
    return bundle.load()


@lru_cache(maxsize=1)
def settings() -> engine.Settings:
    """All rules, and all that reports may show."""
    made = engine.Settings(frozenset(range(rules().size)), excerpts=True)
    made.fixes = True
    return made


def survey(raw: bytes, name: str) -> str:
    """Check, report and mend some bytes; what kind of file they were. Fails where a promise is broken."""
    parsed = document.parse(raw, name)
    text = parsed.text
    found = engine.look(parsed, rules(), settings())
    if found is None:
        return "no ECS document"
    findings, source = found
    for finding in findings:
        assert 0 <= finding.start <= finding.end <= len(text)
        assert finding.message
    again, _ = engine.lint(document.parse(raw, name), rules(), settings())
    assert list(map(essence, again)) == list(map(essence, findings))
    report(findings, source, name)
    if is_text(raw):
        mend(text, name)
    else:
        assert [one.rule for one in findings], "bytes that are no text are a finding"
    if not parsed.faults:
        return "sound" if not findings else "with findings"
    return "with faults" if parsed.data is not None else "not to be read"


def essence(finding: Finding) -> tuple[str, int, str]:
    return finding.rule, finding.start, finding.message


def is_text(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def report(findings: list[Finding], source: Source | None, name: str) -> None:
    """Write the report of one file in each format; all can be read back."""
    sources = {name: source} if source is not None else {}
    made = Report(findings, files=[name], sources=sources)
    if source is not None:
        suggestions.judge(findings, source.masks)
    for kind in FORMATS:
        text = written(kind, made)
        text.encode("utf-8")
        acting = CONTROL.search(text)
        assert acting is None, f"{kind}: {acting}"
        read_back(kind, text, len(findings))


def written(kind: str, made: Report) -> str:
    """The text of a report in a format."""
    if kind in ("full", "concise"):
        return for_people.render(made, style=kind)
    return sarif.render(made) if kind == "sarif" else rendered(kind, made)


def read_back(kind: str, text: str, count: int) -> None:
    """Read a report as its readers do; JSON has an entry for each finding."""
    if kind == "json":
        assert len(json.loads(text)["findings"]) == count
    elif kind == "sarif":
        assert len(json.loads(text)["runs"][0]["results"]) == count
    elif kind in ("gitlab", "rdjson"):
        json.loads(text)
    elif kind == "json-lines":
        assert len([json.loads(line) for line in text.splitlines()]) >= count
    elif kind == "junit":
        ET.fromstring(text)  # noqa: S314 - our own report
    elif kind == "html":
        HTMLParser().feed(text)
    elif kind == "github":
        assert all(
            line.startswith(("::error ", "::warning ", "::notice ")) for line in text.splitlines() if "::" in line
        )


def mend(text: str, name: str) -> None:
    """Mend a text; what comes out can be written, is none the worse, and is done."""
    for unsafe in (False, True):
        once = fixing.mend(text, name, rules(), settings(), unsafe=unsafe)
        once.text.encode("utf-8")
        assert once.fixed or once.text == text, "changed without a fix"
        assert fixing.mend(once.text, name, rules(), settings(), unsafe=unsafe).text == once.text
        before, after = (document.parse(one.encode("utf-8"), name) for one in (text, once.text))
        assert after.data is not None or before.data is None, "cannot be read any more"
