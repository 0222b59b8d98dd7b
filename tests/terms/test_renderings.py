"""Renderings, lookup and extraction on a small document of the toy's words."""

from __future__ import annotations

from pathlib import Path

import pytest
from toy import ToyEncoder

from align.datatypes import Concept, Term, TranslationUnit
from align.embedding.load import load_encoder
from align.embedding.protocol import TokenEncoder
from align.memory import TranslationMemory
from align.terms.extract import ExtractOptions, as_concepts, extract_terms
from align.terms.lookup import LookupOptions, lookup
from align.terms.renderings import find_terms, key, term_renderings
from align.terms.termbase import Termbase, load_termbase
from align.terms.wordalign import WordAligner

ENCODER = ToyEncoder()
PAIRS = [
    ("1", "甲", "安全理事会欢迎报告。", "The Security Council welcomed the report."),
    ("2", "乙", "维和人员继续支持安全理事会。", "Peacekeepers continued to support the Security Council."),
    ("3", None, "委员会加强伤员后送能力。", "The Committee strengthened casualty evacuation capacity."),
    ("4", "甲", "维和人员在学校培训。", "Peacekeepers training at the school."),
    ("5", "丙", "秘书长说维和人员很好。", "The Secretary-General said peacekeeping personnel very good."),
    ("6", None, "学生在图书馆。", "Students in the library."),
    ("7", "丙", "老师欢迎安全理事会主席。", "The teacher welcomed the Security Council chair."),
    ("8", None, "天气很好。", "The weather very good."),
    ("9", None, "会员国支持和平行动部。", "Member States support the Department of Peace Operations."),
]  # fmt: skip
UNITS = [
    TranslationUnit(zh, en, id=f"u{p}", paragraph=p, speaker=who, origin="doc", created=f"2024010{p}T000000Z")
    for p, who, zh, en in PAIRS
]  # fmt: skip
TERMBASE = Termbase(
    [
        Concept("c1", (Term("维和人员", "zh"), Term("peacekeepers", "en"), Term("peacekeeping personnel", "en", "deprecated"))),
        Concept("c2", (Term("安全理事会", "zh"), Term("Security Council", "en"))),
        Concept("c3", (Term("安全理事会主席", "zh"), Term("Chair of the Security Council", "en"))),
    ]
)  # fmt: skip


@pytest.fixture(scope="module")
def aligner() -> WordAligner:
    return WordAligner(ENCODER, UNITS)


def test_keys() -> None:
    assert key("the Peacekeepers") == key("peacekeeper")
    assert key("A4P+") != key("A4P")
    assert key("troop-contributing") == key("troop contributing")


def test_find_terms_masks() -> None:
    found = find_terms(["安全理事会", "安全理事会主席"], UNITS)
    assert [place for place, _ in found["安全理事会"]] == [0, 1]
    assert found["安全理事会主席"] == [(6, (4, 11))]


def test_renderings_without_a_termbase(aligner: WordAligner) -> None:
    (one,) = term_renderings(find_terms(["维和人员"], UNITS), UNITS, aligner)
    assert [(r.text, r.count) for r in one.renderings] == [
        ("Peacekeepers", 2),
        ("peacekeeping personnel", 1),
    ]
    assert (one.count, one.consistency) == (3, 2 / 3)
    assert [UNITS[p.unit].paragraph for p in one.renderings[0].places] == ["2", "4"]


def test_the_inconsistent_come_first(aligner: WordAligner) -> None:
    found = term_renderings(find_terms(["安全理事会", "维和人员"], UNITS), UNITS, aligner)
    assert [one.term for one in found] == ["维和人员", "安全理事会"]


def test_the_termbase_judges_renderings(aligner: WordAligner) -> None:
    places = find_terms(["维和人员"], UNITS)
    (one,) = term_renderings(places, UNITS, aligner, termbase=TERMBASE)
    assert {key(r.text): r.status for r in one.renderings} == {
        "peacekeeper": "preferred",
        "peacekeeping personnel": "deprecated",
    }


def test_english_terms_have_renderings_too(aligner: WordAligner) -> None:
    places = find_terms(["Security Council"], UNITS, lang="en")
    (one,) = term_renderings(places, UNITS, aligner, lang="en")
    assert one.renderings[0].text == "安全理事会"


# --- lookup ---


@pytest.fixture
def memory(tmp_path: Path) -> TranslationMemory:
    opened = TranslationMemory.open(tmp_path / "m.sqlite", create=True, encoder=ENCODER)
    opened.add(UNITS, origin="doc", now="20240101T000000Z")
    return opened


def test_lookup_from_the_memory_alone(memory: TranslationMemory) -> None:
    with memory:
        found = lookup("维和人员", memory=memory, encoder=ENCODER)
    assert found.lang == "zh"
    assert found.entries == ()
    assert [(e.text, e.count) for e in found.renderings] == [
        ("Peacekeepers", 2),
        ("peacekeeping personnel", 1),
    ]
    best = found.renderings[0]
    assert best.origins == (("doc", 2),)
    assert (best.first, best.last) == ("20240102T000000Z", "20240104T000000Z")
    example = best.examples[0]
    (start, end), (low, high) = example.source_spans[0], example.target_spans[0]
    assert example.unit.source[start:end] == "维和人员"
    assert example.unit.target[low:high] == "Peacekeepers"


def test_lookup_from_english(memory: TranslationMemory) -> None:
    with memory:
        found = lookup("casualty evacuation", memory=memory, encoder=ENCODER)
    assert (found.lang, found.renderings[0].text) == ("en", "伤员后送")
    example = found.renderings[0].examples[0]
    (start, end), (low, high) = example.source_spans[0], example.target_spans[0]
    assert example.unit.source[start:end] == "伤员后送"
    assert example.unit.target[low:high] == "casualty evacuation"


def test_lookup_in_the_termbase() -> None:
    found = lookup("维和人员", termbase=TERMBASE)
    assert [(e.concept.id, e.kind) for e in found.entries] == [("c1", "exact")]
    found = lookup("PEACEKEEPERS", termbase=TERMBASE)
    assert [(e.concept.id, e.kind) for e in found.entries] == [("c1", "exact")]
    found = lookup("安全理事会主席团", termbase=TERMBASE)
    assert (found.entries[0].concept.id, found.entries[0].kind) == ("c3", "fuzzy")


def test_lookup_of_a_sentence_gives_the_terms_in_it_at_their_borders() -> None:
    termbase = load_termbase(Path(__file__).parent / "cases" / "terms.tsv")

    def parts(text: str) -> list[str]:
        entries = lookup(text, termbase=termbase).entries
        return [next(e.concept.in_language("zh")).text for e in entries if e.kind == "part"]

    assert parts("会员国支持以行动促维和+。") == ["以行动促维和+", "会员国"]
    assert parts("Member States support A4P Plus.") == ["会员国", "以行动促维和+"]
    assert parts("A4P left residues.") == ["以行动促维和"]
    assert parts("为和平行动部署部队") == ["和平行动"]
    assert parts("促维和") == ["以行动促维和"]


def test_an_acronym_that_stands_on_both_sides_is_its_own_rendering() -> None:
    units = [TranslationUnit("A4P与A4P+不是两个计划。", "A4P and A4P+ were not two operations.")]
    encoder = load_encoder()
    assert isinstance(encoder, TokenEncoder)
    found = term_renderings(
        find_terms(["A4P", "A4P+"], units, lang="en"),
        units,
        WordAligner(encoder, units),
        lang="en",
    )
    assert {t.term: [r.text for r in t.renderings] for t in found} == {
        "A4P": ["A4P"],
        "A4P+": ["A4P+"],
    }


@pytest.mark.parametrize(
    ("lang", "asked", "expected"),
    [("en", "MINUSMA", "马里稳定团"), ("zh", "马里稳定团", "MINUSMA")],
)
def test_what_brackets_hold_is_rendered_by_what_brackets_hold(
    lang: str, asked: str, expected: str
) -> None:
    unit = TranslationUnit(
        "联合国马里多层面综合稳定团(马里稳定团)在六个月内撤出，教训值得汲取。",
        "There were lessons to be learned from the withdrawal, within six months, of the United "
        "Nations Multidimensional Integrated Stabilization Mission in Mali (MINUSMA).",
    )
    encoder = load_encoder()
    assert isinstance(encoder, TokenEncoder)
    places = find_terms([asked], [unit], lang=lang)
    (found,) = term_renderings(places, [unit], WordAligner(encoder, [unit]), lang=lang)
    assert [r.text for r in found.renderings] == [expected]


def test_lookup_by_meaning() -> None:
    found = lookup("council of security", termbase=TERMBASE, encoder=ENCODER)
    assert [(e.concept.id, e.kind) for e in found.entries][:1] == [("c2", "semantic")]


def test_lookup_does_not_take_a_longer_term_for_the_words(memory: TranslationMemory) -> None:
    with memory:
        found = lookup("安全理事会", memory=memory, encoder=ENCODER, termbase=TERMBASE)
    assert found.occurrences == 2
    assert [e.text for e in found.renderings] == ["Security Council"]


def test_words_that_are_nowhere(memory: TranslationMemory) -> None:
    with memory:
        found = lookup(
            "苹果汁", memory=memory, encoder=ENCODER, options=LookupOptions(minimum=0.99)
        )
    assert (found.renderings, found.occurrences) == ((), 0)


# --- extraction ---


def test_extraction_proposes_the_pairs(aligner: WordAligner) -> None:
    found = {one.source: one for one in extract_terms(UNITS, aligner)}
    assert key(found["安全理事会"].target) == key("Security Council")
    assert key(found["伤员后送"].target) == key("casualty evacuation")
    assert found["维和人员"].count == 3
    assert [key(v.text) for v in found["维和人员"].variants] == ["peacekeeper", "peacekeeping personnel"]  # fmt: skip


def test_names_and_frequent_terms_come_first(aligner: WordAligner) -> None:
    first = [one.source for one in extract_terms(UNITS, aligner)[:3]]
    assert "安全理事会" in first


def test_known_terms_are_left_out(aligner: WordAligner) -> None:
    found = [one.source for one in extract_terms(UNITS, aligner, termbase=TERMBASE)]
    assert "安全理事会" not in found
    options = ExtractOptions(known=True)
    found = [
        one.source for one in extract_terms(UNITS, aligner, termbase=TERMBASE, options=options)
    ]
    assert "安全理事会" in found


def test_limits(aligner: WordAligner) -> None:
    assert len(extract_terms(UNITS, aligner, options=ExtractOptions(limit=2))) == 2
    often = extract_terms(UNITS, aligner, options=ExtractOptions(least=3))
    assert all(one.count >= 3 for one in often)
    assert often


def test_candidates_become_concepts(aligner: WordAligner) -> None:
    found = extract_terms(UNITS, aligner, options=ExtractOptions(limit=5))
    concepts = as_concepts(found)
    assert [c.id for c in concepts] == ["c1", "c2", "c3", "c4", "c5"]
    assert concepts[0].terms[0].text == found[0].source


def test_extraction_is_repeatable(aligner: WordAligner) -> None:
    assert extract_terms(UNITS, aligner) == extract_terms(UNITS, WordAligner(ENCODER, UNITS))


def test_what_was_left_untranslated_is_no_rendering(memory: TranslationMemory) -> None:
    left = [
        TranslationUnit(text, text, id=f"left{at}", paragraph=str(at))
        for at, text in enumerate(["The Security Council very good.", "Security Council school."])
    ]
    with memory:
        memory.add(left, origin="left", now="20240102T000000Z")
        found = lookup("Security Council", memory=memory, encoder=ENCODER)
    assert [(evidence.text, evidence.count) for evidence in found.renderings] == [("安全理事会", 3)]
    assert found.occurrences == 3


def test_a_term_that_is_only_untranslated_is_found(memory: TranslationMemory) -> None:
    left = TranslationUnit("Harbour Council.", "Harbour Council.", id="left")
    with memory:
        memory.add([left], origin="left", now="20240102T000000Z")
        assert lookup("Harbour Council", memory=memory, encoder=ENCODER).occurrences == 1
