"""ARNs of secrets: what ECS can fetch passes, the rest is explained without showing it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint.checks.secrets import same_account, secret_arn, secret_stage_or_id, secret_suffix, secret_version
from ecslint.model import Unknown
from tests.strategies import JSON

APP_KEY = "arn:aws:secretsmanager:us-east-1:123456789012:secret:app/key-AbCdEf"


def problems(value: Any) -> list[object]:
    """The problem of each hit."""
    return [hit.values["problem"] for hit in secret_arn(value)]


def parts(value: Any) -> list[object]:
    """How many parts each hit names."""
    return [hit.values["parts"] for hit in secret_version(value)]


@pytest.mark.parametrize(
    "text",
    [
        APP_KEY,
        f"{APP_KEY}:key::",
        f"{APP_KEY}::AWSCURRENT:",
        f"{APP_KEY}:::v1",
        f"{APP_KEY}:key:AWSCURRENT:v1",  # a warning elsewhere
        "arn:aws:ssm:us-east-1::parameter/aws/service/public",
        "arn:aws-us-gov:secretsmanager:us-gov-west-1:ACCOUNT_ID:secret:app",
        "arn:aws:ssm:us-east-1:123456789012:parameter/app/key",
        "arn:aws:ssm:us-east-1:123456789012:parameter/app/key:3",
        "/app/key",
        "key",
        "",
    ],
)
def test_what_leads_to_a_secret_passes(text: str) -> None:
    assert problems(text) + parts(text) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("arn:aws:s3:::config/key", "it names another service"),
        ("arn:", "it names another service"),
        ("arn:aws:ssm", "a part of the ARN is missing"),
        ("arn:aws:ssm:us-east-1:1234:parameter/a", "an account number has 12 digits, not 4"),
        ("arn:aws:ssm:us-east-1:123456789012:parameter//a", "its last part is `parameter/`, one slash, and the name"),
        ("arn:aws:ssm:us-east-1:123456789012:parameter/", "its last part is `parameter/`, one slash, and the name"),
        ("arn:aws:ssm:us-east-1:123456789012:a", "its last part is `parameter/`, one slash, and the name"),
        ("arn:aws:secretsmanager:us-east-1:123456789012:app", "it ends with `secret:` and the name"),
        ("arn:aws:secretsmanager:us-east-1:123456789012:secret:", "it ends with `secret:` and the name"),
        (f"{APP_KEY} ", "it ends with a space"),
        ("arn:aws:ssm:us-east-1:123456789012:parameter/a\n", "it ends with a space"),
        ("arn:aws:secretsmanager::secret:shop-AbCdEf:KEY::", "the region and the account are missing"),
        ("arn:aws:secretsmanager:us-east-1:secret:shop", "the account is missing"),
        ("arn:aws:secretsmanager:123456789012:secret:shop", "the region is missing"),
        ("arn:aws:secretsmanager:us-east-1::secret:shop", "the account is missing"),
        ("arn:aws:secretsmanager::123456789012:secret:shop", "the region is missing"),
        ("arn:aws:secretsmanager:secret:shop", "the region and the account are missing"),
        ("arn:aws:ssm:us-east-1:parameter/a", "the account is missing"),
        ("arn:aws:ssm::123456789012:parameter/a", "the region is missing"),
    ],
)
def test_what_leads_nowhere_is_explained(text: str, problem: str) -> None:
    assert problems(text) == [problem]


@given(st.integers(0, 6))
def test_a_secret_has_no_further_part_or_three(count: int) -> None:
    expected = [] if count in (0, 3) else ["1 part" if count == 1 else f"{count} parts"]
    assert parts(APP_KEY + ":" * count) == expected


@pytest.mark.parametrize(
    ("end", "whole"),
    [
        (":key", ":key::"),
        (":key:", ":key::"),
        (":key:AWSPREVIOUS", ":key:AWSPREVIOUS:"),
        (":", ":::"),
        ("::AWSCURRENT", "::AWSCURRENT:"),
        ("::key", None),  # a stage, or a key with a colon too many
        (":key:v1", None),  # a stage, or an id with a colon too few
        (":AWSCURRENT", None),
        (":a:b:c:d", None),
    ],
)
def test_colons_are_added_where_it_is_clear_what_the_parts_are(end: str, whole: str | None) -> None:
    (hit,) = secret_version(APP_KEY + end)
    assert hit.values["whole"] == (whole and APP_KEY + whole)


@pytest.mark.parametrize(
    ("end", "both"), [(":key:AWSCURRENT:v1", True), ("::a:b", True), (":key:a:", False), (":key::b", False)]
)
def test_a_stage_and_an_id_are_too_much(end: str, both: bool) -> None:
    assert bool(list(secret_stage_or_id(APP_KEY + end))) is both


def test_an_arn_that_leads_nowhere_has_no_second_finding() -> None:
    assert parts("arn:aws:secretsmanager::secret:shop-AbCdEf:KEY::") == []


@pytest.mark.parametrize("end", ["", ":key::"])
@pytest.mark.parametrize(("name", "ambiguous"), [("app-secret", True), ("app-AbCdEf", False), ("secret", False)])
def test_a_word_in_the_place_of_the_suffix_is_hit(name: str, ambiguous: bool, end: str) -> None:
    found = list(secret_suffix(APP_KEY.replace("app/key-AbCdEf", name) + end))
    assert bool(found) == ambiguous


@given(st.text(alphabet="qzQZ", min_size=6, max_size=20))
def test_problems_do_not_repeat_the_text(word: str) -> None:
    text = f"arn:{word}:{word}:{word}:{word}:{word}"
    assert [problem for problem in problems(text) if word in str(problem)] == []


@given(JSON | st.text(alphabet="arn:secretsmanager:ssm", max_size=60).map(lambda text: f"arn:{text}"))
def test_any_value_is_taken(value: Any) -> None:
    assert len(problems(value)) <= 1
    assert len(parts(value)) <= 1
    assert len(list(secret_suffix(value))) <= 1
    assert len(list(secret_stage_or_id(value))) <= 1


# --- accounts -------------------------------------------------------------------------------------------

PARAMETER = "arn:aws:ssm:us-east-1:123456789012:parameter/app"


def strangers(value: Any) -> list[Any]:
    """The hits of ``same_account`` over the texts in ``secrets``."""
    return list(same_account(value, items="secrets[]", roles=["task", "execution"]))


def role(account: str) -> str:
    """The ARN of a role of an account."""
    return f"arn:aws:iam::{account}:role/app"


def test_parameter_of_another_account_is_hit() -> None:
    (hit,) = strangers({"execution": role("210987654321"), "secrets": ["name", PARAMETER, APP_KEY]})
    assert hit.path == ("secrets", 1)
    assert hit.related == ((("execution",), "the account of the task here"),)


@pytest.mark.parametrize(
    "roles",
    [
        {"execution": role("123456789012")},
        {"task": role("123456789012"), "execution": role("123456789012")},
        {"task": role("210987654321"), "execution": role("123456789012")},  # which one is the task's?
        {"task": role("ACCOUNT_ID")},
        {"task": "app"},
        {"task": Unknown("${ROLE}")},
        {},
    ],
)
def test_account_that_may_be_the_same_is_passed_over(roles: dict[str, Any]) -> None:
    assert strangers({**roles, "secrets": [PARAMETER]}) == []


@pytest.mark.parametrize("text", ["arn:aws:ssm:us-east-1:ACCOUNT_ID:parameter/app", "arn:", "app", "", Unknown("${A}")])
def test_text_without_an_account_is_passed_over(text: Any) -> None:
    assert strangers({"task": role("210987654321"), "secrets": [text]}) == []


@given(JSON)
def test_any_json_has_some_account(value: Any) -> None:
    strangers({"task": value, "execution": role("210987654321"), "secrets": value})
    strangers({"task": role("210987654321"), "secrets": [value]})
