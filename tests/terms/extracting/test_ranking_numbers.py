"""What the ranker is told of a pair, worked out by hand on two short units."""

from __future__ import annotations

import math

import pytest

from align.datatypes import TranslationUnit
from align.embedding.load import load_encoder
from align.embedding.protocol import TokenEncoder
from align.terms.extracting.features import NAMES, TABLES, describe
from align.terms.extracting.pairs import Pair, read
from align.terms.extracting.word_classes import uses
from align.terms.following.model import Follower
from align.terms.renderings import Place, RenderingCount, TermRenderings

UNITS = [
    TranslationUnit("“沼泽理事会”(沼理会)成立。", "The Fen Council (FC) was founded."),
    TranslationUnit("沼泽理事会的报告", "a report of the Fen Council"),
    TranslationUnit("敦促各国", "Urges States"),
    TranslationUnit("委员会要求SONAR仪器", "the board requires SONAR devices"),
]
Span = tuple[int, int]


def pair(source: str, target: str, *places: tuple[int, Span, Span], back: float = 0.8) -> Pair:
    found = tuple(Place(unit, ours, theirs, 0.9) for unit, ours, theirs in places)
    rendering = RenderingCount(target, found, score=0.9)
    term = TermRenderings(source, "zh", (rendering,))
    return Pair(source, term, rendering, found[0], back, 0.1, 0.05)


@pytest.fixture(scope="module")
def told() -> list[dict[str, float]]:
    encoder = load_encoder()
    assert isinstance(encoder, TokenEncoder)
    document = read(UNITS, Follower(encoder))
    found = [
        pair("沼泽理事会", "Fen Council", (0, (1, 6), (4, 15)), (1, (0, 5), (16, 27))),
        pair("理事会", "Fen Council", (0, (3, 6), (4, 15)), back=0.1),
        pair("报告", "report", (1, (6, 8), (2, 8))),
        pair("敦促各国", "Urges States", (2, (0, 4), (0, 12))),
        pair("各国", "States", (2, (2, 4), (6, 12))),
        pair("委员会要求", "board requires", (3, (0, 5), (4, 18))),
        pair("SONAR仪器", "SONAR devices", (3, (5, 12), (19, 32))),
        pair("SONAR", "SONAR", (3, (5, 10), (19, 24))),
    ]
    phrases = {one.source: [(p.unit, p.source_span) for p in one.rendering.places] for one in found}
    described = describe(found, document, phrases, encoder)
    assert described.words[2][TABLES.index("zh_last_word")] == "报告"
    assert described.words[0][TABLES.index("en_first")] == "fen"
    assert described.words[5][TABLES.index("tags")] == "n-v"
    return [dict(zip(NAMES, row.tolist(), strict=True)) for row in described.numbers]


@pytest.mark.parametrize(
    ("row", "name", "value"),
    [
        (0, "seen", 1.0),
        (0, "free", 1.0),
        (1, "free", 0.0),  # it lies in 沼泽理事会, which recurs
        (1, "held", 1.0),
        (0, "enclosed", 0.5),
        (0, "explained", 0.5),
        (0, "varied_before", 1.0),  # a quotation mark, and the beginning
        (2, "varied_before", 0.0),  # it stands once
        (2, "one_word", 1.0),
        (0, "en_2", 1.0),
        (0, "name", 1.0),
        (2, "name", 0.0),
        (0, "opening", 0.0),
        (3, "opening", 1.0),
        (3, "name", 0.0),  # its capital is that of a sentence
        (4, "opening", 0.0),
        (0, "article", 1.0),
        (2, "article", 1.0),
        (0, "small", 0.0),
        (0, "en_seen", math.log2(3)),
        (2, "en_seen", 1.0),
        (1, "en_excess", math.log2(3 / 2)),  # two texts have the rendering, one place the phrase
        (0, "stated", 0.9),
        (0, "back", 0.8),
        (0, "back_odds", math.log(4)),
        (0, "unanswered", 0.05),
        (0, "ratio", math.log(2.5) - math.log(2.2)),
        (0, "shorter", 1.0),
        (0, "shorter_better", 0.1 - 0.8),
        (1, "longer", 1.0),
        (1, "longer_better", 0.8 - 0.1),
        (2, "longer", 0.0),
        (5, "last_verb", uses("requires").verb ** 3),
        (5, "first_verb", uses("board").verb ** 3),
        (5, "inner_verb", uses("board").verb ** 3),
        (2, "inner_verb", 0.0),  # it is one word
        (2, "first_verb", 0.0),
        (0, "last_verb", 0.0),  # a name has no verbs
        (5, "copied", 0.0),
        (6, "copied", 5 / 12),
        (7, "copied", 0.0),  # an acronym that stays is an entry, whatever dictionaries hold
    ],
    ids=lambda value: str(value),
)
def test_numbers(told: list[dict[str, float]], row: int, name: str, value: float) -> None:
    assert told[row][name] == pytest.approx(value, abs=1e-5)


def test_every_number_is_finite(told: list[dict[str, float]]) -> None:
    assert all(math.isfinite(value) for row in told for value in row.values())
