"""What may be secret is shown by no format, no command and no message: a token of its own stands in each place."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ecslint import document as documents
from ecslint import testing
from ecslint.cli import run
from ecslint.model import Unknown
from tests.bundled import RULES
from tests.cli.test_output_safety import report

Tally = Callable[[str, int, int], None]

MARK = r"(?i)t0k\d+n\d+q9"

#: Members that may hold secrets, themselves or below them; and ``value``, but not that of files and of resources.
HIDDEN = {
    "attestationPolicy", "command", "credentialSpecs", "credentialsParameter", "dockerLabels", "dockerSecurityOptions",
    "driverOpts", "entryPoint", "labels", "options", "privateThing", "value", "valueFrom",
}  # fmt: skip

#: Texts that are credentials by their form, wherever they stand; of what stood there, and a token.
FORMS: dict[str, Callable[[str, str], str]] = {
    "placeholder": lambda old, token: f'{old}{{{{ default "{token}" }}}}',
    "default": lambda old, token: f"{old}${{NAME:-{token}}}",
    "url": lambda old, token: f"https://bob:{token}@{old}",
    "token url": lambda old, token: f"https://{token}@{old}",
    "password": lambda old, token: f"bob:{token}@{old}",
    "slash in a password": lambda old, token: f"bob:a/{token}@{old}",
    "query": lambda old, token: f"https://reg.io/{old}?key={token}",
    "assignment": lambda old, token: f"{old}={token}",
    "comparison": lambda old, token: f"{old}=={token}",
    "other comparison": lambda old, token: f"{old}!={token}",
    "attribute": lambda old, token: f"attribute:PASSWORD=={token} or {old}",
    "quoted name": lambda old, token: f"'NAME' = '{token}' {old}",
    "field": lambda old, token: f"PASSWORD: {token} {old}",
    "part of a password": lambda old, token: f"https://bob:a@{token}@{old}",
    "blank in a password": lambda old, token: f"https://bob:a {token}@{old}",
    "other user": lambda old, token: f"${{USER}}:{token}@{old}",
    "other placeholder": lambda old, token: f"{old}[[NAME:-{token}]]$(A:-{token})__A:-{token}__%A:{token}%",
    "sentence": lambda old, token: f"NAME={old} {token}",
}


class Tokens:
    """Makes tokens, and counts them."""

    def __init__(self) -> None:
        self.count = 0

    def new(self) -> str:
        self.count += 1
        return f"t0k{self.count}n{self.count}q9"


def places(data: Any, inside: bool = False) -> Iterator[tuple[Any, Any, bool]]:
    """(the collection, the key, whether no report may show it) of each string of a task definition."""
    for key, value in data.items() if type(data) is dict else enumerate(data) if type(data) is list else ():
        below = inside or key in HIDDEN
        if type(value) is str:
            yield data, key, below
        elif key in ("environmentFiles", "resourceRequirements"):
            yield from ((data, key, False) for data, key, _ in places(value))
        else:
            yield from places(value, below)


def with_secrets(task: dict[str, Any]) -> dict[str, Any]:
    """A task definition with a value in every place where a secret can stand, beside what is there."""
    for container in task.get("containerDefinitions", ()):
        if type(container) is dict:
            for name in ("environment", "secrets", "command", "entryPoint", "dockerLabels", "privateThing"):
                empty = {"environment": [{"name": "Z", "value": ""}], "dockerLabels": {"z": ""}, "privateThing": ""}
                empty["secrets"] = [{"name": "Y", "valueFrom": "", "value": ""}]
                container.setdefault(name, empty.get(name, ["sh", "-c", ""]))
            container.setdefault("healthCheck", {"command": ["CMD", ""]})
            container.setdefault("logConfiguration", {"logDriver": "splunk", "options": {"splunk-token": ""}})
    return task


def plain(value: Any) -> Any:
    """Data whose placeholders are strings."""
    if type(value) is Unknown:
        return value.raw
    if type(value) is dict:
        return {plain(key): plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if type(value) is list else value


def examples() -> Iterator[tuple[str, dict[str, Any]]]:
    """The bad examples of all rules as data, with a string in every place."""
    for rule in RULES:
        for bad in rule.docs["examples"]["bad"]:
            data = plain(
                documents.parse(testing.text_of(bad["code"]).encode(), f"x.{bad.get('language', 'json')}").data
            )
            if type(data) is not dict:
                data = {"containerDefinitions": data} if type(data) is list else {}
            task = data.get("taskDefinition", data)
            if type(task) is not dict or type(task.get("containerDefinitions")) is not list:
                continue
            if any("containerDefinitions" in item for item in task["containerDefinitions"] if type(item) is dict):
                continue  # lists of task definitions, whose paths are others
            yield rule.id, with_secrets(task)


def planted(task: dict[str, Any], plant: Callable[[str, str], str], tokens: Tokens, *, public: bool) -> dict[str, Any]:
    """A copy of a task definition with a token in each hidden string, or in each string."""
    task = json.loads(json.dumps(task))
    for data, key, hidden in [*places(task)]:
        if hidden or public:
            data[key] = plant(data[key], tokens.new())
    return task


def with_keys(value: Any, tokens: Tokens) -> Any:
    """Data with a member more in each object, in whose key a token stands."""
    if type(value) is dict:
        new = {key: with_keys(item, tokens) for key, item in value.items()}
        return {**new, f"KEY={tokens.new()}": "x", f"https://bob:{tokens.new()}@host": {"value": "x"}}
    return [with_keys(item, tokens) for item in value] if type(value) is list else value


def dumped(data: Any) -> str:
    """JSON, a member a line."""
    return json.dumps(data, indent=1, ensure_ascii=False)


def unquoted(data: Any, tokens: Tokens) -> str:
    """JSON in which a placeholder with a default stands for each string that no report may show."""
    text = dumped(planted(data, lambda _, token: f"@@{token}@@", tokens, public=False))
    return re.sub(r'"@@(\w+)@@"', r'{{ default "\1" }}', text)


def doubled(text: str, tokens: Tokens) -> str:
    """JSON in which each member that has a string comes twice, the first time with a token."""
    return re.sub(r'^( *"[^"]*": )"[^"]*"', lambda m: f'{m[1]}"{tokens.new()}",\n{m[0]}', text, flags=re.MULTILINE)


def commented(text: str, sign: str, tokens: Tokens) -> str:
    """A text with a token in a comment behind each line."""
    return "".join(f"{line} {sign} {tokens.new()}\n" for line in text.splitlines())


def texts(task: dict[str, Any], tokens: Tokens) -> Iterator[tuple[str, str, str]]:
    """(what is tried, suffix, text): the ways in which a secret can stand in a file."""
    hidden = planted(task, lambda _, token: token, tokens, public=False)
    yield "value", "json", dumped(hidden)
    yield "value with more", "json", dumped(planted(task, lambda old, token: old + token, tokens, public=False))
    for name, form in FORMS.items():
        yield name, "json", dumped(planted(task, form, tokens, public=True))
    yield "unquoted placeholder", "json", unquoted(task, tokens)
    yield "escaped", "json", dumped(planted(task, FORMS["url"], tokens, public=True)).replace("@", "\\u0040")
    yield "key", "json", dumped(with_keys(task, tokens))
    yield "twice", "json", doubled(dumped(hidden), tokens)
    yield "comment", "json", commented(dumped(hidden), "//", tokens)
    yield "broken", "json", dumped(hidden)[:-3] + " what"
    lines = json.loads(json.dumps(hidden).replace("\\n", ""))  # each scalar on one line, behind which a comment stands
    block = yaml.safe_dump(lines, sort_keys=False, width=10_000)
    yield "yaml", "yaml", commented(block, "#", tokens)
    yield "anchors", "yaml", block.replace(": t0k", ": &a t0k")
    yield "broken yaml", "yaml", block + "  - {"
    numbers = planted(task, lambda _, token: f"@{token}@", tokens, public=False)
    text = yaml.safe_dump(numbers, sort_keys=False)
    yield "ambiguous", "yaml", re.sub(r"'@t0k(\d+)n\d+q9@'", r"077700\1", text)  # is another number in YAML 1.1


def shown(file: Path, out: Path, capfd: pytest.CaptureFixture[str]) -> dict[str, str]:
    """All that the commands print and write about a file."""
    everything = ["--select", "ALL", "--show-suppressed", "--explain-context", "-v"]
    reports = report(["check", str(file), *everything], out)
    known = out / "baseline"
    for words in (
        ["fix", "--unsafe-fixes", "--check", str(file)],
        ["fix", "--unsafe-fixes", "--diff", str(file)],
        ["baseline", "create", "--select", "ALL", "--baseline", str(known), str(file)],
    ):
        run(words)
    said = capfd.readouterr()
    reports["streams"] = said.out + said.err
    if known.exists():
        reports["baseline"] = known.read_text(encoding="utf-8")
        known.unlink()
    return reports


SHARES = 6
APART = 12  # of so many forms an example has one
OFTEN = ("value with more",)  # fires the most rules


@pytest.mark.parametrize("share", range(SHARES))
def test_a_token_in_any_place_is_shown_nowhere(
    share: int, tmp_path: Path, tally: Tally, capfd: pytest.CaptureFixture[str]
) -> None:
    """The bad examples of all rules, checked by all rules, with tokens in all places and in some of the forms each."""
    out = tmp_path / "out"
    out.mkdir()
    tried, fired, bad = 0, set[str](), []
    for number, (rule, task) in [*enumerate(examples())][share::SHARES]:
        for index, (what, suffix, text) in enumerate(texts(task, Tokens())):
            if what not in OFTEN and (index + number // SHARES) % APART:
                continue
            file = tmp_path / f"td.{suffix}"
            file.write_text(text, encoding="utf-8")
            reports = shown(file, out, capfd)
            file.unlink()
            fired |= {one["rule"] for one in json.loads(reports["json"])["findings"]}
            pattern = MARK if what != "ambiguous" else r"077700\d+"
            tried += len(set(re.findall(pattern, text))) * len(reports)
            bad += [
                f"{rule} {what} {kind}: {text[max(0, found.start() - 150) : found.end() + 50]!r}"
                for kind, text in reports.items()
                if (found := re.search(pattern, text)) is not None
            ]
    tally("tokens in all places, in each format", tried, len(bad))
    assert bad == []
    assert len(fired) > 80


VALUE, NAME = "containerDefinitions[].environment[].value", "containerDefinitions[].name"


def checked(name: str, **options: Any) -> dict[str, Any]:
    """What a rule demands."""
    return {"then": {"check": name, **({"options": options} if options else {})}}


#: By a value for the message, what a policy may say about values of environment variables.
POLICIES: dict[str, dict[str, Any]] = {
    "value": {"given": VALUE, "then": {"schema": {"enum": ["a", "b"]}}},
    "registry": {"given": VALUE, **checked("image_registry", allowed=["a"])},
    "problem": {"given": VALUE, **checked("image_reference")},
    "characters": {"given": VALUE, **checked("characters", categories=["N"], also="/:@.")},
    "known": checked("refers_to", items=NAME, targets=VALUE),
    "name": checked("refers_to", items=VALUE, targets=NAME),
}

TASK = {"family": "web", "containerDefinitions": [{"name": "web", "image": "nginx:1.27", "memory": 128}]}


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_about_values_tells_none(name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Its message asks for what its check tells; its example fails, and what its fix makes is shown."""
    task, example = (json.loads(json.dumps(TASK)) for _ in range(2))
    for one, word in ((task, "t0k1n1q9"), (example, "t0k2n2q9")):
        text = f"{word}.io/-{word}"
        one["containerDefinitions"][0]["environment"] = [{"name": "PW", "value": text}]
    rule = {
        "id": "ACME001", "slug": "tell-all", "title": "A policy that tells what it finds", **POLICIES[name],
        "message": f"here is {{{name}}}", "help": f"it is {{{name}}}", "why": "This policy is here to tell everything.",
        "fix": {"title": f"write {{{name}}}", "applicability": "unsafe", "steps": [{"set": "cpu", "value": "256"}]},
        "examples": {"good": [example], "bad": [{"code": example, "at": "1:1", "message": "x", "fixed": TASK}]},
    }  # fmt: skip
    (tmp_path / ".git").mkdir()
    (tmp_path / "rule.yaml").write_text(json.dumps(rule))
    (tmp_path / ".ecslint.yaml").write_text("rules: [rule.yaml]\nselect: [ACME001]\n")
    (tmp_path / "td.json").write_text(dumped(task))
    (tmp_path / "out").mkdir()
    reports = report(["check", str(tmp_path / "td.json")], tmp_path / "out")
    run(["policy", "test", str(tmp_path / "rule.yaml")])
    said = capfd.readouterr()
    reports["test"] = said.out + said.err
    assert "ACME001" in reports["json"]
    assert "noisy" in reports["test"]
    assert "+++ b/fixed.json" in reports["test"]
    for kind, text in reports.items():
        assert ("t0k2n2q9" if kind == "test" else "t0k1n1q9") not in text, kind  # its own examples document a rule


MISTAKES = (
    "select: ['{}']", "ignore: ['{}']", "profile: '{}'", "severity: {{'{}': error}}", "severity: {{ECS101: '{}'}}",
    "fail-on: '{}'", "rules: ['{}']", "'{}': 1", "launch-type: '{}'", "mandatory: ['{}']",
    "exclude: ['{}']", "suppress: [{{rule: '{}', files: a, reason: b}}]", "suppress: [{{rule: ECS101, '{}': a}}]",
    "suppress: [{{rule: ECS101, files: '*', reason: '{}'}}]", "'{0}': 1\n'{0}': 2", "output: ['{}']",
)  # fmt: skip


@pytest.mark.parametrize("text", MISTAKES)
def test_mistakes_in_a_configuration_tell_no_credential(
    text: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "td.json").write_text(dumped(TASK))
    for form in FORMS.values():
        (tmp_path / ".ecslint.yaml").write_text(text.format(form("x", Tokens().new())))
        run(["check", str(tmp_path / "td.json"), "-v"])
        run(["config", "--show", str(tmp_path / "td.json")])
        said = capfd.readouterr()
        assert said.out + said.err
        assert re.search(MARK, said.out + said.err) is None


UNUSED = """\
# {remark}
suppress:
- rule: ECS013
  files: td.json
  reason: {quoted}
"""


@pytest.mark.parametrize("name", FORMS)
def test_a_suppression_without_use_tells_no_credential(
    name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Those of a configuration and of a baseline are shown in frames of their own, with the fix."""
    form = FORMS[name]("x", "t0k1n1q9")
    (tmp_path / ".git").mkdir()
    (tmp_path / "td.json").write_text(dumped(TASK))
    (tmp_path / ".ecslint.yaml").write_text(
        UNUSED.format(remark="" if name == "sentence" else form, quoted=json.dumps(form))
    )
    entry = {"file": "td.json", "resource": form, "rule": "ECS013", "path": form, "count": 1}
    (tmp_path / "known.json").write_text(dumped({"version": 1, "findings": [entry]}))
    (tmp_path / "out").mkdir()
    reports = report(["check", str(tmp_path), "--baseline", str(tmp_path / "known.json")], tmp_path / "out")
    found = [
        one["file"].rpartition("/")[2] for one in json.loads(reports["json"])["findings"] if one["rule"] == "ECS060"
    ]
    assert sorted(found) == [".ecslint.yaml", "known.json"]
    run(["fix", "--check", str(tmp_path)])
    run(["fix", "--diff", str(tmp_path)])
    said = capfd.readouterr()
    assert [kind for kind, text in {**reports, "streams": said.out + said.err}.items() if "t0k" in text] == []
