"""Learns which words of either language say that the other side denies something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from align.terms.checking.polarity import EN_PLAIN, ZH_PLAIN, Feature, en_features, zh_features

_COMMON = 50  # sentences that a feature must be in
_RIDGE = 4.0
_KEPT = 0.25  # weights below it are left out: most are chance, and all together change little


def learn(pairs: Sequence[tuple[str, str]]) -> dict[str, dict[str, float]]:
    """Weights of the features of both languages, each with its ``""`` as the bias."""
    zh, en = [zh for zh, _ in pairs], [en for _, en in pairs]
    denies_en = np.array([EN_PLAIN.search(text) is not None for text in en])
    model = _fit(zh, denies_en, zh_features)
    # What a Chinese text denies is better known by what it was learned to say than by a character.
    denies_zh = np.array(
        [
            ZH_PLAIN.search(text) is not None and _odds(model, text, zh_features) > -1.0
            for text in zh
        ]
    )
    other = _fit(en, denies_zh, en_features)
    return {"zh": model, "en": other}


def _odds(
    model: dict[str, float], text: str, features: Callable[[str], Iterable[Feature]]
) -> float:
    return model[""] + sum(model.get(name, 0.0) for name in {f.name for f in features(text)})


def _fit(
    texts: Sequence[str], wanted: np.ndarray, features: Callable[[str], Iterable[Feature]]
) -> dict[str, float]:
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update({feature.name for feature in features(text)})
    names = sorted(name for name, count in counts.items() if count >= _COMMON)
    place = {name: i for i, name in enumerate(names)}
    rows, columns = [], []
    for row, text in enumerate(texts):
        for name in {feature.name for feature in features(text)}:
            column = place.get(name)
            if column is not None:
                rows.append(row)
                columns.append(column)
    matrix = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(texts), len(names)))
    sign = np.where(wanted, 1.0, -1.0)

    def loss(point: np.ndarray) -> tuple[float, np.ndarray]:
        weights, bias = point[:-1], point[-1]
        margin = sign * (matrix @ weights + bias)
        value = np.logaddexp(0, -margin).sum() + _RIDGE / 2 * weights @ weights
        pull = -sign / (1 + np.exp(np.clip(margin, -30, 30)))
        return value, np.append(matrix.T @ pull + _RIDGE * weights, pull.sum())

    found = minimize(
        loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B", options={"maxiter": 80}
    )
    kept = {
        name: round(float(w), 2)
        for name, w in zip(names, found.x[:-1], strict=True)
        if abs(w) >= _KEPT
    }
    return {"": round(float(found.x[-1]), 2), **kept}
