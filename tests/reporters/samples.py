"""Reports made by hand, and strategies that make hostile ones."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from ecslint import suggestions
from ecslint.model import CATEGORIES, SEVERITIES, Edit, Finding, Fix, Label, Report, Rule, Source
from ecslint.reporters import load, summary_of
from ecslint.suppress import Suppression

CARRIERS = ("comment", "label", "tag", "metadata", "config", "baseline")
CANARY = "hunter2"  # what no report may show

SIZES = """{
  "family": "shop",
  "requiresCompatibilities": ["FARGATE"],
  "cpu": "256",
  "memory": "8192",
  "containerDefinitions": [
    {
      "name": "web",
      "image": "nginx:1.27",
      "environment": [{"name": "PASSWORD", "value": "hunter2"}],
      "privileged": true
    }
  ]
}
"""
MINIFIED = (
    '{"family":"cart","containerDefinitions":[{"name":"web","image":"nginx:1.27","portMappings":'
    '[{"containerPort":80,"hostPort":8080}],"essential":true,"memory":128,"command":["sh","-c","hunter2"],'
    '"dockerLabels":{"team":"web"}}],"networkMode":"awsvpc"}'
)


def rule(id: str, **fields: Any) -> Rule:
    """A rule with everything that reporters read."""
    made = {
        "slug": "a-slug",
        "title": "A title",
        "severity": "error",
        "category": "rejected",
        "message": "",
        **fields,
    }
    return Rule({"id": id, **made})


MEMORY = rule(
    "ECS101",
    slug="fargate-cpu-memory",
    title="Fargate offers only some pairs of CPU and memory",
    why="Each CPU size has its own memory steps.\n\nECS refuses every other pair.\n",
    evidence={"error": "No Fargate configuration exists for given values.", "basis": "recorded"},
    references=["https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html"],
    examples={
        "good": [{"cpu": "256", "memory": "512"}],
        "bad": [{"code": '{"cpu": "256",\n "memory": "8192"}\n', "at": "2:12"}],
    },
)
PORTS = rule("ECS203", slug="host-port-mismatch", title="Host port must equal container port", profile="strict")
PRIVILEGED = rule(
    "ECS701",
    slug="privileged-container",
    title="A privileged container is root on its host",
    severity="warning",
    category="security",
    why="It can leave the container.",
)
OWN = rule("ACME001", slug="team-label", title="Containers name their team", severity="info", category="practice")
UNREADABLE = rule("ECS001", slug="syntax-error", title="The file must be readable", category="client")


def span(text: str, token: str) -> dict[str, int]:
    """Where the token stands in the text, once."""
    assert text.count(token) == 1
    return {"start": text.index(token), "end": text.index(token) + len(token)}


def label(text: str, token: str, pointer: str, message: str) -> Label:
    return Label(pointer, message, **span(text, token))


def masked(name: str, text: str) -> Source:
    """A source in which the one string that is the token is masked, quotes included."""
    place = span(text, f'"{CANARY}"')
    return Source(name, text, ((place["start"], place["end"]),))


def mending(title: str, applicability: str, *edits: Edit, withheld: str = "") -> Fix:
    """A fix with its edits, or the reason why it has none."""
    fix = Fix(title, applicability, ())
    fix.edits = None if withheld else list(edits)
    fix.withheld = withheld
    return fix


def replaced(text: str, token: str, new: str) -> Edit:
    """The edit that writes another text for a token."""
    place = span(text, token)
    return Edit(place["start"], place["end"], new)


def sample() -> Report:
    """Two files with findings of all severities, a clean one, one that could not be read, a forged name."""
    forged = "::error file=x::forged\n.json"
    web = {"kind": "task-definition", "name": "shop"}
    container = "containerDefinitions[web]"
    findings = [
        Finding(
            MEMORY,
            "error",
            "memory 8192 MiB is not allowed with cpu 256 on Fargate",
            file="td.json",
            pointer="/memory",
            breadcrumb="memory",
            help="use 512, 1024 or 2048",
            related=[label(SIZES, '"256"', "/cpu", "cpu is 256 here")],
            fix=mending("use `2048`", "unsafe", replaced(SIZES, '"8192"', '"2048"')),
            **span(SIZES, '"8192"'),
            **web,
        ),
        Finding(
            PRIVILEGED,
            "warning",
            'container "web" is privileged',
            file="td.json",
            pointer="/containerDefinitions/0/privileged",
            breadcrumb=f"{container}.privileged",
            related=[label(SIZES, f'"{CANARY}"', "/containerDefinitions/0/environment/0/value", "can read this")],
            fix=mending("change both", "safe", replaced(SIZES, f'"{CANARY}"', f'"not {CANARY}"')),
            **span(SIZES, "true"),
            **web,
        ),
        Finding(
            PORTS,
            "error",
            "host port 8080 differs from container port 80",
            file="deploy/cart #1.json",
            kind="task-definition",
            name="cart",
            pointer="/containerDefinitions/0/portMappings/0/hostPort",
            breadcrumb=f"{container}.portMappings[0].hostPort",
            help="leave `hostPort` out",
            fix=mending(
                "make them equal",
                "safe",
                replaced(MINIFIED, '"containerPort":80', '"containerPort":8080'),
                replaced(MINIFIED, ',"hostPort":8080', ""),
            ),
            related=[
                label(MINIFIED, '"awsvpc"', "/networkMode", "awsvpc gives each task its own address"),
                label(MINIFIED, "80,", "/containerDefinitions/0/portMappings/0/containerPort", "[80] here"),
            ],
            **span(MINIFIED, "8080"),
        ),
        Finding(
            OWN,
            "info",
            "label \x1b[31mteam\u202e is free text",
            file="deploy/cart #1.json",
            kind="task-definition",
            name="cart",
            pointer="/containerDefinitions/0/dockerLabels",
            breadcrumb=f"{container}.dockerLabels",
            fix=mending("name the team", "safe", withheld="the value stands elsewhere"),
            **span(MINIFIED, '{"team":"web"}'),
        ),
        Finding(UNREADABLE, "error", "not UTF-8", file="caf\udce9.json", start=0, end=0),
        Finding(OWN, "info", "no team", file=forged, start=0, end=0, kind="task-definition"),
    ]
    sources = {
        "td.json": masked("td.json", SIZES),
        "deploy/cart #1.json": masked("deploy/cart #1.json", MINIFIED),
        forged: Source(forged, "{}\n", ()),
    }
    for finding in findings:
        if finding.file in sources:
            suggestions.judge([finding], sources[finding.file].masks)
    return Report(
        findings,
        files=["td.json", "deploy/cart #1.json", "clean.json", forged],
        rules=[OWN, PRIVILEGED, PORTS, MEMORY, UNREADABLE],
        sources=sources,
    )


#: Everything, with a liking for what terminals and build servers obey.
HOSTILE = st.lists(
    st.characters(exclude_categories=())
    | st.sampled_from(["::error::x", "##[error]", "##vso[", "\x1b[31m", "\r\n", "\n", "\r", "\t", "\u202e", " ", "あ"])
    | st.sampled_from(["\udc80", "\x9b", "\u2028", "\u200b", "[a](1)", "\\", "://", "e\u0301", '"', "`" * 3]),
    max_size=12,
).map("".join)
SECRET = st.integers(1, 200).map(lambda size: CANARY * size)


@st.composite
def sources(draw: st.DrawFn, name: str) -> Source:
    """A text of open and secret parts; the secret ones are masked."""
    text = ""
    masks = []
    for part, secret in draw(st.lists(st.tuples(HOSTILE, st.none() | SECRET), max_size=8)):
        text += part
        if secret:
            masks.append((len(text), len(text) + len(secret)))
            text += secret + " "
    return Source(name, text, tuple(masks))


@st.composite
def spans(draw: st.DrawFn, text: str) -> dict[str, int]:
    start, end = sorted(draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    return {"start": start, "end": end}


@st.composite
def fixes(draw: st.DrawFn, source: Source) -> Fix:
    """A fix that changes any parts of the text, and repeats a secret where it changes one."""
    size = len(source.text)
    ends = sorted(draw(st.lists(st.integers(0, size), max_size=6)))
    edits = []
    for start, end in zip(ends[::2], ends[1::2], strict=False):
        touched = any(low < end and start < high for low, high in source.masks)
        edits.append(Edit(start, end, draw(HOSTILE) + (CANARY if touched else "")))
    withheld = draw(st.just("") | HOSTILE)
    return mending(draw(HOSTILE.filter(bool)), draw(st.sampled_from(["safe", "unsafe"])), *edits, withheld=withheld)


@st.composite
def reports(draw: st.DrawFn, *, suppressed: bool = False) -> Report:
    """Reports in which every text that comes from a file or a rule file may be anything.

    Some findings may be suppressed for the formats that tell so.
    """
    why = st.none() | st.builds(Suppression, st.sampled_from(CARRIERS), HOSTILE) if suppressed else st.none()
    names = draw(st.lists(HOSTILE.filter(lambda name: name[-1:] not in ("", "/")), min_size=1, max_size=3, unique=True))
    made = {name: draw(sources(name)) for name in names}
    rules = [
        rule(
            f"ECS10{number}",
            severity=draw(st.sampled_from(SEVERITIES)),
            category=draw(st.sampled_from(CATEGORIES)),
            why=draw(HOSTILE),
            title=draw(HOSTILE.filter(bool)),
            examples={"good": [{"a": draw(HOSTILE)}], "bad": [draw(HOSTILE)]},
        )
        for number in range(3)
    ]
    findings = [
        Finding(
            draw(st.sampled_from(rules)),
            draw(st.sampled_from(SEVERITIES)),
            draw(HOSTILE.filter(bool)),
            file=name,
            help=draw(HOSTILE),
            kind="task-definition",
            name=draw(HOSTILE),
            breadcrumb=draw(HOSTILE),
            pointer=draw(HOSTILE),
            related=[
                Label(draw(HOSTILE), draw(HOSTILE), **draw(spans(made[name].text)))
                for _ in range(draw(st.integers(0, 3)))
            ],
            fix=draw(st.none() | fixes(made[name])),
            suppressed=draw(why),
            **draw(spans(made[name].text)),
        )
        for name in names
        for _ in range(draw(st.integers(0, 2)))
    ]
    for finding in findings:
        suggestions.judge([finding], made[finding.file].masks)
    known = {name: source for name, source in made.items() if draw(st.integers(0, 9))}
    return Report(findings, files=known, rules=rules, sources=known)


def rendered(kind: str, report: Report) -> str:
    """The whole text of a report in a format."""
    module = load(kind)
    text: str = module.assemble(module.body(report), summary_of(report))
    return text
