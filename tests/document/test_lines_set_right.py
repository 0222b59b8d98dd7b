"""A name and a date at the right end of a letter are lines of their own, on a page and in text."""

from __future__ import annotations

from io import BytesIO

import pytest

from align.document import read_document
from align.document.blocks import Block, Box
from align.document.flow import flow_groups
from align.language.languages import CHINESE, ENGLISH, Language

LEFT, RIGHT = 70.0, 500.0
ENGLISH_PROSE = [
    ("The lamps of the quay are lit at dusk by the ferrymen, who keep the", LEFT, RIGHT),
    ("book of the people that cross in the night and of what they carry.", LEFT, 470.0),
]
CHINESE_PROSE = [
    ("码头的灯每天黄昏由船工点亮，船工还要把夜里过河的人数和他们所带的货物记在簿子", LEFT, RIGHT),
    ("里，月底交给镇上的主簿。", LEFT, 200.0),
]


def read(end: list[tuple[str, float, float]], language: Language) -> list[str]:
    """The paragraphs after prose, of lines with the places where they begin and end."""
    prose = CHINESE_PROSE if language.is_chinese else ENGLISH_PROSE
    blocks = [
        Block(
            text,
            at + 1,
            page=1,
            box=Box(left, 100 + 16 * at + 12 * (at > 1), right, 111 + 16 * at + 12 * (at > 1)),
            frame=Box(LEFT, 90, RIGHT, 800),
            size=11,
            word=11 if language.is_chinese else 40,
        )
        for at, (text, left, right) in enumerate([*prose, *end])
    ]
    groups = flow_groups(blocks, range(len(blocks)), language=language)
    joined = ("" if language.is_chinese else " ").join
    return [joined(blocks[at].text for at in group) for group in groups][1:]


@pytest.mark.parametrize(
    ("end", "language", "found"),
    [
        pytest.param(
            [("Thomas Harris", 420, RIGHT), ("Secretary of the Board", 370, RIGHT)],
            ENGLISH, ["Thomas Harris", "Secretary of the Board"], id="flush right",
        ),
        pytest.param(
            [("湖滨镇灯务局", 434, RIGHT), ("2024年4月4日", 428, RIGHT)],
            CHINESE, ["湖滨镇灯务局", "2024年4月4日"], id="Chinese, nearly as long",
        ),
        pytest.param(
            [("湖滨镇灯务局", 380, 446), ("2024年4月4日", 380, 440)],
            CHINESE, ["湖滨镇灯务局", "2024年4月4日"], id="in the right half",
        ),
        pytest.param(
            [("Quay Street, 3 May 2024", 380, RIGHT), ("Secretariat of the Board", LEFT, 200)],
            ENGLISH, ["Quay Street, 3 May 2024", "Secretariat of the Board"], id="a date, an address",
        ),
        pytest.param(
            [("关于码头灯火的公告", LEFT, 180), ("灯字第12号", 440, RIGHT)],
            CHINESE, ["关于码头灯火的公告", "灯字第12号"], id="a title, a reference",
        ),
        pytest.param(
            [("见秘书处关于码头灯火和渡口的说明所附的去年冬季各月逐日测量出来的水位与风速", LEFT, RIGHT),
             ("的结果。", 456, RIGHT)],
            CHINESE, ["见秘书处关于码头灯火和渡口的说明所附的去年冬季各月逐日测量出来的水位与风速的结果。"],
            id="text set flush right",
        ),
        pytest.param(
            [("and the lamps of", 400, RIGHT), ("the quay.", LEFT, 120)],
            ENGLISH, ["and the lamps of the quay."], id="beside a picture",
        ),
        pytest.param(
            [("On behalf of the Board of Lamps,", 300, RIGHT), ("Thomas Harris", 420, RIGHT)],
            ENGLISH, ["On behalf of the Board of Lamps, Thomas Harris"], id="after a comma",
        ),
    ],
)  # fmt: skip
def test_lines_of_a_page(
    end: list[tuple[str, float, float]], language: Language, found: list[str]
) -> None:
    assert read(end, language) == found


@pytest.mark.parametrize(
    "end",
    [
        pytest.param(
            [("the lamps that stand in the right half of", 300, RIGHT), ("the page", 300, 350)],
            id="a paragraph set in the right half",
        ),
        pytest.param(
            [("A Report on the Lamps of", 200, 370), ("the Quay", 250, 320)], id="a centred title"
        ),
    ],
)
def test_lines_of_a_page_that_go_on(end: list[tuple[str, float, float]]) -> None:
    assert read(end, ENGLISH) == [" ".join(text for text, *_ in end)]


TEXT = (
    "The lamps of the quay are lit at dusk by the ferrymen, who keep the\n"
    "book of the people that cross in the night and of the goods that they\n"
    "carry, and who bring it to the clerk of the town at the end of every\n"
    "month, when he counts them and writes the sum on the door of the hall.\n\n"
)


@pytest.mark.parametrize(
    ("end", "found"),
    [
        pytest.param(
            f"{'Thomas Harris':>70}\n{'Secretary of the Board':>70}\n",
            ["Thomas Harris", "Secretary of the Board"], id="flush right",
        ),
        pytest.param(
            f"{'':45}Thomas Harris\n{'':45}4 April\n", ["Thomas Harris", "4 April"],
            id="in the right half",
        ),
        pytest.param(
            f"{'For the Board of Lamps,':>70}\n{'Thomas Harris':>70}\n",
            ["For the Board of Lamps, Thomas Harris"], id="after a comma",
        ),
        pytest.param(
            "    The clerk keeps the sum in a book of his own, which\n"
            "    nobody has seen.\n",
            ["The clerk keeps the sum in a book of his own, which nobody has seen."],
            id="a paragraph set in",
        ),
    ],
)  # fmt: skip
def test_lines_of_text(end: str, found: list[str]) -> None:
    document = read_document(BytesIO((TEXT + end).encode()))
    assert document.text.split("\n")[1:] == found
