"""What an archive becomes: manifest, merged TMX, memory, summary; and documents from anywhere."""

from __future__ import annotations

import csv
import io
from functools import partial
from pathlib import Path

import pytest
from batch_recipes import LineRecipe
from hypothesis import given
from hypothesis import strategies as st
from test_archive_run import contents, make_archive

from align.batch import storage
from align.batch.archive_run import BatchReport, PairTask, run_batch, tmx_path
from align.batch.journal import Record
from align.batch.local_engine import run_local
from align.batch.manifest import Entry, pair_id, read_manifest, safe_name, write_manifest
from align.batch.memory_filling import fill_memory
from align.batch.summary import totals, write_csv, write_html
from align.batch.tmx_merge import merge
from align.datatypes import TranslationUnit
from align.errors import FormatError, InputError
from align.formats import tmx
from align.formats.tables import write_table
from align.memory import TranslationMemory

# Manifests


def test_a_list_leads_nowhere_unless_it_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "m.csv"
    for url in ("https://a.example/zh.txt", "s3://b/zh.txt", "simplecache::https://a.example/z"):
        place.write_text(f"zh,en\n{url},en.txt\n", encoding="utf-8")
        monkeypatch.delenv("ALIGN_NETWORK", raising=False)
        with pytest.raises(FormatError, match="set ALIGN_NETWORK=1 if you trust this list"):
            read_manifest(place)
        monkeypatch.setenv("ALIGN_NETWORK", "1")
        assert read_manifest(place)[0].zh == url


def test_a_manifest_reads_back_as_it_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALIGN_NETWORK", "1")
    entries = (
        Entry(f"{tmp_path}/zh/一,1.txt", f"{tmp_path}/en/1.txt", "name", 1.0, "first"),
        Entry("s3://bucket/a.pdf", "/elsewhere/b.pdf", "symbol A/1", None, "second"),
        Entry(f"{tmp_path}/alone.txt", "", "no partner"),
        Entry("", f"{tmp_path}/=cmd.txt", "no partner"),
    )
    with (tmp_path / "m.csv").open("wb") as file:
        write_manifest(file, entries, folder=str(tmp_path))
    text = (tmp_path / "m.csv").read_text("utf-8")
    assert '"zh/一,1.txt",en/1.txt,name,1.000,first\n' in text
    assert ",./=cmd.txt,no partner,,\n" in text
    again = read_manifest(tmp_path / "m.csv")
    assert again[:2] == entries[:2]
    assert [(entry.zh, entry.en, entry.paired) for entry in again[2:]] == [
        (entry.zh, entry.en, False) for entry in entries[2:]
    ]


def test_manifests_of_other_makes(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_bytes("\ufeffEN\tZH\tnote\r\ne.txt\tz.txt\tx\r\n".encode())
    (tmp_path / "b.jsonl").write_text(
        '{"zh": "z.txt", "en": "e.txt", "confidence": 0.5}\n\n', "utf-8"
    )
    pair = (str(tmp_path / "z.txt"), str(tmp_path / "e.txt"))
    for name, confidence in (("a.tsv", None), ("b.jsonl", 0.5)):
        (entry,) = read_manifest(tmp_path / name)
        assert (entry.zh, entry.en) == pair
        assert (entry.confidence, entry.reason) == (confidence, "manifest")
        assert entry.id == pair_id("z.txt", "e.txt")  # what is written: the folder may move


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_manifests_as_spreadsheets_save_them(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "m.csv").write_text("zh;en\r\n中文/一.txt;en/1.txt\r\n", encoding)
    (entry,) = read_manifest(tmp_path / "m.csv")
    assert (entry.zh, entry.en) == (str(tmp_path / "中文/一.txt"), str(tmp_path / "en/1.txt"))


def test_a_manifest_may_be_a_workbook(tmp_path: Path) -> None:
    write_table(tmp_path / "m.xlsx", [{"ZH": "一.txt", "EN": "1.txt"}], ["ZH", "EN"])
    (entry,) = read_manifest(tmp_path / "m.xlsx")
    assert (entry.zh, entry.en) == (str(tmp_path / "一.txt"), str(tmp_path / "1.txt"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n", r"m.csv: the header needs the columns zh and en, it has: a, b"),
        ("zh,en\na,b,c\n", "m.csv:2: 3 cells, but the header names 2 columns"),
        ("", "the table is empty"),
        ("zh,en,reason\na,b,\n,,why\n", "m.csv:3: neither zh nor en"),
        ("zh,en,confidence\na,b,much\n", "m.csv:2: confidence 'much' is no number"),
        ("zh,en\na,b\na,b\n", "list each pair once"),
        ("zh,en,id\na,b,X/1\nc,d,x_1\n", "same id"),
    ],
)
def test_manifests_that_cannot_be_used(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "m.csv").write_text(text, "utf-8")
    with pytest.raises(FormatError, match=message):
        read_manifest(tmp_path / "m.csv")


def test_a_manifest_that_is_no_text_or_not_there(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_bytes(b"zh,en\n\xff\xfe,a\n")
    with pytest.raises(InputError, match="neither UTF-8, UTF-16, GB18030 nor Big5"):
        read_manifest(tmp_path / "m.csv")
    (tmp_path / "n.jsonl").write_bytes(b'{"zh": "\xff"}')
    with pytest.raises(FormatError, match="not UTF-8 at byte 8"):
        read_manifest(tmp_path / "n.jsonl")
    with pytest.raises(InputError, match="cannot be read"):
        read_manifest(tmp_path / "none.csv")
    (tmp_path / "m.jsonl").write_text('{"zh": "a", "en": "b"}\n{"zh"\n', "utf-8")
    with pytest.raises(FormatError, match=r"m.jsonl:2: not JSON"):
        read_manifest(tmp_path / "m.jsonl")


@given(st.text(max_size=300))
def test_every_name_is_a_file_name(text: str) -> None:
    name = safe_name(text)
    assert 1 <= len(name.encode()) <= 100
    assert not set(name) & set('/\\:*?"<>|\0\n')
    assert name[0] not in ".-"


# Merging


def write_tmx(path: Path, pairs: list[tuple[str, str]], origin: str | None = None) -> Path:
    with path.open("wb") as file:
        tmx.write_units(file, [TranslationUnit(zh, en, origin=origin) for zh, en in pairs])
    return path


def test_merging_keeps_each_unit_once_with_the_documents_that_hold_it(tmp_path: Path) -> None:
    first = write_tmx(tmp_path / "1", [("甲", "A"), ("乙", "B"), ("甲", "A")])
    second = write_tmx(tmp_path / "2", [("丙", "C"), ("乙", "B"), ("乙", "b")])
    third = write_tmx(tmp_path / "3", [("乙", "B"), ("甲", "A")], origin="own")
    paths = [("one", first), ("two", second), ("three", third)]
    assert merge(paths, tmp_path / "all.tmx") == (4, 4)
    units = list(tmx.read_units(tmp_path / "all.tmx"))
    assert [(unit.source, unit.target, unit.origin, unit.props) for unit in units] == [
        ("甲", "A", "one", (("x-occurrences", "3"), ("x-also-in", "three"))),
        ("乙", "B", "one", (("x-occurrences", "3"), ("x-also-in", "two"), ("x-also-in", "three"))),
        ("丙", "C", "two", ()),
        ("乙", "b", "two", ()),
    ]
    assert tmx.validate(tmp_path / "all.tmx") == []


def test_a_formula_of_a_thousand_documents_names_twenty(tmp_path: Path) -> None:
    path = write_tmx(tmp_path / "1", [("主席宣布散会。", "The meeting rose.")])
    assert merge([(f"d{number}", path) for number in range(1000)], tmp_path / "a.tmx") == (1, 999)
    (unit,) = tmx.read_units(tmp_path / "a.tmx")
    assert unit.props == (
        ("x-occurrences", "1000"),
        *(("x-also-in", f"d{number}") for number in range(1, 21)),
    )


def test_merging_nothing_gives_an_empty_tmx(tmp_path: Path) -> None:
    assert merge([], tmp_path / "none.tmx") == (0, 0)
    assert [finding.rule for finding in tmx.validate(tmp_path / "none.tmx")] == ["tmx-no-units"]
    assert list(tmx.read_units(tmp_path / "none.tmx")) == []


# Memory


def run(folder: Path, out: Path, count: int = 4) -> BatchReport:
    entries = make_archive(folder, count)
    return run_batch(entries, LineRecipe(), out, engine=partial(run_local, workers=2))


def memory_units(path: Path) -> list[tuple[str, str, str | None]]:
    with TranslationMemory.open(path, read_only=True) as memory:
        return sorted((unit.source, unit.target, unit.origin) for unit in memory.units())


def test_a_memory_is_filled_once_however_often(tmp_path: Path) -> None:
    report = run(tmp_path / "in", tmp_path / "out")
    fill = partial(fill_memory, tmp_path / "m.db", out=tmp_path / "out", now="20260101T000000Z")
    # Four of the twelve are the same everywhere, the third line has two variants.
    assert fill(report.records) == (7, 5)
    before = memory_units(tmp_path / "m.db")
    assert len(before) == 7
    assert fill(report.records) == (0, 0)
    assert memory_units(tmp_path / "m.db") == before


def test_what_a_changed_document_said_leaves_the_memory(tmp_path: Path) -> None:
    report = run(tmp_path / "in", tmp_path / "out")
    fill = partial(fill_memory, tmp_path / "m.db", out=tmp_path / "out", now="20260101T000000Z")
    fill(report.records)
    (tmp_path / "in" / "2-zh.txt").write_text("新的\n维持和平\n", "utf-8")
    (tmp_path / "in" / "3-zh.txt").write_text("BAD\n", "utf-8")
    again = run_batch(
        report.entries, LineRecipe(), tmp_path / "out", engine=partial(run_local, workers=1)
    )
    fill(again.records)
    fill(again.records)
    sources = {source for source, _, _ in memory_units(tmp_path / "m.db")}
    assert sources == {"第0号文件", "第1号文件", "新的", "维持和平", "第三行0", "第三行1"}
    before = run(tmp_path / "in", tmp_path / "out")  # as it was at first
    fill(before.records)
    assert len(memory_units(tmp_path / "m.db")) == 7


def test_a_memory_that_was_deleted_is_filled_again(tmp_path: Path) -> None:
    report = run(tmp_path / "in", tmp_path / "out")
    fill = partial(fill_memory, tmp_path / "m.db", out=tmp_path / "out", now="20260101T000000Z")
    fill(report.records)
    before = memory_units(tmp_path / "m.db")
    for path in tmp_path.glob("m.db*"):
        path.unlink()
    assert fill(report.records) == (7, 5)
    assert memory_units(tmp_path / "m.db") == before


def test_a_fill_that_was_killed_half_way_goes_on(tmp_path: Path) -> None:
    report = run(tmp_path / "in", tmp_path / "out")

    class KilledError(Exception):
        pass

    def kill(record: Record) -> None:
        raise KilledError

    fill = partial(fill_memory, tmp_path / "m.db", out=tmp_path / "out", now="20260101T000000Z")
    with pytest.raises(KilledError):
        fill(report.records[:2], watch=kill)
    log = next((tmp_path / "out").glob("memory-*.log"))
    log.write_bytes(log.read_bytes()[:-9])  # the second of two lines is torn
    assert sum(fill(report.records)) == 9
    fill_memory(tmp_path / "calm.db", report.records, tmp_path / "out", now="20260101T000000Z")
    assert memory_units(tmp_path / "m.db") == memory_units(tmp_path / "calm.db")


# Summary

ROWS = [
    (Entry("=1.txt", "1-en.txt", "name", None, "a"),
     Record("a", "f", "done", "", "", "x", 10, 0.9, 1, 11, 10, 1, 0, ("slow",))),
    (Entry("2.txt", "<b>.txt", "content", 0.75, "b"),
     Record("b", "f", "done", "", "", "y", 30, 0.5, 12, 30, 30)),
    (Entry("3.txt", "3-en.txt", "name", None, "c"),
     Record("c", "f", "failed", "input", "corrupt & gone")),
]  # fmt: skip


def test_totals_weigh_confidence_by_units() -> None:
    sums = totals(ROWS)
    assert (sums.pairs, sums.failed, sums.units, sums.low) == (3, 1, 40, 13)
    assert sums.confidence == pytest.approx((10 * 0.9 + 30 * 0.5) / 40)
    assert totals([]).confidence is None


def test_the_csv_has_a_row_a_pair_and_computes_nothing() -> None:
    file = io.BytesIO()
    write_csv(file, ROWS)
    rows = list(csv.DictReader(io.StringIO(file.getvalue().decode("utf-8-sig"))))
    assert [row["zh"] for row in rows] == ["'=1.txt", "2.txt", "3.txt"]
    assert rows[0]["omissions"] == "1"
    assert rows[1]["pairing_confidence"] == "0.750"
    assert (rows[2]["status"], rows[2]["reason"], rows[2]["units"]) == (
        "failed",
        "corrupt & gone",
        "",
    )


def test_the_page_shows_failures_and_what_is_alone() -> None:
    file = io.BytesIO()
    write_html(file, ROWS, (Entry("alone.txt", "", "no partner; nothing is like it"),))
    page = file.getvalue().decode()
    assert "</span> corrupt &amp; gone</td>" in page
    assert "&lt;b&gt;.txt" in page
    assert "<td>alone.txt</td><td>no partner; nothing is like it</td>" in page
    assert page.index("2.txt") < page.index("=1.txt")  # the least confident first
    assert "<dd>60 %</dd>" in page
    assert 'href="tmx/' in page
    assert "style-src &#39;sha256-" in page  # the style of the reports, and no network


# Documents from anywhere


def test_urls_are_read_listed_and_told_apart(tmp_path: Path) -> None:
    fsspec = pytest.importorskip("fsspec")
    store = fsspec.filesystem("memory")
    store.pipe("/archive/zh/1-zh.txt", "维持和平\n".encode())
    store.pipe("/archive/en/1-en.txt", b"Peacekeeping\n")
    store.pipe("/archive/en/.hidden.txt", b"x")
    store.pipe("/archive/en/note.xlsx", b"x")
    listed = storage.list_files("memory://archive")
    assert listed[-1] == "memory://archive/zh/1-zh.txt"
    urls = [path for path in listed if path.endswith(".txt")]
    assert urls == ["memory://archive/en/1-en.txt", "memory://archive/zh/1-zh.txt"]
    before = storage.fingerprint(urls[0])
    assert before == storage.fingerprint(urls[0])
    assert storage.size(urls[1]) == 13
    outcome = LineRecipe()()(PairTask("x", urls[1], urls[0]))
    assert outcome.units == 1
    store.pipe("/archive/en/1-en.txt", b"Peace operations\n")
    assert storage.fingerprint(urls[0]) != before
    store.rm("/archive", recursive=True)
    assert storage.fingerprint(urls[0]).startswith("missing")
    with pytest.raises(InputError, match="no such file"):
        storage.size(urls[0])
    with pytest.raises(InputError, match="no such file"), storage.local_copy(urls[0]):
        pass


def test_folders_are_listed_whole_and_each_once(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "elsewhere"
    for path in ("b/c/2.txt", "1.txt", "~$1.docx", ".git/x.txt", ".x.txt", "out/summary.html"):
        (inside / path).parent.mkdir(parents=True, exist_ok=True)
        (inside / path).touch()
    outside.mkdir()
    (outside / "3.txt").touch()
    (inside / "linked").symlink_to(outside)
    (inside / "b" / "again").symlink_to(inside)
    listed = storage.list_files(str(inside), without=str(inside / "out"))
    assert listed == [str(inside / name) for name in ("1.txt", "b/c/2.txt", "linked/3.txt")]
    with pytest.raises(InputError, match="no such folder"):
        storage.list_files(str(tmp_path / "none"))
    with pytest.raises(InputError, match="this is a file; align pair"):
        storage.list_files(str(inside / "1.txt"))


def test_file_urls_give_the_same_as_paths(tmp_path: Path) -> None:
    pytest.importorskip("fsspec")
    entries = make_archive(tmp_path / "in", 3)
    urls = tuple(
        Entry(f"file://{entry.zh}", f"file://{entry.en}", "", None, entry.id) for entry in entries
    )
    for name, archive in (("paths", entries), ("urls", urls)):
        run_batch(archive, LineRecipe(), tmp_path / name, engine=partial(run_local, workers=1))
    assert contents(tmp_path / "paths") == contents(tmp_path / "urls")
    report = run_batch(urls, LineRecipe(), tmp_path / "paths", engine=partial(run_local, workers=1))
    assert report.aligned == 0  # the same content, wherever it is
    assert tmx_path(tmp_path / "urls", urls[0].id).is_file()


def test_a_store_that_nobody_knows() -> None:
    pytest.importorskip("fsspec")
    with pytest.raises(InputError, match="nowhere"):
        storage.size("nowhere://x/a.txt")
