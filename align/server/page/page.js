"use strict";
// Looks up matches, a concordance or terms with the user's token, which stays in this tab.
const $ = (id) => document.getElementById(id);
let token = sessionStorage.getItem("align_token") || "";

async function ask(path) {
  const answer = await fetch(path, { headers: { authorization: `Bearer ${token}` } });
  const value = await answer.json();
  if (!answer.ok) throw new Error(value.error);
  return value;
}

function line(text, spans, className) {
  const made = document.createElement("div");
  made.className = className || "";
  let at = 0;
  const letters = Array.from(text); // spans count characters, not halves of them
  for (const [start, end] of spans || []) {
    made.append(letters.slice(at, start).join(""));
    const mark = document.createElement("mark");
    mark.textContent = letters.slice(start, end).join("");
    made.append(mark);
    at = end;
  }
  made.append(letters.slice(at).join(""));
  return made;
}

function item(...lines) {
  const made = document.createElement("li");
  made.append(...lines);
  $("found").append(made);
}

async function enter() {
  const [memories, termbases] = [await ask("api/v1/memories"), await ask("api/v1/termbases")];
  sessionStorage.setItem("align_token", token);
  $("place").replaceChildren();
  for (const { name } of memories) {
    const front = `api/v1/memories/${encodeURIComponent(name)}/`;
    $("place").append(new Option(`${name}: concordance · 语境`, front + "concordance"));
    $("place").append(new Option(`${name}: matches · 匹配`, front + "search"));
  }
  for (const { name } of termbases) {
    const front = `api/v1/termbases/${encodeURIComponent(name)}/`;
    $("place").append(new Option(`${name}: terms · 术语`, front + "terms"));
  }
  $("enter").hidden = true;
  $("ask").hidden = false;
  $("told").textContent = memories.length + termbases.length ? "" : "Nothing to look up in · 无可查询";
  $("q").focus();
}

async function look() {
  const place = $("place").value;
  const value = await ask(`${place}?q=${encodeURIComponent($("q").value)}`);
  $("found").replaceChildren();
  if (place.endsWith("concordance")) {
    $("told").textContent = `${value.hits.length} / ${value.exact ? "" : "≈"}${value.total}`;
    for (const hit of value.hits)
      item(line(hit.source, hit.source_spans), line(hit.target, hit.target_spans), line(hit.cited, [], "about"));
  } else if (place.endsWith("search")) {
    $("told").textContent = `${value.length}`;
    for (const match of value)
      item(
        line(match.source), line(match.target),
        line(`${Math.floor(match.score * 100)}% ${match.kind} · ${match.cited}`, [], "about"),
      );
  } else {
    $("told").textContent = `${value.length}`;
    for (const entry of value)
      item(
        line(entry.concept.terms.map((term) => `${term.text} (${term.status})`).join(" · ")),
        line(`${entry.match} · ${entry.cited}`, [], "about"),
      );
  }
}

function told(error) {
  $("told").textContent = error.message;
}

$("enter").addEventListener("submit", (event) => {
  event.preventDefault();
  token = $("token").value.trim();
  enter().catch(told);
});
$("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  look().catch(told);
});
if (token) enter().catch(() => sessionStorage.removeItem("align_token"));
