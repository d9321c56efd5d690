"use strict";
const form = document.getElementById("filter");
const articles = [...document.querySelectorAll("article")].map((element) => ({
  element,
  severity: element.dataset.severity,
  rule: element.dataset.rule,
  text: (element.closest("section").querySelector("h2").textContent + " " + element.textContent).toLowerCase(),
}));
const sections = [...document.querySelectorAll("section.file")];
const shown = form.querySelector("[role=status]");

function filter() {
  const wanted = new FormData(form);
  const severities = wanted.getAll("severity");
  const rule = wanted.get("rule");
  const words = wanted.get("text").toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const { element, severity, rule: own, text } of articles) {
    const fits = severities.includes(severity) && (!rule || rule === own) && words.every((word) => text.includes(word));
    element.hidden = !fits;
    count += fits;
  }
  for (const section of sections) section.hidden = !section.querySelector("article:not([hidden])");
  shown.textContent = count === articles.length ? "" : `${count} of ${articles.length} findings shown`;
}

form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());
form.hidden = false;
document.querySelector(".page").classList.add("filtered");
filter();
