"""Findings as comments in Word: at their words, and the text as it was."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from align.datatypes import Finding, TranslationUnit
from align.errors import FormatError
from align.report.word_comments import Commented, write_comments

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def made(path: Path) -> None:
    import docx

    document = docx.Document()
    paragraph = document.add_paragraph("The Committee met on ")
    paragraph.add_run("3 May").bold = True
    paragraph.add_run(" 2024. It adopted\ttwo drafts.")
    document.add_paragraph("(a) The first draft;", style="List Bullet")
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text = "Posts"
    table.cell(0, 1).text = "12 (twelve)"
    document.save(str(path))


def text_and_comments(path: Path) -> tuple[str, dict[str, str], list[str]]:
    """The body's text, what each comment stands at, and the comments."""
    with zipfile.ZipFile(path) as archive:
        body = etree.fromstring(archive.read("word/document.xml"))
        notes = etree.fromstring(archive.read("word/comments.xml"))
    text: list[str] = []
    open_ones: dict[str, list[str]] = {}
    done: dict[str, str] = {}
    for element in body.iter():
        if element.tag == f"{W}commentRangeStart":
            open_ones[element.get(f"{W}id", "")] = []
        elif element.tag == f"{W}commentRangeEnd":
            number = element.get(f"{W}id", "")
            done[number] = "".join(open_ones.pop(number))
        elif element.tag == f"{W}t":
            text.append(element.text or "")
            for parts in open_ones.values():
                parts.append(element.text or "")
    said = ["\n".join("".join(map(str, p.itertext())) for p in note) for note in notes]
    return "".join(text), done, said


UNITS = [
    TranslationUnit("委员会于2024年5月2日开会。", "The Committee met on 3 May 2024."),
    TranslationUnit("它通过了两项草案。", "It adopted two drafts."),
    TranslationUnit("(a) 第一项草案；", "1. (a) The first draft;"),
    TranslationUnit("员额 12", "Posts 12 (twelve)"),
    TranslationUnit("脚注", "A note that is elsewhere."),
]


def found(unit: int | None, span: tuple[int, int] | None, message: str, **more: Any) -> Finding:
    spans = () if span is None else (span,)
    return Finding("number-mismatch", "error", message, unit=unit, target_spans=spans, **more)


def test_each_comment_stands_at_its_words_and_the_text_is_unchanged(tmp_path: Path) -> None:
    source, out = tmp_path / "in.docx", tmp_path / "out.docx"
    made(source)
    findings = [
        found(0, (21, 26), "2 May, not 3 May", message_zh="应为5月2日"),
        found(0, (23, 31), "overlaps"),
        found(1, (3, 21), "whole phrase over a tab"),
        found(2, (7, 16), "after a label that Word computes"),
        found(3, (6, 8), "in a table"),
        found(1, None, "about the whole sentence"),
        found(4, (0, 1), "has no place"),
        found(None, None, "about the document"),
    ]
    assert write_comments(source, out, findings, UNITS, now=NOW) == Commented(6, 2)
    plain, _, _ = text_and_comments_of_plain(source)
    text, places, said = text_and_comments(out)
    assert text == plain
    assert sorted(places.values()) == sorted(
        ["3 May", "May 2024", "adoptedtwo drafts", "The first", "12", "It adoptedtwo drafts", "T"]
    )
    assert any("has no place" in each and "about the document" in each for each in said)
    assert any("2 May, not 3 May\n(number-mismatch)" in each for each in said)
    again = tmp_path / "again.docx"
    write_comments(source, again, findings, UNITS, now=NOW)
    assert again.read_bytes() == out.read_bytes()


def text_and_comments_of_plain(path: Path) -> tuple[str, None, None]:
    with zipfile.ZipFile(path) as archive:
        body = etree.fromstring(archive.read("word/document.xml"))
    return "".join(element.text or "" for element in body.iter(f"{W}t")), None, None


def test_messages_in_chinese(tmp_path: Path) -> None:
    source, out = tmp_path / "in.docx", tmp_path / "out.docx"
    made(source)
    finding = found(0, (21, 26), "2 May, not 3 May", message_zh="应为5月2日")
    write_comments(source, out, [finding], UNITS, now=NOW, ui="zh")
    assert any("应为5月2日" in each for each in text_and_comments(out)[2])


def test_bold_stays_bold_where_a_run_is_cut(tmp_path: Path) -> None:
    import docx

    source, out = tmp_path / "in.docx", tmp_path / "out.docx"
    made(source)
    write_comments(source, out, [found(0, (23, 26), "only May")], UNITS, now=NOW)
    runs = docx.Document(str(out)).paragraphs[0].runs
    assert [(run.text, bool(run.bold)) for run in runs if run.text][:4] == [
        ("The Committee met on ", False), ("3 ", True), ("May", True), (" 2024. It adopted\ttwo drafts.", False),
    ]  # fmt: skip


def test_a_damaged_document_is_refused_and_nothing_written(tmp_path: Path) -> None:
    source, out = tmp_path / "in.docx", tmp_path / "out.docx"
    source.write_bytes(io.BytesIO(b"PK\x03\x04broken").getvalue())
    with pytest.raises(FormatError, match=r"in\.docx"):
        write_comments(source, out, [], [], now=NOW)
    assert not out.exists()
