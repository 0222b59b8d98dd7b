"""What each step of the model's recipe brings: small trainings that differ in one thing."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts" / "training")]

import corpus
import train as recipe
import vocabulary

from align.embedding import training
from align.embedding.training import TrainOptions

DEFAULTS = TrainOptions()
TESTS = ("news", "everyday", "formal", "terms")


@dataclass(frozen=True, slots=True)
class Step:
    """One training: what it differs in from the base."""

    name: str
    size: int = 64_000
    dim: int = 256
    epochs: float = 1.0
    clean: bool = False
    dictionaries: bool = True
    runs: bool = False  # pairs of one topic side by side in a batch: hard negatives
    maxsim: float = DEFAULTS.maxsim
    batch: int = DEFAULTS.batch
    scale: float = DEFAULTS.scale
    widths: tuple[int, ...] = DEFAULTS.widths  # Matryoshka


STEPS = (
    Step("base: 64k x 256, 1 epoch"),
    Step("128 dimensions", dim=128),
    Step("384 dimensions", dim=384),
    Step("without dictionaries", dictionaries=False),
    Step("without the token term", maxsim=0.0),
    Step("loss scale 25", scale=25.0),
    Step("batches of 2,048", batch=2048),
    Step("2 epochs", epochs=2.0),
    Step("2 epochs, cleaned", epochs=2.0, clean=True),
    Step("2 epochs, hard negatives", epochs=2.0, runs=True),
    Step("2 epochs, cleaned, hard negatives", epochs=2.0, clean=True, runs=True),
    Step("4 epochs, cleaned, hard negatives", epochs=4.0, clean=True, runs=True),
    Step("vocabulary of 16k", size=16_000),
    Step("vocabulary of 32k", size=32_000),
    Step("32k, 2 epochs, hard negatives", size=32_000, epochs=2.0, runs=True),
    Step("32k x 384, 2 epochs, hard negatives", size=32_000, dim=384, epochs=2.0, runs=True),
    Step("32k x 512, 2 epochs, hard negatives", size=32_000, dim=512, epochs=2.0, runs=True),
    Step(
        "32k x 512, Matryoshka 256, 2 epochs, hard negatives",
        size=32_000,
        dim=512,
        epochs=2.0,
        runs=True,
        widths=(256,),
    ),
)


def main() -> None:
    """Train every step on the same sample and print its retrieval, both directions, in per cent."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, help="else $ALIGN_SHARED/data")
    parser.add_argument("--pairs", type=int, default=250_000, help="pairs in the sample")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", help="steps whose name contains this")
    options = parser.parse_args()
    shared = Path(os.environ.get("ALIGN_SHARED", ROOT.parent / "shared"))
    data = options.data or shared / "data"
    if not data.is_dir():
        raise SystemExit(f"{data}: not there; name a folder with train/, dict/ and dev/")
    import torch

    torch.set_num_threads(options.threads)
    pairs = corpus.read(data, recipe.HERE / "institutional_terms.tsv")
    tests = corpus.tests(pairs, data)
    pairs = corpus.without(pairs, tests)
    rng = np.random.default_rng(recipe.SEED)
    pairs = [pairs[k] for k in np.sort(rng.choice(len(pairs), options.pairs, replace=False))]
    run = _Runs(pairs, {name: tests[name] for name in TESTS})
    print("\t".join(["step", *TESTS, "seconds"]), flush=True)
    for step in STEPS:
        if not options.only or options.only in step.name:
            print("\t".join(run(step)), flush=True)


class _Runs:
    """The sample and what several steps share of it: word counts, tokenised texts, margins."""

    def __init__(
        self, pairs: Sequence[corpus.Pair], tests: dict[str, list[tuple[str, str]]]
    ) -> None:
        self._pairs, self._tests = pairs, tests
        self._shares = np.array([pair.share for pair in pairs])
        self._is_dict = np.array([pair.file.startswith("dict/") for pair in pairs])
        self._compiled = vocabulary.charsmap()
        texts = [(text, min(pair.share, 3.0)) for pair in pairs for text in (pair.zh, pair.en)]
        self._counts = vocabulary.count_words(texts, self._compiled)
        self._size = 0
        self._first: np.ndarray | None = None  # the base model: cleans, and finds topics

    def __call__(self, step: Step) -> list[str]:
        self._tokenise(step.size)
        began = time.perf_counter()
        shares = self._shares * self._said
        if not step.dictionaries:
            shares = shares * ~self._is_dict
        groups = None
        if step.clean or step.runs:
            if self._first is None:
                self._first = self._train(replace(STEPS[0], size=step.size), shares, None)
            left, right = (training.embed(self._first, side) for side in self._sides)
            margins = training.margins(left, right, seed=recipe.SEED)
            if step.clean:
                shares = shares * recipe.clean(margins, self._pairs, 0.1)
            if step.runs:
                groups = training.topics(((left + right) / 2).astype(np.float32), 512, recipe.SEED)
        matrix = self._train(step, shares, groups)
        if step == STEPS[0]:
            self._first = matrix
        seconds = time.perf_counter() - began
        scores = recipe.score(matrix, self._tokenizer, self._tests).values()
        return [step.name, *(f"{forth} / {back}" for forth, back in scores), f"{seconds:.0f}"]

    def _train(self, step: Step, shares: np.ndarray, groups: np.ndarray | None) -> np.ndarray:
        options = TrainOptions(
            epochs=step.epochs,
            maxsim=step.maxsim,
            batch=step.batch,
            scale=step.scale,
            widths=step.widths,
            seed=recipe.SEED,
        )
        size = self._tokenizer.get_vocab_size()
        start = training.random_matrix(size, step.dim, recipe.SILENT, recipe.SEED)
        return training.train(
            start, self._tokenizer, *self._sides, shares=shares, groups=groups, options=options
        )

    def _tokenise(self, size: int) -> None:
        if size == self._size:
            return
        self._size, self._first = size, None
        self._tokenizer = vocabulary.build(self._counts, self._compiled, size, latin=0.45)
        self._sides = [
            training.bags(
                self._tokenizer,
                [getattr(pair, side) for pair in self._pairs],
                limit=96,
                silent=recipe.SILENT,
            )
            for side in ("zh", "en")
        ]
        lengths = [np.diff(side.bounds) for side in self._sides]
        self._said = (lengths[0] > 0) & (lengths[1] > 0)


if __name__ == "__main__":
    main()
