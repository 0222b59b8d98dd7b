"""Readers: PDF, DOCX, HTML and what no reader takes."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml

from align.datatypes import Document
from align.document import read_document
from align.errors import InputError

from .make_pdf import make_pdf

FILES = Path(__file__).parent / "files"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def paragraphs(document: Document) -> list[str]:
    return [document.text[part.start : part.end] for part in document.paragraphs]


def removals(document: Document) -> list[str]:
    return [f"{removal.line} {removal.reason}: {removal.text}" for removal in document.removals]


# PDF


def test_pdf() -> None:
    page = [
        "A/C.9/80/SR.3",
        "1. 王先生(馆长)说，新馆将于 2023年 12 月开放，届时读者可以借阅五千多种图",
        "书。他感谢各方的支持，并希望在今后的几年里继续与各国的图书馆进行合作，以便",
        "更好地服务。",
        "2. 关于借阅规则，委员会通过了一项新的决定，规定每位读者每次最多可以借十本书，",
    ]
    following = ["A/C.9/80/SR.3", "另外还规定周末照常开放。", "2/2"]
    document = read_document(BytesIO(make_pdf([page, following])), name="file.pdf")
    assert paragraphs(document) == [
        (
            "1. 王先生(馆长)说，新馆将于2023年12月开放，届时读者可以借阅五千多种图书。"
            "他感谢各方的支持，并希望在今后的几年里继续与各国的图书馆进行合作，以便更好地服务。"
        ),
        (
            "2. 关于借阅规则，委员会通过了一项新的决定，规定每位读者每次最多可以借十本书，"
            "另外还规定周末照常开放。"
        ),
    ]
    assert document.symbol == "A/C.9/80/SR.3"
    assert [part.page for part in document.paragraphs] == [1, 1]
    assert len(document.removals) == 3


def test_pdf_made_by_a_typesetter_in_english() -> None:
    """Hyphens that the typesetter put in go, the author's stay; headers and footers are out."""
    document = read_document(FILES / "library-en.pdf")
    text = document.text
    assert document.symbol == "A/C.9/80/SR.3"
    assert "the cost of transportation." in text
    assert "renew their loans by telephone; book- and magazine-lending machines would be" in text
    assert [part.number for part in document.paragraphs] == [None, None, "1", "2", "3"]
    assert [part.page for part in document.paragraphs] == [1, 1, 1, 1, 2]
    assert "25-01234" not in text
    assert "A/C.9" not in text


def test_pdf_made_by_a_typesetter_in_chinese() -> None:
    document = read_document(FILES / "library-zh.pdf")
    assert paragraphs(document)[1:3] == [
        "议程项目17：关于在山区修建一座新图书馆的问题的全面审查以及其他各种有关的事项",
        (
            "1. 王先生(图书馆事务司司长)说，新图书馆将于2026年3月在山区开放，届时将有5 000多种图书"
            "供读者借阅。他感谢各方在过去一年中给予的支持，并表示将继续与ASEAN各国合作，以便更好地为读者服务。"
        ),
    ]
    assert [part.speaker for part in document.paragraphs] == [
        None, None, "王先生", None, "Larsen女士", "王先生",
    ]  # fmt: skip


def test_hyphen_at_a_line_end_of_a_pdf() -> None:
    page = [
        "The police-",
        "contributing countries of the region met in the library by the lake and",
        "talked about the environment and about its manage-",
        "ment until the lights in the reading room went out and the old man came",
        "to shut the door.",
    ]
    document = read_document(BytesIO(make_pdf([page])))
    assert "The police-contributing countries" in document.text
    assert "its management until" in document.text


# DOCX


@pytest.fixture
def word() -> Callable[[], bytes]:
    """A Word document with what Word documents have."""

    def make() -> bytes:
        document = docx.Document()
        document.sections[0].header.paragraphs[0].text = "图书馆 A/C.9/80/SR.3"
        document.sections[0].footer.paragraphs[0].text = "第 1 页"
        document.add_heading("一般性辩论", level=1)
        document.add_paragraph("主席宣布开会。使用 Python 语言。")
        for text in ("修楼梯。", "借灯。"):
            document.add_paragraph(text, style="List Number")
        document.add_paragraph("地图", style="List Bullet")
        table = document.add_table(rows=2, cols=2)
        for row, cells in zip(table.rows, (("年份", "图书"), ("2030", "4,100")), strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
        broken = document.add_paragraph("山上有一座图书馆，")
        broken.add_run().add_break()
        broken.add_run("湖上有一只旧船。")
        changed = document.add_paragraph("他")
        changed._p.append(parse_xml(f"<w:ins {W}><w:r><w:t>慢慢地</w:t></w:r></w:ins>"))
        changed._p.append(parse_xml(f"<w:del {W}><w:r><w:delText>快</w:delText></w:r></w:del>"))
        changed.add_run("走了。")
        document.styles.add_style("Own", WD_STYLE_TYPE.PARAGRAPH)
        file = io.BytesIO()
        document.save(file)
        return file.getvalue()

    return make


def test_docx(word: Callable[[], bytes]) -> None:
    document = read_document(BytesIO(word()))
    assert paragraphs(document) == [
        "一般性辩论",
        "主席宣布开会。使用 Python 语言。",
        "1. 修楼梯。",
        "2. 借灯。",
        "地图",
        "年份 图书",
        "2030 4,100",
        "山上有一座图书馆，",
        "湖上有一只旧船。",
        "他慢慢地走了。",
    ]
    assert document.paragraphs[0].kind == "heading"
    assert [part.number for part in document.paragraphs[2:4]] == ["1", "2"]
    assert removals(document) == [
        "1 running header: 图书馆 A/C.9/80/SR.3",
        "1 running footer: 第 1 页",
        "12 deleted text: 快",
    ]


def test_footnotes_of_a_docx(word: Callable[[], bytes]) -> None:
    document = read_document(BytesIO(with_footnote(word(), "见附件。")))
    assert paragraphs(document)[-1] == "见附件。"


def with_footnote(data: bytes, text: str) -> bytes:
    """A Word file with a footnotes part added, as Word writes it."""
    part = (
        f'<w:footnotes {W}><w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:t>x</w:t>'
        "</w:r></w:p>"
        f'</w:footnote><w:footnote w:id="1"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:footnote>'
        "</w:footnotes>"
    )
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/_rels/document.xml.rels":
                link = f'<Relationship Id="rId99" Type="{kind}" Target="footnotes.xml"/>'
                content = content.replace(b"</Relationships>", link.encode() + b"</Relationships>")
            new.writestr(name, content)
        new.writestr("word/footnotes.xml", part)
    return file.getvalue()


# HTML

PAGE = """<!DOCTYPE html><html><head><title>图书馆</title><meta charset="utf-8">
<style>p { color: red }</style><script>alert("x")</script></head><body>
<nav><a href="/">首页</a> <a href="/b">图书</a></nav>
<h1>山上的
 图书馆</h1>
<p>主席<b>宣布</b>开会。<br>使用 Python&nbsp;语言。</p>
<ol start="3"><li>修楼梯。</li><li><p>借灯。</p></li></ol>
<ul><li>地图</li></ul>
<table><tr><td>2030</td><td>4,100</td></tr></table>
<p style="display:none">看不见</p>
<!-- 注释 --><pre>第一行
第二行</pre><div>一 <p>二</p> 三</div>
</body></html>
"""


def test_html() -> None:
    document = read_document(BytesIO(PAGE.encode()))
    assert paragraphs(document) == [
        "山上的 图书馆",
        "主席宣布开会。",
        "使用 Python\xa0语言。",
        "3. 修楼梯。",
        "4. 借灯。",
        "地图",
        "2030 4,100",
        "第一行",
        "第二行",
        "一",
        "二",
        "三",
    ]
    assert document.paragraphs[0].kind == "heading"
    assert removals(document) == [
        "1 page title: 图书馆",
        "3 navigation: 首页 图书",
        "10 hidden text: 看不见",
    ]
    assert document.paragraphs[0].line == 4


@pytest.mark.parametrize("charset", ["gb2312", "gbk", "big5", "utf-8", "utf-16"])
def test_charset_of_html(charset: str) -> None:
    text = "圖書館" if charset == "big5" else "图书馆"
    page = f'<html><head><meta charset="{charset}"></head><body><p>{text}</p></body></html>'
    assert paragraphs(read_document(BytesIO(page.encode(charset)))) == [text]


def test_a_charset_that_is_wrong_is_not_believed() -> None:
    page = '<html><head><meta charset="utf-8"></head><body><p>图书馆坐落在山上。</p></body></html>'
    assert paragraphs(read_document(BytesIO(page.encode("gb18030")))) == ["图书馆坐落在山上。"]


def test_html_fetches_nothing_and_expands_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("geheim")
    page = (
        f'<!DOCTYPE html [<!ENTITY x SYSTEM "file://{secret}">]><html><body><p>Text &x; here</p>'
        '<img src="https://library.example/x.png"><p>More text</p></body></html>'
    )
    text = read_document(BytesIO(page.encode())).text
    assert "geheim" not in text
    assert "More text" in text


def test_deeply_nested_html() -> None:
    page = "<html>" + "<div>" * 50_000 + "<p>text</p>" + "</div>" * 50_000
    try:
        found = paragraphs(read_document(BytesIO(page.encode())))
    except InputError:
        found = ["text"]  # refused whole, as libxml2 does beyond its depth
    assert found == ["text"]


# What no reader takes


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * (60 << 20))
    return file.getvalue()


def other_zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", b"x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "file: empty"),
        (b" \n\t\r\n ", "file: empty"),
        ("\u3000\n\u00a0".encode(), "file: nothing but white space"),
        (b"\xef\xbb\xbf", "file: nothing but white space"),
        (b"12\n\n\x0c", "file: nothing but page numbers"),
        (bytes(range(256)) * 20, "file: no text and no document of a known kind"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "file: an image"),
        (b"\x7fELF" + bytes(50), "file: a program"),
        (other_zip(), "file: an Excel workbook"),
        (other_zip()[:40], "file: a damaged ZIP archive"),
        (bomb(), "file: unpacks to 60 MB"),
        (make_pdf([[]]), "file: no text layer in this PDF: its pages are scanned"),
        (make_pdf([["text"]], encrypted=True), "file: encrypted PDF"),
        (b"%PDF-1.7 nothing", "file: damaged PDF"),
        (b"<!DOCTYPE html><html><script>1</script></html>", "file: no text in this HTML page"),
    ],
)
def test_refused(data: bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_document(BytesIO(data), name="file")
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_a_damaged_docx_is_refused(word: Callable[[], bytes]) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word())) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content[:200] if name == "word/document.xml" else content)
    with pytest.raises(InputError, match="damaged document"):
        read_document(BytesIO(file.getvalue()))


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.txt: no such file$"):
        read_document(tmp_path / "none.txt")
    with pytest.raises(InputError, match="is a folder"):
        read_document(tmp_path)


def test_too_large(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate((200 << 20) + 1)
    assert os.stat(path).st_blocks * 512 < 1 << 20  # a hole, not 200 MB on the disk
    with pytest.raises(InputError, match="more than the 200 MB"):
        read_document(path)


@pytest.mark.parametrize(
    ("data", "html"),
    [
        pytest.param(b"<body><p>Hello</p></body>", True, id="body"),
        pytest.param(b"\n<div class='x'><ul><li>One</li></ul></div>", True, id="division"),
        pytest.param(b"<table>\n<tr><td>1</td></tr></table>", True, id="table"),
        pytest.param(
            b"<p> opens a paragraph in HTML, and nothing need close it.", False, id="told"
        ),
        pytest.param(b"<pre> is not among them </pre>", False, id="other-element"),
        pytest.param(b"Use <div>...</div> here", False, id="text-with-tags"),
    ],
)
def test_a_part_of_a_page_is_html(data: bytes, html: bool) -> None:
    from align.document.read_html import looks_like_html

    assert looks_like_html(data) is html


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("page.html", "<b>The ferry</b> is late.<br>Wait.", "The ferry is late.\nWait."),
        ("PAGE.HTM", "The ferry <i>is</i> late.", "The ferry is late."),
        ("page.html", "<meta charset=utf-8><title>x</title><p>The ferry", "The ferry"),
        ("page.html", "a < b and no tag > here", "a < b and no tag > here"),
        ("notes.txt", "The ferry <i>is</i> late.", "The ferry <i>is</i> late."),
    ],
    ids=["bold-first", "words-first", "no-html", "no-tag", "text"],
)
def test_a_file_called_html_shows_no_tags(tmp_path: Path, name: str, data: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(data, encoding="utf-8")
    assert read_document(path).text == text
