"""Each rule of TBX-Basic has a file that breaks it in one place, and a sound file breaks none."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from align.formats import tbx

CASES = Path(__file__).parent / "cases"
VALID = (CASES / "dca.tbx").read_text(encoding="utf-8")


def rows() -> list[dict[str, str]]:
    with (CASES / "tbx_rules.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("name", ["dca.tbx", "dct.tbx", "written.tbx"])
def test_a_sound_file_has_no_findings(name: str) -> None:
    assert tbx.validate(CASES / name) == []


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['rule']}: {row['new'][:30]}")
def test_a_broken_rule(row: dict[str, str]) -> None:
    old, new = (row[key].replace("⏎", "\n") for key in ("old", "new"))
    assert old in VALID
    broken = VALID.replace(old, new, 1) + ("-->" if new.endswith("<!--") else "")
    line = int(row["line"]) if row["line"] else None
    findings = tbx.validate(io.BytesIO(broken.encode()))
    assert (row["rule"], row["severity"], line) in [
        (item.rule, item.severity, item.line) for item in findings
    ]
    following = {"tbx-target", "tbx-style", "tbx-structure", "tbx-picklist", "tbx-level"}
    assert {item.rule for item in findings} - following <= {row["rule"]}


def test_the_old_form_says_that_it_is_old() -> None:
    findings = tbx.validate(CASES / "martif.tbx")
    assert [(item.rule, item.severity, item.line) for item in findings] == [
        ("tbx-old", "warning", 3),
        ("tbx-picklist", "error", 22),
        ("tbx-category", "error", 24),
        ("tbx-picklist", "error", 29),
        ("tbx-lang-missing", "error", 32),
        ("tbx-category", "error", 37),
        ("tbx-term", "error", 44),
    ]


def test_styles_do_not_mix() -> None:
    text = (CASES / "dct.tbx").read_text(encoding="utf-8")
    mixed = text.replace(
        "<min:partOfSpeech>noun</min:partOfSpeech>", '<termNote type="partOfSpeech">noun</termNote>'
    )
    assert {item.rule for item in tbx.validate(io.BytesIO(mixed.encode()))} == {"tbx-style"}
    wrong = text.replace("basic:termType", "min:termType")
    assert {item.rule for item in tbx.validate(io.BytesIO(wrong.encode()))} == {"tbx-namespace"}


def test_other_files() -> None:
    assert "tbx-root" in {item.rule for item in tbx.validate(CASES / "valid.tmx")}
    assert [item.rule for item in tbx.validate(io.BytesIO(b"x"))] == ["tbx-well-formed"]


@pytest.mark.parametrize(
    ("dialect", "categories", "refused"),
    [
        ("TBX-Basic", ("subjectField", "source"), []),
        ("TBX-Min", ("subjectField",), []),
        ("TBX-Min", ("subjectField", "source"), ["source"]),
        ("TBX-Core", (), []),
        ("TBX-Core", ("subjectField", "source"), ["subjectField", "source"]),
    ],
    ids=["Basic", "Min", "Basic's in Min", "Core", "categories in Core"],
)
def test_a_dialect_has_its_own_categories(
    dialect: str, categories: tuple[str, ...], refused: list[str]
) -> None:
    lines = {
        "subjectField": '<descrip type="subjectField">baking</descrip>',
        "source": '<admin type="source">the baker</admin>',
    }
    text = (
        f'<?xml version="1.0"?>\n<tbx type="{dialect}" style="dca" xml:lang="en" '
        'xmlns="urn:iso:std:iso:30042:ed-2"><tbxHeader><fileDesc><sourceDesc><p>x</p></sourceDesc>'
        '</fileDesc></tbxHeader><text><body><conceptEntry id="c1">'
        + "".join(lines[one] for one in categories)
        + '<langSec xml:lang="en"><termSec><term>loaf</term></termSec></langSec></conceptEntry>'
        "</body></text></tbx>"
    )
    found = tbx.validate(io.BytesIO(text.encode()))
    assert [(item.rule, item.message.split('"')[1]) for item in found] == [
        ("tbx-category", one) for one in refused
    ]
    assert all(dialect in item.message for item in found)
