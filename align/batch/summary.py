"""What came of an archive, a row a pair: as CSV for a spreadsheet, as HTML for the eye."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import partial
from typing import IO, Any
from urllib.parse import quote

from align.batch.archive_run import PROJECT, REPORT
from align.batch.journal import Record
from align.batch.manifest import Entry
from align.batch.summary_words import reason_in, words
from align.datatypes import REVIEW_BELOW
from align.formats.tables import guard
from align.report.rendering import write_page
from align.report.strings import Language, level, percent

COLUMNS = [
    "id",
    "zh",
    "en",
    "status",
    "kind",
    "reason",
    "units",
    "confidence",
    "low_confidence",
    "zh_sentences",
    "en_sentences",
    "omissions",
    "additions",
    "pairing",
    "pairing_confidence",
    "notes",
]
_CALLED = {PROJECT: "project", REPORT: "report"}
_ROWS = 5000  # of the HTML table; a browser is slow with more, and the CSV has all

Rows = list[tuple[Entry, Record]]


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the pairs."""

    pairs: int
    failed: int
    units: int
    low: int
    omissions: int
    additions: int
    confidence: float | None  # mean over all units


def totals(rows: Rows) -> Totals:
    """The sums over all pairs; failed ones have no units."""
    records = [record for _, record in rows]
    units = sum(record.units for record in records if record.confidence is not None)
    weight = sum(record.units * (record.confidence or 0.0) for record in records)
    return Totals(
        pairs=len(records),
        failed=sum(record.status == "failed" for record in records),
        units=sum(record.units for record in records),
        low=sum(record.low for record in records),
        omissions=sum(record.omissions for record in records),
        additions=sum(record.additions for record in records),
        confidence=weight / units if units else None,
    )


def write_csv(file: IO[bytes], rows: Rows) -> None:
    """One row a pair, in manifest order; an apostrophe before what a spreadsheet would compute."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for entry, record in rows:
        writer.writerow([guard(cell) for cell in _cells(entry, record)])
    file.write(b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace"))


def _cells(entry: Entry, record: Record) -> tuple[str, ...]:
    counts = (record.low, record.zh_sentences, record.en_sentences, record.omissions)
    done = record.status == "done"
    return (
        entry.id,
        entry.zh,
        entry.en,
        record.status,
        record.kind,
        record.reason,
        str(record.units) if done else "",
        _number(record.confidence, 4),
        *(str(count) if done else "" for count in (*counts, record.additions)),
        entry.reason,
        _number(entry.confidence, 3),
        "; ".join(record.notes),
    )


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def write_html(
    file: IO[bytes],
    rows: Rows,
    unpaired: tuple[Entry, ...] = (),
    beside: tuple[str, ...] = (),
    ui: Language = "en",
) -> None:
    """A page that needs no network: sums, failures with reasons, unpaired documents, all pairs.

    It looks as the reports do. Each pair links to its TMX and to its files with the endings `beside`.
    Pairs come with the least confident first; beyond 5,000 the page says where the rest is.
    """
    write_page(file, "archive.html", _values(rows, unpaired, beside, ui))


def _values(
    rows: Rows, unpaired: tuple[Entry, ...], beside: tuple[str, ...], ui: Language
) -> dict[str, Any]:
    w = words(ui)
    sums = totals(rows)
    limit = percent(REVIEW_BELOW)
    figures = [
        (w["pairs"], f"{sums.pairs:,}"),
        (w["failed"], f"{sums.failed:,}"),
        (w["without_partner"], f"{len(unpaired):,}"),
        (w["units"], f"{sums.units:,}"),
        (w["mean"], percent(sums.confidence) if sums.confidence is not None else w["none"]),
        (w["units_below"].format(limit=limit), f"{sums.low:,}"),
        (w["omissions"], f"{sums.omissions:,}"),
        (w["additions"], f"{sums.additions:,}"),
    ]
    failed = [row for row in rows if row[1].status == "failed"]
    done = [row for row in rows if row[1].status == "done"]
    done.sort(key=lambda row: row[1].confidence if row[1].confidence is not None else -1.0)
    return {
        "ui": ui,
        "w": w,
        "reason": partial(reason_in, ui=ui),
        "figures": figures,
        "limit": limit,
        "failed": failed[:_ROWS],
        "unpaired": unpaired[:_ROWS],
        "done": [_done(entry, record, beside, w) for entry, record in done[:_ROWS]],
        "rest": [max(len(part) - _ROWS, 0) for part in (failed, unpaired, done)],
    }


def _done(
    entry: Entry, record: Record, beside: tuple[str, ...], w: dict[str, str]
) -> dict[str, Any]:
    folder = "tmx/" + quote(entry.id)
    return {
        "entry": entry,
        "record": record,
        "files": [
            ("TMX", f"{folder}.tmx"),
            *((w[_CALLED[each]], folder + each) for each in beside),
        ],
        "confidence": percent(record.confidence) if record.confidence is not None else "",
        "level": level(record.confidence),
    }
