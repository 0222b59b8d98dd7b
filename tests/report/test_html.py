"""The HTML report: self-contained, escaped, weakest first, nothing left out."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from lxml import html

from align.datatypes import IN_ANOTHER_ORDER, Bead, Finding
from align.report import picture
from align.report.html import write_report
from align.report.marking import Highlight
from align.report.strings import Language, words
from report.sample import numbered, units_of

JOINT = {3: (1, 0), 7: (0, 2), 9: (2, 1)}


def report(count: int = 60, **options: Any) -> str:
    source, target, alignment = numbered(count, JOINT)
    file = io.BytesIO()
    write_report(file, source, target, alignment, units_of(alignment), **options)
    return file.getvalue().decode()


def parsed(page: str) -> Any:
    return html.fromstring(page)


def vectors(seed: int, rows: int) -> Any:
    drawn = np.random.default_rng(seed).normal(size=(rows, 16)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def test_every_unit_stands_once_in_order_and_gaps_are_visible() -> None:
    page = parsed(report())
    assert [e.get("id") for e in page.find_class("unit")] == [f"u{n}" for n in range(1, 61)]
    texts = [[p.text_content() for p in unit.iter("p")] for unit in page.find_class("unit")]
    assert texts[3] == ["第3段第0句讨论维持和平行动和会费问题。", "No English counterpart"]
    assert texts[7][0] == "No Chinese counterpart"
    assert texts[9][0].count("。") == 2


@pytest.mark.parametrize("ui", ["en", "zh"])
def test_a_report_tells_what_was_not_checked_from_what_is_right(ui: Language) -> None:
    w = words(ui)
    right, unchecked = report(ui=ui, findings=()), report(ui=ui, findings=None)
    assert w["findings_none"] in right
    assert f"{w['findings']} (0)" in right
    assert w["not_checked"] in unchecked
    assert w["findings_none"] not in unchecked
    assert f"{w['findings']} (" not in unchecked


def test_the_weakest_ten_are_named_at_the_top_weakest_first() -> None:
    _, _, alignment = numbered(60, JOINT)
    expected = sorted(range(60), key=lambda i: alignment.beads[i].confidence)[:10]
    table = parsed(report()).find_class("weak")[0]
    assert [a.get("href") for a in table.iter("a")] == [f"#u{i + 1}" for i in expected]
    assert table.find_class("conf")[0].text_content() == "1 % doubtful"


def test_facts_count_sentences_gaps_and_what_needs_review() -> None:
    facts = parsed(report()).find_class("facts")[0]
    shown = {d.findtext("dt"): d.findtext("dd") for d in facts}
    assert shown["Chinese sentences"] == "60"
    assert shown["English sentences"] == "60"
    assert shown["Chinese without counterpart"] == "1"
    assert shown["English without counterpart"] == "2"
    assert shown["one to one"] == "57"


def test_findings_stand_in_the_list_and_at_their_unit() -> None:
    found = (
        Finding("omission", "info", "left out", unit=3),
        Finding(
            "term-missing",
            "error",
            "会费 is dues?",
            unit=0,
            source="会费",
            source_spans=((15, 17),),
        ),
    )
    page = parsed(report(findings=found))
    links = [a.get("href") for a in page.find_class("list")[0].iter("a")]
    assert links == ["#u1", "#u4"]  # the error before the note
    unit = page.get_element_by_id("u1")
    assert [m.text_content() for m in unit.find_class("error") if m.tag == "mark"] == ["会费"]
    assert "会费 is dues?" in unit.find("ul").text_content()


def test_terms_carry_their_verdict() -> None:
    hits = {0: ((Highlight(8, 14, "found", "→ peacekeeping operations"),), ())}
    page = parsed(report(term_hits=hits))
    (term,) = page.find_class("found")
    assert (term.text_content(), term.get("title")) == ("维持和平行动", "→ peacekeeping operations")


@pytest.mark.parametrize("ui", ["en", "zh"])
def test_hostile_text_stays_text_and_nothing_is_fetched(ui: Language) -> None:
    evil = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
    source, target, alignment = numbered(5)
    units = tuple(replace(u, source=evil, target=evil, speaker=evil) for u in units_of(alignment))
    found = (Finding(evil, "error", evil, unit=1, found=evil, expected=(evil,), verdict=evil),)
    hits = {0: ((Highlight(0, 3, "found", evil, evil),), ())}
    file = io.BytesIO()
    source, target = replace(source, name=evil, symbol=evil), replace(target, name=evil)
    write_report(file, source, target, alignment, units, found, hits, notes=(evil,), ui=ui)
    page = parsed(file.getvalue().decode())
    assert not list(page.iter("script")) + list(page.iter("link")) + list(page.iter("img"))
    assert page.get("lang") == ui
    for element in page.iter():
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            assert name not in ("src", "action", "style")
            if name == "href":
                assert value.startswith(("#", "data:image/png;base64,"))


def test_the_policy_names_exactly_the_inlined_style() -> None:
    page = report()
    style = re.search(r"<style>(.*?)</style>", page, re.S)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = parsed(page).xpath("//meta[@http-equiv]/@content")[0]
    assert f"style-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")


def test_what_reflow_removed_is_told_and_the_signature_too() -> None:
    page = parsed(report(notes=("Read as GB18030.",)))
    text = page.get_element_by_id("made").text_content()
    assert "align:0.1.0|model:toy@abc123|segmenter:1|weights:1" in text
    removed = page.xpath("//section[@aria-labelledby='removed']")[0].text_content()
    assert "line 7, page number:" in removed
    assert "2/9" in removed
    assert "Read as GB18030." in removed


def test_same_input_same_bytes() -> None:
    similar = (vectors(1, 60), vectors(2, 60))
    assert report(similarity=similar) == report(similarity=similar)


def test_units_that_do_not_fit_the_alignment_are_refused() -> None:
    source, target, alignment = numbered(5)
    with pytest.raises(ValueError, match="4 units for 5 beads"):
        write_report(io.BytesIO(), source, target, alignment, units_of(alignment)[:4])


def test_both_languages_have_every_word() -> None:
    english, chinese = words("en"), words("zh")
    assert english.keys() == chinese.keys()
    assert all(english.values())
    assert all(chinese.values())
    fields = re.compile(r"{\w+}")
    assert all(
        sorted(fields.findall(english[k])) == sorted(fields.findall(chinese[k])) for k in english
    )


def test_the_path_bends_only_where_the_alignment_does() -> None:
    beads = [Bead(range(i, i + 1), range(i, i + 1)) for i in range(10)]
    beads += [Bead(range(10, 20), range(10, 10))]
    drawn = picture.draw(beads, spots=[0])
    assert drawn.path == "M0 0L400 200L400 400"
    assert drawn.skips == "M400.0 200.0v200.0"
    assert drawn.spots == ((20.0, 10.0, 0),)


def test_the_heat_map_is_hot_on_the_diagonal_and_small() -> None:
    both = vectors(3, 900)
    cells = picture.heat_map(both, both)
    assert cells.shape == (150, 150)
    assert float(np.diagonal(cells).min()) > 0.5 > float(np.median(cells))
    assert len(picture.draw([Bead(range(900), range(900))], (both, both)).heat) < 40_000


def test_the_png_is_read_back_by_its_checksums() -> None:
    import struct
    import zlib

    heat = picture.draw([Bead(range(3), range(5))], (vectors(1, 3), vectors(2, 5))).heat
    png = base64.b64decode(heat.removeprefix("data:image/png;base64,"))
    at, names = 8, []
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        name, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0] == zlib.crc32(
            name + data
        )
        names.append(name)
        if name == b"IDAT":
            assert len(zlib.decompress(data)) == 3 * (1 + 5)
        at += 12 + length
    assert names == [b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"]


def test_what_is_to_be_judged_is_shown_whole_and_no_empty_side_is_sure() -> None:
    from align.datatypes import Finding

    source, target, alignment = numbered(6)
    long = "A sentence that says " + "a great deal and " * 20 + "ends."
    units = list(units_of(alignment))
    units[2] = replace(units[2], target=long, confidence=0.2)
    units[3] = replace(units[3], target="", confidence=0.99)
    found = [Finding("omission", "error", "Left out", unit=3, message_zh="漏译了")]
    file = io.BytesIO()
    write_report(file, source, target, alignment, units, found, ui="zh")
    page = parsed(file.getvalue().decode())
    (weak,) = page.find_class("weak")
    assert long in weak.text_content()
    assert "99 %" not in page.get_element_by_id("u4").text_content()
    row = page.xpath("//table[contains(@class, 'found')]/tbody/tr")[0].text_content()
    assert units[3].source in row
    assert "漏译了" in row
    assert "无对应英文" in row


@pytest.mark.parametrize("ui", ["en", "zh"])
def test_a_unit_whose_translation_stands_elsewhere_says_so(ui: Language) -> None:
    source, target, alignment = numbered(6)
    units = list(units_of(alignment))
    units[4] = replace(units[4], props=(*units[4].props, IN_ANOTHER_ORDER))
    file = io.BytesIO()
    write_report(file, source, target, alignment, units, [], ui=ui)
    page = parsed(file.getvalue().decode())
    told = [words(ui)["elsewhere"] in unit.text_content() for unit in page.find_class("unit")]
    assert told == [False, False, False, False, True, False]
