"""Every field of a unit, out and back through every form that keeps units."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import pytest

from align import project
from align.datatypes import TranslationUnit
from align.errors import FormatError
from align.formats import tmx
from align.formats.units import COLUMNS, FIELDS, PROPS, from_record, to_record, to_report
from align.memory import TranslationMemory, exchange
from align.web.opened_folder import rows_of_units

FULL = TranslationUnit(
    source="水位上升了三米。",
    target="The water rose by three metres.",
    source_lang="zh-TW",
    target_lang="en-GB",
    id="unit-7",
    confidence=0.625,
    bead_type="2-1",
    paragraph="12",
    symbol="B/7/3",
    page=41,
    speaker="Ms. Lin",
    origin="levels.docx",
    created="20240229T083000Z",
    changed="20240301T090000Z",
    signature="align:1|model:m@1",
    state="reviewed",
    note="measured at noon\nby hand",
    props=(("x-client", "harbour"), ("x-client", "second & third")),
)
Way = Callable[[TranslationUnit, Path], TranslationUnit]


def by_file(suffix: str) -> Way:
    def way(unit: TranslationUnit, folder: Path) -> TranslationUnit:
        path = folder / f"units{suffix}"
        exchange.write_file(path, [unit], created=None, source_lang="zh-TW", target_lang="en-GB")
        (found,) = exchange.read_file(path)
        return found

    return way


def by_memory(unit: TranslationUnit, folder: Path) -> TranslationUnit:
    with TranslationMemory.open(folder / "m.db", create=True) as memory:
        memory.add([unit], origin="elsewhere", now="20250101T000000Z")
        (found,) = memory.units()
    return found


def by_project(unit: TranslationUnit, folder: Path) -> TranslationUnit:
    from align.web.opened_folder import _as_document

    source = _as_document("a.tmx", [unit.source], unit.source_lang, "")
    target = _as_document("a.tmx", [unit.target], unit.target_lang, "")
    head = project.Head(source, target, None, ("a.tmx",), (unit,), "20250101T000000Z")
    path = folder / "a.align"
    project.create(path, head, rows_of_units(head)).close()
    opened = project.open_project(path)
    opened.close()
    (found,) = opened.head.units
    return found


def by_json(unit: TranslationUnit, folder: Path) -> TranslationUnit:
    return from_record(json.loads(json.dumps(to_record(unit))), "here")


WAYS: dict[str, tuple[Way, tuple[str, ...]]] = {
    "json": (by_json, (*COLUMNS, "props")),
    "jsonl": (by_file(".jsonl"), (*COLUMNS, "props")),
    "csv": (by_file(".csv"), COLUMNS),
    "tsv": (by_file(".tsv"), COLUMNS),
    "xlsx": (by_file(".xlsx"), COLUMNS),
    "tmx": (by_file(".tmx"), (*COLUMNS, "props")),
    "memory": (by_memory, (*COLUMNS, "props")),
    "project": (by_project, (*COLUMNS, "props")),
}


def test_the_table_has_every_field_in_order() -> None:
    assert [field.name for field in FIELDS] == [field.name for field in fields(TranslationUnit)]
    assert all(getattr(FULL, field.name) not in (None, "", field.default) or field.name in (
        "source", "target") for field in fields(TranslationUnit))  # fmt: skip


@pytest.mark.parametrize(
    ("form", "name"), [(f, name) for f, (_, kept) in WAYS.items() for name in kept]
)
def test_a_field_survives(form: str, name: str, tmp_path: Path) -> None:
    assert getattr(WAYS[form][0](FULL, tmp_path), name) == getattr(FULL, name)


@pytest.mark.parametrize("form", WAYS)
def test_what_a_unit_does_not_say_stays_unsaid(form: str, tmp_path: Path) -> None:
    bare = TranslationUnit("水。", "Water.", "zh-TW", "en-GB", id="u")
    found = WAYS[form][0](bare, tmp_path)
    if form == "memory":  # a memory knows where each unit comes from
        assert found.origin == "elsewhere"
        found = replace(found, origin=None)
    assert found == bare


def test_tmx_props_keep_their_names_and_their_order() -> None:
    file = io.BytesIO()
    tmx.write_units(file, [FULL], source_lang="zh-TW", target_lang="en-GB")
    text = file.getvalue().decode()
    places = [text.index(f'type="{field.prop}"') for field in PROPS]
    assert places == sorted(places)
    assert [field.prop for field in PROPS][:3] == ["x-confidence", "x-page", "x-bead-type"]


def test_the_keys_of_a_report_line_are_a_contract() -> None:
    assert (
        list(to_report(FULL))
        == (
            "id source target source_lang target_lang paragraph confidence bead_type symbol page "
            "speaker signature"
        ).split()
    )
    assert to_report(TranslationUnit("水", "water"))["page"] is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("confidence", "high"),
        ("confidence", 1.5),
        ("confidence", True),
        ("page", "iv"),
        ("page", -1),
        ("props", 3),
        ("props", [["alone"]]),
        ("note", ["a", "list"]),
        ("state", {"a": "mapping"}),
        ("source_lang", "Chinese (PRC)"),
    ],
)
def test_a_value_of_another_kind_says_where_it_stands(name: str, value: object) -> None:
    with pytest.raises(FormatError, match=r"^here:3: "):
        from_record({"source": "水", "target": "water", name: value}, "here:3")
