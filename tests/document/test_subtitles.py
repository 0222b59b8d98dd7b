"""Subtitles: what is heard is apart from what is said, and marks are no text that was removed."""

from __future__ import annotations

from io import BytesIO

import pytest

from align.document import read_bilingual, read_document
from align.document.removals import share_removed, texts_removed

SAID = ["The lamp", "was lit."]


def srt(*cues: str) -> bytes:
    times = "00:00:{0:02},000 --> 00:00:{0:02},900"
    return "\n".join(f"{n}\n{times.format(n)}\n{cue}\n" for n, cue in enumerate(cues, 1)).encode()


def paragraphs(*cues: str) -> list[str]:
    return read_document(BytesIO(srt(*cues))).text.split("\n")


@pytest.mark.parametrize(
    "heard",
    [
        pytest.param("[WIND]", id="square brackets"),
        pytest.param("(bells ring)", id="round brackets"),
        pytest.param("（掌声）", id="full-width brackets"),
        pytest.param("【钟声】", id="Chinese brackets"),
        pytest.param("♪ Home, sweet home ♪", id="a song"),
        pytest.param("♪ Home again", id="a song that nothing closes"),
        pytest.param("<i>[WIND]</i>", id="with marks"),
        pytest.param("- [WIND]", id="with a dash"),
        pytest.param("[BELLS RING\nAND STOP]", id="over two lines"),
        pytest.param("♪ Home,\nsweet home ♪", id="a song of two lines"),
        pytest.param("*bells*", id="between asterisks"),
    ],
)
def test_what_is_heard_stands_by_itself(heard: str) -> None:
    text = heard.replace("\n", " ").removeprefix("<i>").removesuffix("</i>")
    assert paragraphs(heard, *SAID, "Then it went out.") == [
        text, "The lamp was lit.", "Then it went out.",
    ]  # fmt: skip
    assert paragraphs(*SAID, heard, "Then it went out.")[1:] == [text, "Then it went out."]


def test_a_sentence_is_not_cut_by_what_is_heard() -> None:
    assert paragraphs("The lamp", "[WIND]", "went out.", "It was dark.") == [
        "The lamp went out.", "[WIND]", "It was dark.",
    ]  # fmt: skip


def test_what_is_heard_in_a_cue_with_words_is_apart_on_a_line_of_its_own_only() -> None:
    assert paragraphs("[WIND]\nThe lamp", "went out.") == ["[WIND]", "The lamp went out."]
    assert paragraphs("The lamp [hisses]", "went out.") == ["The lamp [hisses] went out."]
    assert paragraphs("(a) The lamp", "(b) and oil.") == ["(a) The lamp (b) and oil."]
    assert paragraphs("* The lamp", "went out.") == ["* The lamp went out."]


def test_another_speaker_begins_a_paragraph() -> None:
    assert paragraphs(">> Who", ">> Nobody came.") == [">> Who", ">> Nobody came."]


def test_without_stops_a_cue_is_a_paragraph() -> None:
    cues = ["灯灭了", "谁把灯吹灭的", "没有人来过\n门也关着", "我看见了！", "那是风", "走吧"]
    assert paragraphs(*cues) == [cue.replace("\n", "") for cue in cues]


def test_sentences_of_two_languages_go_on_in_their_own() -> None:
    file = srt("灯灭了\nThe lamp went out,", "（风声）\n(WIND)", "天黑了\nand it was dark.")
    chinese, english = read_bilingual(BytesIO(file))
    assert chinese.text.split("\n") == ["灯灭了", "（风声）", "天黑了"]
    assert english.text.split("\n") == ["The lamp went out, and it was dark.", "(WIND)"]


def test_numbers_and_times_are_no_text_and_comments_are() -> None:
    assert share_removed(read_document(BytesIO(srt(*SAID)))) == 0
    vtt = b"WEBVTT\n\nSTYLE\n::cue {}\n\nNOTE by me\n\n1\n00:01.000 --> 00:02.000\nDone.\n"
    document = read_document(BytesIO(vtt))
    assert [(one.text, one.reason) for one in texts_removed(document)] == [
        ("NOTE by me", "comment of a subtitle")
    ]
    assert share_removed(document) == 8 / 12
    assert len(document.removals) == 6
