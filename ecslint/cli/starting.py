"""The command ``init``: a configuration to start from, a hook and a workflow; what is there already stays."""

from __future__ import annotations

import json
import textwrap

from ecslint import __version__, writing
from ecslint.cli.output import Trouble, write
from ecslint.cli.showing import properties
from ecslint.discovery import CONFIG_FILE
from ecslint.escaping import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

HEAD = """\
# How ecslint checks the files in this folder and below. Each field stands here with an example; remove the `#`
# before a field that you want to set. What is not set keeps its default: `ecslint config` lists them.
"""

HOOK_FILE = ".pre-commit-config.yaml"
HOOK = f"""\
repos:
  - repo: https://github.com/ecslint/ecslint
    rev: v{__version__}
    hooks:
      - id: ecslint
"""

WORKFLOW_FILE = ".github/workflows/ecslint.yaml"
WORKFLOW = f"""\
name: ecslint
on:
  push:
    branches: [main]
  pull_request:
permissions: {{}}
jobs:
  ecslint:
    runs-on: ubuntu-latest
    permissions:
      contents: read
      security-events: write # for code scanning
    steps:
      - uses: actions/checkout@v4
        with:
          persist-credentials: false
      - uses: ecslint/ecslint@v{__version__}
"""


def execute(*, pre_commit: bool, github_action: bool) -> int:
    """Write the files that are asked for, and say so; the exit code. Raises Trouble if one cannot be written."""
    wanted = {CONFIG_FILE: configuration()}
    wanted |= {HOOK_FILE: HOOK} if pre_commit else {}
    wanted |= {WORKFLOW_FILE: WORKFLOW} if github_action else {}
    left = {path: text for path, text in wanted.items() if not put(path, text)}
    for path, text in left.items():
        if path == CONFIG_FILE:
            write(f"{path} exists and is left as it is\n", None)
        else:
            write(f"{path} exists and is left as it is; add to it:\n{textwrap.indent(text, '    ')}", None)
    return 0


def put(path: str, text: str) -> bool:
    """Write a new file, and say so; whether there was none. Raises Trouble."""
    try:
        writing.create(path, text.encode())
    except FileExistsError:
        return False
    except OSError as error:
        raise Trouble(f"cannot write {path}: {error.strerror or error}") from None
    write(f"{visible(path)} is written\n", None)
    return True


def configuration() -> str:
    """A configuration with all fields as comments, each with what it is for and an example."""
    return HEAD + "".join(f"{line}\n" for name, field in properties() for line in _field(name, field))


def _field(name: str, field: dict[str, object]) -> Iterator[str]:
    yield ""
    for line in textwrap.wrap(str(field["description"]), 96):
        yield f"# {line}"
    examples = field["examples"]
    assert isinstance(examples, list)
    yield f"# {name}: {_flow(examples[0])}"


def _flow(value: object) -> str:
    """A value in YAML's flow style."""
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_flow(inner)}' for key, inner in value.items())}}}"
    text = str(value)
    return json.dumps(text) if ":" in text else text
