// What the page shows as done before the server has it: sent one after the other, in the order of the keys.

const waiting = []; // { id, send, done, failed }, the first of which is being sent
const idle = []; // who waits for the end
let draining = false; // one loop sends, or two would send the same

/** Whether something is not saved yet. */
export function some() { return waiting.length > 0; }

/** Whether this row is not saved yet. */
export function saves(id) { return waiting.some((one) => one.id === id); }

/** The end of all that is being saved. */
export function finished() {
  return some() ? new Promise((resolve) => { idle.push(resolve); }) : Promise.resolve();
}

/** Save a row after those before it: `done` gets the answer; `failed` the error, and the rows that
    were to be saved after it, which are not sent. */
export function save(id, send, done, failed) {
  waiting.push({ id, send, done, failed });
  if (!draining) drain();
}

async function drain() {
  draining = true;
  try {
    while (waiting.length) {
      let answer = null;
      let error = null;
      try { answer = await waiting[0].send(); } catch (thrown) { error = thrown; }
      const [first, ...rest] = waiting;
      waiting.splice(0, error ? waiting.length : 1);
      if (error) await first.failed(error, rest.map((one) => one.id));
      else first.done(answer);
    }
  } finally {
    draining = false;
    for (const resolve of idle.splice(0)) resolve();
  }
}

// Who leaves the page at once loses nothing: what waits is sent without waiting for an answer.
addEventListener("pagehide", () => { for (const one of waiting.slice(1)) one.send().catch(() => {}); });
