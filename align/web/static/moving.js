// A translation on its way to another unit: taken from one row, put into the one that is current then.
import { rowOf } from "./list.js";
import { words } from "./shared.js";

const shown = document.getElementById("moving");
let from = null; // the id of the row that it is taken from

/** Whether a translation is on its way. */
export function moving() { return from !== null; }

/** Take the translation of a row; false where it has none. */
export function take(row) {
  if (row.querySelector(".cell[data-side=target]").dataset.text === "") return false;
  leave();
  from = row.dataset.id;
  row.classList.add("moved");
  shown.querySelector("span").textContent = words.moving;
  shown.hidden = false;
  return true;
}

/** Leave it where it was. */
export function leave() {
  for (const row of document.querySelectorAll(".unit.moved")) row.classList.remove("moved");
  from = null;
  shown.hidden = true;
}

/** The row that it was taken from; it is on its way no more. */
export function put() {
  const id = from;
  leave();
  return id;
}

/** Mark the row anew where it was drawn anew. */
export function mark() {
  if (from !== null) rowOf(from)?.classList.add("moved");
}
