"""What docs/api.md promises of the Python API."""

from __future__ import annotations

import contextlib
import dataclasses
import inspect
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import ecslint

ROOT = Path(__file__).resolve().parent.parent


def surface() -> Iterator[str]:
    """What is public, a line each: names, signatures, bases, fields and their types."""
    for name in ecslint.__all__:
        value = getattr(ecslint, name)
        if not inspect.isclass(value):
            yield f"{name}{inspect.signature(value)}"
            continue
        bases = ", ".join(base.__name__ for base in value.__bases__ if base is not object)
        yield f"{name}({bases})" if bases else name
        if dataclasses.is_dataclass(value):
            yield from (f"    {field.name}: {field.type}" for field in dataclasses.fields(value))
        elif not issubclass(value, Exception):
            for method, function in inspect.getmembers(value, inspect.isfunction):
                if method == "__init__" or not method.startswith("_"):
                    yield f"    {method}{inspect.signature(function)}"


def test_the_public_surface_is_what_was_promised() -> None:
    promised = (ROOT / "tests" / "public_api.txt").read_text("utf-8")
    assert "\n".join(surface()) + "\n" == promised, "a change of what is public; docs/api.md says what it takes"


def samples() -> list[tuple[str, str]]:
    """(program, what it prints) of each block of the page."""
    page = (ROOT / "docs" / "api.md").read_text("utf-8")
    return re.findall(r"```python\n(.*?)```\n(?:```\n(.*?)```\n)?", page, re.DOTALL)


def test_samples_of_the_page_print_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    names: dict[str, Any] = {}
    for program, told in samples():
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(program, names)  # noqa: S102  # our own page
        assert out.getvalue() == told


def test_the_page_names_every_option_and_exception() -> None:
    page = (ROOT / "docs" / "api.md").read_text("utf-8")
    options = [*inspect.signature(ecslint.Linter).parameters]
    errors = [
        name
        for name in ecslint.__all__
        if isinstance(getattr(ecslint, name), type(ecslint.Error)) and issubclass(getattr(ecslint, name), ecslint.Error)
    ]
    assert [name for name in options if f"`{name}`" not in page] == []
    assert [name for name in errors if f"| `ecslint.{name}` |" not in page] == []


def test_mypy_accepts_the_samples_and_knows_the_names(tmp_path: Path) -> None:
    (tmp_path / "page.py").write_text("".join(program for program, _ in samples()))
    wrong = ("ecslint.nonsense", "ecslint.Linter(profile='x')", "ecslint.check('')[0].rule = ''", "ecslint.fix(b'')")
    (tmp_path / "wrong.py").write_text("import ecslint\n" + "\n".join(wrong) + "\n")
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--no-error-summary",
        "--config-file=",
        "--follow-imports=silent",
    ]
    env = {**os.environ, "MYPYPATH": str(ROOT)}
    files = [str(tmp_path / "page.py"), str(tmp_path / "wrong.py")]
    done = subprocess.run([*command, *files], cwd=ROOT, env=env, capture_output=True, text=True)
    found = re.findall(r"(\w+)\.py:(\d+): error: .*\[([\w-]+)\]", done.stdout)
    codes = ("attr-defined", "arg-type", "misc", "arg-type")
    assert found == [("wrong", str(line), code) for line, code in enumerate(codes, 2)], done.stdout
