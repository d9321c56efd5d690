"""A repository that means harm: its files are data, so nothing of it is executed, and nothing outside of it is read.

Each repository is checked in a process of its own, which watches itself (``sys.addaudithook``). Beside it lies a
folder that does not belong to it, and a file that only planted code would write.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

#: Runs ecslint and tells what it opens, lists, starts or connects to outside of some folders.
WATCHER = """
import os, sys
from ecslint.cli import run  # what Python itself reads at its start is not judged
allowed = tuple(os.path.join(os.path.realpath(folder), "") for folder in sys.argv[1].split(os.pathsep))
seen = []
def watch(event, arguments):
    if event in ("open", "os.listdir", "os.scandir") and isinstance(arguments[0], (str, bytes)):
        path = os.path.join(os.path.realpath(os.fsdecode(arguments[0])), "")
        if not path.startswith(allowed) and not path.startswith(("/dev/", "/proc/", "/sys/")):
            seen.append(f"{event} {path}")
    elif event.startswith(("subprocess.", "os.system", "os.exec", "os.posix_spawn", "socket.", "urllib.", "ctypes.")):
        seen.append(event)
sys.addaudithook(watch)
code = run(sys.argv[2:])
sys.stdout.flush()
print("".join(f"\\nWATCHED {line}" for line in seen), file=sys.stderr)
sys.exit(code)
"""

PLANTED = "open({canary!r}, 'w').write('executed')\n"
TOLD = "CANARY-7f3a"  # what stands in the files outside
DOCUMENT = '{"family": "web", "containerDefinitions": [{"name": "web", "image": "nginx:1.27", "memory": 128}]}\n'
POLICY = """\
id: ACME001
slug: canary
title: A policy that is sound
given: containerDefinitions[].image
then: {schema: {pattern: "^registry/"}}
message: "not from our registry"
"""


class Planted:
    """A repository in its folder, a folder outside of it, and the file that planted code would write."""

    def __init__(self, folder: Path) -> None:
        self.outside = folder / "outside"
        self.outside.mkdir()
        self.repository = folder / "work" / "repository"
        (self.repository / ".git").mkdir(parents=True)
        self.canary = folder / "executed"
        self.code = PLANTED.format(canary=str(self.canary))
        self.write("task-definition.json", DOCUMENT)

    def write(self, name: str, text: str) -> None:
        path = self.repository / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def policy(self, old: str = "", new: str = "") -> None:
        """A policy with one change, in a folder that the configuration names."""
        assert old in POLICY
        self.write(".ecslint.yaml", "rules: [policies]\n")
        self.write("policies/ACME001.yaml", POLICY.replace(old, new, 1))

    def check(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Check the repository, watched."""
        python = {sys.prefix, sys.base_prefix, os.path.dirname(os.__file__), *filter(os.path.isdir, sys.path)}
        allowed = os.pathsep.join([str(self.repository), str(ROOT), *python])
        command = [sys.executable, "-P" if sys.version_info >= (3, 11) else "-I", "-c", WATCHER, allowed]
        run = subprocess.run(
            [*command, *(words or ("task-definition.json",))],
            cwd=self.repository,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert "Traceback" not in run.stderr
        assert "WATCHED" not in run.stderr
        self.assert_harmless(run)
        return run

    def assert_harmless(self, run: subprocess.CompletedProcess[str]) -> None:
        assert not self.canary.exists()
        assert not (self.repository / self.canary.name).exists()
        assert TOLD not in run.stdout + run.stderr


@pytest.fixture
def planted(tmp_path: Path) -> Planted:
    return Planted(tmp_path)


def refused(run: subprocess.CompletedProcess[str], text: str) -> None:
    assert (run.returncode, run.stdout) == (2, "")
    assert text in run.stderr


def test_the_watcher_sees_what_is_read_outside(planted: Planted) -> None:
    (planted.outside / "td.json").write_text(DOCUMENT, encoding="utf-8")
    with pytest.raises(AssertionError, match="WATCHED"):
        planted.check("../../outside/td.json")


def test_sound_policy_is_heeded(planted: Planted) -> None:
    planted.policy()
    run = planted.check()
    assert run.returncode == 1
    assert "error[ACME001]: not from our registry" in run.stdout


@pytest.mark.parametrize("key", ["plugins", "extends", "require", "append_rules", "external-checks-dir", "checks"])
def test_no_key_of_a_configuration_names_code(key: str, planted: Planted) -> None:
    planted.write("evil.py", planted.code)
    planted.write("evil/__init__.py", planted.code)
    planted.write(".ecslint.yaml", f"{key}: [evil, evil.py]\n")
    refused(planted.check(), f"'{key}' is not a field here")


@pytest.mark.parametrize("output", ["full", "json", "sarif", "html", "junit"])
@pytest.mark.parametrize("start", [["-m", "ecslint"], ["-P", "-m", "ecslint"]])
def test_modules_of_the_working_folder_are_not_imported(start: list[str], output: str, planted: Planted) -> None:
    if "-P" in start and sys.version_info < (3, 11):
        pytest.skip("Python 3.10 knows no -P")
    planted.policy()
    modules = "json yaml rich click jsonschema re string typing gc html hashlib difflib xml sitecustomize conftest"
    for name in modules.split():
        planted.write(f"{name}.py", planted.code)
    planted.write("ecslint.pth", f"import {planted.code}")
    if start[0] == "-m":  # Python itself imports a package of that name before ecslint has a say
        planted.write("checks.py", planted.code)
    run = subprocess.run(
        [sys.executable, *start, "--output-format", output, "task-definition.json"],
        cwd=planted.repository,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert (run.returncode, run.stderr) == (1, "")
    planted.assert_harmless(run)


def planted_package(planted: Planted) -> None:
    """A folder of the repository that looks like a package with policies."""
    planted.write("acme_rules/__init__.py", planted.code)
    planted.write("acme_rules/pack.yaml", "name: acme\n")
    planted.write("acme_rules/ACME001.yaml", POLICY)
    planted.write(".ecslint.yaml", "rules: ['pkg:acme_rules']\n")


def test_folder_of_the_repository_is_no_package(planted: Planted) -> None:
    planted_package(planted)
    refused(planted.check(), "no installed package 'acme_rules' has a pack.yaml")


def test_path_is_no_package(planted: Planted) -> None:
    planted_package(planted)
    planted.write(".ecslint.yaml", "rules: ['pkg:../acme_rules', 'pkg:os.path', 'pkg:']\n")
    refused(planted.check(), "is not the name of a Python package")


def elsewhere(planted: Planted) -> None:
    (planted.outside / "ACME001.yaml").write_text(POLICY.replace("registry", TOLD), encoding="utf-8")
    (planted.outside / "conditions.yaml").write_text(f"{TOLD}: true\n", encoding="utf-8")
    (planted.outside / ".ecslint.yaml").write_text(f"select: [{TOLD}]\n", encoding="utf-8")


def link(name: str, target: str) -> Callable[[Planted], None]:
    def make(planted: Planted) -> None:
        path = planted.repository / name
        path.parent.mkdir(exist_ok=True)
        path.symlink_to(planted.outside / target)

    return make


@pytest.mark.parametrize(
    ("entry", "make"),
    [
        ("../../outside", None),
        ("policies/../../../outside/ACME001.yaml", None),
        ("OUTSIDE", None),
        ("linked", link("linked", ".")),
        ("linked.yaml", link("linked.yaml", "ACME001.yaml")),
        ("policies", link("policies/linked.yaml", "ACME001.yaml")),
        ("policies", link("policies/conditions.yaml", "conditions.yaml")),
        ("policies", link("policies/tables", ".")),
    ],
)
def test_no_policy_lies_outside(entry: str, make: Callable[[Planted], None] | None, planted: Planted) -> None:
    elsewhere(planted)
    planted.write("policies/note.txt", "")
    planted.write(".ecslint.yaml", f"rules: ['{entry.replace('OUTSIDE', str(planted.outside))}']\n")
    if make is not None:
        make(planted)
    refused(planted.check(), "out of the repository")


def test_link_to_a_folder_is_not_followed(planted: Planted) -> None:
    elsewhere(planted)
    planted.policy()
    (planted.repository / "policies" / "more").symlink_to(planted.outside)
    assert planted.check().returncode == 1


def test_configuration_that_is_a_link_out_is_not_read(planted: Planted) -> None:
    elsewhere(planted)
    link(".ecslint.yaml", ".ecslint.yaml")(planted)
    refused(planted.check(), "a link that leads out of the repository")


def test_baseline_lies_in_the_repository(planted: Planted) -> None:
    (planted.outside / "baseline.json").write_text(TOLD, encoding="utf-8")
    planted.write(".ecslint.yaml", "baseline: ../../outside/baseline.json\n")
    refused(planted.check(), "the baseline must lie in the folder of this file or below")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"not from our registry"', "!!python/object/apply:os.system ['touch ../../executed']", "tags"),
        ("then:", "then: !!python/name:os.system x\nold:", "tags"),
        ("schema: {pattern", "schema: {$ref: 'file:///etc/passwd', pattern", "no condition is named 'file:///etc/passwd'"),
        ("schema: {pattern", "schema: {$ref: 'https://example.com/a.json', pattern", "no condition is named 'https:"),
        ("schema: {pattern", "schema: {const: !secret 7, pattern", "tags are not supported"),
        ("schema: {pattern", "schema: {minimum: .inf, pattern", "is not a JSON number"),
        ("schema: {pattern", "schema: {minLength: '__import__', pattern", "must be an integer"),
        ('{schema: {pattern: "^registry/"}}', "{check: __import__}", "no check is named"),
        ('{schema: {pattern: "^registry/"}}', "{python: print}", "must hold one of schema, check or source"),
        ("id: ACME001", 'id: "ACME001\\n"', "must be one line"),
        ("slug: canary", 'slug: "canary\\n"', "must be one line"),
        ("id: ACME001", 'id: "ACME001(a):\\n  import os\\n#001"', "must be capital letters and three digits"),
        ("id: ACME001", "id: ACME001\nkind: document", "policies judge resources: account-setting, agent, "),
        ("id: ACME001", "id: ECS001", "only bundled rules have ids that begin with ECS"),
        ("slug: canary", "slug: host-port-mismatch", "host-port-mismatch is the name of a bundled rule, too"),
        ("not from our registry", "{value.__class__.__mro__}", "is not a value of this rule"),
        ("not from our registry", "{value:>999999999}", "may not say how it is written"),
        ("not from our registry", "{value!r}", "may not say how it is written"),
        ("given: containerDefinitions[].image", f"given: '{'*.' * 40}b'", "a path of more than 8 steps"),
        ('{pattern: "^registry/"}', "{not: " * 40 + "true" + "}" * 40, "nested more than 8 deep"),
        ('{pattern: "^registry/"}', "{source: parser}", "keyword 'source'"),
        ('{pattern: "^registry/"}', "{pattern: '(?=a)b'}", "assert is not supported"),
        ('{pattern: "^registry/"}', r"{pattern: '(a)\1'}", "groupref is not supported"),
        ('{pattern: "^registry/"}', "{pattern: '(?i)a'}", "flags"),
    ],
)  # fmt: skip
def test_policy_that_means_harm_is_refused(old: str, new: str, told: str, planted: Planted) -> None:
    planted.policy(old, new)
    refused(planted.check(), told)


LABELS = "containerDefinitions[].dockerLabels"
HOSTILE = """'''\\"); open('executed', 'w') #{family}"""


def test_texts_of_a_policy_never_become_code(planted: Planted) -> None:
    text = (HOSTILE + r"\n\r\u2028").replace("'", r"\u0027")
    schema = (
        f'{{properties: {{"{text}": {{const: "{text}"}}}}, required: ["{text}"], '
        f'dependentRequired: {{"{text}": ["{text}"]}}, not: {{enum: ["{text}", {{"{text}": ["{text}"]}}]}}}}'
    )
    planted.policy('{pattern: "^registry/"}', schema)
    planted.write(
        "policies/ACME002.yaml",
        f'id: ACME002\nslug: texts\ntitle: "{text} and more"\ngiven: ["{LABELS}.{text}", "containerDefinitions[]"]\n'
        f'when: {{properties: {{tags: {{items: {{properties: {{key: {{not: {{const: "{text}"}}}}}}}}}}}}}}\n'
        f'then: {{check: image_registry, options: {{allowed: ["{text}"]}}}}\nmessage: "it is {{key}}"\n'
        f'help: "x{text.replace("{family}", "")}"\nwhy: "{text} is what it is"\n',
    )
    planted.write(
        "task-definition.json",
        f'{{"family": "web", "tags": [{{"key": "{text}"}}], '
        f'"containerDefinitions": [{{"image": "a", "{text}": "{text}", "dockerLabels": {{"{text}": "{text}"}}}}]}}',
    )
    for output in ("full", "json", "sarif", "html", "github", "markdown"):
        assert planted.check("--output-format", output, "--select", "ACME", "task-definition.json").returncode < 2
    assert planted.check("rules").returncode == 0
    assert planted.check("rule", "ACME002").returncode == 0


@pytest.mark.parametrize(
    "pattern",
    [
        "^(a+)+$",
        "^(a|a)*$",
        "^(a|aa)+$",
        "^([a-z]+)*[a-z]+$",
        "(.*a){20}$",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
        "(a?){60}a{60}$",
        ".*.*.*.*.*.*=.*",
        "((((a*)*)*)*)*$",
        "(x{1,200}){1,200}y",
    ],
)
def test_catastrophic_pattern_is_quick(pattern: str, planted: Planted) -> None:
    planted.policy('{pattern: "^registry/"}', f"{{pattern: '{pattern}'}}")
    planted.write("task-definition.json", DOCUMENT.replace("nginx:1.27", "a" * 5_000 + "!"))
    start = time.monotonic()
    assert planted.check("--select", "ACME001", "task-definition.json").returncode in (0, 1, 2)
    assert time.monotonic() - start < 20  # Python's own matcher would not be done in a lifetime


def test_pattern_that_is_too_slow_is_told(planted: Planted) -> None:
    planted.policy('{pattern: "^registry/"}', "{pattern: '^((.*x|a)*y|a)*z$'}")
    planted.write("task-definition.json", DOCUMENT.replace("nginx:1.27", "a" * 500_000 + "zb"))
    run = planted.check("--select", "ACME001", "task-definition.json")
    assert run.returncode == 2
    assert "ACME001 broke down here (TooSlow)" in run.stdout


def test_aliases_do_not_explode(planted: Planted) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    planted.policy()
    planted.write("policies/bomb.yaml", "\n".join([POLICY, *lines]))
    refused(planted.check(), "counting what aliases repeat")


def test_conditions_do_not_explode(planted: Planted) -> None:
    lines = ["c0: {required: [family]}"]
    lines += [f"c{n}: {{allOf: [{{$ref: c{n - 1}}}, {{$ref: c{n - 1}}}]}}" for n in range(1, 60)]
    planted.policy("title:", "when: c59\ntitle:")
    planted.write("policies/conditions.yaml", "\n".join(lines))
    refused(planted.check(), "too many schemas in one another")


def test_classes_of_all_characters_do_not_explode(planted: Planted) -> None:
    planted.policy('{pattern: "^registry/"}', "{pattern: '^" + r"[\x00-\U0010ffff]" * 45 + "[a-z]+$'}")
    assert planted.check("--select", "ACME001", "task-definition.json").returncode == 1


def test_long_fields_do_not_make_long_patterns(planted: Planted) -> None:
    planted.policy('{pattern: "^registry/"}', "{pattern: '^" + "{family}" * 100 + "$'}")
    planted.write("task-definition.json", DOCUMENT.replace('"web", "con', f'"{"a" * 1_000_000}", "con'))
    start = time.monotonic()
    assert planted.check("--select", "ACME001", "task-definition.json").returncode == 0
    assert time.monotonic() - start < 20


def test_many_branches_do_not_explode(planted: Planted) -> None:
    schema = "{minimum: 1}"
    for _ in range(7):
        schema = f"{{if: {schema}, then: {schema}, else: {schema}}}"
    planted.policy('{pattern: "^registry/"}', schema)
    refused(planted.check(), "too many schemas in one another")


@pytest.mark.parametrize(
    "output", ["full", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown", "html"]
)
def test_messages_are_escaped(output: str, planted: Planted) -> None:
    harm = r"\x1b[2J\u202e\r::error::<script>alert(1)</script> [a](1)"
    planted.policy('message: "not from our registry"', f'message: "x{harm}y"\nhelp: "x{harm}y"')
    planted.write(
        "policies/ACME001.yaml", (planted.repository / "policies/ACME001.yaml").read_text() + f'why: "{harm}"\n'
    )
    run = planted.check("--output-format", output, "task-definition.json")
    assert run.returncode == 1
    assert not {"\x1b", "\u202e", "\r"} & set(run.stdout)
    if output == "html":
        assert "<script>alert" not in run.stdout
    page = planted.check("rule", "ACME001")
    assert not {"\x1b", "\u202e", "\r"} & set(page.stdout)
