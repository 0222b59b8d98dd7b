"""Train what compares single words: which sentence of the other language covers a few words best.

Sentences of one topic are a batch. A window of a few words of one must find its translation among
them by late interaction: each token's best cosine to a token of the sentence, weighted and averaged,
which is how the aligner measures coverage. torch is imported inside functions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from align.embedding.training import Bags, TrainOptions, batches, embed, schedule, topics
from align.embedding.words import MIN_WEIGHT, Correction

if TYPE_CHECKING:
    import torch

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

_TOPICS = 2048


@dataclass(frozen=True, slots=True)
class WordOptions:
    """How to train; the defaults are what the shipped model was made with."""

    steps: int = 9000
    batch: int = 128  # pairs
    run: int = 64  # of them that are of one topic
    rate: float = 0.0005
    scale: float = 20.0  # to begin with: it is learnt too
    window: tuple[int, int] = (2, 6)  # tokens
    windows: float = 0.8  # share of pairs of which a window is sought, not the whole text
    tokens: int = 40  # of a text, from its beginning
    shortest: int = 5  # tokens of a text that is trained on
    least: float = 0.25  # cosine of a pair that is trained on
    seed: int = 20231211


def train_words(
    matrix: Floats,
    source: Bags,
    target: Bags,
    *,
    shares: NDArray[np.float64],
    options: WordOptions = WordOptions(),
    progress: Callable[[int, int, float], None] | None = None,
) -> Correction:
    """The correction of token vectors `matrix` (vocabulary, dim), reproducibly.

    `shares` says how often a pair is seen in an epoch, at most once each.
    """
    import torch

    left, right = embed(matrix, source), embed(matrix, target)
    groups = topics((left + right) / np.float32(2), _TOPICS, options.seed)
    alike = np.einsum("nd,nd->n", left, right) > options.least
    del left, right
    norms = np.linalg.norm(matrix, axis=1)
    units = (matrix / np.maximum(norms, 1e-6)[:, None]).astype(np.float32)
    weighty = norms >= MIN_WEIGHT * norms.mean()
    sides = [_only(side, weighty) for side in (source, target)]
    for side in sides:
        alike &= np.diff(side.bounds) >= options.shortest
    rows = np.flatnonzero(alike)
    if not len(rows):
        return Correction.of(matrix, units, norms)

    torch.manual_seed(options.seed)
    vectors = torch.nn.Parameter(torch.from_numpy(units))
    weights = torch.nn.Parameter(torch.from_numpy(np.log(np.maximum(norms, 1e-3)))[:, None])
    scale = torch.nn.Parameter(torch.tensor(options.scale).log())
    optimizers: list[torch.optim.Optimizer] = [
        torch.optim.SparseAdam([vectors, weights], lr=options.rate),
        torch.optim.Adam([scale], lr=options.rate),
    ]
    rng = np.random.default_rng(options.seed)
    drawn = batches(
        np.minimum(shares[rows], 1.0),
        groups[rows],
        TrainOptions(batch=options.batch, run=options.run),
        rng,
    )
    for step in range(options.steps):
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = options.rate * schedule(step / options.steps)
            optimizer.zero_grad(set_to_none=True)
        chosen = rows[next(drawn)]
        part = rng.random(len(chosen)) < options.windows
        whole = [_texts(side, chosen, options.tokens) for side in sides]
        asked = [_windows(side, chosen, part, options, rng) for side in sides]
        labels = torch.arange(len(chosen))
        loss = torch.zeros(())
        for here, there in ((0, 1), (1, 0)):
            scores = _scores(vectors, weights, asked[here], whole[there]) * scale.exp()
            loss = loss + torch.nn.functional.cross_entropy(scores, labels)
        loss.backward()  # type: ignore[no-untyped-call]
        for optimizer in optimizers:
            optimizer.step()
        if progress:
            progress(step + 1, options.steps, float(loss.detach()))
    with torch.no_grad():
        turned = torch.nn.functional.normalize(vectors, dim=1).numpy()
        learnt = weights[:, 0].exp().numpy()
    learnt[norms == 0] = 0.0
    return Correction.of(matrix, turned, learnt * (norms.mean() / learnt.mean()))


def _only(texts: Bags, kept: NDArray[np.bool_]) -> Bags:
    """The texts with those tokens only that are `kept`, (vocabulary,)."""
    here = kept[texts.ids]
    before = np.concatenate([[0], np.cumsum(here)])
    return Bags(texts.ids[here], before[texts.bounds].astype(np.int64))


def _grid(texts: Bags, starts: Ints, sizes: Ints) -> Ints:
    """Tokens (n, longest) from these places on, -1 behind the last of each row."""
    steps = np.arange(int(sizes.max()))[None]
    inside = steps < sizes[:, None]
    return np.where(inside, texts.ids[np.where(inside, starts[:, None] + steps, 0)], -1)


def _texts(texts: Bags, rows: Ints, longest: int) -> Ints:
    """The tokens of whole texts, (rows, tokens)."""
    starts = texts.bounds[rows]
    return _grid(texts, starts, np.minimum(texts.bounds[rows + 1] - starts, longest))


def _windows(
    texts: Bags, rows: Ints, part: NDArray[np.bool_], options: WordOptions, rng: np.random.Generator
) -> Ints:
    """A window of a few tokens where only a `part` is asked for, else the text: (rows, tokens)."""
    starts, sizes = texts.bounds[rows], texts.bounds[rows + 1] - texts.bounds[rows]
    few, most = options.window
    wanted = np.minimum(rng.integers(few, most + 1, len(rows)), sizes)
    moved = (rng.random(len(rows)) * (sizes - wanted + 1)).astype(np.int64)
    return _grid(
        texts,
        starts + np.where(part, moved, 0),
        np.where(part, wanted, np.minimum(sizes, options.tokens)),
    )


def _scores(vectors: torch.Tensor, weights: torch.Tensor, asked: Ints, whole: Ints) -> torch.Tensor:
    """How well each text of `whole` (m, tokens) covers each window of `asked` (n, tokens): (n, m)."""
    import torch

    distinct, place = np.unique(np.maximum(asked, 0), return_inverse=True)
    queries = _look_up(vectors, distinct)
    keys = _look_up(vectors, np.maximum(whole, 0).reshape(-1))
    table = torch.nn.functional.normalize(queries, dim=1) @ torch.nn.functional.normalize(keys).T
    table = table.masked_fill(torch.from_numpy(whole.reshape(1, -1) < 0), 0.0)
    best = table.reshape(len(distinct), *whole.shape).amax(2).relu()
    shares = _look_up(weights, np.maximum(asked, 0))[..., 0].exp() * torch.from_numpy(asked >= 0)
    shares = shares / shares.sum(1, keepdim=True)
    return torch.einsum("nt,ntm->nm", shares, best[torch.from_numpy(place.reshape(asked.shape))])


def _look_up(table: torch.Tensor, ids: Ints) -> torch.Tensor:
    import torch

    return torch.nn.functional.embedding(torch.from_numpy(ids), table, sparse=True)
