// What both pages need: words, requests with the page's token, following a job.

export const words = JSON.parse(document.getElementById("words").textContent);
const token = document.querySelector("meta[name=token]").content;

/** Fill {name} places of a string. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

/** Send a change; gives the answer's JSON, throws an Error with what the user should read.
    With `keepalive` it is sent to its end when the page is left meanwhile. */
export async function send(url, body, headers = {}, keepalive = false) {
  let answer;
  try {
    answer = await fetch(url, {
      method: "POST",
      keepalive,
      headers: { accept: "application/json", "x-align-token": token, ...headers },
      body: body instanceof Blob ? body : JSON.stringify(body),
    });
  } catch {
    throw new Error(words.offline);
  }
  const text = await answer.text();
  let told = {};
  try { told = JSON.parse(text); } catch { told = { told: text }; }
  if (!answer.ok) throw Object.assign(new Error(told.told || answer.statusText), { code: told.error });
  return told;
}

/** Get a part of the page as HTML, or null where the server does not answer. */
export async function part(url) {
  try {
    const answer = await fetch(url);
    return answer.ok ? await answer.text() : null;
  } catch {
    return null;
  }
}

/** Follow a job to its end; `tell` gets a line at every stage. Gives the job. */
export async function follow(id, tell) {
  for (;;) {
    const answer = await fetch(`/jobs/${id}`, { headers: { accept: "application/json" } });
    const job = await answer.json();
    if (job.stage === "failed") throw Object.assign(new Error(job.error), { job });
    tell(words[job.stage] || job.stage);
    if (job.stage === "done") return job;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
