"""A page that runs: toy tools below it, a real server around it."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from report.sample import SIGNATURE, document

from align.cli import serve
from align.datatypes import Alignment, Bead, Document, Finding, TermStatus, TranslationUnit
from align.embedding.protocol import Vectors
from align.errors import InputError, NotTranslationsError
from align.report.termmarks import TermMarker
from align.terms.termbase import Termbase, load_termbase
from align.web.desk_terms import OWN, add_term, together
from align.web.opened_folder import OpenedFolder
from align.web.pairings import FoundPair, FoundPairs
from align.web.realigning import Pins
from align.web.services import Entry, Remembered, Source

KEY = "the-key-of-the-tests"


def one_to_one(source: Document, target: Document, pins: Pins) -> Alignment:
    """A toy aligner: pins as given, between them one to one, what is over alone."""
    beads: list[Bead] = []
    s = t = 0
    ends = (len(source.segments), len(target.segments))
    for fixed in (*pins, (range(ends[0], ends[0]), range(ends[1], ends[1]))):
        pairs = itertools.zip_longest(
            range(s, fixed[0].start), range(t, fixed[1].start), fillvalue=None
        )
        for a, b in pairs:
            one = range(a, a + 1) if a is not None else range(fixed[0].start, fixed[0].start)
            two = range(b, b + 1) if b is not None else range(fixed[1].start, fixed[1].start)
            score = 0.8 if a is None or b is None or a % 5 else 0.95
            beads.append(Bead(one, two, score))
        if len(fixed[0]) or len(fixed[1]):
            beads.append(Bead(*fixed, 1.0))
        s, t = fixed[0].stop, fixed[1].stop
    return Alignment(source.segments, target.segments, tuple(beads), SIGNATURE)


@dataclass
class ToyTools:
    """Reads one sentence a line, aligns one to one, finds fault with every "bad"."""

    termbase: Termbase | None = None

    @property
    def marker(self) -> TermMarker | None:
        """Marks the termbase's terms."""
        return TermMarker(self.termbase) if self.termbase else None

    def read(self, path: Path) -> Document:
        """A line a sentence."""
        lines = path.read_text(encoding="utf-8").splitlines()
        if not lines:
            raise InputError(f"{path.name}: there is no text in it")
        chinese = any("\u4e00" <= char < "\ua000" for char in lines[0])
        made = document(path.name, "zh-CN" if chinese else "en-US", lines)
        return replace(made, sha256=hashlib.sha256(path.read_bytes()).hexdigest())

    def find_pairs(
        self, paths: Sequence[Path], root: Path, progress: Callable[[int], None]
    ) -> FoundPairs:
        """By the number in the name."""
        by_number: dict[str, list[Path]] = {}
        for count, path in enumerate(paths, 1):
            by_number.setdefault("".join(filter(str.isdigit, path.name)), []).append(path)
            progress(count)
        pairs, alone = [], []
        for found in by_number.values():
            if len(found) == 2:
                first, second = sorted(found, key=lambda path: self.read(path).lang, reverse=True)
                pairs.append(FoundPair(str(first), str(second), "name"))
            else:
                alone += [(str(path), "no partner by this number") for path in found]
        return FoundPairs(tuple(pairs), tuple(alone))

    def pair(
        self, source: Document, target: Document, pins: Pins, *, force: bool = False
    ) -> Alignment:
        """One to one; what speaks of strangers is refused."""
        if "strangers" in target.text and not force:
            raise NotTranslationsError("the two do not look like translations of each other")
        return one_to_one(source, target, pins)

    def align(self, source: Document, target: Document, pins: Pins) -> Alignment:
        """One to one."""
        return one_to_one(source, target, pins)

    def units(
        self, source: Document, target: Document, found: Alignment
    ) -> Sequence[TranslationUnit]:
        """Plain units."""
        return [
            TranslationUnit(
                "", "", id=f"u{n}", confidence=bead.confidence, bead_type=bead.type, paragraph="1"
            )
            for n, bead in enumerate(found.beads, 1)
        ]

    def check(self, units: Sequence[TranslationUnit]) -> Sequence[Finding]:
        """Every "bad" is an error."""
        return [
            Finding(
                "bad-word",
                "error",
                "“bad” is <b>bad</b>",
                unit=index,
                target_spans=((unit.target.index("bad"), unit.target.index("bad") + 3),),
            )
            for index, unit in enumerate(units)
            if "bad" in unit.target
        ]

    def check_whole(self, units: Sequence[TranslationUnit]) -> Sequence[Finding]:
        """Nothing more."""
        return []

    def lookup(self, text: str, units: Sequence[TranslationUnit]) -> Sequence[Entry]:
        """The termbase's answer."""
        found = self.termbase.find(text) if self.termbase else []
        return [
            Entry(other.text, "termbase", other.status)
            for concept, term in found
            for other in concept.terms
            if other.lang != term.lang
        ]

    def concordance(self, words: str, limit: int) -> tuple[int, Sequence[Remembered]]:
        """No memory."""
        return 0, ()

    def alike(self, text: str, limit: int) -> Sequence[Remembered]:
        """No memory."""
        return ()

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """What characters a text has."""
        rows = np.zeros((len(texts), 64), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for char in text.lower():
                row[ord(char) % 64] += 1
            row /= np.linalg.norm(row) or 1
        return rows

    def sources(self) -> Sequence[Source]:
        """None."""
        return ()

    def use(self, termbases: Sequence[Path], memories: Sequence[Path]) -> None:
        """Use termbases as the real tools do."""
        self.termbase = together([load_termbase(path) for path in termbases])

    def add_term(self, folder: Path, zh: str, en: str, status: TermStatus) -> None:
        """Add a term as the real tools do."""
        add_term(folder / OWN, zh, en, status)
        bases = [self.termbase] if self.termbase else []
        self.termbase = together([*bases, load_termbase(folder / OWN)])

    def now(self) -> str:
        """A fixed time."""
        return "20260101T000000Z"


@dataclass(frozen=True)
class Running:
    """A server that runs in a thread of the tests."""

    url: str
    desk: OpenedFolder

    @property
    def entrance(self) -> str:
        """The address that the user is given."""
        return f"{self.url}/?key={KEY}"


@contextlib.contextmanager
def running(folder: Path, tools: object, *, first: str | None = None) -> Iterator[Running]:
    """Serve a folder as `align serve` does, on a free port."""
    import uvicorn

    from align.web.app import make_app

    place = folder if first is None else folder / first
    desk, opened = serve.open_desk(place, tools)
    listening = serve.listen("127.0.0.1", 0)
    port = listening.getsockname()[1]
    hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
    app = make_app(desk, key=KEY, hosts=hosts, port=port, first=opened)
    config = uvicorn.Config(app, log_level="warning", access_log=False, ws="none", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield Running(f"http://127.0.0.1:{port}", desk)
    finally:
        server.should_exit = True
        thread.join(60)
        listening.close()
        desk.close()


def chinese(count: int) -> str:
    """Lines of Chinese."""
    return "".join(f"第{n}句谈到维持和平行动和以行动促维和。\n" for n in range(count))


def english(count: int) -> str:
    """Lines of English, one of them bad."""
    return "".join(
        f"Sentence {n} speaks of peacekeeping operations and {'a bad idea' if n == 7 else 'A4P'}.\n"
        for n in range(count)
    )
