"""The page that holds the whole flow: languages, units, ids, paragraphs, provenance."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from align.batch.pair_task import outcome
from align.datatypes import Alignment, Bead, Document, Paragraph, Segment, Signature
from align.errors import InputError
from align.pipeline import PairOptions, align_files, check_languages, turned, units_from

SIGNATURE = Signature("1", "model", "r", "2", "w", (("pins", "0"),))


def document(
    lang: str, paragraphs: list[tuple[str | None, str, list[str]]], **extra: str | None
) -> Document:
    """A document of (number, kind, sentences) paragraphs, on a page each."""
    joiner = "" if lang == "zh-CN" else " "
    text, marks, segments = "", [], []
    for index, (number, kind, sentences) in enumerate(paragraphs):
        start = len(text)
        for sentence in sentences:
            segments.append(Segment(sentence, lang, len(text), len(text) + len(sentence), index))
            text += sentence + joiner
        marks.append(
            Paragraph(start, len(text), index + 1, page=index + 5, number=number, kind=kind)  # type: ignore[arg-type]
        )
        text += "\n"
    return Document(
        str(extra.get("name", "/home/someone/levels.docx")),
        lang,
        text,
        tuple(marks),
        tuple(segments),
        symbol=extra.get("symbol"),
    )


def units(source: Document, target: Document, beads: list[tuple[range, range]]) -> list[tuple]:  # type: ignore[type-arg]
    alignment = Alignment(
        source.segments, target.segments, tuple(Bead(s, t, 0.5) for s, t in beads), SIGNATURE
    )
    return [
        (unit.source, unit.target, unit.paragraph, unit.page, unit.bead_type, unit.id)
        for unit in units_from(source, target, alignment)
    ]


def test_a_pair_that_comes_again_has_an_id_of_its_own() -> None:
    again = ["水位上升。", "水位上升。", "水位上升。"]
    source = document("zh-CN", [(None, "body", again)])
    target = document("en-US", [(None, "body", ["The water rose."] * 3)])
    found = units(source, target, [(range(k, k + 1), range(k, k + 1)) for k in range(3)])
    ids = [row[-1] for row in found]
    assert len(set(ids)) == 3
    other = units(source, target, [(range(k, k + 1), range(k, k + 1)) for k in range(3)])
    assert ids == [row[-1] for row in other]  # and the same one in the next alignment


def test_a_unit_says_in_which_paragraph_and_on_which_page_it_begins() -> None:
    source = document(
        "zh-CN",
        [
            ("12", "body", ["第一句。", "第二句。"]),
            ("a", "list", ["第三句。"]),
            (None, "list", ["第四句。"]),
            (None, "body", ["第五句。"]),
            ("13", "body", ["第六句。"]),
        ],
    )
    target = document(
        "en-US", [(None, "body", ["One.", "Two.", "Three.", "Four.", "Five.", "Six.", "Seven."])]
    )
    beads = [(range(k, k + 1), range(k, k + 1)) for k in range(4)]
    beads += [(range(4, 5), range(4, 6)), (range(5, 6), range(6, 6)), (range(6, 6), range(6, 7))]
    found = units(source, target, beads)
    assert [row[2] for row in found] == ["12", "12", "12", "12", "¶4", "13", "¶1"]
    assert [row[3] for row in found] == [5, 5, 6, 7, 8, 9, 5]
    assert found[4][1] == "Five. Six."
    assert [row[4] for row in found[4:]] == ["1-2", "1-0", "0-1"]


def test_a_unit_says_where_it_comes_from_and_no_more() -> None:
    source = document("zh-CN", [(None, "body", ["水。"])], symbol="B/7/3")
    target = document("en-US", [(None, "body", ["Water."])])
    alignment = Alignment(source.segments, target.segments, (Bead(range(1), range(1)),), SIGNATURE)
    (unit,) = units_from(source, target, alignment)
    assert (unit.origin, unit.symbol) == ("levels.docx", "B/7/3")  # without the folder
    assert unit.signature == "align:1|model:model@r|segmenter:2|weights:w|pins:0"
    (unit,) = units_from(source, target, alignment, PairOptions("zh-TW", "en-GB"))
    assert (unit.source_lang, unit.target_lang) == ("zh-TW", "en-GB")


ZH = "水位上升了三米，渡船停开，两岸的居民只好在原地等候。"
EN = "The water rose by three metres, the ferry did not run, and people had to wait."


@pytest.mark.parametrize(
    ("first", "second", "error", "said"),
    [
        (EN, EN, InputError, "Chinese was expected here, but the text is English like the other"),
        (ZH, ZH, InputError, "English was expected here, but the text is Chinese like the other"),
        (ZH, "Вода поднялась на три метра, и паром стоял.", InputError, "another language"),
    ],
    ids=["both English", "both Chinese", "Russian"],
)
def test_files_in_other_languages_are_refused(
    first: str, second: str, error: type[Exception], said: str
) -> None:
    languages = ("zh-CN", "en-US")
    pair = [
        document(lang, [(None, "body", [text])])
        for lang, text in zip(languages, (first, second), strict=True)
    ]
    with pytest.raises(error, match=said):
        check_languages(pair[0], pair[1])


def test_figures_have_no_language_to_be_wrong() -> None:
    check_languages(
        document("zh-CN", [(None, "body", ["12 34 A"])]),
        document("en-US", [(None, "body", ["12 34 A"])]),
    )


def test_two_files_become_units(tmp_path: Path) -> None:
    (tmp_path / "zh.txt").write_text("第一章\n\n水位上升了三米。渡船停开。\n", "utf-8")
    target = io.BytesIO(b"Chapter 1\n\nThe water rose by three metres. The ferry did not run.\n")
    result = align_files(tmp_path / "zh.txt", target)
    assert [(unit.source, unit.target) for unit in result.units] == [
        ("第一章", "Chapter 1"),
        ("水位上升了三米。", "The water rose by three metres."),
        ("渡船停开。", "The ferry did not run."),
    ]
    assert result.target.name == "standard input"
    assert {unit.origin for unit in result.units} == {"zh.txt"}


def test_a_pair_says_how_its_files_were_read(tmp_path: Path) -> None:
    text = "水位上升了三米。渡船停开，等到潮水退去。\n" * 40
    damaged = text.encode().replace("三".encode(), b"\xff", 1)
    (tmp_path / "zh.txt").write_bytes(damaged)
    english = "The water rose by three metres. The ferry waits for the tide to fall.\n" * 40
    (tmp_path / "en.txt").write_text(english, "utf-8")
    result = align_files(tmp_path / "zh.txt", tmp_path / "en.txt")
    (warning,) = result.source.warnings
    assert result.remarks == (f"zh.txt: {warning}", *result.notes)
    assert outcome("1", result).notes == result.remarks


def test_a_name_as_text_is_as_good_as_a_path(tmp_path: Path) -> None:
    """Its ending says how it is read, and the units say where they are from."""
    (tmp_path / "zh.md").write_text("# 年度报告\n\n**水壶**很烫。\n", encoding="utf-8")
    (tmp_path / "en.md").write_text("# Annual report\n\nThe **kettle** is hot.\n", encoding="utf-8")
    files = (tmp_path / "zh.md", tmp_path / "en.md")
    by_path, by_text = align_files(*files), align_files(*map(str, files))
    assert by_text.units == by_path.units
    assert by_text.source.name == by_path.source.name != "standard input"
    with pytest.raises(InputError, match=r"none\.md"):
        align_files(str(tmp_path / "none.md"), str(files[1]))


def test_an_alignment_turned_round_keeps_its_crossings_and_partition() -> None:
    source = document("zh-CN", [(None, "body", ["水。", "火。", "土。"])])
    target = document("en-US", [(None, "body", ["Fire.", "Water.", "Earth. And sand."])])
    beads = (
        Bead(range(1), range(0), 0.5), Bead(range(1, 2), range(1), 0.9),
        Bead(range(2, 2), range(1, 2), 0.4), Bead(range(2, 3), range(2, 3), 0.8),
    )  # fmt: skip
    found = Alignment(source.segments, target.segments, beads, SIGNATURE, ((0, 1),))
    other = turned(found)
    assert other.crossings == ((1, 0),)
    assert [(b.target, b.source, b.confidence) for b in other.beads] == [
        (b.source, b.target, b.confidence) for b in beads
    ]
    assert (other.source, other.target) == (target.segments, source.segments)
    assert turned(other) == found


def test_tags_that_are_not_stated_are_the_usual_ones_of_the_direction() -> None:
    assert PairOptions().usual_tags == ("zh-CN", "en-US")
    assert PairOptions("zh-TW").usual_tags == ("zh-TW", "en-US")
    assert PairOptions("en-GB").usual_tags == ("en-GB", "zh-CN")
    assert PairOptions(None, "zh-HK").usual_tags == ("en-US", "zh-HK")
