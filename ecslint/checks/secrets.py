"""Checks over references to secrets: ARNs of Secrets Manager and of Systems Manager's Parameter Store."""

from __future__ import annotations

from ecslint import paths
from ecslint.checks import check, quick
from ecslint.checks.fields import PATH_OPTION
from ecslint.model import Hit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any


#: Parts between colons of a secret's ARN: ``arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME``, and
#: the same with ``:JSON_KEY:VERSION_STAGE:VERSION_ID``, each of which may be empty.
PLAIN, VERSIONED = 7, 10


@check(values=("problem",), passes=quick.is_ordinary_reference)
def secret_arn(text: Any) -> Iterator[Hit]:
    """A text that starts with ``arn:`` is the ARN of a secret or of a parameter; other texts are names.

    An account that is no number is passed over: a word such as ``ACCOUNT_ID`` is replaced before the
    document is used. ``problem`` repeats nothing of the text.
    """
    if type(text) is str and text.startswith("arn:"):
        problem = _problem(text, text.split(":"))
        if problem:
            yield Hit((), {"problem": problem}, own=("problem",))


def _problem(text: str, parts: list[str]) -> str:
    service = parts[2] if len(parts) > 2 else ""
    if service not in ("secretsmanager", "ssm"):
        return "it names another service"
    missing = _missing(service, parts)
    if missing:
        return missing
    if text[-1].isspace():
        return "it ends with a space"
    if parts[4].isdigit() and len(parts[4]) != 12:
        return f"an account number has 12 digits, not {len(parts[4])}"
    if service == "ssm":
        resource = text.split(":", 5)[5]
        proper = resource.startswith("parameter/") and not resource.startswith("parameter//")
        return "" if proper and resource != "parameter/" else "its last part is `parameter/`, one slash, and the name"
    return "" if len(parts) >= PLAIN and parts[5] == "secret" and parts[6] else "it ends with `secret:` and the name"


def _missing(service: str, parts: list[str]) -> str:
    """Which of region and account the ARN lacks, empty or left out with its colon; empty for neither.

    Public parameters belong to no account: ``arn:aws:ssm:us-east-1::parameter/aws/service/...``.
    """
    start = next((place for place in (3, 4) if _is_resource(parts[place : place + 1])), 5)
    if start == 5 and len(parts) < 6:
        return "a part of the ARN is missing"
    region, account = ("", "", *parts[3:start])[-2:]
    if start == 4 and not account.isdigit():
        region, account = account, ""
    lacking = ["the region"] if not region else []
    if not account and (start < 5 or service == "secretsmanager"):
        lacking.append("the account")
    verb = "are" if len(lacking) > 1 else "is"
    return f"{' and '.join(lacking)} {verb} missing" if lacking else ""


def _is_resource(part: list[str]) -> bool:
    """Whether a part of an ARN, if it is there, is where that of a secret or of a parameter ends."""
    return part in (["secret"], ["parameter"]) or (bool(part) and part[0].startswith("parameter/"))


@check(values=("parts", "whole"), passes=quick.is_ordinary_reference)
def secret_version(text: Any) -> Iterator[Hit]:
    """The ARN of a secret ends after the name, or has three more parts; ``parts`` says how many more it has.

    ``whole`` is the ARN with the colons that it lacks, if it is clear what the parts are: the first a key, and
    the second none, or one of Secrets Manager's own stages. ARNs that ``secret_arn`` hits are passed over.
    """
    if type(text) is str and text.startswith("arn:"):
        parts = text.split(":")
        more = parts[PLAIN:]
        if parts[2:3] == ["secretsmanager"] and more and len(parts) != VERSIONED and not _problem(text, parts):
            keyed = len(more) < 3 and not (is_stage(more[0].upper()) or is_id(more[0]))
            clear = keyed and (len(more) == 1 or not more[1] or is_stage(more[1]))
            whole = text + ":" * (VERSIONED - len(parts)) if clear else None
            from ecslint.words import counted

            yield Hit((), {"parts": counted(len(more), "part"), "whole": whole}, own=("parts",))


@check(passes=quick.is_ordinary_reference)
def secret_stage_or_id(text: Any) -> Iterator[Hit]:
    """The ARN of a secret names a version stage or a version id, not both."""
    if type(text) is str and text.startswith("arn:"):
        parts = text.split(":")
        if parts[2:3] == ["secretsmanager"] and len(parts) == VERSIONED and parts[8] and parts[9]:
            yield Hit()


def is_stage(text: str) -> bool:
    """Whether a text is one of the version stages that Secrets Manager sets itself, such as ``AWSCURRENT``."""
    return text in ("AWSCURRENT", "AWSPREVIOUS", "AWSPENDING")


def is_id(text: str) -> bool:
    """Whether a text is probably the id of a version, and no key: a UUID."""
    return len(text) >= 32 and not text.strip("0123456789abcdefABCDEF-")


@check(passes=quick.is_ordinary_reference)
def secret_suffix(text: Any) -> Iterator[Hit]:
    """The ARN of a secret does not end with a hyphen and a word of six letters.

    Secrets Manager takes such an end for the six random characters that it adds to a name. These are
    of both cases and digits, so that one in two hundred looks like a word.
    """
    if type(text) is str and text.startswith("arn:"):
        parts = text.split(":")
        if parts[2:3] == ["secretsmanager"] and len(parts) in (PLAIN, VERSIONED):
            word = parts[PLAIN - 1].rpartition("-")[2]
            if len(word) == 6 and word.isascii() and word.isalpha() and word.islower() and word != parts[PLAIN - 1]:
                yield Hit()


@check(
    options={"items": PATH_OPTION, "roles": {"type": "array", "minItems": 1, "items": PATH_OPTION}},
    follows=("items",),
    needs=("roles",),
    passes=quick.same_owner,
)
def same_account(task: Any, *, items: str, roles: Sequence[str]) -> Iterator[Hit]:
    """Each ARN of a parameter that ``items`` reaches has the account of the task's ``roles``; a role is related.

    Silent when the roles tell no account, or different ones. Words in the place of account numbers are
    passed over.
    """
    owners = {name: account_of(task[name]) for name in roles if name in task}
    own = {account for account in owners.values() if account}
    for path, text in paths.follow(task, items) if len(own) == 1 else ():
        if type(text) is str and text.startswith("arn:") and text.split(":", 3)[2:3] == ["ssm"]:
            account = account_of(text)
            if account and account not in own:
                role = next(name for name, owner in owners.items() if owner)
                yield Hit(path, related=[((role,), "the account of the task here")])


def account_of(arn: Any) -> str:
    """The account number in an ARN, or nothing."""
    parts = arn.split(":", 5) if type(arn) is str and arn.startswith("arn:") else []
    return parts[4] if len(parts) == 6 and len(parts[4]) == 12 and parts[4].isdigit() else ""
