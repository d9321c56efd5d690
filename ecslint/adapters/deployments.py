"""What deploys services: AppSpec files of CodeDeploy, image definitions of CodePipeline, steps of GitHub workflows.

They are lifted in the words of ECS, as far as they say which containers of a task definition they mean.
"""

from __future__ import annotations

from ecslint.model import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from ecslint.model import Path

APPSPEC = "appspec"
IMAGES = "image-definitions"
STEP = "render-step"

SERVICE = "AWS::ECS::Service"
RENDER = "aws-actions/amazon-ecs-render-task-definition@"

#: How an expression of a workflow begins and ends, and what is known of the names in them.
OPEN, CLOSE = "${{", "}}"
MOST_STEPS = 1000  # of one workflow


def appspecs(data: dict[Any, Any]) -> list[dict[str, Any]]:
    """Arguments of ``Resource`` for the service in an AppSpec file; none if the data is something else."""
    found = []
    for index, resource in enumerate(data["Resources"]):
        for name, fields in resource.items() if type(resource) is dict else ():
            properties = fields.get("Properties") if type(fields) is dict and fields.get("Type") == SERVICE else None
            if type(properties) is dict:
                at = ("Resources", index, name, "Properties")
                found.append({"kind": APPSPEC, "prefix": at, **lifted(properties, at)})
    return found


def lifted(properties: dict[Any, Any], at: Path) -> dict[str, Any]:
    """The data of a service in an AppSpec file in the words of ECS, and where it stands."""
    data: dict[str, Any] = {}
    moved: dict[Path, Path] = {}
    task = properties.get("TaskDefinition")
    if type(task) is str and "<" not in task:
        data["taskDefinition"] = task
        moved["taskDefinition",] = (*at, "TaskDefinition")
    target = properties.get("LoadBalancerInfo")
    if type(target) is dict:
        moved["loadBalancers", 0] = (*at, "LoadBalancerInfo")
        one = {}
        for name, types in (("containerName", (str, Unknown)), ("containerPort", (int, Unknown))):
            written = name[0].upper() + name[1:]
            if type(target.get(written)) in types:
                one[name] = target[written]
                moved["loadBalancers", 0, name] = (*at, "LoadBalancerInfo", written)
        data["loadBalancers"] = [one]
    return {"data": data, "moved": moved}


def images(data: list[Any]) -> list[dict[str, Any]]:
    """Arguments of ``Resource`` for a list of image definitions; none if the data is something else."""
    texts = (str, Unknown)
    for item in data:
        if type(item) is not dict or item.keys() != {"name", "imageUri"}:
            return []
        if type(item["name"]) not in texts or type(item["imageUri"]) not in texts:
            return []
    return [{"kind": IMAGES, "data": {"images": data}, "moved": {("images",): ()}}] if data else []


def steps(data: dict[Any, Any]) -> list[dict[str, Any]]:
    """Arguments of ``Resource`` for each step of a GitHub workflow that renders a task definition."""
    jobs = data["jobs"]
    found: list[dict[str, Any]] = []
    for name, job in jobs.items() if type(jobs) is dict else ():
        listed = job.get("steps") if type(job) is dict else None
        if type(listed) is list and len(listed) <= MOST_STEPS:
            env = {**texts(data.get("env")), **texts(job.get("env"))}
            found += rendered(listed, ("jobs", name, "steps"), {f"env.{key}": text for key, text in env.items()})
    return found


def rendered(listed: list[Any], at: Path, known: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Arguments of ``Resource`` for the steps of a job; a file that a step has made stands for the one it was made of.

    A step is passed over if the file or the names are not known.
    """
    for index, step in enumerate(listed):
        action = step.get("uses") if type(step) is dict else None
        if type(action) is not str or not action.startswith(RENDER):
            continue
        own = {**known, **{f"env.{key}": text for key, text in texts(step.get("env")).items()}}
        given = {name: filled(text, own) for name, text in texts(step.get("with")).items()}
        file = given.get("task-definition", "")
        names = given.get("container-name", "")
        if type(step.get("id")) is str:
            known[f"steps.{step['id']}.outputs.task-definition"] = file
        if file and names and OPEN not in file + names:
            inside = (*at, index, "with")
            parts = [name for part in names.split(",") if (name := part.strip())]
            places = {("containers", number): (*inside, "container-name") for number in range(len(parts))}
            yield {
                "kind": STEP,
                "data": {"taskDefinition": file, "containers": parts},
                "prefix": inside,
                "moved": {("taskDefinition",): (*inside, "task-definition"), **places},
            }


def texts(value: Any) -> dict[str, str]:
    """The members of an object that are texts, with placeholders as they are written."""
    found = {}
    for name, text in value.items() if type(value) is dict else ():
        if type(name) is str and type(text) in (str, Unknown):
            found[name] = text.raw if type(text) is Unknown else text
    return found


def filled(text: str, known: Mapping[str, str]) -> str:
    """A text with the values of the expressions that are known; as it is, if one of them is not."""
    start, opened, rest = text.partition(OPEN)
    if not opened:
        return text
    name, closed, after = rest.partition(CLOSE)
    value = known.get(name.strip())
    return text if value is None or not closed or OPEN in value + after else start + value + after
