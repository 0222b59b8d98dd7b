"""The page in a real browser: by keyboard, by mouse, and when the server is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from align.datatypes import Concept, Term
from align.terms.termbase import Termbase
from web.site import Running, ToyTools, chinese, english, running

pytestmark = pytest.mark.browser
Picture = Callable[[Any, str], None]
PATIENCE = float(os.environ.get("ALIGN_PATIENCE", "120"))  # seconds; a busy machine needs them
CONTRAST = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")
TERMS = Termbase(
    [
        Concept(
            "c1",
            (
                Term("以行动促维和", "zh"),
                Term("Action for Peacekeeping", "en"),
                Term("A4P", "en", "admitted"),
                Term("Operation for Promoting Peacekeeping", "en", "deprecated"),
            ),
        ),
        Concept("c2", (Term("维持和平行动", "zh"), Term("peacekeeping operation", "en"))),
    ]
)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Running]:
    """A folder with two documents of a hundred lines."""
    (tmp_path / "zh.txt").write_text(chinese(100), encoding="utf-8")
    (tmp_path / "en.txt").write_text(english(100), encoding="utf-8")
    with running(tmp_path, ToyTools(TERMS)) as found:
        yield found


class Reader:
    """Someone at the keyboard."""

    def __init__(self, browser: Any) -> None:
        self.browser = browser

    def all(self, css: str) -> list[Any]:
        """The elements that a selector finds."""
        found: list[Any] = self.browser.find_elements("css selector", css)
        return found

    def one(self, css: str) -> Any:
        """The element that a selector finds."""
        return self.browser.find_element("css selector", css)

    def script(self, code: str, *values: Any) -> Any:
        """What a script gives."""
        return self.browser.execute_script(code, *values)

    def until(self, what: Callable[[], Any], seconds: float = PATIENCE) -> Any:
        """What a call gives once it gives something."""
        from selenium.common.exceptions import WebDriverException

        end = time.monotonic() + seconds
        while True:
            try:
                if found := what():
                    return found
            except WebDriverException:
                pass
            if time.monotonic() > end:
                raise AssertionError(f"nothing after {seconds} s; the page says {self.said()!r}")
            time.sleep(0.02)

    def typing(self) -> bool:
        """Whether keys go to a box of text: it is there a moment before it has the focus."""
        return bool(self.script("return document.activeElement.tagName === 'TEXTAREA'"))

    def press(self, *keys: str) -> None:
        """Press keys where the focus is: on no element, for a row may be drawn anew at any time."""
        from selenium.webdriver import ActionChains, Keys

        actions = ActionChains(self.browser)
        for key in keys:
            if key[0] == Keys.CONTROL:  # send_keys would let go of it before the next key
                actions.key_down(key[0]).send_keys(key[1:]).key_up(key[0])
            else:
                actions.send_keys(key)
        actions.perform()

    def act(self, key: str, told: str) -> None:
        """Press a key that changes something and wait for what the page says."""
        self.script("document.getElementById('told').dataset.last = ''")
        self.press(key)
        self.until(lambda: self.said() == told)

    def hear(self, told: str) -> None:
        """Wait until the page says this."""
        self.until(lambda: self.said() == told)

    def said(self) -> str:
        """The page's last word."""
        return str(self.script("return document.getElementById('told')?.dataset.last"))

    def current(self) -> str:
        """The id of the current row."""
        return str(self.script("return document.querySelector('.unit.current')?.dataset.id"))

    def shape(self, count: int) -> list[str]:
        """The sentence numbers of the first rows."""
        places = self.script(
            "return [...document.querySelectorAll('.unit .place')].map((e) => e.textContent)"
        )
        return [str(place) for place in places[:count]]

    def errors(self) -> list[str]:
        """What the console complained of."""
        return [line["message"] for line in self.browser.get_log("browser")]


def opened(browser: Any, site: Running) -> Reader:
    """The two documents, aligned through the page."""
    reader = Reader(browser)
    browser.get(site.entrance)
    for box in reader.all("input[type=checkbox]"):
        box.click()
    reader.one("#pairing button").click()
    reader.until(lambda: reader.script("return document.body.dataset.ready"))
    reader.until(lambda: reader.all(".pane .hits li"))
    return reader


def exported(reader: Reader, form: str) -> bytes:
    """What a click on an export gives."""
    text = reader.browser.execute_async_script(
        "const done = arguments[1];"
        "fetch(document.querySelector(`[data-export=${arguments[0]}]`).href)"
        ".then((answer) => answer.text()).then(done);",
        form,
    )
    return str(text).encode()


def test_mend_pin_realign_undo_look_up_and_export(
    browser: Any, site: Running, picture: Picture
) -> None:
    from selenium.webdriver.common.keys import Keys

    reader = opened(browser, site)
    assert reader.current() == "0-0"
    reader.press("j")
    reader.until(lambda: reader.current() == "1-1")
    reader.act("m", "Merged.")  # 1: two rows are one
    assert reader.shape(4) == ["1 | 1", "2–3 | 2–3", "4 | 4", "5 | 5"]
    reader.press("j")
    reader.act("J", "Sentence moved down.")  # 2: an English sentence goes to the next row
    assert reader.shape(4) == ["1 | 1", "2–3 | 2–3", "4 | –", "5 | 4–5"]
    reader.press("j")
    reader.act("s", "Split.")  # 3: and is cut off there
    assert reader.shape(5) == ["1 | 1", "2–3 | 2–3", "4 | –", "5 | 4", "– | 5"]
    picture(browser, "page-mended")
    reader.act("p", "Pin changed.")  # the fourth and fifth may be aligned again
    reader.press("j")
    reader.act("p", "Pin changed.")
    for _ in range(5):
        reader.press("j")
    reader.until(lambda: reader.current() == "9-9")
    reader.act("p", "Pin changed.")  # and nothing from here on
    reader.press("k")
    reader.until(lambda: reader.current() == "8-8")
    reader.press("a")
    reader.until(lambda: reader.one("#sure").is_displayed())
    assert reader.one("#sure-text").text.startswith(
        "Undecided units up to the nearest decided ones: 6."
    )
    reader.act(Keys.ENTER, "Aligned again between the pins.")
    assert reader.shape(10) == [
        "1 | 1", "2–3 | 2–3", "4 | –", "5 | 4", "6 | 5", "7 | 6", "8 | 7", "9 | 8", "– | 9",
        "10 | 10",
    ]  # fmt: skip
    picture(browser, "page-realigned")
    reader.act("u", "Taken back.")
    assert reader.shape(6) == ["1 | 1", "2–3 | 2–3", "4 | –", "5 | 4", "– | 5", "6 | 6"]
    reader.act("u", "Taken back.")  # the pin
    reader.act("U", "Done again.")
    last = "return [...document.querySelectorAll('.unit.pinned')].at(-1).dataset.id"
    assert reader.script(last) == "9-9"

    reader.press("t")
    reader.until(lambda: "peacekeeping operation" in reader.one("#pane-lookup .entries").text)
    assert reader.one("#pane-lookup h3").text == "维持和平行动"
    reader.one(".unit.current").send_keys("t")
    reader.until(lambda: "Action for Peacekeeping" in reader.one("#pane-lookup .entries").text)
    assert "deprecated" in reader.one("#pane-lookup .entries").text
    picture(browser, "page-lookup")

    from lxml import etree

    tmx = etree.fromstring(exported(reader, "tmx"))
    texts = [[seg.text for seg in tu.iter("seg")] for tu in tmx.iter("tu")]
    zh, en = chinese(100).splitlines(), english(100).splitlines()
    assert texts[0] == [zh[0], en[0]]
    assert texts[1] == [zh[1] + zh[2], f"{en[1]} {en[2]}"]
    assert texts[2] == [zh[4], en[3]]  # rows with one side are no translation units
    assert texts[3] == [zh[5], en[5]]
    assert len(texts) == 98
    assert reader.errors() == []


def test_edit_comment_review_reject_by_keyboard_and_survive_a_reload(
    browser: Any, site: Running
) -> None:
    from selenium.webdriver.common.keys import Keys

    reader = opened(browser, site)
    reader.press("e")
    reader.until(reader.typing)
    reader.press(Keys.CONTROL + "a")
    reader.press("New text & <b>.")
    reader.act(Keys.CONTROL + Keys.ENTER, "Text saved.")
    reader.press("c")
    reader.until(reader.typing)
    reader.press("ask the author")
    reader.act(Keys.CONTROL + Keys.ENTER, "Comment saved.")
    reader.act("r", "Accepted.")
    reader.until(lambda: reader.current() == "1-1")
    reader.act("x", "Changed.")
    reader.press("e")
    reader.until(reader.typing)
    reader.press("not kept", Keys.ESCAPE)
    browser.refresh()
    reader.until(lambda: reader.script("return document.body.dataset.ready"))
    first, second = reader.all(".unit")[:2]
    assert first.find_elements("css selector", ".cell .s")[1].text == "New text & <b>."
    assert "ask the author" in first.text
    assert "reviewed" in first.get_attribute("class")
    assert "rejected" in second.get_attribute("class")
    assert "not kept" not in second.text
    units = [json.loads(line) for line in exported(reader, "jsonl").splitlines()]
    assert (units[0]["target"], units[0]["state"], units[0]["note"]) == (
        "New text & <b>.",
        "reviewed",
        "ask the author",
    )
    assert units[1]["state"] == "rejected"
    assert exported(reader, "tmx").count(b"<tu ") == 99


def test_everything_is_reached_by_mouse(browser: Any, site: Running) -> None:
    reader = opened(browser, site)
    reader.all(".unit")[3].click()
    reader.until(lambda: reader.current() == "3-3")
    reader.one("#toolbar [data-do=merge]").click()
    reader.until(lambda: reader.said() == "Merged.")
    reader.one(".unit.current .cell[data-side=source] .cut").click()
    reader.until(lambda: reader.said() == "Split.")
    assert reader.shape(5) == ["1 | 1", "2 | 2", "3 | 3", "4 | 4", "5 | 5"]
    reader.one("#toolbar [data-side=source]").click()
    reader.one("#toolbar [data-do=up]").click()
    reader.until(lambda: reader.said() == "Sentence moved up.")
    assert reader.shape(4) == ["1 | 1", "2 | 2", "3–4 | 3", "– | 4"]
    for do, told in (("pin", "Pin changed."), ("rejected", "Changed.")):
        reader.one(f"#toolbar [data-do={do}]").click()
        reader.hear(told)
    reader.one(".bar [data-do=undo]").click()
    reader.until(lambda: reader.said() == "Taken back.")
    reader.until(lambda: "“bad” is <b>bad</b>" in reader.one("#pane-queue").text)
    reader.one("#toolbar [data-do=next]").click()
    reader.until(lambda: reader.current() == "7-7")  # the gravest is first
    reader.one("#toolbar [data-do=accept]").click()
    reader.hear("Accepted.")
    reader.until(lambda: reader.current() != "7-7")
    link = "[...document.querySelectorAll('#pane-queue a')].find((a) => a.dataset.go === '8-8')"
    reader.until(lambda: reader.script(f"return {link} !== undefined"))
    reader.script(f"{link}.click()")
    reader.until(lambda: reader.current() == "8-8")
    reader.one(".unit.current mark[data-term]").click()
    reader.until(lambda: reader.all("#pane-lookup .entries li"))
    reader.one(".bar [data-do=help]").click()
    assert reader.one("#help").is_displayed()
    reader.one("#help [data-do=close]").click()
    assert reader.errors() == []


def test_search_finds_and_goes_there(browser: Any, site: Running) -> None:
    from selenium.webdriver.common.keys import Keys

    reader = opened(browser, site)
    reader.press("/")
    reader.press("UNIT 99", Keys.ENTER)
    reader.until(lambda: reader.one("#pane-search .answer").text.endswith("Nothing found."))
    reader.press(Keys.CONTROL + "a")
    reader.press("sentence 88 SPEAKS", Keys.ENTER)
    reader.until(lambda: reader.all("#pane-search .hits li"))
    assert reader.one("#pane-search mark").text == "Sentence 88 speaks"
    reader.one("#pane-search .hits a").click()
    reader.until(lambda: reader.current() == "88-88")
    assert reader.one(".unit.current").is_displayed()


def test_what_cannot_be_done_is_said_and_nothing_changes(browser: Any, site: Running) -> None:
    reader = opened(browser, site)
    reader.act("u", "There is nothing to undo.")
    reader.act("R", "Nothing changed.")
    reader.press("N")
    reader.press("k")
    assert reader.shape(2) == ["1 | 1", "2 | 2"]


DROP = """
const files = new DataTransfer();
for (const [name, text] of arguments[0]) files.items.add(new File([text], name));
document.getElementById("drop").dispatchEvent(
  new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true }));
"""


@pytest.mark.parametrize("dropped", [True, False], ids=["dropped", "chosen"])
def test_two_files_dropped_on_the_folder_become_a_project(
    browser: Any, tmp_path: Path, dropped: bool
) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "folder"
    outside.mkdir()
    folder.mkdir()
    (outside / "原文.txt").write_text(chinese(30), encoding="utf-8")
    (outside / "text.txt").write_text(english(30), encoding="utf-8")
    with running(folder, ToyTools()) as site:
        reader = Reader(browser)
        browser.get(site.entrance)
        if dropped:
            browser.execute_script(DROP, [["text.txt", english(30)], ["原文.txt", chinese(30)]])
        else:
            chosen = f"{outside / 'text.txt'}\n{outside / '原文.txt'}"
            reader.one("#choose").send_keys(chosen)
        reader.until(lambda: reader.script("return document.body.dataset.ready"))
        assert reader.one(".unit .cell[data-side=source]").text.startswith("第0句")
        names = sorted(path.name for path in folder.iterdir())
    assert names == ["text.txt", "原文 – text.alignproject", "原文.txt"]


def test_documents_that_are_no_pair_are_told(browser: Any, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(english(3), encoding="utf-8")
    (tmp_path / "b.txt").write_text(english(3), encoding="utf-8")
    with running(tmp_path, ToyTools()) as site:
        reader = Reader(browser)
        browser.get(site.entrance)
        for box in reader.all("input[type=checkbox]"):
            box.click()
        reader.one("#pairing button").click()
        reader.until(lambda: "one Chinese and one English" in reader.one("#stage").text)


# ------------------------------------------------------------------------- looks and access


def test_the_interface_is_chinese_for_who_reads_chinese(
    browser: Any, site: Running, picture: Picture
) -> None:
    reader = opened(browser, site)
    reader.one(".bar a[lang=zh]").click()
    reader.until(lambda: reader.script("return document.documentElement.lang") == "zh")
    reader.until(lambda: reader.script("return document.body.dataset.ready"))
    assert reader.one("#toolbar [data-do=next]").text.startswith("下一待审")
    reader.act("m", "已合并。")
    picture(browser, "page-chinese")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_is_aa_in_both_schemes(
    browser: Any, site: Running, picture: Picture, scheme: str
) -> None:
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    reader = opened(browser, site)
    reader.act("m", "Merged.")
    reader.act("x", "Changed.")
    reader.press("j")
    reader.press("s")
    reader.until(lambda: reader.all(".place-of-cut"))
    picture(browser, f"page-{scheme}")
    assert reader.script(CONTRAST) == []
    browser.get(site.url)
    picture(browser, f"folder-{scheme}")
    assert reader.script(CONTRAST) == []


def test_everything_has_a_name_and_focus_is_visible(browser: Any, site: Running) -> None:
    from selenium.webdriver.common.keys import Keys

    reader = opened(browser, site)
    nameless = reader.script(
        "return [...document.querySelectorAll('button, a, input, textarea, [role=tab], dialog')]"
        ".filter((e) => !(e.getAttribute('aria-label') || e.getAttribute('aria-labelledby')"
        " || e.textContent.trim() || e.labels?.length)).map((e) => e.outerHTML)"
    )
    assert nameless == []
    for _ in range(12):
        reader.press(Keys.TAB)
        style = reader.script(
            "const s = getComputedStyle(document.activeElement);"
            "return [s.outlineStyle, parseFloat(s.outlineWidth), document.activeElement.tagName]"
        )
        assert style[0] != "none", style
        assert style[1] >= 1
    focusable = reader.script("return document.querySelectorAll('.unit[tabindex=\"0\"]').length")
    assert focusable == 1  # one stop for the list: the current row


LINES = """
const middles = [...document.querySelectorAll(".bar > *")].map((e) => e.getBoundingClientRect())
  .filter((r) => r.height).map((r) => r.top + r.height / 2).sort((a, b) => a - b);
return middles.filter((at, n) => !n || at - middles[n - 1] > 8).length;
"""


def test_it_fits_a_phone(browser: Any, site: Running, picture: Picture) -> None:
    size = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    reader = opened(browser, site)
    picture(browser, "page-phone")
    assert reader.script("return document.documentElement.scrollWidth") <= 360
    reader.script("document.getElementById('checking').hidden = false")
    assert reader.script(LINES) == 2  # of 740 pixels the bar takes two lines, not three


def test_nothing_is_fetched_from_elsewhere_and_inline_script_is_refused(
    browser: Any, site: Running
) -> None:
    reader = opened(browser, site)
    fetched = reader.script("return performance.getEntriesByType('resource').map((e) => e.name)")
    assert all(url.startswith(site.url) for url in fetched)
    reader.script(
        "const s = document.createElement('script'); s.textContent = 'window.broken = 1';"
        "document.body.append(s);"
        "const d = document.createElement('div'); d.innerHTML = '<img src=x onerror=\"broken=2\">';"
        "document.body.append(d)"
    )
    reader.until(lambda: any("Content Security Policy" in line for line in reader.errors()))
    assert reader.script("return window.broken") is None


# --------------------------------------------------------------------------------- the process


def test_a_killed_server_loses_nothing(browser: Any, tmp_path: Path) -> None:
    from align.datatypes import TranslationUnit
    from align.formats.tmx import write_units

    memory = tmp_path / "small.tmx"
    with memory.open("wb") as file:
        write_units(
            file,
            [
                TranslationUnit(f"第{n}句。", f"Sentence {n}.", id=f"u{n}", confidence=0.9)
                for n in range(20)
            ],
            created=None,
        )
    reader = Reader(browser)
    first, url = serving(memory)
    browser.get(url)
    reader.until(lambda: reader.script("return document.body.dataset.ready"))
    reader.act("m", "Merged.")
    reader.press("j")
    reader.act("r", "Accepted. Nothing is left to review.")
    os.kill(first.pid, signal.SIGKILL)
    finish(first)
    reader.press("m")
    reader.until(lambda: "does not answer" in reader.said())
    second, url = serving(memory)
    try:
        browser.get(url)
        reader.until(lambda: reader.script("return document.body.dataset.ready"))
        assert reader.shape(3) == ["1–2 | 1–2", "3 | 3", "4 | 4"]
        assert "reviewed" in reader.all(".unit")[1].get_attribute("class")
        reader.act("u", "Taken back.")
        reader.act("u", "Taken back.")
        assert reader.shape(2) == ["1 | 1", "2 | 2"]
    finally:
        second.terminate()
        finish(second)


def serving(place: Path) -> tuple[subprocess.Popen[str], str]:
    """`align serve` as a process, and the address that it prints."""
    process = subprocess.Popen(
        [sys.executable, "-m", "align", "serve", str(place), "--no-open"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def finish(process: subprocess.Popen[str]) -> None:
    """Wait for a process and let its output go."""
    process.wait(60)
    assert process.stdout is not None
    process.stdout.close()
