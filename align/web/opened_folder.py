"""The opened folder: its documents and projects by key, and the work of pairing two documents.

The page never names a path. It names keys of files that were listed here, and only what lies inside
the folder, links resolved, is listed.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from align import project
from align.atomic import temporary_beside
from align.datatypes import Document, Paragraph, Segment, TermStatus
from align.document.segmentation import split
from align.errors import AlignError, InputError, NotTranslationsError
from align.formats import xliff
from align.language.tags import is_chinese, primary
from align.memory.exchange import KINDS, kind_of
from align.outside import DOCUMENTS
from align.project import SUFFIX, Head
from align.project.edits import Row, first_at, rows_of, together
from align.web.carried_decisions import carry, follow
from align.web.desk_terms import OWN, is_termbase_name
from align.web.kept_choices import keep, kept
from align.web.pairings import Pairings, PairState
from align.web.services import Tools
from align.web.session import Session

log = logging.getLogger(__name__)

Kind = Literal["project", "units", "document"]
UPLOAD_LIMIT = 50 << 20
_KINDS: dict[str, Kind] = {
    SUFFIX: "project",
    **dict.fromkeys((".tmx", *xliff.SUFFIXES, ".po"), "units"),
    **dict.fromkeys(sorted(DOCUMENTS), "document"),
}
_DEPTH, _MOST = 3, 2_000  # folders deep, files listed
_LONGEST_NAME = 150
_MOST_SOURCES = 100  # termbases and memories that are offered


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the folder."""

    key: str
    name: str  # relative to the folder
    kind: Kind
    size: int


@dataclass(frozen=True, slots=True)
class Offered:
    """A termbase or memory; without a key it was named elsewhere and is always used."""

    key: str
    kind: str
    name: str
    used: bool


@dataclass
class Job:
    """Two documents being aligned; `stage` is a word of the page's strings."""

    id: str
    stage: str = "reading-source"
    error: str = ""
    project: str = ""  # key of what was made
    lost: int = 0
    kept_in: str = ""  # file with the decisions that were lost
    at: tuple[int, int] | None = None  # where the reviewer is: sentences of the old project
    place: str = ""  # the row of the new one that answers to it
    force: bool = False  # align also what does not look like a translation
    from_english: bool = False  # the English document is the source
    unrelated: bool = False  # it failed because of that, and may be forced
    thread: threading.Thread | None = field(default=None, repr=False)


class OpenedFolder:
    """A folder that is open; `only` restricts it to some files.

    With `from_english` its English documents are the sources of those in Chinese.
    """

    def __init__(
        self,
        root: Path,
        tools: Tools,
        *,
        only: Sequence[Path] | None = None,
        from_english: bool = False,
    ) -> None:
        self.root = root.resolve(strict=True)
        self.from_english = from_english
        self.tools = tools
        self._only = None if only is None else {path.resolve() for path in only}
        self._named = frozenset(self._only or ())
        self._sessions: dict[str, Session] = {}
        self._jobs: dict[str, Job] = {}
        self._pairings: dict[str, Pairings] = {}
        self._lock = threading.RLock()
        self._closed = False
        self._chosen_again = False  # whether what was chosen the last time is in use
        self.not_chosen: list[str] = []  # why some of it is not

    # ---------------------------------------------------------------------------- files

    def entries(self) -> list[Entry]:
        """The files that can be opened, by name."""
        found: list[Entry] = []
        for folder, folders, names in os.walk(self.root):
            depth = len(Path(folder).relative_to(self.root).parts)
            folders[:] = (
                sorted(n for n in folders if not n.startswith(".")) if depth < _DEPTH else []
            )
            for name in sorted(names):
                entry = self._entry(Path(folder) / name)
                if entry is not None:
                    found.append(entry)
                if len(found) >= _MOST:
                    return found
        return found

    def _entry(self, path: Path) -> Entry | None:
        kind = _KINDS.get(kind_of(path))
        # What is named by itself is opened as what it holds: a Word table of two languages, a sheet.
        if kind != "project" and path.suffix.lower() != ".txt" and path.resolve() in self._named:
            kind = "units" if kind_of(path) in KINDS else kind
        if kind is None or path.name.startswith(".") or not self._inside(path):
            return None
        name = path.relative_to(self.root).as_posix()
        return Entry(self.key(path), name, kind, path.stat().st_size)

    def _inside(self, path: Path) -> bool:
        """Whether a path, links resolved, is a file of the folder that may be opened."""
        try:
            real = path.resolve(strict=True)
        except (OSError, RuntimeError):
            return False
        if not real.is_file() or not real.is_relative_to(self.root):
            return False
        return self._only is None or real in self._only

    def key(self, path: Path) -> str:
        """The key of a file, from its place in the folder."""
        name = path.relative_to(self.root).as_posix()
        return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:16]

    def find(self, key: str) -> tuple[Entry, Path]:
        """The file with this key; raises InputError when none is listed."""
        for entry in self.entries():
            if entry.key == key:
                return entry, self.root / entry.name
        raise InputError("there is no such file in the opened folder")

    async def receive(self, name: str, body: AsyncIterator[bytes]) -> Entry:
        """Save an uploaded document under a name that is free; never over another file.

        The name may have folders before it, as far down as files are listed. A document that is
        here already, byte for byte, is not kept twice.
        """
        place = self.root.joinpath(*safe_path(name))
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.parent.resolve().is_relative_to(self.root):
            raise InputError("this folder leads out of the opened one; rename it")
        file, part = temporary_beside(place)
        digest = hashlib.sha256()
        try:
            with file:
                async for piece in body:
                    digest.update(piece)
                    file.write(piece)
            with self._lock:
                path = self._same(part, place, digest.hexdigest())
                if path is None:
                    path = self._free(place)
                    os.rename(part, path)
        finally:
            part.unlink(missing_ok=True)
        if self._only is not None:
            self._only.add(path.resolve())
        name = path.relative_to(self.root).as_posix()
        return Entry(self.key(path), name, _KINDS[kind_of(path)], path.stat().st_size)

    def _same(self, part: Path, wanted: Path, digest: str) -> Path | None:
        """A file that is listed with these very bytes and this ending; the wanted place first."""
        size = part.stat().st_size
        entries = sorted(self.entries(), key=lambda entry: self.root / entry.name != wanted)
        for entry in entries:
            path = self.root / entry.name
            alike = entry.size == size and path.suffix.lower() == wanted.suffix.lower()
            if alike and _digest(path) == digest:
                return path
        return None

    def _free(self, wanted: Path) -> Path:
        path = wanted
        number = 2
        while os.path.lexists(path):
            path = wanted.with_name(f"{wanted.stem} ({number}){wanted.suffix}")
            number += 1
        return path

    # -------------------------------------------------------------- termbases and memories

    def sources(self) -> list[Offered]:
        """What terms and memories are used, and which files of the folder may be."""
        self._choose_again()
        used = self.tools.sources()
        found = [Offered("", source.kind, source.name, True) for source in used if source.fixed]
        own = next((s.name for s in used if s.path == self.root / OWN), OWN)
        chosen = {source.path for source in used}
        fixed = {source.path.resolve() for source in used if source.fixed and source.path}
        if (self.root / own).exists():
            found.append(Offered("", "termbase", own, True))
        for path in self._offered():
            if path.resolve() not in fixed and path.name != OWN:
                kind = "termbase" if is_termbase_name(path.name) else "memory"
                name = path.relative_to(self.root).as_posix()
                found.append(Offered(self.key(path), kind, name, path in chosen))
        return found

    def _offered(self) -> list[Path]:
        """Files of the folder that may be a termbase or a memory, by their names."""
        if self._only is not None:
            return []
        found = []
        for folder, folders, names in os.walk(self.root):
            depth = len(Path(folder).relative_to(self.root).parts)
            folders[:] = sorted(n for n in folders if n[0] != ".") if depth < _DEPTH else []
            for name in sorted(names):
                path = Path(folder) / name
                if name[0] != "." and (is_termbase_name(name) or name.endswith((".db", ".tmx"))):
                    real = path.resolve()
                    if real.is_file() and real.is_relative_to(self.root):
                        found.append(path)
            if len(found) >= _MOST_SOURCES:
                break
        return found[:_MOST_SOURCES]

    def use(self, keys: Sequence[str]) -> None:
        """Use these files of the folder as termbases and memories, and no others of it."""
        paths = [path for path in self._offered() if self.key(path) in keys]
        with self._lock:
            self._use(paths)
            self._chosen_again, self.not_chosen = True, []
            keep(self.root, paths)
            self._check_again()

    def _use(self, paths: Sequence[Path]) -> None:
        bases = [path for path in paths if is_termbase_name(path.name)]
        self.tools.use(bases, [path for path in paths if path not in bases])

    def _choose_again(self) -> None:
        """Use what was chosen on the page the last time, once; what cannot be used is told."""
        with self._lock:
            if self._chosen_again or self._only is not None:
                return
            self._chosen_again = True
            try:
                names = kept(self.root)
                there = {path.relative_to(self.root).as_posix(): path for path in self._offered()}
                self.not_chosen = [name for name in names if name not in there]
                if names:
                    self._use([there[name] for name in names if name in there])
            except AlignError as error:
                self.not_chosen = [str(error)]

    def add_term(self, zh: str, en: str, status: TermStatus) -> None:
        """Keep a pair among the user's own terms; every open project is checked with it."""
        with self._lock:
            self.tools.add_term(self.root, zh, en, status)
            self._check_again()

    def _check_again(self) -> None:
        for session in {id(s): s for s in self._sessions.values()}.values():
            session.checks.again()

    # ------------------------------------------------------------------------- projects

    def session(self, key: str) -> Session:
        """The project with this key, opened; a file of units gets a project of its own beside it."""
        with self._lock:
            if key in self._sessions:
                return self._sessions[key]
            if self._closed:  # a request that came late would lock the project for whoever is next
                raise InputError("the folder is no longer open")
            self._choose_again()
            entry, path = self.find(key)
            if entry.kind == "document":
                raise InputError(f"{entry.name} is a document; choose two of them to align")
            place = path if entry.kind == "project" else project.beside(path)
            own = self.key(place)
            if own not in self._sessions:
                units = entry.kind == "units"
                opened = self._from_units(path) if units else project.open_project(path)
                self._sessions[own] = Session(own, opened, self.tools)
            self._sessions[key] = self._sessions[own]
            return self._sessions[own]

    def _from_units(self, path: Path) -> project.Project:
        beside = project.beside(path)
        if os.path.lexists(beside):
            if self._only is not None:
                self._only.add(beside.resolve())
            if not self._inside(beside):
                raise InputError(f"{beside.name}: lies outside the opened folder")
            opened = project.open_project(beside)
            if _digest(path) in (opened.head.tmx, opened.head.source.sha256):
                return opened
            return self._carried_units(path, opened)
        made = _units_head(path, self.tools.now())
        return project.create(beside, made, rows_of_units(made))

    def _carried_units(self, path: Path, old: project.Project) -> project.Project:
        """The file was changed by another program: decisions go to the units still there."""
        made = _units_head(path, self.tools.now())
        rows = rows_of_units(made)
        found = carry(old.rows, _segments(old.head), _segments(made))
        kept = found.rows
        places = {(row.source.start, row.target.start): index for index, row in enumerate(rows)}
        for row in kept:
            index = places.get((row.source.start, row.target.start))
            if index is not None and (rows[index].source, rows[index].target) == (
                row.source,
                row.target,
            ):
                rows[index] = row
        rows = together(rows, found.crossed) if found.crossed else rows
        old.close()
        old.path.replace(old.path.with_name(old.path.name + ".old"))
        return project.create(old.path, made, rows)

    def stale(self, session: Session) -> bool:
        """Whether the documents that a project was made from are here and have changed."""
        if len(session.head.files) != 2:
            return False
        pairs = zip(session.head.files, (session.head.source, session.head.target), strict=True)
        for name, document in pairs:
            path = session.project.path.parent / name
            if self._inside(path) and document.sha256 not in ("", _digest(path)):
                return True
        return False

    def close(self) -> None:
        """Close every project; none is opened after it."""
        with self._lock:
            self._closed = True
            for session in self._sessions.values():
                session.project.close()
            self._sessions.clear()

    # ------------------------------------------------------------------------------ jobs

    def pair(self, first: str, second: str, *, force: bool = False) -> Job:
        """Begin to align two documents of the folder, in whichever order they are given.

        With `force` also two that do not look like translations of each other.
        """
        paths = [self.find(key)[1] for key in (first, second)]
        if first == second:
            raise InputError("choose two different documents")
        return self._begin(paths, self.from_english, force=force)

    def find_pairs(self, keys: Sequence[str] = ()) -> Pairings:
        """Begin to find the pairs among some documents of the folder, or among all of it."""
        known = [entry for entry in self.entries() if entry.kind == "document"]
        chosen = [entry for entry in known if entry.key in set(keys)] if keys else known
        if len(chosen) < 2:
            raise InputError("two documents at least are needed")
        found = Pairings(f"{len(self._pairings) + 1}", total=len(chosen))
        self._pairings[found.id] = found
        threading.Thread(target=self._find, args=(found, chosen), daemon=True).start()
        return found

    def _find(self, found: Pairings, entries: Sequence[Entry]) -> None:
        paths = {str(self.root / entry.name): entry for entry in entries}

        def progress(count: int) -> None:
            found.read = count

        try:
            answer = self.tools.find_pairs([Path(path) for path in paths], self.root, progress)
        except Exception as error:
            if not isinstance(error, (AlignError, OSError, ValueError)):
                log.exception("finding pairs failed")
            found.error, found.stage = str(error) or type(error).__name__, "failed"
            return
        for pair in answer.pairs:
            zh, en = paths[pair.zh], paths[pair.en]
            found.pairs.append(PairState(zh.key, en.key, (zh.name, en.name), pair.reason))
        found.alone = [(paths[path].name, reason) for path, reason in answer.alone]
        found.stage = "found"

    def pairings(self, key: str) -> Pairings:
        """Pairings by their number; raises InputError when there are none."""
        if key not in self._pairings:
            raise InputError("there is no such batch")
        return self._pairings[key]

    def align_pairs(self, key: str, chosen: Sequence[int]) -> Pairings:
        """Begin to align some of the pairs that were found, one after the other."""
        found = self.pairings(key)
        if found.stage not in ("found", "done"):
            raise InputError("the pairs are not found yet")
        todo = [found.pairs[n] for n in dict.fromkeys(chosen) if 0 <= n < len(found.pairs)]
        for pair in todo:
            pair.status, pair.error = "waiting", ""
        found.stage = "aligning"
        threading.Thread(target=self._align_pairs, args=(found, todo), daemon=True).start()
        return found

    def _align_pairs(self, found: Pairings, todo: Sequence[PairState]) -> None:
        for pair in todo:
            pair.status = "aligning"
            try:
                paths = [self.find(key)[1] for key in (pair.first, pair.second)]
                job = Job("", from_english=self.from_english)
                self._run(job, paths)
                pair.error, pair.project = job.error, job.project
                pair.status = "unrelated" if job.unrelated else ("failed" if job.error else "done")
                if job.project:
                    stats = self.session(job.project).stats()
                    pair.units, pair.waiting = stats["rows"], stats["waiting"]
            except AlignError as error:
                pair.error, pair.status = str(error), "failed"
        found.stage = "done"

    def reread(self, session: Session, row: str = "") -> Job:
        """Read a project's documents again and carry its decisions over.

        The job tells which row answers to `row` then.
        """
        parent = session.project.path.parent
        paths = [parent / name for name in session.head.files]
        if len(paths) != 2 or not all(self._inside(path) for path in paths):
            raise InputError("the documents of this project are not in the opened folder")
        first, _, second = row.partition("-")
        known = first.isdecimal() and second.isdecimal() and len(row) < 20
        at = (int(first), int(second)) if known else None
        return self._begin(paths, not is_chinese(session.head.source.lang), at)

    def _begin(
        self,
        paths: Sequence[Path],
        from_english: bool,
        at: tuple[int, int] | None = None,
        *,
        force: bool = False,
    ) -> Job:
        job = Job(f"{len(self._jobs) + 1}", at=at, force=force, from_english=from_english)
        self._jobs[job.id] = job
        job.thread = threading.Thread(target=self._run, args=(job, paths), daemon=True)
        job.thread.start()
        return job

    def job(self, key: str) -> Job:
        """A job by its number; raises InputError when there is none."""
        if key not in self._jobs:
            raise InputError("there is no such job")
        return self._jobs[key]

    def _run(self, job: Job, paths: Sequence[Path]) -> None:
        try:
            self._pair(job, paths)
        except (AlignError, OSError, ValueError) as error:
            job.error = str(error) or type(error).__name__
            job.stage = "failed"
        except Exception as error:
            log.exception("aligning failed")
            job.error = f"{type(error).__name__}: {error}"
            job.stage = "failed"

    def _pair(self, job: Job, paths: Sequence[Path]) -> None:
        first = self.tools.read(paths[0])
        job.stage = "reading-target"
        second = self.tools.read(paths[1])
        (source, source_path), (target, target_path) = _ordered(
            [(first, paths[0]), (second, paths[1])], job.from_english
        )
        place = source_path.with_name(f"{source_path.stem} – {target_path.stem}{SUFFIX}")
        files = (source_path.name, os.path.relpath(target_path, source_path.parent))
        with self._lock:
            old = self._old(place)
        job.stage = "carrying" if old else "aligning"
        try:
            rows, lost, head = self._rows(source, target, files, old, force=job.force)
        except NotTranslationsError:
            job.unrelated = True
            raise
        if old is not None and job.at is not None:
            pairs = zip(
                _segments(old.head), (source.segments, target.segments), job.at, strict=True
            )
            begin = [follow(before, after, index) for before, after, index in pairs]
            job.place = rows[max(first_at(rows, (begin[0], begin[1] + 1)) - 1, 0)].id
        job.stage = "saving"
        self._save(job, place, head, rows, old, lost)
        job.stage = "done"

    def _old(self, place: Path) -> project.Project | None:
        """The project that is there already, taken out of use."""
        if not os.path.lexists(place):
            return None
        if not place.resolve().is_relative_to(self.root):
            raise InputError(f"{place.name}: lies outside the opened folder")
        session = self._sessions.get(self.key(place))
        return session.project if session else project.open_project(place)

    def _rows(
        self,
        source: Document,
        target: Document,
        files: tuple[str, str],
        old: project.Project | None,
        *,
        force: bool,
    ) -> tuple[list[Row], tuple[Row, ...], Head]:
        carried: tuple[Row, ...] = ()
        across: tuple[Row, ...] = ()
        lost: tuple[Row, ...] = ()
        if old is not None:
            found = carry(old.rows, _segments(old.head), (source.segments, target.segments))
            carried, across, lost = found.rows, found.crossed, found.lost
        pins = tuple((row.source, row.target) for row in carried)
        aligned = self.tools.pair(source, target, pins, force=force)
        decided = {(row.source, row.target): row for row in carried}
        made = rows_of(aligned.beads, aligned.crossings)
        rows = [decided.get((row.source, row.target), row) for row in made]
        rows = together(rows, across) if across else rows
        head = Head(source, target, aligned.signature, files, created=self.tools.now())
        return rows, lost, head

    def _save(
        self,
        job: Job,
        place: Path,
        head: Head,
        rows: list[Row],
        old: project.Project | None,
        lost: tuple[Row, ...],
    ) -> None:
        with self._lock:
            key = self.key(place)
            if old is not None:
                old.close()
                kept = place.with_name(place.name + ".old")
                place.replace(kept)
                job.lost, job.kept_in = len(lost), kept.name
            if self._only is not None:
                self._only.add(place.resolve())
            opened = project.create(place, head, rows)
            self._sessions[key] = Session(key, opened, self.tools)
            job.project = key


def safe_name(name: str) -> str:
    """A file name that a browser sent, without its folders; raises InputError if it will not do.

    >>> safe_name("C:\\\\docs\\\\zh.txt")
    'zh.txt'
    """
    base = name.replace("\\", "/").rsplit("/", 1)[-1].strip()
    bad = not base or base.startswith(".") or any(char < " " or char in ':*?"<>|' for char in base)
    if bad or len(base.encode("utf-8", "replace")) > _LONGEST_NAME:
        raise InputError("this file name cannot be used; rename the file")
    if _KINDS.get(kind_of(Path(base))) not in ("document", "units"):
        raise InputError(f"{base}: only TXT, PDF, DOCX, HTML, TMX, XLIFF and PO can be opened")
    return base


def safe_path(name: str) -> tuple[str, ...]:
    """A file name with the folders that it was dropped with, each of them safe, as parts of a path.

    >>> safe_path("acts/zh/one.txt")
    ('acts', 'zh', 'one.txt')
    """
    *folders, last = name.replace("\\", "/").split("/")
    kept = [part.strip() for part in folders if part.strip()][-_DEPTH + 1 :]
    for part in kept:
        bad = part.startswith(".") or any(char < " " or char in ':*?"<>|' for char in part)
        if bad or len(part.encode("utf-8", "replace")) > _LONGEST_NAME:
            raise InputError("a folder of this file has a name that cannot be used; rename it")
    return (*kept, safe_name(last))


def _ordered(read: list[tuple[Document, Path]], from_english: bool) -> list[tuple[Document, Path]]:
    """The source first; raises NotTranslationsError unless one is Chinese, the other English."""
    languages = [primary(document.lang) for document, _ in read]
    if sorted(languages) != ["en", "zh"]:
        told = ", ".join(f"{path.name}: {document.lang}" for document, path in read)
        raise NotTranslationsError(f"one Chinese and one English document are needed ({told})")
    return read if (languages[0] == "en") == from_english else read[::-1]


def _segments(head: Head) -> tuple[tuple[Segment, ...], tuple[Segment, ...]]:
    return head.source.segments, head.target.segments


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# ------------------------------------------------------------------- files of units as documents


def _units_head(path: Path, now: str) -> Head:
    from align.formats.tmx import read_units
    from align.memory.exchange import read_file

    # Of a TMX also what a reviewer rejected, as rows that say so; of the others as they are filled in.
    read = read_units(path) if path.suffix.lower() == ".tmx" else read_file(path)
    units = tuple(unit for unit in read if unit.source.strip() and unit.target.strip())
    if not units:
        raise InputError(f"{path.name}: there is no translation unit in it")
    digest = _digest(path)
    source = _as_document(path.name, [u.source for u in units], units[0].source_lang, digest)
    target = _as_document(path.name, [u.target for u in units], units[0].target_lang, digest)
    return Head(source, target, None, (path.name,), units, now)


def _as_document(name: str, texts: Sequence[str], lang: str, digest: str) -> Document:
    """Unit k as paragraph k, cut into its sentences, between which a unit can be split."""
    segments = []
    paragraphs = []
    at = 0
    for index, text in enumerate(texts):
        for start, end in split(text, lang, None) or [(0, len(text))]:
            segments.append(Segment(text[start:end], lang, at + start, at + end, index))
        paragraphs.append(Paragraph(at, at + len(text), index + 1))
        at += len(text) + 1
    whole = "\n".join(texts)
    return Document(name, lang, whole, tuple(paragraphs), tuple(segments), sha256=digest)


def rows_of_units(head: Head) -> list[Row]:
    """A row a unit of a TMX, with the score and the state that it carries."""
    rows = []
    for unit, (source, target) in zip(head.units, head.unit_ranges(), strict=True):
        row = Row(source, target, unit.confidence)
        if unit.state in ("reviewed", "rejected"):
            row = replace(row, state="reviewed" if unit.state == "reviewed" else "rejected")
        rows.append(row)
    return rows
