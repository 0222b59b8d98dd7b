"""Each rule of TMX has a file that breaks it in one place, and a sound file breaks none."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from align.errors import InputError
from align.formats import tmx

CASES = Path(__file__).parent / "cases"
VALID = (CASES / "valid.tmx").read_text(encoding="utf-8")


def rows() -> list[dict[str, str]]:
    with (CASES / "tmx_rules.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_a_sound_file_has_no_findings() -> None:
    assert tmx.validate(CASES / "valid.tmx") == []


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['rule']}: {row['new'][:30]}")
def test_a_broken_rule(row: dict[str, str]) -> None:
    old, new = (row[key].replace("⏎", "\n") for key in ("old", "new"))
    assert old in VALID
    broken = VALID.replace(old, new, 1)
    if new.endswith("<!--"):  # the rest of the file becomes a comment
        broken += "-->"
    if "<!-- <header" in new:
        broken = broken.replace("</header>", "</header>-->")
    findings = tmx.validate(io.BytesIO(broken.encode()))
    line = int(row["line"]) if row["line"] else None
    assert (row["rule"], row["severity"], line) in [
        (item.rule, item.severity, item.line) for item in findings
    ]


# A case may break a second rule only where that follows from the first.
_FOLLOWING = {
    "tmx-no-tuv",
    "tmx-second-header",
    "tmx-header-attribute",
    "tmx-srclang",
    "tmx-doctype",
    "tmx-no-units",
    "tmx-no-body",
    "tmx-inline-pair",
    "tmx-unknown-attribute",
    "tmx-lang-missing",
    "tmx-order",
    "tmx-structure",
    "tmx-one-tuv",
}


@pytest.mark.parametrize(
    "row",
    [row for row in rows() if "<!--" not in row["new"]],  # there the rest of the file is missing
    ids=lambda row: f"{row['rule']}: {row['new'][:30]}",
)
def test_nothing_else_is_said(row: dict[str, str]) -> None:
    old, new = (row[key].replace("⏎", "\n") for key in ("old", "new"))
    findings = tmx.validate(io.BytesIO(VALID.replace(old, new, 1).encode()))
    assert {item.rule for item in findings} - _FOLLOWING <= {row["rule"]}


def test_the_severity_of_a_unit_without_partner_is_error() -> None:
    """A DTD lets it through; in a memory it is of no use."""
    body = '<tu tuid="1"><tuv xml:lang="zh-CN"><seg>水</seg></tuv></tu>'
    broken = VALID[: VALID.index("    <tu ")] + body + "</body></tmx>"
    (finding,) = tmx.validate(io.BytesIO(broken.encode()))
    assert (finding.rule, finding.severity, finding.tuid) == ("tmx-one-tuv", "error", "1")


@pytest.mark.parametrize(
    ("name", "errors"),
    [
        ("trados.tmx", set()),
        ("memoq.tmx", {"tmx-one-tuv"}),
        ("omegat.tmx", {"tmx-lang-missing"}),
        ("toolkit.tmx", {"tmx-lang-form"}),
        (
            "languages.tmx",
            {"tmx-one-tuv", "tmx-seg-count"},
        ),
    ],
)
def test_files_in_the_manner_of_other_tools(name: str, errors: set[str]) -> None:
    findings = tmx.validate(CASES / name)
    assert {item.rule for item in findings if item.severity == "error"} == errors


def test_many_findings_of_a_rule_are_counted_not_listed() -> None:
    tu = '<tu><tuv xml:lang="zh-CN"><seg>水</seg></tuv></tu>\n'
    broken = VALID[: VALID.index("    <tu ")] + tu * 250 + "</body></tmx>"
    findings = tmx.validate(io.BytesIO(broken.encode()))
    assert len(findings) == 101
    assert findings[99].line == 108
    assert findings[100].message == ("150 more findings of this kind, the last of them in line 258")


def test_other_files() -> None:
    assert [item.rule for item in tmx.validate(io.BytesIO(b"<html/>"))] == ["tmx-root"]
    assert [item.rule for item in tmx.validate(io.BytesIO(b"plain"))] == ["tmx-well-formed"]
    with pytest.raises(InputError, match="empty"):
        tmx.validate(io.BytesIO(b""))


def test_utf_16_is_allowed() -> None:
    data = VALID.replace("UTF-8", "UTF-16").encode("utf-16")
    assert tmx.validate(io.BytesIO(data)) == []
