"""Names of container images: their parts, and whether a container runtime can pull them."""

from __future__ import annotations

from ecslint.checks import check, quick
from ecslint.model import Hit, Unknown
from ecslint.syntax.placeholders import WORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

# Sets of characters as strings: ``text.strip(SET)`` leaves nothing of a text that has no others.
LOWER = "abcdefghijklmnopqrstuvwxyz0123456789"
COMPONENT = LOWER + "._-"
HOST = LOWER + "ABCDEFGHIJKLMNOPQRSTUVWXYZ-"
TAG = HOST + "_."
ECS_CHARACTERS = TAG + ":/#@"

#: Neighbours that no part of a repository's name has.
SEPARATORS = ("..", "._", ".-", "_.", "_-", "-.", "-_", "___")

#: What follows the account number in the host names of Amazon ECR.
ECR_HOSTS = ("dkr.ecr.", "dkr.ecr-fips.", "dkr-ecr.", "dkr-ecr-fips.")


#: What follows the region; those of other partitions are passed over.
ECR_ENDS = ("amazonaws.com", "amazonaws.com.cn", "amazonaws.eu", "on.aws", "on.amazonwebservices.com.cn")

#: Where an image without a registry comes from.
DEFAULT_REGISTRY = "docker.io"


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


@check(options={"most": {"type": "integer", "minimum": 1}}, values=("length",), passes=quick.is_short)
def image_length(image: Any, *, most: int) -> Iterator[Hit]:
    """An image name without its digest has at most so many characters."""
    if type(image) is str and len(image) > most:
        length = len(image.partition("@")[0])
        if length > most:
            yield Hit((), {"length": length}, own=("length",))


@check(passes=quick.is_ordinary_image)
def image_digest(image: Any) -> Iterator[Hit]:
    """What follows an ``@`` in an image name is a whole SHA-256 digest."""
    if type(image) is str and "@" in image and not image.strip(ECS_CHARACTERS):
        algorithm, _, digits = image.partition("@")[2].partition(":")
        if algorithm != "sha256" or len(digits) != 64 or digits.strip("0123456789abcdefABCDEF"):
            yield Hit()


@check(options={"floating": {"type": "array", "items": {"type": "string"}}})
def image_version(image: Any, *, floating: Sequence[str]) -> Iterator[Hit]:
    """An image has a digest, or a tag that is none of the ``floating`` ones, which name other images over time."""
    if type(image) is str and image:
        reference = parse(image)
        if reference.digest is None and (reference.tag is None or reference.tag in floating):
            yield Hit()


@check(
    options={
        "allowed": {"type": "array", "items": {"type": "string", "minLength": 1}, "default": []},
        "forbidden": {"type": "array", "items": {"type": "string", "minLength": 1}, "default": []},
    },
    values=("registry", "known"),
)
def image_registry(image: Any, *, allowed: Sequence[str] = (), forbidden: Sequence[str] = ()) -> Iterator[Hit]:
    """The registry of an image is one of the ``allowed`` ones, if there are any, and none of the ``forbidden`` ones.

    ``*`` in their names stands for anything but a dot: ``123456789012.dkr.ecr.*.amazonaws.com``. An image without a
    registry comes from ``docker.io``. An image is judged as soon as its registry is known, whatever the tag may be.
    """
    registry = registry_of(image)
    if registry and (
        (allowed and not any(is_like(registry, name) for name in allowed))
        or any(is_like(registry, name) for name in forbidden)
    ):
        from ecslint.words import listed

        yield Hit((), {"registry": registry, "known": listed(allowed or forbidden)}, own=("known",))


def registry_of(image: Any) -> str:
    """The registry of an image; empty while it is not known."""
    if type(image) is Unknown and "/" in image.prefix:
        image = image.prefix  # what follows the first slash is no part of it
    if type(image) is not str or not image:
        return ""
    registry = parse(image).registry or DEFAULT_REGISTRY
    return "" if _has_placeholder(registry) else registry


def is_like(name: str, pattern: str) -> bool:
    """Whether a host name fits a pattern in which ``*`` stands for anything but a dot, in any case."""
    from ecslint.regex import globs

    parts, wanted = name.lower().split("."), pattern.lower().split(".")
    return len(parts) == len(wanted) and all(
        globs.name_fits(one.split("*"), part) for part, one in zip(parts, wanted, strict=True)
    )


@check(values=("problem", "meant"), passes=quick.is_ordinary_image)
def image_reference(image: Any) -> Iterator[Hit]:
    """A container runtime can read this image name; blanks around it are a fault of their own.

    Digests and characters that ECS refuses are not judged, nor are names with a word such as
    ``ACCOUNT_ID`` or ``IMAGE_URI``, which a script replaces.
    """
    image = image.strip() if type(image) is str else ""
    if image and not image.strip(ECS_CHARACTERS) and not _has_placeholder(image):
        problem = _problem(image)
        if problem:
            yield Hit((), {"problem": problem, "meant": _meant(image)})


def _problem(image: str) -> str:
    """Why a container runtime cannot read an image name; empty if it can."""
    reference = parse(image)
    return _registry_problem(image, reference) or _repository_problem(reference) or _tag_problem(reference)


def _meant(image: str) -> str | None:
    """The name that an image has without a scheme, and with its repository in lower case; None if that is none."""
    meant = image.partition("://")[2] if image.startswith(("https://", "http://", "docker://")) else image
    reference = parse(meant)
    if reference.digest is not None and not reference.digest.startswith("sha256:"):
        return None  # what stands before the @ may be a password
    repository = reference.repository
    meant = meant.replace(repository, repository.lower()) if meant.count(repository) == 1 else meant
    return meant if meant and not _problem(meant) else None


def ecr_account(host: str) -> str | None:
    """What stands for the account number in a host name of Amazon ECR; None for other hosts."""
    if "dkr" not in host:
        return None
    for marker in ECR_HOSTS:
        before, found, _ = f".{host}".partition(f".{marker}")
        if found:
            return before.removeprefix(".")
    return None


def _has_placeholder(image: str) -> bool:
    if image == image.lower():
        return False
    words = image.partition("@")[0].replace(":", "/").replace(".", "/").replace("-", "/").split("/")
    return any(word.isupper() and ("_" in word or word in WORDS) for word in words)


def _registry_problem(image: str, reference: Reference) -> str:
    if "//" in image and "://" in image:
        return f"it starts with `{image.partition('://')[0]}://`"
    if reference.registry is None:
        no_repository = "/" not in reference.repository and ecr_account(reference.repository) is not None
        return "the repository is missing" if no_repository else ""
    account = ecr_account(reference.registry)
    if account == "":
        return "the registry lacks the account number"
    if account and account.isdigit() and len(account) != 12:
        return f"an account number has 12 digits, not {len(account)}"
    if account is not None and _lacks_region(reference.registry):
        return "the registry lacks the region"
    if account is not None and reference.registry.count("dkr") > 1:
        return "the registry is written twice"
    if account is not None and _is_misspelt(reference.registry):
        return "the host names of Amazon ECR end with `amazonaws.com`"
    return "" if _is_host(reference.registry) else f"`{reference.registry}` is not a host name"


def _lacks_region(ecr_host: str) -> bool:
    after = ecr_host.partition("dkr")[2][1:].removeprefix("ecr").removeprefix("-fips")
    return after.startswith((".amazonaws.com", ".on.aws"))


def _is_misspelt(ecr_host: str) -> bool:
    """Whether the end of a host name of Amazon ECR, behind its region, resembles the right one."""
    host = ecr_host.partition(":")[0]
    after = host.partition("dkr")[2][1:].removeprefix("ecr").removeprefix("-fips").removeprefix(".")
    end = after.partition(".")[2]
    if not end or end in ECR_ENDS:
        return False
    if end in ("amazon.com", "aws.com", "amazonaws.co", "amazonaws.cm"):
        return True
    if end.startswith("amazonaws.") and len(end) == len("amazonaws.eu"):
        return False  # perhaps a new partition
    from ecslint.words import closest

    return closest(end, ECR_ENDS[:2]) is not None


def _is_host(registry: str) -> bool:
    host, colon, port = registry.partition(":")
    named = not host.strip(HOST + ".") and not any(
        label == "" or label[0] == "-" or label[-1] == "-" for label in host.split(".")
    )
    return named and (port.isdigit() if colon else True)


def _repository_problem(reference: Reference) -> str:
    repository = reference.repository
    if repository.isalnum() and repository.isascii() and repository == repository.lower():
        return ""
    parts = repository.split("/")
    if not repository:
        return "the repository is missing"
    if "" in parts:
        return "a part between slashes is empty"
    if ":" in repository:
        return "it has more than one tag"
    if repository != repository.lower():
        return "the repository must be lower-case"
    faulty = [part for part in parts if not _is_component(part)]
    return f"`{faulty[0]}` is not a repository name" if faulty else ""


def _is_component(part: str) -> bool:
    if part.isalnum():
        return part.isascii()  # it is lower-case already
    plain = not part.strip(COMPONENT) and part[0] in LOWER and part[-1] in LOWER
    return plain and not any(pair in part for pair in SEPARATORS)


def _tag_problem(reference: Reference) -> str:
    tag = reference.tag
    if tag is None or (0 < len(tag) <= 128 and not tag.strip(TAG) and tag[0] not in ".-"):
        return ""
    return f"`{tag}` is not a tag" if tag else "the tag is empty"
