"""What ecslint promises, and which tests try it: ``pytest tests -k promises`` runs them all and prints one table.

A test counts for the promise that names it, or else its file. What it tried are the cases that it gives to the
``tally`` fixture, else the examples of hypothesis, else the test itself; what was lost are the cases that it counts as
lost, else the failure of the test.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple


class Promise(NamedTuple):
    """One row of the table. ``tests`` are files below tests/, or ``file::function``."""

    text: str
    tests: tuple[str, ...]


PROMISES = {
    "R1": Promise(
        "JSON is read as RFC 8259 says: what is sound gives the standard library's data, what is not is a fault",
        ("syntax/test_json_conformance.py", "syntax/test_json.py", "syntax/test_json_faults.py"),
    ),
    "R2": Promise(
        "YAML gives the data that another parser gives, or a fault",
        ("syntax/test_yaml_kinds.py", "syntax/test_yaml.py"),
    ),
    "R3": Promise(
        "Faults that stop other tools stop ecslint neither with a traceback nor for long",
        ("cli/test_faults.py", "cli/test_input.py", "test_reading.py"),
    ),
    "R4": Promise("Any bytes can be checked, mended and reported", ("test_bytes.py", "cli/test_bytes.py")),
    "R5": Promise(
        "A fix changes what it says and nothing else, brings no new error, and a second run changes nothing",
        ("test_fixing.py", "test_suggestions.py"),
    ),
    "R6": Promise(
        "A file that is written is the old one or the new one, whatever fails",
        ("test_writing.py", "test_writing_locks.py", "test_writing_saves.py"),
    ),
    "R7": Promise(
        "Around an edit every byte stays: layout, quotes, comments, anchors, line ends",
        (
            "syntax/test_edit.py",
            "syntax/test_edit_json.py",
            "syntax/test_edit_yaml.py",
            "syntax/test_edit_cases.py",
            "syntax/test_edit_apart.py",
        ),
    ),
    "R8": Promise(
        "Nothing in a file or a policy acts in a terminal, a build server or a browser",
        (
            "cli/test_output_safety.py::test_nothing_escapes",
            "cli/test_output_safety.py::test_nothing_escapes_from_policies",
            "reporters/test_report_escaping.py",
        ),
    ),
    "R9": Promise(
        "SARIF is valid, and accepted by code scanning",
        ("reporters/test_report_sarif.py", "reporters/test_sarif_validator.py"),
    ),
    "R10": Promise(
        "Values that may be secret are shown nowhere",
        (
            "cli/test_secrets.py",
            "test_masking.py",
            "test_masking_places.py",
            "test_engine.py::test_hidden",
            "reporters/test_report_hunk.py",
        ),
    ),
    "R11": Promise("Nothing in a repository under test is executed", ("test_trust.py",)),
    "R12": Promise(
        "No connection is opened, no program started",
        (
            "cli/test_output_safety.py::test_no_command_opens_a_connection_or_starts_a_process",
            "cli/test_output_safety.py::test_the_package_imports_nothing_that_could",
        ),
    ),
    "R13": Promise(
        "No pattern takes long", ("regex/test_linear.py", "regex/test_globs.py", "ruleset/test_patterns.py")
    ),
    "R14": Promise("Depth, width, aliases, merges and digits are bounded", ("test_bombs.py",)),
    "R15": Promise(
        "The same files give the same bytes",
        (
            "cli/test_ci.py::test_surroundings_change_no_byte",
            "cli/test_ci.py::test_the_working_directory_changes_no_byte",
            "cli/test_streams.py::test_any_number_of_processes_and_any_surroundings_give_the_same_bytes",
        ),
    ),
    "R16": Promise(
        "A signal, a reader that goes away and a full disk end a run cleanly",
        (
            "test_parallel.py",
            "cli/test_closed_streams.py",
            "cli/test_ci.py::test_a_signal",
            "cli/test_ci.py::test_a_reader",
            "cli/test_ci.py::test_a_full_disk",
            "cli/test_ci.py::test_half_a_report",
        ),
    ),
    "R17": Promise("The exit code follows the table", ("cli/test_ci.py::test_exit_codes",)),
    "R18": Promise(
        "Nothing that was named passes in silence", ("cli/test_output_safety.py::test_no_named_file_passes_in_silence",)
    ),
    "R19": Promise("Changes to the code are noticed by a test", ("test_mutants.py",)),
    "R20": Promise("A finding points at the token that it speaks of", ("test_positions.py",)),
    "R21": Promise("What ECS accepts brings no error", ("test_precision.py", "test_rules.py")),
    "R22": Promise(
        "Two runs at once, or an editor beside one, lose nothing",
        ("test_writing.py::test_two_writers", "test_writing.py::test_an_editor"),
    ),
}


def of(test: str) -> str | None:
    """The promise that a test counts for, by its id (``tests/file.py::function[parameters]``)."""
    name = test.removeprefix("tests/")
    fitting = [(max(map(len, tests)), key) for key, promise in PROMISES.items() if (tests := _naming(promise, name))]
    return max(fitting)[1] if fitting else None  # who names the function wins over who names the file


def _naming(promise: Promise, name: str) -> list[str]:
    file = name.partition("::")[0]
    return [entry for entry in promise.tests if entry == file or ("::" in entry and name.startswith(entry))]


def table(tried: Counter[str], lost: Counter[str]) -> str:
    """The promises with what was tried and lost, as a table of Markdown."""
    rows = ["| | promise | tried | lost |", "| --- | --- | ---: | ---: |"]
    rows += [f"| {key} | {one.text}. | {tried[key]:,} | {lost[key]:,} |" for key, one in PROMISES.items()]
    return "\n".join(rows)
