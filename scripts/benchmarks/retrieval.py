"""Retrieval 1-of-n both ways: corpora, dev, held-out sets, terms; random vectors as floor."""

from __future__ import annotations

import argparse
import itertools
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rapidfuzz.fuzz import ratio
from rapidfuzz.process import cdist

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts" / "training"), str(ROOT / "tests")]

from align.embedding.load import load_encoder
from align.embedding.protocol import Encoder, TokenEncoder
from align.embedding.training import retrieval

Pairs = list[tuple[str, str]]
BLOCK = 2000


def main() -> None:
    """Print a row for each test set, a column for each model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", action="append", help="name or folder; may be given again")
    options = parser.parse_args()
    encoders = [load_encoder(name) for name in options.model or [None]]
    header = [f"{encoder.name}@{encoder.revision}" for encoder in encoders]
    print("\t".join(["set", "1 of n", *header, "random vectors"]))
    for name, blocks in sets().items():
        n = sum(map(len, blocks)) / len(blocks)
        cells = [_cell(encoder, blocks) for encoder in encoders]
        print("\t".join([name, f"{n:.0f}", *cells, _floor(encoders[0], blocks)]), flush=True)
    for name, (queries, candidates) in term_sets().items():
        cells = [_terms(encoder, queries, candidates) for encoder in encoders]
        print("\t".join([name, str(len(candidates)), *cells, "-"]))


def sets() -> dict[str, list[Pairs]]:
    """Test sets by name; a set of several blocks is searched block by block."""
    documents = [document(folder) for folder in sorted((ROOT / "corpora").glob("*/"))]
    found = {
        "corpora, by document": documents,
        "corpora, over all": [list(itertools.chain.from_iterable(documents))],
    }
    data = Path(os.environ.get("ALIGN_SHARED", ROOT.parent / "shared")) / "data"
    if not data.is_dir():
        print(f"{data}: not there, so no dev and held-out sets; set ALIGN_SHARED", file=sys.stderr)
        return found
    import corpus

    terms = ROOT / "scripts" / "training" / "institutional_terms.tsv"
    tests = corpus.tests(corpus.read(data, terms), data)
    dev = tests.pop("dev")
    # The dev file names no documents: blocks of consecutive lines stand for them.
    found["dev (WMT), blocks of 40"] = [dev[k : k + 40] for k in range(0, len(dev) - 39, 40)]
    found[f"dev (WMT), blocks of {BLOCK}"] = [
        dev[k : k + BLOCK] for k in range(0, len(dev) - BLOCK + 1, BLOCK)
    ]
    found["dev (WMT), over all"] = [dev]
    names = {
        "news": "dev, the first 1,997 (news)",
        "everyday": "everyday sentences held out",
        "formal": "formal example sentences held out",
        "terms": "dictionary terms held out",
    }
    found |= {names[name]: [pairs] for name, pairs in tests.items()}
    found["the same news without near twins"] = [without_twins(tests["news"])]
    return found


def without_twins(pairs: Pairs, alike: float = 85.0) -> Pairs:
    """The pairs but those whose Chinese or English stands before in nearly the same letters.

    News sites give a headline twice, with and without their name: which of the two is the right
    one, nobody can say. `alike` is rapidfuzz's ratio in per cent.
    """
    twins = np.zeros(len(pairs), dtype=bool)
    for side in (0, 1):
        texts = [pair[side] for pair in pairs]
        scores = cdist(texts, texts, scorer=ratio, score_cutoff=alike)
        twins |= np.triu(scores, 1).any(axis=0)
    return [pair for pair, twin in zip(pairs, twins.tolist(), strict=True) if not twin]


def document(folder: Path) -> Pairs:
    """The aligned runs of sentences of a document of corpora/, joined, no text twice."""
    zh, en = (
        (folder / f"{folder.name}.{side}").read_text(encoding="utf-8").splitlines()
        for side in ("zh", "en")
    )
    pairs: Pairs = []
    for line in (folder / f"{folder.name}.gold").read_text(encoding="utf-8").splitlines():
        sides = [[int(k) for k in re.findall(r"\d+", side)] for side in line.split(":")[:2]]
        pair = "".join(zh[k] for k in sides[0]), " ".join(en[k] for k in sides[1])
        if all(pair) and all(pair[side] not in {p[side] for p in pairs} for side in (0, 1)):
            pairs.append(pair)
    return pairs


def term_sets() -> dict[str, tuple[Pairs, list[str]]]:
    """The institutional terms of the tests, among the tests' near misses."""
    from embedding.test_terms import near_misses, terms

    pairs = terms()
    english = [en for _, en in pairs]
    return {"institutional terms, among near misses": (pairs, english + near_misses(10_000))}


def _cell(encoder: Encoder, blocks: Sequence[Pairs]) -> str:
    scores = []
    for pairs in blocks:
        rows = encoder.encode([zh for zh, _ in pairs] + [en for _, en in pairs])
        scores.append([len(pairs) * s for s in retrieval(rows[: len(pairs)], rows[len(pairs) :])])
    forth, back = 100 * np.sum(scores, axis=0) / sum(map(len, blocks))
    return f"{forth:.2f} / {back:.2f}"


def _floor(encoder: Encoder, blocks: Sequence[Pairs]) -> str:
    """The same tokens with random vectors: what names and numbers in common alone give."""
    if not isinstance(encoder, TokenEncoder):
        return "-"
    return _cell(_Random(encoder), blocks)


class _Random:
    """An encoder of random token vectors."""

    name, revision = "random", "0"

    def __init__(self, encoder: TokenEncoder) -> None:
        self._encoder, self.dim = encoder, encoder.dim
        rng = np.random.default_rng(0)
        self._matrix = rng.normal(size=encoder.matrix.shape).astype(np.float32)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        from align.embedding.token_sums import token_sums

        tokens = self._encoder.tokenize(texts)
        rows = token_sums(self._matrix, tokens.ids, tokens.bounds)
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
        return rows


def _terms(encoder: Encoder, pairs: Pairs, candidates: list[str]) -> str:
    rows = encoder.encode([zh for zh, _ in pairs]) @ encoder.encode(candidates).T
    return f"{int((rows.argmax(axis=1) == np.arange(len(pairs))).sum())} of {len(pairs)}"


if __name__ == "__main__":
    main()
