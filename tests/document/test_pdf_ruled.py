"""Tables between lines across: what stands between two of them is a row, or rows of a whole table."""

from __future__ import annotations

import pytest

from align.document.blocks import Box
from align.document.pdf.characters import Font
from align.document.pdf.fragments import Fragment
from align.document.pdf.ruled import ruled_tables
from align.document.pdf.rulings import Ruling

TEXT = Font(10.0, False, 0.0, False)
LEFT = (60.0, 300.0, 480.0)
WIDTH = (220.0, 160.0, 100.0)


def table(stretches: list[list[tuple[str, str, str]]]) -> tuple[list[Fragment], list[Ruling]]:
    """Lines of three cells, 12 points from each other, with a line drawn around each stretch.

    A letter is five points wide; a cell with a bar at its end is drawn to the edge of its column.
    """
    found: list[Fragment] = []
    across = [Ruling(100.0, 50.0, 600.0)]
    top = 100.0
    for stretch in stretches:
        top += 4
        for line in stretch:
            for text, left, width in zip(line, LEFT, WIDTH, strict=True):
                if text:
                    words = text.rstrip("|")
                    right = left + (width if text.endswith("|") else 5 * len(words))
                    found.append(
                        Fragment(words, Box(left, top, right, top + 10), TEXT, len(found), "")
                    )
            top += 12
        top += 4
        across.append(Ruling(top, 50.0, 600.0))
    return found, across


HEAD = [("Measure", "Who", "When")]
WRAPPED = [
    [("Mend the northern dyke|", "The river authority", "May"), ("and the sluice", "", "")],
    [("Buy land", "The council, after talks|", "June"), ("", "with the farmers", "")],
    [
        ("Plant willows on the|", "The school classes of|", "Spring|"),
        ("bank", "the town", "or fall"),
    ],
]
MIDDLE = [
    [("", "The council, after talks|", ""), ("Buy land", "", "June"), ("", "with farmers", "")],
    [("Mend the northern dyke|", "", ""), ("", "The authority", "May"), ("and the sluice", "", "")],
]
SHORT = [[("Wheat", "Red", "12"), ("Barley", "Blue", "14"), ("Oats", "Green", "9")]] * 3


@pytest.mark.parametrize(
    ("stretches", "rows"),
    [
        pytest.param([HEAD, *WRAPPED], 4, id="cells of two lines"),
        pytest.param([HEAD, *MIDDLE], 3, id="cells centred in their rows"),
        pytest.param([HEAD, *SHORT], 10, id="a rule after every third row"),
        pytest.param([HEAD, SHORT[0]], 4, id="rules below the heads and at the foot"),
    ],
)
def test_rows_between_rules(stretches: list[list[tuple[str, str, str]]], rows: int) -> None:
    found, across = table(stretches)
    ((_, areas, held),) = ruled_tables(found, across, 10.0)
    assert len(held) == len(found)
    assert len({area.cell[0] for area in areas if area.cell}) == rows
