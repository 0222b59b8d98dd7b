"""Several memories answer as one: order, penalties, conditions, and each unit once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from align.datatypes import TranslationUnit
from align.errors import InputError
from align.memory import ReadableMemory, TranslationMemory
from align.memory.opening import open_memory
from align.memory.several import Only, Several, Shelf

NOW = "20240101T000000Z"
Make = Callable[..., Shelf]


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Make]:
    opened: list[TranslationMemory] = []

    def make(
        name: str, *units: TranslationUnit, penalty: float = 0.0, only: Only | None = None
    ) -> Shelf:
        memory = TranslationMemory.open(tmp_path / f"{name}.db", create=True)
        opened.append(memory)
        memory.add(units, origin=f"{name}.tmx", now=NOW)
        memory.admits = only.admits if only else None
        return Shelf(name, memory, penalty)

    yield make
    for memory in opened:
        memory.close()


def unit(zh: str, en: str, **more: str) -> TranslationUnit:
    return TranslationUnit(zh, en, **more)  # type: ignore[arg-type]


LAMP = unit("灯塔看守人每晚点灯。", "The keeper lights the lamp every evening.")


def told(
    memory: ReadableMemory, text: str, **options: object
) -> list[tuple[str | None, str, float]]:
    found = memory.search(text, kinds=("exact", "fuzzy"), **options)  # type: ignore[arg-type]
    return [(match.memory, match.unit.target, match.score) for match in found]


def test_of_one_score_reviewed_units_come_first_then_the_order_of_the_memories(shelf: Make) -> None:
    several = Several([
        shelf("a", unit(LAMP.source, "First.")),
        shelf("b", unit(LAMP.source, "Second.", state="reviewed")),
        shelf("c", unit(LAMP.source, "Third.", state="rejected")),
        shelf("d", unit(LAMP.source, "Fourth.")),
    ])  # fmt: skip
    assert [target for _, target, _ in told(several, LAMP.source)] == [
        "Second.", "First.", "Fourth.", "Third.",
    ]  # fmt: skip
    assert [target for _, target, _ in told(several, LAMP.source, limit=2)] == ["Second.", "First."]


def test_a_penalty_moves_a_match_behind_better_ones_of_its_kind(shelf: Make) -> None:
    several = Several([shelf("a", LAMP, penalty=0.1), shelf("b", unit(LAMP.source, "Other."))])
    assert told(several, LAMP.source) == [("b", "Other.", 1.0), ("a", LAMP.target, 0.9)]


def test_a_fuzzy_match_below_the_minimum_with_its_penalty_is_left_out(shelf: Make) -> None:
    one = shelf("a", LAMP)
    query = "灯塔看守人每早点灯。"  # one of ten characters differs
    assert told(Several([one]), query, minimum=0.85)
    assert told(Several([Shelf("a", one.memory, 0.1)]), query, minimum=0.85) == []


def test_a_unit_of_two_memories_is_one_answer_with_both_places(shelf: Make) -> None:
    several = Several([shelf("a", LAMP), shelf("b", LAMP, unit("海港", "the harbour"))])
    (match,) = several.search(LAMP.source)
    assert [(m.memory, m.unit.origin) for m in (match, *match.also)] == [
        ("a", "a.tmx"), ("b", "b.tmx"),
    ]  # fmt: skip
    page = several.concordance_page("看守人")
    assert (page.total, page.exact) == (1, True)
    assert [(h.memory, h.unit.origin) for h in (page.hits[0], *page.hits[0].also)] == [
        ("a", "a.tmx"), ("b", "b.tmx"),
    ]  # fmt: skip
    assert several.nearest([LAMP.source])[0][0].also[0].memory == "b"


def test_texts_that_differ_in_case_are_two_answers(shelf: Make) -> None:
    several = Several([shelf("a", LAMP), shelf("b", unit(LAMP.source, LAMP.target.upper()))])
    assert len(several.search(LAMP.source, kinds=("exact",))) == 2


def test_a_number_leads_back_to_its_memory_and_to_its_neighbour(shelf: Make) -> None:
    several = Several([shelf("a", LAMP), shelf("b", unit("海港", "harbour"), unit("船", "ship"))])
    (match,) = several.search("海港", kinds=("exact",))
    assert match.unit_id is not None
    found = several.texts([match.unit_id, match.unit_id + 1, 1])
    assert list(found.values()) == [(LAMP.source, LAMP.target), ("海港", "harbour"), ("船", "ship")]


def test_one_memory_and_the_same_units_in_three_give_the_same_answers(shelf: Make) -> None:
    units = [unit(f"第{n}号灯塔位于{where}。", f"Lighthouse {n} is in quarter {n}.")
             for n, where in enumerate("东西南北中上下左右前后里", 1)]  # fmt: skip
    whole = shelf("all", *units).memory
    several = Several(
        [shelf("x", *units[0::3]), shelf("y", *units[1::3]), shelf("z", *units[2::3])]
    )
    for query in (units[0].source, "第3号灯塔位于河边。", "Lighthouse 99 is in quarter 4."):

        def answers(memory: ReadableMemory, query: str = query) -> set[tuple[str, float]]:
            return {
                (m.unit.source, m.score)
                for m in memory.search(query, limit=50, minimum=0.4, kinds=("exact", "fuzzy"))
            }

        assert answers(several) == answers(whole) != set()
    pages = [memory.concordance_page("灯塔", limit=None) for memory in (several, whole)]
    assert [(p.total, p.exact, {h.unit.source for h in p.hits}) for p in pages] == [
        (12, True, {each.source for each in units})
    ] * 2
    assert len(list(several.units())) == len(several) == 12
    assert several.stats().units == 12


# --- conditions ---------------------------------------------------------------------------------

PLACE = unit(
    "甲",
    "a",
    origin="plenary.tmx",
    symbol="A/RES/78/1 (2023)",
    state="final",
    changed="20190101T000000Z",
)


@pytest.mark.parametrize(
    ("include", "exclude", "wanted"),
    [
        pytest.param((), (), True, id="nothing"),
        pytest.param(("origin=plenary",), (), True, id="origin"),
        pytest.param(("origin=A/RES",), (), False, id="symbol-is-no-origin"),
        pytest.param(("A/RES",), (), True, id="untyped-symbol"),
        pytest.param(("plenary",), (), True, id="untyped-origin"),
        pytest.param(("symbol=A/RES/", "symbol=S/"), (), True, id="alternatives-of-a-field"),
        pytest.param(("symbol=A/RES/", "year=2022"), (), False, id="fields-must-all-hold"),
        pytest.param(("year=2015-2023",), (), True, id="years"),
        pytest.param(("2019",), (), False, id="the-symbol-s-year-counts-before-the-change-s"),
        pytest.param(("reviewed",), (), True, id="final-is-reviewed"),
        pytest.param(("state=final",), (), True, id="state-itself"),
        pytest.param(("unreviewed",), (), False, id="unreviewed"),
        pytest.param((), ("reviewed",), False, id="excluded"),
        pytest.param(("A/RES",), ("year=2023",), False, id="one-exclusion-is-enough"),
        pytest.param((), ("draft", "1999"), True, id="exclusions-that-do-not-hold"),
    ],
)  # fmt: skip
def test_conditions(include: tuple[str, ...], exclude: tuple[str, ...], wanted: bool) -> None:
    assert Only(include, exclude).admits(PLACE) is wanted


@pytest.mark.parametrize("text", ["", " ", "year=", "year=last", "origin=", "state= "])
def test_a_condition_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        Only((text,))


def test_conditions_ask_for_a_place_not_for_the_best_one(tmp_path: Path) -> None:
    """A unit of a draft and of a resolution is found as the resolution's, or as the draft's."""
    with TranslationMemory.open(tmp_path / "m.db", create=True) as memory:
        memory.add(
            [unit("甲乙丙丁。", "ABCD.", symbol="A/RES/1", state="reviewed")], origin="r", now=NOW
        )
        memory.add([unit("甲乙丙丁。", "ABCD.", symbol="A/C.5/L.1")], origin="d", now=NOW)
    for condition, symbol in (("symbol=A/C.5", "A/C.5/L.1"), ("symbol=A/RES", "A/RES/1")):
        with open_memory(tmp_path / "m.db", admits=Only((condition,)).admits) as opened:
            (match,) = opened.search("甲乙丙丁。")
            assert match.unit.symbol == symbol
            assert [each.symbol for each in opened.units()] == [symbol]
    with open_memory(tmp_path / "m.db", admits=Only(("symbol=S/",)).admits) as opened:
        assert opened.search("甲乙丙丁。") == []
        assert opened.concordance_page("甲乙").total == 0
        assert opened.nearest(["甲乙丙丁。"]) == [[]]
        assert opened.passages("甲乙丙丁。") == []
        assert list(opened.units()) == []


def test_what_is_left_out_hides_nothing_behind_it(tmp_path: Path) -> None:
    """A hundred likelier units that are left out do not fill the places of the one that is not."""
    many = [
        unit(f"灯塔看守人每晚点灯{n}次。", f"Lights {n} times.", origin="old") for n in range(300)
    ]
    good = unit("灯塔看守人每晚点灯若干次了。", "Lights some times.", origin="new")
    with TranslationMemory.open(tmp_path / "m.db", create=True) as memory:
        memory.add([*many, good], origin="x", now=NOW)
        memory.admits = Only(("origin=new",)).admits
        query = "灯塔看守人每晚点灯7次。"
        (found,) = memory.search(query, limit=5, kinds=("fuzzy",), minimum=0.6)
        assert found.unit.origin == "new"
        assert [m.unit.origin for m in memory.search(query, limit=5, kinds=("semantic",))] == [
            "new"
        ]
        page = memory.concordance_page("看守人", limit=5)
        assert [hit.unit.origin for hit in page.hits] == ["new"]
        assert {u.origin for _, u, _ in memory.passages(query)} <= {"new"}
