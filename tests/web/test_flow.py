"""A reviewer's flow in a real browser: fast keys, the place that is kept, two windows, cuts, terms."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from web.site import Running, ToyTools, chinese, english, running
from web.test_browser import TERMS, Reader, exported, opened

pytestmark = pytest.mark.browser
Picture = Callable[[Any, str], None]
TYPE = """
const [keys, pause, done] = arguments;
let at = 0;
(function next() {
  if (at === keys.length) { done(); return; }
  const target = document.activeElement ?? document.body;
  const key = keys[at];
  at += 1;
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  if (target.dispatchEvent(event) && key.length === 1 && target.matches("textarea")) {
    document.execCommand("insertText", false, key);
  }
  setTimeout(next, pause);
})();
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Running]:
    """A folder with two documents of a hundred lines."""
    (tmp_path / "zh.txt").write_text(chinese(100), encoding="utf-8")
    (tmp_path / "en.txt").write_text(english(100), encoding="utf-8")
    with running(tmp_path, ToyTools(TERMS)) as found:
        yield found


def waiting(reader: Reader) -> int:
    return int(reader.one("[data-stat=waiting]").text)


def states(reader: Reader) -> list[str]:
    return [json.loads(line)["state"] or "" for line in exported(reader, "jsonl").splitlines()]


def typed(reader: Reader, keys: list[str], pause: int = 50) -> None:
    """Keys at an even pace, 20 a second unless another is given."""
    reader.browser.set_script_timeout(60)
    reader.browser.execute_async_script(TYPE, keys, pause)


def test_the_worklist_names_each_row_once_and_the_gravest_first(
    browser: Any, site: Running, picture: Picture
) -> None:
    reader = opened(browser, site)
    reader.until(lambda: reader.all("#pane-queue .tag.error"))
    shown = reader.script(
        "return [...document.querySelectorAll('.todo a')].map((a) => a.dataset.go)"
    )
    assert shown[0] == "7-7"
    assert len(shown) == len(set(shown)) == waiting(reader) == 80
    heads = (
        "return [...document.querySelectorAll('.todo h3')]"
        ".map((h) => h.innerText.replace(/\\s+/g, ' ').trim())"
    )
    expected = ["Errors and omissions 1", "Doubtful pairings 79"]
    reader.until(lambda: reader.script(heads) == expected)
    assert "A pairing is doubtful below 90 %." in reader.one("#pane-queue").text
    picture(browser, "worklist")
    reader.script(
        "const s = document.querySelector('#pane-queue [name=rule]'); s.value = 'bad-word';"
        "s.dispatchEvent(new Event('change', { bubbles: true }))"
    )
    reader.until(lambda: len(reader.all(".todo a")) == 1)
    reader.script(
        "const s = document.querySelector('#pane-queue [name=state]'); s.value = 'done';"
        "s.dispatchEvent(new Event('change', { bubbles: true }))"
    )
    reader.until(lambda: not reader.all(".todo a"))


def test_the_worklist_keeps_the_focus_when_it_is_drawn_anew(browser: Any, site: Running) -> None:
    reader = opened(browser, site)
    reader.until(lambda: len(reader.all(".todo a")) == 80)
    reader.script(
        "window.drawn = document.querySelectorAll('.todo a')[9]; window.drawn.focus();"
        "document.getElementById('pane-queue').drawn = '';"  # what is the same is not drawn anew
        "document.querySelector('#pane-queue [name=state]')"
        ".dispatchEvent(new Event('change', { bubbles: true }))"
    )
    reader.until(lambda: reader.script("return !window.drawn.isConnected"))
    assert reader.script(
        "return document.activeElement === document.querySelectorAll('.todo a')[9]"
        " && document.activeElement.dataset.go === window.drawn.dataset.go"
    )


def test_an_empty_side_is_an_error_and_never_sure(browser: Any, tmp_path: Path) -> None:
    (tmp_path / "zh.txt").write_text(chinese(12), encoding="utf-8")
    (tmp_path / "en.txt").write_text(english(10), encoding="utf-8")
    with running(tmp_path, ToyTools()) as site:
        reader = opened(browser, site)
        row = reader.one("#r11-10")
        assert "No English counterpart" in row.text
        assert "error" in row.find_element("css selector", ".meta").text
        assert not row.find_elements("css selector", ".conf")
        assert "%" not in row.get_attribute("aria-label")


def test_accepting_twenty_keys_a_second_loses_none(browser: Any, site: Running) -> None:
    reader = opened(browser, site)
    reader.until(lambda: waiting(reader) == 80)
    typed(reader, ["r"] * 30)
    reader.until(lambda: states(reader).count("reviewed") == 30)
    reader.until(lambda: waiting(reader) == 80 - 29)  # the first was sure
    typed(reader, list("jjjkjj") * 4, 10)
    assert reader.errors() == []


WITHHOLD = """
window.sent = [];
window.answer = [];
const real = window.fetch;
window.fetch = (url, more) => {
  if (!String(url).endsWith("/act")) return real(url, more);
  window.sent.push(JSON.parse(more.body));
  return new Promise((resolve, reject) => {
    window.answer.push((fails) => (fails ? reject(new TypeError("no server")) : resolve(real(url, more))));
  });
};
"""
SHOWN = """
const row = document.getElementById(`r${arguments[0]}`);
return row.classList.contains("reviewed") && row.querySelectorAll(".tag.done").length === 1;
"""


def test_what_is_accepted_or_typed_is_shown_before_it_is_saved_and_comes_back_when_it_is_not(
    browser: Any, site: Running
) -> None:
    from selenium.webdriver.common.keys import Keys

    reader = opened(browser, site)
    reader.until(lambda: waiting(reader) == 80)
    reader.act("r", "Accepted.")
    reader.until(lambda: reader.current() == "1-1")
    time.sleep(0.5)  # one reads, and the page asks what comes next
    reader.script(WITHHOLD)
    reader.press("r", "r", "r")
    assert reader.current() == "4-4"
    assert [reader.script(SHOWN, place) for place in ("1-1", "2-2", "3-3")] == [True] * 3
    assert [one["row"] for one in reader.script("return window.sent")] == ["1-1"]  # one by one
    assert reader.all(".todo a.decided")
    reader.script("window.answer[0](false)")
    reader.until(lambda: reader.script("return window.answer.length") == 2)
    reader.script("window.answer[1](true)")  # the second cannot be saved: back there, and the third
    reader.until(lambda: reader.current() == "2-2")
    assert "does not answer" in reader.said()
    assert [reader.script(SHOWN, place) for place in ("1-1", "2-2", "3-3")] == [True, False, False]
    assert len(reader.script("return window.sent")) == 2
    assert states(reader).count("reviewed") == 2

    reader.press("e")
    reader.until(reader.typing)
    reader.press(Keys.CONTROL + "a")
    reader.press("Mine.")
    reader.press(Keys.CONTROL + Keys.ENTER)
    cell = "return document.querySelector('#r2-2 .cell[data-side=target]').textContent"
    reader.until(lambda: reader.script(cell) == "Mine.")
    reader.until(lambda: reader.script("return window.answer.length") == 3)
    reader.script("window.answer[2](true)")  # what was typed is there again
    reader.until(reader.typing)
    assert reader.script("return document.activeElement.value") == "Mine."
    reader.press(Keys.CONTROL + Keys.ENTER)
    reader.until(lambda: reader.script("return window.answer.length") == 4)
    reader.script("window.answer[3](false)")
    reader.hear("Text saved.")
    assert json.loads(exported(reader, "jsonl").splitlines()[2])["target"] == "Mine."


def test_keys_typed_while_a_row_is_saved_go_into_the_editor_that_they_open(
    browser: Any, site: Running
) -> None:
    reader = opened(browser, site)
    typed(reader, ["m", "e", *"Quick brown fox"], 5)
    reader.until(reader.typing)
    value = "return document.activeElement.value"
    reader.until(lambda: "Quick brown fox" in str(reader.script(value)))
    assert str(reader.script(value)).count("Quick brown fox") == 1


def test_the_place_is_kept_over_reload_language_and_reading_again(
    browser: Any, site: Running, tmp_path: Path
) -> None:
    reader = opened(browser, site)
    ready = "return document.body.dataset.ready"
    reader.press("h")
    reader.script("document.getElementById('tab-search').click()")
    reader.script("location.hash = ''")
    for _ in range(3):
        reader.press("j")
    reader.act("x", "Changed.")
    typed(reader, ["j"] * 60, 15)
    reader.until(lambda: reader.current() == "63-63")
    browser.refresh()
    reader.until(lambda: reader.script(ready))
    assert reader.current() == "63-63"
    inside = (
        "const r = document.querySelector('.current').getBoundingClientRect();"
        "return r.top >= 0 && r.bottom <= innerHeight"
    )
    assert reader.script(inside)
    assert reader.all(".cell.side[data-side=source]")
    assert reader.one("#tab-search").get_attribute("aria-selected") == "true"
    reader.one(".bar a[lang=zh]").click()
    reader.until(lambda: reader.script("return document.documentElement.lang") == "zh")
    reader.until(lambda: reader.script(ready))
    assert reader.current() == "63-63"
    reader.one(".bar a[lang=en]").click()
    reader.until(lambda: reader.script("return document.documentElement.lang") == "en")
    (tmp_path / "zh.txt").write_text("新的开头。\n" + chinese(100), encoding="utf-8")
    (tmp_path / "en.txt").write_text("A new beginning.\n" + english(100), encoding="utf-8")
    browser.refresh()
    reader.until(lambda: reader.all("[data-do=reread]")).pop().click()
    reader.until(lambda: "新的开头" in reader.all(".unit")[0].text)
    reader.until(lambda: reader.script(ready))
    reader.until(lambda: reader.current() == "64-64")


HELD_ROWS = """
const fetched = window.fetch;
let asked;
const reread = new Promise((resolve) => { asked = resolve; });
window.fetch = async (...call) => {
  if (String(call[0]).endsWith("/reread")) asked();
  else if (String(call[0]).includes("rows")) await reread;
  return fetched(...call);
};
"""


def test_documents_read_again_before_the_row_is_there_keep_the_place(
    browser: Any, site: Running, tmp_path: Path
) -> None:
    reader = opened(browser, site)
    reader.script("location.hash = ''")
    typed(reader, ["j"] * 60, 15)
    reader.until(lambda: reader.current() == "60-60")
    (tmp_path / "zh.txt").write_text("新的开头。\n" + chinese(100), encoding="utf-8")
    (tmp_path / "en.txt").write_text("A new beginning.\n" + english(100), encoding="utf-8")
    held = browser.execute_cdp_cmd(
        "Page.addScriptToEvaluateOnNewDocument", {"source": HELD_ROWS, "runImmediately": False}
    )
    browser.refresh()
    reader.until(lambda: reader.all("[data-do=reread]")).pop()
    assert not reader.all(".current")  # its rows have not come
    browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", held)
    reader.one("[data-do=reread]").click()
    reader.until(lambda: "新的开头" in reader.all(".unit")[0].text)
    reader.until(lambda: reader.script("return document.body.dataset.ready"))
    reader.until(lambda: reader.current() == "61-61", 20)


PAD = """
const what = document.querySelector(arguments[0]);
for (let n = 1; n < 11; n++) { what.style.paddingLeft = `${n % 2}px`; document.body.offsetHeight; }
"""


def layout(reader: Reader, css: str) -> float:
    """Processor time that the browser takes to lay out the page when a part of it grows."""

    def spent() -> float:
        found = reader.browser.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
        return float(next(one["value"] for one in found if one["name"] == "LayoutDuration"))

    before = spent()
    reader.script(PAD, css)
    return spent() - before


def test_the_toolbar_stays_where_it_is_and_a_row_is_laid_out_without_the_others(
    browser: Any, site: Running
) -> None:
    browser.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})
    reader = opened(browser, site)
    # all rows and the panel: 17 ms for each change, where a row takes 0.6
    assert layout(reader, ".unit:nth-child(4)") * 5 < layout(reader, "#units")
    place = (
        "const r = document.getElementById('toolbar').getBoundingClientRect();"
        "return [r.top, r.left, r.height]"
    )
    before = reader.script(place)
    typed(reader, ["j"] * 20, 15)
    reader.act("m", "Merged.")
    assert reader.script(place) == before


def test_accepting_the_rest_says_how_many_and_leaves_what_was_looked_at(
    browser: Any, site: Running
) -> None:
    from selenium.webdriver.common.keys import Keys

    reader = opened(browser, site)
    reader.until(lambda: waiting(reader) == 80)
    reader.act("x", "Changed.")  # the first, a sure one
    reader.press("y")
    reader.until(lambda: reader.one("#sure").is_displayed())
    assert "nothing waits: 19." in reader.one("#sure-text").text
    reader.press(Keys.ESCAPE)
    assert states(reader).count("reviewed") == 0
    reader.press("y")
    reader.until(lambda: reader.one("#sure").is_displayed())
    reader.act(Keys.ENTER, "All in which nothing waited are reviewed now.")
    assert states(reader).count("reviewed") == 19
    assert states(reader)[0] == "rejected"
    reader.act("u", "Taken back.")
    assert states(reader).count("reviewed") == 0


def test_a_row_is_cut_inside_its_sentences_and_put_together_again(
    browser: Any, site: Running, picture: Picture
) -> None:
    from selenium.webdriver.common.keys import Keys

    reader = opened(browser, site)
    reader.press("s")
    reader.until(lambda: len(reader.all(".place-of-cut")) == 2)
    picture(browser, "page-cutting")
    reader.press("h", Keys.ARROW_LEFT, Keys.ARROW_LEFT)
    reader.act(Keys.ENTER, "Split.")
    reader.until(lambda: reader.shape(3) == ["1 | 1", "2 | 2", "3 | 3"])
    texts = [json.loads(line) for line in exported(reader, "jsonl").splitlines()[:3]]
    zh, en = chinese(2).splitlines(), english(2).splitlines()
    assert texts[0]["source"] + texts[1]["source"] == zh[0]
    assert f"{texts[0]['target']} {texts[1]['target']}" == en[0]
    assert (texts[2]["source"], texts[2]["target"]) == (zh[1], en[1])
    assert min(len(one[side]) for one in texts[:2] for side in ("source", "target")) > 0
    reader.act("m", "Merged.")
    whole = json.loads(exported(reader, "jsonl").splitlines()[0])
    assert (whole["source"], whole["target"]) == (zh[0], en[0])
    browser.refresh()  # and the file gives the same
    reader.until(lambda: reader.script("return document.body.dataset.ready"))
    reader.act("u", "Taken back.")
    reader.act("u", "Taken back.")
    assert reader.shape(3) == ["1 | 1", "2 | 2", "3 | 3"]
    assert json.loads(exported(reader, "jsonl").splitlines()[0])["target"] == en[0]
    assert reader.errors() == []


def test_an_edited_text_is_cut_at_the_cursor(browser: Any, site: Running) -> None:
    from selenium.webdriver.common.keys import Keys

    reader = opened(browser, site)
    reader.press("e")
    reader.until(reader.typing)
    reader.press(Keys.CONTROL + "a")
    reader.press("First half. Second half.", *[Keys.ARROW_LEFT] * 12)
    reader.one(".editor button:nth-child(3)").click()
    reader.hear("Split.")
    texts = [json.loads(line)["target"] for line in exported(reader, "jsonl").splitlines()[:2]]
    assert texts == ["First half.", "Second half."]
    sources = [json.loads(line)["source"] for line in exported(reader, "jsonl").splitlines()[:2]]
    assert "".join(sources) == chinese(1).strip()


def test_two_windows_on_one_row(browser: Any, site: Running, picture: Picture) -> None:
    from selenium.webdriver.common.keys import Keys

    reader = opened(browser, site)
    first = browser.current_window_handle
    address = browser.current_url
    reader.press("e")
    reader.until(reader.typing)
    reader.press(Keys.CONTROL + "a")
    reader.press("Mine, not saved yet.")
    browser.switch_to.new_window("tab")
    try:
        browser.get(address)
        reader.until(lambda: reader.script("return document.body.dataset.ready"))
        reader.press("e")
        reader.until(reader.typing)
        reader.press(Keys.CONTROL + "a")
        reader.press("Theirs.")
        reader.act(Keys.CONTROL + Keys.ENTER, "Text saved.")
        second = browser.current_window_handle
        browser.switch_to.window(first)
        reader.hear("This project was changed in another window.")
        reader.press(Keys.CONTROL + Keys.ENTER)
        reader.until(lambda: "What you typed is not saved yet" in reader.said())
        assert reader.script("return document.activeElement.value") == "Mine, not saved yet."
        picture(browser, "page-two-windows")
        assert json.loads(exported(reader, "jsonl").splitlines()[0])["target"] == "Theirs."
        reader.act(Keys.CONTROL + Keys.ENTER, "Text saved.")
        assert (
            json.loads(exported(reader, "jsonl").splitlines()[0])["target"]
            == "Mine, not saved yet."
        )
        browser.switch_to.window(second)
        reader.until(lambda: "Mine, not saved yet." in reader.all(".unit")[0].text)
    finally:
        for handle in [h for h in browser.window_handles if h != first]:
            browser.switch_to.window(handle)
            browser.close()
        browser.switch_to.window(first)


def test_a_rendering_goes_into_the_text_and_a_term_is_added_and_forbidden(
    browser: Any, site: Running, tmp_path: Path, picture: Picture
) -> None:
    from selenium.webdriver.common.keys import Keys

    reader = opened(browser, site)
    reader.press("e")
    reader.until(reader.typing)
    reader.press(Keys.CONTROL + Keys.HOME)
    reader.script("document.querySelector('.unit.current mark[data-term]').click()")
    reader.script("document.getElementById('q-lookup').value = '维持和平行动';"
                  "document.querySelector('#pane-lookup .ask').requestSubmit()")  # fmt: skip
    reader.until(lambda: reader.all("#pane-lookup .entries [data-insert]"))
    picture(browser, "page-terms")
    reader.one("#pane-lookup .entries [data-insert]").click()
    value = "return document.querySelector('textarea').value"
    reader.until(lambda: str(reader.script(value)).startswith("peacekeeping operation"))
    reader.act(Keys.CONTROL + Keys.ENTER, "Text saved.")
    reader.one("#own summary").click()
    reader.script("document.getElementById('new-term').elements.en.value = 'blue helmet work'")
    reader.one("#new-term [value=preferred]").click()
    reader.until(lambda: "blue helmet work" in reader.one("#pane-lookup .entries").text)
    reader.until(lambda: reader.all("[data-term-status=deprecated][data-en='blue helmet work']"))
    reader.one("[data-term-status=deprecated][data-en='blue helmet work']").click()
    reader.hear("blue helmet work is forbidden for 维持和平行动 from now on.")
    kept = (tmp_path / "added-terms.tsv").read_text(encoding="utf-8")
    assert "维持和平行动" in kept
    assert "blue helmet work" in kept
    assert reader.errors() == []


def test_a_search_by_meaning_finds_what_has_other_words(browser: Any, site: Running) -> None:
    reader = opened(browser, site)
    reader.script("document.getElementById('tab-search').click()")
    reader.script(
        "document.querySelector('[name=by][value=meaning]').checked = true;"
        "document.getElementById('q-search').value = 'ecnetnes 88';"
        "document.querySelector('#pane-search .ask').requestSubmit()"
    )
    reader.until(lambda: reader.all("#pane-search .hits a"))
    assert "Nearest in meaning" in reader.one("#pane-search .answer").text


# ------------------------------------------------------------------------------------- the folder

DROP_FOLDER = """
const [files] = arguments;
const entry = ([name, text]) => ({ isFile: true, name, file: (done) => done(new File([text], name)) });
const folder = (name, inner) => ({ isDirectory: true, name, createReader: () => {
  let given = false;
  return { readEntries: (done) => { done(given ? [] : inner); given = true; } };
} });
const items = [folder("acts", [folder("zh", files.filter(([n]) => n.startsWith("z")).map(entry)),
  folder("en", files.filter(([n]) => !n.startsWith("z")).map(entry))])];
const event = new Event("drop", { bubbles: true, cancelable: true });
event.dataTransfer = { items: items.map((one) => ({ webkitGetAsEntry: () => one })), files: [] };
document.getElementById("drop").dispatchEvent(event);
"""


def test_a_dropped_folder_becomes_projects(browser: Any, tmp_path: Path, picture: Picture) -> None:
    stranger = english(4).replace("speaks", "speaks to strangers")
    files = [["z1.txt", chinese(5)], ["e1.txt", english(5)], ["z2.txt", chinese(4)],
             ["e2.txt", stranger], ["z3.txt", chinese(9)], ["notes.md", "not a document"]]  # fmt: skip
    with running(tmp_path, ToyTools()) as site:
        reader = Reader(browser)
        browser.get(site.entrance)
        browser.execute_script(DROP_FOLDER, files)
        reader.until(lambda: reader.all("#batch .pairs li"))
        assert reader.one("#stage").text == "Pairs found: 2"
        assert "Without a partner: 1" in reader.one("#batch").text
        picture(browser, "folder-found")
        reader.one("#batch .button.primary").click()
        reader.until(lambda: reader.one("#stage").text == "Aligned: 1 of 2")
        reader.until(lambda: "5 units, 4 to review" in reader.one("#batch").text)
        reader.until(lambda: "do not look like translations" in reader.one("#batch").text)
        picture(browser, "folder-aligned")
        reader.until(lambda: reader.one("#progress").get_attribute("hidden"))
        reader.one("#batch .pairs button").click()
        reader.until(lambda: reader.script("return document.body.dataset.ready"))
        assert "strangers" in reader.all(".unit")[0].text
        assert reader.errors() == []
    names = sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file())
    assert names == [
        "acts/en/e1.txt", "acts/en/e2.txt", "acts/zh/z1 – e1.alignproject", "acts/zh/z1.txt",
        "acts/zh/z2 – e2.alignproject", "acts/zh/z2.txt", "acts/zh/z3.txt",
    ]  # fmt: skip


def test_the_same_file_is_not_kept_twice(browser: Any, tmp_path: Path) -> None:
    from web.test_browser import DROP

    with running(tmp_path, ToyTools()) as site:
        reader = Reader(browser)
        for _ in range(2):
            browser.get(site.entrance)
            browser.execute_script(DROP, [["text.txt", english(30)], ["原文.txt", chinese(30)]])
            reader.until(lambda: reader.script("return document.body.dataset.ready"))
    names = sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".txt")
    assert names == ["text.txt", "原文.txt"]


def test_strangers_are_aligned_when_one_insists(browser: Any, tmp_path: Path) -> None:
    (tmp_path / "zh.txt").write_text(chinese(4), encoding="utf-8")
    (tmp_path / "en.txt").write_text("Strangers are strangers.\n" * 4, encoding="utf-8")
    with running(tmp_path, ToyTools()) as site:
        reader = Reader(browser)
        browser.get(site.entrance)
        for box in reader.all("input[name=file]"):
            box.click()
        reader.one("#pairing [type=submit]").click()
        reader.until(lambda: "do not look like translations" in reader.one("#drop #stage").text)
        reader.one("#drop #stage button").click()
        reader.until(lambda: reader.script("return document.body.dataset.ready"))
