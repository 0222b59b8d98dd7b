"""Units begin after bullets and after the numbers of notes; the paragraphs keep them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from align.datatypes import Document
from align.document import read_document
from align.document.blocks import Block, Box
from align.document.pdf.characters import Font
from align.document.pdf.fragments import Fragment
from align.document.pdf.lines import line_of
from align.document.pdf.pages import Page, to_document
from align.document.pdf.rulings import Ruling, Rulings
from document.make_pdf import make_pdf

FILES = Path(__file__).parent / "files"
TEXT, SMALL = Font(10.0, False, 0.0, False), Font(6.0, False, 0.0, False)


def segments(document: Document) -> list[str]:
    return [segment.text for segment in document.segments]


@pytest.mark.parametrize("sign", ["•", "▪", "●", "■", "◦", "‣", "➢", "–", "-"])
@pytest.mark.parametrize("gap", [" ", "   "])
def test_a_unit_of_a_page_begins_after_its_bullet(sign: str, gap: str) -> None:
    lines = [f"{sign}{gap}{item}" for item in ("Light the lamps.", "Count the people.")]
    document = read_document(BytesIO(make_pdf([["The ferrymen shall:", "", *lines]])))
    assert segments(document)[1:] == ["Light the lamps.", "Count the people."]
    assert document.text.split("\n")[1:] == [
        f"{sign} Light the lamps.",
        f"{sign} Count the people.",
    ]


@pytest.mark.parametrize(
    ("line", "units"),
    [
        pytest.param("▪灯油", ["灯油"], id="close to its text"),
        pytest.param("• Oil. • Wicks.", ["Oil.", "Wicks."], id="within a line"),
        pytest.param("○六年三月", ["○六年三月"], id="a zero"),
    ],
)
def test_other_lines_of_a_page(line: str, units: list[str]) -> None:
    assert segments(read_document(BytesIO(make_pdf([["点灯。", "", "", line]]))))[1:] == units


def test_what_an_author_typed_is_in_the_unit() -> None:
    assert segments(read_document(BytesIO("• oil".encode()))) == ["• oil"]


def test_one_dash_is_no_list() -> None:
    data = make_pdf([["- Who came to the ferry?", "", "Nobody came, said the clerk."]])
    assert segments(read_document(BytesIO(data)))[0] == "- Who came to the ferry?"


def test_the_number_of_a_note_is_in_its_paragraph_and_in_no_unit() -> None:
    document = read_document(FILES / "table-and-notes.pdf")
    assert document.text.split("\n")[1] == "1 See the plan of works of the village council."
    assert segments(document)[1] == "See the plan of works of the village council."


def fragment(text: str, left: float, top: float, font: Font = TEXT) -> Fragment:
    width = font.size * 0.5 * len(text)
    return Fragment(text, Box(left, top, left + width, top + font.size), font, 0, "", -1, width)


def read(lines: list[list[Fragment]]) -> list[Block]:
    held = tuple(part for line in lines for part in line)
    return list(to_document([Page(600, 800, held, Rulings((), ()))]).blocks)


PROSE = [
    [fragment("a line of running text that fills the page", 70, 100 + 14 * at)] for at in range(6)
]


def test_a_raised_number_before_a_line_that_is_no_note_stays_raised() -> None:
    head = [fragment("1", 70, 200, SMALL), fragment("Oil of whales.", 75, 200)]
    assert line_of(head).head == 1
    assert read([*PROSE, head])[-1].text == "¹ Oil of whales."


@pytest.mark.parametrize(
    ("before", "text"),
    [
        pytest.param("20 m", "20 m²", id="a unit"),
        pytest.param("20 km", "20 km²", id="a larger one"),
        pytest.param("the lamp", "the lamp", id="a word"),
        pytest.param("the team", "the team", id="a word with the end of a unit"),
    ],
)
def test_a_power_of_a_length_marks_no_note(before: str, text: str) -> None:
    line = [fragment(before, 70, 300), fragment("2", 70 + 5 * len(before), 299, SMALL)]
    note = Font(7.0, False, 0.0, False)
    foot = [fragment("2 Of brass, they say.", 70, 700, note)]
    found = read([*PROSE, line, foot])
    assert [block.text for block in found if block.text.startswith(before)] == [text]


NOTE = Font(8.0, False, 0.0, False)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        pytest.param([("the lamp", 0.0), ("1", 3.5), (",", 0.0)], "the lamp,", id="before a stop"),
        pytest.param([("of oil;", 0.0), ("1", 3.5)], "of oil;", id="after a stop"),
        pytest.param([("of oil", 0.0), ("2", 3.5)], "of oil²", id="no note's"),
        pytest.param([("of oil", 0.0), ("1", 1.0)], "of oil1", id="hardly raised"),
        pytest.param(
            [("the of", 0.0), ("fi", 3.5)], "the offi", id="a ligature in a box of its own"
        ),
    ],
)
def test_a_mark_as_large_as_the_text_is_raised(line: list[tuple[str, float]], text: str) -> None:
    left, found = 70.0, []
    for part, raised in line:
        found.append(fragment(part, left, 300 - raised))
        left = found[-1].box.right + 1.0
    foot = [fragment("1", 70, 697, SMALL), fragment("Of brass, they say.", 76, 700, NOTE)]
    blocks = read([*PROSE, found, foot])
    assert [block.text for block in blocks if block.text.startswith(text[:6])] == [text]


def below_a_rule(lines: list[list[Fragment]]) -> list[str | None]:
    """Of lines below a short rule the notes to which they belong."""
    held = tuple(part for line in [*PROSE, *lines] for part in line)
    rules = (Ruling(400.0, 70.0, 110.0),)
    blocks = to_document([Page(600, 800, held, Rulings(rules, ()))]).blocks
    return [block.note for block in blocks[len(PROSE) :]]


def test_the_lines_of_a_chart_are_no_notes() -> None:
    chart = [
        [fragment("12", 80, 410)],
        [fragment("Figure 1: Oil by month", 70, 440)],
        [fragment("The oil of the lamps lasts for a winter.", 70, 460)],
    ]
    assert below_a_rule(chart) == [None, None, None]


def test_a_note_as_large_as_the_text_below_its_rule() -> None:
    mark = [fragment("the lamp", 70, 300), fragment("1", 111, 297)]
    for called in (mark, [fragment("the lamp [1] of oil", 70, 300)]):
        assert below_a_rule([called, [fragment("1 Of brass, they say.", 70, 420)]]) == [None, "1:1"]


def test_the_notes_of_a_table_take_their_marks_out_of_its_cells() -> None:
    def row(top: float, name: str, mark: str, *figures: str) -> list[list[Fragment]]:
        end = 70 + 5 * len(name)
        raised = [fragment(mark, end, top - 1, SMALL)] if mark else []
        cells = [fragment(each, 300 + 80 * at, top) for at, each in enumerate(figures)]
        return [[fragment(name, 70, top), *raised, *cells]]

    table = [
        *row(300, "Oil for the lamps", "a", "120", "140"),
        *row(318, "Wages of ferrymen", "", "900", "910"),
        *row(336, "Repairs of boats", "b", "35", "20"),
        *row(354, "Area in m", "2", "35", "20"),
    ]
    notes = [
        [
            fragment("a", 70, 378.5, Font(5.0, False, 0.0, False)),
            fragment("Of whales.", 74, 380, NOTE),
        ],
        [
            fragment("b", 70, 390.5, Font(5.0, False, 0.0, False)),
            fragment("By hand.", 74, 392, NOTE),
        ],
    ]
    after = [
        [fragment("a line of running text that fills the page", 70, 420 + 14 * at)]
        for at in range(4)
    ]
    blocks = read([*PROSE, *table, *notes, *after])
    texts = [block.text for block in blocks]
    for cell in ("Oil for the lamps", "Repairs of boats", "Area in m²"):
        assert any(text.startswith(cell) and text[len(cell) :][:1] in ("", "\t") for text in texts)
    assert [b.text[b.lead :].strip() for b in blocks if b.lead] == ["Of whales.", "By hand."]
    assert [mark.text for block in blocks for mark in block.marks] == ["a", "b"]
