// The review page: one row is current, keys and buttons act on it, the server keeps the truth.
import { busy, then, typeInto } from "./keys.js";
import { begin, beside, change, here, holder, prepare, renew, reveal, rowOf } from "./list.js";
import * as moving from "./moving.js";
import { beginning, recall, remember } from "./place.js";
import * as saving from "./saving.js";
import { fill, follow, part, send, words } from "./shared.js";
import * as splitting from "./splitting.js";
import { insertInto, setUpTerms } from "./terms.js";

const units = document.getElementById("units");
const path = units.dataset.path;
const toolbar = document.getElementById("toolbar");
const told = document.getElementById("told");
const help = document.getElementById("help");
const others = new BroadcastChannel(`align:${path}`);
let version = Number(units.dataset.version);
let current = null;
let side = recall().side === "source" ? "source" : "target";
let editor = null; // the open editor: { area, close }
const list = { state: "open", rule: "", order: "gravity" }; // what the worklist shows
let ahead = { after: null, ids: [], order: "" }; // rows that follow, in turn, as each is accepted

export function tell(text, bad = false) {
  told.textContent = text;
  told.dataset.last = text;
  told.classList.toggle("bad", bad);
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => { told.textContent = ""; }, bad ? 8000 : 2500);
}

/** Say that something takes its time, once it does. */
async function patiently(text, work) {
  const shown = document.getElementById("busy");
  const began = Date.now();
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - began) / 1000);
    shown.hidden = false;
    shown.querySelector("span").textContent = seconds > 1 ? `${text} ${fill(words.seconds, { count: seconds })}` : text;
  }, 300);
  try { return await work(); } finally { clearInterval(timer); shown.hidden = true; }
}

// ------------------------------------------------------------------------------ the current row

function choose(row, { focus = true, scroll = true } = {}) {
  if (!row) return;
  if (current && current !== row) {
    current.classList.remove("current");
    current.tabIndex = -1;
    current.removeAttribute("aria-current");
  }
  current = row;
  row.classList.add("current");
  row.tabIndex = 0;
  row.setAttribute("aria-current", "true");
  toolbar.querySelector("[data-do=pin]").firstChild.textContent = `${row.classList.contains("pinned") ? words.unpin : words.pin} `;
  showSide();
  remember({ row: row.dataset.id, side });
  for (const link of document.querySelectorAll(".todo a")) {
    const here_ = link.dataset.go === row.dataset.id;
    link.toggleAttribute("aria-current", here_);
    if (here_) link.scrollIntoView({ block: "nearest" });
  }
  if (focus) row.focus({ preventScroll: true });
  if (scroll) row.scrollIntoView({ block: "nearest" });
  lookAhead();
}

/** While one reads a row: which rows come when it is accepted, and these with what is around them. */
function lookAhead() {
  clearTimeout(lookAhead.timer);
  lookAhead.timer = setTimeout(async () => {
    if (!current || saving.some()) return; // what is saved says it
    const id = current.dataset.id;
    if (ahead.order === list.order && ahead.after === id) return;
    const text = await part(`${path}/ahead?${new URLSearchParams({ row: id, order: list.order })}`);
    if (text !== null && current?.dataset.id === id && !saving.some()) know(id, JSON.parse(text).ahead);
  }, 150);
}

/** Keep what follows a row that is accepted, and have it at hand. */
function know(after, ids) {
  ahead = { after, ids: ids.filter((id) => !saving.saves(id)), order: list.order };
  prepare(ahead.ids.slice(0, 3));
}

function showSide() {
  for (const cell of units.querySelectorAll(".cell.side")) cell.classList.remove("side");
  current?.querySelector(`.cell[data-side=${side}]`)?.classList.add("side");
  for (const button of toolbar.querySelectorAll("[data-do=side]")) {
    button.setAttribute("aria-pressed", String(button.dataset.side === side));
  }
}

function turn(to) {
  side = to;
  remember({ side });
  showSide();
}

async function go(id) {
  const row = await reveal(id) || await holder(id);
  if (row) {
    choose(row, { scroll: false });
    row.scrollIntoView({ block: "center" });
  }
  return row;
}

async function step(by) {
  if (current) choose(await beside(current, by));
}

/** Take the list anew from the server, and stay where one is. */
async function anew(id = current?.dataset.id) {
  const html = await part(path);
  if (html === null) { tell(words.offline, true); return; }
  const fresh = new DOMParser().parseFromString(html, "text/html");
  version = Number(fresh.getElementById("units").dataset.version);
  current = null;
  renew(document.adoptNode(fresh.querySelector(".list")));
  if (id) await go(id);
}

// ------------------------------------------------------------------------------------- actions

/** Do something to the current row; gives the error that came of it, else null. */
async function act(what, more = {}) {
  await saving.finished();
  if (!current) return null;
  const began = performance.now();
  ahead.after = null;
  try {
    const asked = { do: what, row: current.dataset.id, seen: current.dataset.mark, side, group: "", order: list.order };
    const done = await patiently(/realign/.test(what) ? words.aligning : words.working, () => send(`${path}/act`, { ...asked, ...more }));
    const place = done.ahead?.[0] ?? done.focus;
    others.postMessage({ removed: done.removed, html: done.html, anew: done.anew });
    if (done.anew) await anew(place);
    else {
      change(done.removed, done.html);
      const row = rowOf(place) || (await reveal(place));
      choose(row || (await holder(place)));
      if (more.go && row) row.scrollIntoView({ block: "nearest" });
      if (more.go && row) know(place, done.ahead.slice(1));
    }
    moving.mark();
    showStats(done.stats);
    const last = more.go && !done.stats.waiting;
    tell(last ? (unchecked() ? words.accepted_unchecked : words.accepted_last) : done.told);
    refreshPanel();
    recheck();
    return null;
  } catch (error) {
    tell(error.message, true);
    if (error.code === "gone" || error.code === "changed") await anew();
    return error;
  } finally {
    document.body.dataset.took = String(Math.round(performance.now() - began));
  }
}

/** Accept the row and go on: down the worklist where it stood in it, else to the row below.

    Where it is known what comes next, the page shows both at once and the row is saved meanwhile. */
function accept() {
  const row = current;
  const following = row && ahead.after === row.dataset.id && ahead.order === list.order ? rowOf(ahead.ids[0]) : null;
  if (!following || row.classList.contains("reviewed")) return act("accept", { go: true });
  const began = performance.now();
  const [id, mark] = [row.dataset.id, row.dataset.mark];
  saving.save(id, () => send(`${path}/act`, { do: "accept", row: id, seen: mark, go: true, order: list.order }, {}, true),
    (done) => saved(id, done, began), (error, left) => unsaved(id, error, left));
  row.classList.add("reviewed");
  row.querySelector(".tag.done")?.remove();
  const tag = document.createElement("span");
  tag.className = "tag done";
  tag.textContent = words.reviewed;
  row.querySelector(".place").after(tag);
  document.querySelector(`.todo a[data-go="${id}"]`)?.classList.add("decided");
  ahead = { after: ahead.ids[0], ids: ahead.ids.slice(1), order: ahead.order };
  choose(following);
  prepare(ahead.ids.slice(0, 3));
  return null;
}

/** What the server says of a row that was shown as accepted before. */
function saved(id, done, began) {
  others.postMessage({ removed: done.removed, html: done.html, anew: done.anew });
  change(done.removed, done.html);
  moving.mark();
  showStats(done.stats);
  if (!current?.isConnected) choose(rowOf(current?.dataset.id) ?? rowOf(done.focus), { scroll: false });
  const at = done.ahead.indexOf(current?.dataset.id);
  if (at >= 0) know(current.dataset.id, done.ahead.slice(at + 1)); else lookAhead();
  tell(done.stats.waiting ? done.told : (unchecked() ? words.accepted_unchecked : words.accepted_last));
  refreshPanel();
  recheck();
  document.body.dataset.took = String(Math.round(performance.now() - began));
}

/** It could not be saved, and those that were accepted after it were not sent: back to where it was. */
async function unsaved(id, error, left) {
  ahead.after = null;
  for (const one of [id, ...left]) {
    const row = rowOf(one);
    row?.classList.remove("reviewed");
    row?.querySelector(".tag.done")?.remove();
    document.querySelector(`.todo a[data-go="${one}"]`)?.classList.remove("decided");
  }
  tell(error.message, true);
  if (error.code === "gone" || error.code === "changed") await anew(id);
  else await go(id);
}

/** Ask first, with how many rows would change. */
async function sure(what) {
  await saving.finished();
  if (!current) return;
  const query = new URLSearchParams({ do: what, row: current.dataset.id });
  const text = await part(`${path}/touched?${query}`);
  if (text === null) { tell(words.offline, true); return; }
  const { rows, left } = JSON.parse(text);
  const dialog = document.getElementById("sure");
  dialog.querySelector("#sure-text").textContent = fill(words[`ask_${what}`], { rows, left });
  dialog.querySelector("[value=yes]").disabled = !rows;
  dialog.returnValue = "no";
  dialog.showModal();
  await new Promise((resolve) => { dialog.addEventListener("close", resolve, { once: true }); });
  if (dialog.returnValue === "yes") await act(what);
  else current.focus({ preventScroll: true });
}

/** Between two sentences where there are two, else at a place that one chooses. */
async function split() {
  const single = [...current?.querySelectorAll(".cell") ?? []].every((cell) => cell.querySelectorAll(".s").length < 2);
  if (single) await splitAt(); else await act("split");
}

/** Take the translation of the row, or put the one that was taken here. */
async function move() {
  if (moving.moving()) await putHere();
  else if (current && !moving.take(current)) tell(words.move_nothing, true);
}

async function putHere() {
  const other = moving.put();
  if (current && other && other !== current.dataset.id) await act("exchange", { other });
}

/** Take it, where none is on its way yet, and go on to the next row. */
async function carry(by) {
  if (!moving.moving()) await move();
  if (moving.moving()) await step(by);
}

async function splitAt() {
  if (!current) return;
  const row = current;
  const text = await part(`${path}/cuts?${new URLSearchParams({ row: row.dataset.id })}`);
  if (text === null) { tell(words.offline, true); return; }
  splitting.begin(row, JSON.parse(text), side, (places) => {
    choose(row);
    if (places) then(() => act("split", { places }));
  });
  row.scrollIntoView({ block: "nearest" });
}

/** Show what the checks say as they say it; an open editor stays. */
async function recheck() {
  if (recheck.running) { recheck.again = true; return; }
  recheck.running = true;
  try {
    for (;;) {
      recheck.again = false;
      const text = await part(`${path}/checked?since=${version}`);
      if (text === null) return;
      const found = JSON.parse(text);
      version = found.version;
      showChecking(found.waiting, found.stats.rows);
      showStats(found.stats);
      if (found.rows.length) {
        await redraw(found.rows);
        refreshPanel(found.done ? 100 : 1500);
      }
      if (found.done && !recheck.again) { refreshPanel(100); return; }
    }
  } finally {
    recheck.running = false;
  }
}

/** Draw rows anew as far as they are here; not one that is being edited. */
async function redraw(ids) {
  const shown = here(ids);
  for (let at = 0; at < shown.length; at += 100) {
    const html = await part(`${path}/rows?ids=${shown.slice(at, at + 100).join(",")}`);
    if (html === null) return;
    const parsed = document.createElement("template");
    parsed.innerHTML = html;
    for (const fresh of [...parsed.content.children]) {
      const old = rowOf(fresh.dataset.id);
      if (!old || saving.saves(old.dataset.id) || old.querySelector("textarea, .cutting") || old.dataset.mark !== fresh.dataset.mark) continue;
      const [was, focused] = [old === current, old.contains(document.activeElement)];
      old.replaceWith(fresh);
      if (was) { current = null; choose(fresh, { focus: focused, scroll: false }); }
    }
    moving.mark();
  }
}

function showChecking(left, rows) {
  const place = document.getElementById("checking");
  place.hidden = !left;
  place.querySelector("progress").value = rows ? 1 - left / rows : 1;
  place.querySelector("span").textContent = fill(words.checking, { left: left.toLocaleString(), count: rows.toLocaleString() });
}

/** Whether the checks still run: then nobody can say that nothing is left. */
function unchecked() { return !document.getElementById("checking").hidden; }

function showStats(stats) {
  for (const place of document.querySelectorAll("[data-stat]")) place.textContent = stats[place.dataset.stat];
  document.querySelector(".bar [data-do=undo]").disabled = !stats.undo;
  document.querySelector(".bar [data-do=redo]").disabled = !stats.redo;
}

async function next(back = false) {
  const query = new URLSearchParams({ after: current ? current.dataset.id : "", back: back ? "1" : "", order: list.order });
  const text = await part(`${path}/next?${query}`);
  if (text === null) { tell(words.offline, true); return; }
  const { row } = JSON.parse(text);
  if (row) await go(row); else tell(unchecked() ? words.all_unchecked : words.all_reviewed);
}

/** Open an editor in the place of a text; it saves on Ctrl+Enter and when left, not on Escape.

    What was typed is shown at once. What could not be saved is given to `again`: it is not lost. */
function edit(place, text, label, save, again, typed = text) {
  if (!place || place.querySelector("textarea")) return;
  const row = current;
  const box = document.createElement("div");
  const area = document.createElement("textarea");
  const buttons = document.createElement("div");
  box.className = "editor";
  area.value = typed;
  area.lang = place.lang;
  area.setAttribute("aria-label", label);
  for (const [name, word] of [["save", words.save], ["cancel", words.cancel], ...(place.classList.contains("cell") ? [["cut", words.split_here]] : [])]) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = name === "save" ? "button primary" : "button";
    button.textContent = word;
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => (name === "cut" ? cut() : close(name === "save")));
    buttons.append(button);
  }
  box.append(area, buttons);
  const before = [...place.childNodes];
  place.replaceChildren(box);
  let open = true;
  editor = { area, close, side: place.dataset.side };
  function close(keep) {
    if (!open) return;
    open = false;
    editor = null;
    place.replaceChildren(...before);
    if (!place.childNodes.length) place.remove();
    const value = area.value;
    if (row.isConnected && current === row) choose(row);
    if (!keep || value === text) return;
    if (place.isConnected) place.replaceChildren(plain(value));
    then(async () => {
      if (row.isConnected) choose(row, { focus: false, scroll: false });
      const failed = await save(value);
      if (place.isConnected) place.replaceChildren(...before); // else it was drawn anew
      if (failed && current) again(value, failed);
    });
  }
  function cut() {
    const [at, value] = [area.selectionStart, area.value];
    const name = place.dataset.side;
    close(false);
    then(() => act("split", { side: name, text: value, places: { [name]: at } }));
  }
  area.addEventListener("keydown", (event) => {
    event.stopPropagation();
    const control = event.ctrlKey || event.metaKey;
    if (event.key === "Escape") close(false);
    else if (event.key === "Enter" && control) { event.preventDefault(); if (event.shiftKey && place.classList.contains("cell")) cut(); else close(true); }
    else if (event.altKey && /^[1-9]$/.test(event.key)) {
      const found = document.querySelectorAll("#pane-lookup .entries [data-insert]")[Number(event.key) - 1];
      if (found) { event.preventDefault(); insertInto(area, found.dataset.insert); }
    }
  });
  box.addEventListener("focusout", (event) => {
    const to = event.relatedTarget;
    if (to && !row.contains(to) && !to.closest("aside, dialog")) close(true);
  });
  area.style.height = `${Math.max(area.scrollHeight + 4, 64)}px`;
  area.focus();
  box.scrollIntoView({ block: "nearest" });
}

/** A text as it is shown until the server has drawn it with its marks. */
function plain(text) {
  const span = document.createElement("span");
  span.className = "s";
  span.textContent = text;
  return span;
}

function cellOf(name) { return current?.querySelector(`.cell[data-side=${name}]`); }

function editText() { editSide(side); }

function editSide(name, typed) {
  const cell = cellOf(name);
  if (!cell) return;
  const text = cell.dataset.text;
  const save = (value) => act("edit", { side: name, text: value });
  edit(cell, text, words[name], save, (value, failed) => {
    editSide(name, value);
    tell(failed.code === "changed" ? words.your_text : failed.message, true);
  }, typed);
}

function editComment(typed) {
  if (!current) return;
  let place = current.querySelector(".remark");
  const text = place?.querySelector(".comment").textContent ?? "";
  if (!place) {
    place = document.createElement("div");
    place.className = "remark";
    current.append(place);
  }
  edit(place, text, words.comment, (value) => act("comment", { text: value }), (value, failed) => {
    editComment(value);
    tell(failed.message, true);
  }, typed);
}

/** Put a text where the cursor is; without an open editor, into the side of its language. */
function insert(text) {
  if (!editor || !editor.side) {
    if (!current) { tell(words.insert_where, true); return; }
    turn(/\p{Script=Han}/u.test(text) ? "source" : "target");
    const wrong = [...cellOf(side).querySelectorAll("mark.error, mark.warning")].map((mark) => mark.textContent);
    editText();
    const at = wrong.length === 1 ? editor.area.value.indexOf(wrong[0]) : -1;
    if (at >= 0) editor.area.setSelectionRange(at, at + wrong[0].length);
  }
  insertInto(editor.area, text);
  tell(words.inserted);
}

async function reread() {
  const stage = document.getElementById("stage");
  try {
    // Asked before the page has found the row one was at, the place is the one that was kept.
    const { job } = await send(`${path}/reread`, { row: current?.dataset.id ?? beginning() ?? "" });
    const done = await follow(job, (text) => { stage.textContent = text; });
    if (done.place) remember({ row: done.place });
    if (done.lost) {
      stage.textContent = fill(words.lost, { count: done.lost, file: done.file });
      await new Promise((resolve) => setTimeout(resolve, 3000));
    }
    location.reload();
  } catch (error) {
    stage.textContent = error.message;
  }
}

function panel() {
  const shown = document.body.classList.toggle("panel");
  toolbar.querySelector("[data-do=panel]").setAttribute("aria-expanded", String(shown));
  if (shown) openTab(document.getElementById("tab-queue")); // what the button says
}

const doing = {
  accept,
  next: () => next(),
  help: () => help.showModal(),
  close: () => help.close(),
  edit: editText,
  comment: () => editComment(),
  split,
  "split-at": splitAt,
  move,
  "move-here": putHere,
  "move-no": () => { moving.leave(); current?.focus({ preventScroll: true }); },
  panel,
  reread,
  realign: () => sure("realign"),
  "realign-all": () => sure("realign-all"),
  "accept-rest": () => sure("accept-rest"),
  side: (button) => turn(button.dataset.side),
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
  remember({ tab: tab.id });
  if (focus) tab.focus();
  refreshPanel(0);
}

const stops = (pane) => [...pane.querySelectorAll("a, button, select, input, summary")];

/** Draw the worklist anew after a while; while keys follow each other it waits, 1.5 s at most: laying
    it out takes the time of an action. */
function refreshPanel(wait = 400) {
  const now = Date.now();
  if (!refreshPanel.timer) refreshPanel.since = now;
  if (refreshPanel.timer && wait > 400) return;
  clearTimeout(refreshPanel.timer);
  if (wait) wait = Math.min(wait, Math.max(refreshPanel.since + 1500 - now, 0));
  refreshPanel.timer = setTimeout(async () => {
    refreshPanel.timer = 0;
    const pane = document.getElementById("pane-queue");
    if (pane.hidden || pane.querySelector("select:focus")) return;
    const html = await part(`${path}/queue?${new URLSearchParams(list)}`);
    if (html === null || html === pane.drawn) return;
    pane.drawn = html;
    const top = pane.parentElement.scrollTop;
    const held = pane.contains(document.activeElement) ? document.activeElement : null;
    const place = held ? stops(pane).indexOf(held) : -1;
    pane.innerHTML = html;
    pane.parentElement.scrollTop = top;
    // What had the focus has it again: the same row, else what stands in the same place.
    if (held) (stops(pane).find((one) => one.dataset.go && one.dataset.go === held.dataset.go) ?? stops(pane)[place])?.focus({ preventScroll: true });
    if (current) for (const link of pane.querySelectorAll(".todo a")) link.toggleAttribute("aria-current", link.dataset.go === current.dataset.id);
  }, wait);
}

document.getElementById("pane-queue").addEventListener("change", (event) => {
  list[event.target.name] = event.target.value;
  event.target.blur();
  refreshPanel(0);
});

async function ask(kind, text) {
  openTab(document.getElementById(`tab-${kind}`));
  const pane = document.getElementById(`pane-${kind}`);
  const turns = ask.turn = (ask.turn || 0) + 1;
  pane.querySelector("input").value = text;
  const answer = pane.querySelector(".answer");
  const waiting = setTimeout(() => {
    answer.innerHTML = "<progress></progress>";
    answer.firstChild.setAttribute("aria-label", words.searching);
    answer.append(` ${words.searching}`);
  }, 250);
  const by = pane.querySelector("[name=by]:checked")?.value ?? "";
  const html = await part(`${path}/${kind}?${new URLSearchParams({ q: text, by })}`);
  clearTimeout(waiting);
  if (turns !== ask.turn) return;
  if (html === null) tell(words.offline, true); else answer.innerHTML = html;
  const own = document.getElementById("new-term");
  if (kind === "lookup" && text) own.elements[/\p{Script=Han}/u.test(text) ? "zh" : "en"].value = text;
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
  if (!marks.length) { // the next keys are for the rows, not for the box
    openTab(document.getElementById("tab-lookup"));
    tell(words.no_terms);
    return;
  }
  const at = marks.findIndex((mark) => mark.classList.contains("asked"));
  marks[at]?.classList.remove("asked");
  const mark = marks[(at + 1) % marks.length];
  mark.classList.add("asked");
  ask("lookup", mark.dataset.term);
}

setUpTerms(async () => { // the terms changed: what was found by them may have, too
  const asked = document.getElementById("q-lookup").value;
  if (asked) await ask("lookup", asked);
  recheck();
}, tell);

// ----------------------------------------------------------------------------- keys and pointer

const keys = {
  j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1),
  h: () => turn("source"), ArrowLeft: () => turn("source"),
  l: () => turn("target"), ArrowRight: () => turn("target"),
  n: () => next(), N: () => next(true),
  m: () => act("merge"), s: split, S: splitAt,
  K: () => act("up"), J: () => act("down"), "Shift+ArrowUp": () => act("up"), "Shift+ArrowDown": () => act("down"),
  e: editText, c: () => editComment(), v: move, V: () => act("put-back"),
  r: accept, R: () => act("reopen"), x: () => act("rejected"), p: () => act("pin"),
  a: () => sure("realign"), A: () => sure("realign-all"), y: () => sure("accept-rest"),
  u: () => act("undo"), U: () => act("redo"),
  t: nextTerm, "/": search, "?": () => help.showModal(),
};

/** What a key does where there is no box of text; null where it does nothing. */
function workOf(event) {
  const control = event.ctrlKey || event.metaKey;
  if (control && !event.altKey && event.key.toLowerCase() === "z") return () => act(event.shiftKey ? "redo" : "undo");
  if (event.altKey && !control && /^Arrow(Up|Down)$/.test(event.key)) return () => carry(event.key === "ArrowDown" ? 1 : -1);
  if (control || event.altKey) return null;
  if (moving.moving() && event.key === "Escape") return moving.leave;
  if (event.key === "Enter") return current ? (moving.moving() ? putHere : editText) : null;
  return keys[event.key.startsWith("Arrow") && event.shiftKey ? `Shift+${event.key}` : event.key] ?? null;
}

/** Do what a key that had to wait asks: into a box of text that has opened, else as ever. */
function late(event) {
  return () => {
    const box = document.activeElement;
    if (box?.matches("textarea, input")) return typeInto(box, event);
    if (splitting.choosing()) return splitting.key(event);
    return workOf(event)?.();
  };
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || document.querySelector("dialog[open]")) return;
  const modifier = ["Shift", "Control", "Alt", "Meta"].includes(event.key);
  if (!busy() || modifier || event.target.matches("input, textarea, select")) return;
  if (event.key !== "Tab" && !(event.ctrlKey && event.key.toLowerCase() !== "z") && !event.altKey) {
    event.preventDefault();
    event.stopPropagation();
    then(late(event));
  }
}, true);

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  const typing = event.target.matches("input, textarea, select");
  if (typing && event.key === "Escape") current?.focus();
  if (typing) return;
  if (splitting.choosing()) {
    if (!event.target.closest("button")) { event.preventDefault(); splitting.key(event); }
    return;
  }
  const tab = event.target.closest("[role=tab]");
  if (tab && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
    const by = event.key === "ArrowRight" ? 1 : tabs.length - 1;
    openTab(tabs[(tabs.indexOf(tab) + by) % tabs.length], true);
    event.preventDefault();
    return;
  }
  const inPlace = event.target === document.body || event.target === units || event.target === current;
  if (event.key === "Enter" && !inPlace) return;
  if (event.key.startsWith("Arrow") && !inPlace && !event.target.closest("#toolbar")) return;
  const work = workOf(event);
  if (!work) return;
  event.preventDefault();
  if (editor && !["t", "/", "?"].includes(event.key)) editor.close(true);
  then(work);
});

document.addEventListener("click", (event) => {
  const target = event.target;
  if (splitting.choosing() && splitting.click(event)) return;
  const exported = target.closest("[data-export]");
  if (exported && saving.some()) { // an export has all that one sees
    event.preventDefault();
    saving.finished().then(() => exported.click());
    return;
  }
  const jump = target.closest("[data-go]");
  if (jump) {
    event.preventDefault();
    editor?.close(true);
    document.body.classList.remove("panel");
    then(() => go(jump.dataset.go));
    return;
  }
  const given = target.closest("[data-insert]");
  if (given) { insert(given.dataset.insert); return; }
  const button = target.closest("[data-do]");
  if (button) {
    button.closest("details.menu")?.removeAttribute("open");
    editor?.close(true);
    if (button.closest(".unit")) choose(button.closest(".unit"), { focus: false, scroll: false });
    then(() => (doing[button.dataset.do] ?? (() => act(button.dataset.do)))(button));
    return;
  }
  const tab = target.closest("[role=tab]");
  if (tab) { openTab(tab); return; }
  const row = target.closest(".unit");
  if (!row || target.closest("textarea, .editor, .choosing")) return;
  const chosen = String(getSelection()).length > 0;
  if (editor && row === current) { // the editor stays open while one reads and asks beside it
    const mark = target.closest("mark[data-term]");
    if (mark && !chosen) ask("lookup", mark.dataset.term);
    if (!chosen) editor.area.focus();
    return;
  }
  editor?.close(true);
  const cell = target.closest(".cell");
  if (cell) side = cell.dataset.side;
  choose(row, { focus: !chosen, scroll: false });
  const cut = target.closest(".cut");
  if (cut) { then(() => act("split", { at: Number(cut.dataset.at) })); return; }
  const mark = target.closest("mark[data-term]");
  if (mark && !chosen) ask("lookup", mark.dataset.term);
});

document.addEventListener("dblclick", (event) => {
  if (splitting.choosing()) return;
  if (event.target.closest(".unit .cell") && !event.target.closest("mark, .editor")) { getSelection().removeAllRanges(); then(editText); }
});

// A button of the toolbar or the panel leaves the cursor in the text.
document.addEventListener("mousedown", (event) => {
  if (editor && event.target.closest("[data-insert], mark[data-term]")) event.preventDefault();
});

for (const form of document.querySelectorAll(".ask")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(form.dataset.pane, form.querySelector("input").value);
  });
  for (const choice of form.querySelectorAll("[name=by]")) {
    choice.addEventListener("change", () => { if (form.elements.q.value) ask(form.dataset.pane, form.elements.q.value); });
  }
}

for (const menu of document.querySelectorAll(".menu")) {
  menu.addEventListener("toggle", () => { // to the other side where it would leave the window
    menu.classList.remove("turned");
    menu.classList.toggle("turned", menu.open && menu.querySelector("div").getBoundingClientRect().right > document.documentElement.clientWidth);
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
}

for (const button of document.querySelectorAll("#sure button")) {
  button.addEventListener("click", () => document.getElementById("sure").close(button.value));
}

// Another window of this project changed something: it is shown here too, but not over an editor.
others.addEventListener("message", async ({ data }) => {
  const touched = editor && (data.anew || data.removed.includes(current?.dataset.id));
  tell(words.elsewhere, Boolean(touched));
  await saving.finished();
  if (touched) return; // saving is refused, and the text that was typed is shown again
  if (data.anew) { await anew(); return; }
  const was = current?.dataset.id;
  const gone = data.removed.includes(was);
  if (gone) current = null;
  change(data.removed, data.html);
  if (gone) choose(rowOf(was) || (await holder(was)), { focus: false, scroll: false });
  refreshPanel();
});

begin();
const tab = document.getElementById(recall().tab ?? "");
if (tab) openTab(tab); else refreshPanel(0);
const wanted = beginning();
if (wanted) await go(wanted); else choose(units.querySelector(".unit"), { scroll: false });
recheck();
document.body.dataset.ready = String(Math.round(performance.now()));
