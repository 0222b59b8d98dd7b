// The folder: take documents in, choose two, follow their alignment.
import { fill, follow, send, words } from "./shared.js";

const drop = document.getElementById("drop");
const form = document.getElementById("pairing");
const stage = document.getElementById("stage");
const progress = document.getElementById("progress");

function tell(text) { stage.textContent = text; }

async function upload(files) {
  const limit = Number(drop.dataset.limit);
  const taken = [];
  for (const file of files) {
    if (file.size > limit) throw new Error(`${file.name} ${fill(words.too_large, { limit: limit >> 20 })}`);
    tell(fill(words.uploading, { name: file.name }));
    taken.push(await send("/files", file, { "x-file-name": encodeURIComponent(file.name) }));
  }
  return taken;
}

async function align(first, second) {
  const { job } = await send("/pairs", { first, second });
  const done = await follow(job, tell);
  if (done.lost) {
    tell(fill(words.lost, { count: done.lost, file: done.file }));
    await new Promise((resolve) => setTimeout(resolve, 3000));
  }
  location.assign(`/p/${done.project}`);
}

/** Run some work with the progress bar shown, and tell what went wrong. */
async function busy(work) {
  progress.hidden = false;
  try {
    await work();
  } catch (error) {
    tell(error.message);
  } finally {
    progress.hidden = true;
  }
}

function take(files) {
  busy(async () => {
    const taken = await upload(files);
    const documents = taken.filter((entry) => entry.kind === "document");
    if (documents.length === 2) await align(documents[0].key, documents[1].key);
    else if (taken.length === 1 && taken[0].kind === "units") location.assign(`/p/${taken[0].key}`);
    else location.reload();
  });
}

for (const name of ["dragenter", "dragover"]) {
  document.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
}
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) drop.classList.remove("over"); });
document.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  if (event.dataTransfer.files.length) take([...event.dataTransfer.files]);
});
document.getElementById("choose").addEventListener("change", (event) => {
  if (event.target.files.length) take([...event.target.files]);
});

function ticked() { return [...form.querySelectorAll("input:checked")].map((box) => box.value); }
form.addEventListener("change", () => {
  const button = form.querySelector("button");
  if (button) button.disabled = ticked().length !== 2;
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  busy(() => align(...ticked()));
});
