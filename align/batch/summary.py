"""What came of an archive, a row a pair: as CSV for a spreadsheet, as HTML for the eye."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import IO

from align.batch.journal import Record
from align.batch.manifest import Entry
from align.datatypes import REVIEW_BELOW
from align.formats.tables import guard

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


def write_html(file: IO[bytes], rows: Rows, unpaired: tuple[Entry, ...] = ()) -> None:
    """A page that needs no network: sums, failures with reasons, unpaired documents, all pairs.

    Pairs come with the least confident first; beyond 5,000 the page says where the rest is.
    """
    file.write("".join(_page(rows, unpaired)).encode("utf-8", "replace"))


_HEAD = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Archive</title>
<meta name="viewport" content="width=device-width">
<style>
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0 2rem; }
caption { text-align: left; font-weight: 600; font-size: 1.15rem; padding: .3rem 0; }
th, td { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid #8886;
  vertical-align: top; overflow-wrap: anywhere; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
dl { display: flex; flex-wrap: wrap; gap: .5rem 2.5rem; } dt { opacity: .75; }
dd { margin: 0; font-size: 1.4rem; }
</style></head><body>
<h1>Archive</h1>
"""


def _page(rows: Rows, unpaired: tuple[Entry, ...]) -> Iterator[str]:
    sums = totals(rows)
    figures = {
        "Pairs": f"{sums.pairs:,}",
        "Failed": f"{sums.failed:,}",
        "Unpaired documents": f"{len(unpaired):,}",
        "Units": f"{sums.units:,}",
        "Mean confidence": _number(sums.confidence, 3) or "none",
        f"Units below {REVIEW_BELOW}": f"{sums.low:,}",
        "Omissions": f"{sums.omissions:,}",
        "Additions": f"{sums.additions:,}",
    }
    yield _HEAD + "<dl>"
    for name, figure in figures.items():
        yield f"<div><dt>{name}</dt><dd>{figure}</dd></div>"
    yield "</dl>\n"
    failed = [(entry, record) for entry, record in rows if record.status == "failed"]
    if failed:
        yield "<table><caption>Failed</caption>\n"
        yield _row("th", "Chinese", "English", "Reason")
        for entry, record in failed[:_ROWS]:
            yield _row("td", entry.zh, entry.en, record.reason)
        yield "</table>\n" + _rest(len(failed))
    if unpaired:
        yield "<table><caption>Without a partner</caption>\n" + _row("th", "Document", "Reason")
        for entry in unpaired[:_ROWS]:
            yield _row("td", entry.zh or entry.en, entry.reason)
        yield "</table>\n" + _rest(len(unpaired))
    done = [(entry, record) for entry, record in rows if record.status == "done"]
    done.sort(key=lambda row: row[1].confidence if row[1].confidence is not None else -1.0)
    yield "<table><caption>Aligned, the least confident first</caption>\n"
    yield _row(
        "th",
        "Chinese",
        "English",
        "Paired by",
        "Notes",
        numbers=("Units", "Confidence", f"Below {REVIEW_BELOW}", "Omissions", "Additions"),
    )
    for entry, record in done[:_ROWS]:
        numbers = (
            str(record.units),
            _number(record.confidence, 3),
            str(record.low),
            str(record.omissions),
            str(record.additions),
        )
        yield _row("td", entry.zh, entry.en, entry.reason, "; ".join(record.notes), numbers=numbers)
    yield "</table>\n" + _rest(len(done)) + "</body></html>\n"


def _row(tag: str, *cells: str, numbers: tuple[str, ...] = ()) -> str:
    texts = "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells)
    figures = "".join(f'<{tag} class="n">{escape(cell)}</{tag}>' for cell in numbers)
    return f"<tr>{texts}{figures}</tr>\n"


def _rest(count: int) -> str:
    return f"<p>{count - _ROWS:,} more are in the CSV.</p>\n" if count > _ROWS else ""
