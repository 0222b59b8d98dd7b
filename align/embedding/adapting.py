"""Adapt the embedded model to one's own translations, and say what it brought."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from align.embedding.folders import embedded_folder, is_static
from align.embedding.static import StaticEncoder
from align.embedding.training import TrainOptions, bags, retrieval, save_model, train
from align.errors import InputError, ModelError

FEWEST = 100  # pairs below which nothing can be learnt or measured
# The vectors are good already: small steps, so that what the pairs do not speak of stays in place.
_OPTIONS = TrainOptions(epochs=4, batch=512, rate=0.03, maxsim=0.5, run=1)


@dataclass(frozen=True, slots=True)
class AdaptReport:
    """What a training did; retrieval is a share of the held-out pairs, 0 to 1."""

    trained: int
    held_out: int
    before: tuple[float, float]  # source to target, target to source
    after: tuple[float, float]
    folder: Path
    revision: str


def adapt(
    pairs: Iterable[tuple[str, str]],
    output: Path,
    *,
    base: Path | None = None,
    epochs: float | None = None,
    device: str = "cpu",
    progress: Callable[[int, int, float], None] | None = None,
) -> AdaptReport:
    """Train a copy of the static model `base` (None: the embedded one) on (Chinese, English) pairs.

    Every tenth text, chosen by its hash, is held out and never trained on. The new model folder
    takes its place only when it is whole. Raises InputError when there are fewer than 100 pairs,
    ModelError when `base` is not a static model.
    """
    folder = base or embedded_folder()
    if not is_static(folder):
        raise ModelError(f"{folder}: not a static model; only such a model can be adapted here")
    if output.exists() and not is_static(output):
        raise InputError(f"{output}: exists and is not a model folder; choose another place")
    encoder = StaticEncoder(folder)
    distinct = sorted({(zh.strip(), en.strip()) for zh, en in pairs if zh.strip() and en.strip()})
    if len(distinct) < FEWEST:
        raise InputError(
            f"{len(distinct)} pairs are too few to adapt a model; give at least {FEWEST}"
        )
    test = _once([pair for pair in distinct if _is_held_out(pair)])
    training = [pair for pair in distinct if not _is_held_out(pair)]
    before = _retrieval(encoder, test)
    tokenizer = encoder.tokenizer
    silent = frozenset(np.flatnonzero(~encoder.matrix.any(axis=1)).tolist())
    source, target = (
        bags(tokenizer, [pair[side] for pair in training], limit=_OPTIONS.tokens, silent=silent)
        for side in (0, 1)
    )
    said = (np.diff(source.bounds) > 0) & (np.diff(target.bounds) > 0)
    options = TrainOptions(
        epochs=epochs or _OPTIONS.epochs,
        batch=min(_OPTIONS.batch, max(16, int(said.sum()) // 8)),
        rate=_OPTIONS.rate,
        maxsim=_OPTIONS.maxsim,
        run=_OPTIONS.run,
        device=device,
    )
    matrix = train(
        encoder.matrix,
        tokenizer,
        source,
        target,
        shares=said.astype(np.float64),
        options=options,
        progress=progress,
    )
    # The words of the base are corrected as before: a little off its new vectors, better than none.
    save_model(output, matrix, tokenizer, encoder.words.correction)
    adapted = StaticEncoder(output)
    after = _retrieval(adapted, test)
    return AdaptReport(len(training), len(test), before, after, output, adapted.revision)


def _is_held_out(pair: tuple[str, str]) -> bool:
    return hashlib.sha256(pair[0].encode("utf-8", "surrogatepass")).digest()[0] % 10 == 0


def _once(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The pairs whose texts occur in no pair before them: each has one right answer."""
    seen: set[str] = set()
    kept = []
    for zh, en in pairs:
        if zh not in seen and en not in seen:
            seen |= {zh, en}
            kept.append((zh, en))
    return kept


def _retrieval(encoder: StaticEncoder, pairs: list[tuple[str, str]]) -> tuple[float, float]:
    sides = [encoder.encode([pair[side] for pair in pairs]) for side in (0, 1)]
    return retrieval(sides[0], sides[1])
