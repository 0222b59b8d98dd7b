"""The folder: pairs become projects, TMX files too, and decisions outlive a new extraction."""

from __future__ import annotations

import hashlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from align.cli import serve
from align.datatypes import Document, TranslationUnit
from align.errors import FormatError, InputError
from align.formats.tmx import write_units
from align.web.kept_choices import KEPT
from align.web.opened_folder import Job, OpenedFolder
from align.web.services import LocalTools
from align.web.session import Session
from web.site import ToyTools, chinese, english


@dataclass
class HashingTools(ToyTools):
    """Reads as the real reader does: with the hash of the file."""

    def read(self, path: Path) -> Document:
        """A line a sentence."""
        return replace(super().read(path), sha256=hashlib.sha256(path.read_bytes()).hexdigest())


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[OpenedFolder]:
    """A folder with a pair of twenty lines."""
    (tmp_path / "zh.txt").write_text(chinese(20), encoding="utf-8")
    (tmp_path / "en.txt").write_text(english(20), encoding="utf-8")
    opened = OpenedFolder(tmp_path, HashingTools())
    yield opened
    opened.close()


def finished(job: Job) -> Job:
    assert job.thread is not None
    job.thread.join(20)
    assert (job.stage, job.error) == ("done", "")
    return job


def paired(desk: OpenedFolder) -> Session:
    keys = {entry.name: entry.key for entry in desk.entries()}
    return desk.session(finished(desk.pair(keys["en.txt"], keys["zh.txt"])).project)


def test_decisions_survive_when_the_documents_are_read_again(desk: OpenedFolder) -> None:
    session = paired(desk)
    session.act("merge", "4-4", {})
    session.act("edit", "9-9", {"side": "target", "text": "Mine."})
    session.act("reviewed", "12-12", {})
    session.act("comment", "15-15", {"text": "why"})
    assert not desk.stale(session)
    lines = chinese(20).splitlines()
    lines.insert(0, "标题。")
    lines[16] = "改动了。"  # the sentence with the comment is no more
    (desk.root / "zh.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert desk.stale(session)
    job = finished(desk.reread(session))
    again = desk.session(job.project)
    assert not desk.stale(again)
    decided = {row.id: row for row in again.rows if row.decided}
    assert [again.text(row, "source") for row in decided.values()] == [
        lines[5] + lines[6], lines[10], lines[13],
    ]  # fmt: skip
    assert [(row.pinned, row.target_text, row.state) for row in decided.values()] == [
        (True, None, ""), (False, "Mine.", ""), (False, None, "reviewed"),
    ]  # fmt: skip
    assert job.lost == 1
    assert '"why"' in (desk.root / job.kept_in).read_text(encoding="utf-8")


def test_english_documents_may_be_the_sources(desk: OpenedFolder) -> None:
    desk.from_english = True
    session = paired(desk)
    assert [head.lang[:2] for head in (session.head.source, session.head.target)] == ["en", "zh"]
    assert session.project.path.name.startswith("en – zh")
    session.act("reviewed", "12-12", {})
    desk.from_english = False  # another run, which the project need not know of
    again = desk.session(finished(desk.reread(session)).project)
    assert again.project.path == session.project.path
    assert [row.id for row in again.rows if row.state == "reviewed"] == ["12-12"]


def test_pairing_again_keeps_what_was_decided(desk: OpenedFolder) -> None:
    session = paired(desk)
    session.act("reviewed", "3-3", {})
    again = paired(desk)
    assert again is not session
    assert [row.id for row in again.rows if row.state] == ["3-3"]


def test_a_project_is_opened_again_as_it_was(desk: OpenedFolder) -> None:
    session = paired(desk)
    session.act("merge", "0-0", {})
    key, rows = session.key, list(session.rows)
    desk.close()
    again = OpenedFolder(desk.root, HashingTools())
    assert again.session(key).rows == rows
    with pytest.raises(InputError, match="no longer open"):  # a request of the page that came late
        desk.session(key)
    again.close()


def units(count: int) -> list[TranslationUnit]:
    return [
        TranslationUnit(
            f"第{n}句。", f"Sentence {n}.", id=f"tu{n}", props=(("x-client", "ours"),),
            confidence=0.5 if n == 3 else None, state="reviewed" if n == 5 else None,
        )
        for n in range(count)
    ]  # fmt: skip


def test_a_tmx_keeps_what_it_carried_and_what_was_decided(tmp_path: Path) -> None:
    memory = tmp_path / "memory.tmx"
    with memory.open("wb") as file:
        write_units(file, units(8), created=None)
    desk, key = serve.open_desk(memory, HashingTools())
    assert key is not None
    session = desk.session(key)
    assert [row.state for row in session.rows] == ["", "", "", "", "", "reviewed", "", ""]
    assert session.stats()["waiting"] == 1
    session.act("merge", "0-0", {})
    session.act("rejected", "2-2", {})
    out = session.units()
    assert (out[2].id, ("x-client", "ours") in out[2].props) == ("tu3", True)
    assert (out[0].source, out[0].state) == ("第0句。第1句。", "edited")
    assert (out[2].state, out[2].confidence) == (None, 0.5)  # untouched
    desk.close()

    with memory.open("wb") as file:  # another program writes the TMX anew
        write_units(file, [units(9)[8], *units(8)], created=None)
    desk, key = serve.open_desk(memory, HashingTools())
    assert key is not None
    rows = desk.session(key).rows
    assert [(row.source.start, row.state) for row in rows if row.state] == [
        (3, "rejected"), (6, "reviewed"),
    ]  # fmt: skip
    assert (tmp_path / "memory.tmx.alignproject.old").exists()
    desk.close()


def test_a_tmx_and_its_project_are_one(tmp_path: Path) -> None:
    with (tmp_path / "memory.tmx").open("wb") as file:
        write_units(file, units(3), created=None)
    desk = OpenedFolder(tmp_path, HashingTools())
    (tmx,) = desk.entries()
    session = desk.session(tmx.key)
    keys = {entry.kind: entry.key for entry in desk.entries()}
    assert desk.session(keys["project"]) is session
    desk.close()
    desk = OpenedFolder(tmp_path, HashingTools())
    assert desk.session(keys["project"]) is desk.session(keys["units"])
    desk.close()


def test_the_memory_answers_a_search(tmp_path: Path) -> None:
    from align.memory import TranslationMemory
    from align.web.services import LocalTools

    with TranslationMemory.open(tmp_path / "m.sqlite", create=True) as memory:
        memory.add(units(30), origin="ours", now="20260101T000000Z")
    tools = LocalTools(memory_path=tmp_path / "m.sqlite")
    total, hits = tools.concordance("Sentence 7", 5)
    assert total == 1
    assert (hits[0].unit.target, hits[0].target_spans) == ("Sentence 7.", ((0, 10),))
    assert tools.concordance("nowhere", 5)[0] == 0
    assert tools.memory is not None
    tools.memory.close()


def test_what_cannot_be_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file or folder"):
        serve.open_desk(tmp_path / "none.tmx", ToyTools())
    (tmp_path / "a.txt").write_text("text")
    with pytest.raises(InputError, match="no file of units and no project"):
        serve.open_desk(tmp_path / "a.txt", ToyTools())
    (tmp_path / "b.tmx").write_text("no tmx")
    with pytest.raises((FormatError, InputError)):
        serve.open_desk(tmp_path / "b.tmx", ToyTools())


def test_a_port_that_is_taken_is_told() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(InputError, match="choose another --port"):
            serve.listen("127.0.0.1", other.getsockname()[1])


def test_the_command_prints_its_address_and_listens_here_only(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "align", "serve", str(tmp_path), "--no-open"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        process.stdout.close()
        assert line.startswith("http://127.0.0.1:")
        assert "/?key=" in line
        port = int(line.split(":")[2].split("/")[0])
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
    finally:
        process.terminate()
        process.wait(60)


XLIFF = """<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2"><file original="a" \
datatype="plaintext" source-language="en-US" target-language="zh-CN"><body>\
<trans-unit id="1"><source>The kettle is hot. It sings.</source>\
<target state="final">水壶很烫。它在唱歌。</target></trans-unit>\
<trans-unit id="2"><source>Nothing yet.</source></trans-unit></body></file></xliff>"""
PO = """msgid ""
msgstr ""
"Language: zh_CN\\n"
"Content-Type: text/plain; charset=UTF-8\\n"

msgid "Open the window."
msgstr "打开窗户。"
"""


@pytest.mark.parametrize(
    ("name", "content", "source"),
    [("a.xlf", XLIFF, "The kettle is hot. It sings."), ("b.po", PO, "Open the window.")],
)
def test_a_file_of_another_tool_opens_as_its_units(
    tmp_path: Path, name: str, content: str, source: str
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    desk = OpenedFolder(tmp_path, HashingTools())
    (entry,) = desk.entries()
    session = desk.session(entry.key)
    assert entry.kind == "units"
    assert [unit.source for unit in session.head.units] == [source]
    assert (tmp_path / name).read_text(encoding="utf-8") == content
    desk.close()


def test_a_word_table_named_by_itself_opens_as_its_units(tmp_path: Path) -> None:
    import docx

    made = docx.Document()
    table = made.add_table(rows=0, cols=2)
    for pair in (
        ("中文", "English"),
        ("水壶很烫。", "The kettle is hot."),
        ("花园很大。", "A large garden."),
    ):
        for cell, text in zip(table.add_row().cells, pair, strict=True):
            cell.text = text
    made.save(str(tmp_path / "review.docx"))
    desk, key = serve.open_desk(tmp_path / "review.docx", HashingTools())
    assert key is not None
    assert [unit.target for unit in desk.session(key).head.units] == [
        "The kettle is hot.", "A large garden.",
    ]  # fmt: skip
    desk.close()
    assert [entry.kind for entry in OpenedFolder(tmp_path, HashingTools()).entries()] == [
        "document", "project",
    ]  # fmt: skip


TERMBASE = "zh\ten\n以行动促维和\tAction for Peacekeeping\n"


def chosen_names(desk: OpenedFolder) -> list[str]:
    return [source.name for source in desk.sources() if source.used]


def test_what_was_chosen_on_the_page_is_in_use_again_after_a_restart(tmp_path: Path) -> None:
    for name, text in (("terms.tsv", TERMBASE), ("other.tsv", TERMBASE)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    first = OpenedFolder(tmp_path, LocalTools())
    first.use([first.key(tmp_path / "terms.tsv")])
    assert chosen_names(first) == ["terms.tsv"]
    tools = LocalTools()
    again = OpenedFolder(tmp_path, tools)
    assert chosen_names(again) == ["terms.tsv"]
    assert again.not_chosen == []
    assert tools.termbase is not None
    assert tools.termbase.find("以行动促维和")
    again.use([])
    assert chosen_names(OpenedFolder(tmp_path, LocalTools())) == []


def test_a_project_is_opened_with_what_was_chosen_before(desk: OpenedFolder) -> None:
    (desk.root / "terms.tsv").write_text(TERMBASE, encoding="utf-8")
    desk.use([desk.key(desk.root / "terms.tsv")])
    project_key = _paired(desk)
    desk.close()
    tools = ToyTools()
    again = OpenedFolder(desk.root, tools)
    again.session(project_key)
    assert tools.termbase is not None
    again.close()


def test_what_was_chosen_and_is_gone_or_damaged_is_told_and_the_rest_is_used(
    tmp_path: Path,
) -> None:
    for name in ("terms.tsv", "other.tsv"):
        (tmp_path / name).write_text(TERMBASE, encoding="utf-8")
    first = OpenedFolder(tmp_path, LocalTools())
    first.use([first.key(tmp_path / name) for name in ("terms.tsv", "other.tsv")])
    (tmp_path / "other.tsv").unlink()
    again = OpenedFolder(tmp_path, LocalTools())
    assert chosen_names(again) == ["terms.tsv"]
    assert again.not_chosen == ["other.tsv"]
    (tmp_path / KEPT).write_text("[]", encoding="utf-8")
    damaged = OpenedFolder(tmp_path, LocalTools())
    assert chosen_names(damaged) == []
    assert "does not say what was chosen" in damaged.not_chosen[0]


@pytest.mark.parametrize("place", ["", "zh.txt"], ids=["folder", "file"])
def test_terms_that_were_added_on_the_page_are_in_use_after_a_restart(
    tmp_path: Path, place: str
) -> None:
    (tmp_path / "zh.txt").write_text(chinese(3), encoding="utf-8")
    OpenedFolder(tmp_path, LocalTools()).add_term("维持和平", "peacekeeping", "preferred")
    again = LocalTools(own=serve.own_terms(tmp_path / place))
    assert again.termbase is not None
    assert again.termbase.find("维持和平")


@pytest.mark.parametrize(
    ("zh", "en", "wrong"),
    [
        ("\U00020bb7", "Yoshi", None),  # a Chinese character beyond the BMP
        ("Yoshi", "Yoshi", "is not Chinese"),
        ("吉", "\U00020bb7", "is not English"),
    ],
    ids=["beyond the BMP", "English twice", "Chinese twice"],
)
def test_a_term_of_the_page_has_a_chinese_and_an_english_side(
    tmp_path: Path, zh: str, en: str, wrong: str | None
) -> None:
    desk = OpenedFolder(tmp_path, LocalTools())
    if wrong is None:
        desk.add_term(zh, en, "preferred")
        return
    with pytest.raises(InputError, match=wrong):
        desk.add_term(zh, en, "preferred")


def _paired(desk: OpenedFolder) -> str:
    """The key of the project of the two documents."""
    keys = [entry.key for entry in desk.entries() if entry.kind == "document"]
    job = desk.pair(*keys)
    assert job.thread is not None
    job.thread.join(30)
    assert not job.error
    return job.project
