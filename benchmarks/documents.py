"""Task definitions to measure with: made from a seed, the same on every machine.

``python benchmarks/documents.py FOLDER COUNT`` writes clean ones, ``--faulty`` ones with planted faults.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
from random import Random
from typing import Any

ACCOUNT = "111122223333"
REGION = "eu-west-1"
REGISTRY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"

SERVICES = ("orders", "billing", "catalog", "search", "media", "accounts", "shipping", "reports", "gateway", "pricing")
PARTS = ("api", "worker", "web", "scheduler", "consumer", "relay")
SIDECARS = ("metrics", "proxy", "shipper", "agent")
SUBJECTS = ("DATABASE", "CACHE", "QUEUE", "HTTP", "GRPC", "UPLOAD", "INVOICE", "SEARCH", "MAIL", "SESSION", "METRICS")
ASPECTS = ("HOST", "PORT", "TIMEOUT_SECONDS", "POOL_SIZE", "REGION", "BATCH_SIZE", "RETRIES", "ENABLED", "ENDPOINT")
SECRETS = ("PASSWORD", "API_TOKEN", "SIGNING_KEY", "CLIENT_SECRET")
SCALES = ("PRIMARY", "REPLICA", "INTERNAL", "PUBLIC", "LEGACY", "BACKUP")

#: (task CPU, task memory in MiB) of Fargate, large enough for five containers.
SIZES = ((1024, 4096), (2048, 4096), (2048, 8192), (4096, 16384))

SMALLEST, MEAN, LARGEST = 800, 5000, 25000
#: What a pretty-printed member of ``environment`` needs besides its name and value.
ENTRY_BYTES = 72
CONTAINER_BYTES = 1100


def seeded(seed: int) -> Random:
    """A source of chance that gives the same each time."""
    return Random(seed)  # noqa: S311 - nothing here is secret


def sized(random: Random) -> int:
    """A size in bytes as in repositories: most below the mean, a few far above it."""
    return int(min(LARGEST, max(SMALLEST, random.lognormvariate(8.25, 0.72))))


def task(random: Random, size: int) -> dict[str, Any]:
    """A task definition without faults, of about ``size`` bytes as pretty JSON (at least ``SMALLEST``)."""
    service, part = random.choice(SERVICES), random.choice(PARTS)
    fargate = random.random() < 0.7
    cpu, memory = random.choice(SIZES)
    count = max(1, min(5, size // 2500))
    names = [part, *random.sample(SIDECARS, min(count - 1, len(SIDECARS)))]
    role = f"arn:aws:iam::{ACCOUNT}:role/{service}-{part}"
    made: dict[str, Any] = {
        "family": f"{service}-{part}",
        "executionRoleArn": f"{role}-execution",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE" if fargate else "EC2"],
        "cpu": str(cpu),
        "memory": str(memory),
        "containerDefinitions": [
            _container(random, service, name, cpu // 8, memory // 8, main=name == part) for name in names
        ],
    }
    if size > 2 * CONTAINER_BYTES:
        made["taskRoleArn"] = role
        made["runtimePlatform"] = {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"}
        made["tags"] = [{"key": "service", "value": service}, {"key": "owner", "value": f"team-{service}"}]
        _add_details(random, made)
    _fill(random, made, size)
    return made


def _container(random: Random, service: str, name: str, cpu: int, memory: int, *, main: bool) -> dict[str, Any]:
    version = f"{random.randint(1, 9)}.{random.randint(0, 40)}.{random.randint(0, 9)}"
    made: dict[str, Any] = {"name": name, "image": f"{REGISTRY}/{service}/{name}:{version}"}
    made |= {"cpu": cpu, "memory": memory, "essential": main}
    if main:
        port = random.choice((3000, 5000, 8000, 8080, 9000))
        made["portMappings"] = [{"containerPort": port, "protocol": "tcp"}]
    made["logConfiguration"] = {
        "logDriver": "awslogs",
        "options": {
            "awslogs-group": f"/ecs/{service}",
            "awslogs-region": REGION,
            "awslogs-stream-prefix": name,
        },
    }
    return made


def _add_details(random: Random, made: dict[str, Any]) -> None:
    """Give containers what larger files have: health checks, start order, limits, shared files, commands."""
    main, *sidecars = made["containerDefinitions"]
    port = main["portMappings"][0]["containerPort"]
    main["healthCheck"] = {
        "command": ["CMD-SHELL", f"curl -f http://localhost:{port}/health || exit 1"],
        "interval": 30,
        "timeout": 5,
        "retries": 3,
        "startPeriod": 60,
    }
    main["linuxParameters"] = {"initProcessEnabled": True}
    main["ulimits"] = [{"name": "nofile", "softLimit": 65536, "hardLimit": 65536}]
    main["stopTimeout"] = random.choice((30, 60, 90))
    if random.random() < 0.4:
        # Nearly a third of real files hold a dollar sign, which makes a linter look for placeholders.
        main["command"] = ["sh", "-c", f"exec {made['family']} --listen 0.0.0.0:$PORT"]
    if sidecars:
        main["dependsOn"] = [{"containerName": sidecars[0]["name"], "condition": "START"}]
        sidecars[0]["startTimeout"] = 60
    if random.random() < 0.3:
        main["mountPoints"] = [{"sourceVolume": "scratch", "containerPath": "/var/scratch", "readOnly": False}]
        made["volumes"] = [{"name": "scratch"}]


def _fill(random: Random, made: dict[str, Any], size: int) -> None:
    """Add environment variables and secrets until the pretty JSON is about ``size`` bytes long."""
    room = size - len(text(made))
    containers = made["containerDefinitions"]
    used: set[str] = set()
    while room > ENTRY_BYTES:
        container = random.choice(containers)
        if secret := random.random() < 0.2:
            name = f"{random.choice(SUBJECTS)}_{random.choice(SECRETS)}"
        else:
            name = f"{random.choice(SUBJECTS)}_{random.choice(ASPECTS)}"
        while name in used:
            name = f"{random.choice(SCALES)}_{name}"
        used.add(name)
        if secret:
            value = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/{made['family']}/{name.lower()}"
            container.setdefault("secrets", []).append({"name": name, "valueFrom": value})
        else:
            value = _setting(random, name)
            container.setdefault("environment", []).append({"name": name, "value": value})
        room -= ENTRY_BYTES + len(name) + len(value)


def _setting(random: Random, name: str) -> str:
    aspect = name.rpartition("_")[2]
    if aspect == "HOST":
        return f"{name.lower().replace('_', '-')}.internal.example.com"
    if aspect == "ENDPOINT":
        return (
            f"https://{name.lower().replace('_', '-')}.example.com:{random.randint(1024, 9999)}/v{random.randint(1, 4)}"
        )
    if aspect == "ENABLED":
        return random.choice(("true", "false"))
    if aspect == "REGION":
        return REGION
    return str(random.randint(1, 9000))


def spoil(clean: dict[str, Any], random: Random) -> dict[str, Any]:
    """A copy of a task definition with one to three planted faults; each gives at least one finding."""
    made = copy.deepcopy(clean)
    main = made["containerDefinitions"][0]
    for fault in random.sample(range(6), random.randint(1, 3)):
        if fault == 0:
            main["memory"] = str(main["memory"])
        elif fault == 1:
            main["portMappings"][0]["hostPort"] = main["portMappings"][0]["containerPort"] + 1
        elif fault == 2:
            main["dependsOn"] = [{"containerName": "missing", "condition": "START"}]
        elif fault == 3:
            main["helthCheck"] = {"command": ["CMD", "true"]}
        elif fault == 4:
            made["networkMode"] = "AWSVPC"
        else:
            main["mountPoints"] = [{"sourceVolume": "absent", "containerPath": "/data"}]
    return made


def text(value: Any) -> str:
    """Pretty JSON, as people keep it."""
    return json.dumps(value, indent=2) + "\n"


def yaml(value: Any) -> str:
    """Block YAML of plain data, with strings in double quotes."""
    return "\n".join(_yaml_lines(value)) + "\n"


def _yaml_lines(value: Any) -> list[str]:
    if not isinstance(value, dict | list) or not value:
        return [json.dumps(value)]
    lines = []
    for key, item in value.items() if isinstance(value, dict) else ((None, item) for item in value):
        inner = _yaml_lines(item)
        if key is None:
            lines += [("- " if number == 0 else "  ") + line for number, line in enumerate(inner)]
        elif isinstance(item, dict | list) and item:
            lines += [f"{key}:", *(f"  {line}" for line in inner)]
        else:
            lines.append(f"{key}: {inner[0]}")
    return lines


def cloudformation(clean: dict[str, Any]) -> dict[str, Any]:
    """The task definition as the only resource of a CloudFormation template."""
    resource = {"Type": "AWS::ECS::TaskDefinition", "Properties": _pascal_case(clean)}
    return {"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"TaskDefinition": resource}}


def _pascal_case(value: Any) -> Any:
    """The value with capitalised member names; the names in ``options`` are the log driver's own."""
    if isinstance(value, list):
        return [_pascal_case(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key[:1].upper() + key[1:]: item if key == "options" else _pascal_case(item) for key, item in value.items()}


def write(folder: str, count: int, *, seed: int = 1, size: int | None = None, faulty_every: int = 0) -> list[str]:
    """Write ``count`` documents as pretty JSON into a new folder and return their paths.

    ``size`` in bytes makes all the same size; ``faulty_every`` n plants faults into every n-th.
    """
    os.makedirs(folder)
    random = seeded(seed)
    paths = []
    for number in range(count):
        made = task(random, size or sized(random))
        if faulty_every and number % faulty_every == 0:
            made = spoil(made, random)
        paths.append(os.path.join(folder, f"task-{number:05}.json"))
        with open(paths[-1], "w", encoding="utf-8") as file:
            file.write(text(made))
    return paths


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", help="a folder that does not exist yet")
    parser.add_argument("count", type=int)
    parser.add_argument("--faulty", action="store_true", help="plant faults into every document")
    options = parser.parse_args()
    write(options.folder, options.count, faulty_every=int(options.faulty))


if __name__ == "__main__":
    main()
