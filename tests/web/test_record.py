"""The real record: its report, and its pair mended in a real browser with the real aligner."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html

from align.embedding.folders import embedded_folder
from align.formats.tmx import validate
from align.report.html import write_report
from align.report.sheet import read_sheet, write_sheet
from align.report.termmarks import TermMarker
from align.terms.checking import check_units
from align.web.services import LocalTools
from web.site import running
from web.test_browser import Reader, exported

pytestmark = pytest.mark.shared
Picture = Callable[[Any, str], None]


@pytest.fixture(scope="module")
def tools(shared: Path) -> LocalTools:
    """The embedded model and the record's termbase."""
    if not (embedded_folder() / "modules.json").is_file():
        pytest.skip("the embedded model is not here")
    return LocalTools(terms=shared / "record" / "terms.tsv")


@pytest.fixture(scope="module")
def pair(shared: Path, tools: LocalTools) -> Any:
    """The record, aligned."""
    from align.pipeline import align_files

    record = shared / "record"
    return align_files(record / "zh.txt", record / "en.txt", encoder=tools.encoder)


@pytest.fixture
def folder(shared: Path, tmp_path: Path) -> Path:
    """A folder with the record's two files."""
    for name in ("zh.txt", "en.txt"):
        shutil.copy(shared / "record" / name, tmp_path / name)
    return tmp_path


def test_the_report_is_small_and_names_the_ten_weakest(pair: Any, tools: LocalTools) -> None:
    assert tools.termbase is not None
    found = check_units(pair.units, tools.termbase, encoder=tools.encoder)
    texts = ([s.text for s in pair.source.segments], [s.text for s in pair.target.segments])
    similar = (tools.encoder.encode(texts[0]), tools.encoder.encode(texts[1]))
    file = io.BytesIO()
    hits = TermMarker(tools.termbase).hits(pair.units)
    write_report(file, pair.source, pair.target, pair.alignment, pair.units, found, hits, similar)
    assert len(file.getvalue()) < 2_000_000
    page: Any = html.fromstring(file.getvalue().decode())
    paired = [i for i, unit in enumerate(pair.units) if unit.source and unit.target]
    weakest = sorted(paired, key=lambda i: pair.units[i].confidence)[:10]
    named = [a.get("href") for a in page.find_class("weak")[0].iter("a")]
    assert named == [f"#u{i + 1}" for i in weakest]
    assert len(page.find_class("unit")) == len(pair.units)
    marked = {mark.text_content() for mark in page.find_class("found")}
    assert {"以行动促维和", "Action for Peacekeeping"} <= marked


def test_the_review_sheet_of_the_record_comes_back_unchanged(pair: Any) -> None:
    file = io.BytesIO()
    write_sheet(file, pair.units)
    file.seek(0)
    review = read_sheet(file)
    assert review.units == pair.units
    assert review.changes == ()


@pytest.mark.browser
def test_the_record_is_mended_in_the_browser(
    browser: Any, folder: Path, tools: LocalTools, picture: Picture
) -> None:
    from selenium.webdriver.common.keys import Keys

    with running(folder, tools) as site:
        reader = Reader(browser)
        browser.get(site.entrance)
        for box in reader.all("input[type=checkbox]"):
            box.click()
        reader.one("#pairing button").click()
        reader.until(lambda: reader.script("return document.body.dataset.ready"), 60)
        reader.until(lambda: reader.all("#pane-queue .hits li"), 60)
        picture(browser, "record-page")
        before = units_of(reader)

        reader.press("n")  # three beads by keyboard, wherever the first doubts are
        reader.act("m", "Merged.")
        reader.act("s", "Split.")
        reader.press("n")
        reader.act("r", "Accepted.")
        reader.press("n")
        reader.act("m", "Merged.")
        mended = reader.current()
        after = units_of(reader)
        assert len(after) == len(before) - 1
        assert "".join(zh for zh, _ in after) == "".join(zh for zh, _ in before)

        reader.act("p", "Pin changed.")  # frees the merged row: the aligner may take it apart
        reader.press("a")  # says first how many rows it would touch
        reader.until(lambda: reader.one("#sure").is_displayed())
        reader.act(Keys.ENTER, "Aligned again between the pins.")
        realigned = units_of(reader)
        assert "".join(zh for zh, _ in realigned) == "".join(zh for zh, _ in before)
        reader.act("u", "Taken back.")
        assert units_of(reader) == after
        reader.act("u", "Taken back.")
        assert f'data-id="{mended}"' in reader.one(".unit.current").get_attribute("outerHTML")

        reader.one("#tab-lookup").click()
        reader.one("#q-lookup").send_keys("以行动促维和\n")
        reader.until(lambda: "Action for Peacekeeping" in reader.one("#pane-lookup").text)
        picture(browser, "record-lookup")
        reader.one("#tab-queue").click()
        reader.until(lambda: reader.all("#pane-queue .todo a"), 60)
        picture(browser, "record-findings")

        path = folder / "out.tmx"
        path.write_bytes(exported(reader, "tmx"))
        assert [f.message for f in validate(path) if f.severity == "error"] == []
        tus = [[s.text for s in tu.iter("seg")] for tu in etree.parse(path).iter("tu")]
        assert tus == [[zh, en] for zh, en in after if zh and en]
        assert reader.errors() == []


def units_of(reader: Reader) -> list[tuple[str, str]]:
    """Both texts of every unit, from the JSON export."""
    import json

    lines = exported(reader, "jsonl").splitlines()
    return [(unit["source"], unit["target"]) for unit in map(json.loads, lines)]
