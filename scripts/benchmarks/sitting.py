"""A sitting at the page: from two documents to a reviewed TMX, and 10,000 units; acts and seconds.

    scripts/bench sitting [ZH EN] [--tree OTHER/CHECKOUT] [--terms FILE]

A headless Chromium does what a reviser does, against `align serve` as a process: choose both files,
wait for the alignment, take every unit that waits (accept; each tenth is edited), export. An act is
a key or a click; the seconds are those that the reviser waits for the page. `--tree` serves another
checkout, so that two versions are compared by one script.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(Path(__file__).parent))

from review_page import chromium

from align.datatypes import TranslationUnit
from align.formats.tmx import write_units

UNITS = 10_000
MOST = 2_000  # acts after which a sitting is given up
PRESS = """
const key = arguments[0];
const target = document.activeElement ?? document.body;
target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
"""
IDLE = "return document.body.dataset.took !== undefined"
# One act twenty times, half a second apart: milliseconds until the screen shows it, until it is saved.
TWENTY = """
const [act, done] = arguments;
const frame = () => new Promise((go) => requestAnimationFrame(() => setTimeout(go)));
const rest = (ms) => new Promise((go) => setTimeout(go, ms));
const current = () => document.querySelector(".unit.current");
const press = (key, more = {}) => document.activeElement.dispatchEvent(
  new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
(async () => {
  const times = [];
  for (let n = 0; n < 20; n += 1) {
    delete document.body.dataset.took;
    const row = current();
    const [id, cell] = [row.dataset.id, row.querySelector(".cell[data-side=target]")];
    let shown = () => !(current().dataset.id === id);
    if (act === "edit") {
      press("e");
      while (!document.activeElement.matches("textarea")) await rest(1);
      document.activeElement.value += ` ${n}.`;
      const typed = document.activeElement.value;
      shown = () => document.querySelector(`#r${id} [data-side=target]`).textContent.includes(typed);
    }
    const began = performance.now();
    if (act === "edit") press("Enter", { ctrlKey: true }); else press(act);
    if (act === "edit" || act === "r") while (!shown()) await rest(0);
    else while (!document.body.dataset.took) await rest(0);
    await frame();
    const seen = performance.now() - began;
    while (!document.body.dataset.took) await rest(1);
    times.push([seen, performance.now() - began]);
    await rest(500);
  }
  done(times);
})();
"""
FINDING = "return document.querySelector('.unit .notes li') ? performance.now() : 0"


class Sitting:
    """A reviser at the page: counts what is done and the seconds that it takes."""

    def __init__(self, browser: Any) -> None:
        self.browser = browser
        self.acts = 0
        self.waited = 0.0

    def script(self, code: str, *values: Any) -> Any:
        """What a script gives."""
        return self.browser.execute_script(code, *values)

    def until(self, code: str, seconds: float = 120) -> Any:
        """Wait for a script to give something; the wait counts."""
        began = time.perf_counter()
        while not (found := self.script(code)):
            if time.perf_counter() - began > seconds:
                raise SystemExit(f"sitting: nothing after {seconds} s of: {code}")
            time.sleep(0.005)
        self.waited += time.perf_counter() - began
        return found

    def key(self, key: str, code: str = "return true") -> None:
        """Press a key and wait for what comes of it."""
        self.acts += 1
        self.script("delete document.body.dataset.took")
        self.script(PRESS, key)
        self.until(code)

    def current(self) -> str:
        """The current row."""
        return str(self.script("return document.querySelector('.unit.current')?.dataset.id"))

    def waiting(self) -> int:
        """How many units wait."""
        return int(self.script("return document.querySelector('[data-stat=waiting]').textContent"))


def serving(place: Path, tree: Path, terms: Path | None) -> tuple[subprocess.Popen[str], str]:
    """`align serve` of a checkout as a process, and its address."""
    command = [sys.executable, "-m", "align", "serve", str(place), "--no-open"]
    command += ["--terms", str(terms)] if terms else []
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=tree, env=environment
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def review(browser: Any, files: tuple[Path, Path], url: str) -> dict[str, Any]:
    """From two files to an export."""
    me = Sitting(browser)
    browser.get(url)
    began = time.perf_counter()
    browser.find_element("css selector", "#choose").send_keys("\n".join(map(str, files)))
    me.acts += 1
    me.until("return document.body.dataset.ready && document.querySelector('.unit')")
    aligned = time.perf_counter() - began
    goes_on = me.script("return Boolean(document.querySelector('[data-do=accept]'))")
    time.sleep(4)  # the checks; the same for both
    waiting = me.waiting()
    me.waited = 0.0
    me.key("n", "return true")
    time.sleep(0.3)
    accepted = 0
    while me.waiting() and me.acts < MOST:
        if accepted % 10 == 9:
            edit(me)
        before = me.current()
        me.key("r", IDLE)
        if not goes_on:
            me.key("n")
        if me.waiting():
            me.until(f"return document.querySelector('.unit.current')?.dataset.id !== '{before}'")
        accepted += 1
    me.acts += 1
    began = time.perf_counter()
    link = browser.find_element("css selector", "[data-export=tmx]").get_attribute("href")
    cookies = "; ".join(f"{c['name']}={c['value']}" for c in browser.get_cookies())
    asked = urllib.request.Request(link, headers={"Cookie": cookies})
    with urllib.request.urlopen(asked) as answer:
        size = len(answer.read())
    me.waited += time.perf_counter() - began
    return {
        "waiting": waiting, "accepted": accepted, "acts": me.acts,
        "aligned": aligned, "waited": me.waited, "left": me.waiting(), "size": size,
    }  # fmt: skip


def edit(me: Sitting) -> None:
    """Add a word to the translation of the current row."""
    me.key("e", "return document.querySelector('textarea')")
    me.script(
        "const a = document.querySelector('textarea'); a.value += ' Indeed.';"
        "a.dispatchEvent(new Event('input', { bubbles: true }))"
    )
    me.acts += 2  # the word, and the key that saves
    me.script("delete document.body.dataset.took")
    me.script(
        "document.querySelector('textarea').dispatchEvent(new KeyboardEvent('keydown',"
        "{ key: 'Enter', ctrlKey: true, bubbles: true, cancelable: true }))"
    )
    me.until(IDLE)


def large(browser: Any, url: str) -> list[tuple[str, float, str]]:
    """First view, checks first shown, edits, with 10,000 units."""
    me = Sitting(browser)
    browser.get(url)
    ready = float(me.until("return Number(document.body.dataset.ready)"))
    shown = float(me.until(FINDING))
    rows = [
        ("first view, ready for keys", ready, "aim < 1000"),
        ("checks first shown", shown, "aim < 2000"),
    ]
    browser.set_script_timeout(600)
    for act, name in (("r", "accept"), ("edit", "edit"), ("m", "merge"), ("u", "undo")):
        times = browser.execute_async_script(TWENTY, act)
        left = me.script("return document.getElementById('checking').innerText.trim()")
        for place, what in enumerate(("shown", "saved")):
            these = [one[place] for one in times]
            note = f"worst {max(these):.0f}{'; aim < 100' if place == 0 else f'; {left}'}"
            rows.append((f"{name}, {what}, median of 20", statistics.median(these), note))
    return rows


def ten_thousand(path: Path) -> None:
    """A TMX of 10,000 units; the number in each 97th translation is wrong."""
    units = [
        TranslationUnit(
            f"第{n}号决定请秘书长于{1950 + n % 70}年提出报告，说明{n % 89 + 11}个特派团的经费筹措情况。",
            f"Decision {n} requested the Secretary-General to report in {1950 + n % 70} on the "
            f"financing of {n % 89 + (11 if n % 97 != 5 else 12)} missions.",
            id=f"u{n}",
            confidence=0.4 + n * 37 % 60 / 100,
        )
        for n in range(UNITS)
    ]
    with path.open("wb") as file:
        write_units(file, units, created=None)


def measured(work: Callable[[str], Any], place: Path, tree: Path, terms: Path | None) -> Any:
    """What some work at a served place gives."""
    process, url = serving(place, tree, terms)
    try:
        return work(url)
    finally:
        process.terminate()
        process.wait(60)
        assert process.stdout is not None
        process.stdout.close()


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, help="a Chinese and an English document")
    parser.add_argument("--tree", type=Path, default=ROOT)
    parser.add_argument("--terms", type=Path)
    asked = parser.parse_args()
    files = tuple(path.resolve() for path in asked.files) or (ROOT / DEFAULT[0], ROOT / DEFAULT[1])
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        browser = chromium(folder / "profile")
        try:
            empty = folder / "empty"
            empty.mkdir()
            told = measured(lambda url: review(browser, files, url), empty, asked.tree, asked.terms)
            print(f"{files[0].name} and {files[1].name}")
            print(f"  files chosen, aligned and shown   {told['aligned']:8.2f} s")
            print(f"  units that wait                   {told['waiting']:8}")
            print(f"  acts to a reviewed export         {told['acts']:8}   {told['left']} left")
            print(f"  seconds waited for the page       {told['waited']:8.2f}")
            memory = folder / "ten thousand.tmx"
            ten_thousand(memory)
            rows = measured(lambda url: large(browser, url), memory, asked.tree, None)
            load = os.getloadavg()[0]
            print(f"{UNITS:,} units; milliseconds; load {load:.1f} on {os.cpu_count()} cores")
            for title, figure, note in rows:
                print(f"  {title:32} {figure:8.0f}   {note}")
        finally:
            browser.quit()


DEFAULT = ("corpora/summary-record/zh.txt", "corpora/summary-record/en-with-mistakes.txt")

if __name__ == "__main__":
    main()
