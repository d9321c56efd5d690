"""The span of every finding, cut from the source, is the key or value that its pointer names."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ecslint import document, engine, testing
from ecslint.model import Finding, Label, Rule, Unknown
from ecslint.ruleset.bundle import Ruleset
from ecslint.syntax import placeholders, yaml
from tests.bundled import RULES

#: A folder of real files to try as well; .ci/run names one where it can.
CORPUS = os.environ.get("ECSLINT_CORPUS", "")


def value_at(data: Any, pointer: str) -> Any:
    """The value that an RFC 6901 pointer names. Raises when there is none."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        data = data.value if isinstance(data, Unknown) and data.tag else data  # what a function of a template is given
        if type(data) is list:
            data = data[int(key)]
        else:
            data = next(value for name, value in data.items() if str(getattr(name, "raw", name)) == key)
    return data


def read(language: str, text: str) -> Any:
    if language == "json":
        data = [document.parse(text.encode("utf-8", "surrogatepass"), "cut.json").data]
    else:
        data = [yaml.scan(text).data]
    placeholders.lift(data)
    return data[0]


def misplaced(parsed: document.Document, place: Finding | Label) -> str | None:
    """What is wrong with a span, or None."""
    cut = parsed.text[place.start : place.end]
    wanted = value_at(parsed.data, place.pointer)
    key = place.pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
    if parsed.language == "yaml" and (cut[:1] in ("|", ">") or "*" in cut):
        return None  # block scalars and aliases have no meaning out of their place
    if parsed.language == "yaml" and type(wanted) in (dict, list):
        return None if "\n" in cut or read("yaml", cut) == wanted or cut.strip("\"'") == key else repr(cut)
    if isinstance(wanted, Unknown):
        wanted = wanted.raw  # what makes it one may be its key
    alone = read(parsed.language, cut) if cut else None
    if cut and (getattr(alone, "raw", alone) == wanted or cut.strip("\"'") == key or json_string(cut) == key):
        return None
    return None if cut == "" and wanted is None else f"{cut!r} is neither {key!r} nor {wanted!r}"


def json_string(text: str) -> str | None:
    try:
        return str(json.loads(text))
    except ValueError:
        return None


def problems(raw: bytes, name: str, ruleset: Ruleset, launch_type: str | None = None) -> Iterator[str]:
    for excerpts in (False, True):  # with and without all positions
        parsed = document.parse(raw, name)
        settings = engine.Settings(frozenset(range(ruleset.size)), launch_type=launch_type, excerpts=excerpts)
        for finding in engine.lint(parsed, ruleset, settings)[0]:
            if finding.kind == "document":
                continue
            for place in (finding, *finding.related):
                problem = misplaced(parsed, place)
                if problem:
                    yield f"{name}: {finding.rule} {place.pointer}: {problem}"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_spans_of_examples(rule: Rule, ruleset: Ruleset) -> None:
    found = []
    for example in rule.docs["examples"]["bad"]:
        language = "json" if testing.text_of(example["code"]).lstrip().startswith(("{", "[")) else "yaml"
        found += problems(
            testing.text_of(example["code"]).encode(), f"x.{language}", ruleset, example.get("launch-type")
        )
    assert found == []


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("indent", [None, 0, 2, 4, "\t"])
def test_spans_in_any_layout(newline: str, indent: int | str | None, ruleset: Ruleset) -> None:
    with open("examples/seven-faults.json", encoding="utf-8") as file:
        text = json.dumps(json.load(file), indent=indent, ensure_ascii=False).replace("\n", newline)
    for raw in (text.encode(), b"\xef\xbb\xbf" + text.encode(), text.replace("web", "wéb🚀").encode()):
        assert list(problems(raw, "x.json", ruleset)) == []


def test_spans_of_real_files(ruleset: Ruleset) -> None:
    found = []
    for path in sorted(Path(CORPUS).rglob("*")) if CORPUS else sorted(Path("examples").rglob("*.json")):
        if path.suffix in (".json", ".yaml", ".yml") and path.is_file():
            found += problems(path.read_bytes(), str(path), ruleset)
    assert found == []
