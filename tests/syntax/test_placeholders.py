"""What counts as a placeholder, and what only looks like one."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecslint.model import Unknown
from ecslint.syntax import placeholders

WHOLE = [
    "${IMAGE}",
    "${var.image}",
    "${a${b}c}",
    "${{ env.IMAGE }}",
    "$IMAGE",
    "<IMAGE1_NAME>",
    "{{ must_env `IMAGE` }}",
    "{% if x %}",
    "%IMAGE%",
    "%{IMAGE}",
    "@@IMAGE@@",
    "__IMAGE__",
    "#{image}#",
    "$$$$IMAGE$$$$",
    "REPLACE_ME",
    "CHANGEME",
    "YOUR_ACCOUNT_ID",
    "xxxxxxxxxxxx",
    "<+artifact.image>",
    "<+pipeline.stages.build.spec.execution.steps['push'].output>",
    "<%= @image %>",
    "<<IMAGE>>",
    "@{variables('image')}",
]
#: Where a text may not be just any text.
WEAK = [
    "((image))",
    "((vault:ecs/image))",
    "[[IMAGE]]",
    "[[ image ]]",
    "@IMAGE@",
    "@project.version@",
    "{IMAGE}",
    "{image.tag}",
    "$(IMAGE)",
    "$(Build.BuildId)",
    "$[variables.image]",
    "#IMAGE#",
    "##IMAGE##",
    "[your value]",
    "[your-image]",
    "[account-id]",
    "[[ .Image ]]",
    "(( grab meta.image ))",
    "< image >",
    "<< image >>",
    "<12-digit-account>",
    "{0}",
    "%(image)s",
]
WORDS = [
    "IMAGE",
    "TBD",
    "TODO",
    "PLACEHOLDER",
    "IMAGE:TAG",
    "IMAGE_URI",
    "REPO/IMAGE:TAG",
    "ECR_IMAGE_URI",
    "TO BE SET TBD",
    "Todo",
    "todo",
    "Placeholder",
    "placeholder",
    "xxx",
    "XXX",
    "DUMMY",
    "TEMPLATE",
    "IMAGE1",
    "IMG",
    "IMAGEURI",
    "N/A",
    "n/a",
]
LITERAL = [
    "nginx:1.27",
    "100%",
    "a<b",
    "$REGISTRY/app",
    "5$",
    "a_b",
    "x-y",
    "YOURS",
    "<>",
    "%d %s",
    "$",
    "",
    "50% of 90%",
]
LITERAL += [
    "a@b.example@c",
    "^[a-z]+ [0-9]",
    "^[[:alpha:]]",
    "[%b %d %H:%M]",
    "{",
    "{}",
    '{"a": 1}',
    "(a) (b)",
    "C#",
    "#1 of #2",
]
LITERAL += [
    "FARGATE",
    "HEALTHY",
    "NONE",
    "TASK",
    "SERVICE",
    "image",
    "Image:Tag",
    "[]",
    "[a]",
    "$(",
    "$()",
    "a{2}b",
    "[0-9]{4}",
    "^.{3} ",
    "\\d+(ab){2}",
    "%(",
    "%(a) b",
    "a < b",
    "1 <2 3> 4",
    "TCP",
    "todos",
    "X86_64",
    "EC2",
    "template",
    "1.2.3",
]


EVERY = placeholders.WEAK + placeholders.SHELL


@pytest.mark.parametrize("text", WHOLE)
def test_placeholder_is_unknown(text: str) -> None:
    found = placeholders.read(text)
    assert found == Unknown(text)
    assert (found.prefix, found.suffix) == ("", "")


@pytest.mark.parametrize("text", LITERAL)
def test_other_texts_are_known(text: str) -> None:
    assert placeholders.read(text) is None
    assert lifted({"path": text, "value": text, "list": [text]}) == {"path": text, "value": text, "list": [text]}


@pytest.mark.parametrize("text", WEAK)
def test_signs_of_more_tools_count_where_a_text_may_not_be_any(text: str) -> None:
    assert lifted({"image": text, "name": text, "list": [text]}) == dict.fromkeys(("image", "name"), Unknown(text)) | {
        "list": [Unknown(text)]
    }
    assert lifted({"name": "A", "value": text}) == {"name": "A", "value": text}
    assert lifted({"key": "A", "value": text}) == {"key": "A", "value": Unknown(text)}
    found = placeholders.read(f"repo/{text}:1", placeholders.WEAK)
    assert found is not None
    assert (found.prefix, found.suffix) == ("repo/", ":1")


@pytest.mark.parametrize("text", WORDS)
def test_words_stand_for_later_values(text: str) -> None:
    assert lifted({"image": text, "list": [text]}) == {"image": Unknown(text), "list": [Unknown(text)]}
    assert lifted({"name": text, "value": text}) == {"name": text, "value": text}


def test_variables_of_a_shell_count_in_images_and_names() -> None:
    assert lifted({"key": "team", "value": "a-$X"}) == {"key": "team", "value": Unknown("a-$X")}
    assert lifted({"name": "team", "value": "a-$X"}) == {"name": "team", "value": "a-$X"}
    assert lifted({"image": "$HOST/web:$TAG", "name": "$A-b", "other": "a$b"}) == {
        "image": Unknown("$HOST/web:$TAG"),
        "name": Unknown("$A-b"),
        "other": "a$b",
    }


def test_literal_text_around_is_kept() -> None:
    found = placeholders.read("repo/${APP}/x-${TAG}:latest")
    assert found is not None
    assert (found.prefix, found.suffix) == ("repo/", ":latest")


def lifted(value: Any) -> Any:
    placeholders.lift(value)
    return value


def test_commands_and_log_tags_are_left_alone() -> None:
    container = {"command": ["echo", "${HOME}"], "entryPoint": ["$X"], "options": {"tag": "{{.Name}}"}}
    assert lifted(container) == {"command": ["echo", "${HOME}"], "entryPoint": ["$X"], "options": {"tag": "{{.Name}}"}}


@pytest.mark.parametrize("text", ["${C}", "{{ c | tojson }}", "$COMMAND", "<COMMAND>", "TODO", "[[ .Command ]]", "{0}"])
def test_a_placeholder_may_stand_for_a_whole_command(text: str) -> None:
    container = {"command": text, "entryPoint": text, "healthCheck": {"command": text}}
    unknown = Unknown(text)
    assert lifted(container) == {"command": unknown, "entryPoint": unknown, "healthCheck": {"command": unknown}}


@pytest.mark.parametrize("text", ["npm run ${SCRIPT}", "echo $HOME", "[npm]", "run"])
def test_a_command_with_words_beside_a_placeholder_is_a_text(text: str) -> None:
    assert lifted({"command": text}) == {"command": text}


def test_none_stands_for_a_later_value_where_it_is_no_value() -> None:
    assert lifted({"image": "NONE", "cpu": "NONE"}) == {"image": Unknown("NONE"), "cpu": Unknown("NONE")}
    assert lifted({"networkMode": "NONE", "logDriver": "NONE"}) == {"networkMode": "NONE", "logDriver": "NONE"}


def test_the_name_of_a_limit_is_no_name_that_people_give() -> None:
    limit = {"name": "TODO", "softLimit": 1, "hardLimit": 2}
    assert lifted(dict(limit)) == {**limit, "name": Unknown("TODO")}


def test_key_may_stand_for_members() -> None:
    assert lifted({"${more}": 1, "a": ["<B>"]}) == {Unknown("${more}"): 1, "a": [Unknown("<B>")]}


@example("%{}", "")
@given(st.text("$<>%@#{}[]()+_AEx RPLC", max_size=20), st.sampled_from(["", placeholders.WEAK, EVERY]))
def test_quick_look_misses_no_placeholder(text: str, more: str) -> None:
    whole = re.compile(placeholders.PATTERN + more, re.DOTALL | re.ASCII).search(text)
    assert (placeholders.read(text, more) is not None) == (whole is not None)
    assert lifted({"image": text}) == {"image": Unknown(text) if placeholders.read(text, EVERY) else text}


@pytest.mark.parametrize("text", WHOLE)
def test_quick_look_sees_every_kind(text: str) -> None:
    assert lifted({"a": text}) == {"a": Unknown(text)}


def test_no_quantifier_is_unbounded() -> None:
    pattern = placeholders.PATTERN + EVERY
    assert not re.search(r"(?<!\\)(?<!<\\)[*+](?!\[\^<>)", pattern), "a text full of openings would cost quadratic time"


@pytest.mark.parametrize(
    "sign", ["[", "[[", "((", "{", "$(", "$[", "@", "@a", "#", "##a", "<+", "<%", "<<", "${{", "A_"]
)
def test_a_long_text_of_openings_costs_linear_time(sign: str) -> None:
    started = time.process_time()
    lifted({"image": sign * (200_000 // len(sign)), "name": sign * (200_000 // len(sign))})
    assert time.process_time() - started < 3
