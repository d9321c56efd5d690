"""Regions are known, new, or misspelt; only the last are hit."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint.checks import quick
from ecslint.checks.regions import known_area
from tests.bundled import LIBRARY
from tests.strategies import JSON

REGIONS: list[str] = LIBRARY.tables["regions"]
VARIABLES = ["AWS_REGION"]


def meant(value: Any) -> list[Any]:
    task = {"places": [value], "variables": [value]}
    options = {"places": ["places[]"], "regions": REGIONS, "variables": "variables[]", "names": VARIABLES}
    return [hit.values["meant"] for hit in known_area(task, **options)]


def passes(value: Any) -> bool:
    variables = [value] if type(value) is dict else []
    known = [variable["name"] for variable in variables if "name" in variable]
    return quick.lie_in_known_areas(
        {}, places=[value], regions=REGIONS, variables=variables, variables_name=known, names=VARIABLES
    )


@pytest.mark.parametrize("region", REGIONS)
def test_known_regions_are_no_slip(region: str) -> None:
    area, _, number = region.rpartition("-")
    for name in (region, f"{area}-{int(number) + 20}"):
        for value in (name, f"arn:aws:ssm:{name}:1:x", f"123456789012.dkr.ecr.{name}.amazonaws.com/us-esat-1"):
            assert passes(value)
            assert meant(value) == []
    assert meant({"name": "AWS_REGION", "value": region}) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("us-esat-1", "us-east-1"), ("eu-wset-3", "eu-west-3"), ("eu-cental-1", "eu-central-1")),
        *(("ap-southest-2", "ap-southeast-2"), ("us-westt-2", "us-west-2"), ("ap-notheast-1", "ap-northeast-1")),
    ],
)
def test_what_resembles_a_region_is_meant_for_it(text: str, expected: str) -> None:
    assert meant(text) == [expected]
    assert meant(f"arn:aws:secretsmanager:{text}:123456789012:secret:a") == [expected]
    assert meant(f"123456789012.dkr.ecr.{text}.amazonaws.com/web") == [expected]
    assert meant({"name": "AWS_REGION", "value": text}) == [expected]
    assert meant({"name": "OTHER", "value": text}) == []


@pytest.mark.parametrize(
    "text",
    [
        *("", "mx-north-1", "xx-newland-1", "us-east", "us-east-1a", "US-ESAT-1", "us-esat-9", "AWS_REGION", "a-b-c"),
        *("arn:aws:s3:::us-esat-1", "registry.example.com/us-esat-1", "arn:", "x.dkr", "my-cool-app-1"),
    ],
)
def test_new_regions_and_other_texts_are_passed_over(text: str) -> None:
    assert meant(text) == []


@given(JSON | st.text("us-eat1.dkr:/") | st.dictionaries(st.sampled_from(["name", "value"]), JSON))
def test_any_value_is_taken(value: Any) -> None:
    meant(value)
