"""Names of container images: their parts, and whether a container runtime can pull them."""

from __future__ import annotations

from ecslint.checks import check
from ecslint.model import Hit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

HOST = r"(?:[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9])(?:\.(?:[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9]))*"
REGISTRY = HOST + r"(?::[0-9]+)?"
COMPONENT = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
TAG = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"
ECR_HOST = r"(?:(.*)\.)?dkr[.-]ecr(?:-fips)?\..*"
ECS_CHARACTERS = r"[A-Za-z0-9_.:/#@-]+"


class Reference:
    """An image name in parts; a part that is not written is None, so a registry of None is Docker Hub."""

    __slots__ = ("digest", "registry", "repository", "tag")

    def __init__(
        self, registry: str | None, repository: str, tag: str | None = None, digest: str | None = None
    ) -> None:
        self.registry = registry
        self.repository = repository
        self.tag = tag
        self.digest = digest

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reference) and self.parts() == other.parts()

    def __hash__(self) -> int:
        return hash(self.parts())

    def __repr__(self) -> str:
        return f"Reference{self.parts()}"

    def __str__(self) -> str:
        registry = "" if self.registry is None else f"{self.registry}/"
        tag = "" if self.tag is None else f":{self.tag}"
        digest = "" if self.digest is None else f"@{self.digest}"
        return f"{registry}{self.repository}{tag}{digest}"

    def parts(self) -> tuple[str | None, str, str | None, str | None]:
        """Registry, repository, tag and digest."""
        return self.registry, self.repository, self.tag, self.digest


def parse(image: str) -> Reference:
    """The parts of any text, whether a runtime could pull it or not; ``str`` of them is the text again.

    The first component is a registry if it has a dot, a colon or an upper-case letter, or is
    ``localhost``: the runtimes decide in the same way.
    """
    name, at, digest = image.partition("@")
    first, slash, rest = name.partition("/")
    has_registry = bool(slash) and ("." in first or ":" in first or first == "localhost" or first != first.lower())
    path = rest if has_registry else name
    repository, colon, tag = path.rpartition(":")
    if not colon or "/" in tag:
        repository, colon, tag = path, "", ""
    return Reference(first if has_registry else None, repository, tag if colon else None, digest if at else None)


@check(values=("problem",))
def image_reference(image: Any) -> Iterator[Hit]:
    """A container runtime can read this image name. Digests, and characters that ECS refuses, are not judged."""
    import re

    if type(image) is str and re.fullmatch(ECS_CHARACTERS, image):
        reference = parse(image)
        for problem in _registry_problem(image, reference), _repository_problem(reference), _tag_problem(reference):
            if problem:
                yield Hit((), {"problem": problem})
                return


def _registry_problem(image: str, reference: Reference) -> str:
    import re

    registry = reference.registry
    if "://" in image:
        return f"it starts with `{image.partition('://')[0]}://`"
    if registry is None:
        host = reference.repository
        return "the repository is missing" if re.fullmatch(ECR_HOST, host) and "/" not in host else ""
    ecr = re.fullmatch(ECR_HOST, registry)
    account = ecr[1] if ecr else None
    if ecr and account is None:
        return "the registry lacks the account number"
    if account and account.isdigit() and len(account) != 12:
        return f"an account number has 12 digits, not {len(account)}"
    return "" if re.fullmatch(REGISTRY, registry) else f"`{registry}` is no host name"


def _repository_problem(reference: Reference) -> str:
    import re

    repository = reference.repository
    if not repository:
        return "the repository is missing"
    if "" in repository.split("/"):
        return "a part between slashes is empty"
    if ":" in repository:
        return "it has more than one tag"
    if repository != repository.lower():
        return "the repository must be lower-case"
    faulty = [part for part in repository.split("/") if not re.fullmatch(COMPONENT, part)]
    return f"`{faulty[0]}` is no repository name" if faulty else ""


def _tag_problem(reference: Reference) -> str:
    import re

    if reference.tag is None or re.fullmatch(TAG, reference.tag):
        return ""
    return f"`{reference.tag}` is no tag" if reference.tag else "the tag is empty"
