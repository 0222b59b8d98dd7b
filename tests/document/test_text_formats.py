"""Markdown and subtitles never show their marks, and lose no letter."""

from __future__ import annotations

import time
from collections import Counter
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.datatypes import Document
from align.document import read_document


def read(text: str, name: str = "file.md") -> Document:
    return read_document(BytesIO(text.encode()), name=name)


def paragraphs(document: Document) -> list[str]:
    return [document.text[part.start : part.end] for part in document.paragraphs]


def removals(document: Document) -> list[str]:
    return [f"{removal.line} {removal.reason}: {removal.text}" for removal in document.removals]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("# The lamp\n\nIt is **lit** *now*.", ["The lamp", "It is lit now."], id="marks"),
        pytest.param("The\nlamp\nburns.", ["The lamp burns."], id="wrapped"),
        pytest.param("灯\n====\n\n##油\n", ["灯", "油"], id="headings, one without a space"),
        pytest.param("**注意：**请看。", ["注意：请看。"], id="strong before Chinese"),
        pytest.param("See [the lamp](http://x.example) <b>here</b>.", ["See the lamp here."], id="link"),
        pytest.param("- a\n- b\n  1. c\n  2. d", ["a", "b", "1. c", "2. d"], id="lists"),
        pytest.param("3. c\n4. d", ["3. c", "4. d"], id="numbers as they begin"),
        pytest.param("|灯|油|\n|--|:-:|\n|1|✓|", ["灯 油", "1 ✓"], id="table"),
        pytest.param("> quoted\n\n---\n\nend", ["quoted", "end"], id="quotation"),
        pytest.param("```c\n# x = **1**\n```\n", ["# x = **1**"], id="code is kept"),
        pytest.param("Use `a*b*c`.", ["Use a*b*c."], id="code in a line"),
        pytest.param("[lamp][1]\n\n[1]: http://x.example", ["lamp"], id="reference"),
        pytest.param("a\\*b &amp; 5 < 6", ["a*b & 5 < 6"], id="escapes"),
        pytest.param("<div>One<!-- no --></div>\n\nTwo", ["One", "Two"], id="HTML"),
    ],
)  # fmt: skip
def test_markdown(text: str, found: list[str]) -> None:
    assert paragraphs(read(text)) == found


def test_what_markdown_does_not_show_is_recorded() -> None:
    document = read(
        "---\ntitle: Lamp\n---\n\nIt ![sign](x.png){: .wide } was lit.[^a]\n\nThe end.\n\n[^a]: At night.\n"
    )
    assert paragraphs(document) == ["It was lit.", "1. At night.", "The end."]
    assert removals(document) == [
        "1 front matter: title: Lamp",
        "5 text of a picture: sign",
        "5 attributes: {: .wide }",
        "5 note mark: [1]",
        "9 note mark: ↩︎",
    ]
    assert [part.line for part in document.paragraphs] == [5, 9, 7]


def test_only_the_name_makes_markdown_of_a_text() -> None:
    assert paragraphs(read("The *lamp* is lit.", "file.txt")) == ["The *lamp* is lit."]


@pytest.mark.parametrize("unit", ["> ", "[", "![", "- ", "  - a\n"])
def test_deep_nesting_is_read_as_plain_text_and_said(unit: str) -> None:
    begun = time.process_time()
    document = read(unit * 3_000 + "The lamp.\n\nThe last lamp.")
    assert paragraphs(document)[-1] == "The last lamp."
    assert "The lamp." in document.text
    assert time.process_time() - begun < 10


PIECES = st.one_of(
    st.sampled_from(["# ", "- ", "> ", "**", "*", "_", "`", "\n", "\n\n", "1. ", "|", "~~", "  ",
                     "    ", "[", "](x)", "```\n", "\\", "==\n", "<b>", "</b>", "[^1]", "\n[^1]: "]),
    st.text(alphabet="维和天地人山水", min_size=1, max_size=4),
)  # fmt: skip


@settings(max_examples=250, deadline=None)
@given(st.lists(PIECES, max_size=25))
def test_no_letter_of_markdown_is_lost(pieces: list[str]) -> None:
    """Footnotes that nothing refers to may come once only; nothing comes twice."""
    text = "门\n\n" + "".join(pieces)
    document = read(text)
    kept = Counter("".join([document.text, *(one.text for one in document.removals)]))
    assert {char: kept[char] for char in "维和天地人山水门"} == {
        char: text.count(char) for char in "维和天地人山水门"
    }


SRT = """1
00:00:01,000 --> 00:00:02,500
<i>The lamp</i> {\\an8}was

2
00:00:03,000 --> 00:00:04,000
lit by night.

3
00:00:05,000 --> 00:00:06,000
- Who came?
- In 1990
nobody.
"""


def test_subtitles() -> None:
    document = read(SRT, "file.txt")
    assert paragraphs(document) == [
        "The lamp was lit by night.", "- Who came?", "- In 1990 nobody.",
    ]  # fmt: skip
    assert removals(document)[:3] == [
        "1 mark of a subtitle: 1",
        "2 time of a subtitle: 00:00:01,000 --> 00:00:02,500",
        "5 mark of a subtitle: 2",
    ]
    assert [part.line for part in document.paragraphs] == [3, 11, 12]


def test_letters_that_subtitles_write_as_names_are_letters() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n&gt;&gt; 灯&nbsp;&amp;&lrm;海：&lt;静&gt; &copy;\n"
    assert paragraphs(read(text, "film.vtt")) == [">> 灯\xa0&\u200e海：<静> &copy;"]


def test_subtitles_of_the_web() -> None:
    text = "WEBVTT - Lamp\nKind: captions\n\nNOTE old\nonly\n\nid 1\n00:01.000 --> 00:02.000 align:start\n<v Lake>灯亮了。\n"
    document = read(text, "film.vtt")
    assert paragraphs(document) == ["灯亮了。"]
    assert [one.text for one in document.removals] == [
        "WEBVTT - Lamp", "Kind: captions", "NOTE old", "only", "id 1",
        "00:01.000 --> 00:02.000 align:start",
    ]  # fmt: skip
