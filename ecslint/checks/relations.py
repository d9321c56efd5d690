"""Checks of what one document says of another: ports of a container, volumes that are configured at launch."""

from __future__ import annotations

from ecslint import paths
from ecslint.checks import check
from ecslint.checks.fields import PATH_OPTION
from ecslint.model import Hit, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


@check(
    options={"items": PATH_OPTION, "containers": PATH_OPTION},
    values=("name", "port", "known"),
    follows=("items",),
)
def maps_port(value: Any, *, items: str, containers: str) -> Iterator[Hit]:
    """Each item that names a container and a port names a port that the container maps; else its port is hit.

    ``items`` are objects with ``containerName`` and ``containerPort``. Silent about a container that is not there, is
    there twice, or of whose ports one is not known. Ranges (``containerPortRange``) count with all of their ports.
    """
    declared: dict[str, list[tuple[Any, Any]]] = {}
    for place, container in paths.follow(value, containers):
        if type(container) is dict and type(container.get("name")) is str:
            declared.setdefault(container["name"], []).append((place, container))
    for path, item in paths.follow(value, items):
        name, port = (item.get(key) for key in ("containerName", "containerPort")) if type(item) is dict else (0, 0)
        if type(name) is not str or type(port) is not int or len(declared.get(name, ())) != 1:
            continue
        [(place, container)] = declared[name]
        ports = mapped(container)
        if ports is not None and not any(low <= port <= high for low, high in ports):
            known = ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in ports) or "none"
            at = (*place, "portMappings") if "portMappings" in container else place
            said = {"name": name, "port": port, "known": known}
            yield Hit((*path, "containerPort"), said, own=said, related=[(at, "its ports are mapped here")])


def mapped(container: dict[Any, Any]) -> list[tuple[int, int]] | None:
    """The ports that a container maps, as ranges with both ends; None if not all of them are known."""
    mappings = container.get("portMappings", [])
    if type(mappings) is not list or any(type(key) is Unknown for key in container):
        return None
    found = []
    for mapping in mappings:
        ends = ports_of(mapping) if type(mapping) is dict else None
        if ends is None:
            return None
        found.append(ends)
    return found


def ports_of(mapping: dict[Any, Any]) -> tuple[int, int] | None:
    """The first and the last port of a mapping; None if they are not known."""
    port, span = mapping.get("containerPort"), mapping.get("containerPortRange")
    if type(port) is int:
        return port, port
    if type(span) is not str or port is not None:
        return None
    low, _, high = span.partition("-")
    return (int(low), int(high)) if low.isdecimal() and high.isdecimal() else None


@check(
    options={"items": PATH_OPTION, "volumes": PATH_OPTION},
    values=("name", "known"),
    follows=("items",),
)
def at_launch(value: Any, *, items: str, volumes: str) -> Iterator[Hit]:
    """Each name that ``items`` reaches is that of a volume with ``configuredAtLaunch``, if all volumes are known."""
    declared = paths.follow(value, volumes)
    if any(type(volume) is not dict or any(type(key) is Unknown for key in volume) for _, volume in declared):
        return
    known = [volume.get("name") for _, volume in declared if volume.get("configuredAtLaunch", False) is not False]
    if any(type(name) is not str for name in known):
        return
    for path, name in paths.follow(value, items):
        if type(name) is str and name not in known:
            said = {"name": name, "known": ", ".join(f"`{one}`" for one in known) or "none"}
            yield Hit(path, said, own=said)


@check(
    options={"items": PATH_OPTION, "containers": PATH_OPTION},
    values=("name", "port"),
    follows=("items",),
)
def fixed_host_port(value: Any, *, items: str, containers: str) -> Iterator[Hit]:
    """The port that an item names is mapped to a host port that does not change; else its port is hit.

    ``items`` are objects with ``containerName`` and ``containerPort``; those with ``targetGroupArn`` are passed over.
    """
    found = [container for _, container in paths.follow(value, containers)]
    named = {one["name"]: one for one in found if type(one) is dict and type(one.get("name")) is str}
    for path, item in paths.follow(value, items):
        if type(item) is not dict or type(item.get("loadBalancerName")) is not str or "targetGroupArn" in item:
            continue
        name, port = item.get("containerName"), item.get("containerPort")
        mappings = named.get(name, {}).get("portMappings") if type(name) is str and type(port) is int else None
        for mapping in mappings if type(mappings) is list else ():
            if type(mapping) is dict and mapping.get("containerPort") == port and is_dynamic(mapping):
                said = {"name": name, "port": port}
                yield Hit((*path, "containerPort"), said, own=said)


def is_dynamic(mapping: dict[Any, Any]) -> bool:
    """Whether ECS picks the host port of a mapping."""
    known = not any(type(key) is Unknown for key in mapping)
    return known and type(mapping.get("hostPort", 0)) is int and mapping.get("hostPort", 0) == 0
