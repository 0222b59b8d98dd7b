"""What is kept, merged, resumed, upgraded and refused."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from align.datatypes import TranslationUnit
from align.errors import FormatError, MemoryFileError
from align.memory import AddReport, TranslationMemory, connection, migrations, textindex, writing
from align.memory.keys import mixed

from .conftest import NOW, PAIRS, units

FULL = TranslationUnit(
    "维和行动",
    "peacekeeping operations",
    source_lang="zh-CN",
    target_lang="en-GB",
    id="u1",
    confidence=0.75,
    bead_type="1-1",
    paragraph="32",
    symbol="A/C.4/78/SR.12",
    page=3,
    speaker="Mr. Khare",
    origin="sr12.tmx",
    created="20240101T000000Z",
    changed="20240202T000000Z",
    signature="align:0.1.0|model:x",
    state="reviewed",
    note="a note",
    props=(("x-client", "one"), ("x-client", "two")),
)


def test_a_unit_comes_back_as_it_went_in(tmp_path: Path) -> None:
    with TranslationMemory.open(tmp_path / "m.tm", create=True) as memory:
        assert memory.add([FULL], origin="other", now=NOW) == AddReport(read=1, added=1)
        assert list(memory.units()) == [FULL]
    with TranslationMemory.open(tmp_path / "m.tm", read_only=True) as memory:
        assert list(memory.units()) == [FULL]
        assert len(memory) == 1


def test_an_english_source_is_turned_round(tmp_path: Path) -> None:
    unit = TranslationUnit("peace", "和平", "en-US", "zh-CN")
    with TranslationMemory.open(tmp_path / "m.tm", create=True) as memory:
        memory.add([unit, TranslationUnit("和平", "peace")], origin="o", now=NOW)
        assert list(memory.units()) == [TranslationUnit("和平", "peace", origin="o")]


def test_duplicates_are_merged_and_their_origins_kept(tmp_path: Path) -> None:
    same = [
        TranslationUnit("维和", "peacekeeping", id="a", confidence=0.2),
        TranslationUnit(" 维和 ", "peacekeeping", "zh_TW", id="b", confidence=0.8),
        TranslationUnit("维和", "Peacekeeping", id="c"),
        TranslationUnit("維和", "peacekeeping", "zh-TW", id="d"),
        TranslationUnit("维和", "", id="e"),
    ]
    with TranslationMemory.open(tmp_path / "m.tm", create=True) as memory:
        first = memory.add(same, origin="one", now=NOW)
        second = memory.add(same[:1], origin="two", now=NOW)
        third = memory.add(same[:1], origin="two", now=NOW)
        assert first == AddReport(read=5, added=3, merged=1, unaligned=1)
        assert (second.added, second.merged, third.merged) == (0, 1, 1)
        best = next(memory.units())
        assert (best.id, best.confidence, best.origin) == ("b", 0.8, "one")
        assert [unit.id for unit in memory.units("two")] == ["a"]
        assert memory.stats().provenances == 5
        assert memory.search("维和", kinds=("exact",))[0].count == 2


def test_units_by_origin_date_and_confidence(tmp_path: Path) -> None:
    some = [
        replace(FULL, id="1", source="一", origin=None, changed="20240301T000000Z", confidence=0.5),
        replace(FULL, id="2", source="二", origin=None, changed=None, confidence=None),
        replace(FULL, id="3", source="三", origin=None, changed=None, created=None),
    ]
    with TranslationMemory.open(tmp_path / "m.tm", create=True) as memory:
        memory.add(some, origin="file.tmx", now=datetime(2025, 5, 6, 7, 8, 9, tzinfo=UTC))

        def found(origin: str | None = None, **options: object) -> str:
            return "".join(unit.source for unit in memory.units(origin, **options))  # type: ignore[arg-type]

        assert found() == found("file.tmx") == "一二三"
        assert found("else") == ""
        assert found(since="20240301") == "一三"
        assert found(until="20240301") == "一二"
        assert found(since="20240101", until="2024") == "一二"
        assert found(since="20250506") == "三"
        assert found(confidence=0.5) == "一三"
        assert found(confidence=0.51) == "三"


def test_removing_an_origin_keeps_what_another_holds(tmp_path: Path) -> None:
    path = tmp_path / "m.tm"
    with TranslationMemory.open(path, create=True) as memory:
        memory.add(units(), origin="one", now=NOW, stream="s1")
        memory.add(units()[:2], origin="two", now=NOW)
        assert memory.remove("one") == (len(PAIRS), len(PAIRS) - 2)
        assert [unit.source for unit in memory.units()] == [PAIRS[0][0], PAIRS[1][0]]
        assert memory.remove("one") == (0, 0)
        again = memory.add(units(), origin="one", now=NOW, stream="s1")
        assert (again.added, again.merged, again.resumed) == (len(PAIRS) - 2, 2, 0)
        assert memory.search("会议下午6时散会。", kinds=("exact",))[0].unit.id == "t3"
    assert _state(path) == _counted(path)


def test_the_index_after_a_removal_is_that_of_the_units_left(tmp_path: Path) -> None:
    path = tmp_path / "m.tm"
    with TranslationMemory.open(path, create=True) as memory:
        memory.add(units()[::2], origin="one", now=NOW)
        memory.add(units()[1::2], origin="two", now=NOW)
        memory.remove("one")
    after = _content(path)
    with closing(sqlite3.connect(path)) as connection:
        textindex.rebuild(connection)
        connection.commit()
    assert _content(path) == after
    with TranslationMemory.open(path) as memory:
        memory.remove("two")
        assert memory.concordance("会", limit=None) == []
        assert memory.add(units(), origin="one", now=NOW).added == len(PAIRS)
        assert memory.concordance_page("会").total == 3
    with TranslationMemory.open(tmp_path / "n.tm", create=True) as memory:
        memory.add(units(), origin="one", now=NOW)
    for file in (path, tmp_path / "n.tm"):
        with closing(sqlite3.connect(file)) as connection:
            textindex.catch_up(connection)
            connection.commit()
    for table in ("grams", "lengths"):
        assert _content(path)[table] == _content(tmp_path / "n.tm")[table]


@pytest.mark.parametrize("step", [1, 7, 200, 511, 512, 600], ids=str)
def test_units_that_wait_for_the_index_are_found_like_all_others(tmp_path: Path, step: int) -> None:
    texts = [
        (f"第{k}号码头于今年开工。", f"Pier number {k} was begun this year.") for k in range(600)
    ]
    given = [TranslationUnit(zh, en, id=str(k)) for k, (zh, en) in enumerate(texts)]
    with (
        TranslationMemory.open(tmp_path / "whole.tm", create=True) as whole,
        TranslationMemory.open(tmp_path / "parts.tm", create=True) as parts,
    ):
        whole.add(given, origin="one", now=NOW)
        for first in range(0, 600, step):
            parts.add(given[first : first + step], origin="one", now=NOW)
            last = min(first + step, 600)
            assert parts.concordance_page("码头").total == last  # what has just come, too
            assert parts.concordance(f"number {last - 1} was")[0].unit.id == str(last - 1)
        waiting = textindex.indexed(parts._connection)
        assert 600 - waiting < textindex.WAITING
        for query in (
            "第599号码头于今年开工",
            "Pier number 42 was begun",
            "第512号码头于去年开工。",
        ):
            found = [
                [(match.unit.id, match.score) for match in memory.search(query, kinds=("fuzzy",))]
                for memory in (whole, parts)
            ]
            assert found[0] == found[1]
            assert found[0]
        for memory in (whole, parts):
            memory.drop(memory.units())
            assert memory.concordance("码头") == []
            memory.add(given[:3], origin="two", now=NOW)
            assert memory.concordance_page("码头").total == 3


def test_dedupe_merges_forms_but_not_scripts(tmp_path: Path) -> None:
    path = tmp_path / "m.tm"
    some = [
        TranslationUnit("维和（行动）", "Peacekeeping", id="1"),
        TranslationUnit("维和(行动)", "peacekeeping", id="2", state="reviewed"),
        TranslationUnit("维和(行动)", "peace  keeping", id="3"),
        TranslationUnit("維和(行動)", "peacekeeping", id="4"),
    ]
    with TranslationMemory.open(path, create=True) as memory:
        memory.add(some, origin="o", now=NOW)
        assert memory.dedupe() == 1
        assert memory.dedupe() == 0
        assert [unit.id for unit in memory.units()] == ["2", "3", "4"]
        assert memory.stats().provenances == 4
        assert memory.concordance_page("维和").total == 3
    assert _state(path) == _counted(path)


def _state(path: Path) -> tuple[int, int]:
    with closing(sqlite3.connect(path)) as connection:
        units_, content = connection.execute("SELECT units, content FROM state").fetchone()
        return units_, content % (1 << 64)


def _counted(path: Path) -> tuple[int, int]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT source_key, target_key FROM units").fetchall()
        return len(rows), sum(mixed(source, target) for source, target in rows) % (1 << 64)


def _content(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as connection:
        return {
            table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
            for table in ("units", "provenance", "grams", "lengths", "imports", "state", "origins")
        }


def test_an_import_that_breaks_off_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "BATCH", 4)

    def broken() -> Iterator[TranslationUnit]:
        yield from units()[:6]
        raise RuntimeError("the stream broke")

    saved: list[int] = []
    with TranslationMemory.open(tmp_path / "m.tm", create=True) as memory:
        with pytest.raises(RuntimeError, match="the stream broke"):
            memory.add(
                broken(),
                origin="o",
                now=NOW,
                stream="s",
                saved=lambda report: saved.append(report.read),
            )
        assert saved == [4]
        assert len(memory) == 4
        assert memory.stats().unfinished == (("o", 4),)
        report = memory.add(units(), origin="o", now=NOW, stream="s")
        assert report == AddReport(read=len(PAIRS), added=len(PAIRS) - 4, resumed=4)
        assert memory.stats().unfinished == ()
        assert memory.add(units(), origin="o", now=NOW, stream="s").added == 0
    with TranslationMemory.open(tmp_path / "whole.tm", create=True) as memory:
        memory.add(units(), origin="o", now=NOW, stream="s")
    assert _content(tmp_path / "m.tm") == _content(tmp_path / "whole.tm")


def test_what_stands_before_the_bad_place_of_a_file_is_saved(tmp_path: Path) -> None:
    def bad() -> Iterator[TranslationUnit]:
        yield from units()[:6]
        raise FormatError("a.tmx:40: not well-formed XML")

    saved: list[int] = []
    with TranslationMemory.open(tmp_path / "m.tm", create=True) as memory:
        for _ in range(2):  # the same again finds it saved, and the same error
            with pytest.raises(FormatError, match=r"^a\.tmx:40: not well-formed XML$"):
                memory.add(
                    bad(), origin="o", now=NOW, stream="s", saved=lambda r: saved.append(r.read)
                )
            assert saved == [6]
            assert memory.stats().unfinished == (("o", 6),)
        report = memory.add(units(), origin="o", now=NOW, stream="mended")
        assert (report.added, report.merged) == (len(PAIRS) - 6, 6)
        assert memory.stats().provenances == len(PAIRS)


def test_blocks_of_units_join_without_a_seam(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(textindex, "BLOCK", 4)
    monkeypatch.setattr(writing, "BATCH", 3)
    with TranslationMemory.open(tmp_path / "m.tm", create=True) as memory:
        memory.add(units(), origin="o", now=NOW)
        hits = memory.concordance("会", limit=None)
        found = memory.search("任务规定必须明确", kinds=("fuzzy",))
    assert {hit.unit.source for hit in hits} == {zh for zh, _ in PAIRS if "会" in zh or "會" in zh}
    assert found[0].unit.source == "任务规定必须明确。"


def test_a_file_of_the_first_schema_is_upgraded(tmp_path: Path) -> None:
    path = tmp_path / "old.tm"
    script = (Path(__file__).parent / "cases" / "schema_1.sql").read_text("utf-8")
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    with TranslationMemory.open(path, read_only=True) as memory:
        assert [hit.unit.id for hit in memory.concordance("维和")] == ["t1", "t2"]
        assert memory.search("会议下午5时散会。", kinds=("fuzzy",))[0].score == 0.94
        assert memory.search("維和行動", kinds=("fuzzy",))[0].score == 0.99
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == len(migrations.STEPS)


def test_keys_are_made_anew_when_folding_has_changed(
    make: Callable[..., TranslationMemory], tmp_path: Path
) -> None:
    make().close()
    path = tmp_path / "m.tm"
    with closing(sqlite3.connect(path)) as connection:
        textindex.catch_up(connection)
        connection.commit()
    before = _content(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE units SET source_key = id, target_key = id")
        connection.execute("UPDATE state SET form = 'older', content = 0")
        connection.execute("DELETE FROM grams")
        connection.commit()
    TranslationMemory.open(path).close()
    assert _content(path) == before


def test_a_newer_file_is_refused(make: Callable[..., TranslationMemory], tmp_path: Path) -> None:
    make().close()
    path = tmp_path / "m.tm"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    for read_only in (True, False):
        with pytest.raises(MemoryFileError, match=r"newer version of align \(schema 99"):
            TranslationMemory.open(path, read_only=read_only)


def test_files_that_are_no_memory_are_refused(tmp_path: Path) -> None:
    text, other, empty = tmp_path / "a.txt", tmp_path / "b.db", tmp_path / "c.tm"
    text.write_text("no database at all, but some hundred bytes of text " * 4)
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE t(x)")
    empty.touch()
    for read_only in (True, False):
        with pytest.raises(MemoryFileError, match=r"a\.txt: not a translation memory"):
            TranslationMemory.open(text, read_only=read_only)
        with pytest.raises(MemoryFileError, match="but not a translation memory"):
            TranslationMemory.open(other, read_only=read_only)
        with pytest.raises(MemoryFileError, match="empty, no translation memory"):
            TranslationMemory.open(empty, read_only=read_only)
        with pytest.raises(MemoryFileError, match="no such translation memory"):
            TranslationMemory.open(tmp_path / "none.tm", read_only=read_only)
    with pytest.raises(MemoryFileError, match="not a file"):
        TranslationMemory.open(tmp_path, create=True)
    assert text.read_text().startswith("no database")


def test_readers_go_on_while_a_writer_writes(tmp_path: Path) -> None:
    path = tmp_path / "m.tm"
    with TranslationMemory.open(path, create=True) as writer:
        writer.add(units(), origin="o", now=NOW)
        with TranslationMemory.open(path, read_only=True) as reader:

            def stream() -> Iterator[TranslationUnit]:
                for number in range(100):
                    yield TranslationUnit(f"第{number}句", f"sentence {number}")
                assert len(reader) == len(PAIRS)

            writer.add(stream(), origin="p", now=NOW)
            assert len(reader) == len(PAIRS) + 100
            assert reader.concordance_page("句").total == 100


def test_a_reader_leaves_no_log_behind_and_cannot_write(
    make: Callable[..., TranslationMemory], tmp_path: Path
) -> None:
    make().close()
    with TranslationMemory.open(tmp_path / "m.tm", read_only=True) as reader:
        assert reader.concordance("会")
        with pytest.raises(MemoryFileError, match="read-only"):
            reader.add(units(), origin="p", now=NOW)
    assert [path.name for path in tmp_path.iterdir()] == ["m.tm"]


def test_what_is_read_is_of_one_moment(tmp_path: Path) -> None:
    path = tmp_path / "m.tm"
    with TranslationMemory.open(path, create=True) as memory:
        memory.add(units(), origin="o", now=NOW)
    done = threading.Event()
    failed: list[BaseException] = []

    def read() -> None:
        try:
            with TranslationMemory.open(path, read_only=True) as reader:
                while not done.is_set():
                    page = reader.concordance_page("会议", limit=None)
                    assert page.total == len(page.hits)
                    reader.search("第7次会议", kinds=("exact", "fuzzy"))
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    with TranslationMemory.open(path) as writer:
        for number in range(60):
            some = [TranslationUnit(f"第{number}次会议{n}", f"m{n}") for n in range(20)]
            writer.add(some, origin=f"o{number}", now=NOW)
            if number % 3 == 2:
                writer.remove(f"o{number - 1}")
    done.set()
    thread.join()
    assert failed == []


def test_a_second_writer_waits_and_then_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.1)
    path = tmp_path / "m.tm"
    with TranslationMemory.open(path, create=True) as memory:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(MemoryFileError, match="another program is writing"):
                memory.add(units(), origin="o", now=NOW)
            other.execute("ROLLBACK")
        assert memory.add(units(), origin="o", now=NOW).added == len(PAIRS)


def test_threads_may_share_a_memory(make: Callable[..., TranslationMemory]) -> None:
    with make() as memory:
        found: list[int] = []

        def ask() -> None:
            for _ in range(20):
                found.append(
                    len(memory.search("任务规定明确。", kinds=("exact", "fuzzy"), minimum=0.5))
                )

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [2] * 80


def test_a_full_disk_is_said_and_what_was_saved_stays(
    make: Callable[..., TranslationMemory],
) -> None:
    with make() as memory:
        memory._connection.execute("PRAGMA max_page_count = 1")  # no more than it has
        many = (TranslationUnit(f"第{n}号决议" * 9, f"resolution {n} " * 9) for n in range(2000))
        with pytest.raises(MemoryFileError, match="the disk is full; make room"):
            memory.add(many, origin="o", now=NOW)
        assert len(memory) == len(PAIRS)
    with TranslationMemory.open(memory.path) as memory:
        assert memory.stats().unfinished == ()
        assert memory.search("维和行动", kinds=("exact",))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_memory_in_a_folder_that_cannot_be_written_is_read(
    make: Callable[..., TranslationMemory], tmp_path: Path
) -> None:
    make().close()
    tmp_path.chmod(0o555)
    try:
        with TranslationMemory.open(tmp_path / "m.tm", read_only=True) as memory:
            assert len(memory) == len(PAIRS)
    finally:
        tmp_path.chmod(0o755)


def test_stats(make: Callable[..., TranslationMemory], tmp_path: Path) -> None:
    with make() as memory:
        stats = memory.stats()
    assert (stats.units, stats.provenances) == (len(PAIRS), len(PAIRS))
    assert stats.languages == (("zh-CN", "en-US", len(PAIRS)),)
    assert stats.origins == (("first.tmx", len(PAIRS)),)
    assert stats.states == (("", len(PAIRS)),)
    assert stats.index == "none"
    assert stats.bytes == (tmp_path / "m.tm").stat().st_size
