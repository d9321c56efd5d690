#!/usr/bin/env python3
"""Try every fix on real files: what it may not touch stays, nothing gets worse, and botocore takes what comes out.

.ci/corpus.py FOLDER    exits with 1, and names the files, when a promise is broken; else tells the counts

One fix at a time is checked against an independent reading of the file. Then whole files are mended, with safe fixes
and with unsafe ones, too: a second run must change nothing, and no rule may find more errors than before. What
describe-task-definition has written, once it is mended and no errors are left, has to be input of
register-task-definition for botocore.
"""

from __future__ import annotations

import collections
import json
import os
import sys
from pathlib import Path

import botocore.session
import yaml
from botocore.validate import ParamValidator

from ecslint import document, engine, fixing
from ecslint.ruleset import bundle
from ecslint.syntax import edit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tests.syntax import edit_laws

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from ecslint.model import Edit, Finding, Operation

RULESET = bundle.load()
SETTINGS = engine.Settings(frozenset(range(RULESET.size)))
SLIPS = {"trailing-comma", "json-comment", "missing-comma", "single-quoted", "unquoted-key", "python-literal"}
SYNTAX = engine.Settings(
    frozenset(at for at in range(RULESET.size) if RULESET.rule(at).id in ("ECS001", "ECS002", "ECS003"))
)
REQUEST = botocore.session.get_session().get_service_model("ecs").operation_model("RegisterTaskDefinition").input_shape


def findings(text: str, name: str) -> list[Finding]:
    """What counts of a text."""
    found = engine.lint(document.parse(text.encode(), name), RULESET, SETTINGS)[0]
    return [finding for finding in found if finding.suppressed is None]


def errors(found: list[Finding]) -> collections.Counter[str]:
    """How many errors each rule has."""
    return collections.Counter(finding.rule for finding in found if finding.severity == "error")


def independent(text: str, language: str) -> Any:
    """The data of a text by another parser; None if that one cannot read it."""
    try:
        return json.loads(text) if language == "json" else yaml.load(text, yaml.BaseLoader)  # noqa: S506 - it makes texts, lists and mappings only
    except (ValueError, yaml.YAMLError, RecursionError):
        return None


def laws(text: str, new: str, language: str, operations: Sequence[Operation]) -> None:
    """Fails where an edit reaches into what no operation names, or the layout at the ends of lines is another one."""
    step = text
    for operation in operations:
        changes = edit.edits(step, language, [operation])
        edit_laws.assert_sorted(changes, step)
        edit_laws.assert_others_untouched(changes, edit_laws.scan(step, language).root, operation)
        step = edit.apply(step, changes)
    assert step == new, "its steps make another text"
    assert set(edit_laws.NEWLINES.findall(new)) <= set(edit_laws.NEWLINES.findall(text)) or "\n" not in text, (
        "line ends"
    )
    blanks = edit_laws.BLANKS_AT_END
    assert len(blanks.findall(new)) <= len(blanks.findall(text)), "blanks at the ends of lines"
    assert text.endswith(("\r", "\n")) == new.endswith(("\r", "\n")), "the end of the file"


def repeated(text: str, name: str, *, unsafe: bool) -> str:
    """What the edits of the findings make, round for round, without a look at what comes out."""
    while True:
        taken: list[Edit] = []
        for finding in sorted(findings(text, name), key=lambda one: (one.start, one.rule)):
            if finding.fix is None or (finding.fix.applicability == "unsafe" and not unsafe):
                continue
            try:
                edits = edit.edits(text, document.language_of(name, text), finding.fix.operations)
            except edit.Withheld:
                continue
            if all(one.end < other.start or other.end < one.start for one in edits for other in taken):
                taken += edits
        if not taken:
            return text
        text = edit.apply(text, sorted(taken, key=lambda one: (one.start, one.end)))


def single_fixes(text: str, name: str, counts: collections.Counter[str]) -> Iterator[str]:
    """What is wrong with the fix of each finding, made alone."""
    language = document.language_of(name, text)
    plain = independent(text, language)
    for finding in findings(text, name):
        if finding.fix is None:
            continue
        counts["fixes"] += 1
        try:
            edits = edit.edits(text, language, finding.fix.operations)
        except edit.Withheld:
            counts["fixes withheld"] += 1
            continue
        new = edit.apply(text, edits)
        try:
            laws(text, new, language, finding.fix.operations)
        except AssertionError as broken:
            yield f"{finding.rule} changes more than it says: {broken}"
        if plain is None:
            continue
        counts["fixes read by another parser"] += 1
        again = independent(new, language)
        if language == "json" and again != edit.applied(plain, finding.fix.operations):
            yield f"{finding.rule} means something else to another parser"
        if again is None:
            yield f"{finding.rule} cannot be read by another parser"


def whole_files(text: str, name: str, counts: collections.Counter[str]) -> Iterator[str]:
    """What is wrong with all fixes of a file, made together."""
    found = findings(text, name)
    before, rules = errors(found), {finding.rule for finding in found}
    for unsafe in (False, True):
        kind = "unsafe" if unsafe else "safe"
        once = fixing.mend(text, name, RULESET, SETTINGS, unsafe=unsafe)
        counts[f"findings mended ({kind})"] += len(once.fixed)
        counts[f"files changed ({kind})"] += once.text != text
        if not once.refused and once.text != repeated(text, name, unsafe=unsafe):
            yield f"{kind}: it changes more than the edits of the findings"
        if fixing.mend(once.text, name, RULESET, SETTINGS, unsafe=unsafe).text != once.text:
            yield f"{kind}: a second run changes it again"
        if errors(once.left) - before:
            yield f"{kind}: new errors: {dict(errors(once.left) - before)}"
        if {one.rule for one in once.left} - rules:
            yield f"{kind}: new findings: {sorted({one.rule for one in once.left} - rules)}"


def slips(text: str, name: str, counts: collections.Counter[str]) -> Iterator[str]:
    """What is wrong with a JSON text once its slips of syntax are mended, all of them."""
    read = document.parse(text.encode(), name)
    if read.language != "json" or read.data is None or not {fault.slug for fault in read.faults} & SLIPS:
        return
    counts["files with slips of syntax"] += 1
    mended = fixing.mend(text, name, RULESET, SYNTAX, unsafe=True)
    again = independent(mended.text, "json")
    if again is None and {fault.slug for fault in read.faults} <= SLIPS:
        yield f"slips of syntax are left: {[str(left.message) for left in mended.left]}"
    elif again is not None:
        counts["files with slips of syntax that other parsers then read"] += 1
        if again != read.data:
            yield "mended, its syntax means something else"


def registered(text: str, name: str, counts: collections.Counter[str]) -> Iterator[str]:
    """What botocore says of what describe-task-definition has written, once it is mended."""
    data = document.parse(text.encode(), name).data
    inner = data.get("taskDefinition", data) if isinstance(data, dict) else None
    if not isinstance(inner, dict) or "taskDefinitionArn" not in inner:
        return
    counts["exports"] += 1
    mended = fixing.mend(text, name, RULESET, SETTINGS)
    if errors([finding for finding in mended.left if finding.rule != "ECS020"]):
        return
    counts["exports without errors"] += 1
    data = document.parse(mended.text.encode(), name).data
    report = ParamValidator().validate(data.get("taskDefinition", data), REQUEST)
    if report.has_errors():
        yield f"botocore refuses it: {report.generate_report()}"


def main(folder: str) -> int:
    """Try all files of a folder; the exit code."""
    counts: collections.Counter[str] = collections.Counter()
    wrong = 0
    for path in sorted(Path(folder).rglob("*")):
        if path.suffix not in (".json", ".yaml", ".yml") or not path.is_file():
            continue
        try:
            text = path.read_bytes().decode()
        except UnicodeDecodeError:
            continue
        text = text.removeprefix("\ufeff")
        name = os.path.relpath(path, folder)
        if not engine.is_ecs(document.parse(text.encode(), name)):
            continue
        counts["files"] += 1
        for check in (single_fixes, whole_files, slips, registered):
            for problem in check(text, name, counts):
                wrong += 1
                print(f"{name}: {problem}")
    print(*(f"{kind}: {count}" for kind, count in counts.items()), f"broken promises: {wrong}", sep="\n")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
