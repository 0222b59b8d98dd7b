"""One TMX out of many: units in manifest order, each once, with the documents that hold it."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from align.atomic import replacing, scratch_folder
from align.datatypes import TranslationUnit
from align.formats import tmx

_NAMED = 20  # documents named on a unit; a formula that stands in thousands of records is counted


def merge(
    paths: Sequence[tuple[str, Path]],
    out: Path,
    *,
    source_lang: str = "zh-CN",
    target_lang: str = "en-US",
    created: str | None = None,
) -> tuple[int, int]:
    """Write the units of all (origin, TMX) into `out`; return how many are kept, how many merged.

    Of units with the same two texts the first stays; ``x-occurrences`` counts them and
    ``x-also-in`` names up to 20 further documents. The texts never gather in
    memory: a temporary database knows their hashes.
    """
    with _occurrences() as seen:
        for document, (_, path) in enumerate(paths):
            _count(seen, document, path)
        with replacing(out) as file:
            units = _first_units(seen, paths)
            report = tmx.write_units(
                file, units, source_lang=source_lang, target_lang=target_lang, created=created
            )
        total = seen.execute("SELECT total(count) FROM seen").fetchone()[0]
    return report.units, int(total) - report.units


@contextlib.contextmanager
def _occurrences() -> Iterator[sqlite3.Connection]:
    with scratch_folder() as folder:
        seen = sqlite3.connect(folder / "seen.db", isolation_level=None)
        try:
            seen.execute("PRAGMA journal_mode=OFF")
            seen.execute("PRAGMA synchronous=OFF")
            seen.execute("PRAGMA cache_size=-65536")
            seen.execute(
                "CREATE TABLE seen (key BLOB PRIMARY KEY, document INTEGER, unit INTEGER,"
                " count INTEGER, others TEXT) WITHOUT ROWID"
            )
            yield seen
        finally:
            seen.close()


def _count(seen: sqlite3.Connection, document: int, path: Path) -> None:
    rows = [
        (_key(unit), document, number)
        for number, unit in enumerate(tmx.read_units(path, as_file=True))
    ]
    seen.execute("BEGIN")
    seen.executemany(
        "INSERT INTO seen VALUES (?, ?, ?, 1, '') ON CONFLICT DO UPDATE SET count = count + 1,"
        " others = CASE WHEN document = excluded.document OR length(others) >= 200 THEN others"
        " ELSE others || excluded.document || ' ' END",
        rows,
    )
    seen.execute("COMMIT")


def _first_units(
    seen: sqlite3.Connection, paths: Sequence[tuple[str, Path]]
) -> Iterator[TranslationUnit]:
    for document, (origin, path) in enumerate(paths):
        for number, unit in enumerate(tmx.read_units(path, as_file=True)):
            row = seen.execute(
                "SELECT document, unit, count, others FROM seen WHERE key = ?", (_key(unit),)
            ).fetchone()
            if row[:2] != (document, number):
                continue
            unit = unit if unit.origin else replace(unit, origin=origin)
            yield unit if row[2] == 1 else _with_others(unit, row[2], row[3], paths)


def _with_others(
    unit: TranslationUnit, count: int, others: str, paths: Sequence[tuple[str, Path]]
) -> TranslationUnit:
    documents = list(dict.fromkeys(map(int, others.split())))[:_NAMED]
    props = tuple(("x-also-in", paths[document][0]) for document in documents)
    return replace(unit, props=(*unit.props, ("x-occurrences", str(count)), *props))


def _key(unit: TranslationUnit) -> bytes:
    text = f"{unit.source}\0{unit.target}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=16).digest()
