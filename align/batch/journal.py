"""What has been done in an output folder: an append-only file of JSON lines that survives a kill.

A line is written after the result that it speaks of is in place, so a kill between the two only
repeats one document. A last line that a kill cut short is ignored, and overwritten by the next.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import IO, Literal

from align.errors import FormatError, InputError
from align.outside import json_in

Status = Literal["done", "failed"]


@dataclass(frozen=True, slots=True)
class Record:
    """What came of one pair: a line of the journal, a row of the summary."""

    id: str
    fingerprint: str  # of both documents, the model, the options and the tool
    status: Status
    kind: str = ""  # of a failure: "input", "error", "timeout", "crash"
    reason: str = ""
    output: str = ""  # SHA-256 of the TMX
    units: int = 0
    confidence: float | None = None  # mean over the units
    low: int = 0  # units to review
    zh_sentences: int = 0
    en_sentences: int = 0
    omissions: int = 0  # Chinese sentences without a counterpart
    additions: int = 0  # English ones
    notes: tuple[str, ...] = ()

    @property
    def final(self) -> bool:
        """Whether doing it again would give the same: a done pair, or bad documents."""
        return self.status == "done" or self.kind == "input"


_FIELDS = frozenset(field.name for field in fields(Record))


def digest(value: object) -> str:
    """SHA-256 of a JSON value, in a fixed spelling.

    >>> digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1})
    True
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def read_records(path: Path) -> tuple[list[Record], int]:
    """The whole lines of a journal and how many bytes they fill; nothing where there is no file.

    Fields that a later version of the tool added are left out.
    """
    records: list[Record] = []
    end = 0
    if not path.exists():
        return records, end
    with path.open("rb") as file:
        for line in file:
            if not line.endswith(b"\n"):
                break
            try:
                values = {
                    key: value for key, value in json_in(line, str(path)).items() if key in _FIELDS
                }
                values["notes"] = tuple(values.get("notes", ()))
                records.append(Record(**values))
            except (FormatError, TypeError, AttributeError):
                break  # a disk that lost power: what follows cannot be trusted either
            end += len(line)
    return records, end


@dataclass(slots=True)
class Journal:
    """The journal of one run (or one shard) and what the other shards' journals say.

    `last[id]` is the newest record of each pair. Only one process at a time holds a journal.
    """

    path: Path
    last: dict[str, Record] = field(default_factory=dict)
    _file: IO[bytes] | None = None

    def add(self, *records: Record) -> None:
        """Append `records` in one write."""
        if self._file is None:
            raise ValueError("the journal is not open")
        lines = [json.dumps(asdict(record), ensure_ascii=True) + "\n" for record in records]
        self._file.write("".join(lines).encode("ascii"))
        self._file.flush()
        self.last.update((record.id, record) for record in records)

    @property
    def size(self) -> int:
        """Bytes written so far."""
        return os.stat(self.path).st_size


@contextlib.contextmanager
def open_journal(path: Path) -> Iterator[Journal]:
    """Open the journal at `path` for this process alone; read it and its sisters first.

    Sisters are ``<name>*.jsonl`` in the same folder: the journals of other shards. Raises
    InputError when another process works with the same journal.
    """
    journal = Journal(path)
    try:
        file = path.open("ab")
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror})") from error
    with file:
        _lock(file, path)
        stem = path.name.split(".")[0].split("-")[0]
        for sister in sorted(path.parent.glob(f"{stem}*.jsonl")):
            if sister != path:
                for record in read_records(sister)[0]:
                    journal.last[record.id] = record
        records, end = read_records(path)
        for record in records:
            journal.last[record.id] = record
        file.truncate(end)
        journal._file = file
        try:
            yield journal
        finally:
            journal._file = None


def _lock(file: IO[bytes], path: Path) -> None:
    try:
        import fcntl
    except (
        ImportError
    ):  # pragma: no cover - Windows has no flock; two runs at once are up to the user
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise InputError(
            f"{path.parent}: another align batch works in this folder; wait for it,"
            " or give each its own --shard or output folder"
        ) from error


def hash_file(path: str | os.PathLike[str]) -> str:
    """SHA-256 of a file's bytes."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
