"""The list of document pairs to align: CSV, TSV, XLSX or JSON lines with zh and en columns."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from align.errors import FormatError, InputError
from align.formats.tables import Kind, guard, numbered
from align.outside import few_of, json_in, probability, text_in

_TELLING = 6  # characters of a file name from which it says something: "zh", "001" do not
NETWORK = "ALIGN_NETWORK"  # set to 1, addresses in a list may be asked for
_LOCAL = ("file", "local", "memory")
COLUMNS = ("zh", "en", "reason", "confidence", "id")


@dataclass(frozen=True, slots=True)
class Entry:
    """A pair of documents, or one document that found no partner (the other side is empty).

    `zh` and `en` are paths or fsspec URLs. `id` names the pair's output and its journal lines; it
    depends on the pair alone, so it stays when the archive grows.
    """

    zh: str
    en: str
    reason: str = ""  # "name", "symbol A/C.4/78/SR.12", "content" … or why it stays unpaired
    confidence: float | None = None
    id: str = ""

    @property
    def paired(self) -> bool:
        """Whether both sides are there."""
        return bool(self.zh and self.en)


def pair_id(zh: str, en: str) -> str:
    """A name for the output of a pair: readable, safe in any file system, stable.

    >>> pair_id("un/A_C.4_78_SR.12-ZH.pdf", "un/A_C.4_78_SR.12-EN.pdf")
    'A_C.4_78_SR.12-ZH-ca228ac0'
    """
    *folders, stem = re.split(r"[\\/]", zh)
    stem = stem.rsplit(".", 1)[0] if "." in stem[1:] else stem
    if len(stem) < _TELLING and folders:
        stem = f"{folders[-1]}_{stem}"
    digest = hashlib.sha256(f"{zh}\0{en}".encode("utf-8", "surrogateescape")).hexdigest()
    return f"{safe_name(stem)}-{digest[:8]}"


def origin_of(source: str, pair: str) -> str:
    """What the units of a pair are from, for people: the source's file name, and what tells it
    from others of that name.

    >>> origin_of("archive/2019/contract.docx", "contract-00314680")
    'contract.docx (00314680)'
    >>> origin_of("archive/2019/contract.docx", "lease-7")
    'contract.docx (lease-7)'
    """
    name = re.split(r"[\\/]", source)[-1]
    digest = re.search(r"(?<=-)[0-9a-f]{8}\Z", pair)
    return f"{name} ({digest.group() if digest else pair})"


def safe_name(text: str) -> str:
    """`text` with everything but letters, digits, dot, dash and underscore as ``_``; 100 bytes."""
    name = re.sub(r"[^\w.-]", "_", text).lstrip(".-") or "_"
    return name.encode("utf-8", "replace")[:100].decode("utf-8", "ignore")


def read_manifest(source: Path | str) -> tuple[Entry, ...]:
    """The entries of a manifest; ``-`` is stdin.

    Relative paths are relative to the manifest's folder. Raises FormatError with the line where a
    row cannot be used, InputError when the file cannot be read.
    """
    name = str(source)
    base = "" if name == "-" else os.path.dirname(name)
    data = _bytes(name)
    as_json = name.lower().endswith((".jsonl", ".ndjson")) or (name == "-" and data[:1] == b"{")
    rows = _json_rows(name, data) if as_json else _table_rows(name, data)
    entries = [_entry(name, line, row, base) for line, row in rows]
    if os.environ.get(NETWORK, "") in ("", "0"):
        for entry in entries:
            for path in (entry.zh, entry.en):
                if is_url(path) and not _is_local(path):
                    raise FormatError(
                        f"{name}: {path[:200]} is an address, and a list from somebody else must not "
                        f"make this program ask for it; set {NETWORK}=1 if you trust this list"
                    )
    check_unique(entries, name)
    return tuple(entries)


def _is_local(url: str) -> bool:
    """Whether no part of an fsspec URL leads away from this machine."""
    parts = re.split("::", url)
    return all(part.partition("://")[0] in _LOCAL for part in parts)


def _bytes(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise InputError(f"{name}: cannot be read ({error.strerror})") from error


class _Named(io.BytesIO):
    """Bytes that say in messages where they are from."""

    def __init__(self, data: bytes, name: str) -> None:
        super().__init__(data)
        self.name = name


def _table_rows(name: str, data: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows with lower-case column names; what spreadsheets save (; and other encodings) is read."""
    ending = os.path.splitext(name)[1].lower()
    kind: Kind = "xlsx" if ending == ".xlsx" else "tsv" if ending == ".tsv" else "csv"
    rows = numbered(_Named(data, name), kind=kind)
    for line, row in rows:
        cells = {column.lower(): cell for column, cell in row.items()}
        if not {"zh", "en"} <= cells.keys():
            raise FormatError(
                f"{name}: the header needs the columns zh and en, it has: {few_of(row)}"
            )
        yield line, cells


def _json_rows(name: str, data: bytes) -> Iterator[tuple[int, dict[str, object]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError(f"{name}: not UTF-8 at byte {error.start}; save it as UTF-8") from error
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        row = json_in(line, f"{name}:{number}")
        if not isinstance(row, dict):
            raise FormatError(f"{name}:{number}: a JSON object with zh and en is expected")
        yield number, row


def _entry(name: str, line: int, row: Mapping[str, object], base: str) -> Entry:
    cells = {key: str(row.get(key) or "").strip() for key in COLUMNS}
    if not (cells["zh"] or cells["en"]):
        raise FormatError(f"{name}:{line}: neither zh nor en names a document")
    for text in cells.values():
        text_in(text, f"{name}:{line}")
    confidence = probability(cells["confidence"]) if cells["confidence"] else None
    if cells["confidence"] and confidence is None:
        raise FormatError(
            f"{name}:{line}: confidence {cells['confidence'][:40]!r} is no number from 0 to 1"
        )
    return Entry(
        zh=_resolve(cells["zh"], base),
        en=_resolve(cells["en"], base),
        reason=cells["reason"] or "manifest",
        confidence=confidence,
        id=safe_name(cells["id"]) if cells["id"] else pair_id(cells["zh"], cells["en"]),
    )


def _resolve(path: str, base: str) -> str:
    if not path or is_url(path) or os.path.isabs(path):
        return path
    return os.path.normpath(os.path.join(base, path))


def is_url(path: str) -> bool:
    """Whether `path` is an fsspec URL such as ``s3://bucket/a.pdf`` (a Windows drive is none)."""
    return bool(re.match(r"[a-z][a-z0-9+.-]+(::|://)", path))


def check_unique(entries: Iterable[Entry], name: str) -> None:
    """Raise FormatError when two pairs would write the same file."""
    seen: dict[str, Entry] = {}
    for entry in entries:
        if entry.paired and (other := seen.setdefault(entry.id.casefold(), entry)) is not entry:
            raise FormatError(
                f"{name}: {entry.zh} with {entry.en} and {other.zh} with {other.en} have the same"
                f" id {entry.id}; list each pair once, or give them an id column"
            )


def write_manifest(file: IO[bytes], entries: Sequence[Entry], *, folder: str | None = None) -> None:
    """Write `entries` as CSV; paths below `folder` become relative to it, as reading expects."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        writer.writerow(
            (
                _written(entry.zh, folder),
                _written(entry.en, folder),
                guard(entry.reason),
                "" if entry.confidence is None else f"{entry.confidence:.3f}",
                entry.id if entry.paired else "",
            )
        )
    file.write(text.getvalue().encode("utf-8", "surrogateescape"))


def _written(path: str, folder: str | None) -> str:
    if not path or is_url(path):
        return path
    if folder is not None:
        path = os.path.relpath(path, folder)
    return f".{os.sep}{path}" if guard(path) != path else path
