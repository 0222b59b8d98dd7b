"""Align an archive into a folder: what is done stays done, what changed is done again.

Workers send their TMX back, or on a cluster that shares the folder write it themselves; it goes under
its final name whole or not at all, and then the driver puts a line into the journal. So any process
may be killed at any moment.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from align import project
from align.atomic import temporary_beside
from align.batch import storage
from align.batch.journal import Journal, Record, digest, hash_file, open_journal
from align.batch.local_engine import Done, Failure
from align.batch.manifest import Entry
from align.errors import FormatError, InputError

REPORT = ".html"
PROJECT = ".tmx" + project.SUFFIX
ENDINGS = (PROJECT, REPORT)  # of the files that a pair may have beside its TMX
LAYOUT = (
    3  # raised when the bytes of a pair's TMX change for another reason than the tool's version
)


@dataclass(frozen=True, slots=True)
class PairTask:
    """One pair for a worker."""

    id: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class PairOutcome:
    """What a worker sends back: the TMX, and what the summary says of it.

    A worker that has written the TMX itself sends the hash of its bytes in place of them.
    """

    tmx: bytes | None
    units: int
    beside: tuple[tuple[str, bytes], ...] = ()  # further files: their endings, and what is in them
    confidence: float | None = None
    low: int = 0
    zh_sentences: int = 0
    en_sentences: int = 0
    omissions: int = 0
    additions: int = 0
    notes: tuple[str, ...] = ()
    written: str = ""  # SHA-256 of what the worker has written


class Recipe(Protocol):
    """A picklable recipe for the function that aligns one pair; called in each worker."""

    @property
    def fingerprint(self) -> str:
        """Another one whenever the same documents would give another result."""

    @property
    def beside(self) -> tuple[str, ...]:
        """The endings of the files that a pair has beside its TMX."""

    def __call__(self) -> Callable[[PairTask], PairOutcome]:
        """Load what is heavy and give the function. It raises AlignError for a bad document."""


@dataclass(frozen=True, slots=True)
class WritingRecipe:
    """A recipe whose workers write the TMX files themselves, where they see the run's folder.

    They do where they find `mark` in it, which the driver has put there; on a machine that sees
    another folder of that name the bytes travel to the driver.
    """

    recipe: Recipe
    out: str
    mark: str

    @property
    def fingerprint(self) -> str:
        """Who writes a file changes nothing in it."""
        return self.recipe.fingerprint

    @property
    def beside(self) -> tuple[str, ...]:
        """Nor in which files there are."""
        return self.recipe.beside

    def __call__(self) -> Callable[[PairTask], PairOutcome]:
        """Load what is heavy and give the function that aligns and writes."""
        return _Writer(self.recipe(), Path(self.out), self.mark)


@dataclass(frozen=True, slots=True)
class _Writer:
    align: Callable[[PairTask], PairOutcome]
    out: Path
    mark: str

    def __call__(self, task: PairTask) -> PairOutcome:
        outcome = self.align(task)
        if outcome.tmx is None or not (self.out / "tmx" / self.mark).is_file():
            return outcome
        path = tmx_path(self.out, task.id)
        for ending, data in (*outcome.beside, ("", outcome.tmx)):
            _write(path, ending, data)
        digest = hashlib.sha256(outcome.tmx).hexdigest()
        return replace(outcome, tmx=None, beside=(), written=digest)


def _write(tmx: Path, ending: str, data: bytes) -> None:
    """Put a file of a pair in its place, from a worker."""
    path = beside_path(tmx, ending)
    # A task may run twice at once, where a node was given up that still works.
    file, temporary = temporary_beside(path)
    try:
        with file:
            file.write(data)
        temporary.chmod(0o666 & ~_umask())
        _replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _replace(temporary: Path, path: Path) -> None:
    """Put a file in its place; a project that someone has worked on is kept.

    It stays where the new one is the same but for the decisions, which stand after the head; else
    it gets another name.
    """
    if path.name.endswith(project.SUFFIX) and path.exists():
        if path.read_bytes().startswith(temporary.read_bytes()):
            temporary.unlink()
            return
        with contextlib.suppress(FormatError):  # one that is damaged has nothing to keep
            project.set_aside(path)
    temporary.replace(path)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


Engine = Callable[[Recipe, Iterable[PairTask]], Generator[Done[PairTask, PairOutcome]]]


@dataclass(frozen=True, slots=True)
class Shard:
    """Part `number` of `count`, 1-based, by a hash of the pair's id: the same on every machine."""

    number: int = 1
    count: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.number <= self.count:
            raise InputError(f"--shard {self.number}/{self.count}: parts are 1/N to N/N of N")

    def holds(self, pair: str) -> bool:
        """Whether the pair with this id belongs to the shard."""
        value = int.from_bytes(hashlib.sha256(pair.encode()).digest()[:8], "big")
        return value % self.count == self.number - 1

    @property
    def suffix(self) -> str:
        """For file names: nothing for the whole, ``-1-of-4`` for a part."""
        return "" if self.count == 1 else f"-{self.number}-of-{self.count}"


@dataclass(frozen=True, slots=True)
class BatchReport:
    """Every pair of the run (or of its shard) in manifest order, with what came of it."""

    entries: tuple[Entry, ...]
    records: tuple[Record, ...]
    aligned: int  # done in this run; the others were done before
    left_over: int = 0  # TMX files in the folder of pairs that are not in the archive any more

    @property
    def failed(self) -> tuple[tuple[Entry, Record], ...]:
        """The pairs that could not be aligned."""
        both = zip(self.entries, self.records, strict=True)
        return tuple((entry, record) for entry, record in both if record.status == "failed")


def tmx_path(out: Path, pair: str) -> Path:
    """Where the TMX of a pair is."""
    return out / "tmx" / f"{pair}.tmx"


def beside_path(tmx: Path, ending: str) -> Path:
    """Where another file of a pair is.

    >>> beside_path(Path("tmx/a.tmx"), ".html").name, beside_path(Path("tmx/a.tmx"), ".tmx.x").name
    ('a.html', 'a.tmx.x')
    """
    return tmx.with_name(tmx.name.removesuffix(".tmx") + ending) if ending else tmx


def run_batch(
    entries: Sequence[Entry],
    recipe: Recipe,
    out: Path,
    *,
    engine: Engine,
    shard: Shard = Shard(),
    max_bytes: int | None = None,
    workers_write: bool = False,
    watch: Callable[[Entry, Record, bool], None] = lambda entry, record, fresh: None,
) -> BatchReport:
    """Align what is not yet aligned in `out`; `watch` hears of each pair, `fresh` if done just now.

    A pair is left alone when the journal has it with the same fingerprint and its TMX still has the
    bytes that were written; failures that are not the documents' fault are tried again. With
    `workers_write` only summaries come back from workers that see the folder `out`.
    """
    mine = tuple(entry for entry in entries if entry.paired and shard.holds(entry.id))
    by_id = {entry.id: entry for entry in mine}
    try:
        (out / "tmx").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{out}: cannot make this folder ({error.strerror})") from error
    aligned = 0
    with open_journal(out / f"journal{shard.suffix}.jsonl") as journal:
        prints: dict[str, str] = {}

        def todo() -> Iterator[PairTask]:
            for entry in mine:
                mark = _fingerprint(entry, recipe)
                known = journal.last.get(entry.id)
                if known is not None and _stands(known, mark, out, recipe.beside):
                    watch(entry, known, False)
                    continue
                prints[entry.id] = mark
                if failure := _unfit(entry, max_bytes):
                    record = _failed(entry.id, prints.pop(entry.id), failure)
                    _put(journal, out, record, None)
                    watch(entry, record, True)
                    continue
                yield PairTask(entry.id, entry.zh, entry.en)

        with (
            _writing(recipe, out) if workers_write else contextlib.nullcontext(recipe) as how,
            contextlib.closing(engine(how, todo())) as results,
        ):
            for done in results:
                pair = done.task.id
                if pair not in prints:
                    continue  # Ray does a lost block again: some of its pairs come twice
                mark = prints.pop(pair)
                if done.result is not None:
                    record = _succeeded(pair, mark, done.result)
                else:
                    record = _failed(pair, mark, done.failure or Failure("error", "no result"))
                _put(journal, out, record, done.result)
                aligned += 1
                watch(by_id[pair], record, True)
        records = tuple(journal.last[entry.id] for entry in mine)
    names = {tmx_path(out, pair).name for pair in by_id}
    left_over = sum(path.name not in names for path in (out / "tmx").glob("*.tmx"))
    return BatchReport(mine, records, aligned, left_over if shard.count == 1 else 0)


@contextlib.contextmanager
def _writing(recipe: Recipe, out: Path) -> Iterator[Recipe]:
    """The recipe for workers that write, while the mark is there by which they know the folder."""
    file, mark = temporary_beside(tmx_path(out, "run"))
    try:
        with file:
            yield WritingRecipe(recipe, str(out.resolve()), mark.name)
    finally:
        mark.unlink(missing_ok=True)


def _fingerprint(entry: Entry, recipe: Recipe) -> str:
    contents = [storage.fingerprint(entry.zh), storage.fingerprint(entry.en)]
    return digest([LAYOUT, recipe.fingerprint, *contents])


def _stands(record: Record, mark: str, out: Path, beside: tuple[str, ...]) -> bool:
    if record.fingerprint != mark or not record.final:
        return False
    if record.status == "failed":
        return True
    path = tmx_path(out, record.id)
    if not all(beside_path(path, ending).is_file() for ending in beside):
        return False
    return path.is_file() and hash_file(path) == record.output


def _unfit(entry: Entry, max_bytes: int | None) -> Failure | None:
    """Why a pair is not worth a worker's time: a document is missing, empty or too large."""
    for path in (entry.zh, entry.en):
        try:
            size = storage.size(path)
        except InputError as error:
            return Failure("input", str(error))
        if size == 0:
            return Failure("input", f"{path}: the file is empty")
        if max_bytes is not None and size > max_bytes:
            megabytes = f"{size / 1e6:.1f} MB, more than --max-size {max_bytes / 1e6:g} MB"
            # Not "input": another --max-size gives another answer for the same documents.
            return Failure("error", f"{path}: {megabytes}")
    return None


def _succeeded(pair: str, mark: str, outcome: PairOutcome) -> Record:
    return Record(
        id=pair,
        fingerprint=mark,
        status="done",
        output=outcome.written or hashlib.sha256(outcome.tmx or b"").hexdigest(),
        units=outcome.units,
        confidence=None if outcome.confidence is None else round(outcome.confidence, 4),
        low=outcome.low,
        zh_sentences=outcome.zh_sentences,
        en_sentences=outcome.en_sentences,
        omissions=outcome.omissions,
        additions=outcome.additions,
        notes=outcome.notes,
    )


def _failed(pair: str, mark: str, failure: Failure) -> Record:
    return Record(
        id=pair, fingerprint=mark, status="failed", kind=failure.kind, reason=failure.reason
    )


def _put(journal: Journal, out: Path, record: Record, outcome: PairOutcome | None) -> None:
    path = tmx_path(out, record.id)
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        if outcome is None:
            for old in (path, *(beside_path(path, ending) for ending in ENDINGS)):
                old.unlink(missing_ok=True)  # what an earlier version of the documents gave
            temporary.unlink(missing_ok=True)
        elif outcome.tmx is None:
            if not path.is_file():
                raise InputError(
                    f"{path}: a worker has written this, but it is not here; give a folder for the "
                    "output that every machine sees"
                )
        else:
            # No fsync, thousands of which would cost more than aligning: the journal has the hash,
            # and a file that a power cut emptied is made again.
            for ending, data in (*outcome.beside, ("", outcome.tmx)):
                temporary.write_bytes(data)
                _replace(temporary, beside_path(path, ending))
        journal.add(record)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise InputError(
            f"{path}: cannot be written ({error.strerror}); what is done so far stays, give the"
            " same command again once there is room"
        ) from error
