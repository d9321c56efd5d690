"""The files of a folder are those that git would not ignore, in a stable order, under the names of the user."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecslint import discovery

FOLDERS = ["", "a", "a/b", "ab", "a b", "b"]
FILES = ["x.json", "a.yaml", "ab.yml", "#x.json", "!x.json", "x y.json", "b.JSON", "[x].json", "a]b.json", "a-b.json"]
FILES += ["é.json", "z.json", "a:b.json"]
OTHERS = ["x.txt", "json", "a.yaml.bak"]

SEGMENTS = [
    *("*", "**", "***", "?", "a", "b", "ab", "x.json", "*.json", "*.y?ml", "a*", "*b", "**b", "a?b*", "x y.json"),
    *("[ab]", "[!a]", "[^a]", "[a-x].json", "[!b-z]*", "[]a]*", "a[]]b.json", "[[:alpha:]].json", r"[\]a]*", "[a-]*"),
    *("[", "[a", "[!", "[]", "[]-a].json", "[a-]", "[z-a]", "[a/b]", "a[!x]b", "a[!x]b.json", "[[]x].json"),
    *(r"\#x.json", r"\!x.json", "#x.json", "!x.json", r"\a", r"\*", r"x\ y.json", r"a\?b", r"\[x\].json", "x.json\\"),
    *("[[:alpha:]", "[[:punct:]]*", "[[:cntrl:]a]*", "[[::]a]*", "[[:]a]*", "[[:x:]a]*", "[[:alpha:]-z]*"),
    *("?.json", "??.json", "[é]*", "*é*", "[[:print:]]*", r"[\-a]*", r"[!\]a]*", "a[\\", "[a-\\", r"[a-\z]*", "[--a]*"),
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
    missed: list[tuple[str, str]] = []
    found = sorted(os.path.relpath(name, root) for name in discovery.walk(str(root), missed))
    assert missed == []
    return found


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


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(IGNORES)
def test_walk_finds_what_git_lists(repository: Path, ignores: dict[str, str]) -> None:
    set_ignores(repository, ignores)
    assert walked(repository) == listed(repository)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(IGNORES)
def test_folder_of_a_repository_holds_what_the_repository_shows_of_it(
    repository: Path, ignores: dict[str, str]
) -> None:
    set_ignores(repository, ignores)
    below = [name.removeprefix("a/") for name in walked(repository) if name.startswith("a/")]
    if below:  # else the folder itself may be ignored, which counts no more once somebody names it
        assert walked(repository / "a") == below


def test_file_that_is_committed_to_no_branch_is_found(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    write(tmp_path, "new.json", "staged.yml")
    git(tmp_path, "add", "staged.yml")
    assert walked(tmp_path) == listed(tmp_path) == ["new.json", "staged.yml"]


def test_folders_of_tools_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path, *(os.path.join("a", folder, "x.json") for folder in discovery.SKIPPED_FOLDERS), "a/build/x.json")
    assert walked(tmp_path) == ["a/build/x.json"]


def test_ignored_folder_that_is_named_is_searched(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    write(tmp_path, "build/x.json")
    write(tmp_path, ".gitignore", text="build/\n")
    assert walked(tmp_path) == []
    assert walked(tmp_path / "build") == ["x.json"]


@pytest.mark.parametrize(("inside", "found"), [(True, ["b.json"]), (False, ["a.json", "b.json"])])
def test_ignore_file_above_counts_only_inside_a_repository(inside: bool, found: list[str], tmp_path: Path) -> None:
    if inside:
        git(tmp_path, "init", "--quiet")
    write(tmp_path, "deep/er/a.json", "deep/er/b.json")
    write(tmp_path, ".gitignore", text="a.json\n")
    assert walked(tmp_path / "deep" / "er") == found


def test_ignore_file_above_the_root_of_a_repository_counts_for_nothing(tmp_path: Path) -> None:
    write(tmp_path, "repository/a.json")
    write(tmp_path, ".gitignore", text="*.json\n")
    git(tmp_path / "repository", "init", "--quiet")
    assert walked(tmp_path / "repository") == listed(tmp_path / "repository") == ["a.json"]


def test_ignore_file_inside_counts_without_a_repository(tmp_path: Path) -> None:
    write(tmp_path, "a.json", "deep/a.json", "deep/b.json")
    write(tmp_path, "deep/.gitignore", text="a.json\n")
    assert walked(tmp_path) == ["a.json", "deep/b.json"]


def test_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path, "a/x.json")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "a" / "up").symlink_to(tmp_path / "a")
    (tmp_path / "folder.json").symlink_to(tmp_path / "a")
    (tmp_path / "nowhere.json").symlink_to(tmp_path / "missing.json")
    (tmp_path / "file.json").symlink_to(tmp_path / "a" / "x.json")
    assert walked(tmp_path) == ["a/x.json", "file.json"]


def test_link_to_a_folder_that_is_named_is_followed(tmp_path: Path) -> None:
    write(tmp_path, "a/x.json")
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert walked(tmp_path / "link") == ["x.json"]


def test_folder_that_vanishes_is_told_and_the_others_are_found(tmp_path: Path) -> None:
    write(tmp_path, "a.json", "b/x.json", "c/x.json")
    missed: list[tuple[str, str]] = []
    files = discovery.walk(str(tmp_path), missed)
    found = [next(files)]
    shutil.rmtree(tmp_path / "b")
    assert [os.path.relpath(name, tmp_path) for name in [*found, *files]] == ["a.json", "c/x.json"]
    assert missed == [(str(tmp_path / "b"), "the folder cannot be listed: No such file or directory")]


def test_folders_are_told_under_the_names_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "b/c/x.json")
    os.mkfifo(tmp_path / "b" / ".gitignore")
    monkeypatch.chdir(tmp_path)
    for named, shown in ((".", "b/.gitignore"), ("./b", "./b/.gitignore"), ("b/", "b/.gitignore")):
        missed: list[tuple[str, str]] = []
        assert list(discovery.discover([named], missed)) == []
        assert [name for name, _ in missed] == [shown]


def test_ignored_folder_that_cannot_be_listed_is_nobodys_business(tmp_path: Path) -> None:
    write(tmp_path, "a.json", "b/x.json")
    write(tmp_path, ".gitignore", text="b/\n")
    os.mkfifo(tmp_path / "b" / ".gitignore")
    missed: list[tuple[str, str]] = []
    assert [os.path.basename(name) for name in discovery.walk(str(tmp_path), missed)] == ["a.json"]
    assert missed == []


def test_folder_and_dangling_link_are_no_ignore_file(tmp_path: Path) -> None:
    write(tmp_path, "a.json", "b/b.json")
    (tmp_path / ".gitignore").mkdir()
    (tmp_path / "b" / ".gitignore").symlink_to("nowhere")
    assert walked(tmp_path) == ["a.json", "b/b.json"]


def test_ignore_file_may_hold_bytes_that_are_not_utf_8(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    for name in (b"\xe9.json", b"a.json", b"b.json"):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).touch()
    (tmp_path / ".gitignore").write_bytes(b"\xe9.json\na.json\n")
    assert walked(tmp_path) == ["b.json"]


@pytest.mark.parametrize(
    ("named", "found"),
    [
        (["."], ["a.json", "b/x.json", "b/y.json"]),
        (["./"], ["./a.json", "./b/x.json", "./b/y.json"]),
        (["b"], ["b/x.json", "b/y.json"]),
        (["b/"], ["b/x.json", "b/y.json"]),
        (["./b"], ["./b/x.json", "./b/y.json"]),
        (["../w/b"], ["../w/b/x.json", "../w/b/y.json"]),
        (["b/y.json", "b"], ["b/y.json", "b/x.json"]),
        (["b", ".", "a.json", "b"], ["b/x.json", "b/y.json", "a.json"]),
        (["a.json", "-", "a.json", "-"], ["a.json", "-"]),
        (["missing.json", "b.txt"], ["missing.json", "b.txt"]),
    ],
)
def test_files_have_the_names_that_the_user_writes_and_come_once(
    named: list[str], found: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "w/a.json", "w/b/y.json", "w/b/x.json")
    monkeypatch.chdir(tmp_path / "w")
    assert [name for name, _ in discovery.discover(named, [])] == found


def test_named_files_are_told_from_found_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a.json", "b/x.json")
    monkeypatch.chdir(tmp_path)
    assert list(discovery.discover(["a.json", "b", "-"], [])) == [("a.json", True), ("b/x.json", False), ("-", True)]


@settings(max_examples=20, deadline=None)
@given(order=st.permutations(["b.json", "a.json", "a/z.json", "a/b/c.json", "a-/y.json", "Z/x.yml", "é.json"]))
def test_order_is_that_of_the_names(order: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    root = tmp_path_factory.mktemp("order")
    write(root, *order)
    found = [os.path.relpath(name, root) for name in discovery.walk(str(root), [])]
    assert found == ["a.json", "b.json", "é.json", "Z/x.yml", "a/z.json", "a/b/c.json", "a-/y.json"]


def test_the_nearest_folder_with_git_is_the_repository(tmp_path: Path) -> None:
    write(tmp_path, "a/b/td.json", "a/.git/HEAD")
    assert discovery.repository(str(tmp_path / "a" / "b")) == str(tmp_path / "a")
    assert discovery.repository(str(tmp_path / "a")) == str(tmp_path / "a")


def test_there_may_be_no_repository(tmp_path: Path) -> None:
    if discovery.repository(os.path.dirname(tmp_path)) is None:
        assert discovery.repository(str(tmp_path)) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("td.json", "w/td.json"),
        ("./x/../td.json", "w/td.json"),
        ("../td.json", "td.json"),
        ("link.json", "v/td.json"),
        ("missing.json", "w/missing.json"),
        ("../../outside.json", "OUTSIDE/outside.json"),
    ],
)
def test_a_path_starts_from_the_root_and_links_are_resolved(
    name: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "repo/v/td.json", "repo/w/td.json")
    (tmp_path / "repo" / "w" / "link.json").symlink_to("../v/td.json")
    (tmp_path / "alias").symlink_to("repo")
    monkeypatch.chdir(tmp_path / "repo" / "w")
    expected = expected.replace("OUTSIDE", str(tmp_path))
    for root in ("repo", "alias"):
        assert discovery.from_root(name, str(tmp_path / root)) == expected
