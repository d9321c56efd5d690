"""The command ``init``: a configuration to start from, a hook and a workflow; what is there already stays."""

from __future__ import annotations

import json
import os
import textwrap

from ecslint import __version__, api, discovery, reading, writing
from ecslint.cli.output import Trouble, write
from ecslint.cli.showing import properties
from ecslint.discovery import CONFIG_FILE
from ecslint.escaping import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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


#: What names ecslint in the configuration of a hook or a workflow.
NAMED = ("ecslint/ecslint", "id: ecslint", "pip install ecslint")


def execute(*, pre_commit: bool, github_action: bool) -> int:
    """Write the files that are asked for, and say so; the exit code. Raises Trouble if one cannot be written."""
    root = discovery.repository(os.curdir)
    if (pre_commit or github_action) and root is not None and not os.path.samefile(root, os.curdir):
        raise Trouble(f"hooks and workflows belong to the root of the repository: run it in {os.path.relpath(root)}")
    above = api.configurations([], {})[""]  # which refuses a configuration under a wrong name
    if above is None or os.path.dirname(above) == os.getcwd():
        if not put(CONFIG_FILE, configuration()):
            write(f"{CONFIG_FILE} exists and is left as it is\n", None)
    else:
        note = f"a {CONFIG_FILE} in this folder would take its place, not add to it"
        write(f"{visible(os.path.relpath(above))} is in force here, so nothing is written: {note}\n", None)
    if pre_commit:
        add(HOOK_FILE, HOOK, [HOOK_FILE])
    if github_action:
        folder = os.path.dirname(WORKFLOW_FILE)
        there = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
        workflows = [os.path.join(folder, name) for name in there if name.endswith((".yaml", ".yml"))]
        add(WORKFLOW_FILE, WORKFLOW, workflows)
    return 0


def add(path: str, text: str, others: Iterable[str]) -> None:
    """Write a file, unless one of the others names ecslint; if there is one already, say what to add to it."""
    known = next((other for other in others if names_ecslint(other)), None)
    if known is not None:
        write(f"{visible(known)} runs ecslint already and is left as it is\n", None)
    elif not put(path, text):
        write(f"{path} exists and is left as it is; add to it:\n{textwrap.indent(text, '    ')}", None)


def names_ecslint(path: str) -> bool:
    """Whether a file names ecslint in a line that is no comment."""
    try:
        lines = reading.read(path).decode("utf-8", "replace").splitlines()
    except reading.Unreadable:
        return False
    return any(name in line.partition("#")[0] for line in lines for name in NAMED)


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
