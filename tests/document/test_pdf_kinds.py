"""Kinds of pages: numbered lines, readings above characters, rows cut by a page, notes at the foot."""

from __future__ import annotations

import numpy as np
import pytest

from align.document.blocks import Block, Box, Cell
from align.document.pdf.annotations import find_annotations
from align.document.pdf.characters import Characters, Font
from align.document.pdf.columns import Arranger
from align.document.pdf.continuing import joined
from align.document.pdf.fragments import Fragment, fragments, rows
from align.document.pdf.line_numbers import find_line_numbers
from align.document.pdf.lines import is_raised_mark
from align.document.pdf.slanted import take_slanted
from align.document.structure import is_division

TEXT = Font(10.0, False, 0.0, False)
SMALL = Font(5.0, False, 0.0, False)
HEAVY = Font(10.0, True, 0.0, False)
NUMERAL = Font(8.0, False, 0.0, False)
ARTIFACT = Font(10.0, False, 0.0, True)


def fragment(text: str, left: float, top: float, right: float, font: Font = TEXT) -> Fragment:
    return Fragment(text, Box(left, top, right, top + font.size), font, 0, "")


def numbered(
    texts: list[tuple[str, float]], *, step: int = 1, font: Font = TEXT, raised: float = 0.0
) -> list[list[Fragment]]:
    down = 10.0 - font.size - raised  # on the foot of the line, or above
    return [
        [
            *([fragment(str(at), 40, 14 * at + down, 48, font)] if at % step == 0 else []),
            fragment(text, 70, 14 * at, right),
        ]
        for at, (text, right) in enumerate(texts, start=1)
    ]


PROSE = [("a line of running text, and", 500.0)] * 9 + [("its end.", 200.0)] * 6
NAMES = ["王小明", "李家玉", "陈志强", "赵一凡", "周文静", "吴海燕", "郑国华", "冯建军"]
HALL = ("仓库、码头和渡口的灯都要在天黑以前点亮，不分冬夏", 400.0)
# A decision: headings and items, with a sentence here and there that goes on.
DECISION = [
    ("关于码头的决定", 150.0),
    HALL,
    ("两季。", 110.0),
    *[("告知守夜人、船工，", 190.0)] * 3,
] * 4
ITEMS = [("Order of work", 140.0), ("1. The roof;", 130.0), ("(a) the lamp.", 130.0)] * 4
NEAR = [(f"{at}. 这一行没有写完，还要接着写到下一行", 300.0) for at in range(1, 13)]


def in_the_text(rows: list[tuple[str, float]]) -> list[list[Fragment]]:
    """Rows whose number no gap divides from what follows."""
    return [[fragment(text, 40, 14 * at, right)] for at, (text, right) in enumerate(rows, start=1)]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        pytest.param(numbered(PROSE), 15, id="every line"),
        pytest.param(numbered(PROSE * 4, step=5), 12, id="every fifth line"),
        pytest.param(numbered(PROSE, step=5), 3, id="three numbers on a page"),
        pytest.param(in_the_text(NEAR), 12, id="no gap after the number"),
        pytest.param(numbered(DECISION), 24, id="headings, items and some long sentences"),
        pytest.param(
            [
                [*row, fragment("5,126", 380, row[0].box.top, 400)]
                for row in numbered([("仓库、码头和渡口", 150.0), ("灯", 90.0)] * 6)
            ],
            0,
            id="names and figures",
        ),
        pytest.param(
            [row[: 1 if at == 9 else 2] for at, row in enumerate(numbered(PROSE))],
            15,
            id="a blank line has a number",
        ),
        pytest.param(numbered([("Item", 100.0)] * 14 + [("Item", 400.0)]), 0, id="a list of items"),
        pytest.param(numbered([(name, 100.0) for name in NAMES]), 0, id="names of one length"),
        pytest.param(
            numbered([("a sentence, all of it on a line.", 500.0)] * 12), 0, id="whole sentences"
        ),
        pytest.param(
            numbered([("price, by month", 150.0), ("number, by year", 500.0)] * 6),
            0,
            id="items in lower case, short and long",
        ),
        pytest.param(
            [[*row, fragment("12", 560, row[0].box.top, 570)] for row in numbered(PROSE)],
            0,
            id="rows of a table",
        ),
        pytest.param(numbered(PROSE[:5]), 0, id="too few"),
        pytest.param(numbered(ITEMS, font=NUMERAL), 12, id="smaller than what they number"),
        pytest.param(numbered(ITEMS, font=NUMERAL, raised=3.5), 0, id="marks of notes"),
        pytest.param(
            [row[: 1 + (at < 9)] for at, row in enumerate(numbered(ITEMS, font=NUMERAL))],
            0,
            id="smaller, of no lines",
        ),
        pytest.param(
            numbered(ITEMS, font=NUMERAL)
            + [[fragment(name, 70, 14 * at, 200)] for at, name in enumerate(NAMES, start=13)],
            0,
            id="smaller, on a part of the page",
        ),
        pytest.param(numbered(ITEMS, font=ARTIFACT), 12, id="marked as artifacts"),
    ],
)
def test_numbers_of_lines_go_and_numbers_of_rows_stay(
    rows: list[list[Fragment]], found: int
) -> None:
    places = find_line_numbers([rows])
    assert len(places) == found
    for _, row, text, rest in places:
        own = "".join(fragment.text for fragment in rows[row])
        assert own.removeprefix(text).strip() == "".join(fragment.text for fragment in rest)


def in_two_columns(*, right_only: bool = False) -> list[list[Fragment]]:
    """Two columns whose lines have feet of their own, every fifth line numbered: those of the left
    column on its left, those of the right one on its right, counted on."""
    lines: list[list[Fragment]] = []
    for at in range(1, 31):
        left = fragment("a line of running text, and", 70, 14 * at, 300)
        right = fragment("其中一行没有写完，还要接着写到下一行去", 340, 13 * at, 570)
        number = fragment(str(at), 40, 14 * at + 3, 48, SMALL_NUMERAL)
        other = fragment(str(30 + at), 580, 13 * at + 3, 590, SMALL_NUMERAL)
        lines.append([*([number] if at % 5 == 0 and not right_only else []), left])
        lines.append([right, *([other] if at % 5 == 0 else [])])
    return rows([each for line in lines for each in line])


def in_the_gutter() -> list[list[Fragment]]:
    """Two columns on the same feet, every fifth line numbered between them."""
    return [
        [
            fragment("a line of running text, and", 70, 14 * at, 290),
            *([fragment(str(at), 310, 14 * at + 3, 316, SMALL_NUMERAL)] if at % 5 == 0 else []),
            fragment("another one of them, which", 340, 14 * at, 570),
        ]
        for at in range(1, 31)
    ]


SMALL_NUMERAL = Font(7.0, False, 0.0, False)


@pytest.mark.parametrize(
    ("page", "found"),
    [
        pytest.param(in_two_columns(), 12, id="outside both"),
        pytest.param(in_two_columns(right_only=True), 6, id="outside the right one"),
        pytest.param(in_the_gutter(), 6, id="between them"),
        pytest.param(
            [
                [fragment("boats", 70, 14 * at, 100), fragment(str(5 * at), 200, 14 * at, 212),
                 fragment("fares", 300, 14 * at, 330)]
                for at in range(1, 13)
            ],
            0,
            id="a column of a table",
        ),
    ],
)  # fmt: skip
def test_numbers_of_lines_beside_two_columns(page: list[list[Fragment]], found: int) -> None:
    taken = find_line_numbers([page])
    assert len(taken) == found
    left = list(map(list, page))
    for each in taken:
        left[each.row] = each.rest
    # Each fragment that stays is as it was: none gets another's edge.
    stayed = [f for row in left for f in row]
    assert all(f in [g for row in page for g in row] for f in stayed)
    assert len(stayed) == sum(map(len, page)) - found


@pytest.mark.parametrize(
    ("first", "found"), [(16, 17), (1, 17), (7, 15)], ids=["goes on", "anew", "a number"]
)
def test_a_last_page_of_two_numbered_lines(first: int, found: int) -> None:
    last = [
        [fragment(str(first + at), 40, 14 * at, 48), fragment("and it ends.", 70, 14 * at, 160)]
        for at in range(2)
    ]
    assert len(find_line_numbers([numbered(PROSE), last])) == found


@pytest.mark.parametrize(
    ("text", "font", "top", "reason"),
    [
        pytest.param("hé", SMALL, 95.0, "phonetic guide", id="a reading above"),
        pytest.param("• •", SMALL, 110.5, "emphasis mark", id="dots below"),
        pytest.param("hé", SMALL, 111.0, None, id="a reading below is none"),
        pytest.param("hé", TEXT, 89.0, None, id="as large as the text"),
        pytest.param("see page 12", SMALL, 95.0, None, id="words with a figure"),
    ],
)
def test_small_signs_beside_a_line(text: str, font: Font, top: float, reason: str | None) -> None:
    line = [fragment("大河在城外流过", 70, 100, 140)]
    sign = [fragment(text, 80, top, 90, font)]
    rows = sorted([line, sign], key=lambda row: row[0].box.top)
    assert [why for _, why in find_annotations(rows)] == ([reason] if reason else [])


def cell(text: str, page: int, row: int, column: int, right: float = 190.0) -> Block:
    left = 100.0 * column + 50
    frame = Box(left, 0, left + 90, 20)
    box = Box(left, 0, left + right - 100, 10)
    return Block(text, page=page, box=box, frame=frame, size=10.0, cell=Cell(page, row, column))


@pytest.mark.parametrize(
    ("first", "together"),
    [
        pytest.param(["by road.", "and ended."], True, id="both go on"),
        pytest.param(["by road."], True, id="one goes on"),
        pytest.param(["By road.", "It ended."], False, id="new sentences"),
        pytest.param(["(b) by road", "and ended."], False, id="a labelled item"),
    ],
)
def test_a_row_goes_on_overleaf(first: list[str], together: bool) -> None:
    before = [cell("Cargo had to be moved", 1, 3, 0), cell("The case was heard", 1, 3, 1)]
    page = [cell(text, 2, 0, at) for at, text in enumerate(first)]
    page.append(cell("Next", 2, 1, 0))
    made = joined(before, page)
    texts = [block.text for block in made]
    assert sorted(texts) == sorted(block.text for block in before + page)
    if together:
        assert texts[:2] == ["Cargo had to be moved", "by road."]
        assert made[0].cell == made[1].cell
        assert made[-1].cell == Cell(1, 4, 0)
    else:
        assert texts == [block.text for block in before + page]


def test_columns_are_told_by_the_feet_of_their_lines() -> None:
    left = [fragment("short", 50, 20.0 + 13 * at, 50 + 30 * (at % 3) + 60) for at in range(12)]
    right = [fragment("lines", 300, 26.0 + 14.5 * at, 300 + 40 * (at % 3) + 70) for at in range(11)]
    columns = Arranger().arrange([*left, *right], 10.0)
    assert [area.table for area in columns] == [None, None]
    level = [fragment("cells", 300, 20.0 + 13 * at, 420) for at in range(12)]
    assert all(area.cell is not None for area in Arranger().arrange([*left, *level], 10.0))


@pytest.mark.parametrize(
    ("text", "division"),
    [
        ("Article 12", True),
        ("ARTICLE IV.", True),
        ("第十二条", True),
        ("附件二", True),
        ("Article 12 of the Charter", False),
        ("第十二条规定", False),
        ("Article", True),
        *(
            (text, True)
            for text in (
                "附录",
                "附錄A",
                "附件 十二",
                "附件乙：",
                "附录IV",
                "附錄Ｂ",
                "附图3",
                "附表１",
            )
        ),
        ("附件三所列", False),
        ("附錄AB", False),
    ],
)
def test_divisions(text: str, division: bool) -> None:
    assert is_division(text) is division


def test_a_raised_mark_begins_a_note() -> None:
    text = fragment("See the annex.", 60, 700, 200)
    assert is_raised_mark([fragment("3", 50, 698, 54, SMALL), text])
    assert not is_raised_mark([fragment("3", 50, 700, 56), text])


@pytest.mark.parametrize(
    ("words", "font"), [("one two", TEXT), ("one longer", HEAVY), ("longer one", TEXT)]
)
def test_a_fragment_has_the_font_of_most_and_the_first_of_two_that_share_it(
    words: str, font: Font
) -> None:
    second = words.index(" ")
    fonts = [0 if at < second else -1 if at == second else 1 for at in range(len(words))]
    page = Characters(
        width=600,
        height=800,
        codes=np.array(list(map(ord, words)), np.uint32),
        boxes=np.array(
            [(60 + 5 * at, 100, 65 + 5 * at, 110) for at in range(len(words))], np.float32
        ),
        fonts=np.array(fonts, np.int32),
        styles=(TEXT, HEAVY),
        unmapped=np.zeros(len(words), np.bool_),
        contents=np.full(len(words), -1, np.int32),
    )
    (found,) = fragments(page)
    assert (found.text, found.font, found.box) == (
        words,
        font,
        Box(60, 100, 60 + 5 * len(words), 110),
    )


def slanted(text: str, angle: float) -> Fragment:
    return fragment(text, 100, 300, 400, Font(60.0, False, angle, False))


@pytest.mark.parametrize(
    ("pages", "taken"),
    [
        pytest.param([[0.7], [0.7], []], 2, id="on two pages of three"),
        pytest.param([[0.7], [], [], []], 0, id="on one page"),
        pytest.param([[0.7]], 0, id="the only page"),
        pytest.param([[0.7], [0.7], [], [], []], 0, id="on two pages of five"),
        pytest.param([[-0.7], [2.4]], 2, id="downwards"),
        pytest.param([[1.57], [1.57]], 0, id="up the page"),
        pytest.param([[0.0], [0.0]], 0, id="level"),
    ],
)
def test_what_is_set_at_a_slant_on_most_pages_goes(pages: list[list[float]], taken: int) -> None:
    line = fragment("a line of text", 70, 300, 300)
    level, kept, removals = take_slanted(
        [[line, *(slanted("DRAFT", angle) for angle in page)] for page in pages]
    )
    assert [(each.text, each.reason) for each in removals] == [("DRAFT", "watermark")] * taken
    # What is level is read as it was; a slanted label of one page is kept apart from it.
    oblique = {-0.7, 0.7, 2.4}
    assert sum(map(len, kept)) == sum(a in oblique for page in pages for a in page) - taken
    assert [len(page) for page in level] == [
        1 + sum(angle not in oblique for angle in page) for page in pages
    ]
