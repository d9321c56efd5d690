"""What of a workflow or a script is a deployment, what rewrites the file before, and what the command line gives."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import pytest

from ecslint import deploy
from ecslint.deploy import shell
from ecslint.deploy.files import MOST_BYTES
from ecslint.deploy.uses import AUTO
from tests.bundled import RULES
from tests.test_deploy import WORKFLOW, action, put, register, render, rendered, root, script, workflow

__all__ = ["root"]  # the fixture

TD = "ecs/td.json"
BY_ID = {rule.id: rule for rule in RULES}

#: How grave a variable of a shell, a null and an output-only member are.
UNKNOWN = ("info", "warning", "error")
BY_CLI = ("error", "error", "error")
BY_ACTION = ("error", "info", "info")
CHANGED_BY_ACTION = ("info", "info", "info")

REGISTER = register(TD)
IN = "working-directory: ecs\n"


def told(root: Path, file: str = TD) -> tuple[str, ...]:
    context = deploy.context(str(root / file), AUTO)
    return tuple(context.severity(BY_ID[name], BY_ID[name].severity) for name in ("ECS413", "ECS022", "ECS021"))


def filled(root: Path, file: str = TD) -> set[str]:
    return {".".join(place) for place in deploy.context(str(root / file), AUTO).filled("")}


#: Commands that may rewrite the file, or do.
REWRITING = (
    "perl -pi -e 's/A/B/' ecs/td.json",
    "perl render.pl",
    "python render.py ecs/td.json",
    "python3 scripts/render.py",
    "sed -i s/A/B/ ecs/*.json",
    "sed -i -e s/A/B/ $TD",
    'sed -i "s|A|$B|g" "$TD"',
    "sed --in-place s/A/B/ ecs/td.json",
    "for f in ecs/*.json; do sed -i s/A/B/ $f; done",
    "find ecs -name '*.json' -exec sed -i s/A/B/ {} +",
    "ls ecs | xargs sed -i s/A/B/",
    "make render",
    "make",
    "./scripts/render.sh",
    "bash scripts/render.sh",
    ". ./render.sh",
    "npm run render",
    "npx envsub ecs/td.json",
    "node render.js",
    "yq -i '.family = \"x\"' ecs/td.json",
    "jq .a t.json | sponge ecs/td.json",
    "envsubst < t.json > ecs/td.json",
    "envsubst < t.json | tee ecs/td.json",
    "cat > ecs/td.json <<EOF\n{}\nEOF",
    "cp t.json ecs/td.json",
    "mv t.json ecs/td.json",
    "curl -o ecs/td.json https://example.com/td.json",
    "aws s3 cp s3://bucket/td.json ecs/td.json",
    "docker run -v $PWD:/x image render",
    "sudo ./render",
    "if true; then ./render; fi",
    "(cd ecs && ../render)",
    "X=$(./render)",
    "echo 'never closed",
    "terraform apply",
)

#: Commands that leave it alone.
HARMLESS = (
    "echo done",
    "# ./render.sh",
    'echo "./render.sh ecs/td.json > ecs/td.json"',
    "cat ecs/td.json | jq .family",
    "docker build -t x . && docker push x",
    "npm ci && npm run build && npm test",
    "make build test",
    "pip install awscli",
    "python -m pip install awscli",
    'echo "tag=1" >> $GITHUB_OUTPUT',
    'echo "tag=1" >> "${GITHUB_ENV}"',
    "echo tag=1 | tee -a $GITHUB_ENV",
    "sed -i s/A/B/ nginx.conf",
    "sed 's/$A/B/' ecs/td.json > /dev/null",
    "X=$((1 + 2)); export Y=$X",
    'if [ -z "$A" ]; then exit 1; fi',
    "aws sts get-caller-identity > who.txt 2>&1",
    "aws ecr get-login-password | docker login --username AWS --password-stdin x",
    "cat <<EOF\n./render.sh\nEOF",
    "mkdir -p out && cp README.md out/",
    "git fetch --tags",
)


@pytest.mark.parametrize("command", REWRITING)
def test_what_may_rewrite_a_file_leaves_it_unknown(command: str, root: Path) -> None:
    put(root, {WORKFLOW: workflow(script(command), script(REGISTER))})
    assert told(root) == UNKNOWN
    (other := root / "other").mkdir()
    (other / ".git").mkdir()
    put(other, {WORKFLOW: workflow(script(command), action(TD))})
    assert told(other) == CHANGED_BY_ACTION


@pytest.mark.parametrize("command", HARMLESS)
def test_other_commands_change_nothing(command: str, root: Path) -> None:
    put(root, {WORKFLOW: workflow(script(command), script(REGISTER))})
    assert told(root) == BY_CLI


def test_only_what_runs_before_counts(root: Path) -> None:
    put(root, {WORKFLOW: workflow(script(f"{REGISTER}\n./render.sh"), script("make render"))})
    assert told(root) == BY_CLI


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("actions/checkout@v4", BY_ACTION),
        ("aws-actions/configure-aws-credentials@v4", BY_ACTION),
        ("docker/build-push-action@v6", BY_ACTION),
        ("hashicorp/setup-terraform@v3", BY_ACTION),
        ("cschleiden/replace-tokens@v1", CHANGED_BY_ACTION),
        ("danielr1996/envsubst-action@1.1.0", CHANGED_BY_ACTION),
        ("actions/download-artifact@v4", CHANGED_BY_ACTION),
        ("actions/github-script@v7", CHANGED_BY_ACTION),
        ("docker://alpine:3", CHANGED_BY_ACTION),
        ("./.github/actions/missing", CHANGED_BY_ACTION),
    ],
)
def test_actions_may_rewrite_files(name: str, expected: tuple[str, ...], root: Path) -> None:
    put(root, {WORKFLOW: workflow(f"uses: {name}", action(TD))})
    assert told(root) == expected
    put(root, {WORKFLOW: workflow(action(TD), f"uses: {name}")})
    deploy._known.clear()
    deploy._workflows.clear()
    assert told(root) == BY_ACTION


def test_scripts_of_other_shells_are_not_read(root: Path) -> None:
    put(root, {WORKFLOW: workflow(script(REGISTER, "shell: pwsh\n"))})
    assert told(root) == UNKNOWN


#: Scripts that register the file, or do not.
SCRIPTS = {
    REGISTER: BY_CLI,
    f"aws --region x ecs register-task-definition --cli-input-json=file://{TD}": BY_CLI,
    f"ARN=$({REGISTER} --query taskDefinition.taskDefinitionArn --output text)": BY_CLI,
    f"ARN=`{REGISTER}`": BY_CLI,
    f"if [ x ]; then\n  {REGISTER} | jq . > out.json\nfi": BY_CLI,
    f"aws-vault exec prod -- {REGISTER}": BY_CLI,
    f"bash -c '{REGISTER}'": BY_CLI,
    f"deploy() {{\n  {REGISTER}\n}}\ndeploy": BY_CLI,
    f"F={TD}\n{register('$F')}": BY_CLI,
    f"cd ecs\n{register('td.json')}": BY_CLI,
    f"(cd other; ls)\n{REGISTER}": BY_CLI,
    register("$GITHUB_WORKSPACE/" + TD): BY_CLI,
    register("${PWD}/" + TD): BY_CLI,
    f'aws ecs register-task-definition --cli-input-json "$(< {TD})"': BY_CLI,
    f"# {REGISTER}": UNKNOWN,
    f"ls # {REGISTER}": UNKNOWN,
    f"echo {REGISTER}": UNKNOWN,
    f'echo "{REGISTER}"': UNKNOWN,
    f"printf '%s' '{REGISTER}'": UNKNOWN,
    f"cat <<EOF\n{REGISTER}\nEOF": UNKNOWN,
    f"{REGISTER} --generate-cli-skeleton": UNKNOWN,
    f"cd other\n{REGISTER}": UNKNOWN,
    f"cd $DIR\n{REGISTER}": UNKNOWN,
    f"F={TD}\nF=x.json\n{register('$F')}": UNKNOWN,
    f"for F in {TD} b.json; do {register('$F')}; done": UNKNOWN,
    f"{REGISTER} $MORE": UNKNOWN,
    f'aws ecs register-task-definition --cli-input-json "$(envsubst < {TD})"': UNKNOWN,
    f'aws ecs register-task-definition --cli-input-json "$(cat {TD} | envsubst)"': UNKNOWN,
    f'aws ecs register-task-definition --cli-input-json "$(jq .a {TD})"': UNKNOWN,
    f"deploy() {{\n  {REGISTER}\n}}\n./render.sh\ndeploy": UNKNOWN,
}


@pytest.mark.parametrize("command", SCRIPTS)
def test_what_a_script_registers(command: str, root: Path) -> None:
    put(root, {WORKFLOW: workflow(script(command))})
    assert told(root) == SCRIPTS[command]


@pytest.mark.parametrize("condition", ["false", "${{ false }}", "'false'", "${{ false && github.ref == 'x' }}"])
def test_what_never_runs_deploys_nothing(condition: str, root: Path) -> None:
    text = workflow(script(REGISTER, f'if: "{condition}"\n'.replace("\"'", '"').replace("'\"", '"')))
    put(root, {WORKFLOW: text})
    assert told(root) == UNKNOWN
    (other := root / "other").mkdir()
    (other / ".git").mkdir()
    put(other, {WORKFLOW: workflow(action(TD)).replace("  ship:\n", f"  ship:\n    if: {condition}\n")})
    assert told(other) == UNKNOWN


def test_options_stand_for_members_of_the_file(root: Path) -> None:
    more = " --execution-role-arn $ROLE --cpu=256 --memory 512 --network-mode awsvpc --family web --region x"
    put(root, {WORKFLOW: workflow(script(REGISTER + more))})
    assert told(root) == BY_CLI
    assert filled(root) == {"executionRoleArn", "cpu", "memory", "networkMode", "family"}


def test_options_stand_for_members_in_a_buildspec(root: Path) -> None:
    commands = f"      - cd ecs\n      - {register('td.json')} --memory 512\n"
    put(root, {"buildspec.yml": "phases:\n  build:\n    commands:\n" + commands})
    assert told(root) == BY_CLI
    assert filled(root) == {"memory"}


@pytest.mark.parametrize("given", [f"file://{TD}", f'"$(cat {TD})"'])
def test_a_list_of_containers_is_registered_as_it_stands(given: str, root: Path) -> None:
    command = f"aws ecs register-task-definition --family web --container-definitions {given}"
    put(root, {WORKFLOW: workflow(script(command))})
    assert told(root) == BY_CLI
    assert deploy.context(str(root / TD), AUTO).sends_containers()


COMPOSITE = """
inputs:
  file: {default: ecs/td.json}
  mode: {required: false}
outputs:
  made: {value: "${{ steps.render.outputs.task-definition }}"}
runs:
  using: composite
  steps:
    - STEP
"""


def composite(step: str) -> str:
    return COMPOSITE.replace("STEP", step.strip("\n").replace("\n", "\n      "))


OWN = "uses: ./.github/actions/ship\n"
ACTION_FILE = ".github/actions/ship/action.yml"


@pytest.mark.parametrize(
    ("caller", "callee", "expected"),
    [
        (workflow(OWN), action("${{ inputs.file }}"), BY_ACTION),
        (workflow(OWN + f"with: {{file: ./{TD}}}"), action("${{ inputs.file }}"), BY_ACTION),
        (workflow(OWN + "with: {file: other.json}"), action("${{ inputs.file }}"), UNKNOWN),
        (workflow(OWN + "with: {file: '${{ vars.TD }}'}"), action("${{ inputs.file }}"), UNKNOWN),
        (workflow(OWN), script(register("${{ inputs.file }}"), "shell: bash\n"), BY_CLI),
        (workflow(OWN), script(register("${{ inputs.mode }}"), "shell: bash\n"), UNKNOWN),
        (workflow(OWN, action(TD)), script("./render", "shell: bash\n"), CHANGED_BY_ACTION),
        (workflow(OWN, action(TD)), script("ls", "shell: bash\n"), BY_ACTION),
        (workflow(render(TD), OWN + f"with: {{file: '{rendered()}'}}"), action("${{ inputs.file }}"), BY_ACTION),
        (workflow("id: own\n" + OWN, action("${{ steps.own.outputs.made }}")), render("${{ inputs.file }}"), BY_ACTION),
        (workflow(OWN), OWN, UNKNOWN),
    ],
)
def test_composite_actions_are_read(caller: str, callee: str, expected: tuple[str, ...], root: Path) -> None:
    put(root, {WORKFLOW: caller, ACTION_FILE: composite(callee)})
    assert told(root) == expected


def test_an_action_that_is_a_program_may_rewrite_anything(root: Path) -> None:
    put(root, {WORKFLOW: workflow(OWN, action(TD)), ACTION_FILE: "runs: {using: node20, main: composite.js}\n"})
    assert told(root) == CHANGED_BY_ACTION


CALLED = (
    "on: {workflow_call: {inputs: {file: {type: string, default: ecs/td.json}}}}\njobs:\n  ship:\n    steps:\n      - "
)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("", BY_ACTION),
        ("    with: {file: ecs/td.json}\n", BY_ACTION),
        ("    with: {file: other.json}\n", UNKNOWN),
        ("    with: {file: '${{ vars.TD }}'}\n", UNKNOWN),
        ("    if: false\n", UNKNOWN),
    ],
)
def test_workflows_of_the_repository_are_read_with_their_inputs(
    given: str, expected: tuple[str, ...], root: Path
) -> None:
    called = CALLED + action("${{ inputs.file }}").replace("\n", "\n        ") + "\n"
    caller = f"jobs:\n  call:\n    uses: ./.github/workflows/called.yml\n{given}"
    put(root, {".github/workflows/called.yml": called})
    assert told(root) == UNKNOWN
    deploy._known.clear()
    deploy._workflows.clear()
    put(root, {".github/workflows/a.yml": caller})
    assert told(root) == expected


def test_workflows_and_actions_that_use_themselves_end(root: Path) -> None:
    loop = "jobs:\n  call:\n    uses: ./.github/workflows/a.yml\n  also:\n    uses: ./.github/workflows/a.yml\n"
    put(root, {".github/workflows/a.yml": loop, WORKFLOW: workflow(OWN, OWN), ACTION_FILE: composite(OWN * 1)})
    assert told(root) == UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        "$(",
        "`",
        "'",
        '"',
        "${",
        "<<a\n",
        "(",
        ")",
        "((",
        "\\",
        ">",
        "a ",
        "$(a)",
        "${{",
        "#",
        "\n",
        "a=b ",
        "<(",
        "f()",
    ],
)
def test_any_script_is_read_in_linear_time(text: str) -> None:
    start = time.perf_counter()
    with contextlib.suppress(shell.Unclear):
        shell.parse(text * (MOST_BYTES // len(text)))
    assert time.perf_counter() - start < 20


@pytest.mark.parametrize(
    "files",
    [
        {WORKFLOW: "jobs:\n" + "".join(f"  j{n}:\n    uses: ./{WORKFLOW}\n" for n in range(3000))},
        {WORKFLOW: workflow(*[OWN] * 3000), ACTION_FILE: composite("\n    - ".join([OWN.strip()] * 3000))},
        {WORKFLOW: workflow(script("cd aaaaaaaaaaaa\n" * 9000 + "./x"), script(REGISTER))},
        {WORKFLOW: workflow(script("A=xx\n" + "A$A=$A$A\nB=$A$A\nA=$B$B\n" * 2000), script(REGISTER))},
        {WORKFLOW: workflow(*[script(f"tee b{n}\n{REGISTER}") for n in range(1500)])},
    ],
    ids=["workflows", "actions", "folders", "variables", "files"],
)
def test_hostile_repositories_are_read_in_bounded_time(files: dict[str, str], root: Path) -> None:
    put(root, files)
    start = time.perf_counter()
    told(root)
    assert time.perf_counter() - start < 20
