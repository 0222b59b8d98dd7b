"""What every engine of a memory does alike: the same calls, the same answers."""

from __future__ import annotations

import itertools
import random
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from align.datatypes import Match, TranslationUnit
from align.embedding.protocol import Encoder
from align.errors import InputError, MemoryFileError
from align.memory import AddReport, Memory
from align.memory.opening import open_memory

from .conftest import NOW, PAIRS, ToyEncoder, units
from .test_store import FULL

Open = Callable[..., Memory]


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return str(tmp_path / "m.tm")
    give: Callable[[], str] = request.getfixturevalue("postgres")
    return give()


@pytest.fixture
def memory(place: str) -> Iterator[Memory]:
    with open_memory(place, create=True, encoder=ToyEncoder()) as opened:
        opened.add(units(), origin="first.tmx", now=NOW)
        yield opened


@pytest.fixture
def both(tmp_path: Path, postgres: Callable[[], str]) -> Iterator[tuple[Memory, Memory]]:
    """The same units in a file and in a database."""
    encoder = ToyEncoder()
    with (
        open_memory(tmp_path / "m.tm", create=True, encoder=encoder) as file,
        open_memory(postgres(), create=True, encoder=encoder) as database,
    ):
        yield file, database


# --- what each does -------------------------------------------------------------------------------


def test_a_unit_comes_back_as_it_went_in(place: str) -> None:
    with open_memory(place, create=True) as memory:
        assert memory.add([FULL], origin="other", now=NOW) == AddReport(read=1, added=1)
    with open_memory(place, read_only=True) as memory:
        assert list(memory.units()) == [FULL]
        assert len(memory) == 1


def test_there_is_none_until_one_is_made(place: str) -> None:
    with pytest.raises(MemoryFileError, match="no such translation memory"):
        open_memory(place)
    open_memory(place, create=True).close()
    with open_memory(place, read_only=True) as memory:
        assert len(memory) == 0
        assert memory.search("维和") == []
        assert memory.concordance("维和") == []
        assert memory.passages("维和行动部") == []
        assert memory.stats().units == 0


def test_the_same_unit_gains_a_place(memory: Memory) -> None:
    again = [replace(units()[0], id="x", state="approved")]
    assert memory.add(again, origin="second.tmx", now=NOW).merged == 1
    (match,) = memory.search("维和行动", kinds=["exact"])
    assert (match.count, match.unit.origin, match.unit.state) == (2, "second.tmx", "approved")


def test_the_same_place_twice_is_one_place(memory: Memory) -> None:
    twice = [replace(units()[0], note="one"), replace(units()[0], note="two")]
    memory.add(twice, origin="first.tmx", now=NOW)
    assert memory.stats().provenances == len(PAIRS)
    assert next(memory.units()).note == "two"


def test_exact_fuzzy_and_semantic_matches(memory: Memory) -> None:
    found = memory.search("会议下午7时散会。")
    assert [(m.unit.target, m.score, m.kind) for m in found[:2]] == [
        ("The meeting rose at 6 p.m.", 0.94, "fuzzy"),
        ("The meeting rose at 5 p.m.", 0.93, "fuzzy"),  # written traditionally
    ]
    (exact,) = memory.search("The mandate is clear.", kinds=["exact"])
    assert (exact.unit.source, exact.score, exact.side) == ("任务规定明确。", 1.0, "target")
    (near,) = memory.search("peace", kinds=["semantic"], limit=1)
    assert (near.kind, near.unit.source) == ("semantic", "维和行动")


def test_a_concordance_of_characters_words_and_variants(memory: Memory) -> None:
    page = memory.concordance_page("會議")
    assert [hit.unit.target[-6:] for hit in page.hits] == ["5 p.m.", "6 p.m."]
    assert (page.total, page.exact) == (2, True)
    assert len(memory.concordance("peace-keeping")) == 2
    assert [hit.target_spans for hit in memory.concordance("A4P+")] == [((0, 4),)]
    assert memory.concordance("A4P+", lang="fr") == []
    with pytest.raises(InputError):
        memory.concordance("!!")


def test_an_import_that_was_cut_short_goes_on(place: str) -> None:
    def cut() -> Iterator[TranslationUnit]:
        yield from units()[:4]
        raise OSError("gone")

    with open_memory(place, create=True) as memory:
        with pytest.raises(OSError, match="gone"):
            memory.add(cut(), origin="f", now=NOW, stream="hash")
        assert memory.stats().unfinished == (("f", 4),)
        report = memory.add(units(), origin="f", now=NOW, stream="hash")
        assert report == AddReport(read=9, added=5, resumed=4)
        assert memory.add(units(), origin="f", now=NOW, stream="hash").resumed == 9
        assert len(memory) == 9


def test_what_came_from_an_origin_goes_with_it(memory: Memory) -> None:
    memory.add(units(PAIRS[:2]), origin="second.tmx", now=NOW)
    assert memory.remove("first.tmx") == (9, 7)
    assert {unit.origin for unit in memory.units()} == {"second.tmx"}
    assert len(memory.concordance("维和")) == 2
    assert memory.concordance("散会") == []
    assert memory.remove("nothing") == (0, 0)


def test_units_of_one_form_become_one(memory: Memory) -> None:
    memory.add(
        [TranslationUnit("维和行动", "Peacekeeping  Operations", id="d")], origin="d", now=NOW
    )
    assert memory.dedupe() == 1
    (match,) = memory.search("维和行动", kinds=["exact"])
    assert match.count == 2


def test_a_selection_by_origin_date_and_confidence(memory: Memory) -> None:
    sure = TranslationUnit("水", "water", confidence=0.9, changed="20200101T000000Z")
    memory.add([sure], origin="w", now=NOW)
    assert [u.source for u in memory.units("w")] == ["水"]
    assert [u.source for u in memory.units(until="2021")] == ["水"]
    assert [u.source for u in memory.units(confidence=0.8)] == ["水"]
    assert len(list(memory.units(since="2021"))) == len(PAIRS)


def test_the_index_of_meanings_follows_the_units(memory: Memory) -> None:
    assert memory.index_status() == "none"
    assert memory.refresh_index()
    assert memory.index_status() == "up to date"
    assert not memory.refresh_index()
    memory.add([TranslationUnit("清楚", "peace peace")], origin="n", now=NOW)
    assert memory.index_status() == "out of date: new units"
    assert memory.search("peace", kinds=["semantic"], limit=1)[0].unit.source == "清楚"
    memory.remove("n")
    assert memory.search("peace", kinds=["semantic"], limit=1)[0].unit.source == "维和行动"


HOSTILE = ["'; DROP TABLE units; --", "%s", "{1,2}", '"', "\\", "$$", "a\u2028b", "%' OR 1=1", "?"]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_is_obeyed(memory: Memory, text: str) -> None:
    unit = TranslationUnit(
        f"{text} 维和", f"{text} words", id=text, note=text, symbol=text, state=text
    )
    memory.add([unit], origin=text, now=NOW, stream=text)
    (match,) = memory.search(f"{text} words", kinds=["exact"])
    assert match.unit == replace(unit, origin=text)
    assert list(memory.units(text)) == [match.unit]
    assert memory.remove(text) == (1, 1)
    assert len(memory) == len(PAIRS)


# --- one against the other ------------------------------------------------------------------------

_ZH = "联合国维和行动任务规定必须明确安全理事会通过决议会议散会警察派遣国以促"
_EN = "the mission mandate must be clear security council adopted meetings police A4P+ co-ordinate".split()


def made(count: int, seed: int = 3) -> list[TranslationUnit]:
    """Units of few characters and words, so that many are alike."""
    draw = random.Random(seed)
    found = []
    for number in range(count):
        zh = "".join(draw.choices(_ZH, k=draw.randint(1, 12)))
        en = " ".join(draw.choices(_EN, k=draw.randint(1, 9)))
        state = draw.choice([None, None, "reviewed", "draft"])
        confidence = draw.choice([None, 0.5, 0.9])
        found.append(
            TranslationUnit(
                f"{zh}{draw.choice(['', '3', '25'])}。",
                f"{en} {draw.choice(['', '3', '25'])}",
                id=f"m{number}",
                origin=f"o{draw.randint(0, 4)}",
                state=state,
                confidence=confidence,
            )
        )
    return found


def queries(of: Sequence[TranslationUnit], count: int) -> list[str]:
    draw = random.Random(9)
    found = []
    for unit in draw.sample(list(of), count):
        text = draw.choice([unit.source, unit.target])
        cut = draw.randint(0, len(text) // 3)
        found.append(text[cut:])
    return [text for text in found if text.strip()]


def said(matches: Sequence[Match]) -> list[tuple[Any, ...]]:
    return [(m.unit_id, m.kind, round(m.score, 2), m.count, m.side, m.unit) for m in matches]


def test_both_engines_give_the_same_answers(both: tuple[Memory, Memory]) -> None:
    given = made(1500)
    reports = [memory.add(given, origin="x", now=NOW) for memory in both]
    assert reports[0] == reports[1]
    asked = queries(given, 60)
    for text in asked:
        one, other = (said(memory.search(text, limit=8)) for memory in both)
        assert one == other, text
    for words in itertools.chain(
        ["维", "维和", "A4P+", "mandate", "must be", "会 议", "3"], asked[:20]
    ):
        pages = [memory.concordance_page(words, limit=15) for memory in both]
        assert pages[0] == pages[1], words
        wholes = [memory.concordance(words) for memory in both]
        assert wholes[0] == wholes[1], words
    for text in ("".join(q for q in asked[:3]), " ".join(asked[3:6])):
        quoted = [memory.passages(text) for memory in both]
        assert quoted[0] == quoted[1]
    alike = [[said(each) for each in memory.nearest(asked[:10], limit=5)] for memory in both]
    assert alike[0] == alike[1]
    numbers = [memory.texts([1, 2, 999_999]) for memory in both]
    assert numbers[0] == numbers[1]


def test_both_engines_are_left_alike(both: tuple[Memory, Memory]) -> None:
    for memory in both:
        memory.add(made(300), origin="x", now=NOW)
        memory.add([replace(u, target=u.target.upper()) for u in made(40)], origin="up", now=NOW)
    assert both[0].dedupe() == both[1].dedupe() > 0
    assert both[0].remove("o2") == both[1].remove("o2")
    assert list(both[0].units()) == list(both[1].units())
    first, second = (memory.stats() for memory in both)
    assert replace(first, bytes=0) == replace(second, bytes=0)
    for words in ("维", "mandate", "clear"):
        assert both[0].concordance_page(words) == both[1].concordance_page(words)


# --- what only a database does --------------------------------------------------------------------


def test_two_programs_add_at_once_and_nothing_is_lost(postgres: Callable[[], str]) -> None:
    place = postgres()
    open_memory(place, create=True).close()
    parts = [made(400, seed) for seed in (1, 2, 3)]
    failed: list[BaseException] = []

    def add(part: list[TranslationUnit], name: str) -> None:
        try:
            with open_memory(place) as memory:
                for start in range(0, len(part), 40):
                    memory.add(part[start : start + 40], origin=name, now=NOW)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=add, args=(part, f"p{at}")) for at, part in enumerate(parts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with open_memory(place) as memory:
        there = {(unit.source, unit.target) for unit in memory.units()}
        wanted = {(u.source.strip(), u.target.strip()) for part in parts for u in part}
        assert there == wanted
        assert len(memory) == len(wanted)
        for unit in itertools.islice(memory.units(), 20):
            assert memory.search(unit.target, kinds=["exact"])


def test_another_model_is_refused_until_all_is_made_anew(postgres: Callable[[], str]) -> None:
    from align.errors import ModelError
    from align.memory.postgres.memory import PostgresMemory

    place = postgres()
    with PostgresMemory.open(place, create=True, encoder=ToyEncoder()) as memory:
        memory.add(units(), origin="o", now=NOW)
        memory.refresh_index()
    other: Encoder = ToyEncoder("2")
    with PostgresMemory.open(place, encoder=other) as memory:
        assert memory.index_status() == "made with toy@1, not toy@2"
        with pytest.raises(ModelError, match="--anew"):
            memory.search("peace", kinds=["semantic"])
        with pytest.raises(ModelError, match="--anew"):
            memory.refresh_index()
        assert memory.refresh_index(anew=True)
        assert memory.search("peace", kinds=["semantic"], limit=1)[0].unit.source == "维和行动"


def test_only_what_is_approved_answers_where_that_is_the_policy(
    postgres: Callable[[], str],
) -> None:
    from align.memory.postgres.memory import PostgresMemory

    place = postgres()
    given = units()
    given[7] = replace(given[7], state="approved")
    with PostgresMemory.open(place, create=True, encoder=ToyEncoder()) as memory:
        memory.add(given, origin="o", now=NOW)
        memory.refresh_index()
    with PostgresMemory.open(
        place, read_only=True, encoder=ToyEncoder(), approved_only=True
    ) as memory:
        answers = [m.unit.id for m in memory.search("任务规定明确。", limit=20)]
        answers += [m.unit.id for m in memory.search("任务规定必须明确。", limit=20)]
        answers += [hit.unit.id for hit in memory.concordance("mandate")]
        answers += [m.unit.id for m in memory.nearest(["peace", "mandate"])[1]]
        answers += [unit.id for _, unit, _ in memory.passages("任务规定必须明确。任务规定明确。")]
        answers += [unit.id for unit in memory.units()]
        assert set(answers) == {"t7"}
        assert memory.concordance_page("任务").total == 1


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ("postgresql://u:secret@h:5/d?memory=A&sslmode=require", "postgresql://u@h:5/d?memory=A"),
        ("postgres://h/d", "postgresql://h/d?memory=main"),
    ],
    ids=["full", "short"],
)
def test_an_address_for_people_has_no_password(place: str, shown: str) -> None:
    from align.memory.postgres.address import Address

    assert str(Address.parse(place)) == shown


@pytest.mark.parametrize("name", ["", "a;b", "../x", "a" * 64, "a'b"], ids=range(5))
def test_a_name_of_a_memory_is_a_name(name: str) -> None:
    from align.memory.postgres.address import Address

    with pytest.raises(InputError):
        Address.parse(f"postgresql://h/d?memory={name}")


def test_a_server_that_is_not_there_is_told_in_one_line() -> None:
    with pytest.raises(MemoryFileError) as told:
        open_memory("postgresql://u:hidden@127.0.0.1:1/d?connect_timeout=1")
    assert "cannot be reached" in str(told.value)
    assert "hidden" not in str(told.value)
    assert "\n" not in str(told.value)


def test_every_command_takes_an_address(postgres: Callable[[], str], tmp_path: Path) -> None:
    import json

    from typer.testing import CliRunner

    from align.cli import app

    place = postgres()
    units_file = tmp_path / "u.jsonl"
    units_file.write_text(
        "\n".join(json.dumps({"source": zh, "target": en}) for zh, en in PAIRS), encoding="utf-8"
    )
    new = tmp_path / "new.txt"
    new.write_text("会议下午6时散会。", encoding="utf-8")
    run = CliRunner().invoke
    for command, told in (
        (["memory", "add", place, str(units_file)], ""),
        (["memory", "search", place, "会议下午6时散会。"], "The meeting rose at 6 p.m."),
        (["memory", "concordance", place, "mandate"], "The [mandate] is clear."),
        (["memory", "stats", place], "9 units"),
        (["memory", "index", place], ""),
        (["memory", "index", place, "--anew"], ""),
        (["memory", "dedupe", place], "9 left"),
        (["memory", "export", place, "-o", str(tmp_path / "out.tmx")], ""),
        (["lookup", "维和行动", "--memory", place], "peacekeeping operations"),
        (["reference", str(new), "-m", place, "-o", str(tmp_path / "r.jsonl")], ""),
        (["check", place, "--fail-on", "never"], ""),
        (["memory", "remove", place, "--origin", "u.jsonl"], "9 units removed"),
    ):
        done = run(app, command)
        assert done.exit_code == 0, (command, done.output, done.exception)
        assert told in done.output, command
    assert "The meeting rose at 6 p.m." in (tmp_path / "r.jsonl").read_text(encoding="utf-8")
    assert (tmp_path / "out.tmx").read_bytes().count(b"<tu ") == len(PAIRS)
