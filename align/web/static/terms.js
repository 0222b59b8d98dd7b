// Terms at hand: put a rendering into the text, add or forbid a term, choose where terms are from.
import { part, send } from "./shared.js";

/** Put a text where the cursor is, so that the browser can take it back. */
export function insertInto(area, text) {
  area.focus();
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** Make the forms of the panel work; `changed` is called when the terms have changed. */
export function setUpTerms(changed, tell) {
  const form = document.getElementById("new-term");
  const sources = document.getElementById("sources");

  async function add(zh, en, status) {
    try {
      tell((await send("/terms", { zh, en, status })).told);
      await changed();
    } catch (error) {
      tell(error.message, true);
    }
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { zh, en } = form.elements;
    await add(zh.value, en.value, event.submitter?.value ?? "preferred");
    zh.value = en.value = "";
  });

  document.getElementById("pane-lookup").addEventListener("click", (event) => {
    const button = event.target.closest("[data-term-status]");
    if (button) add(button.dataset.zh, button.dataset.en, button.dataset.termStatus);
  });

  sources.addEventListener("toggle", async () => {
    if (sources.open) sources.querySelector(".choices").innerHTML = (await part("/sources")) ?? "";
  });
  sources.addEventListener("change", async () => {
    const chosen = [...sources.querySelectorAll("input:checked")].map((box) => box.value);
    try {
      tell((await send("/sources", { chosen })).told);
      await changed();
    } catch (error) {
      tell(error.message, true);
    }
  });
}
