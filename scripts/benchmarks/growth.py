"""How processor time grows with the input: every reader, check and aligner at n and 4n."""

from __future__ import annotations

import argparse
import functools
import gc
import importlib
import io
import json
import math
import random
import re
import resource
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT)]

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of input: `make` gives the work of size n; `small` is a size of some 20 ms."""

    name: str
    small: int
    make: Callable[[int], Work]
    slow: bool = False  # seconds: for the table, not for every test run
    most: int | None = None  # the largest n that is not refused


CASES: list[Case] = []


def case(
    small: int, *, slow: bool = False, most: int | None = None
) -> Callable[[Callable[[int], Work]], Callable[[int], Work]]:
    """Enter a function that makes work under its own name."""

    def enter(make: Callable[[int], Work]) -> Callable[[int], Work]:
        CASES.append(Case(make.__name__.replace("_", "-"), small, make, slow, most))
        return make

    return enter


# --- documents ------------------------------------------------------------------------------


def _document(text: str | bytes, **options: Any) -> Work:
    from align.document import read_document

    data = text.encode() if isinstance(text, str) else text
    return lambda: read_document(io.BytesIO(data), **options)


_ZH = "港务局昨天宣布，新码头的工程将于下个月开始，预计两年内完成。"
_EN = "The port authority announced yesterday that work on the new pier would begin next month. "


@case(60_000)
def text_in_one_line(n: int) -> Work:
    return _document(_EN * (n // len(_EN)))


@case(60_000)
def text_in_one_sentence(n: int) -> Work:
    return _document("the new pier and " * (n // 17))


@case(30_000)
def chinese_without_a_full_stop(n: int) -> Work:
    return _document("码头、" * (n // 3))


@case(2_000)
def one_long_word_in_chinese(n: int) -> Work:
    return _document(f"港务局{'x' * n}年度报告\n" + _ZH * 3)


@case(2_000)
def one_long_word_in_english(n: int) -> Work:
    return _document(f"The port {'x' * n} authority\n" + _EN * 3)


@case(2_000)
def one_long_chinese_word(n: int) -> Work:
    return _document(f"The port{'港' * n} authority\n{_EN}\n" + _ZH * 3)


@case(40_000)
def em_dashes(n: int) -> Work:
    return _document("会议" + "—" * n + "开始。")


@case(40_000)
def ellipses_and_quotes(n: int) -> Work:
    return _document("会议" + "…”“" * (n // 3) + "开始。")


@case(40_000)
def brackets(n: int) -> Work:
    return _document("The port " + "(" * n + " opened.")


@case(40_000)
def full_stops(n: int) -> Work:
    return _document("The port " + "." * n + " opened.")


@case(60_000)
def blanks(n: int) -> Work:
    return _document("The port" + " " * n + "opened.")


@case(20_000)
def abbreviations(n: int) -> Work:
    return _document("Mr. " * (n // 4) + "opened the port.")


@case(40_000)
def digits(n: int) -> Work:
    return _document("The port has " + "7" * n + " piers.")


@case(3_000)
def wrapped_lines(n: int) -> Work:
    return _document("\n".join(_EN.strip() for _ in range(n)))


@case(3_000)
def numbered_paragraphs(n: int) -> Work:
    return _document("\n\n".join(f"{k}. {_EN}" for k in range(1, n)))


@case(3_000)
def list_items(n: int) -> Work:
    return _document("\n".join(f"(a) {_EN}" for _ in range(n)))


@case(6_000)
def page_numbers(n: int) -> Work:
    return _document("\n".join(f"{_EN}\n{k}\n\f" for k in range(n // 3)))


@case(3_000)
def equal_headers(n: int) -> Work:
    return _document("\f".join(f"A/79/12\nPort report\n{_EN} {k}\n" for k in range(n // 3)))


@case(3_000)
def html_paragraphs(n: int) -> Work:
    return _document("<html><body>" + f"<p>{_EN}</p>" * n + "</body></html>")


@case(4_000, slow=True)
def html_blanks(n: int) -> Work:
    return _document("<html>" + " " * n + f"<body><p>{_EN}</p></body></html>")


@case(4_000)
def html_nested(n: int) -> Work:
    return _document("<html><body>" + f"<div>{_EN}" * (n // 4) + "</body></html>")


@case(60)
def docx_paragraphs(n: int) -> Work:
    import docx

    made = docx.Document()
    for k in range(n * 4):
        made.add_paragraph(f"{k} {_EN}")
    file = io.BytesIO()
    made.save(file)
    return _document(file.getvalue())


@case(20, slow=True)
def pdf_pages(n: int) -> Work:
    sys.path[:0] = [str(ROOT / "tests" / "document")]
    make_pdf = importlib.import_module("make_pdf").make_pdf

    lines = [_EN.strip()[k : k + 60] for k in range(20)]
    return _document(make_pdf([[f"{page} {line}" for line in lines] for page in range(n)]))


# --- tables and units -----------------------------------------------------------------------


def _table(text: str | bytes, kind: Any) -> Work:
    from align.formats import tables

    data = text.encode() if isinstance(text, str) else text
    return lambda: sum(1 for _ in tables.read_table(io.BytesIO(data), kind=kind))


@case(8_000)
def csv_rows(n: int) -> Work:
    return _table("zh,en\n" + "码头,pier\n" * n, "csv")


@case(20_000)
def csv_columns(n: int) -> Work:
    return _table(",".join(f"c{k}" for k in range(n)) + "\n" + "1," * n, "csv")


@case(4_000)
def tsv_stray_quotes(n: int) -> Work:
    return _table("zh\ten\n" + '"a\tb "c\n' * n, "tsv")


@case(4_000)
def tsv_open_quotes(n: int) -> Work:
    return _table("zh\ten\n" + '"a\tb\nc\td\n' * n, "tsv")


@case(100_000)
def tsv_quotes_in_one_line(n: int) -> Work:
    return _table("zh\ten\n" + '\t"' + '""' * n + '"\n', "tsv")


def _sheet(rows: str) -> bytes:
    from align.formats import tables

    file = io.BytesIO()
    tables.write_table(file, [{"zh": "码头", "en": "pier"}], ["zh", "en"], kind="xlsx")
    changed = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(changed, "w") as new:
        for part in old.namelist():
            data = old.read(part)
            if part.endswith("sheet1.xml"):
                data = data.replace(b"</sheetData>", rows.encode() + b"</sheetData>")
            new.writestr(part, data)
    return changed.getvalue()


def _cell(place: str, row: int) -> str:
    return f'<row r="{row}"><c r="{place}{row}" t="str"><v>x</v></c></row>'


@case(1_000)
def xlsx_rows(n: int) -> Work:
    return _table(_sheet("".join(_cell("A", row) for row in range(3, n))), "xlsx")


@case(1_000)
def xlsx_far_down(n: int) -> Work:
    return _table(_sheet("".join(_cell("B", 1_048_576 - n + k) for k in range(n))), "xlsx")


@case(1_000)
def xlsx_empty_far_right(n: int) -> Work:
    empty = "".join(f'<row r="{k + 3}"><c r="XFD{k + 3}"/></row>' for k in range(n))
    return _table(_sheet(empty), "xlsx")


def _units(n: int, seed: int = 1) -> list[Any]:
    from align.datatypes import TranslationUnit

    draw = random.Random(seed)
    zh, en = "港口码头工程预算委员会报告船舶货物运输安全", _EN.lower().strip(" .").split()
    return [
        TranslationUnit(
            "".join(draw.choices(zh, k=14)) + f"{draw.randint(2, 99)}项。",
            " ".join(draw.choices(en, k=9)) + f" {draw.randint(2, 99)}.",
            id=str(k),
        )
        for k in range(n)
    ]


@case(600)
def tmx_read(n: int) -> Work:
    from align.formats import tmx

    file = io.BytesIO()
    tmx.write_units(file, _units(n))
    return lambda: sum(1 for _ in tmx.read_units(io.BytesIO(file.getvalue())))


@case(600)
def tmx_validate(n: int) -> Work:
    from align.formats import tmx

    file = io.BytesIO()
    tmx.write_units(file, _units(n))
    return lambda: tmx.validate(io.BytesIO(file.getvalue()))


@case(1_000)
def tmx_write(n: int) -> Work:
    from align.formats import tmx

    units = _units(n)
    return lambda: tmx.write_units(io.BytesIO(), units)


@case(600)
def tmx_inline(n: int) -> Work:
    from align.formats import tmx

    seg = "<seg>" + '<ph x="1"/>a ' * n + "</seg>"
    text = (
        '<tmx version="1.4"><header srclang="zh"/><body><tu><tuv xml:lang="zh">' + seg
        + '</tuv><tuv xml:lang="en">' + seg + "</tuv></tu></body></tmx>"
    )  # fmt: skip
    return lambda: list(tmx.read_units(io.BytesIO(text.encode())))


@case(4_000)
def json_lines(n: int) -> Work:
    from align.outside import json_in

    lines = [json.dumps({"source": u.source, "target": u.target}) for u in _units(n)]
    return lambda: [json_in(line, "x") for line in lines]


@case(40)
def json_deep_and_wide(n: int) -> Work:
    from align.outside import json_in

    text = "[" + ",".join(["[" * 90 + "]" * 90] * n) + "]"
    return lambda: json_in(text, "x")


@case(400)
def sheet_of_a_reviewer(n: int) -> Work:
    from align.report.sheet import read_sheet, write_sheet

    file = io.BytesIO()
    write_sheet(file, _units(n))
    return lambda: read_sheet(io.BytesIO(file.getvalue()))


# --- aligners -------------------------------------------------------------------------------


@functools.cache
def _encoder() -> Any:
    from align.embedding.load import load_encoder

    return load_encoder(None)


def _aligned(zh: Iterable[str], en: Iterable[str]) -> Work:
    from align.alignment.aligner import align
    from align.document import read_document

    sides = [
        read_document(io.BytesIO("\n".join(lines).encode()), pre_segmented=True, lang=lang)
        for lines, lang in ((zh, "zh-CN"), (en, "en-US"))
    ]
    encoder = _encoder()
    return lambda: align(sides[0], sides[1], encoder)


@case(400)
def align_translations(n: int) -> Work:
    zh = "港口 学校 河流 预算 火车 医院 大学 市场 电影 农民 军队 银行".split()
    en = "port school river budget train hospital university market film farmer army bank".split()
    words = list(zip(zh, en, strict=True))
    draw = random.Random(5)
    pairs = [draw.sample(words, 3) for _ in range(n)]
    return _aligned(
        ("、".join(zh for zh, _ in three) + f"第{k}号。" for k, three in enumerate(pairs)),
        (", ".join(en for _, en in three) + f" number {k}." for k, three in enumerate(pairs)),
    )


@case(1_500, slow=True)
def align_equal_lines(n: int) -> Work:
    return _aligned(["会议现在开始。"] * n, ["The meeting starts now."] * n)


@case(1_500, slow=True)
def align_with_far_fewer(n: int) -> Work:
    units = _units(n)
    return _aligned((u.source for u in units), (u.target for u in units[:60]))


@case(100, slow=True)
def align_unrelated(n: int) -> Work:
    return _aligned((u.source for u in _units(n)), (u.target for u in _units(n, seed=2)))


# From 3,000 sentences on one pass is made, not two, and a wide band is not widened: sizes to either
# side of that would show what the change saves, not how the time grows.
@case(1_000, slow=True)
def align_unrelated_and_long(n: int) -> Work:
    return align_unrelated(n)


@case(6_000)
def anchors_of_equal_lines(n: int) -> Work:
    import numpy as np

    from align.alignment.anchors import find_anchors

    sides = [np.ones((n, 32), dtype=np.float32) for _ in range(2)]
    return lambda: find_anchors(sides[0], sides[1])


@case(20_000, slow=True)
def align_one_long_sentence(n: int) -> Work:
    units = _units(40)
    return _aligned(["码头，" * (n // 3)], (u.target for u in units))


# --- memory, terms, checks ------------------------------------------------------------------


@case(600)
def memory_add(n: int) -> Work:
    from align.memory import TranslationMemory

    units = _units(n)

    def add() -> None:
        with (
            tempfile.TemporaryDirectory() as folder,
            TranslationMemory.open(Path(folder) / "m.db", create=True) as memory,
        ):
            memory.add(units, origin="x", now="20240101T000000Z")

    return add


@case(500, most=2_000)
def concordance_of_one_word(n: int) -> Work:
    from align.memory import concordance

    def work() -> object:
        re.purge()  # the pattern of the largest query is compiled anew each time
        return concordance.parse("a" * n)

    return work


@case(100, slow=True)
def check(n: int) -> Work:
    from align.terms.checking import check_units

    units = _units(n)
    return lambda: check_units(units, None, encoder=_encoder())


@case(60)
def check_numbers_of_one_unit(n: int) -> Work:
    from align.datatypes import TranslationUnit
    from align.terms.checking import check_units

    unit = TranslationUnit(
        "，".join(f"{k} 项" for k in range(n)), ", ".join(f"{k} items" for k in range(n))
    )
    return lambda: check_units([unit], None, encoder=_encoder())


@case(500)
def check_one_long_number(n: int) -> Work:
    from align.datatypes import TranslationUnit
    from align.terms.checking import check_units

    unit = TranslationUnit(
        "共有" + "7" * n + "项，一" + "百" * n + "、" + "九" * n,
        "There are " + "7," * n + "7 items",
    )
    return lambda: check_units([unit], None, encoder=_encoder())


@case(100, slow=True)
def terms_extract(n: int) -> Work:
    from align.terms.extract import extract_terms
    from align.terms.wordalign import WordAligner

    units = _units(n)
    aligner = WordAligner(_encoder())
    return lambda: extract_terms(units, aligner)


# --- measuring ------------------------------------------------------------------------------


def seconds(work: Work, *, least: float = 0.05, most: int = 6) -> float:
    """Processor time of one `work`, children included: the best of a few, once it is warm."""
    best = math.inf
    spent = 0.0
    gc.collect()
    for _ in range(most):
        begun = _processor()
        work()
        took = _processor() - begun
        best, spent = min(best, took), spent + took
        if spent > least * 4:
            break
    return best


def _processor() -> float:
    own, children = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def exponent(found: Case, size: int) -> tuple[float, float, float]:
    """Seconds at `size` and at four times that, and the power of n by which they grow."""
    small, large = found.make(size), found.make(4 * size)
    small()  # warm: imports, tables, caches
    before, after = seconds(small), seconds(large)
    return before, after, math.log(max(after, 1e-6) / max(before, 1e-6), 4)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="Cases; else all.")
    parser.add_argument(
        "--factor", type=int, default=4, help="Sizes are this many times the tests'."
    )
    options = parser.parse_args()
    print(f"{'':28s}{'n':>9s}{'n, s':>9s}{'4n, s':>9s}{'power':>7s}")
    for each in CASES:
        if options.names and each.name not in options.names:
            continue
        size = min(each.small * options.factor, (each.most or sys.maxsize) // 4)
        before, after, power = exponent(each, size)
        print(f"{each.name:28s}{size:>9,}{before:>9.3f}{after:>9.3f}{power:>7.2f}", flush=True)


if __name__ == "__main__":
    main()
