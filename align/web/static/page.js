// The review page: one row is current, keys and buttons act on it, the server keeps the truth.
import { beside, begin, change, reveal, rowOf } from "./list.js";
import { fill, follow, part, send, words } from "./shared.js";

const units = document.getElementById("units");
const path = units.dataset.path;
const toolbar = document.getElementById("toolbar");
const told = document.getElementById("told");
const help = document.getElementById("help");
let current = null;
let side = "target";
let working = false;

function tell(text, bad = false) {
  told.textContent = text;
  told.dataset.last = text;
  told.classList.toggle("bad", bad);
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => { told.textContent = ""; }, bad ? 8000 : 2500);
}

// ------------------------------------------------------------------------------ the current row

function choose(row, { focus = true, scroll = true } = {}) {
  if (!row) return;
  if (current) {
    current.classList.remove("current");
    current.tabIndex = -1;
    current.removeAttribute("aria-current");
  }
  current = row;
  row.classList.add("current");
  row.tabIndex = 0;
  row.setAttribute("aria-current", "true");
  row.append(toolbar);
  toolbar.hidden = false;
  const pin = toolbar.querySelector("[data-do=pin]");
  pin.firstChild.textContent = `${row.classList.contains("pinned") ? words.unpin : words.pin} `;
  showSide();
  if (focus) row.focus({ preventScroll: true });
  if (scroll) row.scrollIntoView({ block: "nearest" });
}

function showSide() {
  for (const cell of units.querySelectorAll(".cell.side")) cell.classList.remove("side");
  current?.querySelector(`.cell[data-side=${side}]`)?.classList.add("side");
  for (const button of toolbar.querySelectorAll("[data-do=side]")) {
    button.setAttribute("aria-pressed", String(button.dataset.side === side));
  }
}

async function go(id) {
  const row = await reveal(id);
  if (row) {
    choose(row, { scroll: false });
    row.scrollIntoView({ block: "center" });
  }
  return row;
}

async function step(by) {
  if (current) choose(await beside(current, by));
}

// ------------------------------------------------------------------------------------- actions

async function act(what, more = {}) {
  if (working || !current) return;
  working = true;
  const began = performance.now();
  try {
    const done = await send(`${path}/act`, { do: what, row: current.dataset.id, seen: current.dataset.mark, side, ...more });
    park();
    change(done.removed, done.html);
    const row = rowOf(done.focus) || (await reveal(done.focus));
    choose(row);
    showStats(done.stats);
    tell(done.told);
    refreshPanel();
    if (done.removed.length) recheck(done.version);
  } catch (error) {
    tell(error.message, true);
    if (error.code === "gone" || error.code === "changed") location.reload();
  } finally {
    working = false;
    document.body.dataset.took = String(Math.round(performance.now() - began));
  }
}

/** Show what the checks say of the last change, when they have said it; an open editor stays. */
async function recheck(version) {
  const turn = recheck.turn = (recheck.turn || 0) + 1;
  const text = await part(`${path}/checked?since=${version}`);
  if (text === null || turn !== recheck.turn || working) return;
  const { rows, html, stats } = JSON.parse(text);
  showStats(stats);
  if (!rows.length || document.querySelector("textarea")) return;
  const here = current?.dataset.id;
  const focused = current?.contains(document.activeElement);
  if (rows.includes(here)) park();
  change(rows, html);
  if (rows.includes(here)) choose(rowOf(here), { focus: focused, scroll: false });
  refreshPanel();
}

/** Take the toolbar out of a row before the row goes. */
function park() {
  document.body.append(toolbar);
  toolbar.hidden = true;
}

function showStats(stats) {
  for (const place of document.querySelectorAll("[data-stat]")) place.textContent = stats[place.dataset.stat];
  document.querySelector(".bar [data-do=undo]").disabled = !stats.undo;
  document.querySelector(".bar [data-do=redo]").disabled = !stats.redo;
}

async function next(back = false) {
  const query = new URLSearchParams({ after: current ? current.dataset.id : "", back: back ? "1" : "" });
  const text = await part(`${path}/next?${query}`);
  if (text === null) { tell(words.offline, true); return; }
  const { row } = JSON.parse(text);
  if (row) await go(row); else tell(words.all_reviewed);
}

/** Open an editor in the place of a text; it saves on Ctrl+Enter and when left, not on Escape. */
function edit(place, text, label, save) {
  if (!place || place.querySelector("textarea")) return;
  const row = current;
  const box = document.createElement("div");
  const area = document.createElement("textarea");
  const buttons = document.createElement("div");
  box.className = "editor";
  area.value = text;
  area.lang = place.lang;
  area.setAttribute("aria-label", label);
  for (const [name, word] of [["save", words.save], ["cancel", words.cancel]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = name === "save" ? "button primary" : "button";
    button.textContent = word;
    button.addEventListener("click", () => close(name === "save"));
    buttons.append(button);
  }
  box.append(area, buttons);
  const before = [...place.childNodes];
  place.replaceChildren(box);
  let open = true;
  function close(keep) {
    if (!open) return;
    open = false;
    place.replaceChildren(...before);
    if (!place.childNodes.length) place.remove();
    choose(row);
    if (keep && area.value !== text) save(area.value);
  }
  area.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") close(false);
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); close(true); }
  });
  box.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !box.contains(event.relatedTarget)) close(true);
  });
  area.style.height = `${Math.max(area.scrollHeight, 64)}px`;
  area.focus();
}

function editText() {
  const cell = current?.querySelector(`.cell[data-side=${side}]`);
  if (!cell) return;
  const joiner = cell.lang.startsWith("zh") ? "" : " ";
  const text = [...cell.querySelectorAll(".s")].map((part_) => part_.textContent).join(joiner);
  edit(cell, text, words[side], (value) => act("edit", { text: value }));
}

function editComment() {
  if (!current) return;
  let place = current.querySelector(".remark");
  const text = place?.querySelector(".comment").textContent ?? "";
  if (!place) {
    place = document.createElement("div");
    place.className = "remark";
    current.insertBefore(place, toolbar);
  }
  edit(place, text, words.comment, (value) => act("comment", { text: value }));
}

async function reread() {
  const stage = document.getElementById("stage");
  try {
    const { job } = await send(`${path}/reread`, {});
    const done = await follow(job, (text) => { stage.textContent = text; });
    if (done.lost) {
      stage.textContent = fill(words.lost, { count: done.lost, file: done.file });
      await new Promise((resolve) => setTimeout(resolve, 3000));
    }
    location.reload();
  } catch (error) {
    stage.textContent = error.message;
  }
}

const doing = {
  next: () => next(),
  help: () => help.showModal(),
  close: () => help.close(),
  edit: editText,
  comment: editComment,
  reread,
  "realign-all": () => { help.close(); act("realign-all"); },
  side: (button) => { side = button.dataset.side; showSide(); },
};

// -------------------------------------------------------------------------------- the side panel

const tabs = [...document.querySelectorAll("[role=tab]")];

function openTab(tab, focus = false) {
  for (const other of tabs) {
    const chosen = other === tab;
    other.setAttribute("aria-selected", String(chosen));
    other.tabIndex = chosen ? 0 : -1;
    document.getElementById(other.getAttribute("aria-controls")).hidden = !chosen;
  }
  if (focus) tab.focus();
  refreshPanel(0);
}

function refreshPanel(wait = 400) {
  clearTimeout(refreshPanel.timer);
  refreshPanel.timer = setTimeout(async () => {
    const open = tabs.find((tab) => tab.getAttribute("aria-selected") === "true").id.slice(4);
    if (open !== "queue" && open !== "findings") return;
    const html = await part(`${path}/${open}`);
    const pane = document.getElementById(`pane-${open}`);
    if (html !== null) pane.innerHTML = html;
    if (pane.querySelector("[data-again]")) refreshPanel(600);
  }, wait);
}

async function ask(kind, text) {
  openTab(document.getElementById(`tab-${kind}`));
  const pane = document.getElementById(`pane-${kind}`);
  pane.querySelector("input").value = text;
  const html = await part(`${path}/${kind}?${new URLSearchParams({ q: text })}`);
  if (html === null) tell(words.offline, true); else pane.querySelector(".answer").innerHTML = html;
}

function search() {
  openTab(document.getElementById("tab-search"));
  const box = document.getElementById("q-search");
  const chosen = String(getSelection()).trim();
  if (chosen) box.value = chosen;
  box.focus();
  box.select();
}

/** Look up the selected words, else the next term of the current row. */
function nextTerm() {
  const chosen = String(getSelection()).trim();
  if (chosen) { ask("lookup", chosen); return; }
  const marks = [...(current?.querySelectorAll("mark[data-term]") ?? [])];
  if (!marks.length) { openTab(document.getElementById("tab-lookup")); document.getElementById("q-lookup").focus(); return; }
  const at = marks.findIndex((mark) => mark.classList.contains("asked"));
  marks[at]?.classList.remove("asked");
  const mark = marks[(at + 1) % marks.length];
  mark.classList.add("asked");
  ask("lookup", mark.dataset.term);
}

// ----------------------------------------------------------------------------- keys and pointer

const keys = {
  j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1),
  h: () => { side = "source"; showSide(); }, ArrowLeft: () => { side = "source"; showSide(); },
  l: () => { side = "target"; showSide(); }, ArrowRight: () => { side = "target"; showSide(); },
  n: () => next(), N: () => next(true),
  m: () => act("merge"), s: () => act("split"),
  K: () => act("up"), J: () => act("down"), "Shift+ArrowUp": () => act("up"), "Shift+ArrowDown": () => act("down"),
  e: editText, c: editComment,
  r: () => act("reviewed"), x: () => act("rejected"), p: () => act("pin"),
  a: () => act("realign"), A: () => act("realign-all"),
  u: () => act("undo"), U: () => act("redo"),
  t: nextTerm, "/": search, "?": () => help.showModal(),
};

document.addEventListener("keydown", (event) => {
  const back = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "z";
  if (back && !event.target.matches("input, textarea") && !help.open) {
    event.preventDefault();
    act(event.shiftKey ? "redo" : "undo");
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
  const typing = event.target.matches("input, textarea, select");
  if (typing && event.key === "Escape") current?.focus();
  if (typing) return;
  const tab = event.target.closest("[role=tab]");
  if (tab && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
    const by = event.key === "ArrowRight" ? 1 : tabs.length - 1;
    openTab(tabs[(tabs.indexOf(tab) + by) % tabs.length], true);
    event.preventDefault();
    return;
  }
  const inPlace = event.target === document.body || event.target === units || event.target === current;
  if (event.key === "Enter") {
    if (inPlace && current) { event.preventDefault(); editText(); }
    return;
  }
  if (event.key.startsWith("Arrow") && !inPlace && !event.target.closest("#toolbar")) return;
  const name = event.key.startsWith("Arrow") && event.shiftKey ? `Shift+${event.key}` : event.key;
  if (keys[name]) { event.preventDefault(); keys[name](); }
});

document.addEventListener("click", (event) => {
  const target = event.target;
  const jump = target.closest("[data-go]");
  if (jump) { event.preventDefault(); go(jump.dataset.go); return; }
  const button = target.closest("[data-do]");
  if (button) { (doing[button.dataset.do] ?? (() => act(button.dataset.do)))(button); return; }
  const tab = target.closest("[role=tab]");
  if (tab) { openTab(tab); return; }
  const row = target.closest(".unit");
  if (!row || target.closest("textarea, .editor")) return;
  const cell = target.closest(".cell");
  if (cell) side = cell.dataset.side;
  const chosen = String(getSelection()).length > 0;
  choose(row, { focus: !chosen, scroll: false });
  const cut = target.closest(".cut");
  if (cut) { act("split", { at: Number(cut.dataset.at) }); return; }
  const mark = target.closest("mark[data-term]");
  if (mark && !chosen) ask("lookup", mark.dataset.term);
});

document.addEventListener("dblclick", (event) => {
  if (event.target.closest(".unit .cell") && !event.target.closest("mark, .editor")) { getSelection().removeAllRanges(); editText(); }
});

for (const form of document.querySelectorAll(".ask")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(form.dataset.pane, form.querySelector("input").value);
  });
}

document.querySelector(".menu").addEventListener("focusout", (event) => {
  if (!event.currentTarget.contains(event.relatedTarget)) event.currentTarget.open = false;
});

begin();
refreshPanel(0);
const wanted = location.hash.match(/^#r(\d+-\d+)$/);
if (wanted) go(wanted[1]); else choose(units.querySelector(".unit"), { scroll: false });
recheck(Number(units.dataset.version));
document.body.dataset.ready = String(Math.round(performance.now()));
