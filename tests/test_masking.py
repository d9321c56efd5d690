"""Credentials are told by their form, and what a message says by where it comes from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint.masking import MASK, Quoted, credentials, joined_spans, masked, told, veiled
from ecslint.model import Unknown

VEILED = {
    "https://bob:pw@reg.io/x": "https://•••@reg.io/x",
    "https://pw@reg.io/x": "https://•••@reg.io/x",
    "postgres://bob:p/w@host/db": "postgres://•••@host/db",
    "https://reg.io/x?key=pw&more": "https://reg.io/x?•••",
    "https://reg.io/x#pw": "https://reg.io/x#•••",
    "bob:pw@reg.io/x": "bob:•••@reg.io/x",
    "nginx:pw@1.27": "nginx:•••@1.27",
    "https://bob:p@pw@reg.io/x": "https://•••@reg.io/x",
    "https://bob@a.example:pw@reg.io/x@y": "https://•••@reg.io/x@y",
    "postgres://bob:p/w@pw@host/db": "postgres://•••@host/db",
    "https://bob:p q pw@reg.io/x": "https://•••@reg.io/x",
    "https://my bob:pw@reg.io/x": "https://•••@reg.io/x",
    "https://{{ .Values.bob }}:pw@reg.io/x": "https://•••@reg.io/x",
    "bob:p@pw@reg.io/x": "bob:•••@reg.io/x",
    "${BOB}:pw@reg.io/x": "${BOB}:•••@reg.io/x",
    "{{ .Values.bob }}:pw@reg.io/x": "{{ .Values.bob }}:•••@reg.io/x",
    "<BOB>:pw@reg.io/x": "<BOB>:•••@reg.io/x",
    "%BOB%:pw@reg.io/x": "%BOB%:•••@reg.io/x",
    "@@BOB@@:pw@reg.io/x": "@@BOB@@:•••@reg.io/x",
    "$BOB:pw@reg.io/x": "$BOB:•••@reg.io/x",
    ":pw@reg.io/x": ":•••@reg.io/x",
    "https://AWS:" + "pw" * 900 + "@reg.io/x": "https://•••@reg.io/x",
    "PW==pw": "PW==•••",
    "PW == my pw": "PW ==•••",
    "PW===pw": "PW===•••",
    "PW=~pw": "PW=~•••",
    "PW:=pw": "PW:=•••",
    "PW := my pw": "PW :=•••",
    "PW=>pw": "PW=>•••",
    "PW => my pw": "PW =>•••",
    "PW?=pw": "PW?=•••",
    "PW += my pw": "PW +=•••",
    '"PW"="my pw"': '"PW"=•••',
    "'PW'='pw'": "'PW'=•••",
    "'PW' == 'pw'": "'PW' ==•••",
    "a 'PW'='my pw' b": "a 'PW'=••• b",
    "a 'PW' = pw b": "a 'PW' = ••• b",
    "a PW==pw": "a PW==•••",
    "a PW = pw": "a PW = •••",
    "a PW='p'pw b": "a PW=••• b",
    "a PW= pw": "a PW= •••",
    "a PW =pw": "a PW =•••",
    "a PW := pw": "a PW := •••",
    'a PW="my pw" b': "a PW=••• b",
    "a PW=`my pw` b": "a PW=••• b",
    "a 'PW' = `my pw` b": "a 'PW' = ••• b",
    "${A}==pw": "${A}==•••",
    "web -> PW==my pw -> web": "web -> PW==••• -> web",
    "`PW == my pw` and `web`": "`PW ==•••` and `web`",
    "attribute:a == PW=pw": "attribute:a == PW=•••",
    "attribute:a==https://bob:pw@reg.io": "attribute:a==https://•••@reg.io",
    "bob:p/w@reg.io/x": "bob:•••@reg.io/x",
    "bob:/p/w/@reg.io/x": "bob:•••@reg.io/x",
    "bob:my p/w@reg.io/x": "bob:•••@reg.io/x",
    "a bob:p/w@reg.io/x": "a bob:•••@reg.io/x",
    "${BOB}:p/w@reg.io/x": "${BOB}:•••@reg.io/x",
    "bob:p/w@${HOST}": "bob:•••@${HOST}",
    "arn:aws:iam::123456789012:role/bob:pw@x": "arn:aws:iam::123456789012:role/bob:•••@x",
    "PW!=pw": "PW!=•••",
    "my PW !=pw": "my PW !=•••",
    "PW\n!=pw": "PW\n!=•••",
    "PW!==pw": "PW!==•••",
    "PW<=pw": "PW<=•••",
    "PW>=my pw": "PW>=•••",
    "PW~=pw": "PW~=•••",
    "'PW'!='pw'": "'PW'!=•••",
    "a PW!='my pw' b": "a PW!=••• b",
    "`PW!=my pw` and `web`": "`PW!=•••` and `web`",
    "web -> PW!=my pw -> web": "web -> PW!=••• -> web",
    "${A}!=pw": "${A}!=•••",
    "PASSWORD != my pw": "PASSWORD != •••",
    "a DB_PASSWORD <> pw": "a DB_PASSWORD <> •••",
    "PASSWORD =~ pw": "PASSWORD =~•••",
    "attribute:PASSWORD==pw": "attribute:PASSWORD==•••",
    "attribute:PASSWORD == pw": "attribute:PASSWORD == •••",
    "(attribute:db/api_key!=pw)": "(attribute:db/api_key!=•••",
    "attribute:a == b and attribute:db.password =~ 'my pw'": "attribute:a == b and attribute:db.password =~ •••",
    "attribute:my-token in [a, pw]": "attribute:my-token in •••",
    "attribute:token not_equals pw": "attribute:token not_equals •••",
    "PASSWORD: pw": "PASSWORD: •••",
    "db_password: my pw": "db_password: •••",
    "a Secret: 'my pw' b": "a Secret: ••• b",
    '{"apiToken":"pw","a":1}': '{"apiToken":•••,"a":1}',
    "PW=pw": "PW=•••",
    "PW = my pw": "PW =•••",
    "=pw": "=•••",
    "${A}=pw": "${A}=•••",
    "app:=pw": "app:=•••",
    "--password=pw": "--password=•••",
    "PW=a`pw": "PW=•••",
    "`PW=my pw` and `web`": "`PW=•••` and `web`",
    "web -> PW=my pw -> web": "web -> PW=••• -> web",
    "rw,size=64m,password=pw": "rw,size=64m,password=•••",
    "${PW:-pw}": "${PW•••}",
    "${PW-pw}": "${PW•••}",
    "a${A}b${PW:=pw}": "a${A}b${PW•••}",
    "${PW:-${B:-pw}}": "${PW•••}",
    '{{ default "pw" }}': "{{ default ••• }}",
    '{{ .Values.pw | default "pw" }}': "{{ .Values.pw ••• }}",
    "${{ secrets.PW || 'pw' }}": "${{ secrets.PW ••• }}",
    "{{ env `PW` `pw` }}": "{{ env ••• }}",
    "{{ must_env `PW` | pw }}": "{{ must_env `PW` ••• }}",
    "{% if pw %}": "{% if ••• %}",
    "<%= pw || 'pw' %>": "<%= pw ••• %>",
    '{{ default "pw': "{{ default •••",
    "${PW:-pw": "${PW•••",
    "[[PW:-pw]]": "[[PW•••]]",
    '[[ .Values.pw | default "pw" ]]': "[[ .Values.pw ••• ]]",
    "$(PW:-pw)": "$(PW•••)",
    "$(PW:-$(B:-pw))": "$(PW•••)",
    "$(PW:-pw": "$(PW•••",
    "$[PW:-pw]": "$[PW•••]",
    "@{PW:-pw}": "@{PW•••}",
    "((PW:-pw))": "((PW•••))",
    "{PW:-pw}": "{PW•••}",
    "<PW:-pw>": "<PW•••>",
    "<<PW|pw>>": "<<PW•••>>",
    "<+PW:-pw>": "<+PW•••>",
    "__PW:-pw__": "__PW•••__",
    "%PW:pw%": "%PW•••%",
    "@@PW:-pw@@": "@@PW•••@@",
    "@PW:pw@": "@PW•••@",
    "##PW:pw##": "##PW•••##",
    "#PW:pw#": "#PW•••#",
    "$$PW:pw$$": "$$PW•••$$",
}

SHOWN = [
    "nginx", "nginx:1.27", "nginx:latest", "reg.io:5000/a/b:1.27", "nginx@1.27", "https://reg.io/x", "256", ".5 vCPU",
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:v1@sha256:" + "0a" * 32, "nginx:1.27@sha256:0123",
    "arn:aws:iam::123456789012:role/web", "arn:aws:secretsmanager:us-east-1:123456789012:secret:a-AbCdEf:key::",
    "1000:1000", "web -> db -> web", "`app` or `web`", "/var/run/docker.sock", "C:\\data", "rw,noexec,size=64m",
    "mode=1777", "attribute:ecs.instance-type =~ t3.*", "attribute:stack == test", "runningTasksCount >= 3", "a != b",
    "expected `==`, not `=`, or '='",
    "${IMAGE}", "${ IMAGE }", "{{ .Values.image }}", "{{ must_env `CPU` }}", '{{ must_env "CPU" }}', "<IMAGE1_NAME>",
    "attribute:ecs.os-type == linux", "attribute:ecs.os-type==linux", "(attribute:a==b||attribute:c exists)",
    "((attribute:a==b) or attribute:a/b.c==d) and not(task:group==service:web)", "  agentConnected==true",
    "attribute:a =~ [[:alpha:]].*", "attribute:a=~^(b|c)$", "agentVersion >= 1", "not(runningTasksCount==3)",
    "attribute:${NAME} == x", "attribute:${NAME}==x", "attribute:a != b && attribute:c==d", "attribute:stack = prod",
    "a >= b", "a <= b", "`a` >= `b`", "expected `=>`, `=~`, ':=', not `==`", "${IMAGE}:${TAG}@${DIGEST}",
    "web:${TAG}@sha256:0123", "secret:1.27", "token:latest", "__REPO__:__TAG__", "%REPO%:%TAG%", "%A%web:1%B%",
    "@@REPO@@:@@TAG@@", "<IMAGE:TAG>", "<REGISTRY>/web:<TAG>", "[[ NAME ]]", "$(NAME)", "((NAME))", "{NAME}", "$[NAME]",
    "https://reg.io:5000/a/b", "https://npm.example/@scope/a", "web: not found", "@REPO@:@TAG@", "use `a: {b: true}`",
    "write [REGISTRY/]REPOSITORY[:TAG][@DIGEST]", "remove `repositoryCredentials`: ECS signs in", "50%, 60%: 70%",
    "%Y-%m-%d %H:%M:%S", "%d/%b/%Y:%H:%M:%S %z", "[%b %d, %Y %H:%M:%S]",
    "runningTasksCount!=3", "attribute:ecs.os-type!=linux", "attribute:a>=3", "agentVersion>=1.2",
    "attribute:password-age == 3", "attribute:token exists", "attribute:key in [a, b]",
    "arn:aws:iam::123456789012:role/web@prod", "arn:aws:iam::${AWS::AccountId}:role/a/web@prod",
    "arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/db@x-AbCdEf",
    "${REGISTRY}:5000/${IMAGE}@${DIGEST}", "reg.io:5000/web:${TAG}@${DIGEST}", "reg.io:5000/a/b@sha256:0123",
    "%NAME%", "__NAME__", "@@NAME@@", "c29tZQ==", "a@b.example", "it starts with `https://`", "",
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), VEILED.items())
def test_credentials_are_told_by_their_form(text: str, expected: str) -> None:
    assert veiled(text) == expected


@pytest.mark.parametrize("text", SHOWN)
def test_what_only_resembles_one_is_shown(text: str) -> None:
    assert veiled(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "a=",
        "{{",
        "${",
        "://",
        "://a:",
        "a:b@",
        "`a=b",
        "{%a",
        "-> a",
        "${a{b}",
        "a.b",
        "a:",
        "<%",
        " = ",
        "?://",
        "$(",
        "$(a(b)",
        "[[a",
        "[[",
        "a:-",
        "__a:",
        "%a:",
        "@@a:",
        "@a:",
        "<a:-",
        "((a:",
        "{a:",
        "://a b:",
        "://a:b ",
        "'a'='",
        'a="',
        "a == ",
        "attribute:",
        "attribute:a ",
        "attribute:${a",
        "token: ",
        "token:",
        "@",
        "a:@",
        "==",
        "=~",
        "'a",
        "a:/",
        "arn:",
        "arn:a:b::c",
        "arn:${a",
        "a!=",
        "!=",
        "attribute:token",
        "attribute:token in ",
        "token != ",
    ],
)
def test_long_texts_come_to_an_end(text: str) -> None:
    """A pattern that goes back and forth would need hours."""
    assert len(veiled(text * 20_000)) <= len(text) * 60_000


@given(st.text(alphabet="ab:=@/?{}$%< `\n'\"-", max_size=60))
def test_credentials_are_disjoint_parts_of_the_text(text: str) -> None:
    spans = credentials(text)
    assert all(start < end <= len(text) for start, end in spans)
    assert spans == list(joined_spans(spans))


@given(st.data(), st.text(alphabet="ab\"' \n", max_size=40))
def test_masking_keeps_the_lines(data: st.DataObject, text: str) -> None:
    edges = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    spans = joined_spans([(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False) if a < b])
    new = masked(text, spans)
    assert new.count("\n") == text.count("\n")
    if not text.strip("ab"):
        assert not set("".join(masked(text[a:b], [(0, b - a)]) for a, b in spans)) & {"a", "b"}


def test_quotes_around_a_mask_stay() -> None:
    assert masked('{"a": "pw", "b": pw}', [(6, 10), (17, 19)]) == '{"a": "•••", "b": •••}'


def shows(path: tuple[object, ...]) -> bool:
    return path != ("hidden",)


def test_values_of_a_hidden_place_are_hidden_but_for_own_words() -> None:
    values = {"problem": "it is short", "registry": "pw", "port": 8, "pieces": ["pw"], "meant": None}
    expected = {"problem": "it is short", "registry": MASK, "port": MASK, "pieces": MASK, "meant": None}
    assert told(values, ["problem"], "pw", True, shows) == expected


def test_values_of_a_place_that_is_shown_are_told() -> None:
    values = {"registry": "reg.io", "port": 8}
    assert told(values, [], "reg.io:8", False, shows) == values


@pytest.mark.parametrize("value", ["https://bob:pw@reg.io/x", Unknown("https://bob:pw@reg.io/${X}")])
def test_a_part_of_a_credential_is_hidden_where_its_form_is_lost(value: object) -> None:
    values = {"problem": "`pw` is not a tag", "meant": "pw@reg.io/x", "host": "reg.io", "word": "powder"}
    expected = {"problem": "`•••` is not a tag", "meant": "•••@reg.io/x", "host": "reg.io", "word": "powder"}
    assert told(values, [], value, False, shows) == expected


@pytest.mark.parametrize("value", ["'A'='pw'", "A==pw", 'A="a pw"', "${A:-pw}", "[[A|pw]]", "https://b:a@pw@h/x"])
def test_a_part_is_hidden_without_the_signs_around_it(value: str) -> None:
    assert told({"word": "pw", "other": "pwd"}, [], value, False, shows) == {"word": MASK, "other": "pwd"}


def test_what_repeats_another_place_is_judged_by_that_place() -> None:
    values = {"a": Quoted("web", ("shown",)), "b": Quoted("pw", ("hidden",)), "c": Quoted(5, ("shown",))}
    assert told(values, [], "x", True, shows) == {"a": "web", "b": MASK, "c": 5}
