"""No letter of a PDF is lost: paragraphs and removals together are the letters of the file."""

from __future__ import annotations

from collections import Counter
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.document import read_document
from align.document.pdf.characters import Reader
from align.document.pdf.unmapped import mend_unmapped
from align.language.radicals import unify_radicals

from .make_pdf import make_pdf

FILES = sorted((Path(__file__).parent / "files").glob("*.pdf"))


def letters(text: str) -> Counter[str]:
    return Counter(char for char in text if char.isalnum())


def letters_of_file(data: bytes) -> Counter[str]:
    """What the file itself draws, before anything is judged."""
    reader = Reader()
    pages = []
    with pypdfium2.PdfDocument(data) as document:
        for number in range(len(document)):
            page = document[number]
            layer = page.get_textpage()
            pages.append(reader.read(page, layer))
            layer.close()
            page.close()
    drawn = "".join(
        chr(code)
        for page in mend_unmapped(pages, data)
        for code in page.codes[page.fonts >= 0].tolist()
    )
    whole = drawn.encode("utf-16-le", "surrogatepass").decode("utf-16-le")  # beyond the BMP
    return letters(unify_radicals(whole, simplified=True))


def simplified(counts: Counter[str]) -> Counter[str]:
    """Radicals may be read as either form of their ideograph."""
    folded: Counter[str] = Counter()
    for char, times in counts.items():
        folded[unify_radicals(char, simplified=True)] += times
    return folded


def check(data: bytes) -> None:
    document = read_document(BytesIO(data))
    kept = letters(document.text)
    for removal in document.removals:
        if removal.reason != "private-use glyph":  # its text is the code point's name
            kept += letters(removal.text)
    before, after = simplified(letters_of_file(data)), simplified(kept)
    lost, added = before - after, after - before
    # What stands raised and marks no note is written as an exponent.
    exponents = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ", "0123456789n", strict=True))
    for char in [char for char in added if char in exponents]:
        lost[exponents[char]] -= added.pop(char)
    assert not +lost
    assert not added


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_committed_files(path: Path) -> None:
    check(path.read_bytes())


@pytest.mark.shared
def test_real_files(shared: Path) -> None:
    paths = sorted((shared / "real").rglob("*.pdf")) + sorted(
        (shared / "cases" / "bugs").rglob("*.pdf")
    )
    assert paths
    for path in paths:
        check(path.read_bytes())


WORDS = st.sampled_from(
    ["The committee", "met.", "Rationale:", "理由說明：", "12", "3/9", "- 4 -", "（一）", "(a)", "•",
     "n", "post-", "quantum", "大会", "通过了决议，", "A1.1", "Description", "....", "1 See annex.",
     "23-12345", "A/C.4/78/SR.12", "http://x.org/y"]
)  # fmt: skip
LINES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
PAGES = st.lists(st.lists(LINES, min_size=1, max_size=12), min_size=1, max_size=5)


@settings(max_examples=25, deadline=None)
@given(PAGES)
def test_made_up_pages(pages: list[list[str]]) -> None:
    text = [["A report of the committee on its work in the past year.", *page] for page in pages]
    check(make_pdf(text))
