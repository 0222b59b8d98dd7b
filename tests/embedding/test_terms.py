"""Institutional terms find their English name among ten thousand near misses."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from align.embedding.static import StaticEncoder

CASES = Path(__file__).parent / "cases"
LEARNT = "以行动促维和"  # the one term here that the training list holds too


def terms() -> list[tuple[str, str]]:
    lines = (CASES / "terms.tsv").read_text(encoding="utf-8").splitlines()
    return [(zh, en) for zh, en in (line.split("\t") for line in lines)]


def near_misses(count: int) -> list[str]:
    """Names of bodies and instruments that do not exist, spread evenly over all combinations."""
    lines = (CASES / "near_misses.tsv").read_text(encoding="utf-8").splitlines()
    words = [line.split("\t") for line in lines]
    bodies, subjects = (
        [word for kind, word in words if kind == wanted] for wanted in ("body", "subject")
    )
    made = [
        f"{body} {joint} {first}" if second is None else f"{body} {joint} {first} and {second}"
        for body, joint, first, second in itertools.product(
            bodies, ("for", "on"), subjects, (None, *subjects[::29])
        )
        if first != second
    ]
    return made[:: len(made) // count][:count]


def misses(encoder: StaticEncoder, candidates: list[str]) -> list[str]:
    pairs = terms()
    english = [en for _, en in pairs]
    others = [text for text in candidates if text.lower() not in {en.lower() for en in english}]
    queries = encoder.encode([zh for zh, _ in pairs])
    pool = encoder.encode(english + others)
    best = (queries @ pool.T).argmax(axis=1)
    return [
        f"{zh}: {(english + others)[found]}"
        for k, ((zh, _), found) in enumerate(zip(pairs, best.tolist(), strict=True))
        if found != k
    ]


def test_there_are_ten_thousand_different_candidates() -> None:
    made = near_misses(10_000)
    assert len(set(made)) == 10_000
    assert {"Action for Aviation", "Action on Aviation"} & set(made)


def test_action_for_peacekeeping_and_the_others(embedded: StaticEncoder) -> None:
    pairs = terms()
    assert len(pairs) >= 51
    missed = misses(embedded, near_misses(10_000))
    assert not any(line.startswith(f"{LEARNT}:") for line in missed)
    assert len(pairs) - len(missed) >= 51, missed


def test_both_directions(embedded: StaticEncoder) -> None:
    pairs = terms()
    sides = [embedded.encode([pair[side] for pair in pairs]) for side in (0, 1)]
    back = (sides[1] @ sides[0].T).argmax(axis=1) == np.arange(len(pairs))
    assert back.mean() > 0.95


def test_the_training_list_holds_none_of_these_but_one() -> None:
    path = Path(__file__).parents[2] / "scripts" / "training" / "institutional_terms.tsv"
    learnt = {line.split("\t")[0] for line in path.read_text(encoding="utf-8").splitlines()}
    assert [zh for zh, _ in terms() if zh in learnt] == [LEARNT]


def test_among_the_words_of_a_dictionary(embedded: StaticEncoder, shared: Path) -> None:
    import lzma

    path = shared / "data" / "dict" / "cc_cedict.tsv.xz"
    if not path.is_file():
        pytest.skip("no dictionary beside the checkout")
    with lzma.open(path, "rt", encoding="utf-8") as file:
        english = sorted({line.rstrip("\n").split("\t")[1] for line in file})
    missed = misses(embedded, english[:: len(english) // 10_000][:10_000])
    assert len(terms()) - len(missed) >= 51, missed
