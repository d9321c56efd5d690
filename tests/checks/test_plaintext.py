"""Secrets in plain text are found by their form or their name, and never shown."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint.checks import quick
from ecslint.checks.plaintext import (
    announces_secret,
    is_strong,
    kind,
    may_be_secret,
    plaintext_name,
    plaintext_value,
    words,
)
from ecslint.ruleset.bundle import Ruleset
from ecslint.testing import lint_example
from tests.bundled import LIBRARY

FORMATS: dict[str, str] = LIBRARY.tables["secret-values"]
ENDINGS: list[str] = LIBRARY.tables["secret-names"]

LETTERS = "Qz7Lm29xWk4Tb8Rv1Hn5Jc3Gy6Ds0PfUe" * 3
PEM = f"-----BEGIN PRIVATE KEY-----\n{LETTERS}\n"

#: One secret of each format, put together here so that no scanner takes this file for a leak.
SAMPLES = {
    "an AWS access key": "AKIA" + "Q7RZJ4N2WLTK5CHB",
    "a GitHub token": "ghp_" + LETTERS[:36],
    "a GitLab token": "glpat-" + LETTERS[:20],
    "a Slack token": "xoxb-" + LETTERS[:24],
    "the address of a Slack webhook": "https://hooks.slack.com/services/" + "T0A1B2C3D/B0A1B2C3D/" + LETTERS[:24],
    "a Stripe secret key": "sk_live_" + LETTERS[:24],
    "a SendGrid key": "SG." + LETTERS[:22] + "." + LETTERS[:43],
    "an npm token": "npm_" + LETTERS[:36],
    "a PyPI token": "pypi-AgE" + LETTERS[:60],
    "an OpenAI key": "sk-proj-" + LETTERS[:40],
    "a secret of a Google OAuth client": "GOCSPX-" + LETTERS[:28],
    "an Anthropic key": "sk-ant-" + LETTERS[:40],
    "a private key": PEM,
    "a private key in Base64": "LS0tLS1CRUdJTiB" + "QUklWQVRF" + LETTERS[:60],
    "a URL with a password": "postgres://app:q7Lm29xw@db.internal/app",
    "a connection string with a password": "Server=db;Password=q7Lm29xw;",
}
MORE = [
    *("ASIA" + "Q7RZJ4N2WLTK5CHB", "github_pat_" + LETTERS[:60], "gho_" + LETTERS[:36], "ghu_" + LETTERS[:36]),
    *("ghs_" + LETTERS[:36], "ghr_" + LETTERS[:36], "rk_live_" + LETTERS[:24], "sk-svcacct-" + LETTERS[:40]),
    *("sk-" + LETTERS[:20] + "T3BlbkFJ" + LETTERS[:20], "sk-" + LETTERS[:48], "xoxp-" + LETTERS[:24]),
    *("xoxa-" + LETTERS[:24], "xoxe-" + LETTERS[:24], "xoxr-" + LETTERS[:24], "redis://:q7Lm29xw@cache:6379"),
    *("PASSWORD=q7Lm29xw etc", "jdbc:mysql://db/app?password=q7Lm29xw", "Passwd=q7Lm29xwQ etc", "app --pwd=q7Lm29xw"),
    *("Uid=app;PWD=q7Lm29xw;", "AccountName=a;AccountKey=" + LETTERS[:40], "SharedAccessKey=" + LETTERS[:40]),
    *("-----BEGIN RSA PRIVATE KEY-----\\n" + LETTERS, "LS0tLS1CRUdJTiB" + "SU0EgUFJJ" + LETTERS[:60]),
]


def task(variables: dict[str, str]) -> dict[str, Any]:
    environment = [{"name": name, "value": value} for name, value in variables.items()]
    return {"containerDefinitions": [{"name": "web", "image": "web:1", "memory": 128, "environment": environment}]}


def found(rule: str, document: Any, ruleset: Ruleset) -> list[str]:
    return [finding.pointer for finding in lint_example(document, ruleset, {}) if finding.rule == rule]


class TestFormats:
    def test_each_format_has_a_sample(self) -> None:
        assert SAMPLES.keys() == FORMATS.keys()

    @pytest.mark.parametrize("what", SAMPLES)
    def test_sample_is_what_the_table_calls_it(self, what: str) -> None:
        assert kind(SAMPLES[what], FORMATS) == what

    @pytest.mark.parametrize("secret", [*SAMPLES.values(), *MORE])
    def test_conditions_of_the_rules_let_each_form_pass(self, secret: str, ruleset: Ruleset) -> None:
        document = task({"VALUE": secret})
        assert found("ECS701", document, ruleset) == ["/containerDefinitions/0/environment/0/value"]
        container = {"name": "web", "image": "web:1", "memory": 128}
        for member in ({"command": [secret]}, {"dockerLabels": {"a": "b", "c": secret}}):
            assert len(found("ECS702", {"containerDefinitions": [{**container, **member}]}, ruleset)) == 1

    @pytest.mark.parametrize(
        "text",
        [
            *(
                "AKIAIOSFODNN7EXAMPLE",
                "AROAQ7RZJ4N2WLTK5CHB",
                "ghp_" + "x" * 36,
                "ghp_" + "0" * 36,
                "pk_live_" + LETTERS,
            ),
            *("-----BEGIN PRIVATE KEY-----", "-----BEGIN CERTIFICATE-----\n" + LETTERS, "sha256:" + "0a1b2c3d" * 8),
            *("postgres://app@db/app", "postgres://app:app@db/app", "postgres://app:${PASSWORD}@db/app"),
            *("postgres://app:password@db/app", "postgres://app:DB_PASSWORD@db/app", "postgres://app:$PW1@db/app"),
            *(
                "postgres://app:q7Lm29xw@localhost/app",
                "postgres://app:q7Lm29xw@127.0.0.1/app",
                "mysql://user:pass@db/app",
            ),
            *("https://0123456789abcdef@o1.ingest.sentry.io/1", "git@github.com:org/repo.git", "http://db:8080/a@b"),
            *(
                "Server=db;Password={0};",
                "password=$(cat /run/secrets/db1)",
                "password=/run/secrets/db1",
                "password=enabled",
            ),
            *("password=os.environ['PASSWORD1']", "--password=******", "Password=<your-password-1>", "password=abc1"),
        ],
    )
    def test_harmless_text_has_no_kind(self, text: str) -> None:
        assert kind(text, FORMATS) == ""

    def test_long_text_takes_no_time(self) -> None:
        assert kind("://" * 50_000 + "ghp_" * 50_000 + "a" * 200_000 + "password=" * 50_000, FORMATS) == ""


class TestPlaintextValue:
    def test_names_the_variable_and_the_kind(self) -> None:
        value = {"containerDefinitions": [{"environment": [{"name": "A", "value": SAMPLES["a GitHub token"]}]}]}
        hits = list(plaintext_value(value, places=["containerDefinitions[].environment[].value"], formats=FORMATS))
        assert [(hit.path, hit.values) for hit in hits] == [
            (("containerDefinitions", 0, "environment", 0, "value"), {"what": "a GitHub token", "name": "A"})
        ]

    def test_names_the_member_of_other_texts(self) -> None:
        value = {"a": {"command": ["x", SAMPLES["a GitHub token"]], "labels": {"b": SAMPLES["a GitHub token"]}}}
        hits = list(plaintext_value(value, places=["a.command[]", "a.labels.*"], formats=FORMATS))
        assert [(hit.path[-1], hit.values["name"]) for hit in hits] == [(1, "command"), ("b", "b")]

    @pytest.mark.parametrize("secret", [*SAMPLES.values(), *MORE])
    def test_no_report_holds_a_part_of_the_secret(self, secret: str, ruleset: Ruleset) -> None:
        for finding in lint_example(task({"API_PASSWORD": secret}), ruleset, {}):
            said = f"{finding.message} {finding.help} {[label.message for label in finding.related]}"
            parts = [secret[at : at + 6] for at in range(len(secret) - 5)]
            assert [part for part in parts if part in said and part.isalnum() and not part.isalpha()] == []


class TestPlaintextName:
    @pytest.mark.parametrize(
        "name",
        [
            *("DB_PASSWORD", "PGPASSWORD", "dbPassword", "db-password", "spring.datasource.password", "DB_PASSWORD_2"),
            *(
                "API_KEY",
                "apiKey",
                "DATADOG_APIKEY",
                "JWT_SECRET_PROD",
                "SLACK_TOKEN",
                "MYSQL_PWD",
                "STORAGE_ACCOUNT_KEY",
            ),
        ],
    )
    def test_name_announces_a_secret(self, name: str) -> None:
        assert announces_secret(name, ENDINGS)

    @pytest.mark.parametrize(
        "name",
        [
            *(
                "DB_PASSWORD_FILE",
                "SECRET_ARN",
                "TOKEN_TTL",
                "PASSWORD_MIN_LENGTH",
                "API_KEY_ID",
                "TOKEN_URL",
                "PWD",
                "",
            ),
            *(
                "KEY",
                "PRIMARY_KEY",
                "MONKEY",
                "COMPASS",
                "VITE_API_KEY",
                "NEXT_PUBLIC_TOKEN",
                "TOKENIZER",
                "PUBLIC_KEY",
            ),
        ],
    )
    def test_name_announces_none(self, name: str) -> None:
        assert not announces_secret(name, ENDINGS)

    @pytest.mark.parametrize(
        "value",
        [
            *("", "yes", "disabled", "3600", "86400000s", "/run/secrets/Db1", "arn:aws:ssm:eu-west-1:1:parameter/A1"),
            *(
                "https://Example1.com/token",
                "CHANGEME123",
                "your-token-1",
                "prod/db/password",
                "DB_PASSWORD",
                "${TOKEN1}",
            ),
            *("Test1234", "localstack1", "aaaaaaaa1", "{{ token1 }}", "short7"),
        ],
    )
    def test_harmless_value_is_no_secret(self, value: str) -> None:
        assert not may_be_secret("DB_PASSWORD", value)

    def test_value_is_hit(self) -> None:
        hits = list(
            plaintext_name(
                task({"A": "q7Lm29xwZ", "DB_PASSWORD": "q7Lm29xwZ"}),
                variables="containerDefinitions[].environment[]",
                endings=ENDINGS,
                formats=FORMATS,
                strong=True,
            )
        )
        assert [(hit.path[2:], hit.values) for hit in hits] == [(("environment", 1, "value"), {"name": "DB_PASSWORD"})]

    @pytest.mark.parametrize("value", ["vK7#pQ2m!xR9wLz4", "q7Lm29xwZ", "Zk3TnB8v+Ys5/Rd==", "q-7-L-m-29"])
    def test_strong_value_is_a_warning_by_default(self, value: str, ruleset: Ruleset) -> None:
        assert is_strong(value)
        assert found("ECS706", task({"APP_SECRET": value}), ruleset)
        assert not found("ECS704", task({"APP_SECRET": value}), ruleset)

    @pytest.mark.parametrize("value", ["q7lm29xwz", "Q7LM29XWZ", "qLmxwZabW", "6f1c1c2e-9d0b-4c55-8a44-2f6b7b1e7a11"])
    def test_other_values_are_left_to_the_strict_profile(self, value: str, ruleset: Ruleset) -> None:
        assert not is_strong(value)
        assert not found("ECS706", task({"APP_SECRET": value}), ruleset)

    @pytest.mark.parametrize(
        "value", ["Password123", "Hello World 1", "Example-Key1", "Abcd1234", "/Etc/App1.pem", "x:/Y1"]
    )
    def test_words_and_paths_are_no_strong_values(self, value: str, ruleset: Ruleset) -> None:
        assert not found("ECS706", task({"APP_SECRET": value}), ruleset)

    @given(
        st.text("aB3-_/:$", max_size=12),
        st.sampled_from(
            ["DB_PASSWORD", "apiKey", "JWT_SECRET_2", "MYSQL_PWD", "A", "TOKEN", "x-credentials", "DB_PASS"]
        ),
        st.booleans(),
    )
    def test_quick_look_misses_no_secret(self, value: str, name: str, strong: bool) -> None:
        document = task({name: value})
        variables = document["containerDefinitions"][0]["environment"]
        place = "containerDefinitions[].environment[]"
        hits = list(plaintext_name(document, variables=place, endings=ENDINGS, formats=FORMATS, strong=strong))
        options = {"variables": variables, "variables_name": [name], "endings": ENDINGS, "strong": strong}
        assert not (hits and quick.announce_nothing(document, **options))

    def test_one_secret_gives_one_finding(self, ruleset: Ruleset) -> None:
        document = task({"API_TOKEN": SAMPLES["a GitHub token"], "AWS_ACCESS_KEY_ID": SAMPLES["an AWS access key"]})
        rules = [f.rule for f in lint_example(document, ruleset, {}) if "/environment/" in f.pointer]
        assert rules == ["ECS701", "ECS703"]

    @given(st.lists(st.sampled_from(["db", "user", "password", "token"]), min_size=1))
    def test_spelling_of_a_name_does_not_matter(self, parts: list[str]) -> None:
        spellings = ("_".join(parts), "-".join(parts), ".".join(parts), "_".join(parts).upper())
        camel = parts[0] + "".join(map(str.capitalize, parts[1:]))
        assert {words(spelling) for spelling in (*spellings, camel)} == {"".join(f" {part}" for part in parts)}


scalars = st.none() | st.booleans() | st.integers() | st.text()
anything = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from("abc") | st.text(), inner), max_leaves=20
)


@given(anything, anything)
def test_checks_take_any_value(name: Any, value: Any) -> None:
    document = {"containerDefinitions": [{"environment": [{"name": name, "value": value}, value]}, value]}
    variables = "containerDefinitions[].environment[]"
    hits = [
        *plaintext_value(document, places=[f"{variables}.value", "containerDefinitions[].*"], formats=FORMATS),
        *plaintext_name(document, variables=variables, endings=ENDINGS, formats=FORMATS, strong=True),
    ]
    assert "secret" not in json.dumps([sorted(hit.values) for hit in hits])


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_quick_look_knows_a_mark_of_every_format(sample: str) -> None:
    assert not quick.lack_marks(None, places=["x", sample])
    assert quick.lack_marks(None, places=["x", "https://example.com", "me@example.com"])


@pytest.mark.parametrize("pattern", FORMATS.values(), ids=FORMATS)
def test_quick_look_passes_nothing_that_a_format_finds(pattern: str) -> None:
    @given(st.from_regex(pattern))
    def suspects(text: str) -> None:
        assert not quick.lack_marks(None, places=[text])

    suspects()
