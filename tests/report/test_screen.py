"""On a screen of any width nothing is cut, nothing runs over, and Chinese is as wide as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.datatypes import Finding
from align.report.screen import finding_lines, shortened, table_lines, width_of, wrapped

TEXTS = st.text(st.sampled_from("灯塔看守人，。《》“” ab-c 12"), max_size=120)


@given(TEXTS, st.integers(min_value=24, max_value=100))
def test_lines_fit_and_hold_every_character(text: str, width: int) -> None:
    lines = wrapped(text, width, "    ")
    assert all(width_of(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(TEXTS, st.integers(min_value=2, max_value=60))
def test_what_is_shortened_fits(text: str, width: int) -> None:
    assert width_of(shortened(text, width)) <= width


def test_no_line_begins_with_a_closing_mark() -> None:
    lines = wrapped("灯塔看守人每晚点灯。" * 8, 24)
    assert not any(line.startswith("。") for line in lines)


def test_a_control_character_is_shown() -> None:
    assert wrapped("a\x1b[31mb", 40) == ["a\\u001b[31mb"]


@pytest.mark.parametrize("width", [40, 80, 120])
def test_a_finding_on_a_screen(width: int) -> None:
    finding = Finding(
        "number-mismatch", "error", "三百二十艘船（320）没有译出，因为上下文里都找不到这个数字。" * 2,
        file="documents/of/a/long/path/translation.tmx", line=12, paragraph="8", expected=("320 ships",),
        found="230",
    )  # fmt: skip
    lines = list(finding_lines(finding, width, lambda text, kind: text))
    assert all(width_of(line) <= width for line in lines)
    assert lines[0].startswith("error  number-mismatch  ")
    assert "    expected: 320 ships" in lines
    assert "    found: 230" in lines


def test_a_finding_in_a_file_with_pages_is_on_its_page() -> None:
    finding = Finding("omission", "error", "left out", file="report.pdf", line=812, page=14)
    first, *_ = finding_lines(finding, 80, lambda text, kind: text)
    assert first == "error  omission  report.pdf, page 14"


def test_a_table_on_a_screen() -> None:
    rows = [
        ["灯塔看守人", "lighthouse keeper", "12"],
        ["共享河流基金" * 9, "Shared Rivers Fund " * 9, "3"],
    ]
    lines = list(table_lines(["zh", "en", "count"], rows, 80))
    assert all(width_of(line) <= 80 for line in lines)
    assert lines[1].startswith("灯塔看守人")
    assert lines[1].endswith("12")
    assert "…" in lines[2]
    starts = {
        width_of(line[: line.index(text)])
        for line, text in zip(lines, ("en", "lighthouse", "Shared"), strict=True)
    }
    assert len(starts) == 1, "columns are aligned"
