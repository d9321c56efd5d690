"""The order of requiresAttributes: that in which ECS, which is written in Java, walks through a hash set.

Measured on 103 public answers of describe-task-definition. An object with two fields, of which the second is null,
hashes as a generated method does; HashMap spreads the hash and takes its last bits.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WORD = 0xFFFFFFFF  # Java's integers have 32 bits
FEWEST_BUCKETS = 16

LEGACY = "com.amazonaws.ecs.capability."
CURRENT = "ecs.capability."

#: Attributes of one bucket stand in the order in which ECS looks at what demands them. Of these it is on record.
EARLIER = (
    f"{LEGACY}selinux",
    f"{LEGACY}logging-driver.awsfirelens",
    f"{LEGACY}ecr-auth",
    f"{LEGACY}docker-remote-api.1.19",
    f"{CURRENT}pid-ipc-namespace-sharing",
    f"{LEGACY}docker-remote-api.1.17",
    f"{LEGACY}docker-remote-api.1.18",
    f"{CURRENT}task-eni",
    f"{LEGACY}docker-remote-api.1.28",
    f"{LEGACY}docker-remote-api.1.29",
    f"{CURRENT}secrets.asm.environment-variables",
    f"{CURRENT}aws-appmesh",
    f"{CURRENT}efs",
    f"{CURRENT}container-ordering",
    f"{CURRENT}env-files.s3",
    f"{CURRENT}container-health-check",
    f"{CURRENT}firelens.fluentbit",
    f"{CURRENT}firelens.options.config.file",
    f"{LEGACY}docker-remote-api.1.25",
)
LAST = f"{LEGACY}task-iam-role"


def ordered(names: Iterable[str]) -> list[str]:
    """The names in the order of ECS."""
    listed = list(names)
    count = buckets(len(listed))
    return sorted(listed, key=lambda name: (bucket(name, count), _rank(name)))


def is_possible(names: Sequence[str]) -> bool:
    """Whether ECS can have answered with the names in this order; the order inside of a bucket is left alone."""
    count = buckets(len(names))
    # When a set of 12 or 24 grows is known from a single answer.
    at_limit = count > FEWEST_BUCKETS and len(names) * 8 == count * 3
    return any(_ascends([bucket(name, size) for name in names]) for size in (count, count // 2 if at_limit else count))


def buckets(size: int) -> int:
    """How many buckets a set of that many names has: it is made for them, three quarters full at most."""
    count = FEWEST_BUCKETS
    while size * 4 >= count * 3:
        count *= 2
    return count


def bucket(name: str, count: int) -> int:
    """The bucket of an attribute."""
    text = 0
    for character in name:
        text = (31 * text + ord(character)) & WORD
    whole = (((59 + text) & WORD) * 59 + 43) & WORD
    return (whole ^ (whole >> 16)) & (count - 1)


def _rank(name: str) -> int:
    if name in EARLIER:
        return EARLIER.index(name)
    return len(EARLIER) + (name == LAST)


def _ascends(numbers: Sequence[int]) -> bool:
    return all(one <= other for one, other in zip(numbers, numbers[1:], strict=False))  # noqa: RUF007 - one import more
