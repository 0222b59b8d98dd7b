"""What is asked for in Chinese is Chinese: no word of English but names, ids and what texts say."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from lxml import html as lxml_html

from align.batch.journal import Record
from align.batch.manifest import Entry
from align.batch.summary import write_html as write_archive
from align.batch.summary_words import reason_in
from align.datatypes import Finding, TranslationUnit
from align.report import findings as render
from align.report.screen import finding_lines

UNIT = TranslationUnit("五艘船。", "六艘船。", id="7")
FINDING = Finding(
    "number-mismatch", "error", "“五”译作“六”", tuid="7", unit=0, paragraph="3",
    source="五", expected=("五", "伍"), found="六", verdict="wrong-number", file="甲", page=14,
)  # fmt: skip
FINDINGS = [
    FINDING,
    replace(FINDING, severity="warning", page=None, row=2),
    replace(FINDING, severity="info", waived="作者同意", page=None, line=3),
]
NAMES = re.compile(r"number-mismatch|wrong-number|align serve|align|CSV|TMX|tmx/\S+|\.txt")


def english(text: str) -> list[str]:
    return re.findall(r"[A-Za-z]{2,}", NAMES.sub("", text))


def made(write: Callable[..., None], *given: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    write(file, *given, **options)
    return file.getvalue()


def shown(page: bytes) -> str:
    """The texts of a page, without its style; with those that it shows beside figures."""
    tree: Any = lxml_html.fromstring(page)
    for style in tree.xpath("//style"):
        style.drop_tree()
    return " ".join([tree.text_content(), *tree.xpath("//@data-name")])


def test_lines_of_findings() -> None:
    text = made(render.write_text, FINDINGS, ui="zh").decode()
    assert english(text) == []
    assert text.splitlines() == [
        "甲，第 14 页 3 7：错误：number-mismatch：“五”译作“六”〔应为：五 | 伍〕〔实为：六〕",
        "甲，第 2 行 3 7：警告：number-mismatch：“五”译作“六”〔应为：五 | 伍〕〔实为：六〕",
        "甲:3 3 7：提示：number-mismatch：“五”译作“六”〔应为：五 | 伍〕〔实为：六〕（已豁免：作者同意）",
        "错误 1 项，警告 1 项，提示 0 项（已豁免 1 项）",
    ]


def test_findings_on_a_terminal() -> None:
    lines = [line for one in FINDINGS for line in finding_lines(one, 80, lambda t, kind: t, "zh")]
    assert english(" ".join(lines)) == []
    assert lines[0] == "错误  number-mismatch  甲，第 14 页 ¶3"
    assert "    应为：五 | 伍" in lines


def test_the_page_of_findings() -> None:
    page = made(render.write_html, FINDINGS, units=[UNIT], ui="zh")
    assert b'<html lang="zh">' in page
    assert english(shown(page)) == []
    assert english(shown(made(render.write_html, [], ui="zh"))) == []


def test_the_workbook_of_findings() -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(made(render.write_xlsx, FINDINGS, units=[UNIT], ui="zh"))
    )
    cells = [str(cell) for sheet in book for row in sheet.values for cell in row if cell]
    assert english(" ".join([*cells, *book.sheetnames])) == []
    (choice,) = book.worksheets[0].data_validations.dataValidation
    assert choice.formula1 == '"待处理,已改正,并非错误,待询问"'
    assert [book.worksheets[0].cell(row, 13).value for row in (2, 4)] == ["待处理", "并非错误"]


REASONS = [
    ("name", "文件名"),
    ("content", "内容"),
    ("symbol 甲/78/1", "文号 甲/78/1"),
    ("name, but the texts hardly agree", "文件名，但内容几乎不相符"),
    ("symbol 甲/1, but cannot be read: 损坏", "文号 甲/1，但无法读取：损坏"),
    ("no partner; no document is English", "未配对：没有英文文件"),
    ("no partner; nothing is like it", "未配对：没有内容相近的文件"),
    ("no partner; 43% agrees with 乙.txt", "未配对：与 乙.txt 仅 43% 相符"),
    ("the same text as 乙.txt, which has a partner", "与已配对的 乙.txt 内容相同"),
    ("took more than 60 s and was stopped", "超过 60 秒，已中止"),
    ("乙.txt: damaged", "乙.txt: damaged"),
]


@pytest.mark.parametrize(("reason", "wanted"), REASONS, ids=range(len(REASONS)))
def test_reasons(reason: str, wanted: str) -> None:
    assert reason_in(reason, "zh") == wanted
    assert reason_in(reason, "en") == reason


def test_the_summary_of_an_archive() -> None:
    rows = [
        (
            Entry("甲.txt", "乙.txt", "name", 0.9, "1"),
            Record("1", "f", "done", units=3, confidence=0.9),
        ),
        (Entry("丙.txt", "丁.txt", "content", 0.8, "2"), Record("2", "f", "failed", reason="损坏")),
    ]
    alone = Entry("戊.txt", "", "no partner; nothing is like it")
    page = made(write_archive, rows, (alone,) * 5002, (), "zh")
    assert b'<html lang="zh">' in page
    assert english(shown(page)) == []
    assert "另有 2 项，见 CSV。" in page.decode()
