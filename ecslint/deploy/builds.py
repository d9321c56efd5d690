"""How CodeBuild, CodeDeploy and ecspresso use task definitions, as the files beside them and above tell."""

from __future__ import annotations

import os

from ecslint import discovery
from ecslint.deploy.files import SUFFIXES, items, line, member, normal, read, texts
from ecslint.deploy.scripts import REGISTER, Changes, Shell
from ecslint.deploy.uses import CLI, CODEDEPLOY, ECSPRESSO, Use

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecslint.document import Document

APPSPECS = ("appspec.yml", "appspec.yaml")
MOST_FILES = 20  # configurations of ecspresso in a folder that are read
#: What a configuration of ecspresso names.
DEFINITIONS = ("task_definition", "service_definition")


def from_folder(root: str, folder: str) -> Iterator[Use]:
    """What the files of other deploy tools in a folder use."""
    here = discovery.from_root(folder, root) if folder != root else ""
    for suffix in SUFFIXES:
        parsed = read(root, os.path.join(folder, "buildspec" + suffix), (REGISTER, "appspec"))
        if parsed is not None:
            yield from from_buildspec(parsed)
        parsed = read(root, os.path.join(folder, "appspec" + suffix), ("AWS::ECS::Service",))
        if parsed is not None:
            yield Use(CODEDEPLOY, normal(here, "taskdef.json"), parsed.name, 1)
    for name in ecspresso_files(folder):
        parsed = read(root, os.path.join(folder, name), DEFINITIONS)
        yield from from_ecspresso(parsed, here) if parsed is not None else ()


def ecspresso_files(folder: str) -> list[str]:
    """The configurations of ecspresso in a folder: ``ecspresso.yml``, or one for each environment."""
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    return sorted(name for name in names if name.startswith("ecspresso") and name.endswith(SUFFIXES))[:MOST_FILES]


def from_ecspresso(parsed: Document, here: str) -> Iterator[Use]:
    """The task definition and the service that a configuration of ecspresso names."""
    task, service = (named if type(named := parsed.data.get(word)) is str else "" for word in DEFINITIONS)
    if task:
        yield Use(ECSPRESSO, normal(here, task), parsed.name, line(parsed, DEFINITIONS[:1]))
    if service:
        use = Use(ECSPRESSO, normal(here, service), parsed.name, line(parsed, DEFINITIONS[1:]))
        use.beside = normal(here, task) if task else ""
        yield use


def from_buildspec(parsed: Document) -> Iterator[Use]:
    """What a CodeBuild project registers itself, or hands on to CodeDeploy together with an appspec."""
    shell = Shell(texts(member(parsed.data, "env", "variables")), "", Changes())
    phases = member(parsed.data, "phases")
    for phase in phases if type(phases) is dict else ():
        for index, command in enumerate(items(member(phases, phase, "commands"))):
            for found in shell.run(command) if type(command) is str else ():
                if found.target:
                    at = line(parsed, ("phases", phase, "commands", index))
                    filled = [("", (name,)) for name in found.members]
                    changed, containers = found.changed, found.containers
                    yield Use(CLI, found.target, parsed.name, at, filled, changed=changed, containers=containers)
    files = member(parsed.data, "artifacts", "files")
    named = [file if type(file) is str else "" for file in items(files)]
    if any(os.path.basename(file) in APPSPECS for file in named):
        for index, file in enumerate(named):
            if file.endswith(".json"):
                yield Use(CODEDEPLOY, normal(file), parsed.name, line(parsed, ("artifacts", "files", index)))
