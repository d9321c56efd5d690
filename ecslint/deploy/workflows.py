"""How GitHub workflows, with the reusable ones and the composite actions of a repository, use task definitions."""

from __future__ import annotations

from ecslint.deploy.files import MOST_MEMBERS, Repository, items, line, member, normal, texts
from ecslint.deploy.scripts import REGISTER, Changes, Shell, expanded
from ecslint.deploy.uses import ACTION, CLI, EACH, Use

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from ecslint.deploy.uses import Filled
    from ecslint.document import Document
    from ecslint.model import Path

WORKFLOWS = ".github/workflows"
RENDER = "aws-actions/amazon-ecs-render-task-definition@"
DEPLOY = "aws-actions/amazon-ecs-deploy-task-definition@"
OWN = "./"  # begins the actions and workflows of the repository itself
TELLING = (RENDER, DEPLOY, REGISTER, "uses: ./", "uses: './", 'uses: "./')
DEEPEST = 4  # workflows and actions that use each other

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

#: An expression that may be filled in, and what stands for a file that was made of another one.
EXPRESSION = r"\$\{\{\s*(env\.\w+|inputs\.[\w-]+|steps\.[\w-]+\.outputs\.[\w-]+)\s*\}\}"
MADE = r"\$\{\{made\.(\d+)\}\}"
WORKSPACE = r"\$\{\{\s*github\.workspace\s*\}\}/"
NEVER = r"\s*(?:\$\{\{)?\s*false\s*(?:&&[^{}]*)?(?:\}\})?\s*"

#: Actions of others that leave task definitions as they are.
HARMLESS = (
    r"actions/(?!download-artifact|github-script)[^/]+|aws-actions/.+|docker/.+|github/.+"
    r"|[^@]*(?:cache|checkout|login|notif|scan|setup|slack)[^@]*"
)
#: The input with which such an action puts other files in the place of those of the repository, and what it says then.
FETCHING = {
    "actions/checkout": ("repository", r"(?!\$\{\{\s*github\.repository\s*\}\}).+"),
    "docker/build-push-action": ("outputs", r".*\bdest=.*"),
}
SHELLS = ("bash", "sh")


def from_workflows(repository: Repository) -> Iterator[Use]:
    """What the workflows of a repository use."""
    for name in repository.names(WORKFLOWS):
        parsed = repository.read(name, TELLING)
        if parsed is not None:
            yield from Workflow(repository, parsed, {}, 0).uses()


def never(place: Any) -> bool:
    """Whether a job or a step says that it is not to run."""
    import re

    condition = member(place, "if")
    return condition is False or (type(condition) is str and re.fullmatch(NEVER, condition) is not None)


def defaults(inputs: Any) -> dict[str, str]:
    """The values of inputs that have one without anybody giving it."""
    declared = list(inputs)[:MOST_MEMBERS] if type(inputs) is dict else []
    return texts({name: member(inputs, name, "default") for name in declared})


class Workflow:
    """A workflow, with the inputs that it is called with."""

    __slots__ = ("_depth", "_inputs", "_parsed", "_repository")

    def __init__(self, repository: Repository, parsed: Document, inputs: Mapping[str, str], depth: int) -> None:
        self._repository = repository
        self._parsed = parsed
        self._inputs = inputs
        self._depth = depth

    def uses(self) -> Iterator[Use]:
        """What all jobs use that may run."""
        data = self._parsed.data
        jobs = member(data, "jobs")
        for name, job in jobs.items() if type(jobs) is dict else ():
            if type(name) is not str or never(job) or not self._repository.may_go_on():
                continue
            env = {**texts(member(data, "env")), **texts(member(job, "env"))}
            called = member(job, "uses")
            if type(called) is str:
                yield from self._called(called, job, env)
                continue
            folders = [member(place, "defaults", "run", "working-directory") for place in (job, data)]
            scope = Scope(self._parsed, ("jobs", name, "steps"), env, self._inputs, folders[0] or folders[1])
            run = Run(self._repository)
            yield from run.steps(items(member(job, "steps")), scope, self._depth)
            yield from run.left()

    def _called(self, called: str, job: Any, env: Mapping[str, str]) -> Iterator[Use]:
        """What a workflow of the repository uses that a job calls."""
        name = normal(called)
        if not called.startswith(OWN) or self._depth == DEEPEST or not name.startswith(WORKFLOWS):
            return
        parsed = self._repository.read(name, TELLING)
        if parsed is not None:
            given = Scope(self._parsed, (), env, self._inputs, None).inputs(job)
            inputs = {**defaults(member(parsed.data, "on", "workflow_call", "inputs")), **given}
            yield from Workflow(self._repository, parsed, inputs, self._depth + 1).uses()


class Scope:
    """Steps of a job or of a composite action (``at``): the variables, inputs and outputs that they see."""

    __slots__ = ("_values", "at", "folder", "parsed")

    def __init__(
        self, parsed: Document, at: Path, env: Mapping[str, str], inputs: Mapping[str, str], folder: Any
    ) -> None:
        self.parsed = parsed
        self.at = at
        self.folder = folder if type(folder) is str else ""
        self._values = {f"inputs.{name}": text for name, text in inputs.items()}
        for name, text in env.items():
            self._values[f"env.{name}"] = self.filled(text)

    def filled(self, text: str) -> str:
        """A text with the values of the expressions that are known."""
        return expanded(text, EXPRESSION, self._values)

    def env(self, step: Any) -> dict[str, str]:
        """The variables that a step sees."""
        own = {name: self.filled(text) for name, text in texts(member(step, "env")).items()}
        return {**{name[4:]: text for name, text in self._values.items() if name.startswith("env.")}, **own}

    def within(self, step: Any) -> Scope:
        """The same with the variables of a step."""
        env = self.env(step)
        inner = Scope(self.parsed, self.at, {}, {}, self.folder)
        inner._values = {**self._values, **{f"env.{name}": text for name, text in env.items()}}
        return inner

    def inputs(self, step: Any) -> dict[str, str]:
        """What a step or job hands on, as far as it is known."""
        return {name: self.filled(text) for name, text in texts(member(step, "with")).items()}

    def give(self, step: Any, output: str, text: str) -> None:
        """Note the output of a step."""
        self._values[f"steps.{member(step, 'id')}.outputs.{output}"] = text

    def line(self, index: int, key: str) -> int:
        """The line of a member of a step."""
        return line(self.parsed, (*self.at, index, key))


class Run:
    """The steps of a job, those of composite actions among them. A rendered file stands for the one it was made of."""

    __slots__ = ("_changes", "_made", "_repository", "_taken")

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._changes = Changes()
        self._made: list[Use] = []
        self._taken: set[int] = set()

    def left(self) -> Iterator[Use]:
        """The renderings that nobody is seen to take."""
        yield from (use for index, use in enumerate(self._made) if index not in self._taken)

    def steps(self, steps: list[Any], outer: Scope, depth: int) -> Iterator[Use]:
        """What some steps use, one after another."""
        for index, step in enumerate(steps):
            if never(step):
                continue
            if not self._repository.may_go_on():
                self._changes.any = True
                return
            scope = outer.within(step)
            action, script = member(step, "uses"), member(step, "run")
            if type(action) is str and action.startswith((RENDER, DEPLOY)):
                yield from self._action(action, step, scope, outer, index)
            elif type(action) is str and action.startswith(OWN):
                yield from self._composite(action, step, scope, outer, depth)
            elif type(action) is str:
                self._foreign(action, step)
            elif type(script) is str:
                yield from self._script(scope.filled(script), step, scope, index)

    def _action(self, action: str, step: Any, scope: Scope, outer: Scope, index: int) -> Iterator[Use]:
        """The use by an action of AWS; nothing yet of one that renders."""
        import re

        inputs = scope.inputs(step)
        text = re.sub(WORKSPACE, "", inputs.get("task-definition", ""))
        use = self._source(ACTION, text, scope, index, "uses")
        if use is None:
            return
        if action.startswith(RENDER):
            filled = use.filled.union(rendered(inputs))
            made = Use("", use.target, use.file, use.line, filled, changed=use.changed)
            outer.give(step, "task-definition", f"${{{{made.{len(self._made)}}}}}")
            self._made.append(made)
            return
        kept = inputs.get("keep-null-value-keys", "")
        use.kept = None if "${{" in kept else frozenset(filter(None, map(str.strip, kept.split(","))))
        use.service = "" if "${{" in inputs.get("service", "") else inputs.get("service", "")
        yield use

    def _composite(self, action: str, step: Any, scope: Scope, outer: Scope, depth: int) -> Iterator[Use]:
        """What an action of the repository uses; one that is none of steps may change anything."""
        for name in ("action.yml", "action.yaml"):
            parsed = self._repository.read(normal(action, name), ("composite",)) if depth < DEEPEST else None
            if parsed is None or member(parsed.data, "runs", "using") != "composite":
                continue
            inputs = {**defaults(member(parsed.data, "inputs")), **scope.inputs(step)}
            inner = Scope(parsed, ("runs", "steps"), scope.env({}), inputs, "")
            yield from self.steps(items(member(parsed.data, "runs", "steps")), inner, depth + 1)
            outputs = member(parsed.data, "outputs")
            for output in outputs if type(outputs) is dict else ():
                text = member(outputs, output, "value")
                if type(text) is str and type(output) is str:
                    outer.give(step, output, inner.filled(text))
            return
        self._changes.any = True

    def _foreign(self, action: str, step: Any) -> None:
        import re

        name = action.partition("@")[0]
        word, telling = FETCHING.get(name, ("", ""))
        said = member(step, "with", word)
        fetches = type(said) is str and re.fullmatch(telling, said, re.DOTALL) is not None
        if fetches or re.fullmatch(HARMLESS, name) is None:
            self._changes.any = True

    def _script(self, script: str, step: Any, scope: Scope, index: int) -> Iterator[Use]:
        """What a script registers."""
        kind = member(step, "shell")
        if kind is not None and (type(kind) is not str or kind.split(" ")[0] not in SHELLS):
            self._changes.any = True
            return
        folder = member(step, "working-directory")
        folder = scope.filled(folder) if type(folder) is str else scope.folder
        shell = Shell(scope.env({}), "", self._changes)
        shell.folder = shell.place(folder) if folder else ""
        for found in shell.run(script):
            text = found.target or found.text
            use = self._source(CLI, text, scope, index, "run")
            if use is not None:
                use.filled |= {("", (name,)) for name in found.members}
                use.changed = use.changed or found.changed
                use.containers = found.containers
                yield use

    def _source(self, path: str, text: str, scope: Scope, index: int, key: str) -> Use | None:
        """The use of a file, or of what a step made of one; None for anything else."""
        import re

        made = re.search(MADE, text)
        if made is not None:
            number = int(made[1][:9])
            if number >= len(self._made):
                return None
            source = self._made[number]
            self._taken.add(number)
            at = scope.line(index, key)
            return Use(path, source.target, scope.parsed.name, at, source.filled, changed=source.changed)
        target = normal(text) if text else ""
        if not target or "$" in target:
            return None
        named = self._changes.name(target) and path == ACTION
        filled: list[Filled] = [(EACH, OF_CONTAINER["image"])] if named else []
        changed = self._changes.may_touch(target)
        at = scope.line(index, key)
        return Use(path, target, scope.parsed.name, at, filled, changed=changed, as_yaml=path == ACTION)


def rendered(inputs: Mapping[str, str]) -> Iterator[Filled]:
    """What the action that renders puts in. An expression of which nothing is known may name any container or key."""
    names = inputs.get("container-name", "")
    containers = [EACH] if "${{" in names else [name.strip() for name in names.split(",") if name.strip()]
    given = {name for name, text in inputs.items() if text.strip()}
    yield from (("", (member,)) for name, member in OF_TASK.items() if name in given)
    for container in containers:
        yield from ((container, place) for name, place in OF_CONTAINER.items() if name in given)
        for name, (place, value) in OF_LINES.items():
            for text in inputs[name].splitlines() if name in given else ():
                key = text.partition("=")[0].strip()
                yield container, (place if "${{" in key else (*place, key, *value))
