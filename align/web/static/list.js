// The list of units: rows come in runs as they are needed, and are changed in place.
import { part } from "./shared.js";

let list = document.querySelector(".list");
const path = document.getElementById("units").dataset.path;
const FAR = 12; // runs this far from the one in view are let go
let kept = new Set(); // runs that are wanted soon, however far they are

export function compare(a, b) {
  const [s, t] = a.split("-").map(Number);
  const [u, v] = b.split("-").map(Number);
  return s - u || t - v;
}

export function rowOf(id) { return document.getElementById(`r${id}`); }

function runs() { return [...list.children]; }

function runOf(id) {
  const all = runs();
  let low = 0;
  for (let high = all.length; high - low > 1;) {
    const middle = (low + high) >> 1;
    if (compare(all[middle].dataset.from, id) <= 0) low = middle; else high = middle;
  }
  return all[low];
}

function hold(run) { run.style.minHeight = `${run.dataset.height}px`; }

async function load(run) {
  if ("loaded" in run.dataset) return;
  if (!run.loading) {
    const next = run.nextElementSibling;
    const query = new URLSearchParams({ from: run.dataset.from, to: next ? next.dataset.from : "" });
    run.loading = part(`${path}/rows?${query}`).then((html) => {
      run.loading = null;
      if (html === null) return;
      run.innerHTML = html;
      run.dataset.loaded = "";
      run.style.minHeight = "";
      list.dispatchEvent(new CustomEvent("loaded"));
    });
  }
  await run.loading;
}

function unload(run) {
  if (!("loaded" in run.dataset) || kept.has(run) || run.contains(document.activeElement) || run.querySelector(".current")) return;
  run.dataset.height = Math.round(run.getBoundingClientRect().height);
  hold(run);
  run.replaceChildren();
  run.classList.remove("ready");
  delete run.dataset.loaded;
}

const watcher = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    load(entry.target);
    const all = runs();
    const at = all.indexOf(entry.target);
    all.forEach((run, index) => { if (Math.abs(index - at) > FAR) unload(run); });
  }
}, { rootMargin: "1200px 0px" });

/** Show a row, loading its run when it is not here yet; gives its element or null. */
export async function reveal(id) {
  await load(runOf(id));
  return rowOf(id);
}

/** Have the runs of these rows at hand: taken from the server, and laid out, before one goes there. */
export async function prepare(ids) {
  const wanted = [...new Set(ids.map(runOf))].filter(Boolean);
  for (const run of kept) if (!wanted.includes(run)) run.classList.remove("ready");
  kept = new Set(wanted);
  for (const run of wanted) {
    await load(run);
    if (kept.has(run)) run.classList.add("ready");
  }
}

/** The row that holds a place, where there is no row of that id any more. */
export async function holder(id) {
  const run = runOf(id);
  if (!run) return null;
  await load(run);
  const rows = [...run.children];
  return rows.filter((row) => compare(row.dataset.id, id) <= 0).at(-1) || rows[0] || null;
}

/** Put the list of another answer of the server in the place of this one. */
export function renew(other) {
  watcher.disconnect();
  list.replaceWith(other);
  list = other;
  begin();
}

/** The rows among these that are here now. */
export function here(ids) { return ids.filter((id) => rowOf(id)); }

/** The row after or before one, across runs. */
export async function beside(row, step) {
  let found = step > 0 ? row.nextElementSibling : row.previousElementSibling;
  let run = row.parentElement;
  while (!found && (run = step > 0 ? run.nextElementSibling : run.previousElementSibling)) {
    await load(run);
    found = step > 0 ? run.firstElementChild : run.lastElementChild;
  }
  return found;
}

/** Put new rows in the place of removed ones. */
export function change(removed, html) {
  for (const id of removed) rowOf(id)?.remove();
  const parsed = document.createElement("template");
  parsed.innerHTML = html;
  for (const row of [...parsed.content.children]) {
    const run = runOf(row.dataset.id);
    if (!("loaded" in run.dataset)) continue;
    const after = [...run.children].find((other) => compare(other.dataset.id, row.dataset.id) > 0);
    run.insertBefore(row, after || null);
  }
}

export function begin() {
  for (const run of runs()) {
    if (!("loaded" in run.dataset)) hold(run);
    watcher.observe(run);
  }
}
