"""Who decides that two files do not fit: prose, unless the user says otherwise."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from align.datatypes import Document
from align.document import read_document
from align.errors import AlignError
from align.pipeline import PairOptions, check_languages

CHINESE = "山上有一座图书馆，晴天可以望见湖面。\n\n没有人记得它是谁建的。\n\n灯亮了。\n\n"
ENGLISH = "There is a library on the hill.\n\nNobody remembers who built it.\n\nIt is lit.\n\n"
TABLE = "Lamp of the northern reading room\n\nOil for the lamps of the house\n\n" * 30
FRENCH = "La bibliothèque est sur la colline et les lampes ne sont pas dans la maison.\n\n" * 3


def document(text: str) -> Document:
    return read_document(BytesIO(text.encode()), name="file")


def test_a_chinese_page_with_an_english_table_is_chinese() -> None:
    source = document(CHINESE + TABLE)
    assert source.lang == "zh-CN"
    check_languages(source, document(ENGLISH + TABLE))


@pytest.mark.parametrize(
    ("source", "target", "options", "message"),
    [
        pytest.param(ENGLISH, CHINESE, {"in_order": True}, "wrong way round", id="turned"),
        pytest.param(CHINESE, ENGLISH, {"source_lang": "en-GB"}, "Chinese was exp", id="as said"),
        pytest.param(
            ENGLISH,
            CHINESE,
            {"source_lang": "zh-CN", "target_lang": "en-US"},
            "other way round",
            id="turned against what is said",
        ),
        pytest.param(FRENCH, CHINESE, {"target_lang": "zh-TW"}, "--src-lang en-US", id="to one"),
        pytest.param(ENGLISH, ENGLISH, {}, "is English like the other", id="both English"),
        pytest.param(CHINESE, FRENCH, {}, "--tgt-lang en-US", id="French"),
        pytest.param(FRENCH, ENGLISH, {"target_lang": "en-GB"}, "--src-lang zh-CN", id="one said"),
    ],
)
def test_refused(source: str, target: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(AlignError, match=message):
        check_languages(document(source), document(target), PairOptions(**options))


def by_turns(chinese: str, english: str, between: str = "\n", after: str = "\n\n") -> str:
    pairs = zip(chinese.strip().split("\n\n"), english.strip().split("\n\n"), strict=True)
    return "".join(f"{zh}{between}{en}{after}" for zh, en in pairs)


TITLES = (
    ["灯塔", "图书馆", "湖面", "港口"],
    ["Lighthouse", "Library", "Surface of the lake", "Port"],
)
BOTH = {
    "lines": by_turns(CHINESE, ENGLISH),
    "lines, the English first": by_turns(ENGLISH, CHINESE),
    "paragraphs": by_turns(CHINESE, ENGLISH, "\n\n"),
    "sentences of one line": by_turns(CHINESE, ENGLISH, "", "\n"),
    "sentences of one paragraph": by_turns(CHINESE, ENGLISH, " ", " "),
    "two columns": by_turns(CHINESE, ENGLISH, "\t", "\n"),
    "one after the other": CHINESE + ENGLISH,
    "the English whole first": ENGLISH + CHINESE,
    "many of each, one after the other": CHINESE * 40 + ENGLISH * 40,
    "one after the other, with a remark in English": CHINESE
    + "See below.\n\n"
    + CHINESE
    + ENGLISH * 2,
    "titles": by_turns("\n\n".join(TITLES[0]), "\n\n".join(TITLES[1])),
}


@pytest.mark.parametrize("text", BOTH.values(), ids=BOTH)
def test_a_file_of_both_languages_is_no_side(text: str) -> None:
    both = read_document(BytesIO(text.encode()), name="both.txt")
    advice = "both.txt: holds Chinese and English by turns.*: align pair both.txt -o OUT.tmx"
    for sides in [(document(CHINESE), both), (both, document(ENGLISH)), (both, both)]:
        with pytest.raises(AlignError, match=advice):
            check_languages(*sides)
    stated = PairOptions(source_lang="zh", target_lang="en")
    check_languages(document(CHINESE), both, stated)  # the user knows better
    check_languages(both, document(ENGLISH), PairOptions(force=True))


ONE_LANGUAGE = {
    "a table of names in both": CHINESE
    + by_turns("\n\n".join(TITLES[0] * 5), "\n\n".join(TITLES[1] * 5), "\t"),
    "a quotation in each of six": "".join(
        f"第{k}盏灯亮了。\n\n有人来过这里。\n\n湖水很静。\n\n山路很长。\n\n没有人。\n\nThe light is on.\n\n"
        for k in "一二三四五"
    ),
    "an annex in the other language": CHINESE * 5 + ENGLISH,
    "one foreign sentence": "灯亮了。\n\nThe light is on.\n\n",
}


@pytest.mark.parametrize("text", ONE_LANGUAGE.values(), ids=ONE_LANGUAGE)
def test_foreign_lines_make_no_file_of_both_languages(text: str) -> None:
    check_languages(document(text), document(ENGLISH * 5))


@pytest.mark.parametrize(
    "options", [{}, {"source_lang": "en-GB"}, {"target_lang": "zh-TW"}], ids=["none", "en", "zh"]
)
def test_the_english_document_may_come_first(options: dict[str, str]) -> None:
    check_languages(document(ENGLISH), document(CHINESE), PairOptions(**options))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("tags", "wanted"),
    [
        ((None, None), None), (("zh-TW", None), False), ((None, "en"), False), (("en", None), True),
        ((None, "zh"), True), (("en-GB", "zh-HK"), True), (("cmn-Hans", "eng"), False),
    ],
    ids=str,
)  # fmt: skip
def test_the_languages_say_which_is_the_source(
    tags: tuple[str | None, str | None], wanted: bool | None
) -> None:
    assert PairOptions(*tags).from_english is wanted


@pytest.mark.parametrize(
    "tags", [("zh", "zh-TW"), ("en", "en-GB"), ("fr", None), (None, "ja")], ids=str
)
def test_a_pair_is_of_the_two_languages(tags: tuple[str | None, str | None]) -> None:
    with pytest.raises(AlignError, match="one document in Chinese and one in English"):
        PairOptions(*tags)


@pytest.mark.parametrize(
    "options",
    [PairOptions(force=True), PairOptions(source_lang="zh-CN", target_lang="en-US")],
    ids=["force", "languages"],
)
@pytest.mark.parametrize(
    ("source", "target"), [(ENGLISH, ENGLISH), (CHINESE, FRENCH)], ids=["both English", "French"]
)
def test_the_user_goes_through_every_refusal(
    source: str, target: str, options: PairOptions
) -> None:
    check_languages(document(source), document(target), options)


def test_force_goes_through_files_in_the_other_order() -> None:
    options = PairOptions(source_lang="zh-CN", target_lang="en-US", force=True)
    check_languages(document(ENGLISH), document(CHINESE), options)
