"""References of a document: what comes first, and what is said of it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from lxml import etree
from openpyxl import load_workbook
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
from align.report.references.records import record_of
from align.report.references.words import outdated

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


OUTDATED = [
    pytest.param("zh-CN", "灯塔的租期为三十六个月，自签约之日算起。", "灯塔的租期为十二个月，自签约之日算起。", "The lighthouse is let for twelve months from the day of signature.", "三十六个月", "十二个月", id="words"),
    pytest.param("en-US", "The lighthouse is let for thirty-six months.", "The lighthouse is let for twelve months.", "灯塔的租期为十二个月。", "thirty-six months", "twelve months", id="english-words"),
    pytest.param("en-US", "The lighthouse opens on 9 May 2021.", "The lighthouse opens on 2 May 2021.", "灯塔在五月初开放。", "9 May 2021", "2 May 2021", id="date-not-in-the-translation"),
    pytest.param("zh-CN", "看守人每周在星期二上午向港务局报告灯塔的情况和所需的物资。", "看守人每周在星期一上午向港务局报告灯塔的情况和所需的物资。", "Every Monday the keepers report to the harbour office.", "星期二", "星期一", id="weekday"),
    pytest.param("zh-CN", "港务局第三届会议通过了预算。", "港务局第二届会议通过了预算。", "The harbour office adopted the budget at its second session.", "第三", "第二", id="ordinal"),
    pytest.param("zh-CN", "税率提高到百分之七。", "税率提高到百分之五。", "The rate was raised to one twentieth.", "百分之七", "百分之五", id="percent"),
    pytest.param("en-US", "It costs €5 million.", "It costs $5 million.", "耗资500万美元。", "€5 million", "$5 million", id="currency"),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "new", "old", "translation", "now", "before"), OUTDATED)
def test_a_match_whose_values_are_out_of_date_says_so_and_is_not_near_exact(
    tmp_path: Path, lang: str, new: str, old: str, translation: str, now: str, before: str
) -> None:
    other = "en-US" if lang == "zh-CN" else "zh-CN"
    unit = TranslationUnit(old, translation, source_lang=lang, target_lang=other)
    read = read_document(io.BytesIO(new.encode()), lang=lang, pre_segmented=True, name="new.txt")
    with TranslationMemory.open(tmp_path / "old.db", create=True) as memory:
        memory.add([unit], origin="old.tmx", now=NOW)
        (found,) = refer(read, [Shelf("old", memory)], options=ReferenceOptions(meaning=False))
    assert found.best is not None
    assert (found.best.kind, found.best.text) == ("fuzzy", translation)
    assert band_of(found) == "85-94"
    record = record_of(found)
    assert record["answers"][0]["outdated"] == {"new": [now], "old": [before]}


def test_values_that_can_be_put_in_stay_near_exact_whatever_is_asked_at_least(
    memory: TranslationMemory,
) -> None:
    read = document("计划耗资4.5亿美元。")
    options = ReferenceOptions(meaning=False, minimum=0.97)
    (found,) = refer(read, [Shelf("old", memory)], options=options)
    assert found.best is not None
    assert (found.best.kind, found.best.score) == ("numbers", 0.99)
    assert found.best.outdated == ((), ())
    (none,) = refer(document("计划耗资四亿欧元。"), [Shelf("old", memory)], options=options)
    assert none.proposals == ()


@pytest.mark.parametrize(
    ("new", "old", "en", "zh"),
    [
        (("3 men",), ("5 men",), "out of date: 5 men → 3 men", "数值已变：5 men → 3 men"),
        (("3 men", "May"), (), "missing: 3 men, May", "缺：3 men, May"),
        ((), ("5 men",), "no longer said: 5 men", "已删：5 men"),
        ((), (), "", ""),
    ],
    ids=["changed", "added", "gone", "none"],
)
def test_what_is_out_of_date_in_words(
    new: tuple[str, ...], old: tuple[str, ...], en: str, zh: str
) -> None:
    assert outdated((new, old), "en") == en
    assert outdated((new, old), "zh") == zh


def test_every_form_says_what_is_out_of_date(tmp_path: Path) -> None:
    unit = TranslationUnit("租期为十二个月。", "It is let for twelve months.")
    with TranslationMemory.open(tmp_path / "old.db", create=True) as memory:
        memory.add([unit], origin="old.tmx", now=NOW)
    (tmp_path / "new.txt").write_text("租期为三十六个月。", encoding="utf-8")
    outs = [tmp_path / f"r.{name}" for name in ("html", "docx", "xlsx", "xlf", "jsonl")]
    given = [arg for out in outs for arg in ("-o", str(out))]
    command = ["reference", str(tmp_path / "new.txt"), "-m", str(tmp_path / "old.db"), *given]
    result = CliRunner().invoke(app, [*command, "--no-meaning"])
    assert result.exit_code == 0, result.output
    said = "out of date: 十二个月 → 三十六个月"
    html, word, xlsx, xlf, jsonl = outs
    assert said in html.read_text("utf-8")
    assert f'origin="old.tmx [fuzzy; {said}]"' in xlf.read_text("utf-8")
    assert f" · {said} · " in "\n".join(_cells_of_docx(word))
    assert said in _cells_of_xlsx(xlsx)
    assert json.loads(jsonl.read_text("utf-8"))["answers"][0]["outdated"]["new"] == ["三十六个月"]


def _cells_of_docx(path: Path) -> list[str]:
    tables = docx.Document(str(path)).tables
    return [cell.text for table in tables for row in table.rows for cell in row.cells]


def _cells_of_xlsx(path: Path) -> list[object]:
    return [cell for row in load_workbook(path).worksheets[0].values for cell in row]


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
