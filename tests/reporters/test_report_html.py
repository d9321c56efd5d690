"""The HTML page: valid, closed to everything outside, true to the texts, and alive in a browser."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given

from ecslint.escaping import visible
from ecslint.model import Finding, Report, Source, Summary
from ecslint.reporters import html
from tests.reporters.chromium import CHROMIUM, Page
from tests.reporters.samples import CANARY, MEMORY, OWN, PRIVILEGED, rendered, reports, rule, sample

VOID = {"meta", "input", "br"}
ATTRIBUTES = {"id", "class", "hidden", "lang", "charset", "name", "content", "http-equiv", "href", "rel", "role"}
ATTRIBUTES |= {"type", "value", "checked", "autocomplete", "aria-hidden", "aria-label"}
ATTRIBUTES |= {"data-rule", "data-severity", "data-shown"}


class Reader(HTMLParser):
    """The text of a page by the element that it stands in; fails where elements or attributes are not ours."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.texts: dict[tuple[str, str], list[str]] = {}
        self.links: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        assert set(found) <= ATTRIBUTES
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in VOID:
            self.open.append((tag, found.get("class") or ""))
            self.texts.setdefault(self.open[-1], []).append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        for element in self.open:
            self.texts[element][-1] += data


def policy(text: str) -> str:
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("element", ["style", "script"])
def test_the_policy_allows_our_own_style_and_script_and_nothing_else(element: str) -> None:
    text = rendered("html", sample())
    inner = re.findall(rf"<{element}>(.*?)</{element}>", text, re.DOTALL)
    digest = b64encode(sha256(inner[0].encode()).digest()).decode()
    assert len(inner) == 1
    assert f"{element}-src 'sha256-{digest}'" in policy(text)
    assert policy(text).startswith("default-src 'none'; ")
    assert "unsafe" not in policy(text)


def test_a_finding_has_its_severity_message_place_rule_and_advice() -> None:
    page = Reader(rendered("html", sample()))
    assert page.texts["h1", ""] == ["3 errors, 1 warning, 2 infos in 4 of 5 files"]
    assert page.texts["h2", ""][-1] == "td.json"
    assert page.texts["h3", ""][4] == "error memory 8192 MiB is not allowed with cpu 256 on Fargate"
    assert "ECS101 fargate-cpu-memory" in page.texts["p", "meta"][4]
    assert "line 5, column 13" in page.texts["p", "meta"][4]
    assert page.texts["p", "help"] == ["Leave hostPort out.", "Use 512, 1024 or 2048."]
    assert '"cpu": "256",' in page.texts["pre", ""][3]


def test_links_lead_to_pages_of_bundled_rules_only() -> None:
    links = [link for link in Reader(rendered("html", sample())).links if not link.startswith("#")]
    assert sorted({link.rpartition("/")[2] for link in links}) == ["ECS001.md", "ECS101.md", "ECS203.md", "ECS701.md"]
    assert {link.rpartition("/")[0] for link in links} == {"https://github.com/ecslint/ecslint/blob/main/docs/rules"}


def test_a_clean_run_has_neither_filter_nor_script() -> None:
    text = rendered("html", Report([], files=["a", "b"], sources={}))
    assert Reader(text).texts["h1", ""] == ["No findings in 2 files"]
    assert "<form" not in text
    assert "<nav" not in text
    assert "<script" not in text


def test_files_that_were_not_checked_are_listed() -> None:
    summary = Summary()
    summary.skipped.append(("error", "<a>.json", "No such file or directory"))
    page = Reader(html.assemble([], summary))
    assert page.texts["h2", ""] == ["1 file not checked"]
    assert page.texts["li", ""] == ["<a>.json No such file or directory"]


def repeated(**counts: int) -> Report:
    """Findings of the rules MEMORY (``a``), PRIVILEGED (``b``) and OWN (``c``), in turn, in each of two files."""
    rules = {"a": (MEMORY, "error"), "b": (PRIVILEGED, "warning"), "c": (OWN, "info")}
    made = [(number, *rules[name]) for name, count in counts.items() for number in range(count)]
    made.sort(key=lambda entry: entry[0])
    findings = [
        Finding(rule, severity, f"no-{number} {rule.id}", file=file, start=line * 3, end=line * 3 + 2, help="Mend it.")
        for file in ("one", "two")
        for line, (number, rule, severity) in enumerate(made)
    ]
    sources = {file: Source(file, "{}\n" * len(made), ()) for file in ("one", "two")}
    return Report(findings, files=["one", "two"], sources=sources)


def test_an_index_leads_to_the_files_and_counts_their_findings() -> None:
    page = Reader(rendered("html", repeated(a=2, b=1)))
    assert page.texts["li", ""] == ["one 2 errors 1 warning", "two 2 errors 1 warning"]
    assert [link for link in page.links if link.startswith("#")] == ["#file0", "#file1"]
    assert page.texts["section", "group"][1].startswith("\ntwo\n")


def in_folders(*files: str) -> Report:
    """One finding in each of some files, a warning in the last."""
    findings = [
        Finding(MEMORY, "warning" if file == files[-1] else "error", "too much", file=file, start=0, end=2)
        for file in files
    ]
    return Report(findings, files=files, sources={file: Source(file, "{}", ()) for file in files})


FOLDERS = ("a/one.json", "a/two.json", "b/c/one.json", "b/one.json", "b/two.json", "top.json")


def test_the_index_groups_files_by_folder() -> None:
    page = Reader(rendered("html", in_folders(*FOLDERS)))
    assert page.texts["li", "folder"] == ["a", "b"]
    assert page.texts["li", "inside"] == ["one.json 1 error", "two.json 1 error"] * 2
    assert page.texts["li", ""] == ["b/c/one.json 1 error", "top.json 1 warning"]
    headings = ["a/one.json", "a/two.json", "b/c/one.json", "b/one.json", "b/two.json", "top.json"]
    assert page.texts["h2", ""] == headings
    assert ("li", "folder") not in Reader(rendered("html", in_folders("a/one.json", "a/two.json"))).texts


def test_repeats_of_a_rule_fold_behind_the_first_few_of_their_file() -> None:
    page = Reader(rendered("html", repeated(a=12, b=4, c=5)))
    number = re.compile(r"no-\d+ \w+")
    assert page.texts["summary", ""] == ["9 more of ECS101 fargate-cpu-memory", "2 more of ACME001 team-label"] * 2
    ours, policies = (number.findall(text) for text in page.texts["details", ""][:2])
    assert ours == [f"no-{nth} ECS101" for nth in range(3, 12)]
    assert policies == ["no-3 ACME001", "no-4 ACME001"]
    order = number.findall(page.texts["section", "group"][0])
    assert order[6:10] == ["no-2 ECS101", "no-2 ECS701", "no-2 ACME001", "no-3 ECS101"]
    assert (len(order), len(set(order))) == (21, 21)


@given(reports())
def test_every_report_is_well_formed_and_keeps_its_texts(report: Report) -> None:
    text = rendered("html", report)
    assert CANARY not in text
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]", text)
    page = Reader(text)
    found = [visible(f"{finding.severity} {finding.message}") for finding in report.findings]
    shown = [heading.replace("`", "") for heading in page.texts.get(("h3", ""), [])]
    assert sorted(shown) == sorted(heading.replace("`", "") for heading in found)


# --- in a browser -----------------------------------------------------------------------------------

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium on the path")
HOSTILE = "<img src=x onerror=alert(1)> </script><script>alert(1)</script> \"'&amp; `<b>`"


def hostile() -> Report:
    """Three findings in two files; all texts try to become elements and scripts."""
    own = rule("ACME001", slug=HOSTILE)
    findings = [
        Finding(found, severity, f"{severity} {HOSTILE}", file=file, start=0, end=2, help=HOSTILE, breadcrumb=HOSTILE)
        for found, severity, file in ((MEMORY, "error", "a"), (own, "info", "a"), (PRIVILEGED, "warning", HOSTILE))
    ]
    sources = {file: Source(file, HOSTILE, ()) for file in ("a", HOSTILE)}
    return Report(findings, files=list(sources), sources=sources)


@needs_chromium
def test_folders_of_the_index_follow_the_filter(tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(rendered("html", in_folders(*FOLDERS, "z/a.json", "z/b.json")))
    shown = "[...document.querySelectorAll('nav li')].filter((l) => l.checkVisibility()).map((l) => l.innerText)"
    change = "document.getElementById('filter').dispatchEvent(new Event('input'))"
    with Page(tmp_path / "report.html", tmp_path / "profile") as page:
        every = page.ask(shown)
        assert len(every) == len(FOLDERS) + 2 + 3
        page.ask(f"document.querySelector('[value=error]').checked = false; {change}")
        assert [line.split("\n")[0] for line in page.ask(shown)] == ["z", "b.json"]
        page.ask(f"document.querySelector('[value=error]').checked = true; {change}")
        page.ask(f"document.querySelector('[name=by][value=rule]').checked = true; {change}")
        assert len(page.ask(shown)) == 1
        page.ask(f"document.querySelector('[name=by][value=file]').checked = true; {change}")
        assert page.ask(shown) == every
        assert page.complaints == []


@needs_chromium
def test_the_filter_works_and_nothing_else_runs(tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(rendered("html", hostile()), encoding="utf-8")
    visible_articles = "[...document.querySelectorAll('article')].filter((a) => a.checkVisibility()).length"
    change = "document.getElementById('filter').dispatchEvent(new Event('input'))"
    with Page(tmp_path / "report.html", tmp_path / "profile") as page:
        foreign = "document.querySelectorAll('img, b:not(label b), main script').length"
        assert page.ask(foreign) == 0
        assert page.ask("document.getElementById('filter').checkVisibility()") is True
        assert page.ask(visible_articles) == 3

        page.ask(f"document.querySelector('[value=error]').checked = false; {change}")
        assert page.ask(visible_articles) == 2
        assert page.ask("document.querySelector('[role=status]').textContent") == "2 of 3 findings shown"

        page.ask(f"document.querySelector('[value^=ACME001]').checked = true; {change}")
        assert page.ask(visible_articles) == 1
        assert page.ask("[...document.querySelectorAll('h2')].filter((h) => h.checkVisibility()).length") == 1

        page.ask(f"document.querySelector('[name=rule]').checked = true; {change}")
        page.ask(f"document.querySelector('[type=search]').value = 'WARNING onerror'; {change}")
        assert page.ask(visible_articles) == 1
        page.ask(f"document.querySelector('[type=search]').value = 'nowhere'; {change}")
        assert page.ask(visible_articles) == 0
        page.ask(f"document.querySelector('[type=search]').value = ''; {change}")
        page.ask(f"document.querySelector('[name=by][value=rule]').checked = true; {change}")
        assert page.ask("[...document.querySelectorAll('.group h2')].map((h) => h.textContent)") == [
            f"ACME001 {HOSTILE}",
            "ECS101 fargate-cpu-memory",
            "ECS701 privileged-container",
        ]
        assert page.ask(foreign) == 0
        assert page.complaints == []
        assert page.requests == [(tmp_path / "report.html").as_uri()]


TYPE = """(text) => {
  const field = document.querySelector("[type=search]");
  field.value = text;
  field.dispatchEvent(new Event("input", {bubbles: true}));
}"""
GROUP = "(by) => document.querySelector(`[name=by][value=${by}]`).click()"
SHOWN = "[...document.querySelectorAll('main li, h2, h3, summary')].filter((e) => e.checkVisibility())"
SHOWN += ".map((e) => e.textContent)"
SETTLED = "new Promise((done) => setTimeout(done, 300))"  # more than the page waits for the end of scrolling


@needs_chromium
def test_the_script_groups_and_folds_as_the_page_does(tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(rendered("html", repeated(a=12, b=4, c=5)), encoding="utf-8")
    main = "document.querySelector('main').innerHTML.trim().replace(/>\\s+</g, '><')"
    with Page(tmp_path / "report.html", tmp_path / "profile") as page:
        before = page.ask(main)
        page.ask(f"({GROUP})('rule')")
        assert page.ask(SHOWN) == [
            *("ACME001 team-label 10 infos", "ECS101 fargate-cpu-memory 24 errors"),
            *("ECS701 privileged-container 8 warnings", "ACME001 team-label"),
            *(f"info no-{number} ACME001" for number in range(3)),
            *("7 more of ACME001 team-label", "ECS101 fargate-cpu-memory"),
            *(f"error no-{number} ECS101" for number in range(3)),
            *("21 more of ECS101 fargate-cpu-memory", "ECS701 privileged-container"),
            *(f"warning no-{number} ECS701" for number in range(3)),
            "5 more of ECS701 privileged-container",
        ]
        assert page.ask("document.querySelector('.place').checkVisibility()") is True
        page.ask(f"({GROUP})('file')")
        assert page.ask("document.querySelector('.place').checkVisibility()") is False
        assert page.ask(main) == before
        page.ask(f"({TYPE})('no-9 ECS101 two')")
        assert page.ask(SHOWN) == ["two 1 error", "two", "error no-9 ECS101"]
        page.ask(f"({TYPE})('')")
        assert page.ask(main) == before
        assert page.complaints == []


@needs_chromium
def test_the_page_keeps_its_place_when_it_is_filtered_and_loaded_anew(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(rendered("html", repeated(a=60, b=60, c=4)), encoding="utf-8")
    element = "[...document.querySelectorAll('h3')].find((h) => h.textContent === 'warning no-40 ECS701')"
    frames = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    top = f"{frames}.then(() => Math.round({element}.getBoundingClientRect().top))"
    with Page(file, tmp_path / "profile") as page:
        page.ask("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
        page.ask(f"{element}.scrollIntoView(); scrollBy(0, -innerHeight / 4)")
        page.ask(SETTLED)
        place = page.ask(top)
        assert abs(place - page.ask("innerHeight") / 4) < 2
        assert page.ask("location.hash") == ""

        page.ask("document.querySelector('[value=error]').click()")
        assert abs(page.ask(top) - place) < 2
        page.ask(f"({TYPE})('no-39')")  # which hides the finding: another one is shown
        assert page.ask(f"({element})?.checkVisibility() ?? false") is False
        page.ask(f"({TYPE})('nowhere')")
        page.ask(f"({TYPE})('')")
        assert abs(page.ask(top) - place) < 2
        page.ask(f"({GROUP})('rule')")
        assert abs(page.ask(top) - place) < 2
        page.ask(f"({TYPE})('no-4')")
        assert abs(page.ask(top) - place) < 2
        assert page.ask("location.hash") == "#text=no-4&by=rule&without=error"

        page.ask(SETTLED)
        page.reload()
        assert page.ask("document.querySelector('[role=status]').textContent") == "22 of 248 findings shown"
        assert abs(page.ask(top) - place) < 2
        page.ask("location.hash = '#by=rule&without=info'")
        assert page.ask("document.querySelector('[role=status]').textContent") == "240 of 248 findings shown"
        assert page.complaints == []


@needs_chromium
def test_the_keyboard_is_enough(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(rendered("html", repeated(a=12, b=4)), encoding="utf-8")
    codes = {"Tab": 9, "Enter": 13, "ArrowRight": 39}
    with Page(file, tmp_path / "profile") as page:

        def press(*keys: str) -> str:
            for key in keys:
                text = {"text": "\r"} if key == "Enter" else {}
                for kind in ("keyDown", "keyUp"):
                    page.call("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=codes[key], **text)
            page.ask(SETTLED)
            found: str = page.ask("document.activeElement.value || document.activeElement.textContent")
            return found

        assert press("Tab", "Tab") == "file"
        assert press("ArrowRight") == "rule"
        assert page.ask("location.hash") == "#by=rule"
        assert press("Tab", "Tab", "Tab", "Tab", "Tab") == "ECS701 privileged-container"
        before = page.ask("scrollY")
        press("Enter")
        assert page.ask("Math.round(document.getElementById('rule1').getBoundingClientRect().top) || 0") == 0
        assert page.ask("location.hash") == "#by=rule"
        page.ask(f"({TYPE})('ECS701')")  # the group that a link led to is a place, too
        page.ask(SETTLED)
        assert abs(page.ask("document.getElementById('rule1').getBoundingClientRect().top")) < 2
        page.ask(f"({TYPE})('')")
        page.ask(SETTLED)
        assert abs(page.ask("document.getElementById('rule1').getBoundingClientRect().top")) < 2
        assert press("Tab") == "ECS701 privileged-container"
        assert press("Tab", "Tab", "Tab") == "5 more of ECS701 privileged-container"
        press("Enter")
        assert page.ask("document.activeElement.parentElement.open") is True
        page.ask("history.back()")
        page.ask(SETTLED)
        assert page.ask("[scrollY, location.hash]") == [before, "#by=rule"]
        assert page.complaints == []


@needs_chromium
def test_without_scripts_everything_is_shown(tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(rendered("html", hostile()), encoding="utf-8")
    with Page(tmp_path / "report.html", tmp_path / "profile", scripts=False) as page:
        nodes = page.call("DOM.getDocument", depth=-1)["root"]["nodeId"]
        form = page.call("DOM.querySelector", nodeId=nodes, selector="form[hidden]")["nodeId"]
        shown = page.call("DOM.querySelectorAll", nodeId=nodes, selector="article:not([hidden])")["nodeIds"]
        assert (form != 0, len(shown)) == (True, 3)
        assert page.complaints == []


@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(scheme: str, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(rendered("html", sample()), encoding="utf-8")
    with Page(tmp_path / "report.html", tmp_path / "profile") as page:
        page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        colors = page.ask(
            """[...document.querySelectorAll("body *")].filter((e) => e.checkVisibility()).map((e) => {
              let ground = e;
              const fill = () => getComputedStyle(ground).backgroundColor;
              while (ground !== document.body && fill() === "rgba(0, 0, 0, 0)") ground = ground.parentElement;
              return [getComputedStyle(e).color, fill()];
            })"""
        )
    pairs = {(color, ground) for color, ground in colors}
    assert len(pairs) > 5
    assert {pair: ratio for pair in pairs if (ratio := contrast(*pair)) < 4.5} == {}


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG 2 defines it; 4.5 is enough for text."""
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def luminance(color: str) -> float:
    """The relative luminance of ``rgb(…)``."""
    channels = [int(channel) / 255 for channel in re.findall(r"\d+", color)[:3]]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
