"""What bounds the work: wrong pairs are told before it, bands grow with the document."""

from __future__ import annotations

import numpy as np
import pytest

from align.alignment.anchors import Anchors, band_of
from align.alignment.diagnosis import unrelated_by_anchors

_NO_PLACE = np.zeros(0, np.int64)
NONE = Anchors(_NO_PLACE, _NO_PLACE, np.zeros(0, np.float32), _NO_PLACE)


def anchors(found: int, in_order: int) -> Anchors:
    places = np.arange(found, dtype=np.int64)
    return Anchors(places, places, np.ones(found, np.float32), places[:in_order])


@pytest.mark.parametrize(
    ("found", "in_order", "sentences", "unrelated"),
    [
        (71, 16, (3000, 3000), True),
        (22, 8, (20_000, 100), True),
        (22, 8, (100, 20_000), True),
        (0, 0, (10_000, 10_000), False),
        (9, 1, (3000, 3000), False),
        (71, 16, (400, 400), False),
        (71, 43, (3000, 3000), False),
        (950, 120, (3000, 3000), False),
        (1700, 1600, (3000, 3000), False),
    ],
    ids=["wrong-pair", "wrong-short-english", "wrong-short-chinese", "equal-lines", "too-few", "small",
         "in-order", "moved-parts", "translation"],
)  # fmt: skip
def test_a_wrong_pair_is_told_by_its_anchors(
    found: int, in_order: int, sentences: tuple[int, int], unrelated: bool
) -> None:
    assert bool(unrelated_by_anchors(anchors(found, in_order), sentences)) == unrelated


@pytest.mark.parametrize(
    ("n", "m"), [(10_000, 10_000), (50_000, 50_000), (20_000, 100), (100, 20_000), (3000, 9000)]
)
def test_a_band_without_anchors_grows_with_the_document(n: int, m: int) -> None:
    band = band_of(NONE, n, m, margin=6)
    assert band.n_nodes < 500_000 + 50 * (n + m)
    assert (band.low[0], band.high[-1]) == (0, m)
    assert (band.low[1:] <= band.high[:-1] + 1).all()


@pytest.mark.parametrize("n", [90, 300, 900])
def test_between_anchors_that_are_not_far_nothing_is_narrowed(n: int) -> None:
    band = band_of(NONE, n, n, margin=6)
    widest = (band.high - band.low).max()
    assert widest == (n if n <= 400 else 412)
