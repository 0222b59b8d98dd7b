"""What extraction proposes to nobody: clauses, quantities, pointers, what was left untranslated."""

from __future__ import annotations

import numpy as np
import pytest

from align.datatypes import TranslationUnit
from align.embedding.load import load_encoder
from align.embedding.protocol import TokenEncoder
from align.language.words import tagged
from align.terms.extract import extract_terms
from align.terms.extracting.english import is_clause, is_quantity
from align.terms.extracting.english import no_term as no_english_term
from align.terms.extracting.entries import broken, overtaken
from align.terms.extracting.features import NAMES, Described
from align.terms.extracting.pairs import Document, Pair, read
from align.terms.extracting.pairs import only_stays as only_stays_
from align.terms.extracting.phrases import no_term
from align.terms.following.model import Follower
from align.terms.renderings import Place, RenderingCount, TermRenderings
from align.terms.wordalign import WordAligner


@pytest.fixture(scope="module")
def encoder() -> TokenEncoder:
    encoder = load_encoder()
    assert isinstance(encoder, TokenEncoder)
    return encoder


@pytest.mark.parametrize(
    ("phrase", "none"),
    [
        ("承租人应当", True),
        ("冷藏费不得超过", True),
        ("租船合同", False),
        ("货舱内", True),
        ("内河", False),
        ("其船舶", True),
        ("全体船员", True),
        ("船员", False),
        ("12 500", True),
        ("3D打印", False),
        ("承租人應當", True),
        ("貨艙內", True),
        ("該船舶", True),
        ("依据本租约", True),
        ("於本條例", True),
        ("对其船员", True),
        ("和所有船员", True),
        ("船长在其《日志》", True),
        ("以下货舱", True),
        ("其他货物", True),
        ("各个货舱", True),
        ("各项检查", True),
        ("各国", False),
        ("以旧换新计划", False),
        ("对外贸易", False),
        ("须", True),
    ],
)
def test_phrases_that_are_no_terms(phrase: str, none: bool) -> None:
    assert no_term(phrase, tagged(phrase), (0, len(phrase))) is none


def test_words_outside_of_the_span_do_not_count() -> None:
    text = "承租人应当检查货舱内壁"
    assert not no_term("承租人", tagged(text), (0, 3))


@pytest.mark.parametrize(
    ("rendering", "clause", "quantity"),
    [
        ("charterer shall inspect", True, False),
        ("hatches are sealed", True, False),
        ("Instructs the master", True, False),
        ("Requires masters", True, False),
        ("hatch leaks", False, False),
        ("cargo exists", True, False),
        ("Requires", True, False),
        ("hold", False, False),
        ("holds", True, False),
        ("Cargo Holds", False, False),
        ("master of the ship", False, False),
        ("hatches, the seals", False, False),
        ("goodwill", False, False),
        ("living will", False, False),
        ("May Day call", False, False),
        ("14 days", False, True),
        ("two hatches", False, True),
        ("clause 4", False, True),
        ("Schedule IV", False, True),
        ("two-way valve", False, False),
        ("Seven Seas", False, False),
        ("Three Rivers Basin", False, False),
        ("Group of 77", False, False),
        ("vitamin D deficiency", False, False),
        ("2030 Agenda", False, False),
        ("2050 Strategy for the Harbours", False, False),
        ("2050 harbours", False, True),
        ("Plan to Deepen the Harbours", False, False),
        ("plan to deepen the harbours", True, False),
        ("four", False, False),
    ],
)
def test_renderings_that_are_no_terms(rendering: str, clause: bool, quantity: bool) -> None:
    assert (is_clause(rendering), is_quantity(rendering)) == (clause, quantity)


@pytest.mark.parametrize(
    ("rendering", "none"),
    [
        ("2031", True),
        ("2027–2031", True),
        ("edition 3.2", True),
        ("www.harbours.example", True),
        ("harbours.example/berths", True),
        ("https://harbours.example", True),
        ("berth_list", True),
        ("index.jsp", True),
        ("these hatches", True),
        ("its crew", True),
        ("following hatches", True),
        ("ballast (sea water", True),
        ("ballast (sea water)", False),
        ("under this licence", True),
        ("if charterers", True),
        ("owners waive", False),  # waive is seldom met, and taken for a noun
        ("owners require", True),
        ("require owners", True),
        ("Require Owners", False),
        ("moored closely", True),
        ("closely", True),
        ("Closely", False),
        ("family", False),
        ("leaky", False),  # rare words are taken for nouns
        ("most vulnerable vessels", False),
        ("in situ repair", False),
        ("the hatch", False),
        ("All Hands", False),
        ("no-go area", False),
        ("No. 2 hatch", False),
        ("U.S. flag vessel", False),
        ("St. Lucia", False),
        ("bow/stern line", False),
        ("MacGregor hatch", False),
        ("eCall", False),
    ],
)
def test_figures_addresses_and_pointers_are_no_terms(rendering: str, none: bool) -> None:
    assert no_english_term(rendering) == none


@pytest.mark.parametrize(
    ("phrase", "rendering", "places", "only_stays"),
    [
        ("Kalmar", "Kalmar", 1, True),
        ("Kalmar", "Kalmar", 2, False),
        ("AIS", "AIS", 1, False),
        ("MacGregor", "MacGregor", 1, True),
        ("AIS系统", "AIS", 1, False),
        ("卡尔马", "Kalmar", 1, False),
    ],
)
def test_what_only_stays_as_it_is(
    phrase: str, rendering: str, places: int, only_stays: bool
) -> None:
    some = tuple(Place(at, (0, 1), (0, 1), 0.9) for at in range(places))
    assert only_stays_(phrase, RenderingCount(rendering, some, score=0.9)) is only_stays


def test_what_only_stays_is_no_entry(encoder: TokenEncoder) -> None:
    units = [
        TranslationUnit("货轮停靠Kalmar港口。", "The freighter called at the port of Kalmar."),
        TranslationUnit("货轮装有AIS系统。", "The freighter carries an AIS system."),
    ]
    found = {one.source for one in extract_terms(units, WordAligner(encoder, units))}
    assert "Kalmar" not in found


def test_what_was_left_untranslated_tells_nothing(encoder: TokenEncoder) -> None:
    units = [
        TranslationUnit("货舱口应当密封。", "The cargo hatch shall be sealed."),
        TranslationUnit("Bill of Lading Form", "Bill of Lading Form"),
        TranslationUnit("12 500 | 7", "12 500 | 7"),
    ]
    document = read(units, Follower(encoder, units))
    assert [unit.source for unit in document.units] == ["货舱口应当密封。"]
    found = {(one.source, one.target) for one in extract_terms(units, WordAligner(encoder, units))}
    assert not [source for source, _ in found if "Lading" in source or "应当" in source]


def test_a_unit_from_english_is_read_by_its_chinese_side(encoder: TokenEncoder) -> None:
    unit = TranslationUnit(
        "The hatch is sealed.", "舱口已密封。", source_lang="en", target_lang="zh"
    )
    assert read([unit], Follower(encoder, [unit])).units == (unit,)


def pair(source: str, target: str, at: int, to: int, back: float, score: float = 0.9) -> Pair:
    place = Place(0, (at, at + len(source)), (to, to + len(target)), score)
    rendering = RenderingCount(target, (place,), score=score)
    return Pair(source, TermRenderings(source, "zh", (rendering,)), rendering, place, back, 0, 0)


def test_words_of_a_clause_beside_a_phrase_are_no_part_of_it() -> None:
    tokens = [(0, 2, "p"), (2, 5, "n"), (5, 7, "v"), (7, 9, "n")]
    document = Document(
        (TranslationUnit("", ""),), ("根据承租人要求货舱",), ("",), (tokens,), (), ()
    )
    short = pair("承租人", "charterer", 2, 0, 0.7)
    after = pair("承租人要求", "charterer", 2, 0, 0.2)
    before = pair("根据承租人", "charterer", 0, 0, 0.2)
    assert overtaken([short, after, before], document, set()) == {1, 2}
    assert overtaken([short, after, before], document, {0}) == set()
    assert overtaken([pair("承租人", "charterer", 2, 0, 0.1), after], document, set()) == set()
    noun = pair("要求货舱", "hold", 5, 20, 0.1)
    assert overtaken([noun, pair("要求", "hold", 5, 20, 0.8)], document, set()) == set()
    elsewhere = pair("承租人", "charterer", 2, 30, 0.7)
    assert overtaken([elsewhere, after], document, set()) == set()


def test_a_name_inside_a_name_is_an_entry_where_it_is_the_surer_one() -> None:
    numbers = np.zeros((2, len(NAMES)), np.float32)
    numbers[0, NAMES.index("cut_name")] = 1.0
    numbers[1, NAMES.index("name")] = 1.0
    described = Described(numbers, ())
    whole = pair("港务局", "Rules of the Port Authority", 0, 0, 0.5, 0.6)
    assert broken([pair("港务局", "Port Authority", 0, 13, 0.9, 0.95), whole], described) == set()
    assert broken([pair("港务局", "Port Authority", 0, 13, 0.4, 0.95), whole], described) == {0}
    # The whole word before it is the name's, too.
    assert broken([pair("港务局", "Authority", 0, 18, 0.9, 0.95), whole], described) == {0}
