"""Characters that a program draws out of their order, or in two halves, stand where they are seen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from align.document import read_document
from align.document.blocks import Box
from align.document.pdf.characters import Characters, Font
from align.document.pdf.fragments import Fragment, fragments, rows
from align.document.pdf.lines import line_of

TEXT = Font(10.0, False, 0.0, False)


def page(*drawn: tuple[str, float], tops: tuple[float, ...] = ()) -> Characters:
    """A line in the order in which it is drawn: characters 5 points wide from a place on; a blank
    is what PDFium makes of a gap."""
    codes, boxes, fonts = [], [], []
    for number, (text, left) in enumerate(drawn):
        top = tops[number] if tops else 100
        for at, code in enumerate(np.frombuffer(text.encode("utf-16-le"), "<u2").tolist()):
            codes.append(code)
            fonts.append(-1 if code == ord(" ") else 0)
            boxes.append((left + 5 * at, top, left + 5 * at + 5, top + 10))
    return Characters(
        600,
        800,
        np.array(codes, np.uint32),
        np.array(boxes, np.float32),
        np.array(fonts, np.int32),
        (TEXT,),
        np.zeros(len(codes), np.bool_),
        np.full(len(codes), -1, np.int32),
    )


def lines(found: Characters) -> list[str]:
    return [line_of(row).text for row in rows(fragments(found))]


@pytest.mark.parametrize(
    ("drawn", "seen"),
    [
        pytest.param([("10 ³ g", 60), ("⁻", 70)], "10⁻³ g", id="after its line"),
        pytest.param([("10 ³", 60), ("⁻", 70), (" g", 80)], "10⁻³ g", id="within its line"),
        pytest.param([("水位 高", 60), ("很", 70), ("。", 80)], "水位很高。", id="a character"),
    ],
)
def test_what_fills_a_gap_of_a_line_stands_there(drawn: list[tuple[str, float]], seen: str) -> None:
    assert lines(page(*drawn)) == [seen]


def test_what_stands_over_a_gap_on_another_line_does_not_fill_it() -> None:
    assert lines(page(("ab cd", 60), ("e", 70), tops=(100, 120))) == ["ab cd", "e"]


def test_two_halves_of_a_character_are_one() -> None:
    assert lines(page(("a𝑥b", 60))) == ["a𝑥b"]


def test_half_a_character_is_unreadable() -> None:
    half = page(("axb", 60))
    half.codes[1] = 0xD835
    assert lines(half) == ["a\ufffdb"]


def test_raised_signs_stay_before_their_figures() -> None:
    document = read_document(Path(__file__).parent / "files" / "exponents.pdf")
    assert document.text.split("\n") == [
        "The limit is 10⁻⁶ grams per litre of water.",
        "The flow is 12 m s⁻¹ in May, or 3 × 10¹² litres a year.",
        "The values 𝑥2 and 10⁻³ differ.",
    ]


def test_a_shadow_and_readings_of_a_page_that_chromium_printed() -> None:
    """Characters of a radical's shape are drawn twice there, each with a text of its own."""
    document = read_document(Path(__file__).parent / "files" / "drawn-twice.pdf")
    assert document.text.split("\n") == [
        "老人与水",
        "老人在山里打水，一天走三十里。水在石头下面，羊和牛也喝水。",
        "水很凉，人人都说好。",
    ]
    assert [(each.text, each.reason) for each in document.removals] == [("shuǐ", "phonetic guide")]


@pytest.mark.parametrize(
    ("drawn", "width"),
    [
        pytest.param([("alpha beta", 60)], 25, id="up to a space"),
        pytest.param([("河水", 60)], 5, id="one character"),
        pytest.param([("ab河水", 60)], 10, id="up to Chinese"),
        pytest.param([("word", 60)], 20, id="the whole line"),
    ],
)
def test_the_width_of_the_first_word(drawn: list[tuple[str, float]], width: float) -> None:
    (row,) = rows(fragments(page(*drawn)))
    assert line_of(row).word == pytest.approx(width)


@pytest.mark.parametrize(
    ("left", "blank", "width"),
    [
        pytest.param(65.0, "", 25.0, id="goes on in another font"),
        pytest.param(65.0, " ", 5.0, id="a space between"),
        pytest.param(72.0, "", 5.0, id="a gap between"),
    ],
)
def test_the_first_word_of_two_fonts(left: float, blank: str, width: float) -> None:
    mark = Fragment("‘", Box(60, 0, 65, 10), TEXT, 0, "", word=5.0)
    rest = Fragment("mode’ is", Box(left, 0, left + 35, 10), TEXT, 1, blank, word=20.0)
    assert line_of([mark, rest]).word == pytest.approx(width)
