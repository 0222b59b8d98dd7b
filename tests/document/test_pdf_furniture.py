"""Running headers of documents of two to four pages; text that comes again is none."""

from __future__ import annotations

import pytest

from align.document.blocks import Box
from align.document.pdf.furniture import Row, find_furniture

HEADER = "River Authority, spring report"


def page(*rows: tuple[str, float, float], size: float = 10.0) -> list[Row]:
    """Rows of (text, foot, width)."""
    return [
        Row(text, Box(60, foot - 10, 60 + width, foot), size, False) for text, foot, width in rows
    ]


def text(number: int, first: float) -> list[tuple[str, float, float]]:
    """Six lines of a paragraph that no other page has."""
    words = "which the council heard of in its session of the week"
    return [(f"{'abcdef'[at]} {number} {words}", first + 12 * at, 400.0) for at in range(6)]


@pytest.mark.parametrize("pages", [2, 3, 4])
@pytest.mark.parametrize("lower", [0.0, 6.0], ids=["level", "lower on the first page"])
def test_a_header_of_a_short_document(pages: int, lower: float) -> None:
    found = find_furniture(
        [
            page((HEADER, 40 + lower * (at == 0), 130.0), *text(at, 80 + lower * (at == 0)))
            for at in range(pages)
        ],
        10,
        12,
        None,
    )
    assert sorted(found) == [(at, 0) for at in range(pages)]


def test_the_head_of_a_table_that_goes_on_is_no_header() -> None:
    head = "Measure\tWho\tWhen"
    pages = [page((head, 40 + 6 * at, 300.0), *text(at, 80)) for at in range(2)]
    assert not find_furniture(pages, 10, 12, None)


def test_other_headers_a_line_apart_stay() -> None:
    pages = [page((f"{HEADER} of {year}", foot, 130.0), *text(at, 90)) for at, (year, foot) in
             enumerate([("the dykes", 40.0), ("the sluices", 46.0)])]  # fmt: skip
    assert not find_furniture(pages, 10, 12, None)


@pytest.mark.parametrize("header", [True, False])
def test_a_form_that_comes_again_page_after_page(header: bool) -> None:
    """The same paragraph at the same place is text: its lines are full and stand close."""
    form = [
        ("I, the undersigned, declare that the boat named below has been kept on the", 80.0, 400.0),
        ("lower course, and that nobody but its owner has used it.", 92.0, 290.0),
    ]
    top = [(HEADER, 40.0, 130.0)] if header else []
    pages = [page(*top, *form, *text(at, 130)) for at in range(3)]
    found = find_furniture(pages, 10, 12, None)
    assert sorted(found) == ([(at, 0) for at in range(3)] if header else [])


def test_a_footer_of_two_full_lines_in_small_type() -> None:
    footer = page(
        ("This draft is sent to the members of the council only, and no part of it may be printed,", 700.0, 400.0),
        ("copied or read aloud elsewhere before the council has heard it in a session.", 709.0, 390.0),
        size=8,
    )  # fmt: skip
    pages = [[*page(*text(at, 80)), *footer] for at in range(3)]
    found = find_furniture(pages, 10, 12, None)
    assert {(at, 6) for at in range(3)} <= set(found)


@pytest.mark.parametrize(
    ("heads", "found"),
    [
        pytest.param(["Figure 1: The dykes", "Figure 3: The dykes", "Figure 7: The dykes"], 0,
                     id="figures"),
        pytest.param(["Article 4", "Article 9", "Article 11"], 0, id="articles"),
        pytest.param(["Sheet 4 of the dykes", "Sheet 5 of the dykes", "Sheet 6 of the dykes"], 3,
                     id="count the pages"),
        pytest.param(["Report ii", "Report iv", "Report v"], 3, id="Roman numerals"),
        pytest.param(["Report of 2023", "Report of 2023", "Report of 2023"], 3, id="one number"),
    ],
)  # fmt: skip
def test_numbers_that_do_not_count_the_pages_are_other_lines(heads: list[str], found: int) -> None:
    pages = [page((head, 40.0, 130.0), *text(at, 80)) for at, head in enumerate(heads)]
    assert len(find_furniture(pages, 10, 12, None)) == found
