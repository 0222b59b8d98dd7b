"""Small functions that workers of the tests run; importable in a spawned process."""

from __future__ import annotations

import io
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from align.batch.archive_run import PairOutcome, PairTask
from align.batch.storage import local_copy
from align.datatypes import REVIEW_BELOW, TranslationUnit
from align.errors import InputError, ModelError
from align.formats import tmx

_LINES = Path(__file__).read_text("utf-8").splitlines()
_BUG = _LINES.index('        raise KeyError("unforeseen")') + 1
UNFORESEEN = f"KeyError: 'unforeseen' (batch_recipes.py:{_BUG})"


@dataclass(frozen=True, slots=True)
class LineRecipe:
    """Pairs line with line; what the first Chinese line says can make it fail.

    BAD raises, BUG raises what nobody foresaw, HANG never ends, DIE kills its worker always,
    `die once at PATH` only while there is no such file, SLOW takes a while.
    """

    version: str = "1"
    pause: float = 0.0
    gate: Path | None = None  # see `_wait`

    @property
    def fingerprint(self) -> str:
        return f"lines-{self.version}"

    @property
    def beside(self) -> tuple[str, ...]:
        return ()

    def __call__(self) -> Callable[[PairTask], PairOutcome]:
        return LineAligner(self.version, self.pause, self.gate)


@dataclass(frozen=True, slots=True)
class LineAligner:
    version: str
    pause: float
    gate: Path | None = None

    def __call__(self, task: PairTask) -> PairOutcome:
        with local_copy(task.zh) as zh, local_copy(task.en) as en:
            left, right = (path.read_text("utf-8").splitlines() for path in (zh, en))
        _obey(left[0])
        time.sleep(self.pause)
        _wait(self.gate)
        units = [
            TranslationUnit(
                source,
                target,
                confidence=0.25 if "?" in target else 1.0,
                origin=task.id,
                props=(("x-version", self.version),),
            )
            for source, target in zip(left, right, strict=False)
        ]
        file = io.BytesIO()
        report = tmx.write_units(file, units)
        return PairOutcome(
            tmx=file.getvalue(),
            units=report.units,
            confidence=sum(unit.confidence or 0 for unit in units) / len(units),
            low=sum((unit.confidence or 0) < REVIEW_BELOW for unit in units),
            zh_sentences=len(left),
            en_sentences=len(right),
            omissions=max(len(left) - len(right), 0),
            additions=max(len(right) - len(left), 0),
        )


def _wait(gate: Path | None) -> None:
    """Go on once the journal beside the file `gate` holds fewer lines than it says, or it is gone.

    So a run cannot end before a test has killed what it wants to kill, however slow the machine is.
    """
    while gate is not None:
        try:
            most = int(gate.read_text("utf-8") or 0)
            done = (gate.parent / "out" / "journal.jsonl").read_bytes().count(b"\n")
        except OSError:
            return
        if done < most:
            return
        time.sleep(0.005)


def _obey(order: str) -> None:
    if order == "BAD":
        raise InputError("the PDF is corrupt")
    if order == "BUG":
        raise KeyError("unforeseen")
    if order == "HANG":
        time.sleep(3600)
    if order == "DIE":
        os.kill(os.getpid(), signal.SIGKILL)
    if order.startswith("die once at "):
        marker = Path(order.removeprefix("die once at "))
        if not marker.exists():
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class Square:
    """Makes a function that squares; the process that loads it is on record in `folder`."""

    folder: Path | None = None

    def __call__(self) -> Callable[[int], tuple[int, int]]:
        if self.folder is not None:
            (self.folder / str(os.getpid())).touch()
        return square


def square(number: int) -> tuple[int, int]:
    if number < 0:
        _obey({-1: "BAD", -2: "BUG", -3: "HANG", -4: "DIE"}[number])
    return number * number, os.getpid()


@dataclass(frozen=True, slots=True)
class SquareOnGpus:
    """Makes a function that squares; a file of `folder` is named by the GPUs that its process sees.

    Nothing is squared before there are `different` such files: else the first to be ready may do
    all that there is to do.
    """

    folder: Path
    different: int

    def __call__(self) -> Callable[[int], tuple[int, int]]:
        (self.folder / _visible_gpus()).touch()
        end = time.monotonic() + 60
        while len(list(self.folder.iterdir())) < self.different and time.monotonic() < end:
            time.sleep(0.01)
        return square


def no_model() -> Callable[[int], int]:
    raise ModelError(f"no such model; GPUs: {_visible_gpus()}")


def _visible_gpus() -> str:
    return os.environ.get("CUDA_VISIBLE_DEVICES", "any")


def dies_while_loading() -> Callable[[int], int]:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def loads_with_a_bug() -> Callable[[int], int]:
    raise ZeroDivisionError("in the loader")
