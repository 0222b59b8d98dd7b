"""A sentence that stands elsewhere on the other side is said, and not claimed to be missing."""

from __future__ import annotations

from align.alignment.order import in_another_order
from align.datatypes import Alignment, Bead, Segment, Signature
from align.embedding.load import load_encoder

CHINESE = ["图书馆在山上。", "夏天的晚上没有人点灯。", "他们通过了议程。", "会议于三月开幕。"]
ENGLISH = ["The library is on the hill.", "They adopted the agenda.", "The meeting opened in March.",
           "On summer evenings nobody lights the lamp."]  # fmt: skip
BEADS = ((0, 1, 0, 1), (1, 2, 1, 1), (2, 3, 1, 2), (3, 4, 2, 3), (4, 4, 3, 4))


def alignment(english: list[str]) -> Alignment:
    def segments(texts: list[str], lang: str) -> tuple[Segment, ...]:
        return tuple(Segment(text, lang, 0, len(text), 0) for text in texts)

    beads = tuple(Bead(range(a, b), range(c, d), 0.99) for a, b, c, d in BEADS)
    signature = Signature("0", "m", "r", "1", "1")
    return Alignment(segments(CHINESE, "zh-CN"), segments(english, "en-US"), beads, signature)


def test_a_sentence_that_stands_elsewhere_is_said_and_doubted() -> None:
    changed, notes = in_another_order(alignment(ENGLISH), load_encoder())
    assert [bead.confidence for bead in changed.beads] == [0.99, 0.5, 0.99, 0.99, 0.5]
    assert len(notes) == 1
    assert notes[0].startswith("1 unaligned sentence of either side match each other, so the order")


def test_sentences_that_are_only_alone_are_as_before() -> None:
    given = alignment([*ENGLISH[:3], "The price of steel fell by a third."])
    assert in_another_order(given, load_encoder()) == (given, ())
