"""One entry for each thing, written as a dictionary would; and the ranker's arithmetic."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from align.datatypes import TranslationUnit
from align.errors import ModelError
from align.terms.extracting.entries import bound, broken, entries, halves, joined
from align.terms.extracting.features import NAMES, TABLES, Described
from align.terms.extracting.headwords import Written
from align.terms.extracting.pairs import Document, Pair
from align.terms.extracting.ranker import FILE, SETTLED, among, load_ranker, overlaps
from align.terms.renderings import Place, RenderingCount, TermRenderings

ZH, EN = "南岸沼泽理事会与沼泽", "the South Bank Fen Council and the fens"
Span = tuple[int, int]


def pair(source: str, target: str, *places: tuple[Span, Span]) -> Pair:
    if not places:
        at, to = ZH.index(source), EN.index(target)
        places = (((at, at + len(source)), (to, to + len(target))),)
    found = tuple(Place(0, ours, theirs, 0.9) for ours, theirs in places)
    rendering = RenderingCount(target, found, score=0.9)
    return Pair(source, TermRenderings(source, "zh", (rendering,)), rendering, found[0], 0.9, 0, 0)


def document() -> Document:
    return Document((TranslationUnit(ZH, EN),), (ZH,), (EN,), ([],), (), ())


WHOLE = pair("南岸沼泽理事会", "South Bank Fen Council")
PART = pair("沼泽理事会", "Fen Council")
TWICE = pair("沼泽", "Fen", ((2, 4), (15, 18)), ((8, 10), (35, 39)))


def test_a_half_of_a_longer_entry_is_none() -> None:
    found = [WHOLE, PART, TWICE]
    assert halves(found, np.array([1.0, 2.0, 2.0], np.float32)) == {1}
    assert halves(found, np.array([-1.0, 2.0, 2.0], np.float32)) == set()


@pytest.mark.parametrize(
    ("source", "target", "two"),
    [
        ("沼泽和湖泊", "fens and lakes", True),
        ("沼泽与湖泊", "fens and the lakes", True),
        ("湖泊、沼泽", "lakes, fens", True),
        ("沼泽或湖泊", "fens or lakes", True),
        ("湖泊和沼泽", "fens and lakes", False),  # the other order: neither part answers
        ("沼泽湖泊", "fens and lakes", False),
        ("沼泽和河流", "fens and rivers", False),  # rivers are no likely entry
        ("沼泽和湖泊部", "Department of Fens and Lakes", False),
    ],
)
def test_two_entries_with_and_between_are_no_third(source: str, target: str, two: bool) -> None:
    at = (((0, 2), (0, 4)),)
    found = [
        pair("沼泽", "fen", *at),
        pair("湖泊", "lake", *at),
        pair("河流", "river", *at),
        pair(source, target, *at),
    ]
    assert joined(found, np.array([1, 1, -1, 2], np.float32)) == ({3} if two else set())
    assert joined(found, np.array([1, -1, -1, 2], np.float32)) == set()


def test_what_no_ranking_makes_an_entry() -> None:
    numbers = np.zeros((4, len(NAMES)), np.float32)
    cut = pair("沼泽理事会", "Council", ((2, 7), (19, 26)))
    elsewhere = pair("沼泽理事会", "Fens", ((2, 7), (35, 39)))
    for row in (1, 2):
        numbers[row, NAMES.index("cut_name")] = 1.0
    numbers[0, NAMES.index("name")] = 1.0
    numbers[3, NAMES.index("opening")] = 1.0
    described = Described(numbers, ())
    assert broken([PART, cut, elsewhere, WHOLE], described) == {1, 3}
    scores = np.array([1.0, 2.0, -1.0], np.float32)
    best = entries([PART, cut, elsewhere], scores, document(), {1})
    assert [one.target for one in best] == ["Fen Council"]


def test_a_phrase_that_never_stands_without_its_neighbour_is_cut() -> None:
    short, long = pair("沼泽", "Fen", ((2, 4), (15, 18))), pair("岸沼泽", "Fen", ((1, 4), (15, 18)))
    twice = ["南岸沼泽与北岸沼泽"]
    assert bound([short, long], twice) == {0}
    assert bound([short, long], [*twice, "沼泽"]) == set()
    assert bound([short, long], ["南岸沼泽"]) == set()  # once says nothing
    plus, whole = (
        pair("行动促维和+", "A", ((0, 1), (0, 1))),
        pair("以行动促维和+", "A", ((0, 1), (0, 1))),
    )
    assert bound([plus, whole], ["为以行动促维和+中", "以行动促维和"]) == {0}
    assert bound([plus, whole], ["为以行动促维和+中", "靠行动促维和"]) == set()
    another = pair("岸沼泽", "bank", ((1, 4), (15, 18)))
    assert bound([short, another], twice) == set()


def test_entries_are_the_best_pair_of_each_phrase_best_first() -> None:
    other = pair("沼泽", "fens", ((8, 10), (35, 39)))
    found = [TWICE, other, WHOLE]
    best = list(entries(found, np.array([1.0, 0.5, 3.0], np.float32), document()))
    assert [(one.source, one.target) for one in best] == [
        ("南岸沼泽理事会", "South Bank Fen Council"),
        ("沼泽", "Fen"),
    ]
    assert best[0].score == pytest.approx(1 / (1 + np.exp(-3.0)), abs=1e-4)


def test_of_one_rendering_at_one_place_the_better_phrase_is_the_entry() -> None:
    council = ((4, 7), (19, 26))
    short, long = (
        pair("理事会", "Council", council),
        pair("理事会与", "Council", ((4, 8), (19, 26))),
    )
    found = list(entries([short, long], np.array([1.0, 0.5], np.float32), document()))
    assert [one.source for one in found] == ["理事会"]
    elsewhere = pair("理事会与", "Council", ((4, 8), (0, 7)))
    found = list(entries([short, elsewhere], np.array([1.0, 0.5], np.float32), document()))
    assert [one.source for one in found] == ["理事会", "理事会与"]


@pytest.mark.parametrize(
    ("rendering", "texts", "headword"),
    [
        ("drainage channels", ["drainage channels"], "drainage channel"),
        ("keepers of the fen", ["keepers of the fen"], "keeper of the fen"),
        ("wardens and keepers", ["wardens and keepers"], "wardens and keepers"),
        ("women and water plan", ["women and water plan"], "women and water plan"),
        ("fen- and bog-owning clans", ["fen- and bog-owning clans"], "fen- and bog-owning clan"),
        ("keepers of fens and bogs", ["keepers of fens and bogs"], "keeper of fens and bogs"),
        ("the armed forces", ["the armed forces"], "armed forces"),
        ("Peatlands", ["Peatlands burn. Rewetted peatlands do not."], "peatland"),
        ("Member States", ["Member States met."], "Member States"),
        ("Member States", ["Member States met; one Member State left."], "Member State"),
        ("Fen Council", ["Fen Council"], "Fen Council"),
        ("UN-Women", ["UN-Women"], "UN-Women"),
        ("progress", ["progress"], "progress"),
        ("Water table", ["Water table falls. The water table rises."], "water table"),
        ("Water table", ["Water rises. Water table falls."], "Water table"),
    ],
)
def test_headwords(rendering: str, texts: list[str], headword: str) -> None:
    assert Written(texts).headword(rendering) == headword


def test_what_lies_across_the_places_of_a_phrase() -> None:
    crossing = pair("理事会与", "Council and", ((4, 8), (19, 30)))
    scores = np.log(np.array([0.8, 0.6, 0.3, 0.2]) / np.array([0.2, 0.4, 0.7, 0.8]))
    found = overlaps([WHOLE, PART, TWICE, crossing], scores.astype(np.float32))
    expected = [
        [0.0, 0.2, 0.6],  # whole: crossed by 理事会与, holds the two others
        [0.8, 0.2, 0.3],
        [0.4, 0.0, 0.0],  # covered at the first of its two places
        [0.0, 0.8, 0.0],
    ]
    assert found == pytest.approx(np.array(expected), abs=1e-6)


def test_how_a_pair_stands_among_the_others() -> None:
    numbers = np.zeros((1, len(NAMES)), np.float32)
    for name, value in (("seen", 3.0), ("free", 0.5), ("everyday", 0.5), ("mean_everyday", 0.25)):
        numbers[0, NAMES.index(name)] = value
    described = Described(numbers, (("",) * len(TABLES),))
    (row,) = among(described, [WHOLE], np.array([2.0], np.float32))
    stated = dict(zip(SETTLED, row.tolist(), strict=True))
    assert stated["own"] == 2.0
    assert stated["recurring"] == pytest.approx(np.log(np.log2(5)))  # 4 of 8 places are free
    assert stated["everyday"] == pytest.approx(0.5**4)
    assert stated["length"] == pytest.approx(np.log(7))
    assert stated["offset"] == 1.0


def test_the_ranker_adds_numbers_and_words() -> None:
    ranker = load_ranker()
    plain = Described(np.zeros((1, len(NAMES)), np.float32), (("no such word",) * len(TABLES),))
    others = sum(table.get("", 0.0) for table in ranker.tables)
    assert ranker.own(plain)[0] == pytest.approx(ranker.offset + others, abs=1e-4)
    at = NAMES.index("back")
    plain.numbers[0, at] = 1.0
    more = ranker.offset + others + float(ranker.numbers[at])
    assert ranker.own(plain)[0] == pytest.approx(more, abs=1e-4)


def test_weights_for_other_features_are_refused(tmp_path: Path) -> None:
    data = json.loads(FILE.read_text(encoding="utf-8"))
    data["numbers"]["new"] = 1.0
    path = tmp_path / "weights.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(ModelError, match="other features"):
        load_ranker(path)
    with pytest.raises(ModelError, match="cannot be read"):
        load_ranker(tmp_path / "none.json")
