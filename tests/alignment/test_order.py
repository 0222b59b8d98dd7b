"""Sentences that stand in another order are paired with their own, and nothing is torn apart for it."""

from __future__ import annotations

import io

import pytest

from align.alignment.order import counterparts, in_another_order
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
