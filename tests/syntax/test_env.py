"""Lines of variables and user data: any text can be read, and what is read stands where its node says."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecslint.model import Node, Unknown
from ecslint.syntax import env
from ecslint.syntax.edit import same
from ecslint.syntax.env import CONFIG, FILE

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,12}", fullmatch=True)
VALUES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), max_size=12).map(str.strip)
PIECES = st.sampled_from(
    [
        *(
            "ECS_CLUSTER",
            "ECS_LOGLEVEL",
            "A",
            "export ",
            "=",
            " = ",
            ": ",
            "prod",
            '"',
            "'",
            "\\",
            "\n",
            "\r\n",
            "\t",
            " ",
        ),
        *("#", "$", "${X}", "$(date)", "`", "(", ")", "{", "}", "|", "&&", ";", "<", ">>", f" >> {FILE}", f" {FILE}\n"),
        *("echo ", "echo -e ", "printf ", "cat <<EOF", "cat <<-'EOF'", "EOF", "EOF\n", "tee -a ", "sudo ", "\\n", "%s"),
        *(
            "#!/bin/bash\n",
            "#cloud-config\n",
            "runcmd:\n",
            "- ",
            "write_files:\n",
            "  content: |\n",
            f"  - path: {FILE}\n",
        ),
    ]
)
TEXTS = st.text() | st.lists(PIECES, max_size=40).map("".join)


def variables(text: str) -> Any:
    return env.scan(text).data[CONFIG]


def root_of(text: str) -> Node:
    root = env.scan(text).root
    assert root is not None
    return root


@given(TEXTS)
def test_any_text_can_be_read(text: str) -> None:
    scan = env.scan(text)
    assert scan.root is not None
    nodes = scan.root.children[CONFIG].children
    assert [*nodes] == [*scan.data[CONFIG]]
    for name, node in nodes.items():
        assert 0 <= node.key_start < node.key_end <= node.start <= node.end <= len(text)
        assert node.key_end - node.key_start < len(str(name)) or "\\" in text or "'" in text or '"' in text or (
            text[node.key_start : node.key_end] == name
        )  # fmt: skip
    for fault in scan.faults:
        assert 0 <= fault.start < fault.end <= len(text)
    env.is_config("config", text)
    env.is_config(CONFIG, text)


@given(st.dictionaries(NAMES, VALUES, max_size=6))
def test_what_is_rendered_is_read_again(wanted: dict[str, str]) -> None:
    try:
        text = env.render(wanted)
    except ValueError:  # such a value cannot be written
        return
    assert same(variables(text), {name: env.known(value) for name, value in wanted.items()})


@given(
    st.dictionaries(
        NAMES, st.text("ab=#:;{}[],\"' \\", max_size=9).map(str.strip).filter(lambda value: env.known(value) == value)
    )
)
def test_usual_values_can_be_rendered(wanted: dict[str, str]) -> None:
    assert variables(env.render(wanted)) == wanted


@pytest.mark.parametrize("value", ["a\nB=c", " a", "a ", "\t"])
def test_what_no_line_can_hold_is_not_rendered(value: str) -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        env.render({"A": value})


READ = {
    "a line": ("ECS_CLUSTER=prod\n", {"ECS_CLUSTER": "prod"}),
    "without an end": ("A=b", {"A": "b"}),
    "the first = parts": ("A=b=c", {"A": "b=c"}),
    "nothing behind it": ("A=\nB=c", {"A": "", "B": "c"}),
    "quotes stay": ("A='b'\nC=\"d\"", {"A": "'b'", "C": '"d"'}),
    "no comment behind a value": ("A=b # c", {"A": "b # c"}),
    "comments and other lines": ("# A=b\n#A=b\n\nhello\n=c\n1A=b\nA-B=c", {}),
    "blanks around lines": ("  A=b \t\r\n\tC=d\r\n", {"A": "b", "C": "d"}),
    "export": ("export A=b\nexport\tC=d\nexported=e", {"A": "b", "C": "d", "exported": "e"}),
    "blanks": ("A = b\nC =d\nE= f", {"A": "b", "C": "d", "E": "f"}),
    "colons of the agent only": ("ECS_A: b\nC: d\nECS_E:f", {"ECS_A": "b"}),
    "the last one wins": ("A=b\nC=d\nA=e", {"C": "d", "A": "e"}),
    "nothing": ("", {}),
}


@pytest.mark.parametrize(("text", "wanted"), READ.values(), ids=READ)
def test_lines_are_read_as_they_are_meant(text: str, wanted: dict[str, str]) -> None:
    assert variables(text) == wanted
    assert [*variables(text)] == [*wanted]


@pytest.mark.parametrize(
    "value",
    [
        *(
            "${CLUSTER}",
            "a-${CLUSTER}",
            "$CLUSTER",
            "a$b",
            "$(curl -s http://a/b?c=d | jq .e)",
            "`hostname`",
            "{{ cluster }}",
        ),
        *("<CLUSTER_NAME>", "%CLUSTER%", "@CLUSTER@", "__CLUSTER__", "REPLACE_ME", '["json-file","${DRIVER}"]', "TODO"),
        *("((cluster))", "#{cluster}", "<%= cluster %>", '{"a":"{{ b }}"}'),
    ],
)
def test_placeholders_are_unknown(value: str) -> None:
    assert type(variables(f"A={value}")["A"]) is Unknown


@pytest.mark.parametrize(
    "value",
    [
        "prod",
        '["json-file","awslogs"]',
        '{"a":{"b":{"c":"d"}}}',
        "[json-file]",
        "a@b",
        "100%",
        "#1",
        "10m",
        "T",
        "50%-60%",
    ],
)
def test_other_values_are_known(value: str) -> None:
    assert variables(f"A={value}") == {"A": value}


FAULTS = {
    "export": ("export A=b", ["exported-agent-variable"]),
    "blanks": ("A =b", ["blank-around-equals-sign"]),
    "both": ("export A = b", ["exported-agent-variable", "blank-around-equals-sign"]),
    "colon": ("ECS_A: b", ["colon-after-agent-variable"]),
    "another value": ("A=b\nA=c", ["repeated-agent-variable"]),
    "the same value": ("A=b\nA=c\nA=b", ["repeated-agent-variable", "repeated-agent-variable"]),
    "no other value": ("A=b\nA=b", []),
    "right": ("A=b\n B=c\nC=", []),
}


@pytest.mark.parametrize(("text", "wanted"), FAULTS.values(), ids=FAULTS)
def test_what_ecs_init_reads_otherwise_is_a_fault(text: str, wanted: list[str]) -> None:
    assert [fault.slug for fault in env.scan(text).faults] == wanted


# --- user data --------------------------------------------------------------------------------------

WRITES = {
    "echo": (f"echo A=b >> {FILE}", {"A": "b"}),
    "echo without a blank": (f"echo A=b>>{FILE}", {"A": "b"}),
    "echo into a new file": (f"echo A=b > {FILE}", {"A": "b"}),
    "echo with the target first": (f">> {FILE} echo A=b", {"A": "b"}),
    "double quotes": (f'echo "A=b c" >> {FILE}', {"A": "b c"}),
    "single quotes": (f"""echo 'A=["b","c"]' >> {FILE}""", {"A": '["b","c"]'}),
    "quotes that the shell removes": (f'echo A=["b","c"] >> {FILE}', {"A": "[b,c]"}),
    "escaped quotes": (f'echo "A=[\\"b\\"]" >> {FILE}', {"A": '["b"]'}),
    "several words": (f"echo A=b c  d >> {FILE}", {"A": "b c d"}),
    "lines in quotes": (f'echo "A=b\nC=d" >> {FILE}', {"A": "b", "C": "d"}),
    "echo -e": (f'echo -e "A=b\\nC=d" >> {FILE}', {"A": "b", "C": "d"}),
    "echo -e with other escapes": (f'echo -e "A=b\\tC=d" >> {FILE}', {}),
    "printf": (f"printf 'A=b\\nC=d\\n' >> {FILE}", {"A": "b", "C": "d"}),
    "printf %s": (f"printf '%s\\n' A=b 'C=d' >> {FILE}", {"A": "b", "C": "d"}),
    "printf with a format": (f"printf 'A=%s\\n' b >> {FILE}", {}),
    "expansions": (f'echo "A=$B" >> {FILE}; echo C=$(date) >> {FILE}', {"A": "$B", "C": "$(date)"}),
    "nested expansions": (f'echo A=$(x "$(y ")")") >> {FILE}\necho B=c >> {FILE}', {"A": '$(x "$(y ")")")', "B": "c"}),
    "tee": (f"echo A=b | tee -a {FILE}", {"A": "b"}),
    "sudo tee": (f"echo A=b | sudo tee --append {FILE} > /dev/null", {"A": "b"}),
    "tee with a here-document": (f"sudo tee {FILE} <<EOF\nA=b\nEOF\n", {"A": "b"}),
    "cat": (f"cat <<EOF >> {FILE}\nA=b\nC=d\nEOF\necho E=f\n", {"A": "b", "C": "d"}),
    "cat with the target first": (f"cat >> {FILE} << 'EOF'\nA=$b\nEOF\n", {"A": "$b"}),
    "cat, tabs": (f"cat <<-EOF >> {FILE}\n\tA=b\n\tEOF\necho C=d >> {FILE}", {"A": "b", "C": "d"}),
    "cat into a pipe": (f"cat <<EOF | sudo tee -a {FILE}\nA=b\nEOF\n", {"A": "b"}),
    "two here-documents": (f"cat <<A > /x; cat <<B >> {FILE}\nA=b\nA\nC=d\nB\n", {"C": "d"}),
    "here-documents for others": (f"cat <<EOF > /etc/other\nA=b\nEOF\necho C=d >> {FILE}", {"C": "d"}),
    "behind a condition": (f"if x; then echo A=b >> {FILE}; fi; [ x ] && echo C=d >> {FILE}", {"A": "b", "C": "d"}),
    "continued": (f"echo \\\n  A=b \\\n  >> {FILE}", {"A": "b"}),
    "a comment": (f"# echo A=b >> {FILE}\necho C=d >> {FILE} # echo", {"C": "d"}),
    "other streams": (f"echo A=b >> {FILE} 2>&1; echo C=d 2>> {FILE}", {"A": "b"}),
    "other files": (f"echo A=b >> {FILE}.json; echo C=d >> /tmp{FILE}", {}),
    "commands that are not known": (f"sed 's/a/b/' x >> {FILE}; cat /x >> {FILE}", {}),
    "a process that reads the output": (
        f"exec > >(tee /var/log/user-data.log|logger -t user-data 2>/dev/console) 2>&1\necho A=b >> {FILE}",
        {"A": "b"},
    ),
    "a function": (
        f'function log() {{\n  echo "[$(date "+%H:%M")] - $1" >> /x\n}}\nlog "it\'s on"\necho A=b >> {FILE}',
        {"A": "b"},
    ),
    "escaped quotes without quotes": (f'echo A=[\\"b\\", \\"c\\"] >> {FILE}', {"A": '["b", "c"]'}),
    "a shell in the shell": (
        f"sudo bash -c 'cat <<EOF > {FILE}\nA=b\nEOF'\nsh -c \"echo C=d >> {FILE}\"",
        {"A": "b", "C": "d"},
    ),
    "a shell with other quotes": (f"sh -c \"echo 'A=b'\"' >> {FILE}'", {}),
    "a case": (f"case $1 in\n a) echo A=b >> {FILE} ;;\n *) x ;;\nesac\necho C=d >> {FILE}", {"A": "b", "C": "d"}),
    "a here-string": (f"cat <<< x >> {FILE}\necho C=d >> {FILE}", {"C": "d"}),
    "an end that never comes": (f"echo A=b >> {FILE}\necho 'C=d >> {FILE}", {"A": "b"}),
    "a variable as the target": (f"F={FILE}\necho A=b >> $F", {}),
    "several parts": (
        f'Content-Type: multipart/mixed; boundary="==B=="\n\n--==B==\n\n#!/bin/bash\necho A=b >> {FILE}\n--==B==--\n',
        {"A": "b"},
    ),
    "several parts, one of which is no script": (
        f"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=//\n\n--//\n\n#cloud-config\nnote: it's YAML\n"
        f"--//\n\n#!/bin/bash\necho A=b >> {FILE}\n--//\n\n#!/bin/sh\necho C=d >> {FILE}\n--//--\n",
        {"A": "b", "C": "d"},
    ),
}


def shown(value: Any) -> Any:
    return value.raw if type(value) is Unknown else value


@pytest.mark.parametrize(("text", "wanted"), WRITES.values(), ids=WRITES)
def test_what_a_script_writes_is_read(text: str, wanted: dict[str, str]) -> None:
    text = text if text.startswith(env.SCRIPTS) else f"#!/bin/bash\n{text}"
    assert {name: shown(value) for name, value in variables(text).items()} == wanted
    nodes = root_of(text).children[CONFIG].children
    assert all(text[node.key_start : node.key_end] == name for name, node in nodes.items())


CLOUD = f"""\
#cloud-config
packages: [jq]
bootcmd:
  - echo A=b >> {FILE}
write_files:
  - path: /etc/other
    content: X=y
  - path: {FILE}
    append: true
    content: |
      C=d
      E=["f"]
  - {{path: {FILE}, content: "G=h"}}
  - path: {FILE}
    encoding: b64
    content: WD15
runcmd:
  - [sh, -c, "echo X=y >> {FILE}"]
  - "echo I=j >> {FILE}"
  - 'echo "K=l" >> {FILE}'
  - |
    cat <<EOF >> {FILE}
    M=n
    EOF
"""


def test_what_cloud_config_writes_is_read() -> None:
    assert variables(CLOUD) == {"A": "b", "C": "d", "E": '["f"]', "G": "h", "I": "j", "K": "l", "M": "n"}
    nodes = root_of(CLOUD).children[CONFIG].children
    assert all(CLOUD[node.key_start : node.key_end] == name for name, node in nodes.items())
    assert all(CLOUD[node.start : node.end] == variables(CLOUD)[name] for name, node in nodes.items())


def test_branches_of_a_script_do_not_repeat_one_another() -> None:
    text = f"#!/bin/sh\nif x; then echo A=b >> {FILE}; else echo A=c >> {FILE}; fi\n"
    assert env.scan(text).faults == []


# --- what is a configuration ------------------------------------------------------------------------

OURS = {
    "by its name": (CONFIG, "A=b\n"),
    "by the end of its name": ("prod.ecs.config", "A=b\n"),
    "empty": (CONFIG, "\n# nothing\n"),
    "with notes": (CONFIG, "Our settings\nECS_CLUSTER=prod\nECS_LOGLEVEL=debug\n"),
    "by its variables": ("settings.conf", "ECS_CLUSTER=prod\nECS_LOGLEVEL=debug\n"),
    "by two others": ("x", "ECS_LOGLEVEL=debug\nECS_DATADIR=/data\n"),
    "a cluster alone": ("x", "ECS_CLUSTER=prod\n"),
    "a script": ("setup.sh", f"#!/bin/bash\necho A=b >> {FILE}\n"),
    "user data without a first line": ("user-data.tpl", f"echo A=b >> {FILE}\n"),
    "user data with other hyphens": ("userdata_prod.txt", f"echo A=b >> {FILE}\n"),
    "cloud-config": ("x.yaml", CLOUD),
}
NOT_OURS = {
    "an .env file": (".env", "ECS_CLUSTER=prod\nECS_SERVICE=web\nAWS_REGION=eu-west-1\n"),
    "variables of an app": ("app.env", "DEBUG=1\nECS_CONTAINER_METADATA_URI=http://169.254.170.2\n"),
    "an environment file of a task": ("web.env", "ECS_CLUSTER=prod\nDATABASE_URL=postgres://db\n"),
    "text about it": ("README", "Set ECS_CLUSTER=prod and ECS_LOGLEVEL=debug in /etc/ecs/ecs.config\n"),
    "Elastic Beanstalk": (CONFIG, "option_settings:\n  aws:elasticbeanstalk:application:environment:\n    A: b\n"),
    "a script that reads it": ("x.sh", f"#!/bin/bash\nsource {FILE}\necho $ECS_CLUSTER > /tmp/x\n"),
    "a script that sets variables": ("x.sh", "#!/bin/bash\nECS_CLUSTER=prod\nECS_LOGLEVEL=debug\n"),
    "user data of others": ("user-data.sh", "#!/bin/bash\nyum install -y nginx\n"),
    "a template that holds a script": ("x.template", f"Resources:\n  A:\n    UserData: |\n      echo A=b >> {FILE}\n"),
    "nothing": ("x", ""),
    "cloud-config of others": ("x.yaml", "#cloud-config\npackages: [jq]\n"),
}


@pytest.mark.parametrize(("name", "text"), OURS.values(), ids=OURS)
def test_configurations_are_known(name: str, text: str) -> None:
    assert env.is_config(name, text)


@pytest.mark.parametrize(("name", "text"), NOT_OURS.values(), ids=NOT_OURS)
def test_other_files_are_left_alone(name: str, text: str) -> None:
    assert not env.is_config(name, text)


def test_long_texts_take_linear_time() -> None:
    for piece in ("A=b\n", "export ", "A ", "echo $(", f"echo A=b >> {FILE}\n", "cat <<EOF\n", "'", "`", "${", "<"):
        text = dedent("#!/bin/sh\n") + piece * 20_000
        env.scan(text)
        env.scan(f"{FILE}\n{piece * 20_000}")
        env.is_config(CONFIG, piece * 20_000)
