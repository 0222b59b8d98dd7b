"""Pages that are pictures: the reader says which could not be read."""

from __future__ import annotations

import io

import pytest

from align.document import read_document
from align.document.pdf.pictures import nearly_empty

from .make_pdf import make_pdf

FULL = [f"The harbour master keeps the log of pier {number} for a year." for number in range(12)]
WHOLE = (0, 0, 900, 800)


def warnings(pages: list[list[str]], pictures: dict[int, list[tuple[int, int, int, int]]]) -> str:
    data = make_pdf(pages, pictures=pictures)
    return " ".join(read_document(io.BytesIO(data), name="a.pdf").warnings)


@pytest.mark.parametrize(
    ("pages", "pictures", "said"),
    [
        pytest.param([FULL, [], FULL], {1: [WHOLE]}, "page 2 is a picture", id="scan"),
        pytest.param(
            [FULL, ["7"], FULL], {1: [WHOLE]}, "page 2 is a picture", id="scan-and-number"
        ),
        pytest.param(
            [FULL, [], FULL, [], FULL], {1: [WHOLE], 3: [WHOLE]}, "pages 2, 4 are", id="two"
        ),
        pytest.param(
            [FULL, ["Risks"], FULL],
            {1: [(50, y, 800, 45) for y in range(0, 700, 50)]},
            "page 2 is a picture",
            id="many-pieces",
        ),
        pytest.param([FULL, ["Annex"], FULL], {}, "", id="title-page"),
        pytest.param([FULL, ["Annex"], FULL], {1: [(700, 700, 100, 50)]}, "", id="logo"),
        pytest.param([FULL, FULL], {1: [WHOLE]}, "", id="text-on-a-background"),
        pytest.param([["Annex"]], {0: [WHOLE]}, "", id="a-page-alone"),
        pytest.param(
            [FULL, ["Annex"], FULL], {1: [(2000, 2000, 900, 800)]}, "", id="beside-the-page"
        ),
    ],
)
def test_a_page_that_is_a_picture_is_said(
    pages: list[list[str]], pictures: dict[int, list[tuple[int, int, int, int]]], said: str
) -> None:
    found = warnings(pages, pictures)
    assert found.startswith(said) if said else found == ""


def test_no_page_is_nearly_empty_where_none_has_letters() -> None:
    assert nearly_empty([]) == []
    assert nearly_empty([0, 0]) == []
