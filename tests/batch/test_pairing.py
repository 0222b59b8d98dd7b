"""Pairs by document symbol: only where there is nothing to choose."""

from __future__ import annotations

import numpy as np

from align.batch.description import Description
from align.batch.pairing import _by_symbol


def described(path: str, lang: str, symbol: str | None) -> Description:
    return Description(
        path,
        lang,
        symbol,
        1,
        np.zeros((0, 4), np.float16),
        np.zeros(0, np.float32),
        np.zeros(0, np.int64),
    )


def test_a_symbol_pairs_two_documents_and_no_more() -> None:
    documents = [
        described("a-zh", "zh", "B/7/3"),
        described("a-en", "en", "B/7/3"),
        described("b-zh", "zh", "B/7/4"),
        described("b-zh-again", "zh", "B/7/4"),
        described("b-en", "en", "B/7/4"),
        described("c-zh", "zh", "B/7/5"),
        described("d-en", "en", None),
        described("d-fr", "fr", "B/7/5"),
    ]
    assert _by_symbol(documents) == [("a-zh", "a-en", "B/7/3")]
