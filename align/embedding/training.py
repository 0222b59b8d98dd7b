"""Train a static bilingual model, or adapt one, on pairs of translations.

The model is sentence-transformers' ``StaticEmbedding`` and the loss its
``MultipleNegativesRankingLoss`` in both directions. The texts are tokenised once and the batches
made here: its Trainer would tokenise them again in every epoch. torch is imported inside functions.
"""

from __future__ import annotations

import json
import logging
import math
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from align.atomic import scratch_folder
from align.embedding.word_file import save_correction
from align.embedding.words import Correction
from align.errors import InputError

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrainOptions:
    """How to train; but for the epochs, the defaults are what the shipped model was made with."""

    epochs: float = 4.0
    batch: int = 1024
    rate: float = 0.05
    scale: float = 15.0
    maxsim: float = 0.5  # weight of the token term; 0 leaves it out
    maxsim_batch: int = 48
    maxsim_scale: float = 20.0
    widths: tuple[int, ...] = ()  # the first so many dimensions must do on their own as well
    tokens: int = 128  # of a text that is longer, this many from its beginning
    run: int = 16  # pairs of one topic that stand together in a batch
    seed: int = 20231211
    device: str = "cpu"


@dataclass(frozen=True, slots=True)
class Bags:
    """Token ids of many texts, one after the other: text k is ``ids[bounds[k]:bounds[k + 1]]``."""

    ids: NDArray[np.int32]
    bounds: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def take(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(ids, offsets) of these texts, as EmbeddingBag takes them."""
        starts, lengths = self.bounds[rows], self.bounds[rows + 1] - self.bounds[rows]
        offsets = np.zeros(len(rows), np.int64)
        np.cumsum(lengths[:-1], out=offsets[1:])
        places = np.arange(int(lengths.sum())) + np.repeat(starts - offsets, lengths)
        return self.ids[places].astype(np.int64), offsets


def bags(tokenizer: Tokenizer, texts: Sequence[str], *, limit: int, silent: frozenset[int]) -> Bags:
    """Tokenise `texts`, without `silent` ids (unknown, word mark), at most `limit` a text."""
    parts, lengths = [], []
    for first in range(0, len(texts), 20_000):
        encodings = tokenizer.encode_batch_fast(
            list(texts[first : first + 20_000]), add_special_tokens=False
        )
        for encoding in encodings:
            ids = [token for token in encoding.ids if token not in silent][:limit]
            parts.append(np.asarray(ids, np.int32))
            lengths.append(len(ids))
    bounds = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return Bags(np.concatenate(parts) if parts else np.zeros(0, np.int32), bounds)


def embed(matrix: NDArray[np.float32], texts: Bags) -> NDArray[np.float32]:
    """Unit rows of `texts`, float32 (n, dim)."""
    import torch

    with torch.no_grad():
        ids = torch.from_numpy(texts.ids.astype(np.int64))
        offsets = torch.from_numpy(texts.bounds[:-1])
        rows = torch.nn.functional.embedding_bag(
            ids, torch.from_numpy(matrix), offsets, mode="mean"
        )
        return torch.nn.functional.normalize(rows, dim=1).numpy()


def topics(vectors: NDArray[np.float32], count: int, seed: int) -> NDArray[np.int64]:
    """The topic of each row of `vectors`: the nearest of `count` rows drawn at random."""
    rng = np.random.default_rng(seed)
    centres = vectors[rng.choice(len(vectors), min(count, len(vectors)), replace=False)]
    parts = [
        (vectors[first : first + 8192] @ centres.T).argmax(axis=1)
        for first in range(0, len(vectors), 8192)
    ]
    return np.concatenate(parts)


def margins(
    source: NDArray[np.float32], target: NDArray[np.float32], *, seed: int, among: int = 1024
) -> NDArray[np.float32]:
    """How much nearer each pair is to itself than to others: high is a good translation.

    The cosine of a pair less the mean of its four nearest strangers on either side, among `among`
    pairs drawn together (the margin of Artetxe and Schwenk, 2019, by difference).
    """
    found = np.zeros(len(source), np.float32)
    order = np.random.default_rng(seed).permutation(len(source))
    for first in range(0, len(order), among):
        rows = order[first : first + among]
        scores = source[rows] @ target[rows].T
        own = scores.diagonal().copy()
        np.fill_diagonal(scores, -1.0)
        k = min(4, len(rows))
        forth = np.partition(scores, -k, axis=1)[:, -k:].mean(axis=1)
        back = np.partition(scores, -k, axis=0)[-k:].mean(axis=0)
        found[rows] = own - (forth + back) / 2
    return found


def retrieval(source: NDArray[np.float32], target: NDArray[np.float32]) -> tuple[float, float]:
    """Share of rows whose own translation is the nearest of all, source→target and back."""
    hits = [0, 0]
    for side, (rows, others) in enumerate(((source, target), (target, source))):
        for first in range(0, len(rows), 4096):
            best = (rows[first : first + 4096] @ others.T).argmax(axis=1)
            hits[side] += int((best == np.arange(first, first + len(best))).sum())
    n = max(len(source), 1)
    return hits[0] / n, hits[1] / n


def save_model(
    folder: Path,
    matrix: NDArray[np.float32],
    tokenizer: Tokenizer,
    correction: Correction | None = None,
) -> None:
    """Write a model folder in sentence-transformers' format, float16, whole or not at all.

    `folder` must not exist or be a model folder, which is then replaced. `correction` is what it
    holds for comparing single words.
    """
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    folder = Path(os.path.realpath(folder))
    if folder.exists() and not (folder / "modules.json").is_file():
        raise InputError(f"{folder}: exists and is not a model folder; choose another place")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with scratch_folder(folder.parent) as temporary:
        new, old = temporary / "new", temporary / "old"
        module = StaticEmbedding(tokenizer, embedding_weights=matrix.astype(np.float16))
        model = SentenceTransformer(modules=[module, Normalize()], device="cpu")
        model.save(str(new), create_model_card=False)
        compact = json.dumps(
            json.loads(tokenizer.to_str()), ensure_ascii=False, separators=(",", ":")
        )
        (new / "tokenizer.json").write_text(compact, encoding="utf-8")
        if correction is not None:
            save_correction(new, correction)
        for path in [new, *new.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
        if folder.exists():
            folder.rename(old)
        new.rename(folder)


def even(matrix: NDArray[np.float32], power: float) -> NDArray[np.float32]:
    """Token vectors, float32 (tokens, dim), with their norms drawn together: raised to `power`.

    A norm is a token's weight in a sentence. Training among a thousand texts gives rare words more
    of it than retrieval among many wants. The mean norm stays; a token without a vector stays so.
    """
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    factors = np.zeros_like(norms)
    np.power(norms, power - 1, out=factors, where=norms > 1e-6)
    factors *= norms.mean() / max(float((norms * factors).mean()), 1e-9)
    found: NDArray[np.float32] = matrix * factors
    return found


def random_matrix(tokens: int, dim: int, silent: frozenset[int], seed: int) -> NDArray[np.float32]:
    """Token vectors to begin with, float32 (tokens, dim); the silent ones zero."""
    matrix = np.random.default_rng(seed).normal(0, 0.1, (tokens, dim)).astype(np.float32)
    matrix[sorted(silent)] = 0.0
    return matrix


def train(
    matrix: NDArray[np.float32],
    tokenizer: Tokenizer,
    source: Bags,
    target: Bags,
    *,
    shares: NDArray[np.float64] | None = None,
    groups: NDArray[np.int64] | None = None,
    options: TrainOptions = TrainOptions(),
    progress: Callable[[int, int, float], None] | None = None,
) -> NDArray[np.float32]:
    """Train token vectors, float32 (vocabulary, dim), from `matrix` on, reproducibly.

    `shares` says how often a pair is seen in an epoch (1.0 each unless given); `groups` gives each
    pair's topic, and then batches are made of runs of one topic: hard negatives.
    """
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    torch.manual_seed(options.seed)
    module = StaticEmbedding(tokenizer, embedding_weights=matrix.copy())
    model = SentenceTransformer(modules=[module], device=options.device)
    loss = MultipleNegativesRankingLoss(
        model,
        scale=options.scale,
        directions=("query_to_doc", "doc_to_query"),
        partition_mode="per_direction",
    )
    weights = module.embedding.weight
    optimizer = torch.optim.Adam([weights], lr=options.rate, betas=(0.9, 0.99), fused=True)
    rng = np.random.default_rng(options.seed)
    shares = np.ones(len(source)) if shares is None else shares
    widths = [matrix.shape[1], *(w for w in options.widths if w < matrix.shape[1])]
    labels = torch.zeros(0)  # the loss asks for them and reads none
    steps = max(1, math.ceil(options.epochs * shares.sum() / options.batch))
    drawn = batches(shares, groups, options, rng)
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = options.rate * schedule(step / steps)
        rows = next(drawn)
        features = [_features(side.take(rows), options.device) for side in (source, target)]
        vectors = [module(feature)["sentence_embedding"] for feature in features]
        # Matryoshka (Kusupati et al. 2022): the same loss on the vectors' beginnings.
        values = [
            loss.compute_loss_from_embeddings([rows_[:, :width] for rows_ in vectors], labels)
            for width in widths
        ]
        value = torch.stack(values).mean()
        if options.maxsim:
            few = rows[: options.maxsim_batch]
            narrow = weights[:, : widths[-1]]
            value = value + options.maxsim * _maxsim(narrow, source, target, few, options)
        optimizer.zero_grad(set_to_none=True)
        value.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        if progress:
            progress(step + 1, steps, float(value.detach()))
    return module.embedding.weight.detach().cpu().numpy().astype(np.float32)


def schedule(done: float, warm: float = 0.05) -> float:
    """Linear warm-up, then linear decay to nothing."""
    return done / warm if done < warm else (1.0 - done) / (1.0 - warm)


def batches(
    shares: NDArray[np.float64],
    groups: NDArray[np.int64] | None,
    options: TrainOptions,
    rng: np.random.Generator,
) -> Iterator[NDArray[np.int64]]:
    """Rows of a batch without end; a pair of share 2.5 comes two or three times in an epoch.

    With `groups` (a topic for each pair) a batch is made of runs of pairs of one topic, so that
    each finds hard negatives beside it.
    """
    kept = np.zeros(0, np.int64)
    while True:
        while len(kept) < options.batch:
            times = np.floor(shares + rng.random(len(shares))).astype(np.int64)
            rows = np.repeat(np.arange(len(shares)), times)
            rng.shuffle(rows)
            if groups is not None:
                rows = rows[np.argsort(groups[rows], kind="stable")]
                runs = np.arange(len(rows)) // options.run
                order = rng.permutation(int(runs[-1]) + 1)
                rows = rows[np.argsort(order[runs], kind="stable")]
            kept = np.concatenate([kept, rows])
        rows, kept = kept[: options.batch], kept[options.batch :]
        # Twice in a batch, a pair would be its own negative.
        yield rows[np.sort(np.unique(rows, return_index=True)[1])]


def _features(column: tuple[Any, Any], device: str) -> dict[str, torch.Tensor]:
    """Token ids and bag offsets of a column as tensors on `device`."""
    import torch

    ids, offsets = column
    return {
        "input_ids": torch.from_numpy(ids).to(device),
        "offsets": torch.from_numpy(offsets).to(device),
    }


def _maxsim(
    weights: torch.Tensor,
    source: Bags,
    target: Bags,
    rows: NDArray[np.int64],
    options: TrainOptions,
) -> torch.Tensor:
    """Contrastive loss of the late interaction: each token's best match on the other side.

    The score of a pair is the mean over its tokens, weighted by their norms, of the best cosine to
    a token of the other text: the aligner's lexical coverage. Both directions, averaged.
    """
    import torch

    sides = [_padded(weights, bags, rows, options.device) for bags in (source, target)]
    (left, left_weight), (right, right_weight) = sides
    n, a, b = len(rows), left.shape[1], right.shape[1]
    similarities = (left.reshape(n * a, -1) @ right.reshape(n * b, -1).T).view(n, a, n, b)
    hidden_right = (right_weight == 0)[None, None]
    hidden_left = (left_weight == 0)[:, :, None, None]
    forth = similarities.masked_fill(hidden_right, -1.0).amax(3)  # (n, a, n)
    back = similarities.masked_fill(hidden_left, -1.0).amax(1)  # (n, n, b)
    scores = [
        torch.einsum("ian,ia->in", forth, left_weight),
        torch.einsum("inb,nb->in", back, right_weight),
    ]
    labels = torch.arange(n, device=weights.device)
    total = (scores[0] + scores[1]) * (options.maxsim_scale / 2)
    return (
        torch.nn.functional.cross_entropy(total, labels)
        + torch.nn.functional.cross_entropy(total.T, labels)
    ) / 2


def _padded(
    weights: torch.Tensor, texts: Bags, rows: NDArray[np.int64], device: str, longest: int = 32
) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids and weights of some texts as rectangles, at most `longest` tokens a text."""
    import torch

    lengths = np.minimum(texts.bounds[rows + 1] - texts.bounds[rows], longest)
    width = int(max(lengths.max(), 1))
    grid = np.arange(width)[None]
    inside = grid < lengths[:, None]
    places = np.where(inside, texts.bounds[rows][:, None] + grid, 0)
    ids = torch.from_numpy(texts.ids[places].astype(np.int64)).to(device)
    mask = torch.from_numpy(inside).to(device)
    vectors = torch.nn.functional.embedding(ids, weights)
    norms = vectors.norm(dim=2) * mask
    units = vectors / vectors.norm(dim=2, keepdim=True).clamp_min(1e-6)
    return units, norms / norms.sum(1, keepdim=True).clamp_min(1e-6)
