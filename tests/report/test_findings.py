"""Findings as text, JSON lines, SARIF, HTML and XLSX."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from typing import IO, Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.datatypes import Finding, TranslationUnit
from align.report import findings as render
from align.report.marking import Highlight, mark

UNITS = (
    TranslationUnit("以行动促维和很重要。", "Action to Promote Peacekeeping matters.", id="u1"),
    TranslationUnit("=1+1<script>", "@SUM(A1)&", id="u2"),
)
FINDINGS = (
    Finding(
        "term-forbidden",
        "error",
        "以行动促维和 is called Action for Peacekeeping",
        tuid="u1",
        unit=0,
        paragraph="32",
        source="以行动促维和",
        expected=("Action for Peacekeeping", "A4P"),
        found="Action to Promote Peacekeeping",
        verdict="wrong-term",
        source_spans=((0, 6),),
        target_spans=((0, 30),),
        file="folder/out 1.tmx",
        line=12,
    ),
    Finding("number-mismatch", "warning", "<b>2</b> is missing", tuid="u2", unit=1),
    Finding("omission", "info", "=cmd()", waived="agreed with the author"),
)
Writer = Callable[..., None]


def written(writer: Writer, found: Sequence[Finding] = FINDINGS, **options: Any) -> bytes:
    file = io.BytesIO()
    writer(file, found, **options)
    return file.getvalue()


def test_a_line_a_finding_then_the_counts() -> None:
    first = (
        "folder/out 1.tmx:12 32 u1: error: term-forbidden: 以行动促维和 is called Action for "
        "Peacekeeping [expected: Action for Peacekeeping | A4P] "
        "[found: Action to Promote Peacekeeping] (wrong-term)"
    )
    assert written(render.write_text).decode().splitlines() == [
        first,
        "u2: warning: number-mismatch: <b>2</b> is missing",
        "-: info: omission: =cmd() (waived: agreed with the author)",
        "1 error, 1 warning, 0 notes (1 waived)",
    ]


def test_a_line_break_in_a_message_cannot_forge_a_line() -> None:
    text = written(render.write_text, [Finding("x", "info", "a\nb: error: y")]).decode()
    assert text.splitlines()[0] == "-: info: x: a b: error: y"


def test_json_lines_have_the_contracts_keys_in_order() -> None:
    lines = [json.loads(line) for line in written(render.write_jsonl).decode().splitlines()]
    assert len(lines) == 3
    assert list(lines[0])[:10] == [
        "rule", "severity", "tuid", "unit", "paragraph", "source", "expected", "found", "verdict",
        "message",
    ]  # fmt: skip
    assert lines[0]["expected"] == ["Action for Peacekeeping", "A4P"]
    assert lines[0]["target_spans"] == [[0, 30]]
    assert lines[2]["waived"] == "agreed with the author"


def test_sarif_names_rules_levels_places_and_suppressions() -> None:
    log = json.loads(written(render.write_sarif, signature="align:1|model:m@1"))
    assert log["version"] == "2.1.0"
    run = log["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == ["number-mismatch", "omission", "term-forbidden"]
    first, second, third = run["results"]
    assert [r["level"] for r in run["results"]] == ["error", "warning", "note"]
    assert all(rules[r["ruleIndex"]] == r["ruleId"] for r in run["results"])
    place = first["locations"][0]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "folder/out%201.tmx"
    assert place["physicalLocation"]["region"] == {
        "startLine": 12,
        "snippet": {"text": "Action to Promote Peacekeeping"},
    }
    assert {n["kind"]: n["name"] for n in place["logicalLocations"]} == {
        "paragraph": "32",
        "unit": "u1",
    }
    assert second["locations"][0].keys() == {"logicalLocations"}
    assert "locations" not in third
    assert third["suppressions"] == [
        {"kind": "external", "justification": "agreed with the author"}
    ]
    assert run["properties"]["signature"] == "align:1|model:m@1"


def test_a_fingerprint_ignores_position_and_wording_but_not_the_term() -> None:
    one = Finding("r", "error", "message", tuid="u1", unit=3, source="A4P", line=9)
    moved = Finding("r", "error", "other words", tuid="u1", unit=8, source="A4P", line=30)
    other = Finding("r", "error", "message", tuid="u1", unit=3, source="A4P+", line=9)
    assert render.fingerprint(one) == render.fingerprint(moved) != render.fingerprint(other)


def test_the_page_escapes_everything_and_shows_errors_first() -> None:
    found = [FINDINGS[2], FINDINGS[1], FINDINGS[0]]
    page = written(render.write_html, found, units=UNITS, signature="<sig>").decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "&lt;b&gt;2&lt;/b&gt; is missing" in page
    assert "&lt;sig&gt;" in page
    assert '<mark class="error">以行动促维和</mark>很重要。' in page
    assert page.index("is called Action") < page.index("is missing") < page.index("=cmd()")
    assert "http" not in page.replace("http-equiv", "")  # nothing is fetched from anywhere


def test_the_workbook_holds_text_never_formulas() -> None:
    raw = written(render.write_xlsx, units=UNITS, signature="s")
    book = openpyxl.load_workbook(io.BytesIO(raw))
    sheet = book["Findings"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:O4"
    assert all(cell.data_type in "sn" for row in sheet.iter_rows() for cell in row)
    assert [sheet.cell(3, column).value for column in (1, 10, 11)] == [
        "warning", "=1+1<script>", "@SUM(A1)&",
    ]  # fmt: skip
    assert sheet.cell(3, 10).quotePrefix
    assert sheet.cell(4, 9).value == "=cmd()"
    assert book["About"]["B2"].value == "1 error, 1 warning, 0 notes (1 waived)"


@pytest.mark.parametrize(
    "writer",
    [
        render.write_text,
        render.write_jsonl,
        render.write_sarif,
        render.write_html,
        render.write_xlsx,
    ],
)
def test_the_same_findings_give_the_same_bytes_and_none_is_fine(writer: Writer) -> None:
    def once(found: Sequence[Finding]) -> bytes:
        file: IO[bytes] = io.BytesIO()
        writer(file, found, units=UNITS, signature="s")
        file.seek(0)
        return file.read()

    assert once(FINDINGS) == once(FINDINGS)
    assert isinstance(once(()), bytes)


@given(
    st.text(alphabet="ab<&\"'维", max_size=12),
    st.lists(
        st.builds(
            Highlight,
            st.integers(-1, 12),
            st.integers(0, 13),
            st.sampled_from(["found", "error", "warning", "info", "search"]),
            st.text(alphabet="<>\"'&n", max_size=3),
        ),
        max_size=5,
    ),
)
def test_marked_text_parses_back_to_the_text(text: str, highlights: list[Highlight]) -> None:
    from lxml import html

    element = html.fragment_fromstring(f"<p>{mark(text, highlights)}</p>")
    assert element.text_content() == text
    for inner in element.iter("mark"):
        notes = {h.note for h in highlights if h.kind == inner.get("class")}
        assert inner.get("title", "") in notes
        assert inner.getparent() is element


def test_the_graver_highlight_wins_an_overlap() -> None:
    spans = [Highlight(0, 4, "found", "f"), Highlight(2, 6, "error", "e")]
    assert mark("abcdef", spans) == (
        '<mark class="found" title="f">ab</mark><mark class="error" title="e">cdef</mark>'
    )
