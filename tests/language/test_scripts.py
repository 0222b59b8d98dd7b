"""Language detection, case by case."""

from __future__ import annotations

from pathlib import Path

import pytest

from align.language.scripts import (
    detect_document_language,
    detect_language,
    has_han,
    is_han,
    language_of_words,
)

CASES = Path(__file__).parent / "cases" / "languages.tsv"
ROWS = [line.split("\t") for line in CASES.read_text(encoding="utf-8").splitlines()[1:]]


@pytest.mark.parametrize(("text", "language"), ROWS)
def test_detect_language(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_a_long_text_is_judged_by_all_its_parts() -> None:
    assert detect_language("x" * 100_000 + "维和行动。" * 100_000) == "zh-Hans"


@pytest.mark.parametrize(
    ("char", "han"),
    [("维", True), ("〇", True), ("\U00020000", True), ("。", False), ("か", False), ("A", False)],
)
def test_is_han(char: str, han: bool) -> None:
    assert is_han(char) is han


def test_corpora(corpora: Path) -> None:
    """Each demonstration document is in the language that its name says."""
    for path in corpora.glob("*/*.txt"):
        if path.stem in ("zh", "en"):
            assert detect_language(path.read_text(encoding="utf-8"))[:2] == path.stem


CHINESE_PROSE = ["山上有一座图书馆，晴天可以望见湖面。", "没有人记得它是谁建的。", "灯亮了。"]
ENGLISH_PROSE = ["There is a library on the hill.", "Nobody remembers who built it.", "It is lit."]
ENGLISH_TABLE = ["Lamp of the northern reading room", "Oil for the lamps of the house", "Wick"] * 40
CHINESE_TABLE = ["北阅览室的灯与灯油的清单", "楼梯与走廊的灯的清单", "灯芯"] * 40


@pytest.mark.parametrize(
    ("paragraphs", "language"),
    [
        pytest.param(CHINESE_PROSE + ENGLISH_TABLE, "zh-Hans", id="English table"),
        pytest.param(ENGLISH_PROSE + CHINESE_TABLE, "en", id="Chinese table"),
        pytest.param(CHINESE_PROSE * 3 + ENGLISH_PROSE, "zh-Hans", id="more Chinese prose"),
        pytest.param(ENGLISH_PROSE * 9 + CHINESE_PROSE, "en", id="more English prose"),
        pytest.param(
            ["圖書館在山上，可以望見湖面。", *ENGLISH_TABLE[:30]], "zh-Hant", id="traditional"
        ),
        pytest.param(ENGLISH_TABLE, "en", id="no prose"),
        pytest.param([], "other", id="nothing"),
    ],
)
def test_prose_decides_about_a_document(paragraphs: list[str], language: str) -> None:
    assert detect_document_language(paragraphs) == language


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("A4P+", "en"),
        ("“…”。", "en"),  # Chinese signs alone
        ("ひらがな", "en"),
        ("A4P+倡议", "zh"),
        ("〇", "zh"),
        ("\U00020bb7", "zh"),  # beyond the BMP
        ("\uf900", "zh"),  # a form kept for compatibility
    ],
    ids=["latin", "signs", "kana", "mixed", "zero", "beyond the BMP", "compatibility"],
)
def test_a_term_is_chinese_where_one_character_is(text: str, lang: str) -> None:
    assert language_of_words(text) == lang
    assert has_han(text) is (lang == "zh")
