"""Documents made for training and measuring: their beads are true, and what is left out is said."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.alignment.bead_files import BeadIndices
from align.datatypes import Document, Paragraph, Segment

sys.path.append(str(Path(__file__).parents[2] / "scripts"))
from training.synthetic import (
    alone_in,
    leave_out,
    make_document,
)


def document(lang: str, texts: list[str], paragraphs: list[int]) -> Document:
    """Sentences as a document; `paragraphs` are the sizes of its paragraphs, in sentences."""
    segments: list[Segment] = []
    found: list[Paragraph] = []
    at = 0
    for size in paragraphs:
        found.append(Paragraph(at, at + size, len(found) + 1))
        for _ in range(size):
            segments.append(Segment(texts[at], lang, at, at + 1, len(found) - 1))
            at += 1
    return Document("made", lang, "".join(texts), tuple(found), tuple(segments))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Document, Document, list[BeadIndices]]:
    """Two documents of numbered sentences, and beads of them."""
    shapes = draw(st.lists(st.sampled_from([(1, 1), (2, 1), (1, 2), (1, 0), (0, 1)]), min_size=1))
    beads: list[BeadIndices] = []
    s = t = 0
    for a, b in shapes:
        beads.append((tuple(range(s, s + a)), tuple(range(t, t + b))))
        s, t = s + a, t + b
    sides = []
    for lang, size in (("zh-CN", s), ("en-US", t)):
        sizes: list[int] = []
        while sum(sizes) < size:
            sizes.append(draw(st.integers(1, size - sum(sizes))))
        sides.append(document(lang, [f"{lang}{k}" for k in range(size)], sizes))
    return sides[0], sides[1], beads


@given(pairs(), st.floats(0, 1), st.integers(0, 99))
def test_what_is_left_out_leaves_its_counterpart_alone(
    pair: tuple[Document, Document, list[BeadIndices]], share: float, seed: int
) -> None:
    source, target, beads = pair
    first, second, kept, alone = leave_out(source, target, beads, share, random.Random(seed))
    assert len(kept) == len(beads)
    for side, new, old in ((0, first, source), (1, second, target)):
        assert [k for bead in kept for k in bead[side]] == list(range(len(new.segments)))
        for bead, was in zip(kept, beads, strict=True):
            texts = [old.segments[k].text for k in was[side]]
            assert [new.segments[k].text for k in bead[side]] in (texts, [])
        assert [segment.paragraph for segment in new.segments] == sorted(
            segment.paragraph for segment in new.segments
        )
        assert {segment.paragraph for segment in new.segments} == set(range(len(new.paragraphs)))
        for segment in new.segments:
            original = next(other for other in old.segments if other.text == segment.text)
            assert new.paragraphs[segment.paragraph] == old.paragraphs[original.paragraph]
    lost = [
        (side, bead[side][0])
        for bead, was in zip(kept, beads, strict=True)
        for side in (0, 1)
        if len(was[0]) == len(was[1]) == 1 and not bead[1 - side]
    ]
    assert alone == set(lost)
    assert alone <= alone_in(kept)
    assert len(alone_in(kept)) == len(alone) + len(alone_in(beads))
    assert len(alone) == len(source.segments) + len(target.segments) - len(first.segments) - len(
        second.segments
    )


def test_everything_or_nothing_is_left_out() -> None:
    texts = [f"{k}." for k in range(4)]
    source, target = (document(lang, texts, [4]) for lang in ("zh-CN", "en-US"))
    beads: list[BeadIndices] = [((k,), (k,)) for k in range(4)]
    nothing = leave_out(source, target, beads, 0.0, random.Random(1))
    assert nothing == (source, target, beads, set())
    first, second, kept, alone = leave_out(source, target, beads, 1.0, random.Random(1))
    assert len(first.segments) + len(second.segments) == len(alone) == 4
    assert all(len(bead[0]) + len(bead[1]) == 1 for bead in kept)


@pytest.mark.parametrize("structured", [True, False])
def test_made_documents_have_true_beads(structured: bool) -> None:
    rows = [
        (f"第{k}句，这是测试，很长的一句。", f"Sentence {k}, a test, a long one.")
        for k in range(90)
    ]
    for seed in range(5):
        source, target, beads = make_document(rows, seed, structured=structured)
        again = make_document(rows, seed, structured=structured)
        assert (source, target, beads) == again
        assert [k for bead in beads for k in bead[0]] == list(range(len(source.segments)))
        assert [k for bead in beads for k in bead[1]] == list(range(len(target.segments)))
        for bead in beads:
            if len(bead[0]) == len(bead[1]) == 1:
                number = source.segments[bead[0][0]].text.split("第")[1].split("句")[0]
                assert f"entence {number}" in target.segments[bead[1][0]].text
