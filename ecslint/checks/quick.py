"""Quick looks: predicates that are true only where a check has no hit. See ``passes`` of ``ecslint.checks.check``.

They stand together because a file without faults needs no other code of the checks. They take what
their checks take, with the values that are reached in the place of paths in ``follows`` and ``gathers``, and know no
unknown values: one may be taken for a known one that is like no other, and it may raise an exception.
"""

from __future__ import annotations

from ecslint import paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, TypeAlias

    Row: TypeAlias = "dict[str, Any]"  # {cpu: int, memory: [int, ...], windows: bool}

ALPHANUMERIC = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

#: Parts between colons of a whole secret's ARN.
SECRET_PARTS = 7

#: What the formats of secrets in rules/tables/secret-values.yaml contain, URLs with passwords aside, by what
#: several have in common; to look for a single character takes a tenth of the time.
SECRET_MARKS = (
    ("gh", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_")),
    ("_", ("github_pat_", "k_live_", "npm_")),
    ("=", ("assword=", "ASSWORD=", "asswd=", "wd=", "PWD=", "ntKey=", "ssKey=")),
    ("A", ("AKIA", "ASIA", "pypi-AgE")),
    ("S", ("SG.", "LS0tLS1CRUdJTiB")),
    ("B", ("-----BEGIN", "T3BlbkFJ")),
    ("sk-", ("sk-proj-", "sk-svcacct-", "sk-ant-")),
    ("glpat-", ("",)),
    ("GOCSPX-", ("",)),
    ("xox", ("",)),
    ("hooks.slack.com", ("",)),
)

#: What the endings in rules/tables/secret-names.yaml contain.
SECRET_NAMES = ("pass", "pwd", "secret", "token", "key", "credential")

#: ECS refuses a task with more of them.
MOST_CONTAINERS = 10

#: No size has more digits, and int() refuses texts of some thousand.
DIGITS = 15


def differ(_: Any, *, items: Sequence[Any]) -> bool:
    """Whether no two items are equal."""
    return len(set(items)) == len(items)


def all_found(_: Any, *, items: Sequence[str], targets: Sequence[str], until: str = "") -> bool:
    """Whether each name is among the targets."""
    names = [name.partition(until)[0] for name in items] if until else items
    return set(targets).issuperset(names)


def in_order(value: Any, *, left: str, operator: str, right: str) -> bool:
    """Whether two members compare as demanded."""
    a, b = value[left], value[right]
    return bool(a == b if operator == "==" else a <= b if operator == "<=" else a >= b)


def one_positive(_: Any, *, items: Sequence[int]) -> bool:
    """Whether no more than one of the numbers is above 0."""
    return sum(item > 0 for item in items) < 2


def has_room(value: Any, *, count: str, least: str, most: str) -> bool:
    """Whether there are no tasks, or the percentages allow for twice as many."""
    [(_, tasks)], [(_, low)], [(_, high)] = (paths.follow(value, path) for path in (count, least, most))
    return bool(tasks < 1 or (low <= 100 and high >= 200))


def share_none(_: Any, *, items: Sequence[Any], others: Sequence[Any]) -> bool:
    """Whether no item is among the others."""
    return set(items).isdisjoint(others)


def is_arn_of(text: Any, *, service: str, resource: str) -> bool:
    """Whether a text is a name, or an ARN in order."""
    if not text.startswith("arn:"):
        return True
    parts = text.split(":", 5)
    if len(parts) < 6 or not parts[1].startswith("aws") or parts[2] != service or len(parts[4]) != 12:
        return False
    name = parts[5]
    return name.startswith(resource) and len(name) > len(resource) and " " not in name and name.isprintable()


def is_plain(text: Any, *, categories: Sequence[str], also: str) -> bool:
    """Whether a text is nothing but ASCII letters and digits, and characters of ``also``."""
    return is_alphanumeric(text, also) and "L" in categories and "N" in categories


#: Bytes that may stand in a text, by those that may beside letters and digits.
_allowed: dict[str, bytes] = {}


def is_alphanumeric(text: str, also: str) -> bool:
    """Whether a text is nothing but ASCII letters, digits and the characters of ``also``; most texts are."""
    allowed = _allowed.get(also)
    if allowed is None:
        allowed = _allowed[also] = ALPHANUMERIC + also.encode("ascii")
    return not text.encode("utf-8", "surrogatepass").translate(None, allowed)


def region_of(value: Any) -> str:
    """The region in an ARN or in an image of Amazon ECR; another text as it is; else nothing."""
    if type(value) is not str:
        return ""
    if value.startswith("arn:"):
        parts: list[str] = value.split(":", 4)
        return parts[3] if len(parts) > 4 else ""
    if ".dkr" in value:
        labels: list[str] = value.partition("/")[0].split(".")
        return labels[-3] if labels[-2:] == ["amazonaws", "com"] and len(labels) > 4 else ""
    return "" if "/" in value or ":" in value else value


def is_in_known_area(region: str, regions: Sequence[str]) -> bool:
    """Whether a region is known, or one with another number is; or a text is none at all."""
    if not region or region in regions:
        return True
    if region.count("-") < 2:
        return not (7 <= len(region) <= 16 and region[-1].isdigit() and squashed(region) in map(squashed, regions))
    area = region.rstrip("0123456789")
    return any(known.startswith(area) for known in regions)


def squashed(region: str) -> str:
    """A region without the signs between its words."""
    return region.replace("-", "").replace("_", "")


def lie_in_known_areas(
    _: Any,
    *,
    places: Sequence[Any],
    regions: Sequence[str],
    variables: Sequence[Any],
    variables_name: Sequence[str],
    names: Sequence[str],
) -> bool:
    """Whether no value holds a region that is not known."""
    found = set()
    if not {*names}.isdisjoint(variables_name):
        found = {region_of(variable.get("value")) for variable in variables if variable.get("name") in names}
    begin = "\n"
    for text in places:
        if text.startswith(begin):  # most lie in the same region
            continue
        found.add(region_of(text))
        if text.startswith("arn:"):
            begin = ":".join(text.split(":", 4)[:4]) + ":"
    for region in found:  # noqa: SIM110 - all() takes twice as long
        if region not in regions and not is_in_known_area(region, regions):
            return False
    return True


def holds_none(value: Any, *, refused: str) -> bool:
    """Whether a value is a text without any of some characters."""
    if type(value) is not str:
        return False
    for sign in refused:  # noqa: SIM110 - any() takes twice as long
        if sign in value:
            return False
    return True


def lacks_dollar(value: Any) -> bool:
    """Whether a known text has no dollar sign."""
    return "$" not in value


def is_short(image: Any, *, most: int) -> bool:
    """Whether a text has at most so many characters."""
    return len(image) <= most


def is_ordinary_image(image: Any) -> bool:
    """Whether an image name is words of lower-case letters and digits, and perhaps a port and a tag; most are."""
    name, colon, tag = image.partition(":")
    if colon:
        if "/" in tag:
            port, _, path = tag.partition("/")
            return "/" not in name and port.isdigit() and port.isascii() and is_ordinary_image(f"{name}/{path}")
        if len(tag) > 128 or not tag[:1].isalnum() or not is_alphanumeric(tag, "_.-"):
            return False
    if "dkr" in name:
        host, slash, _ = name.partition("/")
        ordinary = host[:12].isdigit() and host[12:21] == ".dkr.ecr." and host[-14:] == ".amazonaws.com"
        if not (slash and ordinary and host.count(".") == 5):
            return False
    words: str = name.replace("/", ".").replace("-", ".")
    if ".." in words or words[:1] == "." or words[-1:] == "." or not words.isascii():
        return False
    return words.islower() and words.replace(".", "").isalnum()


def is_ordinary_reference(text: Any) -> bool:
    """Whether a text is a name, or the ARN of a parameter or of a whole secret about which there is nothing to say."""
    if not text.startswith("arn:"):
        return True
    if text[-1].isspace():
        return False
    parts = text.split(":")
    if len(parts) > 3 and not parts[3]:
        return False
    if len(parts) == SECRET_PARTS and parts[2] == "secretsmanager" and parts[5] == "secret" and len(parts[4]) == 12:
        return parts[6] != "" and not (parts[6][-7:-6] == "-" and parts[6][-6:].isalpha())
    if len(parts) == 6 and parts[2] == "ssm" and len(parts[4]) == 12:
        return parts[5].startswith("parameter/") and parts[5][10:11] not in ("", "/")
    return False


def are_numbers(task: Any) -> bool:
    """Whether the task's sizes are plain numbers."""
    return is_number(task.get("cpu", "0")) and is_number(task.get("memory", "0"))


def is_number(text: str) -> bool:
    """Whether a text is a whole number of moderate length."""
    return text.isdigit() and text.isascii() and len(text) <= DIGITS


def lies_within(task: Any, *, name: str, minimum: int, maximum: int) -> bool:
    """Whether the task's size, if it has one, is a number between two bounds."""
    return name not in task or (is_number(task[name]) and minimum <= int(task[name]) <= maximum)


def is_offered(task: Any, *, sizes: Sequence[Row]) -> bool:
    """Whether the task has one of the sizes that its platform has, written as numbers."""
    cpu, memory = task.get("cpu"), task.get("memory")
    if not (cpu and memory and is_number(cpu) and is_number(memory)):
        return False
    cpu, memory = int(cpu), int(memory)
    windows = task.get("runtimePlatform", {}).get("operatingSystemFamily", "").startswith("WINDOWS_")
    for row in sizes:  # noqa: SIM110 - any() takes twice as long
        if row["cpu"] == cpu and memory in row["memory"] and (row["windows"] or not windows):
            return True
    return False


def is_enough(task: Any, *, items: Sequence[int], limit: str) -> bool:
    """Whether the task's size, if it has one, is a number and no less than all items together."""
    return limit not in task or (is_number(task[limit]) and sum(items) <= int(task[limit]))


def starts_with_word(container: Any, *, parts: Sequence[str]) -> bool:
    """Whether the first text of each part has no blank and no operator of the shell.

    What follows an option, as in ``sh -c``, is its value.
    """
    for part in parts:
        words = container.get(part)
        if words:
            word = words[0]
            if " " in word or ";" in word or "|" in word or "&&" in word or "$(" in word:
                return False
            if words[-1].startswith("-"):
                return True
    return True


def lacks_operators(container: Any, *, parts: Sequence[str], operators: Sequence[str]) -> bool:
    """Whether no word is an operator."""
    for part in parts:  # noqa: SIM110 - all() takes twice as long
        if part in container and not set(container[part]).isdisjoint(operators):
            return False
    return True


def lacks_arguments(container: Any, *, parts: Sequence[str]) -> bool:
    """Whether there are too few words for a shell, its option, a script and an argument, or no such option."""
    words = [word for part in parts if part in container for word in container[part]]
    return len(words) < 4 or not (words[1].startswith("-") and words[1].endswith("c"))


def lead_nowhere_back(_: Any, *, nodes: Sequence[Any], edges: Sequence[str], until: str = "") -> bool:
    """Whether no chain of references leads back: again and again, what refers to nothing that is left is taken away."""
    left: dict[Any, set[Any]] = {}
    for pattern in map(paths.parse, edges):
        for node in nodes:
            if pattern[0] in node:
                targets = [target for _, target in paths.select(node, pattern)]
                ends = [target.partition(until)[0] for target in targets] if until else targets
                left.setdefault(node.get("name"), set()).update(ends)
    for _ in range(MOST_CONTAINERS):
        left = {name: targets for name, targets in left.items() if not targets.isdisjoint(left)}
        if not left:
            return True
    return False


def _awaited(containers: Sequence[Any], dependencies: Sequence[Any], conditions: Sequence[str]) -> list[Any]:
    """The containers that others wait for with one of the conditions."""
    names = [entry.get("containerName") for entry in dependencies if entry.get("condition") in conditions]
    return [container for container in containers if container.get("name") in names] if names else []


def have_member(
    _: Any,
    *,
    containers: Sequence[Any],
    dependencies: Sequence[Any],
    conditions: Sequence[str],
    member: str,
    values: Sequence[Any] = (),
) -> bool:
    """Whether all containers that others wait for have a member, or one of the values."""
    for container in _awaited(containers, dependencies, conditions):
        if container.get(member) not in values if values else member not in container:
            return False
    return True


def are_of_no_kind(
    _: Any,
    *,
    containers: Sequence[Any],
    dependencies: Sequence[Any],
    conditions: Sequence[str],
    where: Mapping[str, Sequence[Any]],
) -> bool:
    """Whether no container that others wait for has one of the values of each member."""
    awaited = _awaited(containers, dependencies, conditions)
    kinds = [(paths.parse(member), values) for member, values in where.items()] if awaited else []
    return not any(
        all(any(is_one_of(item, values) for _, item in paths.select(container, member)) for member, values in kinds)
        for container in awaited
    )


def is_one_of(item: Any, values: Sequence[Any]) -> bool:
    """Whether a value is one of some values; a list stands for those that begin like it."""
    return item in values or (
        type(item) is list and any(type(one) is list and item[: len(one)] == one for one in values)
    )


def are_taken_once(_: Any, *, mappings: Sequence[Any], ports: Sequence[str]) -> bool:
    """Whether the port mappings take single ports, all different."""
    taken = [port for mapping in mappings if (port := next(filter(None, map(mapping.get, ports)), 0))]
    return len(set(taken)) == len(taken) and all(type(port) is int for port in taken)


def are_other_kind(_: Any, *, volumes: Sequence[Any], at_launch: bool) -> bool:
    """Whether no volume is of the kind that is judged."""
    return not any(volume.get("configuredAtLaunch", False) is at_launch for volume in volumes)


def is_single(value: Any, *, members: Sequence[str]) -> bool:
    """Whether at most one of the members is set."""
    return sum(bool(value.get(name)) for name in members) < 2


def lie_apart(_: Any, *, items: Sequence[str]) -> bool:
    """Whether all directories are different, and in their plainest form."""
    return len(set(items)) == len(items) and not [
        text for text in items if text[:1] != "/" or "//" in text or "/." in text or text[-1:] == "/"
    ]


def are_known_options(value: Any, *, known: Mapping[str, Any]) -> bool:
    """Whether a log configuration has only options that its driver knows, or a driver of which none are known."""
    names = known["drivers"].get(value.get("logDriver"))
    return names is None or set(value.get("options", ())).issubset((*names, *known["every"]))


def are_plain_patterns(value: Any, *, patterns: Sequence[str], formats: Sequence[str]) -> bool:
    """Whether no text has anything that a regular expression could have wrong."""
    for name in (*patterns, *formats):  # noqa: SIM110 - all() takes twice as long
        if name in value and not set("\\[]()*+?|{").isdisjoint(value[name]):
            return False
    return True


def share_drive(_: Any, *, volumes: Sequence[Any], mounts: Sequence[Any]) -> bool:
    """Whether all paths, in containers and of the host, that name a drive name the same one."""
    found = [mount.get("containerPath", "") for mount in mounts]
    if not any(":" in path for path in found):
        return True
    found += [volume.get("host", {}).get("sourcePath", "") for volume in volumes]
    return len({path[:1].upper() for path in found if path[1:2] == ":"}) < 2


def lack_marks(_: Any, *, places: Sequence[str]) -> bool:
    """Whether no text has what marks a secret."""
    text = "\n".join(places)
    if "@" in text and "://" in text and any("://" in place and "@" in place for place in places):
        return False
    for part, marks in SECRET_MARKS:
        if part in text:
            for mark in marks:
                if mark in text:
                    return False
    return "sk-" not in text or not any(len(place) > 50 and "sk-" in place for place in places)


def announce_nothing(
    _: Any,
    *,
    variables: Sequence[Any],
    variables_name: Sequence[str],
    names: Sequence[str] = (),
    endings: Sequence[str] = (),
    strong: bool | None = None,
) -> bool:
    """Whether no variable has one of the names, or is named for a secret.

    If ``strong``, only those with letters of both cases and digits count.
    """
    if not endings:
        return {*names}.isdisjoint(variables_name)
    text = "\n".join(variables_name).lower()
    if not names and not [part for part in SECRET_NAMES if part in text]:
        return True
    if strong:
        variables = [
            variable
            for variable in variables
            if len(value := variable.get("value", "")) >= 8
            and not (value.isalpha() or value.isupper() or value.islower() or "://" in value)
        ]
    for variable in variables:
        name: str = variable.get("name", "")
        if name in names or any(part in name.lower() for part in SECRET_NAMES):
            return False
    return True


def same_owner(task: Any, *, items: Sequence[str], roles: Sequence[str]) -> bool:
    """Whether the roles name no account, or one that every ARN has."""
    account = None
    for role in roles:
        parts = task.get(role, "").split(":", 5)
        if len(parts) > 5:
            if account not in (None, parts[4]):
                return False
            account = parts[4]
    if account is None:
        return True
    part = f":{account}:"
    return not [text for text in items if part not in text and text.startswith("arn:")]
