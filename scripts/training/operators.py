"""Learns which words of either language say that the other side has an operator: not, may, only."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from align.language.facts.operators import classes, operators
from align.language.languages import CHINESE, ENGLISH, Language, language_of
from align.terms.checking.answers import form, log_ratio
from align.terms.checking.operators import (
    Feature,
    Network,
    Signs,
    Window,
    en_features,
    forms,
    odds,
    read_operators,
    zh_features,
)

_COMMON = 40  # sentences that a feature must be in
_RIDGE = 3.0
_LOOKED_AT = (
    400  # features of a class that tell most of it; of negation, which has most forms, more
)
_DENIALS = 1_200
_KEPT = 0.4  # weights below it are left out: most are chance, and all together change little

Learned = dict[str, dict[str, float]]


def learn(pairs: Sequence[tuple[str, str]]) -> dict[str, Learned]:
    """By language and feature the weights of the classes of the other language; biases under ""."""
    zh, en = [zh for zh, _ in pairs], [en for _, en in pairs]
    return {"zh": _signs(zh, en, CHINESE), "en": _signs(en, zh, ENGLISH)}


def _signs(texts: Sequence[str], others: Sequence[str], language: Language) -> Learned:
    other = ENGLISH if language.is_chinese else CHINESE
    names, matrix = _matrix(texts, language)
    keys = [f"{axis}:{name}" for axis, some in classes(other).items() for name in some]
    column = {key: i for i, key in enumerate(keys)}
    labels = np.zeros((len(texts), len(keys)), dtype=np.float32)
    for row, text in enumerate(others):
        for one in operators(text, other):
            labels[row, column[one.key]] = 1.0
    both = np.asarray(matrix.T @ labels)
    often = np.asarray(matrix.sum(axis=0)).ravel()
    by_column = matrix.tocsc()
    signs: Learned = {"": {}}
    for key, at in column.items():
        share = float(labels[:, at].mean())
        surprise = (both[:, at] - often * share) / np.sqrt(often * share * (1 - share) + 1)
        many = _DENIALS if key.startswith("negation") else _LOOKED_AT
        chosen = np.sort(np.argsort(-np.abs(surprise), kind="stable")[:many])
        weights, bias = _fit(csr_matrix(by_column[:, chosen]), labels[:, at] > 0)
        signs[""][key] = round(bias, 2)
        for place, weight in zip(chosen, weights, strict=True):
            if abs(weight) >= _KEPT:
                signs.setdefault(names[place], {})[key] = round(float(weight), 2)
    return signs


def _matrix(texts: Sequence[str], language: Language) -> tuple[list[str], csr_matrix]:
    """The common features, and which text has which."""
    read: Callable[[str], Iterable[Feature]] = zh_features if language.is_chinese else en_features
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update({name for name, _, _ in read(text)})
    names = sorted(name for name, count in counts.items() if count >= _COMMON)
    place = {name: i for i, name in enumerate(names)}
    ends, columns = [0], []
    for text in texts:
        columns += sorted({place[name] for name, _, _ in read(text) if name in place})
        ends.append(len(columns))
    data = np.ones(len(columns), np.float32)
    return names, csr_matrix((data, columns, ends), shape=(len(texts), len(names)))


def _fit(matrix: csr_matrix, wanted: np.ndarray) -> tuple[np.ndarray, float]:
    sign = np.where(wanted, 1.0, -1.0)

    def loss(point: np.ndarray) -> tuple[float, np.ndarray]:
        weights, bias = point[:-1], point[-1]
        margin = sign * (matrix @ weights + bias)
        value = np.logaddexp(0, -margin).sum() + _RIDGE / 2 * weights @ weights
        pull = -sign / (1 + np.exp(np.clip(margin, -30, 30)))
        return value, np.append(matrix.T @ pull + _RIDGE * weights, pull.sum())

    start = np.zeros(matrix.shape[1] + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 60})
    return found.x[:-1], float(found.x[-1])


# --- how often a form is answered -------------------------------------------------------------------

_RATED = 80_000  # pairs, which are enough for the forms that are not rare
_SEEN = 10  # times that a form with its neighbour must be seen
_UNLIKE = 0.5  # log odds by which it must be unlike the form alone


def answered_forms(pairs: Sequence[tuple[str, str]], signs: Signs) -> dict[str, dict[str, float]]:
    """The log odds that the other side has what an operator's form says, by its own words' odds."""
    found: dict[str, dict[str, float]] = {}
    for lang, facing in (("zh", "en"), ("en", "zh")):
        yes: Counter[str] = Counter()
        seen: Counter[str] = Counter()
        for zh, en in pairs[:_RATED]:
            texts = {"zh": zh, "en": en}
            ours, theirs = (
                read_operators(texts[one], language_of(one), signs) for one in (lang, facing)
            )
            if not ours.marks:
                continue
            (said,) = odds([theirs], [Window(0, 0, len(theirs.text))], signs)
            for mark in ours.marks:
                keys = (*forms(ours.text, mark), f"|{mark.axis}")
                seen.update(keys)
                if said[signs.columns[mark.key]] > 0:
                    yes.update(keys)
        rates = {key: math.log((yes[key] + 1) / (n - yes[key] + 1)) for key, n in seen.items()}
        found[lang] = {key: round(rates[key], 2) for key in sorted(seen) if key[0] == "|"}
        found[lang] |= _telling(rates, seen, pairs, lang)
    return found


def _telling(
    rates: Mapping[str, float], seen: Counter[str], pairs: Sequence[tuple[str, str]], lang: str
) -> dict[str, float]:
    """The rates of forms alone, and of those with a neighbour that are unlike them."""
    base: dict[str, str] = {}
    for pair in pairs[:_RATED]:
        text = pair[lang == "en"]
        for mark in operators(text, language_of(lang)):
            alone, *others = forms(text, mark)
            base |= dict.fromkeys((alone, *others), alone)
    return {
        key: round(rates[key], 2)
        for key, alone in sorted(base.items())
        if (key == alone and seen[key] > 3)
        or (seen[key] >= _SEEN and abs(rates[key] - rates[alone]) >= _UNLIKE)
    }


# --- which form is answered by which -----------------------------------------------------------------

_PAIRED = 5  # texts that a form must be in


def form_answers(pairs: Sequence[tuple[str, str]]) -> dict[str, dict[str, dict[str, float]]]:
    """What `Answers.of` reads: the log ratios of pairs of forms, and the rates of each."""
    seen: dict[str, Counter[str]] = {"zh": Counter(), "en": Counter()}
    together: Counter[tuple[str, str]] = Counter()
    for zh, en in pairs:
        ours = {form(zh, mark) for mark in operators(zh, CHINESE)}
        theirs = {form(en, mark) for mark in operators(en, ENGLISH)}
        seen["zh"].update(ours)
        seen["en"].update(theirs)
        together.update((a, b) for a in ours for b in theirs if _axis_of(a) == _axis_of(b))
    ratios: dict[str, dict[str, float]] = {}
    for (a, b), count in sorted(together.items()):
        if min(seen["zh"][a], seen["en"][b]) >= _PAIRED:
            ratio = log_ratio(count, seen["zh"][a] * seen["en"][b] / len(pairs))
            ratios.setdefault(a, {})[b] = round(ratio, 2)
    half = math.log(max(len(pairs), 1)) / 2
    rates = {
        lang: {key: round(math.log(n) - half, 2) for key, n in sorted(some.items()) if n >= _PAIRED}
        for lang, some in seen.items()
    }
    return {"ratios": ratios, "rates": rates}


def _axis_of(key: str) -> str:
    return key.rpartition("|")[2]


# --- the network that weighs them ------------------------------------------------------------------


def network(
    rows: Sequence[Mapping[str, float]],
    wanted: Sequence[bool],
    share: Sequence[float],
    *,
    hidden: int = 32,
    decay: float = 8.0,
    steps: int = 400,
) -> Network:
    """Fit the network to rows of features; `share` is how much each row counts."""
    names = tuple(sorted({name for row in rows for name in row}))
    place = {name: i for i, name in enumerate(names)}
    matrix = np.zeros((len(rows), len(names)))
    for at, row in enumerate(rows):
        for name, value in row.items():
            matrix[at, place[name]] = value
    sign = np.where(np.array(wanted), 1.0, -1.0)
    weight = np.array(share)
    n, h = len(names), hidden
    rng = np.random.default_rng(1)
    start = np.concatenate([rng.normal(0, 0.3, (n + 1) * h), rng.normal(0, 0.3, h + 1)])

    def loss(point: np.ndarray) -> tuple[float, np.ndarray]:
        inner, outer = point[: (n + 1) * h].reshape(n + 1, h), point[(n + 1) * h :]
        inside = np.tanh(matrix @ inner[:-1] + inner[-1])
        margin = sign * (inside @ outer[:-1] + outer[-1])
        value = (weight * np.logaddexp(0, -margin)).sum() + decay / 2 * point @ point
        pull = -weight * sign / (1 + np.exp(np.clip(margin, -30, 30)))
        back = np.outer(pull, outer[:-1]) * (1 - inside**2)
        slope = np.concatenate(
            [
                (matrix.T @ back).ravel(),
                back.sum(axis=0),
                inside.T @ pull,
                [pull.sum()],
            ]
        )
        return value, slope + decay * point

    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": steps})
    point = np.round(found.x, 3)
    return Network(names, point[: (n + 1) * h].reshape(n + 1, h), point[(n + 1) * h :])
