"""A project file: the documents, their rows, and every change as it is made.

JSON lines: a head with both documents and the rows that the aligner gave, then a line a change. A
line is on the disk before the page shows what it did, so a killed server loses nothing; a last line
that a kill cut short was never shown, and goes.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from align.atomic import replacing
from align.datatypes import (
    Bead,
    Document,
    Paragraph,
    Segment,
    Signature,
    TranslationUnit,
    check_partition,
)
from align.errors import AlignError, FormatError, InputError
from align.web.edits import Change, EditError, Row, apply

SUFFIX = ".alignproject"
VERSION = 1
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """What a project was made from."""

    source: Document
    target: Document
    signature: Signature | None
    files: tuple[str, ...] = ()  # names of the two documents, or of the TMX, beside the project
    units: tuple[TranslationUnit, ...] = ()  # of a TMX: unit k is source and target sentence k
    created: str = ""


@dataclass
class Project:
    """An opened project: rows and history in memory, each change appended to the file first."""

    path: Path
    head: Head
    rows: list[Row]
    file: IO[bytes]
    past: list[Change] = field(default_factory=list)
    future: list[Change] = field(default_factory=list)

    def do(self, change: Change, *, now: str = "") -> None:
        """Save a change, then make it; raises ValueError, nothing saved, if it does not fit."""
        after = list(self.rows)
        apply(after, change)
        self._append({"do": change.what, "at": change.at, "when": now,
                      "old": [_row_out(row) for row in change.old],
                      "new": [_row_out(row) for row in change.new]})  # fmt: skip
        self.rows = after
        self.past.append(change)
        self.future.clear()

    def undo(self) -> Change:
        """Take the last change back; returns what was done to the rows."""
        return self._back("undo", self.past, self.future)

    def redo(self) -> Change:
        """Make the change again that was last taken back."""
        return self._back("redo", self.future, self.past)

    def _back(self, what: str, taken: list[Change], given: list[Change]) -> Change:
        if not taken:
            raise EditError(f"no-{what}", f"there is nothing to {what}")
        change = taken[-1]
        effect = change.inverse() if what == "undo" else change
        after = list(self.rows)
        apply(after, effect)
        self._append({"do": what})
        self.rows = after
        given.append(taken.pop())
        return effect

    def _append(self, line: Json) -> None:
        """Write a line to the disk whole; a full disk leaves the file as it was."""
        end = self.file.tell()
        try:
            rest = memoryview(_line(line))
            while rest:
                rest = rest[self.file.write(rest) :]
            os.fsync(self.file.fileno())
        except OSError as error:
            with contextlib.suppress(OSError):
                self.file.truncate(end)
                self.file.seek(end)
            raise InputError(f"{self.path}: cannot be saved ({error.strerror})") from error

    def close(self) -> None:
        """Let the file go, and with it the lock."""
        self.file.close()


def create(path: Path, head: Head, rows: Sequence[Row]) -> Project:
    """Write a new project file, whole or not at all, and open it."""
    with replacing(path) as file:
        file.write(_line(_head_out(head, rows)))
    return open_project(path)


def open_project(path: Path) -> Project:
    """Open a project file and repeat its changes.

    Raises FormatError for a file that is no project or is damaged, InputError when another server
    has it open.
    """
    file = _locked(path)
    try:
        with path.open("rb") as buffered:
            project, end = _read(path, buffered)
        project.file = file
        file.truncate(end)  # a line that a kill cut short
        file.seek(end)
    except BaseException:
        file.close()
        raise
    return project


def _locked(path: Path) -> IO[bytes]:
    """The file, unbuffered, so that a write that failed leaves nothing behind to be written."""
    try:
        file = path.open("r+b", buffering=0)
    except OSError as error:
        raise InputError(f"{path}: cannot be opened ({error.strerror})") from error
    with contextlib.suppress(ImportError):  # Windows has no flock
        import fcntl

        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.close()
            raise InputError(
                f"{path}: is open in another align serve; use that one or stop it"
            ) from error
    return file


def _read(path: Path, file: IO[bytes]) -> tuple[Project, int]:
    first = file.readline()
    try:
        head, rows = _head_in(json.loads(first))
    except AlignError:
        raise
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise FormatError(f"{path}:1: not a project of align ({error})") from error
    project = Project(path, head, rows, file)
    end = len(first)
    for number, line in enumerate(file, 2):
        if not line.endswith(b"\n"):
            break
        try:
            _repeat(project, json.loads(line))
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise FormatError(
                f"{path}:{number}: this change does not fit ({error}); "
                "remove this line and those after it to open the project as it was before"
            ) from error
        end += len(line)
    return project, end


def _repeat(project: Project, line: Json) -> None:
    if line["do"] in ("undo", "redo"):
        undo = line["do"] == "undo"
        taken, given = (project.past, project.future) if undo else (project.future, project.past)
        change = taken.pop()
        apply(project.rows, change.inverse() if undo else change)
        given.append(change)
        return
    old, new = (tuple(_row_in(row) for row in line[key]) for key in ("old", "new"))
    change = Change(line["do"], line["at"], old, new)
    apply(project.rows, change)
    project.past.append(change)
    project.future.clear()


# --------------------------------------------------------------------------------- in and out


def _line(value: Json) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass") + b"\n"


def _row_out(row: Row) -> list[Any]:
    marks = {
        "state": row.state,
        "pinned": row.pinned,
        "source": row.source_text,
        "target": row.target_text,
        "comment": row.comment,
    }
    kept = {
        key: value for key, value in marks.items() if value or (key in _TEXTS and value is not None)
    }
    borders = [row.source.start, row.source.stop, row.target.start, row.target.stop]
    return [*borders, row.confidence, *([kept] if kept else [])]


_TEXTS = ("source", "target")  # an empty text is an edit, an empty comment or state is none


def _row_in(values: list[Any]) -> Row:
    marks = values[5] if len(values) > 5 else {}
    return Row(
        range(values[0], values[1]),
        range(values[2], values[3]),
        values[4],
        marks.get("state", ""),
        marks.get("pinned", False),
        marks.get("source"),
        marks.get("target"),
        marks.get("comment", ""),
    )


def _head_out(head: Head, rows: Sequence[Row]) -> Json:
    return {
        "align-project": VERSION,
        "created": head.created,
        "files": head.files,
        "signature": asdict(head.signature) if head.signature else None,
        "source": document_out(head.source),
        "target": document_out(head.target),
        "units": [asdict(unit) for unit in head.units],
        "rows": [_row_out(row) for row in rows],
    }


def _head_in(value: Json) -> tuple[Head, list[Row]]:
    version = value["align-project"]
    if version != VERSION:
        raise FormatError(f"a project of version {version}; this tool reads version {VERSION}")
    source, target = document_in(value["source"]), document_in(value["target"])
    rows = [_row_in(row) for row in value["rows"]]
    beads = [Bead(row.source, row.target) for row in rows]
    check_partition(beads, len(source.segments), len(target.segments))
    signature = value["signature"]
    if signature is not None:
        signature = Signature(**{**signature, "options": _pairs(signature["options"])})
    units = tuple(
        TranslationUnit(**{**unit, "props": _pairs(unit["props"])}) for unit in value["units"]
    )
    head = Head(source, target, signature, tuple(value["files"]), units, value["created"])
    return head, rows


def _pairs(values: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((first, second) for first, second in values)


def document_out(document: Document) -> Json:
    """A document as JSON: its text once, segments as offsets into it."""
    return {
        "name": document.name,
        "lang": document.lang,
        "symbol": document.symbol,
        "encoding": document.encoding,
        "sha256": document.sha256,
        "text": document.text,
        "paragraphs": [
            [p.start, p.end, p.line, p.page, p.number, p.kind, p.speaker]
            for p in document.paragraphs
        ],
        "segments": [[s.start, s.end, s.paragraph, s.lang] for s in document.segments],
        "lines": document.line_map,
    }


def document_in(value: Json) -> Document:
    """The document that `document_out` wrote; what reflow removed is not kept."""
    text = value["text"]
    return Document(
        name=value["name"],
        lang=value["lang"],
        text=text,
        paragraphs=tuple(Paragraph(*fields) for fields in value["paragraphs"]),
        segments=tuple(
            Segment(text[start:end], lang, start, end, paragraph)
            for start, end, paragraph, lang in value["segments"]
        ),
        symbol=value["symbol"],
        encoding=value["encoding"],
        line_map=tuple((offset, line) for offset, line in value["lines"]),
        sha256=value["sha256"],
    )
