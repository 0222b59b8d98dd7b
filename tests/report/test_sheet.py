"""The review sheet: what a reviewer changes comes back, and is told."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.datatypes import IN_ANOTHER_ORDER, TranslationUnit
from align.errors import FormatError
from align.report.sheet import Change, Review, read_sheet, write_sheet
from report.sample import numbered, units_of

ID, PARAGRAPH, SOURCE, TARGET, CONFIDENCE, STATE, COMMENT = range(1, 8)
Edit = Callable[[Any], None]


def units(count: int = 6) -> tuple[TranslationUnit, ...]:
    return units_of(numbered(count)[2])


def written(sent: tuple[TranslationUnit, ...]) -> io.BytesIO:
    file = io.BytesIO()
    write_sheet(file, sent, signature="align:1")
    file.seek(0)
    return file


def reviewed(sent: tuple[TranslationUnit, ...], edit: Edit) -> Review:
    """What comes back when a reviewer's spreadsheet program opens, edits and saves the sheet."""
    book = openpyxl.load_workbook(written(sent))
    edit(book["Review"])
    back = io.BytesIO()
    book.save(back)
    back.seek(0)
    return read_sheet(back, name="back.xlsx")


def put(**cells: str) -> Edit:
    """Set cells: ``put(F3="merge")``."""

    def edit(sheet: Any) -> None:
        for place, value in cells.items():
            sheet[place] = value

    return edit


def test_the_sheet_is_ready_to_work_in() -> None:
    sheet = openpyxl.load_workbook(written(units()))["Review"]
    assert [cell.value for cell in sheet[1]] == [
        "id", "paragraph", "Chinese", "English", "confidence", "state", "comment",
    ]  # fmt: skip
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:G7"
    assert sheet.data_validations.dataValidation[0].formula1 == '"reviewed,rejected,merge"'
    assert {str(r.sqref) for r in sheet.conditional_formatting} >= {"E2:E7"}
    assert [cell.value for cell in sheet[2]][:2] == ["u1", "1"]
    assert openpyxl.load_workbook(written(units()))["_units"].sheet_state == "veryHidden"


def test_nothing_changed_is_nothing_changed() -> None:
    review = reviewed(units(), put())
    assert review == Review(units(), (), 6)
    assert review.summary() == "6 units sent, 6 back: nothing changed"


def test_an_edit_a_comment_and_states_come_back() -> None:
    review = reviewed(
        units(), put(D2="Better.", G3="why?", F4="reviewed", F5="Rejected", F6="已审")
    )
    back = {unit.id: unit for unit in review.units}
    assert (back["u1"].target, back["u1"].state) == ("Better.", "edited")
    assert back["u2"].note == "why?"
    assert [back[key].state for key in ("u3", "u4", "u5")] == ["reviewed", "rejected", "reviewed"]
    assert [unit.id for unit in review.kept] == ["u1", "u2", "u3", "u5", "u6"]
    assert [(change.kind, change.id, change.row) for change in review.changes] == [
        ("target", "u1", 2), ("comment", "u2", 3), ("state", "u3", 4),
        ("rejected", "u4", 5), ("state", "u5", 6),
    ]  # fmt: skip
    assert review.changes[0].before.startswith("Sentence 0 of unit 0")
    assert str(review.changes[1]) == "row 3, u2: comment changed: “” → “why?”"
    assert review.summary() == "6 units sent, 6 back: 1 target, 2 state, 1 comment, 1 rejected"


def test_merge_joins_with_the_unit_before_in_the_document_though_sorted() -> None:
    def sort_and_merge(sheet: Any) -> None:
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        for row in rows:
            if row[0] in ("u3", "u4"):
                row[STATE - 1] = "merge"
        for number, row in enumerate(sorted(rows, key=lambda r: r[CONFIDENCE - 1]), 2):
            for column, value in enumerate(row, 1):
                sheet.cell(number, column).value = value

    sent = units()
    review = reviewed(sent, sort_and_merge)
    assert [unit.id for unit in review.units] == ["u1", "u2", "u5", "u6"]
    merged = review.units[1]
    assert merged.source == sent[1].source + sent[2].source + sent[3].source
    assert merged.target == " ".join(unit.target for unit in sent[1:4])
    assert (merged.bead_type, merged.confidence, merged.state) == ("3-3", None, "edited")
    assert [change.kind for change in review.changes] == ["merged", "merged"]


def test_deleted_rows_are_told_and_a_merge_by_hand_is_recognised() -> None:
    sent = units()

    def edit(sheet: Any) -> None:
        sheet.cell(2, SOURCE).value = sent[0].source + sent[1].source
        sheet.cell(2, TARGET).value = sent[0].target + " " + sent[1].target
        sheet.delete_rows(5)
        sheet.delete_rows(3)

    review = reviewed(sent, edit)
    assert [unit.id for unit in review.units] == ["u1", "u3", "u5", "u6"]
    told = [(change.kind, change.id) for change in review.changes]
    assert told == [("source", "u1"), ("target", "u1"), ("merged", "u2"), ("removed", "u4")]


def test_an_added_row_comes_after_the_one_above_it() -> None:
    def edit(sheet: Any) -> None:
        sheet.insert_rows(4)
        sheet.cell(4, SOURCE).value = "新句。"
        sheet.cell(4, TARGET).value = "New."

    review = reviewed(units(), edit)
    assert [unit.id for unit in review.units] == ["u1", "u2", "", "u3", "u4", "u5", "u6"]
    assert review.units[2].source == "新句。"
    assert [(c.kind, c.row) for c in review.changes] == [("added", 4)]


def test_a_number_typed_into_a_text_cell_is_text() -> None:
    def edit(sheet: Any) -> None:
        sheet["D2"] = 2023
        sheet["D3"] = 7.0

    assert [unit.target for unit in reviewed(units(), edit).units[:2]] == ["2023", "7"]


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (put(A3="u1"), "rows 2 and 3 have the same id 'u1'"),
        (put(A3="nobody"), "row 3: id 'nobody' was not sent"),
        (put(F3="maybe"), "row 3: unknown state 'maybe'"),
        (put(F2="merge"), "row 2: there is no unit before"),
        (put(D1="anglais"), "row 1 has no column 'English'"),
    ],
)
def test_what_cannot_be_read_back_is_refused_with_its_row(edit: Edit, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        reviewed(units(), edit)


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04broken"])
def test_another_file_is_refused(content: bytes) -> None:
    with pytest.raises(FormatError, match="not an XLSX"):
        read_sheet(io.BytesIO(content))


def test_a_foreign_workbook_is_refused() -> None:
    file = io.BytesIO()
    openpyxl.Workbook().save(file)
    with pytest.raises(FormatError, match="not a review sheet"):
        read_sheet(file)


def test_a_text_too_long_for_a_cell_is_refused_not_cut() -> None:
    with pytest.raises(FormatError, match=r"40,000 characters.*32,767"):
        write_sheet(io.BytesIO(), (TranslationUnit("字" * 40_000, "x"),))


def test_units_without_an_id_or_with_the_same_one_stay_apart() -> None:
    sent = tuple(
        replace(unit, id=key) for unit, key in zip(units(4), ("", "a", "a", ""), strict=True)
    )
    review = reviewed(sent, put(D4="Second a."))
    assert [unit.id for unit in review.units] == ["", "a", "a", ""]
    assert [unit.target == old.target for unit, old in zip(review.units, sent, strict=True)] == [
        True, True, False, True,
    ]  # fmt: skip


texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20
) | st.sampled_from(
    ["=1+1", "+cmd|' /C calc'!A0", "-2", "@x", "\ttab", "a\r\nb", "_x000D_", "_x005F_x0041_", " a "]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.builds(TranslationUnit, texts, texts, note=texts | st.none()), max_size=5))
def test_any_text_goes_out_and_back_unchanged(sent: list[TranslationUnit]) -> None:
    file = io.BytesIO()
    write_sheet(file, sent)
    file.seek(0)
    review = read_sheet(file)
    assert review.changes == ()
    assert len(review.units) == len(sent)


def test_same_units_same_bytes() -> None:
    first = written(units()).getvalue()
    time.sleep(1.1)  # a zip keeps times in steps of two seconds, a workbook in seconds
    assert written(units()).getvalue() == first


def test_a_change_reads_as_a_line() -> None:
    assert str(Change("removed", "u9", 0, "甲 A")) == "u9: row deleted: “甲 A” → “”"


def test_a_sheet_with_a_document_type_is_refused() -> None:
    import zipfile

    back = io.BytesIO()
    with zipfile.ZipFile(written(units())) as old, zipfile.ZipFile(back, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "xl/workbook.xml":
                data = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>' + data
            new.writestr(name, data)
    with pytest.raises(FormatError, match="entities of its own"):
        read_sheet(back)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_damaged_sheet_is_one_clear_error_or_reads(data: st.DataObject) -> None:
    raw = bytearray(written(units(2)).getvalue())
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        review = read_sheet(io.BytesIO(bytes(raw)))
    except FormatError:
        return
    assert review.sent <= 2


def test_findings_stand_beside_their_units_and_come_back_as_nothing() -> None:
    from openpyxl import load_workbook

    from align.datatypes import Finding

    units = [
        TranslationUnit("天亮了。", "Dawn came.", id="u1", confidence=0.99),
        TranslationUnit("船走了。", "", id="u2", confidence=0.99),
    ]
    found = [
        Finding("double-space", "warning", "Two spaces", unit=0, message_zh="连续空格"),
        Finding("omission", "error", "Left out", unit=1, message_zh="漏译", expected=("gone",)),
        Finding("omission", "error", "Waived", unit=0, waived="so it is"),
    ]
    file = io.BytesIO()
    write_sheet(file, units, findings=found, ui="zh")
    sheet = load_workbook(file)["Review"]
    assert [cell.value for cell in sheet[1]][-1] == "findings"
    assert [sheet.cell(row, 8).value for row in (2, 3)] == ["警告: 连续空格", "错误: 漏译 [gone]"]
    assert sheet.cell(3, 5).value is None  # one side is empty: no pairing to be sure of
    assert sheet.auto_filter.ref == "A1:H3"
    assert read_sheet(file).changes == ()


def test_rows_are_as_high_as_their_texts() -> None:
    from openpyxl import load_workbook

    units = [
        TranslationUnit("短。", "Short.", id="u1"),
        TranslationUnit("长" * 100, "Long.", id="u2"),  # 210 wide in 55: four lines
        TranslationUnit("短。", "word " * 40, id="u3"),  # 200 wide in 67: three lines
    ]
    file = io.BytesIO()
    write_sheet(file, units)
    sheet = load_workbook(file)["Review"]
    assert [sheet.row_dimensions[row].height for row in (2, 3, 4)] == [18.0, 63.0, 48.0]
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.page_setup.orientation == "landscape"
    fit = sheet.sheet_properties.pageSetUpPr
    assert fit is not None
    assert fit.fitToPage  # both texts on one page, side by side
    assert sheet.page_setup.fitToHeight == 0


def test_a_translation_that_stands_elsewhere_is_one_row_that_says_so() -> None:
    sent = list(units())
    sent[2] = replace(sent[2], props=(IN_ANOTHER_ORDER,))
    sheet = openpyxl.load_workbook(written(tuple(sent)))["Review"]
    notes = [sheet.cell(row, 8).value for row in range(1, 5)]
    assert notes == ["findings", None, None, "⇅ The translation stands elsewhere in its text."]
    back = reviewed(tuple(sent), put())
    assert back.units == tuple(sent)
    assert back.changes == ()


def test_translations_that_were_exchanged_by_hand_are_told_as_moved() -> None:
    sent = units()
    review = reviewed(sent, put(D3=sent[4].target, D6=sent[1].target))
    assert [(change.kind, change.row) for change in review.changes] == [("moved", 3), ("moved", 6)]
    assert str(review.changes[0]).startswith(f"row 3, {sent[1].id}: translation moved to another")
    found = [(unit.source, unit.target) for unit in review.units]
    assert found[1] == (sent[1].source, sent[4].target)
    assert found[4] == (sent[4].source, sent[1].target)
    assert [IN_ANOTHER_ORDER in unit.props for unit in review.units] == [
        False, True, False, False, True, False,
    ]  # fmt: skip
    assert (review.units[1].confidence, review.units[1].state) == (None, "edited")


def test_a_translation_that_stood_alone_leaves_no_row_when_it_is_moved() -> None:
    sent = list(units())
    sent[1], sent[4] = replace(sent[1], target=""), replace(sent[4], source="")

    def move(sheet: Any) -> None:
        sheet["D3"] = sheet["D6"].value
        sheet["D6"] = None

    review = reviewed(tuple(sent), move)
    assert [(unit.source, unit.target) for unit in review.units] == [
        (unit.source, sent[4].target if k == 1 else unit.target)
        for k, unit in enumerate(sent)
        if k != 4
    ]
    assert [change.kind for change in review.changes] == ["moved", "target"]


def test_a_text_that_two_units_gave_up_was_moved_from_neither() -> None:
    sent = list(units())
    sent[3] = replace(sent[3], target=sent[4].target)
    review = reviewed(tuple(sent), put(D2=sent[4].target, D5="Another.", D6="A third."))
    assert [change.kind for change in review.changes] == ["target"] * 3
