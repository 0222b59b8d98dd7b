"""Reading TMX of other tools: every unit, or the reason why not."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from align.datatypes import TranslationUnit
from align.errors import FormatError
from align.formats import tmx

CASES = Path(__file__).parent / "cases"


def read(name: str, **languages: Any) -> tuple[list[TranslationUnit], tmx.ReadReport]:
    report = tmx.ReadReport()
    return list(tmx.read_units(CASES / name, report=report, **languages)), report


def wrapped(body: str, srclang: str = "zh-CN") -> io.BytesIO:
    """A TMX with these tus."""
    return io.BytesIO(
        f'<tmx version="1.4"><header srclang="{srclang}"/><body>{body}</body></tmx>'.encode()
    )


def test_a_trados_export() -> None:
    units, report = read("trados.tmx")
    assert units[0] == TranslationUnit(
        "港口于六月关闭。",
        "The harbour closed in June.",
        "zh-CN",
        "en-US",
        created="20190604T071531Z",
        changed="20200101T000000Z",
        props=(
            ("x-LastUsedBy", "DESK\\ben"),
            ("x-Context", "123456, 654321"),
            ("x-Origin", "TM"),
            ("x-ConfirmationLevel", "ApprovedTranslation"),
            (
                "x-align-source-seg",
                '港口<bpt i="1" type="5" x="1"/><ph x="2" type="6"/>于<ept i="1"/>六月关闭。',
            ),
            (
                "x-align-target-seg",
                'The harbour closed in <bpt i="1" type="5" x="1"/>June<ept i="1"/>.',
            ),
            ("creationid", "DESK\\anna"),
            ("changeid", "DESK\\ben"),
            ("usagecount", "4"),
            ("lastusagedate", "20200101T000000Z"),
        ),
    )
    assert [unit.source for unit in units] == ["港口于六月关闭。", "共有 12 条船。"]
    assert (report.read, report.yielded, report.inline, report.level) == (2, 2, 5, 2)
    assert report.header["creationtool"] == "SDL Language Platform"


def test_a_memoq_export_has_english_first_and_a_footnote() -> None:
    units, report = read("memoq.tmx")
    assert len(units) == 1
    assert units[0].source == "大声朗读每一页。"
    assert units[0].target == "Read every page aloud."
    assert (units[0].source_lang, units[0].target_lang) == ("zh-Hans", "en-GB")
    assert ("client", "library") in units[0].props
    assert dict(units[0].props)["x-align-target-prop:x-context-post"] == "<seg>Return</seg>"
    assert report.skipped == {"no source tuv (zh)": 1, "empty source seg": 1}
    assert report.examples == [
        "line 21: no source tuv (zh)",
        "line 24: empty source seg",
    ]


def test_an_omegat_memory_has_lang_and_its_dates_on_the_tuv() -> None:
    units, report = read("omegat.tmx")
    assert units[0].source == "水壶和杯子<t0/>很烫。"
    assert units[0].target == "The kettle & the cup <t0/> are hot."
    assert (units[0].created, units[0].changed) == ("20220201T010101Z", "20220202T020202Z")
    assert units[1].props[:2] == (("file", "kitchen.odt"), ("prev", "The kettle."))
    assert ("x-align-source-@changeid", "carla") in units[1].props
    assert (report.level, report.skipped) == (1, {})


def test_a_toolkit_file_has_an_underscore_in_its_code() -> None:
    units, report = read("toolkit.tmx")
    assert [(unit.source, unit.target, unit.source_lang) for unit in units] == [
        ("打开窗户", "Open the window", "zh-CN")
    ]
    assert report.languages == {"en": 1, "zh_CN": 1}


def test_more_than_two_languages() -> None:
    units, report = read("languages.tmx")
    assert [(unit.source, unit.target, unit.id) for unit in units] == [
        ("早安", "good morning", "1"),
        ("早安", "morning", "1.2"),
        ("晚安", "good night", "2"),
    ]
    assert report.skipped == {
        "no source tuv (zh)": 1,
        "no target tuv (en)": 1,
        "no seg in the source tuv": 1,
    }
    assert (report.read, report.yielded, report.left_out) == (5, 3, 2)


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("zh-CN", "en-US", [("早上好", "morning"), ("晚安", "good night")]),
        ("zh-TW", "en-GB", [("早安", "good morning"), ("晚安", "good night")]),
        ("fr", "en", [("bonjour", "good morning"), ("bonjour", "morning"), ("merci", "thanks")]),
        ("fr", "zh-CN", [("bonjour", "早上好")]),
        ("de", "en", []),
    ],
)
def test_the_pair_that_is_asked_for(
    source: str, target: str, expected: list[tuple[str, str]]
) -> None:
    units, _ = read("languages.tmx", source_lang=source, target_lang=target)
    assert [(unit.source, unit.target) for unit in units] == expected


def test_english_may_be_the_source() -> None:
    units, _ = read("toolkit.tmx", source_lang="en")
    assert (units[0].source, units[0].target) == ("Open the window", "打开窗户")
    units, _ = read("toolkit.tmx", target_lang="zh")
    assert (units[0].source, units[0].target) == ("Open the window", "打开窗户")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
@pytest.mark.parametrize("name", ["trados.tmx", "memoq.tmx", "languages.tmx"])
def test_the_encoding_changes_nothing(name: str, encoding: str) -> None:
    text = (CASES / name).read_text(encoding="utf-8")
    declared = "utf-8" if "8" in encoding else "utf-16"
    text = text.replace('encoding="utf-8"', f'encoding="{declared}"')
    text = text.replace('encoding="UTF-8"', f'encoding="{declared}"')
    report = tmx.ReadReport()
    units = list(tmx.read_units(io.BytesIO(text.encode(encoding)), report=report))
    assert units == read(name)[0]
    assert report.encoding == declared


def test_inline_elements() -> None:
    seg = (
        "<seg>a<bpt i='1'>X<sub>no</sub></bpt>b<hi>c<it pos='begin'>Y</it>d<hi>e</hi></hi>"
        "<ept i='1'/>f<ut>Z</ut>g<ph/>h<g>own</g><!-- c --><?p i?>i</seg>"
    )
    body = f"<tu><tuv xml:lang='en'>{seg}</tuv><tuv xml:lang='zh'><seg>水</seg></tuv></tu>"
    report = tmx.ReadReport()
    (unit,) = tmx.read_units(wrapped(body), report=report)
    assert unit.target == "abcdef g howni"  # ut and ph keep words apart, pairs do not
    assert report.inline == 9


def test_fields_and_foreign_props() -> None:
    body = (
        "<tu tuid='7' creationdate='2024-02-29T10:11:12Z' changedate='soon'>"
        "<note>one</note><prop type='x-confidence'>0.75</prop><prop type='x-page'>12</prop>"
        "<prop type='x-page'>13</prop><prop type='x-state'>reviewed</prop><prop>bare</prop>"
        "<prop type='x-document'>A/C.4/78/SR.12</prop><prop type='Client'>us</prop>"
        "<tuv xml:lang='zh'><note>two</note><seg>水</seg></tuv>"
        "<tuv xml:lang='en'><prop type='x-y'>z</prop><seg>water</seg></tuv></tu>"
        "<tu><prop type='x-confidence'>high</prop><prop type='x-page'>iv</prop>"
        "<tuv xml:lang='zh'><seg>火</seg></tuv><tuv xml:lang='en'><seg>fire</seg></tuv></tu>"
    )
    report = tmx.ReadReport()
    first, second = tmx.read_units(wrapped(body), report=report)
    assert first == TranslationUnit(
        "水",
        "water",
        "zh",
        "en",
        id="7",
        confidence=0.75,
        page=12,
        state="reviewed",
        symbol="A/C.4/78/SR.12",
        created="20240229T101112Z",
        note="one\ntwo",
        props=(
            *(("x-page", "13"), ("", "bare"), ("Client", "us")),
            ("x-align-target-prop:x-y", "z"),
            *(("x-align-note", "one"), ("x-align-source-note", "two")),
        ),
    )
    assert second.props == (("x-page", "iv"), ("x-confidence", "high"))
    assert (second.page, second.confidence, report.dates) == (None, None, 1)


def test_an_entity_of_html_is_understood_and_another_one_kept_as_text() -> None:
    data = (
        '<!DOCTYPE tmx SYSTEM "tmx14.dtd"><tmx version="1.4"><header/><body><tu>'
        "<tuv xml:lang='zh'><seg>水</seg></tuv>"
        "<tuv xml:lang='en'><seg>caf&eacute;&nbsp;&own;!</seg></tuv></tu></body></tmx>"
    )
    (unit,) = tmx.read_units(io.BytesIO(data.encode()))
    assert unit.target == "café\xa0&own;!"


def test_control_characters_cost_a_character_not_the_file() -> None:
    text = (CASES / "toolkit.tmx").read_text(encoding="utf-8")
    data = text.replace("打开", "打\x0b&#x1F;开").encode()
    report = tmx.ReadReport()
    assert list(tmx.read_units(io.BytesIO(data), report=report)) == read("toolkit.tmx")[0]
    assert report.removed_characters == 2
    assert "tmx-forbidden-character" in {item.rule for item in tmx.validate(io.BytesIO(data))}


def test_a_namespace_does_no_harm() -> None:
    text = (CASES / "toolkit.tmx").read_text(encoding="utf-8")
    text = text.replace("<tmx ", '<tmx xmlns="http://www.lisa.org/tmx14" ')
    assert list(tmx.read_units(io.BytesIO(text.encode()))) == read("toolkit.tmx")[0]


def test_a_truncated_file_gives_its_good_units_and_then_says_where_it_breaks() -> None:
    text = (CASES / "trados.tmx").read_text(encoding="utf-8")
    cut = io.BytesIO(text[: text.index("There were")].encode())
    cut.name = "cut.tmx"
    units = tmx.read_units(cut)
    assert next(units).target == "The harbour closed in June."
    with pytest.raises(FormatError, match=r"^cut\.tmx:26: "):
        next(units)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<html/>", "not a TMX: the root element is <html>"),
        (b"just text", "not well-formed"),
        (b"PK\x03\x04zip", "not well-formed"),
        (b"<tmx><body>" + b"<tu>" * 300, "over 256 deep"),
    ],
)
def test_what_is_no_tmx(data: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        list(tmx.read_units(io.BytesIO(data)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20240229T235959Z", "20240229T235959Z"),
        ("2024-02-29T23:59:59.123Z", "20240229T235959Z"),
        ("2024-02-29", "20240229T000000Z"),
        ("20230229T000000Z", None),
        ("20240101T240000Z", None),
        ("20240101T000000+08:00", None),
        ("20240101T000000+00:00", "20240101T000000Z"),
        ("today", None),
        ("", None),
    ],
)
def test_dates(text: str, expected: str | None) -> None:
    assert tmx.date(text) == expected
