"""How a task definition file reaches ECS, as the files of its repository tell: what is refused depends on it.

Looked up only for a finding that depends on it. Files are read as data, bounded in number and size; what cannot be
read, or leads out of the repository, tells nothing.
"""

from __future__ import annotations

import os

from ecslint import discovery, document, paths, reading
from ecslint.model import SEVERITIES, UNKNOWN, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any, TypeAlias

    from ecslint.document import Document
    from ecslint.model import Path, Rule

    #: The name of a container ("" for the task, EACH for any container), and the names that lead to the member in it.
    Filled: TypeAlias = tuple[str, tuple[str, ...]]

AUTO = "auto"
CLI = "aws-cli"
ACTION = "github-action"
ECSPRESSO = "ecspresso"
CODEDEPLOY = "codedeploy"

WORKFLOWS = os.path.join(".github", "workflows")
SUFFIXES = (".yml", ".yaml")
MOST_FILES = 100  # in the folder of workflows
MOST_BYTES = 256 * 1024  # of one file
MOST_BYTES_OF_ALL = 1024 * 1024

RENDER = "aws-actions/amazon-ecs-render-task-definition@"
DEPLOY = "aws-actions/amazon-ecs-deploy-task-definition@"
REGISTER = "register-task-definition"

#: What the inputs of the action that renders replace: a member of the task, one of a container, and what each line of
#: an input names in a container (KEY=value), with the member that gets the value if that is an object of a list.
OF_TASK = {"execution-role-arn": "executionRoleArn", "task-role-arn": "taskRoleArn"}
OF_CONTAINER = {
    "image": ("image",),
    "command": ("command",),
    "env-files": ("environmentFiles",),
    "log-configuration-log-driver": ("logConfiguration", "logDriver"),
}
OF_LINES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "environment-variables": (("environment",), ("value",)),
    "secrets": (("secrets",), ("valueFrom",)),
    "docker-labels": (("dockerLabels",), ()),
    "log-configuration-options": (("logConfiguration", "options"), ()),
}
EACH = "*"  # any container

#: A command that registers a file, to the end of the command; and the file in it.
COMMAND = rf"{REGISTER}\b((?:\\\r?\n|[^\n;&|])*)"
ARGUMENT = r"--(?:cli-input-(?:json|yaml)|container-definitions)[= \t\\\r\n]+[\"']?(?:file://|\$\(cat )([^\s\"'()]+)"
#: The file that a command of a script writes or changes.
WRITING = (
    r"(?:>|\b(?:sponge|tee|sed\b[^\n;&|]{0,200}\s-i|(?:mv|cp)\s{1,9}\S{1,200})\b[^\n;&|]{0,200}?)\s{0,9}[\"']?"
    r"([\w./-]{1,200}\.(?:json|ya?ml))\b"
)
EXPRESSION = r"\$\{\{\s*env\.(\w+)\s*\}\}"
VARIABLE = r"\$\{(\w+)\}|\$(\w+)"
OUTPUT = r"\bsteps\.([\w-]+)\.outputs\.task-definition\b"


class Use:
    """A place (``file`` from the root, ``line``) that uses a task definition, and what becomes of that.

    ``path`` is the deploy path, or "" if it is not known. ``target`` is the path of the task definition from the root.
    ``filled`` is what is put in on the way.
    """

    __slots__ = ("file", "filled", "line", "path", "target")

    def __init__(self, path: str, target: str, file: str, line: int, filled: Iterable[Filled] = ()) -> None:
        self.path = path
        self.target = target
        self.file = file
        self.line = line
        self.filled = frozenset(filled)


class Context:
    """What is known of how one file is deployed: the paths (strings, "" for an unknown one), and the places."""

    __slots__ = ("paths", "uses")

    def __init__(self, paths: Iterable[str], uses: Sequence[Use] = ()) -> None:
        self.paths = frozenset(paths)
        self.uses = uses

    def filled(self, container: Any) -> set[tuple[str, ...]]:
        """The members of a container, or for "" of the task, that are put in on every way to ECS.

        A name that is not known may be that of any container.
        """
        names = (container, EACH) if container else ("",)
        of_uses = [
            {place for name, place in use.filled if name in names or (type(container) is Unknown and name)}
            for use in self.uses
        ]
        return set.intersection(*of_uses) if of_uses else set()

    def fill(self, task: dict[Any, Any]) -> dict[Any, Any]:
        """A task definition in which what is put in on the way is unknown; the very same where that is nothing."""
        filled = task
        for place in self.filled(""):
            filled = put(filled, place)
        containers = task.get("containerDefinitions")
        for index, container in enumerate(containers if type(containers) is list else ()):
            places = self.filled(container.get("name") or EACH) if type(container) is dict else set()
            for place in places:
                container = put(container, place)
            if places:
                around = filled["containerDefinitions"]
                filled = {**filled, "containerDefinitions": [*around[:index], container, *around[index + 1 :]]}
        return filled

    def severity(self, rule: Rule, severity: str) -> str:
        """How grave a rule is here, if it is of a severity where nothing is known; the strictest path counts."""
        return max(
            (rule.deploy_path.get(path, severity) for path in self.paths), key=SEVERITIES.index, default=severity
        )


def put(value: Any, place: tuple[str, ...]) -> Any:
    """A value in which the member at a place is unknown; of a list, that of the items with the first name."""
    name, *rest = place
    if type(value) is list and rest:
        named = [type(item) is dict and item.get("name") == name for item in value]
        return [put(item, tuple(rest)) if fits else item for item, fits in zip(value, named, strict=True)]
    if type(value) is not dict:
        return value
    inner = value.get(name)
    return {**value, name: put(inner, tuple(rest)) if rest and inner is not None else UNKNOWN}


NOTHING_KNOWN = Context(())

#: The root of the repository of a folder, and what the files around use; each is looked up once.
_known: dict[str, tuple[str, list[Use]]] = {}
_workflows: dict[str, list[Use]] = {}


def context(name: str, stated: str, likely: str = "") -> Context:
    """The context of a file; ``stated`` is the setting ``deploy-path``, ``likely`` the path where nothing is known."""
    if stated != AUTO:
        return Context((stated,))
    folder = os.path.dirname(os.path.abspath(name))
    if folder not in _known:
        _known[folder] = around(folder)
    root, known = _known[folder]
    target = discovery.from_root(name, root) if known else ""
    uses = [use for use in known if use.target == target]
    if not uses:
        return Context((likely,)) if likely else NOTHING_KNOWN
    if len(uses) > 1:  # a file beside an appspec is known by its name only
        uses = [use for use in uses if os.path.basename(use.file) not in APPSPECS] or uses
    return Context((use.path for use in uses), uses)


def around(folder: str) -> tuple[str, list[Use]]:
    """The root of a folder's repository, and what its workflows and the files in and above the folder use."""
    root = discovery.repository(folder)
    if root is None:
        return "", []
    if root not in _workflows:
        _workflows[root] = list(from_workflows(root))
    return root, _workflows[root] + [use for above in folders(folder, root) for use in from_folder(root, above)]


def folders(folder: str, root: str) -> Iterator[str]:
    """A folder and those above it up to the root of the repository."""
    yield folder
    while folder != root and (above := os.path.dirname(folder)) != folder:
        folder = above
        yield folder


# --- reading ----------------------------------------------------------------------------------------


def read(root: str, path: str, words: Iterable[str]) -> Document | None:
    """A YAML file of the repository that holds one of some words; None if there is none, or it tells nothing."""
    inside = os.path.join(os.path.realpath(root), "")
    try:
        if not os.path.realpath(path).startswith(inside):
            return None
        raw = reading.read(path, MOST_BYTES)
    except (OSError, reading.Unreadable):
        return None
    if not any(word.encode() in raw for word in words):
        return None
    parsed = document.parse(raw, os.path.relpath(path, root).replace(os.sep, "/"), language="yaml")
    return parsed if type(parsed.data) is dict else None


def line(parsed: Document, path: Path) -> int:
    """The line of a value, from 1."""
    root = parsed.root()
    assert root is not None
    node = paths.locate(root, path)[0]
    return parsed.text.count("\n", 0, node.start if node.key_start < 0 else node.key_start) + 1


def member(value: Any, *names: str) -> Any:
    """A member of a member, or None."""
    for name in names:
        value = value.get(name) if type(value) is dict else None
    return value


def texts(value: Any) -> dict[str, str]:
    """The members of an object that are scalars, as strings."""
    pairs = value.items() if type(value) is dict else ()
    return {key: str(item) for key, item in pairs if type(key) is str and type(item) in (str, int)}


def normal(*parts: str) -> str:
    """A path from the root; "" for one that is absolute or leads out."""
    path = os.path.normpath("/".join(part for part in parts if part)).replace(os.sep, "/")
    return "" if path.startswith(("/", "..")) else path


# --- GitHub workflows -------------------------------------------------------------------------------


def from_workflows(root: str) -> Iterator[Use]:
    """What the workflows of a repository use."""
    folder = os.path.join(root, WORKFLOWS)
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(SUFFIXES))[:MOST_FILES]
    except OSError:
        return
    left = MOST_BYTES_OF_ALL
    for name in names:
        parsed = read(root, os.path.join(folder, name), (RENDER, DEPLOY, REGISTER))
        if parsed is None:
            continue
        left -= parsed.size
        if left < 0:
            return
        jobs = member(parsed.data, "jobs")
        for job in jobs if type(jobs) is dict else ():
            if type(job) is str:
                yield from Job(parsed, job).uses()


class Job:
    """A job of a workflow. The output of a step that renders stands for the file that it was made of."""

    __slots__ = ("_folder", "_rendered", "_written", "data", "env", "name", "parsed")

    def __init__(self, parsed: Document, name: str) -> None:
        import re

        self.parsed = parsed
        self.name = name
        self.data = parsed.data["jobs"][name]
        self.env = {**texts(member(parsed.data, "env")), **texts(member(self.data, "env"))}
        folders = [member(place, "defaults", "run", "working-directory") for place in (self.data, parsed.data)]
        self._folder = folders[0] or folders[1]
        self._rendered: dict[str, Use] = {}
        runs = [text for step in self._steps() if type(text := member(step, "run")) is str]
        self._written = {os.path.basename(file) for text in runs for file in re.findall(WRITING, text)}

    def _steps(self) -> list[Any]:
        steps = member(self.data, "steps")
        return steps if type(steps) is list else []

    def uses(self) -> Iterator[Use]:
        """All uses, and the renderings that nobody is seen to take."""
        taken: set[str] = set()
        for index, step in enumerate(self._steps()):
            env = {**self.env, **texts(member(step, "env"))}
            for path, text, folder, key in self._named(step, env):
                use = self._use(path, text, folder, ("jobs", self.name, "steps", index, key), taken)
                if use is None:
                    continue
                if key == "uses" and step["uses"].startswith(RENDER):
                    filled = use.filled.union(rendered(texts(step["with"]), env))
                    self._rendered[str(step.get("id"))] = Use("", use.target, use.file, use.line, filled)
                else:
                    yield use
        for step_id, use in self._rendered.items():
            if step_id not in taken:
                yield use

    def _named(self, step: Any, env: Mapping[str, str]) -> Iterator[tuple[str, str, Any, str]]:
        """(deploy path, text that names a file, folder, key of the step)."""
        action, run = member(step, "uses"), member(step, "run")
        if type(action) is str and action.startswith((RENDER, DEPLOY)):
            text = expanded(texts(member(step, "with")).get("task-definition", ""), EXPRESSION, env)
            yield ACTION, text.replace("${{ github.workspace }}/", ""), "", "uses"
        elif type(run) is str:
            for text in registered(expanded(run, EXPRESSION, env), env):
                yield CLI, text, member(step, "working-directory") or self._folder, "run"

    def _use(self, path: str, text: str, folder: Any, at: Path, taken: set[str]) -> Use | None:
        """The use of a file, or of the output of a step that made it of one; None for anything else."""
        import re

        output = re.search(OUTPUT, text)
        if output is not None:
            source = self._rendered.get(output[1])
            if source is None:
                return None
            taken.add(output[1])
            return Use(path, source.target, source.file, line(self.parsed, at), source.filled)
        target = normal(folder if type(folder) is str else "", text) if text else ""
        if not target or "$" in target:
            return None
        filled: list[Filled] = []
        if os.path.basename(target) in self._written:  # another step has changed it by then
            path, filled = ("", filled) if path == CLI else (path, [(EACH, OF_CONTAINER["image"])])
        return Use(path, target, self.parsed.name, line(self.parsed, at), filled)


def rendered(inputs: Mapping[str, str], env: Mapping[str, str]) -> Iterator[Filled]:
    """What the action that renders puts in. An expression of which nothing is known may name any container or key."""
    names = expanded(inputs.get("container-name", ""), EXPRESSION, env)
    containers = [EACH] if "${{" in names else [name.strip() for name in names.split(",") if name.strip()]
    given = {name for name, text in inputs.items() if text.strip()}
    yield from (("", (member,)) for name, member in OF_TASK.items() if name in given)
    for container in containers:
        yield from ((container, place) for name, place in OF_CONTAINER.items() if name in given)
        for name, (place, value) in OF_LINES.items():
            for text in inputs[name].splitlines() if name in given else ():
                key = text.partition("=")[0].strip()
                yield container, (place if "${{" in key else (*place, key, *value))


def expanded(text: str, pattern: str, env: Mapping[str, str]) -> str:
    """A text with the values of variables in their place; those that are not known stay."""
    import re

    def value(match: re.Match[str]) -> str:
        return env.get(next(filter(None, match.groups())), match[0])

    return re.sub(pattern, value, text)


def registered(script: str, env: Mapping[str, str]) -> Iterator[str]:
    """The files that a script registers with the AWS CLI."""
    import re

    for command in re.findall(COMMAND, script):
        for file in re.findall(ARGUMENT, command.replace("${{ ", "${{").replace(" }}", "}}")):
            yield expanded(file, VARIABLE, env)


# --- CodeBuild, CodeDeploy, ecspresso -----------------------------------------------------------------

APPSPECS = ("appspec.yml", "appspec.yaml")
#: What a configuration of ecspresso names.
DEFINITIONS = ("task_definition", "service_definition")


def from_folder(root: str, folder: str) -> Iterator[Use]:
    """What the files of other deploy tools in a folder use."""
    here = discovery.from_root(folder, root) if folder != root else ""
    for suffix in SUFFIXES:
        parsed = read(root, os.path.join(folder, "buildspec" + suffix), (REGISTER, "appspec"))
        if parsed is not None:
            yield from from_buildspec(parsed)
        parsed = read(root, os.path.join(folder, "ecspresso" + suffix), DEFINITIONS)
        for word in DEFINITIONS:
            if parsed is not None and type(named := parsed.data.get(word)) is str:
                yield Use(ECSPRESSO, normal(here, named), parsed.name, line(parsed, (word,)))
        parsed = read(root, os.path.join(folder, "appspec" + suffix), ("AWS::ECS::Service",))
        if parsed is not None:
            yield Use(CODEDEPLOY, normal(here, "taskdef.json"), parsed.name, 1)


def from_buildspec(parsed: Document) -> Iterator[Use]:
    """What a CodeBuild project registers itself, or hands on to CodeDeploy together with an appspec."""
    env = texts(member(parsed.data, "env", "variables"))
    phases = member(parsed.data, "phases")
    for phase in phases if type(phases) is dict else ():
        commands = member(phases, phase, "commands")
        for index, command in enumerate(commands if type(commands) is list else ()):
            if type(command) is str and REGISTER in command:
                at = line(parsed, ("phases", phase, "commands", index))
                for file in registered(command, env):
                    yield Use(CLI, normal(file), parsed.name, at)
    files = member(parsed.data, "artifacts", "files")
    named = [file if type(file) is str else "" for file in files] if type(files) is list else []
    if any(os.path.basename(file) in APPSPECS for file in named):
        for index, file in enumerate(named):
            if file.endswith(".json"):
                yield Use(CODEDEPLOY, normal(file), parsed.name, line(parsed, ("artifacts", "files", index)))
