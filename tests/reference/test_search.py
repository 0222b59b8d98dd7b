"""References of a document: what comes first, and what is said of it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree
from typer.testing import CliRunner

from align.cli import app
from align.datatypes import Document, TranslationUnit
from align.document import read_document
from align.formats import xliff, xliff_rules
from align.memory import TranslationMemory
from align.memory.opening import open_memory
from align.memory.several import Only, Shelf
from align.reference.analysis import analysis, band_of
from align.reference.search import ReferenceOptions, refer
from align.reference.values import SentenceReference

NOW = "20250301T000000Z"
CHARTER = (
    "The Committee noted with appreciation the implementation of the Lisbon Charter on Coastal"
    " Lighthouses and their Keepers, and encouraged members to submit reports."
)
OLD = [
    ("港口委员会第四届会议", "Port Committee, fourth session", "1"),
    ("委员会审议了灯塔的维修计划。", "The Committee considered the plan for repairing the lighthouses.", "2"),
    ("计划耗资3.2亿美元。", "The plan will cost $320 million.", "3"),
    ("委员会赞赏地注意到《沿海灯塔及其看守人里斯本宪章》的执行情况，并鼓励成员国提交报告。", CHARTER, "4"),
    ("下次会议定于五月举行。", "The next meeting will be held in May.", "5"),
]  # fmt: skip
NEW = """委员会审议了灯塔的维修计划。
计划耗资4.5亿美元。
委员会审议了浮标的维修计划。
秘书处介绍了《沿海灯塔及其看守人里斯本宪章》的由来。
鲸鱼在夜里唱歌。
委员会审议了灯塔的维修计划。
"""


def units(*, state: str | None = None, symbol: str = "PC/4/L.1") -> list[TranslationUnit]:
    return [
        TranslationUnit(
            zh, en, id=number, paragraph=number, symbol=symbol, state=state, created=NOW
        )
        for zh, en, number in OLD
    ]


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[TranslationMemory]:
    with TranslationMemory.open(tmp_path / "old.db", create=True) as opened:
        opened.add([*units(), *others()], origin="old.tmx", now=NOW)
        yield opened


def others() -> list[TranslationUnit]:
    """Units about nothing in particular, by which a memory knows which words are rare."""
    han = [chr(code) for code in range(0x5000, 0x5200)]
    return [
        TranslationUnit("".join(han[(7 * at + 13 * i * i) % 512] for i in range(20)), f"Unit {at}.")
        for at in range(300)
    ]


def document(text: str = NEW) -> Document:
    return read_document(
        io.BytesIO(text.encode()), lang="zh-CN", pre_segmented=True, name="new.txt"
    )


def found(memory: TranslationMemory, text: str = NEW) -> list[SentenceReference]:
    options = ReferenceOptions(meaning=False)
    return list(refer(document(text), [Shelf("old", memory)], options=options))


def test_the_best_of_each_kind_comes_first(memory: TranslationMemory) -> None:
    same, numbers, similar, quoting, nothing, again = found(memory)
    assert same.best is not None
    assert (same.best.kind, same.best.score, same.best.text) == ("exact", 1.0, OLD[1][1])
    assert same.best.origin.cited == "PC/4/L.1, para. 2"
    assert same.best.origin.date == "2025-03-01"
    assert numbers.best is not None
    assert (numbers.best.kind, numbers.best.text) == ("numbers", "The plan will cost $450 million.")
    assert [numbers.best.text[slice(*span)] for span in numbers.best.replaced] == ["$450 million"]
    assert similar.best is not None
    assert similar.best.kind == "fuzzy"
    changed = [d for d in similar.best.differences if d.kind != "equal"]
    assert [similar.segment.text[slice(*d.query)] for d in changed] == ["浮标"]
    assert quoting.best is None
    (quotation,) = quoting.quotations
    assert "沿海灯塔及其看守人里斯本宪章" in quoting.segment.text[slice(*quotation.span)]
    assert (nothing.proposals, nothing.quotations) == ((), ())
    assert again.repeats == 0
    assert [band_of(each) for each in (same, numbers, quoting, nothing, again)] == [
        "exact", "95-99", "fragments", "none", "repetitions",
    ]  # fmt: skip


def test_a_sentence_between_the_same_neighbours_is_in_context(memory: TranslationMemory) -> None:
    text = "\n".join(zh for zh, _, _ in OLD[:3])
    assert [each.best.kind if each.best else "" for each in found(memory, text)] == [
        "context", "context", "context",
    ]  # fmt: skip
    text += "\n鲸鱼在夜里唱歌。"
    assert [each.best.kind for each in found(memory, text) if each.best] == [
        "context", "context", "exact",
    ]  # fmt: skip


def test_reviewed_units_and_the_first_memory_come_first(tmp_path: Path) -> None:
    def shelf(name: str, target: str, state: str | None, penalty: float = 0.0) -> Shelf:
        memory = TranslationMemory.open(tmp_path / f"{name}.db", create=True)
        unit = TranslationUnit("灯塔关闭。", target, state=state, symbol=f"{name}/2019/1")
        memory.add([unit], origin=name, now=NOW)
        return Shelf(name, memory, penalty)

    shelves = [
        shelf("draft", "The light is shut.", None),
        shelf("final", "The lighthouse was closed.", "reviewed"),
        shelf("other", "The lighthouse closed.", "reviewed", penalty=0.1),
    ]
    options = ReferenceOptions(meaning=False)
    (one,) = refer(document("灯塔关闭。"), shelves, options=options)
    assert [(p.origin.memory, p.score) for p in one.proposals] == [
        ("final", 1.0), ("draft", 1.0), ("other", 0.9),
    ]  # fmt: skip
    for each in shelves:
        each.memory.close()
    only = Only(exclude=("draft", "reviewed")).admits
    opened = [open_memory(tmp_path / f"{s.name}.db", admits=only) for s in shelves]
    (none,) = refer(document("灯塔关闭。"), [Shelf(m.name, m) for m in opened], options=options)
    assert none.proposals == ()
    for memory in opened:
        memory.close()


def test_a_unit_of_two_memories_is_proposed_once_with_both_places(tmp_path: Path) -> None:
    text = "灯塔看守人的补助金由理事会每年审查一次。"
    units = [TranslationUnit(text, "The lighthouse keepers' allowance is reviewed every year.")]
    shelves = []
    for name in ("one", "two"):
        memory = TranslationMemory.open(tmp_path / f"{name}.db", create=True)
        memory.add(units, origin=f"{name}.tmx", now=NOW)
        shelves.append(Shelf(name, memory))
    # Another sentence that holds most of it: the passage is not proposed again from the other one.
    sentences = [text, text.replace("每年", "每隔一年")]
    for sentence in sentences:
        (found,) = refer(document(sentence), shelves, options=ReferenceOptions(meaning=False))
        assert [p.origin.cited for p in found.proposals] == ["one.tmx; also in two: two.tmx"]
        assert found.quotations == ()
    for shelf in shelves:
        shelf.memory.close()


def test_the_analysis_counts_every_sentence_once(memory: TranslationMemory) -> None:
    rows = {row.band: (row.sentences, row.words) for row in analysis(found(memory))}
    assert rows["total"][0] == 6 == sum(n for band, (n, _) in rows.items() if band != "total")
    assert rows["none"] == (1, len("鲸鱼在夜里唱歌"))


def test_every_form_is_written_and_the_same_twice(tmp_path: Path) -> None:
    with TranslationMemory.open(tmp_path / "old.db", create=True) as memory:
        memory.add(units(), origin="old.tmx", now=NOW)
    (tmp_path / "new.txt").write_text(NEW.replace("\n", "\n\n"), encoding="utf-8")
    names = ["html", "docx", "xlsx", "xlf", "tmx", "jsonl"]

    def run(folder: Path) -> dict[str, bytes]:
        folder.mkdir()
        outs = [arg for name in names for arg in ("-o", str(folder / f"r.{name}"))]
        result = CliRunner().invoke(
            app,
            [
                "reference",
                str(tmp_path / "new.txt"),
                "-m",
                str(tmp_path / "old.db"),
                "--json",
                *outs,
            ],
            env={"SOURCE_DATE_EPOCH": "1700000000"},
        )
        assert result.exit_code == 0, result.output
        return {name: (folder / f"r.{name}").read_bytes() for name in names}

    first = run(tmp_path / "a")
    assert run(tmp_path / "b") == first
    lines = [json.loads(line) for line in first["jsonl"].splitlines()]
    assert [line["band"] for line in lines][:2] == ["exact", "95-99"]
    assert "The plan will cost $450 million." in first["html"].decode().replace(
        "</mark>", ""
    ).replace('<mark class="search">', "")
    tree = etree.fromstring(first["xlf"])
    matches = tree.findall(".//{urn:oasis:names:tc:xliff:matches:2.0}match")
    assert {match.get("ref") for match in matches} == {"#s1"}
    assert xliff_rules.validate(tmp_path / "a" / "r.xlf") == []
    command = ["reference", str(tmp_path / "new.txt"), "-m", str(tmp_path / "old.db")]
    old = tmp_path / "1.2.xlf"
    assert CliRunner().invoke(app, [*command, "--xliff", "1.2", "-o", str(old)]).exit_code == 0
    assert xliff_rules.validate(old) == []
    filled = list(xliff.read_units(io.BytesIO(first["xlf"])))
    assert [unit.target for unit in filled] == [OLD[1][1], OLD[1][1]]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["-o", "x.pdf"], "must end in", id="unknown-ending"),
        pytest.param(["--xliff", "3"], "1.2 and 2.1", id="unknown-version"),
    ],
)
def test_mistakes_are_told_in_one_line(tmp_path: Path, arguments: list[str], message: str) -> None:
    (tmp_path / "new.txt").write_text("灯塔。", encoding="utf-8")
    with TranslationMemory.open(tmp_path / "m.db", create=True):
        pass
    command = ["reference", str(tmp_path / "new.txt"), "-m", str(tmp_path / "m.db"), *arguments]
    result = CliRunner().invoke(app, command)
    assert result.exception is not None
    assert message in str(result.exception)
