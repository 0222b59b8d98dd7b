"""Sentences that stand in another order are paired with their own, and nothing is torn apart for it."""

from __future__ import annotations

import io

import numpy as np
import pytest

from align.alignment.order import _limits, counterparts, in_another_order
from align.datatypes import Alignment, Bead, Segment, Signature
from align.embedding.load import load_encoder
from align.pipeline import PairOptions, PairResult, align_files
from align.terms.checking import check_units

CHINESE = ["图书馆在山上。", "夏天的晚上没有人点灯。", "他们通过了议程。", "会议于三月开幕。"]
ENGLISH = ["The library is on the hill.", "They adopted the agenda.", "The meeting opened in March.",
           "On summer evenings nobody lights the lamp."]  # fmt: skip
BEADS = ((0, 1, 0, 1), (1, 2, 1, 1), (2, 3, 1, 2), (3, 4, 2, 3), (4, 4, 3, 4))
HEAD = [("第二条 定义", "Article 2 Definitions"), ("在本章程中：", "In these Statutes:")]
TAIL = [
    ("本章程自通过之日起生效。", "These Statutes take effect on the day of their adoption."),
    ("修正案须经全体会员三分之二多数通过。", "Amendments require a two-thirds majority of all members."),
]  # fmt: skip
DEFINITIONS = [
    ("“捐款”是指任何人自愿交付的款项或者实物。", '"Donation" means money or goods given voluntarily by any person.'),
    ("“会员”是指经理事会批准加入的自然人或者法人。", '"Member" means a natural or legal person admitted by the Council.'),
    ("“理事会”是指由会员大会选举产生的管理机构。", '"Council" means the governing body elected by the general meeting.'),
    ("“年度”是指从七月一日起至次年六月三十日止的期间。", '"Year" means the period from 1 July to 30 June of the following year.'),
    ("“天文台”是指设有望远镜、供观测星体的建筑物。", '"Observatory" means a building with telescopes for observing the stars.'),
]  # fmt: skip
ITEMS = [
    ("历年气象观测资料的整理情况；", "the state of the meteorological records of past years;"),
    ("新购望远镜的价格和供应商；", "the price and the supplier of the new telescope;"),
    ("访客人数和门票收入；", "the number of visitors and the receipts from tickets;"),
    ("屋顶漏水的修缮计划。", "the plan for repairing the leaking roof;"),
]


def alignment(english: list[str]) -> Alignment:
    def segments(texts: list[str], lang: str) -> tuple[Segment, ...]:
        return tuple(Segment(text, lang, 0, len(text), 0) for text in texts)

    beads = tuple(Bead(range(a, b), range(c, d), 0.99) for a, b, c, d in BEADS)
    signature = Signature("0", "m", "r", "1", "1")
    return Alignment(segments(CHINESE, "zh-CN"), segments(english, "en-US"), beads, signature)


def paired(zh: list[str], en: list[str]) -> PairResult:
    def file(texts: list[str]) -> io.BytesIO:
        return io.BytesIO("\n\n".join(texts).encode())

    return align_files(file(zh), file(en), options=PairOptions(force=True))


def sought(given: Alignment) -> tuple[Alignment, tuple[str, ...]]:
    encoder = load_encoder()
    vectors = [encoder.encode([s.text for s in side]) * 3 for side in (given.source, given.target)]
    return in_another_order(given, vectors[0], vectors[1])


def test_a_sentence_that_stands_elsewhere_is_said_and_doubted() -> None:
    changed, notes = sought(alignment(ENGLISH))
    assert [bead.confidence for bead in changed.beads] == [0.99, 0.5, 0.99, 0.99, 0.5]
    assert changed.crossings == ((1, 3),)
    assert len(notes) == 1
    assert notes[0].startswith("1 sentence of either side matches in another order")


def test_sentences_that_are_only_alone_are_as_before() -> None:
    given = alignment([*ENGLISH[:3], "The price of steel fell by a third."])
    assert sought(given) == (given, ())


@pytest.mark.parametrize("order", [[2, 3, 0, 4, 1], [4, 2, 0, 1, 3], [3, 4, 1, 2, 0]])
def test_definitions_that_each_side_sorts_by_its_own_alphabet(order: list[int]) -> None:
    rows = [*HEAD, *DEFINITIONS, *TAIL]
    english = [*HEAD, *(DEFINITIONS[k] for k in order), *TAIL]
    result = paired([zh for zh, _ in rows], [en for _, en in english])
    found = {(unit.source, unit.target) for unit in result.pairs}
    assert found == set(rows)
    assert len(result.notes) == 1
    # Nothing is missing, so the check says where things are, and no more.
    for units in (result.units, result.pairs):
        told = check_units(units, None, encoder=result.encoder)
        assert [one for one in told if one.severity == "error"] == []


def test_labels_do_not_pair_items_that_have_nothing_in_common() -> None:
    order = [2, 3, 1, 0]
    zh = [zh for zh, _ in HEAD] + [f"（{'一二三四'[k]}）{zh}" for k, (zh, _) in enumerate(ITEMS)]
    en = [en for _, en in HEAD] + [f"({'abcd'[k]}) {ITEMS[n][1]}" for k, n in enumerate(order)]
    result = paired([*zh, *(zh for zh, _ in TAIL)], [*en, *(en for _, en in TAIL)])
    found = {(unit.source[3:], unit.target[4:]) for unit in result.pairs}
    assert set(ITEMS) <= found


def test_what_is_in_order_stays_as_it_is() -> None:
    rows = [*HEAD, *DEFINITIONS, *TAIL]
    result = paired([zh for zh, _ in rows], [en for _, en in rows])
    assert result.alignment.crossings == ()
    assert result.pairs == result.units
    # The same sentence again and again is nobody's better counterpart.
    again = [("会议休会。", "The meeting rose.")] * 6
    result = paired([zh for zh, _ in [*HEAD, *again]], [en for _, en in [*HEAD, *again]])
    assert result.alignment.crossings == ()


def test_an_omission_is_no_matter_of_order() -> None:
    zh = [zh for zh, _ in [*HEAD, *DEFINITIONS, *TAIL]]
    en = [en for _, en in [*HEAD, *DEFINITIONS[1:], *TAIL]]
    en.insert(5, "The Secretary keeps the keys of the cellar.")
    result = paired(zh, en)
    assert result.alignment.crossings == ()
    told = check_units(result.units, None, encoder=result.encoder)
    assert {one.rule for one in told if one.severity == "error"} == {"omission", "addition"}


def test_two_pairs_are_needed_to_know_what_is_alike() -> None:
    assert counterparts(["会议休会。"], ["The meeting rose."], [("甲", "A")], load_encoder()) == []


def made(
    source: list[list[float]], target: list[list[float]], beads: list[tuple[range, range, float]],
    texts: tuple[str, str] = ("灯塔看守人的名单", "the list of keepers"),
) -> tuple[Alignment, tuple[str, ...]]:  # fmt: skip
    """What is sought in sentences whose vectors are given, after four sure pairs that are alike."""
    basis = np.eye(12, dtype=np.float32)
    rows = [np.concatenate([basis[:4], np.array(side, np.float32).reshape(-1, 12)])
            for side in (source, target)]  # fmt: skip
    sure = [Bead(range(k, k + 1), range(k, k + 1), 1.0) for k in range(4)]
    rest = [
        Bead(range(4 + a.start, 4 + a.stop), range(4 + b.start, 4 + b.stop), c) for a, b, c in beads
    ]
    sides = [
        tuple(Segment(text, lang, 0, len(text), 0) for _ in side)
        for text, lang, side in zip(texts, ("zh-CN", "en-US"), rows, strict=True)
    ]
    signature = Signature("0", "m", "r", "1", "1")
    given = Alignment(sides[0], sides[1], (*sure, *rest), signature)
    return in_another_order(given, rows[0], rows[1])


def axis(rest: int = 11, **parts: float) -> list[float]:
    """A unit vector of twelve dimensions; what its parts lack of that length is in `rest`."""
    vector = [parts.get(f"x{k}", 0.0) for k in range(12)]
    vector[rest] += (1 - sum(value * value for value in vector)) ** 0.5
    return vector


@pytest.mark.parametrize(("rival", "crossings"), [(0.85, ()), (0.3, ((4, 5),))])
def test_a_pair_is_torn_only_for_a_match_that_leads(
    rival: float, crossings: tuple[tuple[int, int], ...]
) -> None:
    """s4 stands with t4, which is unlike it; t5 is like it, and t6 as much as `rival`."""
    source = [axis(x4=1.0)]
    target = [axis(x7=1.0), axis(x4=0.95, rest=8), axis(x4=rival, rest=9)]
    beads = [(range(1), range(1), 0.5), (range(1, 1), range(1, 2), 0.9), (range(1, 1), range(2, 3), 0.9)]  # fmt: skip
    assert made(source, target, beads)[0].crossings == crossings


def test_a_sentence_stays_with_a_partner_that_is_like_it() -> None:
    source, target = [axis(x4=1.0)], [axis(x4=0.7, rest=7), axis(x4=1.0)]
    beads = [(range(1), range(1), 0.5), (range(1, 1), range(1, 2), 0.9)]
    assert made(source, target, beads)[0].crossings == ()


def test_what_matches_within_a_bead_is_where_it_belongs() -> None:
    source = [axis(x4=1.0), axis(x5=1.0)]
    target = [axis(x4=0.6, rest=7), axis(x6=1.0)]
    changed, _ = made(source, target, [(range(2), range(2), 0.5)])
    assert changed.crossings == ()
    assert changed.beads[-1].type == "2-2"


@pytest.mark.parametrize(("second", "count"), [(0.9, 1), (0.8, 2)])
def test_what_stands_alone_on_both_sides_needs_less_of_a_lead(second: float, count: int) -> None:
    """s4 and t4 match surely; s5 is like t5 by 0.95, and like t6 by `second`."""
    source = [axis(x4=1.0), axis(x5=1.0)]
    target = [axis(x4=1.0), axis(x5=0.95, rest=8), axis(x5=second, rest=9)]
    beads = [(range(k, k + 1), range(0), 0.9) for k in range(2)]
    beads += [(range(2, 2), range(k, k + 1), 0.9) for k in range(3)]
    assert len(made(source, target, beads)[0].crossings) == count


@pytest.mark.parametrize(
    ("like", "second", "count"), [(0.45, 0.0, 1), (0.2, 0.0, 0), (0.45, 0.2, 0), (0.55, 0.3, 1)]
)
def test_what_stands_alone_on_both_sides_may_be_less_alike(
    like: float, second: float, count: int
) -> None:
    """s4 is like t4, less than half way (0.5), and like t5 by `second`."""
    source = [axis(x4=1.0)]
    target = [axis(x4=like, rest=8), axis(x4=second, rest=9)]
    beads = [(range(1), range(0), 0.9)]
    beads += [(range(1, 1), range(k, k + 1), 0.9) for k in range(2)]
    assert len(made(source, target, beads)[0].crossings) == count


@pytest.mark.parametrize(("texts", "count"), [(("见附件二。", "See it."), 0), (("见本公约附件二。", "See annex II."), 1)])  # fmt: skip
def test_short_sentences_match_by_chance(texts: tuple[str, str], count: int) -> None:
    beads = [(range(1), range(0), 0.9), (range(1, 1), range(1), 0.9)]
    found, _ = made([axis(x4=1.0)], [axis(x4=1.0)], beads, texts)
    assert len(found.crossings) == count


def test_how_alike_sentences_are_is_told_by_pairs_that_are_each_others_best() -> None:
    right = np.array([axis(x0=1.0), axis(x1=1.0)], np.float32)
    mates = np.array([axis(x0=0.8, rest=8), axis(x1=0.8, rest=9)], np.float32)
    wrong = np.array([axis(x2=1.0), axis(x3=1.0), axis(x4=1.0), axis(x5=1.0)], np.float32)
    assert _limits(right, mates) == pytest.approx((0.4, 0.2))
    mixed = _limits(np.concatenate([right, wrong]), np.concatenate([mates, wrong[::-1]]))
    assert mixed == pytest.approx((0.4, 0.2))
    assert _limits(wrong, wrong[::-1]) is None


EXCHANGED = [
    ("渡口的灯每天黄昏由船工点亮。", "The lamps of the ferry are lit at dusk by the ferrymen."),
    ("磨坊的主人每年春天修理水闸。", "The owner of the mill repairs the sluice every spring."),
]


def bead_of(paragraphs: tuple[list[int], list[int]]) -> tuple[Alignment, tuple[str, ...]]:
    """What is sought in two sentences that are turned round within one sure bead, after two pairs,
    by the paragraphs in which the four stand."""
    rows = [*TAIL, *EXCHANGED]
    zh, en = [zh for zh, _ in rows], [en for _, en in (*TAIL, *EXCHANGED[::-1])]
    sides = [
        tuple(Segment(t, lang, 0, len(t), p) for t, p in zip(texts, [0, 1, *own], strict=True))
        for texts, lang, own in zip((zh, en), ("zh-CN", "en-US"), paragraphs, strict=True)
    ]
    beads = (*(Bead(range(k, k + 1), range(k, k + 1), 0.99) for k in (0, 1)),
             Bead(range(2, 4), range(2, 4), 0.999))  # fmt: skip
    return sought(Alignment(sides[0], sides[1], beads, Signature("0", "m", "r", "1", "1")))


def test_paragraphs_that_have_changed_places_within_a_bead_are_told() -> None:
    changed, notes = bead_of(([2, 3], [2, 3]))
    assert [bead.type for bead in changed.beads] == ["1-1", "1-1", "0-1", "1-1", "1-0"]
    assert changed.crossings == ((3, 2),)
    assert changed.beads[-1].confidence == 0.5
    assert notes[0].startswith("1 sentence of either side matches in another order")


@pytest.mark.parametrize("paragraphs", [([2, 2], [2, 2]), ([2, 2], [2, 3]), ([2, 3], [2, 2])])
def test_sentences_that_are_turned_round_within_a_paragraph_stay_together(
    paragraphs: tuple[list[int], list[int]],
) -> None:
    changed, notes = bead_of(paragraphs)
    assert [bead.type for bead in changed.beads] == ["1-1", "1-1", "2-2"]
    assert notes == ()
