"""Cells that were alone on both sides at one place of two rows belong together."""

from __future__ import annotations

import pytest

from align.alignment.cells import paired_cells
from align.datatypes import Alignment, Bead, Document, Paragraph, ParagraphKind, Segment, Signature

SIGNATURE = Signature(tool="0", model="m", revision="r", segmenter="1", weights="w")


def document(lang: str, rows: list[list[str]], kind: ParagraphKind = "row") -> Document:
    text, paragraphs, segments = "", [], []
    for number, row in enumerate(rows):
        start = len(text)
        for cell in row:
            segments.append(Segment(cell, lang, len(text), len(text) + len(cell), number))
            text += cell + " "
        paragraphs.append(Paragraph(start, len(text) - 1, number + 1, kind=kind))
    return Document("d", lang, text, tuple(paragraphs), tuple(segments))


def one(i: int, j: int) -> Bead:
    return Bead(range(i, i + 1), range(j, j + 1), 0.99)


def left(i: int, j: int, confidence: float = 0.6) -> Bead:
    return Bead(range(i, i + 1), range(j, j), confidence)


def right(i: int, j: int, confidence: float = 0.55) -> Bead:
    return Bead(range(i, i), range(j, j + 1), confidence)


def paired(
    ours: list[list[str]], theirs: list[list[str]], beads: list[Bead], kind: ParagraphKind = "row"
) -> list[tuple[str, float]]:
    source, target = document("zh-CN", ours, kind), document("en-US", theirs, kind)
    alignment = Alignment(source.segments, target.segments, tuple(beads), SIGNATURE)
    found = paired_cells(alignment, source, target).beads
    return [(bead.type, bead.confidence) for bead in found]


ROW, LINE = [["号", "站", "备注"]], [["No.", "Station", "Remarks"]]
NEXT, AFTER = ["一", "二", "三"], ["one", "two", "three"]


def test_lone_cells_of_one_place_are_a_pair_as_likely_as_that_neither_is_alone() -> None:
    beads = [left(0, 0), right(1, 0), one(1, 1), one(2, 2)]
    assert paired(ROW, LINE, beads) == [("1-1", 0.4), ("1-1", 0.99), ("1-1", 0.99)]


def test_a_run_of_lone_cells_is_paired_in_order() -> None:
    beads = [one(0, 0), right(1, 1), right(1, 2), left(1, 3), left(2, 3, 0.9)]
    assert paired(ROW, LINE, beads) == [("1-1", 0.99), ("1-1", 0.4), ("1-1", 0.1)]


@pytest.mark.parametrize(
    ("ours", "theirs", "beads", "kind"),
    [
        pytest.param(ROW, LINE, [left(0, 0), right(1, 0), one(1, 1), one(2, 2)], "body", id="prose"),
        pytest.param(
            ROW, [LINE[0][:2]], [left(0, 0), right(1, 0), one(1, 1), left(2, 2)], "row",
            id="rows of other lengths",
        ),
        pytest.param(
            ROW, LINE, [left(0, 0), one(1, 0), right(2, 1), one(2, 2)], "row",
            id="not beside each other",
        ),
        pytest.param(
            [*ROW, NEXT], [*LINE, AFTER],
            [one(0, 0), one(1, 1), left(2, 2), left(3, 2), right(4, 2), right(4, 3), one(4, 4),
             one(5, 5)], "row", id="of two rows",
        ),
        pytest.param(
            [["号", "站"]], [["No.", "Station"]], [left(0, 0), left(1, 0), right(2, 0), right(2, 1)],
            "row", id="no cell of the row is known",
        ),
    ],
)  # fmt: skip
def test_others_stay_alone(
    ours: list[list[str]], theirs: list[list[str]], beads: list[Bead], kind: ParagraphKind
) -> None:
    assert paired(ours, theirs, beads, kind) == [(bead.type, bead.confidence) for bead in beads]
