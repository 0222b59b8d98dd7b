"""The commands: lookup, check and terms, as a user calls them."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from align.cli import app
from align.datatypes import TranslationUnit
from align.embedding.load import load_encoder
from align.errors import AlignError, InputError, ModelError
from align.formats.tmx import write_units
from align.terms.termbase import load_termbase

TERMS = Path(__file__).parent / "cases" / "terms.tsv"
PAIRS = [
    ("安全理事会欢迎这份报告。", "The Security Council welcomed the report."),
    ("会费减少了。", "The dues had fallen."),
    ("有66次任命。", "There were 67 appointments."),
    ("本组织支持以行动促维和。", "The Organization supported Action for Peacekeeping."),
    ("安全理事会通过了决议。", "The Security Council adopted the resolution."),
]


@pytest.fixture(scope="module", autouse=True)
def _model() -> None:
    try:
        load_encoder()
    except ModelError as error:
        pytest.skip(str(error))


@pytest.fixture
def tmx(tmp_path: Path) -> Path:
    path = tmp_path / "units.tmx"
    buffer = io.BytesIO()
    units = [
        TranslationUnit(zh, en, id=f"u{n}", paragraph=str(n)) for n, (zh, en) in enumerate(PAIRS)
    ]
    write_units(buffer, units, created="20240101T000000Z")
    path.write_bytes(buffer.getvalue())
    return path


def run(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output
    return result


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_check_finds_and_fails(tmx: Path) -> None:
    found = lines(run("check", tmx, "--terms", TERMS, "--json", code=1))
    assert [(f["rule"], f["severity"], f["tuid"], f["paragraph"]) for f in found] == [
        ("term-forbidden", "error", "u1", "1"),
        ("number-mismatch", "error", "u2", "2"),
    ]
    assert found[0]["source"] == "会费"
    assert found[0]["found"] == "dues"
    assert found[0]["expected"] == ["contributions"]
    assert set(found[0]) >= {"rule", "severity", "tuid", "paragraph", "source", "expected", "found", "message"}  # fmt: skip


def test_check_may_pass_all_the_same(tmx: Path) -> None:
    run("check", tmx, "--terms", TERMS, "--fail-on", "never")
    run("check", tmx, "--no-numbers")


def test_check_writes_every_format(tmx: Path, tmp_path: Path) -> None:
    for name, begin in (("f.sarif", b"{"), ("f.html", b"<!"), ("f.xlsx", b"PK"), ("f.jsonl", b"{"), ("f.txt", b"")):  # fmt: skip
        path = tmp_path / name
        run("check", tmx, "--terms", TERMS, "-o", path, code=1)
        assert path.read_bytes().startswith(begin)
        assert path.stat().st_size > 100


def test_waivers_and_baseline(tmx: Path, tmp_path: Path) -> None:
    waivers = tmp_path / "waivers.tsv"
    waivers.write_text("rule\tfound\treason\nterm-forbidden\tdues\tquoted\n", encoding="utf-8")
    found = lines(run("check", tmx, "--terms", TERMS, "--waivers", waivers, "--json", code=1))
    assert [f["waived"] for f in found] == ["quoted", None]
    baseline = tmp_path / "base.json"
    run("check", tmx, "--terms", TERMS, "--write-baseline", baseline, code=1)
    known = run("check", tmx, "--terms", TERMS, "--baseline", baseline)
    assert "2 findings were there before" in known.stderr


def test_check_of_two_documents(tmp_path: Path) -> None:
    zh, en = tmp_path / "zh.txt", tmp_path / "en.txt"
    body = PAIRS[0], PAIRS[1], PAIRS[4]
    zh.write_text("\n\n".join(pair[0] for pair in body), encoding="utf-8")
    en.write_text("\n\n".join(pair[1] for pair in body), encoding="utf-8")
    found = lines(run("check", zh, en, "--terms", TERMS, "--json", code=1))
    assert [f["rule"] for f in found if f["severity"] == "error"] == ["term-forbidden"]


def test_check_of_nothing(tmp_path: Path) -> None:
    for place in (tmp_path / "none.tmx", TERMS.parent / "none.tsv"):
        result = CliRunner().invoke(app, ["check", str(place)])
        assert isinstance(result.exception, InputError)


def test_a_termbase_of_other_languages_is_refused(tmx: Path, tmp_path: Path) -> None:
    only = tmp_path / "only.csv"
    only.write_text("zh,term_fr\n安全理事会,Conseil de sécurité\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(tmx), "--terms", str(only)])
    assert isinstance(result.exception, InputError)
    assert "no concept has terms in both zh-CN and en-US" in str(result.exception)


def test_lookup_from_both_sides(tmx: Path) -> None:
    found = lines(run("lookup", "A4P", "--terms", TERMS, "--memory", tmx, "--json"))
    assert found[0]["kind"] == "entry"
    assert found[0]["match"] == "exact"
    texts = [t["text"] for t in found[0]["terms"]]
    assert texts[:2] == ["以行动促维和", "Action for Peacekeeping"]
    shown = run("lookup", "安全理事会", "--memory", tmx).stdout
    assert "Security Council  ×2" in shown
    assert "[安全理事会]" in shown
    assert "[Security Council]" in shown


def test_lookup_says_what_is_no_answer() -> None:
    shown = run("lookup", "UN Women", "--terms", TERMS, "--limit", 1).stdout.splitlines()
    assert shown[1] == "    UN Women: deprecated, not to be used"
    shown = run("lookup", "Securty Council", "--terms", TERMS, "--limit", 1).stdout.splitlines()
    assert shown[:2] == ["Not in the termbase.", "Near it, written alike:"]
    assert shown[2].startswith("  Security Council = 安全理事会")
    (entry, *_) = lines(run("lookup", "dues", "--terms", TERMS, "--json"))
    assert (entry["match"], entry["status"]) == ("exact", "deprecated")


def test_lookup_of_what_is_nowhere(tmx: Path) -> None:
    result = run("lookup", "qqqq", "--terms", TERMS, "--limit", "1", code=1)
    assert "not found" in result.stderr
    result = CliRunner().invoke(app, ["lookup", "x"])
    assert isinstance(result.exception, InputError)


@pytest.mark.parametrize("middle", ["t.tbx", "t.csv", "t.xlsx", "t.tsv"])
def test_convert_loses_nothing(tmp_path: Path, middle: str) -> None:
    run("terms", "convert", TERMS, tmp_path / middle)
    run("terms", "convert", tmp_path / middle, tmp_path / "end.tsv")
    run("validate", tmp_path / middle) if middle.endswith("tbx") else None
    before, after = load_termbase(TERMS), load_termbase(tmp_path / "end.tsv")
    strip = [[(t.text, t.lang, t.status) for t in c.terms] for c in before]
    assert [[(t.text, t.lang, t.status) for t in c.terms] for c in after] == strip


def test_convert_to_what_is_no_termbase(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["terms", "convert", str(TERMS), str(tmp_path / "t.doc")])
    assert isinstance(result.exception, AlignError)
    result = CliRunner().invoke(app, ["terms", "convert", str(TERMS), str(TERMS)])
    assert isinstance(result.exception, InputError)


def test_renderings(tmx: Path) -> None:
    (one,) = lines(run("terms", "renderings", tmx, "--term", "安全理事会", "--json"))
    assert (one["term"], one["count"], one["consistency"]) == ("安全理事会", 2, 1.0)
    rendering = one["renderings"][0]
    assert (rendering["text"], rendering["paragraphs"]) == ("Security Council", ["0", "4"])
    assert "dues (forbidden)" in run("terms", "renderings", tmx, "--terms", TERMS).stdout
    run("terms", "renderings", tmx, "--term", "没有这个", code=1)


def test_extract(tmx: Path, tmp_path: Path) -> None:
    found = lines(run("terms", "extract", tmx, "--json"))
    assert ("安全理事会", "Security Council") in [(f["source"], f["target"]) for f in found]
    for name in ("c.csv", "c.xlsx", "c.tbx", "c.tsv"):
        run("terms", "extract", tmx, "-o", tmp_path / name)
        pairs = [[t.text for t in c.terms[:2]] for c in load_termbase(tmp_path / name)]
        assert ["安全理事会", "Security Council"] in pairs
    result = CliRunner().invoke(app, ["terms", "extract", str(tmx), "-o", str(tmp_path / "c.doc")])
    assert isinstance(result.exception, InputError)


def test_many_terms_are_looked_up_at_once(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("zh,en\n灯塔,lighthouse\n泊位,berth\n", encoding="utf-8")
    asked = ["lookup", "-", "--terms", str(table)]
    found = CliRunner().invoke(app, asked, input="\ufeff灯塔\r\n\r\nberth\n灯塔\n")
    assert found.exit_code == 0, found.output
    heads = [line for line in found.stdout.splitlines() if line.startswith("# ")]
    assert heads == ["# 灯塔", "# berth"]
    assert found.stdout.index("lighthouse") < found.stdout.index("# berth")
    lines = CliRunner().invoke(app, [*asked, "--json"], input="灯塔\n泊位\n").stdout.splitlines()
    assert [json.loads(line)["query"] for line in lines] == ["灯塔", "泊位"]
    missing = CliRunner().invoke(app, asked, input="灯塔\n航道\n")
    assert missing.exit_code == 1
    assert "航道: not found" in missing.stderr
    assert "lighthouse" in missing.stdout
    empty = CliRunner().invoke(app, asked, input="\n")
    assert "nothing to look up" in str(empty.exception)
