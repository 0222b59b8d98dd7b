"""The real record: what the issue demands of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from align.datatypes import Document
from align.document import read_document
from align.language.scripts import FULL_WIDTH, HAN

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def chinese(shared: Path) -> Document:
    return read_document(shared / "record" / "zh.txt")


@pytest.fixture(scope="module")
def english(shared: Path) -> Document:
    return read_document(shared / "record" / "en.txt")


def test_no_stray_space_in_chinese(chinese: Document) -> None:
    for paragraph in chinese.paragraphs:
        text = chinese.text[paragraph.start : paragraph.end]
        text = re.sub(r"^\d+\. ", "", text)
        assert not re.search(f"[{HAN}{FULL_WIDTH}] | [{HAN}{FULL_WIDTH}]", text)


def test_no_cut_word(chinese: Document, english: Document) -> None:
    """What stood on two lines is whole, and each paragraph begins and ends as one does."""
    assert chinese.text.count("以行动促维和") == 7
    assert "environmental management efforts" in english.text
    assert "leadership and accountability must" in english.text
    assert english.text.count("troop- and police-contributing") == 9
    assert not re.search(r"[a-z]- (?!and )", english.text)
    for document in (chinese, english):
        for paragraph in document.paragraphs:
            if paragraph.kind != "heading":
                assert document.text[paragraph.end - 1] in ".。"


def test_the_same_numbers_on_both_sides(chinese: Document, english: Document) -> None:
    numbers = [str(number) for number in range(1, 67)]
    for document in (chinese, english):
        assert [part.number for part in document.paragraphs if part.number] == numbers


def test_the_same_speakers_on_both_sides(chinese: Document, english: Document) -> None:
    def speaking(document: Document) -> list[str | None]:
        return [part.number for part in document.paragraphs if part.speaker]

    assert speaking(chinese) == speaking(english)
    assert len(speaking(chinese)) == 17


def test_agenda_heading_is_one_segment(chinese: Document, english: Document) -> None:
    heading = chinese.segments[1]
    assert heading.text.startswith("议程项目51：")
    assert heading.text.endswith("全盘审查")
    assert english.segments[1].text.endswith("peacekeeping operations in all their aspects")
    assert chinese.paragraphs[heading.paragraph].kind == "heading"


def test_paragraph_32(chinese: Document) -> None:
    paragraph = next(part for part in chinese.paragraphs if part.number == "32")
    text = chinese.text[paragraph.start : paragraph.end]
    assert text.startswith("32.更好的培训和能力建设")
    assert text.endswith("2538(2020)号决议。")


def test_paragraph_1_keeps_its_doubled_word(chinese: Document) -> None:
    assert "说，说，" in chinese.segments[2].text


def test_what_was_removed(chinese: Document, english: Document) -> None:
    assert [removal.reason for removal in chinese.removals] == ["url"]
    assert sorted(removal.reason for removal in english.removals) == [
        *["job number"] * 2,
        *["page number"] * 2,
        "url",
    ]


def test_gold_sentences_stay_whole(shared: Path) -> None:
    """Clean text, a sentence a line, is not joined; at most a few lines are divided further."""
    for path in sorted((shared / "gold").glob("*/*.zh")) + sorted((shared / "gold").glob("*/*.en")):
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
        document = read_document(path)
        assert len(document.paragraphs) + len(document.removals) == sum(map(bool, lines)), path.name
        assert len(document.segments) <= len(document.paragraphs) * 1.03
