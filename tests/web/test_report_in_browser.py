"""The report in a real browser: from disk, no network, 10,000 units, print, phone, contrast."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from report.sample import numbered, units_of

from align.datatypes import Finding
from align.report.findings import write_html
from align.report.html import write_report

pytestmark = pytest.mark.browser
Picture = Callable[[Any, str], None]
CONTRAST = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")
FOUND = (
    Finding("omission", "info", "a sentence has no counterpart", unit=3, paragraph="1"),
    Finding(
        "term-missing", "error", "会费 should be assessed contributions", unit=2, source="会费",
        expected=("assessed contributions",), found="dues", verdict="wrong-term",
        source_spans=((15, 17),), target_spans=((60, 64),),
    ),
    Finding("number-mismatch", "warning", "3 is missing", unit=8, waived="agreed"),
)  # fmt: skip


def report(folder: Path, count: int) -> str:
    """A report on the disk, and its address."""
    source, target, alignment = numbered(count, {3: (1, 0), 7: (0, 2), 9: (2, 1)})
    drawn = np.random.default_rng(1).normal(size=(count + 2, 16)).astype(np.float32)
    similar = (drawn[: len(source.segments)], drawn[: len(target.segments)])
    path = folder / "report.html"
    with path.open("wb") as file:
        write_report(file, source, target, alignment, units_of(alignment), FOUND, None, similar)
    return path.as_uri()


def test_the_weakest_lead_to_their_place_and_nothing_is_fetched(
    browser: Any, tmp_path: Path, picture: Picture
) -> None:
    browser.get(report(tmp_path, 400))
    picture(browser, "report-light")
    fetched = browser.execute_script(
        "return performance.getEntriesByType('resource').map(e=>e.name)"
    )
    assert all(url.startswith("data:image/png") for url in fetched)
    first = browser.find_element("css selector", "table.weak a")
    wanted = first.get_attribute("href").split("#")[1]
    first.click()
    place = browser.execute_script(
        "return document.getElementById(arguments[0]).getBoundingClientRect().top", wanted
    )
    assert 0 <= place < 900
    assert browser.get_log("browser") == []  # no refusal by the policy either


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_is_aa(browser: Any, tmp_path: Path, picture: Picture, scheme: str) -> None:
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    browser.get(report(tmp_path, 30))
    picture(browser, f"report-{scheme}")
    assert browser.execute_script(CONTRAST) == []
    path = tmp_path / "findings.html"
    with path.open("wb") as file:
        write_html(file, FOUND, units=[replace(u) for u in units_of(numbered(12)[2])])
    browser.get(path.as_uri())
    picture(browser, f"findings-{scheme}")
    assert browser.execute_script(CONTRAST) == []


def test_it_fits_a_phone(browser: Any, tmp_path: Path, picture: Picture) -> None:
    size = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get(report(tmp_path, 60))
    picture(browser, "report-phone")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 360


def test_it_prints_whole(browser: Any, tmp_path: Path) -> None:
    browser.get(report(tmp_path, 120))
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    import pypdfium2

    document = pypdfium2.PdfDocument(base64.b64decode(printed["data"]))
    try:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()
    for unit in (0, 60, 119):
        assert f"unit {unit} is about" in " ".join(text.split())


def test_ten_thousand_units_scroll(browser: Any, tmp_path: Path) -> None:
    """Only what is near the window is laid out; scripts/bench review_page has the frame times."""
    browser.get(report(tmp_path, 10_000))
    laid_out = (
        "return document.getElementById(arguments[0])"
        ".checkVisibility({ contentVisibilityAuto: true })"
    )
    assert browser.execute_script(laid_out, "u1")
    assert not browser.execute_script(laid_out, "u9990")
    tall = browser.execute_script("return document.documentElement.scrollHeight")
    assert tall > 10_000 * 40
    browser.execute_script("location.hash = '#u9990'")
    top = browser.execute_async_script(
        "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() =>"
        "done(document.getElementById('u9990').getBoundingClientRect().top)))"
    )
    assert 0 <= top < 900
    assert browser.execute_script(laid_out, "u9990")
    after = browser.execute_script("return document.documentElement.scrollHeight")
    assert 0.8 < after / tall < 1.25  # the scroll bar hardly jumps: heights were well estimated
