// Cut a unit anywhere: a mark in each text, moved by key or click, and the cut is made at both.
import { words } from "./shared.js";

let open = null;

/** Whether the places of a cut are being chosen. */
export function choosing() { return open !== null; }

/** Show both texts of a row with their marks; `done` gets the places, or null when it was left. */
export function begin(row, { texts, places }, side, done) {
  leave();
  const cells = {};
  for (const name of ["source", "target"]) {
    const cell = row.querySelector(`.cell[data-side=${name}]`);
    cells[name] = { cell, before: [...cell.childNodes], steps: steps(texts[name], cell.lang) };
  }
  const buttons = document.createElement("div");
  buttons.className = "choosing";
  const how = document.createElement("span");
  how.className = "soft";
  how.textContent = words.split_how;
  buttons.append(button(words.split, () => finish(true)), button(words.cancel, () => finish(false)), how);
  row.append(buttons);
  open = { row, texts, places: { ...places }, side, cells, buttons, finish };
  draw();
  function finish(keep) {
    if (!open) return;
    const chosen = open.places;
    leave();
    done(keep ? chosen : null);
  }
}

function button(text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = text === words.split ? "button primary" : "button";
  made.textContent = text;
  made.addEventListener("click", (event) => { event.stopPropagation(); act(); });
  return made;
}

function leave() {
  if (!open) return;
  for (const { cell, before } of Object.values(open.cells)) {
    cell.replaceChildren(...before);
    cell.classList.remove("cutting", "side");
  }
  open.buttons.remove();
  open = null;
}

/** The places between words; between characters where a browser knows no words. */
function steps(text, lang) {
  const found = new Set([0, text.length]);
  const cutter = typeof Intl.Segmenter === "function" ? new Intl.Segmenter(lang, { granularity: "word" }) : null;
  if (cutter) for (const part of cutter.segment(text)) found.add(part.index);
  else for (let at = 1; at < text.length; at += 1) found.add(at);
  return [...found].sort((a, b) => a - b);
}

function draw() {
  for (const [name, { cell }] of Object.entries(open.cells)) {
    const [text, at] = [open.texts[name], open.places[name]];
    const mark = document.createElement("span");
    mark.className = "place-of-cut";
    mark.textContent = "‖";
    cell.replaceChildren(document.createTextNode(text.slice(0, at)), mark, document.createTextNode(text.slice(at)));
    cell.classList.add("cutting");
    cell.classList.toggle("side", name === open.side);
  }
}

/** A click in one of the texts moves its mark there; whether it was one. */
export function click(event) {
  const name = open && Object.keys(open.cells).find((key) => open.cells[key].cell.contains(event.target));
  if (!name) return false;
  const at = document.caretPositionFromPoint
    ? document.caretPositionFromPoint(event.clientX, event.clientY)
    : range(event);
  open.side = name;
  if (at?.offsetNode?.nodeType === Node.TEXT_NODE && open.cells[name].cell === at.offsetNode.parentNode) {
    const second = at.offsetNode === open.cells[name].cell.lastChild;
    open.places[name] = at.offset + (second ? open.places[name] : 0);
  }
  draw();
  return true;
}

function range(event) {
  const found = document.caretRangeFromPoint?.(event.clientX, event.clientY);
  return found && { offsetNode: found.startContainer, offset: found.startOffset };
}

/** A key while the places are chosen. */
export function key(event) {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const { side, cells, places, texts } = open;
  if (event.key === "Enter" || event.key === "s") open.finish(true);
  else if (event.key === "Escape") open.finish(false);
  else if (event.key === "Tab" || event.key === "ArrowUp" || event.key === "ArrowDown") {
    open.side = side === "source" ? "target" : "source";
    draw();
  } else if (by && event.shiftKey) {
    places[side] = Math.min(Math.max(places[side] + by, 0), texts[side].length);
    draw();
  } else if (by) {
    const others = cells[side].steps.filter((at) => (by < 0 ? at < places[side] : at > places[side]));
    if (others.length) places[side] = by < 0 ? others.at(-1) : others[0];
    draw();
  }
}
