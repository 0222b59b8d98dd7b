"""Waivers need a reason; a baseline knows a finding again wherever its unit has moved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from align.datatypes import Finding, TranslationUnit
from align.errors import FormatError, InputError
from align.terms.checking.waivers import (
    fingerprints,
    read_baseline,
    read_waivers,
    waive,
    write_baseline,
)

FINDING = Finding(
    "term-missing", "error", "m", tuid="u1", unit=0, paragraph="3", source="安全理事会"
)


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "waivers.tsv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_waiver_gives_its_reason(tmp_path: Path) -> None:
    path = table(
        tmp_path, "rule\tsource\treason\nterm-missing\t安全理事會\tmeant as a common noun\n"
    )
    (one, other) = waive([FINDING, replace(FINDING, rule="omission")], read_waivers(path))
    assert (one.waived, other.waived) == ("meant as a common noun", None)


def test_a_star_fits_everything(tmp_path: Path) -> None:
    waivers = read_waivers(table(tmp_path, "rule\tparagraph\treason\n*\t3\tquoted text\n"))
    assert [f.waived for f in waive([FINDING, replace(FINDING, paragraph="4")], waivers)] == [
        "quoted text",
        None,
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rule\treason\nomission\t\n", ":2: a waiver needs a reason"),
        ("rule\treason\n*\twhy\n", ":2: waives everything"),
        ("rule\twhere\treason\nomission\there\twhy\n", ":2: no such column: where"),
    ],
)
def test_bad_waivers(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(FormatError, match=said):
        read_waivers(table(tmp_path, text))


def test_a_baseline_knows_a_finding_that_moved(tmp_path: Path) -> None:
    units = [TranslationUnit("安全理事会开会。", "They met.", id="u1")]
    path = tmp_path / "base.json"
    write_baseline(path, [FINDING], units)
    moved = [TranslationUnit("甲。", "A.", id="u0"), replace(units[0], id="u9")]
    later = replace(FINDING, unit=1, tuid="u9", paragraph="7", message="other words")
    assert set(fingerprints([later], moved)) == read_baseline(path)
    edited = [moved[0], replace(moved[1], target="They met again.")]
    assert not set(fingerprints([later], edited)) & read_baseline(path)


def test_a_second_equal_finding_is_new(tmp_path: Path) -> None:
    units = [TranslationUnit("安全理事会开会。", "They met.")] * 2
    path = tmp_path / "base.json"
    write_baseline(path, [FINDING], units)
    marks = fingerprints([FINDING, replace(FINDING, unit=1)], units)
    assert [mark in read_baseline(path) for mark in marks] == [True, False]


def test_what_is_no_baseline(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_baseline(tmp_path / "none.json")
    path = tmp_path / "other.json"
    path.write_text("[]", encoding="utf-8")
    with pytest.raises(FormatError, match="not a baseline"):
        read_baseline(path)
