// The folder: take documents in, find their pairs, follow their alignment; all is told in the drop box.
import { fill, follow, part, send, words } from "./shared.js";

const MOST = 2000; // files of a dropped folder; the page lists no more
const READABLE = document.getElementById("choose").accept.split(",");
const drop = document.getElementById("drop");
const form = document.getElementById("pairing");
const stage = document.getElementById("stage");
const progress = document.getElementById("progress");
const batch = document.getElementById("batch");

function tell(text, bad = false) {
  stage.textContent = text;
  stage.classList.toggle("bad", bad);
  stage.dataset.last = text;
}

/** Run some work with the progress bar shown, and tell what went wrong. */
async function busy(work) {
  progress.hidden = false;
  try {
    await work();
  } catch (error) {
    tell(error.message, true);
    if (error.unrelated) stage.append(" ", anyway(error.unrelated));
  } finally {
    progress.hidden = true;
    share(null);
  }
}

function share(part_) {
  const bar = progress.querySelector("progress");
  if (part_ === null) bar.removeAttribute("value"); else bar.value = part_;
}

// --------------------------------------------------------------------------------- taking files in

async function upload(files) {
  const limit = Number(drop.dataset.limit);
  const taken = new Map();
  for (const [at, { file, name }] of files.entries()) {
    if (file.size > limit) throw new Error(`${file.name} ${fill(words.too_large, { limit: limit >> 20 })}`);
    tell(fill(words.uploading, { name: file.name }));
    share(at / files.length);
    const entry = await send("/files", file, { "x-file-name": encodeURIComponent(name) });
    taken.set(entry.key, entry);
  }
  share(null);
  return [...taken.values()];
}

async function align(first, second, force = false) {
  const { job } = await send("/pairs", { first, second, force });
  try {
    const done = await follow(job, tell);
    if (done.lost) {
      tell(fill(words.lost, { count: done.lost, file: done.file }));
      await new Promise((resolve) => setTimeout(resolve, 3000));
    }
    location.assign(`/p/${done.project}`);
  } catch (error) {
    if (error.job?.unrelated) error.unrelated = { first, second };
    throw error;
  }
}

function anyway({ first, second }) {
  return button(words.anyway, () => busy(() => align(first, second, true)));
}

function button(text, work, primary = false) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = primary ? "button primary" : "button";
  made.textContent = text;
  made.addEventListener("click", work);
  return made;
}

function take(files, folder = false) {
  busy(async () => {
    const usable = files.filter(({ name }) => !folder || READABLE.some((ending) => name.toLowerCase().endsWith(ending)));
    if (usable.length > MOST) throw new Error(fill(words.too_many, { count: MOST }));
    const taken = await upload(usable);
    const documents = taken.filter((entry) => entry.kind === "document");
    if (documents.length === 2) await align(documents[0].key, documents[1].key);
    else if (documents.length > 2) await find(documents.map((entry) => entry.key));
    else if (taken.length === 1 && taken[0].kind === "tmx") location.assign(`/p/${taken[0].key}`);
    else location.reload();
  });
}

/** The files of what was dropped, those in folders too, with their places. */
async function filesOf(items) {
  const found = [];
  async function walk(entry, before) {
    if (found.length > MOST) return;
    if (entry.isFile) {
      const file = await new Promise((resolve, reject) => { entry.file(resolve, reject); });
      found.push({ file, name: before + file.name });
    } else if (entry.isDirectory) {
      const reader = entry.createReader();
      for (;;) {
        const some = await new Promise((resolve, reject) => { reader.readEntries(resolve, reject); });
        if (!some.length) return;
        for (const one of some) await walk(one, `${before}${entry.name}/`);
      }
    }
  }
  for (const entry of items) await walk(entry, "");
  return found;
}

// ----------------------------------------------------------------------------------------- batches

async function watch(id, tellOf) {
  for (;;) {
    const text = await part(`/batches/${id}`);
    if (text === null) throw new Error(words.offline);
    const found = JSON.parse(text);
    if (found.stage === "failed") throw new Error(found.error);
    tellOf(found);
    if (found.stage === "found" || found.stage === "done") return found;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function find(keys) {
  batch.hidden = true;
  const { id } = await send("/batches", { keys });
  const found = await watch(id, ({ read, total }) => {
    tell(fill(words.finding, { read, total }));
    share(read / total);
  });
  tell(found.pairs.length ? fill(words.found_pairs, { count: found.pairs.length }) : words.found_none, !found.pairs.length);
  show(found);
}

function show(found) {
  const list = document.createElement("ul");
  list.className = "files pairs";
  found.pairs.forEach((pair, at) => {
    const row = document.createElement("li");
    const label = document.createElement("label");
    const box = Object.assign(document.createElement("input"), { type: "checkbox", value: at, checked: true });
    const names = document.createElement("span");
    names.textContent = ` ${pair.names[0]} ↔ ${pair.names[1]}`;
    label.append(...(pair.status === "found" ? [box] : []), names);
    row.append(label, told(pair));
    list.append(row);
  });
  const parts = [list];
  if (found.stage === "found" && found.pairs.length) {
    parts.push(button(words.align_pairs, () => busy(() => alignPairs(found.id)), true));
  }
  if (found.alone.length) {
    const more = document.createElement("details");
    more.append(Object.assign(document.createElement("summary"), { textContent: `${words.alone}: ${found.alone.length}` }));
    const alone = document.createElement("ul");
    alone.className = "files";
    for (const [name, reason] of found.alone) {
      const row = document.createElement("li");
      row.append(name, Object.assign(document.createElement("span"), { className: "soft", textContent: reason }));
      alone.append(row);
    }
    more.append(alone);
    parts.push(more);
  }
  batch.replaceChildren(...parts);
  batch.hidden = false;
}

function told(pair) {
  const place = document.createElement("span");
  place.className = "soft";
  if (pair.status === "done") {
    const link = (to, text, load) => Object.assign(document.createElement("a"), { href: `/p/${pair.project}${to}`, textContent: text, ...(load ? { download: "" } : {}) });
    place.append(`${fill(words.to_review_count, { units: pair.units, waiting: pair.waiting })} · `, link("", words.open), " · ", link("/export/tmx", "TMX", true), " · ", link("/export/html", words.export_html, true));
  } else if (pair.status === "found") place.textContent = pair.reason;
  else place.textContent = pair.error || words[`status_${pair.status}`];
  if (pair.status === "unrelated") place.append(" ", anyway(pair));
  return place;
}

async function alignPairs(id) {
  const pairs = [...batch.querySelectorAll("input:checked")].map((box) => Number(box.value));
  await send(`/batches/${id}`, { pairs });
  const done = await watch(id, (found) => {
    const count = found.pairs.filter((pair) => pair.status === "done").length;
    tell(fill(words.batch_done, { done: count, total: pairs.length }));
    share(count / pairs.length);
    show(found);
  });
  show(done);
}

// ------------------------------------------------------------------------------------------ events

for (const name of ["dragenter", "dragover"]) {
  document.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
}
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) drop.classList.remove("over"); });
document.addEventListener("drop", async (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const folder = entries.some((entry) => entry.isDirectory);
  const plain = [...event.dataTransfer.files].map((file) => ({ file, name: file.name }));
  const files = folder ? await filesOf(entries) : plain;
  if (files.length) take(files, folder);
});
for (const id of ["choose", "choose-folder"]) {
  document.getElementById(id).addEventListener("change", (event) => {
    const files = [...event.target.files].map((file) => ({ file, name: file.webkitRelativePath || file.name }));
    if (files.length) take(files, id === "choose-folder");
  });
}

function ticked() { return [...form.querySelectorAll("input:checked")].map((box) => box.value); }
form.addEventListener("change", () => {
  const submit = form.querySelector("[type=submit]");
  if (submit) submit.disabled = ticked().length !== 2;
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  busy(() => align(...ticked()));
});
document.getElementById("find")?.addEventListener("click", () => {
  drop.scrollIntoView({ block: "nearest" });
  busy(() => find(ticked().length > 2 ? ticked() : []));
});
