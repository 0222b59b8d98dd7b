"""Each rule of TMX has a file that breaks it in one place, and a sound file breaks none."""

from __future__ import annotations

import csv
import gzip
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
        ("omegat.tmx", set()),  # 1.1, which has lang
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


def _version(version: str, lang: str, seg: str = "<seg>水</seg>", extra: str = "") -> set[str]:
    """The errors of a small file that says it is of a version."""
    file = (
        f'<!DOCTYPE tmx SYSTEM "tmx{version.replace(".", "")}.dtd"><tmx version="{version}"><header'
        ' creationtool="t" creationtoolversion="1" segtype="block" o-tmf="t" adminlang="en"'
        f' srclang="zh" datatype="plaintext"/><body><tu>{extra}<tuv {lang}="zh">{seg}</tuv>'
        f'<tuv {lang}="en"><seg>water</seg></tuv></tu></body></tmx>'
    )
    return {
        item.rule for item in tmx.validate(io.BytesIO(file.encode())) if item.severity == "error"
    }


@pytest.mark.parametrize(
    ("version", "attribute"),
    [("1.1", "lang"), ("1.2", "lang"), ("1.3", "xml:lang"), ("1.4", "xml:lang")],
)
def test_each_version_names_a_language_its_own_way(version: str, attribute: str) -> None:
    assert _version(version, attribute) == set()
    other = {"lang": "xml:lang", "xml:lang": "lang"}[attribute]
    assert "tmx-lang-missing" in _version(version, other)


@pytest.mark.parametrize(
    ("version", "seg", "extra", "rule"),
    [
        ("1.1", '<seg>a<hi x="1">b</hi></seg>', "", "tmx-unknown-element"),
        ("1.1", '<seg><ph><sub type="x">b</sub></ph></seg>', "", "tmx-unknown-attribute"),
        ("1.3", "<seg><ut><sub>b</sub></ut></seg>", "", "tmx-structure"),
        ("1.2", "<seg>水</seg>", '<note xml:lang="en">n</note>', "tmx-unknown-attribute"),
        ("1.3", "<seg>水</seg>", '<prop type="x-a" lang="en">n</prop>', "tmx-unknown-attribute"),
    ],
    ids=["hi", "sub", "ut", "note", "prop"],
)
def test_what_a_version_does_not_know(version: str, seg: str, extra: str, rule: str) -> None:
    attribute = "lang" if version < "1.3" else "xml:lang"
    assert _version(version, attribute, seg, extra) == {rule}
    assert _version("1.4", "xml:lang", seg, extra) == set()


def test_ut_is_old_only_where_it_is() -> None:
    assert _version("1.2", "lang", "<seg>a<ut>b</ut></seg>") == set()


def test_a_gzipped_file_is_examined_as_what_is_in_it(tmp_path: Path) -> None:
    whole = gzip.compress(VALID.encode())
    (tmp_path / "a.tmx.gz").write_bytes(whole)
    assert tmx.validate(tmp_path / "a.tmx.gz") == []
    broken = gzip.compress(VALID.replace("<seg>", "<sag>", 1).encode())
    (tmp_path / "b.tmx.gz").write_bytes(broken)
    assert [item.rule for item in tmx.validate(tmp_path / "b.tmx.gz")] == ["tmx-well-formed"]
    (tmp_path / "c.tmx.gz").write_bytes(whole[:-30])
    (finding,) = tmx.validate(tmp_path / "c.tmx.gz")
    assert "damaged gzip file" in finding.message
