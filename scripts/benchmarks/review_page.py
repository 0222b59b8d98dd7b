"""The review page and the report with 10,000 units in Chromium: first view, an edit, scrolling."""

from __future__ import annotations

import io
import shutil
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from align import project
from align.cli import serve
from align.datatypes import Alignment, Bead, Document, Paragraph, Segment, Signature
from align.pipeline import units_from
from align.project import SUFFIX, Head, edits
from align.report.html import write_report
from align.web.services import LocalTools

UNITS = 10_000
EDITS = 15
KEY = "benchmark"
PLAIN = "<!doctype html><meta charset=utf-8><title>plain</title><table>{}</table>"
PRESS = """
const [key, done] = arguments;
delete document.body.dataset.took;
const start = performance.now();
document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
(function wait() {
  if (!document.body.dataset.took) requestAnimationFrame(wait);
  else requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
})();
"""
SCROLL = """
const done = arguments[0];
const frames = [];
let last = performance.now(), steps = 0;
(function step() {
  const now = performance.now();
  frames.push(now - last);
  last = now;
  scrollBy(0, 700);
  if (++steps < 200) requestAnimationFrame(step); else done(frames.slice(1));
})();
"""


class QuietTools(LocalTools):
    """No model and no checks: what is measured is the page."""

    def check(self, units: Any) -> Any:
        """Nothing."""
        return ()


def pair() -> tuple[Document, Document, Alignment]:
    """Two documents of UNITS sentences of a usual length."""
    texts = (
        [f"第{n}号决定请秘书长就维持和平行动的经费筹措问题提出报告。" for n in range(UNITS)],
        [
            f"Decision {n} requested the Secretary-General to submit a report on the financing "
            "of peacekeeping operations."
            for n in range(UNITS)
        ],
    )
    zh, en = document("zh.txt", "zh-CN", texts[0], ""), document("en.txt", "en-US", texts[1], " ")
    beads = tuple(
        Bead(range(n, n + 1), range(n, n + 1), 0.4 + n * 37 % 60 / 100) for n in range(UNITS)
    )
    return zh, en, Alignment(zh.segments, en.segments, beads, Signature("0", "none", "0", "1", "1"))


def document(name: str, lang: str, texts: list[str], joiner: str) -> Document:
    """Sentences, five to a paragraph."""
    segments, paragraphs, at = [], [], 0
    for index, text in enumerate(texts):
        if index % 5 == 0:
            paragraphs.append(Paragraph(at, at + 1, index + 1, number=str(index // 5 + 1)))
        segments.append(Segment(text, lang, at, at + len(text), len(paragraphs) - 1))
        at += len(text) + len(joiner)
    return Document(name, lang, joiner.join(texts), tuple(paragraphs), tuple(segments))


def chromium(folder: Path) -> Any:
    """A headless browser."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    binary, service = shutil.which("chromium"), shutil.which("chromedriver")
    if binary is None or service is None:
        raise SystemExit("review_page: Chromium and its driver are needed")
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for flag in (
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--disable-dev-shm-usage", f"--user-data-dir={folder}", "--window-size=1400,900",
    ):  # fmt: skip
        options.add_argument(flag)
    return webdriver.Chrome(options=options, service=Service(service))


def until(browser: Any, script: str) -> Any:
    """What a script gives once it gives something."""
    while not (found := browser.execute_script(script)):
        time.sleep(0.01)
    return found


def painted(browser: Any) -> float:
    """Milliseconds from the navigation to the first text on the screen."""
    return float(
        until(
            browser,
            "return performance.getEntriesByName('first-contentful-paint')[0]?.startTime",
        )
    )


def start(folder: Path) -> tuple[str, Any]:
    """Serve a folder in a thread."""
    import uvicorn

    from align.web.app import make_app

    desk, _ = serve.open_desk(folder, QuietTools())
    listening = serve.listen("127.0.0.1", 0)
    port = listening.getsockname()[1]
    app = make_app(desk, key=KEY, hosts={f"127.0.0.1:{port}"}, port=port)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none", lifespan="off"))
    threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True).start()
    while not server.started:
        time.sleep(0.01)
    return f"http://127.0.0.1:{port}", desk


def report_to(path: Path) -> float:
    """Write the report; gives the seconds that it took."""
    zh, en, found = pair()
    units = units_from(zh, en, found)
    began = time.perf_counter()
    file = io.BytesIO()
    write_report(file, zh, en, found, units)
    path.write_bytes(file.getvalue())
    return time.perf_counter() - began


def plain_to(path: Path) -> None:
    """The floor: the same texts as one bare table."""
    zh, en, _ = pair()
    rows = "".join(
        f"<tr><td>{a.text}<td>{b.text}" for a, b in zip(zh.segments, en.segments, strict=True)
    )
    path.write_text(PLAIN.format(rows), encoding="utf-8")


def measure(folder: Path) -> list[tuple[str, float, str]]:
    """What the table shows: name, figure, and what it is compared with."""
    zh, en, found = pair()
    opened = folder / "opened"
    opened.mkdir()
    path = opened / f"ten thousand{SUFFIX}"
    project.create(path, Head(zh, en, found.signature), edits.rows_of(found.beads)).close()
    wrote = report_to(folder / "report.html")
    plain_to(folder / "plain.html")
    url, desk = start(opened)
    browser = chromium(folder / "profile")
    try:
        browser.get((folder / "plain.html").as_uri())
        floor = painted(browser)
        browser.get(f"{url}/?key={KEY}")
        key = desk.entries()[0].key
        opening = time.perf_counter()
        desk.session(key)
        opening = (time.perf_counter() - opening) * 1000
        browser.get(f"{url}/p/{key}")
        page, ready = painted(browser), float(until(browser, "return document.body.dataset.ready"))
        times = {key: [press(browser, key) for _ in range(EDITS)] for key in ("m", "r", "u")}
        browser.get((folder / "report.html").as_uri())
        report = painted(browser)
        frames = browser.execute_async_script(SCROLL)
    finally:
        browser.quit()
        desk.close()
    rows = [
        ("plain table, first paint", floor, "the floor"),
        ("project file read", opening, "once, before the first view"),
        ("page, first paint", page, f"{page / floor:.2f} × the floor"),
        ("page, ready for keys", ready, f"{ready / floor:.2f} × the floor; aim < 1000"),
    ]
    for key, name in (("m", "merge"), ("r", "mark reviewed"), ("u", "undo")):
        worst = max(times[key])
        told = f"worst of {EDITS}: {worst:.0f}; aim < 100"
        rows.append((f"{name}, saved and shown", statistics.median(times[key]), told))
    rows += [
        ("report written", wrote * 1000, f"{(folder / 'report.html').stat().st_size / 1e6:.1f} MB"),
        ("report, first paint", report, f"{report / floor:.2f} × the floor"),
        ("report, scrolling, median frame", statistics.median(frames), "16.7 is 60 a second"),
        ("report, scrolling, 95th of 100", sorted(frames)[int(len(frames) * 0.95)], ""),
    ]
    return rows


def press(browser: Any, key: str) -> float:
    """Milliseconds from a key to the change on the screen."""
    return float(browser.execute_async_script(PRESS, key))


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        rows = measure(Path(folder))
    print(f"{UNITS:,} units; milliseconds")
    for name, figure, note in rows:
        print(f"{name:34} {figure:8.1f}   {note}")


if __name__ == "__main__":
    main()
