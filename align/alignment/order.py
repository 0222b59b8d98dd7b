"""Sentences that stand alone on both sides and match each other: the order differs, and it is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from align.datatypes import Alignment
from align.embedding.protocol import Encoder

_MOST = 2_000  # sentences alone on either side that are compared; more are no matter of order
# Units whose sentences say how near right and wrong partners are. With 280 instead of 1,700 the limit
# between them moved by 0.004 at most in three pairs of documents.
_ASKED = 256
_LEAST_LETTERS = 8  # shorter ones match by chance
_DOUBT = 0.5  # whether such a sentence has a counterpart is undecided, by an alignment in order


def in_another_order(alignment: Alignment, encoder: Encoder) -> tuple[Alignment, tuple[str, ...]]:
    """`alignment` with doubt on the lone sentences that match a lone one of the other side.

    Two match where each is the other's best and they are nearer to the pair's own units of one
    sentence and one than to the best wrong partners of these. A note says how many there are;
    their confidence is at most a half.
    """
    beads = alignment.beads
    left = [k for k, bead in enumerate(beads) if bead.type == "1-0"]
    right = [k for k, bead in enumerate(beads) if bead.type == "0-1"]
    left = [k for k in left if _long(alignment.source[beads[k].source.start].text)]
    right = [k for k in right if _long(alignment.target[beads[k].target.start].text)]
    ones = [bead for bead in beads if bead.type == "1-1"][:_MOST]
    if not left or not right or len(ones) < 2 or max(len(left), len(right)) > _MOST:
        return alignment, ()
    sources = encoder.encode([alignment.source[beads[k].source.start].text for k in left])
    targets = encoder.encode([alignment.target[beads[k].target.start].text for k in right])
    close = sources @ targets.T
    asked = np.arange(0, len(ones), 1 + len(ones) // _ASKED)
    own = encoder.encode([alignment.source[ones[k].source.start].text for k in asked]) @ (
        encoder.encode([alignment.target[bead.target.start].text for bead in ones]).T
    )
    partner = np.arange(len(asked)), asked
    right_ones = float(np.median(own[partner]))
    own[partner] = -1.0
    least = (right_ones + float(np.median(own.max(axis=1)))) / 2
    best, back = close.argmax(axis=1), close.argmax(axis=0)
    found = [(i, int(j)) for i, j in enumerate(best) if back[j] == i and close[i, j] >= least]
    if not found:
        return alignment, ()
    doubted = {left[i] for i, _ in found} | {right[j] for _, j in found}
    changed = tuple(
        replace(bead, confidence=min(bead.confidence, _DOUBT)) if k in doubted else bead
        for k, bead in enumerate(beads)
    )
    first, second = found[0]
    example = alignment.source[beads[left[first]].source.start].text[:40]
    other = alignment.target[beads[right[second]].target.start].text[:60]
    note = (
        f"{len(found)} unaligned sentence{'s' * (len(found) > 1)} of either side match each other, so "
        f"the order differs there: {example} / {other}"
    )
    return replace(alignment, beads=changed), (note,)


def _long(text: str) -> bool:
    return sum(char.isalpha() for char in text) >= _LEAST_LETTERS
