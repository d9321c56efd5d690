"""The files of a folder are those that git would not ignore, in a stable order, under the names of the user."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ecslint import discovery

FOLDERS = ["", "a", "a/b", "ab", "a b", "b"]
FILES = ["x.json", "a.yaml", "ab.yml", "#x.json", "!x.json", "x y.json", "b.JSON", "[x].json", "a]b.json", "a-b.json"]
OTHERS = ["x.txt", "json", "a.yaml.bak"]

SEGMENTS = [
    *("*", "**", "***", "?", "a", "b", "ab", "x.json", "*.json", "*.y?ml", "a*", "*b", "**b", "a?b*", "x y.json"),
    *("[ab]", "[!a]", "[^a]", "[a-x].json", "[!b-z]*", "[]a]*", "a[]]b.json", "[[:alpha:]].json", r"[\]a]*", "[a-]*"),
    *("[", "[a", "[!", "[]", "[]-a].json", "[a-]", "[z-a]", "[a/b]", "a[!x]b", "a[!x]b.json", "[[]x].json"),
    *(r"\#x.json", r"\!x.json", "#x.json", "!x.json", r"\a", r"\*", r"x\ y.json", r"a\?b", r"\[x\].json", "x.json\\"),
    *("json", "(a)", "a+", "a|b", "x.js.n", "$", "^a", "{a,b}", ".*", "."),
]
#: Not before a slash, where git takes ``a**/b`` for ``a`` and ``**/b`` against its own manual.
LAST_SEGMENTS = ["a**b*", "a**.json"]
PATTERNS = st.builds(
    lambda sign, slash, segments, last, end, blanks: sign + slash + "/".join([*segments, last]) + end + blanks,
    st.sampled_from(["", "", "", "!"]),
    st.sampled_from(["", "", "/"]),
    st.lists(st.sampled_from(SEGMENTS), max_size=2),
    st.sampled_from(SEGMENTS + LAST_SEGMENTS),
    st.sampled_from(["", "", "/", "//"]),
    st.sampled_from(["", "", "", " ", "  ", "\\ ", "\t", " \\ "]),
)
LINES = PATTERNS | st.sampled_from(["", "# x.json", "#", "!", "/", "\\", " ", "\ufeffa"])
IGNORES = st.dictionaries(
    st.sampled_from(["", "", "a", "a/b", "ab"]),
    st.builds(
        lambda lines, newline: newline.join(lines), st.lists(LINES, max_size=4), st.sampled_from(["\n", "\n", "\r\n"])
    ),
    max_size=3,
)


def git(folder: Path, *arguments: str) -> str:
    """What git says in this folder, without anybody's own configuration."""
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    run = subprocess.run(
        ["git", "-C", str(folder), *arguments], env={**os.environ, **alone}, capture_output=True, text=True, check=True
    )
    return run.stdout


def write(root: Path, *names: str, text: str = "") -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8", newline="")


def listed(root: Path) -> list[str]:
    """The files that git knows of or would add, if they have one of our suffixes."""
    names = git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    return sorted(name for name in names if name.lower().endswith(discovery.SUFFIXES))


def walked(root: Path) -> list[str]:
    return sorted(os.path.relpath(name, root) for name in discovery.walk(str(root)))


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository in which the same files stand in several folders."""
    root = tmp_path_factory.mktemp("repository")
    git(root, "init", "--quiet")
    write(root, *(os.path.join(folder, name) for folder in FOLDERS for name in FILES + OTHERS))
    return root


def set_ignores(root: Path, ignores: dict[str, str]) -> None:
    for folder in FOLDERS:
        (root / folder / ".gitignore").unlink(missing_ok=True)
    for folder, text in ignores.items():
        write(root, os.path.join(folder, ".gitignore"), text=text)


@settings(max_examples=3000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(IGNORES)
def test_walk_finds_what_git_lists(repository: Path, ignores: dict[str, str]) -> None:
    set_ignores(repository, ignores)
    assert walked(repository) == listed(repository)
