"""What is proposed: English phrases and names, Chinese phrases, and a plus sign that stays."""

from __future__ import annotations

import pytest

from align.embedding.load import load_encoder
from align.embedding.protocol import TokenEncoder
from align.language.words import tagged
from align.terms.extracting import english
from align.terms.extracting.pairs import Answered, _by_phrase, _renderings
from align.terms.extracting.phrases import JOINS, nested, proposals, with_plus
from align.terms.following.model import Follower
from align.terms.renderings import Place, RenderingCount, TermRenderings


@pytest.fixture(scope="module")
def follower() -> Follower:
    encoder = load_encoder()
    assert isinstance(encoder, TokenEncoder)
    return Follower(encoder)


def proposed(follower: Follower, text: str) -> list[str]:
    (read,) = follower.reader.read([text], "en")
    return [text[start:end] for start, end in english.phrases(read)]


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("the Ministry of Rivers, Lakes and Canals met", "Ministry of Rivers, Lakes and Canals"),
        ("The Peat Council and the Fen Assembly met", "Fen Assembly"),
        ("It joined RAMSAR+ late", "RAMSAR+"),
        ("drainage of the upper bog is slow", "drainage of the upper bog"),
        ("the water-holding capacity of peat", "water-holding capacity"),
    ],
    ids=["comma", "two", "acronym", "of", "hyphen"],
)
def test_phrases_that_may_be_terms(follower: Follower, text: str, phrase: str) -> None:
    assert phrase in proposed(follower, text)


def test_no_phrase_begins_or_ends_with_a_small_word_or_crosses_a_mark(follower: Follower) -> None:
    found = proposed(follower, "The warden of the fen, in spring, counts birds (and nests) there.")
    assert found
    for phrase in found:
        assert phrase.split()[0].lower() not in ("the", "of", "in", "and")
        assert "," not in phrase
        assert "(" not in phrase


@pytest.mark.parametrize(
    "text",
    ["沼泽，并", "的沼泽", "沼泽的", "（沼泽", "沼泽）"],
    ids=["mark", "of", "of-end", "open", "shut"],
)
def test_an_answer_that_is_no_phrase(text: str) -> None:
    assert english.BROKEN.search(text)
    assert not english.BROKEN.search("沼泽（湿地）恢复")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("以行动促维和+中", ["以", "行动", "促", "维和+", "中"]),
        ("维和＋", ["维和＋"]),
        ("维和⁺", ["维和⁺"]),
        ("+维和", ["+", "维和"]),
    ],
)
def test_a_plus_sign_belongs_to_the_word_before(text: str, words: list[str]) -> None:
    at, tokens = 0, []
    for piece in [part for word in words for part in _apart(word)]:
        tokens.append((at, at + len(piece), "n"))
        at += len(piece)
    assert [text[start:end] for start, end, _ in with_plus(text, tokens)] == words


@pytest.mark.parametrize(
    ("sentence", "light"),
    [
        ("我们{}，", "加强沼泽"),
        ("我們{}，", "加強沼澤"),
        ("此举{}，", "让沼泽"),
        ("此舉{}，", "讓沼澤"),
        ("以{}重，", "沼澤為"),
    ],
)
def test_light_words_are_no_part_of_a_phrase_in_either_script(sentence: str, light: str) -> None:
    texts = [sentence.format(light), f"今后{light}。"]
    found = proposals(texts, [tagged(text) for text in texts], 6)
    assert light not in found


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("沼泽与湖泊", ["沼泽", "湖泊"]),
        ("沼澤與湖泊", ["沼澤", "湖泊"]),
        ("沼泽或湖泊", ["沼泽", "湖泊"]),
        ("沼泽以及湖泊", ["沼泽", "湖泊"]),
        ("沼泽和湖泊", ["沼泽", "湖泊"]),
        ("维和行动", ["维和行动"]),
        ("維和行動", ["維和行動"]),
        ("饱和溶液与和平", ["饱和溶液", "和平"]),
    ],
)
def test_what_joins_two_things(text: str, parts: list[str]) -> None:
    assert JOINS.split(text) == parts


def _apart(word: str) -> list[str]:
    return [word[:-1], word[-1]] if len(word) > 1 and word[-1] in "+＋⁺" else [word]


def test_places_inside_a_longer_phrase_that_recurs() -> None:
    places = {"维持和平行动": [(0, (0, 6)), (1, (0, 6))], "和平行动": [(0, (2, 6)), (0, (7, 11))]}
    assert list(nested(places)) == [("和平行动", (0, (2, 6)), "维持和平行动")]
    assert list(nested({"维持和平行动": [(0, (0, 6))], "和平行动": [(0, (2, 6))]})) == []


def test_what_the_english_side_says_is_a_rendering_too() -> None:
    def place(likely: float) -> Place:
        return Place(0, (0, 4), (4, 15), likely)

    def term(*texts: str) -> TermRenderings:
        some = tuple(RenderingCount(text, (place(0.9),), score=0.9) for text in texts)
        return TermRenderings("沼泽议会", "zh", some)

    answered = [Answered("Fen Council", "沼泽议会", place(p)) for p in (0.8, 0.4)]
    (told,) = _by_phrase(answered).values()
    known, more = _renderings(term("Council"), told)
    assert (known.text, known.score) == ("Council", 0.9)
    assert (more.text, more.score, more.count) == ("Fen Council", 0.6, 2)
    assert [one.text for one in _renderings(term("Fen Councils", ""), told)] == ["Fen Councils"]
