// Keys and clicks one after the other: what comes while an action runs waits for its end, none is lost.

const waiting = [];
let running = false;

/** Whether something is being done, or waits to be. */
export function busy() { return running; }

/** Do some work after all that was asked before it. */
export function then(work) {
  waiting.push(work);
  if (!running) drain();
}

function drain() {
  running = true;
  let result;
  while (waiting.length) {
    result = waiting.shift()();
    if (result instanceof Promise) {
      result.catch((error) => console.error(error)).then(drain);
      return;
    }
  }
  running = false;
}

/** A key that was pressed while an action ran, for the box of text that the action opened. */
export function typeInto(box, event) {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  const [start, end] = [box.selectionStart, box.selectionEnd];
  if (plain && event.key.length === 1) {
    box.setRangeText(event.key, start, end, "end");
  } else if (plain && event.key === "Backspace") {
    box.setRangeText("", start === end ? Math.max(start - 1, 0) : start, end, "end");
  } else if (plain && event.key === "Enter" && box.form) {
    box.form.requestSubmit();
    return;
  } else {
    const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
    box.dispatchEvent(new KeyboardEvent("keydown", { key, ctrlKey, metaKey, altKey, shiftKey, bubbles: true, cancelable: true }));
    return;
  }
  box.dispatchEvent(new Event("input", { bubbles: true }));
}
