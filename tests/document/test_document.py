"""From a file to a document: what callers rely on."""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.document import SEGMENTER_VERSION, read_document
from align.errors import InputError

TEXTS = st.text(
    alphabet=st.sampled_from("维和，。？“”、 \n\n\r\tabcA.Z1-—\u3000\u00ad(）\f") | st.characters(),
    max_size=300,
)


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.sampled_from([None, "zh-CN", "en-US"]), st.booleans())
def test_segments_partition_the_text(text: str, lang: str | None, given_lines: bool) -> None:
    try:
        document = read_document(BytesIO(text.encode()), lang=lang, pre_segmented=given_lines)
    except (InputError, UnicodeEncodeError):
        return
    at = 0
    for segment in document.segments:
        assert document.text[segment.start : segment.end] == segment.text
        assert at <= segment.start < segment.end
        assert not document.text[at : segment.start].strip()
        paragraph = document.paragraphs[segment.paragraph]
        assert paragraph.start <= segment.start < segment.end <= paragraph.end
        at = segment.end
    assert not document.text[at:].strip()


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("会议开始。", "zh-CN"),
        ("會議開始。", "zh-TW"),
        ("The meeting began.", "en-US"),
        ("La réunion est ouverte par le président.", "und"),
    ],
)
def test_language_is_detected_unless_given(text: str, lang: str) -> None:
    data = text.encode()
    assert read_document(BytesIO(data)).lang == lang
    assert read_document(BytesIO(data), lang="zh-HK").lang == "zh-HK"


def test_provenance(tmp_path: Path) -> None:
    path = tmp_path / "zh.txt"
    path.write_bytes("会议开始。\r\n".encode("gb18030"))
    document = read_document(path)
    assert document.name == str(path)
    assert document.encoding == "gb18030"
    assert document.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert read_document(path, name="the record").name == "the record"


def test_encoding_that_is_given() -> None:
    data = "会议开始。".encode("gb18030")
    assert read_document(BytesIO(data), encoding="gb18030").text == "会议开始。"
    with pytest.raises(InputError, match="is not utf-8; leave --encoding out"):
        read_document(BytesIO(data), encoding="utf-8")


def test_traditional_characters_stay_as_they_are() -> None:
    text = "維持和平行動於２０２３年（民國一一二年）開始﹔「好」。"
    assert read_document(BytesIO(text.encode())).text == text


def test_pre_segmented_edits_nothing() -> None:
    text = "1. 王先生 说， 好。他走了。\n  两 个  空格 \n\n3/9\nhttps://undocs.org/x\r\n"
    document = read_document(BytesIO(text.encode()), pre_segmented=True)
    assert [(segment.text, segment.paragraph) for segment in document.segments] == [
        ("1. 王先生 说， 好。他走了。", 0),
        ("  两 个  空格 ", 0),
        ("3/9", 1),
        ("https://undocs.org/x", 1),
    ]
    assert document.paragraphs[0].number == "1"
    assert [document.raw_line(segment.start) for segment in document.segments] == [1, 2, 4, 5]
    assert document.removals == ()


def test_line_map_tells_the_raw_line() -> None:
    text = (
        "1. The library stands on a hill above the town, and on clear\n"
        "days one can see the lake from its reading room, which is in\n"
        "3/9\n"
        "the tower. Nobody remembers who built it, and nobody asks the\n"
        "old man.\n"
    )
    document = read_document(BytesIO(text.encode()))
    assert len(document.paragraphs) == 1
    assert [document.raw_line(document.text.index(word)) for word in ("hill", "days", "tower")] == [
        1,
        2,
        4,
    ]
    assert document.raw_line(document.segments[1].start) == 4


def test_corpora(corpora: Path) -> None:
    """The demonstration documents come out sentence by sentence as they were written."""
    for folder in sorted(path for path in corpora.iterdir() if path.is_dir()):
        for lang in ("zh", "en"):
            document = read_document(folder / f"{lang}.txt")
            wanted = (folder / f"{folder.name}.{lang}").read_text(encoding="utf-8").splitlines()
            assert [segment.text for segment in document.segments] == wanted


@pytest.mark.parametrize(
    "text",
    [
        "维和" * 1_000_000,
        "word " * 400_000,
        "\n" * 1_000_000 + "x",
        ". " * 500_000 + "x",
        "A/1" * 300_000,
        "Mr. " + "A" * 500_000,
        "(" * 500_000,
        "x\n" + "-" * 500_000 + "x",
        "( (a" * 100_000,
        "维先生(" * 100_000,
        "https://a.b/ " * 100_000,
    ],
    ids=range(11),
)
def test_hostile_text_takes_a_moment(text: str) -> None:
    """Linear: each would take minutes or for ever with one careless expression."""
    assert read_document(BytesIO(text.encode())).segments


def test_version_is_a_string() -> None:
    assert SEGMENTER_VERSION.isdigit()
