"use strict";
const form = document.getElementById("filter");
const main = document.querySelector("main");
const index = main.querySelector("nav ul");
const told = form.querySelector("[role=status]");
const few = Number(main.dataset.shown);

// --- what there is: findings, and the groups that they stand in, by file or by rule

const findings = [...main.querySelectorAll("article")].map((element, at) => ({
  element,
  at,
  severity: element.dataset.severity,
  rule: element.dataset.rule,
  shown: true,
}));
const lines = [...index.children]; // of the index by file: folders, and the files in them
const findingOf = new Map(findings.map((finding) => [finding.element, finding]));

/** A section with its line of the index; folds are kept, so that an open one stays open. */
function group(section, entry, all) {
  const folds = new Map([...section.querySelectorAll("details")].map((fold) => [foldedRule(fold), fold]));
  return { section, entry, all, shown: all, folds };
}

function foldedRule(fold) {
  return fold.querySelector("article").dataset.rule;
}

function groupsByFile() {
  const entries = lines.filter((line) => !line.classList.contains("folder"));
  return [...main.querySelectorAll(".group")].map((section, number) => {
    const all = [...section.querySelectorAll("article")].map((element) => findingOf.get(element));
    return group(section, entries[number], all);
  });
}

function groupsByRule() {
  const rules = new Map();
  for (const finding of findings) {
    if (!rules.has(finding.rule)) rules.set(finding.rule, []);
    rules.get(finding.rule).push(finding);
  }
  return [...rules.keys()].sort().map((rule, number) => {
    const section = made("section", made("h2", rule));
    const link = made("a", rule);
    section.className = "group";
    section.id = `rule${number}`;
    link.href = `#rule${number}`;
    return group(section, made("li", link), rules.get(rule));
  });
}

function made(name, ...children) {
  const element = document.createElement(name);
  element.append(...children);
  return element;
}

// --- what is shown of it

const groups = { file: groupsByFile() };
let by = "file";

function arrange() {
  const wanted = new FormData(form);
  const severities = wanted.getAll("severity");
  const rule = wanted.get("rule");
  const words = wanted.get("text").toLowerCase().split(/\s+/).filter(Boolean);
  for (const finding of findings) {
    finding.shown = severities.includes(finding.severity) && (!rule || rule === finding.rule) && holds(finding, words);
  }
  const switched = by !== wanted.get("by");
  if (switched) {
    for (const { section } of groups[by]) section.remove();
    by = wanted.get("by");
    groups[by] ??= groupsByRule();
    main.classList.toggle("by-rule", by === "rule");
  }
  let count = 0;
  for (const group of groups[by]) {
    const shown = group.all.filter((finding) => finding.shown);
    count += shown.length;
    if (switched || shown.length !== group.shown.length || shown.some((finding, n) => finding !== group.shown[n])) {
      group.shown = shown;
      fill(group);
    }
  }
  if (switched) {
    index.replaceChildren(collected(by === "file" ? lines : groups[by].map(({ entry }) => entry)));
    main.append(collected(groups[by].map(({ section }) => section)));
  }
  for (const line of by === "file" ? lines : []) {
    if (line.classList.contains("folder")) line.hidden = !filesIn(line).some(({ hidden }) => !hidden);
  }
  told.textContent = count === findings.length ? "" : `${count} of ${findings.length} findings shown`;
}

function filesIn(folder) {
  const files = [];
  for (let line = folder.nextElementSibling; line?.classList.contains("inside"); line = line.nextElementSibling) {
    files.push(line);
  }
  return files;
}

function holds(finding, words) {
  if (!words.length) return true;
  finding.text ??= finding.element.textContent.toLowerCase();
  return words.every((word) => finding.text.includes(word));
}

/** Put the shown findings of a group into its section: of each rule the first few, the others in a fold behind them. */
function fill({ section, entry, shown, folds }) {
  const totals = counts(shown, "rule");
  const passed = new Map();
  const folded = new Map();
  const nodes = [section.querySelector("h2")];
  for (const { element, rule } of shown) {
    const nth = (passed.get(rule) ?? 0) + 1;
    passed.set(rule, nth);
    if (nth <= few || totals.get(rule) === few + 1) {
      nodes.push(element);
    } else {
      if (!folded.has(rule)) {
        if (!folds.has(rule)) folds.set(rule, made("details", made("summary")));
        folded.set(rule, []);
        nodes.push(folds.get(rule));
      }
      folded.get(rule).push(element);
    }
  }
  for (const [rule, elements] of folded) {
    const summary = folds.get(rule).firstElementChild;
    summary.textContent = `${elements.length} more of ${rule}`;
    folds.get(rule).replaceChildren(summary, collected(elements));
  }
  section.replaceChildren(collected(nodes));
  section.hidden = entry.hidden = !shown.length;
  entry.replaceChildren(entry.firstElementChild, ...tallies(shown));
}

function tallies(shown) {
  const found = counts(shown, "severity");
  const severities = ["error", "warning", "info"].filter((severity) => found.has(severity));
  return severities.flatMap((severity) => {
    const count = found.get(severity);
    const tally = made("span", `${count} ${severity}${count === 1 ? "" : "s"}`);
    tally.className = severity;
    return [" ", tally];
  });
}

function counts(some, key) {
  const found = new Map();
  for (const finding of some) found.set(finding[key], (found.get(finding[key]) ?? 0) + 1);
  return found;
}

function collected(nodes) {
  const fragment = document.createDocumentFragment();
  for (const node of nodes) fragment.append(node);
  return fragment;
}

// --- where the reader is

let place = null; // the finding that the reader looked at when the page last stood where the reader had moved it
let offset = 0; // its distance from the top of the window
let seen = null; // the finding in view when we were done; if another one is now, the reader has moved
let goal = null; // the finding that was scrolled to: the place, if it is shown

/** The finding in view, a quarter down the window; none while the beginning of the page is there. */
function inView() {
  const { right, top } = main.getBoundingClientRect();
  for (let y = innerHeight / 4; top < 0 && y < innerHeight; y += 16) {
    const article = document.elementFromPoint(right - 1, y)?.closest("article");
    if (article) return findingOf.get(article);
  }
  return null;
}

function locate() {
  const now = inView();
  if (now !== seen) place = seen = now;
  if (place && place === now) offset = now.element.getBoundingClientRect().top;
}

/** Scroll to the place, or to what is shown behind or before it; the finding itself is unfolded. */
function settle() {
  goal = null;
  if (place) {
    const order = groups[by].flatMap(({ all }) => all);
    const from = order.indexOf(place);
    goal = order.slice(from).find(({ shown }) => shown) ?? order.slice(0, from).findLast(({ shown }) => shown);
  }
  if (goal) hold(goal, 2);
  else seen = inView();
}

/** Bring a finding to where the place was, and again in the next frames, in which its neighbours get their sizes. */
function hold(finding, frames) {
  if (finding !== goal) return;
  const { element } = finding;
  const fold = element.closest("details");
  if (fold && finding === place) fold.open = true;
  // A group out of view has only an estimated size, in which there may be no such place to scroll to.
  for (const section of main.querySelectorAll(".measured")) section.classList.remove("measured");
  element.closest(".group").classList.add("measured");
  const { top } = (fold && !fold.open ? fold : element).getBoundingClientRect();
  scrollBy(0, top - (finding === place ? offset : Math.max(offset, 0)));
  seen = inView();
  if (frames) requestAnimationFrame(() => hold(finding, frames - 1));
}

// --- what the address keeps: the form in the fragment, the place in the entry of the history

function remember() {
  const state = new URLSearchParams();
  for (const { type, name, value, checked, defaultChecked } of form.elements) {
    if (type === "checkbox" && !checked) state.append("without", value);
    if (type === "radio" && checked && !defaultChecked) state.append(name, value);
    if (type === "search" && value) state.append(name, value);
  }
  const plain = linked() ? location.href : location.href.split("#")[0];
  history.replaceState(place ? { at: place.at, offset } : { offset: scrollY }, "", String(state) ? `#${state}` : plain);
}

/** Whether the fragment names a group, by a link of the index, instead of holding the state of the form. */
function linked() {
  return document.getElementById(location.hash.slice(1)) !== null;
}

function arrive() {
  if (!linked()) {
    form.reset();
    const state = new URLSearchParams(location.hash.slice(1));
    for (const field of form.elements) {
      if (field.type === "checkbox") field.checked = !state.getAll("without").includes(field.value);
      if (field.type === "radio" && state.get(field.name) === field.value) field.checked = true;
      if (field.type === "search") field.value = state.get(field.name) ?? "";
    }
  }
  arrange();
  place = findings[history.state?.at] ?? null;
  if (place) {
    offset = history.state.offset;
    settle();
  } else {
    if (history.state) scrollTo(0, history.state.offset);
    seen = goal = null;
    locate();
  }
  remember();
}

let waiting = 0;
addEventListener("scroll", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => (locate(), remember()), 200);
});
addEventListener("popstate", arrive);
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", () => {
  locate();
  arrange();
  settle();
  remember();
});
history.scrollRestoration = "manual";
form.hidden = false;
document.querySelector(".page").classList.add("filtered");
arrive();
