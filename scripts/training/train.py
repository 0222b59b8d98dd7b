"""Make the embedded model: corpus, tokenizer, training, cleaning, training again, words, figures."""

from __future__ import annotations

import argparse
import gc
import json
import logging
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import corpus
import numpy as np
import vocabulary
from numpy.typing import NDArray
from tokenizers import Tokenizer

from align.embedding import training
from align.embedding.static import StaticEncoder
from align.embedding.training import TrainOptions, bags, embed, retrieval
from align.embedding.word_file import save_correction
from align.embedding.word_training import WordOptions, train_words
from align.embedding.words import Correction

SEED = 20231211
SILENT = frozenset((0, 1))  # unknown, word mark: their vectors stay zero
HERE = Path(__file__).resolve().parent
log = logging.getLogger("train_model")


def main() -> int:
    """Parse, run every stage, write the model folder and its figures."""
    options = _parse()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    for noisy in ("sentence_transformers", "jieba"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    import torch

    torch.set_num_threads(options.threads)
    device = options.device
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    began = time.monotonic()

    pairs = corpus.read(options.data, HERE / "institutional_terms.tsv")
    if not pairs:
        raise SystemExit(f"train_model: {options.data}: no train/*.tsv[.xz] with pairs in it")
    tests = corpus.tests(pairs, options.data)
    pairs = corpus.without(pairs, tests)
    gc.freeze()  # millions of pairs that the collector need not look at again and again
    log.info("%d pairs to train on, %s held out", len(pairs), {k: len(v) for k, v in tests.items()})

    if options.words_only:
        tokenizer = StaticEncoder(options.output).tokenizer
    elif options.tokenizer:
        tokenizer = Tokenizer.from_file(str(options.tokenizer))
    else:
        tokenizer = make_tokenizer(pairs, options.size)
    source, target = (
        bags(
            tokenizer, [getattr(pair, side) for pair in pairs], limit=options.tokens, silent=SILENT
        )
        for side in ("zh", "en")
    )
    empty = (np.diff(source.bounds) == 0) | (np.diff(target.bounds) == 0)
    shares = np.array([pair.share for pair in pairs]) * ~empty
    log.info("tokenised: %.0f pairs an epoch", shares.sum())

    def words(matrix: NDArray[np.float32]) -> Correction:
        wordwise = WordOptions(steps=options.word_steps, seed=SEED)
        return train_words(
            matrix, source, target, shares=shares, options=wordwise, progress=_progress()
        )

    if options.words_only:
        save_correction(options.output, words(StaticEncoder(options.output).matrix))
        return 0

    recipe = TrainOptions(device=device, seed=SEED)
    matrix = training.random_matrix(tokenizer.get_vocab_size(), options.dim, SILENT, SEED)
    first = replace(recipe, epochs=options.first_epochs)
    matrix = training.train(
        matrix, tokenizer, source, target, shares=shares, options=first, progress=_progress()
    )
    figures = {"first": score(matrix, tokenizer, tests)}
    if options.keep_stages:
        training.save_model(Path(f"{options.output}-first"), matrix, tokenizer)

    left, right = embed(matrix, source), embed(matrix, target)
    good = clean(training.margins(left, right, seed=SEED), pairs, options.drop)
    groups = training.topics(((left + right) / 2).astype(np.float32), 2048, SEED)
    del left, right
    log.info("cleaning leaves %d of %d pairs", int(good.sum()), len(pairs))
    second = replace(recipe, epochs=options.epochs, seed=SEED + 1)
    matrix = training.train(
        matrix,
        tokenizer,
        source,
        target,
        shares=shares * good,
        groups=groups,
        options=second,
        progress=_progress(),
    )
    figures["second"] = score(matrix, tokenizer, tests)
    matrix = training.even(matrix, options.norm_power)
    figures["final"] = score(matrix, tokenizer, tests)
    matrix = matrix.astype(np.float16).astype(np.float32)  # as it is kept
    training.save_model(options.output, matrix, tokenizer, words(matrix))
    counts = Counter(pair.file for pair in pairs)
    kept = Counter(pair.file for pair, keep in zip(pairs, good, strict=True) if keep)
    report = {
        "vocabulary": tokenizer.get_vocab_size(),
        "dimensions": options.dim,
        "minutes": round((time.monotonic() - began) / 60, 1),
        "pairs": {file: [n, kept[file]] for file, n in sorted(counts.items())},
        "retrieval": figures,
    }
    sys.stdout.write(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    return 0


def make_tokenizer(pairs: Sequence[corpus.Pair], size: int) -> Tokenizer:
    """The tokenizer for these pairs; words of the institutional list are always in it."""
    compiled = vocabulary.charsmap()
    texts = [(text, min(p.share, 3.0)) for p in pairs for text in (p.zh, p.en)]
    random.Random(SEED).shuffle(texts)
    counts = vocabulary.count_words(texts, compiled)
    terms = [(text, 1.0) for p in pairs if p.file == "dict/institutional" for text in (p.zh, p.en)]
    keep = [word for word, n in vocabulary.count_words(terms, compiled).items() if len(word) > 1]
    return vocabulary.build(counts, compiled, size, latin=0.45, keep=keep)


def clean(
    margins: NDArray[np.float32], pairs: Sequence[corpus.Pair], drop: float
) -> NDArray[np.bool_]:
    """Which pairs stay: of the crawled example sentences, all but the worst share `drop`."""
    crawled = np.array([pair.file.startswith("jiyu_") for pair in pairs])
    if not crawled.any() or not drop:
        return np.ones(len(pairs), bool)
    good: NDArray[np.bool_] = ~crawled | (margins > np.quantile(margins[crawled], drop))
    return good


def score(
    matrix: NDArray[np.float32], tokenizer: Tokenizer, tests: dict[str, list[tuple[str, str]]]
) -> dict[str, list[float]]:
    """1-of-n retrieval in per cent, both directions, on every held-out test."""
    found = {}
    for name, rows in tests.items():
        sides = [
            bags(tokenizer, [row[side] for row in rows], limit=1_000_000, silent=SILENT)
            for side in (0, 1)
        ]
        forth, back = retrieval(embed(matrix, sides[0]), embed(matrix, sides[1]))
        found[f"{name} (1 of {len(rows)})"] = [round(100 * forth, 2), round(100 * back, 2)]
    log.info("%s", found)
    return found


def _progress() -> Callable[[int, int, float], None]:
    began = time.monotonic()

    def report(step: int, steps: int, loss: float) -> None:
        if step % 100 == 0 or step == steps:
            log.info(
                "step %d of %d, loss %.3f, %.0f s", step, steps, loss, time.monotonic() - began
            )

    return report


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="train_model", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with train/, dict/ and dev/")
    parser.add_argument("-o", "--output", type=Path, required=True, help="model folder to write")
    parser.add_argument("--size", type=int, default=70_000, help="tokens in the vocabulary")
    parser.add_argument("--tokenizer", type=Path, help="use this tokenizer.json, make none")
    parser.add_argument("--dim", type=int, default=256, help="width of the vectors")
    parser.add_argument("--first-epochs", type=float, default=1.0, help="before the cleaning")
    parser.add_argument("--epochs", type=float, default=6.0, help="after the cleaning")
    parser.add_argument("--drop", type=float, default=0.1, help="share of crawled pairs to drop")
    parser.add_argument(
        "--norm-power", type=float, default=0.75, help="evens token weights; 1: not"
    )
    parser.add_argument(
        "--word-steps", type=int, default=WordOptions().steps, help="training of single words"
    )
    parser.add_argument(
        "--words-only", action="store_true", help="keep the model there is, train its words anew"
    )
    parser.add_argument("--tokens", type=int, default=96, help="tokens of a text that are read")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="auto", help="cpu, cuda or auto")
    parser.add_argument("--keep-stages", action="store_true", help="keep the model before cleaning")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
