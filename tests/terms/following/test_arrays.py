"""The arrays of the span model against hand-worked rows and slow twins."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from toy import ToyEncoder

from align.datatypes import TranslationUnit
from align.errors import ModelError
from align.terms.following.batch import Batch, Reader, make_batch
from align.terms.following.candidates import ask, find_runs
from align.terms.following.company import Bonds, Company, damped_dice
from align.terms.following.coverage import cover
from align.terms.following.features import NAMES, look
from align.terms.following.model import (
    Described,
    Followed,
    Follower,
    Question,
    calibrated,
    followed_answers,
    softmax,
    whole,
)
from align.terms.following.soft import InWindows, Line, Softness, batches, windows
from align.terms.following.support import log_support, run_keys, support
from align.terms.following.weights import FILE, load_model

ENCODER = ToyEncoder()
ZH = ["委员会欢迎安全理事会的报告。", "学生在学校。", "委员会和安全理事会支持会议（报告）。"]
EN = [
    "The Committee welcomed the report of the Security Council.",
    "Students in the school.",
    "The Committee and the Security Council supported the meeting (report).",
]


def batch() -> Batch:
    reader = Reader(ENCODER, {})
    return make_batch(reader.read(ZH, "zh"), reader.read(EN, "en"), ENCODER, None, Softness())


def test_soft_alignment_is_a_probability_and_knows_the_pairs() -> None:
    made = batch()
    assert (made.to_target.sum(axis=2) <= 1 + 1e-5).all()
    assert (made.to_source.sum(axis=1) <= 1 + 1e-5).all()
    ours, theirs = made.ours[0], made.theirs[0]
    one = [ZH[0][a:b] for a, b in ours.spans.tolist()].index("报告")
    two = [EN[0][a:b] for a, b in theirs.spans.tolist()].index("report")
    assert made.to_target[0, one, two] > 0.9
    assert not made.to_target[1, len(made.ours[1].ids) :].any()  # padding is aligned to nothing


def test_cosine_and_sums_of_runs_are_those_of_their_tokens() -> None:
    made = batch()
    questions = ask(made, np.array([0, 2]), np.array([[5, 10], [0, 3]]))
    runs = find_runs(made, questions)
    view = look(made, questions, runs)
    for row in range(2):
        at = questions.unit[row]
        weight = questions.inside[row] * made.our_weights[at]
        whole = weight @ made.our_units[at]
        for k in np.flatnonzero(runs.real[row])[::7]:
            pieces = slice(runs.starts[row, k], runs.ends[row, k])
            share = made.shares[at][:, pieces].sum(axis=1) * made.their_weights[at]
            vector = share @ made.their_units[at]
            norms = np.linalg.norm(whole) * np.linalg.norm(vector)
            assert view.cosine[row, k] == pytest.approx(whole @ vector / norms, abs=1e-4)
            assert view.weight[row, k] == pytest.approx(share.sum(), rel=1e-4)
            aligned = (weight @ made.to_target[at]) @ made.shares[at][:, pieces].sum(axis=1)
            assert view.aligned[row, k] == pytest.approx(aligned, abs=1e-3)


def test_runs_leave_no_bracket_open() -> None:
    made = batch()
    questions = ask(made, np.array([2]), np.array([[0, len(ZH[2])]]))
    runs = find_runs(made, questions)
    texts = {
        EN[2][made.pieces.starts[2, a] : made.pieces.ends[2, b - 1]]
        for a, b, real in zip(runs.starts[0], runs.ends[0], runs.real[0], strict=True)
        if real
    }
    assert "supported the meeting (report" in texts  # its bracket closes right behind it
    assert all(text.count("(") == 0 or text.endswith("report") for text in texts)


def test_runs_close_nothing_that_they_did_not_open() -> None:
    reader = Reader(ENCODER, {})
    theirs = "（报告）和（会议）"
    made = make_batch(
        reader.read(["report and meeting"], "en"),
        reader.read([theirs], "zh"),
        ENCODER,
        None,
        Softness(),
    )
    runs = find_runs(made, ask(made, np.array([0]), np.array([[0, 18]])))
    texts = {
        theirs[made.pieces.starts[0, a] : made.pieces.ends[0, b - 1]]
        for a, b, real in zip(runs.starts[0], runs.ends[0], runs.real[0], strict=True)
        if real
    }
    assert "报告" in texts
    assert "报告）和（会议" not in texts
    assert "报告）和" in texts  # its bracket opens right before it


def test_an_answer_takes_the_closing_bracket_along() -> None:
    follower = Follower(ENCODER)
    (found,) = follower.answers([Question(ZH[2], EN[2], (0, len(ZH[2])))], "en")
    for run in found.runs:
        text = EN[2][run.start : run.end]
        assert text.count("(") == text.count(")")


def test_batches_hold_every_unit_once() -> None:
    sizes = [(n, m) for n in range(0, 900, 37) for m in (1, 40, 700)]
    found = [at for some in batches(sizes) for at in some]
    assert sorted(found) == list(range(len(sizes)))


def test_keys_are_of_the_words_whatever_the_batch() -> None:
    reader = Reader(ENCODER, {})
    long = "The Committee welcomed the report of the Security Councils " + "and so on " * 9
    for theirs in ([EN[0]], [long], [EN[0], long]):
        ours = [ZH[0]] * len(theirs)
        made = make_batch(
            reader.read(ours, "zh"), reader.read(theirs, "en"), ENCODER, None, Softness()
        )
        unit = np.arange(len(theirs))
        questions = ask(made, unit, np.array([[5, 10]] * len(theirs)))
        runs = find_runs(made, questions)
        keys = run_keys(made, questions, runs)
        for row in unit:
            by_text: dict[str, int] = {}
            for k in np.flatnonzero(runs.real[row]):
                a, b = runs.starts[row, k], runs.ends[row, k] - 1
                by_text[theirs[row][made.pieces.starts[row, a] : made.pieces.ends[row, b]]] = int(
                    keys[row, k]
                )
            council = by_text.get("Security Council", by_text.get("Security Councils"))
            SEEN.add(council)
            assert by_text[next(t for t in by_text if t.startswith("the Security C"))] == council
    assert len(SEEN) == 1


SEEN: set[int | None] = set()


def test_company_counts_meetings_in_either_direction() -> None:
    n = 90  # more than one word of bits
    zh = ["甲乙。" if at % 9 == 0 else "天气很好。" for at in range(n)]
    en = ["Zorbla." if at % 9 == 0 else "weather good." for at in range(n)]
    tokens = {"zh": ENCODER.tokenize(zh), "en": ENCODER.tokenize(en)}
    company = Company.of(tokens)
    assert company is not None
    one, two = tokens["zh"].ids[:1][None], tokens["en"].ids[:1][None]
    expected = damped_dice(np.array([10]), np.array([20]))[0]
    assert company.between(one, two, ("zh", "en")).item() == pytest.approx(expected)
    assert company.between(two, one, ("en", "zh")).item() == pytest.approx(expected)
    strange = np.array([[-1]], np.int32)
    assert company.between(strange, two, ("zh", "en")).item() == 0


def test_few_units_keep_no_company() -> None:
    tokens = ENCODER.tokenize(["报告"] * 7)
    assert Company.of({"zh": tokens, "en": tokens}) is None


def test_bonds_by_hand() -> None:
    texts = [np.array(row, np.uint64) for row in ([1, 2, 3], [1, 2, 3], [4, 2, 5], [9, 1, 2, 3])]
    found = Bonds(texts).gaps(np.array([1, 2, 3], np.uint64))
    # 2 stands four times and 3 behind it three times: 3/4, damped by (3 - 1) / (3 + 1).
    assert found[0, 0, 2] == pytest.approx(0.75 * 0.5)
    # Behind 1 2 always stands 3, three times.
    assert found[0, 1, 2] == pytest.approx(1.0 * 0.5)
    # Before 2 stands 1 in three of four.
    assert found[1, 0, 1] == pytest.approx(0.75 * 0.5)
    assert not found[:, :, 0].any()
    assert not found[:, :, 3].any()


def test_support_is_what_the_other_occurrences_say() -> None:
    keys = np.array([[5, 7, 0], [5, 5, 9], [5, 8, 0]], np.uint64)
    probability = np.array([[0.5, 0.3, 0], [0.4, 0.2, 0.1], [0.9, 0.1, 0]], np.float32)
    groups = np.array([0, 0, 1])
    found, nothing = support(groups, keys, probability)
    assert found[0].tolist() == pytest.approx([0.6 / 2, 0, 0])  # (0.4 + 0.2) / 1 other, damped 1/2
    assert found[1].tolist() == pytest.approx([0.25, 0.25, 0])  # its own two are left out
    assert found[2].tolist() == [0, 0, 0]  # alone
    assert nothing.tolist() == pytest.approx([0.3 / 2, 0.2 / 2, 0])
    assert log_support(np.array([0.02], np.float32)).item() == pytest.approx(np.log(2))


def test_softmax_leaves_room_for_nothing() -> None:
    keys = np.array([[1, 1, 0]], np.uint64)
    found = softmax(
        np.array([[0.0, np.log(2), 9.0]], np.float32), np.array([0.0], np.float32), keys
    )
    assert found.tolist() == [pytest.approx([0.25, 0.5, 0.0])]


def test_calibration_stretches_log_odds() -> None:
    found = calibrated(np.array([0.0, 0.5, 0.8], np.float32), (0.5, 0.0))
    assert found.tolist() == pytest.approx([0.0, 0.5, 2 / 3])


def test_an_answer_joins_what_is_the_same_words() -> None:
    places = np.array([[4, 10], [0, 10], [20, 30]])
    keys, likely = np.array([3, 3, 8], np.uint64), np.array([0.5, 0.2, 0.1], np.float32)
    (found,) = followed_answers(Followed(places[None], keys[None], likely[None]))
    assert [(r.start, r.end) for r in found.runs] == [(4, 10), (20, 30)]
    assert found.runs[0].probability == pytest.approx(0.7)
    assert found.nothing == pytest.approx(0.2)
    assert found.within((25, 40)) == pytest.approx(0.1)
    assert found.within((11, 15)) == 0


def test_many_spans_at_once_are_as_they_are_one_by_one() -> None:
    units = [TranslationUnit(zh, en) for zh, en in zip(ZH, EN, strict=True)]
    follower = Follower(ENCODER, units * 3)
    asked = [
        Question(zh, en, (start, start + 2), group)
        for group, (zh, en) in enumerate(zip(ZH, EN, strict=True))
        for start in (0, 2)
    ]
    asked = [Question(q.source, q.target, q.span, number) for number, q in enumerate(asked)]
    together = follower.answers(asked, "en")
    alone = [follower.answers([one], "en")[0] for one in asked]
    for one, other in zip(together, alone, strict=True):
        assert [(r.start, r.end) for r in one.runs[:3]] == [
            (r.start, r.end) for r in other.runs[:3]
        ]
        assert one.nothing == pytest.approx(other.nothing, abs=1e-3)


def test_the_weights_file(tmp_path: Path) -> None:
    model = load_model()
    assert model.version.startswith("1@")
    assert set(model.into) == {"zh", "en"}
    wrong = tmp_path / "weights.json"
    wrong.write_text(FILE.read_text(encoding="utf-8").replace("log_recall", "log_other"), "utf-8")
    with pytest.raises(ModelError, match="scripts/train_terms"):
        load_model(wrong)
    wrong.write_text("{", "utf-8")
    with pytest.raises(ModelError, match="not a weights file"):
        load_model(wrong)


@pytest.mark.parametrize(("source", "target", "into"), [("", "", "en"), ("。", "…", "en"), ("报告", "", "en"), ("", "report", "zh")])  # fmt: skip
def test_texts_without_words_have_no_rendering(source: str, target: str, into: str) -> None:
    (found,) = Follower(ENCODER).answers([Question(source, target, (0, len(source)))], into)
    assert found.runs == ()
    assert found.nothing == pytest.approx(1.0, abs=1e-3)


def test_what_always_stands_together_is_taken_whole() -> None:
    names = list(NAMES)
    features = np.zeros((1, 4, len(names)), np.float32)
    # 2-5 is always preceded by what 1-5 takes in; 1-5 is by nothing; 0-5 begins with a small word.
    places = np.array([[[2, 5], [1, 5], [0, 5], [7, 9]]])
    probability = np.array([[0.6, 0.1, 0.05, 0.1]], np.float32)
    features[0, 0, names.index("held_before")] = 0.5
    described = Described(
        places,
        np.array([[1, 2, 3, 4]], np.uint64),
        features,
        np.zeros((1, 4, 4), np.int16),
        np.zeros((1, 4), np.float32),
    )
    assert whole(described, probability)[0].tolist() == pytest.approx([0, 0.7, 0.05, 0.1])
    features[0, 1, names.index("held_before")] = 0.5
    assert whole(described, probability)[0].tolist() == pytest.approx([0, 0, 0.75, 0.1])
    features[0, 2, names.index("weak_first")] = 1
    assert whole(described, probability)[0].tolist() == pytest.approx([0, 0.7, 0.05, 0.1])
    features[0, 0, names.index("held_before")] = 0.49  # two of two, or less sure
    assert whole(described, probability)[0].tolist() == pytest.approx([0.6, 0.1, 0.05, 0.1])


def test_windows_share_long_texts_out() -> None:
    for n, m, most in (
        (5, 7, 35),
        (5, 7, 34),
        (1000, 1300, 5000),
        (1, 900, 100),
        (0, 9, 4),
        (90, 2, 50),
    ):
        found = windows(n, m, most)
        assert (len(found) == 1) == (n * m <= most)
        for size, owns, wholes in (
            (n, [w.our_own for w in found], [w.ours for w in found]),
            (m, [w.their_own for w in found], [w.theirs for w in found]),
        ):
            assert [at for own in owns for at in range(own.start, own.stop)] == list(range(size))
            assert all(
                a.start <= own.start and own.stop <= a.stop
                for own, a in zip(owns, wholes, strict=True)
            )
        cells = sum((w.ours.stop - w.ours.start) * (w.theirs.stop - w.theirs.start) for w in found)
        assert cells <= max(most, 3 * (n * m * most) ** 0.5) + 4 * (n + m)


def test_what_is_found_in_windows_is_put_together_again() -> None:
    sizes = [(40, 50), (3, 4), (0, 2)]
    lines = [
        [
            Line("x", np.arange(n, dtype=np.int32) + 100 * at, np.zeros((n, 2), np.int32))
            for n in side
        ]
        for at, side in enumerate(zip(*sizes, strict=True))
    ]
    cut = InWindows(lines[0], lines[1], whole=100)
    assert len(cut.sizes) > 3
    parts = [
        (a.ids.astype(np.float32), b.ids.astype(np.float32))
        for a, b in zip(cut.ours, cut.theirs, strict=True)
    ]
    for (ours, theirs), one, other in zip(cut.joined(parts), *lines, strict=True):
        assert ours.tolist() == one.ids.tolist()
        assert theirs.tolist() == other.ids.tolist()


def test_a_long_text_is_covered_in_windows_as_it_is_sentence_by_sentence() -> None:
    zh, en = "".join(ZH) * 60, " ".join(EN) * 60
    (whole,) = cover([(zh, en)], ("zh", "en"), ENCODER, None)
    assert len(whole[0].spans) * len(whole[1].spans) > 1_000_000
    missing = zh + "学生在学校。" * 3
    span = zh.index(ZH[2], len(zh) // 2)
    assert whole[0].of((span, span + len(ZH[2]))) > 0.6
    (other,) = cover([(missing, "weather " * 5000)], ("zh", "en"), ENCODER, None)
    assert other[0].of((0, 200)) < 0.3


def test_a_span_of_a_very_long_text_is_followed_to_its_place() -> None:
    follower = Follower(ENCODER)
    zh, en = ZH[0] * 900, f"{EN[0]} " * 900
    assert len(zh) > 10_000
    assert len(en) > 50_000
    for number in (0, 450, 899):
        start = number * len(ZH[0]) + 5
        (found,) = follower.answers([Question(zh, en, (start, start + 5))], "en")
        best = found.runs[0]
        assert "Security Council" in en[best.start : best.end]
        assert abs(best.start - number * (len(EN[0]) + 1)) < 600
