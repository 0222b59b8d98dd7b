"""Documents of two scripts: how far apart the lines of a paragraph stand differs with the fonts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from align.document.blocks import Block, Box
from align.document.flow import flow_groups
from align.language import languages

CHINESE = [
    "河务局每年春季报告堤防的状况。去年冬天暖和，水位一直不高，所以只有",
    "两段堤需要修补。费用总共四百万元，由省里和沿河各县分担，其中省里承",
    "担六成。",
]
ENGLISH = [
    "The river authority reports every spring on the state of the dykes, and the council",
    "hears it in May. Last year the winter was mild and the water stayed low, so that",
    "only two stretches had to be mended.",
]
LEADING = {True: 15.9, False: 12.6}  # what LibreOffice gives Noto Serif CJK and Liberation at 11
FULL, SHORT = 522.0, 250.0


def set_lines(paragraphs: list[list[str]], *, space: float) -> list[Block]:
    """One block a line, as an office program sets paragraphs `space` points apart."""
    blocks: list[Block] = []
    foot = 70.0
    for paragraph in paragraphs:
        foot += space
        for at, text in enumerate(paragraph):
            foot += LEADING[text >= "\u3400"]
            right = SHORT if at + 1 == len(paragraph) else FULL
            box = Box(90, foot - 11, right, foot)
            blocks.append(
                Block(
                    text,
                    len(blocks) + 1,
                    page=1,
                    box=box,
                    frame=Box(90, 70, FULL, 800),
                    size=11,
                )
            )
    return blocks


@pytest.mark.parametrize("space", [0.0, 3.0, 6.0, 12.0])
@pytest.mark.parametrize("chinese", [True, False])
@pytest.mark.parametrize(
    "paragraphs",
    [
        pytest.param([CHINESE, ENGLISH] * 4, id="alternating"),
        pytest.param([ENGLISH] * 6 + [CHINESE] * 2, id="English, then Chinese"),
        pytest.param([CHINESE] * 6 + [ENGLISH] * 2, id="Chinese, then English"),
        pytest.param([CHINESE] * 4, id="Chinese alone"),
    ],
)
def test_paragraphs_of_two_scripts(
    paragraphs: list[list[str]], chinese: bool, space: float
) -> None:
    blocks = set_lines(paragraphs, space=space)
    found = flow_groups(
        blocks, range(len(blocks)), language=languages.CHINESE if chinese else languages.ENGLISH
    )
    assert list(map(len, found)) == [3] * len(paragraphs)


def test_a_stop_and_another_language_end_a_paragraph() -> None:
    """Where lines happen to be full and nothing else shows it."""
    english = [
        *ENGLISH[:2],
        "only two stretches had to be mended, and the cost came to four million.",
    ]
    blocks = set_lines([english, CHINESE], space=0)
    blocks[2] = Block(
        english[2], 3, page=1, box=blocks[2].box._replace(right=FULL) if blocks[2].box else None,
        frame=blocks[2].frame, size=11,
    )  # fmt: skip
    assert list(map(len, flow_groups(blocks, range(6), language=languages.CHINESE))) == [3, 3]


@pytest.mark.parametrize("space", [4.0, 7.0])
def test_paragraphs_of_one_line_say_nothing_of_the_leading(space: float) -> None:
    """A decision on a wide page: a quarter of its lines are no measure where all stand apart."""
    short = ["听取了守夜人的报告，"]
    long = [
        "注意到河务局去年冬天在沿河各县修补了两段堤，费用由省里和各县分担，而省里",
        "所担的份额最大，",
    ]
    paragraphs = [*[short] * 5, long] * 4
    blocks = set_lines(paragraphs, space=space)
    found = flow_groups(blocks, range(len(blocks)), language=languages.CHINESE)
    assert list(map(len, found)) == [1, 1, 1, 1, 1, 2] * 4


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        (
            "Report of the River Authority on the Dykes and Sluices along the Lower Course",
            "1. Aims",
        ),
        ("Report of the River Authority on the Dykes and Sluices along the Lower Course", "1 Aims"),
        ("关于下游堤防和水闸现状以及明年养护计划的春季工作报告", "一、概述"),
        ("关于下游堤防和水闸现状以及明年养护计划的春季工作报告", "1 概述"),
    ],
)
def test_a_title_that_fills_its_line_and_the_first_heading(title: str, heading: str) -> None:
    lines = set_lines([[title, heading], ENGLISH], space=0)
    bold = [
        replace(block, bold=True, box=block.box._replace(right=FULL if at == 0 else 150.0))
        for at, block in enumerate(lines[:2])
        if block.box
    ]
    chinese = heading > "\u3400" or title > "\u3400"
    found = flow_groups(
        [*bold, *lines[2:]], range(5), language=languages.CHINESE if chinese else languages.ENGLISH
    )
    assert found[:2] == [[0], [1]]


def test_a_bold_title_of_two_lines_stays_one() -> None:
    lines = set_lines(
        [["Report of the River Authority on the Dykes", "and Sluices"], ENGLISH], space=0
    )
    bold = [replace(block, bold=True) for block in lines[:2]]
    assert flow_groups([*bold, *lines[2:]], range(5), language=languages.ENGLISH)[0] == [0, 1]
