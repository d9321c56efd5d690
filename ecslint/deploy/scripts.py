"""What a shell script registers with the AWS CLI, and which files it may have rewritten by then."""

from __future__ import annotations

import os

from ecslint.deploy import shell
from ecslint.deploy.files import MOST_BYTES, normal
from ecslint.deploy.uses import CONTAINERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

REGISTER = "register-task-definition"
LONGEST = 4096  # characters of a path
WHOLE = ("--cli-input-json", "--cli-input-yaml")

#: The options of the command that stand for a member of the task definition.
OPTIONS = {
    "--container-definitions": CONTAINERS,
    "--cpu": "cpu",
    "--enable-fault-injection": "enableFaultInjection",
    "--ephemeral-storage": "ephemeralStorage",
    "--execution-role-arn": "executionRoleArn",
    "--family": "family",
    "--inference-accelerators": "inferenceAccelerators",
    "--ipc-mode": "ipcMode",
    "--memory": "memory",
    "--network-mode": "networkMode",
    "--no-enable-fault-injection": "enableFaultInjection",
    "--pid-mode": "pidMode",
    "--placement-constraints": "placementConstraints",
    "--proxy-configuration": "proxyConfiguration",
    "--requires-compatibilities": "requiresCompatibilities",
    "--runtime-platform": "runtimePlatform",
    "--tags": "tags",
    "--task-role-arn": "taskRoleArn",
    "--volumes": "volumes",
}

#: How the command names a file, or is given what stands in it; and how paths from the root begin.
FILE = r"(?:fileb?://|\$\(\s*cat\s+[\"']?|\$\(\s*<\s*[\"']?)([^\s\"'()]+)[\"']?\s*\)?"
FROM_HERE = r"(?:\$\{PWD\}|\$PWD)/"
FROM_ROOT = r"\$(?:\{\{\s*github\.workspace\s*\}\}|\{?(?:GITHUB_WORKSPACE|CODEBUILD_SRC_DIR)\b\}?)/"
NOWHERE = r"/dev/.*|\$\{?GITHUB_(?:ENV|OUTPUT|PATH|STEP_SUMMARY)\}?"

SHELLS = frozenset(("bash", "eval", "sh"))
SAYING = frozenset((":", "echo", "printf"))
BUILT_IN = frozenset(("cd", "declare", "export", "for", "local", "popd", "pushd", "read", "readonly", "select"))

#: Commands that write nothing but their output, or nothing that is a task definition.
HARMLESS = SAYING | frozenset(
    (
        *("[", "[[", "]", "]]", "{", "}", "break", "case", "continue", "done", "esac", "fi", "function", "in", "wait"),
        *("apk", "apt", "apt-get", "base64", "basename", "cat", "chmod", "corepack", "cut", "date", "df", "diff"),
        *("dirname", "du", "envsubst", "exit", "false", "gem", "gh", "git", "grep", "head", "id", "jq", "ls", "mkdir"),
        *(
            "pip",
            "pip3",
            "printenv",
            "ps",
            "pwd",
            "return",
            "rm",
            "set",
            "sha256sum",
            "shift",
            "shopt",
            "sleep",
            "sort",
        ),
        *("tail", "test", "touch", "tr", "trap", "true", "type", "uname", "uniq", "unset", "wc", "which"),
        *("gradle", "gradlew", "mvn", "mvnw"),
    )
)
#: Those that write the files that they name.
WRITING = frozenset(("cp", "dos2unix", "install", "ln", "mv", "sponge", "tee", "wget"))
#: Those that do so only with an option that has one of these letters, or one of these words.
PERHAPS = {"awk": "i", "curl": "oO", "perl": "i", "sed": "i", "yq": "i"}
IN_PLACE = ("--in-place", "--inplace", "--output")
SCRIPT = r"[sy][^\w\s.].*"  # of sed and perl

#: Tools that run what somebody has written elsewhere under some names.
RUNNERS = {
    "aws": ("sync", "package"),
    "buildah": ("run",),
    "cargo": ("run",),
    "docker": ("run", "exec", "compose", "cp"),
    "docker-compose": ("run", "exec", "up"),
    "dotnet": ("run",),
    "find": ("-exec", "-execdir", "-ok", "-delete"),
    "go": ("run", "generate"),
    "podman": ("run", "exec", "cp"),
}
#: Tools that run what the repository defines; with these names, it only builds and tests.
PROJECTS = frozenset(("make", "npm", "pnpm", "yarn"))
BUILDING = frozenset(("add", "audit", "build", "ci", "clean", "config", "i", "install", "lint", "login", "run", "test"))


class Changes:
    """Which files something may have rewritten: those with some names, or ``any``."""

    __slots__ = ("any", "names")

    def __init__(self) -> None:
        self.any = False
        self.names: set[str] = set()

    def add(self, word: str) -> None:
        """Note a file that is written, or may be, by what a command calls it."""
        if any(sign in word for sign in "$*?[{") or word in (".", "./", ".."):
            self.any = True
        else:
            self.names.add(os.path.basename(word.rstrip("/")))

    def name(self, target: str) -> bool:
        """Whether a file is named by what writes it."""
        return os.path.basename(target) in self.names

    def may_touch(self, target: str) -> bool:
        """Whether anything may have written a file."""
        return self.any or self.name(target)


class Registered:
    """A file that a script registers: its path from the root, the members that options give, and what is not certain.

    ``text`` is what the command says instead of the path, if that is an expression of a workflow.
    """

    __slots__ = ("changed", "containers", "members", "target", "text")

    def __init__(self, target: str, text: str, members: set[str], *, changed: bool, containers: bool) -> None:
        self.target = target
        self.text = text
        self.members = members
        self.changed = changed
        self.containers = containers


class Shell:
    """A shell that runs scripts one after another: its variables, its folder, and what it may have rewritten.

    ``folder`` is a path from the root, or None if it is not known.
    """

    __slots__ = ("_functions", "changes", "env", "folder")

    def __init__(self, env: Mapping[str, str], folder: str | None, changes: Changes) -> None:
        self.env = dict(env)
        self.folder = folder
        self.changes = changes
        self._functions: set[str] = set()

    def run(self, script: str) -> Iterator[Registered]:
        """What a script registers."""
        try:
            found, self._functions = shell.parse(script)
        except shell.Unclear:
            self.changes.any = True
            return
        if self._functions:  # they may be called at any later time
            for command in found:
                self._note(command, [self.filled(word) for word in command.words])
        folders: list[tuple[int, str | None]] = []  # of the shells around
        depth = 0
        for command in found:
            while depth < command.depth:
                folders.append((depth, self.folder))
                depth += 1
            while depth > command.depth:
                depth, self.folder = folders.pop()
            yield from self._do([self.filled(word) for word in command.words], command)
        while folders:
            _, self.folder = folders.pop()

    def filled(self, word: str) -> str:
        """A word with the values of the variables that are known."""
        return expanded(word, shell.VARIABLE, self.env)

    def _do(self, words: list[str], command: shell.Command) -> Iterator[Registered]:
        """What a command registers. What else it does is noted."""
        name = os.path.basename(words[0]) if words else ""
        if name == "":
            self._assign([(key, self.filled(value)) for key, value in command.values])
        elif name in ("export", "declare", "local", "readonly"):
            pairs = [word.partition("=") for word in words[1:] if "=" in word]
            self._assign([(key, value) for key, _, value in pairs])
        elif name in ("for", "read", "select"):
            self._assign([(word, "$") for word in words[1:] if word.isidentifier()])
        elif name in ("cd", "pushd", "popd"):
            target = next((word for word in words[1:] if not word.startswith("-")), "")
            self.folder = self.place(target) if target else None
        elif name in SHELLS and (scripts := [word for word in words[1:] if REGISTER in word]):
            inner = Shell(self.env, self.folder, self.changes)
            for script in scripts:
                yield from inner.run(script.replace("\0", "$"))
        elif registers(words):
            yield from self._register(words[words.index(REGISTER) + 1 :])
        self._note(command, words)

    def _note(self, command: shell.Command, words: list[str]) -> None:
        """Note what a command may rewrite."""
        for word in command.into:
            self._write(self.filled(word))
        if words and not registers(words) and os.path.basename(words[0]) not in BUILT_IN:
            self._work(os.path.basename(words[0]), words[1:])

    def _assign(self, pairs: list[tuple[str, str]]) -> None:
        """Set variables. One that gets a second value may have either."""
        for name, value in pairs:
            known = self.env.get(name, value)
            self.env[name] = value if known == value and "$" not in value else f"${{{name}}}"

    def place(self, text: str) -> str | None:
        """The path from the root of a file or folder, None if that is not known."""
        import re

        from_root = re.match(FROM_ROOT, text + "/")
        folder = "" if from_root else self.folder
        text = text[from_root.end() :] if from_root else re.sub(FROM_HERE, "", text)
        if folder is None or "$" in text or "\0" in text or text.startswith(("/", "~", "-")):
            return None
        path = normal(folder, text) if len(folder) + len(text) < LONGEST else ""
        return path or None

    def _register(self, words: list[str]) -> Iterator[Registered]:
        """The file that the words after the name of the command register, with its options."""
        import re

        members: set[str] = set()
        whole, containers, more = "", "", False
        for index, word in enumerate(words):
            name, equals, value = word.partition("=")
            if not word.startswith("--"):
                more = more or (word[:1] == "$" and words[index - 1][:2] != "--")
                continue
            value = value if equals else "".join(words[index + 1 : index + 2])
            if name in WHOLE:
                whole = value
            elif name in OPTIONS:
                members.add(OPTIONS[name])
                containers = value if OPTIONS[name] == CONTAINERS else containers
        for given, filled, is_list in ((whole, members, False), (containers, set[str](), True)):
            match = re.fullmatch(FILE, given)
            text = "" if match is None else self.filled(match[1])
            target = self.place(text) if text else None
            if target is not None or "${{" in text:
                changed = more or self.changes.may_touch(target or "")
                yield Registered(target or "", text, filled, changed=changed, containers=is_list)

    def _write(self, word: str) -> None:
        """Note a file that a command is redirected into."""
        import re

        if word and re.fullmatch(NOWHERE, word) is None:
            self.changes.add(word)

    def _work(self, name: str, words: list[str]) -> None:
        """Note what any other command may rewrite."""
        import re

        named = [word for word in words if not word.startswith("-") and re.fullmatch(SCRIPT, word) is None]
        edited = name in PERHAPS and edits(PERHAPS[name], words)
        if edited or name in WRITING or (name == "aws" and "s3" in words):
            for word in named:
                self._write(word)
        elif name not in self._functions and not is_harmless(name, words, named):
            self.changes.any = True


def registers(words: list[str]) -> bool:
    """Whether a command registers a task definition."""
    if REGISTER not in words or words[0] in SAYING or "--generate-cli-skeleton" in words:
        return False
    return "ecs" in words[: words.index(REGISTER)]


def edits(letters: str, words: list[str]) -> bool:
    """Whether an option says that files are written: one of some letters, as in ``-pi``, or a word."""
    short = (word for word in words if word[:1] == "-" and word[:2] != "--")
    return any(letter in word for word in short for letter in letters) or any(w.startswith(IN_PLACE) for w in words)


def is_harmless(name: str, words: list[str], named: list[str]) -> bool:
    """Whether a command with some words, those of them ``named`` that are no options, rewrites no file."""
    if name in PROJECTS:
        told = {word.partition(":")[0] for word in named[: 2 if named[:1] == ["run"] else 1]}
        return told <= BUILDING and (bool(told) or name != "make")
    if name in RUNNERS:
        return not any(word in RUNNERS[name] for word in words)
    if name == "perl":
        return edits("e", words)
    if name.startswith("python"):
        return words[:2] == ["-m", "pip"]
    return name in HARMLESS or name in PERHAPS


def expanded(text: str, pattern: str, env: Mapping[str, str]) -> str:
    """A text with the values of the variables that are known in their place; as it is, if it would get too long."""
    import re

    parts: list[str] = []
    size = end = 0
    for match in re.finditer(pattern, text):
        value = env.get(next(filter(None, match.groups())), match[0])
        size += len(value)
        if size > MOST_BYTES:
            return text
        parts += (text[end : match.start()], value)
        end = match.end()
    return "".join((*parts, text[end:]))
