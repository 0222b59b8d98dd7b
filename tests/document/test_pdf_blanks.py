"""White space in a PDF's lines: what authors type stays, what typesetting leaves goes."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest

from align.document import read_document
from align.document.pdf.characters import Characters, Font
from align.document.pdf.fragments import fragments
from document.make_pdf import make_pdf

PROSE = "渡口管理办法自公布之日起施行，船工应当按照本办法的规定点灯。"


def read(line: str) -> str:
    """What is read of `line` below a line of prose."""
    text = read_document(BytesIO(make_pdf([[PROSE, line]]))).text
    return text.replace("\n", "").removeprefix(PROSE)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        pytest.param("陆小满　安娜·鲁伊斯　何江", "陆小满　安娜·鲁伊斯　何江", id="names"),
        pytest.param("何江　记录", "何江　记录", id="a name and what he did"),
        pytest.param("3.2　船工应当点灯。", "3.2　船工应当点灯。", id="after a label"),
        pytest.param("第五条　点灯", "第五条　点灯", id="after an article's number"),
        pytest.param("姓　　名：何江", "姓　　名：何江", id="a word spread with two"),
        pytest.param("　　船工应当点灯。　", "船工应当点灯。", id="an indent is no text"),
        pytest.param("船长：　　　　　大副：", "船长： 大副：", id="many are a gap"),
        pytest.param("船长：    大副：", "船长： 大副：", id="a gap of spaces"),
        pytest.param("船长：\u00a0\u00a0\u00a0\u00a0大副：", "船长： 大副：", id="no-break spaces"),
        pytest.param("地址    渡口路3号", "地址 渡口路3号", id="a label and its text"),
        pytest.param("电话    5550-123", "电话 5550-123", id="a label and a number"),
        pytest.param("3.2    船工应当点灯。", "3.2 船工应当点灯。", id="a number and a gap"),
        pytest.param("通    知", "通知", id="two characters spread out"),
        pytest.param("办    法：见附页", "办法：见附页", id="spread before a colon"),
        pytest.param("船 工应 当点灯。", "船工应当点灯。", id="what typesetting leaves"),
        pytest.param("共有 12 盏灯。", "共有12盏灯。", id="around figures"),
    ],
)
def test_white_space_of_a_line(line: str, text: str) -> None:
    assert read(line) == text


def test_a_line_end_that_pdfium_makes_up_within_a_word_is_no_space() -> None:
    """Of some pages it sees each character on a line of its own."""
    codes, boxes, left = [], [], 50.0
    for sign in "共\r\n2\r\n02 6年":
        width = 0.0 if sign in "\r\n" else 10.0 if sign > "\u2e80" else 5.0
        codes.append(ord(sign))
        boxes.append((left, 100.0, left + width, 110.0))
        left += width
    page = Characters(
        width=600,
        height=800,
        codes=np.array(codes, np.uint32),
        boxes=np.array(boxes, np.float32),
        fonts=np.array([-1 if code in (13, 10) else 0 for code in codes], np.int32),
        styles=(Font(10.0, False, 0.0, False),),
        unmapped=np.zeros(len(codes), np.bool_),
        contents=np.full(len(codes), -1, np.int32),
    )
    assert [each.text for each in fragments(page)] == ["共202 6年"]
