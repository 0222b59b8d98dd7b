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
from dataclasses import asdict, dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import IO, Any, TypeVar, get_args

from align.atomic import replacing
from align.datatypes import (
    Alignment,
    Bead,
    Document,
    Paragraph,
    ParagraphKind,
    Segment,
    Signature,
    TranslationUnit,
    check_partition,
)
from align.document.removals import reading_warnings
from align.errors import AlignError, FormatError, InputError
from align.formats.units import from_record, to_record
from align.outside import LARGEST, json_in, probability
from align.project.edits import (
    Change,
    Cut,
    EditError,
    Row,
    apply,
    crossed,
    in_order,
    recut,
    rejoin,
    rows_of,
)

SUFFIX = ".alignproject"
VERSION = 1
Json = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Head:
    """What a project was made from."""

    source: Document
    target: Document
    signature: Signature | None
    files: tuple[str, ...] = ()  # names of the two documents, or of the TMX, beside the project
    units: tuple[TranslationUnit, ...] = ()  # of a TMX: unit k is paragraph k on both sides
    created: str = ""
    tmx: str = ""  # sha256 of the TMX that was written from it, where `align pair` wrote one

    def unit_ranges(self) -> list[tuple[range, range]]:
        """The sentences of each unit of a TMX on both sides: those of its paragraph."""
        if not self.units:
            return []
        sides = []
        for document in (self.source, self.target):
            ends = [0] * len(self.units)
            for number, segment in enumerate(document.segments):
                ends[segment.paragraph] = number + 1
            sides.append([range(a, b) for a, b in pairwise([0, *ends])])
        return list(zip(*sides, strict=True))


@dataclass
class Project:
    """An opened project: rows and history in memory, each change appended to the file first."""

    path: Path
    head: Head
    rows: list[Row]
    file: IO[bytes]
    past: list[Change] = field(default_factory=list)
    future: list[Change] = field(default_factory=list)
    begun: Head | None = None  # the head before any cut in its sentences

    def __post_init__(self) -> None:
        """Keep the head as it is in the file."""
        self.begun = self.begun or self.head

    def do(self, change: Change, *, now: str = "") -> None:
        """Save a change, then make it; raises ValueError, nothing saved, if it does not fit."""
        after = list(self.rows)
        apply(after, change)
        head = _recut(self.head, change)
        cuts = {"cuts": [[cut.side, cut.index, cut.offset] for cut in change.cuts]}
        self._append({"do": change.what, "at": change.at, "when": now,
                      **(cuts if change.cuts else {}),
                      "old": [_row_out(row) for row in change.old],
                      "new": [_row_out(row) for row in change.new]})  # fmt: skip
        self.rows, self.head = after, head
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
        head = _recut(self.head, effect)
        self._append({"do": what})
        self.rows, self.head = after, head
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


def packed(head: Head, rows: Sequence[Row]) -> bytes:
    """A new project as the bytes of its file."""
    return _line(_head_out(head, rows))


def of_pair(
    source: Document,
    target: Document,
    alignment: Alignment,
    *,
    files: Sequence[str],
    folder: Path,
    tmx: str,
    created: str,
) -> bytes:
    """The project of a pair just aligned, as the bytes of a file in `folder`.

    `files` are the two documents, which it names from there; `tmx` is the SHA-256 of the TMX beside
    it.
    """
    names = tuple(
        name if "://" in name else os.path.relpath(Path(name).resolve(), folder.resolve())
        for name in files
    )
    head = Head(source, target, alignment.signature, names, created=created, tmx=tmx)
    return packed(head, rows_of(alignment.beads, alignment.crossings))


def set_aside(path: Path) -> Path | None:
    """Keep a project that someone has worked on under another name; None where nobody has.

    Raises as `open_project` does.
    """
    if not path.exists():
        return None
    old = open_project(path)
    worked_on = bool(old.past)
    old.close()
    if not worked_on:
        return None
    return path.replace(path.with_name(path.name + ".old"))


def create(path: Path, head: Head, rows: Sequence[Row]) -> Project:
    """Write a new project file, whole or not at all, and open it."""
    with replacing(path) as file:
        file.write(packed(head, rows))
    return open_project(path)


def read_project(path: Path) -> Project:
    """A project as it is on the disk, for reading only, also while a server has it open.

    Raises FormatError for a file that is no project or is damaged, InputError where there is none.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise InputError(f"{path}: cannot be opened ({error.strerror})") from error
    with file:
        return _read(path, file)[0]


def beside(tmx: Path) -> Path:
    """Where the project of a TMX is: OUT.tmx.alignproject."""
    return tmx.with_name(tmx.name + SUFFIX)


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
        head, rows = _head_in(json_in(first, "its first line"))
    except (AlignError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise FormatError(f"{path}:1: not a project of align ({_said(error)})") from error
    project = Project(path, head, rows, file)
    end = len(first)
    for number, line in enumerate(file, 2):
        if not line.endswith(b"\n"):
            break
        try:
            _repeat(project, json_in(line, "its JSON"))
        except (AlignError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            raise FormatError(
                f"{path}:{number}: this change does not fit ({_said(error)}); "
                "remove this line and those after it to open the project as it was before"
            ) from error
        end += len(line)
    return project, end


def _said(error: Exception) -> str:
    return f"it has no {error}" if isinstance(error, KeyError) else str(error)[:200]


def _repeat(project: Project, line: Json) -> None:
    if line["do"] in ("undo", "redo"):
        undo = line["do"] == "undo"
        taken, given = (project.past, project.future) if undo else (project.future, project.past)
        change = taken.pop()
        effect = change.inverse() if undo else change
        apply(project.rows, effect)
        project.head = _recut(project.head, effect)
        given.append(change)
        return
    old, new = (tuple(_row_in(row) for row in line[key]) for key in ("old", "new"))
    cuts = tuple(_cut_in(cut) for cut in known(line.get("cuts", []), list))
    change = Change(known(line["do"], str), whole(line["at"], len(project.rows)), old, new, cuts)
    head = _recut(project.head, change)
    check_rows(new, len(head.source.segments), len(head.target.segments))
    apply(project.rows, change)
    project.head = head
    project.past.append(change)
    project.future.clear()


def _cut_in(values: list[Any]) -> Cut:
    side, index, offset = values
    if side not in ("source", "target"):
        raise ValueError(f"a side {str(side)[:40]!r}")
    return Cut(side, whole(index), whole(offset))


def _recut(head: Head, change: Change) -> Head:
    """The head with the cuts of a change made in its documents, or taken back."""
    for cut in change.cuts:
        document = head.source if cut.side == "source" else head.target
        if change.joined:
            segments = rejoin(document.segments, cut, document.text)
        else:
            segments = recut(document.segments, cut)
        document = replace(document, segments=segments)
        sides = (document, head.target) if cut.side == "source" else (head.source, document)
        head = replace(head, source=sides[0], target=sides[1])
    return head


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
    first, stop, other, end = (whole(value) for value in values[:4])
    state = marks.get("state", "")
    if state not in ("", "reviewed", "rejected"):
        raise ValueError(f"a state {state!r}")
    return Row(
        range(first, stop),
        range(other, end),
        None if values[4] is None else share(values[4]),
        state,
        known(marks.get("pinned", False), bool),
        _maybe(marks.get("source"), str),
        _maybe(marks.get("target"), str),
        known(marks.get("comment", ""), str),
    )


def whole(value: object, most: int = LARGEST) -> int:
    """`value`, a whole number from 0 to `most`; raises ValueError for anything else."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise ValueError(f"{str(value)[:40]!r} where a number from 0 to {most} is expected")
    return value


def share(value: object) -> float:
    """`value`, a number from 0 to 1; raises ValueError for anything else."""
    found = None if isinstance(value, str) else probability(value)
    if found is None:
        raise ValueError(f"{str(value)[:40]!r} where a number from 0 to 1 is expected")
    return found


def known(value: Any, kind: type[T]) -> T:
    """`value`, which must be of this type; raises ValueError otherwise."""
    if not isinstance(value, kind):
        raise ValueError(f"{str(value)[:40]!r} where a {kind.__name__} is expected")
    return value


def _maybe(value: Any, kind: type[T]) -> T | None:
    return None if value is None else known(value, kind)


def check_rows(rows: Sequence[Row], sources: int, targets: int) -> None:
    """Raise ValueError where a row reaches beyond the sentences, or a range runs backwards."""
    for row in rows:
        for side, count in ((row.source, sources), (row.target, targets)):
            if not 0 <= side.start <= side.stop <= count:
                raise ValueError(f"a row {row.id} that reaches beyond the sentences")


def _head_out(head: Head, rows: Sequence[Row]) -> Json:
    return {
        "align-project": VERSION,
        "created": head.created,
        "files": head.files,
        "signature": asdict(head.signature) if head.signature else None,
        "source": document_out(head.source),
        "target": document_out(head.target),
        "units": [to_record(unit) for unit in head.units],
        "tmx": head.tmx,
        "rows": [_row_out(row) for row in rows],
    }


def _head_in(value: Json) -> tuple[Head, list[Row]]:
    version = value["align-project"]
    if version != VERSION:
        raise FormatError(f"a project of version {version}; this tool reads version {VERSION}")
    source, target = document_in(value["source"]), document_in(value["target"])
    rows = [_row_in(row) for row in value["rows"]]
    _check_whole(rows, len(source.segments), len(target.segments))
    signature = value["signature"]
    if signature is not None:
        texts = {key: known(text, str) for key, text in signature.items() if key != "options"}
        signature = Signature(**texts, options=_pairs(signature["options"]))
    units = tuple(from_record(unit, f"unit {number}") for number, unit in enumerate(value["units"]))
    files = tuple(known(name, str) for name in value["files"])
    created, tmx = known(value["created"], str), known(value.get("tmx", ""), str)
    return Head(source, target, signature, files, units, created, tmx), rows


def _check_whole(rows: Sequence[Row], sources: int, targets: int) -> None:
    """Raise ValueError unless rows hold each sentence once, in order but for what is crossed."""
    ordered = in_order(rows) if crossed(rows) else rows
    check_partition([Bead(row.source, row.target) for row in ordered], sources, targets)
    places = [(row.source.start, row.target.start) for row in rows]
    if any(a >= b for a, b in pairwise(places)):
        raise ValueError("rows that are not in the order of their places")


def _pairs(values: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((known(first, str), known(second, str)) for first, second in values)


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
        "warnings": reading_warnings(document),
    }


def document_in(value: Json) -> Document:
    """The document that `document_out` wrote; of what was removed, the warnings alone are kept."""
    text = known(value["text"], str)
    paragraphs = tuple(_paragraph_in(fields, len(text)) for fields in value["paragraphs"])
    segments = []
    last = 0
    for fields in value["segments"]:
        start, end = whole(fields[0], len(text)), whole(fields[1], len(text))
        if not last <= start <= end:
            raise ValueError(f"a sentence from {start} to {end} after one that ends at {last}")
        last = end
        paragraph = whole(fields[2], max(len(paragraphs) - 1, 0))
        segments.append(Segment(text[start:end], known(fields[3], str), start, end, paragraph))
    return Document(
        name=known(value["name"], str),
        lang=known(value["lang"], str),
        text=text,
        paragraphs=paragraphs,
        segments=tuple(segments),
        symbol=_maybe(value["symbol"], str),
        encoding=_maybe(value["encoding"], str),
        line_map=tuple((whole(offset), whole(line)) for offset, line in value["lines"]),
        sha256=known(value["sha256"], str),
        warnings=tuple(known(each, str) for each in value.get("warnings", ())),
    )


def _paragraph_in(fields: Sequence[Any], size: int) -> Paragraph:
    start, end, line, page, number, kind, speaker = fields
    if kind not in get_args(ParagraphKind):
        raise ValueError(f"a paragraph of the kind {str(kind)[:40]!r}")
    return Paragraph(
        whole(start, size),
        whole(end, size),
        whole(line),
        None if page is None else whole(page),
        _maybe(number, str),
        kind,
        _maybe(speaker, str),
    )
