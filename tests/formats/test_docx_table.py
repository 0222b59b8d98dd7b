"""Bilingual tables of Word documents as units."""

from __future__ import annotations

import io
import zipfile

import pytest

from align.errors import FormatError, InputError
from align.formats import docx_table


def document(rows: list[list[str]], *, before: str = "") -> io.BytesIO:
    import docx

    made = docx.Document()
    if before:
        made.add_paragraph(before)
    table = made.add_table(rows=len(rows), cols=max(map(len, rows)))
    for at, row in enumerate(rows):
        for column, text in enumerate(row):
            table.cell(at, column).text = text
    out = io.BytesIO()
    made.save(out)
    out.seek(0)
    return out


def test_two_columns_without_a_header() -> None:
    rows = [["会议开始。", "The meeting began."], ["散会。", "The meeting rose."], ["", "Alone."]]
    report = docx_table.DocxReport()
    units = list(docx_table.read_units(document(rows, before="Minutes"), report=report))
    assert [(unit.source, unit.target) for unit in units] == [tuple(row) for row in rows[:2]]
    assert {(unit.source_lang, unit.target_lang) for unit in units} == {("zh-CN", "en-US")}
    assert dict(report.skipped) == {"empty source": 1}


def test_the_left_column_is_the_source() -> None:
    rows = [["The door is shut.", "门关了。"], ["Nobody came to the hall.", "没有人来。"]]
    (first, _) = docx_table.read_units(document(rows))
    assert (first.source, first.source_lang, first.target_lang) == ("The door is shut.", "en-US", "zh-CN")  # fmt: skip


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(["ID", "Source", "Target", "Comment"], id="english"),
        pytest.param(["Segment ID", "Source segment", "Target segment", "Comments"], id="trados"),
        pytest.param(["编号", "原文", "译文", "备注"], id="chinese"),
        pytest.param(["#", "Chinese (PRC)", "English (US)", "Comment"], id="languages"),
        pytest.param(["No.", "zh-CN", "en-GB", "Notes"], id="codes"),
    ],
)
def test_review_tables_of_cat_tools(header: list[str]) -> None:
    rows = [header, ["7", "批准预算。", "Approve the budget.", "see para. 3"], ["8", "完", "", ""]]
    (unit,) = docx_table.read_units(document(rows))
    assert (unit.id, unit.source, unit.target, unit.note) == (
        "7", "批准预算。", "Approve the budget.", "see para. 3",
    )  # fmt: skip


def test_other_documents_are_refused() -> None:
    with pytest.raises(InputError, match="align pair"):
        list(docx_table.read_units(document([["Year", "Sum"], ["2020", "7"]])))
    with pytest.raises(FormatError, match="not a Word document"):
        list(docx_table.read_units(io.BytesIO(b"PK\x03\x04 nothing"), name="a.docx"))


@pytest.mark.parametrize("method", [8, 12, 14, 99], ids=["deflate", "bzip2", "lzma", "unknown"])
def test_a_part_whose_bytes_are_damaged_is_one_clear_error(method: int) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "<w/>" * 200)
    data = bytearray(packed.getvalue())
    central = data.index(b"PK\1\2")
    name = len("word/document.xml")
    data[30 + name : 30 + name + 8] = b"\xff" * 8  # the packed bytes
    data[8], data[central + 10] = method, method  # how both headers say that they are packed
    with pytest.raises(FormatError, match="damaged"):
        list(docx_table.read_units(io.BytesIO(bytes(data)), name="table.docx"))
