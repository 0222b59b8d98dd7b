"""Joining lines, tidying them, and telling furniture, case by case."""

from __future__ import annotations

import pytest

from align.document.furniture import find_furniture, injected_urls
from align.document.joining import Vocabulary, glue, is_cut_word, tidy
from align.language.languages import CHINESE, ENGLISH, language_of

from .cases_file import rows

DOCUMENT = [
    "Accountability is shared; the status-of-forces agreements and the police forces are known.",
    "Contributing is a word, and police is another; their independence matters.",
]


@pytest.mark.parametrize(("left", "right", "lang", "joined"), rows("joining.tsv"))
def test_glue(left: str, right: str, lang: str, joined: str) -> None:
    between, lost = glue(left, right, language=language_of(lang), words=Vocabulary(DOCUMENT))
    assert left[: len(left) - lost] + between + right == joined


def test_the_document_decides_about_a_hyphen() -> None:
    hyphened = Vocabulary(["a bench-mark is a mark on a bench"])
    joined = Vocabulary(["a benchmark is a mark on a bench"])
    assert glue("the bench-", "mark fell", language=ENGLISH, words=hyphened) == ("", 0)
    assert glue("the bench-", "mark fell", language=ENGLISH, words=joined) == ("", 1)


@pytest.mark.parametrize(
    ("written", "lost"),
    [
        ("a co-operative and its members co-operate", 0),
        ("a cooperative and its members cooperate", 1),
        ("nobody says", 1),
    ],
)
def test_a_word_of_the_same_family_decides(written: str, lost: int) -> None:
    words = Vocabulary([written])
    assert glue("their co-", "operation ended", language=ENGLISH, words=words) == ("", lost)


def test_a_second_part_that_the_document_has_by_itself() -> None:
    words = Vocabulary(["two constellations of satellites"])
    assert glue("a mega-", "constellation", language=ENGLISH, words=words) == ("", 0)


def test_a_font_whose_hyphens_are_all_one_sign() -> None:
    words = Vocabulary(["the board let staff speak\u2010", "up at last"])
    assert glue("a well\u2010", "known case", language=ENGLISH, words=words) == ("", 0)


@pytest.mark.parametrize(("line", "lang", "torn", "expected"), rows("tidy.tsv"))
def test_tidy(line: str, lang: str, torn: str, expected: str) -> None:
    assert tidy(line, language=language_of(lang), torn=torn == "yes") == expected


@pytest.mark.parametrize(("line", "reason"), rows("furniture.tsv"))
def test_furniture(line: str, reason: str) -> None:
    lines = ["The first line of the text", line, "is followed by another one."]
    found = find_furniture(lines, (), symbol=None, wrapped=True)
    assert found == ({} if reason == "-" else {1: reason})


def test_page_numbers_count_on() -> None:
    lines = [*["text of a page"] * 30, "1", *["text of a page"] * 30, "2", *["more"] * 30, "3"]
    found = find_furniture(lines, (), symbol=None, wrapped=False)
    assert found == {30: "page number", 61: "page number", 92: "page number"}


def test_numbers_of_a_table_stay() -> None:
    lines = ["one", "1", "two", "2", "three", "3", "four", "4"]
    assert find_furniture(lines, (), symbol=None, wrapped=False) == {}


def test_header_of_each_page() -> None:
    page = ["The library 12", *[f"Some text, line {line}." for line in range(20)]]
    lines = [*page, *page, *page]
    found = find_furniture(lines, (0, 21, 42), symbol=None, wrapped=True)
    assert found == dict.fromkeys((0, 21, 42), "running header")


def test_a_refrain_is_no_header() -> None:
    lines = ["And so it goes", "and so it goes on", "and on"] * 40
    assert find_furniture(lines, (), symbol=None, wrapped=True) == {}


@pytest.mark.parametrize(
    ("line", "cut"),
    [
        ("将联https://undocs.org/S/1 合国摊款", ["https://undocs.org/S/1"]),
        ("was https://undocs.org/S/1 used", []),
        ("请到 https://lake.example/form 下载申请表", []),
        ("表格可从https://lake.example/form 获得", []),
        ("see https://undocs.org/S/1 there", []),
        ("详见https://undocs.org/S/1 网页", []),
        ("https://undocs.org/S/1", []),
    ],
)
def test_urls_in_a_sentence(line: str, cut: list[str]) -> None:
    assert [line[start:end] for start, end in injected_urls(line)] == cut


@pytest.mark.parametrize(
    ("lines", "urls"),
    [
        (["the keeper of the northern", "https://lake.example/1", "lighthouse came"], [1]),
        (["并请各会员国在二〇三〇年以前向秘书", "https://lake.example/1", "长提出意见。"], [1]),
        (["The ferry runs daily.", "12/40", "https://lake.example/print", "It is slow."], [2]),
        (["The ferry runs daily.", "https://lake.example/print", "12/40", "It is slow."], [1]),
        (["北湖博物馆", "https://lake.example/zh", "电话：123"], []),
        (["North Lake Museum", "https://lake.example/en", "Tel. 123"], []),
        (["The ferry runs daily.", "https://lake.example/1", "and stops at noon"], []),
    ],
    ids=["english", "chinese", "after-page", "before-page", "name", "english-name", "sentence-ended"],
)  # fmt: skip
def test_an_address_alone_on_its_line_goes_only_for_a_reason(
    lines: list[str], urls: list[int]
) -> None:
    found = find_furniture(lines, (), symbol=None, wrapped=True)
    assert [index for index, why in found.items() if why == "url"] == urls


@pytest.mark.parametrize(
    ("left", "right", "between"),
    [
        ("the form (https://lake.example", "/forms/new) is short", ""),
        ("the form (https://lake.example/", "forms) is short", ""),
        ("the form <https://lake.example/my-", "form> is short", ""),
        ("see https://lake.example/list#", "fish for more", ""),
        ("see https://lake.example/list", "?page=2 for more", ""),
        ("see https://lake.example/my-", "form for more", ""),
        ("see https://lake.example/", "forms/new for more", ""),
        ("see https://lake.example/", "index.html for more", ""),
        ("see https://lake.example/", "for more", " "),
        ("see https://lake.example/list", "for more", " "),
        ("(see https://lake.example/list)", "for more", " "),
        ("see https://lake.example/.", "The end.", " "),
        ("the and/", "or of it", ""),
    ],
)
def test_an_address_over_two_lines(left: str, right: str, between: str) -> None:
    assert glue(left, right, language=ENGLISH, words=Vocabulary([left, right])) == (between, 0)


def test_an_address_over_two_lines_of_chinese() -> None:
    words = Vocabulary([])
    left = "详见北湖的网站（https://lake.example/list#"
    assert glue(left, "fish）和以下", language=CHINESE, words=words) == ("", 0)
    assert glue("详见https://lake.example/", "网站", language=CHINESE, words=words) == ("", 0)


def test_a_number_within_a_page_stays() -> None:
    page = ["Year", "2030", "Some text.", "More text.", "7"]
    found = find_furniture([*page, *page], (0, 5), symbol=None, wrapped=False)
    assert found == {4: "page number", 9: "page number"}


def test_a_typesetters_hyphen_goes_whatever_follows() -> None:
    lines = ["the keeping of re\u2010", "cord-keeping by juni\u2010", "or staff"]
    words = Vocabulary(lines)
    assert glue(lines[0], lines[1], language=ENGLISH, words=words) == ("", 1)
    assert glue(lines[1], lines[2], language=ENGLISH, words=words) == ("", 1)
    typed = Vocabulary([*lines, "a well\u2010known case"])
    assert glue("troop\u2010", "and police", language=ENGLISH, words=typed) == (" ", 0)


@pytest.mark.parametrize(
    ("left", "right", "cut"),
    [
        pytest.param("commissioni", "ng", True, id="an end that is no word"),
        pytest.param("Telecommunicat", "ions network", True, id="a word that is known"),
        pytest.param("decontaminatio", "n", True, id="one letter"),
        pytest.param("hydrodesulfuri", "zation unit", True, id="an end that words have"),
        pytest.param("renewable", "energy", False, id="two words"),
        pytest.param("hydrogeological", "survey", False, id="a word after one that is not known"),
        pytest.param("Ministerio", "de Obras", False, id="a name"),
        pytest.param("Harrington", "Lane", False, id="a capital"),
        pytest.param("oil and decommissi", "oning", False, id="a line of several words"),
        pytest.param("oil", "ng", False, id="too short to fill a cell"),
        pytest.param("commissioni", "ng-free", False, id="a compound"),
    ],
)
def test_a_word_that_the_edge_of_its_cell_cuts(left: str, right: str, cut: bool) -> None:
    assert is_cut_word(left, right) is cut


def test_a_font_that_gives_every_hyphen_as_one_that_breaks_no_line() -> None:
    words = Vocabulary(
        ["a three\u2011tier lamp", "the manage\u2011", "ment of lamps; three\u2011tier"]
    )
    for left, right, cut in (("The manage\u2011", "ment", 1), ("three\u2011", "tier", 0)):
        assert glue(left, right, language=ENGLISH, words=words) == ("", cut)
