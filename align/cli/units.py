"""Where commands of the terminology floor get their units, termbase and encoder from."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from align.datatypes import TranslationUnit
    from align.embedding.protocol import Encoder, TokenEncoder
    from align.formats.tmx import ReadReport
    from align.memory import Memory
    from align.memory.store import Admits
    from align.terms.termbase import Termbase


def read_units(
    place: str,
    *,
    src_lang: str | None = None,
    tgt_lang: str | None = None,
    as_file: bool = False,
    report: ReadReport | None = None,
) -> list[TranslationUnit]:
    """The units of a TMX, table, JSON lines file or memory, or of a TMX on standard input (-).

    With `as_file` the source is what the file says it is, else Chinese. `report` tells the
    line (of a table the row) and the sheet of each unit, where the format has such. Units that are
    skipped are counted on standard error.
    """
    from align.errors import InputError
    from align.formats import tmx
    from align.memory import exchange
    from align.memory.opening import is_memory
    from align.outside import no_file

    report = report if report is not None else tmx.ReadReport()
    if place == "-":
        units = list(
            tmx.read_units(
                sys.stdin.buffer,
                source_lang=src_lang,
                target_lang=tgt_lang,
                report=report,
                as_file=as_file,
            )
        )
    else:
        path = Path(place)
        if is_memory(place):
            with open_memory(place) as memory:
                return list(memory.units())
        if why := no_file(path):
            raise InputError(f"{path}: {why}; give a TMX, a table or a memory")
        units = list(
            exchange.read_file(
                path, source_lang=src_lang, target_lang=tgt_lang, report=report, as_file=as_file
            )
        )
    if len(report.lines) != len(units):  # which is whose is not known
        report.lines.clear()
    skipped = [f"{count:,} skipped: {reason}" for reason, count in sorted(report.skipped.items())]
    if not units:
        why = f" ({'; '.join(skipped)})" if skipped else ""
        raise InputError(
            f"{place}: holds no units of Chinese and English{why}; documents become units with"
            " `align pair`, and `align validate` says what is wrong with a TMX"
        )
    for reason in skipped:
        sys.stderr.write(f"{place}: {reason}\n")
    return units


def first_of(units: Iterator[TranslationUnit]) -> TranslationUnit | None:
    """The first of a stream, None where there is none; what it is read from is free again."""
    try:
        return next(units, None)
    finally:
        if isinstance(units, Generator):
            units.close()


def open_memory(
    place: str | Path, encoder: Encoder | None = None, *, admits: Admits | None = None
) -> Memory:
    """A memory for reading, by its file or address. Raises InputError when there is none."""
    from align.errors import InputError
    from align.memory import opening
    from align.memory.postgres.address import is_address
    from align.outside import no_file

    if not is_address(str(place)) and (why := no_file(Path(place))):
        if Path(place).exists() or os.path.lexists(place):
            raise InputError(f"{place}: {why}; a memory is one file")
        raise InputError(f"{place}: no such memory; make one with `align memory add {place} FILE`")
    return opening.open_memory(place, read_only=True, encoder=encoder, admits=admits)


def read_terms(path: Path | None) -> Termbase | None:
    """The termbase of a file, None without one. Raises InputError when there is no such file."""
    from align.errors import InputError
    from align.outside import no_file
    from align.terms.termbase import load_termbase

    if path is None:
        return None
    if why := no_file(path):
        why = why.replace("no such file", "no such termbase")
        raise InputError(f"{path}: {why}; give a TBX, CSV, TSV or XLSX")
    termbase = load_termbase(path)
    for note in termbase.notes:
        sys.stderr.write(f"{path}: {note}\n")
    return termbase


def load_tokens(model: str | None) -> TokenEncoder:
    """The encoder that follows words: the embedded one, or a static one named by --model."""
    from align.embedding.load import following_words, load_encoder

    return following_words(load_encoder(model))
