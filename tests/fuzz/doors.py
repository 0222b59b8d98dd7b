"""The entry points of the commands, in this process, and what must hold at each of them."""

from __future__ import annotations

import contextlib
import io
import random
import re
import signal
import unicodedata
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from align.datatypes import TranslationUnit
from align.errors import AlignError

SECONDS = 10.0  # of processor time; no input of some kilobytes may take longer
_TRANSLATED = (".tmx", ".jsonl", ".csv", ".tsv", ".xlsx", ".xlf", ".po", ".gz", ".docx")


class HangError(BaseException):
    """A command took longer than `SECONDS`."""


class LostError(AssertionError):
    """Text went in and did not come out."""


@contextlib.contextmanager
def limited(seconds: float = SECONDS) -> Iterator[None]:
    """Raise HangError in a block that takes too long."""

    def stop(number: int, frame: object) -> None:
        raise HangError(f"more than {seconds:g} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def commands(name: str, file: Path, folder: Path, draw: random.Random) -> list[list[str]]:
    """Command lines that read a file of this name."""
    path, out = str(file), str(folder / "out")
    ending = file.suffix
    if name.startswith(("zh.", "en.", "gb.", "wide.", "page.", "report.")):
        return [["show", path, "--segments", "--json"]]
    if name == "review.xlsx":
        return [["pair", "--from-xlsx", path, "--jsonl", out + ".jsonl"]]
    if name == "terms.tbx":
        return [["validate", path], ["terms", "convert", path, out + ".csv"]]
    if name == "terms.csv":
        return [["terms", "convert", path, out + ".tbx"]]
    if name == "rules.srx":
        return [["show", str(folder / "plain.txt"), "--srx", path]]
    if name == "gold.beads":
        return [["evaluate", path, path]]
    if name.startswith("pairs."):
        return [["pairs", path, "-o", out + ".pairs.csv"]]
    if name == "waivers.tsv":
        return [["check", str(folder / "plain.tmx"), "--waive", path]]
    if name == "baseline.json":
        return [["check", str(folder / "plain.tmx"), "--baseline", path]]
    found = [["memory", "add", str(folder / f"{draw.randrange(10**9)}.db"), path, "--no-index"]]
    if ending in (".tmx", ".xlf"):
        found.append(["validate", path])
    if draw.random() < 0.1:
        found.append(["check", path])
    return found


def run(name: str, file: Path, folder: Path, seed: int) -> None:
    """Give a file to every door for its kind. Raises whatever no command may raise."""
    draw = random.Random(seed)
    if name.endswith(".alignproject"):
        _open_project(file)
        return
    for arguments in commands(name, file, folder, draw):
        command(arguments)
    conserved(name, file)


@cache
def _program() -> Callable[[list[str]], object]:
    """The command line, built once: that takes as long as most of the runs."""
    from typer.main import get_command

    from align.cli import app

    return get_command(app)


def command(arguments: list[str]) -> None:
    """Run one command line as `align` does, but for its last net, in which faults would hide."""
    output = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with (
        limited(),
        warnings.catch_warnings(),
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(output),
        contextlib.suppress(AlignError, SystemExit),
    ):
        warnings.simplefilter("ignore")
        _program()(arguments)


def _open_project(file: Path) -> None:
    from align.project import open_project
    from align.web.services import LocalTools
    from align.web.session import Session

    with limited(), contextlib.suppress(AlignError):
        opened = open_project(file)
        try:
            session = Session("key", opened, LocalTools())
            session.stats()
            [session.text(row, side) for row in session.rows for side in ("source", "target")]
        finally:
            opened.close()


def conserved(name: str, file: Path) -> None:
    """Raise LostError where letters of a text are neither in the document nor among its removals, or
    units that can be read do not come back from the formats that we write."""
    with limited(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with contextlib.suppress(AlignError):
            if file.suffix == ".txt":
                _letters_are_kept(file)
            elif file.suffix in _TRANSLATED and not name.startswith(
                ("report", "review", "terms", "pairs")
            ):
                _units_come_back(file)


def _letters(text: str) -> Counter[str]:
    return Counter(re.findall(r"[A-Za-z\u4e00-\u9fa5]", unicodedata.normalize("NFKC", text)))


def _letters_are_kept(file: Path) -> None:
    from align.document import read_document
    from align.document.encoding import decode
    from align.language.radicals import unify_radicals

    document = read_document(file)
    text = decode(file.read_bytes(), str(file))[0]
    kept = _letters(document.text) + _letters("".join(r.text for r in document.removals))
    # A radical in a text of simplified characters becomes their form of the ideograph.
    forms = [unify_radicals(text, simplified=form) for form in (True, False)]
    if lost := min((_letters(form) - kept for form in forms), key=Counter.total):
        raise LostError(f"letters {dict(lost)} of the text are nowhere")
    told = "".join(segment.text for segment in document.segments)
    if lost := _letters(document.text) - _letters(told):
        raise LostError(f"letters {dict(lost)} are in no sentence")


def _units_come_back(file: Path) -> None:
    from align.formats import xml
    from align.memory import exchange

    units: list[TranslationUnit] = []
    with contextlib.suppress(AlignError):
        units.extend(exchange.read_file(file))
    for ending in (".tmx", ".jsonl", ".csv", ".tsv"):
        data = io.BytesIO()
        exchange.write_stream(data, units, ending, created=None)
        again = file.with_name(f"again{ending}")
        again.write_bytes(data.getvalue())
        whole = [unit for unit in units if unit.source.strip() and unit.target.strip()]
        if ending == ".tmx" and any(
            (unit.source_lang, unit.target_lang) != ("zh-CN", "en-US") for unit in whole
        ):
            continue  # a file of several pairs is read one pair at a time
        try:
            found = list(exchange.read_file(again))
        except AlignError as error:
            raise LostError(f"what we write as {ending} we do not read: {error}") from error
        before = Counter(
            (xml.remove_forbidden(unit.source)[0], xml.remove_forbidden(unit.target)[0])
            for unit in whole
        )
        after = Counter((unit.source, unit.target) for unit in found)
        if ending in (".csv", ".tsv", ".jsonl"):
            after = Counter({key: n for key, n in after.items() if all(t.strip() for t in key)})
            before = before if ending != ".jsonl" else Counter((u.source, u.target) for u in whole)
        before = Counter({key: n for key, n in before.items() if all(t.strip() for t in key)})
        if before != after:
            lost = list((before - after).elements())[:2] or list((after - before).elements())[:2]
            raise LostError(f"units do not come back from {ending}: {lost!r}"[:300])
