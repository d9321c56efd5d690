"""Image names come apart into their parts and together again; runtimes read them by a strict grammar."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint.checks.images import (
    Reference,
    image_digest,
    image_length,
    image_reference,
    image_registry,
    image_version,
    is_like,
    parse,
)
from ecslint.model import UNKNOWN, Unknown

DIGEST = "sha256:" + "0123456789abcdef" * 4

registries = st.none() | st.sampled_from(("localhost", "localhost:5000", "registry.example.com", "Example:80", "HOST"))
repositories = st.lists(st.from_regex(r"[a-z0-9]+(?:[._-][a-z0-9]+)?", fullmatch=True), min_size=1, max_size=3)
tags = st.none() | st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}", fullmatch=True)
digests = st.none() | st.just(DIGEST)


def problems(image: Any) -> list[object]:
    return [hit.values["problem"] for hit in image_reference(image)]


@st.composite
def references(draw: st.DrawFn) -> Reference:
    registry = draw(registries)
    path = draw(repositories)
    if registry is None and len(path) > 1:
        path[0] = path[0].replace(".", "-").replace("localhost", "local")
    return Reference(registry, "/".join(path), draw(tags), draw(digests))


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("nginx", Reference(None, "nginx")),
        ("nginx:1.27", Reference(None, "nginx", "1.27")),
        ("team/web", Reference(None, "team/web")),
        ("registry.example.com/team/web:1", Reference("registry.example.com", "team/web", "1")),
        ("localhost/web", Reference("localhost", "web")),
        ("host:5000/web", Reference("host:5000", "web")),
        ("Host/web", Reference("Host", "web")),
        ("host.example.com:1", Reference(None, "host.example.com", "1")),
        (f"web:1@{DIGEST}", Reference(None, "web", "1", DIGEST)),
        ("web@", Reference(None, "web", None, "")),
        ("web:", Reference(None, "web", "")),
        ("", Reference(None, "")),
    ],
)
def test_image_comes_apart(image: str, expected: Reference) -> None:
    assert expected == parse(image)


@given(st.text() | st.text(alphabet="aA1./:@#-_"))
def test_parts_of_any_text_make_the_text_again(text: str) -> None:
    assert text == str(parse(text))


@given(references())
def test_composed_reference_parses_back_and_can_be_pulled(reference: Reference) -> None:
    assert reference == parse(str(reference))
    assert problems(str(reference)) == []


def test_equal_references_are_one_key() -> None:
    assert {parse("web:1"): "first"} == {parse("web:1"): "first", Reference(None, "web", "1"): "first"}
    assert parse("web:1") != "web:1"
    assert repr(parse("web:1")) == "Reference(None, 'web', '1', None)"


@pytest.mark.parametrize(
    ("image", "problem"),
    [
        ("https://registry.example.com/web", "it starts with `https://`"),
        ("docker://web", "it starts with `docker://`"),
        ("team/WebApp", "the repository must be lower-case"),
        ("Web:1", "the repository must be lower-case"),
        ("web:", "the tag is empty"),
        ("web:-1", "`-1` is not a tag"),
        ("web:1:2", "it has more than one tag"),
        ("web#1", "`web#1` is not a repository name"),
        ("web:" + "1" * 129, f"`{'1' * 129}` is not a tag"),
        ("team//web", "a part between slashes is empty"),
        ("team/web/", "a part between slashes is empty"),
        ("/web", "a part between slashes is empty"),
        ("registry.example.com/", "the repository is missing"),
        (":1", "the repository is missing"),
        ("_web", "`_web` is not a repository name"),
        ("web..app", "`web..app` is not a repository name"),
        ("my_host.example.com/web", "`my_host.example.com` is not a host name"),
        ("host:port/web", "`host:port` is not a host name"),
        ("123456789012.dkr.ecr.us-east-1.amazonaws.com", "the repository is missing"),
        ("123456789012.dkr.ecr.us-east-1.amazonaws.com:1", "the repository is missing"),
        ("12345.dkr.ecr.us-east-1.amazonaws.com/web", "an account number has 12 digits, not 5"),
        ("12345.dkr-ecr.us-east-1.on.aws/web", "an account number has 12 digits, not 5"),
        ("dkr.ecr.us-east-1.amazonaws.com/web", "the registry lacks the account number"),
        ("123456789012.dkr.ecr.amazonaws.com/web", "the registry lacks the region"),
        ("123456789012.dkr.ecr-fips.amazonaws.com/web", "the registry lacks the region"),
        ("123456789012.dkr-ecr.on.aws/web", "the registry lacks the region"),
    ],
)
def test_runtime_cannot_read(image: str, problem: str) -> None:
    assert [problem] == problems(image)


@pytest.mark.parametrize(
    "image",
    [
        "nginx",
        "Registry.example.com:5000/team/web__app--x.y_z:V1.2_rc-3",
        "123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com/web:1",
        "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/web",
        "123456789012.dkr-ecr-fips.us-east-1.on.aws/web",
        "000000000000.dkr.ecr.us-east-1.localhost.localstack.cloud:4566/web",
        "account.dkr.ecr.us-east-1.amazonaws.com/web",
        "AWS_ACCOUNT_ID.dkr.ecr.us-east-1.amazonaws.com/web",
        "REPLACED_IMAGE_URI",
        "public.ecr.aws/nginx/nginx:1.27",
        f"web@{DIGEST}",
        "web@sha256:short",  # digests have a rule of their own
        "$REGISTRY/Web",  # so have characters that ECS refuses
        "web:1\n",
        "",
        UNKNOWN,
        Unknown("https://${HOST}/web", "https://", "/web"),
        1,
        None,
        ["Web"],
    ],
)
def test_nothing_to_say(image: Any) -> None:
    assert problems(image) == []


@given(st.text(alphabet="aA1./:@#-_") | st.text())
def test_any_text_has_at_most_one_problem(text: str) -> None:
    assert len(problems(text)) in (0, 1)


@pytest.mark.parametrize(
    ("image", "hits"),
    [
        ("a" * 255, []),
        ("a" * 256, [256]),
        ("a" * 255 + f"@{DIGEST}", []),
        ("a" * 256 + f"@{DIGEST}", [256]),
        (UNKNOWN, []),
        (["a"] * 300, []),
    ],
)
def test_digest_does_not_count_in_the_length(image: Any, hits: list[int]) -> None:
    assert [hit.values["length"] for hit in image_length(image, most=255)] == hits


@pytest.mark.parametrize(
    ("image", "hits"),
    [
        (f"web:1@{DIGEST}", 0),
        (f"web@{DIGEST}".replace("abcdef", "ABCDEF"), 0),
        ("web", 0),
        (f"web@{DIGEST}0", 1),
        (f"web@{DIGEST}"[:-1], 1),
        (f"web@{DIGEST}"[:-1] + "g", 1),
        (f"web@{DIGEST}".replace("sha256", "sha512"), 1),
        (f"web@{DIGEST}@{DIGEST}", 1),
        ("web@1.27", 1),
        ("web@", 1),
        ("web@$DIGEST", 0),  # characters that ECS refuses have a rule of their own
        (UNKNOWN, 0),
        (1, 0),
    ],
)
def test_digest_is_whole(image: Any, hits: int) -> None:
    assert len(list(image_digest(image))) == hits


@pytest.mark.parametrize(
    ("image", "hits"),
    [
        ("web", 1),
        ("web:latest", 1),
        ("host:5000/web", 1),
        ("web:latest-alpine", 0),
        ("web:1", 0),
        (f"web@{DIGEST}", 0),
        (f"web:latest@{DIGEST}", 0),
        ("", 0),
        (UNKNOWN, 0),
        (None, 0),
    ],
)
def test_version_is_a_digest_or_a_tag_that_stays(image: Any, hits: int) -> None:
    assert len(list(image_version(image, floating=["latest"]))) == hits


OURS = "123456789012.dkr.ecr.*.amazonaws.com"


@pytest.mark.parametrize(
    ("image", "registry"),
    [
        ("nginx", "docker.io"),
        ("team/nginx:1.27", "docker.io"),
        ("public.ecr.aws/nginx/nginx:1.27", "public.ecr.aws"),
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1", None),
        ("123456789012.DKR.ecr.eu-west-1.amazonaws.com/web", None),
        ("123456789012.dkr.ecr.a.amazonaws.com.b.example/web", "123456789012.dkr.ecr.a.amazonaws.com.b.example"),
        ("123456789012.dkr.ecr.eu.west.amazonaws.com/web", "123456789012.dkr.ecr.eu.west.amazonaws.com"),
        (Unknown("quay.io/web:${TAG}", "quay.io/web:"), "quay.io"),
        (Unknown("nginx:${TAG}", "nginx:"), None),
        (Unknown("${REGISTRY}/web"), None),
        ("ACCOUNT_ID.dkr.ecr.REGION.amazonaws.com/web", None),
        (UNKNOWN, None),
        ("", None),
        (7, None),
    ],
)  # fmt: skip
def test_registry_is_judged_as_soon_as_it_is_known(image: Any, registry: str | None) -> None:
    assert [hit.values["registry"] for hit in image_registry(image, allowed=[OURS])] == ([registry] if registry else [])
    forbidden = [hit.values["registry"] for hit in image_registry(image, forbidden=[registry or "other.example"])]
    assert forbidden == ([registry] if registry else [])


@given(st.from_regex(r"[a-c.]{0,8}", fullmatch=True), st.from_regex(r"[a-c.*]{0,6}", fullmatch=True))
def test_star_stands_for_anything_but_a_dot(name: str, pattern: str) -> None:
    expression = re.escape(pattern).replace(r"\*", "[^.]*")
    assert is_like(name, pattern) == (re.fullmatch(expression, name) is not None)


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("https://a.example.com/web:1", "a.example.com/web:1"),
        ("docker://web", "web"),
        ("ftp://a.example.com/web", None),
        ("example/WebApp:Tag-1", "example/webapp:Tag-1"),
        ("https://A.example.com/Web", "A.example.com/web"),
        ("nginx:1:2", None),
        ("nginx:", None),
        ("https://bob:pw@a.example.com/web", None),
        ("https://a.example.com/web@sha256:0123", "a.example.com/web@sha256:0123"),
    ],
)
def test_what_an_image_that_cannot_be_pulled_was_meant_to_be(image: str, expected: str | None) -> None:
    [hit] = image_reference(image)
    assert hit.values["meant"] == expected
