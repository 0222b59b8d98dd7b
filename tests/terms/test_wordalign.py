"""Word alignment with an encoder whose words are known: where a span went."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from toy import ToyEncoder

from align.datatypes import TranslationUnit
from align.embedding.protocol import TokenEncoder
from align.terms.following.batch import make_batch
from align.terms.following.model import Follower
from align.terms.wordalign import WordAligner

ENCODER = ToyEncoder()
ALIGNER = WordAligner(ENCODER)


def went(source: str, target: str, words: str, aligner: WordAligner = ALIGNER) -> str | None:
    start = source.index(words)
    lang = "zh" if "\u4e00" <= target[0] <= "\u9fff" else "en"
    found = aligner.rendering(source, target, (start, start + len(words)), target_lang=lang)
    return found.text if found else None


def test_the_toy_is_a_token_encoder() -> None:
    assert isinstance(ENCODER, TokenEncoder)


@pytest.mark.parametrize(
    ("source", "target", "words", "expected"),
    [
        ("委员会欢迎报告。", "The Committee welcomed the report.", "报告", "report"),
        ("委员会欢迎报告。", "The Committee welcomed the report.", "委员会", "Committee"),
        ("安全理事会支持会议。", "The Security Council supported the meeting.", "安全理事会", "Security Council"),
        ("委员会欢迎安全理事会的报告。", "The Committee welcomed the report of the Security Council.", "安全理事会", "Security Council"),
        ("加强伤员后送能力。", "Strengthen casualty evacuation capacity.", "伤员后送", "casualty evacuation"),
        ("The Security Council met.", "安全理事会会议。", "Security Council", "安全理事会"),
        ("委员会欢迎报告。", "…", "报告", None),
    ],
)  # fmt: skip
def test_renderings(source: str, target: str, words: str, expected: str | None) -> None:
    assert went(source, target, words) == expected


def test_position_decides_between_equals() -> None:
    source, target = "委员会欢迎报告，会员国支持报告。", "The Committee welcomed the report, member States support the report."  # fmt: skip
    first = ALIGNER.rendering(source, target, (5, 7))
    second = ALIGNER.rendering(source, target, (13, 15))
    assert first is not None
    assert second is not None
    assert first.end < second.start


def test_company_over_units_finds_what_vectors_do_not_know() -> None:
    pairs = [
        ("甲乙欢迎报告。", "Zorbla welcomed the report."),
        ("学校支持甲乙。", "The school supported Zorbla."),
        ("甲乙在图书馆。", "Zorbla in the library."),
        ("老师说甲乙很好。", "The teacher said Zorbla very good."),
    ]
    others = [("学生在学校。", "Students in the school."), ("苹果很好。", "Apples very good.")] * 4
    units = [TranslationUnit(zh, en) for zh, en in pairs + others]
    (unit, *_) = units
    shares = []
    for known in ((), units):
        follower = Follower(ENCODER, known)
        reader = follower.reader
        batch = make_batch(
            reader.read([unit.source], "zh"),
            reader.read([unit.target], "en"),
            ENCODER,
            follower.company,
            follower.model.soft,
        )
        shares.append(float(batch.to_target[0, 0, 0]))  # 甲 → Zorbla
    assert shares[0] < 0.2
    assert shares[1] > 0.5


def test_blocked_spans_are_not_used() -> None:
    source, target = "委员会欢迎报告。", "The Committee welcomed the report."
    start = target.index("report")
    found = ALIGNER.renderings(source, target, (5, 7), blocked=[(start, start + 6)])
    assert all(r.end <= start or r.start >= start + 6 for r in found)


def test_coverage_tells_what_has_a_counterpart() -> None:
    source = "委员会欢迎报告。学生在学校。"
    target = "The Committee welcomed the report."
    assert ALIGNER.coverage(source, target, (0, 8)) > 0.6
    assert ALIGNER.coverage(source, target, (8, 14)) < 0.3


@given(
    st.text(alphabet="委员会欢迎报告，。 A4P+", max_size=20),
    st.text(alphabet="Report of the Committee, A4P+’s.-", max_size=40),
)
def test_renderings_are_cut_from_the_target(source: str, target: str) -> None:
    for one in ALIGNER.renderings(source, target, (0, len(source)), limit=20):
        assert one.text == target[one.start : one.end]
        assert 0 < one.score <= 1.3
        assert one.text.strip() == one.text


def test_coverage_is_the_same_alone_and_in_a_block() -> None:
    pairs = [
        ("委员会欢迎报告。", "The Committee welcomed the report."),
        ("学生在学校。", "Students in the school."),
        ("会员国支持安全理事会主席。", "Member States support the Security Council chair."),
    ]
    units = [TranslationUnit(zh, en) for zh, en in pairs]
    block = WordAligner(ENCODER, units)
    for zh, en in pairs:
        for one, other in ((zh, en), (en, zh)):
            whole = (0, len(one))
            assert block.coverage(one, other, whole) == pytest.approx(
                ALIGNER.coverage(one, other, whole), abs=1e-5
            )


def test_coverage_by_a_slow_twin() -> None:
    source, target = "委员会欢迎报告。", "The Committee welcomed the report of the chair."
    ours, theirs = (ENCODER.tokenize([text]) for text in (source, target))

    def rows(ids: NDArray[np.int32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        norms = np.linalg.norm(ENCODER.matrix[ids], axis=1)
        return ENCODER.matrix[ids] / norms[:, None], norms

    (left, weights), (right, _) = rows(ours.ids), rows(theirs.ids)
    place = ours.spans.mean(axis=1) / len(source)
    other = theirs.spans.mean(axis=1) / len(target)
    scores = left @ right.T - 0.25 * abs(place[:, None] - other[None, :])
    raised = np.exp(20 * (scores - 0.25))
    to_source = raised / (1 + raised.sum(axis=0))
    fits = np.maximum(left @ right.T, 0) * to_source / to_source.max(axis=0)
    expected = float(weights @ fits.max(axis=1) / weights.sum())
    assert ALIGNER.coverage(source, target, (0, len(source))) == pytest.approx(expected, abs=1e-4)
